//! Keys with which requests and transfers are signed (TSIG, RFC 8945), read from the files that `tsig-keygen` writes and
//! BIND includes.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::tsig::{Algorithm, KeyName};
use zeroize::Zeroizing;

use crate::limits::{MAX_KEY_FILE_BYTES, MAX_KEYS, MIN_SECRET_BYTES};

/// A key; its secret is in no writing of it.
pub type Key = Arc<domain::tsig::Key>;

/// Keys by their names.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    by_name: HashMap<(KeyName, Algorithm), Key>,
    /// The first of a file is the one to sign with where none is named.
    first: Option<Key>,
}

/// Why a file of keys cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not the form of BIND.
    #[error("line {0}: not `key \"name\" {{ algorithm …; secret \"…\"; }};`")]
    Form(usize),
    /// Not the name of a key.
    #[error("line {0}: not the name of a key")]
    Name(usize),
    /// Unknown, or too weak, as HMAC-MD5 and HMAC-SHA1.
    #[error("line {0}: algorithm is not hmac-sha256, hmac-sha384 or hmac-sha512")]
    Algorithm(usize),
    /// Not base64, or shorter than [`MIN_SECRET_BYTES`].
    #[error("line {0}: secret is not base64 of at least {MIN_SECRET_BYTES} bytes")]
    Secret(usize),
    /// Two keys of one name.
    #[error("line {0}: name is that of a key before")]
    Twice(usize),
    /// No key, too many, or too long a file.
    #[error("file has no key, more than {MAX_KEYS}, or more than {MAX_KEY_FILE_BYTES} bytes")]
    Size,
}

impl Keys {
    /// Reads a file.
    ///
    /// # Errors
    /// When it is not of that form, or a key is too weak.
    pub fn read(text: &str) -> Result<Self, KeyError> {
        if text.len() > MAX_KEY_FILE_BYTES {
            return Err(KeyError::Size);
        }
        let mut words = Words { text, line: 1 };
        let mut keys = Self::default();
        while let Some((word, line)) = words.next_word()? {
            if word != "key" {
                return Err(KeyError::Form(line));
            }
            let key = Arc::new(read_key(&mut words)?);
            let name = (key.name().clone(), key.algorithm());
            let is_known = keys.by_name.keys().any(|(known, _)| *known == name.0);
            if is_known {
                return Err(KeyError::Twice(line));
            }
            keys.first.get_or_insert_with(|| Arc::clone(&key));
            keys.by_name.insert(name, key);
        }
        if keys.by_name.is_empty() || keys.by_name.len() > MAX_KEYS {
            return Err(KeyError::Size);
        }
        Ok(keys)
    }

    /// Those of another file beside these.
    ///
    /// # Errors
    /// When both have a key of one name.
    pub fn and(mut self, other: Self) -> Result<Self, KeyError> {
        for (name, key) in other.by_name {
            if self.by_name.keys().any(|(known, _)| *known == name.0) {
                return Err(KeyError::Twice(1));
            }
            self.by_name.insert(name, key);
        }
        self.first = self.first.or(other.first);
        Ok(self)
    }

    /// The first of the file.
    #[must_use]
    pub const fn first(&self) -> Option<&Key> {
        self.first.as_ref()
    }

    /// A key by its name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Key> {
        let name: KeyName = name.parse().ok()?;
        self.by_name.values().find(|key| *key.name() == name)
    }

    /// Where the signatures of requests are looked up.
    pub(crate) const fn store(&self) -> &HashMap<(KeyName, Algorithm), Key> {
        &self.by_name
    }
}

/// Reads what follows the word `key`.
fn read_key(words: &mut Words<'_>) -> Result<domain::tsig::Key, KeyError> {
    let (name, line) = words.word()?;
    let name: KeyName = name.parse().map_err(|_| KeyError::Name(line))?;
    words.expect("{")?;
    let (mut algorithm, mut secret) = (None, None);
    loop {
        let (word, line) = words.word()?;
        match word {
            "algorithm" => algorithm = Some(read_algorithm(words)?),
            "secret" => secret = Some(read_secret(words)?),
            "}" => break,
            _ => return Err(KeyError::Form(line)),
        }
        words.expect(";")?;
    }
    words.expect(";")?;
    let (Some(algorithm), Some(secret)) = (algorithm, secret) else {
        return Err(KeyError::Form(line));
    };
    domain::tsig::Key::new(algorithm, &secret, name, None, None).map_err(|_| KeyError::Secret(line))
}

fn read_algorithm(words: &mut Words<'_>) -> Result<Algorithm, KeyError> {
    let (word, line) = words.word()?;
    match word.to_ascii_lowercase().as_str() {
        "hmac-sha256" => Ok(Algorithm::Sha256),
        "hmac-sha384" => Ok(Algorithm::Sha384),
        "hmac-sha512" => Ok(Algorithm::Sha512),
        _ => Err(KeyError::Algorithm(line)),
    }
}

fn read_secret(words: &mut Words<'_>) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let (word, line) = words.word()?;
    let secret = BASE64_STANDARD.decode(word).map(Zeroizing::new);
    secret
        .ok()
        .filter(|secret| secret.len() >= MIN_SECRET_BYTES)
        .ok_or(KeyError::Secret(line))
}

/// The words of a file: what stands in quotes, the signs `{`, `}` and `;`, and what is between; comments are passed over.
struct Words<'t> {
    text: &'t str,
    line: usize,
}

impl<'t> Words<'t> {
    fn word(&mut self) -> Result<(&'t str, usize), KeyError> {
        let line = self.line;
        self.next_word()?.ok_or(KeyError::Form(line))
    }

    fn expect(&mut self, expected: &str) -> Result<(), KeyError> {
        let (word, line) = self.word()?;
        if word == expected {
            Ok(())
        } else {
            Err(KeyError::Form(line))
        }
    }

    fn next_word(&mut self) -> Result<Option<(&'t str, usize)>, KeyError> {
        loop {
            let rest = self.text.trim_start();
            self.pass(self.text.len() - rest.len());
            let comment_end = if rest.starts_with('#') || rest.starts_with("//") {
                Some(rest.find('\n').unwrap_or(rest.len()))
            } else if rest.starts_with("/*") {
                Some(rest.find("*/").ok_or(KeyError::Form(self.line))? + 2)
            } else {
                None
            };
            match comment_end {
                Some(end) => self.pass(end),
                None if rest.is_empty() => return Ok(None),
                None => break,
            }
        }
        let (rest, line) = (self.text, self.line);
        if let Some(quoted) = rest.strip_prefix('"') {
            let (word, _) = quoted.split_once('"').ok_or(KeyError::Form(line))?;
            self.pass(word.len() + 2);
            return Ok(Some((word, line)));
        }
        let is_sign = |letter: char| "{};".contains(letter);
        let is_end = |letter: char| is_sign(letter) || letter.is_whitespace() || letter == '"' || letter == '#';
        let end = if rest.starts_with(is_sign) {
            1
        } else {
            rest.find(is_end).unwrap_or(rest.len()).max(1)
        };
        let word = rest.get(..end).ok_or(KeyError::Form(line))?;
        self.pass(end);
        Ok(Some((word, line)))
    }

    /// Goes on behind so many bytes.
    fn pass(&mut self, bytes: usize) {
        let (passed, rest) = self.text.split_at_checked(bytes).unwrap_or((self.text, ""));
        self.line += passed.matches('\n').count();
        self.text = rest;
    }
}

#[cfg(test)]
mod tests;
