//! Proofs that a leaf is in a tree and that a tree continues another (RFC 6962 section 2.1), checked; and which subtrees
//! they are made of. Making them from tiles is [`crate::TileReader`]'s.

use crate::hash::Hash;
use crate::tile::MAX_TREE_SIZE;

/// Most hashes of a proof in a tree of up to [`MAX_TREE_SIZE`] leaves, and most lines of a proof in tlog-witness.
pub const MAX_PROOF_HASHES: usize = 63;

/// Why a proof shows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// There is no such leaf, the old tree is larger than the new one, or a tree is larger than [`MAX_TREE_SIZE`].
    #[error("what is to be proven is outside the tree")]
    Outside,
    /// It has more or fewer hashes than a proof of this has.
    #[error("the proof has not the length that it must have")]
    Length,
    /// Its hashes lead elsewhere.
    #[error("the proof leads to another root")]
    Mismatch,
}

/// Checks that the leaf with this hash is at `index` (from 0) in the tree with this size and root. The hash of an entry is
/// [`Hash::of_entry`]; a proof is made by [`crate::TileReader::inclusion_proof`] (RFC 6962 section 2.1.1).
///
/// # Errors
/// When the proof does not show it.
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> Result<(), ProofError> {
    if index >= size || size > MAX_TREE_SIZE {
        return Err(ProofError::Outside);
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if node & 1 == 1 || node == last {
            hash = Hash::of_children(sibling, &hash);
            climb(&mut node, &mut last);
        } else {
            hash = Hash::of_children(&hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if hash == *root {
        Ok(())
    } else {
        Err(ProofError::Mismatch)
    }
}

/// The size and root of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many leaves it has.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

/// Checks that the new tree begins with all of the old one (RFC 6962 section 2.1.2). A proof is made by
/// [`crate::TileReader::consistency_proof`]. What begins with nothing, or is the same tree, is proven by no hashes.
///
/// # Errors
/// When the proof does not show it.
pub fn verify_consistency(old: &Head, new: &Head, proof: &[Hash]) -> Result<(), ProofError> {
    if old.size > new.size || new.size > MAX_TREE_SIZE {
        return Err(ProofError::Outside);
    }
    if old.size == 0 || old.size == new.size {
        let begins = if old.size == 0 { Hash::of_nothing() } else { new.root };
        let is_shown = old.root == begins && (old.size < new.size || old.root == new.root);
        return match proof {
            [] if is_shown => Ok(()),
            [] => Err(ProofError::Mismatch),
            _ => Err(ProofError::Length),
        };
    }
    // An old tree that is one whole subtree of the new one is where the proof begins, and is left out of it.
    let (start, rest) = if old.size.is_power_of_two() {
        (&old.root, proof)
    } else {
        proof.split_first().ok_or(ProofError::Length)?
    };
    let shift = (old.size - 1).trailing_ones();
    let (mut node, mut last) = ((old.size - 1) >> shift, (new.size - 1) >> shift);
    let (mut old_root, mut new_root) = (*start, *start);
    for sibling in rest {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if node & 1 == 1 || node == last {
            old_root = Hash::of_children(sibling, &old_root);
            new_root = Hash::of_children(sibling, &new_root);
            climb(&mut node, &mut last);
        } else {
            new_root = Hash::of_children(&new_root, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if old_root == old.root && new_root == new.root {
        Ok(())
    } else {
        Err(ProofError::Mismatch)
    }
}

/// Goes up past the levels at which a node at the right edge has no sibling.
const fn climb(node: &mut u64, last: &mut u64) {
    let shift = node.trailing_zeros();
    if *node != 0 {
        (*node, *last) = (*node >> shift, *last >> shift);
    }
}

/// Leaves `start..end` of a tree, which are a node of it: `start` is a multiple of the least power of two that is not below
/// their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub start: u64,
    pub end: u64,
}

impl Span {
    /// The left and the right child of a node of two leaves or more.
    const fn halves(self) -> (Self, Self) {
        let Self { start, end } = self;
        let middle = start + (1 << (u64::BITS - 1 - (end - start - 1).leading_zeros()));
        (Self { start, end: middle }, Self { start: middle, end })
    }
}

/// The nodes whose hashes are the inclusion proof of a leaf, which must be in the tree: leaf's sibling first.
pub(crate) fn inclusion_spans(index: u64, size: u64) -> Vec<Span> {
    let (mut within, mut siblings) = (Span { start: 0, end: size }, Vec::new());
    while within.end - within.start > 1 {
        let (left, right) = within.halves();
        let (sibling, next) = if index < left.end { (right, left) } else { (left, right) };
        siblings.push(sibling);
        within = next;
    }
    siblings.reverse();
    siblings
}

/// The nodes whose hashes are the proof that a tree of `size` leaves continues one of `old` leaves.
pub(crate) fn consistency_spans(old: u64, size: u64) -> Vec<Span> {
    let (mut within, mut nodes) = (Span { start: 0, end: size }, Vec::new());
    if old == 0 {
        return nodes;
    }
    while within.end > old {
        let (left, right) = within.halves();
        let (sibling, next) = if old <= left.end { (right, left) } else { (left, right) };
        nodes.push(sibling);
        within = next;
    }
    // Whoever checks it has the root of the old tree, and needs no other copy of it.
    if within.start != 0 {
        nodes.push(within);
    }
    nodes.reverse();
    nodes
}
