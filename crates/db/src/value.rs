//! What goes into a statement and comes out of it: integers, reals, texts, bytes and nothing else.
//!
//! Both backends refuse what one of them cannot keep (a U+0000 in a text, a real that is not a number), so that a value
//! that is stored on one is stored on the other.

use crate::Error;

/// A parameter of a statement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'v> {
    /// SQL's `NULL`.
    Null,
    /// `BIGINT`, `INTEGER`.
    Int(i64),
    /// `DOUBLE PRECISION`, `REAL`. Never NaN, which SQLite would turn into `NULL`.
    Real(f64),
    /// `TEXT`, without U+0000, which PostgreSQL has no place for.
    Text(&'v str),
    /// `BYTEA`, `BLOB`.
    Bytes(&'v [u8]),
}

impl Value<'_> {
    /// Refuses what not every backend can keep.
    pub(crate) fn check(&self, statement: &'static str) -> Result<(), Error> {
        let what = match self {
            Value::Real(real) if real.is_nan() => "a real parameter is not a number",
            Value::Text(text) if text.as_bytes().contains(&0) => "a text parameter holds U+0000",
            Value::Null | Value::Int(_) | Value::Real(_) | Value::Text(_) | Value::Bytes(_) => return Ok(()),
        };
        Err(Error::Shape { statement, what })
    }

    /// A copy that needs nothing of the caller's any more.
    pub(crate) fn owned(&self) -> Cell {
        match *self {
            Value::Null => Cell::Null,
            Value::Int(value) => Cell::Int(value),
            Value::Real(value) => Cell::Real(value),
            Value::Text(text) => Cell::Text(text.to_owned()),
            Value::Bytes(bytes) => Cell::Bytes(bytes.to_vec()),
        }
    }

    /// How long it is, in bytes, where its length is the caller's choice.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Value::Null | Value::Int(_) | Value::Real(_) => 0,
            Value::Text(text) => text.len(),
            Value::Bytes(bytes) => bytes.len(),
        }
    }
}

macro_rules! from {
    ($($variant:ident from $type:ty),*) => {
        $(impl<'v> From<$type> for Value<'v> {
            fn from(value: $type) -> Self {
                Value::$variant(value.into())
            }
        })*
    };
}

from!(Int from i64, Int from i32, Int from u32, Int from u16, Int from u8, Real from f64, Text from &'v str, Bytes from &'v [u8]);

impl<'v> From<&'v String> for Value<'v> {
    fn from(text: &'v String) -> Self {
        Value::Text(text)
    }
}

impl<'v> From<&'v Vec<u8>> for Value<'v> {
    fn from(bytes: &'v Vec<u8>) -> Self {
        Value::Bytes(bytes)
    }
}

impl<'v, const N: usize> From<&'v [u8; N]> for Value<'v> {
    fn from(bytes: &'v [u8; N]) -> Self {
        Value::Bytes(bytes)
    }
}

impl<'v, T: Into<Value<'v>>> From<Option<T>> for Value<'v> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// One value of a row, or one that is sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Cell {
    pub(crate) fn value(&self) -> Value<'_> {
        match self {
            Cell::Null => Value::Null,
            Cell::Int(value) => Value::Int(*value),
            Cell::Real(value) => Value::Real(*value),
            Cell::Text(text) => Value::Text(text),
            Cell::Bytes(bytes) => Value::Bytes(bytes),
        }
    }
}

/// One row of an answer. Columns are counted from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub(crate) statement: &'static str,
    pub(crate) cells: Vec<Cell>,
}

macro_rules! columns {
    ($($one:ident $optional:ident $type:ty, $variant:ident($value:ident) => $result:expr, $name:literal;)*) => {
        $(
            #[doc = concat!("The ", $name, " in a column that is never `NULL`.")]
            ///
            /// # Errors
            /// [`Error::Shape`] when there is no such column, or it holds something else.
            pub fn $one(&self, column: usize) -> Result<$type, Error> {
                self.$optional(column)?.ok_or_else(|| self.shape(concat!("a column has NULL for ", $name)))
            }

            #[doc = concat!("The ", $name, " in a column, or `None` for `NULL`.")]
            ///
            /// # Errors
            /// [`Error::Shape`] when there is no such column, or it holds something else.
            pub fn $optional(&self, column: usize) -> Result<Option<$type>, Error> {
                match self.cells.get(column) {
                    Some(Cell::$variant($value)) => Ok(Some($result)),
                    Some(Cell::Null) => Ok(None),
                    Some(_other) => Err(self.shape(concat!("a column is not ", $name))),
                    None => Err(self.shape("the row has fewer columns")),
                }
            }
        )*
    };
}

impl Row {
    columns! {
        int optional_int i64, Int(value) => *value, "integer";
        real optional_real f64, Real(value) => *value, "real";
        text optional_text &str, Text(value) => value.as_str(), "text";
        bytes optional_bytes &[u8], Bytes(value) => value.as_slice(), "bytes";
    }

    /// How many columns there are.
    pub fn columns(&self) -> usize {
        self.cells.len()
    }

    fn shape(&self, what: &'static str) -> Error {
        Error::Shape {
            statement: self.statement,
            what,
        }
    }
}
