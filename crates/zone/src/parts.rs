//! A zone cut into parts that are zones of their own, for resolvers that go through all rules of a zone at each change of it:
//! BIND takes as long for one name more as for all that the zone has. No rule of one part is about a name that a rule of
//! another part is about, so that the parts together say what the zone says, in whichever order they are asked, and at each
//! moment of a change: what is listed stands in one part, and leaves no other. Addresses have a part of their own, the last,
//! because within a zone names go before them.

use std::cmp::Ordering;

use anlanh_soc::blocking::{Origin, OriginError, family};

use crate::limits::MAX_PARTS;
use crate::rules::{Delta, Key, Rules};

/// Into how many parts names are cut; none is cut where it is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Parts(u8);

/// Not a number of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a number of parts: at most {MAX_PARTS}")]
pub struct PartsError;

impl Parts {
    /// So many for names, and one for addresses.
    ///
    /// # Errors
    /// When there are more than a resolver takes.
    pub const fn new(count: u8) -> Result<Self, PartsError> {
        if count > MAX_PARTS {
            return Err(PartsError);
        }
        Ok(Self(count))
    }

    /// Whether there are any.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The names of the zone of what is fresh and of the parts of a zone, in the order in which resolvers are to have them.
    ///
    /// # Errors
    /// When the name of the zone leaves no room for them.
    pub fn origins(self, whole: &Origin) -> Result<Vec<Origin>, OriginError> {
        if self.is_none() {
            return Ok(Vec::new());
        }
        let labels = (0..self.count()).filter_map(|part| self.label(part));
        std::iter::once("fresh".to_owned())
            .chain(labels)
            .map(|label| Origin::parse(&format!("{label}.{}", whole.as_str())))
            .collect()
    }

    /// The first label of the zone of a part; the last one has the addresses.
    #[must_use]
    pub fn label(self, part: usize) -> Option<String> {
        match part.cmp(&usize::from(self.0)) {
            Ordering::Less => Some(format!("p{part:02}")),
            Ordering::Equal if !self.is_none() => Some("ip".to_owned()),
            Ordering::Equal | Ordering::Greater => None,
        }
    }

    /// How many there are, with that of addresses.
    const fn count(self) -> usize {
        if self.0 == 0 { 0 } else { self.0 as usize + 1 }
    }

    /// In which part a rule stands.
    pub fn part_of(self, key: Key<'_>) -> usize {
        match key {
            Key::Name(key) => {
                let family = std::str::from_utf8(key).map_or(key, |key| family(key).as_bytes());
                (hash(family) % u64::from(self.0.max(1))) as usize
            }
            Key::Addresses(_) => usize::from(self.0),
        }
    }

    /// The rules of each part, in their order.
    pub fn cut(self, rules: &Rules) -> Vec<Rules> {
        let mut parts = vec![Rules::default(); self.count()];
        for (key, target) in rules.iter() {
            if let Some(part) = parts.get_mut(self.part_of(key)) {
                part.push(key, target);
            }
        }
        parts
    }

    /// What changes in each part.
    pub fn cut_delta(self, delta: &Delta) -> Vec<Delta> {
        let both = self.cut(&delta.removed).into_iter().zip(self.cut(&delta.added));
        both.map(|(removed, added)| Delta { removed, added }).collect()
    }
}

/// The same in every process and version: what a part holds does not move while it is served (FNV-1a).
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use anlanh_soc::blocking::{Act, Blocklist};

    use super::*;

    fn rules(values: &[String]) -> Rules {
        let mut list = Blocklist::new();
        for value in values {
            list.add(value, &Act::NxDomain).unwrap();
        }
        Rules::of(&list, &Origin::parse("rpz.test").unwrap(), |gap| panic!("{gap:?}"))
    }

    #[test]
    fn parts_have_their_limit_and_their_names() {
        assert!(Parts::new(MAX_PARTS + 1).is_err());
        let most = Parts::new(MAX_PARTS).unwrap();
        let whole = Origin::parse("rpz.test").unwrap();
        let origins = most.origins(&whole).unwrap();
        assert_eq!(origins.len(), usize::from(MAX_PARTS) + 2);
        assert_eq!(origins[0].as_str(), "fresh.rpz.test");
        assert_eq!(origins[8].as_str(), "p07.rpz.test");
        assert_eq!(origins.last().unwrap().as_str(), "ip.rpz.test");
        assert!(Parts::default().origins(&whole).unwrap().is_empty());
        assert!(Parts::default().cut(&rules(&["evil.vn".to_owned()])).is_empty());
    }

    #[test]
    fn a_family_is_in_one_part_and_parts_are_alike() {
        let parts = Parts::new(8).unwrap();
        let mut values: Vec<String> = (0..2_000).map(|at| format!("n{at}.com.vn")).collect();
        values.extend((0..2_000).map(|at| format!("a.b{}.n{at}.com.vn", at % 3)));
        values.extend(["192.0.2.0/24".to_owned(), "2001:db8::7".to_owned()]);
        let whole = rules(&values);
        let cut = parts.cut(&whole);
        assert_eq!(cut.iter().map(Rules::len).sum::<usize>(), whole.len());
        assert_eq!(cut.last().unwrap().len(), 2, "addresses");
        let mut part_of_family = HashMap::new();
        for (at, part) in cut.iter().enumerate() {
            let keys: Vec<Key<'_>> = part.iter().map(|(key, _)| key).collect();
            assert!(keys.is_sorted());
            for key in keys {
                if let Key::Name(_) = key {
                    let written = key.written();
                    let family: Vec<&str> = written.rsplit('.').take(3).collect();
                    let known = part_of_family.entry(family.join(".")).or_insert(at);
                    assert_eq!(*known, at, "{written}");
                }
            }
        }
        // None has more than twice its share.
        assert!(cut.iter().all(|part| part.len() < 1_000), "{cut:?}");
    }
}
