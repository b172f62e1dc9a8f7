//! Which facts wake a rule: as long as all of its *support* is quiet, its condition cannot hold, and it is not tried.

use super::cond::Cond;
use super::facts::{Facts, Nature, Slot};
use super::proof::{Assumption, outcomes};

/// Facts of which at least one must not be quiet for a condition to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Support {
    /// The nature of the fact among them that is least often quiet.
    nature: Nature,
    pub slots: Vec<Slot>,
}

/// The support of a condition, of facts that are quiet as often as possible. None if it may hold while all are.
pub(super) fn support(cond: &Cond, facts: &Facts) -> Option<Support> {
    match cond {
        Cond::Within { slot, low, high } => {
            let fact = facts.get(*slot)?;
            let is_asleep = fact.quiet().is_some_and(|quiet| quiet < *low || *high < quiet);
            is_asleep.then(|| Support {
                nature: fact.nature,
                slots: vec![*slot],
            })
        }
        Cond::Compare { .. } => {
            let natures = [Nature::Evidence, Nature::Links, Nature::Author];
            natures
                .into_iter()
                .find_map(|nature| support_of_comparison(cond, facts, nature))
        }
        Cond::All(parts) => {
            let supports = parts.iter().filter_map(|part| support(part, facts));
            supports.min_by_key(|support| (support.nature, support.slots.len()))
        }
        Cond::Any(parts) => {
            let supports = parts
                .iter()
                .map(|part| support(part, facts))
                .collect::<Option<Vec<_>>>()?;
            let nature = supports
                .iter()
                .map(|support| support.nature)
                .max()
                .unwrap_or(Nature::Evidence);
            let mut slots: Vec<_> = supports.into_iter().flat_map(|support| support.slots).collect();
            slots.sort_unstable();
            slots.dedup();
            Some(Support { nature, slots })
        }
    }
}

/// The support of a comparison among facts of this nature or one that is quiet more often.
fn support_of_comparison(cond: &Cond, facts: &Facts, nature: Nature) -> Option<Support> {
    let possible = outcomes(cond, facts, |fact| match fact.quiet() {
        Some(quiet) if fact.nature <= nature => Assumption::Is(quiet),
        Some(_) | None => Assumption::Any,
    });
    if possible.can_hold {
        return None;
    }
    let mut slots = Vec::new();
    cond.slots(&mut slots);
    slots.retain(|slot| facts.get(*slot).is_some_and(|fact| fact.nature <= nature));
    slots.sort_unstable();
    slots.dedup();
    Some(Support { nature, slots })
}
