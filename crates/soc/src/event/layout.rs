//! What a stream of lines is: named by whoever has it, or recognised by its first lines.

use std::net::IpAddr;
use std::sync::Arc;

use super::zeek::Head;
use super::{EventTime, Facts, Field, FieldMap, LineError, Reading, Role, Sink, dns_log, fact, json};

/// Forms of events that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Suricata's EVE JSON.
    Eve,
    /// Zeek's logs, as JSON or with tabs.
    Zeek,
    /// BIND's query log.
    Bind,
    /// Unbound's query log.
    Unbound,
}

/// The form of a stream could not be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("form of the events is not recognised")]
pub struct Unrecognised;

/// Who spoke to whom: addresses with their ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ends {
    /// Who began.
    pub source: Option<(IpAddr, Option<u16>)>,
    /// Who was spoken to.
    pub destination: Option<(IpAddr, Option<u16>)>,
}

/// One of the two ends of what an event tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    /// Who began.
    Source,
    /// Who was spoken to.
    Destination,
}

/// How the lines of one stretch of a stream are read.
#[derive(Debug, Clone)]
pub struct Layout {
    map: Arc<FieldMap>,
    form: Form,
}

/// What a line is, before it is read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Line<'l> {
    /// An event of Suricata, in JSON.
    Eve(&'l str),
    /// One of Zeek, in JSON.
    ZeekJson(&'l str),
    /// One of Zeek with tabs, and its head.
    ZeekTabs(&'l Head, &'l str),
    Bind(&'l str),
    Unbound(&'l str),
    /// One of a form that is not known, in JSON.
    Json(&'l str),
}

#[derive(Debug, Clone)]
enum Form {
    /// With the parts that its fields have, where they are known.
    Json(&'static [(&'static str, Role)]),
    Zeek(Arc<Head>),
    Bind,
    Unbound,
}

impl Layout {
    /// JSON with the fields of a map.
    #[must_use]
    pub fn json(map: FieldMap) -> Self {
        Self {
            map: Arc::new(map),
            form: Form::Json(&[]),
        }
    }

    /// A form that is known.
    #[must_use]
    pub fn of(format: Format) -> Self {
        let (map, form) = match format {
            Format::Eve => (FieldMap::eve(), Form::Json(fact::EVE)),
            // Each line tells which of the two it is; tabs need their head first.
            Format::Zeek => (FieldMap::zeek(), Form::Zeek(Arc::default())),
            Format::Bind => (FieldMap::dns_log(), Form::Bind),
            Format::Unbound => (FieldMap::dns_log(), Form::Unbound),
        };
        Self {
            map: Arc::new(map),
            form,
        }
    }

    pub(crate) fn map(&self) -> &FieldMap {
        &self.map
    }

    /// What a line is; nothing where it is no event.
    pub(crate) fn line<'l>(&'l self, line: &'l [u8]) -> Option<Line<'l>> {
        let text = std::str::from_utf8(line).ok()?;
        Some(match &self.form {
            Form::Json([]) => Line::Json(text),
            Form::Json(_) => Line::Eve(text),
            Form::Zeek(_) if text.starts_with('{') => Line::ZeekJson(text),
            Form::Zeek(_) if text.starts_with('#') => return None,
            Form::Zeek(head) => Line::ZeekTabs(head, text),
            Form::Bind => Line::Bind(text),
            Form::Unbound => Line::Unbound(text),
        })
    }

    /// Reads what a later line needs to know of this one: the head of a Zeek log.
    fn note(&mut self, line: &[u8]) {
        if let (Form::Zeek(head), Ok(line)) = (&mut self.form, std::str::from_utf8(line)) {
            Arc::make_mut(head).read(line, &self.map);
        }
    }

    /// The facts of an event that can be read.
    pub(crate) fn facts(&self, line: &[u8]) -> Facts {
        let mut facts = Facts::new();
        let text = std::str::from_utf8(line).unwrap_or_default();
        let table = match &self.form {
            Form::Json(table) if !table.is_empty() => *table,
            Form::Zeek(_) if text.starts_with('{') => fact::ZEEK,
            Form::Zeek(head) => {
                head.facts(text, fact::ZEEK, &mut facts);
                return facts;
            }
            Form::Json(_) => {
                let mut kinds = fact::Kinds::default();
                // What cannot be read was told when it was looked up.
                let _ = self.read(line, &mut kinds);
                return kinds.0;
            }
            Form::Bind | Form::Unbound => {
                let mut kinds = fact::Kinds::default();
                let _ = self.read(line, &mut kinds);
                // Of a query it is known who asks for what.
                let part = |role: Role| {
                    let parts = [(Role::Address, Role::Source), (Role::Answer, Role::Name)];
                    let found = parts.iter().find(|(of, _)| *of == role);
                    found.map_or(role, |(_, part)| *part)
                };
                return kinds.0.into_iter().map(|(role, text)| (part(role), text)).collect();
            }
        };
        if let Ok(event) = serde_json::from_str(text) {
            fact::of_json(&event, table, &mut facts);
        }
        facts
    }

    /// The two ends of what an event tells of, as far as it tells. This is for the few events in which something was found.
    #[must_use]
    pub fn ends(&self, line: &[u8]) -> Ends {
        let facts = self.facts(line);
        let text = |role: Role| facts.iter().find(|(of, _)| *of == role).map(|(_, text)| text.as_str());
        let end = |address: Role, port: Role| {
            let address = crate::value::parse_address(text(address)?)?;
            let port = text(port).and_then(|port| port.parse().ok());
            Some((address, port))
        };
        Ends {
            source: end(Role::Source, Role::SourcePort),
            destination: end(Role::Destination, Role::DestinationPort),
        }
    }

    /// Which end a field names, as [`Layout::ends`] tells them; none where it names somebody else, or nobody knows.
    pub(crate) fn end_of(&self, field: Field) -> Option<End> {
        let table = match &self.form {
            Form::Json(table) => *table,
            Form::Zeek(_) => fact::ZEEK,
            // Of a query it is known who asks.
            Form::Bind | Form::Unbound => return Some(End::Source),
        };
        let path = self.map.path(field);
        let (_, role) = table.iter().find(|(of, _)| *of == path)?;
        [(Role::Source, End::Source), (Role::Destination, End::Destination)]
            .into_iter()
            .find_map(|(of, end)| (of == *role).then_some(end))
    }

    /// When an event happened, as it tells.
    pub(crate) fn time(&self, line: &[u8]) -> Option<EventTime> {
        let mut clock = Clock(None);
        // What cannot be read is told elsewhere, and may tell its time all the same.
        let _ = self.read(line, &mut clock);
        clock.0
    }

    /// Gives the values of a line to a sink.
    pub(crate) fn read(&self, line: &[u8], sink: &mut impl Sink) -> Result<(), LineError> {
        let text = || std::str::from_utf8(line).map_err(|_| LineError::NotUtf8);
        match &self.form {
            Form::Json(_) => json::read(line, &self.map, sink),
            Form::Zeek(_) if line.first() == Some(&b'{') => json::read(line, &self.map, sink),
            Form::Zeek(_) if line.first() == Some(&b'#') => Ok(()),
            Form::Zeek(head) => head.read_line(text()?, sink),
            Form::Bind => {
                dns_log::read_bind(text()?, sink);
                Ok(())
            }
            Form::Unbound => {
                dns_log::read_unbound(text()?, sink);
                Ok(())
            }
        }
    }
}

/// Takes the time of an event.
struct Clock(Option<EventTime>);

impl Sink for Clock {
    fn take(&mut self, _: Field, reading: Reading, text: &str) {
        if reading == Reading::Time {
            self.0 = self.0.or_else(|| EventTime::read(text));
        }
    }
}

/// Follows a stream, and knows how each stretch of it is read.
#[derive(Debug, Clone)]
pub struct Recogniser {
    layout: Option<Layout>,
}

/// How many lines are looked at before a form counts as unknown.
const LOOKED_AT: usize = 64;

impl Recogniser {
    /// Of a stream of a form that is known, or that its first lines tell.
    #[must_use]
    pub const fn new(layout: Option<Layout>) -> Self {
        Self { layout }
    }

    /// Goes on over whole lines: the stretches of them that are read alike, each with where it begins, and how.
    ///
    /// # Errors
    /// When the form is not known and these lines do not tell it.
    pub fn advance(&mut self, lines: &[u8]) -> Result<Vec<(usize, Layout)>, Unrecognised> {
        let mut layout = match self.layout.take() {
            Some(layout) => layout,
            None => recognise(lines).ok_or(Unrecognised)?,
        };
        let mut stretches = vec![(0, layout.clone())];
        if let Form::Zeek(_) = layout.form {
            let mut at = 0;
            while let Some(start) = next_head(lines, at) {
                let rest = lines.get(start..).unwrap_or_default();
                let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                layout.note(rest.get(..end).unwrap_or_default().trim_ascii_end());
                at = start + end;
                stretches.push((at, layout.clone()));
            }
        }
        self.layout = Some(layout);
        Ok(stretches)
    }
}

/// Where the next line begins that starts with `#`, from an offset on.
fn next_head(lines: &[u8], from: usize) -> Option<usize> {
    if from == 0 && lines.first() == Some(&b'#') {
        return Some(0);
    }
    let rest = lines.get(from..)?;
    memchr::memmem::find(rest, b"\n#").map(|at| from + at + 1)
}

/// The form that the first lines tell.
fn recognise(lines: &[u8]) -> Option<Layout> {
    let lines = lines.split(|byte| *byte == b'\n').take(LOOKED_AT);
    lines
        .filter_map(|line| std::str::from_utf8(line).ok())
        .find_map(format_of)
        .map(Layout::of)
}

/// The form of a line that has one of its own.
fn format_of(line: &str) -> Option<Format> {
    let line = line.trim_start_matches('\u{feff}').trim_start();
    if line.starts_with("#separator ") || line.starts_with("#fields\t") {
        return Some(Format::Zeek);
    }
    if line.starts_with('{') {
        let event: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).ok()?;
        let has = |key: &str| event.contains_key(key);
        return if has("event_type") && has("timestamp") {
            Some(Format::Eve)
        } else if has("_path") || has("id.orig_h") || has("ts") && (has("uid") || has("fuid")) {
            Some(Format::Zeek)
        } else {
            None
        };
    }
    if line.contains(" query: ") && line.contains("client ") {
        return Some(Format::Bind);
    }
    (line.contains(" info: ") && line.contains("unbound")).then_some(Format::Unbound)
}
