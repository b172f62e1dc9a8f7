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

/// On which side of an anchor a word stands; as a number, its place in [`Beside`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Before = 1,
    Behind = 2,
}

impl Neighbour {
    /// There is no such word, or none in common.
    pub(super) const NONE: Self = Self(0);
    /// The bits that are used: two for the side, and twice five of the word's hash.
    pub(super) const ALL: u32 = 0xfff;
    const SIDE: u32 = 10;

    pub(super) const fn new(side: Side, word: Spelling) -> Self {
        Self((side as u32) << Self::SIDE | few_bits(word.mixed()))
    }

    /// On which side it is, if it is a word at all.
    pub(super) const fn side(self) -> Option<Side> {
        const BEFORE: u32 = Side::Before as u32;
        const BEHIND: u32 = Side::Behind as u32;
        match self.0 >> Self::SIDE {
            BEFORE => Some(Side::Before),
            BEHIND => Some(Side::Behind),
            _ => None,
        }
    }

    /// The first of the two bits that its word has in a sieve.
    pub(super) const fn bit(self) -> u32 {
        1 << (self.0 & 31)
    }
}

/// The highest bits of the hash of a word, which are mixed best: ten of them.
#[inline(always)]
const fn few_bits(word: Mixed) -> u32 {
    (word.hash() >> 54) as u32
}

/// Words that may stand on one side of an anchor, each as a bit of the lower half and one of the upper: who is not let through
/// is none of them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sieve(u64);

impl Sieve {
    /// Lets every word through.
    pub(super) const ALL: Self = Self(u64::MAX);

    /// This one and a word.
    #[inline(always)]
    pub(super) const fn with(self, word: Mixed) -> Self {
        Self(self.0 | Self::two_bits(few_bits(word)))
    }

    #[inline(always)]
    const fn lets_through(self, wanted: Neighbour) -> bool {
        !self.0 & Self::two_bits(wanted.0) == 0
    }

    #[inline(always)]
    const fn two_bits(bits: u32) -> u64 {
        1 << (bits & 31) | 1 << 32 << (bits >> 5 & 31)
    }
}

/// What may stand beside an anchor, by [`Side`]; where none is named, nothing is wanted, and all is let through.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beside([Sieve; 4]);

impl Beside {
    pub(super) const fn new(before: Sieve, behind: Sieve) -> Self {
        Self([Sieve::ALL, before, behind, Sieve::ALL])
    }

    /// The first bits of the words before the anchor, and of those behind it.
    #[inline(always)]
    pub(super) const fn first_bits(&self) -> [u32; 2] {
        let Self([_, before, behind, _]) = self;
        [before.0 as u32, behind.0 as u32]
    }

    /// Whether one of it may be what is wanted; also where nothing is wanted.
    #[inline(always)]
    pub(super) fn lets_through(&self, wanted: Neighbour) -> bool {
        let sieve = self.0.get((wanted.0 >> Neighbour::SIDE & 3) as usize);
        sieve.is_some_and(|sieve| sieve.lets_through(wanted))
    }
}
