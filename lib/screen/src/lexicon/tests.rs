use proptest::prelude::*;

use super::*;
use crate::{Entry, Severity, Teencode};

fn entry(mode: MatchMode, phrases: &[&str]) -> Entry {
    Entry {
        id: "e".to_owned(),
        category: "SC1".to_owned(),
        tags: Vec::new(),
        severity: Severity::High,
        mode,
        phrases: phrases.iter().map(|phrase| (*phrase).to_owned()).collect(),
        near: None,
        not_near: None,
    }
}

fn near(phrases: &[&str], within: usize) -> Option<Near> {
    Some(Near {
        phrases: phrases.iter().map(|phrase| (*phrase).to_owned()).collect(),
        within,
    })
}

fn pack(lexicon: Vec<Entry>, teencode: &[(&str, &[&str])]) -> Pack {
    let teencode = teencode.iter().map(|(short, meanings)| Teencode {
        short: (*short).to_owned(),
        meanings: meanings.iter().map(|meaning| (*meaning).to_owned()).collect(),
    });
    Pack {
        lexicon,
        teencode: teencode.collect(),
        ..crate::pack::empty()
    }
}

/// What is found in a text: the words as typed, and how they were written.
fn found(pack: &Pack, text: &str) -> Vec<(String, Writing)> {
    let lexicon = Lexicon::compile(pack).unwrap();
    let mut folded = Folded::new();
    folded.fold(text);
    let mut signals = Signals::default();
    lexicon.scan(&folded, &mut LexiconScratch::default(), &mut signals);
    let found = signals
        .as_slice()
        .iter()
        .map(|signal| match (signal.place, signal.finding) {
            (Place::Text(span), Finding::Phrase { writing, .. }) => {
                (text[span.start as usize..span.end as usize].to_owned(), writing)
            }
            other => panic!("{other:?}"),
        });
    found.collect()
}

fn check(mode: MatchMode, phrase: &str, cases: &[(&str, Option<Writing>)]) {
    let pack = pack(
        vec![entry(mode, &[phrase])],
        &[("ko", &["không"]), ("ck", &["chuyển khoản", "chồng"])],
    );
    for (text, expected) in cases {
        let writings: Vec<Writing> = found(&pack, text).into_iter().map(|(_, writing)| writing).collect();
        assert_eq!(writings.first(), expected.as_ref(), "{phrase:?} in {text:?}");
        assert!(
            writings.len() <= 1,
            "{phrase:?} in {text:?} is found {} times",
            writings.len()
        );
    }
}

const PLAIN_HIT: Option<Writing> = Some(Writing::Plain);
const BARE_HIT: Option<Writing> = Some(Writing::WithoutMarks);
const DISGUISED_HIT: Option<Writing> = Some(Writing::Disguised);

#[test]
fn a_disguised_phrase_is_not_read_across_the_end_of_a_sentence() {
    check(
        MatchMode::Obfuscated,
        "xin chào không nhé",
        &[
            ("xin chào ko nhé", DISGUISED_HIT),
            ("xin. Chào ko nhé", None),
            ("xin chào. Ko nhé", None),
            ("xin chào ko. Nhé", None),
        ],
    );
}

#[test]
fn spelled_out_words_need_no_other_word_that_begins_alike() {
    // `ty` is spelled `ti`, and no word here begins with that.
    check(MatchMode::Obfuscated, "tym nhau", &[("t.y.m nhau", DISGUISED_HIT)]);
    check(
        MatchMode::Obfuscated,
        "hồi mỹ",
        &[("h ồ i m ĩ", DISGUISED_HIT), ("h.ồ.i m.ỹ", DISGUISED_HIT)],
    );
}

#[test]
fn whole_syllables_match_and_parts_of_syllables_do_not() {
    check(
        MatchMode::Exact,
        "đánh bạc",
        &[
            ("Hôm nay đánh bạc không?", PLAIN_HIT),
            ("ĐÁNH BẠC", PLAIN_HIT),
            ("đánh\nbạc", PLAIN_HIT),
            ("đánh-bạc", PLAIN_HIT),
            ("đánh bạch", None),
            ("hđánh bạc", None),
            ("đánh. Bạc", None),
            ("danh bac", None),
            ("đánh  bac", None),
            ("đ.á.n.h bạc", None),
        ],
    );
}

#[test]
fn marks_may_be_missing_but_never_different() {
    check(
        MatchMode::NoDiacritics,
        "lừa đảo",
        &[
            ("bi lua dao roi", BARE_HIT),
            ("bi lừa dao roi", BARE_HIT),
            ("bị lừa đảo rồi", PLAIN_HIT),
            ("lửa đào", None),
            ("lúa đao", None),
            ("luwfa ddaor", None),
        ],
    );
    check(
        MatchMode::NoDiacritics,
        "bán",
        &[("toi ban xe", BARE_HIT), ("chúng tôi thảo luận ban ngày", None)],
    );
}

#[test]
fn disguises_are_read() {
    check(
        MatchMode::Obfuscated,
        "lừa đảo",
        &[
            ("l ừ a đ ả o", DISGUISED_HIT),
            ("l.ừ.a đ.ả.o", DISGUISED_HIT),
            ("l . ừ . a . đ . ả . o", DISGUISED_HIT),
            ("lừ.a đ-ảo", DISGUISED_HIT),
            ("lừa.đảo", DISGUISED_HIT),
            ("lừa 🔥 đảo", DISGUISED_HIT),
            ("lừa 🇻🇳 đảo", DISGUISED_HIT),
            ("lừaaaa đảoooo", DISGUISED_HIT),
            ("lu4 đ4o", DISGUISED_HIT),
            ("lừ@ đ@o", DISGUISED_HIT),
            ("1ừa đả0", DISGUISED_HIT),
            ("luwfa ddaor", DISGUISED_HIT),
            ("lua72 d9ao3", DISGUISED_HIT),
            ("lừađảo", DISGUISED_HIT),
            ("#luadao", DISGUISED_HIT),
            ("l\u{200b}ừa đảo", PLAIN_HIT),
            ("l u a d a", None),
            ("lửađào", None),
            ("lưu đào", None),
        ],
    );
    check(
        MatchMode::Obfuscated,
        "tài khoản",
        &[("t@i kho@n", DISGUISED_HIT), ("taif khoanr", DISGUISED_HIT)],
    );
}

#[test]
fn short_forms_are_read_as_what_they_may_mean() {
    check(
        MatchMode::Obfuscated,
        "chuyển khoản trước",
        &[("ck trước nhé", DISGUISED_HIT), ("ck em", None)],
    );
    check(
        MatchMode::Obfuscated,
        "không hoàn tiền",
        &[("ko hoàn tiền", DISGUISED_HIT)],
    );
    check(MatchMode::NoDiacritics, "không hoàn tiền", &[("ko hoàn tiền", None)]);
}

#[test]
fn readings_are_followed_however_many_there_are() {
    let pack = pack(
        vec![entry(MatchMode::Obfuscated, &["không chuyển khoản gấp"])],
        &[("ko", &["không"]), ("ck", &["chuyển khoản", "chồng"])],
    );
    for others in 0..12 {
        let text = format!("{}ko ck gấp{}", "ck ".repeat(others), " ko".repeat(others));
        assert_eq!(
            found(&pack, &text),
            [("ko ck gấp".to_owned(), Writing::Disguised)],
            "{text}"
        );
    }
}

#[test]
fn pieces_are_put_together_wherever_they_stand() {
    let pack = pack(vec![entry(MatchMode::Obfuscated, &["lừa đảo"])], &[]);
    for words in (0..3).chain(60..70).chain(120..135) {
        let text = format!("{}l.ừ.a đ.ả.o", "một ".repeat(words));
        assert_eq!(
            found(&pack, &text),
            [("l.ừ.a đ.ả.o".to_owned(), Writing::Disguised)],
            "{words}"
        );
    }
}

#[test]
fn signs_stand_for_letters_wherever_they_stand() {
    let pack = pack(vec![entry(MatchMode::Obfuscated, &["tài khoản"])], &[]);
    let plain = "hôm nay trời đẹp ".repeat(40);
    // With signs that are no letters before and behind, at both ends of a text, and with letters spelled out between.
    for (text, expected) in [
        (format!("{plain}t@i khoản"), vec!["t@i khoản"]),
        (format!("t@i khoản {plain}"), vec!["t@i khoản"]),
        (format!("{plain}t@i kho@n! {plain}"), vec!["t@i kho@n"]),
        (
            format!("!! @ {plain} t@i khoản {plain} t@i khoản $ {plain}!"),
            vec!["t@i khoản", "t@i khoản"],
        ),
        (
            format!("a @ b {plain}t à i k h o ả n {plain}t@i khoản"),
            vec!["t à i k h o ả n", "t@i khoản"],
        ),
        (
            format!("t@i khoản {plain}t à i k h o ả n @"),
            vec!["t@i khoản", "t à i k h o ả n"],
        ),
    ] {
        let found: Vec<String> = found(&pack, &text).into_iter().map(|(words, _)| words).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn signs_at_the_edges_of_words_stand_for_letters_too() {
    let phrases = ["ma túy", "an toàn", "tài khoản", "cây đa", "sạ"];
    let entries = phrases.map(|phrase| Entry {
        id: phrase.to_owned(),
        ..entry(MatchMode::Obfuscated, &[phrase])
    });
    let pack = pack(entries.to_vec(), &[]);
    for typed in [
        "m@ túy",
        "@n toàn",
        "@n to@n",
        "t.à.i kho@n",
        "t@i kho@n",
        "m@ tuy!",
        "cây đ@",
        "c.â.y đ@",
        "$ạ",
    ] {
        let words = typed.trim_end_matches('!');
        for before in ["", "! ", "hôm nay trời đẹp ", "@ hôm nay ! trời đẹp "] {
            for behind in ["", " !", " hôm nay trời đẹp", " hôm nay @ trời ! đẹp"] {
                for times in [1, 40] {
                    let text = format!("{}{typed}{}", before.repeat(times), behind.repeat(times));
                    assert_eq!(found(&pack, &text), [(words.to_owned(), Writing::Disguised)], "{text}");
                }
            }
        }
    }
}

#[test]
fn long_words_are_compared_letter_by_letter() {
    check(
        MatchMode::Obfuscated,
        "cryptocurrency",
        &[
            ("mua cryptocurrency", PLAIN_HIT),
            ("mua cryptocurrencz", None),
            ("mua cryptocurrency1", None),
        ],
    );
}

#[test]
fn both_spellings_of_i_are_one() {
    check(
        MatchMode::Exact,
        "kỹ thuật",
        &[("kĩ thuật", PLAIN_HIT), ("kỹ thuật", PLAIN_HIT), ("kí thuật", None)],
    );
}

#[test]
fn the_span_is_what_was_typed() {
    let pack = pack(vec![entry(MatchMode::Obfuscated, &["lừa đảo"])], &[]);
    let hit = |text| found(&pack, text).into_iter().next().unwrap().0;
    assert_eq!(hit("Coi chừng l.ừ.a  đa\u{309}o nhé"), "l.ừ.a  đa\u{309}o");
    assert_eq!(hit("🔥LỪA ĐẢO🔥"), "LỪA ĐẢO");
}

#[test]
fn neighbours_decide() {
    let mut wants = entry(MatchMode::NoDiacritics, &["mã otp"]);
    wants.near = near(&["gửi", "đọc"], 3);
    wants.not_near = near(&["không", "cảnh báo"], 4);
    let pack = pack(vec![wants], &[]);
    for (text, expected) in [
        ("gửi mã OTP", 1),
        ("gửi cho em cái mã OTP", 1),
        ("gửi cho em ngay cái mã OTP", 0),
        ("mã OTP là gì", 0),
        ("mã otp thi doc giup em", 1),
        ("không được gửi mã OTP", 0),
        ("gửi mã OTP. Nhớ: công an cảnh báo", 0),
        ("gửi mã OTP nhé mọi người ơi đừng ngại không sao", 1),
    ] {
        assert_eq!(found(&pack, text).len(), expected, "{text}");
    }
}

#[test]
fn a_window_does_not_count_words_of_the_hit_itself() {
    let mut wants = entry(MatchMode::Exact, &["bán tài khoản ngân hàng"]);
    wants.near = near(&["ngân hàng"], 2);
    assert!(found(&pack(vec![wants], &[]), "bán tài khoản ngân hàng").is_empty());
}

#[test]
fn the_longest_hit_of_an_entry_counts_once() {
    let pack = pack(vec![entry(MatchMode::Exact, &["mã otp", "gửi mã otp", "otp"])], &[]);
    assert_eq!(found(&pack, "gửi mã otp").len(), 1);
    assert_eq!(found(&pack, "gửi mã otp, otp").len(), 2);
}

#[test]
fn mistakes_are_named_with_their_entry() {
    let mut far = entry(MatchMode::Exact, &["a"]);
    far.near = near(&["b"], MAX_NEAR_SYLLABLES + 1);
    let widest = "x ".repeat(MAX_PHRASE_SYLLABLES);
    let too_wide = "x ".repeat(MAX_PHRASE_SYLLABLES + 1);
    let lexicon = vec![
        entry(MatchMode::Exact, &[]),
        entry(MatchMode::Exact, &["…"]),
        entry(MatchMode::Exact, &[&widest]),
        entry(MatchMode::Exact, &[&too_wide]),
        far,
        entry(MatchMode::Exact, &[&"x".repeat(crate::limits::MAX_PHRASE_BYTES)]),
        entry(MatchMode::Exact, &[&"x".repeat(crate::limits::MAX_PHRASE_BYTES + 1)]),
    ];
    let errors = Lexicon::compile(&pack(lexicon, &[("a b", &["c"])])).unwrap_err();
    let parts: Vec<Part> = errors.iter().map(|error| error.part).collect();
    let entry = Part::Entry;
    assert_eq!(
        parts,
        [entry(0), entry(1), entry(3), entry(4), entry(6), Part::Teencode(0)]
    );
}

proptest! {
    #[test]
    fn phrases_of_the_same_words_are_told_apart(
        phrases in proptest::collection::btree_set(proptest::collection::vec(0_usize..4, 2..5), 1..60),
        typed in proptest::collection::vec(0_usize..6, 0..40),
    ) {
        // The first four are words, one of them longer than a key; the others are short for some of them.
        const WORDS: [&str; 6] = ["mua", "ban", "cryptocurrency", "nha", "nh", "bx"];
        const MEANT: [&[usize]; 6] = [&[0], &[1], &[2], &[3], &[3], &[1, 2]];
        let written = |words: &[usize]| words.iter().map(|word| WORDS[*word]).collect::<Vec<_>>().join(" ");
        let entries = phrases.iter().map(|phrase| entry(MatchMode::Obfuscated, &[&written(phrase)]));
        let pack = pack(entries.collect(), &[("nh", &["nha"]), ("bx", &["ban cryptocurrency"])]);
        let mut expected = Vec::new();
        for phrase in &phrases {
            for from in 0..typed.len() {
                for to in from + 1..=typed.len() {
                    let words = &typed[from..to];
                    if words.iter().flat_map(|word| MEANT[*word]).eq(phrase) {
                        let is_plain = words.iter().all(|word| *word < 4);
                        let writing = if is_plain { Writing::Plain } else { Writing::Disguised };
                        expected.push((written(words), writing));
                    }
                }
            }
        }
        expected.sort();
        let mut found = found(&pack, &written(&typed));
        found.sort();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn a_text_disguised_beyond_reading_says_so() {
    // Every token has two readings, and phrases branch on both at every step.
    let mut phrases = vec![String::new()];
    for _ in 0..MAX_PHRASE_SYLLABLES - 2 {
        phrases = phrases
            .iter()
            .flat_map(|phrase| [format!("{phrase} chồng"), format!("{phrase} cọng")])
            .collect();
        phrases.truncate(4096);
    }
    let phrases: Vec<&str> = phrases.iter().map(String::as_str).collect();
    let pack = pack(
        vec![entry(MatchMode::Obfuscated, &phrases)],
        &[("ck", &["chồng", "cọng"])],
    );
    let lexicon = Lexicon::compile(&pack).unwrap();
    let mut folded = Folded::new();
    folded.fold(&"ck ".repeat(64));
    let mut signals = Signals::default();
    lexicon.scan(&folded, &mut LexiconScratch::default(), &mut signals);
    assert!(signals.overflowed());
}

#[test]
fn the_ways_to_both_sides_of_an_anchor_add_up_and_do_not_multiply() {
    // Every token but two has two readings, so there are 32 ways to each side of the longer phrase.
    let side = ["nha"; 5].join(" ");
    let longer = entry(MatchMode::Obfuscated, &[&format!("{side} mua ban {side}")]);
    let shorter = entry(MatchMode::Obfuscated, &["nha nha mua ban nha"]);
    let pack = pack(vec![longer, shorter], &[("kk", &["nha", "nha"])]);
    let side = ["kk"; 5].join(" ");
    let text = format!("{side} mua ban {side}");
    let expected = [text.as_str(), "kk kk mua ban kk"].map(|typed| (typed.to_owned(), Writing::Disguised));
    let mut found = found(&pack, &text);
    found.sort_by_key(|(typed, _)| std::cmp::Reverse(typed.len()));
    assert_eq!(found, expected);
}

/// How many signals there are, and whether there was more than was looked at.
fn found_and_cut(pack: &Pack, text: &str) -> (usize, bool) {
    let lexicon = Lexicon::compile(pack).unwrap();
    let mut folded = Folded::new();
    folded.fold(text);
    let mut signals = Signals::default();
    lexicon.scan(&folded, &mut LexiconScratch::default(), &mut signals);
    (signals.as_slice().len(), signals.overflowed())
}

#[test]
fn phrases_are_found_at_so_many_places_and_no_more() {
    let cases = [
        ("bán", "bán"),
        ("bán hàng", "bán hàng"),
        ("bán hàng", "b4n h4ng"),
        ("không", "ko"),
    ];
    for (phrase, typed) in cases {
        let mut wants = entry(MatchMode::Obfuscated, &[phrase]);
        wants.near = near(&["súng"], 2);
        let pack = pack(vec![wants], &[("ko", &["không"])]);
        let most = format!("{typed}. ").repeat(crate::limits::MAX_HITS);
        assert_eq!(found_and_cut(&pack, &most), (0, false), "{typed}");
        assert_eq!(found_and_cut(&pack, &format!("{most}{typed}")), (0, true), "{typed}");
        let (found, is_cut) = found_and_cut(&pack, &format!("{typed} súng, hoa lá và cây. {most}"));
        assert_eq!((found, is_cut), (1, true), "{typed}: what came before is found");
    }
}

#[test]
fn words_of_conditions_are_found_at_so_many_places_and_no_more() {
    let mut wants = entry(MatchMode::Exact, &["bán hàng"]);
    wants.near = near(&["súng"], 2);
    let pack = pack(vec![wants], &[]);
    let most = "súng ".repeat(crate::limits::MAX_HITS);
    assert_eq!(found_and_cut(&pack, &format!("bán hàng {most}")), (1, false));
    assert_eq!(found_and_cut(&pack, &format!("bán hàng {most} súng")), (1, true));
}
