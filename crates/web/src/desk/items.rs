//! Kept items are found.

use std::sync::Arc;

use anlanh_app::item::{self, ItemFilter, ItemView};
use anlanh_screen::Action;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::excerpt::{Told, plain};
use super::item::link as item_link;
use super::queue::link;
use super::words::Words;
use super::{Staff, page, problem};
use crate::Service;
use crate::address::Query;
use crate::console::{ItemLine, ItemsPage, Section};
use crate::page::names::Names;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// How many items a page has.
const PAGE: u32 = 50;
/// Longest search, in bytes.
const MAX_QUERY_BYTES: usize = 256;

/// What the address asks for.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Asked {
    #[serde(skip_serializing_if = "String::is_empty")]
    q: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
}

/// Kept items, newest first, or those that have some words.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let answer = read(&service, &staff, asked).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, asked: Asked) -> Result<Response, Problem> {
    let bad = |name: &str| Problem::Refused(Refusal::bad_query(name));
    if asked.q.len() > MAX_QUERY_BYTES {
        return Err(bad("q"));
    }
    let before = asked.before.as_deref().map(str::parse).transpose();
    let before = before.map_err(|_| bad("before"))?;
    let filter = match asked.q.trim() {
        "" => ItemFilter::All,
        words => ItemFilter::Words(words.to_owned()),
    };
    let found = item::look(&service.app, &staff.actor(), filter, before, PAGE).await;
    let found = found.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let engine = service.app.engine();
    let words = Words::of(service, language);
    let names = Names::new(&engine.policy, language);
    let full = usize::try_from(PAGE).is_ok_and(|page| found.len() >= page);
    let next = found.last().filter(|_| full).map(|last| {
        let next = Asked {
            q: asked.q.clone(),
            before: Some(last.item.id.to_string()),
        };
        let query = serde_urlencoded::to_string(&next).unwrap_or_default();
        format!("{}?{query}", Section::Items.path())
    });
    let view = ItemsPage {
        frame: staff.frame(Some(Section::Items)),
        query: asked.q,
        items: found.iter().map(|item| line(words, names, item)).collect(),
        next,
    };
    page(&view, language)
}

fn line(words: Words, names: Names<'_>, view: &ItemView) -> ItemLine {
    let text = match &view.content {
        Some(content) => Told::parse(&view.item.verdict).marked(&content.text, |reason| names.rule(&reason.rule)),
        None => plain(words.pick("(nội dung đã được xóa)", "(the content was erased)")),
    };
    let action = Action::from_key(&view.item.action).map_or("", |action| names.action(action));
    let cases = view
        .cases
        .iter()
        .map(|case| (link(&case.to_string()), case.to_string()));
    ItemLine {
        text,
        action: action.to_owned(),
        kind: words.kind(&view.item.kind),
        received: words.moment(view.item.received_at),
        external: view.item.external.clone(),
        link: item_link(&view.item.id.to_string()),
        cases: cases.collect(),
    }
}
