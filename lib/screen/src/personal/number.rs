//! Numbers as people write them: `0912.345.678`, `09 12 34 56 78`, `(024) 3825 1234`, `O9l2…`, `không chín một hai …`.
//!
//! A [`Run`] is the longest stretch of digits, letters that stand for digits and digits in words with only light signs
//! between them. It says nothing about what the digits mean: the detectors try each [`Number`] in it that begins and
//! ends where the writer made a cut. A run holds at most [`Run::CAPACITY`] digits; a longer stretch is read on from the
//! first number that did not fit, so that time stays linear.

use super::words::{Word, Words};
use crate::fold::{Folded, LetterMarks, OTHER_SYMBOL, Token};

/// No identifier has more digits.
const LONGEST_NUMBER: usize = 20;

/// Signs between two digits, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Seps(u8);

impl Seps {
    pub(super) const SPACE: Self = Self(1);
    pub(super) const DOT: Self = Self(2);
    pub(super) const DASH: Self = Self(4);
    pub(super) const COMMA: Self = Self(8);
    pub(super) const SLASH: Self = Self(16);
    /// Brackets, stars, bars, emoji.
    pub(super) const SIGN: Self = Self(32);
    pub(super) const PLUS: Self = Self(64);
    /// Several signs in a row: ` - `, `. `.
    pub(super) const WIDE: Self = Self(128);
    const LONGEST: usize = 3;

    /// The signs between two parts of one number; `None` when nobody would read across them.
    fn between(units: &[u8]) -> Option<Self> {
        if units.len() > Self::LONGEST {
            return None;
        }
        let mut all = Self::default();
        let mut kinds = 0;
        for unit in units {
            let one = match *unit {
                b' ' => Self::SPACE,
                b'.' => Self::DOT,
                b'-' | b'_' => Self::DASH,
                b',' => Self::COMMA,
                b'/' => Self::SLASH,
                b'+' => Self::PLUS,
                b'(' | b')' | b'*' | b'|' | b'~' | b'\'' | b'"' | b'#' | b'[' | b']' | OTHER_SYMBOL => Self::SIGN,
                _ => return None,
            };
            kinds += u8::from(one != Self::SIGN && !all.has(one));
            all = all.and(one);
        }
        Some(if kinds > 1 { all.and(Self::WIDE) } else { all })
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether any of these signs is among them.
    pub(super) const fn has(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }

    /// Whether there are no other signs than these.
    pub(super) const fn only(self, allowed: Self) -> bool {
        self.0 & !allowed.0 == 0
    }

    /// How many kinds there are.
    pub(super) const fn kinds(self) -> u32 {
        self.0.count_ones()
    }
}

/// One digit and where it stands.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    start: u32,
    /// Units it takes: more than one when it is a word.
    len: u8,
    /// Its token, counted from the first of the run; a run has no more tokens than digits.
    token: u8,
    /// Signs before it, when it begins a group.
    seps: Seps,
}

/// A stretch of digits.
#[derive(Debug)]
pub(super) struct Run {
    digits: [u8; Self::CAPACITY],
    places: [Place; Self::CAPACITY],
    len: usize,
    /// Digits that begin a group.
    cuts: u64,
    /// Digits written as letters.
    letters: u64,
    /// Digits written as words.
    words: u64,
    /// Other letters stand right before the first digit, or right after the last.
    glued: (bool, bool),
    /// The word before the digits within their token, as in `sdt0912…`.
    prefix: Option<Word>,
    /// The word after the digits within their token, as in `0912…zalo`.
    suffix: Option<Word>,
    first_token: usize,
    next_token: usize,
    is_cut_short: bool,
}

/// Which units of a token are digits.
enum Part {
    All,
    Inside(usize, usize),
    Nothing,
}

impl Run {
    /// Most digits that are looked at together.
    pub(super) const CAPACITY: usize = 64;
    /// From so many digits on letters may stand right beside them.
    const GLUED: usize = 9;
    /// Longest token with letters whose digits are looked for.
    const LONGEST_MIXED: usize = 32;

    /// An empty one.
    pub(super) const fn new() -> Self {
        Self {
            digits: [0; Self::CAPACITY],
            places: [Place {
                start: 0,
                len: 0,
                token: 0,
                seps: Seps(0),
            }; Self::CAPACITY],
            len: 0,
            cuts: 0,
            letters: 0,
            words: 0,
            glued: (false, false),
            prefix: None,
            suffix: None,
            first_token: 0,
            next_token: 0,
            is_cut_short: false,
        }
    }

    /// Reads the stretch that begins at a token.
    pub(super) fn read(&mut self, words: &Words, folded: &Folded, first: usize) {
        self.len = 0;
        self.first_token = first;
        (self.cuts, self.letters, self.words) = (0, 0, 0);
        (self.glued, self.prefix, self.suffix) = ((false, false), None, None);
        self.is_cut_short = false;
        let units = folded.bytes();
        let mut end_of_last = None;
        let mut at = first;
        while let Some(token) = folded.tokens().get(at) {
            let seps = match end_of_last {
                None => Some(Seps::default()),
                Some(end) => units.get(end..token.start as usize).and_then(Seps::between),
            };
            let Some(seps) = seps else { break };
            if self.len + LONGEST_NUMBER > Self::CAPACITY {
                self.is_cut_short = true;
                break;
            }
            if !self.push_token(words, folded, at, token, seps) {
                break;
            }
            end_of_last = Some(token.end as usize);
            at += 1;
            if self.glued.1 {
                break;
            }
        }
        self.next_token = at.max(first + 1);
    }

    fn push_token(&mut self, words: &Words, folded: &Folded, at: usize, token: &Token, seps: Seps) -> bool {
        if !token.traits.has_letter() {
            return self.push_units(token.units(), at, seps, folded);
        }
        if !token.traits.has_digit() {
            let Some(digit) = words.digit(token) else { return false };
            let bit = 1 << self.len;
            if token.len() == 1 {
                self.letters |= bit;
            } else {
                self.words |= bit;
            }
            self.cuts |= bit;
            self.push(digit, token.units(), at, seps);
            return true;
        }
        let units = folded.bytes().get(token.units()).unwrap_or_default();
        let marks = folded.marks().get(token.units()).unwrap_or_default();
        match digits_of(units, marks) {
            Part::All => self.push_units(token.units(), at, seps, folded),
            Part::Nothing => false,
            Part::Inside(from, to) => {
                let prefix = units.get(..from).filter(|letters| !letters.is_empty());
                let suffix = units.get(to..).filter(|letters| !letters.is_empty());
                let prefix_word = prefix.and_then(|letters| words.look_up_bare(letters));
                let is_named = matches!(prefix_word, Some(Word::Cue(_)));
                let is_long = to - from >= Self::GLUED;
                if prefix.is_some() && (self.len > 0 || !(is_named || is_long)) {
                    return false;
                }
                if suffix.is_some() && self.len == 0 && !is_long {
                    return false;
                }
                self.prefix = prefix_word;
                self.suffix = suffix.and_then(|letters| words.look_up_bare(letters));
                self.glued = (prefix.is_some() && !is_named, suffix.is_some());
                let start = token.start as usize;
                self.push_units(start + from..start + to, at, seps, folded)
            }
        }
    }

    fn push_units(&mut self, range: std::ops::Range<usize>, token: usize, seps: Seps, folded: &Folded) -> bool {
        if range.len() > LONGEST_NUMBER {
            return false;
        }
        self.cuts |= 1 << self.len;
        let units = folded.bytes().get(range.clone()).unwrap_or_default();
        for (unit, at) in units.iter().zip(range) {
            let digit = match unit {
                b'o' => 0,
                b'l' | b'i' => 1,
                digit => digit.wrapping_sub(b'0'),
            };
            if !unit.is_ascii_digit() {
                self.letters |= 1 << self.len;
            }
            self.push(digit, at..at + 1, token, seps);
        }
        true
    }

    fn push(&mut self, digit: u8, units: std::ops::Range<usize>, token: usize, seps: Seps) {
        if let (Some(slot), Some(place)) = (self.digits.get_mut(self.len), self.places.get_mut(self.len)) {
            *slot = digit;
            *place = Place {
                start: units.start as u32,
                len: units.len() as u8,
                token: (token - self.first_token) as u8,
                seps,
            };
            self.len += 1;
        }
    }

    /// How many digits.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// The token after the stretch.
    pub(super) const fn next_token(&self) -> usize {
        self.next_token
    }

    /// Whether more of the stretch follows than fits.
    pub(super) const fn is_cut_short(&self) -> bool {
        self.is_cut_short
    }

    /// The token in which a digit stands.
    pub(super) fn token_at(&self, digit: usize) -> usize {
        self.places
            .get(digit)
            .map_or(self.next_token, |place| self.first_token + place.token as usize)
    }

    /// Digits in the group that begins at a digit.
    pub(super) const fn group_len(&self, at: usize) -> usize {
        let later = if at + 1 < Self::CAPACITY {
            self.cuts >> (at + 1)
        } else {
            0
        };
        let to_cut = later.trailing_zeros() as usize + 1;
        let to_end = self.len.saturating_sub(at);
        if to_cut < to_end { to_cut } else { to_end }
    }

    /// Whether a group that begins here only goes on in the rhythm of the one before it, digit by digit or pair by
    /// pair, as the second `1` does in `0 1 1 2`.
    pub(super) fn goes_on_at(&self, at: usize) -> bool {
        let group = self.group_len(at);
        let Some(before) = at.checked_sub(group.clamp(1, 2)).filter(|_| at < self.len) else {
            return false;
        };
        let seps = |digit: usize| self.places.get(digit).map(|place| place.seps);
        self.group_len(before) == group
            && self.cuts >> before & 1 == 1
            && group <= 2
            && (before == 0 || seps(at) == seps(before))
    }

    /// The digit at a place, 0 to 9.
    pub(super) fn digit_at(&self, at: usize) -> Option<u8> {
        self.digits.get(at).copied().filter(|_| at < self.len)
    }

    /// The word before the digits within their token.
    pub(super) const fn prefix(&self) -> Option<Word> {
        self.prefix
    }

    /// The word after the digits within their token.
    pub(super) const fn suffix(&self) -> Option<Word> {
        self.suffix
    }
}

/// Finds the digits of a token that has letters too. Letters `o`, `l` and `i` count as digits when there are no others
/// and no more of them than digits.
fn digits_of(units: &[u8], marks: &[LetterMarks]) -> Part {
    if units.len() > Run::LONGEST_MIXED {
        return Part::Nothing;
    }
    let is_digit = |unit: &u8| unit.is_ascii_digit();
    let digits = units.iter().filter(|unit| is_digit(unit)).count();
    let like = units
        .iter()
        .zip(marks)
        .filter(|(unit, marks)| matches!(unit, b'o' | b'l' | b'i') && marks.quality() == 0 && marks.tone() == 0)
        .count();
    if digits + like == units.len() && like <= digits {
        return Part::All;
    }
    let (Some(from), Some(last)) = (units.iter().position(is_digit), units.iter().rposition(is_digit)) else {
        return Part::Nothing;
    };
    if last + 1 - from == digits {
        Part::Inside(from, last + 1)
    } else {
        Part::Nothing
    }
}

/// Digits of a run from one cut to another.
#[derive(Debug)]
pub(super) struct Number<'r> {
    run: &'r Run,
    from: usize,
    len: usize,
    groups: [u8; LONGEST_NUMBER],
    group_count: usize,
    seps: Seps,
    has_plus: bool,
}

impl<'r> Number<'r> {
    /// Most digits.
    pub(super) const LONGEST: usize = LONGEST_NUMBER;
    /// Most groups of unlike sizes.
    const MOST_GROUPS: usize = 7;

    /// An empty one that begins at a cut.
    pub(super) fn at(run: &'r Run, folded: &Folded, from: usize) -> Self {
        let start = run.places.get(from).map_or(0, |place| place.start as usize);
        let before = start.checked_sub(1).and_then(|before| folded.bytes().get(before));
        Self {
            has_plus: before == Some(&b'+'),
            run,
            from,
            len: 0,
            groups: [0; LONGEST_NUMBER],
            group_count: 0,
            seps: Seps(0),
        }
    }

    /// Takes one more group; false when there is none or it does not fit.
    pub(super) fn extend(&mut self) -> bool {
        let at = self.from + self.len;
        let group = self.run.group_len(at);
        let seps = self.run.places.get(at).map_or(Seps(0), |place| place.seps);
        // A plus begins a number of its own.
        let is_apart = self.len > 0 && seps.has(Seps::PLUS);
        if group == 0 || self.len + group > Self::LONGEST || is_apart {
            return false;
        }
        // Nobody writes so many groups but digit by digit or pair by pair, with the same sign between.
        let first = self.groups.first().copied().map_or(0, usize::from);
        if self.group_count >= Self::MOST_GROUPS && (group != first || (self.seps.kinds() > 1 && self.words() == 0)) {
            return false;
        }
        if let Some(slot) = self.groups.get_mut(self.group_count) {
            *slot = group as u8;
        }
        if self.len > 0 {
            self.seps = self
                .seps
                .and(self.run.places.get(at).map_or(Seps(0), |place| place.seps));
        }
        self.group_count += 1;
        self.len += group;
        true
    }

    /// Its digits, 0 to 9 each.
    pub(super) fn digits(&self) -> &'r [u8] {
        self.run.digits.get(self.from..self.from + self.len).unwrap_or_default()
    }

    /// How many digits.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// One past its last digit in the run.
    pub(super) const fn end(&self) -> usize {
        self.from + self.len
    }

    /// Whether it is the last of its run.
    pub(super) const fn is_last(&self) -> bool {
        self.end() == self.run.len && !self.run.is_cut_short
    }

    /// The sizes of its groups.
    pub(super) fn groups(&self) -> &[u8] {
        self.groups.get(..self.group_count).unwrap_or_default()
    }

    /// The signs inside it.
    pub(super) const fn seps(&self) -> Seps {
        self.seps
    }

    const fn mask(&self) -> u64 {
        ((1 << self.len) - 1) << self.from
    }

    /// How many digits are letters.
    pub(super) const fn letters(&self) -> u32 {
        (self.run.letters & self.mask()).count_ones()
    }

    /// How many digits are words.
    pub(super) const fn words(&self) -> u32 {
        (self.run.words & self.mask()).count_ones()
    }

    /// Whether other letters stand right beside it.
    pub(super) const fn is_glued(&self) -> bool {
        (self.from == 0 && self.run.glued.0) || (self.end() == self.run.len && self.run.glued.1)
    }

    /// Whether it is all digits, in one piece.
    pub(super) const fn is_plain(&self) -> bool {
        self.group_count == 1 && self.letters() == 0 && self.words() == 0
    }

    /// Whether it is all digits, perhaps in groups with these signs between.
    pub(super) const fn is_written_with(&self, seps: Seps) -> bool {
        self.seps.only(seps) && self.letters() == 0 && self.words() == 0
    }

    /// Whether it is written as a number of things is: `1.200.000`.
    pub(super) fn is_thousands(&self) -> bool {
        let [first, rest @ ..] = self.groups() else {
            return false;
        };
        !rest.is_empty()
            && *first <= 3
            && rest.iter().all(|group| *group == 3)
            && self.seps.only(Seps::DOT.and(Seps::COMMA))
            && self.digits().first() != Some(&0)
    }

    /// Whether it begins as a date does: `09-12-2024`, `2024/12/09`.
    pub(super) fn begins_as_date(&self) -> bool {
        let digits = self.digits();
        let year = |at: usize| {
            let century = digits.get(at..at + 2);
            century == Some(&[1, 9]) || century == Some(&[2, 0])
        };
        match self.groups() {
            [1 | 2, 1 | 2, 4, ..] => {
                let at = self.groups().iter().take(2).map(|group| *group as usize).sum();
                year(at) && !self.seps.only(Seps::SPACE)
            }
            [4, 1 | 2, 1 | 2, ..] => year(0),
            _ => false,
        }
    }

    /// Its units.
    pub(super) fn units(&self) -> std::ops::Range<usize> {
        let start = self.run.places.get(self.from).map_or(0, |place| place.start as usize);
        let last = self.end().checked_sub(1).and_then(|last| self.run.places.get(last));
        start..last.map_or(start, |place| place.start as usize + place.len as usize)
    }

    /// Whether a plus stands right before it.
    pub(super) const fn has_plus_before(&self) -> bool {
        self.has_plus
    }

    /// Its units with a plus before it, and with the bracket that opens before it when it closes inside it.
    pub(super) fn units_with_signs(&self, folded: &Folded) -> std::ops::Range<usize> {
        let mut units = self.units();
        let before = |at: usize| at.checked_sub(1).and_then(|before| folded.bytes().get(before));
        if self.has_plus {
            units.start -= 1;
        }
        let closes = folded.bytes().get(units.clone()).unwrap_or_default().iter();
        if before(units.start) == Some(&b'(') && closes.take_while(|unit| **unit != b'(').any(|unit| *unit == b')') {
            units.start -= 1;
        }
        units
    }
}
