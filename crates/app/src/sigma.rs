//! The Sigma rules that the node holds what sensors send against, and those that it does not and why: kept in memory alone by whoever
//! reads their files and streams, told to people and programs as far as they are cleared for.
//!
//! A rule goes as far as it says itself; one that says nothing is the operator's own, and so is what is said of one that cannot be used.

mod board;
mod find;

pub use board::{Board, Hits, Level, LevelCount, NewRule, RuleInUse, Told, Trouble};
pub use find::{Filter, MAX_QUERY_BYTES, Page, Place, Seen, State, UNMARKED, find, state};
