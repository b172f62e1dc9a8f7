//! The folded text made visible: each token as its bare letters, with its marks in VNI digits behind it.

use anlanh_screen::fold::{FOREIGN, Folded, Gap, LetterMarks, OTHER_SYMBOL};

/// Most tokens that are shown.
const MOST_TOKENS: usize = 400;

/// A token as the engine compares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenView {
    /// Its letters and digits, bare.
    pub letters: String,
    /// Its marks as VNI types them: 1 to 5 tones, 6 circumflex, 7 horn, 8 breve, 9 stroke.
    pub marks: String,
    /// What stands before it.
    pub gap: &'static str,
    /// Whether one of its letters was a look-alike.
    pub look_alike: bool,
}

/// The folded text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FoldedView {
    /// Its first tokens.
    pub tokens: Vec<TokenView>,
    /// How many more there are.
    pub more: usize,
}

/// Most tokens that are worth a look at once; more are shown when asked for.
const FEW_TOKENS: usize = 60;

impl FoldedView {
    /// Whether it is short enough to be shown without being asked for.
    pub const fn is_short(&self) -> bool {
        self.tokens.len() <= FEW_TOKENS
    }

    /// What is shown of a folded text.
    pub fn new(folded: &Folded) -> Self {
        let tokens = folded.tokens();
        let shown = tokens.iter().take(MOST_TOKENS).enumerate().map(|(at, token)| {
            let units = token.start as usize..token.end as usize;
            let bytes = folded.bytes().get(units.clone()).unwrap_or_default();
            let marks = folded.marks().get(units).unwrap_or_default();
            TokenView {
                letters: bytes.iter().map(|byte| shown_unit(*byte)).collect(),
                marks: vni(bytes, marks),
                gap: match token.gap {
                    Gap::Plain => "plain",
                    Gap::Odd => "odd",
                    Gap::Break if at == 0 => "plain",
                    Gap::Break => "break",
                },
                look_alike: marks.iter().any(|mark| mark.is_look_alike()),
            }
        });
        Self {
            tokens: shown.collect(),
            more: tokens.len().saturating_sub(MOST_TOKENS),
        }
    }
}

fn shown_unit(byte: u8) -> char {
    match byte {
        FOREIGN | OTHER_SYMBOL => '□',
        byte => char::from(byte),
    }
}

fn vni(letters: &[u8], marks: &[LetterMarks]) -> String {
    let mut digits = String::new();
    for (letter, mark) in letters.iter().zip(marks) {
        match (mark.quality(), letter) {
            (1, _) => digits.push('6'),
            (2, b'a') => digits.push('8'),
            (2, _) => digits.push('7'),
            (3, _) => digits.push('9'),
            _ => {}
        }
    }
    let tone = marks.iter().map(|mark| mark.tone()).find(|tone| *tone != 0);
    digits.extend(tone.map(|tone| char::from(b'0' + tone)));
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let mut folded = Folded::new();
        folded.fold(text);
        let view = FoldedView::new(&folded);
        let shown: Vec<String> = view
            .tokens
            .iter()
            .map(|token| format!("{}{}", token.letters, token.marks))
            .collect();
        assert_eq!(shown.join(" "), expected, "{text:?}");
    }

    #[test]
    fn marks_are_shown_as_vni_types_them() {
        check("Lừa ĐẢO ngân hàng", "lua72 dao93 ngan6 hang2");
        check("ăn ơi ﬁ số 5", "an8 oi7 fi so61 5");
    }

    #[test]
    fn long_texts_are_cut() {
        let mut folded = Folded::new();
        folded.fold(&"a ".repeat(MOST_TOKENS + 1));
        let view = FoldedView::new(&folded);
        assert_eq!((view.tokens.len(), view.more), (MOST_TOKENS, 1));
    }
}
