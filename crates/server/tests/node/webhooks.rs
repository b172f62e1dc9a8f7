//! A platform of another language takes webhooks, with the library that it would use, while node and platform are killed
//! again and again.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Node, Place, places, python, reviewers_token, token};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// How often each of the two is killed.
const KILLS: usize = 3;
/// Decisions before each kill.
const DECISIONS: usize = 12;
/// Deliveries that may be under way at one time.
const UNDER_WAY: usize = 8;

struct Platform {
    child: Child,
    port: u16,
}

impl Platform {
    fn start(python: &Path, port: u16, noted: &Path, seed: usize) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node/receiver.py");
        let mut command = Command::new(python);
        command
            .arg(script)
            .args([&port.to_string(), SECRET])
            .arg(noted)
            .arg(seed.to_string());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let port = line.trim().parse().expect("the receiver did not start");
        Self { child, port }
    }

    fn kill(mut self) -> u16 {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.port
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_real_platform_gets_everything_in_order_whatever_is_killed() {
    let Some(python) = python() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    for place in places() {
        runtime.block_on(deliver(&place, &python));
    }
}

async fn deliver(place: &Place, python: &Path) {
    let folder = place.folder.path();
    let (noted, secrets) = (folder.join("noted"), folder.join("secrets"));
    std::fs::write(&secrets, format!("{SECRET}\n")).unwrap();
    let machine = token(place, "nhap-lieu", &["items:write", "actions:read"]);
    let reviewer = reviewers_token(place, "lan");
    let mut platform = Platform::start(python, 0, &noted, 1);
    let url = format!("http://127.0.0.1:{}/anlanh", platform.port);
    let retry = ["1s"; 32].join(",");
    let options = [
        "--webhook",
        &url,
        "--webhook-secret-file",
        secrets.to_str().unwrap(),
        "--webhook-private",
        "--webhook-retry",
        &retry,
    ];
    let mut node = Node::start_with(place, &options);
    for round in 0..KILLS {
        for number in 0..DECISIONS {
            decide(&node, &machine, &reviewer, number % 3).await;
        }
        if round == 1 {
            node.pull_the_plug();
        } else {
            let port = platform.kill();
            node.pull_the_plug();
            platform = Platform::start(python, port, &noted, round + 2);
        }
        node = Node::start_with(place, &options);
    }
    let port = platform.kill();
    decide(&node, &machine, &reviewer, 0).await;
    let platform = Platform::start(python, port, &noted, 9);

    let told = actions(&node, &machine).await;
    assert_eq!(told.len(), KILLS * DECISIONS + 1);
    let all: Vec<&str> = told.iter().map(String::as_str).collect();
    let lines = wait_for(&noted, &all).await;
    in_order(&lines);
    assert!(
        lines.len() - all.len() <= (2 * KILLS + 1) * UNDER_WAY,
        "{} for {}",
        lines.len(),
        all.len()
    );
    drop(platform);
}

/// The ids of all actions. The feed always says where it goes on: a page with nothing in it is its end.
async fn actions(node: &Node, token: &str) -> Vec<String> {
    let (mut ids, mut after) = (Vec::new(), String::new());
    loop {
        let page = node.read(&format!("/v1/actions?limit=200{after}"), token).await;
        let found = page["actions"].as_array().unwrap();
        if found.is_empty() {
            return ids;
        }
        ids.extend(found.iter().map(|action| action["id"].as_str().unwrap().to_owned()));
        after = format!("&after={}", page["next"].as_str().unwrap());
    }
}

/// Warns one of a few accounts.
async fn decide(node: &Node, machine: &str, reviewer: &str, author: usize) {
    let item =
        json!({ "text": "Chị gửi mã OTP cho em để nhận thưởng nhé", "author": { "ref": format!("u-{author}") } });
    let kept = node.ask("POST", "/v1/items", machine, item.to_string()).await;
    let kept = crate::support::json(kept).await;
    let case = kept["case"].as_str().unwrap();
    let decision = json!({
        "outcome": "subject_only",
        "category": "SC1",
        "facts": "Bài đăng hỏi mã OTP.",
        "measures": [{ "kind": "warn", "target": "account" }],
        "strikes": [],
    });
    let path = format!("/v1/cases/{case}/decision");
    let answer = node.ask("POST", &path, reviewer, decision.to_string()).await;
    assert_eq!(answer.status().as_u16(), 200);
}

/// What the platform noted: id, target and sequence, once all of these ids are among it.
async fn wait_for(noted: &Path, ids: &[&str]) -> Vec<(String, String, u64)> {
    let begun = Instant::now();
    let mut look = tokio::time::interval(Duration::from_millis(100));
    loop {
        let text = std::fs::read_to_string(noted).unwrap();
        let lines = text.lines().map(|line| {
            let parts: Vec<&str> = line.split(' ').collect();
            (parts[0].to_owned(), parts[1].to_owned(), parts[2].parse().unwrap())
        });
        let lines: Vec<(String, String, u64)> = lines.collect();
        let missing = ids.iter().filter(|id| !lines.iter().any(|line| line.0 == **id)).count();
        if missing == 0 {
            return lines;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(90),
            "{missing} of {} never came",
            ids.len()
        );
        look.tick().await;
    }
}

/// For each target, what comes is what came last once more, or the next.
fn in_order(lines: &[(String, String, u64)]) {
    let mut last: BTreeMap<&str, u64> = BTreeMap::new();
    for (id, target, sequence) in lines {
        let before = last.insert(target, *sequence).unwrap_or(0);
        assert!(
            *sequence == before || *sequence == before + 1,
            "{id}: {sequence} after {before} for {target}"
        );
    }
}
