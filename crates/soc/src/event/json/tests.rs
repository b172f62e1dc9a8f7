use proptest::prelude::*;
use serde::de::IgnoredAny;

use super::*;
use crate::event::{Field, Reading};

/// Field and text of everything that was taken.
#[derive(Default)]
struct Taken(Vec<(u16, String)>);

impl Sink for Taken {
    fn take(&mut self, field: Field, _: Reading, text: &str) {
        self.0.push((field.0, text.to_owned()));
    }
}

fn map() -> FieldMap {
    FieldMap::parse(r#"{"a": "domain", "b": {"c": "url", "a": "email"}}"#).unwrap()
}

fn take(line: &str) -> Result<Vec<(u16, String)>, LineError> {
    let mut taken = Taken::default();
    read(line.as_bytes(), &map(), &mut taken).map(|()| taken.0)
}

fn check(line: &str, expected: &[(u16, &str)]) {
    let taken = take(line).unwrap();
    let taken: Vec<(u16, &str)> = taken.iter().map(|(field, text)| (*field, text.as_str())).collect();
    assert_eq!(taken, expected, "{line}");
}

#[test]
fn fields_are_read_where_the_map_has_them() {
    check(r#"{"a":"x.vn"}"#, &[(0, "x.vn")]);
    check(r#" { "z" : [ 1 , {"a":"no"} ] , "a" : "x" } "#, &[(0, "x")]);
    check(
        r#"{"b":{"a":"m@x.vn","c":"u","d":{"a":"no"}}}"#,
        &[(1, "m@x.vn"), (2, "u")],
    );
    check(
        r#"{"a":["x","y",["z"],null,1.5e-3,true]}"#,
        &[(0, "x"), (0, "y"), (0, "z")],
    );
    check(r#"{"b":[{"c":"1"},{"c":"2"}]}"#, &[(2, "1"), (2, "2")]);
    check(r#"{"a":{"a":"no"},"b":"no"}"#, &[]);
    check(r#"{"a":""}"#, &[(0, "")]);
}

#[test]
fn escapes_are_read_in_keys_and_values() {
    check(r#"{"a":"\"\\\/\b\f\n\r\t"}"#, &[(0, "\"\\/\u{8}\u{c}\n\r\t")]);
    check(r#"{"\u0061":"ti\u1ebfng \ud83d\ude00"}"#, &[(0, "tiếng 😀")]);
    check(
        r#"{"a":"\ud83d x \ude00 \ud83d\u0061"}"#,
        &[(0, "\u{fffd} x \u{fffd} \u{fffd}a")],
    );
}

#[test]
fn what_is_no_event_is_told_with_its_place() {
    let bad = |column: usize| Err(LineError::NotJson { column });
    assert_eq!(take(""), bad(1));
    assert_eq!(take(r#"{"a":"x"#), bad(8));
    assert_eq!(take(r#"{"a":"x"} x"#), bad(11));
    assert_eq!(take(r#"{"a":x}"#), bad(6));
    assert_eq!(take("{\"a\":\"x\ty\"}"), bad(8));
    assert_eq!(take(r#"{"a" "x"}"#), bad(6));
    assert_eq!(take("[1]"), Err(LineError::NotAnObject));
    assert_eq!(take("12"), Err(LineError::NotAnObject));
    let read = read(b"{\"a\":\"\xff\"}", &map(), &mut Taken::default());
    assert_eq!(read, Err(LineError::NotUtf8));
}

#[test]
fn nesting_has_a_limit() {
    let nested = |depth: usize| format!("{{\"z\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert_eq!(take(&nested(MAX_DEPTH)), Ok(vec![]));
    assert_eq!(take(&nested(MAX_DEPTH + 1)), Err(LineError::TooDeep));
    assert_eq!(take(&"{\"b\":".repeat(100_000)), Err(LineError::TooDeep));
}

/// JSON of all shapes, printed with and without blanks.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "[a-c\"\\\\/\u{0}-\u{20}é😀]{0,20}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            proptest::collection::btree_map("[a-c]{1,2}", inner, 0..5)
                .prop_map(|fields| serde_json::Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// What the map finds, by a tree.
fn expected(json: &serde_json::Value, step: Option<Step>, out: &mut Vec<(u16, String)>) {
    match json {
        serde_json::Value::String(text) => {
            if let Some((field, _)) = step.and_then(|step| step.field) {
                out.push((field.0, text.clone()));
            }
        }
        serde_json::Value::Array(all) => all.iter().for_each(|one| expected(one, step, out)),
        serde_json::Value::Object(fields) => {
            for (key, one) in fields {
                let step = step.and_then(|step| step.node).and_then(|node| map().step(node, key));
                expected(one, step, out);
            }
        }
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}

proptest! {
    #[test]
    fn it_finds_what_a_tree_finds(json in json(), is_pretty: bool) {
        let json = serde_json::json!({"a": json.clone(), "b": json});
        let line = if is_pretty { format!("{json:#}") } else { json.to_string() };
        let mut out = Vec::new();
        let root = Step { node: Some(FieldMap::ROOT), field: None };
        expected(&json, Some(root), &mut out);
        prop_assert_eq!(take(&line), Ok(out));
    }

    #[test]
    fn it_takes_what_another_parser_takes(json in json(), at: prop::sample::Index, byte in "[\\[\\]{},:\"\\\\0-9eE+.tfn \\-\u{1}u]", is_inserted: bool) {
        let mut line = serde_json::json!({"a": json}).to_string();
        let mut place = at.index(line.len());
        while !line.is_char_boundary(place) {
            place -= 1;
        }
        let end = if is_inserted { place } else { (place + 1..).find(|end| line.is_char_boundary(*end)).unwrap() };
        line.replace_range(place..end, &byte);
        let theirs = serde_json::from_str::<IgnoredAny>(&line).is_ok();
        let ours = take(&line);
        prop_assert_eq!(!matches!(ours, Err(LineError::NotJson { .. })), theirs, "{}: {:?}", line, ours);
    }

    #[test]
    fn nothing_makes_it_panic(line in "\\PC*") {
        let _ = take(&line);
    }
}
