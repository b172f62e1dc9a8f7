//! Which keys the log of what was counted may have. For all others it need not be read, which has no index.
//!
//! A key is noted when it is counted, before it is written, in a *generation*. A sort of the log puts all into runs that was
//! kept before it began. So a generation is forgotten after a sort that began when no item of it was being written any more.
//! One that becomes too large, because nothing can be written, is taken to have every key.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

/// Most keys of a generation: about 16 MiB. The log is sorted long before so many have come.
const MAX_KEYS: usize = 1 << 20;

/// An item that is being written; while it lives, its generation is not forgotten.
pub(super) type Held = Arc<()>;

/// The keys that the log may have.
#[derive(Debug, Default)]
pub(super) struct Logged {
    youngest: Generation,
    /// The others, the oldest first.
    older: VecDeque<Generation>,
    /// Whether it is known what the log had when the node began.
    is_learned: bool,
}

#[derive(Debug, Default)]
struct Generation {
    keys: HashSet<u64>,
    /// It had more than [`MAX_KEYS`], and none is noted any more.
    is_full: bool,
    held: Held,
}

/// A sort that began, and how many of the oldest generations are in order when it has succeeded.
#[derive(Debug)]
pub(super) struct Sort(usize);

impl Logged {
    /// Whether the log may have a key.
    pub(super) fn may_have(&self, key: u64) -> bool {
        let mut all = self.older.iter().chain([&self.youngest]);
        !self.is_learned || all.any(|one| one.is_full || one.keys.contains(&key))
    }

    /// Notes the keys of an item that is about to be written, until what is returned is dropped.
    pub(super) fn note(&mut self, keys: impl Iterator<Item = u64>) -> Held {
        self.youngest.note(keys);
        Arc::clone(&self.youngest.held)
    }

    /// Whether it is known what the log had when the node began.
    pub(super) const fn is_learned(&self) -> bool {
        self.is_learned
    }

    /// Learns what the log had when the node began.
    pub(super) fn learn(&mut self, keys: impl Iterator<Item = i64>) {
        self.youngest.note(keys.map(i64::cast_unsigned));
        self.is_learned = true;
    }

    /// Somebody else may have written to the log: it is to be learned again.
    pub(super) const fn begin_anew(&mut self) {
        self.is_learned = false;
    }

    /// Begins a sort.
    pub(super) fn begin_sort(&mut self) -> Sort {
        if self.youngest.is_full || !self.youngest.keys.is_empty() {
            self.older.push_back(std::mem::take(&mut self.youngest));
        }
        let is_written = |one: &&Generation| Arc::strong_count(&one.held) == 1;
        Sort(self.older.iter().take_while(is_written).count())
    }

    /// Ends a sort that has succeeded. No other may have begun meanwhile.
    pub(super) fn end_sort(&mut self, sort: Sort) {
        self.older.drain(..sort.0.min(self.older.len()));
    }
}

impl Generation {
    fn note(&mut self, keys: impl Iterator<Item = u64>) {
        for key in keys {
            if self.is_full {
                return;
            }
            self.keys.insert(key);
            if self.keys.len() > MAX_KEYS {
                (self.keys, self.is_full) = (HashSet::new(), true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_forgotten_after_a_sort_that_began_when_it_was_written() {
        let mut logged = Logged::default();
        assert!(logged.may_have(7), "nobody knows yet");
        logged.learn([7, -1].into_iter());
        assert!(logged.may_have(7) && logged.may_have(u64::MAX) && !logged.may_have(8));
        let first = logged.note([8].into_iter());
        let second = logged.note([9].into_iter());
        drop(first);
        // One of its generation is being written.
        let sort = logged.begin_sort();
        drop(second);
        let third = logged.note([10].into_iter());
        logged.end_sort(sort);
        assert!([7, 8, 9, 10].iter().all(|key| logged.may_have(*key)));
        let sort = logged.begin_sort();
        logged.end_sort(sort);
        assert!([7, 8, 9].iter().all(|key| !logged.may_have(*key)) && logged.may_have(10));
        drop(third);
        // A sort that failed changes nothing.
        let _failed = logged.begin_sort();
        assert!(logged.may_have(10));
        let sort = logged.begin_sort();
        logged.end_sort(sort);
        assert!(!logged.may_have(10));
        logged.begin_anew();
        assert!(logged.may_have(10));
    }

    #[test]
    fn a_younger_generation_waits_for_an_older_one() {
        let mut logged = Logged::default();
        logged.learn([].into_iter());
        let old = logged.note([1].into_iter());
        let sort = logged.begin_sort();
        logged.end_sort(sort);
        drop(logged.note([2].into_iter()));
        let sort = logged.begin_sort();
        logged.end_sort(sort);
        assert!(logged.may_have(1) && logged.may_have(2));
        drop(old);
        let sort = logged.begin_sort();
        logged.end_sort(sort);
        assert!(!logged.may_have(1) && !logged.may_have(2));
    }

    #[test]
    fn a_generation_that_is_too_large_may_have_every_key_until_it_is_forgotten() {
        let mut logged = Logged::default();
        logged.learn([].into_iter());
        let keys = MAX_KEYS as u64;
        drop(logged.note(0..keys));
        assert!(logged.may_have(keys - 1) && !logged.may_have(keys));
        drop(logged.note([keys].into_iter()));
        assert!(logged.may_have(u64::MAX));
        let sort = logged.begin_sort();
        assert!(logged.may_have(u64::MAX));
        logged.end_sort(sort);
        assert!(!logged.may_have(u64::MAX) && !logged.may_have(0));
    }
}
