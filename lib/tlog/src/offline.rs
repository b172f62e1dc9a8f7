//! Offline proofs (C2SP tlog-proof): one file that shows an entry to be in a log, to whoever knows the log's key.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::{Opened, Policy, PolicyError};
use crate::hash::Hash;
use crate::note::{MAX_NOTE_BYTES, Note, NoteError};
use crate::proof::{MAX_PROOF_HASHES, ProofError, verify_inclusion};
use crate::tile::{MAX_TREE_SIZE, decimal};
use crate::witness::{parse_hashes, split_at_empty_line};

/// Most bytes of extra data.
pub const MAX_EXTRA_BYTES: usize = 64 << 10;

/// Most bytes of a proof as text.
pub const MAX_OFFLINE_PROOF_BYTES: usize = 4096 + MAX_EXTRA_BYTES / 3 * 4 + MAX_NOTE_BYTES;

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// A proof that can be kept beside what it proves. It shows itself as the text of a `.tlog-proof` file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfflineProof {
    extra: Option<Vec<u8>>,
    index: u64,
    proof: Vec<Hash>,
    note: Note,
}

/// Why something is no offline proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OfflineError {
    /// More than [`MAX_OFFLINE_PROOF_BYTES`].
    #[error("an offline proof has at most {MAX_OFFLINE_PROOF_BYTES} bytes")]
    Long,
    /// The first line is another one, or no empty line ends the proof.
    #[error("find the first line of an offline proof and the empty line before its checkpoint")]
    Form,
    /// The extra data is not in base64, or more than [`MAX_EXTRA_BYTES`].
    #[error("read the extra data of an offline proof")]
    Extra,
    /// There is no index, or it is none.
    #[error("read the index in an offline proof")]
    Index,
    /// A line of the proof is no hash, or there are more than [`MAX_PROOF_HASHES`].
    #[error("read the hashes of an offline proof")]
    Proof,
    /// What follows is no note.
    #[error("read the note of an offline proof")]
    Note(#[from] NoteError),
}

/// Why an offline proof shows nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OfflineVerifyError {
    /// Its checkpoint is not to be believed.
    #[error("verify the checkpoint of an offline proof")]
    Policy(#[from] PolicyError),
    /// The entry is not in the checkpoint's tree at that index.
    #[error("verify that the entry is in the tree")]
    Proof(#[from] ProofError),
}

impl OfflineProof {
    /// A proof that the entry at `index` is in the tree of the checkpoint that is signed in `note`.
    ///
    /// # Errors
    /// When the index is in no tree of up to [`MAX_TREE_SIZE`] leaves, or the proof has more than [`MAX_PROOF_HASHES`].
    pub fn new(index: u64, proof: Vec<Hash>, note: Note) -> Result<Self, OfflineError> {
        if index >= MAX_TREE_SIZE {
            return Err(OfflineError::Index);
        }
        if proof.len() > MAX_PROOF_HASHES {
            return Err(OfflineError::Proof);
        }
        let extra = None;
        Ok(Self {
            extra,
            index,
            proof,
            note,
        })
    }

    /// The same proof with extra data. Nothing vouches for the data.
    ///
    /// # Errors
    /// When it is more than [`MAX_EXTRA_BYTES`].
    pub fn with_extra(mut self, extra: Vec<u8>) -> Result<Self, OfflineError> {
        if extra.len() > MAX_EXTRA_BYTES {
            return Err(OfflineError::Extra);
        }
        self.extra = Some(extra);
        Ok(self)
    }

    /// Reads a proof, strictly: one that [`Display`](fmt::Display) prints and nothing else.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, OfflineError> {
        if bytes.len() > MAX_OFFLINE_PROOF_BYTES {
            return Err(OfflineError::Long);
        }
        let (head, note) = split_at_empty_line(bytes).ok_or(OfflineError::Form)?;
        let mut lines = head
            .strip_suffix('\n')
            .ok_or(OfflineError::Form)?
            .split('\n')
            .peekable();
        if lines.next() != Some(FIRST_LINE) {
            return Err(OfflineError::Form);
        }
        let extra = match lines.peek().and_then(|line| line.strip_prefix("extra ")) {
            Some(extra) => {
                lines.next();
                Some(STANDARD.decode(extra).map_err(|_| OfflineError::Extra)?)
            }
            None => None,
        };
        let index = lines.next().and_then(|line| decimal(line.strip_prefix("index ")?));
        let index = index
            .filter(|index| *index < MAX_TREE_SIZE)
            .ok_or(OfflineError::Index)?;
        let proof = parse_hashes(lines).ok_or(OfflineError::Proof)?;
        let plain = Self::new(index, proof, Note::parse(note)?)?;
        match extra {
            Some(extra) => plain.with_extra(extra),
            None => Ok(plain),
        }
    }

    /// Extra data, for which nothing vouches.
    #[must_use]
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// Where in the log the entry is, from 0.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The signed checkpoint that it leads to, for which nothing vouches before [`Self::verify`].
    #[must_use]
    pub const fn note(&self) -> &Note {
        &self.note
    }

    /// Shows that the entry with this hash ([`Hash::of_entry`]) is in the log that the policy is of.
    ///
    /// # Errors
    /// When it does not.
    pub fn verify(&self, leaf: &Hash, policy: &Policy) -> Result<Opened, OfflineVerifyError> {
        let opened = policy.open(&self.note)?;
        let head = opened.checkpoint.head();
        verify_inclusion(leaf, self.index, head.size, &self.proof, &head.root)?;
        Ok(opened)
    }
}

impl fmt::Display for OfflineProof {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{FIRST_LINE}")?;
        if let Some(extra) = &self.extra {
            writeln!(out, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(out, "index {}", self.index)?;
        self.proof.iter().try_for_each(|hash| writeln!(out, "{hash}"))?;
        write!(out, "\n{}", self.note)
    }
}
