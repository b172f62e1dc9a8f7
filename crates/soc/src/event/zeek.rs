//! Zeek's logs as tabs: a head names separators and columns, and a head may come again where logs were joined.

use std::borrow::Cow;

use super::{Facts, Field, FieldMap, LineError, Reading, Role, Sink};
use crate::limits::MAX_COLUMNS;

/// What a head says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    separator: u8,
    set_separator: String,
    empty: String,
    unset: String,
    /// The names of the columns.
    names: Vec<Box<str>>,
    /// Whether a column is looked up, and as what.
    columns: Vec<Option<(Field, Reading)>>,
    /// Whether a column holds several values.
    has_several: Vec<bool>,
    /// Whether a column holds a truth value, `T` or `F`.
    is_truth: Vec<bool>,
    /// Which log it is.
    path: String,
}

impl Default for Head {
    fn default() -> Self {
        Self {
            separator: b'\t',
            set_separator: ",".to_owned(),
            empty: "(empty)".to_owned(),
            unset: "-".to_owned(),
            names: Vec::new(),
            columns: Vec::new(),
            has_several: Vec::new(),
            is_truth: Vec::new(),
            path: String::new(),
        }
    }
}

impl Head {
    /// Reads a line that begins with `#`.
    pub(super) fn read(&mut self, line: &str, map: &FieldMap) {
        let Some(line) = line.strip_prefix('#') else { return };
        // The separator is named before it is used.
        if let Some(named) = line.strip_prefix("separator ") {
            *self = Self::default();
            self.separator = *unescape(named).as_bytes().first().unwrap_or(&b'\t');
            return;
        }
        let mut parts = line.split(char::from(self.separator));
        match parts.next() {
            Some("set_separator") => self.set_separator = parts.next().unwrap_or(",").to_owned(),
            Some("empty_field") => self.empty = parts.next().unwrap_or("(empty)").to_owned(),
            Some("unset_field") => self.unset = parts.next().unwrap_or("-").to_owned(),
            Some("fields") => {
                self.names = parts.take(MAX_COLUMNS + 1).map(Box::from).collect();
                let names = self.names.iter();
                self.columns = names
                    .map(|name| map.step(FieldMap::ROOT, name).and_then(|step| step.field))
                    .collect();
                self.has_several = Vec::new();
                self.is_truth = Vec::new();
            }
            Some("types") => {
                let kinds: Vec<&str> = parts.take(MAX_COLUMNS).collect();
                let has_several = |kind: &&str| kind.starts_with("set[") || kind.starts_with("vector[");
                self.has_several = kinds.iter().map(has_several).collect();
                self.is_truth = kinds.iter().map(|kind| *kind == "bool").collect();
            }
            Some("path") => self.path = parts.next().unwrap_or_default().to_owned(),
            Some(_) | None => {}
        }
    }

    /// Which log it is, as Zeek calls it; empty where no head said so.
    pub(crate) fn log(&self) -> &str {
        &self.path
    }

    /// Every value of a line with the name of its column, truth values as JSON has them.
    pub(crate) fn each(&self, line: &str, mut take: impl FnMut(&str, &str)) {
        for (at, (text, name)) in line.split(char::from(self.separator)).zip(&self.names).enumerate() {
            let is = |of: &[bool]| of.get(at).copied().unwrap_or(false);
            if text == self.unset || text.is_empty() {
                continue;
            }
            if text == self.empty {
                take(name, "");
            } else if is(&self.is_truth) {
                take(name, if text == "T" { "true" } else { "false" });
            } else if is(&self.has_several) {
                let parts = text.split(self.set_separator.as_str());
                parts.for_each(|text| take(name, &unescape(text)));
            } else {
                take(name, &unescape(text));
            }
        }
    }

    /// The facts of a line that can be read.
    pub(super) fn facts(&self, line: &str, table: &[(&str, Role)], facts: &mut Facts) {
        for (at, (text, name)) in line.split(char::from(self.separator)).zip(&self.names).enumerate() {
            let Some((_, role)) = table.iter().find(|(known, _)| *known == &**name) else {
                continue;
            };
            if text == self.unset || text == self.empty || text.is_empty() {
                continue;
            }
            if self.has_several.get(at).copied().unwrap_or(false) {
                let parts = text.split(self.set_separator.as_str());
                facts.extend(parts.map(|text| (*role, unescape(text).into_owned())));
            } else {
                facts.push((*role, unescape(text).into_owned()));
            }
        }
    }

    /// Gives the values of a line to a sink.
    pub(super) fn read_line(&self, line: &str, sink: &mut impl Sink) -> Result<(), LineError> {
        let named = self.columns.len();
        if named == 0 || named > MAX_COLUMNS {
            return Err(LineError::NoHead);
        }
        let found = memchr::memchr_iter(self.separator, line.as_bytes()).count() + 1;
        if found != named {
            return Err(LineError::Columns { found, named });
        }
        for (at, (text, column)) in line.split(char::from(self.separator)).zip(&self.columns).enumerate() {
            let Some((field, reading)) = column else { continue };
            if text == self.unset || text == self.empty || text.is_empty() {
                continue;
            }
            if self.has_several.get(at).copied().unwrap_or(false) {
                for text in text.split(self.set_separator.as_str()) {
                    sink.take(*field, *reading, &unescape(text));
                }
            } else {
                sink.take(*field, *reading, &unescape(text));
            }
        }
        Ok(())
    }
}

/// A text with `\x09` and its like read. What would be no UTF-8 stays as it is written.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains("\\x") {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\x") {
        bytes.extend_from_slice(before.as_bytes());
        match after.get(..2).map(|digits| u8::from_str_radix(digits, 16)) {
            Some(Ok(byte)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            Some(Err(_)) | None => {
                bytes.extend_from_slice(b"\\x");
                rest = after;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}
