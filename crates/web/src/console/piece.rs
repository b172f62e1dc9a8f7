//! The small things that many pages are made of.

/// A moment, in the ways a page says it.
#[derive(Debug, Clone)]
pub struct Moment {
    /// RFC 3339, for machines.
    pub exact: String,
    /// Date and time in words.
    pub absolute: String,
    /// How long ago, in words.
    pub relative: String,
}

/// A stretch of text, marked or not.
#[derive(Debug, Clone)]
pub struct Piece {
    /// The stretch itself.
    pub text: String,
    /// How it is marked.
    pub mark: Option<Mark>,
}

/// How a stretch of text is marked as evidence.
#[derive(Debug, Clone)]
pub struct Mark {
    /// Class of the detector, as in the style sheet.
    pub class: &'static str,
    /// What was found, in words.
    pub title: String,
}

/// One of several things to choose from.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What the form sends.
    pub key: String,
    /// What is read.
    pub word: String,
    /// Whether it is the one in force.
    pub chosen: bool,
}

/// How grave a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Least grave.
    Low,
    /// Between low and high.
    Medium,
    /// Grave.
    High,
    /// Most grave.
    Critical,
}

impl Severity {
    /// Its class in the style sheet.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}
