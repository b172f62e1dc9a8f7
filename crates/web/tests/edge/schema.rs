//! Validates JSON against the schemas of `/openapi.json`: the part of JSON Schema 2020-12 that they use, and a panic on
//! any keyword beyond it.

use serde_json::{Map, Value};

/// The description of the API.
pub struct Description(pub Value);

impl Description {
    /// Everything that is wrong with a value, by JSON pointer.
    pub fn faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut faults = Vec::new();
        self.check(schema, value, "", &mut faults);
        faults
    }

    /// The schema that an operation's answer with this status must have.
    pub fn answer(&self, path: &str, method: &str, status: u16, kind: &str) -> &Value {
        let pointer = |text: &str| text.replace('/', "~1");
        let at = format!(
            "/paths/{}/{method}/responses/{status}/content/{}/schema",
            pointer(path),
            pointer(kind)
        );
        self.0.pointer(&at).unwrap_or_else(|| panic!("{at} is not described"))
    }

    fn check(&self, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
        let schema = schema.as_object().expect("a schema is an object");
        for (keyword, wanted) in schema {
            let good = match keyword.as_str() {
                "$ref" => {
                    let target = wanted.as_str().unwrap().strip_prefix('#').unwrap();
                    self.check(self.0.pointer(target).expect(target), value, at, faults);
                    true
                }
                "type" => has_type(wanted, value),
                "enum" => wanted.as_array().unwrap().contains(value),
                "required" => wanted
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|name| value.get(name.as_str().unwrap()).is_some()),
                "properties" => self.check_members(schema, wanted, value, at, faults),
                "items" => {
                    for (index, element) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(wanted, element, &format!("{at}/{index}"), faults);
                    }
                    true
                }
                "oneOf" | "anyOf" => {
                    let fits = |schema: &&Value| self.faults(schema, value).is_empty();
                    wanted.as_array().unwrap().iter().filter(fits).count() == 1
                }
                "minimum" => value.as_f64().is_none_or(|number| number >= wanted.as_f64().unwrap()),
                "maximum" => value.as_f64().is_none_or(|number| number <= wanted.as_f64().unwrap()),
                "minItems" => value
                    .as_array()
                    .is_none_or(|array| array.len() as u64 >= wanted.as_u64().unwrap()),
                "maxItems" => value
                    .as_array()
                    .is_none_or(|array| array.len() as u64 <= wanted.as_u64().unwrap()),
                "maxLength" => value
                    .as_str()
                    .is_none_or(|text| text.chars().count() as u64 <= wanted.as_u64().unwrap()),
                "additionalProperties" | "description" | "example" | "examples" | "format" | "default" => true,
                keyword => panic!("{keyword} is not understood"),
            };
            if !good {
                faults.push(format!("{at}: {keyword} {wanted} refuses {value}"));
            }
        }
    }

    fn check_members(
        &self,
        schema: &Map<String, Value>,
        wanted: &Value,
        value: &Value,
        at: &str,
        faults: &mut Vec<String>,
    ) -> bool {
        let closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
        for (name, member) in value.as_object().into_iter().flatten() {
            match wanted.get(name) {
                Some(schema) => self.check(schema, member, &format!("{at}/{name}"), faults),
                None if closed => faults.push(format!("{at}/{name} is not described")),
                None => {}
            }
        }
        true
    }
}

fn has_type(wanted: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str().unwrap() {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        name => panic!("type {name} is not understood"),
    };
    wanted
        .as_array()
        .map_or_else(|| is(wanted), |types| types.iter().any(is))
}
