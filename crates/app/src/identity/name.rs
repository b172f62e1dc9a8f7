//! Names of accounts and tokens.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// The name of an account or a token: letters of any script, digits, `.`, `-` and `_`, in lower case and NFC, so that
/// one name is written in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

/// A text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a name is {} to {} letters, digits, dots, dashes and underscores",
    Name::MIN_CHARS,
    Name::MAX_CHARS
)]
pub struct NameError;

impl Name {
    /// Shortest name, in characters.
    pub const MIN_CHARS: usize = 2;
    /// Longest name, in characters.
    pub const MAX_CHARS: usize = 64;

    /// Reads a name.
    ///
    /// # Errors
    /// When it is too short, too long, or holds other characters.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        // Four bytes a character at most, and marks that stand apart: nothing longer can become a name.
        if text.len() > Self::MAX_CHARS * 12 {
            return Err(NameError);
        }
        let name: String = text.trim().nfc().flat_map(char::to_lowercase).nfc().collect();
        let fits = (Self::MIN_CHARS..=Self::MAX_CHARS).contains(&name.chars().count());
        let plain = name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
        if fits && plain { Ok(Self(name)) } else { Err(NameError) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_is_written_in_one_way() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(Name::parse(text).ok().as_ref().map(Name::as_str), expected, "{text:?}");
        };
        check(" Lan.Nguyễn ", Some("lan.nguyễn"));
        check("lan.nguye\u{302}\u{303}n", Some("lan.nguyễn"));
        check("a", None);
        check("ab", Some("ab"));
        check(&"ễ".repeat(64), Some(&"ễ".repeat(64)));
        check(&"ễ".repeat(65), None);
        check("lan nguyễn", None);
        check("lan\u{0}", None);
        check(&"a".repeat(100_000), None);
    }
}
