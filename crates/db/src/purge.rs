//! What is taken from the disk when something was deleted.

/// Where deleted rows leave something behind that only more work takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purge {
    /// The tables that PostgreSQL writes anew: each is locked for as long as that takes.
    pub rewritten: &'static [&'static str],
    /// The full-text indexes that SQLite merges, in steps between which others write.
    pub merged: &'static [&'static str],
}
