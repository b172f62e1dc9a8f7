use proptest::prelude::*;

use super::*;

fn text(value: &Value) -> String {
    match value {
        Value::Text(_, text) => text.clone(),
        Value::Address(address) => address.to_string(),
        Value::Network(network) => format!("{}/{}", network.first(), network.prefix()),
    }
}

fn check(typed: &str, kind: Kind, expected: &str) {
    let value = Value::guess(typed).unwrap_or_else(|error| panic!("{typed}: {error}"));
    assert_eq!((value.kind(), text(&value).as_str()), (kind, expected), "{typed}");
    assert_eq!(Value::read(kind, expected), Ok(value), "what is canonical stays");
}

#[test]
fn kinds_are_told_by_how_values_look() {
    check("Evil.Example.COM.", Kind::Domain, "evil.example.com");
    check("*.evil.vn", Kind::Domain, "evil.vn");
    check(".evil.vn", Kind::Domain, "evil.vn");
    check("xấu.vn", Kind::Domain, "xn--xu-r5s.vn");
    check("_dmarc.evil.vn", Kind::Domain, "_dmarc.evil.vn");
    check("kho.blogspot.com", Kind::Domain, "kho.blogspot.com");
    check("192.0.2.7", Kind::Address, "192.0.2.7");
    check("192.0.2.7/32", Kind::Address, "192.0.2.7");
    check("192.0.2.0/24", Kind::Address, "192.0.2.0/24");
    check("2001:DB8::1", Kind::Address, "2001:db8::1");
    check("::ffff:192.0.2.7", Kind::Address, "192.0.2.7");
    check("2001:db8::/32", Kind::Address, "2001:db8::/32");
    check(
        "D41D8CD98F00B204E9800998ECF8427E",
        Kind::Hash,
        "d41d8cd98f00b204e9800998ecf8427e",
    );
    check(&"a".repeat(40), Kind::Hash, &"a".repeat(40));
    check(&"F".repeat(64), Kind::Hash, &"f".repeat(64));
    check(&"0".repeat(128), Kind::Hash, &"0".repeat(128));
    check(
        "t13d1516h2_8daaf6152771_B0DA82DD1658",
        Kind::Ja4,
        "t13d1516h2_8daaf6152771_b0da82dd1658",
    );
    check("Ke.Xau@Evil.vn", Kind::Email, "ke.xau@evil.vn");
    check("hxxps://evil[.]vn/a", Kind::Url, "evil.vn/a");
    check("evil[.]vn", Kind::Domain, "evil.vn");
    check("evil.vn/cửa?x=1#y", Kind::Url, "evil.vn/c%E1%BB%ADa?x=1");
}

#[test]
fn two_writings_of_a_url_are_one() {
    check("http://evil.vn", Kind::Url, "evil.vn/");
    check(
        "HTTP://user:pw@EVIL.vn:80/%7ea%2fb?q=%41",
        Kind::Url,
        "evil.vn/~a%2Fb?q=A",
    );
    check("https://evil.vn:443?x", Kind::Url, "evil.vn/?x");
    check("https://evil.vn:8443/", Kind::Url, "evil.vn:8443/");
    check("http://192.0.2.7/a", Kind::Url, "192.0.2.7/a");
    check("http://[2001:DB8::1]:81/a", Kind::Url, "[2001:db8::1]:81/a");
    check(
        "evil.vn/di?den=http://vay.vn",
        Kind::Url,
        "evil.vn/di?den=http://vay.vn",
    );
    check(
        "http://evil.vn?den=http://vay.vn",
        Kind::Url,
        "evil.vn/?den=http://vay.vn",
    );
}

#[test]
fn what_would_cover_strangers_is_refused() {
    let check = |typed: &str, expected: ValueError| assert_eq!(Value::guess(typed), Err(expected), "{typed}");
    check("com.vn", ValueError::PublicSuffix);
    check("vn", ValueError::PublicSuffix);
    check("localhost", ValueError::SingleLabel);
    check("0.0.0.0/0", ValueError::BadNetwork);
    check("192.0.2.1/24", ValueError::BadNetwork);
    check("192.0.2.0/33", ValueError::BadNetwork);
    check("không phải gì cả", ValueError::Unknown);
    check("a..b.vn", ValueError::Unknown);
    check("http:///x", ValueError::Unknown);
    check("://evil.vn/x", ValueError::Unknown);
    check("1x y://evil.vn/x", ValueError::Unknown);
    check("@evil.vn", ValueError::Unknown);
    check("", ValueError::Unknown);
}

#[test]
fn values_have_a_longest() {
    let url = |len: usize| format!("evil.vn/{}", "a".repeat(len - 8));
    assert!(Value::guess(&url(MAX_VALUE_BYTES)).is_ok());
    assert_eq!(Value::guess(&url(MAX_VALUE_BYTES + 1)), Err(ValueError::TooLong));
    assert_eq!(
        Value::read(Kind::Url, &url(MAX_VALUE_BYTES + 1)),
        Err(ValueError::TooLong)
    );
    let name = format!(
        "{}.vn",
        ["a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(58)].join(".")
    );
    assert_eq!(name.len(), 253);
    assert!(Value::guess(&name).is_ok());
    assert_eq!(Value::guess(&format!("e{name}")), Err(ValueError::Unknown));
}

#[test]
fn an_md5_may_be_a_fingerprint() {
    let md5 = Value::guess(&"a".repeat(32)).unwrap();
    assert_eq!(md5.other_reading(), Some(Value::Text(Kind::Ja3, "a".repeat(32))));
    assert_eq!(Value::guess(&"a".repeat(40)).unwrap().other_reading(), None);
}

#[test]
fn addresses_are_read_as_the_standard_library_does() {
    let check = |text: &str| {
        let theirs = text.parse::<IpAddr>().ok().map(|address| address.to_canonical());
        assert_eq!(parse_address(text), theirs, "{text}");
    };
    for text in [
        "1.2.3.4",
        "0.0.0.0",
        "255.255.255.255",
        "256.1.1.1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.4.",
        ".1.2.3.4",
        "01.2.3.4",
    ] {
        check(text);
    }
    for text in [
        "1.2.3.00",
        "1..3.4",
        "",
        "1.2.3.4 ",
        "4294967297.1.1.1",
        "99999999999999999999.1.1.1",
        "::1",
        "::ffff:1.2.3.4",
    ] {
        check(text);
    }
}

proptest! {
    #[test]
    fn an_address_is_read_or_not_as_the_standard_library_does(text in "[0-9.]{0,16}|[0-9]{1,3}(\\.[0-9]{1,3}){3}") {
        prop_assert_eq!(parse_address(&text), text.parse::<IpAddr>().ok());
    }

    #[test]
    fn nothing_makes_it_panic_and_canonical_forms_stay(typed in "\\PC{0,40}|[a-z0-9.:/@%#?\\[\\]_-]{0,40}") {
        if let Ok(value) = Value::guess(&typed) {
            prop_assert_eq!(Value::read(value.kind(), &text(&value)), Ok(value.clone()));
        }
    }
}
