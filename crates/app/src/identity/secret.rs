//! Secrets that prove who calls: 256 random bits, shown once, kept as their SHA-256.

use std::fmt;

use sha2::{Digest, Sha256};

/// What a token begins with, so that scanners of code and logs know one.
const PREFIX: &str = "anl_";

/// A secret as its owner holds it. It is not in `Debug`; whoever wants it asks for it.
pub struct Secret(String);

impl Secret {
    /// Longest text that is looked up, in bytes.
    pub const MAX_BYTES: usize = 128;

    /// A new secret from the system's randomness.
    ///
    /// # Errors
    /// When the system has none to give.
    pub fn generate() -> Result<Self, std::io::Error> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
        let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
        Ok(Self(PREFIX.to_owned() + &digits.collect::<String>()))
    }

    /// What a caller shows; none if it is longer than any secret.
    #[must_use]
    pub fn shown(text: &str) -> Option<Self> {
        (text.len() <= Self::MAX_BYTES).then(|| Self(text.to_owned()))
    }

    /// The secret itself, for its owner's eyes.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Under which it is kept and looked up. A fast hash is enough for 256 random bits, and comparing hashes tells
    /// nothing of the secret.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_are_not_shown_by_accident() {
        let (one, other) = (Secret::generate().unwrap(), Secret::generate().unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(one.reveal().len(), PREFIX.len() + 64);
        assert_eq!(Secret::shown(one.reveal()).unwrap().hash(), one.hash());
        assert!(!format!("{one:?}").contains(one.reveal()));
        assert!(Secret::shown(&"a".repeat(Secret::MAX_BYTES)).is_some());
        assert!(Secret::shown(&"a".repeat(Secret::MAX_BYTES + 1)).is_none());
    }
}
