//! A decision is taken back, with everything that followed from it alone.

use anlanh_model::{Id, Measure, MeasureKind, Target};
use anlanh_store::decision::{self, Decision};
use anlanh_store::measure::{self, Ending, MeasureRow};
use anlanh_store::{Writer, proposal, reversal, strike};

use super::effect;
use crate::{Error, owner, public_log};

/// What taking a decision back undid.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reversed {
    /// The decision, and those on locks that rested on it alone.
    pub decisions: Vec<Id<Decision>>,
    /// The measures that held until now.
    pub lifted: Vec<Id<Measure>>,
    /// Those against whom fewer strikes count now.
    pub relieved: Vec<Target>,
}

/// Takes a decision back: lifts what it does, takes its strikes away, and does the same with every lock whose step no
/// longer holds without them. A decision that was taken back before is left alone. That a rule acted before a person
/// found no violation does not come back: whoever reverses such a finding decides anew.
///
/// # Errors
/// When there is no such decision, or the database is away or full.
pub fn reverse(writer: &mut Writer<'_, '_>, decision: Id<Decision>, why: &str) -> Result<Reversed, Error> {
    let mut reversed = Reversed::default();
    let mut waiting = vec![decision];
    while let Some(next) = waiting.pop() {
        if reversal::of_decision(writer, next)?.is_some() {
            continue;
        }
        let touched = reverse_one(writer, next, why, &mut reversed)?;
        for target in touched {
            waiting.extend(unfounded(writer, &target)?);
        }
    }
    Ok(reversed)
}

/// Takes one decision back, and gives the subjects whose other locks may have rested on it.
fn reverse_one(
    writer: &mut Writer<'_, '_>,
    id: Id<Decision>,
    why: &str,
    reversed: &mut Reversed,
) -> Result<Vec<Target>, Error> {
    decision::load(writer, id)?.ok_or(Error::NotFound("decision"))?;
    reversal::insert(writer, id, why)?;
    public_log::note_reversal(writer, id)?;
    owner::end_of_decision(writer, id)?;
    reversed.decisions.push(id);
    let mut touched: Vec<Target> = Vec::new();
    // The last that was done is undone first.
    for row in measure::of_decision(writer, id)?.iter().rev() {
        if row.is_live() {
            reversed.lifted.push(row.id);
        }
        effect::end(writer, row, Ending::Reversed, Some(why))?;
        if row.kind.is_lock() && !touched.contains(&row.target) {
            touched.push(row.target.clone());
        }
    }
    for target in strike::revoke(writer, id)? {
        if !reversed.relieved.contains(&target) {
            reversed.relieved.push(target.clone());
        }
        if !touched.contains(&target) {
            touched.push(target);
        }
    }
    Ok(touched)
}

/// The decisions on locks of a subject that a ladder had allowed and allows no more.
fn unfounded(writer: &mut Writer<'_, '_>, target: &Target) -> Result<Vec<Id<Decision>>, Error> {
    let strikes = super::ladder::strikes(writer, target)?;
    let stands = |id| strikes.iter().any(|strike| strike.id == id);
    let measures = measure::of_target(writer, target)?;
    let counts = |row: &&MeasureRow| !matches!(row.ended, Some((_, Ending::Reversed)));
    let mut unfounded = Vec::new();
    for lock in measures.iter().filter(|row| row.kind.is_lock()).filter(counts) {
        let Some(proposed) = proposal::of_case(writer, lock.case)?.and_then(|row| row.lock) else {
            continue;
        };
        let standing: Vec<_> = proposed
            .grounds
            .iter()
            .filter(|ground| ground.holds_with(stands))
            .collect();
        let holds = match lock.kind {
            MeasureKind::PermanentLock => {
                let before = measures
                    .iter()
                    .filter(counts)
                    .filter(|row| row.kind == MeasureKind::TemporaryLock && row.id < lock.id)
                    .count();
                proposed.permanent.iter().any(|permanent| {
                    let step = standing.iter().any(|ground| ground.ladder == permanent.ladder);
                    step && u32::try_from(before).is_ok_and(|before| before >= permanent.after_locks)
                })
            }
            MeasureKind::TemporaryLock => !standing.is_empty(),
            MeasureKind::Label
            | MeasureKind::Limit
            | MeasureKind::Hide
            | MeasureKind::Remove
            | MeasureKind::Warn
            | MeasureKind::RefuseRegistration
            | MeasureKind::EndService => true,
        };
        if !holds {
            unfounded.push(lock.decision);
        }
    }
    Ok(unfounded)
}
