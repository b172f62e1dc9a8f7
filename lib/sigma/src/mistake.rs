//! What is wrong with a rule, and in which line.

/// Why a rule is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct Mistake {
    /// The line of the file, from 1.
    pub line: usize,
    /// What is wrong there.
    pub reason: Reason,
}

impl Mistake {
    pub(crate) const fn new(line: usize, reason: Reason) -> Self {
        Self { line, reason }
    }
}

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// A file of more than [`crate::limits::MAX_FILE_BYTES`].
    #[error("file is too long")]
    TooLong,
    /// Not UTF-8.
    #[error("file is not UTF-8")]
    NotUtf8,
    /// More than [`crate::limits::MAX_DOCUMENTS`].
    #[error("file has too many documents")]
    TooManyDocuments,
    /// What the parser says.
    #[error("not YAML: {0}")]
    NotYaml(String),
    /// A reference to what stands elsewhere.
    #[error("aliases of YAML are not read")]
    Alias,
    /// A key that is a list or a map.
    #[error("key is no text")]
    KeyIsNoText,
    /// A key that its map has twice.
    #[error("{0:?} is there twice")]
    Twice(String),
    /// Nested more deeply than [`crate::limits::MAX_DEPTH`].
    #[error("document is nested too deeply")]
    TooDeep,
    /// More than [`crate::limits::MAX_NODES`].
    #[error("document has too many values")]
    TooManyNodes,
    /// Not a map, or a map without what every rule has.
    #[error("rule lacks {0:?}")]
    Lacks(&'static str),
    /// Something that is no text, or no map, where it must be one.
    #[error("{0:?} is not what it must be")]
    Malformed(String),
    /// A kind of document that is not read, as those that correlate others.
    #[error("documents with {0:?} are not read")]
    Document(&'static str),
    /// More than [`crate::limits::MAX_SEARCHES`].
    #[error("rule has too many search identifiers")]
    TooManySearches,
    /// More than [`crate::limits::MAX_VALUES`].
    #[error("rule has too many values")]
    TooManyValues,
    /// More than [`crate::limits::MAX_VALUE_BYTES`].
    #[error("value is too long")]
    ValueTooLong,
    /// More than [`crate::limits::MAX_REGEXES`].
    #[error("rule has too many regular expressions")]
    TooManyRegexes,
    /// A modifier that is not known, or not read.
    #[error("modifier {0:?} is not read")]
    Modifier(String),
    /// A modifier that does not go with those before it.
    #[error("modifier {0:?} cannot stand there")]
    Misplaced(String),
    /// A value that its modifier cannot have.
    #[error("value does not go with the modifier {0:?}")]
    Value(&'static str),
    /// A regular expression that is none, too large, or takes more than linear time.
    #[error("regular expression is none, too large, or takes more than linear time")]
    Regex,
    /// A condition that cannot be read.
    #[error("condition cannot be read at byte {0}")]
    Condition(usize),
    /// A condition of the first version of the language, which counts.
    #[error("conditions that aggregate are not read")]
    Aggregation,
    /// A search identifier that is not there.
    #[error("condition names {0:?}, which is not there")]
    Unknown(String),
    /// Longer than [`crate::limits::MAX_CONDITION_BYTES`], or more than [`crate::limits::MAX_CONDITIONS`].
    #[error("condition is too long")]
    ConditionTooLong,
    /// Nested more deeply than [`crate::limits::MAX_CONDITION_DEPTH`].
    #[error("condition is nested too deeply")]
    ConditionTooDeep,
    /// More than [`crate::limits::MAX_RULES`], or more regular expressions than [`crate::limits::MAX_SET_REGEXES`].
    #[error("there are too many rules")]
    TooManyRules,
    /// More than [`crate::limits::MAX_SCANNED`] have nothing to look up.
    #[error("rule has nothing to look up, and too many others have neither")]
    TooManyScanned,
}
