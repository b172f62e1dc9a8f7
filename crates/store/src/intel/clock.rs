//! Moments that are given out once each, and rise, whatever the node's clock does.

use anlanh_db::Value;
use anlanh_model::Time;

use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "intel_clock":
    LAST = "SELECT last FROM intel_clock WHERE one = 1";
    SET = "UPDATE intel_clock SET last = $1 WHERE one = 1";
}

/// The first of so many moments that follow one another by a microsecond. One writer gives them out, and keeps how far it
/// came in the transaction that uses them.
pub(super) fn take(writer: &mut Writer<'_, '_>, count: usize) -> Result<Time, Error> {
    let row = writer.row(&LAST, &[])?.ok_or(Error::unreadable("intel_clock"))?;
    let first = writer.now().as_micros().max(row.int(0)?.saturating_add(1));
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let last = first.saturating_add(count).saturating_sub(1);
    writer.send(&SET, &[Value::Int(last)])?;
    Ok(Time::from_micros(first))
}
