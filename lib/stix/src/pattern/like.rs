//! `LIKE`: `%` stands for any text, `_` for one letter, everything else for itself, from beginning to end. Time is
//! linear in the text.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

use super::compile::CompileError;
use super::predicate::regex_of;
use crate::limits::MAX_REGEX_BYTES;

/// What a text is compared with.
#[derive(Debug)]
pub(super) enum Like {
    /// What stands between the signs `%`.
    Parts(Vec<String>),
    /// Where one letter may be any.
    Regex(regex::Regex),
}

impl Like {
    pub(super) fn new(text: &str) -> Result<Self, CompileError> {
        if text.len() > MAX_REGEX_BYTES {
            return Err(CompileError::TooLong);
        }
        let text = nfc(text);
        if !text.contains('_') {
            return Ok(Self::Parts(text.split('%').map(str::to_owned).collect()));
        }
        let any_text = text.split('%').map(|part| {
            let any_letter: Vec<String> = part.split('_').map(regex::escape).collect();
            any_letter.join(".")
        });
        let regex = any_text.collect::<Vec<_>>().join(".*");
        Ok(Self::Regex(regex_of(&format!(r"(?s)\A(?:{regex})\z"))?))
    }

    /// Both in NFC (section 9.6.1).
    pub(super) fn matches(&self, text: &str) -> bool {
        let text = nfc(text);
        match self {
            Self::Regex(regex) => regex.is_match(&text),
            Self::Parts(parts) => match parts.as_slice() {
                [] => text.is_empty(),
                [only] => text == only.as_str(),
                [first, middle @ .., last] => has_parts(&text, first, middle, last).is_some(),
            },
        }
    }
}

/// Each part is found where it is first, after the one before it.
fn has_parts(text: &str, first: &str, middle: &[String], last: &str) -> Option<()> {
    let mut rest = text.strip_prefix(first)?.strip_suffix(last)?;
    for part in middle {
        (_, rest) = rest.split_once(part.as_str())?;
    }
    Some(())
}

/// The text in NFC.
pub(super) fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}
