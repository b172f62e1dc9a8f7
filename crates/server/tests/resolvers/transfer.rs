//! Blocklists served by transfer: real BIND, Unbound and PowerDNS Recursor fetch what `anlanh blocklist serve` serves, and what
//! it says to be in effect is.

use std::process::{Command, Output};
use std::time::{Duration, Instant};

use anlanh_testkit::TOOLS_PATH;
use serde_json::Value;

use crate::line::Line;
use crate::node::{Home, Node};
use crate::secondary::{Place, Secondary};
use crate::servers::{Answer, Server, Upstream, has_servers};

const GOOD: &str = "198.51.100.1";

fn found() -> Answer {
    Answer::Found(GOOD.to_owned())
}

/// Asks until the answer is there: for what no proof is given.
fn wait_until(server: &Server, name: &str, expected: &Answer) {
    let until = Instant::now() + Duration::from_secs(90);
    loop {
        let said = server.ask(name, "A");
        if said == *expected {
            return;
        }
        assert!(Instant::now() < until, "{name}: {said:?}");
    }
}

fn is_in_effect(proof: &Value) -> bool {
    proof["in_effect"] == true
}

#[test]
fn a_change_is_in_effect_when_it_is_said_to_be() {
    if !has_servers() {
        return;
    }
    let upstream = Upstream::start();
    for kind in Secondary::ALL {
        let (home, place) = (Home::new(), Place::new());
        home.list(&["evil.vn", "203.0.113.0/24", "2001:db8:0:1::7"]);
        let mut node = Node::start(&home, &kind.args(&home, &place));
        let first = node.wait_for_version();
        let server = kind.start(&home, &place, &upstream);
        let proof = node.wait_for_proof("evil.vn");
        assert!(is_in_effect(&proof), "{kind:?} {proof}\n{}", node.log());
        assert_eq!(proof["wanted"], "nxdomain");
        assert_eq!(proof["serial"], first);
        assert_eq!(server.ask("www.evil.vn", "A"), Answer::NxDomain, "{kind:?}");
        let of_addresses = if kind == Secondary::Knot {
            Answer::Found("203.0.113.9".to_owned())
        } else {
            Answer::NxDomain
        };
        assert_eq!(server.ask("in4.vn", "A"), of_addresses, "{kind:?}");

        // It is in the cache of the resolver.
        assert_eq!(server.ask("url.vn", "A"), found(), "{kind:?}");
        assert_eq!(server.ask("notevil.vn", "A"), found(), "{kind:?}");
        home.list(&["evil.vn", "url.vn", "203.0.113.0/24", "2001:db8:0:1::7"]);
        let second = node.wait_for_version();
        assert!(second > first);
        let proof = node.wait_for_proof("url.vn");
        assert!(is_in_effect(&proof), "{kind:?} {proof}\n{}", node.log());
        assert_eq!(proof["serial"], second);
        assert_eq!(server.ask("url.vn", "A"), Answer::NxDomain, "{kind:?}");
        assert_eq!(server.ask("notevil.vn", "A"), found(), "{kind:?}");

        home.list(&["203.0.113.0/24", "url.vn"]);
        node.wait_for_version();
        let proof = node.wait_for_proof("evil.vn");
        assert!(is_in_effect(&proof), "{kind:?} {proof}\n{}", node.log());
        assert_eq!(proof["wanted"], "none");
        assert_eq!(server.ask("evil.vn", "A"), found(), "{kind:?}");
        assert_eq!(server.ask("url.vn", "A"), Answer::NxDomain, "{kind:?}");
        let is_told_changes = node.log().contains("\"form\":\"IXFR\"");
        assert!(is_told_changes || kind == Secondary::Knot, "{kind:?} {}", node.log());
    }
}

#[test]
fn a_transfer_is_no_proof() {
    if !has_servers() {
        return;
    }
    let upstream = Upstream::start();
    let (home, place) = (Home::new(), Place::new());
    home.list(&["evil.vn"]);
    // One that keeps what it has in its cache, and cannot be told to forget it.
    let args = [
        "--resolver",
        &format!("pdns@127.0.0.1:{}", place.port),
        "--deadline",
        "8",
    ]
    .map(str::to_owned);
    let mut node = Node::start(&home, &args);
    let server = Secondary::PowerDns.start(&home, &place, &upstream);
    node.wait_for_proof("evil.vn");
    wait_until(&server, "evil.vn", &Answer::NxDomain);
    assert_eq!(server.ask("url.vn", "A"), found());
    home.list(&["evil.vn", "url.vn"]);
    let serial = node.wait_for_version();
    let proof = node.wait_for_proof("url.vn");
    // It answers our question, which nobody asked before in the same words, and goes on answering others.
    assert_eq!(
        (&proof["answer"], &proof["may_be_kept"]),
        (&"NXDOMAIN".into(), &true.into()),
        "{proof}"
    );
    assert!(!is_in_effect(&proof), "{proof}");
    assert_eq!(server.ask("url.vn", "A"), found());
    assert!(
        node.log().contains(&format!("\"serial\":{serial},\"form\":\"IXFR\"")),
        "it was transferred all the same"
    );
}

#[test]
fn a_resolver_that_goes_away_is_told_and_takes_what_it_missed() {
    if !has_servers() {
        return;
    }
    let upstream = Upstream::start();
    for kind in [Secondary::Bind, Secondary::PowerDns] {
        let (home, place) = (Home::new(), Place::new());
        home.list(&["evil.vn"]);
        let mut args = kind.args(&home, &place);
        args.extend(["--deadline".to_owned(), "5".to_owned()]);
        let mut node = Node::start(&home, &args);
        // Nobody is there.
        let proof = node.wait_for_proof("evil.vn");
        assert!(!is_in_effect(&proof), "{proof}");
        assert_eq!(proof["answer"], "unreachable", "{proof}");
        let server = kind.start(&home, &place, &upstream);
        wait_until(&server, "evil.vn", &Answer::NxDomain);
        drop(server);
        home.list(&["evil.vn", "url.vn"]);
        node.wait_for_version();
        assert!(!is_in_effect(&node.wait_for_proof("url.vn")));
        let server = kind.start(&home, &place, &upstream);
        home.list(&["evil.vn", "url.vn", "notevil.vn"]);
        let proof = node.wait_for_proof("notevil.vn");
        assert!(is_in_effect(&proof), "{kind:?} {proof}\n{}", node.log());
        wait_until(&server, "url.vn", &Answer::NxDomain);
    }
}

#[test]
fn a_node_that_is_killed_goes_on_with_its_serial_number() {
    if !has_servers() {
        return;
    }
    let upstream = Upstream::start();
    let (home, place) = (Home::new(), Place::new());
    home.list(&["evil.vn"]);
    let kind = Secondary::Bind;
    let args = kind.args(&home, &place);
    let mut node = Node::start(&home, &args);
    let first = node.wait_for_version();
    let server = kind.start(&home, &place, &upstream);
    assert!(is_in_effect(&node.wait_for_proof("evil.vn")));
    drop(node);
    assert_eq!(
        server.ask("evil.vn", "A"),
        Answer::NxDomain,
        "it goes on without the node"
    );
    let mut node = Node::start(&home, &args);
    let again = node.wait_for("published");
    assert_eq!((&again["serial"], &again["changed"]), (&first.into(), &0.into()));
    assert!(is_in_effect(&node.wait_for_proof("evil.vn")));
    drop(node);
    home.list(&["url.vn"]);
    let mut node = Node::start(&home, &args);
    assert!(node.wait_for_version() > first);
    let proof = node.wait_for_proof("url.vn");
    assert!(is_in_effect(&proof), "{proof}\n{}", node.log());
    assert_eq!(server.ask("evil.vn", "A"), found());
}

#[test]
fn parts_say_what_the_zone_says_and_exceptions_hold_in_them() {
    if !has_servers() {
        return;
    }
    let upstream = Upstream::start();
    let (home, place) = (Home::new(), Place::new());
    home.list(&["evil.vn", "worse.vn", "203.0.113.0/24"]);
    std::fs::write(home.path("pass.txt"), "ok.evil.vn\nin4.vn\n").unwrap();
    let kind = Secondary::BindParts;
    let mut args = kind.args(&home, &place);
    args.extend(["--pass".to_owned(), "pass.txt".to_owned()]);
    let mut node = Node::start(&home, &args);
    node.wait_for_version();
    let server = kind.start(&home, &place, &upstream);
    let proof = node.wait_for_proof("evil.vn");
    assert!(is_in_effect(&proof), "{proof}\n{}", node.log());
    assert_eq!(server.ask("www.evil.vn", "A"), Answer::NxDomain);
    wait_until(&server, "deep.worse.vn", &Answer::NxDomain);
    assert_eq!(server.ask("ok.evil.vn", "A"), found());
    // Names go before addresses, also where they stand in different zones.
    assert_eq!(server.ask("in4.vn", "A"), Answer::Found("203.0.113.9".to_owned()));
    // Each part keeps its number: a node that is killed goes on with all of them.
    let files = std::fs::read_dir(home.folder.path()).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut ledgers: Vec<String> = names.filter(|name| name.starts_with("rpz.serial")).collect();
    ledgers.sort();
    let expected =
        ["", ".fresh", ".ip", ".p00", ".p01", ".p02", ".p03", ".p04"].map(|part| format!("rpz.serial{part}"));
    assert_eq!(ledgers, expected);
    drop(node);
    let kept = || {
        let read = |name: &String| std::fs::read_to_string(home.path(name)).unwrap();
        ledgers.iter().map(read).collect::<Vec<_>>()
    };
    let before = kept();
    let mut node = Node::start(&home, &args);
    assert_eq!(node.wait_for("published")["changed"], 0);
    assert_eq!(kept(), before);
}

/// What a zone of a node has, as a resolver would fetch it.
fn fetched(home: &Home, zone: &str) -> Vec<String> {
    let from = format!("{zone}@127.0.0.1:{}", home.port);
    let import = ["blocklist", "import", "--transfer", &from, "--tsig-file", "key.conf"];
    let done = run(home, env!("CARGO_BIN_EXE_anlanh"), &import);
    // The rule by which a version is known has no names below it, and is left out.
    assert_eq!(done.status.code(), Some(2), "{}", String::from_utf8_lossy(&done.stderr));
    let text = String::from_utf8(done.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn parts(home: &Home) -> Vec<String> {
    let mut all: Vec<String> = (0..5)
        .flat_map(|at| fetched(home, &format!("p{at:02}.rpz.anlanh")))
        .collect();
    all.sort();
    all
}

fn wait_for_parts(home: &Home, node: &Node, expected: &[&str]) {
    let until = Instant::now() + Duration::from_secs(60);
    while parts(home) != expected {
        assert!(Instant::now() < until, "{:?}\n{}", parts(home), node.log());
    }
}

#[test]
fn what_comes_is_in_effect_before_its_part_has_it_and_stays_so() {
    if !has_servers() {
        return;
    }
    let upstream = Upstream::start();
    let (home, place) = (Home::new(), Place::new());
    home.list(&["evil.vn"]);
    let kind = Secondary::BindParts;
    let args = kind.args(&home, &place);
    let mut node = Node::start(&home, &args);
    node.wait_for_version();
    let server = kind.start(&home, &place, &upstream);
    assert!(is_in_effect(&node.wait_for_proof("evil.vn")), "{}", node.log());
    assert!(fetched(&home, "fresh.rpz.anlanh").is_empty());

    home.list(&["evil.vn", "worse.vn"]);
    let proof = node.wait_for_proof("worse.vn");
    assert!(is_in_effect(&proof), "{proof}\n{}", node.log());
    assert_eq!(fetched(&home, "fresh.rpz.anlanh"), ["worse.vn"]);
    assert_eq!(server.ask("deep.worse.vn", "A"), Answer::NxDomain);
    wait_for_parts(&home, &node, &["evil.vn", "worse.vn"]);
    // It is killed before anybody was asked, and goes on with the names.
    drop(node);
    assert_eq!(server.ask("deep.worse.vn", "A"), Answer::NxDomain);
    let mut node = Node::start(&home, &args);
    assert_eq!(node.wait_for("published")["changed"], 0);
    assert_eq!(fetched(&home, "fresh.rpz.anlanh"), ["worse.vn"]);
    // What is let go is let go everywhere at once; a narrower rule takes the place of a wider one.
    home.list(&["deep.worse.vn", "url.vn"]);
    for (name, wanted) in [
        ("deep.worse.vn", "nxdomain"),
        ("evil.vn", "none"),
        ("url.vn", "nxdomain"),
        ("worse.vn", "none"),
    ] {
        let proof = node.wait_for_proof(name);
        assert!(is_in_effect(&proof), "{proof}\n{}", node.log());
        assert_eq!(proof["wanted"], wanted, "{proof}");
    }
    assert_eq!(server.ask("deep.worse.vn", "A"), Answer::NxDomain);
    // Whoever owns it says that it has no address itself.
    assert_eq!(server.ask("worse.vn", "A"), Answer::NoData);
    assert_eq!(server.ask("evil.vn", "A"), found());
    let mut fresh = fetched(&home, "fresh.rpz.anlanh");
    fresh.sort();
    assert_eq!(fresh, ["deep.worse.vn", "url.vn"]);
    wait_for_parts(&home, &node, &["deep.worse.vn", "url.vn"]);
    // BIND says which version of a part it goes by.
    let until = Instant::now() + Duration::from_secs(60);
    let moved = "a part is in effect with what was moved to it";
    while node.log().matches(moved).count() < 2 {
        assert!(Instant::now() < until, "{}", node.log());
    }
}

#[test]
fn a_disk_that_is_full_leaves_the_zone_as_it_was_until_there_is_room() {
    if !has_servers() {
        return;
    }
    let upstream = Upstream::start();
    let (home, place) = (Home::new(), Place::new());
    home.list(&["evil.vn"]);
    let kind = Secondary::Unbound;
    let mut node = Node::start(&home, &kind.args(&home, &place));
    let first = node.wait_for_version();
    let server = kind.start(&home, &place, &upstream);
    assert!(is_in_effect(&node.wait_for_proof("evil.vn")));
    // What is written to the new file of the number finds no room.
    std::os::unix::fs::symlink("/dev/full", home.path("rpz.serial.new")).unwrap();
    home.list(&["url.vn"]);
    let stays = "what was published before stays in force";
    let until = Instant::now() + Duration::from_secs(30);
    while !node.log().contains(stays) {
        assert!(Instant::now() < until, "{}", node.log());
    }
    assert_eq!(server.ask("evil.vn", "A"), Answer::NxDomain);
    assert_eq!(server.ask("url.vn", "A"), found());
    let kept = std::fs::read_to_string(home.path("rpz.serial")).unwrap();
    assert!(kept.starts_with(&format!("{first} ")), "{kept}");
    std::fs::remove_file(home.path("rpz.serial.new")).unwrap();
    assert!(node.wait_for_version() > first);
    let proof = node.wait_for_proof("url.vn");
    assert!(is_in_effect(&proof), "{proof}\n{}", node.log());
    assert_eq!(node.log().matches(stays).count(), 1, "it is told once: {}", node.log());
    wait_until(&server, "evil.vn", &found());
}

#[test]
fn a_transfer_that_is_cut_changes_nothing_and_is_made_good() {
    if !has_servers() {
        return;
    }
    let upstream = Upstream::start();
    for kind in [Secondary::Bind, Secondary::Unbound] {
        let (home, place) = (Home::new(), Place::new());
        home.list(&["evil.vn"]);
        // The resolver reaches the node through a line that is cut within the second transfer.
        let line = Line::to(home.port);
        let mut args = kind.args(&home, &place);
        args.extend(["--deadline".to_owned(), "3".to_owned()]);
        let mut node = Node::start(&home, &args);
        node.wait_for_version();
        let server = kind.start_at(line.port, &home, &place, &upstream);
        wait_until(&server, "evil.vn", &Answer::NxDomain);
        line.cut_after(100_000);
        let mut many: Vec<String> = (0..20_000).map(|at| format!("host-{at}.worse.vn")).collect();
        many.push("url.vn".to_owned());
        home.list(&many.iter().map(String::as_str).collect::<Vec<_>>());
        node.wait_for_version();
        let until = Instant::now() + Duration::from_secs(60);
        while !line.was_cut() {
            assert!(Instant::now() < until, "{kind:?} {}", node.log());
        }
        // As hard as it can be, while the resolver has half of a transfer.
        drop(node);
        assert_eq!(server.ask("evil.vn", "A"), Answer::NxDomain, "{kind:?}: what it had");
        assert_eq!(server.ask("url.vn", "A"), found(), "{kind:?}");
        line.mend();
        let mut node = Node::start(&home, &kind.args(&home, &place));
        node.wait_for_version();
        wait_until(&server, "url.vn", &Answer::NxDomain);
        wait_until(&server, "evil.vn", &found());
        wait_until(&server, "host-7.worse.vn", &Answer::NxDomain);
    }
}

fn run(home: &Home, program: &str, args: &[&str]) -> Output {
    let mut command = Command::new(program);
    command
        .env("PATH", TOOLS_PATH)
        .current_dir(home.folder.path())
        .args(args);
    command.output().unwrap()
}

#[test]
fn dig_verifies_what_is_signed_and_is_refused_without() {
    if !has_servers() {
        return;
    }
    let home = Home::new();
    let names: Vec<String> = (0..20_000).map(|at| format!("host-{at}.evil.vn")).collect();
    home.list(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut node = Node::start(&home, &[]);
    node.wait_for_version();
    let port = home.port.to_string();
    let dig = |key: &[&str]| {
        let args = [key, &["@127.0.0.1", "-p", &port, "rpz.anlanh", "AXFR"]].concat();
        let output = run(&home, "dig", &args);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let whole = dig(&["-k", "key.conf"]);
    let rules = whole.lines().filter(|line| line.contains("CNAME")).count();
    assert_eq!(rules, 40_000);
    // Every message of many is signed (RFC 8945, section 5.3.1), and dig verified each.
    let signatures = whole.lines().filter(|line| line.contains("TSIG\thmac-sha256")).count();
    assert!((20..60).contains(&signatures), "{signatures}");
    assert!(!whole.contains("WARNING"), "{whole}");
    let signed = |key: &str| dig(&["-y", key]);
    let secret = home.secret();
    let short = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    assert!(signed(&format!("hmac-sha256:stranger:{secret}")).contains("BADKEY"));
    assert!(
        signed(&format!("hmac-sha512:anlanh:{secret}")).contains("BADKEY"),
        "another algorithm"
    );
    assert!(signed(&format!("hmac-sha256:anlanh:{short}")).contains("BADSIG"));
    let unsigned = dig(&[]);
    assert!(unsigned.contains("Transfer failed"), "{unsigned}");
}

#[test]
fn a_zone_of_others_becomes_a_list() {
    if !has_servers() {
        return;
    }
    let home = Home::new();
    home.list(&["evil.vn", "203.0.113.0/24", "2001:db8:0:1::7"]);
    std::fs::write(home.path("pass.txt"), "ok.evil.vn\n").unwrap();
    let exported = [
        "blocklist",
        "export",
        "list.txt",
        "--pass",
        "pass.txt",
        "--as",
        "rpz",
        "--serial",
        "77",
    ];
    let anlanh = env!("CARGO_BIN_EXE_anlanh");
    let zone = run(&home, anlanh, &exported);
    assert!(zone.status.success());
    let mut zone = String::from_utf8(zone.stdout).unwrap();
    zone.push_str("alone.vn CNAME .\n*.below.vn CNAME .\n24.0.2.0.192.rpz-client-ip CNAME .\nwalled.vn A 192.0.2.1\n");
    let config = format!(
        "include \"{}\";\noptions {{ directory \"FOLDER\"; listen-on port PORT {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};\n\
         pid-file none; session-keyfile \"FOLDER/key2\"; dnssec-validation no; recursion no; }};\ncontrols {{}};\n\
         zone \"rpz.anlanh\" {{ type primary; file \"FOLDER/rpz.zone\"; allow-transfer {{ key \"anlanh\"; }}; }};\n\
         zone \"vn\" {{ type primary; file \"FOLDER/vn.zone\"; }};\n",
        home.path("key.conf").display()
    );
    let vn = "$TTL 60\n@ SOA ns nobody 1 60 60 60 60\n@ NS ns\nns A 127.0.0.1\ngood A 198.51.100.1\n";
    let files = [("named.conf", config), ("rpz.zone", zone), ("vn.zone", vn.to_owned())];
    let server = Server::start_on(home.port, &files, "named", &["-g", "-c", "FOLDER/named.conf"]);
    assert!(server.folder().exists());
    let from = format!("rpz.anlanh@127.0.0.1:{}", home.port);
    let import = |more: &[&str]| {
        run(
            &home,
            anlanh,
            &[&["blocklist", "import", "--transfer", &from], more].concat(),
        )
    };
    let done = import(&[
        "--tsig-file",
        "key.conf",
        "--out",
        "got.txt",
        "--pass-out",
        "got-pass.txt",
    ]);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(2), "{said}");
    let read = |name: &str| std::fs::read_to_string(home.path(name)).unwrap();
    let mut lines: Vec<String> = read("got.txt").lines().map(str::to_owned).collect();
    lines.sort();
    assert_eq!(lines, ["2001:db8:0:1::7", "203.0.113.0/24", "evil.vn"], "{said}");
    assert_eq!(read("got-pass.txt"), "ok.evil.vn\n");
    assert!(
        said.contains("serial 77") && said.contains("2 tên chỉ") && said.contains("2 bản ghi"),
        "{said}"
    );
    let refused = import(&[]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1));
    assert!(said.contains("REFUSED") || said.contains("NOTAUTH"), "{said}");
    let most = import(&["--tsig-file", "key.conf", "--max-rules", "3"]);
    assert!(String::from_utf8_lossy(&most.stderr).contains("larger than it may be"));
}
