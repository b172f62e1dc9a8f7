//! What the node itself holds: how the target was handled in the period. Whoever reported or decided is in none of it.

use anlanh_api::Instant;
use anlanh_model::{Id, Information, InformationPeriod, Pointed, Target, Time};
use anlanh_store::decision::{self, Decision, DecisionRow};
use anlanh_store::measure::MeasureRow;
use anlanh_store::{Viewer, Writer, case, measure};
use serde_json::{Value, json};

use crate::Error;
use crate::order::act::known;

/// Decisions about a target and measures against it that were made in the period, oldest first; at most
/// [`Information::MAX_ENTRIES`] of the newest.
pub(super) fn of(
    writer: &mut Writer<'_, '_>,
    pointed: &Pointed,
    period: InformationPeriod,
) -> Result<Vec<Value>, Error> {
    let Some((target, decisions)) = concerned(writer, pointed)? else {
        return Ok(Vec::new());
    };
    let measures = measure::of_target(writer, &target)?;
    let mut entries: Vec<(Time, Value)> = Vec::new();
    let mut decided: Vec<Id<Decision>> = decisions.iter().map(|row| row.id).collect();
    entries.extend(decisions.iter().map(|row| (row.at, of_decision(row))));
    for row in &measures {
        if !decided.contains(&row.decision)
            && let Some(found) = decision::load(writer, row.decision)?
        {
            decided.push(row.decision);
            entries.push((found.at, of_decision(&found)));
        }
    }
    entries.extend(measures.iter().map(|row| (row.at, of_measure(row))));
    entries.retain(|(at, _)| period.holds(*at));
    entries.sort_by_key(|(at, _)| *at);
    let newest = entries.len().saturating_sub(Information::MAX_ENTRIES);
    Ok(entries.into_iter().skip(newest).map(|(_, entry)| entry).collect())
}

/// By what a target is known here, and, of an item, the decisions about it that took effect.
fn concerned(writer: &mut Writer<'_, '_>, pointed: &Pointed) -> Result<Option<(Target, Vec<DecisionRow>)>, Error> {
    if let Pointed::Reference(target) = pointed
        && target.kind().is_subject()
    {
        return Ok(Some((target.clone(), Vec::new())));
    }
    let Some(item) = known(writer, pointed)? else {
        return Ok(None);
    };
    let mut decisions = Vec::new();
    for row in case::of_item(writer, item.id, Viewer::Observer)? {
        if row.case.purpose.takes_effect()
            && let Some(found) = decision::of_case(writer, row.case.id)?
        {
            decisions.push(found);
        }
    }
    Ok(Some((item.target()?, decisions)))
}

fn of_decision(row: &DecisionRow) -> Value {
    json!({
        "at": Instant(row.at.as_micros()),
        "what": "decision",
        "decision": row.id.to_string(),
        "outcome": row.outcome.key(),
        "category": row.category,
        "basis": row.basis,
    })
}

fn of_measure(row: &MeasureRow) -> Value {
    json!({
        "at": Instant(row.at.as_micros()),
        "what": "measure",
        "decision": row.decision.to_string(),
        "measure": row.kind.key(),
        "until": row.until.map(|until| Instant(until.as_micros())),
        "ended_at": row.ended.map(|(at, _)| Instant(at.as_micros())),
    })
}
