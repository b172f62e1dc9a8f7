//! Markings of the object (section 7.2): selectors lead somewhere, and no marking is marked with itself.

use super::{Checker, FindingKind};
use crate::json::{Members, Value};
use crate::object::Object;

pub(super) fn check_markings(checker: &mut Checker, object: &Object) {
    let own_id = object.text("id").filter(|_| object.type_name() == "marking-definition");
    checker.at("object_marking_refs", |checker| {
        for (index, id) in object.texts("object_marking_refs").enumerate() {
            if Some(id) == own_id {
                checker.add_at(&index.to_string(), FindingKind::Circular);
            }
        }
    });
    let markings = object.members().get("granular_markings").and_then(Value::as_list);
    checker.at("granular_markings", |checker| {
        for (index, marking) in markings.unwrap_or_default().iter().enumerate() {
            checker.at(&index.to_string(), |checker| {
                if let Some(marking) = marking.as_members() {
                    granular(checker, marking, own_id, object);
                }
            });
        }
    });
}

fn granular(checker: &mut Checker, marking: &Members, own_id: Option<&str>, object: &Object) {
    let of = marking.get("marking_ref").and_then(Value::as_str);
    if own_id.is_some() && of == own_id {
        checker.add_at("marking_ref", FindingKind::Circular);
    }
    let selectors = marking.get("selectors").and_then(Value::as_list).unwrap_or_default();
    checker.at("selectors", |checker| {
        for (index, selector) in selectors.iter().enumerate() {
            if selector
                .as_str()
                .is_some_and(|selector| select(object.members(), selector).is_none())
            {
                checker.add_at(&index.to_string(), FindingKind::NoSuchPlace);
            }
        }
    });
}

/// What a selector selects (section 7.2.3.1): names and `[indexes]` with dots between them.
pub(crate) fn select<'a>(members: &'a Members, selector: &str) -> Option<&'a Value> {
    let (first, rest) = selector
        .split_once('.')
        .map_or((selector, None), |(first, rest)| (first, Some(rest)));
    let mut value = members.get(first)?;
    for step in rest.into_iter().flat_map(|rest| rest.split('.')) {
        let index = step.strip_prefix('[').and_then(|step| step.strip_suffix(']'));
        value = match index {
            Some(index) if index.bytes().all(|byte| byte.is_ascii_digit()) => {
                value.as_list()?.get(index.parse::<usize>().ok()?)?
            }
            Some(_) => return None,
            None => value.as_members()?.get(step)?,
        };
    }
    Some(value)
}
