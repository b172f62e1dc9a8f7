//! Pairs of words that may be anchors, noted until all of them are looked up together.

use super::key_map::NONE;

/// Pairs of readings that are noted before any is asked for: enough to hide how long the tables take.
pub(super) const MOST_CANDIDATES: usize = 256;

/// A step through the lattice.
#[derive(Debug, Clone, Copy)]
pub(super) enum Edge {
    /// A token as it is.
    Plain(u32),
    /// Tokens as the reading of this number.
    Reading(u32),
}

/// One or two steps that may be an anchor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) edges: [Edge; 2],
    /// How many of them count.
    pub(super) count: u8,
    /// The anchor begins so many words into them.
    pub(super) at: u8,
    /// The token at which the anchor begins and the one behind it, or [`NONE`] inside of a reading.
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) pair: u64,
}

impl Candidate {
    pub(super) const NONE: Self = Self {
        edges: [Edge::Plain(0); 2],
        count: 0,
        at: 0,
        from: NONE,
        to: NONE,
        pair: 0,
    };

    #[inline(always)]
    pub(super) fn edges(&self) -> &[Edge] {
        self.edges.get(..usize::from(self.count)).unwrap_or_default()
    }
}

/// Pairs of readings that the filter let through, which are looked up together.
#[derive(Debug)]
pub(super) struct Candidates {
    pub(super) noted: [Candidate; MOST_CANDIDATES],
    pub(super) count: usize,
}

impl Candidates {
    #[inline(always)]
    pub(super) fn push(&mut self, candidate: Candidate) {
        if let Some(place) = self.noted.get_mut(self.count) {
            *place = candidate;
            self.count += 1;
        }
    }
}

impl Default for Candidates {
    fn default() -> Self {
        Self {
            noted: [Candidate::NONE; MOST_CANDIDATES],
            count: 0,
        }
    }
}
