//! What in a text is worth a closer look: pairs of words that may be anchors, and tokens that may be more than a part of
//! a phrase.
//!
//! Nearly every token of ordinary text ends here, so the look at them guesses nothing: each token is asked all
//! questions, the answers are bits, and only the set ones are gone after. One look-up does not wait for another.

use super::anchors::Slot;
use super::key_map::NONE;
use super::phrases::{FEWEST_JOINED_LETTERS, Own, Phrases};
use super::readings;
use super::spelling::{Neighbour, Spelling};
use crate::fold::{Folded, Gap, Kinds};

/// Tokens whose answers are kept together.
const BLOCK: usize = 64;

/// What the filters let through.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    /// Of each token.
    hashes: Vec<Hashes>,
    blocks: Vec<Block>,
    pairs: Vec<(u32, u64, Slot)>,
    anchors: Vec<Anchor>,
    words: Vec<(u32, Own)>,
    has_pieces: bool,
    has_signs: bool,
    is_marked: bool,
}

/// What the filters are asked for. It is worked out for all tokens before the first filter is asked, so that many
/// look-ups are under way at once.
#[derive(Debug, Clone, Copy)]
struct Hashes {
    /// The word.
    word: u64,
    /// The word before it, and it.
    pair: u64,
}

/// The answers of some tokens, one bit each, first one lowest.
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
    /// Brings the answers to their places, after the last of so many tokens.
    fn settle(&mut self, tokens: usize) {
        let Self {
            pairs,
            specials,
            odd,
            long,
            joins,
        } = self;
        for bits in [pairs, specials, odd, long, joins] {
            *bits = bits.rotate_left(tokens as u32);
        }
    }
}

/// Adds the answer of the next token: the first ends up lowest once a block is [settled](Block::settle).
#[inline(always)]
fn note(bits: &mut u64, answer: bool) {
    *bits = (*bits | u64::from(answer)).rotate_right(1);
}

/// Two neighbours that begin an anchor, if hashes are right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Anchor {
    /// The first of the two tokens.
    pub(super) at: u32,
    /// The first phrase of the anchor.
    pub(super) phrase: u32,
    /// What must stand beside it.
    pub(super) beside: Neighbour,
}

impl Suspects {
    /// Anchors that the text may have.
    pub(super) fn anchors(&self) -> &[Anchor] {
        &self.anchors
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
        let mut mask = u64::MAX << (from % BLOCK);
        for (base, block) in (0..).step_by(BLOCK).zip(&self.blocks).skip(from / BLOCK) {
            let left = block.joins & mask;
            if left != 0 {
                return Some(base + left.trailing_zeros() as usize);
            }
            mask = u64::MAX;
        }
        None
    }

    /// Looks at a whole text.
    pub(super) fn look(&mut self, phrases: &Phrases, folded: &Folded) {
        let tokens = folded.tokens();
        let mut last = Spelling::default().mixed();
        self.hashes.clear();
        self.hashes.extend(tokens.iter().map(|token| {
            let spelling = Spelling::of(token.key);
            let pair = last.pair(spelling);
            last = spelling.mixed();
            Hashes {
                word: last.hash(),
                pair,
            }
        }));
        self.blocks.clear();
        let (mut was_single, mut marked, mut joins) = (false, 0, 0);
        for (tokens, hashes) in tokens.chunks(BLOCK).zip(self.hashes.chunks(BLOCK)) {
            let mut block = Block::default();
            for (token, hashes) in tokens.iter().zip(hashes) {
                let is_pair = phrases.anchors.may_hold(hashes.pair) & (token.gap != Gap::Break);
                let is_single = token.len() == 1;
                note(&mut block.pairs, is_pair);
                note(&mut block.specials, phrases.may_be_special(hashes.word));
                note(&mut block.odd, readings::is_odd(token));
                note(&mut block.long, token.len() >= FEWEST_JOINED_LETTERS);
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
        self.blocks.clear();
        for (tokens, hashes) in folded.tokens().chunks(BLOCK).zip(self.hashes.chunks(BLOCK)) {
            let mut block = Block::default();
            for (token, hashes) in tokens.iter().zip(hashes) {
                let is_pair = phrases.anchors.may_hold(hashes.pair) & (token.gap != Gap::Break);
                note(&mut block.pairs, is_pair);
                note(&mut block.specials, phrases.may_be_special(hashes.word));
            }
            block.settle(tokens.len());
            self.blocks.push(block);
        }
        self.resolve(phrases, folded);
    }

    /// Asks the tables about what passed the filters.
    fn resolve(&mut self, phrases: &Phrases, folded: &Folded) {
        self.words.clear();
        let tokens = folded.tokens();
        for (base, block) in (0_u32..).step_by(BLOCK).zip(&mut self.blocks) {
            for bit in bits(block.pairs) {
                let pair = self.hashes.get((base + bit) as usize).map_or(0, |hashes| hashes.pair);
                let before = (base + bit).saturating_sub(1);
                self.pairs.push((before, pair, phrases.anchors.peek(pair)));
            }
            for bit in bits(block.long & !block.odd) {
                let token = tokens.get((base + bit) as usize);
                let is_joined = token.is_some_and(|token| phrases.may_be_joined(token));
                block.odd |= u64::from(is_joined) << bit;
            }
            for bit in bits(block.odd | block.specials) {
                let Some(token) = tokens.get((base + bit) as usize) else {
                    continue;
                };
                let own = if block.odd >> bit & 1 == 1 {
                    phrases.own(token, folded)
                } else {
                    phrases.own_of_special(token, folded)
                };
                if own != Own::NOTHING {
                    self.words.push((base + bit, own));
                }
            }
        }
        self.resolve_anchors(folded);
    }

    /// Reads what is filed at the pairs, and keeps those beside which what their phrases want may stand: plainly, or read
    /// otherwise.
    fn resolve_anchors(&mut self, folded: &Folded) {
        let nothing = Anchor {
            at: 0,
            phrase: NONE,
            beside: Neighbour::NONE,
        };
        self.anchors.clear();
        self.anchors.resize(self.pairs.len(), nothing);
        let mut kept = 0;
        for (at, pair, peeked) in self.pairs.drain(..) {
            let (phrase, beside) = peeked.read(pair).unwrap_or((NONE, Neighbour::NONE));
            let neighbour = beside.token_beside(at);
            let token = folded.tokens().get(neighbour as usize);
            let is_there = token.is_some_and(|token| beside.may_be(Spelling::of(token.key)));
            let block = self.blocks.get(neighbour as usize / BLOCK).copied().unwrap_or_default();
            let is_read = (block.odd | block.specials) >> (neighbour as usize % BLOCK) & 1 == 1;
            let is_kept = beside.is_none() | is_there | is_read | self.has_pieces | self.has_signs;
            if let Some(place) = self.anchors.get_mut(kept) {
                *place = Anchor { at, phrase, beside };
                // Counted, not branched on: nobody can guess it.
                kept += usize::from(is_kept & (phrase != NONE));
            }
        }
        self.anchors.truncate(kept);
    }
}

/// The numbers of the bits that are set.
#[inline(always)]
fn bits(mut set: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let lowest = set.trailing_zeros();
        (set != 0).then(|| {
            set &= set - 1;
            lowest
        })
    })
}
