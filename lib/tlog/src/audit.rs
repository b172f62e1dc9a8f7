//! Following a log: that it still begins with what was seen of it, and that its entries make the root that it signed.
//! Both go from a head that is trusted already, and need tiles from anybody.

use crate::hash::Hash;
use crate::proof::{Head, ProofError, verify_consistency};
use crate::read::{ReadError, TileReader};
use crate::tile::TILE_WIDTH;
use crate::tree::Tree;

/// Why a log is not shown to be what it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuditError<E> {
    /// Tiles could not be read. Nothing is said against the log but that.
    #[error("read the log's tiles")]
    Read(#[from] ReadError<E>),
    /// The new tree does not continue the old one, or the tiles are not those of the new one.
    #[error("verify that the log continues what was known of it")]
    Inconsistent(#[source] ProofError),
    /// The entries from the old tree on make another root than was signed.
    #[error("recompute the root of the log from its entries")]
    Entries,
}

/// Shows from tiles that the new tree continues the old one. `fetch` gives tiles of the new tree, as for [`TileReader`].
///
/// # Errors
/// When it does not, or tiles cannot be read.
pub fn follow<E>(
    old: &Head,
    new: &Head,
    fetch: impl FnMut(crate::Tile) -> Result<Vec<u8>, E>,
) -> Result<(), AuditError<E>> {
    if old.size > new.size {
        return Err(AuditError::Inconsistent(ProofError::Outside));
    }
    let proof = TileReader::new(new.size, fetch).consistency_proof(old.size)?;
    verify_consistency(old, new, &proof).map_err(AuditError::Inconsistent)
}

/// Recomputes the new tree's root from the old tree and the entries since, and gives the tree. From nothing it needs no
/// tiles but entry bundles; a bundle is in memory at a time. Each new entry is shown to `visit` with its index, in order.
/// **What `visit` was shown is true only when this returns well.**
///
/// # Errors
/// When the roots are others, or bundles cannot be read.
pub fn replay<E>(
    old: &Head,
    new: &Head,
    mut fetch: impl FnMut(crate::Tile) -> Result<Vec<u8>, E>,
    mut visit: impl FnMut(u64, &[u8]),
) -> Result<Tree, AuditError<E>> {
    if old.size > new.size {
        return Err(AuditError::Inconsistent(ProofError::Outside));
    }
    let mut tree = TileReader::new(new.size, &mut fetch).tree(old.size)?;
    if tree.root() != old.root {
        return Err(AuditError::Inconsistent(ProofError::Mismatch));
    }
    let width = u64::from(TILE_WIDTH);
    for index in old.size / width..new.size.div_ceil(width) {
        crate::read::read_bundle(index, new.size, &mut fetch, |place, entry| {
            // Those of the first bundle that are in the old tree were replayed before.
            if place >= old.size && tree.push(Hash::of_entry(entry), |_, _| ()).is_ok() {
                visit(place, entry);
            }
        })?;
    }
    if tree.root() == new.root && tree.size() == new.size {
        Ok(tree)
    } else {
        Err(AuditError::Entries)
    }
}
