//! Signed notes (C2SP signed-note): a text, and a line for each signature. Knows nothing of what texts say.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::key::{Cosigner, KeyName, Made, Signer, VerifierKey};

/// Most bytes of a note: room for the 16 signatures that every reader must take, of the largest kind there is.
pub const MAX_NOTE_BYTES: usize = 256 << 10;

/// Most signatures of a note.
pub const MAX_SIGNATURES: usize = 64;

const MARK: &str = "\u{2014} ";

/// A text, and who says that they signed it. Nothing in it is to be believed before [`Note::verify`].
///
/// It reads itself by [`Note::parse`] and shows itself in the same form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// A signature line of a note, not yet verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: KeyName,
    key_id: u32,
    bytes: Vec<u8>,
}

/// Why something is no note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// More than [`MAX_NOTE_BYTES`].
    #[error("a note has at most {MAX_NOTE_BYTES} bytes")]
    Long,
    /// Not UTF-8, or with a control character.
    #[error("a note is UTF-8 without control characters")]
    Characters,
    /// The text does not end in a line break, or no empty line ends it.
    #[error("find the empty line between a note's text and its signatures")]
    Form,
    /// There is no signature.
    #[error("a note has at least one signature")]
    Unsigned,
    /// More than [`MAX_SIGNATURES`].
    #[error("a note has at most {MAX_SIGNATURES} signatures")]
    Signatures,
    /// A line among the signatures is none.
    #[error("read a signature line of a note")]
    SignatureLine,
}

/// Why a note is not to be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// None of the keys signed it.
    #[error("no known key signed the note")]
    Unknown,
    /// A signature that bears the name and id of a known key is not by it.
    #[error("the note's signature by {0} is wrong")]
    Wrong(KeyName),
    /// Two of the given keys have the same name and id; which of them signed cannot be told.
    #[error("two known keys are called {0} and have the same id")]
    Ambiguous(KeyName),
}

/// A known key whose signature on a note is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified<'k> {
    /// Whose.
    pub key: &'k VerifierKey,
    /// What they said by it.
    pub made: Made,
}

impl Note {
    /// Signs a text. It ends in a line break and has no other control character.
    ///
    /// # Errors
    /// When the text has another form, or there are no signers or too many.
    pub fn sign(text: String, signers: &[&Signer]) -> Result<Self, NoteError> {
        check_characters(&text)?;
        if !text.ends_with('\n') {
            return Err(NoteError::Form);
        }
        if signers.is_empty() {
            return Err(NoteError::Unsigned);
        }
        let signatures = signers.iter().map(|signer| signer.sign(&text)).collect();
        Self { text, signatures }.within_limits()
    }

    /// Reads a note, strictly: one that [`Display`](fmt::Display) prints and nothing else.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_NOTE_BYTES {
            return Err(NoteError::Long);
        }
        let note = std::str::from_utf8(bytes).map_err(|_| NoteError::Characters)?;
        check_characters(note)?;
        let between = note.rfind("\n\n").ok_or(NoteError::Form)?;
        let (text, lines) = note.split_at_checked(between + 1).ok_or(NoteError::Form)?;
        let signatures = parse_signatures(lines.strip_prefix('\n').ok_or(NoteError::Form)?)?;
        let text = text.to_owned();
        Ok(Self { text, signatures })
    }

    /// What was signed, to its last line break.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its signatures, verified or not.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds signatures, such as those that a witness answered with.
    ///
    /// # Errors
    /// When the note is then over a limit.
    pub fn with_signatures(mut self, signatures: impl IntoIterator<Item = NoteSignature>) -> Result<Self, NoteError> {
        self.signatures.extend(signatures);
        self.within_limits()
    }

    /// Adds a cosignature of this time, in seconds since 1970.
    ///
    /// # Errors
    /// When the note is then over a limit.
    pub fn cosign(self, cosigner: &Cosigner, time_s: u64) -> Result<Self, NoteError> {
        let signature = cosigner.sign(&self.text, time_s);
        self.with_signatures([signature])
    }

    /// The known keys that signed it, each once, in the order of their signatures. Signatures by others are passed over;
    /// that there is a right one is all that is known of the rest of the note.
    ///
    /// # Errors
    /// When none of the keys signed it, or a signature that says it is by one of them is not.
    pub fn verify<'k>(&self, keys: &'k [VerifierKey]) -> Result<Vec<Verified<'k>>, VerifyError> {
        let mut verified: Vec<Verified<'k>> = Vec::new();
        for signature in &self.signatures {
            let is_meant = |key: &&VerifierKey| *key.name() == signature.name && key.id() == signature.key_id;
            let mut meant = keys.iter().filter(is_meant);
            let Some(key) = meant.next() else { continue };
            if meant.any(|other| other != key) {
                return Err(VerifyError::Ambiguous(key.name().clone()));
            }
            let made = key.verify(&self.text, &signature.bytes);
            let made = made.ok_or_else(|| VerifyError::Wrong(key.name().clone()))?;
            if !verified.iter().any(|earlier| earlier.key == key) {
                verified.push(Verified { key, made });
            }
        }
        if verified.is_empty() {
            Err(VerifyError::Unknown)
        } else {
            Ok(verified)
        }
    }

    fn within_limits(self) -> Result<Self, NoteError> {
        if self.signatures.len() > MAX_SIGNATURES {
            return Err(NoteError::Signatures);
        }
        if self.to_string().len() > MAX_NOTE_BYTES {
            return Err(NoteError::Long);
        }
        Ok(self)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.text)?;
        self.signatures
            .iter()
            .try_for_each(|signature| write!(out, "{signature}"))
    }
}

impl NoteSignature {
    pub(crate) const fn new(name: KeyName, key_id: u32, bytes: Vec<u8>) -> Self {
        Self { name, key_id, bytes }
    }

    /// The name of the key that it says it is by.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// The id of that key.
    #[must_use]
    pub const fn key_id(&self) -> u32 {
        self.key_id
    }
}

impl fmt::Display for NoteSignature {
    /// The whole line, with its line break.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.key_id.to_be_bytes(), self.bytes.as_slice()].concat();
        writeln!(out, "{MARK}{} {}", self.name, STANDARD.encode(bytes))
    }
}

/// Reads signature lines, one or more, as they stand at the end of a note and in the answer of a witness.
///
/// # Errors
/// When a line is none, the last does not end in a line break, or there are none or too many.
pub fn parse_signatures(lines: &str) -> Result<Vec<NoteSignature>, NoteError> {
    if lines.is_empty() {
        return Err(NoteError::Unsigned);
    }
    let mut signatures = Vec::new();
    for line in lines.split_inclusive('\n') {
        if signatures.len() == MAX_SIGNATURES {
            return Err(NoteError::Signatures);
        }
        signatures.push(parse_signature(line).ok_or(NoteError::SignatureLine)?);
    }
    Ok(signatures)
}

fn parse_signature(line: &str) -> Option<NoteSignature> {
    let (name, bytes) = line.strip_prefix(MARK)?.strip_suffix('\n')?.split_once(' ')?;
    let bytes = STANDARD.decode(bytes).ok()?;
    let (key_id, signature) = bytes.split_first_chunk()?;
    Some(NoteSignature {
        name: KeyName::parse(name)?,
        key_id: u32::from_be_bytes(*key_id),
        bytes: (!signature.is_empty()).then(|| signature.to_owned())?,
    })
}

fn check_characters(text: &str) -> Result<(), NoteError> {
    let is_good = text.bytes().all(|byte| byte >= b' ' || byte == b'\n');
    is_good.then_some(()).ok_or(NoteError::Characters)
}
