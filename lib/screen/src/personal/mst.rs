//! Tax codes (mã số thuế).
//!
//! Rule: ten digits of which the last is a check digit: 10 less the sum of the first nine, weighted 31, 29, 23, 19, 17,
//! 13, 7, 5 and 3, modulo 11; a sum of 0 gives no code. A branch adds three digits from 001. Since July 2025 persons
//! use their twelve-digit personal number: taken for a tax code only beside the word. Source: TT 105/2020/TT-BTC, annex
//! 1; TT 86/2024/TT-BTC.
//!
//! Confidence: 98 beside a word such as `mst`, 88 as `NNNNNNNNNN-NNN` without, 55 for ten bare digits (one random
//! number in eleven passes, so the usual threshold leaves them out), 95 for twelve digits beside the word.
//!
//! Known false alarms: most tax codes belong to companies, which the number does not show; account numbers that pass
//! the check.

use super::context::{Context, Nearness};
use super::number::{Number, Seps};
use super::words::Cue;
use super::{Hit, cccd};
use crate::PersonalKind;

const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];

/// What a number is as a tax code.
pub(super) fn judge(number: &Number<'_>, context: &Context) -> Option<Hit> {
    let allowed = Seps::SPACE.and(Seps::DOT).and(Seps::DASH).and(Seps::WIDE);
    if !number.is_written_with(allowed) || number.is_glued() || context.is_amount() {
        return None;
    }
    let cue = context.nearness(Cue::Mst);
    let confidence = match (number.len(), cue) {
        (10 | 13, Nearness::Nearest) => 98,
        (10 | 13, Nearness::Near) => 90,
        (13, _) if number.groups() == [10, 3] && number.seps() == Seps::DASH => 88,
        (10, _) if number.is_plain() && !is_service_number(number.digits()) => 55,
        (12, Nearness::Nearest | Nearness::Near) => {
            cccd::judge(number, context)?;
            return Some(Hit::new(
                PersonalKind::Mst,
                if cue == Nearness::Nearest { 99 } else { 80 },
            ));
        }
        _ => return None,
    };
    is_valid(number.digits()).then(|| Hit::new(PersonalKind::Mst, confidence))
}

fn is_valid(digits: &[u8]) -> bool {
    let (Some(body), Some(check)) = (digits.get(..9), digits.get(9)) else {
        return false;
    };
    let sum: u32 = WEIGHTS
        .iter()
        .zip(body)
        .map(|(weight, digit)| weight * u32::from(*digit))
        .sum();
    let is_blank = body.iter().skip(2).all(|digit| *digit == 0);
    let branch = digits.get(10..).unwrap_or_default();
    !sum.is_multiple_of(11)
        && u32::from(*check) == 10 - sum % 11
        && !is_blank
        && (branch.is_empty() || branch.iter().any(|digit| *digit != 0))
}

/// Toll-free and premium numbers.
fn is_service_number(digits: &[u8]) -> bool {
    matches!(digits, [1, 8 | 9, 0, 0, ..])
}
