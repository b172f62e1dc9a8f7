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

    #[inline(always)]
    pub(super) const fn of(key: Key) -> Self {
        Self::of_bits(key.bits())
    }

    #[inline(always)]
    const fn of_bits(bits: u64) -> Self {
        if bits >> 8 == Self::Y && Self::CONSONANTS >> (bits & 0x3f) & 1 == 1 {
            return Self(bits ^ (Self::Y ^ Self::I) << 8);
        }
        Self(bits)
    }

    /// Mixed for hashes.
    #[inline(always)]
    pub(super) const fn mixed(self) -> Mixed {
        let mixed = self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Mixed(mixed ^ mixed >> 32)
    }

    /// Whether it stands for a longer word only by its hash.
    pub(super) const fn is_hashed(self) -> bool {
        self.0 >> 63 == 1
    }

    /// The letters and digits that are spelled so, in each way of writing them. Of a word that is not hashed.
    pub(super) fn writings(self) -> impl Iterator<Item = Vec<u8>> {
        let written = |bits: u64| {
            let symbols = bits.to_le_bytes().into_iter().take_while(|symbol| *symbol != 0);
            symbols
                .map(|symbol| if symbol < b'0' { symbol | 0x60 } else { symbol })
                .collect()
        };
        let other = self.0 ^ (Self::Y ^ Self::I) << 8;
        let has_other = other >> 8 == Self::Y && Self::of_bits(other) == self;
        std::iter::once(self.0).chain(has_other.then_some(other)).map(written)
    }
}

/// A spelling half way to its hashes: the part that they have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mixed(u64);

impl Mixed {
    const MULTIPLIER: u64 = 0xd6e8_feb8_6659_fd93;

    /// The hash of the word.
    #[inline(always)]
    pub(super) const fn hash(self) -> u64 {
        self.0.wrapping_mul(Self::MULTIPLIER)
    }

    /// The hash of the word and the next.
    #[inline(always)]
    pub(super) const fn pair(self, next: Spelling) -> u64 {
        (self.0 ^ next.0).wrapping_mul(Self::MULTIPLIER)
    }
}

/// A word that a phrase, or every phrase of one anchor, has beside the anchor, in a few bits: most anchors that a text has are
/// those of longer phrases which it has not, and this says so before any of them is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Neighbour(pub(super) u32);

/// On which side of an anchor a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    Behind,
}

impl Neighbour {
    /// There is no such word, or none in common.
    pub(super) const NONE: Self = Self(0);
    const BEFORE: u32 = 1;
    const BEHIND: u32 = 2;
    const SIDE: u32 = 3;
    /// The bits that are used.
    pub(super) const ALL: u32 = 0xf_ffff;

    pub(super) const fn new(side: Side, word: Spelling) -> Self {
        let side = match side {
            Side::Before => Self::BEFORE,
            Side::Behind => Self::BEHIND,
        };
        Self((word.mixed().hash() >> 32) as u32 & Self::ALL & !Self::SIDE | side)
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

    /// Whether there is none.
    #[inline(always)]
    pub(super) const fn is_none(self) -> bool {
        self.0 & Self::SIDE == 0
    }

    /// Whether it may be this word.
    #[inline(always)]
    pub(super) const fn may_be(self, word: Spelling) -> bool {
        self.may_be_mixed(word.mixed())
    }

    /// Whether it may be the word that was mixed.
    #[inline(always)]
    pub(super) const fn may_be_mixed(self, word: Mixed) -> bool {
        (self.0 ^ (word.hash() >> 32) as u32) & Self::ALL & !Self::SIDE == 0
    }
}
