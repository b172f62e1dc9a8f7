//! `/v1/events`: events of sensors, kept before they are acknowledged.

use std::sync::Arc;

use anlanh_app::sensor::{self, MAX_EVENTS_BYTES, SensorError};
use anlanh_model::Permission;
use axum::extract::{Request, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller;
use super::screen::read_up_to;
use crate::Service;
use crate::address::Query;
use crate::problem::{Problem, ProblemOut};

/// How what is compressed with gzip begins (RFC 1952, section 2.3.1): no event does.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Whose events they are.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    sensor: String,
}

/// What became of events.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HandedEvents)]
pub struct HandedOut {
    /// Events that were read; what is kept of them is durable, and so are the alerts that they gave rise to.
    events: u64,
    /// Lines that could not be read, and are lost.
    bad: u64,
}

/// Hands events of a sensor in, a line each, in the form that the sensor was added with.
#[utoipa::path(
    post,
    path = "/v1/events",
    tag = "events",
    operation_id = "handEvents",
    summary = "Gửi sự kiện của một cảm biến · Hand events of a sensor in",
    security(("token" = ["events:write"])),
    params(("sensor" = String, Query, description = "Name of a sensor of the kind `http`")),
    request_body(content = String, content_type = "application/x-ndjson",
        description = "Events, a line each; at most 8,388,608 bytes"),
    responses(
        (status = 200, description = "Durable", body = HandedOut, content_type = "application/json"),
        (status = "default", description = "Refused: nothing was taken, or with `events-late` perhaps all of it",
            body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn hand(State(service): State<Arc<Service>>, Query(asked): Query<Asked>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let call = async {
        let actor = caller::permitted(&service, &parts.headers, Permission::SubmitEvents).await?;
        let body = read_up_to(body, service.limits, MAX_EVENTS_BYTES).await?;
        let body = body.ok_or_else(|| caller::problem(&service, &SensorError::TooLarge.into()))?;
        if body.starts_with(&GZIP) {
            return Err(Problem::EncodedBody);
        }
        let handed = sensor::hand(&service.app, &actor, &asked.sensor, body.to_vec()).await;
        let handed = handed.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&HandedOut {
            events: handed.events,
            bad: handed.bad,
        }))
    };
    caller::respond(&parts.headers, call).await
}
