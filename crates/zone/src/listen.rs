//! Sockets: datagrams, connections, and connections inside TLS (RFC 9103). What is answered is [`Responder`]'s business; here it
//! is seen to that nobody takes more than their share.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::rdata::tsig::Time48;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_rustls::TlsAcceptor;

use crate::limits::{
    MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS, MAX_HANDSHAKE, MAX_IDLE, MAX_REQUEST_BYTES,
    MAX_REQUESTS_PER_CONNECTION, MAX_TRANSFERS,
};
use crate::respond::{Responder, Response, Transport};
use crate::server::{Clock, Current};
use crate::transfer::Transfer;

/// How long a socket is let be that gives an error, as when the process has too many files open.
const BREATH: Duration = Duration::from_millis(20);

/// What every socket shares.
pub struct Shared {
    pub responder: Responder,
    /// The version in force of each zone of the responder.
    pub zones: Vec<Current>,
    pub clock: Clock,
    transfers: Semaphore,
    connections: Arc<Semaphore>,
    by_address: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection that is counted for as long as it is there.
struct Counted {
    shared: Arc<Shared>,
    peer: IpAddr,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counts = self.shared.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.peer) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.peer);
            }
        }
    }
}

impl Shared {
    pub fn new(responder: Responder, zones: Vec<Current>, clock: Clock) -> Self {
        Self {
            responder,
            zones,
            clock,
            transfers: Semaphore::new(MAX_TRANSFERS),
            connections: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
            by_address: Mutex::default(),
        }
    }

    /// Counts a connection, if its address has not its share already.
    fn count(self: &Arc<Self>, peer: IpAddr) -> Option<Counted> {
        let mut counts = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(peer).or_insert(0);
        (*count < MAX_CONNECTIONS_PER_ADDRESS).then(|| {
            *count += 1;
            Counted {
                shared: Arc::clone(self),
                peer,
            }
        })
    }

    fn now(&self) -> Time48 {
        Time48::from_u64((self.clock)().as_secs())
    }

    fn respond(&self, request: &[u8], peer: SocketAddr, transport: Transport) -> Response {
        let version_of = |zone: usize| self.zones.get(zone)?.version();
        let response = self
            .responder
            .respond(version_of, request, peer.ip(), transport, self.now());
        response.unwrap_or(Response::Nothing)
    }
}

/// Answers datagrams.
pub async fn answer_datagrams(socket: UdpSocket, shared: Arc<Shared>) {
    let mut request = vec![0; MAX_REQUEST_BYTES + 1];
    loop {
        // What goes wrong with one datagram, as when nobody takes an answer, is not the business of the next.
        let Ok((len, peer)) = socket.recv_from(&mut request).await else {
            sleep_until(Instant::now() + BREATH).await;
            continue;
        };
        let Some(request) = request.get(..len).filter(|request| request.len() <= MAX_REQUEST_BYTES) else {
            continue;
        };
        if let Response::Message(message) = shared.respond(request, peer, Transport::Datagram)
            && let Some(message) = message.get(2..)
        {
            let _ = socket.send_to(message, peer).await;
        }
    }
}

/// Answers connections, inside TLS where there is an acceptor.
pub async fn answer_connections(listener: TcpListener, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        // Nobody is heard before there is room.
        let Ok(room) = Arc::clone(&shared.connections).acquire_owned().await else {
            return;
        };
        let accepted = listener.accept().await;
        while connections.try_join_next().is_some() {}
        let Ok((stream, peer)) = accepted else {
            sleep_until(Instant::now() + BREATH).await;
            continue;
        };
        let Some(counted) = shared.count(peer.ip()) else {
            continue;
        };
        // The end of a transfer is not to wait for more.
        let _ = stream.set_nodelay(true);
        let (shared, tls) = (Arc::clone(&shared), tls.clone());
        connections.spawn(async move {
            let ended = match tls {
                None => answer_requests(stream, peer, &shared).await,
                Some(tls) => answer_inside_tls(stream, &tls, peer, &shared).await,
            };
            if let Err(error) = ended {
                tracing::debug!(%peer, %error, "a connection for a zone ended");
            }
            drop((room, counted));
        });
    }
}

async fn answer_inside_tls(stream: TcpStream, tls: &TlsAcceptor, peer: SocketAddr, shared: &Shared) -> io::Result<()> {
    let stream = timeout(MAX_HANDSHAKE, tls.accept(stream)).await??;
    answer_requests(stream, peer, shared).await
}

/// Answers one request after the other, until there is none or the peer takes too long.
async fn answer_requests(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    peer: SocketAddr,
    shared: &Shared,
) -> io::Result<()> {
    for _ in 0..MAX_REQUESTS_PER_CONNECTION {
        let Some(request) = timeout(MAX_IDLE, read_message(&mut stream, MAX_REQUEST_BYTES)).await?? else {
            return Ok(());
        };
        match shared.respond(&request, peer, Transport::Connection) {
            Response::Nothing => return Ok(()),
            Response::Message(message) => timeout(MAX_IDLE, stream.write_all(&message)).await??,
            Response::Transfer(transfer) => send(&mut stream, *transfer, peer, shared).await?,
        }
        timeout(MAX_IDLE, stream.flush()).await??;
    }
    Ok(())
}

/// Sends a transfer, a message at a time.
async fn send(
    stream: &mut (impl AsyncWrite + Unpin),
    mut transfer: Transfer,
    peer: SocketAddr,
    shared: &Shared,
) -> io::Result<()> {
    let _turn = shared.transfers.acquire().await.map_err(io::Error::other)?;
    let mut bytes = 0;
    while let Some(message) = transfer.next_message(shared.now()).map_err(io::Error::other)? {
        timeout(MAX_IDLE, stream.write_all(&message)).await??;
        bytes += message.len() as u64;
    }
    let serial = transfer.serial.into_int();
    let form = if transfer.is_whole { "AXFR" } else { "IXFR" };
    let zone = transfer.apex.name();
    tracing::info!(%peer, zone, serial, form, bytes, "a zone was transferred");
    let mut zones = shared.responder.zones.iter().zip(&shared.zones);
    if let Some((_, current)) = zones.find(|(apex, _)| Arc::ptr_eq(apex, &transfer.apex)) {
        current.note_transfer(peer.ip(), serial, (shared.clock)());
    }
    Ok(())
}

/// Reads a message with its length before it; `None` at the end.
///
/// # Errors
/// When it is longer than that, or the connection ends within it.
pub async fn read_message(stream: &mut (impl AsyncRead + Unpin), max: usize) -> io::Result<Option<Vec<u8>>> {
    let len = match stream.read_u16().await {
        Ok(len) => usize::from(len),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    };
    if len > max {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "message is too long"));
    }
    let mut message = vec![0; len];
    stream.read_exact(&mut message).await?;
    Ok(Some(message))
}

/// TLS 1.3 alone, for the protocol of DNS (RFC 9103, sections 7.1 and 8.2).
///
/// # Errors
/// When certificate or key cannot be read, or do not belong together.
pub fn tls(certificates: &Path, key: &Path) -> Result<TlsAcceptor, TlsError> {
    let certificates = CertificateDer::pem_file_iter(certificates)?.collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_file(key)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_no_client_auth();
    let mut config = config.with_single_cert(certificates, key)?;
    config.alpn_protocols = vec![b"dot".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Why TLS cannot be spoken.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read certificate or key")]
    File(#[from] rustls::pki_types::pem::Error),
    /// They cannot be used.
    #[error("cannot use certificate and key")]
    Use(#[from] rustls::Error),
}

#[cfg(test)]
mod tests;
