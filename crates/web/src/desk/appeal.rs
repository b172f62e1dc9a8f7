//! An appeal is answered, and talked about, on the page of its case.

use std::sync::Arc;

use anlanh_app::appeal::{self, Answer};
use anlanh_model::{AppealResult, Case, Id, Outcome};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;

use super::form::Form;
use super::queue::link;
use super::steps::{finish, verdict};
use super::{Staff, problem, see_other};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// An appeal is answered.
pub async fn answer(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let form = match staff.form(&service, body).await {
        Ok(form) => form,
        Err(problem) => return staff.answer(Err(problem)),
    };
    let done = try_answer(&service, &staff, &id, &form).await;
    finish(&service, &staff, &id, Some(&form), done).await
}

async fn try_answer(service: &Service, staff: &Staff, id: &str, form: &Form) -> Result<Response, Problem> {
    anlanh_app::permit(&staff.actor(), anlanh_model::Permission::DecideCases)
        .map_err(|error| problem(service, &error))?;
    let id: Id<Case> = caller::id(id, "case")?;
    let unknown = |name| Problem::Refused(Refusal::bad_query(name));
    let result = AppealResult::from_key(form.get("result")).ok_or_else(|| unknown("result"))?;
    let facts = form.get("facts").to_owned();
    let answer = match result {
        AppealResult::Upheld => Answer::Uphold(facts),
        AppealResult::Reversed => Answer::Reverse(facts),
        AppealResult::Changed => {
            let outcome = Outcome::from_key(form.get("outcome"));
            let outcome = outcome.ok_or_else(|| Problem::Refused(Refusal::misfit_answer()))?;
            Answer::Change(verdict(form, outcome))
        }
    };
    let answered = appeal::answer(&service.app, &staff.actor(), id, answer).await;
    answered.map_err(|error| problem(service, &error))?;
    Ok(see_other(&format!("/console/queue?done={id}")))
}

/// Whoever looks into an appeal writes to whoever appealed.
pub async fn message(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let done = try_message(&service, &staff, &id, body).await;
    finish(&service, &staff, &id, None, done).await
}

async fn try_message(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    let form = staff.form(service, body).await?;
    let case: Id<Case> = caller::id(id, "case")?;
    let said = appeal::say(&service.app, &staff.actor(), case, form.get("words")).await;
    said.map_err(|error| problem(service, &error))?;
    Ok(see_other(&format!("{}#appeal", link(id))))
}
