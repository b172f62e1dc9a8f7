//! From columns to the types of the domain, and back.

use anlanh_db::{Row, Value};
use anlanh_model::{DataSubject, Id, Time};

use crate::Error;

/// Reads the types of the domain from a row, by position from 0.
pub(crate) trait Columns {
    fn id<T>(&self, at: usize, what: &'static str) -> Result<Id<T>, Error>;
    fn optional_id<T>(&self, at: usize, what: &'static str) -> Result<Option<Id<T>>, Error>;
    fn time(&self, at: usize) -> Result<Time, Error>;
    fn optional_time(&self, at: usize) -> Result<Option<Time>, Error>;
    fn owned(&self, at: usize) -> Result<String, Error>;
    fn optional_owned(&self, at: usize) -> Result<Option<String>, Error>;
    /// A text that people wrote. It is kept as bytes, because it may hold U+0000, which PostgreSQL's text cannot.
    fn kept_text(&self, at: usize) -> Result<Option<String>, Error>;
    fn key<T>(&self, at: usize, what: &'static str, read: fn(&str) -> Option<T>) -> Result<T, Error>;
    fn optional_key<T>(&self, at: usize, what: &'static str, read: fn(&str) -> Option<T>) -> Result<Option<T>, Error>;
}

impl Columns for Row {
    fn id<T>(&self, at: usize, what: &'static str) -> Result<Id<T>, Error> {
        Id::from_number(self.int(at)?).map_err(|_| Error::unreadable(what))
    }

    fn optional_id<T>(&self, at: usize, what: &'static str) -> Result<Option<Id<T>>, Error> {
        let number = self.optional_int(at)?;
        number
            .map(|number| Id::from_number(number).map_err(|_| Error::unreadable(what)))
            .transpose()
    }

    fn time(&self, at: usize) -> Result<Time, Error> {
        Ok(Time::from_micros(self.int(at)?))
    }

    fn optional_time(&self, at: usize) -> Result<Option<Time>, Error> {
        Ok(self.optional_int(at)?.map(Time::from_micros))
    }

    fn owned(&self, at: usize) -> Result<String, Error> {
        Ok(self.text(at)?.to_owned())
    }

    fn optional_owned(&self, at: usize) -> Result<Option<String>, Error> {
        Ok(self.optional_text(at)?.map(str::to_owned))
    }

    fn kept_text(&self, at: usize) -> Result<Option<String>, Error> {
        let bytes = self.optional_bytes(at)?;
        bytes
            .map(|bytes| String::from_utf8(bytes.to_vec()).map_err(|_| Error::unreadable("item_content.text")))
            .transpose()
    }

    fn key<T>(&self, at: usize, what: &'static str, read: fn(&str) -> Option<T>) -> Result<T, Error> {
        read(self.text(at)?).ok_or(Error::unreadable(what))
    }

    fn optional_key<T>(&self, at: usize, what: &'static str, read: fn(&str) -> Option<T>) -> Result<Option<T>, Error> {
        let text = self.optional_text(at)?;
        text.map(|text| read(text).ok_or(Error::unreadable(what))).transpose()
    }
}

/// Sealed credentials of what has this number, with whose data key seals them, as columns.
pub(crate) fn sealed_columns(of: i64, secret: Option<(Id<DataSubject>, &[u8])>) -> [Value<'_>; 3] {
    [
        Value::Int(of),
        Value::from(secret.map(|(subject, _)| subject.number())),
        Value::from(secret.map(|(_, sealed)| Value::Bytes(sealed))),
    ]
}

/// Keys in one column, one a line. Keys never hold line breaks.
pub(crate) fn join(keys: &[String]) -> String {
    keys.join("\n")
}

/// The keys of such a column.
pub(crate) fn split(column: &str) -> Vec<String> {
    column.lines().map(str::to_owned).collect()
}
