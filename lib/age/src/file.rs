//! A file: a header that gives the file's key to the recipient, and the content in chunks under that key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::Aead;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit};
use curve25519_dalek::MontgomeryPoint;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::Recipient;

/// How long a chunk of the content is, in bytes, before it is encrypted.
pub const CHUNK_BYTES: usize = 64 * 1024;

const VERSION: &str = "age-encryption.org/v1";
/// How long a block of SHA-256 is, in bytes.
const BLOCK_BYTES: usize = 64;

/// What is drawn for one file, and for no other: uniform bytes that nobody can guess. Memory is wiped when it is dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Drawn {
    /// The key of the file.
    pub file_key: [u8; 16],
    /// The secret of the key that is used once.
    pub ephemeral: [u8; 32],
    /// What makes the key of the content.
    pub nonce: [u8; 16],
}

/// The content is longer than the format takes: 2^88 chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file cannot be encrypted")]
pub struct SealError;

/// Encrypts a file to a recipient.
///
/// # Errors
/// When the cipher fails, which it does for nothing that fits into memory.
pub fn encrypt(recipient: &Recipient, content: &[u8], drawn: Drawn) -> Result<Vec<u8>, SealError> {
    let mut file = header(recipient, &drawn)?;
    file.reserve(drawn.nonce.len() + content.len() + 16 * (content.len() / CHUNK_BYTES + 1));
    file.extend(drawn.nonce);
    let key = derive(&drawn.nonce, &drawn.file_key, b"payload");
    let cipher = ChaCha20Poly1305::new((&*key).into());
    let mut chunks = content.chunks(CHUNK_BYTES).peekable();
    let mut number = 0_u64;
    loop {
        // A file of nothing has one chunk of nothing; no other last chunk is empty.
        let chunk = chunks.next().unwrap_or_default();
        let is_last = chunks.peek().is_none();
        let mut nonce = [0; 12];
        for (to, from) in nonce.iter_mut().skip(3).zip(number.to_be_bytes()) {
            *to = from;
        }
        if let Some(flag) = nonce.last_mut() {
            *flag = u8::from(is_last);
        }
        file.extend(cipher.encrypt(&nonce.into(), chunk).map_err(|_| SealError)?);
        if is_last {
            return Ok(file);
        }
        number += 1;
    }
}

fn header(recipient: &Recipient, drawn: &Drawn) -> Result<Vec<u8>, SealError> {
    let share = MontgomeryPoint::mul_base_clamped(drawn.ephemeral).0;
    let shared = Zeroizing::new(MontgomeryPoint(*recipient.point()).mul_clamped(drawn.ephemeral).0);
    let salt = [share, *recipient.point()].concat();
    let wrapping = derive(&salt, &*shared, b"age-encryption.org/v1/X25519");
    let cipher = ChaCha20Poly1305::new((&*wrapping).into());
    let wrapped = cipher.encrypt(&[0; 12].into(), drawn.file_key.as_slice());
    let wrapped = wrapped.map_err(|_| SealError)?;
    let text = |bytes: &[u8]| STANDARD_NO_PAD.encode(bytes);
    let head = format!("{VERSION}\n-> X25519 {}\n{}\n---", text(&share), text(&wrapped));
    let key = derive(&[], &drawn.file_key, b"header");
    let mac = keyed(&*key, &[head.as_bytes()]);
    Ok(format!("{head} {}\n", text(&*mac)).into_bytes())
}

/// HKDF-SHA-256 (RFC 5869) of 32 bytes.
fn derive(salt: &[u8], secret: &[u8], info: &[u8]) -> Zeroizing<[u8; 32]> {
    let key = keyed(salt, &[secret]);
    keyed(&*key, &[info, &[1]])
}

/// HMAC-SHA-256 under a key of at most a block, over what stands one after the other.
fn keyed(key: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    // A key that is shorter than a block of the hash counts as if it were filled up with zeros.
    let mut block = Zeroizing::new([0; BLOCK_BYTES]);
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new(&(*block).into());
    for part in parts {
        mac.update(part);
    }
    Zeroizing::new(mac.finalize().into_bytes().into())
}
