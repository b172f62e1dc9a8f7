//! What rules plan to tell the national centre, from an incident's grading to the message.
//!
//! A plan is a row, and becomes one message in the transaction that ends it: whatever kills the node, it leaves once or still waits.
//! Something is planned when an incident is graded, and again, at most once a day, when it has alerts that are new to the centre: of a
//! host, a value and a kind of event together that no message told of.

use std::sync::atomic::Ordering;

use anlanh_model::{
    Actor, AuditAction, Id, Incident, IncidentOutcome, IncidentState, Person, PlanState, SharePlan, SharingState,
};
use anlanh_store::Writer;
use anlanh_store::incident::own_tlp;
use anlanh_store::incident::share::Sender;
use anlanh_store::incident::sharing::{self as store, PlanRow, PlanStep, Planning, RuleRow};
use anlanh_store::incident::work::{self, By, Note};

use super::IncidentError;
use super::share::{Extent, MOST_TLP, Signing, make, pass_over};
use super::step::load;
use crate::{App, Error};

/// How long after something of an incident was told something new is planned.
const AGAIN_HOURS: i64 = 24;
/// How often it is looked for.
const LOOK_MINUTES: i64 = 1;
/// Most incidents that one transaction plans for, and most messages that are signed before other work has its turn.
const AT_ONCE: u32 = 100;

/// Plans what is new of incidents that were told of, and tells what is due.
pub(crate) async fn run(app: &App) -> Result<(), Error> {
    let Some(signing) = Signing::of(app) else {
        return Ok(());
    };
    plan_again(app).await?;
    let now = app.clock.now();
    let due = app
        .store
        .read("sharing.due", move |tx| Ok::<_, Error>(store::due(tx, now, AT_ONCE)?));
    let mut failed = None;
    for id in due.await? {
        // One that cannot be signed keeps no other from leaving.
        if let Err(error) = tell(app, signing.clone(), id).await {
            failed = Some(error);
        }
    }
    failed.map_or(Ok(()), Err)
}

async fn plan_again(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    if now.as_micros() < app.sharing_due.load(Ordering::Acquire) {
        return Ok(());
    }
    let since = now.plus_minutes(-AGAIN_HOURS * 60);
    let found = app.store.read("sharing.again", move |tx| {
        Ok::<_, Error>(!store::again(tx, since, MOST_TLP, 1)?.is_empty())
    });
    if found.await? {
        let change = app.change(&Actor::Node, AuditAction::PlanShares);
        let write = move |writer: &mut Writer<'_, '_>| {
            let mut planned: Option<Id<Incident>> = None;
            let mut count = 0_i64;
            for planning in store::again(writer, since, MOST_TLP, AT_ONCE)? {
                // The first rule of each incident is the one that waits least.
                if planned.replace(planning.incident) != Some(planning.incident) {
                    plan(writer, &planning)?;
                    count += 1;
                }
            }
            writer.about("incidents", count, "planned");
            Ok::<_, Error>(())
        };
        app.store.write(change, write).await?;
    }
    let next = now.plus_minutes(LOOK_MINUTES).as_micros();
    app.sharing_due.store(next, Ordering::Release);
    Ok(())
}

async fn tell(app: &App, signing: Signing, id: Id<SharePlan>) -> Result<(), Error> {
    let write = move |writer: &mut Writer<'_, '_>| {
        let now = writer.now();
        // It may have been held back, or sent, since it was looked for.
        let is_due = |plan: &PlanRow| {
            plan.state == PlanState::Waiting && plan.due_at <= now && plan.rule_state == SharingState::Active
        };
        match store::load_plan(writer, id)?.filter(is_due) {
            Some(plan) => carry_out(writer, &signing, &plan, None),
            None => {
                writer.about("share plan", id.number(), "not due");
                Ok(())
            }
        }
    };
    app.store
        .write(app.change(&Actor::Node, AuditAction::ShareIncident), write)
        .await
}

/// Plans what the rule in force that waits least tells of an incident that was graded, where the node has somebody to tell and nothing of
/// it was told or planned; what was planned by a rule that is about it no more is dropped.
pub(super) fn begin(writer: &mut Writer<'_, '_>, signing: Option<&Signing>, id: Id<Incident>) -> Result<(), Error> {
    look_again(writer, id)?;
    let goes_further = own_tlp(writer, id)?.is_none_or(|tlp| tlp <= MOST_TLP);
    if signing.is_none() || !goes_further || store::is_begun(writer, id)? {
        return Ok(());
    }
    let severity = load(writer, id)?.incident.severity;
    match store::about(writer, id, severity)? {
        Some(planning) => plan(writer, &planning),
        None => Ok(()),
    }
}

/// Drops what was planned of an incident, where the incident is no more what the rule is about.
pub(super) fn look_again(writer: &mut Writer<'_, '_>, id: Id<Incident>) -> Result<(), Error> {
    let Some(plan) = store::plan_of(writer, id)? else {
        return Ok(());
    };
    let rule = store::rule(writer, plan.rule)?.ok_or(Error::NotFound("rule"))?;
    match not_told(writer, id, &rule)? {
        Some(why) => drop_plan(writer, &plan, why),
        None => Ok(()),
    }
}

fn plan(writer: &mut Writer<'_, '_>, planning: &Planning) -> Result<(), Error> {
    let due_at = writer.now().plus_minutes(i64::from(planning.wait_minutes));
    store::plan(writer, planning, due_at)?;
    let rule = store::rule(writer, planning.rule)?.ok_or(Error::NotFound("rule"))?;
    let detail = due_at.as_micros().to_string();
    let note = Note {
        kind: "share_planned",
        detail: &detail,
        words: Some(&rule.settings.name),
        ..Note::default()
    };
    Ok(work::note(writer, planning.incident, &note)?)
}

/// Ends a plan without a message.
pub(super) fn drop_plan(writer: &mut Writer<'_, '_>, plan: &PlanRow, why: &str) -> Result<(), Error> {
    let step = PlanStep {
        state: PlanState::Dropped,
        by: None,
        share: None,
    };
    store::set_plan(writer, plan.id, step)?;
    let note = Note {
        kind: "share_dropped",
        detail: why,
        words: Some(&plan.rule_name),
        ..Note::default()
    };
    Ok(work::note(writer, plan.incident, &note)?)
}

/// Why an incident is not told by a rule, by its marking or by its life.
fn not_told(writer: &mut Writer<'_, '_>, id: Id<Incident>, rule: &RuleRow) -> Result<Option<&'static str>, Error> {
    if own_tlp(writer, id)?.is_some_and(|tlp| tlp > MOST_TLP) {
        return Ok(Some("tlp"));
    }
    Ok(stands_in_the_way(&load(writer, id)?.incident, rule))
}

fn stands_in_the_way(incident: &Incident, rule: &RuleRow) -> Option<&'static str> {
    match incident.state {
        IncidentState::New => Some("not_graded"),
        IncidentState::Merged { .. } => Some("merged"),
        IncidentState::Closed {
            outcome: IncidentOutcome::FalsePositive,
            ..
        } => Some("false_positive"),
        IncidentState::Triaged
        | IncidentState::Working { .. }
        | IncidentState::Contained { .. }
        | IncidentState::Closed {
            outcome: IncidentOutcome::TruePositive,
            ..
        } => (incident.severity < rule.settings.least).then_some("severity"),
    }
}

/// Ends a plan with the message that it is for, with the words that there was nothing to tell, or with why it is not told after all.
pub(super) fn carry_out(
    writer: &mut Writer<'_, '_>,
    signing: &Signing,
    plan: &PlanRow,
    person: Option<Id<Person>>,
) -> Result<(), Error> {
    let id = plan.incident;
    let rule = store::rule(writer, plan.rule)?.ok_or(Error::NotFound("rule"))?;
    if let Some(why) = not_told(writer, id, &rule)? {
        writer.about("incident", id.number(), format!("plan {} dropped {why}", plan.id));
        return drop_plan(writer, plan, why);
    }
    let sender = person.map_or(Sender::Rule(rule.id), |person| Sender::Early(rule.id, person));
    let extent = Extent::New(&plan.events);
    let (share, digest) = match make(writer, signing, (id, extent), sender) {
        Ok(made) => made,
        Err(Error::Incident(IncidentError::NothingToTell | IncidentError::TooMany | IncidentError::HostsErased)) => {
            return end_with_nothing(writer, plan, extent);
        }
        Err(error) => return Err(error),
    };
    let step = PlanStep {
        state: PlanState::Shared,
        by: person,
        share: Some(share),
    };
    store::set_plan(writer, plan.id, step)?;
    let forced_by = rule.forced_by.as_deref().unwrap_or_default();
    let words = format!("{} ({}, {forced_by})", rule.settings.name, rule.made_by.1);
    let note = Note {
        kind: "shared_by_rule",
        detail: &digest,
        words: Some(&words),
        by: person.map_or(By::Node, By::Person),
    };
    work::note(writer, id, &note)?;
    writer.about("incident", id.number(), format!("edxml {digest} rule {}", rule.id));
    Ok(())
}

/// The timeline says once that nothing may leave.
fn end_with_nothing(writer: &mut Writer<'_, '_>, plan: &PlanRow, extent: Extent<'_>) -> Result<(), Error> {
    let id = plan.incident;
    let step = PlanStep {
        state: PlanState::Nothing,
        by: None,
        share: None,
    };
    store::set_plan(writer, plan.id, step)?;
    pass_over(writer, (id, extent), plan.id.number())?;
    if !store::said_nothing(writer, id)? {
        let note = Note {
            kind: "share_nothing",
            words: Some(&plan.rule_name),
            ..Note::default()
        };
        work::note(writer, id, &note)?;
    }
    writer.about("incident", id.number(), format!("plan {} nothing", plan.id));
    Ok(())
}
