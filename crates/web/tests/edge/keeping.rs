//! What is erased and what is kept, over HTTP and on pages.

use anlanh_model::{Role, Scope};
use serde_json::{Value, json};

use crate::support::{Server, Session, header};

const BAIT: &str = "Chị gửi mã OTP cho em để nhận thưởng nhé";

/// An item of this author: its id.
async fn keep(server: &Server, author: &str, text: &str) -> String {
    let token = server.token(&[Scope::ItemsWrite], None).await;
    let item = json!({ "text": text, "author": { "ref": author } });
    let (status, kept) = server.ask("POST", "/v1/items", &token, item).await;
    assert_eq!(status, 201, "{kept}");
    kept["item"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn data_of_an_account_is_erased_and_a_certificate_tells_what_is_kept() {
    let server = Server::start().await;
    let clean = keep(&server, "u-1", "Chúc cả nhà cuối tuần vui vẻ").await;
    let disputed = keep(&server, "u-1", BAIT).await;
    let token = server.token(&[Scope::ErasuresWrite], None).await;
    let (status, erased) = server
        .ask("POST", "/v1/erasures", &token, json!({ "account": "u-1" }))
        .await;
    assert_eq!(status, 202, "{erased}");
    assert_eq!((&erased["items"], &erased["erased"]), (&json!(2), &json!(1)));
    assert_eq!(
        (&erased["kind"], &erased["reference"]),
        (&json!("account"), &json!("u-1"))
    );
    let fates = erased["fates"].as_array().unwrap();
    assert_eq!(fates[0]["item"], clean);
    assert!(fates[0]["erased_at"].is_string() && fates[0]["kept_for"].is_null());
    assert_eq!(
        (&fates[1]["item"], &fates[1]["kept_for"]),
        (&json!(disputed), &json!("open_case"))
    );
    assert_eq!(erased["done_at"], Value::Null);
    assert!(erased["remains"].as_array().unwrap().contains(&json!("decisions")));
    let path = format!("/v1/erasures/{}", erased["erasure"].as_str().unwrap());
    assert_eq!(
        server.ask("GET", &path, &token, Value::Null).await,
        (200, erased.clone())
    );
    let (_, list) = server.ask("GET", "/v1/erasures", &token, Value::Null).await;
    assert_eq!(list["erasures"][0]["erasure"], erased["erasure"]);
    let reader = server.token(&[Scope::ItemsRead], None).await;
    let (_, item) = server
        .ask("GET", &format!("/v1/items/{clean}"), &reader, Value::Null)
        .await;
    assert_eq!(item["content"], Value::Null, "{item}");

    let check = async |sent: Value, expected: (u16, &str)| {
        let (status, problem) = server.ask("POST", "/v1/erasures", &token, sent).await;
        let code = problem["type"].as_str().unwrap_or_default().to_owned();
        assert_eq!(status, expected.0, "{problem}");
        assert!(code.ends_with(expected.1), "{problem}");
    };
    check(json!({}), (400, "bad-query")).await;
    check(json!({ "account": "u", "item": clean }), (400, "bad-query")).await;
    check(json!({ "account": "" }), (422, "bad-reference")).await;
    check(json!({ "account": "a".repeat(257) }), (422, "bad-reference")).await;
    check(json!({ "item": "0000000000000" }), (404, "nothing-kept")).await;
    check(json!({ "account": "khong-co-ai" }), (404, "nothing-kept")).await;
    check(json!({ "account": "a".repeat(256) }), (404, "nothing-kept")).await;
    let (_, list) = server.ask("GET", "/v1/erasures", &token, Value::Null).await;
    assert_eq!(list["erasures"].as_array().unwrap().len(), 1, "{list}");
    let longest = "a".repeat(256);
    keep(&server, &longest, "Chúc cả nhà cuối tuần vui vẻ").await;
    check(json!({ "account": longest }), (202, "")).await;
    let refused = server
        .ask("POST", "/v1/erasures", &reader, json!({ "account": "u-1" }))
        .await;
    assert_eq!(refused.0, 403);
    let detail = refused.1["detail"].as_str().unwrap();
    assert!(detail.starts_with("cần phạm vi erasures:write;"), "{detail}");
}

#[tokio::test]
async fn a_hold_is_put_and_ended_by_a_person_alone() {
    let server = Server::start().await;
    let item = keep(&server, "u-1", "Chúc cả nhà cuối tuần vui vẻ").await;
    let machine = server.token(&[Scope::ErasuresWrite], None).await;
    let person = server
        .token(&[Scope::ErasuresWrite, Scope::ItemsRead], Some(Role::PolicyManager))
        .await;
    let holds = format!("/v1/items/{item}/holds");
    let hold = json!({ "reason": "Văn bản số 12", "days": 30 });
    let (status, problem) = server.ask("POST", &holds, &machine, hold.clone()).await;
    assert_eq!(status, 403, "{problem}");
    for days in [0, 36_601] {
        let hold = json!({ "reason": "Văn bản số 12", "days": days });
        let (status, problem) = server.ask("POST", &holds, &person, hold).await;
        assert_eq!(status, 422, "{problem}");
    }
    let (status, held) = server.ask("POST", &holds, &person, hold).await;
    assert_eq!(status, 201, "{held}");
    let (_, found) = server.ask("GET", &holds, &person, Value::Null).await;
    assert_eq!(found["holds"][0]["hold"], held["hold"]);
    assert_eq!(found["holds"][0]["reason"], "Văn bản số 12");
    let (_, erased) = server
        .ask("POST", "/v1/erasures", &machine, json!({ "item": item }))
        .await;
    assert_eq!(erased["fates"][0]["kept_for"], "legal_hold");
    let release = format!("/v1/holds/{}/release", held["hold"].as_str().unwrap());
    assert_eq!(server.ask("POST", &release, &person, json!({})).await.0, 204);
    let (status, problem) = server.ask("POST", &release, &person, json!({})).await;
    assert_eq!(status, 409, "{problem}");
}

async fn page_of(server: &Server, path: &str, session: &Session) -> String {
    let answer = server.page(path, session).await;
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    answer.text().await.unwrap()
}

#[tokio::test]
async fn a_manager_holds_and_erases_on_pages_and_others_do_not() {
    let policy = anlanh_pack::Policy::built_in().unwrap();
    let server = Server::of(policy, None, anlanh_web::Limits::default()).await;
    let item = keep(&server, "u-1", "Chúc cả nhà cuối tuần vui vẻ").await;
    let manager = server.session(Role::PolicyManager).await;
    let reviewer = server.session(Role::Reviewer).await;
    let page = format!("/console/items/{item}");
    let shown = page_of(&server, &page, &reviewer).await;
    assert!(shown.contains("Được giữ theo thời hạn lưu") && !shown.contains(&format!("{page}/erase")));
    let shown = page_of(&server, &page, &manager).await;
    assert!(shown.contains(&format!("{page}/erase")) && shown.contains(&format!("{page}/hold")));
    let hold = [("reason", "Công văn số 12 của Công an"), ("days", "")];
    let held = server.submit(&format!("{page}/hold"), &manager, &hold).await;
    assert_eq!(
        (held.status().as_u16(), header(&held, "location")),
        (303, page.as_str())
    );
    let erased = server.submit(&format!("{page}/erase"), &manager, &[]).await;
    let certificate = header(&erased, "location").to_owned();
    let shown = page_of(&server, &certificate, &manager).await;
    assert!(shown.contains("Được giữ nguyên theo yêu cầu pháp lý"), "{shown}");
    assert!(shown.contains("khoản 6 Điều 16"), "the law is cited from the pack");
    let shown = page_of(&server, &page, &manager).await;
    let release = shown.split("action=\"/console/holds/").nth(1).unwrap();
    let release = format!("/console/holds/{}", release.split('"').next().unwrap());
    assert_eq!(server.submit(&release, &manager, &[]).await.status().as_u16(), 303);
    let erased = server.submit(&format!("{page}/erase"), &manager, &[]).await;
    let shown = page_of(&server, header(&erased, "location"), &manager).await;
    assert!(shown.contains("Đã xóa lúc"), "{shown}");
    let shown = page_of(&server, &page, &manager).await;
    assert!(shown.contains("theo yêu cầu") && !shown.contains("cuối tuần"));
    let administrator = server.session(Role::Administrator).await;
    let typed = [("account", "u-1 nhầm\"")];
    let refused = server.submit("/console/erasures", &administrator, &typed).await;
    assert_eq!(refused.status().as_u16(), 404);
    let shown = refused.text().await.unwrap();
    for part in [
        "ở đây không lưu gì về tài khoản",
        "value=\"u-1 nhầm&#34;\"",
        "aria-invalid=\"true\"",
        "card sure\" open",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    keep(&server, "u-1", "Một bài khác của tôi").await;
    let account = [("account", "u-1")];
    let erased = server.submit("/console/erasures", &administrator, &account).await;
    assert_eq!(erased.status().as_u16(), 303);
    let shown = page_of(&server, "/console/erasures", &administrator).await;
    assert!(shown.contains("Đã xóa hết lúc"), "{shown}");
    let refused = server.submit("/console/erasures", &reviewer, &account).await;
    assert_eq!(refused.status().as_u16(), 403);
    let shown = refused.text().await.unwrap();
    assert!(
        shown.contains("cần vai trò Quản trị viên hoặc Người quản lý chính sách;"),
        "{shown}"
    );
}
