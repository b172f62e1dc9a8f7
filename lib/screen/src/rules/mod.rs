//! The rule language: parsed, typed and checked once, evaluated without allocation.
//!
//! The language is a strict subset of CEL (Common Expression Language); `docs/RULES.md` is its reference. A condition
//! goes `tokens` → `syntax` → `typing` (names from `vocabulary`, facts in `facts`) → `proof` and `promise` (what it must not be)
//! → `program` (flat code) and `support` (what wakes it). For an item, `routes` turns signals into facts, the rules
//! whose support is not quiet are tried, and `evidence` makes the verdict of those that hold.
//!
//! Rules see signals, never the text itself, with one exception: two links are the same when they are written the same.

mod compile;
mod cond;
mod evidence;
mod facts;
mod program;
mod promise;
mod proof;
mod routes;
mod support;
mod syntax;
mod tokens;
mod typing;
mod vocabulary;

use crate::{Action, Counter, Finding, Item, ItemKind, Pack, PackError, Place, Said, Signal, Undecided, Verdict};
use facts::{Context, Slot, UNKNOWN};
use program::{Program, Root};
use routes::{Lists, Routes};

/// Memory that evaluation reuses, from item to item and from one rule set to another.
#[derive(Debug, Default)]
pub struct RuleScratch {
    /// The value of each slot: zero unless it is `touched` or belongs to item and author.
    facts: Vec<i64>,
    touched: Vec<Slot>,
    /// The rules to try, one bit each.
    due: Vec<u64>,
    /// The signals in the order of the text, each once.
    signals: Vec<Signal>,
    links: Vec<Place>,
    fired: Vec<u32>,
    evidence: evidence::Scratch,
}

impl RuleScratch {
    /// The indexes of the rules that hold for the last item, in the pack's order.
    pub fn fired(&self) -> impl Iterator<Item = usize> {
        self.fired.iter().map(|rule| *rule as usize)
    }
}

/// The compiled rules of a pack.
#[derive(Debug)]
pub struct RuleSet {
    program: Program,
    rules: Vec<Compiled>,
    /// The rules that nothing in particular wakes, one bit each.
    always: Vec<u64>,
    /// The rules that each slot wakes.
    triggers: Lists<u32>,
    /// The slots of item and author that wake a rule, with the value at which they do not.
    watched: Vec<(Slot, i64)>,
    /// The counters that some rule asks for.
    counters: Vec<(Slot, Counter)>,
    routes: Routes,
    slots: usize,
    length: Length,
}

/// One rule, ready to be tried.
#[derive(Debug, Clone, Copy)]
struct Compiled {
    /// A part of the condition that must hold and is asked for first.
    gate: Gate,
    root: Root,
    /// Index into the pack's categories.
    category: usize,
    action: Action,
}

/// A range that a fact must lie in.
#[derive(Debug, Clone, Copy)]
struct Gate {
    slot: Slot,
    low: i64,
    high: i64,
}

impl Gate {
    /// One that lets everything through.
    const OPEN: Self = Self {
        slot: Slot(0),
        low: i64::MIN,
        high: i64::MAX,
    };

    fn is_open(self, facts: &[i64]) -> bool {
        let fact = facts.get(self.slot.index());
        fact.is_some_and(|fact| (self.low <= *fact) & (*fact <= self.high))
    }
}

/// Whether a rule asks how long the text is: counting characters takes time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Needed,
    Unneeded,
}

/// A mistake in one rule.
#[derive(Debug)]
struct Mistake {
    offset: Option<usize>,
    message: Said,
}

impl Mistake {
    /// A mistake in the condition, at a byte offset.
    fn at(offset: usize, message: Said) -> Self {
        Self {
            offset: Some(offset),
            message,
        }
    }

    /// A mistake beside the condition.
    fn beside(message: Said) -> Self {
        Self { offset: None, message }
    }
}

impl RuleSet {
    /// Parses, resolves and checks every rule.
    ///
    /// # Errors
    /// Every mistake in every rule, and every entry or list in a category for which no detector ships. Of a condition
    /// with a mistake in its syntax only the first is reported.
    pub fn compile(pack: &Pack) -> Result<Self, Vec<PackError>> {
        compile::compile(pack)
    }

    /// Finds the rules that hold for an item of which `signals` were found: see [`RuleScratch::fired`].
    pub fn evaluate(&self, item: &Item<'_>, signals: &[Signal], scratch: &mut RuleScratch) {
        self.begin(scratch);
        self.weigh_signals(item, signals, scratch);
        self.weigh_labels(item, scratch);
        let is_idle = |scratch: &RuleScratch| scratch.due.iter().all(|word| *word == 0);
        if self.watched.is_empty() && is_idle(scratch) {
            return;
        }
        self.weigh_context(item, scratch);
        if is_idle(scratch) {
            return;
        }
        if self.length == Length::Needed {
            set(
                &mut scratch.facts,
                Context::Length.slot(),
                clamped(item.text.chars().count()),
            );
        }
        for (word, first) in scratch.due.iter().zip((0..).step_by(64)) {
            let mut due = *word;
            while due != 0 {
                let number: u32 = first + due.trailing_zeros();
                due &= due - 1;
                let rule = self.rules.get(number as usize);
                let facts = &scratch.facts;
                if rule.is_some_and(|rule| rule.gate.is_open(facts) && self.program.holds(rule.root, facts)) {
                    scratch.fired.push(number);
                }
            }
        }
    }

    /// The verdict on an item of which `signals` were found. `pack` is the one the rules were compiled from.
    #[must_use]
    pub fn judge<'p>(
        &self,
        pack: &'p Pack,
        item: &Item<'_>,
        signals: &[Signal],
        undecided: Option<Undecided>,
        scratch: &mut RuleScratch,
    ) -> Verdict<'p> {
        self.evaluate(item, signals, scratch);
        evidence::verdict(self, pack, item, undecided, scratch)
    }

    fn begin(&self, scratch: &mut RuleScratch) {
        for slot in scratch.touched.drain(..) {
            set(&mut scratch.facts, slot, 0);
        }
        scratch.facts.resize(self.slots, 0);
        scratch.due.clear();
        scratch.due.extend_from_slice(&self.always);
        scratch.signals.clear();
        scratch.fired.clear();
    }

    fn weigh_signals(&self, item: &Item<'_>, signals: &[Signal], scratch: &mut RuleScratch) {
        if signals.is_empty() {
            return;
        }
        let mut sorted = std::mem::take(&mut scratch.signals);
        sorted.extend_from_slice(signals);
        sorted.sort_unstable();
        sorted.dedup_by(|later, earlier| is_same(later, earlier));
        scratch.links.clear();
        for signal in &sorted {
            for route in self.routes.of(&signal.finding) {
                let before = scratch.facts.get(route.slot.index()).copied().unwrap_or(0);
                self.change(route.slot, route.changed(&signal.finding, before), scratch);
            }
            if signal.finding == Finding::Link {
                scratch.links.push(signal.place);
            }
        }
        scratch.signals = sorted;
        if let Some(slot) = self.routes.links {
            let links = &mut scratch.links;
            links.sort_unstable_by_key(|place| bare_link(item, *place));
            links.dedup_by_key(|place| bare_link(item, *place));
            let count = clamped(links.len());
            self.change(slot, count, scratch);
        }
    }

    fn weigh_labels(&self, item: &Item<'_>, scratch: &mut RuleScratch) {
        for slot in item.labels.iter().filter_map(|label| self.routes.of_label(label)) {
            self.change(slot, 1, scratch);
        }
    }

    fn weigh_context(&self, item: &Item<'_>, scratch: &mut RuleScratch) {
        let author = &item.author;
        for context in Context::ALL {
            let value = match context {
                Context::Kind => ItemKind::ALL
                    .iter()
                    .position(|kind| *kind == item.kind)
                    .map_or(0, clamped),
                Context::Length => continue,
                Context::Links => clamped(item.links.len()),
                Context::AgeDays => author.age_days.map_or(UNKNOWN, i64::from),
                Context::Violations30d => author.violations_30d.map_or(UNKNOWN, i64::from),
                Context::Violations90d => author.violations_90d.map_or(UNKNOWN, i64::from),
                Context::Locks => author.locks.map_or(UNKNOWN, i64::from),
                Context::Verified => author.verified.map_or(UNKNOWN, i64::from),
            };
            set(&mut scratch.facts, context.slot(), value);
        }
        for (slot, counter) in &self.counters {
            let value = item.counters.count(*counter).map_or(UNKNOWN, i64::from);
            set(&mut scratch.facts, *slot, value);
        }
        for (slot, quiet) in &self.watched {
            if scratch.facts.get(slot.index()) != Some(quiet) {
                self.wake(*slot, &mut scratch.due);
            }
        }
    }

    /// Gives a fact a value that is not zero.
    fn change(&self, slot: Slot, value: i64, scratch: &mut RuleScratch) {
        let Some(fact) = scratch.facts.get_mut(slot.index()) else {
            return;
        };
        if *fact == 0 && value != 0 {
            scratch.touched.push(slot);
            self.wake(slot, &mut scratch.due);
        }
        *fact = value;
    }

    fn wake(&self, slot: Slot, due: &mut [u64]) {
        for rule in self.triggers.of(slot.0) {
            mark(due, *rule);
        }
    }
}

/// Sets a rule's bit.
fn mark(rules: &mut [u64], rule: u32) {
    if let Some(word) = rules.get_mut(rule as usize / 64) {
        *word |= 1 << (rule % 64);
    }
}

fn set(facts: &mut [i64], slot: Slot, value: i64) {
    if let Some(fact) = facts.get_mut(slot.index()) {
        *fact = value;
    }
}

fn clamped(count: usize) -> i64 {
    u32::try_from(count).map_or(i64::from(u32::MAX), i64::from)
}

/// Whether two signals say the same of the same place.
fn is_same(one: &Signal, other: &Signal) -> bool {
    one.place == other.place
        && match (one.finding, other.finding) {
            (Finding::Phrase { entry: one, .. }, Finding::Phrase { entry: other, .. }) => one == other,
            (Finding::LookAlike { name: one, .. }, Finding::LookAlike { name: other, .. }) => one == other,
            (one, other) => one == other,
        }
}

/// A link as it is written, without scheme and final slash.
fn bare_link<'i>(item: &Item<'i>, place: Place) -> &'i str {
    let link = match place {
        Place::Text(span) => item.text.get(span.start as usize..span.end as usize),
        Place::Link(index) => item.links.get(index as usize).map(AsRef::as_ref),
    };
    let link = link.unwrap_or_default();
    let host = ["https://", "http://"].into_iter().find_map(|scheme| {
        let (start, host) = link.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(host)
    });
    let link = host.unwrap_or(link);
    link.strip_suffix('/').unwrap_or(link)
}

#[cfg(test)]
mod tests;
