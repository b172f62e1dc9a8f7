//! Peers in Python: a process that waits for a line, goes through the texts and answers with its own processor seconds
//! and the number of finds.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result};

use crate::harness::Sample;

/// A running peer.
#[derive(Debug)]
pub struct Python {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    texts: u64,
    bytes: u64,
}

impl Python {
    /// Starts a script on these texts, with its argument.
    ///
    /// # Errors
    /// When Python or the peer is not there.
    pub fn start(home: &Path, script: &str, argument: &str, texts: &[String]) -> Result<Self> {
        let mut child = Command::new(home.join(".venv/bin/python"))
            .arg(home.join(script))
            .arg(argument)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("starting {script}"))?;
        let mut input = child.stdin.take().context("no pipe to the peer")?;
        let output = child.stdout.take().context("no pipe from the peer")?;
        serde_json::to_writer(&mut input, texts)?;
        input.write_all(b"\n")?;
        Ok(Self {
            child,
            input,
            output: BufReader::new(output),
            texts: texts.len() as u64,
            bytes: texts.iter().map(|text| text.len() as u64).sum(),
        })
    }

    /// Goes through the texts once.
    ///
    /// # Errors
    /// When the process has died.
    pub fn run(&mut self) -> Result<Sample> {
        self.input.write_all(b"run\n")?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let (seconds, found) = line.trim().split_once(' ').context("the peer has died")?;
        Ok(Sample {
            seconds: seconds.parse()?,
            items: self.texts,
            bytes: self.bytes,
            found: found.parse()?,
        })
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
