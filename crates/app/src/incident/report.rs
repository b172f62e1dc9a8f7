//! Reports on incidents: filled from the incident, written by one person, signed by another, and sent to the node of an authority.
//!
//! What leaves names no host of a subscriber, and nothing that is marked more strictly than TLP:AMBER: the addresses of the incident's
//! hosts are opened and looked for in every field before it is signed, and so is what its alerts were found by.

use std::sync::Arc;

use anlanh_model::{
    Actor, AuditAction, Id, Incident, IncidentReport, IncidentState, Peer, Permission, TaskState, Text, Time, Tlp,
};
use anlanh_pack::{Day, ReportField, ReportForm};
use anlanh_store::incident::IncidentRow;
use anlanh_store::incident::alert;
use anlanh_store::incident::report as store;
pub use anlanh_store::incident::report::{ReceivedRow, ReportRow};
use anlanh_store::incident::work::{self, By, Note};
pub use anlanh_store::peer::OutRow;
use anlanh_store::peer::{self as peers, PeerRow};
use anlanh_store::{Queries, Writer};
use anlanh_wire::{Content, Incident as Told, IncidentField, Stamp};
use serde::{Deserialize, Serialize};

use super::IncidentError;
use super::spare::Hosts;
use super::step::{load, meet_clocks};
use crate::case::{Means, permit_person};
use crate::peer::{self, PeerError};
use crate::{App, Error, permit};

/// Longest answer in a field of a report, in bytes.
pub const MAX_FIELD_BYTES: usize = 4_000;
/// Most values that are looked for in a report.
const MOST_VALUES: u32 = 10_000;
/// How far what stands in a report may be marked: the authority is no part of this organisation.
const MOST_TLP: Tlp = Tlp::Amber;
/// Reports on an incident.
pub const REPORTS: [&str; 3] = ["initial", "progress", "closing"];
/// Received reports that are shown.
const SHOWN: u32 = 100;

/// One answer of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// Key of the field.
    pub key: String,
    /// What is answered; empty where nothing is.
    pub value: String,
}

/// A report with what it asks and what was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportView {
    /// The report.
    pub row: ReportRow,
    /// Its form, by the policy in force; none where the policy has it no more.
    pub form: Option<ReportForm>,
    /// The answers, in the order of the form.
    pub answers: Vec<Answered>,
    /// What was sent of the incident to the same node, with its receipts.
    pub sent: Vec<OutRow>,
    /// The nodes that it may be sent to.
    pub peers: Vec<PeerRow>,
}

/// A report of another node, as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The report.
    pub row: ReceivedRow,
    /// What it says.
    pub said: Told,
}

/// Begins a report: filled with what the node knows.
///
/// # Errors
/// When the one who asks may not, there is no such incident, nobody has looked at it, the policy has no such form, or the database is
/// away or full.
pub async fn begin(app: &App, actor: &Actor, id: Id<Incident>, kind: &str) -> Result<Id<IncidentReport>, Error> {
    let by = permit_person(actor, Permission::WorkIncidents)?;
    let (means, kind) = (Means::of(app), kind.to_owned());
    let write = move |writer: &mut Writer<'_, '_>| {
        let row = load(writer, id)?;
        match row.incident.state {
            IncidentState::New => return Err(anlanh_model::IncidentStepError::NotTriaged.into()),
            IncidentState::Merged { .. } => return Err(anlanh_model::IncidentStepError::Merged.into()),
            IncidentState::Triaged
            | IncidentState::Working { .. }
            | IncidentState::Contained { .. }
            | IncidentState::Closed { .. } => {}
        }
        let form = form_of(&means, &kind, writer.now()).ok_or(Error::UnknownKey("report"))?;
        let filling = Filling::of(writer, &means, &row)?;
        let answers: Vec<Answered> = form.fields.iter().map(|field| filling.answer(field)).collect();
        let report: Id<IncidentReport> = writer.new_id();
        store::insert(writer, (report, id), (&kind, &json(&answers)), by.id)?;
        note(writer, id, ("report_begun", &kind), By::Person(by.id))?;
        writer.about("incident", id.number(), format!("{kind} begun"));
        Ok::<_, Error>(report)
    };
    app.store
        .write(app.change(actor, AuditAction::WriteIncidentReport), write)
        .await
}

/// Writes the answers of a draft; whoever does is who cannot sign it.
///
/// # Errors
/// When the one who asks may not, there is no such report, it was signed, an answer is none, or the database is away or full.
pub async fn write(
    app: &App,
    actor: &Actor,
    id: Id<IncidentReport>,
    given: Vec<(String, String)>,
) -> Result<(), Error> {
    let by = permit_person(actor, Permission::WorkIncidents)?;
    let means = Means::of(app);
    let write = move |writer: &mut Writer<'_, '_>| {
        let row = load_report(writer, id)?;
        let form = form_of(&means, &row.kind, row.written_at).ok_or(Error::UnknownKey("report"))?;
        let mut answers = Vec::with_capacity(form.fields.len());
        for field in &form.fields {
            let value = given.iter().find(|(key, _)| *key == field.key);
            let value = value.map_or("", |(_, value)| value.trim());
            if !value.is_empty() {
                let text: Result<Text<MAX_FIELD_BYTES>, _> = Text::parse(value);
                text.map_err(|error| Error::Text("field", error))?;
            }
            answers.push(Answered {
                key: field.key.clone(),
                value: value.to_owned(),
            });
        }
        if !store::rewrite(writer, id, &json(&answers), by.id)? {
            return Err(IncidentError::Signed.into());
        }
        writer.about("incident", row.incident.number(), format!("{} written", row.kind));
        Ok::<_, Error>(())
    };
    app.store
        .write(app.change(actor, AuditAction::WriteIncidentReport), write)
        .await
}

/// Signs a report that somebody else wrote, and sends it: to the node of an authority, or, where none is named, by letter, which people
/// do. From then on it does not change, and the clocks that it meets are met.
///
/// # Errors
/// When the one who asks may not or wrote it, there is no such report, it was signed, a field that must be answered is not, it names a
/// host or something that is marked too strictly, the node is no active peer, or the database is away or full.
pub async fn sign(app: &App, actor: &Actor, id: Id<IncidentReport>, to: Option<Id<Peer>>) -> Result<(), Error> {
    let by = permit_person(actor, Permission::WorkIncidents)?;
    let means = Means::of(app);
    let sign = move |writer: &mut Writer<'_, '_>| {
        let row = load_report(writer, id)?;
        if row.written_by == by.id {
            return Err(IncidentError::OwnReport.into());
        }
        let form = form_of(&means, &row.kind, row.written_at).ok_or(Error::UnknownKey("report"))?;
        let answers = answers(&row)?;
        let is_answered = |field: &ReportField| answers.iter().any(|it| it.key == field.key && !it.value.is_empty());
        if form.fields.iter().any(|field| field.mandatory && !is_answered(field)) {
            return Err(IncidentError::Unanswered.into());
        }
        may_leave(writer, &means, row.incident, &answers)?;
        if !store::sign(writer, id, by.id, to)? {
            return Err(IncidentError::Signed.into());
        }
        let incident = load(writer, row.incident)?;
        if let Some(to) = to {
            let to = peers::load(writer, to)?.filter(|peer| peer.state.is_active());
            let to = to.ok_or(PeerError::NotReachable)?;
            let content = Content::Incident(told(&incident, &row, &form, &answers));
            peer::say(writer, &means.site, &to, &stream(row.incident), content)?;
        }
        meet_clocks(writer, &means, row.incident, &row.kind)?;
        note(writer, row.incident, ("report_signed", &row.kind), By::Person(by.id))?;
        writer.about("incident", row.incident.number(), format!("{} signed", row.kind));
        Ok::<_, Error>(())
    };
    app.store
        .write(app.change(actor, AuditAction::SignIncidentReport), sign)
        .await
}

/// Refuses what names a host of the incident, or something that is marked more strictly than may leave.
fn may_leave(writer: &mut Writer<'_, '_>, means: &Means, id: Id<Incident>, answers: &[Answered]) -> Result<(), Error> {
    let texts: Vec<String> = answers.iter().map(|it| it.value.to_lowercase()).collect();
    let hosts = Hosts::of(writer, &means.vault, id)?;
    if texts.iter().any(|text| hosts.may_be_named_in(text)) {
        return Err(IncidentError::NamesHost.into());
    }
    let strict = store::stricter(writer, id, MOST_TLP, MOST_VALUES)?;
    let is_named = |value: &String| {
        let value = value.to_lowercase();
        texts.iter().any(|text| text.contains(&value))
    };
    if strict.iter().any(is_named) {
        return Err(IncidentError::TooStrict.into());
    }
    Ok(())
}

/// One report.
///
/// # Errors
/// When the one who asks may not, there is no such report, or the database is away.
pub async fn show(app: &App, actor: &Actor, id: Id<IncidentReport>) -> Result<ReportView, Error> {
    permit(actor, Permission::ReadIncidents)?;
    let means = Arc::new(Means::of(app));
    app.store
        .read("incident.report", move |tx| {
            let row = store::load(tx, id)?.ok_or(Error::NotFound("report"))?;
            let sent = match &row.peer {
                Some((peer, _)) => peers::receipts(tx, *peer, &stream(row.incident))?,
                None => Vec::new(),
            };
            let all = peers::list(tx)?;
            Ok(ReportView {
                form: form_of(&means, &row.kind, row.written_at),
                answers: answers(&row)?,
                sent,
                peers: all.into_iter().filter(|peer| peer.state.is_active()).collect(),
                row,
            })
        })
        .await
}

/// What other nodes reported to this one, the last first.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn received(app: &App, actor: &Actor) -> Result<Vec<Received>, Error> {
    permit(actor, Permission::ReadIncidents)?;
    app.store
        .read("incident.received", |tx| {
            let mut found = Vec::new();
            for row in store::received(tx, SHOWN)? {
                let said = serde_json::from_str(&row.body).map_err(|_| Error::Uncompiled)?;
                found.push(Received { row, said });
            }
            Ok(found)
        })
        .await
}

/// Another node reports.
pub(crate) fn hear(writer: &mut Writer<'_, '_>, peer: &PeerRow, stream: &str, said: &Told) -> Result<(), Error> {
    let reference = stream.strip_prefix("incident:").ok_or(Error::UnknownKey("stream"))?;
    if reference != said.incident {
        return Err(Error::BadReference);
    }
    if !REPORTS.contains(&said.report.as_str()) {
        return Err(Error::UnknownKey("report"));
    }
    for field in &said.fields {
        let text: Result<Text<MAX_FIELD_BYTES>, _> = Text::parse(&field.value);
        text.map_err(|error| Error::Text("field", error))?;
    }
    // What was read from JSON is written as JSON.
    let body = serde_json::to_string(said).unwrap_or_default();
    Ok(store::receive(writer, peer.id, (reference, &said.report, &body))?)
}

fn stream(id: Id<Incident>) -> String {
    format!("incident:{id}")
}

fn load_report(tx: &mut dyn Queries, id: Id<IncidentReport>) -> Result<ReportRow, Error> {
    store::load(tx, id)?.ok_or(Error::NotFound("report"))
}

fn answers(row: &ReportRow) -> Result<Vec<Answered>, Error> {
    serde_json::from_str(&row.fields).map_err(|_| Error::Uncompiled)
}

fn json(answers: &[Answered]) -> String {
    // Writing to memory does not fail.
    serde_json::to_string(answers).unwrap_or_default()
}

fn note(writer: &mut Writer<'_, '_>, id: Id<Incident>, (kind, detail): (&str, &str), by: By) -> Result<(), Error> {
    let note = Note {
        kind,
        detail,
        words: None,
        by,
    };
    Ok(work::note(writer, id, &note)?)
}

/// The form of a report that holds on a day.
fn form_of(means: &Means, kind: &str, at: Time) -> Option<ReportForm> {
    let today = anlanh_screen::Time(at.as_seconds()).date_at(means.engine.screener.pack().utc_offset_minutes);
    let mut forms = means.engine.policy.incidents().forms.iter();
    forms
        .find(|form| form.report == kind && form.validity.holds_on(today))
        .cloned()
}

fn told(incident: &IncidentRow, row: &ReportRow, form: &ReportForm, answers: &[Answered]) -> Told {
    let field = |field: &ReportField| {
        let answer = answers.iter().find(|it| it.key == field.key && !it.value.is_empty())?;
        Some(IncidentField {
            key: field.key.clone(),
            title: field.title.vi.clone(),
            value: answer.value.clone(),
        })
    };
    Told {
        report: row.kind.clone(),
        incident: row.incident.to_string(),
        severity: incident.incident.severity.key().to_owned(),
        detected_at: Stamp(incident.opened_at.as_micros()),
        fields: form.fields.iter().filter_map(field).collect(),
    }
}

/// What the node fills fields with.
struct Filling {
    organisation: String,
    title: String,
    detected: String,
    systems: String,
    level: String,
    is_over: bool,
    source: String,
    measures: String,
}

impl Filling {
    fn of(writer: &mut Writer<'_, '_>, means: &Means, row: &IncidentRow) -> Result<Self, Error> {
        let id = row.incident.id;
        let systems = work::systems(writer, id)?;
        let tasks = work::tasks(writer, id)?;
        let alerts = alert::of_incident(writer, id, (None, 200))?;
        // What it is called by may be marked more strictly than may leave: the row knows the strictest of all of its alerts.
        let may_name = row.tlp <= MOST_TLP && !alerts.is_empty();
        let named = if may_name {
            row.title.clone()
        } else {
            format!("Sự cố {id}")
        };
        let mut sensors: Vec<&str> = alerts.iter().map(|alert| alert.sensor.as_str()).collect();
        sensors.sort_unstable();
        sensors.dedup();
        let levels = &means.engine.policy.incidents().levels;
        let level = systems.iter().map(|system| system.level).max();
        let level = level.and_then(|level| levels.iter().find(|known| known.level == level));
        let done: Vec<&str> = tasks
            .iter()
            .filter(|task| task.state == TaskState::Done)
            .map(|task| task.title.as_str())
            .collect();
        let names: Vec<&str> = systems.iter().map(|system| system.name.as_str()).collect();
        Ok(Self {
            organisation: means.site.name().to_owned(),
            title: format!("{named}: {} cảnh báo, {} máy liên quan", row.alerts, row.hosts),
            detected: local(means, row.opened_at),
            systems: names.join("; "),
            level: level.map_or_else(String::new, |level| level.title.vi.clone()),
            is_over: match row.incident.state {
                IncidentState::Contained { .. } | IncidentState::Closed { .. } => true,
                IncidentState::New
                | IncidentState::Triaged
                | IncidentState::Working { .. }
                | IncidentState::Merged { .. } => false,
            },
            source: format!("Hệ thống giám sát: {}", sensors.join(", ")),
            measures: done.join("; "),
        })
    }

    fn answer(&self, field: &ReportField) -> Answered {
        let over = |is_over: bool| field.choices.get(usize::from(!is_over)).cloned().unwrap_or_default();
        let value = match field.fill {
            Some("organisation") => self.organisation.clone(),
            Some("title") => self.title.clone(),
            Some("detected") => self.detected.clone(),
            Some("systems") => self.systems.clone(),
            Some("level") => self.level.clone(),
            Some("state") => over(self.is_over),
            Some("source") => self.source.clone(),
            Some("measures") => self.measures.clone(),
            Some(_) | None => String::new(),
        };
        Answered {
            key: field.key.clone(),
            value,
        }
    }
}

/// Hour and day by the clock of the policy's territory.
fn local(means: &Means, at: Time) -> String {
    let offset = i64::from(means.engine.screener.pack().utc_offset_minutes);
    let there = at.plus_minutes(offset).as_seconds().rem_euclid(24 * 60 * 60);
    let day = Day::from(crate::order::day(&means.engine, at)).to_string();
    let mut parts = day.split('-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    format!(
        "{:02}:{:02} ngày {}/{}/{}",
        there / 3_600,
        there % 3_600 / 60,
        day.unwrap_or_default(),
        month.unwrap_or_default(),
        year.unwrap_or_default()
    )
}

/// The reports on an incident, for its page.
pub(super) fn of_incident(tx: &mut dyn Queries, id: Id<Incident>) -> Result<Vec<ReportRow>, Error> {
    Ok(store::of_incident(tx, id)?)
}
