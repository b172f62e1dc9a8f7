//! What is remembered of one stream: the events of each group that have parts of a pattern, until they complete it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use anlanh_stix::{Observation, Timestamp};

use super::{Seen, Sequence, Sequences, Several};
use crate::limits::{MAX_REMEMBERED_EVENTS, MAX_REMEMBERED_GROUPS, MAX_REMEMBERED_IN_ALL};

/// Follows one stream.
#[derive(Debug)]
pub struct Tracker<'s> {
    several: &'s Several,
    memory: Remembered,
}

/// What is remembered of a stream, for whoever follows it with patterns that change.
#[derive(Debug, Default)]
pub struct Remembered {
    groups: HashMap<Key, Group>,
    /// Which group was used when, to forget the one that was not for the longest time.
    used: BTreeMap<u64, Key>,
    clock: u64,
    /// How many events are remembered.
    count: usize,
    room: Room,
    forgotten: Forgotten,
}

/// How much is remembered at the most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    pub(super) groups: usize,
    pub(super) events: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            groups: MAX_REMEMBERED_GROUPS,
            events: MAX_REMEMBERED_IN_ALL,
        }
    }
}

/// A pattern and a group.
type Key = (usize, Arc<str>);

#[derive(Debug, Default)]
struct Group {
    events: VecDeque<Event>,
    used: u64,
}

#[derive(Debug, Clone, Copy)]
struct Event {
    line: u64,
    parts: u64,
    /// In microseconds since 1970.
    at: i64,
}

/// What a stream had that cannot be matched with what came after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forgotten {
    /// Events that were forgotten since there were too many of their group, or too many groups, or looking for a match among
    /// them took too long.
    pub events: u64,
    /// Events that tell no time.
    pub timeless: u64,
    /// Times that looking for a match took too long; the events of the group are forgotten then.
    pub unfinished: u64,
}

/// A pattern that events match, together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completed<'s> {
    /// The identifier of the indicator.
    pub id: &'s str,
    /// Where it comes from.
    pub source: &'s str,
    /// What the events have in common; empty where they lack it.
    pub group: Arc<str>,
    /// The lines of the events, in order.
    pub lines: Vec<u64>,
}

impl<'s> Tracker<'s> {
    /// At the beginning of a stream.
    #[must_use]
    pub fn new(several: &'s Several) -> Self {
        Self::with_room(several, Room::default())
    }

    pub(super) fn with_room(several: &'s Several, room: Room) -> Self {
        let memory = Remembered {
            room,
            ..Remembered::default()
        };
        Self { several, memory }
    }

    /// What was forgotten so far.
    #[must_use]
    pub const fn forgotten(&self) -> Forgotten {
        self.memory.forgotten()
    }

    /// Takes an event, and tells the pattern that it completes. Events that matched one are of no further match of it.
    pub fn take(&mut self, seen: &Seen) -> Option<Completed<'s>> {
        self.memory.take(&self.several.sequences, seen)
    }
}

impl Remembered {
    /// What was forgotten so far.
    #[must_use]
    pub const fn forgotten(&self) -> Forgotten {
        self.forgotten
    }

    /// Goes on with other patterns: of those that are the same, from the same source, what was remembered stays.
    pub fn carry<'a>(&mut self, before: &'a Sequences, now: &'a Sequences) {
        let name = |sequence: &'a Sequence| (&*sequence.id, &*sequence.source, &*sequence.text);
        let places: HashMap<_, usize> = now.all.iter().map(name).zip(0..).collect();
        let moved: Vec<Option<usize>> = before.all.iter().map(|of| places.get(&name(of)).copied()).collect();
        let groups = std::mem::take(&mut self.groups);
        self.used.clear();
        self.count = 0;
        for ((at, value), group) in groups {
            let Some(at) = moved.get(at).copied().flatten() else {
                continue;
            };
            self.count += group.events.len();
            self.used.insert(group.used, (at, Arc::clone(&value)));
            self.groups.insert((at, value), group);
        }
    }

    /// Takes an event that patterns have parts of, and tells the pattern that it completes. Events that matched one are of no further
    /// match of it.
    pub fn take<'s>(&mut self, sequences: &'s Sequences, seen: &Seen) -> Option<Completed<'s>> {
        let sequence = sequences.all.get(seen.sequence)?;
        let Some(at) = seen.common.at else {
            self.forgotten.timeless += 1;
            return None;
        };
        let key = (seen.sequence, Arc::clone(&seen.common.group));
        self.make_room(&key);
        self.clock += 1;
        let group = self.groups.entry(key.clone()).or_default();
        let before = group.events.len();
        if group.used > 0 {
            self.used.remove(&group.used);
        }
        group.used = self.clock;
        self.used.insert(self.clock, key.clone());
        if group.events.len() >= MAX_REMEMBERED_EVENTS {
            group.events.pop_front();
            self.forgotten.events += 1;
        }
        group.events.push_back(Event {
            line: seen.line,
            parts: seen.parts,
            at,
        });
        self.count = (self.count + group.events.len()).saturating_sub(before);
        let found = match sequence.find_with(at, &group.events) {
            Ok(found) => found?,
            Err(()) => {
                // Each further event would cost as much again, and most likely in vain.
                self.forgotten.unfinished += 1;
                self.forgotten.events += group.events.len() as u64;
                self.count = self.count.saturating_sub(group.events.len());
                self.used.remove(&self.clock);
                self.groups.remove(&key);
                return None;
            }
        };
        let mut lines = Vec::with_capacity(found.len());
        let mut number = 0;
        group.events.retain(|event| {
            let is_bound = found.contains(&number);
            number += 1;
            if is_bound {
                lines.push(event.line);
            }
            !is_bound
        });
        self.count = self.count.saturating_sub(lines.len());
        if group.events.is_empty() {
            self.used.remove(&self.clock);
            self.groups.remove(&key);
        }
        lines.sort_unstable();
        Some(Completed {
            id: &sequence.id,
            source: &sequence.source,
            group: key.1,
            lines,
        })
    }

    /// Forgets the groups that were not used for the longest time, where there would be too much.
    fn make_room(&mut self, key: &Key) {
        let is_new = usize::from(!self.groups.contains_key(key));
        while self.groups.len() + is_new > self.room.groups || self.count >= self.room.events {
            let Some((_, oldest)) = self.used.pop_first() else {
                return;
            };
            if let Some(group) = self.groups.remove(&oldest) {
                self.count = self.count.saturating_sub(group.events.len());
                self.forgotten.events += group.events.len() as u64;
            }
            // It may have been the group of this event, which begins anew.
            if oldest == *key {
                return;
            }
        }
    }
}

impl Sequence {
    /// The places of events that match it, if any do, the one at a moment among them: without it they did not. Events that are too far
    /// from it to match with it are not looked at, and stay: which of them has the wrong time, or is late, nobody knows.
    fn find_with(&self, at: i64, events: &VecDeque<Event>) -> Result<Option<Vec<usize>>, ()> {
        let is_near = |event: &Event| self.within.is_none_or(|within| event.at.abs_diff(at) <= within);
        let near = events.iter().enumerate().filter(|(_, event)| is_near(event));
        let (places, near): (Vec<usize>, Vec<Event>) = near.map(|(place, event)| (place, *event)).unzip();
        let found = self.find(&near)?;
        Ok(found.map(|found| found.iter().filter_map(|number| places.get(*number).copied()).collect()))
    }

    fn find(&self, events: &[Event]) -> Result<Option<Vec<usize>>, ()> {
        let has = |event: &Event, part: usize| event.parts >> part & 1 == 1;
        let count = |part: usize| events.iter().filter(|event| has(event, part)).count() as u64;
        let counts: Vec<u64> = (0..self.parts.len()).map(count).collect();
        if !self.least.is_met(&counts) {
            return Ok(None);
        }
        let observe = |event: &Event| {
            let parts = self.parts.iter().enumerate().filter(|(part, _)| has(event, *part));
            let moment = moment_of(event.at);
            Observation::new(moment, moment, 1, parts.map(|(_, object)| object).collect())
        };
        let observations: Vec<Observation<'_>> = events.iter().map(observe).collect();
        self.compiled.find(&observations).map_err(drop)
    }
}

fn moment_of(micros: i64) -> Timestamp {
    Timestamp {
        seconds: micros.div_euclid(1_000_000),
        nanos: micros.rem_euclid(1_000_000) as u32 * 1_000,
    }
}
