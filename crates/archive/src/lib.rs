//! Events, kept as long as somebody says and found again by what they hold.
//!
//! An event is a [`Record`]: a moment, the number of where it came from, a payload that is the caller's, and *keys* by
//! which it may be found, 64-bit hashes of the values in it. Records are appended to a log and are durable once
//! [`Archive::sync`] has returned. A log that is long enough is *sealed*: its records go into a segment, in compressed
//! blocks of about [`BLOCK_BYTES`], and each block has a filter of the keys of its records (binary fuse filters: Graf and
//! Lemire, ACM JEA 27, 2022). A [`View::hunt`] reads of the segments the blocks whose filter knows one of the keys, one in
//! 65,536 of the others, and nothing else.
//!
//! Records of two kinds, [`Keep`], lie in one log and part when it is sealed, so that those that are wanted longer stay when the
//! others are forgotten. *Marks* are remembered beside them: whoever reads from somewhere marks how far they have come, in the
//! same sync as what they read, and so reads nothing twice and misses nothing, whatever happens.
//!
//! What a hunt tells is what *may* hold a key: the records of a whole block. Whether one does is for the caller to see, who
//! knows what a payload is. The crate does not; nor does it know who asks, or read a clock.
//!
//! Invariants: what was synced is read back whole, whatever moment the process or the machine died at; what was not may be
//! there or not, but never in part, and never out of order; what was appended and marked between two syncs is there whole, or
//! not at all. A byte that was changed on the disk is found out, and told with
//! the file it is in.

mod archive;
mod fault;
mod hunt;
mod log;
mod record;
mod segment;

pub use archive::{Archive, Stock, seal};
pub use fault::Fault;
pub use hunt::{Hunted, View};
pub use log::{MAX_MARK_BYTES, MAX_MARKS};
pub use record::{Keep, MAX_KEYS, MAX_PAYLOAD_BYTES, MAX_SOURCE, Record, Refused};
pub use segment::BLOCK_BYTES;
