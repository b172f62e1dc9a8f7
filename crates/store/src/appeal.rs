//! Appeals, the talk about them, and the private links of those whom a decision concerns.

use anlanh_db::{Row, Value};
use anlanh_model::{Appeal, AppealState, Case, DataSubject, Id, Party, Person, Report, Side, Time};

use crate::decision::Decision;
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "appeal":
    INSERT_LINK = "INSERT INTO decision_link (hash, decision, party) VALUES ($1, $2, $3)";
    OF_LINK = "SELECT decision, party FROM decision_link WHERE hash = $1";
    INSERT = "INSERT INTO appeal (id, decision, party, case_id, words, opened_at, due_at, clock, state)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    END = "UPDATE appeal SET state = $2, ended_at = $3 WHERE id = $1";
    LOAD = "SELECT id, decision, party, case_id, words, opened_at, due_at, clock, state, ended_at FROM appeal WHERE id = $1";
    OF_CASE = "SELECT id, decision, party, case_id, words, opened_at, due_at, clock, state, ended_at
               FROM appeal WHERE case_id = $1";
    OF_DECISION = "SELECT id, decision, party, case_id, words, opened_at, due_at, clock, state, ended_at
               FROM appeal WHERE decision = $1 ORDER BY id";
    PAGE = "SELECT id, decision, party, case_id, words, opened_at, due_at, clock, state, ended_at
            FROM appeal WHERE id < $1 AND ($3 = '' OR state = $3) ORDER BY id DESC LIMIT $2";
    // The parties that appealed against the decision of a case, or of one below it.
    PARTIES = "WITH RECURSIVE chain (id, of_case) AS (
                 SELECT id, of_case FROM moderation_case WHERE id = $1
                 UNION ALL SELECT b.id, b.of_case FROM chain JOIN moderation_case b ON b.id = chain.of_case)
               SELECT DISTINCT a.party FROM chain JOIN decision d ON d.case_id = chain.id JOIN appeal a ON a.decision = d.id
               ORDER BY a.party";
    // Who reported appeals once against each decision: one row, and another where an answer was appealed again.
    OF_SIDE = "SELECT id, decision, party, case_id, words, opened_at, due_at, clock, state, ended_at
               FROM appeal WHERE party = $1 ORDER BY id";
    INSERT_MESSAGE = "INSERT INTO appeal_message (id, appeal, at, staff, words) VALUES ($1, $2, $3, $4, $5)";
    MESSAGES = "SELECT m.id, m.at, m.staff, s.name, m.words FROM appeal_message m LEFT JOIN staff s ON s.id = m.staff
                WHERE m.appeal = $1 ORDER BY m.id";
}

/// An appeal as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppealRow {
    /// The appeal.
    pub appeal: Appeal,
    /// The decision that it is against.
    pub decision: Id<Decision>,
    /// The case in which it is answered.
    pub case: Id<Case>,
    /// What was written, sealed with the appeal's own data key.
    pub words: Vec<u8>,
    /// By when it is to be answered.
    pub due_at: Time,
    /// Key of the clock in the policy that says so; empty where none does.
    pub clock: String,
}

/// An appeal to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAppeal {
    /// The appeal.
    pub appeal: Appeal,
    /// The decision that it is against.
    pub decision: Id<Decision>,
    /// The case in which it is answered.
    pub case: Id<Case>,
    /// What was written, sealed with the appeal's own data key.
    pub words: Vec<u8>,
    /// By when it is to be answered.
    pub due_at: Time,
    /// Key of the clock in the policy that says so; empty where none does.
    pub clock: String,
}

/// A message of the talk about an appeal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// Its id.
    pub id: Id<MessageRow>,
    /// When.
    pub at: Time,
    /// Who of the staff wrote it; none for whoever appealed.
    pub staff: Option<Id<Person>>,
    /// Their name.
    pub name: Option<String>,
    /// What was written, sealed as the appeal's words are.
    pub words: Vec<u8>,
}

/// Keeps under which hash a party finds a decision.
///
/// # Errors
/// When the database is away or full, or the party has a link already.
pub fn link(writer: &mut Writer<'_, '_>, hash: &[u8], decision: Id<Decision>, party: Party) -> Result<(), Error> {
    let values = [
        Value::Bytes(hash),
        Value::Int(decision.number()),
        Value::Text(party.key()),
    ];
    writer.send(&INSERT_LINK, &values)
}

/// The decision that a link with this hash leads to, and for whom.
///
/// # Errors
/// When the database is away.
pub fn of_link(tx: &mut dyn Queries, hash: &[u8]) -> Result<Option<(Id<Decision>, Party)>, Error> {
    let row = tx.row(&OF_LINK, &[Value::Bytes(hash)])?;
    row.map(|row| Ok((row.id(0, "decision_link.decision")?, party(&row, 1)?)))
        .transpose()
}

/// Keeps an appeal.
///
/// # Errors
/// When the database is away or full, or the side has appealed against this decision already.
pub fn insert(writer: &mut Writer<'_, '_>, new: &NewAppeal) -> Result<(), Error> {
    let appeal = &new.appeal;
    let side = appeal.side.key();
    let values = [
        Value::Int(appeal.id.number()),
        Value::Int(new.decision.number()),
        Value::Text(&side),
        Value::Int(new.case.number()),
        Value::Bytes(&new.words),
        Value::Int(appeal.opened_at.as_micros()),
        Value::Int(new.due_at.as_micros()),
        Value::Text(&new.clock),
        Value::Text(appeal.state.key()),
    ];
    writer.send(&INSERT, &values)
}

/// Stores how an appeal has ended.
///
/// # Errors
/// When the database is away or full.
pub fn end(writer: &mut Writer<'_, '_>, appeal: &Appeal) -> Result<(), Error> {
    let values = [
        Value::Int(appeal.id.number()),
        Value::Text(appeal.state.key()),
        Value::from(appeal.state.ended_at().map(Time::as_micros)),
    ];
    writer.send(&END, &values)
}

/// One appeal.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Appeal>) -> Result<Option<AppealRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.map(|row| read(&row)).transpose()
}

/// The appeal that is answered in a case, if it is one's case.
///
/// # Errors
/// When the database is away.
pub fn of_case(tx: &mut dyn Queries, case: Id<Case>) -> Result<Option<AppealRow>, Error> {
    let row = tx.row(&OF_CASE, &[Value::Int(case.number())])?;
    row.map(|row| read(&row)).transpose()
}

/// The appeals against a decision, oldest first: at most one a side.
///
/// # Errors
/// When the database is away.
pub fn of_decision(tx: &mut dyn Queries, decision: Id<Decision>) -> Result<Vec<AppealRow>, Error> {
    let rows = tx.rows(&OF_DECISION, &[Value::Int(decision.number())])?;
    rows.iter().map(read).collect()
}

/// The appeals of whoever made a report, oldest first.
///
/// # Errors
/// When the database is away.
pub fn of_report(tx: &mut dyn Queries, report: Id<Report>) -> Result<Vec<AppealRow>, Error> {
    let rows = tx.rows(&OF_SIDE, &[Value::Text(&Side::reporter(report).key())])?;
    rows.iter().map(read).collect()
}

/// At most `limit` appeals older than `before`, newest first; of one state, where its key is given.
///
/// # Errors
/// When the database is away.
pub fn page(
    tx: &mut dyn Queries,
    state: &str,
    before: Option<Id<Appeal>>,
    limit: u32,
) -> Result<Vec<AppealRow>, Error> {
    let values = [
        Value::Int(before.map_or(i64::MAX, Id::number)),
        Value::Int(i64::from(limit)),
        Value::Text(state),
    ];
    let rows = tx.rows(&PAGE, &values)?;
    rows.iter().map(read).collect()
}

/// The parties that have appealed against the decision of a case or of one below it.
///
/// # Errors
/// When the database is away.
pub fn parties(tx: &mut dyn Queries, case: Id<Case>) -> Result<Vec<Party>, Error> {
    let rows = tx.rows(&PARTIES, &[Value::Int(case.number())])?;
    let parties = rows.iter().map(|row| Ok(side(row, 0)?.party));
    let mut parties: Vec<Party> = parties.collect::<Result<_, Error>>()?;
    parties.dedup();
    Ok(parties)
}

/// Keeps a message of the talk: of somebody of the staff, or of whoever appealed.
///
/// # Errors
/// When the database is away or full.
pub fn say(
    writer: &mut Writer<'_, '_>,
    id: Id<MessageRow>,
    appeal: Id<Appeal>,
    staff: Option<Id<Person>>,
    words: &[u8],
) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [
        Value::Int(id.number()),
        Value::Int(appeal.number()),
        Value::Int(now),
        Value::from(staff.map(Id::number)),
        Value::Bytes(words),
    ];
    writer.send(&INSERT_MESSAGE, &values)
}

/// The number under which the data key of whoever appeals is kept: that of the appeal.
#[must_use]
pub fn subject_of(appeal: Id<Appeal>) -> Id<DataSubject> {
    appeal.cast()
}

/// The talk about an appeal, oldest first.
///
/// # Errors
/// When the database is away.
pub fn messages(tx: &mut dyn Queries, appeal: Id<Appeal>) -> Result<Vec<MessageRow>, Error> {
    let rows = tx.rows(&MESSAGES, &[Value::Int(appeal.number())])?;
    rows.iter()
        .map(|row| {
            Ok(MessageRow {
                id: row.id(0, "appeal_message.id")?,
                at: row.time(1)?,
                staff: row.optional_id(2, "appeal_message.staff")?,
                name: row.optional_owned(3)?,
                words: row.bytes(4)?.to_owned(),
            })
        })
        .collect()
}

fn party(row: &Row, at: usize) -> Result<Party, Error> {
    row.key(at, "decision_link.party", Party::from_key)
}

fn side(row: &Row, at: usize) -> Result<Side, Error> {
    Side::from_key(row.text(at)?).ok_or(Error::unreadable("appeal.party"))
}

fn read(row: &Row) -> Result<AppealRow, Error> {
    let state = AppealState::from_key(row.text(8)?, row.optional_time(9)?);
    Ok(AppealRow {
        appeal: Appeal {
            id: row.id(0, "appeal.id")?,
            side: side(row, 2)?,
            opened_at: row.time(5)?,
            state: state.ok_or(Error::unreadable("appeal.state"))?,
        },
        decision: row.id(1, "appeal.decision")?,
        case: row.id(3, "appeal.case_id")?,
        words: row.bytes(4)?.to_owned(),
        due_at: row.time(6)?,
        clock: row.owned(7)?,
    })
}
