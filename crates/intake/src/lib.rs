//! Where events come in: files that are followed, connections over TCP, TLS and sockets of the file system, datagrams, streams of
//! NATS JetStream.
//!
//! A [`Sensor`] is run until it is dropped, and gives [`Delivery`]s into a channel that holds few. Whoever takes them says when
//! one is durable; a file is followed no further than that, and marks where it has come to are kept with what was read, by who
//! keeps it. Where the channel is full, files and connections are not read, so that their senders wait; datagrams cannot wait
//! and are counted.

mod connection;
mod datagram;
mod decode;
pub mod limits;
mod nats;
mod tail;
mod tls;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anlanh_sensor::Meter;
use anlanh_soc::Layout;
use tokio::sync::{mpsc, oneshot};

pub use decode::{Decoder, Shape, Wrapping};
pub use nats::{NatsAccount, NatsStream, NatsTls, is_nats_name};
pub use tail::{Follower, Position, Step};
pub use tls::{TlsError, TlsServer};

/// Where a sensor's events come in.
#[derive(Debug, Clone)]
pub enum Way {
    /// A file is followed, from where a mark says.
    Tail {
        /// The file.
        path: PathBuf,
        /// How far it was read, as [`Delivery::mark`] said.
        mark: Option<Vec<u8>>,
    },
    /// Connections.
    Tcp(SocketAddr),
    /// Connections in TLS.
    Tls(SocketAddr, TlsServer),
    /// Connections to a socket of the file system.
    Unix(PathBuf),
    /// Datagrams.
    Udp(SocketAddr),
    /// A stream of NATS JetStream is read, from where a mark says.
    Nats {
        /// The stream.
        stream: Box<NatsStream>,
        /// How far it was read, as [`Delivery::mark`] said.
        mark: Option<Vec<u8>>,
    },
}

/// A sensor to be run.
#[derive(Debug, Clone)]
pub struct Sensor {
    /// Its number.
    pub number: u32,
    /// Where its events come in.
    pub way: Way,
    /// How they are read.
    pub shape: Shape,
    /// What is counted of it.
    pub meter: Arc<Meter>,
}

/// Events that came together.
#[derive(Debug)]
pub struct Delivery {
    /// The number of the sensor.
    pub number: u32,
    /// Whole lines, with how they are read.
    pub stretches: Vec<(Vec<u8>, Layout)>,
    /// What could not even be made lines of.
    pub bad: u64,
    /// How far the sensor was read with this, to be kept with it; where that can be said.
    pub mark: Option<Vec<u8>>,
    /// Whoever waits until it is durable.
    pub done: Option<oneshot::Sender<Kept>>,
}

/// What became of a delivery that is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    /// Events that were read.
    pub events: u64,
    /// What could not be read.
    pub bad: u64,
}

/// Where deliveries go.
pub type Sink = mpsc::Sender<Delivery>;

/// Why a sensor cannot run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The address or socket cannot be listened on.
    #[error("cannot listen")]
    Listen(#[source] std::io::Error),
    /// The file cannot be read.
    #[error("cannot read the file")]
    File(#[source] std::io::Error),
    /// The server is not there, or the connection to it broke.
    #[error("no connection to the server")]
    Connect,
    /// The server does not let the node in, or not to the stream.
    #[error("the server refuses the credentials")]
    Credentials,
    /// The server has no such stream, or a consumer of this name that would lose events.
    #[error("the server has no such stream")]
    Stream,
    /// Nobody takes what comes in any more.
    #[error("nobody takes events any more")]
    Gone,
}

/// Runs a sensor until it is dropped. `on_ready` is called with the address that is listened on, or none, once it runs.
///
/// # Errors
/// When it cannot run.
pub async fn run(sensor: Sensor, sink: Sink, on_ready: impl FnOnce(Option<SocketAddr>)) -> Result<(), RunError> {
    match sensor.way.clone() {
        Way::Tail { path, mark } => {
            on_ready(None);
            tail::run(&sensor, path, mark, &sink).await
        }
        Way::Nats { stream, mark } => nats::run(&sensor, &stream, mark, &sink, || on_ready(None)).await,
        Way::Udp(address) => datagram::run(&sensor, address, &sink, on_ready).await,
        Way::Tcp(address) => connection::run_tcp(sensor, address, None, sink, on_ready).await,
        Way::Tls(address, tls) => connection::run_tcp(sensor, address, Some(tls), sink, on_ready).await,
        Way::Unix(path) => {
            let listener = connection::listen_unix(&path).map_err(RunError::Listen)?;
            on_ready(None);
            connection::run_unix(sensor, listener, sink).await
        }
    }
}
