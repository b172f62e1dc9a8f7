//! Which pushes there are: added, changed, paused, removed.

use std::sync::Arc;

use anlanh_model::{Actor, AuditAction, DataSubject, Id, Permission, Push, PushState};
use anlanh_store::push::{self as store, PushRow};
use anlanh_store::{Queries, Writer, vault};
use anlanh_vault::Vault;

use super::setting::TABLE;
use super::{MAX_PUSHES, NewPush, PushError};
use crate::feed::{Credentials, seal_credentials};
use crate::{App, Error, permit};

/// A push, and how much is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushView {
    /// The push.
    pub row: PushRow,
    /// How many objects hold on the other side.
    pub live: u64,
}

/// Adds a push; it begins at once.
///
/// # Errors
/// When the one who asks may not, a setting is none, the name is taken, there are too many, or the database is away or full.
pub async fn add(app: &App, actor: &Actor, new: NewPush) -> Result<Id<Push>, Error> {
    permit(actor, Permission::ManageFeeds)?;
    let settings = new.read()?;
    let keys = Arc::clone(&app.vault);
    let change = app.change(actor, AuditAction::AddPush);
    let keep = move |writer: &mut Writer<'_, '_>| {
        let known = store::list(writer)?;
        if known.len() >= MAX_PUSHES {
            return Err(PushError::TooMany.into());
        }
        if known.iter().any(|row| row.settings.name == settings.name) {
            return Err(PushError::Name.into());
        }
        let id = store::insert(writer, &settings)?;
        keep_secret(&keys, writer, id, None, new.credentials.as_ref())?;
        writer.about("push", id.number(), settings.tlp.key());
        Ok(id)
    };
    app.store.write(change, keep).await
}

/// Sets a push otherwise. What may go there no more is revoked there; where it goes elsewhere, all of it begins anew there.
///
/// # Errors
/// As [`add`], or when there is no such push.
pub async fn change(app: &App, actor: &Actor, id: Id<Push>, new: NewPush) -> Result<(), Error> {
    permit(actor, Permission::ManageFeeds)?;
    let settings = new.read()?;
    let keys = Arc::clone(&app.vault);
    let change = app.change(actor, AuditAction::ChangePush);
    let keep = move |writer: &mut Writer<'_, '_>| {
        let row = load(writer, id)?;
        let mut known = store::list(writer)?.into_iter();
        if known.any(|other| other.id != id && other.settings.name == settings.name) {
            return Err(PushError::Name.into());
        }
        let is_elsewhere = row.settings.url != settings.url;
        store::change(writer, id, &settings)?;
        if is_elsewhere {
            store::forget(writer, id)?;
        }
        // A password is told to nobody but the server that it was given for.
        if new.credentials.is_some() || is_elsewhere {
            keep_secret(&keys, writer, id, subject(&row), new.credentials.as_ref())?;
        }
        writer.about("push", id.number(), settings.tlp.key());
        Ok(())
    };
    app.store.write(change, keep).await
}

/// Pushes nothing for now: what is there stays.
///
/// # Errors
/// When the one who asks may not, there is no such push, or the database is away or full.
pub async fn pause(app: &App, actor: &Actor, id: Id<Push>) -> Result<(), Error> {
    step(app, actor, id, |writer, row| {
        store::set_state(writer, row.id, PushState::Paused)?;
        Ok("paused")
    })
    .await
}

/// Goes on with what changed meanwhile.
///
/// # Errors
/// As [`pause`].
pub async fn resume(app: &App, actor: &Actor, id: Id<Push>) -> Result<(), Error> {
    step(app, actor, id, |writer, row| {
        store::set_state(writer, row.id, PushState::Active)?;
        Ok("active")
    })
    .await
}

/// Pushes everything anew, for a server that has lost it.
///
/// # Errors
/// As [`pause`].
pub async fn again(app: &App, actor: &Actor, id: Id<Push>) -> Result<(), Error> {
    step(app, actor, id, |writer, row| {
        store::forget(writer, row.id)?;
        Ok("again")
    })
    .await
}

/// Removes a push: what is there stays there, and its credentials are erased.
///
/// # Errors
/// As [`pause`].
pub async fn remove(app: &App, actor: &Actor, id: Id<Push>) -> Result<(), Error> {
    permit(actor, Permission::ManageFeeds)?;
    let change = app.change(actor, AuditAction::RemovePush);
    let keep = move |writer: &mut Writer<'_, '_>| {
        let row = load(writer, id)?;
        store::set_state(writer, id, PushState::Removed)?;
        store::forget(writer, id)?;
        if let Some(subject) = subject(&row) {
            vault::delete_key(writer, subject)?;
            store::set_secret(writer, id, None)?;
        }
        writer.about("push", id.number(), "removed");
        Ok(())
    };
    app.store.write(change, keep).await
}

async fn step(
    app: &App,
    actor: &Actor,
    id: Id<Push>,
    take: fn(&mut Writer<'_, '_>, &PushRow) -> Result<&'static str, Error>,
) -> Result<(), Error> {
    permit(actor, Permission::ManageFeeds)?;
    let change = app.change(actor, AuditAction::ChangePush);
    let keep = move |writer: &mut Writer<'_, '_>| {
        let row = load(writer, id)?;
        let detail = take(writer, &row)?;
        writer.about("push", id.number(), detail);
        Ok(())
    };
    app.store.write(change, keep).await
}

/// Every push, by name.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<PushView>, Error> {
    permit(actor, Permission::ReadIndicators)?;
    let read = app.store.read("push.list", |tx| {
        let mut views = Vec::new();
        for row in store::list(tx)? {
            let live = store::count(tx, row.id)?;
            views.push(PushView { row, live });
        }
        Ok(views)
    });
    read.await
}

/// One push.
///
/// # Errors
/// When the one who asks may not, there is no such push, or the database is away.
pub async fn show(app: &App, actor: &Actor, id: Id<Push>) -> Result<PushView, Error> {
    permit(actor, Permission::ReadIndicators)?;
    let read = app.store.read("push.show", move |tx| {
        let row = load(tx, id)?;
        let live = store::count(tx, id)?;
        Ok(PushView { row, live })
    });
    read.await
}

/// A push that was not removed.
pub(super) fn load(tx: &mut dyn Queries, id: Id<Push>) -> Result<PushRow, Error> {
    let row = store::load(tx, id)?.ok_or(Error::NotFound("push"))?;
    if row.state == PushState::Removed {
        return Err(PushError::Removed.into());
    }
    Ok(row)
}

fn subject(row: &PushRow) -> Option<Id<DataSubject>> {
    row.secret.as_ref().map(|(subject, _)| *subject)
}

/// Seals the credentials of a push under a key of their own, in place of those before.
fn keep_secret(
    keys: &Vault,
    writer: &mut Writer<'_, '_>,
    id: Id<Push>,
    before: Option<Id<DataSubject>>,
    credentials: Option<&Credentials>,
) -> Result<(), Error> {
    if let Some(before) = before {
        vault::delete_key(writer, before)?;
    }
    let sealed = credentials.map(|credentials| seal_credentials(keys, writer, TABLE, credentials));
    let sealed = sealed.transpose()?;
    let secret = sealed.as_ref().map(|(subject, sealed)| (*subject, sealed.as_slice()));
    Ok(store::set_secret(writer, id, secret)?)
}
