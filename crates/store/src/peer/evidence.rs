//! What peers said that does not fit what they said before: kept as it was signed, for people to show each other.

use anlanh_db::{Row, Value};
use anlanh_model::{Id, Peer, Time};

use super::letters::InRow;
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "peer_evidence":
    INSERT = "INSERT INTO peer_evidence (peer, digest, stream, number, received_at, message, signature_input, signature)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (peer, digest) DO NOTHING";
    COUNT = "SELECT COUNT(*) FROM peer_evidence WHERE peer = $1";
    // Each beside what was received under its number.
    PAIRS = "SELECT e.stream, e.number, i.received_at, i.message, i.signature_input, i.signature,
               e.received_at, e.message, e.signature_input, e.signature
             FROM peer_evidence e JOIN peer_inbox i ON i.peer = e.peer AND i.stream = e.stream AND i.number = e.number
             WHERE e.peer = $1 ORDER BY e.received_at, e.digest";
    // Orders that are not over, and what began lately with no order of theirs or of ours.
    OPEN_STREAMS = "SELECT CAST(
        (SELECT COUNT(*) FROM order_peer t JOIN authority_order o ON o.id = t.id
         WHERE t.peer = $1 AND o.state NOT IN ('answered', 'withdrawn', 'expired'))
        + (SELECT COUNT(*) FROM peer_inbox i WHERE i.peer = $1 AND i.number = 1 AND i.received_at > $2
             AND NOT EXISTS (SELECT 1 FROM order_peer t WHERE t.peer = i.peer AND t.stream = i.stream)
             AND NOT EXISTS (SELECT 1 FROM peer_outbox x WHERE x.peer = i.peer AND x.stream = i.stream)) AS BIGINT)";
}

/// Something that a peer signed, with its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRow {
    /// When it came.
    pub received_at: Time,
    /// Its bytes.
    pub message: Vec<u8>,
    /// `Signature-Input`, as it came.
    pub signature_input: String,
    /// `Signature`, as it came.
    pub signature: String,
}

/// Two messages under one number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceRow {
    /// The stream.
    pub stream: String,
    /// The number.
    pub number: u64,
    /// What was received first, and applied or refused.
    pub first: SignedRow,
    /// What came later, and was not received.
    pub other: SignedRow,
}

/// Keeps a message that differs from one under the same number, once; not where `most` are kept of this peer.
///
/// # Errors
/// When the database is away or full.
pub fn keep_evidence(writer: &mut Writer<'_, '_>, said: &InRow<'_>, most: u64) -> Result<(), Error> {
    let row = writer.row(&COUNT, &[Value::Int(said.peer.number())])?;
    if row.map_or(Ok(0), |row| row.int(0))?.unsigned_abs() >= most {
        return Ok(());
    }
    let values = [
        Value::Int(said.peer.number()),
        Value::Bytes(said.digest),
        Value::Text(said.stream),
        Value::Int(i64::try_from(said.number).unwrap_or(i64::MAX)),
        Value::Int(writer.now().as_micros()),
        Value::Bytes(said.message),
        Value::Text(said.signature_input),
        Value::Text(said.signature),
    ];
    writer.execute(&INSERT, &values)?;
    Ok(())
}

/// What is kept of a peer, oldest first.
///
/// # Errors
/// When the database is away.
pub fn evidence(tx: &mut dyn Queries, peer: Id<Peer>) -> Result<Vec<EvidenceRow>, Error> {
    let signed = |row: &Row, at: usize| {
        Ok::<_, Error>(SignedRow {
            received_at: row.time(at)?,
            message: row.bytes(at + 1)?.to_vec(),
            signature_input: row.owned(at + 2)?,
            signature: row.owned(at + 3)?,
        })
    };
    let read = |row: &Row| {
        Ok(EvidenceRow {
            stream: row.owned(0)?,
            number: row.int(1)?.unsigned_abs(),
            first: signed(row, 2)?,
            other: signed(row, 6)?,
        })
    };
    let rows = tx.rows(&PAIRS, &[Value::Int(peer.number())])?;
    rows.iter().map(read).collect()
}

/// How many pairs are kept of a peer.
///
/// # Errors
/// When the database is away.
pub fn count_evidence(tx: &mut dyn Queries, peer: Id<Peer>) -> Result<u64, Error> {
    let row = tx.row(&COUNT, &[Value::Int(peer.number())])?;
    Ok(row.map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
}

/// How many streams of a peer are open: those of orders that are not over, and others that began since a moment.
///
/// # Errors
/// When the database is away.
pub fn open_streams(tx: &mut dyn Queries, peer: Id<Peer>, since: Time) -> Result<u64, Error> {
    let values = [Value::Int(peer.number()), Value::Int(since.as_micros())];
    let row = tx.row(&OPEN_STREAMS, &values)?;
    Ok(row.map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
}
