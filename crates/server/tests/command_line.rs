//! The program as people run it.

#![cfg(test)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

fn anlanh(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anlanh"));
    command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs the program with this on its standard input.
fn run(args: &[&str], input: &[u8]) -> Output {
    let mut child = anlanh(args).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        // A program that ends early does not read it all.
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output().unwrap()
    })
}

fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// Runs `screen` on this input; expects these ids and this exit code.
fn check(args: &[&str], input: &str, ids: &[Option<&str>], code: i32) -> Output {
    let output = run(args, input.as_bytes());
    let found: Vec<Value> = lines(&output).iter().map(|line| line["id"].clone()).collect();
    let expected: Vec<Value> = ids.iter().map(|id| id.map_or(Value::Null, Value::from)).collect();
    assert_eq!(found, expected, "{args:?}");
    assert_eq!(output.status.code(), Some(code), "{args:?}: {}", stderr(&output));
    output
}

#[test]
fn items_are_judged_in_order_and_bad_lines_are_told() {
    let good = "{\"id\":\"a\",\"text\":\"xin\"}\n\n{\"id\":\"b\",\"text\":\"chào\"}\n";
    let output = check(&["screen"], good, &[Some("a"), Some("b")], 0);
    assert_eq!(stderr(&output), "");
    check(&["screen", "-"], good, &[Some("a"), Some("b")], 0);
    check(&["screen", "--text"], "một\nhai\n", &[Some("1"), Some("2")], 0);
    check(&["screen"], "", &[], 0);

    let output = check(
        &["screen"],
        &format!("{good}{{\"id\":7}}\n{good}"),
        &[Some("a"), Some("b"), None, Some("a"), Some("b")],
        2,
    );
    assert_eq!(lines(&output)[2]["line"], 4);
    assert_eq!(lines(&output)[2]["error"]["code"], "wrong-type");
    assert_eq!(
        stderr(&output),
        "-:4:7: trường \"id\" phải là một chuỗi · field \"id\" must be a string\n"
    );
}

#[test]
fn several_files_are_read_one_after_the_other() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("1.ndjson"), "{\"id\":\"a\",\"text\":\"\"}").unwrap();
    fs::write(path("2.ndjson"), "nonsense\n{\"id\":\"b\",\"text\":\"\"}").unwrap();
    let (first, second) = (path("1.ndjson"), path("2.ndjson"));
    let output = check(&["screen", &first, &second], "", &[Some("a"), None, Some("b")], 2);
    assert!(
        stderr(&output).starts_with(&format!("{second}:1:")),
        "{}",
        stderr(&output)
    );
    let output = check(&["screen", &first, "/no/such/file"], "", &[], 1);
    assert!(stderr(&output).contains("/no/such/file"), "{}", stderr(&output));
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let item = |number: usize| {
        format!(
            "{{\"id\":\"{number}\",\"text\":\"{}\"}}\n",
            "chào bạn ".repeat(number % 50)
        )
    };
    let input: String = (0..20_000).map(item).collect();
    let one = run(&["screen", "--jobs", "1"], input.as_bytes());
    let many = run(&["screen", "--jobs", "7"], input.as_bytes());
    assert_eq!(one.status.code(), Some(0));
    assert!(one.stdout == many.stdout);
    let ids = lines(&one)
        .into_iter()
        .map(|line| line["id"].as_str().unwrap().parse::<usize>().unwrap());
    assert!(ids.eq(0..20_000));
}

#[test]
fn a_summary_stands_in_place_of_the_verdicts() {
    let output = run(&["screen", "--summary"], b"{\"text\":\"a\"}\nnonsense\n");
    let table = std::str::from_utf8(&output.stdout).unwrap();
    assert!(
        table.contains("Đã xét · Judged") && table.contains("Dòng lỗi · Bad lines"),
        "{table}"
    );
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_reader_that_leaves_ends_the_program_quietly() {
    let mut child = anlanh(&["screen", "--text"]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut first = [0; 10];
    std::thread::scope(|scope| {
        scope.spawn(move || while stdin.write_all(&b"xin\n".repeat(10_000)).is_ok() {});
        stdout.read_exact(&mut first).unwrap();
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), stderr(&output)), (Some(1), ""));
    });
}

#[test]
fn what_is_not_understood_is_refused_with_exit_code_one() {
    for args in [
        &["frobnicate"][..],
        &["screen", "--jobs", "0"],
        &["serve", "--listen", "nowhere"],
        &[],
    ] {
        let output = run(args, b"");
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert!(!output.stderr.is_empty(), "{args:?}");
    }
    assert_eq!(
        run(&["--version"], b"").stdout,
        format!("anlanh {}\n", env!("CARGO_PKG_VERSION")).as_bytes()
    );
    let help = String::from_utf8(run(&["--help"], b"").stdout).unwrap();
    assert!(help.contains("Sàng lọc") && help.contains("Screen"), "{help}");
}

#[test]
fn a_compiled_list_says_the_same_as_its_text() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (text, compiled) = (path("names.txt"), path("names.set"));
    fs::write(&text, "# names\nxau.example\n\nco.uk\nhttps://lua.example/dao\n").unwrap();
    let output = run(&["blocklist", "compile", &text, "-o", &compiled], b"");
    assert_eq!(output.status.code(), Some(2), "one line is bad: {}", stderr(&output));
    assert!(
        stderr(&output).starts_with(&format!("{text}:4: ")),
        "{}",
        stderr(&output)
    );
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "nothing is left beside");

    let pack = write_pack(dir.path());
    let item = b"{\"text\":\"xem https://www.xau.example/a\"}\n";
    let with = |list: &str| run(&["screen", "--pack", &pack, "--blocklist", list, "--", "-"], item);
    for list in [&text, &compiled, &format!("xau={text}"), &format!("xau={compiled}")] {
        let output = with(list);
        assert_eq!(
            lines(&output)[0]["reasons"][0]["found"],
            serde_json::json!(["xau"]),
            "{list}"
        );
    }
    assert_eq!(with(&format!("no-such-list={text}")).status.code(), Some(1));
    fs::write(&compiled, &fs::read(&compiled).unwrap()[..40]).unwrap();
    assert_eq!(
        with(&compiled).status.code(),
        Some(1),
        "a damaged list is not silently empty"
    );
}

/// Writes a pack with one list and one rule; returns its folder.
fn write_pack(dir: &Path) -> String {
    let root = dir.join("pack");
    fs::create_dir_all(root.join("rules")).unwrap();
    let files = [
        (
            "pack.toml",
            "[pack]\nid = 'thu'\nversion = '1'\nas_of = 2026-11-23\nutc_offset_minutes = 420\n\
             title = { vi = 'Thử', en = 'Test' }\n",
        ),
        (
            "categories.toml",
            "[[category]]\nkey = 'SC1'\ntitle = { vi = 'Lừa đảo', en = 'Fraud' }\ndetectable = true\n\
             automatic = true\nbases = ['luat/1']\nevidence = 'own'\n",
        ),
        (
            "laws.toml",
            "[[law]]\nkey = 'luat'\nnumber = '1'\ntitle = { vi = 'Luật', en = 'Law' }\nevidence = 'own'\n\
             [[law.article]]\nkey = '1'\ncite = { vi = 'Điều 1', en = 'Article 1' }\n\
             summary = { vi = 'Cấm.', en = 'Forbidden.' }\nevidence = 'own'\n",
        ),
        (
            "lists.toml",
            "[[list]]\nid = 'xau'\ncategory = 'SC1'\ntitle = { vi = 'Xấu', en = 'Bad' }\n",
        ),
        (
            "rules/a.toml",
            "[[rule]]\nid = 'sc1.xau'\ncategory = 'SC1'\ntitle = { vi = 'Xấu', en = 'Bad' }\n\
             when = 'links.listed(\"xau\") > 0'\naction = 'review'\nautomatic = false\nevidence = 'own'\n\
             hit = [{ text = 'xau.example', listed = { xau = ['xau.example'] } }]\nmiss = ['tốt']\n",
        ),
    ];
    for (path, text) in files {
        fs::write(root.join(path), text).unwrap();
    }
    root.to_str().unwrap().to_owned()
}

#[test]
fn mistakes_and_failed_examples_of_a_pack_are_told_with_file_and_line() {
    let dir = tempfile::tempdir().unwrap();
    let pack = write_pack(dir.path());
    let rules = Path::new(&pack).join("rules/a.toml");
    let good = fs::read_to_string(&rules).unwrap();
    let check = |command: &str, text: &str, code: i32, told: &str| {
        fs::write(&rules, text).unwrap();
        let output = run(&["pack", command, &pack], b"");
        let out = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(code), "{command}: {out}");
        let told = told.replace("RULES", rules.to_str().unwrap());
        assert!(out.lines().any(|line| line.starts_with(&told)), "{told}: {out}");
    };
    check("check", &good, 0, "thu 1: hợp lệ · valid");
    check("test", &good, 0, "2 ví dụ");
    check(
        "check",
        &good.replace("'review'", "'explode'"),
        1,
        "RULES:6:10: `action` không thuộc",
    );
    check(
        "test",
        &good.replace("'tốt'", "{ text = 'xau.example', listed = { xau = ['xau.example'] } }"),
        1,
        "RULES:10:",
    );
}

/// A running service; killed when dropped.
struct Service {
    child: Child,
    address: String,
    _data: tempfile::TempDir,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve() -> Service {
    let data = tempfile::tempdir().unwrap();
    let mut child = anlanh(&["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data.path())
        .env("ANLANH_LOG", "debug")
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut first)
        .unwrap();
    let address = first.trim().strip_prefix("http://").unwrap().to_owned();
    Service {
        child,
        address,
        _data: data,
    }
}

/// Posts and reads the whole answer. HTTP/1.0 needs no chunks.
fn post(address: &str, path: &str, kind: &str, body: &str) -> String {
    let mut socket = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        socket,
        "POST {path} HTTP/1.0\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

#[test]
fn a_file_and_a_request_get_the_same_bytes() {
    let service = serve();
    let input = "{\"id\":\"a\",\"text\":\"gọi 0912 345 678\"}\nnonsense\n{\"text\":\"chào\",\"kind\":\"profile\"}\n";
    let answer = post(&service.address, "/v1/screen/batch", "application/x-ndjson", input);
    let output = run(&["screen"], input.as_bytes());
    assert_eq!(answer, String::from_utf8(output.stdout).unwrap());
    let first = input.lines().next().unwrap();
    let single = post(&service.address, "/v1/screen", "application/json", first);
    assert_eq!(Some(single.as_str()), answer.lines().next());
}

#[test]
fn the_service_stops_when_asked_and_its_log_holds_nothing_that_was_sent() {
    let mut service = serve();
    for body in [
        "{\"text\":\"bí-mật-một\"}",
        "{\"text\":\"bí-mật-hai\"",
        "{\"bí-mật-ba\":1}",
    ] {
        post(&service.address, "/v1/screen", "application/json", body);
        post(&service.address, "/v1/screen/batch", "application/x-ndjson", body);
        post(
            &service.address,
            "/",
            "application/x-www-form-urlencoded",
            &format!("text={body}"),
        );
    }
    let stopped = Command::new("kill")
        .args(["-TERM", &service.child.id().to_string()])
        .status()
        .unwrap();
    assert!(stopped.success());
    let mut log = String::new();
    service.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert_eq!(service.child.wait().unwrap().code(), Some(0), "{log}");
    assert!(log.contains("listening") && log.contains("stopped"), "{log}");
    assert!(
        log.contains("request answered"),
        "the log is at its most talkative: {log}"
    );
    assert!(!log.contains("bí-mật") && !log.contains("b\\u"), "{log}");
}

#[test]
fn the_built_in_pack_is_a_pack_that_passes_its_own_checks() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/vn");
    let dir = dir.to_str().unwrap();
    for command in ["check", "test"] {
        let output = run(&["pack", command, dir], b"");
        assert_eq!(
            output.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
    let output = run(&["pack", "check", "/no/such/pack"], b"");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("/no/such/pack"));
}

/// Files in a folder of their own.
fn files(all: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in all {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// Runs the program in a folder.
fn run_in(folder: &Path, args: &[&str], input: &[u8]) -> Output {
    let mut child = anlanh(args).current_dir(folder).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output().unwrap()
    })
}

const EVENTS: &str = "{\"timestamp\":\"2026-11-28T03:00:00+0700\",\"event_type\":\"dns\",\"src_ip\":\"10.0.0.7\",\
    \"dest_ip\":\"192.0.2.53\",\"dns\":{\"rrname\":\"A.evil.vn\"}}\n";

/// A line of BIND's query log.
const DNS: &str = "28-Nov-2026 03:00:00.000 client @0x7f10 10.0.0.7#53 (bad.vn): query: bad.vn IN A + (::1)\n";

#[test]
fn events_are_matched_against_lists() {
    let folder = files(&[
        ("names.txt", "# danh sách\nevil.vn\nbad.vn\n"),
        ("more.csv", "192.0.2.0/24,scanner\n"),
        ("eve.json", EVENTS),
        ("dns.log", DNS),
    ]);
    let check = |args: &[&str], input: &[u8], expected: &[&str], code: i32| {
        let output = run_in(folder.path(), args, input);
        let found: Vec<String> = lines(&output)
            .iter()
            .map(|hit| {
                let text = |key: &str| hit[key].as_str().unwrap_or("-").to_owned();
                let [file, field, value, indicator, source] =
                    ["file", "field", "value", "indicator", "source"].map(text);
                format!("{file} {} {field} {value} {indicator} {source}", hit["line"])
            })
            .collect();
        assert_eq!(found, expected, "{args:?}");
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", stderr(&output));
        stderr(&output).to_owned()
    };
    let dns = "- 1 dns.rrname a.evil.vn evil.vn names.txt";
    let address = "- 1 dest_ip 192.0.2.53 192.0.2.0/24 more.csv";
    check(&["match", "--indicators", "names.txt"], EVENTS.as_bytes(), &[dns], 0);
    check(
        &["match", "eve.json", "-i", "names.txt", "more.csv"],
        b"",
        &[address, dns],
        0,
    );
    check(
        &["match", "-i", "names.txt", "-i", "more.csv", "--", "eve.json"],
        b"",
        &[address, dns],
        0,
    );
    // What stands behind the lists is told by what is in it.
    check(
        &["match", "--indicators", "names.txt", "more.csv", "eve.json"],
        b"",
        &[address, dns],
        0,
    );
    check(
        &["match", "--indicators", "names.txt", "-"],
        EVENTS.as_bytes(),
        &[dns],
        0,
    );
    let two = [
        "eve.json 1 dns.rrname a.evil.vn evil.vn names.txt",
        "dns.log 1 query bad.vn bad.vn names.txt",
    ];
    check(
        &[
            "match",
            "--indicators",
            "names.txt",
            "eve.json",
            "dns.log",
            "--jobs",
            "3",
        ],
        b"",
        &two,
        0,
    );
    let bad = format!("{EVENTS}{{\n{EVENTS}");
    let again = "- 3 dns.rrname a.evil.vn evil.vn names.txt";
    let said = check(&["match", "-i", "names.txt"], bad.as_bytes(), &[dns, again], 2);
    assert_eq!(said, "-:2: không phải JSON từ cột 2 · not JSON at column 2\n");
    let said = check(&["match", "-i", "names.txt"], b"xin\n", &[], 1);
    assert!(said.contains("--format"), "{said}");
    assert_eq!(check(&["match", "-i", "names.txt"], b"", &[], 0), "");
}

/// A rule that finds names below one, but for those of a host.
const RULE: &str = "title: Tên miền của chiến dịch\nid: 5e1b7c1e-0000-4000-8000-000000000001\nstatus: test\nlevel: high\n\
    falsepositives: [Nghiên cứu]\nlogsource: {category: dns}\ndetection:\n  selection:\n    query|endswith: .evil.vn\n  \
    filter:\n    query|startswith: status.\n  condition: selection and not filter\n";

#[test]
fn events_are_held_against_rules_of_sigma() {
    let bad = RULE.replace("endswith", "like");
    let windows = RULE.replace("category: dns", "product: windows");
    let folder = files(&[
        ("rule.yml", RULE),
        ("bad.yml", &format!("{bad}---\n{RULE}")),
        ("worse.yaml", &bad),
        ("windows.yml", &windows),
        ("names.txt", "evil.vn\n"),
        (
            "eve.json",
            &format!("{EVENTS}{}", EVENTS.replace("A.evil", "status.evil")),
        ),
        ("dns.log", &DNS.replace("bad.vn", "x.evil.vn")),
    ]);
    fs::create_dir_all(folder.path().join("rules/dns")).unwrap();
    fs::copy(folder.path().join("rule.yml"), folder.path().join("rules/dns/a.yml")).unwrap();
    fs::write(folder.path().join("rules/README.md"), "no rule").unwrap();
    let check = |args: &[&str], input: &str, expected: &[&str], code: i32| {
        let output = run_in(folder.path(), args, input.as_bytes());
        let found: Vec<String> = lines(&output)
            .iter()
            .map(|hit| {
                let text = |key: &str| hit[key].as_str().unwrap_or("-").to_owned();
                let [file, kind, value, source] = ["file", "kind", "value", "source"].map(text);
                format!("{file} {} {kind} {value} {source}", hit["line"])
            })
            .collect();
        assert_eq!(found, expected, "{args:?}");
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", stderr(&output));
        output
    };
    let by_rule = "- 1 sigma A.evil.vn rule.yml";
    let output = check(&["match", "--sigma", "rule.yml", "--", "eve.json"], "", &[by_rule], 0);
    assert_eq!(stderr(&output), "");
    let hit = &lines(&output)[0];
    assert_eq!(hit["indicator"], "5e1b7c1e-0000-4000-8000-000000000001");
    assert_eq!(
        (&hit["title"], &hit["level"], &hit["status"], &hit["field"]),
        (
            &"Tên miền của chiến dịch".into(),
            &"high".into(),
            &"test".into(),
            &"query".into(),
        )
    );
    assert_eq!(hit["falsepositives"][0], "Nghiên cứu");
    // Beside lists, in the order of lines; what stands behind the rules is told by its name.
    let both = [
        "- 1 domain a.evil.vn names.txt",
        by_rule,
        "- 2 domain status.evil.vn names.txt",
    ];
    check(
        &["match", "-i", "names.txt", "--sigma", "rule.yml", "eve.json"],
        "",
        &both,
        0,
    );
    check(&["match", "--sigma", "rule.yml"], EVENTS, &[by_rule], 0);
    check(&["match", "--sigma", "rule.yml", "-"], EVENTS, &[by_rule], 0);
    let two = [
        "eve.json 1 sigma A.evil.vn rules/dns/a.yml",
        "dns.log 1 sigma x.evil.vn rules/dns/a.yml",
    ];
    check(
        &["match", "--sigma", "rules", "eve.json", "dns.log", "--jobs", "3"],
        "",
        &two,
        0,
    );
    let output = check(
        &["match", "--sigma", "bad.yml", "eve.json"],
        "",
        &["- 1 sigma A.evil.vn bad.yml"],
        2,
    );
    assert_eq!(
        stderr(&output),
        "bad.yml:9: không đọc từ bổ nghĩa \"like\" · modifier \"like\" is not read\n"
    );
    let output = check(&["match", "--sigma", "worse.yaml", "eve.json"], "", &[], 1);
    assert!(
        stderr(&output).contains("worse.yaml:9:") && stderr(&output).contains("not one Sigma rule"),
        "{}",
        stderr(&output)
    );
    let output = check(
        &["match", "--sigma", "windows.yml", "rule.yml", "eve.json"],
        "",
        &[by_rule],
        0,
    );
    assert!(
        stderr(&output).starts_with("2 luật Sigma, trong đó 1 dành cho nhật ký khác"),
        "{}",
        stderr(&output)
    );
    fs::write(folder.path().join("map.json"), r#"{"x": "domain"}"#).unwrap();
    let output = check(
        &["match", "--sigma", "windows.yml", "--map", "map.json"],
        "{\"query\":\"b.evil.vn\"}\n",
        &["- 1 sigma b.evil.vn windows.yml"],
        0,
    );
    assert_eq!(stderr(&output), "");
    check(&["match", "--sigma", "nowhere.yml", "eve.json"], "", &[], 1);
}

#[test]
fn events_are_kept_and_looked_through_for_what_is_listed_later() {
    let folder = files(&[
        ("dns.log", DNS),
        ("later.txt", "evil.vn\nbad.vn\n192.0.2.0/24\nan@example.vn\n"),
    ]);
    let run = |args: &[&str], input: &[u8], code: i32| {
        let output = run_in(folder.path(), args, input);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", stderr(&output));
        output
    };
    let keep = ["events", "keep", "--archive", "kept"];
    let refused = run(&keep, EVENTS.as_bytes(), 1);
    assert!(stderr(&refused).contains("--subscribers"), "{}", stderr(&refused));
    let keep = [
        &keep[..],
        &["--subscribers", "10.0.0.0/8", "--subscribers", "192.0.2.128/25"],
    ]
    .concat();
    let kept = run(&keep, EVENTS.as_bytes(), 0);
    assert_eq!(stderr(&kept), "đã lưu 1 sự kiện · kept 1 events\n");
    // A line that is none does not stop the rest, and what is kept outlives the process.
    let kept = run(
        &[&keep[..], &["dns.log", "-"]].concat(),
        format!("{{\n{EVENTS}").as_bytes(),
        2,
    );
    assert!(stderr(&kept).contains("-:1: không phải JSON"), "{}", stderr(&kept));
    // Nor does an event with more names above its names than an event is found by.
    let deep = |top: &str| format!("{}{top}", "a.".repeat(100));
    let names = format!(
        r#"{{"timestamp":"2026-11-28T10:00:00+0700","event_type":"http","dns":{{"rrname":"{}"}},"tls":{{"sni":"{}"}},"http":{{"hostname":"{}"}}}}"#,
        deep("one.vn"),
        deep("two.vn"),
        deep("three.vn")
    );
    let kept = run(&keep, format!("{names}\n").as_bytes(), 2);
    let said = stderr(&kept);
    assert!(said.contains("-:1: sự kiện có hơn 256 giá trị"), "{said}");
    assert!(said.contains("kept 0 events"), "{said}");
    let hunt = ["events", "hunt", "--archive", "kept", "--indicators", "later.txt"];
    let found = run(&hunt, b"", 2);
    let mut hits: Vec<String> = lines(&found)
        .iter()
        .map(|hit| format!("{} {}", hit["value"], hit["indicator"]))
        .collect();
    hits.sort();
    let address = r#""192.0.2.53" "192.0.2.0/24""#;
    let name = r#""a.evil.vn" "evil.vn""#;
    assert_eq!(hits, [address, address, name, name, r#""bad.vn" "bad.vn""#]);
    assert!(
        stderr(&found).contains("an@example.vn: địa chỉ thư không được lưu"),
        "{}",
        stderr(&found)
    );
    // The resolver's client is a subscriber: neither what is printed nor what is on the disk tells who.
    let first = &lines(&found)[0];
    assert!(first["event"]["domain"][0].is_string(), "{first}");
    let all = String::from_utf8(found.stdout).unwrap();
    assert!(all.contains("\"subscriber\":[\""), "{all}");
    assert!(!all.contains("10.0.0.7"), "{all}");
    for entry in fs::read_dir(folder.path().join("kept")).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(8).any(|window| window == b"10.0.0.7"));
    }
    let early = run(&[&hunt[..], &["--to", "2020-01-01"]].concat(), b"", 2);
    assert_eq!(lines(&early).len(), 0);
    let forgot = run(&["events", "forget", "--archive", "kept", "--days", "366"], b"", 0);
    assert!(
        stderr(&forgot).contains("đã quên 0 sự kiện, còn 3"),
        "{}",
        stderr(&forgot)
    );
    run(&["events", "forget", "--archive", "kept", "--days", "0"], b"", 0);
    assert_eq!(lines(&run(&hunt, b"", 2)).len(), 0);
    run(
        &["events", "hunt", "--archive", "nowhere", "--indicators", "later.txt"],
        b"",
        1,
    );
}

#[test]
fn events_of_any_form_are_matched_by_a_map() {
    let folder = files(&[
        ("names.txt", "evil.vn\ncom.vn\n"),
        ("map.json", r#"{"q": {"name": "domain"}}"#),
        ("broken.json", r#"{"q": "ip"}"#),
    ]);
    let event = b"{\"q\":[{\"name\":\"evil.vn\"}]}\n";
    let output = run_in(folder.path(), &["match", "-i", "names.txt", "--map", "map.json"], event);
    assert_eq!(lines(&output)[0]["field"], "q.name");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).starts_with("names.txt:2: đuôi tên miền công cộng"),
        "{}",
        stderr(&output)
    );
    let output = run_in(
        folder.path(),
        &["match", "-i", "names.txt", "--map", "broken.json"],
        event,
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("unknown kind \"ip\""), "{}", stderr(&output));
}

#[test]
fn indicators_come_as_a_bundle_of_stix() {
    let indicator = |number: u8, pattern: &str, more: &str| {
        format!(
            "{{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3{number}\",\
             \"created\":\"2026-01-01T00:00:00Z\",\"modified\":\"2026-01-01T00:00:00Z\",\"pattern\":\"{pattern}\",\
             \"pattern_type\":\"stix\",\"valid_from\":\"2026-01-01T00:00:00Z\"{more}}}"
        )
    };
    let objects = [
        indicator(
            1,
            "[domain-name:value = 'evil.vn' OR ipv4-addr:value = '192.0.2.53']",
            "",
        ),
        indicator(2, "[domain-name:value = 'evil.vn']", ",\"revoked\":true"),
        indicator(
            3,
            "[domain-name:value = 'evil.vn']",
            ",\"valid_until\":\"2026-02-01T00:00:00Z\"",
        ),
        indicator(
            4,
            "[domain-name:value LIKE '%.evil.vn' AND domain-name:value MATCHES '^a']",
            "",
        ),
        indicator(5, "[domain-name:value = 'evil.vn'] AND [file:name = 'x']", ""),
        "{\"type\":\"identity\",\"id\":\"identity--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd39\",\"name\":\"x\"}".to_owned(),
    ];
    let bundle = format!(
        "{{\"type\":\"bundle\",\"id\":\"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd38\",\"objects\":[{}]}}",
        objects.join(",")
    );
    let folder = files(&[
        ("feed.json", &bundle),
        ("cut.json", &bundle[..900]),
        ("eve.json", EVENTS),
    ]);
    let output = run_in(folder.path(), &["match", "--indicators", "feed.json", "eve.json"], b"");
    let found: Vec<String> = lines(&output)
        .iter()
        .map(|hit| format!("{} {} {}", hit["kind"], hit["value"], hit["indicator"]))
        .collect();
    let id = |number: u8| format!("\"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3{number}\"");
    assert_eq!(
        found,
        [
            format!("\"address\" \"192.0.2.53\" {}", id(1)),
            format!("\"domain\" \"a.evil.vn\" {}", id(1)),
            format!("\"pattern\" \"a.evil.vn\" {}", id(4)),
        ]
    );
    assert_eq!(
        stderr(&output),
        "feed.json:indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd35: mẫu không có giá trị nào để tra, phải đối chiếu với mọi \
         sự kiện (--every-event) · pattern has nothing to look up, and would be matched with every event\n"
    );
    assert_eq!(output.status.code(), Some(2));
    fs::write(folder.path().join("list.json"), format!("[{}]", objects.join(","))).unwrap();
    let output = run_in(
        folder.path(),
        &["match", "--indicators", "list.json", "--", "eve.json"],
        b"",
    );
    assert_eq!(
        (stderr(&output), output.status.code()),
        (
            "list.json:1: là JSON nhưng không phải gói STIX · JSON, but no STIX bundle\n",
            Some(2)
        )
    );
    let output = run_in(folder.path(), &["match", "--indicators", "cut.json", "eve.json"], b"");
    assert_eq!((lines(&output).len(), output.status.code()), (2, Some(2)));
    assert!(
        stderr(&output).starts_with("cut.json:STIX: không đọc được · "),
        "{}",
        stderr(&output)
    );
}

#[test]
fn patterns_are_matched_over_several_events() {
    let pattern = "([domain-name:value = 'evil.vn'] FOLLOWEDBY [domain-name:value LIKE '%.bad.vn']) WITHIN 60 SECONDS";
    let bundle = format!(
        "{{\"type\":\"bundle\",\"id\":\"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd38\",\"objects\":[{{\"type\":\"indicator\",\
         \"spec_version\":\"2.1\",\"id\":\"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd31\",\"created\":\"2026-01-01T00:00:00Z\",\
         \"modified\":\"2026-01-01T00:00:00Z\",\"pattern\":\"{pattern}\",\"pattern_type\":\"stix\",\
         \"valid_from\":\"2026-01-01T00:00:00Z\"}}]}}"
    );
    let event = |client: &str, name: &str, second: u32| {
        EVENTS
            .replace("10.0.0.7", client)
            .replace("A.evil.vn", name)
            .replace("03:00:00", &format!("03:{:02}:{:02}", second / 60, second % 60))
    };
    let other = event("10.0.0.9", "other.vn", 5);
    // Between the two there is more than is read at once.
    let between = other.repeat(4_000);
    let stream = [
        event("10.0.0.7", "evil.vn", 0),
        event("10.0.0.8", "a.bad.vn", 10),
        between,
        event("10.0.0.7", "a.bad.vn", 30),
        event("10.0.0.7", "evil.vn", 40),
        event("10.0.0.7", "b.bad.vn", 101),
    ]
    .concat();
    let folder = files(&[
        ("feed.json", &bundle),
        ("names.txt", "bad.vn\n"),
        ("eve.json", &stream),
        ("again.json", &event("10.0.0.7", "c.bad.vn", 50)),
    ]);
    let check = |args: &[&str], expected: &[&str]| {
        let output = run_in(folder.path(), args, b"");
        let found: Vec<String> = lines(&output)
            .iter()
            .map(|hit| {
                format!(
                    "{} {} {} {} {}",
                    hit["line"], hit["kind"], hit["lines"], hit["field"], hit["value"]
                )
            })
            .map(|hit| hit.replace('"', ""))
            .collect();
        assert_eq!(found, expected, "{args:?}");
        assert_eq!((stderr(&output), output.status.code()), ("", Some(0)), "{args:?}");
    };
    let by_client = "4003 pattern [1,4003] src_ip 10.0.0.7";
    for jobs in ["1", "2", "7"] {
        let both = [
            "match",
            "-i",
            "feed.json",
            "names.txt",
            "--jobs",
            jobs,
            "--",
            "eve.json",
        ];
        let domain = |line: u32, name: &str| format!("{line} domain null dns.rrname {name}.bad.vn");
        check(
            &both,
            &[&domain(2, "a"), &domain(4003, "a"), by_client, &domain(4005, "b")],
        );
    }
    // Whoever was asked is the same for all.
    check(
        &["match", "-i", "feed.json", "--group-by", "dst_ip", "--", "eve.json"],
        &["2 pattern [1,2] dst_ip 192.0.2.53"],
    );
    // Each file is a stream of its own: the name of the first that was not followed there is not in the second.
    check(
        &["match", "-i", "feed.json", "--", "eve.json", "again.json"],
        &[by_client],
    );
}

#[test]
fn routers_and_bouncers_are_told_what_changed() {
    let folder = files(&[
        ("old.txt", "192.0.2.1\n198.51.100.0/24\n"),
        ("new.txt", "198.51.100.0/24\n2001:db8::7\nevil.vn\n"),
    ]);
    let export = |form: &str, more: &[&str]| {
        let args = ["blocklist", "export", "new.txt", "--as", form];
        let output = run_in(folder.path(), &[&args, more].concat(), b"");
        assert_eq!(output.status.code(), Some(2), "the name is reported");
        assert!(stderr(&output).contains(": evil.vn"));
        String::from_utf8(output.stdout).unwrap()
    };
    let hops = [
        "--before",
        "old.txt",
        "--next-hop",
        "192.0.2.254",
        "--next-hop",
        "100::1",
    ];
    assert_eq!(
        export("exabgp", &hops),
        "withdraw route 192.0.2.1/32 next-hop 192.0.2.254 community [65535:666]\n\
         announce route 2001:db8::7/128 next-hop 100::1 community [65535:666]\n"
    );
    assert_eq!(export("exabgp-flowspec", &[]).lines().count(), 4);
    let said = export(
        "crowdsec",
        &["--before", "old.txt", "--duration", "60", "--reason", "Lệnh 15"],
    );
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["new"][0]["value"], "2001:db8::7");
    assert_eq!(
        (&said["new"][0]["duration"], &said["new"][0]["scenario"]),
        (&"60s".into(), &"Lệnh 15".into())
    );
    assert_eq!(said["deleted"][0]["value"], "192.0.2.1");
    let output = run_in(folder.path(), &["blocklist", "export", "new.txt", "--as", "cdb"], b"");
    assert!(output.stdout.len() > 2_048, "a CDB begins with its tables");
}

#[test]
fn a_folder_in_which_no_node_keeps_anything_is_told_and_not_made() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("z.zone"), "as it was").unwrap();
    fs::write(folder.path().join("events.json"), "").unwrap();
    for args in [
        &["match", "--data", "datta", "events.json"][..],
        &[
            "blocklist",
            "export",
            "--data",
            "datta",
            "--as",
            "rpz",
            "--out",
            "z.zone",
        ],
        &["sensor", "list", "--data", "datta"],
        &["token", "list", "--data", "datta"],
        &["user", "list", "--data", "datta"],
    ] {
        let output = run_in(folder.path(), args, b"");
        assert_eq!(output.status.code(), Some(1), "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("no node keeps its data in datta"), "{args:?}");
    }
    assert!(!folder.path().join("datta").exists());
    assert_eq!(fs::read(folder.path().join("z.zone")).unwrap(), b"as it was");
}

#[test]
fn a_list_that_lost_everything_lifts_no_block() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("z.zone", "as it was");
    for lost in ["", "<html>502 Bad Gateway</html>\n"] {
        write("list.txt", lost);
        let args = ["blocklist", "export", "list.txt", "--as", "rpz", "--out", "z.zone"];
        let output = run_in(folder.path(), &args, b"");
        assert_eq!(output.status.code(), Some(1), "{lost:?}: {}", stderr(&output));
        assert!(
            stderr(&output).contains("--may-be-empty"),
            "{lost:?}: {}",
            stderr(&output)
        );
        assert_eq!(
            fs::read(folder.path().join("z.zone")).unwrap(),
            b"as it was",
            "{lost:?}"
        );
    }
    write("list.txt", "");
    let meant = [
        "blocklist",
        "export",
        "list.txt",
        "--as",
        "rpz",
        "--out",
        "z.zone",
        "--may-be-empty",
    ];
    let output = run_in(folder.path(), &meant, b"");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(
        fs::read_to_string(folder.path().join("z.zone"))
            .unwrap()
            .contains("SOA")
    );
}

#[test]
fn rotated_logs_are_read_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("names.txt"), "xau.example\n").unwrap();
    let event = "{\"timestamp\":\"2026-11-01T00:00:00+0700\",\"event_type\":\"dns\",\"src_ip\":\"10.0.0.1\",\"dns\":{\"rrname\":\"xau.example\"}}\n";
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(event.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    fs::write(folder.path().join("eve.json.1.gz"), &packed).unwrap();
    fs::write(folder.path().join("eve.json"), event).unwrap();
    let args = ["match", "--indicators", "names.txt", "--", "eve.json.1.gz", "eve.json"];
    let output = run_in(folder.path(), &args, b"");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(lines(&output).len(), 2, "{}", String::from_utf8_lossy(&output.stdout));
    let (cut, _) = packed.split_at(packed.len() - 9);
    fs::write(folder.path().join("eve.json.1.gz"), cut).unwrap();
    let output = run_in(folder.path(), &args, b"");
    assert_eq!(
        output.status.code(),
        Some(1),
        "what is cut off is no clean result: {}",
        stderr(&output)
    );
}
