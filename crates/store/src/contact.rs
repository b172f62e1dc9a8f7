//! Where those behind items hear of decisions by mail, and up to which action mails were written.

use anlanh_db::{Row, Value};
use anlanh_model::{DataSubject, Id, Target};

use crate::action::Action;
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "contact":
    INSERT = "INSERT INTO subject_contact (target_kind, reference, subject, address, language, at) VALUES ($1, $2, $3, $4, $5, $6)";
    LOAD = "SELECT subject, address, language FROM subject_contact WHERE target_kind = $1 AND reference = $2";
    DELETE = "DELETE FROM subject_contact WHERE target_kind = $1 AND reference = $2";
    BEGIN = "INSERT INTO notice_mail (id, after_action) SELECT 1, COALESCE(MAX(id), 0) FROM action WHERE true ON CONFLICT DO NOTHING";
    AFTER = "SELECT after_action FROM notice_mail";
    SET_AFTER = "UPDATE notice_mail SET after_action = $1";
}

/// Where somebody hears of decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRow {
    /// Whose data key seals the address: one that stands for nothing else.
    pub subject: Id<DataSubject>,
    /// The address, sealed for `subject_contact`, the number of the subject and `address`.
    pub address: Vec<u8>,
    /// Tag of the language in which they read.
    pub language: String,
}

/// Keeps where whoever is behind a subject hears of decisions; there must be nothing kept of it. From the first that is
/// kept on, actions are gone through.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, target: &Target, contact: &ContactRow) -> Result<(), Error> {
    let now = writer.now().as_micros();
    writer.send(
        &INSERT,
        &[
            Value::Text(target.kind().key()),
            Value::Text(target.reference()),
            Value::Int(contact.subject.number()),
            Value::Bytes(&contact.address),
            Value::Text(&contact.language),
            Value::Int(now),
        ],
    )?;
    writer.send(&BEGIN, &[])
}

/// Where whoever is behind a subject hears of decisions, if that is known.
///
/// # Errors
/// When the database is away.
pub fn of_target(tx: &mut dyn Queries, target: &Target) -> Result<Option<ContactRow>, Error> {
    let values = [Value::Text(target.kind().key()), Value::Text(target.reference())];
    let row = tx.row(&LOAD, &values)?;
    let read = |row: &Row| {
        Ok(ContactRow {
            subject: row.id(0, "subject_contact.subject")?,
            address: row.bytes(1)?.to_owned(),
            language: row.owned(2)?,
        })
    };
    row.as_ref().map(read).transpose()
}

/// Deletes what is kept of a subject.
///
/// # Errors
/// When the database is away or full.
pub fn delete(writer: &mut Writer<'_, '_>, target: &Target) -> Result<(), Error> {
    let values = [Value::Text(target.kind().key()), Value::Text(target.reference())];
    writer.send(&DELETE, &values)
}

/// Up to which action mails were written; none where no address was ever kept.
///
/// # Errors
/// When the database is away.
pub fn after(tx: &mut dyn Queries) -> Result<Option<Id<Action>>, Error> {
    let row = tx.row(&AFTER, &[])?;
    row.map(|row| row.id(0, "notice_mail.after_action")).transpose()
}

/// Notes up to which action mails were written.
///
/// # Errors
/// When the database is away or full.
pub fn set_after(writer: &mut Writer<'_, '_>, action: Id<Action>) -> Result<(), Error> {
    writer.send(&SET_AFTER, &[Value::Int(action.number())])
}
