//! The log that records are appended to before they are sealed: frames one after another, each with its length and a
//! checksum, so that what the end of a process cut off is known.
//!
//! A frame is `len: u32, crc32: u32, keys: u16, key: u64 …, record`, in little-endian order; `len` and the checksum are of
//! what follows them. What was appended between two syncs ends with a *commit*, a frame whose `keys` is [`COMMIT`] and whose
//! rest is marks, `key: u64, len: u16, value` each: what stands behind the last commit was never durable, and is cut off. A log
//! begins with a commit of all marks there are, so that the last log knows them all; one that begins with a record is older
//! than commits, and every whole frame of it counts.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::fault::Fault;
use crate::record::{MAX_KEYS, MAX_PAYLOAD_BYTES, Record};

/// Most marks.
pub const MAX_MARKS: usize = 1_024;
/// Most bytes of a mark.
pub const MAX_MARK_BYTES: usize = 512;

const HEAD: usize = 8;
const COMMIT: u16 = u16::MAX;
const LONGEST_RECORD: usize = 2 + 8 * MAX_KEYS + 16 + MAX_PAYLOAD_BYTES;
const LONGEST_COMMIT: usize = 2 + MAX_MARKS * (8 + 2 + MAX_MARK_BYTES);
const LONGEST: usize = if LONGEST_RECORD > LONGEST_COMMIT {
    LONGEST_RECORD
} else {
    LONGEST_COMMIT
};

/// What is remembered beside the records, by the key it has.
pub(crate) type Marks = BTreeMap<u64, Vec<u8>>;

/// The log that is written.
#[derive(Debug)]
pub(crate) struct Log {
    path: PathBuf,
    file: File,
    /// Bytes that the file should have; more are what a failed write left.
    written: u64,
    /// Of these, how many are durable.
    synced: u64,
    /// Records in it, and how many of them are durable.
    records: u64,
    synced_records: u64,
    buffer: Vec<u8>,
}

/// A frame of a log.
pub(crate) enum Frame<'l> {
    Record(Kept<'l>),
    /// Everything before it was durable; its marks.
    Commit(&'l [u8]),
}

/// A record of a log with its keys.
pub(crate) struct Kept<'l> {
    pub record: Record<'l>,
    keys: &'l [u8],
}

impl Kept<'_> {
    pub(crate) fn keys(&self) -> impl Iterator<Item = u64> {
        let (keys, _) = self.keys.as_chunks::<8>();
        keys.iter().map(|key| u64::from_le_bytes(*key))
    }
}

impl Log {
    /// Opens a log, or begins it; what was not durable at its end is cut off, and its marks are added to those before.
    pub(crate) fn open(path: PathBuf, marks: &mut Marks) -> Result<Self, Fault> {
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(Fault::io(&path))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(Fault::io(&path))?;
        let durable = durable(&bytes, marks);
        let log = Self {
            path,
            file,
            written: durable.bytes,
            synced: durable.bytes,
            records: durable.records,
            synced_records: durable.records,
            buffer: Vec::new(),
        };
        log.file.set_len(log.written).map_err(Fault::io(&log.path))?;
        log.file.sync_data().map_err(Fault::io(&log.path))?;
        Ok(log)
    }

    /// Bytes of it, those included that are not written yet.
    pub(crate) fn len(&self) -> u64 {
        self.written + self.buffer.len() as u64
    }

    pub(crate) const fn synced(&self) -> u64 {
        self.synced
    }

    /// Records that are durable in it.
    pub(crate) const fn durable_records(&self) -> u64 {
        self.synced_records
    }

    pub(crate) fn append(&mut self, record: &Record<'_>, keys: &[u64]) {
        let start = self.begin(keys.len() as u16);
        for key in keys {
            self.buffer.extend_from_slice(&key.to_le_bytes());
        }
        record.write(&mut self.buffer);
        self.records += 1;
        self.end(start);
    }

    /// Ends what was appended, with marks.
    pub(crate) fn commit<'m>(&mut self, marks: impl Iterator<Item = (&'m u64, &'m Vec<u8>)>) {
        let start = self.begin(COMMIT);
        for (key, value) in marks {
            self.buffer.extend_from_slice(&key.to_le_bytes());
            self.buffer.extend_from_slice(&(value.len() as u16).to_le_bytes());
            self.buffer.extend_from_slice(value);
        }
        self.end(start);
    }

    fn begin(&mut self, count: u16) -> usize {
        let start = self.buffer.len();
        self.buffer.extend_from_slice(&[0; HEAD]);
        self.buffer.extend_from_slice(&count.to_le_bytes());
        start
    }

    fn end(&mut self, start: usize) {
        if let Some(frame) = self.buffer.get_mut(start..)
            && let Some((head, body)) = frame.split_first_chunk_mut::<HEAD>()
        {
            let sum = crc32fast::hash(body);
            let (len, crc) = head.split_at_mut(4);
            len.copy_from_slice(&(body.len() as u32).to_le_bytes());
            crc.copy_from_slice(&sum.to_le_bytes());
        }
    }

    /// Makes what was appended durable.
    pub(crate) fn sync(&mut self) -> Result<(), Fault> {
        self.write()?;
        self.file.sync_data().map_err(Fault::io(&self.path))?;
        self.synced = self.written;
        self.synced_records = self.records;
        Ok(())
    }

    /// Gives up what was appended and is not durable.
    pub(crate) fn take_back(&mut self) -> Result<(), Fault> {
        self.buffer.clear();
        self.written = self.synced;
        self.records = self.synced_records;
        self.file.set_len(self.synced).map_err(Fault::io(&self.path))
    }

    /// Writes what waits. After an error it waits still: the next write begins where this one did.
    fn write(&mut self) -> Result<(), Fault> {
        let write = |file: &mut File, at, buffer: &[u8]| {
            file.seek(SeekFrom::Start(at))?;
            file.write_all(buffer)
        };
        write(&mut self.file, self.written, &self.buffer).map_err(Fault::io(&self.path))?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// Everything that is durable in it.
    pub(crate) fn read(path: &Path, len: u64) -> Result<Vec<u8>, Fault> {
        let file = File::open(path).map_err(Fault::io(path))?;
        let mut bytes = Vec::new();
        file.take(len).read_to_end(&mut bytes).map_err(Fault::io(path))?;
        Ok(bytes)
    }
}

/// Tells every record of a log that stands in a whole frame.
pub(crate) fn each<'l>(bytes: &'l [u8], mut tell: impl FnMut(Kept<'l>)) {
    let _end = each_while(bytes, |kept| {
        tell(kept);
        ControlFlow::Continue(())
    });
}

/// The same for as long as whoever is told wants it to go on.
pub(crate) fn each_while<'l>(bytes: &'l [u8], mut tell: impl FnMut(Kept<'l>) -> ControlFlow<()>) -> ControlFlow<()> {
    let mut rest = bytes;
    while let Some((frame, after)) = frame(rest) {
        if let Frame::Record(kept) = frame {
            tell(kept)?;
        }
        rest = after;
    }
    ControlFlow::Continue(())
}

/// How much of a log was durable.
#[derive(Debug, Clone, Copy, Default)]
struct Durable {
    bytes: u64,
    records: u64,
}

/// What of a log counts; its marks are added to those before.
fn durable(bytes: &[u8], marks: &mut Marks) -> Durable {
    let (mut rest, mut seen, mut durable) = (bytes, Durable::default(), Durable::default());
    let mut has_commits = None;
    while let Some((frame, after)) = frame(rest) {
        rest = after;
        seen.bytes = (bytes.len() - rest.len()) as u64;
        match frame {
            Frame::Record(_) => {
                seen.records += 1;
                if !*has_commits.get_or_insert(false) {
                    durable = seen;
                }
            }
            Frame::Commit(of) => {
                has_commits = Some(true);
                durable = seen;
                read_marks(of, marks);
            }
        }
    }
    durable
}

fn read_marks(mut bytes: &[u8], marks: &mut Marks) {
    while let Some((key, rest)) = bytes.split_first_chunk::<8>()
        && let Some((len, rest)) = rest.split_first_chunk::<2>()
        && let Some((value, rest)) = rest.split_at_checked(usize::from(u16::from_le_bytes(*len)))
    {
        bytes = rest;
        let key = u64::from_le_bytes(*key);
        // One that is empty is taken away.
        if value.is_empty() {
            marks.remove(&key);
        } else {
            marks.insert(key, value.to_vec());
        }
    }
}

fn frame(bytes: &[u8]) -> Option<(Frame<'_>, &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_first_chunk::<4>()?;
    let len = u32::from_le_bytes(*len) as usize;
    if len > LONGEST {
        return None;
    }
    let (body, after) = rest.split_at_checked(len)?;
    if crc32fast::hash(body) != u32::from_le_bytes(*sum) {
        return None;
    }
    let (count, body) = body.split_first_chunk::<2>()?;
    let count = u16::from_le_bytes(*count);
    if count == COMMIT {
        return Some((Frame::Commit(body), after));
    }
    let (keys, body) = body.split_at_checked(8 * usize::from(count))?;
    let (record, _) = Record::read(body)?;
    Some((Frame::Record(Kept { record, keys }), after))
}
