//! Keys that are not counted in memory are read from what is stored.

use anlanh_model::Time as Stored;
use anlanh_screen::Time;
use anlanh_store::key::{self, Log, Sighting};
use anlanh_store::{Error as StoreError, Queries, Reader};

use super::{Common, Counting, State};

/// How often reading begins again because something was forgotten meanwhile; after that the keys stay absent, and what
/// is counted under them unknown.
const MAX_READS: usize = 4;
/// Keys that are asked for at once: of each, every run of what is stored is read.
const KEYS: usize = 64;
/// Sightings that are read at once.
const PAGE: u32 = 10_000;
/// Minutes of a day but for the one that it ends with.
const DAY_BEFORE_MINUTES: i64 = 24 * 60 - 1;

/// A key as it is stored.
#[derive(Debug, Clone)]
pub(super) struct Found {
    key: u64,
    /// Items before the last day that the key was seen in.
    older: u64,
    /// Those of that day.
    recent: Vec<Sighting>,
}

/// Keys that are to be read.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    keys: Vec<u64>,
    /// Whether the log may have one of them.
    is_logged: bool,
}

/// Starting every key of some items that is absent.
pub(super) struct Loading<'a> {
    counting: &'a Counting,
    items: &'a [Common],
    absent: Vec<u64>,
    /// How often something had been forgotten when it was seen which keys are absent.
    forgotten: u64,
    reads: usize,
}

impl<'a> Loading<'a> {
    pub(super) fn new(counting: &'a Counting, items: &'a [Common]) -> Self {
        Self {
            counting,
            items,
            absent: Vec::new(),
            forgotten: 0,
            reads: 0,
        }
    }

    /// The keys that are to be read now; none when all are there, or it is of no use to go on.
    pub(super) fn absent(&mut self) -> Option<Asked> {
        if self.reads == MAX_READS {
            return None;
        }
        self.reads += 1;
        let mut state = self.counting.up_to_date();
        self.absent = state.absent(self.items);
        self.forgotten = state.forgotten;
        if self.absent.is_empty() {
            return None;
        }
        let is_logged = self.absent.iter().any(|key| state.logged.may_have(*key));
        Some(Asked {
            keys: self.absent.clone(),
            is_logged,
        })
    }

    /// Takes what was read of the keys that were absent.
    pub(super) fn start(&mut self, found: Vec<Found>) {
        let mut state = self.counting.lock();
        if state.forgotten == self.forgotten {
            state.start(&self.absent, found);
            self.reads = MAX_READS;
        }
    }
}

impl State {
    /// The keys of these items that are absent, and may be stored; those that are not stored are started. What is there stays
    /// until they are counted, as long as there is room.
    fn absent(&mut self, items: &[Common]) -> Vec<u64> {
        let keys = items.iter().flat_map(Common::keys);
        let mut absent: Vec<u64> = keys.filter(|key| self.windows.keep(*key).is_none()).collect();
        absent.sort_unstable();
        absent.dedup();
        // All are kept before one is started, which may put out another.
        let (known, windows) = (&self.known, &mut self.windows);
        absent.retain(|key| {
            let is_new = known.is_new(*key);
            if is_new {
                windows.start(*key, 0);
            }
            !is_new
        });
        absent
    }

    /// Starts the keys that are still absent with what was found of them.
    fn start(&mut self, absent: &[u64], found: Vec<Found>) {
        let mut found = found.into_iter().peekable();
        for key in absent {
            let found = found.next_if(|found| found.key == *key);
            if self.windows.started(*key).is_some() {
                continue;
            }
            self.windows.start(*key, found.as_ref().map_or(0, |found| found.older));
            for sighting in found.into_iter().flat_map(|found| found.recent) {
                let member = Some(sighting.member.cast_unsigned()).filter(|member| *member != 0);
                let _counted = self.windows.see(*key, member, Time(sighting.at.as_seconds()));
            }
        }
    }
}

/// What is stored of the keys that each of some asks for, in their order.
pub(super) fn find_all(tx: &mut Reader<'_, '_>, asked: &[Asked]) -> Result<Vec<Vec<Found>>, StoreError> {
    let mut keys: Vec<u64> = asked.iter().flat_map(|asked| &asked.keys).copied().collect();
    keys.sort_unstable();
    keys.dedup();
    let is_logged = asked.iter().any(|asked| asked.is_logged);
    let log = if is_logged { Log::read(tx)? } else { Log::default() };
    let found = find(tx, &log, &keys)?;
    let of = |asked: &Asked| {
        let places = asked
            .keys
            .iter()
            .map(|key| found.binary_search_by_key(key, |found| found.key));
        places.flatten().filter_map(|at| found.get(at).cloned()).collect()
    };
    Ok(asked.iter().map(of).collect())
}

/// What is stored of these keys, in their order.
fn find(tx: &mut dyn Queries, log: &Log, keys: &[u64]) -> Result<Vec<Found>, StoreError> {
    let asked: Vec<i64> = keys.iter().map(|key| key.cast_signed()).collect();
    let mut found = Vec::new();
    let mut counts = Vec::new();
    for asked in asked.chunks(KEYS) {
        counts.extend(key::counts(tx, log, asked)?);
    }
    for count in counts {
        // The window is that of the newest sighting, to the minute, as in memory.
        let minute = count.newest.as_seconds().div_euclid(60);
        let from = Stored::from_seconds((minute - DAY_BEFORE_MINUTES) * 60);
        let recent = match count.sightings {
            Some(mut sightings) => {
                sightings.retain(|sighting| sighting.at >= from);
                sightings
            }
            None => all_since(tx, log, count.key, from)?,
        };
        found.push(Found {
            key: count.key.cast_unsigned(),
            older: count.seen.saturating_sub(recent.len() as u64),
            recent,
        });
    }
    found.sort_unstable_by_key(|found| found.key);
    Ok(found)
}

/// Every sighting of a key from an instant on.
fn all_since(tx: &mut dyn Queries, log: &Log, key: i64, from: Stored) -> Result<Vec<Sighting>, StoreError> {
    let mut all: Vec<Sighting> = Vec::new();
    loop {
        let after = all.last().copied().unwrap_or(Sighting::before(from));
        let page = key::since(tx, log, key, after, PAGE)?;
        let is_last = u32::try_from(page.len()).is_ok_and(|rows| rows < PAGE);
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}
