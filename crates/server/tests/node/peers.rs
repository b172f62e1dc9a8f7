//! Two nodes in networks of their own with a bad line between them: frames are lost, doubled, delayed and overtaken, the line
//! is cut, a node is killed, a clock is wrong. Every order arrives once, in order, and is answered with a signed receipt.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Node, Place, anlanh};

const NAME: &str = "peers::orders_cross_a_bad_line_between_two_networks";
/// Says that the test runs in namespaces of its own.
const INSIDE: &str = "ANLANH_IN_NAMESPACES";
const ORDERS: usize = 20;
const PATIENCE: Duration = Duration::from_secs(120);

/// What is needed to have networks and clocks of one's own, that `.ci/run` installs.
fn has_tools() -> bool {
    let is_there = |tool: &str| {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        let found = std::env::split_paths(&paths).chain([PathBuf::from("/usr/sbin"), PathBuf::from("/sbin")]);
        found.map(|path| path.join(tool)).any(|path| path.exists())
    };
    let tools = ["unshare", "ip", "python3"].into_iter();
    let missing: Vec<&str> = tools.filter(|tool| !is_there(tool)).collect();
    if missing.is_empty() && faketime().is_some() {
        return true;
    }
    let message = format!("NOT RUN: {missing:?} or faketime are not on this machine; .ci/run installs them");
    assert!(std::env::var_os("CI").is_none(), "{message}");
    eprintln!("{message}");
    false
}

/// The library that gives a process another clock, wherever Debian has it for this machine.
fn faketime() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").ok()?;
    let libraries = folders
        .flatten()
        .map(|folder| folder.path().join("faketime/libfaketime.so.1"));
    libraries.into_iter().find(|library| library.exists())
}

#[test]
fn orders_cross_a_bad_line_between_two_networks() {
    if std::env::var_os(INSIDE).is_some() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(cross());
        return;
    }
    if !has_tools() {
        return;
    }
    // Users and networks of one's own need no rights on the machine.
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--net", "--mount"]);
    command.arg(std::env::current_exe().unwrap());
    command.args(["--exact", NAME, "--nocapture"]).env(INSIDE, "1");
    assert!(command.status().unwrap().success());
}

fn run(program: &str, args: &str) {
    let mut command = Command::new(program);
    command.env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
    let status = command.args(args.split_whitespace()).status().unwrap();
    assert!(status.success(), "{program} {args}");
}

fn script(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/node")
        .join(name)
        .display()
        .to_string()
}

/// The line between the two networks.
struct Line(Child);

impl Line {
    /// Makes a network for each node, with an interface to this one and an interface to the line.
    fn new() -> Self {
        run("mount", "-t tmpfs tmpfs /run");
        run("ip", "link set lo up");
        for (at, net) in ["a", "b"].into_iter().enumerate() {
            run("ip", &format!("netns add {net}"));
            run(
                "ip",
                &format!("link add name r{net} type veth peer name line netns {net}"),
            );
            run(
                "ip",
                &format!("link add name own{net} type veth peer name test netns {net}"),
            );
            run("python3", &format!("{} r{net}", script("offload.py")));
            run("ip", &format!("netns exec {net} python3 {} line", script("offload.py")));
            run("ip", &format!("addr add 10.8.{at}.1/30 dev own{net}"));
            run("ip", &format!("-n {net} addr add 10.8.{at}.2/30 dev test"));
            run("ip", &format!("-n {net} addr add 10.7.0.{}/24 dev line", at + 1));
            for link in [format!("link set r{net} up"), format!("link set own{net} up")] {
                run("ip", &link);
            }
            for link in ["lo", "test", "line"] {
                run("ip", &format!("-n {net} link set {link} up"));
            }
        }
        let mut relay = Command::new("python3");
        relay.args([script("relay.py").as_str(), "ra", "rb"]);
        let mut relay = relay.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut ready = String::new();
        BufReader::new(relay.stdout.take().unwrap())
            .read_line(&mut ready)
            .unwrap();
        assert_eq!(ready, "ready\n");
        Self(relay)
    }

    fn say(&mut self, command: &str) {
        writeln!(self.0.stdin.as_mut().unwrap(), "{command}").unwrap();
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A node in a network of its own.
struct Side {
    place: Place,
    net: &'static str,
    /// Its address for the other side, and for this test.
    url: &'static str,
    here: &'static str,
    options: &'static [&'static str],
    token: String,
}

impl Side {
    fn new(net: &'static str, options: &'static [&'static str]) -> Self {
        let place = Place {
            folder: tempfile::tempdir().unwrap(),
            database: None,
        };
        let (url, here) = match net {
            "a" => ("http://10.7.0.1:8080", "http://10.8.0.2:8080"),
            _ => ("http://10.7.0.2:8080", "http://10.8.1.2:8080"),
        };
        let made = anlanh(
            &["user", "create", "--name", "hoa", "--role", "policy-manager"],
            &place,
            "",
        );
        assert!(made.status.success());
        let token = "token create --name all --scope orders:read --scope orders:write --for hoa";
        let token = anlanh(&token.split(' ').collect::<Vec<_>>(), &place, "");
        let token = String::from_utf8(token.stdout).unwrap().trim().to_owned();
        Self {
            place,
            net,
            url,
            here,
            options,
            token,
        }
    }

    /// Starts it with a clock that is off by so many seconds.
    fn start(&self, clock: &str) -> Node {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", self.net]);
        command.args([
            env!("CARGO_BIN_EXE_anlanh"),
            "serve",
            "--listen",
            "0.0.0.0:8080",
            "--public-url",
            self.url,
        ]);
        command
            .args(["--peer-private"])
            .args(self.options)
            .args(self.place.options());
        // Not through the program of that name, which would stand between this test and the node that it kills.
        command.env("LD_PRELOAD", faketime().unwrap()).env("FAKETIME", clock);
        command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        let mut node = Node::run(command);
        node.address = self.here.to_owned();
        node
    }

    fn tell(&self, args: &[&str]) -> String {
        let done = anlanh(args, &self.place, "");
        assert!(
            done.status.success(),
            "{args:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        String::from_utf8(done.stdout).unwrap()
    }

    fn fingerprint(&self) -> String {
        let shown = self.tell(&["node", "show"]);
        shown.split('\t').next().unwrap().to_owned()
    }

    /// The fields of its only peer: address, state, why, office, name, how many messages wait.
    fn peer(&self) -> Vec<String> {
        let listed = self.tell(&["peer", "list"]);
        listed.trim_end().split('\t').map(str::to_owned).collect()
    }
}

async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    let mut between = tokio::time::interval(Duration::from_millis(200));
    loop {
        between.tick().await;
        if let Some(found) = look().await {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "{what} did not come about");
    }
}

async fn post(node: &Node, token: &str, path: &str, body: Value) -> Value {
    let answer = node.ask("POST", path, token, body.to_string()).await;
    let status = answer.status();
    let body = answer.text().await.unwrap();
    assert!(status.is_success(), "{path}: {status} {body}");
    serde_json::from_str(&body).unwrap()
}

/// Drafts and signs orders; gives their ids.
async fn issue(node: &Node, side: &Side, peer: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..ORDERS {
        let draft = json!({
            "peer": peer, "kind": "remove", "signer": "Thượng tá Nguyễn Văn A", "number": format!("{number}/A05"),
            "basis": ["nd-333-2026/16.4.a"], "category": "SC1", "reason": "Bài đăng lừa đảo.",
            "targets": [{ "kind": "item", "reference": format!("p-{number}") }],
        });
        let order = post(node, &side.token, "/v1/issued", draft).await;
        let id = order["order"].as_str().unwrap().to_owned();
        post(node, &side.token, &format!("/v1/issued/{id}/sign"), json!({})).await;
        ids.push(id);
    }
    ids
}

/// What people at the platform do with what is in the inbox: each order is checked, taken, contested and answered.
async fn work(node: &Node, side: &Side) {
    let open = node.read("/v1/orders?limit=200", &side.token).await;
    for order in open["orders"].as_array().unwrap() {
        let path = format!("/v1/orders/{}", order["order"].as_str().unwrap());
        let steps = [
            ("scope-check", json!({})),
            ("take", json!({})),
            (
                "contest",
                json!({ "target": 1, "ground": "not_found", "words": "Không có bài này." }),
            ),
            ("answer", json!({ "words": "Không tìm thấy." })),
        ];
        let done = match order["state"].as_str().unwrap() {
            "authenticated" => 0,
            "in_scope" => 1,
            _ => 2,
        };
        for (step, body) in steps.into_iter().skip(done) {
            post(node, &side.token, &format!("{path}/{step}"), body).await;
        }
    }
}

async fn cross() {
    let mut line = Line::new();
    let authority = Side::new("a", &["--role", "authority", "--office", "bo-cong-an-a05"]);
    let platform = Side::new("b", &[]);
    let a = authority.start("+0");
    // Clocks differ, as those of strangers do.
    let b = platform.start("+90");
    let (fa, fb) = (authority.fingerprint(), platform.fingerprint());
    authority.tell(&["peer", "add", platform.url, "--fingerprint", &fb]);
    platform.tell(&[
        "peer",
        "add",
        authority.url,
        "--fingerprint",
        &fa,
        "--office",
        "bo-cong-an-a05",
    ]);
    line.say("bad 8 8 60");
    for side in [&authority, &platform] {
        let state = until("peers that are active", async || {
            let peer = side.peer();
            (peer.get(1).map(String::as_str) == Some("active")).then_some(peer)
        });
        state.await;
    }
    let peer = peer_id(&a, &authority).await;
    let ids = issue(&a, &authority, &peer).await;
    let signed = Instant::now();

    line.say("cut");
    // For so long nothing comes through, whatever is tried.
    let _ = tokio::time::timeout(Duration::from_secs(2), std::future::pending::<()>()).await;
    line.say("mend");
    until("some orders at the platform", async || {
        let open = b.read("/v1/orders?limit=200", &platform.token).await;
        (open["orders"].as_array().unwrap().len() > ORDERS / 4).then_some(())
    })
    .await;
    b.pull_the_plug();
    let b = platform.start("-60");
    let states = until("answers to all orders", async || {
        work(&b, &platform).await;
        let over = a.read("/v1/issued?state=over&limit=200", &authority.token).await;
        let over = over["orders"].as_array().unwrap().clone();
        (over.len() == ORDERS).then_some(over)
    })
    .await;
    eprintln!(
        "{ORDERS} orders were answered over a bad line after {:?}",
        signed.elapsed()
    );
    for order in &states {
        assert_eq!(
            (order["state"].as_str(), order["answer"].as_str()),
            (Some("answered"), Some("Không tìm thấy."))
        );
    }
    each_came_once(&b, &platform).await;
    each_has_its_receipt(&a, &authority, &ids).await;
    b.pull_the_plug();
    a_wrong_clock_is_said(&a, &authority, &platform, &peer).await;
}

/// The id of the only node that orders may go to.
async fn peer_id(node: &Node, side: &Side) -> String {
    let listed = node.read("/v1/peers", &side.token).await;
    listed["peers"][0]["peer"].as_str().unwrap().to_owned()
}

async fn each_came_once(node: &Node, side: &Side) {
    let over = node.read("/v1/orders?state=over&limit=200", &side.token).await;
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    for order in over["orders"].as_array().unwrap() {
        *numbers.entry(order["number"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    let expected: BTreeMap<String, usize> = (0..ORDERS).map(|number| (format!("{number}/A05"), 1)).collect();
    assert_eq!(numbers, expected);
}

async fn each_has_its_receipt(node: &Node, side: &Side, ids: &[String]) {
    let mut entries = BTreeSet::new();
    for id in ids {
        let order = node.read(&format!("/v1/issued/{id}"), &side.token).await;
        let message = &order["messages"][0];
        assert_eq!(message["outcome"], "applied");
        let receipt: Value = serde_json::from_str(message["receipt"]["receipt"].as_str().unwrap()).unwrap();
        assert_eq!(receipt["stream"], format!("order:{id}"));
        assert!(
            entries.insert(receipt["entry"].as_u64().unwrap()),
            "a place of its own in the public log"
        );
    }
}

/// A node whose clock is wrong is refused, and said to be; with the right one, everything that waited arrives.
async fn a_wrong_clock_is_said(a: &Node, authority: &Side, platform: &Side, peer: &str) {
    let b = platform.start("+1200");
    let draft = json!({
        "peer": peer, "kind": "remove", "signer": "Thượng tá Nguyễn Văn A", "number": "99/A05",
        "basis": ["nd-333-2026/16.4.a"], "category": "SC1", "reason": "Bài đăng lừa đảo.",
        "targets": [{ "kind": "item", "reference": "p-99" }],
    });
    let order = post(a, &authority.token, "/v1/issued", draft).await;
    let id = order["order"].as_str().unwrap().to_owned();
    post(a, &authority.token, &format!("/v1/issued/{id}/sign"), json!({})).await;
    until("a refusal", async || {
        (authority.peer().get(2)? == "status 401 message-clock").then_some(())
    })
    .await;
    b.pull_the_plug();
    let b = platform.start("+0");
    until("the order", async || {
        let order = a.read(&format!("/v1/issued/{id}"), &authority.token).await;
        (order["state"] == "received").then_some(())
    })
    .await;
    drop(b);
}
