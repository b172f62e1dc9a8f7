//! A tree that grows at its right edge. Of all that was ever appended it holds the hashes of the partial tiles, at most
//! 255 for each of eight levels, and never needs more.

use crate::hash::{Hash, root_of};
use crate::tile::{Level, MAX_LEVEL, MAX_TREE_SIZE, TILE_WIDTH, Tile};

/// How many leaves a tree has, and the hashes at its right edge: enough to append to it and to tell its root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    size: u64,
    /// The hashes of the partial tile of each level, lowest first. Fewer than 256 in each; the last may be empty.
    edge: Vec<Vec<Hash>>,
}

/// The tree has [`MAX_TREE_SIZE`] leaves, or would have more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tree has at most {MAX_TREE_SIZE} leaves")]
pub struct FullTree;

impl Tree {
    /// A tree without leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A tree of this size from the hashes of its partial tiles, lowest level first; for each level that has one.
    pub(crate) fn from_edge(size: u64, edge: Vec<Vec<Hash>>) -> Self {
        Self { size, edge }
    }

    /// How many leaves it has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Its root (RFC 6962 section 2.1).
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut root = None;
        for level in &self.edge {
            let mut rest = level.as_slice();
            while !rest.is_empty() {
                // The rightmost whole subtree of a row is as wide as the lowest bit of the row's length.
                let width = 1 << rest.len().trailing_zeros();
                let Some((before, subtree)) = rest.split_at_checked(rest.len() - width) else {
                    break;
                };
                let left = root_of(subtree);
                root = Some(root.map_or(left, |right| Hash::of_children(&left, &right)));
                rest = before;
            }
        }
        root.unwrap_or_else(Hash::of_nothing)
    }

    /// Appends a leaf. Each tile that it makes full goes to `put_full`, lowest level first, with its 256 hashes.
    ///
    /// # Errors
    /// When there is no room.
    pub fn push(&mut self, leaf: Hash, mut put_full: impl FnMut(Tile, &[Hash])) -> Result<(), FullTree> {
        if self.size >= MAX_TREE_SIZE {
            return Err(FullTree);
        }
        self.size += 1;
        let mut carried = Some(leaf);
        for level in 0..=MAX_LEVEL {
            let Some(hash) = carried.take() else { break };
            let at = usize::from(level);
            if self.edge.len() == at {
                self.edge.push(Vec::with_capacity(TILE_WIDTH.into()));
            }
            let Some(row) = self.edge.get_mut(at) else { break };
            row.push(hash);
            if row.len() < TILE_WIDTH.into() {
                break;
            }
            // The tile that just became full is the last one of its level.
            let last = (self.size >> (8 * level)) / u64::from(TILE_WIDTH) - 1;
            if let Some(tile) = Tile::new(Level::Hashes(level), last, TILE_WIDTH) {
                put_full(tile, row);
            }
            carried = Some(root_of(row));
            row.clear();
        }
        Ok(())
    }

    /// The partial tiles of the tree as it is now, lowest level first, with their hashes.
    pub fn partial(&self) -> impl Iterator<Item = (Tile, &[Hash])> {
        let rows = self.edge.iter().zip(0..=MAX_LEVEL);
        rows.filter_map(|(row, level)| Some((Tile::partial(Level::Hashes(level), self.size)?, row.as_slice())))
    }
}

/// The bytes of a tile: its hashes one after another.
#[must_use]
pub fn tile_bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}
