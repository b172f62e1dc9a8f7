//! The walk over a text: notes words, gathers digits, asks the detectors and reports the surest.
//!
//! It knows no format: what a number looks like is the detectors' business, how it is written is [`Run`]'s. It goes
//! over the tokens once, and over each digit a bounded number of times.

use std::ops::Range;

use super::address::{self, Addresses};
use super::context::Context;
use super::number::{Number, Run};
use super::words::{Cue, Word};
use super::{Detectors, Hit, Promise, account, bhxh, card, cccd, cmnd, email, mst, passport, phone, plate};
use crate::fold::{Folded, Token};
use crate::{Confidence, Finding, PersonalKind, Place, Signal, Signals};

/// What a number is to a detector.
type Judge = fn(&Number<'_>, &Context) -> Option<Hit>;

/// One reading of one text.
pub(super) struct Walk<'w, 'o> {
    detectors: &'w Detectors,
    text: &'w str,
    folded: &'w Folded,
    promise: Promise,
    context: Context,
    run: Run,
    /// Units before this one belong to something that was found.
    taken: usize,
    out: &'o mut Signals,
}

impl<'w, 'o> Walk<'w, 'o> {
    pub(super) fn new(
        detectors: &'w Detectors,
        text: &'w str,
        folded: &'w Folded,
        promise: Promise,
        out: &'o mut Signals,
    ) -> Self {
        Self {
            detectors,
            text,
            folded,
            promise,
            context: Context::default(),
            run: Run::new(),
            taken: 0,
            out,
        }
    }

    /// Reads the text and reports what it finds.
    pub(super) fn run(&mut self) {
        self.find_mail();
        self.read_tokens();
    }

    fn report(&mut self, units: Range<usize>, hit: Hit) {
        let confidence = hit.confidence.clamp(0, 100) as u8;
        let floor = self
            .detectors
            .floors
            .get(hit.kind as usize)
            .copied()
            .unwrap_or(Detectors::OFF);
        if confidence >= floor {
            self.out.push(Signal {
                place: Place::Text(self.folded.span(units)),
                finding: Finding::Personal(hit.kind),
                confidence: Confidence::percent(confidence),
            });
        }
    }

    fn find_mail(&mut self) {
        let units = self.folded.bytes();
        let mut end = 0;
        for at in memchr::memchr3_iter(b'@', b'(', b'[', units) {
            let found = match units.get(at) {
                _ if at < end => None,
                Some(b'@') => email::judge(units, at),
                _ if units.get(at + 1..at + 3) == Some(b"at") => email::judge_spelled(units, at),
                _ => None,
            };
            if let Some((range, hit)) = found {
                end = range.end;
                self.report(range, hit);
            }
        }
    }

    fn read_tokens(&mut self) {
        let words = &self.detectors.words;
        let tokens = self.folded.tokens();
        let mut addresses = Addresses::new(self.text, self.folded);
        let mut run_end = 0;
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let mut step = 1;
            let mut found = None;
            if token.traits.has_digit() {
                self.find_mixed(at, token);
                if at >= run_end && token.start as usize >= self.taken {
                    run_end = self.read_run(at);
                }
                if token.start as usize >= self.taken {
                    found = addresses.number(at);
                }
            } else if let Some((word, len)) = self.word_at(at, token) {
                step = len;
                match word {
                    Word::Cue(cue) => self.context.note(cue, at + len),
                    Word::Place(level) => {
                        step = 1;
                        found = addresses.place(words, level, at, len);
                    }
                    Word::Province => found = addresses.province(at, len),
                    Word::AddressCue => addresses.note_cue(at + len),
                    Word::Digit(_) if at >= run_end => run_end = self.read_run(at),
                    Word::At if self.promise == Promise::Anything => self.find_spelled_mail(token),
                    Word::At | Word::Digit(_) | Word::Unit | Word::Nothing => {}
                }
            }
            if let Some((range, hit)) = found {
                self.report(range, hit);
            }
            at += step;
        }
        if let Some((range, hit)) = addresses.finish() {
            self.report(range, hit);
        }
    }

    /// The word at a token, if it says something there.
    #[inline(always)]
    fn word_at(&self, at: usize, token: &Token) -> Option<(Word, usize)> {
        let words = &self.detectors.words;
        let tokens = self.folded.tokens();
        let next = tokens.get(at + 1);
        let roles_of_next = next.map(|next| words.roles(next)).unwrap_or_default();
        if !words.roles(token).speaks_before(roles_of_next, next) {
            return None;
        }
        words.look_up(tokens.get(at..).unwrap_or_default())
    }

    fn find_spelled_mail(&mut self, token: &Token) {
        let units = self.folded.bytes();
        if let Some((range, hit)) = email::judge_spelled(units, token.start as usize) {
            self.report(range, hit);
        }
    }

    /// Finds what begins at a token with digits and is not a plain number: plates and passports.
    fn find_mixed(&mut self, at: usize, token: &Token) {
        let start = token.start as usize;
        if start < self.taken {
            return;
        }
        self.context.turn_to(at, None);
        let units = self.folded.bytes();
        let found = match units.get(start) {
            Some(b'0'..=b'9') if token.len() <= 9 => {
                let is_capital = |unit: usize| address::is_capital(self.text, self.folded, unit);
                plate::judge(units, start, &self.context, is_capital)
            }
            _ => None,
        };
        let found = found.or_else(|| self.find_passport(at, token));
        if let Some((range, hit)) = found {
            self.taken = range.end;
            self.context.spend(at + 1);
            self.report(range, hit);
        }
    }

    fn find_passport(&self, at: usize, token: &Token) -> Option<(Range<usize>, Hit)> {
        let units = self.folded.bytes();
        let tokens = self.folded.tokens();
        if token.traits.has_letter() && token.len() > 10 {
            return passport::judge_line(units, token);
        }
        // The letter of the number may be a token of its own.
        let letter = at.checked_sub(1).filter(|_| !token.traits.has_letter());
        let first = letter.filter(|letter| tokens.get(*letter).is_some_and(|letter| letter.len() == 1));
        passport::judge(units, tokens.get(first.unwrap_or(at)..)?, &self.context)
    }

    /// Reads the run of digits that begins at a token; returns the token after it.
    fn read_run(&mut self, first: usize) -> usize {
        let words = &self.detectors.words;
        let tokens = self.folded.tokens();
        let goes_on = |token: &Token| token.traits.has_digit() || words.digit(token).is_some();
        let is_short = tokens
            .get(first)
            .is_some_and(|token| token.len() < Detectors::SHORTEST as u32);
        if is_short && !tokens.get(first + 1).is_some_and(goes_on) {
            return first + 1;
        }
        let mut start = first;
        loop {
            self.run.read(&self.detectors.words, self.folded, start);
            if let Some(Word::Cue(cue)) = self.run.prefix() {
                self.context.note(cue, start + 1);
            }
            match self.read_numbers() {
                Some(rest) if rest > start => start = rest,
                _ => return self.run.next_token(),
            }
        }
    }

    /// Tries every number of the run; returns the token from which to read on when the run was cut short.
    fn read_numbers(&mut self) -> Option<usize> {
        let len = self.run.len();
        if len < Detectors::SHORTEST {
            return None;
        }
        let mut from = 0;
        while from < len {
            if self.run.is_cut_short() && from + Number::LONGEST > len {
                return Some(self.run.token_at(from));
            }
            match self.find_number(from) {
                Some(end) => from = end,
                None => {
                    from += self.run.group_len(from).max(1);
                    while self.run.group_len(from) == 1 && self.run.goes_on_at(from) {
                        from += 1;
                    }
                }
            }
        }
        None
    }

    /// Reports the surest number that begins at a digit of the run; returns the digit after it.
    fn find_number(&mut self, from: usize) -> Option<usize> {
        let token = self.run.token_at(from);
        self.context.turn_to(token, None);
        let mut number = Number::at(&self.run, self.folded, from);
        let mut best: Option<(Hit, usize, Range<usize>)> = None;
        while number.extend() {
            if number.len() < Detectors::SHORTEST {
                continue;
            }
            if number.is_last() {
                let after = self.word_after(&self.run);
                self.context.turn_to(token, after);
            }
            let Some((mut hit, units)) = self.judge(&number) else {
                continue;
            };
            hit.confidence -= self.rhythm_penalty(number.end());
            if best
                .as_ref()
                .is_none_or(|(best, _, _)| hit.confidence >= best.confidence)
            {
                best = Some((hit, number.end(), units));
            }
        }
        let (hit, end, units) = best?;
        self.taken = units.end;
        let next = self.run.token_at(end.saturating_sub(1)) + 1;
        let rest = self.folded.tokens().get(next..).unwrap_or_default();
        // A bank named after an account belongs to it, not to the number that follows.
        let named = match self.detectors.words.look_up(rest) {
            Some((Word::Cue(Cue::Bank), len)) if hit.kind == PersonalKind::BankAccount => len,
            _ => 0,
        };
        self.context.spend(next + named);
        match surroundings(self.folded.bytes(), &units) {
            Surroundings::Plain => self.report(units, hit),
            Surroundings::Url => self.report(units, Hit::new(hit.kind, hit.confidence - 40)),
            Surroundings::Email => {}
        }
        Some(end)
    }

    /// A number hardly ends where its digits go on in the same rhythm; but after pairs another may begin with a 0.
    fn rhythm_penalty(&self, end: usize) -> i16 {
        match (self.run.goes_on_at(end), self.run.group_len(end)) {
            (false, _) => 0,
            (true, 1) => 25,
            (true, _) if self.run.digit_at(end) == Some(0) => 0,
            (true, _) => 30,
        }
    }

    /// What a number most surely is, and its units with the signs that belong to it.
    fn judge(&self, number: &Number<'_>) -> Option<(Hit, Range<usize>)> {
        let context = &self.context;
        if number.len() == 13
            && let Some((group, start)) = insured_group(self.folded.bytes(), number)
            && let Some(hit) = bhxh::judge_card(group, number, context)
        {
            return Some((hit, start..number.units().end));
        }
        let judges: &[Judge] = match number.len() {
            ..=8 => &[account::judge],
            9 => &[cmnd::judge, account::judge],
            10 => &[mst::judge, phone::judge, bhxh::judge, account::judge],
            11 => &[phone::judge, account::judge],
            12 => &[cccd::judge, mst::judge, phone::judge, account::judge],
            13 => &[mst::judge, phone::judge, account::judge],
            14 => &[card::judge, phone::judge, account::judge],
            _ => &[card::judge, account::judge],
        };
        let hits = judges.iter().filter_map(|judge| judge(number, context));
        let best = hits.reduce(|best, hit| if hit.confidence > best.confidence { hit } else { best })?;
        Some((best, number.units_with_signs(self.folded)))
    }

    /// The first word after the run that says something about it: the next one, or a bank or a phone a little further
    /// on that no other number follows.
    fn word_after(&self, run: &Run) -> Option<Word> {
        const REACH: usize = 5;
        if run.suffix().is_some() {
            return run.suffix();
        }
        let tokens = self.folded.tokens();
        let first = run.next_token();
        let mut at = first;
        while at < first + REACH {
            let rest = tokens.get(at..).filter(|rest| !rest.is_empty())?;
            if rest.first().is_some_and(|token| token.traits.has_digit()) {
                return None;
            }
            let found = self.detectors.words.look_up(rest);
            let len = found.map_or(1, |(_, len)| len);
            let has_number = rest.iter().skip(len).take(3).any(|token| token.traits.has_digit());
            if let Some((Word::Cue(cue), _)) = found {
                let is_of_number = matches!(cue, Cue::Bank | Cue::Phone) && (at == first || !has_number);
                return is_of_number.then_some(Word::Cue(cue));
            }
            if at == first
                && let Some((Word::Unit, _)) = found
            {
                return Some(Word::Unit);
            }
            at += len;
        }
        None
    }
}

/// The two letters before a number, as on a health insurance card, and where they begin.
fn insured_group(units: &[u8], number: &Number<'_>) -> Option<([u8; 2], usize)> {
    let start = number.units().start;
    let sign = usize::from(matches!(units.get(start.checked_sub(1)?), Some(b' ' | b'-')));
    let letters = start.checked_sub(2 + sign)?;
    let group = match units.get(letters..letters + 2)? {
        [first @ b'a'..=b'z', second @ b'a'..=b'z'] => [*first, *second],
        _ => return None,
    };
    let is_word = letters == 0 || units.get(letters - 1).is_some_and(|unit| !unit.is_ascii_alphanumeric());
    is_word.then_some((group, letters))
}

/// What a number stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Surroundings {
    Plain,
    /// Part of a link other than one to a messenger.
    Url,
    /// Part of an e-mail address.
    Email,
}

fn surroundings(units: &[u8], number: &Range<usize>) -> Surroundings {
    const REACH: usize = 128;
    const MESSENGERS: [&[u8]; 3] = [b"zalo.me/", b"wa.me/", b"t.me/"];
    let is_inside = |unit: &&u8| !matches!(**unit, b' ' | b'\n');
    let after = units.get(number.end..).unwrap_or_default();
    let rest_of_local = after
        .iter()
        .take(REACH)
        .take_while(|unit| unit.is_ascii_alphanumeric() || matches!(**unit, b'.' | b'_' | b'-'))
        .count();
    if after.get(rest_of_local) == Some(&b'@') {
        return Surroundings::Email;
    }
    let before = units
        .get(number.start.saturating_sub(REACH)..number.start)
        .unwrap_or_default();
    let len = before.iter().rev().take_while(is_inside).count();
    let chunk = before.get(before.len() - len..).unwrap_or_default();
    let Some(slash) = chunk.iter().position(|unit| *unit == b'/') else {
        return Surroundings::Plain;
    };
    let host = chunk.get(..slash).unwrap_or_default();
    let has_dot = host
        .windows(3)
        .any(|near| matches!(near, [a, b'.', c] if a.is_ascii_lowercase() && c.is_ascii_lowercase()));
    let is_link = has_dot || chunk.windows(3).any(|near| near == b"://");
    let is_messenger = MESSENGERS
        .iter()
        .any(|messenger| chunk.windows(messenger.len()).any(|near| near == *messenger));
    if is_link && !is_messenger {
        Surroundings::Url
    } else {
        Surroundings::Plain
    }
}
