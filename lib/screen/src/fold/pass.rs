//! The pass: characters in, units and tokens out.
//!
//! It is the hottest loop of the engine, so it is cut into steps that a processor can do without guessing: find where
//! characters begin, look each up, settle the rare ones (marks on their own, invisible characters, characters that
//! stand for several letters), and cut the units into tokens.

use super::tables;
use super::{FOREIGN, Folded, Gap, Key, LetterMarks, Marks, Token, Traits};

const LETTER: u16 = 2;
/// Kinds with this bit are rare and settled in a step of their own.
const RARE: u16 = 4;
const DROP: u16 = 4;
const MARK: u16 = 5;

/// Whether an entry is a letter (2) or a digit (3).
const fn is_word(entry: u16) -> bool {
    entry & 6 == 2
}

const fn unit_of(entry: u16) -> u8 {
    (entry >> 3) as u8 & 0x7f
}

/// Memory of the pass.
#[derive(Debug, Clone, Default)]
pub(super) struct Buffers {
    /// The table entry of each character, later of each unit.
    entries: Vec<u16>,
    /// Where each character begins.
    starts: Vec<u32>,
    settled: Vec<u16>,
}

/// Folds a text into the buffers of `folded`.
pub(super) fn run(folded: &mut Folded, text: &str) {
    let buffers = &mut folded.buffers;
    find_starts(text.as_bytes(), &mut folded.starts);
    let has_rare = look_up(text.as_bytes(), &folded.starts, &mut buffers.entries);
    folded.trims.clear();
    if has_rare {
        std::mem::swap(&mut folded.starts, &mut buffers.starts);
        settle(buffers, &mut folded.starts, &mut folded.trims);
        std::mem::swap(&mut buffers.entries, &mut buffers.settled);
    }
    folded.starts.push(text.len() as u32);
    folded.bytes.clear();
    folded.bytes.extend(buffers.entries.iter().map(|entry| unit_of(*entry)));
    folded.marks.clear();
    folded
        .marks
        .extend(buffers.entries.iter().map(|entry| LetterMarks((entry >> 10) as u8)));
    cut(&buffers.entries, &mut folded.tokens);
}

/// Offsets of the bytes that begin a character.
fn find_starts(text: &[u8], starts: &mut Vec<u32>) {
    if starts.len() < text.len() {
        starts.resize(text.len(), 0);
    }
    let mut count = 0;
    for (at, byte) in (0..).zip(text) {
        if let Some(slot) = starts.get_mut(count) {
            *slot = at;
        }
        count += usize::from(byte & 0xc0 != 0x80);
    }
    starts.truncate(count);
}

/// How to get a code point out of four bytes, by the first five bits of the first: RFC 3629, section 3.
static SHIFTS: [(u32, u32); 32] = {
    const ASCII: (u32, u32) = (18, 0x7f);
    const TWO: (u32, u32) = (12, 0x7ff);
    const THREE: (u32, u32) = (6, 0xffff);
    const FOUR: (u32, u32) = (0, 0x1f_ffff);
    [
        ASCII, ASCII, ASCII, ASCII, ASCII, ASCII, ASCII, ASCII, ASCII, ASCII, ASCII, ASCII, ASCII, ASCII, ASCII, ASCII,
        ASCII, ASCII, ASCII, ASCII, ASCII, ASCII, ASCII, ASCII, TWO, TWO, TWO, TWO, THREE, THREE, FOUR, FOUR,
    ]
};

/// Looks up the character at each start; whether one of them is rare.
fn look_up(text: &[u8], starts: &[u32], entries: &mut Vec<u16>) -> bool {
    // Each character is read as four bytes; the last few are read from a copy that has them.
    let mut tail = [0; 8];
    let tail_at = text.len().saturating_sub(4);
    for (slot, byte) in tail.iter_mut().zip(text.get(tail_at..).unwrap_or_default()) {
        *slot = *byte;
    }
    let mut seen = 0;
    entries.clear();
    entries.extend(starts.iter().map(|start| {
        let at = *start as usize;
        let four = text.get(at..).and_then(|rest| rest.first_chunk::<4>());
        let four = four.or_else(|| tail.get(at - tail_at..)?.first_chunk::<4>());
        let entry = entry_of(code_of(four.copied().unwrap_or_default()));
        seen |= entry;
        entry
    }));
    seen & RARE != 0
}

#[inline(always)]
fn code_of(bytes: [u8; 4]) -> u32 {
    let [first, second, third, fourth] = bytes.map(u32::from);
    let joined = first << 18 | (second & 0x3f) << 12 | (third & 0x3f) << 6 | fourth & 0x3f;
    let (shift, mask) = SHIFTS.get(first as usize >> 3).copied().unwrap_or((0, 0));
    joined >> shift & mask
}

#[inline(always)]
fn entry_of(code: u32) -> u16 {
    match tables::INDEX.get((code >> 7) as usize) {
        Some(page) => {
            let at = usize::from(*page) << 7 | (code & 0x7f) as usize;
            tables::ENTRIES.get(at).copied().unwrap_or(DROP)
        }
        // Tags and variation selectors of plane 14 are invisible; the rest up here is other scripts.
        None if (0xe_0000..=0xe_0fff).contains(&code) => DROP,
        None => (FOREIGN as u16) << 3,
    }
}

/// Settles rare characters: marks go into the letter before them, invisible characters vanish, characters that stand
/// for several letters become these.
fn settle(buffers: &mut Buffers, starts: &mut Vec<u32>, trims: &mut Vec<(u32, u32)>) {
    let out = &mut buffers.settled;
    out.clear();
    starts.clear();
    for (entry, at) in buffers.entries.iter().zip(&buffers.starts) {
        match entry & 7 {
            DROP => {
                let is_invisible = entry >> 10 & 3 == 0;
                let last = (out.len() as u32).checked_sub(1);
                if let Some(last) =
                    last.filter(|last| is_invisible && trims.last().is_none_or(|(unit, _)| unit != last))
                {
                    trims.push((last, *at));
                }
            }
            MARK => {
                if let Some(letter) = out.last_mut() {
                    *letter = with_mark(*letter, *entry);
                }
            }
            kind if kind & RARE != 0 => {
                let letters = tables::EXPANSIONS
                    .get(usize::from(entry >> 3))
                    .copied()
                    .unwrap_or_default();
                for letter in letters {
                    let kind = if letter.is_ascii_digit() { LETTER + 1 } else { LETTER };
                    out.push(0x8000 | u16::from(*letter) << 3 | kind);
                    starts.push(*at);
                }
            }
            _ => {
                out.push(*entry);
                starts.push(*at);
            }
        }
    }
}

/// A letter with a combining mark: its first quality and its first tone count, as many as are piled.
fn with_mark(letter: u16, mark: u16) -> u16 {
    let typed = LetterMarks((mark >> 10) as u8 & 0x1f);
    let has = LetterMarks((letter >> 10) as u8);
    let unit = unit_of(letter);
    let carries = match typed.quality() {
        0 => matches!(unit, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'),
        1 => matches!(unit, b'a' | b'e' | b'o'),
        2 => matches!(unit, b'a' | b'o' | b'u'),
        _ => unit == b'd',
    };
    let taken = if typed.quality() == 0 {
        has.tone()
    } else {
        has.quality()
    };
    if letter & 7 == LETTER && carries && taken == 0 {
        letter | u16::from(typed.0) << 10
    } else {
        letter
    }
}

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

const fn gap_bit(unit: u8) -> u8 {
    match unit {
        b' ' | b'\n' => gap::SPACE,
        b'-' | b'_' | b'/' | b'\'' | b'+' => gap::SOFT,
        b'.' | b',' | b';' | b':' | b'!' | b'?' | b'(' | b')' | b'"' => gap::HARD,
        FOREIGN => gap::STOP,
        _ => gap::ODD,
    }
}

#[inline(always)]
fn gap_of(bits: u8, len: u32) -> Gap {
    if bits == gap::SPACE && len == 0 {
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

/// Cuts units into tokens.
fn cut(entries: &[u16], tokens: &mut Vec<Token>) {
    tokens.clear();
    let (mut gap_bits, mut gap_len) = (gap::STOP, 0);
    let mut rest = entries.iter().enumerate();
    while let Some((start, first)) = rest.next() {
        if !is_word(*first) {
            let unit = unit_of(*first);
            gap_bits |= gap_bit(unit);
            gap_len += u32::from(unit != b' ');
            continue;
        }
        let mut word = Word::default();
        word.push(*first, 0);
        let mut len = 1;
        let mut after = None;
        for (_, entry) in rest.by_ref() {
            if !is_word(*entry) {
                after = Some(unit_of(*entry));
                break;
            }
            word.push(*entry, len);
            len += 1;
        }
        tokens.push(word.token(start as u32, len, gap_bits, gap_len));
        gap_bits = after.map_or(0, gap_bit);
        gap_len = u32::from(after.is_some_and(|unit| unit != b' '));
    }
}

/// The word under way.
#[derive(Debug, Clone, Copy, Default)]
struct Word {
    key: Key,
    quality: u32,
    /// One bit for each tone seen, bit 0 for none.
    tones: u8,
    /// One bit for each letter and digit seen behind the first, as keys number them.
    seen: u64,
    first: u8,
    last: u8,
    repeats: bool,
    entries: u16,
}

/// Letters that Telex keyboards take for a tone or a horn, as bits of [`Word::seen`].
const TONE_KEYS: u64 = bit_of(b's') | bit_of(b'f') | bit_of(b'r') | bit_of(b'x') | bit_of(b'j') | bit_of(b'w');
/// Digits, as bits of [`Word::seen`].
const DIGITS: u64 = 0x3ff << 48;

const fn bit_of(unit: u8) -> u64 {
    1 << Key::symbol(unit)
}

impl Word {
    #[inline(always)]
    fn push(&mut self, entry: u16, position: u32) {
        let unit = unit_of(entry);
        self.key = self.key.push(unit, position);
        if position == 0 {
            self.first = unit;
        } else {
            self.seen |= bit_of(unit);
        }
        self.repeats |= unit == self.last;
        self.last = unit;
        self.entries |= entry;
        if position < Marks::LETTERS {
            self.quality |= u32::from(entry >> 10 & 3) << (2 * position);
        }
        self.tones |= 1 << (entry >> 12 & 7);
    }

    #[inline(always)]
    fn token(&self, start: u32, len: u32, gap_bits: u8, gap_len: u32) -> Token {
        let tones = self.tones & !1;
        let tone = if tones == 0 { 0 } else { tones.trailing_zeros() };
        let all = self.seen | bit_of(self.first);
        let traits = [
            (all & !DIGITS != 0, Traits::LETTER),
            (all & DIGITS != 0, Traits::DIGIT),
            (self.repeats, Traits::REPEAT),
            (self.entries & 0x8000 != 0, Traits::LOOK_ALIKE),
            (tones & tones.wrapping_sub(1) != 0, Traits::TONES),
            (self.seen & TONE_KEYS != 0, Traits::TONE_KEY),
        ];
        Token {
            start,
            end: start + len,
            key: self.key,
            marks: Marks(self.quality | tone << 28),
            gap: gap_of(gap_bits, gap_len),
            is_tight: gap_bits & (gap::SPACE | gap::STOP) == 0,
            traits: Traits(
                traits
                    .iter()
                    .fold(0, |bits, (has, bit)| if *has { bits | bit } else { bits }),
            ),
        }
    }
}
