//! People see what rules do not: they merge incidents, split one, and hand theirs over to the next shift.

use std::collections::BTreeMap;

use anlanh_model::{Actor, Alert, AuditAction, Id, Incident, Permission, ShiftNote};
use anlanh_store::Writer;
use anlanh_store::incident::work::{self, By, Note, ShiftRow};
use anlanh_store::incident::{self as store, Cause, alert};

use super::step::{load, load_open, read_words};
use super::work::permit_enriching;
use super::{IncidentError, plan};
use crate::case::permit_person;
use crate::{App, Error, permit};

/// Most alerts that are split off at once.
pub const MAX_SPLIT: usize = 200;
/// Shifts that are shown.
const SHOWN_SHIFTS: u32 = 20;

/// Merges an incident into another: its alerts and what finds it go there; what was noted of it stays where it is.
///
/// # Errors
/// When the one who asks may not, there is no such incident, either is over, the words are none, or the database is away or full.
pub async fn merge(
    app: &App,
    actor: &Actor,
    (from, into): (Id<Incident>, Id<Incident>),
    words: &str,
) -> Result<(), Error> {
    let by = permit_person(actor, Permission::WorkIncidents)?;
    let words = read_words(words)?;
    let write = move |writer: &mut Writer<'_, '_>| {
        let (row, other) = (load(writer, from)?, load(writer, into)?);
        let merged = row.incident.merge_into(&other.incident, writer.now())?;
        store::move_all(writer, from, into)?;
        store::update(writer, &merged)?;
        for (id, kind, detail) in [(from, "merged", into), (into, "merged_from", from)] {
            let note = Note {
                kind,
                detail: &detail.to_string(),
                words: Some(&words),
                by: By::Person(by.id),
            };
            work::note(writer, id, &note)?;
        }
        plan::look_again(writer, from)?;
        writer.about("incident", from.number(), format!("into {into}"));
        Ok::<_, Error>(())
    };
    app.store
        .write(app.change(actor, AuditAction::GroupIncidents), write)
        .await
}

/// Splits alerts off an incident into a new one, which is as grave and has yet to be looked at. What finds the new one is what its
/// alerts were found by.
///
/// # Errors
/// When the one who asks may not, there is no such incident, it is over, no alert, too many or all of them are named, one is not in it,
/// the words are none, or the database is away or full.
pub async fn split(
    app: &App,
    actor: &Actor,
    (id, alerts): (Id<Incident>, Vec<Id<Alert>>),
    words: &str,
) -> Result<Id<Incident>, Error> {
    let by = permit_enriching(actor)?;
    let words = read_words(words)?;
    if alerts.is_empty() || alerts.len() > MAX_SPLIT {
        return Err(IncidentError::Split.into());
    }
    let write = move |writer: &mut Writer<'_, '_>| {
        let row = load_open(writer, id)?;
        let into: Id<Incident> = writer.new_id();
        let new = Incident::open(into, row.incident.severity, writer.now());
        let first = alert::load(writer, *alerts.first().ok_or(IncidentError::Split)?)?;
        let first = first.ok_or(IncidentError::Split)?;
        let title = first.campaign.as_deref().unwrap_or(&first.listed);
        store::insert(writer, &new, title, (first.first_at, first.last_at), 0)?;
        for one in &alerts {
            if !store::move_alert(writer, (id, into), *one)? {
                return Err(IncidentError::Split.into());
            }
            let moved = alert::load(writer, *one)?.ok_or(IncidentError::Split)?;
            store::add_cause(writer, into, Cause::Indicator(&moved.listed_kind, &moved.listed))?;
        }
        store::recount(writer, id)?;
        store::recount(writer, into)?;
        if load(writer, id)?.alerts == 0 {
            return Err(IncidentError::Split.into());
        }
        let count = alerts.len();
        for (id, kind, detail) in [
            (id, "split", format!("{count} {into}")),
            (into, "split_from", format!("{count} {id}")),
        ] {
            let note = Note {
                kind,
                detail: &detail,
                words: Some(&words),
                by,
            };
            work::note(writer, id, &note)?;
        }
        writer.about("incident", id.number(), format!("{count} into {into}"));
        Ok::<_, Error>(into)
    };
    app.store
        .write(app.change(actor, AuditAction::GroupIncidents), write)
        .await
}

/// Puts alerts of other incidents, and such as are in none, into an incident. What is all that another has is merged instead.
///
/// # Errors
/// When the one who asks may not, there is no such incident or alert, it or the one an alert comes from is over, no alert or too many are
/// named, one is all that its incident has, the words are none, or the database is away or full.
pub async fn attach(
    app: &App,
    actor: &Actor,
    (id, alerts): (Id<Incident>, Vec<Id<Alert>>),
    words: &str,
) -> Result<(), Error> {
    let by = permit_enriching(actor)?;
    let words = read_words(words)?;
    if alerts.is_empty() || alerts.len() > MAX_SPLIT {
        return Err(IncidentError::Split.into());
    }
    let write = move |writer: &mut Writer<'_, '_>| {
        load_open(writer, id)?;
        let mut from: BTreeMap<Id<Incident>, usize> = BTreeMap::new();
        let mut count = 0_usize;
        for one in &alerts {
            let alert = alert::load(writer, *one)?.ok_or(Error::NotFound("alert"))?;
            match alert.incident {
                Some(incident) if incident == id => continue,
                Some(incident) => {
                    if !from.contains_key(&incident) {
                        load_open(writer, incident)?;
                    }
                    store::move_alert(writer, (incident, id), *one)?;
                    *from.entry(incident).or_insert(0) += 1;
                }
                None => {
                    store::take_in(writer, id, *one)?;
                }
            }
            store::add_cause(writer, id, Cause::Indicator(&alert.listed_kind, &alert.listed))?;
            count += 1;
        }
        store::recount(writer, id)?;
        let mut notes = vec![(id, "attached", format!("{count}"))];
        for (incident, count) in from {
            store::recount(writer, incident)?;
            if load(writer, incident)?.alerts == 0 {
                return Err(IncidentError::Split.into());
            }
            notes.push((incident, "detached", format!("{count} {id}")));
        }
        for (incident, kind, detail) in notes {
            let note = Note {
                kind,
                detail: &detail,
                words: Some(&words),
                by,
            };
            work::note(writer, incident, &note)?;
        }
        writer.about("incident", id.number(), format!("attached {count}"));
        Ok::<_, Error>(())
    };
    app.store
        .write(app.change(actor, AuditAction::GroupIncidents), write)
        .await
}

/// Leaves a word to the next shift.
///
/// # Errors
/// When the one who asks may not, the words are none, or the database is away or full.
pub async fn leave_shift(app: &App, actor: &Actor, words: &str) -> Result<Id<ShiftNote>, Error> {
    let by = permit_person(actor, Permission::WorkIncidents)?;
    let words = read_words(words)?;
    let write = move |writer: &mut Writer<'_, '_>| {
        let id = work::leave_shift(writer, by.id, &words)?;
        writer.about("shift", id.number(), "left");
        Ok::<_, Error>(id)
    };
    app.store
        .write(app.change(actor, AuditAction::HandOverShift), write)
        .await
}

/// Takes over, by name: every incident that whoever left worked at is worked at by the one who takes over. How many they are.
///
/// # Errors
/// When the one who asks may not, there is no such note, it is their own, somebody took over before, or the database is away or full.
pub async fn take_shift(app: &App, actor: &Actor, id: Id<ShiftNote>) -> Result<usize, Error> {
    let by = permit_person(actor, Permission::WorkIncidents)?;
    let write = move |writer: &mut Writer<'_, '_>| {
        let shift = work::shift(writer, id)?.ok_or(Error::NotFound("shift"))?;
        if shift.from == by.id {
            return Err(IncidentError::OwnShift.into());
        }
        if !work::take_shift(writer, id, by.id)? {
            return Err(IncidentError::ShiftTaken.into());
        }
        let held = store::held_by(writer, shift.from)?;
        for one in &held {
            let row = load(writer, *one)?;
            let after = row.incident.hand_over(by, writer.now())?;
            store::update(writer, &after)?;
            let note = Note {
                kind: "handed_over",
                words: Some(&shift.from_name),
                by: By::Person(by.id),
                ..Note::default()
            };
            work::note(writer, *one, &note)?;
        }
        writer.about("shift", id.number(), format!("taken, {} incidents", held.len()));
        Ok::<_, Error>(held.len())
    };
    app.store
        .write(app.change(actor, AuditAction::HandOverShift), write)
        .await
}

/// What the last shifts left.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn shifts(app: &App, actor: &Actor) -> Result<Vec<ShiftRow>, Error> {
    permit(actor, Permission::ReadIncidents)?;
    app.store
        .read("incident.shifts", |tx| Ok(work::shifts(tx, SHOWN_SHIFTS)?))
        .await
}
