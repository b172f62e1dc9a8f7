//! Requests for information about users: what was asked, who approved it, what was entered, and the file. What was entered
//! and the file come and go sealed.

use anlanh_db::{Row, Statement, Value};
use anlanh_model::{
    Approvals, ContestGround, DataSubject, Extent, Id, Information, InformationAsk, InformationDemand,
    InformationPeriod, InformationPurpose, InformationState, Issued, Order, Person, Signed, Time,
};

use crate::row::{Columns, join, split};
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "information":
    INSERT = "INSERT INTO information_request (id, order_id, purpose, fields, subjects, from_at, to_at, recipient, state, state_at,
                proposed_by, proposed_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    UPDATE = "UPDATE information_request SET state = $2, state_at = $3, first_by = COALESCE($4, first_by),
                first_at = COALESCE($5, first_at), second_by = COALESCE($6, second_by), second_at = COALESCE($7, second_at),
                prepared_by = COALESCE($8, prepared_by), prepared_at = COALESCE($9, prepared_at), extent = COALESCE($10, extent),
                ended_by = $11, ground = $12
              WHERE id = $1";
    FETCHED = "UPDATE information_request SET fetched_by = $2, fetched_at = $3 WHERE id = $1";
    ENTER = "UPDATE information_request SET subject = $2, entered = $3, missing = $4, erase_at = $5, file = NULL WHERE id = $1";
    KEEP_FILE = "UPDATE information_request SET file = $2, file_sha256 = $3, file_bytes = $4 WHERE id = $1";
    ERASE_AT = "UPDATE information_request SET erase_at = $2 WHERE id = $1 AND subject IS NOT NULL";
    ERASED = "UPDATE information_request SET subject = NULL, entered = NULL, file = NULL, erase_at = NULL, erased_at = $2 WHERE id = $1";
    ASKED = "INSERT INTO order_information (id, purpose, fields, from_at, to_at) VALUES ($1, $2, $3, $4, $5)";
    ASKED_BY_ORDER = "SELECT purpose, fields, from_at, to_at FROM order_information WHERE id = $1";
    ASK = "INSERT INTO issued_information (id, purpose, fields, from_at, to_at) VALUES ($1, $2, $3, $4, $5)";
    ASK_ANEW = "DELETE FROM issued_information WHERE id = $1";
    ASKED_BY_ISSUED = "SELECT purpose, fields, from_at, to_at FROM issued_information WHERE id = $1";
    TOLD = "UPDATE information_request SET told_at = $2 WHERE id = $1";
    ENTERED = "SELECT entered FROM information_request WHERE id = $1";
    FILE = "SELECT file FROM information_request WHERE id = $1";
    TO_ERASE = "SELECT id FROM information_request WHERE erase_at IS NOT NULL AND erase_at <= $1 ORDER BY erase_at LIMIT $2";
    // Whoever proposed does not approve, nor whoever approved before.
    WAITING = "SELECT r.order_id, o.number FROM information_request r JOIN authority_order o ON o.id = r.order_id
               WHERE r.state IN ('proposed', 'approved_once') AND r.proposed_by <> $1 AND COALESCE(r.first_by, -1) <> $1
               ORDER BY o.due_at, o.id LIMIT $2";
    TO_TELL = "SELECT r.id FROM information_request r JOIN authority_order o ON o.id = r.order_id
               WHERE r.state = 'handed_over' AND r.told_at IS NULL AND (o.secret_until IS NULL OR o.secret_until <= $1)
               ORDER BY r.id LIMIT $2";
}

/// A list of requests with all of their columns but what is sealed.
macro_rules! select {
    ($name:literal, $rest:literal) => {
        Statement::new(
            concat!("information.", $name),
            concat!(
                "SELECT r.id, r.order_id, r.purpose, r.fields, r.subjects, r.from_at, r.to_at, r.recipient, r.state, r.state_at,
                   r.proposed_by, r.proposed_at, r.first_by, r.first_at, r.second_by, r.second_at, r.prepared_by, r.prepared_at,
                   r.extent, r.fetched_by, r.fetched_at, r.ended_by, r.ground, r.subject, r.missing, r.file_sha256, r.file_bytes,
                   r.erase_at, r.erased_at, r.told_at, s1.name, s2.name, s3.name, s4.name, s5.name, s6.name
                 FROM information_request r JOIN staff s1 ON s1.id = r.proposed_by
                 LEFT JOIN staff s2 ON s2.id = r.first_by LEFT JOIN staff s3 ON s3.id = r.second_by
                 LEFT JOIN staff s4 ON s4.id = r.prepared_by LEFT JOIN staff s5 ON s5.id = r.fetched_by
                 LEFT JOIN staff s6 ON s6.id = r.ended_by ",
                $rest
            ),
        )
    };
}

const LOAD: Statement = select!("LOAD", "WHERE r.id = $1");
const OPEN_OF: Statement = select!(
    "OPEN_OF",
    "WHERE r.order_id = $1 AND r.state NOT IN ('handed_over', 'refused', 'withdrawn')"
);
const OF_ORDER: Statement = select!("OF_ORDER", "WHERE r.order_id = $1 ORDER BY r.id DESC LIMIT 50");
pub(crate) const LISTS: &[&Statement] = &[&LOAD, &OPEN_OF, &OF_ORDER];

/// A request as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InformationRow {
    /// The request.
    pub request: Information,
    /// The key of whoever asked.
    pub recipient: String,
    /// Names of those who had a hand in it.
    pub names: InformationNames,
    /// Since when it is in its state.
    pub state_at: Time,
    /// What was entered, while it is kept.
    pub entered: Option<Entered>,
    /// The file that was made last; its bytes may be erased.
    pub file: Option<FileFacts>,
    /// When what was entered will be erased.
    pub erase_at: Option<Time>,
    /// When it was.
    pub erased_at: Option<Time>,
    /// When those whom it is about were told.
    pub told_at: Option<Time>,
}

/// Names of those who had a hand in a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InformationNames {
    /// Who proposed it.
    pub proposed: String,
    /// Who approved it first.
    pub first: Option<String>,
    /// Who approved it after them.
    pub second: Option<String>,
    /// Who prepared the file.
    pub prepared: Option<String>,
    /// Who took it out.
    pub fetched: Option<String>,
    /// Who handed it over, or refused.
    pub ended: Option<String>,
}

/// What was entered, without saying what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entered {
    /// Under whose key it is sealed.
    pub subject: Id<DataSubject>,
    /// How many of the fields of subjects the platform does not have.
    pub missing: u32,
}

/// What is known of a file for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileFacts {
    /// SHA-256 of the encrypted bytes.
    pub sha256: [u8; 32],
    /// How many they are.
    pub bytes: u64,
}

/// Keeps a request.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, request: &Information, recipient: &str) -> Result<(), Error> {
    let ask = &request.ask;
    let subjects: Vec<String> = ask.subjects().iter().map(ToString::to_string).collect();
    let values = [
        Value::Int(request.id.number()),
        Value::Int(request.order.number()),
        Value::Text(ask.purpose()),
        Value::Text(&join(ask.fields())),
        Value::Text(&join(&subjects)),
        Value::Int(ask.period().from().as_micros()),
        Value::Int(ask.period().to().as_micros()),
        Value::Text(recipient),
        Value::Text(request.state.key()),
        Value::Int(writer.now().as_micros()),
        Value::Int(request.proposed.by.number()),
        Value::Int(request.proposed.at.as_micros()),
    ];
    writer.execute(&INSERT, &values)?;
    Ok(())
}

/// Stores what has become of a request.
///
/// # Errors
/// When the database is away or full.
pub fn update(writer: &mut Writer<'_, '_>, request: &Information) -> Result<(), Error> {
    let pair = |approvals: Approvals| (Some(approvals.first()), Some(approvals.second()));
    let ((first, second), prepared, extent, ended, ground) = match request.state {
        InformationState::Proposed | InformationState::Withdrawn { .. } => ((None, None), None, None, None, None),
        InformationState::ApprovedOnce { first } => ((Some(first), None), None, None, None, None),
        InformationState::Approved { approvals } => (pair(approvals), None, None, None, None),
        InformationState::Prepared {
            approvals,
            prepared,
            extent,
            ..
        } => (pair(approvals), Some(prepared), Some(extent), None, None),
        InformationState::HandedOver { approvals, by, extent } => (pair(approvals), None, Some(extent), Some(by), None),
        InformationState::Refused { by, ground } => ((None, None), None, None, Some(by), Some(ground)),
    };
    let who = |signed: Option<Signed>| Value::from(signed.map(|signed| signed.by.number()));
    let when = |signed: Option<Signed>| Value::from(signed.map(|signed| signed.at.as_micros()));
    let values = [
        Value::Int(request.id.number()),
        Value::Text(request.state.key()),
        Value::Int(writer.now().as_micros()),
        who(first),
        when(first),
        who(second),
        when(second),
        who(prepared),
        when(prepared),
        Value::from(extent.map(Extent::key)),
        who(ended),
        Value::from(ground.map(ContestGround::key)),
    ];
    writer.send(&UPDATE, &values)?;
    if let InformationState::Prepared { fetched, .. } = request.state {
        let values = [Value::Int(request.id.number()), who(fetched), when(fetched)];
        writer.send(&FETCHED, &values)?;
    }
    Ok(())
}

/// Keeps what was entered, sealed, in place of what was entered before, and until when.
///
/// # Errors
/// When the database is away or full.
pub fn enter(
    writer: &mut Writer<'_, '_>,
    id: Id<Information>,
    entered: Entered,
    sealed: &[u8],
    erase_at: Time,
) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Int(entered.subject.number()),
        Value::Bytes(sealed),
        Value::Int(i64::from(entered.missing)),
        Value::Int(erase_at.as_micros()),
    ];
    writer.send(&ENTER, &values)
}

/// Keeps the file, sealed, with its digest.
///
/// # Errors
/// When the database is away or full.
pub fn keep_file(
    writer: &mut Writer<'_, '_>,
    id: Id<Information>,
    facts: FileFacts,
    sealed: &[u8],
) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Bytes(sealed),
        Value::Bytes(&facts.sha256),
        Value::Int(i64::try_from(facts.bytes).unwrap_or(i64::MAX)),
    ];
    writer.send(&KEEP_FILE, &values)
}

/// Sets when what was entered is erased, where something was.
///
/// # Errors
/// When the database is away or full.
pub fn erase_at(writer: &mut Writer<'_, '_>, id: Id<Information>, at: Time) -> Result<(), Error> {
    writer.send(&ERASE_AT, &[Value::Int(id.number()), Value::Int(at.as_micros())])
}

/// Erases what was entered, and the file; its digest stays.
///
/// # Errors
/// When the database is away or full.
pub fn erase(writer: &mut Writer<'_, '_>, id: Id<Information>) -> Result<(), Error> {
    let now = writer.now().as_micros();
    writer.send(&ERASED, &[Value::Int(id.number()), Value::Int(now)])
}

/// Notes that those whom it is about were told.
///
/// # Errors
/// When the database is away or full.
pub fn told(writer: &mut Writer<'_, '_>, id: Id<Information>) -> Result<(), Error> {
    let now = writer.now().as_micros();
    writer.send(&TOLD, &[Value::Int(id.number()), Value::Int(now)])
}

/// One request.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Information>) -> Result<Option<InformationRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.map(|row| read(&row)).transpose()
}

/// The request of an order that is open, if there is one.
///
/// # Errors
/// When the database is away.
pub fn open_of(tx: &mut dyn Queries, order: Id<Order>) -> Result<Option<InformationRow>, Error> {
    let row = tx.row(&OPEN_OF, &[Value::Int(order.number())])?;
    row.map(|row| read(&row)).transpose()
}

/// The requests of an order, newest first; at most 50.
///
/// # Errors
/// When the database is away.
pub fn of_order(tx: &mut dyn Queries, order: Id<Order>) -> Result<Vec<InformationRow>, Error> {
    let rows = tx.rows(&OF_ORDER, &[Value::Int(order.number())])?;
    rows.iter().map(read).collect()
}

/// What was entered, sealed.
///
/// # Errors
/// When the database is away.
pub fn entered(tx: &mut dyn Queries, id: Id<Information>) -> Result<Option<Vec<u8>>, Error> {
    bytes(tx, &ENTERED, id)
}

/// The file, sealed.
///
/// # Errors
/// When the database is away.
pub fn file(tx: &mut dyn Queries, id: Id<Information>) -> Result<Option<Vec<u8>>, Error> {
    bytes(tx, &FILE, id)
}

fn bytes(tx: &mut dyn Queries, statement: &Statement, id: Id<Information>) -> Result<Option<Vec<u8>>, Error> {
    let row = tx.row(statement, &[Value::Int(id.number())])?;
    row.map_or(Ok(None), |row| Ok(row.optional_bytes(0)?.map(<[u8]>::to_vec)))
}

/// Orders whose request waits for the approval of this person, with their numbers; the one that is due first before the others.
///
/// # Errors
/// When the database is away.
pub fn waiting(tx: &mut dyn Queries, person: Id<Person>, limit: u32) -> Result<Vec<(Id<Order>, String)>, Error> {
    let rows = tx.rows(&WAITING, &[Value::Int(person.number()), Value::Int(i64::from(limit))])?;
    let read = |row: &Row| Ok((row.id(0, "information_request.order_id")?, row.owned(1)?));
    rows.iter().map(read).collect()
}

/// Requests of which what was entered is to be erased now, the oldest first.
///
/// # Errors
/// When the database is away.
pub fn to_erase(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<Id<Information>>, Error> {
    ids(tx, &TO_ERASE, now, limit)
}

/// Requests of which those whom they are about may be told now, and were not.
///
/// # Errors
/// When the database is away.
pub fn to_tell(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<Id<Information>>, Error> {
    ids(tx, &TO_TELL, now, limit)
}

fn ids(tx: &mut dyn Queries, statement: &Statement, now: Time, limit: u32) -> Result<Vec<Id<Information>>, Error> {
    let rows = tx.rows(statement, &[Value::Int(now.as_micros()), Value::Int(i64::from(limit))])?;
    rows.iter().map(|row| row.id(0, "information_request.id")).collect()
}

/// Who did something, and when: of two columns.
fn signed(row: &Row, who: usize, at: usize) -> Result<Option<Signed>, Error> {
    let by = row.optional_id(who, "information_request.by")?;
    Ok(by.zip(row.optional_time(at)?).map(|(by, at)| Signed { by, at }))
}

fn state(row: &Row, proposed: Signed) -> Result<InformationState, Error> {
    let unreadable = || Error::unreadable("information_request.state");
    let at = row.time(9)?;
    let (first, second) = (signed(row, 12, 13)?, signed(row, 14, 15)?);
    let approvals = || {
        let both = first.zip(second).ok_or_else(unreadable)?;
        Approvals::of(proposed, both.0, both.1).map_err(|_| unreadable())
    };
    let extent = || {
        let extent = row.optional_key(18, "information_request.extent", Extent::from_key)?;
        extent.ok_or_else(unreadable)
    };
    let ended = || {
        let by = row.optional_id(21, "information_request.ended_by")?;
        Ok::<_, Error>(Signed {
            by: by.ok_or_else(unreadable)?,
            at,
        })
    };
    Ok(match row.text(8)? {
        "proposed" => InformationState::Proposed,
        "approved_once" => InformationState::ApprovedOnce {
            first: first.ok_or_else(unreadable)?,
        },
        "approved" => InformationState::Approved {
            approvals: approvals()?,
        },
        "prepared" => InformationState::Prepared {
            approvals: approvals()?,
            prepared: signed(row, 16, 17)?.ok_or_else(unreadable)?,
            extent: extent()?,
            fetched: signed(row, 19, 20)?,
        },
        "handed_over" => InformationState::HandedOver {
            approvals: approvals()?,
            by: ended()?,
            extent: extent()?,
        },
        "refused" => InformationState::Refused {
            by: ended()?,
            ground: row
                .optional_key(22, "information_request.ground", ContestGround::from_key)?
                .ok_or_else(unreadable)?,
        },
        "withdrawn" => InformationState::Withdrawn { at },
        _ => return Err(unreadable()),
    })
}

fn ask(row: &Row) -> Result<InformationAsk, Error> {
    let unreadable = || Error::unreadable("information_request.ask");
    let subjects = row.text(4)?.lines().map(str::parse);
    let subjects: Vec<u32> = subjects.collect::<Result<_, _>>().map_err(|_| unreadable())?;
    let demand = demand((row.text(2)?, row.text(3)?), (row.time(5)?, row.time(6)?)).ok_or_else(unreadable)?;
    InformationAsk::of(demand, subjects).map_err(|_| unreadable())
}

/// What is asked for, of its columns: purpose and fields, from when until when.
fn demand((purpose, fields): (&str, &str), (from, to): (Time, Time)) -> Option<InformationDemand> {
    let purpose = InformationPurpose::parse(purpose).ok()?;
    let period = InformationPeriod::new(from, to, to).ok()?;
    InformationDemand::new(purpose, split(fields), period).ok()
}

/// Keeps what an order that came says that it asks for.
///
/// # Errors
/// When the database is away or full.
pub fn keep_asked(writer: &mut Writer<'_, '_>, id: Id<Order>, demand: &InformationDemand) -> Result<(), Error> {
    keep_demand(writer, &ASKED, id.number(), demand)
}

/// Keeps what an order of this office asks for, in place of what it asked for before.
///
/// # Errors
/// When the database is away or full.
pub(crate) fn keep_issued(
    writer: &mut Writer<'_, '_>,
    id: Id<Issued>,
    demand: Option<&InformationDemand>,
) -> Result<(), Error> {
    writer.execute(&ASK_ANEW, &[Value::Int(id.number())])?;
    match demand {
        Some(demand) => keep_demand(writer, &ASK, id.number(), demand),
        None => Ok(()),
    }
}

fn keep_demand(
    writer: &mut Writer<'_, '_>,
    statement: &'static Statement,
    id: i64,
    demand: &InformationDemand,
) -> Result<(), Error> {
    let values = [
        Value::Int(id),
        Value::Text(demand.purpose()),
        Value::Text(&join(demand.fields())),
        Value::Int(demand.period().from().as_micros()),
        Value::Int(demand.period().to().as_micros()),
    ];
    writer.execute(statement, &values)?;
    Ok(())
}

/// What an order that came says that it asks for, if it says so.
pub(crate) fn asked_by_order(tx: &mut dyn Queries, id: Id<Order>) -> Result<Option<InformationDemand>, Error> {
    read_demand(tx, &ASKED_BY_ORDER, id.number())
}

/// What an order of this office asks for, if it says so.
pub(crate) fn asked_by_issued(tx: &mut dyn Queries, id: Id<Issued>) -> Result<Option<InformationDemand>, Error> {
    read_demand(tx, &ASKED_BY_ISSUED, id.number())
}

fn read_demand(tx: &mut dyn Queries, statement: &Statement, id: i64) -> Result<Option<InformationDemand>, Error> {
    let Some(row) = tx.row(statement, &[Value::Int(id)])? else {
        return Ok(None);
    };
    let read = demand((row.text(0)?, row.text(1)?), (row.time(2)?, row.time(3)?));
    read.map(Some).ok_or_else(|| Error::unreadable("information.demand"))
}

fn read(row: &Row) -> Result<InformationRow, Error> {
    let proposed = Signed {
        by: row.id(10, "information_request.proposed_by")?,
        at: row.time(11)?,
    };
    let subject: Option<Id<DataSubject>> = row.optional_id(23, "information_request.subject")?;
    let missing = row.optional_int(24)?.and_then(|missing| u32::try_from(missing).ok());
    let file = match (row.optional_bytes(25)?, row.optional_int(26)?) {
        (Some(sha256), Some(bytes)) => Some(FileFacts {
            sha256: sha256
                .try_into()
                .map_err(|_| Error::unreadable("information_request.file_sha256"))?,
            bytes: bytes.unsigned_abs(),
        }),
        (_, _) => None,
    };
    Ok(InformationRow {
        request: Information {
            id: row.id(0, "information_request.id")?,
            order: row.id(1, "information_request.order_id")?,
            ask: ask(row)?,
            proposed,
            state: state(row, proposed)?,
        },
        recipient: row.owned(7)?,
        names: InformationNames {
            proposed: row.owned(30)?,
            first: row.optional_owned(31)?,
            second: row.optional_owned(32)?,
            prepared: row.optional_owned(33)?,
            fetched: row.optional_owned(34)?,
            ended: row.optional_owned(35)?,
        },
        state_at: row.time(9)?,
        entered: subject
            .zip(missing)
            .map(|(subject, missing)| Entered { subject, missing }),
        file,
        erase_at: row.optional_time(27)?,
        erased_at: row.optional_time(28)?,
        told_at: row.optional_time(29)?,
    })
}
