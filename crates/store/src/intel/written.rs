//! What people and programs wrote into one collection, for whoever makes more of it than it says.

use anlanh_db::{Row, Value};
use anlanh_model::{Id, Time};

use super::add::identity;
use super::collection::Collection;
use super::page::{MAX_PAGE, MAX_PAGE_BYTES};
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries};

statements! { "intel_written":
    SIZES = "SELECT added, length(body) FROM intel_object WHERE collection = $1 AND is_last = 1 AND added > $2
             ORDER BY added LIMIT $3";
    BODIES = "SELECT added, actor_kind, actor, body FROM intel_object
              WHERE collection = $1 AND is_last = 1 AND added > $2 AND added <= $3 AND feed IS NULL ORDER BY added";
    LAST = "SELECT added, actor_kind, actor, body FROM intel_object WHERE identity = $1 AND is_last = 1 AND feed IS NULL";
    ANY = "SELECT added FROM intel_object WHERE collection = $1 AND is_last = 1 AND added > $2 ORDER BY added LIMIT 1";
}

/// The last version of an object that somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// When it was added.
    pub added: Time,
    /// Who added it, as in `token:7`.
    pub by: String,
    /// Its JSON.
    pub body: Vec<u8>,
}

/// A part of what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenPage {
    /// In the order in which they were added. What came by a feed is not among them.
    pub rows: Vec<Written>,
    /// Up to which moment this is all; none where nothing was added since.
    pub until: Option<Time>,
    /// Whether there may be more behind it.
    pub more: bool,
}

/// Last versions of objects that were added to a collection after a moment, as many as a page holds.
///
/// # Errors
/// When the database is away.
pub fn written(tx: &mut dyn Queries, collection: Id<Collection>, after: Time) -> Result<WrittenPage, Error> {
    let (collection, limit) = (Value::Int(collection.number()), i64::from(MAX_PAGE));
    let values = [collection, Value::Int(after.as_micros()), Value::Int(limit)];
    let sizes = tx.rows(&SIZES, &values)?;
    let (mut bytes, mut until, mut more) = (0, None, i64::try_from(sizes.len()).is_ok_and(|found| found == limit));
    for row in &sizes {
        bytes += row.int(1)?;
        if until.is_some() && bytes > MAX_PAGE_BYTES {
            more = true;
            break;
        }
        until = Some(row.time(0)?);
    }
    let rows = match until {
        Some(until) => {
            let values = [collection, Value::Int(after.as_micros()), Value::Int(until.as_micros())];
            tx.rows(&BODIES, &values)?
                .iter()
                .map(read)
                .collect::<Result<_, Error>>()?
        }
        None => Vec::new(),
    };
    Ok(WrittenPage { rows, until, more })
}

/// The last versions of these objects, of those that are there and that somebody wrote.
///
/// # Errors
/// When the database is away.
pub fn last_written(
    tx: &mut dyn Queries,
    collection: Id<Collection>,
    objects: &[String],
) -> Result<Vec<Written>, Error> {
    let mut all = Vec::new();
    for object in objects {
        let identity = identity(collection, object);
        all.extend(
            tx.row(&LAST, &[Value::Bytes(&identity)])?
                .as_ref()
                .map(read)
                .transpose()?,
        );
    }
    Ok(all)
}

/// Whether anything was added to a collection after a moment and is still there.
///
/// # Errors
/// When the database is away.
pub fn is_written_after(tx: &mut dyn Queries, collection: Id<Collection>, after: Time) -> Result<bool, Error> {
    let values = [Value::Int(collection.number()), Value::Int(after.as_micros())];
    Ok(tx.row(&ANY, &values)?.is_some())
}

fn read(row: &Row) -> Result<Written, Error> {
    Ok(Written {
        added: row.time(0)?,
        by: format!("{}:{}", row.text(1)?, row.optional_int(2)?.unwrap_or_default()),
        body: row.bytes(3)?.to_vec(),
    })
}
