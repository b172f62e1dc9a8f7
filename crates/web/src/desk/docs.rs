//! The description of the API as a page. It is read from the very document that is served to machines, so that neither
//! knows what the other does not.

use std::sync::Arc;

use anlanh_api::Language;
use axum::extract::State;
use axum::response::Response;
use serde_json::Value;

use super::{Reader, page};
use crate::Service;
use crate::console::{Answer, Body, Docs, DocsPage, Field, Group, Kind, Operation, ProblemKind, Prose, Schema, Titled};
use crate::problem::Problem;

/// Where a reference within the document points.
const SCHEMAS: &str = "#/components/schemas/";

/// The API for people.
pub async fn show(State(service): State<Arc<Service>>, reader: Reader) -> Response {
    let language = reader.visitor.language;
    let problems = Problem::kinds(language);
    let view = DocsPage {
        frame: reader.frame(None),
        docs: service.docs.of(language),
        problems: problems
            .map(|(code, status, title)| ProblemKind {
                code,
                status: status.as_u16(),
                title: title.to_owned(),
            })
            .collect(),
    };
    reader.answer(page(&view, language))
}

/// The description in both languages, read once.
#[derive(Debug)]
pub struct BothDocs {
    vi: Arc<Docs>,
    en: Arc<Docs>,
}

impl BothDocs {
    /// Reads an OpenAPI document.
    pub fn read(document: &[u8]) -> Self {
        // It is of our own making, and the tests walk every part of it.
        let document = serde_json::from_slice(document).unwrap_or_default();
        let read = |language| Arc::new(Description { language }.read(&document));
        Self {
            vi: read(Language::Vi),
            en: read(Language::En),
        }
    }

    fn of(&self, language: Language) -> Arc<Docs> {
        Arc::clone(match language {
            Language::Vi => &self.vi,
            Language::En => &self.en,
        })
    }
}

/// Reads a document for readers of one language.
#[derive(Clone, Copy)]
struct Description {
    language: Language,
}

impl Description {
    fn read(self, document: &Value) -> Docs {
        let mut groups: Vec<Group> = list(&document["tags"])
            .map(|tag| Group {
                id: text(&tag["name"]),
                title: self.titled(&tag["description"]),
                operations: Vec::new(),
            })
            .collect();
        let schemas = at(document, "/components/schemas");
        for (path, operations) in entries(&document["paths"]) {
            for (method, operation) in entries(operations) {
                let tag = text(at(operation, "/tags/0"));
                if let Some(group) = groups.iter_mut().find(|group| group.id == tag) {
                    group.operations.push(self.operation(schemas, path, method, operation));
                }
            }
        }
        let lead = text(at(document, "/info/description"));
        Docs {
            lead: lead.split("\n\n").map(|paragraph| self.split(paragraph)).collect(),
            groups,
            schemas: entries(schemas)
                .map(|(name, schema)| self.schema(name, schema))
                .collect(),
        }
    }

    /// A text that the document has in Vietnamese and English, one after the other.
    fn titled(self, value: &Value) -> Titled {
        self.split(&text(value))
    }

    fn split(self, both: &str) -> Titled {
        let Some((vi, en)) = both.split_once(" · ") else {
            return Titled {
                text: Prose::read(both),
                other: None,
            };
        };
        let (text, other) = match self.language {
            Language::Vi => (vi, en),
            Language::En => (en, vi),
        };
        Titled {
            text: Prose::read(text),
            other: Some(Prose::read(other)),
        }
    }

    fn operation(self, schemas: &Value, path: &str, method: &str, operation: &Value) -> Operation {
        let parameters = list(&operation["parameters"]).map(|parameter| Field {
            name: text(&parameter["name"]),
            kind: self.kind(&parameter["schema"]),
            place: Some(match parameter["in"].as_str() {
                Some("path") => self.language.pick("đường dẫn", "path"),
                Some("header") => self.language.pick("đầu yêu cầu", "header"),
                Some(_) | None => self.language.pick("truy vấn", "query"),
            }),
            is_needed: parameter["required"] == true,
            meaning: Prose::read(&text(&parameter["description"])),
        });
        let scopes = list(&operation["security"]).flat_map(|needed| list(&needed["token"]));
        let answers = entries(&operation["responses"]).map(|(status, answer)| Answer {
            status: (status != "default").then(|| status.to_owned()),
            when: Prose::read(&text(&answer["description"])),
            body: self.body(&answer["content"]),
        });
        let more = text(&operation["description"]);
        let mut view = Operation {
            id: text(&operation["operationId"]),
            method: method.to_uppercase(),
            path: path.to_owned(),
            title: self.titled(&operation["summary"]),
            more: more
                .split("\n\n")
                .map(|paragraph| paragraph.replace('\n', " "))
                .filter(|paragraph| !paragraph.is_empty())
                .map(|paragraph| Prose::read(&paragraph))
                .collect(),
            scopes: scopes.map(text).collect(),
            parameters: parameters.collect(),
            body: self.body(at(operation, "/requestBody/content")),
            answers: answers.collect(),
            curl: String::new(),
        };
        view.curl = curl(schemas, &view);
        view
    }

    fn body(self, content: &Value) -> Option<Body> {
        let (_, described) = entries(content).next()?;
        let media: Vec<&str> = entries(content).map(|(media, _)| media).collect();
        Some(Body {
            media: media.join(", "),
            kind: self.kind(&described["schema"]),
        })
    }

    fn schema(self, name: &str, schema: &Value) -> Schema {
        let mut fields = Vec::new();
        let mut parts = Vec::new();
        self.fields("", schema, &mut fields);
        for part in list(&schema["allOf"]).chain(list(&schema["oneOf"])) {
            if part["$ref"].is_string() {
                parts.push(self.kind(part));
            }
            self.fields("", part, &mut fields);
        }
        Schema {
            name: name.to_owned(),
            meaning: Prose::read(&text(&schema["description"])),
            parts,
            fields,
            example: schema.get("example").map(pretty),
        }
    }

    fn fields(self, within: &str, schema: &Value, fields: &mut Vec<Field>) {
        let needed: Vec<String> = list(&schema["required"]).map(text).collect();
        for (name, field) in entries(&schema["properties"]) {
            let full = format!("{within}{name}");
            fields.push(Field {
                kind: self.kind(field),
                place: None,
                is_needed: needed.iter().any(|needed| needed == name),
                meaning: Prose::read(&meaning(field)),
                name: full.clone(),
            });
            self.fields(&format!("{full}."), field, fields);
        }
    }

    /// A type in words.
    fn kind(self, schema: &Value) -> Kind {
        if let Some(name) = schema["$ref"].as_str().and_then(|target| target.strip_prefix(SCHEMAS)) {
            return Kind {
                schema: Some(name.to_owned()),
                ..Kind::default()
            };
        }
        let variants: Vec<&Value> = list(&schema["oneOf"]).collect();
        if let [only, null] = variants.as_slice()
            && null["type"] == "null"
        {
            let mut kind = self.kind(only);
            kind.after.push_str(self.language.pick(" hoặc null", " or null"));
            return kind;
        }
        let mut names: Vec<String> = list(&schema["type"]).map(text).collect();
        if names.is_empty() {
            names.push(text(&schema["type"]));
        }
        let may_be_null = names.iter().any(|name| name == "null");
        let name = names.into_iter().find(|name| name != "null").unwrap_or_default();
        let mut kind = match name.as_str() {
            "array" => {
                let mut inner = self.kind(&schema["items"]);
                inner.before.insert_str(0, self.language.pick("danh sách ", "list of "));
                inner
            }
            name => Kind {
                before: self.word(name).to_owned(),
                ..Kind::default()
            },
        };
        kind.after.push_str(&self.bounds(schema));
        if may_be_null {
            kind.after.push_str(self.language.pick(" hoặc null", " or null"));
        }
        kind
    }

    const fn word(self, name: &str) -> &str {
        match name.as_bytes() {
            b"string" => self.language.pick("chuỗi", "string"),
            b"integer" => self.language.pick("số nguyên", "integer"),
            b"number" => self.language.pick("số", "number"),
            b"boolean" => self.language.pick("đúng/sai", "boolean"),
            b"object" => self.language.pick("đối tượng", "object"),
            _ => name,
        }
    }

    fn bounds(self, schema: &Value) -> String {
        let mut bounds = String::new();
        if let Some(values) = schema["enum"].as_array() {
            let values: Vec<String> = values.iter().map(text).collect();
            bounds = format!(": {}", values.join(" | "));
        }
        if schema["format"] == "date-time" {
            bounds.push_str(" RFC 3339");
        }
        match (schema["minimum"].as_i64(), schema["maximum"].as_i64()) {
            (Some(least), Some(most)) => bounds.push_str(&format!(" {least}–{most}")),
            (Some(least), None) => bounds.push_str(&format!(" ≥ {least}")),
            (None, Some(most)) => bounds.push_str(&format!(" ≤ {most}")),
            (None, None) => {}
        }
        if let Some(most) = schema["maxLength"].as_u64() {
            bounds.push_str(&format!(" ≤ {most} byte"));
        }
        if let Some(most) = schema["maxItems"].as_u64() {
            bounds.push_str(&format!(" ({} {most})", self.language.pick("tối đa", "at most")));
        }
        bounds
    }
}

/// What a field means; of one that may be null, what it means where it is not.
fn meaning(field: &Value) -> String {
    let inner = list(&field["oneOf"]).map(|variant| text(&variant["description"]));
    let own = std::iter::once(text(&field["description"]));
    own.chain(inner).find(|meaning| !meaning.is_empty()).unwrap_or_default()
}

/// How an operation is asked from a shell, with the example of its body.
fn curl(schemas: &Value, operation: &Operation) -> String {
    let mut path = operation.path.clone();
    for parameter in &operation.parameters {
        let shell = format!("${}", parameter.name.to_uppercase());
        path = path.replace(&format!("{{{}}}", parameter.name), &shell);
    }
    let mut command = String::from("curl -s");
    if operation.method != "GET" && operation.body.is_none() {
        command.push_str(&format!(" -X {}", operation.method));
    }
    command.push_str(&format!(" \"$NODE{path}\""));
    if !operation.scopes.is_empty() {
        command.push_str(" \\\n  -H \"authorization: Bearer $TOKEN\"");
    }
    if let Some(body) = &operation.body {
        let media = body.media.split(',').next().unwrap_or_default();
        command.push_str(&format!(" \\\n  -H 'content-type: {media}'"));
        let example = body
            .kind
            .schema
            .as_deref()
            .map(|name| at(schemas, &format!("/{name}/example")));
        command.push_str(&match example {
            // An apostrophe would end the shell's quotes.
            Some(example) if !example.is_null() && body.media == "application/json" => {
                format!(" \\\n  -d '{}'", example.to_string().replace('\'', "'\\''"))
            }
            Some(_) | None => " \\\n  -X POST -T FILE".to_owned(),
        });
    }
    command
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// What a JSON pointer leads to; nothing where it leads nowhere.
fn at<'v>(value: &'v Value, pointer: &str) -> &'v Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn types_are_said_in_words() {
        let check = |schema: Value, vi: &str, en: &str| {
            for (language, expected) in [(Language::Vi, vi), (Language::En, en)] {
                let kind = Description { language }.kind(&schema);
                let said = [kind.before, kind.schema.unwrap_or_default(), kind.after].concat();
                assert_eq!(said, expected, "{schema}");
            }
        };
        check(json!({ "type": "string" }), "chuỗi", "string");
        check(
            json!({ "type": ["integer", "null"], "minimum": 0 }),
            "số nguyên ≥ 0 hoặc null",
            "integer ≥ 0 or null",
        );
        check(
            json!({ "type": "array", "items": { "$ref": "#/components/schemas/Reason" }, "maxItems": 9 }),
            "danh sách Reason (tối đa 9)",
            "list of Reason (at most 9)",
        );
        check(
            json!({ "oneOf": [{ "$ref": "#/components/schemas/Author" }, { "type": "null" }] }),
            "Author hoặc null",
            "Author or null",
        );
        check(
            json!({ "type": "string", "enum": ["a", "b"] }),
            "chuỗi: a | b",
            "string: a | b",
        );
    }

    #[test]
    fn an_example_is_quoted_for_the_shell() {
        let schemas = json!({ "Note": { "example": { "note": "it's" } } });
        let operation = json!({
            "operationId": "note",
            "security": [{ "token": ["cases:write"] }],
            "parameters": [{ "name": "case", "in": "path", "required": true, "schema": { "type": "string" } }],
            "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Note" } } } },
        });
        let language = Language::En;
        let view = Description { language }.operation(&schemas, "/v1/cases/{case}/note", "post", &operation);
        assert_eq!(
            view.curl,
            "curl -s \"$NODE/v1/cases/$CASE/note\" \\\n  -H \"authorization: Bearer $TOKEN\" \\\n  \
             -H 'content-type: application/json' \\\n  -d '{\"note\":\"it'\\''s\"}'"
        );
    }
}
