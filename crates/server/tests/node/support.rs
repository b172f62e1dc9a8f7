//! The node as its operator runs it: started, asked, and its command line beside it.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use reqwest::{Body, Client, Response};
use serde_json::Value;

pub fn anlanh(args: &[&str], place: &Place, input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anlanh"));
    command.args(args).args(place.options());
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// Where a node keeps what it keeps.
pub struct Place {
    pub folder: tempfile::TempDir,
    pub database: Option<String>,
}

impl Place {
    pub fn options(&self) -> Vec<String> {
        let data = self.folder.path().join("data").display().to_string();
        let mut options = vec!["--data".to_owned(), data];
        if let Some(address) = &self.database {
            options.extend(["--database".to_owned(), address.clone()]);
        }
        options
    }
}

pub struct Node {
    pub child: Child,
    pub address: String,
    /// What was printed after the address, in one piece with it.
    pub printed: BufReader<ChildStdout>,
}

impl Node {
    pub fn start(place: &Place) -> Self {
        Self::start_with(place, &[])
    }

    pub fn start_with(place: &Place, options: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_anlanh"));
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(place.options());
        command.args(options);
        Self::run(command)
    }

    /// Starts what a command starts, which is a node sooner or later.
    pub fn run(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut address = String::new();
        let mut printed = BufReader::new(child.stdout.take().unwrap());
        printed.read_line(&mut address).unwrap();
        assert!(
            address.starts_with("http://") || address.starts_with("https://"),
            "the node did not start"
        );
        let address = address.trim().to_owned();
        Self {
            child,
            address,
            printed,
        }
    }

    /// A request with a token; of JSON where there is a body.
    pub async fn ask(&self, method: &str, path: &str, token: &str, body: impl Into<Body>) -> Response {
        let request = Client::new().request(method.parse().unwrap(), format!("{}{path}", self.address));
        let request = request.bearer_auth(token).header("content-type", "application/json");
        request.body(body).send().await.unwrap()
    }

    /// What is read with a token.
    pub async fn read(&self, path: &str, token: &str) -> Value {
        let answer = self.ask("GET", path, token, "").await;
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        json(answer).await
    }

    /// Every line of a list, page by page; `field` holds them, and `parameter` takes the `next` of a page.
    pub async fn read_all(&self, path: &str, token: &str, field: &str, parameter: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut next = Some(String::new());
        while let Some(from) = next {
            let mut page = self.read(&format!("{path}limit=200{from}"), token).await;
            all.append(page[field].as_array_mut().unwrap());
            next = page["next"].as_str().map(|next| format!("&{parameter}={next}"));
        }
        all
    }

    /// SIGTERM: it stops in order.
    pub fn stop(mut self) {
        let told = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        assert!(told.unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }

    /// SIGKILL: nothing of the program runs after it.
    pub fn pull_the_plug(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn places() -> Vec<Place> {
    let place = |database| Place {
        folder: tempfile::tempdir().unwrap(),
        database,
    };
    let mut places = vec![place(None)];
    if let Some(database) = anlanh_testkit::postgres() {
        places.push(place(Some(database.address().to_owned())));
        // It lives as long as the process.
        std::mem::forget(database);
    }
    places
}

/// The body of an answer as JSON.
pub async fn json(answer: Response) -> Value {
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

/// Every scope that a machine needs to hand items in and read everything back.
pub const MACHINE: [&str; 4] = ["items:write", "items:read", "cases:read", "audit:read"];

pub fn token(place: &Place, name: &str, scopes: &[&str]) -> String {
    token_with(place, name, scopes, &[])
}

/// A token that decides cases for a reviewer, who is made with it.
pub fn reviewers_token(place: &Place, name: &str) -> String {
    let made = anlanh(&["user", "create", "--name", name, "--role", "reviewer"], place, "");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    token_with(place, name, &["cases:write"], &["--for", name])
}

pub fn token_with(place: &Place, name: &str, scopes: &[&str], more: &[&str]) -> String {
    let mut args = vec!["token", "create", "--name", name];
    for scope in scopes {
        args.extend(["--scope", scope]);
    }
    args.extend(more);
    let made = anlanh(&args, place, "");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let text = String::from_utf8(made.stdout).unwrap();
    assert_eq!(text.lines().count(), 1, "the token and nothing else");
    text.trim().to_owned()
}

/// Where `.ci/run` puts a Python with what programs of another make need.
const PYTHON: &str = "../../target/others/bin/python";

/// A Python with `standardwebhooks`, `aiosmtpd` and `taxii2-client`.
pub fn python() -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join(PYTHON);
    if python.exists() {
        return Some(python);
    }
    let message =
        "NOT RUN: no Python with standardwebhooks, aiosmtpd and taxii2-client in target/others; .ci/run puts it there";
    assert!(std::env::var_os("CI").is_none(), "{message}");
    eprintln!("{message}");
    None
}
