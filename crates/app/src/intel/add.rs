//! Adding to collections, taking out of them, and what is told of it later.

use std::sync::Arc;

use anlanh_model::{Actor, AuditAction, Id, Permission, Time, Tlp};
use anlanh_stix::Timestamp;
use anlanh_stix::taxii::{Status, StatusDetail};
use anlanh_store::intel::{self, Added, Collection, Filter, NewObject};
use anlanh_store::{Queries, Writer};

use super::access::{Access, Wish, find, token};
use super::manage::new_uuid;
use super::object::ObjectError;
use crate::{App, Error, feed, permit};

/// Most objects that a status names, of each kind.
pub const MAX_STATUS_DETAILS: usize = 10_000;
/// Objects that are added in one transaction: others wait for their turn to write.
const ADDED_AT_ONCE: usize = 2_000;

/// An object that is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its identifier, as far as it has one.
    pub id: String,
    /// Its version, as it was written, as far as it has one.
    pub version: Option<String>,
    /// Why.
    pub error: ObjectError,
}

/// What was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Handed {
    /// Objects that are taken.
    pub objects: Vec<NewObject>,
    /// Those that are not.
    pub refused: Vec<Refused>,
}

/// Whether somebody may add to a collection, for callers that ask before they read what is to be added.
///
/// # Errors
/// When they may not, there is no such collection, or the database is away.
pub async fn may_add(app: &App, actor: &Actor, name: &str) -> Result<(), Error> {
    permit(actor, Permission::AddIndicators)?;
    let (actor, name) = (actor.clone(), name.to_owned());
    app.store
        .read("intel.may_add", move |tx| {
            let access = Access::of(tx, &actor)?;
            find(tx, &access, &name, Wish::Add).map(drop)
        })
        .await
}

/// Adds objects to a collection and says what became of each. What was there already counts as added. Many objects are added
/// one part after the other; what this fails after may be there, and may be handed in again.
///
/// # Errors
/// When the one who asks may not, there is no such collection, or the database is away or full.
pub async fn add(app: &App, actor: &Actor, name: &str, handed: Handed) -> Result<Status, Error> {
    permit(actor, Permission::AddIndicators)?;
    let Handed { mut objects, refused } = handed;
    let at = app.clock.now();
    let mut status = Status {
        id: new_uuid()?,
        is_complete: true,
        request_timestamp: Some(version_text(at)),
        total_count: count(objects.len().saturating_add(refused.len())),
        failure_count: count(refused.len()),
        failures: refused
            .into_iter()
            .take(MAX_STATUS_DETAILS)
            .map(|refused| failure(refused, at))
            .collect(),
        ..Status::default()
    };
    sort(&mut status.failures);
    loop {
        let rest = objects.split_off(objects.len().min(ADDED_AT_ONCE));
        let is_last = rest.is_empty();
        status = add_part(app, actor, name, objects, (status, is_last)).await?;
        if is_last {
            return Ok(status);
        }
        objects = rest;
    }
}

/// Adds a part; with the last one the status is kept.
async fn add_part(
    app: &App,
    actor: &Actor,
    name: &str,
    objects: Vec<NewObject>,
    (status, is_last): (Status, bool),
) -> Result<Status, Error> {
    let change = app.change(actor, AuditAction::AddIndicators);
    let (actor, name, objects) = (actor.clone(), name.to_owned(), Arc::new(objects));
    app.store
        .write(change, move |writer| {
            let access = Access::of(writer, &actor)?;
            let collection = find(writer, &access, &name, Wish::Add)?.id;
            let outcomes = intel::add(writer, collection, &objects)?;
            let new = outcomes
                .iter()
                .filter(|outcome| matches!(outcome, Added::New { .. }))
                .count();
            let revoked = objects
                .iter()
                .zip(&outcomes)
                .filter(|(object, outcome)| object.is_revoked && matches!(outcome, Added::New { .. }));
            feed::note_written(writer, collection, revoked.map(|(object, _)| object.id.as_str()))?;
            let detail = format!("added {new} known {}", outcomes.len().saturating_sub(new));
            writer.about("collection", collection.number(), detail);
            let mut status = status.clone();
            note(&mut status, &objects, &outcomes);
            if is_last {
                sort(&mut status.successes);
                keep(writer, &actor, &status)?;
            }
            Ok(status)
        })
        .await
}

fn note(status: &mut Status, objects: &[NewObject], outcomes: &[Added]) {
    status.success_count = status.success_count.saturating_add(count(outcomes.len()));
    let room = MAX_STATUS_DETAILS.saturating_sub(status.successes.len());
    for (object, outcome) in objects.iter().zip(outcomes).take(room) {
        status.successes.push(StatusDetail {
            id: object.id.clone(),
            version: version_text(outcome.version()),
            message: None,
        });
    }
}

fn keep(writer: &mut Writer<'_, '_>, actor: &Actor, status: &Status) -> Result<(), Error> {
    let answer = status.to_members().to_string();
    Ok(intel::keep_status(writer, &status.id, token(actor), answer.as_bytes())?)
}

/// What became of what somebody handed in, as it was told then: JSON.
///
/// # Errors
/// When the one who asks may not, has no such status, or the database is away.
pub async fn status(app: &App, actor: &Actor, id: &str) -> Result<Vec<u8>, Error> {
    permit(actor, Permission::ReadCollections)?;
    let (token, id, now) = (token(actor), id.to_owned(), app.clock.now());
    app.store
        .read("intel.status", move |tx| {
            intel::status(tx, &id, token, now)?.ok_or(Error::NotFound("status"))
        })
        .await
}

/// Takes the versions of an object that are asked for out of a collection.
///
/// # Errors
/// When the one who asks may not, there is no such collection or version, or the database is away or full.
pub async fn delete(app: &App, actor: &Actor, name: &str, object: &str, filter: Filter) -> Result<usize, Error> {
    permit(actor, Permission::AddIndicators)?;
    let change = app.change(actor, AuditAction::DeleteIndicators);
    let (actor, name, object) = (actor.clone(), name.to_owned(), object.to_owned());
    app.store
        .write(change, move |writer| {
            let access = Access::of(writer, &actor)?;
            let collection = find(writer, &access, &name, Wish::Delete)?.id;
            let filter = Filter {
                clearance: access.clearance,
                ..filter.clone()
            };
            let before = last_version(writer, collection, &object)?;
            let gone = intel::delete(writer, collection, &object, &filter)?;
            if gone == 0 {
                return Err(Error::NotFound("object"));
            }
            // What the last version said is not what anybody says now; what an older one says holds again.
            let now = last_version(writer, collection, &object)?;
            let taken_back = Some(object.as_str()).filter(|_| now != before);
            feed::note_written(writer, collection, taken_back.into_iter())?;
            if now.is_some() && now != before {
                feed::note_older(writer, collection, &object)?;
            }
            writer.about("collection", collection.number(), format!("gone {gone}"));
            Ok(gone)
        })
        .await
}

/// Which version of an object is the last one.
fn last_version(tx: &mut dyn Queries, collection: Id<Collection>, object: &str) -> Result<Option<Time>, Error> {
    let last = Filter {
        ids: vec![object.to_owned()],
        clearance: Tlp::Red,
        ..Filter::default()
    };
    let page = intel::manifest(tx, collection, &last, Time::from_micros(i64::MIN), 1)?;
    Ok(page.rows.first().map(|head| head.version))
}

fn failure(refused: Refused, at: Time) -> StatusDetail {
    StatusDetail {
        id: refused.id,
        version: refused.version.unwrap_or_else(|| version_text(at)),
        message: Some(refused.error.to_string()),
    }
}

fn sort(details: &mut [StatusDetail]) {
    details.sort_by(|one, other| (&one.id, &one.version).cmp(&(&other.id, &other.version)));
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}

/// A version as STIX writes it: to the millisecond where it is of one, so that it reads as in the object.
#[must_use]
pub fn version_text(version: Time) -> String {
    let micros = version.as_micros().rem_euclid(1_000_000);
    let whole = Timestamp {
        seconds: version.as_seconds(),
        nanos: 0,
    };
    let whole = whole.to_string();
    let whole = whole.trim_end_matches('Z');
    if micros % 1_000 == 0 {
        return format!("{whole}.{:03}Z", micros / 1_000);
    }
    format!("{whole}.{micros:06}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_read_as_they_were_written() {
        let check = |micros, expected| assert_eq!(version_text(Time::from_micros(micros)), expected);
        check(0, "1970-01-01T00:00:00.000Z");
        check(1_790_000_000_120_000, "2026-09-21T14:13:20.120Z");
        check(1_790_000_000_120_001, "2026-09-21T14:13:20.120001Z");
        check(-1, "1969-12-31T23:59:59.999999Z");
    }
}
