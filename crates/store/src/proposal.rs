//! What is proposed to a person: a lock that a ladder allows, with the strikes it rests on, or a look at an account that
//! shows signs of a locked one; and decisions that wait for a second person.

use anlanh_db::{Row, Value};
use anlanh_model::{Case, Ground, Id, LadderStep, PermanentGround, Person, Proposal, Target, Time};

use crate::measure::target;
use crate::row::{Columns, join, split};
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "proposal":
    INSERT = "INSERT INTO proposal (case_id, target_kind, reference, days_min, days_max, permanent, evades)
              VALUES ($1, $2, $3, $4, $5, $6, $7)
              ON CONFLICT (case_id) DO UPDATE SET days_min = $4, days_max = $5, permanent = $6";
    DELETE_GROUNDS = "DELETE FROM proposal_ground WHERE case_id = $1";
    INSERT_GROUND = "INSERT INTO proposal_ground (case_id, place, ladder, violations, days, lock_days_min, lock_days_max, strike)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LOAD = "SELECT target_kind, reference, days_min, days_max, permanent, evades FROM proposal WHERE case_id = $1";
    GROUNDS = "SELECT place, ladder, violations, days, lock_days_min, lock_days_max, strike
              FROM proposal_ground WHERE case_id = $1 ORDER BY place, strike";
    OPEN = "SELECT p.case_id FROM proposal p JOIN moderation_case c ON c.id = p.case_id
              WHERE p.target_kind = $1 AND p.reference = $2 AND c.cause = $3 AND c.state = 'open' ORDER BY p.case_id LIMIT 1";
    ALREADY = "SELECT 1 FROM proposal WHERE target_kind = 'account' AND reference = $1 AND evades = $2 LIMIT 1";
    WAIT = "INSERT INTO proposed_decision (case_id, staff, at, verdict) VALUES ($1, $2, $3, $4)";
    WAITING = "SELECT p.staff, s.name, p.at, p.verdict FROM proposed_decision p JOIN staff s ON s.id = p.staff WHERE p.case_id = $1";
    FORGET = "DELETE FROM proposed_decision WHERE case_id = $1";
}

/// What a case proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalRow {
    /// To whom or what.
    pub target: Target,
    /// The lock that a ladder allows; none where a look is asked for because of signs.
    pub lock: Option<Proposal>,
    /// The locked account that this one shares a sign with.
    pub evades: Option<String>,
}

/// A decision that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingDecision {
    /// Who decided.
    pub by: Id<Person>,
    /// Their name.
    pub name: String,
    /// When.
    pub at: Time,
    /// What, as the use case wrote it.
    pub verdict: String,
}

/// Keeps what a case proposes, in place of what it proposed before.
///
/// # Errors
/// When the database is away or full.
pub fn set(writer: &mut Writer<'_, '_>, case: Id<Case>, proposal: &ProposalRow) -> Result<(), Error> {
    let lock = proposal.lock.as_ref();
    let permanent = lock.iter().flat_map(|lock| &lock.permanent);
    let permanent: Vec<String> = permanent
        .map(|it| format!("{} {}", it.ladder, it.after_locks))
        .collect();
    writer.execute(
        &INSERT,
        &[
            Value::Int(case.number()),
            Value::Text(proposal.target.kind().key()),
            Value::Text(proposal.target.reference()),
            Value::Int(lock.map_or(0, |lock| i64::from(lock.days_min))),
            Value::Int(lock.map_or(0, |lock| i64::from(lock.days_max))),
            Value::Text(&join(&permanent)),
            Value::from(proposal.evades.as_deref()),
        ],
    )?;
    writer.execute(&DELETE_GROUNDS, &[Value::Int(case.number())])?;
    let grounds = lock.iter().flat_map(|lock| &lock.grounds);
    for (place, ground) in (0_i64..).zip(grounds) {
        for strike in &ground.strikes {
            let values = [
                Value::Int(case.number()),
                Value::Int(place),
                Value::Text(&ground.ladder),
                Value::Int(i64::from(ground.step.violations)),
                Value::Int(i64::from(ground.step.days)),
                Value::Int(i64::from(ground.step.lock_days_min)),
                Value::Int(i64::from(ground.step.lock_days_max)),
                Value::Int(strike.number()),
            ];
            writer.send(&INSERT_GROUND, &values)?;
        }
    }
    Ok(())
}

/// What a case proposes, if it is one that does.
///
/// # Errors
/// When the database is away.
pub fn of_case(tx: &mut dyn Queries, case: Id<Case>) -> Result<Option<ProposalRow>, Error> {
    let Some(row) = tx.row(&LOAD, &[Value::Int(case.number())])? else {
        return Ok(None);
    };
    let evades = row.optional_owned(5)?;
    let lock = match evades {
        Some(_) => None,
        None => Some(Proposal {
            days_min: number(&row, 2)?,
            days_max: number(&row, 3)?,
            grounds: grounds(tx, case)?,
            permanent: split(row.text(4)?)
                .iter()
                .map(|line| permanent(line))
                .collect::<Result<_, _>>()?,
        }),
    };
    Ok(Some(ProposalRow {
        target: target(&row, 0, 1)?,
        lock,
        evades,
    }))
}

/// The steps that a case rests on, strictest first.
///
/// # Errors
/// When the database is away.
pub fn grounds(tx: &mut dyn Queries, case: Id<Case>) -> Result<Vec<Ground>, Error> {
    let mut grounds: Vec<(i64, Ground)> = Vec::new();
    for row in tx.rows(&GROUNDS, &[Value::Int(case.number())])? {
        let (place, strike) = (row.int(0)?, row.id(6, "proposal_ground.strike")?);
        match grounds.last_mut() {
            Some((last, ground)) if *last == place => ground.strikes.push(strike),
            Some(_) | None => {
                let step = LadderStep {
                    violations: number(&row, 2)?,
                    days: number(&row, 3)?,
                    lock_days_min: number(&row, 4)?,
                    lock_days_max: number(&row, 5)?,
                };
                let (ladder, strikes) = (row.owned(1)?, vec![strike]);
                grounds.push((place, Ground { ladder, step, strikes }));
            }
        }
    }
    Ok(grounds.into_iter().map(|(_, ground)| ground).collect())
}

/// The open case of this cause about a target, if there is one.
///
/// # Errors
/// When the database is away.
pub fn open_case(tx: &mut dyn Queries, target: &Target, cause: anlanh_model::Cause) -> Result<Option<Id<Case>>, Error> {
    let values = [
        Value::Text(target.kind().key()),
        Value::Text(target.reference()),
        Value::Text(cause.key()),
    ];
    let row = tx.row(&OPEN, &values)?;
    row.map(|row| row.id(0, "proposal.case_id")).transpose()
}

/// Whether it was ever put before a person that this account may be behind that locked one.
///
/// # Errors
/// When the database is away.
pub fn was_asked(tx: &mut dyn Queries, account: &str, evades: &str) -> Result<bool, Error> {
    Ok(tx
        .row(&ALREADY, &[Value::Text(account), Value::Text(evades)])?
        .is_some())
}

/// Keeps a decision that waits for a second person.
///
/// # Errors
/// When the database is away or full, or one waits already.
pub fn wait(writer: &mut Writer<'_, '_>, case: Id<Case>, by: Id<Person>, verdict: &str) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [
        Value::Int(case.number()),
        Value::Int(by.number()),
        Value::Int(now),
        Value::Text(verdict),
    ];
    writer.execute(&WAIT, &values)?;
    Ok(())
}

/// The decision of a case that waits for a second person, if one does.
///
/// # Errors
/// When the database is away.
pub fn waiting(tx: &mut dyn Queries, case: Id<Case>) -> Result<Option<WaitingDecision>, Error> {
    let row = tx.row(&WAITING, &[Value::Int(case.number())])?;
    row.map(|row| {
        Ok(WaitingDecision {
            by: row.id(0, "proposed_decision.staff")?,
            name: row.owned(1)?,
            at: row.time(2)?,
            verdict: row.owned(3)?,
        })
    })
    .transpose()
}

/// Forgets a decision that waited: it was confirmed or declined.
///
/// # Errors
/// When the database is away or full.
pub fn forget(writer: &mut Writer<'_, '_>, case: Id<Case>) -> Result<(), Error> {
    writer.execute(&FORGET, &[Value::Int(case.number())])?;
    Ok(())
}

fn number(row: &Row, at: usize) -> Result<u32, Error> {
    u32::try_from(row.int(at)?).map_err(|_| Error::unreadable("proposal"))
}

fn permanent(line: &str) -> Result<PermanentGround, Error> {
    let (ladder, after) = line.split_once(' ').ok_or(Error::unreadable("proposal.permanent"))?;
    Ok(PermanentGround {
        ladder: ladder.to_owned(),
        after_locks: after.parse().map_err(|_| Error::unreadable("proposal.permanent"))?,
    })
}
