//! What a hunt found becomes alerts, and goes where alerts go: there alone tokens become addresses, sealed.

use std::sync::Arc;

use anlanh_model::{Actor, AlertEvent, AlertOrigin, AuditAction, Hunt, HuntState, Id, Incident, NoHost, Permission};
use anlanh_soc::{Found, Kind};
use anlanh_store::hunt::{self as store, FoundKept};
use anlanh_store::{Writer, sensor};

use super::hosts::host_of;
use super::work::MAX_ROWS;
use super::{HuntError, TurnBack};
use crate::case::permit_person;
use crate::incident::{Alert, Host, Listed, Seen, Span, keep_spans, merge_spans};
use crate::{App, Error};

/// Which rows of a hunt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// All that are in no incident yet.
    All,
    /// Those of these numbers.
    Rows(Vec<u32>),
}

/// Raises what a hunt found as alerts, which open incidents or go to those that they belong to; gives these. A row is raised once.
///
/// # Errors
/// When the one who asks may not, there is no such hunt, it is not done, no row is left or one is none or was raised before, nobody turns
/// tokens back, or the database is away or full.
pub async fn raise(app: &App, actor: &Actor, id: Id<Hunt>, chosen: Chosen) -> Result<Vec<Id<Incident>>, Error> {
    permit_person(actor, Permission::HuntEvents)?;
    let turn_back = app.hunting.turn_back().ok_or(HuntError::NotRunning)?;
    let most = u32::try_from(MAX_ROWS).unwrap_or(u32::MAX);
    let read = app.store.read("hunt.rows", move |tx| {
        let row = store::load(tx, id)?.ok_or(Error::NotFound("hunt"))?;
        if row.state != HuntState::Done {
            return Err(HuntError::Step.into());
        }
        Ok::<_, Error>((store::rows(tx, id, 0, most)?, sensor::names(tx)?))
    });
    let (rows, names) = read.await?;
    let rows = choose(rows, chosen)?;
    let span_of = |row: &FoundKept| {
        let name = names.iter().find(|(number, _)| *number == row.found.sensor);
        span(turn_back, id, row, name.map_or("events", |(_, name)| name))
    };
    let spans: Option<Vec<Span>> = rows.iter().map(span_of).collect();
    let spans = spans.ok_or(HuntError::Rows)?;
    let lost = spans.iter().filter(|span| span.alert.host.is_err_and(NoHost::is_loss));
    let lost = lost.count();
    let (vault, now) = (Arc::clone(&app.vault), app.clock.now());
    let merged = merge_spans(&vault, &spans, now);
    let write = move |writer: &mut Writer<'_, '_>| {
        for row in &rows {
            // Somebody else may have raised it meanwhile.
            if !store::raise(writer, id, row.number)? {
                return Err(HuntError::Rows.into());
            }
        }
        let (raised, incidents) = keep_spans(writer, &vault, &merged)?;
        for incident in &incidents {
            store::add_incident(writer, id, *incident)?;
        }
        let detail = format!(
            "rows={} new={} again={} opened={} lost={lost}",
            rows.len(),
            raised.new,
            raised.again,
            raised.opened
        );
        writer.about("hunt", id.number(), detail);
        Ok::<_, Error>(incidents)
    };
    app.store.write(app.change(actor, AuditAction::RaiseHunt), write).await
}

fn choose(rows: Vec<FoundKept>, chosen: Chosen) -> Result<Vec<FoundKept>, HuntError> {
    let wanted = match chosen {
        Chosen::All => rows.into_iter().filter(|row| row.raised_at.is_none()).collect(),
        Chosen::Rows(mut numbers) => {
            numbers.sort_unstable();
            numbers.dedup();
            let is_wanted = |row: &FoundKept| numbers.binary_search(&row.number).is_ok() && row.raised_at.is_none();
            let found: Vec<FoundKept> = rows.into_iter().filter(is_wanted).collect();
            if found.len() != numbers.len() {
                return Err(HuntError::Rows);
            }
            found
        }
    };
    Some(wanted).filter(|rows| !rows.is_empty()).ok_or(HuntError::Rows)
}

/// A row as an alert; none where its kind is none.
fn span(turn_back: &TurnBack, hunt: Id<Hunt>, row: &FoundKept, sensor: &str) -> Option<Span> {
    let found = &row.found;
    let kind = Kind::from_key(&found.kind)?;
    let alert = Alert {
        at: found.first_at,
        sensor: sensor.to_owned(),
        event: event_of(kind),
        seen: Seen {
            field: kind.key().to_owned(),
            value: found.listed.clone(),
        },
        listed: Listed {
            found: Found::Value(kind),
            value: found.listed.clone(),
            source: format!("hunt {hunt}"),
            indicator: None,
            tlp: None,
        },
        host: host_of(turn_back, row).map(|address| Host { address, port: None }),
        far: None,
        count: 1,
        origin: AlertOrigin::Hunt,
    };
    Some(Span {
        alert,
        count: found.count,
        last_at: found.last_at,
    })
}

/// What kind of event a value of a kind is mostly in.
const fn event_of(kind: Kind) -> AlertEvent {
    match kind {
        Kind::Domain => AlertEvent::Dns,
        Kind::Url => AlertEvent::Http,
        Kind::Address => AlertEvent::Flow,
        Kind::Hash => AlertEvent::File,
        Kind::Ja3 | Kind::Ja4 => AlertEvent::Tls,
        Kind::Email => AlertEvent::Mail,
    }
}
