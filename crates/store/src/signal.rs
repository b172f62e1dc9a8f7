//! Signs by which the operator recognises who is behind accounts: hashes that the operator makes and nobody here undoes.

use anlanh_db::Value;

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "signal":
    INSERT = "INSERT INTO account_signal (hash, reference, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    SHARED = "SELECT DISTINCT o.reference FROM account_signal o JOIN account_signal m ON m.hash = o.hash
              WHERE m.reference = $1 AND o.reference <> $1 ORDER BY o.reference LIMIT $2";
    COUNT = "SELECT COUNT(*) FROM account_signal WHERE reference = $1";
}

/// Keeps a sign of an account; one that is known already stays as it is.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, account: &str, hash: &[u8]) -> Result<(), Error> {
    let now = writer.now().as_micros();
    writer.send(&INSERT, &[Value::Bytes(hash), Value::Text(account), Value::Int(now)])
}

/// How many signs an account has.
///
/// # Errors
/// When the database is away.
pub fn count(tx: &mut dyn Queries, account: &str) -> Result<u64, Error> {
    let row = tx.row(&COUNT, &[Value::Text(account)])?;
    row.map_or(Ok(0), |row| Ok(row.int(0)?.unsigned_abs()))
}

/// At most `limit` other accounts that share a sign with this one.
///
/// # Errors
/// When the database is away.
pub fn sharing(tx: &mut dyn Queries, account: &str, limit: u32) -> Result<Vec<String>, Error> {
    let rows = tx.rows(&SHARED, &[Value::Text(account), Value::Int(i64::from(limit))])?;
    rows.iter().map(|row| row.owned(0)).collect()
}
