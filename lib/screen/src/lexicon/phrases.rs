//! The compiled phrases: words numbered, phrases in a tree over word numbers, everything in flat arrays.
//!
//! Vietnamese is written in syllables, so a phrase is a short path of whole words. Looking up the words of a text and
//! following the few paths that exist does not slow down as phrases are added, and never hits inside a word.

use crate::fold::{Folded, Key, Marks, Token};
use crate::lexicon::key_map::{KeyMap, NONE};
use crate::limits::{MAX_PHRASE_BYTES, MAX_PHRASE_SYLLABLES};
use crate::{MatchMode, limits};

/// One way of writing one term.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phrase {
    /// What it belongs to: an entry, or a word that entries want near or not near.
    pub(super) term: u32,
    pub(super) mode: MatchMode,
    marks_at: u32,
    words: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Node {
    /// Phrases that end here: a piece of [`Phrases::outputs`].
    outputs_at: u32,
    outputs: u32,
}

/// What is known of a word of the lexicon.
#[derive(Debug, Clone, Copy)]
pub(super) struct WordInfo {
    /// Node of the phrases that begin with it, or [`NONE`].
    pub(super) root: u32,
    /// Whether some phrase is this word alone.
    pub(super) is_phrase: bool,
    /// Index of the short form that it also is, or [`NONE`].
    pub(super) short_form: u32,
}

/// A word of the lexicon with the marks it was written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MarkedWord {
    pub(super) word: u32,
    pub(super) marks: Marks,
}

/// All phrases.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    words: KeyMap,
    /// Words with every run of one letter written once, for stretched ones.
    collapsed: KeyMap,
    info: Vec<WordInfo>,
    /// Letters of words longer than a key holds exactly, by word number.
    long_words: Vec<(u32, Box<[u8]>)>,
    nodes: Vec<Node>,
    edges: KeyMap,
    /// One bit for each pair of first and second word, by hash: says no to most pairs that begin no phrase.
    pairs: Vec<u64>,
    pair_shift: u32,
    outputs: Vec<u32>,
    phrases: Vec<Phrase>,
    marks: Vec<Marks>,
    /// Letters in each word, beside `marks`.
    lengths: Vec<u8>,
    /// Phrases of several words by their letters written together, as the first of a chain.
    joined: KeyMap,
    joined_forms: Vec<JoinedForm>,
    joined_letters: Vec<u8>,
    short_forms: Vec<Vec<Vec<MarkedWord>>>,
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
#[derive(Debug, Default)]
pub(super) struct Builder {
    made: Phrases,
    /// Phrases that end at each node, while nodes are still being made.
    ends: Vec<Vec<u32>>,
    /// Edges out of first words.
    first_edges: Vec<u64>,
    folded: Folded,
}

impl Builder {
    fn words_of(&mut self, phrase: &str) -> Result<Vec<MarkedWord>, PhraseError> {
        if phrase.len() > MAX_PHRASE_BYTES {
            return Err(PhraseError::TooLong);
        }
        self.folded.fold(phrase);
        let tokens = self.folded.tokens().iter();
        let words: Vec<MarkedWord> = tokens
            .map(|token| {
                let units = self.folded.bytes().get(token.units()).unwrap_or_default();
                MarkedWord {
                    word: self.made.number_word(units, token.key),
                    marks: token.marks,
                }
            })
            .collect();
        match words.len() {
            0 => Err(PhraseError::Empty),
            n if n > MAX_PHRASE_SYLLABLES => Err(PhraseError::TooManySyllables),
            _ => Ok(words),
        }
    }

    /// Adds a phrase for a term.
    pub(super) fn add(&mut self, term: u32, mode: MatchMode, phrase: &str) -> Result<(), PhraseError> {
        let words = self.words_of(phrase)?;
        let number = self.made.phrases.len() as u32;
        let marks_at = self.made.marks.len() as u32;
        self.made.phrases.push(Phrase {
            term,
            mode,
            marks_at,
            words: words.len() as u32,
        });
        self.made.marks.extend(words.iter().map(|word| word.marks));
        let lengths = self.folded.tokens().iter().map(|token| token.len() as u8);
        self.made.lengths.extend(lengths);
        let mut node = NONE;
        for (depth, word) in words.iter().enumerate() {
            let edge = edge_key(node, word.word);
            node = if depth == 0 {
                self.root(word.word)
            } else {
                self.child(edge)
            };
            if depth == 1 {
                self.first_edges.push(edge);
            }
        }
        if let Some(ends) = self.ends.get_mut(node as usize) {
            ends.push(number);
        }
        if let [alone] = words.as_slice()
            && let Some(info) = self.made.info.get_mut(alone.word as usize)
        {
            info.is_phrase = true;
        }
        if mode == MatchMode::Obfuscated && words.len() > 1 {
            self.join(number);
        }
        Ok(())
    }

    fn root(&mut self, word: u32) -> u32 {
        let next = self.made.nodes.len() as u32;
        let Some(info) = self.made.info.get_mut(word as usize) else {
            return NONE;
        };
        if info.root == NONE {
            info.root = next;
            self.made.nodes.push(Node::default());
            self.ends.push(Vec::new());
        }
        info.root
    }

    fn child(&mut self, edge: u64) -> u32 {
        let next = self.made.nodes.len() as u32;
        let child = self.made.edges.insert(edge, next);
        if child == next {
            self.made.nodes.push(Node::default());
            self.ends.push(Vec::new());
        }
        child
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
        let meanings = meanings
            .iter()
            .map(|meaning| self.words_of(meaning))
            .collect::<Result<Vec<_>, _>>()?;
        let [short] = *self.words_of(short)?.as_slice() else {
            return Err(PhraseError::NotOneWord);
        };
        let next = self.made.short_forms.len() as u32;
        let Some(info) = self.made.info.get_mut(short.word as usize) else {
            return Ok(());
        };
        if info.short_form == NONE {
            info.short_form = next;
            self.made.short_forms.push(Vec::new());
        }
        if let Some(form) = self.made.short_forms.get_mut(info.short_form as usize) {
            form.extend(meanings);
        }
        Ok(())
    }

    /// Finishes.
    pub(super) fn build(mut self) -> Phrases {
        for (node, ends) in self.made.nodes.iter_mut().zip(self.ends) {
            node.outputs_at = self.made.outputs.len() as u32;
            node.outputs = ends.len() as u32;
            self.made.outputs.extend(ends);
        }
        // Sixteen bits a pair let one idle look-up in sixteen through; 2 MiB is as much as a cache holds.
        let bits = (self.first_edges.len() * 16)
            .next_power_of_two()
            .clamp(1 << 10, 1 << 24);
        self.made.pair_shift = 64 - bits.trailing_zeros();
        self.made.pairs = vec![0; bits / 64];
        for edge in self.first_edges {
            let bit = self.made.pair_bit(edge);
            if let Some(word) = self.made.pairs.get_mut(bit >> 6) {
                *word |= 1 << (bit & 63);
            }
        }
        self.made
    }
}

const fn edge_key(node: u32, word: u32) -> u64 {
    (node as u64) << 32 | word as u64
}

impl Phrases {
    /// The number of a word, new if it must be. `i` and `y` behind a single consonant are one sound in two spellings
    /// (`mĩ`, `mỹ`) and get one number.
    fn number_word(&mut self, units: &[u8], key: Key) -> u32 {
        let next = self.info.len() as u32;
        let known = self.words.insert(key.bits(), next);
        if known != next {
            return known;
        }
        self.info.push(WordInfo {
            root: NONE,
            is_phrase: false,
            short_form: NONE,
        });
        if key.is_hashed() {
            self.long_words.push((next, units.into()));
        }
        if let [
            consonant @ (b'h' | b'k' | b'l' | b'm' | b's' | b't'),
            vowel @ (b'i' | b'y'),
        ] = units
        {
            let other = if *vowel == b'i' { b'y' } else { b'i' };
            self.words.insert(Key::of(&[*consonant, other]).bits(), next);
        }
        let mut single = units.to_vec();
        single.dedup();
        self.collapsed.insert(Key::of(&single).bits(), next);
        next
    }

    /// The number of a token's word, or [`NONE`].
    #[inline(always)]
    pub(super) fn word(&self, token: &Token, folded: &Folded) -> u32 {
        let word = self.words.get(token.key.bits());
        if token.key.is_hashed() && word != NONE {
            return self.verified(word, folded.bytes().get(token.units()).unwrap_or_default());
        }
        word
    }

    #[cold]
    fn verified(&self, word: u32, units: &[u8]) -> u32 {
        let known = self.long_words.binary_search_by_key(&word, |(number, _)| *number);
        let letters = known.ok().and_then(|at| self.long_words.get(at));
        if letters.is_some_and(|(_, letters)| **letters == *units) {
            word
        } else {
            NONE
        }
    }

    /// The number of a decoded word, or [`NONE`]. Words longer than a key holds are not decoded.
    pub(super) fn word_of_key(&self, key: Key) -> u32 {
        if key.is_hashed() {
            NONE
        } else {
            self.words.get(key.bits())
        }
    }

    /// The number of the word that a collapsed key stretches, or [`NONE`].
    pub(super) fn word_of_collapsed(&self, key: Key) -> u32 {
        if key.is_hashed() {
            return NONE;
        }
        match self.words.get(key.bits()) {
            NONE => self.collapsed.get(key.bits()),
            word => word,
        }
    }

    #[inline(always)]
    pub(super) fn info(&self, word: u32) -> WordInfo {
        self.info.get(word as usize).copied().unwrap_or(WordInfo {
            root: NONE,
            is_phrase: false,
            short_form: NONE,
        })
    }

    pub(super) fn short_form(&self, index: u32) -> &[Vec<MarkedWord>] {
        self.short_forms.get(index as usize).map_or(&[], Vec::as_slice)
    }

    #[inline(always)]
    const fn pair_bit(&self, edge: u64) -> usize {
        (edge.wrapping_mul(0xd6e8_feb8_6659_fd93) >> self.pair_shift) as usize
    }

    /// The node behind a first word's node, or [`NONE`].
    #[inline(always)]
    pub(super) fn second(&self, node: u32, word: u32) -> u32 {
        let edge = edge_key(node, word);
        let bit = self.pair_bit(edge);
        match self.pairs.get(bit >> 6) {
            Some(bits) if bits >> (bit & 63) & 1 == 1 => self.edges.get(edge),
            _ => NONE,
        }
    }

    /// The node behind any node, or [`NONE`].
    pub(super) fn next(&self, node: u32, word: u32) -> u32 {
        self.edges.get(edge_key(node, word))
    }

    /// Phrases that end at a node.
    #[inline(always)]
    pub(super) fn ending_at(&self, node: u32) -> impl Iterator<Item = (Phrase, &[Marks])> {
        let node = self.nodes.get(node as usize).copied().unwrap_or_default();
        let from = node.outputs_at as usize;
        let outputs = self.outputs.get(from..from + node.outputs as usize).unwrap_or_default();
        outputs.iter().filter_map(|phrase| self.phrase(*phrase))
    }

    fn phrase(&self, number: u32) -> Option<(Phrase, &[Marks])> {
        let phrase = *self.phrases.get(number as usize)?;
        let from = phrase.marks_at as usize;
        Some((phrase, self.marks.get(from..from + phrase.words as usize)?))
    }

    /// Phrases that a token is when written together, with their marks and the length of each word.
    pub(super) fn joined(&self, token: &Token, folded: &Folded) -> impl Iterator<Item = (Phrase, &[Marks], &[u8])> {
        let units = folded.bytes().get(token.units()).unwrap_or_default();
        let form = |at: u32| self.joined_forms.get(at as usize).copied();
        let chain = std::iter::successors(form(self.joined.get(token.key.bits())), move |known| form(known.next));
        chain.filter_map(move |known| {
            let from = known.letters_at as usize;
            let letters = self.joined_letters.get(from..from + known.letters as usize)?;
            let (phrase, marks) = self.phrase(known.phrase)?;
            let from = phrase.marks_at as usize;
            let lengths = self.lengths.get(from..from + phrase.words as usize)?;
            (letters == units).then_some((phrase, marks, lengths))
        })
    }
}
