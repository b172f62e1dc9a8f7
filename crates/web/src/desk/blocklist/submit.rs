//! What people post about the blocklist.

use std::sync::Arc;

use anlanh_app::block::{self, NewChange, NewValue, Step};
use anlanh_model::{ObjectionResult, Permission};
use anlanh_soc::blocking::Act;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;

use super::{change_link, change_page, entry_page, say};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::console::{BlockNewPage, Choice, EstimateLine, Section, TypedBlocks};
use crate::desk::form::Form;
use crate::desk::words::Words;
use crate::desk::{Staff, page, problem, see_other};
use crate::problem::Problem;
use crate::refusal::Refusal;

/// Most values that are weighed at once on the page.
const MOST_WEIGHED: usize = 200;

/// The empty form.
pub async fn new(State(service): State<Arc<Service>>, staff: Staff) -> Response {
    let answer = permit(&service, &staff).and_then(|()| {
        let typed = TypedBlocks {
            days: rules(&service).0.to_string(),
            ..TypedBlocks::default()
        };
        form_page(&service, &staff, typed, "nxdomain", Judged::default(), None)
    });
    staff.answer(answer)
}

/// For how many days an entry holds where nobody says otherwise, and at most.
fn rules(service: &Service) -> (u32, u32) {
    let engine = service.app.engine();
    engine
        .policy
        .blocking()
        .map_or((1, 1), |rules| (rules.days, rules.max_days))
}

fn form_page(
    service: &Service,
    staff: &Staff,
    typed: TypedBlocks,
    act: &str,
    judged: Judged,
    refused: Option<Problem>,
) -> Result<Response, Problem> {
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let acts = ["nxdomain", "nodata", "drop", "redirect", "pass"].map(|key| Choice {
        key: key.to_owned(),
        word: match key {
            "redirect" => words
                .pick("Chuyển hướng tới trang giải thích", "Redirect to a page that says why")
                .to_owned(),
            key => say::act(words, key),
        },
        chosen: key == act,
    });
    let view = BlockNewPage {
        frame: staff.frame(Some(Section::Blocklist)),
        acts: acts.into(),
        typed,
        max_days: rules(service).1,
        summary: say::judged(words, &judged),
        estimates: judged.lines,
        error: refused.as_ref().map(|problem| problem.detail(language)),
    };
    let mut response = page(&view, language)?;
    if let Some(problem) = refused {
        *response.status_mut() = problem.status();
    }
    Ok(response)
}

/// A change is proposed, or what it would do is weighed.
pub async fn propose(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_propose(&service, &staff, body).await;
    staff.answer(answer)
}

async fn try_propose(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    permit(service, staff)?;
    let form = staff.form(service, body).await?;
    let typed = TypedBlocks {
        values: form.get("values").to_owned(),
        to: form.get("to").to_owned(),
        reason: form.get("reason").to_owned(),
        owner: form.get("owner").to_owned(),
        basis: form.get("basis").to_owned(),
        why_no_name: form.get("why_no_name").to_owned(),
        days: form.get("days").to_owned(),
    };
    let chosen = form.get("act").to_owned();
    if form.get("do") == "estimate" {
        let judged = judge(service, staff, &form)?;
        return form_page(service, staff, typed, &chosen, judged, None);
    }
    let refused = match change(&form) {
        Ok(new) => match block::propose(&service.app, &staff.actor(), new).await {
            Ok(id) => return Ok(see_other(&change_link(&id.to_string()))),
            Err(error) => problem(service, &error),
        },
        Err(refused) => refused,
    };
    if matches!(refused, Problem::Refused(_)) {
        let judged = judge(service, staff, &form)?;
        form_page(service, staff, typed, &chosen, judged, Some(refused))
    } else {
        Err(refused)
    }
}

/// What the values of a form were found to be.
#[derive(Default)]
pub struct Judged {
    /// One each, in the order of the lines.
    lines: Vec<EstimateLine>,
    /// How many can be proposed.
    pub good: usize,
    /// How many cannot.
    pub bad: usize,
    /// How many lines behind the last one were not looked at.
    pub left: usize,
}

/// Holds each value of a form against what must stay reachable; a bad one stands in the way of no other.
fn judge(service: &Service, staff: &Staff, form: &Form) -> Result<Judged, Problem> {
    let words = Words::of(service, staff.visitor.language);
    let why = form.some("why_no_name");
    let numbered = (1..).zip(form.get("values").lines().map(str::trim));
    let numbered: Vec<(usize, &str)> = numbered.filter(|(_, line)| !line.is_empty()).collect();
    let shown = numbered.iter().take(MOST_WEIGHED);
    let texts: Vec<&str> = shown.clone().map(|(_, text)| *text).collect();
    let weighed = block::weigh_each(&service.app, &staff.actor(), &texts, why.as_deref());
    let weighed = weighed.map_err(|error| problem(service, &error))?;
    let mut judged = Judged {
        left: numbered.len() - texts.len(),
        ..Judged::default()
    };
    for ((number, text), found) in shown.zip(&weighed) {
        match found {
            Ok(found) if found.refusal().is_none() => judged.good += 1,
            Ok(_) | Err(_) => judged.bad += 1,
        }
        judged.lines.push(say::weighed(words, (*number, text), found));
    }
    Ok(judged)
}

fn change(form: &Form) -> Result<NewChange, Problem> {
    let bad = |name| Problem::Refused(Refusal::bad_query(name));
    let act = match form.get("act") {
        "redirect" => Act::parse(&format!("redirect={}", form.get("to").trim())).map_err(|_| bad("to"))?,
        key => Act::parse(key).map_err(|_| bad("act"))?,
    };
    let days = form.get("days").trim();
    Ok(NewChange {
        values: lines(form.get("values"))
            .map(|value| NewValue {
                value: value.to_owned(),
                act: act.clone(),
            })
            .collect(),
        reason: form.get("reason").to_owned(),
        owner: form.get("owner").to_owned(),
        basis: lines(form.get("basis")).map(str::to_owned).collect(),
        why_no_name: form.some("why_no_name"),
        days: Some(days.parse().map_err(|_| bad("days"))?),
    })
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// A step of a change on its page.
pub async fn step(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_step(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_step(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    permit(service, staff)?;
    let form = staff.form(service, body).await?;
    let step = Step::from_key(form.get("step"));
    let step = step.ok_or_else(|| Problem::Refused(Refusal::bad_query("step")))?;
    let change = caller::id(id, "block change")?;
    let reason = form.get("reason");
    match block::step(&service.app, &staff.actor(), change, step, reason).await {
        Ok(()) => Ok(see_other(&change_link(id))),
        Err(error) => {
            let refused = problem(service, &error);
            if matches!(refused, Problem::Refused(_)) {
                change_page(service, staff, id, Some(refused)).await
            } else {
                Err(refused)
            }
        }
    }
}

/// An entry is lifted on its page.
pub async fn lift(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_lift(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_lift(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    permit(service, staff)?;
    let form = staff.form(service, body).await?;
    let entry = caller::id(id, "block")?;
    match block::lift(&service.app, &staff.actor(), entry, form.get("words")).await {
        Ok(()) => Ok(see_other(&super::entry_link(id))),
        Err(error) => {
            let refused = problem(service, &error);
            if matches!(refused, Problem::Refused(_)) {
                entry_page(service, staff, id, Some(refused)).await
            } else {
                Err(refused)
            }
        }
    }
}

/// Somebody looked at an entry again, and it stays.
pub async fn review(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_review(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_review(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    permit(service, staff)?;
    staff.form(service, body).await?;
    let done = block::review(&service.app, &staff.actor(), caller::id(id, "block")?).await;
    done.map_err(|error| problem(service, &error))?;
    Ok(see_other(&super::entry_link(id)))
}

/// The last step is taken back.
pub async fn roll_back(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_roll_back(&service, &staff, body).await;
    staff.answer(answer)
}

async fn try_roll_back(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    permit(service, staff)?;
    let form = staff.form(service, body).await?;
    let of = form.some("change");
    let id = of.as_deref().map(|of| caller::id(of, "block change")).transpose()?;
    let done = block::roll_back(&service.app, &staff.actor(), id).await;
    if let (Some(of), Err(error)) = (&of, &done) {
        let refused = problem(service, error);
        if matches!(refused, Problem::Refused(_)) {
            return change_page(service, staff, of, Some(refused)).await;
        }
    }
    done.map_err(|error| problem(service, &error))?;
    if let Some(of) = of {
        return Ok(see_other(&change_link(&of)));
    }
    Ok(see_other(&format!("{}?done=rolled-back", Section::Blocklist.path())))
}

/// An objection is answered on the page of its entry.
pub async fn answer(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_answer(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_answer(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    let permitted = anlanh_app::permit(&staff.actor(), Permission::AnswerObjections);
    permitted.map_err(|error| problem(service, &error))?;
    let form = staff.form(service, body).await?;
    let result = ObjectionResult::from_key(form.get("result"));
    let result = result.ok_or_else(|| Problem::Refused(Refusal::bad_query("result")))?;
    let objection = caller::id(id, "objection")?;
    let done = block::answer(&service.app, &staff.actor(), objection, result, form.get("words")).await;
    done.map_err(|error| problem(service, &error))?;
    Ok(see_other(&format!("{}?done=answered", Section::Blocklist.path())))
}

fn permit(service: &Service, staff: &Staff) -> Result<(), Problem> {
    anlanh_app::permit(&staff.actor(), Permission::EditBlocklist).map_err(|error| problem(service, &error))
}
