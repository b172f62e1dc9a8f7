//! What a sensor has sent, counted while it runs: whoever receives adds, whoever shows reads. No value of an event is in it.

use std::sync::atomic::{AtomicI64, AtomicU8, AtomicU64, Ordering};

/// Whether what a sensor follows is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FileState {
    /// It is, or the sensor follows none.
    #[default]
    There,
    /// There is no file of this name.
    Missing,
    /// It cannot be read.
    Unreadable,
}

/// What is counted of one sensor.
#[derive(Debug, Default)]
pub struct Meter {
    events: AtomicU64,
    kept: AtomicU64,
    hits: AtomicU64,
    bad: AtomicU64,
    dropped: AtomicU64,
    misdated: AtomicU64,
    bytes: AtomicU64,
    connections: AtomicI64,
    refused: AtomicU64,
    failures: AtomicU64,
    /// Bytes that wait to be read, where that can be known.
    waiting_bytes: AtomicU64,
    /// Microseconds since 1970.
    last_at: AtomicI64,
    /// How much later than it happened the last event came, in microseconds; below zero where the sensor's clock is ahead.
    lag: AtomicI64,
    /// A [`FileState`], as a number.
    file: AtomicU8,
}

/// What a meter says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// Events that were read.
    pub events: u64,
    /// Of these, how many had something that is kept.
    pub kept: u64,
    /// How often something in them was listed.
    pub hits: u64,
    /// What could not be read.
    pub bad: u64,
    /// What was lost before it was read, as far as that is known.
    pub dropped: u64,
    /// Events whose time cannot be right.
    pub misdated: u64,
    /// Bytes that were received.
    pub bytes: u64,
    /// Connections that are open.
    pub connections: i64,
    /// Connections that were not taken because there were too many, or that did not shake hands.
    pub refused: u64,
    /// How often something could not be kept, and was asked for again.
    pub failures: u64,
    /// Bytes that wait to be read, where that can be known.
    pub waiting_bytes: u64,
    /// When the last event came, in microseconds since 1970; 0 before there was one.
    pub last_at: i64,
    /// How much later than it happened it came, in microseconds.
    pub lag: i64,
}

/// What became of some events that were read together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Portion {
    /// As in [`Reading::events`].
    pub events: u64,
    /// As in [`Reading::kept`].
    pub kept: u64,
    /// As in [`Reading::hits`].
    pub hits: u64,
    /// As in [`Reading::bad`].
    pub bad: u64,
    /// As in [`Reading::misdated`].
    pub misdated: u64,
}

impl Meter {
    /// Adds what became of some events that came at a moment, the last of which happened at another (microseconds since 1970).
    pub fn add(&self, portion: &Portion, arrival: i64, happened: Option<i64>) {
        let add = |counter: &AtomicU64, count| counter.fetch_add(count, Ordering::Relaxed);
        add(&self.events, portion.events);
        add(&self.kept, portion.kept);
        add(&self.hits, portion.hits);
        add(&self.bad, portion.bad);
        add(&self.misdated, portion.misdated);
        if portion.events > 0 {
            self.last_at.fetch_max(arrival, Ordering::Relaxed);
        }
        if let Some(happened) = happened {
            self.lag.store(arrival.saturating_sub(happened), Ordering::Relaxed);
        }
    }

    /// Notes whether the file that is followed is there.
    pub fn file(&self, state: FileState) {
        self.file.store(state as u8, Ordering::Relaxed);
    }

    /// Whether the file that is followed is there.
    #[must_use]
    pub fn file_state(&self) -> FileState {
        match self.file.load(Ordering::Relaxed) {
            0 => FileState::There,
            1 => FileState::Missing,
            _ => FileState::Unreadable,
        }
    }

    /// Counts bytes that were received.
    pub fn received(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Counts what could not be read.
    pub fn bad(&self, count: u64) {
        self.bad.fetch_add(count, Ordering::Relaxed);
    }

    /// Counts what was lost.
    pub fn dropped(&self, count: u64) {
        self.dropped.fetch_add(count, Ordering::Relaxed);
    }

    /// Counts a connection that is opened.
    pub fn opened(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a connection that is closed.
    pub fn closed(&self) {
        self.connections.fetch_sub(1, Ordering::Relaxed);
    }

    /// Counts a connection that was not taken.
    pub fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts that something could not be kept.
    pub fn failed(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    /// Says how many bytes wait to be read.
    pub fn waiting(&self, bytes: u64) {
        self.waiting_bytes.store(bytes, Ordering::Relaxed);
    }

    /// What it says now.
    #[must_use]
    pub fn read(&self) -> Reading {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Reading {
            events: read(&self.events),
            kept: read(&self.kept),
            hits: read(&self.hits),
            bad: read(&self.bad),
            dropped: read(&self.dropped),
            misdated: read(&self.misdated),
            bytes: read(&self.bytes),
            connections: self.connections.load(Ordering::Relaxed),
            refused: read(&self.refused),
            failures: read(&self.failures),
            waiting_bytes: read(&self.waiting_bytes),
            last_at: self.last_at.load(Ordering::Relaxed),
            lag: self.lag.load(Ordering::Relaxed),
        }
    }
}
