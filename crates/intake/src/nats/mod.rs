//! A stream of NATS JetStream, read by a durable consumer that the node pulls from.
//!
//! A message is acknowledged when its events are durable, and not before. What was kept is known by the node's own mark, the
//! number of the last message of the stream: whatever the server gives out again is acknowledged and not kept twice. The mark
//! holds for all messages before it, so nothing is handed over while a message that was given out before is on its way, and numbers
//! that are missing between what is handed over are of messages that are lost.

mod account;
mod holding;
mod link;
mod session;

use std::fmt;

use anlanh_sensor::NkeySeed;

use crate::{RunError, Sensor, Sink};

pub use account::NatsAccount;

/// A stream to be read.
#[derive(Clone)]
pub struct NatsStream {
    /// Name or address of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether it must speak TLS.
    pub tls: NatsTls,
    /// The name of the stream.
    pub stream: String,
    /// Of which subject messages are read; none for all.
    pub subject: Option<String>,
    /// The name of the consumer, which no other node has; it is made if it is not there.
    pub consumer: String,
    /// The name that its consumer had when names did not tell nodes apart. It is read where the server makes no other, as of a work queue.
    pub consumer_before: String,
    /// Who the node is to the server.
    pub account: NatsAccount,
    /// A word that no other client has, of letters and digits.
    pub inbox: String,
}

/// How a connection to a NATS server is kept secret.
#[derive(Clone)]
pub enum NatsTls {
    /// As the server asks.
    AsAsked,
    /// It must be; certificates are those of the system.
    System,
    /// It must be; certificates are those that this file, in PEM, signs for.
    Roots(Vec<u8>),
}

impl fmt::Debug for NatsStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsStream")
            .field("stream", &self.stream)
            .finish_non_exhaustive()
    }
}

/// Whether this can name a stream or a consumer.
#[must_use]
pub fn is_nats_name(text: &str) -> bool {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=128).contains(&text.len()) && text.bytes().all(is_known)
}

pub(crate) async fn run(
    sensor: &Sensor,
    source: &NatsStream,
    mark: Option<Vec<u8>>,
    sink: &Sink,
    on_ready: impl FnOnce(),
) -> Result<(), RunError> {
    tokio::select! {
        ended = session::run(sensor, source, mark, sink, on_ready) => ended,
        () = sink.closed() => Err(RunError::Gone),
    }
}

/// The key of a seed.
fn key_of(seed: &NkeySeed) -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(seed.as_bytes())
}
