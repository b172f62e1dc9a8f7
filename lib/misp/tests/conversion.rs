//! Events as objects of STIX and back.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use anlanh_misp::limits::MAX_REPORT_OBJECTS;
use anlanh_misp::{
    Attribute, Distribution, Event, Head, NoAttribute, NoIndicator, NoPattern, Organisation, Sighting, SightingKind,
    Tag, Uuid, from_stix, to_stix,
};
use anlanh_stix::view::Tlp;
use anlanh_stix::{Object, Severity, Timestamp};
use proptest::prelude::*;

const EVENT: &str = "8d964e16-e814-48b1-a7cf-653818767b49";
const ORGANISATION: &str = "55f6ea5e-2c60-40e5-964f-47a8950d210f";
/// 2026-11-18T11:06:40Z.
const CHANGED: i64 = 1_795_000_000;

fn uuid(number: u32) -> Uuid {
    format!("2b964b85-ecb1-4b32-9c5f-{number:012}").parse().unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp { seconds, nanos: 0 }
}

fn attribute(number: u32, kind: &str, value: &str) -> Attribute {
    Attribute {
        is_for_detection: true,
        timestamp: Some(at(CHANGED)),
        ..Attribute::new(uuid(number), kind, value)
    }
}

fn event(attributes: Vec<Attribute>) -> Event {
    Event {
        head: Head::new(EVENT.parse().unwrap(), "2026-11-01", "Ngân hàng giả"),
        attributes,
        objects: Vec::new(),
    }
}

/// The objects of an event, of which none has an error.
fn converted(event: &Event) -> Vec<Object> {
    let (objects, _) = to_stix(event);
    for object in &objects {
        let errors: Vec<String> = object
            .check()
            .iter()
            .filter(|finding| finding.severity() == Severity::Error)
            .map(ToString::to_string)
            .collect();
        assert!(errors.is_empty(), "{object}: {errors:?}");
    }
    objects
}

fn of_type<'a>(objects: &'a [Object], type_name: &str) -> Vec<&'a Object> {
    objects
        .iter()
        .filter(|object| object.type_name() == type_name)
        .collect()
}

#[test]
fn an_attribute_is_an_indicator_with_all_that_is_said_of_it() {
    let mut one = attribute(1, "hostname", "a.evil.vn");
    one.comment = "OTP page".to_owned();
    one.tags = vec![Tag::named("misp:confidence-level=\"usually-confident\"")];
    let mut event = event(vec![one]);
    event.head.tags = vec![Tag::named("tlp:amber"), Tag::named("PAP:RED")];
    event.head.creator = Some(Organisation {
        uuid: Some(ORGANISATION.parse().unwrap()),
        name: "NCSC".to_owned(),
    });
    let objects = converted(&event);
    let expected = format!(
        r#"{{"type":"indicator","spec_version":"2.1","id":"indicator--{id}","created":"2026-11-01T00:00:00.000Z",
        "modified":"2026-11-18T11:06:40.000Z","created_by_ref":"identity--{ORGANISATION}","name":"a.evil.vn",
        "description":"OTP page","pattern":"[domain-name:value = 'a.evil.vn']","pattern_type":"stix",
        "valid_from":"2026-11-18T11:06:40Z","confidence":75,"labels":["misp:type=\"hostname\"",
        "misp:category=\"Network activity\"","misp:confidence-level=\"usually-confident\"","PAP:RED"],
        "external_references":[{{"source_name":"MISP","description":"Ngân hàng giả","external_id":"{EVENT}"}}],
        "object_marking_refs":["{amber}"]}}"#,
        id = uuid(1),
        amber = Tlp::Amber.id(),
    );
    assert_eq!(
        of_type(&objects, "indicator"),
        [&Object::read(expected.as_bytes()).unwrap()]
    );
    let types: Vec<&str> = objects.iter().map(Object::type_name).collect();
    assert_eq!(types, ["identity", "indicator", "grouping", "marking-definition"]);
    assert_eq!(converted(&event), objects);
}

#[test]
fn what_is_not_to_be_looked_for_is_told_with_the_identifier_that_it_would_have() {
    let mut context = attribute(1, "domain", "context.vn");
    context.is_for_detection = false;
    let (objects, left) = to_stix(&event(vec![
        context,
        attribute(2, "comment", "x"),
        attribute(3, "ip-dst", "x"),
    ]));
    assert!(objects.is_empty());
    let left: Vec<_> = left.iter().map(|left| (left.id.as_str(), left.why)).collect();
    let id = |number: u32| format!("indicator--{}", uuid(number));
    assert_eq!(
        left,
        [
            (id(1).as_str(), NoIndicator::NotForDetection),
            (id(2).as_str(), NoIndicator::Pattern(NoPattern::Type)),
            (id(3).as_str(), NoIndicator::Pattern(NoPattern::Value)),
        ]
    );
}

#[test]
fn what_was_taken_back_is_revoked() {
    let indicator = |change: &dyn Fn(&mut Attribute)| {
        let mut one = attribute(1, "domain", "evil.vn");
        change(&mut one);
        let objects = converted(&event(vec![one]));
        of_type(&objects, "indicator")[0].clone()
    };
    let revoked = |object: &Object| object.members().get("revoked").is_some();
    assert!(!revoked(&indicator(&|_| {})));
    assert!(revoked(&indicator(&|one| one.is_deleted = true)));
    let ends = |seconds: i64| {
        move |one: &mut Attribute| {
            one.sightings = vec![Sighting {
                uuid: None,
                kind: SightingKind::Expiration,
                at: at(seconds),
                source: String::new(),
                organisation: None,
            }];
        }
    };
    let over = indicator(&ends(CHANGED));
    assert!(revoked(&over) && over.text("valid_until").is_none());
    let ending = indicator(&ends(CHANGED + 60));
    assert!(!revoked(&ending));
    assert_eq!(ending.text("valid_until"), Some("2026-11-18T11:07:40Z"));
    assert_eq!(ending.text("modified"), Some("2026-11-18T11:07:40.000Z"));

    let mut whole = event(Vec::new());
    let json = format!(
        r#"{{"uuid":"{EVENT}","date":"2026-11-01","Object":[{{"uuid":"{EVENT}","name":"file","deleted":true,
        "timestamp":"1795000060","distribution":"0","Attribute":[{{"uuid":"{}","type":"sha1","value":"{}",
        "to_ids":true,"timestamp":"1795000000"}}]}}]}}"#,
        uuid(1),
        "a".repeat(40),
    );
    whole.objects = Event::read(json.as_bytes()).unwrap().0.objects;
    let objects = converted(&whole);
    let of_object = of_type(&objects, "indicator")[0];
    assert!(revoked(of_object));
    assert_eq!(of_object.text("modified"), Some("2026-11-18T11:07:40.000Z"));
    assert!(
        of_object
            .texts("object_marking_refs")
            .any(|id| id == Tlp::AmberStrict.id())
    );
}

#[test]
fn the_strictest_word_on_how_far_it_may_go_holds() {
    let check =
        |of_event: &[&str], of_attribute: &[&str], distribution: Option<Distribution>, expected: Option<Tlp>| {
            let tags = |names: &[&str]| names.iter().map(|name| Tag::named(name)).collect();
            let mut one = attribute(1, "domain", "evil.vn");
            one.tags = tags(of_attribute);
            one.distribution = distribution;
            let mut event = event(vec![one]);
            event.head.tags = tags(of_event);
            let objects = converted(&event);
            let marked: Vec<&str> = of_type(&objects, "indicator")[0].texts("object_marking_refs").collect();
            let expected: Vec<String> = expected.iter().map(|tlp| tlp.id()).collect();
            assert_eq!(marked, expected);
        };
    check(&[], &[], None, None);
    check(&["tlp:red"], &["tlp:green"], None, Some(Tlp::Red));
    check(&["tlp:white"], &["tlp:amber+strict"], None, Some(Tlp::AmberStrict));
    check(&["tlp:clear"], &[], Some(Distribution::Organisation), Some(Tlp::Clear));
    check(&[], &[], Some(Distribution::Organisation), Some(Tlp::AmberStrict));
    check(&[], &[], Some(Distribution::Inherit), None);
    check(&[], &[], Some(Distribution::All), None);
}

#[test]
fn who_saw_it_and_who_holds_it_harmless_is_said() {
    let mut one = attribute(1, "domain", "evil.vn");
    one.first_seen = Some(at(CHANGED - 100));
    one.last_seen = Some(at(CHANGED - 50));
    let sighting = |kind: SightingKind, uuid: Option<Uuid>| Sighting {
        uuid,
        kind,
        at: at(CHANGED + 5),
        source: "resolver".to_owned(),
        organisation: Some(Organisation {
            uuid: None,
            name: "ISP".to_owned(),
        }),
    };
    one.sightings = vec![
        sighting(SightingKind::Seen, Some(uuid(9))),
        sighting(SightingKind::FalsePositive, None),
    ];
    let objects = converted(&event(vec![one.clone()]));
    let sightings = of_type(&objects, "sighting");
    assert_eq!(sightings.len(), 2);
    let indicator = format!("indicator--{}", uuid(1));
    for sighting in &sightings {
        assert_eq!(sighting.text("sighting_of_ref"), Some(indicator.as_str()));
    }
    assert_eq!(sightings[0].text("first_seen"), Some("2026-11-18T11:05:00Z"));
    assert_eq!(sightings[0].text("last_seen"), Some("2026-11-18T11:05:50Z"));
    assert_eq!(sightings[1].text("id"), Some(format!("sighting--{}", uuid(9)).as_str()));
    let opinion = of_type(&objects, "opinion")[0];
    assert_eq!(opinion.text("opinion"), Some("strongly-disagree"));
    assert!(opinion.texts("object_refs").eq([indicator.as_str()]));
    assert_eq!(of_type(&objects, "identity").len(), 1);

    let (found, unsaid) = from_stix(&objects);
    assert!(unsaid.is_empty());
    assert_eq!(
        (found[0].first_seen, found[0].last_seen),
        (one.first_seen, one.last_seen)
    );
    let mut kinds: Vec<u8> = found[0]
        .sightings
        .iter()
        .map(|sighting| sighting.kind.number())
        .collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [0, 1]);
}

#[test]
fn a_published_event_is_a_report_unless_it_names_too_much() {
    let mut whole = event(vec![attribute(1, "domain", "evil.vn")]);
    whole.head.is_published = true;
    whole.head.publish_timestamp = Some(at(CHANGED + 1));
    let objects = converted(&whole);
    let report = of_type(&objects, "report")[0];
    assert_eq!(report.text("id"), Some(format!("report--{EVENT}").as_str()));
    assert_eq!(report.text("published"), Some("2026-11-18T11:06:41Z"));
    let indicator = format!("indicator--{}", uuid(1));
    assert!(report.texts("object_refs").eq([indicator.as_str()]));

    let many = |count: usize| {
        let attributes = (0..count).map(|number| attribute(number as u32, "domain", "evil.vn"));
        let whole = Event {
            attributes: attributes.collect(),
            ..whole.clone()
        };
        of_type(&to_stix(&whole).0, "report").len()
    };
    assert_eq!(many(MAX_REPORT_OBJECTS), 1);
    assert_eq!(many(MAX_REPORT_OBJECTS + 1), 0);
}

#[test]
fn indicators_of_others_are_attributes() {
    let indicator = |pattern: &str, kind: &str, more: &str| {
        let text = format!(
            r#"{{"type":"indicator","spec_version":"2.1","id":"indicator--{}","created":"2026-01-01T00:00:00Z",
            "modified":"2026-01-02T00:00:00Z","pattern":"{pattern}","pattern_type":"{kind}",
            "valid_from":"2026-01-01T00:00:00Z"{more}}}"#,
            uuid(1)
        );
        Object::read(text.as_bytes()).unwrap()
    };
    let more = format!(
        r#","confidence":60,"revoked":true,"valid_until":"2027-01-01T00:00:00Z","name":"Bank","labels":["phishing"],
        "object_marking_refs":["{}"]"#,
        Tlp::Red1.id()
    );
    let (found, unsaid) = from_stix(&[indicator("[domain-name:value = 'evil.vn']", "stix", &more)]);
    assert!(unsaid.is_empty());
    let tags = ["tlp:red", "phishing", "misp:confidence-level=\"fairly-confident\""];
    let expected = Attribute {
        comment: "Bank".to_owned(),
        is_deleted: true,
        timestamp: Some("2026-01-02T00:00:00Z".parse().unwrap()),
        first_seen: Some("2026-01-01T00:00:00Z".parse().unwrap()),
        last_seen: Some("2027-01-01T00:00:00Z".parse().unwrap()),
        tags: tags.iter().map(|name| Tag::named(name)).collect(),
        ..attribute(1, "domain", "evil.vn")
    };
    assert_eq!(found, [expected]);

    let (found, _) = from_stix(&[indicator("[domain-name:value IN ('a.vn', 'b.vn')]", "stix", "")]);
    assert!(found.len() == 2 && found[0].uuid != found[1].uuid && found[0].uuid != uuid(1));
    let (found, _) = from_stix(&[indicator("rule x {}", "yara", "")]);
    assert_eq!((found[0].kind.as_str(), found[0].value.as_str()), ("yara", "rule x {}"));
    let why = |object: Object| from_stix(&[object]).1.remove(0).why;
    assert_eq!(why(indicator("x", "pcre", "")), NoAttribute::Language);
    assert_eq!(why(indicator("[x", "stix", "")), NoAttribute::Unreadable);
    assert!(matches!(
        why(indicator("[process:pid = 7]", "stix", "")),
        NoAttribute::Pattern(_)
    ));
    assert_eq!(
        why(Object::read(br#"{"type":"indicator"}"#).unwrap()),
        NoAttribute::Incomplete
    );
}

fn values() -> impl Strategy<Value = (&'static str, String)> {
    prop_oneof![
        ("[a-z]{1,8}\\.vn").prop_map(|value| ("domain", value)),
        ("[a-z]{1,8}\\.vn").prop_map(|value| ("hostname", value)),
        ("[a-z]{1,8}\\.vn\\|192\\.0\\.2\\.[1-9]").prop_map(|value| ("domain|ip", value)),
        ("http://[ -~]{1,20}[!-~]").prop_map(|value| ("url", value)),
        ("192\\.0\\.2\\.[1-9]").prop_map(|value| ("ip-src", value)),
        ("192\\.0\\.2\\.[1-9]\\|[1-9][0-9]{0,3}").prop_map(|value| ("ip-dst|port", value)),
        ("[!-~]{1,9}\\|[0-9a-f]{40}").prop_map(|value| ("filename|sha1", value)),
        ("[a-zA-Z0-9'\\\\]{1,9}").prop_map(|value| ("mutex", value)),
        ("AS[1-9][0-9]{0,4}").prop_map(|value| ("AS", value)),
        ("title: [ -~]{0,30}x").prop_map(|value| ("sigma", value)),
    ]
}

proptest! {
    #[test]
    fn what_was_made_of_an_attribute_gives_it_back(
        (kind, value) in values(),
        comment in "[ -~]{0,9}",
        is_deleted: bool,
        first in proptest::option::of(CHANGED - 9..CHANGED),
        last in proptest::option::of(CHANGED..CHANGED + 9),
        tlp in proptest::option::of(prop_oneof![Just("tlp:white"), Just("tlp:green"), Just("tlp:red")]),
    ) {
        let tags = tlp.into_iter().chain(["PAP:GREEN"]).map(Tag::named).collect();
        let one = Attribute {
            comment: comment.clone(),
            is_deleted,
            first_seen: first.map(at),
            last_seen: last.map(at),
            tags,
            ..attribute(1, kind, &value)
        };
        let (found, unsaid) = from_stix(&converted(&event(vec![one.clone()])));
        prop_assert!(unsaid.is_empty());
        prop_assert_eq!(found, vec![one]);
    }
}
