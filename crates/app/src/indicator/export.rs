//! Indicators given out: as a list, a table or STIX, never further than their marking lets them go.

use std::fmt::Write as _;

use anlanh_misp::Event;
use anlanh_model::{Actor, Permission, Time, Tlp};
use anlanh_soc::Kind;
use anlanh_stix::json::{Members, Value as Json};
use anlanh_store::indicator::{self as store, IndicatorRow};

use super::{Found, misp};
use crate::feed::{FeedError, marking_of, pattern, stamp_of, version_stamp};
use crate::{App, Error, permit};

/// Indicators that are read in one transaction.
pub(super) const READ_AT_ONCE: u32 = 5_000;
/// Longest export, in bytes: it is made in memory. A million indicators fit in every form.
pub const MAX_EXPORTED_BYTES: usize = 512 << 20;

/// How far something that is given out may have been allowed to go: what is marked more strictly is in no answer that is made with
/// this. There is no other way to an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clearance(Tlp);

impl Clearance {
    /// What leaves the organisation for others, up to a colour. TLP:RED is for its recipients alone, and leaves by no export.
    #[must_use]
    pub fn up_to(tlp: Tlp) -> Self {
        Self(tlp.min(Tlp::AmberStrict))
    }

    /// What the one who asks may see: people who may read indicators all of them, a machine what its token is cleared for.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn of(app: &App, actor: &Actor) -> Result<Self, Error> {
        match actor {
            Actor::Token { id, .. } => {
                let id = *id;
                let read = app.store.read("indicator.clearance", move |tx| {
                    Ok::<_, Error>(anlanh_store::intel::clearance(tx, id)?)
                });
                Ok(Self(read.await?))
            }
            Actor::Person(_) | Actor::Operator | Actor::Node => Ok(Self::own()),
            Actor::Concerned | Actor::Outsider | Actor::Peer(_) => Ok(Self(Tlp::Clear)),
        }
    }

    /// Whether something that is marked so may be seen.
    #[must_use]
    pub fn covers(self, tlp: Tlp) -> bool {
        tlp <= self.0
    }

    /// The colour.
    #[must_use]
    pub const fn tlp(self) -> Tlp {
        self.0
    }

    /// What the node itself works with.
    pub(super) const fn own() -> Self {
        Self(Tlp::Red)
    }
}

/// Whether indicators may be of a kind with this key.
pub(crate) fn is_kind(key: &str) -> bool {
    key == store::PATTERN || Kind::from_key(key).is_some()
}

/// In which form indicators are given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportForm {
    /// A value a line.
    List,
    /// A record a line.
    Table,
    /// A bundle of STIX 2.1.
    Stix,
    /// An event of MISP.
    Misp,
}

impl ExportForm {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::List, Self::Table, Self::Stix, Self::Misp];

    /// The key in questions.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Table => "csv",
            Self::Stix => "stix",
            Self::Misp => "misp",
        }
    }

    /// The form with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.key() == key)
    }
}

/// Every indicator that counts now and may go this far, in a form. Never a part of them: whoever blocks by it would not know.
///
/// # Errors
/// When the one who asks may not, there is more than is given out at once, or the database is away.
pub async fn export(
    app: &App,
    actor: &Actor,
    (form, kind): (ExportForm, Option<&str>),
    clearance: Clearance,
) -> Result<String, Error> {
    permit(actor, Permission::ReadIndicators)?;
    let kind = match kind {
        Some(key) if !is_kind(key) => return Err(Error::UnknownKey("kind")),
        kind => kind.map(str::to_owned),
    };
    let clearance = clearance.min(Clearance::of(app, actor).await?);
    let (now, engine) = (app.clock.now(), app.engine());
    let mut writing = Writing::new(form, clearance, misp::event(app, now), MAX_EXPORTED_BYTES);
    let mut after = 0;
    loop {
        let read = app.store.read("indicator.export", move |tx| {
            Ok::<_, Error>(store::live(tx, (now, clearance.0), after, READ_AT_ONCE)?)
        });
        let rows = read.await?;
        let Some(last) = rows.last() else { break };
        after = last.id.number();
        for row in rows {
            let found = Found::of(&engine.policy, now, row);
            let is_asked = kind.as_ref().is_none_or(|kind| *kind == found.row.kind);
            if found.counts && is_asked {
                writing.add(&found)?;
            }
        }
    }
    Ok(writing.end())
}

/// What an attribute of MISP has beside its value and its comment, about.
const MISP_BYTES: usize = 512;

/// An export as it grows.
struct Writing {
    form: ExportForm,
    clearance: Clearance,
    text: String,
    /// The event that attributes are added to.
    event: Event,
    /// Bytes of what is not in the text yet, about.
    bytes: usize,
    most_bytes: usize,
}

impl Writing {
    fn new(form: ExportForm, clearance: Clearance, event: Event, most_bytes: usize) -> Self {
        let text = match form {
            ExportForm::List => format!("# TLP:{}\n", clearance.0.key().to_uppercase()),
            ExportForm::Table => {
                "kind,value,confidence,tlp,valid_from,valid_until,sightings,source,label\r\n".to_owned()
            }
            ExportForm::Stix => {
                "{\"type\":\"bundle\",\"id\":\"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d\",\"objects\":[".to_owned()
            }
            ExportForm::Misp => String::new(),
        };
        let mut writing = Self {
            form,
            clearance,
            text,
            event,
            bytes: 0,
            most_bytes,
        };
        if form == ExportForm::Stix {
            // What marks them is in it, so that nobody has to ask for it.
            for (at, tlp) in Tlp::ALL.into_iter().filter(|tlp| *tlp <= clearance.0).enumerate() {
                let comma = if at > 0 { "," } else { "" };
                let _ = write!(writing.text, "{comma}{}", marking_of(tlp).marking());
            }
        }
        writing
    }

    fn add(&mut self, found: &Found) -> Result<(), FeedError> {
        let row = &found.row;
        // The statement has seen to it; an export that forgot would be worse than one that looks twice.
        if row.tlp > self.clearance.0 {
            return Ok(());
        }
        // Lists and tables have values; a pattern is none.
        if row.pattern.is_some() && self.form != ExportForm::Stix {
            return Ok(());
        }
        match self.form {
            ExportForm::List => {
                self.text.push_str(&row.value);
                self.text.push('\n');
            }
            ExportForm::Table => {
                let time = |time: Time| stamp_of(time).to_string();
                let until = row.valid_until.map(time).unwrap_or_default();
                let _ = write!(
                    self.text,
                    "{},{},{},{},{},{until},{},{},{}\r\n",
                    row.kind,
                    quoted(&row.value),
                    found.score,
                    row.tlp,
                    time(row.valid_from),
                    row.sightings,
                    quoted(&row.feed_name),
                    quoted(row.label.as_deref().unwrap_or_default()),
                );
            }
            ExportForm::Stix => {
                if let Some(object) = object(found) {
                    let _ = write!(self.text, ",{object}");
                }
            }
            ExportForm::Misp => {
                self.bytes += MISP_BYTES + row.value.len() + row.label.as_deref().unwrap_or_default().len();
                self.event.attributes.extend(misp::attribute(found));
            }
        }
        let has_room = self.text.len() + self.bytes <= self.most_bytes;
        has_room.then_some(()).ok_or(FeedError::ExportTooLarge)
    }

    fn end(mut self) -> String {
        match self.form {
            ExportForm::List | ExportForm::Table => {}
            ExportForm::Stix => self.text.push_str("]}"),
            ExportForm::Misp => {
                let mut out = Vec::new();
                // Nothing stands in the way of writing to memory.
                if self.event.write(&mut out).is_ok() {
                    self.text = String::from_utf8_lossy(&out).into_owned();
                }
            }
        }
        self.text
    }
}

/// A field of a table; what a spreadsheet would take for a formula is not begun like one.
pub(crate) fn quoted(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t']);
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// An indicator as an object: under the id that its source gave it, or one of its own.
fn object(found: &Found) -> Option<Members> {
    let id = format!("indicator--{}", uuid_named(&object_name(&found.row)));
    object_as(found, &id, found.row.told_at)
}

/// Of what the id of an indicator's object is made.
pub(crate) fn object_name(row: &IndicatorRow) -> String {
    if row.object.starts_with("indicator--") {
        // One object may name many values; here each is one of its own.
        format!("{} {} {}", row.object, row.kind, row.value)
    } else {
        format!("{} {} {}", row.feed.number(), row.kind, row.value)
    }
}

/// An indicator as an object of this id and version.
pub(crate) fn object_as(found: &Found, id: &str, modified: Time) -> Option<Members> {
    let row = &found.row;
    let time = |time: Time| stamp_of(time).to_string();
    let object = Members::default()
        .with("type", "indicator")
        .with("spec_version", "2.1")
        .with("id", id)
        .with("created", version_stamp(row.first_at))
        .with("modified", version_stamp(modified.max(row.first_at)))
        .with("name", row.label.as_deref().unwrap_or(&row.value))
        .with(
            "pattern",
            row.pattern.clone().or_else(|| pattern(&row.kind, &row.value))?,
        )
        .with("pattern_type", "stix")
        .with("valid_from", time(row.valid_from))
        .with("confidence", i64::from(found.score))
        .with("object_marking_refs", vec![Json::from(marking_of(row.tlp).id())]);
    Some(match row.valid_until {
        Some(until) if until > row.valid_from => object.with("valid_until", time(until)),
        Some(_) | None => object,
    })
}

pub(crate) fn uuid_named(name: &str) -> String {
    crate::feed::uuid_of(name.as_bytes())
}

/// The change that came last of all.
///
/// # Errors
/// When the database is away.
pub async fn last_change(app: &App) -> Result<i64, Error> {
    let read = app
        .store
        .read("indicator.last_change", |tx| Ok::<_, Error>(store::last_change(tx)?));
    read.await
}

#[cfg(test)]
mod tests {
    use anlanh_misp::{Head, Uuid};
    use anlanh_model::Id;

    use super::*;

    fn found(number: i64, kind: &str, pattern: Option<&str>) -> Found {
        let at = Time::from_micros(0);
        let row = IndicatorRow {
            id: Id::from_number(number).unwrap(),
            feed: Id::from_number(1).unwrap(),
            feed_name: "Trung tâm".to_owned(),
            kind: kind.to_owned(),
            value: format!("a{number}.example"),
            pattern: pattern.map(str::to_owned),
            object: String::new(),
            part: String::new(),
            valid_from: at,
            valid_until: None,
            confidence: 50,
            tlp: Tlp::Clear,
            label: None,
            warning: None,
            first_at: at,
            told_at: at,
            revoked_at: None,
            change: 1,
            lapses_at: None,
            is_orphan: false,
            sightings: 0,
            seen_first: None,
            seen_last: None,
        };
        Found {
            row,
            score: 50,
            counts: true,
        }
    }

    #[test]
    fn so_much_is_given_out_at_once_and_no_more() {
        let pattern = "[domain-name:value = 'a.example' AND domain-name:value != 'b.example']";
        for form in ExportForm::ALL {
            let is_stix = form == ExportForm::Stix;
            let kind = if is_stix { store::PATTERN } else { "domain" };
            let of = |number| found(number, kind, is_stix.then_some(pattern));
            let event = || Event {
                head: Head::new(Uuid::derived(&["export"]), "2026-01-01", "Xuất"),
                attributes: Vec::new(),
                objects: Vec::new(),
            };
            let writing = |most| Writing::new(form, Clearance::up_to(Tlp::Green), event(), most);
            let mut all = writing(MAX_EXPORTED_BYTES);
            for number in 1..=3 {
                assert_eq!(all.add(&of(number)), Ok(()));
            }
            let bytes = all.text.len() + all.bytes;
            for (most, expected) in [(bytes, Ok(())), (bytes - 1, Err(FeedError::ExportTooLarge))] {
                let mut some = writing(most);
                assert_eq!([some.add(&of(1)), some.add(&of(2))], [Ok(()), Ok(())]);
                assert_eq!(some.add(&of(3)), expected, "{}", form.key());
            }
        }
    }
}
