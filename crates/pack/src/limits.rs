//! Every limit the reader puts on a pack, in one place. What the engine bounds stands in [`anlanh_screen::limits`].
//!
//! Each is tested at the limit and one past it.

/// Largest file, in bytes.
pub const MAX_FILE_BYTES: usize = 8 * 1024 * 1024;
/// Most files in one pack.
pub const MAX_FILES: usize = 256;
/// Longest key or id, in bytes.
pub const MAX_KEY_BYTES: usize = 64;
/// Longest text that people read, and any other string but a condition or an example, in bytes.
pub const MAX_STRING_BYTES: usize = 4096;
/// Most mistakes that are listed; whoever made more begins with these.
pub const MAX_MISTAKES: usize = 10_000;
/// Longest deadline, in hours: ten years.
pub const MAX_HOURS: u32 = 10 * 366 * 24;
/// Longest time that a ladder counts or locks for, in days: a hundred years.
pub const MAX_DAYS: u32 = 36_600;
/// Most violations or locks that a ladder or an example counts.
pub const MAX_COUNT: u32 = 1_000_000;
