//! `GET /v1/transparency`: the transparency report as a file.

use std::collections::BTreeMap;
use std::sync::Arc;

use anlanh_app::published::Period;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::caller;
use crate::Service;
use crate::address::Query;
use crate::desk::published;
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

/// What is asked for.
#[derive(Debug, Deserialize)]
pub struct Asked {
    period: Option<String>,
    format: Option<String>,
}

/// What was done in a period.
#[derive(Debug, ToSchema)]
#[schema(as = TransparencyOut)]
#[expect(dead_code, reason = "it describes what `anlanh_publish` writes")]
pub struct TransparencyOut {
    /// The period.
    period: String,
    /// When it was counted.
    computed_at: String,
    /// Whether the period had ended by then.
    is_over: bool,
    /// Each figure by its keys; what is nought is left out.
    figures: BTreeMap<String, BTreeMap<String, u64>>,
}

/// The transparency report of a month, quarter or year, for everybody.
///
/// Every number is counted from the cases, and what was taken back is taken out of the period in which it was decided. As
/// CSV it is `period,figure,key,value`. Figures are at most a minute old.
#[utoipa::path(
    get,
    path = "/v1/transparency",
    tag = "reports",
    operation_id = "transparency",
    summary = "Báo cáo minh bạch · Transparency report",
    params(
        ("period" = String, Query, description = "`2026-11`, `2026-Q4` or `2026`"),
        ("format" = Option<String>, Query, description = "`json` or `csv`; `json` when left out"),
    ),
    responses(
        (status = 200, description = "The figures", content(
            (TransparencyOut = "application/json"),
            (String = "text/csv"),
        )),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(service): State<Arc<Service>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    caller::respond(&headers, read(&service, &asked)).await
}

async fn read(service: &Service, asked: &Asked) -> Result<Response, Problem> {
    let bad = |name: &str| Problem::Refused(Refusal::bad_query(name));
    let period = asked.period.as_deref().and_then(Period::parse);
    let period = period.ok_or_else(|| bad("period"))?;
    let is_csv = match asked.format.as_deref() {
        None | Some("json") => false,
        Some("csv") => true,
        Some(_) => return Err(bad("format")),
    };
    let report = published::figures(service, period).await?;
    let (kind, body) = if is_csv {
        ("text/csv; charset=utf-8", report.to_csv())
    } else {
        let json = report.to_json().map_err(|_| Problem::Internal(service.incident()))?;
        ("application/json", json)
    };
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], body).into_response())
}
