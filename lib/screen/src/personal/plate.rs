//! Vehicle plates.
//!
//! Rule: two digits of a province, a series of one or two letters, or a letter and a digit, and four or five digits:
//! `29A-123.45`, `59-X1 123.45`, `30K-1234`. Series have no I, J, O, Q or W. Source: TT 79/2024/TT-BCA and what came
//! before; that J is never used is from memory.
//!
//! Confidence: 96 beside a word such as `biển số`; without one 88 with a dash and a dot, 80 with the dot alone, 75 with
//! a dash before five digits, 60 before four, 52 in one piece or with spaces alone; 15 less when the letter is small,
//! because `50k 20000` is money.
//!
//! Known false alarms: product codes of the same shape. Plates of the army and of embassies are not looked for.

use std::ops::Range;

use super::Hit;
use super::context::{Context, Nearness};
use super::formats::PLATE_CODES;
use super::value;
use super::words::Cue;
use crate::PersonalKind;

/// Reads units one after another.
struct Reader<'u> {
    units: &'u [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.units.get(self.at).copied()
    }

    fn take(&mut self, is_wanted: impl Fn(u8) -> bool) -> Option<u8> {
        let unit = self.peek().filter(|unit| is_wanted(*unit))?;
        self.at += 1;
        Some(unit)
    }

    /// Up to three signs: returns whether a dash was among them; `None` when there was no sign at all.
    fn signs(&mut self) -> Option<bool> {
        let start = self.at;
        let mut has_dash = false;
        while self.at < start + 3 {
            let Some(unit) = self.take(|unit| matches!(unit, b' ' | b'-' | b'.')) else {
                break;
            };
            has_dash |= unit == b'-';
        }
        (self.at > start).then_some(has_dash)
    }

    /// Counts and takes digits, at most `limit`.
    fn digits(&mut self, limit: usize) -> usize {
        let start = self.at;
        while self.at < start + limit && self.take(|unit| unit.is_ascii_digit()).is_some() {}
        self.at - start
    }
}

const fn is_series_letter(unit: u8) -> bool {
    matches!(unit, b'a'..=b'h' | b'k'..=b'n' | b'p' | b'r'..=b'v' | b'x'..=b'z')
}

/// What is known of how a plate was written.
struct Writing {
    has_dash: bool,
    has_dot: bool,
    has_space: bool,
    digits: usize,
}

/// The plate that begins at a unit, where a token begins, and the units it takes. `is_capital` says whether the
/// character at a unit was typed as a capital.
pub(super) fn judge(
    units: &[u8],
    start: usize,
    context: &Context,
    is_capital: impl Fn(usize) -> bool,
) -> Option<(Range<usize>, Hit)> {
    let code = match units.get(start..start + 2)? {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => value(&[tens - b'0', ones - b'0']),
        _ => return None,
    };
    if !PLATE_CODES.contains(code) {
        return None;
    }
    let mut reader = Reader { units, at: start + 2 };
    let before_series = reader.signs();
    let series_at = reader.at;
    reader.take(is_series_letter)?;
    let writing = read_number(&mut reader, before_series)?;
    if reader.peek().is_some_and(|unit| unit.is_ascii_alphanumeric()) {
        return None;
    }
    let mut confidence = match context.nearness(Cue::Plate) {
        Nearness::Nearest => 96,
        Nearness::Near => 90,
        Nearness::Inherited | Nearness::None => match (writing.has_dash, writing.has_dot, writing.digits) {
            (true, true, _) => 88,
            (false, true, _) => 80,
            (true, false, 5) => 75,
            (true, false, _) => 60,
            (false, false, _) if writing.has_space => 50,
            (false, false, _) => 52,
        },
    };
    if !is_capital(series_at) && confidence < 90 {
        confidence -= 15;
    }
    Some((start..reader.at, Hit::new(PersonalKind::Plate, confidence)))
}

/// The rest of the series and the number. A dot stands only before the last two of five digits.
fn read_number(reader: &mut Reader<'_>, before_series: Option<bool>) -> Option<Writing> {
    let after_letter = reader.at;
    for series_tail in [0, 1] {
        reader.at = after_letter;
        if series_tail == 1 {
            reader.take(|unit| is_series_letter(unit) || matches!(unit, b'1'..=b'9'))?;
        }
        let gap = reader.signs();
        let digits_at = reader.at;
        let first = reader.digits(6);
        let has_dot = first == 3 && reader.peek() == Some(b'.');
        if has_dot {
            reader.at += 1;
        }
        let last = if has_dot { reader.digits(3) } else { 0 };
        let digits = first + last;
        let is_whole = matches!((first, last, has_dot), (4 | 5, 0, false) | (3, 2, true));
        if is_whole && digits_at > after_letter {
            let signs = [before_series, gap];
            return Some(Writing {
                has_dash: signs.contains(&Some(true)),
                has_dot,
                has_space: signs.contains(&Some(false)),
                digits,
            });
        }
        if is_whole && gap.is_none() {
            return Some(Writing {
                has_dash: before_series == Some(true),
                has_dot,
                has_space: before_series == Some(false),
                digits,
            });
        }
    }
    None
}
