//! A small HTTP/1.1 client that keeps its connections: just enough to load a server, and cheap enough not to be what
//! is measured.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::thread;

use anyhow::{Context, Result, ensure};

use crate::harness::{Clock, Sample, time};

/// One connection.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    reader: BufReader<TcpStream>,
    line: String,
    body: Vec<u8>,
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).context("connecting")?;
        stream.set_nodelay(true)?;
        let reader = BufReader::with_capacity(1 << 16, stream.try_clone()?);
        Ok(Self {
            stream,
            reader,
            line: String::new(),
            body: Vec::new(),
        })
    }

    /// Sends a request that was made before and waits for its answer; returns the body.
    ///
    /// # Errors
    /// When the answer is not a success.
    pub fn ask(&mut self, request: &[u8]) -> Result<&[u8]> {
        self.send(request)?;
        self.answer()
    }

    /// Sends a request that was made before.
    ///
    /// # Errors
    /// When the connection is gone.
    pub fn send(&mut self, request: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(request)?)
    }

    /// Sends a request and returns the fields of its answer, whatever it says: names in small letters.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn exchange(&mut self, request: &[u8]) -> Result<Vec<(String, String)>> {
        self.stream.write_all(request)?;
        self.read_line()?;
        let fields = self.read_fields()?;
        self.read_rest(&fields)?;
        Ok(fields)
    }

    /// Sends a long request from a second thread while the answer is being read; returns the body.
    ///
    /// # Errors
    /// When the answer is not a success.
    pub fn stream(&mut self, request: &[u8]) -> Result<&[u8]> {
        let mut writer = self.stream.try_clone()?;
        thread::scope(|scope| {
            let sent = scope.spawn(move || writer.write_all(request));
            self.answer()?;
            let sent = sent.join();
            ensure!(matches!(sent, Ok(Ok(()))), "the request was not taken whole");
            Ok(self.body.as_slice())
        })
    }

    /// Waits for the answer to what was sent; returns the body.
    ///
    /// # Errors
    /// When the answer is not a success.
    pub fn answer(&mut self) -> Result<&[u8]> {
        let status = self.read_line()?.to_owned();
        let fields = self.read_fields()?;
        self.read_rest(&fields)?;
        ensure!(status.starts_with("HTTP/1.1 2"), "answered {status:?}");
        Ok(&self.body)
    }

    fn read_fields(&mut self) -> Result<Vec<(String, String)>> {
        let mut fields = Vec::new();
        while let Some((name, value)) = self.read_line()?.split_once(':') {
            fields.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        Ok(fields)
    }

    fn read_rest(&mut self, fields: &[(String, String)]) -> Result<()> {
        self.body.clear();
        match fields.iter().find(|(name, _)| name == "content-length") {
            Some((_, length)) => self.read_body(length.parse()?),
            // Without a length the body comes in chunks.
            None => loop {
                let size = usize::from_str_radix(self.read_line()?.split(';').next().unwrap_or_default(), 16)?;
                self.read_body(size)?;
                self.read_line()?;
                if size == 0 {
                    return Ok(());
                }
            },
        }
    }

    fn read_line(&mut self) -> Result<&str> {
        self.line.clear();
        let read = self.reader.read_line(&mut self.line)?;
        ensure!(read > 0, "the server closed the connection");
        Ok(self.line.trim_end())
    }

    fn read_body(&mut self, length: usize) -> Result<()> {
        let from = self.body.len();
        self.body.resize(from + length, 0);
        let place = self.body.get_mut(from..).unwrap_or_default();
        self.reader.read_exact(place)?;
        Ok(())
    }
}

/// A POST request with a body of this type.
#[must_use]
pub fn post(path: &str, kind: &str, body: &[u8]) -> Vec<u8> {
    request("POST", path, &[&format!("content-type: {kind}")], body)
}

/// A GET request.
#[must_use]
pub fn get(path: &str, fields: &[&str]) -> Vec<u8> {
    request("GET", path, fields, b"")
}

/// A request with these fields besides host and length.
#[must_use]
pub fn request(method: &str, path: &str, fields: &[&str], body: &[u8]) -> Vec<u8> {
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n",
        body.len()
    );
    for field in fields {
        head.push_str(field);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

/// Sends each request once, shared out over so many connections; returns how long it took by the wall.
///
/// # Errors
/// When a connection fails or an answer is not a 200.
pub fn load(address: SocketAddr, connections: usize, requests: &[Vec<u8>]) -> Result<Sample> {
    let mut opened = Vec::with_capacity(connections);
    for _ in 0..connections {
        opened.push(Connection::open(address)?);
    }
    let share = requests.len().div_ceil(connections.max(1)).max(1);
    let mut failure = None;
    let sample = time(Clock::Wall, || {
        let answers = thread::scope(|scope| {
            let mut running = Vec::new();
            for (mut connection, requests) in opened.into_iter().zip(requests.chunks(share)) {
                running.push(scope.spawn(move || -> Result<u64> {
                    let mut answered = 0;
                    for request in requests {
                        answered += u64::from(!connection.ask(request)?.is_empty());
                    }
                    Ok(answered)
                }));
            }
            let mut answers = 0;
            for thread in running {
                match thread.join() {
                    Ok(Ok(answered)) => answers += answered,
                    Ok(Err(error)) => failure = Some(error),
                    Err(_) => failure = Some(anyhow::anyhow!("a client thread panicked")),
                }
            }
            answers
        });
        let bytes = requests.iter().map(|request| request.len() as u64).sum();
        (requests.len() as u64, bytes, answers)
    });
    failure.map_or(Ok(sample), Err)
}
