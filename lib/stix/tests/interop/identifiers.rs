//! Identifiers of observables: the same content gives the same identifier as elsewhere.

use anlanh_stix::{Family, Object};
use serde_json::json;

use crate::corpus::cases;
use crate::peer::ask;

#[test]
fn another_library_derives_the_same_identifiers() {
    let mut objects = Vec::new();
    for case in cases() {
        let object = Object::read(case.object.to_string().as_bytes()).unwrap();
        let is_good = object
            .check()
            .iter()
            .all(|finding| finding.severity() != anlanh_stix::Severity::Error);
        if is_good && object.family() == Some(Family::Observable) && object.derived_id().is_some() {
            objects.push((case, object));
        }
    }
    let questions: Vec<_> = objects
        .iter()
        .map(|(case, _)| {
            let mut object = case.object.clone();
            object.as_object_mut().unwrap().remove("id");
            json!({"ask": "id", "object": object})
        })
        .collect();
    let Some(answers) = ask(&questions) else { return };
    let mut compared = 0;
    for ((case, object), answer) in objects.iter().zip(&answers) {
        let Some(theirs) = answer.said["id"].as_str() else {
            eprintln!("line {}: {}", case.line, answer.said);
            continue;
        };
        compared += 1;
        assert_eq!(object.derived_id().unwrap().as_str(), theirs, "line {}", case.line);
    }
    eprintln!("identifiers: {compared} of {} compared", objects.len());
    assert!(compared * 2 > objects.len());
}
