//! From the rules that fired to a verdict: what was found, where, how surely and on which legal basis.
//!
//! A fired rule's evidence is what its condition speaks of in a part that holds: what made `a` true in `a || b` where
//! `b` is not, and never what it asks to be absent.

use std::cmp::Reverse;

use super::facts::Slot;
use super::{Compiled, RuleScratch, RuleSet};
use crate::limits::MAX_REASON_SPANS;
use crate::{Action, Basis, Confidence, Date, Detector, Finding, Item, Pack, Reason, Rule, Signal, Undecided, Verdict};

/// Memory that gathering evidence reuses.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// The numbers of the signals that bear on each fact, by detector, in the order of the text.
    index: Vec<(Slot, Detector, u32)>,
    /// The facts of which one rule speaks.
    spoken: Vec<Slot>,
    /// The signals that bear on one of them.
    borne: Vec<(Detector, u32)>,
    /// What one reason names already.
    subjects: Vec<u32>,
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
    index_signals(rules, scratch);
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

/// Sorts the signals under the facts that they bear on, so that a rule costs no more than its own evidence.
fn index_signals(rules: &RuleSet, scratch: &mut RuleScratch) {
    let index = &mut scratch.evidence.index;
    index.clear();
    for (number, signal) in (0..).zip(&scratch.signals) {
        let routes = rules.routes.of(&signal.finding).iter();
        let routes = routes.filter(|route| route.applies_to(&signal.finding));
        index.extend(routes.map(|route| (route.slot, detector(&signal.finding), number)));
    }
    index.sort_unstable();
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
    let bases = pack
        .categories
        .get(compiled.category)
        .map(|category| category.bases.as_slice());
    let context = Reason {
        category: &rule.category,
        detector: Detector::Context,
        rule: &rule.id,
        action: compiled.action,
        found: Vec::new(),
        confidence: Confidence::EXACT,
        places: Vec::new(),
        basis: in_force(bases.unwrap_or_default(), day),
    };
    gather(rules, compiled, scratch);
    let memory = &mut scratch.evidence;
    let before = out.len();
    for borne in memory.borne.chunk_by(|one, other| one.0 == other.0) {
        let mut reason = context.clone();
        memory.subjects.clear();
        for (detector, number) in borne {
            if let Some(signal) = scratch.signals.get(*number as usize) {
                reason.detector = *detector;
                add(pack, signal, &mut memory.subjects, &mut reason);
            }
        }
        out.push(reason);
    }
    if out.len() == before {
        out.push(context);
    }
}

/// Finds the signals that bear a fired rule out.
fn gather(rules: &RuleSet, compiled: &Compiled, scratch: &mut RuleScratch) {
    let memory = &mut scratch.evidence;
    memory.spoken.clear();
    memory.borne.clear();
    rules
        .program
        .speaks_of(compiled.root, &scratch.facts, &mut memory.spoken);
    for slot in &memory.spoken {
        let from = memory.index.partition_point(|(of, ..)| of < slot);
        let rest = memory.index.get(from..).unwrap_or_default();
        let bearing = rest.iter().take_while(|(of, ..)| of == slot);
        memory
            .borne
            .extend(bearing.map(|(_, detector, number)| (*detector, *number)));
    }
    // A stable sort, because it is quick where pieces are sorted already.
    memory.borne.sort();
}

/// Adds a signal to its reason. Past the last place that is shown, only its confidence counts.
fn add<'p>(pack: &'p Pack, signal: &Signal, subjects: &mut Vec<u32>, reason: &mut Reason<'p>) {
    reason.confidence = reason.confidence.min(signal.confidence);
    if reason.places.last() != Some(&signal.place) {
        if reason.places.len() == MAX_REASON_SPANS {
            return;
        }
        reason.places.push(signal.place);
    }
    let subject = subject(&signal.finding);
    if !subjects.contains(&subject) {
        subjects.push(subject);
        reason.found.extend(name(pack, &signal.finding));
    }
}

fn in_force(bases: &[Basis], day: Date) -> Vec<&str> {
    let bases = bases.iter().filter(|basis| basis.validity.holds_on(day));
    bases.map(|basis| basis.key.as_str()).collect()
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
