//! `/log`: the files of the public log, for whoever follows it (C2SP tlog-tiles).

use std::sync::Arc;

use anlanh_app::{Error, public_log};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::caller;
use crate::Service;
use crate::address::Path;
use crate::problem::ProblemOut;

/// What was signed last: a signed note of origin, size and root (C2SP tlog-checkpoint).
#[utoipa::path(
    get,
    path = "/log/checkpoint",
    tag = "log",
    operation_id = "logCheckpoint",
    summary = "Chữ ký mới nhất của nhật ký công khai · What of the public log was signed last",
    responses(
        (status = 200, description = "The signed note", body = String, content_type = "text/plain"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn checkpoint(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let call = async {
        let note = public_log::checkpoint(&service.app).await;
        let note = note.map_err(|error| caller::problem(&service, &error))?;
        let note = note.ok_or_else(|| caller::problem(&service, &Error::NotFound("checkpoint")))?;
        Ok(file("text/plain; charset=utf-8", "no-store", note))
    };
    caller::respond(&headers, call).await
}

/// A tile of the tree, or a bundle of entries (`entries/…`). However wide it is, it has the same bytes for ever.
#[utoipa::path(
    get,
    path = "/log/tile/{path}",
    tag = "log",
    operation_id = "logTile",
    summary = "Một mảnh của nhật ký công khai · A tile of the public log",
    params(("path" = String, Path, description = "Level and place, `0/x001/234` or `entries/000.p/7`, with slashes")),
    responses(
        (status = 200, description = "The hashes, or the entries", body = String, content_type = "application/octet-stream"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn tile(State(service): State<Arc<Service>>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    let call = async {
        let bytes = public_log::tile(&service.app, &format!("tile/{path}")).await;
        let bytes = bytes.map_err(|error| caller::problem(&service, &error))?;
        let bytes = bytes.ok_or_else(|| caller::problem(&service, &Error::NotFound("tile")))?;
        Ok(file(
            "application/octet-stream",
            "public, max-age=31536000, immutable",
            bytes,
        ))
    };
    caller::respond(&headers, call).await
}

/// A file of the log.
pub fn file(kind: &'static str, caching: &'static str, body: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
    ];
    (headers, body).into_response()
}
