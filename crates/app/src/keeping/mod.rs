//! How long things are kept, and how they go: by themselves when the policy's time is over, before that when somebody has
//! them erased, and not at all while a legal hold lasts.
//!
//! What is accepted is done: a wish for erasure stays until each of its items is gone, and what keeps one of them is told.
//! Decisions, their reasons and the audit log stay; they hold no post and no name.

mod erasure;
mod hold;
mod time;

use std::sync::{Mutex, MutexGuard, PoisonError};

use anlanh_model::{Actor, Id, Kept, Periods, Permission, Time};
use anlanh_pack::Record;
use anlanh_store::hold as holds;
use anlanh_store::item::{self, Item};
use anlanh_store::keeping;

use crate::engine::Engine;
use crate::{App, Error, permit};

pub use anlanh_store::erasure::{ErasureRow, Fate, ItemFate};
pub use anlanh_store::hold::HoldRow;
pub use anlanh_store::keeping::WhyErased;
pub use erasure::{Certificate, MAX_PAGE, Remains, Wish, certificate, erase, list};
pub use hold::{MAX_DAYS, hold, release};

pub(crate) use erasure::run as run_wishes;
pub(crate) use time::{purge, run as run_time};

/// What stands in the way of a legal hold or an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeepingError {
    /// It would last no day, or too many.
    #[error("a hold lasts 1 to {} days", hold::MAX_DAYS)]
    Days,
    /// There is nothing left to be held.
    #[error("the content of the item was erased")]
    Erased,
    /// It has ended.
    #[error("the hold has ended")]
    Ended,
    /// Nothing is kept of the item or the account that is to be erased, or not any more.
    #[error("nothing is kept of what is to be erased")]
    Nothing,
}

/// How long an item is kept, as people are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeping {
    /// When and why it was erased; otherwise what keeps it, if anything does.
    pub standing: Standing,
    /// The holds on it, those of the past too, newest first.
    pub holds: Vec<HoldRow>,
    /// When this was looked at.
    pub seen_at: Time,
}

/// Whether an item is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It was erased.
    Erased(Time, WhyErased),
    /// It is kept for this.
    Kept(Kept),
    /// Its time is over: it goes with the next round.
    Over,
}

/// What the recurring work remembers between its rounds. A restart begins them anew, which does no harm.
#[derive(Debug, Default)]
pub(crate) struct Rounds(Mutex<Round>);

#[derive(Debug, Clone, Copy, Default)]
struct Round {
    /// Up to which item the present round has come; none between rounds.
    after: Option<Id<Item>>,
    /// When the next round begins.
    next: Option<Time>,
    /// When erased items may be taken from the disk again.
    purge: Option<Time>,
}

impl Rounds {
    fn lock(&self) -> MutexGuard<'_, Round> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long an item is kept.
///
/// # Errors
/// When the one who asks may not, there is no such item, or the database is away.
pub async fn show(app: &App, actor: &Actor, id: Id<Item>) -> Result<Keeping, Error> {
    permit(actor, Permission::ReadItems)?;
    let (periods, now) = (periods(&app.engine()), app.clock.now());
    app.store
        .read("keeping.show", move |tx| {
            item::load(tx, id)?.ok_or(Error::NotFound("item"))?;
            let standing = match (keeping::of_item(tx, id, now)?, keeping::when_erased(tx, id)?) {
                (_, Some((at, why))) => Standing::Erased(at, why),
                (None, None) => Standing::Over,
                (Some(keeping), None) => keeping
                    .against_time(&periods, now)
                    .map_or(Standing::Over, Standing::Kept),
            };
            Ok(Keeping {
                standing,
                holds: holds::of_item(tx, id)?,
                seen_at: now,
            })
        })
        .await
}

/// How long the policy in force keeps things.
fn periods(engine: &Engine) -> Periods {
    let days = |record| engine.policy.retention_of(record).map(|retention| retention.days);
    Periods {
        item: days(Record::Item),
        case: days(Record::Case),
        appeals: engine.policy.appeals().map(|appeals| appeals.days),
    }
}
