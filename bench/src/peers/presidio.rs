//! Presidio, patterns only: a Python process that waits for a line, goes through the texts and answers with its own
//! processor seconds and the number of finds.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result};

use crate::harness::Sample;

/// A running Presidio.
#[derive(Debug)]
pub struct Presidio {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    texts: u64,
    bytes: u64,
}

impl Presidio {
    /// Starts it on these texts, with the recognisers of one set (`all` or `same`, see `presidio.py`).
    ///
    /// # Errors
    /// When Python or Presidio is not there.
    pub fn start(home: &Path, recognisers: &str, texts: &[String]) -> Result<Self> {
        let mut child = Command::new(home.join(".venv/bin/python"))
            .arg(home.join("presidio.py"))
            .arg(recognisers)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("starting presidio")?;
        let mut input = child.stdin.take().context("no pipe to presidio")?;
        let output = child.stdout.take().context("no pipe from presidio")?;
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
        let (seconds, found) = line.trim().split_once(' ').context("presidio has died")?;
        Ok(Sample {
            seconds: seconds.parse()?,
            items: self.texts,
            bytes: self.bytes,
            found: found.parse()?,
        })
    }
}

impl Drop for Presidio {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
