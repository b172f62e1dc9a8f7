//! Reading a tree from its tiles: proofs, roots and the right edge. What it reads is nobody's word yet: a proof is checked
//! against a signed root by [`crate::verify_inclusion`] and [`crate::verify_consistency`], an edge by its root.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::bundle::{push_entry, read_entries};
use crate::hash::{Hash, root_of};
use crate::log::Log;
use crate::proof::{Span, consistency_spans, inclusion_spans};
use crate::tile::{Level, MAX_LEVEL, MAX_TREE_SIZE, TILE_WIDTH, Tile};
use crate::tree::Tree;

/// Most tiles that a reader remembers; 8 KiB each. Any one proof needs fewer.
pub const MAX_KNOWN_TILES: usize = 64;

/// Why something could not be read from tiles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError<E> {
    /// What was asked for is not in the tree.
    #[error("look for something outside a tree of {size} leaves")]
    Outside {
        /// The tree's size.
        size: u64,
    },
    /// The tile could not be had.
    #[error("fetch {tile}")]
    Fetch {
        /// Which.
        tile: Tile,
        /// Why, as the caller's function says.
        source: E,
    },
    /// What was had is not that tile.
    #[error("read {0}: not as many hashes or entries as it must have")]
    Malformed(Tile),
}

/// A tree of a certain size, read tile by tile through the caller's function. The function is given the name of a tile and
/// returns its bytes, or those of a wider tile at the same place.
///
/// To fetch in parallel, or without blocking, ask [`inclusion_tiles`], [`consistency_tiles`] or [`edge_tiles`] first and let the
/// function look them up.
#[derive(Debug)]
pub struct TileReader<F> {
    size: u64,
    fetch: F,
    known: BTreeMap<Tile, Vec<Hash>>,
}

impl<F, E> TileReader<F>
where
    F: FnMut(Tile) -> Result<Vec<u8>, E>,
{
    /// A reader of the tree of this size; of no tree larger than [`MAX_TREE_SIZE`].
    #[must_use]
    pub fn new(size: u64, fetch: F) -> Self {
        Self {
            size: size.min(MAX_TREE_SIZE),
            fetch,
            known: BTreeMap::new(),
        }
    }

    /// The tree's size.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The proof that the leaf at `index` (from 0) is in the tree: the hashes of its siblings, lowest first (RFC 6962
    /// section 2.1.1).
    ///
    /// # Errors
    /// When there is no such leaf, or a tile cannot be read.
    pub fn inclusion_proof(&mut self, index: u64) -> Result<Vec<Hash>, ReadError<E>> {
        if index >= self.size {
            return Err(ReadError::Outside { size: self.size });
        }
        let spans = inclusion_spans(index, self.size);
        spans.into_iter().map(|span| self.hash_of(span)).collect()
    }

    /// The proof that the tree continues its own first `old` leaves (RFC 6962 section 2.1.2); empty for none or all of them.
    ///
    /// # Errors
    /// When the tree has not so many leaves, or a tile cannot be read.
    pub fn consistency_proof(&mut self, old: u64) -> Result<Vec<Hash>, ReadError<E>> {
        if old > self.size {
            return Err(ReadError::Outside { size: self.size });
        }
        let spans = consistency_spans(old, self.size);
        spans.into_iter().map(|span| self.hash_of(span)).collect()
    }

    /// The hash of the leaf at `index` (from 0).
    ///
    /// # Errors
    /// When there is no such leaf, or its tile cannot be read.
    pub fn leaf(&mut self, index: u64) -> Result<Hash, ReadError<E>> {
        if index >= self.size {
            return Err(ReadError::Outside { size: self.size });
        }
        self.hash_of(Span {
            start: index,
            end: index + 1,
        })
    }

    /// The root of the tree's first `old` leaves.
    ///
    /// # Errors
    /// When the tree has not so many, or a tile cannot be read.
    pub fn root(&mut self, old: u64) -> Result<Hash, ReadError<E>> {
        Ok(self.tree(old)?.root())
    }

    /// The tree of its first `old` leaves, ready to be appended to. Compare its root before it is trusted.
    ///
    /// # Errors
    /// When the tree has not so many, or a tile cannot be read.
    pub fn tree(&mut self, old: u64) -> Result<Tree, ReadError<E>> {
        if old > self.size {
            return Err(ReadError::Outside { size: self.size });
        }
        let mut edge = Vec::new();
        for (level, index, width) in edge_parts(old) {
            let mut row = Vec::with_capacity(TILE_WIDTH.into());
            if width > 0 {
                let hashes = self.tile(level, index)?;
                row.extend(hashes.iter().take(width as usize));
            }
            edge.push(row);
        }
        Ok(Tree::from_edge(old, edge))
    }

    /// The log, ready to be appended to: the tree, and the entries of its partial bundle. Compare the root of its tree, and
    /// the entries with their hashes in it are then compared here.
    ///
    /// # Errors
    /// When a tile or the bundle cannot be read, or the bundle has other entries than the tree.
    pub fn log(&mut self) -> Result<Log, ReadError<E>> {
        let tree = self.tree(self.size)?;
        let mut bundle = Vec::new();
        if let Some(tile) = Tile::partial(Level::Entries, self.size) {
            self.visit_bundle(tile.index(), |_, entry| {
                // What was read as an entry is not too long for one.
                let _ = push_entry(&mut bundle, entry);
            })?;
        }
        Ok(Log::from_parts(tree, bundle))
    }

    /// Reads the bundle at this place (from 0), compares each entry with its hash in the tree's tile, and then hands them to
    /// `visit` in order, each with its index.
    ///
    /// # Errors
    /// When there is no such bundle, it cannot be read, or has other entries than the tree.
    pub fn visit_bundle(&mut self, index: u64, mut visit: impl FnMut(u64, &[u8])) -> Result<(), ReadError<E>> {
        let (mut leaves, mut entries) = (Vec::new(), Vec::new());
        let tile = read_bundle(index, self.size, &mut self.fetch, |place, entry| {
            leaves.push(Hash::of_entry(entry));
            entries.push((place, entry.to_owned()));
        })?;
        if self.tile(0, index)? != leaves {
            return Err(ReadError::Malformed(tile));
        }
        entries.iter().for_each(|(place, entry)| visit(*place, entry));
        Ok(())
    }

    fn tile(&mut self, level: u8, index: u64) -> Result<&[Hash], ReadError<E>> {
        let outside = ReadError::Outside { size: self.size };
        let tile = Tile::of_tree(Level::Hashes(level), index, self.size).ok_or(outside)?;
        if self.known.len() >= MAX_KNOWN_TILES && !self.known.contains_key(&tile) {
            self.known.clear();
        }
        match self.known.entry(tile) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => {
                let bytes = (self.fetch)(tile).map_err(|source| ReadError::Fetch { tile, source })?;
                let hashes = tile.hashes(&bytes).ok_or(ReadError::Malformed(tile))?;
                Ok(place.insert(hashes))
            }
        }
    }

    fn hash_of(&mut self, span: Span) -> Result<Hash, ReadError<E>> {
        let (size, mut hash) = (self.size, None);
        for subtree in subtrees(span).into_iter().rev() {
            let row = self.tile(subtree.level, subtree.index)?;
            let row = row.get(subtree.first..subtree.first + subtree.count);
            let left = root_of(row.ok_or(ReadError::Outside { size })?);
            hash = Some(hash.map_or(left, |right| Hash::of_children(&left, &right)));
        }
        Ok(hash.unwrap_or_else(Hash::of_nothing))
    }
}

/// Shows the entries of a bundle with their indexes, compared with nothing.
pub(crate) fn read_bundle<E>(
    index: u64,
    size: u64,
    mut fetch: impl FnMut(Tile) -> Result<Vec<u8>, E>,
    mut visit: impl FnMut(u64, &[u8]),
) -> Result<Tile, ReadError<E>> {
    let tile = Tile::of_tree(Level::Entries, index, size).ok_or(ReadError::Outside { size })?;
    let bytes = fetch(tile).map_err(|source| ReadError::Fetch { tile, source })?;
    let entries = read_entries(&bytes, tile.width()).map_err(|_| ReadError::Malformed(tile))?;
    for (entry, place) in entries.into_iter().zip(index * u64::from(TILE_WIDTH)..) {
        visit(place, entry);
    }
    Ok(tile)
}

/// The tiles that the proof of the leaf at `index` is made from; none where the tree has no such leaf.
#[must_use]
pub fn inclusion_tiles(index: u64, size: u64) -> BTreeSet<Tile> {
    if index >= size || size > MAX_TREE_SIZE {
        return BTreeSet::new();
    }
    tiles_of(inclusion_spans(index, size), size)
}

/// The tiles that the proof from a tree of `old` leaves to one of `size` is made from; none where it is empty.
#[must_use]
pub fn consistency_tiles(old: u64, size: u64) -> BTreeSet<Tile> {
    if old > size || size > MAX_TREE_SIZE {
        return BTreeSet::new();
    }
    tiles_of(consistency_spans(old, size), size)
}

/// The tiles that hold the right edge of the first `old` leaves of a tree of `size`: what [`TileReader::tree`] asks for; none
/// where the tree has not so many. [`TileReader::log`] asks for the partial entry bundle too.
#[must_use]
pub fn edge_tiles(old: u64, size: u64) -> BTreeSet<Tile> {
    if old > size || size > MAX_TREE_SIZE {
        return BTreeSet::new();
    }
    let parts = edge_parts(old).filter(|(_, _, width)| *width > 0);
    parts
        .filter_map(|(level, index, _)| Tile::of_tree(Level::Hashes(level), index, size))
        .collect()
}

/// Level and place of the last tile of each level that a tree of this size has, and how many hashes it has beyond full tiles.
fn edge_parts(size: u64) -> impl Iterator<Item = (u8, u64, u64)> {
    let levels = (0..=MAX_LEVEL).map(move |level| (level, size >> (8 * level)));
    let width = u64::from(TILE_WIDTH);
    levels
        .take_while(|(_, parts)| *parts > 0)
        .map(move |(level, parts)| (level, parts / width, parts % width))
}

fn tiles_of(spans: Vec<Span>, size: u64) -> BTreeSet<Tile> {
    let subtrees = spans.into_iter().flat_map(subtrees);
    let tiles = subtrees.filter_map(|subtree| Tile::of_tree(Level::Hashes(subtree.level), subtree.index, size));
    tiles.collect()
}

/// A whole subtree: `count` hashes, a power of two, from the `first` of a tile.
struct Subtree {
    level: u8,
    index: u64,
    first: usize,
    count: usize,
}

/// The whole subtrees that a node is made of, from the left, each smaller than the one before.
fn subtrees(span: Span) -> Vec<Subtree> {
    let (mut start, mut found) = (span.start, Vec::new());
    while start < span.end {
        let height = (span.end - start).ilog2();
        // Where it is all of a tile, its hash stands in the tile above.
        let level = height / 8;
        let place = start >> (8 * level);
        found.push(Subtree {
            level: level.try_into().unwrap_or(MAX_LEVEL),
            index: place / u64::from(TILE_WIDTH),
            first: (place % u64::from(TILE_WIDTH)) as usize,
            count: 1 << (height % 8),
        });
        start += 1 << height;
    }
    found
}
