//! `GET /healthz` and `GET /metrics`: how the process is.

use std::sync::Arc;

use anlanh_api::PackOut;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller;
use crate::metrics::{write_sensors, write_sigma, write_store};
use crate::problem::ProblemOut;
use crate::{Service, edge};

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
    summary = "Tiến trình có khỏe không · Whether the process is well",
    responses((status = 200, description = "It is", body = HealthOut, content_type = "application/json"))
)]
pub async fn health(State(service): State<Arc<Service>>) -> Response {
    let engine = service.app.engine();
    let health = HealthOut {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        pack: PackOut::new(engine.screener.pack()),
    };
    let json = HeaderValue::from_static("application/json");
    // Writing to memory does not fail.
    let body = serde_json::to_vec(&health).unwrap_or_default();
    ([(header::CONTENT_TYPE, json)], body).into_response()
}

/// Whether the node can do its work.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = Readiness)]
#[serde(deny_unknown_fields)]
pub struct ReadyOut<'a> {
    /// Always `ready`; otherwise a problem is answered.
    status: &'a str,
}

/// Tells whether the database can be read and written.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "operation",
    operation_id = "ready",
    summary = "Nút có làm việc được không · Whether the node can do its work",
    responses(
        (status = 200, description = "It can", body = ReadyOut, content_type = "application/json"),
        (status = 503, description = "The database is away", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn ready(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    match service.app.ready().await {
        Ok(()) => caller::json(&ReadyOut { status: "ready" }),
        Err(error) => caller::problem(&service, &error).respond(edge::language(&headers)),
    }
}

/// Everything the process counted, for Prometheus.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "operation",
    operation_id = "metrics",
    summary = "Số đo cho Prometheus · What the process counted, for Prometheus",
    responses((status = 200, description = "Counters in the text exposition format 0.0.4", body = String,
        content_type = "text/plain"))
)]
pub async fn metrics(State(service): State<Arc<Service>>) -> Response {
    let format = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    let mut text = service.metrics.render(service.app.engine().screener.pack());
    let database = service.app.store().database();
    let load = service.load().await;
    // Writing to a string does not fail.
    let _ = write_store(&mut text, &database.stats(), &database.timings(), load.as_ref());
    // Where the database is away, it is not known which there are.
    let sensors = anlanh_app::sensor::health_of_node(&service.app)
        .await
        .unwrap_or_default();
    let _ = write_sensors(&mut text, &sensors);
    let _ = write_sigma(&mut text, service.app.sigma());
    ([(header::CONTENT_TYPE, format)], text).into_response()
}
