//! What the node did, in numbers that name nobody.

use anlanh_model::{Actor, Permission};
use anlanh_store::{case, tally};

use crate::{App, Error, TallyRow, permit};

/// Figures of the last days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// The day that is today, as [`TallyRow`] counts days.
    pub today: i64,
    /// The first day that is looked at.
    pub since: i64,
    /// What was counted, by day.
    pub rows: Vec<TallyRow>,
    /// Cases that wait, by category.
    pub waiting: Vec<(String, u64)>,
    /// How many of them should have been looked at by now.
    pub overdue: u64,
}

/// Most days that are looked at.
pub const MAX_DAYS: u32 = 366;

/// Figures of the last `days` days, today with them; at most [`MAX_DAYS`].
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn since(app: &App, actor: &Actor, days: u32) -> Result<Figures, Error> {
    permit(actor, Permission::ReadFigures)?;
    let now = app.clock.now();
    let today = tally::day_of(now);
    let since = today - i64::from(days.clamp(1, MAX_DAYS) - 1);
    app.store
        .read("figures.since", move |tx| {
            Ok(Figures {
                today,
                since,
                rows: tally::since(tx, since)?,
                waiting: case::open_by_category(tx)?,
                overdue: case::count_due_before(tx, now)?,
            })
        })
        .await
}
