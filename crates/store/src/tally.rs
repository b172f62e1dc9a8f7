//! Figures by day that would be too slow to count each time: written beside what they count, in the same transaction.

use anlanh_db::Value;
use anlanh_model::Time;

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "tally":
    ADD = "INSERT INTO tally (day, what, key, n) VALUES ($1, $2, $3, $4)
           ON CONFLICT (day, what, key) DO UPDATE SET n = tally.n + $4"
        rows 0 "INSERT INTO tally (day, what, key, n)
              SELECT day, what, key, SUM(n)::BIGINT
              FROM (SELECT unnest($1::BIGINT[]) AS day, unnest($2::TEXT[]) AS what, unnest($3::TEXT[]) AS key,
                unnest($4::BIGINT[]) AS n) one
              GROUP BY day, what, key
              ON CONFLICT (day, what, key) DO UPDATE SET n = tally.n + EXCLUDED.n";
    // A sum of BIGINT is NUMERIC to PostgreSQL.
    SUMS = "SELECT key, what, CAST(SUM(n) AS BIGINT), CAST(SUM(CASE WHEN day >= $1 THEN n ELSE 0 END) AS BIGINT)
            FROM tally WHERE what IN ('hit', 'braked', 'confirmed', 'rejected', 'unconfirmed', 'unrejected') GROUP BY key, what";
    SINCE = "SELECT day, what, key, n FROM tally WHERE day >= $1 ORDER BY day, what, key";
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TallyRow {
    /// Days since 1970-01-01, in the time of Việt Nam (UTC+7).
    pub day: i64,
    /// What is counted: `action`, `category`, `outcome`, `minutes`; of rules `hit`, `braked`, `confirmed`, `rejected`, and
    /// what an appeal took back of these: `unconfirmed`, `unrejected`; `report`, `report_answered`, `appeal` and `mail`; of clocks
    /// `clock_met`, `clock_breached`, and `clock_resumed`: what was counted as met and was not done after all; of orders
    /// whose deadline no law sets `own_met`, `own_breached` and `own_resumed`.
    pub what: String,
    /// Which of them.
    pub key: String,
    /// How many.
    pub n: u64,
}

/// What became of the hits of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSum {
    /// The rule.
    pub rule: String,
    /// What is counted: `hit`, `braked`, `confirmed`, `rejected`, `unconfirmed`, `unrejected`.
    pub what: String,
    /// How many ever.
    pub n: u64,
    /// How many of them since the day asked for.
    pub since: u64,
}

/// The day of an instant where the node's users live: Việt Nam has one zone, UTC+7, and no summer time.
#[must_use]
pub const fn day_of(at: Time) -> i64 {
    at.plus_minutes(420).as_seconds().div_euclid(86_400)
}

/// The instant at which such a day begins.
#[must_use]
pub const fn start_of(day: i64) -> Time {
    Time::from_seconds(day.saturating_mul(86_400)).plus_minutes(-420)
}

/// Counts so many more, today. What one change counts under a key is written once, when the change is recorded.
pub fn add(writer: &mut Writer<'_, '_>, what: &'static str, key: &str, n: u64) {
    writer.count(what, key, n);
}

pub(crate) fn keep(writer: &mut Writer<'_, '_>, what: &str, key: &str, n: u64) -> Result<(), Error> {
    let day = day_of(writer.now());
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    let values = [Value::Int(day), Value::Text(what), Value::Text(key), Value::Int(n)];
    writer.send(&ADD, &values)?;
    Ok(())
}

/// Every figure from a day on.
///
/// # Errors
/// When the database is away.
pub fn since(tx: &mut dyn Queries, day: i64) -> Result<Vec<TallyRow>, Error> {
    let rows = tx.rows(&SINCE, &[Value::Int(day)])?;
    rows.iter()
        .map(|row| {
            Ok(TallyRow {
                day: row.int(0)?,
                what: row.owned(1)?,
                key: row.owned(2)?,
                n: row.int(3)?.unsigned_abs(),
            })
        })
        .collect()
}

/// What became of the hits of every rule, ever and from a day on.
///
/// # Errors
/// When the database is away.
pub fn rules(tx: &mut dyn Queries, day: i64) -> Result<Vec<RuleSum>, Error> {
    let rows = tx.rows(&SUMS, &[Value::Int(day)])?;
    rows.iter()
        .map(|row| {
            Ok(RuleSum {
                rule: row.owned(0)?,
                what: row.owned(1)?,
                n: row.int(2)?.unsigned_abs(),
                since: row.int(3)?.unsigned_abs(),
            })
        })
        .collect()
}
