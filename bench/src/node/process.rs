//! The product as a process: started, asked whether it is ready, weighed, and stopped.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::http::client::{Connection, get};

/// How long a node may take to be ready.
const PATIENCE: Duration = Duration::from_secs(60);

/// A node that can be started.
#[derive(Debug)]
pub struct Node {
    program: PathBuf,
    folder: PathBuf,
    database: Option<String>,
}

/// A node that runs. It is stopped, in order, when this is dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    address: SocketAddr,
    ready: Duration,
}

impl Node {
    /// A node that keeps its things in a folder, or in a database of PostgreSQL.
    pub fn new(program: &Path, folder: &Path, database: Option<&str>) -> Self {
        Self {
            program: program.to_owned(),
            folder: folder.to_owned(),
            database: database.map(str::to_owned),
        }
    }

    /// Starts it and waits until it says that it is ready.
    ///
    /// # Errors
    /// When it does not start in time.
    pub fn start(&self) -> Result<Running> {
        // Asked for by number, so that nobody has to wait for the node to tell it.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let started = Instant::now();
        let mut command = self.command(&["serve", "--listen", &address.to_string()]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.with_context(|| format!("starting {}", self.program.display()))?;
        let mut running = Running {
            child,
            address,
            ready: Duration::ZERO,
        };
        while started.elapsed() < PATIENCE {
            let answer = Connection::open(address).and_then(|mut connection| {
                let ready = connection.ask(&get("/readyz", &[]))?.to_vec();
                Ok(ready)
            });
            if answer.is_ok() {
                running.ready = started.elapsed();
                return Ok(running);
            }
            #[expect(clippy::disallowed_methods, reason = "nobody tells when a process is ready")]
            sleep(Duration::from_millis(2));
        }
        bail!("the node was not ready in time")
    }

    /// A new token that may keep and read items.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn token(&self) -> Result<String> {
        let scopes = [
            "--scope",
            "items:write",
            "--scope",
            "items:read",
            "--scope",
            "cases:read",
        ];
        self.print(&[&["token", "create", "--name", "bench"], scopes.as_slice()].concat())
    }

    /// A new account of an auditor, who may see every page that is measured.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn account(&self, name: &str, password: &str) -> Result<()> {
        let file = self.folder.join("password");
        std::fs::write(&file, password)?;
        let file = file.display().to_string();
        let made = self.print(&[
            "user",
            "create",
            "--name",
            name,
            "--role",
            "auditor",
            "--password-file",
            &file,
        ]);
        made.map(drop)
    }

    fn print(&self, args: &[&str]) -> Result<String> {
        let output = self.command(args).stderr(Stdio::inherit()).output()?;
        ensure!(
            output.status.success(),
            "anlanh {} ended with {}",
            args.join(" "),
            output.status
        );
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(args).current_dir(&self.folder).stdin(Stdio::null());
        match &self.database {
            Some(address) => command.args(["--database", address]),
            None => command.args(["--data", "data"]),
        };
        command
    }
}

impl Running {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// From its start until it said that it was ready.
    pub fn seconds_to_ready(&self) -> f64 {
        self.ready.as_secs_f64()
    }

    /// What it holds in memory of its own, without what it maps of files.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn own_bytes(&self) -> Result<u64> {
        self.status("RssAnon:")
    }

    /// The most that it ever held in memory; what it maps of a file counts once for each mapping.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn peak_bytes(&self) -> Result<u64> {
        self.status("VmHWM:")
    }

    fn status(&self, field: &str) -> Result<u64> {
        let file = std::fs::File::open(format!("/proc/{}/status", self.child.id()))?;
        for line in BufReader::new(file).lines() {
            let line = line?;
            if let Some(rest) = line.strip_prefix(field) {
                let kilobytes: u64 = rest.trim().trim_end_matches(" kB").parse()?;
                return Ok(kilobytes * 1024);
            }
        }
        bail!("the system does not tell {field}")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}
