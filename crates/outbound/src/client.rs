//! A client that talks to one endpoint, and is led nowhere else.
//!
//! The name is looked up for every connection and each address is checked before it is dialled: what is checked is what
//! is connected to. Redirects are answers like any other. Time, heads and bodies are bounded.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderValue, USER_AGENT};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::address::Endpoint;
use crate::fetch::Wanted;

/// A client for one endpoint.
#[derive(Debug, Clone)]
pub struct Client {
    endpoint: Arc<Endpoint>,
    tls: Arc<ClientConfig>,
    limit: Duration,
}

/// What the other side answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body; nothing of it if it is longer than what was to be read, else [`Client::MAX_ANSWER_BYTES`].
    pub body: Bytes,
}

/// An answer with its header fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The header fields.
    pub fields: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// What came: the body where all of it did.
struct Received {
    status: u16,
    fields: HeaderMap,
    body: Option<Bytes>,
    /// Whether more came than was to be read.
    is_too_long: bool,
}

/// Why nothing was answered. It names no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The name has no address.
    #[error("name not found")]
    NoName,
    /// All of its addresses are inside, where the operator did not say that one may go.
    #[error("address is not public")]
    Private,
    /// Nobody listens there.
    #[error("no connection")]
    NoConnection,
    /// The certificate is not valid for the name, or TLS failed otherwise.
    #[error("TLS failed")]
    Tls,
    /// The connection broke, or what came is not HTTP.
    #[error("no answer")]
    NoAnswer,
    /// More came than was to be read.
    #[error("longer than it may be")]
    TooLong,
    /// It took too long.
    #[error("too slow")]
    TooSlow,
}

impl Client {
    /// Longest time from the lookup of the name to the end of the answer.
    pub const LIMIT: Duration = Duration::from_secs(15);
    /// Longest body of an answer that is read, in bytes.
    pub const MAX_ANSWER_BYTES: usize = 64 * 1024;
    /// Largest head of an answer, in bytes.
    const MAX_HEAD_BYTES: usize = 16 * 1024;
    /// Addresses of one name that are tried.
    const MAX_ADDRESSES: usize = 4;

    /// A client for this endpoint, that trusts whom the machine it runs on trusts.
    #[must_use]
    pub fn new(endpoint: Endpoint) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self::trusting(endpoint, roots)
    }

    /// A client that trusts these authorities.
    #[must_use]
    pub fn trusting(endpoint: Endpoint, roots: RootCertStore) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        // Both versions of TLS are compiled in, and this provider has suites for each.
        #[expect(
            clippy::expect_used,
            reason = "it depends on what was compiled in and on nothing else"
        )]
        let builder = versions.expect("the provider supports TLS 1.2 and 1.3");
        Self {
            endpoint: Arc::new(endpoint),
            tls: Arc::new(builder.with_root_certificates(roots).with_no_client_auth()),
            limit: Self::LIMIT,
        }
    }

    /// The same client with less patience.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Posts a JSON body with these fields beside it.
    ///
    /// # Errors
    /// Why nothing was answered. The other side may have got it all the same.
    pub async fn post(&self, fields: HeaderMap, body: Bytes) -> Result<Answer, Failure> {
        let request = self.request(Method::POST, &self.endpoint.path, body);
        let mut request = request.map_err(|_| Failure::NoAnswer)?;
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(CONTENT_TYPE, json);
        request.headers_mut().extend(fields);
        let received = self.send(request, Self::MAX_ANSWER_BYTES).await?;
        // What matters is the status; a body that is too long or breaks off says nothing more.
        let (status, body) = (received.status, received.body.unwrap_or_default());
        Ok(Answer { status, body })
    }

    /// Posts a plain text to a path below that of the endpoint, with a slash before it, for an answer of at most so many bytes.
    ///
    /// # Errors
    /// Why nothing was answered, or not the whole of it. The other side may have got it all the same.
    pub async fn post_text(&self, path: &str, text: Bytes, most_bytes: usize) -> Result<Answer, Failure> {
        let request = self.request(Method::POST, &self.below(path), text);
        let mut request = request.map_err(|_| Failure::NoAnswer)?;
        let plain = HeaderValue::from_static("text/plain; charset=utf-8");
        request.headers_mut().insert(CONTENT_TYPE, plain);
        self.send_whole(request, most_bytes).await
    }

    /// Posts a body with these fields, and no others that say what it is, to a path below that of the endpoint, with a slash
    /// before it, for an answer of at most so many bytes.
    ///
    /// # Errors
    /// Why nothing was answered, or not the whole of it. The other side may have got it all the same.
    pub async fn post_signed(
        &self,
        path: &str,
        fields: HeaderMap,
        body: Bytes,
        most_bytes: usize,
    ) -> Result<Reply, Failure> {
        let request = self.request(Method::POST, &self.below(path), body);
        let mut request = request.map_err(|_| Failure::NoAnswer)?;
        request.headers_mut().extend(fields);
        let received = self.send(request, most_bytes).await?;
        Ok(Reply {
            status: received.status,
            fields: received.fields,
            body: received.body.ok_or(Failure::NoAnswer)?,
        })
    }

    /// Gets what is at the address of the endpoint, or at a path below it with a slash before it, with fields that say what is
    /// known of it: at most so many bytes.
    ///
    /// # Errors
    /// Why nothing was answered, or not the whole of it.
    pub async fn fetch(&self, path: &str, wanted: &Wanted<'_>, most_bytes: usize) -> Result<Reply, Failure> {
        let path = if path.is_empty() {
            self.endpoint.path.clone()
        } else {
            self.below(path)
        };
        let request = self.request(Method::GET, &path, Bytes::new());
        let mut request = request.map_err(|_| Failure::NoAnswer)?;
        request.headers_mut().extend(wanted.fields());
        let received = self.send(request, most_bytes).await?;
        let body = match received.body {
            Some(body) => body,
            None if received.is_too_long => return Err(Failure::TooLong),
            None => return Err(Failure::NoAnswer),
        };
        Ok(Reply {
            status: received.status,
            fields: received.fields,
            body,
        })
    }

    /// Gets what is at a path below that of the endpoint, with a slash before it: at most so many bytes.
    ///
    /// # Errors
    /// Why nothing was answered, or not the whole of it.
    pub async fn get(&self, path: &str, most_bytes: usize) -> Result<Answer, Failure> {
        let request = self.request(Method::GET, &self.below(path), Bytes::new());
        self.send_whole(request.map_err(|_| Failure::NoAnswer)?, most_bytes)
            .await
    }

    fn below(&self, path: &str) -> String {
        format!("{}{path}", self.endpoint.path.trim_end_matches('/'))
    }

    async fn send_whole(&self, request: Request<Full<Bytes>>, most_bytes: usize) -> Result<Answer, Failure> {
        let received = self.send(request, most_bytes).await?;
        Ok(Answer {
            status: received.status,
            body: received.body.ok_or(Failure::NoAnswer)?,
        })
    }

    async fn send(&self, request: Request<Full<Bytes>>, most_bytes: usize) -> Result<Received, Failure> {
        let sent = tokio::time::timeout(self.limit, self.try_send(request, most_bytes));
        sent.await.unwrap_or(Err(Failure::TooSlow))
    }

    async fn try_send(&self, request: Request<Full<Bytes>>, most_bytes: usize) -> Result<Received, Failure> {
        let stream = self.connect().await?;
        if !self.endpoint.tls {
            return Self::exchange(stream, request, most_bytes).await;
        }
        let name = ServerName::try_from(self.endpoint.host.clone()).map_err(|_| Failure::Tls)?;
        let stream = TlsConnector::from(Arc::clone(&self.tls)).connect(name, stream).await;
        Self::exchange(stream.map_err(|_| Failure::Tls)?, request, most_bytes).await
    }

    async fn connect(&self) -> Result<TcpStream, Failure> {
        let endpoint = &*self.endpoint;
        let found = tokio::net::lookup_host((endpoint.host.as_str(), endpoint.port)).await;
        let found: Vec<SocketAddr> = found.map_err(|_| Failure::NoName)?.collect();
        if found.is_empty() {
            return Err(Failure::NoName);
        }
        let mut failure = Failure::Private;
        let allowed = found.into_iter().filter(|address| endpoint.may_dial(address.ip()));
        for address in allowed.take(Self::MAX_ADDRESSES) {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(_) => failure = Failure::NoConnection,
            }
        }
        Err(failure)
    }

    async fn exchange(
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        request: Request<Full<Bytes>>,
        most_bytes: usize,
    ) -> Result<Received, Failure> {
        let mut builder = http1::Builder::new();
        builder.max_buf_size(Self::MAX_HEAD_BYTES);
        let opened = builder.handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = opened.map_err(|_| Failure::NoAnswer)?;
        let exchange = async {
            let response = sender.send_request(request).await.map_err(|_| Failure::NoAnswer)?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, most_bytes).collect().await;
            let is_too_long = body.as_ref().is_err_and(|error| error.is::<LengthLimitError>());
            Ok(Received {
                is_too_long,
                status: head.status.as_u16(),
                fields: head.headers,
                body: body.map(http_body_util::Collected::to_bytes).ok(),
            })
        };
        tokio::pin!(connection);
        tokio::pin!(exchange);
        tokio::select! {
            answer = &mut exchange => answer,
            // The connection may end before the answer was taken from it.
            _ = &mut connection => exchange.await,
        }
    }

    fn request(&self, method: Method, path: &str, body: Bytes) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
        Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.endpoint.authority())
            .header(USER_AGENT, concat!("anlanh/", env!("CARGO_PKG_VERSION")))
            .body(Full::new(body))
    }
}
