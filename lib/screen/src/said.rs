//! What is said to whoever writes a pack, in Vietnamese and in English.

use std::fmt;

/// One thing said in both languages. Displays as `Vietnamese · English`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Said {
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
}

impl Said {
    /// The same thing in both languages.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            vi: vi.into(),
            en: en.into(),
        }
    }

    /// What needs no translation: a name, a sign, or what a library says.
    pub fn alike(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            vi: text.clone(),
            en: text,
        }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { vi, en } = self;
        if vi == en {
            out.write_str(en)
        } else {
            write!(out, "{vi} · {en}")
        }
    }
}

/// Formats a [`Said`]: two format strings that share their arguments, as in
/// `said!("không có {what}", "there is no {what}")`.
#[macro_export]
macro_rules! said {
    ($vi:literal, $en:literal $(, $argument:expr)* $(,)?) => {
        $crate::Said::new(format!($vi $(, $argument)*), format!($en $(, $argument)*))
    };
}
