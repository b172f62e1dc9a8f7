//! Steps with a version: tried, put in force, taken back, thrown away.

use std::sync::Arc;

use anlanh_app::{App, Error, Version, policy};
use anlanh_model::{Actor, Id};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;

use super::{HOME, blocking};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::desk::form::Form;
use crate::desk::{Staff, problem, see_other};
use crate::problem::Problem;

/// A version is put in force.
pub async fn enforce(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let job = |app: &App, actor: &Actor, id, form: &Form| {
        policy::enforce(app, actor, id, form.get("note"))?;
        Ok(HOME.to_owned())
    };
    step(&service, &staff, &id, body, job).await
}

/// A version begins to run in shadow.
pub async fn shadow(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let job = |app: &App, actor: &Actor, id, _: &Form| {
        policy::shadow(app, actor, id)?;
        Ok(HOME.to_owned())
    };
    step(&service, &staff, &id, body, job).await
}

/// A version is tried on what is kept.
pub async fn backtest(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let job = |app: &App, actor: &Actor, id, _: &Form| {
        let trial = policy::backtest(app, actor, id)?;
        Ok(format!("{HOME}/trials/{trial}"))
    };
    step(&service, &staff, &id, body, job).await
}

/// A draft is thrown away.
pub async fn discard(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let answer = try_discard(&service, &staff, &id, body).await;
    staff.answer(answer)
}

/// What was in force before is in force again.
pub async fn roll_back(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_whole(&service, &staff, body, |app, actor, form| {
        policy::roll_back(app, actor, form.get("note")).map(drop)
    });
    staff.answer(answer.await)
}

/// What runs in shadow ends.
pub async fn end_shadow(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_whole(&service, &staff, body, |app, actor, _| policy::end_shadow(app, actor));
    staff.answer(answer.await)
}

async fn try_whole(
    service: &Arc<Service>,
    staff: &Staff,
    body: Body,
    job: fn(&App, &Actor, &Form) -> Result<(), Error>,
) -> Result<Response, Problem> {
    let form = staff.form(service, body).await?;
    blocking(service, staff, move |app, actor| job(app, actor, &form)).await?;
    Ok(see_other(HOME))
}

async fn try_discard(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    staff.form(service, body).await?;
    let discarded = policy::discard(&service.app, &staff.actor(), caller::id(id, "version")?).await;
    discarded.map_err(|error| problem(service, &error))?;
    Ok(see_other(HOME))
}

/// Takes a step with a version; what stands in the way is said on its page.
async fn step(
    service: &Arc<Service>,
    staff: &Staff,
    id: &str,
    body: Body,
    job: fn(&App, &Actor, Id<Version>, &Form) -> Result<String, Error>,
) -> Response {
    let done = try_step(service, staff, id, body, job).await;
    let stands = match done {
        Err(problem) if matches!(&problem, Problem::Refused(refusal) if refusal.is_about_version()) => problem,
        Ok(_) | Err(_) => return staff.answer(done),
    };
    let status = stands.status();
    let mut shown = staff.answer(super::version::read(service, staff, id, Some(&stands)).await);
    if shown.status().is_success() {
        *shown.status_mut() = status;
    }
    shown
}

async fn try_step(
    service: &Arc<Service>,
    staff: &Staff,
    id: &str,
    body: Body,
    job: fn(&App, &Actor, Id<Version>, &Form) -> Result<String, Error>,
) -> Result<Response, Problem> {
    let form = staff.form(service, body).await?;
    let version = caller::id(id, "version")?;
    let next = blocking(service, staff, move |app, actor| job(app, actor, version, &form)).await?;
    Ok(see_other(&next))
}
