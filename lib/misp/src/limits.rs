//! Every limit on what comes from outside.

/// Bytes of one event, streamed.
pub const MAX_EVENT_BYTES: u64 = 2 << 30;
/// Attributes and objects of one event.
pub const MAX_EVENT_ITEMS: u64 = 2_000_000;
/// Bytes of one attribute, or of one object with its attributes.
pub const MAX_ITEM_BYTES: usize = 8 << 20;
/// Bytes of everything that is kept of an event beside its attributes and objects.
pub const MAX_HEAD_BYTES: usize = 1 << 20;
/// Bytes of a value of an attribute that is made an indicator.
pub const MAX_VALUE_BYTES: usize = 64 << 10;
/// Objects that one report or grouping names; an event with more has none.
pub const MAX_REPORT_OBJECTS: usize = 100_000;
/// Alternatives of a pattern that are made attributes.
pub const MAX_ALTERNATIVES: usize = 1_000;
/// Bytes of a manifest.
pub const MAX_MANIFEST_BYTES: u64 = 256 << 20;
/// Bytes of what a manifest says of one event.
pub const MAX_MANIFEST_ENTRY_BYTES: usize = 256 << 10;
/// Events of a manifest.
pub const MAX_MANIFEST_EVENTS: u64 = 1_000_000;
/// Bytes of a line of `hashes.csv`.
pub const MAX_HASH_LINE_BYTES: usize = 256;
/// Bytes of a warning list.
pub const MAX_WARNING_BYTES: u64 = 256 << 20;
/// Values of a warning list.
pub const MAX_WARNING_VALUES: usize = 5_000_000;
/// Bytes of one value of a warning list.
pub const MAX_WARNING_VALUE_BYTES: usize = 4 << 10;
/// Regular expressions of a warning list.
pub const MAX_WARNING_REGEXES: usize = 10_000;
/// Bytes of all regular expressions of a warning list, compiled.
pub const MAX_WARNING_REGEX_BYTES: usize = 64 << 20;
