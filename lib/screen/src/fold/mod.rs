//! Folding: one table-driven pass from what was typed to what is compared, with a way back.
//!
//! Every character becomes at most a few *units*: a lower-case ASCII byte and the Vietnamese marks it carried. NFC and
//! NFD, case, full-width, mathematical, enclosed and look-alike letters all fold to the same units; invisible
//! characters and piled-up marks fold to nothing. The pass also cuts the text into *tokens* (runs of letters and
//! digits, which in Vietnamese are syllables) and packs each into a key, so that detectors compare numbers.
//!
//! Invariants: units and tokens stand in the order of the text; [`Folded::span`] of any range of units begins and
//! ends on character boundaries of the original.

mod cut;
mod pass;
mod tables;
mod token;

use std::ops::Range;

use crate::Span;
pub(crate) use cut::Kinds;
pub(crate) use pass::{bits_of, plain_unit};
pub use token::{Gap, Key, LetterMarks, Marks, Token, Traits};

/// A unit that stands for a letter of another script.
pub const FOREIGN: u8 = 0x1f;
/// A unit that stands for a symbol without an ASCII relative, an emoji for instance.
pub const OTHER_SYMBOL: u8 = 0x7f;

/// A folded text. Reusable: [`Folded::fold`] forgets the text before.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    units: pass::Units,
    tokens: cut::Tokens,
}

impl Folded {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Folds a text. Texts are at most [`u32::MAX`] bytes; the engine's own limit is far below.
    pub fn fold(&mut self, text: &str) {
        pass::run(&mut self.units, text);
        self.tokens.cut(&self.units);
    }

    /// The units: lower-case ASCII letters and digits, ASCII signs, `' '` and `'\n'`, [`OTHER_SYMBOL`], [`FOREIGN`].
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.units.bytes.get(..self.units.count).unwrap_or_default()
    }

    /// The units from one on, for who looks at many at once, up to eighty: past the end of the text they are blanks.
    #[inline(always)]
    pub(crate) fn window<const LEN: usize>(&self, at: usize) -> Option<&[u8; LEN]> {
        self.units.bytes.get(at..)?.first_chunk()
    }

    /// Which kinds of units the text has.
    pub(crate) const fn kinds(&self) -> Kinds {
        self.tokens.kinds()
    }

    /// The marks of each unit.
    #[must_use]
    pub fn marks(&self) -> &[LetterMarks] {
        self.units.marks.get(..self.units.count).unwrap_or_default()
    }

    /// The tokens.
    #[must_use]
    pub fn tokens(&self) -> &[Token] {
        self.tokens.as_slice()
    }

    /// Where a range of units stands in the original, without invisible characters at its end. A range that is empty
    /// or out of bounds gives an empty span at the nearest place.
    #[must_use]
    pub fn span(&self, units: Range<usize>) -> Span {
        let start = self.units.start_of(units.start);
        let Some(last) = units
            .end
            .checked_sub(1)
            .filter(|last| *last >= units.start && *last < self.units.count)
        else {
            return Span { start, end: start };
        };
        let mut end = self.units.start_of(units.end);
        let trims = &self.units.trims;
        if let Ok(at) = trims.binary_search_by_key(&(last as u32), |(unit, _)| *unit) {
            end = trims.get(at).map_or(end, |(_, trimmed)| *trimmed);
        }
        // The letters of one character (`ﬁ`) begin at the same place; it is shown whole.
        if end <= start {
            let mut later = (units.end..=self.units.count).map(|unit| self.units.start_of(unit));
            end = later.find(|next| *next > start).unwrap_or(end);
        }
        Span { start, end }
    }
}

#[cfg(test)]
mod tests;
