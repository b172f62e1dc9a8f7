//! What is kept beside an order: its documents, who was called back, and what happened to it.

use anlanh_db::Value;
use anlanh_model::{Id, Order, Person, Time};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "order_beside":
    INSERT_DOCUMENT = "INSERT INTO order_document (id, number, sha256, media_type, bytes, received_at, content)
                       VALUES ($1, $2, $3, $4, $5, $6, $7)";
    DOCUMENTS = "SELECT number, sha256, media_type, bytes, received_at FROM order_document WHERE id = $1 ORDER BY number";
    DOCUMENT = "SELECT number, sha256, media_type, bytes, received_at, content FROM order_document WHERE id = $1 AND number = $2";
    INSERT_CALL = "INSERT INTO order_call (call, id, purpose, staff, called, telephone, called_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    CALLS = "SELECT c.purpose, s.name, c.called, c.telephone, c.called_at FROM order_call c JOIN staff s ON s.id = c.staff
             WHERE c.id = $1 ORDER BY c.call";
    INSERT_EVENT = "INSERT INTO order_event (event, id, at, actor_kind, actor, kind, target, detail, note)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    EVENTS = "SELECT e.at, e.actor_kind, COALESCE(s.name, p.name, t.name), e.kind, e.target, e.detail, e.note
              FROM order_event e
              LEFT JOIN staff s ON e.actor_kind = 'person' AND s.id = e.actor
              LEFT JOIN token t ON e.actor_kind = 'token' AND t.id = e.actor
              LEFT JOIN staff p ON p.id = t.staff
              WHERE e.id = $1 ORDER BY e.event LIMIT 500";
}

/// A document of an order, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// Its number among those of the order, from 1.
    pub number: u32,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// Its media type.
    pub media_type: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// When it came in.
    pub received_at: Time,
}

/// For what an office was called back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To know that an order is genuine.
    Order,
    /// To know that a change of it is.
    Amendment,
    /// To know that its withdrawal is.
    Withdrawal,
    /// To hear the fingerprint of the key to which information is encrypted.
    Key,
}

impl Purpose {
    /// The key in storage and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Amendment => "amendment",
            Self::Withdrawal => "withdrawal",
            Self::Key => "key",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        [Self::Order, Self::Amendment, Self::Withdrawal, Self::Key]
            .into_iter()
            .find(|one| one.key() == key)
    }
}

/// A call-back: somebody here called the office under a number that they found themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Who answered there.
    pub called: String,
    /// Under which number, and where that was found.
    pub telephone: String,
    /// When.
    pub called_at: Time,
}

/// A call-back as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRow {
    /// For what.
    pub purpose: Purpose,
    /// Name of who called.
    pub by: String,
    /// Whom, and when.
    pub call: Call,
}

/// One step of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRow {
    /// When.
    pub at: Time,
    /// The kind of actor.
    pub actor_kind: String,
    /// The name of the account or token, if it has one.
    pub actor: Option<String>,
    /// Key of what happened.
    pub kind: String,
    /// The number of the target, where it was about one.
    pub target: Option<u32>,
    /// Keys that say more.
    pub detail: String,
    /// What was noted.
    pub note: Option<String>,
}

/// Keeps a document.
///
/// # Errors
/// When the database is away or full.
pub fn keep_document(
    writer: &mut Writer<'_, '_>,
    id: Id<Order>,
    document: &DocumentRow,
    content: &[u8],
) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Int(i64::from(document.number)),
        Value::Bytes(&document.sha256),
        Value::Text(&document.media_type),
        Value::Int(i64::try_from(document.bytes).unwrap_or(i64::MAX)),
        Value::Int(document.received_at.as_micros()),
        Value::Bytes(content),
    ];
    writer.send(&INSERT_DOCUMENT, &values)
}

/// The documents of an order.
///
/// # Errors
/// When the database is away.
pub fn documents(tx: &mut dyn Queries, id: Id<Order>) -> Result<Vec<DocumentRow>, Error> {
    let rows = tx.rows(&DOCUMENTS, &[Value::Int(id.number())])?;
    rows.iter().map(read_document).collect()
}

/// One document with its bytes.
///
/// # Errors
/// When the database is away.
pub fn document(tx: &mut dyn Queries, id: Id<Order>, number: u32) -> Result<Option<(DocumentRow, Vec<u8>)>, Error> {
    let row = tx.row(&DOCUMENT, &[Value::Int(id.number()), Value::Int(i64::from(number))])?;
    row.map(|row| Ok((read_document(&row)?, row.bytes(5)?.to_vec())))
        .transpose()
}

fn read_document(row: &anlanh_db::Row) -> Result<DocumentRow, Error> {
    let sha256 = row.bytes(1)?.try_into();
    Ok(DocumentRow {
        number: u32::try_from(row.int(0)?).map_err(|_| Error::unreadable("order_document.number"))?,
        sha256: sha256.map_err(|_| Error::unreadable("order_document.sha256"))?,
        media_type: row.owned(2)?,
        bytes: row.int(3)?.unsigned_abs(),
        received_at: row.time(4)?,
    })
}

/// Keeps a call-back.
///
/// # Errors
/// When the database is away or full.
pub fn call(
    writer: &mut Writer<'_, '_>,
    id: Id<Order>,
    purpose: Purpose,
    by: Id<Person>,
    call: &Call,
) -> Result<(), Error> {
    let number: Id<CallRow> = writer.new_id();
    let values = [
        Value::Int(number.number()),
        Value::Int(id.number()),
        Value::Text(purpose.key()),
        Value::Int(by.number()),
        Value::Text(&call.called),
        Value::Text(&call.telephone),
        Value::Int(call.called_at.as_micros()),
    ];
    writer.send(&INSERT_CALL, &values)
}

/// Who was called back about an order, first to last.
///
/// # Errors
/// When the database is away.
pub fn calls(tx: &mut dyn Queries, id: Id<Order>) -> Result<Vec<CallRow>, Error> {
    let rows = tx.rows(&CALLS, &[Value::Int(id.number())])?;
    rows.iter()
        .map(|row| {
            Ok(CallRow {
                purpose: row.key(0, "order_call.purpose", Purpose::from_key)?,
                by: row.owned(1)?,
                call: Call {
                    called: row.owned(2)?,
                    telephone: row.owned(3)?,
                    called_at: row.time(4)?,
                },
            })
        })
        .collect()
}

/// Adds a step to an order.
///
/// # Errors
/// When the database is away or full.
pub fn note(
    writer: &mut Writer<'_, '_>,
    id: Id<Order>,
    kind: &str,
    target: Option<u32>,
    detail: &str,
    note: Option<&str>,
) -> Result<(), Error> {
    let event: Id<StepRow> = writer.new_id();
    let change = writer.change();
    let (at, actor_kind, actor) = (change.now.as_micros(), change.actor.kind(), change.actor.number());
    let values = [
        Value::Int(event.number()),
        Value::Int(id.number()),
        Value::Int(at),
        Value::Text(actor_kind),
        Value::from(actor),
        Value::Text(kind),
        Value::from(target.map(i64::from)),
        Value::Text(detail),
        Value::from(note),
    ];
    writer.send(&INSERT_EVENT, &values)
}

/// What happened to an order, oldest first; at most 500 steps.
///
/// # Errors
/// When the database is away.
pub fn steps(tx: &mut dyn Queries, id: Id<Order>) -> Result<Vec<StepRow>, Error> {
    let rows = tx.rows(&EVENTS, &[Value::Int(id.number())])?;
    rows.iter()
        .map(|row| {
            Ok(StepRow {
                at: row.time(0)?,
                actor_kind: row.owned(1)?,
                actor: row.optional_owned(2)?,
                kind: row.owned(3)?,
                target: row.optional_int(4)?.and_then(|number| u32::try_from(number).ok()),
                detail: row.owned(5)?,
                note: row.optional_owned(6)?,
            })
        })
        .collect()
}
