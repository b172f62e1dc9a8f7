//! The values of one parameter over many rows, written as PostgreSQL reads an array as they come: nothing is kept of each.

use std::error::Error as StdError;

use bytes::{BufMut as _, BytesMut};
use tokio_postgres::types::{IsNull, Kind, ToSql, Type, to_sql_checked};

use crate::Value;
use crate::postgres::Bound;

/// Room for values that is made at first, in bytes.
const FIRST_BYTES: usize = 256;
/// What stands for the length of a value that is `NULL`.
const NULL_LENGTH: i32 = -1;

/// An array that grows.
#[derive(Debug)]
pub(crate) struct Column {
    of_row: Type,
    values: BytesMut,
    count: i32,
    has_null: bool,
}

impl Column {
    /// An empty one for a parameter of this type, which is an array's.
    pub(crate) fn new(array: &Type) -> Self {
        let of_row = if let Kind::Array(of_row) = array.kind() {
            of_row
        } else {
            array
        };
        Self {
            of_row: of_row.clone(),
            values: BytesMut::with_capacity(FIRST_BYTES),
            count: 0,
            has_null: false,
        }
    }

    /// Adds a value that fits, or says why it does not.
    pub(crate) fn push(&mut self, value: Value<'_>) -> Result<(), &'static str> {
        let start = self.values.len();
        self.values.put_i32(NULL_LENGTH);
        let written = Bound(value).to_sql(&self.of_row, &mut self.values);
        let is_null = written.map_err(|_| "a parameter is of another type than the statement's")?;
        if let IsNull::Yes = is_null {
            self.has_null = true;
        } else {
            let length = self.values.len() - start - size_of::<i32>();
            let length = i32::try_from(length).map_err(|_| "a parameter is too long")?;
            if let Some(place) = self.values.get_mut(start..start + size_of::<i32>()) {
                place.copy_from_slice(&length.to_be_bytes());
            }
        }
        self.count += 1;
        Ok(())
    }
}

impl ToSql for Column {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        // One dimension, whose numbers begin at 1.
        out.put_i32(1);
        out.put_i32(self.has_null.into());
        out.put_u32(self.of_row.oid());
        out.put_i32(self.count);
        out.put_i32(1);
        out.put_slice(&self.values);
        Ok(IsNull::No)
    }

    /// The types of all values have been compared before.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
