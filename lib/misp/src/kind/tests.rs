use super::*;

/// A value of a type, the pattern that is made of it, and what that pattern is read as.
fn check(kind: &str, value: &str, pattern: &str, read: (&str, &str)) {
    assert_eq!(pattern_of(kind, value), Ok(("stix", pattern.to_owned())));
    let found = attributes_of(&pattern.parse().unwrap());
    assert_eq!(found, Ok(vec![(read.0.to_owned(), read.1.to_owned())]));
}

#[test]
fn values_stand_in_patterns_and_are_read_from_them() {
    check(
        "hostname",
        "a.evil.vn",
        "[domain-name:value = 'a.evil.vn']",
        ("domain", "a.evil.vn"),
    );
    check(
        "domain|ip",
        "evil.vn|192.0.2.1",
        "[domain-name:value = 'evil.vn']",
        ("domain", "evil.vn"),
    );
    check(
        "url",
        "http://a.vn/'\\",
        "[url:value = 'http://a.vn/\\'\\\\']",
        ("url", "http://a.vn/'\\"),
    );
    check(
        "ip-src",
        "192.0.2.0/24",
        "[ipv4-addr:value = '192.0.2.0/24']",
        ("ip-dst", "192.0.2.0/24"),
    );
    check(
        "ip-dst",
        "2001:db8::1",
        "[ipv6-addr:value = '2001:db8::1']",
        ("ip-dst", "2001:db8::1"),
    );
    check(
        "ip-src|port",
        "2001:db8::1|443",
        "[network-traffic:src_ref.type = 'ipv6-addr' AND network-traffic:src_ref.value = '2001:db8::1' AND \
         network-traffic:src_port = 443]",
        ("ip-src|port", "2001:db8::1|443"),
    );
    check(
        "hostname|port",
        "a.vn:80",
        "[network-traffic:dst_ref.type = 'domain-name' AND network-traffic:dst_ref.value = 'a.vn' AND \
         network-traffic:dst_port = 80]",
        ("hostname|port", "a.vn|80"),
    );
    check(
        "filename|sha1",
        "a|b.exe|0f",
        "[file:hashes.'SHA-1' = '0f']",
        ("sha1", "0f"),
    );
    check("AS", "AS45899", "[autonomous-system:number = 45899]", ("AS", "AS45899"));
    check("port", "8080", "[network-traffic:dst_port = 8080]", ("port", "8080"));
    assert_eq!(pattern_of("sigma", " title: x "), Ok(("sigma", "title: x".to_owned())));
}

#[test]
fn every_type_is_read_from_its_own_pattern() {
    for (kind, _, form) in TYPES {
        let value = match form {
            Form::Text(_) | Form::Rule(_) => "x",
            Form::First(_) | Form::Last(_) => "x|x",
            Form::Address => "192.0.2.1",
            Form::WithPort(_) => "192.0.2.1|1",
            Form::Network | Form::Port => "1",
        };
        let (language, pattern) = pattern_of(kind, value).unwrap();
        if language == "stix" {
            let pattern: Pattern = pattern.parse().unwrap();
            assert!(pattern.compile().is_ok());
            assert_eq!(attributes_of(&pattern).unwrap().len(), 1, "{kind}");
        }
    }
}

#[test]
fn values_that_are_none_are_refused() {
    for (kind, value) in [
        ("ip-dst", "evil.vn"),
        ("ip-dst|port", "192.0.2.1"),
        ("ip-dst|port", "192.0.2.1|70000"),
        ("domain|ip", "|192.0.2.1"),
        ("AS", "ASx"),
        ("domain", " "),
    ] {
        assert_eq!(pattern_of(kind, value), Err(NoPattern::Value), "{kind} {value}");
    }
    assert_eq!(pattern_of("comment", "x"), Err(NoPattern::Type));
    let longest = "x".repeat(MAX_VALUE_BYTES);
    assert!(pattern_of("mutex", &longest).is_ok());
    assert_eq!(pattern_of("mutex", &format!("{longest}x")), Err(NoPattern::Value));
}

#[test]
fn patterns_of_others_are_read() {
    let check = |pattern: &str, expected: Result<&[(&str, &str)], NoAttributes>| {
        let found = attributes_of(&pattern.parse().unwrap());
        let expected = expected.map(|pairs| {
            let owned = |(kind, value): &(&str, &str)| ((*kind).to_owned(), (*value).to_owned());
            pairs.iter().map(owned).collect::<Vec<_>>()
        });
        assert_eq!(found, expected, "{pattern}");
    };
    check(
        "[domain-name:value IN ('a.vn', 'b.vn') OR ipv4-addr:value = '192.0.2.1'] OR [url:value = 'http://c.vn/']",
        Ok(&[
            ("domain", "a.vn"),
            ("domain", "b.vn"),
            ("ip-dst", "192.0.2.1"),
            ("url", "http://c.vn/"),
        ]),
    );
    check(
        "[domain-name:value = 'a.vn' AND domain-name:resolves_to_refs[*].value = '192.0.2.1']",
        Ok(&[("domain|ip", "a.vn|192.0.2.1")]),
    );
    check(
        "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '192.0.2.1']",
        Ok(&[("ip-dst", "192.0.2.1")]),
    );
    check(
        "[domain-name:value = 'a.vn' AND network-traffic:dst_port = '80']",
        Ok(&[("hostname|port", "a.vn|80")]),
    );
    check(
        "[file:hashes.SHA256 = 'aa' AND file:name = 'x' AND file:hashes.md5 = 'bb']",
        Ok(&[("filename|md5", "x|bb"), ("filename|sha256", "x|aa")]),
    );
    for pattern in [
        "[domain-name:value LIKE '%.vn']",
        "[domain-name:value NOT = 'a.vn']",
        "[domain-name:value = 'a.vn'] AND [domain-name:value = 'b.vn']",
        "[domain-name:value = 'a.vn'] REPEATS 2 TIMES",
        "[process:pid = 7]",
        "[file:name = 'x' AND domain-name:value = 'a.vn']",
    ] {
        check(pattern, Err(NoAttributes::Pattern));
    }
    let wide = |count: usize| format!("[domain-name:value IN ({})]", vec!["'a.vn'"; count].join(", "));
    assert_eq!(
        attributes_of(&wide(MAX_ALTERNATIVES).parse().unwrap()).unwrap().len(),
        MAX_ALTERNATIVES
    );
    check(&wide(MAX_ALTERNATIVES + 1), Err(NoAttributes::TooMany));
}
