//! Drafts are begun, changed rule by rule and entry by entry, and thrown away.
//!
//! Whoever changes one says in `If-Match` which state of it they saw, so that two people cannot write over each other.

use std::sync::Arc;

use anlanh_api::Fault;
use anlanh_app::policy::{self, Edit};
use anlanh_app::{Error, PolicyError, Version};
use anlanh_model::{Actor, Id, Permission, TextError};
use anlanh_pack::BlockKind;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use utoipa::ToSchema;

use super::version::VersionOut;
use super::{located, tagged};
use crate::Service;
use crate::address::{Path, Query};
use crate::api::screen::read_up_to;
use crate::api::{caller, has_type};
use crate::limits::Limits;
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

/// A draft to be begun.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PolicyDraftIn, example = json!({ "from": "06d4y1tgqz7v0", "note": "thêm mồi trúng thưởng" }))]
#[serde(deny_unknown_fields)]
pub struct DraftIn {
    /// Id of the version that it begins as.
    #[serde(deserialize_with = "id")]
    #[schema(value_type = String)]
    from: Id<Version>,
    /// What it is for: 1 to 2,000 bytes.
    note: String,
}

fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Id<Version>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(D::Error::custom)
}

/// Begins a draft from a version, in force or not.
#[utoipa::path(
    post,
    path = "/v1/policy/drafts",
    tag = "policy",
    operation_id = "beginPolicyDraft",
    summary = "Bắt đầu một bản nháp · Begin a draft",
    security(("token" = ["policy:write"])),
    request_body(content = DraftIn, content_type = "application/json"),
    responses(
        (status = 201, description = "The draft", body = VersionOut, content_type = "application/json", headers(
            ("Location", description = "Its path"),
            ("ETag", description = "Its digest, for `If-Match`"),
        )),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn begin(State(service): State<Arc<Service>>, headers: HeaderMap, body: Body) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::EditPolicy).await?;
        let DraftIn { from, note } = caller::read_json(&service, &headers, body).await?;
        let draft = policy::begin(&service.app, &actor, from, &note).await;
        let draft = draft.map_err(|error| caller::problem(&service, &error))?;
        let mut answer = caller::json(&VersionOut::new(&draft));
        *answer.status_mut() = StatusCode::CREATED;
        let answer = located(answer, &format!("/v1/policy/versions/{}", draft.id));
        Ok(tagged(answer, &draft.digest))
    };
    caller::respond(&headers, call).await
}

/// Throws a draft away. It is kept, and nothing can be done with it any more.
#[utoipa::path(
    post,
    path = "/v1/policy/versions/{version}/discard",
    tag = "policy",
    operation_id = "discardPolicyDraft",
    summary = "Bỏ một bản nháp · Throw a draft away",
    security(("token" = ["policy:write"])),
    params(("version" = String, Path, description = "Id of the draft")),
    responses(
        (status = 204, description = "It was thrown away"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn discard(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::EditPolicy).await?;
        let discarded = policy::discard(&service.app, &actor, caller::id(&id, "version")?).await;
        discarded.map_err(|error| caller::problem(&service, &error))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    caller::respond(&headers, call).await
}

/// The file that a new rule or entry goes to.
#[derive(Debug, Deserialize)]
pub struct Place {
    file: Option<String>,
}

macro_rules! block {
    (
        $kind:ident, $path:literal, $name:literal,
        $put:ident, $put_id:literal, $put_summary:literal, $remove:ident, $remove_id:literal, $remove_summary:literal
    ) => {
        /// Writes it as it shall read, from its table's header on: in its place, or at the end of `file` where there is
        /// none of this id.
        #[utoipa::path(
            put,
            path = $path,
            tag = "policy",
            operation_id = $put_id,
            summary = $put_summary,
            security(("token" = ["policy:write"])),
            params(
                ("version" = String, Path, description = "Id of the draft"),
                ($name = String, Path, description = "The id it has before the change"),
                ("file" = Option<String>, Query, description = "Path of the file that a new one goes to"),
                ("If-Match" = String, Header, description = "The `ETag` of the draft as it was seen"),
            ),
            request_body(content((String = "application/toml"), (String = "text/plain")), description = "At most 8 MiB"),
            responses(
                (status = 200, description = "It was there; the draft as it is now", body = VersionOut,
                    content_type = "application/json",
                    headers(("ETag", description = "Its digest, for the next `If-Match`"))),
                (status = 201, description = "It is new; the draft as it is now", body = VersionOut,
                    content_type = "application/json",
                    headers(("ETag", description = "Its digest, for the next `If-Match`"))),
                (status = "default", description = "Refused; nothing changed", body = ProblemOut,
                    content_type = "application/problem+json"),
            )
        )]
        pub async fn $put(
            State(service): State<Arc<Service>>,
            headers: HeaderMap,
            Path((version, id)): Path<(String, String)>,
            Query(place): Query<Place>,
            body: Body,
        ) -> Response {
            let call = async {
                let draft = Draft::asked(&service, &headers, &version).await?;
                let text = draft.read(body).await?;
                draft.put_block(BlockKind::$kind, id, place.file, text).await
            };
            caller::respond(&headers, call).await
        }

        /// Takes it out of the file it is in.
        #[utoipa::path(
            delete,
            path = $path,
            tag = "policy",
            operation_id = $remove_id,
            summary = $remove_summary,
            security(("token" = ["policy:write"])),
            params(
                ("version" = String, Path, description = "Id of the draft"),
                ($name = String, Path, description = "Its id"),
                ("If-Match" = String, Header, description = "The `ETag` of the draft as it was seen"),
            ),
            responses(
                (status = 200, description = "The draft as it is now", body = VersionOut,
                    content_type = "application/json",
                    headers(("ETag", description = "Its digest, for the next `If-Match`"))),
                (status = "default", description = "Refused; nothing changed", body = ProblemOut,
                    content_type = "application/problem+json"),
            )
        )]
        pub async fn $remove(
            State(service): State<Arc<Service>>,
            headers: HeaderMap,
            Path((version, id)): Path<(String, String)>,
        ) -> Response {
            let call = async {
                let draft = Draft::asked(&service, &headers, &version).await?;
                draft.remove_block(BlockKind::$kind, id).await
            };
            caller::respond(&headers, call).await
        }
    };
}

block! {
    Rule, "/v1/policy/versions/{version}/rules/{rule}", "rule",
    put_rule, "putPolicyRule", "Ghi một quy tắc của bản nháp · Write a rule of a draft",
    remove_rule, "removePolicyRule", "Bỏ một quy tắc khỏi bản nháp · Take a rule out of a draft"
}
block! {
    Entry, "/v1/policy/versions/{version}/entries/{entry}", "entry",
    put_entry, "putPolicyEntry", "Ghi một mục từ của bản nháp · Write a lexicon entry of a draft",
    remove_entry, "removePolicyEntry", "Bỏ một mục từ khỏi bản nháp · Take a lexicon entry out of a draft"
}

/// A draft that somebody who may wants to change, as they saw it.
pub struct Draft<'r> {
    service: &'r Service,
    headers: &'r HeaderMap,
    actor: Actor,
    id: Id<Version>,
    seen: String,
}

impl<'r> Draft<'r> {
    /// The draft that a request is about; its body is not read yet.
    ///
    /// # Errors
    /// When the one who asks may not, it is no id, or the request does not say what was seen.
    pub async fn asked(service: &'r Service, headers: &'r HeaderMap, id: &str) -> Result<Self, Problem> {
        let actor = caller::permitted(service, headers, Permission::EditPolicy).await?;
        Ok(Self {
            service,
            headers,
            actor,
            id: caller::id(id, "version")?,
            seen: seen(headers).ok_or_else(|| Problem::Refused(Refusal::precondition_required()))?,
        })
    }

    /// Reads the TOML that a request brings.
    ///
    /// # Errors
    /// When it is of another type, too long, does not arrive, or is not UTF-8. It need not be TOML yet.
    pub async fn read(&self, body: Body) -> Result<String, Problem> {
        const TOML: &str = "application/toml";
        if !has_type(self.headers, TOML) && !has_type(self.headers, "text/plain") {
            return Err(Problem::UnsupportedMediaType(TOML));
        }
        let text = read_up_to(body, self.service.limits, Limits::PACK_FILE_BYTES).await?;
        let text = text.ok_or_else(|| self.refused(&PolicyError::TooMuchPack.into()))?;
        String::from_utf8(text.into()).map_err(|_| Problem::Item(Fault::NotUtf8.into()))
    }

    /// Changes it; answers with the draft as it is now, with 201 where the edit added something (RFC 9110, section 9.3.4).
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn change(self, edit: Edit) -> Result<Response, Problem> {
        let changed = policy::edit(&self.service.app, &self.actor, self.id, &self.seen, edit).await;
        let policy::Edited { draft, is_new } = changed.map_err(|error| self.refused(&error))?;
        let mut answer = caller::json(&VersionOut::new(&draft));
        if is_new {
            *answer.status_mut() = StatusCode::CREATED;
        }
        Ok(tagged(answer, &draft.digest))
    }

    async fn put_block(
        self,
        kind: BlockKind,
        id: String,
        path: Option<String>,
        text: String,
    ) -> Result<Response, Problem> {
        // What is blank would take it out, which is for DELETE to say.
        if text.trim().is_empty() {
            return Err(self.refused(&Error::Text(kind.key(), TextError::Empty)));
        }
        self.change(Edit::Block { kind, id, path, text }).await
    }

    async fn remove_block(self, kind: BlockKind, id: String) -> Result<Response, Problem> {
        let (path, text) = (None, String::new());
        self.change(Edit::Block { kind, id, path, text }).await
    }

    fn refused(&self, error: &Error) -> Problem {
        match (caller::problem(self.service, error), error) {
            (Problem::Refused(refusal), Error::Policy(PolicyError::DraftChanged)) => {
                Problem::Refused(refusal.into_failed_precondition())
            }
            (problem, _) => problem,
        }
    }
}

/// The one strong entity tag that `If-Match` names. A list or `*` would say that it does not matter what was seen.
fn seen(headers: &HeaderMap) -> Option<String> {
    let tag = headers.get(header::IF_MATCH)?.to_str().ok()?.trim();
    let tag = tag.strip_prefix('"')?.strip_suffix('"')?;
    (!tag.contains('"')).then(|| tag.to_owned())
}
