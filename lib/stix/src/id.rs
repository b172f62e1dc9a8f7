//! Identifiers (section 2.9): a type, two hyphens, a UUID; for observables a UUID of version 5 made from what
//! contributes to it.

use std::fmt;
use std::str::FromStr;

use sha1::{Digest as _, Sha1};
use thiserror::Error;

/// The namespace of observables' identifiers (section 2.9): 00abedb4-aa42-466c-9c01-fed23315a9b7.
const NAMESPACE: [u8; 16] = 0x00abedb4_aa42_466c_9c01_fed23315a9b7_u128.to_be_bytes();

/// An identifier, as it was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    text: String,
    hyphens_at: usize,
}

/// A text is no identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an identifier of the form type--UUID")]
pub struct NoId;

impl Id {
    /// The type of the object that it names.
    #[must_use]
    pub fn type_name(&self) -> &str {
        self.text.get(..self.hyphens_at).unwrap_or_default()
    }

    /// The UUID, as it was written.
    #[must_use]
    pub fn uuid(&self) -> &str {
        self.text.get(self.hyphens_at + 2..).unwrap_or_default()
    }

    /// The version of the UUID, 1 to 8.
    #[must_use]
    pub fn uuid_version(&self) -> u32 {
        let digit = self.uuid().chars().nth(14);
        digit.and_then(|digit| digit.to_digit(16)).unwrap_or(0)
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The identifier of an observable: SHA-1 of what contributes to it in its canonical form (RFC 9562, section 5.5).
    pub(crate) fn of_content(type_name: &str, canonical: &str) -> Self {
        let mut hash = Sha1::new();
        hash.update(NAMESPACE);
        hash.update(canonical.as_bytes());
        let mut bytes = [0; 16];
        for (byte, of_hash) in bytes.iter_mut().zip(hash.finalize()) {
            *byte = of_hash;
        }
        let number = u128::from_be_bytes(bytes);
        let number = number & !(0xf << 76) | 5 << 76;
        let number = number & !(0b11 << 62) | 0b10 << 62;
        let part = |shift: u32, digits: u32| number >> shift & ((1 << (digits * 4)) - 1);
        let uuid = format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            part(96, 8),
            part(80, 4),
            part(64, 4),
            part(48, 4),
            part(0, 12)
        );
        Self {
            text: format!("{type_name}--{uuid}"),
            hyphens_at: type_name.len(),
        }
    }
}

impl FromStr for Id {
    type Err = NoId;

    fn from_str(text: &str) -> Result<Self, NoId> {
        let (type_name, uuid) = text.split_once("--").ok_or(NoId)?;
        if !is_type_name(type_name) || !is_uuid(uuid) {
            return Err(NoId);
        }
        Ok(Self {
            text: text.to_owned(),
            hyphens_at: type_name.len(),
        })
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether a text may name a type (section 3.1): 3 to 250 lower-case letters, digits and single hyphens, a letter
/// first.
pub(crate) fn is_type_name(text: &str) -> bool {
    let may_stand = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (3..=250).contains(&text.len())
        && text.starts_with(|letter: char| letter.is_ascii_lowercase())
        && text.bytes().all(may_stand)
        && !text.contains("--")
        && !text.ends_with('-')
}

/// Hexadecimal digits in their five groups, with the variant and a version of RFC 9562.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            14 => matches!(byte, b'1'..=b'8'),
            19 => matches!(byte, b'8' | b'9' | b'a' | b'b' | b'A' | b'B'),
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_a_type_and_a_uuid() {
        let id: Id = "domain-name--3c10e93f-798e-5a26-a0c1-08156efab7f5".parse().unwrap();
        assert_eq!(id.type_name(), "domain-name");
        assert_eq!(id.uuid_version(), 5);
        for text in [
            "",
            "--",
            "indicator",
            "indicator--",
            "indicator-3c10e93f-798e-5a26-a0c1-08156efab7f5",
            "Indicator--3c10e93f-798e-4a26-a0c1-08156efab7f5",
            "indicator--3c10e93f798e4a26a0c108156efab7f5",
            "indicator--3c10e93f-798e-4a26-c0c1-08156efab7f5",
            "indicator--3c10e93f-798e-0a26-a0c1-08156efab7f5",
            "indicator--3c10e93f-798e-4a26-a0c1-08156efab7f5 ",
            "in--3c10e93f-798e-4a26-a0c1-08156efab7f5",
            "a-b---3c10e93f-798e-4a26-a0c1-08156efab7f5",
        ] {
            assert_eq!(text.parse::<Id>(), Err(NoId), "{text}");
        }
    }

    #[test]
    fn the_same_content_has_the_same_identifier() {
        // What `uuid.uuid5` of Python's standard library makes of the same namespace and text.
        let id = Id::of_content("domain-name", r#"{"value":"example.com"}"#);
        assert_eq!(id.as_str(), "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7");
    }
}
