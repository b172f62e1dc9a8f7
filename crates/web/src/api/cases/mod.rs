//! `/v1/cases` and `/v1/decisions`: what waits for a person, and what persons decided.

mod out;
pub mod second;
pub mod steps;

use std::sync::Arc;

use anlanh_app::case;
use anlanh_app::{CaseFilter, DecisionFilter, Holder, QueueState};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::caller;
use crate::address::{Path, Query};
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;
use crate::{Service, edge};
pub use out::{CaseLineOut, CaseOut, CasesOut, DecisionOut, DecisionsOut, MeasureOut};

/// Longest key in a parameter, in bytes.
const MAX_KEY_BYTES: usize = 256;

/// What is asked of the queue.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    state: String,
    category: String,
    kind: String,
    urgency: String,
    rule: String,
    level: String,
    holder: String,
    after: Option<String>,
    limit: Option<String>,
}

/// The queue, most urgent first.
#[utoipa::path(
    get,
    path = "/v1/cases",
    tag = "cases",
    operation_id = "listCases",
    summary = "Đọc hàng đợi · Read the queue",
    security(("token" = ["cases:read"])),
    params(
        ("state" = Option<String>, Query, description = "`open` (when left out) or `decided`, newest first"),
        ("category" = Option<String>, Query, description = "Key of a category"),
        ("kind" = Option<String>, Query, description = "Key of a kind of item"),
        ("urgency" = Option<String>, Query, description = "`immediate`, `high`, `normal` or `low`"),
        ("rule" = Option<String>, Query, description = "Id of the rule that asked for the case"),
        ("level" = Option<String>, Query, description = "`first` or `escalated`"),
        ("holder" = Option<String>, Query, description = "`me` or `nobody`"),
        ("after" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of cases", body = CasesOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(service): State<Arc<Service>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let language = edge::language(&headers);
    queue(&service, &headers, asked)
        .await
        .unwrap_or_else(|problem| problem.respond(language))
}

async fn queue(service: &Service, headers: &HeaderMap, asked: Asked) -> Result<Response, Problem> {
    let actor = caller::actor(service, headers).await?;
    let limit = caller::page_size(asked.limit.as_deref())?;
    let bad = |name: &str| Problem::Refused(Refusal::bad_query(name));
    let state = match asked.state.as_str() {
        "" | "open" => QueueState::Open,
        "decided" => QueueState::Decided,
        _ => return Err(bad("state")),
    };
    let holder = match (asked.holder.as_str(), actor.person()) {
        ("", _) => Holder::Any,
        ("nobody", _) => Holder::Nobody,
        ("me", Some(person)) => Holder::Person(person.id),
        _ => return Err(bad("holder")),
    };
    let filter = CaseFilter {
        state,
        category: asked.category,
        kind: asked.kind,
        urgency: asked.urgency,
        rule: asked.rule,
        level: asked.level,
        holder,
    };
    for (name, key) in [
        ("category", &filter.category),
        ("kind", &filter.kind),
        ("urgency", &filter.urgency),
        ("rule", &filter.rule),
        ("level", &filter.level),
    ] {
        if key.len() > MAX_KEY_BYTES || key.contains('\0') {
            return Err(bad(name));
        }
    }
    let after = asked
        .after
        .as_deref()
        .map(|text| text.parse().map_err(|_| bad("after")))
        .transpose()?;
    let page = case::queue(&service.app, &actor, filter, after, limit).await;
    let page = page.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::json(&CasesOut::new(&page, &service.app)))
}

/// One case with its item, its history and how it was decided.
#[utoipa::path(
    get,
    path = "/v1/cases/{case}",
    tag = "cases",
    operation_id = "showCase",
    summary = "Đọc một vụ việc · Read one case",
    security(("token" = ["cases:read"])),
    params(("case" = String, Path, description = "Id of the case")),
    responses(
        (status = 200, description = "The case", body = CaseOut, content_type = "application/json"),
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
    let view = case::show(&service.app, &actor, caller::id(id, "case")?).await;
    let view = view.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::json(&CaseOut::new(&view)))
}

/// What is asked of the list of decisions.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Page {
    outcome: String,
    category: String,
    by: String,
    before: Option<String>,
    limit: Option<String>,
}

/// Decisions, newest first.
#[utoipa::path(
    get,
    path = "/v1/decisions",
    tag = "cases",
    operation_id = "listDecisions",
    summary = "Đọc các quyết định và bản nêu lý do · Read decisions with their statements of reasons",
    security(("token" = ["cases:read"])),
    params(
        ("outcome" = Option<String>, Query, description = "`no_violation`, `subject_only`, `label`, `limit`, `hide` or `remove`"),
        ("category" = Option<String>, Query, description = "Key of a category"),
        ("by" = Option<String>, Query, description = "User name of who decided"),
        ("before" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of decisions", body = DecisionsOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn decisions(State(service): State<Arc<Service>>, headers: HeaderMap, Query(page): Query<Page>) -> Response {
    let language = edge::language(&headers);
    decided(&service, &headers, page)
        .await
        .unwrap_or_else(|problem| problem.respond(language))
}

async fn decided(service: &Service, headers: &HeaderMap, page: Page) -> Result<Response, Problem> {
    let actor = caller::actor(service, headers).await?;
    let limit = caller::page_size(page.limit.as_deref())?;
    let before = page.before.as_deref().map(str::parse).transpose();
    let before = before.map_err(|_| Problem::Refused(Refusal::bad_query("before")))?;
    for (name, key) in [
        ("outcome", &page.outcome),
        ("category", &page.category),
        ("by", &page.by),
    ] {
        if key.len() > MAX_KEY_BYTES || key.contains('\0') {
            return Err(Problem::Refused(Refusal::bad_query(name)));
        }
    }
    let filter = DecisionFilter {
        outcome: page.outcome,
        category: page.category,
        by: page.by,
    };
    let decisions = case::decisions(&service.app, &actor, filter, before, limit).await;
    let decisions = decisions.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::json(&DecisionsOut::new(&decisions, limit)))
}
