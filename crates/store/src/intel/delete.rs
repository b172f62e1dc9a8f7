//! Taking versions of an object out of a collection.

use anlanh_db::Value;
use anlanh_model::{Id, Time};

use super::add::identity;
use super::clock;
use super::collection::Collection;
use super::page::{Filter, MAX_PAGE, manifest};
use crate::statement::statements;
use crate::{Error, Writer};

statements! { "intel_gone":
    INSERT = "INSERT INTO intel_gone (at, collection, id, version, added) VALUES ($1, $2, $3, $4, $5)"
        rows 0 "INSERT INTO intel_gone (at, collection, id, version, added)
              SELECT unnest($1::BIGINT[]), unnest($2::BIGINT[]), unnest($3::TEXT[]), unnest($4::BIGINT[]),
                unnest($5::BIGINT[])";
    DELETE = "DELETE FROM intel_object WHERE added = $1";
    MARK_LAST = "UPDATE intel_object SET is_last = 1 WHERE identity = $1
                 AND version = (SELECT MAX(version) FROM intel_object WHERE identity = $1)";
    MARK_FIRST = "UPDATE intel_object SET is_first = 1 WHERE identity = $1
                 AND version = (SELECT MIN(version) FROM intel_object WHERE identity = $1)";
}

/// Takes the versions that a filter asks for of one object out of a collection, and says how many there were. The filter's own
/// ids do not count.
///
/// # Errors
/// When the database is away or full.
pub fn delete(
    writer: &mut Writer<'_, '_>,
    collection: Id<Collection>,
    id: &str,
    filter: &Filter,
) -> Result<usize, Error> {
    let filter = Filter {
        ids: vec![id.to_owned()],
        ..filter.clone()
    };
    // Where what was last goes, the one before it becomes the last: what is to go is known before any of it goes.
    let (mut gone, mut after) = (Vec::new(), Time::from_micros(i64::MIN));
    loop {
        let page = manifest(writer, collection, &filter, after, MAX_PAGE)?;
        gone.extend(page.rows);
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    if gone.is_empty() {
        return Ok(0);
    }
    let mut at = clock::take(writer, gone.len())?.as_micros();
    for head in &gone {
        writer.send(&DELETE, &[Value::Int(head.added.as_micros())])?;
    }
    for head in &gone {
        let values = [
            Value::Int(at),
            Value::Int(collection.number()),
            Value::Text(id),
            Value::Int(head.version.as_micros()),
            Value::Int(head.added.as_micros()),
        ];
        writer.send(&INSERT, &values)?;
        at = at.saturating_add(1);
    }
    let identity = identity(collection, id);
    writer.send(&MARK_LAST, &[Value::Bytes(&identity)])?;
    writer.send(&MARK_FIRST, &[Value::Bytes(&identity)])?;
    Ok(gone.len())
}
