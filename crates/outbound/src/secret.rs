//! Secrets of webhooks, and signatures by them (Standard Webhooks, version 1: HMAC-SHA256).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// A secret that node and receiver share. It is never shown.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

/// The secrets in use: while one is being replaced, the old and the new sign side by side.
#[derive(Debug, Clone)]
pub struct Secrets(Vec<Secret>);

/// Why a secret is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// It does not look like one.
    #[error(
        "a secret is whsec_ and base64 of {} to {} bytes",
        Secret::MIN_BYTES,
        Secret::MAX_BYTES
    )]
    NotASecret,
    /// There are none, or more than anybody rotates.
    #[error("there are 1 to {} secrets", Secrets::MAX)]
    Number,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// Shortest secret, in bytes, by the specification.
    pub const MIN_BYTES: usize = 24;
    /// Longest secret, in bytes, by the specification.
    pub const MAX_BYTES: usize = 64;

    /// The secret that is written like this.
    ///
    /// # Errors
    /// When it has not the form `whsec_` and base64, or another length.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let encoded = text.trim().strip_prefix("whsec_").ok_or(SecretError::NotASecret)?;
        let key = STANDARD.decode(encoded).map_err(|_| SecretError::NotASecret)?;
        if !(Self::MIN_BYTES..=Self::MAX_BYTES).contains(&key.len()) {
            return Err(SecretError::NotASecret);
        }
        Ok(Self(key))
    }

    fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> Option<String> {
        // A key of any length is one to HMAC.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }
}

impl Secrets {
    /// Most secrets at one time.
    pub const MAX: usize = 4;

    /// The secrets of a file: one a line, the newest first; empty lines and those that begin with `#` are passed over.
    ///
    /// # Errors
    /// When a line is no secret, or there are none or too many.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let lines = text.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let secrets: Vec<Secret> = lines.map(Secret::parse).collect::<Result<_, _>>()?;
        if secrets.is_empty() || secrets.len() > Self::MAX {
            return Err(SecretError::Number);
        }
        Ok(Self(secrets))
    }

    /// What the field `webhook-signature` says: a signature by each secret, with blanks between.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let signatures = self.0.iter().filter_map(|secret| secret.sign(id, timestamp, body));
        signatures.collect::<Vec<String>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_specification() {
        // The example of the specification's own libraries.
        let secrets = Secrets::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").unwrap();
        let signed = secrets.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b"{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn old_and_new_sign_side_by_side() {
        let (new, old) = (STANDARD.encode([1; 32]), STANDARD.encode([2; 24]));
        let both = Secrets::parse(&format!("# from December on\nwhsec_{new}\n\nwhsec_{old}\n")).unwrap();
        let alone = |key: &str| Secrets::parse(&format!("whsec_{key}")).unwrap().sign("a", 1, b"x");
        assert_eq!(both.sign("a", 1, b"x"), format!("{} {}", alone(&new), alone(&old)));
        assert_eq!(format!("{both:?}"), "Secrets([Secret, Secret])");
    }

    #[test]
    fn a_secret_has_a_length() {
        let check = |bytes: usize, expected: Option<SecretError>| {
            let text = format!("whsec_{}", STANDARD.encode(vec![7; bytes]));
            assert_eq!(Secrets::parse(&text).err(), expected, "{bytes}");
        };
        check(Secret::MIN_BYTES, None);
        check(Secret::MIN_BYTES - 1, Some(SecretError::NotASecret));
        check(Secret::MAX_BYTES, None);
        check(Secret::MAX_BYTES + 1, Some(SecretError::NotASecret));
        let one = format!("whsec_{}\n", STANDARD.encode([7; 32]));
        assert!(Secrets::parse(&one.repeat(Secrets::MAX)).is_ok());
        assert_eq!(
            Secrets::parse(&one.repeat(Secrets::MAX + 1)).err(),
            Some(SecretError::Number)
        );
        assert_eq!(Secrets::parse("# none\n").err(), Some(SecretError::Number));
        assert_eq!(Secrets::parse("secret").err(), Some(SecretError::NotASecret));
    }
}
