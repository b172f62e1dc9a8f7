//! What a key is known by, and what two people read to each other.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

const BYTES: usize = 32;
/// How many hexadecimal digits stand together where people read them.
const GROUP: usize = 4;

/// SHA-256 of the 32 bytes of an Ed25519 key. On the wire it is 64 hexadecimal digits; people see them in groups of four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; BYTES]);

/// A text that is no fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint has 64 hexadecimal digits")]
pub struct NoFingerprint;

impl Fingerprint {
    /// That of a key.
    #[must_use]
    pub fn of(key: &[u8; BYTES]) -> Self {
        Self(Sha256::digest(key).into())
    }

    /// From its bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; BYTES] {
        &self.0
    }

    /// Its digits without anything between, as they stand on the wire.
    #[must_use]
    pub fn digits(&self) -> String {
        hex(&self.0)
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, digit) in self.digits().chars().enumerate() {
            if at > 0 && at % GROUP == 0 {
                f.write_str(" ")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl FromStr for Fingerprint {
    type Err = NoFingerprint;

    /// Whatever stands between the digits for people to read them by is passed over: blanks, colons, hyphens.
    fn from_str(text: &str) -> Result<Self, NoFingerprint> {
        let mut bytes = [0; BYTES];
        let mut count = 0;
        let is_between = |c: &char| c.is_whitespace() || matches!(c, ':' | '-');
        for digit in text.chars().filter(|c| !is_between(c)) {
            let value = digit.to_digit(16).and_then(|value| u8::try_from(value).ok());
            let byte = bytes.get_mut(count / 2).ok_or(NoFingerprint)?;
            *byte = (*byte << 4) | value.ok_or(NoFingerprint)?;
            count += 1;
        }
        if count == 2 * BYTES {
            Ok(Self(bytes))
        } else {
            Err(NoFingerprint)
        }
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.digits())
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_read_however_people_group_them() {
        let known = Fingerprint::of(&[7; 32]);
        let check = |text: &str, is_it: bool| assert_eq!(text.parse() == Ok(known), is_it, "{text}");
        check(&known.to_string(), true);
        check(&known.digits(), true);
        check(&known.digits().to_uppercase(), true);
        check(&known.to_string().replace(' ', ":"), true);
        check(&known.to_string().replace(' ', "-\n"), true);
        check(&format!("{}0", known.digits()), false);
        check(known.digits().get(1..).unwrap(), false);
        check(&known.digits().replacen(|c: char| c.is_ascii_digit(), "g", 1), false);
        check("", false);
        assert_eq!(known.to_string().split(' ').count(), 16);
    }
}
