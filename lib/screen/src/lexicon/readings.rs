//! Readings: what tokens may say besides what they plainly are.
//!
//! Each reading says that the tokens from one to another may be read as these words. Together with the plain words they
//! make a lattice that phrases are followed through. Only tokens that look odd are examined, so ordinary text pays for
//! none of it.

use crate::fold::{Folded, Key, Token};
use crate::lexicon::key_map::NONE;
use crate::lexicon::phrases::{Known, MarkedWord, Own, Phrases};
use crate::lexicon::pieces::{self, Pieces, ReadWord, Signs, SignsAround};
use crate::lexicon::spelling::{Beside, Mixed, Sieve, Spelling};
use crate::lexicon::suspects::Suspects;
use crate::lexicon::typing::{self, Decoded, Leet};
use crate::limits::{MAX_PHRASE_SYLLABLES, MAX_PIECES};

/// Tokens `from..to` may be read as these words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    pub(super) from: u32,
    pub(super) to: u32,
    /// Its words: a piece of [`Readings::words`], or of [`Phrases::words`] where [`Reading::OF_PHRASES`] is set.
    words_at: u32,
    words: u32,
    /// Its first word and its last, which are asked for most.
    pub(super) first: Spelling,
    pub(super) last: Spelling,
    /// The first phrase of its word if that is only one, or [`NONE`].
    pub(super) single: u32,
    /// Whether two of its words may be an anchor.
    pub(super) has_anchor: bool,
    /// The signs around its tokens that are letters of it.
    pub(super) signs: SignsAround,
    /// The next reading that begins at the same token; [`NONE`] at the end.
    next: u32,
}

impl Reading {
    const OF_PHRASES: u32 = 1 << 31;

    /// How many words it has.
    #[inline(always)]
    pub(super) const fn words(&self) -> u8 {
        self.words as u8
    }
}

/// What there is to ask of a reading by the token before which it ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ending {
    /// Its last word.
    pub(super) last: Mixed,
    pub(super) number: u32,
    to: u32,
    /// How many words it has.
    pub(super) words: u8,
}

impl Ending {
    const NONE: Self = Self {
        last: Spelling(0).mixed(),
        number: NONE,
        to: 0,
        words: 0,
    };

    const fn of((number, reading): (u32, &Reading)) -> Self {
        Self {
            last: reading.last.mixed(),
            number,
            to: reading.to,
            words: reading.words(),
        }
    }
}

/// The readings of a text besides its plain words.
#[derive(Debug, Default)]
pub(super) struct Readings {
    readings: Vec<Reading>,
    words: Vec<MarkedWord>,
    /// The first reading that begins at each token, and where in `endings` those begin that end before it; empty where
    /// there are [`Readings::FEW`] at the most, which are looked through quicker than this is made.
    first: Vec<(u32, u32)>,
    /// Before which tokens some end, and at which some begin, one bit each: most tokens are asked for in vain.
    ends: Vec<u64>,
    begins: Vec<u64>,
    /// What may stand before each token, and at it; empty where `first` is.
    sieves: Vec<(Sieve, Sieve)>,
    /// What ends before one token stands side by side, because most pairs of readings are asked for there.
    endings: Vec<Ending>,
    pieces: Pieces,
}

/// Tokens whose bits are kept together.
const BLOCK: usize = 64;

#[inline(always)]
fn has(bits: &[u64], token: usize) -> bool {
    bits.get(token / BLOCK)
        .is_some_and(|bits| bits >> (token % BLOCK) & 1 == 1)
}

const _: () = assert!(
    MAX_PHRASE_SYLLABLES < BLOCK,
    "a phrase is looked around in fewer bits than a block has"
);

/// Whether one of fewer than [`BLOCK`] bits is set.
#[inline(always)]
fn any(bits: &[u64], from: usize, count: usize) -> bool {
    let block = |number: usize| bits.get(number).copied().unwrap_or(0);
    let (number, at) = (from / BLOCK, from % BLOCK);
    let these = u128::from(block(number)) | u128::from(block(number + 1)) << BLOCK;
    (these >> at) as u64 & !(u64::MAX << count) != 0
}

fn set(bits: &mut [u64], token: u32) {
    if let Some(bits) = bits.get_mut(token as usize / BLOCK) {
        *bits |= 1 << (token as usize % BLOCK);
    }
}

impl Readings {
    const FEW: usize = 8;

    /// Forgets the readings, for a text of so many tokens.
    pub(super) fn clear(&mut self, tokens: usize) {
        let blocks = tokens / BLOCK + 1;
        for bits in [&mut self.ends, &mut self.begins] {
            bits.clear();
            bits.resize(blocks, 0);
        }
        self.readings.clear();
        self.words.clear();
        self.first.clear();
        self.sieves.clear();
        self.endings.clear();
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.readings.len()
    }

    /// The reading of a number.
    #[inline(always)]
    pub(super) fn get(&self, number: u32) -> Option<&Reading> {
        self.readings.get(number as usize)
    }

    /// Finds what a token may say besides the word that it is.
    pub(super) fn read(&mut self, phrases: &Phrases, folded: &Folded, at: u32, own: Own) {
        if own == Own::UNKNOWN {
            if let Some(token) = folded.tokens().get(at as usize) {
                self.read_token(phrases, folded, at, token);
            }
            return;
        }
        for meaning in phrases.meanings(own) {
            self.add(Reading {
                from: at,
                to: at + 1,
                words_at: meaning.words_at | Reading::OF_PHRASES,
                words: meaning.words,
                first: meaning.first,
                last: meaning.last,
                single: meaning.single,
                has_anchor: meaning.has_anchor,
                signs: SignsAround::default(),
                next: NONE,
            });
        }
    }

    /// Links the readings of a text with these tokens.
    pub(super) fn index(&mut self, tokens: &[Token]) {
        if self.readings.len() <= Self::FEW {
            return;
        }
        self.first.resize(tokens.len() + 2, (NONE, 0));
        let mut before = Sieve::default();
        self.sieves.extend(tokens.iter().map(|token| {
            let plain = Sieve::default().with(Spelling::of(token.key).mixed());
            (std::mem::replace(&mut before, plain), plain)
        }));
        self.sieves.push((before, Sieve::default()));
        for (number, reading) in (0..).zip(&mut self.readings) {
            if let Some((first, _)) = self.first.get_mut(reading.from as usize) {
                reading.next = std::mem::replace(first, number);
            }
            if let Some((_, count)) = self.first.get_mut(reading.to as usize) {
                *count += 1;
            }
            if let Some((_, behind)) = self.sieves.get_mut(reading.from as usize) {
                *behind = behind.with(reading.first.mixed());
            }
            if let Some((before, _)) = self.sieves.get_mut(reading.to as usize) {
                *before = before.with(reading.last.mixed());
            }
        }
        // From how many end before each token to where they end, and, as they are placed, to where they begin.
        let mut end = 0;
        for (_, count) in &mut self.first {
            end += *count;
            *count = end;
        }
        self.endings.resize(self.readings.len(), Ending::NONE);
        for (number, reading) in (0..).zip(&self.readings) {
            if let Some((_, place)) = self.first.get_mut(reading.to as usize) {
                *place -= 1;
                if let Some(ending) = self.endings.get_mut(*place as usize) {
                    *ending = Ending::of((number, reading));
                }
            }
        }
    }

    /// Whether one ends fewer than so many tokens before a token, or begins fewer than so many behind another.
    #[inline(always)]
    pub(super) fn are_near(&self, before: usize, from: usize, to: usize, behind: usize) -> bool {
        let first = (from + 1).saturating_sub(before);
        any(&self.ends, first, from + 1 - first) || any(&self.begins, to, behind)
    }

    /// The numbers of the readings that begin at a token.
    #[inline(always)]
    pub(super) fn beginning_at(&self, token: usize) -> impl Iterator<Item = u32> {
        let are_few = self.first.is_empty();
        let first = if !has(&self.begins, token) {
            None
        } else if are_few {
            self.last_of_few(Self::FEW, token)
        } else {
            self.first.get(token).and_then(|(first, _)| some(*first))
        };
        std::iter::successors(first, move |number| {
            if are_few {
                self.last_of_few(*number as usize, token)
            } else {
                self.get(*number).and_then(|reading| some(reading.next))
            }
        })
    }

    /// The last of a few readings before one that begins at a token.
    #[inline(always)]
    fn last_of_few(&self, before: usize, token: usize) -> Option<u32> {
        let mut few = self.readings.iter().take(before);
        let last = few.rposition(|reading| reading.from as usize == token)?;
        Some(last as u32)
    }

    /// The readings that end before a token.
    #[inline(always)]
    pub(super) fn ending_at(&self, token: usize) -> impl Iterator<Item = &Ending> {
        let endings = match self.first.get(token..) {
            _ if !has(&self.ends, token) => None,
            _ if self.first.is_empty() => Some(self.endings.as_slice()),
            Some([(_, from), (_, to), ..]) => self.endings.get(*from as usize..*to as usize),
            Some(_) | None => None,
        };
        endings
            .unwrap_or_default()
            .iter()
            .filter(move |ending| ending.to as usize == token)
    }

    /// What may stand beside the words from one of these tokens to another: plain words and readings, and anything where
    /// the words begin or end inside of a reading, which is said by [`NONE`].
    #[inline(always)]
    pub(super) fn beside(&self, tokens: &[Token], from: u32, to: u32) -> Beside {
        let sieve = |at: u32| self.sieves.get(at as usize);
        let before = match (from, sieve(from)) {
            (NONE, _) => Sieve::ALL,
            (_, Some((before, _))) => *before,
            (_, None) => self.few_before(tokens, from as usize),
        };
        let behind = match (to, sieve(to)) {
            (NONE, _) => Sieve::ALL,
            (_, Some((_, behind))) => *behind,
            (_, None) => self.few_behind(tokens, to as usize),
        };
        Beside::new(before, behind)
    }

    /// What may stand before a token, where there are few readings.
    #[inline(always)]
    fn few_before(&self, tokens: &[Token], token: usize) -> Sieve {
        let plain = tokens.get(token.wrapping_sub(1)).into_iter();
        let plain = plain.map(|token| Spelling::of(token.key).mixed());
        let words = plain.chain(self.ending_at(token).map(|ending| ending.last));
        words.fold(Sieve::default(), Sieve::with)
    }

    /// What may stand at a token, where there are few readings.
    #[inline(always)]
    fn few_behind(&self, tokens: &[Token], token: usize) -> Sieve {
        let plain = tokens.get(token).into_iter();
        let plain = plain.map(|token| Spelling::of(token.key));
        let beginning = self.beginning_at(token).filter_map(|number| self.get(number));
        let words = plain.chain(beginning.map(|reading| reading.first));
        words.fold(Sieve::default(), |sieve, word| sieve.with(word.mixed()))
    }

    /// The signs before a token and behind another that are letters of what begins and ends there.
    pub(super) fn signs_around(&self, from: usize, to: usize) -> SignsAround {
        let mut beginning = self.beginning_at(from).filter_map(|number| self.get(number));
        let mut ending = self.ending_at(to).filter_map(|ending| self.get(ending.number));
        SignsAround {
            before: beginning.any(|reading| reading.signs.before),
            behind: ending.any(|reading| reading.signs.behind),
        }
    }

    /// The words of the reading of a number.
    #[inline(always)]
    pub(super) fn words<'a>(&'a self, phrases: &'a Phrases, number: u32) -> &'a [MarkedWord] {
        let words = self.get(number).and_then(|reading| {
            let from = (reading.words_at & !Reading::OF_PHRASES) as usize;
            let words = if reading.words_at & Reading::OF_PHRASES == 0 {
                &self.words
            } else {
                &phrases.words
            };
            words.get(from..from + reading.words as usize)
        });
        words.unwrap_or_default()
    }

    fn push(&mut self, read: &ReadWord) {
        let words_at = self.words.len() as u32;
        let spelling = read.word.spelling;
        self.words.push(read.word);
        self.add(Reading {
            first: spelling,
            last: spelling,
            from: read.from,
            to: read.to,
            words_at,
            words: 1,
            single: read.single,
            has_anchor: false,
            signs: read.signs,
            next: NONE,
        });
    }

    #[inline(always)]
    fn add(&mut self, reading: Reading) {
        set(&mut self.begins, reading.from);
        set(&mut self.ends, reading.to);
        let number = self.readings.len() as u32;
        // Where there are more, `index` lays all of them out.
        if self.readings.len() < Self::FEW {
            self.endings.push(Ending::of((number, &reading)));
        }
        self.readings.push(reading);
    }

    fn read_token(&mut self, phrases: &Phrases, folded: &Folded, at: u32, token: &Token) {
        let units = folded.bytes().get(token.units()).unwrap_or_default();
        let marks = folded.marks().get(token.units()).unwrap_or_default();
        let is_number = !token.traits.has_letter();
        if is_number
            || !token.traits.is_unlike_a_syllable()
            || units.len() > typing::LONGEST && !token.traits.has_repeat()
        {
            return;
        }
        let mut seen = [None; 4];
        let mut add = |decoded: Option<Decoded>, look_up: fn(&Phrases, Key) -> Option<Known>| {
            let Some(decoded) = decoded else { return };
            let Some(Known { spelling, single }) = look_up(phrases, decoded.key) else {
                return;
            };
            if seen.contains(&Some(spelling)) {
                return;
            }
            if let Some(slot) = seen.iter_mut().find(|slot| slot.is_none()) {
                *slot = Some(spelling);
            }
            let marks = decoded.marks;
            self.push(&ReadWord {
                from: at,
                to: at + 1,
                signs: SignsAround::default(),
                word: MarkedWord { spelling, marks },
                single,
            });
        };
        if token.traits.has_digit() {
            add(typing::vni(units, marks), Phrases::word_of_key);
            add(typing::leet(units, marks, Leet::First), Phrases::word_of_collapsed);
            add(typing::leet(units, marks, Leet::Second), Phrases::word_of_collapsed);
        } else {
            if token.traits.has_repeat() {
                add(typing::collapsed(units, marks), Phrases::word_of_collapsed);
            }
            add(typing::telex(units, marks), Phrases::word_of_key);
        }
    }

    /// Words cut into pieces: spelled out letter by letter, with signs between, or with signs for letters. Says whether
    /// there were more than [`MAX_PIECES`], which are left alone.
    pub(super) fn read_pieces(&mut self, phrases: &Phrases, folded: &Folded, suspects: &Suspects) -> bool {
        let has_signs = suspects.has_signs();
        if !has_signs && !suspects.has_pieces() {
            return false;
        }
        let mut left = MAX_PIECES;
        let mut is_cut = false;
        let tokens = folded.tokens();
        let next_sign = |from| pieces::sign_for_letter(folded, from).unwrap_or(u32::MAX);
        let (mut from, mut second, mut sign) = (0, 0, if has_signs { next_sign(0) } else { u32::MAX });
        loop {
            // Two pieces of one word, or a sign among the units of a word, or right beside it, make the next run.
            if second <= from {
                second = suspects.next_piece(from + 1).unwrap_or(usize::MAX);
            }
            if sign == u32::MAX {
                from = second - 1;
            }
            let Some(first) = tokens.get(from) else { break };
            let begin = first.start.saturating_sub(1);
            if sign < begin {
                sign = next_sign(begin);
            }
            if from + 1 < second && sign > first.end {
                from += 1;
                continue;
            }
            let mut to = from + 1;
            let mut last = first;
            while let Some(next) = tokens.get(to).filter(|next| pieces::are_pieces(folded, last, next)) {
                last = next;
                to += 1;
            }
            let is_pieces = to - from > 1;
            let kept = if is_pieces { to.min(from + left) } else { to };
            let run = tokens.get(from..kept).unwrap_or_default();
            if is_pieces {
                is_cut |= kept < to;
                left -= run.len();
                if pieces::may_fit(run) {
                    self.glue(phrases, folded, run, from as u32, Signs::Dropped);
                }
            }
            if run.last().is_some_and(|last| sign <= last.end) {
                self.glue(phrases, folded, run, from as u32, Signs::AsLetters);
            }
            from = to;
        }
        is_cut
    }

    /// Puts the pieces of a run together in every way that makes a word.
    fn glue(&mut self, phrases: &Phrases, folded: &Folded, run: &[Token], offset: u32, signs: Signs) {
        let mut pieces = std::mem::take(&mut self.pieces);
        pieces.lay_out(folded, run, offset, signs);
        pieces.glue(phrases, signs, |read| self.push(&read));
        self.pieces = pieces;
    }
}

/// A number, unless it stands for none.
#[inline(always)]
fn some(number: u32) -> Option<u32> {
    (number != NONE).then_some(number)
}
