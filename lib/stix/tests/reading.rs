//! Reading and writing: JSON as others read it, bundles in pieces of any size, and every limit.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::Read;

use anlanh_stix::json::{JsonFault, Members, Value, read};
use anlanh_stix::limits::{MAX_BUNDLE_OBJECTS, MAX_DEPTH, MAX_HEAD_BYTES, MAX_OBJECT_BYTES};
use anlanh_stix::{BundleError, BundleReader, Object, ReadError, Timestamp};
use proptest::prelude::*;

/// Gives so many bytes at a time.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.1.min(buffer.len());
        self.0.read(buffer.get_mut(..length).unwrap())
    }
}

fn stream(text: &str, piece: usize) -> (Vec<String>, Option<BundleError>) {
    let mut reader = BundleReader::new(Pieces(text.as_bytes(), piece));
    let mut objects = Vec::new();
    loop {
        match reader.next_object() {
            Ok(Some(object)) => objects.push(object.to_string()),
            Ok(None) => return (objects, reader.head().err()),
            Err(error) => return (objects, Some(error)),
        }
    }
}

#[test]
fn a_bundle_is_read_object_by_object() {
    let text = "{\"type\" : \"bundle\",\n \"objects\": [ {\"type\":\"a\",\"b\":\"]}\\\"\"} , {\"type\":\"c\"}\n], \"id\":\"x\"} ";
    for piece in [1, 2, 7, 1_000] {
        let (objects, error) = stream(text, piece);
        assert_eq!(objects, ["{\"type\":\"a\",\"b\":\"]}\\\"\"}", "{\"type\":\"c\"}"]);
        assert!(error.is_none());
    }
    let mut reader = BundleReader::new(text.as_bytes());
    assert_eq!(reader.by_ref().count(), 2);
    assert_eq!(reader.head().unwrap().to_string(), r#"{"type":"bundle","id":"x"}"#);
}

#[test]
fn an_envelope_without_objects_has_none() {
    for text in [
        "{}",
        r#"{"more":false}"#,
        r#"{"objects":[]}"#,
        r#"{"objects":[],"next":"a"}"#,
    ] {
        let (objects, error) = stream(text, 3);
        assert!(objects.is_empty() && error.is_none(), "{text}: {error:?}");
    }
}

#[test]
fn what_is_no_bundle_is_refused() {
    for text in [
        "",
        "[]",
        "{",
        "{]",
        r#"{"objects":{}}"#,
        r#"{"objects":[}"#,
        r#"{"objects":[{"type":"a"}"#,
        r#"{"objects":[{"type":"a"}{"type":"b"}]}"#,
        r#"{"objects":[,{"type":"a"}]}"#,
        r#"{"objects":[{"type":"a"},]}"#,
        r#"{"objects":[{"type":"a"}]"#,
        r#"{"objects":[{"type":"a"}]}x"#,
        r#"{"objects":[],"objects":[]}"#,
        r#"{"id":"a","id":"b","objects":[]}"#,
        r#"{"id":nothing,"objects":[]}"#,
        r#"{"objects":[{"type":"a",}]}"#,
        r#"{"objects":[{"type":"a"]]}"#,
        r#"{"objects":[],}"#,
        r#"{,"objects":[]}"#,
    ] {
        assert!(stream(text, 5).1.is_some(), "{text}");
    }
}

#[test]
fn an_object_without_a_type_is_passed_over_and_said() {
    let mut reader = BundleReader::new(br#"{"objects":[7,{"type":"a"}]}"#.as_slice());
    assert!(matches!(
        reader.next_object(),
        Err(BundleError::Object {
            index: 0,
            error: ReadError::NoType
        })
    ));
    assert_eq!(reader.next_object().unwrap().unwrap().type_name(), "a");
    assert!(reader.next_object().unwrap().is_none());
}

#[test]
fn objects_have_limits() {
    let long = |bytes: usize| format!(r#"{{"type":"a","b":"{}"}}"#, "x".repeat(bytes - 19));
    assert_eq!(long(100).len(), 100);
    assert!(Object::read(long(MAX_OBJECT_BYTES).as_bytes()).is_ok());
    assert_eq!(
        Object::read(long(MAX_OBJECT_BYTES + 1).as_bytes()),
        Err(ReadError::TooLong)
    );
    let bundle = |bytes: usize| format!(r#"{{"objects":[{}]}}"#, long(bytes));
    assert!(stream(&bundle(MAX_OBJECT_BYTES), 10_000).1.is_none());
    assert!(stream(&bundle(MAX_OBJECT_BYTES + 1), 10_000).1.is_some());
    let deep = |depth: usize| {
        format!(
            r#"{{"type":"a","b":{}{}}}"#,
            "[".repeat(depth - 1),
            "]".repeat(depth - 1)
        )
    };
    assert!(Object::read(deep(MAX_DEPTH).as_bytes()).is_ok());
    let error = Object::read(deep(MAX_DEPTH + 1).as_bytes()).unwrap_err();
    assert!(matches!(error, ReadError::Json(error) if error.fault == JsonFault::TooDeep));
    let head = |bytes: usize| format!(r#"{{"a":"{}","objects":[]}}"#, "x".repeat(bytes));
    assert!(stream(&head(MAX_HEAD_BYTES - 100), 10_000).1.is_none());
    assert!(stream(&head(MAX_HEAD_BYTES), 10_000).1.is_some());
    let space = |bytes: usize| format!("{{{}}}", " ".repeat(bytes));
    assert!(stream(&space(MAX_HEAD_BYTES), 10_000).1.is_none());
    assert!(stream(&space(MAX_HEAD_BYTES + 1), 10_000).1.is_some());
}

/// So many objects of a bundle, that nobody holds.
struct Many(u64);

impl Read for Many {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let piece: &[u8] = match self.0 {
            0 => b"{\"type\":\"z\"}]}",
            _ => b"{\"type\":\"a\"},",
        };
        self.0 = self.0.checked_sub(1).unwrap_or(u64::MAX);
        if self.0 == u64::MAX - 1 {
            return Ok(0);
        }
        buffer.get_mut(..piece.len()).unwrap().copy_from_slice(piece);
        Ok(piece.len())
    }
}

#[test]
fn a_bundle_has_so_many_objects_and_no_more() {
    let read = |count: u64| {
        let input = b"{\"objects\":[".chain(Many(count - 1));
        BundleReader::new(input).try_fold(0_u64, |read, object| object.map(|_| read + 1))
    };
    assert!(read(MAX_BUNDLE_OBJECTS).is_ok_and(|read| read == MAX_BUNDLE_OBJECTS));
    assert!(matches!(read(MAX_BUNDLE_OBJECTS + 1), Err(BundleError::TooMany)));
}

#[test]
fn json_is_read_strictly() {
    for text in [
        "",
        "nul",
        "01",
        "1.",
        ".5",
        "+1",
        "-",
        "1e",
        "\"",
        "\"\\x\"",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\n\"",
        "[1,]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":1,}",
        "{a:1}",
        "1 1",
        "\"\\u00g0\"",
        "{\"a\":1,\"a\":2}",
        "\u{feff}1",
    ] {
        assert!(read(text.as_bytes()).is_err(), "{text}");
    }
    assert_eq!(read(b"\"\xff\"").unwrap_err().fault, JsonFault::Utf8);
    let kept = r#"{"b":1.0,"a":[1e5,-0,0.10],"c":"\ud83d\ude00\/"}"#;
    assert_eq!(
        read(kept.as_bytes()).unwrap().to_string(),
        r#"{"b":1.0,"a":[1e5,-0,0.10],"c":"😀/"}"#
    );
}

#[test]
fn members_are_added_last_and_replaced_where_they_stand() {
    let members = Members::default()
        .with("b", 1)
        .with("a", true)
        .with("c", "x")
        .with("a", Vec::new());
    assert_eq!(members.to_string(), r#"{"b":1,"a":[],"c":"x"}"#);
    assert_eq!(members.get("c").and_then(Value::as_str), Some("x"));
    let twice = vec![("a".to_owned(), Value::Null), ("a".to_owned(), Value::Null)];
    assert!(Members::new(twice).is_none());
    assert!(Object::new(members).is_none());
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        "\\PC*".prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn json_is_read_as_others_read_it(value in any_json()) {
        let ours = read(value.to_string().as_bytes()).unwrap();
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&ours.to_string()).unwrap(), value);
    }

    #[test]
    fn texts_are_json_where_others_say_so(text in "[\\[\\]{}:,\"\\\\ue0-9ab\\-+. truefalsn]{0,12}") {
        // Others take a name that stands twice, and numbers that no double holds are refused there.
        let theirs = serde_json::from_str::<Box<serde_json::value::RawValue>>(&text).is_ok();
        let ours = read(text.as_bytes());
        let is_twice = ours.as_ref().is_err_and(|error| error.fault == JsonFault::NameTwice);
        // A raw value keeps escapes that are no letters.
        prop_assert!(ours.is_ok() == theirs || is_twice || text.contains("\\u"), "{} {:?}", text, ours);
    }

    #[test]
    fn timestamps_print_as_the_moment_that_they_are(seconds in -62_167_219_200_i64..253_402_300_800, nanos in 0..1_000_000_000_u32) {
        let moment = Timestamp { seconds, nanos };
        prop_assert_eq!(moment.to_string().parse(), Ok(moment));
    }
}
