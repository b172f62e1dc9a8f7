//! Where the lists that were ever loaded stay, so that a verdict can be replayed with the very names it rested on.
//!
//! Each is a file named by the SHA-256 of what it holds. Lists have up to ten million names and are read once at the
//! start; a database is no place for them.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anlanh_screen::DomainSet;
use anlanh_screen::links::FormatError;
use sha2::{Digest, Sha256};

/// A folder of lists.
#[derive(Debug, Clone)]
pub struct Shelf(PathBuf);

/// Why a list of former times cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// It is not there, or cannot be read.
    #[error("list cannot be read from the shelf")]
    Io(#[from] io::Error),
    /// The file is not what its name says.
    #[error("list on the shelf was changed by other hands")]
    Changed,
    /// It was compiled by another version of the program.
    #[error("list on the shelf has a form that this version cannot read")]
    Form,
}

impl Shelf {
    /// The shelf in this folder, which is made when the first list comes.
    #[must_use]
    pub const fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// Keeps what a list was read from, unless it is there already, and gives its digest. Several texts count as one,
    /// each ended by a line break.
    ///
    /// # Errors
    /// When the folder or the file cannot be written.
    pub fn keep(&self, texts: &[&[u8]]) -> io::Result<String> {
        let digest = digest(texts);
        let place = self.0.join(&digest);
        if place.exists() {
            return Ok(digest);
        }
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
        // Half a file never bears the name of a whole one.
        let new = self.0.join(format!("{digest}.new"));
        let mut file = File::create(&new)?;
        for piece in pieces(texts) {
            file.write_all(piece)?;
        }
        file.sync_all()?;
        fs::rename(&new, &place)?;
        File::open(&self.0)?.sync_all()?;
        Ok(digest)
    }

    /// The names of a list of former times.
    ///
    /// # Errors
    /// When it is not there, was changed, or cannot be read any more.
    pub fn load(&self, digest_of: &str) -> Result<DomainSet, ShelfError> {
        let content: Arc<[u8]> = fs::read(self.0.join(digest_of))?.into();
        if digest(&[&content]) != digest_of {
            return Err(ShelfError::Changed);
        }
        match DomainSet::from_bytes(Arc::clone(&content)) {
            Ok(names) => Ok(names),
            // Lines that were bad then are bad now, and were left out then.
            Err(FormatError::NotASet) => DomainSet::from_lines(&content, |_| {}).map_err(|_| ShelfError::Form),
            Err(FormatError::Version { .. } | FormatError::Damaged) => Err(ShelfError::Form),
        }
    }
}

/// What several texts are as one. One alone stays as it is: it may be no text.
fn pieces<'t>(texts: &'t [&'t [u8]]) -> impl Iterator<Item = &'t [u8]> {
    let is_many = texts.len() > 1;
    texts.iter().flat_map(move |text| {
        let text = if is_many {
            text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text)
        } else {
            text
        };
        let end: &[u8] = if is_many && !text.ends_with(b"\n") { b"\n" } else { b"" };
        [text, end]
    })
}

fn digest(texts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for piece in pieces(texts) {
        hasher.update(piece);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_again_and_what_was_changed_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path().join("lists"));
        let texts: [&[u8]; 2] = [b"xau.example", "\u{feff}te.example\n".as_bytes()];
        let digest = shelf.keep(&texts).unwrap();
        assert_eq!(shelf.keep(&texts).unwrap(), digest);
        let names = shelf.load(&digest).unwrap();
        assert!(names.covers_host("xau.example") && names.covers_host("te.example"));
        let compiled = shelf.keep(&[names.as_bytes()]).unwrap();
        assert_eq!(shelf.load(&compiled).unwrap().as_bytes(), names.as_bytes());
        fs::write(shelf.folder().join(&digest), "tot.example\n").unwrap();
        assert!(matches!(shelf.load(&digest), Err(ShelfError::Changed)));
        assert!(matches!(shelf.load("none"), Err(ShelfError::Io(_))));
    }
}
