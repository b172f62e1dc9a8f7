//! `/.well-known/anlanh` and `/v1/peer/messages`: who this node is, and what other nodes say to it (docs/PROTOCOL.md).

use std::sync::Arc;

use anlanh_app::issued;
use anlanh_app::peer::{self, MAX_MESSAGE_BYTES, ReceiveError};
use anlanh_model::Permission;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller;
use super::log::file;
use super::screen::read_up_to;
use crate::Service;
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

/// The field that says from which number on a stream is wanted.
const EXPECTED: HeaderName = HeaderName::from_static("anlanh-expected");

/// The card of this node: who it is, its keys, its public log.
#[utoipa::path(
    get,
    path = "/.well-known/anlanh",
    tag = "peers",
    operation_id = "nodeCard",
    summary = "Nút này là ai · Who this node is",
    responses(
        (status = 200, description = "The card", body = String, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn card(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let call = async {
        let card = peer::card(&service.app).await;
        let card = card.map_err(|error| caller::problem(&service, &error))?;
        Ok(file("application/json", "no-store", card.to_json()))
    };
    caller::respond(&headers, call).await
}

/// A node that orders may be sent to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Peer)]
#[serde(deny_unknown_fields)]
pub struct PeerOut {
    /// Its id.
    peer: String,
    /// Its address.
    url: String,
    /// Its name, as its card says.
    name: String,
    /// What it is, as its card says: `platform`, `telecom`, `authority`.
    roles: Vec<String>,
    /// Key of the office that it speaks for.
    #[schema(required = true)]
    office: Option<String>,
}

/// Nodes that orders may be sent to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Peers)]
#[serde(deny_unknown_fields)]
pub struct PeersOut {
    /// The nodes, by address.
    peers: Vec<PeerOut>,
}

/// The nodes that orders may be sent to: those that were added here, whose card has the key that people compared.
#[utoipa::path(
    get,
    path = "/v1/peers",
    tag = "peers",
    operation_id = "listPeers",
    summary = "Các nút có thể nhận yêu cầu · Nodes that orders may be sent to",
    security(("token" = ["orders:read"])),
    responses(
        (status = 200, description = "The nodes", body = PeersOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::ReadIssued).await?;
        let rows = issued::addressees(&service.app, &actor).await;
        let rows = rows.map_err(|error| caller::problem(&service, &error))?;
        let peers = rows.into_iter().map(|row| PeerOut {
            peer: row.id.to_string(),
            url: row.url,
            name: row.name,
            roles: row.roles,
            office: row.office,
        });
        Ok(caller::json(&PeersOut { peers: peers.collect() }))
    };
    caller::respond(&headers, call).await
}

/// A message of another node, signed (RFC 9421), is received.
///
/// It is applied once, in the order of its stream, and answered with a signed receipt, also when it was received before.
/// What comes too early is answered with 409 and the number that is expected, in `Anlanh-Expected`.
#[utoipa::path(
    post,
    path = "/v1/peer/messages",
    tag = "peers",
    operation_id = "receiveMessage",
    summary = "Nhận thông điệp của nút khác · A message of another node is received",
    request_body(content = String, content_type = "application/json", description = "The message; see docs/PROTOCOL.md"),
    responses(
        (status = 200, description = "The signed receipt", body = String, content_type = "application/json"),
        (status = "default", description = "Not received; nothing was kept", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn receive(State(service): State<Arc<Service>>, headers: HeaderMap, body: Body) -> Response {
    let mut expected = None;
    let call = try_receive(&service, &headers, body, &mut expected);
    let mut response = caller::respond(&headers, call).await;
    if let Some(number) = expected {
        response.headers_mut().insert(EXPECTED, HeaderValue::from(number));
    }
    response
}

async fn try_receive(
    service: &Service,
    headers: &HeaderMap,
    body: Body,
    expected: &mut Option<u64>,
) -> Result<Response, Problem> {
    let body = read_up_to(body, service.limits, MAX_MESSAGE_BYTES).await?;
    let body = body.ok_or_else(|| Problem::Refused(Refusal::message_too_large()))?;
    let fields: Vec<(&str, &[u8])> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let answered = match peer::receive(&service.app, &fields, &body).await {
        Ok(answered) => answered,
        Err(ReceiveError::Node(error)) => return Err(caller::problem(service, &error)),
        Err(error) => {
            if let ReceiveError::OutOfOrder { expected: number } | ReceiveError::Equivocation { expected: number } =
                &error
            {
                *expected = Some(*number);
            }
            if let ReceiveError::Newer { node } = &error {
                tracing::warn!(
                    node,
                    "another node sends what this one does not know: it has to be updated"
                );
            }
            let refusal = Refusal::of_message(&error);
            service.metrics.refusal(&refusal);
            return Err(Problem::Refused(refusal));
        }
    };
    let mut response = (StatusCode::OK, answered.body).into_response();
    response.headers_mut().remove(header::CONTENT_TYPE);
    for (name, value) in &answered.fields {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    Ok(response)
}
