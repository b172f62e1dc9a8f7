//! Incidents looked through, and one looked at.

use std::sync::Arc;

use anlanh_model::{Actor, Alert, AlertEvent, Id, Incident, Permission};
use anlanh_store::Queries;
use anlanh_store::incident::alert::{self, AlertFilter, AlertRow};
use anlanh_store::incident::clock::{self, IncidentClockRow};
use anlanh_store::incident::report::ReportRow;
use anlanh_store::incident::work::{self, FileRow, SystemRow, TaskRow, TimelineRow};
use anlanh_store::incident::{self as store, IncidentFilter, IncidentRow, MarkedRow};

use super::report;
use crate::indicator::Clearance;
use crate::{App, Error, permit};

/// Most alerts that are shown of an incident at once.
pub const SHOWN_ALERTS: u32 = 200;
/// Most events of a timeline that are shown at once.
const SHOWN_EVENTS: u32 = 500;
/// Most incidents that are shown beside an indicator.
const SHOWN_BESIDE: u32 = 20;

/// An incident with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentView {
    /// The incident.
    pub row: IncidentRow,
    /// Some of its alerts.
    pub page: AlertsPage,
    /// What kind of event its first alert is of.
    pub began: Option<AlertEvent>,
    /// What happened, the last first.
    pub timeline: Vec<TimelineRow>,
    /// Its clocks.
    pub clocks: Vec<IncidentClockRow>,
    /// The systems that it affects.
    pub systems: Vec<SystemRow>,
    /// What is to be done.
    pub tasks: Vec<TaskRow>,
    /// Its evidence.
    pub files: Vec<FileRow>,
    /// The reports on it.
    pub reports: Vec<ReportRow>,
}

/// Some alerts of an incident, in the order in which they were raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertsPage {
    /// Those of them that whoever asks is cleared for.
    pub alerts: Vec<AlertRow>,
    /// How many alerts of the incident stand before these.
    pub before: u64,
    /// How many alerts it has up to the last of these, with those that whoever asks is not cleared for.
    pub up_to: u64,
    /// Behind which alert the next page begins; none where this is the last.
    pub next: Option<Id<Alert>>,
}

/// Empty where it is about something that is marked more strictly than whoever asks is cleared for.
fn title(clearance: Clearance, row: IncidentRow) -> IncidentRow {
    if clearance.covers(row.tlp) {
        return row;
    }
    IncidentRow {
        title: String::new(),
        ..row
    }
}

/// A page of incidents, newest first. What a program is not cleared for has no title.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn list(
    app: &App,
    actor: &Actor,
    filter: IncidentFilter,
    page: (Option<Id<Incident>>, u32),
) -> Result<Vec<(IncidentRow, Vec<IncidentClockRow>)>, Error> {
    permit(actor, Permission::ReadIncidents)?;
    let clearance = Clearance::of(app, actor).await?;
    app.store
        .read("incident.list", move |tx| {
            let mut found = Vec::new();
            for row in store::page(tx, filter, page)? {
                let clocks = clock::of_incident(tx, row.incident.id)?;
                found.push((title(clearance, row), clocks));
            }
            Ok(found)
        })
        .await
}

/// A page of the alerts of an incident: so many behind one of them.
fn page_of(
    tx: &mut dyn Queries,
    clearance: Clearance,
    id: Id<Incident>,
    (after, limit): (Option<Id<Alert>>, u32),
) -> Result<AlertsPage, Error> {
    let limit = limit.clamp(1, SHOWN_ALERTS);
    // One more is asked for than is shown, so that the last page is known to be the last.
    let mut alerts = alert::of_incident(tx, id, (after, limit + 1))?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_last = alerts.len() <= shown;
    alerts.truncate(shown);
    let before = after.map_or(Ok(0), |after| alert::count_up_to(tx, id, after))?;
    let up_to = before + alerts.len() as u64;
    let next = alerts.last().filter(|_| !is_last).map(|last| last.id);
    alerts.retain(|alert| clearance.covers(alert.tlp));
    Ok(AlertsPage {
        alerts,
        before,
        up_to,
        next,
    })
}

/// So many alerts of an incident behind one of them, at most [`SHOWN_ALERTS`], in the order in which they were raised.
///
/// # Errors
/// When the one who asks may not, there is no incident of this id, or the database is away.
pub async fn alerts_of(
    app: &App,
    actor: &Actor,
    id: Id<Incident>,
    page: (Option<Id<Alert>>, u32),
) -> Result<AlertsPage, Error> {
    permit(actor, Permission::ReadIncidents)?;
    let clearance = Clearance::of(app, actor).await?;
    app.store
        .read("incident.alerts_of", move |tx| {
            store::load(tx, id)?.ok_or(Error::NotFound("incident"))?;
            page_of(tx, clearance, id, page)
        })
        .await
}

/// One incident, with a page of its alerts as [`alerts_of`] has it. What a program is not cleared for is not in it: neither alerts that are marked so, nor, where there are any, what people
/// wrote.
///
/// # Errors
/// When the one who asks may not, there is none of this id, or the database is away.
pub async fn show(
    app: &App,
    actor: &Actor,
    id: Id<Incident>,
    page: (Option<Id<Alert>>, u32),
) -> Result<IncidentView, Error> {
    permit(actor, Permission::ReadIncidents)?;
    let clearance = Clearance::of(app, actor).await?;
    app.store
        .read("incident.show", move |tx| {
            let row = store::load(tx, id)?.ok_or(Error::NotFound("incident"))?;
            let mut view = IncidentView {
                page: page_of(tx, clearance, id, page)?,
                began: alert::of_incident(tx, id, (None, 1))?.first().map(|first| first.event),
                timeline: work::timeline(tx, id, SHOWN_EVENTS)?,
                clocks: clock::of_incident(tx, id)?,
                systems: work::systems(tx, id)?,
                tasks: work::tasks(tx, id)?,
                files: work::files(tx, id)?,
                reports: report::of_incident(tx, id)?,
                row: title(clearance, row),
            };
            if !clearance.covers(view.row.tlp) {
                for line in &mut view.timeline {
                    line.words = None;
                }
                for system in &mut view.systems {
                    system.name.clear();
                    system.owner.clear();
                }
                // The steps of a playbook are the policy's; what stands here without one, somebody wrote.
                for task in view.tasks.iter_mut().filter(|task| task.playbook.is_empty()) {
                    task.title.clear();
                }
            }
            Ok(view)
        })
        .await
}

/// A page of alerts, newest first: those that whoever asks is cleared for.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn alerts(
    app: &App,
    actor: &Actor,
    filter: AlertFilter,
    page: (Option<Id<Alert>>, u32),
) -> Result<Vec<AlertRow>, Error> {
    permit(actor, Permission::ReadIncidents)?;
    let clearance = Clearance::of(app, actor).await?;
    app.store
        .read("incident.alerts", move |tx| {
            Ok(alert::page(tx, &filter, clearance.tlp(), page)?)
        })
        .await
}

/// The incidents that a value brought alerts to, newest first, and whether it is marked as wrongly listed.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn of_value(
    app: &App,
    actor: &Actor,
    (kind, value): (&str, &str),
) -> Result<(Vec<IncidentRow>, Option<MarkedRow>), Error> {
    permit(actor, Permission::ReadIncidents)?;
    let (kind, value, now) = (Arc::<str>::from(kind), Arc::<str>::from(value), app.clock.now());
    app.store
        .read("incident.of_value", move |tx| {
            let rows = store::of_value(tx, &kind, &value, SHOWN_BESIDE)?;
            Ok((rows, store::marked(tx, &kind, &value, now)?))
        })
        .await
}
