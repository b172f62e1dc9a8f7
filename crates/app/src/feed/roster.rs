//! Which feeds there are: added, changed, paused, removed, and settled where a round waits.

use std::sync::Arc;

use anlanh_model::{Actor, AuditAction, DataSubject, Feed, FeedKind, FeedState, Id, Permission, RoundOutcome};
use anlanh_store::feed::{self as store, FeedRow, FeedSettings, RoundRow};
use anlanh_store::{Queries, Writer, intel, threat, vault};

use super::collection::{make_feed, pass_over_held};
use super::setting::{NewFeed, find_collection, keep_secret};
use super::{FeedError, MAX_FEEDS, ROUNDS_KEPT, next_at};
use crate::indicator::PatternsOfFeed;
use crate::{App, Error, permit};

/// Rounds that are shown beside a feed.
const ROUNDS_SHOWN: u32 = 50;

/// A feed with its last rounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedView {
    /// The feed.
    pub row: FeedRow,
    /// Its last rounds, newest first.
    pub rounds: Vec<RoundRow>,
    /// Alias or UUID of the collection that it fills, or is.
    pub collection: Option<String>,
    /// What became of its patterns when they were last made ready to be matched.
    pub patterns: PatternsOfFeed,
}

/// Adds a feed; it is asked for at once.
///
/// # Errors
/// When the one who asks may not, a setting is none, the name is taken, there are too many, or the database is away or full.
pub async fn add(app: &App, actor: &Actor, new: NewFeed) -> Result<Id<Feed>, Error> {
    permit(actor, Permission::ManageFeeds)?;
    let mut settings = new.read()?;
    settings.collection = find_collection(app, &new.collection).await?;
    let keys = Arc::clone(&app.vault);
    let change = app.change(actor, AuditAction::AddFeed);
    let keep = move |writer: &mut Writer<'_, '_>| {
        let known = store::list(writer)?;
        if known.len() >= MAX_FEEDS {
            return Err(FeedError::TooMany.into());
        }
        if known.iter().any(|row| row.settings.name == settings.name) {
            return Err(FeedError::Name.into());
        }
        check_source(writer, &settings)?;
        let id = store::insert(writer, &settings)?;
        keep_secret(&keys, writer, id, None, new.credentials.as_ref())?;
        writer.about("feed", id.number(), settings.kind.key());
        Ok(id)
    };
    app.store.write(change, keep).await
}

/// Makes the collection of this UUID or alias a feed: what was and will be written into it is taken over as indicators.
///
/// # Errors
/// When the one who asks may not, there is no such collection, it is a feed already, or the database is away or full.
pub async fn take_collection(app: &App, actor: &Actor, name: &str) -> Result<(), Error> {
    permit(actor, Permission::ManageFeeds)?;
    let name = name.to_owned();
    let change = app.change(actor, AuditAction::AddFeed);
    let keep = move |writer: &mut Writer<'_, '_>| {
        let row = intel::find_collection(writer, &name)?.ok_or(Error::NotFound("collection"))?;
        if store::of_collection(writer, row.id.number())?.is_some() {
            return Err(FeedError::CollectionTaken.into());
        }
        let id = make_feed(writer, &row)?;
        writer.about("feed", id.number(), FeedKind::Collection.key());
        Ok(())
    };
    app.store.write(change, keep).await
}

/// A feed that is a collection names one that no other feed is.
fn check_source(tx: &mut dyn Queries, settings: &FeedSettings) -> Result<(), Error> {
    if settings.kind != FeedKind::Collection {
        return Ok(());
    }
    let collection = settings.collection.ok_or(FeedError::Collection)?;
    if store::of_collection(tx, collection)?.is_some() {
        return Err(FeedError::CollectionTaken.into());
    }
    Ok(())
}

/// Sets a feed otherwise, but for its kind. Credentials that are not given stay, as long as the feed stays where it is.
///
/// # Errors
/// As [`add`], or when there is no such feed.
pub async fn change(app: &App, actor: &Actor, id: Id<Feed>, new: NewFeed) -> Result<(), Error> {
    permit(actor, Permission::ManageFeeds)?;
    let mut settings = new.read()?;
    settings.collection = find_collection(app, &new.collection).await?;
    let keys = Arc::clone(&app.vault);
    let change = app.change(actor, AuditAction::ChangeFeed);
    let keep = move |writer: &mut Writer<'_, '_>| {
        let row = load(writer, id)?;
        let known = store::list(writer)?;
        if known
            .iter()
            .any(|other| other.id != id && other.settings.name == settings.name)
        {
            return Err(FeedError::Name.into());
        }
        if row.settings.kind != settings.kind {
            return Err(FeedError::Form.into());
        }
        // A feed of a collection stays with it: its place is one of that collection alone.
        if settings.kind == FeedKind::Collection {
            if settings.collection.is_some() && settings.collection != row.settings.collection {
                return Err(FeedError::Collection.into());
            }
            settings.collection = row.settings.collection;
        }
        let is_elsewhere = row.settings.url != settings.url;
        store::change(writer, id, &settings)?;
        if is_elsewhere {
            store::forget_position(writer, id)?;
        }
        // A password is told to nobody but the server that it was given for.
        if new.credentials.is_some() || is_elsewhere {
            keep_secret(&keys, writer, id, subject(&row), new.credentials.as_ref())?;
        }
        writer.about("feed", id.number(), "changed");
        Ok(())
    };
    app.store.write(change, keep).await
}

/// Stops asking for a feed: what it lists stays.
///
/// # Errors
/// When the one who asks may not, there is no such feed, or the database is away or full.
pub async fn pause(app: &App, actor: &Actor, id: Id<Feed>) -> Result<(), Error> {
    set_state(app, actor, id, FeedState::Paused).await
}

/// Asks for a feed again.
///
/// # Errors
/// As [`pause`].
pub async fn resume(app: &App, actor: &Actor, id: Id<Feed>) -> Result<(), Error> {
    set_state(app, actor, id, FeedState::Active).await
}

async fn set_state(app: &App, actor: &Actor, id: Id<Feed>, state: FeedState) -> Result<(), Error> {
    permit(actor, Permission::ManageFeeds)?;
    let change = app.change(actor, AuditAction::ChangeFeed);
    let keep = move |writer: &mut Writer<'_, '_>| {
        let row = load(writer, id)?;
        // Whoever resumes does not settle what waits.
        if row.state != FeedState::Held || state == FeedState::Paused {
            store::set_state(writer, id, state)?;
        }
        writer.about("feed", id.number(), state.key());
        Ok(())
    };
    app.store.write(change, keep).await
}

/// Asks for a feed at once, and for all of it.
///
/// # Errors
/// As [`pause`].
pub async fn ask_now(app: &App, actor: &Actor, id: Id<Feed>) -> Result<(), Error> {
    permit(actor, Permission::ManageFeeds)?;
    let change = app.change(actor, AuditAction::ChangeFeed);
    let keep = move |writer: &mut Writer<'_, '_>| {
        let row = load(writer, id)?;
        store::set_state(writer, id, row.state)?;
        store::forget_position(writer, id)?;
        writer.about("feed", id.number(), "asked");
        Ok(())
    };
    app.store.write(change, keep).await
}

/// Removes a feed: nothing that it listed counts from now on, and its credentials are erased.
///
/// # Errors
/// As [`pause`].
pub async fn remove(app: &App, actor: &Actor, id: Id<Feed>) -> Result<(), Error> {
    permit(actor, Permission::ManageFeeds)?;
    let change = app.change(actor, AuditAction::RemoveFeed);
    let keep = move |writer: &mut Writer<'_, '_>| {
        let row = load(writer, id)?;
        store::set_state(writer, id, FeedState::Removed)?;
        threat::forget_all(writer, id)?;
        if let Some(subject) = subject(&row) {
            vault::delete_key(writer, subject)?;
            store::set_secret(writer, id, None)?;
        }
        writer.about("feed", id.number(), "removed");
        Ok(())
    };
    app.store.write(change, keep).await
}

/// Lets a round pass that waits: the feed is asked at once, and what it has then is held against what waited.
///
/// # Errors
/// When the one who asks may not, there is no such feed, nothing waits, or the database is away or full.
pub async fn agree(app: &App, actor: &Actor, id: Id<Feed>) -> Result<(), Error> {
    settle(app, actor, id, RoundOutcome::Agreed).await
}

/// Does not let a round pass that waits: it stays out as long as it looks the same.
///
/// # Errors
/// As [`agree`].
pub async fn refuse(app: &App, actor: &Actor, id: Id<Feed>) -> Result<(), Error> {
    settle(app, actor, id, RoundOutcome::Refused).await
}

async fn settle(app: &App, actor: &Actor, id: Id<Feed>, outcome: RoundOutcome) -> Result<(), Error> {
    permit(actor, Permission::ManageFeeds)?;
    let change = app.change(actor, AuditAction::SettleFeed);
    let keep = move |writer: &mut Writer<'_, '_>| {
        let row = load(writer, id)?;
        let now = writer.now();
        let is_settled = match outcome {
            RoundOutcome::Agreed => store::agree(writer, id)?,
            RoundOutcome::Refused
            | RoundOutcome::Applied
            | RoundOutcome::Unchanged
            | RoundOutcome::Failed
            | RoundOutcome::Held => {
                pass_over_held(writer, &row)?;
                store::refuse(writer, id, next_at(&row, now))?
            }
        };
        if !is_settled {
            return Err(FeedError::NotHeld.into());
        }
        let round = RoundRow {
            number: row.round.saturating_add(1),
            at: now,
            outcome,
            bytes: 0,
            listed: row.live,
            added: 0,
            removed: 0,
            refused: row.held.refused,
            warned: row.held.warned,
            alarms: row.alarms.clone(),
            why: None,
        };
        store::insert_round(writer, id, &round, ROUNDS_KEPT)?;
        writer.about("feed", id.number(), outcome.key());
        Ok(())
    };
    app.store.write(change, keep).await
}

/// Every feed, by name.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<FeedRow>, Error> {
    permit(actor, Permission::ReadIndicators)?;
    app.store.read("feed.list", |tx| Ok(store::list(tx)?)).await
}

/// One feed with its last rounds.
///
/// # Errors
/// When the one who asks may not, there is no such feed, or the database is away.
pub async fn show(app: &App, actor: &Actor, id: Id<Feed>) -> Result<FeedView, Error> {
    permit(actor, Permission::ReadIndicators)?;
    let patterns = app.patterns.of(id);
    app.store
        .read("feed.show", move |tx| {
            let row = load(tx, id)?;
            let rounds = store::rounds(tx, id, ROUNDS_SHOWN)?;
            let number = row.settings.collection.map(Id::from_number).transpose();
            let collection = match number.ok().flatten() {
                Some(id) => intel::collection(tx, id)?.map(|row| row.alias.unwrap_or(row.uuid)),
                None => None,
            };
            Ok(FeedView {
                row,
                rounds,
                collection,
                patterns: patterns.clone(),
            })
        })
        .await
}

/// A feed that was not removed.
fn load(tx: &mut dyn Queries, id: Id<Feed>) -> Result<FeedRow, Error> {
    let row = store::load(tx, id)?.ok_or(Error::NotFound("feed"))?;
    if row.state == FeedState::Removed {
        return Err(FeedError::Removed.into());
    }
    Ok(row)
}

fn subject(row: &FeedRow) -> Option<Id<DataSubject>> {
    row.secret.as_ref().map(|(subject, _)| *subject)
}
