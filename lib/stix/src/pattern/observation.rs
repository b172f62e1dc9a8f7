//! What was observed, as patterns are matched against it.

use std::collections::HashMap;

use crate::object::Object;
use crate::schema::{Family, family};
use crate::timestamp::Timestamp;

/// Observables that were seen together, when, and how often: what an observed-data object says.
#[derive(Debug, Clone)]
pub struct Observation<'a> {
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    pub(super) times: u64,
    pub(super) objects: Vec<&'a Object>,
    by_id: HashMap<&'a str, &'a Object>,
}

impl<'a> Observation<'a> {
    /// Objects that were seen at one moment, once.
    #[must_use]
    pub fn at(moment: Timestamp, objects: &'a [Object]) -> Self {
        Self::new(moment, moment, 1, objects.iter().collect())
    }

    /// Objects that were seen together so many times from `first` to `last`.
    #[must_use]
    pub fn new(first: Timestamp, last: Timestamp, times: u64, objects: Vec<&'a Object>) -> Self {
        let by_id = objects
            .iter()
            .filter_map(|object| Some((object.text("id")?, *object)))
            .collect();
        Self {
            first,
            last,
            times,
            objects,
            by_id,
        }
    }

    /// Every observed-data object among `objects`, with the objects that it names. One that lacks a time, the number or
    /// `object_refs` (as in the deprecated form) is in the second list: nothing can be said of it.
    #[must_use]
    pub fn gather(objects: &'a [Object]) -> (Vec<Self>, Vec<&'a Object>) {
        let by_id: HashMap<&str, &Object> = objects
            .iter()
            .filter_map(|object| Some((object.text("id")?, object)))
            .collect();
        let (mut observations, mut unclear) = (Vec::new(), Vec::new());
        for object in objects.iter().filter(|object| object.type_name() == "observed-data") {
            match Self::of(object, &by_id) {
                Some(observation) => observations.push(observation),
                None => unclear.push(object),
            }
        }
        (observations, unclear)
    }

    fn of(observed: &'a Object, by_id: &HashMap<&'a str, &'a Object>) -> Option<Self> {
        let times = observed.members().get("number_observed")?.as_number()?.as_integer()?;
        observed.members().get("object_refs")?.as_list()?;
        let mut named: Vec<&str> = observed.texts("object_refs").collect();
        named.sort_unstable();
        named.dedup();
        let objects = named.iter().filter_map(|id| by_id.get(id).copied());
        let objects = objects.filter(|object| matches!(family(object.type_name()), Some(Family::Observable) | None));
        let (first, last) = (observed.time("first_observed")?, observed.time("last_observed")?);
        let times = u64::try_from(times).ok().filter(|times| *times > 0)?;
        Some(Self::new(first, last, times, objects.collect()))
    }

    pub(super) fn by_id(&self, id: &str) -> Option<&'a Object> {
        self.by_id.get(id).copied()
    }
}
