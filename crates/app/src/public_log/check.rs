//! A receipt is checked by anybody, with nothing but the receipt and the key of the log.

use anlanh_tlog::{Hash, OfflineProof, OfflineVerifyError, Policy, VerifierKey};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::hex;

/// Longest receipt that is read, in bytes.
pub const MAX_RECEIPT_BYTES: usize = 256 * 1024;
/// Length of a salt, in hexadecimal digits: of another length, it could take in the beginning of the text.
const SALT_DIGITS: usize = 2 * super::SALT_BYTES;

/// What a receipt shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The name of the log.
    pub origin: String,
    /// The key that signed.
    pub key: String,
    /// Where in the log the entry stands, from 0.
    pub position: u64,
    /// How many entries the log had when it was signed.
    pub size: u64,
    /// The entry.
    pub entry: String,
    /// What concerns somebody, which the entry commits to; none where the receipt has nothing of it.
    pub private: Option<String>,
}

/// Why a receipt shows nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It is longer than [`MAX_RECEIPT_BYTES`].
    #[error("a receipt has at most {MAX_RECEIPT_BYTES} bytes")]
    Long,
    /// It is none.
    #[error("read a receipt")]
    Form,
    /// It names another key than the one that is known.
    #[error("the receipt is signed by another key")]
    Key,
    /// The entry does not stand in the log that was signed, or nobody known signed it.
    #[error("verify the proof of a receipt")]
    Proof(#[from] OfflineVerifyError),
    /// What concerns somebody is not what the entry commits to.
    #[error("the entry commits to something else")]
    Commitment,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    receipt: String,
    key: String,
    entry: String,
    proof: String,
    private: Option<PrivateWritten>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PrivateWritten {
    salt: String,
    text: String,
}

#[derive(Deserialize)]
struct Committed {
    commitment: String,
}

/// Whose word is needed for a receipt.
#[derive(Debug, Clone, Default)]
pub struct Trust<'k> {
    /// The key of the log; where none is known that in the receipt, which says only that the receipt is whole.
    pub key: Option<&'k str>,
    /// Keys of witnesses of the log.
    pub witness_keys: Vec<VerifierKey>,
    /// How many of them must have cosigned.
    pub quorum: usize,
}

impl<'k> Trust<'k> {
    /// The word of the log alone is enough.
    #[must_use]
    pub fn log(key: Option<&'k str>) -> Self {
        Self { key, ..Self::default() }
    }
}

/// Checks a receipt.
///
/// # Errors
/// What does not hold.
pub fn check(receipt: &[u8], trust: &Trust<'_>) -> Result<Checked, ReceiptError> {
    if receipt.len() > MAX_RECEIPT_BYTES {
        return Err(ReceiptError::Long);
    }
    let written: Written = serde_json::from_slice(receipt).map_err(|_| ReceiptError::Form)?;
    if written.receipt != super::read::FORM {
        return Err(ReceiptError::Form);
    }
    if trust.key.is_some_and(|known| known != written.key) {
        return Err(ReceiptError::Key);
    }
    let key: VerifierKey = written.key.parse().map_err(|_| ReceiptError::Form)?;
    let proof = OfflineProof::parse(written.proof.as_bytes()).map_err(|_| ReceiptError::Form)?;
    let policy = Policy {
        origin: key.name().as_str().to_owned(),
        log_keys: vec![key],
        witness_keys: trust.witness_keys.clone(),
        quorum: trust.quorum,
    };
    let opened = proof.verify(&Hash::of_entry(written.entry.as_bytes()), &policy)?;
    if let Some(private) = &written.private {
        let committed: Committed = serde_json::from_str(&written.entry).map_err(|_| ReceiptError::Commitment)?;
        let salt = bytes_of(&private.salt).ok_or(ReceiptError::Form)?;
        let found = hex(&Sha256::new().chain_update(salt).chain_update(&private.text).finalize());
        if found != committed.commitment {
            return Err(ReceiptError::Commitment);
        }
    }
    Ok(Checked {
        origin: policy.origin,
        key: written.key,
        position: proof.index(),
        size: opened.checkpoint.head().size,
        entry: written.entry,
        private: written.private.map(|private| private.text),
    })
}

/// The bytes of hexadecimal digits.
fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let is_hex = digits.len() == SALT_DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    is_hex
        .then(|| digits.as_bytes().chunks(2).map(byte).collect())
        .flatten()
}
