//! The files of a version are read, and those of a draft are written.

use std::sync::Arc;

use anlanh_app::policy::{self, Edit};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::draft::Draft;
use super::tagged;
use super::version::VersionOut;
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::problem::ProblemOut;

/// One file as it is written.
#[utoipa::path(
    get,
    path = "/v1/policy/versions/{version}/files/{path}",
    tag = "policy",
    operation_id = "showPolicyFile",
    summary = "Đọc một tệp của phiên bản · Read one file of a version",
    security(("token" = ["policy:read"])),
    params(
        ("version" = String, Path, description = "Id of the version"),
        ("path" = String, Path, description = "Path of the file inside the pack, as in `rules/own.toml`"),
    ),
    responses(
        (status = 200, description = "TOML", body = String, content_type = "text/plain",
            headers(("ETag", description = "The digest of the version, for `If-Match`"))),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path((version, path)): Path<(String, String)>,
) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let id = caller::id(&version, "version")?;
        let found = policy::file(&service.app, &actor, id, &path).await;
        let (version, content) = found.map_err(|error| caller::problem(&service, &error))?;
        let plain = HeaderValue::from_static("text/plain; charset=utf-8");
        let answer = ([(header::CONTENT_TYPE, plain)], content).into_response();
        Ok(tagged(answer, &version.digest))
    };
    caller::respond(&headers, call).await
}

/// Writes a file of a draft, new or in place of the one of that path.
#[utoipa::path(
    put,
    path = "/v1/policy/versions/{version}/files/{path}",
    tag = "policy",
    operation_id = "putPolicyFile",
    summary = "Ghi một tệp của bản nháp · Write a file of a draft",
    security(("token" = ["policy:write"])),
    params(
        ("version" = String, Path, description = "Id of the draft"),
        ("path" = String, Path, description = "Path of the file inside the pack, as in `rules/own.toml`"),
        ("If-Match" = String, Header, description = "The `ETag` of the draft as it was seen"),
    ),
    request_body(content((String = "application/toml"), (String = "text/plain")), description = "At most 8 MiB"),
    responses(
        (status = 200, description = "It was there; the draft as it is now", body = VersionOut,
            content_type = "application/json", headers(("ETag", description = "Its digest, for the next `If-Match`"))),
        (status = 201, description = "It is new; the draft as it is now", body = VersionOut,
            content_type = "application/json", headers(("ETag", description = "Its digest, for the next `If-Match`"))),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn put(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path((version, path)): Path<(String, String)>,
    body: Body,
) -> Response {
    let call = async {
        let draft = Draft::asked(&service, &headers, &version).await?;
        let text = draft.read(body).await?;
        draft.change(Edit::File { path, text }).await
    };
    caller::respond(&headers, call).await
}

/// Takes a file out of a draft.
#[utoipa::path(
    delete,
    path = "/v1/policy/versions/{version}/files/{path}",
    tag = "policy",
    operation_id = "removePolicyFile",
    summary = "Bỏ một tệp khỏi bản nháp · Take a file out of a draft",
    security(("token" = ["policy:write"])),
    params(
        ("version" = String, Path, description = "Id of the draft"),
        ("path" = String, Path, description = "Path of the file inside the pack"),
        ("If-Match" = String, Header, description = "The `ETag` of the draft as it was seen"),
    ),
    responses(
        (status = 200, description = "The draft as it is now", body = VersionOut, content_type = "application/json",
            headers(("ETag", description = "Its digest, for the next `If-Match`"))),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn remove(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path((version, path)): Path<(String, String)>,
) -> Response {
    let call = async {
        let draft = Draft::asked(&service, &headers, &version).await?;
        draft.change(Edit::RemoveFile { path }).await
    };
    caller::respond(&headers, call).await
}
