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
    check("check", &good.replace("'review'", "'explode'"), 1, "RULES:6:");
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
