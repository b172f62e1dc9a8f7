//! Windows of counting: how many items a key had in the last hour, the last day and ever, and how many distinct members
//! in the last day, in bounded memory.
//!
//! Time is a parameter. Windows are exact to the minute: the last hour is the minute of the reading and the 59 before
//! it, the last day that minute and the 1,439 before. Items may come out of order. A key that was never started or was
//! put out to make room is *absent*: it reads as `None`, never as zero, and is not counted on until it is started again
//! from what is stored. It must not know what keys and members stand for, nor where items are stored. That the same
//! item is seen twice is for the caller to prevent.

mod entry;

use std::collections::{HashMap, VecDeque};

use crate::Time;
use entry::{Entry, Minute};
pub use entry::{MAX_EXACT_MEMBERS, Reading};

/// Counters by key, in at most about a given number of bytes: see [`Windows::new`].
#[derive(Debug, Clone)]
pub struct Windows {
    entries: HashMap<u64, Box<Entry>>,
    /// The order in which keys make room: each with the turn in which it was queued; only what its entry says counts.
    queue: VecDeque<(u64, u64)>,
    /// The number of the last start, sight or keeping.
    turn: u64,
    /// See [`Windows::losses`].
    losses: u64,
    bytes: usize,
    max_bytes: usize,
}

impl Windows {
    /// Empty ones that hold at most about `max_bytes` of memory. When they would hold more, keys that were seen long ago
    /// become absent: whoever stands first in the queue goes to its end if it was seen well after it was queued, and out
    /// if not (the second chance of Corbató, A Paging Experiment with the Multics System, 1968). The key seen last always
    /// stays.
    #[must_use]
    pub fn new(max_bytes: usize) -> Self {
        Self {
            entries: HashMap::new(),
            queue: VecDeque::new(),
            turn: 0,
            losses: 0,
            bytes: 0,
            max_bytes,
        }
    }

    /// Starts a key that had `older` items before those that will be seen: 0 for a new one; for one that is stored, all
    /// that are older than a day, whereupon the caller sees those of the last day again. Forgets what was counted.
    pub fn start(&mut self, key: u64, older: u64) {
        self.turn += 1;
        let entry = Entry::new(older, self.turn);
        self.bytes += entry.bytes();
        if let Some(before) = self.entries.insert(key, Box::new(entry)) {
            self.losses += 1;
            self.bytes = self.bytes.saturating_sub(before.bytes());
        }
        self.queue.push_back((key, self.turn));
        self.sweep();
        self.make_room();
    }

    /// Counts one item of `key` at this time, with its member (an author, a cluster) where it has one. Gives the start of
    /// the key that counted it, see [`Windows::started`]; none when it is absent, and must be started first.
    #[must_use]
    pub fn see(&mut self, key: u64, member: Option<u64>, at: Time) -> Option<u64> {
        let entry = self.entries.get_mut(&key)?;
        let before = entry.bytes();
        entry.see(member, Minute::of(at));
        self.bytes = self.bytes.saturating_sub(before) + entry.bytes();
        self.turn += 1;
        entry.turn = self.turn;
        let start = entry.started;
        self.make_room();
        Some(start)
    }

    /// What was counted of a key up to the minute of `at`; `None` when it is absent.
    ///
    /// The windows are exact for any time that is not before the newest item of the key. For an earlier one they may be
    /// too low, since what is a day older than the newest is forgotten; the total is always that of all items seen.
    #[must_use]
    pub fn read(&self, key: u64, at: Time) -> Option<Reading> {
        Some(self.entries.get(&key)?.read(Minute::of(at)))
    }

    /// Makes a key absent: what is stored says more than what was counted.
    pub fn forget(&mut self, key: u64) {
        if let Some(entry) = self.entries.remove(&key) {
            self.losses += 1;
            self.bytes = self.bytes.saturating_sub(entry.bytes());
        }
    }

    /// Makes every key absent.
    pub fn forget_all(&mut self) {
        self.losses += self.entries.len() as u64;
        self.entries.clear();
        self.queue.clear();
        self.bytes = 0;
    }

    /// How often what was counted of a key was lost: while this stays the same, every key that was started has the same
    /// start.
    #[must_use]
    pub const fn losses(&self) -> u64 {
        self.losses
    }

    /// The number of a key's start; none when it is absent. A key that was put out or forgotten and started again has
    /// another one, so that a caller can tell whether what it saw is still counted.
    #[must_use]
    pub fn started(&self, key: u64) -> Option<u64> {
        Some(self.entries.get(&key)?.started)
    }

    /// [`Windows::started`] of a key that is about to be read: it becomes the one seen last, so that keys which are started
    /// for the same reading do not put it out.
    pub fn keep(&mut self, key: u64) -> Option<u64> {
        let entry = self.entries.get_mut(&key)?;
        self.turn += 1;
        entry.turn = self.turn;
        Some(entry.started)
    }

    /// About how many bytes are held.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes places that no longer count out of the queue, before there are more of them than of keys.
    fn sweep(&mut self) {
        if self.queue.len() > 2 * self.entries.len() + 16 {
            let entries = &self.entries;
            self.queue
                .retain(|(key, turn)| entries.get(key).is_some_and(|entry| entry.queued == *turn));
        }
    }

    fn make_room(&mut self) {
        // Whoever starts a key sees it at once: that is not to have been seen again.
        let soon = self.entries.len() as u64 / 2;
        while self.bytes > self.max_bytes && self.entries.len() > 1 {
            let Some((key, turn)) = self.queue.pop_front() else {
                return;
            };
            let Some(entry) = self.entries.get_mut(&key).filter(|entry| entry.queued == turn) else {
                continue;
            };
            if entry.turn > turn + soon || entry.turn == self.turn {
                entry.queued = entry.turn;
                self.queue.push_back((key, entry.turn));
            } else {
                self.forget(key);
            }
        }
    }
}

#[cfg(test)]
mod tests;
