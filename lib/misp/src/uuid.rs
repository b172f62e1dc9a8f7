//! Names of events, attributes and objects: UUIDs, in small letters.

use std::fmt;
use std::str::FromStr;

use anlanh_stix::Id;
use sha1::{Digest as _, Sha1};
use thiserror::Error;

/// The namespace of all that is derived here: 6e1c1d4f-0e0f-5f0b-9a55-3c0d7e6f6d50.
const NAMESPACE: [u8; 16] = 0x6e1c1d4f_0e0f_5f0b_9a55_3c0d7e6f6d50_u128.to_be_bytes();

/// A UUID. MISP asks for no version or variant, so neither is asked for here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(Box<str>);

/// A text is no UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a UUID")]
pub struct NoUuid;

impl Uuid {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The UUID of version 5 (RFC 9562) that these parts give, always the same.
    #[must_use]
    pub fn derived(parts: &[&str]) -> Self {
        let mut hash = Sha1::new();
        hash.update(NAMESPACE);
        for part in parts {
            // The length keeps parts apart.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let mut bytes = [0; 16];
        for (byte, of_hash) in bytes.iter_mut().zip(hash.finalize()) {
            *byte = of_hash;
        }
        let number = u128::from_be_bytes(bytes) & !(0xf << 76) | 5 << 76;
        let number = number & !(0b11 << 62) | 0b10 << 62;
        let digits = format!("{number:032x}");
        let mut text = String::with_capacity(36);
        for (at, digit) in digits.chars().enumerate() {
            if matches!(at, 8 | 12 | 16 | 20) {
                text.push('-');
            }
            text.push(digit);
        }
        Self(text.into())
    }

    /// The identifier of the STIX object that this one names: with the same UUID, where STIX takes it, and with one derived
    /// from it otherwise.
    #[must_use]
    pub fn to_id(&self, type_name: &str) -> String {
        let id = format!("{type_name}--{}", self.0);
        if id.parse::<Id>().is_ok() {
            return id;
        }
        format!("{type_name}--{}", Self::derived(&[type_name, &self.0]))
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Uuid {
    type Err = NoUuid;

    fn from_str(text: &str) -> Result<Self, NoUuid> {
        let is_uuid = text.len() == 36
            && text.bytes().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            });
        is_uuid.then(|| Self(text.to_ascii_lowercase().into())).ok_or(NoUuid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_keep_the_uuid_where_stix_takes_it() {
        let check = |text: &str, expected: &str| {
            let uuid: Uuid = text.parse().unwrap();
            assert_eq!(uuid.to_id("indicator"), expected);
        };
        check(
            "8E2E2D2B-17d4-4cbf-938f-98ee46b3cd3f",
            "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        );
        let derived = Uuid::derived(&["indicator", "00000000-0000-0000-0000-000000000000"]);
        check("00000000-0000-0000-0000-000000000000", &format!("indicator--{derived}"));
        assert_eq!(derived.as_str().as_bytes().get(14), Some(&b'5'));
        assert_ne!(Uuid::derived(&["a", "bc"]), Uuid::derived(&["ab", "c"]));
        for text in [
            "",
            "8e2e2d2b17d44cbf938f98ee46b3cd3f",
            "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3g",
        ] {
            assert_eq!(text.parse::<Uuid>(), Err(NoUuid));
        }
    }
}
