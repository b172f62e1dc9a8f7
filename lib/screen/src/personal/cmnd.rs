//! Numbers of the old identity card (chứng minh nhân dân).
//!
//! Rule: nine digits beside a word such as `cmnd`; there is nothing in them to check. Source: NĐ 05/1999/NĐ-CP, from
//! memory. The cards are invalid since 2025 and still name a person.
//!
//! Confidence: 92 right after the word, 85 after a word for the new card or with another cue between, 60 when an
//! earlier number stands between. Without a word nothing is reported: most nine-digit numbers are something else.
//!
//! Known false alarms: another nine-digit number, of an account for instance, in a sentence that speaks of identity
//! papers. Amounts (`500.000.000 đồng`) are left out.

use super::Hit;
use super::context::{Context, Nearness};
use super::number::{Number, Seps};
use super::words::Cue;
use crate::PersonalKind;

/// What a number is as a CMND.
pub(super) fn judge(number: &Number<'_>, context: &Context) -> Option<Hit> {
    let allowed = Seps::SPACE.and(Seps::DOT).and(Seps::DASH);
    if number.len() != 9
        || !number.is_written_with(allowed)
        || number.groups().len() > 3 && number.groups().len() != 9
        || context.is_amount()
        || number.is_glued()
    {
        return None;
    }
    let confidence = match (context.nearness(Cue::Cmnd), context.nearness(Cue::Cccd)) {
        (Nearness::Nearest, _) => 92,
        (Nearness::Near, _) | (_, Nearness::Nearest) => 85,
        (_, Nearness::Near) => 75,
        (Nearness::Inherited, _) => 60,
        (Nearness::None, Nearness::None | Nearness::Inherited) => return None,
    };
    Some(Hit::new(PersonalKind::Cmnd, confidence))
}
