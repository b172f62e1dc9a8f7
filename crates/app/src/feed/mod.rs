//! Feeds of indicators: added by people, asked by a schedule, and taken over with care. What a round would do is looked at before
//! any of it is done; one that is not as it should be waits for a person, and nothing of it counts until they let it pass.
//!
//! Who fetches is not known here: [`due`] says what to ask for, [`read`] makes sense of what came, and [`take`] keeps it.

mod collection;
mod entry;
mod hand;
mod heard;
mod misp;
mod object;
mod roster;
mod round;
mod run;
mod setting;
mod threat;
mod walk;

pub use anlanh_store::feed::{FeedRow, FeedSettings, RoundRow, Validators};

pub use collection::follow_collections;
pub use hand::{HandedIn, enter, hand, read_handed_in, withdraw};
pub use misp::{MAX_MISP_EVENTS, MispEvent, misp_bundle, misp_events, misp_objects};
pub use roster::{FeedView, add, agree, ask_now, change, list, pause, refuse, remove, resume, show, take_collection};
pub use round::{ReadRound, Refusals, failed, read, take, unchanged};
pub use run::run;
pub use setting::{Credentials, FormSpec, NewFeed, ZoneAddress};
pub use threat::{MAX_RELATIONS, MAX_RELATIONS_OF_SOURCE, MAX_THREATS};
pub use walk::{PageRead, Walked, read_page, renamed, take_page};

pub(crate) use collection::{make_feed, note_older, note_written};
pub(crate) use entry::{ToldSighting, marking_of, stamp_of, to_millis, version_stamp};
pub(crate) use object::{pattern, uuid_of};
pub(crate) use setting::{open_credentials, seal_credentials};

use anlanh_model::{Feed, FeedGuard, FeedKind, Id, Time};
use anlanh_store::{Reader, feed as store, indicator};

use crate::indicator::MAX_EXPORTED_BYTES;
use crate::{App, Error};

/// Most feeds of a node.
pub const MAX_FEEDS: usize = 256;
/// Longest body of a feed as it is sent, in bytes.
pub const MAX_BODY_BYTES: usize = 64 << 20;
/// Longest body of a feed once it is unpacked, in bytes.
pub const MAX_UNPACKED_BYTES: usize = 256 << 20;
/// Most values of one feed.
pub const MAX_VALUES: usize = 1_000_000;
/// Longest body that people and programs hand in, in bytes.
pub const MAX_HANDED_IN_BYTES: usize = 8 << 20;
/// Most values that are handed in at once: they are kept in one transaction.
pub const MAX_HANDED_IN_VALUES: u64 = 50_000;
/// Rounds of a feed that are kept.
pub const ROUNDS_KEPT: i64 = 1_000;
/// Objects that are asked for at once of a TAXII server.
pub const PAGE_OBJECTS: u32 = 1_000;
/// Most pages of a TAXII server in one round; the next round goes on.
pub const MAX_PAGES: usize = 1_000;
/// Values that are kept in one transaction.
const BATCH: usize = 1_000;
/// Shortest time between two rounds, in minutes.
pub const MIN_MINUTES: u32 = 1;
/// Longest, in minutes.
pub const MAX_MINUTES: u32 = 7 * 24 * 60;
/// The longest wait after failures, in minutes.
const MAX_WAIT_MINUTES: i64 = 6 * 60;

/// What stands in the way of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// The name is empty, too long or taken.
    #[error("a feed has a name of its own of 1 to {} bytes", setting::MAX_NAME_BYTES)]
    Name,
    /// A fetched feed has an address, and one that is handed in has none.
    #[error("a feed that is fetched has an http or https address")]
    Address,
    /// A zone that is transferred has a server and a name.
    #[error("a zone that is transferred has an address like dns://server:53/zone")]
    Zone,
    /// The form is none.
    #[error("the form of the feed is none: kind of values, sign of comments, columns")]
    Form,
    /// A number is out of its range.
    #[error("{0} is out of its range")]
    Number(&'static str),
    /// The credentials are none.
    #[error("credentials are a user with a password, a token, or a value of the field authorization")]
    Credentials,
    /// There is no such collection.
    #[error("there is no such collection")]
    Collection,
    /// Another feed is this collection.
    #[error("another feed is this collection")]
    CollectionTaken,
    /// There are too many.
    #[error("a node has at most {MAX_FEEDS} feeds")]
    TooMany,
    /// No round of it waits for anybody.
    #[error("no round of the feed is held")]
    NotHeld,
    /// It was removed.
    #[error("the feed was removed")]
    Removed,
    /// It is fetched: nothing is handed in to it.
    #[error("nothing is handed in to a feed that is fetched")]
    Fetched,
    /// What was handed in is too long, or has too many values.
    #[error("at most {MAX_HANDED_IN_BYTES} bytes and {MAX_HANDED_IN_VALUES} values are handed in at once")]
    TooLarge,
    /// What is to be given out at once is too long.
    #[error("at most {MAX_EXPORTED_BYTES} bytes of indicators are given out at once")]
    ExportTooLarge,
    /// Nothing of what was handed in can be used.
    #[error("nothing of what was handed in can be used")]
    Nothing,
}

/// A feed that is to be asked for now.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The feed as it stands.
    pub row: FeedRow,
    /// What the field `authorization` says, where the feed has credentials.
    pub authorization: Option<Credentials>,
}

impl Ask {
    /// Its id.
    #[must_use]
    pub const fn id(&self) -> Id<Feed> {
        self.row.id
    }

    /// In which form it is.
    #[must_use]
    pub const fn kind(&self) -> FeedKind {
        self.row.settings.kind
    }

    /// Where it is; empty where it is handed in.
    #[must_use]
    pub fn url(&self) -> &str {
        self.row.settings.url.as_deref().unwrap_or_default()
    }
}

/// At most `limit` feeds over HTTP that are to be asked for now, the longest due first.
///
/// # Errors
/// When the database is away, or credentials do not open.
pub async fn due(app: &App, limit: u32) -> Result<Vec<Ask>, Error> {
    due_of(app, move |tx, now| store::due(tx, now, limit)).await
}

/// At most `limit` zones that are to be transferred now, the longest due first.
///
/// # Errors
/// As [`due`].
pub async fn due_zones(app: &App, limit: u32) -> Result<Vec<Ask>, Error> {
    due_of(app, move |tx, now| store::due_zones(tx, now, limit)).await
}

async fn due_of(
    app: &App,
    due: impl Fn(&mut Reader<'_, '_>, Time) -> Result<Vec<FeedRow>, anlanh_store::Error> + Send + Sync + 'static,
) -> Result<Vec<Ask>, Error> {
    let (now, keys) = (app.clock.now(), std::sync::Arc::clone(&app.vault));
    app.store
        .read("feed.due", move |tx| {
            let rows = due(tx, now)?;
            let mut asks = Vec::with_capacity(rows.len());
            for mut row in rows {
                let authorization = setting::open_secret(&keys, tx, &row)?;
                // Where a walk was cut short or held, the feed lists more than it was noted with.
                let known = row.known.as_ref().map(|known| known.values);
                let is_within = row.position.is_some() && known.is_none_or(|known| known > row.live);
                if row.settings.kind == FeedKind::Taxii && is_within {
                    row.live = indicator::count(tx, row.id)?;
                }
                asks.push(Ask { row, authorization });
            }
            Ok(asks)
        })
        .await
}

/// What holds rounds back, by the policy in force.
fn guard(app: &App) -> FeedGuard {
    let guard = app.engine().policy.feeds().guard;
    FeedGuard {
        shrink_percent: guard.shrink_percent.into(),
        growth_percent: guard.growth_percent.into(),
        growth_floor: guard.growth_floor.into(),
        refused_percent: guard.refused_percent.into(),
    }
}

/// When a feed is asked next after it was got.
fn next_at(row: &FeedRow, now: Time) -> Time {
    now.plus_minutes(i64::from(row.settings.every_minutes.max(MIN_MINUTES)))
}

/// When all that a feed lists holds no more, if it is not got before: what is there as long as it is listed goes with a feed
/// that nobody reaches.
fn lapses_at(row: &FeedRow, now: Time) -> Option<Time> {
    let days = row.settings.valid_days.filter(|_| row.settings.kind.is_whole())?;
    Some(now.plus_minutes(i64::from(days) * 24 * 60))
}
