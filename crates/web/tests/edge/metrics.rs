//! What the node counted, as Prometheus reads it.

use std::collections::{BTreeMap, BTreeSet};

use anlanh_model::{Role, Scope};

use crate::console::{account, open_cases, sign_in};
use crate::support::Server;

/// Every series of an exposition with its value, checked for the rules of the text format 0.0.4.
async fn series(server: &Server) -> BTreeMap<String, f64> {
    let text = server.get("/metrics").send().await.unwrap().text().await.unwrap();
    let (mut series, mut families) = (BTreeMap::new(), BTreeSet::new());
    let mut family = String::new();
    for line in text.lines() {
        if let Some(typed) = line.strip_prefix("# TYPE ") {
            family = typed.split(' ').next().unwrap().to_owned();
            assert!(families.insert(family.clone()), "{family} comes in one piece");
            continue;
        }
        if line.starts_with("# HELP ") {
            continue;
        }
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(name.starts_with(&family), "{line} stands under {family}");
        let labels = name
            .split_once('{')
            .map_or("", |(_, labels)| labels.trim_end_matches('}'));
        for label in labels.split(',').filter(|label| !label.is_empty()) {
            let (key, value) = label.split_once('=').unwrap();
            let plain = |c: char| c.is_ascii_alphanumeric() || "_.-+".contains(c);
            assert!(
                key.chars().all(plain) && value.trim_matches('"').chars().all(plain),
                "{line}"
            );
        }
        assert!(
            series.insert(name.to_owned(), value.parse().unwrap()).is_none(),
            "{line} comes once"
        );
    }
    series
}

#[tokio::test]
async fn what_waits_and_what_the_database_did_is_counted_and_nobody_is_named() {
    let server = Server::start().await;
    let name = "nguyenvannhe";
    account(&server, name, Role::Reviewer).await;
    let before: BTreeSet<String> = series(&server).await.into_keys().collect();
    open_cases(&server, &["Chị gửi mã OTP cho em", "Gửi mã OTP đi"]).await;
    let token = server.token(&[Scope::ItemsRead], None).await;
    let nothing = server
        .call("GET", "/v1/items/06d4y1tgqz7v0", &token)
        .send()
        .await
        .unwrap();
    assert_eq!(nothing.status().as_u16(), 404);
    assert_eq!(
        sign_in(&server, name, "sai mật khẩu rồi", "").await.status().as_u16(),
        422
    );
    // The load may be a second old.
    let found = loop {
        let found = series(&server).await;
        if found["anlanh_cases_open"] > 0.0 {
            break found;
        }
    };
    for (series, value) in [
        ("anlanh_cases_open", 2.0),
        ("anlanh_cases_overdue", 0.0),
        ("anlanh_db_up", 1.0),
        ("anlanh_kept_items_total", 2.0),
        (r#"anlanh_items_total{action="review"}"#, 2.0),
        (r#"anlanh_refusals_total{code="no-such-thing"}"#, 1.0),
        (r#"anlanh_sign_ins_total{result="wrong"}"#, 1.0),
        (r#"anlanh_sign_ins_total{result="admitted"}"#, 0.0),
        (r#"anlanh_db_waiting{access="write"}"#, 0.0),
        (
            r#"anlanh_db_transaction_seconds_count{access="write",name="item.keep"}"#,
            2.0,
        ),
        (
            r#"anlanh_db_transaction_seconds_bucket{access="write",name="item.keep",le="+Inf"}"#,
            2.0,
        ),
    ] {
        assert_eq!(found[series], value, "{series}");
    }
    assert!(found["anlanh_db_bytes"] > 100_000.0);
    assert!(found["anlanh_db_commit_writes_count"] >= 4.0);
    assert_eq!(
        found["anlanh_db_commit_writes_sum"],
        found["anlanh_db_commit_writes_bucket{le=\"+Inf\"}"]
    );
    let new: Vec<&String> = found.keys().filter(|series| !before.contains(*series)).collect();
    assert!(
        new.iter()
            .all(|series| series.starts_with("anlanh_db_transaction_seconds")),
        "only names of transactions come up later: {new:?}"
    );
    assert!(found.keys().all(|series| !series.contains(name)));
}

#[tokio::test]
async fn the_dashboard_asks_for_series_that_there_are() {
    let dashboard = include_str!("../../../../integrations/grafana/soc.json");
    let parsed: serde_json::Value = serde_json::from_str(dashboard).unwrap();
    let panels = parsed["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    let server = Server::start().await;
    let known = series(&server).await;
    let mut asked = 0;
    for target in targets {
        let query = target["expr"].as_str().unwrap();
        let words = query.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        for name in words.filter(|word| word.starts_with("anlanh_")) {
            asked += 1;
            let is_known = known.keys().any(|series| series.split('{').next() == Some(name));
            assert!(is_known, "{name} is no series");
        }
    }
    assert!(asked >= 10, "{asked}");
}
