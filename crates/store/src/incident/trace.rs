//! What incidents are called, found by and marked for. Where an address stands in one of these it is left there when the alert that
//! brought it goes elsewhere, or its incident is merged.

use anlanh_db::{Row, Value};
use anlanh_model::{Id, Incident, IncidentHost};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "incident_trace":
    LAST = "SELECT MAX(p.id) FROM (SELECT i.id FROM incident i WHERE i.id > $1 ORDER BY i.id LIMIT $2) p";
    TITLES = "SELECT i.id, i.title FROM incident i WHERE i.id > $1 AND i.id <= $2 ORDER BY i.id";
    CAUSES = "SELECT c.incident, c.kind, c.key FROM incident_cause c WHERE c.incident > $1 AND c.incident <= $2";
    MARKS = "SELECT m.incident, m.kind, m.value FROM indicator_mark m WHERE m.incident > $1 AND m.incident <= $2";
    MERGED = "WITH RECURSIVE chain (id) AS (
                SELECT i.id FROM incident i WHERE i.state = 'merged' AND i.merged_into = $1
                UNION SELECT i.id FROM chain c JOIN incident i ON i.state = 'merged' AND i.merged_into = c.id)
              SELECT c.id FROM chain c ORDER BY c.id";
    IS_FOUND_BY = "SELECT 1 FROM alert a WHERE a.incident = $1 AND (a.listed = $2 OR a.campaign = $2) LIMIT 1";
    IS_OVER = "SELECT 1 FROM incident_host h WHERE h.id = $1
                 AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.host = h.id AND a.details IS NOT NULL)";
    TITLE = "UPDATE incident SET title = $2 WHERE id = $1";
    CAUSE = "DELETE FROM incident_cause WHERE incident = $1 AND kind = $2 AND key = $3";
    MARK = "DELETE FROM indicator_mark WHERE incident = $1 AND kind = $2 AND value = $3";
}

/// A text that an incident has beside its alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trace {
    /// What it is called.
    Title(Id<Incident>, String),
    /// By what later alerts find it: the kind of that, and its key.
    Cause(Id<Incident>, String, Vec<u8>),
    /// What was found in it to be wrongly listed: the kind of that, and the value.
    Mark(Id<Incident>, String, String),
}

impl Trace {
    /// Its incident.
    #[must_use]
    pub const fn incident(&self) -> Id<Incident> {
        match self {
            Self::Title(incident, _) | Self::Cause(incident, ..) | Self::Mark(incident, ..) => *incident,
        }
    }

    /// The name or the value that stands there.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Title(_, text) | Self::Mark(_, _, text) => text,
            Self::Cause(_, kind, key) => {
                let text = std::str::from_utf8(key).unwrap_or_default();
                // That of an indicator begins with its kind.
                let value = text.split_once(' ').filter(|_| kind == "indicator");
                value.map_or(text, |(_, value)| value)
            }
        }
    }
}

/// The last of at most `limit` incidents after one.
///
/// # Errors
/// When the database is away.
pub fn last_after(
    tx: &mut dyn Queries,
    after: Option<Id<Incident>>,
    limit: u32,
) -> Result<Option<Id<Incident>>, Error> {
    let row = tx.row(&LAST, &[Value::Int(begin(after)), Value::Int(limit.into())])?;
    Ok(row.map(|row| row.optional_id(0, "incident.id")).transpose()?.flatten())
}

/// The traces of incidents after one, to the last one.
///
/// # Errors
/// When the database is away.
pub fn of_incidents(
    tx: &mut dyn Queries,
    (after, last): (Option<Id<Incident>>, Id<Incident>),
) -> Result<Vec<Trace>, Error> {
    between(tx, (begin(after), last.number()))
}

/// The traces of one incident.
///
/// # Errors
/// When the database is away.
pub fn of_incident(tx: &mut dyn Queries, id: Id<Incident>) -> Result<Vec<Trace>, Error> {
    between(tx, (id.number().saturating_sub(1), id.number()))
}

fn between(tx: &mut dyn Queries, (after, last): (i64, i64)) -> Result<Vec<Trace>, Error> {
    let range = [Value::Int(after), Value::Int(last)];
    let mut traces = Vec::new();
    for row in tx.rows(&TITLES, &range)? {
        traces.push(Trace::Title(incident_of(&row)?, row.owned(1)?));
    }
    for row in tx.rows(&CAUSES, &range)? {
        traces.push(Trace::Cause(incident_of(&row)?, row.owned(1)?, row.bytes(2)?.to_vec()));
    }
    for row in tx.rows(&MARKS, &range)? {
        traces.push(Trace::Mark(incident_of(&row)?, row.owned(1)?, row.owned(2)?));
    }
    Ok(traces)
}

fn incident_of(row: &Row) -> Result<Id<Incident>, Error> {
    row.id(0, "incident.id")
}

/// Every incident that was merged into one, or into one of those.
///
/// # Errors
/// When the database is away.
pub fn merged_into(tx: &mut dyn Queries, id: Id<Incident>) -> Result<Vec<Id<Incident>>, Error> {
    tx.rows(&MERGED, &[Value::Int(id.number())])?
        .iter()
        .map(incident_of)
        .collect()
}

/// Whether an alert of an incident was found by that value or campaign.
///
/// # Errors
/// When the database is away.
pub fn is_found_by(tx: &mut dyn Queries, incident: Id<Incident>, text: &str) -> Result<bool, Error> {
    let values = [Value::Int(incident.number()), Value::Text(text)];
    Ok(tx.row(&IS_FOUND_BY, &values)?.is_some())
}

/// Whether no alert knows anything of a host any more.
///
/// # Errors
/// When the database is away.
pub fn is_over(tx: &mut dyn Queries, host: Id<IncidentHost>) -> Result<bool, Error> {
    Ok(tx.row(&IS_OVER, &[Value::Int(host.number())])?.is_some())
}

/// Forgets a trace; an incident is called by its id from then on.
///
/// # Errors
/// When the database is away or full.
pub fn forget(writer: &mut Writer<'_, '_>, trace: &Trace) -> Result<(), Error> {
    let id = Value::Int(trace.incident().number());
    match trace {
        Trace::Title(incident, _) => writer.send(&TITLE, &[id, Value::Text(&incident.to_string())]),
        Trace::Cause(_, kind, key) => writer.send(&CAUSE, &[id, Value::Text(kind), Value::Bytes(key)]),
        Trace::Mark(_, kind, value) => writer.send(&MARK, &[id, Value::Text(kind), Value::Text(value)]),
    }
}

fn begin(after: Option<Id<Incident>>) -> i64 {
    after.map_or(-1, Id::number)
}
