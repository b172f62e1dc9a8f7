//! Which of what a hunt found has a host, and why the rest has none: counted in memory, and no address is kept or told.

use anlanh_store::hunt::FoundKept;

use super::TurnBack;

/// Rows of a hunt that have no host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hostless {
    /// Rows of events that name no subscriber.
    pub unnamed: u64,
    /// Rows whose token cannot be turned back any more: it is from before tokens could be, the key is gone, or the subscriber is in none of
    /// the networks named now. None where nobody turns tokens back now, so that it is not known.
    pub lost: Option<u64>,
}

/// Whether a row has a token that cannot be turned back.
pub(super) fn is_lost(turn_back: &TurnBack, row: &FoundKept) -> bool {
    let at = row.found.first_at.as_micros();
    let token = row.found.token.as_deref();
    token.is_some_and(|token| turn_back.address(token, at).is_none())
}

/// Counts rows without a host.
pub(super) fn count(turn_back: Option<&TurnBack>, rows: &[FoundKept]) -> Hostless {
    let many = |is_one: &dyn Fn(&&FoundKept) -> bool| rows.iter().filter(is_one).count() as u64;
    Hostless {
        unnamed: many(&|row| row.found.token.is_none()),
        lost: turn_back.map(|turn_back| many(&|row| is_lost(turn_back, row))),
    }
}
