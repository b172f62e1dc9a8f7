//! The pass over characters: bytes in, units out.
//!
//! It is the hottest loop of the engine, so it is cut into steps that a processor can do without guessing. One goes over
//! the bytes, many at a time: it makes ASCII letters small and notes where something other than printable ASCII
//! begins. The other goes from one such *stop* to the next: it copies the run before the stop as it is and looks the
//! stop up in the table. Only what is neither a letter nor a sign (marks on their own, invisible characters,
//! characters that stand for several letters) takes a path of its own.

use std::ops::Range;

use super::{FOREIGN, LetterMarks, tables};

/// Set in the entries of characters that are settled on a path of their own.
const RARE: u16 = 0x8000;
const INVISIBLE: u16 = RARE;

/// How much of a run is copied at once. Most are shorter; what is copied past the end is overwritten.
const COPIED: usize = 16;
/// Bytes between two marks of the stops' bit sets.
const BLOCK: usize = 64;
/// Blanks behind the last unit, for who looks at a block of units and a few behind it.
const PADDING: usize = BLOCK + 16;

/// The folded characters. The vectors are longer than what is in them.
#[derive(Debug, Clone, Default)]
pub(super) struct Units {
    /// How many there are.
    pub(super) count: usize,
    /// An ASCII byte each.
    pub(super) bytes: Vec<u8>,
    /// The marks of each.
    pub(super) marks: Vec<LetterMarks>,
    /// Where a unit ends, for the few after which invisible characters follow.
    pub(super) trims: Vec<(u32, u32)>,
    /// Where in the original units stand: nearly nobody asks, so it is noted only where it is not one byte on.
    turns: Vec<Turn>,
    /// The original with small letters, and blanks at its end.
    text: Vec<u8>,
    /// One bit for each byte of it with which something other than printable ASCII begins.
    stops: Vec<u64>,
}

/// From this unit on, to the next turn, each unit is one byte of the original.
#[derive(Debug, Clone, Copy)]
struct Turn {
    unit: u32,
    at: u32,
}

/// Folds a text into units.
pub(super) fn run(units: &mut Units, text: &str) {
    units.make_room(text.len());
    units.note(text.as_bytes());
    let mut out = Out {
        bytes: &mut units.bytes,
        marks: &mut units.marks,
    };
    let source = units.text.as_slice();
    let (mut at, mut count) = (0_u32, 0_u32);
    let mut pile = Pile::default();
    for (base, stops) in (0..).step_by(BLOCK).zip(&units.stops) {
        let mut stops = *stops;
        while stops != 0 {
            let stop: u32 = base + stops.trailing_zeros();
            stops &= stops - 1;
            out.copy(source, at..stop, count);
            count += stop - at;
            let (entry, width) = look_up(source, stop);
            at = stop + width;
            if entry & RARE == 0 {
                out.put(entry, count);
                count += 1;
            } else {
                count += settle(
                    &mut out,
                    &mut units.turns,
                    &mut units.trims,
                    &mut pile,
                    entry,
                    stop,
                    count,
                );
            }
            units.turns.push(Turn { unit: count, at });
        }
    }
    let end = text.len() as u32;
    out.copy(source, at..end, count);
    units.count = (count + end.saturating_sub(at)) as usize;
    let padding = units.bytes.get_mut(units.count..).and_then(<[u8]>::first_chunk_mut);
    if let Some(padding) = padding {
        *padding = [b' '; PADDING];
    }
}

/// Whether a byte is the first of a longer character or a control character other than a line feed.
#[inline(always)]
const fn is_stop(byte: u8) -> bool {
    // First bytes and controls stand side by side where bytes are counted round.
    byte.wrapping_sub(0xc0) < 0x60 && byte != b'\n' || byte == 0x7f
}

/// One bit each, first one lowest.
#[inline(always)]
pub(crate) fn bits_of(flags: &[bool; BLOCK]) -> u64 {
    let (eights, _) = flags.as_chunks::<8>();
    let eights = eights.iter().zip((0..).step_by(8));
    eights.fold(0, |bits, (eight, shift)| {
        // The product moves the lowest bit of each byte into the highest byte, side by side.
        let eight = u64::from_le_bytes(eight.map(u8::from));
        bits | eight.wrapping_mul(0x0102_0408_1020_4080) >> 56 << shift
    })
}

impl Units {
    /// Makes room for the units of a text of so many bytes. A character gives at most four units, and those that give
    /// more than one have two bytes (then it is two units at the most) or three.
    fn make_room(&mut self, len: usize) {
        let room = (len + len / 3 + BLOCK + PADDING).next_multiple_of(BLOCK);
        if self.bytes.len() < room {
            self.bytes.resize(room, 0);
        }
        self.marks.clear();
        self.marks.resize(room, LetterMarks::default());
        self.turns.clear();
        self.trims.clear();
    }

    /// The first step: small letters and stops.
    fn note(&mut self, text: &[u8]) {
        self.text.clear();
        self.text.extend_from_slice(text);
        self.text.resize((text.len() + COPIED).next_multiple_of(BLOCK), b' ');
        self.stops.clear();
        let (blocks, _) = self.text.as_chunks_mut::<BLOCK>();
        let stops = blocks.iter_mut().map(|block| {
            let stops = bits_of(&block.map(is_stop));
            *block = block.map(|byte| byte.to_ascii_lowercase());
            stops
        });
        self.stops.extend(stops);
    }

    /// Offset of a unit in the original, of the end for one past the last.
    pub(super) fn start_of(&self, unit: usize) -> u32 {
        let unit = unit.min(self.count) as u32;
        let later = self.turns.partition_point(|turn| turn.unit <= unit);
        let turn = later.checked_sub(1).and_then(|last| self.turns.get(last));
        turn.map_or(unit, |turn| turn.at + unit - turn.unit)
    }
}

/// Where units go, as many as there is room for.
struct Out<'u> {
    bytes: &'u mut [u8],
    marks: &'u mut [LetterMarks],
}

impl Out<'_> {
    /// Copies a run of printable ASCII to the units from `to` on. Marks it has none, and nothing else has to be written.
    #[inline(always)]
    fn copy(&mut self, source: &[u8], run: Range<u32>, mut to: u32) {
        let mut at = run.start;
        loop {
            let (Some(copied), Some(bytes)) = (chunk::<COPIED>(source, at), chunk_mut::<COPIED>(self.bytes, to)) else {
                return;
            };
            *bytes = *copied;
            at += COPIED as u32;
            to += COPIED as u32;
            if at >= run.end {
                return;
            }
        }
    }

    /// Makes unit `to` of an entry.
    #[inline(always)]
    fn put(&mut self, entry: u16, to: u32) {
        let to = to as usize;
        if let (Some(byte), Some(marks)) = (self.bytes.get_mut(to), self.marks.get_mut(to)) {
            *byte = entry as u8 & 0x7f;
            *marks = LetterMarks((entry >> 7) as u8);
        }
    }
}

/// So many from a place on.
#[inline(always)]
fn chunk<const LEN: usize>(all: &[u8], at: u32) -> Option<&[u8; LEN]> {
    let at = at as usize;
    all.get(at..at + LEN)?.first_chunk()
}

#[inline(always)]
fn chunk_mut<const LEN: usize>(all: &mut [u8], at: u32) -> Option<&mut [u8; LEN]> {
    let at = at as usize;
    all.get_mut(at..at + LEN)?.first_chunk_mut()
}

/// The combining marks on one letter.
#[derive(Default)]
struct Pile {
    /// One past the letter's unit.
    end: u32,
    /// What the letter bears of its own.
    own: LetterMarks,
    /// Whether the marks together are on no Vietnamese letter. Then none of them counts: which one the author meant is
    /// anyone's guess, and most who pile up marks meant none.
    is_noise: bool,
}

impl Pile {
    /// Adds a mark, or one that Vietnamese does not know, to the letter before unit `end`.
    fn add(&mut self, out: &mut Out<'_>, end: u32, mark: Option<LetterMarks>) {
        let last = end.wrapping_sub(1) as usize;
        let (Some(letter), Some(marks)) = (out.bytes.get(last), out.marks.get_mut(last)) else {
            return;
        };
        if self.end != end {
            *self = Self {
                end,
                own: *marks,
                is_noise: false,
            };
        }
        let marked = mark.and_then(|mark| with_mark(*letter, *marks, mark));
        self.is_noise |= marked.is_none();
        *marks = marked.filter(|_| !self.is_noise).unwrap_or(self.own);
    }
}

/// Settles the rare character at `at` and tells how many units it gives: a mark goes into the letter before it, an
/// invisible character vanishes, a character that stands for several letters becomes these.
#[inline(never)]
fn settle(
    out: &mut Out<'_>,
    turns: &mut Vec<Turn>,
    trims: &mut Vec<(u32, u32)>,
    pile: &mut Pile,
    entry: u16,
    at: u32,
    count: u32,
) -> u32 {
    match entry & 3 {
        0 => {
            let last = count.checked_sub(1);
            if let Some(last) = last.filter(|last| trims.last().is_none_or(|(unit, _)| unit != last)) {
                trims.push((last, at));
            }
            0
        }
        1 => {
            pile.add(out, count, None);
            0
        }
        2 => {
            pile.add(out, count, Some(LetterMarks((entry >> 2) as u8)));
            0
        }
        _ => {
            let letters = tables::EXPANSIONS.get(usize::from((entry & !RARE) >> 2));
            let letters = letters.copied().unwrap_or_default();
            for (letter, to) in letters.iter().zip(count..) {
                out.put(u16::from(*letter) | 0x80 << 7, to);
                // All of them stand where the first does.
                turns.push(Turn { unit: to, at });
            }
            letters.len() as u32
        }
    }
}

/// The entry of the character at a stop, and how many bytes it has.
#[inline(always)]
fn look_up(source: &[u8], at: u32) -> (u16, u32) {
    let Some(bytes) = chunk::<4>(source, at) else {
        return (INVISIBLE, 1);
    };
    let word = u32::from_le_bytes(*bytes);
    // Vietnamese letters have two bytes, or three of which the first is always the same: the last two tell the page and
    // the place on it. What other first bytes make of this is past the first pages.
    let extra = u32::from(word & 0xff == 0xe1);
    let last_two = word >> (8 * extra);
    let code = (last_two & 0xff) << 6 | last_two >> 8 & 0x3f;
    let first_pages = tables::PAGES.first_chunk::<{ tables::FIRST_PAGES * 64 }>();
    let entry = first_pages.and_then(|pages| pages.get(code.wrapping_sub(0xb8 << 6) as usize));
    match entry {
        Some(entry) => (*entry, 2 + extra),
        None => look_up_other(*bytes),
    }
}

/// The unit of the character that begins with these bytes, and how many of them it has: for who looks at a text without
/// folding it. None for what takes a path of its own.
#[inline(always)]
pub(crate) fn plain_unit(bytes: &[u8; 4]) -> Option<(u8, usize)> {
    let (entry, width) = look_up(bytes, 0);
    (entry & RARE == 0).then_some((entry as u8 & 0x7f, width as usize))
}

/// The entry of any character (RFC 3629, section 3).
#[inline(never)]
fn look_up_other(bytes: [u8; 4]) -> (u16, u32) {
    let [first, second, third, fourth] = bytes.map(|byte| u32::from(byte & 0x3f));
    let (code, width) = match bytes {
        [0..0x80, ..] => (u32::from(bytes[0]), 1),
        [0x80..0xe0, ..] => ((first & 0x1f) << 6 | second, 2),
        [0xe0..0xf0, ..] => ((first & 0xf) << 12 | second << 6 | third, 3),
        [0xf0..=0xff, ..] => ((first & 7) << 18 | second << 12 | third << 6 | fourth, 4),
    };
    let entry = match tables::INDEX.get((code >> 6) as usize) {
        Some(page) => {
            let at = usize::from(*page) << 6 | (code & 0x3f) as usize;
            tables::PAGES.get(at).copied().unwrap_or(INVISIBLE)
        }
        // Tags and variation selectors of plane 14 are invisible; the rest up here is other scripts.
        None if (0xe_0000..=0xe_0fff).contains(&code) => INVISIBLE,
        None => FOREIGN as u16,
    };
    (entry, width)
}

/// A letter's marks with one more, where that is a Vietnamese letter.
fn with_mark(letter: u8, has: LetterMarks, mark: LetterMarks) -> Option<LetterMarks> {
    let carries = match mark.quality() {
        0 => matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'),
        1 => matches!(letter, b'a' | b'e' | b'o'),
        2 => matches!(letter, b'a' | b'o' | b'u'),
        _ => letter == b'd',
    };
    let taken = if mark.quality() == 0 { has.tone() } else { has.quality() };
    (carries && taken == 0).then_some(LetterMarks(has.0 | mark.0))
}
