//! Items are kept, cases are worked and every route lets in whom the table says.

use anlanh_model::{Permission, Role, Scope};
use anlanh_store::Target;
use anlanh_web::{Limits, Route};
use serde_json::json;

use crate::support::{Server, header, json as body};

/// A post that the pack of the tests sends to a person.
const BAIT: &str = "Chị gửi mã OTP cho em để nhận thưởng nhé";

fn item(text: &str) -> String {
    json!({ "id": "p-1", "text": text, "author": { "ref": "u-9" } }).to_string()
}

async fn open_case(server: &Server) -> String {
    keep_bait(server).await.1
}

/// The ids of a kept item and of the case that was opened for it.
async fn keep_bait(server: &Server) -> (String, String) {
    let token = server.token(&[Scope::ItemsWrite], None).await;
    let answer = server
        .call("POST", "/v1/items", &token)
        .body(item(BAIT))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 201);
    let kept = body(answer).await;
    let id = |field: &str| kept[field].as_str().unwrap().to_owned();
    (id("item"), id("case"))
}

#[tokio::test]
async fn every_route_lets_in_whom_the_table_says() {
    let server = Server::start().await;
    let (item, case) = keep_bait(&server).await;
    let version = server.version_in_force().await;
    let all: &'static [Scope] = &Scope::ALL;
    for role in Role::ALL.map(Some).into_iter().chain([None]) {
        let token = server.token(all, role).await;
        for route in Route::ALL.iter().copied().filter(|route| !route.needs_session()) {
            let path = route
                .path()
                .unwrap_or("/nothing")
                .replace("{case}", &case)
                .replace("{item}", &item)
                .replace("{version}", &version)
                .replace("{trial}", &case)
                .replace("{rule}", "sc1.otp")
                .replace("{entry}", "sc1.otp")
                .replace("{*path}", "rules/all.toml")
                .replace("{image}", "1")
                .replace("{action}", &case)
                .replace("{kind}", "account")
                .replace("{decision}", &case)
                .replace("{appeal}", &case)
                .replace("{erasure}", &case)
                .replace("{hold}", &case)
                .replace("{order}", &case)
                .replace("{block}", &case)
                .replace("{change}", &case)
                .replace("{objection}", &case)
                .replace("{document}", "1")
                .replace("{incident}", &case)
                .replace("{task}", &case);
            for method in route.methods() {
                let Some(permission) = route.permission(method) else {
                    continue;
                };
                let anonymous = server
                    .client
                    .request(method.clone(), server.url(&path))
                    .send()
                    .await
                    .unwrap();
                assert_eq!(anonymous.status().as_u16(), 401, "{method} {path} without a token");
                assert!(header(&anonymous, "www-authenticate").starts_with("Bearer"), "{path}");
                let sent = sample(route, &version);
                let kinds = [
                    (Route::ItemsBatch, "application/x-ndjson"),
                    (Route::Images, "image/gif"),
                ];
                let kind = kinds.iter().find(|(special, _)| *special == route);
                let kind = kind.map_or("application/json", |(_, kind)| kind);
                let request = server
                    .client
                    .request(method.clone(), server.url(&path))
                    .bearer_auth(&token);
                let answer = request.header("content-type", kind).body(sent).send().await.unwrap();
                let may = role.map_or(!permission.needs_person(), |role| role.may(permission));
                let refused = answer.status().as_u16() == 403;
                assert_eq!(refused, !may, "{role:?} {method} {path}: {}", answer.status());
            }
        }
    }
}

#[tokio::test]
async fn every_page_lets_in_whom_the_table_says() {
    let server = Server::start().await;
    let (item, case) = keep_bait(&server).await;
    let mut walked = 0;
    for role in Role::ALL {
        let session = server.session(role).await;
        for route in Route::ALL.iter().copied().filter(|route| route.needs_session()) {
            let path = route.path().unwrap().replace("{case}", &case);
            let path = [
                "{account}",
                "{token}",
                "{version}",
                "{trial}",
                "{erasure}",
                "{hold}",
                "{order}",
                "{peer}",
                "{block}",
                "{change}",
                "{objection}",
            ]
            .iter()
            .fold(path, |path, name| path.replace(name, &case));
            let path = path.replace("{rule}", "sc1.otp").replace("{entry}", "sc1.otp");
            let path = path
                .replace("{item}", &item)
                .replace("{image}", "1")
                .replace("{document}", "1")
                .replace("{number}", "1");
            let path = path.replace("{report}", &case);
            for method in route.methods() {
                let anonymous = server.client.request(method.clone(), server.url(&path));
                let anonymous = anonymous.send().await.unwrap();
                assert_eq!(anonymous.status().as_u16(), 303, "{method} {path} without a session");
                assert!(header(&anonymous, "location").starts_with("/console/sign-in"), "{path}");
                let Some(permission) = route.permission(method) else {
                    continue;
                };
                let answer = if *method == "GET" {
                    server.page(&path, &session).await
                } else {
                    let fields = [
                        ("note", "xem lại"),
                        ("outcome", "no_violation"),
                        ("urgency", "high"),
                        ("facts", "không có gì"),
                        ("role", "reviewer"),
                        ("name", "nền-tảng"),
                        ("purpose", "question"),
                        ("scope", "items:write"),
                        ("second_review", "5"),
                        ("golden", "5"),
                        ("golden-outcome", "no_violation"),
                        ("finding", "first"),
                        ("per_hour", "5"),
                        ("result", "upheld"),
                        ("words", "xin chào"),
                        ("kind", "rule"),
                        ("id", "sc1.otp"),
                        ("account", "u-1"),
                        ("reason", "công văn"),
                    ];
                    server.submit(&path, &session, &fields).await
                };
                let refused = answer.status().as_u16() == 403;
                assert_eq!(
                    refused,
                    !role.may(permission),
                    "{role} {method} {path}: {}",
                    answer.status()
                );
                walked += 1;
            }
        }
    }
    assert!(walked >= 4 * 7, "{walked}");
}

/// A body that a route reads.
fn sample(route: Route, version: &str) -> String {
    let bodies = [
        (Route::Items, item("Trời đẹp quá")),
        (Route::ItemsBatch, item("Trời đẹp quá")),
        (Route::Images, "GIF89a".to_owned()),
        (
            Route::AppealDecision,
            json!({ "party": "author", "words": "không đúng" }).to_string(),
        ),
        (
            Route::AnswerAppeal,
            json!({ "result": "upheld", "facts": "đúng" }).to_string(),
        ),
        (Route::AppealMessages, json!({ "words": "xin chào" }).to_string()),
        (Route::EscalateCase, json!({ "note": "xem lại" }).to_string()),
        (Route::NoteCase, json!({ "note": "xem lại" }).to_string()),
        (
            Route::ReorderCase,
            json!({ "urgency": "high", "note": "xem lại" }).to_string(),
        ),
        (
            Route::DecideCase,
            json!({ "outcome": "no_violation", "facts": "không có gì" }).to_string(),
        ),
        (Route::SecondCase, json!({ "confirm": true }).to_string()),
        (Route::ConfirmMany, json!({ "cases": ["06d4y1tgqz7v0"] }).to_string()),
        (
            Route::DecideMany,
            json!({ "cases": ["06d4y1tgqz7v0"], "decision": { "outcome": "no_violation", "facts": "không có gì" } })
                .to_string(),
        ),
        (Route::ConfirmAction, json!({ "done": true }).to_string()),
        (Route::OrderDocuments, "%PDF-1.7".to_owned()),
        (Route::Signals, json!({ "signals": ["0f".repeat(32)] }).to_string()),
        (Route::BeginDraft, json!({ "from": version, "note": "thử" }).to_string()),
        (Route::EnforceVersion, json!({ "note": "thử" }).to_string()),
        (Route::RollBack, json!({ "note": "thử" }).to_string()),
        (Route::SetBrake, json!({ "per_hour": 5 }).to_string()),
        (
            Route::Quality,
            json!({ "second_review_percent": 5, "golden_percent": 5 }).to_string(),
        ),
    ];
    let known = bodies.into_iter().find(|(known, _)| *known == route);
    known.map_or_else(String::new, |(_, body)| body)
}

#[tokio::test]
async fn a_scope_is_a_bound_and_a_revoked_or_unknown_token_is_nobody() {
    let server = Server::start().await;
    let reader = server.token(&[Scope::ItemsRead], Some(Role::PolicyManager)).await;
    let check = async |token: &str, method: &str, path: &str, status: u16, code: &str| {
        let answer = server.call(method, path, token).body(item("a")).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{path}");
        assert_eq!(body(answer).await["code"], code);
    };
    check(&reader, "POST", "/v1/items", 403, "forbidden").await;
    check(&reader, "GET", "/v1/cases", 403, "forbidden").await;
    check("anl_unknown", "GET", "/v1/items", 401, "unauthorized").await;
    check("", "GET", "/v1/items", 401, "unauthorized").await;
    let machine = server.token(&[Scope::CasesWrite], None).await;
    let case = open_case(&server).await;
    check(&machine, "POST", &format!("/v1/cases/{case}/take"), 403, "needs-person").await;
}

#[tokio::test]
async fn a_token_that_was_good_is_nobody_from_the_first_request_after_it_is_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let databases = [None, anlanh_testkit::postgres()];
    for database in databases
        .into_iter()
        .enumerate()
        .filter_map(|(n, database)| match (n, database) {
            (0, _) => Some(Target::Sqlite(folder.path().join("anlanh.db"))),
            (_, database) => database.map(|database| Target::parse(database.address())),
        })
    {
        let server = Server::of(crate::pack::policy(), Some(database), Limits::default()).await;
        let token = server.token(&[Scope::ItemsWrite, Scope::ItemsRead], None).await;
        let keep = async |text: &str, status: u16| {
            let sent = server.call("POST", "/v1/items", &token).body(text.to_owned());
            assert_eq!(sent.send().await.unwrap().status().as_u16(), status, "{text}");
        };
        for _ in 0..3 {
            keep(&item("một"), 201).await;
        }
        keep("{", 400).await;
        server.tamper("UPDATE token SET revoked_at = 1").await;
        // What it would be told else is not told: neither that an item is none, nor that it is kept.
        keep(&item("hai"), 401).await;
        keep("{", 401).await;
        keep(&item("ba"), 401).await;
        let reader = server.token(&[Scope::ItemsRead], Some(Role::PolicyManager)).await;
        let kept = body(server.call("GET", "/v1/items", &reader).send().await.unwrap()).await;
        assert_eq!(kept["items"].as_array().unwrap().len(), 3);
    }
}

#[tokio::test]
async fn a_case_is_worked_from_the_queue_to_the_statement_of_reasons() {
    let server = Server::start().await;
    let case = open_case(&server).await;
    let token = server
        .token(&[Scope::CasesRead, Scope::CasesWrite], Some(Role::Reviewer))
        .await;
    let other = server
        .token(&[Scope::CasesRead, Scope::CasesWrite], Some(Role::Reviewer))
        .await;
    let queue = body(server.call("GET", "/v1/cases", &token).send().await.unwrap()).await;
    assert_eq!(queue["cases"][0]["case"], case.as_str());
    assert_eq!(queue["next"], serde_json::Value::Null);
    let taken = server
        .call("POST", &format!("/v1/cases/{case}/take"), &token)
        .send()
        .await
        .unwrap();
    assert_eq!(body(taken).await["state"], "held");
    let mine = server.call("GET", "/v1/cases?holder=me", &token).send().await.unwrap();
    assert_eq!(body(mine).await["cases"].as_array().unwrap().len(), 1);

    let decide = |token: &str, sent: serde_json::Value| {
        let request = server.call("POST", &format!("/v1/cases/{case}/decision"), token);
        request.body(sent.to_string()).send()
    };
    let removal = json!({ "outcome": "remove", "category": "SC1", "facts": "Bài đăng hứa thưởng để lấy mã OTP." });
    let held = decide(&other, removal.clone()).await.unwrap();
    assert_eq!(
        (held.status().as_u16(), body(held).await["code"].clone()),
        (409, json!("case-held"))
    );
    let bare = decide(&token, json!({ "outcome": "remove", "facts": "x" }))
        .await
        .unwrap();
    assert_eq!(
        (bare.status().as_u16(), body(bare).await["code"].clone()),
        (422, json!("bad-statement"))
    );
    let odd = decide(&token, json!({ "outcome": "burn", "facts": "x" }))
        .await
        .unwrap();
    assert_eq!(
        (odd.status().as_u16(), body(odd).await["code"].clone()),
        (422, json!("bad-body"))
    );

    let decision = body(decide(&token, removal.clone()).await.unwrap()).await;
    assert_eq!(decision["outcome"], "remove");
    assert_eq!(decision["automatic_decision"], false);
    assert!(!decision["basis"].as_array().unwrap().is_empty());
    let again = decide(&token, removal).await.unwrap();
    assert_eq!(
        (again.status().as_u16(), body(again).await["code"].clone()),
        (409, json!("case-decided"))
    );
    let shown = body(
        server
            .call("GET", &format!("/v1/cases/{case}"), &token)
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(shown["decision"]["decision"], decision["decision"]);
    assert_eq!(shown["text"], BAIT);
    let decided = server
        .call("GET", "/v1/cases?state=decided", &token)
        .send()
        .await
        .unwrap();
    assert_eq!(body(decided).await["cases"][0]["outcome"], "remove");
    let list = body(server.call("GET", "/v1/decisions", &token).send().await.unwrap()).await;
    assert_eq!(list["decisions"][0], decision);
}

#[tokio::test]
async fn an_auditor_follows_every_step() {
    let server = Server::start().await;
    let case = open_case(&server).await;
    let reviewer = server.token(&[Scope::CasesWrite], Some(Role::Reviewer)).await;
    let auditor = server.token(&[Scope::AuditRead], Some(Role::Auditor)).await;
    let work = async |step: &str, sent: serde_json::Value| {
        let request = server.call("POST", &format!("/v1/cases/{case}/{step}"), &reviewer);
        assert_eq!(
            request.body(sent.to_string()).send().await.unwrap().status().as_u16(),
            200,
            "{step}"
        );
    };
    work("take", json!({})).await;
    work("note", json!({ "note": "đã gọi điện" })).await;
    work(
        "decision",
        json!({ "outcome": "no_violation", "facts": "đùa giữa bạn bè" }),
    )
    .await;
    let get = async |path: &str| body(server.call("GET", path, &auditor).send().await.unwrap()).await;
    let log = get(&format!("/v1/audit?case={case}")).await;
    let entries = log["entries"].as_array().unwrap();
    let actions: Vec<&str> = entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["case.decide", "case.note", "case.take"]);
    assert!(entries.iter().all(|entry| entry["subject"] == case.as_str()));
    assert!(!log.to_string().contains("bạn bè"), "the log holds no content");
    let kept = get("/v1/audit?action=item.keep").await;
    assert_eq!(kept["entries"][0]["subject"], "1");
    while anlanh_app::public_log::publish(server.app()).await.unwrap() > 0 {}
    let published = get("/v1/audit?action=log.publish").await;
    let published = &published["entries"][0];
    assert_eq!(published["subject_kind"], "public_log");
    let count: u64 = published["subject"].as_str().unwrap().parse().unwrap();
    assert!((1..1_000).contains(&count), "so many entries, and no id: {count}");
    // Filters hold together.
    let (other, person) = (open_case(&server).await, server.session(Role::Reviewer).await);
    let taken = server
        .submit(&format!("/console/cases/{other}/take"), &person, &[])
        .await;
    assert_eq!(taken.status().as_u16(), 303);
    let newest = get("/v1/audit?limit=1").await["entries"][0].clone();
    assert_eq!(
        (&newest["action"], &newest["actor_kind"]),
        (&json!("case.take"), &json!("person"))
    );
    let by = newest["actor"].as_str().unwrap();
    let count = async |query: &str| {
        let log = get(&format!("/v1/audit?{query}")).await;
        log["entries"].as_array().unwrap().len()
    };
    let at = |entry: usize| entries[entry]["at"].as_str().unwrap();
    let about = format!("subject_kind=case&subject={case}");
    assert_eq!(get(&format!("/v1/audit?{about}")).await, log);
    assert_eq!(count(&format!("{about}&action=case.note")).await, 1);
    assert_eq!(count(&format!("{about}&action=item.keep")).await, 0);
    assert_eq!(count(&format!("{about}&person={by}")).await, 0);
    assert_eq!(
        count(&format!("subject_kind=case&subject={other}&person={by}")).await,
        1
    );
    assert_eq!(count(&format!("{about}&from={}", at(2))).await, 3);
    assert_eq!(count(&format!("{about}&until={}", at(2))).await, 0);
    assert_eq!(
        count(&format!(
            "{about}&from=2026-01-01T00:00:00%2B07:00&until=2026-01-02T00:00:00%2B07:00"
        ))
        .await,
        0
    );
    for bad in [
        "action=burn",
        "case=x",
        "before=x",
        "limit=201",
        "subject_kind=case",
        "subject=1",
        "subject_kind=case&subject=x",
        "subject_kind=ghost&subject=1",
        "subject_kind=items&subject=1",
        &format!("case={case}&{about}"),
        "person=nobody",
        "from=yesterday",
        "until=2026-13-01T00:00:00Z",
    ] {
        let refused = server
            .call("GET", &format!("/v1/audit?{bad}"), &auditor)
            .send()
            .await
            .unwrap();
        assert_eq!(refused.status().as_u16(), 400, "{bad}");
    }
}

#[tokio::test]
async fn an_idempotency_key_makes_a_request_happen_once() {
    let server = Server::start().await;
    let token = server.token(&[Scope::ItemsWrite, Scope::ItemsRead], None).await;
    let send = async |key: &str, text: &str| {
        let request = server.call("POST", "/v1/items", &token).header("idempotency-key", key);
        request.body(item(text)).send().await.unwrap()
    };
    let first = send("\"k-1\"", BAIT).await;
    let first = first.bytes().await.unwrap();
    let again = send("k-1", BAIT).await;
    assert_eq!(header(&again, "idempotency-replayed"), "true");
    assert_eq!(again.bytes().await.unwrap(), first);
    let other = send("k-1", "khác").await;
    assert_eq!(
        (other.status().as_u16(), body(other).await["code"].clone()),
        (422, json!("idempotency-key-reused"))
    );
    assert_eq!(send(&"k".repeat(255), BAIT).await.status().as_u16(), 201);
    for bad in ["k".repeat(256).as_str(), "\"\"", "\t"] {
        let refused = send(bad, BAIT).await;
        assert_eq!(
            (refused.status().as_u16(), body(refused).await["code"].clone()),
            (400, json!("bad-idempotency-key"))
        );
    }
    let items = body(server.call("GET", "/v1/items", &token).send().await.unwrap()).await;
    assert_eq!(items["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_batch_is_kept_in_order_and_bad_lines_are_named() {
    let server = Server::start().await;
    let token = server.token(&[Scope::ItemsWrite, Scope::ItemsRead], None).await;
    let lines = format!("{}\nnot json\n\n{}\n", item("một"), item(BAIT));
    let request = server.client.post(server.url("/v1/items/batch")).bearer_auth(&token);
    let answer = request
        .header("content-type", "application/x-ndjson")
        .body(lines)
        .send()
        .await
        .unwrap();
    let text = answer.text().await.unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["case"], serde_json::Value::Null);
    assert_eq!(
        (&lines[1]["line"], &lines[1]["error"]["code"]),
        (&json!(2), &json!("bad-json"))
    );
    assert!(lines[2]["case"].is_string());
    let kept = lines[2]["item"].as_str().unwrap();
    let shown = body(
        server
            .call("GET", &format!("/v1/items/{kept}"), &token)
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(shown["text"], BAIT);
    assert_eq!(shown["verdict"], lines[2]["verdict"]);
    let found = body(server.call("GET", "/v1/items?q=ma%20otp", &token).send().await.unwrap()).await;
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn pages_are_bounded_and_go_on() {
    let server = Server::start().await;
    let token = server.token(&[Scope::ItemsWrite, Scope::ItemsRead], None).await;
    for number in 0..3 {
        let sent = item(&format!("bài số {number}"));
        server
            .call("POST", "/v1/items", &token)
            .body(sent)
            .send()
            .await
            .unwrap();
    }
    let get = async |path: &str| server.call("GET", path, &token).send().await.unwrap();
    let first = body(get("/v1/items?limit=2").await).await;
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    let next = first["next"].as_str().unwrap();
    let second = body(get(&format!("/v1/items?limit=2&before={next}")).await).await;
    assert_eq!(second["items"].as_array().unwrap().len(), 1);
    assert_eq!(second["next"], serde_json::Value::Null);
    assert_eq!(get("/v1/items?limit=200").await.status().as_u16(), 200);
    for bad in [
        "limit=201",
        "limit=0",
        "limit=x",
        "before=x",
        &format!("q={}", "a".repeat(257)),
        "id=a&q=b",
    ] {
        assert_eq!(get(&format!("/v1/items?{bad}")).await.status().as_u16(), 400, "{bad}");
    }
    assert_eq!(
        get(&format!("/v1/items?q={}", "a".repeat(256))).await.status().as_u16(),
        200
    );
    assert_eq!(get("/v1/items/06d4y1tgqz7v0").await.status().as_u16(), 404);
    assert_eq!(get("/v1/items/nothing").await.status().as_u16(), 404);
}

#[test]
fn every_permission_of_the_table_belongs_to_somebody() {
    for route in Route::ALL.iter().copied() {
        for method in route.methods() {
            let permission: Option<Permission> = route.permission(method);
            let somebody = permission.is_none_or(|permission| Role::ALL.into_iter().any(|role| role.may(permission)));
            assert!(somebody, "{route:?}");
        }
    }
}
