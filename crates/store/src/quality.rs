//! How the work of people is measured: golden items, second opinions, what they showed, and how much is measured.

use anlanh_db::{Row, Value};
use anlanh_model::{Case, Finding, Gauge, Id, Outcome, Person, Share, Time};

use crate::item::Item;
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "quality":
    SHARES = "SELECT name, value FROM setting WHERE name IN ('quality.second_review', 'quality.golden')";
    SET_SHARE = "INSERT INTO setting (name, value, staff, at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (name) DO UPDATE SET value = $2, staff = $3, at = $4";
    SET_GOLDEN = "INSERT INTO golden (item, outcome, category, note, staff, at) VALUES ($1, $2, $3, $4, $5, $6)
                  ON CONFLICT (item) DO UPDATE SET outcome = $2, category = $3, note = $4, staff = $5, at = $6,
                    withdrawn_at = NULL";
    WITHDRAW = "UPDATE golden SET withdrawn_at = $2 WHERE item = $1 AND withdrawn_at IS NULL";
    GOLDEN = "SELECT g.item, g.outcome, g.category, g.note, s.name, g.at, n.text, MIN(c.id)
              FROM golden g JOIN staff s ON s.id = g.staff LEFT JOIN item_content n ON n.item = g.item
              JOIN moderation_case c ON c.item = g.item AND c.purpose = 'live'
              WHERE g.withdrawn_at IS NULL AND (CAST($1 AS BIGINT) = 0 OR g.item = $1)
              GROUP BY g.item, g.outcome, g.category, g.note, s.name, g.at, n.text ORDER BY g.at DESC, g.item DESC";
    // The one put before people least often, that waits nowhere and that some reviewer has yet to decide.
    NEXT_GOLDEN = "SELECT c.id FROM golden g JOIN moderation_case c ON c.item = g.item AND c.purpose = 'live'
              WHERE g.withdrawn_at IS NULL AND c.state = 'decided'
                AND NOT EXISTS (SELECT 1 FROM moderation_case q WHERE q.item = g.item AND q.state = 'open')
                AND EXISTS (SELECT 1 FROM staff p WHERE p.role = 'reviewer' AND p.closed_at IS NULL
                  AND NOT EXISTS (SELECT 1 FROM moderation_case q WHERE q.item = g.item AND q.decided_by = p.id))
              ORDER BY (SELECT COUNT(*) FROM moderation_case q WHERE q.item = g.item AND q.purpose = 'golden'), g.at, c.id
              LIMIT 1";
    SOMEBODY_ELSE = "SELECT 1 FROM staff p WHERE p.role IN ('reviewer', 'policy-manager') AND p.closed_at IS NULL
              AND NOT EXISTS (SELECT 1 FROM moderation_case q WHERE q.item = $1 AND q.decided_by = p.id) LIMIT 1";
    ANSWERS = "SELECT s.name, c.category, e.at, g.outcome, g.category, e.outcome, e.category, c.id, c.decided_at
              FROM moderation_case c JOIN golden g ON g.item = c.item JOIN decision e ON e.case_id = c.id
              JOIN staff s ON s.id = e.staff
              WHERE c.purpose <> 'live' AND c.purpose = 'golden' AND c.level = 'first'
                AND (c.decided_at, c.id) > ($1, $2) AND g.withdrawn_at IS NULL AND c.opened_at >= g.at
                AND (CAST($3 AS BIGINT) = 0 OR e.staff = $3)
              ORDER BY c.decided_at, c.id LIMIT $4";
    // Texts are for those who weigh them, one case or a page of them at a time.
    OPINIONS = "SELECT c.id, c.category, f.name, d.at, d.outcome, d.category, CASE WHEN CAST($4 AS BIGINT) = 0 THEN '' ELSE
                d.facts END, s.name, e.at, e.outcome, e.category, CASE WHEN CAST($4 AS BIGINT) = 0 THEN '' ELSE e.facts END,
                c.of_case, n.text, v.verdict, d.staff, e.staff, c.decided_at
              FROM moderation_case c JOIN decision e ON e.case_id = c.id JOIN decision d ON d.case_id = c.of_case
              JOIN staff f ON f.id = d.staff JOIN staff s ON s.id = e.staff
              LEFT JOIN item_content n ON n.item = c.item AND CAST($4 AS BIGINT) <> 0
              LEFT JOIN finding v ON v.case_id = c.id
              WHERE c.purpose <> 'live' AND c.purpose = 'second-review' AND (c.decided_at, c.id) > ($1, $2)
                AND (CAST($3 AS BIGINT) = 0 OR c.id = $3)
                AND (CAST($4 AS BIGINT) <> 2 OR (v.case_id IS NULL
                  AND (d.outcome <> e.outcome OR COALESCE(d.category, '') <> COALESCE(e.category, ''))))
              ORDER BY c.decided_at, c.id LIMIT $5";
    OPEN = "SELECT purpose, COUNT(*) FROM moderation_case WHERE purpose <> 'live' AND purpose <> 'appeal' AND state = 'open' GROUP BY purpose";
    INSERT_FINDING = "INSERT INTO finding (case_id, verdict, note, staff, at) VALUES ($1, $2, $3, $4, $5)";
}

/// Most disagreements that are looked at together, the oldest.
const MAX_DISAGREEMENTS: i64 = 50;
/// How many rows of figures are read at once.
const PAGE: i64 = 10_000;

/// How much of the work is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shares {
    /// Of the decisions, how many are decided by a second person.
    pub second_review: Share,
    /// For how many of the decisions a case whose answer is known is put among the others.
    pub golden: Share,
}

/// An item whose right answer is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoldenRow {
    /// The item.
    pub item: Id<Item>,
    /// What is right.
    pub outcome: Outcome,
    /// Key of the right category.
    pub category: Option<String>,
    /// Why.
    pub note: String,
    /// Name of who set it.
    pub by: String,
    /// When.
    pub at: Time,
    /// The text; none if it was erased.
    pub text: Option<String>,
    /// Its first case that took effect.
    pub case: Id<Case>,
}

/// An answer that was right, to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGolden {
    /// The item.
    pub item: Id<Item>,
    /// What is right.
    pub outcome: Outcome,
    /// Key of the right category.
    pub category: Option<String>,
    /// Why.
    pub note: String,
    /// Who sets it.
    pub by: Id<Person>,
}

/// What somebody decided: outcome and category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What.
    pub outcome: Outcome,
    /// Key of the category.
    pub category: Option<String>,
}

/// A case whose right answer was known, as it was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoldenAnswer {
    /// Name of who decided.
    pub by: String,
    /// Key of the category that the case was filed under.
    pub filed: String,
    /// When.
    pub at: Time,
    /// What is right.
    pub right: Answer,
    /// What was decided.
    pub given: Answer,
}

/// One of two opinions on a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opinion {
    /// Whose.
    pub person: Id<Person>,
    /// Their name.
    pub by: String,
    /// When.
    pub at: Time,
    /// What was decided.
    pub answer: Answer,
    /// The facts relied on.
    pub facts: String,
}

/// Two opinions on one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opinions {
    /// The second review.
    pub case: Id<Case>,
    /// The case that it repeats, whose decision took effect.
    pub of: Id<Case>,
    /// Key of the category that it was filed under.
    pub filed: String,
    /// The first opinion.
    pub first: Opinion,
    /// The second.
    pub second: Opinion,
    /// The text; none if it was erased.
    pub text: Option<String>,
    /// Which was right, if that was found.
    pub finding: Option<Finding>,
}

/// Which opinions are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpinionsOf {
    /// All since an instant.
    Since(Time),
    /// Those that differ and wait for a finding: the oldest 50.
    Disagreeing,
    /// Those of one second review.
    Case(Id<Case>),
}

/// How many cases that measure wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// Second reviews.
    pub second_reviews: u64,
    /// Golden cases.
    pub golden: u64,
}

const fn name(measure: Gauge) -> &'static str {
    match measure {
        Gauge::SecondReview => "quality.second_review",
        Gauge::Golden => "quality.golden",
    }
}

/// How much is measured; nothing until somebody sets it.
///
/// # Errors
/// When the database is away.
pub fn shares(tx: &mut dyn Queries) -> Result<Shares, Error> {
    let mut shares = Shares::default();
    for row in tx.rows(&SHARES, &[])? {
        let percent = u8::try_from(row.int(1)?).map_err(|_| Error::unreadable("setting.value"))?;
        let share = Share::parse(percent).map_err(|_| Error::unreadable("setting.value"))?;
        if row.text(0)? == name(Gauge::Golden) {
            shares.golden = share;
        } else {
            shares.second_review = share;
        }
    }
    Ok(shares)
}

/// Sets how much is measured.
///
/// # Errors
/// When the database is away or full.
pub fn set_shares(writer: &mut Writer<'_, '_>, shares: Shares, by: Id<Person>) -> Result<(), Error> {
    let now = writer.now().as_micros();
    for (measure, share) in [
        (Gauge::SecondReview, shares.second_review),
        (Gauge::Golden, shares.golden),
    ] {
        let values = [
            Value::Text(name(measure)),
            Value::Int(share.percent().into()),
            Value::Int(by.number()),
            Value::Int(now),
        ];
        writer.execute(&SET_SHARE, &values)?;
    }
    Ok(())
}

/// Sets what is right for an item; what was set before is replaced.
///
/// # Errors
/// When the database is away or full.
pub fn set_golden(writer: &mut Writer<'_, '_>, new: &NewGolden) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [
        Value::Int(new.item.number()),
        Value::Text(new.outcome.key()),
        Value::from(new.category.as_deref()),
        Value::Text(&new.note),
        Value::Int(new.by.number()),
        Value::Int(now),
    ];
    writer.execute(&SET_GOLDEN, &values)?;
    Ok(())
}

/// Withdraws a golden item; whether it was one.
///
/// # Errors
/// When the database is away or full.
pub fn withdraw_golden(writer: &mut Writer<'_, '_>, item: Id<Item>) -> Result<bool, Error> {
    let now = writer.now().as_micros();
    let changed = writer.execute(&WITHDRAW, &[Value::Int(item.number()), Value::Int(now)])?;
    Ok(changed > 0)
}

/// Every golden item, newest first.
///
/// # Errors
/// When the database is away.
pub fn golden(tx: &mut dyn Queries) -> Result<Vec<GoldenRow>, Error> {
    let rows = tx.rows(&GOLDEN, &[Value::Int(0)])?;
    rows.iter().map(read_golden).collect()
}

/// What is right for an item, if it is golden.
///
/// # Errors
/// When the database is away.
pub fn golden_of(tx: &mut dyn Queries, item: Id<Item>) -> Result<Option<GoldenRow>, Error> {
    let row = tx.row(&GOLDEN, &[Value::Int(item.number())])?;
    row.map(|row| read_golden(&row)).transpose()
}

/// The case of the golden item that is to be put before people next: the one that was least often, that waits nowhere
/// and that some reviewer has yet to decide.
///
/// # Errors
/// When the database is away.
pub fn next_golden(tx: &mut dyn Queries) -> Result<Option<Id<Case>>, Error> {
    let row = tx.row(&NEXT_GOLDEN, &[])?;
    row.map(|row| row.id(0, "case.id")).transpose()
}

/// Whether there is somebody to decide an item who never did.
///
/// # Errors
/// When the database is away.
pub fn has_somebody_else(tx: &mut dyn Queries, item: Id<Item>) -> Result<bool, Error> {
    Ok(tx.row(&SOMEBODY_ELSE, &[Value::Int(item.number())])?.is_some())
}

/// How golden cases were decided since an instant, by everybody or one person, oldest first. What was escalated or set
/// right later measures nobody.
///
/// # Errors
/// When the database is away.
pub fn golden_answers(tx: &mut dyn Queries, since: Time, of: Option<Id<Person>>) -> Result<Vec<GoldenAnswer>, Error> {
    let of = Value::Int(of.map_or(0, Id::number));
    let (mut after, mut answers) = ((since.as_micros(), -1), Vec::new());
    loop {
        let values = [Value::Int(after.0), Value::Int(after.1), of, Value::Int(PAGE)];
        let rows = tx.rows(&ANSWERS, &values)?;
        for row in &rows {
            answers.push(GoldenAnswer {
                by: row.owned(0)?,
                filed: row.owned(1)?,
                at: row.time(2)?,
                right: answer(row, 3)?,
                given: answer(row, 5)?,
            });
            after = (row.int(8)?, row.int(7)?);
        }
        if i64::try_from(rows.len()).is_ok_and(|rows| rows < PAGE) {
            return Ok(answers);
        }
    }
}

/// Pairs of opinions, oldest first; of all since an instant, without their texts.
///
/// # Errors
/// When the database is away.
pub fn opinions(tx: &mut dyn Queries, of: OpinionsOf) -> Result<Vec<Opinions>, Error> {
    let (since, case, kind, limit) = match of {
        OpinionsOf::Since(since) => (since.as_micros(), 0, 0, PAGE),
        OpinionsOf::Case(case) => (i64::MIN, case.number(), 1, 1),
        OpinionsOf::Disagreeing => (i64::MIN, 0, 2, MAX_DISAGREEMENTS),
    };
    let (mut after, mut opinions) = ((since, -1), Vec::new());
    loop {
        let values = [after.0, after.1, case, kind, limit].map(Value::Int);
        let rows = tx.rows(&OPINIONS, &values)?;
        for row in &rows {
            opinions.push(read_opinions(row)?);
            after = (row.int(17)?, row.int(0)?);
        }
        let is_last = i64::try_from(rows.len()).is_ok_and(|rows| rows < limit);
        if is_last || kind != 0 {
            return Ok(opinions);
        }
    }
}

/// How many cases that measure wait.
///
/// # Errors
/// When the database is away.
pub fn waiting(tx: &mut dyn Queries) -> Result<Waiting, Error> {
    let mut waiting = Waiting::default();
    for row in tx.rows(&OPEN, &[])? {
        let n = row.int(1)?.unsigned_abs();
        match row.text(0)? {
            "golden" => waiting.golden = n,
            "second-review" => waiting.second_reviews = n,
            _ => return Err(Error::unreadable("case.purpose")),
        }
    }
    Ok(waiting)
}

/// Keeps which of two opinions was right.
///
/// # Errors
/// When the database is away or full, or it was found already.
pub fn keep_finding(
    writer: &mut Writer<'_, '_>,
    case: Id<Case>,
    finding: Finding,
    note: &str,
    by: Id<Person>,
) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [
        Value::Int(case.number()),
        Value::Text(finding.key()),
        Value::Text(note),
        Value::Int(by.number()),
        Value::Int(now),
    ];
    writer.execute(&INSERT_FINDING, &values)?;
    Ok(())
}

fn read_opinions(row: &Row) -> Result<Opinions, Error> {
    Ok(Opinions {
        case: row.id(0, "case.id")?,
        of: row.id(12, "case.of_case")?,
        filed: row.owned(1)?,
        first: Opinion {
            person: row.id(15, "decision.staff")?,
            by: row.owned(2)?,
            at: row.time(3)?,
            answer: answer(row, 4)?,
            facts: row.owned(6)?,
        },
        second: Opinion {
            person: row.id(16, "decision.staff")?,
            by: row.owned(7)?,
            at: row.time(8)?,
            answer: answer(row, 9)?,
            facts: row.owned(11)?,
        },
        text: row.kept_text(13)?,
        finding: row.optional_key(14, "finding.verdict", Finding::from_key)?,
    })
}

fn answer(row: &Row, at: usize) -> Result<Answer, Error> {
    Ok(Answer {
        outcome: row.key(at, "decision.outcome", Outcome::from_key)?,
        category: row.optional_owned(at + 1)?,
    })
}

fn read_golden(row: &Row) -> Result<GoldenRow, Error> {
    Ok(GoldenRow {
        item: row.id(0, "golden.item")?,
        outcome: row.key(1, "golden.outcome", Outcome::from_key)?,
        category: row.optional_owned(2)?,
        note: row.owned(3)?,
        by: row.owned(4)?,
        at: row.time(5)?,
        text: row.kept_text(6)?,
        case: row.id(7, "case.id")?,
    })
}
