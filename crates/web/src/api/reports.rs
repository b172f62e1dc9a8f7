//! `/v1/reports`: anybody tells what they saw, and follows it by a private link.

use std::sync::Arc;

use anlanh_api::Language;
use anlanh_app::image::{ImageError, MAX_IMAGE_BYTES};
use anlanh_app::report::{self, NewReport, Receipt, Status};
use anlanh_model::{Actor, Outcome, Permission, Relation, StatutoryClock};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller;
use super::instant::Instant;
use super::screen::read_up_to;
use crate::Service;
use crate::address::Path;
use crate::desk::Visitor;
use crate::gate::{Closed, WINDOW_MINUTES};
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

/// A report.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ReportIn, example = json!({
    "category": "lua-dao",
    "url": "https://vi-du.vn/p/1024",
    "why": "Họ hứa thưởng rồi xin mã OTP.",
    "challenge": "6ab1c2d3.14.c00002.1f.0123456789abcdef0123456789abcdef",
    "proof": "48151",
}))]
#[serde(deny_unknown_fields)]
pub struct ReportIn {
    /// Key of what it is reported as, one of the policy's: `tin-gia`, `xuc-pham`, `doi-tu`, `lua-dao`, `khac`.
    category: String,
    /// Where the thing is. One of `url`, `item` and `text` is needed. At most 2,048 bytes.
    url: Option<String>,
    /// The platform's id of the thing. At most 256 bytes.
    item: Option<String>,
    /// What the thing says. At most 16 KiB.
    text: Option<String>,
    /// Why it is reported. At most 2,000 bytes.
    why: String,
    /// Whom it harms: `own` or `third`; `third` when left out.
    #[schema(pattern = "^(own|third)$")]
    relation: Option<String>,
    /// Name of whoever reports; needed where the category says so. At most 200 bytes.
    name: Option<String>,
    /// E-mail address of whoever reports; needed where the category says so. At most 254 bytes.
    email: Option<String>,
    /// Your reference of whoever reports, where you hand on what your users report: 1 to 256 bytes. Only with a token. Their
    /// reports then count by how often theirs were right, and not as those of somebody trusted.
    reporter: Option<String>,
    /// Language of the answers: `vi` or `en`; `vi` when left out.
    #[schema(pattern = "^(vi|en)$")]
    language: Option<String>,
    /// A challenge of `/v1/reports/challenge`; not needed with a token.
    challenge: Option<String>,
    /// A decimal number so that SHA-256 of `challenge:number` begins with as many zero bits as are asked for. Without it,
    /// the challenge must be 10 seconds old.
    proof: Option<String>,
}

/// What whoever reports is told at once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Receipt)]
pub struct ReceiptOut {
    /// The id, to be named to others.
    report: String,
    /// The secret of the private link; shown this once.
    receipt: String,
    /// `unconfirmed` where nothing moves before the address is confirmed; `open`; `answered`.
    state: &'static str,
    /// Where what becomes of it can be read.
    status_url: String,
    /// Whether a mail asks to confirm the address.
    asks_to_confirm: bool,
}

impl ReceiptOut {
    fn new(service: &Service, receipt: &Receipt) -> Self {
        Self {
            report: receipt.id.to_string(),
            state: receipt.state.key(),
            status_url: service.app.site().url(&format!("/report/{}", receipt.secret)),
            asks_to_confirm: receipt.asks_to_confirm,
            receipt: receipt.secret.clone(),
        }
    }
}

/// What has become of a report.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportStatus)]
pub struct StatusOut {
    /// Its id.
    report: String,
    /// `unconfirmed`, `open`, `answered` or `lapsed`.
    state: &'static str,
    /// Key of what it was reported as.
    category: String,
    /// When it came in.
    #[schema(value_type = String, format = DateTime)]
    received_at: Instant,
    /// Until when the address can be confirmed.
    #[schema(value_type = Option<String>, format = DateTime)]
    confirm_until: Option<Instant>,
    /// The clock that the law sets for it.
    clock: Option<ClockOut>,
    /// When it was answered.
    #[schema(value_type = Option<String>, format = DateTime)]
    answered_at: Option<Instant>,
    /// What was decided: `no_violation`, `subject_only`, `label`, `limit`, `hide`, `remove`.
    outcome: Option<&'static str>,
    /// Where the outcome may be appealed, once there is one.
    appeal_url: Option<String>,
}

/// A statutory clock.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Clock)]
#[serde(deny_unknown_fields)]
pub struct ClockOut {
    /// Its key in the policy.
    key: String,
    /// Keys of its legal bases.
    basis: Vec<String>,
    /// What started it.
    #[schema(value_type = String, format = DateTime)]
    starts_at: Instant,
    /// The last moment at which it is met.
    #[schema(value_type = String, format = DateTime)]
    due_at: Instant,
    /// Whether it ran out before what it asks for was done.
    breached: bool,
}

impl ClockOut {
    /// A clock as it is told.
    pub fn new(clock: &StatutoryClock) -> Self {
        Self {
            key: clock.key.clone(),
            basis: clock.basis.clone(),
            starts_at: Instant(clock.starts_at),
            due_at: Instant(clock.due_at),
            breached: clock.is_breached(),
        }
    }
}

/// Work to be done before a report.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Challenge)]
pub struct ChallengeOut {
    /// To be sent back with the report.
    challenge: String,
    /// How many zero bits are asked for.
    bits: u32,
    /// How long it holds, in minutes.
    minutes: i64,
}

/// Reports something. Anybody may; a token of the scope `reports:write` is trusted, and needs neither work nor a name.
///
/// The answer is sent when the report is safely kept.
#[utoipa::path(
    post,
    path = "/v1/reports",
    tag = "reports",
    operation_id = "report",
    summary = "Gửi phản ánh · Report something",
    security((), ("token" = ["reports:write"])),
    request_body(content = ReportIn, content_type = "application/json"),
    responses(
        (status = 201, description = "Kept", body = ReceiptOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing was kept", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn submit(State(service): State<Arc<Service>>, request: Request) -> Response {
    let headers = request.headers().clone();
    caller::respond(&headers, take(&service, request)).await
}

async fn take(service: &Arc<Service>, request: Request) -> Result<Response, Problem> {
    let (mut head, body) = request.into_parts();
    let actor = if head.headers.contains_key(header::AUTHORIZATION) {
        caller::permitted(service, &head.headers, Permission::SubmitReports).await?
    } else {
        Actor::Outsider
    };
    let sent: ReportIn = caller::read_json(service, &head.headers, body).await?;
    if actor == Actor::Outsider {
        let Ok(visitor) = Visitor::from_request_parts(&mut head, service).await;
        let (challenge, proof) = (sent.challenge.as_deref(), sent.proof.as_deref());
        pass(
            service,
            &visitor,
            challenge.unwrap_or_default(),
            proof.unwrap_or_default(),
        )?;
    }
    let relation = sent
        .relation
        .as_deref()
        .map_or(Some(Relation::Third), Relation::from_key);
    let language = sent.language.as_deref().map_or(Some(Language::Vi), Language::from_tag);
    let unknown = |field| caller::problem(service, &anlanh_app::Error::UnknownKey(field));
    let new = NewReport {
        category: sent.category,
        url: sent.url,
        item: sent.item,
        text: sent.text,
        why: sent.why,
        relation: relation.ok_or_else(|| unknown("relation"))?,
        name: sent.name,
        email: sent.email,
        reporter: sent.reporter,
        language: language.ok_or_else(|| unknown("language"))?.tag(),
    };
    let receipt = report::submit(&service.app, &actor, new).await;
    let receipt = receipt.map_err(|error| caller::problem(service, &error))?;
    let mut response = caller::json(&ReceiptOut::new(service, &receipt));
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

/// Lets a report of an outsider through the gate.
///
/// # Errors
/// When neither work nor waiting stands behind it, or as many came from there as may.
pub fn pass(service: &Service, visitor: &Visitor, challenge: &str, proof: &str) -> Result<(), Problem> {
    let now = service.app.clock().now();
    let passed = service.gate.pass(visitor.ip, challenge, proof, now);
    passed.map_err(|closed| {
        let refusal = match closed {
            Closed::Unproven => Refusal::bad_proof(),
            Closed::TooMany => Refusal::too_many_reports(),
        };
        service.metrics.refusal(&refusal);
        Problem::Refused(refusal)
    })
}

/// Work that lets a report through.
///
/// Find a number so that SHA-256 of `challenge:number` begins with `bits` zero bits. The more reports come from a network,
/// the more is asked.
#[utoipa::path(
    get,
    path = "/v1/reports/challenge",
    tag = "reports",
    operation_id = "reportChallenge",
    summary = "Lấy bài toán chống gửi tự động · Get the work for a report",
    responses(
        (status = 200, description = "A challenge", body = ChallengeOut, content_type = "application/json"),
    )
)]
pub async fn challenge(State(service): State<Arc<Service>>, visitor: Visitor) -> Response {
    let challenge = service.gate.challenge(visitor.ip, service.app.clock().now());
    caller::json(&ChallengeOut {
        challenge: challenge.text,
        bits: challenge.bits,
        minutes: WINDOW_MINUTES,
    })
}

/// Puts a screenshot to a report that waits: one, which nothing takes the place of.
///
/// The body is the picture itself: JPEG, PNG, GIF or WebP of at most 4 MiB, known by its first bytes and never decoded.
#[utoipa::path(
    post,
    path = "/v1/reports/{receipt}/picture",
    tag = "reports",
    operation_id = "reportPicture",
    summary = "Thêm ảnh chụp màn hình vào phản ánh · Put a screenshot to a report",
    params(("receipt" = String, Path, description = "The secret that was answered when it was made")),
    request_body(description = "The picture", content(
        (String = "image/jpeg"), (String = "image/png"), (String = "image/gif"), (String = "image/webp"),
    )),
    responses(
        (status = 204, description = "Kept"),
        (status = "default", description = "Refused; nothing was kept", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn picture(State(service): State<Arc<Service>>, Path(secret): Path<String>, request: Request) -> Response {
    let headers = request.headers().clone();
    let kept = async {
        let refused = |error: anlanh_app::Error| caller::problem(&service, &error);
        // Whoever waits here has sent nothing but a head.
        let _seat = service.images.acquire().await;
        let body = read_up_to(request.into_body(), service.limits, MAX_IMAGE_BYTES).await?;
        let body = body.ok_or_else(|| refused(ImageError::TooLarge.into()))?;
        report::add_picture(&service.app, &secret, body.into())
            .await
            .map_err(refused)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    caller::respond(&headers, kept).await
}

/// What has become of a report, for whoever has its receipt.
#[utoipa::path(
    get,
    path = "/v1/reports/{receipt}",
    tag = "reports",
    operation_id = "reportStatus",
    summary = "Theo dõi phản ánh · Follow a report",
    params(("receipt" = String, Path, description = "The secret that was answered when it was made")),
    responses(
        (status = 200, description = "The report", body = StatusOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn status(State(service): State<Arc<Service>>, headers: HeaderMap, Path(secret): Path<String>) -> Response {
    let read = async {
        let status = report::status(&service.app, &secret).await;
        let status = status.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&written(&service, &status)))
    };
    caller::respond(&headers, read).await
}

fn written(service: &Service, status: &Status) -> StatusOut {
    StatusOut {
        report: status.id.to_string(),
        state: status.state.key(),
        category: status.category.clone(),
        received_at: Instant(status.received_at),
        confirm_until: status.confirm_until.map(Instant),
        clock: status.clock.as_ref().map(ClockOut::new),
        answered_at: status.answered_at.map(Instant),
        outcome: status.outcome.map(Outcome::key),
        appeal_url: status.appeal.as_deref().map(|path| service.app.site().url(path)),
    }
}
