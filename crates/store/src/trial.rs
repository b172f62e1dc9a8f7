//! Trials: what a version of the policy would change, in shadow on what comes in, or on what was kept.

use std::collections::BTreeMap;

use anlanh_db::{Row, Value};
use anlanh_model::{Id, Outcome, Time, TrialKind, TrialState};

use crate::item::Item;
use crate::row::{Columns, join, split};
use crate::statement::statements;
use crate::version::Version;
use crate::{Error, Queries, Viewer, Writer};

/// Marks the ids of trials.
#[derive(Debug)]
pub struct Trial;

/// Most items that one trial lists. Its counts are of all.
pub const MAX_LISTED: u64 = 10_000;

statements! { "trial":
    INSERT = "INSERT INTO trial (id, version, digest, against, kind, state, staff, started_at, items, changed, erased)
              VALUES ($1, $2, $3, $4, $5, 'running', $6, $7, 0, 0, 0)";
    LOAD = "SELECT t.id, t.version, t.digest, t.against, t.kind, t.state, s.name, t.started_at, t.ended_at, t.items,
            t.changed, t.erased FROM trial t LEFT JOIN staff s ON s.id = t.staff WHERE t.id = $1";
    OF_VERSION = "SELECT t.id, t.version, t.digest, t.against, t.kind, t.state, s.name, t.started_at, t.ended_at,
            t.items, t.changed, t.erased FROM trial t LEFT JOIN staff s ON s.id = t.staff
            WHERE t.version = $1 ORDER BY t.id DESC LIMIT 20";
    RUNNING = "SELECT t.id, t.version, t.digest, t.against, t.kind, t.state, s.name, t.started_at, t.ended_at, t.items,
            t.changed, t.erased FROM trial t LEFT JOIN staff s ON s.id = t.staff
            WHERE t.state = 'running' AND t.kind = $1 ORDER BY t.id";
    END = "UPDATE trial SET state = $2, ended_at = $3 WHERE id = $1";
    ADD = "UPDATE trial SET items = items + $2, changed = changed + $3, erased = erased + $4 WHERE id = $1";
    ADD_ACTION = "INSERT INTO trial_action (trial, old_action, new_action, n) VALUES ($1, $2, $3, $4)
                  ON CONFLICT (trial, old_action, new_action) DO UPDATE SET n = trial_action.n + $4";
    ADD_RULE = "INSERT INTO trial_rule (trial, rule, gained, lost, gained_confirmed, gained_rejected, lost_confirmed,
                lost_rejected) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                ON CONFLICT (trial, rule) DO UPDATE SET gained = trial_rule.gained + $3, lost = trial_rule.lost + $4,
                gained_confirmed = trial_rule.gained_confirmed + $5, gained_rejected = trial_rule.gained_rejected + $6,
                lost_confirmed = trial_rule.lost_confirmed + $7, lost_rejected = trial_rule.lost_rejected + $8";
    ADD_ITEM = "INSERT INTO trial_item (trial, item, old_action, new_action, gained, lost)
                VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    LISTED = "SELECT COUNT(*) FROM trial_item WHERE trial = $1";
    ACTIONS = "SELECT old_action, new_action, n FROM trial_action WHERE trial = $1 ORDER BY old_action, new_action";
    RULES = "SELECT rule, gained, lost, gained_confirmed, gained_rejected, lost_confirmed, lost_rejected
             FROM trial_rule WHERE trial = $1 ORDER BY rule";
    ITEMS = "SELECT d.item, d.old_action, d.new_action, d.gained, d.lost, n.text,
             (SELECT c.outcome FROM moderation_case c WHERE c.item = d.item AND c.purpose = 'live'
              AND c.outcome IS NOT NULL AND NOT (CAST($4 AS BIGINT) > 0 AND c.purpose = 'live' AND COALESCE(c.decided_by, $4) <> $4
                AND EXISTS (SELECT 1 FROM moderation_case q WHERE q.item = c.item AND q.purpose <> 'live'
                  AND ((q.purpose = 'second-review' AND q.state = 'open')
                    OR (q.purpose = 'golden' AND CAST($5 AS BIGINT) = 0 AND (q.state = 'open' OR q.decided_by = $4))))) LIMIT 1)
             FROM trial_item d LEFT JOIN item_content n ON n.item = d.item
             WHERE d.trial = $1 AND d.item < $2 ORDER BY d.item DESC LIMIT $3";
    // What people made of the items of a shadow run, which is known only later.
    OUTCOMES = "SELECT d.gained, d.lost, m.outcome FROM trial_item d JOIN moderation_case m ON m.item = d.item
                WHERE d.trial = $1 AND m.purpose = 'live' AND m.outcome IS NOT NULL";
}

/// A trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialRow {
    /// Its id.
    pub id: Id<Trial>,
    /// The version that is tried.
    pub version: Id<Version>,
    /// The digest it had then: a draft may have changed since.
    pub digest: String,
    /// The version in force that it is held against.
    pub against: Id<Version>,
    /// Where it is tried.
    pub kind: TrialKind,
    /// How far it has come.
    pub state: TrialState,
    /// Name of who began it.
    pub by: Option<String>,
    /// When it began.
    pub started_at: Time,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// Items that were judged twice.
    pub items: u64,
    /// Of these, how many differ in action or in the rules that fired.
    pub changed: u64,
    /// Items whose content was erased, so that they could not be judged again.
    pub erased: u64,
}

/// What a rule gained and lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RuleChange {
    /// Items on which it fires now and did not.
    pub gained: u64,
    /// Items on which it fired and does not now.
    pub lost: u64,
    /// Of the gained ones, those a person held to be a violation.
    pub gained_confirmed: u64,
    /// Of the gained ones, those a person held to be none.
    pub gained_rejected: u64,
    /// Of the lost ones, those a person held to be a violation.
    pub lost_confirmed: u64,
    /// Of the lost ones, those a person held to be none.
    pub lost_rejected: u64,
}

/// How the verdicts of two versions on one item differ, if they do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Key of the action under the version in force.
    pub old_action: String,
    /// Key of the action under the version that is tried.
    pub new_action: String,
    /// Rules that fire now and did not.
    pub gained: Vec<String>,
    /// Rules that fired and do not now.
    pub lost: Vec<String>,
}

/// A difference with what is known of its item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DifferenceRow {
    /// The item.
    pub item: Id<Item>,
    /// The difference.
    pub difference: Difference,
    /// The text; none if it was erased.
    pub text: Option<String>,
    /// What a person made of the item.
    pub outcome: Option<Outcome>,
}

/// What a trial found, in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    /// Items that were judged twice.
    pub items: u64,
    /// Of these, how many differ.
    pub changed: u64,
    /// Items that could not be judged again.
    pub erased: u64,
    /// How many went from one action to another, or stayed.
    pub actions: BTreeMap<(String, String), u64>,
    /// What each rule gained and lost.
    pub rules: BTreeMap<String, RuleChange>,
}

impl RuleChange {
    /// Counts one item more, with what a person made of it.
    pub const fn count(&mut self, change: Change, outcome: Option<Outcome>) {
        let (all, confirmed, rejected) = match change {
            Change::Gained => (&mut self.gained, &mut self.gained_confirmed, &mut self.gained_rejected),
            Change::Lost => (&mut self.lost, &mut self.lost_confirmed, &mut self.lost_rejected),
        };
        *all += 1;
        match outcome {
            None => {}
            Some(Outcome::NoViolation) => *rejected += 1,
            Some(Outcome::SubjectOnly | Outcome::Label | Outcome::Limit | Outcome::Hide | Outcome::Remove) => {
                *confirmed += 1
            }
        }
    }
}

/// Which way a rule changed its mind of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It fires now and did not.
    Gained,
    /// It fired and does not now.
    Lost,
}

impl Totals {
    /// Counts an item that was judged twice. `outcome` is what a person made of it.
    pub fn count(&mut self, difference: &Difference, outcome: Option<Outcome>) {
        self.items += 1;
        self.changed += u64::from(difference.is_one());
        let actions = (difference.old_action.clone(), difference.new_action.clone());
        *self.actions.entry(actions).or_default() += 1;
        for (rules, change) in [(&difference.gained, Change::Gained), (&difference.lost, Change::Lost)] {
            for rule in rules {
                self.rules.entry(rule.clone()).or_default().count(change, outcome);
            }
        }
    }
}

impl Difference {
    /// Whether anything differs at all.
    #[must_use]
    pub fn is_one(&self) -> bool {
        self.old_action != self.new_action || !self.gained.is_empty() || !self.lost.is_empty()
    }
}

/// Begins a trial.
///
/// # Errors
/// When the database is away or full.
pub fn begin(
    writer: &mut Writer<'_, '_>,
    version: Id<Version>,
    digest: &str,
    against: Id<Version>,
    kind: TrialKind,
) -> Result<Id<Trial>, Error> {
    let id: Id<Trial> = writer.new_id();
    let now = writer.now().as_micros();
    let staff = writer.actor().person().map(|person| person.id.number());
    let values = [
        Value::Int(id.number()),
        Value::Int(version.number()),
        Value::Text(digest),
        Value::Int(against.number()),
        Value::Text(kind.key()),
        Value::from(staff),
        Value::Int(now),
    ];
    writer.execute(&INSERT, &values)?;
    Ok(id)
}

/// Ends a trial.
///
/// # Errors
/// When the database is away or full.
pub fn end(writer: &mut Writer<'_, '_>, trial: Id<Trial>, state: TrialState) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [Value::Int(trial.number()), Value::Text(state.key()), Value::Int(now)];
    writer.execute(&END, &values)?;
    Ok(())
}

/// Adds to what a trial found.
///
/// # Errors
/// When the database is away or full.
pub fn add(writer: &mut Writer<'_, '_>, trial: Id<Trial>, totals: &Totals) -> Result<(), Error> {
    let number = Value::Int(trial.number());
    let int = |n: u64| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
    let counts = [number, int(totals.items), int(totals.changed), int(totals.erased)];
    writer.send(&ADD, &counts)?;
    for ((old, new), n) in &totals.actions {
        writer.send(&ADD_ACTION, &[number, Value::Text(old), Value::Text(new), int(*n)])?;
    }
    for (rule, change) in &totals.rules {
        let values = [
            number,
            Value::Text(rule),
            int(change.gained),
            int(change.lost),
            int(change.gained_confirmed),
            int(change.gained_rejected),
            int(change.lost_confirmed),
            int(change.lost_rejected),
        ];
        writer.send(&ADD_RULE, &values)?;
    }
    Ok(())
}

/// Lists items on which the versions differ, as long as there is room: see [`MAX_LISTED`].
///
/// # Errors
/// When the database is away or full.
pub fn list(
    writer: &mut Writer<'_, '_>,
    trial: Id<Trial>,
    differences: &[(Id<Item>, Difference)],
) -> Result<(), Error> {
    if differences.is_empty() {
        return Ok(());
    }
    let listed = writer.row(&LISTED, &[Value::Int(trial.number())])?;
    let listed = listed.map_or(Ok(0), |row| row.int(0))?.unsigned_abs();
    let room = usize::try_from(MAX_LISTED.saturating_sub(listed)).unwrap_or(usize::MAX);
    for (item, difference) in differences.iter().take(room) {
        let (gained, lost) = (join(&difference.gained), join(&difference.lost));
        let values = [
            Value::Int(trial.number()),
            Value::Int(item.number()),
            Value::Text(&difference.old_action),
            Value::Text(&difference.new_action),
            Value::Text(&gained),
            Value::Text(&lost),
        ];
        writer.send(&ADD_ITEM, &values)?;
    }
    Ok(())
}

/// One trial.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Trial>) -> Result<Option<TrialRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.map(|row| read(&row)).transpose()
}

/// The last trials of a version, newest first; at most 20.
///
/// # Errors
/// When the database is away.
pub fn of_version(tx: &mut dyn Queries, version: Id<Version>) -> Result<Vec<TrialRow>, Error> {
    let rows = tx.rows(&OF_VERSION, &[Value::Int(version.number())])?;
    rows.iter().map(read).collect()
}

/// The trials of a kind that have not ended, oldest first.
///
/// # Errors
/// When the database is away.
pub fn running(tx: &mut dyn Queries, kind: TrialKind) -> Result<Vec<TrialRow>, Error> {
    let rows = tx.rows(&RUNNING, &[Value::Text(kind.key())])?;
    rows.iter().map(read).collect()
}

/// What a trial found. For one in shadow, what people made of its items is counted over those that it lists.
///
/// # Errors
/// When the database is away.
pub fn totals(tx: &mut dyn Queries, trial: &TrialRow) -> Result<Totals, Error> {
    let number = [Value::Int(trial.id.number())];
    let mut totals = Totals {
        items: trial.items,
        changed: trial.changed,
        erased: trial.erased,
        ..Totals::default()
    };
    for row in tx.rows(&ACTIONS, &number)? {
        let n = row.int(2)?.unsigned_abs();
        totals.actions.insert((row.owned(0)?, row.owned(1)?), n);
    }
    for row in tx.rows(&RULES, &number)? {
        let n = |at: usize| Ok::<_, Error>(row.int(at)?.unsigned_abs());
        let change = RuleChange {
            gained: n(1)?,
            lost: n(2)?,
            gained_confirmed: n(3)?,
            gained_rejected: n(4)?,
            lost_confirmed: n(5)?,
            lost_rejected: n(6)?,
        };
        totals.rules.insert(row.owned(0)?, change);
    }
    if trial.kind == TrialKind::Shadow {
        add_outcomes(tx, trial.id, &mut totals.rules)?;
    }
    Ok(totals)
}

fn add_outcomes(tx: &mut dyn Queries, trial: Id<Trial>, rules: &mut BTreeMap<String, RuleChange>) -> Result<(), Error> {
    for row in tx.rows(&OUTCOMES, &[Value::Int(trial.number())])? {
        let outcome = row.key(2, "moderation_case.outcome", Outcome::from_key)?;
        for (at, change) in [(0, Change::Gained), (1, Change::Lost)] {
            for rule in split(row.text(at)?) {
                let mut told = RuleChange::default();
                told.count(change, Some(outcome));
                let known = rules.entry(rule).or_default();
                known.gained_confirmed += told.gained_confirmed;
                known.gained_rejected += told.gained_rejected;
                known.lost_confirmed += told.lost_confirmed;
                known.lost_rejected += told.lost_rejected;
            }
        }
    }
    Ok(())
}

/// At most `limit` of the items that a trial lists, newest first.
///
/// # Errors
/// When the database is away.
pub fn differences(
    tx: &mut dyn Queries,
    trial: Id<Trial>,
    viewer: Viewer,
    before: Option<Id<Item>>,
    limit: u32,
) -> Result<Vec<DifferenceRow>, Error> {
    let values = [
        Value::Int(trial.number()),
        Value::Int(before.map_or(i64::MAX, Id::number)),
        Value::Int(i64::from(limit)),
        viewer.person(),
        viewer.sight(),
    ];
    let rows = tx.rows(&ITEMS, &values)?;
    rows.iter()
        .map(|row| {
            Ok(DifferenceRow {
                item: row.id(0, "trial_item.item")?,
                difference: Difference {
                    old_action: row.owned(1)?,
                    new_action: row.owned(2)?,
                    gained: split(row.text(3)?),
                    lost: split(row.text(4)?),
                },
                text: row.kept_text(5)?,
                outcome: row.optional_key(6, "moderation_case.outcome", Outcome::from_key)?,
            })
        })
        .collect()
}

fn read(row: &Row) -> Result<TrialRow, Error> {
    let n = |at: usize| Ok::<_, Error>(row.int(at)?.unsigned_abs());
    Ok(TrialRow {
        id: row.id(0, "trial.id")?,
        version: row.id(1, "trial.version")?,
        digest: row.owned(2)?,
        against: row.id(3, "trial.against")?,
        kind: row.key(4, "trial.kind", TrialKind::from_key)?,
        state: row.key(5, "trial.state", TrialState::from_key)?,
        by: row.optional_owned(6)?,
        started_at: row.time(7)?,
        ended_at: row.optional_time(8)?,
        items: n(9)?,
        changed: n(10)?,
        erased: n(11)?,
    })
}
