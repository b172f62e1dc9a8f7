//! Folding: one table-driven pass from what was typed to what is compared, with a way back.
//!
//! Every character becomes at most a few *units*: a lower-case ASCII byte and the Vietnamese marks it carried. NFC and
//! NFD, case, full-width, mathematical, enclosed and look-alike letters all fold to the same units; invisible
//! characters and piled-up marks fold to nothing. The pass also cuts the text into *tokens* (runs of letters and
//! digits, which in Vietnamese are syllables) and packs each into a key, so that detectors compare numbers.
//!
//! Invariants: units and tokens stand in the order of the text; [`Folded::span`] of any range of units begins and
//! ends on character boundaries of the original.

mod tables;

use std::ops::Range;

use crate::Span;

/// A unit that stands for a letter of another script.
pub const FOREIGN: u8 = 0x80;
/// A unit that stands for a symbol without an ASCII relative, an emoji for instance.
pub const OTHER_SYMBOL: u8 = 0x7f;

const KIND_FOREIGN: u16 = 0;
const KIND_SYMBOL: u16 = 1;
const KIND_LETTER: u16 = 2;
const KIND_DIGIT: u16 = 3;
const KIND_DROP: u16 = 4;
const KIND_MARK: u16 = 5;
const KIND_SPACE: u16 = 6;

/// The marks of one letter: its quality and its tone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LetterMarks(u8);

impl LetterMarks {
    /// 0 plain, 1 circumflex (â ê ô), 2 breve or horn (ă ơ ư), 3 stroke (đ).
    #[must_use]
    pub const fn quality(self) -> u8 {
        self.0 & 3
    }

    /// 0 ngang, 1 sắc, 2 huyền, 3 hỏi, 4 ngã, 5 nặng, as VNI numbers them.
    #[must_use]
    pub const fn tone(self) -> u8 {
        (self.0 >> 2) & 7
    }

    /// Whether the letter was a look-alike from another script or style.
    #[must_use]
    pub const fn is_look_alike(self) -> bool {
        self.0 & 0x20 != 0
    }
}

/// The marks of a syllable: the quality of each letter, and one tone wherever it was typed, so that `hoà` and `hòa`
/// are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Marks(u32);

impl Marks {
    const QUALITY_BITS: u32 = (1 << 28) - 1;
    const QUALITY_LOW: u32 = 0x0555_5555;
    /// Letters whose quality is kept; no Vietnamese syllable has more than seven letters.
    const LETTERS: u32 = 14;

    /// Marks with one more letter's quality at position `at`.
    #[must_use]
    pub const fn with_quality(self, at: u32, quality: u8) -> Self {
        if at < Self::LETTERS {
            Self(self.0 | ((quality as u32 & 3) << (2 * at)))
        } else {
            self
        }
    }

    /// Marks with this tone if they have none yet.
    #[must_use]
    pub const fn with_tone(self, tone: u8) -> Self {
        if self.0 >> 28 == 0 {
            Self(self.0 | ((tone as u32 & 7) << 28))
        } else {
            self
        }
    }

    /// The tone, 0 to 5.
    #[must_use]
    pub const fn tone(self) -> u8 {
        (self.0 >> 28) as u8
    }

    /// Whether there is no mark at all.
    #[must_use]
    pub const fn is_bare(self) -> bool {
        self.0 == 0
    }

    /// Whether every mark that was typed is also in `entry`: marks may be missing, never different.
    #[must_use]
    pub const fn is_compatible_with(self, entry: Self) -> bool {
        let quality = self.0 & Self::QUALITY_BITS;
        let typed = (quality | (quality >> 1)) & Self::QUALITY_LOW;
        let differs = (self.0 ^ entry.0) & (typed * 3);
        let tone = self.0 >> 28;
        differs == 0 && (tone == 0 || tone == entry.0 >> 28)
    }
}

/// What separates a token from the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gap {
    /// White space, or one hyphen, underscore or slash inside a word: as between the syllables of a phrase.
    Plain,
    /// Signs that do not end a sentence where they stand: dots inside a word, stars, emoji.
    Odd,
    /// Nothing is read across it: the end of a sentence, another script, a long run of signs, the text's beginning.
    Break,
}

/// A run of letters and digits: in Vietnamese, a syllable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
pub struct Traits(u8);

impl Traits {
    const LETTER: u8 = 1;
    const DIGIT: u8 = 2;
    const REPEAT: u8 = 4;
    const LOOK_ALIKE: u8 = 8;
    const TONES: u8 = 16;
    const TONE_KEY: u8 = 32;

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

    /// Has a letter that only looks like the one it folds to.
    #[must_use]
    pub const fn has_look_alike(self) -> bool {
        self.0 & Self::LOOK_ALIKE != 0
    }

    /// Has a letter behind the first that Telex keyboards take for a tone or a horn: `s f r x j w`.
    #[must_use]
    pub const fn has_tone_key(self) -> bool {
        self.0 & Self::TONE_KEY != 0
    }

    /// Has two different tones: more than one syllable written as one.
    #[must_use]
    pub const fn has_several_tones(self) -> bool {
        self.0 & Self::TONES != 0
    }
}

/// Letters and digits packed six bits each. Up to [`Key::EXACT`] of them the key *is* the word; a longer word has a
/// 63-bit hash, and whoever looks it up compares the letters too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Key(u64);

impl Key {
    /// Longest word that packs exactly.
    pub const EXACT: u32 = 10;
    const HASHED: u64 = 1 << 63;

    /// The key of folded letters and digits; anything else in them counts as no letter at all.
    #[must_use]
    pub fn of(units: &[u8]) -> Self {
        units
            .iter()
            .zip(0..)
            .fold(Self(0), |key, (unit, at)| key.push(*unit, at))
    }

    /// The key with one more letter or digit, which is number `at`.
    #[must_use]
    pub const fn push(self, unit: u8, at: u32) -> Self {
        let symbol = match unit {
            b'a'..=b'z' => (unit - b'a') as u64 + 1,
            b'0'..=b'9' => (unit - b'0') as u64 + 27,
            _ => 63,
        };
        if at < Self::EXACT {
            Self(self.0 << 6 | symbol)
        } else {
            Self((self.0.rotate_left(5) ^ symbol).wrapping_mul(0x9e37_79b9_7f4a_7c15) | Self::HASHED)
        }
    }

    /// Whether the key stands for a longer word only by its hash.
    #[must_use]
    pub const fn is_hashed(self) -> bool {
        self.0 & Self::HASHED != 0
    }

    /// The packed bits.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }
}

/// A folded text. Reusable: [`Folded::fold`] forgets the text before.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    bytes: Vec<u8>,
    marks: Vec<LetterMarks>,
    /// Offset of each unit in the original, and of the end.
    starts: Vec<u32>,
    /// Where a unit ends, for the few after which invisible characters follow.
    trims: Vec<(u32, u32)>,
    tokens: Vec<Token>,
}

/// The state of the pass inside a token and in the gap before it.
struct Cutter {
    open: bool,
    start: usize,
    key: Key,
    marks: Marks,
    traits: u8,
    last: u8,
    gap_bits: u8,
    gap_len: u32,
}

impl Cutter {
    const SPACE: u8 = 1;
    const SOFT: u8 = 2;
    const HARD: u8 = 4;
    const ODD: u8 = 8;
    const STOP: u8 = 16;
    /// Longest run of signs that is read across.
    const LONGEST_GAP: u32 = 8;

    fn gap(&self) -> Gap {
        let bits = self.gap_bits;
        if bits & Self::STOP != 0
            || (bits & Self::HARD != 0 && bits & Self::SPACE != 0)
            || self.gap_len > Self::LONGEST_GAP
        {
            Gap::Break
        } else if bits & (Self::HARD | Self::ODD) != 0
            || (bits & Self::SOFT != 0 && (bits & Self::SPACE != 0 || self.gap_len > 1))
        {
            Gap::Odd
        } else {
            Gap::Plain
        }
    }

    fn separator(&mut self, byte: u8) {
        self.gap_bits |= match byte {
            b' ' | b'\n' => Self::SPACE,
            b'-' | b'_' | b'/' | b'\'' | b'+' => Self::SOFT,
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'(' | b')' | b'"' => Self::HARD,
            FOREIGN => Self::STOP,
            _ => Self::ODD,
        };
        self.gap_len += u32::from(byte != b' ');
    }
}

/// What a letter or digit tells of its token.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time, bounded by the loop")]
static TRAITS: [u8; 128] = {
    let mut traits = [0; 128];
    let mut at = 0;
    while at < 128 {
        traits[at] = match at as u8 {
            b's' | b'f' | b'r' | b'x' | b'j' | b'w' => Traits::LETTER | Traits::TONE_KEY,
            b'a'..=b'z' => Traits::LETTER,
            b'0'..=b'9' => Traits::DIGIT,
            _ => 0,
        };
        at += 1;
    }
    traits
};

/// The table entry of a character that is not ASCII.
fn entry_of(c: char) -> u16 {
    let code = u32::from(c);
    let page = tables::INDEX.get((code >> 7) as usize).map(|page| *page as usize);
    match page.and_then(|page| tables::PAGES.get(page)) {
        Some(page) => page.get((code & 0x7f) as usize).copied().unwrap_or(KIND_FOREIGN),
        // Tags and variation selectors of plane 14 are invisible; the rest up here is other scripts.
        None if (0xe_0000..=0xe_0fff).contains(&code) => KIND_DROP,
        None => KIND_FOREIGN,
    }
}

impl Folded {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Folds a text. Texts are at most [`u32::MAX`] bytes; the engine's own limit is far below.
    pub fn fold(&mut self, text: &str) {
        self.bytes.clear();
        self.marks.clear();
        self.starts.clear();
        self.trims.clear();
        self.tokens.clear();
        self.bytes.reserve(text.len());
        self.marks.reserve(text.len());
        self.starts.reserve(text.len() + 1);
        let mut cutter = Cutter {
            open: false,
            start: 0,
            key: Key::default(),
            marks: Marks::default(),
            traits: 0,
            last: 0,
            gap_bits: Cutter::STOP,
            gap_len: 0,
        };
        for (at, c) in text.char_indices() {
            let entry = match tables::PAGES.first().and_then(|page| page.get(c as usize)) {
                Some(ascii) => *ascii,
                None => entry_of(c),
            };
            let at = at as u32;
            let byte = ((entry >> 3) & 0x7f) as u8;
            match entry & 7 {
                KIND_LETTER | KIND_DIGIT => self.word_unit(&mut cutter, at, byte, entry),
                KIND_SPACE | KIND_SYMBOL => self.separator_unit(&mut cutter, at, byte),
                KIND_FOREIGN => self.separator_unit(&mut cutter, at, FOREIGN),
                KIND_DROP => {
                    let is_invisible = (entry >> 10) & 3 == 0;
                    let last = self.bytes.len() as u32;
                    if is_invisible && last > 0 && self.trims.last().is_none_or(|(unit, _)| *unit != last - 1) {
                        self.trims.push((last - 1, at));
                    }
                }
                KIND_MARK => self.combine(&mut cutter, entry),
                _ => {
                    let letters = tables::EXPANSIONS
                        .get((entry >> 3) as usize)
                        .copied()
                        .unwrap_or_default();
                    for letter in letters {
                        let kind = if letter.is_ascii_digit() {
                            KIND_DIGIT
                        } else {
                            KIND_LETTER
                        };
                        self.word_unit(&mut cutter, at, *letter, kind | 0x8000);
                    }
                }
            }
        }
        self.close(&mut cutter);
        self.starts.push(text.len() as u32);
    }

    #[inline(always)]
    fn word_unit(&mut self, cutter: &mut Cutter, at: u32, byte: u8, entry: u16) {
        let marks = LetterMarks((entry >> 10) as u8 & 0x3f);
        if !cutter.open {
            cutter.open = true;
            cutter.start = self.bytes.len();
            cutter.key = Key::default();
            cutter.marks = Marks::default();
            cutter.traits = 0;
            cutter.last = 0;
        }
        let position = (self.bytes.len() - cutter.start) as u32;
        cutter.key = cutter.key.push(byte, position);
        let traits = TRAITS.get(byte as usize).copied().unwrap_or_default();
        cutter.traits |= if position == 0 {
            traits & !Traits::TONE_KEY
        } else {
            traits
        };
        cutter.traits |= if byte == cutter.last { Traits::REPEAT } else { 0 };
        cutter.last = byte;
        if marks.0 != 0 {
            Self::add_marks(cutter, position, marks);
        }
        self.bytes.push(byte);
        self.marks.push(marks);
        self.starts.push(at);
    }

    fn add_marks(cutter: &mut Cutter, position: u32, marks: LetterMarks) {
        cutter.marks = cutter.marks.with_quality(position, marks.quality());
        let tone = marks.tone();
        if tone != 0 {
            if cutter.marks.tone() != 0 && cutter.marks.tone() != tone {
                cutter.traits |= Traits::TONES;
            }
            cutter.marks = cutter.marks.with_tone(tone);
        }
        if marks.is_look_alike() {
            cutter.traits |= Traits::LOOK_ALIKE;
        }
    }

    #[inline(always)]
    fn separator_unit(&mut self, cutter: &mut Cutter, at: u32, byte: u8) {
        if cutter.open {
            self.close(cutter);
        }
        cutter.separator(byte);
        self.bytes.push(byte);
        self.marks.push(LetterMarks::default());
        self.starts.push(at);
    }

    #[inline(always)]
    fn close(&mut self, cutter: &mut Cutter) {
        if !cutter.open {
            return;
        }
        self.tokens.push(Token {
            start: cutter.start as u32,
            end: self.bytes.len() as u32,
            key: cutter.key,
            marks: cutter.marks,
            gap: cutter.gap(),
            is_tight: cutter.gap_bits & (Cutter::SPACE | Cutter::STOP) == 0,
            traits: Traits(cutter.traits),
        });
        cutter.open = false;
        cutter.gap_bits = 0;
        cutter.gap_len = 0;
    }

    /// A combining mark sits on the unit before it: the first quality and the first tone count, as many as are piled.
    fn combine(&mut self, cutter: &mut Cutter, entry: u16) {
        let (Some(byte), Some(marks)) = (self.bytes.last(), self.marks.last_mut()) else {
            return;
        };
        let typed = LetterMarks((entry >> 10) as u8 & 0x1f);
        let carries = match typed.quality() {
            0 => matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'),
            1 => matches!(byte, b'a' | b'e' | b'o'),
            2 => matches!(byte, b'a' | b'o' | b'u'),
            _ => *byte == b'd',
        };
        let taken = if typed.quality() == 0 {
            marks.tone()
        } else {
            marks.quality()
        };
        if !cutter.open || !carries || taken != 0 {
            return;
        }
        marks.0 |= typed.0;
        let position = (self.bytes.len() - 1 - cutter.start) as u32;
        Self::add_marks(cutter, position, typed);
    }

    /// The units: lower-case ASCII letters and digits, ASCII signs, `' '` and `'\n'`, [`OTHER_SYMBOL`], [`FOREIGN`].
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The marks of each unit.
    #[must_use]
    pub fn marks(&self) -> &[LetterMarks] {
        &self.marks
    }

    /// The tokens.
    #[must_use]
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Where a range of units stands in the original, without invisible characters at its end. A range that is empty
    /// or out of bounds gives an empty span at the nearest place.
    #[must_use]
    pub fn span(&self, units: Range<usize>) -> Span {
        let end_of_text = self.starts.last().copied().unwrap_or(0);
        let start = self.starts.get(units.start).copied().unwrap_or(end_of_text);
        let Some(last) = units
            .end
            .checked_sub(1)
            .filter(|last| *last >= units.start && *last < self.bytes.len())
        else {
            return Span { start, end: start };
        };
        let mut end = self.starts.get(units.end).copied().unwrap_or(end_of_text);
        if let Ok(at) = self.trims.binary_search_by_key(&(last as u32), |(unit, _)| *unit) {
            end = self.trims.get(at).map_or(end, |(_, trimmed)| *trimmed);
        }
        // The letters of one character (`ﬁ`) begin at the same place; it is shown whole.
        if end <= start {
            end = self
                .starts
                .iter()
                .skip(units.end)
                .copied()
                .find(|next| *next > start)
                .unwrap_or(end_of_text);
        }
        Span { start, end }
    }
}

#[cfg(test)]
mod tests;
