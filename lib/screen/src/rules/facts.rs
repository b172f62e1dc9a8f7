//! What conditions can speak of: the facts, the values each can take, and where each is kept while rules are evaluated.
//!
//! Every distinct question that any rule asks has one *slot*, an `i64`, so that two rules that ask the same share the
//! answer. The first slots always belong to the facts of item and author, the next to the counters.

use std::collections::BTreeMap;

use crate::limits::MAX_SIGNALS;
use crate::{Counter, ItemKind, PersonalKind};

/// The value of a fact that is not known. No arithmetic yields it: overflow is unknown too.
pub(super) const UNKNOWN: i64 = i64::MIN;
/// The smallest value that is known.
pub(super) const LOWEST: i64 = i64::MIN + 1;

/// Where a fact is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Slot(pub u32);

impl Slot {
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A fact about the item or its author; its number is its slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Context {
    Kind,
    Length,
    Links,
    AgeDays,
    Violations30d,
    Violations90d,
    Locks,
    Verified,
}

impl Context {
    pub const ALL: [Self; 8] = [
        Self::Kind,
        Self::Length,
        Self::Links,
        Self::AgeDays,
        Self::Violations30d,
        Self::Violations90d,
        Self::Locks,
        Self::Verified,
    ];

    pub const fn slot(self) -> Slot {
        Slot(self as u32)
    }
}

/// Where a counter is kept: after the facts of item and author.
pub(super) const fn counter_slot(counter: Counter) -> Slot {
    Slot(Context::ALL.len() as u32 + counter as u32)
}

/// One question, with what it asks about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Selector {
    Context(Context),
    /// How often something was seen before.
    Counter(Counter),
    /// Distinct links in the text and beside it.
    Links,
    /// Phrases found of entries that go by this name.
    Count(String),
    /// The gravest of them.
    Severity(String),
    /// Those that were written disguised.
    Disguised(String),
    /// Links on the list of this index, or on any.
    Listed(Option<u32>),
    /// Links that look like a name of this kind, or of any.
    LookAlike(Option<String>),
    /// Personal data of this kind, or of any.
    Personal(Option<PersonalKind>),
    /// Whether the item carries this label.
    Label(String),
}

/// What a fact is worth as evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nature {
    /// Something in the content that a detector or a person pointed at. Quiet when zero.
    Evidence,
    /// A mere number of links: says nothing bad. Quiet when zero.
    Links,
    /// What the platform knows of the author, and how often something was seen. Quiet when unknown.
    Author,
    /// Kind and length of the item. Never quiet.
    Item,
}

/// A fact that some rule asks for.
#[derive(Debug)]
pub(super) struct Fact {
    pub selector: Selector,
    pub nature: Nature,
    /// The values it can take when known, as closed ranges in rising order.
    pub values: Vec<(i64, i64)>,
}

impl Fact {
    /// The value that it has on an ordinary clean item, if there is one: rules that need another are not even tried.
    pub const fn quiet(&self) -> Option<i64> {
        match self.nature {
            Nature::Evidence | Nature::Links => Some(0),
            Nature::Author => Some(UNKNOWN),
            Nature::Item => None,
        }
    }

    /// Whether it can be unknown.
    pub const fn is_optional(&self) -> bool {
        matches!(self.nature, Nature::Author)
    }
}

/// The facts that the rules of a pack ask for, by slot.
#[derive(Debug)]
pub(super) struct Facts {
    facts: Vec<Fact>,
    slots: BTreeMap<Selector, Slot>,
}

impl Facts {
    pub fn new() -> Self {
        let mut facts = Self {
            facts: Vec::new(),
            slots: BTreeMap::new(),
        };
        for context in Context::ALL {
            let (nature, highest) = match context {
                Context::Kind => (Nature::Item, ItemKind::ALL.len() as i64 - 1),
                Context::Length => (Nature::Item, i64::from(u32::MAX)),
                Context::Links => (Nature::Links, i64::from(u32::MAX)),
                Context::AgeDays | Context::Violations30d | Context::Violations90d | Context::Locks => {
                    (Nature::Author, i64::from(u32::MAX))
                }
                Context::Verified => (Nature::Author, 1),
            };
            facts.slot(Selector::Context(context), nature, vec![(0, highest)]);
        }
        for counter in Counter::ALL {
            facts.slot(
                Selector::Counter(counter),
                Nature::Author,
                vec![(0, i64::from(u32::MAX))],
            );
        }
        facts
    }

    /// The slot of a question; a new one if nobody asked before.
    pub fn slot(&mut self, selector: Selector, nature: Nature, values: Vec<(i64, i64)>) -> Slot {
        let next = Slot(self.facts.len() as u32);
        let slot = *self.slots.entry(selector.clone()).or_insert(next);
        if slot == next {
            self.facts.push(Fact {
                selector,
                nature,
                values,
            });
        }
        slot
    }

    /// The slot of a number of signals.
    pub fn count(&mut self, selector: Selector, nature: Nature) -> Slot {
        self.slot(selector, nature, vec![(0, MAX_SIGNALS as i64)])
    }

    pub fn get(&self, slot: Slot) -> Option<&Fact> {
        self.facts.get(slot.index())
    }

    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Every fact with its slot.
    pub fn iter(&self) -> impl Iterator<Item = (Slot, &Fact)> {
        (0..).map(Slot).zip(&self.facts)
    }
}
