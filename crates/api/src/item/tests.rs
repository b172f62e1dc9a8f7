//! What is read as an item, and what is refused, by name and place.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::Language;

proptest! {
    /// Whatever arrives is read or refused with a place inside it.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Err(error) = ItemIn::parse(&bytes) {
            prop_assert!(error.column <= bytes.len() + 1);
        }
    }

    /// What one writes is what is read, however it is escaped.
    #[test]
    fn an_item_is_read_as_it_was_written(
        id in proptest::option::of(".{0,20}"),
        text in any::<String>(),
        links in proptest::collection::vec(any::<String>(), 0..4),
        age_days in any::<Option<u32>>(),
        verified in any::<Option<bool>>(),
        seconds in 0..4_000_000_000_i64,
    ) {
        let time = jiff::Timestamp::from_second(seconds).unwrap();
        let json = json!({
            "id": id, "text": text, "links": links, "time": time.to_string(),
            "author": { "age_days": age_days, "verified": verified },
        });
        let written = json.to_string();
        let item = ItemIn::parse(written.as_bytes()).unwrap();
        prop_assert_eq!(item.id.as_deref(), id.as_deref());
        prop_assert_eq!(item.text.as_ref(), text);
        prop_assert_eq!(item.links.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), links);
        prop_assert_eq!((item.author.age_days, item.author.verified), (age_days, verified));
        prop_assert_eq!(item.time, Some(Time(seconds)));
    }
}

fn check(json: &str, expected: Result<ItemIn<'_>, (Fault, usize, usize)>) {
    let parsed = ItemIn::parse(json.as_bytes()).map_err(|error| (error.fault, error.line, error.column));
    assert_eq!(parsed, expected, "{json}");
}

fn text(text: &str) -> ItemIn<'_> {
    ItemIn {
        text: text.into(),
        ..ItemIn::default()
    }
}

#[test]
fn a_text_is_enough() {
    check(r#"{"text":"xin chào"}"#, Ok(text("xin chào")));
    check(r#" {"text" : "a\nb\u1ea1"} "#, Ok(text("a\nbạ")));
    check(
        r#"{"text":"","id":null,"kind":null,"links":null,"labels":null,"author":null,"time":null}"#,
        Ok(text("")),
    );
}

#[test]
fn every_field_is_read() {
    let json = r#"{"id":"p1","kind":"livestream_title","text":"t","links":["a","b"],"labels":["l"],
        "author":{"ref":"u","age_days":1,"violations_30d":2,"violations_90d":4294967295,"locks":4,"verified":true},
        "page":"p","group":"g","channel":"c","views":12,"time":"2026-07-01T00:00:00+07:00"}"#;
    let expected = ItemIn {
        counters: Counters::default(),
        id: Some("p1".into()),
        kind: ItemKind::LivestreamTitle,
        text: "t".into(),
        links: vec!["a".into(), "b".into()],
        labels: vec!["l".into()],
        author: AuthorIn {
            reference: Some("u".into()),
            age_days: Some(1),
            violations_30d: Some(2),
            violations_90d: Some(u32::MAX),
            locks: Some(4),
            verified: Some(true),
        },
        page: Some("p".into()),
        group: Some("g".into()),
        channel: Some("c".into()),
        views: Some(12),
        time: Some(Time(1_782_838_800)),
    };
    check(json, Ok(expected));
}

#[test]
fn what_needs_no_unescaping_is_borrowed() {
    let item = ItemIn::parse(r#"{"text":"lừa đảo","links":["a"]}"#.as_bytes()).unwrap();
    assert!(matches!(item.text, Cow::Borrowed(_)));
    assert!(matches!(item.links[0], Cow::Borrowed(_)));
}

#[test]
fn a_wrong_type_names_its_field() {
    for (json, field) in [
        (r#"{"text":5}"#, "text"),
        (r#"{"text":null}"#, "text"),
        (r#"{"text":["a"]}"#, "text"),
        (r#"{"text":"","id":5}"#, "id"),
        (r#"{"text":"","links":"a"}"#, "links"),
        (r#"{"text":"","links":["a",{}]}"#, "links"),
        (r#"{"text":"","labels":[null]}"#, "labels"),
        (r#"{"text":"","author":[]}"#, "author"),
        (r#"{"text":"","views":-1}"#, "views"),
        (r#"{"text":"","views":4294967296}"#, "views"),
        (r#"{"text":"","author":{"age_days":-1}}"#, "author.age_days"),
        (r#"{"text":"","author":{"locks":1.5}}"#, "author.locks"),
        (
            r#"{"text":"","author":{"violations_30d":4294967296}}"#,
            "author.violations_30d",
        ),
        (r#"{"text":"","author":{"verified":"true"}}"#, "author.verified"),
        (r#"{"text":"","kind":"story"}"#, "kind"),
        (r#"{"text":"","time":"hôm qua"}"#, "time"),
        (r#"{"text":"","time":"2026-02-30T00:00:00Z"}"#, "time"),
        (r#"{"text":"","time":"2026-02-03T00:00:00"}"#, "time"),
    ] {
        let error = ItemIn::parse(json.as_bytes()).unwrap_err();
        assert_eq!(error.fault, Fault::WrongType(field), "{json}");
        assert!(
            error.line == 1 && (8..=json.len()).contains(&error.column),
            "{json}: column {}",
            error.column
        );
    }
}

#[test]
fn unknown_missing_and_double_fields_are_named() {
    check(
        r#"{"text":"a","texts":"b"}"#,
        Err((Fault::UnknownField("texts".into()), 1, 19)),
    );
    check(
        r#"{"author":{"name":"b"}}"#,
        Err((Fault::UnknownField("author.name".into()), 1, 17)),
    );
    check(r#"{"id":"a"}"#, Err((Fault::MissingField("text"), 1, 10)));
    check("{}", Err((Fault::MissingField("text"), 1, 2)));
    check(
        r#"{"text":"a","text":"b"}"#,
        Err((Fault::DuplicateField("text"), 1, 18)),
    );
    check(
        r#"{"text":"a","id":null,"id":null}"#,
        Err((Fault::DuplicateField("id"), 1, 26)),
    );
    let long = format!(r#"{{"{}":1}}"#, "ạ".repeat(limits::MAX_ECHOED_NAME + 1));
    let error = ItemIn::parse(long.as_bytes()).unwrap_err();
    assert_eq!(
        error.fault,
        Fault::UnknownField("ạ".repeat(limits::MAX_ECHOED_NAME).into())
    );
}

#[test]
fn what_is_not_json_is_refused_with_its_place() {
    check("", Err((Fault::CutShort, 1, 1)));
    check("{\"text\":\"a\"", Err((Fault::CutShort, 1, 11)));
    check("{\"text\":\n tru}", Err((Fault::BadJson, 2, 5)));
    check("{'text':1}", Err((Fault::BadJson, 1, 2)));
    check(r#"{"text":"a"} {}"#, Err((Fault::BadJson, 1, 14)));
    check(r#"{"text":"\ud800"}"#, Err((Fault::BadJson, 1, 16)));
    check(r#"{"text":"\q"}"#, Err((Fault::BadJson, 1, 11)));
    check("5", Err((Fault::NotAnObject, 1, 1)));
    check("[]", Err((Fault::NotAnObject, 1, 1)));
    check("null", Err((Fault::NotAnObject, 1, 4)));
}

#[test]
fn deep_nesting_is_refused_without_descending() {
    check(&"[".repeat(10_000), Err((Fault::NotAnObject, 1, 1)));
    let inside = format!(r#"{{"text":{}"#, "[".repeat(10_000));
    check(&inside, Err((Fault::WrongType("text"), 1, 8)));
    let unknown = format!(r#"{{"a":{}"#, r#"{"a":"#.repeat(10_000));
    check(&unknown, Err((Fault::UnknownField("a".into()), 1, 4)));
}

#[test]
fn bytes_that_are_not_utf8_are_refused_with_their_place() {
    let error = ItemIn::parse(b"{\"text\":\n\"a\xff\"}").unwrap_err();
    assert_eq!((error.fault, error.line, error.column), (Fault::NotUtf8, 2, 3));
    assert_eq!(ItemIn::parse(b"\xff\xfe{\0").unwrap_err().fault, Fault::NotUtf8);
}

#[test]
fn each_limit_holds_at_the_limit_and_one_past_it() {
    let refused = |json: String| ItemIn::parse(json.as_bytes()).err().map(|error| error.fault);
    let of_size = |size: usize| format!(r#"{{"text":"{}"}}"#, "x".repeat(size - r#"{"text":""}"#.len()));
    assert_eq!(refused(of_size(limits::MAX_ITEM_BYTES)), None);
    assert_eq!(refused(of_size(limits::MAX_ITEM_BYTES + 1)), Some(Fault::TooLarge));

    let id = |length| format!(r#"{{"text":"","id":"{}"}}"#, "i".repeat(length));
    assert_eq!(refused(id(limits::MAX_ID_BYTES)), None);
    assert_eq!(
        refused(id(limits::MAX_ID_BYTES + 1)),
        Some(Fault::TooLong("id", limits::MAX_ID_BYTES))
    );

    let author = |length| format!(r#"{{"text":"","author":{{"ref":"{}"}}}}"#, "i".repeat(length));
    assert_eq!(refused(author(limits::MAX_ID_BYTES)), None);
    assert_eq!(
        refused(author(limits::MAX_ID_BYTES + 1)),
        Some(Fault::TooLong("author.ref", limits::MAX_ID_BYTES))
    );

    let labels = |count: usize, length: usize| {
        let label = format!("\"{}\"", "l".repeat(length));
        format!(r#"{{"text":"","labels":[{}]}}"#, vec![label; count].join(","))
    };
    assert_eq!(refused(labels(limits::MAX_ITEM_LABELS, limits::MAX_LABEL_BYTES)), None);
    assert_eq!(
        refused(labels(limits::MAX_ITEM_LABELS + 1, 1)),
        Some(Fault::TooMany("labels", limits::MAX_ITEM_LABELS))
    );
    assert_eq!(
        refused(labels(1, limits::MAX_LABEL_BYTES + 1)),
        Some(Fault::TooLong("labels", limits::MAX_LABEL_BYTES))
    );
}

#[test]
fn no_message_repeats_what_was_screened() {
    let secret = "bí mật 012345678901";
    for json in [
        format!(r#"{{"text":"","author":"{secret}"}}"#),
        format!(r#"{{"text":"","kind":"{secret}"}}"#),
        format!(r#"{{"text":"","time":"{secret}"}}"#),
        format!(r#"{{"text":"{secret}" oops"#),
        format!(r#""{secret}""#),
    ] {
        let error = ItemIn::parse(json.as_bytes()).unwrap_err();
        for language in Language::ALL {
            assert!(!error.detail(language).contains("bí mật"), "{json}");
        }
        assert!(!format!("{error:?} {error}").contains("bí mật"), "{json}");
    }
}

#[test]
fn counters_go_by_their_names_in_rules() {
    let counted = |count| ItemIn {
        counters: Counters::default().with(Counter::TextAuthorsDay, count),
        ..text("a")
    };
    check(r#"{"text":"a","counters":{"text.authors_day":0}}"#, Ok(counted(0)));
    check(
        r#"{"text":"a","counters":{"text.authors_day":4294967295,"author.items_hour":null}}"#,
        Ok(counted(u32::MAX)),
    );
    check(r#"{"text":"a","counters":null}"#, Ok(text("a")));
    let fault = |json: &'static str| ItemIn::parse(json.as_bytes()).map_err(|error| error.fault);
    assert_eq!(
        fault(r#"{"text":"a","counters":{"text.authors_day":4294967296}}"#),
        Err(Fault::WrongType("text.authors_day"))
    );
    assert_eq!(
        fault(r#"{"text":"a","counters":{"text.authors":1}}"#),
        Err(Fault::UnknownField("counters.text.authors".into()))
    );
    assert_eq!(
        fault(r#"{"text":"a","counters":{"host.items_day":1,"host.items_day":1}}"#),
        Err(Fault::DuplicateField("host.items_day"))
    );
}
