//! Sorting the log into runs, and merging runs, in bounded steps: whoever writes items waits for one of them at most.
//!
//! A run that grows out of others is not read before it has all of theirs, and then they are not read any more. What a run
//! lacks yet follows from its last sighting, so that a step that did not come to its end is simply done again.

use std::collections::BTreeMap;

use anlanh_db::Value;
use anlanh_model::Id;

use super::packed::BYTES;
use super::runs::{self, Run, Walk};
use super::{LOG_ROWS, Seen, list, log_after};
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

/// Sightings of a log that is worth sorting: about two thousand items have as many. The shortest runs have no fewer.
pub const LONG: u64 = 8_192;
/// Sightings that are sorted in one step at most, give or take what one more read of the log has.
const SORTED: usize = 65_536;
/// Runs of one size that are merged: each is so many times as long as those that it is made of.
const FAN: usize = 8;
/// Pieces of each run that are merged in one step.
const PIECES: u32 = 128;
/// Pieces of merged runs that are deleted in one step.
const DELETED: i64 = 4_096;

statements! { "key_settle":
    LOGGED = "SELECT CAST(COALESCE(SUM(LENGTH(packed)), 0) AS BIGINT) FROM key_log";
    RUNS = "SELECT id, sightings, state, merged_into FROM key_run ORDER BY id";
    // Each database has its own way to read a list.
    DELETE_LOG = "DELETE FROM key_log WHERE id IN (SELECT value FROM json_each($1))"
        | "DELETE FROM key_log WHERE id = ANY (ARRAY(SELECT one::BIGINT FROM jsonb_array_elements_text($1::TEXT::JSONB) AS one))";
    INSERT_RUN = "INSERT INTO key_run (id, sightings, state) VALUES ($1, $2, $3)";
    MERGE_INTO = "UPDATE key_run SET merged_into = $2 WHERE id = $1 AND merged_into IS NULL";
    SET_STATE = "UPDATE key_run SET state = $2 WHERE id = $1";
    ADD = "UPDATE key_run SET sightings = sightings + $2 WHERE id = $1";
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
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Sort,
    Begin(Vec<Id<Run>>),
    Grow(Id<Run>),
    Delete(Id<Run>),
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

/// Whether there is something for [`settle`] to do, where a log of so many sightings is long.
///
/// # Errors
/// When the database is away.
pub fn is_unsettled(tx: &mut dyn Queries, long: u64) -> Result<bool, Error> {
    Ok(next(tx, long)?.is_some())
}

/// Sorts the log into a run where it has so many sightings, or does a step of what makes fewer runs of many. Whether all was
/// sorted that was kept before this transaction began.
///
/// # Errors
/// When the database is away or full.
pub fn settle(writer: &mut Writer<'_, '_>, long: u64) -> Result<bool, Error> {
    match next(writer, long)? {
        None => {}
        Some(Step::Sort) => return sort(writer),
        Some(Step::Begin(runs)) => begin(writer, &runs)?,
        Some(Step::Grow(run)) => grow(writer, run)?,
        Some(Step::Delete(run)) => delete(writer, run)?,
    }
    Ok(false)
}

fn next(tx: &mut dyn Queries, long: u64) -> Result<Option<Step>, Error> {
    let logged = tx.row(&LOGGED, &[])?.map_or(Ok(0), |row| row.int(0))?;
    let is_long = logged.unsigned_abs() / BYTES as u64 >= long.max(1);
    let runs = noted(tx)?;
    let mut by_size: BTreeMap<u32, Vec<Id<Run>>> = BTreeMap::new();
    for run in runs
        .iter()
        .filter(|run| run.state == State::Whole && run.merged_into.is_none())
    {
        by_size.entry(size(run.sightings)).or_default().push(run.id);
    }
    // However much comes in, runs do not become many: the log can wait.
    if is_long && by_size.values().all(|runs| runs.len() < 2 * FAN) {
        return Ok(Some(Step::Sort));
    }
    let of_state = |state| runs.iter().find(|run| run.state == state);
    if let Some(gone) = of_state(State::Gone) {
        return Ok(Some(Step::Delete(gone.id)));
    }
    if let Some(growing) = of_state(State::Growing) {
        return Ok(Some(Step::Grow(growing.id)));
    }
    let many = by_size.into_values().find(|runs| runs.len() >= FAN);
    Ok(many.map(|mut runs| {
        runs.truncate(FAN);
        Step::Begin(runs)
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

/// Sorts the log into a run of its own, or as much of it as is sorted in one step. Whether it was all.
fn sort(writer: &mut Writer<'_, '_>) -> Result<bool, Error> {
    let (mut sightings, mut after) = (Vec::new(), -1);
    let mut is_all = false;
    while !is_all && sightings.len() < SORTED {
        let rows = log_after(writer, after)?;
        is_all = rows.len() < LOG_ROWS;
        let ids = rows.iter().map(|(id, _)| id.to_string());
        let deleted = writer.execute(&DELETE_LOG, &[Value::Text(&list(ids))])?;
        are_ours(deleted, rows.len())?;
        after = rows.last().map_or(after, |(last, _)| *last);
        sightings.extend(rows.into_iter().flat_map(|(_, sightings)| sightings));
    }
    sightings.sort_unstable();
    let run = insert_run(writer, sightings.len() as i64, State::Whole)?;
    runs::append(writer, run, &sightings)?;
    Ok(is_all)
}

/// Begins to merge runs.
fn begin(writer: &mut Writer<'_, '_>, sources: &[Id<Run>]) -> Result<(), Error> {
    let run = insert_run(writer, 0, State::Growing)?;
    for source in sources {
        let merged = writer.execute(&MERGE_INTO, &[Value::Int(source.number()), Value::Int(run.number())])?;
        are_ours(merged, 1)?;
    }
    grow(writer, run)
}

/// Fails where others changed some of the rows meanwhile: a connection that broke may have done it after all.
fn are_ours(changed: u64, rows: usize) -> Result<(), Error> {
    if changed == rows as u64 {
        return Ok(());
    }
    Err(Error::Database(anlanh_db::Error::Busy))
}

/// Adds the next sightings to a run of those that are merged into it; when it has all, it takes their place.
fn grow(writer: &mut Writer<'_, '_>, run: Id<Run>) -> Result<(), Error> {
    let sources = noted(writer)?
        .into_iter()
        .filter(|noted| noted.merged_into == Some(run));
    let sources: Vec<Noted> = sources.collect();
    let after = runs::last(writer, run)?.unwrap_or(Seen::FIRST);
    let (mut merged, mut until) = (Vec::new(), None);
    for source in &sources {
        let mut walk = Walk::after(source.id, after, PIECES);
        let sightings = walk.next(writer)?;
        if let Some(last) = sightings.last().filter(|_| !walk.is_over()) {
            until = Some(until.map_or(*last, |until: Seen| until.min(*last)));
        }
        merged.extend(sightings);
    }
    merged.retain(|seen| until.is_none_or(|until| *seen <= until));
    merged.sort_unstable();
    runs::append(writer, run, &merged)?;
    writer.execute(&ADD, &[Value::Int(run.number()), Value::Int(merged.len() as i64)])?;
    if until.is_some() {
        return Ok(());
    }
    for source in &sources {
        set_state(writer, source.id, State::Gone)?;
    }
    set_state(writer, run, State::Whole)
}

fn set_state(writer: &mut Writer<'_, '_>, run: Id<Run>, state: State) -> Result<(), Error> {
    writer.execute(&SET_STATE, &[Value::Int(run.number()), Value::Text(state.key())])?;
    Ok(())
}

/// Deletes a run that is not read any more.
fn delete(writer: &mut Writer<'_, '_>, run: Id<Run>) -> Result<(), Error> {
    let id = Value::Int(run.number());
    match writer.row(&NTH, &[id, Value::Int(DELETED)])? {
        Some(row) => {
            let [key, at, item, member] = [row.int(0)?, row.int(1)?, row.int(2)?, row.int(3)?].map(Value::Int);
            writer.execute(&DELETE_UP_TO, &[id, key, at, item, member])?;
        }
        None => {
            writer.execute(&DELETE_PIECES, &[id])?;
            writer.execute(&DELETE_RUN, &[id])?;
        }
    }
    Ok(())
}
