//! Every limit on what comes from outside.

/// Bytes of one object as JSON.
pub const MAX_OBJECT_BYTES: usize = 8 << 20;
/// How deep lists and objects may be nested in one object, itself included.
pub const MAX_DEPTH: usize = 64;
/// Findings of one check; the last says that there are more.
pub const MAX_FINDINGS: usize = 1_000;
/// Objects of one bundle.
pub const MAX_BUNDLE_OBJECTS: u64 = 1_000_000;
/// Bytes of everything in a bundle or envelope that is not an object, white space included.
pub const MAX_HEAD_BYTES: usize = 64 << 10;
/// Bytes of a pattern.
pub const MAX_PATTERN_BYTES: usize = 256 << 10;
/// How deep parentheses and qualifiers may be nested in a pattern.
pub const MAX_PATTERN_DEPTH: usize = 64;
/// Observation expressions of one pattern.
pub const MAX_PATTERN_OBSERVATIONS: usize = 1_000;
/// Bytes of a regular expression, and of what `LIKE` compares with.
pub const MAX_REGEX_BYTES: usize = 4 << 10;
/// Bytes of one compiled regular expression.
pub const MAX_REGEX_COMPILED_BYTES: usize = 1 << 20;
/// Steps that looking for the observations of one match may take.
pub const MAX_MATCH_STEPS: u64 = 1_000_000;
/// Observations that one match may bind.
pub const MAX_MATCH_BOUND: usize = 256;
/// How deep looking for the observations of one match may go, over qualifiers, repetitions and observations together.
pub const MAX_MATCH_DEPTH: usize = 1_024;
/// Values that one path of a pattern may lead to in one object.
pub const MAX_PATH_VALUES: usize = 100_000;
