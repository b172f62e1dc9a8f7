//! Words cut into pieces: spelled out letter by letter, with signs between, or with signs for letters.
//!
//! A run of pieces is first laid out letter by letter; then one walk from each piece goes through the tree of words as
//! far as any word does. A walk finds all it needs side by side, because texts that are spelled out begin one at every
//! letter.

use super::phrases::{MarkedWord, Own, Phrases};
use super::spelling::Spelling;
use super::trie::Trie;
use super::typing::{self, Leet};
use crate::fold::{FOREIGN, Folded, Key, LetterMarks, Marks, Token};

/// Longest word that is put together from pieces, in letters; no Vietnamese syllable has more than seven.
const LONGEST_GLUED: u32 = 8;
/// Widest gap between pieces of one word, in units.
const WIDEST_PIECE_GAP: u32 = 3;
/// Fewest single letters in a row, with spaces between, that are taken for a word spelled out.
const FEWEST_SPELLED: usize = 3;

/// What becomes of signs between pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signs {
    /// They only part: `l.ừ.a`.
    Dropped,
    /// They stand for letters: `đ@o`.
    AsLetters,
}

/// Whether the signs right before some tokens and right behind them stand for letters of what they are read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct SignsAround {
    pub(super) before: bool,
    pub(super) behind: bool,
}

/// A word that tokens are read as, the signs around them that have a part in it, and the first phrase of it alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReadWord {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) signs: SignsAround,
    pub(super) word: MarkedWord,
    pub(super) single: u32,
}

/// A letter of a run of pieces, with what a walk has to know of its place.
#[derive(Debug, Clone, Copy, Default)]
struct Letter {
    /// A small letter, or [`Letter::NONE`], with which no word goes on.
    unit: u8,
    marks: LetterMarks,
    /// Letters that the signs right before its piece and right behind it stand for, where it is the first and the last
    /// of the piece; or [`Letter::NONE`].
    before: u8,
    behind: u8,
    begins: bool,
    ends: bool,
    /// Whether what has it in it, not as its first letter, is put together.
    joins: bool,
    token: u32,
}

impl Letter {
    const NONE: u8 = 0;
}

/// One run of pieces, laid out.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    letters: Vec<Letter>,
    /// Places in `letters` that make what has them in it one that is put together by signs.
    signs: Vec<usize>,
}

impl Pieces {
    /// Lays out a run whose first token has this number.
    pub(super) fn lay_out(&mut self, folded: &Folded, run: &[Token], offset: u32, signs: Signs) {
        self.letters.clear();
        self.signs.clear();
        let is_spelled = run.len() >= FEWEST_SPELLED;
        let mut last: Option<&Token> = None;
        for (token, piece) in (offset..).zip(run) {
            if last.is_some() && !piece.is_tight && !is_spelled {
                self.letters.push(Letter::default());
            }
            if signs == Signs::AsLetters
                && let Some(last) = last.filter(|last| last.end + 1 == piece.start)
            {
                self.lay_sign(sign(folded, Some(last.end), b"@$!|"));
            }
            self.lay_piece(folded, piece, token, signs);
            last = Some(piece);
        }
    }

    /// Lays out a sign between two pieces, if it stands for a letter.
    fn lay_sign(&mut self, unit: u8) {
        if unit != Letter::NONE {
            self.signs.push(self.letters.len());
            let joins = true;
            self.letters.push(Letter {
                unit,
                joins,
                ..Letter::default()
            });
        }
    }

    /// Lays out a piece. Digits count as the letters they look like; a number is no piece, and what is longer than any
    /// word is none either.
    fn lay_piece(&mut self, folded: &Folded, piece: &Token, token: u32, signs: Signs) {
        if piece.len() > 1 && !piece.traits.has_letter() || piece.len() > LONGEST_GLUED {
            self.letters.push(Letter::default());
            return;
        }
        let first = self.letters.len();
        let units = folded.bytes().get(piece.units()).unwrap_or_default();
        let marks = folded.marks().get(piece.units()).unwrap_or_default();
        self.letters.extend(units.iter().zip(marks).map(|(unit, marks)| Letter {
            unit: typing::leet_letter(*unit, Leet::First).unwrap_or(*unit),
            marks: *marks,
            token,
            ..Letter::default()
        }));
        let (before, behind) = match signs {
            Signs::Dropped => (Letter::NONE, Letter::NONE),
            Signs::AsLetters => (
                sign(folded, piece.start.checked_sub(1), b"@$"),
                sign(folded, Some(piece.end), b"@$"),
            ),
        };
        if let Some(letter) = self.letters.get_mut(first) {
            letter.begins = true;
            letter.before = before;
            letter.joins = signs == Signs::Dropped;
        }
        if let Some(letter) = self.letters.last_mut() {
            letter.ends = true;
            letter.behind = behind;
        }
        if before != Letter::NONE {
            self.signs.push(first);
        }
        if behind != Letter::NONE {
            self.signs.push(self.letters.len() - 1);
        }
    }

    /// Puts the pieces together in every way that makes a word.
    pub(super) fn glue(&self, phrases: &Phrases, signs: Signs, mut found: impl FnMut(ReadWord)) {
        let mut next_signs = self.signs.iter().copied().peekable();
        for (at, first) in self.letters.iter().enumerate() {
            if !first.begins {
                continue;
            }
            if signs == Signs::AsLetters {
                while next_signs.next_if(|sign| *sign < at).is_some() {}
                if next_signs.peek().is_none_or(|sign| *sign > at + LONGEST_GLUED as usize) {
                    continue;
                }
            }
            self.walk(phrases, at, first, &mut found);
        }
    }

    /// Puts pieces together from the first letter of one of them on.
    #[inline(always)]
    fn walk(&self, phrases: &Phrases, at: usize, first: &Letter, found: &mut impl FnMut(ReadWord)) {
        let trie = &phrases.letters;
        let mut word = Word::default();
        let mut is_glued = false;
        if first.before != Letter::NONE {
            is_glued = true;
            word.push(first.before, LetterMarks::default());
        }
        let mut place = match first.before {
            Letter::NONE => Trie::ROOT,
            before => match trie.step(Trie::ROOT, before) {
                Some(place) => place,
                None => return,
            },
        };
        for (number, letter) in self.letters.iter().skip(at).enumerate() {
            let Some(next) = trie.step(place, letter.unit) else {
                return;
            };
            place = next;
            word.push(letter.unit, letter.marks);
            is_glued |= letter.joins & (number > 0);
            if !letter.ends {
                continue;
            }
            if word.len > LONGEST_GLUED {
                return;
            }
            let (whole, end) = match letter.behind {
                Letter::NONE => (word, is_glued.then_some(place)),
                behind => {
                    let mut whole = word;
                    whole.push(behind, LetterMarks::default());
                    (whole, trie.step(place, behind))
                }
            };
            if let Some(own) = end.and_then(|end| trie.word(end)) {
                found(ReadWord {
                    from: first.token,
                    to: letter.token + 1,
                    signs: SignsAround {
                        before: first.before != Letter::NONE,
                        behind: letter.behind != Letter::NONE,
                    },
                    word: whole.marked(),
                    single: phrases.single(Own(own)),
                });
            }
        }
    }
}

/// A word being put together.
#[derive(Debug, Clone, Copy, Default)]
struct Word {
    key: Key,
    marks: Marks,
    len: u32,
}

impl Word {
    #[inline(always)]
    fn push(&mut self, unit: u8, marks: LetterMarks) {
        self.key = self.key.push(unit, self.len);
        self.marks = self
            .marks
            .with_quality(self.len, marks.quality())
            .with_tone(marks.tone());
        self.len += 1;
    }

    fn marked(self) -> MarkedWord {
        MarkedWord {
            spelling: Spelling::of(self.key),
            marks: self.marks,
        }
    }
}

/// The letter that the sign at a unit stands for, if it is one of these.
fn sign(folded: &Folded, at: Option<u32>, among: &[u8]) -> u8 {
    at.and_then(|at| folded.bytes().get(at as usize))
        .filter(|sign| among.contains(sign))
        .and_then(|sign| typing::leet_letter(*sign, Leet::First))
        .unwrap_or(Letter::NONE)
}

/// The first sign from a unit on that may stand for a letter.
pub(super) fn sign_for_letter(folded: &Folded, from: u32) -> Option<u32> {
    let units = folded.bytes().get(from as usize..)?;
    let at = units
        .iter()
        .position(|unit| matches!(unit, b'@' | b'$' | b'!' | b'|'))?;
    Some(from + at as u32)
}

/// Whether two of these pieces may be put together with nothing for the signs between: what does not fit into a word, two
/// at a time, does not fit at all, and a number is no piece.
pub(super) fn may_fit(run: &[Token]) -> bool {
    let is_piece = |token: &Token| token.len() == 1 || token.traits.has_letter();
    let mut pairs = run.iter().zip(run.iter().skip(1));
    pairs.any(|(left, right)| left.len() + right.len() <= LONGEST_GLUED && is_piece(left) && is_piece(right))
}

/// Whether two neighbours may be pieces of one word: nothing but signs between, or both single letters.
pub(super) fn are_pieces(folded: &Folded, left: &Token, right: &Token) -> bool {
    let gap = right.start - left.end;
    if gap > WIDEST_PIECE_GAP {
        return false;
    }
    if right.is_tight {
        return true;
    }
    let between = folded
        .bytes()
        .get(left.end as usize..right.start as usize)
        .unwrap_or_default();
    left.len() == 1 && right.len() == 1 && !between.contains(&FOREIGN)
}
