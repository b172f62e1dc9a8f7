//! The pass over units: it cuts them into tokens.
//!
//! First it finds where words begin and end, many units at a time, as bits. Then it packs each word with operations on
//! eight units at once, so that nothing depends on how long a word is, but for those of more than eight letters. What
//! stands between two words is nearly always one unit; the longer gaps are read afterwards.

use super::pass::{Units, bits_of};
use super::token::tone_of;
use super::{FOREIGN, Gap, Key, LetterMarks, Marks, Token, Traits};

/// Units whose bits are kept together.
const BLOCK: usize = 64;

/// The tokens of a text, and where its words are.
#[derive(Debug, Clone, Default)]
pub(super) struct Tokens {
    /// How many there are.
    count: usize,
    /// Longer than what is in it.
    list: Vec<Token>,
    /// A bit for each unit that is a letter or a digit.
    words: Vec<u64>,
}

impl Tokens {
    pub(super) fn as_slice(&self) -> &[Token] {
        self.list.get(..self.count).unwrap_or_default()
    }

    /// Cuts units into tokens.
    pub(super) fn cut(&mut self, units: &Units) {
        let room = units.bytes.len();
        let (Some(bytes), Some(marks)) = (units.bytes.get(..room), units.marks.get(..room)) else {
            return;
        };
        self.find_words(bytes, units.count);
        // Between two words is a unit at least.
        let most = units.count / 2 + 1;
        if self.list.len() < most {
            self.list.resize(most, Token::default());
        }
        self.pack_words(bytes, marks);
        self.read_wide_gaps(bytes);
        if let Some(first) = self.list.first_mut() {
            (first.gap, first.is_tight) = (Gap::Break, false);
        }
    }

    /// Notes the letters and digits, up to one unit past the end at the least, which is none.
    fn find_words(&mut self, bytes: &[u8], count: usize) {
        let (blocks, _) = bytes.as_chunks::<BLOCK>();
        let blocks = blocks.iter().take(count / BLOCK + 1);
        self.words.clear();
        self.words.extend(blocks.map(|block| bits_of(&block.map(is_word))));
        if let Some(last) = self.words.last_mut() {
            *last &= (1 << (count % BLOCK)) - 1;
        }
    }

    fn pack_words(&mut self, bytes: &[u8], marks: &[LetterMarks]) {
        let list = self.list.as_mut_slice();
        let most = list.len();
        let mut slots = list.iter_mut();
        let (mut base, mut start, mut is_inside) = (0, 0, 0);
        for words in &self.words {
            let before = words << 1 | is_inside;
            let (mut starts, mut ends) = (words & !before, before & !words);
            if is_inside == 0 {
                start = base + starts.trailing_zeros() as usize;
                starts &= starts.wrapping_sub(1);
            }
            while ends != 0 {
                let end = base + ends.trailing_zeros() as usize;
                if let Some(slot) = slots.next() {
                    *slot = token(bytes, marks, start, end);
                }
                start = base + starts.trailing_zeros() as usize;
                starts &= starts.wrapping_sub(1);
                ends &= ends - 1;
            }
            is_inside = words >> (BLOCK - 1);
            base += BLOCK;
        }
        self.count = most - slots.len();
    }

    /// Reads the gaps of more than one unit.
    fn read_wide_gaps(&mut self, bytes: &[u8]) {
        let (mut last_two, mut earlier) = (0, 0);
        for words in &self.words {
            let starts = words & !(words << 1 | last_two >> 1);
            let mut wide = starts & !(words << 2 | last_two);
            while wide != 0 {
                let lower = wide.wrapping_sub(1) & !wide;
                wide &= wide - 1;
                let at = earlier + (starts & lower).count_ones() as usize;
                let pair = at.checked_sub(1).and_then(|before| self.list.get_mut(before..=at));
                if let Some([before, after]) = pair {
                    let kinds = kinds_of(bytes, before.end as usize, after.start as usize);
                    (after.gap, after.is_tight) = GAPS.get(usize::from(kinds)).copied().unwrap_or_default();
                }
            }
            earlier += starts.count_ones() as usize;
            last_two = words >> (BLOCK - 2);
        }
    }
}

#[inline(always)]
const fn is_word(unit: u8) -> bool {
    unit.wrapping_sub(b'a') < 26 || unit.wrapping_sub(b'0') < 10
}

/// A word, as if one unit stood between it and the word before.
#[inline(always)]
fn token(bytes: &[u8], all_marks: &[LetterMarks], start: usize, end: usize) -> Token {
    let len = (end - start) as u32;
    let word = first_bytes(len);
    let letters = u64::from_le_bytes(eight(bytes, start));
    let marks = u64::from_le_bytes(eight(all_marks, start).map(|marks| marks.0)) & word;
    let mut key = Key::of_eight(letters, word);
    let mut traits = traits_of(letters, key, word);
    let mut sum = marks | marks >> 32;
    sum |= sum >> 16;
    sum |= sum >> 8;
    if len > Key::EXACT {
        (key, traits) = long_word(key, bytes.get(start..end).unwrap_or_default());
        let rest = all_marks.get(start..end).unwrap_or_default();
        sum = rest.iter().fold(0, |all, marks| all | u64::from(marks.0));
    }
    let (tone, from_marks) = SUMS.get((sum as u8 >> 2) as usize).copied().unwrap_or_default();
    let before = bytes.get(start.wrapping_sub(1)).copied().unwrap_or(FOREIGN);
    let (gap, is_tight) = ALONE.get(usize::from(before)).copied().unwrap_or_default();
    Token {
        start: start as u32,
        end: end as u32,
        key,
        marks: Marks((marks & LetterMarks::QUALITIES) << 6 | u64::from(tone)),
        gap,
        is_tight,
        traits: Traits(traits | from_marks),
    }
}

/// The bits of the first so many bytes, eight at the most.
#[inline(always)]
const fn first_bytes(len: u32) -> u64 {
    if len < Key::EXACT {
        (1 << (8 * len)) - 1
    } else {
        u64::MAX
    }
}

#[inline(always)]
fn eight<T: Copy + Default>(units: &[T], at: usize) -> [T; 8] {
    let eight = units.get(at..at + 8).and_then(<[T]>::first_chunk);
    eight.copied().unwrap_or_default()
}

/// What the marks of all letters of a word amount to, by their highest six bits: the tone, and traits.
static SUMS: [(u8, u8); 64] = {
    let mut sums = [(0, 0); 64];
    let mut marks = 0_u8;
    let mut rest: &mut [(u8, u8)] = &mut sums;
    while let [sum, more @ ..] = rest {
        let tones = marks & 0x1f;
        let several = if tones & tones.wrapping_sub(1) == 0 {
            0
        } else {
            Traits::TONES
        };
        let look_alike = if marks & 0x20 == 0 { 0 } else { Traits::LOOK_ALIKE };
        *sum = (tone_of(tones), several | look_alike);
        marks += 1;
        rest = more;
    }
    sums
};

/// What the letters of a word of up to eight tell of it.
#[inline(always)]
const fn traits_of(letters: u64, key: Key, word: u64) -> u8 {
    // One bit for each letter or digit.
    let bits = word & Key::LETTERS;
    // Symbols have six bits: where neighbours differ, the difference carries into the seventh and no further. No symbol
    // is zero, so that the last one differs from what is past the end.
    let differ = (key.bits() ^ key.bits() >> 8) + Key::SYMBOLS;
    let letter = if letters & bits != 0 { Traits::LETTER } else { 0 };
    let digit = if !letters & bits != 0 { Traits::DIGIT } else { 0 };
    let repeat = if !differ & bits != 0 { Traits::REPEAT } else { 0 };
    letter | digit | repeat
}

/// The key of a longer word from that of its first eight letters, and what its letters tell of it.
#[cold]
fn long_word(mut key: Key, letters: &[u8]) -> (Key, u8) {
    let mut traits = 0;
    let mut last = 0;
    for (letter, at) in letters.iter().zip(0..) {
        if at >= Key::EXACT {
            key = key.push(*letter, at);
        }
        traits |= if letter.is_ascii_digit() {
            Traits::DIGIT
        } else {
            Traits::LETTER
        };
        if *letter == last {
            traits |= Traits::REPEAT;
        }
        last = *letter;
    }
    (key, traits)
}

/// Kinds of separators, as bits of a gap.
mod kind {
    pub(super) const SPACE: u8 = 1;
    pub(super) const SOFT: u8 = 2;
    pub(super) const HARD: u8 = 4;
    pub(super) const ODD: u8 = 8;
    pub(super) const STOP: u8 = 16;
    /// Beside the kinds: there is more than one sign.
    pub(super) const SEVERAL: u8 = 32;
    /// Beside the kinds: there are more signs than are read across.
    pub(super) const MANY: u8 = 64;
}

/// Longest run of signs that is read across.
const LONGEST_GAP: usize = 8;

const fn kind_of(unit: u8) -> u8 {
    match unit {
        0 => 0,
        b' ' | b'\n' => kind::SPACE,
        b'-' | b'_' | b'/' | b'\'' | b'+' => kind::SOFT,
        b'.' | b',' | b';' | b':' | b'!' | b'?' | b'(' | b')' | b'"' => kind::HARD,
        FOREIGN => kind::STOP,
        _ => kind::ODD,
    }
}

/// What kinds of separators amount to, and whether they are signs alone.
const fn gap_of(kinds: u8) -> (Gap, bool) {
    let is_tight = kinds & (kind::SPACE | kind::STOP) == 0;
    let ends_sentence = kinds & kind::HARD != 0 && kinds & kind::SPACE != 0;
    let gap = if ends_sentence || kinds & (kind::STOP | kind::MANY) != 0 {
        Gap::Break
    } else if kinds & (kind::HARD | kind::ODD) != 0
        || kinds & kind::SOFT != 0 && kinds & (kind::SPACE | kind::SEVERAL) != 0
    {
        Gap::Odd
    } else {
        Gap::Plain
    };
    (gap, is_tight)
}

/// The kind of each unit.
static KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut unit = 0_u8;
    let mut rest: &mut [u8] = &mut kinds;
    while let [kind, more @ ..] = rest {
        *kind = kind_of(unit);
        unit = unit.wrapping_add(1);
        rest = more;
    }
    kinds
};

/// What the kinds of separators amount to.
static GAPS: [(Gap, bool); 128] = {
    let mut gaps = [(Gap::Break, false); 128];
    let mut kinds = 0_u8;
    let mut rest: &mut [(Gap, bool)] = &mut gaps;
    while let [gap, more @ ..] = rest {
        *gap = gap_of(kinds);
        kinds += 1;
        rest = more;
    }
    gaps
};

/// What each unit amounts to where it stands alone between two words.
static ALONE: [(Gap, bool); 256] = {
    let mut alone = [(Gap::Break, false); 256];
    let mut unit = 0_u8;
    let mut rest: &mut [(Gap, bool)] = &mut alone;
    while let [gap, more @ ..] = rest {
        *gap = gap_of(kind_of(unit));
        unit = unit.wrapping_add(1);
        rest = more;
    }
    alone
};

/// The kinds of the units from `start` to `end`.
#[inline(always)]
fn kinds_of(bytes: &[u8], start: usize, end: usize) -> u8 {
    let (mut kinds, mut signs) = (0, 0);
    // No unit is zero: zeros stand for what is past the end of eight.
    let mut add = |unit: u8| {
        kinds |= KINDS.get(usize::from(unit)).copied().unwrap_or_default();
        signs += usize::from(unit != b' ' && unit != 0);
    };
    if end - start <= 8 {
        let gap = u64::from_le_bytes(eight(bytes, start)) & first_bytes((end - start) as u32);
        gap.to_le_bytes().into_iter().for_each(&mut add);
    } else {
        let gap = bytes.get(start..end).unwrap_or_default();
        gap.iter().copied().for_each(&mut add);
    }
    kinds |= if signs > 1 { kind::SEVERAL } else { 0 };
    kinds |= if signs > LONGEST_GAP { kind::MANY } else { 0 };
    kinds
}
