//! `Content-Digest` (RFC 9530): what ties the content to a signature, which itself covers fields alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sfv::{Dictionary, ListEntry, Parser};
use sha2::{Digest as _, Sha256, Sha512};

use crate::message::{Fields, lines};

/// Most bytes of a digest field, its lines joined.
pub const MAX_DIGEST_BYTES: usize = 1024;

/// How a digest is made: the two of RFC 9530 section 7.2 that are neither deprecated nor broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DigestAlgorithm {
    /// `sha-256`.
    Sha256,
    /// `sha-512`.
    Sha512,
}

/// Why a message's content is not what its digest says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
    /// There is no `Content-Digest`.
    #[error("the message has no content digest")]
    Missing,
    /// More than [`MAX_DIGEST_BYTES`].
    #[error("a content digest has at most {MAX_DIGEST_BYTES} bytes")]
    Long,
    /// It is no dictionary of bytes.
    #[error("read a content digest")]
    Form,
    /// It has none of the algorithms that are known.
    #[error("a content digest of no known algorithm")]
    Algorithm,
    /// The content is another one.
    #[error("the content is not what its digest says")]
    Mismatch,
}

impl DigestAlgorithm {
    const ALL: [Self; 2] = [Self::Sha256, Self::Sha512];

    const fn key(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Sha512 => "sha-512",
        }
    }

    fn digest(self, content: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(content).to_vec(),
            Self::Sha512 => Sha512::digest(content).to_vec(),
        }
    }
}

/// The value of a `Content-Digest` field for this content (RFC 9530 section 2).
#[must_use]
pub fn content_digest(content: &[u8], algorithm: DigestAlgorithm) -> String {
    format!("{}=:{}:", algorithm.key(), STANDARD.encode(algorithm.digest(content)))
}

/// Checks content against the `Content-Digest` among these fields. Each digest of a known algorithm must agree, and there
/// must be one; those of other algorithms are passed over.
///
/// # Errors
/// When one does not, or there is none.
pub fn verify_content_digest(fields: Fields<'_>, content: &[u8]) -> Result<(), DigestError> {
    let lines = lines(fields, "content-digest");
    if lines.is_empty() {
        return Err(DigestError::Missing);
    }
    let joined = lines.join(b", ".as_slice());
    if joined.len() > MAX_DIGEST_BYTES {
        return Err(DigestError::Long);
    }
    let digests: Dictionary = Parser::new(&joined).parse().map_err(|_| DigestError::Form)?;
    let mut is_known = false;
    for algorithm in DigestAlgorithm::ALL {
        let Some(entry) = digests.get(algorithm.key()) else {
            continue;
        };
        let claimed = match entry {
            ListEntry::Item(item) => item.bare_item.as_byte_sequence(),
            ListEntry::InnerList(_) => None,
        };
        if claimed.ok_or(DigestError::Form)? != algorithm.digest(content) {
            return Err(DigestError::Mismatch);
        }
        is_known = true;
    }
    if is_known { Ok(()) } else { Err(DigestError::Algorithm) }
}
