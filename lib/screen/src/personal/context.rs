//! What the words around a number say about it.
//!
//! The walk over the text notes every [`Cue`] as it passes; a number then asks how near a cue stands. The last cue
//! before a number speaks loudest. A number spends the cues before it: for the next one they are inherited at best, so
//! that `stk 123456789, 0912345678` does not make an account of the phone number.

use super::words::{Cue, Word};

/// How a cue stands to a number, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nearness {
    /// Not near.
    None,
    /// Near, but an earlier number stands between.
    Inherited,
    /// Near, and another cue stands nearer.
    Near,
    /// The last cue before the number, or right after it.
    Nearest,
}

/// Cues seen so far.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// For each cue, one past the token at which it ended; 0 for never.
    seen: [u32; Cue::COUNT],
    latest: u32,
    spent: u32,
    /// The token at which the number that asks begins.
    number: u32,
    /// What follows the number.
    after: Option<Word>,
    /// Whether no cue at all is near.
    is_silent: bool,
}

impl Context {
    /// Tokens across which a cue is still near.
    const WINDOW: u32 = 10;
    /// Tokens across which a cue is inherited.
    const INHERITANCE: u32 = 24;

    /// Notes a cue that ends before token `end`.
    pub(super) fn note(&mut self, cue: Cue, end: usize) {
        let end = end as u32;
        if let Some(seen) = self.seen.get_mut(cue as usize) {
            *seen = end;
        }
        self.latest = end;
    }

    /// From here on the question is about the number at this token, with this word after it.
    pub(super) const fn turn_to(&mut self, number: usize, after: Option<Word>) {
        self.number = number as u32;
        self.after = after;
        let has_before = self.latest != 0 && self.number.saturating_sub(self.latest) < Self::INHERITANCE;
        self.is_silent = !has_before && after.is_none();
    }

    /// Cues before token `end` belong to a number that was found.
    pub(super) const fn spend(&mut self, end: usize) {
        self.spent = end as u32;
    }

    /// How near a cue is.
    pub(super) fn nearness(&self, cue: Cue) -> Nearness {
        if self.is_silent {
            return Nearness::None;
        }
        let seen = self.seen.get(cue as usize).copied().unwrap_or(0);
        let before = if seen == 0 || seen > self.number.saturating_add(1) {
            Nearness::None
        } else if seen > self.spent && self.number.saturating_sub(seen) < Self::WINDOW {
            if seen == self.latest {
                Nearness::Nearest
            } else {
                Nearness::Near
            }
        } else if self.number.saturating_sub(seen) < Self::INHERITANCE {
            Nearness::Inherited
        } else {
            Nearness::None
        };
        if before < Nearness::Nearest && self.after == Some(Word::Cue(cue)) {
            return if self.any_nearest() {
                Nearness::Near
            } else {
                Nearness::Nearest
            };
        }
        before
    }

    /// Whether some cue stands right before the number.
    fn any_nearest(&self) -> bool {
        self.latest != 0 && self.latest > self.spent && self.number.saturating_sub(self.latest) < Self::WINDOW
    }

    /// The nearest of several cues.
    pub(super) fn nearest_of(&self, cues: &[Cue]) -> Nearness {
        if self.is_silent {
            return Nearness::None;
        }
        cues.iter()
            .map(|cue| self.nearness(*cue))
            .max()
            .unwrap_or(Nearness::None)
    }

    /// Whether the number is an amount: of money, views, people.
    pub(super) fn is_amount(&self) -> bool {
        self.after == Some(Word::Unit)
    }
}
