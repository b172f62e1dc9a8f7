//! A report moves on: to the case of what it is about, or to a new one.

use anlanh_api::ItemIn;
use anlanh_model::{Case, CaseEvent, Cause, Due, Id, Purpose, Report, ReportState, Standing, State, Time, Urgency};
use anlanh_pack::{Harm, ReportCategory};
use anlanh_screen::Scratch;
use anlanh_store::case::{self, CaseRow, NewCase};
use anlanh_store::item::{self, Item};
use anlanh_store::{Viewer, Writer, clock, event, report};
use sha2::{Digest, Sha256};

use super::Content;
use super::address::normalised;
use super::answer;
use crate::engine::Engine;
use crate::item::{Reported, judge_reported, keep_reported, views};
use crate::statutory::Running;
use crate::{Error, appeal};

/// Where a report comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The platform, or somebody whom the operator trusts.
    Known,
    /// Anybody.
    Outsider,
}

/// What it takes to move a report on, made before the database is asked.
#[derive(Debug, Clone)]
pub(super) struct Moving {
    reported: Reported,
    external: Option<String>,
    address: Option<[u8; 32]>,
    /// Key of what it is reported as.
    reported_as: String,
    /// Who says that what stands at the address is the item of this id.
    source: Source,
    /// Whether it shows what nobody has looked at: a text of its own.
    shows_more: bool,
    /// The category of the policy that it most likely is.
    category: String,
    urgency: Urgency,
    clock: Option<Running>,
}

impl Moving {
    /// Screens what is reported and looks up what its category asks for.
    pub(super) fn prepare(
        engine: &Engine,
        category: &ReportCategory,
        content: &Content,
        source: Source,
        now: Time,
    ) -> Result<Self, Error> {
        let item = ItemIn {
            id: content.item.as_deref().map(Into::into),
            text: content.text.as_deref().unwrap_or_default().into(),
            links: content.url.iter().map(|url| url.as_str().into()).collect(),
            ..ItemIn::default()
        };
        let reported = judge_reported(engine, &mut Scratch::default(), &item)?;
        let likeliest = category.categories.first().map(|key| key.as_str().to_owned());
        let harm = match category.harm {
            Harm::High => Urgency::High,
            Harm::Normal => Urgency::Normal,
            Harm::Low => Urgency::Low,
        };
        Ok(Self {
            external: content.item.clone(),
            reported_as: category.key.as_str().to_owned(),
            source,
            shows_more: content.text.is_some(),
            address: content.url.as_deref().and_then(normalised).map(hash),
            category: likeliest.unwrap_or_else(|| reported.category.clone()),
            urgency: harm.min(reported.urgency),
            clock: match &category.clock {
                Some(key) => Running::with_key(engine, key.as_str(), now),
                None => None,
            },
            reported,
        })
    }

    /// How urgent it is from somebody of this standing.
    const fn urgency_from(&self, standing: Standing) -> Urgency {
        match standing {
            Standing::Trusted => self.urgency.raised(),
            Standing::Ordinary => self.urgency,
            Standing::Lowered => self.urgency.lowered(),
        }
    }
}

fn hash(address: String) -> [u8; 32] {
    Sha256::digest(address).into()
}

/// For so many days a case in which no violation was found answers those who report the same as the same.
const FRESH_DAYS: i64 = 7;

/// Puts a report to the case of its item: the one that waits, else the one that was decided last where that answers it too,
/// else a new one. It is open then, or it is to be answered at once.
pub(super) fn move_on(
    writer: &mut Writer<'_, '_>,
    moving: &Moving,
    id: Id<Report>,
    standing: Standing,
) -> Result<ReportState, Error> {
    let item = find_item(writer, moving)?;
    // A machine sees the cases that take effect and none that measures. One about those behind the item, or about an
    // earlier decision, answers nobody who reports.
    let mut cases = case::of_item(writer, item, Viewer::Machine)?;
    cases.retain(CaseRow::is_first_about_item);
    let waits = |row: &&CaseRow| matches!(row.case.state, State::Waiting | State::Held { .. });
    let waiting = cases.iter().find(waits).cloned();
    let now = writer.now();
    let state = match (waiting, cases.last()) {
        (Some(row), _) => {
            let before = report::reach(writer, row.case.id)?;
            report::attach(writer, id, item, row.case.id)?;
            let after = report::reach(writer, row.case.id)?;
            start_clock(writer, moving, row.case.id, now)?;
            raise(writer, row, moving.urgency_from(standing), before, after)?;
            ReportState::Open
        }
        (None, Some(decided)) if answers(writer, moving, decided)? => {
            report::attach(writer, id, item, decided.case.id)?;
            ReportState::Answered
        }
        (None, Some(_) | None) => {
            open(writer, moving, id, item, standing)?;
            ReportState::Open
        }
    };
    Ok(state)
}

/// Whether what was decided answers a report that comes later: where something was done about the item, it does. Where
/// nothing was, somebody looked at it as what it was reported as then, and not at what is shown since.
fn answers(writer: &mut Writer<'_, '_>, moving: &Moving, decided: &CaseRow) -> Result<bool, Error> {
    let id = decided.case.id;
    let Some(decision) = answer::decided(writer, id)? else {
        return Ok(false);
    };
    let standing = appeal::standing(writer, decision)?;
    if standing.outcome.is_violation() {
        return Ok(true);
    }
    let is_fresh = writer.now() < standing.at.plus_minutes(FRESH_DAYS * 24 * 60);
    Ok(is_fresh && !moving.shows_more && report::is_reported_as(writer, id, &moving.reported_as)?)
}

/// The item that a report is about: one that is known by its id or its address, or a new one of what was pasted.
fn find_item(writer: &mut Writer<'_, '_>, moving: &Moving) -> Result<Id<Item>, Error> {
    let mut known = None;
    if let Some(external) = &moving.external {
        known = item::page(writer, Some(external), None, 1)?.first().map(|row| row.id);
    }
    if let (None, Some(hash)) = (known, &moving.address) {
        known = report::item_at(writer, hash)?;
    }
    let is_new = known.is_none();
    let item = match known {
        Some(item) => item,
        None => keep_reported(writer, &moving.reported)?,
    };
    // That anybody says that something stands at an address binds no address to what is known otherwise.
    if let Some(hash) = &moving.address
        && (is_new || moving.source == Source::Known)
    {
        report::keep_address(writer, hash, item)?;
    }
    Ok(item)
}

fn open(
    writer: &mut Writer<'_, '_>,
    moving: &Moving,
    id: Id<Report>,
    item: Id<Item>,
    standing: Standing,
) -> Result<(), Error> {
    let now = writer.now();
    let case: Id<Case> = writer.new_id();
    let row = item::load(writer, item)?.ok_or(Error::NotFound("item"))?;
    let urgency = moving.urgency_from(standing).seen_by(views(&row));
    let (mut opened, happened) = Case::open(case, Cause::Report, Purpose::Live, urgency, now);
    let runs_out = moving.clock.as_ref().map(|clock| clock.due_after(now));
    opened.due = opened.due.no_later_than(runs_out);
    let new = NewCase {
        item,
        cause: Cause::Report,
        category: moving.category.clone(),
        rule: String::new(),
        kind: row.kind,
    };
    case::insert(writer, &opened, &new)?;
    event::insert(writer, case, &happened)?;
    start_clock(writer, moving, case, now)?;
    Ok(report::attach(writer, id, item, case)?)
}

fn start_clock(writer: &mut Writer<'_, '_>, moving: &Moving, case: Id<Case>, now: Time) -> Result<(), Error> {
    match &moving.clock {
        Some(clock) => clock.start(writer, case, now),
        None => Ok(()),
    }
}

/// Makes the case of a report as urgent as the number of people asks for, now that one more is known.
pub(super) fn recount(writer: &mut Writer<'_, '_>, case: Id<Case>, before: report::Reach) -> Result<(), Error> {
    let row = case::load(writer, case)?.ok_or(Error::NotFound("case"))?;
    let after = report::reach(writer, case)?;
    if let State::Decided { .. } = row.case.state {
        return Ok(());
    }
    let mut next = row.case;
    next.due = raised(&next, next.due.urgency, before, after);
    next.due = next.due.no_later_than(clock::earliest(writer, case)?);
    Ok(case::update(writer, &next)?)
}

/// The due of a case that waits, as urgent as a report of this urgency and the number of people ask for. What somebody put
/// lower by hand stays there until one more step of reach is taken.
fn raised(case: &Case, urgency: Urgency, before: report::Reach, after: report::Reach) -> Due {
    let step = |reach: report::Reach| Urgency::Low.reached(reach.people);
    if before.reports > 0 && step(before) == step(after) {
        return case.due;
    }
    Due::of(case.due.urgency.min(urgency.reached(after.people)), case.opened_at)
}

/// Makes a case that waits as urgent as its newest report and their number ask for.
fn raise(
    writer: &mut Writer<'_, '_>,
    row: CaseRow,
    urgency: Urgency,
    before: report::Reach,
    after: report::Reach,
) -> Result<(), Error> {
    let id = row.case.id;
    let mut next = row.case;
    next.due = raised(&next, urgency, before, after);
    next.due = next.due.no_later_than(clock::earliest(writer, id)?);
    case::update(writer, &next)?;
    Ok(event::insert(writer, id, &CaseEvent::Reported(after.reports))?)
}
