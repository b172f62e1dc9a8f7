//! Passwords of people: long enough, and kept as argon2id (RFC 9106) with the parameters that OWASP names
//! (19 MiB, two passes, one lane).

use std::fmt;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

use super::Name;

/// A password that may be set. It is not in `Debug`.
pub struct Password(String);

/// Why a text is no password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too easily tried out.
    #[error("a password has at least {} characters", Password::MIN_CHARS)]
    TooShort,
    /// Longer than anybody types.
    #[error("a password has at most {} bytes", Password::MAX_BYTES)]
    TooLong,
    /// The first thing that others try.
    #[error("a password does not hold the name of its account")]
    HoldsName,
}

impl Password {
    /// Shortest password, in characters.
    pub const MIN_CHARS: usize = 12;
    /// Longest password, in bytes.
    pub const MAX_BYTES: usize = 1_024;

    /// Reads a password that shall be set for this account.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str, name: &Name) -> Result<Self, PasswordError> {
        if text.len() > Self::MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        if text.chars().count() < Self::MIN_CHARS {
            return Err(PasswordError::TooShort);
        }
        if text.to_lowercase().contains(name.as_str()) {
            return Err(PasswordError::HoldsName);
        }
        Ok(Self(text.to_owned()))
    }

    /// What is kept of it, as a PHC string. Takes tens of milliseconds and 19 MiB.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn hash(&self) -> Result<String, std::io::Error> {
        let hash = Argon2::default().hash_password(self.0.as_bytes());
        hash.map(|hash| hash.to_string())
            .map_err(|_| std::io::ErrorKind::Other.into())
    }

    /// Whether a text is the password of which this is kept. Takes as long as [`Password::hash`].
    #[must_use]
    pub fn is_kept_as(text: &str, kept: &str) -> bool {
        let Ok(kept) = PasswordHash::new(kept) else {
            return false;
        };
        text.len() <= Self::MAX_BYTES && Argon2::default().verify_password(text.as_bytes(), &kept).is_ok()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_has_a_length_and_no_name() {
        let name = Name::parse("lan").unwrap();
        let check = |text: &str, expected: Option<PasswordError>| {
            assert_eq!(Password::parse(text, &name).err(), expected, "{}", text.len());
        };
        check("mười hai chữ", None);
        check("mười một ch", Some(PasswordError::TooShort));
        check(&"x".repeat(Password::MAX_BYTES), None);
        check(&"x".repeat(Password::MAX_BYTES + 1), Some(PasswordError::TooLong));
        check("trăm năm LAN trong", Some(PasswordError::HoldsName));
    }

    #[test]
    fn what_is_kept_knows_the_password_and_no_other() {
        let name = Name::parse("lan").unwrap();
        let password = Password::parse("trăm năm trong cõi", &name).unwrap();
        let kept = password.hash().unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(Password::is_kept_as("trăm năm trong cõi", &kept));
        assert!(!Password::is_kept_as("trăm năm trong coi", &kept));
        assert!(!Password::is_kept_as("trăm năm trong cõi", "-"));
        assert_ne!(kept, password.hash().unwrap(), "each has a salt of its own");
    }
}
