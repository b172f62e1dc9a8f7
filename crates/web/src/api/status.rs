//! `GET /healthz` and `GET /metrics`: how the process is.

use std::sync::Arc;

use anlanh_api::PackOut;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Service;

/// How the process is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = Health)]
#[serde(deny_unknown_fields)]
pub struct HealthOut<'a> {
    /// Always `ok`: a process that is not well does not answer.
    status: &'a str,
    /// Version of the program.
    version: &'a str,
    /// The policy pack in force.
    pack: PackOut<'a>,
}

/// Tells that the process is up, and what it judges with.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "operation",
    operation_id = "health",
    summary = "Whether the process is well",
    responses((status = 200, description = "It is", body = HealthOut, content_type = "application/json"))
)]
pub async fn health(State(service): State<Arc<Service>>) -> Response {
    let health = HealthOut {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        pack: PackOut::new(service.screener.pack()),
    };
    let json = HeaderValue::from_static("application/json");
    // Writing to memory does not fail.
    let body = serde_json::to_vec(&health).unwrap_or_default();
    ([(header::CONTENT_TYPE, json)], body).into_response()
}

/// Everything the process counted, for Prometheus.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "operation",
    operation_id = "metrics",
    summary = "What the process counted, for Prometheus",
    responses((status = 200, description = "Counters in the text exposition format 0.0.4", body = String,
        content_type = "text/plain"))
)]
pub async fn metrics(State(service): State<Arc<Service>>) -> Response {
    let format = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    let text = service.metrics.render(service.screener.pack());
    ([(header::CONTENT_TYPE, format)], text).into_response()
}
