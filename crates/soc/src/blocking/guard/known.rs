//! What the operator knows of names and addresses: which are much used, which share an address, which are warned of.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::warning::Warned;
use crate::blocking::{at_or_below, reversed};
use crate::name;
use crate::value::{bits_of, parse_address};

/// Most names, pairs or values of a list that are held.
pub const MAX_KNOWN: usize = 2_000_000;

/// Why a line says nothing that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KnownError {
    /// Not `rank,name`.
    #[error("not a rank and a name: rank,name")]
    Rank,
    /// Not `name,address`.
    #[error("not a name and an address: name,address")]
    Pair,
    /// More than are held.
    #[error("more than {MAX_KNOWN} lines")]
    Full,
}

/// What is known. Names are held by their labels from the right.
#[derive(Debug, Clone, Default)]
pub struct Known {
    ranks: BTreeMap<Box<str>, u32>,
    /// Names, each with the addresses it was seen to have.
    seen: BTreeMap<Box<str>, Vec<IpAddr>>,
    at: BTreeMap<(u8, u128), Vec<Box<str>>>,
    pairs: usize,
    warnings: Vec<Warned>,
}

impl Known {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a warning list.
    pub fn warn(&mut self, list: Warned) {
        self.warnings.push(list);
    }

    /// Adds a line of a list of the most used names, as in `1,google.com`. A blank line says nothing.
    ///
    /// # Errors
    /// When it is no such line, or there are too many.
    pub fn add_rank(&mut self, line: &str) -> Result<(), KnownError> {
        if line.trim().is_empty() {
            return Ok(());
        }
        let (rank, name) = line.trim().split_once(',').ok_or(KnownError::Rank)?;
        let rank: u32 = rank.trim().parse().map_err(|_| KnownError::Rank)?;
        let name = canonical(name).ok_or(KnownError::Rank)?;
        if self.ranks.len() >= MAX_KNOWN {
            return Err(KnownError::Full);
        }
        let known = self.ranks.entry(name).or_insert(rank);
        *known = rank.min(*known);
        Ok(())
    }

    /// Adds a line of what a resolver was seen to answer, as in `a.example,192.0.2.1`. A blank line says nothing.
    ///
    /// # Errors
    /// When it is no such line, or there are too many.
    pub fn add_answer(&mut self, line: &str) -> Result<(), KnownError> {
        if line.trim().is_empty() {
            return Ok(());
        }
        let (name, address) = line.trim().split_once(',').ok_or(KnownError::Pair)?;
        let address = parse_address(address.trim()).ok_or(KnownError::Pair)?;
        let name = canonical(name).ok_or(KnownError::Pair)?;
        if self.pairs >= MAX_KNOWN {
            return Err(KnownError::Full);
        }
        let addresses = self.seen.entry(name.clone()).or_default();
        if !addresses.contains(&address) {
            addresses.push(address);
            self.at.entry(place(address)).or_default().push(name);
            self.pairs += 1;
        }
        Ok(())
    }

    /// The rank of a name.
    pub(super) fn rank(&self, key: &str) -> Option<u32> {
        self.ranks.get(key).copied()
    }

    /// The most used of a name and all names below it.
    pub(super) fn best_below(&self, key: &str) -> Option<(String, u32)> {
        let below = at_or_below(&self.ranks, key);
        let best = below.min_by_key(|(_, rank)| **rank);
        best.map(|(name, rank)| (reversed(name), *rank))
    }

    /// The most used of some names.
    pub(super) fn best_of(&self, names: &[&str]) -> Option<(String, u32)> {
        let ranked = names.iter().filter_map(|key| Some((*key, self.rank(key)?)));
        let best = ranked.min_by_key(|(_, rank)| *rank);
        best.map(|(key, rank)| (reversed(key), rank))
    }

    /// How many known names lie below a name, without it.
    pub(super) fn count_below(&self, key: &str) -> u64 {
        let names = self.names_below(key);
        names.iter().filter(|name| **name != key).count() as u64
    }

    /// The known names that are a name or lie below it, each once.
    pub(super) fn names_below(&self, key: &str) -> Vec<&str> {
        let ranked = at_or_below(&self.ranks, key).map(|(name, _)| name);
        let seen = at_or_below(&self.seen, key).map(|(name, _)| name);
        let mut names: Vec<&str> = ranked.chain(seen).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// How many addresses a name and those below it were seen to have.
    pub(super) fn addresses_below(&self, key: &str) -> u128 {
        let mut addresses: Vec<&IpAddr> = at_or_below(&self.seen, key)
            .flat_map(|(_, addresses)| addresses)
            .collect();
        addresses.sort_unstable();
        addresses.dedup();
        addresses.len() as u128
    }

    /// The names that were seen at these addresses, each once.
    pub(super) fn names_at(&self, family: u8, first: u128, last: u128) -> Vec<&str> {
        let at = self.at.range((family, first)..=(family, last));
        let mut names: Vec<&str> = at.flat_map(|(_, names)| names).map(AsRef::as_ref).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// What warning lists say of a name.
    pub(super) fn warnings_for_name(&self, key: &str) -> impl Iterator<Item = (String, String)> {
        let met = self.warnings.iter();
        met.filter_map(move |list| Some((list.title().to_owned(), list.meets_name(key)?)))
    }

    /// What warning lists say of a network.
    pub(super) fn warnings_for_network(
        &self,
        family: u8,
        first: u128,
        last: u128,
    ) -> impl Iterator<Item = (String, String)> {
        let met = self.warnings.iter();
        met.filter_map(move |list| Some((list.title().to_owned(), list.meets_network(family, first, last)?)))
    }
}

fn canonical(name: &str) -> Option<Box<str>> {
    let mut canonical = String::new();
    name::canonical(name.trim(), &mut canonical).ok()?;
    Some(reversed(&canonical).into_boxed_str())
}

fn place(address: IpAddr) -> (u8, u128) {
    let (bits, _) = bits_of(address);
    (if address.is_ipv4() { 4 } else { 6 }, bits)
}
