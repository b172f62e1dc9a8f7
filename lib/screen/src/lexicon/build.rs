//! From phrases as they are written to [`Phrases`]: every word is numbered, every phrase filed at its anchor.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::anchors::{Anchors, Filed};
use super::filter::Filter;
use super::key_map::NONE;
use super::phrases::{JoinedForm, Known, MarkedWord, Meaning, OwnPart, Phrase, Phrases};
use super::siblings::Sibling;
use super::spelling::{Neighbour, Side, Spelling};
use super::trie::Trie;
use crate::fold::{Folded, Key, Token};
use crate::limits::{MAX_PHRASE_BYTES, MAX_PHRASE_SYLLABLES};
use crate::{MatchMode, Said, said};

/// Why a phrase cannot be compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PhraseError {
    Empty,
    TooManySyllables,
    TooLong,
    NotOneWord,
}

impl PhraseError {
    /// What is wrong, as it follows the phrase.
    pub(super) fn said(self) -> Said {
        match self {
            Self::Empty => said!("không có chữ cái hay chữ số nào", "has no letter or digit"),
            Self::TooManySyllables => said!(
                "dài hơn {} âm tiết",
                "is longer than {} syllables",
                MAX_PHRASE_SYLLABLES
            ),
            Self::TooLong => said!("dài hơn {} byte", "is longer than {} bytes", MAX_PHRASE_BYTES),
            Self::NotOneWord => said!(
                "không phải một chuỗi chữ cái và chữ số liền nhau",
                "is not one run of letters and digits",
            ),
        }
    }
}

/// Builds [`Phrases`].
#[derive(Debug)]
pub(super) struct Builder {
    made: Phrases,
    /// Where each phrase stands.
    phrases: Vec<u32>,
    /// What each short form may mean.
    short_forms: BTreeMap<Spelling, Vec<Vec<MarkedWord>>>,
    folded: Folded,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            made: Phrases::default(),
            phrases: Vec::new(),
            short_forms: BTreeMap::new(),
            folded: Folded::new(),
        }
    }
}

impl Builder {
    /// Counts a word among those of the lexicon.
    fn know_word(&mut self, token: &Token) -> Spelling {
        let number = self.made.known.len() as u32;
        let spelling = Spelling::of(token.key);
        if self.made.vocabulary.insert(spelling.0, number) != number {
            return spelling;
        }
        let single = NONE;
        self.made.known.push(Known { spelling, single });
        let units = self.folded.bytes().get(token.units()).unwrap_or_default();
        if token.key.is_hashed() {
            self.made.long_words.push((number, units.into()));
        }
        let mut stretched = units.to_vec();
        stretched.dedup();
        self.made.collapsed.insert(Key::of(&stretched).bits(), number);
        spelling
    }

    /// Folds a phrase and reads its words.
    fn read(&mut self, phrase: &str) -> Result<Vec<MarkedWord>, PhraseError> {
        if phrase.len() > MAX_PHRASE_BYTES {
            return Err(PhraseError::TooLong);
        }
        self.folded.fold(phrase);
        let tokens = self.folded.tokens().to_vec();
        match tokens.len() {
            0 => return Err(PhraseError::Empty),
            n if n > MAX_PHRASE_SYLLABLES => return Err(PhraseError::TooManySyllables),
            _ => {}
        }
        let words = tokens.iter().map(|token| MarkedWord {
            spelling: self.know_word(token),
            marks: token.marks,
        });
        Ok(words.collect())
    }

    /// Counts the words of a phrase among those of the lexicon: a token that is one of them is not read as another.
    pub(super) fn know(&mut self, phrase: &str) -> Result<(), PhraseError> {
        self.read(phrase).map(|_| ())
    }

    /// Adds a phrase for a term.
    pub(super) fn add(&mut self, term: u32, mode: MatchMode, phrase: &str) -> Result<(), PhraseError> {
        let words = self.read(phrase)?;
        let at = self.made.words.len() as u32;
        let packed = Phrase {
            term,
            next: NONE,
            words: words.len() as u8,
            anchor: 0,
            mode,
        };
        self.made.words.push(packed.packed());
        self.made.lengths_of_words.push(0);
        self.made.words.extend(&words);
        let lengths = self.folded.tokens().iter().map(|token| token.len() as u8);
        self.made.lengths_of_words.extend(lengths);
        self.phrases.push(at);
        if words.len() > 1 && mode == MatchMode::Obfuscated {
            self.join(at);
        }
        Ok(())
    }

    /// Registers the letters of the phrase that was folded last, written together.
    fn join(&mut self, phrase: u32) {
        let letters_at = self.made.joined_letters.len() as u32;
        let units = self.folded.bytes().iter().copied();
        self.made.joined_letters.extend(units.filter(u8::is_ascii_alphanumeric));
        let letters = self.made.joined_letters.get(letters_at as usize..).unwrap_or_default();
        let form = self.made.joined_forms.len() as u32;
        let first = self.made.joined.insert(Key::of(letters).bits(), form);
        let mut made = JoinedForm {
            phrase,
            letters_at,
            letters: letters.len() as u32,
            next: NONE,
        };
        if first != form
            && let Some(first) = self.made.joined_forms.get_mut(first as usize)
        {
            made.next = std::mem::replace(&mut first.next, form);
        }
        self.made.joined_forms.push(made);
    }

    /// Adds a short form and what it may mean.
    pub(super) fn add_short_form(&mut self, short: &str, meanings: &[String]) -> Result<(), PhraseError> {
        let mut read = Vec::with_capacity(meanings.len());
        for meaning in meanings {
            read.push(self.read(meaning)?);
        }
        let [word] = *self.read(short)? else {
            return Err(PhraseError::NotOneWord);
        };
        self.short_forms.entry(word.spelling).or_default().extend(read);
        Ok(())
    }

    /// Finishes.
    pub(super) fn build(mut self) -> Phrases {
        self.drop_meanings_without_phrase();
        self.anchor();
        self.own();
        let made = &mut self.made;
        let forms = made.joined_forms.iter().map(|form| {
            let letters = made.joined_letters.get(form.letters_at as usize..);
            let letters = letters.and_then(|letters| letters.get(..form.letters as usize));
            Spelling::of(Key::of(letters.unwrap_or_default())).mixed().hash()
        });
        made.joined_filter = Filter::new(forms);
        let words = made.known.iter().map(|known| known.spelling);
        let words = words.filter(|spelling| !spelling.is_hashed());
        let words = words.flat_map(|spelling| {
            let (_, own) = made.vocabulary.get_noted(spelling.0);
            spelling.writings().map(move |letters| (letters, own))
        });
        made.letters = Trie::new(words.collect());
        self.made
    }

    /// A short form is read as words that may be a phrase or a part of one in disguise, and as no others.
    fn drop_meanings_without_phrase(&mut self) {
        let phrases = self.phrases.iter().filter_map(|at| self.made.phrase(*at));
        let disguised = phrases.filter(|(phrase, _)| phrase.mode == MatchMode::Obfuscated);
        let words = disguised.flat_map(|(_, words)| words);
        let known: HashSet<Spelling> = words.map(|word| word.spelling).collect();
        for meanings in self.short_forms.values_mut() {
            meanings.retain(|meaning| meaning.iter().all(|word| known.contains(&word.spelling)));
        }
    }

    /// Chooses each phrase's anchor and files it there: the pair that fewest phrases have, and of several such pairs the
    /// one of the rarest words, which texts will have least as well.
    fn anchor(&mut self) {
        let made = &mut self.made;
        let mut counts: HashMap<u64, u32> = HashMap::new();
        let mut uses: HashMap<Spelling, u64> = HashMap::new();
        for (_, words) in self.phrases.iter().filter_map(|at| made.phrase(*at)) {
            for pair in pairs_of(words) {
                *counts.entry(pair).or_default() += 1;
            }
            for word in words {
                *uses.entry(word.spelling).or_default() += 1;
            }
        }
        let mut anchored = Vec::with_capacity(self.phrases.len());
        for at in &self.phrases {
            let Some((mut phrase, words)) = made.phrase(*at) else {
                continue;
            };
            let uses = |word: &MarkedWord| uses.get(&word.spelling).copied().unwrap_or(0);
            let pairs = (0_u8..).zip(pairs_of(words)).zip(words.windows(2));
            let rarest = pairs.min_by_key(|((_, pair), words)| {
                let uses: u64 = words.iter().map(uses).product();
                (counts.get(pair), uses)
            });
            let anchor = rarest.map(|((anchor, pair), _)| (pair, anchor));
            phrase.anchor = anchor.map_or(0, |(_, anchor)| anchor);
            put(made, *at, phrase);
            anchored.push((anchor.map(|(pair, _)| pair), *at));
        }
        self.arrange(&mut anchored);
        let made = &mut self.made;
        let mut filed: Vec<Filed> = Vec::new();
        for group in anchored.chunk_by(|(pair, _), (next, _)| pair == next) {
            if let [(Some(pair), first), ..] = group {
                let common = common_neighbour(made, group);
                let first = match group {
                    [_] => *first,
                    [..] => {
                        let family = members(made, group, common, |word| uses.get(&word).copied().unwrap_or(0));
                        made.siblings.add(family) | Phrases::SEVERAL
                    }
                };
                filed.push((*pair, first, common));
            }
        }
        made.anchors = Anchors::new(&filed);
    }

    /// Puts the phrases of one anchor side by side, so that whoever goes from one to the next does not wait for memory.
    fn arrange(&mut self, anchored: &mut [OfAnchor]) {
        anchored.sort_by_key(|(pair, _)| *pair);
        let made = &mut self.made;
        let (words, lengths) = (
            std::mem::take(&mut made.words),
            std::mem::take(&mut made.lengths_of_words),
        );
        let mut moved = HashMap::new();
        for (_, at) in anchored {
            let from = *at as usize;
            let count = words
                .get(from)
                .map_or(0, |head| usize::from(Phrase::unpacked(*head).words));
            let phrase = from..=from + count;
            moved.insert(*at, made.words.len() as u32);
            *at = made.words.len() as u32;
            made.words.extend(words.get(phrase.clone()).unwrap_or_default());
            made.lengths_of_words.extend(lengths.get(phrase).unwrap_or_default());
        }
        let places = made.joined_forms.iter_mut().map(|form| &mut form.phrase);
        for place in places.chain(&mut self.phrases) {
            *place = moved.get(place).copied().unwrap_or(NONE);
        }
    }

    /// Files the phrases of one word and the short forms at their words.
    fn own(&mut self) {
        let made = &mut self.made;
        let mut own: BTreeMap<Spelling, OwnPart> = BTreeMap::new();
        for at in &self.phrases {
            if let Some((_, [word])) = made.phrase(*at) {
                let part = own.entry(word.spelling).or_insert(OwnPart::NOTHING);
                if part.single == NONE {
                    part.single = *at;
                }
                chain(made, part.single, *at);
            }
        }
        let single = |own: &BTreeMap<Spelling, OwnPart>, word: Spelling| own.get(&word).map_or(NONE, |own| own.single);
        for known in &mut made.known {
            known.single = single(&own, known.spelling);
        }
        for (short, meanings) in &self.short_forms {
            let meanings_at = made.meanings.len() as u32;
            for words in meanings {
                let words_at = made.words.len() as u32;
                made.words.extend(words);
                let has_anchor = pairs_of(words).any(|pair| made.anchors.may_hold(pair));
                let spelling = |word: Option<&MarkedWord>| word.map(|word| word.spelling).unwrap_or_default();
                made.meanings.push(Meaning {
                    words_at,
                    words: words.len() as u32,
                    first: spelling(words.first()),
                    last: spelling(words.last()),
                    has_anchor,
                    single: match words.as_slice() {
                        [word] => single(&own, word.spelling),
                        _ => NONE,
                    },
                });
            }
            let part = own.entry(*short).or_insert(OwnPart::NOTHING);
            part.meanings_at = meanings_at;
            part.meanings = meanings.len() as u32;
        }
        made.own.push(OwnPart::NOTHING);
        for (spelling, part) in &own {
            let at = made.own.len() as u32;
            made.own.push(*part);
            made.specials.insert(spelling.0, at);
            made.vocabulary.note(spelling.0, at);
        }
        let specials: Vec<u64> = own.keys().map(|spelling| spelling.mixed().hash()).collect();
        made.special_filter = Filter::roomy(specials.into_iter());
    }
}

/// Changes the phrase at a place.
fn put(made: &mut Phrases, at: u32, phrase: Phrase) {
    if let Some(packed) = made.words.get_mut(at as usize) {
        *packed = phrase.packed();
    }
}

/// Puts a phrase into the chain that begins with another, behind that one.
fn chain(made: &mut Phrases, first: u32, at: u32) {
    if first == at {
        return;
    }
    let ends = made.phrase(first).zip(made.phrase(at));
    if let Some(((mut before, _), (mut phrase, _))) = ends {
        phrase.next = std::mem::replace(&mut before.next, at);
        put(made, first, before);
        put(made, at, phrase);
    }
}

/// The hashes of the pairs of neighbours in a phrase.
fn pairs_of(words: &[MarkedWord]) -> impl Iterator<Item = u64> {
    let pairs = words.iter().zip(words.iter().skip(1));
    pairs.map(|(word, next)| word.spelling.mixed().pair(next.spelling))
}

/// A phrase, and its anchor if it has several words.
type OfAnchor = (Option<u64>, u32);

/// The word that a phrase has on one side of its anchor.
fn word_beside(phrase: &Phrase, words: &[MarkedWord], side: Side) -> Option<Spelling> {
    let at = match side {
        Side::Before => usize::from(phrase.anchor).checked_sub(1),
        Side::Behind => Some(usize::from(phrase.anchor) + 2),
    };
    at.and_then(|at| words.get(at)).map(|word| word.spelling)
}

/// What all phrases of one anchor have beside it.
fn common_neighbour(made: &Phrases, group: &[OfAnchor]) -> Neighbour {
    let common = |side| {
        let mut all = group.iter().map(|(_, at)| {
            let (phrase, words) = made.phrase(*at)?;
            word_beside(&phrase, words, side)
        });
        let one = all.next().flatten()?;
        all.all(|other| other == Some(one)).then(|| Neighbour::new(side, one))
    };
    common(Side::Behind)
        .or_else(|| common(Side::Before))
        .unwrap_or(Neighbour::NONE)
}

/// The phrases of one anchor with the words that they have beside it. Each is filed by the rarer one, and by what all of
/// them have there only where it has nothing else.
fn members(made: &Phrases, group: &[OfAnchor], common: Neighbour, uses: impl Fn(Spelling) -> u64) -> Vec<Sibling> {
    let member = |(_, at): &OfAnchor| {
        let mut words = Vec::with_capacity(2);
        if let Some((phrase, all)) = made.phrase(*at) {
            let beside = [Side::Behind, Side::Before].map(|side| Some((side, word_beside(&phrase, all, side)?)));
            words.extend(beside.into_iter().flatten());
        }
        words.sort_by_key(|(side, word)| (Neighbour::new(*side, *word) == common, uses(*word)));
        let mut beside = words.into_iter().map(|(side, word)| Neighbour::new(side, word));
        let mut next = || beside.next().unwrap_or(Neighbour::NONE);
        Sibling {
            beside: [next(), next()],
            phrase: *at,
        }
    };
    group.iter().map(member).collect()
}
