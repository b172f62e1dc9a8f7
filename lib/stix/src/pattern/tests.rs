//! Forms that others have no say in: where an error is, what is printed, what an index is asked for, and every limit.

use super::*;
use crate::limits::{MAX_PATTERN_BYTES, MAX_PATTERN_DEPTH, MAX_PATTERN_OBSERVATIONS, MAX_REGEX_BYTES};
use crate::object::Object;

fn error(text: &str) -> PatternError {
    text.parse::<Pattern>().unwrap_err()
}

#[test]
fn an_error_says_where_and_what_should_be_there() {
    let check = |text: &str, at_byte: usize, line: usize, expected: &str| {
        let error = error(text);
        assert_eq!(
            (error.at_byte, error.line, error.expected()),
            (at_byte, line, Some(expected)),
            "{text}"
        );
    };
    check("", 0, 1, "`[` or `(`");
    check("[file:size = ]", 13, 1, "a constant");
    check("[file.size = 1]", 5, 1, "`:`");
    check("[file:name\n  LIKE 5]", 18, 2, "a text in quotes");
    check("[é:x = 1]", 1, 1, "a word of the language");
    check("[a:b = 1] WITHIN 5 HOURS", 19, 1, "`SECONDS`");
    check("[a:b = 'x\\n']", 10, 1, "a quote or a backslash after the backslash");
    check("[a:b = 1]]", 9, 1, "an operator, a qualifier or the end");
    check("[a:b = 99999999999999999999]", 7, 1, "a number of 64 bits");
    assert_eq!(
        error("[a:b = 1] REPEATS 2 TIMES REPEATS 3 TIMES").to_string(),
        "a second qualifier of the same kind at byte 26, line 1"
    );
}

#[test]
fn patterns_print_in_one_form() {
    let check = |text: &str, printed: &str| {
        let pattern: Pattern = text.parse().unwrap();
        assert_eq!(pattern.to_string(), printed);
        assert_eq!(printed.parse::<Pattern>().unwrap(), pattern);
    };
    check("[ a:b=='x' /* y */]", "[a:b = 'x']");
    check("([a:b <> +1])", "[a:b != 1]");
    check("[a:b=1]AND([a:b=2]AND[a:b=3])", "[a:b = 1] AND [a:b = 2] AND [a:b = 3]");
    check(
        "[a:b=1] AND ([a:b=2] OR [a:b=3])",
        "[a:b = 1] AND ([a:b = 2] OR [a:b = 3])",
    );
    check(
        "([a:b=1]FOLLOWEDBY[a:b=2])FOLLOWEDBY([a:b=3]FOLLOWEDBY[a:b=4])",
        "[a:b = 1] FOLLOWEDBY [a:b = 2] FOLLOWEDBY ([a:b = 3] FOLLOWEDBY [a:b = 4])",
    );
    check(
        "([a:b=1] WITHIN 5.500 SECONDS)WITHIN 6 SECONDS",
        "([a:b = 1] WITHIN 5.5 SECONDS) WITHIN 6 SECONDS",
    );
    check("[(a:b=1 AND a:c=2) OR a:d=3]", "[a:b = 1 AND a:c = 2 OR a:d = 3]");
    check("[a:b=1 AND (a:c=2 OR a:d=3)]", "[a:b = 1 AND (a:c = 2 OR a:d = 3)]");
    check("[a:'b'.'c-d'.'LIKE'[ * ][0] = .5]", "[a:b.'c-d'.'LIKE'[*][0] = 0.5]");
    check(
        "[a:b = 7.0 AND a:c IN (h'FF', b'/w==')]",
        "[a:b = 7.0 AND a:c IN (h'ff', b'/w==')]",
    );
    check(
        "[a:b = 1] START t'2026-01-01T00:00:00.5Z' STOP t'2026-01-02T00:00:00Z'",
        "[a:b = 1] START t'2026-01-01T00:00:00.500Z' STOP t'2026-01-02T00:00:00Z'",
    );
}

#[test]
fn an_index_is_asked_for_plain_values() {
    let term = |object_type: &str, path: &str, value: &str| Term {
        object_type: object_type.to_owned(),
        path: path.to_owned(),
        value: value.to_owned(),
    };
    let check = |text: &str, expected: Terms| assert_eq!(text.parse::<Pattern>().unwrap().terms(), expected, "{text}");
    let name = || term("domain-name", "value", "x.vn");
    let address = || term("ipv4-addr", "value", "192.0.2.1");
    let hash = || term("file", "hashes.'SHA-256'", "ab");
    check("[domain-name:value = 'x.vn']", Terms::Exact(vec![name()]));
    check(
        "[domain-name:value = 'x.vn' OR ipv4-addr:value = '192.0.2.1'] OR [file:hashes.'SHA-256' = 'ab']",
        Terms::Exact(vec![name(), address(), hash()]),
    );
    check(
        "[domain-name:value IN ('x.vn', 'y.vn')]",
        Terms::Exact(vec![name(), term("domain-name", "value", "y.vn")]),
    );
    check(
        "[file:hashes.'SHA-256' = 'ab' AND file:size > 5]",
        Terms::Necessary(vec![hash()]),
    );
    check(
        "[domain-name:value = 'x.vn'] FOLLOWEDBY [file:size > 5]",
        Terms::Necessary(vec![name()]),
    );
    check(
        "[domain-name:value = 'x.vn'] REPEATS 5 TIMES",
        Terms::Necessary(vec![name()]),
    );
    check(
        "[email-message:received_lines[0] = 'x']",
        Terms::Necessary(vec![term("email-message", "received_lines[*]", "x")]),
    );
    check(
        "[domain-name:value = 'x.vn' OR domain-name:value LIKE '%.vn']",
        Terms::Unknown,
    );
    check("[domain-name:value NOT = 'x.vn']", Terms::Unknown);
    check("[network-traffic:dst_ref.value = '192.0.2.1']", Terms::Unknown);
    check("[file:size = 5]", Terms::Unknown);
}

#[test]
fn terms_are_among_the_values_of_what_they_match() {
    let object =
        br#"{"type":"file","id":"file--00000000-0000-4000-8000-000000000001","hashes":{"SHA-256":"ab"},"x":["y"]}"#;
    let object = Object::read(object).unwrap();
    let observable = crate::view::Observable::of(&object).unwrap();
    let values = observable.values();
    for text in ["[file:hashes.'SHA-256' = 'ab']", "[file:x[*] = 'y']"] {
        let pattern: Pattern = text.parse().unwrap();
        let Terms::Exact(terms) = pattern.terms() else {
            panic!("{text}")
        };
        let is_there = |term: &Term| {
            values
                .iter()
                .any(|(path, value)| *path == term.path && *value == term.value)
        };
        assert!(terms.iter().any(is_there), "{text}: {values:?}");
        let seen = Observation::at("2026-01-01T00:00:00Z".parse().unwrap(), std::slice::from_ref(&object));
        assert!(pattern.compile().unwrap().matches(&[seen]).unwrap());
    }
}

#[test]
fn expressions_of_other_kinds_are_refused_by_name() {
    let compile = |regex: &str| format!("[a:b MATCHES '{regex}']").parse::<Pattern>().unwrap().compile();
    for regex in ["(?=x)", "(?<!x)y", r"(x)\\1", "x++", "(", "[a"] {
        assert!(matches!(compile(regex), Err(CompileError::Regex { .. })), "{regex}");
    }
    assert!(compile(r"^.+\\.exe$").is_ok());
    assert!(matches!(compile("(x{1000}){1000}"), Err(CompileError::TooLarge)));
    assert!(compile(&"x".repeat(MAX_REGEX_BYTES)).is_ok());
    assert!(matches!(
        compile(&"x".repeat(MAX_REGEX_BYTES + 1)),
        Err(CompileError::TooLong)
    ));
}

#[test]
fn patterns_have_limits() {
    let is_one = |text: String| text.parse::<Pattern>().is_ok();
    let long = |bytes: usize| format!("[a:b = '{}']", "x".repeat(bytes - 10));
    assert!(is_one(long(MAX_PATTERN_BYTES)));
    assert!(!is_one(long(MAX_PATTERN_BYTES + 1)));
    let deep = |depth: usize| format!("{}[a:b = 1]{}", "(".repeat(depth), ")".repeat(depth));
    assert!(is_one(deep(MAX_PATTERN_DEPTH - 2)));
    assert!(!is_one(deep(MAX_PATTERN_DEPTH - 1)));
    let inside = |depth: usize| format!("[{}a:b = 1{}]", "(".repeat(depth), ")".repeat(depth));
    assert!(is_one(inside(MAX_PATTERN_DEPTH - 2)));
    assert!(!is_one(inside(MAX_PATTERN_DEPTH - 1)));
    let wide = |count: usize| vec!["[a:b = 1]"; count].join(" OR ");
    assert!(is_one(wide(MAX_PATTERN_OBSERVATIONS)));
    assert!(!is_one(wide(MAX_PATTERN_OBSERVATIONS + 1)));
    let qualified = |count: usize| format!("([a:b = 1]){}", " WITHIN 1 SECONDS".repeat(count));
    assert!(is_one(qualified(MAX_PATTERN_DEPTH)));
    assert!(!is_one(qualified(MAX_PATTERN_DEPTH * 3)));
}

fn seen(count: usize, objects: &[Object]) -> Vec<Observation<'_>> {
    let moment = "2026-01-01T00:00:00Z".parse().unwrap();
    (0..count).map(|_| Observation::at(moment, objects)).collect()
}

#[test]
fn what_cannot_be_known_is_an_error_and_not_no() {
    let object = Object::read(br#"{"type":"a","id":"a--x","b":1}"#).unwrap();
    let objects = [object];
    let matches = |pattern: &str, count: usize| {
        let pattern: Pattern = pattern.parse().unwrap();
        pattern.compile().unwrap().matches(&seen(count, &objects))
    };
    // Counted, however many there are.
    assert_eq!(
        matches("[a:b = 1] REPEATS 5000 TIMES WITHIN 1 SECONDS", 5_000),
        Ok(true)
    );
    assert_eq!(
        matches("[a:b = 1] REPEATS 5001 TIMES WITHIN 1 SECONDS", 5_000),
        Ok(false)
    );
    // Searched, up to a limit.
    assert_eq!(matches("[a:b = 1] REPEATS 200 TIMES AND [a:b = 1]", 201), Ok(true));
    assert_eq!(
        matches("[a:b = 1] REPEATS 300 TIMES AND [a:b = 1]", 400),
        Err(MatchError::TooManyBound)
    );
    // Everything that nests, nested as deep as it may be.
    assert_eq!(matches("([a:b = 1] AND [a:b = 1]) REPEATS 128 TIMES", 256), Ok(true));
    let within = " WITHIN 1 SECONDS".repeat(MAX_PATTERN_DEPTH);
    let nested = |times: usize| format!("(([a:b = 1]){within}) REPEATS {times} TIMES AND [a:b = 1]");
    assert_eq!(matches(&nested(15), 256), Ok(true));
    assert_eq!(matches(&nested(16), 256), Err(MatchError::TooDeep));
    let hopeless = "([a:b = 1] AND [a:b = 1] AND [a:b = 1] AND [a:b = 1] AND [a:b = 1]) START t'2027-01-01T00:00:00Z' STOP t'2028-01-01T00:00:00Z'";
    assert_eq!(matches(hopeless, 40), Err(MatchError::TooManySteps));
}

#[test]
fn a_path_leads_to_so_many_values_and_no_more() {
    let matches = |ids: usize, values: usize| {
        let refs = vec![r#""a--x""#; ids].join(",");
        let list = vec!["1"; values].join(",");
        let object = format!(r#"{{"type":"a","id":"a--x","b_refs":[{refs}],"c":[{list}]}}"#);
        let objects = [Object::read(object.as_bytes()).unwrap()];
        let pattern: Pattern = "[a:b_refs[*].c[*] = 2]".parse().unwrap();
        pattern.compile().unwrap().matches(&seen(1, &objects))
    };
    assert_eq!(matches(100, 1_000), Ok(false));
    assert_eq!(matches(101, 1_000), Err(MatchError::TooManyValues));
}

#[test]
fn networks_of_both_kinds_contain_one_another() {
    let check = |address: &str, operator: &str, of: &str, expected: bool| {
        let object = format!(r#"{{"type":"ipv6-addr","id":"ipv6-addr--x","value":"{address}"}}"#);
        let objects = [Object::read(object.as_bytes()).unwrap()];
        let pattern: Pattern = format!("[ipv6-addr:value {operator} '{of}']").parse().unwrap();
        let matches = pattern.compile().unwrap().matches(&seen(1, &objects)).unwrap();
        assert_eq!(matches, expected, "{address} {operator} {of}");
    };
    check("2001:db8::1", "ISSUBSET", "2001:db8::/32", true);
    check("2001:db9::1", "ISSUBSET", "2001:db8::/32", false);
    check("2001:db8::/16", "ISSUPERSET", "2001:db8::1", true);
    check("::/0", "ISSUPERSET", "2001:db8::1", true);
    check("0.0.0.0/0", "ISSUPERSET", "10.0.0.1", true);
    check("0.0.0.0/0", "ISSUPERSET", "2001:db8::1", false);
    check("10.0.0.0/33", "ISSUBSET", "10.0.0.0/8", false);
    check("x", "NOT ISSUBSET", "10.0.0.0/8", true);
}

#[test]
fn existence_is_of_properties() {
    let check = |pattern: &str, expected: bool| {
        let objects = [Object::read(br#"{"type":"a","id":"a--x","b":{"c":[]}}"#).unwrap()];
        let pattern: Pattern = pattern.parse().unwrap();
        assert_eq!(
            pattern.compile().unwrap().matches(&seen(1, &objects)),
            Ok(expected),
            "{pattern}"
        );
    };
    check("[EXISTS a:b]", true);
    check("[EXISTS a:b.c]", true);
    check("[EXISTS a:b.c[*]]", false);
    check("[EXISTS a:d]", false);
    check("[NOT EXISTS a:d]", true);
    check("[NOT EXISTS a:b]", false);
    check("[NOT EXISTS z:b]", false);
}

#[test]
fn whole_numbers_are_compared_exactly() {
    let check = |value: &str, operator: &str, expected: bool| {
        let object = format!(r#"{{"type":"a","id":"a--x","b":{value}}}"#);
        let objects = [Object::read(object.as_bytes()).unwrap()];
        let pattern: Pattern = format!("[a:b {operator}]").parse().unwrap();
        let matches = pattern.compile().unwrap().matches(&seen(1, &objects)).unwrap();
        assert_eq!(matches, expected, "{value} {operator}");
    };
    check("9007199254740993", "= 9007199254740993", true);
    check("9007199254740993", "= 9007199254740992", false);
    check("9007199254740993", "= 9007199254740992.0", false);
    check("1.0", "= 1", true);
    check("1e0", "= 1", true);
    check("1e400", "> 1", true);
    check("170141183460469231731687303715884105728000", "> 1", true);
}

#[test]
fn like_is_from_beginning_to_end() {
    let check = |text: &str, like: &str, expected: bool| {
        let object = format!(r#"{{"type":"a","id":"a--x","b":"{text}"}}"#);
        let objects = [Object::read(object.as_bytes()).unwrap()];
        let pattern: Pattern = format!("[a:b LIKE '{like}']").parse().unwrap();
        let matches = pattern.compile().unwrap().matches(&seen(1, &objects)).unwrap();
        assert_eq!(matches, expected, "{text} LIKE {like}");
    };
    check("", "", true);
    check("", "%", true);
    check("", "_", false);
    check("abc", "abc", true);
    check("abc", "ab", false);
    check("abc", "%c", true);
    check("abc", "a%c", true);
    check("a", "a%a", false);
    check("aba", "a%a", true);
    check("abcabc", "%b%b%", true);
    check("abc", "%b%b%", false);
    check("a.c", "a.c", true);
    check("abc", "a_c", true);
    check("axxc", "a_%c", true);
    check("a\\nb", "a%b", true);
    check("a\\nb", "a_b", true);
    check("e\u{301}", "_", true);
    check("\u{e9}", "e\u{301}", true);
    check("đ", "_", true);
}
