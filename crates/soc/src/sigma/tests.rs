use super::*;
use crate::event::{Format, Recogniser};
use crate::limits::MAX_RULE_FIELDS;

/// A rule of a log source, of one selection.
fn rule(source: &str, items: &str) -> String {
    let items = items.replace('\n', "\n    ");
    format!("title: '{source}'\nlogsource: {{{source}}}\ndetection:\n  s:\n    {items}\n  condition: s\n")
}

fn rules(texts: &[String]) -> Rules {
    let mut builder = RulesBuilder::default();
    for (number, text) in texts.iter().enumerate() {
        assert_eq!(
            builder.add(text.as_bytes(), &number.to_string()),
            (1, Vec::new()),
            "{text}"
        );
    }
    let (rules, refused) = builder.build();
    assert_eq!(refused, []);
    rules
}

/// What rules find in the last line of a stream: the field and the value that decided.
fn found(rules: &Rules, layout: Option<Layout>, lines: &str) -> Vec<(String, String, String)> {
    let (_, layout) = Recogniser::new(layout)
        .advance(lines.as_bytes())
        .unwrap()
        .pop()
        .unwrap();
    let line = lines.lines().last().unwrap();
    let mut found = Vec::new();
    let judged = rules.scan(&mut RuleScratch::default(), &layout, line.as_bytes(), |hit| {
        found.push((hit.source.to_owned(), hit.field.to_owned(), hit.value.to_owned()));
    });
    assert_eq!(judged, Judged::Whole);
    found
}

fn check(source: &str, items: &str, lines: &str, expected: Option<[&str; 2]>) {
    let found = found(&rules(&[rule(source, items)]), None, lines);
    let by: Vec<[&str; 2]> = found.iter().map(|(_, field, value)| [field.as_str(), value]).collect();
    assert_eq!(
        by,
        expected.into_iter().collect::<Vec<_>>(),
        "{source} {items}\n{lines}"
    );
}

const DNS: &str = r#"{"timestamp":"2026-11-28T03:00:00.000001+0700","event_type":"dns","src_ip":"10.0.0.7","src_port":5353,"dest_ip":"192.0.2.53","dest_port":53,"proto":"UDP","dns":{"type":"answer","rrname":"a.Evil.example","rrtype":"TXT","rcode":"NOERROR","answers":[{"rrname":"a.Evil.example","rdata":"IEX (x)"}]}}"#;
const HTTP: &str = r#"{"timestamp":"2026-11-28T03:00:00.000001+0700","event_type":"http","src_ip":"10.0.0.8","dest_ip":"198.51.100.10","dest_port":8080,"http":{"hostname":"CDN.evil.example","url":"/a/App.EXE?id=1","http_method":"POST","http_user_agent":"Evil/1.0","status":200}}"#;
const ALERT: &str = r#"{"timestamp":"2026-11-28T03:00:00.000001+0700","event_type":"alert","src_ip":"10.0.0.8","dest_ip":"198.51.100.10","alert":{"signature":"ET TROJAN","severity":1,"metadata":null},"dns":{"rrname":"a.evil.example"}}"#;

#[test]
fn events_of_suricata_have_the_fields_of_the_taxonomy() {
    check(
        "category: dns",
        "query|endswith: .evil.example\nrecord_type: txt",
        DNS,
        Some(["query", "a.Evil.example"]),
    );
    check(
        "category: dns",
        "answer|contains: IEX",
        DNS,
        Some(["answer", "IEX (x)"]),
    );
    check("category: dns", "query: a.evil.example", ALERT, None);
    let elastic = Some(["dns.question.name", "a.Evil.example"]);
    check(
        "category: dns",
        "dns.question.name|contains: evil\nsource.ip: 10.0.0.7",
        DNS,
        elastic,
    );
    check(
        "category: proxy",
        "c-uri|endswith: '.exe?id=1'",
        HTTP,
        Some(["c-uri", "/a/App.EXE?id=1"]),
    );
    let whole = Some(["c-uri", "http://CDN.evil.example/a/App.EXE?id=1"]);
    check(
        "category: proxy",
        "c-uri|startswith: 'http://cdn.evil.example/'",
        HTTP,
        whole,
    );
    check(
        "category: proxy",
        "c-uri-extension: exe\ncs-host: cdn.evil.example",
        HTTP,
        Some(["c-uri-extension", "EXE"]),
    );
    check(
        "category: webserver",
        "cs-uri-query: 'id=1'\ncs-uri-stem: /a/app.exe\nsc-status: 200",
        HTTP,
        Some(["cs-uri-query", "id=1"]),
    );
    check("category: proxy", "c-uri-query|exists: false", HTTP, None);
    check(
        "category: firewall",
        "dst_ip|cidr: 198.51.100.0/24\ndst_port|gt: 8000",
        HTTP,
        Some(["dst_ip", "198.51.100.10"]),
    );
    check(
        "product: suricata, service: alert",
        "alert.signature|contains: trojan\nalert.severity|lte: 2",
        ALERT,
        Some(["alert.signature", "ET TROJAN"]),
    );
    check(
        "product: suricata, service: alert",
        "alert.metadata: null\nalert.metadata|exists: true",
        ALERT,
        Some(["alert.metadata", "null"]),
    );
    check("product: suricata, service: dns", "alert.severity: 1", ALERT, None);
    check("product: windows", "src_ip: 10.0.0.8", ALERT, None);
}

#[test]
fn a_url_within_a_path_is_not_the_whole() {
    let whole = |host: &str, url: &str| {
        let line = HTTP.replace("CDN.evil.example", host).replace("/a/App.EXE?id=1", url);
        let found = found(
            &rules(&[rule("category: proxy", "c-uri|re: '^http://evil'")]),
            None,
            &line,
        );
        found.into_iter().map(|(_, _, value)| value).collect::<Vec<_>>()
    };
    for path in [
        "/gate.php?x=http://a",
        "/http://a",
        "/#http://a",
        "?x=http://a",
        "#://",
        "://",
    ] {
        assert_eq!(whole("evil.example", path), [format!("http://evil.example{path}")]);
    }
    // A proxy is asked for the whole.
    assert_eq!(
        whole("cdn.example", "http://evil.example/?x=http://a"),
        ["http://evil.example/?x=http://a"]
    );
    assert_eq!(whole("evil.example", "https://cdn.example/"), [""; 0]);
}

#[test]
fn logs_of_zeek_are_told_apart() {
    let json = r#"{"ts":1.0,"uid":"C1","id.orig_h":"10.0.0.7","id.orig_p":5353,"id.resp_h":"192.0.2.53","id.resp_p":53,"proto":"udp","query":"a.evil.example","qtype_name":"NULL","rejected":false,"answers":["203.0.113.9","x"]}"#;
    check(
        "product: zeek, service: dns",
        "query|endswith: .evil.example\nid.resp_p: 53",
        json,
        Some(["query", "a.evil.example"]),
    );
    check("product: zeek, service: http", "query|contains: evil", json, None);
    check(
        "category: dns",
        "record_type: 'null'\nanswer: X",
        json,
        Some(["record_type", "NULL"]),
    );
    check("category: dns", "rejected: false", json, Some(["rejected", "false"]));
    let named = json.replace("\"ts\"", "\"_path\":\"conn\",\"ts\"");
    check("category: dns", "query|contains: evil", &named, None);
    check("category: firewall", "dst_port: 53", &named, Some(["dst_port", "53"]));
    let tabs = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\thttp\n\
                #fields\tts\tuid\tid.orig_h\thost\turi\tuser_agent\ttags\tproxied\tlocal\n\
                #types\ttime\tstring\taddr\tstring\tstring\tstring\tset[enum]\tset[string]\tbool\n\
                1\tC1\t10.0.0.7\tevil.example\t/gate.php?x\t-\tA,B\t(empty)\tT";
    check(
        "category: proxy",
        "c-uri: http://evil.example/gate.php?x",
        tabs,
        Some(["c-uri", "http://evil.example/gate.php?x"]),
    );
    check(
        "product: zeek, service: http",
        "c-useragent: null\ntags: b",
        tabs,
        Some(["tags", "B"]),
    );
    check(
        "product: zeek, service: http",
        "proxied: ''\nlocal: true",
        tabs,
        Some(["proxied", ""]),
    );
    check("product: zeek, service: dns", "host: evil.example", tabs, None);
}

#[test]
fn resolvers_tell_who_asks_for_what() {
    let bind = "28-Nov-2026 03:00:00.000 client @0x7f 10.0.0.7#53 (a.evil.example): query: a.evil.example IN TXT +E(0) (192.0.2.53)";
    let unbound = "[1795862033] unbound[7:0] info: 10.0.0.7 a.evil.example. TXT IN";
    for line in [bind, unbound] {
        let query = "query: a.evil.example\nrecord_type: TXT\nsrc_ip|cidr: 10.0.0.0/8";
        check("category: dns", query, line, Some(["query", "a.evil.example"]));
        check("category: proxy", query, line, None);
    }
    check(
        "category: dns, product: bind",
        "record_type: txt",
        bind,
        Some(["record_type", "TXT"]),
    );
    check("category: dns, product: unbound", "record_type: txt", bind, None);
}

#[test]
fn words_are_looked_for_in_every_value() {
    let text =
        |words: &str| format!("title: t\nlogsource: {{category: dns}}\ndetection:\n  s: [{words}]\n  condition: s\n");
    let one = |words: &str, lines: &str| found(&rules(&[text(words)]), None, lines).len();
    assert_eq!(one("'iex (x'", DNS), 1);
    assert_eq!(one("noerror", DNS), 1);
    assert_eq!(one("rcode", DNS), 0, "the name of a field is none of its values");
    assert_eq!(one("trojan", ALERT), 0);
    assert_eq!(one("'53'", DNS), 1, "numbers are values");
    let nothing = ALERT.replace("\"alert\",", "\"dns\",");
    assert_eq!(one("trojan", &nothing), 1);
    assert_eq!(one("'null'", &nothing), 0);
    let nested = DNS.replace("\"IEX (x)\"", r#"[true, {"rdata": [{"x": "deep\u0065r"}], "y": {}}]"#);
    assert_eq!(one("deeper", &nested), 1);
    assert_eq!(one("'true'", &nested), 1);
    // Half a character, which other readers refuse.
    let half = format!("{DNS}\n{}", DNS.replace("a.Evil.example", r"\ud800.example"));
    assert_eq!(one("'iex (x'", &half), 1);
    assert_eq!(one("'\u{fffd}.example'", &half), 1);
    assert_eq!(
        one(
            "'client @0x7f'",
            "28-Nov-2026 03:00:00.000 client @0x7f 10.0.0.7#53 (a): query: a IN A +"
        ),
        1
    );
}

#[test]
fn events_of_a_map_are_held_against_every_rule() {
    let map = FieldMap::parse(r#"{"x": "domain"}"#).unwrap();
    let event = r#"{"Image":"C:\\Windows\\x.exe","win":{"id":4688},"win.name":"y"}"#;
    let texts = [
        rule(
            "product: windows, category: process_creation",
            r"Image|endswith: \x.EXE",
        ),
        rule("product: windows", "win.id: 4688\nwin.name: y"),
        rule("product: linux", "win.id: 4689"),
    ];
    let rules = rules(&texts);
    assert_eq!(rules.for_other_logs(), 3);
    let found = found(&rules, Some(Layout::json(map)), event);
    let found: Vec<&str> = found.iter().map(|(source, ..)| source.as_str()).collect();
    assert_eq!(found, ["0", "1"]);
}

#[test]
fn what_cannot_be_read_is_no_event() {
    let rules = rules(&[rule("category: dns", "query|exists: false")]);
    let mut scratch = RuleScratch::default();
    let layout = Layout::of(Format::Eve);
    let mut judge = |line: &str| rules.scan(&mut scratch, &layout, line.as_bytes(), |_| {});
    assert_eq!(judge("{\"event_type\":\"dns\""), Judged::Not);
    assert_eq!(judge(""), Judged::Not);
    let long = |bytes: usize| format!("{{\"event_type\":\"dns\",\"x\":\"{}\"}}", "x".repeat(bytes - 27));
    assert_eq!(long(100).len(), 100);
    assert_eq!(judge(&long(MAX_EVENT_BYTES)), Judged::Whole);
    assert_eq!(judge(&long(MAX_EVENT_BYTES + 1)), Judged::Not);
    // A value that a rule asks for and that is too long is told, since what asks for its absence would find it.
    let asked = DNS.replace(
        "a.Evil.example",
        &"x".repeat(anlanh_sigma::limits::MAX_EVENT_VALUE_BYTES + 1),
    );
    assert_eq!(judge(&asked), Judged::InPart);
}

#[test]
fn fields_of_rules_have_limits() {
    let fields = |from: usize, to: usize| {
        let items: Vec<String> = (from..to).map(|n| format!("f{n}: x")).collect();
        rule("category: dns", &items.join("\n"))
    };
    let refused = |texts: &[String]| {
        let mut builder = RulesBuilder::default();
        for text in texts {
            builder.add(text.as_bytes(), "rules.yml");
        }
        builder.build().1.len()
    };
    assert_eq!(refused(&[fields(0, MAX_RULE_FIELDS), fields(0, 1)]), 0);
    assert_eq!(
        refused(&[fields(0, MAX_RULE_FIELDS), fields(MAX_RULE_FIELDS, MAX_RULE_FIELDS + 1)]),
        1
    );
    let deep = |depth: usize| {
        let name: Vec<&str> = vec!["a"; depth];
        let event = format!(
            "{{\"event_type\":\"dns\",{}\"a\":\"x\"{}}}",
            "\"a\":{".repeat(depth - 1),
            "}".repeat(depth - 1)
        );
        let rules = rules(&[rule("category: dns", &format!("{}: x", name.join(".")))]);
        found(&rules, Some(Layout::of(Format::Eve)), &event).len()
    };
    assert_eq!(deep(MAX_RULE_FIELD_DEPTH), 1);
    assert_eq!(deep(MAX_RULE_FIELD_DEPTH + 1), 0);
}
