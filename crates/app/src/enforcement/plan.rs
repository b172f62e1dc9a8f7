//! From what a person hands in to what is done: every key, target and length is checked here.

use anlanh_model::{
    Detection, Measure, MeasureKind, Outcome, Proposal, Statement, StatementError, Strike, Target, TargetKind, Text,
    Time, VerifiedLink,
};
use anlanh_store::item::ItemRow;
use anlanh_store::proposal::ProposalRow;
use anlanh_store::{Queries, strike};

use super::{AskedMeasure, EnforcementError, ladder, subjects};
use crate::Error;
use crate::case::Verdict;
use crate::engine::Engine;

/// What a decision says and does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The statement of reasons.
    pub statement: Statement,
    /// What is done.
    pub measures: Vec<Measure>,
    /// Against whom it counts.
    pub strikes: Vec<Target>,
    /// Whether it is about the item, and not about a subject alone.
    pub is_about_item: bool,
    /// Whether one person is not enough.
    pub needs_second: bool,
    /// Whose owner is asked to remove it.
    pub owner: Option<Target>,
}

impl Plan {
    /// A decision that says something and does nothing.
    pub(crate) const fn of_words(statement: Statement) -> Self {
        Self {
            statement,
            measures: Vec::new(),
            strikes: Vec::new(),
            is_about_item: true,
            needs_second: false,
            owner: None,
        }
    }
}

/// Makes a plan of a verdict on this item, or on what this case proposes.
pub(crate) fn plan(
    tx: &mut dyn Queries,
    engine: &Engine,
    item: &ItemRow,
    proposal: Option<&ProposalRow>,
    verdict: &Verdict,
    now: Time,
) -> Result<Plan, Error> {
    if proposal.is_some() && !matches!(verdict.outcome, Outcome::NoViolation | Outcome::SubjectOnly) {
        return Err(EnforcementError::NotAboutItem.into());
    }
    let lock = proposal.and_then(|proposal| proposal.lock.as_ref());
    let statement = statement(engine, verdict, lock, now)?;
    let mut measures = on_item(item, verdict, now)?;
    for asked in &verdict.enforcement.measures {
        measures.push(on_subject(item, proposal, *asked, now)?);
    }
    let on_subjects = measures.iter().any(|measure| measure.target().kind().is_subject());
    let outcome = verdict.outcome;
    if outcome == Outcome::SubjectOnly && !on_subjects {
        return Err(StatementError::NoMeasure.into());
    }
    if !outcome.is_violation() && !measures.is_empty() {
        return Err(StatementError::NothingToCite.into());
    }
    Measure::check_all(&measures).map_err(EnforcementError::from)?;
    if let Some(lock) = lock
        && outcome.is_violation()
    {
        within(tx, proposal.map(|proposal| &proposal.target), lock, &measures, now)?;
    }
    let strikes = match proposal {
        None if outcome.is_violation() => counted(item, verdict.enforcement.strikes.as_deref())?,
        Some(_) | None => Vec::new(),
    };
    let owner = match verdict.enforcement.owner {
        Some(_) if proposal.is_some() || !outcome.leaves_to_owner() => return Err(EnforcementError::NotForOwner.into()),
        Some(kind) => Some(item.subject(kind).ok_or(EnforcementError::NoSubject(kind))?),
        None => None,
    };
    Ok(Plan {
        statement,
        needs_second: measures
            .iter()
            .any(|measure| ladder::needs_second(engine, measure, now)),
        measures,
        strikes,
        is_about_item: proposal.is_none(),
        owner,
    })
}

/// What the outcome does to the item.
fn on_item(item: &ItemRow, verdict: &Verdict, now: Time) -> Result<Vec<Measure>, Error> {
    let asked = &verdict.enforcement;
    let Some(kind) = MeasureKind::of_outcome(verdict.outcome) else {
        return match (asked.days, &asked.verified) {
            (None, None) => Ok(Vec::new()),
            (Some(_), _) | (None, Some(_)) => Err(StatementError::NothingToCite.into()),
        };
    };
    let until = asked.days.map(|days| after(days, now));
    let verified = asked.verified.as_deref().map(VerifiedLink::parse).transpose()?;
    let mut measures = Vec::new();
    if kind != MeasureKind::Label {
        measures.push(Measure::new(kind, item.target()?, until, now)?);
    }
    if !verdict.labels.is_empty() {
        // What is shown beside an item that is limited or hidden stays as long as that.
        let until = until.filter(|_| kind != MeasureKind::Remove);
        let label = Measure::new(MeasureKind::Label, item.target()?, until, now)?;
        measures.push(label.with_labels(verdict.labels.clone(), verified)?);
    } else if verified.is_some() {
        return Err(anlanh_model::MeasureError::Labels.into());
    }
    Ok(measures)
}

fn on_subject(
    item: &ItemRow,
    proposal: Option<&ProposalRow>,
    asked: AskedMeasure,
    now: Time,
) -> Result<Measure, Error> {
    let target = match proposal {
        Some(proposal) if proposal.target.kind() == asked.target => Some(proposal.target.clone()),
        Some(_) => None,
        None if asked.target == TargetKind::Item => Some(item.target()?),
        None => item.subject(asked.target),
    };
    let target = target.ok_or(EnforcementError::NoSubject(asked.target))?;
    // What is done to the item follows from the outcome alone.
    if target.kind() == TargetKind::Item {
        return Err(anlanh_model::MeasureError::WrongTarget.into());
    }
    let until = asked.days.map(|days| after(days, now));
    Ok(Measure::new(asked.kind, target, until, now)?)
}

fn after(days: u32, now: Time) -> Time {
    now.plus_minutes(i64::from(days).saturating_mul(1_440))
}

/// Those behind the item against whom the violation counts.
fn counted(item: &ItemRow, asked: Option<&[TargetKind]>) -> Result<Vec<Target>, Error> {
    let Some(asked) = asked else {
        return Ok(subjects(item));
    };
    let mut counted: Vec<Target> = Vec::new();
    for kind in asked {
        let target = item.subject(*kind).ok_or(EnforcementError::NoSubject(*kind))?;
        if !counted.contains(&target) {
            counted.push(target);
        }
    }
    Ok(counted)
}

/// Holds a lock against the ladder that proposed it, as far as its strikes still stand.
fn within(
    tx: &mut dyn Queries,
    target: Option<&Target>,
    lock: &Proposal,
    measures: &[Measure],
    now: Time,
) -> Result<(), Error> {
    let strikes = match target {
        Some(target) => strike::of_target(tx, target)?,
        None => Vec::new(),
    };
    let stands = |id: anlanh_model::Id<Strike>| {
        strikes
            .iter()
            .any(|row| row.strike.id == id && row.revoked_at.is_none())
    };
    let holds: Vec<_> = lock.grounds.iter().filter(|ground| ground.holds_with(stands)).collect();
    let max = holds.iter().map(|ground| ground.step.lock_days_max).max();
    let max = max.ok_or(EnforcementError::Void)?;
    let min = holds
        .iter()
        .map(|ground| ground.step.lock_days_min)
        .max()
        .unwrap_or(1)
        .min(max);
    for measure in measures {
        match (measure.kind(), measure.until()) {
            (MeasureKind::TemporaryLock, Some(until)) if until < after(min, now) || until > after(max, now) => {
                return Err(EnforcementError::OutOfBounds(min, max).into());
            }
            (MeasureKind::PermanentLock, _) if lock.permanent.is_empty() => {
                return Err(EnforcementError::NotPermanent.into());
            }
            _ => {}
        }
    }
    Ok(())
}

fn statement(engine: &Engine, verdict: &Verdict, lock: Option<&Proposal>, now: Time) -> Result<Statement, Error> {
    let pack = engine.screener.pack();
    let today = anlanh_screen::Time(now.as_seconds()).date_at(pack.utc_offset_minutes);
    let mut basis = verdict.basis.clone();
    if let Some(key) = &verdict.category {
        let category = pack.categories.iter().find(|category| category.key == *key);
        let category = category.ok_or(Error::UnknownKey("category"))?;
        let of_category = category.bases.iter().filter(|basis| basis.validity.holds_on(today));
        let of_category = of_category.map(|basis| basis.key.as_str());
        // A lock rests on its ladder before it rests on what the strikes were for.
        let in_force: Vec<&str> = ladder::bases(engine, lock).into_iter().chain(of_category).collect();
        if basis.is_empty() {
            let cited = in_force.iter().take(Statement::MAX_BASES);
            basis = cited.map(|key| (*key).to_owned()).collect();
        } else if !basis.iter().all(|key| in_force.contains(&key.as_str())) {
            return Err(Error::UnknownKey("basis"));
        }
    }
    if !verdict.labels.iter().all(|label| pack.labels.contains(label)) {
        return Err(Error::UnknownKey("labels"));
    }
    let facts = Text::parse(&verdict.facts).map_err(|error| Error::Text("facts", error))?;
    Ok(Statement::new(
        verdict.outcome,
        verdict.category.clone(),
        basis,
        verdict.labels.clone(),
        facts,
        Detection::Automatic,
    )?)
}
