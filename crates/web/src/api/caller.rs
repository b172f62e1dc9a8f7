//! Who calls: the token of a request, and what is common to calls that need one.

use anlanh_app::identity::Caller;
use anlanh_app::{Claim, Error, Made};
use anlanh_model::{Actor, Id, ImageFormat, Permission};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::has_type;
use super::screen::read_body;
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::{Service, edge};

/// Longest `Idempotency-Key`, in bytes.
const MAX_IDEMPOTENCY_KEY_BYTES: usize = 255;
/// Says of an answer that what was asked had been done before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// How many things a page has where nothing else is asked.
const PAGE: u32 = 50;
/// How many things a page has at most.
pub const MAX_PAGE: u32 = 200;

/// Who calls, by the bearer token (RFC 6750).
///
/// # Errors
/// When there is no token, or it is not valid.
pub async fn actor(service: &Service, headers: &HeaderMap) -> Result<Actor, Problem> {
    actor_of(service, bearer(headers)?).await
}

/// Who calls, by a token that came in another way.
///
/// # Errors
/// When it is not valid.
pub async fn actor_of(service: &Service, token: &str) -> Result<Actor, Problem> {
    let actor = service.app.token(token).await;
    let actor = actor.map_err(|error| problem(service, &error))?;
    actor.ok_or_else(|| Problem::Refused(Refusal::unauthorized()))
}

/// [`actor`] for a call that writes, of which the store asks again whether the token is valid. Before anything else is
/// answered, [`actor`] is asked.
///
/// # Errors
/// As [`actor`].
pub async fn writer(service: &Service, headers: &HeaderMap) -> Result<Caller, Problem> {
    let caller = service.app.caller(bearer(headers)?).await;
    let caller = caller.map_err(|error| problem(service, &error))?;
    caller.ok_or_else(|| Problem::Refused(Refusal::unauthorized()))
}

fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, token) = authorization
        .and_then(|value| value.split_once(' '))
        .unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Problem::Refused(Refusal::unauthorized()));
    }
    Ok(token.trim())
}

/// Who calls, where only those may who have this permission: asked before a body of theirs is read.
///
/// # Errors
/// When there is no token, it is not valid, or may not do that.
pub async fn permitted(service: &Service, headers: &HeaderMap, permission: Permission) -> Result<Actor, Problem> {
    let actor = actor(service, headers).await?;
    anlanh_app::permit(&actor, permission).map_err(|error| problem(service, &error))?;
    Ok(actor)
}

/// Answers with what a call gave, or with its problem in the language that is asked for.
pub async fn respond(headers: &HeaderMap, call: impl Future<Output = Result<Response, Problem>>) -> Response {
    let answer = call.await;
    answer.unwrap_or_else(|problem| problem.respond(edge::language(headers)))
}

/// What is answered for an error of a use case. Defects of ours are logged here, once.
pub fn problem(service: &Service, error: &Error) -> Problem {
    if let Error::Item(fault) = error
        && fault.fault != anlanh_api::Fault::Internal
    {
        return Problem::Item(fault.clone());
    }
    if let Some(refusal) = Refusal::of(error) {
        service.metrics.refusal(&refusal);
        return Problem::Refused(refusal);
    }
    let incident = service.incident();
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::error!(incident, error = %error, cause, "use case failed");
    Problem::Internal(incident)
}

/// What a JSON body asks for.
///
/// # Errors
/// When the body is none of its form, or asks for nothing that there is.
pub async fn read_as<In: DeserializeOwned, Asked>(
    service: &Service,
    headers: &HeaderMap,
    body: Body,
    asked: impl FnOnce(In) -> Result<Asked, Problem>,
) -> Result<Asked, Problem> {
    asked(read_json(service, headers, body).await?)
}

/// The key under which a request asks to be done once
/// (draft-ietf-httpapi-idempotency-key-header): a quoted string, or the bare characters of it.
///
/// # Errors
/// When it is not a key.
pub fn claim(headers: &HeaderMap, actor: &Actor, body: &[u8]) -> Result<Option<Claim>, Problem> {
    const NAME: HeaderName = HeaderName::from_static("idempotency-key");
    let Some(value) = headers.get(NAME) else {
        return Ok(None);
    };
    let refused = || Problem::Refused(Refusal::bad_idempotency_key());
    let text = value.to_str().map_err(|_| refused())?;
    let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let key = quoted.unwrap_or(text);
    let printable = key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if key.is_empty() || key.len() > MAX_IDEMPOTENCY_KEY_BYTES || !printable {
        return Err(refused());
    }
    Ok(Some(anlanh_app::claim(actor, key, body)))
}

/// What a JSON body asks for, and the key under which it asks to be done once. A key counts for one path.
///
/// # Errors
/// When the body is none of its form, or the key is none.
pub async fn read_once<In: DeserializeOwned>(
    service: &Service,
    headers: &HeaderMap,
    (actor, path): (&Actor, &str),
    body: Body,
) -> Result<(In, Option<Claim>), Problem> {
    if !has_type(headers, "application/json") {
        return Err(Problem::UnsupportedMediaType("application/json"));
    }
    let body = read_body(body, service.limits).await?;
    let claim = claim(headers, actor, &[path.as_bytes(), b"\n", &body].concat())?;
    Ok((parse(&body)?, claim))
}

/// An answer to a request that made something, now or before.
pub fn made<T>(made: &Made<T>, answer: Response) -> Response {
    let mut answer = answer;
    *answer.status_mut() = StatusCode::CREATED;
    if made.repeated {
        answer.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    answer
}

/// How many things a page shall have.
///
/// # Errors
/// When it is not a number from 1 to [`MAX_PAGE`].
pub fn page_size(asked: Option<&str>) -> Result<u32, Problem> {
    let Some(asked) = asked else {
        return Ok(PAGE);
    };
    let size = asked.parse().ok().filter(|size| (1..=MAX_PAGE).contains(size));
    size.ok_or_else(|| Problem::Refused(Refusal::bad_query("limit")))
}

/// An id in a path or a parameter.
///
/// # Errors
/// In a path, what is no id names nothing.
pub fn id<T>(text: &str, what: &'static str) -> Result<Id<T>, Problem> {
    let refusal = || Refusal::of(&Error::NotFound(what)).unwrap_or_else(|| Refusal::bad_query(what));
    text.parse().map_err(|_| Problem::Refused(refusal()))
}

/// Where a page begins that goes on from another, as its `next` has it.
///
/// # Errors
/// When it is no id.
pub fn before<T>(asked: Option<&str>) -> Result<Option<Id<T>>, Problem> {
    let before = asked.map(str::parse).transpose();
    before.map_err(|_| Problem::Refused(Refusal::bad_query("before")))
}

/// Reads a JSON body that the route describes.
///
/// # Errors
/// When it is of another type, too long, does not arrive, is not JSON, or a field is wrong, missing or unknown.
pub async fn read_json<T: DeserializeOwned>(service: &Service, headers: &HeaderMap, body: Body) -> Result<T, Problem> {
    const JSON: &str = "application/json";
    if !has_type(headers, JSON) {
        return Err(Problem::UnsupportedMediaType(JSON));
    }
    parse(&read_body(body, service.limits).await?)
}

/// A JSON body that the route describes.
///
/// # Errors
/// When it is not JSON, or a field is wrong, missing or unknown.
pub fn parse<'de, T: serde::Deserialize<'de>>(body: &'de [u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::BadBody(error.line(), error.column()))
}

/// A JSON answer.
pub fn json(body: &impl Serialize) -> Response {
    // Writing to memory does not fail.
    written(serde_json::to_vec(body).unwrap_or_default())
}

/// Pictures and letters run nothing and load nothing, even when somebody opens one by itself.
const PICTURE_POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// A picture as an answer: to this site alone, and as a file of this name where somebody opens it by itself.
pub fn picture(format: ImageFormat, name: &str, content: Vec<u8>) -> Response {
    const OF_THIS_SITE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
    let name = format!("attachment; filename=\"{name}.{}\"", format.extension());
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.media_type())),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(PICTURE_POLICY),
        ),
        (OF_THIS_SITE, HeaderValue::from_static("same-origin")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment")),
        ),
    ];
    (headers, content).into_response()
}

/// A letter as a file of this name.
pub fn pdf(name: &str, content: Vec<u8>) -> Response {
    let name = format!("attachment; filename=\"{name}.pdf\"");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(PICTURE_POLICY),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment")),
        ),
    ];
    (headers, content).into_response()
}

/// A JSON answer that is written already.
pub fn written(body: Vec<u8>) -> Response {
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], body).into_response()
}
