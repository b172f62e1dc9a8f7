use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::*;
use crate::event::{Facts, Format, Layout, Recogniser, Role};
use crate::index::Builder;
use crate::limits::MAX_ANSWERED_NAMES;
use crate::matcher::{Found, Matcher, Scratch};
use crate::observe::observe;

const EVE: &str = r#"{"timestamp":"2026-11-28T03:00:00.000001+0700","event_type":"http","src_ip":"10.0.0.8","src_port":50001,"dest_ip":"198.51.100.10","dest_port":8080,"proto":"TCP","app_proto":"http","http":{"hostname":"CDN.evil.example","url":"/a/app.exe","http_method":"GET","http_user_agent":"Evil/1.0 (x)"}}"#;
const DNS: &str = r#"{"timestamp":"2026-11-28T03:00:00.000001+0700","event_type":"dns","src_ip":"10.0.0.7","src_port":5353,"dest_ip":"192.0.2.53","dest_port":53,"proto":"UDP","dns":{"type":"answer","rrname":"a.Evil.example","answers":[{"rrname":"a.Evil.example","rdata":"203.0.113.9"}]}}"#;
const FILE: &str = r#"{"timestamp":"2026-11-28T03:00:00.000001+0700","event_type":"fileinfo","src_ip":"10.0.0.8","dest_ip":"198.51.100.10","fileinfo":{"filename":"/a/invoice.exe","size":4096,"sha256":"BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"}}"#;
const MAIL: &str = r#"{"timestamp":"2026-11-28T03:00:00.000001+0700","event_type":"smtp","src_ip":"2001:db8::8","dest_ip":"198.51.100.25","dest_port":25,"proto":"TCP","email":{"from":"Bank <otp@Evil.example>","to":["a@bank.vn","b@bank.vn"],"subject":"OTP của bạn"}}"#;
const TLS: &str = r#"{"timestamp":"2026-11-28T03:00:00.000001+0700","event_type":"tls","src_ip":"10.0.0.8","dest_ip":"198.51.100.11","dest_port":443,"proto":"TCP","tls":{"sni":"login.evil.example","subject":"CN=evil","issuerdn":"CN=Evil CA","fingerprint":"aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa","ja3":{"hash":"cccccccccccccccccccccccccccccccc"}}}"#;
const EVENTS: [&str; 5] = [EVE, DNS, FILE, MAIL, TLS];

/// Patterns, and which of the events they match.
const CASES: &[(&str, &[usize])] = &[
    (
        "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '198.51.100.10' AND network-traffic:dst_port = 8080]",
        &[0],
    ),
    (
        "[network-traffic:dst_ref.value = '198.51.100.10' AND network-traffic:dst_port = 443]",
        &[],
    ),
    (
        "[network-traffic:dst_ref.value = 'login.evil.example' AND network-traffic:dst_port = 443]",
        &[4],
    ),
    (
        "[network-traffic:src_ref.value ISSUBSET '10.0.0.0/29' AND network-traffic:protocols[*] = 'udp']",
        &[1],
    ),
    ("[ipv4-addr:value ISSUBSET '198.51.100.8/30']", &[0, 2, 4]),
    ("[ipv4-addr:value ISSUPERSET '198.51.100.25']", &[3]),
    ("[ipv6-addr:value ISSUBSET '2001:db8::/32']", &[3]),
    ("[domain-name:value LIKE '%.evil.example']", &[0, 1, 4]),
    ("[domain-name:value LIKE 'l%.example']", &[4]),
    ("[domain-name:value MATCHES '^(a|login)\\\\.evil']", &[1, 4]),
    (
        "[domain-name:value = 'a.evil.example' AND domain-name:resolves_to_refs[*].value = '203.0.113.9']",
        &[1],
    ),
    (
        "[domain-name:value = 'a.evil.example' AND domain-name:resolves_to_refs[*].value = '203.0.113.8']",
        &[],
    ),
    (
        "[domain-name:value IN ('a.evil.example', 'cdn.evil.example') AND domain-name:value NOT LIKE 'cdn%']",
        &[1],
    ),
    ("[domain-name:value != 'a.evil.example']", &[0, 4]),
    (
        "[url:value = 'http://cdn.evil.example/a/app.exe' AND url:value MATCHES 'exe$']",
        &[0],
    ),
    (
        "[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'Evil/1.0 (x)' AND network-traffic:dst_port > 1024]",
        &[0],
    ),
    (
        "[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'[0] LIKE 'Evil/%']",
        &[0],
    ),
    (
        "[network-traffic:extensions.'http-request-ext'.request_method = 'get' AND network-traffic:src_ref.value = '10.0.0.8']",
        &[0],
    ),
    ("[file:name = 'invoice.exe' AND file:size < 5000]", &[2]),
    (
        "[file:hashes.'SHA-256' = 'BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB' AND file:size >= 4096]",
        &[2],
    ),
    (
        "[file:hashes.SHA256 = 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb' AND file:name MATCHES 'exe$']",
        &[2],
    ),
    (
        "[email-message:from_ref.value = 'otp@evil.example' AND email-message:subject LIKE 'OTP%']",
        &[3],
    ),
    (
        "[email-message:to_refs[*].value = 'b@bank.vn' AND email-message:subject = 'x']",
        &[],
    ),
    (
        "[x509-certificate:issuer = 'CN=Evil CA' AND x509-certificate:hashes.'SHA-1' = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']",
        &[4],
    ),
    (
        "[network-traffic:x_ja3 = 'cccccccccccccccccccccccccccccccc' AND network-traffic:dst_port = 443]",
        &[4],
    ),
    ("[file:name = 'invoice.exe']", &[2]),
    (
        "[domain-name:value = 'a.evil.example' AND (domain-name:resolves_to_refs[*].value = '203.0.113.8' OR domain-name:resolves_to_refs[*].value = '203.0.113.9')]",
        &[1],
    ),
    (
        "[file:size > 1 AND file:name = 'x'] OR [url:value LIKE '%/app.exe']",
        &[0],
    ),
    ("[file:size > 1 AND file:size < 5000] WITHIN 5 SECONDS", &[2]),
];

fn with_time() -> Patterns {
    let mut patterns = Patterns::default();
    patterns.take_time();
    patterns
}

fn builder(patterns: &[&str]) -> Builder {
    let mut builder = Builder::new().with_every_event();
    let source = builder.source("bundle.json").unwrap();
    for (number, pattern) in patterns.iter().enumerate() {
        let added = builder.add_pattern(&pattern.parse().unwrap(), source, &number.to_string());
        assert_eq!(added, Ok(()), "{pattern}");
    }
    builder
}

/// Hits of patterns as line, number of the pattern, and the field by which it was looked up.
fn hits(builder: Builder, layout: &Layout, lines: &[&str]) -> Vec<(u64, String, String)> {
    let matcher = Matcher::new(Arc::new(builder.build()));
    let lines = (1..).zip(lines.iter().map(|line| line.as_bytes()));
    let mut found = Vec::new();
    let on_hit = |hit: crate::Hit<'_>| {
        assert_eq!((hit.found, hit.indicator.source), (Found::Pattern, "bundle.json"));
        let number = hit.indicator.name.unwrap_or_default().to_owned();
        found.push((hit.line, number, hit.field.to_owned()));
    };
    let tally = matcher.scan(&mut Scratch::default(), layout, lines, on_hit, |bad| panic!("{bad:?}"));
    assert_eq!(tally.hits, found.len() as u64);
    found
}

#[test]
fn patterns_are_matched_with_each_event() {
    for (pattern, expected) in CASES {
        let found = hits(builder(&[pattern]), &Layout::of(Format::Eve), &EVENTS);
        let lines: Vec<usize> = found.iter().map(|(line, ..)| *line as usize - 1).collect();
        assert_eq!(&lines, expected, "{pattern}");
    }
    // All at once, in the order of the lines.
    let patterns: Vec<&str> = CASES.iter().map(|(pattern, _)| *pattern).collect();
    let found = hits(builder(&patterns), &Layout::of(Format::Eve), &EVENTS);
    assert!(found.is_sorted_by_key(|(line, ..)| *line));
    let count: usize = CASES.iter().map(|(_, events)| events.len()).sum();
    assert_eq!(found.len(), count);
}

#[test]
fn what_can_be_looked_up_is_and_says_by_what() {
    let check = |pattern: &str, scanned: usize, field: &str| {
        let builder = builder(&[pattern]);
        let found = hits(builder, &Layout::of(Format::Eve), &EVENTS);
        assert_eq!(found[0].2, field, "{pattern}");
        let mut patterns = with_time();
        patterns.add(&pattern.parse().unwrap(), "id", "source").unwrap();
        assert_eq!(patterns.scanned().len(), scanned, "{pattern}");
    };
    check(
        "[network-traffic:dst_ref.value = '198.51.100.10' AND network-traffic:dst_port = 8080]",
        0,
        "dest_ip",
    );
    check("[ipv4-addr:value ISSUBSET '198.51.100.9/30']", 0, "dest_ip");
    check("[domain-name:value LIKE '%.evil.example']", 0, "http.hostname");
    check("[file:name = 'invoice.exe']", 1, "");
}

#[test]
fn other_formats_are_observed_as_well() {
    let check = |lines: &str, pattern: &str, expected: u64| {
        let layout = Recogniser::new(None)
            .advance(lines.as_bytes())
            .unwrap()
            .pop()
            .unwrap()
            .1;
        let lines: Vec<&str> = lines.lines().collect();
        let found = hits(builder(&[pattern]), &layout, &lines);
        assert_eq!(
            found.iter().map(|(line, ..)| *line).collect::<Vec<_>>(),
            [expected],
            "{pattern}"
        );
    };
    let zeek = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n\
                #fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\tanswers\n\
                #types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tvector[string]\n\
                1\tC1\t10.0.0.7\t5353\t192.0.2.53\t53\tudp\ta.evil.example\tb.example,203.0.113.9";
    let answered = "[domain-name:value = 'a.evil.example' AND domain-name:resolves_to_refs[*].value = '203.0.113.9']";
    check(zeek, answered, 7);
    let json = r#"{"ts":1.0,"uid":"C1","id.orig_h":"10.0.0.7","id.resp_h":"192.0.2.53","id.resp_p":53,"proto":"udp","query":"a.evil.example","answers":["203.0.113.9"]}"#;
    check(json, answered, 1);
    check(
        json,
        "[network-traffic:dst_ref.value = '192.0.2.53' AND network-traffic:dst_port = 53]",
        1,
    );
    let bind = "28-Nov-2026 03:00:00.000 client @0x7f 10.0.0.7#53 (a.evil.example): query: a.evil.example IN A +E(0) (192.0.2.53)";
    check(bind, "[domain-name:value LIKE 'a.evil%']", 1);
    check(bind, "[network-traffic:src_ref.value ISSUBSET '10.0.0.0/24']", 1);
}

#[test]
fn what_no_event_can_match_is_told() {
    let check = |pattern: &str, expected: PatternRefusal| {
        let refused = with_time().add(&pattern.parse().unwrap(), "id", "source");
        assert_eq!(refused.map(drop), Err(expected), "{pattern}");
    };
    check("[file:size > 1] AND [file:size < 5]", PatternRefusal::SeveralEvents);
    check(
        "[file:size > 1] FOLLOWEDBY [file:size < 5]",
        PatternRefusal::SeveralEvents,
    );
    check("[file:size > 1] REPEATS 2 TIMES", PatternRefusal::SeveralEvents);
    check(
        "[file:size > 1] OR ([file:size > 2] AND [file:size > 3])",
        PatternRefusal::SeveralEvents,
    );
    check(
        "[file:size > 1] START t'2026-01-01T00:00:00Z' STOP t'2027-01-01T00:00:00Z'",
        PatternRefusal::Time,
    );
    check("[process:name = 'x' AND process:pid > 1]", PatternRefusal::Property);
    check("[file:name = 'x' OR process:pid > 1]", PatternRefusal::Property);
    check("[file:size > 1 AND url:value LIKE 'x%']", PatternRefusal::Never);
    check("[file:name MATCHES '(?=a)b']", PatternRefusal::Regex);
}

#[test]
fn what_has_nothing_to_look_up_is_matched_for_who_asks_for_it() {
    let mut patterns = Patterns::default();
    let mut add = |pattern: &str| patterns.add(&pattern.parse().unwrap(), "id", "source").map(drop);
    assert_eq!(add("[file:name = 'invoice.exe']"), Err(PatternRefusal::NothingToLookUp));
    assert_eq!(add("[domain-name:value LIKE '%.evil.vn']"), Ok(()));
}

#[test]
fn few_patterns_are_matched_with_every_event() {
    let mut patterns = with_time();
    let scanned: Pattern = "[file:size > 1]".parse().unwrap();
    for number in 0..MAX_SCANNED_PATTERNS {
        patterns.add(&scanned, &number.to_string(), "source").unwrap();
    }
    let refused = patterns.add(&scanned, "id", "source").map(drop);
    assert_eq!(refused, Err(PatternRefusal::TooManyScanned));
    let looked_up = |value: usize| -> Pattern {
        let text = format!("[file:size > 1 AND file:hashes.MD5 = '{value:032x}']");
        text.parse().unwrap()
    };
    for number in patterns.all.len()..MAX_PATTERNS {
        let pattern = looked_up(number / MAX_PATTERNS_OF_VALUE);
        patterns.add(&pattern, &number.to_string(), "source").unwrap();
    }
    let refused = patterns.add(&looked_up(MAX_PATTERNS), "id", "source").map(drop);
    assert_eq!(refused, Err(PatternRefusal::TooMany));
}

#[test]
fn few_patterns_ask_for_one_value() {
    let mut patterns = with_time();
    let one: Pattern = "[domain-name:value = 'evil.vn' AND domain-name:value LIKE 'e%']"
        .parse()
        .unwrap();
    for number in 0..MAX_PATTERNS_OF_VALUE {
        patterns.add(&one, &number.to_string(), "source").unwrap();
    }
    let refused = patterns.add(&one, "id", "source").map(drop);
    assert_eq!(refused, Err(PatternRefusal::TooManyOfValue));
}

#[test]
fn an_event_of_many_names_and_answers_is_observed_within_bounds() {
    let facts = |names: usize| -> Facts {
        let name = |number: usize| (Role::Name, format!("n{number}.example"));
        let answer = (Role::Answer, "192.0.2.1".to_owned());
        (0..names).map(name).chain([answer]).collect()
    };
    let leading = |names: usize| {
        let objects = observe(&facts(names));
        objects
            .iter()
            .filter(|object| object.members().has("resolves_to_refs"))
            .count()
    };
    assert_eq!(leading(MAX_ANSWERED_NAMES), MAX_ANSWERED_NAMES);
    assert_eq!(leading(MAX_ANSWERED_NAMES + 1), MAX_ANSWERED_NAMES);
}

/// The matcher of OASIS, with what we say was observed.
#[test]
fn another_matcher_matches_the_same() {
    let layout = Layout::of(Format::Eve);
    let bundles: Vec<Json> = EVENTS
        .iter()
        .map(|event| {
            let mut objects: Vec<Json> = observe(&layout.facts(event.as_bytes()))
                .iter()
                .map(|object| serde_json::from_str(&object.to_string()).unwrap())
                .collect();
            let refs: Vec<Json> = objects.iter().map(|object| object["id"].clone()).collect();
            objects.push(json!({
                "type": "observed-data", "spec_version": "2.1",
                "id": "observed-data--2b964b85-ecb1-4b32-9c5f-000000000000",
                "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
                "first_observed": "2026-01-01T00:00:00Z", "last_observed": "2026-01-01T00:00:00Z",
                "number_observed": 1, "object_refs": refs,
            }));
            json!({"type": "bundle", "id": "bundle--2b964b85-ecb1-4b32-9c5f-000000000000", "objects": objects})
        })
        .collect();
    let (mut questions, mut ours) = (String::new(), Vec::new());
    for (pattern, events) in CASES {
        for (at, bundle) in bundles.iter().enumerate() {
            questions.push_str(&json!({"ask": "match", "pattern": pattern, "bundle": bundle}).to_string());
            questions.push('\n');
            ours.push((pattern, at, events.contains(&at)));
        }
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = root.join("target/others/bin/python");
    if !python.exists() {
        assert!(
            std::env::var_os("CI").is_none(),
            "no stix2-matcher in target/others; .ci/run puts it there"
        );
        return;
    }
    let mut child = Command::new(python)
        .arg(root.join("lib/stix/tests/interop/peer.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(questions.as_bytes()).unwrap());
    let out = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let said = String::from_utf8(out.stdout).unwrap();
    let theirs: Vec<Json> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(theirs.len(), ours.len());
    // It gives up at addresses of IPv6, and where an address stands for a network.
    let gave_up = |said: &Json| said["holds"].is_null() && said["errors"].to_string().contains("Invalid");
    assert!(theirs.iter().filter(|said| gave_up(said)).count() * 10 < theirs.len());
    let differ: Vec<String> = ours
        .iter()
        .zip(&theirs)
        .filter(|((.., holds), said)| said["holds"] != json!(holds) && !gave_up(said))
        .map(|((pattern, at, holds), said)| format!("{pattern} event {at}: ours {holds}, theirs {said}"))
        .collect();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}
