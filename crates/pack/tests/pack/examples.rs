//! What running the examples gives.

use anlanh_pack::Failure;

use super::{Files, changed, good, read};

/// The failures of a pack's examples as they are printed, in English alone.
fn check(files: &Files, expected: &[&str]) {
    let policy = read(files).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    let report = anlanh_pack::test_examples(&policy).unwrap();
    let in_english = |failure: &Failure| failure.to_string().replace(&format!("{} · ", failure.what.vi), "");
    let failures: Vec<String> = report.failures.iter().map(in_english).collect();
    assert_eq!(failures, expected);
    assert_eq!(report.is_good(), expected.is_empty());
}

#[test]
fn good_examples_hold_and_are_counted() {
    check(&good(), &[]);
    let report = anlanh_pack::test_examples(&read(&good()).unwrap()).unwrap();
    assert_eq!((report.run, report.entries, report.rules), (9, 1, 2));
}

#[test]
fn a_text_in_which_an_entry_is_missed_is_named() {
    check(
        &changed("lexicon/sc1.toml", "\"đ.ọ.c mã 0TP đi\"", "\n\n\"gửi mã số\""),
        &["lexicon/sc1.toml:13: sc1.otp: hit 2: the entry is not found in \"gửi mã số\"; nothing is found"],
    );
}

#[test]
fn a_text_in_which_an_entry_is_found_though_it_must_not_be_is_named() {
    check(
        &changed("lexicon/sc1.toml", "Mã nguồn mở", "gui ma otp"),
        &["lexicon/sc1.toml:13: sc1.otp: miss 1: the entry is found in \"gui ma otp\"; found: sc1.otp"],
    );
}

#[test]
fn of_a_long_text_only_the_beginning_is_shown() {
    for (letters, shown) in [
        (120, format!("{:?}", "ô".repeat(120))),
        (121, format!("{:?}…", "ô".repeat(120))),
    ] {
        check(
            &changed("lexicon/sc1.toml", "đ.ọ.c mã 0TP đi", &"ô".repeat(letters)),
            &[&format!(
                "lexicon/sc1.toml:11: sc1.otp: hit 2: the entry is not found in {shown}; nothing is found"
            )],
        );
    }
}

#[test]
fn an_item_on_which_a_rule_does_not_fire_is_named() {
    check(
        &changed("rules/sc1.toml", "links = [\"https://vi-du.example\"], ", ""),
        &["rules/sc1.toml:12: sc1.otp-with-link: hit 2: the rule does not fire in \"Gửi mã OTP\"; found: sc1.otp"],
    );
}

#[test]
fn an_item_on_which_a_rule_fires_though_it_must_not_is_named() {
    check(
        &changed("rules/sc1.toml", "miss = [\"Gửi", "miss = [\"https://a.example Gửi"),
        &[
            "rules/sc1.toml:14: sc1.otp-with-link: miss 1: the rule fires in \"https://a.example Gửi mã OTP cho em nhé\"; \
             found: link, sc1.otp",
        ],
    );
}

#[test]
fn what_an_example_knows_of_its_author_reaches_the_rule() {
    let young = |age: &str| {
        let files = changed("rules/sc1.toml", "links.count > 0", "author.age_days < 7");
        let mut files = files;
        for (path, content) in &mut files {
            if path == "rules/sc1.toml" {
                let text = String::from_utf8(content.clone()).unwrap();
                let text = text.replace("age_days = 1", age);
                let plain = "  \"Gửi mã OTP vào https://vi-du.example/nhan-thuong\",\n";
                assert!(text.contains(plain));
                *content = text.replace(plain, "").into_bytes();
            }
        }
        files
    };
    check(&young("age_days = 6"), &[]);
    check(
        &young("age_days = 7"),
        &[
            "rules/sc1.toml:11: sc1.otp-with-link: hit 1: the rule does not fire in \"Gửi mã OTP\"; \
             found: link, sc1.otp",
        ],
    );
}

#[test]
fn names_are_listed_for_one_example_alone() {
    let twice = changed(
        "rules/sc1.toml",
        "miss = [\"Vào xau.example nhé\"]",
        "miss = [\"Vào xau.example nhé\", { text = \"Vào xau.example nhé\", listed = { phishing = [\"tot.example\"] } }]",
    );
    check(&twice, &[]);
    check(
        &changed(
            "rules/sc1.toml",
            "phishing = [\"xau.example\"]",
            "phishing = [\"khac.example\"]",
        ),
        &["rules/sc1.toml:26: sc1.listed: hit 1: the rule does not fire in \"Vào xau.example nhé\"; found: link"],
    );
}
