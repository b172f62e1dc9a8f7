//! Folding: one table-driven pass from what was typed to what is compared, with a way back.
//!
//! Every character becomes at most a few *units*: a lower-case ASCII byte and the Vietnamese marks it carried. NFC and
//! NFD, case, full-width, mathematical, enclosed and look-alike letters all fold to the same units; invisible
//! characters and piled-up marks fold to nothing. The pass also cuts the text into *tokens* (runs of letters and
//! digits, which in Vietnamese are syllables) and packs each into a key, so that detectors compare numbers.
//!
//! Invariants: units and tokens stand in the order of the text; [`Folded::span`] of any range of units begins and
//! ends on character boundaries of the original.

mod pass;
mod tables;
mod token;

use std::ops::Range;

use crate::Span;
pub use token::{Gap, Key, LetterMarks, Marks, Token, Traits};

/// A unit that stands for a letter of another script.
pub const FOREIGN: u8 = 0x1f;
/// A unit that stands for a symbol without an ASCII relative, an emoji for instance.
pub const OTHER_SYMBOL: u8 = 0x7f;

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
    buffers: pass::Buffers,
}

impl Folded {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Folds a text. Texts are at most [`u32::MAX`] bytes; the engine's own limit is far below.
    pub fn fold(&mut self, text: &str) {
        pass::run(self, text);
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
