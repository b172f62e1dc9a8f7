//! `anlanh blocklist compile`.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anlanh_screen::links::{DomainSetBuilder, LineError};
use anyhow::Context;

use crate::{Outcome, mapped};

/// Most bad lines of a file that are shown; the rest is counted.
const MOST_SHOWN: u64 = 20;

/// Compiles texts into one set and writes it beside `out`, then renames it, so that whoever has the old one mapped
/// keeps it whole.
///
/// # Errors
/// When a file cannot be read or written, or there is more than a set can hold.
pub fn compile(files: &[PathBuf], out: &Path) -> anyhow::Result<Outcome> {
    let mut builder = DomainSetBuilder::new();
    let mut bad = 0;
    for path in files {
        if path == Path::new("-") {
            let mut text = Vec::new();
            io::stdin().lock().read_to_end(&mut text)?;
            bad += add_text(&mut builder, path, &text)?;
        } else {
            bad += add_text(&mut builder, path, &mapped::map(path)?)?;
        }
    }
    let names = builder.finish()?;
    replace(out, names.as_bytes())?;
    let size = names.as_bytes().len();
    writeln!(
        io::stdout(),
        "{}: {} tên · names, {size} byte",
        out.display(),
        names.len()
    )?;
    Ok(if bad > 0 { Outcome::SomeBad } else { Outcome::Good })
}

/// Writes a file beside another and renames it, so that whoever reads it has the old one or the new one, whole.
///
/// # Errors
/// When it cannot be written.
pub fn replace(out: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let beside = out.with_extension(format!("{}.tmp", std::process::id()));
    let written = write(&beside, bytes).and_then(|()| std::fs::rename(&beside, out));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written.with_context(|| format!("không ghi được · cannot write {}", out.display()))
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Adds the lines of a text; shows the first that are bad, leaves them all out, and returns how many they were.
///
/// # Errors
/// When there is more than a set can hold.
pub fn add_text(builder: &mut DomainSetBuilder, path: &Path, text: &[u8]) -> anyhow::Result<u64> {
    let mut bad = 0;
    let mut err = io::stderr().lock();
    for (number, line) in (1..).zip(text.split(|byte| *byte == b'\n')) {
        let line = if number == 1 {
            line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line)
        } else {
            line
        };
        if let Err(reason) = builder.add_line(line)? {
            bad += 1;
            if bad <= MOST_SHOWN {
                let _ = writeln!(err, "{}:{number}: {} · {reason}", path.display(), vietnamese(reason));
            }
        }
    }
    if bad > MOST_SHOWN {
        let _ = writeln!(err, "{}: {bad} dòng lỗi bị bỏ qua · bad lines left out", path.display());
    }
    Ok(bad)
}

const fn vietnamese(reason: LineError) -> &'static str {
    match reason {
        LineError::TooLong => "dòng hoặc đường dẫn quá dài",
        LineError::NotUtf8 => "dòng không phải UTF-8",
        LineError::NotAHost => "không phải tên miền, địa chỉ hay URL",
        LineError::SingleLabel => "tên chỉ có một phần",
        LineError::PublicSuffix => "đuôi tên miền công cộng: sẽ chặn cả người ngoài",
        LineError::AddressRange => "không hỗ trợ dải địa chỉ, hãy liệt kê từng địa chỉ",
        LineError::Unsupported => "quy tắc hẹp hơn một tên miền",
    }
}
