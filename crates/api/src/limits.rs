//! Every limit put on what comes over the wire, in one place. Each is tested at the limit and one past it.
//!
//! The engine's own limits ([`anlanh_screen::limits`]) are lower where it matters: a text longer than those is
//! accepted here and judged `undecided` there, so that nothing is refused that could be answered.

/// Longest item: one line of NDJSON without its end, or one request body, in bytes.
pub const MAX_ITEM_BYTES: usize = 1024 * 1024;
/// Longest id of an item and longest reference to an author, in bytes of UTF-8.
pub const MAX_ID_BYTES: usize = 256;
/// Most labels that an item may carry.
pub const MAX_ITEM_LABELS: usize = 64;
/// Longest label key, in bytes.
pub const MAX_LABEL_BYTES: usize = 128;
/// Longest piece of a field's unknown name that is repeated in an answer, in characters.
pub const MAX_ECHOED_NAME: usize = 64;
