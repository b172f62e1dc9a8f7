//! `/v1/items`: items come in to be kept, and are found again.

pub mod batch;
pub mod images;
mod out;

use std::sync::Arc;

use anlanh_api::{Fault, ItemIn, Language, Tally};
use anlanh_app::identity::Caller;
use anlanh_app::item::{self, ItemFilter, Judged};
use anlanh_app::{Error, Standing};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use serde::Deserialize;

use super::caller;
use super::has_type;
use super::screen::read_body;
use crate::address::{Path, Query};
use crate::pool::with_scratch;
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;
use crate::{Service, edge};
pub use out::{ItemOut, ItemsOut, KeptItemOut};

/// Longest `q`, in bytes; a longer one is refused.
const MAX_QUERY_BYTES: usize = 256;
/// Longest body that is judged where requests are served: it takes less time than to hand it to another thread.
const MAX_INLINE_BYTES: usize = 4096;

/// Screens one item, keeps it, and opens a case where a person must look.
///
/// The answer is sent when the item is safely kept. With an `Idempotency-Key` the same request is done once in 24 hours
/// and answered the same, with `Idempotency-Replayed: true`.
#[utoipa::path(
    post,
    path = "/v1/items",
    tag = "items",
    operation_id = "keepItem",
    summary = "Sàng lọc và lưu một mục · Screen and keep one item",
    security(("token" = ["items:write"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 printable ASCII characters")),
    request_body(content = ItemIn, content_type = "application/json"),
    responses(
        (status = 201, description = "Kept", body = KeptItemOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing was kept", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn keep(State(service): State<Arc<Service>>, request: Request) -> Response {
    let language = edge::language(request.headers());
    let (head, body) = request.into_parts();
    keep_one(&service, &head.headers, body)
        .await
        .unwrap_or_else(|problem| problem.respond(language))
}

async fn keep_one(service: &Arc<Service>, headers: &HeaderMap, body: Body) -> Result<Response, Problem> {
    let caller = caller::writer(service, headers).await?;
    match keep_of(service, &caller, headers, body).await {
        Err(problem) if caller.standing != Standing::Known => {
            // Whoever is nobody by now is told that, and nothing else.
            caller::actor(service, headers).await?;
            Err(problem)
        }
        kept => kept,
    }
}

async fn keep_of(
    service: &Arc<Service>,
    caller: &Caller,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    if !has_type(headers, "application/json") {
        return Err(Problem::UnsupportedMediaType("application/json"));
    }
    let body = read_body(body, service.limits).await?;
    let claim = caller::claim(headers, &caller.actor, &body)?;
    let judged = if body.len() <= MAX_INLINE_BYTES {
        judge(service, &body).await
    } else {
        let shared = Arc::clone(service);
        let judged = service.pool.run(move || judge_blocking(&shared, &body)).await;
        judged.unwrap_or_else(|_| Err(Error::Item(Fault::Internal.into())))
    };
    let judged = judged.map_err(|error| caller::problem(service, &error))?;
    let kept = item::keep_once(&service.app, caller, judged, claim).await;
    let kept = kept.map_err(|error| caller::problem(service, &error))?;
    let mut response = caller::written(kept.answer.body);
    *response.status_mut() = StatusCode::from_u16(kept.answer.status).unwrap_or(StatusCode::CREATED);
    if kept.repeated {
        response
            .headers_mut()
            .insert(caller::REPLAYED, HeaderValue::from_static("true"));
    } else {
        service.metrics.kept(1);
    }
    Ok(response)
}

/// Reads and judges one item that is short.
async fn judge(service: &Service, body: &[u8]) -> Result<Judged, Error> {
    let parsed = ItemIn::parse(body).inspect_err(|_| service.metrics.bad_item())?;
    let looked = with_scratch(|scratch| item::look_at(&service.app, scratch, vec![parsed]));
    item::prepare(&service.app, &looked).await?;
    let mut tally = Tally::default();
    let judged = with_scratch(|scratch| item::judge(&service.app, scratch, looked, &mut tally));
    service.metrics.items(&tally);
    only(judged)
}

/// [`judge`] for one that may be long. Blocks.
fn judge_blocking(service: &Service, body: &[u8]) -> Result<Judged, Error> {
    let parsed = ItemIn::parse(body).inspect_err(|_| service.metrics.bad_item())?;
    let mut tally = Tally::default();
    let judged = with_scratch(|scratch| item::judge_blocking(&service.app, scratch, vec![parsed], &mut tally));
    service.metrics.items(&tally);
    only(judged?)
}

fn only(mut judged: Vec<Result<Judged, Error>>) -> Result<Judged, Error> {
    judged.pop().unwrap_or_else(|| Err(Error::Item(Fault::Internal.into())))
}

/// What is asked of the list of items.
#[derive(Debug, Deserialize)]
pub struct Asked {
    id: Option<String>,
    q: Option<String>,
    before: Option<String>,
    limit: Option<String>,
}

/// Kept items, newest first.
#[utoipa::path(
    get,
    path = "/v1/items",
    tag = "items",
    operation_id = "listItems",
    summary = "Tìm nội dung đã lưu · Find kept items",
    security(("token" = ["items:read"])),
    params(
        ("id" = Option<String>, Query, description = "Only those that came with this id"),
        ("q" = Option<String>, Query, description = "Only those whose text has all of these words, marks or not; at most 256 bytes"),
        ("before" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of items", body = ItemsOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(service): State<Arc<Service>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let language = edge::language(&headers);
    find(&service, &headers, asked)
        .await
        .unwrap_or_else(|problem| problem.respond(language))
}

async fn find(service: &Service, headers: &HeaderMap, asked: Asked) -> Result<Response, Problem> {
    let actor = caller::actor(service, headers).await?;
    let limit = caller::page_size(asked.limit.as_deref())?;
    let before = asked.before.as_deref().map(str::parse).transpose();
    let before = before.map_err(|_| Problem::Refused(Refusal::bad_query("before")))?;
    let filter = match (asked.id, asked.q) {
        (None, None) => ItemFilter::All,
        (Some(id), None) if id.len() <= anlanh_api::limits::MAX_ID_BYTES && !id.contains('\0') => {
            ItemFilter::External(id)
        }
        (None, Some(q)) if q.len() <= MAX_QUERY_BYTES => ItemFilter::Words(q),
        (Some(_), _) => return Err(Problem::Refused(Refusal::bad_query("id"))),
        (None, Some(_)) => return Err(Problem::Refused(Refusal::bad_query("q"))),
    };
    let items = item::list(&service.app, &actor, filter, before, limit).await;
    let items = items.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::json(&ItemsOut::new(&items, limit)))
}

/// One kept item with its text.
#[utoipa::path(
    get,
    path = "/v1/items/{item}",
    tag = "items",
    operation_id = "showItem",
    summary = "Đọc một nội dung đã lưu · Read one kept item",
    security(("token" = ["items:read"])),
    params(("item" = String, Path, description = "The node's id of the item")),
    responses(
        (status = 200, description = "The item", body = ItemOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let language = edge::language(&headers);
    read(&service, &headers, &id)
        .await
        .unwrap_or_else(|problem| problem.respond(language))
}

async fn read(service: &Service, headers: &HeaderMap, id: &str) -> Result<Response, Problem> {
    let actor = caller::actor(service, headers).await?;
    let item = item::show(&service.app, &actor, caller::id(id, "item")?).await;
    let item = item.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::json(&ItemOut::new(&item)))
}

/// The language in which a batch words what is wrong with a line.
fn language_of(headers: &HeaderMap) -> Language {
    edge::language(headers)
}
