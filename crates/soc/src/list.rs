//! Plain lists of indicators: a value a line, of any kind.

use std::net::IpAddr;

use crate::index::{Builder, Full, Source};
use crate::limits::MAX_LIST_LINE_BYTES;
use crate::value::{Value, ValueError};

/// Why a line of a list could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Longer than [`MAX_LIST_LINE_BYTES`].
    #[error("line is too long")]
    TooLong,
    /// Not UTF-8.
    #[error("line is not UTF-8")]
    NotUtf8,
    /// It has more columns than [`MAX_TABLE_COLUMNS`](crate::limits::MAX_TABLE_COLUMNS).
    #[error("line has too many columns")]
    TooManyColumns,
    /// There is nothing in the column of the value.
    #[error("line has no value in its column")]
    NoColumn,
    /// No value of an indicator.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// The index has no more room.
    #[error(transparent)]
    Full(#[from] Full),
}

/// What a line of a list names: its first word, or the part before the first comma or semicolon. A blank line and a comment
/// (`#`, `//` or `;` at its beginning) name nothing. Of a line of a hosts file (an address that leads nowhere, then names) the
/// names are meant.
///
/// # Errors
/// When the line is too long or no text.
pub fn values(line: &[u8]) -> Result<impl Iterator<Item = &str>, ListError> {
    if line.len() > MAX_LIST_LINE_BYTES {
        return Err(ListError::TooLong);
    }
    let line = std::str::from_utf8(line).map_err(|_| ListError::NotUtf8)?;
    let line = line.trim_start_matches('\u{feff}').trim();
    let is_comment = line.starts_with(['#', ';']) || line.starts_with("//");
    let line = if is_comment { "" } else { line };
    let words = line.split([' ', '\t', ',', ';', '"']).filter(|word| !word.is_empty());
    let mut names = words
        .clone()
        .skip(1)
        .take_while(|word| !word.starts_with('#'))
        .peekable();
    let is_of_hosts = words.clone().next().is_some_and(leads_nowhere) && names.peek().is_some();
    let first = words.take(usize::from(!is_of_hosts));
    Ok(first.chain(names.filter(move |_| is_of_hosts)))
}

/// Lists the [`values`] of a line.
///
/// # Errors
/// When one is no indicator. Those before it are listed.
pub fn add_line(builder: &mut Builder, source: Source, line: &[u8]) -> Result<(), ListError> {
    values(line)?.try_for_each(|value| add(builder, source, value))
}

fn add(builder: &mut Builder, source: Source, text: &str) -> Result<(), ListError> {
    let value = Value::guess(text)?;
    builder.add(&value, source, None)?;
    if let Some(other) = value.other_reading() {
        builder.add(&other, source, None)?;
    }
    Ok(())
}

/// Whether an address is one that hosts files give to names that are to be blocked.
fn leads_nowhere(word: &str) -> bool {
    word.parse()
        .is_ok_and(|address: IpAddr| address.is_unspecified() || address.is_loopback())
}
