//! Events against an index: many lines are read first, then everything in them is looked up at once.

mod judge;
mod keep;
mod token;

use std::fmt::Write as _;
use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;

use crate::event::{EventTime, Field, Layout, LineError, Reading, Sink};
use crate::index::{self, Hash, Index, Indicator, Listed};
use crate::limits::{MAX_EVENT_BYTES, MAX_EVENT_VALUE_BYTES, MAX_EVENT_VALUES};
use crate::name;
use crate::value::{self, Kind};

pub use keep::{Arrival, Keeper, Kept, NotTurned, Unhuntable, Wanted};
pub use token::Tokens;

use judge::Judge;

/// Look-ups that are collected before any is made: enough that memory is waited for once.
const MOST_PROBES: usize = 256;
/// Bytes of values that are collected at the most, but for those of one event.
const MOST_TEXT_BYTES: usize = 256 * 1024;
/// One more than the longest IPv4 address has; what is longer is one within IPv6.
const MOST_V4_BYTES: usize = 16;

/// A value of an event that is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit<'h> {
    /// The number of the line.
    pub line: u64,
    /// The field, with dots between keys.
    pub field: &'h str,
    /// The value in its canonical form.
    pub value: &'h str,
    /// What is listed: the value, a name above it, or a network around it.
    pub listed: &'h str,
    /// What was found by it.
    pub found: Found,
    /// Who lists it.
    pub indicator: Indicator<'h>,
}

/// What a hit is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A value of this kind that is listed.
    Value(Kind),
    /// A pattern that the event matches. Field and value are those by which it was looked up, and empty where it has none.
    Pattern,
    /// A rule of Sigma that the event matches.
    Rule,
}

impl Found {
    /// Its key in answers.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Value(kind) => kind.key(),
            Self::Pattern => "pattern",
            Self::Rule => "sigma",
        }
    }
}

/// A line that could not be read, or not wholly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadLine {
    /// Its number.
    pub line: u64,
    /// Why.
    pub error: LineError,
}

/// What became of some lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Lines that were events.
    pub events: u64,
    /// Values that were looked up.
    pub values: u64,
    /// Hits.
    pub hits: u64,
}

/// Matches events against an index.
#[derive(Debug, Clone)]
pub struct Matcher {
    index: Arc<Index>,
}

/// Memory that matching reuses.
#[derive(Debug, Default)]
pub struct Scratch {
    batch: Batch,
}

impl Matcher {
    /// Against this index.
    #[must_use]
    pub const fn new(index: Arc<Index>) -> Self {
        Self { index }
    }

    /// The index.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Matches lines that are read alike. Hits come in the order of the lines, and of the fields in each.
    pub fn scan<'l>(
        &self,
        scratch: &mut Scratch,
        layout: &Layout,
        mut lines: impl Iterator<Item = (u64, &'l [u8])>,
        mut on_hit: impl FnMut(Hit<'_>),
        mut on_bad: impl FnMut(BadLine),
    ) -> Tally {
        self.scan_with(scratch, layout, &mut lines, &mut on_hit, &mut |_, _| {}, &mut on_bad)
    }

    /// Matches lines that are read alike, and gives what is kept of each; each is read once. What is kept of a line comes before
    /// its hits.
    #[expect(
        clippy::too_many_arguments,
        reason = "what is read, and who takes each of three things"
    )]
    pub fn scan_and_keep<'l>(
        &self,
        keeper: &Keeper,
        scratch: &mut Scratch,
        layout: &Layout,
        mut lines: impl Iterator<Item = (u64, &'l [u8])>,
        mut on_hit: impl FnMut(Hit<'_>),
        mut take: impl FnMut(Kept<'_>),
        mut on_bad: impl FnMut(BadLine),
    ) -> Tally {
        let mut writing = keep::Writing::default();
        let mut each = |batch: &Batch, read: Read| writing.take((keeper, layout), batch, &read, &mut take);
        self.scan_with(scratch, layout, &mut lines, &mut on_hit, &mut each, &mut on_bad)
    }

    /// Whoever calls hands over what is asked by address, so that all of this is compiled here, as what is hot, and not in the
    /// crate of the caller.
    fn scan_with<'l>(
        &self,
        scratch: &mut Scratch,
        layout: &Layout,
        lines: &mut dyn Iterator<Item = (u64, &'l [u8])>,
        on_hit: &mut dyn FnMut(Hit<'_>),
        each: &mut dyn FnMut(&Batch, Read),
        on_bad: &mut dyn FnMut(BadLine),
    ) -> Tally {
        let batch = &mut scratch.batch;
        let mut tally = Tally::default();
        batch.clear();
        let has_patterns = !self.index.patterns().is_empty();
        let mut kept = Vec::new();
        for (line, bytes) in lines {
            if has_patterns {
                kept.push((line, bytes));
            }
            let from = batch.seen.len();
            let mut reader = Reader::new(&self.index, batch, line);
            let read = if bytes.len() > MAX_EVENT_BYTES {
                Err(LineError::TooLong)
            } else {
                layout.read(bytes, &mut reader).and_then(|()| reader.end())
            };
            tally.values += reader.values as u64;
            let about = Read {
                line,
                from,
                at: reader.at,
            };
            each(batch, about);
            match read {
                Ok(()) => tally.events += 1,
                Err(error) => on_bad(BadLine { line, error }),
            }
            if batch.probes.len() >= MOST_PROBES || batch.text.len() >= MOST_TEXT_BYTES {
                tally.hits += self.settle(batch, layout, &kept, on_hit);
                kept.clear();
            }
        }
        tally.hits += self.settle(batch, layout, &kept, on_hit);
        tally
    }

    /// Looks up what was collected.
    fn settle(
        &self,
        batch: &mut Batch,
        layout: &Layout,
        lines: &[(u64, &[u8])],
        on_hit: &mut dyn FnMut(Hit<'_>),
    ) -> u64 {
        let (index, map) = (&*self.index, layout.map());
        // Nothing here waits for anything: the processor asks for many words of the filter at once.
        batch.likely.clear();
        batch.likely.extend(
            (0..)
                .zip(&batch.probes)
                .filter(|(_, probe)| index.may_hold(probe.hash))
                .map(|(at, _): (u32, _)| at),
        );
        let found = &mut batch.found;
        for at in &batch.likely {
            let Some(probe) = batch.probes.get(*at as usize) else {
                continue;
            };
            let Some(kind) = batch.seen.get(probe.seen as usize).map(|seen| seen.kind) else {
                continue;
            };
            let value = match kind {
                Kind::Address => batch.octets.get(probe.value.start as usize..probe.value.end as usize),
                Kind::Domain | Kind::Url | Kind::Hash | Kind::Ja3 | Kind::Ja4 | Kind::Email => {
                    let range = probe.value.start as usize..probe.value.end as usize;
                    batch.text.as_bytes().get(range)
                }
            };
            if let Some(listed) = value.and_then(|value| index.find(probe.hash, kind, value)) {
                found.push((probe.seen, listed));
            }
        }
        // Few lines have any.
        found.sort_by_key(|(seen, _)| *seen);
        let mut judge = Judge::new(index, layout, lines);
        for (seen, listed) in batch.found.drain(..) {
            let Some(seen) = batch.seen.get(seen as usize) else {
                continue;
            };
            let text = index.text(listed);
            for indicator in index.indicators(listed) {
                let hit = Hit {
                    line: seen.line,
                    field: map.path(seen.field),
                    value: batch
                        .text
                        .get(seen.text.start as usize..seen.text.end as usize)
                        .unwrap_or_default(),
                    listed: &text,
                    found: Found::Value(seen.kind),
                    indicator,
                };
                judge.take(hit, on_hit);
            }
        }
        batch.clear();
        judge.end(on_hit)
    }
}

/// What was read and is not looked up yet.
#[derive(Debug, Default)]
struct Batch {
    /// Values in their canonical form, behind one another.
    text: String,
    /// The octets of addresses.
    octets: Vec<u8>,
    seen: Vec<Seen>,
    probes: Vec<Probe>,
    /// Numbers of the probes that the filter lets through.
    likely: Vec<u32>,
    /// What is listed of them. Networks around addresses, which need no table, are here from the start.
    found: Vec<(u32, Listed)>,
}

/// A value of an event.
#[derive(Debug)]
struct Seen {
    line: u64,
    field: Field,
    kind: Kind,
    text: Range<u32>,
}

/// One look-up.
#[derive(Debug)]
struct Probe {
    hash: Hash,
    /// The value that it is of.
    seen: u32,
    /// Where the value stands that is compared, or a name above it.
    value: Range<u32>,
}

impl Batch {
    fn clear(&mut self) {
        self.text.clear();
        self.octets.clear();
        self.seen.clear();
        self.probes.clear();
        self.found.clear();
    }
}

/// A line that was read.
#[derive(Debug, Clone, Copy)]
struct Read {
    line: u64,
    /// The first of its values among those of the batch.
    from: usize,
    at: Option<EventTime>,
}

/// Takes the values of one event.
struct Reader<'r> {
    index: &'r Index,
    batch: &'r mut Batch,
    line: u64,
    values: usize,
    http: Http,
    at: Option<EventTime>,
}

/// Where the parts of a request stand until both are known.
#[derive(Debug, Default)]
struct Http {
    /// Its host, in the text of the batch.
    host: Option<Range<usize>>,
    path: Option<(Field, Range<usize>)>,
}

impl Sink for Reader<'_> {
    #[inline]
    fn take(&mut self, field: Field, reading: Reading, text: &str) {
        if reading == Reading::Time {
            self.at = self.at.or_else(|| EventTime::read(text));
            return;
        }
        self.values += 1;
        if self.values > MAX_EVENT_VALUES || text.len() > MAX_EVENT_VALUE_BYTES {
            return;
        }
        match reading {
            Reading::Is(Kind::Address) => {
                self.take_address(field, text);
            }
            Reading::Is(Kind::Domain) => self.take_name(field, text),
            Reading::Is(Kind::Url) => self.take_url(field, text),
            Reading::Is(kind @ (Kind::Hash | Kind::Ja3 | Kind::Ja4)) => self.take_plain(field, kind, text),
            Reading::Is(Kind::Email) => self.take_email(field, text),
            Reading::Host => {
                if !self.take_address(field, text) {
                    self.take_name(field, text);
                }
            }
            Reading::HttpHost => {
                self.http.host = Some(self.keep(text));
                let host = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                    Some((address, _)) => address,
                    None => text.split(':').next().unwrap_or(text),
                };
                if !self.take_address(field, host) {
                    self.take_name(field, host);
                }
            }
            Reading::HttpPath => self.http.path = Some((field, self.keep(text))),
            Reading::Time => {}
        }
    }
}

impl<'r> Reader<'r> {
    fn new(index: &'r Index, batch: &'r mut Batch, line: u64) -> Self {
        Self {
            index,
            batch,
            line,
            values: 0,
            http: Http::default(),
            at: None,
        }
    }

    /// Makes the URL of a request, and says whether all was looked up.
    fn end(&mut self) -> Result<(), LineError> {
        if let Some((field, path)) = self.http.path.take() {
            let mut url = self.batch.text.get(path).unwrap_or_default().to_owned();
            if let (Some(host), true) = (&self.http.host, url.starts_with('/')) {
                url.insert_str(0, self.batch.text.get(host.clone()).unwrap_or_default());
                url.insert_str(0, "http://");
            }
            self.take_url(field, &url);
        }
        if self.values > MAX_EVENT_VALUES {
            return Err(LineError::TooManyValues);
        }
        Ok(())
    }

    fn keep(&mut self, text: &str) -> Range<usize> {
        let start = self.batch.text.len();
        self.batch.text.push_str(text);
        start..self.batch.text.len()
    }

    /// Notes a value of which the text stands at the end of the batch from `start` on, and gives its number.
    fn see(&mut self, field: Field, kind: Kind, start: usize) -> u32 {
        let number = self.batch.seen.len() as u32;
        self.batch.seen.push(Seen {
            line: self.line,
            field,
            kind,
            text: start as u32..self.batch.text.len() as u32,
        });
        number
    }

    fn take_name(&mut self, field: Field, text: &str) {
        let start = self.batch.text.len();
        name::lower(text, &mut self.batch.text);
        let seen = self.see(field, Kind::Domain, start);
        let end = self.batch.text.len();
        let Batch { text, probes, .. } = &mut *self.batch;
        let name = text.as_bytes().get(start..).unwrap_or_default();
        index::hash_names(name, self.index.deepest(), |at, hash| {
            probes.push(Probe {
                hash,
                seen,
                value: (start + at) as u32..end as u32,
            });
        });
    }

    /// Whether it is an address.
    fn take_address(&mut self, field: Field, text: &str) -> bool {
        let Some(address) = value::parse_address(text) else {
            return false;
        };
        let start = self.batch.text.len();
        match address {
            // Only one way of writing it is read.
            IpAddr::V4(_) if text.len() < MOST_V4_BYTES => self.batch.text.push_str(text),
            // Writing to a text does not fail.
            IpAddr::V4(_) | IpAddr::V6(_) => drop(write!(self.batch.text, "{address}")),
        }
        let seen = self.see(field, Kind::Address, start);
        let (octets, len) = index::octets(address);
        let octets = octets.get(..len).unwrap_or_default();
        let start = self.batch.octets.len();
        self.batch.octets.extend_from_slice(octets);
        self.batch.probes.push(Probe {
            hash: index::hash_of(Kind::Address, octets),
            seen,
            value: start as u32..self.batch.octets.len() as u32,
        });
        let around = self.index.networks_of(address).map(|listed| (seen, listed));
        self.batch.found.extend(around);
        true
    }

    /// What differs by case alone.
    fn take_plain(&mut self, field: Field, kind: Kind, text: &str) {
        let start = self.batch.text.len();
        self.batch.text.push_str(text);
        if let Some(added) = self.batch.text.get_mut(start..) {
            added.make_ascii_lowercase();
        }
        self.look_up(field, kind, start);
    }

    fn take_url(&mut self, field: Field, text: &str) {
        let (scheme, rest) = value::split_scheme(text);
        let start = self.batch.text.len();
        if value::push_url(scheme, rest, &mut self.batch.text).is_some() {
            self.look_up(field, Kind::Url, start);
        } else {
            self.batch.text.truncate(start);
        }
    }

    /// An address, with or without the name of whose it is (`Tên <a@b.vn>`).
    fn take_email(&mut self, field: Field, text: &str) {
        let text = match text.rsplit_once('<') {
            Some((_, text)) => text.trim_end_matches([' ', '>']),
            None => text.trim(),
        };
        let Some((local, host)) = text.rsplit_once('@') else {
            return;
        };
        let start = self.batch.text.len();
        self.batch.text.push_str(&local.to_lowercase());
        self.batch.text.push('@');
        if name::canonical(host, &mut self.batch.text).is_ok() {
            self.look_up(field, Kind::Email, start);
        } else {
            self.batch.text.truncate(start);
        }
    }

    /// Looks the text up that stands at the end of the batch.
    fn look_up(&mut self, field: Field, kind: Kind, start: usize) {
        let seen = self.see(field, kind, start);
        let end = self.batch.text.len();
        let value = self.batch.text.as_bytes().get(start..).unwrap_or_default();
        self.batch.probes.push(Probe {
            hash: index::hash_of(kind, value),
            seen,
            value: start as u32..end as u32,
        });
    }
}

#[cfg(test)]
mod tests;
