//! What can befall a running node: a full disk, a database that goes away, and bodies that mean it harm. It answers each
//! with a clear error, goes on, and loses nothing that it acknowledged.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use anlanh_testkit::{Durability, Postgres};
use reqwest::{Client, Response};
use serde_json::{Value, json};

use crate::support::{MACHINE, Node, Place, json as body, places, reviewers_token, token};

/// Size of the disk that fills up, in bytes: a fresh database and a few hundred items.
const DISK_BYTES: u32 = 10 << 20;
/// What is put beside the database and taken away again.
pub const BALLAST_BYTES: usize = 3 << 20;
/// Callers that hand items in while the database goes away.
const CALLERS: usize = 4;
const BAIT: &str = "Chị gửi mã OTP cho em để nhận thưởng nhé";

/// The status and the code of a problem document.
async fn problem(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert_eq!(kind, "application/problem+json", "{status}");
    let problem = body(answer).await;
    assert_eq!(problem["status"], status);
    assert!(problem["detail"].as_str().unwrap().len() > 10, "{problem}");
    (status, problem["code"].as_str().unwrap().to_owned())
}

fn item(id: &str, text: &str) -> String {
    json!({ "id": id, "text": text }).to_string()
}

/// Hands in an item that must be kept, and gives its id.
async fn keep(node: &Node, token: &str, id: &str, text: &str) -> String {
    let answer = node.ask("POST", "/v1/items", token, item(id, text)).await;
    assert_eq!(answer.status().as_u16(), 201, "{id}");
    body(answer).await["item"].as_str().unwrap().to_owned()
}

/// A node whose data folder is a disk of its own, as small as a test wants it: a `tmpfs` in a mount namespace that ends
/// with the node. Also the folder as it is seen from outside, and a token. Where the system lets nobody mount there is
/// none, and that is said; the tests of the HTTP edge fill a file of limited size besides, which takes no privilege.
fn node_on_a_small_disk(place: &Place) -> Option<(Node, PathBuf, String)> {
    node_with_options_on_a_small_disk(place, "true", "")
}

/// The same with something done before it starts, and with options.
pub fn node_with_options_on_a_small_disk(place: &Place, first: &str, options: &str) -> Option<(Node, PathBuf, String)> {
    let folder = place.folder.path().join("data");
    std::fs::create_dir_all(&folder).unwrap();
    let as_root = Command::new("unshare").args(["--mount", "true"]).output();
    let spaces: &[&str] = match as_root {
        Ok(done) if done.status.success() => &["--mount"],
        Ok(_) | Err(_) => &["--user", "--map-root-user", "--mount"],
    };
    let inside = |script: &str| {
        let script = format!("mount -t tmpfs -o size={DISK_BYTES},mode=700 anlanh \"$0\" && {script}");
        let mut command = Command::new("unshare");
        command.args(spaces).args(["sh", "-c", &script]).arg(&folder);
        command.arg(env!("CARGO_BIN_EXE_anlanh"));
        command
    };
    if !inside("true").output().is_ok_and(|done| done.status.success()) {
        // Past the capture of what passing tests print.
        let said = b"not run: nothing can be mounted here, so that a node on a full disk was not seen\n";
        let _closed = std::io::stderr().write_all(said);
        return None;
    }
    let scopes = MACHINE.map(|scope| format!("--scope {scope}")).join(" ") + " --scope events:write";
    let node = Node::run(inside(&format!(
        "\"$1\" token create --data \"$0\" --name nhap-lieu {scopes} > \"$0/token\" && \
         {first} && exec \"$1\" serve --listen 127.0.0.1:0 --data \"$0\" {options}"
    )));
    let seen = PathBuf::from(format!("/proc/{}/root{}", node.child.id(), folder.display()));
    let token = std::fs::read_to_string(seen.join("token")).unwrap();
    Some((node, seen, token.trim().to_owned()))
}

/// Events wait while the disk is full, whoever sends hears so, and all goes on when there is room: what was acknowledged is there.
#[tokio::test(flavor = "multi_thread")]
async fn events_wait_for_room_on_the_disk() {
    let place = &places()[0];
    let first = "\"$1\" sensor add --data \"$0\" --name api --kind http --form eve";
    let Some((node, seen, token)) = node_with_options_on_a_small_disk(place, first, "--no-subscribers") else {
        return;
    };
    let ballast = seen.join("ballast");
    std::fs::write(&ballast, vec![7; BALLAST_BYTES]).unwrap();
    let path = "/v1/events?sensor=api";
    let event = |n: usize| {
        let filler = "x".repeat(60);
        (0..100)
            .map(|part| format!("{{\"dns\":{{\"rrname\":\"n{n}-{part}.{filler}.example\"}}}}\n"))
            .collect::<String>()
    };
    let mut acknowledged = Vec::new();
    let mut refused = None;
    for n in 0..2_000 {
        let answer = node.ask("POST", path, &token, event(n)).await;
        match answer.status().as_u16() {
            200 => acknowledged.push(n),
            503 if acknowledged.is_empty() => {}
            _ => {
                refused = Some(problem(answer).await);
                break;
            }
        }
    }
    let (status, code) = refused.unwrap();
    assert!(
        status == 503 && ["events-late", "sensor-not-running"].contains(&code.as_str()),
        "{status} {code}"
    );
    let metrics = Client::new()
        .get(format!("{}/metrics", node.address))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(metrics.contains("anlanh_sensor_up{sensor=\"api\"} 0"), "{metrics}");
    std::fs::remove_file(&ballast).unwrap();
    let begun = std::time::Instant::now();
    let mut look = tokio::time::interval(std::time::Duration::from_millis(100));
    while node.ask("POST", path, &token, event(5_000)).await.status().as_u16() != 200 {
        assert!(begun.elapsed() < std::time::Duration::from_secs(60));
        look.tick().await;
    }
    acknowledged.push(5_000);
    let mut names = std::collections::BTreeSet::new();
    let view = anlanh_archive::View::open(&seen.join("data/events"))
        .or_else(|_| anlanh_archive::View::open(&seen.join("events")));
    view.unwrap()
        .each(&(i64::MIN..i64::MAX), |record| {
            let event: Value = serde_json::from_slice(record.payload).unwrap();
            names.insert(
                event["domain"][0]
                    .as_str()
                    .unwrap()
                    .split('.')
                    .next()
                    .unwrap()
                    .to_owned(),
            );
        })
        .unwrap();
    for n in acknowledged {
        for part in [0, 99] {
            assert!(names.contains(&format!("n{n}-{part}")), "{n} {part}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_and_takes_again() {
    let place = places().remove(0);
    let Some((node, disk, token)) = node_on_a_small_disk(&place) else {
        return;
    };
    let ballast = disk.join("ballast");
    std::fs::write(&ballast, vec![1; BALLAST_BYTES]).unwrap();
    let text = format!("{BAIT} {}", "trời đẹp quá ".repeat(1500));
    let mut kept = Vec::new();
    let refused = loop {
        let id = format!("p-{}", kept.len());
        let answer = node.ask("POST", "/v1/items", &token, item(&id, &text)).await;
        if answer.status().as_u16() != 201 {
            break problem(answer).await;
        }
        kept.push(body(answer).await["item"].as_str().unwrap().to_owned());
        assert!(kept.len() < 10_000, "the disk never fills");
    };
    assert_eq!(refused, (507, "storage-full".to_owned()));
    assert!(kept.len() > 20, "{}", kept.len());
    // Whatever needs no room goes on; whatever does says so, each time.
    for path in ["/v1/items", "/v1/cases", "/healthz", &format!("/v1/items/{}", kept[0])] {
        assert_eq!(node.ask("GET", path, &token, "").await.status().as_u16(), 200, "{path}");
    }
    let screened = node.ask("POST", "/v1/screen", &token, item("s", BAIT)).await;
    assert_eq!(screened.status().as_u16(), 200);
    for _ in 0..3 {
        let again = node.ask("POST", "/v1/items", &token, item("full", &text)).await;
        assert_eq!(problem(again).await, (507, "storage-full".to_owned()));
    }
    std::fs::remove_file(&ballast).unwrap();
    kept.push(keep(&node, &token, "after", &text).await);
    let none = node.read("/v1/items?id=full", &token).await;
    assert_eq!(none["items"], json!([]), "what was refused is not there");
    for id in &kept {
        let item = node.read(&format!("/v1/items/{id}"), &token).await;
        assert_eq!(item["text"], text.as_str());
        assert_eq!(item["cases"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_and_comes_back_loses_nothing() {
    let Some(server) = Postgres::alone(Durability::Disk) else {
        return;
    };
    let place = Place {
        folder: tempfile::tempdir().unwrap(),
        database: Some(server.database().address().to_owned()),
    };
    let token = token(&place, "nhap-lieu", &MACHINE);
    let node = Node::start(&place);
    let (kept, stop) = (Arc::<Mutex<Vec<Value>>>::default(), Arc::<AtomicBool>::default());
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..CALLERS {
        let (address, token) = (node.address.clone(), token.clone());
        let (kept, stop) = (Arc::clone(&kept), Arc::clone(&stop));
        callers.spawn(async move { hand_in(&address, &token, caller, &kept, &stop).await });
    }
    let until = async |more: usize| {
        let wanted = kept.lock().unwrap().len() + more;
        while kept.lock().unwrap().len() < wanted {
            tokio::task::yield_now().await;
        }
    };
    for _ in 0..2 {
        until(40).await;
        server.stop();
        without_a_database(&node, &token).await;
        server.resume();
        while node.ask("GET", "/readyz", &token, "").await.status().as_u16() != 200 {
            tokio::task::yield_now().await;
        }
        until(40).await;
    }
    // What was told of the load may be a second old.
    while !metrics(&node).await.contains("\nanlanh_db_up 1\n") {}
    let told = metrics(&node).await;
    let size = told.lines().find_map(|line| line.strip_prefix("anlanh_db_bytes "));
    assert!(size.unwrap().parse::<u64>().unwrap() > 1_000_000, "{size:?}");
    stop.store(true, Ordering::Relaxed);
    let refusals = callers.join_all().await.into_iter().sum::<usize>();
    assert!(refusals > 0, "somebody was told that the database was away");
    let kept = std::mem::take(&mut *kept.lock().unwrap());
    for line in kept {
        let item = node
            .read(&format!("/v1/items/{}", line["item"].as_str().unwrap()), &token)
            .await;
        assert_eq!((&item["id"], &item["verdict"]), (&line["id"], &line["verdict"]));
        assert_eq!(item["cases"], json!([line["case"]]));
    }
}

/// Hands items in until told to stop; gives how many were refused. What was answered with 201 is in `kept`.
async fn hand_in(address: &str, token: &str, caller: usize, kept: &Mutex<Vec<Value>>, stop: &AtomicBool) -> usize {
    let client = Client::new();
    let mut refused = 0;
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let request = client.post(format!("{address}/v1/items")).bearer_auth(token);
        let request = request.header("content-type", "application/json");
        let sent = item(&format!("{caller}-{number}"), BAIT);
        let answer = request.body(sent).send().await.unwrap();
        if answer.status().as_u16() == 201 {
            let line = body(answer).await;
            kept.lock().unwrap().push(line);
            continue;
        }
        refused += 1;
        let (status, code) = problem(answer).await;
        assert_eq!(status, 503);
        assert!(
            ["unavailable", "commit-unknown", "busy"].contains(&code.as_str()),
            "{code}"
        );
    }
    refused
}

async fn metrics(node: &Node) -> String {
    node.ask("GET", "/metrics", "", "").await.text().await.unwrap()
}

/// While the database is away, whatever needs it says so, and what does not goes on.
async fn without_a_database(node: &Node, token: &str) {
    let away = (503, "unavailable".to_owned());
    for (method, path) in [
        ("GET", "/readyz"),
        ("POST", "/v1/items"),
        ("GET", "/v1/items"),
        ("GET", "/v1/cases"),
        ("GET", "/v1/audit"),
    ] {
        let answer = node.ask(method, path, token, item("away", BAIT)).await;
        assert!(answer.headers().contains_key("retry-after"), "{path}");
        assert_eq!(problem(answer).await, away, "{path}");
    }
    let page = Client::new()
        .get(format!("{}/console/queue", node.address))
        .header("cookie", "anlanh=abc");
    let page = page.send().await.unwrap();
    assert_eq!(page.status().as_u16(), 503, "a page says so as a page");
    assert!(page.text().await.unwrap().contains("Cơ sở dữ liệu chưa sẵn sàng"));
    for path in ["/healthz", "/metrics", "/openapi.json", "/", "/console/sign-in"] {
        assert_eq!(node.ask("GET", path, token, "").await.status().as_u16(), 200, "{path}");
    }
    while !metrics(node).await.contains("\nanlanh_db_up 0\n") {}
    let screened = node.ask("POST", "/v1/screen", token, item("s", BAIT)).await;
    assert_eq!(screened.status().as_u16(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_means_harm_is_refused_or_kept_whole_and_the_next_request_is_answered() {
    for place in places() {
        let token = token(&place, "nhap-lieu", &MACHINE);
        let reviewer = reviewers_token(&place, "lan");
        let node = Node::start(&place);
        let marks = |count: usize| format!("a{}", "\u{301}".repeat(count));
        let refused: [(&str, Vec<u8>, (u16, &str)); 8] = [
            ("too large", item("x", &"x".repeat(1 << 20)).into(), (413, "too-large")),
            (
                "a million marks",
                item("x", &marks(1_000_000)).into(),
                (413, "too-large"),
            ),
            ("not UTF-8", b"{\"text\":\"\xc3\x28\"}".to_vec(), (400, "not-utf8")),
            ("cut short", b"{\"text\":\"a".to_vec(), (400, "bad-json")),
            ("deep", "[".repeat(10_000).into(), (422, "not-an-object")),
            (
                "deep text",
                format!("{{\"text\":{}", "[".repeat(10_000)).into(),
                (422, "wrong-type"),
            ),
            (
                "deep labels",
                format!(
                    "{{\"text\":\"\",\"labels\":{}{}}}",
                    "[".repeat(10_000),
                    "]".repeat(10_000)
                )
                .into(),
                (422, "wrong-type"),
            ),
            ("U+0000 in an id", item("a\0b", "a").into(), (422, "wrong-type")),
        ];
        for (name, sent, (status, code)) in refused {
            let answer = node.ask("POST", "/v1/items", &token, sent).await;
            assert_eq!(problem(answer).await, (status, code.to_owned()), "{name}");
            keep(&node, &token, "next", "Trời đẹp quá").await;
        }
        // As large as an item may be, and as hard to keep: all of it comes back.
        for (id, text) in [
            ("marks", marks(500_000)),
            ("one-word", "x".repeat(1_000_000)),
            ("words", "ừ".repeat(300_000)),
            ("nul", "a\0b\u{ffff}\u{10ffff}".repeat(10)),
            ("nothing", String::new()),
        ] {
            let kept = keep(&node, &token, id, &text).await;
            let item = node.read(&format!("/v1/items/{kept}"), &token).await;
            assert!(item["text"] == text.as_str(), "{id} comes back as it came");
            if text.len() > 64 << 10 {
                assert_eq!(item["verdict"]["undecided"]["reason"], "text_too_long", "{id}");
                assert_eq!(item["cases"].as_array().unwrap().len(), 1, "{id}: a person looks");
            }
        }
        let case = node.read("/v1/cases", &token).await["cases"][0]["case"]
            .as_str()
            .unwrap()
            .to_owned();
        for (step, sent) in [
            ("note", format!("{{\"note\":{}", "[".repeat(10_000))),
            ("decision", format!("{{\"outcome\":{}", "{\"a\":".repeat(10_000))),
        ] {
            let answer = node
                .ask("POST", &format!("/v1/cases/{case}/{step}"), &reviewer, sent)
                .await;
            assert_eq!(problem(answer).await, (422, "bad-body".to_owned()), "{step}");
        }
        let batch = Client::new()
            .post(format!("{}/v1/items/batch", node.address))
            .bearer_auth(&token);
        let lines = format!(
            "{}\n{}\n{}\n",
            item("1", BAIT),
            item("2", &"x".repeat(10 << 20)),
            item("3", BAIT)
        );
        let answer = batch
            .header("content-type", "application/x-ndjson")
            .body(lines)
            .send()
            .await
            .unwrap();
        let text = answer.text().await.unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 3);
        assert_eq!((&lines[0]["id"], &lines[2]["id"]), (&json!("1"), &json!("3")));
        assert_eq!(
            (&lines[1]["line"], &lines[1]["error"]["code"]),
            (&json!(2), &json!("too-large"))
        );
        keep(&node, &token, "last", "Trời đẹp quá").await;
    }
}
