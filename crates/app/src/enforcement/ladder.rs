//! The ladders of the policy, as far as they are in force, and the cases that their steps open.

use anlanh_model::{
    Case, Cause, EarlierLock, Id, Ladder, LadderStep, Measure, MeasureKind, Proposal, Purpose, Strike, Target,
    TargetKind, Time, Urgency,
};
use anlanh_pack::{Lockable, Within};
use anlanh_store::case::{self, CaseRow, NewCase};
use anlanh_store::item::Item;
use anlanh_store::measure::{self, Ending};
use anlanh_store::proposal::{self, ProposalRow};
use anlanh_store::{Queries, Writer, clock, event, strike};

use crate::Error;
use crate::engine::Engine;
use crate::statutory::Running;

/// The ladders that hold for such a subject today.
pub(super) fn in_force(engine: &Engine, kind: TargetKind, now: Time) -> Vec<Ladder> {
    let ladders = of_policy(engine, kind, now).map(|ladder| Ladder {
        key: ladder.key.as_str().to_owned(),
        steps: ladder
            .steps
            .iter()
            .map(|step| LadderStep {
                violations: step.violations,
                days: step.days,
                lock_days_min: step.lock_days_min.unwrap_or(1),
                lock_days_max: step.lock_days_max,
            })
            .collect(),
        permanent_after: ladder.permanent.as_ref().and_then(|permanent| permanent.after_locks),
    });
    ladders.collect()
}

fn of_policy(engine: &Engine, kind: TargetKind, now: Time) -> impl Iterator<Item = &anlanh_pack::Ladder> {
    let offset = engine.screener.pack().utc_offset_minutes;
    let today = anlanh_screen::Time(now.as_seconds()).date_at(offset);
    let ladders = engine.policy.ladders().iter();
    ladders.filter(move |ladder| {
        let counts = lockable(kind).is_some_and(|object| ladder.objects.contains(&object));
        counts && ladder.validity.holds_on(today)
    })
}

/// What can be locked of this kind.
pub(crate) const fn lockable(kind: TargetKind) -> Option<Lockable> {
    match kind {
        TargetKind::Item | TargetKind::Report => None,
        TargetKind::Account => Some(Lockable::Account),
        TargetKind::Page => Some(Lockable::Page),
        TargetKind::Group => Some(Lockable::Group),
        TargetKind::Channel => Some(Lockable::Channel),
    }
}

/// The law of the ladders behind a lock, strictest first: what a decision on it may cite besides its category.
#[must_use]
pub fn bases<'e>(engine: &'e Engine, lock: Option<&Proposal>) -> Vec<&'e str> {
    let mut bases = Vec::new();
    for ground in lock.iter().flat_map(|lock| &lock.grounds) {
        let ladder = engine.policy.ladder(&ground.ladder);
        for key in ladder.iter().flat_map(|ladder| &ladder.bases) {
            if !bases.contains(&key.as_str()) {
                bases.push(key.as_str());
            }
        }
    }
    bases
}

/// Whether one person alone must not do this.
pub(crate) fn needs_second(engine: &Engine, measure: &Measure, now: Time) -> bool {
    match measure.kind() {
        MeasureKind::EndService => true,
        MeasureKind::PermanentLock => {
            let mut ladders = of_policy(engine, measure.target().kind(), now);
            ladders.any(|ladder| {
                ladder
                    .permanent
                    .as_ref()
                    .is_some_and(|permanent| permanent.second_person)
            })
        }
        MeasureKind::Label
        | MeasureKind::Limit
        | MeasureKind::Hide
        | MeasureKind::Remove
        | MeasureKind::Warn
        | MeasureKind::TemporaryLock
        | MeasureKind::RefuseRegistration => false,
    }
}

/// The strikes that stand against a target.
pub(super) fn strikes(tx: &mut dyn Queries, target: &Target) -> Result<Vec<Strike>, Error> {
    let rows = strike::of_target(tx, target)?;
    let standing = rows.into_iter().filter(|row| row.revoked_at.is_none());
    Ok(standing.map(|row| row.strike).collect())
}

/// Opens a case where a step holds now, or brings the one that is open up to date.
pub(super) fn propose(
    writer: &mut Writer<'_, '_>,
    engine: &Engine,
    row: &CaseRow,
    category: &str,
    target: &Target,
) -> Result<(), Error> {
    let now = writer.now();
    let measures = measure::of_target(writer, target)?;
    let is_out = |kind| matches!(kind, MeasureKind::PermanentLock | MeasureKind::EndService);
    if measures.iter().any(|measure| measure.is_live() && is_out(measure.kind)) {
        return Ok(());
    }
    let mut locks = Vec::new();
    for measure in measures {
        let is_reversed = matches!(measure.ended, Some((_, Ending::Reversed)));
        if measure.kind == MeasureKind::TemporaryLock && !is_reversed {
            let grounds = proposal::grounds(writer, measure.case)?;
            locks.push(EarlierLock {
                id: measure.id,
                grounds,
            });
        }
    }
    let (strikes, ladders) = (strikes(writer, target)?, in_force(engine, target.kind(), now));
    let Some(lock) = anlanh_model::propose(&strikes, &locks, &ladders, now) else {
        return Ok(());
    };
    let proposed = ProposalRow {
        target: target.clone(),
        lock: Some(lock),
        evades: None,
    };
    let open = proposal::open_case(writer, target, Cause::Ladder)?;
    let id = match open {
        Some(id) => id,
        None => open_case(writer, row.item, Cause::Ladder, category, &row.kind)?,
    };
    proposal::set(writer, id, &proposed)?;
    keep_in_time(writer, engine, id, &proposed)
}

/// Starts the clocks of the ladders whose steps hold, those that run already excepted, and lets the case wait no longer
/// than the first of them runs.
fn keep_in_time(
    writer: &mut Writer<'_, '_>,
    engine: &Engine,
    id: Id<Case>,
    proposed: &ProposalRow,
) -> Result<(), Error> {
    let (now, mut case) = (
        writer.now(),
        case::load(writer, id)?.ok_or(Error::NotFound("case"))?.case,
    );
    for ground in proposed.lock.iter().flat_map(|lock| &lock.grounds) {
        match engine.policy.ladder(&ground.ladder).map(|ladder| &ladder.within) {
            Some(Within::Clock(key)) => {
                if let Some(clock) = Running::with_key(engine, key.as_str(), now) {
                    clock.start(writer, id, now)?;
                }
            }
            Some(Within::Hours(hours)) => {
                let ends = now.plus_minutes(i64::from(*hours).saturating_mul(60));
                case.due = case.due.no_later_than(Some(ends));
            }
            None => {}
        }
    }
    case.due = case.due.no_later_than(clock::earliest(writer, id)?);
    Ok(case::update(writer, &case)?)
}

/// Opens a case about a subject. Its item is the one that brought it up.
pub(crate) fn open_case(
    writer: &mut Writer<'_, '_>,
    item: Id<Item>,
    cause: Cause,
    category: &str,
    kind: &str,
) -> Result<Id<Case>, Error> {
    let id = writer.new_id();
    let (opened, happened) = Case::open(id, cause, Purpose::Live, Urgency::Normal, writer.now());
    let new = NewCase {
        item,
        cause,
        category: category.to_owned(),
        rule: String::new(),
        kind: kind.to_owned(),
    };
    case::insert(writer, &opened, &new)?;
    event::insert(writer, id, &happened)?;
    Ok(id)
}
