//! Accepting connections, each with its limits, and letting them end in peace.
//!
//! HTTP/1.1 only, over TLS where the node has a certificate: a proxy in front speaks HTTP/2 where it is wanted. Every
//! connection is a task of one set, so that none outlives the server.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{Instant, Sleep};

use crate::tls::{ClientCertificate, Tls};
use crate::{Limits, Service};

/// Largest buffer of a connection: what is read ahead and what waits to be written, each.
const BUFFER_BYTES: usize = 256 * 1024;

/// Serves until `stop` is done, then lets running requests end within the drain time. Returns how many connections had
/// to be cut off.
pub async fn serve(listener: TcpListener, service: Arc<Service>, stop: impl Future<Output = ()>) -> usize {
    serve_over(listener, service, None, stop).await
}

/// [`serve`] over TLS.
pub async fn serve_tls(
    listener: TcpListener,
    service: Arc<Service>,
    tls: Tls,
    stop: impl Future<Output = ()>,
) -> usize {
    serve_over(listener, service, Some(tls), stop).await
}

async fn serve_over(
    listener: TcpListener,
    service: Arc<Service>,
    tls: Option<Tls>,
    stop: impl Future<Output = ()>,
) -> usize {
    let limits = service.limits;
    let router = service.router();
    let graceful = GracefulShutdown::new();
    let seats = Arc::new(Semaphore::new(limits.connections));
    let mut tasks = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        while tasks.try_join_next().is_some() {}
        let (stream, peer, seat) = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = accept(&listener, &seats) => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, most likely: those who are served must end first.
                    tracing::warn!(error = %error, "connection could not be accepted");
                    let _ = tokio::time::timeout(Duration::from_millis(50), tasks.join_next()).await;
                    continue;
                }
            },
        };
        let connection = connection(
            (stream, tls.clone()),
            peer.ip(),
            seat,
            router.clone(),
            Arc::clone(&service),
            graceful.watcher(),
        );
        tasks.spawn(connection);
    }
    drop(listener);
    tracing::info!(connections = tasks.len(), "stopping: no new connections are taken");
    let _ = tokio::time::timeout(limits.drain, graceful.shutdown()).await;
    while tasks.try_join_next().is_some() {}
    let cut_off = tasks.len();
    tasks.shutdown().await;
    cut_off
}

async fn accept(
    listener: &TcpListener,
    seats: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let seat = Arc::clone(seats).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, peer, seat))
}

async fn connection(
    (stream, tls): (TcpStream, Option<Tls>),
    peer: IpAddr,
    seat: OwnedSemaphorePermit,
    router: axum::Router,
    service: Arc<Service>,
    watcher: Watcher,
) {
    let _open = service.metrics.connection();
    let limits = service.limits;
    let stream = Patient::new(stream, limits.write);
    let Some(tls) = tls else {
        let introduced = Introduced::new(router, peer, ClientCertificate::NotAsked);
        talk(stream, introduced, limits, watcher).await;
        return drop(seat);
    };
    // Hands are shaken in the time of a head: whoever says nothing is not waited for.
    match tokio::time::timeout(limits.head, tls.accept(stream)).await {
        Ok(Ok((stream, certificate))) => {
            talk(stream, Introduced::new(router, peer, certificate), limits, watcher).await;
        }
        Ok(Err(error)) => tracing::debug!(error = %error, "TLS was not agreed on"),
        Err(_) => tracing::debug!("TLS was not agreed on in time"),
    }
    drop(seat);
}

async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    introduced: Introduced,
    limits: Limits,
    watcher: Watcher,
) {
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_header_size(Limits::HEAD_BYTES)
        .max_buf_size(BUFFER_BYTES)
        .serve_connection(TokioIo::new(stream), introduced);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(error = %error, "connection ended early");
    }
}

/// Who is at the other end of the connection that a request came by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// The router, with the peer told to every request.
struct Introduced {
    router: TowerToHyperService<axum::Router>,
    peer: Peer,
    certificate: ClientCertificate,
}

impl Introduced {
    fn new(router: axum::Router, peer: IpAddr, certificate: ClientCertificate) -> Self {
        Self {
            router: TowerToHyperService::new(router),
            peer: Peer(peer),
            certificate,
        }
    }
}

impl hyper::service::Service<hyper::Request<Incoming>> for Introduced {
    type Response = axum::response::Response;
    type Error = Infallible;
    type Future = <TowerToHyperService<axum::Router> as hyper::service::Service<hyper::Request<Incoming>>>::Future;

    fn call(&self, mut request: hyper::Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(self.peer);
        request.extensions_mut().insert(self.certificate);
        self.router.call(request)
    }
}

/// A stream whose writes fail when the other side takes nothing for too long.
struct Patient {
    stream: TcpStream,
    patience: Duration,
    /// Runs while a write waits.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    const fn new(stream: TcpStream, patience: Duration) -> Self {
        Self {
            stream,
            patience,
            deadline: None,
        }
    }

    fn patiently<T>(
        &mut self,
        context: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if let Poll::Ready(done) = write(Pin::new(&mut self.stream), context) {
            self.deadline = None;
            return Poll::Ready(done);
        }
        let patience = self.patience;
        let deadline = self
            .deadline
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(Instant::now() + patience)));
        ready!(deadline.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.patiently(context, |stream, context| stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.patiently(context, |stream, context| stream.poll_write_vectored(context, slices))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
