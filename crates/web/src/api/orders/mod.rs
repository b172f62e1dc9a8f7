//! `/v1/orders`: orders of authorities come in, are read, and are handled step by step.

mod body;
mod out;
pub mod steps;

use std::sync::Arc;

use anlanh_app::Error;
use anlanh_app::order::{self, MAX_DOCUMENT_BYTES, OrderRefusal, Place, Row, Which};
use anlanh_model::Permission;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::caller;
use super::screen::read_up_to;
use crate::Service;
use crate::address::{Path, Query};
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

pub use body::{CallIn, OrderIn, TargetIn, day, key, moment, optional as optional_moment};
pub use out::{DocumentOut, OrderClockOut, OrderOut, OrderScopeOut, OrdersOut};

/// Enters an order of an authority.
///
/// Its clock runs from `received_at`. Nothing of it acts before the office was called back, its scope was checked and
/// somebody took it. Only a person may, or a token that stands for one. With an `Idempotency-Key` the same request is done
/// once in 24 hours, and answered with the order as it is then, with `Idempotency-Replayed: true`.
#[utoipa::path(
    post,
    path = "/v1/orders",
    tag = "orders",
    operation_id = "enterOrder",
    summary = "Nhập yêu cầu của cơ quan có thẩm quyền · Enter an order of an authority",
    security(("token" = ["orders:write"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 printable ASCII characters")),
    request_body(content = OrderIn, content_type = "application/json"),
    responses(
        (status = 201, description = "Entered", body = OrderOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing was kept", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn enter(State(service): State<Arc<Service>>, headers: HeaderMap, body: Body) -> Response {
    caller::respond(&headers, try_enter(&service, &headers, body)).await
}

async fn try_enter(service: &Service, headers: &HeaderMap, body: Body) -> Result<Response, Problem> {
    let actor = caller::permitted(service, headers, Permission::HandleOrders).await?;
    let (asked, claim) = caller::read_once::<OrderIn>(service, headers, (&actor, "/v1/orders"), body).await?;
    let entered = order::enter_once(&service.app, &actor, asked.entry()?, claim).await;
    let entered = entered.map_err(|error| caller::problem(service, &error))?;
    let view = order::show(&service.app, &actor, entered.id).await;
    let view = view.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::made(&entered, caller::json(&OrderOut::of(&view))))
}

/// What is asked of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    state: Option<String>,
    after: Option<String>,
    limit: Option<String>,
}

/// Orders: those that are open by their deadline, the first before the others; or those that are over, newest first.
#[utoipa::path(
    get,
    path = "/v1/orders",
    tag = "orders",
    operation_id = "listOrders",
    summary = "Liệt kê yêu cầu · List orders",
    security(("token" = ["orders:read"])),
    params(
        ("state" = Option<String>, Query, description = "`open` (when left out) or `over`"),
        ("after" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of orders", body = OrdersOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(service): State<Arc<Service>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    caller::respond(&headers, read_page(&service, &headers, asked)).await
}

async fn read_page(service: &Service, headers: &HeaderMap, asked: Asked) -> Result<Response, Problem> {
    let actor = caller::permitted(service, headers, Permission::ReadOrders).await?;
    let limit = caller::page_size(asked.limit.as_deref())?;
    let which = which(asked.state.as_deref(), asked.after.as_deref())?;
    let found = order::list(&service.app, &actor, which, limit).await;
    let found = found.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::json(&OrdersOut::of(&found, next(which, &found, limit))))
}

/// The list that is asked for, and from where.
///
/// # Errors
/// When there is no such list, or the place is none.
pub fn which(state: Option<&str>, after: Option<&str>) -> Result<Which, Problem> {
    let bad = |name| Problem::Refused(Refusal::bad_query(name));
    match state {
        None | Some("open") => {
            let place = after.map(|after| {
                let (due, id) = after.split_once('.')?;
                Some(Place {
                    due: due.parse().ok()?,
                    id: id.parse().ok()?,
                })
            });
            match place {
                None => Ok(Which::Open(None)),
                Some(Some(place)) => Ok(Which::Open(Some(place))),
                Some(None) => Err(bad("after")),
            }
        }
        Some("over") => {
            let before = after.map(str::parse).transpose();
            Ok(Which::Over(before.map_err(|_| bad("after"))?))
        }
        Some(_) => Err(bad("state")),
    }
}

/// Where a list goes on, if it does.
pub fn next(which: Which, found: &[Row], limit: u32) -> Option<String> {
    let full = usize::try_from(limit).is_ok_and(|limit| found.len() >= limit);
    let last = found.last().filter(|_| full)?;
    Some(match which {
        Which::Open(_) => format!("{}.{}", last.order.clock.due_at.as_micros(), last.order.id.number()),
        Which::Over(_) => last.order.id.to_string(),
    })
}

/// One order: what it says, whether it is in scope, its clock, and what became of each target.
#[utoipa::path(
    get,
    path = "/v1/orders/{order}",
    tag = "orders",
    operation_id = "showOrder",
    summary = "Đọc một yêu cầu · Read one order",
    security(("token" = ["orders:read"])),
    params(("order" = String, Path, description = "Id of the order")),
    responses(
        (status = 200, description = "The order", body = OrderOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    caller::respond(&headers, read(&service, &headers, &id)).await
}

async fn read(service: &Service, headers: &HeaderMap, id: &str) -> Result<Response, Problem> {
    let actor = caller::permitted(service, headers, Permission::ReadOrders).await?;
    let view = order::show(&service.app, &actor, caller::id(id, "order")?).await;
    let view = view.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::json(&OrderOut::of(&view)))
}

/// Keeps a document of an order.
///
/// The body is the document itself: PDF, JPEG, PNG, GIF or WebP of at most 8 MiB, known by its first bytes and never
/// decoded. An order has at most 8; the same bytes again are the same document.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/documents",
    tag = "orders",
    operation_id = "keepOrderDocument",
    summary = "Đính kèm văn bản · Attach a document",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    request_body(description = "The document", content(
        (String = "application/pdf"), (String = "image/jpeg"), (String = "image/png"), (String = "image/gif"),
        (String = "image/webp"),
    )),
    responses(
        (status = 201, description = "Kept", body = DocumentOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing was kept", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn keep_document(State(service): State<Arc<Service>>, Path(id): Path<String>, request: Request) -> Response {
    let headers = request.headers().clone();
    caller::respond(&headers, keep_one(&service, &headers, &id, request)).await
}

async fn keep_one(service: &Service, headers: &HeaderMap, id: &str, request: Request) -> Result<Response, Problem> {
    let refused = |error: Error| caller::problem(service, &error);
    let actor = caller::permitted(service, headers, Permission::HandleOrders).await?;
    order::may_keep(&actor).map_err(refused)?;
    let id = caller::id(id, "order")?;
    // Whoever waits here has sent nothing but a head.
    let _seat = service.images.acquire().await;
    let body = read_up_to(request.into_body(), service.limits, MAX_DOCUMENT_BYTES).await?;
    let too_large = OrderRefusal::Document(order::DocumentError::TooLarge);
    let body = body.ok_or_else(|| refused(too_large.into()))?;
    let kept = order::keep_document(&service.app, &actor, id, body.into()).await;
    let number = kept.map_err(refused)?;
    Ok((StatusCode::CREATED, caller::json(&DocumentOut { document: number })).into_response())
}

/// A document of an order, byte for byte.
#[utoipa::path(
    get,
    path = "/v1/orders/{order}/documents/{document}",
    tag = "orders",
    operation_id = "showOrderDocument",
    summary = "Đọc một văn bản · Read one document",
    security(("token" = ["orders:read"])),
    params(
        ("order" = String, Path, description = "Id of the order"),
        ("document" = u32, Path, description = "Its number, from 1"),
    ),
    responses(
        (status = 200, description = "The document", content(
            (String = "application/pdf"), (String = "image/jpeg"), (String = "image/png"), (String = "image/gif"),
            (String = "image/webp"),
        )),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn document(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path((id, number)): Path<(String, String)>,
) -> Response {
    caller::respond(&headers, read_document(&service, &headers, &id, &number)).await
}

async fn read_document(service: &Service, headers: &HeaderMap, id: &str, number: &str) -> Result<Response, Problem> {
    let actor = caller::permitted(service, headers, Permission::ReadOrders).await?;
    document_of(service, &actor, id, number).await
}

/// A document as an answer: as a file, of this site alone, that runs nothing.
///
/// # Errors
/// When the one who asks may not, or there is no such document.
pub async fn document_of(
    service: &Service,
    actor: &anlanh_model::Actor,
    id: &str,
    number: &str,
) -> Result<Response, Problem> {
    const OF_THIS_SITE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
    let refused = |error: Error| caller::problem(service, &error);
    let number: u32 = number.parse().map_err(|_| refused(Error::NotFound("document")))?;
    let found = order::document(&service.app, actor, caller::id(id, "order")?, number).await;
    let (row, content) = found.map_err(refused)?;
    let ending = row.media_type.rsplit('/').next().unwrap_or("bin");
    let name = format!("attachment; filename=\"{id}-{number}.{ending}\"");
    let value = |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, value(&row.media_type)),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'"),
        ),
        (OF_THIS_SITE, HeaderValue::from_static("same-origin")),
        (header::CONTENT_DISPOSITION, value(&name)),
    ];
    Ok((headers, content).into_response())
}
