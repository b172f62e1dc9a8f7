//! The rules of a zone in one block of memory, in one order, and what differs between two of them.
//!
//! A million names take some 30 MB: a rule is the labels of its name and where it leads, and both records of it (the name, and
//! all below) are made while they are sent. Order is that of [`each_rule`]: names by their labels from the right, then addresses.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::convert::Infallible;
use std::fmt::Write as _;
use std::net::IpAddr;

use anlanh_soc::blocking::{Act, Blocklist, Gap, Origin, Reader, Trigger, each_rule, read_act, target, trigger};
use anlanh_soc::{Network, Value};
use sha2::{Digest, Sha256};

/// What a rule is about, in the form in which rules are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key<'r> {
    /// The labels of a name from the right: `vn.evil`.
    Name(&'r [u8]),
    /// Family, first address and last, big end first.
    Addresses(&'r [u8]),
}

/// A rule: its key, and the name that it leads to, without a dot at its end.
pub type Rule<'r> = (Key<'r>, &'r [u8]);

/// Bytes before a rule: its kind and two lengths.
const HEAD: usize = 3;

/// Rules in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    bytes: Vec<u8>,
    len: usize,
}

impl Rules {
    /// The rules of a list; what a zone cannot say is reported.
    pub fn of(list: &Blocklist, origin: &Origin, report: impl FnMut(Gap<'_>)) -> Self {
        let mut rules = Self::default();
        rules.bytes.reserve(list.len() * 32);
        let take = |rule: anlanh_soc::blocking::Rule<'_>| {
            let target = target(rule.act).as_bytes();
            match rule.trigger {
                Trigger::Name(name) => rules.push(Key::Name(name.as_bytes()), target),
                Trigger::Address(value) => rules.push(Key::Addresses(&addresses(value)), target),
            }
            Ok::<(), Infallible>(())
        };
        let Ok(()) = each_rule(list, origin, Reader::Full, take, report);
        rules.bytes.shrink_to_fit();
        rules
    }

    /// Adds a rule behind all others. Names are shorter than 254 bytes, by [`Value`].
    pub fn push(&mut self, key: Key<'_>, target: &[u8]) {
        let (kind, key) = match key {
            Key::Name(key) => (0, key),
            Key::Addresses(key) => (1, key),
        };
        self.bytes.extend([kind, key.len() as u8, target.len() as u8]);
        self.bytes.extend(key);
        self.bytes.extend(target);
        self.len += 1;
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// How much memory they take.
    pub const fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The rule at a place, and where the next one is.
    pub fn at(&self, at: usize) -> Option<(Rule<'_>, usize)> {
        let (head, rest) = self.bytes.get(at..)?.split_at_checked(HEAD)?;
        let [kind, key_len, target_len] = head else { return None };
        let (key, rest) = rest.split_at_checked(usize::from(*key_len))?;
        let target = rest.get(..usize::from(*target_len))?;
        let key = if *kind == 0 {
            Key::Name(key)
        } else {
            Key::Addresses(key)
        };
        Some(((key, target), at + HEAD + key_len_of(key) + target.len()))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Rule<'_>> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let (rule, next) = self.at(at)?;
            at = next;
            Some(rule)
        })
    }

    /// What is to be said of these names, which come in their order, and of those below them, so that the closest rule says what the
    /// closest of all rules says: for each name that is listed or below what is, and for what below it is treated otherwise.
    pub fn around<'n>(&self, names: impl Iterator<Item = &'n [u8]> + Clone) -> Self {
        let mut closest: BTreeMap<&[u8], Option<&[u8]>> = BTreeMap::new();
        for name in names.clone() {
            closest.extend(prefixes(name).map(|above| (above, None)));
        }
        let mut below: Vec<Vec<u8>> = names.clone().map(|name| [name, b"."].concat()).collect();
        // Names beside one may sort between it and those below it, as `-` comes before `.`.
        below.sort_unstable();
        let mut found = BTreeMap::new();
        let (mut wanted, mut starts) = (closest.iter_mut().peekable(), below.iter().peekable());
        let mut open: Vec<&[u8]> = Vec::new();
        for (key, target) in self.iter() {
            let Key::Name(key) = key else { break };
            while wanted.next_if(|(name, _)| **name < key).is_some() {}
            if let Some((_, to)) = wanted.next_if(|(name, _)| **name == key) {
                *to = Some(target);
            }
            while let Some(start) = starts.next_if(|start| start.as_slice() <= key) {
                if key.starts_with(start) {
                    open.push(start);
                }
            }
            while open.pop_if(|start| !key.starts_with(start)).is_some() {}
            if !open.is_empty() {
                found.insert(key, target);
            }
        }
        // Each is above those that come after it, if any is.
        for name in names {
            let mut above = prefixes(name).rev();
            if let Some(target) = above.find_map(|above| closest.get(above).copied().flatten()) {
                found.insert(name, target);
            }
        }
        let names: HashSet<&[u8]> = below
            .iter()
            .filter_map(|start| start.split_last())
            .map(|(_, name)| name)
            .collect();
        let mut said: HashMap<&[u8], &[u8]> = HashMap::new();
        let mut rules = Self::default();
        for (key, target) in found {
            let above = prefixes(key).rev().skip(1).find_map(|above| said.get(above));
            if names.contains(key) || above != Some(&target) {
                said.insert(key, target);
                rules.push(Key::Name(key), target);
            }
        }
        rules
    }

    /// Those of them whose keys others have.
    pub fn common(&self, keys: &Self) -> Self {
        let mut common = Self::default();
        let wanted: HashSet<Key<'_>> = keys.iter().map(|(key, _)| key).collect();
        for (key, target) in self.iter().filter(|(key, _)| wanted.contains(key)) {
            common.push(key, target);
        }
        common
    }

    /// What they are after a change of them.
    pub fn with(&self, delta: &Delta) -> Self {
        let mut rules = Self::default();
        rules.bytes.reserve(self.bytes.len() + delta.added.bytes());
        let (mut removed, mut added) = (delta.removed.iter().peekable(), delta.added.iter().peekable());
        for (key, target) in self.iter() {
            while let Some((new, to)) = added.next_if(|(new, _)| *new < key) {
                rules.push(new, to);
            }
            let is_gone = removed.next_if(|(gone, _)| *gone == key).is_some();
            match added.next_if(|(new, _)| *new == key) {
                Some((new, to)) => rules.push(new, to),
                None if is_gone => {}
                None => rules.push(key, target),
            }
        }
        added.for_each(|(key, target)| rules.push(key, target));
        rules.bytes.shrink_to_fit();
        rules
    }

    /// A digest by which two of them are compared.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(&self.bytes).into()
    }

    /// What of these names, their own or of a name above them, is listed: where the rule of each leads that has one.
    pub fn holding<'n>(&self, names: &HashSet<&'n str>) -> HashMap<&'n str, Vec<u8>> {
        let mut above: HashMap<Vec<u8>, Option<Vec<u8>>> = HashMap::new();
        for name in names {
            for key in keys_above(name) {
                above.insert(key, None);
            }
        }
        for (key, target) in self.iter() {
            if let Key::Name(key) = key
                && let Some(found) = above.get_mut(key)
            {
                *found = Some(target.to_owned());
            }
        }
        let closest = |name: &&'n str| keys_above(name).find_map(|key| above.get(&key).cloned().flatten());
        names.iter().filter_map(|name| Some((*name, closest(name)?))).collect()
    }
}

const fn key_len_of(key: Key<'_>) -> usize {
    match key {
        Key::Name(key) | Key::Addresses(key) => key.len(),
    }
}

impl<'r> FromIterator<Rule<'r>> for Rules {
    /// Rules that come in their order.
    fn from_iter<I: IntoIterator<Item = Rule<'r>>>(all: I) -> Self {
        let mut rules = Self::default();
        all.into_iter().for_each(|(key, target)| rules.push(key, target));
        rules
    }
}

/// The keys above a key and it itself, the shortest first.
fn prefixes(key: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    let ends = (0..key.len()).filter(|at| key.get(*at) == Some(&b'.'));
    ends.chain([key.len()]).filter_map(|end| key.get(..end))
}

/// The keys of a name and of those above it, the longest first.
fn keys_above(name: &str) -> impl Iterator<Item = Vec<u8>> {
    let labels: Vec<&str> = name.rsplit('.').collect();
    (1..=labels.len()).rev().filter_map(move |count| {
        let key = labels.get(..count)?.join(".");
        Some(key.into_bytes())
    })
}

/// An address or a network as a key.
fn addresses(value: &Value) -> [u8; 33] {
    let (first, last) = match value {
        Value::Address(address) => {
            let bits = bits_of(*address);
            (*address, (bits, bits))
        }
        Value::Network(network) => (network.first(), network.range()),
        // No trigger of addresses is a text.
        Value::Text(..) => (IpAddr::from([0, 0, 0, 0]), (0, 0)),
    };
    let mut key = [0; 33];
    let [family, bits @ ..] = &mut key;
    *family = if first.is_ipv4() { 4 } else { 6 };
    let both = last.0.to_be_bytes().into_iter().chain(last.1.to_be_bytes());
    bits.iter_mut().zip(both).for_each(|(to, from)| *to = from);
    key
}

const fn bits_of(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits() as u128,
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// The address or the network of a key.
fn value_of(key: &[u8]) -> Option<Value> {
    let (family, bits) = key.split_first()?;
    let (first, last) = bits.split_at_checked(16)?;
    let first = u128::from_be_bytes(first.try_into().ok()?);
    let last = u128::from_be_bytes(last.try_into().ok()?);
    let free = (first ^ last).count_ones() as u8;
    let (address, width) = match family {
        4 => (IpAddr::V4((first as u32).into()), 32),
        _ => (IpAddr::V6(first.into()), 128),
    };
    if free == 0 {
        return Some(Value::Address(address));
    }
    let network = Network::new(address, u8::checked_sub(width, free)?).ok()?;
    Some(Value::Network(network))
}

impl Key<'_> {
    /// Whether a rule of it has a second record, for all names below.
    pub const fn has_below(&self) -> bool {
        matches!(self, Self::Name(_))
    }

    /// Whether it is of a name of which this holds.
    pub fn is_name_that(&self, holds: impl Fn(&[u8]) -> bool) -> bool {
        match self {
            Self::Name(name) => holds(name),
            Self::Addresses(_) => false,
        }
    }

    /// Adds the labels of its owner, relative to the zone, in the form of the wire.
    pub fn push_labels(&self, out: &mut Vec<u8>) {
        match self {
            Self::Name(key) => {
                for label in key.rsplit(|byte| *byte == b'.') {
                    out.push(label.len() as u8);
                    out.extend(label);
                }
            }
            Self::Addresses(key) => {
                let owner = value_of(key).map(|value| trigger(&value)).unwrap_or_default();
                for label in owner.split('.') {
                    out.push(label.len() as u8);
                    out.extend(label.bytes());
                }
            }
        }
    }

    /// As people write it.
    pub fn written(&self) -> String {
        match self {
            Self::Name(key) => {
                let key = String::from_utf8_lossy(key);
                let labels: Vec<&str> = key.rsplit('.').collect();
                labels.join(".")
            }
            Self::Addresses(key) => match value_of(key) {
                Some(Value::Network(network)) => {
                    let mut text = network.first().to_string();
                    // Writing to a text does not fail.
                    let _ = write!(text, "/{}", network.prefix());
                    text
                }
                Some(Value::Address(address)) => address.to_string(),
                Some(Value::Text(..)) | None => String::new(),
            },
        }
    }
}

/// Adds a target in the form of the wire, as a whole name.
pub fn push_target(target: &[u8], out: &mut Vec<u8>) {
    if !target.is_empty() {
        push_labels(target, out);
    }
    out.push(0);
}

/// Adds the labels of a name in the form of the wire.
pub fn push_labels(name: &[u8], out: &mut Vec<u8>) {
    for label in name.split(|byte| *byte == b'.') {
        out.push(label.len() as u8);
        out.extend(label);
    }
}

/// The act of a target.
pub fn act_of(target: &[u8]) -> Option<Act> {
    read_act(std::str::from_utf8(target).ok()?)
}

/// What leads from one version to another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delta {
    /// Rules that are no longer there.
    pub removed: Rules,
    /// Rules that came.
    pub added: Rules,
}

/// What became of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The name, address or network, as people write it.
    pub value: String,
    /// What was done before.
    pub before: Option<Act>,
    /// What is done now.
    pub after: Option<Act>,
}

impl Change {
    /// Whether it is about a name: what answers have which address nobody can ask.
    #[must_use]
    pub fn is_name(&self) -> bool {
        self.value.parse::<IpAddr>().is_err() && !self.value.contains('/')
    }
}

impl Delta {
    /// What differs.
    pub fn between(old: &Rules, new: &Rules) -> Self {
        let mut delta = Self::default();
        walk(old, new, |key, before, after| {
            if before != after {
                if let Some(target) = before {
                    delta.removed.push(key, target);
                }
                if let Some(target) = after {
                    delta.added.push(key, target);
                }
            }
        });
        delta
    }

    /// Both, one after the other, as one: what came and went in between is not in it.
    pub fn then(&self, next: &Self) -> Self {
        // What was there before either, and what is there after both; a rule that neither touched is in neither.
        let mut first: HashMap<Key<'_>, Option<&[u8]>> = HashMap::new();
        let mut last: HashMap<Key<'_>, Option<&[u8]>> = HashMap::new();
        for delta in [self, next] {
            walk(&delta.removed, &delta.added, |key, before, after| {
                first.entry(key).or_insert(before);
                last.insert(key, after);
            });
        }
        let mut keys: Vec<Key<'_>> = first.keys().copied().collect();
        keys.sort_unstable();
        let mut delta = Self::default();
        for key in keys {
            let (before, after) = (first.get(&key).copied().flatten(), last.get(&key).copied().flatten());
            if before != after {
                if let Some(target) = before {
                    delta.removed.push(key, target);
                }
                if let Some(target) = after {
                    delta.added.push(key, target);
                }
            }
        }
        delta
    }

    /// How many rules are in it.
    pub const fn len(&self) -> usize {
        self.removed.len() + self.added.len()
    }

    /// How much memory it takes.
    pub const fn bytes(&self) -> usize {
        self.removed.bytes() + self.added.bytes()
    }

    /// What became of each value.
    pub fn changes(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        walk(&self.removed, &self.added, |key, before, after| {
            changes.push(Change {
                value: key.written(),
                before: before.and_then(act_of),
                after: after.and_then(act_of),
            });
        });
        changes
    }
}

/// Gives every key of either side, with where it leads on each.
fn walk<'r>(old: &'r Rules, new: &'r Rules, mut each: impl FnMut(Key<'r>, Option<&'r [u8]>, Option<&'r [u8]>)) {
    let (mut olds, mut news) = (old.iter().peekable(), new.iter().peekable());
    loop {
        match (olds.peek().copied(), news.peek().copied()) {
            (None, None) => return,
            (Some((key, target)), other) if other.is_none_or(|(other, _)| key < other) => {
                each(key, Some(target), None);
                olds.next();
            }
            (other, Some((key, target))) if other.is_none_or(|(other, _)| key < other) => {
                each(key, None, Some(target));
                news.next();
            }
            (before, after) => {
                if let (Some((key, before)), Some((_, after))) = (before, after) {
                    each(key, Some(before), Some(after));
                }
                olds.next();
                news.next();
            }
        }
    }
}

#[cfg(test)]
mod tests;
