//! The steps of an order over the API. Each answers with the order as it is then.

use std::sync::Arc;

use anlanh_app::order::{self, Step};
use anlanh_model::Permission;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::body::{self, AmendmentIn, AnswerIn, ContestIn, ExecutionIn, OwnerIn, WithdrawalIn};
use super::out::OrderOut;
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::problem::{Problem, ProblemOut};

/// Takes a step with an order, and answers with the order as it is then. The body is read by whoever may take steps alone.
async fn take_step(
    service: &Service,
    headers: &HeaderMap,
    id: &str,
    read: impl AsyncFnOnce() -> Result<Step, Problem>,
) -> Response {
    let answer = async {
        let actor = caller::permitted(service, headers, Permission::HandleOrders).await?;
        let step = read().await?;
        let id = caller::id(id, "order")?;
        let done = order::step(&service.app, &actor, id, step).await;
        done.map_err(|error| caller::problem(service, &error))?;
        let view = order::show(&service.app, &actor, id).await;
        let view = view.map_err(|error| caller::problem(service, &error))?;
        Ok(caller::json(&OrderOut::of(&view)))
    };
    caller::respond(headers, answer).await
}

/// Notes that the office was called back and the order is genuine. What came on paper or by e-mail has its document then.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/authentication",
    tag = "orders",
    operation_id = "authenticateOrder",
    summary = "Ghi nhận gọi lại xác thực · Note the call-back",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    request_body(content = body::CallIn, content_type = "application/json"),
    responses(
        (status = 200, description = "Done", body = OrderOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn authenticate(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    take_step(&service, &headers, &id, async || {
        let step = |asked: body::CallIn| Ok(Step::Authenticate(asked.call()?));
        caller::read_as(&service, &headers, body, step).await
    })
    .await
}

/// Confirms that the order is in scope: refused where the policy says that it is not.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/scope-check",
    tag = "orders",
    operation_id = "checkOrder",
    summary = "Xác nhận thẩm quyền và căn cứ · Confirm the scope",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    responses(
        (status = 200, description = "Done", body = OrderOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn check(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    take_step(&service, &headers, &id, async || Ok(Step::Check)).await
}

/// Takes an order that is authenticated and in scope.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/take",
    tag = "orders",
    operation_id = "takeOrder",
    summary = "Nhận yêu cầu · Take an order",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    responses(
        (status = 200, description = "Done", body = OrderOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn take(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    take_step(&service, &headers, &id, async || Ok(Step::Take)).await
}

/// Carries a target out: through the platform, or, for kinds that the node does not carry out, by noting what was done by hand. A lock without an end waits for a second person: `proposed`.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/execution",
    tag = "orders",
    operation_id = "executeOrder",
    summary = "Thực hiện với một đối tượng · Carry out a target",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    request_body(content = ExecutionIn, content_type = "application/json"),
    responses(
        (status = 200, description = "Done", body = OrderOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn execute(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    take_step(&service, &headers, &id, async || {
        caller::read_as(&service, &headers, body, ExecutionIn::step).await
    })
    .await
}

/// Asks the owner of the account, page, group or channel where a target stands to remove it.
///
/// They are told by an action of kind `notice`, and have the policy's deadline for owners. The platform's own deadline runs
/// on; what the owner says, or lets run out, is for whoever has the order. Of confidential orders nobody is asked.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/owner-request",
    tag = "orders",
    operation_id = "askOwner",
    summary = "Yêu cầu chủ trang, nhóm, kênh gỡ · Ask an owner to remove a target",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    request_body(content = OwnerIn, content_type = "application/json"),
    responses(
        (status = 200, description = "Done", body = OrderOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn ask_owner(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    take_step(&service, &headers, &id, async || {
        caller::read_as(&service, &headers, body, OwnerIn::step).await
    })
    .await
}

/// Contests a target or the whole, with a ground and words.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/contest",
    tag = "orders",
    operation_id = "contestOrder",
    summary = "Phản đối · Contest",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    request_body(content = ContestIn, content_type = "application/json"),
    responses(
        (status = 200, description = "Done", body = OrderOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn contest(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    take_step(&service, &headers, &id, async || {
        let step = |asked: ContestIn| asked.step();
        caller::read_as(&service, &headers, body, step).await
    })
    .await
}

/// Answers the order as a whole. No target is open then, except where user information is asked for.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/answer",
    tag = "orders",
    operation_id = "answerOrder",
    summary = "Trả lời cơ quan · Answer",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    request_body(content = AnswerIn, content_type = "application/json"),
    responses(
        (status = 200, description = "Done", body = OrderOut, content_type = "application/json"),
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
    take_step(&service, &headers, &id, async || {
        let step = |asked: AnswerIn| Ok(Step::Answer(asked.words));
        caller::read_as(&service, &headers, body, step).await
    })
    .await
}

/// Notes what the office changed. The scope is checked anew before anything acts; what was done to targets that it names no more is lifted.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/amendment",
    tag = "orders",
    operation_id = "amendOrder",
    summary = "Ghi nhận sửa đổi · Note an amendment",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    request_body(content = AmendmentIn, content_type = "application/json"),
    responses(
        (status = 200, description = "Done", body = OrderOut, content_type = "application/json"),
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
    take_step(&service, &headers, &id, async || {
        let step = |asked: AmendmentIn| asked.step();
        caller::read_as(&service, &headers, body, step).await
    })
    .await
}

/// Notes that the office withdrew the order: exactly what it did is lifted.
#[utoipa::path(
    post,
    path = "/v1/orders/{order}/withdrawal",
    tag = "orders",
    operation_id = "withdrawOrder",
    summary = "Ghi nhận thu hồi · Note a withdrawal",
    security(("token" = ["orders:write"])),
    params(("order" = String, Path, description = "Id of the order")),
    request_body(content = WithdrawalIn, content_type = "application/json"),
    responses(
        (status = 200, description = "Done", body = OrderOut, content_type = "application/json"),
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
    take_step(&service, &headers, &id, async || {
        let step = |asked: WithdrawalIn| Ok(Step::Withdraw(asked.call.call()?, asked.words));
        caller::read_as(&service, &headers, body, step).await
    })
    .await
}
