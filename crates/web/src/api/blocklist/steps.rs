//! The blocklist is changed: proposed, stepped, lifted, taken back; probes and answers come in.

use std::sync::Arc;

use anlanh_app::block::{self, NewChange, NewProof, NewValue, Step};
use anlanh_model::{BlockAudience, BlockEffect, ObjectionResult, Permission};
use anlanh_soc::blocking::Act;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::out::{ChangeViewOut, EntryViewOut};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::api::orders::moment;
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

/// A value to be blocked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BlockValueIn)]
#[serde(deny_unknown_fields)]
pub struct ValueIn {
    /// A name with all names below it, a URL, an address, a network or a digest.
    value: String,
    /// `nxdomain` (when left out), `nodata`, `drop`, `pass`, or `redirect=` and a name.
    act: Option<String>,
}

/// A change to be proposed.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BlockChangeIn, example = json!({
    "values": [{ "value": "xau.example" }], "reason": "Trang giả mạo ngân hàng.", "owner": "Trung tâm SOC",
    "basis": ["Quy chế an toàn mạng số 12"],
}))]
#[serde(deny_unknown_fields)]
pub struct ChangeIn {
    /// 1 to 10,000 values.
    values: Vec<ValueIn>,
    /// Why: 1 to 2,000 bytes.
    reason: String,
    /// Who answers for it: 1 to 2,000 bytes.
    owner: String,
    /// Keys of articles of the policy, or the operator's own rule in words; at least one.
    basis: Vec<String>,
    /// Of addresses: why no name serves.
    why_no_name: Option<String>,
    /// For how many days; as the policy says when left out.
    days: Option<u32>,
}

impl ChangeIn {
    fn change(self) -> Result<NewChange, Problem> {
        let read = |value: ValueIn| {
            let act = value.act.as_deref().map_or(Ok(Act::NxDomain), Act::parse);
            let act = act.map_err(|_| Problem::Refused(Refusal::bad_query("act")))?;
            let value = value.value;
            Ok::<_, Problem>(NewValue { value, act })
        };
        Ok(NewChange {
            values: self.values.into_iter().map(read).collect::<Result<_, _>>()?,
            reason: self.reason,
            owner: self.owner,
            basis: self.basis,
            why_no_name: self.why_no_name,
            days: self.days,
        })
    }
}

/// Proposes a change. What a guard refuses is refused with its place; what it objects to takes two more people.
#[utoipa::path(
    post,
    path = "/v1/blocklist/changes",
    tag = "blocklist",
    operation_id = "proposeBlocks",
    summary = "Đề xuất thay đổi · Propose a change",
    security(("token" = ["blocklist:write"])),
    request_body(content = ChangeIn, content_type = "application/json"),
    responses(
        (status = 201, description = "Proposed", body = ChangeViewOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing was kept", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn propose(State(service): State<Arc<Service>>, headers: HeaderMap, body: Body) -> Response {
    let answer = async {
        let actor = caller::permitted(&service, &headers, Permission::EditBlocklist).await?;
        let new = caller::read_as(&service, &headers, body, ChangeIn::change).await?;
        let id = block::propose(&service.app, &actor, new).await;
        let id = id.map_err(|error| caller::problem(&service, &error))?;
        let view = block::change(&service.app, &actor, id).await;
        let view = view.map_err(|error| caller::problem(&service, &error))?;
        Ok((StatusCode::CREATED, caller::json(&ChangeViewOut::of(&view))).into_response())
    };
    caller::respond(&headers, answer).await
}

/// A step of a change.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BlockStepIn, example = json!({ "step": "approve" }))]
#[serde(deny_unknown_fields)]
pub struct StepIn {
    /// `approve`, `shadow`, `canary`, `canary_urgent` (without its shadow, by the word of a second person), `enforce` or
    /// `refuse`.
    step: String,
    /// Why. Needed with `canary_urgent`; it is in the audit log.
    #[serde(default)]
    #[schema(required = false, max_length = 2000)]
    reason: String,
}

/// Takes a step with a change: approves it, runs it in shadow, gives it to the canary, to all, or refuses it.
#[utoipa::path(
    post,
    path = "/v1/blocklist/changes/{change}/step",
    tag = "blocklist",
    operation_id = "stepBlockChange",
    summary = "Một bước của thay đổi · A step of a change",
    security(("token" = ["blocklist:write"])),
    params(("change" = String, Path, description = "Id of the change")),
    request_body(content = StepIn, content_type = "application/json"),
    responses(
        (status = 200, description = "The change as it is now", body = ChangeViewOut, content_type = "application/json"),
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
    let answer = async {
        let actor = caller::permitted(&service, &headers, Permission::EditBlocklist).await?;
        let asked: StepIn = caller::read_json(&service, &headers, body).await?;
        let step = Step::from_key(&asked.step);
        let step = step.ok_or_else(|| Problem::Refused(Refusal::bad_query("step")))?;
        let id = caller::id(&id, "block change")?;
        let done = block::step(&service.app, &actor, id, step, &asked.reason).await;
        done.map_err(|error| caller::problem(&service, &error))?;
        let view = block::change(&service.app, &actor, id).await;
        let view = view.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&ChangeViewOut::of(&view)))
    };
    caller::respond(&headers, answer).await
}

/// Why an entry is lifted.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BlockLiftIn, example = json!({ "words": "Đã xác minh: trang hợp pháp." }))]
#[serde(deny_unknown_fields)]
pub struct LiftIn {
    /// 1 to 2,000 bytes.
    words: String,
}

/// Lifts an entry at once: it is not blocked any more. What an order asks for ends with the order.
#[utoipa::path(
    post,
    path = "/v1/blocklist/entries/{block}/lift",
    tag = "blocklist",
    operation_id = "liftBlock",
    summary = "Gỡ chặn · Lift an entry",
    security(("token" = ["blocklist:write"])),
    params(("block" = String, Path, description = "Id of the entry")),
    request_body(content = LiftIn, content_type = "application/json"),
    responses(
        (status = 200, description = "The entry as it is now", body = EntryViewOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn lift(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let answer = async {
        let actor = caller::permitted(&service, &headers, Permission::EditBlocklist).await?;
        let asked: LiftIn = caller::read_json(&service, &headers, body).await?;
        let id = caller::id(&id, "block")?;
        let done = block::lift(&service.app, &actor, id, &asked.words).await;
        done.map_err(|error| caller::problem(&service, &error))?;
        let view = block::entry(&service.app, &actor, id).await;
        let view = view.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&EntryViewOut::of(&view)))
    };
    caller::respond(&headers, answer).await
}

/// Notes that somebody looked at an entry again and it stays. When it ends stays, too.
#[utoipa::path(
    post,
    path = "/v1/blocklist/entries/{block}/review",
    tag = "blocklist",
    operation_id = "reviewBlock",
    summary = "Đã xem lại, giữ nguyên · Looked at again, it stays",
    security(("token" = ["blocklist:write"])),
    params(("block" = String, Path, description = "Id of the entry")),
    responses(
        (status = 204, description = "Noted"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn review(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let answer = async {
        let actor = caller::permitted(&service, &headers, Permission::EditBlocklist).await?;
        let done = block::review(&service.app, &actor, caller::id(&id, "block")?).await;
        done.map_err(|error| caller::problem(&service, &error))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    caller::respond(&headers, answer).await
}

/// The version that taking a step back made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockRolledBack)]
#[serde(deny_unknown_fields)]
pub struct RolledBackOut {
    /// Its serial.
    serial: u32,
}

/// Takes back the last step that somebody took: a change leaves the list, or what was lifted is blocked again.
#[utoipa::path(
    post,
    path = "/v1/blocklist/rollback",
    tag = "blocklist",
    operation_id = "rollBackBlocklist",
    summary = "Hoàn tác một bước · Take the last step back",
    security(("token" = ["blocklist:write"])),
    responses(
        (status = 200, description = "Taken back", body = RolledBackOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn roll_back(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let answer = async {
        let actor = caller::permitted(&service, &headers, Permission::EditBlocklist).await?;
        let serial = block::roll_back(&service.app, &actor, None).await;
        let serial = serial.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&RolledBackOut { serial }))
    };
    caller::respond(&headers, answer).await
}

/// What a probe found.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BlockProofIn)]
#[serde(deny_unknown_fields)]
pub struct ProofIn {
    /// The entry it is about; none where it is about a name that must be answered.
    block: Option<String>,
    /// Who was asked: 1 to 300 bytes.
    enforcer: String,
    /// `all` (when left out) or `canary`.
    audience: Option<String>,
    /// The version that it has.
    serial: u32,
    /// What was asked: 1 to 300 bytes.
    probe: String,
    /// `blocked`, `answered`, `wrong` or `unreachable`.
    effect: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
}

/// What probes found.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BlockProofsIn, example = json!({ "proofs": [{
    "enforcer": "bind-hn-1", "serial": 1790000000, "probe": "A xau.example", "effect": "blocked", "at": "2026-11-28T08:00:00Z",
}] }))]
#[serde(deny_unknown_fields)]
pub struct ProofsIn {
    /// 1 to 1,000 of them.
    proofs: Vec<ProofIn>,
}

impl ProofsIn {
    fn proofs(self) -> Result<Vec<NewProof>, Problem> {
        let bad = |name| Problem::Refused(Refusal::bad_query(name));
        let read = |proof: ProofIn| {
            let audience = proof.audience.as_deref().unwrap_or(BlockAudience::All.key());
            Ok::<_, Problem>(NewProof {
                entry: proof.block.map(|id| caller::id(&id, "block")).transpose()?,
                enforcer: proof.enforcer,
                audience: BlockAudience::from_key(audience).ok_or_else(|| bad("audience"))?,
                serial: proof.serial,
                probe: proof.probe,
                effect: BlockEffect::from_key(&proof.effect).ok_or_else(|| bad("effect"))?,
                at: moment(&proof.at, "at")?,
            })
        };
        self.proofs.into_iter().map(read).collect()
    }
}

/// Keeps what probes of enforcers found.
#[utoipa::path(
    post,
    path = "/v1/blocklist/proofs",
    tag = "blocklist",
    operation_id = "proveBlocks",
    summary = "Ghi kết quả thăm dò · Keep what probes found",
    security(("token" = ["blocklist:write"])),
    request_body(content = ProofsIn, content_type = "application/json"),
    responses(
        (status = 204, description = "Kept"),
        (status = "default", description = "Refused; nothing was kept", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn prove(State(service): State<Arc<Service>>, headers: HeaderMap, body: Body) -> Response {
    let answer = async {
        let actor = caller::permitted(&service, &headers, Permission::ProveBlocks).await?;
        let proofs = caller::read_as(&service, &headers, body, ProofsIn::proofs).await?;
        let done = block::prove(&service.app, &actor, proofs).await;
        done.map_err(|error| caller::problem(&service, &error))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    caller::respond(&headers, answer).await
}

/// The answer to an objection.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BlockAnswerIn, example = json!({ "result": "lifted", "words": "Đã kiểm tra: trang hợp pháp." }))]
#[serde(deny_unknown_fields)]
pub struct AnswerIn {
    /// `lifted`, `kept`, or `passed_on` to the office that ordered the block.
    result: String,
    /// What whoever objected is told: 1 to 2,000 bytes.
    words: String,
}

/// Answers an objection; where it holds, the value is lifted in the same moment. Who let the value in may not.
#[utoipa::path(
    post,
    path = "/v1/blocklist/objections/{objection}/answer",
    tag = "blocklist",
    operation_id = "answerBlockObjection",
    summary = "Trả lời phản đối · Answer an objection",
    security(("token" = ["blocklist:write"])),
    params(("objection" = String, Path, description = "Id of the objection")),
    request_body(content = AnswerIn, content_type = "application/json"),
    responses(
        (status = 204, description = "Answered"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn answer(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let answer = async {
        let actor = caller::permitted(&service, &headers, Permission::AnswerObjections).await?;
        let asked: AnswerIn = caller::read_json(&service, &headers, body).await?;
        let result = ObjectionResult::from_key(&asked.result);
        let result = result.ok_or_else(|| Problem::Refused(Refusal::bad_query("result")))?;
        let id = caller::id(&id, "objection")?;
        let done = block::answer(&service.app, &actor, id, result, &asked.words).await;
        done.map_err(|error| caller::problem(&service, &error))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    caller::respond(&headers, answer).await
}
