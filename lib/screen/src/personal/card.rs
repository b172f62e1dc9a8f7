//! Payment card numbers.
//!
//! Rule: a length and first digits that a scheme uses, and the Luhn check digit (ISO/IEC 7812-1). Domestic cards begin
//! with 9704 and have 16 or 19 digits; that all of them satisfy Luhn is from memory.
//!
//! Confidence: 90 in one piece, 95 in groups of four (or 4-6-5, 4-6-4), 98 beside a word such as `số thẻ`. Domestic
//! cards with a BIN that no bank is known for 20 less. Without a cue at least 14 digits in any other grouping are left
//! out.
//!
//! Known false alarms: one random number in ten passes Luhn; numbers of 16 digits that begin with 4 or 5 and name a
//! parcel or a device, unless a word says so.

use super::context::{Context, Nearness};
use super::formats::{CARD_RANGES, NAPAS, NAPAS_BINS};
use super::number::{Number, Seps};
use super::words::Cue;
use super::{Hit, value};
use crate::PersonalKind;

/// What a number is as a card.
pub(super) fn judge(number: &Number<'_>, context: &Context) -> Option<Hit> {
    let digits = number.digits();
    let allowed = Seps::SPACE.and(Seps::DOT).and(Seps::DASH);
    if digits.len() < 14 || !number.is_written_with(allowed) {
        return None;
    }
    let penalty = range_penalty(digits)?;
    if !passes_luhn(digits) {
        return None;
    }
    let cue = context.nearest_of(&[Cue::Card, Cue::Account, Cue::Bank]);
    let mut confidence = match (number.groups(), cue) {
        (_, Nearness::Nearest) => 98,
        ([4, 4, 4, 4] | [4, 4, 4, 4, 3] | [4, 6, 5] | [4, 6, 4], _) => 95,
        (_, Nearness::Near) => 93,
        ([_], _) => 90,
        _ => return None,
    };
    confidence -= penalty;
    confidence -= if number.is_glued() { 20 } else { 0 };
    if context.nearness(Cue::Thing) == Nearness::Nearest {
        confidence -= 45;
    }
    Some(Hit::new(PersonalKind::BankCard, confidence))
}

/// How much less sure the first digits leave us; `None` when no scheme has them.
fn range_penalty(digits: &[u8]) -> Option<i16> {
    let first = value(digits.get(..4)?);
    let len = digits.len() as u32;
    if first == NAPAS && matches!(len, 16 | 19) {
        let is_known = NAPAS_BINS.contains(value(digits.get(4..6)?));
        return Some(if is_known { 0 } else { 20 });
    }
    let is_in_range = CARD_RANGES
        .iter()
        .any(|range| (range.low..=range.high).contains(&first) && range.lengths.contains(len));
    // Two short ranges share their length with device numbers and little else.
    is_in_range.then_some(if len < 16 { 15 } else { 0 })
}

/// Every second digit from the right is doubled; the sum of all digits is a multiple of ten.
fn passes_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .zip([false, true].into_iter().cycle())
        .map(|(digit, is_doubled)| {
            let digit = u32::from(*digit);
            match (is_doubled, digit * 2) {
                (false, _) => digit,
                (true, doubled @ 0..=9) => doubled,
                (true, doubled) => doubled - 9,
            }
        })
        .sum();
    sum.is_multiple_of(10) && digits.iter().any(|digit| *digit != 0)
}
