//! `/v1/appeals` and what belongs to a decision or a case: appeals are handed in, read, talked about and answered.

use std::sync::Arc;

use anlanh_app::AppealRow;
use anlanh_app::appeal::{self, Answer, AppealLine, AppealView, Message};
use anlanh_app::case::{Decided, Verdict};
use anlanh_model::{AppealResult, AppealState, Outcome, Party, Permission, TargetKind};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller;
use super::cases::steps::{MeasureIn, accepted, enforcement, outcome, targets};
use super::cases::{CaseLineOut, DecisionOut};
use super::instant::Instant;
use crate::Service;
use crate::address::{Path, Query};
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

/// An appeal, for somebody whom a decision concerns.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AppealIn, example = json!({ "party": "author", "words": "Tôi chỉ kể lại chuyện bị lừa." }))]
#[serde(deny_unknown_fields)]
pub struct AppealIn {
    /// As what it concerns them: `author`, `reporter` or `owner`.
    #[serde(deserialize_with = "party")]
    #[schema(value_type = String)]
    party: Party,
    /// What they say: 1 to 2,000 characters.
    words: String,
}

/// A message to whoever appealed.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = MessageIn, example = json!({ "words": "Bạn có thể cho biết bài đăng trong nhóm nào không?" }))]
#[serde(deny_unknown_fields)]
pub struct MessageIn {
    /// 1 to 2,000 characters.
    words: String,
}

/// The answer to an appeal.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AppealAnswerIn, example = json!({
    "result": "reversed",
    "facts": "Bài cảnh báo lừa đảo, không xin mã của ai.",
}))]
#[serde(deny_unknown_fields)]
pub struct AnswerIn {
    /// `upheld`, `reversed` or `changed`.
    #[serde(deserialize_with = "result")]
    #[schema(value_type = String)]
    result: AppealResult,
    /// Why: 1 to 5,000 bytes, for whoever appealed.
    facts: String,
    /// Where it is changed, what takes the place of the decision.
    #[serde(default)]
    decision: Option<ReplacementIn>,
}

/// What takes the place of a decision.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ReplacementIn)]
#[serde(deny_unknown_fields)]
pub struct ReplacementIn {
    /// `subject_only`, `label`, `limit`, `hide` or `remove`.
    #[serde(deserialize_with = "outcome")]
    #[schema(value_type = String)]
    outcome: Outcome,
    /// Key of the category.
    category: Option<String>,
    /// Keys of the bases, in force today; those of the category where left out.
    #[serde(default)]
    basis: Vec<String>,
    /// Keys of the labels to be shown.
    #[serde(default)]
    labels: Vec<String>,
    /// As in a decision.
    #[schema(minimum = 1, maximum = 3650)]
    days: Option<u32>,
    /// As in a decision.
    verified: Option<String>,
    /// As in a decision: what was done to those behind the item is lifted first.
    #[serde(default)]
    measures: Vec<MeasureIn>,
    /// As in a decision.
    #[serde(default, deserialize_with = "targets")]
    #[schema(value_type = Option<Vec<String>>)]
    strikes: Option<Vec<TargetKind>>,
}

/// An appeal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Appeal)]
#[serde(deny_unknown_fields)]
pub struct AppealOut {
    /// Its id.
    appeal: String,
    /// The decision that it is against.
    decision: String,
    /// The case in which it is answered.
    case: String,
    /// `author`, `reporter` or `owner`.
    party: &'static str,
    /// `open`, `upheld`, `reversed`, `changed` or `withdrawn`.
    state: &'static str,
    /// What was written; `null` if it was erased.
    #[schema(required = true)]
    words: Option<String>,
    /// When (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    opened_at: Instant,
    /// By when it is to be answered.
    #[schema(value_type = String, format = DateTime)]
    due_at: Instant,
    /// Key of the clock in the policy that says so; empty where none does.
    clock: String,
    /// When it was answered or withdrawn.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    ended_at: Option<Instant>,
    /// How it was answered.
    #[schema(required = true)]
    answer: Option<DecisionOut>,
    /// The talk about it, oldest first; left out of lists.
    messages: Vec<MessageOut>,
}

/// A message of the talk about an appeal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AppealMessage)]
#[serde(deny_unknown_fields)]
pub struct MessageOut {
    /// When (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// `appellant` or `reviewer`.
    from: &'static str,
    /// What; `null` if it was erased.
    #[schema(required = true)]
    words: Option<String>,
}

/// A page of appeals.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Appeals)]
#[serde(deny_unknown_fields)]
pub struct AppealsOut {
    /// The appeals, newest first.
    appeals: Vec<AppealOut>,
    /// Where the next page begins, for `before`; `null` on the last.
    #[schema(required = true)]
    next: Option<String>,
}

/// The talk about an appeal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AppealMessages)]
#[serde(deny_unknown_fields)]
pub struct MessagesOut {
    /// The messages, oldest first.
    messages: Vec<MessageOut>,
}

/// The private links of a decision.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DecisionLinks)]
#[serde(deny_unknown_fields)]
pub struct LinksOut {
    /// One for each party that has something to appeal.
    links: Vec<LinkOut>,
}

/// A private link.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DecisionLink)]
#[serde(deny_unknown_fields)]
pub struct LinkOut {
    /// For whom: `author`, `reporter` or `owner`. Whoever has it is taken for them.
    party: &'static str,
    /// Its path on this node.
    path: String,
}

fn party<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Party, D::Error> {
    let key = String::deserialize(deserializer)?;
    Party::from_key(&key).ok_or_else(|| D::Error::custom("unknown party"))
}

fn result<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AppealResult, D::Error> {
    let key = String::deserialize(deserializer)?;
    AppealResult::from_key(&key).ok_or_else(|| D::Error::custom("unknown result"))
}

/// What is asked of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    state: String,
    before: Option<String>,
    limit: Option<String>,
}

/// Appeals, newest first.
#[utoipa::path(
    get,
    path = "/v1/appeals",
    tag = "appeals",
    operation_id = "listAppeals",
    summary = "Đọc các khiếu nại · Read appeals",
    security(("token" = ["appeals:write"])),
    params(
        ("state" = Option<String>, Query, description = "`open`, `upheld`, `reversed`, `changed` or `withdrawn`"),
        ("before" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of appeals", body = AppealsOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(service): State<Arc<Service>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    caller::respond(&headers, read_page(&service, &headers, asked)).await
}

async fn read_page(service: &Service, headers: &HeaderMap, asked: Asked) -> Result<Response, Problem> {
    let actor = caller::actor(service, headers).await?;
    let limit = caller::page_size(asked.limit.as_deref())?;
    let before = caller::before(asked.before.as_deref())?;
    let at = Some(service.app.clock().now());
    let is_state = AppealState::from_key(&asked.state, at).is_some() || asked.state == AppealState::Open.key();
    if !asked.state.is_empty() && !is_state {
        return Err(Problem::Refused(Refusal::bad_query("state")));
    }
    let rows = appeal::list(&service.app, &actor, asked.state, before, limit).await;
    let rows = rows.map_err(|error| caller::problem(service, &error))?;
    let full = usize::try_from(limit).is_ok_and(|limit| rows.len() >= limit);
    Ok(caller::json(&AppealsOut {
        next: rows.last().filter(|_| full).map(|line| line.row.appeal.id.to_string()),
        appeals: rows.iter().map(AppealOut::of_line).collect(),
    }))
}

/// One appeal with the talk about it and its answer.
#[utoipa::path(
    get,
    path = "/v1/appeals/{appeal}",
    tag = "appeals",
    operation_id = "showAppeal",
    summary = "Đọc một khiếu nại · Read one appeal",
    security(("token" = ["appeals:write"])),
    params(("appeal" = String, Path, description = "Id of the appeal")),
    responses(
        (status = 200, description = "The appeal", body = AppealOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    caller::respond(&headers, read_one(&service, &headers, &id)).await
}

async fn read_one(service: &Service, headers: &HeaderMap, id: &str) -> Result<Response, Problem> {
    let actor = caller::permitted(service, headers, Permission::ReadAppeals).await?;
    let view = appeal::show(&service.app, &actor, caller::id(id, "appeal")?).await;
    let view = view.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::json(&AppealOut::of_view(&view)))
}

/// Appeals against a decision, for a user of the platform.
#[utoipa::path(
    post,
    path = "/v1/decisions/{decision}/appeals",
    tag = "appeals",
    operation_id = "appealDecision",
    summary = "Khiếu nại một quyết định · Appeal against a decision",
    security(("token" = ["appeals:write"])),
    params(("decision" = String, Path, description = "Id of the decision")),
    request_body(content = AppealIn, content_type = "application/json"),
    responses(
        (status = 201, description = "The appeal, safely kept", body = AppealOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn open(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    caller::respond(&headers, try_open(&service, &headers, &id, body)).await
}

async fn try_open(service: &Service, headers: &HeaderMap, id: &str, body: Body) -> Result<Response, Problem> {
    let actor = caller::permitted(service, headers, Permission::SubmitAppeals).await?;
    let sent: AppealIn = caller::read_json(service, headers, body).await?;
    let id = caller::id(id, "decision")?;
    let opened = appeal::open(&service.app, &actor, id, sent.party, &sent.words).await;
    let opened = opened.map_err(|error| caller::problem(service, &error))?;
    Ok((StatusCode::CREATED, caller::json(&AppealOut::of_line(&opened))).into_response())
}

/// The private links of a decision, for the platform to hand on. Whoever has one is taken for its party.
#[utoipa::path(
    get,
    path = "/v1/decisions/{decision}/links",
    tag = "appeals",
    operation_id = "decisionLinks",
    summary = "Đường dẫn riêng cho từng bên · The private link of each party",
    security(("token" = ["appeals:write"])),
    params(("decision" = String, Path, description = "Id of the decision")),
    responses(
        (status = 200, description = "The links", body = LinksOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn links(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    caller::respond(&headers, read_links(&service, &headers, &id)).await
}

async fn read_links(service: &Service, headers: &HeaderMap, id: &str) -> Result<Response, Problem> {
    let actor = caller::permitted(service, headers, Permission::SubmitAppeals).await?;
    let links = appeal::links(&service.app, &actor, caller::id(id, "decision")?).await;
    let links = links.map_err(|error| caller::problem(service, &error))?;
    let links = links.iter().map(|(party, secret)| LinkOut {
        party: party.key(),
        path: secret.path(),
    });
    Ok(caller::json(&LinksOut { links: links.collect() }))
}

/// Answers an appeal.
#[utoipa::path(
    post,
    path = "/v1/cases/{case}/appeal-answer",
    tag = "appeals",
    operation_id = "answerAppeal",
    summary = "Trả lời một khiếu nại · Answer an appeal",
    security(("token" = ["cases:write"])),
    params(("case" = String, Path, description = "Id of the case of the appeal")),
    request_body(content = AnswerIn, content_type = "application/json"),
    responses(
        (status = 200, description = "The decision that the answer is", body = DecisionOut,
            content_type = "application/json"),
        (status = 202, description = "The case: a second person must confirm the answer before it takes effect",
            body = CaseLineOut, content_type = "application/json"),
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
    caller::respond(&headers, try_answer(&service, &headers, &id, body)).await
}

async fn try_answer(service: &Service, headers: &HeaderMap, id: &str, body: Body) -> Result<Response, Problem> {
    let actor = caller::permitted(service, headers, Permission::DecideCases).await?;
    let sent: AnswerIn = caller::read_json(service, headers, body).await?;
    let answer = sent.read()?;
    let answered = appeal::answer(&service.app, &actor, caller::id(id, "case")?, answer).await;
    let answered = answered.map_err(|error| caller::problem(service, &error))?;
    Ok(match answered {
        Decided::Done(decision) => caller::json(&DecisionOut::new(&decision)),
        Decided::AwaitingSecond(row) => accepted(&CaseLineOut::new(&row, service.app.clock().now())),
    })
}

/// Writes to whoever appealed, who reads it behind their private link.
#[utoipa::path(
    post,
    path = "/v1/cases/{case}/appeal-messages",
    tag = "appeals",
    operation_id = "writeToAppellant",
    summary = "Nhắn cho người khiếu nại · Write to whoever appealed",
    security(("token" = ["cases:write"])),
    params(("case" = String, Path, description = "Id of the case of the appeal")),
    request_body(content = MessageIn, content_type = "application/json"),
    responses(
        (status = 200, description = "The talk as it is now", body = MessagesOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn say(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    caller::respond(&headers, try_say(&service, &headers, &id, body)).await
}

async fn try_say(service: &Service, headers: &HeaderMap, id: &str, body: Body) -> Result<Response, Problem> {
    let actor = caller::permitted(service, headers, Permission::DecideCases).await?;
    let sent: MessageIn = caller::read_json(service, headers, body).await?;
    let said = appeal::say(&service.app, &actor, caller::id(id, "case")?, &sent.words).await;
    let said = said.map_err(|error| caller::problem(service, &error))?;
    let messages = said.iter().map(MessageOut::new).collect();
    Ok(caller::json(&MessagesOut { messages }))
}

impl AnswerIn {
    fn read(self) -> Result<Answer, Problem> {
        let misfit = || Problem::Refused(Refusal::misfit_answer());
        match (self.result, self.decision) {
            (AppealResult::Upheld, None) => Ok(Answer::Uphold(self.facts)),
            (AppealResult::Reversed, None) => Ok(Answer::Reverse(self.facts)),
            (AppealResult::Changed, Some(decision)) => Ok(Answer::Change(Verdict {
                outcome: decision.outcome,
                category: decision.category,
                basis: decision.basis,
                labels: decision.labels,
                facts: self.facts,
                enforcement: enforcement(decision.days, decision.verified, decision.measures, decision.strikes),
            })),
            (AppealResult::Upheld | AppealResult::Reversed, Some(_)) | (AppealResult::Changed, None) => Err(misfit()),
        }
    }
}

impl AppealOut {
    /// The answer for this appeal, without the talk.
    fn of_line(line: &AppealLine) -> Self {
        Self::of(&line.row, line.words.clone())
    }

    fn of(row: &AppealRow, words: Option<String>) -> Self {
        let appeal = &row.appeal;
        Self {
            appeal: appeal.id.to_string(),
            decision: row.decision.to_string(),
            case: row.case.to_string(),
            party: appeal.side.party.key(),
            state: appeal.state.key(),
            words,
            opened_at: Instant(appeal.opened_at),
            due_at: Instant(row.due_at),
            clock: row.clock.clone(),
            ended_at: appeal.state.ended_at().map(Instant),
            answer: None,
            messages: Vec::new(),
        }
    }

    /// The answer for this appeal.
    pub fn of_view(view: &AppealView) -> Self {
        Self {
            answer: view.answer.as_ref().map(DecisionOut::new),
            messages: view.messages.iter().map(MessageOut::new).collect(),
            ..Self::of(&view.row, view.words.clone())
        }
    }
}

impl MessageOut {
    fn new(message: &Message) -> Self {
        Self {
            at: Instant(message.at),
            from: if message.staff.is_some() {
                "reviewer"
            } else {
                "appellant"
            },
            words: message.words.clone(),
        }
    }
}
