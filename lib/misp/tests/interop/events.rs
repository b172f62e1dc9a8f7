//! What we write is what pymisp loads; what misp-stix makes of our events and of our objects has the same values.

use anlanh_misp::{
    Attribute, Event, Head, ManifestReader, Object, Organisation, Sighting, SightingKind, Tag, Uuid, from_stix,
    hash_of, to_stix, write_hashes, write_manifest,
};
use anlanh_stix::{Object as StixObject, Timestamp};
use serde_json::{Value, json};

use crate::peer::ask;

const CHANGED: i64 = 1_795_000_000;

/// Types with a value of each that every part can use.
const VALUES: &[(&str, &str)] = &[
    ("domain", "evil.example"),
    ("hostname", "a.evil.example"),
    ("domain|ip", "evil.example|192.0.2.3"),
    ("url", "http://evil.example/a?b=c'd\\e"),
    ("ip-dst", "192.0.2.1"),
    ("ip-src", "2001:db8::1"),
    ("ip-dst|port", "192.0.2.1|443"),
    ("ip-src|port", "192.0.2.2|443"),
    ("hostname|port", "b.example|8080"),
    ("md5", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ("sha1", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"),
    (
        "sha256",
        "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",
    ),
    ("ssdeep", "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C"),
    ("imphash", "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"),
    ("filename", "invoice.exe"),
    ("filename|sha1", "x.exe|dddddddddddddddddddddddddddddddddddddddd"),
    ("email", "a@evil.example"),
    ("email-src", "b@evil.example"),
    ("email-dst", "c@evil.example"),
    ("email-subject", "Xác nhận OTP"),
    ("user-agent", "evil/1.0"),
    ("mac-address", "00:11:22:33:44:55"),
    ("AS", "AS65000"),
    ("port", "8443"),
    ("mutex", "Global\\evil"),
    ("regkey", "HKLM\\Software\\evil"),
    ("x509-fingerprint-sha1", "ffffffffffffffffffffffffffffffffffffffff"),
    ("ja3-fingerprint-md5", "abababababababababababababababab"),
    ("sigma", "title: x"),
    ("yara", "rule x { condition: true }"),
    ("snort", "alert tcp any any -> any any"),
];

fn uuid(number: usize) -> Uuid {
    format!("2b964b85-ecb1-4b32-9c5f-{number:012}").parse().unwrap()
}

fn event() -> Event {
    let at = |seconds: i64| Timestamp { seconds, nanos: 0 };
    let attribute = |(number, (kind, value)): (usize, &(&str, &str))| Attribute {
        is_for_detection: true,
        timestamp: Some(at(CHANGED + number as i64)),
        ..Attribute::new(uuid(number), kind, value)
    };
    let mut attributes: Vec<Attribute> = VALUES.iter().enumerate().map(attribute).collect();
    let one = &mut attributes[0];
    one.comment = "Trang lấy mã OTP".to_owned();
    one.first_seen = Some("2026-11-02T00:00:00.000001Z".parse().unwrap());
    one.last_seen = Some("2026-11-03T00:00:00Z".parse().unwrap());
    one.tags = vec![
        Tag::named("tlp:red"),
        Tag::named("misp:confidence-level=\"usually-confident\""),
    ];
    one.sightings = [SightingKind::Seen, SightingKind::FalsePositive]
        .into_iter()
        .zip(900..)
        .map(|(kind, number)| Sighting {
            uuid: Some(uuid(number)),
            kind,
            at: at(CHANGED + 9),
            source: "resolver".to_owned(),
            organisation: None,
        })
        .collect();
    attributes[1].is_deleted = true;
    let mut head = Head::new(uuid(999), "2026-11-01", "Ngân hàng giả");
    head.timestamp = Some(at(CHANGED));
    head.publish_timestamp = Some(at(CHANGED + 1));
    head.is_published = true;
    head.analysis = 2;
    head.threat_level = 1;
    head.tags = vec![Tag::named("tlp:amber"), Tag::named("PAP:GREEN")];
    head.creator = Some(Organisation {
        uuid: Some(uuid(998)),
        name: "An Lành".to_owned(),
    });
    let of_file = |number: usize, relation: &str, value: &str| Attribute {
        relation: relation.to_owned(),
        is_for_detection: true,
        timestamp: Some(at(CHANGED)),
        ..Attribute::new(uuid(number), relation, value)
    };
    let file = Object {
        uuid: uuid(800),
        name: "file".to_owned(),
        meta_category: "file".to_owned(),
        description: "A file".to_owned(),
        template: Some("688c46fb-5edb-40a3-8273-1af7923e2215".parse().unwrap()),
        template_version: "25".to_owned(),
        comment: "dropped".to_owned(),
        is_deleted: false,
        timestamp: Some(at(CHANGED)),
        distribution: None,
        first_seen: None,
        last_seen: None,
        attributes: vec![
            of_file(801, "sha256", &"12".repeat(32)),
            of_file(802, "md5", &"34".repeat(16)),
        ],
    };
    Event {
        head,
        attributes,
        objects: vec![file],
    }
}

fn json_of(event: &Event) -> Value {
    let mut written = Vec::new();
    event.write(&mut written).unwrap();
    serde_json::from_slice(&written).unwrap()
}

/// How pymisp describes an attribute that it loaded.
fn described(of: &Attribute) -> Value {
    let seen = |moment: Option<Timestamp>| moment.map(|moment| moment.to_string().replace('Z', "+00:00"));
    json!({
        "uuid": of.uuid.as_str(), "type": of.kind, "category": of.category, "value": of.value,
        "to_ids": of.is_for_detection, "deleted": of.is_deleted, "comment": of.comment,
        "first_seen": seen(of.first_seen), "last_seen": seen(of.last_seen),
        "timestamp": of.timestamp.map(|at| at.seconds),
        "tags": of.tags.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(),
        "sightings": of.sightings.iter().map(|seen| seen.kind.number()).collect::<Vec<_>>(),
        "relation": of.relation,
    })
}

#[test]
fn what_we_write_is_what_pymisp_loads() {
    let event = event();
    let Some(answers) = ask(&[json!({"ask": "load", "event": json_of(&event)})]) else {
        return;
    };
    let loaded = &answers[0];
    assert_eq!(loaded["uuid"], event.head.uuid.as_str());
    assert_eq!(loaded["info"], event.head.info.as_str());
    assert_eq!(loaded["date"], event.head.date.as_str());
    assert_eq!(loaded["published"], true);
    assert_eq!(loaded["tags"], json!(["tlp:amber", "PAP:GREEN"]));
    let ours: Vec<Value> = event.attributes.iter().map(described).collect();
    assert_eq!(loaded["attributes"], json!(ours));
    let file = &event.objects[0];
    let ours: Vec<Value> = file.attributes.iter().map(described).collect();
    assert_eq!(
        loaded["objects"],
        json!([{"uuid": file.uuid.as_str(), "name": "file", "deleted": false, "attributes": ours}])
    );

    // Printed by pymisp again, it is still the same.
    let (again, lost) = Event::read(loaded["json"].to_string().as_bytes()).unwrap();
    assert!(lost.is_empty());
    assert_eq!(again.attributes, event.attributes);
    assert_eq!(again.objects[0].attributes, event.objects[0].attributes);
    assert_eq!(again.head, event.head);
    eprintln!(
        "events: {} attributes the same in pymisp",
        ours.len() + event.attributes.len()
    );
}

#[test]
fn feeds_of_pymisp_are_read_and_ours_are_the_same() {
    let mut event = event();
    // A feed of pymisp has none of what is deleted.
    event.attributes.retain(|attribute| !attribute.is_deleted);
    let Some(answers) = ask(&[json!({"ask": "load", "event": json_of(&event)})]) else {
        return;
    };
    let loaded = &answers[0];
    let (of_feed, lost) = Event::read(loaded["feed"].to_string().as_bytes()).unwrap();
    assert!(lost.is_empty());
    let values = |event: &Event| {
        let attributes = event.attributes.iter().chain(&event.objects[0].attributes);
        attributes
            .map(|of| {
                (
                    of.uuid.clone(),
                    of.kind.clone(),
                    of.value.clone(),
                    of.is_for_detection,
                    of.first_seen,
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(values(&of_feed), values(&event));

    let theirs = loaded["manifest"].to_string();
    let theirs = ManifestReader::new(theirs.as_bytes()).next_event().unwrap().unwrap();
    let mut ours = Vec::new();
    write_manifest([&event.head].into_iter(), &mut ours).unwrap();
    let ours = ManifestReader::new(ours.as_slice()).next_event().unwrap().unwrap();
    let plain = |mut head: Head| {
        head.tags.iter_mut().for_each(|tag| tag.colour.clear());
        head
    };
    assert_eq!(plain(ours), plain(theirs));

    let mut lines = Vec::new();
    write_hashes(&event, &mut lines).unwrap();
    let lines = String::from_utf8(lines).unwrap();
    let ours: Vec<&str> = lines.lines().map(|line| line.split_once(',').unwrap().0).collect();
    assert_eq!(loaded["hashes"], json!(ours));
    assert_eq!(ours[0], format!("{:032x}", hash_of("evil.example")));
}

#[test]
fn misp_stix_makes_indicators_of_the_same_values() {
    let event = event();
    let mut flat = event.clone();
    flat.attributes.extend(event.objects[0].attributes.iter().cloned());
    let Some(answers) = ask(&[json!({"ask": "to_stix", "event": json_of(&event)})]) else {
        return;
    };
    let theirs = answers[0]["objects"].as_array().unwrap();
    let theirs: Vec<StixObject> = theirs
        .iter()
        .map(|object| StixObject::read(object.to_string().as_bytes()).unwrap())
        .collect();
    let (found, unsaid) = from_stix(&theirs);
    assert!(unsaid.is_empty(), "{unsaid:?}");
    let mut compared = 0;
    for (kind, value) in VALUES {
        // It has no place for these fingerprints.
        if *kind == "ja3-fingerprint-md5" {
            continue;
        }
        compared += 1;
        let is_it = |of: &&Attribute| of.kind == *kind && of.value == *value;
        let it = found.iter().find(is_it);
        assert!(
            it.is_some(),
            "{kind} {value} is not among {:?}",
            found.iter().map(|of| (&of.kind, &of.value)).collect::<Vec<_>>()
        );
    }
    // Of an object it makes one pattern with all of its digests.
    for value in event.objects[0].attributes.iter().map(|of| &of.value) {
        assert!(found.iter().any(|of| of.value == *value), "{value}");
    }
    let one = found.iter().find(|of| of.value == "evil.example").unwrap();
    assert!(one.tags.contains(&Tag::named("tlp:red")));
    assert_eq!(one.uuid, event.attributes[0].uuid);
    eprintln!(
        "misp-stix to STIX: {compared} of {} types have the same value",
        VALUES.len()
    );
}

#[test]
fn misp_stix_finds_the_same_values_in_our_objects() {
    let event = event();
    let (objects, left) = to_stix(&event);
    assert!(left.is_empty());
    // One by one, since it makes one object of several values.
    let mut questions = Vec::new();
    let mut expected = Vec::new();
    for indicator in objects.iter().filter(|object| object.type_name() == "indicator") {
        let named = |object: &&StixObject| {
            indicator
                .texts("object_marking_refs")
                .any(|id| object.text("id") == Some(id))
        };
        let markings = objects.iter().filter(named);
        let identity = objects.iter().filter(|object| object.type_name() == "identity");
        let bundle: Vec<Value> = std::iter::once(indicator)
            .chain(markings)
            .chain(identity)
            .map(|object| serde_json::from_str(&object.to_string()).unwrap())
            .collect();
        let id = "bundle--2b964b85-ecb1-4b32-9c5f-000000000000";
        questions.push(json!({"ask": "from_stix", "bundle": {"type": "bundle", "id": id, "objects": bundle}}));
        expected.push(indicator);
    }
    let Some(answers) = ask(&questions) else { return };
    let (mut agree, mut differ) = (0, Vec::new());
    for (indicator, answer) in expected.iter().zip(&answers) {
        // What the pattern alone says: neither library is helped by what the event called it.
        let members = indicator
            .members()
            .iter()
            .filter(|(name, _)| !matches!(*name, "labels" | "name"));
        let members = members.map(|(name, value)| (name.to_owned(), value.clone())).collect();
        let plain = StixObject::new(anlanh_stix::json::Members::new(members).unwrap()).unwrap();
        let (ours, _) = from_stix(&[plain]);
        let mut ours: Vec<&str> = ours.iter().flat_map(|of| of.value.split('|')).collect();
        let theirs = answer["values"].as_array().unwrap();
        let mut theirs: Vec<&str> = theirs.iter().filter_map(Value::as_str).collect();
        ours.sort_unstable();
        theirs.sort_unstable();
        if ours == theirs {
            agree += 1;
        } else {
            differ.push(format!(
                "{}: ours {ours:?}, theirs {theirs:?}",
                indicator.text("pattern").unwrap_or_default()
            ));
        }
    }
    eprintln!(
        "misp-stix from STIX: {agree} of {} have the same values",
        expected.len()
    );
    // What it has no place for it keeps as a pattern.
    let known = ["x_ja3", "IMPHASH", "User-Agent"];
    differ.retain(|text| !known.iter().any(|known| text.contains(known)));
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    let marked = answers[0]["attributes"][0]["tags"].as_array().unwrap();
    assert!(marked.contains(&json!("tlp:red")));
    assert_eq!(answers[0]["attributes"][0]["uuid"], event.attributes[0].uuid.as_str());
}
