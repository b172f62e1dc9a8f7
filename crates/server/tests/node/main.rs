//! The node as its operator runs it: tokens from the command line, items over HTTP, and the plug pulled at any moment.

#![cfg(test)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use reqwest::Client;
use serde_json::{Value, json};

/// How often the plug is pulled on each database.
const PULLS: usize = 6;
/// How many callers hand items in meanwhile.
const CALLERS: usize = 8;
/// How many answers are waited for before the plug is pulled: a different moment of the work each time.
const ANSWERS: [u64; PULLS] = [1, 7, 40, 3, 90, 25];

fn anlanh(args: &[&str], place: &Place, input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anlanh"));
    command.args(args).args(place.options());
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// Where a node keeps what it keeps.
struct Place {
    folder: tempfile::TempDir,
    database: Option<String>,
}

impl Place {
    fn options(&self) -> Vec<String> {
        let data = self.folder.path().join("data").display().to_string();
        let mut options = vec!["--data".to_owned(), data];
        if let Some(address) = &self.database {
            options.extend(["--database".to_owned(), address.clone()]);
        }
        options
    }
}

struct Node {
    child: Child,
    address: String,
    /// What was printed after the address, in one piece with it.
    printed: BufReader<ChildStdout>,
}

impl Node {
    fn start(place: &Place) -> Self {
        Self::start_with(place, &[])
    }

    fn start_with(place: &Place, options: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_anlanh"));
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(place.options());
        command.args(options);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut address = String::new();
        let mut printed = BufReader::new(child.stdout.take().unwrap());
        printed.read_line(&mut address).unwrap();
        assert!(address.starts_with("http://"), "the node did not start");
        let address = address.trim().to_owned();
        Self {
            child,
            address,
            printed,
        }
    }

    /// SIGKILL: nothing of the program runs after it.
    fn pull_the_plug(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn places() -> Vec<Place> {
    let place = |database| Place {
        folder: tempfile::tempdir().unwrap(),
        database,
    };
    let mut places = vec![place(None)];
    if let Some(database) = anlanh_testkit::postgres() {
        places.push(place(Some(database.address().to_owned())));
        // It lives as long as the process.
        std::mem::forget(database);
    }
    places
}

fn token(place: &Place, name: &str, scopes: &[&str]) -> String {
    let mut args = vec!["token", "create", "--name", name];
    for scope in scopes {
        args.extend(["--scope", scope]);
    }
    let made = anlanh(&args, place, "");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let text = String::from_utf8(made.stdout).unwrap();
    assert_eq!(text.lines().count(), 1, "the token and nothing else");
    text.trim().to_owned()
}

#[test]
fn what_was_answered_is_there_after_the_plug_was_pulled() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    for place in places() {
        let token = token(&place, "nhap-lieu", &["items:write", "items:read"]);
        let answered: Arc<Mutex<Vec<Value>>> = Arc::default();
        for (round, answers) in ANSWERS.into_iter().enumerate() {
            let node = Node::start(&place);
            runtime.block_on(hand_in(node, &token, round, answers, &answered));
        }
        let node = Node::start(&place);
        let kept = std::mem::take(&mut *answered.lock().unwrap());
        assert!(kept.len() >= ANSWERS.iter().sum::<u64>().try_into().unwrap());
        runtime.block_on(every_one_is_whole(&node, &token, &kept));
    }
}

/// Hands items in from several callers until so many were answered, and pulls the plug while the others go on.
async fn hand_in(node: Node, token: &str, round: usize, answers: u64, answered: &Arc<Mutex<Vec<Value>>>) {
    let address = node.address.clone();
    let count = Arc::new(AtomicU64::new(0));
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..CALLERS {
        let (address, token, answered, count) = (
            address.clone(),
            token.to_owned(),
            Arc::clone(answered),
            Arc::clone(&count),
        );
        callers.spawn(async move {
            let client = Client::new();
            for number in 0.. {
                let id = format!("{round}-{caller}-{number}");
                // Every other item needs a person.
                let text = if number % 2 == 0 {
                    "Chị gửi mã OTP cho em để nhận thưởng nhé"
                } else {
                    "Trời đẹp quá"
                };
                let sent = client
                    .post(format!("{address}/v1/items"))
                    .bearer_auth(&token)
                    .header("content-type", "application/json");
                let Ok(answer) = sent.body(json!({ "id": id, "text": text }).to_string()).send().await else {
                    return;
                };
                assert_eq!(answer.status().as_u16(), 201);
                let Ok(body) = answer.bytes().await else {
                    return;
                };
                answered.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    while count.load(Ordering::Relaxed) < answers {
        tokio::task::yield_now().await;
    }
    node.pull_the_plug();
    while let Some(caller) = callers.join_next().await {
        caller.unwrap();
    }
}

/// Every answered item is there with the verdict and the case that were answered, and no other has half of them.
async fn every_one_is_whole(node: &Node, token: &str, kept: &[Value]) {
    let client = Client::new();
    let get = async |path: &str| -> Value {
        let answer = client
            .get(format!("{}{path}", node.address))
            .bearer_auth(token)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    };
    for line in kept {
        let item = get(&format!("/v1/items/{}", line["item"].as_str().unwrap())).await;
        assert_eq!((&item["id"], &item["verdict"]), (&line["id"], &line["verdict"]));
        let cases: Vec<Value> = line["case"].as_str().map(Value::from).into_iter().collect();
        assert_eq!(item["cases"].as_array().unwrap(), &cases);
    }
    let mut next = Some(String::new());
    let mut all = 0;
    while let Some(before) = next {
        let page = get(&format!("/v1/items?limit=200{before}")).await;
        for line in page["items"].as_array().unwrap() {
            all += 1;
            let item = get(&format!("/v1/items/{}", line["item"].as_str().unwrap())).await;
            let wanted = usize::from(line["action"] == "review");
            assert_eq!(item["cases"].as_array().unwrap().len(), wanted, "half an item");
            assert!(item["text"].is_string(), "half an item");
        }
        next = page["next"].as_str().map(|id| format!("&before={id}"));
    }
    assert!(all >= kept.len());
}

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
        check(&user, "trăm năm trong cõi\n", Err("the name is taken"));
        check(&["user", "create", "--name", "minh", "--role", "reviewer"], "", Ok(1));
        check(
            &["user", "create", "--name", "hoa", "--role", "reviewer"],
            "ngắn\n",
            Err("at least 12 characters"),
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
            Err("the name is taken"),
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
            Err("no such account"),
        );
        check(
            &["token", "create", "--name", "a2", "--scope", "all"],
            "",
            Err("items:write"),
        );
        check(&["token", "list"], "", Ok(1));
        check(&["token", "revoke", "nothing"], "", Err("thirteen letters and digits"));
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
        let token = token(&place, "demo", &["items:read", "cases:read"]);
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
            node.pull_the_plug();
        }
    }
}
