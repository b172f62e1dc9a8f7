//! `/v1/blocklist`: what the network blocks is read.

pub mod bouncer;
mod out;
pub mod steps;

use std::sync::Arc;

use anlanh_app::block::{self, Portion};
use anlanh_model::{BlockAudience, BlockState, Permission, Time};
use anlanh_soc::blocking::{Origin, coverage};
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::caller;
use crate::Service;
use crate::address::{Path, Query};
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

pub use out::{
    ChangeViewOut, CoverageOut, DifferenceOut, EntriesOut, EntryOut, EntryViewOut, EstimateOut, ObjectionOut,
    ObjectionsOut, OverviewOut,
};

/// The name of the zone in which coverage is counted.
const ZONE: &str = "rpz.anlanh";

/// How the blocklist stands: counts, pending changes, versions, enforcers.
#[utoipa::path(
    get,
    path = "/v1/blocklist",
    tag = "blocklist",
    operation_id = "blocklistOverview",
    summary = "Tình trạng danh sách chặn · How the blocklist stands",
    security(("token" = ["blocklist:read"])),
    responses(
        (status = 200, description = "How it stands", body = OverviewOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn overview(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let answer = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadBlocklist).await?;
        let overview = block::overview(&service.app, &actor).await;
        let overview = overview.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&OverviewOut::of(&overview)))
    };
    caller::respond(&headers, answer).await
}

/// What is asked of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: Option<String>,
    state: Option<String>,
    before: Option<String>,
    limit: Option<String>,
}

/// Entries of the blocklist, newest first.
#[utoipa::path(
    get,
    path = "/v1/blocklist/entries",
    tag = "blocklist",
    operation_id = "listBlocks",
    summary = "Liệt kê giá trị bị chặn · List entries of the blocklist",
    security(("token" = ["blocklist:read"])),
    params(
        ("q" = Option<String>, Query, description = "A part of the value"),
        ("state" = Option<String>, Query, description = "A state of an entry"),
        ("before" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of entries", body = EntriesOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(service): State<Arc<Service>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let answer = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadBlocklist).await?;
        let limit = caller::page_size(asked.limit.as_deref())?;
        let before = caller::before(asked.before.as_deref())?;
        let state = state(asked.state.as_deref())?;
        let rows = block::entries(&service.app, &actor, asked.q, state, before, limit).await;
        let rows = rows.map_err(|error| caller::problem(&service, &error))?;
        let is_full = usize::try_from(limit).is_ok_and(|limit| rows.len() >= limit);
        Ok(caller::json(&EntriesOut {
            next: rows.last().filter(|_| is_full).map(|row| row.entry.id.to_string()),
            blocks: rows.iter().map(EntryOut::of).collect(),
        }))
    };
    caller::respond(&headers, answer).await
}

/// A state of entries, by its key; an empty one is none.
///
/// # Errors
/// When there is no such state.
pub fn state(key: Option<&str>) -> Result<Option<String>, Problem> {
    let Some(key) = key.filter(|key| !key.is_empty()) else {
        return Ok(None);
    };
    match BlockState::from_key(key, Time::from_seconds(0)) {
        Some(_) => Ok(Some(key.to_owned())),
        None => Err(Problem::Refused(Refusal::bad_query("state"))),
    }
}

/// One entry with what probes found and what was said against it.
#[utoipa::path(
    get,
    path = "/v1/blocklist/entries/{block}",
    tag = "blocklist",
    operation_id = "showBlock",
    summary = "Xem một giá trị bị chặn · One entry of the blocklist",
    security(("token" = ["blocklist:read"])),
    params(("block" = String, Path, description = "Id of the entry")),
    responses(
        (status = 200, description = "The entry", body = EntryViewOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let answer = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadBlocklist).await?;
        let view = block::entry(&service.app, &actor, caller::id(&id, "block")?).await;
        let view = view.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&EntryViewOut::of(&view)))
    };
    caller::respond(&headers, answer).await
}

/// One change with its values.
#[utoipa::path(
    get,
    path = "/v1/blocklist/changes/{change}",
    tag = "blocklist",
    operation_id = "showBlockChange",
    summary = "Xem một thay đổi · One change of the blocklist",
    security(("token" = ["blocklist:read"])),
    params(("change" = String, Path, description = "Id of the change")),
    responses(
        (status = 200, description = "The change", body = ChangeViewOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn change(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let answer = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadBlocklist).await?;
        let view = block::change(&service.app, &actor, caller::id(&id, "block change")?).await;
        let view = view.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&ChangeViewOut::of(&view)))
    };
    caller::respond(&headers, answer).await
}

/// Which versions are compared.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Compared {
    from: Option<String>,
    to: Option<String>,
    audience: Option<String>,
}

/// What changed between two versions.
#[utoipa::path(
    get,
    path = "/v1/blocklist/difference",
    tag = "blocklist",
    operation_id = "blocklistDifference",
    summary = "Khác biệt giữa hai phiên bản · What changed between two versions",
    security(("token" = ["blocklist:read"])),
    params(
        ("from" = Option<u32>, Query, description = "Serial of the older version; 0, before the first, when left out"),
        ("to" = Option<u32>, Query, description = "Serial of the newer version; the newest when left out"),
        ("audience" = Option<String>, Query, description = "`all` (when left out) or `canary`"),
    ),
    responses(
        (status = 200, description = "What changed", body = DifferenceOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn difference(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Query(asked): Query<Compared>,
) -> Response {
    let answer = async {
        caller::permitted(&service, &headers, Permission::ReadBlocklist).await?;
        let bad = |name| Problem::Refused(Refusal::bad_query(name));
        let audience = asked.audience.as_deref().unwrap_or(BlockAudience::All.key());
        let audience = BlockAudience::from_key(audience).ok_or_else(|| bad("audience"))?;
        let from = asked
            .from
            .as_deref()
            .map_or(Ok(0), str::parse)
            .map_err(|_| bad("from"))?;
        let to = match asked.to.as_deref() {
            Some(to) => to.parse().map_err(|_| bad("to"))?,
            None => {
                let newest = block::serial(&service.app).await;
                newest.map_err(|error| caller::problem(&service, &error))?
            }
        };
        let difference = block::difference(&service.app, audience, from, to).await;
        let difference = difference.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&DifferenceOut::of(&difference)))
    };
    caller::respond(&headers, answer).await
}

/// What each dialect can say of the list in force, and what it cannot.
#[utoipa::path(
    get,
    path = "/v1/blocklist/coverage",
    tag = "blocklist",
    operation_id = "blocklistCoverage",
    summary = "Từng dạng chặn được những gì · What each dialect covers",
    security(("token" = ["blocklist:read"])),
    responses(
        (status = 200, description = "What is covered", body = CoverageOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn covered(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let answer = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadBlocklist).await?;
        let current = block::current(&service.app, &actor, Portion::For(BlockAudience::All)).await;
        let current = current.map_err(|error| caller::problem(&service, &error))?;
        let job = move || {
            let origin = Origin::parse(ZONE).ok()?;
            let covered = coverage(&current.list, &origin).ok()?;
            Some(CoverageOut::of(current.serial, covered, current.beside))
        };
        let covered = service.exports.run(job).await.ok().flatten();
        let covered = covered.ok_or_else(|| Problem::Internal(service.incident()))?;
        Ok(caller::json(&covered))
    };
    caller::respond(&headers, answer).await
}

/// What is to be weighed.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BlockEstimateIn, example = json!({ "value": "xau.example" }))]
#[serde(deny_unknown_fields)]
pub struct EstimateIn {
    /// A name, URL, address, network or digest.
    value: String,
    /// Of an address: why no name serves.
    why_no_name: Option<String>,
}

/// Says what speaks against blocking a value, and who would be hit. Nothing is kept.
#[utoipa::path(
    post,
    path = "/v1/blocklist/estimate",
    tag = "blocklist",
    operation_id = "estimateBlock",
    summary = "Ước lượng ảnh hưởng · Who would be hit",
    security(("token" = ["blocklist:read"])),
    request_body(content = EstimateIn, content_type = "application/json"),
    responses(
        (status = 200, description = "What was found", body = EstimateOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn estimate(State(service): State<Arc<Service>>, headers: HeaderMap, body: Body) -> Response {
    let answer = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadBlocklist).await?;
        let asked: EstimateIn = caller::read_json(&service, &headers, body).await?;
        let weighed = block::weigh(&service.app, &actor, &asked.value, asked.why_no_name.as_deref());
        let weighed = weighed.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&EstimateOut::of(&weighed)))
    };
    caller::respond(&headers, answer).await
}

/// Objections that nobody has answered, the one that is due first before the others.
#[utoipa::path(
    get,
    path = "/v1/blocklist/objections",
    tag = "blocklist",
    operation_id = "listBlockObjections",
    summary = "Phản đối đang chờ · Objections that wait",
    security(("token" = ["blocklist:read"])),
    responses(
        (status = 200, description = "At most 200", body = ObjectionsOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn objections(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let answer = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadBlocklist).await?;
        let open = block::open_objections(&service.app, &actor).await;
        let open = open.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&ObjectionsOut {
            objections: open.iter().map(ObjectionOut::of).collect(),
        }))
    };
    caller::respond(&headers, answer).await
}
