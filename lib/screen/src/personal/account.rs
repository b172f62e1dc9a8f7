//! Bank account numbers.
//!
//! Rule: six to nineteen digits beside a word such as `stk`, a bank's name before or after, or, for nine digits and
//! more, a word for a transfer. Banks number as they like and there is no common check digit, so everything rests on
//! the words. Source: the account lengths that banks publish.
//!
//! Confidence: 95 right after `stk` or `số tài khoản`, 90 beside a bank's name, 84 when another cue stands between, 68
//! after a word for a transfer (88 with a bank's name too), 58 when an earlier number stands between; 12 less below
//! eight digits. Without a word nothing is reported. Many accounts *are* mobile numbers: right after `stk` they are
//! reported as accounts.
//!
//! Known false alarms: transaction and card numbers beside a bank's name. Amounts, dates and hotlines are left out.

use super::Hit;
use super::context::{Context, Nearness};
use super::number::{Number, Seps};
use super::words::Cue;
use crate::PersonalKind;

/// Longest group of an account that is written in groups: longer ones are numbers of their own.
const LONGEST_GROUP: u8 = 6;

/// What a number is as an account.
pub(super) fn judge(number: &Number<'_>, context: &Context) -> Option<Hit> {
    let len = number.len();
    let cues = [Cue::Account, Cue::Bank, Cue::Transfer];
    if !(6..=19).contains(&len) || context.nearest_of(&cues) == Nearness::None || is_something_else(number, context) {
        return None;
    }
    let named = context.nearness(Cue::Account);
    let bank = context.nearness(Cue::Bank);
    let confidence = match (named, bank, context.nearness(Cue::Transfer)) {
        (Nearness::Nearest, _, _) | (Nearness::Near, Nearness::Nearest, _) => 95,
        (_, Nearness::Nearest, _) => 90,
        (Nearness::Near, _, _) => 84,
        (_, Nearness::Near, Nearness::Nearest) if len >= 8 => 88,
        (_, Nearness::Near, _) if len >= 8 => 75,
        (_, _, Nearness::Nearest) if len >= 9 && !ends_round(number) => 68,
        (Nearness::Inherited, _, _) if len >= 8 => 58,
        (_, _, _) => return None,
    };
    let confidence = if len < 8 { confidence - 12 } else { confidence };
    Some(Hit::new(PersonalKind::BankAccount, confidence))
}

fn is_something_else(number: &Number<'_>, context: &Context) -> bool {
    let allowed = Seps::SPACE.and(Seps::DOT).and(Seps::DASH);
    let groups = number.groups();
    let is_grouped_oddly = groups.len() > 1 && groups.iter().any(|group| *group > LONGEST_GROUP);
    let is_spelled = groups.len() > 6 && groups.len() != number.len();
    !number.is_written_with(allowed)
        || number.is_glued()
        || is_grouped_oddly
        || is_spelled
        || number.is_thousands()
        || number.begins_as_date()
        || context.is_amount()
        || matches!(number.digits(), [1, 8 | 9, 0, 0, ..] if number.len() <= 10)
        || (number.len() < 8 && ends_round(number))
        || context.nearness(Cue::Thing) == Nearness::Nearest
}

/// `500000`: an amount.
fn ends_round(number: &Number<'_>) -> bool {
    number.len() <= 10 && number.digits().ends_with(&[0, 0, 0])
}
