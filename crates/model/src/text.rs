//! Text from outside that is kept: bounded, and without control characters.

/// A text of at least one visible character and at most `MAX` bytes of UTF-8, trimmed; line breaks and tabs may stand
/// in it, other control characters may not. `MAX` is in bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<const MAX: usize>(String);

/// Why a text was refused. Says nothing of what stood in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing visible stands in it.
    #[error("text is empty")]
    Empty,
    /// It is too long.
    #[error("text is longer than {0} bytes")]
    TooLong(usize),
    /// A control character other than a line break or a tab stands in it.
    #[error("text holds a control character")]
    Control,
}

impl<const MAX: usize> Text<MAX> {
    /// Takes a text in.
    ///
    /// # Errors
    /// When it is empty, too long, or holds control characters.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.len() > MAX {
            return Err(TextError::TooLong(MAX));
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(TextError::Control);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_trimmed_and_bounded() {
        let check = |text: &str, expected: Result<&str, TextError>| {
            assert_eq!(
                Text::<8>::parse(text).as_ref().map(Text::as_str),
                expected.as_ref().copied()
            );
        };
        check("  lý do\n", Ok("lý do"));
        check("12345678", Ok("12345678"));
        check("123456789", Err(TextError::TooLong(8)));
        check("   ", Err(TextError::Empty));
        check("a\u{0}b", Err(TextError::Control));
        check("a\r\n\tb", Ok("a\r\n\tb"));
    }
}
