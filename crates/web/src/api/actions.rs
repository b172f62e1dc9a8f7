//! `/v1/actions`: what the host platform is to do, and whether it did; and signs of accounts that it sends.

use std::sync::Arc;

use anlanh_api::ActionOut;
use anlanh_app::{action, enforcement};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller;
use crate::Service;
use crate::address::{Path, Query};
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

/// Where the feed goes on, and how much of it is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    after: Option<String>,
    limit: Option<String>,
}

/// A page of the feed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Actions)]
#[serde(deny_unknown_fields)]
pub struct ActionsOut {
    /// The actions, oldest first.
    actions: Vec<ActionOut>,
    /// Where the feed goes on, for `after`: also where it has come to its end, to be asked again later. `null` only while
    /// there was never an action.
    #[schema(required = true)]
    next: Option<String>,
}

/// Whether an action was done.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ConfirmationIn, example = json!({ "done": false, "problem": "tài khoản không tồn tại" }))]
#[serde(deny_unknown_fields)]
pub struct ConfirmationIn {
    /// Whether it was.
    done: bool,
    /// What was in the way: 1 to 1,000 bytes, where it was not.
    problem: Option<String>,
}

/// Signs of an account.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SignalsIn, example = json!({ "signals": ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"] }))]
#[serde(deny_unknown_fields)]
pub struct SignalsIn {
    /// 1 to 32 hashes of 16 to 64 bytes, in hexadecimal: keyed hashes that the operator makes of what it recognises
    /// accounts by. Never the things themselves.
    signals: Vec<String>,
}

/// What signs led to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Signals)]
#[serde(deny_unknown_fields)]
pub struct SignalsOut {
    /// Ids of the cases that were opened: a person looks at each. Nothing else follows.
    cases: Vec<String>,
}

/// What the host platform is to do, oldest first.
#[utoipa::path(
    get,
    path = "/v1/actions",
    tag = "actions",
    operation_id = "listActions",
    summary = "Đọc việc nền tảng cần làm · Read what the platform is to do",
    security(("token" = ["actions:read"])),
    params(
        ("after" = Option<String>, Query, description = "The `next` of the page before; from the beginning when left out"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of actions", body = ActionsOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn feed(State(service): State<Arc<Service>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let limit = caller::page_size(asked.limit.as_deref())?;
        let after = asked.after.as_deref().map(str::parse).transpose();
        let after = after.map_err(|_| Problem::Refused(Refusal::bad_query("after")))?;
        let found = action::feed(&service.app, &actor, after, limit).await;
        let found = found.map_err(|error| caller::problem(&service, &error))?;
        let next = found.last().map(|told| told.row.id).or(after);
        Ok(caller::json(&ActionsOut {
            actions: found.iter().map(|told| action::out(&service.app, told)).collect(),
            next: next.map(|id| id.to_string()),
        }))
    };
    caller::respond(&headers, call).await
}

/// Says whether an action was done. Saying the same again changes nothing.
#[utoipa::path(
    post,
    path = "/v1/actions/{action}/confirmation",
    tag = "actions",
    operation_id = "confirmAction",
    summary = "Báo một việc đã làm hay chưa · Say whether an action was done",
    security(("token" = ["actions:write"])),
    params(("action" = String, Path, description = "Id of the action")),
    request_body(content = ConfirmationIn, content_type = "application/json"),
    responses(
        (status = 204, description = "Kept"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn confirm(State(service): State<Arc<Service>>, Path(id): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let call = async {
        let permission = anlanh_model::Permission::ConfirmActions;
        let actor = caller::permitted(&service, &parts.headers, permission).await?;
        let body: ConfirmationIn = caller::read_json(&service, &parts.headers, body).await?;
        let id = caller::id(&id, "action")?;
        let problem = match (body.done, body.problem) {
            (true, None) => None,
            (false, problem) => Some(problem.unwrap_or_default()),
            // What was done has no problem.
            (true, Some(_)) => return Err(Problem::BadBody(1, 1)),
        };
        let kept = action::confirm(&service.app, &actor, id, problem).await;
        kept.map_err(|error| caller::problem(&service, &error))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    caller::respond(&parts.headers, call).await
}

/// Takes in signs of an account, as hashes. Where a locked account shares one, a person is asked to look.
#[utoipa::path(
    post,
    path = "/v1/accounts/{account}/signals",
    tag = "actions",
    operation_id = "keepSignals",
    summary = "Gửi dấu hiệu của một tài khoản · Send signs of an account",
    security(("token" = ["actions:write"])),
    params(("account" = String, Path, description = "The platform's reference of the account, percent-encoded")),
    request_body(content = SignalsIn, content_type = "application/json"),
    responses(
        (status = 200, description = "The cases that were opened", body = SignalsOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing was kept", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn signals(State(service): State<Arc<Service>>, Path(account): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let call = async {
        let permission = anlanh_model::Permission::ConfirmActions;
        let actor = caller::permitted(&service, &parts.headers, permission).await?;
        let body: SignalsIn = caller::read_json(&service, &parts.headers, body).await?;
        let opened = enforcement::keep_signals(&service.app, &actor, account, body.signals).await;
        let opened = opened.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&SignalsOut {
            cases: opened.iter().map(ToString::to_string).collect(),
        }))
    };
    caller::respond(&parts.headers, call).await
}
