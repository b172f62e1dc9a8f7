//! The blocklist for those who keep it: how it stands, its changes and entries, and what each dialect covers.

mod course;
mod say;
mod submit;

use std::sync::Arc;

use anlanh_app::block::{self, ChangeView, EntryView, Portion};
use anlanh_model::{BlockAudience, BlockSource, BlockStage, ObjectionResult, Permission, Time};
use anlanh_soc::blocking::{Origin, coverage};
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::words::Words;
use super::{Staff, page, problem};
use crate::Service;
use crate::address::{Path, Query};
use crate::api::blocklist::state as state_key;
use crate::api::caller;
use crate::console::{BlockChangePage, BlockCoveragePage, BlockEntryPage, BlocklistPage, Choice, DialectLine, Section};
use crate::page::names::Names;
use crate::problem::Problem;

pub(super) use say::bases;
pub use submit::{answer, lift, new, propose, review, roll_back, step};

/// How many entries a page has.
const PAGE: u32 = 50;
/// The name of the zone in which coverage is counted.
const ZONE: &str = "rpz.anlanh";

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    state: String,
    before: Option<String>,
    done: String,
}

/// How the blocklist stands, and what is found on it.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let answer = read(&service, &staff, asked).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, asked: Asked) -> Result<Response, Problem> {
    let (actor, language) = (staff.actor(), staff.visitor.language);
    let words = Words::of(service, language);
    let refused = |error| problem(service, &error);
    let overview = block::overview(&service.app, &actor).await.map_err(refused)?;
    let state = state_key(Some(asked.state.as_str()))?;
    let before = caller::before(asked.before.as_deref())?;
    let rows = block::entries(&service.app, &actor, Some(asked.q.clone()), state, before, PAGE).await;
    let rows = rows.map_err(refused)?;
    let is_full = usize::try_from(PAGE).is_ok_and(|most| rows.len() >= most);
    let next = rows.last().filter(|_| is_full).map(|last| {
        let fields = [
            ("q", asked.q.as_str()),
            ("state", asked.state.as_str()),
            ("before", &last.entry.id.to_string()),
        ];
        let query = serde_urlencoded::to_string(fields).unwrap_or_default();
        format!("{}?{query}", Section::Blocklist.path())
    });
    let view = BlocklistPage {
        frame: staff.frame(Some(Section::Blocklist)),
        serial: overview.versions.first().map_or(0, |version| version.serial),
        may_edit: staff.session.person.role.may(Permission::EditBlocklist),
        done: say::done(words, &asked.done).map(str::to_owned),
        counts: overview
            .counts
            .iter()
            .map(|(key, count)| (say::state(words, key), *count))
            .collect(),
        objections: overview
            .objections
            .iter()
            .map(|view| say::objection(words, view, overview.seen_at))
            .collect(),
        troubles: overview.troubles.iter().map(|row| say::trouble(words, row)).collect(),
        pending: overview.pending.iter().map(|row| say::change(words, row)).collect(),
        states: states(words, &asked.state),
        q: asked.q,
        entries: rows.iter().map(|row| say::entry(words, row)).collect(),
        next,
        versions: overview.versions.iter().map(|row| say::version(words, row)).collect(),
        last_step: overview.last_step.as_ref().map(|row| say::version(words, row)),
        to_review: overview.to_review.iter().map(|row| say::entry(words, row)).collect(),
        enforcers: overview.enforcers.iter().map(|row| say::proof(words, row)).collect(),
    };
    page(&view, language)
}

fn states(words: Words, chosen: &str) -> Vec<Choice> {
    let any = Choice {
        key: String::new(),
        word: words.pick("Mọi tình trạng", "Any").to_owned(),
        chosen: chosen.is_empty(),
    };
    let all = say::STATES.into_iter().map(|key| Choice {
        key: key.to_owned(),
        word: say::state(words, key).to_owned(),
        chosen: key == chosen,
    });
    std::iter::once(any).chain(all).collect()
}

/// A change as a page.
pub async fn change(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = change_page(&service, &staff, &id, None).await;
    staff.answer(answer)
}

async fn change_page(
    service: &Service,
    staff: &Staff,
    id: &str,
    refused: Option<Problem>,
) -> Result<Response, Problem> {
    let view = block::change(&service.app, &staff.actor(), caller::id(id, "block change")?).await;
    let view = view.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let may_edit = staff.session.person.role.may(Permission::EditBlocklist);
    let first = view.entries.first().map(|row| &row.terms);
    let mut facts = vec![
        (words.pick("Nguồn", "Source"), say::source(words, &view.row)),
        (words.pick("Lý do", "Reason"), view.row.reason.clone()),
    ];
    if let Some(terms) = first {
        facts.push((words.pick("Chịu trách nhiệm", "Owner"), terms.owner.clone()));
        facts.push((
            words.pick("Căn cứ", "Basis"),
            bases(service, words, &terms.basis).join("; "),
        ));
        if let Some(why) = &terms.why_no_name {
            facts.push((words.pick("Vì sao chặn địa chỉ", "Why an address"), why.clone()));
        }
    }
    facts.push((
        words.pick("Người duyệt", "Approved by"),
        course::approvers(words, &view),
    ));
    let page_view = BlockChangePage {
        frame: staff.frame(Some(Section::Blocklist)),
        link: change_link(id),
        line: say::change(words, &view.row),
        entries: view.entries.iter().map(|row| say::entry(words, row)).collect(),
        is_cut: view.row.entries > view.entries.len() as u64,
        next: course::next(words, &view),
        history: course::history(words, &view),
        may_roll_back: may_edit && view.is_last_step && view.is_blocking(),
        is_blocking: view.is_blocking(),
        id: id.to_owned(),
        steps: steps(words, staff, &view),
        facts,
        error: refused.as_ref().map(|problem| problem.detail(language)),
    };
    let mut response = page(&page_view, language)?;
    if let Some(problem) = refused {
        *response.status_mut() = problem.status();
    }
    Ok(response)
}

pub(super) fn change_link(id: &str) -> String {
    format!("{}/changes/{id}", Section::Blocklist.path())
}

/// Where an entry stands, in words.
pub(super) fn state_of(words: Words, row: &block::EntryRow) -> &'static str {
    say::state(words, row.entry.state.key())
}

pub(super) fn entry_link(id: &str) -> String {
    format!("{}/entries/{id}", Section::Blocklist.path())
}

/// What the viewer may do with a change now; the first is what usually comes next.
fn steps(words: Words, staff: &Staff, view: &ChangeView) -> Vec<(&'static str, &'static str, &'static str)> {
    let person = staff.session.person;
    if !person.role.may(Permission::EditBlocklist) {
        return Vec::new();
    }
    let change = &view.row.change;
    let (now, (shadow, canary)) = (view.seen_at, view.waits.unwrap_or_default());
    let is_shadow_over = match change.stage {
        BlockStage::Shadow { since } => now >= since.plus_minutes(i64::from(shadow) * 60),
        BlockStage::Proposed => shadow == 0,
        BlockStage::Canary { .. }
        | BlockStage::InForce { .. }
        | BlockStage::Refused { .. }
        | BlockStage::RolledBack { .. } => false,
    };
    let mut keys = Vec::new();
    match change.stage {
        BlockStage::Proposed | BlockStage::Shadow { .. } => {
            let may_approve = change.clone().approve(person).is_ok();
            let missing = usize::try_from(change.needed).is_ok_and(|needed| change.approvals.len() < needed);
            if may_approve && missing {
                keys.push("approve");
            }
            if change.stage == BlockStage::Proposed {
                keys.push("shadow");
            }
            if is_shadow_over {
                keys.push("canary");
            } else {
                keys.push("canary_urgent");
            }
            if may_approve && !missing {
                keys.push("approve");
            }
            keys.push("refuse");
        }
        BlockStage::Canary { since } if now >= since.plus_minutes(i64::from(canary)) => keys.push("enforce"),
        BlockStage::Canary { .. }
        | BlockStage::InForce { .. }
        | BlockStage::Refused { .. }
        | BlockStage::RolledBack { .. } => {}
    }
    keys.into_iter().map(|key| say::step(words, key)).collect()
}

/// An entry as a page.
pub async fn entry(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = entry_page(&service, &staff, &id, None).await;
    staff.answer(answer)
}

async fn entry_page(service: &Service, staff: &Staff, id: &str, refused: Option<Problem>) -> Result<Response, Problem> {
    let view = block::entry(&service.app, &staff.actor(), caller::id(id, "block")?).await;
    let view = view.map_err(|error| problem(service, &error))?;
    let (language, person) = (staff.visitor.language, staff.session.person);
    let words = Words::of(service, language);
    let may_edit = person.role.may(Permission::EditBlocklist);
    let is_order = matches!(view.row.source, BlockSource::Order(..));
    let results = ObjectionResult::ALL.iter().filter(|result| {
        let is_for_order = **result == ObjectionResult::PassedOn;
        **result == ObjectionResult::Kept || is_for_order == is_order
    });
    let page_view = BlockEntryPage {
        frame: staff.frame(Some(Section::Blocklist)),
        link: entry_link(id),
        change: change_link(&view.row.entry.change.to_string()),
        value: view.row.terms.value.clone(),
        state: format!(
            "{} · {}",
            say::state(words, view.row.entry.state.key()),
            words.moment(view.row.state_at).absolute
        ),
        facts: facts(service, words, &view),
        findings: say::findings(words, &view.row.terms.findings),
        proofs: view.proofs.iter().map(|row| say::proof(words, row)).collect(),
        objections: view
            .objections
            .iter()
            .map(|one| say::objection(words, one, view.seen_at))
            .collect(),
        may_answer: view.may_answer(person),
        answerers: say::answerers(words, &view.answerers),
        results: results
            .map(|result| (result.key(), say::result(words, *result)))
            .collect(),
        may_review: may_edit && view.row.entry.state.is_live() && view.row.terms.review_at <= view.seen_at,
        may_lift: may_edit && !is_order && view.row.entry.state.is_live(),
        error: refused.as_ref().map(|problem| problem.detail(language)),
    };
    let mut response = page(&page_view, language)?;
    if let Some(problem) = refused {
        *response.status_mut() = problem.status();
    }
    Ok(response)
}

fn facts(service: &Service, words: Words, view: &EntryView) -> Vec<(&'static str, String)> {
    let (row, terms) = (&view.row, &view.row.terms);
    let moment = |at: Time| words.moment(at).absolute;
    let mut facts = vec![
        (words.pick("Cách xử lý", "What is done"), say::act(words, &terms.act)),
        (words.pick("Nguồn", "Source"), say::source(words, &view.change)),
        (words.pick("Lý do", "Reason"), terms.reason.clone()),
        (words.pick("Chịu trách nhiệm", "Owner"), terms.owner.clone()),
        (
            words.pick("Căn cứ", "Basis"),
            bases(service, words, &terms.basis).join("; "),
        ),
        (words.pick("Từ", "From"), moment(terms.starts_at)),
        (words.pick("Đến khi", "Until"), say::until(words, row.entry.expires_at)),
        (words.pick("Xem lại vào", "Looked at again"), moment(terms.review_at)),
        (
            words.pick("Ước tính ảnh hưởng", "Who is hit"),
            say::hit(words, terms.names_hit, terms.best_rank),
        ),
    ];
    if let Some((number, office)) = &row.order {
        let engine = service.app.engine();
        let office = Names::new(&engine.policy, words.language()).office(office);
        facts.push((words.pick("Yêu cầu", "Order"), format!("{number} · {office}")));
    }
    if let Some(why) = &terms.why_no_name {
        facts.push((words.pick("Vì sao chặn địa chỉ", "Why an address"), why.clone()));
    }
    if let Some(said) = &row.end_words {
        facts.push((words.pick("Gỡ vì", "Lifted because"), said.clone()));
    }
    if let Some(name) = &row.ended_by {
        facts.push((words.pick("Người gỡ", "Lifted by"), name.clone()));
    }
    facts
}

/// What each dialect covers, as a page.
pub async fn covered(State(service): State<Arc<Service>>, staff: Staff) -> Response {
    let answer = coverage_page(&service, &staff).await;
    staff.answer(answer)
}

async fn coverage_page(service: &Service, staff: &Staff) -> Result<Response, Problem> {
    let current = block::current(&service.app, &staff.actor(), Portion::For(BlockAudience::All)).await;
    let current = current.map_err(|error| problem(service, &error))?;
    let (serial, beside) = (current.serial, current.beside);
    let list = current.list;
    let job = move || coverage(&list, &Origin::parse(ZONE).ok()?).ok();
    let covered = service.exports.run(job).await.ok().flatten();
    let covered = covered.ok_or_else(|| Problem::Internal(service.incident()))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let dialects = covered.into_iter().map(|covered| DialectLine {
        dialect: covered.dialect.key(),
        listed: covered.listed,
        gaps: covered
            .gaps
            .into_iter()
            .map(|(missing, (count, examples))| (say::missing(words, missing), count, examples.join(", ")))
            .collect(),
    });
    let view = BlockCoveragePage {
        frame: staff.frame(Some(Section::Blocklist)),
        serial,
        dialects: dialects.collect(),
        beside,
    };
    page(&view, language)
}
