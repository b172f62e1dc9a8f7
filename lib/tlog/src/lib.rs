//! Transparency logs: what was published stays as it was, and everybody can check it.
//!
//! The formats are those of C2SP (<https://c2sp.org>): tlog-tiles, tlog-checkpoint, signed-note, tlog-cosignature,
//! tlog-witness and tlog-proof, over the Merkle trees of RFC 6962 with SHA-256 and Ed25519 (RFC 8032). Signatures of other
//! kinds (such as ML-DSA) are passed over as unknown, as signed-note demands.
//!
//! - A log that is written: [`Log::append`] turns a batch of entries into the files to be stored, [`Checkpoint::sign`] signs
//!   what they make.
//! - A log that is read: [`TileReader`] makes proofs from tiles, [`verify_inclusion`] and [`verify_consistency`] check them
//!   against a root, [`Policy::open`] says whose root it is. [`follow`] and [`replay`] are for whoever watches a log, and
//!   [`OfflineProof`] for whoever has no network.
//! - A witness: [`AddCheckpoint::decide`] and [`Cosigner`].
//!
//! The crate does no I/O, reads no clock and has no randomness: files come through a function, times and seeds are
//! parameters. It needs memory for the right edge of a tree, at most 64 KiB, and for what it is given.
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use anlanh_tlog::{Checkpoint, Hash, Head, KeyName, Log, Note, OfflineProof, Policy, Signer, TileReader};
//!
//! // The log appends a batch, stores the files, and then signs.
//! let growth = Log::new().append(&["one", "two", "three"])?;
//! let stored: BTreeMap<_, _> = growth.files.into_iter().map(|file| (file.tile, file.bytes)).collect();
//! let signer = Signer::from_seed(KeyName::parse("log.example").ok_or("a name")?, &[7; 32])?;
//! let (size, root) = (growth.log.tree().size(), growth.log.tree().root());
//! let note = Checkpoint::new("log.example", Head { size, root })?.sign(&[&signer])?;
//!
//! // Somebody proves, and somebody else checks with nothing but the log's public key.
//! let fetch = |tile| stored.get(&tile).cloned().ok_or(std::fmt::Error);
//! let proof = TileReader::new(size, fetch).inclusion_proof(1)?;
//! let file = OfflineProof::new(1, proof, Note::parse(note.to_string().as_bytes())?)?.to_string();
//! let policy = Policy {
//!     origin: "log.example".to_owned(),
//!     log_keys: vec![signer.verifier().to_string().parse()?],
//!     witness_keys: Vec::new(),
//!     quorum: 0,
//! };
//! assert!(OfflineProof::parse(file.as_bytes())?.verify(&Hash::of_entry(b"two"), &policy).is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod audit;
mod bundle;
mod checkpoint;
mod hash;
mod key;
mod log;
mod note;
mod offline;
mod proof;
mod read;
mod tile;
mod tree;
mod witness;

pub use audit::{AuditError, follow, replay};
pub use bundle::{BundleError, LongEntry, MAX_BUNDLE_BYTES, MAX_ENTRY_BYTES, push_entry, read_entries};
pub use checkpoint::{Checkpoint, CheckpointError, MAX_EXTENSIONS, Opened, Policy, PolicyError};
pub use hash::{HASH_BYTES, Hash};
pub use key::{Cosigner, KeyError, KeyKind, KeyName, MAX_KEY_BYTES, MAX_TIME_S, Made, SEED_BYTES, Signer, VerifierKey};
pub use log::{AppendError, Growth, Log, MAX_BATCH_BYTES, MAX_BATCH_ENTRIES, TileFile};
pub use note::{
    MAX_NOTE_BYTES, MAX_SIGNATURES, Note, NoteError, NoteSignature, Verified, VerifyError, parse_signatures,
};
pub use offline::{MAX_EXTRA_BYTES, MAX_OFFLINE_PROOF_BYTES, OfflineError, OfflineProof, OfflineVerifyError};
pub use proof::{Head, MAX_PROOF_HASHES, ProofError, verify_consistency, verify_inclusion};
pub use read::{MAX_KNOWN_TILES, ReadError, TileReader, consistency_tiles, edge_tiles, inclusion_tiles};
pub use tile::{Level, MAX_LEVEL, MAX_PATH_BYTES, MAX_TREE_SIZE, NoTilePath, TILE_WIDTH, Tile};
pub use tree::{FullTree, Tree, tile_bytes};
pub use witness::{AddCheckpoint, KnownLog, MAX_REQUEST_BYTES, Refusal, RequestError, SIZE_CONTENT_TYPE, parse_size};
