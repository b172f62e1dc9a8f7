//! Whether what was decided of a target was carried out: what the platform's systems say of what they were told. Until they
//! say so, or somebody saw it done, a target is under way; where they could not do it, it is with people again.

use anlanh_model::{Id, TargetState, Time};
use anlanh_store::action::{self, Action, ActionKind, ActionRow};
use anlanh_store::decision::Decision;
use anlanh_store::order::{self, OrderRow, TargetFate, ToldAction};
use anlanh_store::{Writer, measure};

use super::step::settle;
use crate::{Error, enforcement};

/// Most actions of a target that are looked through for the one that was just told.
const NEWEST: u32 = 8;

/// Ties what was told by a decision to the target that it carries out.
pub(super) fn tie_decision(
    writer: &mut Writer<'_, '_>,
    row: &OrderRow,
    number: u32,
    decision: Id<Decision>,
) -> Result<(), Error> {
    for measure in measure::of_decision(writer, decision)? {
        let kind = ActionKind::of(measure.kind);
        let told = action::of_target(writer, &measure.target, NEWEST)?;
        let is_it = |action: &&ActionRow| action.decision == Some(decision) && action.kind == kind;
        if let Some(action) = told.iter().find(is_it) {
            order::tie_action(writer, row.order.id, number, action.id)?;
        }
    }
    Ok(())
}

/// How far a target has come of which it was decided: done at once where nobody was told anything.
pub(super) fn standing(writer: &mut Writer<'_, '_>, row: &OrderRow, number: u32) -> Result<TargetState, Error> {
    let told = order::told_actions(writer, row.order.id)?;
    Ok(of(&told, number, writer.now()))
}

/// Tells the platform's systems once more what they said they could not do.
pub(super) fn tell_again(writer: &mut Writer<'_, '_>, row: &OrderRow, number: u32) -> Result<TargetState, Error> {
    let fates = row.order.targets.iter().zip(&row.fates);
    let fate = fates
        .into_iter()
        .find(|(target, _)| target.number == number)
        .map(|(_, fate)| fate);
    let mut measures = Vec::new();
    if let Some(decision) = fate.and_then(|fate| fate.decision) {
        measures.extend(measure::of_decision(writer, decision)?);
    }
    for id in order::restored(writer, row.order.id, number)? {
        measures.extend(measure::load(writer, id)?);
    }
    let mut again: Vec<ActionKind> = Vec::new();
    for measure in measures {
        let kind = ActionKind::of(measure.kind);
        if !again.contains(&kind) {
            let action = enforcement::tell_again(writer, &measure)?;
            order::tie_action(writer, row.order.id, number, action)?;
            again.push(kind);
        }
    }
    standing(writer, row, number)
}

/// The platform said something new of an action: what that says of the order which it carries out, if it does.
pub(crate) fn reported(writer: &mut Writer<'_, '_>, action: Id<Action>) -> Result<(), Error> {
    let Some((id, number)) = order::of_action(writer, action)? else {
        return Ok(());
    };
    let row = order::load(writer, id)?.ok_or(Error::NotFound("order"))?;
    let next = standing(writer, &row, number)?;
    let (kind, detail) = match (row.order.target(number).map_err(super::OrderRefusal::from)?.state, next) {
        (TargetState::UnderWay { .. } | TargetState::Failed { .. }, TargetState::Executed { .. }) => {
            ("executed", "reported")
        }
        (TargetState::UnderWay { .. } | TargetState::Executed { .. }, TargetState::Failed { .. }) => ("failed", ""),
        // What is over stays so, and the same again changes nothing.
        (_, _) => return Ok(()),
    };
    settle(writer, &row, number, next, &TargetFate::default(), kind, detail)?;
    Ok(())
}

fn of(told: &[ToldAction], number: u32, now: Time) -> TargetState {
    let of_target = || told.iter().filter(|told| told.number == number);
    if of_target().any(|told| told.done_at.is_none() && told.problem.is_some()) {
        TargetState::Failed { at: now }
    } else if of_target().all(|told| told.done_at.is_some()) {
        TargetState::Executed { at: now }
    } else {
        TargetState::UnderWay { at: now }
    }
}
