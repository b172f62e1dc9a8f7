//! `/v1/erasures` and the holds on items: what is erased, what is kept, and why.

use std::sync::Arc;

use anlanh_app::keeping::{self, Certificate, Fate, HoldRow, ItemFate, Remains, Wish};
use anlanh_model::{Hold, Id, Permission};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller;
use super::instant::Instant;
use crate::Service;
use crate::address::{Path, Query};
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

/// What is to be erased: one item, or every item of an account.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ErasureIn, example = json!({ "account": "u-1042" }))]
#[serde(deny_unknown_fields)]
pub struct ErasureIn {
    /// The node's id of an item.
    item: Option<String>,
    /// The platform's reference of an account: 1 to 256 bytes.
    account: Option<String>,
}

/// A hold on an item.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = HoldIn, example = json!({ "reason": "Văn bản số 12 ngày 20/11/2026", "days": 180 }))]
#[serde(deny_unknown_fields)]
pub struct HoldIn {
    /// Why, with the document that asks for it: 1 to 2,000 bytes.
    reason: String,
    /// After so many days of 24 hours it ends by itself; without, when somebody ends it.
    #[schema(minimum = 1, maximum = 36_600)]
    days: Option<u32>,
}

/// What was erased, what is kept, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Erasure)]
#[serde(deny_unknown_fields)]
pub struct ErasureOut {
    /// Its id.
    erasure: String,
    /// `item` or `account`.
    kind: &'static str,
    /// Which; `null` once everything is erased, when nothing says any more whom it was about.
    #[schema(required = true)]
    reference: Option<String>,
    /// When it was asked (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// When the last item was erased; `null` while one is kept.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    done_at: Option<Instant>,
    /// When what was erased had left the files of the database; backups follow in their next cycle.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    off_disk_at: Option<Instant>,
    /// How many items there are, as far as is known.
    items: u64,
    /// How many of them are erased.
    erased: u64,
    /// What became of each: at most 200, oldest first; left out of lists.
    fates: Vec<FateOut>,
    /// Where the rest begins, for `after`; `null` where this is all.
    #[schema(required = true)]
    next: Option<String>,
    /// What stays in any case: `record`, `decisions`, `enforcement`, `reports`, `audit_log`.
    remains: Vec<&'static str>,
}

/// What became of one item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErasureFate)]
#[serde(deny_unknown_fields)]
pub struct FateOut {
    /// The node's id of the item.
    item: String,
    /// When it was erased; `null` while it is kept.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    erased_at: Option<Instant>,
    /// For what it is kept: `legal_hold`, `open_case` or `appeals`.
    #[schema(required = true)]
    kept_for: Option<&'static str>,
    /// Until when, where that is known.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    kept_until: Option<Instant>,
}

/// A page of wishes for erasure.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Erasures)]
#[serde(deny_unknown_fields)]
pub struct ErasuresOut {
    /// The wishes, newest first.
    erasures: Vec<ErasureOut>,
    /// Where the next page begins, for `before`; `null` on the last.
    #[schema(required = true)]
    next: Option<String>,
}

/// A hold on an item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Hold)]
#[serde(deny_unknown_fields)]
pub struct HoldOut {
    /// Its id.
    hold: String,
    /// Why.
    reason: String,
    /// The name of whoever put it there.
    by: String,
    /// When (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// When it ends by itself.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    until: Option<Instant>,
    /// When somebody ended it.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    ended_at: Option<Instant>,
}

/// The holds on an item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Holds)]
#[serde(deny_unknown_fields)]
pub struct HoldsOut {
    /// Those of the past too, newest first.
    holds: Vec<HoldOut>,
}

/// A hold that was just put.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewHold)]
#[serde(deny_unknown_fields)]
pub struct NewHoldOut {
    /// Its id.
    hold: String,
}

impl ErasureOut {
    fn of(certificate: &Certificate) -> Self {
        let row = &certificate.row;
        let full = usize::try_from(keeping::MAX_PAGE).is_ok_and(|page| certificate.fates.len() >= page);
        Self {
            erasure: row.id.to_string(),
            kind: row.kind.key(),
            reference: row.reference.clone(),
            at: Instant(row.at),
            done_at: row.done_at.map(Instant),
            off_disk_at: row.purged_at.map(Instant),
            items: certificate.items,
            erased: certificate.erased,
            fates: certificate.fates.iter().map(FateOut::of).collect(),
            next: certificate
                .fates
                .last()
                .filter(|_| full)
                .map(|last| last.item.to_string()),
            remains: Remains::ALL.into_iter().map(Remains::key).collect(),
        }
    }
}

impl FateOut {
    fn of(fate: &ItemFate) -> Self {
        let (erased_at, kept) = match fate.fate {
            Fate::Erased(at) => (Some(Instant(at)), None),
            Fate::Kept(kept) => (None, Some(kept)),
        };
        Self {
            item: fate.item.to_string(),
            erased_at,
            kept_for: kept.map(|kept| kept.reason.key()),
            kept_until: kept.and_then(|kept| kept.until).map(Instant),
        }
    }
}

impl HoldOut {
    fn of(row: HoldRow) -> Self {
        Self {
            hold: row.id.to_string(),
            reason: row.reason,
            by: row.by,
            at: Instant(row.at),
            until: row.until.map(Instant),
            ended_at: row.ended_at.map(Instant),
        }
    }
}

/// Has an item, or every item of an account, erased.
///
/// What may go goes at once; an account with many items is worked off. An open case, the time in which its decision may be
/// appealed and a legal hold keep an item, and the wish stays until the last one is gone. Where nothing is kept of the account or
/// the item, nothing is accepted (`nothing-kept`): the reference may have a mistake, or it was erased before.
#[utoipa::path(
    post,
    path = "/v1/erasures",
    tag = "erasures",
    operation_id = "erase",
    summary = "Yêu cầu xóa dữ liệu · Have data erased",
    security(("token" = ["erasures:write"])),
    request_body(content = ErasureIn, content_type = "application/json"),
    responses(
        (status = 202, description = "Accepted: it will be done", body = ErasureOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing was erased", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn erase(State(service): State<Arc<Service>>, headers: HeaderMap, body: Body) -> Response {
    caller::respond(&headers, try_erase(&service, &headers, body)).await
}

async fn try_erase(service: &Service, headers: &HeaderMap, body: Body) -> Result<Response, Problem> {
    let actor = caller::permitted(service, headers, Permission::EraseItems).await?;
    let asked: ErasureIn = caller::read_json(service, headers, body).await?;
    let wish = match (asked.item, asked.account) {
        (Some(item), None) => Wish::Item(caller::id(&item, "item")?),
        (None, Some(account)) => Wish::Account(account),
        (None, None) | (Some(_), Some(_)) => return Err(Problem::Refused(Refusal::bad_query("item"))),
    };
    let erased = keeping::erase(&service.app, &actor, wish).await;
    let erased = erased.map_err(|error| caller::problem(service, &error))?;
    Ok((StatusCode::ACCEPTED, caller::json(&ErasureOut::of(&erased))).into_response())
}

/// What is asked of the lists.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    before: Option<String>,
    after: Option<String>,
    limit: Option<String>,
}

/// Wishes for erasure, newest first.
#[utoipa::path(
    get,
    path = "/v1/erasures",
    tag = "erasures",
    operation_id = "listErasures",
    summary = "Đọc các yêu cầu xóa · Read wishes for erasure",
    security(("token" = ["erasures:write"])),
    params(
        ("before" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of wishes", body = ErasuresOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(service): State<Arc<Service>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    caller::respond(&headers, read_page(&service, &headers, asked)).await
}

async fn read_page(service: &Service, headers: &HeaderMap, asked: Asked) -> Result<Response, Problem> {
    let actor = caller::permitted(service, headers, Permission::ReadErasures).await?;
    let limit = caller::page_size(asked.limit.as_deref())?;
    let before = caller::before(asked.before.as_deref())?;
    let found = keeping::list(&service.app, &actor, before, limit).await;
    let found = found.map_err(|error| caller::problem(service, &error))?;
    let full = usize::try_from(limit).is_ok_and(|limit| found.len() >= limit);
    Ok(caller::json(&ErasuresOut {
        next: found.last().filter(|_| full).map(|last| last.row.id.to_string()),
        erasures: found.iter().map(ErasureOut::of).collect(),
    }))
}

/// The certificate of one wish: what was erased, what is kept, and why.
#[utoipa::path(
    get,
    path = "/v1/erasures/{erasure}",
    tag = "erasures",
    operation_id = "showErasure",
    summary = "Đọc xác nhận xóa · Read the certificate of an erasure",
    security(("token" = ["erasures:write"])),
    params(
        ("erasure" = String, Path, description = "Id of the wish"),
        ("after" = Option<String>, Query, description = "The `next` of the page before"),
    ),
    responses(
        (status = 200, description = "The certificate", body = ErasureOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    caller::respond(&headers, read(&service, &headers, &id, asked)).await
}

async fn read(service: &Service, headers: &HeaderMap, id: &str, asked: Asked) -> Result<Response, Problem> {
    let actor = caller::permitted(service, headers, Permission::ReadErasures).await?;
    let after = asked.after.as_deref().map(str::parse).transpose();
    let after = after.map_err(|_| Problem::Refused(Refusal::bad_query("after")))?;
    let id = caller::id(id, "erasure")?;
    let found = keeping::certificate(&service.app, &actor, id, after, keeping::MAX_PAGE).await;
    let found = found.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::json(&ErasureOut::of(&found)))
}

/// The holds on an item.
#[utoipa::path(
    get,
    path = "/v1/items/{item}/holds",
    tag = "erasures",
    operation_id = "listHolds",
    summary = "Đọc yêu cầu giữ nguyên một nội dung · Read the holds on an item",
    security(("token" = ["items:read"])),
    params(("item" = String, Path, description = "The node's id of the item")),
    responses(
        (status = 200, description = "The holds", body = HoldsOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn holds(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    caller::respond(&headers, read_holds(&service, &headers, &id)).await
}

async fn read_holds(service: &Service, headers: &HeaderMap, id: &str) -> Result<Response, Problem> {
    let actor = caller::actor(service, headers).await?;
    let found = keeping::show(&service.app, &actor, caller::id(id, "item")?).await;
    let found = found.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::json(&HoldsOut {
        holds: found.holds.into_iter().map(HoldOut::of).collect(),
    }))
}

/// Puts a legal hold on an item: nothing of it is erased until the hold ends. Only a person may, or a token that stands for
/// one.
#[utoipa::path(
    post,
    path = "/v1/items/{item}/holds",
    tag = "erasures",
    operation_id = "holdItem",
    summary = "Giữ nguyên một nội dung · Put a hold on an item",
    security(("token" = ["erasures:write"])),
    params(("item" = String, Path, description = "The node's id of the item")),
    request_body(content = HoldIn, content_type = "application/json"),
    responses(
        (status = 201, description = "Held", body = NewHoldOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn hold(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    caller::respond(&headers, try_hold(&service, &headers, &id, body)).await
}

async fn try_hold(service: &Service, headers: &HeaderMap, id: &str, body: Body) -> Result<Response, Problem> {
    let actor = caller::permitted(service, headers, Permission::HoldItems).await?;
    let id = caller::id(id, "item")?;
    let asked: HoldIn = caller::read_json(service, headers, body).await?;
    let held = keeping::hold(&service.app, &actor, id, &asked.reason, asked.days).await;
    let hold = held.map_err(|error| caller::problem(service, &error))?;
    Ok((
        StatusCode::CREATED,
        caller::json(&NewHoldOut { hold: hold.to_string() }),
    )
        .into_response())
}

/// Ends a hold. Only a person may, or a token that stands for one.
#[utoipa::path(
    post,
    path = "/v1/holds/{hold}/release",
    tag = "erasures",
    operation_id = "releaseHold",
    summary = "Thôi giữ nguyên một nội dung · End a hold",
    security(("token" = ["erasures:write"])),
    params(("hold" = String, Path, description = "Id of the hold")),
    responses(
        (status = 204, description = "Ended"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn release(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    caller::respond(&headers, try_release(&service, &headers, &id)).await
}

async fn try_release(service: &Service, headers: &HeaderMap, id: &str) -> Result<Response, Problem> {
    let actor = caller::permitted(service, headers, Permission::HoldItems).await?;
    let id: Id<Hold> = caller::id(id, "hold")?;
    let released = keeping::release(&service.app, &actor, id).await;
    released.map_err(|error| caller::problem(service, &error))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
