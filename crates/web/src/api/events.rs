//! `/v1/events`: events of sensors, kept before they are acknowledged.

use std::sync::Arc;

use anlanh_api::Language;
use anlanh_app::sensor::{self, BadEvent, MAX_EVENTS_BYTES, SensorError};
use anlanh_model::Permission;
use anlanh_soc::LineError;
use axum::extract::{Request, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller;
use super::screen::read_up_to;
use crate::Service;
use crate::address::Query;
use crate::edge;
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
    /// The first 100 of them; left out where there are none, and of what has no lines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    bad_lines: Vec<BadLineOut>,
    /// How many more there are; left out where there are none.
    #[serde(skip_serializing_if = "is_none")]
    #[schema(required = false)]
    bad_more: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
const fn is_none(count: &u64) -> bool {
    *count == 0
}

/// A line that could not be read, or not wholly. What stands in it is not told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BadEventLine)]
pub struct BadLineOut {
    /// Its number, from 1.
    line: u64,
    /// `too-long`, `not-utf8`, `not-json`, `too-deep`, `not-an-object`, `columns`, `no-head`, `too-many-values` (some were not looked up),
    /// or `no-message` (it is none of the form of its sensor).
    reason: &'static str,
    /// The same in words, with the column where it is known.
    detail: String,
}

impl BadLineOut {
    fn of(bad: BadEvent, language: Language) -> Self {
        let [reason, vi, en] = match bad.why {
            None => [
                "no-message",
                "không phải thông điệp theo dạng của cảm biến",
                "no message of the form of the sensor",
            ],
            Some(LineError::TooLong) => ["too-long", "dòng quá dài", "the line is too long"],
            Some(LineError::NotUtf8) => ["not-utf8", "dòng không phải UTF-8", "the line is not UTF-8"],
            Some(LineError::NotJson { .. }) => ["not-json", "không phải JSON từ cột", "not JSON at column"],
            Some(LineError::TooDeep) => ["too-deep", "JSON lồng quá sâu", "nested too deeply"],
            Some(LineError::NotAnObject) => [
                "not-an-object",
                "JSON nhưng không phải một đối tượng",
                "JSON, but no object",
            ],
            Some(LineError::Columns { .. }) => [
                "columns",
                "số cột khác với dòng đầu của nhật ký",
                "another number of columns than the head of the log names",
            ],
            Some(LineError::NoHead) => [
                "no-head",
                "đứng trước dòng đầu của nhật ký",
                "stands before the head of the log",
            ],
            Some(LineError::TooManyValues) => [
                "too-many-values",
                "quá nhiều giá trị: có giá trị chưa được tra",
                "too many values: some were not looked up",
            ],
        };
        let words = language.pick(vi, en);
        let detail = match bad.why {
            Some(LineError::NotJson { column }) => format!("{words} {column}"),
            Some(LineError::Columns { found, named }) => format!("{words} ({found}/{named})"),
            Some(
                LineError::TooLong
                | LineError::NotUtf8
                | LineError::TooDeep
                | LineError::NotAnObject
                | LineError::NoHead
                | LineError::TooManyValues,
            )
            | None => words.to_owned(),
        };
        Self {
            line: bad.line,
            reason,
            detail,
        }
    }
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
        let language = edge::language(&parts.headers);
        let bad_lines = handed.bad_lines.iter().map(|bad| BadLineOut::of(*bad, language));
        Ok(caller::json(&HandedOut {
            events: handed.events,
            bad: handed.bad,
            bad_more: if handed.bad_lines.is_empty() {
                0
            } else {
                handed.bad.saturating_sub(handed.bad_lines.len() as u64)
            },
            bad_lines: bad_lines.collect(),
        }))
    };
    caller::respond(&parts.headers, call).await
}
