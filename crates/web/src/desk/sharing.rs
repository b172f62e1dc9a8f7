//! Rules by which incidents are told to the national centre, on their page; and what they planned, there and on the page of its incident.

use std::sync::Arc;

use anlanh_app::incident::sharing::{self, MAX_WAIT_MINUTES, NewRule, Planned, RuleRow};
use anlanh_model::{
    Actor, AlertEvent, Id, Permission, Person, PlanState, Severity, SharePlan, SharingRule, SharingState, SharingStep,
};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;

use super::feeds::{choice, number, permit};
use super::form::Form;
use super::incidents::{link, say};
use super::words::Words;
use super::{Staff, page, problem, see_other};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::console::{Section, SharePlanBlock, SharingPage, SharingRuleLine, TypedRule};
use crate::problem::Problem;
use crate::refusal::Refusal;

const HOME: &str = "/console/sharing";

/// On which page something planned stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    /// On that of the rules.
    Rules,
    /// On that of its incident.
    Incident,
}

impl Beside {
    const fn key(self) -> &'static str {
        match self {
            Self::Rules => "",
            Self::Incident => "incident",
        }
    }
}

/// What a page says beside the rules.
#[derive(Debug, Default)]
struct Said {
    refused: Option<Problem>,
    typed: Option<TypedRule>,
}

/// Rules, and what they planned.
pub async fn list(State(service): State<Arc<Service>>, staff: Staff) -> Response {
    let answer = read(&service, &staff, Said::default()).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, said: Said) -> Result<Response, Problem> {
    let (actor, language) = (staff.actor(), staff.visitor.language);
    let board = sharing::board(&service.app, &actor).await;
    let board = board.map_err(|error| problem(service, &error))?;
    let words = Words::of(service, language);
    let may_work = actor.may(Permission::WorkIncidents);
    let person = staff.session.person;
    let rule = |row: &RuleRow| rule_line(words, row, may_work.then_some(person));
    let is_typed = said.typed.is_some();
    let view = SharingPage {
        frame: staff.frame(Some(Section::Soc)),
        tells: board.tells,
        plans: board
            .plans
            .iter()
            .map(|it| block(words, it, Beside::Rules, &actor))
            .collect(),
        rules: board.rules.iter().map(rule).collect(),
        ended: board.ended.iter().map(rule).collect(),
        form: may_work.then(|| said.typed.unwrap_or_else(|| blank(words))),
        is_typed,
        refused: said.refused.as_ref().map(|problem| problem.detail(language)),
    };
    let mut response = page(&view, language)?;
    if let Some(refused) = said.refused {
        *response.status_mut() = refused.status();
    }
    Ok(response)
}

/// Something planned, as it stands on a page.
pub(super) fn block(words: Words, planned: &Planned, beside: Beside, actor: &Actor) -> SharePlanBlock {
    let row = &planned.row;
    let is_waiting = row.state == PlanState::Waiting;
    let (state, tone) = if row.state == PlanState::Held {
        let by = row.by.as_deref().unwrap_or_default();
        (format!("{} {by}", words.pick("Đã giữ lại,", "Held back by")), "bad")
    } else if row.rule_state == SharingState::Paused {
        let paused = words.pick("Chờ: quy tắc đang tạm dừng", "Waits: the rule is paused");
        (paused.to_owned(), "quiet")
    } else {
        (words.pick("Đang chờ gửi", "Waiting").to_owned(), "good")
    };
    let left_out = planned.preview.as_ref().map_or(0, |preview| preview.left_out);
    let may_work = actor.may(Permission::WorkIncidents);
    SharePlanBlock {
        id: row.id.to_string(),
        link: link(row.incident),
        title: row.title.clone(),
        state,
        tone,
        leaves: (is_waiting && row.rule_state == SharingState::Active).then(|| words.moment(row.due_at)),
        rule: row.rule_name.clone(),
        lines: planned.preview.as_ref().map(say::preview),
        left_out: (left_out > 0).then(|| {
            format!(
                "{} {left_out}",
                words.pick("Số cảnh báo không được gửi:", "Alerts that do not leave:")
            )
        }),
        back: beside.key(),
        may_hold: may_work && is_waiting,
        may_send: may_work,
    }
}

fn rule_line(words: Words, row: &RuleRow, person: Option<Person>) -> SharingRuleLine {
    let (state, tone) = match row.state {
        SharingState::Proposed => (words.pick("Chờ người thứ hai", "Waits for a second person"), "quiet"),
        SharingState::Active => (words.pick("Có hiệu lực", "In force"), "good"),
        SharingState::Paused => (words.pick("Tạm dừng", "Paused"), "bad"),
        SharingState::Ended => (words.pick("Đã kết thúc", "Over"), "quiet"),
    };
    let is_own = person.is_some_and(|person| person.id == row.made_by.0);
    let is_proposed = row.state == SharingState::Proposed;
    let steps = match row.state {
        SharingState::Proposed if is_own => Vec::new(),
        SharingState::Proposed => vec![(SharingStep::Enforce.key(), words.pick("Cho hiệu lực", "Put in force"))],
        SharingState::Active => vec![(SharingStep::Pause.key(), words.pick("Tạm dừng", "Pause"))],
        SharingState::Paused => vec![(SharingStep::Resume.key(), words.pick("Chạy tiếp", "Resume"))],
        SharingState::Ended => Vec::new(),
    };
    SharingRuleLine {
        id: row.id.to_string(),
        name: row.settings.name.clone(),
        state: state.to_owned(),
        tone,
        basis: row.settings.basis.clone(),
        facts: facts(words, row),
        hint: (is_own && is_proposed).then(|| {
            words.pick(
                "Bạn lập quy tắc này: người thứ hai xem lại và cho hiệu lực.",
                "You made this rule: a second person looks at it and puts it in force.",
            )
        }),
        steps: if person.is_some() { steps } else { Vec::new() },
        may_end: person.is_some() && row.state != SharingState::Ended,
    }
}

fn facts(words: Words, row: &RuleRow) -> Vec<(&'static str, String)> {
    let settings = &row.settings;
    let events: Vec<&str> = settings.events.iter().map(|it| say::event(words, *it)).collect();
    let minutes = settings.wait_minutes;
    let wait = words
        .span(u64::from(minutes))
        .unwrap_or_else(|| words.pick("không chờ", "none").to_owned());
    let state_at = words.moment(row.state_at).absolute;
    vec![
        (
            words.pick("Từ mức độ", "From severity"),
            say::severity(words, settings.least).to_owned(),
        ),
        (
            words.pick("Loại sự kiện", "Events"),
            if events.is_empty() {
                words.pick("mọi loại", "every kind").to_owned()
            } else {
                events.join(", ")
            },
        ),
        (words.pick("Chờ", "Wait"), wait),
        (words.pick("Người lập", "Made by"), row.made_by.1.clone()),
        (
            words.pick("Người cho hiệu lực", "Put in force by"),
            row.forced_by.clone().unwrap_or_else(|| "—".to_owned()),
        ),
        (
            words.pick("Đổi gần nhất", "Last change"),
            format!("{}, {state_at}", row.state_by),
        ),
        (words.pick("Đã gửi", "Shared"), number(row.shared)),
    ]
}

fn choices(words: Words, severity: &str, events: &[&str]) -> TypedRule {
    let event = |it: &AlertEvent| {
        let mut one = choice(it.key(), say::event(words, *it), "");
        one.chosen = events.contains(&it.key());
        one
    };
    TypedRule {
        severities: Severity::ALL
            .iter()
            .rev()
            .map(|it| choice(it.key(), say::severity(words, *it), severity))
            .collect(),
        events: AlertEvent::ALL.iter().map(event).collect(),
        most_wait: MAX_WAIT_MINUTES,
        ..TypedRule::default()
    }
}

fn blank(words: Words) -> TypedRule {
    TypedRule {
        wait: "60".to_owned(),
        ..choices(words, Severity::High.key(), &[])
    }
}

fn of_form(words: Words, form: &Form) -> TypedRule {
    let events: Vec<&str> = form.all("events").collect();
    TypedRule {
        name: form.get("name").to_owned(),
        basis: form.get("basis").to_owned(),
        wait: form.get("wait").to_owned(),
        ..choices(words, form.get("severity"), &events)
    }
}

fn asked(form: &Form) -> Result<NewRule, Problem> {
    let refused = || Problem::Refused(Refusal::bad_sharing());
    let events: Option<Vec<AlertEvent>> = form.all("events").map(AlertEvent::from_key).collect();
    Ok(NewRule {
        name: form.get("name").to_owned(),
        basis: form.get("basis").to_owned(),
        least: Severity::from_key(form.get("severity")).ok_or_else(refused)?,
        events: events.ok_or_else(refused)?,
        wait_minutes: form.get("wait").trim().parse().map_err(|_| refused())?,
    })
}

/// A rule is made.
pub async fn add(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_add(&service, &staff, body).await;
    staff.answer(answer)
}

async fn try_add(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    permit(service, staff, Permission::WorkIncidents)?;
    let form = staff.form(service, body).await?;
    let added = match asked(&form) {
        Ok(new) => sharing::add(&service.app, &staff.actor(), new)
            .await
            .map_err(|error| problem(service, &error)),
        Err(refused) => Err(refused),
    };
    match added {
        Ok(id) => Ok(see_other(&format!("{HOME}#rule-{id}"))),
        Err(refused @ Problem::Refused(_)) => {
            let typed = Some(of_form(Words::of(service, staff.visitor.language), &form));
            let refused = Some(refused);
            read(service, staff, Said { refused, typed }).await
        }
        Err(other) => Err(other),
    }
}

/// A step is taken with a rule.
pub async fn step(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_step(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_step(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    permit(service, staff, Permission::WorkIncidents)?;
    let form = staff.form(service, body).await?;
    let id: Id<SharingRule> = caller::id(id, "rule")?;
    let step = SharingStep::from_key(form.get("step")).ok_or_else(|| Problem::Refused(Refusal::bad_sharing()))?;
    let done = sharing::step(&service.app, &staff.actor(), id, step).await;
    answer(service, staff, done.map(|()| HOME.to_owned())).await
}

/// What a rule planned is held back, or sent now.
pub async fn plan_step(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let answer = try_plan_step(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_plan_step(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    permit(service, staff, Permission::WorkIncidents)?;
    let form = staff.form(service, body).await?;
    let id: Id<SharePlan> = caller::id(id, "plan")?;
    let (app, actor) = (&service.app, staff.actor());
    let done = match form.get("step") {
        "hold" => sharing::hold(app, &actor, id, form.get("words")).await,
        "send" => sharing::send_now(app, &actor, id).await,
        _ => return Err(Problem::Refused(Refusal::bad_sharing())),
    };
    let is_beside = form.get("back") == Beside::Incident.key();
    let place = |incident| if is_beside { link(incident) } else { HOME.to_owned() };
    answer(service, staff, done.map(place)).await
}

/// Where to go on, or the page with what was refused.
async fn answer(
    service: &Service,
    staff: &Staff,
    done: Result<String, anlanh_app::Error>,
) -> Result<Response, Problem> {
    match done.map_err(|error| problem(service, &error)) {
        Ok(place) => Ok(see_other(&place)),
        Err(refused @ Problem::Refused(_)) => {
            let refused = Some(refused);
            read(service, staff, Said { refused, typed: None }).await
        }
        Err(other) => Err(other),
    }
}
