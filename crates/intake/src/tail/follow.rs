//! A file, its predecessors and its successors.
//!
//! A log is rotated by giving it another name and beginning a new one, or by copying it and cutting it to nothing. Either way what
//! was not read yet stands in a file beside it, with the name of the log and digits behind; it is known by its number in the file
//! system, or as a copy by how it begins. Files are read one after another to their ends.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use super::Position;
use crate::limits::{MAX_LINE_BYTES, READ_BYTES};

/// Bytes at the beginning of a log in which its head stands.
const HEAD_BYTES: usize = 64 << 10;
/// How often a file that has a successor is found to be at its end before it is left: whoever writes may have it open still.
const LAST_LOOKS: u32 = 4;

/// What came of looking.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Whole lines, and where they end.
    Lines {
        /// The lines.
        bytes: Vec<u8>,
        /// To be kept with them.
        position: Position,
    },
    /// Another file was opened.
    Opened {
        /// Lines at its beginning that were read before and say how those behind them are read.
        head: Vec<u8>,
        /// Whether the file that was read before is gone, so that something may be missing.
        is_gap: bool,
    },
    /// A line was too long, and is passed over.
    TooLong,
    /// Nothing is there yet.
    Nothing,
}

/// Follows a file.
#[derive(Debug)]
pub struct Follower {
    path: PathBuf,
    /// Where to go on, until a file is open.
    from: Option<Position>,
    open: Option<Open>,
    waiting_bytes: u64,
}

#[derive(Debug)]
struct Open {
    file: File,
    position: Position,
    /// How often nothing more was found while there was a successor.
    looks: u32,
    /// Whether the line at hand is too long.
    is_skipping: bool,
}

impl Follower {
    /// Follows a file from a position on, or from its beginning.
    #[must_use]
    pub const fn new(path: PathBuf, from: Option<Position>) -> Self {
        Self {
            path,
            from,
            open: None,
            waiting_bytes: 0,
        }
    }

    /// Bytes of the file at hand that are not read yet, when it was looked last.
    #[must_use]
    pub const fn waiting_bytes(&self) -> u64 {
        self.waiting_bytes
    }

    /// Looks what is there now.
    ///
    /// # Errors
    /// When the system refuses; it may be looked again.
    pub fn step(&mut self) -> io::Result<Step> {
        let Some(open) = &mut self.open else {
            return self.open_first();
        };
        let len = open.file.metadata()?.len();
        self.waiting_bytes = len.saturating_sub(open.position.offset);
        if len < open.position.offset || !open.position.has_head_of(&open.file)? {
            return self.after_cut();
        }
        if let Some(step) = open.read(len)? {
            open.looks = 0;
            return Ok(step);
        }
        if self.successor()?.is_none() {
            return Ok(Step::Nothing);
        }
        let Some(open) = &mut self.open else {
            return Ok(Step::Nothing);
        };
        open.looks += 1;
        if open.looks < LAST_LOOKS {
            return Ok(Step::Nothing);
        }
        // A line that nobody will end any more.
        if let Some(step) = open.rest(len)? {
            return Ok(step);
        }
        match self.successor()? {
            Some(next) => self.open_at_start(&next, false),
            None => Ok(Step::Nothing),
        }
    }

    /// The file was cut to nothing: what was not read of it may stand in a copy.
    fn after_cut(&mut self) -> io::Result<Step> {
        let Some(open) = self.open.take() else {
            return Ok(Step::Nothing);
        };
        match self.find(&open.position)? {
            Some(found) => self.open_at(found, open.position),
            None => {
                let path = self.path.clone();
                // All of it may have been read; that is not known.
                self.open_at_start(&path, false)
            }
        }
    }

    fn open_first(&mut self) -> io::Result<Step> {
        let Some(from) = self.from else {
            let path = self.path.clone();
            return self.open_at_start(&path, false);
        };
        match self.find(&from)? {
            Some(found) => self.open_at(found, from),
            None => {
                let path = self.path.clone();
                self.open_at_start(&path, true)
            }
        }
    }

    fn open_at_start(&mut self, path: &Path, is_gap: bool) -> io::Result<Step> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Step::Nothing),
            Err(error) => return Err(error),
        };
        let position = Position::start(&file.metadata()?);
        self.from = None;
        self.open = Some(Open::new(file, position));
        Ok(Step::Opened {
            head: Vec::new(),
            is_gap,
        })
    }

    fn open_at(&mut self, file: File, from: Position) -> io::Result<Step> {
        let about = file.metadata()?;
        // A copy has a number of its own.
        let position = Position {
            offset: from.offset,
            head_len: from.head_len,
            head_crc: from.head_crc,
            ..Position::start(&about)
        };
        let head = head_of(&file, position.offset)?;
        self.from = None;
        self.open = Some(Open::new(file, position));
        Ok(Step::Opened { head, is_gap: false })
    }

    /// The file that was read up to a position, or a copy of it.
    fn find(&self, position: &Position) -> io::Result<Option<File>> {
        let mut copy = None;
        for path in self.family()? {
            let Ok(file) = File::open(&path) else { continue };
            let about = file.metadata()?;
            if about.len() < position.offset || !position.has_head_of(&file)? {
                continue;
            }
            if position.is_same_file(&about) {
                return Ok(Some(file));
            }
            if position.head_len > 0 && copy.is_none() {
                copy = Some(file);
            }
        }
        Ok(copy)
    }

    /// The file that was begun next after the one at hand, if there is one.
    fn successor(&self) -> io::Result<Option<PathBuf>> {
        let Some(open) = &self.open else { return Ok(None) };
        let at_hand = open.file.metadata()?;
        let modified = (at_hand.mtime(), at_hand.mtime_nsec());
        let mut next: Option<((i64, i64), PathBuf)> = None;
        for path in self.family()? {
            let Ok(about) = std::fs::metadata(&path) else { continue };
            if (about.dev(), about.ino()) == (at_hand.dev(), at_hand.ino()) {
                // Where the log is still what is at hand, nothing comes after it.
                if path == self.path {
                    return Ok(None);
                }
                continue;
            }
            let when = (about.mtime(), about.mtime_nsec());
            let is_log = path == self.path;
            if !is_log && when <= modified {
                continue;
            }
            // The log itself comes last of all.
            let when = if is_log { (i64::MAX, 0) } else { when };
            if next.as_ref().is_none_or(|(known, _)| when < *known) {
                next = Some((when, path));
            }
        }
        Ok(next.map(|(_, path)| path))
    }

    /// The log, and what stands beside it under its name with digits behind.
    fn family(&self) -> io::Result<Vec<PathBuf>> {
        let mut family = Vec::new();
        let (Some(folder), Some(name)) = (self.path.parent(), self.path.file_name().and_then(|name| name.to_str()))
        else {
            return Ok(family);
        };
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(family),
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let file_name = entry.file_name();
            let suffix = file_name.to_str().and_then(|other| other.strip_prefix(name));
            let is_number = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'T');
            if suffix.is_some_and(|suffix| suffix.bytes().all(is_number)) {
                family.push(entry.path());
            }
        }
        family.sort();
        Ok(family)
    }
}

impl Open {
    const fn new(file: File, position: Position) -> Self {
        Self {
            file,
            position,
            looks: 0,
            is_skipping: false,
        }
    }

    /// The whole lines that are there, as many as are handed over at once.
    fn read(&mut self, len: u64) -> io::Result<Option<Step>> {
        let mut bytes = Vec::new();
        loop {
            let from = self.position.offset + bytes.len() as u64;
            let more = len.saturating_sub(from).min(READ_BYTES as u64) as usize;
            if more == 0 {
                return Ok(None);
            }
            let start = bytes.len();
            bytes.resize(start + more, 0);
            let count = self.file.read_at(bytes.get_mut(start..).unwrap_or_default(), from)?;
            bytes.truncate(start + count);
            if count == 0 {
                return Ok(None);
            }
            let end = bytes.iter().rposition(|byte| *byte == b'\n');
            if let Some(end) = end {
                bytes.truncate(end + 1);
                self.position = self
                    .position
                    .advance(&self.file, self.position.offset + bytes.len() as u64)?;
                if self.is_skipping {
                    self.is_skipping = false;
                    let first = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(end);
                    bytes.drain(..=first);
                }
                let position = self.position;
                return Ok(Some(Step::Lines { bytes, position }));
            }
            if bytes.len() > MAX_LINE_BYTES {
                self.position = self
                    .position
                    .advance(&self.file, self.position.offset + bytes.len() as u64)?;
                if !self.is_skipping {
                    self.is_skipping = true;
                    return Ok(Some(Step::TooLong));
                }
                bytes.clear();
            }
        }
    }

    /// What stands behind the last line that was ended.
    fn rest(&mut self, len: u64) -> io::Result<Option<Step>> {
        let from = self.position.offset;
        let mut bytes = vec![0; len.saturating_sub(from) as usize];
        if bytes.is_empty() || self.is_skipping {
            return Ok(None);
        }
        self.file.read_exact_at(&mut bytes, from)?;
        self.position = self.position.advance(&self.file, len)?;
        let position = self.position;
        Ok(Some(Step::Lines { bytes, position }))
    }
}

/// The lines at the beginning of a log, before an offset: the first, and those behind it that begin with `#`.
fn head_of(file: &File, offset: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; offset.min(HEAD_BYTES as u64) as usize];
    file.read_exact_at(&mut bytes, 0)?;
    let heads = bytes.split_inclusive(|byte| *byte == b'\n');
    // The first line of a table names its columns.
    let is_head = |(nth, line): &(usize, &[u8])| (*nth == 0 || line.first() == Some(&b'#')) && line.ends_with(b"\n");
    let heads = heads.enumerate().take_while(is_head);
    Ok(heads.flat_map(|(_, line)| line).copied().collect())
}
