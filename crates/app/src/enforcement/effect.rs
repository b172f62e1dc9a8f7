//! What holds for a target, all live measures together, and what the platform is told when that changes.

use anlanh_model::{Id, Target, Time};
use anlanh_store::action::{self, ActionKind, Effect, NewAction};
use anlanh_store::decision::Decision;
use anlanh_store::measure::{self, Ending, MeasureRow};
use anlanh_store::{Queries, Writer};

use crate::Error;

/// What holds by all live measures of one kind: until the last of them ends, with the labels of all.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    until: Option<Time>,
    labels: Vec<String>,
}

fn held(tx: &mut impl Queries, target: &Target, kind: ActionKind) -> Result<Option<Held>, Error> {
    let rows = measure::of_target(tx, target)?;
    let live = rows
        .iter()
        .filter(|row| row.is_live() && ActionKind::of(row.kind) == kind);
    let live: Vec<&MeasureRow> = live.collect();
    if live.is_empty() {
        return Ok(None);
    }
    let ends: Option<Vec<Time>> = live.iter().map(|row| row.until).collect();
    let mut labels: Vec<String> = live.iter().flat_map(|row| row.labels.iter().cloned()).collect();
    labels.sort_unstable();
    labels.dedup();
    Ok(Some(Held {
        until: ends.and_then(|ends| ends.into_iter().max()),
        labels,
    }))
}

fn tell(
    writer: &mut Writer<'_, '_>,
    target: &Target,
    kind: ActionKind,
    held: Option<Held>,
    decision: Id<Decision>,
    reason: Option<&str>,
) -> Result<(), Error> {
    let effect = if held.is_some() { Effect::Apply } else { Effect::Lift };
    let (until, labels) = held.map_or((None, Vec::new()), |held| (held.until, held.labels));
    let new = NewAction {
        target: target.clone(),
        kind,
        effect,
        until,
        labels,
        decision: Some(decision),
        reason: reason.map(str::to_owned),
    };
    action::insert(writer, &new)?;
    Ok(())
}

/// Tells what holds now that a decision added to it.
pub(super) fn apply(
    writer: &mut Writer<'_, '_>,
    target: &Target,
    kind: ActionKind,
    decision: Id<Decision>,
) -> Result<(), Error> {
    let held = held(writer, target, kind)?;
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
        None => tell(writer, target, kind, None, decision, None),
        Some(_) => Ok(()),
    }
}

/// Ends a measure, and tells what that changes: nothing where another one does the same at least as long.
pub(super) fn end(
    writer: &mut Writer<'_, '_>,
    row: &MeasureRow,
    ending: Ending,
    reason: Option<&str>,
) -> Result<(), Error> {
    let kind = ActionKind::of(row.kind);
    let before = held(writer, &row.target, kind)?;
    measure::end(writer, row.id, ending)?;
    let after = held(writer, &row.target, kind)?;
    if before == after {
        return Ok(());
    }
    tell(writer, &row.target, kind, after, row.decision, reason)
}
