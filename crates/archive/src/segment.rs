//! A sealed segment: compressed blocks of records, a filter beside each, an index of them at the end.
//!
//! In little-endian order: the magic; for each block its records deflated (RFC 1951) and the fingerprints of its filter;
//! the index, an [`Entry`] for each block; then `entries: u32, crc32 of the index: u32, magic`. Each entry has the checksums
//! of its block and of its filter.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::{DeflateDecoder, DeflateEncoder};
use xorf::{BinaryFuse16, BinaryFuse16Ref, DmaSerializable, Filter as _, FilterRef as _};

use crate::fault::Fault;
use crate::log;
use crate::record;
use crate::record::{Keep, Record};

/// About how many bytes of records a block has, before it is compressed.
pub const BLOCK_BYTES: usize = 128 << 10;
const MAGIC: &[u8; 8] = b"ANLSEG1\n";
/// Quick, and events compress well anyway.
const LEVEL: u32 = 3;
const DESCRIPTOR: usize = BinaryFuse16::DESCRIPTOR_LEN;
const ENTRY: usize = 48 + DESCRIPTOR;
const TAIL: usize = 4 + 4 + 8;

/// What the index says of a block.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    offset: u64,
    /// Compressed bytes.
    packed: u32,
    /// Bytes of the filter behind them; none where no record has a key.
    filter: u32,
    /// Bytes of the records.
    raw: u32,
    records: u32,
    /// Moments of the first and the last record in time.
    oldest: i64,
    newest: i64,
    /// Of the compressed bytes.
    crc: u32,
    /// Of the filter.
    filter_crc: u32,
    descriptor: [u8; DESCRIPTOR],
}

impl Entry {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.offset.to_le_bytes());
        for number in [self.packed, self.filter, self.raw, self.records] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&self.oldest.to_le_bytes());
        out.extend_from_slice(&self.newest.to_le_bytes());
        out.extend_from_slice(&self.crc.to_le_bytes());
        out.extend_from_slice(&self.filter_crc.to_le_bytes());
        out.extend_from_slice(&self.descriptor);
    }

    fn read(bytes: &[u8; ENTRY]) -> Option<Self> {
        let (offset, rest) = bytes.split_first_chunk::<8>()?;
        let (numbers, rest) = rest.split_first_chunk::<16>()?;
        let (times, rest) = rest.split_first_chunk::<16>()?;
        let (crc, rest) = rest.split_first_chunk::<4>()?;
        let (filter_crc, rest) = rest.split_first_chunk::<4>()?;
        let number = |at: usize| Some(u32::from_le_bytes(*numbers.get(at..)?.first_chunk()?));
        let time = |at: usize| Some(i64::from_le_bytes(*times.get(at..)?.first_chunk()?));
        Some(Self {
            offset: u64::from_le_bytes(*offset),
            packed: number(0)?,
            filter: number(4)?,
            raw: number(8)?,
            records: number(12)?,
            oldest: time(0)?,
            newest: time(8)?,
            crc: u32::from_le_bytes(*crc),
            filter_crc: u32::from_le_bytes(*filter_crc),
            descriptor: *rest.first_chunk()?,
        })
    }
}

/// A block that is filled.
#[derive(Default)]
struct Filling {
    raw: Vec<u8>,
    keys: Vec<u64>,
    records: u32,
    oldest: i64,
    newest: i64,
}

impl Filling {
    fn take(&mut self, record: &Record<'_>, keys: impl Iterator<Item = u64>) {
        (self.oldest, self.newest) = match self.records {
            0 => (record.at, record.at),
            _ => (self.oldest.min(record.at), self.newest.max(record.at)),
        };
        self.records += 1;
        record.write(&mut self.raw);
        self.keys.extend(keys);
    }

    /// Packs it behind what is in `out`, and empties it.
    fn pack(&mut self, out: &mut Vec<u8>) -> std::io::Result<Entry> {
        let start = out.len();
        let mut encoder = DeflateEncoder::new(std::mem::take(out), Compression::new(LEVEL));
        encoder.write_all(&self.raw)?;
        *out = encoder.finish()?;
        let packed = out.len() - start;
        self.keys.sort_unstable();
        self.keys.dedup();
        let mut descriptor = [0; DESCRIPTOR];
        let mut filter = 0;
        if !self.keys.is_empty() {
            let fuse = BinaryFuse16::try_from(&self.keys).map_err(std::io::Error::other)?;
            fuse.dma_copy_descriptor_to(&mut descriptor);
            out.extend_from_slice(fuse.dma_fingerprints());
            filter = fuse.dma_fingerprints().len();
        }
        let entry = Entry {
            offset: (MAGIC.len() + start) as u64,
            packed: packed as u32,
            filter: filter as u32,
            raw: self.raw.len() as u32,
            records: self.records,
            oldest: self.oldest,
            newest: self.newest,
            crc: crc32fast::hash(out.get(start..start + packed).unwrap_or_default()),
            filter_crc: crc32fast::hash(out.get(start + packed..).unwrap_or_default()),
            descriptor,
        };
        self.raw.clear();
        self.keys.clear();
        self.records = 0;
        Ok(entry)
    }
}

/// Seals the records of a log that are wanted so long as a segment at `path`: it is there whole, or not at all. Without a record
/// that is wanted longer there is none of them.
pub(crate) fn seal(log: &[u8], keep: Keep, path: &Path) -> Result<(), Fault> {
    let (bytes, records) = pack(log, keep).map_err(Fault::io(path))?;
    if records == 0 && keep == Keep::Lasting {
        return Ok(());
    }
    let temporary = path.with_extension("tmp");
    let write = || {
        let mut file = File::create(&temporary)?;
        file.write_all(&bytes)?;
        file.sync_data()
    };
    write().map_err(Fault::io(&temporary))?;
    std::fs::rename(&temporary, path).map_err(Fault::io(path))
}

/// The bytes of the segment of a log, and how many records it has.
fn pack(log: &[u8], keep: Keep) -> std::io::Result<(Vec<u8>, u64)> {
    let (mut blocks, mut entries, mut filling) = (Vec::new(), Vec::new(), Filling::default());
    let (mut failed, mut records) = (None, 0);
    log::each(log, |kept| {
        if kept.record.keep != keep {
            return;
        }
        records += 1;
        filling.take(&kept.record, kept.keys());
        if filling.raw.len() >= BLOCK_BYTES && failed.is_none() {
            match filling.pack(&mut blocks) {
                Ok(entry) => entries.push(entry),
                Err(error) => failed = Some(error),
            }
        }
    });
    if let Some(error) = failed {
        return Err(error);
    }
    if filling.records > 0 {
        entries.push(filling.pack(&mut blocks)?);
    }
    let mut index = Vec::with_capacity(entries.len() * ENTRY);
    for entry in &entries {
        entry.write(&mut index);
    }
    let mut bytes = MAGIC.to_vec();
    bytes.append(&mut blocks);
    bytes.extend_from_slice(&index);
    bytes.extend_from_slice(&(entries.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&crc32fast::hash(&index).to_le_bytes());
    bytes.extend_from_slice(MAGIC);
    Ok((bytes, records))
}

/// A segment that is read.
#[derive(Debug)]
pub(crate) struct Segment {
    path: PathBuf,
    file: File,
    entries: Vec<Entry>,
    /// Bytes of the blocks, which begin after the magic.
    bytes: u64,
}

impl Segment {
    pub(crate) fn open(path: &Path) -> Result<Self, Fault> {
        let mut file = File::open(path).map_err(Fault::io(path))?;
        let len = file.metadata().map_err(Fault::io(path))?.len();
        let no_end = || Fault::damaged(path, "the segment has no end");
        let tail: [u8; TAIL] = read_at(&mut file, len.checked_sub(TAIL as u64).ok_or_else(no_end)?, TAIL)
            .map_err(Fault::io(path))?
            .try_into()
            .map_err(|_| no_end())?;
        let (count, rest) = tail.split_first_chunk::<4>().ok_or_else(no_end)?;
        let (crc, magic) = rest.split_first_chunk::<4>().ok_or_else(no_end)?;
        let index = u64::from(u32::from_le_bytes(*count)) * ENTRY as u64;
        let start = len
            .checked_sub(TAIL as u64 + index)
            .filter(|_| magic == MAGIC)
            .ok_or_else(no_end)?;
        let index = read_at(&mut file, start, index as usize).map_err(Fault::io(path))?;
        if crc32fast::hash(&index) != u32::from_le_bytes(*crc) {
            return Err(Fault::damaged(path, "the index of the segment was changed"));
        }
        let (entries, _) = index.as_chunks::<ENTRY>();
        Ok(Self {
            path: path.to_owned(),
            file,
            entries: entries.iter().filter_map(Entry::read).collect(),
            bytes: start,
        })
    }

    pub(crate) fn records(&self) -> u64 {
        self.entries.iter().map(|entry| u64::from(entry.records)).sum()
    }

    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The moment of its newest record.
    pub(crate) fn newest(&self) -> Option<i64> {
        self.entries.iter().map(|entry| entry.newest).max()
    }

    pub(crate) fn blocks(&self) -> usize {
        self.entries.len()
    }

    /// Tells the records of a period that stand in a block, where the block may hold one of the keys, or none is asked for;
    /// returns whether it was read.
    pub(crate) fn hunt_block(
        &mut self,
        block: usize,
        period: &Range<i64>,
        keys: Option<&[u64]>,
        mut tell: impl FnMut(Record<'_>),
    ) -> Result<bool, Fault> {
        let Some(entry) = self.entries.get(block).copied() else {
            return Ok(false);
        };
        if entry.newest < period.start || entry.oldest >= period.end {
            return Ok(false);
        }
        if let Some(keys) = keys
            && !self.may_hold(&entry, keys)?
        {
            return Ok(false);
        }
        let damaged = || Fault::damaged(&self.path, "a block of the segment was changed");
        let packed = read_at(&mut self.file, entry.offset, entry.packed as usize).map_err(Fault::io(&self.path))?;
        if crc32fast::hash(&packed) != entry.crc {
            return Err(damaged());
        }
        let mut decoder = DeflateDecoder::new(Vec::with_capacity(entry.raw as usize));
        decoder.write_all(&packed).map_err(|_| damaged())?;
        let raw = decoder.finish().map_err(|_| damaged())?;
        let told = record::each(&raw, |record| {
            if period.contains(&record.at) {
                tell(record);
            }
        });
        told.ok_or_else(damaged)?;
        Ok(true)
    }

    /// Whether a block may hold one of the keys.
    fn may_hold(&mut self, entry: &Entry, keys: &[u64]) -> Result<bool, Fault> {
        if entry.filter == 0 {
            return Ok(false);
        }
        let filter_at = entry.offset + u64::from(entry.packed);
        let filter = read_at(&mut self.file, filter_at, entry.filter as usize).map_err(Fault::io(&self.path))?;
        if crc32fast::hash(&filter) != entry.filter_crc {
            return Err(Fault::damaged(&self.path, "a block of the segment was changed"));
        }
        Ok(may_hold(entry, &filter, keys))
    }
}

/// Whether a filter knows one of the keys. One that cannot be asked where it stands in memory may know any.
fn may_hold(entry: &Entry, filter: &[u8], keys: &[u64]) -> bool {
    if filter.as_ptr().align_offset(BinaryFuse16Ref::FINGERPRINT_ALIGNMENT) != 0 {
        return true;
    }
    let filter = BinaryFuse16Ref::from_dma(&entry.descriptor, filter);
    keys.iter().any(|key| filter.contains(key))
}

fn read_at(file: &mut File, at: u64, len: usize) -> std::io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = vec![0; len];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}
