//! The files of a pack: found, bounded, read and digested. What they say is not looked at here.
//!
//! A pack is the `.toml` files of a folder and of the folders in it. Names that begin with a dot belong to editors and
//! version control and are passed over; `README.md` is welcome; anything else is a mistake.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anlanh_screen::{Said, said};
use sha2::{Digest as _, Sha256};

use crate::limits::{MAX_FILE_BYTES, MAX_FILES};
use crate::mistake::{Log, Place};

include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

/// Whether the content of a file could be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Read,
    /// It could not; the log says why. The text is what could be had of it.
    Unread,
}

/// A file of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFile {
    /// Its path inside the pack, with `/` between folder and file.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// One file.
#[derive(Debug)]
struct Source {
    path: String,
    text: String,
    state: State,
    /// The offset of each line.
    lines: Vec<usize>,
}

/// The files of a pack, sorted by path.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// The files of the pack that is built in; none when there were none at build time.
    pub(crate) fn built_in(log: &mut Log) -> Self {
        let files = BUILT_IN.iter().map(|(path, text)| (*path, text.as_bytes()));
        Self::in_memory(files, log)
    }

    /// Files that are in memory already, as pairs of a path and its content.
    pub(crate) fn in_memory<'f>(files: impl IntoIterator<Item = (&'f str, &'f [u8])>, log: &mut Log) -> Self {
        let files = files.into_iter().map(|(path, content)| {
            let content = content.get(..MAX_FILE_BYTES + 1).unwrap_or(content);
            (path.to_owned(), Ok(content.to_vec()))
        });
        Self::collect(files.collect(), log)
    }

    /// The files of a folder.
    pub(crate) fn in_folder(root: &Path, log: &mut Log) -> Self {
        let mut found = Vec::new();
        match root.canonicalize() {
            Ok(real) => list(&real, &real, "", &mut found),
            Err(error) => found.push((
                ".".to_owned(),
                Err(said!(
                    "không mở được bộ quy tắc: {error}",
                    "cannot open the pack: {error}"
                )),
            )),
        }
        found.sort_by(|one, other| one.0.cmp(&other.0));
        let files = found.into_iter().take(MAX_FILES + 1).map(|(path, file)| {
            let content = file.and_then(|file| {
                read_bounded(&file).map_err(|error| said!("không đọc được: {error}", "cannot read it: {error}"))
            });
            (path, content)
        });
        Self::collect(files.collect(), log)
    }

    fn collect(mut files: Vec<(String, Result<Vec<u8>, Said>)>, log: &mut Log) -> Self {
        files.sort_by(|one, other| one.0.cmp(&other.0));
        files.truncate(MAX_FILES + 1);
        if let Some((_, content)) = files.get_mut(MAX_FILES) {
            *content = Err(said!(
                "bộ quy tắc có tối đa {MAX_FILES} tệp; tệp này là thừa",
                "a pack has at most {MAX_FILES} files; this is one more",
            ));
        }
        let mut sources = Self::default();
        for (path, content) in files {
            let is_second = sources.files.last().is_some_and(|last| last.path == path);
            let content = content.and_then(|content| {
                let content = Some(content).filter(|_| !is_second);
                content.ok_or_else(|| said!("đã có tệp khác cùng tên", "there is another file of this name"))
            });
            sources.add(path, content, log);
        }
        sources
    }

    fn add(&mut self, path: String, content: Result<Vec<u8>, Said>, log: &mut Log) {
        let file = self.files.len();
        let (text, trouble) = match content {
            Err(message) => (String::new(), Some((0, message))),
            Ok(content) if content.len() > MAX_FILE_BYTES => {
                let message = said!(
                    "tệp lớn hơn {MAX_FILE_BYTES} byte",
                    "the file is larger than {MAX_FILE_BYTES} bytes",
                );
                (String::new(), Some((0, message)))
            }
            Ok(content) => match String::from_utf8(content) {
                Ok(text) => (text, None),
                Err(error) => {
                    let valid = error.utf8_error().valid_up_to();
                    let mut content = error.into_bytes();
                    content.truncate(valid);
                    let text = String::from_utf8(content).unwrap_or_default();
                    let message = said!("từ chỗ này tệp không phải UTF-8", "the file is not UTF-8 from here on",);
                    (text, Some((valid, message)))
                }
            },
        };
        let state = if trouble.is_some() { State::Unread } else { State::Read };
        if let Some((offset, message)) = trouble {
            log.note(Place { file, offset }, message);
        }
        let ends = text.match_indices('\n').map(|(end, _)| end + 1);
        self.files.push(Source {
            lines: std::iter::once(0).chain(ends).collect(),
            path,
            text,
            state,
        });
    }

    /// Makes room for a file that is missing, so that a mistake can name it.
    pub(crate) fn add_missing(&mut self, path: &str) -> Place {
        let file = self.files.len();
        self.files.push(Source {
            path: path.to_owned(),
            text: String::new(),
            state: State::Unread,
            lines: vec![0],
        });
        Place::start_of(file)
    }

    /// The indexes, paths and states of the files.
    pub(crate) fn files(&self) -> impl Iterator<Item = (usize, &str, State)> {
        let files = self.files.iter().enumerate();
        files.map(|(index, file)| (index, file.path.as_str(), file.state))
    }

    /// The path of a file inside the pack.
    pub(crate) fn path(&self, file: usize) -> &str {
        self.files.get(file).map_or(".", |file| &file.path)
    }

    /// The content of a file.
    pub(crate) fn text(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |file| &file.text)
    }

    /// The line of a place, from 1.
    pub(crate) fn line(&self, place: Place) -> usize {
        let lines = self.files.get(place.file).map_or(&[] as &[usize], |file| &file.lines);
        lines.partition_point(|start| *start <= place.offset).max(1)
    }

    /// The files as they are kept beside what was read from them.
    pub(crate) fn into_files(self) -> Arc<[PackFile]> {
        let files = self.files.into_iter();
        files.map(|Source { path, text, .. }| PackFile { path, text }).collect()
    }

    /// The digest of the pack: see [`Policy::digest`](crate::Policy::digest).
    pub(crate) fn digest(&self) -> String {
        digest(self.files.iter().map(|file| (file.path.as_str(), file.text.as_bytes())))
    }
}

/// The digest that a pack of these files has, or would have if it could be read: see
/// [`Policy::digest`](crate::Policy::digest). They must come in the byte order of their paths.
#[must_use]
pub fn digest<'f>(files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> String {
    let mut hash = Sha256::new();
    for (path, content) in files {
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update((content.len() as u64).to_le_bytes());
        hash.update(content);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Lists the files below a folder whose links are resolved, folders in it included. The name of what cannot be listed
/// comes with the reason.
fn list(root: &Path, folder: &Path, inside: &str, found: &mut Vec<(String, Result<PathBuf, Said>)>) {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return found.push((format!("{inside}."), Err(unlisted(&error)))),
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                found.push((format!("{inside}."), Err(unlisted(&error))));
                continue;
            }
        };
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") || name == "README.md" {
            continue;
        }
        let Some(name) = name.to_str().filter(|name| !name.contains(char::is_control)) else {
            let path = format!("{inside}{}", name.to_string_lossy().escape_debug());
            let message = said!(
                "tên tệp không phải UTF-8 hoặc có ký tự điều khiển",
                "the name of the file is not UTF-8, or holds control characters",
            );
            found.push((path, Err(message)));
            continue;
        };
        let path = format!("{inside}{name}");
        match real(root, &entry.path()) {
            Ok(real) if real.is_dir() && inside.is_empty() => list(root, &real, &format!("{path}/"), found),
            Ok(real) if real.is_dir() => {
                let message = said!(
                    "trong thư mục của bộ quy tắc không có thư mục con",
                    "a pack has no folders inside its folders",
                );
                found.push((path, Err(message)));
            }
            file => found.push((path, file)),
        }
    }
}

/// What is said of a folder whose files cannot be named.
fn unlisted(error: &io::Error) -> Said {
    said!("không liệt kê được thư mục: {error}", "cannot list the folder: {error}")
}

/// Follows links, but not out of the pack.
fn real(root: &Path, path: &Path) -> Result<PathBuf, Said> {
    let real = path
        .canonicalize()
        .map_err(|error| said!("không mở được: {error}", "cannot open it: {error}"))?;
    if !real.starts_with(root) {
        return Err(said!(
            "liên kết này dẫn ra ngoài thư mục của bộ quy tắc",
            "this link leads out of the pack's folder",
        ));
    }
    if !real.is_dir() && !real.is_file() {
        return Err(said!(
            "đây không phải tệp cũng không phải thư mục",
            "this is neither a file nor a folder",
        ));
    }
    Ok(real)
}

/// Reads a file, but not more than one byte past the limit.
fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    let limit = MAX_FILE_BYTES as u64 + 1;
    File::open(path)?.take(limit).read_to_end(&mut content)?;
    Ok(content)
}
