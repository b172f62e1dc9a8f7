//! `GET /v1/decisions/export`: every decision that took effect, as long as it takes.
//!
//! The answer is pulled: the next piece is read and written when the client has taken the one before. Where it cannot go
//! on, the connection is closed without the last chunk, so that half an export does not look like a whole one.

use std::io;
use std::sync::Arc;

use anlanh_app::export::{BadDays, Days, Export, ExportFormat};
use anlanh_model::Permission;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, stream};
use serde::Deserialize;
use tokio::sync::OwnedSemaphorePermit;

use super::caller;
use crate::Service;
use crate::address::Query;
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

/// What is asked for.
#[derive(Debug, Deserialize)]
pub struct Asked {
    format: Option<String>,
    from: Option<String>,
    to: Option<String>,
}

/// Every decision that took effect, oldest first.
///
/// `dsa` has a line for each call of the DSA Transparency Database, with at most 100 statements; it has what restricted
/// something. `csv` and `parquet` have every decision, with the fields of that database and ours beside them (`vn_…`).
/// Authors and reporters are not in it, and personal data in the facts is masked.
#[utoipa::path(
    get,
    path = "/v1/decisions/export",
    tag = "cases",
    operation_id = "exportDecisions",
    summary = "Xuất mọi quyết định · Export every decision",
    security(("token" = ["cases:read"])),
    params(
        ("format" = String, Query, description = "`dsa`, `csv` or `parquet`"),
        ("from" = Option<String>, Query, description = "First day, as in `2026-01-01`, in the time of the policy"),
        ("to" = Option<String>, Query, description = "Last day, likewise"),
    ),
    responses(
        (status = 200, description = "The decisions", content(
            (Object = "application/x-ndjson"),
            (String = "text/csv"),
            (Vec<u8> = "application/vnd.apache.parquet"),
        )),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn export(State(service): State<Arc<Service>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    caller::respond(&headers, begin(Arc::clone(&service), &headers, asked)).await
}

async fn begin(service: Arc<Service>, headers: &HeaderMap, asked: Asked) -> Result<Response, Problem> {
    let actor = caller::permitted(&service, headers, Permission::ExportDecisions).await?;
    let bad = |name: &str| Problem::Refused(Refusal::bad_query(name));
    let format = asked.format.as_deref().and_then(ExportFormat::from_key);
    let format = format.ok_or_else(|| bad("format"))?;
    let days = Days::parse(asked.from.as_deref(), asked.to.as_deref());
    let days = days.map_err(|error| match error {
        BadDays::From => bad("from"),
        BadDays::To => bad("to"),
    })?;
    let unfinished = |service: &Service| Problem::Internal(service.incident());
    let seat = Arc::clone(&service.export_seats).acquire_owned().await;
    let seat = seat.map_err(|_| unfinished(&service))?;
    let app = service.app.clone();
    let job = move || Export::begin(app.store(), app.clock(), &actor, format, days);
    let begun = service.exports.run(job).await.map_err(|_| unfinished(&service))?;
    let export = begun.map_err(|error| caller::problem(&service, &error))?;

    let name = format!("attachment; filename=\"anlanh-decisions.{}\"", format.extension());
    let disposition = HeaderValue::try_from(name).unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.media_type())),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((head, Body::from_stream(pieces(service, export, seat))).into_response())
}

/// The pieces of an export, each written when it is asked for. The seat is kept as long as somebody may ask.
fn pieces(
    service: Arc<Service>,
    export: Export,
    seat: OwnedSemaphorePermit,
) -> impl Stream<Item = io::Result<Bytes>> + Send {
    stream::unfold(Some((export, seat)), move |state| {
        let service = Arc::clone(&service);
        async move {
            let (mut export, seat) = state?;
            let job = move || {
                let piece = export.piece();
                (piece, export)
            };
            match service.exports.run(job).await {
                Ok((Ok(None), _)) => None,
                Ok((Ok(Some(piece)), export)) => Some((Ok(Bytes::from(piece)), Some((export, seat)))),
                Ok((Err(error), _)) => {
                    let incident = service.incident();
                    tracing::error!(incident, error = %error, "export was cut off");
                    Some((Err(io::Error::other("export was cut off")), None))
                }
                Err(_) => Some((Err(io::Error::other("export was not written")), None)),
            }
        }
    })
}
