//! Measures: what decisions do, to whom, and until when.

use anlanh_db::{Row, Value};
use anlanh_model::{Id, Measure, MeasureKind, Target, TargetKind, Time};

use crate::decision::Decision;
use crate::row::{Columns, join, split};
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "measure":
    INSERT = "INSERT INTO measure (id, decision, kind, target_kind, reference, until, labels, verified, at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    OF_DECISION = "SELECT m.id, m.decision, m.kind, m.target_kind, m.reference, m.until, m.labels, m.verified, m.at, m.ended_at,
                m.ending, d.case_id
              FROM measure m JOIN decision d ON d.id = m.decision WHERE m.decision = $1 ORDER BY m.id";
    OF_TARGET = "SELECT m.id, m.decision, m.kind, m.target_kind, m.reference, m.until, m.labels, m.verified, m.at, m.ended_at,
                m.ending, d.case_id
              FROM measure m JOIN decision d ON d.id = m.decision
              WHERE m.target_kind = $1 AND m.reference = $2 ORDER BY m.id";
    DUE = "SELECT m.id, m.decision, m.kind, m.target_kind, m.reference, m.until, m.labels, m.verified, m.at, m.ended_at,
                m.ending, d.case_id
              FROM measure m JOIN decision d ON d.id = m.decision
              WHERE m.until IS NOT NULL AND m.ended_at IS NULL AND m.until <= $1 ORDER BY m.until, m.id LIMIT $2";
    RESUME = "UPDATE measure SET ended_at = NULL, ending = NULL WHERE id = $1 AND ending = 'ordered'";
    LOAD = "SELECT m.id, m.decision, m.kind, m.target_kind, m.reference, m.until, m.labels, m.verified, m.at, m.ended_at,
                m.ending, d.case_id
              FROM measure m JOIN decision d ON d.id = m.decision WHERE m.id = $1";
    END = "UPDATE measure SET ended_at = COALESCE(ended_at, $2), ending = $3 WHERE id = $1";
}

/// How a measure came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// Its time was over.
    Over,
    /// Its decision, or what it followed from, was taken back: it counts as never having been.
    Reversed,
    /// An authority ordered it.
    Ordered,
}

impl Ending {
    /// The key in storage and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Over => "over",
            Self::Reversed => "reversed",
            Self::Ordered => "ordered",
        }
    }

    /// The ending with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Over, Self::Reversed, Self::Ordered]
            .into_iter()
            .find(|one| one.key() == key)
    }
}

/// A measure as it was written, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureRow {
    /// Its id.
    pub id: Id<Measure>,
    /// The decision it belongs to.
    pub decision: Id<Decision>,
    /// The case of that decision.
    pub case: Id<anlanh_model::Case>,
    /// What is done.
    pub kind: MeasureKind,
    /// To what.
    pub target: Target,
    /// Until when.
    pub until: Option<Time>,
    /// Keys of labels.
    pub labels: Vec<String>,
    /// Where verified information stands.
    pub verified: Option<String>,
    /// When it was decided.
    pub at: Time,
    /// When and how it ended, if it did.
    pub ended: Option<(Time, Ending)>,
}

impl MeasureRow {
    /// Whether it holds.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.ended.is_none()
    }
}

/// Keeps a measure of a decision.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, decision: Id<Decision>, measure: &Measure) -> Result<Id<Measure>, Error> {
    let id: Id<Measure> = writer.new_id();
    let (now, labels) = (writer.now().as_micros(), join(measure.labels()));
    writer.send(
        &INSERT,
        &[
            Value::Int(id.number()),
            Value::Int(decision.number()),
            Value::Text(measure.kind().key()),
            Value::Text(measure.target().kind().key()),
            Value::Text(measure.target().reference()),
            Value::from(measure.until().map(Time::as_micros)),
            Value::Text(&labels),
            Value::from(measure.verified()),
            Value::Int(now),
        ],
    )?;
    Ok(id)
}

/// One measure.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Measure>) -> Result<Option<MeasureRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.map(|row| read(&row)).transpose()
}

/// Lets a measure hold again that an order had ended; whether one had.
///
/// # Errors
/// When the database is away or full.
pub fn resume(writer: &mut Writer<'_, '_>, id: Id<Measure>) -> Result<bool, Error> {
    Ok(writer.execute(&RESUME, &[Value::Int(id.number())])? > 0)
}

/// The measures of a decision, in the order they were made.
///
/// # Errors
/// When the database is away.
pub fn of_decision(tx: &mut dyn Queries, decision: Id<Decision>) -> Result<Vec<MeasureRow>, Error> {
    let rows = tx.rows(&OF_DECISION, &[Value::Int(decision.number())])?;
    rows.iter().map(read).collect()
}

/// Every measure that was ever aimed at a target, oldest first.
///
/// # Errors
/// When the database is away.
pub fn of_target(tx: &mut dyn Queries, target: &Target) -> Result<Vec<MeasureRow>, Error> {
    let values = [Value::Text(target.kind().key()), Value::Text(target.reference())];
    tx.rows(&OF_TARGET, &values)?.iter().map(read).collect()
}

/// At most `limit` measures whose time is over and that have not ended yet, those that are over longest first.
///
/// # Errors
/// When the database is away.
pub fn due(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<MeasureRow>, Error> {
    let values = [Value::Int(now.as_micros()), Value::Int(i64::from(limit))];
    tx.rows(&DUE, &values)?.iter().map(read).collect()
}

/// Ends a measure now. One that is over already can still be reversed: it ended when it did, and counts no more.
///
/// # Errors
/// When the database is away or full.
pub fn end(writer: &mut Writer<'_, '_>, id: Id<Measure>, ending: Ending) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [Value::Int(id.number()), Value::Int(now), Value::Text(ending.key())];
    writer.execute(&END, &values)?;
    Ok(())
}

/// A target in two columns.
pub(crate) fn target(row: &Row, kind: usize, reference: usize) -> Result<Target, Error> {
    let kind = row.key(kind, "target_kind", TargetKind::from_key)?;
    Target::new(kind, row.text(reference)?).map_err(|_| Error::unreadable("reference"))
}

fn read(row: &Row) -> Result<MeasureRow, Error> {
    let ending = row.optional_key(10, "measure.ending", Ending::from_key)?;
    Ok(MeasureRow {
        id: row.id(0, "measure.id")?,
        decision: row.id(1, "measure.decision")?,
        case: row.id(11, "decision.case_id")?,
        kind: row.key(2, "measure.kind", MeasureKind::from_key)?,
        target: target(row, 3, 4)?,
        until: row.optional_time(5)?,
        labels: split(row.text(6)?),
        verified: row.optional_owned(7)?,
        at: row.time(8)?,
        ended: row.optional_time(9)?.zip(ending),
    })
}
