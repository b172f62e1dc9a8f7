//! How people hide a phrase from a filter, written from what they do and not from what the engine undoes: nothing here
//! looks at the engine's tables.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

use crate::random::Random;

/// Short forms for words, from the pack: the engine promises those and no others.
pub type ShortForms = HashMap<String, Vec<String>>;

type Apply = fn(&str, &mut Random, &ShortForms) -> String;

/// One way to disguise a phrase.
#[derive(Clone, Copy)]
pub struct Disguise {
    /// Its name in the table.
    pub name: &'static str,
    apply: Apply,
}

impl Disguise {
    /// Every way, plainest first.
    pub const ALL: [Self; 42] = [
        Self::new("as written", |text, _, _| text.to_owned()),
        Self::new("decomposed (NFD)", |text, _, _| text.nfd().collect()),
        Self::new("no marks", |text, _, _| bare(text)),
        Self::new("some syllables without marks", |text, random, _| {
            each(
                text,
                " ",
                |word| if random.chance(50) { bare(word) } else { word.to_owned() },
            )
        }),
        Self::new("tones without other marks", |text, _, _| without_qualities(text)),
        Self::new("other tone placement", |text, _, _| move_tones(text)),
        Self::new("upper case", |text, _, _| text.to_uppercase()),
        Self::new("random case", |text, random, _| random_case(text, random)),
        Self::new("full width", |text, _, _| shift_ascii(text, full_width)),
        Self::new("mathematical bold", |text, _, _| shift_ascii(text, mathematical_bold)),
        Self::new("mathematical script, no marks", |text, _, _| {
            shift_ascii(&bare(text), mathematical_script)
        }),
        Self::new("circled letters, no marks", |text, _, _| {
            shift_ascii(&bare(text), circled)
        }),
        Self::new("Cyrillic look-alikes", |text, random, _| {
            swap(text, CYRILLIC, 70, random)
        }),
        Self::new("Greek look-alikes", |text, random, _| swap(text, GREEK, 70, random)),
        Self::new("zero-width characters", |text, random, _| {
            between(text, INVISIBLE, 60, random)
        }),
        Self::new("piled-up marks", pile_up),
        Self::new("piled-up marks on bare letters", |text, random, forms| {
            pile_up(&bare(text), random, forms)
        }),
        Self::new("last letter stretched", |text, random, _| {
            each(text, " ", |word| stretch(word, random, Where::Last))
        }),
        Self::new("any letter stretched", |text, random, _| {
            each(text, " ", |word| stretch(word, random, Where::Anywhere))
        }),
        Self::new("letters spaced", |text, _, _| separate(text, " ", " ")),
        Self::new("letters spaced, wider between words", |text, _, _| {
            separate(text, " ", "   ")
        }),
        Self::new("letters dotted", |text, _, _| separate(text, ".", ".")),
        Self::new("letters dotted, words spaced", |text, _, _| separate(text, ".", " ")),
        Self::new("letters dashed", |text, _, _| separate(text, "-", " ")),
        Self::new("letters with mixed signs between", |text, random, _| {
            mixed_signs(text, random)
        }),
        Self::new("signs between syllables", |text, random, _| {
            let sign = random.pick(&[".", "_", "*", "-", "~", "|", "/", "+"]).copied();
            text.replace(' ', sign.unwrap_or("."))
        }),
        Self::new("digits and signs for letters", |text, random, _| leet(text, random)),
        Self::new("digits for letters, no marks", |text, random, _| {
            leet(&bare(text), random)
        }),
        Self::new("Telex, tone at the vowel", |text, _, _| {
            each(text, " ", |word| typed(word, TELEX, Tone::AtVowel))
        }),
        Self::new("Telex, tone at the end", |text, _, _| {
            each(text, " ", |word| typed(word, TELEX, Tone::AtEnd))
        }),
        Self::new("VNI, tone at the vowel", |text, _, _| {
            each(text, " ", |word| typed(word, VNI, Tone::AtVowel))
        }),
        Self::new("VNI, all digits at the end", |text, _, _| {
            each(text, " ", |word| typed(word, VNI, Tone::Behind))
        }),
        Self::new("teencode of the pack", short_forms),
        Self::new("syllables joined", |text, _, _| text.replace(' ', "")),
        Self::new("syllables joined, no marks", |text, _, _| bare(text).replace(' ', "")),
        Self::new("emoji between syllables", |text, random, _| {
            text.replace(' ', random.pick(EMOJI).copied().unwrap_or("🔥"))
        }),
        Self::new("emoji between letters", |text, random, _| {
            separate(text, random.pick(EMOJI).copied().unwrap_or("🔥"), " ")
        }),
        Self::new("two: no marks, letters dotted", |text, _, _| {
            separate(&bare(text), ".", ".")
        }),
        Self::new("two: look-alikes, zero-width", |text, random, _| {
            let swapped = swap(text, CYRILLIC, 50, random);
            between(&swapped, INVISIBLE, 40, random)
        }),
        Self::new("two: stretched, upper case", |text, random, _| {
            each(text, " ", |word| stretch(word, random, Where::Last)).to_uppercase()
        }),
        Self::new("two: Telex, full width", |text, _, _| {
            shift_ascii(&each(text, " ", |word| typed(word, TELEX, Tone::AtEnd)), full_width)
        }),
        Self::new("two: digits for letters, letters spaced", |text, random, _| {
            separate(&leet(&bare(text), random), " ", " ")
        }),
    ];

    const fn new(name: &'static str, apply: Apply) -> Self {
        Self { name, apply }
    }

    /// The phrase in disguise; nothing where this disguise does not change it.
    #[must_use]
    pub fn apply(&self, phrase: &str, random: &mut Random, forms: &ShortForms) -> Option<String> {
        let disguised = (self.apply)(phrase, random, forms);
        (disguised != phrase || self.name == "as written").then_some(disguised)
    }
}

const INVISIBLE: &[&str] = &[
    "\u{200b}", "\u{200c}", "\u{200d}", "\u{2060}", "\u{feff}", "\u{ad}", "\u{200e}",
];
const EMOJI: &[&str] = &["🔥", "❤️", "😂", "👉", "💰", "⭐", "🇻🇳"];
const CYRILLIC: &[(char, char)] = &[
    ('a', 'а'),
    ('c', 'с'),
    ('e', 'е'),
    ('h', 'һ'),
    ('i', 'і'),
    ('o', 'о'),
    ('p', 'р'),
    ('s', 'ѕ'),
    ('x', 'х'),
    ('y', 'у'),
];
const GREEK: &[(char, char)] = &[
    ('a', 'α'),
    ('i', 'ι'),
    ('k', 'κ'),
    ('n', 'η'),
    ('o', 'ο'),
    ('p', 'ρ'),
    ('t', 'τ'),
    ('u', 'υ'),
    ('v', 'ν'),
    ('x', 'χ'),
    ('y', 'γ'),
];

/// A text without its marks.
#[must_use]
pub fn bare(text: &str) -> String {
    let letters = text.nfd().filter(|c| !is_combining_mark(*c));
    letters
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            other => other,
        })
        .collect()
}

/// Keeps the five tones, drops circumflex, breve, horn and stroke.
fn without_qualities(text: &str) -> String {
    let kept = text.nfd().filter(|c| !matches!(c, '\u{302}' | '\u{306}' | '\u{31b}'));
    kept.map(|c| if c == 'đ' { 'd' } else { c }).nfc().collect()
}

fn each(text: &str, joint: &str, change: impl FnMut(&str) -> String) -> String {
    let words: Vec<String> = text.split(' ').map(change).collect();
    words.join(joint)
}

/// The tone of `oa`, `oe` and `uy` from one of the two vowels to the other.
fn move_tones(text: &str) -> String {
    const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];
    each(text, " ", |word| {
        for pair in ["oa", "oe", "uy"] {
            for tone in TONES {
                let [first, second] = [pair.get(..1), pair.get(1..)].map(Option::unwrap_or_default);
                let old = format!("{first}{tone}{second}");
                let new = format!("{first}{second}{tone}");
                let word: String = word.nfd().collect();
                for (from, to) in [(&old, &new), (&new, &old)] {
                    if let Some(stem) = word.strip_suffix(from.as_str()) {
                        return format!("{stem}{to}").nfc().collect();
                    }
                }
            }
        }
        word.to_owned()
    })
}

fn random_case(text: &str, random: &mut Random) -> String {
    let letters = text.chars().flat_map(|c| {
        let upper = random.chance(50);
        c.to_uppercase().filter(move |_| upper).chain((!upper).then_some(c))
    });
    letters.collect()
}

fn shift_ascii(text: &str, shift: fn(char) -> Option<char>) -> String {
    text.chars().map(|c| shift(c).unwrap_or(c)).collect()
}

fn full_width(c: char) -> Option<char> {
    c.is_ascii_graphic()
        .then(|| char::from_u32(u32::from(c) + 0xfee0))
        .flatten()
}

fn mathematical_bold(c: char) -> Option<char> {
    c.is_ascii_lowercase()
        .then(|| char::from_u32(u32::from(c) - 0x61 + 0x1_d41a))
        .flatten()
}

fn mathematical_script(c: char) -> Option<char> {
    c.is_ascii_lowercase()
        .then(|| char::from_u32(u32::from(c) - 0x61 + 0x1_d4ea))
        .flatten()
}

fn circled(c: char) -> Option<char> {
    c.is_ascii_lowercase()
        .then(|| char::from_u32(u32::from(c) - 0x61 + 0x24d0))
        .flatten()
}

fn swap(text: &str, table: &[(char, char)], percent: usize, random: &mut Random) -> String {
    let swapped = text.chars().map(|c| {
        let other = table.iter().find(|(from, _)| *from == c).map(|(_, to)| *to);
        other.filter(|_| random.chance(percent)).unwrap_or(c)
    });
    swapped.collect()
}

fn between(text: &str, signs: &[&str], percent: usize, random: &mut Random) -> String {
    let mut out = String::new();
    for c in text.chars() {
        out.push(c);
        if c != ' ' && random.chance(percent) {
            out.push_str(random.pick(signs).copied().unwrap_or_default());
        }
    }
    out
}

/// One to four marks of the block of combining marks on two letters of three; the letters' own come first.
fn pile_up(text: &str, random: &mut Random, _: &ShortForms) -> String {
    let mut out = String::new();
    for c in text.chars() {
        out.push(c);
        if c != ' ' && random.chance(66) {
            let count = 1 + random.below(4);
            let marks = (0..count).filter_map(|_| char::from_u32(0x300 + random.below(0x70) as u32));
            out.extend(marks);
        }
    }
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    Last,
    Anywhere,
}

fn stretch(word: &str, random: &mut Random, place: Where) -> String {
    let letters: Vec<char> = word.chars().collect();
    let at = match place {
        Where::Last => letters.len() - 1,
        Where::Anywhere => random.below(letters.len()),
    };
    let times = 3 + random.below(5);
    let stretched = letters.iter().zip(0..).flat_map(|(letter, index)| {
        let count = if index == at { times } else { 1 };
        std::iter::repeat_n(*letter, count)
    });
    stretched.collect()
}

fn separate(text: &str, letters: &str, words: &str) -> String {
    each(text, words, |word| {
        let letters_of: Vec<String> = word.chars().map(String::from).collect();
        letters_of.join(letters)
    })
}

fn mixed_signs(text: &str, random: &mut Random) -> String {
    const SIGNS: [&str; 8] = [".", "-", "_", "*", " ", "~", "'", "·"];
    let mut out = String::new();
    for c in text.chars().filter(|c| *c != ' ') {
        if !out.is_empty() {
            out.push_str(random.pick(&SIGNS).copied().unwrap_or("."));
        }
        out.push(c);
    }
    out
}

/// A digit or sign for every second letter that has one; the letter's marks go with it.
fn leet(text: &str, random: &mut Random) -> String {
    let replaced = text.chars().map(|c| {
        let mut base = c;
        decompose_canonical(c, |part| {
            if !is_combining_mark(part) {
                base = part;
            }
        });
        let signs: &[char] = match base {
            'a' => &['4', '@'],
            'b' => &['8'],
            'e' => &['3'],
            'g' => &['9'],
            'i' => &['1', '!'],
            'o' => &['0'],
            's' => &['5', '$'],
            't' => &['7'],
            _ => &[],
        };
        random.pick(signs).copied().filter(|_| random.chance(50)).unwrap_or(c)
    });
    replaced.collect()
}

/// What an input method takes for the marks, in the order circumflex, breve, horn, stroke, and the tones sắc, huyền,
/// hỏi, ngã, nặng. A circumflex of `*` stands for the letter itself once more.
struct Keys {
    circumflex: char,
    breve: char,
    horn: char,
    stroke: char,
    tones: [char; 5],
}

const TELEX: Keys = Keys {
    circumflex: '*',
    breve: 'w',
    horn: 'w',
    stroke: 'd',
    tones: ['s', 'f', 'r', 'x', 'j'],
};
const VNI: Keys = Keys {
    circumflex: '6',
    breve: '8',
    horn: '7',
    stroke: '9',
    tones: ['1', '2', '3', '4', '5'],
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tone {
    /// Right behind the letter that carries it.
    AtVowel,
    /// The tone behind the syllable, the other marks behind their letters.
    AtEnd,
    /// Everything behind the syllable.
    Behind,
}

fn typed(word: &str, keys: Keys, place: Tone) -> String {
    let [sac, huyen, hoi, nga, nang] = keys.tones;
    let mut out = String::new();
    let mut behind = String::new();
    let mut tone = None;
    let mut vowel = ' ';
    for c in word.nfd() {
        let quality = match c {
            '\u{302}' if keys.circumflex == '*' => vowel,
            '\u{302}' => keys.circumflex,
            '\u{306}' => keys.breve,
            '\u{31b}' => keys.horn,
            'đ' => {
                out.push('d');
                keys.stroke
            }
            '\u{301}' | '\u{300}' | '\u{309}' | '\u{303}' | '\u{323}' => {
                tone = Some(match c {
                    '\u{301}' => sac,
                    '\u{300}' => huyen,
                    '\u{309}' => hoi,
                    '\u{303}' => nga,
                    _ => nang,
                });
                continue;
            }
            letter => {
                if place == Tone::AtVowel {
                    out.extend(tone.take());
                }
                out.push(letter);
                vowel = letter;
                continue;
            }
        };
        if place == Tone::Behind {
            behind.push(quality);
        } else {
            out.push(quality);
        }
    }
    out.push_str(&behind);
    out.extend(tone);
    out
}

/// The longest words that have a short form become it.
fn short_forms(text: &str, random: &mut Random, forms: &ShortForms) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let found = (1..=3).rev().find_map(|length| {
            let run = words.get(at..at + length)?.join(" ");
            Some((forms.get(&run)?, length))
        });
        let (short, length) = match found {
            Some((shorts, length)) => (random.pick(shorts).cloned().unwrap_or_default(), length),
            None => ((*word).to_owned(), 1),
        };
        out.push(short);
        at += length;
    }
    out.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, phrase: &str, expected: &str) {
        let disguise = Disguise::ALL
            .into_iter()
            .find(|disguise| disguise.name == name)
            .unwrap();
        let forms = HashMap::from([("không".to_owned(), vec!["ko".to_owned()])]);
        let disguised = disguise.apply(phrase, &mut Random::new(1), &forms);
        assert_eq!(disguised.as_deref(), Some(expected), "{name}");
    }

    #[test]
    fn disguises_are_what_people_type() {
        check("no marks", "lừa đảo", "lua dao");
        check("tones without other marks", "lừa đảo", "lùa dảo");
        check("other tone placement", "hòa", "hoà");
        check("other tone placement", "thuỷ", "thủy");
        check("full width", "lừa đảo", "ｌừａ đảｏ");
        check("letters spaced", "lừa đảo", "l ừ a đ ả o");
        check("letters dotted", "lừa đảo", "l.ừ.a.đ.ả.o");
        check("Telex, tone at the vowel", "lừa đảo", "luwfa ddaro");
        check("Telex, tone at the end", "lừa đảo", "luwaf ddaor");
        check("Telex, tone at the end", "tiền", "tieenf");
        check("VNI, tone at the vowel", "tiền", "tie62n");
        check("VNI, all digits at the end", "lừa đảo", "lua72 dao93");
        check("teencode of the pack", "không được", "ko được");
        check("syllables joined, no marks", "lừa đảo", "luadao");
    }

    #[test]
    fn what_does_not_change_is_not_counted() {
        let same = Disguise::ALL
            .iter()
            .find(|disguise| disguise.name == "no marks")
            .unwrap();
        assert_eq!(same.apply("vay", &mut Random::new(1), &ShortForms::new()), None);
    }
}
