//! Two nodes witness each other, whatever befalls either; and another history under the same key is not witnessed.

use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::Client;
use tokio::runtime::Runtime;

use crate::log::{anlanh_log, decide, key};
use crate::support::{Node, Place, anlanh, places, reviewers_token, token};

/// A node with a name and a port of its own.
struct Neighbour {
    place: Place,
    name: &'static str,
    port: u16,
    machine: String,
    reviewer: String,
}

impl Neighbour {
    fn new(place: Place, name: &'static str, port: u16) -> Self {
        Self {
            machine: token(&place, "app", &["items:write"]),
            reviewer: reviewers_token(&place, "lan"),
            place,
            name,
            port,
        }
    }

    fn start(&self, options: &[&str]) -> Node {
        let mut command = Command::new(env!("CARGO_BIN_EXE_anlanh"));
        let listen = format!("127.0.0.1:{}", self.port);
        let url = format!("https://{}", self.name);
        command.args(["serve", "--listen", &listen, "--public-url", &url]);
        command.args(self.place.options()).args(options);
        Node::run(command)
    }

    /// How others name it as a witness.
    fn as_witness(&self) -> String {
        format!("http://127.0.0.1:{}/log/witness {}", self.port, self.witness_key())
    }

    fn list(&self) -> String {
        let listed = anlanh(&["log", "watch", "list"], &self.place, "");
        String::from_utf8(listed.stdout).unwrap()
    }

    fn witness_key(&self) -> String {
        let listed = self.list();
        let line = listed.lines().next().unwrap();
        line.split_once('\t').unwrap().1.to_owned()
    }

    fn watch(&self, how: &str, key: &str) -> Result<(), String> {
        let done = anlanh(&["log", "watch", how, key], &self.place, "");
        if done.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8(done.stderr).unwrap())
        }
    }

    async fn decide(&self, node: &Node, id: &str) {
        let decided = decide(&node.address, &self.machine, &self.reviewer, id).await;
        decided.expect("it is decided");
    }
}

fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().port()
}

/// Waits until something is there.
fn wait<T>(runtime: &Runtime, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(90);
    runtime.block_on(async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            assert!(Instant::now() < end, "{what}");
            tokio::task::yield_now().await;
        }
    })
}

async fn log_key(node: &Node) -> Option<String> {
    let signed = Client::new()
        .get(format!("{}/log/checkpoint", node.address))
        .send()
        .await;
    if signed.unwrap().status().as_u16() != 200 {
        return None;
    }
    Some(key(node).await)
}

/// What is verified of a log with so many decisions, with the word of a witness where one is given.
fn verified(node: &Node, key: &str, witness: Option<&str>, decisions: u64) -> Result<(), String> {
    let url = format!("{}/log", node.address);
    let mut args = vec!["verify", &url, "--key", key];
    if let Some(witness) = witness {
        args.extend(["--witness", witness, "--quorum", "1"]);
    }
    let told = anlanh_log(&args)?;
    let count = told.lines().find_map(|line| line.trim().strip_prefix("decision: "));
    let count = count.map_or(0, |count| count.parse().unwrap());
    assert_eq!(witness.is_some(), told.contains("chứng kiến · witness: "), "{told}");
    if count >= decisions { Ok(()) } else { Err(told) }
}

/// How many requests to witness were refused.
async fn refused(node: &Node) -> u64 {
    let metrics = Client::new()
        .get(format!("{}/metrics", node.address))
        .send()
        .await
        .unwrap();
    let metrics = metrics.text().await.unwrap();
    let series = r#"anlanh_http_requests_total{route="log_witness",status="4xx"} "#;
    let line = metrics.lines().find_map(|line| line.strip_prefix(series));
    line.map_or(0, |count| count.parse().unwrap())
}

#[test]
fn two_nodes_witness_each_other_and_no_other_history() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    for (one, other) in places().into_iter().zip(places()) {
        let (one, other) = (
            Neighbour::new(one, "mot.example", free_port()),
            Neighbour::new(other, "hai.example", free_port()),
        );
        assert!(other.list().contains("once the node ran"), "{}", other.list());
        let (node, neighbour) = (one.start(&[]), other.start(&[]));
        let (key, other_key) = (
            wait(&runtime, "it is signed", async || log_key(&node).await),
            wait(&runtime, "it is signed", async || log_key(&neighbour).await),
        );
        assert!(key.starts_with("mot.example/log+"), "{key}");
        let (witness, other_witness) = (one.witness_key(), other.witness_key());
        assert!(other_witness.starts_with("hai.example/witness+"), "{other_witness}");
        // Beside the running nodes.
        one.watch("add", &other_key).unwrap();
        other.watch("add", &key).unwrap();
        assert!(
            other
                .watch("add", "khóa")
                .unwrap_err()
                .contains("read the public key of a log")
        );
        assert!(
            other
                .watch("remove", "ba.example/log")
                .unwrap_err()
                .contains("no such log is watched")
        );
        drop((node, neighbour));
        let (by_other, by_one) = (other.as_witness(), one.as_witness());
        let options = ["--witness-private", "--witness", &by_other];
        let node = one.start(&options);
        let neighbour = other.start(&["--witness-private", "--witness", &by_one]);
        let is_verified = async |node: &Node, key: &str, witness: &str, decisions: u64| {
            verified(node, key, Some(witness), decisions).ok()
        };
        wait(&runtime, "one is witnessed", async || {
            is_verified(&node, &key, &other_witness, 0).await
        });
        wait(&runtime, "the other is witnessed", async || {
            is_verified(&neighbour, &other_key, &witness, 0).await
        });
        let told = verified(&node, &key, Some(&witness), 0).unwrap_err();
        assert!(told.contains("not enough witnesses"), "its own word is none: {told}");
        runtime.block_on(async {
            for number in 0..3 {
                one.decide(&node, &format!("bai-{number}")).await;
            }
        });
        wait(&runtime, "what is new is witnessed", async || {
            is_verified(&node, &key, &other_witness, 3).await
        });
        let page = runtime.block_on(async {
            let page = Client::new().get(format!("{}/log", node.address));
            page.send().await.unwrap().text().await.unwrap()
        });
        let page = page.replace("&#43;", "+").replace("&#x2F;", "/");
        for shown in [
            "Nút này chứng kiến nhật ký khác bằng khóa",
            &witness,
            "Nút chứng kiến nhật ký này",
            &other_witness,
        ] {
            assert!(page.contains(shown), "{shown}");
        }

        // A witness that is away delays nothing, and goes on where it was.
        neighbour.pull_the_plug();
        runtime.block_on(one.decide(&node, "bai-3"));
        wait(&runtime, "it is signed without a witness", async || {
            verified(&node, &key, None, 4).ok()
        });
        let told = verified(&node, &key, Some(&other_witness), 4).unwrap_err();
        assert!(told.contains("not enough witnesses"), "{told}");
        let neighbour = other.start(&["--witness-private", "--witness", &by_one]);
        wait(&runtime, "it is witnessed after all", async || {
            is_verified(&node, &key, &other_witness, 4).await
        });
        // So does a log that was killed.
        node.pull_the_plug();
        let node = one.start(&options);
        runtime.block_on(one.decide(&node, "bai-4"));
        wait(&runtime, "it is witnessed after its end", async || {
            is_verified(&node, &key, &other_witness, 5).await
        });
        drop(node);

        // The same key, and another history: first a shorter one, then a longer one.
        let seen = other.list();
        assert!(seen.contains(&format!("{key}\t6\t")), "{seen}");
        let place = places().remove(0);
        let key_file = one.place.folder.path().join("data/key");
        std::fs::create_dir(place.folder.path().join("data")).unwrap();
        std::fs::copy(key_file, place.folder.path().join("data/key")).unwrap();
        let forger = Neighbour::new(place, one.name, one.port);
        let node = forger.start(&options);
        assert_eq!(wait(&runtime, "it is signed", async || log_key(&node).await), key);
        for decisions in [0, 8] {
            runtime.block_on(async {
                for number in 0..decisions {
                    forger.decide(&node, &format!("khac-{number}")).await;
                }
            });
            wait(&runtime, "it is signed", async || {
                verified(&node, &key, None, decisions).ok()
            });
            let before = runtime.block_on(refused(&neighbour));
            // More than what may have been under way with what was signed before, and both steps of a longer one.
            wait(&runtime, "it is refused", async || {
                (refused(&neighbour).await > before + 2).then_some(())
            });
            let told = verified(&node, &key, Some(&other_witness), 0).unwrap_err();
            assert!(told.contains("not enough witnesses"), "{told}");
        }
        assert_eq!(other.list(), seen, "what was cosigned stays");
    }
}
