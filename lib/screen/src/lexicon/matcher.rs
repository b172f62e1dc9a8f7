//! One pass over a text: pairs of neighbours are asked of the filter first, and only what passes is looked at closely.
//!
//! A phrase is found at its anchor and followed from there to both ends: over plain words alone, or through the lattice
//! of [readings](super::readings) when it may be disguised. What an anchor costs is bounded by [`MAX_STEPS`].

use std::hint::black_box;

use super::Hit;
use super::anchors::Slot;
use super::candidates::{Candidate, Candidates, Edge, MOST_CANDIDATES};
use super::key_map::NONE;
use super::phrases::{Anchored, FEWEST_JOINED_LETTERS, MarkedWord, Own, Phrase, Phrases};
use super::pieces::{self, SignsAround};
use super::readings::{Reading, Readings};
use super::spelling::{Mixed, Spelling};
use super::suspects::Suspects;
use crate::fold::{Folded, Gap, LetterMarks, Marks, Token};
use crate::limits::MAX_HITS;
use crate::{MatchMode, Writing};

/// Most steps through the lattice from one anchor, each over words that are there; a text that needs more is disguised beyond
/// reading, and says so.
const MAX_STEPS: u32 = 512;

/// Phrases that are fetched together, give or take those that are alone at the anchors of one round.
const MOST_LEADS: usize = 1024;

/// Memory that matching reuses.
#[derive(Debug, Default)]
pub(super) struct MatchScratch {
    suspects: Suspects,
    readings: Readings,
    found: Found,
}

/// What was found.
#[derive(Debug, Default)]
struct Found {
    hits: Vec<Hit>,
    near: Vec<Hit>,
    ends: Vec<End>,
    candidates: Candidates,
    slots: Vec<Slot>,
    leads: Vec<Lead>,
}

impl MatchScratch {
    /// Whether the text that was looked at last is written with marks.
    pub(super) const fn is_marked(&self) -> bool {
        self.suspects.is_marked()
    }

    /// Entries that were found, and words that entries want near.
    pub(super) fn found(&mut self) -> (&mut Vec<Hit>, &mut Vec<Hit>) {
        (&mut self.found.hits, &mut self.found.near)
    }
}

/// Where the words of the phrase at hand may end, and whether that is by a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct End {
    token: usize,
    is_disguised: bool,
}

/// The number of a candidate, and where a phrase is that has it for an anchor.
#[derive(Debug, Clone, Copy)]
struct Lead {
    candidate: u32,
    phrase: u32,
    /// The phrase, packed.
    head: MarkedWord,
}

/// Finds every entry in a text, up to [`MAX_HITS`] of them; says whether that was too much work.
pub(super) fn find(phrases: &Phrases, folded: &Folded, scratch: &mut MatchScratch) -> bool {
    let MatchScratch {
        suspects,
        readings,
        found,
    } = scratch;
    found.hits.clear();
    found.near.clear();
    readings.clear(folded.tokens().len());
    suspects.look(phrases, folded);
    for (at, own) in suspects.words() {
        readings.read(phrases, folded, *at, *own);
    }
    let is_cut = readings.read_pieces(phrases, folded, suspects);
    readings.index(folded.tokens());
    let mut matcher = Matcher {
        phrases,
        tokens: folded.tokens(),
        folded,
        readings,
        hits: &mut found.hits,
        ends: &mut found.ends,
        candidates: &mut found.candidates,
        slots: &mut found.slots,
        leads: &mut found.leads,
        is_marked: suspects.is_marked(),
        steps: 0,
        is_full: false,
        gave_up: false,
    };
    matcher.note_plain(suspects);
    matcher.note_readings();
    matcher.match_candidates();
    matcher.match_words(suspects.words());
    if suspects.has_signs() {
        matcher.take_signs();
    }
    matcher.gave_up || matcher.is_full || is_cut
}

/// Finds what entries want near, which nobody disguises, up to [`MAX_HITS`]; says whether there was more.
pub(super) fn find_near(phrases: &Phrases, folded: &Folded, scratch: &mut MatchScratch) -> bool {
    let MatchScratch {
        suspects,
        readings,
        found,
    } = scratch;
    readings.clear(folded.tokens().len());
    let is_marked = suspects.is_marked();
    suspects.look_plainly(phrases, folded);
    let mut matcher = Matcher {
        phrases,
        tokens: folded.tokens(),
        folded,
        readings,
        hits: &mut found.near,
        ends: &mut found.ends,
        candidates: &mut found.candidates,
        slots: &mut found.slots,
        leads: &mut found.leads,
        is_marked,
        steps: 0,
        is_full: false,
        gave_up: false,
    };
    matcher.note_plain(suspects);
    matcher.match_candidates();
    matcher.match_words(suspects.words());
    matcher.is_full
}

/// One pass over a text.
struct Matcher<'a> {
    phrases: &'a Phrases,
    tokens: &'a [Token],
    folded: &'a Folded,
    readings: &'a Readings,
    hits: &'a mut Vec<Hit>,
    ends: &'a mut Vec<End>,
    candidates: &'a mut Candidates,
    slots: &'a mut Vec<Slot>,
    leads: &'a mut Vec<Lead>,
    is_marked: bool,
    steps: u32,
    /// There was one more than [`MAX_HITS`]: nothing else is looked for.
    is_full: bool,
    gave_up: bool,
}

impl Matcher<'_> {
    /// Takes the plain words that are phrases of their own, and phrases written as one word.
    fn match_words(&mut self, words: &[(u32, Own)]) {
        for (at, own) in words {
            if self.is_full {
                return;
            }
            let at = *at as usize;
            if *own == Own::UNKNOWN {
                self.match_joined(at);
                continue;
            }
            let Some(token) = self.tokens.get(at) else { continue };
            for (phrase, wanted) in self.phrases.chain(self.phrases.single(*own)) {
                let marks = std::iter::once(token.marks);
                if let Some(writing) = self.agrees(&phrase, wanted, marks, Writing::Plain) {
                    self.take(phrase.term, at, at + 1, writing);
                }
            }
        }
    }

    /// Notes every pair of plain words that the filter let through.
    fn note_plain(&mut self, suspects: &Suspects) {
        for at in suspects.pairs() {
            let Some([left, right]) = self.tokens.get(at as usize..).and_then(<[Token]>::first_chunk) else {
                return;
            };
            if self.candidates.count == MOST_CANDIDATES {
                self.match_candidates();
                if self.is_full {
                    return;
                }
            }
            self.candidates.push(Candidate {
                edges: [Edge::Plain(at), Edge::Plain(at + 1)],
                count: 2,
                at: 0,
                from: at,
                to: at + 2,
                pair: Spelling::of(left.key).mixed().pair(Spelling::of(right.key)),
            });
        }
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
            words.all(|(token, wanted)| self.phrases.is_word(token, self.folded, wanted.spelling))
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

    /// Notes every pair of words that a reading has a part in, and takes the readings that are phrases of their own.
    fn note_readings(&mut self) {
        let readings = self.readings;
        for number in 0..readings.len() as u32 {
            let Some(reading) = readings.get(number).filter(|_| !self.is_full) else {
                return;
            };
            let edge = Edge::Reading(number);
            if reading.single != NONE {
                self.steps = 0;
                for (phrase, wanted) in self.phrases.chain(reading.single) {
                    self.follow(&phrase, wanted, Some(0), &[edge]);
                }
            }
            if reading.has_anchor {
                let words = readings.words(self.phrases, number);
                for (at, (left, right)) in (0..).zip(words.iter().zip(words.iter().skip(1))) {
                    self.note_pair(
                        left.spelling.mixed(),
                        right.spelling,
                        Candidate {
                            edges: [edge; 2],
                            count: 1,
                            at,
                            from: if at == 0 { reading.from } else { NONE },
                            to: if at + 2 == reading.words() { reading.to } else { NONE },
                            pair: 0,
                        },
                    );
                }
            }
            self.note_beside(reading, edge);
        }
    }

    /// Notes a reading with what may stand before and behind it.
    #[inline(always)]
    fn note_beside(&mut self, reading: &Reading, edge: Edge) {
        let readings = self.readings;
        let (from, to) = (reading.from, reading.to);
        let is_one = reading.words() == 1;
        if let Some(before) = from.checked_sub(1).and_then(|before| self.tokens.get(before as usize))
            && self.is_open(from as usize)
        {
            let mut candidate = Candidate {
                edges: [Edge::Plain(from - 1), edge],
                count: 2,
                at: 0,
                from: from - 1,
                to: if is_one { to } else { NONE },
                pair: 0,
            };
            self.note_pair(Spelling::of(before.key).mixed(), reading.first, candidate);
            for before in readings.ending_at(from as usize) {
                candidate.edges = [Edge::Reading(before.number), edge];
                candidate.at = before.words - 1;
                let begin = readings.get(before.number).map_or(NONE, |reading| reading.from);
                candidate.from = if before.words == 1 { begin } else { NONE };
                self.note_pair(before.last, reading.first, candidate);
            }
        }
        if let Some(behind) = self.tokens.get(to as usize)
            && self.is_open(to as usize)
        {
            self.note_pair(
                reading.last.mixed(),
                Spelling::of(behind.key),
                Candidate {
                    edges: [edge, Edge::Plain(to)],
                    count: 2,
                    at: reading.words() - 1,
                    from: if is_one { from } else { NONE },
                    to: to + 1,
                    pair: 0,
                },
            );
        }
    }

    /// Notes two words of a candidate, if the filter lets them through: noted they are in any case, and counted if they
    /// are to stay, so that nothing has to be guessed.
    #[inline(always)]
    fn note_pair(&mut self, left: Mixed, right: Spelling, candidate: Candidate) {
        let pair = left.pair(right);
        if self.candidates.count == MOST_CANDIDATES {
            self.match_candidates();
        }
        let Candidates { noted, count } = &mut *self.candidates;
        if let Some(place) = noted.get_mut(*count) {
            *place = Candidate { pair, ..candidate };
            *count += usize::from(self.phrases.anchors.may_hold(pair));
        }
    }

    /// Follows the phrases anchored at the pairs that were noted, plain ones and readings. The table is asked about all of
    /// them before the first answer is read, and so are the phrases: the processor waits for all at once. Called once for
    /// hundreds of pairs, it is kept out of the loops that note them.
    #[inline(never)]
    fn match_candidates(&mut self) {
        let phrases = self.phrases;
        let count = std::mem::take(&mut self.candidates.count);
        if self.is_full {
            return;
        }
        let noted = self.candidates.noted.get(..count).unwrap_or_default();
        self.slots.clear();
        self.slots
            .extend(noted.iter().map(|candidate| phrases.anchors.peek(candidate.pair)));
        let mut leads = std::mem::take(self.leads);
        let mut last = NONE;
        for number in 0..count as u32 {
            let (Some(candidate), Some(slot)) = (
                self.candidates.noted.get(number as usize).copied(),
                self.slots.get(number as usize),
            ) else {
                break;
            };
            let Some((anchored, wanted)) = slot.read(candidate.pair) else {
                continue;
            };
            let beside = self.readings.beside(self.tokens, candidate.from, candidate.to);
            if !beside.lets_through(wanted) {
                continue;
            }
            let lead = |phrase| Lead {
                candidate: number,
                phrase,
                head: MarkedWord::default(),
            };
            match Phrases::anchored(anchored) {
                Anchored::One(phrase) => leads.push(lead(phrase)),
                Anchored::Several(family) => phrases.siblings.each(family, &beside, |phrase| {
                    leads.push(lead(phrase));
                    if leads.len() >= MOST_LEADS {
                        self.match_leads(&mut leads, &mut last);
                    }
                }),
            }
        }
        self.match_leads(&mut leads, &mut last);
        *self.leads = leads;
    }

    /// Follows leads; `last` is the candidate that the one before them had.
    fn match_leads(&mut self, leads: &mut Vec<Lead>, last: &mut u32) {
        for lead in leads.iter_mut() {
            lead.head = self.phrases.head(lead.phrase);
        }
        for lead in leads.iter() {
            // Read here so that nobody waits for it alone.
            black_box(self.phrases.last_word(lead.phrase, lead.head));
        }
        for lead in leads.drain(..) {
            if lead.candidate != *last {
                (*last, self.steps) = (lead.candidate, 0);
            }
            self.match_lead(&lead);
        }
    }

    fn match_lead(&mut self, lead: &Lead) {
        let Some(candidate) = self.candidates.noted.get(lead.candidate as usize).copied() else {
            return;
        };
        let at = usize::from(candidate.at);
        let edges = candidate.edges();
        let plain = match edges {
            [Edge::Plain(at), Edge::Plain(_)] => Some(*at as usize),
            [..] => None,
        };
        let Some((phrase, wanted)) = self.phrases.words_of(lead.phrase, lead.head) else {
            return;
        };
        let first = usize::from(phrase.anchor).checked_sub(at);
        if let Some(at) = plain {
            let before = usize::from(phrase.anchor);
            if let Some(from) = at.checked_sub(before) {
                self.match_run(from, &phrase, wanted);
            }
            if !self
                .readings
                .are_near(before, at, at + 2, wanted.len().saturating_sub(before + 2))
            {
                return;
            }
        }
        self.follow(&phrase, wanted, first, edges);
    }

    /// Follows a phrase from these edges, which should be its words from `at` on, to both its ends, and takes it where
    /// a reading is on the way: what is plain all along is compared as a run.
    fn follow(&mut self, phrase: &Phrase, wanted: &[MarkedWord], at: Option<usize>, edges: &[Edge]) {
        let Some(first) = at.filter(|_| phrase.mode == MatchMode::Obfuscated) else {
            return;
        };
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
        let (from, to) = (self.ends_of(*from).0 as usize, self.ends_of(*to).1 as usize);
        let is_disguised = edges.iter().any(|edge| matches!(edge, Edge::Reading(_)));
        self.ends.clear();
        self.reach_right(wanted.get(behind..).unwrap_or_default(), to, false);
        if !self.ends.is_empty() {
            self.reach_left(phrase.term, wanted.get(..first).unwrap_or_default(), from, is_disguised);
        }
    }

    /// The tokens from which and to which an edge leads.
    fn ends_of(&self, edge: Edge) -> (u32, u32) {
        match edge {
            Edge::Plain(at) => (at, at + 1),
            Edge::Reading(number) => self
                .readings
                .get(number)
                .map_or((0, 0), |reading| (reading.from, reading.to)),
        }
    }

    /// How many words an edge is of those that are wanted next; `None` if it is others.
    fn match_edge(&self, edge: Edge, wanted: &[MarkedWord]) -> Option<usize> {
        match edge {
            Edge::Plain(at) => {
                let wanted = wanted.first()?;
                self.is_plainly(at as usize, wanted).then_some(1)
            }
            Edge::Reading(number) => {
                let words = self.readings.words(self.phrases, number);
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
            self.phrases.is_word(token, self.folded, wanted.spelling) && token.marks.is_compatible_with(wanted.marks)
        })
    }

    /// Notes where words may end that begin at a token, each end once.
    fn reach_right(&mut self, wanted: &[MarkedWord], token: usize, is_disguised: bool) {
        let Some((first, rest)) = wanted.split_first() else {
            let end = End { token, is_disguised };
            if !self.ends.contains(&end) {
                self.ends.push(end);
            }
            return;
        };
        if !self.is_open(token) {
            return;
        }
        if self.is_plainly(token, first) && !self.is_tired() {
            self.reach_right(rest, token + 1, is_disguised);
        }
        let readings = self.readings;
        for number in readings.beginning_at(token) {
            if let Some(words) = self.match_edge(Edge::Reading(number), wanted)
                && !self.is_tired()
            {
                let (_, to) = self.ends_of(Edge::Reading(number));
                self.reach_right(wanted.get(words..).unwrap_or_default(), to as usize, true);
            }
        }
    }

    /// Goes back over words that end before a token, and takes the phrase from where they begin to each of its ends.
    fn reach_left(&mut self, term: u32, wanted: &[MarkedWord], token: usize, is_disguised: bool) {
        let Some((last, rest)) = wanted.split_last() else {
            for at in 0..self.ends.len() {
                if let Some(end) = self.ends.get(at).copied()
                    && (is_disguised || end.is_disguised)
                {
                    self.take(term, token, end.token, Writing::Disguised);
                }
            }
            return;
        };
        if token == 0 || !self.is_open(token) {
            return;
        }
        if self.is_plainly(token - 1, last) && !self.is_tired() {
            self.reach_left(term, rest, token - 1, is_disguised);
        }
        let readings = self.readings;
        for reading in readings.ending_at(token) {
            let words = readings.words(self.phrases, reading.number);
            let Some((rest, wanted)) = wanted.split_at_checked(wanted.len().wrapping_sub(words.len())) else {
                continue;
            };
            if words.iter().zip(wanted).all(|(word, wanted)| is_meant(word, wanted)) && !self.is_tired() {
                let (from, _) = self.ends_of(Edge::Reading(reading.number));
                self.reach_left(term, rest, from as usize, true);
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
            before.is_some_and(|before| token.len() == 1 && pieces::are_pieces(self.folded, before, token))
        }
    }

    /// How a phrase was written, given how its words were found and the marks they carried; `None` if its mode does not
    /// allow that.
    fn agrees(
        &self,
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
            Writing::Plain | Writing::WithoutMarks if wanted.len() == 1 && self.is_marked => None,
            Writing::Plain | Writing::WithoutMarks => Some(Writing::WithoutMarks),
        }
    }

    fn take(&mut self, term: u32, from: usize, to: usize, writing: Writing) {
        if self.hits.len() == MAX_HITS {
            self.is_full = true;
            return;
        }
        self.hits.push(Hit {
            term,
            from: from as u32,
            to: to as u32,
            writing,
            signs: SignsAround::default(),
        });
    }

    /// Notes where disguised entries have signs before or behind their tokens for letters.
    fn take_signs(&mut self) {
        for hit in self.hits.iter_mut().filter(|hit| hit.writing == Writing::Disguised) {
            hit.signs = self.readings.signs_around(hit.from as usize, hit.to as usize);
        }
    }

    /// A phrase written as one word: `lừađảo`, `#luadao`.
    fn match_joined(&mut self, at: usize) {
        let token = self.tokens.get(at);
        let token = token.filter(|token| token.len() >= FEWEST_JOINED_LETTERS && self.phrases.may_be_joined(token));
        let Some(token) = token else { return };
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

/// Whether a word that was read is one of a phrase, with no mark that the phrase has otherwise.
fn is_meant(word: &MarkedWord, wanted: &MarkedWord) -> bool {
    word.spelling == wanted.spelling && word.marks.is_compatible_with(wanted.marks)
}

/// The marks of the letters of one word.
fn marks_of(letters: &[LetterMarks]) -> Marks {
    (0..).zip(letters).fold(Marks::default(), |marks, (at, letter)| {
        marks.with_quality(at, letter.quality()).with_tone(letter.tone())
    })
}
