//! `POST /log/witness/add-checkpoint`: this node witnesses other logs (C2SP tlog-witness).
//!
//! Its answers are those of that specification, which knows no problem documents: a refusal has a sentence as plain text, or
//! the size to begin again from.

use std::sync::Arc;

use anlanh_app::public_log::{self, CosignAnswer, MAX_COSIGN_BYTES, SIZE_CONTENT_TYPE};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::caller;
use super::screen::read_up_to;
use crate::problem::{Problem, ProblemOut};
use crate::{Service, edge};

const PLAIN: &str = "text/plain; charset=utf-8";

/// Cosigns the checkpoint of another log.
#[utoipa::path(
    post,
    path = "/log/witness/add-checkpoint",
    tag = "log",
    operation_id = "addCheckpoint",
    summary = "Chứng kiến nhật ký khác (C2SP tlog-witness) · Another log is witnessed (C2SP tlog-witness)",
    request_body(content = String, content_type = "text/plain",
        description = "The old size, a consistency proof and the signed checkpoint"),
    responses(
        (status = 200, description = "The cosignature, as a line of a note", body = String, content_type = "text/plain"),
        (status = 400, description = "No request, or the old size is larger than the checkpoint's", body = String,
            content_type = "text/plain"),
        (status = 403, description = "The log did not sign the checkpoint", body = String, content_type = "text/plain"),
        (status = 404, description = "The log is not one that this node witnesses", body = String,
            content_type = "text/plain"),
        (status = 409, description = "The old size is not the one cosigned last, which is the body; or another tree of the \
            same size was cosigned", body = String, content_type = "text/x.tlog.size"),
        (status = 422, description = "The proof does not show that the log only grew", body = String,
            content_type = "text/plain"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn add_checkpoint(State(service): State<Arc<Service>>, headers: HeaderMap, body: Body) -> Response {
    let answer = try_add(&service, body).await;
    answer.unwrap_or_else(|problem| problem.respond(edge::language(&headers)))
}

async fn try_add(service: &Service, body: Body) -> Result<Response, Problem> {
    let body = read_up_to(body, service.limits, MAX_COSIGN_BYTES).await?;
    let answer = match body {
        Some(body) => public_log::cosign(&service.app, &body).await,
        None => Ok(CosignAnswer::Malformed),
    };
    let answer = answer.map_err(|error| caller::problem(service, &error))?;
    Ok(match answer {
        CosignAnswer::Cosigned(line) => plain(StatusCode::OK, PLAIN, line),
        CosignAnswer::Malformed => plain(
            StatusCode::BAD_REQUEST,
            PLAIN,
            "read a request to a witness\n".to_owned(),
        ),
        CosignAnswer::Refused(refusal) => {
            let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
            let size = refusal.body();
            if size.is_empty() {
                plain(status, PLAIN, format!("{refusal}\n"))
            } else {
                plain(status, SIZE_CONTENT_TYPE, size)
            }
        }
    })
}

fn plain(status: StatusCode, kind: &'static str, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static(kind))], body).into_response()
}
