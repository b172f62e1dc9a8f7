//! Cases: one row each with their present state, and the queue over them.

use std::fmt;
use std::str::FromStr;

use anlanh_db::{Row, Statement, Value};
use anlanh_model::{Case, Cause, Deciders, Due, Id, Level, Outcome, Person, Purpose, State, Time, Urgency};

use crate::item::Item;
use crate::row::{Columns, join, split};
use crate::statement::statements;
use crate::{Error, Queries, Viewer, Writer};

statements! { "case":
    INSERT = "INSERT INTO moderation_case (id, item, purpose, of_case, first_decider, cause, category, rule, kind, urgency,
                due_at, level, state, opened_at, deciders)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
        rows 1 "INSERT INTO moderation_case (id, item, purpose, of_case, first_decider, cause, category, rule, kind, urgency,
                due_at, level, state, opened_at, deciders)
              SELECT unnest($1::BIGINT[]), unnest($2::BIGINT[]), unnest($3::TEXT[]), unnest($4::BIGINT[]), unnest($5::BIGINT[]),
                unnest($6::TEXT[]), unnest($7::TEXT[]), unnest($8::TEXT[]), unnest($9::TEXT[]), unnest($10::TEXT[]),
                unnest($11::BIGINT[]), unnest($12::TEXT[]), unnest($13::TEXT[]), unnest($14::BIGINT[]), unnest($15::TEXT[])";
    UPDATE = "UPDATE moderation_case SET urgency = $2, due_at = $3, level = $4, state = $5, holder = $6, held_until = $7,
                decided_at = $8, decided_by = $9, outcome = $10, awaiting = $11 WHERE id = $1";
    // Asked of the cases below themselves, and of who confirmed there, whatever the row says of its deciders.
    UPDATE_APPEAL = "UPDATE moderation_case SET urgency = $2, due_at = $3, level = $4, state = $5, holder = $6,
                held_until = $7, decided_at = $8, decided_by = $9, outcome = $10, awaiting = $11
              WHERE id = $1 AND purpose = 'appeal' AND NOT EXISTS (
                WITH RECURSIVE below (id, of_case) AS (
                  SELECT b.id, b.of_case FROM moderation_case a
                    JOIN moderation_case b ON b.id = a.of_case WHERE a.id = $1
                  UNION ALL SELECT b.id, b.of_case FROM below
                    JOIN moderation_case b ON b.id = below.of_case)
                SELECT 1 FROM below JOIN decision d ON d.case_id = below.id
                WHERE CAST($6 AS BIGINT) IN (d.staff, d.second) OR CAST($9 AS BIGINT) IN (d.staff, d.second)
                   OR CAST($11 AS BIGINT) IN (d.staff, d.second) OR CAST($12 AS BIGINT) IN (d.staff, d.second))";
    // The appeal is the second opinion now, and whoever reads it would no longer be blind.
    END_SECOND_REVIEWS = "DELETE FROM moderation_case WHERE purpose = 'second-review' AND of_case = $1 AND state = 'open'";
    END_EVENTS = "DELETE FROM case_event WHERE case_id IN (SELECT id FROM moderation_case
              WHERE purpose = 'second-review' AND of_case = $1 AND state = 'open')";
    LOAD = "SELECT c.id, c.item, c.purpose, c.of_case, c.first_decider, c.cause, c.category, c.rule, c.kind, c.urgency,
                c.due_at, c.level, c.state, c.holder, c.held_until, c.opened_at, c.decided_at, c.decided_by, c.outcome,
                s.name, i.author, i.external, n.text, i.verdict, c.awaiting, c.deciders
            FROM moderation_case c JOIN item i ON i.id = c.item
            LEFT JOIN item_content n ON n.item = c.item LEFT JOIN staff s ON s.id = COALESCE(c.decided_by, c.holder)
            WHERE c.id = $1";
    // What measures stands in the place of what it hides, see the module on viewers.
    OF_ITEM = "SELECT c.id, c.item, c.purpose, c.of_case, c.first_decider, c.cause, c.category, c.rule, c.kind, c.urgency,
                c.due_at, c.level, c.state, c.holder, c.held_until, c.opened_at, c.decided_at, c.decided_by, c.outcome,
                s.name, i.author, i.external, n.text, i.verdict, c.awaiting, c.deciders
            FROM moderation_case c JOIN item i ON i.id = c.item
            LEFT JOIN item_content n ON n.item = c.item LEFT JOIN staff s ON s.id = COALESCE(c.decided_by, c.holder)
            WHERE c.item = $1 AND NOT (CAST($2 AS BIGINT) > 0 AND c.purpose = 'live' AND COALESCE(c.decided_by, $2) <> $2
                AND EXISTS (SELECT 1 FROM moderation_case q WHERE q.item = c.item AND q.purpose <> 'live'
                  AND ((q.purpose = 'second-review' AND q.state = 'open')
                    OR (q.purpose = 'golden' AND CAST($3 AS BIGINT) = 0 AND (q.state = 'open' OR q.decided_by = $2)))))
              AND (c.purpose IN ('live', 'appeal') OR c.decided_by = $2 OR (c.state = 'open' AND CAST($2 AS BIGINT) > 0 AND (c.purpose IN ('live', 'appeal') OR (CAST($3 AS BIGINT) < 2 AND (c.purpose = 'second-review' OR CAST($3 AS BIGINT) = 0 OR c.level = 'escalated')
                AND NOT EXISTS (SELECT 1 FROM moderation_case d WHERE d.item = c.item AND d.decided_by = $2)))))
            ORDER BY c.id LIMIT 20";
    IS_VISIBLE = "SELECT 1 FROM moderation_case c WHERE c.id = $1 AND NOT (CAST($2 AS BIGINT) > 0 AND c.purpose = 'live' AND COALESCE(c.decided_by, $2) <> $2
                AND EXISTS (SELECT 1 FROM moderation_case q WHERE q.item = c.item AND q.purpose <> 'live'
                  AND ((q.purpose = 'second-review' AND q.state = 'open')
                    OR (q.purpose = 'golden' AND CAST($3 AS BIGINT) = 0 AND (q.state = 'open' OR q.decided_by = $2)))))
              AND (c.purpose IN ('live', 'appeal') OR (CAST($2 AS BIGINT) < 0 AND CAST($3 AS BIGINT) = 0) OR c.decided_by = $2 OR (c.state = 'open' AND (c.purpose IN ('live', 'appeal') OR (CAST($3 AS BIGINT) < 2 AND (c.purpose = 'second-review' OR CAST($3 AS BIGINT) = 0 OR c.level = 'escalated')
                AND NOT EXISTS (SELECT 1 FROM moderation_case d WHERE d.item = c.item AND d.decided_by = $2)))))";
    DECIDED = "SELECT c.id, c.item, c.purpose, c.of_case, c.first_decider, c.cause, c.category, c.rule, c.kind, c.urgency,
                c.due_at, c.level, c.state, c.holder, c.held_until, c.opened_at, c.decided_at, c.decided_by, c.outcome,
                s.name, i.author, i.external, n.text, i.verdict, c.awaiting, c.deciders
             FROM moderation_case c JOIN item i ON i.id = c.item
             LEFT JOIN item_content n ON n.item = c.item LEFT JOIN staff s ON s.id = COALESCE(c.decided_by, c.holder)
             WHERE c.state = 'decided' AND ($1 = '' OR c.category = $1)
               AND (c.decided_at < $2 OR (c.decided_at = $2 AND c.id < $3))
               AND (c.purpose IN ('live', 'appeal') OR c.decided_by = $5) AND NOT (CAST($5 AS BIGINT) > 0 AND c.purpose = 'live' AND COALESCE(c.decided_by, $5) <> $5
                AND EXISTS (SELECT 1 FROM moderation_case q WHERE q.item = c.item AND q.purpose <> 'live'
                  AND ((q.purpose = 'second-review' AND q.state = 'open')
                    OR (q.purpose = 'golden' AND CAST($6 AS BIGINT) = 0 AND (q.state = 'open' OR q.decided_by = $5)))))
             ORDER BY c.decided_at DESC, c.id DESC LIMIT $4";
    COUNT_OPEN = "SELECT COUNT(*), MIN(due_at) FROM moderation_case WHERE state = 'open'";
    COUNT_DUE_BEFORE = "SELECT COUNT(*) FROM moderation_case WHERE state = 'open' AND due_at < $1";
    // Counted no further than somebody wants to know: a hundred thousand cost more than the page around them.
    COUNT_OPEN_UP_TO = "SELECT COUNT(*) FROM (SELECT id FROM moderation_case WHERE state = 'open' LIMIT $1) waiting";
    COUNT_DUE_UP_TO = "SELECT COUNT(*) FROM (SELECT id FROM moderation_case WHERE state = 'open' AND due_at < $1 LIMIT $2) due";
    OPEN_BY_CATEGORY = "SELECT category, COUNT(*) FROM moderation_case WHERE state = 'open' GROUP BY category ORDER BY category";
}

/// The queue, read along an index that its narrowest filter begins. Every other filter is one of these conditions or is
/// switched off by an empty value; the index gives the order, so that a page reads what it shows and what it skips.
macro_rules! queue {
    ($name:literal, $narrowest:literal) => {
        Statement::new(
            concat!("case.", $name),
            concat!(
                "SELECT c.id, c.item, c.purpose, c.of_case, c.first_decider, c.cause, c.category, c.rule, c.kind, c.urgency,
                    c.due_at, c.level, c.state, c.holder, c.held_until, c.opened_at, c.decided_at, c.decided_by, c.outcome,
                    s.name, i.author, i.external, n.text, i.verdict, c.awaiting, c.deciders
                 FROM moderation_case c JOIN item i ON i.id = c.item
                 LEFT JOIN item_content n ON n.item = c.item LEFT JOIN staff s ON s.id = COALESCE(c.decided_by, c.holder)
                 WHERE ",
                $narrowest,
                " AND (c.due_at > $2 OR (c.due_at = $2 AND c.id > $3))
                   AND ($4 = '' OR c.category = $4) AND ($5 = '' OR c.kind = $5) AND ($6 = '' OR c.urgency = $6)
                   AND ($7 = '' OR c.rule = $7) AND ($8 = '' OR c.level = $8)
                   AND ($9 = CAST(0 AS BIGINT)
                     OR (c.held_until IS NOT NULL AND c.held_until > $10 AND c.holder = $9))
                   AND ($11 = 0 OR c.held_until IS NULL OR c.held_until <= $10)
                   AND (c.purpose IN ('live', 'appeal') OR (CAST($14 AS BIGINT) < 2
                     AND (c.purpose = 'second-review' OR CAST($14 AS BIGINT) = 0 OR c.level = 'escalated')
                     AND NOT EXISTS (SELECT 1 FROM moderation_case d WHERE d.item = c.item AND d.decided_by = $12)))
                 ORDER BY c.due_at, c.id LIMIT $13"
            ),
        )
    };
}

const QUEUE: Statement = queue!("QUEUE", "c.state = $1");
const QUEUE_OF_CATEGORY: Statement = queue!("QUEUE_OF_CATEGORY", "c.state = $1 AND c.category = $4");
const QUEUE_OF_KIND: Statement = queue!("QUEUE_OF_KIND", "c.state = $1 AND c.kind = $5");
const QUEUE_OF_URGENCY: Statement = queue!("QUEUE_OF_URGENCY", "c.state = $1 AND c.urgency = $6");
const QUEUE_OF_LEVEL: Statement = queue!("QUEUE_OF_LEVEL", "c.state = $1 AND c.level = $8");
const QUEUE_OF_HOLDER: Statement = queue!("QUEUE_OF_HOLDER", "c.state = $1 AND c.holder = $9");
pub(crate) const QUEUES: &[&Statement] = &[
    &QUEUE,
    &QUEUE_OF_CATEGORY,
    &QUEUE_OF_KIND,
    &QUEUE_OF_URGENCY,
    &QUEUE_OF_LEVEL,
    &QUEUE_OF_HOLDER,
];

/// Whether the queue shows what waits or what is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QueueState {
    /// Cases that wait or are held.
    #[default]
    Open,
    /// Decided cases, newest first.
    Decided,
}

/// Whose cases are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Holder {
    /// Anybody's and nobody's.
    #[default]
    Any,
    /// Those that this person holds.
    Person(Id<Person>),
    /// Those that nobody holds.
    Nobody,
}

/// Which cases are asked for. Keys are matched exactly; an empty one asks for all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseFilter {
    /// Waiting or done.
    pub state: QueueState,
    /// Key of the category.
    pub category: String,
    /// Key of the kind of item.
    pub kind: String,
    /// Key of the urgency.
    pub urgency: String,
    /// Id of the rule.
    pub rule: String,
    /// Key of the level.
    pub level: String,
    /// Whose.
    pub holder: Holder,
}

/// Where a page of the queue begins: after this case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueuePlace {
    /// Its due, or when it was decided, in microseconds since 1970-01-01T00:00:00Z.
    pub moment: i64,
    /// The number of its id.
    pub id: i64,
}

/// As pages hand it on: `moment~id`.
impl fmt::Display for QueuePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}", self.moment, self.id)
    }
}

/// What was read is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a place in the queue")]
pub struct NoPlace;

impl FromStr for QueuePlace {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let (moment, id) = text.split_once('~').ok_or(NoPlace)?;
        Ok(Self {
            moment: moment.parse().map_err(|_| NoPlace)?,
            id: id.parse().map_err(|_| NoPlace)?,
        })
    }
}

/// A page of the queue.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QueuePage {
    /// The cases, in order.
    pub cases: Vec<CaseRow>,
    /// Whether there are more.
    pub more: bool,
}

/// What a new case is about, besides its own life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCase {
    /// The item.
    pub item: Id<Item>,
    /// Why it was opened.
    pub cause: Cause,
    /// Key of the category that its strongest reason names; empty if none.
    pub category: String,
    /// The rule that asked for it; empty if none.
    pub rule: String,
    /// Key of the kind of item.
    pub kind: String,
}

/// A case with what lists show of its item.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseRow {
    /// The case.
    pub case: Case,
    /// The item.
    pub item: Id<Item>,
    /// Why it was opened.
    pub cause: Cause,
    /// Key of its category; empty if none.
    pub category: String,
    /// The rule that asked for it; empty if none.
    pub rule: String,
    /// Key of the kind of item.
    pub kind: String,
    /// Name of who holds it or decided it.
    pub who: Option<String>,
    /// The platform's reference of the author.
    pub author: Option<String>,
    /// The platform's id of the item.
    pub external: Option<String>,
    /// The text; none if it was erased.
    pub text: Option<String>,
    /// The verdict on the item, as JSON.
    pub verdict: String,
}

impl CaseRow {
    /// Whether it is about its item, and not about those behind it or about an earlier decision on it.
    #[must_use]
    pub fn is_first_about_item(&self) -> bool {
        self.case.purpose == Purpose::Live && !self.cause.is_about_subject()
    }

    /// Whether one decision over many cases may be over this one. Those that measure are like the ones that they repeat.
    #[must_use]
    pub fn is_decided_like_others(&self) -> bool {
        match self.case.purpose {
            Purpose::Live | Purpose::SecondReview { .. } | Purpose::Golden => !self.cause.is_about_subject(),
            Purpose::Appeal { .. } => false,
        }
    }
}

impl CaseRow {
    /// Where the queue goes on after this case.
    #[must_use]
    pub const fn place(&self) -> QueuePlace {
        let moment = match self.case.state {
            State::Waiting | State::Held { .. } => self.case.due.at,
            State::Decided { at, .. } | State::Ordered { at } | State::Withdrawn { at } => at,
        };
        QueuePlace {
            moment: moment.as_micros(),
            id: self.case.id.number(),
        }
    }
}

/// Opens a case.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, case: &Case, new: &NewCase) -> Result<(), Error> {
    let (purpose, of, first) = match case.purpose {
        Purpose::Live => ("live", None, None),
        Purpose::SecondReview { of, first } => ("second-review", Some(of.number()), Some(first.number())),
        Purpose::Golden => ("golden", None, None),
        Purpose::Appeal { of, first } => {
            let decided = first.all().next().map(Id::number);
            ("appeal", Some(of.number()), decided)
        }
    };
    let deciders = match case.purpose {
        Purpose::Live | Purpose::SecondReview { .. } | Purpose::Golden => String::new(),
        Purpose::Appeal { first, .. } => join(&first.all().map(|it| it.number().to_string()).collect::<Vec<_>>()),
    };
    writer.send(
        &INSERT,
        &[
            Value::Int(case.id.number()),
            Value::Int(new.item.number()),
            Value::Text(purpose),
            Value::from(of),
            Value::from(first),
            Value::Text(new.cause.key()),
            Value::Text(&new.category),
            Value::Text(&new.rule),
            Value::Text(&new.kind),
            Value::Text(case.due.urgency.key()),
            Value::Int(case.due.at.as_micros()),
            Value::Text(case.level.key()),
            Value::Text("open"),
            Value::Int(case.opened_at.as_micros()),
            Value::Text(&deciders),
        ],
    )?;
    Ok(())
}

/// Stores what has become of a case.
///
/// # Errors
/// When the database is away or full, or an appeal would come to somebody who decided what it is about.
pub fn update(writer: &mut Writer<'_, '_>, case: &Case) -> Result<(), Error> {
    update_by_two(writer, case, None)
}

/// [`update`], where a second person had a part in it.
///
/// # Errors
/// As [`update`].
pub fn update_by_two(writer: &mut Writer<'_, '_>, case: &Case, second: Option<Id<Person>>) -> Result<(), Error> {
    let (state, holder, until, at, by, outcome) = match case.state {
        State::Waiting => ("open", None, None, None, None, None),
        State::Held { by, until } => ("open", Some(by.number()), Some(until.as_micros()), None, None, None),
        State::Decided { by, at, outcome } => (
            "decided",
            None,
            None,
            Some(at.as_micros()),
            Some(by.number()),
            Some(outcome.key()),
        ),
        State::Ordered { at } => ("ordered", None, None, Some(at.as_micros()), None, None),
        State::Withdrawn { at } => ("withdrawn", None, None, Some(at.as_micros()), None, None),
    };
    let values = [
        Value::Int(case.id.number()),
        Value::Text(case.due.urgency.key()),
        Value::Int(case.due.at.as_micros()),
        Value::Text(case.level.key()),
        Value::Text(state),
        Value::from(holder),
        Value::from(until),
        Value::from(at),
        Value::from(by),
        Value::from(outcome),
        Value::from(case.awaiting.map(Id::number)),
    ];
    match case.purpose {
        Purpose::Live | Purpose::SecondReview { .. } | Purpose::Golden => writer.send(&UPDATE, &values),
        Purpose::Appeal { .. } => match writer.execute(&UPDATE_APPEAL, &with_second(values, second))? {
            0 => Err(Error::DecidedBelow),
            _ => Ok(()),
        },
    }
}

fn with_second(values: [Value<'_>; 11], second: Option<Id<Person>>) -> Vec<Value<'_>> {
    let mut values = Vec::from(values);
    values.push(Value::from(second.map(Id::number)));
    values
}

/// Ends the second reviews of a case that nobody has decided, and says how many there were.
///
/// # Errors
/// When the database is away or full.
pub fn end_second_reviews(writer: &mut Writer<'_, '_>, of: Id<Case>) -> Result<u64, Error> {
    let of = [Value::Int(of.number())];
    writer.execute(&END_EVENTS, &of)?;
    writer.execute(&END_SECOND_REVIEWS, &of)
}

/// One case.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Case>) -> Result<Option<CaseRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.map(|row| read(&row)).transpose()
}

/// Whether a case is there for this viewer.
///
/// # Errors
/// When the database is away.
pub fn is_visible(tx: &mut dyn Queries, id: Id<Case>, viewer: Viewer) -> Result<bool, Error> {
    let values = [Value::Int(id.number()), viewer.person(), viewer.sight()];
    Ok(tx.row(&IS_VISIBLE, &values)?.is_some())
}

/// The cases of an item that this viewer may see, oldest first; at most 20.
///
/// # Errors
/// When the database is away.
pub fn of_item(tx: &mut dyn Queries, item: Id<Item>, viewer: Viewer) -> Result<Vec<CaseRow>, Error> {
    let rows = tx.rows(&OF_ITEM, &[Value::Int(item.number()), viewer.person(), viewer.sight()])?;
    rows.iter().map(read).collect()
}

/// A page of at most `limit` open cases as `viewer` may see them, most urgent first.
///
/// # Errors
/// When the database is away.
pub fn queue(
    tx: &mut dyn Queries,
    filter: &CaseFilter,
    viewer: Viewer,
    after: Option<QueuePlace>,
    limit: u32,
    now: Time,
) -> Result<QueuePage, Error> {
    let more_than_shown = i64::from(limit).saturating_add(1);
    let rows = match filter.state {
        QueueState::Decided => {
            let (moment, id) = after.map_or((i64::MAX, i64::MAX), |place| (place.moment, place.id));
            let values = [
                Value::Text(&filter.category),
                Value::Int(moment),
                Value::Int(id),
                Value::Int(more_than_shown),
                viewer.person(),
                viewer.sight(),
            ];
            tx.rows(&DECIDED, &values)?
        }
        QueueState::Open => {
            let (due, id) = after.map_or((i64::MIN, -1), |place| (place.moment, place.id));
            let (person, nobody) = match filter.holder {
                Holder::Any => (0, 0),
                Holder::Person(person) => (person.number(), 0),
                Holder::Nobody => (0, 1),
            };
            tx.rows(
                narrowest(filter),
                &[
                    Value::Text("open"),
                    Value::Int(due),
                    Value::Int(id),
                    Value::Text(&filter.category),
                    Value::Text(&filter.kind),
                    Value::Text(&filter.urgency),
                    Value::Text(&filter.rule),
                    Value::Text(&filter.level),
                    Value::Int(person),
                    Value::Int(now.as_micros()),
                    Value::Int(nobody),
                    viewer.person(),
                    Value::Int(more_than_shown),
                    viewer.sight(),
                ],
            )?
        }
    };
    let more = i64::try_from(rows.len()).is_ok_and(|rows| rows >= more_than_shown);
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let cases = rows.iter().take(shown).map(read).collect::<Result<_, _>>()?;
    Ok(QueuePage { cases, more })
}

/// The queue along the filter that most likely leaves the fewest cases: few are held by one person or were escalated, and
/// many are of one kind.
fn narrowest(filter: &CaseFilter) -> &'static Statement {
    match filter.holder {
        Holder::Person(_) => &QUEUE_OF_HOLDER,
        Holder::Any | Holder::Nobody if !filter.level.is_empty() => &QUEUE_OF_LEVEL,
        Holder::Any | Holder::Nobody if !filter.urgency.is_empty() => &QUEUE_OF_URGENCY,
        Holder::Any | Holder::Nobody if !filter.category.is_empty() => &QUEUE_OF_CATEGORY,
        Holder::Any | Holder::Nobody if !filter.kind.is_empty() => &QUEUE_OF_KIND,
        Holder::Any | Holder::Nobody => &QUEUE,
    }
}

/// How many cases wait, and the earliest due among them.
///
/// # Errors
/// When the database is away.
pub fn count_open(tx: &mut dyn Queries) -> Result<(u64, Option<Time>), Error> {
    let Some(row) = tx.row(&COUNT_OPEN, &[])? else {
        return Ok((0, None));
    };
    Ok((row.int(0)?.unsigned_abs(), row.optional_time(1)?))
}

/// How many cases were due before an instant and still wait.
///
/// # Errors
/// When the database is away.
pub fn count_due_before(tx: &mut dyn Queries, instant: Time) -> Result<u64, Error> {
    let row = tx.row(&COUNT_DUE_BEFORE, &[Value::Int(instant.as_micros())])?;
    row.map_or(Ok(0), |row| Ok(row.int(0)?.unsigned_abs()))
}

/// How many cases wait, counted up to `most`, and how many of them were due before an instant, likewise.
///
/// # Errors
/// When the database is away.
pub fn count_waiting(tx: &mut dyn Queries, instant: Time, most: u32) -> Result<(u64, u64), Error> {
    let most = Value::Int(i64::from(most));
    let open = tx.row(&COUNT_OPEN_UP_TO, &[most])?;
    let due = tx.row(&COUNT_DUE_UP_TO, &[Value::Int(instant.as_micros()), most])?;
    let count = |row: Option<Row>| row.map_or(Ok(0), |row| Ok::<_, Error>(row.int(0)?.unsigned_abs()));
    Ok((count(open)?, count(due)?))
}

/// Waiting cases by category.
///
/// # Errors
/// When the database is away.
pub fn open_by_category(tx: &mut dyn Queries) -> Result<Vec<(String, u64)>, Error> {
    let rows = tx.rows(&OPEN_BY_CATEGORY, &[])?;
    rows.iter()
        .map(|row| Ok((row.owned(0)?, row.int(1)?.unsigned_abs())))
        .collect()
}

fn read(row: &Row) -> Result<CaseRow, Error> {
    let purpose = match row.text(2)? {
        "live" => Purpose::Live,
        "golden" => Purpose::Golden,
        "appeal" => {
            let of = row.optional_id(3, "case.of_case")?;
            let of = of.ok_or(Error::unreadable("case.of_case"))?;
            Purpose::Appeal {
                of,
                first: read_deciders(row)?,
            }
        }
        "second-review" => {
            let of = row.optional_id(3, "case.of_case")?;
            let first = row.optional_id(4, "case.first_decider")?;
            match (of, first) {
                (Some(of), Some(first)) => Purpose::SecondReview { of, first },
                _ => return Err(Error::unreadable("case.of_case")),
            }
        }
        _ => return Err(Error::unreadable("case.purpose")),
    };
    let case = Case {
        id: row.id(0, "case.id")?,
        opened_at: row.time(15)?,
        purpose,
        due: Due {
            at: row.time(10)?,
            urgency: row.key(9, "case.urgency", Urgency::from_key)?,
        },
        level: row.key(11, "case.level", Level::from_key)?,
        state: read_state(row)?,
        awaiting: row.optional_id(24, "case.awaiting")?,
    };
    Ok(CaseRow {
        case,
        item: row.id(1, "case.item")?,
        cause: row.key(5, "case.cause", Cause::from_key)?,
        category: row.owned(6)?,
        rule: row.owned(7)?,
        kind: row.owned(8)?,
        who: row.optional_owned(19)?,
        author: row.optional_owned(20)?,
        external: row.optional_owned(21)?,
        text: row.kept_text(22)?,
        verdict: row.owned(23)?,
    })
}

fn read_deciders(row: &Row) -> Result<Deciders, Error> {
    let unreadable = || Error::unreadable("case.deciders");
    let mut deciders: Option<Deciders> = None;
    for number in split(row.text(25)?) {
        let number = number.parse().map_err(|_| unreadable())?;
        let person = Id::from_number(number).map_err(|_| unreadable())?;
        deciders = Some(match deciders {
            None => Deciders::one(person),
            Some(others) => others.and(person).ok_or_else(unreadable)?,
        });
    }
    deciders.ok_or_else(unreadable)
}

fn read_state(row: &Row) -> Result<State, Error> {
    let holder = (row.optional_id(13, "case.holder")?, row.optional_time(14)?);
    let decided = (
        row.optional_time(16)?,
        row.optional_id(17, "case.decided_by")?,
        row.optional_key(18, "case.outcome", Outcome::from_key)?,
    );
    match (row.text(12)?, holder, decided) {
        ("open", (None, _), _) => Ok(State::Waiting),
        ("open", (Some(by), Some(until)), _) => Ok(State::Held { by, until }),
        ("ordered", _, (Some(at), None, None)) => Ok(State::Ordered { at }),
        ("withdrawn", _, (Some(at), None, None)) => Ok(State::Withdrawn { at }),
        ("decided", _, (Some(at), Some(by), Some(outcome))) => Ok(State::Decided { by, at, outcome }),
        _ => Err(Error::unreadable("case.state")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_is_written() {
        let place = QueuePlace { moment: -3, id: 7 };
        assert_eq!(place.to_string().parse(), Ok(place));
        for text in ["", "1", "1~", "~1", "1~2~3", "a~1"] {
            assert_eq!(text.parse::<QueuePlace>(), Err(NoPlace), "{text}");
        }
    }
}
