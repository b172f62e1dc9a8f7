//! The node works hunts, one at a time, in the order in which they were asked for.

use std::ops::Range;

use anlanh_model::{Actor, AuditAction, Hunt, HuntState, Id};
use anlanh_soc::Index;
use anlanh_store::Writer;
use anlanh_store::hunt::{self as store, FoundRow, HuntResult};

use super::ask::index_of;
use crate::{App, Error};

/// Most rows that are kept of one hunt; what else it finds is counted.
pub const MAX_ROWS: usize = 10_000;

/// A hunt that the node is to make.
#[derive(Debug)]
pub struct Job {
    /// Its id.
    pub id: Id<Hunt>,
    /// What is looked for.
    pub index: Index,
    /// The period that is looked at, in microseconds since 1970.
    pub period: Range<i64>,
    /// The number of the sensor whose events are looked at; none where all are.
    pub sensor: Option<u32>,
}

/// How a hunt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Everything was looked through: what it cost, and what was found, at most [`MAX_ROWS`] rows of it.
    Done(HuntResult, Vec<FoundRow>),
    /// What is kept could not be looked through.
    Failed,
}

/// The hunt that is next. One that was begun and cut off comes again.
///
/// # Errors
/// When the database is away or full.
pub async fn next_of_node(app: &App) -> Result<Option<Job>, Error> {
    let find = app.store.read("hunt.next", |tx| {
        let id = store::waiting(tx, 1)?.first().copied();
        Ok::<_, Error>(id.map(|id| store::load(tx, id)).transpose()?.flatten())
    });
    let Some(row) = find.await? else { return Ok(None) };
    let id = row.id;
    app.hunting.begin(id);
    if row.state == HuntState::Queued {
        let begin = move |writer: &mut Writer<'_, '_>| {
            let is_begun = store::begin(writer, id)?;
            writer.about("hunt", id.number(), "begun");
            Ok::<_, Error>(is_begun)
        };
        let change = app.change(&Actor::Node, AuditAction::RunHunt);
        // Where it was called off meanwhile, the one behind it is looked for the next time.
        if !app.store.write(change, begin).await? {
            return Ok(None);
        }
    }
    Ok(Some(Job {
        id,
        index: index_of(&row.asked.wanted),
        period: row.asked.from.as_micros()..row.asked.to.as_micros(),
        sensor: row.asked.sensor,
    }))
}

/// Keeps how a hunt ended, with all that it found. Of one that was called off nothing is kept.
///
/// # Errors
/// When the database is away or full.
pub async fn end_of_node(app: &App, id: Id<Hunt>, ended: Ended) -> Result<(), Error> {
    let (state, result, mut rows) = match ended {
        Ended::Done(result, rows) => (HuntState::Done, result, rows),
        Ended::Failed => (HuntState::Failed, HuntResult::default(), Vec::new()),
    };
    rows.truncate(MAX_ROWS);
    let write = move |writer: &mut Writer<'_, '_>| {
        if store::end(writer, id, state, result)? {
            store::add_rows(writer, id, &rows)?;
        }
        writer.about("hunt", id.number(), format!("{} rows={}", state.key(), rows.len()));
        Ok::<_, Error>(())
    };
    let change = app.change(&Actor::Node, AuditAction::RunHunt);
    app.store.write(change, write).await
}
