//! One decision over many cases, and what a second person makes of a decision that needs two.

use std::sync::Arc;

use anlanh_app::case::Decided;
use anlanh_app::{CaseRow, enforcement};
use anlanh_model::{Case, Id};
use axum::extract::{Request, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::out::{CaseLineOut, DecisionOut};
use super::steps::{DecisionIn, accepted};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::problem::{Problem, ProblemOut};

/// What a second person makes of a decision.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SecondIn, example = json!({ "confirm": false, "note": "căn cứ chưa đủ" }))]
#[serde(deny_unknown_fields)]
pub struct SecondIn {
    /// Whether it takes effect as it is.
    confirm: bool,
    /// Why it does not: 1 to 2,000 bytes, where it is not confirmed.
    note: Option<String>,
}

/// One decision over many cases.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BulkIn)]
#[serde(deny_unknown_fields)]
pub struct BulkIn {
    /// Ids of 1 to 100 cases, each once.
    cases: Vec<String>,
    /// The decision on each of them.
    #[schema(value_type = DecisionIn)]
    decision: DecisionIn,
}

/// Decisions over many cases that are confirmed.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BulkSecondIn)]
#[serde(deny_unknown_fields)]
pub struct BulkSecondIn {
    /// Ids of 1 to 100 cases, each once.
    cases: Vec<String>,
}

/// What came of a decision over many cases.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Bulk)]
#[serde(deny_unknown_fields)]
pub struct BulkOut {
    /// The decisions that took effect.
    decisions: Vec<DecisionOut>,
    /// The cases that wait for a second person.
    awaiting_second: Vec<CaseLineOut>,
}

/// Confirms as the second person what a first decided, or sends it back to be decided anew.
#[utoipa::path(
    post,
    path = "/v1/cases/{case}/second",
    tag = "cases",
    operation_id = "secondCase",
    summary = "Xác nhận hoặc trả lại quyết định cần hai người · Confirm or send back a decision that needs two people",
    security(("token" = ["cases:write"])),
    params(("case" = String, Path, description = "Id of the case")),
    request_body(content = SecondIn, content_type = "application/json"),
    responses(
        (status = 200, description = "The decision, or the case where it was sent back", body = Object,
            content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn second(State(service): State<Arc<Service>>, Path(id): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let call = async {
        let actor = caller::actor(&service, &parts.headers).await?;
        let body: SecondIn = caller::read_json(&service, &parts.headers, body).await?;
        let id = caller::id(&id, "case")?;
        let refused = |error| caller::problem(&service, &error);
        if body.confirm {
            let decision = enforcement::confirm(&service.app, &actor, id).await.map_err(refused)?;
            return Ok(caller::json(&DecisionOut::new(&decision)));
        }
        let why = body.note.unwrap_or_default();
        let row = enforcement::decline(&service.app, &actor, id, why)
            .await
            .map_err(refused)?;
        Ok(caller::json(&line(&service, &row)))
    };
    caller::respond(&parts.headers, call).await
}

/// Decides many cases alike, all or none. In a category that is about speech, each waits for a second person.
#[utoipa::path(
    post,
    path = "/v1/decisions/bulk",
    tag = "cases",
    operation_id = "decideMany",
    summary = "Quyết định nhiều vụ việc như nhau · Decide many cases alike",
    security(("token" = ["cases:write"])),
    request_body(content = BulkIn, content_type = "application/json"),
    responses(
        (status = 200, description = "The decisions", body = BulkOut, content_type = "application/json"),
        (status = 202, description = "Some wait for a second person", body = BulkOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn decide_many(State(service): State<Arc<Service>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let call = async {
        let actor = caller::actor(&service, &parts.headers).await?;
        let body: BulkIn = caller::read_json(&service, &parts.headers, body).await?;
        let ids = ids(&body.cases)?;
        let decided = enforcement::decide_all(&service.app, &actor, ids, body.decision.into()).await;
        let decided = decided.map_err(|error| caller::problem(&service, &error))?;
        let mut out = BulkOut {
            decisions: Vec::new(),
            awaiting_second: Vec::new(),
        };
        for decided in &decided {
            match decided {
                Decided::Done(decision) => out.decisions.push(DecisionOut::new(decision)),
                Decided::AwaitingSecond(row) => out.awaiting_second.push(line(&service, row)),
            }
        }
        Ok(if out.awaiting_second.is_empty() {
            caller::json(&out)
        } else {
            accepted(&out)
        })
    };
    caller::respond(&parts.headers, call).await
}

/// Confirms many decisions as the second person, all or none.
#[utoipa::path(
    post,
    path = "/v1/decisions/bulk/second",
    tag = "cases",
    operation_id = "confirmMany",
    summary = "Xác nhận nhiều quyết định · Confirm many decisions",
    security(("token" = ["cases:write"])),
    request_body(content = BulkSecondIn, content_type = "application/json"),
    responses(
        (status = 200, description = "The decisions", body = BulkOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn confirm_many(State(service): State<Arc<Service>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let call = async {
        let actor = caller::actor(&service, &parts.headers).await?;
        let body: BulkSecondIn = caller::read_json(&service, &parts.headers, body).await?;
        let confirmed = enforcement::confirm_all(&service.app, &actor, ids(&body.cases)?).await;
        let confirmed = confirmed.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&BulkOut {
            decisions: confirmed.iter().map(DecisionOut::new).collect(),
            awaiting_second: Vec::new(),
        }))
    };
    caller::respond(&parts.headers, call).await
}

fn line(service: &Service, row: &CaseRow) -> CaseLineOut {
    CaseLineOut::new(row, service.app.clock().now())
}

fn ids(texts: &[String]) -> Result<Vec<Id<Case>>, Problem> {
    texts.iter().map(|text| caller::id(text, "case")).collect()
}
