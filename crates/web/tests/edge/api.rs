//! One item in, one verdict out; and every way in which a request can be wrong.

use serde_json::{Value, json};

use crate::schema::Description;
use crate::support::{Server, header, json};

const JSON: &str = "application/json";

async fn description(server: &Server) -> Description {
    Description(json(server.get("/openapi.json").send().await.unwrap()).await)
}

#[tokio::test]
async fn a_verdict_is_as_it_is_described() {
    let server = Server::start().await;
    let description = description(&server).await;
    let schema = description.answer("/v1/screen", "post", 200, JSON);
    for (item, undecided) in [
        (json!({ "id": "một", "text": "xin chào" }), Value::Null),
        (
            json!({ "text": "gọi 0912 345 678, gửi mã OTP vào http://vietcombank-vn.com" }),
            Value::Null,
        ),
        (json!({ "text": "x".repeat(64 * 1024) }), Value::Null),
        (
            json!({ "text": "x".repeat(64 * 1024 + 1) }),
            json!({ "reason": "text_too_long" }),
        ),
        (
            json!({ "text": "", "links": vec!["https://a.example"; 257] }),
            json!({ "reason": "too_many_links" }),
        ),
    ] {
        let response = server.post("/v1/screen", JSON, item.to_string()).send().await.unwrap();
        assert_eq!(
            (response.status().as_u16(), header(&response, "content-type")),
            (200, JSON)
        );
        let verdict = json(response).await;
        assert_eq!(description.faults(schema, &verdict), [""; 0], "{verdict}");
        assert_eq!(verdict["id"], item.get("id").cloned().unwrap_or_default());
        assert_eq!(verdict["undecided"], undecided);
        assert!(
            undecided.is_null() || verdict["action"] != "allow",
            "never silently clean"
        );
    }
}

/// Posts a body; expects a problem document with this status and code.
async fn check(server: &Server, kind: &str, body: impl Into<reqwest::Body>, status: u16, code: &str) -> Value {
    let response = server.post("/v1/screen", kind, body).send().await.unwrap();
    assert_eq!(response.status().as_u16(), status, "{code}");
    assert_eq!(header(&response, "content-type"), "application/problem+json");
    let problem = json(response).await;
    assert_eq!(
        (&problem["code"], &problem["status"]),
        (&code.into(), &status.into()),
        "{problem}"
    );
    let description = description(server).await;
    let schema = description.answer("/v1/screen", "post", status, "application/problem+json");
    assert_eq!(description.faults(schema, &problem), [""; 0], "{problem}");
    problem
}

#[tokio::test]
async fn what_is_wrong_is_said_with_its_place() {
    let server = Server::start().await;
    let server = &server;
    check(server, "text/plain", "{}", 415, "unsupported-media-type").await;
    check(server, JSON, "", 400, "bad-json").await;
    let problem = check(server, JSON, "{\"text\":\n\"a\",}", 400, "bad-json").await;
    assert_eq!((&problem["line"], &problem["column"]), (&2.into(), &5.into()));
    check(server, JSON, b"{\"text\":\"\xff\"}".as_slice(), 400, "not-utf8").await;
    check(server, JSON, "[".repeat(10_000), 422, "not-an-object").await;
    check(
        server,
        JSON,
        format!("{{\"text\":{}", "[".repeat(10_000)),
        422,
        "wrong-type",
    )
    .await;
    let problem = check(
        server,
        JSON,
        r#"{"text":"a","author":{"age_days":"x"}}"#,
        422,
        "wrong-type",
    )
    .await;
    assert_eq!(problem["field"], "author.age_days");
    check(server, JSON, r#"{"text":"a","txt":"b"}"#, 422, "unknown-field").await;
    check(server, JSON, r#"{"text":"a","text":"b"}"#, 422, "duplicate-field").await;
    check(server, JSON, r#"{"id":"a"}"#, 422, "missing-field").await;
    let id = "i".repeat(257);
    check(
        server,
        JSON,
        json!({ "text": "", "id": id }).to_string(),
        422,
        "too-long",
    )
    .await;
    check(
        server,
        JSON,
        json!({ "text": "", "labels": vec![""; 65] }).to_string(),
        422,
        "too-many",
    )
    .await;
}

#[tokio::test]
async fn a_body_at_the_limit_is_taken_and_one_past_it_is_not() {
    let server = Server::start().await;
    let of_size = |size: usize| format!(r#"{{"text":"{}"}}"#, "x".repeat(size - r#"{"text":""}"#.len()));
    let limit = anlanh_api::limits::MAX_ITEM_BYTES;
    let response = server.post("/v1/screen", JSON, of_size(limit)).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    check(&server, JSON, of_size(limit + 1), 413, "too-large").await;
}

#[tokio::test]
async fn what_is_compressed_is_refused_whole() {
    let server = Server::start().await;
    for (coding, status) in [("gzip", 415), ("br", 415), ("identity", 200), ("Identity", 200)] {
        let request = server.post("/v1/screen", JSON, r#"{"text":"xin"}"#);
        let response = request.header("content-encoding", coding).send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{coding}");
        if status == 415 {
            assert_eq!(header(&response, "accept-encoding"), "identity");
            assert_eq!(json(response).await["code"], "encoded-body");
        }
    }
}

#[tokio::test]
async fn problems_are_told_in_the_language_that_is_asked_for() {
    let server = Server::start().await;
    for (accept, language, title) in [
        ("", "vi", "Thiếu trường"),
        ("en-GB, vi;q=0.5", "en", "Missing field"),
        ("fr", "vi", "Thiếu trường"),
    ] {
        let request = server.post("/v1/screen", JSON, "{}").header("accept-language", accept);
        let response = request.send().await.unwrap();
        assert_eq!(header(&response, "content-language"), language);
        assert_eq!(json(response).await["title"], title);
    }
}

#[tokio::test]
async fn what_is_done_is_counted() {
    let server = Server::start().await;
    for body in [r#"{"text":"xin chào"}"#, "nonsense"] {
        server.post("/v1/screen", JSON, body).send().await.unwrap();
    }
    assert_eq!(server.metric(r#"anlanh_items_total{action="allow"}"#).await, 1);
    assert_eq!(server.metric("anlanh_bad_items_total").await, 1);
    assert_eq!(
        server.metric("anlanh_screened_bytes_total").await,
        "xin chào".len() as u64
    );
    for (class, count) in [("2xx", 1), ("4xx", 1), ("5xx", 0)] {
        let series = format!(r#"anlanh_http_requests_total{{route="screen",status="{class}"}}"#);
        assert_eq!(server.metric(&series).await, count);
    }
    assert_eq!(
        server
            .metric(r#"anlanh_http_response_seconds_count{route="screen"}"#)
            .await,
        2
    );
    assert_eq!(
        server
            .metric(r#"anlanh_http_response_seconds_bucket{route="screen",le="+Inf"}"#)
            .await,
        2
    );
}
