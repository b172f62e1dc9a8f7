//! Every kind of mistake, with its line and column.

use anlanh_pack::limits::{MAX_KEY_BYTES, MAX_STRING_BYTES};
use anlanh_screen::limits::{MAX_CONDITION_BYTES, MAX_ITEM_LINKS, MAX_LINK_BYTES, MAX_NEAR_SYLLABLES, MAX_TEXT_BYTES};

use super::{changed, good, mistakes};

/// Changes one text in one file of the good pack; expects these mistakes and no other.
pub fn check(file: &str, old: &str, new: &str, expected: &[&str]) {
    assert_eq!(mistakes(&changed(file, old, new)), expected, "{file}: {new:?}");
}

#[test]
fn the_good_pack_has_none() {
    assert_eq!(mistakes(&good()), [] as [&str; 0]);
}

#[test]
fn what_is_not_toml() {
    check(
        "laws.toml",
        "\"luat-cu\"",
        "\"luat-cu",
        &["laws.toml:2:15: not TOML: invalid basic string, expected `\"`"],
    );
    check(
        "clocks.toml",
        "hours = 24",
        "hours = 24\nhours = 48",
        &["clocks.toml:8:1: not TOML: duplicate key"],
    );
    check(
        "laws.toml",
        "until = 2026-06-30",
        "until = 2026-06-31",
        &["laws.toml:5:9: not TOML: invalid date, expected day between 01 and 30"],
    );
}

#[test]
fn a_file_that_is_not_toml_hides_no_mistake_elsewhere() {
    let mut files = changed("laws.toml", "\"luat-cu\"", "\"luat-cu");
    let (_, labels) = files.iter_mut().find(|(path, _)| path == "labels.toml").unwrap();
    labels.extend(b"[[label]]\nkey = oops\n[[label]]\nkey = oops\n");
    let (_, clocks) = files.iter_mut().find(|(path, _)| path == "clocks.toml").unwrap();
    clocks.extend(b"extra = 1\n");
    let expected = [
        "clocks.toml:12:1: clock takes no key `extra`",
        "labels.toml:8:7: not TOML: string values must be quoted, expected literal string",
        "labels.toml:10:7: not TOML: string values must be quoted, expected literal string",
        "laws.toml:2:15: not TOML: invalid basic string, expected `\"`",
    ];
    assert_eq!(mistakes(&files), expected);
}

#[test]
fn every_mistake_of_a_table_is_named() {
    let entry = "[[entry]]\nid = \"sc1 x\"\ncategory = \"SC9\"\nseverity = \"grave\"\nmode = 3\nphrases = []\n\
                 near = { phrase = [\"a\"] }\nnot_near = { phrases = [\"…\"], within = 4 }\nevidence = \"X\"\nhits = [\"a\"]\nmiss = [\" \"]\n\n[[entry]]";
    check(
        "lexicon/sc1.toml",
        "[[entry]]",
        entry,
        &[
            "lexicon/sc1.toml:1:1: phrase \"…\" has no letter or digit",
            "lexicon/sc1.toml:1:1: entry has no `hit`",
            "lexicon/sc1.toml:2:6: `id` holds ' ': a key is made of ASCII letters, digits, dots, hyphens and underscores",
            "lexicon/sc1.toml:3:12: there is no category \"SC9\"; did you mean `SC1`?",
            "lexicon/sc1.toml:4:12: `severity` is none of low, medium, high, critical: \"grave\"",
            "lexicon/sc1.toml:5:8: `mode` must be a string, not a whole number",
            "lexicon/sc1.toml:6:11: `phrases` is empty",
            "lexicon/sc1.toml:7:8: near has no `phrases`",
            "lexicon/sc1.toml:7:8: near has no `within`",
            "lexicon/sc1.toml:7:10: near takes no key `phrase`; did you mean `phrases`?",
            "lexicon/sc1.toml:9:12: `evidence` is none of G, S, R, C, M, ?, own: \"X\"",
            "lexicon/sc1.toml:10:1: entry takes no key `hits`; did you mean `hit`?",
            "lexicon/sc1.toml:11:9: `miss` is empty",
        ],
    );
}

#[test]
fn keys_that_are_not_known_or_not_there() {
    check(
        "clocks.toml",
        "hours = 24",
        "hours = 24\n\"a\\nb\" = 1",
        &["clocks.toml:8:1: clock takes no key `a\\nb`"],
    );
    check(
        "pack.toml",
        "version = \"2026.11\"",
        "verson = \"2026.11\"",
        &[
            "pack.toml:1:1: pack has no `version`",
            "pack.toml:3:1: pack takes no key `verson`; did you mean `version`?",
        ],
    );
    check(
        "pack.toml",
        "[pack]",
        "[park]",
        &[
            "pack.toml:1:1: this file has no `pack`",
            "pack.toml:1:2: this file takes no key `park`; did you mean `pack`?",
        ],
    );
    check(
        "laws.toml",
        "number = \"1/2018\"\n",
        "",
        &["laws.toml:1:1: law has no `number`"],
    );
    check(
        "clocks.toml",
        "[[clock]]",
        "[[clocks]]",
        &[
            "appeals.toml:3:9: there is no clock \"takedown\"",
            "blocking.toml:13:19: there is no clock \"takedown\"",
            "clocks.toml:1:3: this file takes no key `clocks`; did you mean `clock`?",
            "orders.toml:5:9: there is no clock \"takedown\"",
        ],
    );
    check(
        "ladders.toml",
        "violations = 5\n",
        "",
        &["ladders.toml:9:1: step has no `violations`"],
    );
    check(
        "ladders.toml",
        "[[ladder.step]]",
        "[[ladder.stop]]",
        &[
            "ladders.toml:1:1: ladder has no `step`",
            "ladders.toml:9:10: ladder takes no key `stop`; did you mean `step`?",
        ],
    );
}

#[test]
fn keys_that_stand_twice() {
    check(
        "categories.toml",
        "key = \"HR1\"",
        "key = \"SC1\"",
        &["categories.toml:10:7: category \"SC1\" is defined twice, first at categories.toml:2"],
    );
    check(
        "laws.toml",
        "key = \"9\"",
        "key = \"7.2.dd\"",
        &[
            "categories.toml:14:10: there is no article \"luat-moi/9\"",
            "clocks.toml:10:10: there is no article \"luat-moi/9\"",
            "identifiers.toml:6:10: there is no article \"luat-moi/9\"",
            "labels.toml:5:10: there is no article \"luat-moi/9\"",
            "ladders.toml:6:10: there is no article \"luat-moi/9\"",
            "laws.toml:30:7: article \"luat-moi/7.2.dd\" is defined twice, first at laws.toml:24",
            "orders.toml:4:10: there is no article \"luat-moi/9\"",
        ],
    );
    check(
        "rules/sc1.toml",
        "id = \"sc1.listed\"",
        "id = \"sc1.otp-with-link\"",
        &["rules/sc1.toml:17:6: rule \"sc1.otp-with-link\" is defined twice, first at rules/sc1.toml:2"],
    );
    check(
        "lexicon/sc1.toml",
        "\"đọc mã otp\"",
        "\"gửi mã otp\"",
        &["lexicon/sc1.toml:7:26: `phrases` holds \"gửi mã otp\" twice"],
    );
    check(
        "names.toml",
        "\"online\"",
        "\"vn\"",
        &["names.toml:1:18: `affixes` holds \"vn\" twice"],
    );
    for (file, table, key) in [
        ("authorities.toml", "authority", "a05"),
        ("clocks.toml", "clock", "takedown"),
        ("ladders.toml", "ladder", "khoa"),
        ("labels.toml", "label", "tin-gia"),
        ("lists.toml", "list", "phishing"),
        ("identifiers.toml", "identifier", "email"),
        ("names.toml", "name", "nganhangvidu"),
        ("teencode.toml", "short form", "ko"),
    ] {
        let mut files = good();
        let (_, content) = files.iter_mut().find(|(path, _)| path == file).unwrap();
        let text = String::from_utf8(content.clone()).unwrap();
        let tables = text.find("[[").unwrap();
        content.extend(text[tables..].bytes());
        let found = mistakes(&files);
        let expected = format!("{table} {key:?} is defined twice, first at {file}:");
        assert!(found.len() == 1 && found[0].contains(&expected), "{found:?}");
    }
}

#[test]
fn references_that_lead_nowhere() {
    check(
        "categories.toml",
        "luat-moi/7.2.dd",
        "luat-moi/7.2.đ",
        &["categories.toml:6:23: there is no article \"luat-moi/7.2.đ\"; did you mean `luat-moi/7.2.dd`?"],
    );
    check(
        "laws.toml",
        "replaces = [\"luat-cu\"]",
        "replaces = [\"luat-cu\", \"luat\"]",
        &["laws.toml:19:24: there is no law \"luat\""],
    );
    check(
        "lists.toml",
        "\"SC1\"",
        "\"XX\"",
        &["lists.toml:3:12: there is no category \"XX\""],
    );
    check(
        "rules/sc1.toml",
        "label = \"tin-gia\"",
        "label = \"tin-giả\"",
        &["rules/sc1.toml:7:9: there is no label \"tin-giả\"; did you mean `tin-gia`?"],
    );
    check(
        "rules/sc1.toml",
        "labels = [\"tin-gia\"]",
        "labels = [\"tin\"]",
        &["rules/sc1.toml:26:50: there is no label \"tin\""],
    );
    check(
        "rules/sc1.toml",
        "listed = { phishing",
        "listed = { pishing",
        &["rules/sc1.toml:26:73: there is no list \"pishing\"; did you mean `phishing`?"],
    );
}

#[test]
fn texts_in_both_languages() {
    check(
        "pack.toml",
        "{ vi = \"Gói nhỏ\", en = \"Small pack\" }",
        "{ vi = \"Gói nhỏ\" }",
        &["pack.toml:6:9: title has no `en`"],
    );
    check(
        "labels.toml",
        "vi = \"Tin giả\"",
        "vi = \" \"",
        &["labels.toml:3:16: `vi` is empty"],
    );
    check(
        "labels.toml",
        "{ vi = \"Tin giả\", en = \"Fake news\" }",
        "\"Tin giả\"",
        &["labels.toml:3:9: `title` must be a table, not a string"],
    );
    check(
        "authorities.toml",
        "{ vi = \"An ninh mạng\"",
        "{ fr = \"x\", vi = \"An ninh mạng\"",
        &["authorities.toml:4:12: duties takes no key `fr`"],
    );
}

#[test]
fn types_and_numbers() {
    check(
        "clocks.toml",
        "hours = 24",
        "hours = \"24\"",
        &["clocks.toml:7:9: `hours` must be a whole number, not a string"],
    );
    check(
        "clocks.toml",
        "hours = 24",
        "hours = 0",
        &["clocks.toml:7:9: `hours` must be from 1 to 87840"],
    );
    check(
        "clocks.toml",
        "hours = 24",
        "hours = 99999999999999999999",
        &["clocks.toml:7:9: `hours` must be from 1 to 87840"],
    );
    check(
        "clocks.toml",
        "urgent_hours = 6",
        "urgent_hours = 24",
        &["clocks.toml:8:16: `urgent_hours` must be below `hours`, which is 24"],
    );
    check(
        "clocks.toml",
        "urgent_hours = 6\n",
        "",
        &["clocks.toml:1:1: `urgent_hours` and `urgent_when` stand together or not at all"],
    );
    check(
        "clocks.toml",
        "\"page_owner\"",
        "\"page\"",
        &["clocks.toml:5:27: `applies_to` is none of platform, telecom, page_owner, data_controller: \"page\""],
    );
    check(
        "clocks.toml",
        "\"authority\"",
        "\"police\"",
        &["clocks.toml:4:9: `asker` is none of authority, user, self, data_subject: \"police\""],
    );
    check(
        "clocks.toml",
        "\"receipt\"",
        "\"now\"",
        &["clocks.toml:6:10: `starts` is none of receipt, detection: \"now\""],
    );
    check(
        "ladders.toml",
        "lock_days_max = 30",
        "lock_days_max = 6",
        &["ladders.toml:13:17: `lock_days_max` is below `lock_days_min`, which is 7"],
    );
    check(
        "ladders.toml",
        "\"group\"",
        "\"club\"",
        &["ladders.toml:4:23: `objects` is none of account, page, group, channel: \"club\""],
    );
    check(
        "pack.toml",
        "420",
        "841",
        &["pack.toml:5:22: `utc_offset_minutes` must be from -840 to 840"],
    );
    check(
        "pack.toml",
        "420",
        "-841",
        &["pack.toml:5:22: `utc_offset_minutes` must be from -840 to 840"],
    );
    check(
        "identifiers.toml",
        "50",
        "101",
        &["identifiers.toml:4:18: `min_confidence` must be from 0 to 100"],
    );
    check("identifiers.toml", "50", "100", &[]);
    check(
        "identifiers.toml",
        "\"email\"",
        "\"mail\"",
        &[
            "identifiers.toml:2:8: `kind` is none of cccd, cmnd, mst, mobile, landline, bank_card, bank_account, plate, \
         passport, bhxh, email, address: \"mail\"",
        ],
    );
    check(
        "categories.toml",
        "detectable = true",
        "detectable = \"yes\"",
        &["categories.toml:4:14: `detectable` must be true or false, not a string"],
    );
    check(
        "categories.toml",
        "bases = [\"luat-cu/8\", \"luat-moi/7.2.dd\"]",
        "bases = \"luat-cu/8\"",
        &["categories.toml:6:9: `bases` must be a list in brackets, not a string"],
    );
    check(
        "names.toml",
        "[\"nganhangvidu.example\"]",
        "[1]",
        &["names.toml:6:12: `domains` must be a string, not a whole number"],
    );
    check(
        "lists.toml",
        "[[list]]",
        "[list]",
        &["lists.toml:1:1: `list` is one of several: it stands in double brackets"],
    );
    check(
        "rules/sc1.toml",
        "miss = [\"Gửi mã OTP cho em nhé\"]",
        "miss = [1]",
        &["rules/sc1.toml:14:9: `miss` must be a list of strings and tables, not a whole number"],
    );
    check(
        "rules/sc1.toml",
        "age_days = 1",
        "age_days = -1",
        &["rules/sc1.toml:12:101: `age_days` must be from 0 to 1000000"],
    );
    check(
        "rules/sc1.toml",
        "kind = \"listing\"",
        "kind = \"tweet\"",
        &[
            "rules/sc1.toml:12:33: `kind` is none of post, comment, message, listing, profile, livestream_title: \"tweet\"",
        ],
    );
}

#[test]
fn dates() {
    check(
        "pack.toml",
        "2026-11-23",
        "\"2026-11-23\"",
        &["pack.toml:4:9: `as_of` must be a date such as 2026-07-01, without quotation marks, not a string"],
    );
    check(
        "pack.toml",
        "2026-11-23",
        "2026-11-23T00:00:00+07:00",
        &["pack.toml:4:9: `as_of` must be a date such as 2026-07-01, without quotation marks, not a date or time"],
    );
    check(
        "laws.toml",
        "from = 2026-07-01",
        "from = 2026-07-01\nuntil = 2026-06-30",
        &["laws.toml:19:9: `until` 2026-06-30 is before `from` 2026-07-01"],
    );
    check(
        "laws.toml",
        "from = 2026-07-01",
        "from = 2026-07-01\nuntil = 2026-07-01",
        &[
            "categories.toml:1:1: category is detectable, but none of its bases is in force on 2026-11-23, the day of the pack",
            "categories.toml:9:1: category is detectable, but none of its bases is in force on 2026-11-23, the day of the pack",
            "laws.toml:30:1: article is never in force while its law is",
        ],
    );
    check(
        "authorities.toml",
        "from = 2025-03-01",
        "from = 2025-03-01\nuntil = 2025-02-28",
        &["authorities.toml:6:9: `until` 2025-02-28 is before `from` 2025-03-01"],
    );
}

#[test]
fn what_is_detected_has_a_basis_in_force() {
    check("pack.toml", "as_of = 2026-11-23", "as_of = 2027-08-18", &[]);
    check(
        "pack.toml",
        "as_of = 2026-11-23",
        "as_of = 2027-08-19",
        &[
            "categories.toml:9:1: category is detectable, but none of its bases is in force on 2027-08-19, the day of the pack",
        ],
    );
    check(
        "categories.toml",
        "bases = [\"luat-moi/9\"]",
        "bases = []",
        &["categories.toml:14:9: `bases` is empty"],
    );
}

#[test]
fn what_only_people_may_say_is_not_detected() {
    for (file, line) in [("lexicon/sc1.toml", 3), ("rules/sc1.toml", 3), ("lists.toml", 3)] {
        let expected = format!("{file}:{line}:12: category \"NS1\" is there to be cited: nothing may detect it");
        check(file, "\"SC1\"", "\"NS1\"", &[&expected]);
    }
}

#[test]
fn examples() {
    check(
        "lexicon/sc1.toml",
        "hit = [\"Anh gửi mã OTP cho em nhé\", \"đ.ọ.c mã 0TP đi\"]",
        "hit = []",
        &["lexicon/sc1.toml:11:7: `hit` is empty"],
    );
    check(
        "rules/sc1.toml",
        "miss = [\"Gửi mã OTP cho em nhé\"]\n",
        "",
        &["rules/sc1.toml:1:1: rule has no `miss`"],
    );
    check(
        "rules/sc1.toml",
        "miss = [\"Gửi mã OTP cho em nhé\"]",
        "miss = []",
        &["rules/sc1.toml:14:8: `miss` is empty"],
    );
    check(
        "rules/sc1.toml",
        "text = \"Gửi mã OTP\"",
        "txt = \"Gửi mã OTP\"",
        &["rules/sc1.toml:12:5: hit takes no key `txt`; did you mean `text`?"],
    );
    check(
        "rules/sc1.toml",
        "verified = false",
        "verifed = false",
        &["rules/sc1.toml:12:104: author takes no key `verifed`; did you mean `verified`?"],
    );
    check(
        "rules/sc1.toml",
        "[\"xau.example\"]",
        "[\"com.vn\"]",
        &["rules/sc1.toml:26:85: \"com.vn\" cannot be listed: public suffix would cover names of strangers"],
    );
}

#[test]
fn names_in_examples_are_one_each() {
    for name in ["# xau.example", "xau.example\\nxau2.example"] {
        let found = mistakes(&changed("rules/sc1.toml", "\"xau.example\"", &format!("\"{name}\"")));
        assert!(
            found.len() == 1 && found[0].ends_with("cannot be listed: not one name"),
            "{found:?}"
        );
    }
}

#[test]
fn what_the_engine_finds_is_placed() {
    check(
        "rules/sc1.toml",
        "\"sc1.otp\"",
        "\"sc1.top\"",
        &["rules/sc1.toml:5:23: no lexicon entry has the id, tag or category \"sc1.top\"; did you mean \"sc1.otp\"?"],
    );
    check(
        "rules/sc1.toml",
        "links.listed(\"phishing\") > 0\n",
        "\n  links.listed(\"fishing\") > 0\n",
        &["rules/sc1.toml:22:16: the pack declares no list \"fishing\"; did you mean \"phishing\"?"],
    );
    check(
        "rules/sc1.toml",
        "'lexicon.count(\"sc1.otp\") > 0 && links.count > 0'",
        "\"links.cuont > 0\"",
        &["rules/sc1.toml:5:9: there is no fact \"links.cuont\"; did you mean \"links.count\"?"],
    );
    check(
        "rules/sc1.toml",
        "'lexicon.count(\"sc1.otp\") > 0 && links.count > 0'",
        "\"lexicon.count(\\\"sc1.top\\\") > 0\"",
        &["rules/sc1.toml:5:8: no lexicon entry has the id, tag or category \"sc1.top\"; did you mean \"sc1.otp\"?"],
    );
    check(
        "rules/sc1.toml",
        "action = \"review\"",
        "action = \"block\"",
        &["rules/sc1.toml:16:1: action \"block\" acts without a person and needs `automatic = true`"],
    );
    check(
        "rules/sc1.toml",
        "action = \"review\"",
        "action = \"remove\"",
        &["rules/sc1.toml:23:10: `action` is none of allow, label, review, limit, block: \"remove\""],
    );
    check(
        "rules/sc1.toml",
        "category = \"SC1\"",
        "category = \"HR1\"",
        &["rules/sc1.toml:1:1: category \"HR1\" lets no rule act without a person"],
    );
    check(
        "names.toml",
        "\"nganhangvidu\"",
        "\"Ngân Hàng\"",
        &["names.toml:3:1: protected name must be 2 to 63 lower-case letters, digits or hyphens"],
    );
    check(
        "names.toml",
        "\"online\"",
        "\"on line\"",
        &["names.toml:1:18: affix must be 1 to 63 lower-case letters, digits or hyphens"],
    );
    check(
        "teencode.toml",
        "\"ko\"",
        "\"k o\"",
        &["teencode.toml:1:1: short form \"k o\" is not one run of letters and digits"],
    );
}

#[test]
fn what_is_wrong_in_one_place_hides_nothing_in_another() {
    let mut files = changed("lexicon/sc1.toml", "severity = \"medium\"", "severity = \"grave\"");
    for (path, content) in &mut files {
        if path == "rules/sc1.toml" {
            let text = String::from_utf8(content.clone()).unwrap();
            let text = text.replacen("category = \"SC1\"", "category = \"SC2\"", 1);
            *content = text.replacen("links.count > 0", "links.counts > 0", 1).into_bytes();
        }
    }
    let expected = [
        "lexicon/sc1.toml:5:12: `severity` is none of low, medium, high, critical: \"grave\"",
        "rules/sc1.toml:3:12: there is no category \"SC2\"; did you mean `SC1`?",
        "rules/sc1.toml:5:41: there is no fact \"links.counts\"; did you mean \"links.count\"?",
    ];
    assert_eq!(mistakes(&files), expected);
}

/// A text at a limit is no mistake; one past it is, at this place.
#[test]
fn names_in_the_database_of_decisions() {
    check(
        "categories.toml",
        "\"RISK_FOR_PUBLIC_SECURITY\"",
        "\"RISK_FOR_PUBLIC_SAFETY\"",
        &[
            "categories.toml:25:16: `dsa_category` is no code of the DSA database: \"RISK_FOR_PUBLIC_SAFETY\"; did you mean \
             `RISK_FOR_PUBLIC_SECURITY`?",
        ],
    );
    check(
        "categories.toml",
        "\"OTHER\"",
        "\"KEYWORD_OTHER\"",
        &["categories.toml:26:43: `dsa_keywords` is no code of the DSA database: \"KEYWORD_OTHER\""],
    );
    check(
        "categories.toml",
        "dsa_category = \"RISK_FOR_PUBLIC_SECURITY\"\n",
        "",
        &["categories.toml:25:17: `dsa_keywords` stands beside a `dsa_category`"],
    );
    check(
        "pack.toml",
        "territory = \"VN\"",
        "territory = \"vn\"",
        &["pack.toml:7:13: `territory` must be a country as in ISO 3166: VN"],
    );
    check(
        "pack.toml",
        "language = \"VI\"",
        "language = \"VIE\"",
        &["pack.toml:8:12: `language` must be a language as in ISO 639-1: VI"],
    );
}

pub fn check_limit(file: &str, old: &str, new: impl Fn(usize) -> String, limit: usize, expected: &str) {
    check(file, old, &new(limit), &[]);
    check(file, old, &new(limit + 1), &[expected]);
}

#[test]
fn limits() {
    check_limit(
        "ladders.toml",
        "\"khoa\"",
        |bytes| format!("{:?}", "a".repeat(bytes)),
        MAX_KEY_BYTES,
        "ladders.toml:2:7: `key` is longer than 64 bytes",
    );
    check_limit(
        "labels.toml",
        "\"Fake news\"",
        |bytes| format!("{:?}", "a".repeat(bytes)),
        MAX_STRING_BYTES,
        "labels.toml:3:32: `en` is longer than 4096 bytes",
    );
    check_limit(
        "lexicon/sc1.toml",
        "\"Mã nguồn mở\"",
        |bytes| format!("{:?}", "a".repeat(bytes)),
        MAX_TEXT_BYTES,
        "lexicon/sc1.toml:13:3: `miss` is longer than 65536 bytes",
    );
    check_limit(
        "rules/sc1.toml",
        "\"Gửi mã OTP cho em nhé\"",
        |bytes| format!("{:?}", "a".repeat(bytes)),
        MAX_TEXT_BYTES,
        "rules/sc1.toml:14:9: `miss` is longer than 65536 bytes",
    );
    check_limit(
        "rules/sc1.toml",
        "\"https://vi-du.example\"",
        |bytes| format!("\"https://vi-du.example/{}\"", "a".repeat(bytes - 22)),
        MAX_LINK_BYTES,
        "rules/sc1.toml:12:53: `links` is longer than 4096 bytes",
    );
    check_limit(
        "rules/sc1.toml",
        "\"https://vi-du.example\"",
        |links| (0..links).map(|link| format!("\"{link:03}.example\",")).collect(),
        MAX_ITEM_LINKS,
        "rules/sc1.toml:12:3637: an item has at most 256 links",
    );
    check_limit(
        "rules/sc1.toml",
        "links.count > 0'",
        |bytes| format!("links.count > 0{}'", " ".repeat(bytes - 47)),
        MAX_CONDITION_BYTES,
        "rules/sc1.toml:5:8: `when` is longer than 4096 bytes",
    );
    check_limit(
        "lexicon/sc1.toml",
        "within = 8",
        |within| format!("within = {within}"),
        MAX_NEAR_SYLLABLES,
        "lexicon/sc1.toml:8:47: `within` must be from 1 to 32",
    );
}
