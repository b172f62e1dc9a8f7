//! A receiver that notes what it gets and answers what a test tells it to.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What a receiver does with one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reaction {
    /// It answers this status with this body.
    Answer(u16, String),
    /// It answers with these very bytes.
    Bytes(Vec<u8>),
    /// It hangs up without a word.
    HangUp,
    /// It never says anything.
    Silence,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Got {
    pub head: String,
    pub body: Vec<u8>,
}

impl Got {
    /// A field of the head; its name in lower case.
    pub fn field(&self, name: &str) -> &str {
        let prefix = format!("{name}: ");
        let mut lines = self.head.lines();
        lines
            .find_map(|line| line.strip_prefix(prefix.as_str()))
            .unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A receiver. It stops when dropped.
pub struct Receiver {
    pub address: SocketAddr,
    got: Arc<Mutex<Vec<Got>>>,
    reactions: Arc<Mutex<VecDeque<Reaction>>>,
    running: JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl Receiver {
    /// A receiver that reacts like this, one after the other, and takes everything after that.
    pub async fn start(reactions: &[Reaction]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let got = Arc::<Mutex<Vec<Got>>>::default();
        let reactions = Arc::new(Mutex::new(VecDeque::from(reactions.to_vec())));
        let (notes, left) = (Arc::clone(&got), Arc::clone(&reactions));
        let handle = tokio::runtime::Handle::current();
        let running = handle.clone().spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                handle.spawn(serve(stream, Arc::clone(&notes), Arc::clone(&left)));
            }
        });
        Self {
            address,
            got,
            reactions,
            running,
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What came so far.
    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// Tells it how to react to what comes next.
    pub fn react(&self, reactions: &[Reaction]) {
        *self.reactions.lock().unwrap() = VecDeque::from(reactions.to_vec());
    }

    /// Waits until so many requests came; fails after half a minute.
    pub async fn wait_for(&self, count: usize) -> Vec<Got> {
        let come = async {
            let mut look = tokio::time::interval(Duration::from_millis(20));
            while self.got().len() < count {
                look.tick().await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(30), come).await;
        assert!(waited.is_ok(), "{} of {count} came", self.got().len());
        self.got()
    }
}

/// Reads one request and reacts to it.
pub async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    got: Arc<Mutex<Vec<Got>>>,
    reactions: Arc<Mutex<VecDeque<Reaction>>>,
) {
    let mut bytes = Vec::new();
    let (head, body) = loop {
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return;
        }
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(0, |length| length.parse().unwrap());
        if bytes.len() >= end + 4 + length {
            break (head, bytes[end + 4..end + 4 + length].to_vec());
        }
    };
    let reaction = reactions.lock().unwrap().pop_front();
    got.lock().unwrap().push(Got { head, body });
    let answer = match reaction {
        None => b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(),
        Some(Reaction::Answer(status, body)) => format!(
            "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nlocation: /elsewhere\r\n\r\n{body}",
            body.len()
        )
        .into_bytes(),
        Some(Reaction::Bytes(bytes)) => bytes,
        Some(Reaction::HangUp) => return,
        Some(Reaction::Silence) => std::future::pending().await,
    };
    let _gone = stream.write_all(&answer).await;
    let _gone = stream.shutdown().await;
}
