//! What a node has on its blocklist is written for enforcers beside it, with its serial.

use serde_json::json;

use crate::support::{Node, Place, anlanh, json as body, places, token_with};

/// What a part of the list is in a form, and how the command ended.
fn written(place: &Place, part: &str, form: &str) -> (Option<i32>, String) {
    let done = anlanh(&["blocklist", "export", "--part", part, "--as", form], place, "");
    (done.status.code(), String::from_utf8_lossy(&done.stdout).into_owned())
}

fn engineer(place: &Place, name: &str) -> String {
    let made = anlanh(&["user", "create", "--name", name, "--role", "soc-engineer"], place, "");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    token_with(place, name, &["blocklist:write"], &["--for", name])
}

#[tokio::test]
async fn the_canary_gets_a_change_before_the_others() {
    for place in places() {
        let (one, two) = (engineer(&place, "lan"), engineer(&place, "minh"));
        let own = place.folder.path().join("own");
        std::fs::write(&own, "# của mình\nmang-toi.example\n192.0.2.0/24\n").unwrap();
        let node = Node::start_with(&place, &["--own", own.to_str().unwrap()]);
        let sent = json!({
            "values": [{ "value": "xau.example" }, { "value": "http://xau2.example/otp" }],
            "reason": "Trang giả mạo.", "owner": "SOC", "basis": ["Quy chế số 12"],
        });
        let mut hits = sent.clone();
        hits["values"][0]["value"] = json!("mang-toi.example");
        let refused = node.ask("POST", "/v1/blocklist/changes", &one, hits.to_string()).await;
        assert_eq!(body(refused).await["code"], "block-refused");
        let made = body(node.ask("POST", "/v1/blocklist/changes", &one, sent.to_string()).await).await;
        let path = format!(
            "/v1/blocklist/changes/{}/step",
            made["change"]["change"].as_str().unwrap()
        );
        let step = async |token: &str, step: &str| {
            let done = node
                .ask(
                    "POST",
                    &path,
                    token,
                    json!({ "step": step, "reason": "Đang lừa người dùng." }).to_string(),
                )
                .await;
            assert_eq!(done.status().as_u16(), 200, "{step}");
        };
        step(&one, "shadow").await;
        let (_, counted) = written(&place, "shadow", "json");
        assert!(counted.contains("xau.example"), "{counted}");
        step(&two, "approve").await;
        step(&one, "canary_urgent").await;
        let (status, canary) = written(&place, "canary", "rpz");
        assert_eq!(status, Some(2), "a URL is left out, and told");
        assert!(canary.contains("xau.example CNAME ."), "{canary}");
        let (status, all) = written(&place, "all", "rpz");
        assert_eq!(status, Some(0));
        assert!(!all.contains("xau.example"), "{all}");
        let serial = body(node.ask("GET", "/v1/blocklist", &one, "").await).await["serial"].to_string();
        assert!(canary.contains(&serial) && all.contains(&serial), "{serial}\n{all}");
    }
}

#[test]
fn a_guard_with_a_hole_in_it_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ranks");
    let place = Place {
        folder: tempfile::tempdir().unwrap(),
        database: None,
    };
    for (option, text, told) in [
        (
            "--popular",
            "1,a.example\nb.example\n",
            "ranks:2: not a rank and a name",
        ),
        ("--answers", "a.example,here\n", "ranks:1: not a name and an address"),
        ("--own", "không phải tên\n", "ranks:1:"),
        ("--warning-list", "{}", "not a warning list"),
    ] {
        std::fs::write(&file, text).unwrap();
        let done = anlanh(
            &["serve", "--listen", "127.0.0.1:0", option, file.to_str().unwrap()],
            &place,
            "",
        );
        let error = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(1), "{error}");
        assert!(error.contains(told), "{option}: {error}");
    }
    let mixed = anlanh(&["blocklist", "export", "list.txt", "--as", "rpz"], &place, "");
    assert_eq!(mixed.status.code(), Some(1), "files and a node are two lists");
}
