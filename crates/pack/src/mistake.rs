//! Mistakes in a pack: noted while reading, each at its place, and told at the end in the order of the files.
//!
//! A place is a file and a byte offset until then, so that nobody who notes a mistake has to count lines.

use std::fmt;

use anlanh_screen::{Said, said};

use crate::limits::MAX_MISTAKES;
use crate::source::Sources;

/// One mistake in a pack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mistake {
    /// Path inside the pack, with `/` between folder and file; `.` for the folder itself.
    pub file: String,
    /// Line, from 1. A mistake of a file as a whole is at its beginning.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong: lower case, no final dot.
    pub message: Said,
}

impl fmt::Display for Mistake {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

impl std::error::Error for Mistake {}

/// Where something stands: the index of a file, and a byte offset into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Place {
    pub(crate) file: usize,
    pub(crate) offset: usize,
}

impl Place {
    /// The beginning of a file.
    pub(crate) const fn start_of(file: usize) -> Self {
        Self { file, offset: 0 }
    }
}

/// A value and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}

impl<T> Placed<T> {
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Placed<U> {
        Placed {
            value: change(self.value),
            place: self.place,
        }
    }
}

/// A mistake as it was noted.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Noted {
    place: Place,
    message: Said,
    /// Another place that the message speaks of.
    other: Option<Place>,
}

/// The mistakes noted so far, up to [`MAX_MISTAKES`].
#[derive(Debug, Default)]
pub(crate) struct Log {
    noted: Vec<Noted>,
    overflowed: bool,
}

impl Log {
    pub(crate) fn note(&mut self, place: Place, message: Said) {
        self.push(place, message, None);
    }

    /// Notes a mistake whose message ends with another place.
    pub(crate) fn note_with(&mut self, place: Place, message: Said, other: Place) {
        self.push(place, message, Some(other));
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.noted.is_empty()
    }

    fn push(&mut self, place: Place, message: Said, other: Option<Place>) {
        if self.noted.len() < MAX_MISTAKES {
            self.noted.push(Noted { place, message, other });
        } else {
            self.overflowed = true;
        }
    }

    /// The mistakes in the order of files and lines, each once.
    pub(crate) fn into_mistakes(mut self, sources: &Sources) -> Vec<Mistake> {
        self.noted.sort();
        self.noted.dedup();
        let mut mistakes = Vec::with_capacity(self.noted.len());
        let mut cursor = Cursor::default();
        for Noted { place, message, other } in self.noted {
            let (line, column) = cursor.advance(sources, place);
            let message = match other {
                Some(other) => {
                    let other = format!("{}:{}", sources.path(other.file), sources.line(other));
                    Said::new(format!("{} {other}", message.vi), format!("{} {other}", message.en))
                }
                None => message,
            };
            mistakes.push(Mistake {
                file: sources.path(place.file).to_owned(),
                line,
                column,
                message,
            });
        }
        mistakes.sort();
        if self.overflowed
            && let Some(last) = mistakes.last().cloned()
        {
            let message = said!(
                "còn nhiều lỗi hơn {MAX_MISTAKES} lỗi được liệt kê",
                "more mistakes were found than the {MAX_MISTAKES} that are listed",
            );
            mistakes.push(Mistake { message, ..last });
        }
        mistakes
    }
}

/// Counts lines and columns forwards, so that many mistakes in one long line cost no more than one.
#[derive(Debug)]
struct Cursor {
    at: Place,
    line: usize,
    column: usize,
}

impl Default for Cursor {
    fn default() -> Self {
        Self {
            at: Place::default(),
            line: 1,
            column: 1,
        }
    }
}

impl Cursor {
    /// Line and column of a place that does not lie before the one asked for last.
    fn advance(&mut self, sources: &Sources, place: Place) -> (usize, usize) {
        if self.at.file != place.file {
            *self = Self {
                at: Place::start_of(place.file),
                ..Self::default()
            };
        }
        let text = sources.text(place.file);
        let to = text.floor_char_boundary(place.offset);
        for c in text.get(self.at.offset..to).unwrap_or_default().chars() {
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.at.offset = to.max(self.at.offset);
        (self.line, self.column)
    }
}
