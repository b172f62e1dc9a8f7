//! `/v1/sharing`: rules by which incidents are told to the national centre, what they planned, and what was told, for a centre's own programs.
//!
//! A rule is the standing word of two people: programs read it and stop it, and make, put in force, resume and end none.

mod out;

use std::sync::Arc;

use anlanh_app::incident::share;
use anlanh_app::incident::sharing::{self, RuleStanding};
use anlanh_model::{Id, Permission, SharePlan, SharingRule, SharingStep};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::caller;
use crate::Service;
use crate::address::{Path, Query};
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

pub use out::{SharePlanViewOut, SharePlansOut, SharesOut, SharingRulesOut};

/// Which rules are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedRules {
    state: Option<String>,
    before: Option<String>,
    limit: Option<String>,
}

/// Which plans are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedPlans {
    before: Option<String>,
    limit: Option<String>,
}

/// Which messages are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedShares {
    incident: Option<String>,
    before: Option<String>,
    limit: Option<String>,
}

/// A step of a rule.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SharingRuleStepIn, example = json!({ "step": "pause" }))]
#[serde(deny_unknown_fields)]
pub struct RuleStepIn {
    /// `pause`. People make rules, put them in force, resume and end them on their page.
    step: String,
}

/// A step of what a rule planned.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SharePlanStepIn, example = json!({ "step": "hold", "words": "Đang xác minh" }))]
#[serde(deny_unknown_fields)]
pub struct PlanStepIn {
    /// `hold` or `send`.
    step: String,
    /// Why it is held back, at most 4,000 bytes.
    #[serde(default)]
    words: String,
}

fn unknown(what: &'static str) -> Problem {
    let refusal = Refusal::of(&anlanh_app::Error::UnknownKey(what));
    Problem::Refused(refusal.unwrap_or_else(|| Refusal::bad_query(what)))
}

/// Where the next page begins, where this one is full.
fn next<T>(rows: &[T], limit: u32, id: impl Fn(&T) -> String) -> Option<String> {
    let is_full = usize::try_from(limit).is_ok_and(|limit| rows.len() >= limit);
    rows.last().filter(|_| is_full).map(id)
}

/// Rules of sharing, newest first.
#[utoipa::path(
    get,
    path = "/v1/sharing/rules",
    tag = "incidents",
    operation_id = "listSharingRules",
    summary = "Liệt kê quy tắc chia sẻ · List rules of sharing",
    security(("token" = ["incidents:read"])),
    params(
        ("state" = Option<String>, Query, description = "`open` (when left out) or `over`"),
        ("before" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of rules", body = SharingRulesOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn rules(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Query(asked): Query<AskedRules>,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadIncidents).await?;
        let standing = match asked.state.as_deref() {
            None | Some("open") => RuleStanding::Open,
            Some("over") => RuleStanding::Over,
            Some(_) => return Err(Problem::Refused(Refusal::bad_query("state"))),
        };
        let limit = caller::page_size(asked.limit.as_deref())?;
        let before = caller::before(asked.before.as_deref())?;
        let rows = sharing::rules(&service.app, &actor, standing, (before, limit)).await;
        let rows = rows.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&SharingRulesOut {
            next: next(&rows, limit, |row| row.id.to_string()),
            rules: rows.iter().map(out::SharingRuleOut::of).collect(),
        }))
    };
    caller::respond(&headers, call).await
}

/// Pauses a rule: it plans nothing, and what it planned waits until people resume it.
#[utoipa::path(
    post,
    path = "/v1/sharing/rules/{rule}/steps",
    tag = "incidents",
    operation_id = "stepSharingRule",
    summary = "Tạm dừng một quy tắc chia sẻ · Pause a rule of sharing",
    security(("token" = ["incidents:write"])),
    params(("rule" = String, Path, description = "Id of the rule")),
    request_body(content = RuleStepIn, content_type = "application/json"),
    responses(
        (status = 204, description = "It is paused"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn step_rule(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::WorkIncidents).await?;
        let asked: RuleStepIn = caller::read_json(&service, &headers, body).await?;
        let id: Id<SharingRule> = caller::id(&id, "rule")?;
        if asked.step != SharingStep::Pause.key() {
            return Err(unknown("step"));
        }
        let done = sharing::step(&service.app, &actor, id, SharingStep::Pause).await;
        done.map_err(|error| caller::problem(&service, &error))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    caller::respond(&headers, call).await
}

/// What rules planned and waits or is held back, newest first. What would leave stands in each.
#[utoipa::path(
    get,
    path = "/v1/sharing/plans",
    tag = "incidents",
    operation_id = "listSharePlans",
    summary = "Liệt kê những gì chờ chia sẻ · List what waits to be shared",
    security(("token" = ["incidents:read"])),
    params(
        ("before" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of plans", body = SharePlansOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn plans(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Query(asked): Query<AskedPlans>,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadIncidents).await?;
        let limit = caller::page_size(asked.limit.as_deref())?;
        let before = caller::before(asked.before.as_deref())?;
        let rows = sharing::plans(&service.app, &actor, (before, limit)).await;
        let rows = rows.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&SharePlansOut {
            next: next(&rows, limit, |row| row.id.to_string()),
            plans: rows.iter().map(out::SharePlanOut::of).collect(),
        }))
    };
    caller::respond(&headers, call).await
}

/// Something planned, with what would leave if it left now.
#[utoipa::path(
    get,
    path = "/v1/sharing/plans/{plan}",
    tag = "incidents",
    operation_id = "showSharePlan",
    summary = "Xem trước những gì sẽ được chia sẻ · Read what would be shared",
    security(("token" = ["incidents:read"])),
    params(("plan" = String, Path, description = "Id of the plan")),
    responses(
        (status = 200, description = "The plan", body = SharePlanViewOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn plan(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadIncidents).await?;
        let planned = sharing::plan(&service.app, &actor, caller::id(&id, "plan")?).await;
        let planned = planned.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&SharePlanViewOut::of(&planned)))
    };
    caller::respond(&headers, call).await
}

/// Holds back what a rule planned, or sends it at once, in the name of a person.
#[utoipa::path(
    post,
    path = "/v1/sharing/plans/{plan}/steps",
    tag = "incidents",
    operation_id = "stepSharePlan",
    summary = "Giữ lại hoặc gửi ngay · Hold back, or send at once",
    security(("token" = ["incidents:write"])),
    params(("plan" = String, Path, description = "Id of the plan")),
    request_body(content = PlanStepIn, content_type = "application/json"),
    responses(
        (status = 200, description = "The plan as it is then", body = SharePlanViewOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn step_plan(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::WorkIncidents).await?;
        let asked: PlanStepIn = caller::read_json(&service, &headers, body).await?;
        let id: Id<SharePlan> = caller::id(&id, "plan")?;
        let done = match asked.step.as_str() {
            "hold" => sharing::hold(&service.app, &actor, id, &asked.words).await,
            "send" => sharing::send_now(&service.app, &actor, id).await,
            _ => return Err(unknown("step")),
        };
        done.map_err(|error| caller::problem(&service, &error))?;
        let planned = sharing::plan(&service.app, &actor, id).await;
        let planned = planned.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&SharePlanViewOut::of(&planned)))
    };
    caller::respond(&headers, call).await
}

/// Messages that were told to the national centre, by hand or by rule, with every attempt to deliver them, newest first.
#[utoipa::path(
    get,
    path = "/v1/sharing/ledger",
    tag = "incidents",
    operation_id = "listShares",
    summary = "Sổ chia sẻ với trung tâm quốc gia · The ledger of what was shared",
    security(("token" = ["incidents:read"])),
    params(
        ("incident" = Option<String>, Query, description = "Id of an incident; all when left out"),
        ("before" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of messages", body = SharesOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn ledger(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Query(asked): Query<AskedShares>,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadIncidents).await?;
        let of = asked.incident.as_deref().map(str::parse).transpose();
        let of = of.map_err(|_| Problem::Refused(Refusal::bad_query("incident")))?;
        let limit = caller::page_size(asked.limit.as_deref())?;
        let before = caller::before(asked.before.as_deref())?;
        let rows = share::ledger_page(&service.app, &actor, of, (before, limit)).await;
        let rows = rows.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&SharesOut {
            next: next(&rows, limit, |(_, row)| row.id.to_string()),
            messages: rows.iter().map(|(of, row)| out::ShareOut::of(*of, row)).collect(),
        }))
    };
    caller::respond(&headers, call).await
}
