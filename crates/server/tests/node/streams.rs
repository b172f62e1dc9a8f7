//! Sensors on a running node: what they send is kept, matched and told of, whatever happens to the process.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::net::{TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anlanh_model::AlertOrigin;
use anlanh_store::incident::IncidentFilter;
use anlanh_store::incident::alert::AlertRow;

use crate::people::store_beside;
use crate::support::{Node, Place, anlanh, json, places, token};

pub const OURS: &[&str] = &["--subscribers", "10.0.0.0/8"];

/// Asks until it is so; fails after a minute.
pub async fn wait(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    let mut look = tokio::time::interval(Duration::from_millis(50));
    while !is_so().await {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        look.tick().await;
    }
}

pub fn run(args: &[&str], place: &Place) -> String {
    let done = anlanh(args, place, "");
    assert!(
        done.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).unwrap()
}

pub fn add(place: &Place, name: &str, kind: &str, form: &str, more: &[&str]) {
    let args = ["sensor", "add", "--name", name, "--kind", kind, "--form", form];
    run(&[&args[..], more].concat(), place);
}

/// What the node counts of a sensor.
async fn figures(node: &Node, sensor: &str) -> BTreeMap<String, i64> {
    let text = reqwest::get(format!("{}/metrics", node.address))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let label = format!("{{sensor=\"{sensor}\"}} ");
    let figure = |line: &str| {
        let (name, value) = line.strip_prefix("anlanh_sensor_")?.split_once(&label)?;
        Some((name.to_owned(), value.parse().unwrap()))
    };
    text.lines().filter_map(figure).collect()
}

pub async fn count(node: &Node, sensor: &str, figure: &str) -> i64 {
    figures(node, sensor).await.get(figure).copied().unwrap_or(-1)
}

/// An event of a resolver: a subscriber asked for a name.
pub fn event(name: &str) -> String {
    format!(
        "{{\"timestamp\":\"2026-11-28T03:00:00+0700\",\"event_type\":\"dns\",\"src_ip\":\"10.0.0.7\",\"src_port\":5353,\
         \"dest_ip\":\"192.0.2.53\",\"dns\":{{\"rrname\":\"{name}\"}}}}\n"
    )
}

/// Names that are kept, each as often as it is.
pub fn kept(folder: &Path) -> BTreeMap<String, usize> {
    let view = anlanh_archive::View::open(&folder.join("data/events")).unwrap();
    let mut names = BTreeMap::new();
    view.each(&(i64::MIN..i64::MAX), |record| {
        let event: serde_json::Value = serde_json::from_slice(record.payload).unwrap();
        for name in event["domain"].as_array().into_iter().flatten() {
            *names.entry(name.as_str().unwrap().to_owned()).or_default() += 1;
        }
    })
    .unwrap();
    names
}

/// How often what is listed was seen, by all incidents.
pub fn alerts(place: &Place) -> BTreeMap<String, u64> {
    let mut alerts = BTreeMap::new();
    for row in alert_rows(place) {
        *alerts
            .entry(format!("{} {}", row.listed, row.origin.key()))
            .or_default() += row.count;
    }
    alerts
}

/// The alerts of all incidents.
pub fn alert_rows(place: &Place) -> Vec<AlertRow> {
    let read = store_beside(place).read_blocking("test.alerts", |tx| {
        let incidents = anlanh_store::incident::page(tx, IncidentFilter::default(), (None, 100))?;
        let mut alerts = Vec::new();
        for incident in incidents {
            let of = incident.incident.id;
            alerts.extend(anlanh_store::incident::alert::of_incident(tx, of, (None, 100))?);
        }
        Ok::<_, anlanh_store::Error>(alerts)
    });
    read.unwrap()
}

/// A node that lists `evil.example` in a feed by hand, and a token that enters more and hands events in.
pub async fn node_with_list(place: &Place) -> (Node, String, String) {
    node_with_list_and(place, &[]).await
}

/// The same with options.
pub async fn node_with_list_and(place: &Place, options: &[&str]) -> (Node, String, String) {
    let node = Node::start_with(place, &[OURS, options].concat());
    run(&["user", "create", "--name", "hoa", "--role", "soc-engineer"], place);
    let args = [
        "token",
        "create",
        "--name",
        "soc",
        "--for",
        "hoa",
        "--scope",
        "events:write",
    ];
    let made = run(&[&args[..], &["--scope", "indicators:write"]].concat(), place);
    let token = made.trim().to_owned();
    let feed = serde_json::json!({ "name": "Nhập tay", "kind": "hand", "confidence": 90, "tlp": "amber" });
    let answer = node.ask("POST", "/v1/feeds", &token, feed.to_string()).await;
    assert_eq!(answer.status().as_u16(), 201, "{}", answer.text().await.unwrap());
    let feed = json(answer).await["feed"].as_str().unwrap().to_owned();
    list(&node, &token, &feed, "evil.example").await;
    (node, token, feed)
}

pub async fn list(node: &Node, token: &str, feed: &str, value: &str) {
    let path = format!("/v1/feeds/{feed}/indicators");
    let answer = node.ask("POST", &path, token, value.to_owned()).await;
    assert_eq!(answer.status().as_u16(), 200, "{}", answer.text().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_sensors_send_is_kept_and_raises_alerts_and_new_indicators_are_hunted_for() {
    for place in places() {
        let (node, token, feed) = node_with_list(&place).await;
        let log = place.folder.path().join("eve.json");
        fs::write(&log, event("first.example") + "{ no json\n").unwrap();
        add(&place, "ids", "tail", "eve", &["--place", log.to_str().unwrap()]);
        add(&place, "api", "http", "eve", &[]);
        wait("the file is read", async || {
            count(&node, "ids", "events_total").await == 1
        })
        .await;
        assert_eq!(count(&node, "ids", "bad_total").await, 1);
        // What is listed is found as soon as it comes.
        wait("the name is listed", async || {
            let path = "/v1/events?sensor=api";
            let answer = node.ask("POST", path, &token, event("a.evil.example")).await;
            assert_eq!(answer.status().as_u16(), 200);
            assert_eq!(json(answer).await, serde_json::json!({ "events": 1, "bad": 0 }));
            alerts(&place).contains_key("evil.example live")
        })
        .await;
        let live = alerts(&place)["evil.example live"];
        assert!(kept(place.folder.path())["a.evil.example"] as u64 >= live);
        // An answer says that it is on the disk, and so is the alert.
        let answer = node
            .ask("POST", "/v1/events?sensor=api", &token, event("b.evil.example"))
            .await;
        assert_eq!(answer.status().as_u16(), 200);
        assert_eq!(alerts(&place)["evil.example live"], live + 1);
        assert_eq!(kept(place.folder.path())["b.evil.example"], 1);
        // What comes to be listed is hunted for.
        list(&node, &token, &feed, "first.example").await;
        wait("the hunt is over", async || {
            alerts(&place).contains_key("first.example hunt")
        })
        .await;
        // It names its host, whose token was turned back for the alert alone, and goes where the host's other alerts are.
        let rows = alert_rows(&place);
        let of = |listed: &str, origin: AlertOrigin| {
            let row = rows.iter().find(|row| row.listed == listed && row.origin == origin);
            let row = row.unwrap();
            (row.host.clone().unwrap(), row.incident)
        };
        assert_eq!(
            of("first.example", AlertOrigin::Hunt),
            of("evil.example", AlertOrigin::Live)
        );
        for entry in fs::read_dir(place.folder.path().join("data/events")).unwrap() {
            let bytes = fs::read(entry.unwrap().path()).unwrap();
            assert!(!bytes.windows(8).any(|window| window == b"10.0.0.7"));
        }
        for (path, code) in [("?sensor=ids", 404), ("?sensor=x", 404), ("", 404)] {
            let answer = node
                .ask("POST", &format!("/v1/events{path}"), &token, event("x.example"))
                .await;
            assert_eq!(answer.status().as_u16(), code, "{path}");
        }
        let listed = run(&["sensor", "list"], &place);
        assert_eq!(
            listed,
            format!("ids\ttail\teve\t{}\napi\thttp\teve\t-\n", log.display())
        );
        // One that is stopped takes nothing, and goes on where it was.
        run(&["sensor", "stop", "--name", "ids"], &place);
        wait("it is stopped", async || count(&node, "ids", "up").await == 0).await;
        let mut file = OpenOptions::new().append(true).open(&log).unwrap();
        file.write_all(event("later.example").as_bytes()).unwrap();
        assert!(
            !anlanh(&["sensor", "stop", "--name", "ids"], &place, "")
                .status
                .success()
        );
        run(&["sensor", "resume", "--name", "ids"], &place);
        wait("it goes on", async || {
            kept(place.folder.path()).contains_key("later.example")
        })
        .await;
        let names = kept(place.folder.path());
        assert_eq!((names["first.example"], names["later.example"]), (1, 1));
        run(&["sensor", "remove", "--name", "ids"], &place);
        wait("it is gone", async || count(&node, "ids", "up").await == -1).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn syslog_comes_over_tcp_udp_and_from_logger() {
    let place = &places()[0];
    let node = Node::start_with(place, OURS);
    let free = || {
        std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
    };
    let (tcp, udp, plain) = (free(), free(), free());
    let query = "client @0x7f10 10.0.0.7#53 (bind.example): query: bind.example IN A + (192.0.2.53)";
    add(
        place,
        "named",
        "tcp",
        "bind",
        &["--syslog", "--place", &tcp.to_string()],
    );
    add(place, "dgram", "udp", "eve", &["--syslog", "--place", &udp.to_string()]);
    add(place, "plain", "tcp", "eve", &["--place", &plain.to_string()]);
    for name in ["named", "dgram", "plain"] {
        wait("it is listened", async || count(&node, name, "up").await == 1).await;
    }
    let message = format!("<30>1 2026-11-28T10:33:53Z ns1 named 1 - - {query}");
    let mut stream = TcpStream::connect(tcp).unwrap();
    writeln!(stream, "{} {message}{message}", message.len()).unwrap();
    wait("both messages are read", async || {
        count(&node, "named", "events_total").await == 2
    })
    .await;
    assert_eq!(count(&node, "named", "connections").await, 1);
    drop(stream);
    wait("the connection is closed", async || {
        count(&node, "named", "connections").await == 0
    })
    .await;
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let message = format!("<30>Nov 28 10:33:53 ids suricata[7]: {}", event("udp.example").trim());
    socket.send_to(message.as_bytes(), udp).unwrap();
    wait("the datagram is read", async || {
        count(&node, "dgram", "events_total").await == 1
    })
    .await;
    let mut stream = TcpStream::connect(plain).unwrap();
    stream
        .write_all((event("plain.example") + &event("open.example")).trim().as_bytes())
        .unwrap();
    drop(stream);
    wait("both lines are read", async || {
        count(&node, "plain", "events_total").await == 2
    })
    .await;
    // The one that everybody has.
    let logger = |more: &[&str]| {
        let mut command = std::process::Command::new("logger");
        command.args([
            "--server",
            "127.0.0.1",
            "--port",
            &tcp.port().to_string(),
            "--tcp",
            "--tag",
            "named",
        ]);
        assert!(
            command
                .args(more)
                .arg(query.replace("bind.example", "logger.example"))
                .status()
                .unwrap()
                .success()
        );
    };
    logger(&["--rfc5424", "--octet-count"]);
    logger(&["--rfc3164"]);
    wait("logger is read", async || {
        count(&node, "named", "events_total").await == 4
    })
    .await;
    let names = kept(place.folder.path());
    let expected = [("bind", 2), ("logger", 2), ("open", 1), ("plain", 1), ("udp", 1)];
    let expected: BTreeMap<_, _> = expected.map(|(name, times)| (format!("{name}.example"), times)).into();
    assert_eq!(names, expected);
    assert!(count(&node, "named", "lag_milliseconds").await > 0);
}

/// Appends lines to a log, and rotates it as programs do.
struct Log {
    path: PathBuf,
    next: u32,
}

impl Log {
    fn write(&mut self, lines: u32) {
        let mut file = OpenOptions::new().append(true).create(true).open(&self.path).unwrap();
        for _ in 0..lines {
            file.write_all(event(&format!("n{}.example", self.next)).as_bytes())
                .unwrap();
            self.next += 1;
        }
    }

    fn place(&self, number: u32) -> PathBuf {
        PathBuf::from(format!("{}.{number}", self.path.display()))
    }

    fn rename(&self) {
        for number in (1..5).rev() {
            let _none = fs::rename(self.place(number), self.place(number + 1));
        }
        fs::rename(&self.path, self.place(1)).unwrap();
    }

    fn copy_and_cut(&self) {
        for number in (1..5).rev() {
            let _none = fs::rename(self.place(number), self.place(number + 1));
        }
        fs::copy(&self.path, self.place(1)).unwrap();
        OpenOptions::new()
            .write(true)
            .open(&self.path)
            .unwrap()
            .set_len(0)
            .unwrap();
    }
}

/// The plug is pulled again and again while a log is written, rotated under the reader and away from it: every line is kept, and
/// kept once.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_kept_once_whatever_is_done_to_it_and_to_the_process() {
    let place = &places()[0];
    let mut log = Log {
        path: place.folder.path().join("eve.json"),
        next: 0,
    };
    log.write(100);
    let mut node = Node::start_with(place, OURS);
    add(place, "ids", "tail", "eve", &["--place", log.path.to_str().unwrap()]);
    for round in 0..6_u32 {
        log.write(2_000);
        if round % 2 == 0 {
            // It is in the middle of it.
            wait("something is read", async || {
                count(&node, "ids", "events_total").await > 0
            })
            .await;
        }
        node.pull_the_plug();
        log.write(50);
        match round % 3 {
            0 => log.rename(),
            1 => log.copy_and_cut(),
            _ => {}
        }
        log.write(50);
        node = Node::start_with(place, OURS);
        if round == 3 {
            wait("all is read", async || {
                kept(place.folder.path()).len() == log.next as usize
            })
            .await;
            log.write(10);
            log.rename();
            log.write(10);
        }
    }
    wait("all is read", async || {
        kept(place.folder.path()).len() == log.next as usize
    })
    .await;
    let names = kept(place.folder.path());
    let twice: Vec<_> = names.iter().filter(|(_, times)| **times != 1).collect();
    assert_eq!(twice, Vec::<(&String, &usize)>::new());
    assert_eq!(count(&node, "ids", "dropped_total").await, 0);
    assert_eq!(count(&node, "ids", "bad_total").await, 0);
}

/// Whatever was answered with 200 is there after the plug was pulled.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_kept_when_the_plug_is_pulled() {
    let place = &places()[0];
    let machine = token(place, "ids", &["events:write"]);
    add(place, "api", "http", "eve", &[]);
    for round in 0..3 {
        let node = Node::start_with(place, OURS);
        let mut acknowledged = Vec::new();
        let mut tasks = tokio::task::JoinSet::new();
        for caller in 0..4 {
            let (address, machine) = (node.address.clone(), machine.clone());
            tasks.spawn(async move {
                let client = reqwest::Client::new();
                let mut acknowledged = Vec::new();
                for n in 0.. {
                    let name = format!("r{round}-c{caller}-n{n}.example");
                    let request = client
                        .post(format!("{address}/v1/events?sensor=api"))
                        .bearer_auth(&machine);
                    match request.body(event(&name)).send().await {
                        Ok(answer) if answer.status().as_u16() == 200 => acknowledged.push(name),
                        Ok(answer) => assert_eq!(answer.status().as_u16(), 503),
                        Err(_) => break,
                    }
                }
                acknowledged
            });
        }
        wait("some are kept", async || {
            count(&node, "api", "events_total").await > 100
        })
        .await;
        node.pull_the_plug();
        while let Some(of) = tasks.join_next().await {
            acknowledged.extend(of.unwrap());
        }
        assert!(acknowledged.len() > 100, "{}", acknowledged.len());
        let names = kept(place.folder.path());
        let lost: Vec<_> = acknowledged.iter().filter(|name| !names.contains_key(*name)).collect();
        assert_eq!(lost, Vec::<&String>::new(), "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_word_on_subscribers_nothing_is_kept_and_a_wrong_clock_is_told() {
    let place = &places()[0];
    let machine = token(place, "ids", &["events:write"]);
    add(place, "api", "http", "eve", &[]);
    let node = Node::start(place);
    let answer = node
        .ask("POST", "/v1/events?sensor=api", &machine, event("a.example"))
        .await;
    assert_eq!(
        (answer.status().as_u16(), json(answer).await["code"].as_str()),
        (503, Some("sensor-not-running"))
    );
    assert_eq!(count(&node, "api", "up").await, 0);
    drop(node);
    let node = Node::start_with(place, &["--no-subscribers"]);
    let ahead = event("a.example").replace("2026-11", "2126-11");
    wait("it is taken", async || {
        node.ask("POST", "/v1/events?sensor=api", &machine, ahead.clone())
            .await
            .status()
            .as_u16()
            == 200
    })
    .await;
    assert_eq!(count(&node, "api", "misdated_total").await, 1);
    assert_eq!(kept(place.folder.path())["a.example"], 1);
}

/// An event of so many days ago.
fn event_of_before(name: &str, days: u64) -> String {
    let at = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() - days * 86_400;
    event(name).replace("2026-11-28T03:00:00+0700", &at.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_listed_stays_longer_than_the_rest() {
    let place = &places()[0];
    let (node, token, _) = node_with_list(place).await;
    add(place, "api", "http", "eve", &[]);
    let events = event_of_before("a.evil.example", 10) + &event_of_before("other.example", 10);
    wait("the name is listed", async || {
        let answer = node.ask("POST", "/v1/events?sensor=api", &token, events.clone()).await;
        answer.status().as_u16() == 200 && alerts(place).contains_key("evil.example live")
    })
    .await;
    let names = kept(place.folder.path());
    assert!(names.contains_key("a.evil.example") && names.contains_key("other.example"));
    drop(node);
    let node = Node::start_with(place, OURS);
    wait("the rest is forgotten", async || {
        !kept(place.folder.path()).contains_key("other.example")
    })
    .await;
    // Some were kept before the name was listed for the node.
    assert!(kept(place.folder.path())["a.evil.example"] > 0);
    let fresh = event_of_before("fresh.example", 6);
    wait("it is taken", async || {
        node.ask("POST", "/v1/events?sensor=api", &token, fresh.clone())
            .await
            .status()
            .as_u16()
            == 200
    })
    .await;
    drop(node);
    let _node = Node::start_with(place, OURS);
    assert!(kept(place.folder.path()).contains_key("fresh.example"));
}

/// A sensor that sends more than can be kept waits, and one beside it comes to its turn; datagrams are lost and counted, or kept.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_waits_or_is_counted() {
    const FLOOD: usize = 200_000;
    let place = &places()[0];
    let machine = token(place, "ids", &["events:write"]);
    let node = Node::start_with(place, OURS);
    let free = || {
        std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
    };
    let (tcp, udp) = (free(), free());
    add(place, "tcp", "tcp", "eve", &["--place", &tcp.to_string()]);
    add(place, "udp", "udp", "eve", &["--place", &udp.to_string()]);
    add(place, "api", "http", "eve", &[]);
    for name in ["tcp", "udp", "api"] {
        wait("it runs", async || count(&node, name, "up").await == 1).await;
    }
    let flooding = std::thread::spawn(move || {
        let mut stream = TcpStream::connect(tcp).unwrap();
        let some = event("flood.example").repeat(1_000);
        for _ in 0..FLOOD / 1_000 {
            stream.write_all(some.as_bytes()).unwrap();
        }
    });
    let datagrams = std::thread::spawn(move || {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let one = event("datagram.example");
        for _ in 0..FLOOD / 4 {
            socket.send_to(one.as_bytes(), udp).unwrap();
        }
    });
    let begun = Instant::now();
    let answer = node
        .ask("POST", "/v1/events?sensor=api", &machine, event("beside.example"))
        .await;
    assert_eq!(answer.status().as_u16(), 200);
    assert!(begun.elapsed() < Duration::from_secs(30));
    flooding.join().unwrap();
    datagrams.join().unwrap();
    wait("the flood is over", async || {
        count(&node, "tcp", "events_total").await == FLOOD as i64
    })
    .await;
    let mut counted = BTreeMap::new();
    wait("each datagram is read or counted", async || {
        counted = figures(&node, "udp").await;
        counted["events_total"] + counted["dropped_total"] == (FLOOD / 4) as i64
    })
    .await;
    let names = kept(place.folder.path());
    assert_eq!((names["flood.example"], names["beside.example"]), (FLOOD, 1));
    assert_eq!(names["datagram.example"] as i64, counted["events_total"]);
}

/// An answer names bad lines by number and reason, as many as are told one by one, with nothing of what stands in them; and what came
/// last before a node stops in order is counted.
#[tokio::test(flavor = "multi_thread")]
async fn bad_lines_are_named_and_the_last_minutes_are_counted() {
    for place in places() {
        let (node, token, _) = node_with_list(&place).await;
        add(&place, "api", "http", "eve", &[]);
        let hand = async |body: String| {
            let mut told = serde_json::Value::Null;
            wait("events are taken", async || {
                let answer = node.ask("POST", "/v1/events?sensor=api", &token, body.clone()).await;
                let is_taken = answer.status().as_u16() == 200;
                if is_taken {
                    told = json(answer).await;
                }
                is_taken
            })
            .await;
            told
        };
        let mixed = format!(
            "{}{{ bi-mat\n\n[1]\n{}\u{0}x\n{}",
            event("a.example"),
            event("b.example"),
            event("c.example")
        );
        let told = hand(mixed).await;
        let lines = told["bad_lines"].as_array().unwrap();
        let lines: Vec<(u64, &str)> = lines
            .iter()
            .map(|it| (it["line"].as_u64().unwrap(), it["reason"].as_str().unwrap()))
            .collect();
        assert_eq!(
            lines,
            [(2, "not-json"), (4, "not-an-object"), (6, "not-json")],
            "{told}"
        );
        assert_eq!((&told["events"], &told["bad"]), (&3.into(), &3.into()), "{told}");
        assert_eq!(told["bad_lines"][0]["detail"], "không phải JSON từ cột 3");
        assert!(!told.to_string().contains("bi-mat"), "{told}");
        for (bad, more) in [(100, serde_json::Value::Null), (101, 1.into())] {
            let told = hand("x\n".repeat(bad)).await;
            let named = told["bad_lines"].as_array().unwrap().len();
            assert_eq!((named, &told["bad_more"]), (100, &more));
        }
        node.stop();
        let read = store_beside(&place).read_blocking("test.volume", |tx| anlanh_store::volume::hours(tx, 0, 100));
        let events: u64 = read.unwrap().iter().map(|row| row.events).sum();
        assert_eq!(events, 3);
    }
}

/// A sensor whose file is not there waits, and says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_sensor_without_its_file_waits_and_says_so() {
    for place in places() {
        let (node, _, _) = node_with_list(&place).await;
        let log = place.folder.path().join("chua-co.json");
        add(&place, "ids", "tail", "eve", &["--place", log.to_str().unwrap()]);
        wait("it waits", async || {
            count(&node, "ids", "up").await == 0 && count(&node, "ids", "standing_since_seconds").await > 0
        })
        .await;
        assert!(run(&["sensor", "list"], &place).contains("\tđang chờ tệp: chưa có"));
        fs::write(&log, event("first.example")).unwrap();
        wait("it runs", async || {
            count(&node, "ids", "up").await == 1 && count(&node, "ids", "events_total").await == 1
        })
        .await;
        assert!(!run(&["sensor", "list"], &place).contains("đang chờ"));
        fs::remove_file(&log).unwrap();
        wait("it waits again", async || count(&node, "ids", "up").await == 0).await;
    }
}
