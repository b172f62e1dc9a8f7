//! Keys of signed notes (C2SP signed-note) and of cosignatures (C2SP tlog-cosignature): their names, ids and text forms,
//! and what each kind signs. Both kinds are Ed25519 (RFC 8032); signatures by keys of other kinds are unknown ones.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{PUBLIC_KEY_LENGTH, Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::note::NoteSignature;

/// Most bytes of a key as text.
pub const MAX_KEY_BYTES: usize = 1024;

/// Bytes of an Ed25519 seed, of which a private key is made (RFC 8032).
pub const SEED_BYTES: usize = 32;

/// Latest time that a cosignature can bear, in seconds since 1970 (tlog-cosignature).
pub const MAX_TIME_S: u64 = i64::MAX as u64;

/// The name of a key: not empty, with neither blanks nor `+`; best an address without its scheme, as `example.com/log`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// Takes a name; none where it is not one.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        // What a note cannot hold, and what ends a name in it.
        let is_bad = |c: char| c.is_whitespace() || c < ' ' || c == '+';
        (!name.is_empty() && !name.contains(is_bad)).then(|| Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// The text of a note (signature type `0x01`).
    Note,
    /// A time and the text of a checkpoint (signature type `0x04`).
    Cosignature,
}

impl KeyKind {
    const fn byte(self) -> u8 {
        match self {
            Self::Note => 0x01,
            Self::Cosignature => 0x04,
        }
    }
}

/// What a key said with its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// The text.
    Signed,
    /// That the text is the largest tree of its log that the cosigner had seen to be consistent at this time.
    Cosigned {
        /// Seconds since 1970.
        time_s: u64,
    },
}

/// A public key that is known, with its name. As text it is a *verifier key*: `name+id+base64`, the id in eight hexadecimal
/// digits and the kind before the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: KeyName,
    id: u32,
    kind: KeyKind,
    key: VerifyingKey,
}

/// Why a text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It has another form, is too long, or its name is none.
    #[error("read a key in its text form")]
    Form,
    /// It is of a kind that is not known here.
    #[error("a key of another kind than Ed25519 signatures and cosignatures")]
    Kind,
    /// Its bytes are no Ed25519 key, or one that anybody can sign for.
    #[error("the bytes are no Ed25519 key")]
    Key,
    /// Its id is not that of its name and bytes.
    #[error("the id of the key is not that of its name and bytes")]
    Id,
}

impl VerifierKey {
    /// A key from the 32 bytes of its public part.
    ///
    /// # Errors
    /// When the bytes are no key, or a weak one.
    pub fn new(name: KeyName, kind: KeyKind, public: &[u8; PUBLIC_KEY_LENGTH]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(public).map_err(|_| KeyError::Key)?;
        if key.is_weak() {
            return Err(KeyError::Key);
        }
        let id = key_id(&name, kind, &key);
        Ok(Self { name, id, kind, key })
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// Its id: the first four bytes of a hash over name, kind and key; no proof of anything.
    #[must_use]
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// What it signs.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Its public part.
    #[must_use]
    pub fn public(&self) -> &[u8; PUBLIC_KEY_LENGTH] {
        self.key.as_bytes()
    }

    /// What the signature says; none where it is not by this key.
    pub(crate) fn verify(&self, text: &str, signature: &[u8]) -> Option<Made> {
        let (made, message, signature) = match self.kind {
            KeyKind::Note => (Made::Signed, text.to_owned(), signature),
            KeyKind::Cosignature => {
                let (time, signature) = signature.split_first_chunk()?;
                let time_s = u64::from_be_bytes(*time);
                let is_time = time_s <= MAX_TIME_S;
                let made = is_time.then_some(Made::Cosigned { time_s })?;
                (made, cosigned_text(text, time_s), signature)
            }
        };
        let signature = Signature::from_slice(signature).ok()?;
        self.key.verify_strict(message.as_bytes(), &signature).ok()?;
        Some(made)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&[self.kind.byte()], self.public().as_slice()].concat();
        write!(out, "{}+{:08x}+{}", self.name, self.id, STANDARD.encode(bytes))
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, kind, bytes) = parse_key(text)?;
        let key = Self::new(name, kind, &bytes)?;
        if key.id == id { Ok(key) } else { Err(KeyError::Id) }
    }
}

/// A private key and its name: secret, and therefore with no way to be shown but [`Signer::to_secret_text`].
pub struct Signer {
    key: SigningKey,
    public: VerifierKey,
}

impl Signer {
    /// The key of a seed: 32 random bytes.
    ///
    /// # Errors
    /// When the seed makes a weak key, as none is known to do.
    pub fn from_seed(name: KeyName, seed: &[u8; SEED_BYTES]) -> Result<Self, KeyError> {
        Self::of_kind(name, KeyKind::Note, seed)
    }

    fn of_kind(name: KeyName, kind: KeyKind, seed: &[u8; SEED_BYTES]) -> Result<Self, KeyError> {
        let key = SigningKey::from_bytes(seed);
        let public = VerifierKey::new(name, kind, key.verifying_key().as_bytes())?;
        Ok(Self { key, public })
    }

    /// Reads `PRIVATE+KEY+name+id+base64`, as Go's `golang.org/x/mod/sumdb/note` writes it.
    ///
    /// # Errors
    /// When it is none, or one for cosignatures.
    pub fn from_secret_text(text: &str) -> Result<Self, KeyError> {
        let (name, id, kind, seed) = parse_key(text.strip_prefix("PRIVATE+KEY+").ok_or(KeyError::Form)?)?;
        if kind != KeyKind::Note {
            return Err(KeyError::Kind);
        }
        let signer = Self::from_seed(name, &seed)?;
        if signer.public.id == id {
            Ok(signer)
        } else {
            Err(KeyError::Id)
        }
    }

    /// The key in the form that [`Signer::from_secret_text`] reads. Whoever has it signs as this key.
    #[must_use]
    pub fn to_secret_text(&self) -> String {
        let VerifierKey { name, id, kind, .. } = &self.public;
        let bytes = [&[kind.byte()], self.key.as_bytes().as_slice()].concat();
        format!("PRIVATE+KEY+{name}+{id:08x}+{}", STANDARD.encode(bytes))
    }

    /// Its public part, by which others know it.
    #[must_use]
    pub const fn verifier(&self) -> &VerifierKey {
        &self.public
    }

    pub(crate) fn sign(&self, text: &str) -> NoteSignature {
        let bytes = self.key.sign(text.as_bytes()).to_bytes().to_vec();
        NoteSignature::new(self.public.name.clone(), self.public.id, bytes)
    }
}

/// The private key of a witness, and its name. It says that it saw a log grow; let no other witness have the same key.
pub struct Cosigner(Signer);

impl Cosigner {
    /// The key of a seed: 32 random bytes.
    ///
    /// # Errors
    /// When the seed makes a weak key, as none is known to do.
    pub fn from_seed(name: KeyName, seed: &[u8; SEED_BYTES]) -> Result<Self, KeyError> {
        Ok(Self(Signer::of_kind(name, KeyKind::Cosignature, seed)?))
    }

    /// Its public part, by which others know it.
    #[must_use]
    pub const fn verifier(&self) -> &VerifierKey {
        &self.0.public
    }

    /// The cosignature of this time (seconds since 1970, at most [`MAX_TIME_S`], past which it is that) on a checkpoint's
    /// text. Make one only for a tree that is known to be consistent with all that were cosigned before: see
    /// [`crate::AddCheckpoint::decide`].
    #[must_use]
    pub fn sign(&self, text: &str, time_s: u64) -> NoteSignature {
        let time_s = time_s.min(MAX_TIME_S);
        let signature = self.0.key.sign(cosigned_text(text, time_s).as_bytes());
        let bytes = [time_s.to_be_bytes().as_slice(), &signature.to_bytes()].concat();
        NoteSignature::new(self.0.public.name.clone(), self.0.public.id, bytes)
    }
}

/// What a cosigner signs (tlog-cosignature, “Ed25519 signed message”).
fn cosigned_text(text: &str, time_s: u64) -> String {
    format!("cosignature/v1\ntime {time_s}\n{text}")
}

fn key_id(name: &KeyName, kind: KeyKind, key: &VerifyingKey) -> u32 {
    let hash = Sha256::new()
        .chain_update(name.as_str())
        .chain_update([b'\n', kind.byte()])
        .chain_update(key.as_bytes())
        .finalize();
    hash.iter().take(4).fold(0, |id, byte| id << 8 | u32::from(*byte))
}

/// Name, id, kind and 32 bytes of `name+id+base64`.
fn parse_key(text: &str) -> Result<(KeyName, u32, KeyKind, [u8; 32]), KeyError> {
    if text.len() > MAX_KEY_BYTES {
        return Err(KeyError::Form);
    }
    let (name, rest) = text.split_once('+').ok_or(KeyError::Form)?;
    let (id, bytes) = rest.split_once('+').ok_or(KeyError::Form)?;
    let name = KeyName::parse(name).ok_or(KeyError::Form)?;
    let is_id = id.len() == 8 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let id = u32::from_str_radix(id, 16)
        .ok()
        .filter(|_| is_id)
        .ok_or(KeyError::Form)?;
    let bytes = STANDARD.decode(bytes).map_err(|_| KeyError::Form)?;
    let (byte, bytes) = bytes.split_first().ok_or(KeyError::Form)?;
    let kinds = [KeyKind::Note, KeyKind::Cosignature];
    let kind = kinds
        .into_iter()
        .find(|kind| kind.byte() == *byte)
        .ok_or(KeyError::Kind)?;
    Ok((name, id, kind, bytes.try_into().map_err(|_| KeyError::Key)?))
}
