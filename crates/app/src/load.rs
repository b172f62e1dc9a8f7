//! How much waits and how large the database is, for whoever watches the machine. Numbers alone: nobody is asked who they
//! are.

use anlanh_store::clock::ClockCounts;
use anlanh_store::order::{self, OrderCounts};
use anlanh_store::{case, clock};

use crate::{App, Error};

/// What a node carries at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Cases that are not decided.
    pub open_cases: u64,
    /// Those that should have been looked at by now.
    pub overdue_cases: u64,
    /// How statutory clocks stand.
    pub clocks: ClockCounts,
    /// How orders of authorities stand.
    pub orders: OrderCounts,
    /// Size of the database, in bytes.
    pub database_bytes: u64,
}

/// What the node carries.
///
/// # Errors
/// When the database is away.
pub async fn now(app: &App) -> Result<Load, Error> {
    let now = app.clock.now();
    let (open_cases, overdue_cases, clocks, orders) = app
        .store
        .read("load.now", move |tx| {
            let open = case::count_open(tx)?.0;
            Ok::<_, Error>((
                open,
                case::count_due_before(tx, now)?,
                clock::counts(tx)?,
                order::counts(tx)?,
            ))
        })
        .await?;
    Ok(Load {
        open_cases,
        overdue_cases,
        clocks,
        orders,
        database_bytes: app.store.database().size_bytes().await?,
    })
}
