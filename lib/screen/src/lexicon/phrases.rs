//! The compiled phrases, over words as they are spelled.
//!
//! Vietnamese is written in syllables, so a phrase is a short run of whole words. Each phrase of several words is found
//! by one pair of neighbours in it, its anchor: the pair that fewest phrases share. A text asks one small filter for
//! each pair of neighbours, so a look-up costs the same whatever the size of the lexicon, waits for no other, and never
//! hits inside a word; what is found is compared word by word, so a hash never decides.

use crate::MatchMode;
use crate::fold::{Folded, Key, Marks, Token};
use crate::lexicon::anchors::Anchors;
use crate::lexicon::filter::Filter;
use crate::lexicon::key_map::{KeyMap, NONE};
use crate::lexicon::siblings::Siblings;
use crate::lexicon::spelling::Spelling;
use crate::lexicon::trie::Trie;

/// Fewest letters of a token that is looked up as several words written together.
pub(super) const FEWEST_JOINED_LETTERS: u32 = 6;

/// A word as it is spelled, with the marks it was written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct MarkedWord {
    pub(super) spelling: Spelling,
    pub(super) marks: Marks,
}

/// What a word of the lexicon is besides a part of phrases: a place in [`Phrases::own`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Own(pub(super) u32);

impl Own {
    /// A part of phrases and nothing else.
    pub(super) const NOTHING: Self = Self(0);
    /// Not a word of the lexicon at all.
    pub(super) const UNKNOWN: Self = Self(NONE);
}

/// What a word may be besides a part of phrases.
#[derive(Debug, Clone, Copy)]
pub(super) struct OwnPart {
    /// The first phrase of this one word, or [`NONE`].
    pub(super) single: u32,
    /// What it may mean as a short form: a piece of [`Phrases::meanings`].
    pub(super) meanings_at: u32,
    pub(super) meanings: u32,
}

impl OwnPart {
    pub(super) const NOTHING: Self = Self {
        single: NONE,
        meanings_at: 0,
        meanings: 0,
    };
}

/// One meaning of a short form.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meaning {
    /// Its words: a piece of [`Phrases::words`].
    pub(super) words_at: u32,
    pub(super) words: u32,
    /// The first of them and the last, which are asked for most.
    pub(super) first: Spelling,
    pub(super) last: Spelling,
    /// The first phrase of its word if that is only one, or [`NONE`].
    pub(super) single: u32,
    /// Whether two of its words may be an anchor.
    pub(super) has_anchor: bool,
}

/// A word that a token is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) spelling: Spelling,
    /// The first phrase of this one word, or [`NONE`].
    pub(super) single: u32,
}

/// One way of writing one term.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phrase {
    /// What it belongs to: an entry, or a word that entries want near or not near.
    pub(super) term: u32,
    /// The next phrase of the same one word, or [`NONE`].
    pub(super) next: u32,
    /// How many words it has.
    pub(super) words: u8,
    /// Where in it the anchor is: this word and the next.
    pub(super) anchor: u8,
    pub(super) mode: MatchMode,
}

impl Phrase {
    /// The phrase in the room of a word.
    pub(super) const fn packed(self) -> MarkedWord {
        let mode = match self.mode {
            MatchMode::Exact => 0,
            MatchMode::NoDiacritics => 1,
            MatchMode::Obfuscated => 2,
        };
        MarkedWord {
            spelling: Spelling((self.term as u64) << 32 | self.next as u64),
            marks: Marks::from_bits((self.words as u64) << 16 | (self.anchor as u64) << 8 | mode),
        }
    }

    /// What [`Phrase::packed`] packed.
    pub(super) const fn unpacked(packed: MarkedWord) -> Self {
        let (links, form) = (packed.spelling.0, packed.marks.bits());
        Self {
            term: (links >> 32) as u32,
            next: links as u32,
            words: (form >> 16) as u8,
            anchor: (form >> 8) as u8,
            mode: match form & 3 {
                0 => MatchMode::Exact,
                1 => MatchMode::NoDiacritics,
                _ => MatchMode::Obfuscated,
            },
        }
    }
}

/// What is filed at an anchor.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchored {
    /// The only phrase.
    One(u32),
    /// A family of [`Phrases::siblings`].
    Several(u32),
}

/// A phrase of several words written together.
#[derive(Debug, Clone, Copy)]
pub(super) struct JoinedForm {
    pub(super) phrase: u32,
    /// Its letters: a piece of [`Phrases::joined_letters`].
    pub(super) letters_at: u32,
    pub(super) letters: u32,
    /// The next form with the same key, or [`NONE`].
    pub(super) next: u32,
}

/// All phrases. [`Builder`](super::build::Builder) makes them.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    /// The number of each word by its spelling, and its [`Own`].
    pub(super) vocabulary: KeyMap,
    /// Words with every run of one letter written once, for stretched ones: their numbers.
    pub(super) collapsed: KeyMap,
    /// The words that can be spelled out letter by letter, each with its [`Own`].
    pub(super) letters: Trie,
    /// Letters of words longer than a key holds exactly, by word number.
    pub(super) long_words: Vec<(u32, Box<[u8]>)>,
    /// Each word by its number.
    pub(super) known: Vec<Known>,
    pub(super) own: Vec<OwnPart>,
    pub(super) meanings: Vec<Meaning>,
    /// The words of phrases and meanings. Before the words of a phrase stands the phrase, packed, and its place is what
    /// stands for it everywhere: so one line of the cache brings all of it.
    pub(super) words: Vec<MarkedWord>,
    /// Letters in each word, beside `words`.
    pub(super) lengths_of_words: Vec<u8>,
    /// A phrase at each, or with [`Phrases::SEVERAL`] set a family of `siblings`.
    pub(super) anchors: Anchors,
    pub(super) siblings: Siblings,
    /// The [`Own`] of words that have one, by spelling, because most tokens ask for these alone.
    pub(super) specials: KeyMap,
    pub(super) special_filter: Filter,
    /// Phrases of several words by their letters written together, as the first of a chain.
    pub(super) joined: KeyMap,
    pub(super) joined_filter: Filter,
    pub(super) joined_forms: Vec<JoinedForm>,
    pub(super) joined_letters: Vec<u8>,
}

impl Phrases {
    pub(super) const SEVERAL: u32 = 1 << 31;

    /// The phrases at what [`Phrases::anchors`] have.
    #[inline(always)]
    pub(super) const fn anchored(at: u32) -> Anchored {
        if at & Self::SEVERAL == 0 {
            Anchored::One(at)
        } else {
            Anchored::Several(at & !Self::SEVERAL)
        }
    }

    /// What the word of a token is besides a part of phrases.
    pub(super) fn own(&self, token: &Token, folded: &Folded) -> Own {
        let spelling = Spelling::of(token.key);
        let (number, own) = self.vocabulary.get_noted(spelling.0);
        if number == NONE || token.key.is_hashed() && !self.has_letters(number, token, folded) {
            Own::UNKNOWN
        } else {
            Own(own)
        }
    }

    /// The same of a token that may be a phrase of its own or a short form, and is of no interest otherwise.
    pub(super) fn own_of_special(&self, token: &Token, folded: &Folded) -> Own {
        if token.key.is_hashed() {
            return self.own(token, folded);
        }
        match self.specials.get(Spelling::of(token.key).0) {
            NONE => Own::NOTHING,
            own => Own(own),
        }
    }

    /// Whether a long word has the letters of a token.
    #[cold]
    fn has_letters(&self, number: u32, token: &Token, folded: &Folded) -> bool {
        let known = self.long_words.binary_search_by_key(&number, |(number, _)| *number);
        let letters = known.ok().and_then(|at| self.long_words.get(at));
        letters.is_some_and(|(_, letters)| Some(letters.as_ref()) == folded.bytes().get(token.units()))
    }

    /// Whether a token is this word.
    #[inline(always)]
    pub(super) fn is_word(&self, token: &Token, folded: &Folded, word: Spelling) -> bool {
        word == Spelling::of(token.key) && (!token.key.is_hashed() || self.own(token, folded) != Own::UNKNOWN)
    }

    /// The word of a decoded key. Words longer than a key holds are not decoded.
    pub(super) fn word_of_key(&self, key: Key) -> Option<Known> {
        let spelling = Spelling::of(key);
        let (number, own) = self.vocabulary.get_noted(spelling.0);
        let is_word = number != NONE && !key.is_hashed();
        is_word.then(|| self.known_word(spelling, Own(own)))
    }

    /// The word that a collapsed key stretches.
    pub(super) fn word_of_collapsed(&self, key: Key) -> Option<Known> {
        self.word_of_key(key).or_else(|| {
            let number = if key.is_hashed() {
                NONE
            } else {
                self.collapsed.get(key.bits())
            };
            self.known.get(number as usize).copied()
        })
    }

    /// A word with what it is besides a part of phrases.
    pub(super) fn known_word(&self, spelling: Spelling, own: Own) -> Known {
        Known {
            spelling,
            single: self.single(own),
        }
    }

    /// The first phrase of a word alone, or [`NONE`].
    #[inline(always)]
    pub(super) fn single(&self, own: Own) -> u32 {
        self.own.get(own.0 as usize).map_or(NONE, |own| own.single)
    }

    /// What a word may mean as a short form.
    #[inline(always)]
    pub(super) fn meanings(&self, own: Own) -> &[Meaning] {
        let own = self.own.get(own.0 as usize).copied().unwrap_or(OwnPart::NOTHING);
        let from = own.meanings_at as usize;
        let meanings = self.meanings.get(from..from + own.meanings as usize);
        meanings.unwrap_or_default()
    }

    /// Whether a word with this hash may be a phrase of its own or a short form.
    #[inline(always)]
    pub(super) fn may_be_special(&self, hash: u64) -> bool {
        self.special_filter.may_hold(hash)
    }

    /// Whether a token of at least [`FEWEST_JOINED_LETTERS`] may be several words written together.
    #[inline(always)]
    pub(super) fn may_be_joined(&self, token: &Token) -> bool {
        self.joined_filter.may_hold(Spelling::of(token.key).mixed().hash())
    }

    /// The phrase at a place, packed; nothing at none.
    #[inline(always)]
    pub(super) fn head(&self, at: u32) -> MarkedWord {
        self.words.get(at as usize).copied().unwrap_or_default()
    }

    /// The last word of a phrase, by its place and what stands there.
    #[inline(always)]
    pub(super) fn last_word(&self, at: u32, head: MarkedWord) -> MarkedWord {
        self.head(at + u32::from(Phrase::unpacked(head).words))
    }

    /// This phrase and those behind it in its chain, with their words; the caller compares these.
    pub(super) fn chain(&self, first: u32) -> impl Iterator<Item = (Phrase, &[MarkedWord])> {
        std::iter::successors(self.phrase(first), |(phrase, _)| self.phrase(phrase.next))
    }

    /// The phrase at a place, with its words.
    #[inline(always)]
    pub(super) fn phrase(&self, at: u32) -> Option<(Phrase, &[MarkedWord])> {
        self.words_of(at, *self.words.get(at as usize)?)
    }

    /// A phrase with its words, by its place and what stands there.
    #[inline(always)]
    pub(super) fn words_of(&self, at: u32, head: MarkedWord) -> Option<(Phrase, &[MarkedWord])> {
        let phrase = Phrase::unpacked(head);
        let from = at as usize + 1;
        Some((phrase, self.words.get(from..from + usize::from(phrase.words))?))
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
            let (phrase, words) = self.phrase(known.phrase)?;
            let from = known.phrase as usize + 1;
            let lengths = self.lengths_of_words.get(from..from + words.len())?;
            (letters == units).then_some((phrase, words, lengths))
        })
    }
}
