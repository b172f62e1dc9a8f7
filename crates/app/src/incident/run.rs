//! What happens to incidents because time passes: clocks warn and run out.

use anlanh_model::{AuditAction, ClockEvent};
use anlanh_store::incident::clock;
use anlanh_store::incident::work::{self, Note};
use anlanh_store::{Reader, Writer, tally};

use crate::due::work_off;
use crate::{App, Error};

/// Most clocks that one transaction is about.
const MOST_AT_ONCE: u32 = 500;

/// Notes whatever is due.
pub(crate) async fn run(app: &App) -> Result<(), Error> {
    let is_due = |tx: &mut Reader<'_, '_>, now| Ok(!clock::struck(tx, now, 1)?.is_empty());
    work_off(app, ("incident.due", AuditAction::RunIncidents), is_due, note_due).await
}

fn note_due(writer: &mut Writer<'_, '_>) -> Result<(), Error> {
    let now = writer.now();
    let (mut warned, mut breached) = (0_u32, 0_u32);
    for row in clock::struck(writer, now, MOST_AT_ONCE)? {
        let (after, happened) = row.clock.tick(now);
        clock::update(writer, &after)?;
        let kind = match happened {
            Some(ClockEvent::Warned) => {
                warned += 1;
                "clock_warned"
            }
            Some(ClockEvent::Breached) => {
                breached += 1;
                tally::add(writer, "clock_breached", &after.key, 1);
                "clock_breached"
            }
            None => continue,
        };
        let note = Note {
            kind,
            detail: &after.key,
            ..Note::default()
        };
        work::note(writer, row.incident, &note)?;
    }
    writer.about("incidents", 0, format!("warned={warned} breached={breached}"));
    Ok(())
}
