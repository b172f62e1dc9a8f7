//! The compiled phrases, in two shapes over numbered words.
//!
//! Vietnamese is written in syllables, so a phrase is a short run of whole words. Runs of a text are looked up by hash
//! behind a small filter: each look-up is independent of the others, costs the same whatever the size of the lexicon,
//! and never hits inside a word; what is found is compared word by word, so a hash never decides. Phrases that may be
//! disguised also form a tree, because a text with several readings has too many runs to look each up.

use crate::fold::{Folded, Key, Marks, Token};
use crate::lexicon::key_map::{KeyMap, NONE};
use crate::limits::{MAX_PHRASE_BYTES, MAX_PHRASE_SYLLABLES};
use crate::{MatchMode, limits};

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
    /// The next phrase with the same hash, or [`NONE`].
    next: u32,
    /// The next phrase with the same words that may be disguised, or [`NONE`].
    next_disguised: u32,
}

/// The hash of a run of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RunHash(u64);

impl RunHash {
    pub(super) const EMPTY: Self = Self(0x51_7c_c1_b7_27_22_0a_95);

    #[inline(always)]
    pub(super) const fn push(self, word: u32) -> Self {
        let mixed = (self.0 ^ word as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self(mixed ^ (mixed >> 29))
    }
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
    /// First phrase of each hash.
    by_hash: KeyMap,
    /// Two bits a phrase, in one word of 64: says no to nearly every run that is no phrase.
    filter: Vec<u64>,
    filter_shift: u32,
    /// Bit `n` is set when some phrase has `n` words.
    lengths: u32,
    /// The tree of phrases that may be disguised: nodes by node and word, and the first phrase that ends at each node.
    edges: KeyMap,
    /// One bit an edge, by hash: says no to nearly every word that does not go on.
    edge_filter: Vec<u64>,
    edge_shift: u32,
    ends: Vec<u32>,
    longest_disguised: u32,
    /// Letters in each word, beside `words`.
    lengths_of_words: Vec<u8>,
    /// Phrases of several words by their letters written together, as the first of a chain.
    joined: KeyMap,
    joined_forms: Vec<JoinedForm>,
    joined_letters: Vec<u8>,
    /// What each short form may mean, by the number of its word.
    short_forms: Vec<(u32, Vec<Vec<MarkedWord>>)>,
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

/// The root of the tree.
pub(super) const ROOT: u32 = 0;

const fn edge(node: u32, word: u32) -> u64 {
    (node as u64) << 32 | word as u64
}

/// Builds [`Phrases`].
#[derive(Debug)]
pub(super) struct Builder {
    made: Phrases,
    hashes: Vec<RunHash>,
    edges: Vec<u64>,
    next_word: u32,
    folded: Folded,
}

impl Default for Builder {
    fn default() -> Self {
        let made = Phrases {
            ends: vec![NONE],
            ..Phrases::default()
        };
        Self {
            made,
            hashes: Vec::new(),
            edges: Vec::new(),
            next_word: 0,
            folded: Folded::new(),
        }
    }
}

impl Builder {
    /// The number of a word, new if it must be. Both its spellings get the same.
    fn number_word(&mut self, token: &Token) -> u32 {
        let number = self.next_word;
        let known = self.made.vocabulary.insert(token.key.bits(), number) & !(IS_PHRASE | IS_SHORT_FORM);
        if known != number {
            return known;
        }
        self.next_word += 1;
        let units = self.folded.bytes().get(token.units()).unwrap_or_default();
        if token.key.is_hashed() {
            self.made.long_words.push((number, units.into()));
        }
        if let [
            consonant @ (b'h' | b'k' | b'l' | b'm' | b's' | b't'),
            vowel @ (b'i' | b'y'),
        ] = units
        {
            let other = if *vowel == b'i' { b'y' } else { b'i' };
            self.made
                .vocabulary
                .insert(Key::of(&[*consonant, other]).bits(), number);
        }
        let mut single = units.to_vec();
        single.dedup();
        self.made.collapsed.insert(Key::of(&single).bits(), number);
        number
    }

    /// Sets bits of the one word of the phrase that was folded last, in both its spellings.
    fn flag_word(&mut self, bits: u32) {
        let Some(token) = self.folded.tokens().first() else {
            return;
        };
        self.made.vocabulary.set_bits(token.key.bits(), bits);
        if let Some(other) = other_spelling(self.folded.bytes().get(token.units()).unwrap_or_default()) {
            self.made.vocabulary.set_bits(other.bits(), bits);
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

    /// Adds a phrase for a term.
    pub(super) fn add(&mut self, term: u32, mode: MatchMode, phrase: &str) -> Result<(), PhraseError> {
        let (words_at, words) = self.push_words(phrase)?;
        let number = self.made.phrases.len() as u32;
        let run = self.made.words.get(words_at as usize..).unwrap_or_default();
        let hash = run.iter().fold(RunHash::EMPTY, |hash, word| hash.push(word.word));
        let mut made = Phrase {
            term,
            mode,
            words_at,
            words,
            next: NONE,
            next_disguised: NONE,
        };
        let first = self.made.by_hash.insert(hash.0, number);
        if first != number
            && let Some(first) = self.made.phrases.get_mut(first as usize)
        {
            made.next = std::mem::replace(&mut first.next, number);
        }
        self.hashes.push(hash);
        self.made.lengths |= 1 << words;
        if words == 1 {
            self.flag_word(IS_PHRASE);
        }
        if mode == MatchMode::Obfuscated {
            made.next_disguised = self.grow_tree(number, words_at, words);
            self.made.longest_disguised = self.made.longest_disguised.max(words);
            if words > 1 {
                self.join(number);
            }
        }
        self.made.phrases.push(made);
        Ok(())
    }

    /// Adds a phrase to the tree; returns the one that ended there before.
    fn grow_tree(&mut self, phrase: u32, words_at: u32, words: u32) -> u32 {
        let mut node = ROOT;
        for at in words_at..words_at + words {
            let Some(word) = self.made.words.get(at as usize) else {
                return NONE;
            };
            let next = self.made.ends.len() as u32;
            let child = self.made.edges.insert(edge(node, word.word), next);
            if child == next {
                self.made.ends.push(NONE);
                self.edges.push(edge(node, word.word));
            }
            node = child;
        }
        self.made
            .ends
            .get_mut(node as usize)
            .map_or(NONE, |end| std::mem::replace(end, phrase))
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
        self.made.short_forms.sort_unstable_by_key(|(word, _)| *word);
        // Sixteen bits a phrase let about one idle look-up in fifty through; 2 MiB is as much as a cache holds.
        let bits = (self.hashes.len() * 16).next_power_of_two().clamp(1 << 10, 1 << 24);
        self.made.filter_shift = 64 - (bits / 64).trailing_zeros();
        self.made.filter = vec![0; bits / 64];
        for hash in self.hashes {
            if let Some(word) = self.made.filter.get_mut((hash.0 >> self.made.filter_shift) as usize) {
                *word |= filter_bits(hash);
            }
        }
        let bits = (self.edges.len() * 16).next_power_of_two().clamp(1 << 10, 1 << 24);
        self.made.edge_shift = 64 - bits.trailing_zeros();
        self.made.edge_filter = vec![0; bits / 64];
        for edge in self.edges {
            let bit = self.made.edge_bit(edge);
            if let Some(word) = self.made.edge_filter.get_mut(bit >> 6) {
                *word |= 1 << (bit & 63);
            }
        }
        self.made
    }
}

/// `mĩ` for `mỹ` and back: behind a single consonant the two vowels are one sound in two spellings.
fn other_spelling(units: &[u8]) -> Option<Key> {
    match units {
        [consonant @ (b'h' | b'k' | b'l' | b'm' | b's' | b't'), b'i'] => Some(Key::of(&[*consonant, b'y'])),
        [consonant @ (b'h' | b'k' | b'l' | b'm' | b's' | b't'), b'y'] => Some(Key::of(&[*consonant, b'i'])),
        _ => None,
    }
}

const fn filter_bits(hash: RunHash) -> u64 {
    1 << (hash.0 & 63) | 1 << (hash.0 >> 6 & 63)
}

impl Phrases {
    /// The word of a token.
    #[inline(always)]
    pub(super) fn word(&self, token: &Token, folded: &Folded) -> Word {
        let word = Word(self.vocabulary.get(token.key.bits()));
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
            Word(self.vocabulary.get(key.bits()))
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
        let known = self
            .short_forms
            .binary_search_by_key(&word.number(), |(number, _)| *number);
        known
            .ok()
            .and_then(|at| self.short_forms.get(at))
            .map_or(&[], |(_, meanings)| meanings)
    }

    /// Most words of a phrase.
    pub(super) const fn longest(&self) -> u32 {
        31 - (self.lengths | 1).leading_zeros()
    }

    /// Most words of a phrase that may be disguised.
    pub(super) const fn longest_disguised(&self) -> u32 {
        self.longest_disguised
    }

    /// Whether a run of this many words may be a phrase.
    #[inline(always)]
    pub(super) fn may_be_phrase(&self, hash: RunHash, words: u32) -> bool {
        let bits = filter_bits(hash);
        let known = self
            .filter
            .get((hash.0 >> self.filter_shift) as usize)
            .copied()
            .unwrap_or(0);
        self.lengths >> words & 1 == 1 && known & bits == bits
    }

    /// Phrases with the hash of a run, with their words; the caller compares these.
    pub(super) fn with_hash(&self, hash: RunHash) -> impl Iterator<Item = (Phrase, &[MarkedWord])> {
        self.chain(self.by_hash.get(hash.0), |phrase| phrase.next)
    }

    #[inline(always)]
    const fn edge_bit(&self, edge: u64) -> usize {
        (edge.wrapping_mul(0xd6e8_feb8_6659_fd93) >> self.edge_shift) as usize
    }

    /// The node behind a node of the tree, or [`NONE`].
    #[inline(always)]
    pub(super) fn next_node(&self, node: u32, word: u32) -> u32 {
        let edge = edge(node, word);
        let bit = self.edge_bit(edge);
        match self.edge_filter.get(bit >> 6) {
            Some(bits) if bits >> (bit & 63) & 1 == 1 => self.edges.get(edge),
            _ => NONE,
        }
    }

    /// Phrases that end at a node of the tree, with their words.
    pub(super) fn ending_at(&self, node: u32) -> impl Iterator<Item = (Phrase, &[MarkedWord])> {
        self.chain(self.ends.get(node as usize).copied().unwrap_or(NONE), |phrase| {
            phrase.next_disguised
        })
    }

    fn chain(&self, first: u32, next: fn(&Phrase) -> u32) -> impl Iterator<Item = (Phrase, &[MarkedWord])> {
        let phrases = std::iter::successors(self.phrases.get(first as usize), move |phrase| {
            self.phrases.get(next(phrase) as usize)
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
