//! What can be said of a condition before any item is seen: whether it can hold at all, and on which facts.
//!
//! A condition is evaluated over *sets* of values, which says "surely", "surely not" or "perhaps"; where it says perhaps,
//! the values of one fact after another are cut where the condition compares them, and each piece is tried. A proof is
//! never wrong; when it gets too long ([`MAX_PROOF_STEPS`]) or arithmetic blurs it, the answer is that both may be.

use super::cond::{Cond, Num};
use super::facts::{Fact, Facts, Slot, UNKNOWN};
use super::syntax::Order;

/// Longest proof, in evaluations of the condition.
pub(super) const MAX_PROOF_STEPS: usize = 2048;

/// A set of values: a closed range of known ones, and perhaps the unknown one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Values {
    /// Wider than the values themselves, so that no bound overflows.
    known: Option<(i128, i128)>,
    is_unknown_too: bool,
}

/// The outcomes that a condition may have over sets of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outcomes {
    pub can_hold: bool,
    pub can_fail: bool,
}

/// What is assumed of a fact in a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assumption {
    /// Nothing.
    Any,
    /// It is known.
    Known,
    /// It has this value.
    Is(i64),
}

/// Whether every value of the facts, unknown ones apart, gives a condition the same outcome, and which.
pub(super) fn outcome(cond: &Cond, facts: &Facts) -> Option<bool> {
    let outcomes = outcomes(cond, facts, |_| Assumption::Known);
    match (outcomes.can_hold, outcomes.can_fail) {
        (true, false) => Some(true),
        (false, _) => Some(false),
        (true, true) => None,
    }
}

/// The outcomes that are possible under what is assumed of each fact.
pub(super) fn outcomes(cond: &Cond, facts: &Facts, assume: impl Fn(&Fact) -> Assumption) -> Outcomes {
    let mut slots = Vec::new();
    cond.slots(&mut slots);
    slots.sort_unstable();
    slots.dedup();
    let cells: Vec<_> = slots
        .iter()
        .map(|slot| match facts.get(*slot) {
            Some(fact) => cells(cond, *slot, fact, assume(fact)),
            None => Vec::new(),
        })
        .collect();
    let mut proof = Proof {
        cond,
        values: cells.iter().map(|cells| hull(cells)).collect(),
        slots,
        cells,
        steps: 0,
        found: Outcomes::NEITHER,
    };
    proof.search(0);
    proof.found
}

/// The values of a fact, cut so that no range in the condition divides a piece.
fn cells(cond: &Cond, slot: Slot, fact: &Fact, assumption: Assumption) -> Vec<Values> {
    let known = match assumption {
        Assumption::Is(UNKNOWN) => return vec![Values::UNKNOWN],
        Assumption::Is(value) => return vec![Values::between(value, value)],
        Assumption::Any | Assumption::Known => &fact.values,
    };
    let mut cuts = Vec::new();
    cuts_of(cond, slot, &mut cuts);
    cuts.sort_unstable();
    cuts.dedup();
    let mut cells = Vec::new();
    for (low, high) in known {
        let mut from = *low;
        for cut in cuts.iter().filter(|cut| (low.saturating_add(1)..=*high).contains(cut)) {
            cells.push(Values::between(from, cut - 1));
            from = *cut;
        }
        cells.push(Values::between(from, *high));
    }
    if fact.is_optional() && assumption == Assumption::Any {
        cells.push(Values::UNKNOWN);
    }
    cells
}

/// The values of a fact at which a new range begins.
fn cuts_of(cond: &Cond, of: Slot, out: &mut Vec<i64>) {
    match cond {
        Cond::Within { slot, low, high } if *slot == of => {
            out.push(*low);
            out.extend(high.checked_add(1));
        }
        Cond::Within { .. } | Cond::Compare { .. } => {}
        Cond::All(parts) | Cond::Any(parts) => parts.iter().for_each(|part| cuts_of(part, of, out)),
    }
}

fn hull(cells: &[Values]) -> Values {
    let known = cells.iter().filter_map(|cell| cell.known);
    Values {
        known: known.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1))),
        is_unknown_too: cells.iter().any(|cell| cell.is_unknown_too),
    }
}

struct Proof<'c> {
    cond: &'c Cond,
    slots: Vec<Slot>,
    /// The pieces of the values of each slot.
    cells: Vec<Vec<Values>>,
    /// The values that each slot has at this point of the search.
    values: Vec<Values>,
    steps: usize,
    found: Outcomes,
}

impl Proof<'_> {
    /// Tries every piece of the slots from this one on. Recursion goes as deep as there are slots, each of which takes
    /// several bytes of a condition.
    fn search(&mut self, from: usize) {
        self.steps += 1;
        if self.steps > MAX_PROOF_STEPS {
            self.found = Outcomes::BOTH;
            return;
        }
        let here = self.evaluate(self.cond);
        let Some(cells) = self.cells.get_mut(from) else {
            self.found = self.found.or(here);
            return;
        };
        if !here.can_hold || !here.can_fail {
            self.found = self.found.or(here);
            return;
        }
        let cells = std::mem::take(cells);
        for cell in &cells {
            if self.found.can_hold && self.found.can_fail {
                break;
            }
            self.set(from, *cell);
            self.search(from + 1);
        }
        self.set(from, hull(&cells));
        if let Some(place) = self.cells.get_mut(from) {
            *place = cells;
        }
    }

    fn set(&mut self, at: usize, values: Values) {
        if let Some(place) = self.values.get_mut(at) {
            *place = values;
        }
    }

    fn values(&self, slot: Slot) -> Values {
        let at = self.slots.binary_search(&slot).ok();
        at.and_then(|at| self.values.get(at))
            .copied()
            .unwrap_or(Values::UNKNOWN)
    }

    fn evaluate(&self, cond: &Cond) -> Outcomes {
        match cond {
            Cond::Within { slot, low, high } => self.values(*slot).within(*low, *high),
            Cond::Compare { order, left, right } => self.number(left).compared(*order, self.number(right)),
            Cond::All(parts) => parts
                .iter()
                .map(|part| self.evaluate(part))
                .fold(Outcomes::HOLDS, |all, part| {
                    Outcomes::new(all.can_hold && part.can_hold, all.can_fail || part.can_fail)
                }),
            Cond::Any(parts) => parts
                .iter()
                .map(|part| self.evaluate(part))
                .fold(Outcomes::FAILS, |any, part| {
                    Outcomes::new(any.can_hold || part.can_hold, any.can_fail && part.can_fail)
                }),
        }
    }

    fn number(&self, number: &Num) -> Values {
        match number {
            Num::Int(value) => Values::between(*value, *value),
            Num::Fact(slot) => self.values(*slot),
            Num::Negated(part) => {
                let part = self.number(part);
                Values {
                    known: part.known.map(|(low, high)| (-high, -low)),
                    ..part
                }
            }
            Num::Sum(parts) => self.fold(parts, |one, other| (one.0 + other.0, one.1 + other.1)),
            Num::Product(parts) => self.fold(parts, |one, other| {
                let corners = [one.0 * other.0, one.0 * other.1, one.1 * other.0, one.1 * other.1];
                let extreme = |pick: fn(i128, i128) -> i128| corners.into_iter().reduce(pick).unwrap_or_default();
                (extreme(i128::min), extreme(i128::max))
            }),
        }
    }

    fn fold(&self, parts: &[Num], operation: impl Fn((i128, i128), (i128, i128)) -> (i128, i128)) -> Values {
        let parts = parts.iter().map(|part| self.number(part));
        let folded = parts.reduce(|one, other| {
            Values {
                known: one.known.zip(other.known).map(|(one, other)| operation(one, other)),
                is_unknown_too: one.is_unknown_too || other.is_unknown_too,
            }
            .in_range()
        });
        folded.unwrap_or(Values::UNKNOWN)
    }
}

impl Outcomes {
    const NEITHER: Self = Self::new(false, false);
    const HOLDS: Self = Self::new(true, false);
    const FAILS: Self = Self::new(false, true);
    const BOTH: Self = Self::new(true, true);

    const fn new(can_hold: bool, can_fail: bool) -> Self {
        Self { can_hold, can_fail }
    }

    const fn negated(self) -> Self {
        Self::new(self.can_fail, self.can_hold)
    }

    const fn or(self, other: Self) -> Self {
        Self::new(self.can_hold || other.can_hold, self.can_fail || other.can_fail)
    }
}

impl Values {
    const UNKNOWN: Self = Self {
        known: None,
        is_unknown_too: true,
    };
    const HIGHEST: i128 = i64::MAX as i128;

    const fn between(low: i64, high: i64) -> Self {
        Self {
            known: Some((low as i128, high as i128)),
            is_unknown_too: false,
        }
    }

    /// What is out of the range of integers is unknown.
    fn in_range(self) -> Self {
        let Some((low, high)) = self.known else {
            return self;
        };
        let kept = (low.max(-Self::HIGHEST), high.min(Self::HIGHEST));
        Self {
            known: (kept.0 <= kept.1).then_some(kept),
            is_unknown_too: self.is_unknown_too || kept != (low, high),
        }
    }

    fn within(self, low: i64, high: i64) -> Outcomes {
        let (low, high) = (i128::from(low), i128::from(high));
        let unknown_is_in = low <= i128::from(UNKNOWN);
        let known = self.known.map_or(Outcomes::NEITHER, |(least, most)| {
            Outcomes::new(least <= high && low <= most, least < low || high < most)
        });
        known.or(Outcomes::new(
            self.is_unknown_too && unknown_is_in,
            self.is_unknown_too && !unknown_is_in,
        ))
    }

    fn compared(self, order: Order, other: Self) -> Outcomes {
        let unknown = Outcomes::new(false, self.is_unknown_too || other.is_unknown_too);
        let Some((one, other)) = self.known.zip(other.known) else {
            return unknown;
        };
        let is_less = Outcomes::new(one.0 < other.1, one.1 >= other.0);
        let is_greater = Outcomes::new(one.1 > other.0, one.0 <= other.1);
        let is_equal = Outcomes::new(one.0 <= other.1 && other.0 <= one.1, one.0 != one.1 || one != other);
        let known = match order {
            Order::Less => is_less,
            Order::AtLeast => is_less.negated(),
            Order::Greater => is_greater,
            Order::AtMost => is_greater.negated(),
            Order::Equal => is_equal,
            Order::Unequal => is_equal.negated(),
        };
        known.or(unknown)
    }
}
