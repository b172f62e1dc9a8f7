//! Building a set from lines of text.
//!
//! Entries are gathered in one arena, put into buckets by sorting `(bucket, place in the arena)`, and written out: three
//! passes, no allocation per name. The same lines give the same bytes.

use super::line::{LineError, Target, read_line};
use super::{
    COVERS, DomainSet, HAS_PATHS, MAGIC, PER_BUCKET, SEED, SUM_AT, URL, VERSION, check_sum, filter_place, hash_label,
    hash_labels, pieces, place, table_start, u64_at,
};
use crate::limits::MAX_LIST_NAMES;
use crate::links::LinkScratch;

/// A line that could not be used. Holds nothing of the line itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct BadLine {
    /// Number of the line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: LineError,
}

/// Why no set could be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// More entries than [`MAX_LIST_NAMES`], or more than 4 GiB of them.
    #[error("list has more entries than a set can hold")]
    TooLarge,
}

/// Gathers names for a [`DomainSet`].
#[derive(Debug)]
pub struct DomainSetBuilder {
    /// Flags (1), length of the host (2), length of the whole text (2), the text.
    arena: Vec<u8>,
    entries: usize,
    deepest: u32,
    lines: u64,
    max_entries: usize,
    scratch: LinkScratch,
}

impl Default for DomainSetBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl DomainSetBuilder {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::with_limit(MAX_LIST_NAMES)
    }

    pub(super) fn with_limit(max_entries: usize) -> Self {
        Self {
            arena: Vec::new(),
            entries: 0,
            deepest: 0,
            lines: 0,
            max_entries,
            scratch: LinkScratch::default(),
        }
    }

    /// Adds every line of a text; numbers go on from the lines before. Each bad line is given to `on_bad`.
    ///
    /// # Errors
    /// When there is more than a set can hold.
    pub fn add_lines(&mut self, text: &[u8], mut on_bad: impl FnMut(BadLine)) -> Result<(), BuildError> {
        let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        for line in text.split(|byte| *byte == b'\n') {
            let bad = self.add_line(line)?.err();
            if let Some(reason) = bad {
                on_bad(BadLine {
                    line: self.lines,
                    reason,
                });
            }
        }
        Ok(())
    }

    /// Adds one line: a name, an address, a URL, a host with a path, a line of a hosts file (`0.0.0.0 name`), or a rule
    /// that blocks a name (`||name^`). Names may be defanged, and have `*.` or a dot before them. Blank lines and
    /// comments (`#`, `!`) add nothing. The inner result says whether the line was good.
    ///
    /// # Errors
    /// When there is more than a set can hold.
    pub fn add_line(&mut self, line: &[u8]) -> Result<Result<(), LineError>, BuildError> {
        self.lines += 1;
        let Self {
            arena,
            entries,
            deepest,
            scratch,
            ..
        } = self;
        let good = read_line(line, scratch, |target| add(arena, entries, deepest, target));
        if self.entries > self.max_entries || self.arena.len() > u32::MAX as usize {
            return Err(BuildError::TooLarge);
        }
        Ok(good)
    }

    /// Builds the set.
    ///
    /// # Errors
    /// When there is more than a set can hold.
    pub fn finish(self) -> Result<DomainSet, BuildError> {
        let buckets = u32::try_from(self.entries.div_ceil(PER_BUCKET)).map_err(|_| BuildError::TooLarge)?;
        let mut order = Vec::with_capacity(self.entries);
        let mut at = 0;
        while let Some((entry, next)) = entry_at(&self.arena, at) {
            let (bucket, _) = place(entry.hash(), buckets);
            order.push(u64::from(bucket) << 32 | at as u64);
            at = next;
        }
        order.sort_unstable();
        let table = table_start(buckets);
        let mut out = Vec::with_capacity(table + 4 * (buckets as usize + 1) + self.arena.len());
        out.resize(table + 4 * (buckets as usize + 1), 0);
        let data_start = out.len();
        let mut written = 0;
        let mut group: Vec<(u8, Entry<'_>)> = Vec::new();
        let mut rest = order.as_slice();
        for bucket in 0..buckets {
            let len = rest.partition_point(|packed| packed >> 32 <= u64::from(bucket));
            let (here, after) = rest.split_at_checked(len).unwrap_or_default();
            rest = after;
            group.clear();
            for packed in here {
                if let Some((entry, _)) = entry_at(&self.arena, (packed & u64::from(u32::MAX)) as usize) {
                    let hash = entry.hash();
                    mark(&mut out, filter_place(hash, buckets));
                    group.push((place(hash, buckets).1, entry));
                }
            }
            merge(&mut group);
            written += group.len() as u64;
            write_bucket(&mut out, &group)?;
            let end = u32::try_from(out.len() - data_start).map_err(|_| BuildError::TooLarge)?;
            put(&mut out, table + 4 * (bucket as usize + 1), &end.to_le_bytes());
        }
        put(&mut out, 0, &MAGIC);
        put(&mut out, 8, &VERSION.to_le_bytes());
        put(&mut out, 12, &self.deepest.to_le_bytes());
        put(&mut out, 16, &written.to_le_bytes());
        put(&mut out, 24, &buckets.to_le_bytes());
        let sum = check_sum(&out).unwrap_or_default();
        put(&mut out, SUM_AT, &sum.to_le_bytes());
        out.shrink_to_fit();
        Ok(DomainSet {
            bytes: Box::new(out),
            entries: written,
            buckets,
            deepest: self.deepest,
        })
    }
}

fn put(out: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(place) = out.get_mut(at..at + bytes.len()) {
        place.copy_from_slice(bytes);
    }
}

/// Sets bits in a word of the filter.
fn mark(out: &mut [u8], (word, bits): (usize, u64)) {
    if let Some(known) = u64_at(out, word) {
        put(out, word, &(known | bits).to_le_bytes());
    }
}

/// One entry as the arena holds it.
#[derive(Debug, Clone, Copy)]
struct Entry<'a> {
    flags: u8,
    host: usize,
    text: &'a [u8],
}

impl Entry<'_> {
    fn hash(&self) -> u64 {
        let (host, path) = self.text.split_at_checked(self.host).unwrap_or_default();
        let hash = if host.contains(&b':') || super::super::host::parse_ipv4(host).is_some() {
            hash_label(SEED, host)
        } else {
            hash_labels(SEED, host).0
        };
        pieces(path).fold(hash, hash_label)
    }
}

fn entry_at(arena: &[u8], at: usize) -> Option<(Entry<'_>, usize)> {
    let [flags, host_low, host_high, low, high] = arena.get(at..at + 5)?.try_into().ok()?;
    let end = at + 5 + usize::from(u16::from_le_bytes([low, high]));
    let text = arena.get(at + 5..end)?;
    let host = usize::from(u16::from_le_bytes([host_low, host_high]));
    Some((Entry { flags, host, text }, end))
}

fn add(arena: &mut Vec<u8>, entries: &mut usize, deepest: &mut u32, target: Target<'_>) -> Result<(), LineError> {
    let Target { host, path, flags } = target;
    let labels = host.iter().filter(|byte| **byte == b'.').count() + 1;
    *deepest = (*deepest).max(u32::try_from(labels).unwrap_or(u32::MAX));
    if path.is_empty() {
        push(arena, flags, host, b"").ok_or(LineError::TooLong)?;
        *entries += 1;
    } else {
        push(arena, URL, host, path).ok_or(LineError::TooLong)?;
        push(arena, HAS_PATHS, host, b"").ok_or(LineError::TooLong)?;
        *entries += 2;
    }
    Ok(())
}

fn push(arena: &mut Vec<u8>, flags: u8, host: &[u8], path: &[u8]) -> Option<()> {
    let host_len = u16::try_from(host.len()).ok()?;
    let len = u16::try_from(host.len() + path.len()).ok()?;
    arena.push(flags);
    arena.extend_from_slice(&host_len.to_le_bytes());
    arena.extend_from_slice(&len.to_le_bytes());
    arena.extend_from_slice(host);
    arena.extend_from_slice(path);
    Some(())
}

/// Makes one entry of those that say the same. What covers a whole name makes its URLs needless to ask for.
fn merge(group: &mut Vec<(u8, Entry<'_>)>) {
    group.sort_unstable_by(|(_, a), (_, b)| (a.text, a.flags & URL).cmp(&(b.text, b.flags & URL)));
    group.dedup_by(|(_, later), (_, kept)| {
        let is_same = later.text == kept.text && later.flags & URL == kept.flags & URL;
        if is_same && (later.flags == COVERS || kept.flags == COVERS) {
            kept.flags = COVERS;
        } else if is_same {
            kept.flags |= later.flags;
        }
        is_same
    });
}

fn write_bucket(out: &mut Vec<u8>, group: &[(u8, Entry<'_>)]) -> Result<(), BuildError> {
    let count = u16::try_from(group.len()).map_err(|_| BuildError::TooLarge)?;
    out.extend_from_slice(&count.to_le_bytes());
    out.extend(group.iter().map(|(tag, _)| *tag));
    // A name is at most 253 bytes, so that its length is never 0 by wrapping.
    out.extend(group.iter().map(|(_, entry)| {
        if entry.flags == COVERS {
            entry.text.len() as u8
        } else {
            0
        }
    }));
    for (_, entry) in group {
        if entry.flags != COVERS {
            out.push(entry.flags);
            out.extend_from_slice(&(entry.text.len() as u16).to_le_bytes());
        }
        out.extend_from_slice(entry.text);
    }
    Ok(())
}
