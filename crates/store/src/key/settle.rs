//! Sorting the log into runs, and merging runs, in bounded steps. Each is prepared by reading, and settled by writing what was
//! prepared: whoever writes items waits for the writing alone.
//!
//! A run that grows out of others is not read before it has all of theirs, and then they are not read any more. What a run
//! lacks yet follows from its last sighting, so that a step that did not come to its end is simply done again. A step is refused
//! where sightings were deleted, or its own rows and runs were changed, since it was prepared: it would bring back what is gone.
//! Only to delete a run again does no harm.

use std::collections::BTreeMap;

use anlanh_db::Value;
use anlanh_model::Id;

use super::packed::{BYTES, unpack};
use super::runs::{self, Run, Walk};
use super::{Seen, erase, list};
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

/// Sightings of a log that is worth sorting: about two thousand items have as many. The shortest runs have no fewer.
pub const LONG: u64 = 8_192;
/// Sightings from which on no further row of the log is sorted in the same step.
const SORTED: usize = 32_768;
/// Rows of the log that are sorted in one step, at most.
pub(super) const SORTED_ROWS: usize = 8_192;
/// Runs of one size that are merged: each is so many times as long as those that it is made of.
const FAN: usize = 8;
/// Pieces of each run that are merged in one step.
const PIECES: u32 = 64;
/// Pieces of merged runs that are deleted in one step.
pub(super) const DELETED: usize = 1_024;

statements! { "key_settle":
    LOGGED = "SELECT CAST(COALESCE(SUM(LENGTH(packed)), 0) AS BIGINT) FROM key_log";
    LENGTHS = "SELECT id, CAST(LENGTH(packed) AS BIGINT) FROM key_log ORDER BY id LIMIT $1";
    LOG_UP_TO = "SELECT packed FROM key_log WHERE id <= $1";
    RUNS = "SELECT id, sightings, state, merged_into FROM key_run ORDER BY id";
    // Each database has its own way to read a list. What comes meanwhile may have a smaller id: that of a tool is not in line.
    DELETE_LOG = "DELETE FROM key_log WHERE id IN (SELECT value FROM json_each($1))"
        | "DELETE FROM key_log WHERE id = ANY (ARRAY(SELECT one::BIGINT FROM jsonb_array_elements_text($1::TEXT::JSONB) AS one))";
    INSERT_RUN = "INSERT INTO key_run (id, sightings, state) VALUES ($1, $2, $3)";
    MERGE_INTO = "UPDATE key_run SET merged_into = $2 WHERE id = $1 AND merged_into IS NULL";
    SET_STATE = "UPDATE key_run SET state = $2 WHERE id = $1";
    ADD = "UPDATE key_run SET sightings = sightings + $2 WHERE id = $1 AND sightings = $3 AND state = 'growing'";
    DELETE_RUN = "DELETE FROM key_run WHERE id = $1";
    // Neither database deletes up to a limit by itself.
    NTH = "SELECT key, at, item, member FROM key_piece WHERE run = $1 ORDER BY key, at, item, member LIMIT 1 OFFSET $2";
    DELETE_UP_TO = "DELETE FROM key_piece WHERE run = $1 AND (key, at, item, member) <= ($2, $3, $4, $5)";
    DELETE_PIECES = "DELETE FROM key_piece WHERE run = $1";
}

/// A run as it is noted.
#[derive(Debug, Clone, Copy)]
struct Noted {
    id: Id<Run>,
    /// How many were ever put into it; deleting some changes nothing here.
    sightings: i64,
    state: State,
    merged_into: Option<Id<Run>>,
}

/// What a run is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It is read.
    Whole,
    /// It has not all yet of those that are merged into it.
    Growing,
    /// All of it is in another.
    Gone,
}

/// What is to be done next.
#[derive(Debug, Clone)]
enum Due {
    Sort,
    Begin(Vec<Id<Run>>),
    Grow(Noted),
    Delete(Id<Run>),
}

/// A step, with all that is to be written for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// How often sightings had been deleted when it was prepared.
    uncounts: i64,
    act: Act,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Act {
    Sort(Sort),
    Begin(Vec<Id<Run>>),
    Grow(Grow),
    Delete(Delete),
}

/// A run is made of the oldest rows of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sort {
    rows: Vec<i64>,
    /// What they have, in order.
    sightings: Vec<Seen>,
    /// Whether the log had no others.
    is_all: bool,
}

/// A run gets more of those that are merged into it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Grow {
    run: Id<Run>,
    /// How many were put into it before.
    had: i64,
    sightings: Vec<Seen>,
    /// The runs that are merged into it, where it has all of them then.
    ended: Option<Vec<Id<Run>>>,
}

/// A run is deleted that is not read any more.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Delete {
    run: Id<Run>,
    /// Up to which piece, by its first sighting; all of it where there is none.
    until: Option<[i64; 4]>,
}

impl State {
    const ALL: [Self; 3] = [Self::Whole, Self::Growing, Self::Gone];

    const fn key(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Growing => "growing",
            Self::Gone => "gone",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// Whether there is something to be done, where a log of so many sightings is long.
///
/// # Errors
/// When the database is away.
pub fn is_unsettled(tx: &mut dyn Queries, long: u64) -> Result<bool, Error> {
    let runs = noted(tx)?;
    Ok(due(tx, &runs, long)?.is_some())
}

/// Prepares the next step, if any, where a log of so many sightings is long: the log is sorted into a run, or runs are merged.
///
/// # Errors
/// When the database is away.
pub fn prepare(tx: &mut dyn Queries, long: u64) -> Result<Option<Step>, Error> {
    let runs = noted(tx)?;
    let Some(due) = due(tx, &runs, long)? else {
        return Ok(None);
    };
    let act = match due {
        Due::Sort => Act::Sort(prepare_sort(tx)?),
        Due::Begin(runs) => Act::Begin(runs),
        Due::Grow(run) => Act::Grow(prepare_grow(tx, &run, &runs)?),
        Due::Delete(run) => Act::Delete(prepare_delete(tx, run)?),
    };
    let uncounts = erase::uncounts(tx)?;
    Ok(Some(Step { uncounts, act }))
}

/// Writes what was prepared. Whether all is sorted now that had been kept when it was prepared.
///
/// # Errors
/// When the database is away or full; [`anlanh_db::Error::Busy`] where sightings were deleted, or what the step is about was
/// changed, since it was prepared.
pub fn settle(writer: &mut Writer<'_, '_>, step: &Step) -> Result<bool, Error> {
    if erase::uncounts(writer)? != step.uncounts {
        return Err(Error::Database(anlanh_db::Error::Busy));
    }
    match &step.act {
        Act::Sort(sort) => return settle_sort(writer, sort),
        Act::Begin(runs) => begin(writer, runs)?,
        Act::Grow(grow) => settle_grow(writer, grow)?,
        Act::Delete(delete) => settle_delete(writer, delete)?,
    }
    Ok(false)
}

fn due(tx: &mut dyn Queries, runs: &[Noted], long: u64) -> Result<Option<Due>, Error> {
    let logged = tx.row(&LOGGED, &[])?.map_or(Ok(0), |row| row.int(0))?;
    let is_long = logged.unsigned_abs() / BYTES as u64 >= long.max(1);
    let mut by_size: BTreeMap<u32, Vec<Id<Run>>> = BTreeMap::new();
    for run in runs
        .iter()
        .filter(|run| run.state == State::Whole && run.merged_into.is_none())
    {
        by_size.entry(size(run.sightings)).or_default().push(run.id);
    }
    // However much comes in, runs do not become many: the log can wait.
    if is_long && by_size.values().all(|runs| runs.len() < 2 * FAN) {
        return Ok(Some(Due::Sort));
    }
    let of_state = |state| runs.iter().find(|run| run.state == state);
    if let Some(gone) = of_state(State::Gone) {
        return Ok(Some(Due::Delete(gone.id)));
    }
    if let Some(growing) = of_state(State::Growing) {
        return Ok(Some(Due::Grow(*growing)));
    }
    let many = by_size.into_values().find(|runs| runs.len() >= FAN);
    Ok(many.map(|mut runs| {
        runs.truncate(FAN);
        Due::Begin(runs)
    }))
}

/// How often the shortest runs were merged to one of so many sightings.
fn size(sightings: i64) -> u32 {
    (sightings.unsigned_abs() / LONG).max(1).ilog(FAN as u64)
}

fn noted(tx: &mut dyn Queries) -> Result<Vec<Noted>, Error> {
    let rows = tx.rows(&RUNS, &[])?;
    let read = |row: &anlanh_db::Row| {
        Ok(Noted {
            id: row.id(0, "key_run.id")?,
            sightings: row.int(1)?,
            state: row.key(2, "key_run.state", State::from_key)?,
            merged_into: row.optional_id(3, "key_run.merged_into")?,
        })
    };
    rows.iter().map(read).collect()
}

fn insert_run(writer: &mut Writer<'_, '_>, sightings: i64, state: State) -> Result<Id<Run>, Error> {
    let id: Id<Run> = writer.new_id();
    let values = [Value::Int(id.number()), Value::Int(sightings), Value::Text(state.key())];
    writer.execute(&INSERT_RUN, &values)?;
    Ok(id)
}

/// Reads the log in order, or as much of it as is sorted in one step.
fn prepare_sort(tx: &mut dyn Queries) -> Result<Sort, Error> {
    let lengths = tx.rows(&LENGTHS, &[Value::Int(SORTED_ROWS as i64 + 1)])?;
    let (mut rows, mut logged) = (Vec::new(), 0);
    for row in lengths.iter().take(SORTED_ROWS) {
        if logged >= SORTED * BYTES {
            break;
        }
        rows.push(row.int(0)?);
        logged += usize::try_from(row.int(1)?).unwrap_or_default();
    }
    let mut sightings = Vec::with_capacity(logged / BYTES);
    let last = rows.last().copied().unwrap_or(-1);
    for row in tx.rows(&LOG_UP_TO, &[Value::Int(last)])? {
        sightings.extend(unpack(row.bytes(0)?)?);
    }
    sightings.sort_unstable();
    Ok(Sort {
        is_all: rows.len() == lengths.len(),
        rows,
        sightings,
    })
}

fn settle_sort(writer: &mut Writer<'_, '_>, sort: &Sort) -> Result<bool, Error> {
    let rows = list(sort.rows.iter().map(ToString::to_string));
    are_ours(writer.execute(&DELETE_LOG, &[Value::Text(&rows)])?, sort.rows.len())?;
    let run = insert_run(writer, sort.sightings.len() as i64, State::Whole)?;
    runs::append(writer, run, &sort.sightings)?;
    Ok(sort.is_all)
}

/// Begins to merge runs.
fn begin(writer: &mut Writer<'_, '_>, sources: &[Id<Run>]) -> Result<(), Error> {
    let run = insert_run(writer, 0, State::Growing)?;
    for source in sources {
        let merged = writer.execute(&MERGE_INTO, &[Value::Int(source.number()), Value::Int(run.number())])?;
        are_ours(merged, 1)?;
    }
    Ok(())
}

/// Fails where some of the rows were changed meanwhile: a connection that broke may have done it after all.
fn are_ours(changed: u64, rows: usize) -> Result<(), Error> {
    if changed == rows as u64 {
        return Ok(());
    }
    Err(Error::Database(anlanh_db::Error::Busy))
}

/// Reads the next sightings of those that are merged into a run.
fn prepare_grow(tx: &mut dyn Queries, run: &Noted, all: &[Noted]) -> Result<Grow, Error> {
    let sources = all.iter().filter(|noted| noted.merged_into == Some(run.id));
    let sources: Vec<Id<Run>> = sources.map(|noted| noted.id).collect();
    let after = runs::last(tx, run.id)?.unwrap_or(Seen::FIRST);
    let (mut sightings, mut until) = (Vec::new(), None);
    for source in &sources {
        let mut walk = Walk::after(*source, after, PIECES);
        let read = walk.next(tx)?;
        if let Some(last) = read.last().filter(|_| !walk.is_over()) {
            until = Some(until.map_or(*last, |until: Seen| until.min(*last)));
        }
        sightings.extend(read);
    }
    sightings.retain(|seen| until.is_none_or(|until| *seen <= until));
    sightings.sort_unstable();
    Ok(Grow {
        run: run.id,
        had: run.sightings,
        sightings,
        ended: until.is_none().then_some(sources),
    })
}

/// Adds sightings to a run. When it has all of those that are merged into it, it takes their place.
fn settle_grow(writer: &mut Writer<'_, '_>, grow: &Grow) -> Result<(), Error> {
    let (run, more) = (Value::Int(grow.run.number()), Value::Int(grow.sightings.len() as i64));
    are_ours(writer.execute(&ADD, &[run, more, Value::Int(grow.had)])?, 1)?;
    runs::append(writer, grow.run, &grow.sightings)?;
    let Some(ended) = &grow.ended else { return Ok(()) };
    for source in ended {
        set_state(writer, *source, State::Gone)?;
    }
    set_state(writer, grow.run, State::Whole)
}

fn set_state(writer: &mut Writer<'_, '_>, run: Id<Run>, state: State) -> Result<(), Error> {
    writer.execute(&SET_STATE, &[Value::Int(run.number()), Value::Text(state.key())])?;
    Ok(())
}

/// Looks how far a run may be deleted in one step.
fn prepare_delete(tx: &mut dyn Queries, run: Id<Run>) -> Result<Delete, Error> {
    let nth = tx.row(&NTH, &[Value::Int(run.number()), Value::Int(DELETED as i64 - 1)])?;
    let until = match nth {
        Some(row) => Some([row.int(0)?, row.int(1)?, row.int(2)?, row.int(3)?]),
        None => None,
    };
    Ok(Delete { run, until })
}

fn settle_delete(writer: &mut Writer<'_, '_>, delete: &Delete) -> Result<(), Error> {
    let run = Value::Int(delete.run.number());
    match delete.until {
        Some(until) => {
            let [key, at, item, member] = until.map(Value::Int);
            writer.execute(&DELETE_UP_TO, &[run, key, at, item, member])?;
        }
        None => {
            writer.execute(&DELETE_PIECES, &[run])?;
            writer.execute(&DELETE_RUN, &[run])?;
        }
    }
    Ok(())
}
