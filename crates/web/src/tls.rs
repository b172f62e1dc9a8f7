//! TLS where no proxy in front speaks it, and certificates of clients (RFC 8446, RFC 5280).
//!
//! A certificate is asked for where the operator names who signs them, and needed for `/taxii2/` then; people with browsers
//! have none. It does not say who calls: a token does.

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// What the node shows of itself, and whom it asks.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    asks: bool,
}

/// Why the node cannot speak TLS.
#[derive(Debug, Error)]
pub enum TlsError {
    /// There is no certificate in the file, or one that cannot be read.
    #[error("the file of certificates holds none in PEM")]
    NoCertificate,
    /// There is no private key in the file.
    #[error("the file of the private key holds none in PEM")]
    NoKey,
    /// Who signs certificates of clients cannot be read.
    #[error("the file of those who sign certificates of clients holds none in PEM")]
    NoClientCa,
    /// They do not go together.
    #[error("certificate and key cannot be used")]
    Unfit(#[source] rustls::Error),
    /// Who signs certificates of clients cannot be used.
    #[error("those who sign certificates of clients cannot be used")]
    UnfitClientCa(#[source] rustls::server::VerifierBuilderError),
}

/// What a client showed of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientCertificate {
    /// Nothing was asked for.
    NotAsked,
    /// It was asked for, and it has none.
    Missing,
    /// One that is good.
    Shown,
}

impl Tls {
    /// With this chain of certificates and this key; `client_ca` sign those of clients. All are PEM.
    ///
    /// # Errors
    /// When one of them is none, or they do not go together.
    pub fn new(chain: &[u8], key: &[u8], client_ca: Option<&[u8]>) -> Result<Self, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
        let builder = builder.with_safe_default_protocol_versions().map_err(TlsError::Unfit)?;
        let builder = match client_ca {
            None => builder.with_no_client_auth(),
            Some(client_ca) => {
                let mut roots = RootCertStore::empty();
                for root in certificates(client_ca).ok_or(TlsError::NoClientCa)? {
                    roots.add(root).map_err(|_| TlsError::NoClientCa)?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                let verifier = verifier
                    .allow_unauthenticated()
                    .build()
                    .map_err(TlsError::UnfitClientCa)?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let chain = certificates(chain).ok_or(TlsError::NoCertificate)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| TlsError::NoKey)?;
        let mut config = builder.with_single_cert(chain, key).map_err(TlsError::Unfit)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            asks: client_ca.is_some(),
        })
    }

    /// Shakes hands, and says what the client showed.
    pub(crate) async fn accept<S>(&self, stream: S) -> std::io::Result<(TlsStream<S>, ClientCertificate)>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let stream = self.acceptor.accept(stream).await?;
        let certificate = match (self.asks, stream.get_ref().1.peer_certificates()) {
            (false, _) => ClientCertificate::NotAsked,
            (true, None) => ClientCertificate::Missing,
            (true, Some(_)) => ClientCertificate::Shown,
        };
        Ok((stream, certificate))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("asks", &self.asks).finish_non_exhaustive()
    }
}

/// The certificates of a file; none where there is none, or one that cannot be read.
fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    read.ok().filter(|certificates| !certificates.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_refused() {
        let refused = |chain: &[u8], client_ca: Option<&[u8]>| Tls::new(chain, b"", client_ca).unwrap_err().to_string();
        assert!(refused(b"", None).contains("holds none"));
        assert!(refused(b"", Some(b"x")).contains("of clients"));
    }
}
