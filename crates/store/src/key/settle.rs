//! Sorting the log into runs, and merging runs, in bounded steps. Each is prepared by reading, and then only written: that is
//! all that whoever writes items waits for.
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
/// Sightings from which on no further row of the log is sorted in the same step.
const SORTED: usize = 32_768;
/// Runs of one size that are merged: each is so many times as long as those that it is made of.
const FAN: usize = 8;
/// Pieces of each run that are merged in one step.
const PIECES: u32 = 64;
/// Pieces of merged runs that are deleted in one step.
const DELETED: i64 = 1_024;

statements! { "key_settle":
    LOGGED = "SELECT CAST(COALESCE(SUM(LENGTH(packed)), 0) AS BIGINT) FROM key_log";
    RUNS = "SELECT id, sightings, state, merged_into FROM key_run ORDER BY id";
    // Each database has its own way to read a list.
    DELETE_LOG = "DELETE FROM key_log WHERE id IN (SELECT value FROM json_each($1))"
        | "DELETE FROM key_log WHERE id = ANY (ARRAY(SELECT one::BIGINT FROM jsonb_array_elements_text($1::TEXT::JSONB) AS one))";
    INSERT_RUN = "INSERT INTO key_run (id, sightings, state) VALUES ($1, $2, $3)";
    MERGE_INTO = "UPDATE key_run SET merged_into = $2 WHERE id = $1 AND merged_into IS NULL";
    SET_STATE = "UPDATE key_run SET state = $2 WHERE id = $1";
    ADD = "UPDATE key_run SET sightings = sightings + $2 WHERE id = $1 AND sightings = $3";
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

/// What is to be done next, with all that is to be written for it. It is taken before anything else sorts, merges or uncounts:
/// it may be about what is not there any more otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step(Kind);

/// A kind of step: with what it needs, or only that it is due.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind<S = Sorted, G = Grown> {
    Sort(S),
    Begin(Vec<Id<Run>>),
    Grow(G),
    Delete(Id<Run>),
}

/// What a run is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sorted {
    /// The rows of the log.
    rows: Vec<i64>,
    /// What they have, in order.
    sightings: Vec<Seen>,
    /// Whether it was all that the log had.
    is_all: bool,
}

/// What comes into a run next.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Grown {
    run: Id<Run>,
    /// How many sightings it has already.
    had: i64,
    sightings: Vec<Seen>,
    /// The runs that are merged into it, where it has all of them then.
    ended: Option<Vec<Id<Run>>>,
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
    Ok(next(tx, &runs, long)?.is_some())
}

/// Prepares what is to be done next, if anything, where a log of so many sightings is long: it is sorted into a run, or of
/// many runs there are fewer then.
///
/// # Errors
/// When the database is away.
pub fn prepare(tx: &mut dyn Queries, long: u64) -> Result<Option<Step>, Error> {
    let runs = noted(tx)?;
    let Some(next) = next(tx, &runs, long)? else {
        return Ok(None);
    };
    Ok(Some(Step(match next {
        Kind::Sort(()) => Kind::Sort(sorted(tx)?),
        Kind::Begin(runs) => Kind::Begin(runs),
        Kind::Grow(run) => Kind::Grow(grown(tx, &run, &runs)?),
        Kind::Delete(run) => Kind::Delete(run),
    })))
}

fn next(tx: &mut dyn Queries, runs: &[Noted], long: u64) -> Result<Option<Kind<(), Noted>>, Error> {
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
        return Ok(Some(Kind::Sort(())));
    }
    let of_state = |state| runs.iter().find(|run| run.state == state);
    if let Some(gone) = of_state(State::Gone) {
        return Ok(Some(Kind::Delete(gone.id)));
    }
    if let Some(growing) = of_state(State::Growing) {
        return Ok(Some(Kind::Grow(*growing)));
    }
    let many = by_size.into_values().find(|runs| runs.len() >= FAN);
    Ok(many.map(|mut runs| {
        runs.truncate(FAN);
        Kind::Begin(runs)
    }))
}

/// Writes what was prepared. Whether all is sorted then that was kept before that.
///
/// # Errors
/// When the database is away or full, or something was done meanwhile.
pub fn settle(writer: &mut Writer<'_, '_>, step: &Step) -> Result<bool, Error> {
    match &step.0 {
        Kind::Sort(sorted) => return sort(writer, sorted),
        Kind::Begin(runs) => begin(writer, runs)?,
        Kind::Grow(grown) => grow(writer, grown)?,
        Kind::Delete(run) => delete(writer, *run)?,
    }
    Ok(false)
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

/// The log in order, or as much of it as is sorted in one step.
fn sorted(tx: &mut dyn Queries) -> Result<Sorted, Error> {
    let mut sorted = Sorted {
        rows: Vec::new(),
        sightings: Vec::new(),
        is_all: false,
    };
    'read: while !sorted.is_all {
        let rows = log_after(tx, sorted.rows.last().copied().unwrap_or(-1))?;
        let is_last = rows.len() < LOG_ROWS;
        for (id, sightings) in rows {
            if sorted.sightings.len() >= SORTED {
                break 'read;
            }
            sorted.rows.push(id);
            sorted.sightings.extend(sightings);
        }
        sorted.is_all = is_last;
    }
    sorted.sightings.sort_unstable();
    Ok(sorted)
}

/// Makes a run of what was in the log.
fn sort(writer: &mut Writer<'_, '_>, sorted: &Sorted) -> Result<bool, Error> {
    for rows in sorted.rows.chunks(LOG_ROWS) {
        let list = list(rows.iter().map(ToString::to_string));
        let deleted = writer.execute(&DELETE_LOG, &[Value::Text(&list)])?;
        are_ours(deleted, rows.len())?;
    }
    let run = insert_run(writer, sorted.sightings.len() as i64, State::Whole)?;
    runs::append(writer, run, &sorted.sightings)?;
    Ok(sorted.is_all)
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

/// The next sightings of a run, out of those that are merged into it.
fn grown(tx: &mut dyn Queries, run: &Noted, all: &[Noted]) -> Result<Grown, Error> {
    let sources: Vec<Id<Run>> = all
        .iter()
        .filter(|noted| noted.merged_into == Some(run.id))
        .map(|noted| noted.id)
        .collect();
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
    Ok(Grown {
        run: run.id,
        had: run.sightings,
        sightings,
        ended: until.is_none().then_some(sources),
    })
}

/// Adds sightings to a run. When it has all of those that are merged into it, it takes their place.
fn grow(writer: &mut Writer<'_, '_>, grown: &Grown) -> Result<(), Error> {
    let values = [
        Value::Int(grown.run.number()),
        Value::Int(grown.sightings.len() as i64),
        Value::Int(grown.had),
    ];
    are_ours(writer.execute(&ADD, &values)?, 1)?;
    runs::append(writer, grown.run, &grown.sightings)?;
    let Some(ended) = &grown.ended else { return Ok(()) };
    for source in ended {
        set_state(writer, *source, State::Gone)?;
    }
    set_state(writer, grown.run, State::Whole)
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
