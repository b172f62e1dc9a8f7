use super::*;
use crate::event::{FieldMap, Format, Recogniser, Unrecognised};
use crate::index::Builder;
use crate::limits::{MAX_COLUMNS, MAX_LIST_LINE_BYTES};
use crate::list::{ListError, add_line};
use crate::value::ValueError;

fn index(listed: &str) -> Arc<Index> {
    let mut builder = Builder::new();
    let source = builder.source("list.txt").unwrap();
    for line in listed.lines() {
        add_line(&mut builder, source, line.as_bytes()).unwrap_or_else(|error| panic!("{line}: {error}"));
    }
    Arc::new(builder.build())
}

/// Hits as `line field value listed`, and bad lines.
fn scan(listed: &str, layout: Option<Layout>, events: &str) -> (Vec<String>, Vec<BadLine>, Tally) {
    let matcher = Matcher::new(index(listed));
    let mut scratch = Scratch::default();
    let (mut hits, mut bad, mut tally) = (Vec::new(), Vec::new(), Tally::default());
    let stretches = Recogniser::new(layout).advance(events.as_bytes()).unwrap();
    let mut line = 1;
    for (at, (start, layout)) in stretches.iter().enumerate() {
        let end = stretches.get(at + 1).map_or(events.len(), |(next, _)| *next);
        let stretch = &events[*start..end];
        let lines = (line..).zip(stretch.split('\n').map(str::as_bytes));
        let lines = lines.filter(|(_, line)| !line.is_empty());
        let part = matcher.scan(
            &mut scratch,
            layout,
            lines,
            |hit| hits.push(format!("{} {} {} {}", hit.line, hit.field, hit.value, hit.listed)),
            |line| bad.push(line),
        );
        tally.events += part.events;
        tally.values += part.values;
        tally.hits += part.hits;
        line += stretch.matches('\n').count() as u64;
    }
    assert_eq!(tally.hits, hits.len() as u64);
    (hits, bad, tally)
}

fn check(listed: &str, events: &str, expected: &[&str]) {
    let (hits, bad, _) = scan(listed, None, events);
    assert_eq!(hits, expected, "{events}");
    assert_eq!(bad, [], "{events}");
}

const EVE: &str = r#"{"timestamp":"2026-11-28T03:00:00.000001+0700","event_type":"dns","src_ip":"10.0.0.7","dest_ip":"192.0.2.53","dns":{"type":"query","rrname":"a.b.Evil.vn"}}
{"timestamp":"2026-11-28T03:00:00.000001+0700","event_type":"tls","src_ip":"2001:DB8:0::7","dest_ip":"198.51.100.9","tls":{"sni":"ok.vn","ja3":{"hash":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","string":"771"},"ja4":"t13d1516h2_8daaf6152771_b0da82dd1658"}}
{"timestamp":"2026-11-28T03:00:00.000001+0700","event_type":"http","src_ip":"10.0.0.8","dest_ip":"198.51.100.10","http":{"hostname":"CDN.vn:8080","url":"/%7Ex/app.exe"}}
{"timestamp":"2026-11-28T03:00:00.000001+0700","event_type":"fileinfo","src_ip":"10.0.0.8","dest_ip":"198.51.100.10","fileinfo":{"sha256":"BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"},"email":{"to":["Chị A <a@ban.vn>","b@ban.vn"]}}
"#;

#[test]
fn every_kind_is_found_in_suricatas_events() {
    check("evil.vn", EVE, &["1 dns.rrname a.b.evil.vn evil.vn"]);
    check(
        "a.b.evil.vn\nb.evil.vn\nnot-evil.vn\nil.vn",
        EVE,
        &[
            "1 dns.rrname a.b.evil.vn b.evil.vn",
            "1 dns.rrname a.b.evil.vn a.b.evil.vn",
        ],
    );
    check(
        "192.0.2.53\n198.51.100.0/24\n198.51.100.8/31\n2001:db8::7",
        EVE,
        &[
            "1 dest_ip 192.0.2.53 192.0.2.53",
            "2 src_ip 2001:db8::7 2001:db8::7",
            "2 dest_ip 198.51.100.9 198.51.100.8/31",
            "2 dest_ip 198.51.100.9 198.51.100.0/24",
            "3 dest_ip 198.51.100.10 198.51.100.0/24",
            "4 dest_ip 198.51.100.10 198.51.100.0/24",
        ],
    );
    let digest = "b".repeat(64);
    check(&digest, EVE, &[&format!("4 fileinfo.sha256 {digest} {digest}")]);
    let ja3 = "A".repeat(32);
    let found = "a".repeat(32);
    check(&ja3, EVE, &[&format!("2 tls.ja3.hash {found} {found}")]);
    let ja4 = "t13d1516h2_8daaf6152771_b0da82dd1658";
    check(ja4, EVE, &[&format!("2 tls.ja4 {ja4} {ja4}")]);
    check(
        "http://cdn.vn:8080/~x/app.exe\ncdn.vn",
        EVE,
        &[
            "3 http.hostname cdn.vn cdn.vn",
            "3 http.url cdn.vn:8080/~x/app.exe cdn.vn:8080/~x/app.exe",
        ],
    );
    check(
        "b@ban.vn\nA@BAN.vn",
        EVE,
        &["4 email.to a@ban.vn a@ban.vn", "4 email.to b@ban.vn b@ban.vn"],
    );
    check("good.vn", EVE, &[]);
}

#[test]
fn zeeks_logs_are_read_as_json_and_with_tabs() {
    let json = r#"{"ts":1764300000.1,"uid":"C1","id.orig_h":"10.0.0.7","id.resp_h":"192.0.2.53","query":"evil.vn","answers":["x.worse.vn","192.0.2.66"]}"#;
    let expected = [
        "1 query evil.vn evil.vn",
        "1 answers x.worse.vn worse.vn",
        "1 answers 192.0.2.66 192.0.2.66",
    ];
    check("evil.vn\nworse.vn\n192.0.2.66", json, &expected);
    let tabs = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n\
        #fields\tts\tid.orig_h\tquery\tanswers\n#types\ttime\taddr\tstring\tvector[string]\n\
        1764300000.1\t10.0.0.7\tevil.vn\tx.worse.vn,192.0.2.66\n\
        1764300000.2\t-\t-\t(empty)\n\
        #separator \\x2c\n#fields,query,ts\nevil.vn,1\n";
    let (hits, bad, tally) = scan(
        "evil.vn\nworse.vn\n192.0.2.66\n(empty)".trim_end_matches("\n(empty)"),
        None,
        tabs,
    );
    assert_eq!(
        hits,
        [
            "8 query evil.vn evil.vn",
            "8 answers x.worse.vn worse.vn",
            "8 answers 192.0.2.66 192.0.2.66",
            "12 query evil.vn evil.vn",
        ]
    );
    assert_eq!((bad, tally.events), (vec![], 12));
}

#[test]
fn a_line_that_is_not_as_its_head_says_is_told() {
    let log = "#separator \\x09\n#fields\tts\tquery\n1\tevil.vn\n1\n1\tevil.vn\t2\n";
    let (hits, bad, _) = scan("evil.vn", None, log);
    assert_eq!(hits, ["3 query evil.vn evil.vn"]);
    let error = |line, found| BadLine {
        line,
        error: LineError::Columns { found, named: 2 },
    };
    assert_eq!(bad, [error(4, 1), error(5, 3)]);
    let headless = scan("evil.vn", Some(Layout::of(Format::Zeek)), "1\tevil.vn\n");
    assert_eq!(
        headless.1,
        [BadLine {
            line: 1,
            error: LineError::NoHead
        }]
    );
    let wide = |columns: usize| {
        let fields = vec!["query"; columns].join("\t");
        let line = vec!["evil.vn"; columns].join("\t");
        scan(
            "evil.vn",
            None,
            &format!("#separator \\x09\n#fields\t{fields}\n{line}\n"),
        )
    };
    assert_eq!(wide(MAX_COLUMNS).0.len(), MAX_COLUMNS);
    assert_eq!(
        wide(MAX_COLUMNS + 1).1,
        [BadLine {
            line: 3,
            error: LineError::NoHead
        }]
    );
}

#[test]
fn query_logs_of_resolvers_are_read() {
    let bind = "28-Nov-2026 03:00:00.000 queries: info: client @0x7f10 10.0.0.7#5353 (a.evil.vn): query: a.evil.vn IN A +E(0)K (192.0.2.53)\n\
        28-Nov-2026 03:00:00.000 client 2001:db8::7#5353 (ok.vn): view home: query: ok.vn IN AAAA + (::1)\n\
        28-Nov-2026 03:00:00.000 general: info: zone evil.vn/IN: loaded\n";
    check(
        "evil.vn\n2001:db8::7",
        bind,
        &["1 query a.evil.vn evil.vn", "2 client 2001:db8::7 2001:db8::7"],
    );
    let unbound = "[1764300000] unbound[1:0] info: 10.0.0.7 A.evil.vn. A IN\n\
        Nov 28 03:00:00 ns unbound[1:0] info: 10.0.0.7 ok.vn. A IN NOERROR 0.000000 1 56\n\
        [1764300000] unbound[1:0] info: service stopped (unbound 1.17.1).\n";
    check(
        "evil.vn\n10.0.0.7",
        unbound,
        &[
            "1 client 10.0.0.7 10.0.0.7",
            "1 query a.evil.vn evil.vn",
            "2 client 10.0.0.7 10.0.0.7",
        ],
    );
}

#[test]
fn fields_of_other_events_are_named_by_a_map() {
    let map = FieldMap::parse(r#"{"q":"domain","from":{"ip":"address"},"links":"url"}"#).unwrap();
    let events = "{\"q\":\"x.evil.vn\",\"from\":{\"ip\":\"192.0.2.1\"},\"links\":[\"http://evil.vn/1\",\"no\"]}\n\
        not json\n{\"q\":5}\n";
    let (hits, bad, tally) = scan("evil.vn\n192.0.2.1\nhttp://evil.vn/1", Some(Layout::json(map)), events);
    assert_eq!(
        hits,
        [
            "1 q x.evil.vn evil.vn",
            "1 from.ip 192.0.2.1 192.0.2.1",
            "1 links evil.vn/1 evil.vn/1",
        ]
    );
    assert_eq!(
        bad,
        [BadLine {
            line: 2,
            error: LineError::NotJson { column: 1 }
        }]
    );
    assert_eq!(tally.events, 2);
    assert_eq!(
        Recogniser::new(None).advance(b"{\"q\":\"evil.vn\"}\n").unwrap_err(),
        Unrecognised
    );
}

#[test]
fn an_event_has_a_limit_of_values() {
    let map = || Layout::json(FieldMap::parse(r#"{"q":"domain"}"#).unwrap());
    let event = |values: usize| format!("{{\"q\":[{}]}}", vec!["\"evil.vn\""; values].join(","));
    let (hits, bad, _) = scan("evil.vn", Some(map()), &event(MAX_EVENT_VALUES));
    assert_eq!((hits.len(), bad), (MAX_EVENT_VALUES, vec![]));
    let (hits, bad, _) = scan("evil.vn", Some(map()), &event(MAX_EVENT_VALUES + 1));
    let error = LineError::TooManyValues;
    assert_eq!((hits.len(), bad), (MAX_EVENT_VALUES, vec![BadLine { line: 1, error }]));
}

#[test]
fn an_event_has_a_longest() {
    let map = || Layout::json(FieldMap::parse(r#"{"q":"domain"}"#).unwrap());
    let event = |len: usize| format!("{{\"q\":\"evil.vn\"{}}}", " ".repeat(len - 15));
    assert_eq!(event(100).len(), 100);
    assert_eq!(scan("evil.vn", Some(map()), &event(MAX_EVENT_BYTES)).0.len(), 1);
    let (hits, bad, _) = scan("evil.vn", Some(map()), &event(MAX_EVENT_BYTES + 1));
    let error = LineError::TooLong;
    assert_eq!((hits, bad), (vec![], vec![BadLine { line: 1, error }]));
}

#[test]
fn a_longer_value_than_any_indicator_has_is_passed_over() {
    let map = Layout::json(FieldMap::parse(r#"{"u":"url"}"#).unwrap());
    let url = |len: usize| format!("evil.vn/{}", "a".repeat(len - 8));
    let listed = url(crate::limits::MAX_VALUE_BYTES);
    let long = url(MAX_EVENT_VALUE_BYTES + 1);
    let events = format!("{{\"u\":\"{listed}\"}}\n{{\"u\":\"{long}\"}}\n");
    assert_eq!(scan(&listed, Some(map), &events).0.len(), 1);
}

#[test]
fn lists_are_read_as_people_keep_them() {
    let listed = "# chú thích\n; và đây\n// nữa\n\n  evil.vn  # ghi chú\n\"worse.vn\",\"phishing\"\n192.0.2.1;2026\n\
        0.0.0.0 hosts.vn more.vn # x\n127.0.0.1\n";
    let events = [
        "evil.vn",
        "worse.vn",
        "hosts.vn",
        "more.vn",
        "127.0.0.1",
        "192.0.2.1",
        "phishing.vn",
    ];
    let map = Layout::json(FieldMap::parse(r#"{"q":"host"}"#).unwrap());
    let events: String = events.map(|value| format!("{{\"q\":\"{value}\"}}\n")).concat();
    assert_eq!(scan(listed, Some(map), &events).0.len(), 6);
    let mut builder = Builder::new();
    let source = builder.source("a").unwrap();
    let mut add = |line: &[u8]| add_line(&mut builder, source, line);
    assert_eq!(add(b"com.vn"), Err(ListError::Value(ValueError::PublicSuffix)));
    assert_eq!(add(b"\xff.vn"), Err(ListError::NotUtf8));
    let padded = |len: usize| format!("{:len$}", "evil.vn").into_bytes();
    assert_eq!(add(&padded(MAX_LIST_LINE_BYTES)), Ok(()));
    assert_eq!(add(&padded(MAX_LIST_LINE_BYTES + 1)), Err(ListError::TooLong));
}
