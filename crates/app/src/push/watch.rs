//! What holds on other servers, looked through again and again: time changes what counts without anybody changing it.

use std::collections::HashMap;

use anlanh_model::{Id, Push, Time};
use anlanh_store::push as store;

use super::{Pushing, setting};
use crate::feed::open_credentials;
use crate::{App, Error};

/// How long after everything was looked through it is again, in minutes.
const REST_MINUTES: i64 = 1;

/// How far the objects of each push were looked through. It is kept nowhere: who starts again begins anew.
#[derive(Debug, Default)]
pub struct Watch(HashMap<Id<Push>, Place>);

#[derive(Debug, Clone, Copy)]
enum Place {
    /// Behind this indicator.
    Behind(i64),
    /// Through, until then.
    Through(Time),
}

impl Watch {
    /// Behind which indicator a push is looked through next.
    #[must_use]
    pub fn place(&self, pushing: &Pushing) -> i64 {
        match self.0.get(&pushing.id()) {
            Some(Place::Behind(after)) => *after,
            Some(Place::Through(_)) | None => 0,
        }
    }

    /// Notes how far it was; none where it is through.
    pub fn note(&mut self, app: &App, pushing: &Pushing, after: Option<i64>) {
        let through = || Place::Through(app.clock.now().plus_minutes(REST_MINUTES));
        self.0.insert(pushing.id(), after.map_or_else(through, Place::Behind));
    }

    fn is_due(&self, id: Id<Push>, now: Time) -> bool {
        match self.0.get(&id) {
            Some(Place::Through(until)) => *until <= now,
            Some(Place::Behind(_)) | None => true,
        }
    }
}

/// The pushes whose objects are to be looked through now.
///
/// # Errors
/// When the database is away, or credentials do not open.
pub async fn idle(app: &App, watch: &Watch) -> Result<Vec<Pushing>, Error> {
    let (now, keys) = (app.clock.now(), std::sync::Arc::clone(&app.vault));
    let read = app.store.read("push.idle", move |tx| {
        let mut pushing = Vec::new();
        for row in store::idle(tx, now)? {
            let authorization = open_credentials(&keys, tx, setting::TABLE, row.secret.as_ref())?;
            pushing.push(Pushing { row, authorization });
        }
        Ok::<_, Error>(pushing)
    });
    let mut pushing = read.await?;
    pushing.retain(|pushing: &Pushing| watch.is_due(pushing.id(), now));
    Ok(pushing)
}
