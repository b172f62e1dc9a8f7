//! A set of host names, addresses and URLs with exact suffix look-up, in one block of bytes that is used where it lies:
//! in memory or mapped from a file.
//!
//! A name covers itself and everything below it. A public suffix of the private part (`blogspot.com`) covers its own
//! site alone, one of the registries' part (`com.vn`) is refused. A URL covers that URL and what lies below its path,
//! never the rest of its host; ports and schemes are not compared.
//!
//! Layout, little-endian: a [`HEADER_BYTES`] header, a filter of two words of eight bytes for each bucket, `buckets + 1`
//! offsets of four bytes, then the buckets. A bucket holds the entries whose hash falls into it (16 on average): their number (two bytes), one tag byte of each hash, one
//! length byte of each name, the names. Length 0 marks an entry that is more than a name: flags and a length of two bytes
//! stand before its text. In the filter every entry
//! sets three bits of one word, both told by its hash. A look-up asks the filter, which says *no* for all but a few in a
//! hundred of the names that are not there, with one cache miss; only then it reads one offset pair, compares tags, then
//! compares the text: about 3.4 bytes per name beside the names themselves, and no false positive.
//!
//! Invariant: whatever the bytes, look-ups stay inside them. The check sum tells damage, not forgery.

mod build;
mod line;

use std::fmt;

pub use build::{BadLine, BuildError, DomainSetBuilder};
pub use line::LineError;

use super::host::{Host, HostError, Name};
use super::tail::normalize_tail;

/// First bytes of every set.
const MAGIC: [u8; 8] = *b"ANLANHDS";
/// Version of the layout and of the hash.
const VERSION: u32 = 2;
/// Magic (8), version (4), most labels of a name (4), entries (8), buckets (4), reserved (4), check sum (8).
const HEADER_BYTES: usize = 40;
/// Where the check sum stands in the header; it covers everything else.
const SUM_AT: usize = 32;
/// Entries per bucket on average.
const PER_BUCKET: usize = 16;
/// Words of the filter for each bucket: eight bits for an entry.
const FILTER_WORDS: u32 = 2;
const WORD_BYTES: usize = 8;

/// The entry covers only the host itself.
const EXACT: u8 = 1;
/// The host has listed URLs; the entry alone covers nothing.
const HAS_PATHS: u8 = 2;
/// The entry is a URL: host and path.
const URL: u8 = 4;
/// The entry covers its name and all names below; stored without flags.
const COVERS: u8 = 0;

/// A set of host names, addresses and URLs with exact suffix look-up.
pub struct DomainSet {
    bytes: Box<dyn AsRef<[u8]> + Send + Sync>,
    entries: u64,
    buckets: u32,
    deepest: u32,
}

/// Why bytes are not a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// They do not begin as a set does.
    #[error("not a domain set")]
    NotASet,
    /// They are a set of another version.
    #[error("domain set has version {found}, this program reads version {VERSION}")]
    Version {
        /// The version found.
        found: u32,
    },
    /// Some are missing, added or changed.
    #[error("domain set is damaged")]
    Damaged,
}

impl DomainSet {
    /// Takes a set as [`as_bytes`](Self::as_bytes) gave it, without copying: bytes may be a vector or a mapped file. Reads
    /// them once to verify the check sum.
    ///
    /// # Errors
    /// When the bytes are not a set, or not whole.
    pub fn from_bytes(bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Result<Self, FormatError> {
        let all = bytes.as_ref();
        if all.get(..8) != Some(MAGIC.as_slice()) {
            return Err(FormatError::NotASet);
        }
        let found = u32_at(all, 8).ok_or(FormatError::Damaged)?;
        if found != VERSION {
            return Err(FormatError::Version { found });
        }
        let (deepest, entries, buckets) = (u32_at(all, 12), u64_at(all, 16), u32_at(all, 24));
        let (Some(deepest), Some(entries), Some(buckets)) = (deepest, entries, buckets) else {
            return Err(FormatError::Damaged);
        };
        let table_end = (buckets as usize + 1)
            .saturating_mul(4)
            .saturating_add(table_start(buckets));
        let data_bytes = table_end
            .checked_sub(4)
            .and_then(|last| u32_at(all, last))
            .ok_or(FormatError::Damaged)?;
        let is_whole = table_end.checked_add(data_bytes as usize) == Some(all.len());
        // A fuzzer does not guess check sums, and look-ups must be safe without them.
        let is_sound = cfg!(fuzzing) || u64_at(all, SUM_AT) == check_sum(all);
        if !is_whole || !is_sound || entries > crate::limits::MAX_LIST_NAMES as u64 {
            return Err(FormatError::Damaged);
        }
        Ok(Self {
            bytes: Box::new(bytes),
            entries,
            buckets,
            deepest,
        })
    }

    /// The set as bytes, the same for the same lines on every machine.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        (*self.bytes).as_ref()
    }

    /// Builds a set from lines of text; see [`DomainSetBuilder::add_line`] for what a line may be. Each bad line is
    /// given to `on_bad` and does not stop the rest.
    ///
    /// # Errors
    /// When there is more than a set can hold.
    pub fn from_lines(text: &[u8], on_bad: impl FnMut(BadLine)) -> Result<Self, BuildError> {
        let mut builder = DomainSetBuilder::new();
        builder.add_lines(text, on_bad)?;
        builder.finish()
    }

    /// How many entries there are: names, addresses and URLs.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.entries
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// Whether a host is on the list, itself or through a name above it: a name in lower-case ASCII (punycode for
    /// others) or an address in canonical form. What is not a host is on no list.
    #[must_use]
    pub fn covers_host(&self, host: &str) -> bool {
        let host = match super::host::parse_ipv4(host.as_bytes()) {
            Some(_) => Host::Address(host.as_bytes()),
            None if host.contains(':') => Host::Address(host.as_bytes()),
            None => match Name::parse(host.as_bytes()) {
                Ok(name) => Host::Name(name),
                Err(HostError::Invalid | HostError::SingleLabel | HostError::PublicSuffix) => return false,
            },
        };
        self.find(host, "", &mut Vec::new()).is_some()
    }

    /// Whether a link is on the list: a URL, or a host with or without a path, in any writing that the engine reads.
    #[must_use]
    pub fn covers_link(&self, link: &str) -> bool {
        let mut scratch = super::LinkScratch::default();
        super::with_link(link, &mut scratch, |found| {
            self.find(found.host.real, found.tail, found.path).is_some()
                || found
                    .host
                    .seen
                    .is_some_and(|seen| self.find(Host::Name(seen), found.tail, found.path).is_some())
        })
        .unwrap_or(false)
    }

    /// What covers a host with this path and query (as written), if anything.
    pub(super) fn find(&self, host: Host<'_>, tail: &str, path: &mut Vec<u8>) -> Option<Listing> {
        if self.buckets == 0 {
            return None;
        }
        let (text, hash, flags) = match host {
            Host::Address(text) => {
                let hash = hash_label(SEED, text);
                (text, hash, self.flags(hash, text, b"")?)
            }
            Host::Name(name) => match self.find_name(name)? {
                (COVERS, _) => return Some(Listing::Host),
                (flags, hash) => (name.text(), hash, flags),
            },
        };
        if flags == COVERS || flags & EXACT != 0 {
            return Some(Listing::Host);
        }
        if flags & HAS_PATHS == 0 || tail.is_empty() {
            return None;
        }
        normalize_tail(tail, path);
        self.has_url(text, hash, path).then_some(Listing::Url)
    }

    /// The flags of a name that covers this one, or of the name itself, with the hash of the whole name.
    fn find_name(&self, name: Name<'_>) -> Option<(u8, u64)> {
        let text = name.text();
        let (mut hash, mut depth) = hash_labels(SEED, name.suffix());
        let labels = name.labels();
        if labels.is_empty() {
            return self.flags(hash, text, b"").map(|flags| (flags, hash));
        }
        let mut end = labels.len();
        loop {
            let start = memchr::memrchr(b'.', labels.get(..end)?).map_or(0, |dot| dot + 1);
            hash = hash_label(hash, labels.get(start..end)?);
            depth += 1;
            if depth > self.deepest {
                return None;
            }
            if let Some(flags) = self.flags(hash, text.get(start..)?, b"")
                && (flags == COVERS || start == 0)
            {
                return Some((flags, hash));
            }
            end = start.checked_sub(1)?;
        }
    }

    /// Whether this path, or one above it, is listed for a host.
    fn has_url(&self, host: &[u8], host_hash: u64, path: &[u8]) -> bool {
        let mut hash = host_hash;
        let mut from = 0;
        for piece in pieces(path) {
            hash = hash_label(hash, piece);
            from += piece.len();
            let Some(prefix) = path.get(..from) else { return false };
            if self.flags(hash, host, prefix).is_some() {
                return true;
            }
        }
        false
    }

    /// The flags of the entry whose text is `host` followed by `path`.
    fn flags(&self, hash: u64, host: &[u8], path: &[u8]) -> Option<u8> {
        let all = self.as_bytes();
        let (word, bits) = filter_place(hash, self.buckets);
        if u64_at(all, word)? & bits != bits {
            return None;
        }
        let (bucket, tag) = place(hash, self.buckets);
        let table = table_start(self.buckets);
        let at = table + 4 * bucket as usize;
        let (start, end) = (u32_at(all, at)?, u32_at(all, at + 4)?);
        let data = all.get(table + 4 * (self.buckets as usize + 1)..)?;
        let data = data.get(start as usize..end as usize)?;
        let (count, data) = data.split_at_checked(2)?;
        let count = usize::from(u16::from_le_bytes(count.try_into().ok()?));
        let (tags, data) = data.split_at_checked(count)?;
        if !tags.contains(&tag) {
            return None;
        }
        let (lens, mut texts) = data.split_at_checked(count)?;
        for (known, len) in tags.iter().zip(lens) {
            let mut flags = COVERS;
            let mut len = usize::from(*len);
            if len == 0 {
                let (head, rest) = texts.split_at_checked(3)?;
                let [first, low, high] = head.try_into().ok()?;
                flags = first;
                len = usize::from(u16::from_le_bytes([low, high]));
                texts = rest;
            }
            let (text, rest) = texts.split_at_checked(len)?;
            if *known == tag && is_joined(text, host, path) && (flags & URL != 0) != path.is_empty() {
                return Some(flags);
            }
            texts = rest;
        }
        None
    }
}

/// What of a link is on a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listing {
    /// Its host.
    Host,
    /// The very URL, or one above it.
    Url,
}

fn is_joined(text: &[u8], host: &[u8], path: &[u8]) -> bool {
    text.strip_prefix(host).is_some_and(|rest| rest == path)
}

impl Default for DomainSet {
    fn default() -> Self {
        Self {
            bytes: Box::new([]),
            entries: 0,
            buckets: 0,
            deepest: 0,
        }
    }
}

impl fmt::Debug for DomainSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DomainSet")
            .field("entries", &self.entries)
            .finish_non_exhaustive()
    }
}

/// The pieces of a normalised path and query, each with the `/`, `?` or `&` before it.
fn pieces(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = path;
    std::iter::from_fn(move || {
        let after_first = rest.get(1..)?;
        let len = 1 + memchr::memchr3(b'/', b'?', b'&', after_first).unwrap_or(after_first.len());
        let (piece, tail) = rest.split_at_checked(len)?;
        rest = tail;
        Some(piece)
    })
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

const SEED: u64 = 0x8a5c_d789_635d_2dff;
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

const fn mix(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    (product >> 64) as u64 ^ product as u64
}

/// The hash of a name, from that of what stands to its right (or before a path) and one more label. Part of the format.
fn hash_label(right: u64, label: &[u8]) -> u64 {
    let mut hash = right ^ (label.len() as u64).wrapping_mul(MIX);
    let mut words = label.chunks_exact(8);
    for word in &mut words {
        hash = mix(hash ^ u64::from_le_bytes(word.try_into().unwrap_or_default()), MIX);
    }
    let rest = words
        .remainder()
        .iter()
        .rev()
        .fold(0, |word, byte| word << 8 | u64::from(*byte));
    mix(hash ^ rest, MIX ^ SEED)
}

/// The hash with every label of `name`, from the right, and how many there are.
fn hash_labels(seed: u64, name: &[u8]) -> (u64, u32) {
    name.rsplit(|byte| *byte == b'.')
        .fold((seed, 0), |(hash, count), label| (hash_label(hash, label), count + 1))
}

/// Bucket and tag of a hash.
const fn place(hash: u64, buckets: u32) -> (u32, u8) {
    (((hash as u128 * buckets as u128) >> 64) as u32, hash as u8)
}

/// Where the word of the filter for a hash lies, and its bits there.
const fn filter_place(hash: u64, buckets: u32) -> (usize, u64) {
    let words = buckets as u128 * FILTER_WORDS as u128;
    let word = ((hash as u128 * words) >> 64) as usize;
    // The tag has the lowest eight bits.
    let bits = 1 << (hash >> 8 & 63) | 1 << (hash >> 14 & 63) | 1 << (hash >> 20 & 63);
    (HEADER_BYTES + WORD_BYTES * word, bits)
}

/// Where the offsets of the buckets begin: after the filter.
const fn table_start(buckets: u32) -> usize {
    (WORD_BYTES * FILTER_WORDS as usize)
        .saturating_mul(buckets as usize)
        .saturating_add(HEADER_BYTES)
}

/// The check sum of a set: of everything but the check sum itself. None when there is no header.
fn check_sum(all: &[u8]) -> Option<u64> {
    let (head, rest) = (all.get(..SUM_AT)?, all.get(HEADER_BYTES..)?);
    let mut lanes = [SEED, SEED ^ 1, SEED ^ 2, SEED ^ 3];
    for part in [head, rest] {
        let mut blocks = part.chunks_exact(32);
        for block in &mut blocks {
            for (lane, word) in lanes.iter_mut().zip(block.chunks_exact(8)) {
                let word = u64::from_le_bytes(word.try_into().unwrap_or_default());
                *lane = (*lane ^ word).wrapping_mul(MIX).rotate_left(29);
            }
        }
        lanes[0] = hash_label(lanes[0], blocks.remainder());
    }
    Some(lanes.into_iter().fold(all.len() as u64, mix_lane))
}

const fn mix_lane(sum: u64, lane: u64) -> u64 {
    (sum ^ lane).wrapping_mul(MIX).rotate_left(31)
}

#[cfg(test)]
mod tests;
