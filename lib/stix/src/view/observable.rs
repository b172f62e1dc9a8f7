//! Observables (section 6): what was seen, as values to look up.

use crate::json::Value;
use crate::object::Object;
use crate::schema::Family;

/// Something that was seen on a network or a host.
#[derive(Debug, Clone, Copy)]
pub struct Observable<'a> {
    object: &'a Object,
}

impl<'a> Observable<'a> {
    /// The observable that an object is; of the types of STIX alone.
    #[must_use]
    pub fn of(object: &'a Object) -> Option<Self> {
        (object.family() == Some(Family::Observable)).then_some(Self { object })
    }

    /// Its type.
    #[must_use]
    pub fn type_name(&self) -> &'a str {
        self.object.type_name()
    }

    /// Every text in it with its path, as patterns write paths with `*` for the elements of lists: what the terms of
    /// [`Pattern::terms`](crate::Pattern::terms) are looked up among.
    #[must_use]
    pub fn values(&self) -> Vec<(String, &'a str)> {
        let mut values = Vec::new();
        for (name, value) in self.object.members().iter() {
            collect(value, crate::pattern::step_text(name), &mut values);
        }
        values
    }
}

fn collect<'a>(value: &'a Value, path: String, values: &mut Vec<(String, &'a str)>) {
    match value {
        Value::String(text) => values.push((path, text)),
        Value::List(elements) => {
            for element in elements {
                collect(element, format!("{path}[*]"), values);
            }
        }
        Value::Object(members) => {
            for (name, value) in members.iter() {
                collect(value, format!("{path}.{}", crate::pattern::step_text(name)), values);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
