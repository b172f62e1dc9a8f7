//! Senders of another make: softflowd, Unbound's DNS tap, openssl, and the reports of others.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anlanh_testkit::{TOOLS_PATH, has_tools};
use base64::Engine as _;

use crate::streams::{OURS, add, alerts, count, kept, list, node_with_list, run, wait};
use crate::support::{Node, Place, places, python, token};

fn command(tool: &str) -> Command {
    let mut command = Command::new(tool);
    command.env("PATH", TOOLS_PATH);
    command
}

fn free() -> std::net::SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

/// A capture of datagrams from 10.0.0.7 to 45.66.0.7, a millisecond apart.
fn capture(path: &Path, datagrams: u32) {
    let mut bytes = Vec::new();
    for number in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 1] {
        bytes.extend(number.to_le_bytes());
    }
    let since = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() as u32 - 60;
    for nth in 0..datagrams {
        let mut ip = vec![0x45, 0, 0, 36, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 7, 45, 66, 0, 7];
        let sum: u32 = ip
            .chunks(2)
            .map(|pair| u32::from(pair[0]) << 8 | u32::from(pair[1]))
            .sum();
        let sum = !((sum & 0xffff) + (sum >> 16)) as u16;
        ip[10..12].copy_from_slice(&sum.to_be_bytes());
        ip.extend([0x14, 0xe9, 0, 80, 0, 16, 0, 0]);
        ip.extend(b"content.");
        let frame = [&[2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0][..], &ip].concat();
        for number in [since, nth * 1_000, frame.len() as u32, frame.len() as u32] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(frame);
    }
    fs::write(path, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn flows_of_softflowd_are_kept_in_every_version() {
    if !has_tools(&["softflowd"]) {
        return;
    }
    let place = &places()[0];
    let (node, token, feed) = node_with_list(place).await;
    list(&node, &token, &feed, "45.66.0.7").await;
    let pcap = place.folder.path().join("traffic.pcap");
    capture(&pcap, 20);
    for version in ["5", "9", "10"] {
        let (name, address) = (format!("flows-{version}"), free());
        add(place, &name, "udp", "flow", &["--place", &address.to_string()]);
        wait("it is listened", async || count(&node, &name, "up").await == 1).await;
        wait("the address is listed and seen", async || {
            let pid = place.folder.path().join("softflowd.pid");
            // Its control socket may keep it from coming to the end of a file.
            let done = command("softflowd")
                .args(["-d", "-v", version, "-n", &address.to_string(), "-c", "none"])
                .args(["-r", pcap.to_str().unwrap(), "-p", pid.to_str().unwrap()])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            assert!(done.unwrap().success());
            let before = alerts(place).get("45.66.0.7 live").copied().unwrap_or(0);
            wait("the flow is read", async || {
                count(&node, &name, "events_total").await > 0
            })
            .await;
            before > 0 && count(&node, &name, "hits_total").await > 0
        })
        .await;
        assert_eq!(count(&node, &name, "bad_total").await, 0, "{version}");
        assert_eq!(count(&node, &name, "misdated_total").await, 0, "{version}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unbound_taps_its_answers() {
    if !has_tools(&["unbound", "dig"]) {
        return;
    }
    let place = &places()[0];
    let node = Node::start_with(place, &["--no-subscribers"]);
    let folder = place.folder.path();
    let socket = folder.join("dnstap.sock");
    add(
        place,
        "resolver",
        "unix",
        "dnstap",
        &["--place", socket.to_str().unwrap()],
    );
    wait("it is listened", async || count(&node, "resolver", "up").await == 1).await;
    let port = free().port();
    let config = format!(
        "server:\n interface: 127.0.0.1@{port}\n chroot: \"\"\n username: \"\"\n directory: \"{folder}\"\n pidfile: \"\"\n \
         use-syslog: no\n do-daemonize: no\n local-zone: \"example.\" static\n local-data: \"a.tapped.example. A 198.51.100.7\"\n\
         remote-control:\n control-enable: no\n\
         dnstap:\n dnstap-enable: yes\n dnstap-socket-path: \"{socket}\"\n dnstap-log-client-response-messages: yes\n",
        folder = folder.display(),
        socket = socket.display()
    );
    fs::write(folder.join("unbound.conf"), config).unwrap();
    let mut unbound = command("unbound");
    unbound.args(["-d", "-c"]).arg(folder.join("unbound.conf"));
    let mut unbound = unbound.stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    wait("the answer is tapped", async || {
        let dig = command("dig")
            .args([
                "@127.0.0.1",
                "-p",
                &port.to_string(),
                "+time=1",
                "+tries=1",
                "A.Tapped.example",
            ])
            .output()
            .unwrap();
        assert!(dig.status.code().is_some());
        kept(folder).contains_key("a.tapped.example")
    })
    .await;
    unbound.kill().unwrap();
    unbound.wait().unwrap();
    assert_eq!(count(&node, "resolver", "bad_total").await, 0);
    assert_eq!(count(&node, "resolver", "misdated_total").await, 0);
    // The answer is kept with the question.
    let view = anlanh_archive::View::open(&folder.join("data/events")).unwrap();
    let mut events = Vec::new();
    view.each(&(i64::MIN..i64::MAX), |record| {
        events.push(String::from_utf8(record.payload.to_vec()).unwrap())
    })
    .unwrap();
    assert!(events.iter().any(|event| event.contains("198.51.100.7")), "{events:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn syslog_in_tls_asks_for_a_certificate() {
    if !has_tools(&["openssl"]) {
        return;
    }
    let place = &places()[0];
    let folder = place.folder.path();
    let write = |name: &str, label: &str, der: &[u8]| {
        let path = folder.join(name);
        let text = base64::engine::general_purpose::STANDARD.encode(der);
        fs::write(
            &path,
            format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n"),
        )
        .unwrap();
        path.display().to_string()
    };
    let pair = |name: &str| {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        let cert = write(&format!("{name}.pem"), "CERTIFICATE", made.cert.der());
        (
            cert,
            write(&format!("{name}.key"), "PRIVATE KEY", &made.signing_key.serialize_der()),
        )
    };
    let ((cert, key), client) = (pair("localhost"), pair("sensor"));
    let node = Node::start_with(place, OURS);
    let address = free().to_string();
    let tls = ["--tls-cert", &cert, "--tls-key", &key, "--tls-client-ca", &client.0];
    add(
        place,
        "safe",
        "tls",
        "eve",
        &[&["--syslog", "--place", &address][..], &tls].concat(),
    );
    wait("it is listened", async || count(&node, "safe", "up").await == 1).await;
    let send = |more: &[&str]| {
        let mut openssl = command("openssl");
        openssl
            .args(["s_client", "-quiet", "-no_ign_eof", "-connect", &address])
            .args(more);
        let openssl = openssl
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let mut openssl = openssl.unwrap();
        let event =
            "<30>1 - - - - - - {\"event_type\":\"dns\",\"src_ip\":\"10.0.0.7\",\"dns\":{\"rrname\":\"tls.example\"}}";
        let _refused = write!(openssl.stdin.take().unwrap(), "{} {event}", event.len());
        openssl.wait().unwrap();
    };
    send(&[]);
    wait("who has no certificate is refused", async || {
        count(&node, "safe", "refused_total").await == 1
    })
    .await;
    assert_eq!(count(&node, "safe", "events_total").await, 0);
    send(&["-cert", &client.0, "-key", &client.1]);
    wait("the event is read", async || {
        count(&node, "safe", "events_total").await == 1
    })
    .await;
    assert_eq!(kept(folder)["tls.example"], 1);
}

/// A report that the library of its makers writes.
fn xarf_report(python: &Path) -> String {
    let script = "import json, xarf\n\
        who = {'org': 'An', 'contact': 'abuse@example.vn', 'domain': 'example.vn'}\n\
        made = xarf.create_report(category='connection', type='login_attack', source_identifier='10.0.0.9', reporter=who,\n\
            sender=who, source_port=51234, destination_ip='198.51.100.9', destination_port=22, protocol='tcp',\n\
            first_seen='2026-11-28T03:00:00Z', evidence_source='honeypot')\n\
        assert made.report is not None, made.errors\n\
        print(json.dumps(made.report.model_dump(mode='json', by_alias=True, exclude_none=True)))\n";
    let made = Command::new(python).args(["-c", script]).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_report_of_a_subscriber_is_an_alert() {
    let Some(python) = python() else { return };
    let place = &places()[0];
    let node = Node::start_with(place, OURS);
    let machine = token(place, "abuse", &["events:write"]);
    let schema = r#"{"event4_sinkhole": {"required_fields": [["time.source", "timestamp"], ["source.ip", "src_ip"],
        ["source.port", "src_port"]], "optional_fields": [["destination.ip", "dst_ip"], ["malware.name", "infection"]]}}"#;
    let path = place.folder.path().join("schema.json");
    fs::write(&path, schema).unwrap();
    let reports = place.folder.path().join("event4_sinkhole.csv");
    let rows = "timestamp,src_ip,src_port,dst_ip,infection\n\
                2026-11-28 03:00:00,10.0.0.8,51234,198.51.100.8,andromeda\n\
                2026-11-28 03:00:00,203.0.113.8,51234,198.51.100.8,andromeda\n";
    fs::write(&reports, rows).unwrap();
    let more = ["--schema", path.to_str().unwrap(), "--place", reports.to_str().unwrap()];
    add(place, "shadowserver", "tail", "shadowserver", &more);
    add(place, "xarf", "http", "xarf", &[]);
    wait("the rows are read", async || {
        count(&node, "shadowserver", "events_total").await == 2
    })
    .await;
    wait("the report is taken", async || {
        let answer = node
            .ask("POST", "/v1/events?sensor=xarf", &machine, xarf_report(&python))
            .await;
        answer.status().as_u16() == 200
    })
    .await;
    // Those about others are kept, and nobody's here.
    let alerts = alerts(place);
    assert_eq!(alerts.len(), 2, "{alerts:?}");
    assert_eq!(alerts["event4_sinkhole live"], 1);
    assert!(alerts["connection/login_attack live"] >= 1);
    assert_eq!(count(&node, "shadowserver", "bad_total").await, 0);
}

/// Kept events are read by DuckDB's and Arrow's kin; here by the crate's own reader, through the command line.
#[tokio::test(flavor = "multi_thread")]
async fn kept_events_are_exported() {
    let place = &places()[0];
    let machine = token(place, "ids", &["events:write"]);
    add(place, "api", "http", "eve", &[]);
    let node = Node::start_with(place, OURS);
    let event = crate::streams::event("out.example");
    wait("it is taken", async || {
        let answer = node
            .ask("POST", "/v1/events?sensor=api", &machine, event.repeat(3))
            .await;
        answer.status().as_u16() == 200
    })
    .await;
    // A sender that packs what it sends would drop it on a 200.
    let packed = node
        .ask("POST", "/v1/events?sensor=api", &machine, vec![0x1f, 0x8b, 8, 0, b'\n'])
        .await;
    assert_eq!(packed.status().as_u16(), 415);
    let file = place.folder.path().join("events.parquet");
    let Place { folder, .. } = place;
    run(&["events", "export", "--parquet", file.to_str().unwrap()], place);
    let bytes = fs::read(&file).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    assert!(bytes.len() > 500 && !bytes.windows(8).any(|window| window == b"10.0.0.7"));
    assert!(folder.path().join("data/events").exists());
}
