//! Rules compiled so that an event is held against few of them: those of which it has something that they need.
//!
//! Of most rules it can be told what must be in a field for them to match: a value, or a part of one. All of these are looked
//! up at once, values in a table and parts by one automaton for each field. Rules that need nothing of the kind are held
//! against every event of their log source, and there may be few of them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::check::{Check, Test};
use crate::condition::Condition;
use crate::detection::Expression;
use crate::event::{Event, Slot, Value};
use crate::letters;
use crate::limits::{MAX_RULES, MAX_SCANNED, MAX_SET_REGEXES};
use crate::mistake::Reason;
use crate::rule::Rule;

/// Rules, compiled.
#[derive(Debug, Default)]
pub struct Set {
    rules: Vec<Ready>,
    /// By the numbers of slots.
    fields: Vec<Lookup>,
    /// What may stand in any field.
    anywhere: Lookup,
    /// Rules that have nothing to look up.
    scanned: Vec<u32>,
}

/// A rule with what its fields are in events.
#[derive(Debug)]
struct Ready {
    rule: Arc<Rule>,
    sources: u64,
    slots: Vec<Slot>,
}

/// What is looked up in a field.
#[derive(Debug, Default)]
struct Lookup {
    values: HashMap<String, Vec<u32>>,
    parts: Option<Parts>,
}

#[derive(Debug)]
struct Parts {
    automaton: AhoCorasick,
    /// The rules of each text.
    rules: Vec<Vec<u32>>,
}

/// Parts that are looked for in one field, each with its rules.
#[derive(Debug, Default)]
struct Texts {
    texts: Vec<String>,
    rules: Vec<Vec<u32>>,
}

/// Collects rules for a set.
#[derive(Debug, Default)]
pub struct Builder {
    set: Set,
    values: BTreeMap<(Option<Slot>, String), Vec<u32>>,
    parts: BTreeMap<(Option<Slot>, String), Vec<u32>>,
    regexes: usize,
}

/// Something without which a rule does not match, in small letters.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Need {
    Value(Option<Slot>, String),
    Part(Option<Slot>, String),
}

/// A rule that an event matches.
#[derive(Debug, Clone, Copy)]
pub struct Match<'m> {
    /// Its number, in the order in which rules were added.
    pub number: usize,
    /// The rule.
    pub rule: &'m Rule,
    /// The first field that decided, as the rule calls it, and its value.
    pub by: Option<(&'m str, &'m str)>,
}

/// Memory that matching uses again.
#[derive(Debug, Default)]
pub struct Scratch {
    candidates: Vec<u32>,
    /// The number of the event for which each rule was last a candidate.
    seen: Vec<u64>,
    event: u64,
}

impl Builder {
    /// Takes a rule for events of some sources, one bit each; `slot_of` says which field of events a name means.
    ///
    /// # Errors
    /// When there are too many rules, or too many that have nothing to look up.
    pub fn add(&mut self, rule: Arc<Rule>, sources: u64, mut slot_of: impl FnMut(&str) -> Slot) -> Result<(), Reason> {
        let regexes = self.regexes + rule.regexes;
        let number = u32::try_from(self.set.rules.len()).map_err(|_| Reason::TooManyRules)?;
        if self.set.rules.len() >= MAX_RULES || regexes > MAX_SET_REGEXES {
            return Err(Reason::TooManyRules);
        }
        let slots: Vec<Slot> = rule.fields.iter().map(|name| slot_of(name)).collect();
        let needs = needs_of(&rule, &slots).unwrap_or_default();
        if needs.is_empty() {
            if self.set.scanned.len() >= MAX_SCANNED {
                return Err(Reason::TooManyScanned);
            }
            self.set.scanned.push(number);
        }
        for need in needs {
            let rules = match need {
                Need::Value(slot, text) => self.values.entry((slot, text)).or_default(),
                Need::Part(slot, text) => self.parts.entry((slot, text)).or_default(),
            };
            if rules.last() != Some(&number) {
                rules.push(number);
            }
        }
        self.regexes = regexes;
        self.set.rules.push(Ready { rule, sources, slots });
        Ok(())
    }

    /// The set.
    ///
    /// # Errors
    /// When what is looked up is too much for an automaton.
    pub fn build(mut self) -> Result<Set, Reason> {
        for ((slot, text), rules) in self.values {
            self.set.lookup(slot).values.insert(text, rules);
        }
        let mut by_slot: BTreeMap<Option<Slot>, Texts> = BTreeMap::new();
        for ((slot, text), rules) in self.parts {
            let of_slot = by_slot.entry(slot).or_default();
            of_slot.texts.push(text);
            of_slot.rules.push(rules);
        }
        for (slot, Texts { texts, rules }) in by_slot {
            let automaton = AhoCorasick::builder()
                .match_kind(MatchKind::Standard)
                .build(&texts)
                .map_err(|_| Reason::TooManyRules)?;
            self.set.lookup(slot).parts = Some(Parts { automaton, rules });
        }
        Ok(self.set)
    }
}

impl Set {
    /// How many rules there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// How many have nothing to look up and are held against every event of their log source.
    #[must_use]
    pub const fn scanned(&self) -> usize {
        self.scanned.len()
    }

    /// Gives the rules that an event of some sources matches, in their order.
    pub fn matches(&self, scratch: &mut Scratch, event: &Event, sources: u64, mut on_match: impl FnMut(Match<'_>)) {
        scratch.begin(self.rules.len());
        for number in &self.scanned {
            scratch.add(*number);
        }
        for (slot, value) in event.all() {
            if value.is_null() {
                continue;
            }
            let field = slot.and_then(|slot| self.fields.get(usize::from(slot.0)));
            if let Some(field) = field {
                field.look_up(value.lowered, scratch);
            }
            self.anywhere.look_up(value.lowered, scratch);
        }
        scratch.candidates.sort_unstable();
        for number in &scratch.candidates {
            let Some(ready) = self.rules.get(*number as usize) else {
                continue;
            };
            if ready.sources & sources == 0 {
                continue;
            }
            if let Some(by) = ready.holds(event) {
                on_match(Match {
                    number: *number as usize,
                    rule: &ready.rule,
                    by,
                });
            }
        }
    }

    fn lookup(&mut self, slot: Option<Slot>) -> &mut Lookup {
        let Some(Slot(slot)) = slot else {
            return &mut self.anywhere;
        };
        let at = usize::from(slot);
        if self.fields.len() <= at {
            self.fields.resize_with(at + 1, Lookup::default);
        }
        // It is there since it was made above.
        self.fields.get_mut(at).unwrap_or(&mut self.anywhere)
    }
}

impl Lookup {
    fn look_up(&self, text: &str, scratch: &mut Scratch) {
        if let Some(rules) = self.values.get(text) {
            rules.iter().for_each(|number| scratch.add(*number));
        }
        if let Some(parts) = &self.parts {
            for found in parts.automaton.find_overlapping_iter(text) {
                let rules = parts.rules.get(found.pattern().as_usize());
                rules.into_iter().flatten().for_each(|number| scratch.add(*number));
            }
        }
    }
}

impl Scratch {
    fn begin(&mut self, rules: usize) {
        self.candidates.clear();
        // It may have served another set before.
        if self.seen.len() != rules {
            self.seen.clear();
            self.seen.resize(rules, 0);
        }
        self.event += 1;
    }

    fn add(&mut self, number: u32) {
        if let Some(seen) = self.seen.get_mut(number as usize)
            && *seen != self.event
        {
            *seen = self.event;
            self.candidates.push(number);
        }
    }
}

/// What decided, if it was a value.
type By<'m> = Option<(&'m str, &'m str)>;

impl Ready {
    fn holds<'m>(&'m self, event: &'m Event) -> Option<By<'m>> {
        self.condition(&self.rule.condition, event)
    }

    fn condition<'m>(&'m self, condition: &Condition, event: &'m Event) -> Option<By<'m>> {
        match condition {
            Condition::Search(number) => self.expression(self.rule.searches.get(*number)?, event),
            Condition::And(operands) => all(operands, |operand| self.condition(operand, event)),
            Condition::Or(operands) => operands.iter().find_map(|operand| self.condition(operand, event)),
            Condition::Not(inner) => self.condition(inner, event).is_none().then_some(None),
        }
    }

    fn expression<'m>(&'m self, expression: &Expression, event: &'m Event) -> Option<By<'m>> {
        match expression {
            Expression::And(operands) => all(operands, |operand| self.expression(operand, event)),
            Expression::Or(operands) => operands.iter().find_map(|operand| self.expression(operand, event)),
            Expression::Not(inner) => self.expression(inner, event).is_none().then_some(None),
            Expression::Test(test) => {
                let name = test.field.and_then(|field| self.rule.fields.get(field));
                let name = name.map_or("", String::as_str);
                let by = test.holds(&self.slots, event)?;
                Some(by.map(|value: Value<'m>| (name, value.text)))
            }
        }
    }
}

/// Whether all hold, and by what the first that was decided by a value.
fn all<'m, T>(operands: &[T], holds: impl Fn(&T) -> Option<By<'m>>) -> Option<By<'m>> {
    operands
        .iter()
        .try_fold(None, |by: By<'m>, operand| holds(operand).map(|found| by.or(found)))
}

/// What of which one must be in an event for a rule to match; nothing where none need be.
fn needs_of(rule: &Rule, slots: &[Slot]) -> Option<Vec<Need>> {
    let searches: Vec<Option<Vec<Need>>> = rule
        .searches
        .iter()
        .map(|search| of_expression(search, slots))
        .collect();
    of_condition(&rule.condition, &searches)
}

fn of_condition(condition: &Condition, searches: &[Option<Vec<Need>>]) -> Option<Vec<Need>> {
    match condition {
        Condition::Search(number) => searches.get(*number)?.clone(),
        Condition::And(operands) => best(operands.iter().map(|operand| of_condition(operand, searches))),
        Condition::Or(operands) => any(operands.iter().map(|operand| of_condition(operand, searches))),
        Condition::Not(_) => None,
    }
}

fn of_expression(expression: &Expression, slots: &[Slot]) -> Option<Vec<Need>> {
    match expression {
        Expression::And(operands) => best(operands.iter().map(|operand| of_expression(operand, slots))),
        Expression::Or(operands) => any(operands.iter().map(|operand| of_expression(operand, slots))),
        Expression::Not(_) => None,
        Expression::Test(test) => of_test(test, slots),
    }
}

fn of_test(test: &Test, slots: &[Slot]) -> Option<Vec<Need>> {
    let slot = match test.field {
        Some(field) => Some(*slots.get(field)?),
        None => None,
    };
    match &test.check {
        Check::Text { glob, .. } => match glob.as_plain() {
            Some(plain) => Some(vec![Need::Value(slot, letters::lowered(plain))]),
            None => glob
                .longest()
                .map(|text| vec![Need::Part(slot, letters::lowered(text))]),
        },
        Check::Regex { needed, .. } if !needed.is_empty() => {
            let parts = needed.iter().map(|text| Need::Part(slot, text.clone()));
            Some(parts.collect())
        }
        Check::Regex { .. }
        | Check::Network(_)
        | Check::Number(..)
        | Check::Exists
        | Check::Null
        | Check::Field { .. } => None,
    }
}

/// One of several: what each of them needs.
fn any(found: impl Iterator<Item = Option<Vec<Need>>>) -> Option<Vec<Need>> {
    found
        .collect::<Option<Vec<_>>>()
        .map(|all| all.into_iter().flatten().collect())
}

/// All of several: what that one needs of which the rarest is to be expected. A whole value is rarer than a part, and a
/// long one than a short one.
fn best(found: impl Iterator<Item = Option<Vec<Need>>>) -> Option<Vec<Need>> {
    let rank = |need: &Need| match need {
        Need::Value(_, text) => (1, text.len().min(MOST_TELLING)),
        Need::Part(_, text) => (usize::from(text.len() >= MOST_TELLING), text.len().min(MOST_TELLING)),
    };
    found
        .flatten()
        .max_by_key(|needs| (needs.iter().map(rank).min(), usize::MAX - needs.len()))
}

/// Bytes from which on a longer text tells no more, and a part as much as a whole: `GET` and `443` are whole values.
const MOST_TELLING: usize = 8;

#[cfg(test)]
mod tests;
