//! Readings: what tokens may say besides what they plainly are.
//!
//! Each reading says that the tokens from one to another may be read as these words. Together with the plain words they
//! make a lattice that phrases are followed through. Only tokens that look odd are examined, so ordinary text pays for
//! none of it.

use crate::fold::{FOREIGN, Folded, Key, LetterMarks, Marks, Token};
use crate::lexicon::phrases::{MarkedWord, Phrases, Word};
use crate::lexicon::typing::{self, Decoded, Leet};

/// Longest word that is put together from pieces, in letters; no Vietnamese syllable has more than seven.
const LONGEST_GLUED: u32 = 8;
/// Widest gap between pieces of one word, in units.
const WIDEST_PIECE_GAP: u32 = 3;
/// Fewest single letters in a row, with spaces between, that are taken for a word spelled out.
const FEWEST_SPELLED: usize = 3;

/// Tokens `from..to` may be read as these words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    pub(super) from: u32,
    pub(super) to: u32,
    words_at: u32,
    words: u32,
}

/// The plain words of a text and its other readings.
#[derive(Debug, Default)]
pub(super) struct Readings {
    /// The word of each token.
    pub(super) plain: Vec<Word>,
    readings: Vec<Reading>,
    words: Vec<MarkedWord>,
    /// Index of the first reading that begins at each token or later; empty when there is no reading.
    first: Vec<u32>,
}

impl Readings {
    /// Reads a text.
    pub(super) fn read(&mut self, phrases: &Phrases, folded: &Folded) {
        self.plain.clear();
        self.readings.clear();
        self.words.clear();
        self.first.clear();
        let mut pieces = false;
        let mut last_len = 0;
        for token in folded.tokens() {
            let word = phrases.word(token, folded);
            self.plain.push(word);
            pieces |= token.is_tight | (token.len() == 1 && last_len == 1);
            last_len = token.len();
            if word == Word::NONE {
                self.read_token(phrases, folded, token);
            } else if word.is_short_form() {
                self.read_short_form(phrases, word);
            }
        }
        if memchr::memchr3(b'@', b'$', b'|', folded.bytes()).is_some() {
            self.read_pieces(phrases, folded, &[Signs::Dropped, Signs::AsLetters]);
        } else if pieces {
            self.read_pieces(phrases, folded, &[Signs::Dropped]);
        }
        if !self.readings.is_empty() {
            self.index();
        }
    }

    fn index(&mut self) {
        self.readings.sort_by_key(|reading| reading.from);
        let mut next = 0;
        for token in 0..=self.plain.len() as u32 {
            while self.readings.get(next).is_some_and(|reading| reading.from < token) {
                next += 1;
            }
            self.first.push(next as u32);
        }
    }

    /// Readings that begin at a token.
    #[inline(always)]
    pub(super) fn at(&self, token: usize) -> &[Reading] {
        let Some(from) = self.first.get(token) else { return &[] };
        let to = self.first.get(token + 1).copied().unwrap_or(self.readings.len() as u32);
        self.readings.get(*from as usize..to as usize).unwrap_or_default()
    }

    /// The first token at or behind this one at which a reading begins.
    pub(super) fn next_from(&self, token: usize) -> Option<u32> {
        let first = self.first.get(token)?;
        self.readings.get(*first as usize).map(|reading| reading.from)
    }

    /// The words of a reading.
    pub(super) fn words(&self, reading: &Reading) -> &[MarkedWord] {
        let from = reading.words_at as usize;
        self.words.get(from..from + reading.words as usize).unwrap_or_default()
    }

    fn push(&mut self, from: u32, to: u32, words: &[MarkedWord]) {
        let words_at = self.words.len() as u32;
        self.words.extend_from_slice(words);
        self.readings.push(Reading {
            from,
            to,
            words_at,
            words: words.len() as u32,
        });
    }

    fn read_short_form(&mut self, phrases: &Phrases, word: Word) {
        let at = self.plain.len() as u32 - 1;
        for meaning in phrases.short_form(word) {
            self.push(at, at + 1, meaning);
        }
    }

    fn read_token(&mut self, phrases: &Phrases, folded: &Folded, token: &Token) {
        let at = self.plain.len() as u32 - 1;
        let units = folded.bytes().get(token.units()).unwrap_or_default();
        let marks = folded.marks().get(token.units()).unwrap_or_default();
        let is_number = !token.traits.has_letter();
        let is_odd = token.traits.has_repeat() || token.traits.has_digit() || typing::has_tone_key(units);
        if is_number || !is_odd || units.len() > typing::LONGEST && !token.traits.has_repeat() {
            return;
        }
        let mut seen = [Word::NONE; 4];
        let mut add = |decoded: Option<Decoded>, look_up: fn(&Phrases, Key) -> Word| {
            let Some(decoded) = decoded else { return };
            let word = look_up(phrases, decoded.key);
            if word == Word::NONE || seen.contains(&word) {
                return;
            }
            if let Some(slot) = seen.iter_mut().find(|slot| **slot == Word::NONE) {
                *slot = word;
            }
            let words_at = self.words.len() as u32;
            self.words.push(MarkedWord {
                word: word.number(),
                marks: decoded.marks,
            });
            self.readings.push(Reading {
                from: at,
                to: at + 1,
                words_at,
                words: 1,
            });
        };
        if token.traits.has_digit() {
            add(typing::vni(units, marks), Phrases::word_of_key);
            add(typing::leet(units, marks, Leet::First), Phrases::word_of_collapsed);
            add(typing::leet(units, marks, Leet::Second), Phrases::word_of_collapsed);
        } else {
            if token.traits.has_repeat() {
                add(typing::collapsed(units, marks), Phrases::word_of_collapsed);
            }
            add(typing::telex(units, marks), Phrases::word_of_key);
        }
    }

    /// Words cut into pieces: spelled out letter by letter, with signs between, or with signs for letters.
    fn read_pieces(&mut self, phrases: &Phrases, folded: &Folded, signs: &[Signs]) {
        let tokens = folded.tokens();
        let mut from = 0;
        while let Some(first) = tokens.get(from) {
            let mut to = from + 1;
            let mut last = first;
            while let Some(next) = tokens.get(to).filter(|next| are_pieces(folded, last, next)) {
                last = next;
                to += 1;
            }
            let run = tokens.get(from..to).unwrap_or_default();
            // A word alone is no piece of one unless a sign stands for a letter.
            let signs = if run.len() == 1 {
                signs.get(1..).unwrap_or_default()
            } else {
                signs
            };
            for at in 0..run.len() {
                for signs in signs {
                    self.glue(phrases, folded, run, from as u32, at, *signs);
                }
            }
            from = to;
        }
    }

    /// Puts pieces of a run together from one of them on.
    fn glue(&mut self, phrases: &Phrases, folded: &Folded, run: &[Token], offset: u32, at: usize, signs: Signs) {
        let mut glued = Glued::default();
        let mut last: Option<&Token> = None;
        for (end, piece) in run.iter().enumerate().skip(at) {
            match (last, signs) {
                (None, Signs::AsLetters) => glued.push_sign(folded, piece.start.checked_sub(1), b"@$"),
                (Some(last), Signs::AsLetters) if last.end + 1 == piece.start => {
                    glued.push_sign(folded, Some(last.end), b"@$!|");
                }
                (None | Some(_), Signs::AsLetters | Signs::Dropped) => {}
            }
            let is_spelled = run.len() >= FEWEST_SPELLED;
            if last.is_some() && !piece.is_tight && !is_spelled || !glued.push_piece(folded, piece) {
                return;
            }
            let mut whole = glued;
            if signs == Signs::AsLetters {
                whole.push_sign(folded, Some(piece.end), b"@$");
            }
            let is_glued = match signs {
                Signs::Dropped => end > at,
                Signs::AsLetters => whole.signs > 0,
            };
            let word = phrases.word_of_key(whole.key);
            if is_glued && word != Word::NONE {
                let word = MarkedWord {
                    word: word.number(),
                    marks: whole.marks,
                };
                self.push(offset + at as u32, offset + end as u32 + 1, &[word]);
            }
            last = Some(piece);
        }
    }
}

/// What becomes of signs between pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signs {
    /// They only part: `l.ừ.a`.
    Dropped,
    /// They stand for letters: `đ@o`.
    AsLetters,
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

/// A word being put together.
#[derive(Debug, Clone, Copy, Default)]
struct Glued {
    key: Key,
    marks: Marks,
    len: u32,
    signs: u32,
}

impl Glued {
    fn push(&mut self, unit: u8, marks: LetterMarks) {
        self.key = self.key.push(unit, self.len);
        self.marks = self
            .marks
            .with_quality(self.len, marks.quality())
            .with_tone(marks.tone());
        self.len += 1;
    }

    /// Adds a piece if it fits. Digits count as the letters they look like; a number is no piece.
    fn push_piece(&mut self, folded: &Folded, piece: &Token) -> bool {
        let is_number = piece.len() > 1 && !piece.traits.has_letter();
        if is_number || self.len + piece.len() > LONGEST_GLUED {
            return false;
        }
        let units = folded.bytes().get(piece.units()).unwrap_or_default();
        let marks = folded.marks().get(piece.units()).unwrap_or_default();
        for (unit, marks) in units.iter().zip(marks) {
            self.push(typing::leet_letter(*unit, Leet::First).unwrap_or(*unit), *marks);
        }
        true
    }

    /// Adds the letter that the sign at a unit stands for, if it is one of these.
    fn push_sign(&mut self, folded: &Folded, at: Option<u32>, among: &[u8]) {
        let sign = at
            .and_then(|at| folded.bytes().get(at as usize))
            .filter(|sign| among.contains(sign));
        if let Some(letter) = sign.and_then(|sign| typing::leet_letter(*sign, Leet::First)) {
            self.push(letter, LetterMarks::default());
            self.signs += 1;
        }
    }
}
