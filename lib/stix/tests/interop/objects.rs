//! What we find in an object, and whether others find it too.

use anlanh_stix::{Family, Finding, Object, Severity};
use serde_json::json;

use crate::corpus::{Case, Expected, cases};
use crate::peer::ask;

fn errors(object: &Object) -> Vec<String> {
    let findings = object.check();
    let errors = findings.iter().filter(|finding| finding.severity() == Severity::Error);
    errors
        .map(|error| format!("{} {}", error.kind.key(), error.pointer))
        .collect()
}

/// What is wrong with what we find.
fn check(case: &Case) -> Option<String> {
    let object = Object::read(case.object.to_string().as_bytes()).unwrap();
    let found = errors(&object);
    let findings: Vec<String> = object.check().iter().map(described).collect();
    let is_right = match &case.expected {
        Expected::Valid => found.is_empty(),
        Expected::Found { is_error, key, pointer } => {
            findings.contains(&format!("{key} {pointer}")) && found.len() == usize::from(*is_error)
        }
    };
    (!is_right).then(|| format!("line {}: {findings:?}", case.line))
}

fn described(finding: &Finding) -> String {
    format!("{} {}", finding.kind.key(), finding.pointer)
}

#[test]
fn every_object_has_the_findings_that_are_expected() {
    let cases = cases();
    let wrong: Vec<String> = cases.iter().filter_map(check).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (name, family) in anlanh_stix::types().filter(|(_, family)| *family != Family::Bundle) {
        let of_type = |case: &&Case| case.object["type"] == name;
        assert!(
            cases.iter().filter(of_type).count() > 1,
            "{name} of {family:?} has no cases"
        );
    }
}

#[test]
fn another_validator_finds_the_same_objects_valid() {
    let cases = cases();
    let questions: Vec<_> = cases
        .iter()
        .map(|case| json!({"ask": "object", "object": case.object}))
        .collect();
    let Some(answers) = ask(&questions) else { return };
    let (mut agree, mut wrong) = (0, Vec::new());
    for (case, answer) in cases.iter().zip(&answers) {
        let is_valid = !matches!(case.expected, Expected::Found { is_error: true, .. });
        // It refuses some by an exception: that is a refusal too.
        let agrees = answer.holds.unwrap_or(false) == is_valid;
        agree += usize::from(agrees);
        if agrees == case.difference.is_some() {
            wrong.push(format!("line {}: {}", case.line, answer.said));
        }
    }
    eprintln!(
        "objects: {agree} of {} agree, {} differ as documented",
        cases.len(),
        cases.len() - agree
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
