//! Appending to a stored log: a batch of entries goes in, the files to be written come out, and nothing is changed until
//! the caller takes the log that comes with them. Knows nothing of where files are.

use crate::bundle::{LongEntry, push_entry};
use crate::hash::Hash;
use crate::tile::{Level, TILE_WIDTH, Tile};
use crate::tree::{FullTree, Tree, tile_bytes};

/// Most entries of one batch.
pub const MAX_BATCH_ENTRIES: usize = 65_536;

/// Most bytes of the entries of one batch together.
pub const MAX_BATCH_BYTES: usize = 16 << 20;

/// What must be in memory to append to a log: the right edge of its tree, and the entries of its partial bundle.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Log {
    tree: Tree,
    /// The partial entry bundle, as it is stored; empty where the last bundle is full.
    bundle: Vec<u8>,
}

/// A tile or entry bundle to be written, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TileFile {
    /// Its name; its path is what that shows.
    pub tile: Tile,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What a batch makes of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Growth {
    /// The log with the batch in it. Its root is true at once, and is to be signed when [`Self::files`] are stored.
    pub log: Log,
    /// The files that are new: full ones, which never change, and the partial ones of the new size. Each may be written
    /// again without harm, so that a batch that was interrupted is simply repeated.
    pub files: Vec<TileFile>,
}

/// Why a batch is not taken; nothing of it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// More than [`MAX_BATCH_ENTRIES`].
    #[error("a batch has at most {MAX_BATCH_ENTRIES} entries")]
    Entries,
    /// More than [`MAX_BATCH_BYTES`].
    #[error("the entries of a batch have at most {MAX_BATCH_BYTES} bytes together")]
    Bytes,
    /// One entry is longer than a bundle can hold.
    #[error(transparent)]
    LongEntry(#[from] LongEntry),
    /// The tree has no room.
    #[error(transparent)]
    Full(#[from] FullTree),
}

impl Log {
    /// A log without entries.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn from_parts(tree: Tree, bundle: Vec<u8>) -> Self {
        Self { tree, bundle }
    }

    /// Its tree.
    #[must_use]
    pub const fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Appends a batch, in its order.
    ///
    /// # Errors
    /// When the batch or an entry of it is over a limit.
    pub fn append<B: AsRef<[u8]>>(&self, entries: &[B]) -> Result<Growth, AppendError> {
        if entries.len() > MAX_BATCH_ENTRIES {
            return Err(AppendError::Entries);
        }
        if entries.iter().map(|entry| entry.as_ref().len()).sum::<usize>() > MAX_BATCH_BYTES {
            return Err(AppendError::Bytes);
        }
        let (before, mut log, mut files) = (self.tree.size(), self.clone(), Vec::new());
        for entry in entries {
            let entry = entry.as_ref();
            push_entry(&mut log.bundle, entry)?;
            log.tree.push(Hash::of_entry(entry), |tile, hashes| {
                let bytes = tile_bytes(hashes);
                files.push(TileFile { tile, bytes });
            })?;
            let full = log.tree.size().checked_div(TILE_WIDTH.into()).filter(|_| log.is_even());
            if let Some(tile) = full.and_then(|full| Tile::new(Level::Entries, full - 1, TILE_WIDTH)) {
                let bytes = std::mem::take(&mut log.bundle);
                files.push(TileFile { tile, bytes });
            }
        }
        if !entries.is_empty() {
            log.put_partial(before, &mut files);
        }
        Ok(Growth { log, files })
    }

    /// Whether the last bundle is full.
    const fn is_even(&self) -> bool {
        self.tree.size().is_multiple_of(TILE_WIDTH as u64)
    }

    /// The partial files that are not as they were at the size before.
    fn put_partial(&self, before: u64, files: &mut Vec<TileFile>) {
        if let Some(tile) = Tile::partial(Level::Entries, self.tree.size()) {
            let bytes = self.bundle.clone();
            files.push(TileFile { tile, bytes });
        }
        for (tile, hashes) in self.tree.partial() {
            if Tile::partial(tile.level(), before) != Some(tile) {
                let bytes = tile_bytes(hashes);
                files.push(TileFile { tile, bytes });
            }
        }
    }
}
