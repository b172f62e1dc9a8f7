//! Requests to owners: how they are answered, and what the platform says for them.

use std::sync::Arc;

use anlanh_app::owner::{self, Answer, OwnerView, Source};
use anlanh_model::{OwnerState, Permission};
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller;
use super::instant::Instant;
use super::orders::OrderClockOut;
use crate::Service;
use crate::address::Path;
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

/// A request to the owner of an account, page, group or channel to remove something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnerRequest)]
#[serde(deny_unknown_fields)]
pub struct OwnerRequestOut {
    /// Its id.
    request: String,
    /// The order, where an authority ordered it.
    #[schema(required = true)]
    order: Option<String>,
    /// The number of its target.
    #[schema(required = true)]
    target: Option<u32>,
    /// The decision, where it was reported.
    #[schema(required = true)]
    decision: Option<String>,
    /// `account`, `page`, `group` or `channel`.
    owner_kind: &'static str,
    /// The platform's reference of it.
    owner: String,
    /// What is to be removed.
    content: String,
    /// `asked`, `removed` (they say so), `contested` or `ended` (nothing is asked any more).
    state: &'static str,
    /// When they answered, or nothing was asked any more.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    state_at: Option<Instant>,
    /// By whom it was said: `link`, the private one, or `platform`.
    #[schema(required = true)]
    voice: Option<&'static str>,
    /// What they said against it, of an order; against a decision it is an appeal.
    #[schema(required = true)]
    words: Option<String>,
    /// The owner's own deadline.
    clock: OrderClockOut,
}

impl OwnerRequestOut {
    /// A request.
    pub fn of(view: &OwnerView) -> Self {
        let row = &view.row;
        let (order, target, decision) = match row.source {
            Source::Order(order, target) => (Some(order.to_string()), Some(target), None),
            Source::Decision(decision) => (None, None, Some(decision.to_string())),
        };
        let (state_at, voice) = match row.request.state {
            OwnerState::Asked => (None, None),
            OwnerState::Removed { at, voice } | OwnerState::Contested { at, voice } => (Some(at), Some(voice)),
            OwnerState::Ended { at } => (Some(at), None),
        };
        Self {
            request: row.request.id.to_string(),
            order,
            target,
            decision,
            owner_kind: row.owner.kind().key(),
            owner: row.owner.reference().to_owned(),
            content: row.content.clone(),
            state: row.request.state.key(),
            state_at: state_at.map(Instant),
            voice: voice.map(|voice| voice.key()),
            words: view.words.clone(),
            clock: OrderClockOut::of(&row.request.clock),
        }
    }
}

/// What an owner says.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OwnerAnswerIn, example = json!({ "answer": "removed" }))]
#[serde(deny_unknown_fields)]
pub struct AnswerIn {
    /// `removed` or `contested`.
    answer: String,
    /// Why they do not remove it, with `contested` alone: 1 to 4,000 bytes; against a decision, at most 2,000 characters.
    words: Option<String>,
}

impl AnswerIn {
    fn answer(self) -> Result<Answer, Problem> {
        match (self.answer.as_str(), self.words) {
            ("removed", None) => Ok(Answer::Removed),
            ("contested", words) => Ok(Answer::Contested(words.unwrap_or_default())),
            ("removed", Some(_)) => Err(Problem::Refused(Refusal::bad_query("words"))),
            (_, _) => Err(Problem::Refused(Refusal::bad_query("answer"))),
        }
    }
}

/// Says for an owner that they removed what they were asked to, or why they do not.
///
/// It is for owners who answered elsewhere than on the private page. What they removed is looked at by a person.
#[utoipa::path(
    post,
    path = "/v1/owner-requests/{request}/answer",
    tag = "actions",
    operation_id = "answerForOwner",
    summary = "Trả lời thay chủ trang, nhóm, kênh · Answer for an owner",
    security(("token" = ["actions:write"])),
    params(("request" = String, Path, description = "Id of the request, of `owner_request` in an action")),
    request_body(content = AnswerIn, content_type = "application/json"),
    responses(
        (status = 200, description = "The request as it is now", body = OwnerRequestOut, content_type = "application/json"),
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
        let actor = caller::permitted(&service, &headers, Permission::ConfirmActions).await?;
        let said = caller::read_as(&service, &headers, body, AnswerIn::answer).await?;
        let id = caller::id(&id, "owner request")?;
        let view = owner::answer(&service.app, &actor, id, said).await;
        let view = view.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&OwnerRequestOut::of(&view)))
    };
    caller::respond(&headers, answer).await
}
