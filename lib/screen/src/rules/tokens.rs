//! From the text of a condition to its words and signs, read one at a time.

use super::Mistake;

/// A word or sign of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'c> {
    Name(&'c str),
    Int(i64),
    Text(&'c str),
    /// An operator or a bracket.
    Sign(&'static str),
    End,
}

/// Longer signs stand before those that they begin with.
const SIGNS: [&str; 18] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "(", ")", "[", "]", ",", ".",
];

/// What is still to be read.
#[derive(Debug)]
pub(super) struct Tokens<'c> {
    text: &'c str,
    next: usize,
}

impl<'c> Tokens<'c> {
    pub const fn new(text: &'c str) -> Self {
        Self { text, next: 0 }
    }

    /// The next token and the offset at which it begins; at the end, the end again.
    pub fn read(&mut self) -> Result<(usize, Token<'c>), Mistake> {
        self.skip_blanks();
        let at = self.next;
        let rest = self.rest();
        let (length, token) = match rest.chars().next() {
            None => (0, Token::End),
            Some('_' | 'a'..='z' | 'A'..='Z') => {
                let name = prefix(rest, is_of_word);
                (name.len(), Token::Name(name))
            }
            Some('0'..='9') => number(at, rest)?,
            Some(quote @ ('"' | '\'')) => string(at, rest, quote)?,
            Some(first) => match SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
                Some(sign) => (sign.len(), Token::Sign(sign)),
                None => return Err(Mistake::at(at, stray(first))),
            },
        };
        self.next += length;
        Ok((at, token))
    }

    fn rest(&self) -> &'c str {
        self.text.get(self.next..).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        loop {
            let blank = prefix(self.rest(), |c| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')).len();
            self.next += blank;
            if self.rest().starts_with("//") {
                self.next += prefix(self.rest(), |c| c != '\n').len();
            } else if blank == 0 {
                return;
            }
        }
    }
}

fn number(at: usize, rest: &str) -> Result<(usize, Token<'_>), Mistake> {
    let digits = prefix(rest, |c| is_of_word(c) || c == '.');
    if digits.bytes().any(|byte| !byte.is_ascii_digit()) {
        return Err(Mistake::at(at, "numbers are whole and decimal"));
    }
    match digits.parse() {
        Ok(value) => Ok((digits.len(), Token::Int(value))),
        Err(_) => Err(Mistake::at(at, format!("a number is at most {}", i64::MAX))),
    }
}

/// Strings have no escapes, so that what stands there is what is meant.
fn string(at: usize, rest: &str, quote: char) -> Result<(usize, Token<'_>), Mistake> {
    let body = rest.get(1..).unwrap_or_default();
    let text = prefix(body, |c| c != quote && !matches!(c, '\\' | '\n' | '\r'));
    if body.get(text.len()..).is_some_and(|end| end.starts_with(quote)) {
        return Ok((text.len() + 2, Token::Text(text)));
    }
    let message = "a string ends on its own line with the quote it began with, and has no backslash";
    Err(Mistake::at(at, message))
}

const fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn prefix(text: &str, belongs: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

fn stray(first: char) -> String {
    match first {
        '&' => "write `&&` for and".to_owned(),
        '|' => "write `||` for or".to_owned(),
        '=' => "write `==` for equal".to_owned(),
        other => format!("unexpected character {other:?}"),
    }
}
