//! Numbers are found in every form in which people write them, and only with what makes them numbers of their kind.

use PersonalKind::{BankCard, Cccd, Mobile, Mst};

use proptest::prelude::*;

use super::{detectors, find};
use crate::personal::*;

/// Weights of the tax code's check digit and the Luhn sum, written once more so that the detectors are not checked
/// against themselves.
fn tax_code(body: &[u8; 9]) -> Option<String> {
    let digits: String = body.iter().map(|digit| char::from(b'0' + digit)).collect();
    let sum: u32 = (0..9)
        .map(|at| u32::from(body[at]) * [31, 29, 23, 19, 17, 13, 7, 5, 3][at])
        .sum();
    (!sum.is_multiple_of(11)).then(|| format!("{digits}{}", 10 - sum % 11))
}

fn luhn_digit(body: &str) -> u32 {
    let mut sum = 0;
    for (at, c) in body.chars().rev().enumerate() {
        let digit = c.to_digit(10).unwrap() * if at % 2 == 0 { 2 } else { 1 };
        sum += digit / 10 + digit % 10;
    }
    (10 - sum % 10) % 10
}

/// The digits of a number in the ways people write them. The first digits are the operator's, so that a form can be
/// told by number.
fn written(digits: &str, form: usize) -> String {
    const WORDS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];
    let spelled = |c: char| WORDS[c.to_digit(10).unwrap() as usize];
    let joined = |sizes: &[usize], sign: &str| {
        let mut rest = digits;
        let mut groups = Vec::new();
        for size in sizes {
            let (group, tail) = rest.split_at(*size);
            groups.push(group);
            rest = tail;
        }
        groups.join(sign)
    };
    let spaced = |sign: &str| digits.chars().map(String::from).collect::<Vec<_>>().join(sign);
    match form {
        0 => digits.to_owned(),
        1 => joined(&[4, 3, 3], "."),
        2 => joined(&[4, 3, 3], " "),
        3 => joined(&[3, 3, 4], "-"),
        4 => joined(&[2, 2, 2, 2, 2], " "),
        5 => spaced(" "),
        6 => spaced("."),
        7 => format!("+84{}", &digits[1..]),
        8 => format!("+84 {}", &joined(&[4, 3, 3], " ")[1..]),
        9 => format!("84{}", &digits[1..]),
        10 => format!("(+84) {}", &digits[1..]),
        11 => digits.replace('0', "O"),
        12 => digits.replacen('1', "l", 2),
        13 => digits.chars().map(spelled).collect::<Vec<_>>().join(" "),
        14 => digits
            .chars()
            .map(|c| char::from_u32(0xff10 + c.to_digit(10).unwrap()).unwrap())
            .collect(),
        15 => spaced("\u{200b}"),
        16 => joined(&[4, 3, 3], "*"),
        17 => joined(&[4, 3, 3], " - "),
        _ => joined(&[4, 6], "/"),
    }
}

const FORMS: usize = 19;
const PREFIXES: [&str; 12] = [
    "032", "035", "039", "052", "058", "070", "079", "081", "086", "091", "097", "099",
];

proptest! {
    #[test]
    fn any_text_is_read_with_spans_on_character_boundaries(
        text in "\\PC{0,80}|[0-9oOlI .,/+()@A-Z<-]{0,80}|((stk|sđt|số nhà|ngõ|cccd|q|p|hai|không|[0-9]{1,12}|a@b.vn|[ .,-]){1,3} ){0,20}",
    ) {
        for (_, matched, confidence) in find(detectors(), &text) {
            prop_assert!(!matched.is_empty() && (60..=100).contains(&confidence));
        }
    }

    #[test]
    fn a_mobile_number_is_found_however_it_is_written(
        prefix in 0..PREFIXES.len(), rest in "[1-9]{2}[0-9]{5}", form in 0..FORMS,
        before in "(|nhắn |gọi em |đặt hàng: |có ai ơi )", after in "(| nha|, cảm ơn|!)",
    ) {
        let digits = format!("{}{rest}", PREFIXES[prefix]);
        let number = written(&digits, form);
        // No more letters than digits: past that nobody reads a number.
        prop_assume!(number.chars().filter(|c| matches!(c, 'O' | 'l')).count() <= 5);
        let text = format!("{before}{number}{after}");
        let found = find(detectors(), &text);
        prop_assert_eq!(found.len(), 1, "{} {:?}", text, found);
        prop_assert_eq!((found[0].0, &found[0].1), (Mobile, &number));
    }

    #[test]
    fn a_tax_code_is_found_only_with_its_check_digit(body in proptest::array::uniform9(0u8..10), wrong in 1u32..10) {
        prop_assume!(body[2..].iter().any(|digit| *digit != 0));
        let Some(code) = tax_code(&body) else { return Ok(()) };
        let text = format!("MST: {code}");
        let found = find(detectors(), &text);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!((found[0].0, found[0].1.as_str(), found[0].2), (Mst, code.as_str(), 98));
        let check = code[9..].parse::<u32>().unwrap();
        let broken = format!("MST: {}{}", &code[..9], (check + wrong) % 10);
        prop_assert!(find(detectors(), &broken).iter().all(|(kind, _, _)| *kind != Mst));
    }

    #[test]
    fn a_card_is_found_only_with_its_check_digit(
        body in "(970436|970422|970415|4[0-9]{5}|5[1-5][0-9]{4})[0-9]{9}", wrong in 1u32..10, grouped: bool,
    ) {
        let print = |check: u32| {
            let digits = format!("{body}{check}");
            if grouped {
                format!("{} {} {} {}", &digits[..4], &digits[4..8], &digits[8..12], &digits[12..])
            } else {
                digits
            }
        };
        let check = luhn_digit(&body);
        let number = print(check);
        let found = find(detectors(), &number);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!((found[0].0, &found[0].1), (BankCard, &number));
        let broken = print((check + wrong) % 10);
        prop_assert!(find(detectors(), &broken).iter().all(|(kind, _, _)| *kind != BankCard));
    }

    #[test]
    fn a_citizen_number_is_found_in_groups(
        province in 0..formats::PROVINCES.len(), person in "([01][1-9][0-9]|[23][012][0-9])[0-9]{6}", form in 0..4usize,
    ) {
        let digits = format!("{:03}{person}", formats::PROVINCES[province].0);
        let number = match form {
            0 => digits,
            1 => format!("{} {} {}", &digits[..4], &digits[4..8], &digits[8..]),
            2 => format!("{}.{}.{}.{}", &digits[..3], &digits[3..6], &digits[6..9], &digits[9..]),
            _ => digits.chars().map(String::from).collect::<Vec<_>>().join(" "),
        };
        let found = find(detectors(), &format!("căn cước {number} nhé"));
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!((found[0].0, &found[0].1), (Cccd, &number));
    }
}
