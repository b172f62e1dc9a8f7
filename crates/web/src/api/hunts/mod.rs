//! `/v1/hunts`: values looked for in kept events, for a centre's own programs, each in the name of a person.
//!
//! A host is the short token of a day. What a token is not cleared for is in no answer.

mod body;
mod out;

use std::sync::Arc;

use anlanh_app::hunt::{self, HuntError, SHOWN_ROWS};
use anlanh_model::{Actor, Hunt, Id, Permission};
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::caller;
use crate::Service;
use crate::address::{Path, Query};
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

use body::{HuntIn, HuntRowsIn};
pub use out::{HuntMadeOut, HuntViewOut, HuntsOut};

/// Which hunts are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    before: Option<String>,
    limit: Option<String>,
}

/// Which rows of a hunt are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedRows {
    after: Option<String>,
    limit: Option<String>,
}

/// Hunts, newest first, in numbers: what they look for is in each.
#[utoipa::path(
    get,
    path = "/v1/hunts",
    tag = "incidents",
    operation_id = "listHunts",
    summary = "Liệt kê các lần truy tìm · List hunts",
    security(("token" = ["incidents:read"])),
    params(
        ("before" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of hunts", body = HuntsOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(service): State<Arc<Service>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadIncidents).await?;
        let limit = caller::page_size(asked.limit.as_deref())?;
        let before = caller::before(asked.before.as_deref())?;
        let rows = hunt::list(&service.app, &actor, (before, limit)).await;
        let rows = rows.map_err(|error| caller::problem(&service, &error))?;
        let is_full = usize::try_from(limit).is_ok_and(|limit| rows.len() >= limit);
        Ok(caller::json(&HuntsOut {
            next: rows.last().filter(|_| is_full).map(|(last, _)| last.id.to_string()),
            hunts: rows
                .iter()
                .map(|(row, known)| out::HuntOut::of(row, *known, None))
                .collect(),
        }))
    };
    caller::respond(&headers, call).await
}

/// Asks for a hunt: it waits for its turn. With an `Idempotency-Key` the same request is done once in 24 hours.
#[utoipa::path(
    post,
    path = "/v1/hunts",
    tag = "incidents",
    operation_id = "askHunt",
    summary = "Yêu cầu truy tìm trong sự kiện đã lưu · Ask for a hunt through kept events",
    security(("token" = ["hunts:write"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 printable ASCII characters")),
    request_body(content = HuntIn, content_type = "application/json"),
    responses(
        (status = 201, description = "It waits", body = HuntMadeOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing was kept", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn ask(State(service): State<Arc<Service>>, headers: HeaderMap, body: Body) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::HuntEvents).await?;
        let once = (&actor, "/v1/hunts");
        let (asked, claim) = caller::read_once::<HuntIn>(&service, &headers, once, body).await?;
        let asked = asked.read().map_err(|error| caller::problem(&service, &error.into()))?;
        let made = hunt::ask(&service.app, &actor, asked, claim).await;
        let made = made.map_err(|error| caller::problem(&service, &error))?;
        let id = made.id.to_string();
        Ok(caller::made(&made, caller::json(&HuntMadeOut { hunt: id })))
    };
    caller::respond(&headers, call).await
}

/// One hunt: how it stands, how far it is, and what it found.
#[utoipa::path(
    get,
    path = "/v1/hunts/{hunt}",
    tag = "incidents",
    operation_id = "showHunt",
    summary = "Đọc một lần truy tìm · Read a hunt",
    security(("token" = ["incidents:read"])),
    params(
        ("hunt" = String, Path, description = "Id of the hunt"),
        ("after" = Option<u32>, Query, description = "The `next` of the answer before: rows behind that"),
        ("limit" = Option<u32>, Query, description = "Rows: 1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "The hunt", body = HuntViewOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(asked): Query<AskedRows>,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadIncidents).await?;
        let after = asked.after.as_deref().map(str::parse).transpose();
        let after = after.map_err(|_| Problem::Refused(Refusal::bad_query("after")))?;
        let limit = caller::page_size(asked.limit.as_deref())?;
        let id = caller::id(&id, "hunt")?;
        shown(&service, &actor, id, (after.unwrap_or(0), limit)).await
    };
    caller::respond(&headers, call).await
}

/// Calls a hunt off that is not over; of what it found until then nothing is kept.
#[utoipa::path(
    post,
    path = "/v1/hunts/{hunt}/cancellation",
    tag = "incidents",
    operation_id = "cancelHunt",
    summary = "Hủy một lần truy tìm · Call a hunt off",
    security(("token" = ["hunts:write"])),
    params(("hunt" = String, Path, description = "Id of the hunt")),
    responses(
        (status = 200, description = "The hunt as it is then", body = HuntViewOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn cancel(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::HuntEvents).await?;
        let id = caller::id(&id, "hunt")?;
        let done = hunt::cancel(&service.app, &actor, id).await;
        done.map_err(|error| caller::problem(&service, &error))?;
        shown(&service, &actor, id, (0, SHOWN_ROWS)).await
    };
    caller::respond(&headers, call).await
}

/// Puts what a hunt found into incidents: rows become alerts, which open incidents or go to those that they belong to. A row does so once.
#[utoipa::path(
    post,
    path = "/v1/hunts/{hunt}/alerts",
    tag = "incidents",
    operation_id = "raiseHunt",
    summary = "Đưa kết quả truy tìm vào sự cố · Put what a hunt found into incidents",
    security(("token" = ["hunts:write"])),
    params(("hunt" = String, Path, description = "Id of the hunt")),
    request_body(content = HuntRowsIn, content_type = "application/json"),
    responses(
        (status = 200, description = "The hunt as it is then, with its incidents", body = HuntViewOut,
            content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn raise(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::HuntEvents).await?;
        let asked: HuntRowsIn = caller::read_json(&service, &headers, body).await?;
        let id = caller::id(&id, "hunt")?;
        let chosen = asked.chosen().ok_or(HuntError::Rows);
        let chosen = chosen.map_err(|error| caller::problem(&service, &error.into()))?;
        let done = hunt::raise(&service.app, &actor, id, chosen).await;
        done.map_err(|error| caller::problem(&service, &error))?;
        shown(&service, &actor, id, (0, SHOWN_ROWS)).await
    };
    caller::respond(&headers, call).await
}

async fn shown(service: &Service, actor: &Actor, id: Id<Hunt>, page: (u32, u32)) -> Result<Response, Problem> {
    let view = hunt::show(&service.app, actor, id, page).await;
    let view = view.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::json(&HuntViewOut::of(&view)))
}
