//! Answers to requests that came with an `Idempotency-Key`
//! (draft-ietf-httpapi-idempotency-key-header): sent again, such a request is answered again, not done again.

use anlanh_db::Value;
use anlanh_model::Time;

use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "idempotency":
    LOAD = "SELECT request, status, answer FROM idempotency WHERE actor = $1 AND key = $2 AND at >= $3";
    DELETE_OLD = "DELETE FROM idempotency WHERE at < $1";
    INSERT = "INSERT INTO idempotency (actor, key, request, status, answer, at) VALUES ($1, $2, $3, $4, $5, $6)
              ON CONFLICT (actor, key) DO UPDATE SET request = $3, status = $4, answer = $5, at = $6";
}

/// How long an answer is kept, in hours.
pub const IDEMPOTENCY_HOURS: i64 = 24;

/// A request that asks to be done once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Whose key it is: `token:7`, `person:7`.
    pub actor: String,
    /// The key.
    pub key: String,
    /// SHA-256 of the request.
    pub request: [u8; 32],
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// What is known of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Nothing: it is to be done.
    New,
    /// It was done; this was the answer.
    Done(Answer),
    /// The key was used for another request.
    Reused,
}

/// Looks a claim up.
///
/// # Errors
/// When the database is away.
pub fn look_up(tx: &mut dyn Queries, claim: &Claim, now: Time) -> Result<Known, Error> {
    let since = now.plus_minutes(-IDEMPOTENCY_HOURS * 60).as_micros();
    let values = [Value::Text(&claim.actor), Value::Text(&claim.key), Value::Int(since)];
    let Some(row) = tx.row(&LOAD, &values)? else {
        return Ok(Known::New);
    };
    if row.bytes(0)? != claim.request {
        return Ok(Known::Reused);
    }
    Ok(Known::Done(Answer {
        status: u16::try_from(row.int(1)?).map_err(|_| Error::unreadable("idempotency.status"))?,
        body: row.bytes(2)?.to_vec(),
    }))
}

/// Keeps the answer to a claim, in the transaction that does what was asked, and forgets what is too old.
///
/// # Errors
/// When the database is away or full.
pub fn keep(writer: &mut Writer<'_, '_>, claim: &Claim, answer: &Answer) -> Result<(), Error> {
    let now = writer.now();
    let old = now.plus_minutes(-IDEMPOTENCY_HOURS * 60).as_micros();
    writer.send(&DELETE_OLD, &[Value::Int(old)])?;
    writer.send(
        &INSERT,
        &[
            Value::Text(&claim.actor),
            Value::Text(&claim.key),
            Value::Bytes(&claim.request),
            Value::Int(i64::from(answer.status)),
            Value::Bytes(&answer.body),
            Value::Int(now.as_micros()),
        ],
    )?;
    Ok(())
}
