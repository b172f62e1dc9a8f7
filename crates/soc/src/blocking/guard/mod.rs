//! What must not be blocked, and what one person must not block alone.
//!
//! A guard holds a value against what must stay reachable, what everybody uses, and what strangers share, and says what it
//! finds ([`Finding`]). A finding that refuses cannot be approved away; one that objects takes a second person. Who may approve
//! is for whoever asks. The same facts give an [`Estimate`] of who would be hit.

mod known;
mod warning;

pub use known::{Known, KnownError, MAX_KNOWN};
pub use warning::{Warned, WarnedError};

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::{Act, BlockError, at_or_below, range, reversed};
use crate::name;
use crate::value::{Kind, Value, ValueError};

/// Most examples of names that an estimate shows.
const MOST_EXAMPLES: usize = 10;

/// What something that must stay reachable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// The state's.
    State,
    /// Emergency services.
    Emergency,
    /// Banks and payment.
    Bank,
    /// Public resolvers, root and registry servers: without them nothing resolves.
    Resolver,
    /// What everybody leans on: certificates, time, updates.
    Service,
    /// The operator's own.
    Own,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 6] = [
        Self::State,
        Self::Emergency,
        Self::Bank,
        Self::Resolver,
        Self::Service,
        Self::Own,
    ];

    /// Its key in packs and answers.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Emergency => "emergency",
            Self::Bank => "bank",
            Self::Resolver => "resolver",
            Self::Service => "service",
            Self::Own => "own",
        }
    }
}

/// What the guard weighs numbers against: policy, not facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Up to which rank a name is popular.
    pub popular: u32,
    /// From how many known names on an address is shared.
    pub shared_names: u32,
    /// From how many known names below it on a name hits others.
    pub names_below: u32,
    /// The widest network of IPv4 that may be blocked, by its prefix.
    pub widest_v4: u8,
    /// The widest network of IPv6.
    pub widest_v6: u8,
}

/// What is to be blocked, with what its kind asks for.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The value.
    pub value: &'a Value,
    /// What is to be done about it.
    pub act: &'a Act,
    /// Of an address or network: why no name serves.
    pub why_no_name: Option<&'a str>,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// A second person is needed.
    Objects,
    /// It cannot be blocked.
    Refuses,
}

/// What a guard finds against blocking a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Finding {
    /// It would hit what must stay reachable: it is that, stands above it, or holds it.
    Protected(Class, String),
    /// It lies below what must stay reachable.
    BelowProtected(Class, String),
    /// A network wider than may be blocked, by its prefix and the widest one.
    TooWide(u8, u8),
    /// An address or a network, and nobody said why no name serves.
    NoReason,
    /// It, or a name below it, is among the most used ones: which, and its rank.
    Popular(String, u32),
    /// It is on a warning list, or holds what is: the title of the list, and the value there.
    Listed(String, String),
    /// Known names share the address or network: how many.
    Shared(u64),
    /// Known names lie below it: how many.
    HitsBelow(u64),
    /// Its owner gives names below it to strangers (`blogspot.com`).
    PrivateSuffix,
    /// Nothing that a network can block.
    NotBlockable,
}

impl Finding {
    /// How much it weighs.
    #[must_use]
    pub const fn weight(&self) -> Weight {
        match self {
            Self::Protected(..) | Self::TooWide(..) | Self::NoReason | Self::NotBlockable => Weight::Refuses,
            Self::BelowProtected(..)
            | Self::Popular(..)
            | Self::Listed(..)
            | Self::Shared(_)
            | Self::HitsBelow(_)
            | Self::PrivateSuffix => Weight::Objects,
        }
    }

    /// Its key in answers.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Protected(..) => "protected",
            Self::BelowProtected(..) => "below_protected",
            Self::TooWide(..) => "too_wide",
            Self::NoReason => "no_reason",
            Self::Popular(..) => "popular",
            Self::Listed(..) => "listed",
            Self::Shared(_) => "shared",
            Self::HitsBelow(_) => "hits_below",
            Self::PrivateSuffix => "private_suffix",
            Self::NotBlockable => "not_blockable",
        }
    }

    /// What it is about, in one line of numbers, names and titles; empty where the key says all.
    #[must_use]
    pub fn about(&self) -> String {
        match self {
            Self::Protected(class, value) | Self::BelowProtected(class, value) => format!("{}: {value}", class.key()),
            Self::TooWide(is, widest) => format!("/{is} > /{widest}"),
            Self::Popular(name, rank) => format!("{name} #{rank}"),
            Self::Listed(list, value) => format!("{list}: {value}"),
            Self::Shared(names) | Self::HitsBelow(names) => names.to_string(),
            Self::NoReason | Self::PrivateSuffix | Self::NotBlockable => String::new(),
        }
    }
}

/// Who would be hit, as far as the node knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Estimate {
    /// Known names that would not be answered or reached.
    pub names: u64,
    /// Addresses that the value itself covers; for a name, those it is known to have.
    pub addresses: u128,
    /// The best rank among them.
    pub best_rank: Option<u32>,
    /// Some of them.
    pub examples: Vec<String>,
}

/// What values are held against.
#[derive(Debug, Clone)]
pub struct Guard {
    bounds: Bounds,
    /// By their labels from the right, so that what lies below a name follows it.
    names: BTreeMap<String, Class>,
    networks: Vec<(u8, u128, u128, String, Class)>,
}

impl Guard {
    /// One with these bounds, that protects nothing yet.
    #[must_use]
    pub const fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            names: BTreeMap::new(),
            networks: Vec::new(),
        }
    }

    /// Protects a name of two labels or more, an address or a network. Unlike what is to be blocked, it may be a public suffix
    /// (`gov.vn`).
    ///
    /// # Errors
    /// When it is none of these.
    pub fn protect(&mut self, class: Class, text: &str) -> Result<(), BlockError> {
        if let Ok(value @ (Value::Address(_) | Value::Network(_))) = Value::guess(text) {
            if let Some((family, first, last)) = range(&value) {
                self.networks.push((family, first, last, value.to_string(), class));
            }
            return Ok(());
        }
        let mut canonical = String::new();
        name::canonical(text, &mut canonical).map_err(|error| BlockError::Value(error.into()))?;
        if !canonical.contains('.') {
            return Err(BlockError::Value(ValueError::SingleLabel));
        }
        self.names.insert(reversed(&canonical), class);
        Ok(())
    }

    /// Everything that speaks against blocking a value; empty where nothing does.
    #[must_use]
    pub fn judge(&self, ask: Ask<'_>, known: &Known) -> Vec<Finding> {
        let mut found = Vec::new();
        match ask.value {
            // An exception lets through.
            _ if *ask.act == Act::Pass => {}
            Value::Text(Kind::Domain, name) => self.judge_name(name, known, &mut found),
            // A path of a host that must stay reachable may be blocked by whoever can see paths; it hits no other.
            Value::Text(Kind::Url | Kind::Hash, _) => {}
            Value::Text(..) => found.push(Finding::NotBlockable),
            value @ (Value::Address(_) | Value::Network(_)) => {
                self.judge_network(value, known, &mut found);
                let is_said = ask.why_no_name.is_some_and(|why| !why.trim().is_empty());
                if !is_said {
                    found.push(Finding::NoReason);
                }
            }
        }
        found.sort_by_key(|finding| std::cmp::Reverse(finding.weight()));
        found
    }

    fn judge_name(&self, name: &str, known: &Known, found: &mut Vec<Finding>) {
        let key = reversed(name);
        if let Some((hit, class)) = at_or_below(&self.names, &key).next() {
            found.push(Finding::Protected(*class, reversed(hit)));
        }
        if let Some((above, class)) = self.above(&key) {
            found.push(Finding::BelowProtected(class, above));
        }
        if psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.as_bytes() == name.as_bytes()) {
            found.push(Finding::PrivateSuffix);
        }
        if let Some((popular, rank)) = known.best_below(&key).filter(|(_, rank)| *rank <= self.bounds.popular) {
            found.push(Finding::Popular(popular, rank));
        }
        let below = known.count_below(&key);
        if below >= u64::from(self.bounds.names_below) {
            found.push(Finding::HitsBelow(below));
        }
        found.extend(
            known
                .warnings_for_name(&key)
                .map(|(list, value)| Finding::Listed(list, value)),
        );
    }

    fn judge_network(&self, value: &Value, known: &Known, found: &mut Vec<Finding>) {
        let Some((family, first, last)) = range(value) else {
            return;
        };
        let hit = self
            .networks
            .iter()
            .find(|(other, from, to, ..)| *other == family && *from <= last && first <= *to);
        if let Some((.., text, class)) = hit {
            found.push(Finding::Protected(*class, text.clone()));
        }
        if let Value::Network(network) = value {
            let widest = match network.first() {
                IpAddr::V4(_) => self.bounds.widest_v4,
                IpAddr::V6(_) => self.bounds.widest_v6,
            };
            if network.prefix() < widest {
                found.push(Finding::TooWide(network.prefix(), widest));
            }
        }
        let names = known.names_at(family, first, last);
        if let Some((popular, rank)) = known.best_of(&names).filter(|(_, rank)| *rank <= self.bounds.popular) {
            found.push(Finding::Popular(popular, rank));
        }
        if names.len() as u64 >= u64::from(self.bounds.shared_names) {
            found.push(Finding::Shared(names.len() as u64));
        }
        let listed = known.warnings_for_network(family, first, last);
        found.extend(listed.map(|(list, value)| Finding::Listed(list, value)));
    }

    /// The protected name right above another, and what it is.
    fn above(&self, key: &str) -> Option<(String, Class)> {
        let ends = key.match_indices('.').map(|(at, _)| at);
        let parents = ends.filter_map(|end| key.get(..end));
        let mut hits = parents.filter_map(|parent| self.names.get_key_value(parent));
        hits.next_back().map(|(name, class)| (reversed(name), *class))
    }

    /// Who would be hit, as far as is known.
    #[must_use]
    pub fn estimate(&self, value: &Value, known: &Known) -> Estimate {
        let (names, addresses) = match value {
            Value::Text(Kind::Domain, name) => {
                let key = reversed(name);
                (known.names_below(&key), known.addresses_below(&key))
            }
            Value::Text(..) => return Estimate::default(),
            Value::Address(_) | Value::Network(_) => match range(value) {
                Some((family, first, last)) => (known.names_at(family, first, last), (last - first).saturating_add(1)),
                None => return Estimate::default(),
            },
        };
        let mut ranked: Vec<(u32, &str)> = names
            .iter()
            .map(|key| (known.rank(key).unwrap_or(u32::MAX), *key))
            .collect();
        ranked.sort_unstable();
        Estimate {
            names: names.len() as u64,
            addresses,
            best_rank: ranked.first().map(|(rank, _)| *rank).filter(|rank| *rank < u32::MAX),
            examples: ranked
                .iter()
                .take(MOST_EXAMPLES)
                .map(|(_, key)| reversed(key))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests;
