//! What is held of incidents: which clocks run, how levels of systems are called, what reports ask, and what people do step by step.

use anlanh_screen::{Validity, said};

use crate::Key;
use crate::fields::Fields;
use crate::policy::clock::Clock;
use crate::read::Reader;
use crate::text::{Evidence, Text};

/// How grave incidents are, by their keys.
const SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];
/// Reports on an incident, by their keys.
const REPORTS: [&str; 3] = ["initial", "progress", "closing"];
/// Kinds of events that incidents begin with, by their keys.
const EVENTS: [&str; 8] = ["dns", "flow", "tls", "http", "file", "mail", "report", "other"];
/// What the node can fill a field of a report with, by their keys.
const FILLS: [&str; 8] = [
    "organisation",
    "title",
    "detected",
    "systems",
    "level",
    "state",
    "source",
    "measures",
];
/// Most steps of a playbook.
const MAX_STEPS: usize = 50;

/// A clock that runs for incidents.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IncidentClock {
    /// The clock.
    pub clock: Key<Clock>,
    /// For incidents of which severity it runs.
    pub severities: Vec<&'static str>,
    /// Which reports meet it.
    pub met_by: Vec<&'static str>,
}

/// A level of information systems by law.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SystemLevel {
    /// Its number.
    pub level: u32,
    /// What it is called.
    pub title: Text,
    /// What makes a system of this level.
    pub meaning: Text,
    /// Keys of the articles that say so.
    pub bases: Vec<String>,
    /// How sure this is.
    pub evidence: Evidence,
}

/// A field of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportField {
    /// Key, unique in its form.
    pub key: String,
    /// What is asked.
    pub title: Text,
    /// Whether the report is none without it.
    pub mandatory: bool,
    /// What the node fills it with, where it can.
    pub fill: Option<&'static str>,
    /// What may be chosen from; whatever is written where there is nothing.
    pub choices: Vec<String>,
}

/// What a report asks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportForm {
    /// Which report: `initial`, `progress` or `closing`.
    pub report: &'static str,
    /// What it is called.
    pub title: Text,
    /// When it holds.
    pub validity: Validity,
    /// Keys of the articles that ask for it.
    pub bases: Vec<String>,
    /// How sure this is.
    pub evidence: Evidence,
    /// What is asked, in its order.
    pub fields: Vec<ReportField>,
    /// A remark.
    pub note: Option<Text>,
}

/// What people do with an incident, step by step.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Playbook {
    /// Key, as in `botnet`.
    pub key: String,
    /// What it is called.
    pub title: Text,
    /// When it holds.
    pub validity: Validity,
    /// For incidents of which events it is meant.
    pub events: Vec<&'static str>,
    /// The steps, in their order.
    pub steps: Vec<Text>,
}

/// What a pack says of incidents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Incidents {
    /// Which clocks run.
    pub clocks: Vec<IncidentClock>,
    /// Levels of systems.
    pub levels: Vec<SystemLevel>,
    /// Forms of reports.
    pub forms: Vec<ReportForm>,
    /// Playbooks.
    pub playbooks: Vec<Playbook>,
}

const fn same(text: &'static str) -> &'static str {
    text
}

fn bases(fields: &mut Fields<'_>, reader: &mut Reader<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for basis in fields.strings_or_none("bases") {
        if reader.known.articles.resolve(fields.log, basis).is_some() {
            found.push(basis.value.to_owned());
        }
    }
    found
}

/// Reads an `[[incident_clock]]`.
pub(crate) fn read_clock(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let clock = fields.string("clock");
    let clock = clock.filter(|clock| reader.known.clocks.resolve(fields.log, *clock).is_some());
    let severities = fields.choices("severities", &SEVERITIES, same);
    let met_by = fields.choices("met_by", &REPORTS, same);
    let Some(clock) = clock else { return };
    reader.policy.incidents.clocks.push(IncidentClock {
        clock: Key::new(clock.value),
        severities,
        met_by,
    });
}

/// Reads a `[[level]]`.
pub(crate) fn read_level(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let level = fields.number("level", 1..=5_u32);
    let title = fields.text("title");
    let meaning = fields.text("meaning");
    let bases = bases(fields, reader);
    let evidence = fields.evidence();
    let Some(level) = level else { return };
    if reader
        .policy
        .incidents
        .levels
        .iter()
        .any(|known| known.level == level.value)
    {
        fields.log.note(
            level.place,
            said!("đã có cấp độ {} ở trên", "there is a level {} above", level.value),
        );
    }
    reader.policy.incidents.levels.push(SystemLevel {
        level: level.value,
        title,
        meaning,
        bases,
        evidence,
    });
}

/// Reads a `[[form]]`.
pub(crate) fn read_form(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let report = fields.choice("report", &REPORTS, same);
    let title = fields.text("title");
    let validity = fields.validity();
    let bases = bases(fields, reader);
    let evidence = fields.evidence();
    let note = fields.optional("note", Fields::text);
    let mut asked: Vec<ReportField> = Vec::new();
    fields.tables("field", "field", |fields| {
        let key = fields.key("key");
        let title = fields.text("title");
        let mandatory = fields
            .optional("mandatory", Fields::boolean)
            .flatten()
            .unwrap_or_default();
        let fill = fields.optional("fill", |fields, key| fields.choice(key, &FILLS, same));
        let choices = fields.optional("choices", Fields::strings).unwrap_or_default();
        let Some(key) = key else { return };
        if asked.iter().any(|known| known.key == key.value) {
            fields.log.note(
                key.place,
                said!("đã có trường `{}` ở trên", "there is a field `{}` above", key.value),
            );
        }
        asked.push(ReportField {
            key: key.value.to_owned(),
            title,
            mandatory,
            fill: fill.flatten().map(|fill| fill.value),
            choices: choices.into_iter().map(|choice| choice.value.to_owned()).collect(),
        });
    });
    let Some(report) = report else { return };
    reader.policy.incidents.forms.push(ReportForm {
        report: report.value,
        title,
        validity,
        bases,
        evidence,
        fields: asked,
        note,
    });
}

/// Reads a `[[playbook]]`.
pub(crate) fn read_playbook(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let key = fields.key("key");
    let title = fields.text("title");
    let validity = fields.validity();
    let events = fields.choices("events", &EVENTS, same);
    let mut steps = Vec::new();
    fields.tables("step", "step", |fields| steps.push(fields.text("title")));
    let Some(key) = key else { return };
    if reader
        .policy
        .incidents
        .playbooks
        .iter()
        .any(|known| known.key == key.value)
    {
        fields.log.note(
            key.place,
            said!(
                "đã có quy trình `{}` ở trên",
                "there is a playbook `{}` above",
                key.value
            ),
        );
    }
    if steps.len() > MAX_STEPS {
        fields.log.note(
            key.place,
            said!(
                "quy trình có tối đa {MAX_STEPS} bước",
                "a playbook has at most {MAX_STEPS} steps"
            ),
        );
    }
    reader.policy.incidents.playbooks.push(Playbook {
        key: key.value.to_owned(),
        title,
        validity,
        events,
        steps,
    });
}
