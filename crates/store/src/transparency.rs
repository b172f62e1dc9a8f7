//! What happened in a span of time, counted. Each statement gives keys and numbers and reads nothing else: no text, no
//! reference, nobody.
//!
//! Everything is counted from the cases themselves, so that what was taken back is taken out of what is counted. Decisions
//! are those that took effect: of answers to appeals, those that put another decision in the place of the first.

use anlanh_db::{Row, Statement, Value};
use anlanh_model::Time;

use crate::decision::counted;
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries};

statements! { "transparency":
    ITEMS = "SELECT key, CAST(SUM(n) AS BIGINT) FROM tally WHERE what = 'action' AND day >= $1 AND day < $2
            GROUP BY key ORDER BY key";
    // Whoever reported after a reversal was answered with what stands, which nobody has taken back.
    REPORTS = "SELECT r.category, r.state, r.outcome, CAST(CASE WHEN r.answered_at < v.at THEN 1 ELSE 0 END AS BIGINT), COUNT(*)
            FROM report r LEFT JOIN decision d ON d.case_id = r.case_id LEFT JOIN reversal v ON v.decision = d.id
            WHERE r.received_at >= $1 AND r.received_at < $2 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4";
    MEASURES = "SELECT m.target_kind, m.kind, CAST(CASE WHEN m.ending = 'reversed' THEN 1 ELSE 0 END AS BIGINT), COUNT(*)
            FROM measure m JOIN decision d ON d.id = m.decision
            WHERE m.target_kind <> 'item' AND d.at >= $1 AND d.at < $2 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
    // A deadline that no law sets for an order is none of these.
    CLOCKS = "SELECT key, CASE WHEN breached_at IS NOT NULL THEN 'breached' WHEN met_at IS NOT NULL THEN 'met' ELSE 'running' END, COUNT(*)
            FROM (SELECT key, breached_at, met_at, starts_at FROM clock
              UNION ALL SELECT clock_key, breached_at, met_at, starts_at FROM authority_order WHERE clock_basis <> '' AND clock_key <> 'stated'
              UNION ALL SELECT clock_key, breached_at, met_at, starts_at FROM owner_request WHERE state <> 'ended' OR breached_at IS NOT NULL) one
            WHERE starts_at >= $1 AND starts_at < $2 GROUP BY 1, 2 ORDER BY 1, 2";
    ORDERS = "SELECT kind, COUNT(*) FROM authority_order WHERE received_at >= $1 AND received_at < $2 GROUP BY kind ORDER BY kind";
    INFORMATION = "SELECT o.office, CASE WHEN h.extent IS NOT NULL THEN h.extent WHEN o.state = 'answered' THEN 'refused' ELSE 'open' END,
              COUNT(*)
            FROM authority_order o LEFT JOIN information_request h ON h.order_id = o.id AND h.state = 'handed_over'
            WHERE o.kind = 'provide_information' AND o.received_at >= $1 AND o.received_at < $2 GROUP BY 1, 2 ORDER BY 1, 2";
    INFORMATION_TARGETS = "SELECT o.office, COUNT(*) FROM authority_order o JOIN order_target t ON t.id = o.id
            WHERE o.kind = 'provide_information' AND o.received_at >= $1 AND o.received_at < $2 GROUP BY o.office ORDER BY o.office";
    INFORMATION_TIMES = "SELECT office, CAST(SUM(took) / COUNT(*) AS BIGINT)
            FROM (SELECT o.office AS office, o.met_at - o.received_at AS took,
                    ROW_NUMBER() OVER (PARTITION BY o.office ORDER BY o.met_at - o.received_at) AS place,
                    COUNT(*) OVER (PARTITION BY o.office) AS n
                  FROM authority_order o LEFT JOIN information_request h ON h.order_id = o.id AND h.state = 'handed_over'
                  WHERE o.kind = 'provide_information' AND o.met_at IS NOT NULL AND (o.state = 'answered' OR h.id IS NOT NULL)
                    AND o.received_at >= $1 AND o.received_at < $2) timed
            WHERE place = (n + 1) / 2 OR place = (n + 2) / 2 GROUP BY office ORDER BY office";
    // Whoever reported here is told apart by their report; published is what they are.
    APPEALS = "SELECT CASE WHEN party LIKE 'reporter:%' THEN 'reporter' ELSE party END, state, COUNT(*) FROM appeal
               WHERE opened_at >= $1 AND opened_at < $2 GROUP BY 1, 2 ORDER BY 1, 2";
    APPEAL_TIMES = "SELECT ended_at - opened_at FROM appeal
            WHERE state IN ('upheld', 'reversed', 'changed') AND opened_at >= $1 AND opened_at < $2 ORDER BY 1 LIMIT $3 OFFSET $4";
    COUNT_APPEALS = "SELECT COUNT(*) FROM appeal
            WHERE state IN ('upheld', 'reversed', 'changed') AND opened_at >= $1 AND opened_at < $2";
    ANSWER_TIMES = "SELECT answered_at - received_at FROM report
            WHERE answered_at IS NOT NULL AND received_at >= $1 AND received_at < $2 ORDER BY 1 LIMIT $3 OFFSET $4";
    COUNT_ANSWERS = "SELECT COUNT(*) FROM report WHERE answered_at IS NOT NULL AND received_at >= $1 AND received_at < $2";
    BEGINNING = "SELECT MIN(at) FROM policy_change";
}

const DECISIONS: Statement = counted!(
    "transparency.DECISIONS",
    "SELECT d.outcome, d.category, c.cause, d.detection, CAST(CASE WHEN v.decision IS NULL THEN 0 ELSE 1 END AS BIGINT), COUNT(*)
            FROM decision d JOIN moderation_case c ON c.id = d.case_id LEFT JOIN reversal v ON v.decision = d.id",
    "d.at >= $1 AND d.at < $2 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"
);
const DECISION_TIMES: Statement = counted!(
    "transparency.DECISION_TIMES",
    "SELECT d.at - c.opened_at FROM decision d JOIN moderation_case c ON c.id = d.case_id",
    "c.cause <> 'order' AND d.at >= $1 AND d.at < $2 ORDER BY 1 LIMIT $3 OFFSET $4"
);
const COUNT_DECISIONS: Statement = counted!(
    "transparency.COUNT_DECISIONS",
    "SELECT COUNT(*) FROM decision d JOIN moderation_case c ON c.id = d.case_id",
    "c.cause <> 'order' AND d.at >= $1 AND d.at < $2"
);
pub(crate) const COUNTED: &[&Statement] = &[&DECISIONS, &DECISION_TIMES, &COUNT_DECISIONS];

/// Which days: the first, and the first that is not among them, as [`crate::tally`] counts days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub from: i64,
    /// The first after them.
    pub until: i64,
}

/// Reports that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reports {
    /// Key of the category.
    pub category: String,
    /// Key of the state.
    pub state: String,
    /// Key of the outcome that was answered.
    pub outcome: Option<String>,
    /// Whether what was answered was taken back afterwards.
    pub is_reversed: bool,
    /// How many.
    pub n: u64,
}

/// Decisions that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decisions {
    /// Key of the outcome.
    pub outcome: String,
    /// Key of the category.
    pub category: Option<String>,
    /// Key of why the case was opened.
    pub cause: String,
    /// Key of how the item was found.
    pub detection: String,
    /// Whether they were taken back.
    pub is_reversed: bool,
    /// How many.
    pub n: u64,
}

/// Measures on subjects that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measures {
    /// Key of the kind of target.
    pub target: String,
    /// Key of what is done.
    pub kind: String,
    /// Whether they were taken back.
    pub is_reversed: bool,
    /// How many.
    pub n: u64,
}

/// Clocks that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clocks {
    /// Key of the pack's clock.
    pub key: String,
    /// `met`, `breached` or `running`.
    pub end: String,
    /// How many.
    pub n: u64,
}

/// Appeals that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeals {
    /// Key of who appealed.
    pub party: String,
    /// Key of the state.
    pub state: String,
    /// How many.
    pub n: u64,
}

/// Requests for information about users that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InformationOrders {
    /// Key of the office that asked.
    pub office: String,
    /// `whole` or `part` where it was given, `refused`, or `open`: also where it was withdrawn.
    pub end: String,
    /// How many.
    pub n: u64,
}

/// Everything that is counted of a span.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counted {
    /// Items, by the key of what the rules did.
    pub items: Vec<(String, u64)>,
    /// Reports that came in.
    pub reports: Vec<Reports>,
    /// Decisions that were made.
    pub decisions: Vec<Decisions>,
    /// What they do to subjects.
    pub measures: Vec<Measures>,
    /// Clocks that started.
    pub clocks: Vec<Clocks>,
    /// Appeals that were made.
    pub appeals: Vec<Appeals>,
    /// Orders of authorities that came in, by the key of their kind.
    pub orders: Vec<(String, u64)>,
    /// Those of them that ask for information about users.
    pub information: Vec<InformationOrders>,
    /// How many targets these name, by the key of the office.
    pub information_targets: Vec<(String, u64)>,
    /// How long half of the answers to them took at most, by the key of the office, in microseconds from receipt.
    pub information_medians: Vec<(String, u64)>,
    /// How long half of the decisions took at most, in microseconds from when the case was opened.
    pub decision_median: Option<i64>,
    /// How long half of the answers to reports took at most.
    pub answer_median: Option<i64>,
    /// How long half of the answers to appeals took at most.
    pub appeal_median: Option<i64>,
}

/// When the node began to judge, if it did.
///
/// # Errors
/// When the database is away.
pub fn beginning(tx: &mut dyn Queries) -> Result<Option<Time>, Error> {
    let row = tx.row(&BEGINNING, &[])?;
    row.map_or(Ok(None), |row| row.optional_time(0))
}

/// Counts what happened on these days.
///
/// # Errors
/// When the database is away.
pub fn count(tx: &mut dyn Queries, days: Days) -> Result<Counted, Error> {
    let time = |day: i64| Value::Int(crate::tally::start_of(day).as_micros());
    let span = [time(days.from), time(days.until)];
    let items = tx.rows(&ITEMS, &[Value::Int(days.from), Value::Int(days.until)])?;
    Ok(Counted {
        items: items
            .iter()
            .map(|row| Ok((row.owned(0)?, n(row, 1)?)))
            .collect::<Result<_, Error>>()?,
        reports: all(tx, &REPORTS, &span, reports)?,
        decisions: all(tx, &DECISIONS, &span, decisions)?,
        measures: all(tx, &MEASURES, &span, measures)?,
        clocks: all(tx, &CLOCKS, &span, clocks)?,
        appeals: all(tx, &APPEALS, &span, appeals)?,
        orders: all(tx, &ORDERS, &span, |row| Ok((row.owned(0)?, n(row, 1)?)))?,
        information: all(tx, &INFORMATION, &span, |row| {
            Ok(InformationOrders {
                office: row.owned(0)?,
                end: row.owned(1)?,
                n: n(row, 2)?,
            })
        })?,
        information_targets: all(tx, &INFORMATION_TARGETS, &span, |row| Ok((row.owned(0)?, n(row, 1)?)))?,
        information_medians: all(tx, &INFORMATION_TIMES, &span, |row| Ok((row.owned(0)?, n(row, 1)?)))?,
        decision_median: median(tx, &COUNT_DECISIONS, &DECISION_TIMES, days)?,
        answer_median: median(tx, &COUNT_ANSWERS, &ANSWER_TIMES, days)?,
        appeal_median: median(tx, &COUNT_APPEALS, &APPEAL_TIMES, days)?,
    })
}

fn all<T>(
    tx: &mut dyn Queries,
    statement: &'static Statement,
    values: &[Value<'_>],
    read: fn(&Row) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    tx.rows(statement, values)?.iter().map(read).collect()
}

/// The middle of sorted times: of an even number, between the two that stand there.
fn median(
    tx: &mut dyn Queries,
    count: &'static Statement,
    times: &'static Statement,
    days: Days,
) -> Result<Option<i64>, Error> {
    let span = [days.from, days.until].map(|day| Value::Int(crate::tally::start_of(day).as_micros()));
    let counted = tx.row(count, &span)?;
    let counted = counted.map_or(Ok(0), |row| row.int(0))?;
    if counted == 0 {
        return Ok(None);
    }
    let middle = 2 - counted % 2;
    let [from, until] = span;
    let rows = tx.rows(times, &[from, until, Value::Int(middle), Value::Int((counted - 1) / 2)])?;
    let times = rows
        .iter()
        .map(|row| Ok(row.int(0)?))
        .collect::<Result<Vec<i64>, Error>>()?;
    Ok(Some(times.iter().sum::<i64>() / middle))
}

fn n(row: &Row, column: usize) -> Result<u64, Error> {
    Ok(row.int(column)?.unsigned_abs())
}

fn reports(row: &Row) -> Result<Reports, Error> {
    Ok(Reports {
        category: row.owned(0)?,
        state: row.owned(1)?,
        outcome: row.optional_owned(2)?,
        is_reversed: row.int(3)? != 0,
        n: n(row, 4)?,
    })
}

fn decisions(row: &Row) -> Result<Decisions, Error> {
    Ok(Decisions {
        outcome: row.owned(0)?,
        category: row.optional_owned(1)?,
        cause: row.owned(2)?,
        detection: row.owned(3)?,
        is_reversed: row.int(4)? != 0,
        n: n(row, 5)?,
    })
}

fn measures(row: &Row) -> Result<Measures, Error> {
    Ok(Measures {
        target: row.owned(0)?,
        kind: row.owned(1)?,
        is_reversed: row.int(2)? != 0,
        n: n(row, 3)?,
    })
}

fn clocks(row: &Row) -> Result<Clocks, Error> {
    Ok(Clocks {
        key: row.owned(0)?,
        end: row.owned(1)?,
        n: n(row, 2)?,
    })
}

fn appeals(row: &Row) -> Result<Appeals, Error> {
    Ok(Appeals {
        party: row.owned(0)?,
        state: row.owned(1)?,
        n: n(row, 2)?,
    })
}
