//! What happens with incidents, told in its order to whoever follows them: a program that polls, and one address that the operator named.
//!
//! What is told is keys and numbers: which incident, what happened, how it stands. No name, value, word or host is in it: whoever wants
//! those reads the incident, as far as their token goes. An event is told of a moment after it, when what was written beside it is known.

use anlanh_api::{IncidentEventOut, Instant};
use anlanh_model::{Actor, AuditAction, Id, IncidentEvent, Permission, Time};
use anlanh_store::Writer;
use anlanh_store::incident::hook::{self as store, HappenedRow, HookRow};

use crate::{App, Error, permit};

/// How long after an event it is told of, in seconds. Ids are given before commits are known, and commits are known in another order.
const AFTER_SECONDS: i64 = 2;

/// An event that is to be told now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToTell {
    /// Its id.
    pub id: Id<IncidentEvent>,
    /// What is told.
    pub body: Vec<u8>,
    /// How often it was tried before.
    pub attempts: u32,
}

/// What became of telling it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// It was taken, or is given up: the next one follows.
    Over,
    /// It is tried again at this time; what came after it waits.
    Again(Time),
}

/// At most `limit` events after one, the first before the others.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn happened(
    app: &App,
    actor: &Actor,
    (after, limit): (Option<Id<IncidentEvent>>, u32),
) -> Result<Vec<IncidentEventOut>, Error> {
    permit(actor, Permission::ReadIncidents)?;
    let before = settled(app);
    app.store
        .read("incident.happened", move |tx| {
            let rows = store::events(tx, (after, before), limit)?;
            Ok(rows.iter().map(out).collect())
        })
        .await
}

/// Begins to tell what happens from now on; what happened before can be polled.
///
/// # Errors
/// When the database is away or full.
pub async fn begin_telling(app: &App) -> Result<(), Error> {
    app.store
        .write(app.change(&Actor::Node, AuditAction::TellIncidents), |writer| {
            Ok(store::begin(writer)?)
        })
        .await
}

/// What is to be told now, if anything is.
///
/// # Errors
/// When the database is away.
pub async fn to_tell(app: &App) -> Result<Option<ToTell>, Error> {
    let (now, before) = (app.clock.now(), settled(app));
    app.store
        .read("incident.to_tell", move |tx| {
            let Some(hook) = store::load(tx)?.filter(|hook| hook.next_at <= now) else {
                return Ok(None);
            };
            let next = store::events(tx, (Some(hook.told), before), 1)?;
            Ok(next.first().map(|row| ToTell {
                id: row.id,
                // Writing to memory does not fail.
                body: serde_json::to_vec(&out(row)).unwrap_or_default(),
                attempts: hook.attempts,
            }))
        })
        .await
}

/// Keeps what became of telling an event.
///
/// # Errors
/// When the database is away or full.
pub async fn told(app: &App, id: Id<IncidentEvent>, telling: Telling) -> Result<(), Error> {
    let write = move |writer: &mut Writer<'_, '_>| {
        let Some(hook) = store::load(writer)? else {
            return Ok(());
        };
        let hook = match telling {
            Telling::Over => HookRow {
                told: id,
                attempts: 0,
                next_at: writer.now(),
            },
            Telling::Again(next_at) => HookRow {
                attempts: hook.attempts.saturating_add(1),
                next_at,
                ..hook
            },
        };
        writer.about("incident event", id.number(), "");
        Ok::<_, Error>(store::set(writer, hook)?)
    };
    app.store
        .write(app.change(&Actor::Node, AuditAction::TellIncidents), write)
        .await
}

fn settled(app: &App) -> Id<IncidentEvent> {
    Id::first_at(app.clock.now().plus_seconds(-AFTER_SECONDS))
}

fn out(row: &HappenedRow) -> IncidentEventOut {
    let what = match row.kind.as_str() {
        "opened" => "incident.opened",
        "clock_warned" | "clock_breached" => "incident.clock",
        _ => "incident.changed",
    };
    // Only what is known to be a key; elsewhere a detail may be the token of a host.
    let detail = match row.kind.as_str() {
        "opened" | "triaged" | "closed" | "task" | "clock_warned" | "clock_breached" | "report_begun"
        | "report_signed" => row.detail.as_str(),
        _ => "",
    };
    IncidentEventOut {
        id: row.id.to_string(),
        r#type: what,
        timestamp: Instant(row.id.made_at().as_micros()),
        incident: row.incident.to_string(),
        kind: row.kind.clone(),
        detail: Some(detail.to_owned()).filter(|detail| !detail.is_empty()),
        severity: row.severity.key(),
        state: row.state.clone(),
    }
}
