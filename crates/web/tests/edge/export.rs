//! Decisions are taken out over HTTP, as long as it takes.

use std::future::Future as _;
use std::pin::pin;
use std::task::{Context, Waker};

use anlanh_model::{Role, Scope};
use anlanh_web::Limits;
use serde_json::{Value, json};

use crate::support::{Server, header, json};

const BAIT: &str = "Chị gửi mã OTP cho em để nhận thưởng nhé";

/// A server with one decided case, and a token that may export.
async fn decided(facts: &str) -> (Server, String, String) {
    let server = Server::start().await;
    let app = server.token(&[Scope::ItemsWrite], None).await;
    let sent = json!({ "id": "p-1", "text": BAIT, "author": { "ref": "u-9" } }).to_string();
    let kept = json(server.call("POST", "/v1/items", &app).body(sent).send().await.unwrap()).await;
    let decider = server.token(&[Scope::CasesWrite], Some(Role::Reviewer)).await;
    let path = format!("/v1/cases/{}/decision", kept["case"].as_str().unwrap());
    let body = json!({ "outcome": "remove", "category": "SC1", "facts": facts }).to_string();
    let decision = json(server.call("POST", &path, &decider).body(body).send().await.unwrap()).await;
    let decision = decision["decision"].as_str().unwrap().to_owned();
    let reader = server.token(&[Scope::CasesRead], None).await;
    (server, decision, reader)
}

#[tokio::test]
async fn each_form_is_sent_as_what_it_is() {
    let (server, decision, token) = decided("Bài đăng hỏi mã OTP.").await;
    for (format, kind, extension) in [
        ("dsa", "application/x-ndjson", "ndjson"),
        ("csv", "text/csv; charset=utf-8", "csv"),
        ("parquet", "application/vnd.apache.parquet", "parquet"),
    ] {
        let path = format!("/v1/decisions/export?format={format}");
        let answer = server.call("GET", &path, &token).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), header(&answer, "content-type")), (200, kind));
        let name = format!("attachment; filename=\"anlanh-decisions.{extension}\"");
        assert_eq!(header(&answer, "content-disposition"), name);
        let body = answer.bytes().await.unwrap();
        match format {
            "dsa" => {
                let batch: Value = serde_json::from_slice(&body).unwrap();
                assert_eq!(batch["statements"][0]["puid"], decision.as_str());
            }
            "csv" => {
                let text = std::str::from_utf8(&body).unwrap();
                assert!(text.starts_with("puid,decision_visibility,") && text.ends_with("\r\n"));
                assert!(text.contains(&format!("\r\n{decision},")));
            }
            _ => assert!(body.starts_with(b"PAR1") && body.ends_with(b"PAR1")),
        }
    }
    let path = "/v1/decisions/export?format=csv&from=2030-01-01&to=2030-01-31";
    let none = server
        .call("GET", path, &token)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert_eq!(none.lines().count(), 1, "{none}");
}

#[tokio::test]
async fn what_is_asked_wrongly_or_by_the_wrong_one_is_refused() {
    let (server, _, token) = decided("Bài đăng hỏi mã OTP.").await;
    let reviewer = server.token(&[Scope::CasesRead], Some(Role::Reviewer)).await;
    let check = async |token: &str, query: &str, status: u16, code: &str, name: &str| {
        let path = format!("/v1/decisions/export?{query}");
        let answer = server.call("GET", &path, token).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{query}");
        let problem = json(answer).await;
        assert_eq!(problem["code"], code, "{query}");
        assert!(problem["detail"].as_str().unwrap().contains(name), "{problem}");
    };
    check("", "format=csv", 401, "unauthorized", "").await;
    check(&reviewer, "format=csv", 403, "forbidden", "vai trò Kiểm toán viên").await;
    check(&token, "", 400, "bad-query", "format").await;
    check(&token, "format=xml", 400, "bad-query", "format").await;
    check(&token, "format=csv&from=2026-02-30", 400, "bad-query", "from").await;
    check(&token, "format=csv&to=mai", 400, "bad-query", "to").await;
    check(
        &token,
        "format=csv&from=2026-02-02&to=2026-02-01",
        400,
        "bad-query",
        "to",
    )
    .await;
}

#[tokio::test]
async fn half_an_export_does_not_look_whole() {
    let (server, _, token) = decided("Bài đăng hỏi mã OTP.").await;
    server.tamper("UPDATE decision SET outcome = 'unheard-of'").await;
    let answer = server
        .call("GET", "/v1/decisions/export?format=csv", &token)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert!(answer.bytes().await.is_err(), "the connection is closed before the end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_export_is_whole_and_only_so_many_run_at_one_time() {
    const MORE: usize = 4_000;
    let facts = "Bài đăng hỏi mã OTP. ".repeat(180);
    let (server, _, token) = decided(facts.trim_end()).await;
    // As many more of the same as fill every buffer between the node and who reads.
    server
        .tamper(
            "INSERT INTO moderation_case (id, item, purpose, cause, category, rule, kind, urgency, due_at, level, state,
               opened_at, decided_at, decided_by, outcome)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
             SELECT c.id + n.i * 100, c.item, c.purpose, c.cause, c.category, c.rule, c.kind, c.urgency, c.due_at, c.level,
               c.state, c.opened_at, c.decided_at, c.decided_by, c.outcome FROM moderation_case c, n",
        )
        .await;
    server
        .tamper(
            "INSERT INTO decision (id, case_id, item, staff, at, outcome, category, basis, labels, facts, detection, version)
             SELECT d.id + c.id, c.id, d.item, d.staff, d.at, d.outcome, d.category, d.basis, d.labels, d.facts,
               d.detection, d.version FROM decision d, moderation_case c WHERE c.id <> d.case_id",
        )
        .await;
    let begin = || server.call("GET", "/v1/decisions/export?format=csv", &token).send();
    let mut begun = Vec::new();
    for _ in 0..Limits::EXPORTS {
        begun.push(begin().await.unwrap());
    }
    let mut further = pin!(begin());
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..20 {
        let health = server.get("/healthz").send().await.unwrap();
        assert_eq!(health.status().as_u16(), 200);
        assert!(further.as_mut().poll(&mut context).is_pending(), "it waits for a seat");
    }
    let whole = begun.pop().unwrap().text().await.unwrap();
    assert_eq!(whole.lines().count(), 1 + 1 + MORE);
    let answer = further.await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
}
