//! What programs do with incidents.

use std::sync::Arc;

use anlanh_app::incident::{self, SHOWN_ALERTS};
use anlanh_model::{Actor, Id, Incident, Permission};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::body::{self, AlertsIn, IncidentIn, Moving, NoteIn, PlaybookIn, SeverityIn, StepIn, SystemIn, TaskIn};
use super::out::{IncidentMadeOut, IncidentViewOut};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::problem::{Problem, ProblemOut};

/// The incident as it is then.
async fn shown(service: &Service, actor: &Actor, id: Id<Incident>) -> Result<Response, Problem> {
    let view = incident::show(&service.app, actor, id, (None, SHOWN_ALERTS)).await;
    let view = view.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::json(&IncidentViewOut::of(&view)))
}

/// The incident as it is once something was done to it.
async fn done(
    service: &Service,
    actor: &Actor,
    id: Id<Incident>,
    done: Result<(), anlanh_app::Error>,
) -> Result<Response, Problem> {
    done.map_err(|error| caller::problem(service, &error))?;
    shown(service, actor, id).await
}

fn made(id: Id<Incident>, task: Option<String>) -> Response {
    caller::json(&IncidentMadeOut {
        incident: id.to_string(),
        task,
    })
}

/// Opens an incident by hand: it was detected now. With a severity it is graded at once, and the clocks of the law run. With an
/// `Idempotency-Key` the same request is done once in 24 hours.
#[utoipa::path(
    post,
    path = "/v1/incidents",
    tag = "incidents",
    operation_id = "openIncident",
    summary = "Mở sự cố bằng tay · Open an incident by hand",
    security(("token" = ["incidents:write"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 printable ASCII characters")),
    request_body(content = IncidentIn, content_type = "application/json"),
    responses(
        (status = 201, description = "Opened", body = IncidentMadeOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing was kept", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn open(State(service): State<Arc<Service>>, headers: HeaderMap, body: Body) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::EnrichIncidents).await?;
        let once = (&actor, "/v1/incidents");
        let (asked, claim) = caller::read_once::<IncidentIn>(&service, &headers, once, body).await?;
        let opened = incident::open(&service.app, &actor, asked.read()?, claim).await;
        let opened = opened.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::made(&opened, made(opened.id, None)))
    };
    caller::respond(&headers, call).await
}

/// Writes to the timeline of an incident. With an `Idempotency-Key` the same request is done once in 24 hours.
#[utoipa::path(
    post,
    path = "/v1/incidents/{incident}/notes",
    tag = "incidents",
    operation_id = "noteIncident",
    summary = "Ghi vào diễn biến · Write to the timeline",
    security(("token" = ["incidents:write"])),
    params(
        ("incident" = String, Path, description = "Id of the incident"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 printable ASCII characters"),
    ),
    request_body(content = NoteIn, content_type = "application/json"),
    responses(
        (status = 201, description = "Written", body = IncidentMadeOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing was kept", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn note(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::EnrichIncidents).await?;
        let path = format!("/v1/incidents/{id}/notes");
        let (asked, claim) = caller::read_once::<NoteIn>(&service, &headers, (&actor, &path), body).await?;
        let id = caller::id(&id, "incident")?;
        let noted = incident::note(&service.app, &actor, id, &asked.words, claim).await;
        let noted = noted.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::made(&noted, made(noted.id, None)))
    };
    caller::respond(&headers, call).await
}

/// Adds something that is to be done. With an `Idempotency-Key` the same request is done once in 24 hours.
#[utoipa::path(
    post,
    path = "/v1/incidents/{incident}/tasks",
    tag = "incidents",
    operation_id = "addIncidentTask",
    summary = "Thêm việc cần làm · Add a task",
    security(("token" = ["incidents:write"])),
    params(
        ("incident" = String, Path, description = "Id of the incident"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 printable ASCII characters"),
    ),
    request_body(content = TaskIn, content_type = "application/json"),
    responses(
        (status = 201, description = "Added", body = IncidentMadeOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing was kept", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn add_task(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::EnrichIncidents).await?;
        let path = format!("/v1/incidents/{id}/tasks");
        let (asked, claim) = caller::read_once::<TaskIn>(&service, &headers, (&actor, &path), body).await?;
        let id = caller::id(&id, "incident")?;
        let added = incident::add_task(&service.app, &actor, id, &asked.title, claim).await;
        let added = added.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::made(&added, made(id, Some(added.id.to_string()))))
    };
    caller::respond(&headers, call).await
}

/// Says whether a task was done.
#[utoipa::path(
    put,
    path = "/v1/incidents/{incident}/tasks/{task}",
    tag = "incidents",
    operation_id = "setIncidentTask",
    summary = "Đánh dấu việc đã làm · Say whether a task was done",
    security(("token" = ["incidents:write"])),
    params(
        ("incident" = String, Path, description = "Id of the incident"),
        ("task" = String, Path, description = "Id of the task"),
    ),
    request_body(content = body::TaskStateIn, content_type = "application/json"),
    responses(
        (status = 204, description = "Kept"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn set_task(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path((id, task)): Path<(String, String)>,
    body: Body,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::EnrichIncidents).await?;
        let asked: body::TaskStateIn = caller::read_json(&service, &headers, body).await?;
        let of = (caller::id(&id, "incident")?, caller::id(&task, "task")?);
        let ended = incident::set_task(&service.app, &actor, of, asked.state()?).await;
        ended.map_err(|error| caller::problem(&service, &error))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    caller::respond(&headers, call).await
}

/// Begins a playbook of the policy: its steps become tasks.
#[utoipa::path(
    post,
    path = "/v1/incidents/{incident}/playbooks",
    tag = "incidents",
    operation_id = "beginIncidentPlaybook",
    summary = "Bắt đầu một quy trình · Begin a playbook",
    security(("token" = ["incidents:write"])),
    params(("incident" = String, Path, description = "Id of the incident")),
    request_body(content = PlaybookIn, content_type = "application/json"),
    responses(
        (status = 200, description = "The incident as it is then", body = IncidentViewOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn begin_playbook(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::EnrichIncidents).await?;
        let asked: PlaybookIn = caller::read_json(&service, &headers, body).await?;
        let id = caller::id(&id, "incident")?;
        let ended = incident::begin_playbook(&service.app, &actor, id, &asked.playbook).await;
        done(&service, &actor, id, ended).await
    };
    caller::respond(&headers, call).await
}

/// Notes a system that an incident affects.
#[utoipa::path(
    post,
    path = "/v1/incidents/{incident}/systems",
    tag = "incidents",
    operation_id = "addIncidentSystem",
    summary = "Ghi hệ thống bị ảnh hưởng · Note an affected system",
    security(("token" = ["incidents:write"])),
    params(("incident" = String, Path, description = "Id of the incident")),
    request_body(content = SystemIn, content_type = "application/json"),
    responses(
        (status = 200, description = "The incident as it is then", body = IncidentViewOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn add_system(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::EnrichIncidents).await?;
        let asked: SystemIn = caller::read_json(&service, &headers, body).await?;
        let id = caller::id(&id, "incident")?;
        let ended = incident::add_system(&service.app, &actor, id, asked.system()).await;
        done(&service, &actor, id, ended).await
    };
    caller::respond(&headers, call).await
}

/// Grades an incident, for the first time or anew: clocks that the policy has for that severity run from when it was detected. Grading
/// lower stops none.
#[utoipa::path(
    put,
    path = "/v1/incidents/{incident}/severity",
    tag = "incidents",
    operation_id = "gradeIncident",
    summary = "Đánh giá mức độ sự cố · Grade an incident",
    security(("token" = ["incidents:write"])),
    params(("incident" = String, Path, description = "Id of the incident")),
    request_body(content = SeverityIn, content_type = "application/json"),
    responses(
        (status = 200, description = "The incident as it is then", body = IncidentViewOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn grade(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::EnrichIncidents).await?;
        let asked: SeverityIn = caller::read_json(&service, &headers, body).await?;
        let (id, step) = (caller::id(&id, "incident")?, asked.step()?);
        let ended = incident::step(&service.app, &actor, id, step, &asked.words).await;
        done(&service, &actor, id, ended).await
    };
    caller::respond(&headers, call).await
}

/// Takes a step with an incident in the name of a person. Closing one is a person's, on its page.
#[utoipa::path(
    post,
    path = "/v1/incidents/{incident}/steps",
    tag = "incidents",
    operation_id = "stepIncident",
    summary = "Nhận, khống chế, mở lại sự cố · Take, contain or reopen an incident",
    security(("token" = ["incidents:write"])),
    params(("incident" = String, Path, description = "Id of the incident")),
    request_body(content = StepIn, content_type = "application/json"),
    responses(
        (status = 200, description = "The incident as it is then", body = IncidentViewOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn step(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::WorkIncidents).await?;
        let asked: StepIn = caller::read_json(&service, &headers, body).await?;
        let (id, step) = (caller::id(&id, "incident")?, asked.step()?);
        let ended = incident::step(&service.app, &actor, id, step, &asked.words).await;
        done(&service, &actor, id, ended).await
    };
    caller::respond(&headers, call).await
}

/// Puts alerts into an incident from wherever they are, or out of it into an incident of their own. Answers with the incident that they
/// are in then.
#[utoipa::path(
    post,
    path = "/v1/incidents/{incident}/alerts",
    tag = "incidents",
    operation_id = "moveIncidentAlerts",
    summary = "Gắn hoặc tách cảnh báo · Attach or detach alerts",
    security(("token" = ["incidents:write"])),
    params(("incident" = String, Path, description = "Id of the incident")),
    request_body(content = AlertsIn, content_type = "application/json"),
    responses(
        (status = 200, description = "The incident that they are in then", body = IncidentViewOut,
            content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn move_alerts(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::EnrichIncidents).await?;
        let asked: AlertsIn = caller::read_json(&service, &headers, body).await?;
        let id = caller::id(&id, "incident")?;
        let (moving, alerts) = asked.moving()?;
        let into = match moving {
            Moving::Attach => incident::attach(&service.app, &actor, (id, alerts), &asked.words)
                .await
                .map(|()| id),
            Moving::Detach => incident::split(&service.app, &actor, (id, alerts), &asked.words).await,
        };
        let into = into.map_err(|error| caller::problem(&service, &error))?;
        shown(&service, &actor, into).await
    };
    caller::respond(&headers, call).await
}
