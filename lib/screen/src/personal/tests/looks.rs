//! What looks at a text before it is read denies nothing that is in it.

use proptest::prelude::*;

use super::{check_none, detectors, find};
use crate::Signal;
use crate::personal::*;

/// What a text holds, and that the look before folding does not deny it.
fn check_glance(text: &str) {
    let found = find(detectors(), text);
    assert!(found.is_empty() || detectors().may_hold(text), "{text:?}");
}

#[test]
fn a_text_without_personal_data_is_told_before_it_is_folded() {
    let plain = "Hôm nay trời đẹp quá, mọi người ơi! Đi chơi không? “Đi chứ” 😀😀 Ừ, để mình gọi thêm vài bạn nữa nhé (cho vui).";
    for text in [
        "",
        plain,
        &"mọi người ơi, ".repeat(20),
        "hai ba người",
        "KHÔNG BIẾT",
        "vl",
        "(nhé)",
        "(a)",
        "tro\u{300}i đe\u{323}p qua\u{301}",
        "đi 👩\u{200d}👧 ☀\u{fe0f} nhé",
        "một người bạn của tôi có hai con mèo",
        "\n",
        "đ",
        "a",
    ] {
        assert!(!detectors().may_hold(text), "{text:?}");
    }
    for text in [
        "0",
        "a@b",
        "(at)",
        "[AT]",
        "ten at gmail chấm com",
        "²",
        "１",
        "\u{200b}",
        "không chín một hai ba bốn năm sáu bảy tám",
        "kho\u{302}ng chi\u{301}n mo\u{323}\u{302}t hai ba bô\u{301}n na\u{306}m sa\u{301}u ba\u{309}y ta\u{301}m",
        "không\u{200d}chín một hai ba bốn năm sáu bảy tám",
    ] {
        assert!(detectors().may_hold(text), "{text:?}");
    }
    assert!(!Detectors::compile(&[]).may_hold("0912345678"));
    // Digits in words that make no number are no reason to read an address in words.
    check_none(&["hai người một nhà ba gửi về ten at yahoo chấm com"]);
    check_glance("hai người một nhà ba gửi về ten at yahoo chấm com");
}

#[test]
fn no_character_hides_personal_data_from_the_look_before_folding() {
    let digits = "không chín một hai ba bốn năm sáu bảy bẩy tám lăm tư hông zero o l i mốt";
    let mut folded = Folded::new();
    for character in (0..0x2_0000)
        .filter(|code| !(0x3000..0xf900).contains(code))
        .filter_map(char::from_u32)
    {
        let mut text = [0; 4];
        let text = character.encode_utf8(&mut text);
        folded.fold(text);
        let units = folded.bytes().to_vec();
        if units.iter().any(|unit| unit.is_ascii_digit() || *unit == b'@') {
            assert!(detectors().may_hold(text), "{character:?}");
        }
        if units.iter().any(|unit| matches!(unit, b'(' | b'[')) {
            check_glance(&format!("ten{text}at)gmail.com"));
        }
        let is_letter = |unit: &u8| unit.is_ascii_alphabetic();
        if text.is_ascii() || !units.iter().all(is_letter) && !units.is_empty() {
            continue;
        }
        // In every place where it stands for a letter of a digit in words, or for nothing.
        for word in digits.split(' ') {
            for (at, letter) in word.char_indices() {
                folded.fold(&word[at..at + letter.len_utf8()]);
                if folded.bytes() == units {
                    let variant = word.replacen(letter, text, 1);
                    check_glance(&format!("không chín {}", format!("{variant} ").repeat(8)));
                    check_glance(&format!("không ba {}", format!("{variant}😀").repeat(8)));
                }
            }
            if units.is_empty() && u32::from(character) % 16 == 0 {
                check_glance(&format!("không chín {}", format!("{word}{text} ").repeat(8)));
            }
        }
        for word in ["at", "a còng", "mail"] {
            for (at, letter) in word.char_indices() {
                folded.fold(&word[at..at + letter.len_utf8()]);
                if units.starts_with(folded.bytes()) {
                    let variant = word.replacen(letter, text, 1);
                    check_glance(&format!("ten {variant} gmail chấm com"));
                    check_glance(&format!("ten at g{variant} chấm com"));
                }
            }
        }
    }
}

/// What the walk finds in a text that it goes over whatever the first look promises.
fn walk(text: &str) -> Vec<Signal> {
    let mut folded = Folded::new();
    folded.fold(text);
    let mut signals = Signals::default();
    Walk::new(detectors(), text, &folded, Promise::Anything, &mut signals).run();
    signals.as_slice().to_vec()
}

/// Whether the look at a folded text sends the walk over it.
fn promises_something(text: &str) -> bool {
    let mut folded = Folded::new();
    folded.fold(text);
    detectors().promise(&folded) != Promise::Nothing
}

#[test]
fn a_few_digits_are_no_reason_for_a_walk() {
    for text in ["mua 2 cái", "200k bạn ơi", "lúc 7h30", "năm 2024", "tầng 3", "m1 3p"] {
        assert!(!promises_something(text), "{text:?}");
    }
    for text in [
        "q1 12",
        "số 12",
        "12 Hà Nội",
        "1 hai ba 4 năm 6",
        "ten1 at yahoo chấm com",
        "29A-1234",
    ] {
        assert!(promises_something(text), "{text:?}");
    }
}

proptest! {
    #[test]
    fn what_the_look_at_digits_denies_is_nothing(
        text in "[0-9]((số|nhà|ngõ|hẻm|đường|phố|phường|quận|xã hội|bạn|bản|p|f|q|[pfqtk][0-9]{1,2}|Nguyễn|Trãi|Hà Nội|Huế|địa chỉ|không|chín|một|o|l|at|a còng|yahoo|chấm|com|hộ chiếu|biển số|stk|B|A|[0-9]{1,4}|/|-)[ .,\n]?){0,14}",
    ) {
        prop_assert!(promises_something(&text) || walk(&text).is_empty(), "{:?} {:?}", text, walk(&text));
    }

    #[test]
    fn what_the_look_before_folding_denies_is_nothing(
        text in "((không|chín|một|hai|ba|bốn|năm|SÁU|bảy|tám|o|l|i|tư|khong|saú|baỷ|nhà|a|at|acong|g?mail|com|cham|[0-9]|[ .()@\\-\n😀“…]|(at)|[\u{300}\u{323}\u{200d}\u{fe0f}]|đ| ){1,3}[ ]?){0,40}",
    ) {
        let found = find(detectors(), &text);
        prop_assert!(found.is_empty() || detectors().may_hold(&text), "{:?} {:?}", text, found);
    }
}
