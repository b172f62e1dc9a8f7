//! Owners who are asked to remove content: over the API, by the private page, and in a browser.

use anlanh_model::{OwnerRequest, Role, Scope};
use serde_json::{Value, json};

use crate::browser::browser;
use crate::orders::{CALLED, entered, start, step};
use crate::pages::{Page, visit};
use crate::support::{Server, Session, json as body};

const BAIT: &str = "Chị gửi mã OTP cho em để nhận thưởng nhé";
const WHY: &str = "Bài này chỉ cảnh báo thủ đoạn, không lừa ai.";

/// Keeps a post in a channel.
async fn post(server: &Server, id: &str) -> String {
    let token = server.token(&[Scope::ItemsWrite], None).await;
    let item = json!({ "id": id, "text": BAIT, "author": { "ref": "u-1" }, "channel": "kenh-lan" });
    let (status, kept) = server.ask("POST", "/v1/items", &token, item).await;
    assert_eq!(status, 201, "{kept}");
    kept["case"].as_str().unwrap_or_default().to_owned()
}

/// An order to remove a post, in the hands of somebody: its address.
async fn held(server: &Server, manager: &Session, id: &str) -> String {
    let order = entered(server, manager, "remove", &format!("item {id}")).await;
    step(server, manager, &order, &CALLED).await;
    for next in ["check", "take"] {
        step(server, manager, &order, &[("step", next)]).await;
    }
    order
}

/// The same, and the owner of the channel was asked: the address of the order and of the owner's page.
async fn asked(server: &Server, manager: &Session, id: &str) -> (String, String) {
    post(server, id).await;
    let order = held(server, manager, id).await;
    let fields = [("step", "ask_owner"), ("target", "1"), ("owner", "channel")];
    step(server, manager, &order, &fields).await;
    (order, link(server).await)
}

/// The newest request in the feed.
async fn told(server: &Server) -> Value {
    let token = server.token(&[Scope::ActionsRead], None).await;
    let (_, told) = server.ask("GET", "/v1/actions?limit=200", &token, Value::Null).await;
    let actions = told["actions"].as_array().unwrap().iter();
    let mut asks = actions.filter(|action| action["owner_request"]["url"].is_string());
    asks.next_back().unwrap().clone()
}

async fn link(server: &Server) -> String {
    let url = told(server).await["owner_request"]["url"].as_str().unwrap().to_owned();
    let at = url.find("/o/").unwrap();
    url[at..].to_owned()
}

async fn read(server: &Server, path: &str) -> String {
    server.get(path).send().await.unwrap().text().await.unwrap()
}

/// Presses a button of the owner's page: the status, and the page where it is answered by one.
async fn say(server: &Server, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let form = serde_urlencoded::to_string(fields).unwrap();
    let kind = "application/x-www-form-urlencoded";
    let answer = server.post(&format!("{path}/answer"), kind, form).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn an_owner_says_by_the_private_page_that_it_is_removed() {
    let server = start().await;
    let manager = server.session(Role::PolicyManager).await;
    let (order, path) = asked(&server, &manager, "bai-1").await;
    let notice = told(&server).await;
    assert_eq!(
        (&notice["kind"], &notice["target"]),
        (&json!("notice"), &json!({ "kind": "channel", "reference": "kenh-lan" }))
    );
    assert_eq!(notice["owner_request"]["content"], "bai-1");
    assert_eq!(notice["owner_request"]["due_at"], "2026-09-22T14:13:20.000Z");
    assert!(notice["basis"].as_array().unwrap().contains(&json!("nd-147-2024/36.7")));
    let page = read(&server, &path).await;
    for part in [
        "Tôi đã gỡ",
        "kênh kenh-lan",
        BAIT,
        "khoản 7 Điều 36",
        "Bài đăng giả mạo ngân hàng",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert_eq!(say(&server, &path, &[("answer", "burn")]).await.0, 400);
    assert_eq!(say(&server, &path, &[("answer", "removed")]).await.0, 303);
    let (status, again) = say(&server, &path, &[("answer", "removed")]).await;
    assert!(status == 409 && again.contains("Đã báo gỡ lúc"), "{again}");
    let inbox = server.page("/console/orders", &manager).await.text().await.unwrap();
    assert!(inbox.contains("Chủ trang, nhóm, kênh đã trả lời"), "{inbox}");
    let shown = server.page(&order, &manager).await.text().await.unwrap();
    assert!(
        shown.contains("báo đã gỡ lúc") && shown.contains("value=\"by_owner\""),
        "{shown}"
    );
    step(&server, &manager, &order, &[("step", "by_owner"), ("target", "1")]).await;
    let shown = server.page(&order, &manager).await.text().await.unwrap();
    assert!(
        shown.contains("Chủ kênh kenh-lan đã gỡ; nền tảng đã kiểm tra."),
        "{shown}"
    );
    for nowhere in ["/o/0", &format!("/o/{}", "0".repeat(32))] {
        assert_eq!(
            server.get(nowhere).send().await.unwrap().status().as_u16(),
            410,
            "{nowhere}"
        );
    }
}

#[tokio::test]
async fn an_owner_contests_with_bounded_words() {
    let server = start().await;
    let manager = server.session(Role::PolicyManager).await;
    let (order, path) = asked(&server, &manager, "bai-1").await;
    let long = "x".repeat(OwnerRequest::MAX_WORDS_BYTES + 1);
    let (status, page) = say(&server, &path, &[("answer", "contested"), ("words", &long)]).await;
    assert!(status == 422 && page.contains(&long), "what was typed is there still");
    assert_eq!(
        say(&server, &path, &[("answer", "contested"), ("words", WHY)]).await.0,
        303
    );
    assert!(read(&server, &path).await.contains(WHY));
    let shown = server.page(&order, &manager).await.text().await.unwrap();
    assert!(shown.contains(WHY) && shown.contains("value=\"execute\""), "{shown}");
}

#[tokio::test]
async fn programs_ask_and_answer_as_it_is_described() {
    let server = start().await;
    post(&server, "bai-1").await;
    let token = server.token(&[Scope::OrdersWrite], Some(Role::PolicyManager)).await;
    let manager = server.session(Role::PolicyManager).await;
    let path = held(&server, &manager, "bai-1").await;
    let order = format!("/v1{}", path.strip_prefix("/console").unwrap());
    let ask = async |sent: Value| {
        server
            .ask("POST", &format!("{order}/owner-request"), &token, sent)
            .await
    };
    let take = server.ask("POST", &format!("{order}/take"), &token, Value::Null).await;
    assert_eq!(take.0, 200);
    let unknown = ask(json!({ "target": 1, "owner": "group" })).await;
    assert_eq!((unknown.0, &unknown.1["code"]), (409, &json!("owner-not-askable")));
    assert_eq!(ask(json!({ "target": 1, "owner": "nobody" })).await.0, 400);
    let (status, asked) = ask(json!({ "target": 1, "owner": "channel" })).await;
    assert_eq!(status, 200, "{asked}");
    let request = &asked["targets"][0]["owner_requests"][0];
    assert_eq!(request["clock"]["clock"], "page-owner-authority");
    let described = crate::schema::Description(body(server.get("/openapi.json").send().await.unwrap()).await);
    let schema = described.answer("/v1/orders/{order}/owner-request", "post", 200, "application/json");
    assert_eq!(described.faults(schema, &asked), Vec::<String>::new());
    let early = json!({ "target": 1, "done_by": "owner" });
    let early = server.ask("POST", &format!("{order}/execution"), &token, early).await;
    assert_eq!((early.0, &early.1["code"]), (409, &json!("owner-request-over")));
    let platform = server.token(&[Scope::ActionsWrite], None).await;
    let answer = format!("/v1/owner-requests/{}/answer", request["request"].as_str().unwrap());
    let said = async |sent: Value| server.ask("POST", &answer, &platform, sent).await;
    assert_eq!(said(json!({ "answer": "removed", "words": "x" })).await.0, 400);
    let (status, removed) = said(json!({ "answer": "removed" })).await;
    assert_eq!(
        (status, &removed["state"], &removed["voice"]),
        (200, &json!("removed"), &json!("platform"))
    );
    let schema = described.answer("/v1/owner-requests/{request}/answer", "post", 200, "application/json");
    assert_eq!(described.faults(schema, &removed), Vec::<String>::new());
    assert_eq!(said(json!({ "answer": "removed" })).await.0, 409);
    let done = json!({ "target": 1, "done_by": "owner" });
    let done = server.ask("POST", &format!("{order}/execution"), &token, done).await;
    assert_eq!((done.0, &done.1["targets"][0]["state"]), (200, &json!("executed")));
}

#[tokio::test]
async fn a_case_leaves_the_removal_to_the_owner() {
    let server = start().await;
    let case = post(&server, "bai-1").await;
    let report = json!({
        "category": "lua-dao", "url": "https://vi-du.vn/bai-1", "item": "bai-1", "why": "Họ xin mã OTP.",
    });
    assert_eq!(crate::reports::report(&server, report).await.status().as_u16(), 201);
    let reviewer = server.session(Role::Reviewer).await;
    let page = server.page(&format!("/console/cases/{case}"), &reviewer).await;
    assert!(page.text().await.unwrap().contains("name=\"owner\""));
    let decision = [
        ("outcome", "hide"),
        ("category", "SC1"),
        ("facts", "Bài đăng xin mã OTP."),
        ("owner", "channel"),
    ];
    let done = server
        .submit(&format!("/console/cases/{case}/decide"), &reviewer, &decision)
        .await;
    assert_eq!(done.status().as_u16(), 303, "{}", done.text().await.unwrap());
    let shown = server.page(&format!("/console/cases/{case}"), &reviewer).await;
    let shown = shown.text().await.unwrap();
    assert!(shown.contains("Chủ kênh kenh-lan được yêu cầu gỡ trước"), "{shown}");
    let path = link(&server).await;
    let page = read(&server, &path).await;
    assert!(page.contains("phản ánh có căn cứ") && page.contains("/d/"), "{page}");
    let answer = say(&server, &path, &[("answer", "contested"), ("words", WHY)]).await;
    assert_eq!(answer.0, 303);
    let decision = page.split("href=\"/d/").nth(1).unwrap();
    let decision = format!("/d/{}", decision.split('"').next().unwrap());
    assert!(read(&server, &decision).await.contains(WHY), "it is an appeal");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_s_page_is_fit_for_everybody_and_needs_no_script() {
    let Some(browser) = browser().await else { return };
    let server = start().await;
    let manager = server.session(Role::PolicyManager).await;
    let (order, path) = asked(&server, &manager, "bai-dang-1042").await;
    let seen = async |name: &'static str, path: &str, session: Option<&Session>| {
        let path = path.to_owned();
        visit(&browser, &server, &Page { name, path, session }).await;
    };
    seen("owner-asked", &path, None).await;
    seen("order-owner-asked", &order, Some(&manager)).await;
    browser.forget().await;
    browser
        .devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true }))
        .await;
    browser.open(&server.url(&path)).await;
    browser.devtools("DOM.enable", json!({})).await;
    let button = browser
        .query("button[value=removed]")
        .await
        .expect("there is one thing to press");
    browser.devtools("DOM.focus", json!({ "nodeId": button })).await;
    browser.press("\u{e007}").await;
    let mut found = None;
    for _ in 0..500 {
        found = browser.query("p.verdict").await;
        if found.is_some() {
            break;
        }
    }
    assert!(found.is_some(), "it is said");
    browser
        .devtools("Emulation.setScriptExecutionDisabled", json!({ "value": false }))
        .await;
    seen("owner-removed", &path, None).await;
    seen("order-owner-removed", &order, Some(&manager)).await;
    seen("orders-returned", "/console/orders", Some(&manager)).await;
    let (order, path) = asked(&server, &manager, "bai-dang-1043").await;
    say(&server, &path, &[("answer", "contested"), ("words", WHY)]).await;
    seen("owner-contested", &path, None).await;
    seen("order-owner-contested", &order, Some(&manager)).await;
    let case = post(&server, "bai-dang-1044").await;
    let report = json!({
        "category": "lua-dao", "url": "https://vi-du.vn/bai-1044", "item": "bai-dang-1044", "why": "Họ xin mã OTP.",
    });
    assert_eq!(crate::reports::report(&server, report).await.status().as_u16(), 201);
    let reviewer = server.session(Role::Reviewer).await;
    let page = format!("/console/cases/{case}");
    seen("case-owner", &page, Some(&reviewer)).await;
    let decision = [
        ("outcome", "hide"),
        ("category", "SC1"),
        ("facts", "Bài đăng xin mã OTP."),
        ("owner", "channel"),
    ];
    let done = server.submit(&format!("{page}/decide"), &reviewer, &decision).await;
    assert_eq!(done.status().as_u16(), 303);
    seen("case-owner-asked", &page, Some(&reviewer)).await;
    seen("owner-asked-after-report", &link(&server).await, None).await;
}
