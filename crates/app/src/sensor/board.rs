//! How sensors fare, as whoever runs them says: kept in memory alone, and empty after a start.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anlanh_model::Time;
use anlanh_sensor::{FileState, Meter, Reading};
use anlanh_store::sensor::SensorRow;

use crate::App;

/// How long the time is over which rates are told, in seconds, at least.
const RATE_SECONDS: i64 = 10;
/// Most readings that are remembered of one sensor.
const MOST_READINGS: usize = 16;
const SECOND: i64 = 1_000_000;

/// Whether a sensor runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// Nobody runs it: it was added just now, or the node does not run sensors.
    #[default]
    Idle,
    /// It runs.
    Running,
    /// Somebody stopped it.
    Paused,
    /// It cannot run.
    Failed(Trouble),
}

/// Why a sensor does not run, or what it sends cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Nobody said which addresses are subscribers'.
    NoSubscribers,
    /// The address cannot be listened on.
    Listen,
    /// The file, or one that it needs, cannot be read.
    File,
    /// It waits for the file: there is none of this name.
    NoFile,
    /// The certificate or key cannot be used.
    Tls,
    /// The server that it reads from is not there.
    Connect,
    /// The server does not let the node in.
    Credentials,
    /// The server has no such stream, or a consumer of its name that would lose events.
    Stream,
    /// What was sent cannot be kept now: it waits, and nothing more is taken.
    Keeping,
    /// It has stopped, and is started again.
    Stopped,
}

impl Trouble {
    /// The key in metrics and answers.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::NoSubscribers => "no-subscribers",
            Self::Listen => "listen",
            Self::File => "file",
            Self::NoFile => "no-file",
            Self::Tls => "tls",
            Self::Connect => "connect",
            Self::Credentials => "credentials",
            Self::Stream => "stream",
            Self::Keeping => "keeping",
            Self::Stopped => "stopped",
        }
    }
}

/// What comes in a second.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rates {
    /// Events.
    pub events: f64,
    /// Bytes.
    pub bytes: f64,
}

/// How a sensor fares.
#[derive(Debug, Clone, PartialEq)]
pub struct Health {
    /// The sensor.
    pub row: SensorRow,
    /// Whether it runs.
    pub standing: Standing,
    /// Since when it stands so, as far as this node saw.
    pub since: Option<Time>,
    /// What was counted since the node started.
    pub reading: Reading,
    /// What came in a second of late.
    pub rates: Rates,
}

#[derive(Debug, Default)]
struct Post {
    meter: Arc<Meter>,
    standing: Standing,
    /// How it stood when it was looked at last, and since when, in microseconds since 1970.
    stood: Option<(Standing, i64)>,
    /// Events and hits that are counted durably.
    counted: (u64, u64),
    /// What was read before, with the moments, oldest first.
    before: VecDeque<(i64, Reading)>,
}

impl Post {
    /// How it stands: one that runs and whose file is not there does not.
    fn standing(&self) -> Standing {
        match (self.standing, self.meter.file_state()) {
            (Standing::Running, FileState::Missing) => Standing::Failed(Trouble::NoFile),
            (Standing::Running, FileState::Unreadable) => Standing::Failed(Trouble::File),
            (standing, FileState::There | FileState::Missing | FileState::Unreadable) => standing,
        }
    }
}

/// The meters of the sensors that run, by their numbers.
#[derive(Debug, Default)]
pub struct Board {
    posts: Mutex<BTreeMap<u32, Post>>,
    /// When what came was counted durably for the last time, in microseconds since 1970; 0 before anybody asked.
    counted_at: AtomicI64,
}

/// What came of a sensor and is not counted durably yet: its number, events and hits.
pub(super) type Uncounted = Vec<(u32, (u64, u64))>;

impl Board {
    /// The meter of a sensor, from its start to its removal.
    #[must_use]
    pub fn meter(&self, number: u32) -> Arc<Meter> {
        let mut posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&posts.entry(number).or_default().meter)
    }

    /// Says how a sensor stands.
    pub fn set(&self, number: u32, standing: Standing) {
        let mut posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
        posts.entry(number).or_default().standing = standing;
    }

    /// Says that a sensor runs, where nobody has said yet how it stands, or that it could not.
    pub fn start(&self, number: u32) {
        let mut posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
        let standing = &mut posts.entry(number).or_default().standing;
        match standing {
            Standing::Failed(Trouble::Keeping) | Standing::Running => {}
            Standing::Idle | Standing::Paused | Standing::Failed(_) => *standing = Standing::Running,
        }
    }

    /// How a sensor stands.
    #[must_use]
    pub fn standing(&self, number: u32) -> Standing {
        let posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
        posts.get(&number).map_or(Standing::Idle, Post::standing)
    }

    /// Forgets all sensors but these.
    pub fn keep(&self, numbers: &[u32]) {
        let mut posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
        posts.retain(|number, _| numbers.contains(number));
    }

    /// Reads every meter at a moment (microseconds since 1970), so that rates can be told.
    pub fn tick(&self, now: i64) {
        let mut posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
        for post in posts.values_mut() {
            let standing = post.standing();
            if post.stood.is_none_or(|(stood, _)| stood != standing) {
                post.stood = Some((standing, now));
            }
            post.before.push_back((now, post.meter.read()));
            while post.before.len() > MOST_READINGS {
                post.before.pop_front();
            }
        }
    }

    /// When what came was counted last; now where it never was.
    pub(super) fn counted_at(&self, now: Time) -> Time {
        let now = now.as_micros();
        let set = self
            .counted_at
            .compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed);
        Time::from_micros(set.map_or_else(|at| at, |_| now))
    }

    /// What came and is not counted yet.
    pub(super) fn uncounted(&self) -> Uncounted {
        let posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
        let since = |(number, post): (&u32, &Post)| {
            let reading = post.meter.read();
            let events = reading.events.saturating_sub(post.counted.0);
            let hits = reading.hits.saturating_sub(post.counted.1);
            (events > 0 || hits > 0).then_some((*number, (events, hits)))
        };
        posts.iter().filter_map(since).collect()
    }

    /// Notes what is counted now.
    pub(super) fn count(&self, portions: &Uncounted, now: Time) {
        let mut posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
        for (number, (events, hits)) in portions {
            if let Some(post) = posts.get_mut(number) {
                post.counted.0 = post.counted.0.saturating_add(*events);
                post.counted.1 = post.counted.1.saturating_add(*hits);
            }
        }
        self.counted_at.store(now.as_micros(), Ordering::Relaxed);
    }

    /// Events a second of late, of all sensors.
    pub(super) fn rate(&self, now: i64) -> f64 {
        let numbers: Vec<u32> = {
            let posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
            posts.keys().copied().collect()
        };
        let rates = numbers.into_iter().map(|number| self.look(number, now).rates.events);
        // The sum of no floats is below zero.
        rates.fold(0.0, |sum, rate| sum + rate)
    }

    fn look(&self, number: u32, now: i64) -> Look {
        let posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(post) = posts.get(&number) else {
            return Look::default();
        };
        let reading = post.meter.read();
        let long_ago = |(at, _): &&(i64, Reading)| now - at >= RATE_SECONDS * SECOND;
        let before = post.before.iter().rev().find(long_ago).or(post.before.front());
        let rates = before.map_or_else(Rates::default, |(at, before)| {
            let seconds = (now - at).max(1) as f64 / SECOND as f64;
            Rates {
                events: reading.events.saturating_sub(before.events) as f64 / seconds,
                bytes: reading.bytes.saturating_sub(before.bytes) as f64 / seconds,
            }
        });
        let standing = post.standing();
        let since = post.stood.filter(|(stood, _)| *stood == standing);
        Look {
            standing,
            since: since.map(|(_, at)| Time::from_micros(at)),
            reading,
            rates,
        }
    }
}

/// What is seen of a sensor at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Look {
    standing: Standing,
    since: Option<Time>,
    reading: Reading,
    rates: Rates,
}

pub(super) fn health_of(app: &App, row: SensorRow) -> Health {
    let Look {
        standing,
        since,
        reading,
        rates,
    } = app.board.look(row.number, app.clock.now().as_micros());
    Health {
        row,
        standing,
        since,
        reading,
        rates,
    }
}

#[cfg(test)]
mod tests {
    use anlanh_sensor::Portion;

    use super::*;

    #[test]
    fn rates_are_those_of_late() {
        let board = Board::default();
        assert_eq!(board.look(1, 0), Look::default());
        let meter = board.meter(1);
        board.set(1, Standing::Running);
        for second in 0..20 {
            board.tick(second * SECOND);
            let events = if second < 10 { 1 } else { 100 };
            meter.add(
                &Portion {
                    events,
                    ..Portion::default()
                },
                second * SECOND,
                None,
            );
            meter.received(10);
        }
        let Look {
            standing,
            since,
            reading,
            rates,
        } = board.look(1, 20 * SECOND);
        assert_eq!(since, Some(Time::from_micros(0)));
        assert_eq!(
            (standing, reading.events, reading.last_at),
            (Standing::Running, 1_010, 19 * SECOND)
        );
        assert_eq!(
            rates,
            Rates {
                events: 100.0,
                bytes: 10.0
            }
        );
        board.keep(&[2]);
        assert_eq!(board.look(1, 20 * SECOND), Look::default());
    }

    #[test]
    fn a_sensor_whose_file_is_not_there_does_not_run() {
        let board = Board::default();
        let meter = board.meter(1);
        board.set(1, Standing::Running);
        let check = |second: i64, state: FileState, standing: Standing, since: i64| {
            meter.file(state);
            board.tick(second * SECOND);
            let look = board.look(1, second * SECOND);
            let since = Some(Time::from_micros(since * SECOND));
            assert_eq!(
                (look.standing, look.since, board.standing(1)),
                (standing, since, standing)
            );
        };
        check(1, FileState::Missing, Standing::Failed(Trouble::NoFile), 1);
        check(2, FileState::Missing, Standing::Failed(Trouble::NoFile), 1);
        check(3, FileState::Unreadable, Standing::Failed(Trouble::File), 3);
        check(4, FileState::There, Standing::Running, 4);
        board.set(1, Standing::Paused);
        check(5, FileState::Missing, Standing::Paused, 5);
    }
}
