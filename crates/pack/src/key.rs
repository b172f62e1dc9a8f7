//! Keys and ids: what the parts of a pack call each other.

use std::fmt;
use std::marker::PhantomData;

use anlanh_screen::{Said, said};

use crate::limits::MAX_KEY_BYTES;

/// The key of a `T`: 1 to [`MAX_KEY_BYTES`] ASCII letters, digits, dots, hyphens and underscores; that of an article has
/// the key of its law and a slash before it.
pub struct Key<T> {
    text: Box<str>,
    of: PhantomData<fn() -> T>,
}

impl<T> Key<T> {
    /// A key that is known to be well formed.
    pub(crate) fn new(text: impl Into<Box<str>>) -> Self {
        Self {
            text: text.into(),
            of: PhantomData,
        }
    }

    /// The key as it stands in packs.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        &self.text
    }
}

/// What is wrong with a key, if anything is.
pub(crate) fn flaw(text: &str) -> Option<Said> {
    if text.is_empty() {
        return Some(said!("để trống", "is empty"));
    }
    if text.len() > MAX_KEY_BYTES {
        return Some(said!(
            "dài hơn {MAX_KEY_BYTES} byte",
            "is longer than {MAX_KEY_BYTES} bytes"
        ));
    }
    let is_odd = |c: &char| !c.is_ascii_alphanumeric() && !['.', '-', '_'].contains(c);
    let odd = text.chars().find(is_odd)?;
    Some(said!(
        "có {odd:?}: khóa chỉ gồm chữ cái ASCII, chữ số, dấu chấm, gạch nối và gạch dưới",
        "holds {odd:?}: a key is made of ASCII letters, digits, dots, hyphens and underscores"
    ))
}

impl<T> Clone for Key<T> {
    fn clone(&self) -> Self {
        Self::new(self.text.clone())
    }
}

impl<T> fmt::Debug for Key<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, out)
    }
}

impl<T> fmt::Display for Key<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl<T> PartialEq for Key<T> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<T> Eq for Key<T> {}

impl<T> PartialEq<str> for Key<T> {
    fn eq(&self, other: &str) -> bool {
        *self.text == *other
    }
}
