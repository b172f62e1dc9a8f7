//! What is answered.

use anlanh_app::intel::{Head, ObjectRow, Page, version_text};
use anlanh_model::Time;
use anlanh_stix::json::{Members, Value};
use anlanh_stix::taxii::{Envelope, ErrorMessage, MEDIA_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::query::next;
use crate::edge;
use crate::problem::Problem;

const FIRST: HeaderName = HeaderName::from_static("x-taxii-date-added-first");
const LAST: HeaderName = HeaderName::from_static("x-taxii-date-added-last");

/// A resource.
pub fn resource(members: &Members) -> Response {
    written(members.to_string().into_bytes())
}

/// A resource that is written already.
pub fn written(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE))], body).into_response()
}

/// A page of objects (section 3.7).
pub fn envelope(page: &Page<ObjectRow>) -> Response {
    let mut body = head(page).to_string().into_bytes();
    if !page.rows.is_empty() {
        // In place of the brace that closes it.
        body.pop();
        body.extend_from_slice(b",\"objects\":[");
        for (at, row) in page.rows.iter().enumerate() {
            if at > 0 {
                body.push(b',');
            }
            body.extend_from_slice(&row.body);
        }
        body.extend_from_slice(b"]}");
    }
    let ends = [page.rows.first(), page.rows.last()].map(|row| row.map(|row| row.head.added));
    dated(written(body), ends)
}

/// A page of a manifest (section 5.3).
pub fn manifest(page: &Page<Head>) -> Response {
    let entries = page.rows.iter().map(|row| {
        let entry = Members::default()
            .with("id", row.id.as_str())
            .with("date_added", timestamp(row.added))
            .with("version", version_text(row.version))
            .with("media_type", media_type(&row.spec_version));
        Value::Object(entry)
    });
    listed(page, "objects", entries.collect())
}

/// A page of versions (section 5.8).
pub fn versions(page: &Page<Head>) -> Response {
    let versions = page.rows.iter().map(|row| Value::from(version_text(row.version)));
    listed(page, "versions", versions.collect())
}

/// What goes wrong (section 3.6.1), with what HTTP says beside it.
pub fn refuse(headers: &HeaderMap, problem: Problem) -> Response {
    let language = edge::language(headers);
    let status = problem.status();
    let message = ErrorMessage {
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        description: Some(problem.detail(language)),
        error_id: problem.incident(),
        error_code: Some(problem.code().to_owned()),
        http_status: Some(status.as_u16().to_string()),
    };
    let mut answer = resource(&message.to_members());
    *answer.status_mut() = status;
    let told = answer.headers_mut();
    told.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    told.insert(header::VARY, HeaderValue::from_static("accept-language"));
    if status == StatusCode::UNAUTHORIZED {
        for challenge in ["Bearer realm=\"anlanh\"", "Basic realm=\"anlanh\", charset=\"UTF-8\""] {
            told.append(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        told.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    }
    answer
}

/// The media type of objects of a version of STIX.
pub fn media_type(spec_version: &str) -> String {
    format!("application/stix+json;version={spec_version}")
}

fn listed(page: &Page<Head>, name: &str, list: Vec<Value>) -> Response {
    let members = head(page);
    let members = if list.is_empty() {
        members
    } else {
        members.with(name, list)
    };
    let ends = [page.rows.first(), page.rows.last()].map(|row| row.map(|row| row.added));
    dated(resource(&members), ends)
}

fn head<T>(page: &Page<T>) -> Members {
    let envelope = Envelope {
        more: page.next.is_some(),
        next: page.next.map(next),
    };
    envelope.to_members()
}

fn dated(mut answer: Response, ends: [Option<Time>; 2]) -> Response {
    for (name, at) in [FIRST, LAST].into_iter().zip(ends) {
        if let Some(value) = at.and_then(|at| HeaderValue::from_str(&timestamp(at)).ok()) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

/// To the microsecond, whatever it is: that is how TAXII writes moments.
fn timestamp(at: Time) -> String {
    let whole = anlanh_stix::Timestamp {
        seconds: at.as_seconds(),
        nanos: 0,
    };
    let micros = at.as_micros().rem_euclid(1_000_000);
    format!("{}.{micros:06}Z", whole.to_string().trim_end_matches('Z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_six_digits() {
        assert_eq!(
            timestamp(Time::from_micros(1_790_000_000_000_007)),
            "2026-09-21T14:13:20.000007Z"
        );
        assert_eq!(timestamp(Time::from_micros(-1)), "1969-12-31T23:59:59.999999Z");
    }
}
