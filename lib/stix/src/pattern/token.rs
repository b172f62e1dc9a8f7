//! Words of a pattern: names, literals, signs. White space and comments are between them.

use super::parse::{Fault, PatternError};
use super::syntax::Literal;
use crate::encoding::{from_base64, from_hex};

/// A word and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub token: Token,
    pub at_byte: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Keyword(&'static str),
    Literal(Literal),
    /// A number, with its text: the length of a time is exact.
    Number(Literal, String),
    Sign(&'static str),
    End,
}

impl Token {
    /// The constant that it is.
    pub(super) fn into_literal(self) -> Option<Literal> {
        match self {
            Self::Literal(literal) | Self::Number(literal, _) => Some(literal),
            Self::Name(_) | Self::Keyword(_) | Self::Sign(_) | Self::End => None,
        }
    }

    /// The text in quotes that it is.
    pub(super) fn into_text(self) -> Option<String> {
        if let Self::Literal(Literal::String(text)) = self {
            Some(text)
        } else {
            None
        }
    }

    /// The keyword or sign that it is.
    pub(super) fn word(&self) -> &'static str {
        if let Self::Keyword(word) | Self::Sign(word) = self {
            word
        } else {
            ""
        }
    }
}

const KEYWORDS: [&str; 17] = [
    "AND",
    "OR",
    "NOT",
    "FOLLOWEDBY",
    "LIKE",
    "MATCHES",
    "ISSUPERSET",
    "ISSUBSET",
    "EXISTS",
    "LAST",
    "IN",
    "START",
    "STOP",
    "SECONDS",
    "WITHIN",
    "REPEATS",
    "TIMES",
];

/// Longer ones first. `==` and `<>` are other spellings.
const SIGNS: [(&str, &str); 16] = [
    ("==", "="),
    ("=", "="),
    ("!=", "!="),
    ("<>", "!="),
    ("<=", "<="),
    ("<", "<"),
    (">=", ">="),
    (">", ">"),
    (":", ":"),
    (".", "."),
    (",", ","),
    ("(", "("),
    (")", ")"),
    ("[", "["),
    ("]", "]"),
    ("*", "*"),
];

/// The words of a text, one after the other.
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn error(&self, at_byte: usize, expected: &'static str) -> PatternError {
        PatternError::new(self.text, at_byte, Fault::Expected(expected))
    }

    pub(super) fn next(&mut self) -> Result<Placed, PatternError> {
        self.skip_space();
        let at_byte = self.at;
        let rest = self.rest();
        let token = match rest.bytes().next() {
            None => Token::End,
            Some(b'\'') => Token::Literal(Literal::String(self.string()?)),
            Some(b'0'..=b'9' | b'+' | b'-') => self.number()?,
            Some(b'.') if rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit) => self.number()?,
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => self.name()?,
            Some(_) => {
                let found = SIGNS.iter().find(|(spelled, _)| rest.starts_with(spelled));
                let (spelled, sign) = found.ok_or_else(|| self.error(at_byte, "a word of the language"))?;
                self.at += spelled.len();
                Token::Sign(sign)
            }
        };
        Ok(Placed { token, at_byte })
    }

    fn skip_space(&mut self) {
        loop {
            let rest = self.rest();
            let after = rest.trim_start_matches(is_space);
            let after = if let Some(comment) = after.strip_prefix("//") {
                comment.trim_start_matches(|letter| letter != '\r' && letter != '\n')
            } else if let Some((_, after)) = after.strip_prefix("/*").and_then(|comment| comment.split_once("*/")) {
                after
            } else {
                after
            };
            if after.len() == rest.len() {
                return;
            }
            self.at += rest.len() - after.len();
        }
    }

    fn name(&mut self) -> Result<Token, PatternError> {
        let rest = self.rest();
        let may_stand = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
        let name = rest
            .get(..rest.len() - rest.trim_start_matches(may_stand).len())
            .unwrap_or_default();
        let at_byte = self.at;
        self.at += name.len();
        if matches!(name, "t" | "b" | "h") && self.rest().starts_with('\'') {
            let text = self.string()?;
            let literal = match name {
                "t" => text.parse().ok().map(|moment| Literal::Timestamp(text, moment)),
                "b" => from_base64(&text).filter(|_| !text.is_empty()).map(Literal::Binary),
                _ => from_hex(&text).map(Literal::Hex),
            };
            let expected = match name {
                "t" => "a timestamp",
                "b" => "base64",
                _ => "pairs of hexadecimal digits",
            };
            return literal.map(Token::Literal).ok_or_else(|| self.error(at_byte, expected));
        }
        Ok(match name {
            "true" => Token::Literal(Literal::Bool(true)),
            "false" => Token::Literal(Literal::Bool(false)),
            _ => match KEYWORDS.iter().find(|keyword| **keyword == name) {
                Some(keyword) => Token::Keyword(keyword),
                None => Token::Name(name.to_owned()),
            },
        })
    }

    /// In quotes; a backslash stands before a quote or a backslash, and before nothing else.
    fn string(&mut self) -> Result<String, PatternError> {
        let from = self.at;
        let mut text = String::new();
        let mut letters = self.rest().char_indices().skip(1);
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\'' => {
                    self.at += at + 1;
                    return Ok(text);
                }
                '\\' => match letters.next() {
                    Some((_, escaped @ ('\'' | '\\'))) => text.push(escaped),
                    _ => return Err(self.error(from + at + 1, "a quote or a backslash after the backslash")),
                },
                plain => text.push(plain),
            }
        }
        Err(self.error(from, "a text that ends"))
    }

    fn number(&mut self) -> Result<Token, PatternError> {
        let at_byte = self.at;
        let rest = self.rest();
        let unsigned = rest.strip_prefix(['+', '-']).unwrap_or(rest);
        let count = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let whole = count(unsigned);
        let fraction = unsigned
            .get(whole..)
            .and_then(|rest| rest.strip_prefix('.'))
            .map_or(0, count);
        // A whole number has no zeros in front: `01` is two words, and no number.
        let has_zeros = whole > 1 && unsigned.starts_with('0');
        let (length, literal) = if fraction > 0 {
            let length = rest.len() - unsigned.len() + whole + 1 + fraction;
            let number = rest.get(..length).and_then(|text| text.parse().ok());
            (
                length,
                number.filter(|number: &f64| number.is_finite()).map(Literal::Float),
            )
        } else {
            let length = rest.len() - unsigned.len() + whole;
            let number = rest
                .get(..length)
                .filter(|_| !has_zeros)
                .and_then(|text| text.parse().ok());
            (length, number.map(Literal::Integer))
        };
        let literal = literal.ok_or_else(|| self.error(at_byte, "a number of 64 bits"))?;
        self.at += length;
        Ok(Token::Number(
            literal,
            rest.get(..length).unwrap_or_default().to_owned(),
        ))
    }
}

/// White space of the language (section 9.10, the grammar): that of Unicode.
fn is_space(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '\t' | '\r' | '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}
