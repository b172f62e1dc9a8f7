//! One pass over a text: pairs of neighbours are asked of the filter first, and only what passes is looked at closely.
//!
//! A phrase is found at its anchor and followed from there to both ends: over plain words alone, or through the lattice
//! of [readings](super::readings) when it may be disguised. What an anchor costs is bounded by [`MAX_STEPS`].

use super::key_map::NONE;
use super::phrases::{FEWEST_JOINED_LETTERS, MarkedWord, Phrase, Phrases, Word};
use super::readings::{self, Reading, Readings};
use super::spelling::{Neighbour, Side, Spelling};
use super::{Hit, is_marked};
use crate::fold::{Folded, Gap, LetterMarks, Marks, Token};
use crate::{MatchMode, Writing};

/// Most steps through the lattice from one anchor; a text that needs more is disguised beyond reading, and says so.
const MAX_STEPS: u32 = 512;

/// Memory that matching reuses.
#[derive(Debug, Default)]
pub(super) struct MatchScratch {
    suspects: Suspects,
    readings: Readings,
    found: Found,
}

/// What the filters let through.
#[derive(Debug, Default)]
struct Suspects {
    /// Tokens that may begin an anchor with the next, and its hash.
    pairs: Vec<(u32, u64)>,
    /// Tokens that begin an anchor, if hashes are right, the first phrase of it, and what must stand beside it.
    anchors: Vec<(u32, u32, Neighbour)>,
    /// Tokens that may be a phrase of their own or a short form; whether they may also be several words or typed oddly.
    tokens: Vec<(u32, bool)>,
    /// Those of them that are words, or none and to be looked at all the same.
    words: Vec<(u32, Word)>,
}

/// What was found.
#[derive(Debug, Default)]
struct Found {
    hits: Vec<Hit>,
    near: Vec<Hit>,
    reaches: Reaches,
}

/// How far the phrase at hand reaches to both sides.
#[derive(Debug, Default)]
struct Reaches {
    left: Vec<Reach>,
    right: Vec<Reach>,
}

impl MatchScratch {
    /// Entries that were found, and words that entries want near.
    pub(super) fn found(&mut self) -> (&mut Vec<Hit>, &mut Vec<Hit>) {
        (&mut self.found.hits, &mut self.found.near)
    }
}

/// How far a phrase reaches to one side.
#[derive(Debug, Clone, Copy)]
struct Reach {
    token: usize,
    is_disguised: bool,
}

/// A step through the lattice.
#[derive(Debug, Clone, Copy)]
enum Edge<'r> {
    /// A token as it is.
    Plain(usize),
    /// Tokens as they may be read.
    Reading(&'r Reading),
}

/// Finds every entry in a text; says whether that was too much work.
pub(super) fn find(phrases: &Phrases, folded: &Folded, scratch: &mut MatchScratch) -> bool {
    let MatchScratch {
        suspects,
        readings,
        found,
    } = scratch;
    found.hits.clear();
    found.near.clear();
    readings.clear();
    let has_pieces = suspects.look(phrases, folded);
    for (at, word) in &suspects.words {
        readings.read(phrases, folded, *at, *word);
    }
    readings.read_pieces(phrases, folded, has_pieces);
    readings.index(folded.tokens().len());
    let mut matcher = Matcher::new(phrases, folded, readings, &mut found.hits, &mut found.reaches);
    matcher.match_words(&suspects.words);
    matcher.match_plain(&suspects.anchors);
    matcher.match_readings();
    matcher.gave_up
}

/// Finds what entries want near, which nobody disguises.
pub(super) fn find_near(phrases: &Phrases, folded: &Folded, scratch: &mut MatchScratch) {
    let MatchScratch {
        suspects,
        readings,
        found,
    } = scratch;
    readings.clear();
    suspects.look(phrases, folded);
    let mut matcher = Matcher::new(phrases, folded, readings, &mut found.near, &mut found.reaches);
    matcher.match_words(&suspects.words);
    matcher.match_plain(&suspects.anchors);
}

impl Suspects {
    /// Asks the filters about every token, then the tables about those that passed: in loops of their own, so that one
    /// look-up does not wait for another. Whether some tokens may be pieces of one word.
    fn look(&mut self, phrases: &Phrases, folded: &Folded) -> bool {
        self.pairs.clear();
        self.tokens.clear();
        let mut last = Spelling::default();
        let mut last_len = 0;
        let mut has_pieces = false;
        for (at, token) in (0_u32..).zip(folded.tokens()) {
            let spelling = Spelling::of(token.key);
            let pair = last.pair(spelling);
            if token.gap != Gap::Break && phrases.may_be_anchor(pair) {
                self.pairs.push((at.saturating_sub(1), pair));
            }
            let is_odd = readings::is_odd(token, spelling) || phrases.may_be_joined(token);
            if is_odd || phrases.may_be_special(spelling) {
                self.tokens.push((at, is_odd));
            }
            has_pieces |= token.is_tight | (token.len() == 1 && last_len == 1);
            last_len = token.len();
            last = spelling;
        }
        self.resolve(phrases, folded);
        has_pieces
    }

    fn resolve(&mut self, phrases: &Phrases, folded: &Folded) {
        self.anchors.clear();
        self.words.clear();
        for (at, pair) in &self.pairs {
            let (first, beside) = phrases.first_anchored(*pair);
            if first != NONE {
                self.anchors.push((*at, first, beside));
            }
        }
        for (at, is_odd) in &self.tokens {
            let Some(token) = folded.tokens().get(*at as usize) else {
                continue;
            };
            let word = if *is_odd {
                phrases.word(token, folded)
            } else {
                phrases.special_word(token, folded)
            };
            if *is_odd || word != Word::NONE {
                self.words.push((*at, word));
            }
        }
    }
}

/// One pass over a text.
struct Matcher<'a> {
    phrases: &'a Phrases,
    tokens: &'a [Token],
    folded: &'a Folded,
    readings: &'a Readings,
    hits: &'a mut Vec<Hit>,
    reaches: &'a mut Reaches,
    /// Whether the text is written with marks, once somebody asked.
    is_marked: Option<bool>,
    steps: u32,
    gave_up: bool,
}

impl<'a> Matcher<'a> {
    fn new(
        phrases: &'a Phrases,
        folded: &'a Folded,
        readings: &'a Readings,
        hits: &'a mut Vec<Hit>,
        reaches: &'a mut Reaches,
    ) -> Self {
        Self {
            phrases,
            tokens: folded.tokens(),
            folded,
            readings,
            hits,
            reaches,
            is_marked: None,
            steps: 0,
            gave_up: false,
        }
    }

    /// Takes the plain words that are phrases of their own, and phrases written as one word.
    fn match_words(&mut self, words: &[(u32, Word)]) {
        for (at, word) in words {
            let at = *at as usize;
            if *word == Word::NONE {
                self.match_joined(at);
            } else if word.is_phrase() {
                for (phrase, wanted) in self.phrases.single(word.number()) {
                    self.match_run(at, &phrase, wanted);
                }
            }
        }
    }

    /// Follows every anchor of two plain words.
    fn match_plain(&mut self, anchors: &[(u32, u32, Neighbour)]) {
        for (at, first, beside) in anchors {
            let at = *at as usize;
            if !self.may_stand_beside(*beside, Some(at), Some(at + 2)) {
                continue;
            }
            self.steps = 0;
            for (phrase, wanted) in self.phrases.anchored(*first) {
                let anchor = phrase.anchor as usize;
                if let Some(from) = at.checked_sub(anchor) {
                    self.match_run(from, &phrase, wanted);
                }
                if wanted.len() > 2 && !self.readings.is_empty() {
                    self.follow(&phrase, wanted, Some(anchor), &[Edge::Plain(at), Edge::Plain(at + 1)]);
                }
            }
        }
    }

    /// Whether what the phrases of an anchor want beside it may stand before the one token or at the other; where the
    /// caller knows no token, it may.
    #[inline(always)]
    fn may_stand_beside(&self, wanted: Neighbour, from: Option<usize>, to: Option<usize>) -> bool {
        let (token, has_reading) = match wanted.side() {
            None => return true,
            Some(Side::Before) => {
                let Some(from) = from else { return true };
                (from.wrapping_sub(1), self.readings.ending_at(from).next().is_some())
            }
            Some(Side::Behind) => {
                let Some(to) = to else { return true };
                (to, self.readings.beginning_at(to).next().is_some())
            }
        };
        let token = self.tokens.get(token);
        has_reading || token.is_some_and(|token| wanted.may_be(Spelling::of(token.key)))
    }

    /// Compares a run of plain words with a phrase.
    fn match_run(&mut self, from: usize, phrase: &Phrase, wanted: &[MarkedWord]) {
        let to = from + wanted.len();
        let Some(tokens) = self.tokens.get(from..to) else {
            return;
        };
        let mut gaps = tokens.iter().skip(1).map(|token| token.gap);
        let is_it = || {
            let mut words = tokens.iter().zip(wanted);
            words.all(|(token, wanted)| self.phrases.is_word(token, self.folded, wanted.word))
        };
        if gaps.clone().any(|gap| gap == Gap::Break) || !is_it() {
            return;
        }
        let writing = if gaps.any(|gap| gap == Gap::Odd) {
            Writing::Disguised
        } else {
            Writing::Plain
        };
        let marks = tokens.iter().map(|token| token.marks);
        if let Some(writing) = self.agrees(phrase, wanted, marks, writing) {
            self.take(phrase.term, from, to, writing);
        }
    }

    /// Follows every anchor that a reading has a part in, and takes the readings that are phrases of their own.
    fn match_readings(&mut self) {
        let readings = self.readings;
        for reading in readings.iter() {
            let edge = Edge::Reading(reading);
            let words = readings.words(reading);
            let (Some(first), Some(last)) = (words.first(), words.last()) else {
                continue;
            };
            if words.len() == 1 && self.phrases.is_phrase(first.word) {
                self.steps = 0;
                for (phrase, wanted) in self.phrases.single(first.word) {
                    self.follow(&phrase, wanted, Some(0), &[edge]);
                }
            }
            let spelling = |word: &MarkedWord| self.phrases.spelling(word.word);
            let (first, last) = (spelling(first), spelling(last));
            for (at, (left, right)) in words.iter().zip(words.iter().skip(1)).enumerate() {
                let pair = self.phrases.spelling(left.word).pair(self.phrases.spelling(right.word));
                self.match_pair(pair, at, &[edge]);
            }
            let (from, to) = (reading.from as usize, reading.to as usize);
            if let Some(before) = from.checked_sub(1).and_then(|before| self.tokens.get(before))
                && self.is_open(from)
            {
                let pair = Spelling::of(before.key).pair(first);
                self.match_pair(pair, 0, &[Edge::Plain(from - 1), edge]);
                for before in readings.ending_at(from) {
                    let words = readings.words(before);
                    let Some(last) = words.last() else { continue };
                    let pair = self.phrases.spelling(last.word).pair(first);
                    self.match_pair(pair, words.len() - 1, &[Edge::Reading(before), edge]);
                }
            }
            if let Some(behind) = self.tokens.get(to)
                && self.is_open(to)
            {
                let pair = last.pair(Spelling::of(behind.key));
                self.match_pair(pair, words.len() - 1, &[edge, Edge::Plain(to)]);
            }
        }
    }

    /// Follows the phrases anchored at a pair of words, which stands `at` words into these edges.
    fn match_pair(&mut self, pair: u64, at: usize, edges: &[Edge<'_>]) {
        if !self.phrases.may_be_anchor(pair) {
            return;
        }
        let (first, beside) = self.phrases.first_anchored(pair);
        let words = |edge: &Edge<'_>| match edge {
            Edge::Plain(_) => 1,
            Edge::Reading(reading) => self.readings.words(reading).len(),
        };
        let is_last = edges.iter().map(words).sum::<usize>() == at + 2;
        let from = edges.first().filter(|_| at == 0).map(Edge::from);
        let to = edges.last().filter(|_| is_last).map(Edge::to);
        if !self.may_stand_beside(beside, from, to) {
            return;
        }
        self.steps = 0;
        for (phrase, wanted) in self.phrases.anchored(first) {
            self.follow(&phrase, wanted, (phrase.anchor as usize).checked_sub(at), edges);
        }
    }

    /// Follows a phrase from these edges, which should be its words from `at` on, to both its ends, and takes it where
    /// a reading is on the way: what is plain all along is compared as a run.
    fn follow(&mut self, phrase: &Phrase, wanted: &[MarkedWord], at: Option<usize>, edges: &[Edge<'_>]) {
        let Some(first) = at.filter(|_| phrase.mode == MatchMode::Obfuscated) else {
            return;
        };
        if self.is_tired() {
            return;
        }
        let mut behind = first;
        for edge in edges {
            match self.match_edge(*edge, wanted.get(behind..).unwrap_or_default()) {
                Some(words) => behind += words,
                None => return,
            }
        }
        let (Some(from), Some(to)) = (edges.first(), edges.last()) else {
            return;
        };
        let (from, to) = (from.from(), to.to());
        let is_disguised = edges.iter().any(|edge| matches!(edge, Edge::Reading(_)));
        self.reaches.left.clear();
        self.reaches.right.clear();
        self.reach_left(wanted.get(..first).unwrap_or_default(), from, is_disguised);
        if self.reaches.left.is_empty() {
            return;
        }
        self.reach_right(wanted.get(behind..).unwrap_or_default(), to, is_disguised);
        let (left, right) = (
            std::mem::take(&mut self.reaches.left),
            std::mem::take(&mut self.reaches.right),
        );
        for from in &left {
            for to in right.iter().filter(|to| from.is_disguised || to.is_disguised) {
                self.take(phrase.term, from.token, to.token, Writing::Disguised);
            }
        }
        (self.reaches.left, self.reaches.right) = (left, right);
    }

    /// How many words an edge is of those that are wanted next; `None` if it is others.
    fn match_edge(&self, edge: Edge<'_>, wanted: &[MarkedWord]) -> Option<usize> {
        match edge {
            Edge::Plain(at) => wanted.first().filter(|wanted| self.is_plainly(at, wanted)).map(|_| 1),
            Edge::Reading(reading) => {
                let words = self.readings.words(reading);
                let wanted = wanted.get(..words.len())?;
                words
                    .iter()
                    .zip(wanted)
                    .all(|(word, wanted)| is_meant(word, wanted))
                    .then_some(words.len())
            }
        }
    }

    /// Whether a token is a word of a phrase, with no mark that the phrase has otherwise.
    fn is_plainly(&self, at: usize, wanted: &MarkedWord) -> bool {
        self.tokens.get(at).is_some_and(|token| {
            self.phrases.is_word(token, self.folded, wanted.word) && token.marks.is_compatible_with(wanted.marks)
        })
    }

    /// Notes where words may begin that end before a token.
    fn reach_left(&mut self, wanted: &[MarkedWord], token: usize, is_disguised: bool) {
        let Some((last, rest)) = wanted.split_last() else {
            self.reaches.left.push(Reach { token, is_disguised });
            return;
        };
        if token == 0 || self.is_tired() || !self.is_open(token) {
            return;
        }
        if self.is_plainly(token - 1, last) {
            self.reach_left(rest, token - 1, is_disguised);
        }
        let readings = self.readings;
        for reading in readings.ending_at(token) {
            let words = readings.words(reading);
            let Some((rest, wanted)) = wanted.split_at_checked(wanted.len().wrapping_sub(words.len())) else {
                continue;
            };
            if words.iter().zip(wanted).all(|(word, wanted)| is_meant(word, wanted)) {
                self.reach_left(rest, reading.from as usize, true);
            }
        }
    }

    /// Notes where words may end that begin at a token.
    fn reach_right(&mut self, wanted: &[MarkedWord], token: usize, is_disguised: bool) {
        let Some((first, rest)) = wanted.split_first() else {
            self.reaches.right.push(Reach { token, is_disguised });
            return;
        };
        if token >= self.tokens.len() || self.is_tired() || !self.is_open(token) {
            return;
        }
        if self.is_plainly(token, first) {
            self.reach_right(rest, token + 1, is_disguised);
        }
        let readings = self.readings;
        for reading in readings.beginning_at(token) {
            if let Some(words) = self.match_edge(Edge::Reading(reading), wanted) {
                self.reach_right(wanted.get(words..).unwrap_or_default(), reading.to as usize, true);
            }
        }
    }

    /// Counts a step; whether there were too many.
    fn is_tired(&mut self) -> bool {
        self.steps += 1;
        self.gave_up |= self.steps > MAX_STEPS;
        self.steps > MAX_STEPS
    }

    /// Whether phrases are read across the gap before a token: it is none, or one between single letters of words spelled
    /// out (`a . đ`).
    fn is_open(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else { return false };
        token.gap != Gap::Break || {
            let before = at.checked_sub(1).and_then(|before| self.tokens.get(before));
            before.is_some_and(|before| token.len() == 1 && readings::are_pieces(self.folded, before, token))
        }
    }

    /// How a phrase was written, given how its words were found and the marks they carried; `None` if its mode does not
    /// allow that.
    fn agrees(
        &mut self,
        phrase: &Phrase,
        wanted: &[MarkedWord],
        typed: impl Iterator<Item = Marks> + Clone,
        writing: Writing,
    ) -> Option<Writing> {
        if writing == Writing::Disguised && phrase.mode != MatchMode::Obfuscated {
            return None;
        }
        let mut pairs = typed.zip(wanted);
        if pairs.clone().all(|(typed, wanted)| typed == wanted.marks) {
            return Some(writing);
        }
        let is_compatible = pairs.all(|(typed, wanted)| typed.is_compatible_with(wanted.marks));
        if phrase.mode == MatchMode::Exact || !is_compatible {
            return None;
        }
        match writing {
            Writing::Disguised => Some(writing),
            // In a text with marks, one bare syllable is another word, not a careless one.
            Writing::Plain | Writing::WithoutMarks if wanted.len() == 1 && self.is_marked() => None,
            Writing::Plain | Writing::WithoutMarks => Some(Writing::WithoutMarks),
        }
    }

    fn is_marked(&mut self) -> bool {
        *self.is_marked.get_or_insert_with(|| is_marked(self.tokens))
    }

    fn take(&mut self, term: u32, from: usize, to: usize, writing: Writing) {
        self.hits.push(Hit {
            term,
            from: from as u32,
            to: to as u32,
            writing,
        });
    }

    /// A phrase written as one word: `lừađảo`, `#luadao`.
    fn match_joined(&mut self, at: usize) {
        let Some(token) = self.tokens.get(at).filter(|token| token.len() >= FEWEST_JOINED_LETTERS) else {
            return;
        };
        let units = token.units();
        for (phrase, wanted, lengths) in self.phrases.joined(token, self.folded) {
            let mut letters = self.folded.marks().get(units.clone()).unwrap_or_default();
            let typed = lengths.iter().map(move |length| {
                let (word, rest) = letters.split_at_checked(*length as usize).unwrap_or((letters, &[]));
                letters = rest;
                marks_of(word)
            });
            if self.agrees(&phrase, wanted, typed, Writing::Disguised).is_some() {
                self.take(phrase.term, at, at + 1, Writing::Disguised);
            }
        }
    }
}

impl Edge<'_> {
    const fn from(&self) -> usize {
        match self {
            Self::Plain(at) => *at,
            Self::Reading(reading) => reading.from as usize,
        }
    }

    const fn to(&self) -> usize {
        match self {
            Self::Plain(at) => *at + 1,
            Self::Reading(reading) => reading.to as usize,
        }
    }
}

/// Whether a word that was read is one of a phrase, with no mark that the phrase has otherwise.
fn is_meant(word: &MarkedWord, wanted: &MarkedWord) -> bool {
    word.word == wanted.word && word.marks.is_compatible_with(wanted.marks)
}

/// The marks of the letters of one word.
fn marks_of(letters: &[LetterMarks]) -> Marks {
    (0..).zip(letters).fold(Marks::default(), |marks, (at, letter)| {
        marks.with_quality(at, letter.quality()).with_tone(letter.tone())
    })
}
