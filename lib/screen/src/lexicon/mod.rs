//! The lexicon: phrases found as whole syllables, however they are written, and only where their neighbours allow it.
//!
//! A phrase matches plainly when every syllable has the letters and marks of the entry; without marks when some are
//! missing and none is different; disguised when it takes one of the other [readings](readings) to see it. An entry's
//! [`MatchMode`](crate::MatchMode) says how far that may go.

mod key_map;
mod phrases;
mod readings;
mod typing;

use crate::fold::{Folded, Gap, LetterMarks, Marks, Token};
use crate::limits::{MAX_LEXICON_ENTRIES, MAX_NEAR_SYLLABLES, MAX_PHRASE_SYLLABLES};
use crate::{Confidence, Finding, MatchMode, Near, Pack, PackError, Part, Place, Signal, Signals, Writing};
use key_map::NONE;
use phrases::{Builder, MarkedWord, Phrase, PhraseError, Phrases, ROOT, RunHash, Word};
use readings::{Reading, Readings};

/// Most steps through the lattice from one token; a text that needs more is disguised beyond reading, and says so.
const MAX_STEPS: u32 = 512;

/// Confidence of a plain match.
const PLAIN: Confidence = Confidence::EXACT;
/// Confidence of a match without marks in a text that is written without marks.
const WITHOUT_MARKS: Confidence = Confidence::percent(85);
/// Confidence of a match without marks in a text that otherwise has them, where a bare syllable is another word.
const WITHOUT_MARKS_AMONG_MARKED: Confidence = Confidence::percent(60);
/// Confidence of a disguised match: nobody disguises a word by accident, but readings can be chance.
const DISGUISED: Confidence = Confidence::percent(75);

/// A compiled condition on neighbours.
#[derive(Debug)]
struct Window {
    terms: Box<[u32]>,
    within: u32,
}

/// What an entry asks of its neighbours.
#[derive(Debug, Default)]
struct Conditions {
    near: Option<Window>,
    not_near: Option<Window>,
}

/// The compiled lexicon.
#[derive(Debug)]
pub(crate) struct Lexicon {
    phrases: Phrases,
    /// By entry. Terms past the entries are words that some entry wants near or not near.
    conditions: Vec<Conditions>,
}

/// A term found over some tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    term: u32,
    from: u32,
    to: u32,
    writing: Writing,
}

/// Memory that matching reuses.
#[derive(Debug, Default)]
pub(crate) struct LexiconScratch {
    readings: Readings,
    hits: Vec<Hit>,
    near: Vec<Hit>,
}

impl Lexicon {
    /// Compiles entries and short forms.
    pub(crate) fn compile(pack: &Pack) -> Result<Self, Vec<PackError>> {
        let mut errors = Vec::new();
        if pack.lexicon.len() > MAX_LEXICON_ENTRIES {
            let message = format!("lexicon has more than {MAX_LEXICON_ENTRIES} entries");
            return Err(vec![PackError {
                part: Part::Pack,
                offset: None,
                message,
            }]);
        }
        let mut builder = Builder::default();
        let mut terms = NearTerms {
            next: pack.lexicon.len() as u32,
            known: std::collections::HashMap::new(),
        };
        let mut conditions = Vec::with_capacity(pack.lexicon.len());
        for (index, entry) in pack.lexicon.iter().enumerate() {
            let mut fail = |message| {
                errors.push(PackError {
                    part: Part::Entry(index),
                    offset: None,
                    message,
                })
            };
            if entry.phrases.is_empty() {
                fail("entry has no phrase".to_owned());
            }
            for phrase in &entry.phrases {
                if let Err(error) = builder.add(index as u32, entry.mode, phrase) {
                    fail(format!("phrase {phrase:?} {error}"));
                }
            }
            let mut window = |near: &Option<Near>| {
                let near = near.as_ref()?;
                terms.window(near, &mut builder).map_err(&mut fail).ok()
            };
            conditions.push(Conditions {
                near: window(&entry.near),
                not_near: window(&entry.not_near),
            });
        }
        for (index, teencode) in pack.teencode.iter().enumerate() {
            if let Err(error) = builder.add_short_form(&teencode.short, &teencode.meanings) {
                let message = format!("short form {:?} {error}", teencode.short);
                errors.push(PackError {
                    part: Part::Teencode(index),
                    offset: None,
                    message,
                });
            }
        }
        if errors.is_empty() {
            Ok(Self {
                phrases: builder.build(),
                conditions,
            })
        } else {
            Err(errors)
        }
    }

    /// Finds every entry in a folded text.
    pub(crate) fn scan(&self, folded: &Folded, scratch: &mut LexiconScratch, out: &mut Signals) {
        scratch.hits.clear();
        scratch.near.clear();
        scratch.readings.read(&self.phrases, folded);
        let mut matcher = Matcher {
            phrases: &self.phrases,
            entries: self.conditions.len() as u32,
            tokens: folded.tokens(),
            folded,
            readings: &scratch.readings,
            hits: &mut scratch.hits,
            near: &mut scratch.near,
            path: [Marks::default(); MAX_PHRASE_SYLLABLES],
            from: 0,
            steps: 0,
            is_marked: is_marked(folded.tokens()),
            gave_up: false,
        };
        matcher.match_plain();
        matcher.match_disguised();
        if matcher.gave_up {
            out.overflow();
        }
        if !scratch.hits.is_empty() {
            self.report(folded, scratch, out);
        }
    }

    fn report(&self, folded: &Folded, scratch: &mut LexiconScratch, out: &mut Signals) {
        scratch.near.sort_unstable_by_key(|hit| hit.from);
        let near = scratch.near.as_slice();
        scratch.hits.retain(|hit| self.allows(hit, near));
        // The longest of the hits of one entry that begin or lie within each other says it all.
        scratch
            .hits
            .sort_unstable_by_key(|hit| (hit.term, hit.from, std::cmp::Reverse(hit.to), hit.writing));
        let mut last: Option<Hit> = None;
        scratch.hits.retain(|hit| {
            let is_new = last.is_none_or(|last| last.term != hit.term || hit.to > last.to);
            if is_new {
                last = Some(*hit);
            }
            is_new
        });
        let is_marked = is_marked(folded.tokens());
        for hit in &scratch.hits {
            let confidence = match hit.writing {
                Writing::Plain => PLAIN,
                Writing::WithoutMarks if is_marked => WITHOUT_MARKS_AMONG_MARKED,
                Writing::WithoutMarks => WITHOUT_MARKS,
                Writing::Disguised => DISGUISED,
            };
            let start = folded
                .tokens()
                .get(hit.from as usize)
                .map_or(0, |token| token.start as usize);
            let end = (hit.to as usize)
                .checked_sub(1)
                .and_then(|last| folded.tokens().get(last));
            let units = start..end.map_or(start, |token| token.end as usize);
            out.push(Signal {
                place: Place::Text(folded.span(units)),
                finding: Finding::Phrase {
                    entry: hit.term,
                    writing: hit.writing,
                },
                confidence,
            });
        }
    }

    /// Whether an entry's neighbours let the hit count.
    fn allows(&self, hit: &Hit, near: &[Hit]) -> bool {
        let Some(conditions) = self.conditions.get(hit.term as usize) else {
            return false;
        };
        conditions
            .near
            .as_ref()
            .is_none_or(|window| window.has_one_near(hit, near))
            && !conditions
                .not_near
                .as_ref()
                .is_some_and(|window| window.has_one_near(hit, near))
    }
}

/// Whether a text is written with marks: in Vietnamese most syllables then carry one.
fn is_marked(tokens: &[Token]) -> bool {
    let marked = tokens.iter().filter(|token| !token.marks.is_bare()).count();
    marked * 3 >= tokens.len()
}

impl Window {
    /// Whether one of the terms stands within the window around a hit, not counting words of the hit itself.
    fn has_one_near(&self, hit: &Hit, near: &[Hit]) -> bool {
        let reach = self.within + MAX_PHRASE_SYLLABLES as u32;
        let first = near.partition_point(|other| other.from < hit.from.saturating_sub(reach));
        near.iter()
            .skip(first)
            .take_while(|other| other.from <= hit.to + self.within)
            .any(|other| {
                let is_inside = other.from >= hit.from && other.to <= hit.to;
                let distance = if other.to <= hit.from {
                    hit.from - other.to
                } else {
                    other.from.saturating_sub(hit.to)
                };
                !is_inside && distance <= self.within && self.terms.binary_search(&other.term).is_ok()
            })
    }
}

/// Numbers of the words that entries want near, each compiled once.
struct NearTerms {
    next: u32,
    known: std::collections::HashMap<String, u32>,
}

impl NearTerms {
    fn window(&mut self, near: &Near, builder: &mut Builder) -> Result<Window, String> {
        if near.within == 0 || near.within > MAX_NEAR_SYLLABLES {
            return Err(format!(
                "window of {} syllables is not between 1 and {MAX_NEAR_SYLLABLES}",
                near.within
            ));
        }
        if near.phrases.is_empty() {
            return Err("window names no phrase".to_owned());
        }
        let mut terms = Vec::with_capacity(near.phrases.len());
        for phrase in &near.phrases {
            let term = match self.known.get(phrase) {
                Some(term) => *term,
                None => self
                    .add(phrase, builder)
                    .map_err(|error| format!("phrase {phrase:?} {error}"))?,
            };
            terms.push(term);
        }
        terms.sort_unstable();
        Ok(Window {
            terms: terms.into(),
            within: near.within as u32,
        })
    }

    fn add(&mut self, phrase: &str, builder: &mut Builder) -> Result<u32, PhraseError> {
        builder.add(self.next, MatchMode::NoDiacritics, phrase)?;
        self.known.insert(phrase.to_owned(), self.next);
        self.next += 1;
        Ok(self.next - 1)
    }
}

/// One pass over a text.
struct Matcher<'a> {
    phrases: &'a Phrases,
    entries: u32,
    tokens: &'a [Token],
    folded: &'a Folded,
    readings: &'a Readings,
    hits: &'a mut Vec<Hit>,
    near: &'a mut Vec<Hit>,
    /// Marks of the words that lead to the current node of the tree.
    path: [Marks; MAX_PHRASE_SYLLABLES],
    from: usize,
    steps: u32,
    /// Whether the text is written with marks.
    is_marked: bool,
    gave_up: bool,
}

impl Matcher<'_> {
    /// Looks up every run of plain words.
    fn match_plain(&mut self) {
        let longest = self.phrases.longest() as usize;
        let plain = &self.readings.plain;
        for (at, (word, token)) in plain.iter().zip(self.tokens).enumerate() {
            if *word == Word::NONE {
                if token.len() >= FEWEST_JOINED_LETTERS {
                    self.match_joined(at, token);
                }
                continue;
            }
            let mut hash = RunHash::EMPTY.push(word.number());
            if word.is_phrase() {
                self.match_run(at, at + 1, hash);
            }
            let following = plain.iter().zip(self.tokens).skip(at + 1).take(longest - 1);
            for (words, (word, token)) in (2..).zip(following) {
                if *word == Word::NONE || token.gap == Gap::Break {
                    break;
                }
                hash = hash.push(word.number());
                if self.phrases.may_be_phrase(hash, words) {
                    self.match_run(at, at + words as usize, hash);
                }
            }
        }
    }

    /// Compares a run of plain words with the phrases of its hash.
    fn match_run(&mut self, from: usize, to: usize, hash: RunHash) {
        let words = self.readings.plain.get(from..to).unwrap_or_default();
        let tokens = self.tokens.get(from..to).unwrap_or_default();
        for (phrase, wanted) in self.phrases.with_hash(hash) {
            let is_it = wanted.len() == words.len()
                && words
                    .iter()
                    .zip(wanted)
                    .all(|(word, wanted)| word.number() == wanted.word);
            if !is_it {
                continue;
            }
            let is_odd = tokens.iter().skip(1).any(|token| token.gap == Gap::Odd);
            let writing = if is_odd { Writing::Disguised } else { Writing::Plain };
            let marks = tokens.iter().map(|token| token.marks);
            if let Some(writing) = self.agrees(&phrase, wanted, marks, writing) {
                self.take(phrase.term, from, to, writing);
            }
        }
    }

    /// Follows the tree through every run of words with a disguised one in it.
    fn match_disguised(&mut self) {
        let reach = self.phrases.longest_disguised().saturating_sub(1) as usize;
        for from in 0..self.tokens.len() {
            let Some(next) = self.readings.next_from(from) else {
                return;
            };
            if next as usize <= from + reach {
                self.from = from;
                self.steps = 0;
                self.follow(ROOT, 0, from, Writing::Plain);
            }
        }
    }

    /// Follows phrases from a node over the token at `at` on. `writing` is [`Writing::Disguised`] once a reading other
    /// than the plain one led here; runs without one are found by their hash.
    fn follow(&mut self, node: u32, depth: usize, at: usize, writing: Writing) {
        let Some(token) = self.tokens.get(at) else { return };
        if writing == Writing::Plain && self.readings.next_from(at).is_none() {
            return;
        }
        if depth > 0 && token.gap == Gap::Break && !self.is_spelled_across(at) {
            return;
        }
        let word = self.readings.plain.get(at).copied().unwrap_or(Word::NONE);
        if word != Word::NONE {
            let next = self.phrases.next_node(node, word.number());
            if next != NONE {
                self.set_path(depth, token.marks);
                self.arrive(next, depth + 1, at + 1, writing);
            }
        }
        for reading in self.readings.at(at) {
            self.follow_reading(node, depth, reading);
        }
    }

    fn set_path(&mut self, depth: usize, marks: Marks) {
        if let Some(slot) = self.path.get_mut(depth) {
            *slot = marks;
        }
    }

    /// Whether the token and the one before it are single letters of words spelled out: `a . đ`.
    fn is_spelled_across(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.tokens.get(before));
        let pair = before.zip(self.tokens.get(at));
        pair.is_some_and(|(left, right)| right.len() == 1 && readings::are_pieces(self.folded, left, right))
    }

    fn follow_reading(&mut self, mut node: u32, mut depth: usize, reading: &Reading) {
        for word in self.readings.words(reading) {
            node = self.phrases.next_node(node, word.word);
            if node == NONE {
                return;
            }
            self.set_path(depth, word.marks);
            depth += 1;
        }
        self.arrive(node, depth, reading.to as usize, Writing::Disguised);
    }

    /// Takes the phrases that end at a node, where their marks agree with those on the path, and goes on.
    fn arrive(&mut self, node: u32, depth: usize, at: usize, writing: Writing) {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            self.gave_up = true;
            return;
        }
        if writing == Writing::Disguised {
            for (phrase, wanted) in self.phrases.ending_at(node) {
                let marks = self.path.get(..depth).unwrap_or_default();
                if self.agrees(&phrase, wanted, marks.iter().copied(), writing).is_some() {
                    self.take(phrase.term, self.from, at, writing);
                }
            }
        }
        self.follow(node, depth, at, writing);
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
        let hit = Hit {
            term,
            from: from as u32,
            to: to as u32,
            writing,
        };
        if term < self.entries {
            self.hits.push(hit)
        } else {
            self.near.push(hit)
        }
    }

    /// A phrase written as one word: `lừađảo`, `#luadao`.
    fn match_joined(&mut self, at: usize, token: &Token) {
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

/// Fewest letters of a token that is looked up as several words written together.
const FEWEST_JOINED_LETTERS: u32 = 6;

/// The marks of the letters of one word.
fn marks_of(letters: &[LetterMarks]) -> Marks {
    (0..).zip(letters).fold(Marks::default(), |marks, (at, letter)| {
        marks.with_quality(at, letter.quality()).with_tone(letter.tone())
    })
}

#[cfg(test)]
mod tests;
