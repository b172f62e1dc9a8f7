//! Blocklists in the resolvers that enforce them: real BIND, Unbound, PowerDNS Recursor and Knot Resolver read what
//! `anlanh blocklist export` writes, and are asked.

#![cfg(test)]

mod kept;
mod line;
mod node;
mod secondary;
mod servers;
mod transfer;

use std::process::{Command, Output, Stdio};

use servers::{Answer, Resolver, Upstream, has_servers};

/// Names and addresses that are blocked.
const BLOCKED: &str = "# danh sách\nevil.vn\nbad.deep.worse.vn\nXẤU.vn\n203.0.113.0/24\n2001:db8:bad::/48\n2001:db8:0:1::7\nhttp://url.vn/x\n";
const PASS: &str = "ok.evil.vn\n";

fn anlanh(folder: &std::path::Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anlanh"));
    command.args(args).current_dir(folder).stdin(Stdio::null());
    command.output().unwrap()
}

/// Writes the zone for a resolver into the folder, as `rpz.zone`.
fn export(folder: &std::path::Path, form: &str, act: &str) {
    let args = [
        "blocklist",
        "export",
        "blocked.txt",
        "--pass",
        "pass.txt",
        "--as",
        form,
        "--act",
        act,
        "--serial",
        "7",
        "--out",
        "rpz.zone",
    ];
    let output = anlanh(folder, &args);
    // The URL is reported: no resolver can block it without its host.
    assert_eq!(
        output.status.code(),
        Some(2),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(String::from_utf8_lossy(&output.stderr).contains("url.vn/x"));
}

/// What the upstream knows: everything exists.
fn open(resolver: Resolver, ask: impl Fn(&str, &str) -> Answer) {
    let check = |name: &str, kind: &str, expected: &str| {
        assert_eq!(
            ask(name, kind),
            Answer::Found(expected.into()),
            "{resolver:?} {name} {kind}"
        );
    };
    check("good.vn", "A", "198.51.100.1");
    check("url.vn", "A", "198.51.100.1");
    check("notevil.vn", "A", "198.51.100.1");
    check("deep.worse.vn", "A", "198.51.100.1");
    check("ok.evil.vn", "A", "198.51.100.1");
    check("www.ok.evil.vn", "A", "198.51.100.1");
    check("good.vn", "AAAA", "2001:db8::1");
}

const BLOCKED_NAMES: [&str; 8] = [
    "evil.vn",
    "www.evil.vn",
    "a.b.c.evil.vn",
    "EVIL.vn",
    "bad.deep.worse.vn",
    "x.bad.deep.worse.vn",
    "xn--xu-r5s.vn",
    "www.xn--xu-r5s.vn",
];

#[test]
fn what_is_listed_is_blocked_and_nothing_else() {
    if !has_servers() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("blocked.txt", BLOCKED);
    write("pass.txt", PASS);
    let upstream = Upstream::start();
    for kind in Resolver::ALL {
        for (act, blocked) in [
            ("nxdomain", Answer::NxDomain),
            ("nodata", Answer::NoData),
            ("redirect=walled.vn", Answer::Found("198.51.100.99".into())),
        ] {
            let is_knot = kind == Resolver::Knot;
            export(folder.path(), if is_knot { "rpz-knot" } else { "rpz" }, act);
            if is_knot && act.starts_with("redirect") {
                let zone = std::fs::read_to_string(folder.path().join("rpz.zone")).unwrap();
                assert!(!zone.contains("walled"), "what it does not know is left out:\n{zone}");
                continue;
            }
            let server = kind.start(&upstream, &folder.path().join("rpz.zone"));
            let ask = |name: &str, kind: &str| server.ask(name, kind);
            for name in BLOCKED_NAMES {
                assert_eq!(ask(name, "A"), blocked, "{kind:?} {act} {name}");
            }
            open(kind, ask);
            if !is_knot {
                // By the addresses that answers have.
                assert_eq!(ask("in4.vn", "A"), blocked, "{kind:?} {act}");
                assert_eq!(ask("in6.vn", "AAAA"), no_address_of(act), "{kind:?} {act}");
                assert_eq!(ask("one6.vn", "AAAA"), no_address_of(act), "{kind:?} {act}");
                assert_eq!(
                    ask("near6.vn", "AAAA"),
                    Answer::Found("2001:db8:0:1::8".into()),
                    "{kind:?} {act}"
                );
            }
        }
    }
}

/// What is answered for an address of the other family.
fn no_address_of(act: &str) -> Answer {
    match act {
        "nxdomain" => Answer::NxDomain,
        // The page that says why has no such address.
        _ => Answer::NoData,
    }
}

#[test]
fn a_firewall_takes_the_table_as_often_as_it_is_given() {
    if !has_servers() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("blocked.txt"), BLOCKED).unwrap();
    let output = anlanh(
        folder.path(),
        &[
            "blocklist",
            "export",
            "blocked.txt",
            "--as",
            "nftables",
            "--out",
            "table.nft",
        ],
    );
    assert_eq!(output.status.code(), Some(2));
    let script = "nft -f table.nft && nft -f table.nft && nft get element inet anlanh blocked4 '{ 203.0.113.9 }' && \
                  nft get element inet anlanh blocked6 '{ 2001:db8:bad::9 }' && \
                  ! nft get element inet anlanh blocked6 '{ 2001:db8::9 }' 2>/dev/null";
    let mut unshared = Command::new("unshare");
    unshared
        .args(["--user", "--map-root-user", "--net", "sh", "-c", script])
        .current_dir(folder.path());
    unshared.env("PATH", anlanh_testkit::TOOLS_PATH);
    let done = unshared.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
