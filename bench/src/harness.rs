//! How things are timed: entrants run in turn, A B A B, so that a noisy machine is noisy for all of them, and medians
//! over the rounds are kept. Single-threaded work is timed in processor seconds of the thread, on one pinned core.

use std::time::Instant;

use anyhow::Result;
use rustix::thread::{CpuSet, sched_setaffinity};
use rustix::time::{ClockId, clock_gettime};

/// What one run did.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sample {
    /// How long it took.
    pub seconds: f64,
    /// How many things were worked on.
    pub items: u64,
    /// How many bytes were worked on.
    pub bytes: u64,
    /// How many things were found: it keeps the compiler honest, and shows that two entrants did the same work.
    pub found: u64,
}

impl Sample {
    /// Things a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.items as f64 / self.seconds
    }

    /// Megabytes a second.
    #[must_use]
    pub fn megabytes_per_second(&self) -> f64 {
        self.bytes as f64 / self.seconds / 1e6
    }
}

/// Which clock times a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Processor time of the calling thread.
    Thread,
    /// Time on the wall.
    Wall,
}

/// Times one piece of work, which returns items, bytes and finds.
pub fn time(clock: Clock, work: impl FnOnce() -> (u64, u64, u64)) -> Sample {
    let wall = Instant::now();
    let before = thread_seconds();
    let (items, bytes, found) = work();
    let seconds = match clock {
        Clock::Thread => thread_seconds() - before,
        Clock::Wall => wall.elapsed().as_secs_f64(),
    };
    Sample {
        seconds: seconds.max(1e-9),
        items,
        bytes,
        found,
    }
}

fn thread_seconds() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

/// Keeps the calling thread, and what it starts, on one core. Where the system refuses, the figures are only noisier.
pub fn pin_to_core(core: usize) {
    let mut set = CpuSet::new();
    set.set(core);
    let _ = sched_setaffinity(None, &set);
}

/// Lets the calling thread, and what it starts, run on every core again.
pub fn use_all_cores() {
    let mut set = CpuSet::new();
    for core in 0..CpuSet::MAX_CPU.min(64) {
        set.set(core);
    }
    let _ = sched_setaffinity(None, &set);
}

/// One who takes part.
pub struct Entrant<'a> {
    name: String,
    run: Box<dyn FnMut() -> Result<Sample> + 'a>,
}

impl<'a> Entrant<'a> {
    /// An entrant whose runs may fail.
    pub fn new(name: impl Into<String>, run: impl FnMut() -> Result<Sample> + 'a) -> Self {
        Self {
            name: name.into(),
            run: Box::new(run),
        }
    }

    /// An entrant that goes through texts on one thread; `work` returns how much it found in one text.
    pub fn over(name: impl Into<String>, texts: &'a [String], mut work: impl FnMut(&str) -> u64 + 'a) -> Self {
        Self::new(name, move || {
            Ok(time(Clock::Thread, || {
                let mut bytes = 0;
                let mut found = 0;
                for text in texts {
                    bytes += text.len() as u64;
                    found += work(text);
                }
                (texts.len() as u64, bytes, found)
            }))
        })
    }
}

impl<'a> Entrant<'a> {
    /// The same with many texts at once.
    pub fn over_chunks(
        name: impl Into<String>,
        texts: &'a [String],
        chunk: usize,
        mut work: impl FnMut(&[String]) -> Result<u64> + 'a,
    ) -> Self {
        Self::new(name, move || {
            let mut failure = None;
            let sample = time(Clock::Thread, || {
                let bytes = texts.iter().map(|text| text.len() as u64).sum();
                let found = texts.chunks(chunk).map(|texts| {
                    work(texts).unwrap_or_else(|error| {
                        failure = Some(error);
                        0
                    })
                });
                (texts.len() as u64, bytes, found.sum())
            });
            failure.map_or(Ok(sample), Err)
        })
    }
}

/// What came of one entrant: one sample a round.
#[derive(Debug)]
pub struct Outcome {
    /// The entrant.
    pub name: String,
    samples: Vec<Sample>,
}

impl Outcome {
    /// Median of things a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        median(self.samples.iter().map(Sample::rate))
    }

    /// Median of megabytes a second.
    #[must_use]
    pub fn megabytes_per_second(&self) -> f64 {
        median(self.samples.iter().map(Sample::megabytes_per_second))
    }

    /// What one run found.
    #[must_use]
    pub fn found(&self) -> u64 {
        self.samples.first().map_or(0, |sample| sample.found)
    }

    /// How many times as fast as another: median of the rounds' own ratios.
    #[must_use]
    pub fn times(&self, other: &Self) -> f64 {
        let pairs = self.samples.iter().zip(&other.samples);
        median(pairs.map(|(ours, theirs)| ours.rate() / theirs.rate()))
    }

    /// How many times as many bytes a second as another: median of the rounds' own ratios.
    #[must_use]
    pub fn times_per_byte(&self, other: &Self) -> f64 {
        let pairs = self.samples.iter().zip(&other.samples);
        median(pairs.map(|(ours, theirs)| ours.megabytes_per_second() / theirs.megabytes_per_second()))
    }
}

/// Runs everyone in turn, so many rounds, after one round that does not count.
///
/// # Errors
/// When a run fails.
pub fn contest(rounds: usize, mut entrants: Vec<Entrant<'_>>) -> Result<Vec<Outcome>> {
    let mut samples = vec![Vec::with_capacity(rounds); entrants.len()];
    for round in 0..=rounds {
        for (entrant, samples) in entrants.iter_mut().zip(&mut samples) {
            let sample = (entrant.run)()?;
            if round > 0 {
                samples.push(sample);
            }
        }
    }
    let named = entrants.into_iter().zip(samples);
    Ok(named
        .map(|(entrant, samples)| Outcome {
            name: entrant.name,
            samples,
        })
        .collect())
}

/// The middle value; of an even number the upper one of the two.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
