//! Hashes of a Merkle tree, as RFC 6962 section 2.1 makes them. Knows nothing of tiles.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// Bytes of a hash.
pub const HASH_BYTES: usize = 32;

/// The Merkle tree hash of some leaves: 32 bytes. It shows and reads itself in base64, as checkpoints and proofs have it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; HASH_BYTES]);

impl Hash {
    /// The root of a tree without leaves (RFC 6962 section 2.1): SHA-256 of nothing.
    #[must_use]
    pub fn of_nothing() -> Self {
        Self(Sha256::digest([]).into())
    }

    /// The hash of a leaf (RFC 6962 section 2.1): SHA-256 of a zero byte and the entry.
    #[must_use]
    pub fn of_entry(entry: &[u8]) -> Self {
        Self(Sha256::new().chain_update([0]).chain_update(entry).finalize().into())
    }

    /// The hash of a node (RFC 6962 section 2.1): SHA-256 of a byte of one, the left child and the right child.
    #[must_use]
    pub fn of_children(left: &Self, right: &Self) -> Self {
        let mut input = [1; 1 + 2 * HASH_BYTES];
        let (_, children) = input.split_at_mut(1);
        let (first, second) = children.split_at_mut(HASH_BYTES);
        first.copy_from_slice(&left.0);
        second.copy_from_slice(&right.0);
        Self(Sha256::digest(input).into())
    }

    /// Reads 44 characters of standard base64 (RFC 4648 section 4), strictly: what [`Display`](fmt::Display) prints and
    /// nothing else.
    #[must_use]
    pub fn from_base64(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Hash({self})")
    }
}

/// The root over a power of two of hashes, or over fewer as if they were a tree of their own.
pub(crate) fn root_of(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => Hash::of_nothing(),
        [one] => *one,
        [left, right] => Hash::of_children(left, right),
        more => {
            let (left, right) = more.split_at(split(more.len()));
            Hash::of_children(&root_of(left), &root_of(right))
        }
    }
}

/// The largest power of two below a length of two or more (RFC 6962 section 2.1).
const fn split(length: usize) -> usize {
    1 << (usize::BITS - 1 - (length - 1).leading_zeros())
}
