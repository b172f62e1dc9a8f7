//! Decisions are taken out of the node, for authorities: all that took effect, whatever their number.
//!
//! An export is pulled piece by piece, each from a transaction of its own, so that neither memory nor the database is held
//! while somebody reads slowly. Decisions never change, so pieces of different moments are as good as one; what is decided
//! while an export runs is in it or not, by its time. What it says of people is masked here, and the types that it is
//! written in ([`anlanh_publish`]) have no place for an author or a reporter.

mod mask;
mod statement;

use std::collections::HashMap;
use std::sync::Arc;

use anlanh_dsa::Date;
use anlanh_model::{Actor, AuditAction, Id, Permission, Time};
use anlanh_pack::{Day, Policy};
use anlanh_publish::export::{Format, Writer};
use anlanh_store::export::{self, Place};
use anlanh_store::version::{self, Version};
use anlanh_store::{Change, Store};

use crate::policy::read_files;
use crate::{Clock, Error, PolicyError, permit};

pub use anlanh_publish::export::Format as ExportFormat;
pub(crate) use mask::Mask;

/// How many decisions are read at one time.
const PAGE: u32 = 500;
/// How many policies are held at one time. Decisions come in the order of time, so few are needed at once.
const POLICIES: usize = 4;

/// Which days an export covers, both included, in the time of the policy in force; an open end is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Days {
    from: Option<Date>,
    to: Option<Date>,
}

/// What was asked for is no span of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadDays {
    /// The first day is none.
    #[error("the first day is not written as 2026-01-31")]
    From,
    /// The last day is none, or before the first.
    #[error("the last day is not written as 2026-01-31, or before the first")]
    To,
}

impl Days {
    /// Reads days as `YYYY-MM-DD`.
    ///
    /// # Errors
    /// When one is not a day, or the last is before the first.
    pub fn parse(from: Option<&str>, to: Option<&str>) -> Result<Self, BadDays> {
        let from = from.map(Date::parse).transpose().map_err(|_| BadDays::From)?;
        let to = to.map(Date::parse).transpose().map_err(|_| BadDays::To)?;
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return Err(BadDays::To);
        }
        Ok(Self { from, to })
    }

    /// From which instant on, and before which.
    fn bounds(self, offset_minutes: i32) -> (Time, Time) {
        let from = self
            .from
            .map_or(Time::from_micros(0), |day| start_of(day, 0, offset_minutes));
        let until = self
            .to
            .map_or(Time::from_micros(i64::MAX), |day| start_of(day, 1, offset_minutes));
        (from, until)
    }
}

/// The instant at which the day begins that is so many days after another.
fn start_of(day: Date, days: i64, offset_minutes: i32) -> Time {
    let day = Day {
        year: i32::from(day.year()),
        month: day.month(),
        day: day.day(),
    };
    let number = i64::from(anlanh_screen::Date::from(day).0).saturating_add(days);
    Time::from_seconds(number.saturating_mul(86_400)).plus_minutes(-i64::from(offset_minutes))
}

/// An export that is under way.
#[derive(Debug)]
pub struct Export {
    store: Store,
    after: Place,
    until: Time,
    /// None once it is written to its end.
    writer: Option<Writer>,
    policies: Policies,
    mask: Mask,
}

/// The policies that decisions were made under.
#[derive(Debug)]
struct Policies {
    in_force: Arc<Policy>,
    /// Those of former times; one that cannot be read any more is that in force.
    former: HashMap<i64, Arc<Policy>>,
}

impl Export {
    /// Begins an export and notes it in the audit log. It blocks; so does [`Export::piece`].
    ///
    /// # Errors
    /// When the one who asks may not, the policy in force cannot be read, or the database is away or full.
    pub fn begin(store: &Store, clock: &Clock, actor: &Actor, format: Format, days: Days) -> Result<Self, Error> {
        permit(actor, Permission::ExportDecisions)?;
        let in_force = store.read_blocking("export.policy", |tx| {
            let Some(live) = version::in_force(tx)? else {
                return Ok(None);
            };
            Ok::<_, Error>(Some((live, version::files(tx, live)?)))
        })?;
        let (live, files) = in_force.ok_or(Error::NotFound("version"))?;
        let in_force = Arc::new(read_files(&files).map_err(PolicyError::Mistakes)?);
        let (from, until) = days.bounds(in_force.utc_offset_minutes());
        let change = Change {
            actor: actor.clone(),
            action: AuditAction::ExportDecisions,
            now: clock.now(),
        };
        let written = |day: Option<Date>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
        let detail = format!("{} {} {}", format.key(), written(days.from), written(days.to));
        store.write_blocking(change, move |writer| {
            writer.about("export", 0, detail.as_str());
            Ok::<_, Error>(())
        })?;
        Ok(Self {
            store: store.clone(),
            after: Place::before(from),
            until,
            writer: Some(Writer::new(format)?),
            policies: Policies {
                former: HashMap::from([(live.number(), Arc::clone(&in_force))]),
                in_force,
            },
            mask: Mask::new(),
        })
    }

    /// The next bytes, perhaps none yet; none at all when it has come to its end.
    ///
    /// # Errors
    /// When the database is away or something cannot be written; what was given so far is then no export.
    pub fn piece(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let Some(writer) = &mut self.writer else {
            return Ok(None);
        };
        let (after, until) = (self.after, self.until);
        let page = move |tx: &mut anlanh_store::Reader<'_, '_>| Ok::<_, Error>(export::page(tx, after, until, PAGE)?);
        let rows = self.store.read_blocking("export.page", page)?;
        let Some(last) = rows.last() else {
            let bytes = self.writer.take().map(Writer::finish).transpose()?;
            return Ok(bytes);
        };
        self.after = last.place();
        let mut records = Vec::with_capacity(rows.len());
        for row in rows {
            let policy = self.policies.of(&self.store, row.version)?;
            records.push(statement::record(row, &policy, &self.policies.in_force, &mut self.mask));
        }
        Ok(Some(writer.write(records)?))
    }
}

impl Policies {
    fn of(&mut self, store: &Store, version: Id<Version>) -> Result<Arc<Policy>, Error> {
        if let Some(policy) = self.former.get(&version.number()) {
            return Ok(Arc::clone(policy));
        }
        let read = move |tx: &mut anlanh_store::Reader<'_, '_>| Ok::<_, Error>(version::files(tx, version)?);
        let files = store.read_blocking("export.policy", read)?;
        let policy = read_files(&files).map_or_else(|_| Arc::clone(&self.in_force), Arc::new);
        if self.former.len() >= POLICIES {
            self.former.clear();
        }
        self.former.insert(version.number(), Arc::clone(&policy));
        Ok(policy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_both_belong_to_the_span() {
        let bounds = |from, to| Days::parse(from, to).map(|days| days.bounds(420));
        let seconds = Time::from_seconds;
        assert_eq!(bounds(None, None), Ok((seconds(0), Time::from_micros(i64::MAX))));
        // 2026-06-30 in Hà Nội begins at 17:00 UTC the day before.
        let (june, july) = (seconds(1_782_838_800 - 86_400), seconds(1_782_838_800));
        assert_eq!(bounds(Some("2026-06-30"), Some("2026-06-30")), Ok((june, july)));
        for bad in ["", "2026-6-1", "2026-02-30", "hôm qua", "2026-06-30T00:00:00Z"] {
            assert_eq!(bounds(Some(bad), None), Err(BadDays::From), "{bad}");
            assert_eq!(bounds(None, Some(bad)), Err(BadDays::To), "{bad}");
        }
        assert_eq!(bounds(Some("2026-06-30"), Some("2026-06-29")), Err(BadDays::To));
    }
}
