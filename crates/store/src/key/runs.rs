//! Runs: sightings in their order, cut into pieces that each fit into one row.

use anlanh_db::Value;
use anlanh_model::Id;

use super::Seen;
use super::packed::{pack, unpack};
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

/// Most sightings of a piece: PostgreSQL keeps what is longer than 2 KB beside its table, and reads it a second time.
pub(super) const MOST: usize = 56;

statements! { "key_run":
    WHOLE = "SELECT id FROM key_run WHERE state = 'whole' ORDER BY id";
    // Pieces after the one that a sighting would be in.
    FOLLOWING = "SELECT packed FROM key_piece WHERE run = $1 AND (key, at, item, member) > ($2, $3, $4, $5)
                 ORDER BY key, at, item, member LIMIT $6";
    HOLDING = "SELECT packed FROM key_piece WHERE run = $1 AND (key, at, item, member) <= ($2, $3, $4, $5)
               ORDER BY key DESC, at DESC, item DESC, member DESC LIMIT 1";
    LAST = "SELECT packed FROM key_piece WHERE run = $1 ORDER BY key DESC, at DESC, item DESC, member DESC LIMIT 1";
    INSERT = "INSERT INTO key_piece (run, key, at, item, member, sightings, packed) VALUES ($1, $2, $3, $4, $5, $6, $7)"
        rows 1 "INSERT INTO key_piece (run, key, at, item, member, sightings, packed)
              SELECT unnest($1::BIGINT[]), unnest($2::BIGINT[]), unnest($3::BIGINT[]), unnest($4::BIGINT[]), unnest($5::BIGINT[]),
                unnest($6::BIGINT[]), unnest($7::BYTEA[])";
}

/// Marks the ids of runs.
#[derive(Debug)]
pub(super) enum Run {}

/// The runs that have all that is to be in them, the oldest first.
pub(super) fn whole(tx: &mut dyn Queries) -> Result<Vec<Id<Run>>, Error> {
    tx.rows(&WHOLE, &[])?
        .iter()
        .map(|row| row.id(0, "key_run.id"))
        .collect()
}

/// Adds sightings to a run, in their order and behind all that it has.
pub(super) fn append(writer: &mut Writer<'_, '_>, run: Id<Run>, sightings: &[Seen]) -> Result<(), Error> {
    for piece in sightings.chunks(MOST) {
        keep(writer, run.number(), piece)?;
    }
    Ok(())
}

/// Keeps a piece of a run, if anything is in it.
pub(super) fn keep(writer: &mut Writer<'_, '_>, run: i64, piece: &[Seen]) -> Result<(), Error> {
    let Some(first) = piece.first() else { return Ok(()) };
    let [key, at, item, member] = first.numbers().map(Value::Int);
    let (sightings, packed) = (Value::Int(piece.len() as i64), pack(piece));
    let values = [Value::Int(run), key, at, item, member, sightings, Value::Bytes(&packed)];
    writer.send(&INSERT, &values)
}

/// The last sighting of a run.
pub(super) fn last(tx: &mut dyn Queries, run: Id<Run>) -> Result<Option<Seen>, Error> {
    let row = tx.row(&LAST, &[Value::Int(run.number())])?;
    row.map_or(Ok(None), |row| Ok(unpack(row.bytes(0)?)?.last()))
}

/// A way through a run, in its order.
#[derive(Debug)]
pub(super) struct Walk {
    run: Id<Run>,
    after: Seen,
    /// Pieces that are read at once.
    pieces: u32,
    has_begun: bool,
    is_over: bool,
}

impl Walk {
    /// One that begins behind a sighting, which need not be in the run.
    pub(super) const fn after(run: Id<Run>, after: Seen, pieces: u32) -> Self {
        Self {
            run,
            after,
            pieces,
            has_begun: false,
            is_over: false,
        }
    }

    /// Whether nothing is left.
    pub(super) const fn is_over(&self) -> bool {
        self.is_over
    }

    /// The next sightings; none only where it is over.
    pub(super) fn next(&mut self, tx: &mut dyn Queries) -> Result<Vec<Seen>, Error> {
        let [key, at, item, member] = self.after.numbers().map(Value::Int);
        let run = Value::Int(self.run.number());
        let mut rows = Vec::new();
        if !self.has_begun {
            rows = tx.rows(&HOLDING, &[run, key, at, item, member])?;
        }
        let following = tx.rows(
            &FOLLOWING,
            &[run, key, at, item, member, Value::Int(self.pieces.into())],
        )?;
        self.has_begun = true;
        self.is_over = u32::try_from(following.len()).is_ok_and(|pieces| pieces < self.pieces);
        rows.extend(following);
        let mut sightings = Vec::with_capacity(rows.len() * MOST);
        for row in rows {
            sightings.extend(unpack(row.bytes(0)?)?.filter(|seen| *seen > self.after));
        }
        if let Some(last) = sightings.last() {
            self.after = *last;
        }
        Ok(sightings)
    }
}
