//! Judging chunks of lines: one answer per item, in the order of the lines, whatever is wrong with some of them.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use anlanh_screen::{Action, Scratch, Screener, Undecided, Verdict};

use crate::item::not_utf8;
use crate::{Chunk, Fault, FaultError, ItemIn, Language, LineFailure, Stamp, VerdictOut, limits};

/// What a line holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineFormat {
    /// An item as a JSON object.
    Json,
    /// The text of a post; its id is the number of the line.
    Text,
}

/// Judges lines with one screener. Share it between threads; give each a [`Scratch`] of its own.
#[derive(Debug, Clone, Copy)]
pub struct Judge<'s> {
    screener: &'s Screener,
    stamp: &'s Stamp,
    format: LineFormat,
    language: Language,
}

/// What became of some items. Sums of it are what summaries and metrics show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Items by action, in the order of [`Action::ALL`].
    pub actions: [u64; 5],
    /// Items of which something could not be judged, in the order of [`Tally::UNDECIDED`].
    pub undecided: [u64; 3],
    /// How often each rule fired, by id.
    pub rules: BTreeMap<String, u64>,
    /// Bytes of text that were screened.
    pub text_bytes: u64,
    /// Screenings that failed through a defect of ours; they are among the bad lines too.
    pub panics: u64,
    /// Lines that could not be read or judged, in order.
    pub bad: Vec<BadLine>,
}

/// A line that could not be read or judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1.
    pub line: u64,
    /// What is wrong.
    pub error: FaultError,
}

impl Tally {
    /// The order of [`Tally::undecided`].
    pub const UNDECIDED: [Undecided; 3] = [
        Undecided::TextTooLong,
        Undecided::TooManyLinks,
        Undecided::TooManySignals,
    ];

    /// How many items were judged.
    #[must_use]
    pub fn judged(&self) -> u64 {
        self.actions.iter().sum()
    }

    /// Counts one verdict on a text of this many bytes.
    pub fn count(&mut self, verdict: &Verdict<'_>, text_bytes: usize) {
        let action = Action::ALL.iter().position(|action| *action == verdict.action);
        if let Some(count) = action.and_then(|at| self.actions.get_mut(at)) {
            *count += 1;
        }
        let undecided = verdict
            .undecided
            .and_then(|why| Self::UNDECIDED.iter().position(|other| *other == why));
        if let Some(count) = undecided.and_then(|at| self.undecided.get_mut(at)) {
            *count += 1;
        }
        let mut last = None;
        for reason in &verdict.reasons {
            // A rule has one reason per detector, side by side.
            if last.replace(reason.rule) == Some(reason.rule) {
                continue;
            }
            match self.rules.get_mut(reason.rule) {
                Some(count) => *count += 1,
                None => {
                    self.rules.insert(reason.rule.to_owned(), 1);
                }
            }
        }
        self.text_bytes += text_bytes as u64;
    }

    /// Adds the figures of another; its bad lines come after these.
    pub fn add(&mut self, other: Self) {
        for (sum, count) in self.actions.iter_mut().zip(other.actions) {
            *sum += count;
        }
        for (sum, count) in self.undecided.iter_mut().zip(other.undecided) {
            *sum += count;
        }
        for (rule, count) in other.rules {
            *self.rules.entry(rule).or_default() += count;
        }
        self.text_bytes += other.text_bytes;
        self.panics += other.panics;
        self.bad.extend(other.bad);
    }
}

impl<'s> Judge<'s> {
    /// A judge that reads lines of this format and words failures in this language. The stamp is that of the
    /// screener's pack.
    #[must_use]
    pub const fn new(screener: &'s Screener, stamp: &'s Stamp, format: LineFormat, language: Language) -> Self {
        Self {
            screener,
            stamp,
            format,
            language,
        }
    }

    /// Judges one item and appends the JSON of its verdict, without a line end. A panic inside becomes
    /// [`Fault::Internal`], and nothing is appended.
    ///
    /// # Errors
    /// When screening fails through a defect of ours.
    pub fn judge_item(
        &self,
        scratch: &mut Scratch,
        item: &ItemIn<'_>,
        out: &mut Vec<u8>,
        tally: &mut Tally,
    ) -> Result<(), FaultError> {
        let before = out.len();
        let judged = catch_unwind(AssertUnwindSafe(|| {
            let verdict = self.screener.screen_with(scratch, &item.as_item());
            let answer = VerdictOut::new(item, &verdict, self.stamp);
            serde_json::to_writer(&mut *out, &answer).map(|()| tally.count(&verdict, item.text.len()))
        }));
        match judged {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => {
                *scratch = Scratch::default();
                out.truncate(before);
                tally.panics += 1;
                Err(Fault::Internal.into())
            }
        }
    }

    /// Judges every line of a chunk and appends one line for each that is not blank.
    pub fn judge_chunk(&self, scratch: &mut Scratch, chunk: &Chunk, out: &mut Vec<u8>, tally: &mut Tally) {
        for (number, line) in chunk.lines() {
            if let Err(error) = self.judge_line(scratch, line, number, out, tally) {
                let failure = LineFailure::new(number, &error, self.language);
                // Writing to memory does not fail.
                let _ = serde_json::to_writer(&mut *out, &failure);
                tally.bad.push(BadLine { line: number, error });
            }
            out.push(b'\n');
        }
    }

    fn judge_line(
        &self,
        scratch: &mut Scratch,
        line: &[u8],
        number: u64,
        out: &mut Vec<u8>,
        tally: &mut Tally,
    ) -> Result<(), FaultError> {
        let item = match self.format {
            LineFormat::Json => ItemIn::parse(line)?,
            LineFormat::Text if line.len() > limits::MAX_ITEM_BYTES => return Err(Fault::TooLarge.into()),
            LineFormat::Text => {
                let text = simdutf8::basic::from_utf8(line).map_err(|_| not_utf8(line))?;
                ItemIn {
                    id: Some(number.to_string().into()),
                    text: text.into(),
                    ..ItemIn::default()
                }
            }
        };
        self.judge_item(scratch, &item, out, tally)
    }
}

#[cfg(test)]
mod tests;
