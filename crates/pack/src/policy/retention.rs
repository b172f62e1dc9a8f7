//! How long what is kept is kept, before it is erased by itself.

use anlanh_screen::said;

use crate::Key;
use crate::fields::Fields;
use crate::limits::MAX_DAYS;
use crate::policy::law::{Article, read_optional_bases};
use crate::read::Reader;
use crate::text::{Evidence, Text};

/// How long records of one kind are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retention {
    /// Which records.
    pub record: Record,
    /// For so many days of 24 hours after what [`Record`] says.
    pub days: u32,
    /// The legal bases, if there are any.
    pub bases: Vec<Key<Article>>,
    /// How sure this is; `own` where the operator set the time itself.
    pub evidence: Evidence,
    /// A remark.
    pub note: Option<Text>,
}

/// What is kept for a time of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Record {
    /// An item that no case is about, with its pictures; from when it came in.
    Item,
    /// An item with cases, its pictures and the notes about them; from when the last case ended.
    Case,
    /// What somebody reported and who they are; from when they were answered.
    Report,
    /// What somebody wrote in an appeal, and the talk about it; from when it ended.
    Appeal,
    /// An event of a sensor in which nothing was listed; from when it happened.
    Event,
    /// An event of a sensor in which something was listed; from when it happened.
    Match,
    /// The address of a host of an incident, and what alerts saw of it; from when the last incident that has it was closed.
    IncidentHost,
    /// A file of evidence of an incident; from when the incident, or the one it was merged into, was closed.
    IncidentEvidence,
}

impl Record {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Item,
        Self::Case,
        Self::Report,
        Self::Appeal,
        Self::Event,
        Self::Match,
        Self::IncidentHost,
        Self::IncidentEvidence,
    ];

    /// The key used in packs.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Item => "item",
            Self::Case => "case",
            Self::Report => "report",
            Self::Appeal => "appeal",
            Self::Event => "event",
            Self::Match => "match",
            Self::IncidentHost => "incident_host",
            Self::IncidentEvidence => "incident_evidence",
        }
    }
}

/// Reads a `[[retention]]`.
pub(crate) fn read(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let record = fields.choice("record", &Record::ALL, Record::key);
    let days = fields.number("days", 1..=MAX_DAYS);
    let appealed = reader.policy.appeals.as_ref().map_or(0, |appeals| appeals.days);
    if let (Some(record), Some(days)) = (record, days)
        && record.value == Record::Case
        && days.value < appealed
    {
        let message = said!(
            "vụ việc được giữ trong khi còn khiếu nại được: `days` nhỏ hơn {appealed} của appeals.toml",
            "cases are kept while they may be appealed: `days` is below the {appealed} of appeals.toml",
        );
        fields.log.note(days.place, message);
    }
    let known = &reader.policy.retention;
    if let Some(record) = record
        && known.iter().any(|retention| retention.record == record.value)
    {
        let message = said!(
            "`{}` đã có thời hạn riêng ở trên",
            "`{}` has a time of its own above",
            record.value.key()
        );
        fields.log.note(record.place, message);
    }
    let bases = read_optional_bases(fields, reader);
    let retention = Retention {
        record: record.map_or(Record::Item, |record| record.value),
        days: days.map_or(1, |days| days.value),
        bases,
        evidence: fields.evidence(),
        note: fields.optional("note", Fields::text),
    };
    reader.policy.retention.push(retention);
}
