//! Mobile and landline numbers.
//!
//! Rule: a mobile number is 0, +84, 84 or 0084 and nine digits that begin with a prefix in use; a landline number has
//! an area code and seven or eight digits, ten in all after the 0. Source: the numbering plan after the changes of 2017
//! and 2018, see [`formats`](super::formats). Digits may stand in groups with light signs between, in words, and some
//! may be letters.
//!
//! Confidence: mobile 88 in one piece or tidy groups (one random ten-digit number in thirty has the shape, and hardly
//! anything else in a post begins with 0), 97 beside a word such as `sđt`, 85 in words, 10 less with letters for
//! digits, 18 less in untidy groups, 25 less with a prefix that nobody holds, 40 less as the number of an order or a
//! device. Landline 72, 92 beside a cue: most belong to offices. Mobile numbers of eleven digits from before 2018 still
//! name somebody, but only 75 and only beside a cue. Numbers 1800 and 1900 and short codes are never reported: they are
//! organisations' hotlines.
//!
//! Known false alarms: order and product numbers that begin with 0 and stand without a word that says so; shops'
//! numbers, which are somebody's number all the same. Known miss: a number spaced digit by digit right after another
//! single digit.

use super::context::{Context, Nearness};
use super::formats::{AREA_CODES, MOBILE_PREFIXES, RESERVED_MOBILE_PREFIXES};
use super::number::{Number, Seps};
use super::words::Cue;
use super::{Hit, value};
use crate::PersonalKind;

/// How the country is given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trunk {
    /// 0 and the number.
    National,
    /// 84 and the number, with or without a plus.
    Country,
}

/// What a number is as a telephone number.
pub(super) fn judge(number: &Number<'_>, context: &Context) -> Option<Hit> {
    let (trunk, subscriber) = split_trunk(number.digits())?;
    let allowed = Seps::SPACE
        .and(Seps::DOT)
        .and(Seps::DASH)
        .and(Seps::SLASH)
        .and(Seps::SIGN)
        .and(Seps::COMMA)
        .and(Seps::WIDE);
    if !number.seps().only(allowed) || number.begins_as_date() || is_decimal(number) {
        return None;
    }
    let (kind, plain) = match subscriber.len() {
        9 => (PersonalKind::Mobile, mobile_confidence(subscriber)?),
        10 if is_landline(subscriber) => (PersonalKind::Landline, 72),
        10 if is_from_before_2018(subscriber) && context.nearness(Cue::Phone) >= Nearness::Near => {
            (PersonalKind::Mobile, 55)
        }
        _ => return None,
    };
    let mut confidence = plain;
    if trunk == Trunk::Country {
        confidence += if number.has_plus_before() { 5 } else { -12 };
    }
    if !is_tidy(number) {
        confidence -= 18;
    }
    if number.words() > 0 {
        confidence -= 3;
    }
    confidence -= if number.letters() > 0 { 10 } else { 0 };
    confidence -= if number.is_glued() { 15 } else { 0 };
    confidence += match context.nearness(Cue::Phone) {
        Nearness::Nearest => 20,
        Nearness::Near => 6,
        Nearness::Inherited => 3,
        Nearness::None => 0,
    };
    if context.nearness(Cue::Thing) == Nearness::Nearest {
        confidence -= 40;
    }
    Some(Hit::new(kind, confidence.min(97)))
}

/// Cuts off 0, 84 or 0084; also the 0 in `+84 (0)912…`.
fn split_trunk(digits: &[u8]) -> Option<(Trunk, &[u8])> {
    match digits {
        [0, 0, 8, 4, rest @ ..] | [8, 4, 0, rest @ ..] => Some((Trunk::Country, rest)),
        [0, rest @ ..] => Some((Trunk::National, rest)),
        [8, 4, rest @ ..] => Some((Trunk::Country, rest)),
        _ => None,
    }
}

fn mobile_confidence(subscriber: &[u8]) -> Option<i16> {
    let prefix = value(subscriber.get(..2)?);
    if MOBILE_PREFIXES.contains(prefix) {
        Some(88)
    } else if RESERVED_MOBILE_PREFIXES.contains(prefix) {
        Some(63)
    } else {
        None
    }
}

fn is_landline(subscriber: &[u8]) -> bool {
    match subscriber {
        [2, 4, 2..=8, ..] | [2, 8, 2..=9, ..] => true,
        [2, 4 | 8, ..] => false,
        [2, tens, ones, ..] => AREA_CODES.contains(value(&[*tens, *ones])),
        _ => false,
    }
}

/// Numbers of eleven digits, all replaced in 2018: 012x, 016x, 018x and 0199.
const fn is_from_before_2018(subscriber: &[u8]) -> bool {
    matches!(subscriber, [1, 2 | 6 | 8, ..] | [1, 9, 9, ..])
}

/// `0.912345678` and `0,912345678` are decimals.
fn is_decimal(number: &Number<'_>) -> bool {
    number.groups().len() == 2
        && number.groups().first() == Some(&1)
        && number.seps().has(Seps::DOT.and(Seps::COMMA))
        && number.seps().kinds() == 1
}

/// At most five groups (`+84 (0) 912 345 678`), or all of one size, and one kind of sign beside brackets.
fn is_tidy(number: &Number<'_>) -> bool {
    let groups = number.groups();
    let first = groups.first();
    let is_even = groups.iter().all(|group| Some(group) == first);
    let signs = number.seps();
    let kinds = signs.kinds() - u32::from(signs.has(Seps::SIGN)) - u32::from(signs.has(Seps::WIDE));
    (groups.len() <= 5 || is_even || number.words() > 0) && (kinds <= 1 || signs.has(Seps::SIGN) && kinds <= 2)
}
