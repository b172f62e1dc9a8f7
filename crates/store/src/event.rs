//! What happened to a case, step by step. Only ever added to.

use anlanh_db::Value;
use anlanh_model::{Case, CaseEvent, Id, Time};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "event":
    INSERT = "INSERT INTO case_event (id, case_id, at, actor_kind, actor, kind, detail, note)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        rows 2 "INSERT INTO case_event (id, case_id, at, actor_kind, actor, kind, detail, note)
              SELECT unnest($1::BIGINT[]), unnest($2::BIGINT[]), unnest($3::BIGINT[]), unnest($4::TEXT[]), unnest($5::BIGINT[]),
                unnest($6::TEXT[]), unnest($7::TEXT[]), unnest($8::TEXT[])";
    // Whoever opened a case, opened the one that repeats it.
    COPY_OPENING = "INSERT INTO case_event (id, case_id, at, actor_kind, actor, kind, detail, note)
              SELECT $1, $2, $3, actor_kind, actor, kind, detail, note FROM case_event
              WHERE case_id = $4 AND kind = 'opened' ORDER BY id LIMIT 1";
    OF_CASE = "SELECT e.id, e.at, e.actor_kind, COALESCE(s.name, p.name, t.name), e.kind, e.detail, e.note
               FROM case_event e
               LEFT JOIN staff s ON e.actor_kind = 'person' AND s.id = e.actor
               LEFT JOIN token t ON e.actor_kind = 'token' AND t.id = e.actor
               LEFT JOIN staff p ON p.id = t.staff
               WHERE e.case_id = $1 ORDER BY e.id LIMIT 500";
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// When.
    pub at: Time,
    /// The kind of actor.
    pub actor_kind: String,
    /// The name of the account or token, if it has one.
    pub actor: Option<String>,
    /// Key of what happened.
    pub kind: String,
    /// Keys that say more.
    pub detail: String,
    /// What was noted.
    pub note: Option<String>,
}

/// Adds a step.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, case: Id<Case>, event: &CaseEvent) -> Result<(), Error> {
    let id: Id<EventRow> = writer.new_id();
    let number;
    let (detail, note) = match event {
        CaseEvent::Opened(cause) => (cause.key(), None),
        CaseEvent::Taken(_) | CaseEvent::Released | CaseEvent::Withdrawn => ("", None),
        CaseEvent::Escalated(note)
        | CaseEvent::Noted(note)
        | CaseEvent::Declined(note)
        | CaseEvent::Ordered(note)
        | CaseEvent::Resumed(note) => ("", Some(note.as_str())),
        CaseEvent::Moved(urgency, note) => (urgency.key(), Some(note.as_str())),
        CaseEvent::Reported(reports) => {
            number = reports.to_string();
            (number.as_str(), None)
        }
        CaseEvent::Clock(_, key) => (key.as_str(), None),
        CaseEvent::OwnerAsked(kind) | CaseEvent::OwnerRemoved(kind) | CaseEvent::OwnerContested(kind) => {
            (kind.key(), None)
        }
        CaseEvent::Decided(outcome) | CaseEvent::Proposed(outcome) | CaseEvent::Confirmed(outcome) => {
            (outcome.key(), None)
        }
    };
    let change = writer.change();
    let (at, kind, actor) = (change.now.as_micros(), change.actor.kind(), change.actor.number());
    writer.send(
        &INSERT,
        &[
            Value::Int(id.number()),
            Value::Int(case.number()),
            Value::Int(at),
            Value::Text(kind),
            Value::from(actor),
            Value::Text(event.key()),
            Value::Text(detail),
            Value::from(note),
        ],
    )?;
    Ok(())
}

/// Adds the opening of a case as that of another that repeats it: nothing tells them apart.
///
/// # Errors
/// When the database is away or full.
pub fn repeat_opening(writer: &mut Writer<'_, '_>, case: Id<Case>, of: Id<Case>) -> Result<(), Error> {
    let id: Id<EventRow> = writer.new_id();
    let now = writer.now().as_micros();
    let values = [
        Value::Int(id.number()),
        Value::Int(case.number()),
        Value::Int(now),
        Value::Int(of.number()),
    ];
    writer.send(&COPY_OPENING, &values)?;
    Ok(())
}

/// The steps of a case, oldest first; at most 500.
///
/// # Errors
/// When the database is away.
pub fn of_case(tx: &mut dyn Queries, case: Id<Case>) -> Result<Vec<EventRow>, Error> {
    let rows = tx.rows(&OF_CASE, &[Value::Int(case.number())])?;
    rows.iter()
        .map(|row| {
            Ok(EventRow {
                at: row.time(1)?,
                actor_kind: row.owned(2)?,
                actor: row.optional_owned(3)?,
                kind: row.owned(4)?,
                detail: row.owned(5)?,
                note: row.optional_owned(6)?,
            })
        })
        .collect()
}
