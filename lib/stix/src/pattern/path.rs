//! The values that a path leads to. References are followed to objects of the same observation (section 9.7.4); what is
//! no reference, or leads nowhere, has no values.

use std::borrow::Cow;

use super::matching::MatchError;
use super::observation::Observation;
use super::syntax::Step;
use crate::encoding::{from_base64, from_hex};
use crate::json::{Members, Value};
use crate::limits::MAX_PATH_VALUES;
use crate::object::Object;

/// Where a path has come to.
#[derive(Debug, Clone)]
pub(super) enum Place<'a> {
    /// A value as it stands.
    Value(&'a Value),
    /// Bytes that stand as hexadecimal or base64.
    Bytes(Cow<'a, [u8]>),
    /// What a reference names.
    Object(&'a Members),
    /// What a list of references names.
    Objects(Vec<&'a Object>),
}

/// All that `steps` lead to from an object.
pub(super) fn select<'a>(
    object: &'a Object,
    steps: &[Step],
    observation: &Observation<'a>,
) -> Result<Vec<Place<'a>>, MatchError> {
    let mut places = vec![Place::Object(object.members())];
    for step in steps {
        let mut next = Vec::new();
        for place in &places {
            take(place, step, observation, &mut next);
        }
        if next.len() > MAX_PATH_VALUES {
            return Err(MatchError::TooManyValues);
        }
        places = next;
    }
    Ok(places)
}

fn take<'a>(place: &Place<'a>, step: &Step, observation: &Observation<'a>, next: &mut Vec<Place<'a>>) {
    match (step, place) {
        (Step::Property(name), Place::Object(members)) => next.extend(member(members, name, observation)),
        (Step::Property(name), Place::Value(Value::Object(members))) => {
            next.extend(member(members, name, observation));
        }
        (Step::Index(index), Place::Value(Value::List(values))) => {
            let value = usize::try_from(*index).ok().and_then(|index| values.get(index));
            next.extend(value.map(Place::Value));
        }
        (Step::Index(index), Place::Objects(objects)) => {
            let object = usize::try_from(*index).ok().and_then(|index| objects.get(index));
            next.extend(object.map(|object| Place::Object(object.members())));
        }
        (Step::Every, Place::Value(Value::List(values))) => next.extend(values.iter().map(Place::Value)),
        (Step::Every, Place::Objects(objects)) => {
            next.extend(objects.iter().map(|object| Place::Object(object.members())));
        }
        (Step::Property(_) | Step::Index(_) | Step::Every, _) => {}
    }
}

/// A property by its name: references are followed, and bytes are bytes (sections 2.1 and 2.6).
fn member<'a>(members: &'a Members, name: &str, observation: &Observation<'a>) -> Option<Place<'a>> {
    let value = members.get(name)?;
    if name.ends_with("_ref") {
        let object = observation.by_id(value.as_str()?)?;
        return Some(Place::Object(object.members()));
    }
    if name.ends_with("_refs") {
        let ids = value.as_list()?.iter().filter_map(Value::as_str);
        let objects: Vec<&Object> = ids.filter_map(|id| observation.by_id(id)).collect();
        return (!objects.is_empty()).then_some(Place::Objects(objects));
    }
    if name.ends_with("_hex") {
        return Some(Place::Bytes(from_hex(value.as_str()?)?.into()));
    }
    if name.ends_with("_bin") {
        return Some(Place::Bytes(from_base64(value.as_str()?)?.into()));
    }
    Some(Place::Value(value))
}
