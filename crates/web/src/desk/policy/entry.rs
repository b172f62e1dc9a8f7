//! One entry of the lexicon.

use std::sync::Arc;

use anlanh_app::policy;
use anlanh_screen::{Entry, MatchMode, Near, Rule};
use axum::extract::State;
use axum::response::Response;

use super::overview::severity;
use super::{HOME, example_lines, places};
use crate::Service;
use crate::address::Path;
use crate::console::Section;
use crate::console::policy::EntryPage;
use crate::desk::words::Words;
use crate::desk::{Staff, page, problem};
use crate::page::names::Names;
use crate::problem::Problem;

/// One entry in force.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = read(&service, &staff, &id).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, id: &str) -> Result<Response, Problem> {
    let (engine, actor, language) = (service.app.engine(), staff.actor(), staff.visitor.language);
    let wrong = |error| problem(service, &error);
    let pack = engine.screener.pack();
    let entry = pack.lexicon.iter().find(|entry| entry.id == id);
    let entry = entry.ok_or_else(|| wrong(anlanh_app::Error::NotFound("entry")))?;
    let overview = policy::overview(&service.app, &actor).await.map_err(wrong)?;
    let words = Words::of(service, language);
    let names = Names::new(&engine.policy, language);
    let described = engine.policy.entry(id);
    let examples = described.map(|(_, examples)| examples);
    let mut facts = facts(words, entry);
    if let Some((described, _)) = described {
        let source = words.pick("Độ tin cậy của nguồn", "How sure its source is").to_owned();
        facts.push((source, names.evidence(described.evidence).to_owned()));
        if let Some(note) = &described.note {
            let name = words.pick("Ghi chú", "Note").to_owned();
            facts.push((name, words.pick(&note.vi, &note.en).to_owned()));
        }
    }
    let asking = pack.rules.iter().filter(|rule| asks_for(rule, entry));
    let view = EntryPage {
        frame: staff.frame(Some(Section::Policy)),
        id: entry.id.clone(),
        category: names.category(&entry.category),
        facts,
        phrases: entry.phrases.clone(),
        neighbours: neighbours(words, entry),
        rules: asking
            .map(|rule| (format!("{HOME}/rules/{}", rule.id), names.rule(&rule.id)))
            .collect(),
        must_hit: examples.map_or_else(Vec::new, |it| example_lines(&it.hit)),
        must_miss: examples.map_or_else(Vec::new, |it| example_lines(&it.miss)),
        places: places(words, &overview, staff),
    };
    page(&view, language)
}

/// Whether the condition of a rule names an entry, its category or one of its tags.
fn asks_for(rule: &Rule, entry: &Entry) -> bool {
    let mut names = [&entry.id, &entry.category].into_iter().chain(&entry.tags);
    names.any(|name| rule.when.contains(&format!("\"{name}\"")))
}

fn facts(words: Words, entry: &Entry) -> Vec<(String, String)> {
    let mode = match entry.mode {
        MatchMode::Exact => words.pick("đúng từng dấu", "with every mark"),
        MatchMode::NoDiacritics => words.pick("có dấu hoặc không dấu", "with or without marks"),
        MatchMode::Obfuscated => words.pick("kể cả khi viết để lách", "disguised as well"),
    };
    let mut facts = vec![
        (
            words.pick("Mức độ", "Severity"),
            severity(words, entry.severity).to_owned(),
        ),
        (words.pick("Cách khớp", "Matches"), mode.to_owned()),
    ];
    if !entry.tags.is_empty() {
        facts.push((words.pick("Thẻ", "Tags"), entry.tags.join(", ")));
    }
    facts
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn neighbours(words: Words, entry: &Entry) -> Vec<(String, String)> {
    let line = |near: &Near, vi: &str, en: &str| {
        let within = near.within;
        let syllables = words.pick("âm tiết", "syllables");
        (
            format!("{} ({within} {syllables}):", words.pick(vi, en)),
            near.phrases.join(", "),
        )
    };
    let near = entry.near.as_ref();
    let near = near.map(|near| line(near, "Chỉ khớp khi gần", "Only near"));
    let not_near = entry.not_near.as_ref();
    let not_near = not_near.map(|near| line(near, "Không khớp khi gần", "Never near"));
    near.into_iter().chain(not_near).collect()
}
