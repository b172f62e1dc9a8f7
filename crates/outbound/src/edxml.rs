//! Messages about incidents are delivered to the national centre until it takes them, and the key that signs them is read.

use std::sync::Arc;
use std::time::Duration;

use anlanh_app::App;
use anlanh_app::incident::share::{self, Delivered, DueShare, Sign};
use bytes::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use rustls::SignatureScheme;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use tokio::time::MissedTickBehavior;

use crate::client::Client;
use crate::schedule::Schedule;

/// How long to wait before looking again where nothing was to be delivered.
const PAUSE: Duration = Duration::from_secs(2);
/// Messages that are read at once; they are delivered one after the other.
const AT_ONCE: u32 = 8;

/// Where messages about incidents go.
#[derive(Debug, Clone)]
pub struct Centre {
    /// To whom.
    pub client: Client,
    /// When they are sent again.
    pub schedule: Schedule,
}

/// Why a key or a certificate is none that signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text holds no private key in PEM.
    #[error("there is no private key in PEM")]
    NoKey,
    /// The key is none of RSA.
    #[error("the key is not of RSA")]
    NotRsa,
    /// The text holds no certificate in PEM.
    #[error("there is no certificate in PEM")]
    NoCertificate,
    /// The certificate is of another key: nobody could verify what is signed.
    #[error("the certificate is of another key")]
    OtherKey,
}

/// What signs with a private key of RSA in PEM.
///
/// # Errors
/// When there is no key, or it is of another kind.
pub fn read_key(pem: &[u8]) -> Result<Sign, KeyError> {
    let key = PrivateKeyDer::from_pem_slice(pem).map_err(|_| KeyError::NoKey)?;
    let key = any_supported_type(&key).map_err(|_| KeyError::NoKey)?;
    let signer = move || key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256]);
    if signer().is_none() {
        return Err(KeyError::NotRsa);
    }
    Ok(Arc::new(move |message: &[u8]| signer()?.sign(message).ok()))
}

/// A certificate in PEM as DER.
///
/// # Errors
/// When there is none.
pub fn read_certificate(pem: &[u8]) -> Result<Vec<u8>, KeyError> {
    let certificate = CertificateDer::from_pem_slice(pem).map_err(|_| KeyError::NoCertificate)?;
    Ok(certificate.to_vec())
}

/// That a certificate is of a key, both in PEM: what the key signs is verified by it.
///
/// # Errors
/// When one of them is none, or the certificate is of another key.
pub fn check_pair(key: &[u8], certificate: &[u8]) -> Result<(), KeyError> {
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| KeyError::NoKey)?;
    let key = any_supported_type(&key).map_err(|_| KeyError::NoKey)?;
    let certificate = CertificateDer::from_pem_slice(certificate).map_err(|_| KeyError::NoCertificate)?;
    match CertifiedKey::new(vec![certificate], key).keys_match() {
        Ok(()) => Ok(()),
        Err(rustls::Error::InconsistentKeys(_)) => Err(KeyError::OtherKey),
        Err(_) => Err(KeyError::NoCertificate),
    }
}

/// Delivers, until it is dropped. What is under way then is delivered after the next start.
pub async fn tell_centre(app: App, centre: Centre) {
    let mut pause = tokio::time::interval(PAUSE);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        pause.tick().await;
        if let Err(error) = tell_due(&app, &centre).await {
            tracing::warn!(%error, "messages about incidents wait for the database");
        }
    }
}

/// Delivers what is due now, one after the other.
///
/// # Errors
/// When the database is away or full.
pub async fn tell_due(app: &App, centre: &Centre) -> Result<(), anlanh_app::Error> {
    for message in share::due(app, AT_ONCE).await? {
        let id = message.id;
        let what = attempt(app, centre, message).await;
        share::delivered(app, id, what).await?;
    }
    Ok(())
}

async fn attempt(app: &App, centre: &Centre, message: DueShare) -> Delivered {
    let mut fields = HeaderMap::new();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    let (status, answer) = match centre.client.post(fields, Bytes::from(message.body)).await {
        Ok(answer) => {
            let said = String::from_utf8_lossy(&answer.body).into_owned();
            if answer.status == 200 {
                return Delivered::Taken(answer.status, said);
            }
            (Some(answer.status), said)
        }
        Err(failure) => (None, failure.to_string()),
    };
    match centre.schedule.after(message.attempts) {
        Some(seconds) => Delivered::Again(status, answer, app.clock().now().plus_seconds(i64::from(seconds))),
        None => Delivered::GivenUp(status, answer),
    }
}
