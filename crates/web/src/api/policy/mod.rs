//! `/v1/policy`: versions of the policy are drafted, checked, tried, put in force and taken back.
//!
//! Whatever compiles a version runs to its end once it has begun, also when the one who asked is gone: what judges
//! follows the store.

pub mod draft;
pub mod file;
pub mod replay;
pub mod rule;
pub mod step;
pub mod trial;
pub mod version;

use std::sync::Arc;

use anlanh_app::{App, Error, policy};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller;
use crate::Service;
use crate::problem::{Problem, ProblemOut};
use trial::TrialOut;
use version::VersionOut;

/// What is asked of a list with pages.
#[derive(Debug, Deserialize)]
pub struct Page {
    before: Option<String>,
    limit: Option<String>,
}

/// What is in force, what is tried and what is being written.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Policy)]
#[serde(deny_unknown_fields)]
pub struct OverviewOut {
    /// The version in force.
    in_force: VersionOut,
    /// What runs in shadow.
    #[schema(required = true)]
    shadow: Option<ShadowOut>,
    /// The versions that are being written, newest first.
    drafts: Vec<VersionOut>,
    /// The version that the operator loaded, where what is in force was not made from it.
    #[schema(required = true)]
    offered: Option<VersionOut>,
    /// The version that a roll-back would put in force.
    #[schema(required = true)]
    before: Option<VersionOut>,
}

/// What runs in shadow.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyShadow)]
#[serde(deny_unknown_fields)]
pub struct ShadowOut {
    /// The version.
    version: VersionOut,
    /// Where it is counted what it would change.
    trial: TrialOut,
}

/// What is in force, what is tried and what is being written.
#[utoipa::path(
    get,
    path = "/v1/policy",
    tag = "policy",
    operation_id = "showPolicy",
    summary = "Xem phiên bản đang áp dụng, chạy ngầm và bản nháp · Read what is in force, in shadow and in drafts",
    security(("token" = ["policy:read"])),
    responses(
        (status = 200, description = "The policy", body = OverviewOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn overview(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let overview = policy::overview(&service.app, &actor).await;
        let overview = overview.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&OverviewOut::new(&overview)))
    };
    caller::respond(&headers, call).await
}

impl OverviewOut {
    fn new(overview: &policy::Overview) -> Self {
        Self {
            in_force: VersionOut::new(&overview.live),
            shadow: overview.shadow.as_ref().map(|(version, trial)| ShadowOut {
                version: VersionOut::new(version),
                trial: TrialOut::new(trial),
            }),
            drafts: overview.drafts.iter().map(VersionOut::new).collect(),
            offered: overview.offered.as_ref().map(VersionOut::new),
            before: overview.before.as_ref().map(VersionOut::new),
        }
    }
}

/// Does what compiles a version, or judges by one that is not in memory. Once it has begun it comes to its end.
async fn run<T: Send + 'static>(
    service: &Arc<Service>,
    job: impl FnOnce(&App) -> Result<T, Error> + Send + 'static,
) -> Result<T, Problem> {
    let shared = Arc::clone(service);
    let done = service.policies.run(move || job(&shared.app)).await;
    let Ok(done) = done else {
        let incident = service.incident();
        tracing::error!(incident, "work on the policy did not finish");
        return Err(Problem::Internal(incident));
    };
    done.map_err(|error| caller::problem(service, &error))
}

/// An answer about a state of a version: its entity tag is the version's digest.
fn tagged(mut response: Response, digest: &str) -> Response {
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{digest}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// An answer that says where to go on.
fn located(mut response: Response, path: &str) -> Response {
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(header::LOCATION, path);
    }
    response
}

/// Where the next page of a list begins: after its last, if it is full.
fn next<T>(rows: &[T], limit: u32, id: impl Fn(&T) -> String) -> Option<String> {
    let full = usize::try_from(limit).is_ok_and(|limit| rows.len() >= limit);
    rows.last().filter(|_| full).map(id)
}
