//! Names that changes added of late, in a small zone of their own in front of the parts. BIND blocks a name that came as soon as it
//! has gone through all rules of the zone in which it came, and what is gone as soon as the zone is there; so what comes is said
//! first in a zone that is small, and moved to the parts afterwards, one part at a time.
//!
//! For every name that has a rule here, at it or above it, the closest one says what the closest one of the whole zone says; so it
//! does not matter which of the other zones a resolver has got meanwhile. A name is let go only when its part is known to have it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anlanh_soc::blocking::{Act, family};
use anlanh_soc::{Kind, Value};
use domain::base::Serial;

use crate::ledger::{LedgerError, replace};
use crate::limits::{FRESH_AT_LEAST, FRESH_FOR, MAX_FRESH_BYTES, MAX_FRESH_NAMES, MAX_FRESH_RULES};
use crate::rules::{Delta, Key, Rule, Rules, act_of};

/// How far a name is on its way to its part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Its part does not have it yet.
    Ahead {
        /// Since when it is here, since 1970.
        since: Duration,
    },
    /// Its part has it.
    Folded {
        /// The version of the part from which on it has.
        serial: Serial,
        /// Since when, since 1970.
        since: Duration,
    },
    /// Its part has it, and was seen to be in effect so.
    Proven {
        /// Since when its part has it, since 1970.
        since: Duration,
    },
}

/// The names, by their labels from the right, and how far each is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fresh {
    names: BTreeMap<Vec<u8>, Stage>,
}

/// What a step makes of them, and of the zones.
#[derive(Debug)]
pub struct Plan {
    /// The names afterwards; those that are being folded are said by [`Plan::folding`].
    pub fresh: Fresh,
    /// The rules of their zone.
    pub rules: Rules,
    /// What changes in the parts together.
    pub parts: Arc<Delta>,
    /// The names whose parts have them from now on.
    pub folding: Vec<Vec<u8>>,
}

impl Fresh {
    /// Reads the names of a file; without one there are none. Where each stands is not known: its part has it from the first version
    /// that this process publishes.
    ///
    /// # Errors
    /// When it cannot be read, or is not what was written.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        let damaged = || LedgerError::Damaged(path.to_owned());
        let text = match std::fs::read(path) {
            Ok(text) if text.len() > MAX_FRESH_BYTES => return Err(damaged()),
            Ok(text) => String::from_utf8(text).map_err(|_| damaged())?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(LedgerError::Io(path.to_owned(), error)),
        };
        let mut names = BTreeMap::new();
        for line in text.lines() {
            let Ok(Value::Text(Kind::Domain, name)) = Value::read(Kind::Domain, line) else {
                return Err(damaged());
            };
            let labels: Vec<&str> = name.rsplit('.').collect();
            let stage = Stage::Folded {
                serial: Serial(0),
                since: Duration::ZERO,
            };
            names.insert(labels.join(".").into_bytes(), stage);
        }
        Ok(Self { names })
    }

    /// Writes the names, so that a process that starts again goes on with them.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), LedgerError> {
        let written = replace(path, |file| {
            self.names
                .keys()
                .try_for_each(|name| writeln!(file, "{}", Key::Name(name).written()))
        });
        written.map_err(|error| LedgerError::Io(path.to_owned(), error))
    }

    /// Whether both have the same names.
    pub fn has_names_of(&self, other: &Self) -> bool {
        self.names.keys().eq(other.names.keys())
    }

    /// The names, and how far each is.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], Stage)> {
        self.names.iter().map(|(name, stage)| (name.as_slice(), *stage))
    }

    /// Notes that the part of a name has it, from this version on.
    pub fn fold(&mut self, name: &[u8], serial: Serial, since: Duration) {
        if let Some(stage) = self.names.get_mut(name) {
            *stage = Stage::Folded { serial, since };
        }
    }

    /// Notes that a part was seen to be in effect as this version says, for those of its names that it had by then.
    pub fn prove(&mut self, seen: Serial, is_of_part: impl Fn(&[u8]) -> bool) {
        for (name, stage) in &mut self.names {
            if let Stage::Folded { serial, since } = *stage
                && serial <= seen
                && is_of_part(name)
            {
                *stage = Stage::Proven { since };
            }
        }
    }

    /// Without those whose parts have them for long, and were seen to; or sooner, where there is little room. Where nobody can be
    /// asked, time alone tells.
    pub fn let_go(&self, now: Duration, can_be_asked: Asked) -> Self {
        let is_tight = self.names.len() > MAX_FRESH_NAMES / 2;
        let is_kept = |stage: &Stage| match (*stage, can_be_asked) {
            (Stage::Ahead { .. }, _) | (Stage::Folded { .. }, Asked::Some) => true,
            (Stage::Folded { since, .. }, Asked::Nobody) => now < since + FRESH_FOR,
            (Stage::Proven { since }, _) => now < since + if is_tight { FRESH_AT_LEAST } else { FRESH_FOR },
        };
        let names = self.names.iter().filter(|(_, stage)| is_kept(stage));
        Self {
            names: names.map(|(name, stage)| (name.clone(), *stage)).collect(),
        }
    }

    /// What the first version of a process makes of them: the parts have everything.
    pub fn begin(&self, whole: &Rules, delta: &Arc<Delta>) -> Plan {
        let rules = whole.around(self.names.keys().map(Vec::as_slice));
        let said: HashSet<Key<'_>> = rules.iter().map(|(key, _)| key).collect();
        let mut names = self.names.clone();
        names.retain(|name, _| said.contains(&Key::Name(name)));
        let folding = names.keys().cloned().collect();
        Plan {
            fresh: Self { names },
            rules,
            parts: Arc::clone(delta),
            folding,
        }
    }

    /// What it makes of the zones that only these are left.
    pub fn plan_rest(self, whole: &Rules) -> Plan {
        Plan {
            rules: whole.around(self.names.keys().map(Vec::as_slice)),
            fresh: self,
            parts: Arc::default(),
            folding: Vec::new(),
        }
    }

    /// What a change of the whole zone makes of them. What only comes is said here first. In a family (a name that may be listed, and
    /// all below) in which something goes or is treated otherwise, or an exception comes, all of it is said in its part at once as
    /// well, so that nothing is let go there that is not blocked here yet, and nothing blocked again whose exception goes with what
    /// it is from. What is too much for a zone that is to be small is said there alone.
    pub fn plan(&self, whole: &Rules, delta: &Delta, now: Duration) -> Plan {
        let removed: HashSet<Key<'_>> = delta.removed.iter().map(|(key, _)| key).collect();
        let new: BTreeSet<&[u8]> = names_of(&delta.added)
            .filter(|name| !removed.contains(&Key::Name(name)))
            .collect();
        if new.len() + self.names.len() <= MAX_FRESH_NAMES {
            let plan = self.plan_with(&new, whole, delta, now);
            if plan.rules.len() <= MAX_FRESH_RULES {
                return plan;
            }
        }
        self.plan_with(&BTreeSet::new(), whole, delta, now)
    }

    fn plan_with(&self, new: &BTreeSet<&[u8]>, whole: &Rules, delta: &Delta, now: Duration) -> Plan {
        let removed: HashSet<Key<'_>> = delta.removed.iter().map(|(key, _)| key).collect();
        let mut at_once: HashSet<&[u8]> = names_of(&delta.removed).map(family_of).collect();
        at_once.extend(exceptions_of(&delta.added).map(family_of));
        let mut names = self.names.clone();
        for name in new {
            names.insert((*name).to_owned(), Stage::Ahead { since: now });
        }
        let rules = whole.around(names.keys().map(Vec::as_slice));
        let said: HashMap<Key<'_>, &[u8]> = rules.iter().collect();
        // What is neither listed any more nor below what is has nothing to be said of.
        names.retain(|name, _| said.contains_key(&Key::Name(name)));
        // What the parts have of them: all that is listed and not ahead.
        let is_changed: HashSet<&[u8]> = names_of(&delta.added).filter(|name| !new.contains(name)).collect();
        let is_folding = |name: &[u8], stage: Stage| {
            is_changed.contains(name) || (stage.is_ahead() && at_once.contains(family_of(name)))
        };
        let folding = names.iter().filter(|(name, stage)| is_folding(name, **stage));
        let folding: BTreeSet<&[u8]> = folding.map(|(name, _)| name.as_slice()).collect();
        let is_ahead = |name: &[u8]| names.get(name).is_some_and(|stage| stage.is_ahead()) && !folding.contains(name);
        let was_ahead = |name: &[u8]| self.names.get(name).is_some_and(|stage| stage.is_ahead());
        let mut added: Vec<Rule<'_>> = delta.added.iter().collect();
        added.retain(|(key, _)| !key.is_name_that(is_ahead));
        // Of those that their part did not have, and that this change does not touch.
        for name in &folding {
            let key = Key::Name(name);
            if was_ahead(name)
                && !removed.contains(&key)
                && let Some(target) = said.get(&key)
            {
                added.push((key, target));
            }
        }
        added.sort_unstable();
        let gone = delta.removed.iter().filter(|(key, _)| !key.is_name_that(was_ahead));
        let parts = Arc::new(Delta {
            removed: gone.collect(),
            added: added.into_iter().collect(),
        });
        let folding = folding.into_iter().map(<[u8]>::to_owned).collect();
        Plan {
            fresh: Self { names },
            rules,
            parts,
            folding,
        }
    }

    /// What it makes of them to give a part the names that it does not have yet; `None` where it has all.
    pub fn plan_fold(&self, rules: &Rules, is_of_part: impl Fn(&[u8]) -> bool) -> Option<Plan> {
        let folding = self.names.iter();
        let folding = folding.filter(|(name, stage)| stage.is_ahead() && is_of_part(name));
        let folding: BTreeSet<&[u8]> = folding.map(|(name, _)| name.as_slice()).collect();
        if folding.is_empty() {
            return None;
        }
        let added = rules.iter();
        let added = added.filter(|(key, _)| key.is_name_that(|name| folding.contains(name)));
        let parts = Arc::new(Delta {
            removed: Rules::default(),
            added: added.collect(),
        });
        Some(Plan {
            fresh: self.clone(),
            rules: rules.clone(),
            parts,
            folding: folding.into_iter().map(<[u8]>::to_owned).collect(),
        })
    }
}

impl Stage {
    /// Whether its part does not have it yet.
    pub const fn is_ahead(self) -> bool {
        matches!(self, Self::Ahead { .. })
    }
}

/// Whether there are resolvers that can be asked what they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// There are.
    Some,
    /// There are none.
    Nobody,
}

fn names_of(rules: &Rules) -> impl Iterator<Item = &[u8]> {
    rules.iter().filter_map(|(key, _)| match key {
        Key::Name(name) => Some(name),
        Key::Addresses(_) => None,
    })
}

/// Names that are answered as ever.
fn exceptions_of(rules: &Rules) -> impl Iterator<Item = &[u8]> {
    let rules = rules.iter().filter(|(_, target)| act_of(target) == Some(Act::Pass));
    rules.filter_map(|(key, _)| match key {
        Key::Name(name) => Some(name),
        Key::Addresses(_) => None,
    })
}

/// The family of a name.
pub fn family_of(name: &[u8]) -> &[u8] {
    std::str::from_utf8(name).map_or(name, |name| family(name).as_bytes())
}

#[cfg(test)]
mod tests;
