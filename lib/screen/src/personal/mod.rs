//! Personal data in the ways people write it in Việt Nam.
//!
//! One walk over the folded text: words are noted as cues, digits are gathered into runs, and each detector says what a
//! number is to it and how sure it is; the surest wins, so that one number is never two things. Each detector stands in
//! a file of its own that states its rule, its source, its confidence and its known false alarms.
//!
//! Confidence is in percent. Below 60 a finding is a guess that most operators will not want; from 60 on it is more
//! likely right than wrong in ordinary posts; from 90 on a word beside it or a check digit bears it out. Between equals
//! the longer number wins, then the order card, CCCD, tax code, phone, social insurance, CMND, account.
//!
//! Invariants: a text without a digit and without `@` costs one look; nothing is allocated; time is linear in the text.
//! Text and numbers never leave this module, only their places do.

mod account;
mod address;
mod bhxh;
mod card;
mod cccd;
mod cmnd;
mod context;
mod email;
mod formats;
mod glance;
mod mst;
mod number;
mod passport;
mod phone;
mod plate;
mod walk;
mod words;

use walk::Walk;
use words::{Part, Words};

use crate::fold::{Folded, Kinds, Token};
use crate::{Identifier, PersonalKind, Signals};

/// The detectors that a pack asks for.
#[derive(Debug)]
pub struct Detectors {
    /// For each kind, the lowest confidence that is reported.
    floors: [u8; PersonalKind::ALL.len()],
    words: Words,
}

/// What the first look at a folded text promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Promise {
    Nothing,
    /// A number in words; no sign of an e-mail address but perhaps a word for one, which alone is none.
    SpelledNumber,
    Anything,
}

/// What a detector makes of something.
#[derive(Debug, Clone, Copy)]
struct Hit {
    kind: PersonalKind,
    confidence: i16,
}

impl Hit {
    const fn new(kind: PersonalKind, confidence: i16) -> Self {
        Self { kind, confidence }
    }
}

/// The number that digits of 0 to 9 write.
fn value(digits: &[u8]) -> u32 {
    digits.iter().fold(0u32, |value, digit| {
        value.wrapping_mul(10).wrapping_add(u32::from(*digit))
    })
}

impl Detectors {
    /// No confidence reaches it.
    const OFF: u8 = 101;
    /// Shortest number that is anything.
    const SHORTEST: usize = 6;
    /// More tokens than can be from the word for a part of an address to the number that the address begins with, or that
    /// is the part: a house may stand before five syllables of a name, and the word itself has four at the most.
    const REACH: usize = 12;

    /// Sets the detectors. A kind that is not named is not looked for; of several settings of one kind the last counts.
    #[must_use]
    pub fn compile(identifiers: &[Identifier]) -> Self {
        let mut floors = [Self::OFF; PersonalKind::ALL.len()];
        for identifier in identifiers {
            if let Some(floor) = floors.get_mut(identifier.kind as usize) {
                *floor = identifier.min_confidence;
            }
        }
        Self {
            floors,
            words: Words::compile(),
        }
    }

    /// Whether a text that was not folded yet may hold personal data: what this denies, [`Self::scan`] finds nothing in.
    /// It costs a part of folding, for who wants personal data alone.
    #[must_use]
    pub fn may_hold(&self, text: &str) -> bool {
        !self.is_off() && glance::may_hold(text)
    }

    /// Finds personal data in a text, unless there is no room for more signals. `folded` is that text, folded.
    pub fn scan(&self, text: &str, folded: &Folded, out: &mut Signals) {
        if self.is_off() || out.is_over() {
            return;
        }
        match self.promise(folded) {
            Promise::Nothing => {}
            promise @ (Promise::SpelledNumber | Promise::Anything) => Walk::new(self, text, folded, promise, out).run(),
        }
    }

    fn is_off(&self) -> bool {
        self.floors.iter().all(|floor| *floor == Self::OFF)
    }

    /// The cheap look: digits, `@`, or what spells them.
    fn promise(&self, folded: &Folded) -> Promise {
        let kinds = folded.kinds();
        let may_have_sign = || kinds.have(Kinds::BRACKET) && email::has_bracketed_at(folded.bytes());
        if kinds.have(Kinds::AT) || has_mail(folded) || may_have_sign() {
            Promise::Anything
        } else if kinds.have(Kinds::DIGIT) {
            if self.digits_tell(folded.tokens()) {
                Promise::Anything
            } else {
                Promise::Nothing
            }
        } else if self.spells_digits(folded.tokens()) {
            Promise::SpelledNumber
        } else {
            Promise::Nothing
        }
    }

    /// Whether tokens may hold something, given that they have digits and no sign of an e-mail address. Every number has
    /// so many digits in its tokens, or together with words for digits one after another; an address needs a word for a
    /// part of it not far from a number, or a part with its number in one token (`q1`); an e-mail address needs a word
    /// for its sign.
    fn digits_tell(&self, tokens: &[Token]) -> bool {
        let (mut digits, mut run, mut longest, mut is_glued) = (0, 0, 0, false);
        for token in tokens {
            let has_digit = token.traits.has_digit();
            let len = if has_digit { token.len() } else { 0 };
            digits += len;
            let step = len.max(u32::from(self.words.may_be_digit(token)));
            run = if step == 0 { 0 } else { run + step };
            longest = run.max(longest);
            is_glued |= has_digit & (len <= 3) & Words::is_part_letter(token);
        }
        is_glued
            || digits.max(longest) >= Self::SHORTEST as u32
            || (0..tokens.len()).any(|at| match self.words.part(tokens.get(at..).unwrap_or_default()) {
                Some(Part::OfAddress) => {
                    let near = at.saturating_sub(Self::REACH)..tokens.len().min(at + Self::REACH);
                    let mut near = tokens.get(near).unwrap_or_default().iter();
                    near.any(|token| token.traits.has_digit())
                }
                Some(Part::Sign) => true,
                None => false,
            })
    }

    /// Nobody spells a number in fewer than nine words, so two words four apart are among them.
    fn spells_digits(&self, tokens: &[Token]) -> bool {
        const STRIDE: usize = 4;
        let mut before: Option<&Token> = None;
        for group in tokens.chunks(STRIDE) {
            let Some(token) = group.first().filter(|token| self.words.may_be_digit(token)) else {
                before = None;
                continue;
            };
            if let Some(before) = before.replace(token)
                && self.words.digit(before).is_some()
                && self.words.digit(token).is_some()
            {
                return true;
            }
        }
        false
    }
}

/// Whether `mail` stands somewhere: nearly nowhere, so a block is looked at without an early end.
fn has_mail(folded: &Folded) -> bool {
    const BLOCK: usize = 64;
    (0..folded.bytes().len()).step_by(BLOCK).any(|at| {
        let letters: [Option<&[u8; BLOCK]>; 4] = std::array::from_fn(|behind| folded.window(at + behind));
        let [Some(first), Some(second), Some(third), Some(fourth)] = letters else {
            return false;
        };
        let words = first.iter().zip(second).zip(third.iter().zip(fourth));
        words.fold(false, |found, ((first, second), (third, fourth))| {
            found | (*first == b'm') & (*second == b'a') & (*third == b'i') & (*fourth == b'l')
        })
    })
}

/// Whether bytes of a text have a digit or an `@`.
fn has_digit_or_at(units: &[u8]) -> bool {
    let is_wanted = |unit: &u8| u8::from(unit.wrapping_sub(b'0') < 10) | u8::from(*unit == b'@');
    let (chunks, rest) = units.as_chunks::<32>();
    // Without an early end inside a chunk the compiler compares all its units at once.
    let in_chunk = |chunk: &[u8; 32]| chunk.iter().fold(0, |found, unit| found | is_wanted(unit)) != 0;
    chunks.iter().any(in_chunk) || rest.iter().any(|unit| is_wanted(unit) != 0)
}

#[cfg(test)]
mod tests;
