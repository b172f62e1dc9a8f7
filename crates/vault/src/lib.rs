//! Personal data, sealed.
//!
//! Every data subject has a *data key* of their own; what is theirs is sealed with it, and the data key itself with the
//! node's *master key*. Erasing somebody is deleting their data key: what was sealed with it can be read by nobody,
//! wherever it is left, once the last copy of the key has gone. Sealing binds a value to its place, so that what was moved from one row to another does not
//! open there.
//!
//! Randomness is a parameter, and where things are kept is not known here. Sealing is XChaCha20-Poly1305, whose nonces
//! are long enough to be drawn; derived values and keyed hashes are HMAC-SHA-256, each purpose under a key of its own.

mod sealed;

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

pub use sealed::{NONCE_BYTES, Nonce, Place};

/// How long a key is, in bytes.
pub const KEY_BYTES: usize = 32;
/// How long a block of SHA-256 is, in bytes.
const BLOCK_BYTES: usize = 64;

/// The master key of a node and what is derived from it. It is not in `Debug`, and memory is wiped when it is dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Vault {
    wrapping: [u8; KEY_BYTES],
    naming: [u8; KEY_BYTES],
    deriving: [u8; KEY_BYTES],
    fingerprint: [u8; KEY_BYTES],
}

/// The key of one data subject. It is not in `Debug`, and memory is wiped when it is dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct DataKey([u8; KEY_BYTES]);

/// A sealed value does not open: the key is another, it was sealed for another place, or it was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value does not open")]
pub struct SealError;

impl Vault {
    /// The vault of this master key.
    #[must_use]
    pub fn new(mut master: [u8; KEY_BYTES]) -> Self {
        let vault = Self {
            wrapping: keyed(&master, "wrapping", b""),
            naming: keyed(&master, "naming", b""),
            deriving: keyed(&master, "deriving", b""),
            fingerprint: keyed(&master, "fingerprint", b""),
        };
        master.zeroize();
        vault
    }

    /// What tells this master key from another without giving it away.
    #[must_use]
    pub const fn fingerprint(&self) -> &[u8; KEY_BYTES] {
        &self.fingerprint
    }

    /// Under which a value is looked up without being kept: the same value of one purpose always gives the same name,
    /// and without the master key nobody can try out values.
    #[must_use]
    pub fn name_of(&self, purpose: &str, value: &[u8]) -> [u8; KEY_BYTES] {
        keyed(&self.naming, purpose, value)
    }

    /// A secret of one purpose that belongs to a number: it need not be kept to be told again.
    #[must_use]
    pub fn secret_of(&self, purpose: &str, number: i64) -> [u8; KEY_BYTES] {
        keyed(&self.deriving, purpose, &number.to_be_bytes())
    }

    /// Makes a data key of these random bytes for the subject with this number, and seals it to be kept.
    ///
    /// # Errors
    /// When sealing fails, which it does for nothing this short.
    pub fn make_key(
        &self,
        subject: i64,
        random: [u8; KEY_BYTES],
        nonce: Nonce,
    ) -> Result<(DataKey, Vec<u8>), SealError> {
        let key = DataKey(random);
        let sealed = sealed::seal(&self.wrapping, &Self::place(subject), &key.0, nonce)?;
        Ok((key, sealed))
    }

    /// Opens the kept data key of a subject.
    ///
    /// # Errors
    /// When it is not the subject's, was sealed under another master key, or was changed.
    pub fn open_key(&self, subject: i64, sealed: &[u8]) -> Result<DataKey, SealError> {
        let mut opened = sealed::open(&self.wrapping, &Self::place(subject), sealed)?;
        let key = opened.as_slice().try_into().map_err(|_| SealError);
        opened.zeroize();
        key.map(DataKey)
    }

    const fn place(subject: i64) -> Place {
        Place {
            table: "subject_key",
            row: subject,
            purpose: "key",
        }
    }
}

impl DataKey {
    /// Seals a value for its place.
    ///
    /// # Errors
    /// When it is longer than the cipher takes: 256 GiB.
    pub fn seal(&self, place: &Place, value: &[u8], nonce: Nonce) -> Result<Vec<u8>, SealError> {
        sealed::seal(&self.0, place, value, nonce)
    }

    /// Opens a value that was sealed for this place.
    ///
    /// # Errors
    /// When it was sealed for another place or with another key, or was changed.
    pub fn open(&self, place: &Place, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        sealed::open(&self.0, place, sealed)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

/// HMAC-SHA-256 over a purpose, its length before it, and a value.
fn keyed(key: &[u8; KEY_BYTES], purpose: &str, value: &[u8]) -> [u8; KEY_BYTES] {
    // A key that is shorter than a block of the hash counts as if it were filled up with zeros.
    let mut block = [0; BLOCK_BYTES];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new(&block.into());
    block.zeroize();
    let length = u32::try_from(purpose.len()).unwrap_or(u32::MAX);
    mac.update(&length.to_be_bytes());
    mac.update(purpose.as_bytes());
    mac.update(value);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests;
