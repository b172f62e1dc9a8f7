//! What in a text is worth a closer look: pairs of words that may be anchors, and tokens that may be more than a part of
//! a phrase.
//!
//! Nearly every token of ordinary text ends here, so the look at them guesses nothing: each token is asked all
//! questions, the answers are bits, and only the set ones are gone after. One look-up does not wait for another.

use super::phrases::{FEWEST_JOINED_LETTERS, Own, Phrases};
use super::spelling::{Mixed, Spelling};
use crate::fold::{Folded, Gap, Kinds, Token};

/// Tokens whose answers are kept together.
const BLOCK: usize = 64;

/// What the filters let through.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    blocks: Vec<Block>,
    words: Vec<(u32, Own)>,
    has_pieces: bool,
    has_signs: bool,
    is_marked: bool,
}

/// The answers of some tokens, one bit each, first one highest.
#[derive(Debug, Clone, Copy, Default)]
struct Block {
    /// With the token before it may be an anchor.
    pairs: u64,
    /// May be a phrase of its own, a short form or several words.
    specials: u64,
    /// Looks as if it were typed otherwise than it is meant.
    odd: u64,
    /// Is long enough to be several words.
    long: u64,
    /// May be a piece of the same word as the token before it.
    joins: u64,
}

impl Block {
    /// Brings the answers of so many tokens to their places.
    fn settle(&mut self, tokens: usize) {
        let Self {
            pairs,
            specials,
            odd,
            long,
            joins,
        } = self;
        for bits in [pairs, specials, odd, long, joins] {
            *bits = bits.rotate_right(tokens as u32);
        }
    }
}

/// Adds the answer of the next token, behind the others until a block is [settled](Block::settle).
#[inline(always)]
fn note(bits: &mut u64, answer: bool) {
    *bits = (*bits << 1) | u64::from(answer);
}

impl Suspects {
    /// The first tokens of pairs of neighbours that may be anchors.
    pub(super) fn pairs(&self) -> impl Iterator<Item = u32> {
        let blocks = (0_u32..).step_by(BLOCK).zip(&self.blocks);
        // The first token has none before it.
        blocks.flat_map(|(base, block)| bits(block.pairs).map(move |bit| (base + bit).saturating_sub(1)))
    }

    /// Tokens that are more than a part of phrases, and what they are; or no word, and to be looked at all the same.
    pub(super) fn words(&self) -> &[(u32, Own)] {
        &self.words
    }

    /// Whether some tokens may be pieces of one word.
    pub(super) const fn has_pieces(&self) -> bool {
        self.has_pieces
    }

    /// Whether some signs may stand for letters.
    pub(super) const fn has_signs(&self) -> bool {
        self.has_signs
    }

    /// Whether the text is written with marks: in Vietnamese most syllables then carry one.
    pub(super) const fn is_marked(&self) -> bool {
        self.is_marked
    }

    /// The first token from one on that may be a piece of the same word as the token before it.
    pub(super) fn next_piece(&self, from: usize) -> Option<usize> {
        let mut mask = u64::MAX >> (from % BLOCK);
        for (base, block) in (0..).step_by(BLOCK).zip(&self.blocks).skip(from / BLOCK) {
            let left = block.joins & mask;
            if left != 0 {
                return Some(base + left.leading_zeros() as usize);
            }
            mask = u64::MAX;
        }
        None
    }

    /// Looks at a whole text.
    pub(super) fn look(&mut self, phrases: &Phrases, folded: &Folded) {
        let tokens = folded.tokens();
        let (mut before, mut was_single, mut marked, mut joins) = (Spelling::default().mixed(), false, 0, 0);
        self.blocks.clear();
        for tokens in tokens.chunks(BLOCK) {
            let mut block = Block::default();
            for token in tokens {
                let (is_pair, is_special) = ask(phrases, token, &mut before);
                let is_single = token.key.is_one_letter();
                note(&mut block.pairs, is_pair);
                note(&mut block.specials, is_special);
                note(&mut block.odd, token.traits.is_odd());
                note(&mut block.long, token.key.is_as_long_as::<FEWEST_JOINED_LETTERS>());
                note(&mut block.joins, token.is_tight | is_single & was_single);
                marked += usize::from(!token.marks.is_bare());
                was_single = is_single;
            }
            block.settle(tokens.len());
            joins |= block.joins;
            self.blocks.push(block);
        }
        self.has_signs = folded.kinds().have(Kinds::AT.or(Kinds::LETTER_SIGN));
        self.has_pieces = joins != 0;
        self.is_marked = marked * 3 >= tokens.len();
        self.resolve(phrases, folded);
    }

    /// Looks at the same text again, for words and anchors of others, which nobody disguises.
    pub(super) fn look_plainly(&mut self, phrases: &Phrases, folded: &Folded) {
        let mut before = Spelling::default().mixed();
        self.blocks.clear();
        for tokens in folded.tokens().chunks(BLOCK) {
            let mut block = Block::default();
            for token in tokens {
                let (is_pair, is_special) = ask(phrases, token, &mut before);
                note(&mut block.pairs, is_pair);
                note(&mut block.specials, is_special);
            }
            block.settle(tokens.len());
            self.blocks.push(block);
        }
        self.resolve(phrases, folded);
    }

    /// Asks the tables about the words that passed the filters.
    fn resolve(&mut self, phrases: &Phrases, folded: &Folded) {
        self.words.clear();
        let tokens = folded.tokens();
        for (base, block) in (0_u32..).step_by(BLOCK).zip(&mut self.blocks) {
            for bit in bits(block.long & !block.odd) {
                let token = tokens.get((base + bit) as usize);
                let is_joined = token.is_some_and(|token| phrases.may_be_joined(token));
                block.odd |= u64::from(is_joined) << (BLOCK - 1) >> bit;
            }
            for bit in bits(block.odd | block.specials) {
                let Some(token) = tokens.get((base + bit) as usize) else {
                    continue;
                };
                let own = if block.odd << bit >> (BLOCK - 1) == 1 {
                    phrases.own(token, folded)
                } else {
                    phrases.own_of_special(token, folded)
                };
                if own != Own::NOTHING {
                    self.words.push((base + bit, own));
                }
            }
        }
    }
}

/// Whether a token may end an anchor that begins with the word before it, and whether it may be more than a part of
/// phrases. The word becomes the one before the next.
#[inline(always)]
fn ask(phrases: &Phrases, token: &Token, before: &mut Mixed) -> (bool, bool) {
    let spelling = Spelling::of(token.key);
    let pair = before.pair(spelling);
    *before = spelling.mixed();
    let is_pair = phrases.anchors.may_hold(pair) & (token.gap != Gap::Break);
    (is_pair, phrases.may_be_special(before.hash()))
}

/// The numbers of the bits that are set, the highest being number zero.
#[inline(always)]
fn bits(mut set: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let first = set.leading_zeros();
        (set != 0).then(|| {
            set ^= 1 << (BLOCK - 1) >> first;
            first
        })
    })
}
