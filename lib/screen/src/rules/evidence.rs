//! From the rules that fired to a verdict: what was found, where, how surely and on which legal basis.
//!
//! A fired rule's evidence is what its condition speaks of in a part that holds: what made `a` true in `a || b` where
//! `b` is not, and never what it asks to be absent.

use std::cmp::Reverse;

use super::facts::Slot;
use super::{Compiled, RuleScratch, RuleSet};
use crate::limits::MAX_REASON_SPANS;
use crate::{
    Action, Basis, Confidence, Date, Detector, Finding, Item, Pack, Place, Reason, Rule, Signal, Undecided, Verdict,
};

/// Memory that gathering evidence reuses.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// The facts of which the rule speaks.
    spoken: Vec<Slot>,
    /// The signals that bear it out, by detector.
    signals: Vec<Signal>,
    /// What they found, with the number of the signal that found it first.
    subjects: Vec<(u32, usize)>,
}

/// The verdict on the item for which the rules were last evaluated.
pub(super) fn verdict<'p>(
    rules: &RuleSet,
    pack: &'p Pack,
    item: &Item<'_>,
    undecided: Option<Undecided>,
    scratch: &mut RuleScratch,
) -> Verdict<'p> {
    let mut verdict = Verdict {
        action: if undecided.is_some() {
            Action::Review
        } else {
            Action::Allow
        },
        undecided,
        ..Verdict::default()
    };
    if scratch.fired.is_empty() {
        return verdict;
    }
    let day = item
        .time
        .map_or(pack.as_of, |time| time.date_at(pack.utc_offset_minutes));
    let fired = std::mem::take(&mut scratch.fired);
    for number in &fired {
        let number = *number as usize;
        let Some((rule, compiled)) = pack.rules.get(number).zip(rules.rules.get(number)) else {
            continue;
        };
        verdict.action = verdict.action.max(compiled.action);
        verdict.labels.extend(rule.label.as_deref());
        reasons(rules, pack, (rule, compiled), day, scratch, &mut verdict.reasons);
    }
    scratch.fired = fired;
    verdict.labels.sort_unstable();
    verdict.labels.dedup();
    // A stable sort: rules of the same strength stay in the pack's order.
    verdict.reasons.sort_by_key(|reason| Reverse(reason.action));
    verdict
}

/// Adds the reasons that one fired rule gives, one for each detector.
fn reasons<'p>(
    rules: &RuleSet,
    pack: &'p Pack,
    (rule, compiled): (&'p Rule, &Compiled),
    day: Date,
    scratch: &mut RuleScratch,
    out: &mut Vec<Reason<'p>>,
) {
    let memory = &mut scratch.evidence;
    memory.spoken.clear();
    memory.signals.clear();
    rules
        .program
        .speaks_of(compiled.root, &scratch.facts, &mut memory.spoken);
    let is_spoken_of = |signal: &&Signal| {
        let routes = rules.routes.of(&signal.finding).iter();
        let mut routes = routes.filter(|route| route.applies_to(&signal.finding));
        routes.any(|route| memory.spoken.contains(&route.slot))
    };
    memory.signals.extend(scratch.signals.iter().filter(is_spoken_of));
    // A stable sort: the evidence of one detector stays in the order of the text.
    memory.signals.sort_by_key(|signal| detector(&signal.finding));
    let bases = pack
        .categories
        .get(compiled.category)
        .map(|category| category.bases.as_slice());
    let reason = Reason {
        category: &rule.category,
        detector: Detector::Context,
        rule: &rule.id,
        action: compiled.action,
        found: Vec::new(),
        confidence: Confidence::EXACT,
        places: Vec::new(),
        basis: in_force(bases.unwrap_or_default(), day),
    };
    if memory.signals.is_empty() {
        out.push(reason);
        return;
    }
    let same_detector = |one: &Signal, other: &Signal| detector(&one.finding) == detector(&other.finding);
    for signals in memory.signals.chunk_by(same_detector) {
        out.push(Reason {
            detector: signals
                .first()
                .map_or(Detector::Context, |signal| detector(&signal.finding)),
            found: found(pack, signals, &mut memory.subjects),
            confidence: signals
                .iter()
                .map(|signal| signal.confidence)
                .min()
                .unwrap_or(Confidence::EXACT),
            places: places(signals),
            ..reason.clone()
        });
    }
}

fn in_force(bases: &[Basis], day: Date) -> Vec<&str> {
    let bases = bases.iter().filter(|basis| basis.validity.holds_on(day));
    bases.map(|basis| basis.key.as_str()).collect()
}

fn places(signals: &[Signal]) -> Vec<Place> {
    let mut places: Vec<_> = signals.iter().map(|signal| signal.place).collect();
    places.dedup();
    places.truncate(MAX_REASON_SPANS);
    places
}

/// What the signals of one detector found, each once, in the order in which it was found first.
fn found<'p>(pack: &'p Pack, signals: &[Signal], subjects: &mut Vec<(u32, usize)>) -> Vec<&'p str> {
    subjects.clear();
    subjects.extend(
        signals
            .iter()
            .enumerate()
            .map(|(at, signal)| (subject(&signal.finding), at)),
    );
    subjects.sort_unstable();
    subjects.dedup_by_key(|(subject, _)| *subject);
    subjects.sort_unstable_by_key(|(_, at)| *at);
    let first = subjects.iter().filter_map(|(_, at)| signals.get(*at));
    first.filter_map(|signal| name(pack, &signal.finding)).collect()
}

const fn detector(finding: &Finding) -> Detector {
    match finding {
        Finding::Phrase { .. } => Detector::Lexicon,
        Finding::Link => Detector::Context,
        Finding::Listed { .. } => Detector::Blocklist,
        Finding::LookAlike { .. } => Detector::LookAlike,
        Finding::Personal(_) => Detector::PersonalData,
    }
}

/// The number of what was found among what its detector can find.
const fn subject(finding: &Finding) -> u32 {
    match finding {
        Finding::Phrase { entry, .. } => *entry,
        Finding::Link => 0,
        Finding::Listed { list } => *list,
        Finding::LookAlike { name, .. } => *name,
        Finding::Personal(kind) => *kind as u32,
    }
}

fn name<'p>(pack: &'p Pack, finding: &Finding) -> Option<&'p str> {
    match finding {
        Finding::Phrase { entry, .. } => pack.lexicon.get(*entry as usize).map(|entry| entry.id.as_str()),
        Finding::Link => None,
        Finding::Listed { list } => pack.lists.get(*list as usize).map(|list| list.id.as_str()),
        Finding::LookAlike { name, .. } => pack.names.get(*name as usize).map(|name| name.name.as_str()),
        Finding::Personal(kind) => Some(kind.key()),
    }
}
