//! Decisions are looked through.

use std::sync::Arc;

use anlanh_app::case;
use anlanh_app::{DecisionFilter, DecisionRow};
use anlanh_model::Outcome;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::queue::link;
use super::words::Words;
use super::{Staff, page, problem};
use crate::Service;
use crate::address::Query;
use crate::console::{Choice, DecisionLine, DecisionsPage, Section};
use crate::page::names::Names;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// How many decisions a page has.
const PAGE: u32 = 50;

/// What the address asks for.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Asked {
    #[serde(skip_serializing_if = "String::is_empty")]
    outcome: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    category: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    by: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    before: String,
}

/// Decisions, newest first.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let answer = read(&service, &staff, &asked).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, asked: &Asked) -> Result<Response, Problem> {
    for (name, key) in [
        ("outcome", &asked.outcome),
        ("category", &asked.category),
        ("by", &asked.by),
    ] {
        if key.contains('\0') {
            return Err(Problem::Refused(Refusal::bad_query(name)));
        }
    }
    let before = match asked.before.as_str() {
        "" => None,
        before => Some(
            before
                .parse()
                .map_err(|_| Problem::Refused(Refusal::bad_query("before")))?,
        ),
    };
    let filter = DecisionFilter {
        outcome: asked.outcome.clone(),
        category: asked.category.clone(),
        by: asked.by.trim().to_owned(),
    };
    let found = case::decisions(&service.app, &staff.actor(), filter, before, PAGE).await;
    let found = found.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let engine = service.app.engine();
    let words = Words::of(service, language);
    let names = Names::new(&engine.policy, language);
    let full = usize::try_from(PAGE).is_ok_and(|page| found.len() >= page);
    let next = found.last().filter(|_| full).map(|last| {
        let next = Asked {
            before: last.id.to_string(),
            ..asked.clone()
        };
        let query = serde_urlencoded::to_string(&next).unwrap_or_default();
        format!("{}?{query}", Section::Decisions.path())
    });
    let choice = |chosen: &str, key: &str, word: String| Choice {
        chosen: chosen == key,
        key: key.to_owned(),
        word,
    };
    let all = |chosen: &str| choice(chosen, "", words.pick("Tất cả", "All").to_owned());
    let outcomes = Outcome::ALL
        .into_iter()
        .map(|it| choice(&asked.outcome, it.key(), words.outcome(it).to_owned()));
    let categories = &engine.screener.pack().categories;
    let categories = categories
        .iter()
        .map(|it| choice(&asked.category, &it.key, names.category(&it.key)));
    let view = DecisionsPage {
        frame: staff.frame(Some(Section::Decisions)),
        outcomes: std::iter::once(all(&asked.outcome)).chain(outcomes).collect(),
        categories: std::iter::once(all(&asked.category)).chain(categories).collect(),
        by: asked.by.clone(),
        decisions: found.iter().map(|decision| line(words, names, decision)).collect(),
        next,
    };
    page(&view, language)
}

fn line(words: Words, names: Names<'_>, decision: &DecisionRow) -> DecisionLine {
    let basis: Vec<String> = decision.basis.iter().map(|key| names.basis(key).cite).collect();
    DecisionLine {
        link: link(&decision.case.to_string()),
        outcome: words.outcome(decision.outcome).to_owned(),
        category: decision
            .category
            .as_deref()
            .map(|key| names.category(key))
            .unwrap_or_default(),
        basis: basis.join("; "),
        facts: decision.facts.clone(),
        by: decision.by.clone(),
        at: words.moment(decision.at),
    }
}
