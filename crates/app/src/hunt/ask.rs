//! Hunts are asked for, called off and looked at.

use std::collections::BTreeSet;

use anlanh_model::{Actor, AuditAction, Hunt, HuntState, Id, Incident, Permission, Text, Time, Tlp};
use anlanh_pack::Day;
use anlanh_soc::limits::MAX_HUNTED;
use anlanh_soc::{Builder, Index, ListError, Unhuntable, Value, Wanted, add_line};
use anlanh_store::hunt::{self as store, FoundKept, FoundSum, HuntResult, HuntRow, NewHunt};
use anlanh_store::{Reader, Writer, incident, indicator, sensor};

use super::desk::Progress;
use super::hosts::{self, Hostless};
use super::{BadValue, HuntError};
use crate::audit::REASON;
use crate::case::permit_person;
use crate::incident::token;
use crate::indicator::Clearance;
use crate::once::once;
use crate::order::midnight;
use crate::{App, Claim, Error, Made, permit};

/// Most values that one hunt looks for.
pub const MAX_VALUES: usize = 1_000;
/// Most hunts that wait for their turn.
pub const MAX_WAITING: usize = 20;
/// Longest reason, in bytes.
pub const MAX_REASON_BYTES: usize = Hunt::MAX_REASON_BYTES;
/// Rows that are shown at once.
pub const SHOWN_ROWS: u32 = 200;
/// The name under which values are listed while a hunt is made.
const SOURCE: &str = "hunt";

/// A hunt that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What is looked for, a value a line; blank lines and comments are none.
    pub values: String,
    /// Why; it goes into the audit log.
    pub reason: String,
    /// The first day that is looked at, by the time of the policy's country; none where all are.
    pub from: Option<Day>,
    /// The last day that is; none where all are.
    pub to: Option<Day>,
    /// The name of the sensor whose events are looked at; none where all are.
    pub sensor: Option<String>,
}

/// How much of the numbers of a hunt is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// All of them.
    All,
    /// Rows and hits are of what whoever looks is cleared for; what was read, and what has no row, is of all values, and not told.
    Part,
    /// Nothing of what was found: nobody looked for what of it may be told.
    Nothing,
}

/// A hunt, and what it found, as far as whoever looks is cleared for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HuntView {
    /// The hunt. Its reason is empty where a value is not told.
    pub row: HuntRow,
    /// How much of its numbers is told; what is not is 0.
    pub known: Known,
    /// Values that whoever looks is not cleared for: neither they nor what was found of them is here.
    pub hidden: u64,
    /// How far it is, while the node looks.
    pub progress: Option<Progress>,
    /// How much of what is told has no host, and why.
    pub hostless: Hostless,
    /// A part of what it found.
    pub rows: Vec<FoundKept>,
    /// Values of which nothing was found, once it is done.
    pub missed: Vec<String>,
    /// Names of sensors by their numbers.
    pub sensors: Vec<(u32, String)>,
    /// The row behind which the next part begins; none where this is the last.
    pub next: Option<u32>,
    /// Incidents in which is what it found, with their titles; those that whoever looks is not cleared for without one, and not at all
    /// where a value is hidden.
    pub incidents: Vec<(Id<Incident>, String)>,
}

impl HuntView {
    /// The name of the sensor of a number.
    #[must_use]
    pub fn sensor_name(&self, number: u32) -> String {
        let named = self.sensors.iter().find(|(known, _)| *known == number);
        named.map_or_else(|| format!("#{number}"), |(_, name)| name.clone())
    }
}

/// The token of a host of a day as it is shown: shortened as that of a host of an incident is, and telling as little.
#[must_use]
pub fn short_token(text: &str) -> String {
    let pairs = text.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Vec<u8> = pairs.filter_map(byte).collect();
    token(&bytes)
}

/// Asks for a hunt, once for each claim.
///
/// # Errors
/// When the one who asks may not, the claim was used for something else, a value is none, there are none or too many, the reason or the period is none, there is no such
/// sensor, too many hunts wait, or the database is away or full.
pub async fn ask(app: &App, actor: &Actor, asked: Asked, claim: Option<Claim>) -> Result<Made<Hunt>, Error> {
    let person = permit_person(actor, Permission::HuntEvents)?;
    let reason: Text<MAX_REASON_BYTES> = Text::parse(&asked.reason).map_err(|error| Error::Text("reason", error))?;
    let engine = app.engine();
    let begin = |day: Day| midnight(&engine, day.into());
    let from = asked.from.map_or(Time::from_micros(i64::MIN), begin);
    let to = asked
        .to
        .map_or(Time::from_micros(i64::MAX), |day| begin(day).plus_minutes(24 * 60));
    if to <= from {
        return Err(HuntError::Period.into());
    }
    let values = read_values(&asked.values)?;
    let count = values.len();
    let new = NewHunt {
        person: person.id,
        reason: reason.as_str().to_owned(),
        wanted: values.join("\n"),
        from,
        to,
        sensor: None,
    };
    let write = move |writer: &mut Writer<'_, '_>| {
        once(writer, claim.as_ref(), "hunt", |writer| {
            let sensor = asked
                .sensor
                .as_deref()
                .map(|name| number_of(writer, name))
                .transpose()?;
            let waiting = u32::try_from(MAX_WAITING).unwrap_or(u32::MAX);
            if store::waiting(writer, waiting)?.len() >= MAX_WAITING {
                return Err(HuntError::TooManyWaiting.into());
            }
            let detail = format!("values={count}{REASON}{}", new.reason);
            let id = store::insert(writer, &NewHunt { sensor, ..new.clone() })?;
            writer.about("hunt", id.number(), detail);
            Ok(id)
        })
    };
    app.store.write(app.change(actor, AuditAction::AskHunt), write).await
}

/// The number of the sensor of a name: of the last that had it, for those before it were removed.
fn number_of(writer: &mut Writer<'_, '_>, name: &str) -> Result<u32, Error> {
    let names = sensor::names(writer)?;
    let named = names.iter().rev().find(|(_, known)| known == name);
    Ok(named.map(|(number, _)| *number).ok_or(HuntError::Sensor)?)
}

/// The values of lines, each once, as they are compared.
fn read_values(text: &str) -> Result<Vec<String>, Error> {
    let (mut values, mut bad, mut keys) = (BTreeSet::new(), Vec::new(), 0);
    for (number, line) in (1..).zip(text.lines()) {
        if values.len() > MAX_VALUES || bad.len() > MAX_VALUES || number > 2 * MAX_VALUES {
            return Err(HuntError::TooMany.into());
        }
        match read_line(line) {
            Ok((found, of)) => {
                values.extend(found);
                keys += of;
            }
            Err(why) => bad.push((number, why)),
        }
    }
    if !bad.is_empty() {
        return Err(HuntError::Lines(bad).into());
    }
    if values.is_empty() {
        return Err(HuntError::Empty.into());
    }
    if values.len() > MAX_VALUES || keys > MAX_HUNTED {
        return Err(HuntError::TooMany.into());
    }
    Ok(values.into_iter().collect())
}

/// The values of a line, and how many keys they have.
fn read_line(line: &str) -> Result<(Vec<String>, usize), BadValue> {
    let (mut builder, is_listed) = (Builder::new(), BadValue::NoValue);
    let source = builder.source(SOURCE).map_err(|_| is_listed)?;
    add_line(&mut builder, source, line.as_bytes()).map_err(|error| match error {
        ListError::TooLong => BadValue::TooLong,
        ListError::NotUtf8
        | ListError::TooManyColumns
        | ListError::NoColumn
        | ListError::Value(_)
        | ListError::Full(_) => BadValue::NoValue,
    })?;
    let index = builder.build();
    let wanted = Wanted::of(&index).map_err(|_| BadValue::Network)?;
    match wanted.left_out.first() {
        None => Ok((index.texts().collect(), wanted.keys.len())),
        Some((_, why)) => Err(match why {
            Unhuntable::Email => BadValue::Email,
            Unhuntable::Query => BadValue::Query,
            Unhuntable::Network | Unhuntable::TooMany => BadValue::Network,
            Unhuntable::Pattern => BadValue::NoValue,
        }),
    }
}

/// An index of the values of a hunt.
pub(super) fn index_of(wanted: &str) -> Index {
    let mut builder = Builder::new();
    if let Ok(source) = builder.source(SOURCE) {
        for line in wanted.lines() {
            // Each was read when the hunt was asked for.
            let _read = add_line(&mut builder, source, line.as_bytes());
        }
    }
    builder.build()
}

/// Calls a hunt off that is not over.
///
/// # Errors
/// When the one who asks may not, there is no such hunt, it is over, or the database is away or full.
pub async fn cancel(app: &App, actor: &Actor, id: Id<Hunt>) -> Result<(), Error> {
    permit_person(actor, Permission::HuntEvents)?;
    let result = app.hunting.progress_of(id).map(Progress::as_result).unwrap_or_default();
    let write = move |writer: &mut Writer<'_, '_>| {
        store::load(writer, id)?.ok_or(Error::NotFound("hunt"))?;
        if !store::end(writer, id, HuntState::Cancelled, result)? {
            return Err(HuntError::Step.into());
        }
        writer.about("hunt", id.number(), "cancelled");
        Ok::<_, Error>(())
    };
    app.store
        .write(app.change(actor, AuditAction::CancelHunt), write)
        .await?;
    app.hunting.call_off(id);
    Ok(())
}

/// Hunts before one, newest first. What was found is told to those who are cleared for whatever was looked for; to others each hunt by
/// itself tells it, as far as they are.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn list(
    app: &App,
    actor: &Actor,
    (before, limit): (Option<Id<Hunt>>, u32),
) -> Result<Vec<(HuntRow, Known)>, Error> {
    permit(actor, Permission::ReadIncidents)?;
    let is_cleared = Clearance::of(app, actor).await?.covers(Tlp::Red);
    let known = if is_cleared { Known::All } else { Known::Nothing };
    let read = move |tx: &mut Reader<'_, '_>| {
        let mut rows = store::page(tx, before, limit)?;
        for row in &mut rows {
            cut(row, known, &[]);
        }
        Ok::<_, Error>(rows.into_iter().map(|row| (row, known)).collect())
    };
    app.store.read("hunt.list", read).await
}

/// Leaves the numbers of a hunt that are told: of values, those.
fn cut(row: &mut HuntRow, known: Known, told: &[FoundSum]) {
    match known {
        Known::All => {}
        Known::Part | Known::Nothing => {
            row.rows = told.iter().map(|of| of.rows).sum();
            row.result = HuntResult {
                blocks: row.result.blocks,
                hits: told.iter().map(|of| of.hits).sum(),
                ..HuntResult::default()
            };
        }
    }
}

/// A hunt, with so many rows after one of them, at most [`SHOWN_ROWS`].
///
/// # Errors
/// When the one who asks may not, there is no such hunt, or the database is away.
pub async fn show(app: &App, actor: &Actor, id: Id<Hunt>, (after, limit): (u32, u32)) -> Result<HuntView, Error> {
    permit(actor, Permission::ReadIncidents)?;
    let clearance = Clearance::of(app, actor).await?;
    let progress = app.hunting.progress_of(id);
    let turn_back = app.hunting.turn_back().cloned();
    app.store
        .read("hunt.show", move |tx| {
            let mut row = store::load(tx, id)?.ok_or(Error::NotFound("hunt"))?;
            let hidden = hide(tx, clearance, &mut row)?;
            let known = if hidden.is_empty() { Known::All } else { Known::Part };
            let mut told = store::found(tx, id)?;
            told.retain(|of| !hidden.contains(&of.listed));
            cut(&mut row, known, &told);
            let found: BTreeSet<&str> = told.iter().map(|of| of.listed.as_str()).collect();
            let is_done = row.state == HuntState::Done;
            let values = row.asked.wanted.lines();
            let missed = values.filter(|value| is_done && !found.contains(value));
            let mut incidents = Vec::new();
            for id in store::incidents(tx, id)? {
                let named = incident::load(tx, id)?.filter(|row| clearance.covers(row.tlp));
                if named.is_some() || known == Known::All {
                    incidents.push((id, named.map_or_else(String::new, |row| row.title)));
                }
            }
            let (rows, next) = rows_of(tx, id, (after, limit.min(SHOWN_ROWS)), &hidden)?;
            // Turning tokens back costs something: once for each way through the rows.
            let turn_back = turn_back.as_ref().filter(|_| known == Known::All && after == 0);
            let progress = progress.filter(|_| row.state == HuntState::Running);
            Ok(HuntView {
                known,
                hidden: hidden.len() as u64,
                hostless: hosts::count(tx, (id, &told), turn_back)?,
                missed: missed.map(str::to_owned).collect(),
                progress: progress.map(|progress| match known {
                    Known::All => progress,
                    Known::Part | Known::Nothing => Progress { read: 0, ..progress },
                }),
                next,
                rows,
                sensors: sensor::names(tx)?,
                incidents,
                row,
            })
        })
        .await
}

/// At most so many rows after one of which nothing is hidden, and the number of the last, where there are more.
fn rows_of(
    tx: &mut Reader<'_, '_>,
    id: Id<Hunt>,
    (after, limit): (u32, u32),
    hidden: &BTreeSet<String>,
) -> Result<(Vec<FoundKept>, Option<u32>), Error> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let at_once = if hidden.is_empty() { limit } else { SHOWN_ROWS };
    let at_once = at_once.saturating_add(1);
    let (mut rows, mut from) = (Vec::new(), after);
    while rows.len() <= most {
        let part = store::rows(tx, id, from, at_once)?;
        let Some(last) = part.last() else { break };
        from = last.number;
        rows.extend(part.into_iter().filter(|row| !hidden.contains(&row.found.listed)));
    }
    let is_last = rows.len() <= most;
    rows.truncate(most);
    let next = rows.last().map(|row| row.number).filter(|_| !is_last);
    Ok((rows, next))
}

/// Takes out of a hunt what whoever looks is not cleared for: values that are marked more strictly, and, where there are any, what
/// somebody wrote. What nobody lists goes no further than this organisation, as the alert that it becomes.
fn hide(tx: &mut Reader<'_, '_>, clearance: Clearance, row: &mut HuntRow) -> Result<BTreeSet<String>, Error> {
    let mut hidden = BTreeSet::new();
    if clearance.covers(Tlp::Red) {
        return Ok(hidden);
    }
    let mut shown = Vec::new();
    for value in row.asked.wanted.lines() {
        if clearance.covers(marked(tx, value)?) {
            shown.push(value);
        } else {
            hidden.insert(value.to_owned());
        }
    }
    if !hidden.is_empty() {
        row.asked.wanted = shown.join("\n");
        row.asked.reason.clear();
    }
    Ok(hidden)
}

/// How far a value goes that is looked for: by the strictest marking of whoever lists it, in any of its readings.
fn marked(tx: &mut Reader<'_, '_>, text: &str) -> Result<Tlp, Error> {
    // It was read when the hunt was asked for; what a later node reads no more is told to nobody.
    let Ok(value) = Value::guess(text) else {
        return Ok(Tlp::Red);
    };
    let mut strictest = None;
    for reading in [value.other_reading(), Some(value)].into_iter().flatten() {
        strictest = strictest.max(indicator::tlp_of_value(tx, reading.kind().key(), text)?);
    }
    Ok(strictest.unwrap_or(Tlp::AmberStrict))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&[&str], HuntError>) {
        let read = match read_values(text) {
            Ok(values) => Ok(values),
            Err(Error::Hunt(error)) => Err(error),
            Err(error) => panic!("{error:?}"),
        };
        let expected = expected.map(|values| values.iter().map(|value| (*value).to_owned()).collect());
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn values_are_read_line_by_line_and_each_bad_one_is_told() {
        let md5 = "9e107d9d372bb6826bd81d3542a419d6";
        let text =
            format!("# từ bản tin\nEvil.Example\n\n192.0.2.0/24\nhttp://shop.example/pay\n{md5}\nevil.example\n");
        check(&text, Ok(&["192.0.2.0/24", md5, "evil.example", "shop.example/pay"]));
        check("", Err(HuntError::Empty));
        check("# nothing\n\n", Err(HuntError::Empty));
        let bad = "evil.example\nan@example.vn\nhttp://a.example/x?y=1\n10.0.0.0/7\nkhông phải\n";
        check(
            bad,
            Err(HuntError::Lines(vec![
                (2, BadValue::Email),
                (3, BadValue::Query),
                (4, BadValue::Network),
                (5, BadValue::NoValue),
            ])),
        );
        check(&"a".repeat(5_000), Err(HuntError::Lines(vec![(1, BadValue::TooLong)])));
    }

    #[test]
    fn a_hunt_has_so_many_values() {
        let lines = |count: usize| (0..count).map(|n| format!("a{n}.example\n")).collect::<String>();
        assert_eq!(read_values(&lines(MAX_VALUES)).unwrap().len(), MAX_VALUES);
        check(&lines(MAX_VALUES + 1), Err(HuntError::TooMany));
        // Wide networks are many keys each.
        let wide = |count: usize| (1..=count).map(|n| format!("{n}.0.0.0/8\n")).collect::<String>();
        assert_eq!(read_values(&wide(99)).unwrap().len(), 99);
        let six = |count: usize| {
            let network = |n: usize| format!("{:x}:{:x}00::/24\n", 0x2001 + n / 200, n % 200);
            (0..count).map(network).collect::<String>()
        };
        assert_eq!(read_values(&six(MAX_HUNTED / 256)).unwrap().len(), MAX_HUNTED / 256);
        check(&six(MAX_HUNTED / 256 + 1), Err(HuntError::TooMany));
    }
}
