//! From what detectors found to the facts it changes, worked out once for every entry, list, name and kind of a pack.

use super::facts::{Facts, Selector, Slot};
use super::vocabulary::Vocabulary;
use crate::{Finding, Pack, PersonalKind, Writing};

/// Short lists, one for each index, in one piece of memory.
#[derive(Debug, Default)]
pub(super) struct Lists<T> {
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T: Copy + Ord> Lists<T> {
    /// Sorts pairs of index and item into lists.
    pub fn new(mut pairs: Vec<(u32, T)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut starts = vec![0];
        for (at, (index, _)) in (0..).zip(&pairs) {
            starts.resize(*index as usize + 1, at);
        }
        starts.push(pairs.len() as u32);
        let items = pairs.into_iter().map(|(_, item)| item).collect();
        Self { starts, items }
    }

    /// The list of an index; empty where there is none.
    pub fn of(&self, index: u32) -> &[T] {
        let index = index as usize;
        let bounds = self.starts.get(index).zip(self.starts.get(index + 1));
        let list = bounds.and_then(|(from, to)| self.items.get(*from as usize..*to as usize));
        list.unwrap_or_default()
    }
}

/// How a finding changes a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Route {
    pub slot: Slot,
    change: Change,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    /// One more.
    Count,
    /// One more if it was written disguised.
    CountDisguised,
    /// At least this severity.
    Raise(i64),
}

impl Route {
    /// The fact's value once this was found too.
    pub fn changed(self, finding: &Finding, value: i64) -> i64 {
        match self.change {
            Change::Count => value + 1,
            Change::CountDisguised => value + i64::from(is_disguised(finding)),
            Change::Raise(severity) => value.max(severity),
        }
    }

    /// Whether the finding changes the fact at all.
    pub fn applies_to(self, finding: &Finding) -> bool {
        match self.change {
            Change::Count | Change::Raise(_) => true,
            Change::CountDisguised => is_disguised(finding),
        }
    }
}

const fn is_disguised(finding: &Finding) -> bool {
    matches!(
        finding,
        Finding::Phrase {
            writing: Writing::Disguised,
            ..
        }
    )
}

/// Every way from a finding to a fact.
#[derive(Debug)]
pub(super) struct Routes {
    entries: Lists<Route>,
    lists: Lists<Route>,
    names: Lists<Route>,
    personal: Lists<Route>,
    /// The number of distinct links, if a rule asks for it.
    pub links: Option<Slot>,
    /// The labels that rules ask for, sorted.
    labels: Vec<(String, Slot)>,
}

impl Routes {
    pub fn new(facts: &Facts, vocabulary: &Vocabulary<'_>) -> Self {
        let pack = vocabulary.pack();
        let (mut entries, mut lists, mut names, mut personal) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut links, mut labels) = (None, Vec::new());
        for (slot, fact) in facts.iter() {
            let route = |change| Route { slot, change };
            let count = route(Change::Count);
            match &fact.selector {
                Selector::Context(_) | Selector::Counter(_) => {}
                Selector::Links => links = Some(slot),
                Selector::Count(key) => entries.extend(vocabulary.entries(key).map(|entry| (entry, count))),
                Selector::Disguised(key) => {
                    let disguised = route(Change::CountDisguised);
                    entries.extend(vocabulary.entries(key).map(|entry| (entry, disguised)));
                }
                Selector::Severity(key) => entries.extend(
                    vocabulary
                        .entries(key)
                        .map(|entry| (entry, route(Change::Raise(severity_of(pack, entry))))),
                ),
                Selector::Listed(Some(list)) => lists.push((*list, count)),
                Selector::Listed(None) => lists.extend((0..pack.lists.len() as u32).map(|list| (list, count))),
                Selector::LookAlike(kind) => names.extend(
                    (0..)
                        .zip(&pack.names)
                        .filter(|(_, name)| kind.as_ref().is_none_or(|kind| *kind == name.kind))
                        .map(|(name, _)| (name, count)),
                ),
                Selector::Personal(Some(kind)) => personal.push((*kind as u32, count)),
                Selector::Personal(None) => personal.extend(PersonalKind::ALL.map(|kind| (kind as u32, count))),
                Selector::Label(label) => labels.push((label.clone(), slot)),
            }
        }
        labels.sort_unstable();
        Self {
            entries: Lists::new(entries),
            lists: Lists::new(lists),
            names: Lists::new(names),
            personal: Lists::new(personal),
            links,
            labels,
        }
    }

    /// The facts that a finding changes. Links are not among them: they are counted by what is written.
    pub fn of(&self, finding: &Finding) -> &[Route] {
        match finding {
            Finding::Phrase { entry, .. } => self.entries.of(*entry),
            Finding::Link => &[],
            Finding::Listed { list } => self.lists.of(*list),
            Finding::LookAlike { name, .. } => self.names.of(*name),
            Finding::Personal(kind) => self.personal.of(*kind as u32),
        }
    }

    /// The fact that is true of an item with this label, if a rule asks for it.
    pub fn of_label(&self, label: &str) -> Option<Slot> {
        let at = self.labels.binary_search_by(|(key, _)| key.as_str().cmp(label)).ok()?;
        self.labels.get(at).map(|(_, slot)| *slot)
    }
}

fn severity_of(pack: &Pack, entry: u32) -> i64 {
    pack.lexicon
        .get(entry as usize)
        .map_or(0, |entry| entry.severity as i64)
}
