//! Social insurance numbers (mã số bảo hiểm xã hội) and the longer code on health insurance cards.
//!
//! Rule: ten digits beside a word such as `bhxh`; or two letters that name a group of insured, one digit 1 to 5, two
//! digits for the province and the ten digits. There is no public check digit. Source: QĐ 595/QĐ-BHXH, QĐ 1351/QĐ-BHXH,
//! from memory. Since 2025 the personal number takes its place.
//!
//! Confidence: 92 right after the word, 84 with another cue between; the card's code 80 without and 96 beside the word.
//!
//! Known false alarms: a phone number in a sentence on insurance that has no cue of its own.

use super::context::{Context, Nearness};
use super::formats::{INSURED_GROUPS, PROVINCE_CODES};
use super::number::{Number, Seps};
use super::words::Cue;
use super::{Hit, value};
use crate::PersonalKind;

/// What a number is as a social insurance number.
pub(super) fn judge(number: &Number<'_>, context: &Context) -> Option<Hit> {
    let allowed = Seps::SPACE.and(Seps::DOT).and(Seps::DASH);
    if number.len() != 10 || !number.is_written_with(allowed) || number.groups().len() > 4 || number.is_glued() {
        return None;
    }
    let confidence = match context.nearness(Cue::Bhxh) {
        Nearness::Nearest => 92,
        Nearness::Near => 84,
        Nearness::Inherited | Nearness::None => return None,
    };
    Some(Hit::new(PersonalKind::Bhxh, confidence))
}

/// What thirteen digits are after two letters.
pub(super) fn judge_card(group: [u8; 2], number: &Number<'_>, context: &Context) -> Option<Hit> {
    let allowed = Seps::SPACE.and(Seps::DOT).and(Seps::DASH);
    let digits = number.digits();
    let [1..=5, tens, ones, ..] = digits else { return None };
    if digits.len() != 13
        || !number.is_written_with(allowed)
        || !PROVINCE_CODES.contains(value(&[*tens, *ones]))
        || !INSURED_GROUPS.contains(&group)
    {
        return None;
    }
    let confidence = if context.nearness(Cue::Bhxh) > Nearness::None {
        96
    } else {
        80
    };
    Some(Hit::new(PersonalKind::Bhxh, confidence))
}
