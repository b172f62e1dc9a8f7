//! Feeds as lists and tables: a value a line, or a record a line with a map of its columns.
//!
//! A record stands in one line (RFC 4180 but for line breaks inside quotes, which no feed has). Nothing here knows where the
//! text came from.

use crate::limits::{MAX_LABEL_BYTES, MAX_LIST_LINE_BYTES, MAX_TABLE_COLUMNS};
use crate::list::{self, ListError};
use crate::value::{Kind, Value, refang};

/// Where something stands in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    /// By its number, from 1.
    Number(usize),
    /// By its name in the first record.
    Name(String),
}

/// How a feed writes what it has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    /// What every value is; told by its looks where none.
    pub kind: Option<Kind>,
    /// How a comment begins, beside `#`, `;` and `//`.
    pub comment: Option<String>,
    /// Columns; none for a plain list.
    pub columns: Option<Columns>,
}

/// Which columns of a table are of use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    separator: char,
    value: Column,
    confidence: Option<Column>,
    label: Option<Column>,
}

/// A map of columns is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "columns are written as in value=2, confidence=4, label=name, separator=; with numbers from 1 or names of the first line"
)]
pub struct ColumnsError;

/// What a line of a feed says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The value.
    pub value: Value,
    /// How sure the feed is of it, 0 to 100.
    pub confidence: Option<u8>,
    /// What the feed calls it.
    pub label: Option<String>,
}

impl std::str::FromStr for Columns {
    type Err = ColumnsError;

    fn from_str(text: &str) -> Result<Self, ColumnsError> {
        let (mut separator, mut value, mut confidence, mut label) = (',', None, None, None);
        for part in text.split([',', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
            let (key, column) = part.split_once('=').ok_or(ColumnsError)?;
            let (key, column) = (key.trim(), column.trim());
            match key {
                "separator" => {
                    separator = match column {
                        "tab" | "\\t" => '\t',
                        ";" => ';',
                        "|" => '|',
                        "comma" => ',',
                        _ => return Err(ColumnsError),
                    };
                }
                "value" => value = Some(read_column(column)?),
                "confidence" => confidence = Some(read_column(column)?),
                "label" => label = Some(read_column(column)?),
                _ => return Err(ColumnsError),
            }
        }
        Ok(Self {
            separator,
            value: value.ok_or(ColumnsError)?,
            confidence,
            label,
        })
    }
}

fn read_column(text: &str) -> Result<Column, ColumnsError> {
    match text.parse::<usize>() {
        Ok(number) if (1..=MAX_TABLE_COLUMNS).contains(&number) => Ok(Column::Number(number)),
        Ok(_) => Err(ColumnsError),
        Err(_) if text.is_empty() => Err(ColumnsError),
        Err(_) => Ok(Column::Name(text.to_lowercase())),
    }
}

impl Columns {
    fn has_head(&self) -> bool {
        let named = |column: &Column| matches!(column, Column::Name(_));
        let more = [&self.confidence, &self.label];
        named(&self.value) || more.into_iter().flatten().any(named)
    }
}

/// Reads the lines of a feed: each with its number, and every entry of it or why it has none.
pub fn read(form: &Form, text: &[u8], mut on: impl FnMut(u64, Result<Entry, ListError>)) {
    let mut head: Option<Vec<String>> = None;
    for (number, line) in (1_u64..).zip(text.split(|byte| *byte == b'\n')) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if form.is_comment(line) {
            continue;
        }
        let Some(columns) = &form.columns else {
            read_line(form, line, |entry| on(number, entry));
            continue;
        };
        let record = match record(columns.separator, line) {
            Ok(record) => record,
            Err(error) => {
                on(number, Err(error));
                continue;
            }
        };
        if record.iter().all(|field| field.is_empty()) {
            continue;
        }
        if columns.has_head() && head.is_none() {
            head = Some(record.iter().map(|name| name.to_lowercase()).collect());
            continue;
        }
        read_record(form, columns, head.as_deref(), &record, |entry| on(number, entry));
    }
}

impl Form {
    fn is_comment(&self, line: &[u8]) -> bool {
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii_start();
        let own = self
            .comment
            .as_deref()
            .is_some_and(|mark| !mark.is_empty() && line.starts_with(mark.as_bytes()));
        own || line.is_empty() || line.starts_with(b"#")
    }

    fn value(&self, text: &str) -> Result<Value, ListError> {
        match self.kind {
            Some(kind) => {
                let fanged = refang(text);
                Ok(Value::read(kind, fanged.as_deref().unwrap_or(text))?)
            }
            None => Ok(Value::guess(text)?),
        }
    }

    /// The entries of a value: that of its other reading, too, where nobody told its kind.
    fn entries(&self, entry: Entry, on: &mut impl FnMut(Result<Entry, ListError>)) {
        if self.kind.is_none()
            && let Some(other) = entry.value.other_reading()
        {
            on(Ok(Entry {
                value: other,
                ..entry.clone()
            }));
        }
        on(Ok(entry));
    }
}

fn read_line(form: &Form, line: &[u8], mut on: impl FnMut(Result<Entry, ListError>)) {
    let values = match list::values(line) {
        Ok(values) => values,
        Err(error) => return on(Err(error)),
    };
    for text in values {
        match form.value(text) {
            Ok(value) => form.entries(
                Entry {
                    value,
                    confidence: None,
                    label: None,
                },
                &mut on,
            ),
            Err(error) => on(Err(error)),
        }
    }
}

fn read_record(
    form: &Form,
    columns: &Columns,
    head: Option<&[String]>,
    record: &[String],
    mut on: impl FnMut(Result<Entry, ListError>),
) {
    let field = |column: &Column| {
        let at = match column {
            Column::Number(number) => number.checked_sub(1),
            Column::Name(name) => head.and_then(|head| head.iter().position(|known| known == name)),
        };
        at.and_then(|at| record.get(at))
            .map(String::as_str)
            .filter(|text| !text.is_empty())
    };
    let Some(text) = field(&columns.value) else {
        return on(Err(ListError::NoColumn));
    };
    let confidence = columns.confidence.as_ref().and_then(field);
    let confidence = confidence
        .and_then(|text| text.parse().ok())
        .filter(|sure: &u8| *sure <= 100);
    let label = columns.label.as_ref().and_then(field).map(cut_label);
    match form.value(text) {
        Ok(value) => form.entries(
            Entry {
                value,
                confidence,
                label,
            },
            &mut on,
        ),
        Err(error) => on(Err(error)),
    }
}

/// A label without control characters, and not longer than it may be.
#[must_use]
pub fn cut_label(text: &str) -> String {
    let mut label: String = text.chars().filter(|c| !c.is_control()).collect();
    let mut end = label.len().min(MAX_LABEL_BYTES);
    while !label.is_char_boundary(end) {
        end -= 1;
    }
    label.truncate(end);
    label
}

/// The fields of a record.
fn record(separator: char, line: &[u8]) -> Result<Vec<String>, ListError> {
    if line.len() > MAX_LIST_LINE_BYTES {
        return Err(ListError::TooLong);
    }
    let line = std::str::from_utf8(line).map_err(|_| ListError::NotUtf8)?;
    let (mut fields, mut field, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(c) = chars.next() {
        if is_quoted {
            if c != '"' {
                field.push(c);
            } else if chars.next_if_eq(&'"').is_some() {
                field.push('"');
            } else {
                is_quoted = false;
            }
        } else if c == '"' && field.trim().is_empty() {
            field.clear();
            is_quoted = true;
        } else if c == separator {
            fields.push(field.trim().to_owned());
            field.clear();
        } else {
            field.push(c);
        }
        if fields.len() >= MAX_TABLE_COLUMNS {
            return Err(ListError::TooManyColumns);
        }
    }
    fields.push(field.trim().to_owned());
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::ValueError;

    fn check(form: &Form, text: &str, expected: &[&str]) {
        let mut found = Vec::new();
        read(form, text.as_bytes(), |line, entry| {
            found.push(match entry {
                Ok(entry) => {
                    let more = entry.confidence.map_or(String::new(), |sure| format!(" {sure}"));
                    let label = entry.label.map_or(String::new(), |label| format!(" {label}"));
                    format!("{line} {} {}{more}{label}", entry.value.kind().key(), entry.value)
                }
                Err(error) => format!("{line} {error}"),
            });
        });
        assert_eq!(found, expected);
    }

    fn table(columns: &str) -> Form {
        Form {
            columns: Some(columns.parse().unwrap()),
            ..Form::default()
        }
    }

    #[test]
    fn plain_lists_are_read_as_ever() {
        let form = Form::default();
        check(
            &form,
            "# head\nevil.vn\r\n\n0.0.0.0 a.evil.vn b.evil.vn # hosts\n192.0.2.0/24\ncom.vn\n",
            &[
                "2 domain evil.vn",
                "4 domain a.evil.vn",
                "4 domain b.evil.vn",
                "5 address 192.0.2.0/24",
                "6 public suffix would cover names of strangers",
            ],
        );
        let md5 = "0".repeat(32);
        check(&form, &md5, &[&format!("1 ja3 {md5}"), &format!("1 hash {md5}")]);
        let bank = Form {
            kind: Some(Kind::Hash),
            comment: Some("!".to_owned()),
            ..Form::default()
        };
        check(
            &bank,
            &format!("! a bank\n{md5}\nevil.vn"),
            &[&format!("2 hash {md5}"), &format!("3 {}", ValueError::Unknown)],
        );
    }

    #[test]
    fn tables_are_read_by_their_columns() {
        // As abuse.ch writes them: quotes behind blanks, and a head that is a comment.
        check(
            &table("value=2,label=3,confidence=4"),
            "# id,url,threat\n\"1\", \"hxxp://evil[.]vn/a,b\", \"say \"\"x\"\"\", \"75\"\n2,http://b.vn/\n3\n",
            &[
                "2 url evil.vn/a,b 75 say \"x\"",
                "3 url b.vn/",
                "4 line has no value in its column",
            ],
        );
        check(
            &table("value=IOC, confidence=sure, separator=tab"),
            "ioc\tsure\nevil.vn\t101\n192.0.2.1\t0\n",
            &["2 domain evil.vn", "3 address 192.0.2.1 0"],
        );
        check(
            &table("value=ioc"),
            "name\nevil.vn\n",
            &["2 line has no value in its column"],
        );
    }

    #[test]
    fn lines_and_columns_are_bounded() {
        let form = table("value=1");
        let line = |bytes: usize| format!("evil.vn,{}", "x".repeat(bytes - 8));
        check(&form, &line(MAX_LIST_LINE_BYTES), &["1 domain evil.vn"]);
        check(&form, &line(MAX_LIST_LINE_BYTES + 1), &["1 line is too long"]);
        let columns = |count: usize| format!("evil.vn{}", ",x".repeat(count - 1));
        check(&form, &columns(MAX_TABLE_COLUMNS), &["1 domain evil.vn"]);
        check(&form, &columns(MAX_TABLE_COLUMNS + 1), &["1 line has too many columns"]);
        assert_eq!(cut_label(&"ễ".repeat(200)).len(), MAX_LABEL_BYTES / 3 * 3);
        assert_eq!(cut_label("a\tb"), "ab");
        for bad in [
            "",
            "value=0",
            "value=",
            "value=257",
            "other=1",
            "value",
            "value=1,separator=x",
        ] {
            assert_eq!(bad.parse::<Columns>(), Err(ColumnsError), "{bad}");
        }
        assert!("value=256".parse::<Columns>().is_ok());
    }
}
