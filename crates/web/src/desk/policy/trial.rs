//! What a trial found.

use std::sync::Arc;

use anlanh_app::policy::{self, TrialView};
use anlanh_app::{DifferenceRow, PolicyFile, RuleChange};
use anlanh_model::TrialKind;
use anlanh_pack::Policy;
use anlanh_screen::Action;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::{HOME, blocking, may_edit, trial_name, version_line};
use crate::Service;
use crate::address::{Path, Query};
use crate::api::caller;
use crate::console::Section;
use crate::console::policy::{ActionChange, DifferenceLine, RuleChangeLine, TrialPage};
use crate::desk::excerpt::excerpt;
use crate::desk::words::Words;
use crate::desk::{Staff, page, problem, see_other};
use crate::page::names::Names;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// How many items a page has.
const PAGE: u32 = 50;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    before: String,
}

/// A trial.
pub async fn show(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let answer = read(&service, &staff, &id, &asked).await;
    staff.answer(answer)
}

/// A back-test is stopped.
pub async fn stop(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_stop(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_stop(service: &Arc<Service>, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    staff.form(service, body).await?;
    let trial = caller::id(id, "trial")?;
    blocking(service, staff, move |app, actor| policy::stop(app, actor, trial)).await?;
    Ok(see_other(&format!("{HOME}/trials/{id}")))
}

async fn read(service: &Service, staff: &Staff, id: &str, asked: &Asked) -> Result<Response, Problem> {
    let (actor, language) = (staff.actor(), staff.visitor.language);
    let wrong = |error| problem(service, &error);
    let trial = caller::id(id, "trial")?;
    let before = match asked.before.as_str() {
        "" => None,
        before => {
            let before = before.parse();
            Some(before.map_err(|_| Problem::Refused(Refusal::bad_query("before")))?)
        }
    };
    let view = policy::trial(&service.app, &actor, trial).await.map_err(wrong)?;
    let version = policy::show(&service.app, &actor, view.trial.version)
        .await
        .map_err(wrong)?;
    // Whoever may read the policy and not the items sees the counts alone.
    let may_read_items = staff.session.person.role.may(anlanh_model::Permission::ReadItems);
    let differences = if may_read_items {
        let page = policy::differences(&service.app, &actor, trial, before, PAGE).await;
        page.map_err(wrong)?
    } else {
        Vec::new()
    };
    let engine = service.app.engine();
    let tried = tried(service, &engine.policy, &view, version.files).await;
    let names = Titles {
        live: Names::new(&engine.policy, language),
        tried: tried.as_ref().map(|policy| Names::new(policy, language)),
    };
    let words = Words::of(service, language);
    let percent = |done: u64| (done * 100).checked_div(view.kept).unwrap_or(100).min(100);
    let is_full = differences.len() == PAGE as usize;
    let last = differences.last().filter(|_| is_full).map(|row| row.item);
    let page_of = TrialPage {
        frame: staff.frame(Some(Section::Policy)),
        title: trial_name(words, &view.trial),
        version: version_line(words, &version.version),
        facts: facts(words, &view),
        progress: view.progress.map(percent),
        stop: view
            .progress
            .filter(|_| may_edit(staff))
            .map(|_| format!("{HOME}/trials/{id}/stop")),
        actions: actions(names, &view),
        rules: rules(words, names, &view),
        differences: differences.iter().map(|row| difference(words, names, row)).collect(),
        next: last.map(|item| format!("{HOME}/trials/{id}?before={item}")),
    };
    page(&page_of, language)
}

/// The policy that is tried, where it has rules that the one in force has not: they go by its titles.
async fn tried(service: &Service, live: &Policy, view: &TrialView, files: Vec<PolicyFile>) -> Option<Policy> {
    let mut rules = view.totals.rules.keys();
    if rules.all(|rule| live.rule(rule).is_some()) {
        return None;
    }
    let read = service.pool.run(move || {
        let files = files.iter().map(|(path, content)| (path.as_str(), content.as_slice()));
        Policy::from_files(files).ok()
    });
    read.await.ok().flatten()
}

/// What the rules of both versions are called.
#[derive(Clone, Copy)]
struct Titles<'a> {
    live: Names<'a>,
    tried: Option<Names<'a>>,
}

impl Titles<'_> {
    fn rule(self, id: &str) -> String {
        let title = self.live.rule(id);
        match self.tried {
            Some(tried) if title == id => tried.rule(id),
            Some(_) | None => title,
        }
    }

    /// An action, by its key.
    fn action(self, key: &str) -> String {
        Action::from_key(key).map_or_else(|| key.to_owned(), |action| self.live.action(action).to_owned())
    }
}

fn facts(words: Words, view: &TrialView) -> Vec<(String, String)> {
    let items = view.progress.unwrap_or(view.totals.items);
    let mut facts = vec![
        (words.pick("Nội dung đã xét", "Items judged"), items.to_string()),
        (
            words.pick("Có kết quả khác", "Judged differently"),
            view.totals.changed.to_string(),
        ),
    ];
    if view.trial.kind == TrialKind::Backtest {
        facts.push((
            words.pick("Đã xóa, không xét được", "Erased, not judged"),
            view.totals.erased.to_string(),
        ));
    }
    let facts = facts.into_iter();
    facts.map(|(name, value)| (name.to_owned(), value)).collect()
}

fn actions(names: Titles<'_>, view: &TrialView) -> Vec<ActionChange> {
    let mut changes: Vec<ActionChange> = view
        .totals
        .actions
        .iter()
        .map(|((from, to), n)| ActionChange {
            from: names.action(from),
            to: names.action(to),
            n: *n,
            is_change: from != to,
        })
        .collect();
    changes.sort_by_key(|change| (!change.is_change, std::cmp::Reverse(change.n)));
    changes
}

fn rules(words: Words, names: Titles<'_>, view: &TrialView) -> Vec<RuleChangeLine> {
    let mut rules: Vec<(&String, &RuleChange)> = view.totals.rules.iter().collect();
    rules.sort_by_key(|(_, change)| std::cmp::Reverse(change.gained + change.lost));
    let told = |confirmed: u64, rejected: u64| match (confirmed, rejected) {
        (0, 0) => "–".to_owned(),
        (confirmed, rejected) => format!(
            "{confirmed} {}, {rejected} {}",
            words.pick("vi phạm", "violations"),
            words.pick("không", "not")
        ),
    };
    let lines = rules.into_iter().map(|(rule, change)| RuleChangeLine {
        rule: names.rule(rule),
        gained: change.gained,
        gained_told: told(change.gained_confirmed, change.gained_rejected),
        lost: change.lost,
        lost_told: told(change.lost_confirmed, change.lost_rejected),
    });
    lines.collect()
}

fn difference(words: Words, names: Titles<'_>, row: &DifferenceRow) -> DifferenceLine {
    let difference = &row.difference;
    let signed = |sign: &str, rules: &[String]| -> Vec<String> {
        rules
            .iter()
            .map(|rule| format!("{sign} {}", names.rule(rule)))
            .collect()
    };
    let rules = [signed("+", &difference.gained), signed("−", &difference.lost)].concat();
    let change = if difference.old_action == difference.new_action {
        names.action(&difference.new_action)
    } else {
        format!(
            "{} → {}",
            names.action(&difference.old_action),
            names.action(&difference.new_action)
        )
    };
    let erased = words.pick("(nội dung đã được xóa)", "(the content was erased)");
    DifferenceLine {
        excerpt: row.text.as_deref().map_or_else(|| erased.to_owned(), excerpt),
        change,
        rules: rules.join("; "),
        outcome: row.outcome.map_or_else(String::new, |it| words.outcome(it).to_owned()),
    }
}
