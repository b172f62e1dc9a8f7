//! `POST /v1/screen`: one item in, its verdict out.

use std::sync::Arc;

use anlanh_api::{Fault, FaultError, ItemIn, Judge, Language, LineFormat, Tally, VerdictOut};
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;

use super::has_type;
use crate::limits::Limits;
use crate::pool::with_scratch;
use crate::problem::{MAX_BODY_BYTES, Problem, ProblemOut};
use crate::{Service, edge};

/// Judges one item.
#[utoipa::path(
    post,
    path = "/v1/screen",
    tag = "screening",
    operation_id = "screen",
    summary = "Sàng lọc một mục · Judge one item",
    request_body(content = ItemIn, content_type = "application/json"),
    responses(
        (status = 200, description = "The verdict", body = VerdictOut, content_type = "application/json"),
        (status = 400, description = "The body is not JSON, or did not arrive whole", body = ProblemOut,
            content_type = "application/problem+json"),
        (status = 408, description = "The body arrived too slowly", body = ProblemOut,
            content_type = "application/problem+json"),
        (status = 413, description = "The body is longer than 1 MiB", body = ProblemOut,
            content_type = "application/problem+json"),
        (status = 415, description = "The body is not application/json", body = ProblemOut,
            content_type = "application/problem+json"),
        (status = 422, description = "The body is JSON, but not an item", body = ProblemOut,
            content_type = "application/problem+json"),
        (status = 500, description = "A defect of the server", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn screen(State(service): State<Arc<Service>>, request: Request) -> Response {
    let language = edge::language(request.headers());
    match answer(&service, request, language).await {
        Ok(verdict) => {
            let json = HeaderValue::from_static("application/json");
            ([(header::CONTENT_TYPE, json)], verdict).into_response()
        }
        Err(problem) => problem.respond(language),
    }
}

async fn answer(service: &Arc<Service>, request: Request, language: Language) -> Result<Vec<u8>, Problem> {
    if !has_type(request.headers(), "application/json") {
        return Err(Problem::UnsupportedMediaType("application/json"));
    }
    let body = read_body(request.into_body(), service.limits).await?;
    let judged = if body.len() <= Limits::INLINE_BYTES {
        judge(service, &body, language)
    } else {
        let shared = Arc::clone(service);
        let job = move || judge(&shared, &body, language);
        service
            .pool
            .run(job)
            .await
            .unwrap_or_else(|_| Err(Fault::Internal.into()))
    };
    judged.map_err(|error| {
        if error.fault == Fault::Internal {
            let incident = service.incident();
            tracing::error!(incident, "item could not be judged");
            return Problem::Internal(incident);
        }
        service.metrics.bad_item();
        Problem::Item(error)
    })
}

fn judge(service: &Service, body: &[u8], language: Language) -> Result<Vec<u8>, FaultError> {
    let item = ItemIn::parse(body)?;
    let engine = service.app.engine();
    let judge = Judge::new(&engine.screener, &engine.stamp, LineFormat::Json, language);
    let mut out = Vec::with_capacity(512);
    let mut tally = Tally::default();
    let judged = with_scratch(|scratch| judge.judge_item(scratch, &item, &mut out, &mut tally));
    service.metrics.items(&tally);
    judged.map(|()| out)
}

/// Reads a whole body, up to the limit of an item and within the time.
pub async fn read_body(body: Body, limits: Limits) -> Result<Bytes, Problem> {
    let whole = read_up_to(body, limits, MAX_BODY_BYTES).await?;
    whole.ok_or_else(|| Problem::Item(Fault::TooLarge.into()))
}

/// Reads a whole body within the time; none when it has more than so many bytes.
pub async fn read_up_to(body: Body, limits: Limits, most_bytes: usize) -> Result<Option<Bytes>, Problem> {
    let read = tokio::time::timeout(limits.body, collect(body, most_bytes)).await;
    read.unwrap_or(Err(Problem::BodyTimeout))
}

async fn collect(body: Body, most_bytes: usize) -> Result<Option<Bytes>, Problem> {
    let mut pieces = body.into_data_stream();
    let mut whole = Vec::new();
    let mut first = Bytes::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Problem::BodyBroken)?;
        if first.len().max(whole.len()) + piece.len() > most_bytes {
            return Ok(None);
        }
        // Most bodies come in one piece, which need not be copied.
        if first.is_empty() {
            first = piece;
            continue;
        }
        if whole.is_empty() {
            whole.extend_from_slice(&first);
        }
        whole.extend_from_slice(&piece);
    }
    Ok(Some(if whole.is_empty() { first } else { whole.into() }))
}
