//! Incidents and alerts as they are answered. A host is its token, and what is sealed is in no answer.

use anlanh_api::IncidentEventOut;
use anlanh_app::incident::report::ReportRow;
use anlanh_app::incident::{
    AlertRow, AlertsPage, FileRow, IncidentClockRow, IncidentRow, IncidentView, SystemRow, TaskRow, TimelineRow, token,
};
use anlanh_model::{IncidentState, NoHost};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::instant::Instant;

/// A page of incidents.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Incidents)]
#[serde(deny_unknown_fields)]
pub struct IncidentsOut {
    /// The incidents, newest first.
    pub incidents: Vec<IncidentOut>,
    /// Where the next page begins, for `before`; `null` where there is none.
    #[schema(required = true)]
    pub next: Option<String>,
}

/// An incident.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Incident)]
#[serde(deny_unknown_fields)]
pub struct IncidentOut {
    /// Its id.
    incident: String,
    /// What people call it; `null` where it is about something that whoever asks is not cleared for.
    #[schema(required = true)]
    title: Option<String>,
    /// How far what it is about goes: the strictest marking of its alerts.
    tlp: &'static str,
    /// `new`, `triaged`, `working`, `contained`, `closed` or `merged`.
    state: &'static str,
    /// Since when it stands so.
    #[schema(value_type = String, format = DateTime)]
    state_at: Instant,
    /// `low`, `medium`, `high` or `critical`.
    severity: &'static str,
    /// The name of who works at it, or closed it.
    #[schema(required = true)]
    who: Option<String>,
    /// What it was closed as: `true_positive` or `false_positive`.
    #[schema(required = true)]
    outcome: Option<&'static str>,
    /// Id of the incident that it was merged into.
    #[schema(required = true)]
    merged_into: Option<String>,
    /// How often it was opened again.
    reopened: u32,
    /// When it was opened, which is when it was detected.
    #[schema(value_type = String, format = DateTime)]
    opened_at: Instant,
    /// When its first event happened.
    #[schema(value_type = String, format = DateTime)]
    first_at: Instant,
    /// When its last one did.
    #[schema(value_type = String, format = DateTime)]
    last_at: Instant,
    /// How many events it has.
    hits: u64,
    /// How many alerts they make.
    alerts: u64,
    /// How many hosts it concerns.
    hosts: u64,
    /// The clocks of the law, the one that runs out first before the others.
    clocks: Vec<IncidentClockOut>,
}

/// A clock of an incident.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentClock)]
#[serde(deny_unknown_fields)]
pub struct IncidentClockOut {
    /// Its key in the policy.
    clock: String,
    /// Legal bases.
    basis: Vec<String>,
    /// When it runs out.
    #[schema(value_type = String, format = DateTime)]
    due_at: Instant,
    /// When it warned.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    warned_at: Option<Instant>,
    /// When it ran out with nothing reported.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    breached_at: Option<Instant>,
    /// When a report met it, in time or late.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    met_at: Option<Instant>,
    /// When it ended because the incident was none.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    void_at: Option<Instant>,
}

/// An incident with what belongs to it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentView)]
#[serde(deny_unknown_fields)]
pub struct IncidentViewOut {
    /// The incident.
    incident: IncidentOut,
    /// Of its first 200 alerts those that whoever asks is cleared for, the first raised first. `incident.alerts` says how many there are.
    alerts: Vec<AlertOut>,
    /// Where its alerts go on, for `after` of `GET /v1/incidents/{incident}/alerts`; `null` where these are all.
    #[schema(required = true)]
    alerts_next: Option<String>,
    /// The last 500 things that happened, the last first.
    timeline: Vec<TimelineOut>,
    /// The systems that it affects.
    systems: Vec<SystemOut>,
    /// What is to be done.
    tasks: Vec<TaskOut>,
    /// Its evidence, by digest.
    files: Vec<FileOut>,
    /// The reports on it.
    reports: Vec<IncidentReportOut>,
}

/// A page of alerts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alerts)]
#[serde(deny_unknown_fields)]
pub struct AlertsOut {
    /// The alerts, newest first.
    pub alerts: Vec<AlertOut>,
    /// Where the next page begins, for `before`; `null` where there is none.
    #[schema(required = true)]
    pub next: Option<String>,
}

/// A page of the alerts of one incident.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentAlerts)]
#[serde(deny_unknown_fields)]
pub struct IncidentAlertsOut {
    /// The alerts that whoever asks is cleared for, the first raised first.
    alerts: Vec<AlertOut>,
    /// Where the next page begins, for `after`; `null` where this is the last.
    #[schema(required = true)]
    next: Option<String>,
}

/// An alert: what one host did with one indicator on one day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alert)]
#[serde(deny_unknown_fields)]
pub struct AlertOut {
    /// Its id.
    alert: String,
    /// Its incident; `null` where its indicator was found to be wrong.
    #[schema(required = true)]
    incident: Option<String>,
    /// Why it is there: `first`, `campaign`, `indicator`, `host`, `hand` or `muted`.
    grouping: &'static str,
    /// The token of the host, the same for the same host. The address is shown to people alone.
    #[schema(required = true)]
    host: Option<String>,
    /// Why it has no host: `unnamed` (its event names no subscriber), `old_token` (it was kept with a token from before tokens could be
    /// turned back) or `lost_token` (its token cannot be turned back: the key is another one, or the subscriber is in none of the networks
    /// named now). `null` where it has one, and where it is from before this was noted.
    #[schema(required = true)]
    no_host: Option<&'static str>,
    /// The sensor that saw it.
    sensor: String,
    /// `dns`, `flow`, `tls`, `http`, `file`, `mail`, `report` or `other`.
    event: &'static str,
    /// The field in which the value stood.
    field: String,
    /// What kind of value is listed.
    kind: String,
    /// What is listed.
    listed: String,
    /// Who lists it.
    source: String,
    /// Id of the indicator, where the node keeps it.
    #[schema(required = true)]
    indicator: Option<String>,
    /// How far it goes.
    tlp: &'static str,
    /// The campaign that it belongs to.
    #[schema(required = true)]
    campaign: Option<String>,
    /// `live`, or `hunt` where it was found later in kept events.
    origin: &'static str,
    /// How often it came.
    count: u64,
    /// When first.
    #[schema(value_type = String, format = DateTime)]
    first_at: Instant,
    /// When last.
    #[schema(value_type = String, format = DateTime)]
    last_at: Instant,
}

/// Something that happened with an incident.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentTimeline)]
#[serde(deny_unknown_fields)]
pub struct TimelineOut {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// Key of what it was.
    kind: String,
    /// Keys and numbers.
    detail: String,
    /// What somebody wrote; `null` also where whoever asks is not cleared for it.
    #[schema(required = true)]
    words: Option<String>,
    /// The name of the person or program that did it; `null` where the node did.
    #[schema(required = true)]
    by: Option<String>,
}

/// A system that an incident affects.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentSystem)]
#[serde(deny_unknown_fields)]
pub struct SystemOut {
    /// Its name.
    name: String,
    /// Whose it is.
    owner: String,
    /// Its level by law.
    level: u32,
}

/// Something that is to be done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentTask)]
#[serde(deny_unknown_fields)]
pub struct TaskOut {
    /// Its id.
    task: String,
    /// Key of the playbook that it comes from; `null` where somebody added it.
    #[schema(required = true)]
    playbook: Option<String>,
    /// What; `null` where whoever asks is not cleared for it.
    #[schema(required = true)]
    title: Option<String>,
    /// `open`, `done` or `skipped`.
    state: &'static str,
    /// The name of the person or program that said so.
    #[schema(required = true)]
    by: Option<String>,
    /// When.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    at: Option<Instant>,
}

/// A file of evidence: taken out by people on its page alone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentFile)]
#[serde(deny_unknown_fields)]
pub struct FileOut {
    /// Its SHA-256 in hexadecimal digits.
    sha256: String,
    /// How long it is.
    bytes: u64,
}

/// A report on an incident: written and signed by people.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentReport)]
#[serde(deny_unknown_fields)]
pub struct IncidentReportOut {
    /// `initial`, `progress` or `closing`.
    report: String,
    /// When it was written last.
    #[schema(value_type = String, format = DateTime)]
    written_at: Instant,
    /// When a second person signed it.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    signed_at: Option<Instant>,
}

/// What happened with incidents.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentEvents)]
#[serde(deny_unknown_fields)]
pub struct IncidentEventsOut {
    /// The events, oldest first.
    pub events: Vec<IncidentEventOut>,
    /// What to ask `after` the next time: the id of the last of them; as it was asked where there was none.
    #[schema(required = true)]
    pub next: Option<String>,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentMade)]
#[serde(deny_unknown_fields)]
pub struct IncidentMadeOut {
    /// Id of the incident.
    pub incident: String,
    /// Id of the task, where one was added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

impl IncidentOut {
    /// An incident with its clocks.
    pub fn of(row: &IncidentRow, clocks: &[IncidentClockRow]) -> Self {
        let state = row.incident.state;
        let (outcome, into) = match state {
            IncidentState::Closed { outcome, .. } => (Some(outcome.key()), None),
            IncidentState::Merged { into } => (None, Some(into.to_string())),
            IncidentState::New
            | IncidentState::Triaged
            | IncidentState::Working { .. }
            | IncidentState::Contained { .. } => (None, None),
        };
        Self {
            incident: row.incident.id.to_string(),
            title: some(&row.title),
            tlp: row.tlp.key(),
            state: state.key(),
            state_at: Instant(row.incident.state_at),
            severity: row.incident.severity.key(),
            who: row.holder_name.clone(),
            outcome,
            merged_into: into,
            reopened: row.incident.reopened,
            opened_at: Instant(row.opened_at),
            first_at: Instant(row.first_at),
            last_at: Instant(row.last_at),
            hits: row.hits,
            alerts: row.alerts,
            hosts: row.hosts,
            clocks: clocks.iter().map(IncidentClockOut::of).collect(),
        }
    }
}

impl IncidentClockOut {
    fn of(row: &IncidentClockRow) -> Self {
        let clock = &row.clock;
        let (breached, met) = clock.end.times();
        Self {
            clock: clock.key.clone(),
            basis: clock.basis.clone(),
            due_at: Instant(clock.due_at),
            warned_at: clock.warned_at.map(Instant),
            breached_at: breached.map(Instant),
            met_at: met.map(Instant),
            void_at: row.void_at.map(Instant),
        }
    }
}

impl IncidentViewOut {
    /// An incident with what belongs to it.
    pub fn of(view: &IncidentView) -> Self {
        Self {
            incident: IncidentOut::of(&view.row, &view.clocks),
            alerts: view.page.alerts.iter().map(AlertOut::of).collect(),
            alerts_next: view.page.next.map(|next| next.to_string()),
            timeline: view.timeline.iter().map(line).collect(),
            systems: view.systems.iter().map(system).collect(),
            tasks: view.tasks.iter().map(task).collect(),
            files: view.files.iter().map(file).collect(),
            reports: view.reports.iter().map(report).collect(),
        }
    }
}

impl IncidentAlertsOut {
    /// A page of alerts.
    pub fn of(page: &AlertsPage) -> Self {
        Self {
            alerts: page.alerts.iter().map(AlertOut::of).collect(),
            next: page.next.map(|next| next.to_string()),
        }
    }
}

impl AlertOut {
    /// An alert.
    pub fn of(row: &AlertRow) -> Self {
        Self {
            alert: row.id.to_string(),
            incident: row.incident.map(|id| id.to_string()),
            grouping: row.grouping.key(),
            host: row.host.as_ref().map(|(_, name)| token(name)),
            no_host: row.no_host.map(NoHost::key),
            sensor: row.sensor.clone(),
            event: row.event.key(),
            field: row.field.clone(),
            kind: row.listed_kind.clone(),
            listed: row.listed.clone(),
            source: row.source.clone(),
            indicator: row.indicator.map(|id| id.to_string()),
            tlp: row.tlp.key(),
            campaign: row.campaign.clone(),
            origin: row.origin.key(),
            count: row.count,
            first_at: Instant(row.first_at),
            last_at: Instant(row.last_at),
        }
    }
}

fn line(row: &TimelineRow) -> TimelineOut {
    TimelineOut {
        at: Instant(row.at),
        kind: row.kind.clone(),
        detail: row.detail.clone(),
        words: row.words.clone(),
        by: row.by.clone(),
    }
}

fn system(row: &SystemRow) -> SystemOut {
    SystemOut {
        name: row.name.clone(),
        owner: row.owner.clone(),
        level: row.level,
    }
}

fn task(row: &TaskRow) -> TaskOut {
    TaskOut {
        task: row.id.to_string(),
        playbook: some(&row.playbook),
        title: some(&row.title),
        state: row.state.key(),
        by: row.done.as_ref().map(|(name, _)| name.clone()),
        at: row.done.as_ref().map(|(_, at)| Instant(*at)),
    }
}

fn file(row: &FileRow) -> FileOut {
    FileOut {
        sha256: row.sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
        bytes: row.bytes,
    }
}

fn report(row: &ReportRow) -> IncidentReportOut {
    IncidentReportOut {
        report: row.kind.clone(),
        written_at: Instant(row.written_at),
        signed_at: row.signed.as_ref().map(|(_, at)| Instant(*at)),
    }
}
