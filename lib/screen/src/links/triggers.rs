//! Where a link may be: the few dots, colons and words for a dot that do not only end a sentence.
//!
//! All places of a block are asked at once and nothing is guessed, because most texts have a dot and hardly any has a
//! link. A *yes* promises nothing; a *no* is sure.

use crate::fold::{Folded, bits_of};

/// Units that are looked at together.
const BLOCK: usize = 64;
/// A block, the unit that it is about behind its last one, and what decides about that.
const WINDOW: usize = BLOCK + 4;

/// The triggers of a text.
#[derive(Debug)]
pub(super) struct Triggers<'a> {
    folded: &'a Folded,
    /// The block at hand: where the next one begins, and a bit for each unit before a trigger.
    end: usize,
    bits: u64,
}

impl<'a> Triggers<'a> {
    pub(super) const fn new(folded: &'a Folded) -> Self {
        Self {
            folded,
            end: 0,
            bits: 0,
        }
    }

    /// The first trigger from a unit on, for units in rising order. One that begins the text is none: before it no name
    /// could stand.
    pub(super) fn next_from(&mut self, at: usize) -> Option<usize> {
        let len = self.folded.bytes().len();
        let mut before = at.saturating_sub(1);
        loop {
            if before >= self.end {
                let start = before / BLOCK * BLOCK;
                self.bits = bits(self.folded.window(start).filter(|_| start < len)?);
                self.end = start + BLOCK;
            }
            let left = self.bits & u64::MAX << (before % BLOCK);
            if left != 0 {
                let trigger = self.end - BLOCK + left.trailing_zeros() as usize + 1;
                return (trigger < len).then_some(trigger);
            }
            before = self.end;
        }
    }
}

/// A bit for each unit of a block before a trigger.
fn bits(window: &[u8; WINDOW]) -> u64 {
    let from = |ahead: usize| window.get(ahead..).and_then(<[u8]>::first_chunk::<BLOCK>);
    let (Some(before), Some(first), Some(second), Some(third), Some(fourth)) =
        (from(0), from(1), from(2), from(3), from(4))
    else {
        return 0;
    };
    let mut are = [false; BLOCK];
    let mut is_any = false;
    let units = before.iter().zip(first).zip(second).zip(third).zip(fourth);
    for (is, ((((before, first), second), third), fourth)) in are.iter_mut().zip(units) {
        *is = is_dot(*before, *first, *second, *third)
            | is_colon(*first, *second)
            | is_word([*first, *second, *third, *fourth]);
        is_any |= *is;
    }
    if is_any { bits_of(&are) } else { 0 }
}

/// Whether a dot may stand in a name. None of several does, nor one at the end of a line; and of the endings that may
/// follow a dot and a space, all begin with `c` or `n`.
#[inline(always)]
const fn is_dot(before: u8, unit: u8, next: u8, after: u8) -> bool {
    let is_alone = (unit == b'.') & (before != b'.') & (next != b'.') & (next != b'\n');
    is_alone & ((next != b' ') | (before == b' ') | (after == b'c') | (after == b'n'))
}

/// Whether a colon may stand behind a scheme, perhaps in brackets.
#[inline(always)]
const fn is_colon(unit: u8, next: u8) -> bool {
    let is_slash = (next == b'/') | (next == b'\\');
    // One bit apart, `]` and `}` are compared at once.
    let is_closing = (next | 0x20 == b'}') | (next == b')');
    (unit == b':') & (is_slash | is_closing)
}

/// Whether units begin with `dot` or `cham`.
#[inline(always)]
const fn is_word([first, second, third, fourth]: [u8; 4]) -> bool {
    let is_dot = (first == b'd') & (second == b'o') & (third == b't');
    let is_cham = (first == b'c') & (second == b'h') & (third == b'a') & (fourth == b'm');
    is_dot | is_cham
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_are_found_wherever_a_block_begins(text in "[a.: \n/)]{0,200}|(dot|cham|[a-d ]){0,60}", from in 0_usize..70) {
            let mut folded = Folded::new();
            folded.fold(&text);
            let units = folded.bytes();
            let unit = |at: usize| units.get(at).copied().unwrap_or(b' ');
            let expected = (from.max(1)..units.len()).filter(|at| {
                is_dot(unit(at - 1), unit(*at), unit(at + 1), unit(at + 2))
                    || is_colon(unit(*at), unit(at + 1))
                    || units[*at..].starts_with(b"dot")
                    || units[*at..].starts_with(b"cham")
            });
            let mut triggers = Triggers::new(&folded);
            let mut next = from;
            let found = std::iter::from_fn(|| {
                let found = triggers.next_from(next)?;
                next = found + 1;
                Some(found)
            });
            prop_assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        }
    }

    #[test]
    fn signs_that_only_end_a_sentence_are_none() {
        for text in [
            "xong rồi. Mai gặp",
            "hả...",
            "hết.\n\nmai",
            "giá: 5k",
            "thôi :v",
            "chào.",
            "(:",
        ] {
            let mut folded = Folded::new();
            folded.fold(text);
            assert_eq!(Triggers::new(&folded).next_from(0), None, "{text}");
        }
    }
}
