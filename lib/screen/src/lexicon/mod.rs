//! The lexicon: phrases found as whole syllables, however they are written, and only where their neighbours allow it.
//!
//! A phrase matches plainly when every syllable has the letters and marks of the entry; without marks when some are
//! missing and none is different; disguised when it takes one of the other [readings](readings) to see it. An entry's
//! [`MatchMode`](crate::MatchMode) says how far that may go.

mod anchors;
mod build;
mod candidates;
mod filter;
mod key_map;
mod matcher;
mod phrases;
mod pieces;
mod readings;
mod siblings;
mod spelling;
mod suspects;
mod trie;
mod typing;

use std::ops::Range;

use crate::fold::Folded;
use crate::limits::{MAX_LEXICON_ENTRIES, MAX_NEAR_SYLLABLES, MAX_PHRASE_SYLLABLES};
use crate::{Confidence, Finding, MatchMode, Near, Pack, PackError, Part, Place, Said, Signal, Signals, Writing, said};
use build::{Builder, PhraseError};
use matcher::MatchScratch;
use phrases::Phrases;
use pieces::SignsAround;

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
    /// What some entry wants near or not near, looked for only in texts where such an entry was found.
    near: Phrases,
    /// Of the entries that have some, in their order. Terms past the entries are those of `near`.
    conditions: Vec<(u32, Conditions)>,
    /// A bit for each entry, set where it has conditions: most have none, and this is what the cache holds.
    conditional: Vec<u64>,
}

/// A term found over some tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    term: u32,
    from: u32,
    to: u32,
    writing: Writing,
    /// The signs around them that are letters of it, too.
    signs: SignsAround,
}

impl Hit {
    /// What it was found in.
    fn units(&self, folded: &Folded) -> Range<usize> {
        let tokens = folded.tokens().get(self.from as usize..self.to as usize);
        let (Some(first), Some(last)) = (tokens.and_then(<[_]>::first), tokens.and_then(<[_]>::last)) else {
            return 0..0;
        };
        let start = first.start as usize - usize::from(self.signs.before);
        start..last.end as usize + usize::from(self.signs.behind)
    }
}

/// What is wrong with a phrase.
fn of_phrase(phrase: &str, error: PhraseError) -> Said {
    let error = error.said();
    Said::new(
        format!("cụm từ {phrase:?} {}", error.vi),
        format!("phrase {phrase:?} {}", error.en),
    )
}

/// Memory that matching reuses.
#[derive(Debug, Default)]
pub(crate) struct LexiconScratch(MatchScratch);

impl Lexicon {
    /// Compiles entries and short forms.
    pub(crate) fn compile(pack: &Pack) -> Result<Self, Vec<PackError>> {
        let mut errors = Vec::new();
        if pack.lexicon.len() > MAX_LEXICON_ENTRIES {
            let message = said!(
                "từ điển có hơn {MAX_LEXICON_ENTRIES} mục từ",
                "lexicon has more than {MAX_LEXICON_ENTRIES} entries",
            );
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
            builder: Builder::default(),
        };
        let mut conditions = Vec::new();
        for (index, entry) in pack.lexicon.iter().enumerate() {
            let mut fail = |message| {
                errors.push(PackError {
                    part: Part::Entry(index),
                    offset: None,
                    message,
                })
            };
            if entry.phrases.is_empty() {
                fail(said!("mục từ không có cụm từ nào", "entry has no phrase"));
            }
            for phrase in &entry.phrases {
                if let Err(error) = builder.add(index as u32, entry.mode, phrase) {
                    fail(of_phrase(phrase, error));
                }
            }
            let mut window = |near: &Option<Near>| {
                let near = near.as_ref()?;
                terms.window(near, &mut builder).map_err(&mut fail).ok()
            };
            let asked = Conditions {
                near: window(&entry.near),
                not_near: window(&entry.not_near),
            };
            if asked.near.is_some() || asked.not_near.is_some() {
                conditions.push((index as u32, asked));
            }
        }
        for (index, teencode) in pack.teencode.iter().enumerate() {
            if let Err(error) = builder.add_short_form(&teencode.short, &teencode.meanings) {
                let (short, error) = (&teencode.short, error.said());
                let message = Said::new(
                    format!("từ viết tắt {short:?} {}", error.vi),
                    format!("short form {short:?} {}", error.en),
                );
                errors.push(PackError {
                    part: Part::Teencode(index),
                    offset: None,
                    message,
                });
            }
        }
        let mut conditional = vec![0; pack.lexicon.len() / 64 + 1];
        for (entry, _) in &conditions {
            if let Some(bits) = conditional.get_mut(*entry as usize / 64) {
                *bits |= 1_u64 << (entry % 64);
            }
        }
        if errors.is_empty() {
            Ok(Self {
                phrases: builder.build(),
                near: terms.builder.build(),
                conditions,
                conditional,
            })
        } else {
            Err(errors)
        }
    }

    /// Finds every entry in a folded text, as far as there is room for signals.
    pub(crate) fn scan(&self, folded: &Folded, scratch: &mut LexiconScratch, out: &mut Signals) {
        if out.is_over() {
            return;
        }
        if matcher::find(&self.phrases, folded, &mut scratch.0) {
            out.overflow();
        }
        let (hits, _) = scratch.0.found();
        if hits.is_empty() {
            return;
        }
        if hits.iter().any(|hit| self.has_conditions(hit)) && matcher::find_near(&self.near, folded, &mut scratch.0) {
            out.overflow();
        }
        self.report(folded, &mut scratch.0, out);
    }

    fn report(&self, folded: &Folded, scratch: &mut MatchScratch, out: &mut Signals) {
        let is_marked = scratch.is_marked();
        let (hits, near) = scratch.found();
        near.sort_unstable_by_key(|hit| hit.from);
        hits.retain(|hit| self.allows(hit, near));
        if hits.len() > 1 {
            keep_longest(hits);
        }
        for hit in hits.iter() {
            let confidence = match hit.writing {
                Writing::Plain => PLAIN,
                Writing::WithoutMarks if is_marked => WITHOUT_MARKS_AMONG_MARKED,
                Writing::WithoutMarks => WITHOUT_MARKS,
                Writing::Disguised => DISGUISED,
            };
            out.push(Signal {
                place: Place::Text(folded.span(hit.units(folded))),
                finding: Finding::Phrase {
                    entry: hit.term,
                    writing: hit.writing,
                },
                confidence,
            });
            if out.is_over() {
                break;
            }
        }
    }

    /// Whether an entry asks for its neighbours.
    fn has_conditions(&self, hit: &Hit) -> bool {
        let bits = self.conditional.get(hit.term as usize / 64);
        bits.is_some_and(|bits| bits >> (hit.term % 64) & 1 == 1)
    }

    /// Whether an entry's neighbours let the hit count.
    fn allows(&self, hit: &Hit, near: &[Hit]) -> bool {
        if !self.has_conditions(hit) {
            return true;
        }
        let known = self.conditions.binary_search_by_key(&hit.term, |(entry, _)| *entry);
        let Some((_, conditions)) = known.ok().and_then(|at| self.conditions.get(at)) else {
            return true;
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

/// The longest of the hits of one entry that begin or lie within each other says it all.
fn keep_longest(hits: &mut Vec<Hit>) {
    hits.sort_unstable_by_key(|hit| (hit.term, hit.from, std::cmp::Reverse(hit.to), hit.writing));
    let mut last: Option<Hit> = None;
    hits.retain(|hit| {
        let is_new = last.is_none_or(|last| last.term != hit.term || hit.to > last.to);
        if is_new {
            last = Some(*hit);
        }
        is_new
    });
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
    builder: Builder,
}

impl NearTerms {
    fn window(&mut self, near: &Near, builder: &mut Builder) -> Result<Window, Said> {
        if near.within == 0 || near.within > MAX_NEAR_SYLLABLES {
            return Err(said!(
                "khoảng {} âm tiết không nằm trong 1 đến {MAX_NEAR_SYLLABLES}",
                "window of {} syllables is not between 1 and {MAX_NEAR_SYLLABLES}",
                near.within
            ));
        }
        if near.phrases.is_empty() {
            return Err(said!("khoảng không nêu cụm từ nào", "window names no phrase"));
        }
        let mut terms = Vec::with_capacity(near.phrases.len());
        for phrase in &near.phrases {
            let term = match self.known.get(phrase) {
                Some(term) => *term,
                None => self.add(phrase, builder).map_err(|error| of_phrase(phrase, error))?,
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
        builder.know(phrase)?;
        self.builder.add(self.next, MatchMode::NoDiacritics, phrase)?;
        self.known.insert(phrase.to_owned(), self.next);
        self.next += 1;
        Ok(self.next - 1)
    }
}

#[cfg(test)]
mod tests;
