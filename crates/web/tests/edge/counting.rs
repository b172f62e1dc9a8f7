//! What is handed in is counted, and the built-in rules for flooding fire because of it: over HTTP, on both databases,
//! with a restart in between.

use anlanh_model::Scope;
use anlanh_pack::Policy;
use anlanh_store::Target;
use anlanh_web::Limits;
use serde_json::{Value, json};

use crate::support::{Server, json as body, on_each};

const FRAUD: &str = "Anh đọc mã OTP vừa gửi về máy giúp em";

async fn open(target: &Target) -> Server {
    Server::of(Policy::built_in().unwrap(), Some(target.clone()), Limits::default()).await
}

async fn start(target: &Target) -> (Server, String) {
    let server = open(target).await;
    let token = server.token(&[Scope::ItemsWrite, Scope::ItemsRead], None).await;
    (server, token)
}

/// What a restart is to clients: everything in memory is gone.
async fn restart(server: Server, target: &Target) -> Server {
    server.stop().await;
    open(target).await
}

fn post(author: &str, text: &str) -> Value {
    json!({ "text": text, "author": { "ref": author, "age_days": 2 } })
}

async fn keep(server: &Server, token: &str, item: &Value) -> Value {
    let request = server.call("POST", "/v1/items", token).body(item.to_string());
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 201);
    body(answer).await
}

async fn keep_all(server: &Server, token: &str, items: &[Value]) -> Vec<Value> {
    let lines: String = items.iter().map(|item| format!("{item}\n")).collect();
    let request = server.client.post(server.url("/v1/items/batch")).bearer_auth(token);
    let request = request.header("content-type", "application/x-ndjson").body(lines);
    let text = request.send().await.unwrap().text().await.unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn rules(kept: &Value) -> Vec<&str> {
    let reasons = kept["verdict"]["reasons"].as_array().unwrap().iter();
    reasons.map(|reason| reason["rule"].as_str().unwrap()).collect()
}

/// What was known of an item when it was judged, as a replay will need it.
async fn facts(server: &Server, kept: &Value) -> Value {
    let id = kept["item"].as_str().unwrap().parse().unwrap();
    let read = server.store().read("item", move |tx| anlanh_store::item::load(tx, id));
    let row = read.await.map_err(|error: anlanh_store::Error| error).unwrap().unwrap();
    serde_json::from_str(&row.facts).unwrap()
}

#[tokio::test]
async fn one_text_of_many_authors_is_noticed_across_a_restart() {
    const RULE: &str = "flood.same-fraud-many-authors";
    on_each(async |target| {
        let (server, token) = start(&target).await;
        for (author, text) in [("u-1", FRAUD), ("u-2", "anh doc ma OTP vua gui ve may giup em!!!")] {
            assert!(!rules(&keep(&server, &token, &post(author, text)).await).contains(&RULE));
        }
        let server = restart(server, &target).await;
        assert!(!rules(&keep(&server, &token, &post("u-3", FRAUD)).await).contains(&RULE));
        let fourth = keep(&server, &token, &post("u-1", FRAUD)).await;
        assert!(rules(&fourth).contains(&RULE), "three came before it: {fourth}");
        assert!(fourth["case"].is_string());
        let facts = facts(&server, &fourth).await;
        assert_eq!(
            (&facts["text.items_hour"], &facts["text.authors_day"]),
            (&json!(3), &json!(3))
        );
        assert_eq!(
            (&facts["author.items_hour"], &facts["author.texts_day"]),
            (&json!(1), &json!(1))
        );
        assert_eq!(facts.get("host.items_hour"), None, "it links to nothing");

        // After an hour nothing is new, after a day nobody is, and ever is ever.
        server.wait_minutes(61);
        let later = keep(&server, &token, &post("u-1", FRAUD)).await;
        assert!(!rules(&later).contains(&RULE));
        server.wait_minutes(24 * 60);
        let server = restart(server, &target).await;
        server.wait_minutes(25 * 60 + 1);
        let facts = facts_of_next(&server, &token).await;
        assert_eq!(
            [
                &facts["text.items_hour"],
                &facts["text.items_day"],
                &facts["text.items_total"]
            ],
            [&json!(0), &json!(0), &json!(5)]
        );
        server.stop().await;
    })
    .await;
}

async fn facts_of_next(server: &Server, token: &str) -> Value {
    facts(server, &keep(server, token, &post("u-7", FRAUD)).await).await
}

#[tokio::test]
async fn the_lines_of_a_batch_count_those_before_them() {
    on_each(async |target| {
        let (server, token) = start(&target).await;
        let shout = |author: &str| post(author, "Xem https://a.example ngay");
        let kept = keep_all(&server, &token, &(0..25).map(|_| shout("u-1")).collect::<Vec<_>>()).await;
        let fired = |rule: &str| kept.iter().map(|kept| rules(kept).contains(&rule)).collect::<Vec<_>>();
        let from = |first: usize| (0..25).map(|at| at >= first).collect::<Vec<_>>();
        assert_eq!(fired("flood.new-account"), from(10));
        assert_eq!(fired("flood.one-text"), from(20));
        for (at, kept) in [0, 9, 24].map(|at| (at, &kept[at])) {
            let facts = facts(&server, kept).await;
            assert_eq!(facts["author.items_hour"], json!(at));
            assert_eq!(facts["host.items_total"], json!(at));
            assert_eq!(facts["host.authors_day"], json!(usize::from(at > 0)));
            assert_eq!(facts["author.hosts_day"], json!(usize::from(at > 0)));
        }
        // A batch of many chunks is one order as well.
        let many: Vec<Value> = (0..1_500)
            .map(|_| post("u-2", &format!("Xem https://b.example {}", "a".repeat(90))))
            .collect();
        let kept = keep_all(&server, &token, &many).await;
        for at in [0, 1, 700, 1_499] {
            assert_eq!(facts(&server, &kept[at]).await["author.items_hour"], json!(at));
        }
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn hosts_are_those_in_the_text_and_beside_it() {
    on_each(async |target| {
        let (server, token) = start(&target).await;
        let mut beside = post("u-1", "Xem hxxp://a[.]example/1 và https://A.example/2");
        beside["links"] = json!(["https://b.example/x"]);
        keep(&server, &token, &beside).await;
        let server = restart(server, &target).await;
        let silent = facts(&server, &keep(&server, &token, &post("u-1", "chào cả nhà")).await).await;
        assert_eq!(
            silent["author.hosts_day"],
            json!(2),
            "known although this one links to nothing"
        );
        for (text, items) in [
            ("tới https://a.example", 1),
            ("tới https://c.example", 0),
            ("tới https://b.example", 1),
        ] {
            let facts = facts(&server, &keep(&server, &token, &post("u-2", text)).await).await;
            assert_eq!(facts["host.items_day"], json!(items), "{text}");
            assert_eq!(facts["host.authors_day"], json!(items), "{text}");
        }
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_not_kept_does_not_count() {
    on_each(async |target| {
        let (server, token) = start(&target).await;
        let item = post("u-1", FRAUD).to_string();
        let send = async |key: &str, item: &str| {
            let request = server.call("POST", "/v1/items", &token).header("idempotency-key", key);
            request.body(item.to_owned()).send().await.unwrap()
        };
        let first = body(send("k-1", &item).await).await;
        for _ in 0..3 {
            assert_eq!(body(send("k-1", &item).await).await, first);
        }
        assert_eq!(
            send("k-1", &post("u-1", "khác").to_string()).await.status().as_u16(),
            422
        );
        let screened = server
            .post("/v1/screen", "application/json", item.clone())
            .send()
            .await
            .unwrap();
        assert_eq!(screened.status().as_u16(), 200);
        let facts = facts(&server, &keep(&server, &token, &post("u-1", FRAUD)).await).await;
        assert_eq!(
            (&facts["author.items_total"], &facts["text.items_total"]),
            (&json!(1), &json!(1))
        );
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_goes_before_what_is_counted_and_times_are_the_items_own() {
    on_each(async |target| {
        let (server, token) = start(&target).await;
        let mut item = post("u-1", FRAUD);
        item["counters"] = json!({ "text.authors_day": 9 });
        keep(&server, &token, &item).await;
        let known = facts(&server, &keep(&server, &token, &item).await).await;
        assert_eq!(
            (&known["text.authors_day"], &known["text.items_hour"]),
            (&json!(9), &json!(1))
        );
        // What was posted days ago and is handed in now is no flood of today, and nothing comes from tomorrow.
        let mut old = post("u-2", FRAUD);
        old["time"] = json!("2026-09-01T12:00:00+07:00");
        let facts_of = async |item: &Value| facts(&server, &keep(&server, &token, item).await).await;
        facts_of(&old).await;
        assert_eq!(facts_of(&old).await["author.items_hour"], json!(1));
        let fresh = facts_of(&post("u-2", FRAUD)).await;
        assert_eq!(
            (&fresh["author.items_hour"], &fresh["author.items_total"]),
            (&json!(0), &json!(2))
        );
        old["time"] = json!("2090-09-01T12:00:00+07:00");
        assert_eq!(facts_of(&old).await["author.items_hour"], json!(1));
        assert_eq!(facts_of(&post("u-2", FRAUD)).await["author.items_hour"], json!(2));
        server.stop().await;
    })
    .await;
}
