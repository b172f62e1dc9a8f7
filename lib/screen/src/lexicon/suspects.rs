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
    blocks: Vec<Block>,
    pairs: Vec<(u32, u64, Slot)>,
    anchors: Vec<Anchor>,
    words: Vec<(u32, Own)>,
    has_pieces: bool,
    has_signs: bool,
    is_marked: bool,
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

    /// Looks at a whole text.
    pub(super) fn look(&mut self, phrases: &Phrases, folded: &Folded) {
        self.blocks.clear();
        self.has_pieces = false;
        let tokens = folded.tokens();
        let mut last = Spelling::default().mixed();
        let (mut is_tight, mut was_single, mut marked) = (false, 0, 0);
        for tokens in tokens.chunks(BLOCK) {
            let mut block = Block::default();
            let mut singles = 0_u64;
            for (bit, token) in (0_u32..).zip(tokens) {
                let spelling = Spelling::of(token.key);
                let mixed = spelling.mixed();
                let is_pair = phrases.anchors.may_hold(last.pair(spelling)) & (token.gap != Gap::Break);
                block.pairs |= u64::from(is_pair) << bit;
                block.specials |= u64::from(phrases.may_be_special(mixed.hash())) << bit;
                block.odd |= u64::from(readings::is_odd(token)) << bit;
                block.long |= u64::from(token.len() >= FEWEST_JOINED_LETTERS) << bit;
                singles |= u64::from(token.len() == 1) << bit;
                is_tight |= token.is_tight;
                marked += usize::from(!token.marks.is_bare());
                last = mixed;
            }
            self.has_pieces |= singles & (singles << 1 | was_single) != 0;
            was_single = singles >> (BLOCK - 1);
            self.blocks.push(block);
        }
        self.has_signs = folded.kinds().have(Kinds::AT.or(Kinds::LETTER_SIGN));
        self.has_pieces |= is_tight;
        self.is_marked = marked * 3 >= tokens.len();
        self.resolve(phrases, folded);
    }

    /// Looks at a part of a text, for words and anchors that nobody disguises.
    pub(super) fn look_plainly(&mut self, phrases: &Phrases, folded: &Folded) {
        self.blocks.clear();
        let mut last = Spelling::default().mixed();
        for tokens in folded.tokens().chunks(BLOCK) {
            let mut block = Block::default();
            for (bit, token) in (0_u32..).zip(tokens) {
                let spelling = Spelling::of(token.key);
                let mixed = spelling.mixed();
                let is_pair = phrases.anchors.may_hold(last.pair(spelling)) & (token.gap != Gap::Break);
                block.pairs |= u64::from(is_pair) << bit;
                block.specials |= u64::from(phrases.may_be_special(mixed.hash())) << bit;
                last = mixed;
            }
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
                let before = (base + bit).saturating_sub(1);
                if let Some([first, second, ..]) = tokens.get(before as usize..) {
                    let pair = Spelling::of(first.key).mixed().pair(Spelling::of(second.key));
                    self.pairs.push((before, pair, phrases.anchors.peek(pair)));
                }
            }
            for bit in bits(block.long & !block.odd) {
                let token = tokens.get((base + bit) as usize);
                let is_joined = token.is_some_and(|token| phrases.may_be_joined(token));
                block.odd |= u64::from(is_joined) << bit;
            }
            for bit in bits(block.odd) {
                let token = tokens.get((base + bit) as usize);
                let own = token.map_or(Own::NOTHING, |token| phrases.own(token, folded));
                if own != Own::NOTHING {
                    self.words.push((base + bit, own));
                }
            }
            for bit in bits(block.specials & !block.odd) {
                let token = tokens.get((base + bit) as usize);
                let own = token.map_or(Own::NOTHING, |token| phrases.own_of_special(token, folded));
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
