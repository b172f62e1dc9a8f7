//! A stream of NATS JetStream, of the server that its makers ship: read once, whatever happens to either side.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anlanh_testkit::{TOOLS_PATH, has_tools};
use base64::Engine as _;

use crate::faults::{BALLAST_BYTES, node_with_options_on_a_small_disk};
use crate::streams::{OURS, add, count, event, kept, run, wait};
use crate::support::{Node, places};

/// The server, which keeps its streams in a folder.
pub struct Nats {
    child: Child,
    pub port: u16,
}

impl Nats {
    /// Starts one; `more` stands in its configuration. It listens where the one before did.
    pub async fn start(folder: &Path, port: Option<u16>, more: &str) -> Self {
        let port = port.unwrap_or_else(|| {
            let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            free.local_addr().unwrap().port()
        });
        let store = folder.join("nats");
        let config = format!("listen: 127.0.0.1:{port}\njetstream {{ store_dir: {store:?} }}\n{more}\n");
        let path = folder.join("nats.conf");
        fs::write(&path, config).unwrap();
        let mut command = Command::new("nats-server");
        command.env("PATH", TOOLS_PATH).arg("-c").arg(&path);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        wait("the server listens", async || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        })
        .await;
        Self { child, port }
    }

    pub fn pull_the_plug(mut self) -> u16 {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.port
    }

    pub fn place(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whoever publishes, in the protocol as it stands.
pub struct Publisher(BufReader<TcpStream>);

impl Publisher {
    /// Connects; `who` are the fields by which it says who it is.
    pub fn open(port: u16, who: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut publisher = Self(BufReader::new(stream));
        let mut info = String::new();
        publisher.0.read_line(&mut info).unwrap();
        let connect =
            format!("CONNECT {{\"verbose\":false,\"headers\":true,\"no_responders\":true{who}}}\r\nSUB _INBOX.p 1\r\n");
        publisher.0.get_mut().write_all(connect.as_bytes()).unwrap();
        publisher
    }

    /// Asks something, and gives the answer.
    pub fn ask(&mut self, subject: &str, body: &str) -> String {
        self.send(subject, body);
        self.answer()
    }

    fn send(&mut self, subject: &str, body: &str) {
        let said = format!("PUB {subject} _INBOX.p {}\r\n{body}\r\n", body.len());
        self.0.get_mut().write_all(said.as_bytes()).unwrap();
    }

    fn answer(&mut self) -> String {
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).unwrap();
            if line.starts_with("PING") {
                self.0.get_mut().write_all(b"PONG\r\n").unwrap();
                continue;
            }
            let bytes = line.trim().rsplit(' ').next().unwrap();
            assert!(line.starts_with("MSG "), "{line}");
            let mut payload = vec![0; bytes.parse::<usize>().unwrap() + 2];
            self.0.read_exact(&mut payload).unwrap();
            return String::from_utf8(payload).unwrap();
        }
    }

    /// Makes the stream `EVE` of everything below `ids`.
    pub fn make_stream(&mut self, more: &str) {
        let config = format!(r#"{{"name":"EVE","subjects":["ids.>"],"storage":"file"{more}}}"#);
        let made = self.ask("$JS.API.STREAM.CREATE.EVE", &config);
        assert!(made.contains("\"created\""), "{made}");
    }

    /// The name of the one consumer of the stream.
    fn consumer(&mut self) -> String {
        let names = self.ask("$JS.API.CONSUMER.NAMES.EVE", "");
        let names: serde_json::Value = serde_json::from_str(&names).unwrap();
        assert_eq!(names["total"], 1, "{names}");
        names["consumers"][0].as_str().unwrap().to_owned()
    }

    /// Publishes, and returns when the server has all of it.
    pub fn publish(&mut self, subject: &str, events: &[String]) {
        for some in events.chunks(200) {
            for event in some {
                self.send(subject, event);
            }
            for _ in some {
                let answer = self.answer();
                assert!(answer.contains("\"seq\""), "{answer}");
            }
        }
    }
}

/// Events with names that nobody else has.
fn events(round: u32, count: u32) -> Vec<String> {
    (0..count).map(|n| event(&format!("r{round}-n{n}.example"))).collect()
}

fn more<'a>(place: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["--place", place, "--stream", "EVE"][..], more].concat()
}

/// The plug is pulled on the node and on the server again and again, under load: every event that was published is kept, and
/// kept once.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_kept_once_whatever_is_done_to_either_side() {
    if !has_tools(&["nats-server"]) {
        return;
    }
    const EACH: u32 = 3_000;
    let place = &places()[0];
    let folder = place.folder.path();
    let mut server = Nats::start(folder, None, "").await;
    Publisher::open(server.port, "").make_stream("");
    add(place, "bus", "nats", "eve", &more(&server.place(), &[]));
    let mut node = Node::start_with(place, OURS);
    for round in 0..4 {
        let port = server.port;
        let publishing = tokio::task::spawn_blocking(move || {
            Publisher::open(port, "").publish("ids.eve", &events(round, EACH));
        });
        wait("it is in the middle of it", async || {
            count(&node, "bus", "events_total").await > 0
        })
        .await;
        node.pull_the_plug();
        node = Node::start_with(place, OURS);
        publishing.await.unwrap();
        if round % 2 == 1 {
            server = Nats::start(folder, Some(server.pull_the_plug()), "").await;
        }
    }
    let all = (4 * EACH) as usize;
    wait("all is read", async || kept(folder).len() == all).await;
    wait("the server knows that all is kept", async || {
        let mut asking = Publisher::open(server.port, "");
        let consumer = asking.consumer();
        let info = asking.ask(&format!("$JS.API.CONSUMER.INFO.EVE.{consumer}"), "");
        let info: serde_json::Value = serde_json::from_str(&info).unwrap();
        (&info["num_ack_pending"], &info["num_pending"]) == (&0.into(), &0.into())
    })
    .await;
    let twice: Vec<_> = kept(folder).into_iter().filter(|(_, times)| *times != 1).collect();
    assert_eq!(twice, Vec::<(String, usize)>::new());
    assert_eq!(count(&node, "bus", "bad_total").await, 0);
    assert_eq!(count(&node, "bus", "dropped_total").await, 0);
    // A consumer that is made anew gives everything out again, and nothing of it is kept again.
    let mut deleting = Publisher::open(server.port, "");
    let consumer = deleting.consumer();
    assert!(
        consumer.starts_with("anlanh-") && consumer.ends_with("-bus"),
        "{consumer}"
    );
    let deleted = deleting.ask(&format!("$JS.API.CONSUMER.DELETE.EVE.{consumer}"), "");
    assert!(deleted.contains("\"success\":true"), "{deleted}");
    Publisher::open(server.port, "").publish("ids.eve", &[event("after.example")]);
    wait("it goes on", async || kept(folder).contains_key("after.example")).await;
    assert_eq!(kept(folder).into_values().sum::<usize>(), all + 1);
    // A stream of the same name that is made anew is another one, whose numbers begin anew.
    let mut publisher = Publisher::open(server.port, "");
    publisher.ask("$JS.API.STREAM.DELETE.EVE", "");
    publisher.make_stream("");
    publisher.publish("ids.eve", &[event("anew.example")]);
    wait("it goes on with that", async || {
        kept(folder).contains_key("anew.example")
    })
    .await;
}

/// Two nodes that read one stream each have all of it; and what a stream forgot before a node read it was never for that node, while what
/// it forgot afterwards is counted as lost, once.
#[tokio::test(flavor = "multi_thread")]
async fn nodes_share_no_consumer_and_what_a_stream_forgot_is_counted_once() {
    if !has_tools(&["nats-server"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Nats::start(folder.path(), None, "").await;
    let mut publisher = Publisher::open(server.port, "");
    publisher.make_stream("");
    publisher.publish("ids.eve", &events(0, 5));
    let purge = |publisher: &mut Publisher| {
        let purged = publisher.ask("$JS.API.STREAM.PURGE.EVE", "");
        assert!(purged.contains("\"success\":true"), "{purged}");
    };
    purge(&mut publisher);
    publisher.publish("ids.eve", &events(1, 20));
    let both = [places().remove(0), places().remove(0)];
    let mut nodes = Vec::new();
    for place in &both {
        add(place, "bus", "nats", "eve", &more(&server.place(), &[]));
        nodes.push(Node::start_with(place, OURS));
    }
    for (place, node) in both.iter().zip(&nodes) {
        wait("each has all of it", async || kept(place.folder.path()).len() == 20).await;
        assert_eq!(count(node, "bus", "dropped_total").await, 0);
    }
    run(&["sensor", "stop", "--name", "bus"], &both[0]);
    wait("it is stopped", async || count(&nodes[0], "bus", "up").await == 0).await;
    publisher.publish("ids.eve", &events(2, 7));
    wait("the other one has it", async || kept(both[1].folder.path()).len() == 27).await;
    purge(&mut publisher);
    publisher.publish("ids.eve", &events(3, 1));
    run(&["sensor", "resume", "--name", "bus"], &both[0]);
    wait("it goes on", async || kept(both[0].folder.path()).len() == 21).await;
    wait("the lost are counted", async || {
        count(&nodes[0], "bus", "dropped_total").await == 7
    })
    .await;
    // To connect again counts nothing again.
    for step in ["stop", "resume"] {
        run(&["sensor", step, "--name", "bus"], &both[0]);
        let is_up = i64::from(step == "resume");
        wait(step, async || count(&nodes[0], "bus", "up").await == is_up).await;
    }
    publisher.publish("ids.eve", &events(4, 1));
    wait("it goes on again", async || kept(both[0].folder.path()).len() == 22).await;
    assert_eq!(count(&nodes[0], "bus", "dropped_total").await, 7);
    assert_eq!(count(&nodes[1], "bus", "dropped_total").await, 0);
}

/// A server that is put back from a copy gives the numbers of what it lost again, to others: where the node goes on is durable before
/// it reads any of them.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_gives_numbers_of_what_it_lost_is_kept() {
    if !has_tools(&["nats-server"]) {
        return;
    }
    let place = &places()[0];
    let folder = place.folder.path();
    let copy = |from: &str, to: &str| {
        let _ = fs::remove_dir_all(folder.join(to));
        let mut command = Command::new("cp");
        let copied = command.arg("-a").args([folder.join(from), folder.join(to)]).status();
        assert!(copied.unwrap().success());
    };
    let server = Nats::start(folder, None, "").await;
    let mut publisher = Publisher::open(server.port, "");
    publisher.make_stream("");
    publisher.publish("ids.eve", &events(0, 5));
    add(place, "bus", "nats", "eve", &more(&server.place(), &[]));
    let node = Node::start_with(place, OURS);
    wait("the first are kept", async || {
        count(&node, "bus", "events_total").await == 5
    })
    .await;
    let port = server.pull_the_plug();
    copy("nats", "copy");
    let server = Nats::start(folder, Some(port), "").await;
    Publisher::open(port, "").publish("ids.eve", &events(1, 5));
    wait("what will be lost is kept", async || kept(folder).len() == 10).await;
    node.pull_the_plug();
    server.pull_the_plug();
    copy("copy", "nats");
    let _server = Nats::start(folder, Some(port), "").await;
    let node = Node::start_with(place, OURS);
    wait("it reads on", async || count(&node, "bus", "up").await == 1).await;
    node.pull_the_plug();
    // More than there were before: numbers alone do not tell that these are others.
    Publisher::open(port, "").publish("ids.eve", &events(2, 8));
    let node = Node::start_with(place, OURS);
    wait("all are kept", async || kept(folder).len() == 18).await;
    let twice: Vec<_> = kept(folder).into_iter().filter(|(_, times)| *times != 1).collect();
    assert_eq!(twice, Vec::<(String, usize)>::new());
    assert_eq!(count(&node, "bus", "dropped_total").await, 0);
}

/// Of a work queue the server makes no second consumer: the one of the time before names told nodes apart is read on.
#[tokio::test(flavor = "multi_thread")]
async fn a_work_queue_is_read_by_the_consumer_that_it_has() {
    if !has_tools(&["nats-server"]) {
        return;
    }
    let place = &places()[0];
    let server = Nats::start(place.folder.path(), None, "").await;
    let mut publisher = Publisher::open(server.port, "");
    publisher.make_stream(r#","retention":"workqueue""#);
    let config = r#"{"stream_name":"EVE","config":{"durable_name":"anlanh-bus","deliver_policy":"all","ack_policy":"explicit",
        "ack_wait":30000000000,"max_deliver":-1,"max_ack_pending":512,"replay_policy":"instant"}}"#;
    let made = publisher.ask("$JS.API.CONSUMER.DURABLE.CREATE.EVE.anlanh-bus", config);
    assert!(made.contains("\"created\""), "{made}");
    publisher.publish("ids.eve", &events(0, 3));
    add(place, "bus", "nats", "eve", &more(&server.place(), &[]));
    let node = Node::start_with(place, OURS);
    wait("all is kept", async || count(&node, "bus", "events_total").await == 3).await;
    assert_eq!(kept(place.folder.path()).len(), 3);
    assert_eq!(publisher.consumer(), "anlanh-bus");
}

/// A sensor that is stopped takes nothing, and goes on where it was; of a work queue, nothing is left when all is kept.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_stopped_and_resumed_and_a_work_queue_is_emptied() {
    if !has_tools(&["nats-server"]) {
        return;
    }
    let place = &places()[0];
    let folder = place.folder.path();
    let server = Nats::start(folder, None, "").await;
    let mut publisher = Publisher::open(server.port, "");
    publisher.make_stream(r#","retention":"workqueue""#);
    add(
        place,
        "bus",
        "nats",
        "eve",
        &more(&server.place(), &["--subject", "ids.eve"]),
    );
    let node = Node::start_with(place, OURS);
    publisher.publish("ids.other", &[event("other.example")]);
    // Several events in one message, and one without an end.
    let some = event("a.example") + event("b.example").trim();
    publisher.publish("ids.eve", &[some, event("c.example"), "{ no json".to_owned()]);
    wait("all is read", async || {
        count(&node, "bus", "events_total").await == 3 && count(&node, "bus", "bad_total").await == 1
    })
    .await;
    run(&["sensor", "stop", "--name", "bus"], place);
    assert!(run(&["sensor", "list"], place).contains("stopped"));
    wait("it is stopped", async || count(&node, "bus", "up").await == 0).await;
    publisher.publish("ids.eve", &[event("d.example")]);
    run(&["sensor", "resume", "--name", "bus"], place);
    wait("it goes on", async || kept(folder).contains_key("d.example")).await;
    wait("the queue is empty but for what is not ours", async || {
        let info = publisher.ask("$JS.API.STREAM.INFO.EVE", "");
        let info: serde_json::Value = serde_json::from_str(&info).unwrap();
        info["state"]["messages"] == 1
    })
    .await;
    let names: Vec<_> = kept(folder).into_iter().collect();
    let expected = ["a", "b", "c", "d"].map(|name| (format!("{name}.example"), 1));
    assert_eq!(names, expected);
}

/// The server lets in whom it knows, by a password, a token or a key, in TLS too; the credentials are nowhere in the clear.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_told_who_the_node_is() {
    if !has_tools(&["nats-server"]) {
        return;
    }
    const SEED: &str = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";
    const PUBLIC: &str = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";
    let place = &places()[0];
    let folder = place.folder.path();
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let pem = |label: &str, der: &[u8]| {
        let text = base64::engine::general_purpose::STANDARD.encode(der);
        format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
    };
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let cert = write("cert.pem", &pem("CERTIFICATE", made.cert.der()));
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    write("other.pem", &pem("CERTIFICATE", other.cert.der()));
    let key = write("key.pem", &pem("PRIVATE KEY", &made.signing_key.serialize_der()));
    let (right, wrong) = (write("right", "bi-mat-cua-toi\n"), write("wrong", "khong-phai\n"));
    let seed = write("seed", SEED);
    let node = Node::start_with(place, OURS);
    let user = "authorization { user: hoa, password: bi-mat-cua-toi }";
    let token = "authorization { token: bi-mat-cua-toi }";
    let nkey = format!("authorization {{ users: [{{ nkey: {PUBLIC} }}, {{ user: p, password: p }}] }}");
    let tls = format!("{token}\ntls {{ cert_file: {cert:?}, key_file: {key:?} }}");
    let cases: [(&str, &str, &str, &[&str]); 4] = [
        (
            "user",
            user,
            r#","user":"hoa","pass":"bi-mat-cua-toi""#,
            &["--user", "hoa", "--secret-file", &right],
        ),
        (
            "token",
            token,
            r#","auth_token":"bi-mat-cua-toi""#,
            &["--secret-file", &right],
        ),
        ("nkey", &nkey, r#","user":"p","pass":"p""#, &["--secret-file", &seed]),
        ("tls", &tls, "", &["--secret-file", &right, "--nats-ca", &cert]),
    ];
    let mut port = None;
    for (name, config, who, more_of_it) in cases {
        // The stream stays; whoever has no TLS here published before.
        let server = Nats::start(folder, port, config).await;
        port = Some(server.port);
        if !who.is_empty() {
            let mut publisher = Publisher::open(server.port, who);
            if name == "user" {
                publisher.make_stream("");
                publisher.publish("ids.eve", &[event("known.example")]);
            }
        }
        let address = match name {
            "tls" => format!("tls://localhost:{}", server.port),
            _ => server.place(),
        };
        let refused = format!("{name}-refused");
        add(
            place,
            &refused,
            "nats",
            "eve",
            &more(&address, &["--secret-file", &wrong]),
        );
        // The secret is right, and whom the node trusts is not there, or somebody else.
        let untrusted = if name == "tls" { &["absent", "other"][..] } else { &[] };
        for name in untrusted {
            let ca = folder.join(format!("{name}.pem")).display().to_string();
            let trust = ["--secret-file", &right, "--nats-ca", &ca];
            add(place, name, "nats", "eve", &more(&address, &trust));
        }
        add(place, name, "nats", "eve", &more(&address, more_of_it));
        wait(name, async || count(&node, name, "events_total").await == 1).await;
        for name in untrusted.iter().copied().chain([refused.as_str()]) {
            wait(name, async || count(&node, name, "up").await == 0).await;
            assert_eq!(count(&node, name, "events_total").await, 0, "{name}");
        }
        for name in untrusted.iter().copied().chain([name, &refused]) {
            run(&["sensor", "remove", "--name", name], place);
        }
        server.pull_the_plug();
    }
    for entry in fs::read_dir(folder.join("data")).unwrap() {
        let path = entry.unwrap().path();
        if let Ok(bytes) = fs::read(path) {
            let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
            assert!(!has("bi-mat-cua-toi") && !has(SEED));
        }
    }
}

/// While the disk is full the stream waits where it is, and all of it is kept, once, when there is room.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_waits_for_room_on_the_disk() {
    if !has_tools(&["nats-server"]) {
        return;
    }
    const MESSAGES: usize = 400;
    let place = &places()[0];
    let server = Nats::start(place.folder.path(), None, "").await;
    let mut publisher = Publisher::open(server.port, "");
    publisher.make_stream("");
    let first = format!(
        "\"$1\" sensor add --data \"$0\" --name bus --kind nats --form eve --place {} --stream EVE",
        server.place()
    );
    let Some((node, seen, _)) = node_with_options_on_a_small_disk(place, &first, "--no-subscribers") else {
        return;
    };
    let ballast = seen.join("ballast");
    fs::write(&ballast, vec![7; BALLAST_BYTES]).unwrap();
    let filler = "x".repeat(60);
    let message = |n: usize| -> String {
        (0..100)
            .map(|part| format!("{{\"dns\":{{\"rrname\":\"n{n}-{part}.{filler}.example\"}}}}\n"))
            .collect()
    };
    let messages: Vec<String> = (0..MESSAGES).map(message).collect();
    publisher.publish("ids.eve", &messages);
    wait("the disk is full", async || {
        count(&node, "bus", "failures_total").await > 0 && count(&node, "bus", "up").await == 0
    })
    .await;
    fs::remove_file(&ballast).unwrap();
    wait("all is kept", async || {
        count(&node, "bus", "kept_total").await == (MESSAGES * 100) as i64
    })
    .await;
    assert_eq!(count(&node, "bus", "up").await, 1);
    let mut names = std::collections::BTreeSet::new();
    let mut records = 0;
    let view = anlanh_archive::View::open(&seen.join("events")).unwrap();
    view.each(&(i64::MIN..i64::MAX), |record| {
        records += 1;
        names.insert(record.payload.to_vec());
    })
    .unwrap();
    assert_eq!((records, names.len()), (MESSAGES * 100, MESSAGES * 100));
}
