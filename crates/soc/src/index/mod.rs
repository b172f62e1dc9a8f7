//! Indicators by their values, exactly: what is found was compared as a whole.
//!
//! Values stand in one block of bytes, each behind its head. A table of which half the places are free leads from the hash of
//! a value to where it stands; a place also has half of the hash, so that hardly any value is compared in vain. A filter
//! in front, an eighth of the table's size, says *no* for most of what is not listed. Networks are ranges of numbers
//! ([`networks`]).

mod build;
mod networks;

use std::net::IpAddr;

pub use build::{Builder, Full, PatternError, Source};
use networks::Networks;

use crate::pattern::Patterns;
use crate::value::{Kind, bits_of};

/// Bytes before each value: its kind (1), its length (2), where it comes from (4).
const HEAD_BYTES: usize = 7;

/// Indicators by their values.
#[derive(Debug, Default)]
pub struct Index {
    /// Heads and values.
    values: Vec<u8>,
    /// The lower half of a hash, and where the value stands, one on; zero where there is none.
    places: Vec<u64>,
    /// Four bits of one word for each value: most of what is looked up is not listed, and this is small enough to say so.
    filter: Vec<u64>,
    networks: Networks,
    origins: Vec<Origin>,
    sources: Vec<String>,
    /// Patterns; their values are listed by [`PATTERNS`], with their number as the name.
    patterns: Patterns,
    /// Names that sources have for their indicators.
    names: Names,
    /// Most labels of a name.
    deepest: usize,
    count: usize,
}

/// Where an indicator comes from, and where else the same value does.
#[derive(Debug, Clone, Copy)]
struct Origin {
    source: u16,
    /// The number of its name, or [`Names::NONE`].
    name: u32,
    next: u32,
}

/// Set in an origin that is a source alone, which needs no entry of its own.
const INLINE: u32 = 1 << 31;
/// No further origin.
const LAST: u32 = u32::MAX;

/// Texts behind one another.
#[derive(Debug, Default)]
struct Names {
    text: String,
    ends: Vec<u32>,
}

impl Names {
    const NONE: u32 = u32::MAX;

    fn get(&self, number: u32) -> Option<&str> {
        let end = *self.ends.get(number as usize)? as usize;
        let start = (number as usize)
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        self.text.get(start.map_or(0, |start| *start as usize)..end)
    }
}

/// The hash of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hash(u64);

/// Something listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Listed(u32);

/// One indicator of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indicator<'i> {
    /// What its source calls it: the id of a STIX object, `None` in plain lists.
    pub name: Option<&'i str>,
    /// The source.
    pub source: &'i str,
}

/// The source of values that patterns ask for. No file is called so.
pub(crate) const PATTERNS: &str = "\0";

impl Index {
    /// Patterns that ask for more than single values.
    #[must_use]
    pub const fn patterns(&self) -> &Patterns {
        &self.patterns
    }

    /// How many values there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Bytes that it takes.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.values.capacity()
            + 8 * (self.places.capacity() + self.filter.capacity())
            + size_of::<Origin>() * self.origins.capacity()
    }

    /// Most labels of a name: of longer names only the last so many need to be looked up.
    pub(crate) const fn deepest(&self) -> usize {
        self.deepest
    }

    /// Whether something with this hash may be listed. Who looks many up asks this of all of them first, and so waits for
    /// memory once and not for each.
    #[inline(always)]
    pub(crate) fn may_hold(&self, hash: Hash) -> bool {
        let word = self.filter.get(home(hash, self.filter.len())).copied().unwrap_or(0);
        !word & filter_bits(hash) == 0
    }

    /// What is listed of this kind with this value.
    pub(crate) fn find(&self, hash: Hash, kind: Kind, value: &[u8]) -> Option<Listed> {
        let first = home(hash, self.places.len());
        let (before, from) = self.places.split_at_checked(first)?;
        for place in from.iter().chain(before) {
            let at = (*place as u32).checked_sub(1)?;
            if place >> 32 == hash.0 & 0xffff_ffff && self.holds(Listed(at), kind, value) {
                return Some(Listed(at));
            }
        }
        None
    }

    fn holds(&self, listed: Listed, kind: Kind, value: &[u8]) -> bool {
        self.read(listed)
            .is_some_and(|(known, bytes, _)| known == kind as u8 && bytes == value)
    }

    /// Everything that is listed: its kind, its value as it is compared, and as people write it.
    pub(crate) fn listed(&self) -> impl Iterator<Item = (Kind, &[u8], String)> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let listed = Listed(at);
            let (kind, value, _) = self.read(listed)?;
            at += (HEAD_BYTES + value.len()) as u32;
            let kind = Kind::ALL.into_iter().find(|known| *known as u8 == kind)?;
            Some((kind, value, self.text(listed)))
        })
    }

    /// Everything that is listed, as people write it; what has two readings comes twice.
    pub fn texts(&self) -> impl Iterator<Item = String> {
        self.listed().map(|(_, _, text)| text)
    }

    /// Kind, value and origin.
    fn read(&self, Listed(at): Listed) -> Option<(u8, &[u8], u32)> {
        let (head, rest) = self.values.get(at as usize..)?.split_first_chunk::<HEAD_BYTES>()?;
        let [kind, low, high, origin @ ..] = *head;
        let len = usize::from(u16::from_le_bytes([low, high]));
        Some((kind, rest.get(..len)?, u32::from_le_bytes(origin)))
    }

    /// The networks that an address lies in, the smallest first.
    pub(crate) fn networks_of(&self, address: IpAddr) -> impl Iterator<Item = Listed> {
        self.networks.around(address)
    }

    /// The value as people write it.
    pub(crate) fn text(&self, listed: Listed) -> String {
        let Some((kind, bytes, _)) = self.read(listed) else {
            return String::new();
        };
        if kind != Kind::Address as u8 {
            return String::from_utf8_lossy(bytes).into_owned();
        }
        address_text(bytes).unwrap_or_default()
    }

    /// The indicators of a value, in the order of their sources.
    pub(crate) fn indicators(&self, listed: Listed) -> impl Iterator<Item = Indicator<'_>> {
        let mut next = self.read(listed).map_or(LAST, |(_, _, origin)| origin);
        std::iter::from_fn(move || {
            let (source, name) = if next == LAST {
                return None;
            } else if next & INLINE != 0 {
                let source = next as u16;
                next = LAST;
                (source, Names::NONE)
            } else {
                let origin = self.origins.get(next as usize)?;
                next = origin.next;
                (origin.source, origin.name)
            };
            Some(Indicator {
                name: self.names.get(name),
                source: self.sources.get(usize::from(source))?,
            })
        })
    }
}

/// An address, or a network when there is a prefix behind it.
fn address_text(bytes: &[u8]) -> Option<String> {
    let address = |bytes: &[u8]| -> Option<IpAddr> {
        match bytes.len() {
            4 => Some(IpAddr::from(<[u8; 4]>::try_from(bytes).ok()?)),
            16 => Some(IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?)),
            _ => None,
        }
    };
    if let Some(address) = address(bytes) {
        return Some(address.to_string());
    }
    let (prefix, first) = bytes.split_last()?;
    Some(format!("{}/{prefix}", address(first)?))
}

/// The octets of an address, as they are listed.
pub(crate) fn octets(address: IpAddr) -> ([u8; 16], usize) {
    let (bits, width) = bits_of(address);
    let len = usize::from(width / 8);
    let bits = bits << (128 - u32::from(width));
    (bits.to_be_bytes(), len)
}

const SEED: u64 = 0x243f_6a88_85a3_08d3;
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

#[inline(always)]
const fn mix(one: u64, other: u64) -> u64 {
    let product = one as u128 * other as u128;
    (product >> 64) as u64 ^ product as u64
}

/// The hash of a value that is no name.
#[inline]
pub(crate) fn hash_of(kind: Kind, value: &[u8]) -> Hash {
    Hash(add(SEED ^ (kind as u64 + 1), value))
}

/// Gives the hash of every name that covers a name, itself the last, and where in it each begins; but for that of its
/// last label alone, which covers nothing.
#[inline]
pub(crate) fn hash_names(name: &[u8], deepest: usize, mut give: impl FnMut(usize, Hash)) {
    let mut hash = SEED;
    let mut end = name.len();
    for depth in 1..=deepest {
        let labels = name.get(..end).unwrap_or_default();
        let start = memchr::memrchr(b'.', labels).map_or(0, |dot| dot + 1);
        hash = add(hash, labels.get(start..).unwrap_or_default());
        if depth > 1 {
            give(start, Hash(hash));
        }
        if start == 0 {
            return;
        }
        end = start - 1;
    }
}

/// The hash with some bytes more.
#[inline(always)]
fn add(hash: u64, bytes: &[u8]) -> u64 {
    let mut hash = hash ^ (bytes.len() as u64).wrapping_mul(MIX);
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        hash = mix(hash ^ u64::from_le_bytes(*word), MIX);
    }
    let rest = rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
    mix(hash ^ rest, MIX ^ SEED)
}

/// The bits of the filter that stand for a hash.
#[inline(always)]
const fn filter_bits(Hash(hash): Hash) -> u64 {
    1 << (hash & 63) | 1 << (hash >> 6 & 63) | 1 << (hash >> 12 & 63) | 1 << (hash >> 18 & 63)
}

/// Where a hash belongs among so many places.
#[inline(always)]
const fn home(Hash(hash): Hash, places: usize) -> usize {
    ((hash as u128 * places as u128) >> 64) as usize
}

#[cfg(test)]
mod tests;
