//! Words as look-ups compare them, and the few bits by which most anchors are turned away.
//!
//! It knows keys and nothing of phrases: what a hash lets through is compared word by word elsewhere.

use crate::fold::Key;

/// A word as look-ups see it: the bits of its key, where `mỹ` is `mĩ`: behind a single consonant the two vowels are one
/// sound in two spellings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) struct Spelling(pub(super) u64);

impl Spelling {
    /// `h k l m s t`, by symbol.
    const CONSONANTS: u64 = 1 << 8 | 1 << 11 | 1 << 12 | 1 << 13 | 1 << 19 | 1 << 20;
    const I: u64 = 9;
    const Y: u64 = 25;
    const LOW: u64 = 0x0101_0101_0101_0101;

    #[inline(always)]
    pub(super) const fn of(key: Key) -> Self {
        let bits = key.bits();
        if bits >> 8 == Self::Y && Self::CONSONANTS >> (bits & 0x3f) & 1 == 1 {
            return Self(bits ^ (Self::Y ^ Self::I) << 8);
        }
        Self(bits)
    }

    /// Mixed for filters.
    #[inline(always)]
    pub(super) const fn hash(self) -> u64 {
        let mixed = self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed ^ mixed >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93)
    }

    /// The hash of this word and the next.
    #[inline(always)]
    pub(super) const fn pair(self, next: Self) -> u64 {
        let mixed = self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed ^ mixed >> 32 ^ next.0).wrapping_mul(0xd6e8_feb8_6659_fd93)
    }

    /// Whether a letter behind the first is one that Telex keyboards take for a tone or a horn. Of words of up to
    /// [`Key::EXACT`] letters.
    #[inline(always)]
    pub(super) const fn has_tone_key(self) -> bool {
        let rest = self.0 >> 8;
        let found = has(rest, b's') | has(rest, b'f') | has(rest, b'r') | has(rest, b'x') | has(rest, b'j');
        (found | has(rest, b'w')) & 0x8080_8080_8080_8080 != 0
    }
}

/// A word that every phrase of one anchor has beside it, in a few bits: most anchors that a text has are those of longer
/// phrases which it has not, and this says so before any of them is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Neighbour(pub(super) u32);

/// On which side of an anchor a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    Behind,
}

impl Neighbour {
    /// The phrases of the anchor have no word beside it in common.
    pub(super) const NONE: Self = Self(0);
    const BEFORE: u32 = 1;
    const BEHIND: u32 = 2;
    const SIDE: u32 = 3;

    pub(super) const fn new(side: Side, word: Spelling) -> Self {
        let side = match side {
            Side::Before => Self::BEFORE,
            Side::Behind => Self::BEHIND,
        };
        Self((word.hash() >> 32) as u32 & !Self::SIDE | side)
    }

    /// The side it stands on, unless there is none.
    #[inline(always)]
    pub(super) const fn side(self) -> Option<Side> {
        match self.0 & Self::SIDE {
            Self::BEFORE => Some(Side::Before),
            Self::BEHIND => Some(Side::Behind),
            _ => None,
        }
    }

    /// Whether it may be this word.
    #[inline(always)]
    pub(super) const fn may_be(self, word: Spelling) -> bool {
        (self.0 ^ (word.hash() >> 32) as u32) & !Self::SIDE == 0
    }
}

/// Packed symbols with the high bit of a byte set where it is this letter, or behind such a byte. (Mycroft's trick.)
#[inline(always)]
const fn has(packed: u64, letter: u8) -> u64 {
    let other = packed ^ ((letter & 0x1f) as u64 * Spelling::LOW);
    other.wrapping_sub(Spelling::LOW) & !other
}
