//! What is asked of incidents.

use anlanh_app::incident::{NewIncident, NewSystem, Step};
use anlanh_model::{Alert, Id, Severity, TaskState, Tlp};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::caller;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// An incident that is opened by hand.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IncidentIn, example = json!({ "title": "Lừa đảo qua thư nội bộ", "severity": "high", "tlp": "amber" }))]
#[serde(deny_unknown_fields)]
pub struct IncidentIn {
    /// What people call it, at most 300 bytes.
    title: String,
    /// `low`, `medium`, `high` or `critical`, where it is graded at once and its clocks run.
    severity: Option<String>,
    /// How far what it is about goes; `amber+strict` when left out.
    tlp: Option<String>,
    /// What is known of it, at most 4,000 bytes.
    words: Option<String>,
}

/// How grave an incident is.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IncidentSeverityIn)]
#[serde(deny_unknown_fields)]
pub struct SeverityIn {
    /// `low`, `medium`, `high` or `critical`.
    severity: String,
    /// Why, at most 4,000 bytes.
    #[serde(default)]
    pub words: String,
}

/// A step of an incident.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IncidentStepIn)]
#[serde(deny_unknown_fields)]
pub struct StepIn {
    /// `take`, `contain` or `reopen`. People close incidents on their page.
    step: String,
    /// Why, at most 4,000 bytes.
    #[serde(default)]
    pub words: String,
}

/// Words for the timeline.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IncidentNoteIn)]
#[serde(deny_unknown_fields)]
pub struct NoteIn {
    /// The words, at most 4,000 bytes.
    pub words: String,
}

/// What is to be done.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IncidentTaskIn)]
#[serde(deny_unknown_fields)]
pub struct TaskIn {
    /// What, at most 300 bytes.
    pub title: String,
}

/// A playbook.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IncidentPlaybookIn)]
#[serde(deny_unknown_fields)]
pub struct PlaybookIn {
    /// Its key in the policy.
    pub playbook: String,
}

/// Whether a task was done.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IncidentTaskStateIn)]
#[serde(deny_unknown_fields)]
pub struct TaskStateIn {
    /// `open`, `done` or `skipped`.
    state: String,
}

/// A system that an incident affects.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IncidentSystemIn)]
#[serde(deny_unknown_fields)]
pub struct SystemIn {
    /// Its name, at most 300 bytes.
    name: String,
    /// Whose it is, at most 300 bytes.
    owner: String,
    /// Its level by law.
    level: u32,
}

/// Alerts that are put into an incident, or out of it.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IncidentAlertsIn)]
#[serde(deny_unknown_fields)]
pub struct AlertsIn {
    /// `attach`: they come into this incident from wherever they are. `detach`: they become an incident of their own.
    r#do: String,
    /// Ids of 1 to 200 alerts.
    alerts: Vec<String>,
    /// Why, at most 4,000 bytes.
    pub words: String,
}

/// What becomes of alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moving {
    /// They come in.
    Attach,
    /// They go.
    Detach,
}

fn unknown(what: &'static str) -> Problem {
    let refusal = Refusal::of(&anlanh_app::Error::UnknownKey(what));
    Problem::Refused(refusal.unwrap_or_else(|| Refusal::bad_query(what)))
}

fn severity(key: &str) -> Result<Severity, Problem> {
    Severity::from_key(key).ok_or_else(|| unknown("severity"))
}

impl IncidentIn {
    /// The incident.
    ///
    /// # Errors
    /// When a key is none.
    pub fn read(self) -> Result<NewIncident, Problem> {
        let tlp = self.tlp.as_deref().map_or(Some(Tlp::AmberStrict), Tlp::from_key);
        Ok(NewIncident {
            title: self.title,
            severity: self.severity.as_deref().map(severity).transpose()?,
            tlp: tlp.ok_or_else(|| unknown("tlp"))?,
            words: self.words.unwrap_or_default(),
        })
    }
}

impl SeverityIn {
    /// The step.
    ///
    /// # Errors
    /// When the key is none.
    pub fn step(&self) -> Result<Step, Problem> {
        severity(&self.severity).map(Step::Triage)
    }
}

impl StepIn {
    /// The step.
    ///
    /// # Errors
    /// When the key is none of a step that a program takes for a person.
    pub fn step(&self) -> Result<Step, Problem> {
        match self.step.as_str() {
            "take" => Ok(Step::Take),
            "contain" => Ok(Step::Contain),
            "reopen" => Ok(Step::Reopen),
            _ => Err(unknown("step")),
        }
    }
}

impl TaskStateIn {
    /// The state.
    ///
    /// # Errors
    /// When the key is none.
    pub fn state(&self) -> Result<TaskState, Problem> {
        TaskState::from_key(&self.state).ok_or_else(|| unknown("state"))
    }
}

impl SystemIn {
    /// The system.
    pub fn system(self) -> NewSystem {
        NewSystem {
            name: self.name,
            owner: self.owner,
            level: self.level,
        }
    }
}

impl AlertsIn {
    /// What becomes of which.
    ///
    /// # Errors
    /// When the key or an id is none.
    pub fn moving(&self) -> Result<(Moving, Vec<Id<Alert>>), Problem> {
        let moving = match self.r#do.as_str() {
            "attach" => Moving::Attach,
            "detach" => Moving::Detach,
            _ => return Err(unknown("do")),
        };
        let ids: Result<Vec<_>, _> = self.alerts.iter().map(|id| caller::id(id, "alert")).collect();
        Ok((moving, ids?))
    }
}
