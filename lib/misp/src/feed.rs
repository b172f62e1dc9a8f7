//! Feeds: a folder with `manifest.json`, `hashes.csv` and an event a file, `<uuid>.json`.

use std::io::{self, Read, Write};

use anlanh_stix::json::{self, ScanError, Scanner, Value};
use md5::{Digest as _, Md5};
use thiserror::Error;

use crate::event::{Attribute, Event, Head, Incomplete};
use crate::limits::{MAX_HASH_LINE_BYTES, MAX_MANIFEST_BYTES, MAX_MANIFEST_ENTRY_BYTES, MAX_MANIFEST_EVENTS};
use crate::uuid::Uuid;

/// Reads a manifest event by event. Of each it has what a manifest says: the rest of its [`Head`] is empty.
#[derive(Debug)]
pub struct ManifestReader<R> {
    input: Scanner<R>,
    events: u64,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Events,
    Done,
}

/// Why a manifest cannot be read, or not what it says of one event.
#[derive(Debug, Error)]
pub enum ManifestError {
    /// What it is read from failed.
    #[error("the manifest cannot be read")]
    Input(#[from] io::Error),
    /// It is no object of events.
    #[error("not a manifest, at byte {at_byte}")]
    Form {
        /// Offset in the input.
        at_byte: u64,
    },
    /// Longer than [`MAX_MANIFEST_BYTES`].
    #[error("the manifest is longer than {MAX_MANIFEST_BYTES} bytes")]
    TooLong,
    /// More than [`MAX_MANIFEST_EVENTS`].
    #[error("the manifest has more than {MAX_MANIFEST_EVENTS} events")]
    TooMany,
    /// What it says of an event cannot be used. The others can.
    #[error("event {index} of the manifest cannot be used: {reason}")]
    Entry {
        /// Which one, from 0.
        index: u64,
        /// Why.
        reason: BadEntry,
    },
}

/// Why an entry cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadEntry {
    /// Longer than [`MAX_MANIFEST_ENTRY_BYTES`].
    #[error("longer than {MAX_MANIFEST_ENTRY_BYTES} bytes")]
    TooLong,
    /// Not JSON.
    #[error(transparent)]
    Json(#[from] json::JsonError),
    /// Its name is no UUID, or it is no object.
    #[error(transparent)]
    Incomplete(#[from] Incomplete),
}

impl From<ScanError> for ManifestError {
    fn from(error: ScanError) -> Self {
        match error {
            ScanError::Input(error) => Self::Input(error),
            ScanError::Form { at_byte } => Self::Form { at_byte },
            ScanError::Space | ScanError::TooLong => Self::TooLong,
        }
    }
}

impl<R: Read> ManifestReader<R> {
    /// Begins to read.
    pub fn new(input: R) -> Self {
        Self {
            input: Scanner::new(input),
            events: 0,
            state: State::Start,
        }
    }

    /// What is said of the next event.
    ///
    /// # Errors
    /// Where the manifest cannot be read on, or only this entry not be used ([`ManifestError::Entry`]).
    pub fn next_event(&mut self) -> Result<Option<Head>, ManifestError> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Done => return Ok(None),
            State::Start => {
                // An empty manifest may be a list: so do languages print it that do not tell them apart.
                if self.input.peek()? == b'[' {
                    self.input.take();
                    return self.end(b']');
                }
                self.input.expect(b'{')?;
                if self.input.peek()? == b'}' {
                    return self.end(b'}');
                }
            }
            State::Events => {
                if self.input.peek()? == b'}' {
                    return self.end(b'}');
                }
                self.input.expect(b',')?;
            }
        }
        if self.events >= MAX_MANIFEST_EVENTS {
            return Err(ManifestError::TooMany);
        }
        let (mut name, mut value) = (Vec::new(), Vec::new());
        let has_name = self.input.value_or_skip(&mut name, MAX_MANIFEST_ENTRY_BYTES)?;
        self.input.expect(b':')?;
        let has_value = self.input.value_or_skip(&mut value, MAX_MANIFEST_ENTRY_BYTES)?;
        if self.input.offset() > MAX_MANIFEST_BYTES {
            return Err(ManifestError::TooLong);
        }
        self.state = State::Events;
        let index = self.events;
        self.events += 1;
        let read = if has_name && has_value {
            entry(&name, &value)
        } else {
            Err(BadEntry::TooLong)
        };
        read.map(Some).map_err(|reason| ManifestError::Entry { index, reason })
    }

    fn end(&mut self, bracket: u8) -> Result<Option<Head>, ManifestError> {
        self.input.expect(bracket)?;
        match self.input.peek_or_end()? {
            None => Ok(None),
            Some(_) => Err(self.input.form().into()),
        }
    }
}

fn entry(name: &[u8], value: &[u8]) -> Result<Head, BadEntry> {
    let uuid = match json::read(name)? {
        Value::String(text) => text.parse::<Uuid>().map_err(|_| Incomplete::Uuid)?,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Object(_) => {
            return Err(Incomplete::Uuid.into());
        }
    };
    let value = json::read(value)?;
    let members = value.as_members().ok_or(Incomplete::NotAnObject)?;
    Ok(Head::of(&members.clone().with("uuid", uuid.as_str()))?)
}

/// Writes the manifest of events.
///
/// # Errors
/// Where it cannot be written.
pub fn write_manifest<'a>(heads: impl Iterator<Item = &'a Head>, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"{")?;
    for (at, head) in heads.enumerate() {
        out.write_all(if at == 0 { b"" } else { b"," })?;
        write!(out, "\"{}\":{}", head.uuid, head.to_manifest())?;
    }
    out.write_all(b"}")
}

/// Why a line of `hashes.csv` cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HashLineError {
    /// Longer than [`MAX_HASH_LINE_BYTES`].
    #[error("line is longer than {MAX_HASH_LINE_BYTES} bytes")]
    TooLong,
    /// Not an MD5 and a UUID with a comma between them.
    #[error("line is not an MD5, a comma and a UUID")]
    Form,
}

/// Reads a line of `hashes.csv`: the MD5 of a value, and the event that has it. Nothing for a blank line.
///
/// # Errors
/// Where it is neither.
pub fn read_hash_line(line: &[u8]) -> Result<Option<(u128, Uuid)>, HashLineError> {
    if line.len() > MAX_HASH_LINE_BYTES {
        return Err(HashLineError::TooLong);
    }
    let line = std::str::from_utf8(line).map_err(|_| HashLineError::Form)?.trim();
    if line.is_empty() {
        return Ok(None);
    }
    let (hash, uuid) = line.split_once(',').ok_or(HashLineError::Form)?;
    let is_hash = hash.len() == 32 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hash = u128::from_str_radix(hash, 16).ok().filter(|_| is_hash);
    let uuid = uuid.trim().parse().ok();
    hash.zip(uuid).map(Some).ok_or(HashLineError::Form)
}

/// The MD5 of a value, as `hashes.csv` has it.
#[must_use]
pub fn hash_of(value: &str) -> u128 {
    let mut bytes = [0; 16];
    for (byte, of_hash) in bytes.iter_mut().zip(Md5::digest(value.as_bytes())) {
        *byte = of_hash;
    }
    u128::from_be_bytes(bytes)
}

/// Writes the lines of `hashes.csv` of an event: one for each value, and one for each part of a value that has parts.
///
/// # Errors
/// Where they cannot be written.
pub fn write_hashes(event: &Event, out: &mut impl Write) -> io::Result<()> {
    let of_objects = event.objects.iter().flat_map(|object| &object.attributes);
    for attribute in event.attributes.iter().chain(of_objects) {
        for part in parts_of(attribute) {
            writeln!(out, "{:032x},{}", hash_of(part), event.head.uuid)?;
        }
    }
    Ok(())
}

/// A type with `|` has values of as many parts.
fn parts_of(attribute: &Attribute) -> Vec<&str> {
    if attribute.kind.contains('|') || attribute.kind == "malware-sample" {
        attribute.value.split('|').collect()
    } else {
        vec![&attribute.value]
    }
}
