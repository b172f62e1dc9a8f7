//! `POST /v1/items/{item}/replay`: a past verdict is reached again by what judged it.

use std::sync::Arc;

use anlanh_app::Item;
use anlanh_app::policy::{self, Replayed};
use anlanh_model::{Id, Permission};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::run;
use super::version::VersionOut;
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::problem::ProblemOut;

/// What a replay gave.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Replay)]
#[serde(deny_unknown_fields)]
pub struct ReplayOut {
    /// Whether both verdicts are the same, byte for byte.
    same: bool,
    /// The verdict as it was answered.
    #[schema(value_type = Object)]
    then: Option<Box<RawValue>>,
    /// The verdict as the replay gives it.
    #[schema(value_type = Object)]
    now: Option<Box<RawValue>>,
    /// The version of the policy that judged.
    version: VersionOut,
    /// The lists that were loaded.
    lists: Vec<ListOut>,
}

/// A list of names that was loaded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LoadedList)]
#[serde(deny_unknown_fields)]
pub struct ListOut {
    /// Its id in the policy.
    id: String,
    /// SHA-256 of what it was read from.
    digest: String,
}

/// Judges an item again: with what was known of it then, by the very policy and lists that judged it. That it was
/// done stands in the audit log; the item stays as it is.
#[utoipa::path(
    post,
    path = "/v1/items/{item}/replay",
    tag = "items",
    operation_id = "replayItem",
    summary = "Xét lại như lúc đó · Reach a past verdict again",
    security(("token" = ["items:read"])),
    params(("item" = String, Path, description = "The node's id of the item")),
    responses(
        (status = 200, description = "Both verdicts", body = ReplayOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn replay(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::Replay).await?;
        let id: Id<Item> = caller::id(&id, "item")?;
        let replayed = run(&service, move |app| policy::replay(app, &actor, id)).await?;
        Ok(caller::json(&ReplayOut::new(replayed)))
    };
    caller::respond(&headers, call).await
}

impl ReplayOut {
    fn new(replayed: Replayed) -> Self {
        let lists = replayed.lists.iter().map(|(id, digest)| ListOut {
            id: id.clone(),
            digest: digest.clone(),
        });
        Self {
            same: replayed.is_same(),
            lists: lists.collect(),
            version: VersionOut::new(&replayed.version),
            then: RawValue::from_string(replayed.then).ok(),
            now: RawValue::from_string(replayed.now).ok(),
        }
    }
}
