//! Street addresses.
//!
//! Rule: at least two parts of an address, one of them a number: house (`số nhà 12`, `12/3A`), alley (`ngõ`, `ngách`,
//! `hẻm`, `kiệt`), street (`đường`, `phố`), hamlet (`tổ`, `thôn`, `ấp`, `khu phố`), ward (`phường`, `xã`), district,
//! province, no more than four syllables from one to the next. A number followed by a name in capitals and a ward,
//! district or province counts as a house. Source: TT 07/2024/TT-BNV and custom; the two tiers since July 2025 as well
//! as the three before them.
//!
//! Confidence: the sum of what the parts say (see [`Chain::confidence`]), at most 95: `số nhà 12 đường Láng` 80, with
//! district and province 95; `số 12 đường Láng` 60; `12 Nguyễn Trãi, Q.5` 65; `tổ 3 phường 5` 55; `phường 5, quận 1`,
//! which is nobody's address, 45. Names in small letters count for less, a word such as `địa chỉ` adds 15.
//!
//! Known false alarms: addresses of shops and offices, which the text does not tell from homes. Known misses: houses
//! known by the name of a building alone.

use std::ops::Range;

use super::Hit;
use super::words::{Level, Word, Words};
use crate::PersonalKind;
use crate::fold::{Folded, Gap, Token};

/// Most syllables from one part to the next.
const REACH: usize = 4;
/// Most syllables of a street's name that has no word before it.
const LONGEST_NAME: usize = 5;
/// Longest house number, in characters, between its slashes.
const LONGEST_NUMBER: u32 = 5;

/// What stands for the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum House {
    None,
    /// `12 nguyen trai`.
    BareSmall,
    /// `số 12`.
    Number,
    /// `12 Nguyễn Trãi`.
    Bare,
    /// `số nhà 12`, `hẻm 12`.
    Named,
}

/// What follows the word that opens a part.
struct Body {
    /// One past its last token.
    end: usize,
    is_number: bool,
    /// A number, or a name in capitals.
    is_strong: bool,
}

/// Parts found so far.
#[derive(Debug)]
struct Chain {
    units: Range<usize>,
    /// One past the last token.
    end: usize,
    house: House,
    /// For street, hamlet, ward, district, province: 0 absent, 1 in small letters, 2 sure.
    levels: [u8; 5],
    has_number: bool,
    parts: u32,
    has_cue: bool,
}

/// A number that may turn out to be a house.
#[derive(Debug, Clone, Copy)]
struct Pending {
    start: usize,
    end: usize,
}

/// Reads addresses along the walk over the tokens.
#[derive(Debug)]
pub(super) struct Addresses<'t> {
    text: &'t str,
    folded: &'t Folded,
    chain: Option<Chain>,
    pending: Option<Pending>,
    /// Tokens before this one are taken.
    taken: usize,
    /// One past the last word such as `địa chỉ`.
    cue: Option<usize>,
}

/// An address and its units.
pub(super) type Found = Option<(Range<usize>, Hit)>;

impl<'t> Addresses<'t> {
    pub(super) const fn new(text: &'t str, folded: &'t Folded) -> Self {
        Self {
            text,
            folded,
            chain: None,
            pending: None,
            taken: 0,
            cue: None,
        }
    }

    fn token(&self, at: usize) -> Option<&'t Token> {
        self.folded.tokens().get(at)
    }

    /// Notes a word such as `địa chỉ` that ends before a token.
    pub(super) const fn note_cue(&mut self, end: usize) {
        self.cue = Some(end);
    }

    /// A number stands at a token.
    pub(super) fn number(&mut self, at: usize) -> Found {
        let token = self.token(at)?;
        if at < self.taken {
            return None;
        }
        if let Some(level) = self.glued_level(token) {
            let body = Body {
                end: at + 1,
                is_number: true,
                is_strong: true,
            };
            return self.add(level, at, &body);
        }
        let end = self.joined_end(at)?;
        self.taken = end;
        self.pending = self.number_end(at).map(|end| Pending { start: at, end });
        None
    }

    /// The level of `q1` and `p12`.
    fn glued_level(&self, token: &Token) -> Option<Level> {
        let [letter, digits @ ..] = self.folded.bytes().get(token.units())? else {
            return None;
        };
        if !matches!(digits.len(), 1 | 2) || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        match letter {
            b'q' => Some(Level::District),
            b'p' | b'f' => Some(Level::Ward),
            _ => None,
        }
    }

    /// A word that opens a part stands at a token and takes so many.
    pub(super) fn place(&mut self, words: &Words, level: Level, at: usize, len: usize) -> Found {
        if at < self.taken {
            return None;
        }
        let body = self.body(words, level, at, at + len)?;
        self.taken = body.end;
        self.add(level, at, &body)
    }

    /// A province by name stands at a token and takes so many.
    pub(super) fn province(&mut self, at: usize, len: usize) -> Found {
        let is_reached = self.reaches(at)
            || self
                .pending
                .is_some_and(|pending| at.saturating_sub(pending.end) <= LONGEST_NAME);
        if at < self.taken || !is_reached {
            return None;
        }
        let body = Body {
            end: at + len,
            is_number: false,
            is_strong: true,
        };
        self.add(Level::Province, at, &body)
    }

    fn reaches(&self, at: usize) -> bool {
        self.chain
            .as_ref()
            .is_some_and(|chain| at.saturating_sub(chain.end) <= REACH)
    }

    /// What was found when the text ends.
    pub(super) fn finish(&mut self) -> Found {
        let chain = self.chain.take()?;
        let confidence = chain.confidence()?;
        Some((chain.units, Hit::new(PersonalKind::Address, confidence)))
    }

    fn add(&mut self, level: Level, at: usize, body: &Body) -> Found {
        let start = self.token(at)?.start as usize;
        let end = self.token(body.end.checked_sub(1)?)?.end as usize;
        let closed = if self.reaches(at) { None } else { self.finish() };
        let pending = self.pending.take();
        let has_cue = self.cue.is_some_and(|cue| at.saturating_sub(cue) <= REACH);
        let mut chain = self.chain.take().unwrap_or(Chain {
            units: start..end,
            end: body.end,
            house: House::None,
            levels: [0; 5],
            has_number: false,
            parts: 0,
            has_cue,
        });
        if chain.house == House::None
            && level > Level::Alley
            && let Some((house, first)) = pending.and_then(|pending| self.bare_house(pending, level, at))
        {
            chain.house = house;
            chain.has_number = true;
            chain.parts += 1;
            chain.units.start = chain.units.start.min(first);
        }
        chain.parts += 1;
        chain.has_number |= body.is_number;
        chain.units.end = end;
        chain.end = body.end;
        let strength = if body.is_strong { 2 } else { 1 };
        match level {
            Level::Number => chain.house = chain.house.max(House::Number),
            Level::House | Level::Alley => chain.house = House::Named,
            Level::Street => chain.raise(0, strength),
            Level::Hamlet => chain.raise(1, strength),
            Level::Ward => chain.raise(2, strength),
            Level::District => chain.raise(3, strength),
            Level::Province => chain.raise(4, strength),
        }
        self.chain = Some(chain);
        closed
    }

    /// Whether a number and what lies between it and the part at a token are a house and its street; and where it
    /// begins.
    fn bare_house(&self, pending: Pending, level: Level, at: usize) -> Option<(House, usize)> {
        let start = self.token(pending.start)?.start as usize;
        let distance = at.checked_sub(pending.end)?;
        if level == Level::Street && distance == 0 {
            return Some((House::Bare, start));
        }
        if distance == 0 || distance > LONGEST_NAME {
            return None;
        }
        let mut between = (pending.end..at).filter_map(|at| self.token(at));
        let is_name = between.all(|token| self.is_capital(token.start as usize));
        let house = if is_name && distance > 1 {
            House::Bare
        } else {
            House::BareSmall
        };
        Some((house, start))
    }

    fn body(&self, words: &Words, level: Level, at: usize, first: usize) -> Option<Body> {
        let token = self.token(first)?;
        let opener = self.token(first.checked_sub(1)?)?;
        let gap = self.folded.bytes().get(opener.end as usize..token.start as usize)?;
        if gap.len() > 2 || gap.iter().any(|unit| !matches!(unit, b' ' | b'.' | b':' | b'-')) {
            return None;
        }
        let is_single_letter = opener.len() == 1 && first == at + 1;
        if let Some(end) = self.number_end(first) {
            return (level != Level::Province).then_some(Body {
                end,
                is_number: true,
                is_strong: true,
            });
        }
        if token.traits.has_digit() || level <= Level::Alley {
            return None;
        }
        if level == Level::Street
            && matches!(
                words.look_up(std::slice::from_ref(token)),
                Some((Word::Place(Level::Number), 1))
            )
        {
            return self.number_end(first + 1).map(|end| Body {
                end,
                is_number: false,
                is_strong: true,
            });
        }
        let is_strong = self.is_capital(token.start as usize);
        if (is_single_letter && !(is_strong && gap.first() == Some(&b'.'))) || (level == Level::Hamlet && !is_strong) {
            return None;
        }
        let end = self.name_end(words, first, is_strong)?;
        Some(Body {
            end,
            is_number: false,
            is_strong,
        })
    }

    /// One past the last token of the house number that begins at a token: `12`, `12A`, `12/3/4`, `12-14`, no date.
    fn number_end(&self, first: usize) -> Option<usize> {
        let end = self.joined_end(first)?;
        let (day, year) = (self.token(first)?, self.token(end.checked_sub(1)?)?);
        let is_date = end == first + 3 && year.len() == 4 && day.len() <= 2;
        (!is_date).then_some(end)
    }

    /// One past the last of short numbers that slashes or dashes join.
    fn joined_end(&self, first: usize) -> Option<usize> {
        const MOST_PARTS: usize = 5;
        let units = self.folded.bytes();
        let token = self.token(first)?;
        let is_number = |token: &Token| {
            token.len() <= LONGEST_NUMBER && units.get(token.start as usize).is_some_and(u8::is_ascii_digit)
        };
        if !is_number(token) {
            return None;
        }
        let mut end = first + 1;
        let mut last = token;
        while end < first + MOST_PARTS {
            let Some(next) = self.token(end) else { break };
            let is_joined = next.start == last.end + 1 && matches!(units.get(last.end as usize), Some(b'/' | b'-'));
            if !is_joined || !is_number(next) {
                break;
            }
            last = next;
            end += 1;
        }
        Some(end)
    }

    /// One past the last token of the name that begins at a token: all its capitals, or two syllables without.
    fn name_end(&self, words: &Words, first: usize, is_capital: bool) -> Option<usize> {
        let opens_part = |at: usize| {
            let rest = self.folded.tokens().get(at..).unwrap_or_default();
            matches!(
                words.look_up(rest),
                Some((Word::Place(_) | Word::Cue(_) | Word::Province, _))
            )
        };
        let longest = if is_capital { LONGEST_NAME } else { 2 };
        let mut end = first + 1;
        while end < first + longest {
            let Some(token) = self.token(end) else { break };
            if token.gap != Gap::Plain
                || token.traits.has_digit()
                || (is_capital && !self.is_capital(token.start as usize))
                || opens_part(end)
                || self.is_after_line(token)
            {
                break;
            }
            end += 1;
        }
        Some(end)
    }

    fn is_after_line(&self, token: &Token) -> bool {
        let before = (token.start as usize).checked_sub(1);
        before.and_then(|before| self.folded.bytes().get(before)) == Some(&b'\n')
    }

    /// Whether the character at a unit was typed as a capital.
    fn is_capital(&self, unit: usize) -> bool {
        is_capital(self.text, self.folded, unit)
    }
}

/// Whether the character at a unit was typed as a capital.
pub(super) fn is_capital(text: &str, folded: &Folded, unit: usize) -> bool {
    let at = folded.span(unit..unit + 1).start as usize;
    text.get(at..)
        .and_then(|rest| rest.chars().next())
        .is_some_and(char::is_uppercase)
}

impl Chain {
    fn raise(&mut self, level: usize, strength: u8) {
        if let Some(slot) = self.levels.get_mut(level) {
            *slot = (*slot).max(strength);
        }
    }

    /// The sum of what the parts say: 10 for standing together, and for each part by how little else it could be.
    fn confidence(&self) -> Option<i16> {
        /// Street, hamlet, ward, district, province: in small letters, and sure.
        const POINTS: [[i16; 3]; 5] = [[0, 15, 30], [0, 10, 20], [0, 10, 25], [0, 10, 25], [0, 8, 20]];
        if self.parts < 2 || !self.has_number {
            return None;
        }
        let house = match self.house {
            House::None => 0,
            House::BareSmall => 12,
            House::Number => 20,
            House::Bare => 30,
            House::Named => 40,
        };
        let areas: i16 = POINTS
            .iter()
            .zip(self.levels)
            .filter_map(|(points, level)| points.get(level as usize))
            .sum();
        let cue = if self.has_cue { 15 } else { 0 };
        let sum = 10 + house + areas + cue;
        let is_somewhere = self.house > House::None || self.levels.get(1).is_some_and(|hamlet| *hamlet > 0);
        Some(if is_somewhere { sum.min(95) } else { sum.min(45) })
    }
}
