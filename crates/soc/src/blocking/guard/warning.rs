//! Warning lists: what a bad feed names again and again, in the form of MISP's `misp-warninglists`.
//!
//! Lists are read as for indicators ([`WarningList`]), and those of the types `hostname`, `cidr` and `string` are taken. Those of
//! parts of names and of regular expressions are refused: what they mean for a name and all names below it is not exact.

use std::collections::BTreeMap;

use crate::blocking::{at_or_below, range, reversed};
use crate::name;
use crate::value::{Kind, Value};
use crate::warning::{WarningKind, WarningList};

/// Why a warning list is none that a guard takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WarnedError {
    /// Of a type that is not exact.
    #[error("only the types hostname, cidr and string are read")]
    Type,
    /// More values than may be held.
    #[error("more than {} values", super::MAX_KNOWN)]
    TooLong,
}

/// What a warning list warns of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warned {
    title: String,
    /// Reversed.
    names: BTreeMap<String, ()>,
    networks: Networks,
    /// How many of its values are no names, addresses or networks.
    unread: usize,
}

impl Warned {
    /// Takes a list.
    ///
    /// # Errors
    /// When it is of a type that is not exact, or too long.
    pub fn of(list: &WarningList) -> Result<Self, WarnedError> {
        match list.kind {
            WarningKind::Host | WarningKind::Network | WarningKind::Exact => {}
            WarningKind::Substring | WarningKind::Regex => return Err(WarnedError::Type),
        }
        if list.values.len() > super::MAX_KNOWN {
            return Err(WarnedError::TooLong);
        }
        let values = &list.values;
        let mut warned = Self {
            title: list.name.clone(),
            names: BTreeMap::new(),
            networks: Networks::default(),
            unread: 0,
        };
        let mut networks = Vec::new();
        for text in values {
            match Value::guess(text) {
                Ok(Value::Text(Kind::Domain, name)) => {
                    warned.names.insert(reversed(&name), ());
                }
                Ok(value @ (Value::Address(_) | Value::Network(_))) => {
                    networks
                        .extend(range(&value).map(|(family, first, last)| (family, first, last, value.to_string())));
                }
                Ok(Value::Text(..)) | Err(_) => {
                    // A public suffix is none that can be blocked, and one that can be warned of.
                    let mut canonical = String::new();
                    match name::canonical(text, &mut canonical) {
                        Ok(()) => {
                            warned.names.insert(reversed(&canonical), ());
                        }
                        Err(_) => warned.unread += 1,
                    }
                }
            }
        }
        warned.networks = Networks::of(networks);
        Ok(warned)
    }

    /// What it is called.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// How many of its values are no names, addresses or networks.
    #[must_use]
    pub const fn unread(&self) -> usize {
        self.unread
    }

    /// What of it a name, with all names below it, meets: the name, one below it, or one above it.
    pub(super) fn meets_name(&self, key: &str) -> Option<String> {
        if let Some((below, ())) = at_or_below(&self.names, key).next() {
            return Some(reversed(below));
        }
        let ends = key.match_indices('.').map(|(at, _)| at);
        let mut parents = ends.filter_map(|end| key.get(..end));
        // A list with a suffix of the public in it would speak of everybody.
        let is_owned = |parent: &&str| parent.contains('.') && self.names.contains_key(*parent);
        parents.find(is_owned).map(reversed)
    }

    /// What of it a network meets.
    pub(super) fn meets_network(&self, family: u8, first: u128, last: u128) -> Option<String> {
        self.networks.meets(family, first, last)
    }
}

/// Networks in the order of their first addresses, which may lie within one another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Networks {
    sorted: Vec<(u8, u128, u128, String)>,
    /// Beside each, which of it and those before it of its family reaches furthest.
    furthest: Vec<usize>,
}

impl Networks {
    fn of(mut sorted: Vec<(u8, u128, u128, String)>) -> Self {
        sorted.sort_unstable();
        let mut furthest: Vec<usize> = Vec::with_capacity(sorted.len());
        for (at, (family, _, last, _)) in sorted.iter().enumerate() {
            let before = furthest.last().copied();
            let reaches = before.filter(|before| {
                let before = sorted.get(*before);
                before.is_some_and(|(other, _, to, _)| other == family && to >= last)
            });
            furthest.push(reaches.unwrap_or(at));
        }
        Self { sorted, furthest }
    }

    fn meets(&self, family: u8, first: u128, last: u128) -> Option<String> {
        let end = self
            .sorted
            .partition_point(|(other, from, ..)| (*other, *from) <= (family, last));
        let furthest = self.furthest.get(end.checked_sub(1)?)?;
        let (other, _, to, text) = self.sorted.get(*furthest)?;
        (*other == family && *to >= first).then(|| text.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_meet_as_a_walk_over_all_of_them_says() {
        let all = vec![
            (4, 10, 19, "a".to_owned()),
            (4, 12, 13, "b".to_owned()),
            (4, 30, 30, "c".to_owned()),
            (6, 5, 500, "d".to_owned()),
            (6, 40, 41, "e".to_owned()),
        ];
        let networks = Networks::of(all.clone());
        for family in [4, 6] {
            for first in 0..50 {
                for last in first..50 {
                    let expected = all
                        .iter()
                        .any(|(other, from, to, _)| *other == family && *from <= last && first <= *to);
                    assert_eq!(
                        networks.meets(family, first, last).is_some(),
                        expected,
                        "{family} {first} {last}"
                    );
                }
            }
        }
    }

    #[test]
    fn only_exact_types_are_read() {
        let list = |kind: &str, values: &str| {
            let json = format!(r#"{{"name":"n","type":"{kind}","list":[{values}]}}"#);
            Warned::of(&WarningList::read(json.as_bytes()).unwrap())
        };
        assert_eq!(list("regex", "").err(), Some(WarnedError::Type));
        assert_eq!(list("substring", "").err(), Some(WarnedError::Type));
        let list = list("hostname", r#""a.example", "com.vn", "not a name", "192.0.2.0/24""#).unwrap();
        assert_eq!((list.title(), list.unread()), ("n", 1));
        let meets = |name: &str| list.meets_name(&reversed(name));
        assert_eq!(meets("a.example").as_deref(), Some("a.example"));
        assert_eq!(meets("b.a.example").as_deref(), Some("a.example"));
        assert_eq!(meets("ba.example"), None);
    }
}
