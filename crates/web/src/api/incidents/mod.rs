//! `/v1/incidents` and `/v1/alerts`: what sensors found and people work, for a centre's own programs.
//!
//! Addresses of hosts, evidence, signatures and closing stay with people on their pages.

mod body;
mod out;
pub mod steps;

use std::sync::Arc;

use anlanh_app::incident::{self, AlertFilter, IncidentFilter, IncidentStanding};
use anlanh_model::{Permission, Severity};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::caller;
use crate::Service;
use crate::address::{Path, Query};
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

pub use out::{AlertsOut, IncidentAlertsOut, IncidentEventsOut, IncidentViewOut, IncidentsOut};

/// Longest value that alerts are looked through for, in bytes.
const MAX_LISTED_BYTES: usize = 4_096;

/// Which incidents are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    state: Option<String>,
    severity: Option<String>,
    before: Option<String>,
    limit: Option<String>,
}

/// Which alerts are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedAlerts {
    incident: Option<String>,
    listed: Option<String>,
    before: Option<String>,
    limit: Option<String>,
}

/// Which events of all incidents, or alerts of one, are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedEvents {
    after: Option<String>,
    limit: Option<String>,
}

/// Incidents, newest first, each with its clocks.
#[utoipa::path(
    get,
    path = "/v1/incidents",
    tag = "incidents",
    operation_id = "listIncidents",
    summary = "Liệt kê sự cố · List incidents",
    security(("token" = ["incidents:read"])),
    params(
        ("state" = Option<String>, Query, description = "`open` (when left out) or `over`"),
        ("severity" = Option<String>, Query, description = "`low`, `medium`, `high` or `critical`; any when left out"),
        ("before" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of incidents", body = IncidentsOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(service): State<Arc<Service>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadIncidents).await?;
        let bad = |name: &str| Problem::Refused(Refusal::bad_query(name));
        let severity = asked.severity.as_deref().map(Severity::from_key);
        let severity = severity.map(|severity| severity.ok_or_else(|| bad("severity")));
        let filter = IncidentFilter {
            standing: match asked.state.as_deref() {
                None | Some("open") => IncidentStanding::Open,
                Some("over") => IncidentStanding::Over,
                Some(_) => return Err(bad("state")),
            },
            severity: severity.transpose()?,
        };
        let limit = caller::page_size(asked.limit.as_deref())?;
        let before = caller::before(asked.before.as_deref())?;
        let found = incident::list(&service.app, &actor, filter, (before, limit)).await;
        let found = found.map_err(|error| caller::problem(&service, &error))?;
        let is_full = usize::try_from(limit).is_ok_and(|limit| found.len() >= limit);
        let last = found.last().filter(|_| is_full);
        Ok(caller::json(&IncidentsOut {
            next: last.map(|(row, _)| row.incident.id.to_string()),
            incidents: found
                .iter()
                .map(|(row, clocks)| out::IncidentOut::of(row, clocks))
                .collect(),
        }))
    };
    caller::respond(&headers, call).await
}

/// One incident with its alerts, timeline, systems, tasks, clocks, evidence by digest, and reports.
#[utoipa::path(
    get,
    path = "/v1/incidents/{incident}",
    tag = "incidents",
    operation_id = "showIncident",
    summary = "Đọc một sự cố · Read an incident",
    security(("token" = ["incidents:read"])),
    params(("incident" = String, Path, description = "Id of the incident")),
    responses(
        (status = 200, description = "The incident", body = IncidentViewOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadIncidents).await?;
        let page = (None, incident::SHOWN_ALERTS);
        let view = incident::show(&service.app, &actor, caller::id(&id, "incident")?, page).await;
        let view = view.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&IncidentViewOut::of(&view)))
    };
    caller::respond(&headers, call).await
}

/// The alerts of one incident that whoever asks is cleared for, in the order in which they were raised.
#[utoipa::path(
    get,
    path = "/v1/incidents/{incident}/alerts",
    tag = "incidents",
    operation_id = "listIncidentAlerts",
    summary = "Liệt kê cảnh báo của một sự cố · List the alerts of an incident",
    security(("token" = ["incidents:read"])),
    params(
        ("incident" = String, Path, description = "Id of the incident"),
        ("after" = Option<String>, Query, description = "The `next` of the page before, or `alerts_next` of the incident"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of alerts", body = IncidentAlertsOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn alerts_of(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(asked): Query<AskedEvents>,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadIncidents).await?;
        let after = asked.after.as_deref().map(str::parse).transpose();
        let after = after.map_err(|_| Problem::Refused(Refusal::bad_query("after")))?;
        let limit = caller::page_size(asked.limit.as_deref())?;
        let id = caller::id(&id, "incident")?;
        let page = incident::alerts_of(&service.app, &actor, id, (after, limit)).await;
        let page = page.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&IncidentAlertsOut::of(&page)))
    };
    caller::respond(&headers, call).await
}

/// Alerts that whoever asks is cleared for, newest first.
#[utoipa::path(
    get,
    path = "/v1/alerts",
    tag = "incidents",
    operation_id = "listAlerts",
    summary = "Liệt kê cảnh báo · List alerts",
    security(("token" = ["incidents:read"])),
    params(
        ("incident" = Option<String>, Query, description = "Id of an incident"),
        ("listed" = Option<String>, Query, description = "The value that they were found by, in canonical form"),
        ("before" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of alerts", body = AlertsOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn alerts(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Query(asked): Query<AskedAlerts>,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadIncidents).await?;
        let bad = |name: &str| Problem::Refused(Refusal::bad_query(name));
        let of = asked.incident.as_deref().map(str::parse).transpose();
        let filter = AlertFilter {
            incident: of.map_err(|_| bad("incident"))?,
            listed: asked.listed.unwrap_or_default(),
        };
        if filter.listed.len() > MAX_LISTED_BYTES || filter.listed.contains('\0') {
            return Err(bad("listed"));
        }
        let limit = caller::page_size(asked.limit.as_deref())?;
        let before = caller::before(asked.before.as_deref())?;
        let found = incident::alerts(&service.app, &actor, filter, (before, limit)).await;
        let found = found.map_err(|error| caller::problem(&service, &error))?;
        let is_full = usize::try_from(limit).is_ok_and(|limit| found.len() >= limit);
        Ok(caller::json(&AlertsOut {
            next: found.last().filter(|_| is_full).map(|last| last.id.to_string()),
            alerts: found.iter().map(out::AlertOut::of).collect(),
        }))
    };
    caller::respond(&headers, call).await
}

/// What happened with incidents, oldest first: keys and numbers alone, as webhooks tell it. An event is in the answer two seconds after
/// it happened.
#[utoipa::path(
    get,
    path = "/v1/incidents/events",
    tag = "incidents",
    operation_id = "listIncidentEvents",
    summary = "Diễn biến các sự cố · What happened with incidents",
    security(("token" = ["incidents:read"])),
    params(
        ("after" = Option<String>, Query, description = "The `next` of the answer before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "Events", body = IncidentEventsOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn events(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Query(asked): Query<AskedEvents>,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadIncidents).await?;
        let after = asked.after.as_deref().map(str::parse).transpose();
        let after = after.map_err(|_| Problem::Refused(Refusal::bad_query("after")))?;
        let limit = caller::page_size(asked.limit.as_deref())?;
        let events = incident::hook::happened(&service.app, &actor, (after, limit)).await;
        let events = events.map_err(|error| caller::problem(&service, &error))?;
        let next = events.last().map(|last| last.id.clone());
        Ok(caller::json(&IncidentEventsOut {
            next: next.or(asked.after),
            events,
        }))
    };
    caller::respond(&headers, call).await
}
