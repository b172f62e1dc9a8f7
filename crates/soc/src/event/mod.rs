//! Reading events: a line in, the values in it that may be indicators out.

mod dns_log;
mod fact;
mod field_map;
mod json;
mod layout;
mod moment;
mod zeek;

pub(crate) use dns_log::Query;
pub(crate) use fact::{Facts, Role};
pub use field_map::{FieldMap, MapError};
pub(crate) use json::read as read_json;
pub(crate) use layout::{End, Line};
pub use layout::{Ends, Format, Layout, Recogniser, Unrecognised};
pub use moment::{Clocked, EventTime, settle};

use crate::value::Kind;

/// Why a line could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum LineError {
    /// Longer than [`crate::limits::MAX_EVENT_BYTES`].
    #[error("line is too long")]
    TooLong,
    /// Not UTF-8.
    #[error("line is not UTF-8")]
    NotUtf8,
    /// No JSON from this column on, counted from 1 in bytes.
    #[error("not JSON at column {column}")]
    NotJson {
        /// The column.
        column: usize,
    },
    /// JSON that is nested more deeply than [`crate::limits::MAX_DEPTH`].
    #[error("event is nested too deeply")]
    TooDeep,
    /// JSON, but no object.
    #[error("event is not an object")]
    NotAnObject,
    /// Another number of columns than the head of the log names.
    #[error("line has {found} columns, its head names {named}")]
    Columns {
        /// How many it has.
        found: usize,
        /// How many there should be.
        named: usize,
    },
    /// A line of a Zeek log before the head that names its columns.
    #[error("line stands before the head of the log")]
    NoHead,
    /// More values than are looked up: some were not.
    #[error("event has more values than are looked up")]
    TooManyValues,
}

/// How a field is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Reading {
    /// A value of a kind.
    Is(Kind),
    /// A name or an address.
    Host,
    /// The host of a request, possibly with a port, which makes a URL with the path beside it.
    HttpHost,
    /// The path of a request, or the whole URL where a proxy was asked.
    HttpPath,
    /// When it happened.
    Time,
}

impl Reading {
    const ALL: [Self; 11] = [
        Self::Is(Kind::Domain),
        Self::Is(Kind::Url),
        Self::Is(Kind::Address),
        Self::Is(Kind::Hash),
        Self::Is(Kind::Ja3),
        Self::Is(Kind::Ja4),
        Self::Is(Kind::Email),
        Self::Host,
        Self::HttpHost,
        Self::HttpPath,
        Self::Time,
    ];

    const fn key(self) -> &'static str {
        match self {
            Self::Is(kind) => kind.key(),
            Self::Host => "host",
            Self::HttpHost => "http-host",
            Self::HttpPath => "http-path",
            Self::Time => "time",
        }
    }

    fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reading| reading.key() == key)
    }
}

/// Whoever takes what is read.
pub(crate) trait Sink {
    /// Takes the text of a field, as it was logged.
    fn take(&mut self, field: Field, reading: Reading, text: &str);

    /// Takes a number, a truth value or `null` of a field, as it was logged. Most have no use for these.
    #[inline(always)]
    fn take_bare(&mut self, _field: Field, _text: &str) {}
}

/// The number of a field within its map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Field(pub(crate) u16);
