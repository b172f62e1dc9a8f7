//! Every property of every valid object, taken out or put in another type: the same verdict as elsewhere.

use anlanh_stix::{Family, Object, Severity};
use serde_json::{Value, json};

use crate::corpus::{Expected, cases};
use crate::peer::ask;

/// Where others say otherwise.
struct Difference {
    type_name: &'static str,
    property: &'static str,
    refused_by: &'static str,
    /// The specification; for whoever reads this.
    _why: &'static str,
}

const fn difference(
    type_name: &'static str,
    property: &'static str,
    refused_by: &'static str,
    why: &'static str,
) -> Difference {
    Difference {
        type_name,
        property,
        refused_by,
        _why: why,
    }
}

const DIFFERENCES: &[Difference] = &[
    difference(
        "observable",
        "_ref",
        "us",
        "section 2.9: a reference is an identifier, and not any text",
    ),
    difference("malware", "sample_refs", "us", "section 4.11: the same"),
    difference(
        "marking-definition",
        "definition",
        "us",
        "section 7.2.1: what is defined is of the type that is named",
    ),
    difference(
        "extension-definition",
        "created_by_ref",
        "us",
        "section 7.3: the creator is named",
    ),
    difference("artifact", "mime_type", "them", "section 6.1: a SHOULD"),
    difference("file", "mime_type", "them", "section 6.7: a SHOULD"),
    difference(
        "network-traffic",
        "_byte_count",
        "us",
        "section 6.12: a positive number",
    ),
];

/// Objects, each with the property that was changed.
fn mutations() -> Vec<(String, Value)> {
    let mut mutations = Vec::new();
    for case in cases() {
        let Expected::Valid = case.expected else { continue };
        // Others take no granular marking for a language (section 7.2.3).
        if case.difference.is_some() {
            continue;
        }
        let Some(members) = case.object.as_object() else {
            continue;
        };
        for name in members.keys().filter(|name| *name != "type") {
            let mut without = members.clone();
            without.remove(name);
            mutations.push((name.clone(), Value::Object(without)));
            for other in [json!("x"), json!(-7), json!([]), json!(["x"])] {
                let mut with = members.clone();
                with.insert(name.clone(), other.clone());
                mutations.push((name.clone(), Value::Object(with)));
            }
        }
    }
    mutations
}

#[test]
fn another_validator_refuses_the_same_mutations() {
    let mutations = mutations();
    let questions: Vec<_> = mutations
        .iter()
        .map(|(_, object)| json!({"ask": "object", "object": object}))
        .collect();
    let Some(answers) = ask(&questions) else { return };
    let (mut agree, mut wrong) = (0, Vec::new());
    for ((name, mutation), answer) in mutations.iter().zip(&answers) {
        let object = Object::read(mutation.to_string().as_bytes()).unwrap();
        let findings = object.check();
        let errors = findings.iter().filter(|finding| finding.severity() == Severity::Error);
        let errors: Vec<String> = errors
            .map(|error| format!("{} {}", error.kind.key(), error.pointer))
            .collect();
        if answer.holds.unwrap_or(false) == errors.is_empty() {
            agree += 1;
        } else if !is_documented(&object, name, if errors.is_empty() { "them" } else { "us" }) {
            wrong.push(format!("{mutation}: ours {errors:?}, theirs {}", answer.said));
        }
    }
    let count = mutations.len();
    eprintln!(
        "mutations: {agree} of {count} agree, {} differ as documented",
        count - agree - wrong.len()
    );
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}

fn is_documented(object: &Object, property: &str, refused_by: &str) -> bool {
    let is_observable = object.family() == Some(Family::Observable);
    DIFFERENCES.iter().any(|difference| {
        let is_of_type =
            difference.type_name == object.type_name() || difference.type_name == "observable" && is_observable;
        is_of_type && property.contains(difference.property) && difference.refused_by == refused_by
    })
}
