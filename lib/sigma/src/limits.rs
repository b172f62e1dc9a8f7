//! Every limit on what comes from outside, in one place. Each is tested at the limit and one past it.

/// Bytes of one file of rules.
pub const MAX_FILE_BYTES: usize = 1 << 20;
/// Documents of one file.
pub const MAX_DOCUMENTS: usize = 1_000;
/// How deep lists and maps may be nested in a document.
pub const MAX_DEPTH: usize = 32;
/// Values, lists and maps of one document, keys included.
pub const MAX_NODES: usize = 100_000;
/// Search identifiers of one rule.
pub const MAX_SEARCHES: usize = 256;
/// Values that one rule asks for, over all of its search identifiers.
pub const MAX_VALUES: usize = 10_000;
/// Bytes of one value, as it is written and after it was encoded.
pub const MAX_VALUE_BYTES: usize = 4_096;
/// Bytes of one condition.
pub const MAX_CONDITION_BYTES: usize = 4_096;
/// Conditions of one rule.
pub const MAX_CONDITIONS: usize = 16;
/// How deep parentheses and `not` may be nested in a condition.
pub const MAX_CONDITION_DEPTH: usize = 32;
/// Bytes of one compiled regular expression.
pub const MAX_REGEX_COMPILED_BYTES: usize = 1 << 20;
/// Regular expressions of one rule.
pub const MAX_REGEXES: usize = 100;
/// Rules of one set.
pub const MAX_RULES: usize = 100_000;
/// Regular expressions of one set.
pub const MAX_SET_REGEXES: usize = 10_000;
/// Rules of one set that have nothing to look up and are held against every event of their log source.
pub const MAX_SCANNED: usize = 1_000;
/// Values that are kept of one event.
pub const MAX_EVENT_VALUES: usize = 4_096;
/// Bytes of one value of an event; a longer one is passed over.
pub const MAX_EVENT_VALUE_BYTES: usize = 64 << 10;
