//! `/v1/pushes`: collections of other servers that indicators are pushed to, and how that stands.

use std::sync::Arc;

use anlanh_app::feed::Credentials;
use anlanh_app::push::{self, NewPush, PushView};
use anlanh_model::{Permission, Tlp};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller;
use super::instant::Instant;
use crate::Service;
use crate::address::Path;
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

/// A push to be added, or set otherwise.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PushIn, example = json!({ "name": "Trung tâm quốc gia", "url": "https://taxii.example/api/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/", "tlp": "green", "token": "…" }))]
#[serde(deny_unknown_fields)]
pub struct PushIn {
    /// What people call it: 1 to 120 bytes, once.
    name: String,
    /// The address of the TAXII collection itself.
    url: String,
    /// Kinds that are pushed: `domain`, `url`, `address`, `hash`, `email`; every one when left out.
    #[serde(default)]
    kinds: Vec<String>,
    /// The strictest colour that is pushed: `clear`, `green`, `amber`, `amber+strict`; `clear` when left out.
    tlp: Option<String>,
    /// How sure one is of what is pushed, at least: 0 to 100; 50 when left out.
    confidence: Option<u32>,
    /// User name for HTTP Basic.
    user: Option<String>,
    /// Its password.
    password: Option<String>,
    /// Bearer token in place of both.
    token: Option<String>,
    /// Value of the field `authorization` in place of all.
    authorization: Option<String>,
}

/// A push, and how it stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Push)]
#[serde(deny_unknown_fields)]
pub struct PushOut {
    /// Its id.
    push: String,
    /// What people call it.
    name: String,
    /// The address of the collection.
    url: String,
    /// Kinds that are pushed; every one where there is none.
    kinds: Vec<String>,
    /// The strictest colour that is pushed.
    tlp: &'static str,
    /// How sure one is of what is pushed, at least.
    confidence: u8,
    /// `active`, `paused`.
    state: &'static str,
    /// How many objects hold on the other side.
    objects: u64,
    /// How many objects the other side did not take.
    refused: u64,
    /// Why, of the last of them.
    #[schema(required = true)]
    why: Option<String>,
    /// When the other side last took something.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    pushed_at: Option<Instant>,
    /// Whether the other side has not looked at all of it yet.
    pending: bool,
    /// How often it failed in a row.
    failures: u32,
    /// Why it failed last.
    #[schema(required = true)]
    failure: Option<String>,
    /// Whether it has credentials; these are told to nobody.
    has_credentials: bool,
}

/// Every push.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Pushes)]
#[serde(deny_unknown_fields)]
pub struct PushesOut {
    /// The pushes, by name.
    pushes: Vec<PushOut>,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PushMade)]
#[serde(deny_unknown_fields)]
pub struct PushMadeOut {
    /// Id of the push.
    push: String,
}

/// A step that somebody takes with a push.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PushStepIn, example = json!({ "step": "pause" }))]
#[serde(deny_unknown_fields)]
pub struct PushStepIn {
    /// `pause`, `resume`, `again` (everything anew, for a server that lost it), `remove`.
    step: String,
}

impl PushIn {
    fn read(self) -> Result<NewPush, Problem> {
        let refused = || Problem::Refused(Refusal::bad_push());
        let credentials = match (self.user, self.password, self.token, self.authorization) {
            (None, None, None, None) => None,
            (Some(user), password, None, None) => Some(Credentials::Basic(user, password.unwrap_or_default())),
            (None, None, Some(token), None) => Some(Credentials::Bearer(token)),
            (None, None, None, Some(value)) => Some(Credentials::Raw(value)),
            _ => return Err(refused()),
        };
        let tlp = self.tlp.as_deref().map_or(Some(Tlp::Clear), Tlp::from_key);
        Ok(NewPush {
            name: self.name,
            url: self.url,
            kinds: self.kinds,
            tlp: tlp.ok_or_else(refused)?,
            confidence: self.confidence.unwrap_or(50),
            credentials,
        })
    }
}

fn out(view: &PushView) -> PushOut {
    let (row, settings) = (&view.row, &view.row.settings);
    PushOut {
        push: row.id.to_string(),
        name: settings.name.clone(),
        url: settings.url.clone(),
        kinds: settings.kinds.clone(),
        tlp: settings.tlp.key(),
        confidence: settings.confidence,
        state: row.state.key(),
        objects: view.live,
        refused: row.refused,
        why: row.why.clone(),
        pushed_at: row.told_at.map(Instant),
        pending: row.status.is_some(),
        failures: row.failures,
        failure: row.failure.clone(),
        has_credentials: row.secret.is_some(),
    }
}

/// Every push, by name.
#[utoipa::path(
    get,
    path = "/v1/pushes",
    tag = "indicators",
    operation_id = "listPushes",
    summary = "Đọc các nơi nhận chỉ dấu · Read where indicators are pushed to",
    security(("token" = ["indicators:read"])),
    responses(
        (status = 200, description = "The pushes", body = PushesOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let views = push::list(&service.app, &actor).await;
        let views = views.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&PushesOut {
            pushes: views.iter().map(out).collect(),
        }))
    };
    caller::respond(&headers, call).await
}

/// Adds a push. It begins at once.
#[utoipa::path(
    post,
    path = "/v1/pushes",
    tag = "indicators",
    operation_id = "addPush",
    summary = "Thêm nơi nhận chỉ dấu · Add a push",
    security(("token" = ["indicators:write"])),
    request_body(content = PushIn, content_type = "application/json"),
    responses(
        (status = 201, description = "Added", body = PushMadeOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn add(State(service): State<Arc<Service>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let call = async {
        let actor = caller::permitted(&service, &parts.headers, Permission::ManageFeeds).await?;
        let new = caller::read_as(&service, &parts.headers, body, PushIn::read).await?;
        let id = push::add(&service.app, &actor, new).await;
        let id = id.map_err(|error| caller::problem(&service, &error))?;
        let made = caller::json(&PushMadeOut { push: id.to_string() });
        Ok((StatusCode::CREATED, made).into_response())
    };
    caller::respond(&parts.headers, call).await
}

/// One push.
#[utoipa::path(
    get,
    path = "/v1/pushes/{push}",
    tag = "indicators",
    operation_id = "showPush",
    summary = "Đọc một nơi nhận chỉ dấu · Read a push",
    security(("token" = ["indicators:read"])),
    params(("push" = String, Path, description = "Id of the push")),
    responses(
        (status = 200, description = "The push", body = PushOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let view = push::show(&service.app, &actor, caller::id(&id, "push")?).await;
        let view = view.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&out(&view)))
    };
    caller::respond(&headers, call).await
}

/// Sets a push otherwise: what may go there no more is revoked there. Credentials that are left out stay, as long as the address
/// does.
#[utoipa::path(
    put,
    path = "/v1/pushes/{push}",
    tag = "indicators",
    operation_id = "changePush",
    summary = "Sửa nơi nhận chỉ dấu · Change a push",
    security(("token" = ["indicators:write"])),
    params(("push" = String, Path, description = "Id of the push")),
    request_body(content = PushIn, content_type = "application/json"),
    responses(
        (status = 204, description = "Changed"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn change(State(service): State<Arc<Service>>, Path(id): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let call = async {
        let actor = caller::permitted(&service, &parts.headers, Permission::ManageFeeds).await?;
        let new = caller::read_as(&service, &parts.headers, body, PushIn::read).await?;
        let done = push::change(&service.app, &actor, caller::id(&id, "push")?, new).await;
        done.map_err(|error| caller::problem(&service, &error))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    caller::respond(&parts.headers, call).await
}

/// Takes a step with a push.
#[utoipa::path(
    post,
    path = "/v1/pushes/{push}/steps",
    tag = "indicators",
    operation_id = "stepPush",
    summary = "Tạm dừng, tiếp tục, đẩy lại từ đầu, gỡ một nơi nhận · Pause, resume, begin anew or remove a push",
    security(("token" = ["indicators:write"])),
    params(("push" = String, Path, description = "Id of the push")),
    request_body(content = PushStepIn, content_type = "application/json"),
    responses(
        (status = 204, description = "Done"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn step(State(service): State<Arc<Service>>, Path(id): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let call = async {
        let actor = caller::permitted(&service, &parts.headers, Permission::ManageFeeds).await?;
        let asked: PushStepIn = caller::read_json(&service, &parts.headers, body).await?;
        let id = caller::id(&id, "push")?;
        let app = &service.app;
        let done = match asked.step.as_str() {
            "pause" => push::pause(app, &actor, id).await,
            "resume" => push::resume(app, &actor, id).await,
            "again" => push::again(app, &actor, id).await,
            "remove" => push::remove(app, &actor, id).await,
            _ => return Err(Problem::Refused(Refusal::bad_push())),
        };
        done.map_err(|error| caller::problem(&service, &error))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    caller::respond(&parts.headers, call).await
}
