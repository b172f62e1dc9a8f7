//! `GET /v1/audit`: who did what to which thing, and when.

use std::sync::Arc;

use anlanh_app::{AuditEntry, AuditFilter, audit};
use anlanh_model::{AuditAction, Id};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller;
use super::instant::Instant;
use crate::address::Query;
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;
use crate::{Service, edge};

/// What is asked of the log.
#[derive(Debug, Deserialize)]
pub struct Asked {
    action: Option<String>,
    case: Option<String>,
    before: Option<String>,
    limit: Option<String>,
}

/// A page of the log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditLog)]
#[serde(deny_unknown_fields)]
pub struct AuditOut {
    /// The entries, newest first.
    entries: Vec<AuditEntryOut>,
    /// Where the next page begins, for `before`; `null` on the last.
    #[schema(required = true)]
    next: Option<String>,
}

/// One entry of the log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
#[serde(deny_unknown_fields)]
pub struct AuditEntryOut {
    /// Its id.
    entry: String,
    /// When (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// `person`, `token`, `operator` or `node`.
    actor_kind: String,
    /// Name of the account or token.
    #[schema(required = true)]
    actor: Option<String>,
    /// What was done, as in `case.decide`.
    action: &'static str,
    /// The kind of thing it was done to, as in `case`.
    #[schema(required = true)]
    subject_kind: Option<String>,
    /// Its id, or for `items` how many.
    #[schema(required = true)]
    subject: Option<String>,
    /// Keys and numbers that say more; never content.
    detail: String,
}

/// The audit log, newest first.
#[utoipa::path(
    get,
    path = "/v1/audit",
    tag = "audit",
    operation_id = "readAudit",
    summary = "Đọc nhật ký kiểm toán · Read the audit log",
    security(("token" = ["audit:read"])),
    params(
        ("action" = Option<String>, Query, description = "Only this action, as in `case.decide`"),
        ("case" = Option<String>, Query, description = "Only what was done to this case"),
        ("before" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of the log", body = AuditOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(service): State<Arc<Service>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let language = edge::language(&headers);
    let read = read(&service, &headers, asked).await;
    read.unwrap_or_else(|problem| problem.respond(language))
}

async fn read(service: &Service, headers: &HeaderMap, asked: Asked) -> Result<Response, Problem> {
    let actor = caller::actor(service, headers).await?;
    let limit = caller::page_size(asked.limit.as_deref())?;
    let bad = |name: &str| Problem::Refused(Refusal::bad_query(name));
    let before = asked.before.as_deref().map(str::parse).transpose();
    let before = before.map_err(|_| bad("before"))?;
    let filter = match (asked.action, asked.case) {
        (None, None) => AuditFilter::default(),
        (Some(action), None) => AuditFilter::of_action(AuditAction::from_key(&action).ok_or_else(|| bad("action"))?),
        (None, Some(case)) => {
            let id: Id<anlanh_model::Case> = case.parse().map_err(|_| bad("case"))?;
            AuditFilter::about("case", id.number())
        }
        (Some(_), Some(_)) => return Err(bad("action")),
    };
    let entries = audit::page(&service.app, &actor, filter, before, limit).await;
    let entries = entries.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::json(&AuditOut::new(&entries, limit)))
}

impl AuditOut {
    fn new(entries: &[AuditEntry], limit: u32) -> Self {
        let full = usize::try_from(limit).is_ok_and(|limit| entries.len() >= limit);
        let last = entries.last().filter(|_| full);
        Self {
            entries: entries.iter().map(AuditEntryOut::new).collect(),
            next: last.map(|entry| entry.id.to_string()),
        }
    }
}

impl AuditEntryOut {
    fn new(entry: &AuditEntry) -> Self {
        let (kind, subject) = match &entry.subject {
            Some((kind, number)) if kind == "items" => (Some(kind.clone()), Some(number.to_string())),
            Some((kind, number)) => {
                let id = Id::<()>::from_number(*number).ok();
                (Some(kind.clone()), id.map(|id| id.to_string()))
            }
            None => (None, None),
        };
        Self {
            entry: entry.id.to_string(),
            at: Instant(entry.at),
            actor_kind: entry.actor_kind.clone(),
            actor: entry.actor.clone(),
            action: entry.action.key(),
            subject_kind: kind,
            subject,
            detail: entry.detail.clone(),
        }
    }
}
