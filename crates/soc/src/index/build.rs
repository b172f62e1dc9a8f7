//! Making an index: values in, in any order and as often as they come.

use anlanh_stix::Pattern;

use super::networks::NetworksBuilder;
use super::{
    HEAD_BYTES, Hash, INLINE, Index, LAST, Listed, Names, Origin, PATTERNS, filter_bits, hash_names, hash_of, home,
    octets,
};
use crate::limits::{MAX_INDEX_BYTES, MAX_SOURCES};
use crate::pattern::PatternRefusal;
use crate::value::{Kind, Value};

/// Values for each word of the filter: about one look-up in thirty of what is not listed gets through.
const PER_WORD: usize = 5;

/// More than an index holds: [`MAX_INDEX_BYTES`] of values, or [`MAX_SOURCES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("index is full")]
pub struct Full;

/// Why a pattern is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Events are not matched by it.
    #[error(transparent)]
    Refused(#[from] PatternRefusal),
    /// There is no more room.
    #[error(transparent)]
    Full(#[from] Full),
}

/// A source of indicators that a builder knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source(u16);

/// An index that is being made.
#[derive(Debug, Default)]
pub struct Builder {
    index: Index,
    networks: NetworksBuilder,
    /// The source of what patterns ask for, once there is a pattern.
    of_patterns: Option<Source>,
}

impl Builder {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes patterns that have nothing to look up, too: they are matched with every event, which takes many times as long.
    #[must_use]
    pub fn with_every_event(mut self) -> Self {
        self.index.patterns.take_time();
        self
    }

    /// Makes a source known.
    ///
    /// # Errors
    /// When there are too many.
    pub fn source(&mut self, name: &str) -> Result<Source, Full> {
        let number = self.index.sources.len();
        if number >= MAX_SOURCES {
            return Err(Full);
        }
        self.index.sources.push(name.to_owned());
        Ok(Source(number as u16))
    }

    /// Lists a value. A name is what its source calls it. The same value of the same source is listed once, but for what
    /// has a name.
    ///
    /// # Errors
    /// When there is no more room.
    pub fn add(&mut self, value: &Value, source: Source, name: Option<&str>) -> Result<(), Full> {
        match value {
            Value::Text(Kind::Domain, text) => {
                let labels = text.split('.').count();
                self.index.deepest = self.index.deepest.max(labels);
                let hash = name_hash(text.as_bytes());
                self.insert(Kind::Domain, text.as_bytes(), hash, source, name)?;
            }
            Value::Text(kind, text) => {
                let hash = hash_of(*kind, text.as_bytes());
                self.insert(*kind, text.as_bytes(), hash, source, name)?;
            }
            Value::Address(address) => {
                let (octets, len) = octets(*address);
                let octets = octets.get(..len).unwrap_or_default();
                self.insert(Kind::Address, octets, hash_of(Kind::Address, octets), source, name)?;
            }
            Value::Network(network) => {
                let (octets, len) = octets(network.first());
                let mut bytes = octets.get(..len).unwrap_or_default().to_vec();
                bytes.push(network.prefix());
                let hash = hash_of(Kind::Address, &bytes);
                let listed = self.insert(Kind::Address, &bytes, hash, source, name)?;
                self.networks.add(*network, listed);
            }
        }
        Ok(())
    }

    /// Takes a pattern that asks for more than single values, under the name of its indicator.
    ///
    /// # Errors
    /// When it is one that events are not matched by, or there is no more room.
    pub fn add_pattern(&mut self, pattern: &Pattern, source: Source, name: &str) -> Result<(), PatternError> {
        let of_patterns = match self.of_patterns {
            Some(known) => known,
            None => {
                let made = self.source(PATTERNS)?;
                *self.of_patterns.insert(made)
            }
        };
        let source = self
            .index
            .sources
            .get(usize::from(source.0))
            .cloned()
            .unwrap_or_default();
        let (number, keys) = self.index.patterns.add(pattern, name, &source)?;
        let number = number.to_string();
        for key in keys {
            self.add(&key, of_patterns, Some(&number))?;
        }
        Ok(())
    }

    /// The index.
    #[must_use]
    pub fn build(mut self) -> Index {
        self.index.networks = self.networks.build();
        self.index.values.shrink_to_fit();
        let mut filter = vec![0; self.index.count.div_ceil(PER_WORD).max(1)];
        for (_, hash) in hashes(&self.index) {
            let at = home(hash, filter.len());
            if let Some(word) = filter.get_mut(at) {
                *word |= filter_bits(hash);
            }
        }
        self.index.filter = filter;
        self.index
    }

    fn insert(
        &mut self,
        kind: Kind,
        value: &[u8],
        hash: Hash,
        source: Source,
        name: Option<&str>,
    ) -> Result<Listed, Full> {
        let known = self.index.find(hash, kind, value);
        let (listed, origin) = match known {
            Some(listed) => (listed, self.index.read(listed).map_or(LAST, |(.., origin)| origin)),
            None => (self.write(kind, value, hash)?, LAST),
        };
        self.add_origin(listed, origin, source, name)?;
        Ok(listed)
    }

    /// Writes a new value, from nowhere yet.
    fn write(&mut self, kind: Kind, value: &[u8], hash: Hash) -> Result<Listed, Full> {
        let index = &mut self.index;
        let at = index.values.len();
        let len = u16::try_from(value.len()).map_err(|_| Full)?;
        if at + HEAD_BYTES + value.len() > MAX_INDEX_BYTES - 1 {
            return Err(Full);
        }
        index.values.push(kind as u8);
        index.values.extend_from_slice(&len.to_le_bytes());
        index.values.extend_from_slice(&LAST.to_le_bytes());
        index.values.extend_from_slice(value);
        index.count += 1;
        if index.places.len() < 2 * index.count {
            grow(index);
        } else {
            settle(&mut index.places, hash, at as u32);
        }
        Ok(Listed(at as u32))
    }

    fn add_origin(
        &mut self,
        listed: Listed,
        first: u32,
        Source(source): Source,
        name: Option<&str>,
    ) -> Result<(), Full> {
        let inline = INLINE | u32::from(source);
        let first = if first == LAST && name.is_none() {
            inline
        } else {
            // Until a second one comes, a source alone needs no entry.
            let first = self.outlined(first)?;
            let name = name.map_or(Ok(Names::NONE), |name| self.name(name))?;
            let Some(last) = self.last_unlike(first, source, name) else {
                return Ok(());
            };
            let added = self.push(Origin {
                source,
                name,
                next: LAST,
            })?;
            match last.and_then(|last| self.index.origins.get_mut(last as usize)) {
                Some(last) => {
                    last.next = added;
                    first
                }
                None => added,
            }
        };
        let Listed(at) = listed;
        let place = self.index.values.get_mut(at as usize + 3..at as usize + HEAD_BYTES);
        if let Some(place) = place {
            place.copy_from_slice(&first.to_le_bytes());
        }
        Ok(())
    }

    /// The same origin as an entry, should it be a source alone.
    fn outlined(&mut self, first: u32) -> Result<u32, Full> {
        if first == LAST || first & INLINE == 0 {
            return Ok(first);
        }
        self.push(Origin {
            source: first as u16,
            name: Names::NONE,
            next: LAST,
        })
    }

    fn push(&mut self, origin: Origin) -> Result<u32, Full> {
        let number = u32::try_from(self.index.origins.len())
            .ok()
            .filter(|number| number & INLINE == 0);
        let number = number.ok_or(Full)?;
        self.index.origins.push(origin);
        Ok(number)
    }

    /// The last of a chain, `Some(None)` of an empty one; `None` when one of them is the same.
    fn last_unlike(&self, first: u32, source: u16, name: u32) -> Option<Option<u32>> {
        let (mut last, mut next) = (None, first);
        while let Some(origin) = self.index.origins.get(next as usize) {
            let is_same = origin.source == source && self.index.names.get(origin.name) == self.index.names.get(name);
            if is_same {
                return None;
            }
            (last, next) = (Some(next), origin.next);
        }
        Some(last)
    }

    fn name(&mut self, name: &str) -> Result<u32, Full> {
        let names = &mut self.index.names;
        let is_last = |number: &u32| names.get(*number) == Some(name);
        // The values of one indicator come behind one another.
        if let Some(last) = (names.ends.len() as u32).checked_sub(1).filter(is_last) {
            return Ok(last);
        }
        let end = u32::try_from(names.text.len() + name.len()).map_err(|_| Full)?;
        names.text.push_str(name);
        names.ends.push(end);
        Ok(names.ends.len() as u32 - 1)
    }
}

/// The hash of a whole name.
fn name_hash(name: &[u8]) -> Hash {
    let mut whole = Hash(0);
    hash_names(name, usize::MAX, |_, hash| whole = hash);
    whole
}

/// Where each value stands, and its hash.
fn hashes(index: &Index) -> impl Iterator<Item = (u32, Hash)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let (kind, value, _) = index.read(Listed(start))?;
        at += (HEAD_BYTES + value.len()) as u32;
        let kind = Kind::ALL.into_iter().find(|known| *known as u8 == kind)?;
        let hash = match kind {
            Kind::Domain => name_hash(value),
            Kind::Url | Kind::Address | Kind::Hash | Kind::Ja3 | Kind::Ja4 | Kind::Email => hash_of(kind, value),
        };
        Some((start, hash))
    })
}

/// Doubles the table.
fn grow(index: &mut Index) {
    let mut places = vec![0; (index.places.len() * 2).max(64)];
    for (at, hash) in hashes(index) {
        settle(&mut places, hash, at);
    }
    index.places = places;
}

/// Notes where a value stands.
fn settle(places: &mut [u64], hash: Hash, at: u32) {
    let first = home(hash, places.len());
    let order = (first..places.len()).chain(0..first);
    for place in order {
        if let Some(place) = places.get_mut(place)
            && *place == 0
        {
            *place = hash.0 << 32 | u64::from(at + 1);
            return;
        }
    }
}
