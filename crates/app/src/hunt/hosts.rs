//! Which of what a hunt found has a host, and why the rest has none: no address is kept or told.

use anlanh_model::{Hunt, Id, Time};
use anlanh_store::Queries;
use anlanh_store::hunt::{self as store, FoundKept, FoundSum};

use super::TurnBack;
use crate::Error;

/// Rows of a hunt that have no host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hostless {
    /// Rows of events that name no subscriber.
    pub unnamed: u64,
    /// Rows whose token cannot be turned back any more: it is from before tokens could be, the key is gone, or the subscriber is in none of
    /// the networks named now. None where nobody turns tokens back now, something is hidden, or this is not the first part of a hunt: then
    /// it is not known.
    pub lost: Option<u64>,
}

/// Whether a row has a token that cannot be turned back.
pub(super) fn is_lost(turn_back: &TurnBack, row: &FoundKept) -> bool {
    let token = row.found.token.as_deref();
    token.is_some_and(|token| is_gone(turn_back, token, row.found.first_at))
}

fn is_gone(turn_back: &TurnBack, token: &str, at: Time) -> bool {
    turn_back.address(token, at.as_micros()).is_none()
}

/// Counts rows without a host: of what was found, that which is told; and those whose token cannot be turned back, by whoever does.
pub(super) fn count(
    tx: &mut impl Queries,
    (id, told): (Id<Hunt>, &[FoundSum]),
    turn_back: Option<&TurnBack>,
) -> Result<Hostless, Error> {
    let count_lost = |turn_back: &TurnBack| {
        let tokens = store::tokens(tx, id)?;
        let lost = tokens.iter().filter(|(token, at, _)| is_gone(turn_back, token, *at));
        Ok::<_, Error>(lost.map(|(_, _, rows)| *rows).sum())
    };
    Ok(Hostless {
        unnamed: told.iter().map(|of| of.unnamed).sum(),
        lost: turn_back.map(count_lost).transpose()?,
    })
}
