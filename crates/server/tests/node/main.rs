//! The node as its operator runs it: accounts and tokens from the command line beside it, and what can befall it.

#![cfg(test)]

mod blocklist;
mod decisions;
mod erasure;
mod faults;
mod feeds;
mod hunts;
mod log;
mod mail;
mod nats;
mod patterns;
mod peers;
mod people;
mod plug;
mod reports;
mod rules;
mod senders;
mod sharing;
mod streams;
mod support;
mod taxii;
mod webhooks;
mod witness;

use std::path::Path;

use reqwest::Client;
use serde_json::Value;

use support::{Node, Place, anlanh, places, token};

#[test]
fn the_command_line_makes_accounts_and_tokens_beside_a_running_node() {
    for place in places() {
        let node = Node::start(&place);
        let check = |args: &[&str], input: &str, expected: Result<usize, &str>| {
            let done = anlanh(args, &place, input);
            let (out, err) = (
                String::from_utf8_lossy(&done.stdout),
                String::from_utf8_lossy(&done.stderr),
            );
            match expected {
                Ok(lines) => {
                    assert!(done.status.success(), "{args:?}: {err}");
                    assert_eq!(out.lines().count(), lines, "{args:?}");
                }
                Err(wanted) => {
                    assert_eq!(done.status.code(), Some(1), "{args:?}");
                    assert!(err.contains(wanted), "{args:?}: {err}");
                }
            }
        };
        let user = ["user", "create", "--name", "lan", "--role", "reviewer"];
        check(&user, "trăm năm trong cõi\n", Ok(0));
        check(
            &user,
            "trăm năm trong cõi\n",
            Err("Tên đã có người dùng: hãy chọn tên khác · Name taken"),
        );
        check(&["user", "create", "--name", "minh", "--role", "reviewer"], "", Ok(1));
        check(
            &["user", "create", "--name", "hoa", "--role", "reviewer"],
            "ngắn\n",
            Err("Mật khẩu cần ít nhất 12 ký tự. · A password has at least 12 characters"),
        );
        check(
            &["user", "create", "--name", "hoa", "--role", "root"],
            "",
            Err("policy-manager"),
        );
        check(&["user", "list"], "", Ok(2));
        check(
            &[
                "token",
                "create",
                "--name",
                "a1",
                "--scope",
                "cases:write",
                "--for",
                "lan",
            ],
            "",
            Ok(1),
        );
        check(
            &["token", "create", "--name", "a1", "--scope", "cases:write"],
            "",
            Err("Tên đã có người dùng: hãy chọn tên khác · Name taken"),
        );
        check(
            &[
                "token",
                "create",
                "--name",
                "a2",
                "--scope",
                "cases:write",
                "--for",
                "ai",
            ],
            "",
            Err("không có tài khoản với mã hoặc tên này · Not found: there is no account"),
        );
        check(
            &["token", "create", "--name", "a2", "--scope", "all"],
            "",
            Err("items:write"),
        );
        check(&["token", "list"], "", Ok(1));
        check(&["token", "revoke", "nothing"], "", Err("Mã gồm mười ba chữ và số"));
        check(
            &["token", "create", "--name", "?", "--scope", "items:write"],
            "",
            Err("Tên gồm 2 đến 64"),
        );
        drop(node);
    }
}

#[test]
fn a_second_node_on_the_same_data_says_so() {
    for place in places() {
        let _node = Node::start(&place);
        let second = anlanh(&["serve", "--listen", "127.0.0.1:0"], &place, "");
        assert_eq!(second.status.code(), Some(1));
        let said = String::from_utf8_lossy(&second.stderr);
        assert!(said.contains("another node"), "{said}");
    }
}

#[test]
fn a_data_folder_is_its_owner_s_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = places().remove(0);
    let _token = token(&place, "a1", &["items:read"]);
    let folder: &Path = &place.folder.path().join("data");
    assert_eq!(std::fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn the_first_start_shows_the_way_in_until_somebody_took_it() {
    let place = Place {
        folder: tempfile::tempdir().unwrap(),
        database: None,
    };
    let node = Node::start(&place);
    let rest = String::from_utf8(node.printed.buffer().to_vec()).unwrap();
    let link = rest
        .lines()
        .find(|line| line.starts_with("http://"))
        .unwrap()
        .to_owned();
    assert!(link.starts_with(&node.address), "{link}");
    let page = Client::new().get(&link).send().await.unwrap();
    assert_eq!(page.status().as_u16(), 200);
    let (_, key) = link.split_once("key=").unwrap();
    let fields = [
        ("key", key),
        ("name", "lan"),
        ("password", "trăm năm trong cõi"),
        ("repeated", "trăm năm trong cõi"),
    ];
    let fields = fields.map(|(name, value)| format!("{name}={}", value.replace(' ', "+")));
    let client = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let request = client.post(format!("{}/console/set-up", node.address));
    let form = request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(fields.join("&"));
    assert_eq!(form.send().await.unwrap().status().as_u16(), 303);
    node.pull_the_plug();
    let node = Node::start(&place);
    assert_eq!(node.printed.buffer(), b"", "nothing but the address");
    node.pull_the_plug();
    let listed = anlanh(&["user", "list"], &place, "");
    assert_eq!(String::from_utf8(listed.stdout).unwrap(), "lan\tadministrator\topen\n");
}

#[tokio::test]
async fn samples_are_marked_and_come_once() {
    for place in places() {
        let scopes = [
            "items:read",
            "cases:read",
            "incidents:read",
            "indicators:read",
            "blocklist:read",
        ];
        let token = token(&place, "demo", &scopes);
        for _ in 0..2 {
            let node = Node::start_with(&place, &["--demo"]);
            let get = async |path: &str| -> Value {
                let request = Client::new().get(format!("{}{path}", node.address)).bearer_auth(&token);
                serde_json::from_slice(&request.send().await.unwrap().bytes().await.unwrap()).unwrap()
            };
            let items = get("/v1/items").await;
            let items = items["items"].as_array().unwrap();
            assert_eq!(items.len(), 12);
            for item in items {
                assert!(item["id"].as_str().unwrap().starts_with("demo-"), "{item}");
            }
            let cases = get("/v1/cases").await;
            let cases = cases["cases"].as_array().unwrap();
            assert!(
                (4..12).contains(&cases.len()),
                "some wait for a person, and some are clean: {}",
                cases.len()
            );
            let case = get(&format!("/v1/cases/{}", cases[0]["case"].as_str().unwrap())).await;
            assert!(case["text"].as_str().unwrap().starts_with("[MẪU]"), "{case}");
            // Who works at a SOC finds something to work on, too.
            let incidents = get("/v1/incidents").await;
            let incidents = incidents["incidents"].as_array().unwrap();
            assert_eq!(incidents.len(), 1, "{incidents:?}");
            assert_eq!(
                (&incidents[0]["alerts"], &incidents[0]["hosts"]),
                (&4.into(), &3.into())
            );
            let feeds = get("/v1/feeds").await;
            assert_eq!(feeds["feeds"].as_array().unwrap().len(), 1, "{feeds}");
            let blocks = get("/v1/blocklist/entries").await;
            let blocks = blocks["blocks"].as_array().unwrap();
            assert_eq!(blocks.len(), 1, "{blocks:?}");
            assert!(blocks[0]["reason"].as_str().unwrap().starts_with("[MẪU]"), "{blocks:?}");
            node.pull_the_plug();
        }
    }
}
