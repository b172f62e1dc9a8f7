//! Our objects of every type, valid and broken.

use serde_json::Value;

/// An object and what is to be found in it.
pub struct Case {
    pub object: Value,
    pub expected: Expected,
    /// Why others say otherwise.
    pub difference: Option<String>,
    pub line: usize,
}

/// What is to be found.
pub enum Expected {
    /// No error.
    Valid,
    /// This finding, and no error but it.
    Found {
        is_error: bool,
        key: String,
        pointer: String,
    },
}

pub fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut base = Value::Null;
    for (at, line) in include_str!("objects.txt").lines().enumerate() {
        let mut case = |object, expected| {
            cases.push(Case {
                object,
                expected,
                difference: None,
                line: at + 1,
            });
        };
        match line.chars().next() {
            None | Some('#') => {}
            Some('{') => {
                base = serde_json::from_str(line).unwrap();
                case(base.clone(), Expected::Valid);
            }
            Some('!') => cases.last_mut().unwrap().difference = Some(line.to_owned()),
            Some(_) => {
                let mut parts = line.splitn(4, ' ');
                let [mark, key, pointer, patch] = std::array::from_fn(|_| parts.next().unwrap());
                let object = patched(&base, &serde_json::from_str(patch).unwrap());
                let expected = match mark {
                    "=" => Expected::Valid,
                    mark => Expected::Found {
                        is_error: mark == "-",
                        key: key.to_owned(),
                        pointer: pointer.trim_end_matches('/').to_owned(),
                    },
                };
                case(object, expected);
            }
        }
    }
    cases
}

/// A merge patch (RFC 7396).
fn patched(base: &Value, patch: &Value) -> Value {
    let Value::Object(changes) = patch else {
        return patch.clone();
    };
    let mut object = base.as_object().cloned().unwrap_or_default();
    for (name, change) in changes {
        if change.is_null() {
            object.remove(name);
        } else {
            let before = object.get(name).cloned().unwrap_or_default();
            object.insert(name.clone(), patched(&before, change));
        }
    }
    Value::Object(object)
}
