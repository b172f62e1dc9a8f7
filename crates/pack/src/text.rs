//! Texts that people read, and how sure a pack is of what it says.

/// A text that people read, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct Text {
    /// In Vietnamese, which comes first.
    pub vi: String,
    /// In English.
    pub en: String,
}

/// What people are told of a lexicon entry or a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Described {
    /// What it is called; rules have a title, entries go by their id.
    pub title: Option<Text>,
    /// Why it is there.
    pub note: Option<Text>,
    /// How sure this is.
    pub evidence: Evidence,
}

/// How sure the source of a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// `G`: read in an official-gazette full text.
    Gazette,
    /// `S`: read on an official, press or law-database page.
    Site,
    /// `R`: read in a secondary work that cites article numbers.
    Secondary,
    /// `C`: read in source code: practice, not law.
    Code,
    /// `M`: from memory, not confirmed.
    Memory,
    /// `?`: sources contradict each other.
    Contradictory,
    /// `own`: written by the makers of the pack.
    Own,
}

impl Evidence {
    /// Every kind, in the order in which they are documented.
    pub const ALL: [Self; 7] = [
        Self::Gazette,
        Self::Site,
        Self::Secondary,
        Self::Code,
        Self::Memory,
        Self::Contradictory,
        Self::Own,
    ];

    /// The tag used in packs.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Gazette => "G",
            Self::Site => "S",
            Self::Secondary => "R",
            Self::Code => "C",
            Self::Memory => "M",
            Self::Contradictory => "?",
            Self::Own => "own",
        }
    }

    /// Whether the statement still waits for somebody to confirm it.
    #[must_use]
    pub const fn is_unconfirmed(self) -> bool {
        matches!(self, Self::Memory | Self::Contradictory)
    }
}
