//! Text that may stand in a message.

use std::fmt;

/// Most bytes of one text.
pub const MAX_TEXT_BYTES: usize = 1_024;

/// One line of text that XML 1.0 can hold. Empty stands for what is not known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Text(String);

/// Why something is no [`Text`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// It is too long.
    #[error("longer than {MAX_TEXT_BYTES} bytes")]
    TooLong,
    /// XML has no way to write a character (XML 1.0, section 2.2), or it ends the line.
    #[error("character {0} of it cannot stand in one line of XML")]
    Character(usize),
    /// It is no organization id.
    #[error(
        "not an id of an organization like 000.00.00.H26: four groups of up to three letters and digits, the last one of them up to five"
    )]
    OrganId,
}

impl Text {
    /// Takes a text.
    ///
    /// # Errors
    /// When it is too long, or has a character that XML cannot write.
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        if text.len() > MAX_TEXT_BYTES {
            return Err(TextError::TooLong);
        }
        let is_bad =
            |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}');
        match text.chars().position(is_bad) {
            Some(at) => Err(TextError::Character(at + 1)),
            None => Ok(Self(text)),
        }
    }

    /// It as a string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_so_many_bytes_and_no_more() {
        assert!(Text::new("a".repeat(MAX_TEXT_BYTES)).is_ok());
        assert_eq!(Text::new("a".repeat(MAX_TEXT_BYTES + 1)), Err(TextError::TooLong));
    }

    #[test]
    fn what_xml_cannot_write_is_refused_with_its_place() {
        for bad in ["ab\u{0}", "ab\n", "ab\r", "ab\u{fffe}", "ab\u{85}", "ab\u{2028}"] {
            assert_eq!(Text::new(bad), Err(TextError::Character(3)), "{bad:?}");
        }
        assert!(Text::new("lừa đảo <&>\"' 😀").is_ok());
    }
}
