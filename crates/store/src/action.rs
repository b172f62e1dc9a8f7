//! Actions: what the host platform is to do, in order for each target; how it was told, and whether it was done.

use anlanh_db::{Row, Statement, Value};
use anlanh_model::{Id, MeasureKind, OwnerRequest, Target, Time};

use crate::decision::Decision;
use crate::measure::target;
use crate::row::{Columns, join, split};
use crate::statement::statements;
use crate::{Error, Queries, Writer};

/// Marks the ids of actions.
#[derive(Debug)]
pub struct Action;

statements! { "action":
    LAST = "SELECT COALESCE(MAX(sequence), 0) FROM action WHERE target_kind = $1 AND reference = $2";
    LAST_ID = "SELECT COALESCE(MAX(id), 0) FROM action";
    INSERT = "INSERT INTO action (id, at, target_kind, reference, sequence, kind, effect, until, labels, decision, reason,
                attempts, next_at, verified, owner_request)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $2, $12, $13)";
    DELIVERED = "UPDATE action SET delivered_at = COALESCE(delivered_at, $2), dead_at = NULL, attempts = attempts + 1, failure = NULL
              WHERE id = $1";
    UNDELIVERED = "UPDATE action SET attempts = attempts + 1, next_at = $2, dead_at = $3, failure = $4
              WHERE id = $1 AND delivered_at IS NULL";
    REPLAY = "UPDATE action SET dead_at = NULL, attempts = 0, next_at = $2 WHERE id = $1 AND dead_at IS NOT NULL";
    REPLAY_ALL = "UPDATE action SET dead_at = NULL, attempts = 0, next_at = $1 WHERE dead_at IS NOT NULL";
    DONE = "UPDATE action SET done_at = COALESCE(done_at, $2), problem = NULL, delivered_at = COALESCE(delivered_at, $2),
              dead_at = NULL WHERE id = $1";
    PROBLEM = "UPDATE action SET done_at = NULL, problem = $3, delivered_at = COALESCE(delivered_at, $2), dead_at = NULL
              WHERE id = $1";
    COUNT_UNDONE = "SELECT COUNT(*) FROM (SELECT id FROM action WHERE done_at IS NULL LIMIT $1) undone";
    COUNT_DEAD = "SELECT COUNT(*) FROM (SELECT id FROM action WHERE dead_at IS NOT NULL LIMIT $1) dead";
    FROM = "SELECT after_action FROM delivery_begin";
    SET_FROM = "INSERT INTO delivery_begin (id, after_action) VALUES (1, $1) ON CONFLICT DO NOTHING";
}

/// A list of actions with all of their columns.
macro_rules! select {
    ($name:literal, $rest:literal) => {
        Statement::new(
            concat!("action.", $name),
            concat!(
                "SELECT a.id, a.at, a.target_kind, a.reference, a.sequence, a.kind, a.effect, a.until, a.labels, a.decision,
                   COALESCE(a.reason, r.reason, d.facts, ''), COALESCE(d.category, r.category), COALESCE(d.basis, r.basis, ''), d.case_id,
                   a.done_at, a.problem, a.attempts, a.next_at, a.delivered_at, a.dead_at, a.failure, a.verified, d.at,
                   (SELECT o.secret_until FROM order_target t JOIN authority_order o ON o.id = t.id
                    WHERE t.decision = a.decision AND o.told_at IS NULL),
                   r.id, r.content, r.due_at
                 FROM action a LEFT JOIN decision d ON d.id = a.decision LEFT JOIN owner_request r ON r.id = a.owner_request ",
                $rest
            ),
        )
    };
}

const LOAD: Statement = select!("LOAD", "WHERE a.id = $1");
const FEED: Statement = select!("FEED", "WHERE a.id > $1 ORDER BY a.id LIMIT $2");
const OF_TARGET: Statement = select!(
    "OF_TARGET",
    "WHERE a.target_kind = $1 AND a.reference = $2 ORDER BY a.sequence DESC LIMIT $3"
);
const UNDONE: Statement = select!(
    "UNDONE",
    "WHERE a.done_at IS NULL AND a.id < $1 ORDER BY a.id DESC LIMIT $2"
);
const FAILED: Statement = select!(
    "FAILED",
    "WHERE a.done_at IS NULL AND a.problem IS NOT NULL AND a.id < $1 ORDER BY a.id DESC LIMIT $2"
);
const DEAD: Statement = select!(
    "DEAD",
    "WHERE a.dead_at IS NOT NULL AND a.id < $1 ORDER BY a.id DESC LIMIT $2"
);
// Only the first of each target that is not delivered: what comes after it waits, also behind a dead letter.
const DUE: Statement = select!(
    "DUE",
    "WHERE a.delivered_at IS NULL AND a.dead_at IS NULL AND a.id > $1 AND a.next_at <= $2
              AND NOT EXISTS (SELECT 1 FROM action b WHERE b.target_kind = a.target_kind AND b.reference = a.reference
                AND b.sequence < a.sequence AND b.delivered_at IS NULL AND b.id > $1)
              ORDER BY a.id LIMIT $3"
);
pub(crate) const LISTS: &[&Statement] = &[&LOAD, &FEED, &OF_TARGET, &UNDONE, &FAILED, &DEAD, &DUE];

/// What is done. Locks with and without an end are one kind: which it is, `until` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActionKind {
    /// Show labels with an item.
    Label,
    /// Limit the reach of an item.
    Limit,
    /// Hide an item from all but its author.
    Hide,
    /// Remove an item.
    Remove,
    /// Warn a subject.
    Warn,
    /// Lock a subject.
    Lock,
    /// Do not let who is behind a subject in again.
    RefuseRegistration,
    /// End the service to a subject.
    EndService,
    /// Tell a subject something.
    Notice,
}

impl ActionKind {
    const ALL: [Self; 9] = [
        Self::Label,
        Self::Limit,
        Self::Hide,
        Self::Remove,
        Self::Warn,
        Self::Lock,
        Self::RefuseRegistration,
        Self::EndService,
        Self::Notice,
    ];

    /// What carries out a measure.
    #[must_use]
    pub const fn of(measure: MeasureKind) -> Self {
        match measure {
            MeasureKind::Label => Self::Label,
            MeasureKind::Limit => Self::Limit,
            MeasureKind::Hide => Self::Hide,
            MeasureKind::Remove => Self::Remove,
            MeasureKind::Warn => Self::Warn,
            MeasureKind::TemporaryLock | MeasureKind::PermanentLock => Self::Lock,
            MeasureKind::RefuseRegistration => Self::RefuseRegistration,
            MeasureKind::EndService => Self::EndService,
        }
    }

    /// The key in storage and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Limit => "limit",
            Self::Hide => "hide",
            Self::Remove => "remove",
            Self::Warn => "warn",
            Self::Lock => "lock",
            Self::RefuseRegistration => "refuse_registration",
            Self::EndService => "end_service",
            Self::Notice => "notice",
        }
    }

    /// The kind with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// Whether something begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Do it, or do it with this end and these labels from now on.
    Apply,
    /// Undo it.
    Lift,
}

impl Effect {
    /// The key in storage and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Lift => "lift",
        }
    }

    /// The effect with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Apply, Self::Lift].into_iter().find(|effect| effect.key() == key)
    }
}

/// An action to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAction {
    /// To what.
    pub target: Target,
    /// What.
    pub kind: ActionKind,
    /// Whether it begins or ends.
    pub effect: Effect,
    /// Until when.
    pub until: Option<Time>,
    /// Keys of labels.
    pub labels: Vec<String>,
    /// Where verified information stands, beside a label.
    pub verified: Option<String>,
    /// The decision it follows from.
    pub decision: Option<Id<Decision>>,
    /// What the one affected is told; where none, the facts that the decision relied on.
    pub reason: Option<String>,
    /// The request to an owner that they are told of.
    pub owner_request: Option<Id<OwnerRequest>>,
}

/// What an owner is asked by a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedOfOwner {
    /// The request.
    pub request: Id<OwnerRequest>,
    /// What they are to remove.
    pub content: String,
    /// Until when.
    pub due_at: Time,
}

/// An action as it was kept, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionRow {
    /// Its id.
    pub id: Id<Action>,
    /// When it was made.
    pub at: Time,
    /// To what.
    pub target: Target,
    /// Its place among the actions of its target, from 1, without gaps.
    pub sequence: i64,
    /// What.
    pub kind: ActionKind,
    /// Whether it begins or ends.
    pub effect: Effect,
    /// Until when.
    pub until: Option<Time>,
    /// Keys of labels.
    pub labels: Vec<String>,
    /// Where verified information stands, beside a label.
    pub verified: Option<String>,
    /// The decision it follows from.
    pub decision: Option<Id<Decision>>,
    /// When that was made.
    pub decided_at: Option<Time>,
    /// The case of that decision.
    pub case: Option<Id<anlanh_model::Case>>,
    /// What the one affected is told.
    pub reason: String,
    /// Key of the category.
    pub category: Option<String>,
    /// Keys of the bases.
    pub basis: Vec<String>,
    /// When the platform said that it was done.
    pub done_at: Option<Time>,
    /// What the platform said was in the way.
    pub problem: Option<String>,
    /// How often it was tried to deliver it.
    pub attempts: u32,
    /// When it is tried next.
    pub next_at: Time,
    /// When the platform took it.
    pub delivered_at: Option<Time>,
    /// When it was given up.
    pub dead_at: Option<Time>,
    /// Why it could not be delivered.
    pub failure: Option<String>,
    /// Until when the one affected is not told, where an authority ordered that.
    pub secret_until: Option<Time>,
    /// What an owner is asked by it.
    pub asked: Option<AskedOfOwner>,
}

/// Which actions are looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActionList {
    /// Those of which the platform has not said that they are done.
    Undone,
    /// Those of which it said that they could not be done.
    Failed,
    /// Those that could not be delivered.
    Dead,
}

/// What became of an attempt to deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The platform took it.
    Taken,
    /// It did not, and is asked again at a moment.
    Retry(Time, String),
    /// It did not, and is not asked again.
    Dead(String),
}

/// Keeps an action behind the others of its target.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, new: &NewAction) -> Result<Id<Action>, Error> {
    let (kind, reference) = (new.target.kind().key(), new.target.reference());
    let last = writer.row(&LAST, &[Value::Text(kind), Value::Text(reference)])?;
    let last = last.map_or(Ok(0), |row| row.int(0))?;
    let id: Id<Action> = writer.new_id();
    let (now, labels) = (writer.now().as_micros(), join(&new.labels));
    writer.send(
        &INSERT,
        &[
            Value::Int(id.number()),
            Value::Int(now),
            Value::Text(kind),
            Value::Text(reference),
            Value::Int(last.saturating_add(1)),
            Value::Text(new.kind.key()),
            Value::Text(new.effect.key()),
            Value::from(new.until.map(Time::as_micros)),
            Value::Text(&labels),
            Value::from(new.decision.map(Id::number)),
            Value::from(new.reason.as_deref()),
            Value::from(new.verified.as_deref()),
            Value::from(new.owner_request.map(Id::number)),
        ],
    )?;
    Ok(id)
}

/// One action.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Action>) -> Result<Option<ActionRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.map(|row| read(&row)).transpose()
}

/// At most `limit` actions after one, oldest first.
///
/// # Errors
/// When the database is away.
pub fn feed(tx: &mut dyn Queries, after: Option<Id<Action>>, limit: u32) -> Result<Vec<ActionRow>, Error> {
    let values = [Value::Int(after.map_or(-1, Id::number)), Value::Int(i64::from(limit))];
    tx.rows(&FEED, &values)?.iter().map(read).collect()
}

/// At most `limit` actions of a target, newest first.
///
/// # Errors
/// When the database is away.
pub fn of_target(tx: &mut dyn Queries, target: &Target, limit: u32) -> Result<Vec<ActionRow>, Error> {
    let values = [
        Value::Text(target.kind().key()),
        Value::Text(target.reference()),
        Value::Int(i64::from(limit)),
    ];
    tx.rows(&OF_TARGET, &values)?.iter().map(read).collect()
}

/// At most `limit` actions of a list, older than `before`, newest first.
///
/// # Errors
/// When the database is away.
pub fn page(
    tx: &mut dyn Queries,
    list: ActionList,
    before: Option<Id<Action>>,
    limit: u32,
) -> Result<Vec<ActionRow>, Error> {
    let statement = match list {
        ActionList::Undone => &UNDONE,
        ActionList::Failed => &FAILED,
        ActionList::Dead => &DEAD,
    };
    let values = [
        Value::Int(before.map_or(i64::MAX, Id::number)),
        Value::Int(i64::from(limit)),
    ];
    tx.rows(statement, &values)?.iter().map(read).collect()
}

/// How many actions are not done, and how many dead letters there are, each counted up to `most`.
///
/// # Errors
/// When the database is away.
pub fn count(tx: &mut dyn Queries, most: u32) -> Result<(u64, u64), Error> {
    let most = Value::Int(i64::from(most));
    let mut of = |statement| {
        let row = tx.row(statement, &[most])?;
        row.map_or(Ok(0), |row| Ok::<_, Error>(row.int(0)?.unsigned_abs()))
    };
    Ok((of(&COUNT_UNDONE)?, of(&COUNT_DEAD)?))
}

/// After which action deliveries begin: what was made before somebody was there to be told is theirs to poll.
///
/// # Errors
/// When the database is away.
pub fn deliver_from(tx: &mut dyn Queries) -> Result<Option<i64>, Error> {
    let row = tx.row(&FROM, &[])?;
    row.map(|row| row.int(0)).transpose().map_err(Error::from)
}

/// Lets deliveries begin after the newest action of now, unless they have begun before.
///
/// # Errors
/// When the database is away or full.
pub fn begin_delivery(writer: &mut Writer<'_, '_>) -> Result<(), Error> {
    let last = writer.row(&LAST_ID, &[])?.map_or(Ok(0), |row| row.int(0))?;
    writer.execute(&SET_FROM, &[Value::Int(last)])?;
    Ok(())
}

/// At most `limit` actions that are to be delivered now, oldest first, one for each target.
///
/// # Errors
/// When the database is away.
pub fn due(tx: &mut dyn Queries, from: i64, now: Time, limit: u32) -> Result<Vec<ActionRow>, Error> {
    let values = [
        Value::Int(from),
        Value::Int(now.as_micros()),
        Value::Int(i64::from(limit)),
    ];
    tx.rows(&DUE, &values)?.iter().map(read).collect()
}

/// Keeps what became of an attempt to deliver.
///
/// # Errors
/// When the database is away or full.
pub fn delivered(writer: &mut Writer<'_, '_>, id: Id<Action>, delivery: &Delivery) -> Result<(), Error> {
    let (number, now) = (Value::Int(id.number()), writer.now().as_micros());
    match delivery {
        Delivery::Taken => writer.send(&DELIVERED, &[number, Value::Int(now)]),
        Delivery::Retry(at, why) => {
            let values = [
                number,
                Value::Int(at.as_micros()),
                Value::from(None::<i64>),
                Value::Text(why),
            ];
            writer.send(&UNDELIVERED, &values)
        }
        Delivery::Dead(why) => {
            let values = [number, Value::Int(now), Value::from(Some(now)), Value::Text(why)];
            writer.send(&UNDELIVERED, &values)
        }
    }
}

/// Puts a dead letter back to be delivered now; whether it was one.
///
/// # Errors
/// When the database is away or full.
pub fn replay(writer: &mut Writer<'_, '_>, id: Id<Action>) -> Result<bool, Error> {
    let now = writer.now().as_micros();
    Ok(writer.execute(&REPLAY, &[Value::Int(id.number()), Value::Int(now)])? > 0)
}

/// Puts every dead letter back to be delivered now; how many there were.
///
/// # Errors
/// When the database is away or full.
pub fn replay_all(writer: &mut Writer<'_, '_>) -> Result<u64, Error> {
    let now = writer.now().as_micros();
    writer.execute(&REPLAY_ALL, &[Value::Int(now)])
}

/// Keeps that the platform did it, or what was in its way; whether there is such an action. It knows of it then, so it is
/// not told again.
///
/// # Errors
/// When the database is away or full.
pub fn confirm(writer: &mut Writer<'_, '_>, id: Id<Action>, problem: Option<&str>) -> Result<bool, Error> {
    let (number, now) = (Value::Int(id.number()), Value::Int(writer.now().as_micros()));
    let changed = match problem {
        None => writer.execute(&DONE, &[number, now])?,
        Some(problem) => writer.execute(&PROBLEM, &[number, now, Value::Text(problem)])?,
    };
    Ok(changed > 0)
}

fn read(row: &Row) -> Result<ActionRow, Error> {
    Ok(ActionRow {
        id: row.id(0, "action.id")?,
        at: row.time(1)?,
        target: target(row, 2, 3)?,
        sequence: row.int(4)?,
        kind: row.key(5, "action.kind", ActionKind::from_key)?,
        effect: row.key(6, "action.effect", Effect::from_key)?,
        until: row.optional_time(7)?,
        labels: split(row.text(8)?),
        decision: row.optional_id(9, "action.decision")?,
        reason: row.owned(10)?,
        category: row.optional_owned(11)?,
        basis: split(row.text(12)?),
        case: row.optional_id(13, "decision.case_id")?,
        done_at: row.optional_time(14)?,
        problem: row.optional_owned(15)?,
        attempts: u32::try_from(row.int(16)?).unwrap_or(u32::MAX),
        next_at: row.time(17)?,
        delivered_at: row.optional_time(18)?,
        dead_at: row.optional_time(19)?,
        failure: row.optional_owned(20)?,
        verified: row.optional_owned(21)?,
        decided_at: row.optional_time(22)?,
        secret_until: row.optional_time(23)?,
        asked: asked(row)?,
    })
}

fn asked(row: &Row) -> Result<Option<AskedOfOwner>, Error> {
    let columns = (
        row.optional_id(24, "owner_request.id")?,
        row.optional_owned(25)?,
        row.optional_time(26)?,
    );
    let (Some(request), Some(content), Some(due_at)) = columns else {
        return Ok(None);
    };
    Ok(Some(AskedOfOwner {
        request,
        content,
        due_at,
    }))
}
