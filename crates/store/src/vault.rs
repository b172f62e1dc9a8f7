//! What is kept of keys: the data keys of data subjects, sealed, and what tells the node's own key apart.

use anlanh_db::Value;
use anlanh_model::{DataSubject, Id};

use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "vault":
    FINGERPRINT = "SELECT fingerprint FROM vault_key";
    INSERT_FINGERPRINT = "INSERT INTO vault_key (fingerprint, at) VALUES ($1, $2)";
    INSERT_KEY = "INSERT INTO subject_key (subject, sealed, at) VALUES ($1, $2, $3)";
    KEY = "SELECT sealed FROM subject_key WHERE subject = $1";
    DELETE_KEY = "DELETE FROM subject_key WHERE subject = $1";
}

/// What tells the key apart with which everything here is sealed; none where nothing was ever sealed.
///
/// # Errors
/// When the database is away.
pub fn fingerprint(tx: &mut dyn Queries) -> Result<Option<Vec<u8>>, Error> {
    let row = tx.row(&FINGERPRINT, &[])?;
    row.map(|row| Ok(row.bytes(0)?.to_vec())).transpose()
}

/// Notes with which key everything here is sealed from now on.
///
/// # Errors
/// When the database is away or full.
pub fn keep_fingerprint(writer: &mut Writer<'_, '_>, fingerprint: &[u8]) -> Result<(), Error> {
    let now = writer.now().as_micros();
    writer.execute(&INSERT_FINGERPRINT, &[Value::Bytes(fingerprint), Value::Int(now)])?;
    Ok(())
}

/// Keeps the sealed data key of a subject.
///
/// # Errors
/// When the database is away or full.
pub fn insert_key(writer: &mut Writer<'_, '_>, subject: Id<DataSubject>, sealed: &[u8]) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [Value::Int(subject.number()), Value::Bytes(sealed), Value::Int(now)];
    writer.send(&INSERT_KEY, &values)
}

/// The sealed data key of a subject; none if they were erased.
///
/// # Errors
/// When the database is away.
pub fn key(tx: &mut dyn Queries, subject: Id<DataSubject>) -> Result<Option<Vec<u8>>, Error> {
    let row = tx.row(&KEY, &[Value::Int(subject.number())])?;
    row.map(|row| Ok(row.bytes(0)?.to_vec())).transpose()
}

/// Deletes the data key of a subject: whatever was sealed with it can be read by nobody any more. False where there was
/// none.
///
/// # Errors
/// When the database is away or full.
pub fn delete_key(writer: &mut Writer<'_, '_>, subject: Id<DataSubject>) -> Result<bool, Error> {
    Ok(writer.execute(&DELETE_KEY, &[Value::Int(subject.number())])? > 0)
}
