//! Incidents told by rule to a centre over real HTTP, while the plug is pulled again and again: everything that is due is told once, what
//! was held back is not, and the ledger says what the centre has.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use anlanh_db::{Statement, Value as Bound};
use anlanh_store::Store;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::people::{Person, store_beside};
use crate::streams::{OURS, add, alerts, list, node_with_list_and, wait};
use crate::support::{Node, Place, places, token_with};

/// How often the plug is pulled on each database.
const PULLS: usize = 12;
/// Incidents that become due between two of them: their messages are signed one transaction after the other.
const DUE_AT_ONCE: usize = 4;
/// Incidents that somebody holds back.
const HELD: usize = 6;
const ALL: usize = PULLS * DUE_AT_ONCE + HELD;
/// Waits between attempts: more of them than the centre refuses of one message.
const RETRY: &str = "1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s";

/// Numbers that look drawn, the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// A message as the centre took note of it, and what it answered.
#[derive(Clone)]
struct Got {
    body: Vec<u8>,
    status: Option<u16>,
}

/// The centre: notes each message before it answers, and now and then refuses, hangs up, or takes its time.
struct Centre {
    address: SocketAddr,
    got: Arc<(Mutex<Vec<Got>>, Condvar)>,
}

impl Centre {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let got: Arc<(Mutex<Vec<Got>>, Condvar)> = Arc::default();
        let noted = Arc::clone(&got);
        std::thread::spawn(move || {
            let dice = Arc::new(Mutex::new(Dice(7)));
            for stream in listener.incoming().flatten() {
                let (noted, dice) = (Arc::clone(&noted), Arc::clone(&dice));
                std::thread::spawn(move || take(stream, &noted, &dice));
            }
        });
        Self { address, got }
    }

    fn got(&self) -> Vec<Got> {
        self.got.0.lock().unwrap().clone()
    }

    /// Waits until so many messages came, or it took too long.
    fn wait_for(&self, count: usize, most: Duration) {
        let (got, came) = &*self.got;
        let _ended = came.wait_timeout_while(got.lock().unwrap(), most, |got| got.len() < count);
    }
}

fn take(mut stream: TcpStream, noted: &(Mutex<Vec<Got>>, Condvar), dice: &Mutex<Dice>) {
    let mut bytes = Vec::new();
    let mut buffer = [0; 16_384];
    let body = loop {
        match stream.read(&mut buffer) {
            // It was killed before all of it was sent.
            Ok(0) | Err(_) => return,
            Ok(read) => bytes.extend(&buffer[..read]),
        }
        let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let fields = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
        let length = fields.lines().find_map(|line| line.strip_prefix("content-length: "));
        let end = head + 4 + length.unwrap().trim().parse::<usize>().unwrap();
        if bytes.len() >= end {
            break bytes[head + 4..end].to_vec();
        }
    };
    let (roll, pause) = {
        let mut dice = dice.lock().unwrap();
        (dice.roll(10), dice.roll(300) + 1)
    };
    let status = match roll {
        0 => None,
        1 => Some(503),
        _ => Some(200),
    };
    noted.0.lock().unwrap().push(Got { body, status });
    noted.1.notify_all();
    if roll > 5 {
        // It thinks for a while, or until whoever asked is dead.
        stream.set_read_timeout(Some(Duration::from_millis(pause))).unwrap();
        let _dead_or_late = stream.read(&mut buffer);
    }
    if let Some(status) = status {
        let _dead = write!(
            stream,
            "HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        );
    }
}

/// A key of RSA and its certificate, drawn for one test.
fn draw(folder: &Path) {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-sha256", "-days", "2"])
        .args(["-subj", "/CN=an", "-keyout", "key.pem", "-out", "cert.pem"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
}

fn options(place: &Place, centre: &Centre) -> Vec<String> {
    let file = |name: &str| place.folder.path().join(name).display().to_string();
    let (key, certificate) = (file("key.pem"), file("cert.pem"));
    let url = format!("http://{}/AVReport/server.php", centre.address);
    let options = [
        ("--edxml", url.as_str()),
        ("--edxml-key-file", &key),
        ("--edxml-certificate-file", &certificate),
        ("--edxml-subject", "CN=an"),
        ("--edxml-organ-id", "000.00.00.H26"),
        ("--edxml-organ-name", "An"),
        ("--edxml-retry", RETRY),
    ];
    let mut all: Vec<String> = options
        .iter()
        .flat_map(|(name, value)| [name.to_string(), value.to_string()])
        .collect();
    all.push("--edxml-private".to_owned());
    all
}

/// An event of each host, which asks for a name of its own that is listed.
fn events() -> String {
    let event = |n: usize| {
        format!(
            "{{\"timestamp\":\"2026-11-28T03:00:00+0700\",\"event_type\":\"dns\",\"src_ip\":\"10.0.0.{n}\",\"src_port\":5353,\
             \"dest_ip\":\"192.0.2.53\",\"dns\":{{\"rrname\":\"n{n}.example\"}}}}\n"
        )
    };
    (1..=ALL).map(event).collect()
}

/// What was planned, by the incident that it is of.
async fn plans(node: &Node, token: &str) -> BTreeMap<String, String> {
    let all = node.read_all("/v1/sharing/plans?", token, "plans", "before").await;
    let pair = |plan: &Value| {
        let text = |name: &str| plan[name].as_str().unwrap().to_owned();
        (text("incident"), text("plan"))
    };
    all.iter().map(pair).collect()
}

/// A node on which a rule is in force and planned a message of each of many incidents, some of which somebody holds back; a token that
/// reads the ledger, and the incidents that are held back.
async fn planned(place: &Place, options: &[&str]) -> (Node, String, BTreeSet<String>) {
    let (node, token, feed) = node_with_list_and(place, options).await;
    list(
        &node,
        &token,
        &feed,
        &(1..=ALL).map(|n| format!("n{n}.example\n")).collect::<String>(),
    )
    .await;
    add(place, "api", "http", "eve", &[]);
    wait("all names are listed and seen", async || {
        node.ask("POST", "/v1/events?sensor=api", &token, events()).await;
        alerts(place).keys().filter(|it| it.ends_with(" live")).count() == ALL
    })
    .await;
    let (lan, minh) = (Person::sign_in(place, "lan"), Person::sign_in(place, "minh"));
    let made = [
        ("name", "Báo sự cố"),
        ("basis", "Công văn 2290"),
        ("severity", "high"),
        ("wait", "60"),
    ];
    let made = lan.submit(&node, "/console/sharing", &made).await;
    let (_, rule) = made.split_once("#rule-").unwrap();
    minh.submit(&node, &format!("/console/sharing/{rule}/step"), &[("step", "enforce")])
        .await;
    let reader = token_with(place, "doc", &["incidents:read"], &["--tlp", "amber"]);
    for incident in node.read_all("/v1/incidents?", &reader, "incidents", "before").await {
        let path = format!("/console/incidents/{}/step", incident["incident"].as_str().unwrap());
        lan.submit(&node, &path, &[("step", "triage"), ("severity", "high")])
            .await;
    }
    let plans = plans(&node, &reader).await;
    assert_eq!(plans.len(), ALL);
    let mut held = BTreeSet::new();
    for (incident, plan) in plans.into_iter().step_by(ALL / HELD).take(HELD) {
        let path = format!("/console/sharing/plans/{plan}/step");
        minh.submit(&node, &path, &[("step", "hold"), ("words", "Chờ xác minh")])
            .await;
        held.insert(incident);
    }
    (node, reader, held)
}

/// The hour passes for everything that is held back, and for so many plans that wait.
fn an_hour_passes(store: &Store, waiting: usize) {
    const HELD: Statement = Statement::new(
        "test.held_due",
        "UPDATE incident_share_plan SET due_at = 1 WHERE state = 'held'",
    );
    const WAITING: Statement = Statement::new(
        "test.due",
        "UPDATE incident_share_plan SET due_at = 1 WHERE id IN (SELECT p.id FROM incident_share_plan p
           WHERE p.state = 'waiting' AND p.due_at > 1 ORDER BY p.id LIMIT $1)",
    );
    let count = i64::try_from(waiting).unwrap();
    let done = store.database().write_blocking("test.an_hour_passes", move |tx| {
        tx.execute(&HELD, &[])?;
        tx.execute(&WAITING, &[Bound::Int(count)])
    });
    assert_eq!(done.map_err(|error: anlanh_db::Error| error).unwrap(), count as u64);
}

fn count(store: &Store, statement: &'static Statement) -> i64 {
    let read = store
        .database()
        .read_blocking("test.count", move |tx| tx.query(statement, &[]));
    read.map_err(|error: anlanh_db::Error| error).unwrap()[0]
        .int(0)
        .unwrap()
}

const SHARES: Statement = Statement::new("test.shares", "SELECT COUNT(*) FROM incident_share");
const DUE: Statement = Statement::new(
    "test.plans_due",
    "SELECT COUNT(*) FROM incident_share_plan WHERE state = 'waiting' AND due_at = 1",
);
const TIMELINE: Statement = Statement::new(
    "test.told_twice",
    "SELECT COUNT(*) FROM (SELECT incident FROM incident_event WHERE kind = 'shared_by_rule' GROUP BY incident HAVING COUNT(*) = 1) t",
);

/// Waits for a moment that the dice choose: while messages are signed, while they are delivered, or any.
fn until_some_moment(nth: usize, dice: &mut Dice, (store, centre): (&Store, &Centre)) {
    let before = (count(store, &SHARES), centre.got().len());
    let begun = Instant::now();
    let most = Duration::from_secs(20);
    match nth % 3 {
        0 => {
            let more = 1 + i64::try_from(dice.roll(2)).unwrap();
            while count(store, &SHARES) < before.0 + more {
                assert!(begun.elapsed() < most, "nothing is signed");
                std::thread::yield_now();
            }
        }
        1 => centre.wait_for(before.1 + 1 + usize::try_from(dice.roll(3)).unwrap(), most),
        _ => centre.wait_for(usize::MAX, Duration::from_millis(dice.roll(1_500))),
    }
}

fn subject(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let (_, rest) = text.split_once("Báo cáo sự cố ").unwrap();
    rest.split('<').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_rule_tells_is_told_once_whenever_the_plug_is_pulled() {
    for place in places() {
        draw(place.folder.path());
        let centre = Centre::start();
        let options = options(&place, &centre);
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        let (node, reader, held) = planned(&place, &options).await;
        node.pull_the_plug();
        assert_eq!(centre.got().len(), 0, "not before its time");
        let store = store_beside(&place);
        let options = [OURS, &options].concat();
        let (mut dice, mut halfway) = (Dice(11), 0);
        for nth in 0..PULLS {
            an_hour_passes(&store, DUE_AT_ONCE);
            let node = Node::start_with(&place, &options);
            until_some_moment(nth, &mut dice, (&store, &centre));
            node.pull_the_plug();
            halfway += usize::from((1..DUE_AT_ONCE as i64).contains(&count(&store, &DUE)));
        }
        assert!(halfway > 0, "it was never killed between two plans");
        let node = Node::start_with(&place, &options);
        wait("everything that is due is told", async || {
            let taken = ledger(&node, &reader)
                .await
                .values()
                .filter(|it| !it["acknowledged_at"].is_null())
                .count();
            taken == PULLS * DUE_AT_ONCE
        })
        .await;
        let ledger = ledger(&node, &reader).await;
        assert!(
            held.iter().all(|it| !ledger.contains_key(it)),
            "what was held back was told"
        );
        agrees(&ledger, &centre.got());
        assert_eq!(count(&store, &TIMELINE), (PULLS * DUE_AT_ONCE) as i64);
        // What was held back waits for a person, who may send it yet.
        let waiting = plans(&node, &reader).await;
        assert_eq!(waiting.keys().cloned().collect::<BTreeSet<_>>(), held);
    }
}

/// The messages of the ledger by their incidents, each of which has one.
async fn ledger(node: &Node, token: &str) -> BTreeMap<String, Value> {
    let all = node.read_all("/v1/sharing/ledger?", token, "messages", "before").await;
    let count = all.len();
    let by_incident: BTreeMap<String, Value> = all
        .into_iter()
        .map(|it| (it["incident"].as_str().unwrap().to_owned(), it))
        .collect();
    assert_eq!(by_incident.len(), count, "an incident was told as two things");
    by_incident
}

/// The centre has each message of the ledger and no other, and whatever came again is the same, byte for byte.
fn agrees(ledger: &BTreeMap<String, Value>, got: &[Got]) {
    let mut by_incident: BTreeMap<String, Vec<&Got>> = BTreeMap::new();
    for one in got {
        by_incident.entry(subject(&one.body)).or_default().push(one);
    }
    assert_eq!(
        by_incident.keys().collect::<Vec<_>>(),
        ledger.keys().collect::<Vec<_>>(),
        "the centre has what the ledger has"
    );
    let mut again = 0;
    for (incident, copies) in by_incident {
        let told = &ledger[&incident];
        assert!(
            copies.iter().all(|it| it.body == copies[0].body),
            "{incident} came as two things"
        );
        let digest: String = Sha256::digest(&copies[0].body)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(told["sha256"], digest, "{incident}");
        // An attempt is noted after it was made: of what came, the plug may have kept a few from the ledger, but nothing is in it that
        // did not come.
        let of = |wanted: Option<u16>| copies.iter().filter(|it| it.status == wanted).count();
        let attempts = told["attempts"].as_array().unwrap();
        let noted = |wanted: Option<u16>| {
            attempts
                .iter()
                .filter(|it| it["status"].as_u64() == wanted.map(u64::from))
                .count()
        };
        assert_eq!(noted(Some(200)), 1, "{incident}: {told}");
        for status in [Some(200), Some(503), None] {
            assert!(noted(status) <= of(status), "{incident}: {told}");
        }
        again += usize::from(copies.len() > attempts.len());
    }
    assert!(again > 0, "it was never killed between a message and its answer");
}
