//! `[…] REPEATS n TIMES`, with conditions on time around it: found by counting, so that no number is too large.

use super::compile::{Condition, Node};
use super::matching::{MatchError, is_between, matches};
use super::observation::Observation;
use super::syntax::Qualifier;

type Found = Result<Option<Vec<usize>>, MatchError>;

/// What is found, where the pattern is of this kind.
pub(super) fn find(root: &Node, observations: &[Observation<'_>]) -> Option<Found> {
    let mut qualifiers = Vec::new();
    let mut node = root;
    loop {
        let Node::Qualified(inner, qualifier) = node else {
            return None;
        };
        match (&**inner, qualifier) {
            (Node::Observed(condition), Qualifier::Repeats { times }) => {
                return Some(count(condition, *times, &qualifiers, observations));
            }
            (_, Qualifier::Repeats { .. }) => return None,
            (inner, Qualifier::Within { .. } | Qualifier::StartStop { .. }) => {
                qualifiers.push(qualifier);
                node = inner;
            }
        }
    }
}

fn count(condition: &Condition, times: u64, qualifiers: &[&Qualifier], observations: &[Observation<'_>]) -> Found {
    let mut seen = Vec::new();
    for (at, observation) in observations.iter().enumerate() {
        let is_in_time = qualifiers.iter().all(|qualifier| match qualifier {
            Qualifier::StartStop { start, stop } => is_between(observation, *start, *stop),
            Qualifier::Within { .. } | Qualifier::Repeats { .. } => true,
        });
        if is_in_time && matches(condition, observation)? {
            seen.push((at, observation));
        }
    }
    let within = qualifiers.iter().filter_map(|qualifier| match qualifier {
        Qualifier::Within { nanos } => Some(*nanos),
        Qualifier::StartStop { .. } | Qualifier::Repeats { .. } => None,
    });
    let Some(nanos) = within.min() else {
        return Ok(enough(seen.iter(), times));
    };
    // Whichever of those that are bound ends first: all others begin at most so long after.
    for (_, earliest) in &seen {
        let end = earliest.last.plus_nanos(nanos);
        let near = |(_, other): &&(usize, &Observation<'_>)| other.last >= earliest.last && other.first <= end;
        if let Some(found) = enough(seen.iter().filter(near), times) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The first that were made often enough, together.
fn enough<'o, 'a: 'o>(seen: impl Iterator<Item = &'o (usize, &'o Observation<'a>)>, times: u64) -> Option<Vec<usize>> {
    let mut left = times;
    let mut found = Vec::new();
    for (at, observation) in seen {
        found.push(*at);
        left = left.saturating_sub(observation.times);
        if left == 0 {
            return Some(found);
        }
    }
    None
}
