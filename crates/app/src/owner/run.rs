//! Deadlines of owners that run out: what they did not do comes back to people.

use anlanh_model::{AuditAction, CaseEvent, Cause, ClockEvent};
use anlanh_store::owner::{self, OwnerRow, OwnerSource};
use anlanh_store::{Reader, Writer, event, item, order, tally};

use super::ask::decision_of;
use super::load_for;
use crate::due::work_off;
use crate::enforcement::open_case;
use crate::{App, Error};

/// Most requests that one transaction notes.
const MOST_AT_ONCE: u32 = 100;

/// Notes whatever is due for owners.
pub(crate) async fn run(app: &App) -> Result<(), Error> {
    let is_due = |tx: &mut Reader<'_, '_>, now| Ok(!owner::struck(tx, now, 1)?.is_empty());
    work_off(app, ("owner.struck", AuditAction::RunOwners), is_due, note_struck).await
}

fn note_struck(writer: &mut Writer<'_, '_>) -> Result<(), Error> {
    let now = writer.now();
    let (mut warned, mut breached) = (0_u32, 0_u32);
    for id in owner::struck(writer, now, MOST_AT_ONCE)? {
        let row = load_for(writer, id)?;
        let (after, happened) = row.request.clone().tick(now);
        owner::update(writer, &after)?;
        match happened {
            Some(ClockEvent::Warned) => warned += 1,
            Some(ClockEvent::Breached) => {
                tally::add(writer, "clock_breached", &after.clock.key, 1);
                give_back(writer, &row)?;
                breached += 1;
            }
            None => {}
        }
    }
    writer.about("owner_requests", 0, format!("warned={warned} breached={breached}"));
    Ok(())
}

/// Gives what an owner did not do to people: whoever has the order, or the queue.
fn give_back(writer: &mut Writer<'_, '_>, row: &OwnerRow) -> Result<(), Error> {
    match row.source {
        OwnerSource::Order(id, number) => {
            let owner = row.owner.kind().key();
            Ok(order::note(writer, id, "owner_overdue", Some(number), owner, None)?)
        }
        OwnerSource::Decision(id) => {
            let case = decision_of(writer, id)?.case;
            let happened = CaseEvent::Clock(ClockEvent::Breached, row.request.clock.key.clone());
            event::insert(writer, case, &happened)?;
            let item = item::load(writer, row.item)?.ok_or(Error::NotFound("item"))?;
            let category = row.category.as_deref().unwrap_or_default();
            open_case(writer, item.id, Cause::Owner, category, &item.kind)?;
            Ok(())
        }
    }
}
