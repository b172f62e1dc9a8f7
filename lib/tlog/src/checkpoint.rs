//! Checkpoints (C2SP tlog-checkpoint): the text that a log signs for a tree, and whom to believe about it.

use std::fmt;

use crate::hash::Hash;
use crate::key::{KeyName, Made, Signer, VerifierKey};
use crate::note::{MAX_NOTE_BYTES, Note, NoteError, Verified, VerifyError};
use crate::proof::Head;
use crate::tile::{MAX_TREE_SIZE, decimal};

/// Most extension lines of a checkpoint.
pub const MAX_EXTENSIONS: usize = 16;

/// A log's tree at one size. It shows itself as the text that is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    head: Head,
    extensions: Vec<String>,
}

/// Why something is no checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// It has fewer than three lines, an empty one, or does not end in a line break.
    #[error("a checkpoint has three lines or more, none of them empty")]
    Lines,
    /// A control character, or more than [`MAX_NOTE_BYTES`].
    #[error("a checkpoint has no control characters and at most {MAX_NOTE_BYTES} bytes")]
    Characters,
    /// The second line is no number up to [`MAX_TREE_SIZE`].
    #[error("read the size of the tree in a checkpoint")]
    Size,
    /// The third line is no hash.
    #[error("read the root of the tree in a checkpoint")]
    Root,
    /// More than [`MAX_EXTENSIONS`] lines follow.
    #[error("a checkpoint has at most {MAX_EXTENSIONS} extension lines")]
    Extensions,
}

impl Checkpoint {
    /// A checkpoint of the log that is known by this origin: one line, best the log's address without its scheme.
    ///
    /// # Errors
    /// When the origin is empty or not one line, or the tree too large.
    pub fn new(origin: &str, head: Head) -> Result<Self, CheckpointError> {
        let checkpoint = Self {
            origin: origin.to_owned(),
            head,
            extensions: Vec::new(),
        };
        Self::parse(&checkpoint.to_string())
    }

    /// Reads a checkpoint's text, strictly: one that [`Display`](fmt::Display) prints and nothing else.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        if text.len() > MAX_NOTE_BYTES || text.bytes().any(|byte| byte < b' ' && byte != b'\n') {
            return Err(CheckpointError::Characters);
        }
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?.split('\n');
        let mut line = || {
            lines
                .next()
                .filter(|line| !line.is_empty())
                .ok_or(CheckpointError::Lines)
        };
        let (origin, size, root) = (line()?, line()?, line()?);
        let size = decimal(size).filter(|size| *size <= MAX_TREE_SIZE);
        let head = Head {
            size: size.ok_or(CheckpointError::Size)?,
            root: Hash::from_base64(root).ok_or(CheckpointError::Root)?,
        };
        let mut extensions = Vec::new();
        for extension in lines {
            if extension.is_empty() {
                return Err(CheckpointError::Lines);
            }
            if extensions.len() == MAX_EXTENSIONS {
                return Err(CheckpointError::Extensions);
            }
            extensions.push(extension.to_owned());
        }
        Ok(Self {
            origin: origin.to_owned(),
            head,
            extensions,
        })
    }

    /// Which log it is of.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The tree's size and root.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// Lines that follow, which mean something to the log alone.
    #[must_use]
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// Signs it. A log signs no tree before all its tiles are stored, and none that does not continue every one that it
    /// signed before.
    ///
    /// # Errors
    /// When there are no signers or too many.
    pub fn sign(&self, signers: &[&Signer]) -> Result<Note, NoteError> {
        Note::sign(self.to_string(), signers)
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}\n{}\n{}", self.origin, self.head.size, self.head.root)?;
        self.extensions.iter().try_for_each(|line| writeln!(out, "{line}"))
    }
}

/// Whose word is needed for a checkpoint: the log's, and that of so many witnesses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The origin that the checkpoint must have.
    pub origin: String,
    /// The log's keys, one of which must have signed.
    pub log_keys: Vec<VerifierKey>,
    /// Keys of witnesses; those of one name are one witness.
    pub witness_keys: Vec<VerifierKey>,
    /// How many of the witnesses must have cosigned.
    pub quorum: usize,
}

/// A checkpoint that a policy believes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// It.
    pub checkpoint: Checkpoint,
    /// The witnesses that cosigned, each once, with the time in seconds since 1970.
    pub witnesses: Vec<(KeyName, u64)>,
}

/// Why a policy does not believe a note.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Its signatures do not hold, or none is by the log.
    #[error("verify the signatures of a checkpoint")]
    Signature(#[from] VerifyError),
    /// What is signed is no checkpoint.
    #[error("read what is signed as a checkpoint")]
    Checkpoint(#[from] CheckpointError),
    /// It is of another log.
    #[error("the checkpoint is of another log")]
    Origin,
    /// Fewer witnesses cosigned than must have.
    #[error("{found} witnesses cosigned where {quorum} must have")]
    Quorum {
        /// How many did.
        found: usize,
        /// How many must have.
        quorum: usize,
    },
}

impl Policy {
    /// Verifies a note, and reads the checkpoint in it.
    ///
    /// # Errors
    /// When the note is not signed as the policy asks, or holds something else.
    pub fn open(&self, note: &Note) -> Result<Opened, PolicyError> {
        let verified = note.verify(&self.log_keys)?;
        if !verified.iter().any(|verified| verified.made == Made::Signed) {
            // A log's cosignature, if there were such a thing, would not be its signature.
            return Err(VerifyError::Unknown.into());
        }
        let checkpoint = Checkpoint::parse(note.text())?;
        if checkpoint.origin != self.origin {
            return Err(PolicyError::Origin);
        }
        let mut witnesses: Vec<(KeyName, u64)> = Vec::new();
        match note.verify(&self.witness_keys) {
            Ok(verified) => {
                for Verified { key, made } in verified {
                    let time_s = match made {
                        Made::Cosigned { time_s } => time_s,
                        // A witness's plain signature says nothing of when.
                        Made::Signed => continue,
                    };
                    if !witnesses.iter().any(|(name, _)| name == key.name()) {
                        witnesses.push((key.name().clone(), time_s));
                    }
                }
            }
            Err(VerifyError::Unknown) => {}
            Err(error @ (VerifyError::Wrong(_) | VerifyError::Ambiguous(_))) => return Err(error.into()),
        }
        let (found, quorum) = (witnesses.len(), self.quorum);
        if found < quorum {
            return Err(PolicyError::Quorum { found, quorum });
        }
        Ok(Opened { checkpoint, witnesses })
    }
}
