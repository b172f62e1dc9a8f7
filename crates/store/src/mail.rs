//! Mail that waits to be sent. Where it goes and what it says of a person is sealed with their data key.

use anlanh_db::{Row, Value};
use anlanh_model::{DataSubject, Id, Time};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "mail":
    INSERT = "INSERT INTO outgoing_mail (id, subject, address, template, language, template_values, state, attempts,
                next_at, made_at, counted_to)
              VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, $7, $8)";
    COUNT_TO = "SELECT COUNT(*) FROM outgoing_mail WHERE counted_to = $1 AND made_at > $2";
    DUE = "SELECT id, subject, address, template, language, template_values, attempts FROM outgoing_mail
           WHERE state = 'waiting' AND next_at <= $1 ORDER BY next_at, id LIMIT $2";
    UNCOUNT = "UPDATE outgoing_mail SET counted_to = NULL WHERE subject = $1 AND counted_to IS NOT NULL";
    RETRY = "UPDATE outgoing_mail SET attempts = attempts + 1, next_at = $2 WHERE id = $1 AND state = 'waiting'";
    // What was sent, or given up, is kept without the address and what it said.
    END = "UPDATE outgoing_mail SET state = $2, attempts = attempts + 1, sent_at = $3, address = NULL, template_values = NULL
           WHERE id = $1 AND state = 'waiting'";
    WAITING = "SELECT COUNT(*) FROM outgoing_mail WHERE state = 'waiting'";
    DELETE_OF = "DELETE FROM outgoing_mail WHERE subject = $1 AND counted_to IS NULL";
    // What is counted is counted on for a day, or erasing would make room for more.
    EMPTY_OF = "UPDATE outgoing_mail SET state = 'erased', address = NULL, template_values = NULL
                WHERE subject = $1 AND state <> 'erased'";
    DELETE_OLD = "DELETE FROM outgoing_mail WHERE state = 'erased' AND made_at <= $1";
}

/// One mail: a marker for ids.
#[derive(Debug)]
pub struct Mail;

/// A mail to be sent. Its address is sealed for `outgoing_mail`, its id and `address`; its values, as a JSON object, for
/// `values`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail {
    /// Its id.
    pub id: Id<Mail>,
    /// To whom.
    pub subject: Id<DataSubject>,
    /// Where it goes, sealed.
    pub address: Vec<u8>,
    /// Key of its template.
    pub template: &'static str,
    /// Tag of its language.
    pub language: String,
    /// What is filled in, sealed.
    pub values: Vec<u8>,
    /// Keyed hash of the address, where mails to it are counted.
    pub counted_to: Option<Vec<u8>>,
}

/// Keeps a mail that is to be sent.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, mail: &NewMail) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [
        Value::Int(mail.id.number()),
        Value::Int(mail.subject.number()),
        Value::Bytes(&mail.address),
        Value::Text(mail.template),
        Value::Text(&mail.language),
        Value::Bytes(&mail.values),
        Value::Int(now),
        Value::from(mail.counted_to.as_deref()),
    ];
    // It is counted in the transaction that may ask for another.
    writer.execute(&INSERT, &values)?;
    Ok(())
}

/// Deletes what is left of erased mails that were made before a moment.
///
/// # Errors
/// When the database is away or full.
pub fn delete_old(writer: &mut Writer<'_, '_>, before: Time) -> Result<(), Error> {
    writer.send(&DELETE_OLD, &[Value::Int(before.as_micros())])
}

/// Counts the mails to a subject no more: whose address it is has been confirmed.
///
/// # Errors
/// When the database is away or full.
pub fn uncount(writer: &mut Writer<'_, '_>, subject: Id<DataSubject>) -> Result<(), Error> {
    writer.send(&UNCOUNT, &[Value::Int(subject.number())])
}

/// How many counted mails were made to an address since a moment.
///
/// # Errors
/// When the database is away.
pub fn count_to(tx: &mut dyn Queries, to: &[u8], since: Time) -> Result<u64, Error> {
    let row = tx.row(&COUNT_TO, &[Value::Bytes(to), Value::Int(since.as_micros())])?;
    Ok(row.map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
}

/// A mail that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRow {
    /// Its id.
    pub id: Id<Mail>,
    /// To whom.
    pub subject: Id<DataSubject>,
    /// Where it goes, sealed.
    pub address: Vec<u8>,
    /// Key of its template.
    pub template: String,
    /// Tag of its language.
    pub language: String,
    /// What is filled in, sealed.
    pub values: Vec<u8>,
    /// How often it was tried before.
    pub attempts: u32,
}

/// What became of an attempt to send a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// A server took it.
    Sent,
    /// None did, and it is tried again at a moment.
    Retry(Time),
    /// None did, and it is not tried again.
    Failed,
}

/// At most `limit` mails that are to be sent now.
///
/// # Errors
/// When the database is away.
pub fn due(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<MailRow>, Error> {
    let values = [Value::Int(now.as_micros()), Value::Int(i64::from(limit))];
    let rows = tx.rows(&DUE, &values)?;
    let read = |row: &Row| {
        Ok(MailRow {
            id: row.id(0, "outgoing_mail.id")?,
            subject: row.id(1, "outgoing_mail.subject")?,
            address: row.bytes(2)?.to_owned(),
            template: row.owned(3)?,
            language: row.owned(4)?,
            values: row.bytes(5)?.to_owned(),
            attempts: u32::try_from(row.int(6)?).unwrap_or(u32::MAX),
        })
    };
    rows.iter().map(read).collect()
}

/// How many mails wait.
///
/// # Errors
/// When the database is away.
pub fn waiting(tx: &mut dyn Queries) -> Result<u64, Error> {
    let row = tx.row(&WAITING, &[])?;
    Ok(row.map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
}

/// Keeps what became of an attempt. A mail that is over is kept without its address and what it said.
///
/// # Errors
/// When the database is away or full.
pub fn sending(writer: &mut Writer<'_, '_>, id: Id<Mail>, sending: Sending) -> Result<(), Error> {
    let (id, now) = (Value::Int(id.number()), Value::Int(writer.now().as_micros()));
    match sending {
        Sending::Sent => writer.send(&END, &[id, Value::Text("sent"), now]),
        Sending::Failed => writer.send(&END, &[id, Value::Text("failed"), Value::Null]),
        Sending::Retry(at) => writer.send(&RETRY, &[id, Value::Int(at.as_micros())]),
    }
}

/// Erases every mail to a subject, sent or not, and gives how many there were. Of those that are counted it is known for a
/// day that they were, by a keyed hash of the address.
///
/// # Errors
/// When the database is away or full.
pub fn delete_of(writer: &mut Writer<'_, '_>, subject: Id<DataSubject>) -> Result<u64, Error> {
    let subject = [Value::Int(subject.number())];
    let deleted = writer.execute(&DELETE_OF, &subject)?;
    Ok(deleted + writer.execute(&EMPTY_OF, &subject)?)
}
