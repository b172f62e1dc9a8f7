//! Patterns of feeds on pages and over the API.

use std::collections::BTreeMap;

use anlanh_app::indicator::{PatternTrouble, PatternsOfFeed, tell_patterns};
use anlanh_model::{Id, Role, Scope, Tlp};
use anlanh_soc::PatternRefusal;
use serde_json::{Value, json};

use crate::browser::browser;
use crate::console::between;
use crate::pages::{Page, visit};
use crate::support::{Server, Session, json as body};

const PATTERN: &str = "[domain-name:value = 'evil.vn'] FOLLOWEDBY [network-traffic:dst_ref.value = 'c2.evil.vn' AND \
                       network-traffic:dst_port = 4444] WITHIN 600 SECONDS";

fn indicator(number: u32, name: &str, pattern: &str) -> Value {
    json!({
        "type": "indicator", "spec_version": "2.1", "id": id(number), "name": name, "pattern": pattern, "pattern_type": "stix",
        "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "valid_from": "2026-01-01T00:00:00Z",
    })
}

fn id(number: u32) -> String {
    format!("indicator--00000000-0000-4000-8000-{number:012}")
}

/// A feed by hand with five patterns, one of which cannot be used, two that are left out, and one that looks up what is known to be
/// good: its page, and the page of the first.
async fn feed_of_patterns(server: &Server, session: &Session) -> (String, String) {
    let feed = untold_feed(server).await;
    let of_feed = PatternsOfFeed {
        used: 1,
        left_out: 2,
        first: vec![
            (id(2), PatternTrouble::OfNode),
            (id(4), PatternTrouble::Refused(PatternRefusal::TooManyParts)),
        ],
    };
    let number: Id<_> = feed.parse().unwrap();
    tell_patterns(&server.app, BTreeMap::from([(number, of_feed)]));
    let listed = server
        .page("/console/indicators?kind=pattern&state=live", session)
        .await;
    let listed = listed.text().await.unwrap();
    let rest = listed.split("href=\"/console/indicators/").last().unwrap_or_default();
    let one = rest.split('"').next().unwrap_or_default();
    (format!("/console/feeds/{feed}"), format!("/console/indicators/{one}"))
}

/// The same while nothing was told of its patterns: its id.
async fn untold_feed(server: &Server) -> String {
    let token = server.token(&[Scope::IndicatorsWrite], Some(Role::PolicyManager)).await;
    let new = json!({ "name": "Trung tâm quốc gia", "kind": "hand", "tlp": "green" });
    let request = server.call("POST", "/v1/feeds", &token).body(new.to_string());
    let made = body(request.send().await.unwrap()).await;
    let feed = made["feed"].as_str().unwrap().to_owned();
    let objects = [
        indicator(1, "Hỏi tên miền rồi nối về máy chủ điều khiển", PATTERN),
        indicator(2, "Hai lần", "[domain-name:value = 'bad.vn'] REPEATS 2 TIMES"),
        indicator(3, "Mọi tệp", "[file:name LIKE '%.exe' AND file:size > 5]"),
        indicator(4, "Ba lần", "[domain-name:value = 'ba.vn'] REPEATS 3 TIMES"),
        indicator(
            5,
            "Tên tốt",
            "[domain-name:value = 'vietcombank.com.vn' AND domain-name:value != 'x.vn']",
        ),
    ];
    let bundle = json!({ "type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000000", "objects": objects });
    let path = format!("/v1/feeds/{feed}/indicators");
    let request = server.call("POST", &path, &token).body(bundle.to_string());
    assert_eq!(request.send().await.unwrap().status().as_u16(), 200);
    feed
}

#[tokio::test]
async fn a_pattern_is_found_by_its_id_and_by_its_text() {
    let server = Server::start().await;
    let manager = server.session(Role::PolicyManager).await;
    feed_of_patterns(&server, &manager).await;
    let token = server.token(&[Scope::IndicatorsRead], None).await;
    let ask = |field: &str, path: &str, sought: &str| {
        let query = serde_urlencoded::to_string([(field, sought)]).unwrap();
        format!("{path}?{query}")
    };
    let found = async |sought: &str| {
        let path = ask("value", "/v1/indicators", sought);
        let answer = server.call("GET", &path, &token).send().await.unwrap();
        let status = answer.status().as_u16();
        let read = body(answer).await;
        let rows = read["indicators"].as_array().into_iter().flatten();
        let ids: Vec<String> = rows.map(|row| row["object"].as_str().unwrap().to_owned()).collect();
        (status, ids)
    };
    // What the token is not cleared for is in no answer.
    assert_eq!(found(PATTERN).await, (200, Vec::new()));
    server.clear(&token, Tlp::Green).await;
    for sought in [PATTERN, &id(1)] {
        assert_eq!(found(sought).await, (200, vec![id(1)]), "{sought}");
        let page = server.page(&ask("q", "/console/indicators", sought), &manager).await;
        let page = page.text().await.unwrap();
        assert!(
            page.contains("Hỏi tên miền rồi nối về máy chủ điều khiển") && !page.contains("Hai lần"),
            "{page}"
        );
    }
    // Another pattern, an object that lists nothing, and what is none of both.
    assert_eq!(found(&PATTERN.replace("600", "601")).await, (200, Vec::new()));
    assert_eq!(found(&id(3)).await, (200, Vec::new()));
    for none in [&PATTERN[..PATTERN.len() - 1], "indicator--1", "[", "[a:b = '\0']"] {
        assert_eq!(found(none).await.0, 400, "{none}");
    }
    // As long as one may be, and one longer.
    let of_length = |bytes: usize| {
        let empty = "[domain-name:value = '']";
        format!("[domain-name:value = '{}']", "%".repeat(bytes - empty.len()))
    };
    for (bytes, status) in [(4_096, 200), (4_097, 400)] {
        assert_eq!(found(&of_length(bytes)).await.0, status, "{bytes}");
        let page = ask("q", "/console/indicators", &of_length(bytes));
        assert_eq!(server.page(&page, &manager).await.status().as_u16(), status, "{bytes}");
    }
}

#[tokio::test]
async fn what_became_of_patterns_stands_on_the_page_of_their_feed() {
    let server = Server::start().await;
    let manager = server.session(Role::PolicyManager).await;
    let (feed, one) = feed_of_patterns(&server, &manager).await;
    let page = server.page(&feed, &manager).await.text().await.unwrap();
    let card = between(&page, "<h2 id=\"patterns\">", "</section>");
    for words in [
        "Mẫu STIX",
        "Đang đối chiếu",
        "Không dùng được",
        &id(2),
        "hơn 50\u{202f}000 biểu thức quan sát",
        &id(4),
        "mẫu có hơn 64 biểu thức quan sát",
        &id(5),
        "danh sách cảnh báo protected-names",
    ] {
        assert!(card.contains(words), "{words}: {card}");
    }
    // Nothing of it is English.
    assert!(!card.contains("observation") && !card.contains("pattern has"), "{card}");
    assert!(page.contains("object 3: pattern has nothing to look up"), "{page}");
    let page = server.page(&one, &manager).await.text().await.unwrap();
    assert!(page.contains("FOLLOWEDBY") && page.contains("Mẫu STIX"), "{page}");
    // Nobody hunts for a pattern, nor tells that one was seen.
    assert!(
        !page.contains("/console/hunt?") && !page.contains("value=\"tell\""),
        "{page}"
    );
    // A token sees them as far as it is cleared.
    let token = server.token(&[Scope::IndicatorsRead], None).await;
    for (tlp, count) in [(Tlp::Clear, 0), (Tlp::Green, 4)] {
        server.clear(&token, tlp).await;
        let request = server.call("GET", "/v1/indicators?kind=pattern", &token);
        let read = body(request.send().await.unwrap()).await;
        let found = read["indicators"].as_array().unwrap();
        assert_eq!(found.len(), count, "{read}");
        for one in found {
            assert_eq!(
                (&one["kind"], &one["value"]),
                (&json!("pattern"), &one["object"]),
                "{read}"
            );
        }
        let first = found.iter().find(|one| one["object"] == json!(id(1)));
        assert_eq!(
            first.map(|one| &one["pattern"]),
            (count > 0).then_some(&json!(PATTERN)),
            "{read}"
        );
    }
}

/// A node without sensors has looked at none, and one that was just started neither.
#[tokio::test]
async fn a_page_says_that_no_pattern_was_looked_at_yet() {
    let server = Server::start().await;
    let manager = server.session(Role::PolicyManager).await;
    let feed = format!("/console/feeds/{}", untold_feed(&server).await);
    let page = server.page(&feed, &manager).await.text().await.unwrap();
    let card = between(&page, "<h2 id=\"patterns\">", "</section>");
    assert!(
        card.contains("Chưa có cảm biến nào") && !card.contains("Đang đối chiếu"),
        "{card}"
    );
    assert!(card.contains("danh sách cảnh báo protected-names"), "{card}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_patterns_are_fit_for_everybody() {
    let Some(browser) = browser().await else { return };
    let server = Server::start().await;
    let manager = server.session(Role::PolicyManager).await;
    let waiting = format!("/console/feeds/{}", untold_feed(&server).await);
    visit(
        &browser,
        &server,
        &Page {
            name: "feed-patterns-waiting",
            path: waiting,
            session: Some(&manager),
        },
    )
    .await;
    let server = Server::start().await;
    let manager = server.session(Role::PolicyManager).await;
    let (feed, one) = feed_of_patterns(&server, &manager).await;
    for (name, path) in [
        ("feed-patterns", feed),
        ("indicator-pattern", one),
        ("indicators-patterns", "/console/indicators?kind=pattern".to_owned()),
    ] {
        let session = Some(&manager);
        visit(&browser, &server, &Page { name, path, session }).await;
    }
}
