use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

use super::*;

fn fold(text: &str) -> Folded {
    let mut folded = Folded::new();
    folded.fold(text);
    folded
}

/// Folds both and compares every token's key and marks.
fn check_same(left: &str, right: &str) {
    let words = |text: &str| {
        fold(text)
            .tokens()
            .iter()
            .map(|token| (token.key, token.marks))
            .collect::<Vec<_>>()
    };
    assert_eq!(words(left), words(right), "{left:?} and {right:?}");
}

fn letters(text: &str) -> String {
    String::from_utf8_lossy(fold(text).bytes()).into_owned()
}

#[test]
fn case_width_and_style_fold_away() {
    check_same("LỪA ĐẢO", "lừa đảo");
    check_same("ｌừａ ｖｉｅｔｃｏｍｂａｎｋ", "lừa vietcombank");
    check_same("𝐯𝐢𝐞𝐭𝐜𝐨𝐦𝐛𝐚𝐧𝐤 𝓿𝓷 ⓥⓝ 🅥🅝", "vietcombank vn vn vn");
    check_same("pаypаl", "paypal"); // Cyrillic а
    check_same("ᴛɪᴇɴ", "tien");
    check_same("κhοản τικτοκ χεm", "khoản tiktok xem"); // Greek
    check_same("ткм Кп", "tkm kn"); // Cyrillic
    check_same("ﬁ ½", "fi 12");
}

#[test]
fn both_normal_forms_and_both_tone_placements_are_the_same() {
    let text = "hoà thuỷ khoẻ lừa đảo đường Nguyễn";
    check_same(text, &text.nfd().collect::<String>());
    check_same(text, &text.nfc().collect::<String>());
    check_same("hoà thuỷ khoẻ", "hòa thủy khỏe");
}

#[test]
fn marks_tell_words_apart() {
    let folded = fold("ma má mà mả mã mạ mơ mở dao đao");
    let tokens = folded.tokens();
    let distinct: std::collections::BTreeSet<_> = tokens.iter().map(|token| (token.key, token.marks)).collect();
    assert_eq!(distinct.len(), tokens.len());
}

#[test]
fn missing_marks_are_compatible_and_other_marks_are_not() {
    let marks = |text: &str| fold(text).tokens().first().map(|token| token.marks).unwrap();
    for typed in ["lừa", "lưa", "lùa", "lua"] {
        assert!(marks(typed).is_compatible_with(marks("lừa")), "{typed}");
    }
    for typed in ["lửa", "lúa", "lứa", "lụa"] {
        assert!(!marks(typed).is_compatible_with(marks("lừa")), "{typed}");
    }
    assert!(!marks("đao").is_compatible_with(marks("dao")));
    assert!(marks("dao").is_compatible_with(marks("đao")));
}

#[test]
fn invisible_characters_and_piled_marks_fold_to_nothing() {
    check_same("l\u{200b}ừ\u{ad}a\u{202e} đ\u{fe0f}ảo\u{e0041}", "lừa đảo");
    let mut zalgo = String::new();
    for c in "lua".chars() {
        zalgo.push(c);
        zalgo.extend(std::iter::repeat_n('\u{336}', 40));
    }
    check_same(&zalgo, "lua");
}

#[test]
fn marks_piled_on_a_letter_are_noise_and_its_own_are_not() {
    // Strokes, two tones, and a mark that the letter never bears.
    for piled in [
        "lu\u{336}\u{300}a\u{301}\u{300}",
        "lu\u{300}\u{336}a",
        "l\u{338}\u{322}u\u{302}\u{301}a\u{336}",
    ] {
        check_same(piled, "lua");
    }
    check_same("l\u{336}ừ\u{336}a\u{336} đ\u{336}ả\u{301}\u{309}o", "lừa đảo");
    check_same("lu\u{31b}\u{300}a d\u{335}a\u{309}o", "lừa đảo");
}

#[test]
fn spans_point_at_what_was_typed() {
    let text = "Xin  L\u{200b}Ừa\u{200b} đa\u{309}o!";
    let folded = fold(text);
    let words: Vec<&str> = folded
        .tokens()
        .iter()
        .map(|token| folded.span(token.units()))
        .map(|span| &text[span.start as usize..span.end as usize])
        .collect();
    assert_eq!(words, ["Xin", "L\u{200b}Ừa", "đa\u{309}o"]);
    assert_eq!(folded.span(0..0), Span { start: 0, end: 0 });
    assert_eq!(
        folded.span(900..901),
        Span {
            start: text.len() as u32,
            end: text.len() as u32
        }
    );
}

#[test]
fn one_character_for_several_letters_is_shown_whole() {
    let text = "x㎏y";
    let folded = fold(text);
    assert_eq!(folded.bytes(), b"xkgy");
    assert_eq!(folded.span(1..2), Span { start: 1, end: 4 });
    assert_eq!(folded.span(2..3), Span { start: 1, end: 4 });
}

#[test]
fn gaps_are_told_apart() {
    let gap = |text: &str| fold(text).tokens().last().map(|token| token.gap).unwrap();
    for plain in ["lừa đảo", "lừa-đảo", "lừa\nđảo", "lừa   đảo", "lừa_đảo"] {
        assert_eq!(gap(plain), Gap::Plain, "{plain}");
    }
    for odd in ["lừa.đảo", "lừa*đảo", "lừa 🔥 đảo", "lừa - đảo", "lừa--đảo"] {
        assert_eq!(gap(odd), Gap::Odd, "{odd}");
    }
    for stop in [" đảo", "lừa. đảo", "lừa, đảo", "lừa 中 đảo", "lừa ********* đảo", "đảo"] {
        assert_eq!(gap(stop), Gap::Break, "{stop}");
    }
}

#[test]
fn behind_the_last_unit_there_are_blanks() {
    let mut folded = fold(&"x".repeat(500));
    for len in [0, 1, 63, 64, 65, 200] {
        let text = "é".repeat(len);
        folded.fold(&text);
        assert_eq!(folded.window::<80>(len), Some(&[b' '; 80]), "{len}");
    }
}

#[test]
fn characters_of_four_letters_have_room() {
    let text = "㎉".repeat(1000);
    assert_eq!(letters(&text), "kcal".repeat(1000));
}

#[test]
fn keys_are_exact_up_to_their_limit_and_hashed_past_it() {
    assert!(!Key::of(b"abcdefgh").is_hashed());
    assert!(Key::of(b"abcdefghi").is_hashed());
    assert_ne!(Key::of(b"abcdefghijk"), Key::of(b"abcdefghikj"));
    assert_ne!(Key::of(b"a"), Key::of(b"0"));
}

#[test]
fn signs_fold_to_their_ascii_relatives() {
    assert_eq!(letters("a。b．c／d：e—f“g”"), "a.b.c/d:e-f\"g\"");
    assert_eq!(letters("中🔥"), "\u{1f}\u{7f}");
}

proptest! {
    #[test]
    fn any_text_folds_with_spans_on_character_boundaries(text in "\\PC{0,64}|[a-zăâđ\u{300}-\u{36f}\u{200b}ﬁ½ ]{0,64}") {
        let folded = fold(&text);
        prop_assert_eq!(folded.bytes().len(), folded.marks().len());
        for start in 0..=folded.bytes().len() {
            for end in start..=folded.bytes().len() {
                let span = folded.span(start..end);
                prop_assert!(text.get(span.start as usize..span.end as usize).is_some());
                prop_assert!(end == start || span.end > span.start);
            }
        }
    }

    #[test]
    fn a_unit_stands_where_its_character_does(text in "[a-zA-Zăâđệữ .,!中🔥\n]{0,300}") {
        let folded = fold(&text);
        let starts = text.char_indices().map(|(at, c)| (at as u32, (at + c.len_utf8()) as u32));
        let found = (0..folded.bytes().len()).map(|unit| folded.span(unit..unit + 1));
        prop_assert_eq!(found.map(|span| (span.start, span.end)).collect::<Vec<_>>(), starts.collect::<Vec<_>>());
    }

    #[test]
    fn rare_characters_move_no_unit_away(text in "[a-zệữ中🔥\n\u{200b}\u{301}\u{336}ﬁ]{0,300}|[a-z]{50,90}(\u{200b}|\u{301}|ﬁ)[a-zệ]{0,90}") {
        let folded = fold(&text);
        let starts = text.char_indices().flat_map(|(at, c)| {
            let units = match c {
                '\u{200b}' | '\u{301}' | '\u{336}' => 0,
                'ﬁ' => 2,
                _ => 1,
            };
            std::iter::repeat_n(at as u32, units)
        });
        let found = (0..folded.bytes().len()).map(|unit| folded.span(unit..unit + 1).start);
        prop_assert_eq!(found.collect::<Vec<_>>(), starts.collect::<Vec<_>>());
    }

    #[test]
    fn kinds_are_those_of_the_units(text in "[a-d .,]{0,150}[0@$|(\\[ ]{0,2}[a-d .,]{0,150}") {
        let folded = fold(&text);
        let check = |kind: Kinds, units: &[u8]| {
            assert_eq!(folded.kinds().have(kind), folded.bytes().iter().any(|unit| units.contains(unit)), "{text}");
        };
        check(Kinds::DIGIT, b"0123456789");
        check(Kinds::AT, b"@");
        check(Kinds::LETTER_SIGN, b"$|");
        check(Kinds::BRACKET, b"([");
        check(Kinds::AT.or(Kinds::BRACKET), b"@([");
    }

    #[test]
    fn tokens_are_the_runs_of_letters_and_digits(text in "[a-dsữđ0-3 .,!ﬁ½Ⅷ\u{200b}中🔥]{0,300}|[a-z]{0,200}|\\PC{0,200}") {
        let folded = fold(&text);
        let mut expected = Vec::new();
        let mut at = 0;
        for run in folded.bytes().split(|unit| !unit.is_ascii_alphanumeric()) {
            let repeats = run.windows(2).any(|pair| pair[0] == pair[1]);
            let has_digit = run.iter().any(u8::is_ascii_digit);
            let has_letter = run.iter().any(u8::is_ascii_alphabetic);
            let has_tone_key = run.iter().skip(1).any(|letter| b"sfrxjw".contains(letter));
            let traits = [repeats, has_digit, has_letter, has_tone_key];
            expected.push((at..at + run.len(), Key::of(run), traits));
            at += run.len() + 1;
        }
        expected.retain(|(units, ..)| !units.is_empty());
        let found = folded.tokens().iter().map(|token| {
            let traits = token.traits;
            let traits = [traits.has_repeat(), traits.has_digit(), traits.has_letter(), traits.has_tone_key()];
            (token.units(), token.key, traits)
        });
        prop_assert_eq!(found.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn normal_forms_never_matter(text in "[a-yàáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ .,!?0-9]{0,64}") {
        check_same(&text.nfd().collect::<String>(), &text.nfc().collect::<String>());
    }
}
