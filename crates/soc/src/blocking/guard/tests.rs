use proptest::prelude::*;

use super::*;
use crate::warning::WarningList;

const BOUNDS: Bounds = Bounds {
    popular: 1_000,
    shared_names: 3,
    names_below: 2,
    widest_v4: 24,
    widest_v6: 48,
};

fn guard() -> Guard {
    let mut guard = Guard::new(BOUNDS);
    for (class, value) in [
        (Class::State, "gov.vn"),
        (Class::Bank, "bank.com.vn"),
        (Class::Resolver, "8.8.8.8"),
        (Class::Resolver, "dns.example.net"),
        (Class::Own, "192.0.2.0/28"),
        (Class::Own, "com-noise.vn"),
    ] {
        guard.protect(class, value).unwrap();
    }
    guard
}

fn known() -> Known {
    let mut known = Known::new();
    for line in ["1,google.example", "2000,quiet.example", "900,www.shop.example", ""] {
        known.add_rank(line).unwrap();
    }
    for line in [
        "a.cdn.example,198.51.100.7",
        "b.other.example,198.51.100.7",
        "c.third.example,198.51.100.7",
        "one.host.example,198.51.100.8",
        "two.host.example,198.51.100.9",
        "one.host.example,2001:db8::1",
    ] {
        known.add_answer(line).unwrap();
    }
    let list = br#"{"name":"Top","type":"hostname","list":["everybody.example"]}"#;
    known.warn(Warned::of(&WarningList::read(list).unwrap()).unwrap());
    let list = br#"{"name":"CDN","type":"cidr","list":["203.0.113.0/24","2001:db8:1::/48"]}"#;
    known.warn(Warned::of(&WarningList::read(list).unwrap()).unwrap());
    known
}

fn judged(text: &str, why_no_name: Option<&str>) -> Vec<Finding> {
    let value = Value::guess(text).unwrap();
    let ask = Ask {
        value: &value,
        act: &Act::NxDomain,
        why_no_name,
    };
    guard().judge(ask, &known())
}

fn check(text: &str, expected: &[Finding]) {
    assert_eq!(judged(text, Some("no name leads there")), expected, "{text}");
}

#[test]
fn what_must_stay_reachable_is_refused_and_what_lies_below_it_objects() {
    check("bank.com.vn", &[Finding::Protected(Class::Bank, "bank.com.vn".into())]);
    check(
        "example.net",
        &[Finding::Protected(Class::Resolver, "dns.example.net".into())],
    );
    check(
        "ebank.bank.com.vn",
        &[Finding::BelowProtected(Class::Bank, "bank.com.vn".into())],
    );
    check("moh.gov.vn", &[Finding::BelowProtected(Class::State, "gov.vn".into())]);
    check("8.8.8.8", &[Finding::Protected(Class::Resolver, "8.8.8.8".into())]);
    check("8.8.8.0/24", &[Finding::Protected(Class::Resolver, "8.8.8.8".into())]);
    check("192.0.2.9", &[Finding::Protected(Class::Own, "192.0.2.0/28".into())]);
    check("bank-com.vn", &[]);
    check("bank.com.vn.evil.example", &[]);
}

#[test]
fn a_name_beside_another_hides_nothing_below_it() {
    // `vn.com-noise` sorts between `vn.com` and what lies below it.
    let mut list = super::super::Blocklist::new();
    list.protect("x-noise.example").unwrap();
    list.protect("a.x.example").unwrap();
    let refused = list.add("x.example", &Act::NxDomain);
    assert_eq!(refused, Err(BlockError::Protected("a.x.example".into())));
    let mut guard = guard();
    guard.protect(Class::Own, "x-noise.example").unwrap();
    guard.protect(Class::Own, "a.x.example").unwrap();
    let value = Value::guess("x.example").unwrap();
    let ask = Ask {
        value: &value,
        act: &Act::NxDomain,
        why_no_name: None,
    };
    let expected = [Finding::Protected(Class::Own, "a.x.example".into())];
    assert_eq!(guard.judge(ask, &Known::new()), expected);
}

#[test]
fn what_everybody_uses_or_strangers_share_objects() {
    check("google.example", &[Finding::Popular("google.example".into(), 1)]);
    check("shop.example", &[Finding::Popular("www.shop.example".into(), 900)]);
    check("quiet.example", &[]);
    check("host.example", &[Finding::HitsBelow(2)]);
    check("one.host.example", &[]);
    check(
        "x.everybody.example",
        &[Finding::Listed("Top".into(), "everybody.example".into())],
    );
    check("blogspot.com", &[Finding::PrivateSuffix]);
    check("198.51.100.7", &[Finding::Shared(3)]);
    check("198.51.100.9", &[]);
    check(
        "203.0.113.200",
        &[Finding::Listed("CDN".into(), "203.0.113.0/24".into())],
    );
    check(
        "2001:db8:1:2::/64",
        &[Finding::Listed("CDN".into(), "2001:db8:1::/48".into())],
    );
}

#[test]
fn names_come_before_addresses() {
    assert_eq!(judged("198.51.100.9", None), [Finding::NoReason]);
    assert_eq!(judged("198.51.100.9", Some("  ")), [Finding::NoReason]);
    check("198.18.0.0/23", &[Finding::TooWide(23, 24)]);
    check("198.18.0.0/24", &[]);
    check("2001:db8:8000::/47", &[Finding::TooWide(47, 48)]);
}

#[test]
fn an_exception_lets_through_and_an_address_of_mail_is_nothing_to_block() {
    let value = Value::guess("bank.com.vn").unwrap();
    let ask = Ask {
        value: &value,
        act: &Act::Pass,
        why_no_name: None,
    };
    assert_eq!(guard().judge(ask, &known()), []);
    check("a@b.example", &[Finding::NotBlockable]);
    check("http://google.example/x", &[]);
}

#[test]
fn an_estimate_says_who_is_hit() {
    let estimate = |text: &str| guard().estimate(&Value::guess(text).unwrap(), &known());
    let host = estimate("host.example");
    assert_eq!((host.names, host.addresses, host.best_rank), (2, 3, None));
    assert_eq!(host.examples, ["one.host.example", "two.host.example"]);
    let shop = estimate("shop.example");
    assert_eq!((shop.names, shop.best_rank), (1, Some(900)));
    let shared = estimate("198.51.100.0/24");
    assert_eq!((shared.names, shared.addresses), (5, 256));
    assert_eq!(estimate("http://google.example/x"), Estimate::default());
}

#[test]
fn what_is_no_name_protects_nothing() {
    let mut guard = Guard::new(BOUNDS);
    for text in ["vn", "không", "a..b", "", "a@b.example/"] {
        assert!(guard.protect(Class::Own, text).is_err(), "{text}");
    }
    assert_eq!(guard.protect(Class::State, "gov.vn"), Ok(()));
}

#[test]
fn lines_that_say_nothing_are_refused() {
    let mut known = Known::new();
    for line in ["google.example", "x,google.example", "1,", "1,not a name"] {
        assert_eq!(known.add_rank(line), Err(KnownError::Rank), "{line}");
    }
    for line in ["a.example", "a.example,x", ",192.0.2.1"] {
        assert_eq!(known.add_answer(line), Err(KnownError::Pair), "{line}");
    }
    assert_eq!(known.add_rank("5,com.vn"), Ok(()), "a suffix may have a rank");
}

/// Labels that meet each other often, with those among them that sort around the dot.
fn name() -> impl Strategy<Value = String> {
    let label = prop::sample::select(vec!["a", "b", "a-b", "ab", "x"]);
    let labels = prop::collection::vec(label, 1..4);
    labels.prop_map(|labels| format!("{}.example", labels.join(".")))
}

proptest! {
    #[test]
    fn whatever_a_feed_says_nothing_protected_is_hit(
        protected in prop::collection::vec(name(), 1..6),
        bad in prop::collection::vec(name(), 1..12),
    ) {
        let mut guard = Guard::new(BOUNDS);
        for name in &protected {
            guard.protect(Class::Bank, name).unwrap();
        }
        for name in &bad {
            let value = Value::guess(name).unwrap();
            let ask = Ask { value: &value, act: &Act::NxDomain, why_no_name: None };
            let is_taken = guard.judge(ask, &Known::new()).is_empty();
            // The oracle says it by the text alone.
            let is_or_below = |one: &str, other: &str| one == other || one.ends_with(&format!(".{other}"));
            let hits = protected.iter().any(|safe| is_or_below(safe, name) || is_or_below(name, safe));
            prop_assert_eq!(is_taken, !hits, "{} against {:?}", name, protected);
        }
    }
}
