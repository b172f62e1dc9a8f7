//! CSV (RFC 4180): UTF-8, a line of names first, lines end with CR and LF, what needs it stands in quotation marks.
//!
//! A spreadsheet takes a field that begins with `=`, `+`, `-`, `@`, a tab or a return for a formula, and the texts here are
//! partly quoted from strangers. Such a field is written with an apostrophe before it, which spreadsheets hide.

use super::columns::{COLUMNS, Cell, cells};
use super::{Record, WriteError};

pub(super) struct Writer {
    /// The line of names, until it is written.
    head: Vec<u8>,
}

impl Writer {
    pub(super) fn new() -> Self {
        let mut head = COLUMNS.join(",").into_bytes();
        head.extend_from_slice(b"\r\n");
        Self { head }
    }

    pub(super) fn write(&mut self, records: &[Record]) -> Result<Vec<u8>, WriteError> {
        let mut out = std::mem::take(&mut self.head);
        for record in records {
            for (place, cell) in cells(record)?.into_iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                match cell {
                    Cell::Empty => {}
                    Cell::Text(text) => field(&text, &mut out),
                    Cell::Moment(moment) => field(&moment.to_string(), &mut out),
                }
            }
            out.extend_from_slice(b"\r\n");
        }
        Ok(out)
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.head
    }
}

/// Writes one field.
pub(crate) fn field(text: &str, out: &mut Vec<u8>) {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let needs_quotes = text.contains(['"', ',', '\r', '\n']) || text.starts_with(' ') || text.ends_with(' ');
    if needs_quotes {
        out.push(b'"');
    }
    if is_formula {
        out.push(b'\'');
    }
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    if needs_quotes {
        out.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_quotation_marks_has_them_and_nothing_is_a_formula() {
        let check = |text: &str, expected: &str| {
            let mut out = Vec::new();
            field(text, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{text:?}");
        };
        check("", "");
        check("lừa đảo", "lừa đảo");
        check("một, hai", "\"một, hai\"");
        check("gọi là \"quà\"", "\"gọi là \"\"quà\"\"\"");
        check("một\r\nhai", "\"một\r\nhai\"");
        check(" đầu", "\" đầu\"");
        check("=1+1", "'=1+1");
        check("@tên, +84", "\"'@tên, +84\"");
        check("-1", "'-1");
        check("\t=1", "'\t=1");
        check("5-1", "5-1");
    }
}
