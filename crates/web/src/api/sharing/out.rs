//! Rules of sharing, what they planned, and what was told, as they are answered.

use anlanh_app::incident::share::{AttemptRow, ShareRow};
use anlanh_app::incident::sharing::{PlanRow, Planned, RuleRow};
use anlanh_model::{Id, Incident};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::instant::Instant;

/// A page of rules.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SharingRules)]
#[serde(deny_unknown_fields)]
pub struct SharingRulesOut {
    /// The rules, newest first.
    pub rules: Vec<SharingRuleOut>,
    /// Where the next page begins, for `before`; `null` where there is none.
    #[schema(required = true)]
    pub next: Option<String>,
}

/// A rule by which incidents are told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SharingRule)]
#[serde(deny_unknown_fields)]
pub struct SharingRuleOut {
    /// Its id.
    rule: String,
    /// What people call it.
    name: String,
    /// Why it may and is to be told.
    basis: String,
    /// The least severity that it is about: `low`, `medium`, `high` or `critical`.
    severity: &'static str,
    /// The kinds of events that it is about; every one where there is none.
    events: Vec<&'static str>,
    /// How long it waits after an incident was graded, in minutes.
    wait_minutes: u32,
    /// `proposed`, `active`, `paused` or `ended`.
    state: &'static str,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    state_at: Instant,
    /// The name of who says so.
    state_by: String,
    /// The name of who made it.
    made_by: String,
    /// The name of who put it in force.
    #[schema(required = true)]
    forced_by: Option<String>,
    /// How many messages left by it.
    shared: u64,
}

/// A page of what waits.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SharePlans)]
#[serde(deny_unknown_fields)]
pub struct SharePlansOut {
    /// The plans, newest first.
    pub plans: Vec<SharePlanOut>,
    /// Where the next page begins, for `before`; `null` where there is none.
    #[schema(required = true)]
    pub next: Option<String>,
}

/// What a rule is to tell of an incident.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SharePlan)]
#[serde(deny_unknown_fields)]
pub struct SharePlanOut {
    /// Its id.
    plan: String,
    /// Id of the incident.
    incident: String,
    /// What people call that; `null` where whoever asks is not cleared for it.
    #[schema(required = true)]
    title: Option<String>,
    /// Id of the rule.
    rule: String,
    /// How the rule stands: nothing leaves by one that is `paused`.
    rule_state: &'static str,
    /// `waiting`, `held`, `shared`, `nothing` (nothing may leave) or `dropped`.
    state: &'static str,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    state_at: Instant,
    /// When it leaves, where it waits.
    #[schema(value_type = String, format = DateTime)]
    due_at: Instant,
    /// The name of who held it back, or sent it.
    #[schema(required = true)]
    by: Option<String>,
}

/// What a rule is to tell, and what would leave.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SharePlanView)]
#[serde(deny_unknown_fields)]
pub struct SharePlanViewOut {
    /// The plan.
    plan: SharePlanOut,
    /// What would leave if it left now; `null` where it waits no more, nothing may be told, or whoever asks is not cleared for TLP:AMBER.
    #[schema(required = true)]
    preview: Option<SharePreviewOut>,
}

/// What would leave.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SharePreview)]
#[serde(deny_unknown_fields)]
pub struct SharePreviewOut {
    /// What is told, one thing each.
    lines: Vec<ShareLineOut>,
    /// How many alerts do not leave.
    left_out: u64,
}

/// Something that would be told of a machine.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShareLine)]
#[serde(deny_unknown_fields)]
pub struct ShareLineOut {
    /// What kind of value, and the value.
    what: String,
    /// The machine, by its place in the message: its address is not in it.
    machine: u64,
}

/// A page of the ledger.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Shares)]
#[serde(deny_unknown_fields)]
pub struct SharesOut {
    /// The messages, newest first.
    pub messages: Vec<ShareOut>,
    /// Where the next page begins, for `before`; `null` where there is none.
    #[schema(required = true)]
    pub next: Option<String>,
}

/// A message that was told to the national centre.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Share)]
#[serde(deny_unknown_fields)]
pub struct ShareOut {
    /// Its id.
    message: String,
    /// Id of the incident.
    incident: String,
    /// SHA-256 of its bytes, in hexadecimal digits.
    sha256: String,
    /// The name of who had it sent; `null` where a rule alone did.
    #[schema(required = true)]
    by: Option<String>,
    /// The rule by which it left; `null` where somebody sent it by hand.
    #[schema(required = true)]
    rule: Option<ShareRuleOut>,
    /// When it is tried again; `null` where it was taken or given up.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    next_at: Option<Instant>,
    /// When it was taken.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    acknowledged_at: Option<Instant>,
    /// The attempts, the first 100.
    attempts: Vec<ShareAttemptOut>,
}

/// A rule by which a message left.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShareRule)]
#[serde(deny_unknown_fields)]
pub struct ShareRuleOut {
    /// Its name.
    name: String,
    /// The name of who made it.
    made_by: String,
    /// The name of who put it in force.
    forced_by: String,
}

/// An attempt to deliver a message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShareAttempt)]
#[serde(deny_unknown_fields)]
pub struct ShareAttemptOut {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// The HTTP status; `null` where nothing was answered.
    #[schema(required = true)]
    status: Option<u16>,
    /// The beginning of the answer, or why there was none; `null` also where whoever asks is not cleared for TLP:AMBER.
    #[schema(required = true)]
    answer: Option<String>,
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

impl SharingRuleOut {
    /// A rule.
    pub fn of(row: &RuleRow) -> Self {
        let settings = &row.settings;
        Self {
            rule: row.id.to_string(),
            name: settings.name.clone(),
            basis: settings.basis.clone(),
            severity: settings.least.key(),
            events: settings.events.iter().map(|event| event.key()).collect(),
            wait_minutes: settings.wait_minutes,
            state: row.state.key(),
            state_at: Instant(row.state_at),
            state_by: row.state_by.clone(),
            made_by: row.made_by.1.clone(),
            forced_by: row.forced_by.clone(),
            shared: row.shared,
        }
    }
}

impl SharePlanOut {
    /// A plan.
    pub fn of(row: &PlanRow) -> Self {
        Self {
            plan: row.id.to_string(),
            incident: row.incident.to_string(),
            title: some(&row.title),
            rule: row.rule.to_string(),
            rule_state: row.rule_state.key(),
            state: row.state.key(),
            state_at: Instant(row.state_at),
            due_at: Instant(row.due_at),
            by: row.by.clone(),
        }
    }
}

impl SharePlanViewOut {
    /// A plan, and what would leave.
    pub fn of(planned: &Planned) -> Self {
        let preview = planned.preview.as_ref().map(|preview| SharePreviewOut {
            lines: preview
                .lines
                .iter()
                .map(|(what, machine)| ShareLineOut {
                    what: what.clone(),
                    machine: *machine as u64,
                })
                .collect(),
            left_out: preview.left_out as u64,
        });
        Self {
            plan: SharePlanOut::of(&planned.row),
            preview,
        }
    }
}

impl ShareOut {
    /// A message of an incident.
    pub fn of(incident: Id<Incident>, row: &ShareRow) -> Self {
        Self {
            message: row.id.to_string(),
            incident: incident.to_string(),
            sha256: row.sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
            by: row.by.clone(),
            rule: row.rule.as_ref().map(|rule| ShareRuleOut {
                name: rule.name.clone(),
                made_by: rule.made_by.clone(),
                forced_by: rule.forced_by.clone(),
            }),
            next_at: row.next_at.map(Instant),
            acknowledged_at: row.acknowledged_at.map(Instant),
            attempts: row.attempts.iter().map(attempt).collect(),
        }
    }
}

fn attempt(row: &AttemptRow) -> ShareAttemptOut {
    ShareAttemptOut {
        at: Instant(row.at),
        status: row.status,
        answer: some(&row.answer),
    }
}
