//! Decisions that took effect, in the order in which they were made, for whoever takes them out of the node.
//!
//! Measuring decisions are left out: they did nothing to anybody. So are answers to appeals, but for those that put another
//! decision in the place of the first. Pages are told apart by time and id, so that each stands
//! alone and nothing is read twice or left out, whatever is decided meanwhile.

use std::collections::HashMap;

use anlanh_db::{Row, Statement, Value};
use anlanh_model::{Case, Cause, Detection, Id, MeasureKind, Outcome, Standing, Target, Time};

use crate::decision::{Decision, counted};
use crate::measure;
use crate::row::{Columns, split};
use crate::statement::statements;
use crate::version::Version;
use crate::{Error, Queries};

statements! { "export":
    FIRST = "WITH RECURSIVE below (id, of_case, cause) AS (
              SELECT id, of_case, cause FROM moderation_case WHERE id = $1
              UNION ALL SELECT b.id, b.of_case, b.cause FROM below JOIN moderation_case b ON b.id = below.of_case)
            SELECT cause, CAST(CASE WHEN EXISTS (SELECT 1 FROM report r WHERE r.case_id = below.id AND r.standing = $2) THEN 1 ELSE 0 END AS BIGINT)
            FROM below WHERE of_case IS NULL";
    MEASURES = "SELECT m.decision, m.kind, m.target_kind, m.reference, m.until FROM measure m JOIN decision d ON d.id = m.decision
            WHERE d.at >= $1 AND d.at <= $2 ORDER BY m.id";
}

const PAGE: Statement = counted!(
    "export.PAGE",
    "SELECT d.id, d.case_id, d.at, d.outcome, d.category, d.basis, d.labels, d.facts, d.detection, d.version,
              c.opened_at, c.cause, c.kind, i.posted_at, i.received_at, i.author, i.external,
              CAST(CASE WHEN EXISTS (SELECT 1 FROM item_image m WHERE m.item = d.item) THEN 1 ELSE 0 END AS BIGINT),
              CAST(CASE WHEN EXISTS (SELECT 1 FROM report r WHERE r.case_id = c.id AND r.standing = $5) THEN 1 ELSE 0 END AS BIGINT),
              v.at, i.page_ref, i.group_ref, i.channel_ref
            FROM decision d JOIN moderation_case c ON c.id = d.case_id JOIN item i ON i.id = d.item
              LEFT JOIN reversal v ON v.decision = d.id",
    "d.at >= $1 AND (d.at > $1 OR d.id > $2) AND d.at < $3
            ORDER BY d.at, d.id LIMIT $4"
);
pub(crate) const COUNTED: &[&Statement] = &[&PAGE];

/// A decision with what its export says, and with the references that an export must not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportRow {
    /// Its id.
    pub id: Id<Decision>,
    /// The case.
    pub case: Id<Case>,
    /// When it was made.
    pub at: Time,
    /// What.
    pub outcome: Outcome,
    /// Key of the category.
    pub category: Option<String>,
    /// Keys of the bases.
    pub basis: Vec<String>,
    /// Keys of the labels.
    pub labels: Vec<String>,
    /// The facts relied on, as they were written.
    pub facts: String,
    /// How the item came to be looked at.
    pub detection: Detection,
    /// The policy it was decided under.
    pub version: Id<Version>,
    /// When the case was opened.
    pub opened_at: Time,
    /// Why it was opened.
    pub cause: Cause,
    /// Why the first case was opened, where this one is an appeal; else the same.
    pub first_cause: Cause,
    /// Key of the kind of item.
    pub kind: String,
    /// When the item was posted, as the platform says.
    pub posted_at: Option<Time>,
    /// When it was handed in.
    pub received_at: Time,
    /// The platform's references of the item, its author, and the page, group and channel it stands in.
    pub references: Vec<String>,
    /// Whether pictures came with it.
    pub has_pictures: bool,
    /// Whether a trusted reporter was among those who reported it.
    pub was_trusted: bool,
    /// When the decision was taken back, if it was.
    pub reversed_at: Option<Time>,
    /// What the decision does, in the order it was written.
    pub measures: Vec<ExportMeasure>,
}

/// A measure of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportMeasure {
    /// What is done.
    pub kind: MeasureKind,
    /// To what; its reference is one that an export must not say.
    pub target: Target,
    /// Until when.
    pub until: Option<Time>,
}

/// A place between two decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    at: Time,
    id: i64,
}

impl Place {
    /// Before everything that was decided at or after an instant.
    #[must_use]
    pub const fn before(at: Time) -> Self {
        Self { at, id: -1 }
    }
}

impl ExportRow {
    /// The place after this decision.
    #[must_use]
    pub const fn place(&self) -> Place {
        Place {
            at: self.at,
            id: self.id.number(),
        }
    }
}

/// At most `limit` decisions that were made after a place and before an instant.
///
/// # Errors
/// When the database is away.
pub fn page(tx: &mut dyn Queries, after: Place, until: Time, limit: u32) -> Result<Vec<ExportRow>, Error> {
    let values = [
        Value::Int(after.at.as_micros()),
        Value::Int(after.id),
        Value::Int(until.as_micros()),
        Value::Int(i64::from(limit)),
        Value::Text(Standing::Trusted.key()),
    ];
    let rows = tx.rows(&PAGE, &values)?;
    let mut page: Vec<ExportRow> = rows.iter().map(read).collect::<Result<_, _>>()?;
    for row in page.iter_mut().filter(|row| row.cause == Cause::Appeal) {
        add_first(tx, row)?;
    }
    add_measures(tx, &mut page)?;
    Ok(page)
}

/// Puts to what an appeal changed how its item came to be looked at in the first place.
fn add_first(tx: &mut dyn Queries, row: &mut ExportRow) -> Result<(), Error> {
    let values = [Value::Int(row.case.number()), Value::Text(Standing::Trusted.key())];
    if let Some(first) = tx.row(&FIRST, &values)? {
        row.first_cause = first.key(0, "case.cause", Cause::from_key)?;
        row.was_trusted = first.int(1)? != 0;
    }
    Ok(())
}

/// Puts to each decision what it does. Those of the same moments that are not on the page are read over.
fn add_measures(tx: &mut dyn Queries, page: &mut [ExportRow]) -> Result<(), Error> {
    let (Some(first), Some(last)) = (page.first(), page.last()) else {
        return Ok(());
    };
    let values = [Value::Int(first.at.as_micros()), Value::Int(last.at.as_micros())];
    let places = page.iter().enumerate().map(|(place, row)| (row.id.number(), place));
    let places: HashMap<i64, usize> = places.collect();
    for row in tx.rows(&MEASURES, &values)? {
        let decision = places.get(&row.int(0)?).and_then(|place| page.get_mut(*place));
        if let Some(decision) = decision {
            decision.measures.push(ExportMeasure {
                kind: row.key(1, "measure.kind", MeasureKind::from_key)?,
                target: measure::target(&row, 2, 3)?,
                until: row.optional_time(4)?,
            });
        }
    }
    Ok(())
}

fn read(row: &Row) -> Result<ExportRow, Error> {
    let mut references = Vec::new();
    for column in [15, 16, 20, 21, 22] {
        references.extend(row.optional_owned(column)?);
    }
    let cause = row.key(11, "case.cause", Cause::from_key)?;
    Ok(ExportRow {
        id: row.id(0, "decision.id")?,
        case: row.id(1, "decision.case_id")?,
        at: row.time(2)?,
        outcome: row.key(3, "decision.outcome", Outcome::from_key)?,
        category: row.optional_owned(4)?,
        basis: split(row.text(5)?),
        labels: split(row.text(6)?),
        facts: row.owned(7)?,
        detection: row.key(8, "decision.detection", Detection::from_key)?,
        version: row.id(9, "decision.version")?,
        opened_at: row.time(10)?,
        cause,
        first_cause: cause,
        kind: row.owned(12)?,
        posted_at: row.optional_time(13)?,
        received_at: row.time(14)?,
        references,
        has_pictures: row.int(17)? != 0,
        was_trusted: row.int(18)? != 0,
        reversed_at: row.optional_time(19)?,
        measures: Vec::new(),
    })
}
