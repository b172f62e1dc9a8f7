//! The files of a pack: found, bounded, read and digested. What they say is not looked at here.

use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::Mistake;

/// Largest file of a pack, in bytes.
pub const MAX_FILE_BYTES: u64 = 8 * 1024 * 1024;
/// Most files of a pack.
pub const MAX_FILES: usize = 256;

include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceFile {
    /// Path inside the pack, with `/` between folders.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// All files, sorted by path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Sources {
    pub(crate) files: Vec<SourceFile>,
}

impl Sources {
    /// The pack that is built in.
    pub(crate) fn built_in() -> Self {
        Self::from_texts(BUILT_IN.iter().copied())
    }

    /// Files that are in memory already.
    pub(crate) fn from_texts<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let files = texts.into_iter().map(|(path, text)| SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        });
        let mut files: Vec<SourceFile> = files.collect();
        files.sort_by(|left, right| left.path.cmp(&right.path));
        Self { files }
    }

    /// Reads every `.toml` file of a folder and of the folders in it. Other files are documentation and left alone;
    /// symbolic links are refused, since a pack must be whole in its folder.
    pub(crate) fn read_dir(root: &Path, mistakes: &mut Vec<Mistake>) -> Self {
        let mut sources = Self::default();
        sources.read_folder(root, "", mistakes);
        sources.files.sort_by(|left, right| left.path.cmp(&right.path));
        if sources.files.is_empty() && mistakes.is_empty() {
            mistakes.push(whole(
                &root.display().to_string(),
                "there is no .toml file in this folder",
            ));
        }
        sources
    }

    fn read_folder(&mut self, folder: &Path, inside: &str, mistakes: &mut Vec<Mistake>) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return mistakes.push(whole(inside, &format!("cannot be read: {error}"))),
        };
        for entry in entries {
            let Ok(entry) = entry else { continue };
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if inside.is_empty() {
                name
            } else {
                format!("{inside}/{name}")
            };
            match entry.file_type() {
                Ok(kind) if kind.is_symlink() => mistakes.push(whole(&path, "is a symbolic link")),
                Ok(kind) if kind.is_dir() => self.read_folder(&entry.path(), &path, mistakes),
                Ok(_) if path.ends_with(".toml") => self.read_file(&entry.path(), path, mistakes),
                Ok(_) => {}
                Err(error) => mistakes.push(whole(&path, &format!("cannot be read: {error}"))),
            }
        }
    }

    fn read_file(&mut self, file: &Path, path: String, mistakes: &mut Vec<Mistake>) {
        if self.files.len() == MAX_FILES {
            let message = format!("is one file more than the {MAX_FILES} that a pack may have");
            return mistakes.push(whole(&path, &message));
        }
        let size = std::fs::metadata(file).map_or(0, |metadata| metadata.len());
        if size > MAX_FILE_BYTES {
            return mistakes.push(whole(&path, &format!("is larger than {MAX_FILE_BYTES} bytes")));
        }
        match std::fs::read(file).map(String::from_utf8) {
            Ok(Ok(text)) => self.files.push(SourceFile { path, text }),
            Ok(Err(error)) => {
                let valid = error.utf8_error().valid_up_to();
                mistakes.push(whole(&path, &format!("is not UTF-8 from byte {valid} on")));
            }
            Err(error) => mistakes.push(whole(&path, &format!("cannot be read: {error}"))),
        }
    }

    /// SHA-256, in lower-case hexadecimal, over every file in the order of its path: path, one zero byte, the length of
    /// the text in bytes as eight bytes with the lowest first, the text.
    pub(crate) fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for file in &self.files {
            hash.update(file.path.as_bytes());
            hash.update([0]);
            hash.update((file.text.len() as u64).to_le_bytes());
            hash.update(file.text.as_bytes());
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn whole(file: &str, message: &str) -> Mistake {
    Mistake {
        file: file.to_owned(),
        line: 0,
        column: 0,
        message: message.to_owned(),
    }
}
