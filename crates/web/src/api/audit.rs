//! `GET /v1/audit`: who did what to which thing, and when.

use std::sync::Arc;

use anlanh_app::{AuditEntry, AuditFilter, audit};
use anlanh_model::{Actor, AuditAction, Time};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller;
use super::instant::Instant;
use crate::address::Query;
use crate::desk::audited;
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;
use crate::{Service, edge};

/// What is asked of the log.
#[derive(Debug, Deserialize)]
pub struct Asked {
    action: Option<String>,
    case: Option<String>,
    subject_kind: Option<String>,
    subject: Option<String>,
    person: Option<String>,
    from: Option<String>,
    until: Option<String>,
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
    /// Its id, or which one or how many where such things have none, as `items`.
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
        ("case" = Option<String>, Query, description = "Only what was done to this case: `subject_kind=case` with its id"),
        ("subject_kind" = Option<String>, Query, description = "Only what was done to one thing, of this kind, as in `order`"),
        ("subject" = Option<String>, Query, description = "Its id; with `subject_kind`"),
        ("person" = Option<String>, Query, description = "Only what the person with this account did, by the account's name"),
        ("from" = Option<String>, Query, description = "From when on (RFC 3339)"),
        ("until" = Option<String>, Query, description = "Until before when (RFC 3339)"),
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
    let before = asked.before.as_deref().map(str::parse).transpose();
    let before = before.map_err(|_| bad("before"))?;
    let filter = filter(service, &actor, &asked).await?;
    let entries = audit::page(&service.app, &actor, filter, before, limit).await;
    let entries = entries.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::json(&AuditOut::new(&entries, limit)))
}

fn bad(name: &str) -> Problem {
    Problem::Refused(Refusal::bad_query(name))
}

async fn filter(service: &Service, actor: &Actor, asked: &Asked) -> Result<AuditFilter, Problem> {
    let action = match &asked.action {
        None => None,
        Some(key) => Some(AuditAction::from_key(key).ok_or_else(|| bad("action"))?),
    };
    let (kind, id, name) = match (&asked.case, &asked.subject_kind, &asked.subject) {
        (Some(case), None, None) => (Some("case"), Some(case), "case"),
        (Some(_), ..) => return Err(bad("case")),
        (None, kind, id) => (kind.as_deref(), id.as_ref(), "subject"),
    };
    let subject = match (kind, id) {
        (None, None) => None,
        (Some(kind), Some(id)) => {
            let number = audited::number(kind, id).ok_or_else(|| bad(name))?;
            Some((kind.to_owned(), number))
        }
        (Some(_), None) => return Err(bad("subject")),
        (None, Some(_)) => return Err(bad("subject_kind")),
    };
    let person = match &asked.person {
        None => None,
        Some(name) => {
            let account = audit::account(&service.app, actor, name.clone()).await;
            let account = account.map_err(|error| caller::problem(service, &error))?;
            Some(account.ok_or_else(|| bad("person"))?)
        }
    };
    let instant = |asked: &Option<String>, name| match asked.as_deref().map(anlanh_api::Instant::parse) {
        None => Ok(None),
        Some(Some(instant)) => Ok(Some(Time::from_micros(instant.0))),
        Some(None) => Err(bad(name)),
    };
    Ok(AuditFilter {
        action,
        subject,
        person,
        from: instant(&asked.from, "from")?,
        until: instant(&asked.until, "until")?,
    })
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
            Some((kind, number)) => (Some(kind.clone()), audited::written(kind, *number)),
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
