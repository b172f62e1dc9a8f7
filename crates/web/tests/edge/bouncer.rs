//! Bouncers of CrowdSec: what they are told, and a real one that puts it into a real firewall.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anlanh_model::{Role, Scope};
use anlanh_testkit::{TOOLS_PATH, has_tools, is_in_own_network};
use serde_json::{Value, json};

use crate::orders::start;
use crate::support::Server;

const TOOLS: [&str; 4] = ["crowdsec-firewall-bouncer", "nft", "unshare", "ip"];

const ENGINEER: &[Scope] = &[Scope::BlocklistRead, Scope::BlocklistWrite];

/// Has addresses blocked everywhere, and gives their entries.
async fn enforce(server: &Server, values: &[&str]) -> Vec<String> {
    let one = server.token(ENGINEER, Some(Role::SocEngineer)).await;
    let other = server.token(ENGINEER, Some(Role::SocEngineer)).await;
    let values: Vec<Value> = values.iter().map(|value| json!({ "value": value })).collect();
    let change = json!({
        "values": values, "reason": "Máy chủ điều khiển mã độc.", "owner": "SOC", "basis": ["Quy chế số 12"],
        "why_no_name": "Mã độc gọi thẳng địa chỉ này.",
    });
    let (status, made) = server.ask("POST", "/v1/blocklist/changes", &one, change).await;
    assert_eq!(status, 201, "{made}");
    let path = format!(
        "/v1/blocklist/changes/{}/step",
        made["change"]["change"].as_str().unwrap()
    );
    for (who, step) in [(&other, "approve"), (&one, "canary_urgent"), (&one, "enforce")] {
        if step == "enforce" {
            server.wait_minutes(15);
        }
        let (status, done) = server
            .ask(
                "POST",
                &path,
                who,
                json!({ "step": step, "reason": "Đang lừa người dùng." }),
            )
            .await;
        assert_eq!(status, 200, "{step}: {done}");
    }
    let blocks = made["blocks"].as_array().unwrap().iter();
    blocks
        .map(|block| block["block"].as_str().unwrap().to_owned())
        .collect()
}

async fn lift(server: &Server, entry: &str) {
    let one = server.token(ENGINEER, Some(Role::SocEngineer)).await;
    let path = format!("/v1/blocklist/entries/{entry}/lift");
    let words = json!({ "words": "Đã xác minh: máy chủ sạch." });
    let (status, lifted) = server.ask("POST", &path, &one, words).await;
    assert_eq!(status, 200, "{lifted}");
}

/// What a bouncer is told: the values that are new, and those that are gone.
async fn told(server: &Server, token: &str, query: &str) -> (Vec<String>, Vec<String>) {
    let path = format!("/v1/decisions/stream{query}");
    let answer = server.get(&path).header("x-api-key", token).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/json");
    let said: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    let values = |of: &Value| {
        let of = of.as_array().into_iter().flatten();
        of.map(|one| one["value"].as_str().unwrap().to_owned()).collect()
    };
    (values(&said["new"]), values(&said["deleted"]))
}

#[tokio::test]
async fn a_bouncer_is_told_everything_and_then_each_change_twice() {
    let server = start().await;
    let one = server.token(&[Scope::BlocklistFollow], None).await;
    let other = server.token(&[Scope::BlocklistFollow], None).await;
    let (none, startup) = (Vec::<String>::new(), "?startup=true");
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(told(&server, &one, startup).await, (none.clone(), none.clone()));
    let entries = enforce(&server, &["185.220.101.7", "185.220.102.0/24"]).await;
    let both = texts(&["185.220.101.7", "185.220.102.0/24"]);
    // The first answer may be lost.
    assert_eq!(told(&server, &one, "").await, (both.clone(), none.clone()));
    assert_eq!(
        told(&server, &one, "?startup=false").await,
        (both.clone(), none.clone())
    );
    assert_eq!(told(&server, &one, "").await, (none.clone(), none.clone()));
    // Each has its own account, and one that never asked has nothing.
    assert_eq!(told(&server, &other, "").await, (both.clone(), none.clone()));
    lift(&server, &entries[0]).await;
    let gone = texts(&["185.220.101.7"]);
    for _ in 0..2 {
        assert_eq!(told(&server, &one, "").await, (none.clone(), gone.clone()));
    }
    assert_eq!(told(&server, &one, "").await, (none.clone(), none.clone()));
    assert_eq!(
        told(&server, &other, startup).await,
        (texts(&["185.220.102.0/24"]), gone.clone()),
        "its firewall may still have what is gone"
    );
    // A decision ends by itself: before that it is told again, two hours after all of them were; a quarter is over since.
    server.wait_minutes(104);
    assert_eq!(told(&server, &one, "").await.0, none);
    server.wait_minutes(1);
    assert_eq!(told(&server, &one, "").await.0, texts(&["185.220.102.0/24"]));
    assert_eq!(told(&server, &one, "").await.0, none);
    // Others are told nothing.
    let reader = server.token(&[Scope::BlocklistRead], None).await;
    for (token, status) in [(reader.as_str(), 403), ("anl_none", 401)] {
        let refused = server
            .get("/v1/decisions/stream")
            .header("x-api-key", token)
            .send()
            .await;
        assert_eq!(refused.unwrap().status(), status);
    }
}

struct Bouncer(Child);

impl Bouncer {
    /// Stops it as the system's service manager does.
    fn stop(mut self) {
        let told = Command::new("kill").arg(self.0.id().to_string()).status();
        assert!(told.unwrap().success());
        self.0.wait().unwrap();
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const CONFIG: &str = "mode: nftables\npid_dir: FOLDER\nupdate_frequency: 1s\ndaemonize: false\nlog_mode: stdout\nlog_level: info\n\
    api_url: http://ADDRESS/\napi_key: TOKEN\ndisable_ipv6: false\ndeny_action: DROP\ndeny_log: false\n\
    supported_decisions_types:\n  - ban\nblacklists_ipv4: crowdsec-blacklists\nblacklists_ipv6: crowdsec6-blacklists\n\
    nftables:\n  ipv4:\n    enabled: true\n    set-only: false\n    table: crowdsec\n    chain: crowdsec-chain\n\
    \x20 ipv6:\n    enabled: true\n    set-only: false\n    table: crowdsec6\n    chain: crowdsec6-chain\n\
    pf:\n  anchor_name: \"\"\nprometheus:\n  enabled: false\n";

/// Starts the bouncer of Debian, which asks once a second.
fn bouncer(folder: &Path, server: &Server, token: &str) -> Bouncer {
    let config = CONFIG
        .replace("FOLDER", &folder.display().to_string())
        .replace("ADDRESS", &server.address.to_string())
        .replace("TOKEN", token);
    std::fs::write(folder.join("bouncer.yaml"), config).unwrap();
    let log = std::fs::File::options()
        .create(true)
        .append(true)
        .open(folder.join("log"))
        .unwrap();
    let child = Command::new("crowdsec-firewall-bouncer")
        .env("PATH", TOOLS_PATH)
        .args(["-c", "bouncer.yaml"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn();
    Bouncer(child.unwrap())
}

/// Waits until the firewall has an address, or has it no more.
async fn wait_for(value: &str, is_blocked: IsBlocked, folder: &Path) {
    let until = Instant::now() + Duration::from_secs(30);
    let mut ticks = tokio::time::interval(Duration::from_millis(100));
    loop {
        ticks.tick().await;
        let mut list = Command::new("nft");
        let rules = list.env("PATH", TOOLS_PATH).args(["list", "ruleset"]).output().unwrap();
        let rules = String::from_utf8_lossy(&rules.stdout).into_owned();
        if rules.contains(value) == (is_blocked == IsBlocked::Yes) {
            return;
        }
        let log = || std::fs::read_to_string(folder.join("log")).unwrap();
        assert!(Instant::now() < until, "{value}: {rules}\n{}", log());
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum IsBlocked {
    Yes,
    No,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_firewall_of_a_bouncer_follows_the_list() {
    let test = "bouncer::the_firewall_of_a_bouncer_follows_the_list";
    if !has_tools(&TOOLS) || !is_in_own_network(test) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let server = start().await;
    let token = server.token(&[Scope::BlocklistFollow], None).await;
    let first = enforce(&server, &["185.220.101.7", "2a0b:f4c2::7"]).await;
    let one = bouncer(folder.path(), &server, &token);
    wait_for("185.220.101.7", IsBlocked::Yes, folder.path()).await;
    wait_for("2a0b:f4c2::7", IsBlocked::Yes, folder.path()).await;
    enforce(&server, &["185.220.102.0/24"]).await;
    wait_for("185.220.102.0", IsBlocked::Yes, folder.path()).await;
    lift(&server, &first[0]).await;
    wait_for("185.220.101.7", IsBlocked::No, folder.path()).await;
    // One that is stopped takes its tables with it, and asks for everything when it is back.
    one.stop();
    lift(&server, &first[1]).await;
    let _back = bouncer(folder.path(), &server, &token);
    wait_for("2a0b:f4c2::7", IsBlocked::No, folder.path()).await;
    wait_for("185.220.102.0", IsBlocked::Yes, folder.path()).await;
}
