//! Measures whose time is over end.

use anlanh_model::{Actor, AuditAction};
use anlanh_store::measure::{self, Ending};
use anlanh_store::{Change, Writer};

use super::effect;
use crate::{App, Error};

/// How many measures end in one transaction.
const AT_ONCE: u32 = 100;

/// Ends every measure whose time is over, and tells the platform; how many there were. Asking again changes nothing.
///
/// # Errors
/// When the database is away or full; what ended until then has ended.
pub async fn end_due(app: &App) -> Result<usize, Error> {
    let mut ended = 0;
    loop {
        let now = app.clock.now();
        // Most of the time there is nothing to write.
        let due = app.store.read("measure.due", move |tx| measure::due(tx, now, 1)).await;
        if due.map_err(Error::from)?.is_empty() {
            return Ok(ended);
        }
        let change = Change {
            actor: Actor::Node,
            action: AuditAction::EndMeasures,
            now,
        };
        ended += app.store.write(change, end_some).await?;
    }
}

fn end_some(writer: &mut Writer<'_, '_>) -> Result<usize, Error> {
    let now = writer.now();
    let due = measure::due(writer, now, AT_ONCE)?;
    for row in &due {
        effect::end(writer, row, Ending::Over, None)?;
    }
    writer.about("measures", i64::try_from(due.len()).unwrap_or(i64::MAX), "");
    Ok(due.len())
}
