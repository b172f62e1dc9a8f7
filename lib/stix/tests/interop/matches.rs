//! What a pattern matches, as others see it.

use anlanh_stix::{Object, Observation, Pattern};
use serde_json::json;

use crate::generate::Generator;
use crate::peer::ask;

const CASES: usize = 3_000;

struct Case {
    pattern: String,
    bundle: serde_json::Value,
    ours: bool,
}

fn objects(bundle: &serde_json::Value) -> Vec<Object> {
    let objects = bundle.get("objects").unwrap().as_array().unwrap();
    objects
        .iter()
        .map(|object| Object::read(object.to_string().as_bytes()).unwrap())
        .collect()
}

fn cases() -> Vec<Case> {
    let mut generator = Generator::new(11);
    (0..CASES)
        .map(|_| {
            let (pattern, bundle) = (generator.pattern(), generator.bundle());
            let objects = objects(&bundle);
            let (observations, unclear) = Observation::gather(&objects);
            assert!(unclear.is_empty());
            let read: Pattern = pattern.parse().unwrap();
            let ours = read.compile().unwrap().matches(&observations).unwrap();
            Case { pattern, bundle, ours }
        })
        .collect()
}

#[test]
fn another_matcher_matches_the_same() {
    let cases = cases();
    let question = |case: &Case| json!({"ask": "match", "pattern": case.pattern, "bundle": case.bundle});
    let questions: Vec<_> = cases.iter().map(question).collect();
    let Some(answers) = ask(&questions) else { return };
    let (mut agree, mut matched, mut wrong) = (0, 0, Vec::new());
    for (case, answer) in cases.iter().zip(&answers) {
        if answer.holds == Some(case.ours) {
            agree += 1;
            matched += usize::from(case.ours);
        } else {
            wrong.push(format!(
                "{}\nours {}, theirs {}\n{}",
                case.pattern, case.ours, answer.said, case.bundle
            ));
        }
    }
    eprintln!("matches: {agree} of {CASES} agree, {matched} of them match");
    assert!(
        wrong.is_empty(),
        "{} differ\n{}",
        wrong.len(),
        wrong.get(..wrong.len().min(5)).unwrap().join("\n\n")
    );
}
