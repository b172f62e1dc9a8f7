//! The list that a node keeps, served by transfer beside it: what probes find is kept with the entries.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anlanh_testkit::TOOLS_PATH;
use reqwest::Client;
use serde_json::{Value, json};

use crate::anlanh;
use crate::node::{Home, Node};
use crate::secondary::{Place, Secondary};
use crate::servers::{Answer, Upstream, has_servers};

/// A node with its list, and two who look after it.
struct Keeper {
    child: Child,
    address: String,
    tokens: Vec<String>,
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(home: &Home, args: &[&str]) -> (Child, String) {
    let log = std::fs::File::options()
        .create(true)
        .append(true)
        .open(home.path("node.log"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_anlanh"))
        .env("PATH", TOOLS_PATH)
        .args(["serve", "--data", "data", "--listen", "127.0.0.1:0"])
        .args(args)
        .current_dir(home.folder.path())
        .stdout(Stdio::piped())
        .stderr(log.unwrap())
        .spawn()
        .unwrap();
    let mut address = String::new();
    let mut printed = BufReader::new(child.stdout.take().unwrap());
    printed.read_line(&mut address).unwrap();
    (child, address.trim().to_owned())
}

impl Keeper {
    fn start(home: &Home) -> Self {
        Self::start_with(home, &[])
    }

    /// Ends as hard as it can be, and starts again with the same tokens.
    fn restart(mut self, home: &Home, args: &[&str]) -> Self {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let (child, address) = serve(home, args);
        Self {
            child,
            address,
            tokens: std::mem::take(&mut self.tokens),
        }
    }

    fn start_with(home: &Home, args: &[&str]) -> Self {
        let run = |args: &[&str]| {
            let done = anlanh(home.folder.path(), args);
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
            String::from_utf8(done.stdout).unwrap().trim().to_owned()
        };
        let tokens = ["lan", "minh"].map(|name| {
            run(&[
                "user",
                "create",
                "--data",
                "data",
                "--name",
                name,
                "--role",
                "soc-engineer",
            ]);
            let token = ["token", "create", "--data", "data", "--name", name, "--for", name];
            run(&[&token[..], &["--scope", "blocklist:write"]].concat())
        });
        let (child, address) = serve(home, args);
        Self {
            child,
            address,
            tokens: tokens.to_vec(),
        }
    }

    async fn metrics(&self) -> String {
        let answer = Client::new().get(format!("{}/metrics", self.address)).send().await;
        answer.unwrap().text().await.unwrap()
    }

    async fn ask(&self, who: usize, method: &str, path: &str, body: Value) -> Value {
        let request = Client::new().request(method.parse().unwrap(), format!("{}{path}", self.address));
        let request = request.bearer_auth(&self.tokens[who]);
        let request = if body.is_null() {
            request
        } else {
            request.header("content-type", "application/json")
        };
        let answer = request
            .body(if body.is_null() {
                String::new()
            } else {
                body.to_string()
            })
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Has a name blocked by the canary, and gives its entry.
    async fn block(&self, name: &str) -> String {
        let change = json!({
            "values": [{ "value": name }], "reason": "Trang giả mạo.", "owner": "SOC", "basis": ["Quy chế số 12"],
        });
        let made = self.ask(0, "POST", "/v1/blocklist/changes", change).await;
        let path = format!(
            "/v1/blocklist/changes/{}/step",
            made["change"]["change"].as_str().unwrap()
        );
        for (who, step) in [(0, "shadow"), (1, "approve"), (0, "canary_urgent")] {
            self.ask(
                who,
                "POST",
                &path,
                json!({ "step": step, "reason": "Đang lừa người dùng." }),
            )
            .await;
        }
        made["blocks"][0]["block"].as_str().unwrap().to_owned()
    }

    /// Waits until a proof of an entry is kept, and gives it.
    async fn proof(&self, entry: &str, effect: &str) -> Value {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let view = self
                .ask(0, "GET", &format!("/v1/blocklist/entries/{entry}"), Value::Null)
                .await;
            let mut proofs = view["proofs"].as_array().unwrap().iter();
            if let Some(proof) = proofs.find(|proof| proof["effect"] == effect) {
                return proof.clone();
            }
            assert!(Instant::now() < until, "{view}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_a_node_takes_effect_and_its_proofs_are_kept() {
    if !has_servers() {
        return;
    }
    let upstream = Upstream::start();
    let (home, place) = (Home::new(), Place::new());
    let keeper = Keeper::start(&home);
    let shadow = ["blocklist", "serve", "--data", "data", "--part", "shadow"];
    let refused = anlanh(home.folder.path(), &shadow);
    assert_eq!(refused.status.code(), Some(1), "it would block");
    let args = Secondary::Unbound.args(&home, &place);
    let mut node = Node::start_with(&home, &["--data", "data", "--part", "canary"], &args);
    node.wait_for_version();
    let server = Secondary::Unbound.start(&home, &place, &upstream);
    assert_eq!(server.ask("evil.vn", "A"), Answer::Found("198.51.100.1".to_owned()));

    let entry = keeper.block("evil.vn").await;
    let proof = node.wait_for_proof("evil.vn");
    assert_eq!(proof["in_effect"], true, "{proof}\n{}", node.log());
    assert_eq!(server.ask("www.evil.vn", "A"), Answer::NxDomain);
    let kept = keeper.proof(&entry, "blocked").await;
    assert_eq!(kept["enforcer"], proof["resolver"]);
    assert_eq!(kept["probe"], "A evil.vn");
    assert_eq!(kept["audience"], "canary");

    let words = json!({ "words": "Đã xác minh: trang hợp pháp." });
    keeper
        .ask(0, "POST", &format!("/v1/blocklist/entries/{entry}/lift"), words)
        .await;
    let proof = node.wait_for_proof("evil.vn");
    assert_eq!(proof["wanted"], "none");
    assert_eq!(proof["in_effect"], true, "{proof}\n{}", node.log());
    keeper.proof(&entry, "answered").await;
}

/// The options of a zone that a node serves itself, as a file has them.
fn zone_file(home: &Home, place: &Place) -> String {
    let args = Secondary::Unbound.args(home, place);
    let mut text = format!(
        "# vùng của bên thử trước\npart canary\n\nrefresh 1\nlisten 127.0.0.1:{}\nserial-file  rpz.serial\n",
        home.port
    );
    for pair in args.chunks(2) {
        let name = pair[0].strip_prefix("--").unwrap();
        text.push_str(&format!("{name} {}\n", pair[1]));
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_serves_and_proves_its_zones_itself() {
    if !has_servers() {
        return;
    }
    let upstream = Upstream::start();
    let (home, place) = (Home::new(), Place::new());
    std::fs::write(home.path("zone.conf"), zone_file(&home, &place)).unwrap();
    let args = ["--zone", "zone.conf"];
    let keeper = Keeper::start_with(&home, &args);
    let server = Secondary::Unbound.start(&home, &place, &upstream);
    let entry = keeper.block("evil.vn").await;
    let kept = keeper.proof(&entry, "blocked").await;
    let enforcer = format!("unbound@127.0.0.1:{}", place.port);
    assert_eq!(kept["enforcer"], enforcer.as_str());
    assert_eq!(kept["audience"], "canary");
    assert_eq!(server.ask("www.evil.vn", "A"), Answer::NxDomain);
    let metrics = keeper.metrics().await;
    for line in [
        "anlanh_block_changes_pending 1".to_owned(),
        format!("anlanh_block_proofs_missing{{enforcer=\"{enforcer}\"}} 0"),
        format!("anlanh_block_proofs_late{{enforcer=\"{enforcer}\"}} 0"),
        format!("anlanh_block_proof_age_seconds{{enforcer=\"{enforcer}\"}} "),
    ] {
        assert!(metrics.contains(&line), "{line}\n{metrics}");
    }
    // It is killed, and goes on where it was.
    let before = std::fs::read_to_string(home.path("rpz.serial")).unwrap();
    let keeper = keeper.restart(&home, &args);
    assert_eq!(server.ask("evil.vn", "A"), Answer::NxDomain);
    let words = json!({ "words": "Đã xác minh: trang hợp pháp." });
    let path = format!("/v1/blocklist/entries/{entry}/lift");
    keeper.ask(0, "POST", &path, words).await;
    keeper.proof(&entry, "answered").await;
    assert_eq!(server.ask("evil.vn", "A"), Answer::Found("198.51.100.1".to_owned()));
    assert_ne!(std::fs::read_to_string(home.path("rpz.serial")).unwrap(), before);
    let log = std::fs::read_to_string(home.path("node.log")).unwrap();
    assert!(
        !log.contains("evil.vn"),
        "names of what is blocked are in no log: {log}"
    );
}

#[test]
fn a_file_of_a_zone_is_read_to_the_letter() {
    if !has_servers() {
        return;
    }
    let home = Home::new();
    let refused = |files: &[(&str, &str)], told: &str| {
        let mut args = vec!["serve", "--data", "data", "--listen", "127.0.0.1:0"];
        for (name, text) in files {
            std::fs::write(home.path(name), text).unwrap();
            args.extend(["--zone", name]);
        }
        let done = anlanh(home.folder.path(), &args);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(1), "{said}");
        assert!(said.contains(told), "{told}: {said}");
    };
    refused(&[("a.conf", "listens 127.0.0.1:1\n")], "--listens");
    refused(&[("a.conf", "parts 57\n")], "at most 56");
    refused(&[("a.conf", "part shadow\n")], "in shadow is served to nobody");
    refused(
        &[
            ("a.conf", "listen 127.0.0.1:0\n"),
            ("b.conf", "listen 127.0.0.1:0\npart canary\n"),
        ],
        "one file for their serial numbers",
    );
    refused(&[("a.conf", &"#".repeat(64 * 1024 + 1))], "65536");
}
