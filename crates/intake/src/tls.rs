//! TLS for sensors (RFC 5425 asks for it, RFC 8446 says how).

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// What the node shows of itself to sensors, and whom it asks for a certificate.
#[derive(Clone)]
pub struct TlsServer(TlsAcceptor);

/// Why sensors cannot connect in TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file holds nothing in PEM that is what it should be.
    #[error("{0} holds nothing that can be used")]
    Unreadable(&'static str),
    /// They do not go together.
    #[error("certificate and key cannot be used")]
    Unfit(#[source] rustls::Error),
}

impl TlsServer {
    /// With this chain of certificates and this key. Where `client_ca` is given, only who has a certificate that it signed may
    /// connect. All are PEM.
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
                let unreadable = || TlsError::Unreadable("the file of those who sign certificates of clients");
                let mut roots = RootCertStore::empty();
                for root in certificates(client_ca).ok_or_else(unreadable)? {
                    roots.add(root).map_err(|_| unreadable())?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                builder.with_client_cert_verifier(verifier.build().map_err(|_| unreadable())?)
            }
        };
        let chain = certificates(chain).ok_or(TlsError::Unreadable("the file of certificates"))?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| TlsError::Unreadable("the file of the key"))?;
        let config = builder.with_single_cert(chain, key).map_err(TlsError::Unfit)?;
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }

    pub(crate) async fn accept(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        self.0.accept(stream).await
    }
}

impl fmt::Debug for TlsServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsServer")
    }
}

fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    read.ok().filter(|certificates| !certificates.is_empty())
}
