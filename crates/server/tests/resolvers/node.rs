//! `anlanh blocklist serve` as a process, and what it says.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anlanh_testkit::TOOLS_PATH;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use crate::servers::free_port;

/// How long something that must come may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with a list and a key, and the ports of whoever serves from it.
pub struct Home {
    pub folder: tempfile::TempDir,
    pub port: u16,
    pub tls_port: u16,
}

impl Home {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = Command::new("tsig-keygen")
            .env("PATH", TOOLS_PATH)
            .arg("anlanh")
            .output()
            .unwrap();
        std::fs::write(folder.path().join("key.conf"), key.stdout).unwrap();
        let pair = rcgen::generate_simple_self_signed(["zone.anlanh".to_owned()]).unwrap();
        let write = |name: &str, label: &str, der: &[u8]| {
            std::fs::write(folder.path().join(name), pem(label, der)).unwrap();
        };
        write("cert.pem", "CERTIFICATE", pair.cert.der());
        write("cert.key", "PRIVATE KEY", &pair.signing_key.serialize_der());
        Self {
            folder,
            port: free_port(),
            tls_port: free_port(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes the list, beside and renamed.
    pub fn list(&self, values: &[&str]) {
        let text: String = values.iter().map(|value| format!("{value}\n")).collect();
        std::fs::write(self.path("list.new"), text).unwrap();
        std::fs::rename(self.path("list.new"), self.path("list.txt")).unwrap();
    }

    /// The secret of the key.
    pub fn secret(&self) -> String {
        let text = std::fs::read_to_string(self.path("key.conf")).unwrap();
        let (_, secret) = text.split_once("secret \"").unwrap();
        secret.split('"').next().unwrap().to_owned()
    }
}

/// A process that serves.
pub struct Node {
    child: Child,
    lines: Receiver<Value>,
    log: PathBuf,
}

impl Drop for Node {
    fn drop(&mut self) {
        // As hard as it can be: nothing is to depend on a farewell.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Node {
    /// It serves the list of the file.
    pub fn start(home: &Home, args: &[String]) -> Self {
        Self::start_with(home, &["list.txt"], args)
    }

    /// It serves what is named.
    pub fn start_with(home: &Home, list: &[&str], args: &[String]) -> Self {
        let log = home.path("log");
        let file = std::fs::File::options().create(true).append(true).open(&log).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_anlanh"));
        command
            .env("PATH", TOOLS_PATH)
            .current_dir(home.folder.path())
            .args(["blocklist", "serve"])
            .args(list)
            .args(["--refresh", "1", "--tsig-file", "key.conf"])
            .args(["--listen", &format!("127.0.0.1:{}", home.port)])
            .args(["--tls-listen", &format!("127.0.0.1:{}", home.tls_port)])
            .args(["--tls-cert", "cert.pem", "--tls-key", "cert.key"])
            .args(args);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(file);
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (send, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if send.send(serde_json::from_str(&line).unwrap()).is_err() {
                    return;
                }
            }
        });
        let mut node = Self { child, lines, log };
        node.wait_for("listening");
        node
    }

    /// The next line of an event.
    pub fn wait_for(&mut self, event: &str) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let line = self.lines.recv_timeout(until.saturating_duration_since(Instant::now()));
            let Ok(line) = line else {
                panic!("no {event}: {}", self.log());
            };
            if line["event"] == event {
                return line;
            }
        }
    }

    /// The next version that is another.
    pub fn wait_for_version(&mut self) -> u64 {
        self.wait_for("published")["serial"].as_u64().unwrap()
    }

    /// The next proof of a name.
    pub fn wait_for_proof(&mut self, name: &str) -> Value {
        loop {
            let proof = self.wait_for("proof");
            if proof["name"] == name {
                return proof;
            }
        }
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: String = text
        .as_bytes()
        .chunks(64)
        .map(|line| format!("{}\n", String::from_utf8_lossy(line)))
        .collect();
    format!("-----BEGIN {label}-----\n{lines}-----END {label}-----\n")
}

/// A file, as the configuration of a server names it.
pub fn quoted(path: &Path) -> String {
    path.display().to_string()
}
