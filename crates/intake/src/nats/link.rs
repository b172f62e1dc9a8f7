//! A connection to a NATS server: opened, asked, and read message by message.

use std::fmt;
use std::sync::Arc;

use anlanh_sensor::{NatsFrame, NatsMessage, NatsReader};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;

use super::account::Connect;
use super::{NatsStream, NatsTls};
use crate::RunError;
use crate::limits::{ANSWER, HANDSHAKE, READ_BYTES};

/// What the inbox is subscribed to as.
const SUBSCRIPTION: &str = "1";

/// What a connection is over.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// What a server says of itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Info {
    nonce: String,
    max_payload: u64,
    tls_required: bool,
    tls_available: bool,
}

/// An open connection.
pub(super) struct Link {
    stream: Box<dyn Stream>,
    reader: NatsReader,
    buffer: Vec<u8>,
    /// Longest message that the server takes.
    pub(super) max_payload: u64,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link")
    }
}

/// Whatever is wrong with a connection ends it; another one is made.
fn broken<E>(_: E) -> RunError {
    RunError::Connect
}

impl Link {
    /// Connects, says who the node is, and listens to the inbox.
    pub(super) async fn open(source: &NatsStream) -> Result<Self, RunError> {
        let opened = timeout(HANDSHAKE, Self::shake_hands(source)).await;
        opened.map_err(broken)?
    }

    /// Over what is open already.
    #[cfg(test)]
    pub(super) fn over(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Self {
        Self {
            stream: Box::new(stream),
            reader: NatsReader::default(),
            buffer: vec![0; READ_BYTES],
            max_payload: 0,
        }
    }

    async fn shake_hands(source: &NatsStream) -> Result<Self, RunError> {
        let stream = TcpStream::connect((source.host.as_str(), source.port)).await;
        let stream = stream.map_err(broken)?;
        stream.set_nodelay(true).map_err(broken)?;
        let mut link = Self {
            stream: Box::new(stream),
            reader: NatsReader::default(),
            buffer: vec![0; READ_BYTES],
            max_payload: 0,
        };
        let NatsFrame::Info(info) = link.next_frame().await? else {
            return Err(RunError::Connect);
        };
        let info: Info = serde_json::from_slice(&info).map_err(broken)?;
        link.max_payload = info.max_payload;
        let is_wanted = !matches!(source.tls, NatsTls::AsAsked);
        let is_tls = info.tls_required || is_wanted;
        if is_wanted && !info.tls_required && !info.tls_available {
            return Err(RunError::Connect);
        }
        if is_tls {
            // What came in the clear behind it would be taken for what comes through TLS: anybody on the way could have said it.
            if !link.reader.is_empty() {
                return Err(RunError::Connect);
            }
            let name = ServerName::try_from(source.host.clone()).map_err(broken)?;
            let config = config_of(&source.tls)?;
            let secret = TlsConnector::from(Arc::new(config)).connect(name, link.stream).await;
            link.stream = Box::new(secret.map_err(broken)?);
        }
        let connect = serde_json::to_string(&Connect::new(&source.account, &info.nonce, is_tls)).map_err(broken)?;
        let said = format!(
            "CONNECT {connect}\r\nSUB _INBOX.{}.* {SUBSCRIPTION}\r\nPING\r\n",
            source.inbox
        );
        link.send(said.as_bytes()).await?;
        loop {
            match link.next_frame().await? {
                NatsFrame::Pong => return Ok(link),
                NatsFrame::Info(_) | NatsFrame::Ok | NatsFrame::Message(_) => {}
                NatsFrame::Ping => link.send(b"PONG\r\n").await?,
                NatsFrame::Error(why) => return Err(refusal(&why)),
            }
        }
    }

    /// Sends bytes.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), RunError> {
        let sent = timeout(ANSWER, async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        });
        sent.await.map_err(broken)?.map_err(broken)
    }

    /// Publishes what is to be answered to a word of the inbox.
    pub(super) async fn ask(&mut self, subject: &str, reply: &str, body: &str) -> Result<(), RunError> {
        let said = format!("PUB {subject} {reply} {}\r\n{body}\r\n", body.len());
        self.send(said.as_bytes()).await
    }

    /// The next message; none where none came until then.
    pub(super) async fn next_message(&mut self, until: Instant) -> Result<Option<NatsMessage>, RunError> {
        loop {
            let frame = match timeout_at(until, self.next_frame()).await {
                Ok(frame) => frame?,
                Err(_) => return Ok(None),
            };
            match frame {
                NatsFrame::Message(message) if message.subscription == SUBSCRIPTION => return Ok(Some(message)),
                // Nothing else was subscribed to.
                NatsFrame::Message(_) => return Err(RunError::Connect),
                NatsFrame::Ping => self.send(b"PONG\r\n").await?,
                NatsFrame::Info(_) | NatsFrame::Ok | NatsFrame::Pong => {}
                NatsFrame::Error(why) => return Err(refusal(&why)),
            }
        }
    }

    /// The next of what the server says. It may be given up at any moment: what was read stays.
    async fn next_frame(&mut self) -> Result<NatsFrame, RunError> {
        loop {
            if let Some(frame) = self.reader.next_frame().map_err(broken)? {
                return Ok(frame);
            }
            let count = self.stream.read(&mut self.buffer).await.map_err(broken)?;
            match self.buffer.get(..count).filter(|bytes| !bytes.is_empty()) {
                Some(bytes) => self.reader.push(bytes),
                None => return Err(RunError::Connect),
            }
        }
    }
}

/// What a server's error says of what people have to look to.
fn refusal(why: &str) -> RunError {
    let why = why.to_ascii_lowercase();
    if why.contains("authorization") || why.contains("permissions") || why.contains("authentication") {
        RunError::Credentials
    } else {
        RunError::Connect
    }
}

fn config_of(tls: &NatsTls) -> Result<ClientConfig, RunError> {
    let mut roots = RootCertStore::empty();
    match tls {
        NatsTls::AsAsked | NatsTls::System => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        NatsTls::Roots(pem) => {
            for root in CertificateDer::pem_slice_iter(pem) {
                roots.add(root.map_err(broken)?).map_err(broken)?;
            }
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(builder
        .map_err(broken)?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
