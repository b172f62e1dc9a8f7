//! Deadlines that law sets, or the operator for itself.

use anlanh_screen::{Validity, said};

use crate::Key;
use crate::fields::Fields;
use crate::limits::MAX_HOURS;
use crate::policy::law::{Article, read_bases, read_optional_bases};
use crate::read::Reader;
use crate::text::{Evidence, Text};

/// A deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Clock {
    /// Key, as in `complaint-removal`.
    pub key: Key<Clock>,
    /// Title.
    pub title: Text,
    /// Who asks.
    pub asker: Asker,
    /// Whom it binds.
    pub applies_to: Vec<Party>,
    /// What starts it.
    pub starts: Start,
    /// Whether a case that a rule opens starts it.
    pub starts_case: bool,
    /// Hours until it runs out; nights and holidays count.
    pub hours: u32,
    /// What holds in urgent cases.
    pub urgent: Option<Urgent>,
    /// When it is in force.
    pub validity: Validity,
    /// Its legal bases; none where the operator set it itself.
    pub bases: Vec<Key<Article>>,
    /// How sure this is.
    pub evidence: Evidence,
    /// A remark.
    pub note: Option<Text>,
}

/// A shorter deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Urgent {
    /// Hours until it runs out.
    pub hours: u32,
    /// In which cases.
    pub when: Text,
}

/// Who asks for something to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asker {
    /// A competent authority.
    Authority,
    /// A user.
    User,
    /// Nobody: what is bound finds it itself.
    Itself,
    /// The person whose data it is.
    DataSubject,
}

impl Asker {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Authority, Self::User, Self::Itself, Self::DataSubject];

    /// The key used in packs.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::User => "user",
            Self::Itself => "self",
            Self::DataSubject => "data_subject",
        }
    }
}

/// Whom a deadline binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// A digital platform.
    Platform,
    /// A telecommunications company.
    Telecom,
    /// The holder of a page, group, channel or account.
    PageOwner,
    /// Whoever decides on purposes and means of processing personal data.
    DataController,
}

impl Party {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Platform, Self::Telecom, Self::PageOwner, Self::DataController];

    /// The key used in packs.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Telecom => "telecom",
            Self::PageOwner => "page_owner",
            Self::DataController => "data_controller",
        }
    }
}

/// What starts a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Start {
    /// A request was received.
    Receipt,
    /// Something was detected.
    Detection,
}

impl Start {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Receipt, Self::Detection];

    /// The key used in packs.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Detection => "detection",
        }
    }
}

/// Reads a `[[clock]]`.
pub(crate) fn read(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let key = fields.key("key");
    let key = reader.known.clocks.define(fields.log, key, ());
    let title = fields.text("title");
    let asker = fields.choice("asker", &Asker::ALL, Asker::key);
    let applies_to = fields.choices("applies_to", &Party::ALL, Party::key);
    let starts = fields.choice("starts", &Start::ALL, Start::key);
    let starts_case = fields.optional("case", Fields::boolean).flatten().unwrap_or(false);
    let hours = fields
        .number("hours", 1..=MAX_HOURS)
        .map_or(MAX_HOURS, |hours| hours.value);
    let urgent = read_urgent(fields, hours);
    let validity = fields.validity();
    let evidence = fields.evidence();
    let bases = match evidence {
        Evidence::Own => read_optional_bases(fields, reader),
        Evidence::Gazette
        | Evidence::Site
        | Evidence::Secondary
        | Evidence::Code
        | Evidence::Memory
        | Evidence::Contradictory => read_bases(fields, reader),
    };
    reader.policy.clocks.push(Clock {
        key: Key::new(key),
        title,
        asker: asker.map_or(Asker::Authority, |asker| asker.value),
        applies_to,
        starts: starts.map_or(Start::Receipt, |starts| starts.value),
        starts_case,
        hours,
        urgent,
        validity,
        bases,
        evidence,
        note: fields.optional("note", Fields::text),
    });
}

fn read_urgent(fields: &mut Fields<'_>, ordinary: u32) -> Option<Urgent> {
    let hours = fields.optional("urgent_hours", |fields, key| fields.number(key, 1..=MAX_HOURS));
    let when = fields.optional("urgent_when", Fields::text);
    match (hours, when) {
        (None, None) => None,
        (Some(hours), Some(when)) => {
            let hours = hours?;
            if hours.value >= ordinary {
                let message = said!(
                    "`urgent_hours` phải nhỏ hơn `hours` là {ordinary}",
                    "`urgent_hours` must be below `hours`, which is {ordinary}",
                );
                fields.log.note(hours.place, message);
            }
            Some(Urgent {
                hours: hours.value,
                when,
            })
        }
        (Some(_), None) | (None, Some(_)) => {
            let message = said!(
                "`urgent_hours` và `urgent_when` phải có cả hai hoặc không có",
                "`urgent_hours` and `urgent_when` stand together or not at all",
            );
            fields.log.note(fields.place(), message);
            None
        }
    }
}
