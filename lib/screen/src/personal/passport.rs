//! Passport numbers.
//!
//! Rule: one letter and seven or eight digits beside a word such as `hộ chiếu`; or the second line of the machine-
//! readable zone of a passport: 44 characters with five check digits. Source: ICAO Doc 9303 part 4 (TD3) and part 3
//! (check digits, weights 7 3 1); the length of Vietnamese numbers is from memory.
//!
//! Confidence: 93 right after the word, 85 with another cue between; 99 for the machine-readable line, which one random
//! line in a hundred thousand passes. Without a word or the line nothing is reported.
//!
//! Known false alarms: another code of the same shape in a sentence on passports.

use std::ops::Range;

use super::Hit;
use super::context::{Context, Nearness};
use super::words::Cue;
use crate::PersonalKind;
use crate::fold::Token;

/// Characters of a line.
const LINE: usize = 44;

/// The passport number that is this token, or this token and the next, and its units.
pub(super) fn judge(units: &[u8], tokens: &[Token], context: &Context) -> Option<(Range<usize>, Hit)> {
    let confidence = match context.nearness(Cue::Passport) {
        Nearness::Nearest => 93,
        Nearness::Near => 85,
        Nearness::Inherited | Nearness::None => return None,
    };
    let [token, rest @ ..] = tokens else { return None };
    let whole = match rest {
        [next, ..] if token.len() == 1 && next.start == token.end + 1 => token.start..next.end,
        _ => token.start..token.end,
    };
    let whole = whole.start as usize..whole.end as usize;
    let [letter, digits @ ..] = units.get(whole.clone())? else {
        return None;
    };
    let digits = match digits {
        [b' ' | b'-' | b'.', digits @ ..] => digits,
        digits => digits,
    };
    let is_number = matches!(digits.len(), 7 | 8) && digits.iter().all(u8::is_ascii_digit);
    (letter.is_ascii_lowercase() && is_number).then(|| (whole, Hit::new(PersonalKind::Passport, confidence)))
}

/// The machine-readable line in which this token holds the nationality, and its units.
pub(super) fn judge_line(units: &[u8], token: &Token) -> Option<(Range<usize>, Hit)> {
    let start = token.start as usize;
    // The number fills its nine characters, or `<` parts it from the check digit before the nationality.
    [start.checked_sub(9), Some(start)]
        .into_iter()
        .flatten()
        .find(|start| is_line(units.get(*start..*start + LINE).unwrap_or_default()))
        .map(|start| (start..start + LINE, Hit::new(PersonalKind::Passport, 99)))
}

fn is_line(line: &[u8]) -> bool {
    let part = |range: Range<usize>| line.get(range).unwrap_or_default();
    let nationality = part(10..13);
    if line.len() != LINE
        || !nationality
            .iter()
            .all(|unit| unit.is_ascii_lowercase() || *unit == b'<')
    {
        return false;
    }
    let composite = part(0..10).iter().chain(part(13..20)).chain(part(21..43));
    checks(part(0..9).iter(), line.get(9))
        && checks(part(13..19).iter(), line.get(19))
        && checks(part(21..27).iter(), line.get(27))
        && (checks(part(28..42).iter(), line.get(42)) || part(28..43).iter().all(|unit| *unit == b'<'))
        && checks(composite, line.get(43))
}

/// Whether the check digit is the sum of the characters' values, weighted 7, 3 and 1, modulo ten.
fn checks<'u>(characters: impl Iterator<Item = &'u u8>, check: Option<&u8>) -> bool {
    let sum: Option<u32> = characters
        .zip([7, 3, 1].into_iter().cycle())
        .map(|(unit, weight)| {
            let value = match unit {
                b'0'..=b'9' => unit - b'0',
                b'a'..=b'z' => unit - b'a' + 10,
                b'<' => 0,
                _ => return None,
            };
            Some(u32::from(value) * weight)
        })
        .sum();
    match (sum, check) {
        (Some(sum), Some(check @ b'0'..=b'9')) => sum % 10 == u32::from(check - b'0'),
        _ => false,
    }
}
