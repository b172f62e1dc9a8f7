//! Bouncers: whoever enforces the addresses of the blocklist and asks what has changed, each by a token of its own.

use anlanh_db::Value;
use anlanh_model::{Id, Time, Token};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "block_bouncer":
    LOAD = "SELECT before_serial, told_serial, whole_at FROM block_bouncer WHERE token = $1";
    KEEP = "INSERT INTO block_bouncer (token, before_serial, told_serial, whole_at) VALUES ($1, $2, $3, $4)
              ON CONFLICT (token) DO UPDATE SET before_serial = $2, told_serial = $3, whole_at = $4";
}

/// What a bouncer was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// The version of the answer before the last: that one is known to have come, since the bouncer asked again.
    pub before: u32,
    /// The version of the last answer, which may be lost.
    pub last: u32,
    /// When it was told all of the list.
    pub whole_at: Time,
}

/// What the bouncer of a token was told; none where it never asked.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, token: Id<Token>) -> Result<Option<Told>, Error> {
    let Some(row) = tx.row(&LOAD, &[Value::Int(token.number())])? else {
        return Ok(None);
    };
    let serial = |column: usize, name: &'static str| {
        let number = row.int(column)?;
        u32::try_from(number).map_err(|_| Error::unreadable(name))
    };
    Ok(Some(Told {
        before: serial(0, "block_bouncer.before_serial")?,
        last: serial(1, "block_bouncer.told_serial")?,
        whole_at: row.time(2)?,
    }))
}

/// Keeps what a bouncer is told.
///
/// # Errors
/// When the database is away or full.
pub fn keep(writer: &mut Writer<'_, '_>, token: Id<Token>, told: Told) -> Result<(), Error> {
    let values = [
        Value::Int(token.number()),
        Value::Int(i64::from(told.before)),
        Value::Int(i64::from(told.last)),
        Value::Int(told.whole_at.as_micros()),
    ];
    writer.execute(&KEEP, &values)?;
    Ok(())
}
