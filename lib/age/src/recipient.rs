//! Recipients: public keys of X25519 as people hand them on.

use std::fmt;

use curve25519_dalek::MontgomeryPoint;
use sha2::{Digest, Sha256};

use crate::bech32;

/// Whom a file is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Recipient {
    point: [u8; 32],
}

/// Why a text is no recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecipientError {
    /// It is not `age1` and 58 letters and digits with their checksum, in lower case. Keys of plug-ins and of other kinds
    /// are not taken.
    #[error("a recipient is `age1` and 58 letters and digits, as age-keygen prints it")]
    Malformed,
    /// Anybody could open what is encrypted to it.
    #[error("the key is of low order")]
    Weak,
}

impl Recipient {
    /// How long the text is, in bytes.
    pub const TEXT_BYTES: usize = 62;
    /// How many hexadecimal digits a fingerprint has.
    pub const FINGERPRINT_DIGITS: usize = 32;

    const PART: &'static str = "age";

    /// Reads a recipient as `age-keygen` prints it.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, RecipientError> {
        if text.len() != Self::TEXT_BYTES {
            return Err(RecipientError::Malformed);
        }
        let point = bech32::read(Self::PART, text).ok_or(RecipientError::Malformed)?;
        // Every clamped scalar is a multiple of eight, which takes a point of low order to nought.
        if MontgomeryPoint(point).mul_clamped([1; 32]).0 == [0; 32] {
            return Err(RecipientError::Weak);
        }
        Ok(Self { point })
    }

    /// What is read out over the telephone: the first 128 bits of the SHA-256 of the text, in hexadecimal digits. Whoever
    /// holds the key finds them with `printf %s age1… | sha256sum`.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.to_string().as_bytes());
        let digits = digest.iter().map(|byte| format!("{byte:02x}"));
        digits.take(Self::FINGERPRINT_DIGITS / 2).collect()
    }

    pub(crate) const fn point(&self) -> &[u8; 32] {
        &self.point
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&bech32::write(Self::PART, &self.point))
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &str = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

    #[test]
    fn a_recipient_is_read_as_it_is_written() {
        let recipient = Recipient::parse(KNOWN).unwrap();
        assert_eq!(recipient.to_string(), KNOWN);
        let fingerprint = recipient.fingerprint();
        assert_eq!(fingerprint.len(), Recipient::FINGERPRINT_DIGITS);
        assert!(fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }

    #[test]
    fn what_is_no_recipient_is_refused() {
        let check = |text: &str, expected| assert_eq!(Recipient::parse(text), Err(expected), "{text}");
        for text in ["", "age1", &KNOWN.to_uppercase(), &KNOWN[..61], &format!("{KNOWN}q")] {
            check(text, RecipientError::Malformed);
        }
        // One letter other than it was, wherever it stands.
        for place in 4..KNOWN.len() {
            let mut text = KNOWN.as_bytes().to_vec();
            text[place] = if text[place] == b'q' { b'p' } else { b'q' };
            check(&String::from_utf8(text).unwrap(), RecipientError::Malformed);
        }
        let of = |point| Recipient { point }.to_string();
        let mut one = [0; 32];
        one[0] = 1;
        for point in [[0; 32], one] {
            check(&of(point), RecipientError::Weak);
        }
    }

    proptest::proptest! {
        #[test]
        fn keys_have_one_spelling(point in proptest::array::uniform32(0_u8..)) {
            let text = bech32::write(Recipient::PART, &point);
            proptest::prop_assert_eq!(text.len(), Recipient::TEXT_BYTES);
            proptest::prop_assert_eq!(bech32::read(Recipient::PART, &text), Some(point));
        }
    }
}
