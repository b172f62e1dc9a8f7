//! What is in force, what is tried, what is being written, and the rules and entries in force.

use std::collections::BTreeMap;
use std::sync::Arc;

use anlanh_app::identity;
use anlanh_app::policy::{self, RuleFigures};
use anlanh_app::{Engine, StepRow};
use anlanh_model::{Permission, PolicyStep, Precision, Role};
use anlanh_screen::Severity;
use anlanh_screen::fold::Folded;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::{may_edit, places, short, trial_line, version_line, version_link};
use crate::Service;
use crate::address::Query;
use crate::console::policy::{Catalogue, EntryLine, PolicyPage, RuleLine, StepLine};
use crate::console::{Choice, Section, Start};
use crate::desk::access::blocking;
use crate::desk::words::Words;
use crate::desk::{Staff, page, problem};
use crate::page::names::Names;
use crate::problem::Problem;
use crate::rights;

/// Longest search, in bytes; the rest is left out.
const MAX_QUERY_BYTES: usize = 256;
/// Most entries that are listed at a time.
const MAX_ENTRIES: usize = 100;
/// How many phrases of an entry are shown.
const SHOWN_PHRASES: usize = 6;
/// How many steps are shown.
const STEPS: u32 = 12;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    part: String,
    q: String,
    category: String,
}

/// The policy.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let answer = read(&service, &staff, &asked).await;
    staff.answer(answer)
}

/// What to do first, while whoever may invite others is alone.
async fn first_steps(service: &Service, staff: &Staff) -> Result<Option<Start>, Problem> {
    if !staff.session.person.role.may(Permission::ManageStaff) {
        return Ok(None);
    }
    let people = blocking(service, staff, |app, actor| identity::list_staff(app.store(), actor)).await?;
    if people.iter().filter(|row| row.closed_at.is_none()).nth(1).is_some() {
        return Ok(None);
    }
    let language = staff.visitor.language;
    let said = |[vi, en]: [&'static str; 2]| language.pick(vi, en);
    let roles = Role::ALL.into_iter();
    Ok(Some(Start {
        invite: Section::Access.path(),
        roles: roles
            .map(|role| (said(rights::role(role)), said(rights::duty(role))))
            .collect(),
    }))
}

async fn read(service: &Service, staff: &Staff, asked: &Asked) -> Result<Response, Problem> {
    let actor = staff.actor();
    let wrong = |error| problem(service, &error);
    let overview = policy::overview(&service.app, &actor).await.map_err(wrong)?;
    let figures = policy::rules(&service.app, &actor).await.map_err(wrong)?;
    let steps = policy::steps(&service.app, &actor, None, STEPS).await.map_err(wrong)?;
    let language = staff.visitor.language;
    let engine = service.app.engine();
    let look = Look {
        words: Words::of(service, language),
        names: Names::new(&engine.policy, language),
        engine: &engine,
        category: &asked.category,
        query: folded(&asked.q),
    };
    let words = look.words;
    let is_entries = asked.part == "entries";
    let (places, may_edit) = (places(words, &overview, staff), may_edit(staff));
    let trial = overview.shadow.as_ref();
    let view = PolicyPage {
        frame: staff.frame(Some(Section::Policy)),
        start: first_steps(service, staff).await?,
        pack: pack(&look),
        live: version_line(words, &overview.live),
        before: overview.before.as_ref().map(|row| version_line(words, row)),
        shadow: trial.map(|(row, trial)| (version_line(words, row), trial_line(words, trial, &row.digest))),
        drafts: overview.drafts.iter().map(|row| version_line(words, row)).collect(),
        offered: overview.offered.as_ref().map(|row| version_line(words, row)),
        may_edit,
        places,
        parts: look.parts(is_entries),
        query: asked.q.clone(),
        categories: look.categories(),
        catalogue: if is_entries {
            look.entries()
        } else {
            look.rules(&figures)
        },
        steps: steps.iter().map(|row| step_line(words, row)).collect(),
    };
    page(&view, language)
}

/// Title, id and version of the pack in force.
fn pack(look: &Look<'_>) -> String {
    let policy = &look.engine.policy;
    let title = look.words.pick(&policy.title().vi, &policy.title().en);
    format!("{title} · {} {}", policy.id(), policy.version())
}

fn step_line(words: Words, row: &StepRow) -> StepLine {
    let what = match row.step {
        PolicyStep::Load => words.pick("Nạp khi khởi động", "Loaded at the start"),
        PolicyStep::Enforce => words.pick("Áp dụng", "Put in force"),
        PolicyStep::RollBack => words.pick("Quay lại", "Rolled back to"),
        PolicyStep::Shadow => words.pick("Bắt đầu chạy ngầm", "Shadow run began"),
        PolicyStep::EndShadow => words.pick("Dừng chạy ngầm", "Shadow run ended"),
    };
    StepLine {
        what: what.to_owned(),
        link: version_link(&row.version.to_string()),
        name: short(&row.digest),
        by: row
            .by
            .clone()
            .unwrap_or_else(|| words.pick("hệ thống", "the node").to_owned()),
        note: row.note.clone(),
        when: words.moment(row.at),
    }
}

/// A text as searches compare it.
fn folded(text: &str) -> Vec<u8> {
    let end = text.floor_char_boundary(MAX_QUERY_BYTES);
    let mut folded = Folded::new();
    folded.fold(text.get(..end).unwrap_or_default());
    folded.bytes().to_vec()
}

/// How often people agreed, in words.
pub(super) fn precision(words: Words, precision: &Precision) -> String {
    let (Some(share), Some((low, high))) = (precision.share(), precision.interval()) else {
        return String::new();
    };
    let decided = precision.confirmed.saturating_add(precision.rejected);
    let percent = |share: f64| format!("{:.0}", share * 100.0);
    let cases = words.pick("kết luận", "decided");
    format!(
        "{} % ({}–{}), {decided} {cases}",
        percent(share),
        percent(low),
        percent(high)
    )
}

pub(super) fn severity(words: Words, severity: Severity) -> &'static str {
    match severity {
        Severity::Low => words.pick("thấp", "low"),
        Severity::Medium => words.pick("vừa", "medium"),
        Severity::High => words.pick("cao", "high"),
        Severity::Critical => words.pick("rất cao", "critical"),
    }
}

/// What is looked for among the rules and entries in force.
struct Look<'a> {
    words: Words,
    names: Names<'a>,
    engine: &'a Engine,
    category: &'a str,
    query: Vec<u8>,
}

impl Look<'_> {
    fn matches(&self, category: &str, texts: &[&str]) -> bool {
        let is_in = self.category.is_empty() || self.category == category;
        is_in && (self.query.is_empty() || texts.iter().any(|text| self.says(text)))
    }

    fn says(&self, text: &str) -> bool {
        folded(text)
            .windows(self.query.len())
            .any(|window| window == self.query.as_slice())
    }

    fn parts(&self, is_entries: bool) -> Vec<Choice> {
        let choice = |key: &str, word: &str, chosen| Choice {
            key: key.to_owned(),
            word: word.to_owned(),
            chosen,
        };
        vec![
            choice("", self.words.pick("Quy tắc", "Rules"), !is_entries),
            choice("entries", self.words.pick("Từ điển", "Lexicon"), is_entries),
        ]
    }

    fn categories(&self) -> Vec<Choice> {
        let any = Choice {
            key: String::new(),
            word: self.words.pick("Tất cả", "All").to_owned(),
            chosen: self.category.is_empty(),
        };
        let categories = self.engine.screener.pack().categories.iter().map(|it| Choice {
            word: self.names.category(&it.key),
            chosen: it.key == self.category,
            key: it.key.clone(),
        });
        std::iter::once(any).chain(categories).collect()
    }

    fn rules(&self, figures: &BTreeMap<String, RuleFigures>) -> Catalogue {
        let mut lines: Vec<RuleLine> = Vec::new();
        for rule in &self.engine.screener.pack().rules {
            let title = self.names.rule(&rule.id);
            if !self.matches(&rule.category, &[&rule.id, &title]) {
                continue;
            }
            let known = figures.get(&rule.id).copied().unwrap_or_default();
            lines.push(RuleLine {
                link: format!("{}/rules/{}", super::HOME, rule.id),
                id: rule.id.clone(),
                title,
                action: self.names.action(rule.action).to_owned(),
                recent: known.recent,
                hits: known.hits,
                precision: precision(self.words, &known.precision),
                braked: known.braked,
            });
        }
        // What is busiest first; what is quiet stays in the order of the pack.
        lines.sort_by_key(|line| std::cmp::Reverse((line.recent, line.hits)));
        Catalogue::Rules(lines)
    }

    fn entries(&self) -> Catalogue {
        let mut found = Vec::new();
        for entry in &self.engine.screener.pack().lexicon {
            let texts: Vec<&str> = std::iter::once(&entry.id)
                .chain(&entry.phrases)
                .map(String::as_str)
                .collect();
            if self.matches(&entry.category, &texts) {
                found.push(entry);
            }
        }
        let is_more = found.len() > MAX_ENTRIES;
        let lines = found.into_iter().take(MAX_ENTRIES).map(|entry| {
            // Those that were searched for come first.
            let mut phrases: Vec<&str> = entry.phrases.iter().map(String::as_str).collect();
            if !self.query.is_empty() {
                phrases.sort_by_key(|phrase| !self.says(phrase));
            }
            phrases.truncate(SHOWN_PHRASES);
            EntryLine {
                link: format!("{}/entries/{}", super::HOME, entry.id),
                id: entry.id.clone(),
                category: self.names.category(&entry.category),
                severity: severity(self.words, entry.severity).to_owned(),
                phrases: phrases.join(", "),
            }
        });
        Catalogue::Entries(lines.collect(), is_more)
    }
}
