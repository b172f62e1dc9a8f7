//! `GET /openapi.json`: the description of the API (OpenAPI 3.1), a file beside the code.
//!
//! What handlers and types say of themselves is read for the tests alone, which hold the file against it; `cargo xtask
//! openapi` writes it anew.

#[cfg(test)]
mod description;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::Service;

/// The description as it stands in the repository: for people, and for `git diff`.
const DOCUMENT: &str = include_str!("../../../assets/openapi.json");

/// The description as it is served.
pub fn document() -> Bytes {
    compact(DOCUMENT).into()
}

/// JSON without the white space between its parts.
fn compact(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let mut compact = json.to_owned();
    compact.retain(|c| {
        if c == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = in_string && c == '\\' && !escaped;
        in_string || !c.is_ascii_whitespace()
    });
    compact
}

/// This description.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "operation",
    operation_id = "openapi",
    summary = "Bản mô tả này · This description",
    responses((status = 200, description = "An OpenAPI 3.1 document", body = Object, content_type = "application/json"))
)]
pub async fn openapi(State(service): State<Arc<Service>>) -> Response {
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], service.openapi.clone()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the file is, and what has the test write it.
    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/openapi.json");
    const WRITE: &str = "ANLANH_WRITE_OPENAPI";

    #[test]
    fn the_file_says_what_the_code_does() {
        let described = description::pretty();
        if std::env::var_os(WRITE).is_some() {
            std::fs::write(FILE, described).unwrap();
            return;
        }
        let differs = DOCUMENT
            .lines()
            .zip(described.lines())
            .zip(1..)
            .find(|((a, b), _)| a != b);
        if let Some(((file, code), line)) = differs {
            panic!(
                "{FILE}:{line} is not what the code describes: run `cargo xtask openapi` and commit the result\n\
                 file: {file}\ncode: {code}"
            );
        }
        assert!(
            DOCUMENT == described,
            "{FILE} ends elsewhere: run `cargo xtask openapi` and commit the result"
        );
    }

    #[test]
    fn what_is_served_is_the_file_without_its_layout() {
        let (served, read): (serde_json::Value, serde_json::Value) = (
            serde_json::from_slice(&document()).unwrap(),
            serde_json::from_str(DOCUMENT).unwrap(),
        );
        assert_eq!(served, read);
        assert_eq!(compact("{ \"a b\": [\n\t1,\r\n 2 ] }\n"), r#"{"a b":[1,2]}"#);
        assert_eq!(compact(r#"[ "\" \\" , " \\\" " ]"#), r#"["\" \\"," \\\" "]"#);
    }
}
