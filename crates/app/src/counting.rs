//! Windowed counters: how often the author, the hosts and the text of an item were seen before it.
//!
//! What is counted stands in the database; here is as much of it as was asked for lately, in bounded memory, and a key that
//! is not here is read from there when it is next needed, unless it is [known] not to be there, which needs no read.
//!
//! An item counts from the moment it is judged, so that the next one sees it, and is taken back when it was not kept: a
//! key that counted it is forgotten then, and read anew. So memory is ahead of the disk by what is being written and by
//! nothing else. Every other way for a key to lack an item – it made room for others while the item was being written,
//! or was read just before – is closed the same way: whoever was kept looks whether the key is still the one that
//! counted it (its *start*), and forgets it if not.
//!
//! Keys and members are the first 64 bits of SHA-256, so that nobody finds an author or a host that is counted as
//! another. No secret goes into them: they stand beside `item.author`, which is in plain, and say nothing more than it;
//! when an item is erased, they go with it.

mod known;
mod load;
mod logged;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anlanh_api::ItemIn;
use anlanh_screen::cluster::{self, ClusterKeys};
use anlanh_screen::window::{Reading, Windows};
use anlanh_screen::{Counter, Counters, Scratch, Screener, Time};
use anlanh_store::key::{self, Keys, Log, Stored};
use anlanh_store::{Change, Gathered, Store, Writer};
use sha2::{Digest, Sha256};

use known::Known;
use load::{Asked, Found, Loading};
use logged::{Held, Logged};

use crate::Error;

/// Most hosts of one item that are counted, the first ones.
pub const MAX_HOSTS: usize = 32;
/// About how much memory the counters take.
const MAX_BYTES: usize = 128 << 20;
/// How many keys are learned in one read, so that others need not wait for long.
const LEARNED_PAGE: u32 = 10_000;
/// How many such reads are done at one time.
const LEARNED_PAGES: usize = 50;
/// In how many steps the log is sorted, and runs are merged, before other work has its turn.
const SORTED_STEPS: usize = 64;

/// The counters of a node.
pub(crate) struct Counting {
    store: Store,
    state: Mutex<State>,
    kept: Gathered<Asked, Vec<Found>>,
}

struct State {
    windows: Windows,
    known: Known,
    logged: Logged,
    /// How often the node had been cut off from the database when this was begun.
    interruptions: u64,
    /// How often a key was forgotten: what was read before may lack what was being written then.
    forgotten: u64,
}

/// What an item has in common with others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Common {
    author: Option<Author>,
    hosts: Vec<u64>,
    cluster: Option<ClusterKeys>,
    /// Stands for a text that is too short for a cluster.
    text: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Author {
    items: u64,
    hosts: u64,
}

/// The key that every item of an author has, as it is stored.
pub(crate) fn author_key(reference: &str) -> i64 {
    Author::of(reference).items.cast_signed()
}

/// An item that was counted. Dropped without having been [`Counted::kept`], it is taken back.
pub(crate) struct Counted {
    counting: Arc<Counting>,
    at: Time,
    keys: Vec<Key>,
    /// How often a key had been lost before it was counted.
    losses: u64,
    is_kept: AtomicBool,
    _held: Held,
}

struct Key {
    key: u64,
    member: Option<u64>,
    /// The start of the key that counted it; none if none did.
    start: Option<u64>,
}

impl Counting {
    pub fn new(store: &Store) -> Arc<Self> {
        Self::with_bytes(store, MAX_BYTES)
    }

    fn with_bytes(store: &Store, max_bytes: usize) -> Arc<Self> {
        let windows = Windows::new(max_bytes);
        Arc::new(Self {
            store: store.clone(),
            state: Mutex::new(State {
                windows,
                known: Known::new(),
                logged: Logged::default(),
                interruptions: store.database().interruptions(),
                forgotten: 0,
            }),
            kept: store.gathered("counting.load", load::find_all),
        })
    }

    /// Makes ready to count these items: keys that are absent are read.
    pub async fn prepare(&self, items: &[Common]) -> Result<(), Error> {
        let mut reading = Loading::new(self, items);
        while let Some(keys) = reading.absent() {
            let found = self.kept.ask(keys).await?;
            reading.start(found);
        }
        Ok(())
    }

    /// [`Self::prepare`] where no futures run: blocks.
    pub fn prepare_blocking(&self, items: &[Common]) -> Result<(), Error> {
        let mut reading = Loading::new(self, items);
        while let Some(keys) = reading.absent() {
            let found = self.kept.ask_blocking(keys)?;
            reading.start(found);
        }
        Ok(())
    }

    /// What was counted before this item, which is counted then.
    pub fn count(self: &Arc<Self>, item: &Common, at: Time) -> (Counters, Counted) {
        let mut state = self.lock();
        let State {
            windows, known, logged, ..
        } = &mut *state;
        let (counters, text) = read(windows, item, at);
        let losses = windows.losses();
        let seen = |(key, member): (u64, Option<u64>)| {
            known.note(key);
            Key {
                key,
                member,
                start: windows.see(key, member, at),
            }
        };
        let keys: Vec<Key> = item.members(text).map(seen).collect();
        let held = logged.note(keys.iter().map(|key| key.key));
        drop(state);
        let counted = Counted {
            counting: Arc::clone(self),
            at,
            keys,
            losses,
            is_kept: AtomicBool::new(false),
            _held: held,
        };
        (counters, counted)
    }

    /// Forgets what was counted under keys of which less is kept now.
    pub fn forget(&self, keys: &[i64]) {
        let mut state = self.lock();
        for key in keys {
            state.windows.forget(key.cast_unsigned());
            state.forgotten += 1;
        }
    }

    /// Learns some of the keys that were stored before the node started, where that is still to be done.
    pub async fn learn(&self) -> Result<(), Error> {
        let (is_learned, interruptions) = {
            let state = self.up_to_date();
            (state.logged.is_learned(), state.interruptions)
        };
        if !is_learned {
            let log = self.store.read("counting.logged", |tx| Log::read(tx));
            self.learned_log(&log.await.map_err(Error::from)?, interruptions);
        }
        for _ in 0..LEARNED_PAGES {
            let Some((from, interruptions)) = self.next_to_learn() else {
                break;
            };
            let page = self
                .store
                .read("counting.learn", move |tx| key::stored(tx, from, LEARNED_PAGE))
                .await;
            self.learned(from, &page?, interruptions);
        }
        Ok(())
    }

    /// Takes what the log had when the node had been cut off so often.
    fn learned_log(&self, log: &Log, interruptions: u64) {
        let mut state = self.up_to_date();
        if state.interruptions == interruptions {
            state.logged.learn(log.keys());
        }
    }

    /// Sorts the log where it has so many sightings, and merges runs, a step at a time.
    pub async fn sort(&self, change: &Change, long: u64) -> Result<(), Error> {
        let mut begun = None;
        for _ in 0..SORTED_STEPS {
            if begun.is_none() {
                let is_due = self
                    .store
                    .read("counting.is_due", move |tx| key::is_unsettled(tx, long));
                if !is_due.await.map_err(Error::from)? {
                    break;
                }
                // What is kept from here on may come too late for what is read next. A sort may take several steps: what was
                // kept before the first is in runs after the one that leaves nothing in the log.
                begun = Some(self.lock().logged.begin_sort());
            }
            let prepare = self.store.read("counting.prepare", move |tx| key::prepare(tx, long));
            let Some(step) = prepare.await.map_err(Error::from)? else {
                break;
            };
            let settle = move |writer: &mut Writer<'_, '_>| {
                let is_sorted = key::settle(writer, &step)?;
                writer.about("items", 0, "");
                Ok::<_, Error>(is_sorted)
            };
            if self.store.write(change.clone(), settle).await?
                && let Some(sort) = begun.take()
            {
                self.lock().logged.end_sort(sort);
            }
        }
        Ok(())
    }

    /// From which key on a page is to be learned, and how often the node has been cut off.
    fn next_to_learn(&self) -> Option<(i64, u64)> {
        let state = self.up_to_date();
        Some((state.known.next()?, state.interruptions))
    }

    /// Takes a page of keys that was read when the node had been cut off so often.
    fn learned(&self, from: i64, page: &Stored, interruptions: u64) {
        let mut state = self.up_to_date();
        if state.interruptions == interruptions {
            state.known.learn(from, &page.keys, page.next);
        }
    }

    /// The state, which is begun anew where a connection was lost: then another node may have kept items, and what is here
    /// does not count them.
    fn up_to_date(&self) -> MutexGuard<'_, State> {
        let interruptions = self.store.database().interruptions();
        let mut state = self.lock();
        if state.interruptions != interruptions {
            state.windows.forget_all();
            state.known.begin_anew();
            state.logged.begin_anew();
            state.forgotten += 1;
            state.interruptions = interruptions;
        }
        state
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An item was kept or not: keys that then say the wrong thing are forgotten.
    fn settle(&self, counted: &Counted, is_kept: bool) {
        let mut state = self.lock();
        let is_whole = counted.keys.iter().all(|key| key.start.is_some());
        if is_kept && is_whole && state.windows.losses() == counted.losses {
            return;
        }
        for key in &counted.keys {
            if !is_kept || key.start.is_none() || state.windows.started(key.key) != key.start {
                state.windows.forget(key.key);
                state.forgotten += 1;
            }
        }
    }
}

impl fmt::Debug for Counting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Counting")
    }
}

impl Author {
    fn of(reference: &str) -> Self {
        Self {
            items: hash("author", reference.as_bytes()),
            hosts: hash("author.hosts", reference.as_bytes()),
        }
    }
}

impl Common {
    /// Reads an item; its text stays folded in `scratch`.
    pub fn of(screener: &Screener, scratch: &mut Scratch, item: &ItemIn<'_>) -> Self {
        let mut hosts: Vec<u64> = Vec::new();
        screener.read_hosts(scratch, &item.as_item(), |host| {
            if hosts.len() < MAX_HOSTS {
                let host = hash("host", host.as_bytes());
                if !hosts.contains(&host) {
                    hosts.push(host);
                }
            }
        });
        let author = item.author.reference.as_deref().map(Author::of);
        let folded = scratch.folded();
        let cluster = cluster::keys(folded);
        let text = match cluster {
            Some(_) => None,
            None => letters(folded).map(|letters| hash("text", &letters)),
        };
        Self {
            author,
            hosts,
            cluster,
            text,
        }
    }

    fn clusters(&self) -> impl Iterator<Item = u64> {
        self.cluster.iter().flat_map(ClusterKeys::as_array)
    }

    /// Every key that is read for it; it may have none of the hosts of its author.
    fn keys(&self) -> impl Iterator<Item = u64> {
        let author = self.author.into_iter().flat_map(|author| [author.items, author.hosts]);
        author.chain(self.hosts.iter().copied()).chain(self.clusters())
    }

    /// Every key of it with what is counted apart under it, where `text` stands for its text.
    fn members(&self, text: Option<u64>) -> impl Iterator<Item = (u64, Option<u64>)> {
        let who = self.author.map(|author| author.items);
        let by_author = self.author.into_iter().flat_map(move |author| {
            let linked = self.hosts.iter().map(move |host| (author.hosts, Some(*host)));
            std::iter::once((author.items, text)).chain(linked)
        });
        let by_host = self.hosts.iter().map(move |host| (*host, who));
        let by_text = self.clusters().map(move |cluster| (cluster, who));
        by_author.chain(by_host).chain(by_text)
    }
}

impl Counted {
    /// When the item counts as having been seen.
    pub const fn at(&self) -> Time {
        self.at
    }

    /// Its keys, as they are stored.
    pub fn keys(&self) -> Vec<Keys> {
        let keys = self.keys.iter().map(|key| Keys {
            key: key.key.cast_signed(),
            member: key.member.unwrap_or_default().cast_signed(),
        });
        keys.collect()
    }

    /// The item is safely kept.
    pub fn kept(&self) {
        if !self.is_kept.swap(true, Ordering::Relaxed) {
            self.counting.settle(self, true);
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if !self.is_kept.load(Ordering::Relaxed) {
            self.counting.settle(self, false);
        }
    }
}

impl fmt::Debug for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Counted")
    }
}

/// What is counted of an item, and what stands for its text under its author.
fn read(windows: &Windows, item: &Common, at: Time) -> (Counters, Option<u64>) {
    let mut counters = Counters::default();
    let mut put = |counter, count: u64| {
        counters = counters.with(counter, u32::try_from(count).unwrap_or(u32::MAX));
    };
    if let Some(author) = item.author {
        if let Some(reading) = windows.read(author.items, at) {
            put(Counter::AuthorItemsHour, reading.hour);
            put(Counter::AuthorItemsDay, reading.day);
            put(Counter::AuthorItemsTotal, reading.total);
            put(Counter::AuthorTextsDay, reading.distinct_day);
        }
        if let Some(reading) = windows.read(author.hosts, at) {
            put(Counter::AuthorHostsDay, reading.distinct_day);
        }
    }
    if let Some(most) = most(item.hosts.iter().map(|host| windows.read(*host, at))) {
        put(Counter::HostItemsHour, most.hour);
        put(Counter::HostItemsDay, most.day);
        put(Counter::HostItemsTotal, most.total);
        put(Counter::HostAuthorsDay, most.distinct_day);
    }
    let clusters: Vec<_> = item
        .clusters()
        .map(|cluster| (cluster, windows.read(cluster, at)))
        .collect();
    if let Some(most) = most(clusters.iter().map(|(_, reading)| *reading)) {
        put(Counter::TextItemsHour, most.hour);
        put(Counter::TextItemsDay, most.day);
        put(Counter::TextItemsTotal, most.total);
        put(Counter::TextAuthorsDay, most.distinct_day);
    }
    // Near-copies share some of their keys: the one that was seen most often, and of these the first, is what they have
    // in common.
    let total = |reading: Option<Reading>| reading.map_or(0, |reading| reading.total);
    let rising = clusters.iter().rev();
    let commonest = rising
        .max_by_key(|(_, reading)| total(*reading))
        .map(|(cluster, _)| *cluster);
    (counters, commonest.or(item.text))
}

/// The most over several keys, each count by itself; none where one of them is not known, or there are none.
fn most(readings: impl Iterator<Item = Option<Reading>>) -> Option<Reading> {
    let joined = |one: Reading, other: Reading| Reading {
        hour: one.hour.max(other.hour),
        day: one.day.max(other.day),
        total: one.total.max(other.total),
        distinct_day: one.distinct_day.max(other.distinct_day),
    };
    readings.reduce(|one, other| Some(joined(one?, other?))).flatten()
}

/// The letters of a text without what stands between them; none if it has none.
fn letters(folded: &anlanh_screen::fold::Folded) -> Option<Vec<u8>> {
    let tokens = folded.tokens().iter();
    let letters: Vec<u8> = tokens
        .flat_map(|token| folded.bytes().get(token.units()).unwrap_or_default())
        .copied()
        .collect();
    (!letters.is_empty()).then_some(letters)
}

/// Never 0, which stands for nothing where it is stored.
fn hash(kind: &str, what: &[u8]) -> u64 {
    let digest = Sha256::new()
        .chain_update(kind)
        .chain_update([0])
        .chain_update(what)
        .finalize();
    let first = digest.first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
    first.max(1)
}

#[cfg(test)]
mod tests;
