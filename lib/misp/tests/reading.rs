//! Feeds, events and warning lists: what is read, what is passed over, and where the limits are.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::indexing_slicing, reason = "a test that looks beyond what is there fails")]

use std::io::Read;

use anlanh_misp::limits::{
    MAX_EVENT_ITEMS, MAX_HASH_LINE_BYTES, MAX_HEAD_BYTES, MAX_ITEM_BYTES, MAX_MANIFEST_ENTRY_BYTES,
    MAX_MANIFEST_EVENTS, MAX_WARNING_REGEXES, MAX_WARNING_VALUE_BYTES, MAX_WARNING_VALUES,
};
use anlanh_misp::{
    BadEntry, BadItem, Distribution, Event, EventError, EventReader, HashLineError, Head, Incomplete, Item,
    ManifestError, ManifestReader, SightingKind, WarningError, WarningList, hash_of, read_hash_line, read_head,
};

const EVENT: &str = "8d964e16-e814-48b1-a7cf-653818767b49";
const ONE: &str = "2b964b85-ecb1-4b32-9c5f-5c899b78f377";
const OTHER: &str = "8ca6d45c-3a6c-4465-aa02-09cdea50cf61";

fn attribute(more: &str) -> String {
    format!(r#"{{"uuid":"{ONE}","type":"domain","value":"evil.example"{more}}}"#)
}

#[test]
fn an_event_is_read_however_its_members_are_written() {
    let json = format!(
        r#" {{ "Event" : {{"Attribute": [ {}, {}],
        "Object":[{{"uuid":"{OTHER}","name":"file","deleted":1,"template_version":25,"Attribute":[{}]}}],
        "Galaxy":[{{"GalaxyCluster":[{{}}]}}], "EventReport":[],
        "uuid":"{EVENT}","info":"Matter","date":"2026-11-28","timestamp":"1795000000","publish_timestamp":1795000001,
        "published":true,"analysis":2,"threat_level_id":"1","distribution":"3","extends_uuid":"",
        "Orgc":{{"name":"Org","uuid":"{OTHER}"}},"Tag":[{{"name":"tlp:green","colour":"green","local":1}}]}},
        "_manifest":{{"uuid":7}} }} "#,
        attribute(
            r#","to_ids":"1","deleted":"0","timestamp":1795000002,"first_seen":"2026-11-02T07:00:00.5+07:00",
            "Sighting":[{"type":"1","date_sighting":"1795000003","source":"x"},{"type":"0"},{"type":"2","date_sighting":5}]"#
        ),
        attribute(r#","to_ids":false,"deleted":true,"distribution":"5","comment":null"#),
        attribute(r#","object_relation":"domain""#),
    );
    let (event, lost) = Event::read(json.as_bytes()).unwrap();
    assert!(lost.is_empty());
    let Head { info, is_published, .. } = &event.head;
    assert_eq!((info.as_str(), *is_published), ("Matter", true));
    assert_eq!((event.head.analysis, event.head.threat_level), (2, 1));
    assert_eq!(event.head.distribution, Some(Distribution::All));
    assert_eq!(event.head.extends, None);
    assert_eq!(event.head.creator.as_ref().unwrap().name, "Org");
    assert!(event.head.tags[0].is_local);
    let [one, other] = event.attributes.as_slice() else {
        panic!()
    };
    assert!(one.is_for_detection && !one.is_deleted && !other.is_for_detection && other.is_deleted);
    assert_eq!(one.first_seen.unwrap().to_string(), "2026-11-02T00:00:00.500Z");
    let kinds: Vec<SightingKind> = one.sightings.iter().map(|sighting| sighting.kind).collect();
    assert_eq!(kinds, [SightingKind::FalsePositive, SightingKind::Expiration]);
    assert_eq!(other.distribution, Some(Distribution::Inherit));
    let object = &event.objects[0];
    assert!(object.is_deleted && object.template_version == "25");
    assert_eq!(object.attributes[0].relation, "domain");
    assert_eq!(read_head(json.as_bytes()).unwrap(), event.head);

    // Without anything around it.
    let bare = format!(r#"{{"uuid":"{EVENT}","Attribute":[{}]}}"#, attribute(""));
    assert_eq!(Event::read(bare.as_bytes()).unwrap().0.attributes.len(), 1);
}

#[test]
fn what_is_read_is_what_is_written() {
    let json = format!(
        r#"{{"Event":{{"uuid":"{EVENT}","info":"Việc","date":"2026-11-28","published":true,"timestamp":"5",
        "publish_timestamp":"6","analysis":"1","threat_level_id":"2","distribution":"1","extends_uuid":"{OTHER}",
        "Orgc":{{"name":"Org","uuid":"{OTHER}"}},"Tag":[{{"name":"tlp:green","colour":"green","local":true}}],
        "Attribute":[{}],"Object":[{{"uuid":"{OTHER}","name":"file","meta-category":"file","description":"d",
        "template_uuid":"{ONE}","template_version":"25","comment":"c","deleted":true,"timestamp":"7","distribution":"5",
        "first_seen":"2026-11-02T00:00:00+00:00","last_seen":"2026-11-03T00:00:00+00:00","Attribute":[{}]}}]}}}}"#,
        attribute(
            r#","category":"Network activity","to_ids":true,"comment":"c","deleted":true,"disable_correlation":true,
            "timestamp":"8","distribution":"0","first_seen":"2026-11-02T00:00:00.000001Z","Tag":[{"name":"a"}],
            "Sighting":[{"uuid":"2b964b85-ecb1-4b32-9c5f-5c899b78f377","type":"2","date_sighting":"9","source":"s",
            "Organisation":{"name":"Org"}}]"#
        ),
        attribute(r#","object_relation":"domain""#),
    );
    let (event, lost) = Event::read(json.as_bytes()).unwrap();
    assert!(lost.is_empty());
    let mut written = Vec::new();
    event.write(&mut written).unwrap();
    assert_eq!(Event::read(&written).unwrap().0, event);
}

#[test]
fn bad_items_are_told_and_passed_over() {
    let json = format!(
        r#"{{"Event":{{"uuid":"{EVENT}","Attribute":[7,{{"type":"domain","value":"a"}},{{"uuid":"{ONE}","type":"domain"}},
        {},[1,]],"Object":[{{"uuid":"{OTHER}","name":"file","Attribute":[{{"uuid":"x"}},{}]}},{{"uuid":"{OTHER}"}}]}}}}"#,
        attribute(""),
        attribute(""),
    );
    let (event, lost) = Event::read(json.as_bytes()).unwrap();
    assert_eq!((event.attributes.len(), event.objects.len()), (1, 1));
    assert_eq!(event.objects[0].attributes.len(), 1);
    let mut told = Vec::new();
    for error in lost {
        let EventError::Item { index, reason } = error else {
            panic!()
        };
        told.push((index, reason));
    }
    let incomplete = |index: u64, what: Incomplete| (index, BadItem::Incomplete(what));
    assert_eq!(told[0], incomplete(0, Incomplete::NotAnObject));
    assert_eq!(told[1], incomplete(1, Incomplete::Uuid));
    assert_eq!(told[2], incomplete(2, Incomplete::Value));
    assert!(matches!(told[3], (4, BadItem::Json(_))));
    let of_object = BadItem::OfObject {
        attribute: 0,
        incomplete: Incomplete::Uuid,
    };
    assert_eq!(told[4], (5, of_object));
    assert_eq!(told[5], incomplete(6, Incomplete::Name));
    assert_eq!(told.len(), 6);
}

#[test]
fn what_is_no_event_is_refused() {
    for json in [
        "",
        "[]",
        "{",
        "{}",
        r#"{"Event":{}}"#,
        r#"{"Event":{"uuid":"x"}}"#,
        r#"{"Event":{"uuid":"8d964e16-e814-48b1-a7cf-653818767b49"}"#,
        r#"{"Event":{"uuid":"8d964e16-e814-48b1-a7cf-653818767b49"}} {}"#,
        r#"{"Event":{"uuid":"8d964e16-e814-48b1-a7cf-653818767b49","Attribute":[}}}"#,
        r#"{"Event":{"uuid":"8d964e16-e814-48b1-a7cf-653818767b49","uuid":"8d964e16-e814-48b1-a7cf-653818767b49"}}"#,
        r#"{"Event":{"uuid":"8d964e16-e814-48b1-a7cf-653818767b49" "info":"x"}}"#,
        r#"{"Event":{"uuid":"8d964e16-e814-48b1-a7cf-653818767b49",7:"x"}}"#,
    ] {
        assert!(Event::read(json.as_bytes()).is_err(), "{json}");
    }
}

/// A text in the middle of which something is repeated, without being held.
fn repeated(before: &str, part: &str, count: u64, after: &str) -> impl Read {
    let (before, after) = (before.to_owned(), after.to_owned());
    let part = part.to_owned();
    let parts = (0..count).map(move |at| if at == 0 { part.clone() } else { format!(",{part}") });
    let texts = std::iter::once(before).chain(parts).chain(std::iter::once(after));
    Texts {
        texts,
        rest: Vec::new(),
        at: 0,
    }
}

struct Texts<I> {
    texts: I,
    rest: Vec<u8>,
    at: usize,
}

impl<I: Iterator<Item = String>> Read for Texts<I> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.rest.len() {
            self.rest.clear();
            self.at = 0;
            for text in self.texts.by_ref() {
                self.rest.extend_from_slice(text.as_bytes());
                if self.rest.len() >= into.len() {
                    break;
                }
            }
        }
        let count = into.len().min(self.rest.len() - self.at);
        into[..count].copy_from_slice(&self.rest[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

#[test]
fn an_event_has_so_many_items_and_no_more() {
    let read = |count: u64| {
        let before = format!(r#"{{"uuid":"{EVENT}","Attribute":["#);
        let mut reader = EventReader::new(repeated(&before, "7", count, "]}"));
        let mut items = 0;
        loop {
            match reader.next_item() {
                Ok(Some(_)) => panic!(),
                Ok(None) => return Ok(items),
                Err(error) if error.is_of_item() => items += 1,
                Err(error) => return Err((items, error.to_string())),
            }
        }
    };
    assert_eq!(read(MAX_EVENT_ITEMS), Ok(MAX_EVENT_ITEMS));
    let (items, error) = read(MAX_EVENT_ITEMS + 1).unwrap_err();
    assert_eq!(items, MAX_EVENT_ITEMS);
    assert_eq!(error, EventError::TooMany.to_string());
}

#[test]
fn items_and_heads_have_a_length() {
    let read = |room: usize| {
        let item = attribute(r#","comment":"""#);
        let long = attribute(&format!(r#","comment":"{}""#, "x".repeat(room - item.len())));
        let json = format!(r#"{{"uuid":"{EVENT}","Attribute":[{long},{}]}}"#, attribute(""));
        Event::read(json.as_bytes()).unwrap()
    };
    assert_eq!(read(MAX_ITEM_BYTES).1.len(), 0);
    let (event, lost) = read(MAX_ITEM_BYTES + 1);
    assert_eq!(event.attributes.len(), 1);
    let is_too_long = |error: &EventError| {
        matches!(
            error,
            EventError::Item {
                index: 0,
                reason: BadItem::TooLong
            }
        )
    };
    assert!(lost.len() == 1 && is_too_long(&lost[0]));

    let read = |room: usize| {
        let json = format!(
            r#"{{"uuid":"{EVENT}","info":"{}"}}"#,
            "x".repeat(room - EVENT.len() - 4)
        );
        Event::read(json.as_bytes()).map(drop)
    };
    assert!(read(MAX_HEAD_BYTES).is_ok());
    assert!(matches!(read(MAX_HEAD_BYTES + 1), Err(EventError::HeadTooLong)));

    // What is not kept may be as long as it likes.
    let json = format!(
        r#"{{"uuid":"{EVENT}","Galaxy":["{}"]}}"#,
        "x".repeat(2 * MAX_HEAD_BYTES)
    );
    assert!(Event::read(json.as_bytes()).is_ok());
}

#[test]
fn a_manifest_is_read_event_by_event() {
    let json = format!(
        r#"{{"{EVENT}":{{"info":"Matter","Orgc":{{"name":"Org","uuid":"{OTHER}"}},"date":"2026-11-28","analysis":"2",
        "threat_level_id":1,"timestamp":"1795000000","Tag":[{{"name":"tlp:white"}}]}},"x":{{}},"{ONE}":7,"{OTHER}":{{}}}}"#
    );
    let mut reader = ManifestReader::new(json.as_bytes());
    let head = reader.next_event().unwrap().unwrap();
    assert_eq!((head.uuid.as_str(), head.info.as_str()), (EVENT, "Matter"));
    assert_eq!((head.analysis, head.threat_level), (2, 1));
    let bad = |what: Incomplete| BadEntry::Incomplete(what);
    for (expected, what) in [(1, Incomplete::Uuid), (2, Incomplete::NotAnObject)] {
        let Err(ManifestError::Entry { index, reason }) = reader.next_event() else {
            panic!()
        };
        assert_eq!((index, reason), (expected, bad(what)));
    }
    assert_eq!(reader.next_event().unwrap().unwrap().uuid.as_str(), OTHER);
    assert!(reader.next_event().unwrap().is_none());
    assert!(reader.next_event().unwrap().is_none());

    let mut written = Vec::new();
    anlanh_misp::write_manifest([&head].into_iter(), &mut written).unwrap();
    let again = ManifestReader::new(written.as_slice()).next_event().unwrap().unwrap();
    assert_eq!(again, head);

    for empty in ["{}", "[]", " { } "] {
        assert!(ManifestReader::new(empty.as_bytes()).next_event().unwrap().is_none());
    }
    for none in ["", "7", "[1]", r#"{"x"}"#, "{} x"] {
        assert!(ManifestReader::new(none.as_bytes()).next_event().is_err(), "{none}");
    }
}

#[test]
fn manifests_have_limits() {
    let entry = |room: usize| {
        let json = format!(r#"{{"{EVENT}":{{"info":"{}"}}}}"#, "x".repeat(room - 11));
        ManifestReader::new(json.as_bytes())
            .next_event()
            .map(|head| head.is_some())
    };
    assert!(entry(MAX_MANIFEST_ENTRY_BYTES).unwrap());
    let too_long = entry(MAX_MANIFEST_ENTRY_BYTES + 1).unwrap_err();
    assert!(matches!(
        too_long,
        ManifestError::Entry {
            reason: BadEntry::TooLong,
            ..
        }
    ));

    let count = |count: u64| {
        let mut reader = ManifestReader::new(repeated("{", r#""x":0"#, count, "}"));
        let mut entries = 0;
        loop {
            match reader.next_event() {
                Ok(None) => return Ok(entries),
                Err(ManifestError::Entry { .. }) => entries += 1,
                Ok(Some(_)) => panic!(),
                Err(error) => return Err((entries, error.to_string())),
            }
        }
    };
    assert_eq!(count(MAX_MANIFEST_EVENTS), Ok(MAX_MANIFEST_EVENTS));
    let error = ManifestError::TooMany.to_string();
    assert_eq!(count(MAX_MANIFEST_EVENTS + 1), Err((MAX_MANIFEST_EVENTS, error)));
}

#[test]
fn lines_of_hashes_are_a_digest_and_an_event() {
    // What `md5sum` makes of the text.
    let hash = 0xf0c9_c8ec_d4de_f637_93fd_0eab_cf9c_6dcc;
    assert_eq!(hash_of("x.exe"), hash);
    let line = format!("{hash:032x},{EVENT}");
    assert_eq!(
        read_hash_line(line.as_bytes()),
        Ok(Some((hash, EVENT.parse().unwrap())))
    );
    assert_eq!(read_hash_line(b" \r"), Ok(None));
    for bad in [
        "x",
        "f0c9,8d964e16-e814-48b1-a7cf-653818767b49",
        "+0c9c8ecd4def63793fd0eabcf9c6dcc,x",
    ] {
        assert_eq!(read_hash_line(bad.as_bytes()), Err(HashLineError::Form));
    }
    let padded = |length: usize| format!("{line:<length$}");
    assert!(read_hash_line(padded(MAX_HASH_LINE_BYTES).as_bytes()).is_ok());
    let too_long = read_hash_line(padded(MAX_HASH_LINE_BYTES + 1).as_bytes());
    assert_eq!(too_long, Err(HashLineError::TooLong));
}

/// A list of a type, and what is on it and what is not.
fn check_list(kind: &str, values: &str, on: &[&str], off: &[&str]) {
    let json =
        format!(r#"{{"list":[{values}],"name":"n","version":3,"type":"{kind}","matching_attributes":["domain"]}}"#);
    let (list, bad) = WarningList::read(json.as_bytes()).unwrap();
    assert!(bad.is_empty());
    assert!(list.is_about("domain") && !list.is_about("md5") && list.version == "3");
    for value in on {
        assert!(list.has(value), "{kind} {value}");
    }
    for value in off {
        assert!(!list.has(value), "{kind} {value}");
    }
}

#[test]
fn warning_lists_compare_in_their_way() {
    check_list("string", r#""8.8.8.8","Abc""#, &["8.8.8.8", "ABC"], &["8.8.8", "abcd"]);
    check_list(
        "hostname",
        r#"".vn","Example.com","*.b.c""#,
        &[
            "a.vn",
            "example.com",
            "x.example.com.",
            "http://u@x.example.com:80/y",
            "b.c",
        ],
        &["vnn", "notexample.com", "http://x/example.com", "c"],
    );
    check_list(
        "cidr",
        r#""192.0.2.0/25","192.0.2.128/25","2001:db8::/32","10.0.0.7","evil.vn","198.51.100.9/24""#,
        &[
            "192.0.2.0/24",
            "192.0.2.255",
            "2001:db8::1",
            "10.0.0.7",
            "EVIL.vn",
            "198.51.100.1",
        ],
        &[
            "192.0.2.0/23",
            "192.0.3.0",
            "2001:db9::",
            "10.0.0.8",
            "a.evil.vn",
            "192.0.2.0/33",
        ],
    );
    check_list("substring", r#""app.any""#, &["http://x.APP.any.run/"], &["app.an"]);
    check_list(
        "regex",
        r#""/^(security|soc)\\@.*\\..*$/i","/a\\/b/g""#,
        &["SOC@b.vn", "xa/b"],
        &["xsoc@b.vn", "A/b"],
    );
}

#[test]
fn bad_values_of_warning_lists_are_told() {
    let json = r#"{"type":"regex","list":["(a","/a(?=b)/",7,null,"","a"]}"#;
    let (list, bad) = WarningList::read(json.as_bytes()).unwrap();
    assert!(list.has("a") && list.has("7") && !list.has("b"));
    let mut told: Vec<usize> = bad.iter().map(|bad| bad.index).collect();
    told.sort_unstable();
    assert_eq!(told, [0, 1, 3, 4]);
    for none in [
        "",
        "[]",
        "{}",
        r#"{"list":["a" "b"]}"#,
        r#"{"list":[] "a":1}"#,
        r#"{"list":[]} x"#,
    ] {
        assert!(WarningList::read(none.as_bytes()).is_err(), "{none}");
    }
    let unknown = WarningList::read(&br#"{"list":["a"],"type":"phonetic"}"#[..]);
    assert!(matches!(unknown, Err(WarningError::Type)));
}

#[test]
fn warning_lists_have_limits() {
    let value = |length: usize| {
        let json = format!(r#"{{"list":["{}"]}}"#, "x".repeat(length));
        WarningList::read(json.as_bytes()).unwrap().1.len()
    };
    assert_eq!(value(MAX_WARNING_VALUE_BYTES), 0);
    assert_eq!(value(MAX_WARNING_VALUE_BYTES + 1), 1);
    assert_eq!(value(7 * MAX_WARNING_VALUE_BYTES), 1);
    let regexes = |count: usize| {
        let text = repeated(r#"{"type":"regex","list":["#, r#""a""#, count as u64, "]}");
        WarningList::read(text).map(drop)
    };
    assert!(regexes(MAX_WARNING_REGEXES).is_ok());
    assert!(matches!(regexes(MAX_WARNING_REGEXES + 1), Err(WarningError::TooMany)));
    let values = |count: usize| {
        let text = repeated(r#"{"list":["#, "0", count as u64, "]}");
        WarningList::read(text).map(drop)
    };
    assert!(values(MAX_WARNING_VALUES).is_ok());
    assert!(matches!(values(MAX_WARNING_VALUES + 1), Err(WarningError::TooMany)));
}

#[test]
fn items_are_read_as_they_come() {
    let json = format!(r#"{{"uuid":"{EVENT}","Attribute":[{}],"Object":[]}}"#, attribute(""));
    let mut reader = EventReader::new(json.as_bytes());
    assert!(matches!(reader.next_item(), Ok(Some(Item::Attribute(_)))));
    assert!(matches!(reader.next_item(), Ok(None)));
    assert_eq!(reader.head().unwrap().uuid.as_str(), EVENT);
}
