//! What happens to orders because time passes: reminders, breaches, their end, and what is told when it may be.

use anlanh_model::{AuditAction, ClockEvent};
use anlanh_store::action::{self, ActionKind, Effect, NewAction};
use anlanh_store::order::{self, OrderRow};
use anlanh_store::{Reader, Writer, measure};

use super::lift;
use super::step::store;
use crate::due::work_off;
use crate::{App, Error};

/// Most orders that one transaction is about.
const MOST_AT_ONCE: u32 = 100;

/// Notes whatever is due for orders.
pub(crate) async fn run(app: &App) -> Result<(), Error> {
    let is_due = |tx: &mut Reader<'_, '_>, now| {
        Ok(!order::struck(tx, now, 1)?.is_empty() || !order::expired(tx, now, 1)?.is_empty())
    };
    work_off(app, ("order.due", AuditAction::RunOrders), is_due, note_due).await?;
    let is_to_tell = |tx: &mut Reader<'_, '_>, now| Ok(!order::to_tell(tx, now, 1)?.is_empty());
    work_off(app, ("order.to_tell", AuditAction::TellOrder), is_to_tell, tell).await
}

fn note_due(writer: &mut Writer<'_, '_>) -> Result<(), Error> {
    let now = writer.now();
    let (mut warned, mut breached, mut ended) = (0_u32, 0_u32, 0_u32);
    for id in order::struck(writer, now, MOST_AT_ONCE)? {
        let row = order::load(writer, id)?.ok_or(Error::NotFound("order"))?;
        let mut after = row.order.clone();
        let (clock, happened) = after.clock.tick(now);
        after.clock = clock;
        match happened {
            Some(ClockEvent::Warned) => {
                order::note(writer, id, "clock_warned", None, &after.clock.key, None)?;
                warned += 1;
            }
            Some(ClockEvent::Breached) => breached += 1,
            None => {}
        }
        store(writer, &row, &after)?;
    }
    for id in order::expired(writer, now, MOST_AT_ONCE)? {
        let row = order::load(writer, id)?.ok_or(Error::NotFound("order"))?;
        let after = row.order.clone().expire(now)?;
        let why = "Yêu cầu của cơ quan có thẩm quyền đã hết thời hạn.";
        lift::all(writer, &row, None, why)?;
        order::note(writer, id, "expired", None, "", None)?;
        store(writer, &row, &after)?;
        ended += 1;
    }
    writer.about(
        "orders",
        0,
        format!("warned={warned} breached={breached} expired={ended}"),
    );
    Ok(())
}

/// Tells those whom confidential orders concern, now that they may know.
fn tell(writer: &mut Writer<'_, '_>) -> Result<(), Error> {
    let now = writer.now();
    let orders = order::to_tell(writer, now, MOST_AT_ONCE)?;
    for id in &orders {
        let row: OrderRow = order::load(writer, *id)?.ok_or(Error::NotFound("order"))?;
        // From now on its actions are told as any others are.
        order::told(writer, *id)?;
        for decision in row.fates.iter().filter_map(|fate| fate.decision) {
            for measure in measure::of_decision(writer, decision)? {
                let new = NewAction {
                    target: measure.target.clone(),
                    kind: ActionKind::Notice,
                    effect: Effect::Apply,
                    until: None,
                    labels: Vec::new(),
                    verified: None,
                    decision: Some(decision),
                    reason: None,
                    owner_request: None,
                };
                action::insert(writer, &new)?;
            }
        }
        order::note(writer, *id, "told", None, "", None)?;
    }
    writer.about("orders", i64::try_from(orders.len()).unwrap_or(i64::MAX), "told");
    Ok(())
}
