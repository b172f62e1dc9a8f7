//! Pushing indicators to collections of other servers: what counts here and may go that far is put there, each object once, and
//! what counts no more is revoked there. Nothing is pushed that is marked more strictly than was set, and TLP:RED never.
//!
//! Who talks to the server is not known here: [`due`] says which push has something to do, [`next`] what to send, and [`taken`]
//! keeps what became of it. What counts no more because time has passed is found by looking through what was sent: [`idle`] and
//! [`faded`]. What is sent again after a crash has the same ids and versions, so that nothing is there twice.

mod parcel;
mod roster;
mod setting;
mod watch;

pub use anlanh_store::push::{PushRow, PushSettings};

pub use parcel::{MAX_PARCEL_BYTES, MAX_PARCEL_OBJECTS, Parcel, faded, failed, next, taken, told};
pub use roster::{PushView, add, again, change, list, pause, remove, resume, show};
pub use setting::NewPush;
pub use watch::{Watch, idle};

use anlanh_model::{Id, Push};
use anlanh_store::push as store;

use crate::feed::{Credentials, open_credentials};
use crate::{App, Error};

/// Most pushes of a node.
pub const MAX_PUSHES: usize = 32;

/// What stands in the way of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// The name is empty, too long or taken.
    #[error("a push has a name of its own of 1 to 120 bytes")]
    Name,
    /// The address is none of a collection.
    #[error("the address of a collection is http or https and ends with /collections/ and its id")]
    Address,
    /// A kind, a colour or a number is none.
    #[error("kinds, TLP or confidence of the push are none")]
    Filter,
    /// The credentials are none.
    #[error("credentials are a user with a password, a token, or a value of the field authorization")]
    Credentials,
    /// There are too many.
    #[error("a node has at most {MAX_PUSHES} pushes")]
    TooMany,
    /// It was removed.
    #[error("the push was removed")]
    Removed,
}

/// A push that has something to do.
#[derive(Debug, Clone)]
pub struct Pushing {
    /// The push as it stands.
    pub row: PushRow,
    /// With what the server is told who asks.
    pub authorization: Option<Credentials>,
}

impl Pushing {
    /// Its id.
    #[must_use]
    pub const fn id(&self) -> Id<Push> {
        self.row.id
    }

    /// The address of the API root that the collection is of, with a slash behind it.
    #[must_use]
    pub fn root(&self) -> &str {
        setting::root_of(&self.row.settings.url).unwrap_or_default()
    }
}

/// At most `limit` pushes that have something to do now, the longest due first.
///
/// # Errors
/// When the database is away, or credentials do not open.
pub async fn due(app: &App, limit: u32) -> Result<Vec<Pushing>, Error> {
    let (now, keys) = (app.clock.now(), std::sync::Arc::clone(&app.vault));
    app.store
        .read("push.due", move |tx| {
            let rows = store::due(tx, now, limit)?;
            let mut pushing = Vec::with_capacity(rows.len());
            for row in rows {
                let authorization = open_credentials(&keys, tx, setting::TABLE, row.secret.as_ref())?;
                pushing.push(Pushing { row, authorization });
            }
            Ok(pushing)
        })
        .await
}
