//! Counts since the database was opened, for those who watch it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::session::Access;

/// Upper bounds of the classes of time, in microseconds; one more class has what took longer.
pub const TIME_BOUNDS_US: [u64; 8] = [500, 1_000, 2_500, 10_000, 50_000, 250_000, 1_000_000, 5_000_000];
/// Upper bounds of the classes of group sizes, up to [`crate::MAX_GROUP`].
pub const GROUP_BOUNDS: [u64; 6] = [1, 4, 16, 64, 128, 256];

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
    /// The same by how many writes each made durable, in the classes of [`GROUP_BOUNDS`].
    pub groups_by_size: [u64; GROUP_BOUNDS.len()],
    /// Writes that they made durable.
    pub grouped: u64,
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

/// How long the transactions of one name took, from when they began to wait until they were answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// The name; each is written in the code of a caller.
    pub name: &'static str,
    /// What they did.
    pub access: Access,
    /// How many took how long, in the classes of [`TIME_BOUNDS_US`].
    pub by_time: [u64; TIME_BOUNDS_US.len()],
    /// How many there were.
    pub count: u64,
    /// How long all of them took together, in microseconds.
    pub sum_us: u64,
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
    /// Times that a thread found the database back after it had been away.
    pub(crate) back: Count,
    /// Connections to write with that were made again.
    pub(crate) writers_back: Count,
    pub(crate) read_wait_us: Count,
    pub(crate) write_wait_us: Count,
    pub(crate) groups_by_size: [Count; GROUP_BOUNDS.len()],
    pub(crate) grouped: Count,
    timings: Mutex<BTreeMap<(&'static str, Access), Timing>>,
}

impl Counts {
    /// Counts a commit of so many writes.
    pub(crate) fn group(&self, size: usize) {
        self.groups.add(1);
        self.largest_group.raise(size);
        self.grouped.add(size);
        let class = GROUP_BOUNDS.partition_point(|bound| *bound < size as u64);
        if let Some(count) = self.groups_by_size.get(class) {
            count.add(1);
        }
    }

    /// Counts a transaction that is about to be answered.
    pub(crate) fn took(&self, name: &'static str, access: Access, time: Duration) {
        let took_us = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let mut timings = self.timings.lock().unwrap_or_else(PoisonError::into_inner);
        let timing = timings.entry((name, access)).or_insert(Timing {
            name,
            access,
            by_time: [0; TIME_BOUNDS_US.len()],
            count: 0,
            sum_us: 0,
        });
        timing.count += 1;
        timing.sum_us = timing.sum_us.saturating_add(took_us);
        let class = TIME_BOUNDS_US.partition_point(|bound| *bound < took_us);
        if let Some(count) = timing.by_time.get_mut(class) {
            *count += 1;
        }
    }

    /// Every name that was counted, in order.
    pub(crate) fn timings(&self) -> Vec<Timing> {
        let timings = self.timings.lock().unwrap_or_else(PoisonError::into_inner);
        timings.values().copied().collect()
    }
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
