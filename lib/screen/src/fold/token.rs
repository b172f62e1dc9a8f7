//! Tokens and what they are compared by: letters packed into a key, marks packed into a number.

use std::ops::Range;

/// The marks of one letter: its quality (2 bits), its tones (one bit each of 5) and whether it is a look-alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LetterMarks(pub(super) u8);

impl LetterMarks {
    /// The bits of the quality in each of eight.
    pub(super) const QUALITIES: u64 = 0x0303_0303_0303_0303;

    /// 0 plain, 1 circumflex (â ê ô), 2 breve or horn (ă ơ ư), 3 stroke (đ).
    #[must_use]
    pub const fn quality(self) -> u8 {
        self.0 & 3
    }

    /// 0 ngang, 1 sắc, 2 huyền, 3 hỏi, 4 ngã, 5 nặng, as VNI numbers them.
    #[must_use]
    pub const fn tone(self) -> u8 {
        tone_of(self.0 >> 2 & 0x1f)
    }

    /// Whether the letter was a look-alike from another script or style.
    #[must_use]
    pub const fn is_look_alike(self) -> bool {
        self.0 & 0x80 != 0
    }
}

/// The number of the first tone of a set of one bit each, 0 for none.
pub(super) const fn tone_of(bits: u8) -> u8 {
    // A sixth bit stands in for none, and six wraps round to it.
    ((bits | 0x20).trailing_zeros() as u8 + 1) % 6
}

/// The marks of a syllable: the quality of each of its first eight letters (no Vietnamese syllable has more than seven),
/// and one tone wherever it was typed, so that `hoà` and `hòa` are the same.
///
/// The quality of a letter is the two highest bits of its byte, first letter lowest; the tone is the lowest three bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Marks(pub(super) u64);

impl Marks {
    pub(super) const QUALITY: u64 = 0xc0c0_c0c0_c0c0_c0c0;
    const TONE: u64 = 7;

    /// Marks with one more letter's quality at position `at`.
    #[must_use]
    pub const fn with_quality(self, at: u32, quality: u8) -> Self {
        if at < 8 {
            Self(self.0 | (quality as u64 & 3) << (8 * at + 6))
        } else {
            self
        }
    }

    /// Marks with this tone if they have none yet.
    #[must_use]
    pub const fn with_tone(self, tone: u8) -> Self {
        if self.tone() == 0 {
            Self(self.0 | tone as u64 & Self::TONE)
        } else {
            self
        }
    }

    /// The packed bits.
    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    /// What has these bits.
    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The tone, 0 to 5.
    #[must_use]
    pub const fn tone(self) -> u8 {
        (self.0 & Self::TONE) as u8
    }

    /// Whether there is no mark at all.
    #[must_use]
    pub const fn is_bare(self) -> bool {
        self.0 == 0
    }

    /// Whether every mark that was typed is also in `entry`: marks may be missing, never different.
    #[must_use]
    pub const fn is_compatible_with(self, entry: Self) -> bool {
        let quality = self.0 & Self::QUALITY;
        let low = (quality | quality >> 1) & (Self::QUALITY >> 1 & Self::QUALITY);
        let typed = low | low << 1;
        let tone = self.tone();
        ((self.0 ^ entry.0) & typed == 0) & ((tone == 0) | (tone == entry.tone()))
    }
}

/// What separates a token from the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Gap {
    /// White space, or one hyphen, underscore or slash inside a word: as between the syllables of a phrase.
    Plain,
    /// Signs that do not end a sentence where they stand: dots inside a word, stars, emoji.
    Odd,
    /// Nothing is read across it: the end of a sentence, another script, a long run of signs, the text's beginning.
    #[default]
    Break,
}

/// A run of letters and digits: in Vietnamese, a syllable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Token {
    /// First unit.
    pub start: u32,
    /// One past the last unit.
    pub end: u32,
    /// The letters and digits without marks, see [`Key`].
    pub key: Key,
    /// The marks.
    pub marks: Marks,
    /// What stands before it.
    pub gap: Gap,
    /// Whether only signs stand before it, no white space: `a` in `l.ừ.a`.
    pub is_tight: bool,
    /// What it is made of.
    pub traits: Traits,
}

impl Token {
    /// How many letters and digits it has.
    #[must_use]
    pub const fn len(&self) -> u32 {
        self.end - self.start
    }

    /// Tokens are never empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        false
    }

    /// Its units, as a range.
    #[must_use]
    pub const fn units(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// What a token is made of, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traits(pub(super) u8);

impl Traits {
    pub(super) const LETTER: u8 = 1;
    pub(super) const DIGIT: u8 = 2;
    pub(super) const REPEAT: u8 = 4;
    pub(super) const LOOK_ALIKE: u8 = 8;
    pub(super) const TONES: u8 = 16;
    pub(super) const TONE_KEY: u8 = 32;
    pub(super) const ODD: u8 = 64;
    pub(super) const UNLIKE_A_SYLLABLE: u8 = Self::DIGIT | Self::REPEAT | Self::TONE_KEY;

    /// Whether one with a letter looks as if it were typed otherwise than it is meant, or is longer than a key holds.
    #[inline(always)]
    pub(crate) const fn is_odd(self) -> bool {
        self.0 & Self::ODD != 0
    }

    /// Has a letter.
    #[must_use]
    pub const fn has_letter(self) -> bool {
        self.0 & Self::LETTER != 0
    }

    /// Has a digit.
    #[must_use]
    pub const fn has_digit(self) -> bool {
        self.0 & Self::DIGIT != 0
    }

    /// Has the same letter twice running.
    #[must_use]
    pub const fn has_repeat(self) -> bool {
        self.0 & Self::REPEAT != 0
    }

    /// Has, behind its first letter, one that Telex keyboards take for a tone or a horn: `s f r x j w`.
    #[must_use]
    pub const fn has_tone_key(self) -> bool {
        self.0 & Self::TONE_KEY != 0
    }

    /// Has a digit, the same letter twice running, or a key for a tone: no plain Vietnamese syllable has one of these.
    #[must_use]
    pub const fn is_unlike_a_syllable(self) -> bool {
        self.0 & Self::UNLIKE_A_SYLLABLE != 0
    }

    /// Has a letter that only looks like the one it folds to.
    #[must_use]
    pub const fn has_look_alike(self) -> bool {
        self.0 & Self::LOOK_ALIKE != 0
    }

    /// Has two different tones: more than one syllable written as one.
    #[must_use]
    pub const fn has_several_tones(self) -> bool {
        self.0 & Self::TONES != 0
    }
}

/// Letters and digits packed a byte each, first one lowest. Up to [`Key::EXACT`] of them the key *is* the word; a longer
/// word has a 63-bit hash, and whoever looks it up compares the letters too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Key(pub(super) u64);

impl Key {
    /// Longest word that packs exactly.
    pub const EXACT: u32 = 8;
    /// Exact keys never use the two highest bits of a byte.
    const HASHED: u64 = 1 << 63;

    /// The key of folded letters and digits.
    #[must_use]
    pub fn of(units: &[u8]) -> Self {
        units
            .iter()
            .zip(0..)
            .fold(Self(0), |key, (unit, at)| key.push(*unit, at))
    }

    /// The key of up to eight letters and digits: of those bytes of `units` whose bits are set in `word`.
    pub(super) const fn of_eight(units: u64, word: u64) -> Self {
        let (low, fifth) = (0x1f1f_1f1f_1f1f_1f1f, 0x2020_2020_2020_2020);
        Self((units & low | !units >> 1 & fifth) & word)
    }

    /// The six bits of a letter or digit: letters give 1 to 26, digits 48 to 57.
    const fn symbol(unit: u8) -> u8 {
        (unit & 0x1f) | ((unit ^ 0x40) >> 1 & 0x20)
    }

    /// The key with one more letter or digit, which is number `at`.
    #[must_use]
    pub const fn push(self, unit: u8, at: u32) -> Self {
        self.push_symbol(Self::symbol(unit), at)
    }

    pub(super) const fn push_symbol(self, symbol: u8, at: u32) -> Self {
        if at < Self::EXACT {
            Self(self.0 | (symbol as u64) << (8 * at))
        } else {
            Self((self.0.rotate_left(5) ^ symbol as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) | Self::HASHED)
        }
    }

    /// Whether the key stands for a longer word only by its hash.
    #[must_use]
    pub const fn is_hashed(self) -> bool {
        self.0 & Self::HASHED != 0
    }

    /// Whether the word has one letter or digit.
    #[inline(always)]
    pub(crate) const fn is_one_letter(self) -> bool {
        self.0 <= 0xff
    }

    /// Whether the word has so many letters and digits or more, of up to [`Key::EXACT`].
    #[inline(always)]
    pub(crate) const fn is_as_long_as<const LETTERS: u32>(self) -> bool {
        // No letter packs to zero, and a hash sets the highest bit.
        self.0 >> (8 * (LETTERS - 1)) != 0
    }

    /// The packed bits.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }
}
