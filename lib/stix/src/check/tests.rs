//! What no table of cases shows: limits of a check, bundles, and colours.

use super::*;
use crate::view::{Indicator, Markings, Tlp};

fn read(text: &str) -> Object {
    Object::read(text.as_bytes()).unwrap()
}

#[test]
fn findings_end_with_one_that_says_that_there_are_more() {
    let unknown = |count: usize| {
        let names: Vec<String> = (0..count).map(|at| format!("\"x_{at:04}\":1")).collect();
        let text = format!(
            "{{\"type\":\"process\",\"id\":\"process--eba44954-d4e4-4d3b-814c-2b17dd8de300\",\"pid\":1,{}}}",
            names.join(",")
        );
        read(&text).check()
    };
    let at_limit = unknown(MAX_FINDINGS - 1);
    assert!(
        at_limit
            .iter()
            .all(|finding| finding.kind == FindingKind::CustomProperty)
    );
    let past = unknown(MAX_FINDINGS + 5);
    assert_eq!(past.len(), MAX_FINDINGS);
    assert_eq!(past.last().map(|finding| &finding.kind), Some(&FindingKind::TooMany));
}

#[test]
fn objects_of_a_bundle_are_checked_at_their_places() {
    let bundle = read(
        r#"{"type":"bundle","id":"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d","objects":[
            {"type":"mutex","id":"mutex--eba44954-d4e4-5d3b-814c-2b17dd8de300"}, 7]}"#,
    );
    let findings: Vec<String> = bundle.check().iter().map(ToString::to_string).collect();
    assert_eq!(
        findings,
        ["/objects/0/name: must be there", "/objects/1: is of another type"]
    );
}

#[test]
fn a_pointer_escapes_what_it_must() {
    let object = read(r#"{"type":"mutex","id":"mutex--eba44954-d4e4-5d3b-814c-2b17dd8de300","name":"x","a/b~c":1}"#);
    let bad = object
        .check()
        .into_iter()
        .find(|finding| finding.kind == FindingKind::BadName);
    assert_eq!(bad.map(|finding| finding.pointer).as_deref(), Some("/a~1b~0c"));
}

#[test]
fn the_strictest_colour_of_an_object_or_a_part_counts() {
    let of = |whole: &str, part: &str| {
        let object = read(&format!(
            r#"{{"type":"mutex","id":"mutex--eba44954-d4e4-5d3b-814c-2b17dd8de300","name":"x",
            "object_marking_refs":["{whole}"],"granular_markings":[{{"marking_ref":"{part}","selectors":["name"]}}]}}"#
        ));
        Markings::of(&object).strictest_tlp()
    };
    let green = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb";
    let strict = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003";
    let other = "marking-definition--00000000-0000-4000-8000-000000000000";
    assert_eq!(of(green, strict), Some(Tlp::AmberStrict));
    assert_eq!(of(strict, green), Some(Tlp::AmberStrict));
    assert_eq!(of(green, other), Some(Tlp::Green));
    assert_eq!(of(other, other), None);
}

#[test]
fn an_indicator_holds_from_its_beginning_to_before_its_end() {
    let object = read(
        r#"{"type":"indicator","id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","pattern":"[a:b = 1]",
        "pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z","valid_until":"2026-01-02T00:00:00Z","confidence":80}"#,
    );
    let indicator = Indicator::of(&object).unwrap();
    let check =
        |moment: &str, expected: bool| assert_eq!(indicator.holds_at(moment.parse().unwrap()), expected, "{moment}");
    check("2025-12-31T23:59:59.999Z", false);
    check("2026-01-01T00:00:00Z", true);
    check("2026-01-01T23:59:59.999Z", true);
    check("2026-01-02T00:00:00Z", false);
    assert_eq!(indicator.confidence(), Some(80));
}
