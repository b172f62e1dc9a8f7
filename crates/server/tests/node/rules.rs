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

/// The series of Sigma that the node tells.
async fn series(node: &Node, name: &str) -> f64 {
    let text = node.ask("GET", "/metrics", "", "").await.text().await.unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap().trim().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn which_rules_are_used_and_which_not_and_why_is_told_while_they_change() {
    let place = &places()[0];
    let ruled = Ruled::of(place);
    ruled.write(
        "a.yml",
        &rule(
            "Tên miền độc hại",
            ID,
            ".evil.vn",
            "author: Trung tâm\ntags: [attack.t1071.004]\n",
        ),
    );
    ruled.write("broken.yml", "title: Hỏng\nlogsource:\n  category: dns\n");
    ruled.write("red.yml", &rule("Đỏ", "b", "red.example", "tags: [tlp.red]\n"));
    let machine = token(place, "ids", &["events:write"]);
    let reader = token_with(place, "soar", &["policy:read"], &["--tlp", "amber"]);
    let outside = token_with(place, "others", &["policy:read"], &["--tlp", "green"]);
    add(place, "api", "http", "eve", &[]);
    let node = ruled.start(place);
    let state = node.read("/v1/sigma", &reader).await;
    let file = |name: &str| ruled.rules.join(name).to_str().unwrap().to_owned();
    assert_eq!(
        (&state["in_use"], &state["left_out_count"]),
        (&2.into(), &1.into()),
        "{state}"
    );
    let left_out = serde_json::json!({
        "file": file("broken.yml"), "line": 1, "stays": false,
        "reason": { "vi": "luật thiếu \"detection\"", "en": "rule lacks \"detection\"" },
    });
    assert_eq!(state["left_out"], serde_json::json!([left_out]), "{state}");
    // Hits are counted, and what is marked more strictly than who asks is cleared for is not told.
    for _ in 0..3 {
        hand_in(&node, &machine, "a.evil.vn").await;
    }
    let read = node.read("/v1/sigma/rules?q=ten+mien+t1071", &reader).await;
    assert_eq!(
        (&read["found"], &read["next"]),
        (&1.into(), &serde_json::Value::Null),
        "{read}"
    );
    let told = &read["rules"][0];
    let expected = serde_json::json!({
        "title": "Tên miền độc hại", "id": ID, "level": "high", "status": null, "category": "dns", "author": "Trung tâm",
        "tags": ["attack.t1071.004"], "tlp": "amber", "file": file("a.yml"), "line": 1, "hits": 3, "other_logs": false,
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&told[field], value, "{field}: {told}");
    }
    assert!(told["last_hit_at"].is_string(), "{told}");
    assert_eq!(node.read("/v1/sigma/rules", &reader).await["found"], 1);
    let shut = node.read("/v1/sigma", &outside).await;
    assert_eq!(
        (&shut["left_out"], &shut["left_out_count"]),
        (&serde_json::json!([]), &1.into())
    );
    assert_eq!(node.read("/v1/sigma/rules", &outside).await["found"], 0);
    let high = r#"{level="high"}"#;
    assert_eq!(series(&node, &format!("anlanh_sigma_rules{high}")).await, 2.0);
    assert_eq!(series(&node, &format!("anlanh_sigma_hits_total{high}")).await, 3.0);
    assert_eq!(series(&node, "anlanh_sigma_left_out ").await, 1.0);
    assert!(series(&node, "anlanh_sigma_last_load_timestamp_seconds ").await > 1.7e9);
    // One that is broken goes on as it was, with its count, and one that is mended is left out no more.
    ruled.write("a.yml", "title: A\nlogsource: [");
    ruled.write("broken.yml", &rule("Đã sửa", "c", "c.example", ""));
    wait("both are told", async || {
        let state = node.read("/v1/sigma", &reader).await;
        let left_out = &state["left_out"];
        state["in_use"] == 3
            && left_out[0]["file"] == file("a.yml")
            && left_out[0]["stays"] == true
            && left_out[1].is_null()
    })
    .await;
    hand_in(&node, &machine, "a.evil.vn").await;
    let told = node.read("/v1/sigma/rules?state=hit&level=high&limit=1", &reader).await;
    assert_eq!(told["rules"][0]["hits"], 4, "{told}");
    // Pages are walked by where rules stand.
    let first = node.read("/v1/sigma/rules?limit=1", &reader).await;
    let next = first["next"].as_str().unwrap();
    let second = node
        .read(&format!("/v1/sigma/rules?limit=1&after={next}"), &reader)
        .await;
    assert_eq!(
        (&second["rules"][0]["title"], &second["next"]),
        (&"Đã sửa".into(), &serde_json::Value::Null)
    );
    // A look that fails as a whole says why, and everything goes on.
    fs::rename(&ruled.rules, ruled.rules.with_extension("gone")).unwrap();
    wait("it is told", async || {
        let state = node.read("/v1/sigma", &reader).await;
        state["failure"].as_str().is_some_and(|why| why.contains("no folder")) && state["in_use"] == 3
    })
    .await;
    assert!(series(&node, "anlanh_sigma_looks_failed_total ").await >= 1.0);
    fs::rename(ruled.rules.with_extension("gone"), &ruled.rules).unwrap();
    wait("it is well again", async || {
        node.read("/v1/sigma", &reader).await["failure"].is_null()
    })
    .await;
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
