//! A target of an order is carried out, through the same enforcement as a decision.

use anlanh_model::{
    Case, Cause, Detection, Measure, MeasureKind, OrderAct, OrderKind, OrderMeans, Outcome, Person, Pointed, Statement,
    Target, TargetKind, TargetState, Text,
};
use anlanh_pack::Day;
use anlanh_store::item::{self, Item, ItemRow};
use anlanh_store::measure::{self, Ending, MeasureRow};
use anlanh_store::order::{self, OrderRow, TargetFate};
use anlanh_store::proposal::{self, ProposalRow};
use anlanh_store::{Queries, Writer, case, hold, keeping};

use super::{OrderRefusal, carried, closing, scope};
use crate::block::{self, Facts};
use crate::case::{Means, write_decision};
use crate::enforcement::{self, Plan};
use crate::keeping::KeepingError;
use crate::{Error, engine::Engine};

/// Carries a target out, or lets it wait for a second person where one is not enough. The act is proof that the order is
/// genuine, in scope and in this person's hands.
pub(super) fn carry_out(
    writer: &mut Writer<'_, '_>,
    (means, network): (&Means, &Facts),
    row: &OrderRow,
    by: Person,
    act: &OrderAct<'_>,
) -> Result<(TargetState, TargetFate), Error> {
    let now = writer.now();
    let executed = TargetState::Executed { at: now };
    match act.kind {
        OrderKind::Remove | OrderKind::StopSharing | OrderKind::Lock => decide(writer, means, row, by, act),
        OrderKind::Restore => {
            restore(writer, means, row, act)?;
            let state = carried::standing(writer, row, act.target.number)?;
            Ok((state, TargetFate::default()))
        }
        OrderKind::KeepEvidence => {
            let item = known(writer, &act.target.pointed)?.ok_or(OrderRefusal::NotKnown)?;
            keeping::of_item(writer, item.id, now)?.ok_or(KeepingError::Erased)?;
            let reason: String = facts(&means.engine, row)
                .chars()
                .take(Case::MAX_NOTE_BYTES / 4)
                .collect();
            let hold = hold::insert(writer, item.id, &reason, by.id, row.order.expires_at)?;
            let fate = TargetFate {
                hold: Some(hold),
                ..TargetFate::default()
            };
            Ok((executed, fate))
        }
        OrderKind::BlockAccess => {
            let reason = facts(&means.engine, row);
            let done = block::by_order(writer, (means, network), row, by, act, &reason)?;
            let state = match done {
                Some(()) => executed,
                None => TargetState::Proposed { by: by.id },
            };
            Ok((state, TargetFate::default()))
        }
        OrderKind::Correction | OrderKind::WarnUsers => Err(anlanh_model::OrderError::ByHand.into()),
        OrderKind::ProvideInformation => Err(anlanh_model::OrderError::NotHere.into()),
    }
}

/// The item that a target is, or by which it is known.
pub(super) fn known(tx: &mut dyn Queries, pointed: &Pointed) -> Result<Option<ItemRow>, Error> {
    let id = match pointed {
        Pointed::Reference(target) => match item::newest_of(tx, target)? {
            Some(id) => Some(id),
            // What came without an id of the platform's is known by that of the node.
            None if target.kind() == TargetKind::Item => target.reference().parse::<anlanh_model::Id<Item>>().ok(),
            None => None,
        },
        Pointed::Address(address) => match Target::new(TargetKind::Item, address) {
            Ok(target) => item::newest_of(tx, &target)?,
            Err(_) => None,
        },
        Pointed::Domain(_) => None,
    };
    Ok(match id {
        Some(id) => item::load(tx, id)?,
        None => None,
    })
}

/// What an order says, for whoever it concerns.
pub(super) fn facts(engine: &Engine, row: &OrderRow) -> String {
    let letter = &row.letter;
    let office = engine.policy.authority(&letter.office);
    let office = office.map_or(letter.office.as_str(), |office| office.title.vi.as_str());
    let day = Day::from(scope::day(engine, letter.issued_at));
    format!(
        "Theo yêu cầu số {} ngày {:02}/{:02}/{:04} của {office}: {}",
        letter.number, day.day, day.month, day.year, letter.reason
    )
}

/// Makes a decision of a target.
fn decide(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    row: &OrderRow,
    by: Person,
    act: &OrderAct<'_>,
) -> Result<(TargetState, TargetFate), Error> {
    let now = writer.now();
    let item = known(writer, &act.target.pointed)?.ok_or(OrderRefusal::NotKnown)?;
    let plan = plan(&means.engine, row, act, &item, now)?;
    if plan.needs_second && act.second.is_none() {
        return Ok((TargetState::Proposed { by: by.id }, TargetFate::default()));
    }
    let category = row.letter.category.clone().unwrap_or_default();
    let id = enforcement::open_case(writer, item.id, Cause::Order, &category, &item.kind)?;
    if let Pointed::Reference(target) = &act.target.pointed
        && target.kind().is_subject()
    {
        let proposed = ProposalRow {
            target: target.clone(),
            lock: None,
            evades: None,
        };
        proposal::set(writer, id, &proposed)?;
    }
    let opened = case::load(writer, id)?.ok_or(Error::NotFound("case"))?;
    let first = Person { id: act.first, ..by };
    let decided = opened.case.clone().decide(first, plan.statement.outcome(), now)?;
    let second = act.second.map(|id| Person { id, ..by });
    let decision = write_decision(writer, means, &opened, &item, decided, &plan, second)?;
    let fate = TargetFate {
        decision: Some(decision.id),
        ..TargetFate::default()
    };
    carried::tie_decision(writer, row, act.target.number, decision.id)?;
    closing::close(writer, means, row, act, &item, decision.id)?;
    Ok((carried::standing(writer, row, act.target.number)?, fate))
}

/// What a target of an order says and does: exactly that, to exactly this.
fn plan(
    engine: &Engine,
    row: &OrderRow,
    act: &OrderAct<'_>,
    item: &ItemRow,
    now: anlanh_model::Time,
) -> Result<Plan, Error> {
    let subject = match &act.target.pointed {
        Pointed::Reference(target) if target.kind().is_subject() => Some(target.clone()),
        Pointed::Reference(_) | Pointed::Address(_) | Pointed::Domain(_) => None,
    };
    let until = row.letter.lock_days;
    let until = until.map(|days| now.plus_minutes(i64::from(days).saturating_mul(1_440)));
    let (outcome, measure) = match (act.kind, subject) {
        (OrderKind::Remove, None) => (
            Outcome::Remove,
            Measure::new(MeasureKind::Remove, item.target()?, None, now)?,
        ),
        (OrderKind::StopSharing, None) => (
            Outcome::Limit,
            Measure::new(MeasureKind::Limit, item.target()?, None, now)?,
        ),
        (OrderKind::Lock, Some(subject)) => {
            let kind = match until {
                Some(_) => MeasureKind::TemporaryLock,
                None => MeasureKind::PermanentLock,
            };
            (Outcome::SubjectOnly, Measure::new(kind, subject, until, now)?)
        }
        (_, _) => return Err(anlanh_model::OrderError::Unsuited.into()),
    };
    let facts: String = facts(engine, row);
    let facts = Text::parse(&facts).map_err(|error| Error::Text("reason", error))?;
    let statement = Statement::new(
        outcome,
        row.letter.category.clone(),
        row.letter.basis.clone(),
        Vec::new(),
        facts,
        Detection::Person,
    )?;
    let strikes = match act.kind.means() {
        OrderMeans::Node if outcome != Outcome::SubjectOnly => enforcement::subjects(item),
        OrderMeans::Node | OrderMeans::Network | OrderMeans::Hand | OrderMeans::NotHere => Vec::new(),
    };
    Ok(Plan {
        statement,
        needs_second: enforcement::needs_second(engine, &measure, now),
        measures: vec![measure],
        strikes,
        // What a rule did and what rules got right is for whoever judges the item.
        is_about_item: false,
        owner: None,
    })
}

/// Ends everything that restricts a target, and keeps what that was.
fn restore(writer: &mut Writer<'_, '_>, means: &Means, row: &OrderRow, act: &OrderAct<'_>) -> Result<(), Error> {
    let target = match &act.target.pointed {
        Pointed::Reference(target) if target.kind().is_subject() => target.clone(),
        pointed @ (Pointed::Reference(_) | Pointed::Address(_) | Pointed::Domain(_)) => match known(writer, pointed)? {
            Some(item) => item.target()?,
            None => return Err(OrderRefusal::NotKnown.into()),
        },
    };
    let rows = measure::of_target(writer, &target)?;
    let live: Vec<MeasureRow> = rows
        .into_iter()
        .filter(|row| row.is_live() && restricts(row.kind))
        .collect();
    if live.is_empty() {
        return Err(OrderRefusal::NothingToRestore.into());
    }
    let why = facts(&means.engine, row);
    for measure in live {
        if let Some(action) = enforcement::end_measure(writer, &measure, Ending::Ordered, Some(&why))? {
            order::tie_action(writer, row.order.id, act.target.number, action)?;
        }
        order::keep_restored(writer, row.order.id, act.target.number, measure.id)?;
    }
    Ok(())
}

const fn restricts(kind: MeasureKind) -> bool {
    match kind {
        MeasureKind::Limit
        | MeasureKind::Hide
        | MeasureKind::Remove
        | MeasureKind::TemporaryLock
        | MeasureKind::PermanentLock
        | MeasureKind::RefuseRegistration
        | MeasureKind::EndService => true,
        MeasureKind::Label | MeasureKind::Warn => false,
    }
}
