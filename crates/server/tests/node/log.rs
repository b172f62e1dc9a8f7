//! The public log is followed from outside while the plug is pulled again and again: it grows, and nothing in it changes.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::{Value, json};

use crate::support::{Node, json as body, places, reviewers_token, token};

/// How often the plug is pulled on each database; `ANLANH_PULLS` says otherwise.
const PULLS: u64 = 6;
/// How many callers decide meanwhile.
const CALLERS: u64 = 4;

fn pulls() -> u64 {
    std::env::var("ANLANH_PULLS").map_or(PULLS, |pulls| pulls.parse().unwrap())
}

pub fn anlanh_log(args: &[&str]) -> Result<String, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anlanh"));
    let done = command.arg("log").args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if done.status.success() {
        Ok(text(&done.stdout))
    } else {
        Err(text(&done.stderr))
    }
}

/// Follows the log from what was seen before, and tells what was new.
fn follow(node: &Node, key: &str, state: &Path) -> Result<String, String> {
    let (url, state) = (format!("{}/log", node.address), state.display().to_string());
    anlanh_log(&["verify", &url, "--key", key, "--state", &state])
}

/// The key that the page of the log shows.
pub async fn key(node: &Node) -> String {
    let page = Client::new().get(format!("{}/log", node.address)).send().await.unwrap();
    let page = page.text().await.unwrap();
    let start = page.find("<dd><code>").expect("the log is signed") + "<dd><code>".len();
    let key = page[start..].split('<').next().unwrap();
    key.replace("&#43;", "+").replace("&#x2F;", "/")
}

pub async fn decide(address: &str, machine: &str, reviewer: &str, id: &str) -> Option<()> {
    let client = Client::new();
    let post = async |path: &str, token: &str, sent: Value| {
        let request = client.post(format!("{address}{path}")).bearer_auth(token);
        let request = request
            .header("content-type", "application/json")
            .body(sent.to_string());
        let answer = request.send().await.ok()?;
        answer.status().is_success().then_some(())?;
        serde_json::from_slice::<Value>(&answer.bytes().await.ok()?).ok()
    };
    let item = json!({ "id": id, "text": format!("Chị gửi mã OTP cho em nhé {id}"), "author": { "ref": id } });
    let kept = post("/v1/items", machine, item).await?;
    let path = format!("/v1/cases/{}/decision", kept["case"].as_str().unwrap());
    let facts = json!({ "outcome": "remove", "category": "SC1", "facts": "Bài đăng hỏi mã OTP." });
    post(&path, reviewer, facts).await.map(drop)
}

#[test]
fn the_log_grows_and_never_changes_whenever_the_plug_is_pulled() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    for place in places() {
        let (machine, reviewer) = (token(&place, "app", &["items:write"]), reviewers_token(&place, "lan"));
        let state = place.folder.path().join("seen");
        let answered: Arc<AtomicU64> = Arc::default();
        let mut known = None;
        for pull in 0..pulls() {
            let node = Node::start(&place);
            runtime.block_on(async {
                let mut callers = tokio::task::JoinSet::new();
                let before = answered.load(Ordering::Relaxed);
                for caller in 0..CALLERS {
                    let (address, machine, reviewer) = (node.address.clone(), machine.clone(), reviewer.clone());
                    let answered = Arc::clone(&answered);
                    callers.spawn(async move {
                        let mut number = 0;
                        while decide(&address, &machine, &reviewer, &format!("{pull}-{caller}-{number}"))
                            .await
                            .is_some()
                        {
                            answered.fetch_add(1, Ordering::Relaxed);
                            number += 1;
                        }
                    });
                }
                let enough = before + 1 + pull * 7 % 20;
                let end = Instant::now() + Duration::from_secs(60);
                while answered.load(Ordering::Relaxed) < enough {
                    assert!(Instant::now() < end, "nothing is answered");
                    tokio::task::yield_now().await;
                }
                if pull % 3 == 2 {
                    let key = known.as_deref().unwrap();
                    // While it is written, too.
                    follow(&node, key, &state).unwrap();
                }
                node.pull_the_plug();
                while callers.join_next().await.is_some() {}
            });
            let node = Node::start(&place);
            let end = Instant::now() + Duration::from_secs(20);
            let key = loop {
                let signed = runtime.block_on(Client::new().get(format!("{}/log/checkpoint", node.address)).send());
                if signed.unwrap().status().as_u16() == 200 {
                    break runtime.block_on(key(&node));
                }
                assert!(Instant::now() < end, "nothing was signed");
            };
            assert_eq!(known.get_or_insert_with(|| key.clone()), &key, "one key for ever");
            follow(&node, &key, &state).unwrap();
            drop(node);
        }

        // Everything that was answered stands in it.
        let node = Node::start(&place);
        let key = known.unwrap();
        let url = format!("{}/log", node.address);
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let told = anlanh_log(&["verify", &url, "--key", &key]).unwrap();
            let count = told.lines().find_map(|line| line.trim().strip_prefix("decision: "));
            if count.is_some_and(|count| count.parse::<u64>().unwrap() >= answered.load(Ordering::Relaxed)) {
                break;
            }
            assert!(Instant::now() < end, "{told}");
        }
        let proof = anlanh_log(&["prove", &url, "1"]).unwrap();
        assert!(proof.starts_with("c2sp.org/tlog-proof@v1\nindex 1\n"), "{proof}");
        let none = anlanh_log(&["prove", &url, "1000000"]).unwrap_err();
        assert!(none.contains("there is no such entry"), "{none}");
        runtime.block_on(others_are_noticed(&node, &key, &state));
    }
}

/// A receipt is checked by itself; another history, and another key, are noticed.
async fn others_are_noticed(node: &Node, key: &str, state: &Path) {
    let folder = state.parent().unwrap();
    let receipt = node.ask("GET", "/log/entries/1/receipt", "", "").await;
    let receipt = body(receipt).await;
    let file = folder.join("bien-nhan.json");
    std::fs::write(&file, receipt.to_string()).unwrap();
    let path = file.display().to_string();
    let told = anlanh_log(&["verify", &path, "--key", key]).unwrap();
    assert!(told.contains("#1 /") && told.contains("holds"), "{told}");
    let forged = receipt.to_string().replace("remove", "no_violation");
    std::fs::write(&file, forged).unwrap();
    let told = anlanh_log(&["verify", &path, "--key", key]).unwrap_err();
    assert!(told.contains("the receipt does not hold"), "{told}");

    // Who has seen a longer log than is shown knows that it was cut; and who has seen another, that it was changed.
    let seen = std::fs::read_to_string(state).unwrap();
    let other = format!("{}A", &key[..key.len() - 1]);
    let told = follow(node, &other, state).unwrap_err();
    assert!(
        told.contains("cannot read the key") || told.contains("the signature does not hold"),
        "{told}"
    );
    assert_eq!(std::fs::read_to_string(state).unwrap(), seen, "and what was seen stays");
    let none = anlanh_log(&["verify", &format!("{}/log", node.address)]).unwrap_err();
    assert!(none.contains("give the public key"), "{none}");
}
