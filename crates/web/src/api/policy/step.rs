//! Steps: a version is put in force, taken back, or runs in shadow, while the node runs.

use std::sync::Arc;

use anlanh_app::{App, StepRow, Version, policy};
use anlanh_model::{Id, Permission};
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Page, next, run};
use crate::Service;
use crate::address::{Path, Query};
use crate::api::caller;
use crate::api::instant::Instant;
use crate::problem::ProblemOut;

/// Why a step is taken.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PolicyStepIn, example = json!({ "note": "đã thử trên nội dung đã lưu" }))]
#[serde(deny_unknown_fields)]
pub struct StepIn {
    /// 1 to 2,000 bytes.
    note: String,
}

/// What judges now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyInForce)]
#[serde(deny_unknown_fields)]
pub struct InForceOut {
    /// Id of the version in force.
    version: String,
    /// Its digest, as verdicts name it.
    digest: String,
    /// What runs in shadow.
    #[schema(required = true)]
    shadow: Option<InShadowOut>,
}

/// What runs in shadow.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyInShadow)]
#[serde(deny_unknown_fields)]
pub struct InShadowOut {
    /// Id of the version.
    version: String,
    /// Id of the trial where it is counted what it would change.
    trial: String,
}

/// A page of steps.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicySteps)]
#[serde(deny_unknown_fields)]
pub struct StepsOut {
    /// The steps, newest first.
    steps: Vec<StepOut>,
    /// Where the next page begins, for `before`; `null` on the last.
    #[schema(required = true)]
    next: Option<String>,
}

/// A step that was taken with a version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyStep)]
#[serde(deny_unknown_fields)]
pub struct StepOut {
    /// Its id.
    id: String,
    /// Id of the version.
    version: String,
    /// The digest of the version.
    digest: String,
    /// `load`, `enforce`, `roll-back`, `shadow` or `end-shadow`.
    step: &'static str,
    /// Name of who did it; `null` for the node.
    #[schema(required = true)]
    by: Option<String>,
    /// Why.
    note: String,
    /// When (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
}

/// Puts a version in force: what comes in from then on is judged by it. It must have no mistakes and every example
/// must hold. What runs in shadow ends.
#[utoipa::path(
    post,
    path = "/v1/policy/versions/{version}/enforce",
    tag = "policy",
    operation_id = "enforcePolicyVersion",
    summary = "Áp dụng một phiên bản · Put a version in force",
    security(("token" = ["policy:write"])),
    params(("version" = String, Path, description = "Id of the version")),
    request_body(content = StepIn, content_type = "application/json"),
    responses(
        (status = 200, description = "What judges now", body = InForceOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn enforce(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::EditPolicy).await?;
        let StepIn { note } = caller::read_json(&service, &headers, body).await?;
        let id: Id<Version> = caller::id(&id, "version")?;
        run(&service, move |app| policy::enforce(app, &actor, id, &note)).await?;
        Ok(caller::json(&InForceOut::now(&service.app)))
    };
    caller::respond(&headers, call).await
}

/// Puts the version in force again that was before the one that is. What runs in shadow ends.
#[utoipa::path(
    post,
    path = "/v1/policy/roll-back",
    tag = "policy",
    operation_id = "rollBackPolicy",
    summary = "Quay lại phiên bản trước · Go back to the version before",
    security(("token" = ["policy:write"])),
    request_body(content = StepIn, content_type = "application/json"),
    responses(
        (status = 200, description = "What judges now", body = InForceOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn roll_back(State(service): State<Arc<Service>>, headers: HeaderMap, body: Body) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::EditPolicy).await?;
        let StepIn { note } = caller::read_json(&service, &headers, body).await?;
        run(&service, move |app| policy::roll_back(app, &actor, &note)).await?;
        Ok(caller::json(&InForceOut::now(&service.app)))
    };
    caller::respond(&headers, call).await
}

/// Lets a version run in shadow: it judges everything that comes in, nobody is told, and what it would change is
/// counted. What ran in shadow before ends.
#[utoipa::path(
    post,
    path = "/v1/policy/versions/{version}/shadow",
    tag = "policy",
    operation_id = "shadowPolicyVersion",
    summary = "Chạy ngầm một phiên bản · Let a version run in shadow",
    security(("token" = ["policy:write"])),
    params(("version" = String, Path, description = "Id of the version")),
    responses(
        (status = 200, description = "What judges now", body = InForceOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn shadow(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::EditPolicy).await?;
        let id: Id<Version> = caller::id(&id, "version")?;
        run(&service, move |app| policy::shadow(app, &actor, id)).await?;
        Ok(caller::json(&InForceOut::now(&service.app)))
    };
    caller::respond(&headers, call).await
}

/// Ends what runs in shadow.
#[utoipa::path(
    post,
    path = "/v1/policy/shadow/end",
    tag = "policy",
    operation_id = "endPolicyShadow",
    summary = "Ngừng chạy ngầm · End what runs in shadow",
    security(("token" = ["policy:write"])),
    responses(
        (status = 200, description = "What judges now", body = InForceOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn end_shadow(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::EditPolicy).await?;
        run(&service, move |app| policy::end_shadow(app, &actor)).await?;
        Ok(caller::json(&InForceOut::now(&service.app)))
    };
    caller::respond(&headers, call).await
}

/// The steps that were taken, newest first.
#[utoipa::path(
    get,
    path = "/v1/policy/steps",
    tag = "policy",
    operation_id = "listPolicySteps",
    summary = "Xem những gì đã áp dụng, quay lại và chạy ngầm · Read what was put in force, taken back and run in shadow",
    security(("token" = ["policy:read"])),
    params(
        ("before" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of steps", body = StepsOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(service): State<Arc<Service>>, headers: HeaderMap, Query(page): Query<Page>) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let limit = caller::page_size(page.limit.as_deref())?;
        let before = caller::before(page.before.as_deref())?;
        let steps = policy::steps(&service.app, &actor, before, limit).await;
        let steps = steps.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&StepsOut {
            next: next(&steps, limit, |step| step.id.to_string()),
            steps: steps.iter().map(StepOut::new).collect(),
        }))
    };
    caller::respond(&headers, call).await
}

impl InForceOut {
    /// What judges at this moment, which needs no look into the store.
    fn now(app: &App) -> Self {
        let engines = app.engines();
        Self {
            version: engines.live.version.to_string(),
            digest: engines.live.policy.digest().to_owned(),
            shadow: engines.shadow.as_ref().map(|shadow| InShadowOut {
                version: shadow.engine.version.to_string(),
                trial: shadow.trial.to_string(),
            }),
        }
    }
}

impl StepOut {
    fn new(step: &StepRow) -> Self {
        Self {
            id: step.id.to_string(),
            version: step.version.to_string(),
            digest: step.digest.clone(),
            step: step.step.key(),
            by: step.by.clone(),
            note: step.note.clone(),
            at: Instant(step.at),
        }
    }
}
