//! Counts since the database was opened, for those who watch it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Counts since the database was opened. Each is of its own moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Read transactions that ran.
    pub reads: u64,
    /// Write transactions that were answered.
    pub writes: u64,
    /// Commits that made writes durable.
    pub groups: u64,
    /// Most writes that one commit made durable.
    pub largest_group: u64,
    /// Groups that ran again, because one of them failed or a connection broke before the commit.
    pub groups_again: u64,
    /// Transactions that were refused because as many waited as may.
    pub refused: u64,
    /// Connections that broke.
    pub lost: u64,
    /// Microseconds that reads waited for their turn, all together.
    pub read_wait_us: u64,
    /// Microseconds that writes waited for their turn, all together.
    pub write_wait_us: u64,
    /// Reads that wait now.
    pub reads_waiting: u64,
    /// Writes that wait now.
    pub writes_waiting: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) reads: Count,
    pub(crate) writes: Count,
    pub(crate) groups: Count,
    pub(crate) largest_group: Count,
    pub(crate) groups_again: Count,
    pub(crate) refused: Count,
    pub(crate) lost: Count,
    pub(crate) back: Count,
    pub(crate) read_wait_us: Count,
    pub(crate) write_wait_us: Count,
}

#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn add(&self, more: usize) {
        self.0
            .fetch_add(u64::try_from(more).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(crate) fn add_micros(&self, time: Duration) {
        self.0
            .fetch_add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(crate) fn raise(&self, to: usize) {
        self.0
            .fetch_max(u64::try_from(to).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(crate) fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
