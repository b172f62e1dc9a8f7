//! Names in a CDB.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anlanh_soc::blocking::{Missing, write_cdb};
use anlanh_testkit::{TOOLS_PATH, has_tools, is_in_own_network};

use crate::list;

const LINES: &[(&str, &str)] = &[
    ("evil.vn", "nxdomain"),
    ("ok.evil.vn", "pass"),
    ("quiet.vn", "drop"),
    ("page.vn", "redirect=walled.vn"),
    ("xấu.vn", "nxdomain"),
    ("192.0.2.1", "drop"),
    ("http://url.vn/x", "nxdomain"),
];

#[test]
fn every_name_is_found_and_nothing_else() {
    if !has_tools(&["cdb"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("names.cdb");
    let write = |lines: &[(&str, &str)]| {
        let (mut out, mut gaps) = (Vec::new(), Vec::new());
        write_cdb(&list(lines), &mut out, |gap| {
            gaps.push((gap.value.to_owned(), gap.missing))
        })
        .unwrap();
        std::fs::write(&file, out).unwrap();
        gaps
    };
    let gaps = write(LINES);
    let without = |value: &str| (value.to_owned(), Missing::Value);
    assert_eq!(gaps, [without("192.0.2.1"), without("url.vn/x")]);
    let cdb = |args: &[&str]| {
        let out = Command::new("cdb")
            .env("PATH", TOOLS_PATH)
            .args(args)
            .current_dir(folder.path())
            .output()
            .unwrap();
        out.status
            .success()
            .then(|| String::from_utf8_lossy(&out.stdout).into_owned())
    };
    // What it dumps is all of it, in our order.
    let dumped = cdb(&["-d", "names.cdb"]).unwrap();
    let expected = "+9,8:\x04evil\x02vn\0->nxdomain\n+12,4:\x02ok\x04evil\x02vn\0->pass\n\
                    +9,18:\x04page\x02vn\0->redirect=walled.vn\n+10,4:\x05quiet\x02vn\0->drop\n\
                    +15,8:\x0axn--xu-r5s\x02vn\0->nxdomain\n\n";
    assert_eq!(dumped, expected);

    // Each of many is found by its hash. A key on a command line cannot have a zero in it, so all are asked by dumping and
    // by the statistics, which follow every table.
    let names: Vec<String> = (0..5_000).map(|number| format!("n{number}.vn")).collect();
    let lines: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "nxdomain")).collect();
    assert_eq!(write(&lines), []);
    let said = cdb(&["-s", "names.cdb"]).unwrap();
    assert!(said.contains("number of records: 5000"), "{said}");
    let empty: &[(&str, &str)] = &[];
    write(empty);
    assert_eq!(cdb(&["-d", "names.cdb"]).unwrap(), "\n");
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a resolver behind dnsdist would answer is an address for every name.
const CONFIG: &str = "setLocal('127.0.0.1:53')\nsetSecurityPollSuffix('')\n\
    kvs = newCDBKVStore('names.cdb', 1)\n\
    addAction(AllRule(), KeyValueStoreLookupAction(kvs, KeyValueLookupKeySuffix(0, true), 'anlanh'))\n\
    addAction(TagRule('anlanh', 'nxdomain'), RCodeAction(DNSRCode.NXDOMAIN))\n\
    addAction(TagRule('anlanh', 'drop'), DropAction())\n\
    addAction(TagRule('anlanh', 'redirect=walled.vn'), SpoofCNAMEAction('walled.vn.'))\n\
    addAction(AllRule(), SpoofAction({'198.51.100.1'}))\n";

#[test]
fn dnsdist_blocks_what_is_listed_and_nothing_else() {
    if !has_tools(&["dnsdist", "dig", "unshare", "ip"])
        || !is_in_own_network("names::dnsdist_blocks_what_is_listed_and_nothing_else")
    {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut out = Vec::new();
    write_cdb(&list(LINES), &mut out, |_| {}).unwrap();
    std::fs::write(folder.path().join("names.cdb"), out).unwrap();
    std::fs::write(folder.path().join("dnsdist.conf"), CONFIG).unwrap();
    let log = std::fs::File::create(folder.path().join("log")).unwrap();
    let child = Command::new("dnsdist")
        .env("PATH", TOOLS_PATH)
        .args(["--supervised", "--disable-syslog", "--config", "dnsdist.conf"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    let mut server = Server(child);
    let ask = |name: &str| {
        let mut dig = Command::new("dig");
        dig.env("PATH", TOOLS_PATH);
        dig.args([
            "+time=1",
            "+tries=1",
            "+noall",
            "+comments",
            "+answer",
            "@127.0.0.1",
            name,
            "A",
        ]);
        String::from_utf8_lossy(&dig.output().unwrap().stdout).into_owned()
    };
    let started = Instant::now();
    while !ask("good.vn").contains("198.51.100.1") {
        let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
        let is_over = server.0.try_wait().unwrap().is_some() || started.elapsed() > Duration::from_secs(60);
        assert!(!is_over, "dnsdist does not answer: {log}");
    }
    for name in [
        "evil.vn",
        "www.evil.vn",
        "a.b.EVIL.vn",
        "xn--xu-r5s.vn",
        "www.xn--xu-r5s.vn",
    ] {
        assert!(ask(name).contains("status: NXDOMAIN"), "{name}: {}", ask(name));
    }
    for name in ["good.vn", "notevil.vn", "ok.evil.vn", "www.ok.evil.vn", "vn", "url.vn"] {
        assert!(ask(name).contains("198.51.100.1"), "{name}: {}", ask(name));
    }
    assert!(
        ask("www.page.vn").contains("CNAME\twalled.vn."),
        "{}",
        ask("www.page.vn")
    );
    assert!(!ask("x.quiet.vn").contains("status:"), "{}", ask("x.quiet.vn"));
}
