//! Rules by which incidents are told to the national centre: made by one person, put in force by a second, paused and ended by any who
//! may; and what they plan, which people look at, hold back, or send at once.

use std::sync::Arc;

use anlanh_model::{
    Actor, AlertEvent, AuditAction, Id, Incident, Permission, Severity, SharePlan, SharingRule, SharingState,
    SharingStep, SharingStepError, Text,
};
use anlanh_store::incident::sharing::{self as store, PlanStep};
use anlanh_store::incident::work::{self, By, Note};
use anlanh_store::{Queries, Writer};
use anlanh_vault::Vault;

use super::IncidentError;
use super::plan::{carry_out, drop_plan};
use super::share::{Extent, MOST_TLP, Preview, Signing, look};
use super::step::read_words;
use crate::case::permit_person;
use crate::indicator::Clearance;
use crate::{App, Error, permit};

pub use anlanh_store::incident::sharing::{PlanRow, RuleRow, RuleStanding};

/// Longest name of a rule, in bytes.
pub const MAX_NAME_BYTES: usize = 120;
/// Longest basis of a rule, in bytes.
pub const MAX_BASIS_BYTES: usize = 1_000;
/// Longest that a rule waits after an incident was graded, in minutes: a first notice is due within a day.
pub const MAX_WAIT_MINUTES: u32 = 24 * 60;
/// Most rules that are not over.
pub const MAX_RULES: u32 = 32;
/// Rules that are over and are shown.
const SHOWN_ENDED: u32 = 20;
/// Plans that are shown, and of how many it is shown what would leave.
const SHOWN_PLANS: u32 = 100;
const SHOWN_PREVIEWS: usize = 20;

/// What stands in the way of a rule, or of what it planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SharingError {
    /// Its life does.
    #[error("the step is not taken")]
    Step(#[from] SharingStepError),
    /// It would wait too long.
    #[error("a rule waits at most {MAX_WAIT_MINUTES} minutes")]
    Wait,
    /// There are too many.
    #[error("a node has at most {MAX_RULES} rules of sharing")]
    TooMany,
}

/// A rule that somebody makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRule {
    /// What people call it.
    pub name: String,
    /// Why it may and is to be told.
    pub basis: String,
    /// The least severity that it is about.
    pub least: Severity,
    /// The kinds of events that it is about; every one where there is none.
    pub events: Vec<AlertEvent>,
    /// How long it waits after an incident was graded, in minutes.
    pub wait_minutes: u32,
}

/// Something planned, and what would leave if it left now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The plan.
    pub row: PlanRow,
    /// What would leave; none where it is not looked at here, or of more hosts than can be looked for.
    pub preview: Option<Preview>,
}

/// Rules, and what they planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// Rules that are not over, the newest first.
    pub rules: Vec<RuleRow>,
    /// Rules that are, the newest first.
    pub ended: Vec<RuleRow>,
    /// What waits or is held back.
    pub plans: Vec<Planned>,
    /// Whether the node has somebody to tell.
    pub tells: bool,
}

/// Makes a rule. It plans nothing until a second person puts it in force.
///
/// # Errors
/// When the one who asks may not, a text is none, it waits too long, there are too many, or the database is away or full.
pub async fn add(app: &App, actor: &Actor, new: NewRule) -> Result<Id<SharingRule>, Error> {
    let by = permit_person(actor, Permission::WorkIncidents)?;
    let name: Text<MAX_NAME_BYTES> = Text::parse(&new.name).map_err(|error| Error::Text("name", error))?;
    let basis: Text<MAX_BASIS_BYTES> = Text::parse(&new.basis).map_err(|error| Error::Text("basis", error))?;
    if new.wait_minutes > MAX_WAIT_MINUTES {
        return Err(SharingError::Wait.into());
    }
    let mut events = new.events;
    events.sort_unstable();
    events.dedup();
    let settings = store::RuleSettings {
        name: name.as_str().to_owned(),
        basis: basis.as_str().to_owned(),
        least: new.least,
        events,
        wait_minutes: new.wait_minutes,
    };
    let write = move |writer: &mut Writer<'_, '_>| {
        let known = u32::try_from(store::rules(writer, MAX_RULES)?.len()).unwrap_or(u32::MAX);
        if known >= MAX_RULES {
            return Err(SharingError::TooMany.into());
        }
        let id = store::insert(writer, &settings, by.id)?;
        writer.about("sharing rule", id.number(), settings.least.key());
        Ok::<_, Error>(id)
    };
    app.store
        .write(app.change(actor, AuditAction::MakeSharingRule), write)
        .await
}

/// Takes a step with a rule.
///
/// # Errors
/// When the one who asks may not, there is no such rule, its life stands in the way, or the database is away or full.
pub async fn step(app: &App, actor: &Actor, id: Id<SharingRule>, step: SharingStep) -> Result<(), Error> {
    let by = permit_person(actor, Permission::WorkIncidents)?;
    let write = move |writer: &mut Writer<'_, '_>| {
        let rule = store::rule(writer, id)?.ok_or(Error::NotFound("rule"))?;
        let after = rule
            .state
            .after(step, rule.made_by.0, by.id)
            .map_err(SharingError::from)?;
        let forced_by = (rule.state == SharingState::Proposed && after == SharingState::Active).then_some(by.id);
        store::set_state(writer, id, after, (by.id, forced_by))?;
        match step {
            SharingStep::Enforce | SharingStep::Pause => {}
            // People have as long to look as they would have had.
            SharingStep::Resume => {
                let due_at = writer.now().plus_minutes(i64::from(rule.settings.wait_minutes));
                store::postpone(writer, id, due_at)?;
            }
            SharingStep::End => {
                for plan in store::plans_of_rule(writer, id)? {
                    drop_plan(writer, &plan, "rule_ended")?;
                }
            }
        }
        writer.about("sharing rule", id.number(), after.key());
        Ok::<_, Error>(())
    };
    app.store
        .write(app.change(actor, AuditAction::StepSharingRule), write)
        .await
}

/// Holds back what a rule planned, until somebody sends it.
///
/// # Errors
/// When the one who asks may not, there is no such plan, it neither waits nor is open, the reason is none, or the database is away or
/// full.
pub async fn hold(app: &App, actor: &Actor, id: Id<SharePlan>, reason: &str) -> Result<Id<Incident>, Error> {
    let by = permit_person(actor, Permission::WorkIncidents)?;
    let reason = read_words(reason)?;
    let write = move |writer: &mut Writer<'_, '_>| {
        let plan = store::load_plan(writer, id)?.ok_or(Error::NotFound("plan"))?;
        let state = plan.state.hold().map_err(SharingError::from)?;
        let step = PlanStep {
            state,
            by: Some(by.id),
            share: None,
        };
        store::set_plan(writer, id, step)?;
        let note = Note {
            kind: "share_held",
            words: Some(&reason),
            by: By::Person(by.id),
            ..Note::default()
        };
        work::note(writer, plan.incident, &note)?;
        writer.about("incident", plan.incident.number(), format!("plan {id} held"));
        Ok::<_, Error>(plan.incident)
    };
    app.store.write(app.change(actor, AuditAction::HoldShare), write).await
}

/// Sends what a rule planned now, whether it waits or was held back.
///
/// # Errors
/// When the one who asks may not, the node has nobody to tell, there is no such plan, it is over, the key does not sign, or the database
/// is away or full.
pub async fn send_now(app: &App, actor: &Actor, id: Id<SharePlan>) -> Result<Id<Incident>, Error> {
    let by = permit_person(actor, Permission::WorkIncidents)?;
    let signing = Signing::of(app).ok_or(IncidentError::NobodyToTell)?;
    let write = move |writer: &mut Writer<'_, '_>| {
        let plan = store::load_plan(writer, id)?.ok_or(Error::NotFound("plan"))?;
        if !plan.state.is_open() {
            return Err(SharingError::from(SharingStepError::PlanOver).into());
        }
        carry_out(writer, &signing, &plan, Some(by.id))?;
        Ok::<_, Error>(plan.incident)
    };
    app.store
        .write(app.change(actor, AuditAction::ShareIncident), write)
        .await
}

/// Rules, what they planned, and what of it would leave.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn board(app: &App, actor: &Actor) -> Result<Board, Error> {
    permit(actor, Permission::ReadIncidents)?;
    let (vault, now, tells) = (Arc::clone(&app.vault), app.clock.now(), app.edxml.is_some());
    app.store
        .read("sharing.board", move |tx| {
            let mut plans = Vec::new();
            for row in store::open_plans(tx, SHOWN_PLANS)? {
                let preview = if plans.len() < SHOWN_PREVIEWS {
                    preview_of(tx, &vault, &row, now)?
                } else {
                    None
                };
                plans.push(Planned { row, preview });
            }
            Ok(Board {
                rules: store::rules(tx, MAX_RULES)?,
                ended: store::ended_rules(tx, SHOWN_ENDED)?,
                plans,
                tells,
            })
        })
        .await
}

/// A page of rules, the newest first.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn rules(
    app: &App,
    actor: &Actor,
    standing: RuleStanding,
    page: (Option<Id<SharingRule>>, u32),
) -> Result<Vec<RuleRow>, Error> {
    permit(actor, Permission::ReadIncidents)?;
    app.store
        .read("sharing.rules", move |tx| Ok(store::rules_page(tx, standing, page)?))
        .await
}

/// A page of what waits or is held back, the newest first. What a program is not cleared for has no title.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn plans(app: &App, actor: &Actor, page: (Option<Id<SharePlan>>, u32)) -> Result<Vec<PlanRow>, Error> {
    permit(actor, Permission::ReadIncidents)?;
    let clearance = Clearance::of(app, actor).await?;
    app.store
        .read("sharing.plans", move |tx| {
            let mut rows = store::plans_page(tx, page)?;
            for row in &mut rows {
                hide_title(tx, clearance, row)?;
            }
            Ok(rows)
        })
        .await
}

/// Something planned, and what would leave if it left now: for whoever is cleared for all that may leave.
///
/// # Errors
/// When the one who asks may not, there is no such plan, or the database is away.
pub async fn plan(app: &App, actor: &Actor, id: Id<SharePlan>) -> Result<Planned, Error> {
    permit(actor, Permission::ReadIncidents)?;
    let clearance = Clearance::of(app, actor).await?;
    let (vault, now) = (Arc::clone(&app.vault), app.clock.now());
    app.store
        .read("sharing.plan", move |tx| {
            let mut row = store::load_plan(tx, id)?.ok_or(Error::NotFound("plan"))?;
            let preview = if row.state.is_open() && clearance.covers(MOST_TLP) {
                preview_of(tx, &vault, &row, now)?
            } else {
                None
            };
            hide_title(tx, clearance, &mut row)?;
            Ok(Planned { row, preview })
        })
        .await
}

fn hide_title(tx: &mut dyn Queries, clearance: Clearance, row: &mut PlanRow) -> Result<(), Error> {
    let incident = anlanh_store::incident::load(tx, row.incident)?.ok_or(Error::NotFound("incident"))?;
    if !clearance.covers(incident.tlp) {
        row.title.clear();
    }
    Ok(())
}

/// What is planned to be told of an incident, if anything is.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn of_incident(app: &App, actor: &Actor, id: Id<Incident>) -> Result<Option<Planned>, Error> {
    permit(actor, Permission::ReadIncidents)?;
    let (vault, now) = (Arc::clone(&app.vault), app.clock.now());
    app.store
        .read("sharing.of_incident", move |tx| {
            let Some(row) = store::plan_of(tx, id)? else {
                return Ok(None);
            };
            let preview = preview_of(tx, &vault, &row, now)?;
            Ok(Some(Planned { row, preview }))
        })
        .await
}

fn preview_of(
    tx: &mut dyn Queries,
    vault: &Vault,
    row: &PlanRow,
    now: anlanh_model::Time,
) -> Result<Option<Preview>, Error> {
    match look(tx, vault, (row.incident, Extent::New(&row.events)), now) {
        Ok(preview) => Ok(Some(preview)),
        // Of so many hosts, or of erased ones, nothing is told; the page is there all the same.
        Err(Error::Incident(IncidentError::TooMany | IncidentError::HostsErased)) => Ok(None),
        Err(error) => Err(error),
    }
}
