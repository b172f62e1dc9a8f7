//! What holds for a target, all live measures together, and what the platform is told when that changes.

use anlanh_model::{Id, Target, Time};
use anlanh_store::action::{self, Action, ActionKind, Effect, NewAction};
use anlanh_store::decision::Decision;
use anlanh_store::measure::{self, Ending, MeasureRow};
use anlanh_store::{Queries, Writer};

use crate::Error;

/// What holds by all live measures of one kind: until the last of them ends, with the labels of all.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    until: Option<Time>,
    labels: Vec<String>,
    verified: Option<String>,
}

/// What holds, and the decision that it rests on: that of the measure which ends last, of two the newer.
fn held(tx: &mut dyn Queries, target: &Target, kind: ActionKind) -> Result<Option<(Held, Id<Decision>)>, Error> {
    let rows = measure::of_target(tx, target)?;
    let live = rows
        .iter()
        .filter(|row| row.is_live() && ActionKind::of(row.kind) == kind);
    let live: Vec<&MeasureRow> = live.collect();
    // What has no end ends after everything that has one.
    let Some(last) = live.iter().max_by_key(|row| (row.until.is_none(), row.until)) else {
        return Ok(None);
    };
    let mut labels: Vec<String> = live.iter().flat_map(|row| row.labels.iter().cloned()).collect();
    labels.sort_unstable();
    labels.dedup();
    let held = Held {
        until: last.until,
        labels,
        verified: live.iter().rev().find_map(|row| row.verified.clone()),
    };
    Ok(Some((held, last.decision)))
}

fn tell(
    writer: &mut Writer<'_, '_>,
    target: &Target,
    kind: ActionKind,
    held: Option<Held>,
    decision: Id<Decision>,
    reason: Option<&str>,
) -> Result<Id<Action>, Error> {
    let effect = if held.is_some() { Effect::Apply } else { Effect::Lift };
    let (until, labels, verified) = held.map_or((None, Vec::new(), None), |held| {
        (held.until, held.labels, held.verified)
    });
    let new = NewAction {
        target: target.clone(),
        kind,
        effect,
        until,
        labels,
        verified,
        decision: Some(decision),
        reason: reason.map(str::to_owned),
        owner_request: None,
    };
    Ok(action::insert(writer, &new)?)
}

/// Tells what holds now that a decision added to it.
pub(super) fn apply(
    writer: &mut Writer<'_, '_>,
    target: &Target,
    kind: ActionKind,
    decision: Id<Decision>,
) -> Result<Id<Action>, Error> {
    let held = held(writer, target, kind)?.map(|(held, _)| held);
    tell(writer, target, kind, held, decision, None)
}

/// Lifts what a rule did by itself, unless a person decided the same elsewhere.
pub(super) fn lift_automatic(
    writer: &mut Writer<'_, '_>,
    target: &Target,
    kind: ActionKind,
    decision: Id<Decision>,
) -> Result<(), Error> {
    match held(writer, target, kind)? {
        None => tell(writer, target, kind, None, decision, None).map(drop),
        Some(_) => Ok(()),
    }
}

/// Ends a measure, and tells what that changes: nothing where another one does the same at least as long. What still holds
/// is told under the decision that it rests on: what is over is no reason for it. Gives what was told.
pub(crate) fn end(
    writer: &mut Writer<'_, '_>,
    row: &MeasureRow,
    ending: Ending,
    reason: Option<&str>,
) -> Result<Option<Id<Action>>, Error> {
    let kind = ActionKind::of(row.kind);
    let before = held(writer, &row.target, kind)?.map(|(held, _)| held);
    measure::end(writer, row.id, ending)?;
    match held(writer, &row.target, kind)? {
        Some((after, _)) if before.as_ref() == Some(&after) => Ok(None),
        Some((after, decision)) => tell(writer, &row.target, kind, Some(after), decision, None).map(Some),
        None if before.is_none() => Ok(None),
        None => tell(writer, &row.target, kind, None, row.decision, reason).map(Some),
    }
}

/// Tells once more what holds where a measure is or was.
pub(crate) fn tell_again(writer: &mut Writer<'_, '_>, row: &MeasureRow) -> Result<Id<Action>, Error> {
    apply(writer, &row.target, ActionKind::of(row.kind), row.decision)
}
