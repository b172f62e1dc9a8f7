//! Sealed values: one byte for the form, the nonce, and what the cipher gave.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};

use crate::{KEY_BYTES, SealError};

/// How long a nonce is, in bytes.
pub const NONCE_BYTES: usize = 24;
/// Random bytes, drawn anew for each value that is sealed.
pub type Nonce = [u8; NONCE_BYTES];

/// The form of a sealed value, so that another may come.
const FORM: u8 = 1;

/// Where a sealed value belongs. It does not open anywhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The table.
    pub table: &'static str,
    /// The number of its row.
    pub row: i64,
    /// What the value is there.
    pub purpose: &'static str,
}

impl Place {
    /// No two places give the same bytes: zero bytes are in no name of ours.
    fn bytes(&self) -> Vec<u8> {
        let row = self.row.to_be_bytes();
        [&row, self.table.as_bytes(), &[0], self.purpose.as_bytes()].concat()
    }
}

pub(crate) fn seal(key: &[u8; KEY_BYTES], place: &Place, value: &[u8], nonce: Nonce) -> Result<Vec<u8>, SealError> {
    let cipher = XChaCha20Poly1305::new(key.into());
    let payload = Payload {
        msg: value,
        aad: &place.bytes(),
    };
    let hidden = cipher.encrypt(&nonce.into(), payload).map_err(|_| SealError)?;
    Ok([&[FORM], nonce.as_slice(), &hidden].concat())
}

pub(crate) fn open(key: &[u8; KEY_BYTES], place: &Place, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let sealed = sealed.strip_prefix(&[FORM]).ok_or(SealError)?;
    let (nonce, hidden) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(SealError)?;
    let payload = Payload {
        msg: hidden,
        aad: &place.bytes(),
    };
    let cipher = XChaCha20Poly1305::new(key.into());
    cipher.decrypt(&(*nonce).into(), payload).map_err(|_| SealError)
}
