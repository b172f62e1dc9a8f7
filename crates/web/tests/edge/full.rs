//! No room is left for what is to be kept. The database file may grow to a size and no further, as on a full disk.

use anlanh_model::{Role, Scope};
use anlanh_store::Options;
use anlanh_web::Limits;
use serde_json::{Value, json};

use crate::console::account;
use crate::support::{Server, json as body};

const BAIT: &str = "Chị gửi mã OTP cho em để nhận thưởng nhé";

#[tokio::test]
async fn what_needs_room_is_refused_and_what_does_not_goes_on() {
    let options = Options {
        max_file_bytes: Some(2 << 20),
        ..Options::default()
    };
    let server = Server::keeping(Limits::default(), &options).await;
    account(&server, "lan", Role::Reviewer).await;
    let token = server
        .token(&[Scope::ItemsWrite, Scope::ItemsRead, Scope::CasesRead], None)
        .await;
    let decider = server.token(&[Scope::CasesWrite], Some(Role::Reviewer)).await;
    let session = server.session(Role::Reviewer).await;
    let sent = json!({ "text": format!("{BAIT} {}", "trời đẹp quá ".repeat(1500)) }).to_string();
    let mut kept: Vec<Value> = Vec::new();
    let refused = loop {
        let answer = server
            .call("POST", "/v1/items", &token)
            .body(sent.clone())
            .send()
            .await
            .unwrap();
        if answer.status().as_u16() != 201 {
            break answer;
        }
        kept.push(body(answer).await);
        assert!(kept.len() < 1000, "the file never fills");
    };
    assert_eq!(refused.status().as_u16(), 507);
    assert_eq!(body(refused).await["code"], "storage-full");
    let case = kept[0]["case"].as_str().unwrap().to_owned();
    // Small things still find room between the large ones, until none is left for them either.
    let path = format!("/v1/cases/{case}/note");
    let mut notes = 0;
    for length in [2_000, 200, 1] {
        let note = json!({ "note": "x".repeat(length) }).to_string();
        let write = async || {
            let request = server.call("POST", &path, &decider).body(note.clone());
            request.send().await.unwrap().status().as_u16()
        };
        while write().await == 200 {
            notes += 1;
            assert!(notes < 1000, "the file never fills");
        }
    }
    let decision = json!({ "outcome": "remove", "category": "SC1", "facts": "x".repeat(5000) }).to_string();
    let path = format!("/v1/cases/{case}/decision");
    let decided = server
        .call("POST", &path, &decider)
        .body(decision)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (decided.status().as_u16(), body(decided).await["code"].clone()),
        (507, json!("storage-full"))
    );
    let batch = server.client.post(server.url("/v1/items/batch")).bearer_auth(&token);
    let batch = batch.header("content-type", "application/x-ndjson").body(sent.clone());
    let line: Value = serde_json::from_str(batch.send().await.unwrap().text().await.unwrap().trim()).unwrap();
    assert_eq!(
        (&line["line"], &line["error"]["code"]),
        (&json!(1), &json!("storage-full"))
    );
    let facts = "x".repeat(5000);
    let fields = [("outcome", "remove"), ("category", "SC1"), ("facts", facts.as_str())];
    let page = server
        .submit(&format!("/console/cases/{case}/decide"), &session, &fields)
        .await;
    assert_eq!(page.status().as_u16(), 507);
    assert!(
        page.text().await.unwrap().contains("Hết chỗ lưu trữ"),
        "a page says so as a page"
    );
    for path in ["/v1/items", "/v1/cases", &format!("/v1/cases/{case}")] {
        let read = server.call("GET", path, &token).send().await.unwrap();
        assert_eq!(read.status().as_u16(), 200, "{path}");
    }
    let shown = server.page(&format!("/console/cases/{case}"), &session).await;
    assert_eq!(shown.status().as_u16(), 200);
    let screened = server
        .post("/v1/screen", "application/json", sent)
        .send()
        .await
        .unwrap();
    assert_eq!(screened.status().as_u16(), 200);
    for line in kept {
        let path = format!("/v1/items/{}", line["item"].as_str().unwrap());
        let item = body(server.call("GET", &path, &token).send().await.unwrap()).await;
        assert_eq!(
            (&item["verdict"], &item["cases"]),
            (&line["verdict"], &json!([line["case"]]))
        );
    }
}
