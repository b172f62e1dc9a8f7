//! `/v1/subjects`: what is known of an account, page, group or channel, and where whoever is behind it is told by mail.

use std::sync::Arc;

use anlanh_api::{ActionOut, Language, TargetOut};
use anlanh_app::enforcement::{self, SubjectView};
use anlanh_app::{StrikeRow, action, contact};
use anlanh_model::{Permission, Target, TargetKind};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller;
use super::cases::MeasureOut;
use super::instant::Instant;
use crate::Service;
use crate::address::{Path, Query};
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

/// Which one is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    reference: String,
}

/// Where somebody hears of decisions.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ContactIn, example = json!({ "email": "lan@vi-du.vn", "language": "vi" }))]
#[serde(deny_unknown_fields)]
pub struct ContactIn {
    /// The e-mail address: 3 to 254 bytes. It is sealed under a key of its own and shown to nobody.
    email: String,
    /// Language of the mails: `vi` or `en`; `vi` when left out.
    language: Option<String>,
}

/// What is known of a subject.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Subject)]
#[serde(deny_unknown_fields)]
pub struct SubjectOut {
    /// Who or what it is.
    target: TargetOut,
    /// Every violation that counts or counted, oldest first.
    strikes: Vec<StrikeOut>,
    /// Every measure, oldest first.
    measures: Vec<MeasureOut>,
    /// The last 50 things that the platform was told, newest first.
    actions: Vec<ActionOut>,
    /// Ids of the cases about it that wait.
    open: Vec<String>,
}

/// A violation that counts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Strike)]
#[serde(deny_unknown_fields)]
pub struct StrikeOut {
    /// Id of the decision.
    decision: String,
    /// Id of its case.
    case: String,
    /// The node's id of the item.
    item: String,
    /// Key of the category.
    category: String,
    /// When it was decided (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// From when on it counts no longer.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Instant,
    /// When it was taken away, if it was.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    revoked_at: Option<Instant>,
}

/// What is known of an account, page, group or channel; of one that nobody ever decided anything about, nothing is.
#[utoipa::path(
    get,
    path = "/v1/subjects/{kind}",
    tag = "cases",
    operation_id = "showSubject",
    summary = "Xem một tài khoản, trang, nhóm hoặc kênh · Read an account, page, group or channel",
    security(("token" = ["cases:read"])),
    params(
        ("kind" = String, Path, description = "`account`, `page`, `group` or `channel`"),
        ("reference" = String, Query, description = "The platform's reference"),
    ),
    responses(
        (status = 200, description = "What is known", body = SubjectOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(kind): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadCases).await?;
        let target = target(&kind, &asked.reference)?;
        let view = enforcement::subject(&service.app, &actor, target).await;
        let view = view.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&SubjectOut::new(&view)))
    };
    caller::respond(&headers, call).await
}

/// Keeps where whoever is behind it hears of decisions by mail, beside what the platform tells: each notice of
/// `GET /v1/actions` from now on. What was kept before is erased, with every mail to it.
#[utoipa::path(
    put,
    path = "/v1/subjects/{kind}/contact",
    tag = "actions",
    operation_id = "keepContact",
    summary = "Đặt địa chỉ nhận thông báo qua thư · Keep where somebody is told by mail",
    security(("token" = ["actions:read", "actions:write"])),
    params(
        ("kind" = String, Path, description = "`account`, `page`, `group` or `channel`"),
        ("reference" = String, Query, description = "The platform's reference"),
    ),
    request_body(content = ContactIn, content_type = "application/json"),
    responses(
        (status = 204, description = "Kept"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn keep_contact(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(kind): Path<String>,
    Query(asked): Query<Asked>,
    body: Body,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::ConfirmActions).await?;
        let sent: ContactIn = caller::read_json(&service, &headers, body).await?;
        let language = sent.language.as_deref().map_or(Some(Language::Vi), Language::from_tag);
        let language = language.ok_or_else(|| Problem::Refused(Refusal::bad_query("language")))?;
        let target = target(&kind, &asked.reference)?;
        let kept = contact::keep(&service.app, &actor, target, &sent.email, language).await;
        kept.map_err(|error| caller::problem(&service, &error))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    caller::respond(&headers, call).await
}

/// Erases where whoever is behind it hears of decisions, with every mail to them.
#[utoipa::path(
    delete,
    path = "/v1/subjects/{kind}/contact",
    tag = "actions",
    operation_id = "eraseContact",
    summary = "Xóa địa chỉ nhận thông báo qua thư · Erase where somebody is told by mail",
    security(("token" = ["actions:write"])),
    params(
        ("kind" = String, Path, description = "`account`, `page`, `group` or `channel`"),
        ("reference" = String, Query, description = "The platform's reference"),
    ),
    responses(
        (status = 204, description = "Erased"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn erase_contact(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(kind): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::ConfirmActions).await?;
        let target = target(&kind, &asked.reference)?;
        let erased = contact::erase(&service.app, &actor, target).await;
        erased.map_err(|error| caller::problem(&service, &error))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    caller::respond(&headers, call).await
}

/// The subject of an address.
///
/// # Errors
/// When it is none.
pub fn target(kind: &str, reference: &str) -> Result<Target, Problem> {
    let bad = |name: &str| Problem::Refused(Refusal::bad_query(name));
    let kind = TargetKind::from_key(kind).filter(|kind| kind.is_subject());
    Target::new(kind.ok_or_else(|| bad("kind"))?, reference).map_err(|_| bad("reference"))
}

impl SubjectOut {
    fn new(view: &SubjectView) -> Self {
        Self {
            target: TargetOut {
                kind: view.target.kind().key(),
                reference: view.target.reference().to_owned(),
            },
            strikes: view.strikes.iter().map(StrikeOut::new).collect(),
            measures: view.measures.iter().map(MeasureOut::new).collect(),
            actions: view.actions.iter().map(action::without_link).collect(),
            open: view.open.iter().map(ToString::to_string).collect(),
        }
    }
}

impl StrikeOut {
    fn new(row: &StrikeRow) -> Self {
        Self {
            decision: row.decision.to_string(),
            case: row.case.to_string(),
            item: row.item.to_string(),
            category: row.category.clone(),
            at: Instant(row.strike.at),
            expires_at: Instant(row.strike.expires_at),
            revoked_at: row.revoked_at.map(Instant),
        }
    }
}
