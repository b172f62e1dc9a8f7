//! What people do with a case: each form of its page.

use std::sync::Arc;

use anlanh_app::case::{self, Step, Verdict};
use anlanh_app::enforcement::{self, AskedMeasure, Enforcement};
use anlanh_app::{CaseFilter, Holder};
use anlanh_model::{Case, Ending, Id, MeasureKind, Outcome, TargetKind, Urgency};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;

use super::case::{NO_VIOLATION, Refused};
use super::form::Form;
use super::queue::link;
use super::{Staff, problem, see_other};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// A case is taken.
pub async fn take(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    step(&service, &staff, &id, body, |_| Ok(Step::Take)).await
}

/// A case is given back.
pub async fn release(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    step(&service, &staff, &id, body, |_| Ok(Step::Release)).await
}

/// A case is sent to the next level.
pub async fn escalate(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let asked = |form: &Form| Ok(Step::Escalate(form.get("note").to_owned()));
    step(&service, &staff, &id, body, asked).await
}

/// A note is written.
pub async fn note(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let asked = |form: &Form| Ok(Step::Note(form.get("note").to_owned()));
    step(&service, &staff, &id, body, asked).await
}

/// A case is moved in the queue.
pub async fn reorder(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let asked = |form: &Form| {
        let unknown = || Problem::Refused(Refusal::bad_query("urgency"));
        let urgency = Urgency::from_key(form.get("urgency")).ok_or_else(unknown)?;
        Ok(Step::Reorder(urgency, form.get("note").to_owned()))
    };
    step(&service, &staff, &id, body, asked).await
}

/// What a form asks to be done with a case.
type Asked = fn(&Form) -> Result<Step, Problem>;

async fn step(service: &Service, staff: &Staff, id: &str, body: Body, asked: Asked) -> Response {
    let done = try_step(service, staff, id, body, asked).await;
    finish(service, staff, id, None, done).await
}

async fn try_step(service: &Service, staff: &Staff, id: &str, body: Body, asked: Asked) -> Result<Response, Problem> {
    let form = staff.form(service, body).await?;
    let id: Id<Case> = caller::id(id, "case")?;
    let stepped = case::step(&service.app, &staff.actor(), id, asked(&form)?).await;
    stepped.map_err(|error| problem(service, &error))?;
    Ok(see_other(&link(&id.to_string())))
}

/// A case is decided, and the next one that waits is shown.
pub async fn decide(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let form = match staff.form(&service, body).await {
        Ok(form) => form,
        Err(problem) => return staff.answer(Err(problem)),
    };
    let done = try_decide(&service, &staff, &id, &form).await;
    finish(&service, &staff, &id, Some(&form), done).await
}

async fn try_decide(service: &Service, staff: &Staff, id: &str, form: &Form) -> Result<Response, Problem> {
    let id: Id<Case> = caller::id(id, "case")?;
    let unknown = || Problem::Refused(Refusal::bad_query("outcome"));
    let outcome = Outcome::from_key(form.get("outcome")).ok_or_else(unknown)?;
    let decided = case::decide(&service.app, &staff.actor(), id, verdict(form, outcome)).await;
    decided.map_err(|error| problem(service, &error))?;
    let next = if form.get("then") == "next" {
        next(service, staff).await?
    } else {
        None
    };
    Ok(see_other(&match next {
        Some(next) => format!("{}?done={id}", link(&next.to_string())),
        None => format!("/console/queue?done={id}"),
    }))
}

/// The first case that waits and that this person may decide: what others must decide stands in the queue, too.
async fn next(service: &Service, staff: &Staff) -> Result<Option<Id<Case>>, Problem> {
    const AT_ONCE: u32 = 50;
    let person = staff.session.person;
    let free = CaseFilter {
        holder: Holder::Nobody,
        ..CaseFilter::default()
    };
    let mut after = None;
    loop {
        let waiting = case::queue(&service.app, &staff.actor(), free.clone(), after, AT_ONCE).await;
        let waiting = waiting.map_err(|error| problem(service, &error))?;
        let now = service.app.clock().now();
        let mut theirs = waiting.cases.iter();
        if let Some(row) = theirs.find(|row| case::may_decide(&row.case, person, now).is_ok()) {
            return Ok(Some(row.case.id));
        }
        after = waiting.cases.last().map(anlanh_app::CaseRow::place);
        if !waiting.more || after.is_none() {
            return Ok(None);
        }
    }
}

/// What the form says: what breaks no rule has nothing to cite, and the bases that were offered belong to the category
/// that they were offered for.
pub fn verdict(form: &Form, outcome: Outcome) -> Verdict {
    let mut facts = form.get("facts").to_owned();
    if !outcome.is_violation() {
        // What the form offered speaks of a violation, and nobody wrote anything else.
        if !facts.is_empty() && facts.trim() == form.get("prefilled").trim() {
            facts = NO_VIOLATION.to_owned();
        }
        return Verdict {
            outcome,
            category: None,
            basis: Vec::new(),
            labels: Vec::new(),
            facts,
            enforcement: Enforcement::default(),
        };
    }
    let keys = |name| form.all(name).map(str::to_owned).collect();
    Verdict {
        outcome,
        category: form.some("category"),
        basis: if form.get("category") == form.get("offered") {
            keys("basis")
        } else {
            Vec::new()
        },
        labels: if outcome == Outcome::Label {
            keys("label")
        } else {
            Vec::new()
        },
        facts,
        enforcement: asked(form, outcome),
    }
}

/// What the form says of those behind the item, and how long what is done to the item lasts. A length beside what never
/// ends by itself says nothing.
fn asked(form: &Form, outcome: Outcome) -> Enforcement {
    let number = |name: &str| form.get(name).parse().ok();
    let measure = |target: TargetKind| {
        let kind = MeasureKind::from_key(form.get(&format!("measure-{}", target.key())))?;
        let days = match kind.ending() {
            Ending::Always | Ending::Optional => number(&format!("days-{}", target.key())),
            Ending::Never => None,
        };
        Some(AskedMeasure { kind, target, days })
    };
    let strikes = form.all("strike").filter_map(TargetKind::from_key).collect();
    let lasts = MeasureKind::of_outcome(outcome).is_some_and(|kind| kind.ending() == Ending::Optional);
    Enforcement {
        days: number("days").filter(|_| lasts),
        verified: form.some("verified").filter(|_| outcome == Outcome::Label),
        measures: TargetKind::SUBJECTS.into_iter().filter_map(measure).collect(),
        strikes: form.some("strikes").map(|_| strikes),
        owner: TargetKind::from_key(form.get("owner")).filter(|_| outcome.leaves_to_owner()),
    }
}

/// A decision that waits for a second person is confirmed or sent back.
pub async fn second(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let done = try_second(&service, &staff, &id, body).await;
    finish(&service, &staff, &id, None, done).await
}

async fn try_second(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    let form = staff.form(service, body).await?;
    let id: Id<Case> = caller::id(id, "case")?;
    let refused = |error| problem(service, &error);
    if form.get("confirm").is_empty() {
        let why = form.get("note").to_owned();
        let declined = enforcement::decline(&service.app, &staff.actor(), id, why).await;
        declined.map_err(refused)?;
    } else {
        let confirmed = enforcement::confirm(&service.app, &staff.actor(), id).await;
        confirmed.map_err(refused)?;
    }
    Ok(see_other(&link(&id.to_string())))
}

/// One decision over the cases that were chosen in the queue.
pub async fn decide_many(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let done = try_decide_many(&service, &staff, body).await;
    staff.answer(done)
}

async fn try_decide_many(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    let form = staff.form(service, body).await?;
    let unknown = || Problem::Refused(Refusal::bad_query("outcome"));
    let outcome = Outcome::from_key(form.get("outcome")).ok_or_else(unknown)?;
    let ids = form.all("case").map(|id| caller::id(id, "case"));
    let ids: Vec<Id<Case>> = ids.collect::<Result<_, _>>()?;
    let verdict = Verdict {
        outcome,
        category: form.some("bulk-category").filter(|_| outcome.is_violation()),
        basis: Vec::new(),
        labels: Vec::new(),
        facts: form.get("facts").to_owned(),
        enforcement: Enforcement::default(),
    };
    let decided = enforcement::decide_all(&service.app, &staff.actor(), ids, verdict).await;
    decided.map_err(|error| problem(service, &error))?;
    Ok(see_other("/console/queue"))
}

/// What the case stands in the way of is said on its page; anything else on a page of its own.
pub async fn finish(
    service: &Service,
    staff: &Staff,
    id: &str,
    form: Option<&Form>,
    done: Result<Response, Problem>,
) -> Response {
    let problem = match done {
        Err(problem) if matches!(&problem, Problem::Refused(refusal) if refusal.is_about_case()) => problem,
        Ok(_) | Err(_) => return staff.answer(done),
    };
    let problem = &problem;
    let shown = super::case::read(service, staff, id, "", Some(Refused { problem, form })).await;
    staff.answer(shown)
}
