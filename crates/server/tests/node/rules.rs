//! Sigma rules on a running node: what sensors send is held against them, and they change while it runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::streams::{OURS, add, alerts, event, kept, wait};
use crate::support::{Node, Place, anlanh, json, places, token, token_with};

const ID: &str = "5e1b7c1e-0000-4000-8000-000000000001";

fn rule(title: &str, id: &str, name: &str, more: &str) -> String {
    format!(
        "title: {title}\nid: {id}\nlevel: high\nlogsource:\n  category: dns\ndetection:\n  selection:\n    query|endswith: {name}\n  \
         condition: selection\n{more}"
    )
}

/// A node with rules in a folder, and where its log is.
struct Ruled {
    rules: PathBuf,
    log: PathBuf,
}

impl Ruled {
    fn of(place: &Place) -> Self {
        let rules = place.folder.path().join("rules");
        fs::create_dir(&rules).unwrap();
        Self {
            rules,
            log: place.folder.path().join("log"),
        }
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.rules.join(name), text).unwrap();
    }

    fn start(&self, place: &Place) -> Node {
        let mut command = Command::new("sh");
        command.args(["-c", r#"exec "$@" 2>>"$LOG""#, "sh", env!("CARGO_BIN_EXE_anlanh")]);
        command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(place.options())
            .args(OURS);
        command.arg("--sigma").arg(&self.rules).env("LOG", &self.log);
        Node::run(command)
    }

    fn has_said(&self, words: &[&str]) -> bool {
        let log = fs::read_to_string(&self.log).unwrap();
        log.lines().any(|line| words.iter().all(|word| line.contains(word)))
    }
}

/// Hands an event in until it is taken: the sensor starts a moment after it was added.
async fn hand_in(node: &Node, token: &str, name: &str) {
    wait("the event is taken", async || {
        let answer = node.ask("POST", "/v1/events?sensor=api", token, event(name)).await;
        answer.status().as_u16() == 200
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_raises_an_alert_that_says_which_and_belongs_to_an_incident() {
    for place in places() {
        let ruled = Ruled::of(&place);
        ruled.write("a.yml", &rule("Tên miền của chiến dịch", ID, ".evil.vn", ""));
        ruled.write("red.yml", &rule("Đỏ", "b", "red.example", "tags: [tlp.red]\n"));
        ruled.write("broken.yml", "title: Hỏng\nlogsource:\n  category: dns\n");
        let machine = token(&place, "ids", &["events:write"]);
        let reader = token_with(&place, "soar", &["incidents:read"], &["--tlp", "amber"]);
        add(&place, "api", "http", "eve", &[]);
        let node = ruled.start(&place);
        assert!(ruled.has_said(&["broken.yml", "left out", "luật thiếu"]));
        assert!(ruled.has_said(&[r#""used":2"#, r#""left_out":1"#]));
        hand_in(&node, &machine, "a.evil.vn").await;
        // What was answered with 200 has its alert.
        let read = node.read("/v1/alerts", &reader).await;
        let alert = &read["alerts"][0];
        let expected = serde_json::json!({
            "kind": "sigma", "listed": format!("Tên miền của chiến dịch ({ID})"), "source": "sigma:rules/a.yml (high)",
            "event": "dns", "field": "query", "tlp": "amber", "sensor": "api", "origin": "live", "count": 1,
        });
        for (field, value) in expected.as_object().unwrap() {
            assert_eq!(&alert[field], value, "{field}: {alert}");
        }
        assert!(alert["host"].as_str().unwrap().starts_with("may-"), "{alert}");
        assert!(!read.to_string().contains("10.0.0.7") && !read.to_string().contains("a.evil.vn"));
        let incident = alert["incident"].as_str().unwrap();
        let incident = node.read(&format!("/v1/incidents/{incident}"), &reader).await;
        assert_eq!(incident["incident"]["title"], expected["listed"], "{incident}");
        // What is found is kept as long as what is listed is, and a host that matches nothing raises nothing.
        hand_in(&node, &machine, "evil.vn").await;
        assert_eq!(kept(place.folder.path())["evil.vn"], 1);
        assert_eq!(
            node.read("/v1/alerts", &reader).await["alerts"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
        // What is marked more strictly than who asks is cleared for is not told.
        hand_in(&node, &machine, "red.example").await;
        assert_eq!(alerts(&place)["Đỏ (b) live"], 1);
        assert_eq!(
            node.read("/v1/alerts", &reader).await["alerts"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_change_while_the_node_runs_and_are_there_after_the_plug_was_pulled() {
    let place = &places()[0];
    let ruled = Ruled::of(place);
    let (machine, first) = (token(place, "ids", &["events:write"]), format!("A ({ID}) live"));
    ruled.write("a.yml", &rule("A", ID, "a.example", ""));
    add(place, "api", "http", "eve", &[]);
    let node = ruled.start(place);
    // Each is hit as often as it is handed in.
    let mut hits = 0;
    let mut hit = async |node: &Node| {
        hand_in(node, &machine, "a.example").await;
        hits += 1;
        assert_eq!(alerts(place)[&first], hits);
    };
    hit(&node).await;
    ruled.write("b.yml", &rule("B", "b", "b.example", ""));
    wait("the new rule is found by", async || {
        hand_in(&node, &machine, "b.example").await;
        alerts(place).contains_key("B (b) live")
    })
    .await;
    hit(&node).await;
    // One that is broken goes on as it was, and one that was never whole is left out.
    ruled.write("a.yml", "title: A\nlogsource: [");
    ruled.write("c.yml", "title: C\n");
    wait("it is said", async || {
        ruled.has_said(&["a.yml", "what the file said before stays"]) && ruled.has_said(&["c.yml", "left out"])
    })
    .await;
    hit(&node).await;
    let gone = ruled.rules.with_extension("gone");
    fs::rename(&ruled.rules, &gone).unwrap();
    wait("it is said", async || {
        ruled.has_said(&["those that were read last stay", "không phải thư mục"])
    })
    .await;
    hit(&node).await;
    fs::rename(&gone, &ruled.rules).unwrap();
    ruled.write("a.yml", &rule("A", ID, "a.example", "status: test\n"));
    node.pull_the_plug();
    let node = ruled.start(place);
    hit(&node).await;
    fs::remove_file(ruled.rules.join("a.yml")).unwrap();
    let used = r#""used":1,"#;
    wait("it is gone", async || ruled.has_said(&[used, r#""left_out":1"#])).await;
    hand_in(&node, &machine, "a.example").await;
    assert_eq!(alerts(place)[&first], hits);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_does_not_start_on_a_folder_of_rules_that_is_none() {
    let place = &places()[0];
    let check = |path: &Path| {
        let args = ["serve", "--listen", "127.0.0.1:0", "--sigma", path.to_str().unwrap()];
        let done = anlanh(&args, place, "");
        assert_eq!(done.status.code(), Some(1));
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(
            said.contains("cannot read the Sigma rules") && said.contains("no folder"),
            "{said}"
        );
    };
    check(&place.folder.path().join("none"));
    let file = place.folder.path().join("a.yml");
    fs::write(&file, rule("A", ID, "a.example", "")).unwrap();
    check(&file);
    // One without rules is one that rules may come to; without the option there are none.
    let empty = Ruled::of(place);
    let (machine, node) = (token(place, "ids", &["events:write"]), empty.start(place));
    add(place, "api", "http", "eve", &[]);
    hand_in(&node, &machine, "a.example").await;
    let answer = node
        .ask("POST", "/v1/events?sensor=api", &machine, event("a.example"))
        .await;
    assert_eq!(json(answer).await["events"], 1);
    assert!(alerts(place).is_empty());
}
