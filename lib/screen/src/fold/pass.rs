//! The pass: characters in, units and tokens out.
//!
//! It is the hottest loop of the engine, so it is cut into steps that a processor can do without guessing and, where
//! that is possible, many at a time: look up each character, settle the rare ones (marks on their own, invisible
//! characters, characters that stand for several letters), spread the entries into plain arrays of bytes, and cut these
//! into tokens a whole word at a time.

use super::tables;
use super::token::tone_of;
use super::{FOREIGN, Folded, Gap, Key, LetterMarks, Marks, Token, Traits};

/// Set in the entries of characters that are settled in a step of their own.
const RARE: u16 = 0x8000;
const INVISIBLE: u16 = RARE;

/// Memory of the pass.
#[derive(Debug, Clone, Default)]
pub(super) struct Buffers {
    /// The table entry of each character, later of each unit.
    entries: Vec<u16>,
    settled: Vec<u16>,
    starts: Vec<u32>,
    /// Each letter or digit as keys pack it, its quality above; zero for what parts words. Eight zeros end it.
    packed: Vec<u8>,
    /// The marks of each unit. Eight zeros end it.
    marks: Vec<u8>,
}

/// Folds a text into the buffers of `folded`.
pub(super) fn run(folded: &mut Folded, text: &str) {
    let buffers = &mut folded.buffers;
    let has_rare = look_up(text.as_bytes(), &mut buffers.entries, &mut folded.starts);
    folded.trims.clear();
    if has_rare {
        std::mem::swap(&mut folded.starts, &mut buffers.starts);
        settle(buffers, &mut folded.starts, &mut folded.trims);
        std::mem::swap(&mut buffers.entries, &mut buffers.settled);
    }
    folded.starts.push(text.len() as u32);
    spread(buffers, &mut folded.bytes, &mut folded.marks);
    cut(buffers, &folded.bytes, &mut folded.tokens);
}

/// Spreads entries into arrays of bytes.
fn spread(buffers: &mut Buffers, bytes: &mut Vec<u8>, marks: &mut Vec<LetterMarks>) {
    let entries = buffers.entries.as_slice();
    bytes.resize(entries.len(), 0);
    for (slot, entry) in bytes.iter_mut().zip(entries) {
        *slot = *entry as u8 & 0x7f;
    }
    marks.resize(entries.len(), LetterMarks::default());
    for (slot, entry) in marks.iter_mut().zip(entries) {
        *slot = LetterMarks((entry >> 7) as u8);
    }
    buffers.marks.clear();
    buffers.marks.resize(entries.len() + 8, 0);
    for (slot, entry) in buffers.marks.iter_mut().zip(entries) {
        *slot = (entry >> 7) as u8;
    }
    buffers.packed.clear();
    buffers.packed.resize(entries.len() + 8, 0);
    for (slot, (unit, marks)) in buffers.packed.iter_mut().zip(bytes.iter().zip(marks.iter())) {
        *slot = packed(*unit, *marks);
    }
}

#[inline(always)]
const fn packed(unit: u8, marks: LetterMarks) -> u8 {
    let is_word = (unit.wrapping_sub(b'a') < 26) | (unit.wrapping_sub(b'0') < 10);
    let word = Key::symbol(unit) | marks.0 << 6;
    if is_word { word } else { 0 }
}

/// Looks up each character; whether one of them is rare.
fn look_up(text: &[u8], entries: &mut Vec<u16>, starts: &mut Vec<u32>) -> bool {
    entries.resize(text.len(), 0);
    starts.resize(text.len(), 0);
    let mut slots = entries.iter_mut().zip(starts.iter_mut());
    let mut seen = 0;
    let mut at = 0;
    let mut count = 0;
    while let Some(first) = text.get(at) {
        let (entry, width) = match first {
            0..0x80 => (tables::SHORT.get(usize::from(*first)).copied().unwrap_or(INVISIBLE), 1),
            0x80..0xe0 => (look_up_two(*first, text.get(at + 1).copied().unwrap_or(0)), 2),
            0xe0..0xf0 => (look_up_long(text, at), 3),
            0xf0.. => (look_up_long(text, at), 4),
        };
        if let Some((slot, start)) = slots.next() {
            *slot = entry;
            *start = at as u32;
        }
        seen |= entry;
        count += 1;
        at += width;
    }
    entries.truncate(count);
    starts.truncate(count);
    seen & RARE != 0
}

/// The entry of a character of two bytes.
#[inline(always)]
fn look_up_two(first: u8, second: u8) -> u16 {
    let code = usize::from(first & 0x1f) << 6 | usize::from(second & 0x3f);
    tables::SHORT.get(code).copied().unwrap_or(INVISIBLE)
}

/// The entry of a character of three or four bytes (RFC 3629, section 3).
#[inline(always)]
fn look_up_long(text: &[u8], at: usize) -> u16 {
    let byte = |offset: usize| text.get(at + offset).copied().map_or(0, u32::from);
    let (first, rest) = (byte(0), (byte(1) & 0x3f) << 6 | byte(2) & 0x3f);
    let code = if first < 0xf0 {
        (first & 0xf) << 12 | rest
    } else {
        (first & 7) << 18 | rest << 6 | byte(3) & 0x3f
    };
    match tables::INDEX.get((code >> 6) as usize) {
        Some(page) => {
            let at = usize::from(*page) << 6 | (code & 0x3f) as usize;
            tables::PAGES.get(at).copied().unwrap_or(INVISIBLE)
        }
        // Tags and variation selectors of plane 14 are invisible; the rest up here is other scripts.
        None if (0xe_0000..=0xe_0fff).contains(&code) => INVISIBLE,
        None => FOREIGN as u16,
    }
}

/// Settles rare characters: marks go into the letter before them, invisible characters vanish, characters that stand
/// for several letters become these.
fn settle(buffers: &mut Buffers, starts: &mut Vec<u32>, trims: &mut Vec<(u32, u32)>) {
    let out = &mut buffers.settled;
    out.clear();
    starts.clear();
    for (entry, at) in buffers.entries.iter().zip(&buffers.starts) {
        if entry & RARE == 0 {
            out.push(*entry);
            starts.push(*at);
            continue;
        }
        match entry & 3 {
            0 => {
                let last = (out.len() as u32).checked_sub(1);
                if let Some(last) = last.filter(|last| trims.last().is_none_or(|(unit, _)| unit != last)) {
                    trims.push((last, *at));
                }
            }
            // A mark that Vietnamese does not know is part of its letter and says nothing.
            1 => {}
            2 => {
                if let Some(letter) = out.last_mut() {
                    *letter = with_mark(*letter, LetterMarks((entry >> 2) as u8));
                }
            }
            _ => {
                let letters = tables::EXPANSIONS
                    .get(usize::from((entry & !RARE) >> 2))
                    .copied()
                    .unwrap_or_default();
                for letter in letters {
                    out.push(u16::from(*letter) | 0x80 << 7);
                    starts.push(*at);
                }
            }
        }
    }
}

/// A letter with a combining mark: its first quality and its first tone count, as many as are piled.
fn with_mark(letter: u16, mark: LetterMarks) -> u16 {
    let has = LetterMarks((letter >> 7) as u8);
    let unit = letter as u8 & 0x7f;
    let carries = match mark.quality() {
        0 => matches!(unit, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'),
        1 => matches!(unit, b'a' | b'e' | b'o'),
        2 => matches!(unit, b'a' | b'o' | b'u'),
        _ => unit == b'd',
    };
    let taken = if mark.quality() == 0 { has.tone() } else { has.quality() };
    if carries && taken == 0 {
        letter | u16::from(mark.0) << 7
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

/// What units between two tokens amount to, and whether they are signs alone.
#[cold]
fn gap_of(between: &[u8]) -> (Gap, bool) {
    let bits = between.iter().fold(0, |bits, unit| bits | gap_bit(*unit));
    let signs = between
        .iter()
        .filter(|unit| **unit != b' ')
        .take(gap::LONGEST as usize + 1)
        .count() as u32;
    let has = |kind: u8| bits & kind != 0;
    let is_tight = !has(gap::SPACE | gap::STOP);
    let kind = if has(gap::STOP) || (has(gap::HARD) && has(gap::SPACE)) || signs > gap::LONGEST {
        Gap::Break
    } else if has(gap::HARD | gap::ODD) || (has(gap::SOFT) && (has(gap::SPACE) || signs > 1)) {
        Gap::Odd
    } else {
        Gap::Plain
    };
    (kind, is_tight)
}

const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const SYMBOLS: u64 = 0x3f3f_3f3f_3f3f_3f3f;
const DIGIT_BITS: u64 = 0x2020_2020_2020_2020;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// Eight bytes from `at` on, first one lowest, zeros past the end.
#[inline(always)]
fn eight(bytes: &[u8], at: usize) -> u64 {
    let chunk = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>());
    chunk.map_or_else(|| eight_at_end(bytes, at), |chunk| u64::from_le_bytes(*chunk))
}

#[cold]
fn eight_at_end(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    (0..)
        .zip(rest.iter().take(8))
        .fold(0, |packed, (at, byte)| packed | u64::from(*byte) << (8 * at))
}

/// How many bytes come before the first that is zero; eight if none is. (The trick is Mycroft's.)
#[inline(always)]
const fn before_zero(packed: u64) -> u32 {
    (packed.wrapping_sub(LOW_BITS) & !packed & HIGH_BITS).trailing_zeros() / 8
}

/// Cuts units into tokens.
fn cut(buffers: &Buffers, bytes: &[u8], tokens: &mut Vec<Token>) {
    let packed = buffers.packed.as_slice();
    tokens.clear();
    let mut at = 0;
    let mut end_of_last = 0;
    loop {
        let word = eight(packed, at);
        let mut len = before_zero(word);
        if len == 0 {
            // Most words are parted by one space; otherwise look on.
            at += 1;
            if at >= bytes.len() {
                return;
            }
            continue;
        }
        let mut key = Key(word & SYMBOLS & low_bytes(len));
        let mut from_letters = traits_of(key, len);
        if len == 8 {
            (key, len) = long_key(key, packed.get(at + 8..).unwrap_or_default());
            from_letters = traits_of_long(packed.get(at..at + len as usize).unwrap_or_default());
        }
        let (tone, from_marks) = marks_of(&buffers.marks, at, len);
        let between = bytes.get(end_of_last..at).unwrap_or_default();
        let (gap, is_tight) = match between {
            [b' '] => (Gap::Plain, false),
            _ if tokens.is_empty() => (Gap::Break, false),
            between => gap_of(between),
        };
        let end = at + len as usize;
        tokens.push(Token {
            start: at as u32,
            end: end as u32,
            key,
            marks: Marks(word & Marks::QUALITY & low_bytes(len) | u64::from(tone)),
            gap,
            is_tight,
            traits: Traits(from_marks | from_letters),
        });
        end_of_last = end;
        // The unit that ended the word is none of a word.
        at = end + 1;
        if at >= bytes.len() {
            return;
        }
    }
}

/// A mask of so many low bytes, eight at the most.
#[inline(always)]
const fn low_bytes(len: u32) -> u64 {
    if len >= 8 { u64::MAX } else { (1 << (8 * len)) - 1 }
}

/// The key and length of a word of eight letters or more, from the key of its first eight.
#[cold]
fn long_key(mut key: Key, rest: &[u8]) -> (Key, u32) {
    let mut len = 8;
    for symbol in rest.iter().take_while(|symbol| **symbol != 0) {
        key = key.push_symbol(symbol & 0x3f, len);
        len += 1;
    }
    (key, len)
}

/// The tone of a word, and what its marks tell of it as traits.
#[inline(always)]
fn marks_of(marks: &[u8], at: usize, len: u32) -> (u8, u8) {
    let mut all = eight(marks, at) & low_bytes(len);
    if len > 8 {
        let rest = marks.get(at + 8..at + len as usize).unwrap_or_default();
        all |= rest.iter().fold(0, |all, letter| all | u64::from(*letter));
    }
    all |= all >> 32;
    all |= all >> 16;
    all |= all >> 8;
    let tones = (all as u8) >> 2 & 0x1f;
    let several = if tones & tones.wrapping_sub(1) != 0 {
        Traits::TONES
    } else {
        0
    };
    let look_alike = if all & 0x80 != 0 { Traits::LOOK_ALIKE } else { 0 };
    (tone_of(tones), several | look_alike)
}

/// What the letters of a word of up to eight tell of it.
#[inline(always)]
const fn traits_of(key: Key, len: u32) -> u8 {
    let symbols = key.0;
    let digit = if symbols & DIGIT_BITS != 0 { Traits::DIGIT } else { 0 };
    let letter = if !symbols & DIGIT_BITS & low_bytes(len) != 0 {
        Traits::LETTER
    } else {
        0
    };
    // Neighbours differ where no byte of this is zero; there is no neighbour behind the last letter.
    let differences = (symbols ^ symbols >> 8) | !low_bytes(len - 1);
    let repeat = if before_zero(differences) < 8 {
        Traits::REPEAT
    } else {
        0
    };
    digit | letter | repeat
}

/// What the letters of a longer word tell of it.
#[cold]
fn traits_of_long(word: &[u8]) -> u8 {
    let symbols = word.iter().map(|packed| packed & 0x3f);
    let kinds = symbols.clone().fold(0, |bits, symbol| {
        bits | if symbol & 0x20 == 0 {
            Traits::LETTER
        } else {
            Traits::DIGIT
        }
    });
    let repeats = symbols.clone().zip(symbols.skip(1)).any(|(left, right)| left == right);
    if repeats { kinds | Traits::REPEAT } else { kinds }
}
