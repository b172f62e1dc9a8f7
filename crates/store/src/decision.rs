//! Decisions with their statements of reasons. Written once, never changed.

use anlanh_db::{Row, Value};
use anlanh_model::{Case, Detection, Id, Outcome, Person, Statement, Time};

use crate::item::Item;
use crate::row::{Columns, join, split};
use crate::statement::statements;
use crate::version::Version;
use crate::{Error, Queries, Viewer, Writer};

/// Marks the ids of decisions.
#[derive(Debug)]
pub struct Decision;

statements! { "decision":
    INSERT = "INSERT INTO decision (id, case_id, item, staff, at, outcome, category, basis, labels, facts, detection, version, second)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    OF_CASE = "SELECT d.id, d.case_id, d.item, s.name, d.at, d.outcome, d.category, d.basis, d.labels, d.facts, d.detection, z.name
               FROM decision d JOIN staff s ON s.id = d.staff LEFT JOIN staff z ON z.id = d.second WHERE d.case_id = $1";
    LOAD = "SELECT d.id, d.case_id, d.item, s.name, d.at, d.outcome, d.category, d.basis, d.labels, d.facts, d.detection, z.name
            FROM decision d JOIN staff s ON s.id = d.staff LEFT JOIN staff z ON z.id = d.second WHERE d.id = $1";
    SECOND = "SELECT second FROM decision WHERE id = $1";
    WAS_DECIDED = "SELECT 1 FROM decision d JOIN moderation_case c ON c.id = d.case_id
            WHERE d.item = $1 AND d.id <> $2 AND c.purpose = 'live' AND c.cause <> 'order' LIMIT 1";
    PAGE = "SELECT d.id, d.case_id, d.item, s.name, d.at, d.outcome, d.category, d.basis, d.labels, d.facts, d.detection, z.name
            FROM decision d JOIN staff s ON s.id = d.staff LEFT JOIN staff z ON z.id = d.second JOIN moderation_case c ON c.id = d.case_id
            WHERE d.id < $1 AND ($3 = '' OR d.outcome = $3) AND ($4 = '' OR d.category = $4) AND ($5 = '' OR s.name = $5)
              AND (c.purpose IN ('live', 'appeal') OR d.staff = $6)
              AND NOT (CAST($6 AS BIGINT) > 0 AND c.purpose = 'live' AND COALESCE(c.decided_by, $6) <> $6
                AND EXISTS (SELECT 1 FROM moderation_case q WHERE q.item = c.item AND q.purpose <> 'live'
                  AND ((q.purpose = 'second-review' AND q.state = 'open')
                    OR (q.purpose = 'golden' AND CAST($7 AS BIGINT) = 0 AND (q.state = 'open' OR q.decided_by = $6)))))
            ORDER BY d.id DESC LIMIT $2";
    // What people decided before on the same rule.
    PAST_OF_RULE = "SELECT c.id, d.outcome, d.at, d.facts, n.text
            FROM rule_hit h JOIN moderation_case c ON c.item = h.item AND c.purpose = 'live'
            JOIN decision d ON d.case_id = c.id LEFT JOIN item_content n ON n.item = c.item
            WHERE h.rule = $1 AND c.id <> $2 AND h.outcome IS NOT NULL AND NOT (CAST($4 AS BIGINT) > 0 AND c.purpose = 'live' AND COALESCE(c.decided_by, $4) <> $4
                AND EXISTS (SELECT 1 FROM moderation_case q WHERE q.item = c.item AND q.purpose <> 'live'
                  AND ((q.purpose = 'second-review' AND q.state = 'open')
                    OR (q.purpose = 'golden' AND CAST($5 AS BIGINT) = 0 AND (q.state = 'open' OR q.decided_by = $4)))))
            ORDER BY h.at DESC LIMIT $3";
}

/// A statement over decisions `d` of cases `c`, of those that count: they took effect, and of answers to appeals they are
/// those that put another decision in the place of the first.
macro_rules! counted {
    ($name:literal, $select:literal, $rest:literal) => {
        ::anlanh_db::Statement::new(
            $name,
            concat!(
                $select,
                " WHERE (c.purpose = 'live'
                   OR EXISTS (SELECT 1 FROM appeal a WHERE a.case_id = c.id AND a.state = 'changed')) AND ",
                $rest
            ),
        )
    };
}

pub(crate) use counted;

/// A decision to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision {
    /// The case.
    pub case: Id<Case>,
    /// Its item.
    pub item: Id<Item>,
    /// Who decided.
    pub by: Id<Person>,
    /// What and why.
    pub statement: Statement,
    /// The version of the policy in force when it was decided.
    pub version: Id<Version>,
    /// Who confirmed it, where it needed a second person.
    pub second: Option<Id<Person>>,
}

/// A decision as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow {
    /// Its id.
    pub id: Id<Decision>,
    /// The case.
    pub case: Id<Case>,
    /// The item.
    pub item: Id<Item>,
    /// Name of who decided.
    pub by: String,
    /// When.
    pub at: Time,
    /// What.
    pub outcome: Outcome,
    /// Key of the category.
    pub category: Option<String>,
    /// Keys of the bases.
    pub basis: Vec<String>,
    /// Keys of the labels.
    pub labels: Vec<String>,
    /// The facts relied on.
    pub facts: String,
    /// How the item came to be looked at.
    pub detection: Detection,
    /// Name of who confirmed it, where it needed a second person.
    pub second: Option<String>,
}

/// Which decisions are asked for. Keys and names are matched exactly; an empty one asks for all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DecisionFilter {
    /// Key of the outcome.
    pub outcome: String,
    /// Key of the category.
    pub category: String,
    /// Name of who decided.
    pub by: String,
}

/// What was decided in a case like this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastDecision {
    /// The case.
    pub case: Id<Case>,
    /// What was decided.
    pub outcome: Outcome,
    /// When.
    pub at: Time,
    /// The facts relied on.
    pub facts: String,
    /// The text; none if it was erased.
    pub text: Option<String>,
}

/// Writes a decision.
///
/// # Errors
/// When the database is away or full, or the case has one already.
pub fn insert(writer: &mut Writer<'_, '_>, new: &NewDecision) -> Result<Id<Decision>, Error> {
    let id: Id<Decision> = writer.new_id();
    let statement = &new.statement;
    let (basis, labels) = (join(statement.basis()), join(statement.labels()));
    let now = writer.now().as_micros();
    writer.execute(
        &INSERT,
        &[
            Value::Int(id.number()),
            Value::Int(new.case.number()),
            Value::Int(new.item.number()),
            Value::Int(new.by.number()),
            Value::Int(now),
            Value::Text(statement.outcome().key()),
            Value::from(statement.category()),
            Value::Text(&basis),
            Value::Text(&labels),
            Value::Text(statement.facts()),
            Value::Text(statement.detection().key()),
            Value::Int(new.version.number()),
            Value::from(new.second.map(Id::number)),
        ],
    )?;
    Ok(id)
}

/// The decision of a case, if there is one.
///
/// # Errors
/// When the database is away.
pub fn of_case(tx: &mut dyn Queries, case: Id<Case>) -> Result<Option<DecisionRow>, Error> {
    let row = tx.row(&OF_CASE, &[Value::Int(case.number())])?;
    row.map(|row| read(&row)).transpose()
}

/// One decision.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Decision>) -> Result<Option<DecisionRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.map(|row| read(&row)).transpose()
}

/// Who confirmed a decision as the second person, if somebody had to.
///
/// # Errors
/// When the database is away.
pub fn second(tx: &mut dyn Queries, id: Id<Decision>) -> Result<Option<Id<Person>>, Error> {
    let row = tx.row(&SECOND, &[Value::Int(id.number())])?;
    row.map_or(Ok(None), |row| row.optional_id(0, "decision.second"))
}

/// Whether a decision that took effect was made on an item besides this one.
///
/// # Errors
/// When the database is away.
pub fn is_not_first(tx: &mut dyn Queries, item: Id<Item>, besides: Id<Decision>) -> Result<bool, Error> {
    let values = [Value::Int(item.number()), Value::Int(besides.number())];
    Ok(tx.row(&WAS_DECIDED, &values)?.is_some())
}

/// At most `limit` decisions that this viewer may see, older than `before`, newest first.
///
/// # Errors
/// When the database is away.
pub fn page(
    tx: &mut dyn Queries,
    filter: &DecisionFilter,
    viewer: Viewer,
    before: Option<Id<Decision>>,
    limit: u32,
) -> Result<Vec<DecisionRow>, Error> {
    let values = [
        Value::Int(before.map_or(i64::MAX, Id::number)),
        Value::Int(i64::from(limit)),
        Value::Text(&filter.outcome),
        Value::Text(&filter.category),
        Value::Text(&filter.by),
        viewer.person(),
        viewer.sight(),
    ];
    let rows = tx.rows(&PAGE, &values)?;
    rows.iter().map(read).collect()
}

/// What was decided before where the same rule spoke, as far as this viewer may see it, newest first.
///
/// # Errors
/// When the database is away.
pub fn past_of_rule(
    tx: &mut dyn Queries,
    rule: &str,
    besides: Id<Case>,
    viewer: Viewer,
    limit: u32,
) -> Result<Vec<PastDecision>, Error> {
    let values = [
        Value::Text(rule),
        Value::Int(besides.number()),
        Value::Int(i64::from(limit)),
        viewer.person(),
        viewer.sight(),
    ];
    let rows = tx.rows(&PAST_OF_RULE, &values)?;
    rows.iter()
        .map(|row| {
            Ok(PastDecision {
                case: row.id(0, "case.id")?,
                outcome: row.key(1, "decision.outcome", Outcome::from_key)?,
                at: row.time(2)?,
                facts: row.owned(3)?,
                text: row.kept_text(4)?,
            })
        })
        .collect()
}

fn read(row: &Row) -> Result<DecisionRow, Error> {
    Ok(DecisionRow {
        id: row.id(0, "decision.id")?,
        case: row.id(1, "decision.case_id")?,
        item: row.id(2, "decision.item")?,
        by: row.owned(3)?,
        at: row.time(4)?,
        outcome: row.key(5, "decision.outcome", Outcome::from_key)?,
        category: row.optional_owned(6)?,
        basis: split(row.text(7)?),
        labels: split(row.text(8)?),
        facts: row.owned(9)?,
        detection: row.key(10, "decision.detection", Detection::from_key)?,
        second: row.optional_owned(11)?,
    })
}
