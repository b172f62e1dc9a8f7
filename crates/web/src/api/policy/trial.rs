//! Trials: what a version would change is counted, in shadow on what comes in, or on everything that was kept.

use std::sync::Arc;

use anlanh_app::policy::{self, TrialView};
use anlanh_app::{DifferenceRow, RuleChange, Trial, TrialRow, Version};
use anlanh_model::{Id, Permission};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Page, located, next, run};
use crate::Service;
use crate::address::{Path, Query};
use crate::api::caller;
use crate::api::instant::Instant;
use crate::problem::ProblemOut;

/// A trial of a version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyTrial)]
#[serde(deny_unknown_fields)]
pub struct TrialOut {
    /// Its id.
    id: String,
    /// Id of the version that is tried.
    version: String,
    /// The digest that it had then; a draft may have changed since.
    digest: String,
    /// Id of the version in force that it is held against.
    against: String,
    /// `shadow` or `backtest`.
    kind: &'static str,
    /// `running`, `done`, `stopped` or `failed`.
    state: &'static str,
    /// Name of who began it.
    #[schema(required = true)]
    by: Option<String>,
    /// When it began (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    started_at: Instant,
    /// When it ended (RFC 3339).
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    ended_at: Option<Instant>,
    /// Items that were judged twice.
    items: u64,
    /// Of these, how many differ in action or in the rules that fired.
    changed: u64,
    /// Items whose content was erased, so that they could not be judged again.
    erased: u64,
}

/// A trial with what it found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyTrialInFull)]
#[serde(deny_unknown_fields)]
pub struct TrialInFullOut {
    /// The trial.
    trial: TrialOut,
    /// Items that a running back-test has judged so far; `null` when none runs.
    #[schema(required = true)]
    judged: Option<u64>,
    /// Items that are kept, roughly: so far a back-test has to go.
    kept: u64,
    /// How many items went from one action to another, or stayed.
    actions: Vec<MoveOut>,
    /// What each rule gained and lost.
    rules: Vec<RuleChangeOut>,
}

/// Items that went from one action to another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyTrialMove)]
#[serde(deny_unknown_fields)]
pub struct MoveOut {
    /// Action under the version in force.
    from: String,
    /// Action under the version that is tried.
    to: String,
    /// How many.
    items: u64,
}

/// What a rule gained and lost, and what people had made of those items.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyTrialRule)]
#[serde(deny_unknown_fields)]
pub struct RuleChangeOut {
    /// Id of the rule.
    rule: String,
    /// Items on which it fires now and did not.
    gained: u64,
    /// Of these, those that a person held to be a violation.
    gained_confirmed: u64,
    /// Of these, those that a person held to be none.
    gained_rejected: u64,
    /// Items on which it fired and does not now.
    lost: u64,
    /// Of these, those that a person held to be a violation.
    lost_confirmed: u64,
    /// Of these, those that a person held to be none.
    lost_rejected: u64,
}

/// A page of items on which two versions differ.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyTrialItems)]
#[serde(deny_unknown_fields)]
pub struct DifferencesOut {
    /// The items, newest first.
    items: Vec<DifferenceOut>,
    /// Where the next page begins, for `before`; `null` on the last.
    #[schema(required = true)]
    next: Option<String>,
}

/// An item on which two versions differ.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyTrialItem)]
#[serde(deny_unknown_fields)]
pub struct DifferenceOut {
    /// The node's id of the item.
    item: String,
    /// Action under the version in force.
    from: String,
    /// Action under the version that is tried.
    to: String,
    /// Rules that fire now and did not.
    gained: Vec<String>,
    /// Rules that fired and do not now.
    lost: Vec<String>,
    /// The text; `null` if it was erased.
    #[schema(required = true)]
    text: Option<String>,
    /// What a person made of the item.
    #[schema(required = true)]
    outcome: Option<&'static str>,
}

/// A trial that was begun, or asked to stop.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyTrialStarted)]
#[serde(deny_unknown_fields)]
pub struct TrialIdOut {
    /// Id of the trial.
    trial: String,
}

/// Begins to judge everything that was kept twice, by the version in force and by this one. One at a time.
#[utoipa::path(
    post,
    path = "/v1/policy/versions/{version}/backtest",
    tag = "policy",
    operation_id = "backtestPolicyVersion",
    summary = "Thử một phiên bản trên mọi nội dung đã lưu · Try a version on everything that was kept",
    security(("token" = ["policy:write"])),
    params(("version" = String, Path, description = "Id of the version")),
    responses(
        (status = 202, description = "It runs", body = TrialIdOut, content_type = "application/json",
            headers(("Location", description = "Path of the trial"))),
        (status = "default", description = "Refused; nothing runs", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn begin(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::EditPolicy).await?;
        let id: Id<Version> = caller::id(&id, "version")?;
        let trial = run(&service, move |app| policy::backtest(app, &actor, id)).await?;
        Ok(located(accepted(trial), &format!("/v1/policy/trials/{trial}")))
    };
    caller::respond(&headers, call).await
}

/// One trial with what it found; so far, where it runs in shadow.
#[utoipa::path(
    get,
    path = "/v1/policy/trials/{trial}",
    tag = "policy",
    operation_id = "showPolicyTrial",
    summary = "Xem kết quả của một lần thử · Read what a trial found",
    security(("token" = ["policy:read"])),
    params(("trial" = String, Path, description = "Id of the trial")),
    responses(
        (status = 200, description = "The trial", body = TrialInFullOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let view = policy::trial(&service.app, &actor, caller::id(&id, "trial")?).await;
        let view = view.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&TrialInFullOut::new(&view)))
    };
    caller::respond(&headers, call).await
}

/// The items on which the versions of a trial differ, newest first; at most 10,000 are listed.
#[utoipa::path(
    get,
    path = "/v1/policy/trials/{trial}/items",
    tag = "policy",
    operation_id = "listPolicyTrialItems",
    summary = "Xem những nội dung mà hai phiên bản xét khác nhau · Read the items on which the versions of a trial differ",
    security(("token" = ["policy:read", "items:read"])),
    params(
        ("trial" = String, Path, description = "Id of the trial"),
        ("before" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of items", body = DifferencesOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn items(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(page): Query<Page>,
) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let limit = caller::page_size(page.limit.as_deref())?;
        let before = caller::before(page.before.as_deref())?;
        let items = policy::differences(&service.app, &actor, caller::id(&id, "trial")?, before, limit).await;
        let items = items.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&DifferencesOut {
            next: next(&items, limit, |row| row.item.to_string()),
            items: items.iter().map(DifferenceOut::new).collect(),
        }))
    };
    caller::respond(&headers, call).await
}

/// Asks a back-test to stop, which it does within 500 items. What it found so far stays.
#[utoipa::path(
    post,
    path = "/v1/policy/trials/{trial}/stop",
    tag = "policy",
    operation_id = "stopPolicyTrial",
    summary = "Dừng một lần thử · Stop a back-test",
    security(("token" = ["policy:write"])),
    params(("trial" = String, Path, description = "Id of the trial")),
    responses(
        (status = 202, description = "It will stop", body = TrialIdOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn stop(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let trial = caller::id(&id, "trial")?;
        let stopped = policy::stop(&service.app, &actor, trial);
        stopped.map_err(|error| caller::problem(&service, &error))?;
        Ok(accepted(trial))
    };
    caller::respond(&headers, call).await
}

fn accepted(trial: Id<Trial>) -> Response {
    let trial = trial.to_string();
    let mut answer = caller::json(&TrialIdOut { trial });
    *answer.status_mut() = StatusCode::ACCEPTED;
    answer
}

impl TrialOut {
    /// The answer for this trial.
    pub fn new(trial: &TrialRow) -> Self {
        Self {
            id: trial.id.to_string(),
            version: trial.version.to_string(),
            digest: trial.digest.clone(),
            against: trial.against.to_string(),
            kind: trial.kind.key(),
            state: trial.state.key(),
            by: trial.by.clone(),
            started_at: Instant(trial.started_at),
            ended_at: trial.ended_at.map(Instant),
            items: trial.items,
            changed: trial.changed,
            erased: trial.erased,
        }
    }
}

impl TrialInFullOut {
    fn new(view: &TrialView) -> Self {
        let actions = view.totals.actions.iter().map(|((from, to), items)| MoveOut {
            from: from.clone(),
            to: to.clone(),
            items: *items,
        });
        let rules = view.totals.rules.iter();
        Self {
            trial: TrialOut::new(&view.trial),
            judged: view.progress,
            kept: view.kept,
            actions: actions.collect(),
            rules: rules.map(|(rule, change)| RuleChangeOut::new(rule, *change)).collect(),
        }
    }
}

impl RuleChangeOut {
    fn new(rule: &str, change: RuleChange) -> Self {
        Self {
            rule: rule.to_owned(),
            gained: change.gained,
            gained_confirmed: change.gained_confirmed,
            gained_rejected: change.gained_rejected,
            lost: change.lost,
            lost_confirmed: change.lost_confirmed,
            lost_rejected: change.lost_rejected,
        }
    }
}

impl DifferenceOut {
    fn new(row: &DifferenceRow) -> Self {
        let difference = &row.difference;
        Self {
            item: row.item.to_string(),
            from: difference.old_action.clone(),
            to: difference.new_action.clone(),
            gained: difference.gained.clone(),
            lost: difference.lost.clone(),
            text: row.text.clone(),
            outcome: row.outcome.map(anlanh_model::Outcome::key),
        }
    }
}
