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
    /// A bit for each unit that no plain syllable has where it stands.
    odd: Vec<u64>,
    kinds: Kinds,
}

/// Kinds of units that a detector wants to see before it looks closer, as bits.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Kinds(u8);

impl Kinds {
    /// A digit.
    pub(crate) const DIGIT: Self = Self(1);
    /// `@`.
    pub(crate) const AT: Self = Self(2);
    /// A sign that stands for a letter where nobody expects a sign: `$` and `|`.
    pub(crate) const LETTER_SIGN: Self = Self(4);
    /// An opening bracket in which an `@` may be spelled: `(` and `[`.
    pub(crate) const BRACKET: Self = Self(8);

    /// These and others.
    pub(crate) const fn or(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether some of these are among them.
    pub(crate) const fn have(self, some: Self) -> bool {
        self.0 & some.0 != 0
    }

    /// The kinds of one unit, as bits. Without branches the compiler compares many units at once.
    #[inline(always)]
    fn bits_of_unit(unit: u8) -> u8 {
        let mask = |is: bool, kind: Self| (is as u8).wrapping_neg() & kind.0;
        mask(is_digit(unit), Self::DIGIT)
            | mask(unit == b'@', Self::AT)
            | mask((unit == b'$') | (unit == b'|'), Self::LETTER_SIGN)
            | mask((unit == b'(') | (unit == b'['), Self::BRACKET)
    }
}

impl Tokens {
    pub(super) fn as_slice(&self) -> &[Token] {
        self.list.get(..self.count).unwrap_or_default()
    }

    pub(super) const fn kinds(&self) -> Kinds {
        self.kinds
    }

    /// Cuts units into tokens.
    pub(super) fn cut(&mut self, units: &Units) {
        let room = units.marks.len();
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
        self.find_traits(bytes);
        self.read_wide_gaps(bytes);
        if let Some(first) = self.list.first_mut() {
            (first.gap, first.is_tight) = (Gap::Break, false);
        }
    }

    /// Notes the letters and digits, up to one unit past the end at the least, which is a blank.
    fn find_words(&mut self, bytes: &[u8], count: usize) {
        let (blocks, _) = bytes.as_chunks::<BLOCK>();
        let blocks = blocks.iter().take(count / BLOCK + 1);
        self.words.clear();
        self.odd.clear();
        let mut kinds = [0; BLOCK];
        let mut last = b' ';
        for block in blocks {
            let mut before = [last; BLOCK];
            if let (Some((_, to)), Some((end, from))) = (before.split_first_mut(), block.split_last()) {
                to.copy_from_slice(from);
                last = *end;
            }
            let mut odd = [false; BLOCK];
            for (((odd, kinds), unit), before) in odd.iter_mut().zip(&mut kinds).zip(block).zip(&before) {
                *odd = is_digit(*unit) | (unit == before) | is_tone_key(*unit) & is_word(*before);
                *kinds |= Kinds::bits_of_unit(*unit);
            }
            let words = bits_of(&block.map(is_word));
            self.words.push(words);
            self.odd.push(bits_of(&odd) & words);
        }
        self.kinds = Kinds(kinds.iter().fold(0, |all, kinds| all | kinds));
    }

    /// Looks closely at the few words that have something odd in them.
    fn find_traits(&mut self, bytes: &[u8]) {
        let (mut is_inside, mut earlier) = (0, 0);
        for (words, odd) in self.words.iter().zip(&self.odd) {
            let starts = words & !(words << 1 | is_inside);
            let mut odd = *odd;
            while odd != 0 {
                let place = odd.trailing_zeros();
                // The words that begin up to here, this one the last of them.
                let upto = u64::MAX >> (63 - place);
                let at = earlier + (starts & upto).count_ones() as usize;
                let token = at.checked_sub(1).and_then(|at| self.list.get_mut(at));
                // One that goes on from the block before is settled as a whole.
                if let Some(token) = token.filter(|token| !token.traits.is_unlike_a_syllable()) {
                    let traits = if token.len() > Key::EXACT {
                        traits_of_many(bytes.get(token.units()).unwrap_or_default())
                    } else {
                        traits_of(u64::from_le_bytes(eight(bytes, token.start)), token.len())
                    };
                    let is_odd = traits & Traits::LETTER != 0
                        && (traits & Traits::UNLIKE_A_SYLLABLE != 0 || token.len() > Key::EXACT);
                    let odd = if is_odd { Traits::ODD } else { 0 };
                    token.traits.0 = token.traits.0 & !(Traits::LETTER | Traits::ODD) | traits | odd;
                }
                // What else is odd in the same word is settled: the next word begins behind the next unit that is none.
                let rest = !words & !upto;
                odd &= (rest & rest.wrapping_neg()).wrapping_neg();
            }
            earlier += starts.count_ones() as usize;
            is_inside = words >> (BLOCK - 1);
        }
    }

    fn pack_words(&mut self, bytes: &[u8], marks: &[LetterMarks]) {
        let list = self.list.as_mut_slice();
        let most = list.len();
        let mut slots = list.iter_mut();
        let (mut base, mut start, mut is_inside) = (0_u32, 0_u32, 0);
        for words in &self.words {
            let before = words << 1 | is_inside;
            let (mut starts, mut ends) = (words & !before, before & !words);
            if is_inside == 0 {
                start = base + starts.trailing_zeros();
                starts &= starts.wrapping_sub(1);
            }
            while ends != 0 {
                let end = base + ends.trailing_zeros();
                if let Some(slot) = slots.next() {
                    *slot = token(bytes, marks, start, end);
                }
                start = base + starts.trailing_zeros();
                starts &= starts.wrapping_sub(1);
                ends &= ends - 1;
            }
            is_inside = words >> (BLOCK - 1);
            base += BLOCK as u32;
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
                    let kinds = kinds_of(bytes, before.end, after.start);
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
    (unit.wrapping_sub(b'a') < 26) | is_digit(unit)
}

#[inline(always)]
const fn is_digit(unit: u8) -> bool {
    unit.wrapping_sub(b'0') < 10
}

/// Whether a letter is one that Telex keyboards take for a tone or a horn.
#[inline(always)]
const fn is_tone_key(unit: u8) -> bool {
    (unit == b's') | (unit == b'f') | (unit == b'r') | (unit == b'x') | (unit == b'j') | (unit == b'w')
}

/// A word, as if one unit stood between it and the word before, and as if it were letters and nothing odd.
#[inline(always)]
fn token(bytes: &[u8], all_marks: &[LetterMarks], start: u32, end: u32) -> Token {
    let len = end - start;
    let word = word_bytes(len);
    let letters = u64::from_le_bytes(eight(bytes, start));
    let all_of_eight = u64::from_le_bytes(eight(all_marks, start).map(|marks| marks.0));
    let mut marks = all_of_eight & word;
    let mut sum = marks | marks >> 32;
    sum |= sum >> 16;
    sum |= sum >> 8;
    let mut key = Key::of_eight(letters, word);
    let mut is_odd = 0;
    if len > Key::EXACT {
        marks = all_of_eight;
        let units = start as usize..end as usize;
        key = long_key(
            Key::of_eight(letters, u64::MAX),
            bytes.get(units.clone()).unwrap_or_default(),
        );
        let rest = all_marks.get(units).unwrap_or_default();
        sum = rest.iter().fold(0, |all, marks| all | u64::from(marks.0));
        is_odd = Traits::ODD;
    }
    let (tone, traits) = SUMS.get((sum as u8 >> 2) as usize).copied().unwrap_or_default();
    let before = bytes.get(start.wrapping_sub(1) as usize).copied().unwrap_or(FOREIGN);
    let (gap, is_tight) = ALONE.get(usize::from(before)).copied().unwrap_or_default();
    Token {
        start,
        end,
        key,
        marks: Marks((marks & LetterMarks::QUALITIES) << 6 | u64::from(tone)),
        gap,
        is_tight,
        traits: Traits(Traits::LETTER | traits | is_odd),
    }
}

/// The bits of the bytes of a word of one to eight.
#[inline(always)]
const fn word_bytes(len: u32) -> u64 {
    u64::MAX >> (len.wrapping_mul(8).wrapping_neg() & 63)
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
fn eight<T: Copy + Default>(units: &[T], at: u32) -> [T; 8] {
    let at = at as usize;
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

/// The key of a longer word from that of its first eight letters.
#[cold]
fn long_key(key: Key, letters: &[u8]) -> Key {
    let rest = letters.iter().zip(0..).skip(Key::EXACT as usize);
    rest.fold(key, |key, (letter, at)| key.push(*letter, at))
}

/// What the letters and digits of a word of up to eight tell of it.
const fn traits_of(units: u64, len: u32) -> u8 {
    let word = first_bytes(len);
    let bits = word & HIGHEST;
    // Letters and digits differ in the second highest bit.
    let letters = units << 1 & bits;
    let before = units << 8;
    let rest = bits & !0xff;
    let mut keys = 0;
    let mut all: &[u8] = b"sfrxjw";
    while let [key, more @ ..] = all {
        keys |= zeros(units ^ (*key as u64 * LOWEST));
        all = more;
    }
    let letter = if letters != 0 { Traits::LETTER } else { 0 };
    let digit = if letters != bits { Traits::DIGIT } else { 0 };
    let repeat = if zeros(units ^ before) & rest != 0 {
        Traits::REPEAT
    } else {
        0
    };
    let key = if keys & rest != 0 { Traits::TONE_KEY } else { 0 };
    letter | digit | repeat | key
}

const LOWEST: u64 = 0x0101_0101_0101_0101;
const HIGHEST: u64 = 0x8080_8080_8080_8080;

/// The highest bit of each byte that is zero, of bytes below 128.
const fn zeros(bytes: u64) -> u64 {
    !(bytes + (HIGHEST - LOWEST)) & HIGHEST
}

/// What the letters and digits of a longer word tell of it.
fn traits_of_many(letters: &[u8]) -> u8 {
    let mut traits = 0;
    let mut last = 0;
    for letter in letters {
        traits |= if letter.is_ascii_digit() {
            Traits::DIGIT
        } else {
            Traits::LETTER
        };
        if *letter == last {
            traits |= Traits::REPEAT;
        }
        if last != 0 && is_tone_key(*letter) {
            traits |= Traits::TONE_KEY;
        }
        last = *letter;
    }
    traits
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
const LONGEST_GAP: u64 = 8;

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
fn kinds_of(bytes: &[u8], start: u32, end: u32) -> u8 {
    let kind = |unit: u8| KINDS.get(usize::from(unit)).copied().unwrap_or_default();
    let (mut kinds, mut signs) = (0, 0);
    if end - start <= 8 {
        // No unit is zero: zeros stand for what is past the end of eight, and but for one bit a blank is zero too.
        let gap = u64::from_le_bytes(eight(bytes, start)) & first_bytes(end - start);
        kinds = gap.to_le_bytes().into_iter().fold(0, |kinds, unit| kinds | kind(unit));
        let blanks = zeros(gap & !(u64::from(b' ') * LOWEST)) >> 7;
        signs = 8 - (blanks.wrapping_mul(LOWEST) >> 56);
    } else {
        for unit in bytes.get(start as usize..end as usize).unwrap_or_default() {
            kinds |= kind(*unit);
            signs += u64::from(*unit != b' ');
        }
    }
    kinds |= if signs > 1 { kind::SEVERAL } else { 0 };
    kinds |= if signs > LONGEST_GAP { kind::MANY } else { 0 };
    kinds
}
