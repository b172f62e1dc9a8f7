//! The audit log is read.

use std::sync::Arc;

use anlanh_app::{AuditEntry, AuditFilter, audit};
use anlanh_model::AuditAction;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::words::Words;
use super::{Staff, audited, page, problem};
use crate::Service;
use crate::address::Query;
use crate::console::{AuditLine, AuditPage, Choice, Section};
use crate::problem::Problem;
use crate::refusal::Refusal;

/// How many entries a page has.
const PAGE: u32 = 100;

/// What the address asks for.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Asked {
    #[serde(skip_serializing_if = "String::is_empty")]
    action: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
}

/// The log, newest first.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let answer = read(&service, &staff, asked).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, asked: Asked) -> Result<Response, Problem> {
    let bad = |name: &str| Problem::Refused(Refusal::bad_query(name));
    let filter = match asked.action.as_str() {
        "" => AuditFilter::All,
        key => AuditFilter::Action(AuditAction::from_key(key).ok_or_else(|| bad("action"))?),
    };
    let before = asked.before.as_deref().map(str::parse).transpose();
    let before = before.map_err(|_| bad("before"))?;
    let entries = audit::page(&service.app, &staff.actor(), filter, before, PAGE).await;
    let entries = entries.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let full = usize::try_from(PAGE).is_ok_and(|page| entries.len() >= page);
    let next = entries.last().filter(|_| full).map(|last| {
        let next = Asked {
            action: asked.action.clone(),
            before: Some(last.id.to_string()),
        };
        let query = serde_urlencoded::to_string(&next).unwrap_or_default();
        format!("{}?{query}", Section::Audit.path())
    });
    let all = Choice {
        key: String::new(),
        word: words.pick("Tất cả", "All").to_owned(),
        chosen: asked.action.is_empty(),
    };
    let actions = AuditAction::ALL.into_iter().map(|action| Choice {
        key: action.key().to_owned(),
        word: words.audited(action).to_owned(),
        chosen: action.key() == asked.action,
    });
    let view = AuditPage {
        frame: staff.frame(Some(Section::Audit)),
        actions: std::iter::once(all).chain(actions).collect(),
        entries: entries.iter().map(|entry| line(words, entry)).collect(),
        next,
    };
    page(&view, language)
}

fn line(words: Words, entry: &AuditEntry) -> AuditLine {
    let (subject, address) = match &entry.subject {
        None => (String::new(), None),
        Some((kind, number)) => audited::subject(words, kind, *number),
    };
    AuditLine {
        at: words.moment(entry.at),
        who: words.who(&entry.actor_kind, entry.actor.as_deref()),
        action: words.audited(entry.action),
        key: entry.action.key(),
        subject,
        link: address,
        detail: audited::detail(words, &entry.detail),
    }
}
