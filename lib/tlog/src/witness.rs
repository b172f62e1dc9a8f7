//! Witnesses (C2SP tlog-witness): the body of `add-checkpoint`, and what a witness makes of it. Sockets, keys of logs and
//! the record of what was cosigned are the caller's.

use std::fmt;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::hash::Hash;
use crate::key::{Made, VerifierKey};
use crate::note::{MAX_NOTE_BYTES, Note, NoteError};
use crate::proof::{Head, MAX_PROOF_HASHES, verify_consistency};
use crate::tile::{MAX_TREE_SIZE, decimal};

/// Most bytes of a request's body.
pub const MAX_REQUEST_BYTES: usize = 4096 + MAX_NOTE_BYTES;

/// The type of the body that goes with [`Refusal::Stale`].
pub const SIZE_CONTENT_TYPE: &str = "text/x.tlog.size";

/// A request to cosign a checkpoint. It shows itself as the body of a `POST` to `<prefix>/add-checkpoint`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    old_size: u64,
    proof: Vec<Hash>,
    note: Note,
    checkpoint: Checkpoint,
}

/// Why a body is no such request. A witness answers `400 Bad Request` to each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// More than [`MAX_REQUEST_BYTES`].
    #[error("a request to a witness has at most {MAX_REQUEST_BYTES} bytes")]
    Long,
    /// The first line is not `old` and a size, or no empty line ends the proof.
    #[error("read the old size and the proof in a request to a witness")]
    Form,
    /// A line of the proof is no hash, or there are more than [`MAX_PROOF_HASHES`].
    #[error("read the proof in a request to a witness")]
    Proof,
    /// What follows is no note.
    #[error("read the note in a request to a witness")]
    Note(#[from] NoteError),
    /// The note is no checkpoint.
    #[error("read the checkpoint in a request to a witness")]
    Checkpoint(#[from] CheckpointError),
}

/// What a witness knows of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownLog {
    /// The keys of which one must have signed.
    pub keys: Vec<VerifierKey>,
    /// The checkpoint that was cosigned last; none where none was.
    pub latest: Option<Head>,
}

/// Why a witness does not cosign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The log is not one of those that the witness looks after.
    #[error("a checkpoint of an unknown log")]
    UnknownLog,
    /// No known key of the log signed the checkpoint.
    #[error("a checkpoint that its log did not sign")]
    Unsigned,
    /// The old size is larger than the checkpoint's.
    #[error("a proof from a larger tree to a smaller one")]
    Shrinking,
    /// The old size is not that of the checkpoint that was cosigned last.
    #[error("a proof from another size than {latest}, which was cosigned last")]
    Stale {
        /// That size, to begin again from.
        latest: u64,
    },
    /// A tree of the same size was cosigned with another root: the log told two stories. Keep the request.
    #[error("a tree of the same size as the one cosigned last, with another root")]
    Fork,
    /// The proof shows nothing: either it is broken, or the log told two stories.
    #[error("a proof that does not show that the tree continues the one cosigned last")]
    Inconsistent,
}

impl Refusal {
    /// The HTTP status to answer with.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::UnknownLog => 404,
            Self::Unsigned => 403,
            Self::Shrinking => 400,
            Self::Stale { .. } | Self::Fork => 409,
            Self::Inconsistent => 422,
        }
    }

    /// The body to answer with: for [`Self::Stale`] the size, of the type [`SIZE_CONTENT_TYPE`]; else nothing.
    #[must_use]
    pub fn body(&self) -> String {
        match self {
            Self::Stale { latest } => format!("{latest}\n"),
            Self::UnknownLog | Self::Unsigned | Self::Shrinking | Self::Fork | Self::Inconsistent => String::new(),
        }
    }
}

impl AddCheckpoint {
    /// A request to cosign the checkpoint that is signed in `note`. The proof goes from the tree of `old_size` leaves, which
    /// the witness is thought to have cosigned last, to the checkpoint's.
    ///
    /// # Errors
    /// When the note is no checkpoint, the size is over [`MAX_TREE_SIZE`], or the proof has more than [`MAX_PROOF_HASHES`].
    pub fn new(old_size: u64, proof: Vec<Hash>, note: Note) -> Result<Self, RequestError> {
        if old_size > MAX_TREE_SIZE {
            return Err(RequestError::Form);
        }
        if proof.len() > MAX_PROOF_HASHES {
            return Err(RequestError::Proof);
        }
        let checkpoint = Checkpoint::parse(note.text())?;
        Ok(Self {
            old_size,
            proof,
            note,
            checkpoint,
        })
    }

    /// Reads a body, strictly: one that [`Display`](fmt::Display) prints and nothing else.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(body: &[u8]) -> Result<Self, RequestError> {
        if body.len() > MAX_REQUEST_BYTES {
            return Err(RequestError::Long);
        }
        let (head, note) = split_at_empty_line(body).ok_or(RequestError::Form)?;
        let mut lines = head.strip_suffix('\n').ok_or(RequestError::Form)?.split('\n');
        let old = lines.next().and_then(|line| decimal(line.strip_prefix("old ")?));
        let old_size = old.ok_or(RequestError::Form)?;
        let proof = parse_hashes(lines).ok_or(RequestError::Proof)?;
        Self::new(old_size, proof, Note::parse(note)?)
    }

    /// The size that the proof goes from.
    #[must_use]
    pub const fn old_size(&self) -> u64 {
        self.old_size
    }

    /// The checkpoint that is to be cosigned. Which log it is of is what its origin says, for now.
    #[must_use]
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note that it stands in.
    #[must_use]
    pub const fn note(&self) -> &Note {
        &self.note
    }

    /// Whether to cosign. `log` is what is known of the log with the checkpoint's origin. Whoever gets a head keeps it as
    /// the log's latest before they answer with [`crate::Cosigner::sign`]; between reading `log` and keeping that, nobody
    /// else may.
    ///
    /// # Errors
    /// When it is not to be cosigned, and how to answer.
    pub fn decide(&self, log: Option<&KnownLog>) -> Result<Head, Refusal> {
        let log = log.ok_or(Refusal::UnknownLog)?;
        let verified = self.note.verify(&log.keys).map_err(|_| Refusal::Unsigned)?;
        if !verified.iter().any(|verified| verified.made == Made::Signed) {
            return Err(Refusal::Unsigned);
        }
        let new = *self.checkpoint.head();
        if self.old_size > new.size {
            return Err(Refusal::Shrinking);
        }
        let nothing = Head {
            size: 0,
            root: Hash::of_nothing(),
        };
        let latest = log.latest.unwrap_or(nothing);
        if self.old_size != latest.size {
            return Err(Refusal::Stale { latest: latest.size });
        }
        if latest.size == new.size && latest.root != new.root {
            return Err(Refusal::Fork);
        }
        verify_consistency(&latest, &new, &self.proof).map_err(|_| Refusal::Inconsistent)?;
        Ok(new)
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "old {}", self.old_size)?;
        self.proof.iter().try_for_each(|hash| writeln!(out, "{hash}"))?;
        write!(out, "\n{}", self.note)
    }
}

/// The size in the body that goes with `409 Conflict` and [`SIZE_CONTENT_TYPE`]; none where it is none.
#[must_use]
pub fn parse_size(body: &[u8]) -> Option<u64> {
    let size = decimal(std::str::from_utf8(body).ok()?.strip_suffix('\n')?)?;
    (size <= MAX_TREE_SIZE).then_some(size)
}

/// What stands before the first empty line, with its last line break, and what stands after that line.
pub(crate) fn split_at_empty_line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n")?;
    let (head, rest) = bytes.split_at_checked(end + 1)?;
    Some((std::str::from_utf8(head).ok()?, rest.strip_prefix(b"\n")?))
}

/// Hashes, one a line; none where one is not, or there are more than [`MAX_PROOF_HASHES`].
pub(crate) fn parse_hashes<'a>(lines: impl Iterator<Item = &'a str>) -> Option<Vec<Hash>> {
    let hashes: Option<Vec<Hash>> = lines.take(MAX_PROOF_HASHES + 1).map(Hash::from_base64).collect();
    hashes.filter(|hashes| hashes.len() <= MAX_PROOF_HASHES)
}
