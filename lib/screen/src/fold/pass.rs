//! The pass: characters in, units and tokens out.
//!
//! It is the hottest loop of the engine, so the word under way is a plain value that stays in registers, the buffers
//! are as long as they can get before it begins, and whatever is rare is out of line.

use super::tables;
use super::{FOREIGN, Folded, Gap, Key, LetterMarks, Marks, Token, Traits};

const FOREIGN_LETTER: u16 = 0;
const DROP: u16 = 4;
const MARK: u16 = 5;
const MULTI: u16 = 7;

/// Whether an entry is a letter (2) or a digit (3).
const fn is_word(entry: u16) -> bool {
    entry & 6 == 2
}

const fn unit_of(entry: u16) -> u8 {
    (entry >> 3) as u8 & 0x7f
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

/// Kinds of separators, as bits of a gap.
mod gap {
    pub(super) const SPACE: u8 = 1;
    pub(super) const SOFT: u8 = 2;
    pub(super) const HARD: u8 = 4;
    pub(super) const ODD: u8 = 8;
    pub(super) const STOP: u8 = 16;
    /// Longest run of signs that is read across.
    pub(super) const LONGEST: u32 = 8;
}

/// The table entry of the character that begins at `at`, and its length in bytes; zero at the end.
#[inline(always)]
fn read(text: &[u8], at: usize) -> (u16, usize) {
    let Some(&first) = text.get(at) else { return (0, 0) };
    if first < 0x80 {
        let page = tables::PAGES.first();
        return (page.and_then(|page| page.get(first as usize)).copied().unwrap_or(0), 1);
    }
    let rest = |offset: usize| u32::from(text.get(at + offset).copied().unwrap_or(0) & 0x3f);
    if first < 0xe0 {
        (entry_of(u32::from(first & 0x1f) << 6 | rest(1)), 2)
    } else if first < 0xf0 {
        (entry_of(u32::from(first & 0x0f) << 12 | rest(1) << 6 | rest(2)), 3)
    } else {
        (
            entry_of(u32::from(first & 0x07) << 18 | rest(1) << 12 | rest(2) << 6 | rest(3)),
            4,
        )
    }
}

#[inline(always)]
fn entry_of(code: u32) -> u16 {
    let page = tables::INDEX.get((code >> 7) as usize);
    match page.and_then(|page| tables::PAGES.get(*page as usize)) {
        Some(page) => page.get((code & 0x7f) as usize).copied().unwrap_or(FOREIGN_LETTER),
        // Tags and variation selectors of plane 14 are invisible; the rest up here is other scripts.
        None if (0xe_0000..=0xe_0fff).contains(&code) => DROP,
        None => FOREIGN_LETTER,
    }
}

/// The word under way.
#[derive(Debug, Clone, Copy)]
struct Word {
    start: usize,
    key: Key,
    quality: u32,
    /// One bit for each tone seen, bit 0 for none.
    tones: u8,
    traits: u8,
    last: u8,
    look_alike: u16,
}

impl Word {
    const fn at(start: usize) -> Self {
        Self {
            start,
            key: Key::EMPTY,
            quality: 0,
            tones: 0,
            traits: 0,
            last: 0,
            look_alike: 0,
        }
    }

    #[inline(always)]
    fn push(&mut self, entry: u16, position: u32) {
        let unit = unit_of(entry);
        self.key = self.key.push(unit, position);
        let traits = TRAITS.get(unit as usize).copied().unwrap_or(0);
        self.traits |= if position == 0 {
            traits & !Traits::TONE_KEY
        } else {
            traits
        };
        self.traits |= if unit == self.last { Traits::REPEAT } else { 0 };
        self.last = unit;
        self.look_alike |= entry;
        self.add_marks((entry >> 10) as u8, position);
    }

    #[inline(always)]
    fn add_marks(&mut self, marks: u8, position: u32) {
        if position < Marks::LETTERS {
            self.quality |= u32::from(marks & 3) << (2 * position);
        }
        self.tones |= 1 << (marks >> 2 & 7);
    }

    #[inline(always)]
    fn token(&self, end: usize, gap_bits: u8, gap_len: u32) -> Token {
        let tones = self.tones & !1;
        let tone = if tones == 0 { 0 } else { tones.trailing_zeros() };
        let several = if tones.count_ones() > 1 { Traits::TONES } else { 0 };
        let look_alike = if self.look_alike & 0x8000 == 0 {
            0
        } else {
            Traits::LOOK_ALIKE
        };
        Token {
            start: self.start as u32,
            end: end as u32,
            key: self.key,
            marks: Marks(self.quality | tone << 28),
            gap: gap_of(gap_bits, gap_len),
            is_tight: gap_bits & (gap::SPACE | gap::STOP) == 0,
            traits: Traits(self.traits | several | look_alike),
        }
    }
}

#[inline(always)]
fn gap_of(bits: u8, len: u32) -> Gap {
    if bits == gap::SPACE {
        return Gap::Plain;
    }
    let has = |kind: u8| bits & kind != 0;
    if has(gap::STOP) || (has(gap::HARD) && has(gap::SPACE)) || len > gap::LONGEST {
        Gap::Break
    } else if has(gap::HARD | gap::ODD) || (has(gap::SOFT) && (has(gap::SPACE) || len > 1)) {
        Gap::Odd
    } else {
        Gap::Plain
    }
}

const fn gap_bit(unit: u8) -> u8 {
    match unit {
        b' ' | b'\n' => gap::SPACE,
        b'-' | b'_' | b'/' | b'\'' | b'+' => gap::SOFT,
        b'.' | b',' | b';' | b':' | b'!' | b'?' | b'(' | b')' | b'"' => gap::HARD,
        FOREIGN => gap::STOP,
        _ => gap::ODD,
    }
}

/// Where units go.
struct Units<'a> {
    bytes: &'a mut [u8],
    marks: &'a mut [LetterMarks],
    starts: &'a mut [u32],
    len: usize,
}

impl Units<'_> {
    #[inline(always)]
    fn push(&mut self, byte: u8, marks: u8, at: usize) {
        let slots = (
            self.bytes.get_mut(self.len),
            self.marks.get_mut(self.len),
            self.starts.get_mut(self.len),
        );
        if let (Some(byte_slot), Some(marks_slot), Some(start_slot)) = slots {
            *byte_slot = byte;
            *marks_slot = LetterMarks(marks);
            *start_slot = at as u32;
            self.len += 1;
        }
    }

    #[inline(always)]
    fn push_word(&mut self, word: &mut Word, entry: u16, at: usize) {
        word.push(entry, (self.len - word.start) as u32);
        self.push(unit_of(entry), (entry >> 10) as u8, at);
    }
}

/// Folds a text into the buffers of `folded`.
pub(super) fn run(folded: &mut Folded, text: &str) {
    // No character gives more units than three halves of its bytes (`ⅷ`, three bytes, four letters).
    let most = text.len() + text.len() / 2 + 4;
    if folded.bytes.len() < most {
        folded.bytes.resize(most, 0);
        folded.marks.resize(most, LetterMarks::default());
        folded.starts.resize(most + 1, 0);
    }
    folded.trims.clear();
    folded.tokens.clear();
    let mut units = Units {
        bytes: &mut folded.bytes,
        marks: &mut folded.marks,
        starts: &mut folded.starts,
        len: 0,
    };
    let bytes = text.as_bytes();
    let (mut gap_bits, mut gap_len) = (gap::STOP, 0);
    let mut at = 0;
    let (mut entry, mut width) = read(bytes, at);
    while width > 0 {
        if is_word(entry) || entry & 7 == MULTI {
            let mut word = Word::at(units.len);
            loop {
                if is_word(entry) {
                    units.push_word(&mut word, entry, at);
                } else {
                    match entry & 7 {
                        MARK => word = combine(&mut units, word, entry),
                        DROP => drop_at(&mut folded.trims, units.len, entry, at),
                        MULTI => word = expand(&mut units, word, entry, at),
                        _ => break,
                    }
                }
                at += width;
                (entry, width) = read(bytes, at);
                if width == 0 {
                    break;
                }
            }
            folded.tokens.push(word.token(units.len, gap_bits, gap_len));
            (gap_bits, gap_len) = (0, 0);
            continue;
        }
        match entry & 7 {
            DROP => drop_at(&mut folded.trims, units.len, entry, at),
            // A mark on a sign or on nothing says nothing.
            MARK => {}
            kind => {
                let unit = if kind == FOREIGN_LETTER {
                    FOREIGN
                } else {
                    unit_of(entry)
                };
                gap_bits |= gap_bit(unit);
                gap_len += u32::from(unit != b' ');
                units.push(unit, 0, at);
            }
        }
        at += width;
        (entry, width) = read(bytes, at);
    }
    let len = units.len;
    if let Some(end) = folded.starts.get_mut(len) {
        *end = text.len() as u32;
    }
    folded.len = len;
}

/// Notes where the unit before an invisible character ends.
#[cold]
fn drop_at(trims: &mut Vec<(u32, u32)>, len: usize, entry: u16, at: usize) {
    let is_invisible = entry >> 10 & 3 == 0;
    let Some(last) = (len as u32).checked_sub(1) else {
        return;
    };
    if is_invisible && trims.last().is_none_or(|(unit, _)| *unit != last) {
        trims.push((last, at as u32));
    }
}

/// A combining mark sits on the unit before it: the first quality and the first tone count, as many as are piled.
#[cold]
fn combine(units: &mut Units<'_>, mut word: Word, entry: u16) -> Word {
    let Some(last) = units.len.checked_sub(1) else {
        return word;
    };
    let (Some(byte), Some(marks)) = (units.bytes.get(last), units.marks.get_mut(last)) else {
        return word;
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
    if carries && taken == 0 {
        marks.0 |= typed.0;
        word.add_marks(typed.0, (last - word.start) as u32);
    }
    word
}

/// A character that stands for several letters or digits, all of which begin where it does.
#[cold]
fn expand(units: &mut Units<'_>, mut word: Word, entry: u16, at: usize) -> Word {
    let letters = tables::EXPANSIONS.get(entry as usize >> 3).copied().unwrap_or_default();
    for letter in letters {
        units.push_word(&mut word, 0x8000 | u16::from(*letter) << 3, at);
    }
    word
}
