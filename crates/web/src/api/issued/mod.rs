//! `/v1/issued`: orders that this node's own office issues are drafted, signed, followed.

mod body;
mod out;

use std::sync::Arc;

use anlanh_app::Error;
use anlanh_app::issued::{self, Change, Numbered, Which};
use anlanh_model::{Actor, Id, Issued, Permission};
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::caller;
use crate::Service;
use crate::address::{Path, Query};
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

use body::{IssuedAmendmentIn, IssuedIn, IssuedWithdrawalIn, ReminderIn};
use out::{IssuedFiguresOut, IssuedListOut, IssuedOut};

/// Drafts an order of this node's office to a platform's node.
///
/// Nothing leaves before it is signed. Only a person may, or a token that stands for one. With an `Idempotency-Key` the same
/// request is done once in 24 hours, and answered with the order as it is then, with `Idempotency-Replayed: true`.
#[utoipa::path(
    post,
    path = "/v1/issued",
    tag = "issued",
    operation_id = "draftIssued",
    summary = "Soạn yêu cầu · Draft an order",
    security(("token" = ["orders:write"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 printable ASCII characters")),
    request_body(content = IssuedIn, content_type = "application/json"),
    responses(
        (status = 201, description = "Drafted", body = IssuedOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing was kept", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn draft(State(service): State<Arc<Service>>, headers: HeaderMap, body: Body) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::DraftIssued).await?;
        let (asked, claim) = caller::read_once::<IssuedIn>(&service, &headers, (&actor, "/v1/issued"), body).await?;
        let drafted = issued::draft_once(&service.app, &actor, asked.entry()?, claim).await;
        let drafted = drafted.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::made(&drafted, shown(&service, &actor, drafted.id).await?))
    };
    caller::respond(&headers, call).await
}

/// What is asked of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    state: Option<String>,
    after: Option<String>,
    limit: Option<String>,
}

/// Orders of this node's office: those that are open, drafts too, or those that are over; newest first.
#[utoipa::path(
    get,
    path = "/v1/issued",
    tag = "issued",
    operation_id = "listIssued",
    summary = "Liệt kê yêu cầu đã soạn · List orders of this office",
    security(("token" = ["orders:read"])),
    params(
        ("state" = Option<String>, Query, description = "`open` (when left out) or `over`"),
        ("after" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of orders", body = IssuedListOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(service): State<Arc<Service>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadIssued).await?;
        let limit = caller::page_size(asked.limit.as_deref())?;
        let bad = |name| Problem::Refused(Refusal::bad_query(name));
        let which = which(asked.state.as_deref()).ok_or_else(|| bad("state"))?;
        let before = asked.after.as_deref().map(str::parse).transpose();
        let before = before.map_err(|_| bad("after"))?;
        let rows = issued::list(&service.app, &actor, which, before, limit).await;
        let rows = rows.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&IssuedListOut::of(&rows, limit)))
    };
    caller::respond(&headers, call).await
}

/// The list that is asked for.
pub fn which(state: Option<&str>) -> Option<Which> {
    match state {
        None | Some("open") => Some(Which::Open),
        Some("over") => Some(Which::Over),
        Some(_) => None,
    }
}

/// How the orders to each node went: how many, how many are open, answered, contested, late, and how long they took.
#[utoipa::path(
    get,
    path = "/v1/issued/figures",
    tag = "issued",
    operation_id = "issuedFigures",
    summary = "Thống kê theo nền tảng · Figures by platform",
    security(("token" = ["orders:read"])),
    responses(
        (status = 200, description = "One line a node", body = IssuedFiguresOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn figures(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadIssued).await?;
        let figures = issued::figures(&service.app, &actor).await;
        let figures = figures.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&IssuedFiguresOut::of(&figures)))
    };
    caller::respond(&headers, call).await
}

/// One order of this node's office: what it says, whether it is in scope, its clock, what the platform says of each target,
/// and which messages have a signed receipt.
#[utoipa::path(
    get,
    path = "/v1/issued/{order}",
    tag = "issued",
    operation_id = "showIssued",
    summary = "Xem một yêu cầu · One order of this office",
    security(("token" = ["orders:read"])),
    params(("order" = String, Path, description = "Id of the order")),
    responses(
        (status = 200, description = "The order", body = IssuedOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadIssued).await?;
        shown(&service, &actor, caller::id(&id, "order")?).await
    };
    caller::respond(&headers, call).await
}

/// Writes a draft anew.
#[utoipa::path(
    put,
    path = "/v1/issued/{order}",
    tag = "issued",
    operation_id = "rewriteIssued",
    summary = "Sửa dự thảo · Write a draft anew",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    request_body(content = IssuedIn, content_type = "application/json"),
    responses(
        (status = 200, description = "Written", body = IssuedOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn rewrite(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let read = async || caller::read_as(&service, &headers, body, IssuedIn::entry).await;
    let act = async |actor: &Actor, id, entry| issued::rewrite(&service.app, actor, id, entry).await;
    take(&service, &headers, &id, Permission::DraftIssued, read, act).await
}

/// Throws a draft away.
#[utoipa::path(
    post,
    path = "/v1/issued/{order}/discard",
    tag = "issued",
    operation_id = "discardIssued",
    summary = "Bỏ dự thảo · Throw a draft away",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    responses(
        (status = 200, description = "Done", body = IssuedOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn discard(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let act = async |actor: &Actor, id, ()| issued::discard(&service.app, actor, id).await;
    take(&service, &headers, &id, Permission::DraftIssued, async || Ok(()), act).await
}

/// Signs a draft: it goes to the platform's node, and nothing in it changes any more. Refused where this node's own policy
/// says that it is out of scope, where whoever signs wrote it and somebody else may sign, and where the office signed another
/// order under its number this year.
#[utoipa::path(
    post,
    path = "/v1/issued/{order}/sign",
    tag = "issued",
    operation_id = "signIssued",
    summary = "Ký và gửi · Sign and send",
    security(("token" = ["orders:write"])),
    params(
        ("order" = String, Path, description = "Id of the order"),
        ("number" = Option<String>, Query, description = "`again` where the number of another order of the year is meant"),
    ),
    responses(
        (status = 200, description = "Signed; it is on its way", body = IssuedOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn sign(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(asked): Query<Signed>,
) -> Response {
    let read = async || match asked.number.as_deref() {
        None => Ok(Numbered::Once),
        Some("again") => Ok(Numbered::Again),
        Some(_) => Err(Problem::Refused(Refusal::bad_query("number"))),
    };
    let act = async |actor: &Actor, id, numbered| issued::sign(&service.app, actor, id, numbered).await;
    take(&service, &headers, &id, Permission::SignIssued, read, act).await
}

/// What is said with a signature.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Signed {
    number: Option<String>,
}

/// Reminds the platform of an order.
#[utoipa::path(
    post,
    path = "/v1/issued/{order}/reminders",
    tag = "issued",
    operation_id = "remindOfIssued",
    summary = "Đôn đốc · Remind",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    request_body(content = ReminderIn, content_type = "application/json"),
    responses(
        (status = 200, description = "Done; it is on its way", body = IssuedOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn remind(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    say(&service, &headers, &id, body, ReminderIn::change).await
}

/// Changes what an order names, or how long it holds.
#[utoipa::path(
    post,
    path = "/v1/issued/{order}/amendments",
    tag = "issued",
    operation_id = "amendIssued",
    summary = "Sửa đổi · Amend",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    request_body(content = IssuedAmendmentIn, content_type = "application/json"),
    responses(
        (status = 200, description = "Done; it is on its way", body = IssuedOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn amend(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    say(&service, &headers, &id, body, IssuedAmendmentIn::change).await
}

/// Withdraws an order: the platform lifts what it did.
#[utoipa::path(
    post,
    path = "/v1/issued/{order}/withdrawal",
    tag = "issued",
    operation_id = "withdrawIssued",
    summary = "Thu hồi · Withdraw",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    request_body(content = IssuedWithdrawalIn, content_type = "application/json"),
    responses(
        (status = 200, description = "Done; it is on its way", body = IssuedOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn withdraw(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    say(&service, &headers, &id, body, IssuedWithdrawalIn::change).await
}

/// Does something with an order, and answers with it as it is then. A body is read for whoever may do that alone.
async fn take<Asked>(
    service: &Service,
    headers: &HeaderMap,
    id: &str,
    permission: Permission,
    read: impl AsyncFnOnce() -> Result<Asked, Problem>,
    act: impl AsyncFnOnce(&Actor, Id<Issued>, Asked) -> Result<(), Error>,
) -> Response {
    let answer = async {
        let actor = caller::permitted(service, headers, permission).await?;
        let asked = read().await?;
        let id = caller::id(id, "order")?;
        let done = act(&actor, id, asked).await;
        done.map_err(|error| caller::problem(service, &error))?;
        shown(service, &actor, id).await
    };
    caller::respond(headers, answer).await
}

/// Says something about an order that was signed, as a body asks for.
async fn say<In: DeserializeOwned>(
    service: &Service,
    headers: &HeaderMap,
    id: &str,
    body: Body,
    change: impl FnOnce(In) -> Result<Change, Problem>,
) -> Response {
    let read = async || caller::read_as(service, headers, body, change).await;
    let act = async |actor: &Actor, id, change| issued::change(&service.app, actor, id, change).await;
    take(service, headers, id, Permission::SignIssued, read, act).await
}

/// An order as it is now.
async fn shown(service: &Service, actor: &Actor, id: Id<Issued>) -> Result<Response, Problem> {
    let view = issued::show(&service.app, actor, id).await;
    let view = view.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::json(&IssuedOut::of(&view)))
}
