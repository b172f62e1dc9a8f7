//! Feeds on running nodes: one subscribes to another over TAXII, and the plug is pulled in the middle of a list.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::{Value, json};

use crate::support::{Node, Place, anlanh, json as body, places, token};

const MEDIA: &str = "application/taxii+json;version=2.1";
/// Values of the list that is cut off: twenty transactions.
const MANY: usize = 20_000;

/// A token with which somebody manages feeds.
pub fn managers_token(place: &Place) -> String {
    let made = anlanh(
        &["user", "create", "--name", "hoa", "--role", "policy-manager"],
        place,
        "",
    );
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let args = [
        "token",
        "create",
        "--name",
        "soc",
        "--scope",
        "indicators:write",
        "--for",
        "hoa",
    ];
    let made = anlanh(&args, place, "");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}

pub async fn add_feed(node: &Node, token: &str, feed: Value) -> String {
    let answer = node.ask("POST", "/v1/feeds", token, feed.to_string()).await;
    assert_eq!(answer.status().as_u16(), 201);
    body(answer).await["feed"].as_str().unwrap().to_owned()
}

/// Asks until it is so; fails after a minute.
async fn wait(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    let mut look = tokio::time::interval(Duration::from_millis(50));
    while !is_so().await {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        look.tick().await;
    }
}

/// How many indicators of a value count.
async fn counts(node: &Node, token: &str, value: &str) -> usize {
    let found = node.read(&format!("/v1/indicators?value={value}"), token).await;
    let found = found["indicators"].as_array().unwrap();
    found.iter().filter(|found| found["counts"] == true).count()
}

fn object(number: u32, more: &str) -> Value {
    let text = format!(
        r#"{{"type":"indicator","spec_version":"2.1","id":"indicator--{number:08x}-17d4-4cbf-938f-98ee46b3cd3f","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-0{}T00:00:00.000Z","pattern":"[domain-name:value = 'evil{number}.example.vn']","pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z"{more}}}"#,
        if more.is_empty() { 1 } else { 2 }
    );
    serde_json::from_str(&text).unwrap()
}

pub async fn publish(node: &Node, token: &str, collection: &str, objects: &[Value]) {
    let url = format!("{}/taxii2/anlanh/collections/{collection}/objects/", node.address);
    let request = Client::new().post(url).bearer_auth(token).header("accept", MEDIA);
    let request = request
        .header("content-type", MEDIA)
        .body(json!({ "objects": objects }).to_string());
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 202, "{}", answer.text().await.unwrap());
}

#[tokio::test]
async fn a_node_subscribes_to_another_and_matches_its_own_events() {
    let theirs = &places()[0];
    let made = anlanh(
        &["taxii", "collection", "create", "--title", "Cảnh báo quốc gia"],
        theirs,
        "",
    );
    let collection = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    let centre = token(theirs, "centre", &["taxii:read", "taxii:write"]);
    let national = Node::start(theirs);
    let objects: Vec<Value> = (0..50).map(|number| object(number, "")).collect();
    publish(&national, &centre, &collection, &objects).await;
    for (at, ours) in (0_u32..).zip(&places()) {
        let bad = format!("evil{at}.example.vn");
        let soc = managers_token(ours);
        let node = Node::start_with(ours, &["--feed-private"]);
        let url = format!("{}/taxii2/anlanh/collections/{collection}/", national.address);
        let feed = json!({ "name": "Trung tâm quốc gia", "kind": "taxii", "url": url, "token": centre, "every_minutes": 1, "confidence": 90, "tlp": "clear" });
        let feed = add_feed(&node, &soc, feed).await;
        wait("the collection is read", async || {
            counts(&node, &soc, "www.evil49.example.vn").await == 1
        })
        .await;

        let events = ours.folder.path().join("eve.json");
        std::fs::write(
            &events,
            format!("{{\"dns\":{{\"rrname\":\"cdn.{bad}\"}}}}\n{{\"dns\":{{\"rrname\":\"good.example.vn\"}}}}\n"),
        )
        .unwrap();
        // Beside the running node.
        let mut command = Command::new(env!("CARGO_BIN_EXE_anlanh"));
        let done = command
            .arg("match")
            .args(ours.options())
            .args(["--format", "eve"])
            .arg(&events)
            .output()
            .unwrap();
        let (out, err) = (
            String::from_utf8(done.stdout).unwrap(),
            String::from_utf8(done.stderr).unwrap(),
        );
        assert!(done.status.success(), "{err}");
        let hit: Value = serde_json::from_str(out.trim()).unwrap();
        assert_eq!(
            (&hit["line"], &hit["value"], &hit["source"]),
            (&json!(1), &json!(format!("cdn.{bad}")), &json!("Trung tâm quốc gia")),
        );
        assert_eq!(
            hit["indicator"],
            format!("indicator--{at:08x}-17d4-4cbf-938f-98ee46b3cd3f")
        );
        // What was taken back before is not among them.
        assert!(err.contains(&format!("{} chỉ dấu", 50 - at)), "{err}");

        // What is taken back there is gone here with the next question.
        publish(&national, &centre, &collection, &[object(at, ",\"revoked\":true")]).await;
        let ask = json!({ "step": "ask" }).to_string();
        let asked = node.ask("POST", &format!("/v1/feeds/{feed}/steps"), &soc, ask).await;
        assert_eq!(asked.status().as_u16(), 204);
        wait("it is taken back", async || counts(&node, &soc, &bad).await == 0).await;
        assert_eq!(counts(&node, &soc, "evil48.example.vn").await, 1);
    }
}

/// A server of one list, as long as the process lives.
fn serve_list(text: String) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\netag: \"1\"\r\n\r\n",
                text.len()
            );
            let _gone = stream.write_all(head.as_bytes());
            let _gone = stream.write_all(text.as_bytes());
        }
    });
    address
}

#[tokio::test]
async fn the_plug_is_pulled_in_the_middle_of_a_feed() {
    let list: String = (0..MANY).map(|at| format!("evil{at}.example.vn\n")).collect();
    let address = serve_list(list);
    for place in &places() {
        let soc = managers_token(place);
        let mut node = Node::start_with(place, &["--feed-private"]);
        let feed = json!({ "name": "A", "kind": "list", "url": format!("http://{address}/a.txt"), "every_minutes": 1, "tlp": "clear" });
        let feed = add_feed(&node, &soc, feed).await;
        for _ in 0..3 {
            wait("some of it is there", async || {
                let page = node.read("/v1/indicators?limit=1", &soc).await;
                !page["indicators"].as_array().unwrap().is_empty()
            })
            .await;
            node.pull_the_plug();
            node = Node::start_with(place, &["--feed-private"]);
        }
        wait("all of it is there", async || {
            let view = node.read(&format!("/v1/feeds/{feed}"), &soc).await;
            view["feed"]["indicators"] == MANY && view["rounds"][0]["outcome"] == "applied"
        })
        .await;
        for at in [0, MANY / 2, MANY - 1] {
            assert_eq!(counts(&node, &soc, &format!("evil{at}.example.vn")).await, 1, "{at}");
        }
        let out = node.ask("GET", "/v1/indicators/export", &soc, "").await;
        let out = out.text().await.unwrap();
        assert_eq!(out.lines().count(), MANY + 1, "the head and each value once");
    }
}

/// What one node counts is there in the collection of another within seconds, once, and revoked there when it counts no more; also
/// when the plug is pulled in between.
#[tokio::test]
async fn a_node_pushes_what_it_knows_to_another() {
    let theirs = &places()[0];
    let args = [
        "taxii",
        "collection",
        "create",
        "--title",
        "Từ các nhà mạng",
        "--indicators",
    ];
    let made = anlanh(&args, theirs, "");
    let collection = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    let centre = token(theirs, "centre", &["taxii:read", "taxii:write", "indicators:read"]);
    let national = Node::start(theirs);
    for (at, ours) in (0_u32..).zip(&places()) {
        let soc = managers_token(ours);
        let node = Node::start_with(ours, &["--feed-private"]);
        let url = format!("{}/taxii2/anlanh/collections/{collection}/", national.address);
        let push = json!({ "name": "Trung tâm quốc gia", "url": url, "token": centre, "confidence": 40 });
        let answer = node.ask("POST", "/v1/pushes", &soc, push.to_string()).await;
        assert_eq!(answer.status().as_u16(), 201, "{}", answer.text().await.unwrap());
        let push = body(answer).await["push"].as_str().unwrap().to_owned();
        let feed = add_feed(
            &node,
            &soc,
            json!({ "name": "Trực ban", "kind": "hand", "tlp": "clear" }),
        )
        .await;
        let secret = add_feed(&node, &soc, json!({ "name": "Nội bộ", "kind": "hand", "tlp": "green" })).await;
        let enter = async |node: &Node, feed: &str, text: String| {
            let answer = node
                .ask("POST", &format!("/v1/feeds/{feed}/indicators"), &soc, text)
                .await;
            assert_eq!(answer.status().as_u16(), 200);
        };
        enter(&node, &secret, format!("secret{at}.example.vn\n")).await;
        enter(&node, &feed, format!("first{at}.example.vn\n")).await;
        let has = async |value: String, is_revoked: bool| {
            let found = shared(&national, &centre, &collection).await;
            found
                .iter()
                .any(|(pattern, revoked, _)| pattern.contains(&value) && *revoked == is_revoked)
        };
        wait("the indicator is there", async || {
            has(format!("first{at}."), false).await
        })
        .await;
        // It is an indicator of the other node, in the name of the token.
        wait("it counts there", async || {
            counts(&national, &centre, &format!("www.first{at}.example.vn")).await == 1
        })
        .await;
        // The plug is pulled while much is pushed.
        let many: String = (0..400)
            .map(|number| format!("n{number}.many{at}.example.vn\n"))
            .collect();
        enter(&node, &feed, many).await;
        node.pull_the_plug();
        let node = Node::start_with(ours, &["--feed-private"]);
        wait("all of it is there", async || {
            node.read(&format!("/v1/pushes/{push}"), &soc).await["objects"] == 401
        })
        .await;
        let found = node
            .read(&format!("/v1/indicators?value=first{at}.example.vn"), &soc)
            .await;
        let id = found["indicators"][0]["indicator"].as_str().unwrap().to_owned();
        let path = format!("/v1/indicators/{id}/withdrawal");
        assert_eq!(
            node.ask("POST", &path, &soc, String::new()).await.status().as_u16(),
            204
        );
        wait("it is revoked there", async || has(format!("first{at}."), true).await).await;
        wait("it counts there no more", async || {
            counts(&national, &centre, &format!("first{at}.example.vn")).await == 0
        })
        .await;
        let found = shared(&national, &centre, &collection).await;
        let of_ours: Vec<_> = found
            .iter()
            .filter(|(pattern, ..)| pattern.contains(&format!("many{at}.")))
            .collect();
        assert_eq!(of_ours.len(), 400, "each object once");
        assert!(
            !found.iter().any(|(pattern, ..)| pattern.contains("secret")),
            "TLP:GREEN is not pushed"
        );
    }
}

/// What a collection of a node has: pattern, whether it is revoked, id.
async fn shared(node: &Node, token: &str, collection: &str) -> Vec<(String, bool, String)> {
    let (mut all, mut next) = (Vec::new(), String::new());
    loop {
        let path = format!("/taxii2/anlanh/collections/{collection}/objects/?limit=1000{next}");
        let page = node.read(&path, token).await;
        let objects = page["objects"].as_array().cloned().unwrap_or_default();
        let text = |object: &Value, name: &str| object[name].as_str().unwrap_or_default().to_owned();
        all.extend(
            objects
                .iter()
                .map(|object| (text(object, "pattern"), object["revoked"] == true, text(object, "id"))),
        );
        match page["next"].as_str() {
            Some(after) => next = format!("&next={after}"),
            None => return all,
        }
    }
}

/// A response policy zone of another, by a signed transfer: what it blocks counts, and what it has no more does not.
#[tokio::test]
async fn a_zone_of_another_is_a_feed() {
    const SECRET: &str = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=";
    let theirs = tempfile::tempdir().unwrap();
    let list = theirs.path().join("list.txt");
    std::fs::write(&list, "evil.vn\nworse.vn\n192.0.3.0/24\n").unwrap();
    std::fs::write(
        theirs.path().join("key.conf"),
        format!("key \"anlanh\" {{ algorithm hmac-sha256; secret \"{SECRET}\"; }};\n"),
    )
    .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let mut command = Command::new(env!("CARGO_BIN_EXE_anlanh"));
    let mut served = command
        .current_dir(theirs.path())
        .args([
            "blocklist",
            "serve",
            "list.txt",
            "--refresh",
            "1",
            "--tsig-file",
            "key.conf",
        ])
        .args(["--listen", &address.to_string()])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(served.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    assert!(lines.any(|line| line.contains("\"listening\"")), "it serves");
    for ours in &places() {
        std::fs::write(&list, "evil.vn\nworse.vn\n192.0.3.0/24\n").unwrap();
        let soc = managers_token(ours);
        let node = Node::start_with(ours, &["--feed-private"]);
        let url = format!("dns://{address}/rpz.anlanh");
        let unsigned = json!({ "name": "Không ký", "kind": "zone", "url": url, "every_minutes": 1, "tlp": "clear" });
        let unsigned = add_feed(&node, &soc, unsigned).await;
        let signed = json!({ "name": "Vùng RPZ", "kind": "zone", "url": url, "every_minutes": 1, "tlp": "clear",
            "user": "anlanh", "password": SECRET });
        let feed = add_feed(&node, &soc, signed).await;
        wait("the zone is transferred", async || {
            counts(&node, &soc, "www.evil.vn").await == 1
        })
        .await;
        assert_eq!(counts(&node, &soc, "192.0.3.7").await, 1);
        wait("who shows no key is refused", async || {
            let view = node.read(&format!("/v1/feeds/{unsigned}"), &soc).await;
            view["feed"]["failure"].is_string() && view["feed"]["indicators"] == 0
        })
        .await;
        std::fs::write(&list, "evil.vn\nnew.vn\n192.0.3.0/24\n").unwrap();
        wait("the change is transferred", async || {
            let path = format!("/v1/feeds/{feed}/steps");
            let asked = node
                .ask("POST", &path, &soc, json!({ "step": "ask" }).to_string())
                .await;
            assert_eq!(asked.status().as_u16(), 204);
            counts(&node, &soc, "new.vn").await == 1
        })
        .await;
        assert_eq!(counts(&node, &soc, "worse.vn").await, 0);
        assert_eq!(counts(&node, &soc, "evil.vn").await, 1);
    }
    served.kill().unwrap();
    served.wait().unwrap();
}
