//! A headless Chromium through chromedriver, by the WebDriver protocol (W3C) and the few commands of Chromium's own that
//! the tests need.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::console::PASSWORD;
use crate::support::Server;

/// A browser of its own, with nothing of any other's. It ends when dropped.
pub struct Browser {
    client: reqwest::Client,
    session: String,
    driver: Child,
    _profile: TempDir,
}

/// Finds a program on the path.
fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let candidates = env::split_paths(&path).flat_map(|dir| names.iter().map(move |name| dir.join(name)));
    candidates.into_iter().find(|candidate| candidate.is_file())
}

/// Starts a driver and reads where it listens; none if it does not.
fn begin(program: &Path) -> Option<(Child, String)> {
    let mut driver = Command::new(program)
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(driver.stdout.take().unwrap()).lines();
    let port = said.find_map(|line| Some(line.ok()?.split_once("successfully on port ")?.1.to_owned()));
    match port {
        Some(port) => Some((driver, port.trim_end_matches('.').to_owned())),
        None => {
            driver.wait().unwrap();
            None
        }
    }
}

impl Browser {
    /// Starts one, if there is one on this machine.
    pub async fn start() -> Option<Self> {
        let chromium = find(&["chromium", "chromium-browser", "google-chrome"])?;
        let program = find(&["chromedriver"])?;
        // The port that it finds free may be taken by another one before it listens there.
        let (driver, port) = (0..5).find_map(|_| begin(&program)).expect("chromedriver starts");
        let base = format!("http://127.0.0.1:{port}/session");
        let profile = tempfile::tempdir().unwrap();
        let client = reqwest::Client::new();
        let session = call(&client, &base, &capabilities(&chromium, profile.path())).await;
        let id = session["sessionId"].as_str().unwrap();
        let browser = Self {
            session: format!("{base}/{id}"),
            client,
            driver,
            _profile: profile,
        };
        // Several browsers run beside each other, and none of their windows is in front of anybody.
        let focused = json!({ "enabled": true });
        browser.devtools("Emulation.setFocusEmulationEnabled", focused).await;
        Some(browser)
    }

    async fn command(&self, path: &str, body: Value) -> Value {
        call(&self.client, &format!("{}/{path}", self.session), &body).await
    }

    /// Sends a command of the Chrome DevTools protocol.
    pub async fn devtools(&self, command: &str, params: Value) -> Value {
        self.command("goog/cdp/execute", json!({ "cmd": command, "params": params }))
            .await
    }

    /// Makes the window this large, in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Opens a page and waits until it is loaded.
    pub async fn open(&self, url: &str) {
        // A browser that is busy may say that a page is loaded while the one before is still there.
        self.run("window.isBefore = true").await;
        self.command("url", json!({ "url": url })).await;
        self.wait("window.isBefore === undefined && document.readyState === 'complete' && document.hasFocus()")
            .await;
    }

    /// Signs somebody in who was given the account of the tests.
    pub async fn sign_in(&self, server: &Server, name: &str) {
        self.forget().await;
        self.open(&server.url("/console/sign-in")).await;
        self.value("document.getElementById('name').focus()").await;
        self.press(&format!("{name}\u{e004}{PASSWORD}\u{e007}")).await;
        self.wait("document.querySelector('nav') !== null").await;
    }

    /// The value of an expression on the page.
    pub async fn value(&self, expression: &str) -> Value {
        let script = format!("return ({expression});");
        self.command("execute/sync", json!({ "script": script, "args": [] }))
            .await
    }

    /// Runs a script on the page.
    pub async fn run(&self, script: &str) {
        self.command("execute/sync", json!({ "script": script, "args": [] }))
            .await;
    }

    /// Waits until an expression on the page is true; fails after ten seconds. It asks again and again: one page may
    /// give way to the next meanwhile, and a script that waited in the first would be lost.
    pub async fn wait(&self, expression: &str) {
        let body = json!({ "script": format!("return ({expression}) === true;"), "args": [] });
        let url = format!("{}/execute/sync", self.session);
        let mut answer = Value::Null;
        for _ in 0..500 {
            answer = ask(&self.client, &url, &body).await;
            if answer == true {
                return;
            }
            // The browser tells nobody when a page has become what one waits for.
            #[expect(clippy::disallowed_methods, reason = "there is no event to wait for")]
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{expression}: {answer}");
    }

    /// Presses keys one after the other, as a person at the keyboard does.
    pub async fn press(&self, keys: &str) {
        let strokes = keys.chars().flat_map(|key| {
            let key = key.to_string();
            [
                json!({ "type": "keyDown", "value": key }),
                json!({ "type": "keyUp", "value": key }),
            ]
        });
        let strokes: Vec<Value> = strokes.collect();
        let actions = json!({ "actions": [{ "type": "key", "id": "keys", "actions": strokes }] });
        self.command("actions", actions).await;
    }

    /// Presses a key while another is held.
    pub async fn chord(&self, held: char, key: char) {
        let stroke = |kind: &str, key: char| json!({ "type": kind, "value": key.to_string() });
        let strokes = [
            stroke("keyDown", held),
            stroke("keyDown", key),
            stroke("keyUp", key),
            stroke("keyUp", held),
        ];
        let actions = json!({ "actions": [{ "type": "key", "id": "keys", "actions": strokes }] });
        self.command("actions", actions).await;
    }

    /// Forgets every cookie.
    pub async fn forget(&self) {
        self.devtools("Network.clearBrowserCookies", json!({})).await;
    }

    /// The first element that a selector finds, by its number in the DevTools protocol.
    pub async fn query(&self, selector: &str) -> Option<u64> {
        let document = self.devtools("DOM.getDocument", json!({ "depth": 0 })).await;
        let params = json!({ "nodeId": document["root"]["nodeId"], "selector": selector });
        let url = format!("{}/goog/cdp/execute", self.session);
        let body = json!({ "cmd": "DOM.querySelector", "params": params });
        let found = ask(&self.client, &url, &body).await;
        // Between the two commands the page may give way to the next: then nothing is there yet.
        let gone = found["message"]
            .as_str()
            .is_some_and(|said| said.contains("Could not find node"));
        assert!(gone || found["error"].is_null(), "{url}: {found}");
        found["nodeId"].as_u64().filter(|node| *node != 0)
    }

    /// Everything that the console said since the last call.
    pub async fn console(&self) -> Vec<String> {
        let entries = self.command("se/log", json!({ "type": "browser" })).await;
        entries
            .as_array()
            .into_iter()
            .flatten()
            .map(|entry| entry["message"].to_string())
            .collect()
    }

    /// Saves the whole page as a PNG where `ANLANH_SCREENSHOTS` names a folder; of a page that Chromium calls too large for
    /// that, the beginning.
    pub async fn picture(&self, name: &str) {
        const MOST_PIXELS: f64 = 16_000.0;
        let Some(folder) = env::var_os("ANLANH_SCREENSHOTS") else {
            return;
        };
        let page = self.devtools("Page.getLayoutMetrics", json!({})).await;
        let size = |side: &str| page["cssContentSize"][side].as_f64().unwrap();
        let clip = json!({
            "x": 0, "y": 0, "width": size("width"), "height": size("height").min(MOST_PIXELS), "scale": 1,
        });
        let shot = self
            .devtools(
                "Page.captureScreenshot",
                json!({ "captureBeyondViewport": true, "clip": clip }),
            )
            .await;
        let png = from_base64(shot["data"].as_str().unwrap());
        std::fs::write(Path::new(&folder).join(name).with_extension("png"), png).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The session is ended first: a chromedriver that is told to go leaves its browser behind, and a few hundred of them fill a
        // machine. What fails here ends no test.
        let _ = self.end_session();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Browser {
    /// Where no futures run.
    fn end_session(&self) -> std::io::Result<()> {
        let (host, path) = self.session.trim_start_matches("http://").split_once('/').unwrap();
        let mut connection = TcpStream::connect(host)?;
        connection.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(
            connection,
            "DELETE /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )?;
        connection.read_to_end(&mut Vec::new())?;
        Ok(())
    }
}

fn capabilities(chromium: &Path, profile: &Path) -> Value {
    let args = [
        "--headless".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--no-first-run".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--hide-scrollbars".to_owned(),
        format!("--user-data-dir={}", profile.display()),
    ];
    json!({ "capabilities": { "alwaysMatch": {
        "goog:chromeOptions": { "binary": chromium, "args": args },
        "goog:loggingPrefs": { "browser": "ALL" },
        "timeouts": { "script": 180_000 },
    } } })
}

async fn call(client: &reqwest::Client, url: &str, body: &Value) -> Value {
    let value = ask(client, url, body).await;
    assert!(value["error"].is_null(), "{url}: {value}");
    value
}

/// The value that is answered, or the error in its place.
async fn ask(client: &reqwest::Client, url: &str, body: &Value) -> Value {
    let request = client
        .post(url)
        .header("content-type", "application/json")
        .body(body.to_string());
    let answer = request.send().await.unwrap().bytes().await.unwrap();
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    answer["value"].clone()
}

fn from_base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}
