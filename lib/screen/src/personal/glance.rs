//! A look at a text as it was typed, for who wants personal data and nothing else: most texts hold none, and that is
//! told for a part of what folding them costs.
//!
//! *No* is sure: a finding needs a digit, the sign of an e-mail address in one of its writings, or a number in words.
//! Characters that are not simply a letter with its Vietnamese marks, a sign or an emoji make the answer *perhaps*. What
//! a text holds is settled by the walk over the folded text alone.
//!
//! Like the pass of the folding, it is cut into steps that a processor can do without guessing.

use crate::fold::{bits_of, plain_unit};

/// Bytes that are looked at together.
const BLOCK: usize = 64;
/// A block and the rest of the character at its end.
const WINDOW: usize = BLOCK + 4;
/// Of the ten words that a number in words has at the least, two that are so far apart are always among them.
const STRIDE: u32 = 5;

/// Whether a text may hold personal data.
pub(super) fn may_hold(text: &str) -> bool {
    let bytes = text.as_bytes();
    if super::has_digit_or_at(bytes) {
        return true;
    }
    let mut glance = Glance {
        bytes,
        is_inside: 0,
        covered: 0,
        skipped: 0,
        was_digit: false,
    };
    // One byte past the end, so that the last word ends.
    (0..=bytes.len()).step_by(BLOCK).any(|at| {
        let rest = bytes.get(at..).unwrap_or_default();
        match rest.first_chunk() {
            Some(window) => glance.is_telling(window, at),
            None => glance.is_telling(&padded(rest), at),
        }
    })
}

/// What is past the end stands for blanks.
fn padded(rest: &[u8]) -> [u8; WINDOW] {
    let mut window = [b' '; WINDOW];
    for (slot, byte) in window.iter_mut().zip(rest) {
        *slot = *byte;
    }
    window
}

struct Glance<'t> {
    bytes: &'t [u8],
    /// 1 while a word goes on into this block.
    is_inside: u64,
    /// Bytes of this block that belong to a sign of the block before, as bits.
    covered: u64,
    /// Words until the next one that is looked at.
    skipped: u32,
    /// Whether the last one that was looked at may spell a digit.
    was_digit: bool,
}

impl Glance<'_> {
    /// Whether something in the block at an offset may be part of a finding.
    fn is_telling(&mut self, window: &[u8; WINDOW], at: usize) -> bool {
        let (Some(block), Some(next)) = (
            window.first_chunk::<BLOCK>(),
            window.get(1..).and_then(<[u8]>::first_chunk),
        ) else {
            return true;
        };
        let mut letters = bits_of(&block.map(is_letter)) & !self.covered;
        self.covered = 0;
        let stops = stops(block, next);
        if stops != 0 {
            let Some(signs) = signs(window, stops) else {
                return true;
            };
            letters &= !(signs as u64);
            self.covered = (signs >> BLOCK) as u64;
        }
        self.spells_number(letters, at)
    }

    /// Goes over the words of a block; whether they may be part of a number in words.
    fn spells_number(&mut self, letters: u64, at: usize) -> bool {
        let mut ends = (letters << 1 | self.is_inside) & !letters;
        let mut left = ends.count_ones();
        let mut is_telling = false;
        while self.skipped < left {
            for _ in 0..self.skipped {
                ends &= ends - 1;
            }
            left -= self.skipped;
            self.skipped = STRIDE;
            let end = ends.trailing_zeros();
            let is_digit = self.may_be_digit(letters, at, end);
            is_telling |= is_digit & self.was_digit && self.may_be_digits_before(at + end as usize);
            self.was_digit = is_digit;
        }
        self.skipped -= left;
        self.is_inside = letters >> (BLOCK - 1);
        is_telling
    }

    /// Whether the word that ends before a place in the block may spell a digit: by its first letter and its last, which
    /// leaves out most. One that began in the block before is known by its last letter alone.
    fn may_be_digit(&self, letters: u64, at: usize, end: u32) -> bool {
        let before = !letters & ((1 << end) - 1);
        let start = u64::BITS - before.leading_zeros();
        let (start, end) = (at + start as usize, at + end as usize);
        if self.is_inside != 0 && before == 0 {
            return kinds_of_last(self.bytes, end, u16::MAX) != 0;
        }
        let of_first = kinds_of_first(self.bytes, start);
        of_first & kinds_of_last(self.bytes, end, of_first) != 0
    }

    /// Whether the words between the one that ends at an offset and the last one that was looked at may spell digits, too:
    /// two common words so far apart are in many texts, and a number in words has no other word in it.
    #[inline(never)]
    fn may_be_digits_before(&self, mut end: usize) -> bool {
        for distance in 0..STRIDE {
            let before = self.bytes.get(..end).unwrap_or_default();
            let is_part = |byte: &&u8| is_letter(**byte);
            let start = end - before.iter().rev().take_while(is_part).count();
            let word = before.get(start..).unwrap_or_default();
            // A sign beyond ASCII may stand between two words.
            if !word.iter().all(|byte| is_of_vietnamese(*byte)) {
                return true;
            }
            let of_first = kinds_of_first(self.bytes, start);
            if distance > 0 && of_first & kinds_of_last(self.bytes, end, of_first) == 0 {
                return false;
            }
            let before = self.bytes.get(..start).unwrap_or_default();
            end = start - before.iter().rev().take_while(|byte| !is_letter(**byte)).count();
        }
        true
    }
}

/// Stands for a letter that may be any.
const ANY: u8 = 0xff;

fn kinds_of(kinds: &[u16; 256], letter: u8) -> u16 {
    kinds.get(usize::from(letter)).copied().unwrap_or_default()
}

/// The kinds of words that begin with the letter at an offset.
#[inline(always)]
fn kinds_of_first(bytes: &[u8], at: usize) -> u16 {
    match bytes.get(at..).unwrap_or_default() {
        // Đ, with which many words begin.
        [0xc4, 0x90 | 0x91, ..] => 0,
        [0x80..=0xff, ..] => kinds_of(&FIRST, long_letter(bytes, at)),
        [first, ..] => kinds_of(&FIRST, *first),
        [] => 0,
    }
}

/// The kinds of words, or of some of them, that end with the letter before an offset.
#[inline(always)]
fn kinds_of_last(bytes: &[u8], end: usize, of_first: u16) -> u16 {
    let back = |by: usize| {
        end.checked_sub(by)
            .and_then(|at| bytes.get(at))
            .copied()
            .unwrap_or_default()
    };
    let last = back(1);
    if last.is_ascii() {
        return kinds_of(&LAST, last);
    }
    match (back(3), back(2)) {
        _ if of_first == 0 => 0,
        (_, 0xc3..=0xdf) => kinds_of(&LAST, long_letter(bytes, end - 2)),
        (0xe0..=0xef, _) => kinds_of(&LAST, long_letter(bytes, end - 3)),
        _ => u16::MAX,
    }
}

/// The letter that begins at an offset, without its marks: a tone may be typed on any letter of its syllable.
#[cold]
fn long_letter(bytes: &[u8], at: usize) -> u8 {
    let rest = bytes.get(at..).unwrap_or_default();
    let mut letter = [b' '; 4];
    for (slot, byte) in letter.iter_mut().zip(rest) {
        *slot = *byte;
    }
    plain_unit(&letter).map_or(ANY, |(unit, _)| unit)
}

/// The bytes of a block that must be looked at by themselves, as bits: the first ones of characters that are not letters
/// of Vietnamese, or hardly; opening brackets, control characters, and an l where no syllable of Vietnamese has one, but
/// `mail` has.
fn stops(block: &[u8; BLOCK], next: &[u8; BLOCK]) -> u64 {
    let mut are_stops = [false; BLOCK];
    // Without branches the compiler compares many bytes at once.
    for ((is_stop, byte), next) in are_stops.iter_mut().zip(block).zip(next) {
        let horned = (*byte == 0xc6) & ((*next & 0xfe == 0xa0) | (*next == 0xaf) | (*next == 0xb0));
        let toned = (*byte == 0xe1) & (*next & 0xfe == 0xba);
        let is_l = (*byte == 0xc4) & (*next >= 0xb9) | (*byte == 0xc5) & (*next <= 0x82);
        let is_common = (byte.wrapping_sub(0xc3) < 3) & !is_l | horned | toned;
        let is_bracket = (*byte == b'(') | (*byte == b'[');
        let is_control = (*byte < b' ') & (*byte != b'\n') | (*byte == 0x7f);
        let is_mail = ((*byte | 0x20 == b'i') | (*byte >= 0x80)) & (*next | 0x20 == b'l');
        *is_stop = (*byte >= 0xc0) & !is_common | is_bracket | is_control | is_mail;
    }
    if are_stops == [false; BLOCK] {
        0
    } else {
        bits_of(&are_stops)
    }
}

/// The bytes of signs beyond ASCII among the stops, as bits; none when one of the stops tells that something may be
/// found.
fn signs(window: &[u8; WINDOW], mut stops: u64) -> Option<u128> {
    let mut signs = 0;
    while stops != 0 {
        let place = stops.trailing_zeros();
        stops &= stops - 1;
        let rest: &[u8; 4] = window.get(place as usize..)?.first_chunk()?;
        let width = match *rest {
            // An l after the last byte of something.
            [0x80..=0xbf, ..] => return None,
            // U+0300 to U+036F: marks on their own, each a part of the letter before it.
            [0xcc, ..] | [0xcd, 0x80..=0xaf, ..] => 0,
            // What makes emoji of signs, or one of several, is invisible between letters.
            [0xef, 0xb8, 0x8f, _] | [0xe2, 0x80, 0x8d, _] if signs << 1 >> place & 1 != 0 => 3,
            [b'(' | b'[', next, after, _] if !may_spell_at(next, after) => 0,
            _ => match plain_unit(rest)? {
                (b'(' | b'[' | b'@', _) => return None,
                (unit, width) if !unit.is_ascii_alphanumeric() => width,
                _ => return None,
            },
        };
        signs |= ((1 << width) - 1) << place;
    }
    Some(signs)
}

/// Whether what follows a bracket may be `at`.
fn may_spell_at(next: u8, after: u8) -> bool {
    let is_plain = |byte: u8| byte.is_ascii() && !byte.is_ascii_control();
    !(is_plain(next) && (next | 0x20 != b'a' || is_plain(after) && after | 0x20 != b't'))
}

const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80
}

/// Whether a byte is of a letter of Vietnamese or of a mark on it, not of a sign beyond ASCII.
const fn is_of_vietnamese(byte: u8) -> bool {
    matches!(byte, 0..=0xbf | 0xc3..=0xc6 | 0xcc | 0xcd | 0xe1)
}

/// First and last letters of words that spell digits: each pair of strings stands for one kind of word.
const DIGITS: [(&[u8], &[u8]); 10] = [
    (b"kh", b"g"),
    (b"zo", b"o"),
    (b"m", b"t"),
    (b"hi", b"i"),
    (b"l", b"lm"),
    (b"n", b"m"),
    (b"c", b"n"),
    (b"b", b"any"),
    (b"t", b"um"),
    (b"s", b"u"),
];

/// The kinds of words that begin with a byte, and those that end with it, as bits.
static FIRST: [u16; 256] = kinds(Side::First);
static LAST: [u16; 256] = kinds(Side::Last);

enum Side {
    First,
    Last,
}

const fn kinds(side: Side) -> [u16; 256] {
    let mut kinds = [0; 256];
    let mut byte = 0_u8;
    let mut slots: &mut [u16] = &mut kinds;
    while let [slot, more @ ..] = slots {
        let mut rest: &[(&[u8], &[u8])] = &DIGITS;
        let mut bit = 1;
        while let [(first, last), later @ ..] = rest {
            let letters = match side {
                Side::First => *first,
                Side::Last => *last,
            };
            if has(letters, byte) {
                *slot |= bit;
            }
            bit <<= 1;
            rest = later;
        }
        byte = byte.wrapping_add(1);
        slots = more;
    }
    kinds
}

/// Whether a letter, or the small one of it, is among some.
const fn has(letters: &[u8], byte: u8) -> bool {
    if byte == ANY {
        return true;
    }
    let mut rest = letters;
    while let [letter, more @ ..] = rest {
        if *letter == byte.to_ascii_lowercase() {
            return true;
        }
        rest = more;
    }
    false
}
