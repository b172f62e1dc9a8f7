//! Which of what a hunt found has a host, and why the rest has none: no address is kept or told.

use std::net::IpAddr;

use anlanh_model::{Hunt, Id, NoHost};
use anlanh_soc::NotTurned;
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

/// The host that a row is about, or why that is not known.
pub(super) fn host_of(turn_back: &TurnBack, row: &FoundKept) -> Result<IpAddr, NoHost> {
    let token = row.found.token.as_deref().ok_or(NoHost::Unnamed)?;
    let turned = turn_back.address(token, row.found.first_at.as_micros());
    turned.map_err(no_host)
}

/// What an alert says of a token that was not turned back.
#[must_use]
pub const fn no_host(why: NotTurned) -> NoHost {
    match why {
        NotTurned::Old => NoHost::OldToken,
        NotTurned::Lost => NoHost::LostToken,
    }
}

/// Counts rows without a host: of what was found, that which is told; and those whose token cannot be turned back, by whoever does.
pub(super) fn count(
    tx: &mut dyn Queries,
    (id, told): (Id<Hunt>, &[FoundSum]),
    turn_back: Option<&TurnBack>,
) -> Result<Hostless, Error> {
    let count_lost = |turn_back: &TurnBack| {
        let tokens = store::tokens(tx, id)?;
        let lost = tokens
            .iter()
            .filter(|(token, at, _)| turn_back.address(token, at.as_micros()).is_err());
        Ok::<_, Error>(lost.map(|(_, _, rows)| *rows).sum())
    };
    Ok(Hostless {
        unnamed: told.iter().map(|of| of.unnamed).sum(),
        lost: turn_back.map(count_lost).transpose()?,
    })
}
