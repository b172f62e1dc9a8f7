//! Decisions take effect: measures, strikes, locks that ladders allow, and what the host platform is told.
//!
//! A rule's own act is in the verdict that the platform gets when it hands the item in; it is not told again. What a
//! person decides is always told, and what a rule did and a person does not uphold is lifted.

mod due;
mod effect;
mod evasion;
mod ladder;
mod plan;
mod reverse;
mod second;
mod subject;

use anlanh_model::{Id, Measure, MeasureError, MeasureKind, Outcome, Target, TargetKind};
use anlanh_store::action::ActionKind;
use anlanh_store::decision::{self, Decision};
use anlanh_store::item::ItemRow;
use anlanh_store::measure;
use anlanh_store::strike::{self, NewStrike};
use anlanh_store::{Writer, case::CaseRow};

use crate::engine::Engine;
use crate::{Error, owner};

pub use due::end_due;
pub(crate) use effect::{end as end_measure, tell_again};
pub use evasion::{MAX_SIGNALS, MAX_SIGNALS_OF_ACCOUNT, keep_signals};
pub use ladder::bases as ladder_bases;
pub(crate) use ladder::{lockable, needs_second, open_case};
pub(crate) use plan::{Plan, plan};
pub use reverse::{Reversed, reverse};
pub use second::{MAX_BULK, Scale, confirm, confirm_all, decide_all, decline};
pub(crate) use second::{propose, read as read_waiting};
pub(crate) use subject::visible;
pub use subject::{SubjectView, show as subject};

/// What a person wants done besides what the outcome says: not checked yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Enforcement {
    /// After so many days, what is done to the item ends.
    pub days: Option<u32>,
    /// Where verified information stands, beside a label.
    pub verified: Option<String>,
    /// What is done to those behind the item.
    pub measures: Vec<AskedMeasure>,
    /// Against whom a violation counts; where none is said, against everybody behind the item.
    pub strikes: Option<Vec<TargetKind>>,
    /// Whose owner is asked to remove it, where it was reported and the outcome leaves it to them.
    pub owner: Option<TargetKind>,
}

/// Something to be done to who or what is behind an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedMeasure {
    /// What.
    pub kind: MeasureKind,
    /// To whom.
    pub target: TargetKind,
    /// For so many days.
    pub days: Option<u32>,
}

/// What stands in the way of a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnforcementError {
    /// The platform did not say who or what of this kind is behind the item.
    #[error("nothing of this kind is known behind the item")]
    NoSubject(TargetKind),
    /// The measure is none.
    #[error("the measure is not one")]
    Measure(#[from] MeasureError),
    /// The case is about a subject: its item was decided before.
    #[error("the case is about a subject: only subject_only or no_violation decides it")]
    NotAboutItem,
    /// The ladder allows a lock of another length.
    #[error("the ladder allows a lock of {0} to {1} days")]
    OutOfBounds(u32, u32),
    /// No ladder allows a permanent lock here.
    #[error("no ladder allows a permanent lock yet")]
    NotPermanent,
    /// Strikes were taken away or expired, and no step holds any more.
    #[error("no step of a ladder holds any more")]
    Void,
    /// One request names no case, too many, or one twice.
    #[error("a decision over many items names 1 to {MAX_BULK} cases, each once")]
    BadBulk,
    /// An owner is asked only to remove what was reported, breaks a rule, and is not removed by the platform.
    #[error("nothing is left to an owner")]
    NotForOwner,
    /// A sign is none, or there are too many.
    #[error("signs are 1 to {MAX_SIGNALS} hashes of 16 to 64 bytes in hexadecimal")]
    BadSignals,
}

/// Lets a decision take effect: keeps what it does, counts strikes, opens cases for locks, and tells the platform.
pub(crate) fn carry_out(
    writer: &mut Writer<'_, '_>,
    engine: &Engine,
    decision: Id<Decision>,
    row: &CaseRow,
    item: &ItemRow,
    plan: &Plan,
) -> Result<(), Error> {
    for measure in &plan.measures {
        measure::insert(writer, decision, measure)?;
    }
    for measure in &plan.measures {
        effect::apply(writer, measure.target(), ActionKind::of(measure.kind()), decision)?;
        if measure.target().kind() == TargetKind::Account && evasion::keeps_out(measure.kind()) {
            evasion::propose_others(writer, measure.target())?;
        }
    }
    if plan
        .measures
        .iter()
        .any(|measure| measure.kind() == MeasureKind::Remove)
    {
        owner::end_of_item(writer, item.id)?;
    }
    if plan.is_about_item && !decision::is_not_first(writer, item.id, decision)? {
        settle_automatic(writer, decision, item, plan)?;
    }
    for target in &plan.strikes {
        let ladders = ladder::in_force(engine, target.kind(), writer.now());
        let new = NewStrike {
            decision,
            item: item.id,
            target: target.clone(),
            category: plan.statement.category().unwrap_or_default().to_owned(),
            // Where no ladder counts it, it is kept and counts for nothing.
            expires_at: anlanh_model::expiry(&ladders, writer.now()).unwrap_or_else(|| writer.now()),
        };
        strike::insert(writer, &new)?;
        ladder::propose(writer, engine, row, &new.category, target)?;
    }
    Ok(())
}

/// Lets a decision take the place of those before it. A violation that stands counts as it did, since then and no longer,
/// so that the locks which rest on it stand as well; what does not stand is taken back.
pub(crate) fn replace(
    writer: &mut Writer<'_, '_>,
    engine: &Engine,
    before: &[Id<Decision>],
    decision: Id<Decision>,
    row: &CaseRow,
    item: &ItemRow,
    asked: &Plan,
) -> Result<(), Error> {
    let category = asked.statement.category().unwrap_or_default();
    let mut plan = Plan {
        strikes: Vec::new(),
        ..asked.clone()
    };
    for target in &asked.strikes {
        if !strike::hand_on(writer, before, decision, target, category)? {
            plan.strikes.push(target.clone());
        }
    }
    for before in before {
        reverse(writer, *before, plan.statement.facts())?;
    }
    carry_out(writer, engine, decision, row, item, &plan)
}

/// What a rule did to an item before a person looked: what the decision goes beyond stays under it, so that a reversal
/// lifts that too; what is stricter than the decision is lifted.
fn settle_automatic(
    writer: &mut Writer<'_, '_>,
    decision: Id<Decision>,
    item: &ItemRow,
    plan: &Plan,
) -> Result<(), Error> {
    let target = item.target()?;
    let outcome = plan.statement.outcome();
    for (kind, at_least, labels) in automatic(item) {
        let decided = |measure: &Measure| measure.target() == &target && measure.kind() == kind;
        if plan.measures.iter().any(decided) {
            continue;
        }
        if outcome >= at_least {
            let kept = Measure::new(kind, target.clone(), None, writer.now())?;
            let kept = if kind == MeasureKind::Label {
                kept.with_labels(labels, None)?
            } else {
                kept
            };
            measure::insert(writer, decision, &kept)?;
        } else {
            effect::lift_automatic(writer, &target, ActionKind::of(kind), decision)?;
        }
    }
    Ok(())
}

/// What rules did to an item by their verdict, each with the mildest outcome that leaves it standing.
fn automatic(item: &ItemRow) -> Vec<(MeasureKind, Outcome, Vec<String>)> {
    #[derive(Default, serde::Deserialize)]
    #[serde(default)]
    struct Verdict {
        labels: Vec<String>,
    }
    let verdict: Verdict = serde_json::from_str(&item.verdict).unwrap_or_default();
    let mut done = Vec::new();
    if !verdict.labels.is_empty() {
        done.push((MeasureKind::Label, Outcome::Label, verdict.labels));
    }
    match item.action.as_str() {
        "limit" => done.push((MeasureKind::Limit, Outcome::Limit, Vec::new())),
        // Who was not let through is not seen: to undo that is to show it.
        "block" => done.push((MeasureKind::Hide, Outcome::Hide, Vec::new())),
        _ => {}
    }
    done
}

/// The subjects that the platform named with an item.
#[must_use]
pub fn subjects(item: &ItemRow) -> Vec<Target> {
    TargetKind::SUBJECTS
        .into_iter()
        .filter_map(|kind| item.subject(kind))
        .collect()
}
