//! Tiles and entry bundles by name: which there are in a tree, and the paths they are served at (C2SP tlog-tiles,
//! “Merkle Tree”, “Partial Tiles” and “Log entries”).

use std::fmt;
use std::str::FromStr;

use crate::hash::{HASH_BYTES, Hash};

/// Hashes in a full tile, and entries in a full bundle.
pub const TILE_WIDTH: u16 = 256;

/// Most leaves of a tree: 2^62. A consistency proof then never needs more than the 63 lines that tlog-witness permits, and
/// every size fits in a signed 64-bit integer.
pub const MAX_TREE_SIZE: u64 = 1 << 62;

/// The highest level of tiles in a tree of [`MAX_TREE_SIZE`]: its tiles have hashes over 256^7 leaves each.
pub const MAX_LEVEL: u8 = 7;

/// Most bytes of a path that is read: longer than that of any tile.
pub const MAX_PATH_BYTES: usize = 64;

/// What a tile is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Entries themselves: an entry bundle.
    Entries,
    /// Hashes over `256^level` leaves each.
    Hashes(u8),
}

impl Level {
    /// Leaves under each of the tile's parts.
    const fn leaves(self) -> Option<u64> {
        match self {
            Self::Entries => Some(1),
            Self::Hashes(level) if level <= MAX_LEVEL => Some(1 << (8 * level)),
            Self::Hashes(_) => None,
        }
    }
}

/// The name of a tile or an entry bundle. It shows itself as the path that it is served at, below the log's prefix.
///
/// ```
/// use anlanh_tlog::{Level, Tile};
///
/// let tile = Tile::new(Level::Hashes(0), 1_234_067, 17).unwrap();
/// assert_eq!(tile.to_string(), "tile/0/x001/x234/067.p/17");
/// assert_eq!("tile/0/x001/x234/067.p/17".parse(), Ok(tile));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    level: Level,
    index: u64,
    width: u16,
}

/// A text that is the path of no tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("read the path of a tile")]
pub struct NoTilePath;

impl Tile {
    /// The tile of this level (0 to [`MAX_LEVEL`]), place (from 0) and width (1 to [`TILE_WIDTH`]); none where it is in no
    /// tree of up to [`MAX_TREE_SIZE`] leaves.
    #[must_use]
    pub fn new(level: Level, index: u64, width: u16) -> Option<Self> {
        let leaves = level.leaves()?;
        let parts = index.checked_mul(TILE_WIDTH.into())?.checked_add(width.into())?;
        let is_good = (1..=TILE_WIDTH).contains(&width) && parts.checked_mul(leaves)? <= MAX_TREE_SIZE;
        is_good.then_some(Self { level, index, width })
    }

    /// The tile at this level and place, as wide as it is in a tree of this size; none where the tree has not got it.
    #[must_use]
    pub fn of_tree(level: Level, index: u64, size: u64) -> Option<Self> {
        let parts = size.checked_div(level.leaves()?)?;
        let width = parts.checked_sub(index.checked_mul(TILE_WIDTH.into())?)?;
        let width = width.min(TILE_WIDTH.into()).try_into().ok()?;
        Self::new(level, index, width)
    }

    /// The partial tile at the right edge of this level in a tree of this size; none where all are full.
    #[must_use]
    pub fn partial(level: Level, size: u64) -> Option<Self> {
        let parts = size.checked_div(level.leaves()?)?;
        let tile = Self::of_tree(level, parts / u64::from(TILE_WIDTH), size)?;
        Some(tile)
    }

    /// What it is made of.
    #[must_use]
    pub const fn level(&self) -> Level {
        self.level
    }

    /// Its place within the level, from 0.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes or entries it has, from 1.
    #[must_use]
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// Whether it will never change.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// The full tile that stands, or will stand, at its place: what to ask for where a partial tile is gone.
    #[must_use]
    pub const fn full(&self) -> Self {
        let Self { level, index, .. } = *self;
        let width = TILE_WIDTH;
        Self { level, index, width }
    }

    /// The tile's hashes from what was served for it. The bytes may be those of a wider tile, as a log may drop a partial
    /// tile once there is a full one; what is over is left. None where they are too few, too many or cut off, and for
    /// entry bundles.
    #[must_use]
    pub fn hashes(&self, bytes: &[u8]) -> Option<Vec<Hash>> {
        let (hashes, rest) = bytes.as_chunks::<HASH_BYTES>();
        let most = usize::from(TILE_WIDTH);
        if self.level == Level::Entries || !rest.is_empty() || hashes.len() > most {
            return None;
        }
        Some(hashes.get(..self.width.into())?.iter().copied().map(Hash).collect())
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Level::Entries => write!(out, "tile/entries/")?,
            Level::Hashes(level) => write!(out, "tile/{level}/")?,
        }
        let mut above = 1_000_u64.pow(self.index.checked_ilog(1_000).unwrap_or(0));
        while above >= 1_000 {
            write!(out, "x{:03}/", self.index / above % 1_000)?;
            above /= 1_000;
        }
        write!(out, "{:03}", self.index % 1_000)?;
        if !self.is_full() {
            write!(out, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

impl FromStr for Tile {
    type Err = NoTilePath;

    /// Reads a path, strictly: one that [`Display`](fmt::Display) prints and nothing else.
    fn from_str(path: &str) -> Result<Self, NoTilePath> {
        parse(path).ok_or(NoTilePath)
    }
}

fn parse(path: &str) -> Option<Tile> {
    let is_short = path.len() <= MAX_PATH_BYTES;
    let (level, place) = path.strip_prefix("tile/").filter(|_| is_short)?.split_once('/')?;
    let level = match level {
        "entries" => Level::Entries,
        level => Level::Hashes(decimal(level)?.try_into().ok()?),
    };
    let (place, width) = match place.split_once(".p/") {
        Some((place, width)) => (place, decimal(width)?.try_into().ok()?),
        None => (place, TILE_WIDTH),
    };
    let mut index = 0_u64;
    for part in place.split('/') {
        let digits = part.strip_prefix('x').unwrap_or(part);
        let is_three = digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let value = digits.parse().ok().filter(|_| is_three)?;
        index = index.checked_mul(1_000)?.checked_add(value)?;
    }
    let tile = Tile::new(level, index, width)?;
    // A number has one path: this refuses `x` where it should not be, and elements or a width too many.
    (tile.to_string() == path).then_some(tile)
}

/// A number without leading zeros, sign or blanks.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| is_plain)
}
