//! The serial number that was last given out, in a file, so that it never goes back: a secondary that has a newer one would
//! take none of what follows.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use domain::base::Serial;

/// The file, and what is in it.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    last: Option<Entry>,
}

/// A serial number, and a digest of the rules that have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The serial number.
    pub serial: Serial,
    /// Of its rules.
    pub digest: [u8; 32],
}

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// It cannot be read or written.
    #[error("cannot keep the serial number in {0}")]
    Io(PathBuf, #[source] io::Error),
    /// It is not what was written: without it, the serial might go back.
    #[error("{0} does not hold a serial number")]
    Damaged(PathBuf),
}

impl Ledger {
    /// Opens it; a file that is not there is one that holds nothing yet.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(LedgerError::Io(path.to_owned(), error)),
        };
        let entry = |text: &str| read(text).ok_or_else(|| LedgerError::Damaged(path.to_owned()));
        Ok(Self {
            path: path.to_owned(),
            last: text.as_deref().map(entry).transpose()?,
        })
    }

    /// The serial number for these rules, and whether they are those that had the last one; otherwise it is one behind it,
    /// which is on disk when this returns. It is the time in seconds where that is ahead, so that a lost file does not make it go back.
    pub fn next(&mut self, digest: [u8; 32], now_seconds: u64) -> Result<(Serial, bool), LedgerError> {
        let now = Serial(now_seconds as u32);
        let serial = match self.last {
            Some(last) if last.digest == digest => return Ok((last.serial, true)),
            Some(last) => {
                let raised = last.serial.add(1);
                if now > raised { now } else { raised }
            }
            None => now,
        };
        let entry = Entry { serial, digest };
        write(&self.path, &entry).map_err(|error| LedgerError::Io(self.path.clone(), error))?;
        self.last = Some(entry);
        Ok((serial, false))
    }
}

fn read(text: &str) -> Option<Entry> {
    let (serial, hex) = text.strip_suffix('\n')?.split_once(' ')?;
    let mut digest = [0; 32];
    if hex.len() != 64 {
        return None;
    }
    for (to, at) in digest.iter_mut().zip((0..).step_by(2)) {
        *to = u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()?;
    }
    let serial = Serial(serial.parse().ok()?);
    Some(Entry { serial, digest })
}

fn write(path: &Path, entry: &Entry) -> io::Result<()> {
    let mut text = entry.serial.into_int().to_string();
    text.push(' ');
    for byte in entry.digest {
        text.push_str(&format!("{byte:02x}"));
    }
    text.push('\n');
    replace(path, |file| file.write_all(text.as_bytes()))
}

/// Writes a file beside another and renames it, so that a process that is killed leaves the old one or the new.
pub fn replace(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut file = BufWriter::new(File::create(&beside)?);
    write(&mut file)?;
    file.into_inner()?.sync_all()?;
    std::fs::rename(&beside, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_never_goes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("serial");
        let next = |digest: u8, now: u64| {
            Ledger::open(&path)
                .unwrap()
                .next([digest; 32], now)
                .unwrap()
                .0
                .into_int()
        };
        assert_eq!(next(1, 1_000), 1_000);
        assert_eq!(next(1, 2_000), 1_000, "the same rules keep their serial");
        assert_eq!(next(2, 2_000), 2_000);
        assert_eq!(next(3, 2_000), 2_001, "twice within a second");
        assert_eq!(next(4, 5), 2_002, "a clock that was set back");
        assert_eq!(
            next(5, u64::from(u32::MAX)),
            2_003,
            "a clock that is more than half of the circle ahead"
        );
        // Half of the circle at a time; it goes on past its end.
        assert_eq!(next(6, 2_147_000_000), 2_147_000_000);
        assert_eq!(next(7, 4_294_000_000), 4_294_000_000);
        assert_eq!(next(8, 4_294_967_295), 4_294_967_295);
        assert_eq!(next(9, 4_294_967_295), 0);
        std::fs::write(&path, "0").unwrap();
        assert!(matches!(Ledger::open(&path), Err(LedgerError::Damaged(_))));
    }
}
