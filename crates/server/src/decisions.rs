//! `anlanh decisions export`: every decision that took effect, into one file.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use anlanh_app::export::{Days, Export};
use anlanh_model::Actor;
use anyhow::Context as _;

use crate::cli::ExportOptions;
use crate::{Outcome, data};

/// Writes an export. A file is written under another name beside it and gets its own when it is whole and on the disk.
///
/// # Errors
/// When days are none, the file is there already or cannot be written, or the database cannot be opened or read.
pub fn export(options: &ExportOptions) -> anyhow::Result<Outcome> {
    let days = Days::parse(options.from.as_deref(), options.to.as_deref())?;
    let clock = data::clock();
    let store = data::open_kept(&options.data)?;
    let mut export = Export::begin(&store, &clock, &Actor::Operator, options.format, days)?;
    if options.out == Path::new("-") {
        let mut out = io::stdout().lock();
        copy(&mut export, &mut out)?;
        out.flush()?;
        return Ok(Outcome::Good);
    }
    let path = &options.out;
    anyhow::ensure!(
        !path.exists(),
        "tệp đã có · the file is there already: {}",
        path.display()
    );
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let written = write(&mut export, &part);
    let moved = written.and_then(|()| Ok(std::fs::rename(&part, path)?));
    if moved.is_err() {
        // Half an export is not left where somebody could take it for a whole one.
        let _ = std::fs::remove_file(&part);
    }
    moved.with_context(|| format!("không ghi được tệp · cannot write {}", path.display()))?;
    Ok(Outcome::Good)
}

fn write(export: &mut Export, path: &Path) -> anyhow::Result<()> {
    let mut file = File::create_new(path)?;
    copy(export, &mut file)?;
    file.sync_all()?;
    Ok(())
}

fn copy(export: &mut Export, out: &mut impl Write) -> anyhow::Result<()> {
    while let Some(piece) = export.piece()? {
        out.write_all(&piece)?;
    }
    Ok(())
}
