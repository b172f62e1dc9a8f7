//! What is counted of one key: items by the minute, and the members of the last day.
//!
//! Members are kept one by one, each with the minute it was last seen. When there are more than [`MAX_EXACT_MEMBERS`],
//! only those are kept whose hash begins with a zero bit, then two, and so on (adaptive sampling: Flajolet, Computing 43,
//! 1990), and the number is an estimate with a relative standard error of about 1.2 / √512 = 5 %. Unlike the registers
//! of HyperLogLog, such a sample forgets members one by one as the window moves on.

use crate::Time;
use crate::cluster::mix;

/// Most members of one key that are kept, and so counted exactly.
pub const MAX_EXACT_MEMBERS: usize = 512;
const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;
/// About what the tables take for one key, in bytes.
const OVERHEAD_BYTES: usize = 64;

/// What was counted of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Reading {
    /// Items in the last 60 minutes.
    pub hour: u64,
    /// Items in the last 24 hours.
    pub day: u64,
    /// Items ever, later ones included.
    pub total: u64,
    /// Distinct members in the last 24 hours: exact up to [`MAX_EXACT_MEMBERS`], an estimate beyond.
    pub distinct_day: u64,
}

/// Minutes since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Minute(i64);

impl Minute {
    pub const fn of(time: Time) -> Self {
        Self(time.0.div_euclid(60))
    }

    /// Whether it lies in the window of so many minutes that ends with `end`.
    const fn is_within(self, minutes: i64, end: Self) -> bool {
        self.0 <= end.0 && self.0 > end.0.saturating_sub(minutes)
    }
}

#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// When it was seen last, when it was queued, and when it was started.
    pub turn: u64,
    pub queued: u64,
    pub started: u64,
    total: u64,
    /// Items by the minute, in the order of time; at most a day before the newest.
    minutes: Vec<(Minute, u64)>,
    /// Hashed members in rising order, each with the minute it was last seen.
    members: Vec<(u64, Minute)>,
    /// How many zero bits the hash of a member must begin with to be kept.
    sampled: u32,
}

impl Entry {
    pub const fn new(older: u64, turn: u64) -> Self {
        Self {
            turn,
            queued: turn,
            started: turn,
            total: older,
            minutes: Vec::new(),
            members: Vec::new(),
            sampled: 0,
        }
    }

    pub const fn bytes(&self) -> usize {
        OVERHEAD_BYTES
            + size_of::<Self>()
            + self.minutes.capacity() * size_of::<(Minute, u64)>()
            + self.members.capacity() * size_of::<(u64, Minute)>()
    }

    pub fn see(&mut self, member: Option<u64>, at: Minute) {
        self.total = self.total.saturating_add(1);
        let newest = self.minutes.last().map_or(at, |(newest, _)| at.max(*newest));
        if !at.is_within(DAY, newest) {
            return;
        }
        let old = self
            .minutes
            .partition_point(|(minute, _)| !minute.is_within(DAY, newest));
        if old > 0 {
            self.minutes.drain(..old);
            self.members.retain(|(_, last)| last.is_within(DAY, newest));
        }
        match self.minutes.binary_search_by_key(&at, |(minute, _)| *minute) {
            Ok(place) => {
                if let Some((_, count)) = self.minutes.get_mut(place) {
                    *count += 1;
                }
            }
            Err(place) => self.minutes.insert(place, (at, 1)),
        }
        if let Some(member) = member {
            self.see_member(mix(member), at);
        }
    }

    fn see_member(&mut self, member: u64, at: Minute) {
        if self.members.is_empty() {
            self.sampled = 0;
        }
        if member.leading_zeros() < self.sampled {
            return;
        }
        match self.members.binary_search_by_key(&member, |(member, _)| *member) {
            Ok(place) => {
                if let Some((_, last)) = self.members.get_mut(place) {
                    *last = at.max(*last);
                }
            }
            Err(place) => self.members.insert(place, (member, at)),
        }
        while self.members.len() > MAX_EXACT_MEMBERS {
            self.sampled += 1;
            let sampled = self.sampled;
            self.members.retain(|(member, _)| member.leading_zeros() >= sampled);
        }
    }

    pub fn read(&self, at: Minute) -> Reading {
        let items = |minutes| {
            let within = self.minutes.iter().filter(|(minute, _)| minute.is_within(minutes, at));
            within.map(|(_, count)| count).sum()
        };
        let members = self.members.iter().filter(|(_, last)| last.is_within(DAY, at));
        Reading {
            hour: items(HOUR),
            day: items(DAY),
            total: self.total,
            distinct_day: (members.count() as u64) << self.sampled.min(63),
        }
    }
}
