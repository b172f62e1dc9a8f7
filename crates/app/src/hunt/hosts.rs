//! Which of what a hunt found has a host, and why the rest has none: counted in memory, and no address is kept or told.

use std::net::IpAddr;

use anlanh_model::NoHost;
use anlanh_soc::NotTurned;
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

/// Counts rows without a host.
pub(super) fn count(turn_back: Option<&TurnBack>, rows: &[FoundKept]) -> Hostless {
    let many = |is_one: &dyn Fn(&&FoundKept) -> bool| rows.iter().filter(is_one).count() as u64;
    let is_lost = |turn_back: &TurnBack, row: &FoundKept| host_of(turn_back, row).is_err_and(NoHost::is_loss);
    Hostless {
        unnamed: many(&|row| row.found.token.is_none()),
        lost: turn_back.map(|turn_back| many(&|row| is_lost(turn_back, row))),
    }
}
