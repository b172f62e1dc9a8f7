//! The compiled phrases, over numbered words.
//!
//! Vietnamese is written in syllables, so a phrase is a short run of whole words. Each phrase of several words is found
//! by one pair of neighbours in it, its anchor: the pair that fewest phrases share. A text asks one small filter for
//! each pair of neighbours, so a look-up costs the same whatever the size of the lexicon, waits for no other, and never
//! hits inside a word; what is found is compared word by word, so a hash never decides.

use std::collections::{HashMap, HashSet};

use crate::fold::{Folded, Key, Marks, Token};
use crate::lexicon::filter::Filter;
use crate::lexicon::key_map::{KeyMap, NONE};
use crate::lexicon::spelling::{Neighbour, Side, Spelling};
use crate::limits::{MAX_PHRASE_BYTES, MAX_PHRASE_SYLLABLES};
use crate::{MatchMode, limits};

/// Fewest letters of a token that is looked up as several words written together.
pub(super) const FEWEST_JOINED_LETTERS: u32 = 6;

/// Set in a word when it is a phrase of its own.
const IS_PHRASE: u32 = 1 << 30;
/// Set in a word when it is also a short form.
const IS_SHORT_FORM: u32 = 1 << 31;

/// A word of the lexicon: its number, and what it is besides a part of phrases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word(u32);

impl Word {
    /// No word of the lexicon.
    pub(super) const NONE: Self = Self(NONE);

    pub(super) const fn number(self) -> u32 {
        self.0 & !(IS_PHRASE | IS_SHORT_FORM)
    }

    /// Whether it is the word of this number.
    pub(super) const fn is(self, number: u32) -> bool {
        self.0 != NONE && self.number() == number
    }

    pub(super) const fn is_phrase(self) -> bool {
        self.0 & IS_PHRASE != 0
    }

    pub(super) const fn is_short_form(self) -> bool {
        self.0 & IS_SHORT_FORM != 0
    }
}

/// A word of the lexicon with the marks it was written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MarkedWord {
    /// Its number.
    pub(super) word: u32,
    pub(super) marks: Marks,
}

/// One way of writing one term.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phrase {
    /// What it belongs to: an entry, or a word that entries want near or not near.
    pub(super) term: u32,
    pub(super) mode: MatchMode,
    /// Its words: a piece of [`Phrases::words`].
    words_at: u32,
    words: u32,
    /// Where in it the anchor is: this word and the next.
    pub(super) anchor: u32,
    /// The next phrase with the same anchor, or [`NONE`].
    next: u32,
}

/// All phrases.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    /// Words by key.
    vocabulary: KeyMap,
    /// Words with every run of one letter written once, for stretched ones.
    collapsed: KeyMap,
    /// Letters of words longer than a key holds exactly, by word number.
    long_words: Vec<(u32, Box<[u8]>)>,
    phrases: Vec<Phrase>,
    words: Vec<MarkedWord>,
    /// The spelling of each word, by its number.
    spellings: Vec<Spelling>,
    /// First phrase of one word, by its number.
    singles: KeyMap,
    /// First phrase of each anchor, and its [`Neighbour`].
    anchors: KeyMap,
    anchor_filter: Filter,
    /// Words that are phrases of their own or short forms, again by key, because most tokens ask for these alone.
    specials: KeyMap,
    special_filter: Filter,
    /// The beginnings of all words.
    beginning_filter: Filter,
    /// All words.
    word_filter: Filter,
    /// Letters in each word, beside `words`.
    lengths_of_words: Vec<u8>,
    /// Phrases of several words by their letters written together, as the first of a chain.
    joined: KeyMap,
    joined_filter: Filter,
    joined_forms: Vec<JoinedForm>,
    joined_letters: Vec<u8>,
    /// What each short form may mean, by the number of its word.
    short_forms: Vec<(u32, Vec<Vec<MarkedWord>>)>,
    short_form_at: KeyMap,
}

/// A phrase of several words written together.
#[derive(Debug, Clone, Copy)]
struct JoinedForm {
    phrase: u32,
    /// Its letters: a piece of [`Phrases::joined_letters`].
    letters_at: u32,
    letters: u32,
    /// The next form with the same key, or [`NONE`].
    next: u32,
}

/// Why a phrase cannot be compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum PhraseError {
    #[error("has no letter or digit")]
    Empty,
    #[error("is longer than {} syllables", limits::MAX_PHRASE_SYLLABLES)]
    TooManySyllables,
    #[error("is longer than {} bytes", limits::MAX_PHRASE_BYTES)]
    TooLong,
    #[error("is not one run of letters and digits")]
    NotOneWord,
}

/// Builds [`Phrases`].
#[derive(Debug)]
pub(super) struct Builder {
    made: Phrases,
    specials: HashSet<Spelling>,
    folded: Folded,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            made: Phrases::default(),
            specials: HashSet::new(),
            folded: Folded::new(),
        }
    }
}

impl Builder {
    /// The number of a word, new if it must be.
    fn number_word(&mut self, token: &Token) -> u32 {
        let number = self.made.spellings.len() as u32;
        let spelling = Spelling::of(token.key);
        let known = self.made.vocabulary.insert(spelling.0, number) & !(IS_PHRASE | IS_SHORT_FORM);
        if known != number {
            return known;
        }
        self.made.spellings.push(spelling);
        let units = self.folded.bytes().get(token.units()).unwrap_or_default();
        if token.key.is_hashed() {
            self.made.long_words.push((number, units.into()));
        }
        let mut single = units.to_vec();
        single.dedup();
        self.made.collapsed.insert(Key::of(&single).bits(), number);
        number
    }

    /// Sets bits of the one word of the phrase that was folded last.
    fn flag_word(&mut self, bits: u32) {
        if let Some(token) = self.folded.tokens().first() {
            let spelling = Spelling::of(token.key);
            self.made.vocabulary.set_bits(spelling.0, bits);
            self.specials.insert(spelling);
        }
    }

    /// Folds a phrase and appends its words.
    fn push_words(&mut self, phrase: &str) -> Result<(u32, u32), PhraseError> {
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
        let words_at = self.made.words.len() as u32;
        for token in &tokens {
            let word = MarkedWord {
                word: self.number_word(token),
                marks: token.marks,
            };
            self.made.words.push(word);
            self.made.lengths_of_words.push(token.len() as u8);
        }
        Ok((words_at, tokens.len() as u32))
    }

    /// Counts the words of a phrase among those of the lexicon: a token that is one of them is not read as another.
    pub(super) fn know(&mut self, phrase: &str) -> Result<(), PhraseError> {
        let (words_at, _) = self.push_words(phrase)?;
        self.forget_words(words_at);
        Ok(())
    }

    fn forget_words(&mut self, from: u32) {
        self.made.words.truncate(from as usize);
        self.made.lengths_of_words.truncate(from as usize);
    }

    /// Adds a phrase for a term.
    pub(super) fn add(&mut self, term: u32, mode: MatchMode, phrase: &str) -> Result<(), PhraseError> {
        let (words_at, words) = self.push_words(phrase)?;
        let number = self.made.phrases.len() as u32;
        self.made.phrases.push(Phrase {
            term,
            mode,
            words_at,
            words,
            anchor: 0,
            next: NONE,
        });
        if words == 1 {
            self.flag_word(IS_PHRASE);
        } else if mode == MatchMode::Obfuscated {
            self.join(number);
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
            let (at, _) = self.push_words(meaning)?;
            read.push(self.made.words.split_off(at as usize));
        }
        let (at, words) = self.push_words(short)?;
        let short = self.made.words.split_off(at as usize);
        self.made.lengths_of_words.truncate(at as usize);
        let ([word], 1) = (short.as_slice(), words) else {
            return Err(PhraseError::NotOneWord);
        };
        self.flag_word(IS_SHORT_FORM);
        match self.made.short_forms.iter_mut().find(|(known, _)| *known == word.word) {
            Some((_, known)) => known.extend(read),
            None => self.made.short_forms.push((word.word, read)),
        }
        Ok(())
    }

    /// Finishes.
    pub(super) fn build(mut self) -> Phrases {
        self.drop_meanings_without_phrase();
        self.anchor();
        let made = &mut self.made;
        for spelling in &self.specials {
            made.specials.insert(spelling.0, made.vocabulary.get(spelling.0));
        }
        for (at, (word, _)) in (0..).zip(&made.short_forms) {
            made.short_form_at.insert(u64::from(*word), at);
        }
        made.special_filter = Filter::new(self.specials.iter().map(|spelling| spelling.hash()));
        let forms = made.joined_forms.iter().map(|form| {
            let letters = made.joined_letters.get(form.letters_at as usize..);
            let letters = letters.and_then(|letters| letters.get(..form.letters as usize));
            Spelling(Key::of(letters.unwrap_or_default()).bits()).hash()
        });
        made.joined_filter = Filter::new(forms);
        let short = made.spellings.iter().filter(|spelling| spelling.0 >> 63 == 0);
        let beginnings: HashSet<u64> = short
            .flat_map(|spelling| {
                (1..=Key::EXACT)
                    .map(|letters| spelling.0 & u64::MAX >> (64 - 8 * letters))
                    .map(|bits| Spelling(bits).hash())
            })
            .collect();
        made.beginning_filter = Filter::new(beginnings.into_iter());
        made.word_filter = Filter::new(made.spellings.iter().map(|spelling| spelling.hash()));
        self.made
    }

    /// A short form is read as words that may be a phrase or a part of one in disguise, and as no others.
    fn drop_meanings_without_phrase(&mut self) {
        let made = &mut self.made;
        let disguised = made
            .phrases
            .iter()
            .filter(|phrase| phrase.mode == MatchMode::Obfuscated);
        let words = disguised.filter_map(|phrase| {
            let from = phrase.words_at as usize;
            made.words.get(from..from + phrase.words as usize)
        });
        let known: HashSet<u32> = words.flatten().map(|word| word.word).collect();
        for (_, meanings) in &mut made.short_forms {
            meanings.retain(|meaning| meaning.iter().all(|word| known.contains(&word.word)));
        }
    }

    /// Chooses each phrase's anchor and files it there: the pair that fewest phrases have, and of several such pairs the
    /// one of the rarest words, which texts will have least as well.
    fn anchor(&mut self) {
        let made = &mut self.made;
        let mut counts: HashMap<u64, u32> = HashMap::new();
        let pairs: Vec<Vec<u64>> = made.phrases.iter().map(|phrase| made.pairs_of(phrase)).collect();
        for pair in pairs.iter().flatten() {
            *counts.entry(*pair).or_default() += 1;
        }
        let mut uses: Vec<u64> = vec![0; made.spellings.len()];
        for word in &made.words {
            if let Some(uses) = uses.get_mut(word.word as usize) {
                *uses += 1;
            }
        }
        let uses = |at: u32| {
            let word = made.words.get(at as usize);
            word.and_then(|word| uses.get(word.word as usize)).copied().unwrap_or(0)
        };
        let mut anchors = HashSet::new();
        for (number, pairs) in (0..).zip(&pairs) {
            let from = made.phrases.get(number as usize).map_or(0, |phrase| phrase.words_at);
            let rarest = (0..)
                .zip(pairs)
                .min_by_key(|(at, pair)| (counts.get(*pair), uses(from + at) * uses(from + at + 1)));
            let first = if let Some((_, pair)) = rarest {
                anchors.insert(*pair);
                made.anchors.insert(*pair, number)
            } else {
                let word = made
                    .phrases
                    .get(number as usize)
                    .and_then(|phrase| made.words.get(phrase.words_at as usize));
                made.singles.insert(word.map_or(0, |word| u64::from(word.word)), number)
            };
            let mut next = NONE;
            if first != number
                && let Some(first) = made.phrases.get_mut(first as usize)
            {
                next = std::mem::replace(&mut first.next, number);
            }
            if let Some(phrase) = made.phrases.get_mut(number as usize) {
                phrase.anchor = rarest.map_or(0, |(at, _)| at);
                phrase.next = next;
            }
        }
        for pair in &anchors {
            let (first, _) = made.anchors.get_noted(*pair);
            made.anchors.note(*pair, made.neighbour(first).0);
        }
        made.anchor_filter = Filter::new(anchors.into_iter());
    }
}

impl Phrases {
    /// The word of a token.
    #[inline(always)]
    pub(super) fn word(&self, token: &Token, folded: &Folded) -> Word {
        let word = Word(self.vocabulary.get(Spelling::of(token.key).0));
        if token.key.is_hashed() && word != Word::NONE {
            return self.verified(word, folded.bytes().get(token.units()).unwrap_or_default());
        }
        word
    }

    #[cold]
    fn verified(&self, word: Word, units: &[u8]) -> Word {
        let known = self
            .long_words
            .binary_search_by_key(&word.number(), |(number, _)| *number);
        let letters = known.ok().and_then(|at| self.long_words.get(at));
        if letters.is_some_and(|(_, letters)| **letters == *units) {
            word
        } else {
            Word::NONE
        }
    }

    /// The word of a decoded key. Words longer than a key holds are not decoded.
    pub(super) fn word_of_key(&self, key: Key) -> Word {
        if key.is_hashed() {
            Word::NONE
        } else {
            Word(self.vocabulary.get(Spelling::of(key).0))
        }
    }

    /// The word that a collapsed key stretches.
    pub(super) fn word_of_collapsed(&self, key: Key) -> Word {
        match self.word_of_key(key) {
            Word::NONE if !key.is_hashed() => Word(self.collapsed.get(key.bits())),
            word => word,
        }
    }

    /// What a short form may mean.
    pub(super) fn short_form(&self, word: Word) -> &[Vec<MarkedWord>] {
        let at = self.short_form_at.get(u64::from(word.number()));
        self.short_forms.get(at as usize).map_or(&[], |(_, meanings)| meanings)
    }

    /// Whether a token may be a phrase of its own or a short form.
    #[inline(always)]
    pub(super) fn may_be_special(&self, spelling: Spelling) -> bool {
        self.special_filter.may_hold(spelling.hash())
    }

    /// Whether a token may be several words written together.
    #[inline(always)]
    pub(super) fn may_be_joined(&self, token: &Token) -> bool {
        token.len() >= FEWEST_JOINED_LETTERS && self.joined_filter.may_hold(Spelling(token.key.bits()).hash())
    }

    /// The word of a token if it is a phrase of its own or a short form.
    #[inline(always)]
    pub(super) fn special_word(&self, token: &Token, folded: &Folded) -> Word {
        if token.key.is_hashed() {
            return self.word(token, folded);
        }
        Word(self.specials.get(Spelling::of(token.key).0))
    }

    /// Whether some word may begin with these letters.
    #[inline(always)]
    pub(super) fn may_begin(&self, key: Key) -> bool {
        self.beginning_filter.may_hold(Spelling::of(key).hash())
    }

    /// Whether these letters may be a word.
    #[inline(always)]
    pub(super) fn may_be_word(&self, key: Key) -> bool {
        self.word_filter.may_hold(Spelling::of(key).hash())
    }

    /// Whether a pair of words may be an anchor.
    #[inline(always)]
    pub(super) fn may_be_anchor(&self, pair: u64) -> bool {
        self.anchor_filter.may_hold(pair)
    }

    /// The first phrase anchored at a pair of words with this hash, or [`NONE`], and what stands beside the pair.
    #[inline(always)]
    pub(super) fn first_anchored(&self, pair: u64) -> (u32, Neighbour) {
        let (first, note) = self.anchors.get_noted(pair);
        (first, Neighbour(note))
    }

    /// This phrase and those of the same anchor behind it, with their words; the caller compares these.
    pub(super) fn anchored(&self, first: u32) -> impl Iterator<Item = (Phrase, &[MarkedWord])> {
        self.chain(first)
    }

    /// Whether a word is a phrase of its own.
    pub(super) fn is_phrase(&self, word: u32) -> bool {
        self.singles.get(u64::from(word)) != NONE
    }

    /// Phrases of this one word.
    pub(super) fn single(&self, word: u32) -> impl Iterator<Item = (Phrase, &[MarkedWord])> {
        self.chain(self.singles.get(u64::from(word)))
    }

    /// The spelling of a word.
    #[inline(always)]
    pub(super) fn spelling(&self, word: u32) -> Spelling {
        self.spellings.get(word as usize).copied().unwrap_or(Spelling(0))
    }

    /// Whether a token is this word.
    #[inline(always)]
    pub(super) fn is_word(&self, token: &Token, folded: &Folded, word: u32) -> bool {
        if token.key.is_hashed() {
            return self.word(token, folded).is(word);
        }
        self.spelling(word) == Spelling::of(token.key)
    }

    /// What all phrases from this one on have beside their anchor.
    fn neighbour(&self, first: u32) -> Neighbour {
        let beside = |phrase: &Phrase, words: &[MarkedWord], side| {
            let at = match side {
                Side::Before => (phrase.anchor as usize).checked_sub(1),
                Side::Behind => Some(phrase.anchor as usize + 2),
            };
            let word = at.and_then(|at| words.get(at))?;
            Some(Neighbour::new(side, self.spelling(word.word)))
        };
        let common = |side| {
            let mut all = self.chain(first).map(|(phrase, words)| beside(&phrase, words, side));
            let one = all.next().flatten()?;
            all.all(|other| other == Some(one)).then_some(one)
        };
        common(Side::Behind)
            .or_else(|| common(Side::Before))
            .unwrap_or(Neighbour::NONE)
    }

    fn pairs_of(&self, phrase: &Phrase) -> Vec<u64> {
        let words = self.words_of(phrase).unwrap_or_default();
        let pairs = words.iter().zip(words.iter().skip(1));
        pairs
            .map(|(word, next)| self.spelling(word.word).pair(self.spelling(next.word)))
            .collect()
    }

    fn chain(&self, first: u32) -> impl Iterator<Item = (Phrase, &[MarkedWord])> {
        let phrases = std::iter::successors(self.phrases.get(first as usize), |phrase| {
            self.phrases.get(phrase.next as usize)
        });
        phrases.filter_map(|phrase| Some((*phrase, self.words_of(phrase)?)))
    }

    fn words_of(&self, phrase: &Phrase) -> Option<&[MarkedWord]> {
        let from = phrase.words_at as usize;
        self.words.get(from..from + phrase.words as usize)
    }

    /// Phrases that a token is when written together, with their words and the length of each.
    pub(super) fn joined(
        &self,
        token: &Token,
        folded: &Folded,
    ) -> impl Iterator<Item = (Phrase, &[MarkedWord], &[u8])> {
        let units = folded.bytes().get(token.units()).unwrap_or_default();
        let form = |at: u32| self.joined_forms.get(at as usize).copied();
        let chain = std::iter::successors(form(self.joined.get(token.key.bits())), move |known| form(known.next));
        chain.filter_map(move |known| {
            let from = known.letters_at as usize;
            let letters = self.joined_letters.get(from..from + known.letters as usize)?;
            let phrase = self.phrases.get(known.phrase as usize)?;
            let from = phrase.words_at as usize;
            let lengths = self.lengths_of_words.get(from..from + phrase.words as usize)?;
            let words = self.words_of(phrase)?;
            (letters == units).then_some((*phrase, words, lengths))
        })
    }
}
