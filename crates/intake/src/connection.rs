//! Connections: each is read as fast as what it sends is taken.

use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;
use std::sync::Arc;

use anlanh_sensor::Meter;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, UnixListener};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::decode::Decoder;
use crate::limits::{HANDSHAKE, MAX_CONNECTIONS, READ_BYTES};
use crate::tls::TlsServer;
use crate::{Delivery, RunError, Sensor, Sink};

/// An open connection; counted while it lives.
struct Open(Arc<Meter>);

impl Open {
    fn new(meter: &Arc<Meter>) -> Self {
        meter.opened();
        Self(Arc::clone(meter))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.closed();
    }
}

pub(crate) async fn run_tcp(
    sensor: Sensor,
    address: SocketAddr,
    tls: Option<TlsServer>,
    sink: Sink,
    on_ready: impl FnOnce(Option<SocketAddr>),
) -> Result<(), RunError> {
    let listener = TcpListener::bind(address).await.map_err(RunError::Listen)?;
    on_ready(listener.local_addr().ok());
    let sensor = Arc::new(sensor);
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = open.join_next() => continue,
            () = sink.closed() => return Err(RunError::Gone),
        };
        // A connection that broke before it was taken, or too many open files: those that there are go on.
        let Ok((stream, _)) = accepted else {
            tokio::task::yield_now().await;
            continue;
        };
        if open.len() >= MAX_CONNECTIONS {
            sensor.meter.refused();
            continue;
        }
        let (sensor, sink, tls) = (Arc::clone(&sensor), sink.clone(), tls.clone());
        open.spawn(async move {
            let _open = Open::new(&sensor.meter);
            match tls {
                None => read(&sensor, stream, &sink).await,
                Some(tls) => match timeout(HANDSHAKE, tls.accept(stream)).await {
                    Ok(Ok(stream)) => read(&sensor, stream, &sink).await,
                    Ok(Err(_)) | Err(_) => sensor.meter.refused(),
                },
            }
        });
    }
}

/// Listens at a path; a socket that a process left there is taken away.
pub(crate) fn listen_unix(path: &Path) -> io::Result<UnixListener> {
    if std::fs::symlink_metadata(path).is_ok_and(|about| about.file_type().is_socket()) {
        std::fs::remove_file(path)?;
    }
    UnixListener::bind(path)
}

pub(crate) async fn run_unix(sensor: Sensor, listener: UnixListener, sink: Sink) -> Result<(), RunError> {
    let sensor = Arc::new(sensor);
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = open.join_next() => continue,
            () = sink.closed() => return Err(RunError::Gone),
        };
        let Ok((stream, _)) = accepted else {
            tokio::task::yield_now().await;
            continue;
        };
        if open.len() >= MAX_CONNECTIONS {
            sensor.meter.refused();
            continue;
        }
        let (sensor, sink) = (Arc::clone(&sensor), sink.clone());
        open.spawn(async move {
            let _open = Open::new(&sensor.meter);
            read(&sensor, stream, &sink).await;
        });
    }
}

/// Reads a connection to its end.
async fn read(sensor: &Sensor, mut stream: impl AsyncRead + AsyncWrite + Unpin, sink: &Sink) {
    let mut decoder = Decoder::new(&sensor.shape);
    let mut buffer = vec![0; READ_BYTES];
    loop {
        // What a connection broke in is as good as what it ended in.
        let count = stream.read(&mut buffer).await.unwrap_or(0);
        sensor.meter.received(count);
        match buffer.get(..count).filter(|bytes| !bytes.is_empty()) {
            Some(bytes) => decoder.push(bytes),
            None => decoder.finish(),
        }
        let reply = decoder.take_reply();
        // Who does not take an answer is told by their connection that it broke.
        if !reply.is_empty() && stream.write_all(&reply).await.is_err() {
            return;
        }
        let (stretches, bad) = decoder.take();
        if !stretches.is_empty() || bad > 0 {
            let delivery = Delivery {
                number: sensor.number,
                stretches,
                bad,
                mark: None,
                done: None,
            };
            if sink.send(delivery).await.is_err() {
                return;
            }
        }
        if decoder.is_broken() {
            sensor.meter.refused();
            return;
        }
        if count == 0 {
            return;
        }
    }
}
