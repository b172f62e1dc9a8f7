//! What conditions mean.

use super::*;
use crate::{Author, Counter, Counters, ItemKind};

/// What is known in one case.
#[derive(Default)]
struct Known<'k> {
    kind: ItemKind,
    text: &'k str,
    links: &'k [&'k str],
    labels: &'k [&'k str],
    author: Author<'k>,
    counters: Counters,
    findings: &'k [Finding],
}

/// The condition is tried beside one that holds, so that it may also be one that holds for an empty item.
fn check(condition: &str, known: &Known<'_>, expected: bool) {
    let guarded = format!("labels.has(\"tin-gia\") && ({condition})");
    let rules = compile(&pack(vec![rule("r", &guarded, Action::Review)]));
    let (links, mut labels) = (owned(known.links), owned(known.labels));
    labels.push(Cow::Borrowed("tin-gia"));
    let item = Item {
        kind: known.kind,
        text: known.text,
        links: &links,
        author: known.author,
        counters: known.counters,
        labels: &labels,
        ..Item::default()
    };
    let signals = in_turn(known.findings);
    let fired = !fired(&rules, &item, &signals).is_empty();
    assert_eq!(fired, expected, "{condition}");
}

#[test]
fn facts_of_the_item() {
    let listing = Known {
        kind: ItemKind::Listing,
        text: "năm từ",
        links: &["a.vn", "b.vn"],
        ..Known::default()
    };
    check(r#"item.kind == "listing""#, &listing, true);
    check(r#""listing" == item.kind"#, &listing, true);
    check(r#"item.kind != "listing""#, &listing, false);
    check(r#"item.kind in ["post", "listing"]"#, &listing, true);
    check(r#"!(item.kind in ["post", "listing"])"#, &listing, false);
    check(r#"!(item.kind in ["post", "comment"])"#, &listing, true);
    check("item.length == 6", &listing, true);
    check("item.links == 2", &listing, true);
    check("item.links > 2", &listing, false);
    check(r#"labels.has("tin-xac-thuc")"#, &listing, false);
    let labelled = Known {
        labels: &["không ai biết", "tin-xac-thuc"],
        ..Known::default()
    };
    check(r#"labels.has("tin-xac-thuc")"#, &labelled, true);
    check(r#"!labels.has("tin-xac-thuc")"#, &labelled, false);
    check(r#"labels.has("tin-xac-thuc") == false"#, &labelled, false);
    check(r#"true != labels.has("tin-xac-thuc")"#, &labelled, false);
}

#[test]
fn facts_of_the_lexicon() {
    let found = Known {
        findings: &[
            phrase(OTP, Writing::Plain),
            phrase(OTP, Writing::Disguised),
            phrase(BANK, Writing::WithoutMarks),
        ],
        ..Known::default()
    };
    check(r#"lexicon.count("sc1.otp") == 2"#, &found, true);
    check(r#"lexicon.count("sc1.bank") == 1"#, &found, true);
    check(r#"lexicon.count("credential") == 3"#, &found, true);
    check(r#"lexicon.count("SC1") == 3"#, &found, true);
    check(r#"lexicon.count("IN1") == 0"#, &found, true);
    check(r#"lexicon.severity("sc1.otp") == medium"#, &found, true);
    check(r#"lexicon.severity("SC1") >= high"#, &found, true);
    check(r#"lexicon.severity("SC1") == 3"#, &found, true);
    check(r#"high == lexicon.severity("SC1")"#, &found, true);
    check(r#"lexicon.severity("SC1") in [medium, high]"#, &found, true);
    check(r#"lexicon.severity("rude") == 0"#, &found, true);
    check(r#"lexicon.disguised("SC1") == 1"#, &found, true);
}

#[test]
fn facts_of_links_and_personal_data() {
    let found = Known {
        findings: &[
            Finding::Listed { list: PHISHING },
            Finding::Listed { list: PHISHING },
            Finding::Listed { list: RUMOURS },
            look_alike(VIETCOMBANK),
            look_alike(MINISTRY),
            Finding::Personal(PersonalKind::Cccd),
            Finding::Personal(PersonalKind::Email),
        ],
        ..Known::default()
    };
    check(r#"links.listed("phishing") == 2"#, &found, true);
    check("links.listed() == 3", &found, true);
    check(r#"links.look_alike("bank") == 1"#, &found, true);
    check("links.look_alike() == 2", &found, true);
    check(r#"personal.count("cccd") == 1"#, &found, true);
    check(r#"personal.count("mobile") == 0"#, &found, true);
    check("personal.count() == 2", &found, true);
    check("links.count == 0", &found, true);
}

#[test]
fn links_written_alike_are_one_link() {
    let text = "a.vn HTTPS://a.vn/ b.vn a.vn/x";
    let place = |start, end| Place::Text(Span { start, end });
    let places = [
        place(0, 4),
        place(5, 18),
        place(19, 23),
        place(24, 30),
        Place::Link(0),
        Place::Link(1),
    ];
    let signals = places.map(|place| Signal {
        place,
        finding: Finding::Link,
        confidence: Confidence::EXACT,
    });
    let links = owned(&["http://b.vn", "c.vn/"]);
    let item = Item {
        text,
        links: &links,
        ..Item::default()
    };
    for (count, expected) in [(3, vec![0]), (4, vec![])] {
        let rules = compile(&pack(vec![rule(
            "r",
            &format!("links.count > {count}"),
            Action::Review,
        )]));
        assert_eq!(fired(&rules, &item, &signals), expected, "{count}");
    }
}

#[test]
fn what_two_detectors_say_of_one_place_counts_once() {
    let found = [
        signal(0, phrase(OTP, Writing::Disguised), 80),
        signal(0, phrase(OTP, Writing::Plain), 100),
        signal(9, phrase(OTP, Writing::Plain), 100),
    ];
    for (condition, expected) in [
        (r#"lexicon.count("sc1.otp") >= 2"#, vec![0]),
        (r#"lexicon.count("sc1.otp") >= 3"#, vec![]),
        (r#"lexicon.disguised("sc1.otp") > 0"#, vec![]),
    ] {
        let rules = compile(&pack(vec![rule("r", condition, Action::Review)]));
        assert_eq!(fired(&rules, &Item::default(), &found), expected, "{condition}");
    }
}

#[test]
fn what_is_unknown_fires_nothing() {
    let stranger = Known::default();
    for condition in [
        "author.age_days < 7",
        "author.age_days >= 7",
        "!(author.age_days < 7)",
        "author.age_days in [1, 2]",
        "!(author.age_days in [1, 2])",
        "author.verified",
        "!author.verified",
        "author.verified == false",
        "author.age_days == author.locks",
        "author.age_days + 1 != author.locks * 5",
        "has(author.age_days)",
        "author.age_days < 7 && item.links == 0",
        "author.age_days < 7 || item.links > 0",
    ] {
        check(condition, &stranger, false);
    }
    check("!has(author.age_days)", &stranger, true);
    check("author.age_days < 7 || item.links == 0", &stranger, true);
    check("!(author.age_days < 7 && item.links > 0)", &stranger, true);
}

#[test]
fn counters() {
    for counter in Counter::ALL {
        let name = counter.name();
        let known = Known {
            counters: Counters::default().with(counter, 7),
            ..Known::default()
        };
        for condition in [
            format!("{name} == 7"),
            format!("has({name})"),
            format!("{name} * 2 > 13"),
        ] {
            check(&condition, &known, true);
            check(&format!("!({condition})"), &known, false);
            check(&condition, &Known::default(), false);
        }
        check(&format!("!({name} == 7)"), &Known::default(), false);
    }
}

#[test]
fn facts_of_the_author() {
    let known = Known {
        author: Author {
            age_days: Some(0),
            violations_30d: Some(2),
            violations_90d: Some(5),
            locks: Some(1),
            verified: Some(false),
            ..Author::default()
        },
        ..Known::default()
    };
    for condition in [
        "author.age_days < 7",
        "has(author.age_days)",
        "author.violations_30d == 2",
        "author.violations_90d > author.violations_30d * 2",
        "author.locks == 1",
        "!author.verified",
        "author.verified == false",
        "has(author.verified)",
    ] {
        check(condition, &known, true);
        check(&format!("!({condition})"), &known, false);
        check(&format!("!!({condition})"), &known, true);
    }
}

#[test]
fn operators_bind_as_in_cel() {
    let known = Known {
        links: &["a.vn", "b.vn"],
        ..Known::default()
    };
    check("item.links + 1 * 2 == 4", &known, true);
    check("(item.links + 1) * 2 == 6", &known, true);
    check("item.links - 1 - 1 == 0", &known, true);
    check("item.links - (1 - 1) == 2", &known, true);
    check("-item.links == -2", &known, true);
    check("--item.links == 2", &known, true);
    check("item.links == 2 || item.links == 3 && item.length == 4", &known, true);
    check(
        "(item.links == 2 || item.links == 3) && item.length == 4",
        &known,
        false,
    );
    check("!(item.links == 2) || item.links > 5", &known, false);
    check("item.links in [-1, 2]", &known, true);
    check("item.links * 3 in [5, 6]", &known, true);
    check("!(item.links * 3 in [5, 6])", &known, false);
    check("3 > item.links // hai\n && true", &known, true);
    check("\titem . links\r\n==\u{c}2", &known, true);
}

#[test]
fn what_overflows_is_unknown() {
    let known = Known {
        links: &["a.vn", "b.vn"],
        ..Known::default()
    };
    let most = i64::MAX;
    check(&format!("item.links + {most} > 0"), &Known::default(), true);
    check(&format!("item.links + {most} > 0"), &known, false);
    check(&format!("item.links * {most} > 0"), &known, false);
    check(&format!("-item.links - {most} < 0"), &known, false);
    check(&format!("item.links + {most} > 0 || item.links == 2"), &known, true);
}

#[test]
fn a_scratch_serves_one_rule_set_after_another() {
    let lexical = compile(&pack(vec![rule(
        "r",
        r#"lexicon.count("sc1.otp") > 0"#,
        Action::Review,
    )]));
    let linked = compile(&pack(vec![rule(
        "r",
        r#"links.listed("phishing") > 0"#,
        Action::Review,
    )]));
    let mut scratch = RuleScratch::default();
    let found = in_turn(&[phrase(OTP, Writing::Plain)]);
    for (rules, signals, expected) in [
        (&lexical, found.as_slice(), 1),
        (&linked, &found, 0),
        (&lexical, &found, 1),
        (&lexical, &[], 0),
    ] {
        rules.evaluate(&Item::default(), signals, &mut scratch);
        assert_eq!(scratch.fired().count(), expected);
    }
}

#[test]
fn rules_that_nothing_in_particular_wakes() {
    let rules = compile(&pack(vec![
        rule("long", "item.length > 3", Action::Review),
        rule("old", "author.age_days > 3 && item.length < 3", Action::Review),
        rule("kind", "item.kind == \"comment\" && item.length > 0", Action::Review),
    ]));
    let item = |kind, text, age_days| Item {
        kind,
        text,
        author: Author {
            age_days,
            ..Author::default()
        },
        ..Item::default()
    };
    for (item, expected) in [
        (item(ItemKind::Post, "dài ra", None), vec![0]),
        (item(ItemKind::Post, "dài", None), vec![]),
        (item(ItemKind::Comment, "à", Some(3)), vec![2]),
        (item(ItemKind::Comment, "à", Some(4)), vec![1, 2]),
    ] {
        assert_eq!(fired(&rules, &item, &[]), expected, "{item:?}");
    }
}

#[test]
fn rules_fire_in_the_order_of_the_pack() {
    let rules = (0..200).map(|n| {
        let when = match n % 3 {
            0 => r#"lexicon.count("sc1.otp") > 0"#,
            1 => r#"lexicon.count("sc1.bank") > 0"#,
            _ => "item.links > 0 && lexicon.count(\"SC1\") > 0",
        };
        rule(&format!("r{n}"), when, Action::Review)
    });
    let rules = compile(&pack(rules.collect()));
    let links = owned(&["a.vn"]);
    let item = Item {
        links: &links,
        ..Item::default()
    };
    let found = in_turn(&[phrase(OTP, Writing::Plain)]);
    let expected: Vec<_> = (0..200).filter(|n| n % 3 != 1).collect();
    assert_eq!(fired(&rules, &item, &found), expected);
}
