//! From the text of a condition to its words and signs, read one at a time.

use super::Mistake;
use crate::{Said, said};

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
        let message = said!("số là số nguyên, hệ thập phân", "numbers are whole and decimal");
        return Err(Mistake::at(at, message));
    }
    match digits.parse() {
        Ok(value) => Ok((digits.len(), Token::Int(value))),
        Err(_) => {
            let message = said!("số lớn nhất là {}", "a number is at most {}", i64::MAX);
            Err(Mistake::at(at, message))
        }
    }
}

/// Strings have no escapes, so that what stands there is what is meant.
fn string(at: usize, rest: &str, quote: char) -> Result<(usize, Token<'_>), Mistake> {
    let body = rest.get(1..).unwrap_or_default();
    let text = prefix(body, |c| c != quote && !matches!(c, '\\' | '\n' | '\r'));
    if body.get(text.len()..).is_some_and(|end| end.starts_with(quote)) {
        return Ok((text.len() + 2, Token::Text(text)));
    }
    let message = said!(
        "chuỗi kết thúc trên cùng dòng, bằng dấu nháy đã mở, và không có dấu \\",
        "a string ends on its own line with the quote it began with, and has no backslash",
    );
    Err(Mistake::at(at, message))
}

const fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn prefix(text: &str, belongs: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

fn stray(first: char) -> Said {
    match first {
        '&' => said!("hãy viết `&&` cho “và”", "write `&&` for and"),
        '|' => said!("hãy viết `||` cho “hoặc”", "write `||` for or"),
        '=' => said!("hãy viết `==` cho “bằng”", "write `==` for equal"),
        other => said!("gặp ký tự lạ {other:?}", "unexpected character {other:?}"),
    }
}
