//! What is found in single lines, by rules, and by patterns over several events, in the order of lines.

use std::borrow::Cow;
use std::io::{self, Write};
use std::iter::Peekable;
use std::vec::IntoIter;

use anlanh_api::{Chunk, HitOut};
use anlanh_soc::{EventTime, Forgotten, Layout, Seen, Several, SeveralScratch, Tracker};
use anlanh_stix::Timestamp;

use super::against::Made;

/// What is told of lines, each with the number of its line.
type Told = Vec<(u64, Vec<u8>)>;

/// Puts what rules and patterns found between the hits of values.
pub struct Woven<'m> {
    rules: Peekable<IntoIter<(u64, Vec<u8>)>>,
    several: Peekable<IntoIter<Seen>>,
    lines: &'m mut Vec<u8>,
    seen: &'m mut Vec<(usize, Seen)>,
}

impl<'m> Woven<'m> {
    /// Of what was found in some lines, behind what is in `lines` already.
    pub fn new(rules: Told, several: Vec<Seen>, lines: &'m mut Vec<u8>, seen: &'m mut Vec<(usize, Seen)>) -> Self {
        Self {
            rules: rules.into_iter().peekable(),
            several: several.into_iter().peekable(),
            lines,
            seen,
        }
    }

    /// Adds what was found in lines before one; where what is found in that one is added.
    pub fn before(&mut self, line: u64) -> &mut Vec<u8> {
        self.add(Some(line));
        self.lines
    }

    /// Adds the rest.
    pub fn end(mut self) {
        self.add(None);
    }

    fn add(&mut self, before: Option<u64>) {
        let is_due = |line: u64| before.is_none_or(|before| line < before);
        loop {
            let rule = self.rules.peek().map(|(line, _)| *line).filter(|line| is_due(*line));
            let event = self.several.peek().map(|seen| seen.line).filter(|line| is_due(*line));
            match (rule, event) {
                (None, None) => return,
                (Some(rule), event) if event.is_none_or(|event| rule <= event) => {
                    self.lines
                        .extend(self.rules.next().into_iter().flat_map(|(_, told)| told));
                }
                (Some(_) | None, _) => {
                    let at = self.lines.len();
                    self.seen.extend(self.several.next().map(|seen| (at, seen)));
                }
            }
        }
    }
}

/// Which lines have parts of patterns over several events. Times without a zone are taken as UTC, and years that are not named
/// are told from when the lines are read.
pub fn seen(
    several: &Several,
    scratch: &mut SeveralScratch,
    layout: &Layout,
    chunk: &Chunk,
    arrival: i64,
) -> Vec<Seen> {
    several.scan(scratch, layout, chunk.lines(), |at: EventTime| at.resolve(0, arrival))
}

pub const fn micros(at: Timestamp) -> i64 {
    at.seconds
        .saturating_mul(1_000_000)
        .saturating_add(at.nanos as i64 / 1_000)
}

/// The streams of events, of which each file is one, and what their events complete together.
pub struct Streams<'s> {
    several: &'s Several,
    names: &'s [Cow<'s, str>],
    group_by: &'s str,
    input: usize,
    tracker: Tracker<'s>,
    forgotten: Forgotten,
}

impl<'s> Streams<'s> {
    pub fn new(several: &'s Several, names: &'s [Cow<'s, str>], group_by: &'s str) -> Self {
        Self {
            several,
            names,
            group_by,
            input: 0,
            tracker: Tracker::new(several),
            forgotten: Forgotten::default(),
        }
    }

    /// Writes what was found in some lines, and what they complete. Lines come in order.
    pub fn write(&mut self, input: usize, made: &Made, out: &mut impl Write) -> io::Result<()> {
        if input != self.input {
            self.next();
            self.input = input;
        }
        let mut from = 0;
        let mut told = Vec::new();
        for (at, seen) in &made.seen {
            let Some(done) = self.tracker.take(seen) else { continue };
            out.write_all(made.lines.get(from..*at).unwrap_or_default())?;
            from = *at;
            told.clear();
            HitOut {
                file: self
                    .names
                    .get(input)
                    .filter(|_| self.names.len() > 1)
                    .map(AsRef::as_ref),
                line: seen.line,
                lines: &done.lines,
                field: if done.group.is_empty() { "" } else { self.group_by },
                kind: "pattern",
                value: &done.group,
                indicator: done.id,
                source: done.source,
                ..HitOut::default()
            }
            .write(&mut told);
            out.write_all(&told)?;
        }
        out.write_all(made.lines.get(from..).unwrap_or_default())
    }

    /// Begins the next stream.
    fn next(&mut self) {
        let before = std::mem::replace(&mut self.tracker, Tracker::new(self.several)).forgotten();
        self.forgotten.events += before.events;
        self.forgotten.timeless += before.timeless;
        self.forgotten.unfinished += before.unfinished;
    }

    /// Says what was forgotten.
    pub fn report(mut self) -> io::Result<()> {
        self.next();
        let Forgotten {
            events,
            timeless,
            unfinished,
        } = self.forgotten;
        let mut err = io::stderr().lock();
        if events > 0 {
            writeln!(
                err,
                "mẫu nhiều sự kiện: {events} sự kiện không còn được nhớ vì quá nhiều · patterns over several events: so many events \
                 were forgotten since there were too many"
            )?;
        }
        if timeless > 0 {
            writeln!(
                err,
                "mẫu nhiều sự kiện: {timeless} sự kiện không có thời điểm và không được xét · patterns over several events: so many \
                 events tell no time and were left out"
            )?;
        }
        if unfinished > 0 {
            writeln!(
                err,
                "mẫu nhiều sự kiện: {unfinished} lần tìm quá lâu và bị bỏ dở · patterns over several events: so many times looking \
                 for a match took too long and was given up"
            )?;
        }
        Ok(())
    }
}
