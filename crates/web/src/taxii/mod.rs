//! `/taxii2/`: collections of indicators over TAXII 2.1 (OASIS Standard, 10 June 2021).
//!
//! It describes itself, and is not in `/openapi.json`. Whatever goes wrong is told as TAXII tells it.

mod answer;
mod envelope;
mod media;
mod query;

use std::sync::Arc;

use anlanh_app::Error;
use anlanh_app::intel::{self, Asked, CollectionView};
use anlanh_model::{Actor, Permission};
use anlanh_stix::json::{Members, Value};
use anlanh_stix::query::Resource;
use anlanh_stix::taxii::{ApiRoot, Collection, Discovery, MEDIA_TYPE};
use axum::body::Body;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::address::Path;
use crate::api::caller;
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::tls::ClientCertificate;
use crate::{Limits, Service};

pub use answer::refuse;

/// Where all of it is.
pub const UNDER: &str = "/taxii2/";
/// The one root.
const ROOT: &str = "/taxii2/anlanh/";

/// What the server has.
pub async fn discovery(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let call = async {
        permitted(&service, &headers, Permission::ReadCollections).await?;
        let site = service.app.site();
        let discovery = Discovery {
            title: site.name().to_owned(),
            description: None,
            contact: site.contact().map(str::to_owned),
            default: Some(ROOT.to_owned()),
            api_roots: vec![ROOT.to_owned()],
        };
        Ok(answer::resource(&discovery.to_members()))
    };
    respond(&headers, call).await
}

/// What the root is.
pub async fn root(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let call = async {
        permitted(&service, &headers, Permission::ReadCollections).await?;
        let root = ApiRoot {
            title: service.app.site().name().to_owned(),
            description: None,
            versions: vec![MEDIA_TYPE.to_owned()],
            max_content_length: i64::try_from(Limits::ENVELOPE_BYTES).unwrap_or(i64::MAX),
        };
        Ok(answer::resource(&root.to_members()))
    };
    respond(&headers, call).await
}

/// Every collection.
pub async fn collections(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let call = async {
        let actor = permitted(&service, &headers, Permission::ReadCollections).await?;
        let views = intel::collections(&service.app, &actor).await;
        let views = views.map_err(|error| caller::problem(&service, &error))?;
        let list: Vec<Value> = views.into_iter().map(|view| Value::Object(described(view))).collect();
        let resource = if list.is_empty() {
            Members::default()
        } else {
            Members::default().with("collections", list)
        };
        Ok(answer::resource(&resource))
    };
    respond(&headers, call).await
}

/// One collection.
pub async fn collection(State(service): State<Arc<Service>>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    let call = async {
        let actor = permitted(&service, &headers, Permission::ReadCollections).await?;
        let view = intel::collection(&service.app, &actor, &name).await;
        let view = view.map_err(|error| caller::problem(&service, &error))?;
        Ok(answer::resource(&described(view)))
    };
    respond(&headers, call).await
}

/// What a collection holds, without the objects.
pub async fn manifest(
    State(service): State<Arc<Service>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let read = async |actor: &Actor, asked: Asked| intel::manifest(&service.app, actor, &name, asked).await;
    page(&service, &headers, (query, Resource::Objects), read, answer::manifest).await
}

/// Objects of a collection.
pub async fn objects(
    State(service): State<Arc<Service>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let read = async |actor: &Actor, asked: Asked| intel::page(&service.app, actor, &name, asked).await;
    page(&service, &headers, (query, Resource::Objects), read, answer::envelope).await
}

/// Objects come in.
pub async fn add(
    State(service): State<Arc<Service>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let call = async {
        let actor = permitted(&service, &headers, Permission::AddIndicators).await?;
        let may = intel::may_add(&service.app, &actor, &name).await;
        may.map_err(|error| caller::problem(&service, &error))?;
        if !media::is_envelope(&headers) {
            return Err(Problem::UnsupportedMediaType(MEDIA_TYPE));
        }
        let _seat = service.envelope_seats.acquire().await;
        let handed = envelope::read(&service, &headers, body).await?;
        let status = intel::add(&service.app, &actor, &name, handed).await;
        let status = status.map_err(|error| caller::problem(&service, &error))?;
        let mut answer = answer::resource(&status.to_members());
        *answer.status_mut() = StatusCode::ACCEPTED;
        Ok(answer)
    };
    respond(&headers, call).await
}

/// Versions of one object.
pub async fn object(
    State(service): State<Arc<Service>>,
    Path((name, object)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let read = async |actor: &Actor, asked: Asked| intel::object(&service.app, actor, &name, &object, asked).await;
    page(&service, &headers, (query, Resource::Object), read, answer::envelope).await
}

/// Versions of one object are taken out.
pub async fn delete(
    State(service): State<Arc<Service>>,
    Path((name, object)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let call = async {
        let actor = permitted(&service, &headers, Permission::AddIndicators).await?;
        let asked = asked(query.as_deref(), Resource::Delete)?;
        let deleted = intel::delete(&service.app, &actor, &name, &object, asked.filter).await;
        deleted.map_err(|error| caller::problem(&service, &error))?;
        Ok(answer::resource(&Members::default()))
    };
    respond(&headers, call).await
}

/// Which versions of one object there are.
pub async fn versions(
    State(service): State<Arc<Service>>,
    Path((name, object)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let read = async |actor: &Actor, asked: Asked| intel::versions(&service.app, actor, &name, &object, asked).await;
    page(&service, &headers, (query, Resource::Versions), read, answer::versions).await
}

/// What became of what was handed in.
pub async fn status(State(service): State<Arc<Service>>, Path(status): Path<String>, headers: HeaderMap) -> Response {
    let call = async {
        let actor = permitted(&service, &headers, Permission::ReadCollections).await?;
        let told = intel::status(&service.app, &actor, &status).await;
        Ok(answer::written(
            told.map_err(|error| caller::problem(&service, &error))?,
        ))
    };
    respond(&headers, call).await
}

/// Lets nobody pass who was asked for a certificate and has none.
pub async fn certified(request: Request, next: Next) -> Response {
    if request.extensions().get() == Some(&ClientCertificate::Missing) {
        return refuse(request.headers(), Problem::Refused(Refusal::certificate_required()));
    }
    next.run(request).await
}

/// Whatever is none of these.
pub async fn nothing(headers: HeaderMap) -> Response {
    refuse(&headers, Problem::NotFound)
}

/// A method that a resource does not have.
pub async fn method_not_allowed(headers: HeaderMap) -> Response {
    refuse(&headers, Problem::MethodNotAllowed)
}

/// A page of what a query asks for, as it is read and shown.
async fn page<T>(
    service: &Service,
    headers: &HeaderMap,
    (query, endpoint): (Option<String>, Resource),
    read: impl AsyncFnOnce(&Actor, Asked) -> Result<intel::Page<T>, Error>,
    show: fn(&intel::Page<T>) -> Response,
) -> Response {
    let call = async {
        let actor = permitted(service, headers, Permission::ReadIndicators).await?;
        let asked = asked(query.as_deref(), endpoint)?;
        let page = read(&actor, asked).await;
        Ok(show(&page.map_err(|error| caller::problem(service, &error))?))
    };
    respond(headers, call).await
}

/// Who calls, where they may do that and take what TAXII answers.
async fn permitted(service: &Service, headers: &HeaderMap, permission: Permission) -> Result<Actor, Problem> {
    let token = shown(headers).ok_or_else(|| Problem::Refused(Refusal::unauthorized()))?;
    let actor = service.app.token(&token).await;
    let actor = actor.map_err(|error| caller::problem(service, &error))?;
    let actor = actor.ok_or_else(|| Problem::Refused(Refusal::unauthorized()))?;
    anlanh_app::permit(&actor, permission).map_err(|error| caller::problem(service, &error))?;
    if !media::is_taken(headers) {
        return Err(Problem::Refused(Refusal::not_acceptable()));
    }
    Ok(actor)
}

/// The token of a request: a bearer (RFC 6750), or the password of a user of any name (RFC 7617).
fn shown(headers: &HeaderMap) -> Option<String> {
    let authorization = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = authorization.split_once(' ')?;
    let credentials = credentials.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(credentials.to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    // The name may be in whatever encoding.
    let decoded = STANDARD.decode(credentials).ok()?;
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    let password = decoded.get(colon + 1..)?;
    String::from_utf8(password.to_vec()).ok()
}

fn asked(query: Option<&str>, endpoint: Resource) -> Result<Asked, Problem> {
    query::read(query.unwrap_or_default(), endpoint).map_err(|name| Problem::Refused(Refusal::bad_query(&name)))
}

fn described(view: CollectionView) -> Members {
    let collection = Collection {
        id: view.row.uuid,
        title: view.row.title,
        description: view.row.description,
        alias: view.row.alias,
        can_read: view.right.can_read,
        can_write: view.right.can_write,
        media_types: ["2.1", "2.0"].map(answer::media_type).to_vec(),
    };
    collection.to_members()
}

async fn respond(headers: &HeaderMap, call: impl Future<Output = Result<Response, Problem>>) -> Response {
    call.await.unwrap_or_else(|problem| refuse(headers, problem))
}
