//! What an order did is lifted: exactly that, and nothing that others did.

use anlanh_model::{OrderKind, Person, TargetState};
use anlanh_store::order::{self, OrderRow, TargetFate};
use anlanh_store::{Writer, hold, measure};

use super::closing;
use crate::{Error, block, enforcement};

/// Lifts what an order did, target by target.
pub(super) fn all(writer: &mut Writer<'_, '_>, row: &OrderRow, by: Option<Person>, why: &str) -> Result<(), Error> {
    if row.order.kind == OrderKind::ProvideInformation {
        // What was told cannot be taken back, and is not said to be.
        return Ok(());
    }
    for target in &row.order.targets {
        if target.state.acts() {
            one(writer, row, target.number, by, why)?;
        }
    }
    Ok(())
}

/// Lifts what an order did to a target, and notes that it names it no more.
pub(super) fn one(
    writer: &mut Writer<'_, '_>,
    row: &OrderRow,
    number: u32,
    by: Option<Person>,
    why: &str,
) -> Result<(), Error> {
    let (id, now) = (row.order.id, writer.now());
    undo(writer, row, number, by, why)?;
    let state = TargetState::Lifted { at: now };
    order::settle(writer, id, number, state, &TargetFate::default())?;
    order::note(writer, id, "lifted", Some(number), "", None)?;
    Ok(())
}

/// Lifts what an order did to a target, where it did anything.
pub(super) fn undo(
    writer: &mut Writer<'_, '_>,
    row: &OrderRow,
    number: u32,
    by: Option<Person>,
    why: &str,
) -> Result<(), Error> {
    let id = row.order.id;
    let fates = row.order.targets.iter().zip(&row.fates);
    let Some((target, fate)) = fates.into_iter().find(|(target, _)| target.number == number) else {
        return Ok(());
    };
    if target.state.acts() {
        if let Some(decision) = fate.decision {
            enforcement::reverse(writer, decision, why)?;
            closing::reopen(writer, decision, why)?;
        }
        if let Some(hold) = fate.hold {
            hold::end(writer, hold, by.map(|by| by.id))?;
        }
        if row.order.kind == OrderKind::BlockAccess {
            block::lift_order(writer, id, number, by, why)?;
        }
        for measure in order::restored(writer, id, number)? {
            if measure::resume(writer, measure)?
                && let Some(row) = measure::load(writer, measure)?
            {
                enforcement::tell_again(writer, &row)?;
            }
        }
    }
    Ok(())
}
