//! What a [`Screener`](crate::Screener) is compiled from. Plain data: reading it from files is somebody else's work,
//! so that the engine does no I/O and knows no file format.

use crate::{Action, Date, PersonalKind, Said, Validity};

/// A content category that a decision can cite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Key, as in `SC1`.
    pub key: String,
    /// Whether detectors may ship for it at all. Where not, the key exists so that an order or a complaint can cite it.
    pub detectable: bool,
    /// Whether a rule may act on it without a person. Never for opinions.
    pub automatic: bool,
    /// Legal bases, each with the time in which it is in force.
    pub bases: Vec<Basis>,
}

/// A legal basis with its validity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// Key, as in `luat-116-2025/7.2.dd`.
    pub key: String,
    /// When it is in force.
    pub validity: Validity,
}

/// How freely a phrase may be written and still match. Each mode includes the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchMode {
    /// As written, with its marks.
    Exact,
    /// Marks may be left out; other marks than its own never match.
    NoDiacritics,
    /// Any writing that [`Writing::Disguised`](crate::Writing::Disguised) names.
    Obfuscated,
}

impl MatchMode {
    /// Every mode, strictest first.
    pub const ALL: [Self; 3] = [Self::Exact, Self::NoDiacritics, Self::Obfuscated];

    /// The key used in packs.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::NoDiacritics => "no-diacritics",
            Self::Obfuscated => "obfuscated",
        }
    }

    /// The mode with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.key() == key)
    }
}

/// How grave a phrase is on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Means something only together with other signals.
    Low = 1,
    /// Worth a look in context.
    Medium = 2,
    /// Worth a look alone.
    High = 3,
    /// Hardly ever innocent.
    Critical = 4,
}

impl Severity {
    /// Every severity, mildest first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The key used in packs and rules.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The severity with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.key() == key)
    }
}

/// Words that must, or must not, stand near a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// Phrases looked for, without regard to marks left out.
    pub phrases: Vec<String>,
    /// Within how many syllables on either side.
    pub within: usize,
}

/// One entry of the lexicon. Several phrases may say the same thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Stable id, as in `sc1.otp`.
    pub id: String,
    /// Category key.
    pub category: String,
    /// Further names under which rules may ask for it.
    pub tags: Vec<String>,
    /// How grave it is.
    pub severity: Severity,
    /// How freely it may be written.
    pub mode: MatchMode,
    /// The phrases, in plain Vietnamese with marks.
    pub phrases: Vec<String>,
    /// Counts only with one of these near.
    pub near: Option<Near>,
    /// Does not count with one of these near.
    pub not_near: Option<Near>,
}

/// A short form as people type it, and what it may stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Teencode {
    /// The short form: one run of letters and digits.
    pub short: String,
    /// What it may mean, each one or more syllables.
    pub meanings: Vec<String>,
}

/// A name worth imitating, and where it really lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtectedName {
    /// The name as it stands in hosts, as in `vietcombank`.
    pub name: String,
    /// What kind of holder: a key that rules use, as in `bank` or `agency`.
    pub kind: String,
    /// The holder's real domains; hosts at or below them are never look-alikes.
    pub domains: Vec<String>,
}

/// A blocklist that rules may ask about. The names come separately, as a [`DomainSet`](crate::DomainSet).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListDeclaration {
    /// Stable id.
    pub id: String,
    /// Category key.
    pub category: String,
}

/// How the detector of one kind of personal data is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identifier {
    /// Which kind.
    pub kind: PersonalKind,
    /// Findings below this many percent are not reported.
    pub min_confidence: u8,
}

/// A rule: when its condition holds, its action follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Stable id.
    pub id: String,
    /// Category key of the reason.
    pub category: String,
    /// The condition, in the rule language (see [`rules`](crate::rules)).
    pub when: String,
    /// What follows.
    pub action: Action,
    /// Label given with [`Action::Label`] or a stronger one.
    pub label: Option<String>,
    /// Whether the operator lets the rule act without a person. Without it the action is at most [`Action::Review`].
    pub automatic: bool,
}

/// Everything a screener is compiled from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// Stable id, as in `vn`.
    pub id: String,
    /// Version, as in `2026.11`.
    pub version: String,
    /// SHA-256 of the pack's files, in lower-case hexadecimal.
    pub digest: String,
    /// The day whose law counts for items that carry no time.
    pub as_of: Date,
    /// Offset of local time from UTC in minutes; law begins and ends at local midnight.
    pub utc_offset_minutes: i32,
    /// Categories.
    pub categories: Vec<Category>,
    /// Label keys that rules may give or ask for.
    pub labels: Vec<String>,
    /// The lexicon.
    pub lexicon: Vec<Entry>,
    /// Short forms.
    pub teencode: Vec<Teencode>,
    /// Protected names.
    pub names: Vec<ProtectedName>,
    /// Words that impostors add to a protected name, as in `vn`, `online`, `hotro`.
    pub affixes: Vec<String>,
    /// Blocklists that rules may ask about.
    pub lists: Vec<ListDeclaration>,
    /// Personal data that is looked for; a kind that is not named is not.
    pub identifiers: Vec<Identifier>,
    /// Rules.
    pub rules: Vec<Rule>,
}

/// Which part of a pack a mistake is in, by index, so that a reader of files can name file and line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A category.
    Category(usize),
    /// A lexicon entry.
    Entry(usize),
    /// A short form.
    Teencode(usize),
    /// A protected name.
    Name(usize),
    /// An affix.
    Affix(usize),
    /// A list declaration.
    List(usize),
    /// An identifier setting.
    Identifier(usize),
    /// A rule.
    Rule(usize),
    /// The pack as a whole.
    Pack,
}

/// One mistake in a pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PackError {
    /// Where.
    pub part: Part,
    /// Byte offset into the condition, when the mistake is in a rule's condition.
    pub offset: Option<usize>,
    /// What is wrong: lower case, no final dot.
    pub message: Said,
}

#[cfg(test)]
pub(crate) fn empty() -> Pack {
    Pack {
        id: "test".to_owned(),
        version: "0".to_owned(),
        digest: String::new(),
        as_of: Date(20_000),
        utc_offset_minutes: 420,
        categories: Vec::new(),
        labels: Vec::new(),
        lexicon: Vec::new(),
        teencode: Vec::new(),
        names: Vec::new(),
        affixes: Vec::new(),
        lists: Vec::new(),
        identifiers: Vec::new(),
        rules: Vec::new(),
    }
}
