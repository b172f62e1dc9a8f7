//! Ed25519 keys (RFC 8032), as RFC 9421 section 3.3.6 uses them.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

/// Bytes of a key, public or private.
pub const KEY_BYTES: usize = 32;

/// Bytes of a signature.
pub const SIGNATURE_BYTES: usize = 64;

/// A private key: secret, and therefore with no way to be shown.
pub struct SecretKey(SigningKey);

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// Bytes that are no Ed25519 key, or one that anybody can sign for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are no Ed25519 key")]
pub struct NoKey;

impl SecretKey {
    /// The key of a seed: 32 random bytes.
    #[must_use]
    pub fn from_seed(seed: &[u8; KEY_BYTES]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Its public part.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    pub(crate) fn sign(&self, base: &str) -> [u8; SIGNATURE_BYTES] {
        self.0.sign(base.as_bytes()).to_bytes()
    }
}

impl PublicKey {
    /// A key from its bytes.
    ///
    /// # Errors
    /// When they are none, or a weak one.
    pub fn from_bytes(bytes: &[u8; KEY_BYTES]) -> Result<Self, NoKey> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| NoKey)?;
        if key.is_weak() { Err(NoKey) } else { Ok(Self(key)) }
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; KEY_BYTES] {
        self.0.as_bytes()
    }

    pub(crate) fn has_signed(&self, base: &str, signature: &[u8]) -> bool {
        let signature = Signature::from_slice(signature);
        signature.is_ok_and(|signature| self.0.verify_strict(base.as_bytes(), &signature).is_ok())
    }
}
