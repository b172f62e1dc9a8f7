//! What a verdict says: the strongest action, the labels, and the evidence of every rule that fired.

use super::*;
use crate::limits::MAX_REASON_SPANS;
use crate::{Author, Detector, Time, Undecided, Verdict};

fn judge<'p>(pack: &'p Pack, item: &Item<'_>, signals: &[Signal], undecided: Option<Undecided>) -> Verdict<'p> {
    compile(pack).judge(pack, item, signals, undecided, &mut RuleScratch::default())
}

/// Checks the evidence that one rule gives, line by line: detector, what was found, confidence, where.
fn check(condition: &str, signals: &[Signal], expected: &[&str]) {
    let pack = pack(vec![rule("r", condition, Action::Review)]);
    let author = Author {
        locks: Some(5),
        ..Author::default()
    };
    let item = Item {
        author,
        ..Item::default()
    };
    let verdict = judge(&pack, &item, signals, None);
    let lines: Vec<_> = verdict
        .reasons
        .iter()
        .map(|reason| {
            let places = reason.places.iter().map(|place| match place {
                Place::Text(span) => span.start.to_string(),
                Place::Link(link) => format!("link {link}"),
            });
            let places: Vec<_> = places.collect();
            format!(
                "{} {} {}% at {}",
                reason.detector.key(),
                reason.found.join("+"),
                reason.confidence.as_percent(),
                places.join(", ")
            )
        })
        .collect();
    assert_eq!(lines, expected, "{condition}");
}

#[test]
fn evidence_is_what_the_condition_rests_on() {
    let in_link = |finding| Signal {
        place: Place::Link(0),
        finding,
        confidence: Confidence::EXACT,
    };
    let found = [
        in_link(Finding::Listed { list: PHISHING }),
        signal(30, phrase(BANK, Writing::WithoutMarks), 95),
        signal(20, phrase(OTP, Writing::Plain), 100),
        signal(10, phrase(BANK, Writing::Plain), 90),
        signal(10, phrase(BANK, Writing::Plain), 90),
        signal(10, phrase(OTP, Writing::Plain), 90),
        signal(40, phrase(INSULT, Writing::Plain), 100),
        signal(50, look_alike(VIETCOMBANK), 80),
        signal(60, Finding::Personal(PersonalKind::Cccd), 70),
        signal(50, Finding::Link, 100),
        in_link(Finding::Link),
    ];
    let credential = "lexicon sc1.otp+sc1.bank 90% at 10, 20, 30";
    check(r#"lexicon.count("credential") > 0"#, &found, &[credential]);
    check(r#"lexicon.severity("credential") >= high"#, &found, &[credential]);
    check(
        r#"lexicon.count("sc1.otp") > 1"#,
        &found,
        &["lexicon sc1.otp 90% at 10, 20"],
    );
    check(
        r#"links.listed() + links.look_alike("bank") > 1 && links.count > 0 && personal.count() > 0"#,
        &found,
        &[
            "blocklist phishing 100% at link 0",
            "look_alike vietcombank 80% at 50",
            "personal_data cccd 70% at 60",
        ],
    );
    // Not what is asked to be absent or few, nor a part of the condition that does not hold.
    check(
        r#"lexicon.count("rude") < 3 && links.listed() > 0"#,
        &found,
        &["blocklist phishing 100% at link 0"],
    );
    let on_links = ["blocklist phishing 100% at link 0", "look_alike vietcombank 80% at 50"];
    check(
        r#"links.listed() + links.look_alike() > lexicon.count("rude")"#,
        &found,
        &on_links,
    );
    check(
        r#"links.listed() + links.look_alike() - lexicon.count("rude") > 0"#,
        &found,
        &on_links,
    );
    check(
        r#"lexicon.count("rude") > 0 && author.locks > 9 || !(links.listed() == 0)"#,
        &found,
        &["blocklist phishing 100% at link 0"],
    );
    check(
        r#"lexicon.count("rude") > 0 || links.listed() > 0"#,
        &found,
        &["lexicon in1.insult 100% at 40", "blocklist phishing 100% at link 0"],
    );
    check("author.locks > 3", &found, &["context  100% at "]);
    check("links.count > 0", &found, &["context  100% at "]);
}

#[test]
fn disguised_evidence_is_only_what_was_disguised() {
    let found = in_turn(&[phrase(OTP, Writing::Plain), phrase(OTP, Writing::Disguised)]);
    check(r#"lexicon.disguised("SC1") > 0"#, &found, &["lexicon sc1.otp 90% at 5"]);
}

#[test]
fn places_stop_at_the_limit() {
    let pack = pack(vec![rule("r", r#"lexicon.count("SC1") > 0"#, Action::Review)]);
    for count in [MAX_REASON_SPANS, MAX_REASON_SPANS + 1] {
        let mut found = in_turn(&vec![phrase(OTP, Writing::Plain); count]);
        let last = found.last_mut().unwrap();
        last.confidence = Confidence::percent(50);
        let verdict = judge(&pack, &Item::default(), &found, None);
        assert_eq!(verdict.reasons[0].places.len(), MAX_REASON_SPANS);
        assert_eq!(verdict.reasons[0].confidence, Confidence::percent(50));
    }
}

#[test]
fn the_strongest_action_and_every_label() {
    let when = r#"lexicon.count("sc1.otp") > 0"#;
    let labelled = |id: &str, action, label: &str| Rule {
        label: Some(label.to_owned()),
        ..rule(id, when, action)
    };
    let pack = pack(vec![
        rule("first", when, Action::Review),
        labelled("second", Action::Label, "tin-xac-thuc"),
        labelled("third", Action::Block, "tin-gia"),
        rule("fourth", when, Action::Review),
        labelled("fifth", Action::Label, "tin-gia"),
        rule("silent", r#"lexicon.count("sc1.bank") > 0"#, Action::Block),
    ]);
    let verdict = judge(&pack, &Item::default(), &in_turn(&[phrase(OTP, Writing::Plain)]), None);
    assert_eq!(verdict.action, Action::Block);
    assert_eq!(verdict.labels, ["tin-gia", "tin-xac-thuc"]);
    let order: Vec<_> = verdict
        .reasons
        .iter()
        .map(|reason| (reason.rule, reason.action))
        .collect();
    let expected = [
        ("third", Action::Block),
        ("first", Action::Review),
        ("fourth", Action::Review),
        ("second", Action::Label),
        ("fifth", Action::Label),
    ];
    assert_eq!(order, expected);
    assert_eq!(verdict.reasons[0].category, "SC1");
}

#[test]
fn the_law_in_force_is_that_of_the_item() {
    let pack = pack(vec![rule("r", r#"lexicon.count("sc1.otp") > 0"#, Action::Review)]);
    let midnight = 100 * 86_400 - 7 * 3600;
    for (time, expected) in [
        (None, "new-law/7"),
        (Some(Time(midnight)), "new-law/7"),
        (Some(Time(midnight - 1)), "old-law/1"),
    ] {
        let item = Item {
            time,
            ..Item::default()
        };
        let verdict = judge(&pack, &item, &in_turn(&[phrase(OTP, Writing::Plain)]), None);
        assert_eq!(verdict.reasons[0].basis, [expected]);
    }
}

#[test]
fn what_is_undecided_goes_to_a_person() {
    let pack = pack(vec![rule("r", r#"lexicon.count("sc1.otp") > 0"#, Action::Limit)]);
    let found = in_turn(&[phrase(OTP, Writing::Plain)]);
    for (signals, undecided, expected) in [
        (&[][..], None, Action::Allow),
        (&[], Some(Undecided::TextTooLong), Action::Review),
        (&found, None, Action::Limit),
        (&found, Some(Undecided::TextTooLong), Action::Limit),
    ] {
        let verdict = judge(&pack, &Item::default(), signals, undecided);
        assert_eq!((verdict.action, verdict.undecided), (expected, undecided));
    }
    assert_eq!(judge(&pack, &Item::default(), &[], None), Verdict::default());
}

#[test]
fn context_gives_no_places() {
    let pack = pack(vec![rule("r", "author.locks > 3", Action::Review)]);
    let author = Author {
        locks: Some(4),
        ..Author::default()
    };
    let item = Item {
        author,
        ..Item::default()
    };
    let verdict = judge(&pack, &item, &in_turn(&[phrase(OTP, Writing::Plain)]), None);
    assert_eq!(verdict.reasons.len(), 1);
    assert_eq!(verdict.reasons[0].detector, Detector::Context);
    assert!(verdict.reasons[0].places.is_empty() && verdict.reasons[0].found.is_empty());
}
