//! Versions are looked at and checked.

use std::sync::Arc;

use anlanh_app::policy::{self, Checked, VersionView};
use anlanh_app::{Version, VersionRow};
use anlanh_model::Id;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::trial::TrialOut;
use super::{Page, next, run, tagged};
use crate::Service;
use crate::address::{Path, Query};
use crate::api::caller;
use crate::api::instant::Instant;
use crate::problem::{MistakeOut, Problem, ProblemOut};

/// A version of the policy.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyVersion)]
#[serde(deny_unknown_fields)]
pub struct VersionOut {
    /// Its id.
    id: String,
    /// The version it was made from.
    #[schema(required = true)]
    parent: Option<String>,
    /// SHA-256 of its files, as verdicts name it.
    digest: String,
    /// `loaded`, `draft`, `sealed` or `discarded`.
    state: &'static str,
    /// What it is for, in the words of who made it.
    note: String,
    /// Name of who made it; `null` for what the operator loaded.
    #[schema(required = true)]
    by: Option<String>,
    /// When it was made (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// When it was last changed (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    changed_at: Instant,
}

/// A page of versions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyVersions)]
#[serde(deny_unknown_fields)]
pub struct VersionsOut {
    /// The versions, newest first.
    versions: Vec<VersionOut>,
    /// Where the next page begins, for `before`; `null` on the last.
    #[schema(required = true)]
    next: Option<String>,
}

/// A version with what belongs to it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyVersionInFull)]
#[serde(deny_unknown_fields)]
pub struct VersionInFullOut {
    /// The version.
    version: VersionOut,
    /// Its files, in the byte order of their paths.
    files: Vec<FileOut>,
    /// The version it was made from.
    #[schema(required = true)]
    parent: Option<VersionOut>,
    /// Its last trials, newest first; at most 20.
    trials: Vec<TrialOut>,
    /// Whether it is in force.
    is_in_force: bool,
    /// Whether it runs in shadow.
    is_in_shadow: bool,
}

/// A file of a version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyFile)]
#[serde(deny_unknown_fields)]
pub struct FileOut {
    /// Its path inside the pack.
    path: String,
    /// Its length.
    bytes: usize,
}

/// What is wrong with a version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyCheck)]
#[serde(deny_unknown_fields)]
pub struct CheckOut {
    /// Whether it may judge: there are no mistakes and no failures.
    good: bool,
    /// What keeps it from being read, place by place; at most 10,000.
    mistakes: Vec<MistakeOut>,
    /// How many examples were run; none where there are mistakes.
    examples: usize,
    /// The examples that did not give what they should.
    failures: Vec<FailureOut>,
}

/// An example that did not give what it should.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FailedExample)]
#[serde(deny_unknown_fields)]
pub struct FailureOut {
    /// Path of its file inside the pack.
    file: String,
    /// Its line, from 1.
    line: usize,
    /// The rule or entry it stands beside.
    id: String,
    /// `hit` or `miss`.
    expected: &'static str,
    /// Which of these examples it is, from 1.
    number: usize,
    /// What it gave instead, in English.
    what: String,
}

/// Versions, newest first.
#[utoipa::path(
    get,
    path = "/v1/policy/versions",
    tag = "policy",
    operation_id = "listPolicyVersions",
    summary = "Liệt kê các phiên bản · Read the versions",
    security(("token" = ["policy:read"])),
    params(
        ("before" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "A page of versions", body = VersionsOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(service): State<Arc<Service>>, headers: HeaderMap, Query(page): Query<Page>) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let limit = caller::page_size(page.limit.as_deref())?;
        let before = caller::before(page.before.as_deref())?;
        let versions = policy::versions(&service.app, &actor, before, limit).await;
        let versions = versions.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&VersionsOut {
            next: next(&versions, limit, |version| version.id.to_string()),
            versions: versions.iter().map(VersionOut::new).collect(),
        }))
    };
    caller::respond(&headers, call).await
}

/// One version with the paths of its files, and what became of it. Its `ETag` is its digest.
#[utoipa::path(
    get,
    path = "/v1/policy/versions/{version}",
    tag = "policy",
    operation_id = "showPolicyVersion",
    summary = "Đọc một phiên bản · Read one version",
    security(("token" = ["policy:read"])),
    params(("version" = String, Path, description = "Id of the version")),
    responses(
        (status = 200, description = "The version", body = VersionInFullOut, content_type = "application/json",
            headers(("ETag", description = "Its digest, for `If-Match`"))),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let call = async {
        let view = read(&service, &headers, &id).await?;
        let answer = caller::json(&VersionInFullOut::new(&view));
        Ok(tagged(answer, &view.version.digest))
    };
    caller::respond(&headers, call).await
}

/// Looks at every part of a version and runs every example beside its rules and entries. It changes nothing.
#[utoipa::path(
    post,
    path = "/v1/policy/versions/{version}/check",
    tag = "policy",
    operation_id = "checkPolicyVersion",
    summary = "Kiểm tra một phiên bản và chạy các ví dụ · Check a version and run its examples",
    security(("token" = ["policy:read"])),
    params(("version" = String, Path, description = "Id of the version")),
    responses(
        (status = 200, description = "What is wrong with it, if anything", body = CheckOut,
            content_type = "application/json", headers(("ETag", description = "The digest of what was checked"))),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn check(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let call = async {
        let view = read(&service, &headers, &id).await?;
        let checked = run(&service, move |_| Ok(policy::check(&view.files))).await?;
        Ok(tagged(caller::json(&CheckOut::new(&checked)), &view.version.digest))
    };
    caller::respond(&headers, call).await
}

async fn read(service: &Service, headers: &HeaderMap, id: &str) -> Result<VersionView, Problem> {
    let actor = caller::actor(service, headers).await?;
    let id: Id<Version> = caller::id(id, "version")?;
    let view = policy::show(&service.app, &actor, id).await;
    view.map_err(|error| caller::problem(service, &error))
}

impl VersionOut {
    /// The answer for this version.
    pub fn new(version: &VersionRow) -> Self {
        Self {
            id: version.id.to_string(),
            parent: version.parent.map(|parent| parent.to_string()),
            digest: version.digest.clone(),
            state: version.state.key(),
            note: version.note.clone(),
            by: version.by.clone(),
            created_at: Instant(version.created_at),
            changed_at: Instant(version.changed_at),
        }
    }
}

impl VersionInFullOut {
    fn new(view: &VersionView) -> Self {
        let files = view.files.iter().map(|(path, content)| FileOut {
            path: path.clone(),
            bytes: content.len(),
        });
        Self {
            version: VersionOut::new(&view.version),
            files: files.collect(),
            parent: view.parent.as_ref().map(|(parent, _)| VersionOut::new(parent)),
            trials: view.trials.iter().map(TrialOut::new).collect(),
            is_in_force: view.is_live,
            is_in_shadow: view.is_shadow,
        }
    }
}

impl CheckOut {
    fn new(checked: &Checked) -> Self {
        let (mistakes, examples, failures) = match checked {
            Checked::Mistaken(mistakes) => (mistakes.as_slice(), 0, [].as_slice()),
            Checked::Read { examples, failures, .. } => ([].as_slice(), *examples, failures.as_slice()),
        };
        let failures = failures.iter().map(|failure| FailureOut {
            file: failure.file.clone(),
            line: failure.line,
            id: failure.id.clone(),
            expected: failure.expected.key(),
            number: failure.number,
            what: failure.what.en.clone(),
        });
        Self {
            good: checked.is_good(),
            mistakes: mistakes.iter().map(MistakeOut::new).collect(),
            examples,
            failures: failures.collect(),
        }
    }
}
