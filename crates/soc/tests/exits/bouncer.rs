//! Decisions for CrowdSec's firewall bouncer, which puts them into nftables.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use anlanh_soc::blocking::{Blocklist, DecisionTerms, Missing, write_crowdsec};
use anlanh_testkit::{TOOLS_PATH, has_tools, is_in_own_network};
use serde_json::{Value, json};

use crate::list;

const BEFORE: &[(&str, &str)] = &[
    ("198.51.100.7", "nxdomain"),
    ("203.0.113.0/24", "drop"),
    ("2001:db8:bad::7", "drop"),
    ("evil.vn", "nxdomain"),
];
const AFTER: &[(&str, &str)] = &[
    ("198.51.100.8", "drop"),
    ("203.0.113.0/24", "nxdomain"),
    ("2001:db8:bad::7", "drop"),
    ("192.0.2.1", "redirect=walled.vn"),
];

fn answer(before: &Blocklist, now: &Blocklist) -> (String, Vec<(String, Missing)>) {
    let terms = DecisionTerms {
        seconds: 14_400,
        scenario: "Lệnh 15 · an order".to_owned(),
    };
    let (mut out, mut gaps) = (Vec::new(), Vec::new());
    write_crowdsec(before, now, &terms, &mut out, |gap| {
        gaps.push((gap.value.to_owned(), gap.missing))
    })
    .unwrap();
    (String::from_utf8(out).unwrap(), gaps)
}

#[test]
fn all_is_told_at_first_and_then_what_changed() {
    let (before, after) = (list(BEFORE), list(AFTER));
    let (first, gaps) = answer(&Blocklist::new(), &before);
    let first: Value = serde_json::from_str(&first).unwrap();
    assert_eq!(first["deleted"], Value::Null);
    let values = |of: &Value| {
        let of = of.as_array().unwrap().iter();
        of.map(|one| format!("{} {} {}", one["scope"], one["value"], one["duration"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        values(&first["new"]),
        [
            "\"Ip\" \"198.51.100.7\" \"14400s\"",
            "\"Range\" \"203.0.113.0/24\" \"14400s\"",
            "\"Ip\" \"2001:db8:bad::7\" \"14400s\"",
        ]
    );
    assert_eq!(gaps, [("evil.vn".to_owned(), Missing::Value)]);

    let (then, gaps) = answer(&before, &after);
    let then: Value = serde_json::from_str(&then).unwrap();
    assert_eq!(values(&then["new"]), ["\"Ip\" \"198.51.100.8\" \"14400s\""]);
    assert_eq!(values(&then["deleted"]), ["\"Ip\" \"198.51.100.7\" \"-1s\""]);
    // The number is the same each time, and one that a signed number of 64 bits can be.
    assert_eq!(then["deleted"][0]["id"], first["new"][0]["id"]);
    assert!(first["new"][0]["id"].as_i64().is_some());
    assert_eq!(gaps, [("192.0.2.1".to_owned(), Missing::Act)]);
    assert_eq!(answer(&after, &after).0, "{\"new\":null,\"deleted\":null}\n");
    assert_eq!(first["new"][0]["origin"], json!("anlanh"));
}

struct Bouncer(Child);

impl Drop for Bouncer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const CONFIG: &str = "mode: nftables\npid_dir: FOLDER\nupdate_frequency: 1s\ndaemonize: false\nlog_mode: stdout\nlog_level: info\n\
    api_url: http://127.0.0.1:8080/\napi_key: key\ndisable_ipv6: false\ndeny_action: DROP\ndeny_log: false\n\
    supported_decisions_types:\n  - ban\nblacklists_ipv4: crowdsec-blacklists\nblacklists_ipv6: crowdsec6-blacklists\n\
    nftables:\n  ipv4:\n    enabled: true\n    set-only: false\n    table: crowdsec\n    chain: crowdsec-chain\n\
    \x20 ipv6:\n    enabled: true\n    set-only: false\n    table: crowdsec6\n    chain: crowdsec6-chain\n\
    pf:\n  anchor_name: \"\"\nprometheus:\n  enabled: false\n";

/// The path that was asked for.
fn asked(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
        request.extend(byte);
    }
    let text = String::from_utf8_lossy(&request);
    text.split(' ').nth(1).unwrap_or_default().to_owned()
}

fn reply(mut stream: TcpStream, body: &str) {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
    let _ = write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len());
}

/// Everything in the firewall.
fn rules() -> String {
    let out = Command::new("nft")
        .env("PATH", TOOLS_PATH)
        .args(["list", "ruleset"])
        .output()
        .unwrap();
    String::from_utf8_lossy(&out.stdout).into_owned()
}

#[test]
fn the_firewall_follows_the_list() {
    let tools = ["crowdsec-firewall-bouncer", "nft", "unshare", "ip"];
    if !has_tools(&tools) || !is_in_own_network("bouncer::the_firewall_follows_the_list") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let config = CONFIG.replace("FOLDER", &folder.path().display().to_string());
    std::fs::write(folder.path().join("bouncer.yaml"), config).unwrap();
    let listener = TcpListener::bind("127.0.0.1:8080").unwrap();
    let log = std::fs::File::create(folder.path().join("log")).unwrap();
    let child = Command::new("crowdsec-firewall-bouncer")
        .env("PATH", TOOLS_PATH)
        .args(["-c", "bouncer.yaml"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    let mut bouncer = Bouncer(child);
    let (before, after) = (list(BEFORE), list(AFTER));
    let has = |values: &[&str]| {
        let rules = rules();
        values.iter().all(|value| rules.contains(value))
    };
    // It asks once a second: what it did with an answer is seen when it asks again.
    let (mut is_started, mut is_changed) = (false, false);
    for _ in 0..60 {
        let log = || std::fs::read_to_string(folder.path().join("log")).unwrap();
        assert!(bouncer.0.try_wait().unwrap().is_none(), "{}", log());
        let (mut stream, _) = listener.accept().unwrap();
        let path = asked(&mut stream);
        assert!(path.starts_with("/v1/decisions/stream?"), "{path}");
        if path.contains("startup=true") {
            reply(stream, &answer(&Blocklist::new(), &before).0);
            is_started = true;
        } else if !is_changed && has(&["198.51.100.7", "203.0.113.0", "2001:db8:bad::7"]) {
            reply(stream, &answer(&before, &after).0);
            is_changed = true;
        } else {
            reply(stream, &answer(&after, &after).0);
            if is_changed && has(&["198.51.100.8", "203.0.113.0", "2001:db8:bad::7"]) && !has(&["198.51.100.7"]) {
                assert!(is_started);
                return;
            }
        }
    }
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    panic!("{}\n{log}", rules());
}
