//! Whoever reports, and whoever is decided about, hears from the node by mail, through a server of another make that takes nothing at once, while the node
//! is killed.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::reports::{by_work, status};
use crate::support::{Node, Place, json as body, places, python, reviewers_token, token};

struct Mailbox {
    child: Child,
    port: u16,
}

impl Mailbox {
    fn start(python: &Path, port: u16, folder: &Path) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node/mailbox.py");
        let mut command = Command::new(python);
        command.arg(script).arg(port.to_string()).arg(folder);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let port = line.trim().parse().expect("the mail server did not start");
        Self { child, port }
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The mails that were taken, as they were sent but for the encoding of their bodies.
fn taken(folder: &Path) -> Vec<String> {
    let mut mails = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "eml") {
            mails.push(std::fs::read_to_string(path).unwrap());
        }
    }
    mails
}

/// The text of the one mail to an address.
async fn mail_to(folder: &Path, python: &Path, address: &str) -> (String, String) {
    let end = Instant::now() + Duration::from_secs(60);
    let header = format!("To: {address}");
    let mut pause = tokio::time::interval(Duration::from_millis(50));
    loop {
        pause.tick().await;
        let found: Vec<String> = taken(folder)
            .into_iter()
            .filter(|mail| mail.contains(&header))
            .collect();
        if let Some(mail) = found.first() {
            assert!(mail.contains("Auto-Submitted: auto-generated"), "{mail}");
            return read(python, mail);
        }
        assert!(Instant::now() < end, "no mail came to {address}");
    }
}

/// Subject and text of a mail, as another program reads them.
fn read(python: &Path, mail: &str) -> (String, String) {
    let script = "import sys, email, email.policy; \
                  mail = email.message_from_string(sys.stdin.read(), policy=email.policy.default); \
                  print(mail['Subject']); print(mail.get_content())";
    let mut child = Command::new(python)
        .args(["-c", script])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), mail.as_bytes()).unwrap();
    let out = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let (subject, text) = out.split_once('\n').unwrap();
    (subject.to_owned(), text.to_owned())
}

/// The first address in a text that leads to such a path.
fn link(text: &str, path: &str) -> String {
    let mut words = text.split_whitespace();
    let found = words.find(|word| word.starts_with("https://vi-du.vn") && word.contains(path));
    let found = found.unwrap_or_else(|| panic!("no {path} in {text}"));
    found.strip_prefix("https://vi-du.vn").unwrap().to_owned()
}

async fn reported(node: &Node, email: &str) -> Value {
    let challenge = body(node.ask("GET", "/v1/reports/challenge", "", "").await).await;
    let sent = json!({
        "category": "xuc-pham", "url": "https://dien-dan.vn/p/1", "why": "Bôi nhọ tôi.",
        "name": "Nguyễn Thị Lan", "email": email,
    });
    by_work(node, sent, challenge["challenge"].as_str().unwrap()).await
}

/// How the three mails ended, newest first, once all of them have.
async fn ended(node: &Node, machine: &str) -> Vec<String> {
    let end = Instant::now() + Duration::from_secs(60);
    let mut pause = tokio::time::interval(Duration::from_millis(50));
    loop {
        pause.tick().await;
        let log = node.read("/v1/audit?action=mail.send&limit=200", machine).await;
        let told = log["entries"].as_array().unwrap().iter();
        let told = told.map(|entry| entry["detail"].as_str().unwrap().to_owned());
        let ended: Vec<String> = told.filter(|detail| detail != "retry").collect();
        if ended.len() >= 3 {
            return ended;
        }
        assert!(Instant::now() < end, "{log}");
    }
}

#[test]
fn whoever_reports_confirms_and_hears_the_outcome_by_mail() {
    let Some(python) = python() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    for place in places() {
        runtime.block_on(write(&place, &python));
    }
}

async fn write(place: &Place, python: &Path) {
    let folder = place.folder.path().join("mails");
    std::fs::create_dir(&folder).unwrap();
    let mailbox = Mailbox::start(python, 0, &folder);
    let server = format!("smtp+plain://127.0.0.1:{}", mailbox.port);
    let retry = ["1s"; 32].join(",");
    let options = [
        "--mail-server",
        &server,
        "--mail-from",
        "Diễn đàn <thu@vi-du.vn>",
        "--mail-retry",
        &retry,
        "--public-url",
        "https://vi-du.vn",
        "--site-name",
        "Diễn đàn Ví Dụ",
    ];
    let reviewer = reviewers_token(place, "lan");
    let machine = token(place, "doc", &["cases:read", "audit:read"]);
    let node = Node::start_with(place, &options);
    let receipt = reported(&node, "lan@vi-du.example").await;
    assert_eq!(receipt["asks_to_confirm"], true, "{receipt}");
    let lost = reported(&node, "khong-co@vi-du.example").await;
    node.pull_the_plug();

    let node = Node::start_with(place, &options);
    let (subject, text) = mail_to(&folder, python, "lan@vi-du.example").await;
    let number = receipt["report"].as_str().unwrap();
    assert_eq!(subject, format!("Xác nhận phản ánh {number} – Diễn đàn Ví Dụ"));
    let confirm = link(&text, "/report/confirm/");
    assert_eq!(node.ask("GET", &confirm, "", "").await.status().as_u16(), 200);
    assert_eq!(
        status(&node, &receipt).await["state"],
        "unconfirmed",
        "a link that is followed changes nothing"
    );
    let request = reqwest::Client::new().post(format!("{}{confirm}", node.address));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    assert!(request.send().await.unwrap().status().is_success());
    assert_eq!(status(&node, &receipt).await["state"], "open");

    // Nobody hears of it while the server is away; afterwards once.
    let port = mailbox.port;
    drop(mailbox);
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::create_dir(&folder).unwrap();
    let queue = node.read("/v1/cases", &reviewer).await;
    let path = format!("/v1/cases/{}/decision", queue["cases"][0]["case"].as_str().unwrap());
    let decided = json!({ "outcome": "no_violation", "facts": "Lời góp ý, không xúc phạm ai." });
    assert_eq!(
        node.ask("POST", &path, &reviewer, decided.to_string())
            .await
            .status()
            .as_u16(),
        200
    );
    node.pull_the_plug();
    let node = Node::start_with(place, &options);
    let mailbox = Mailbox::start(python, port, &folder);
    let (subject, text) = mail_to(&folder, python, "lan@vi-du.example").await;
    assert_eq!(subject, format!("Kết quả phản ánh {number} – Diễn đàn Ví Dụ"));
    assert!(text.contains("Nội dung không vi phạm."), "{text}");
    for path in [link(&text, "/report/"), link(&text, "/d/")] {
        assert_eq!(node.ask("GET", &path, "", "").await.status().as_u16(), 200, "{path}");
    }
    let ended = ended(&node, &machine).await;
    assert_eq!(ended[..3], ["sent", "sent", "failed"], "newest first");
    assert_eq!(taken(&folder).len(), 1, "each hears it once");
    assert_eq!(status(&node, &lost).await["state"], "unconfirmed");
    hear_as_author(place, node, &options, (python, &folder), &reviewer).await;
    drop(mailbox);
}

/// The author hears by mail, too, what was decided and how to appeal, where the platform said where they read.
async fn hear_as_author(place: &Place, node: Node, options: &[&str], (python, folder): (&Path, &Path), reviewer: &str) {
    let platform = token(place, "nen-tang", &["items:write", "actions:read", "actions:write"]);
    let contact = json!({ "email": "tac-gia@vi-du.example" }).to_string();
    let path = "/v1/subjects/account/contact?reference=u-1";
    assert_eq!(node.ask("PUT", path, &platform, contact).await.status().as_u16(), 204);
    let item = json!({ "id": "p-1", "text": "Anh đọc mã OTP vừa gửi về máy giúp em", "author": { "ref": "u-1" } });
    let kept = body(node.ask("POST", "/v1/items", &platform, item.to_string()).await).await;
    let path = format!("/v1/cases/{}/decision", kept["case"].as_str().unwrap());
    let facts = "Tin nhắn xin mã OTP của người nhận.";
    let decided = json!({ "outcome": "remove", "category": "SC1", "facts": facts }).to_string();
    assert_eq!(node.ask("POST", &path, reviewer, decided).await.status().as_u16(), 200);
    node.pull_the_plug();
    let node = Node::start_with(place, options);
    let (subject, text) = mail_to(folder, python, "tac-gia@vi-du.example").await;
    assert_eq!(subject, "Thông báo về nội dung hoặc tài khoản của bạn – Diễn đàn Ví Dụ");
    assert!(
        text.contains("Nội dung p-1 của bạn đã bị gỡ bỏ.") && text.contains(facts),
        "{text}"
    );
    let appeal = link(&text, "/d/");
    assert_eq!(node.ask("GET", &appeal, "", "").await.status().as_u16(), 200);
    let to_author = || {
        let mails = taken(folder).into_iter();
        mails.filter(|mail| mail.contains("tac-gia@vi-du.example")).count()
    };
    assert_eq!(to_author(), 1, "once, though the node was killed");
}
