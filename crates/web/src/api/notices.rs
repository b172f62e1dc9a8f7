//! `/v1/notices`: orders of authorities that everybody may read of.

use std::sync::Arc;

use anlanh_app::published;
use anlanh_model::{Id, Order};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::caller;
use crate::Service;
use crate::address::Query;
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

/// What is asked of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    after: Option<String>,
    limit: Option<String>,
}

/// Orders of authorities that are over and not confidential, newest first, in the words of Lumen's notices: which office, what,
/// under which articles, when, and how much of it was done. Of what they were aimed at there is the kind, and of addresses the
/// host.
#[utoipa::path(
    get,
    path = "/v1/notices",
    tag = "reports",
    operation_id = "listNotices",
    summary = "Các yêu cầu được công khai · Orders that are public",
    params(
        ("after" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of notices", body = String, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(service): State<Arc<Service>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let call = async {
        let limit = caller::page_size(asked.limit.as_deref())?;
        let before = asked.after.as_deref().map(str::parse::<Id<Order>>).transpose();
        let before = before.map_err(|_| Problem::Refused(Refusal::bad_query("after")))?;
        let page = published::notices(&service.app, before, limit).await;
        let page = page.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&page))
    };
    caller::respond(&headers, call).await
}
