//! Texts that the database bounds, counted in characters as it counts them.

use serde::Serialize;

use crate::Why;

/// A text of 1 to `MAX` characters that is not blank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// Takes a text.
    ///
    /// # Errors
    /// When it is blank or too long.
    pub fn parse(text: &str) -> Result<Self, Why> {
        if text.trim().is_empty() {
            return Err(Why::Missing);
        }
        if text.chars().count() > MAX {
            return Err(Why::TooLong(MAX));
        }
        Ok(Self(text.to_owned()))
    }

    /// Takes a text and, where it is too long, its beginning with an ellipsis.
    ///
    /// # Errors
    /// When it is blank.
    pub fn shorten(text: &str) -> Result<Self, Why> {
        match Self::parse(text) {
            Err(Why::TooLong(_)) => {
                let beginning: String = text.chars().take(MAX.saturating_sub(1)).collect();
                Self::parse(&format!("{}…", beginning.trim_end()))
            }
            parsed => parsed,
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The platform's own id of a statement: 1 to 500 letters, digits, hyphens and underscores.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Puid(String);

impl Puid {
    /// Most characters.
    pub const MAX: usize = 500;

    /// Takes an id.
    ///
    /// # Errors
    /// When it is empty, too long, or holds another character.
    pub fn parse(text: &str) -> Result<Self, Why> {
        let text = Text::<{ Self::MAX }>::parse(text)?;
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !text.as_str().bytes().all(fits) {
            return Err(Why::WrongForm);
        }
        Ok(Self(text.0))
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An address of the web, of at most 500 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Url(String);

impl Url {
    /// Takes an address: `http` or `https`, a host, and no blank or control character.
    ///
    /// # Errors
    /// When it is none, or too long.
    pub fn parse(text: &str) -> Result<Self, Why> {
        let text = Text::<500>::parse(text)?;
        let rest = ["http://", "https://"].iter().find_map(|scheme| {
            let head = text.as_str().get(..scheme.len())?;
            head.eq_ignore_ascii_case(scheme)
                .then(|| text.as_str().get(scheme.len()..))?
        });
        let authority = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
        let host = authority.map(|authority| authority.rsplit_once('@').map_or(authority, |(_, host)| host));
        let is_host = host.is_some_and(|host| {
            let name = host.split_once(':').map_or(host, |(name, _)| name);
            host.starts_with('[') || (name.chars().any(char::is_alphanumeric) && !name.starts_with(['.', '-']))
        });
        let is_clean = !text.as_str().chars().any(|c| c.is_whitespace() || c.is_control());
        if is_host && is_clean {
            Ok(Self(text.0))
        } else {
            Err(Why::WrongForm)
        }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An EAN-13 number of a product: thirteen digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Ean13(String);

impl Ean13 {
    /// Takes a number.
    ///
    /// # Errors
    /// When it is not thirteen digits.
    pub fn parse(text: &str) -> Result<Self, Why> {
        if text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Why::WrongForm)
        }
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_counted_in_characters() {
        assert!(Text::<3>::parse("đồn").is_ok());
        assert_eq!(Text::<3>::parse("đồng"), Err(Why::TooLong(3)));
        assert_eq!(Text::<3>::parse(" \n"), Err(Why::Missing));
        assert_eq!(Text::<4>::shorten("đồng lúa").unwrap().as_str(), "đồn…");
        assert_eq!(Text::<4>::shorten("đồng").unwrap().as_str(), "đồng");
        assert_eq!(Text::<4>::shorten(""), Err(Why::Missing));
    }

    #[test]
    fn addresses_have_a_scheme_and_a_host() {
        for good in [
            "https://vbpl.example/luat?id=1#dieu-7",
            "http://a.example",
            "HTTPS://a.example:8443/x",
            "https://vd.example/đường",
            "https://[2001:db8::1]/",
        ] {
            assert!(Url::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "notvalidurl",
            "a.example/x",
            "ftp://a.example",
            "https://",
            "https:///x",
            "https://a b.example",
            "https://-.example",
            "javascript:alert(1)",
        ] {
            assert_eq!(Url::parse(bad), Err(Why::WrongForm), "{bad}");
        }
        let longest = format!("https://a.example/{}", "x".repeat(500 - 18));
        assert!(Url::parse(&longest).is_ok());
        assert_eq!(Url::parse(&format!("{longest}x")), Err(Why::TooLong(500)));
    }
}
