//! Lines in, lines out: same order, one for one, whatever is wrong with some of them.

use anlanh_screen::{Date, Pack};
use serde_json::Value;

use super::*;
use crate::LineCutter;

fn screener() -> Screener {
    let pack = Pack {
        id: "thử".to_owned(),
        version: "1".to_owned(),
        digest: "ab".to_owned(),
        as_of: Date(20_000),
        utc_offset_minutes: 420,
        categories: Vec::new(),
        labels: Vec::new(),
        lexicon: Vec::new(),
        teencode: Vec::new(),
        names: Vec::new(),
        affixes: Vec::new(),
        lists: Vec::new(),
        identifiers: Vec::new(),
        rules: Vec::new(),
    };
    Screener::compile(pack).unwrap()
}

fn judge(format: LineFormat, input: &[u8]) -> (Vec<Value>, Tally) {
    let screener = screener();
    let stamp = Stamp::new(screener.pack());
    let judge = Judge::new(&screener, &stamp, format, Language::En);
    let (mut out, mut tally, mut scratch) = (Vec::new(), Tally::default(), Scratch::default());
    let mut cutter = LineCutter::new();
    let mut rest = input;
    while !rest.is_empty() {
        if let Some(chunk) = cutter.push(&mut rest) {
            judge.judge_chunk(&mut scratch, &chunk, &mut out, &mut tally);
        }
    }
    if let Some(chunk) = cutter.finish() {
        judge.judge_chunk(&mut scratch, &chunk, &mut out, &mut tally);
    }
    let lines = String::from_utf8(out).unwrap();
    let lines = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (lines, tally)
}

#[test]
fn a_verdict_has_exactly_the_members_that_are_documented() {
    let (lines, _) = judge(LineFormat::Json, br#"{"id":"a\"b","text":"t"}"#);
    let expected = serde_json::json!({
        "id": "a\"b", "action": "allow", "reasons": [], "labels": [], "undecided": null,
        "pack": { "id": "thử", "version": "1", "digest": "ab" },
    });
    assert_eq!(lines, [expected]);
}

#[test]
fn a_bad_line_stands_in_its_place_and_stops_nothing() {
    let input = "\u{feff}{\"id\":\"1\",\"text\":\"a\"}\r\n\n  \nnonsense\n{\"id\":\"5\",\"text\":\"b\"}\n{\"text\":7}";
    let (lines, tally) = judge(LineFormat::Json, input.as_bytes());
    let place: Vec<_> = lines
        .iter()
        .map(|line| (line["id"].as_str(), line["line"].as_u64()))
        .collect();
    assert_eq!(
        place,
        [(Some("1"), None), (None, Some(4)), (Some("5"), None), (None, Some(6))]
    );
    assert_eq!(
        lines[3]["error"],
        serde_json::json!({
            "code": "wrong-type", "detail": "field \"text\" must be a string", "field": "text", "column": 9,
        })
    );
    assert_eq!(tally.judged(), 2);
    assert_eq!(tally.bad.iter().map(|bad| bad.line).collect::<Vec<_>>(), [4, 6]);
}

#[test]
fn a_plain_text_has_the_number_of_its_line_as_id() {
    let (lines, tally) = judge(LineFormat::Text, b"m\xe1\xbb\x99t\n\n{\"not\": \"parsed\"}\nb\xff\n");
    assert_eq!(lines[0]["id"], "1");
    assert_eq!(lines[1]["id"], "3");
    assert_eq!(
        (&lines[2]["line"], &lines[2]["error"]["code"]),
        (&4.into(), &"not-utf8".into())
    );
    assert_eq!(tally.text_bytes, 5 + 17);
}

#[test]
fn a_line_past_the_limit_is_refused_and_one_at_it_is_not() {
    for format in [LineFormat::Json, LineFormat::Text] {
        let frame = if format == LineFormat::Json {
            (r#"{"text":""#, r#""}"#)
        } else {
            ("", "")
        };
        let line = |size: usize| {
            let body = "x".repeat(size - frame.0.len() - frame.1.len());
            format!("{}{body}{}\n", frame.0, frame.1)
        };
        let input = [
            line(limits::MAX_ITEM_BYTES),
            line(limits::MAX_ITEM_BYTES + 1),
            line(100),
        ]
        .concat();
        let (lines, tally) = judge(format, input.as_bytes());
        assert_eq!((lines.len(), tally.judged(), tally.bad.len()), (3, 2, 1));
        assert_eq!(
            (&lines[1]["line"], &lines[1]["error"]["code"]),
            (&2.into(), &"too-large".into())
        );
    }
}

#[test]
fn tallies_add_up() {
    let (_, mut first) = judge(LineFormat::Text, b"a\nb\n\xff\n");
    let (_, second) = judge(LineFormat::Text, b"c\n");
    first.add(second);
    assert_eq!((first.judged(), first.bad.len(), first.text_bytes), (3, 1, 3));
}
