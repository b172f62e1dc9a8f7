//! What a token says when it was not typed plainly: raw Telex and VNI keystrokes, digits for letters, stretched
//! letters. Each decoder turns the letters and digits of one token into a word with marks, or says that it does not
//! apply.
//!
//! Telex and VNI are decoded as Vietnamese keyboards do it: no coda of a Vietnamese syllable holds `s f r x j` or a
//! digit, so behind a vowel these are tones.

use crate::fold::{Key, LetterMarks, Marks};

/// Longest token that is decoded, in letters and digits: seven letters and every keystroke that could mark them.
pub(super) const LONGEST: usize = 24;

/// A word as it was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decoded {
    pub(super) key: Key,
    pub(super) marks: Marks,
}

/// Letters under construction.
struct Letters {
    units: [u8; LONGEST],
    quality: [u8; LONGEST],
    len: usize,
    tone: u8,
    changed: bool,
}

impl Letters {
    const fn new() -> Self {
        Self {
            units: [0; LONGEST],
            quality: [0; LONGEST],
            len: 0,
            tone: 0,
            changed: false,
        }
    }

    fn push(&mut self, unit: u8, quality: u8) {
        if let (Some(slot), Some(mark)) = (self.units.get_mut(self.len), self.quality.get_mut(self.len)) {
            *slot = unit;
            *mark = quality;
            self.len += 1;
        }
    }

    fn push_typed(&mut self, unit: u8, marks: LetterMarks) {
        self.push(unit, marks.quality());
        if self.tone == 0 {
            self.tone = marks.tone();
        }
    }

    fn last(&self) -> Option<u8> {
        self.len.checked_sub(1).and_then(|last| self.units.get(last)).copied()
    }

    fn has_vowel(&self) -> bool {
        self.units.iter().take(self.len).any(|unit| is_vowel(*unit))
    }

    /// Marks the last letter of `among` that carries no quality yet.
    fn mark_last(&mut self, among: &[u8], quality: u8) -> bool {
        let (Some(units), Some(marks)) = (self.units.get(..self.len), self.quality.get_mut(..self.len)) else {
            return false;
        };
        let mut letters = units.iter().zip(marks).rev();
        let found = letters.find(|(unit, mark)| among.contains(unit) && **mark == 0);
        if let Some((_, mark)) = found {
            *mark = quality;
            self.changed = true;
            return true;
        }
        false
    }

    fn set_tone(&mut self, tone: u8) -> bool {
        if !self.has_vowel() {
            return false;
        }
        self.tone = tone;
        self.changed = true;
        true
    }

    fn word(&self) -> Option<Decoded> {
        if !self.changed || self.len == 0 {
            return None;
        }
        let mut marks = Marks::default().with_tone(self.tone);
        for (at, quality) in (0..).zip(self.quality.iter().take(self.len)) {
            marks = marks.with_quality(at, *quality);
        }
        Some(Decoded {
            key: Key::of(self.units.get(..self.len)?),
            marks,
        })
    }
}

const fn is_vowel(unit: u8) -> bool {
    matches!(unit, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// Raw Telex: `luwfa` is `lừa`, `ddaor` is `đảo`.
pub(super) fn telex(units: &[u8], marks: &[LetterMarks]) -> Option<Decoded> {
    if units.len() > LONGEST || !units.iter().all(u8::is_ascii_lowercase) {
        return None;
    }
    let mut out = Letters::new();
    for (unit, typed) in units.iter().zip(marks) {
        let applied = match unit {
            b's' => out.set_tone(1),
            b'f' => out.set_tone(2),
            b'r' => out.set_tone(3),
            b'x' => out.set_tone(4),
            b'j' => out.set_tone(5),
            b'z' => out.set_tone(0),
            b'w' => {
                if !out.mark_last(b"aou", 2) {
                    out.push(b'u', 2);
                    out.changed = true;
                }
                true
            }
            b'a' | b'e' | b'o' if out.units.get(..out.len).is_some_and(|so_far| so_far.contains(unit)) => {
                out.mark_last(&[*unit], 1)
            }
            b'd' if out.units.first() == Some(&b'd') && out.len > 0 => out.mark_last(b"d", 3),
            _ => false,
        };
        if !applied {
            out.push_typed(*unit, *typed);
        }
    }
    out.word()
}

/// Raw VNI: `lua72` is `lừa`, `d9ao3` is `đảo`.
pub(super) fn vni(units: &[u8], marks: &[LetterMarks]) -> Option<Decoded> {
    if units.len() > LONGEST {
        return None;
    }
    let mut out = Letters::new();
    for (unit, typed) in units.iter().zip(marks) {
        let applied = match unit {
            b'0'..=b'5' => out.set_tone(unit - b'0'),
            b'6' => out.mark_last(b"aeo", 1),
            b'7' => out.mark_last(b"ou", 2),
            b'8' => out.mark_last(b"a", 2),
            b'9' => out.mark_last(b"d", 3),
            _ => {
                out.push_typed(*unit, *typed);
                true
            }
        };
        if !applied {
            return None;
        }
    }
    out.word()
}

/// Which letters digits stand for. Some stand for two, hence two alphabets.
#[derive(Debug, Clone, Copy)]
pub(super) enum Leet {
    /// `1` is `i`, `6` is `g`, `9` is `g`.
    First,
    /// `1` is `l`, `6` is `b`, `9` is `q`.
    Second,
}

/// What each digit and sign stands for in the two alphabets.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time, bounded by the loop")]
static LEET: [[Option<u8>; 2]; 256] = {
    let mut table = [[None; 2]; 256];
    let mut unit = 0;
    while unit < table.len() {
        table[unit] = [letter_in(unit as u8, Leet::First), letter_in(unit as u8, Leet::Second)];
        unit += 1;
    }
    table
};

/// The letter that a digit or sign stands for.
#[inline(always)]
pub(super) fn leet_letter(unit: u8, alphabet: Leet) -> Option<u8> {
    let [first, second] = *LEET.get(usize::from(unit))?;
    match alphabet {
        Leet::First => first,
        Leet::Second => second,
    }
}

const fn letter_in(unit: u8, alphabet: Leet) -> Option<u8> {
    Some(match (unit, alphabet) {
        (b'0', _) => b'o',
        (b'1' | b'!' | b'|', Leet::First) => b'i',
        (b'1' | b'!' | b'|', Leet::Second) => b'l',
        (b'2', _) => b'z',
        (b'3', _) => b'e',
        (b'4' | b'@', _) => b'a',
        (b'5' | b'$', _) => b's',
        (b'6', Leet::First) | (b'9', Leet::First) => b'g',
        (b'6', Leet::Second) | (b'8', _) => b'b',
        (b'7', _) => b't',
        (b'9', Leet::Second) => b'q',
        _ => return None,
    })
}

/// Digits and signs for letters: `lu4` is `lua`, `đ@o` is `đao`. In the second alphabet it is nothing where no sign
/// stands for another letter than in the first.
pub(super) fn leet(units: &[u8], marks: &[LetterMarks], alphabet: Leet) -> Option<Decoded> {
    let is_either = |unit: &u8| {
        LEET.get(usize::from(*unit))
            .is_some_and(|[first, second]| first != second)
    };
    if units.len() > LONGEST || matches!(alphabet, Leet::Second) && !units.iter().any(is_either) {
        return None;
    }
    let (mut key, mut word_marks, mut is_leet) = (Key::default(), Marks::default(), false);
    for (at, (unit, typed)) in (0..).zip(units.iter().zip(marks)) {
        key = match leet_letter(*unit, alphabet) {
            Some(letter) => {
                is_leet = true;
                key.push(letter, at)
            }
            None => {
                word_marks = word_marks.with_quality(at, typed.quality()).with_tone(typed.tone());
                key.push(*unit, at)
            }
        };
    }
    is_leet.then_some(Decoded { key, marks: word_marks })
}

/// Stretched letters: `đẹppppp` is `đẹp`. Every run of one letter becomes one, with the first mark typed in it.
pub(super) fn collapsed(units: &[u8], marks: &[LetterMarks]) -> Option<Decoded> {
    let mut out = Letters::new();
    for (unit, typed) in units.iter().zip(marks) {
        if out.last() == Some(*unit) {
            out.changed = true;
            if out.tone == 0 {
                out.tone = typed.tone();
            }
            let last = out.len.checked_sub(1).and_then(|last| out.quality.get_mut(last));
            if let Some(quality) = last.filter(|quality| **quality == 0) {
                *quality = typed.quality();
            }
        } else if out.len == LONGEST {
            return None;
        } else {
            out.push_typed(*unit, *typed);
        }
    }
    out.word()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::Folded;

    fn folded(text: &str) -> Folded {
        let mut folded = Folded::new();
        folded.fold(text);
        folded
    }

    fn meant(text: &str) -> Option<Decoded> {
        let folded = folded(text);
        folded.tokens().first().map(|token| Decoded {
            key: token.key,
            marks: token.marks,
        })
    }

    fn check(decode: impl Fn(&[u8], &[LetterMarks]) -> Option<Decoded>, cases: &[(&str, &str)]) {
        for (typed, expected) in cases {
            let typed_folded = folded(typed);
            assert_eq!(
                decode(typed_folded.bytes(), typed_folded.marks()),
                meant(expected),
                "{typed}"
            );
        }
    }

    #[test]
    fn telex_is_read_as_a_keyboard_reads_it() {
        check(
            telex,
            &[
                ("luwfa", "lừa"),
                ("luwaf", "lừa"),
                ("ddaor", "đảo"),
                ("daord", "đảo"),
                ("tieenf", "tiền"),
                ("tienef", "tiền"),
                ("ngaan", "ngân"),
                ("hangf", "hàng"),
                ("cowf", "cờ"),
                ("bacj", "bạc"),
                ("tuw", "tư"),
                ("wng", "ưng"),
                ("sex", "sẽ"),
                ("xaxs", "xá"),
                ("nguyeenx", "nguyễn"),
                ("hay", ""),
                ("", ""),
                ("st", ""),
            ],
        );
    }

    #[test]
    fn vni_is_read_as_a_keyboard_reads_it() {
        check(
            vni,
            &[
                ("lua72", "lừa"),
                ("lu7a2", "lừa"),
                ("d9ao3", "đảo"),
                ("tie6n2", "tiền"),
                ("ba8ng2", "bằng"),
                ("co72", "cờ"),
                ("ba5c", "bạc"),
                ("4a", ""),
                ("l9", ""),
                ("lua", ""),
            ],
        );
    }

    #[test]
    fn digits_and_signs_stand_for_letters() {
        check(
            |units, marks| leet(units, marks, Leet::First),
            &[("lu4", "lua"), ("đ4o", "đao"), ("t1en", "tien"), ("lua", "")],
        );
        check(
            |units, marks| leet(units, marks, Leet::Second),
            &[("1ua", "lua"), ("6an", "ban"), ("lu4", "")],
        );
    }

    #[test]
    fn stretched_letters_count_once() {
        check(
            collapsed,
            &[
                ("đẹppppp", "đẹp"),
                ("lừaaaa", "lừa"),
                ("đảảảo", "đảo"),
                ("ngonn", "ngon"),
                ("ngon", ""),
            ],
        );
        let long = "ab".repeat(LONGEST);
        check(collapsed, &[(&format!("{long}a"), ""), (&"z".repeat(65_536), "z")]);
    }
}
