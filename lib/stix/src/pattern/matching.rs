//! Looking for observations that a pattern matches (sections 9.2 to 9.5): each observation expression is bound to an
//! observation, and none to one twice, but for one that was made more than once.

use thiserror::Error;

use super::compile::{Compiled, Condition, Node, ReadyTest};
use super::observation::Observation;
use super::path::select;
use super::predicate::Predicate;
use super::repeat;
use super::syntax::Qualifier;
use crate::limits::{MAX_MATCH_BOUND, MAX_MATCH_DEPTH, MAX_MATCH_STEPS, MAX_PATH_VALUES};
use crate::object::Object;
use crate::timestamp::Timestamp;

/// Why it cannot be said whether a pattern matches. That is never the same as that it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MatchError {
    /// The search took [`MAX_MATCH_STEPS`] steps.
    #[error("looking for a match took more than {MAX_MATCH_STEPS} steps")]
    TooManySteps,
    /// A match would bind more than [`MAX_MATCH_BOUND`] observations.
    #[error("a match would bind more than {MAX_MATCH_BOUND} observations")]
    TooManyBound,
    /// The search would go deeper than [`MAX_MATCH_DEPTH`].
    #[error("looking for a match would go deeper than {MAX_MATCH_DEPTH}")]
    TooDeep,
    /// A path leads to more than [`MAX_PATH_VALUES`] in one object.
    #[error("a path leads to more than {MAX_PATH_VALUES} values in one object")]
    TooManyValues,
}

impl Compiled {
    /// Whether the pattern matches.
    ///
    /// # Errors
    /// Where a limit was reached before that was known.
    pub fn matches(&self, observations: &[Observation<'_>]) -> Result<bool, MatchError> {
        Ok(self.find(observations)?.is_some())
    }

    /// The observations that make the pattern match: their places in `observations`, each once, in order.
    ///
    /// # Errors
    /// Where a limit was reached before that was known.
    pub fn find(&self, observations: &[Observation<'_>]) -> Result<Option<Vec<usize>>, MatchError> {
        if let Some(found) = repeat::find(&self.root, observations) {
            return found;
        }
        let mut search = Search {
            observations,
            used: vec![0; observations.len()],
            bound: Vec::new(),
            steps: 0,
            depth: 0,
        };
        let mut found = None;
        search.solve(&self.root, &mut |search| {
            found = Some(search.bound.clone());
            Ok(true)
        })?;
        Ok(found.map(|mut bound| {
            bound.sort_unstable();
            bound.dedup();
            bound
        }))
    }
}

struct Search<'s, 'a> {
    observations: &'s [Observation<'a>],
    /// How often each is bound.
    used: Vec<u64>,
    /// What is bound, in the order of the pattern.
    bound: Vec<usize>,
    steps: u64,
    /// How many nodes are being solved, each inside of what is to hold of the rest of another.
    depth: usize,
}

/// What is to hold of the rest of the pattern, given what is bound.
type Rest<'r, 's, 'a> = &'r mut dyn FnMut(&mut Search<'s, 'a>) -> Result<bool, MatchError>;

impl<'s, 'a> Search<'s, 'a> {
    /// Whether a node can be bound so that `rest` holds.
    fn solve(&mut self, node: &Node, rest: Rest<'_, 's, 'a>) -> Result<bool, MatchError> {
        if self.depth >= MAX_MATCH_DEPTH {
            return Err(MatchError::TooDeep);
        }
        self.depth += 1;
        let is_solved = self.solve_node(node, rest);
        self.depth -= 1;
        is_solved
    }

    fn solve_node(&mut self, node: &Node, rest: Rest<'_, 's, 'a>) -> Result<bool, MatchError> {
        match node {
            Node::Observed(condition) => self.observed(condition, 1, 0, rest),
            Node::And(nodes) => self.all(nodes, rest),
            Node::Or(nodes) => {
                for node in nodes {
                    if self.solve(node, rest)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Node::FollowedBy(nodes) => {
                let from = self.bound.len();
                self.in_order(nodes, from, rest)
            }
            Node::Qualified(inner, Qualifier::Repeats { times }) => {
                if let Node::Observed(condition) = &**inner {
                    self.observed(condition, *times, 0, rest)
                } else {
                    self.repeated(inner, *times, rest)
                }
            }
            Node::Qualified(inner, qualifier) => {
                let from = self.bound.len();
                self.solve(inner, &mut |search| {
                    let bound = search.bound.get(from..).unwrap_or_default();
                    Ok(holds(qualifier, bound, search.observations) && rest(search)?)
                })
            }
        }
    }

    fn all(&mut self, nodes: &[Node], rest: Rest<'_, 's, 'a>) -> Result<bool, MatchError> {
        match nodes {
            [] => rest(self),
            [first, others @ ..] => self.solve(first, &mut |search| search.all(others, rest)),
        }
    }

    /// Each node not before those before it, which are bound since `from` (section 9.5).
    fn in_order(&mut self, nodes: &[Node], from: usize, rest: Rest<'_, 's, 'a>) -> Result<bool, MatchError> {
        let [first, others @ ..] = nodes else { return rest(self) };
        let middle = self.bound.len();
        self.solve(first, &mut |search| {
            let is_in_order = {
                let (before, after) = search.bound.split_at(middle);
                let before = before.get(from..).unwrap_or_default();
                is_in_order(before, after, search.observations)
            };
            Ok(is_in_order && search.in_order(others, from, rest)?)
        })
    }

    fn repeated(&mut self, node: &Node, times: u64, rest: Rest<'_, 's, 'a>) -> Result<bool, MatchError> {
        match times {
            0 => rest(self),
            _ => self.solve(node, &mut |search| search.repeated(node, times - 1, rest)),
        }
    }

    /// Binds one condition `times` times, to observations from `from` on: in which order does not matter.
    fn observed(
        &mut self,
        condition: &Condition,
        times: u64,
        from: usize,
        rest: Rest<'_, 's, 'a>,
    ) -> Result<bool, MatchError> {
        if times == 0 {
            return rest(self);
        }
        if self.bound.len() >= MAX_MATCH_BOUND {
            return Err(MatchError::TooManyBound);
        }
        let observations = self.observations;
        for (at, observation) in observations.iter().enumerate().skip(from) {
            let free = self
                .used
                .get(at)
                .map_or(0, |used| observation.times.saturating_sub(*used));
            self.steps += 1;
            if self.steps > MAX_MATCH_STEPS {
                return Err(MatchError::TooManySteps);
            }
            if free == 0 || !matches(condition, observation)? {
                continue;
            }
            self.bound.push(at);
            for taken in (1..=free.min(times)).rev() {
                self.take(at, taken);
                let is_solved = self.observed(condition, times - taken, at + 1, rest);
                self.give_back(at, taken);
                if is_solved? {
                    return Ok(true);
                }
            }
            self.bound.pop();
        }
        Ok(false)
    }

    fn take(&mut self, at: usize, times: u64) {
        if let Some(used) = self.used.get_mut(at) {
            *used += times;
        }
    }

    fn give_back(&mut self, at: usize, times: u64) {
        if let Some(used) = self.used.get_mut(at) {
            *used -= times;
        }
    }
}

/// Whether moments can be chosen so that nothing of `after` is before anything of `before`.
fn is_in_order(before: &[usize], after: &[usize], observations: &[Observation<'_>]) -> bool {
    let observation = |at: &usize| observations.get(*at);
    let latest = before
        .iter()
        .filter_map(observation)
        .map(|observation| observation.first)
        .max();
    let earliest = after
        .iter()
        .filter_map(observation)
        .map(|observation| observation.last)
        .min();
    latest.zip(earliest).is_none_or(|(latest, earliest)| latest <= earliest)
}

/// Whether moments can be chosen so that a qualifier holds of all that is bound. Not of `REPEATS`, which is no
/// condition on what is bound.
pub(super) fn holds(qualifier: &Qualifier, bound: &[usize], observations: &[Observation<'_>]) -> bool {
    let mut bound = bound.iter().filter_map(|at| observations.get(*at));
    match qualifier {
        Qualifier::Repeats { .. } => true,
        Qualifier::StartStop { start, stop } => bound.all(|observation| is_between(observation, *start, *stop)),
        Qualifier::Within { nanos } => {
            let earliest = bound.clone().map(|observation| observation.last).min();
            let end = earliest.map(|earliest| earliest.plus_nanos(*nanos));
            end.is_none_or(|end| bound.all(|observation| observation.first <= end))
        }
    }
}

/// Whether it can have been at `start` or later, and before `stop`.
pub(super) fn is_between(observation: &Observation<'_>, start: Timestamp, stop: Timestamp) -> bool {
    start < stop && observation.first < stop && observation.last >= start
}

/// Whether one object of the observation fulfils the condition.
pub(super) fn matches(condition: &Condition, observation: &Observation<'_>) -> Result<bool, MatchError> {
    for object in &observation.objects {
        if fulfils(condition, object, observation)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn fulfils(condition: &Condition, object: &Object, observation: &Observation<'_>) -> Result<bool, MatchError> {
    match condition {
        Condition::Test(test) => passes(test, object, observation),
        Condition::And(conditions) => {
            for condition in conditions {
                if !fulfils(condition, object, observation)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Condition::Or(conditions) => {
            for condition in conditions {
                if fulfils(condition, object, observation)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
    }
}

/// A test is passed by any of the values that its path leads to; that one does not exist, by none.
fn passes(test: &ReadyTest, object: &Object, observation: &Observation<'_>) -> Result<bool, MatchError> {
    if object.type_name() != test.object_type {
        return Ok(false);
    }
    let places = select(object, &test.steps, observation)?;
    if matches!(test.predicate, Predicate::Exists) {
        return Ok(places.is_empty() == test.is_negated);
    }
    Ok(places.iter().any(|place| test.predicate.passes(place, test.is_negated)))
}
