//! What is done to a case: taken, given back, sent on, moved, noted upon, decided.

use std::sync::Arc;

use anlanh_app::case::{self, Decided, Step, Verdict};
use anlanh_app::enforcement::{AskedMeasure, Enforcement};
use anlanh_model::{MeasureKind, Outcome, TargetKind, Urgency};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use utoipa::ToSchema;

use super::out::{CaseLineOut, DecisionOut};
use crate::address::Path;
use crate::api::screen::read_body;
use crate::api::{caller, has_type};
use crate::problem::{Problem, ProblemOut};
use crate::{Service, edge};

/// A decision with its statement of reasons.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DecisionIn, example = json!({
    "outcome": "remove",
    "category": "SC1",
    "facts": "Bài đăng hứa thưởng để lấy mã OTP.",
}))]
#[serde(deny_unknown_fields)]
pub struct DecisionIn {
    /// `no_violation`, `subject_only`, `label`, `limit`, `hide` or `remove`.
    #[serde(deserialize_with = "outcome")]
    #[schema(value_type = String)]
    outcome: Outcome,
    /// Key of the category; left out where no rule is broken.
    category: Option<String>,
    /// Keys of the bases, in force today; those of the category where left out.
    #[serde(default)]
    basis: Vec<String>,
    /// Keys of the labels to be shown.
    #[serde(default)]
    labels: Vec<String>,
    /// The facts relied on: 1 to 5,000 bytes.
    facts: String,
    /// After so many days, what is done to the item ends: for `label`, `limit` and `hide`.
    #[schema(minimum = 1, maximum = 3650)]
    days: Option<u32>,
    /// Where verified information stands that is shown beside a label: an `https` address of at most 500 bytes.
    verified: Option<String>,
    /// What is done to those behind the item; at most 12 measures in all.
    #[serde(default)]
    measures: Vec<MeasureIn>,
    /// Against whom a violation counts, of `account`, `page`, `group` and `channel`; against all of those behind the item
    /// where left out.
    #[serde(default, deserialize_with = "targets")]
    #[schema(value_type = Option<Vec<String>>)]
    strikes: Option<Vec<TargetKind>>,
    /// Whose owner is asked to remove it, of `account`, `page`, `group` and `channel`: of what was reported, with the outcomes
    /// `label`, `limit` and `hide`.
    #[serde(default, deserialize_with = "optional_target")]
    #[schema(value_type = Option<String>)]
    owner: Option<TargetKind>,
}

/// Something to be done to who or what is behind an item.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[schema(as = MeasureIn, example = json!({ "kind": "temporary_lock", "target": "account", "days": 14 }))]
#[serde(deny_unknown_fields)]
pub struct MeasureIn {
    /// `warn`, `temporary_lock`, `permanent_lock`, `refuse_registration` or `end_service`.
    #[serde(deserialize_with = "measure")]
    #[schema(value_type = String)]
    kind: MeasureKind,
    /// `account`, `page`, `group` or `channel`, as the platform named it with the item.
    #[serde(deserialize_with = "target")]
    #[schema(value_type = String)]
    target: TargetKind,
    /// For so many days: needed for a temporary lock, and left out for what never ends by itself.
    #[schema(minimum = 1, maximum = 3650)]
    days: Option<u32>,
}

impl MeasureIn {
    const fn asked(self) -> AskedMeasure {
        AskedMeasure {
            kind: self.kind,
            target: self.target,
            days: self.days,
        }
    }
}

/// What is asked for besides what the outcome says.
pub fn enforcement(
    days: Option<u32>,
    verified: Option<String>,
    measures: Vec<MeasureIn>,
    strikes: Option<Vec<TargetKind>>,
) -> Enforcement {
    Enforcement {
        days,
        verified,
        measures: measures.into_iter().map(MeasureIn::asked).collect(),
        strikes,
        owner: None,
    }
}

impl From<DecisionIn> for Verdict {
    fn from(body: DecisionIn) -> Self {
        Self {
            outcome: body.outcome,
            category: body.category,
            basis: body.basis,
            labels: body.labels,
            facts: body.facts,
            enforcement: Enforcement {
                owner: body.owner,
                ..enforcement(body.days, body.verified, body.measures, body.strikes)
            },
        }
    }
}

/// A note for colleagues.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NoteIn, example = json!({ "note": "cần người thứ hai xem" }))]
#[serde(deny_unknown_fields)]
pub struct NoteIn {
    /// 1 to 2,000 bytes.
    note: String,
}

/// Where a case is moved to, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ReorderIn, example = json!({ "urgency": "high", "note": "đang lan nhanh" }))]
#[serde(deny_unknown_fields)]
pub struct ReorderIn {
    /// `immediate`, `high`, `normal` or `low`.
    #[serde(deserialize_with = "urgency")]
    #[schema(value_type = String)]
    urgency: Urgency,
    /// 1 to 2,000 bytes.
    note: String,
}

pub(in crate::api) fn outcome<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Outcome, D::Error> {
    let key = String::deserialize(deserializer)?;
    Outcome::from_key(&key).ok_or_else(|| D::Error::custom("unknown outcome"))
}

fn measure<'de, D: Deserializer<'de>>(deserializer: D) -> Result<MeasureKind, D::Error> {
    let key = String::deserialize(deserializer)?;
    MeasureKind::from_key(&key).ok_or_else(|| D::Error::custom("unknown measure"))
}

fn target<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TargetKind, D::Error> {
    let key = String::deserialize(deserializer)?;
    TargetKind::from_key(&key).ok_or_else(|| D::Error::custom("unknown target"))
}

fn optional_target<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<TargetKind>, D::Error> {
    let key = Option::<String>::deserialize(deserializer)?;
    let read = |key: String| TargetKind::from_key(&key).ok_or_else(|| D::Error::custom("unknown target"));
    key.map(read).transpose()
}

/// Reads kinds of targets.
pub fn targets<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<TargetKind>>, D::Error> {
    let keys = Option::<Vec<String>>::deserialize(deserializer)?;
    let read = |key: &String| TargetKind::from_key(key).ok_or_else(|| D::Error::custom("unknown target"));
    keys.map(|keys| keys.iter().map(read).collect()).transpose()
}

fn urgency<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Urgency, D::Error> {
    let key = String::deserialize(deserializer)?;
    Urgency::from_key(&key).ok_or_else(|| D::Error::custom("unknown urgency"))
}

macro_rules! step {
    ($(#[$doc:meta])+ $name:ident, $path:literal, $id:literal, $summary:literal $(, $body:ident)?; $step:expr) => {
        $(#[$doc])+
        #[utoipa::path(
            post,
            path = $path,
            tag = "cases",
            operation_id = $id,
            summary = $summary,
            security(("token" = ["cases:write"])),
            params(("case" = String, Path, description = "Id of the case")),
            $(request_body(content = $body, content_type = "application/json"),)?
            responses(
                (status = 200, description = "The case as it is now", body = CaseLineOut,
                    content_type = "application/json"),
                (status = "default", description = "Refused; nothing changed", body = ProblemOut,
                    content_type = "application/problem+json"),
            )
        )]
        pub async fn $name(State(service): State<Arc<Service>>, Path(id): Path<String>, request: Request) -> Response {
            let language = edge::language(request.headers());
            let done = do_step(&service, &id, request, $step).await;
            done.unwrap_or_else(|problem| problem.respond(language))
        }
    };
}

step! {
    /// Gives the case to the person of the token for 20 minutes.
    take, "/v1/cases/{case}/take", "takeCase", "Nhận một vụ việc · Take a case"; |_| Ok(Step::Take)
}
step! {
    /// Puts a case that this person holds back into the queue.
    release, "/v1/cases/{case}/release", "releaseCase", "Trả một vụ việc · Give a case back"; |_| Ok(Step::Release)
}
step! {
    /// Sends a case to those who answer for the rules.
    escalate, "/v1/cases/{case}/escalate", "escalateCase", "Chuyển cấp một vụ việc · Send a case to the next level", NoteIn;
    |body| caller::parse::<NoteIn>(body).map(|body| Step::Escalate(body.note))
}
step! {
    /// Leaves a note for colleagues.
    note, "/v1/cases/{case}/note", "noteCase", "Ghi chú · Write a note", NoteIn;
    |body| caller::parse::<NoteIn>(body).map(|body| Step::Note(body.note))
}
step! {
    /// Moves a case in the queue; its history keeps who did so and why.
    reorder, "/v1/cases/{case}/reorder", "reorderCase", "Đổi độ khẩn của vụ việc · Move a case in the queue", ReorderIn;
    |body| {
        let body: ReorderIn = caller::parse(body)?;
        Ok(Step::Reorder(body.urgency, body.note))
    }
}

async fn do_step(
    service: &Service,
    id: &str,
    request: Request,
    read: impl FnOnce(&[u8]) -> Result<Step, Problem>,
) -> Result<Response, Problem> {
    let actor = caller::actor(service, request.headers()).await?;
    let body = read_body(request.into_body(), service.limits).await?;
    let step = read(&body)?;
    let row = case::step(&service.app, &actor, caller::id(id, "case")?, step).await;
    let row = row.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::json(&CaseLineOut::new(&row, service.app.clock().now())))
}

/// Decides a case with a statement of reasons.
#[utoipa::path(
    post,
    path = "/v1/cases/{case}/decision",
    tag = "cases",
    operation_id = "decideCase",
    summary = "Quyết định một vụ việc · Decide a case",
    security(("token" = ["cases:write"])),
    params(("case" = String, Path, description = "Id of the case")),
    request_body(content = DecisionIn, content_type = "application/json"),
    responses(
        (status = 200, description = "The decision", body = DecisionOut, content_type = "application/json"),
        (status = 202, description = "The case: a second person must confirm the decision before it takes effect",
            body = CaseLineOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn decide(State(service): State<Arc<Service>>, Path(id): Path<String>, request: Request) -> Response {
    let language = edge::language(request.headers());
    let done = do_decide(&service, &id, request).await;
    done.unwrap_or_else(|problem| problem.respond(language))
}

async fn do_decide(service: &Service, id: &str, request: Request) -> Result<Response, Problem> {
    let actor = caller::actor(service, request.headers()).await?;
    if !has_type(request.headers(), "application/json") {
        return Err(Problem::UnsupportedMediaType("application/json"));
    }
    let body = read_body(request.into_body(), service.limits).await?;
    let body: DecisionIn = caller::parse(&body)?;
    let decided = case::decide(&service.app, &actor, caller::id(id, "case")?, body.into()).await;
    let decided = decided.map_err(|error| caller::problem(service, &error))?;
    Ok(match decided {
        Decided::Done(decision) => caller::json(&DecisionOut::new(&decision)),
        Decided::AwaitingSecond(row) => accepted(&CaseLineOut::new(&row, service.app.clock().now())),
    })
}

/// An answer to what takes effect when a second person confirms it.
pub fn accepted(body: &impl serde::Serialize) -> Response {
    let mut response = caller::json(body);
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}
