//! `/v1/decisions/stream`: what bouncers ask of the local API of CrowdSec.

use std::sync::Arc;

use anlanh_app::block::{self, Pull};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName};
use axum::response::Response;
use serde::Deserialize;

use super::super::caller;
use crate::Service;
use crate::address::Query;
use crate::problem::ProblemOut;

/// Where a bouncer shows its token.
const KEY: HeaderName = HeaderName::from_static("x-api-key");

/// What is asked; what else a bouncer says, as which scopes it knows, is not heard.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    startup: Option<String>,
}

/// The addresses that are blocked, as bouncers of CrowdSec ask for them: all with `startup=true`, and then what changed.
#[utoipa::path(
    get,
    path = "/v1/decisions/stream",
    tag = "blocklist",
    operation_id = "streamBlockDecisions",
    summary = "Các địa chỉ bị chặn, cho bouncer của CrowdSec · Blocked addresses, for bouncers of CrowdSec",
    security(("token" = ["blocklist:follow"])),
    params(
        ("startup" = Option<bool>, Query, description = "`true`: everything, for a bouncer that has just started"),
        ("X-Api-Key" = Option<String>, Header, description = "The token, where it is not in `Authorization`"),
    ),
    responses(
        (status = 200, description = "`new` and `deleted` decisions, each `null` where there are none; each change is told twice, because an answer may be lost", content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn stream(State(service): State<Arc<Service>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let answer = async {
        let actor = match headers.get(KEY).and_then(|key| key.to_str().ok()) {
            Some(key) => caller::actor_of(&service, key).await?,
            None => caller::actor(&service, &headers).await?,
        };
        let pull = match asked.startup.as_deref() {
            Some("true") => Pull::Startup,
            Some(_) | None => Pull::Changes,
        };
        let body = block::follow(&service.app, &actor, pull).await;
        let body = body.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::written(body))
    };
    caller::respond(&headers, answer).await
}
