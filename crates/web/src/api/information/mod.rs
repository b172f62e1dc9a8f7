//! `/v1/orders/{order}/information`: what is told an authority about users, step by step. What was entered is in no answer.

mod body;
mod out;

use std::sync::Arc;

use anlanh_app::order::information::{self, InformationFile, InformationStep};
use anlanh_model::{Actor, Permission};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::caller;
use crate::Service;
use crate::address::Path;
use crate::problem::{Problem, ProblemOut};

pub use body::DemandIn;
pub use out::{DemandOut, InformationOut, said};

/// What was asked about users for an order, who approved it, and what became of it. What was entered is not in it.
#[utoipa::path(
    get,
    path = "/v1/orders/{order}/information",
    tag = "information",
    operation_id = "showInformation",
    summary = "Đọc yêu cầu cung cấp thông tin · Read what was asked about users",
    security(("token" = ["orders:read"])),
    params(("order" = String, Path, description = "Id of the order")),
    responses(
        (status = 200, description = "What may be asked for, and the requests", body = InformationOut,
            content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let answer = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadOrders).await?;
        read(&service, &actor, &id).await
    };
    caller::respond(&headers, answer).await
}

async fn read(service: &Service, actor: &Actor, id: &str) -> Result<Response, Problem> {
    let view = information::show(&service.app, actor, caller::id(id, "order")?).await;
    let view = view.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::json(&InformationOut::of(&view)))
}

/// Takes a step, and answers with what is there then. The body is read by whoever may take the step alone.
async fn take(
    service: &Service,
    headers: &HeaderMap,
    id: &str,
    permission: Permission,
    step: impl AsyncFnOnce() -> Result<InformationStep, Problem>,
) -> Response {
    let answer = async {
        let actor = caller::permitted(service, headers, permission).await?;
        let step = step().await?;
        let done = information::step(&service.app, &actor, caller::id(id, "order")?, step).await;
        done.map_err(|error| caller::problem(service, &error))?;
        read(service, &actor, id).await
    };
    caller::respond(headers, answer).await
}

/// Proposes what to tell: for what purpose, which fields of the law, of which period, encrypted to which key. It is about the
/// targets of the order that are open, and is approved by two others. Where the office said what it asks for, less may be
/// proposed and never more.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/information",
    tag = "information",
    operation_id = "proposeInformation",
    summary = "Đề nghị cung cấp thông tin · Propose what to tell",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    request_body(content = body::ProposalIn, content_type = "application/json"),
    responses(
        (status = 200, description = "Proposed", body = InformationOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn propose(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    take(&service, &headers, &id, Permission::HandleOrders, async || {
        caller::read_as(&service, &headers, body, body::ProposalIn::step).await
    })
    .await
}

/// Approves it. Two people approve, neither of whom proposed it; each time the order and the law are asked anew.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/information/approval",
    tag = "information",
    operation_id = "approveInformation",
    summary = "Duyệt · Approve",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    responses(
        (status = 200, description = "Approved", body = InformationOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn approve(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    take(&service, &headers, &id, Permission::ApproveInformation, async || {
        Ok(InformationStep::Approve)
    })
    .await
}

/// Does not approve it, or takes it back: it may be proposed anew. What was entered is erased.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/information/decline",
    tag = "information",
    operation_id = "declineInformation",
    summary = "Không duyệt, rút lại · Decline or take back",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    request_body(content = body::WordsIn, content_type = "application/json"),
    responses(
        (status = 200, description = "Declined", body = InformationOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn decline(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    take(&service, &headers, &id, Permission::ApproveInformation, async || {
        let step = |asked: body::WordsIn| Ok(InformationStep::Decline(asked.words));
        caller::read_as(&service, &headers, body, step).await
    })
    .await
}

/// Enters what was approved: every approved field of every target, and nothing else. A list without entries says that the
/// platform does not have it. What was entered before is replaced; nobody reads it here again.
#[utoipa::path(
    put,
    path = "/v1/orders/{order}/information/entries",
    tag = "information",
    operation_id = "enterInformation",
    summary = "Nhập thông tin đã duyệt · Enter what was approved",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    request_body(content = body::EntriesIn, content_type = "application/json"),
    responses(
        (status = 200, description = "Entered", body = InformationOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn enter(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    take(&service, &headers, &id, Permission::HandleOrders, async || {
        let step = |asked: body::EntriesIn| Ok(asked.step());
        caller::read_as(&service, &headers, body, step).await
    })
    .await
}

/// Encrypts what was entered, and what the node itself holds of it, to the key of whoever asked. Done again, it makes a new
/// file.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/information/preparation",
    tag = "information",
    operation_id = "prepareInformation",
    summary = "Mã hóa thành tệp · Make the file",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    responses(
        (status = 200, description = "Prepared", body = InformationOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn prepare(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    take(&service, &headers, &id, Permission::HandleOrders, async || {
        Ok(InformationStep::Prepare)
    })
    .await
}

/// Takes the file out of the node, once: encrypted in the age format to the key of whoever asked. Whoever loses it has it
/// prepared again.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/information/file",
    tag = "information",
    operation_id = "fetchInformation",
    summary = "Tải tệp, một lần · Take the file out, once",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    responses(
        (status = 200, description = "The file", content((String = "application/octet-stream"))),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn fetch(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let answer = async {
        let actor = caller::permitted(&service, &headers, Permission::HandleOrders).await?;
        fetch_for(&service, &actor, &id).await
    };
    caller::respond(&headers, answer).await
}

/// The file as an answer: to be saved, and kept by nobody on the way.
///
/// # Errors
/// When the one who asks may not, or the file is not to be had.
pub async fn fetch_for(service: &Service, actor: &Actor, id: &str) -> Result<Response, Problem> {
    const OF_THIS_SITE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
    let found = information::fetch(&service.app, actor, caller::id(id, "order")?).await;
    let InformationFile { name, bytes, .. } = found.map_err(|error| caller::problem(service, &error))?;
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/octet-stream"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'"),
        ),
        (OF_THIS_SITE, HeaderValue::from_static("same-origin")),
        (
            header::CONTENT_DISPOSITION,
            name.unwrap_or(HeaderValue::from_static("attachment")),
        ),
    ];
    Ok((headers, bytes).into_response())
}

/// Says that the file was handed over, and how. That answers the order and meets its deadline; those whom it is about are told
/// as soon as the order allows it.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/information/hand-over",
    tag = "information",
    operation_id = "handOverInformation",
    summary = "Ghi đã giao · Say that it was handed over",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    request_body(content = body::WordsIn, content_type = "application/json"),
    responses(
        (status = 200, description = "Handed over", body = InformationOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn hand_over(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    take(&service, &headers, &id, Permission::HandleOrders, async || {
        let step = |asked: body::WordsIn| Ok(InformationStep::HandOver(asked.words));
        caller::read_as(&service, &headers, body, step).await
    })
    .await
}

/// Refuses to tell anything, with a ground and words. One person does; that answers the order and meets its deadline.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/information/refusal",
    tag = "information",
    operation_id = "refuseInformation",
    summary = "Từ chối cung cấp · Refuse",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    request_body(content = body::RefusalIn, content_type = "application/json"),
    responses(
        (status = 200, description = "Refused", body = InformationOut, content_type = "application/json"),
        (status = "default", description = "Not done; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn refuse(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    take(&service, &headers, &id, Permission::HandleOrders, async || {
        caller::read_as(&service, &headers, body, body::RefusalIn::step).await
    })
    .await
}
