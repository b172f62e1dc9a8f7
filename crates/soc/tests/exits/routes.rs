//! Routes for BGP, as ExaBGP reads them.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anlanh_soc::blocking::{Missing, Route, write_exabgp};
use serde_json::Value;

use crate::list;

const BLACKHOLE: Route = Route::Blackhole {
    next_hop4: Some(std::net::Ipv4Addr::new(192, 0, 2, 254)),
    next_hop6: Some(std::net::Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 1)),
};

/// Commands, and what they cannot say.
fn commands(before: &[(&str, &str)], now: &[(&str, &str)], route: Route) -> (Vec<String>, Vec<(String, Missing)>) {
    let (mut out, mut gaps) = (Vec::new(), Vec::new());
    write_exabgp(&list(before), &list(now), route, &mut out, |gap| {
        gaps.push((gap.value.to_owned(), gap.missing));
    })
    .unwrap();
    let text = String::from_utf8(out).unwrap();
    (text.lines().map(str::to_owned).collect(), gaps)
}

const NOW: &[(&str, &str)] = &[
    ("203.0.113.0/24", "nxdomain"),
    ("198.51.100.7", "drop"),
    ("2001:db8:bad::/48", "nodata"),
    ("192.0.2.9", "pass"),
    ("evil.vn", "nxdomain"),
    ("http://url.vn/x", "nxdomain"),
];

#[test]
fn what_is_new_is_announced_and_what_is_gone_withdrawn() {
    let (said, gaps) = commands(
        &[("198.51.100.7", "nxdomain"), ("198.51.100.8", "drop")],
        NOW,
        BLACKHOLE,
    );
    assert_eq!(
        said,
        [
            "withdraw route 198.51.100.8/32 next-hop 192.0.2.254 community [65535:666]",
            "announce route 203.0.113.0/24 next-hop 192.0.2.254 community [65535:666]",
            "announce route 2001:db8:bad::/48 next-hop 100::1 community [65535:666]",
        ]
    );
    let gap = |value: &str, missing: Missing| (value.to_owned(), missing);
    assert_eq!(
        gaps,
        [
            gap("evil.vn", Missing::Value),
            gap("url.vn/x", Missing::Value),
            gap("192.0.2.9", Missing::Act)
        ]
    );
    assert_eq!(commands(NOW, NOW, BLACKHOLE).0, Vec::<String>::new());

    // A family without a next hop is told, and not routed anywhere.
    let only4 = Route::Blackhole {
        next_hop4: Some(std::net::Ipv4Addr::new(192, 0, 2, 254)),
        next_hop6: None,
    };
    let (said, gaps) = commands(&[("2001:db8::1", "drop")], NOW, only4);
    assert_eq!(said.len(), 2);
    assert!(gaps.contains(&gap("2001:db8:bad::/48", Missing::Act)));
}

#[test]
fn exabgp_takes_every_command() {
    let mut all = Vec::new();
    for route in [BLACKHOLE, Route::Flowspec] {
        all.extend(commands(&[], NOW, route).0);
        all.extend(commands(NOW, &[], route).0);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("../../target/others/bin/python");
    let has = Command::new(&python).args(["-c", "import exabgp"]).output();
    if !has.is_ok_and(|out| out.status.success()) {
        let message = "NOT RUN: no Python with exabgp in target/others; .ci/run puts it there";
        assert!(std::env::var_os("CI").is_none(), "{message}");
        eprintln!("{message}");
        return;
    }
    let mut child = Command::new(python)
        .arg(root.join("tests/exits/exabgp_peer.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input
        .write_all((all.join("\n") + "\nannounce route nonsense next-hop x\n").as_bytes())
        .unwrap();
    drop(input);
    let out = child.wait_with_output().unwrap();
    let said = String::from_utf8(out.stdout).unwrap();
    let read: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (nonsense, read) = read.split_last().unwrap();
    assert_eq!(nonsense["routes"], serde_json::json!([]));
    let routes: Vec<&str> = read
        .iter()
        .map(|of| of["routes"].as_array().unwrap())
        .map(|of| of.as_slice())
        .map(|of| match of {
            [one] => one.as_str().unwrap(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(routes.len(), all.len());
    assert_eq!(
        routes.first(),
        Some(&"198.51.100.7/32 next-hop 192.0.2.254  community blackhole")
    );
    assert!(routes.contains(&"flow source-ipv6 2001:db8:bad::/48/0  extended-community rate-limit:0"));
}
