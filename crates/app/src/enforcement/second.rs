//! One decision, or one over many cases; and what one person alone must not do: it waits for a second, who confirms it as
//! it is or sends it back.

use anlanh_model::{
    Actor, AppealError, AuditAction, Case, CaseEvent, Id, MeasureKind, Outcome, Permission, Person, Purpose,
    TargetKind, Text,
};
use anlanh_store::case::{self, CaseRow};
use anlanh_store::decision::DecisionRow;
use anlanh_store::item::ItemRow;
use anlanh_store::proposal;
use anlanh_store::{Viewer, Writer, event, item, report};
use serde::{Deserialize, Serialize};

use super::{AskedMeasure, Enforcement, EnforcementError, Plan, plan};
use crate::case::{Decided, Means, Verdict, load_for, permit_person, told_case, write_decision};
use crate::engine::Engine;
use crate::quality::viewer;
use crate::{App, Error, appeal};

/// Most cases that one decision is over.
pub const MAX_BULK: usize = 100;

/// Over how many items a decision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// One.
    One,
    /// Many: what is about speech takes a second person then.
    Many,
}

/// Who decides, and as whom they look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decider {
    pub person: Person,
    pub viewer: Viewer,
}

/// Decides each of these cases alike, all or none of them.
///
/// # Errors
/// When there are none, too many, or one twice; and for any of them, as [`decide`](crate::case::decide).
pub async fn decide_all(app: &App, actor: &Actor, ids: Vec<Id<Case>>, verdict: Verdict) -> Result<Vec<Decided>, Error> {
    let by = decider(actor)?;
    check_bulk(&ids)?;
    let (means, scale) = (Means::of(app), if ids.len() > 1 { Scale::Many } else { Scale::One });
    app.store
        .write(app.change(actor, AuditAction::DecideCase), move |writer| {
            let decided = ids
                .iter()
                .map(|id| decide_one(writer, &means, by, *id, &verdict, scale));
            let decided: Vec<Decided> = decided.collect::<Result<_, _>>()?;
            about(writer, &ids, verdict.outcome.key());
            Ok(decided)
        })
        .await
}

/// Confirms as the second person what a first decided.
///
/// # Errors
/// When the one who asks may not or decided first, nothing waits, the policy in force no longer has what it names, or the
/// database is away or full.
pub async fn confirm(app: &App, actor: &Actor, id: Id<Case>) -> Result<DecisionRow, Error> {
    let mut confirmed = confirm_all(app, actor, vec![id]).await?;
    confirmed.pop().ok_or(Error::NotFound("decision"))
}

/// Confirms each of these, all or none of them.
///
/// # Errors
/// As [`confirm`].
pub async fn confirm_all(app: &App, actor: &Actor, ids: Vec<Id<Case>>) -> Result<Vec<DecisionRow>, Error> {
    let by = decider(actor)?;
    check_bulk(&ids)?;
    let means = Means::of(app);
    app.store
        .write(app.change(actor, AuditAction::DecideCase), move |writer| {
            let confirmed = ids.iter().map(|id| confirm_one(writer, &means, by, *id));
            let confirmed: Vec<DecisionRow> = confirmed.collect::<Result<_, _>>()?;
            about(writer, &ids, "confirmed");
            Ok(confirmed)
        })
        .await
}

/// Sends a decision that waits for a second person back, to be decided anew; whoever made it takes it back so.
///
/// # Errors
/// When the one who asks may not, nothing waits, the note is no text, or the database is away or full.
pub async fn decline(app: &App, actor: &Actor, id: Id<Case>, why: String) -> Result<CaseRow, Error> {
    let by = decider(actor)?;
    let note: Text<{ Case::MAX_NOTE_BYTES }> = Text::parse(&why).map_err(|error| Error::Text("note", error))?;
    app.store
        .write(app.change(actor, AuditAction::DeclineDecision), move |writer| {
            let row = load_for(writer, id, by.viewer, by.person)?;
            let (next, happened) = row.case.decline(by.person, note.clone(), writer.now())?;
            case::update(writer, &next)?;
            event::insert(writer, id, &happened)?;
            proposal::forget(writer, id)?;
            writer.about("case", id.number(), happened.key());
            case::load(writer, id)?.ok_or(Error::NotFound("case"))
        })
        .await
}

pub(crate) fn decide_one(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    by: Decider,
    id: Id<Case>,
    verdict: &Verdict,
    scale: Scale,
) -> Result<Decided, Error> {
    let row = load_for(writer, id, by.viewer, by.person)?;
    if let Purpose::Appeal { .. } = row.case.purpose {
        return Err(AppealError::NotAnAppeal.into());
    }
    let (item, plan) = planned(writer, &means.engine, &row, verdict, by.viewer)?;
    let takes_effect = row.case.purpose == Purpose::Live;
    if takes_effect && (plan.needs_second || scale == Scale::Many && is_speech(&means.engine, &plan)) {
        return propose(writer, by.person, &row, verdict);
    }
    let step = row.case.clone().decide(by.person, verdict.outcome, writer.now())?;
    let decision = write_decision(writer, means, &row, &item, step, &plan, None)?;
    Ok(Decided::Done(Box::new(decision)))
}

/// Lets a verdict wait for a second person.
pub(crate) fn propose(
    writer: &mut Writer<'_, '_>,
    person: Person,
    row: &CaseRow,
    verdict: &Verdict,
) -> Result<Decided, Error> {
    let id = row.case.id;
    let (next, happened) = row.case.clone().propose(person, verdict.outcome, writer.now())?;
    case::update(writer, &next)?;
    event::insert(writer, id, &happened)?;
    proposal::wait(writer, id, person.id, &write(verdict)?)?;
    let detail = format!("{} awaiting_second", verdict.outcome.key());
    writer.about("case", id.number(), detail);
    let row = case::load(writer, id)?.ok_or(Error::NotFound("case"))?;
    Ok(Decided::AwaitingSecond(Box::new(row)))
}

fn confirm_one(writer: &mut Writer<'_, '_>, means: &Means, by: Decider, id: Id<Case>) -> Result<DecisionRow, Error> {
    let row = load_for(writer, id, by.viewer, by.person)?;
    let waiting = proposal::waiting(writer, id)?;
    let verdict = match &waiting {
        Some(waiting) => read(&waiting.verdict)?,
        None => {
            // The case knows best why nothing waits.
            row.case.confirm(by.person, Outcome::NoViolation, writer.now())?;
            return Err(anlanh_model::CaseError::NotAwaiting.into());
        }
    };
    let step: (Case, CaseEvent) = row.case.clone().confirm(by.person, verdict.outcome, writer.now())?;
    proposal::forget(writer, id)?;
    if let Purpose::Appeal { .. } = row.case.purpose {
        return appeal::confirmed(writer, means, row, &verdict, step, by.person);
    }
    let (item, plan) = planned(writer, &means.engine, &row, &verdict, by.viewer)?;
    write_decision(writer, means, &row, &item, step, &plan, Some(by.person))
}

fn planned(
    writer: &mut Writer<'_, '_>,
    engine: &Engine,
    row: &CaseRow,
    verdict: &Verdict,
    viewer: Viewer,
) -> Result<(ItemRow, Plan), Error> {
    if verdict.enforcement.owner.is_some() {
        // A case that measures answers as the one that it repeats.
        let told = told_case(writer, row, viewer)?;
        if report::reach(writer, told)?.reports == 0 {
            return Err(EnforcementError::NotForOwner.into());
        }
    }
    let item = item::load(writer, row.item)?.ok_or(Error::NotFound("item"))?;
    let proposed = proposal::of_case(writer, row.case.id)?;
    let now = writer.now();
    let mut plan = plan(writer, engine, &item, proposed.as_ref(), verdict, now)?;
    plan.statement = plan.statement.found_by(row.cause.detection());
    Ok((item, plan))
}

/// Whether it is about what people say and hold.
fn is_speech(engine: &Engine, plan: &Plan) -> bool {
    let category = plan.statement.category().and_then(|key| engine.policy.category(key));
    category.is_some_and(|category| category.speech)
}

pub(crate) fn decider(actor: &Actor) -> Result<Decider, Error> {
    let person = permit_person(actor, Permission::DecideCases)?;
    let viewer = viewer(actor);
    Ok(Decider { person, viewer })
}

fn check_bulk(ids: &[Id<Case>]) -> Result<(), Error> {
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    if ids.is_empty() || ids.len() > MAX_BULK || sorted.len() != ids.len() {
        return Err(EnforcementError::BadBulk.into());
    }
    Ok(())
}

/// One case is told by its id, many by how many.
fn about(writer: &mut Writer<'_, '_>, ids: &[Id<Case>], detail: &str) {
    match ids {
        [_] => {}
        many => {
            let ids: Vec<String> = many.iter().map(ToString::to_string).collect();
            writer.about(
                "cases",
                i64::try_from(many.len()).unwrap_or(i64::MAX),
                format!("{detail} {}", ids.join(" ")),
            );
        }
    }
}

/// A verdict as it waits: keys, lengths and the words of the person, read again by whatever policy is in force then.
#[derive(Serialize, Deserialize)]
struct Waiting {
    outcome: String,
    category: Option<String>,
    basis: Vec<String>,
    labels: Vec<String>,
    facts: String,
    days: Option<u32>,
    verified: Option<String>,
    measures: Vec<(String, String, Option<u32>)>,
    strikes: Option<Vec<String>>,
    #[serde(default)]
    owner: Option<String>,
}

fn write(verdict: &Verdict) -> Result<String, Error> {
    let asked = &verdict.enforcement;
    let measures = asked.measures.iter();
    let waiting = Waiting {
        outcome: verdict.outcome.key().to_owned(),
        category: verdict.category.clone(),
        basis: verdict.basis.clone(),
        labels: verdict.labels.clone(),
        facts: verdict.facts.clone(),
        days: asked.days,
        verified: asked.verified.clone(),
        measures: measures
            .map(|it| (it.kind.key().to_owned(), it.target.key().to_owned(), it.days))
            .collect(),
        strikes: asked
            .strikes
            .as_ref()
            .map(|kinds| kinds.iter().map(|kind| kind.key().to_owned()).collect()),
        owner: asked.owner.map(|kind| kind.key().to_owned()),
    };
    serde_json::to_string(&waiting).map_err(|_| Error::Uncompiled)
}

pub(crate) fn read(written: &str) -> Result<Verdict, Error> {
    let waiting: Waiting = serde_json::from_str(written).map_err(|_| Error::Uncompiled)?;
    let target = |key: &str| TargetKind::from_key(key).ok_or(Error::UnknownKey("target"));
    let measure = |(kind, to, days): &(String, String, Option<u32>)| {
        Ok::<AskedMeasure, Error>(AskedMeasure {
            kind: MeasureKind::from_key(kind).ok_or(Error::UnknownKey("measure"))?,
            target: target(to)?,
            days: *days,
        })
    };
    let strikes = waiting
        .strikes
        .as_ref()
        .map(|keys| keys.iter().map(|key| target(key)).collect());
    Ok(Verdict {
        outcome: Outcome::from_key(&waiting.outcome).ok_or(Error::UnknownKey("outcome"))?,
        enforcement: Enforcement {
            days: waiting.days,
            verified: waiting.verified,
            measures: waiting.measures.iter().map(measure).collect::<Result<_, _>>()?,
            strikes: strikes.transpose()?,
            owner: waiting.owner.as_deref().map(target).transpose()?,
        },
        category: waiting.category,
        basis: waiting.basis,
        labels: waiting.labels,
        facts: waiting.facts,
    })
}
