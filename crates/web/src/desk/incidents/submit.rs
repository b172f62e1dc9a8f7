//! What people post about incidents.

use std::sync::Arc;

use anlanh_app::Error;
use anlanh_app::incident::{self, Closing, IncidentError, MAX_EVIDENCE_BYTES, NewIncident, NewSystem, Revealed, Step};
use anlanh_model::{Id, Incident, Permission, Severity, TaskState, Tlp};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::{Asked, Opening, Shown, alert_after, link, read_list, report, shown};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::console::{RevealedHost, Section, TypedIncident};
use crate::desk::form::Form;
use crate::desk::words::Words;
use crate::desk::{Staff, problem, refused, see_other};
use crate::problem::Problem;
use crate::refusal::Refusal;

/// Largest form with evidence, in bytes: the file, the fields, and what a browser puts around them.
const MAX_FORM_BYTES: usize = MAX_EVIDENCE_BYTES + 64 * 1024;

fn must_work(service: &Service, staff: &Staff) -> Result<(), Problem> {
    anlanh_app::permit(&staff.actor(), Permission::WorkIncidents).map_err(|error| problem(service, &error))
}

fn bad(field: &str) -> Problem {
    Problem::Refused(Refusal::bad_query(field))
}

/// A shift is left or taken over.
pub async fn shift(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_shift(&service, &staff, body).await;
    staff.answer(answer)
}

async fn try_shift(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    must_work(service, staff)?;
    let form = staff.form(service, body).await?;
    let actor = staff.actor();
    let done = match form.get("step") {
        "leave" => incident::leave_shift(&service.app, &actor, form.get("words"))
            .await
            .map(drop),
        "take" => {
            let id = caller::id(form.get("shift"), "shift")?;
            incident::take_shift(&service.app, &actor, id).await.map(drop)
        }
        _ => return Err(bad("step")),
    };
    done.map_err(|error| problem(service, &error))?;
    Ok(see_other(Section::Incidents.path()))
}

/// An incident is opened by hand.
pub async fn open(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_open(&service, &staff, body).await;
    staff.answer(answer)
}

async fn try_open(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    let actor = staff.actor();
    let permitted = anlanh_app::permit(&actor, Permission::EnrichIncidents);
    permitted.map_err(|error| problem(service, &error))?;
    let form = staff.form(service, body).await?;
    let severity = form
        .some("severity")
        .map(|key| Severity::from_key(&key).ok_or_else(|| bad("severity")));
    let new = NewIncident {
        title: form.get("title").to_owned(),
        severity: severity.transpose()?,
        tlp: Tlp::from_key(form.get("tlp")).ok_or_else(|| bad("tlp"))?,
        words: form.get("words").to_owned(),
    };
    match incident::open(&service.app, &actor, new, None).await {
        Ok(made) => Ok(see_other(&link(made.id))),
        Err(error) => {
            let opening = Opening {
                typed: TypedIncident {
                    title: form.get("title").to_owned(),
                    words: form.get("words").to_owned(),
                },
                severity: form.get("severity").to_owned(),
                tlp: form.get("tlp").to_owned(),
                refused: Some(refused(service, &error, staff.visitor.language)?),
            };
            read_list(service, staff, &Asked::default(), opening).await
        }
    }
}

/// Something is done with an incident.
pub async fn step(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_step(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_step(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    must_work(service, staff)?;
    let form = staff.form(service, body).await?;
    let id: Id<Incident> = caller::id(id, "incident")?;
    match done(service, staff, id, &form).await {
        Ok(address) => Ok(see_other(&address)),
        Err(Failed::Asked(problem)) => Err(problem),
        Err(Failed::Refused(error)) => {
            let refused = refused(service, &error, staff.visitor.language)?;
            let beside = Shown {
                after: alert_after(Some(form.get("after")))?,
                refused: Some(refused),
                ..Shown::default()
            };
            shown(service, staff, id, beside).await
        }
    }
}

/// Why nothing was done.
enum Failed {
    /// What was asked is nothing.
    Asked(Problem),
    /// A use case refused it.
    Refused(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Self::Asked(problem)
    }
}

/// Does what a form asks; where to go on.
async fn done(service: &Service, staff: &Staff, id: Id<Incident>, form: &Form) -> Result<String, Failed> {
    let (app, actor, words) = (&service.app, staff.actor(), form.get("words"));
    let take = async |step: Step| incident::step(app, &actor, id, step, words).await;
    match form.get("step") {
        "triage" => {
            let severity = Severity::from_key(form.get("severity")).ok_or_else(|| bad("severity"))?;
            take(Step::Triage(severity)).await?;
        }
        "take" => take(Step::Take).await?,
        "contain" => take(Step::Contain).await?,
        "close" => {
            let closing = Closing::from_key(form.get("closing")).ok_or_else(|| bad("closing"))?;
            take(Step::Close(closing)).await?;
        }
        "reopen" => take(Step::Reopen).await?,
        "note" => {
            incident::note(app, &actor, id, words, None).await?;
        }
        "system" => {
            let new = NewSystem {
                name: form.get("name").to_owned(),
                owner: form.get("owner").to_owned(),
                level: form.get("level").parse().map_err(|_| bad("level"))?,
            };
            incident::add_system(app, &actor, id, new).await?;
        }
        "playbook" => incident::begin_playbook(app, &actor, id, form.get("playbook")).await?,
        "task" => {
            let state = TaskState::from_key(form.get("state")).ok_or_else(|| bad("state"))?;
            let task = caller::id(form.get("task"), "task")?;
            incident::set_task(app, &actor, (id, task), state).await?;
        }
        "merge" => {
            let into: Id<Incident> = caller::id(form.get("into").trim(), "incident")?;
            incident::merge(app, &actor, (id, into), words).await?;
            return Ok(link(into));
        }
        "split" => {
            let alerts: Result<Vec<_>, Problem> = form.all("alert").map(|it| caller::id(it, "alert")).collect();
            return Ok(link(incident::split(app, &actor, (id, alerts?), words).await?));
        }
        "share" => drop(incident::share::send(app, &actor, id).await?),
        "report" => {
            let report = incident::report::begin(app, &actor, id, form.get("report")).await?;
            return Ok(report::link(report));
        }
        _ => return Err(bad("step").into()),
    }
    Ok(link(id))
}

/// The address of a host is shown, on a page that nothing keeps.
pub async fn reveal(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_reveal(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_reveal(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    let actor = staff.actor();
    let permitted = anlanh_app::permit(&actor, Permission::RevealHosts);
    permitted.map_err(|error| problem(service, &error))?;
    let form = staff.form(service, body).await?;
    let id: Id<Incident> = caller::id(id, "incident")?;
    let one = caller::id(form.get("alert"), "alert")?;
    let mut beside = Shown {
        after: alert_after(Some(form.get("after")))?,
        ..Shown::default()
    };
    match incident::reveal(&service.app, &actor, (id, one), form.get("purpose")).await {
        Ok(revealed) => beside.revealed = Some(host(service, staff, revealed)),
        Err(error) => beside.refused = Some(refused(service, &error, staff.visitor.language)?),
    }
    let mut response = shown(service, staff, id, beside).await?;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn host(service: &Service, staff: &Staff, revealed: Revealed) -> RevealedHost {
    let words = Words::of(service, staff.visitor.language);
    let port = |port: Option<u16>| port.map_or_else(|| "—".to_owned(), |port| port.to_string());
    let mut facts = vec![
        (words.pick("Địa chỉ", "Address"), revealed.address),
        (words.pick("Cổng nguồn", "Source port"), port(revealed.port)),
        (words.pick("Lúc", "At"), words.moment(revealed.at).absolute),
    ];
    if let Some((far, far_port)) = revealed.far {
        facts.push((words.pick("Đầu kia", "Far end"), format!("{far} {}", port(far_port))));
    }
    facts.push((words.pick("Giá trị thấy", "Seen"), revealed.seen));
    RevealedHost {
        token: revealed.token,
        facts,
    }
}

/// Evidence is put to an incident.
pub async fn attach(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_attach(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_attach(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    must_work(service, staff)?;
    let _seat = service.images.acquire().await;
    let read = staff.form_with_file(service, body, "evidence", MAX_FORM_BYTES).await?;
    let too_large = || problem(service, &IncidentError::FileSize.into());
    let (form, content) = read.ok_or_else(too_large)?;
    let id: Id<Incident> = caller::id(id, "incident")?;
    let content = content.ok_or(Problem::BadForm)?;
    let kept = incident::keep_file(&service.app, &staff.actor(), id, (form.get("name"), content)).await;
    kept.map_err(|error| problem(service, &error))?;
    Ok(see_other(&link(id)))
}

/// An incident is given out as STIX.
pub async fn stix(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_stix(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_stix(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    must_work(service, staff)?;
    staff.form(service, body).await?;
    let bundle = incident::stix::bundle(&service.app, &staff.actor(), caller::id(id, "incident")?).await;
    let bundle = bundle.map_err(|error| problem(service, &error))?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/stix+json;version=2.1"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"su-co.json\""),
        ),
    ];
    Ok((headers, bundle).into_response())
}

/// Evidence is taken out.
pub async fn file(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path((id, file)): Path<(String, String)>,
    body: Body,
) -> Response {
    let answer = try_file(&service, &staff, (&id, &file), body).await;
    staff.answer(answer)
}

async fn try_file(service: &Service, staff: &Staff, (id, file): (&str, &str), body: Body) -> Result<Response, Problem> {
    must_work(service, staff)?;
    staff.form(service, body).await?;
    let ids = (caller::id(id, "incident")?, caller::id(file, "file")?);
    let taken = incident::file(&service.app, &staff.actor(), ids).await;
    let (_, content) = taken.map_err(|error| problem(service, &error))?;
    // A name of evidence may say anything: the file is called after its id, and never opened by the browser.
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{file}.bin\""));
    let name = name.unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/octet-stream"),
        ),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, content).into_response())
}
