//! Reading packs: every mistake at its place, limits, and the digest.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use anlanh_pack::{MAX_FILE_BYTES, MAX_FILES, Policy};

const PACK: &str = r#"[pack]
id = "t"
version = "1"
as_of = 2026-11-23
utc_offset_minutes = 420
title = { vi = "Thử", en = "Test" }
"#;

const LAWS: &str = r#"[[law]]
key = "luat-1"
number = "1/2026"
title = { vi = "Luật", en = "Law" }
from = 2026-07-01
evidence = "G"
[[law.article]]
key = "7"
cite = { vi = "Điều 7", en = "Article 7" }
summary = { vi = "Cấm lừa đảo", en = "No fraud" }
evidence = "M"
"#;

const CATEGORIES: &str = r#"[[category]]
key = "SC1"
title = { vi = "Lừa đảo", en = "Fraud" }
detectable = true
automatic = true
bases = ["luat-1/7"]
evidence = "G"
"#;

const ENTRY: &str = r#"[[entry]]
id = "sc1.word"
category = "SC1"
severity = "high"
mode = "obfuscated"
phrases = ["lừa đảo"]
evidence = "own"
hit = ["l ừ a đ ả o"]
miss = ["lửa đào"]
"#;

const RULE: &str = r#"[[rule]]
id = "sc1.rule"
category = "SC1"
title = { vi = "Có từ", en = "Has the word" }
when = 'lexicon.count("sc1.word") > 0'
action = "review"
automatic = false
evidence = "own"
hit = ["lừa đảo", { text = "LUA DAO", kind = "comment", author = { age_days = 1 } }]
miss = ["chào"]
"#;

const GOOD: [(&str, &str); 5] = [
    ("pack.toml", PACK),
    ("laws.toml", LAWS),
    ("categories.toml", CATEGORIES),
    ("lexicon/a.toml", ENTRY),
    ("rules/a.toml", RULE),
];

fn read(files: &[(&str, &str)]) -> Result<Policy, Vec<String>> {
    let read = Policy::from_texts(files.iter().copied());
    read.map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect())
}

/// Reads the good pack with one text in one file changed; expects these mistakes and no other.
fn check(file: &str, old: &str, new: &str, expected: &[&str]) {
    let changed = GOOD.map(|(path, text)| {
        if path == file {
            assert!(text.contains(old), "{old:?} is not in {file}");
            (path, text.replacen(old, new, 1))
        } else {
            (path, text.to_owned())
        }
    });
    let files: Vec<(&str, &str)> = changed.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let mistakes = read(&files).unwrap_err();
    let matches = mistakes.len() == expected.len()
        && mistakes
            .iter()
            .zip(expected)
            .all(|(mistake, start)| mistake.starts_with(start));
    assert!(matches, "for {new:?}\n expected {expected:#?}\n got {mistakes:#?}");
}

#[test]
fn a_good_pack_is_read_whole() {
    let policy = read(&GOOD).unwrap();
    let (law, article) = policy.basis("luat-1/7").unwrap();
    assert_eq!((law.number.as_str(), article.cite.vi.as_str()), ("1/2026", "Điều 7"));
    assert!(article.evidence.is_unconfirmed());
    assert_eq!(article.validity.from, law.validity.from);
    assert_eq!(policy.category("SC1").unwrap().title.en, "Fraud");
    assert_eq!(policy.rule("sc1.rule").unwrap().1.hit.len(), 2);
    let report = anlanh_pack::test_examples(&policy).unwrap();
    assert_eq!((report.run, report.failures), (5, Vec::new()));
}

#[test]
fn a_failing_example_is_named_with_its_line() {
    let rule = RULE.replace("\"chào\"", "\"chào\",\n  \"bị lừa đảo rồi\"");
    let mut files = GOOD;
    files[4].1 = &rule;
    let report = anlanh_pack::test_examples(&read(&files).unwrap()).unwrap();
    let failures: Vec<String> = report.failures.iter().map(ToString::to_string).collect();
    assert_eq!(
        failures,
        ["rules/a.toml:11: sc1.rule: must not be hit and is: \"bị lừa đảo rồi\""]
    );
}

#[test]
fn every_mistake_is_named_with_its_place() {
    check(
        "pack.toml",
        "[pack]",
        "[pack",
        &["pack.toml: has no readable [pack]", "pack.toml:1:6: not TOML"],
    );
    check(
        "pack.toml",
        "2026-11-23",
        "2026-11-23T00:00:00Z",
        &["pack.toml:4:9: must be a date"],
    );
    check("pack.toml", "420", "4200", &["pack.toml:1:1: utc_offset_minutes"]);
    check(
        "pack.toml",
        "en = \"Test\"",
        "en = \" \"",
        &["pack.toml:1:1: a text has no words in \"en\""],
    );
    check(
        "laws.toml",
        "number =",
        "nummer =",
        &[
            "categories.toml:6:10: there is no article",
            "laws.toml:3:1: unknown field `nummer`",
        ],
    );
    check(
        "laws.toml",
        "evidence = \"G\"",
        "evidence = \"X\"",
        &["laws.toml:6:12: unknown evidence \"X\""],
    );
    check(
        "laws.toml",
        "from = 2026-07-01",
        "from = 2026-07-01\nuntil = 2026-06-30",
        &["laws.toml:6:9: until lies before from"],
    );
    check(
        "laws.toml",
        "[[law]]",
        "[[laws]]",
        &[
            "categories.toml:6:10: there is no article",
            "laws.toml:1:3: unknown key \"laws\"; this file holds [[law]]",
            "laws.toml:7:3: must be an array, not a table",
        ],
    );
    check(
        "categories.toml",
        "luat-1/7",
        "luat-1/8",
        &["categories.toml:6:10: there is no article \"luat-1/8\""],
    );
    check(
        "lexicon/a.toml",
        "\"SC1\"",
        "\"SC9\"",
        &[
            "lexicon/a.toml:1:1: there is no category",
            "lexicon/a.toml:3:12: there is no category \"SC9\"",
        ],
    );
    check(
        "lexicon/a.toml",
        "\"high\"",
        "\"grave\"",
        &["lexicon/a.toml:4:12: \"grave\" is none of low, medium"],
    );
    check(
        "lexicon/a.toml",
        "[\"lừa đảo\"]",
        "[\"…\"]",
        &["lexicon/a.toml:1:1: phrase \"…\" has no letter"],
    );
    check(
        "lexicon/a.toml",
        "hit = [\"l ừ a đ ả o\"]",
        "",
        &["lexicon/a.toml:1:1: has no example that must be hit"],
    );
    check(
        "rules/a.toml",
        "\"review\"",
        "\"remove\"",
        &["rules/a.toml:6:10: \"remove\" is none of"],
    );
    check("rules/a.toml", "sc1.word", "sc1.wort", &["rules/a.toml:5:23:"]);
    check(
        "rules/a.toml",
        "automatic = false",
        "automatic = false\nlabel = \"x\"",
        &[
            "rules/a.toml:1:1: the pack has no label",
            "rules/a.toml:8:9: there is no label",
        ],
    );
    check(
        "rules/a.toml",
        "kind = \"comment\"",
        "kind = \"tweet\"",
        &["rules/a.toml:9:19: \"tweet\" is none of"],
    );
}

#[test]
fn keys_that_stand_twice_name_both_places() {
    let twice = format!("{ENTRY}{ENTRY}");
    let mut files = GOOD;
    files[3].1 = &twice;
    let mistakes = read(&files).unwrap_err();
    assert!(
        mistakes[0].starts_with("lexicon/a.toml:11:6: \"sc1.word\" stands already at lexicon/a.toml:2"),
        "{mistakes:?}"
    );
}

#[test]
fn files_that_do_not_belong_are_named() {
    let mut files = GOOD.to_vec();
    files.push(("law.toml", "a = 1"));
    files.push(("rules/deep/a.toml", "[[rule]]"));
    let mistakes = read(&files).unwrap_err();
    assert_eq!(mistakes.len(), 2, "{mistakes:?}");
    assert!(
        mistakes
            .iter()
            .all(|mistake| mistake.contains("no file of this name belongs to a pack"))
    );
}

#[test]
fn the_digest_depends_on_every_path_and_text() {
    let digest = |files: &[(&str, &str)]| read(files).unwrap().screen_pack().digest.clone();
    let mut moved = GOOD;
    moved[3].0 = "lexicon/b.toml";
    let longer = format!("{LAWS}\n");
    let mut changed = GOOD;
    changed[1].1 = &longer;
    assert_eq!(digest(&GOOD), digest(&GOOD));
    assert_ne!(digest(&GOOD), digest(&moved));
    assert_ne!(digest(&GOOD), digest(&changed));
}

#[test]
fn folders_are_read_within_limits() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &[u8]| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let mistakes = || {
        let mistakes = anlanh_pack::check_dir(folder.path()).err()?;
        Some(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    };
    assert!(mistakes().unwrap().contains("no .toml file"));
    for (path, text) in GOOD {
        write(path, text.as_bytes());
    }
    write("README.md", b"not read");
    assert_eq!(mistakes(), None);

    let filler = |len: u64| format!("#{}\n", "x".repeat(len as usize - 2)).into_bytes();
    write("lexicon/large.toml", &filler(MAX_FILE_BYTES));
    assert_eq!(mistakes(), None);
    write("lexicon/large.toml", &filler(MAX_FILE_BYTES + 1));
    assert!(mistakes().unwrap().contains("is larger than"));
    write("lexicon/large.toml", b"# \xff");
    assert!(mistakes().unwrap().contains("is not UTF-8 from byte 2"));
    std::fs::remove_file(folder.path().join("lexicon/large.toml")).unwrap();

    for number in GOOD.len()..MAX_FILES {
        write(&format!("rules/{number}.toml"), b"");
    }
    assert_eq!(mistakes(), None);
    write("rules/more.toml", b"");
    assert!(mistakes().unwrap().contains("is one file more"));
    std::fs::remove_file(folder.path().join("rules/more.toml")).unwrap();

    std::os::unix::fs::symlink(folder.path().join("laws.toml"), folder.path().join("rules/link.toml")).unwrap();
    assert!(mistakes().unwrap().contains("is a symbolic link"));
}

#[test]
fn the_built_in_pack_has_no_mistake_and_its_examples_hold() {
    let policy = Policy::built_in().unwrap_or_else(|mistakes| {
        let mistakes: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        panic!("{mistakes:#?}")
    });
    let report = anlanh_pack::test_examples(&policy).unwrap();
    let failures: Vec<String> = report.failures.iter().map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{failures:#?}");
}
