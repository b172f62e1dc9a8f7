//! What is said between this node and others. Nothing here is changed once it was said but for its receipt.

use anlanh_db::{Row, Value};
use anlanh_model::{Id, Peer, Time};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "peer_letters":
    LAST_OUT = "SELECT COALESCE(MAX(number), 0) FROM peer_outbox WHERE peer = $1 AND stream = $2";
    INSERT_OUT = "INSERT INTO peer_outbox (peer, stream, number, kind, made_at, message) VALUES ($1, $2, $3, $4, $5, $6)";
    // The first of each stream that was not delivered, of nodes and streams that are to be tried now. What was refused comes
    // behind what was not, however old it is: there may be more of it than is tried at one time.
    DUE = "SELECT o.peer, o.stream, o.number, o.kind, o.made_at, o.message, o.delivered_at, o.outcome, o.reason, o.receipt, p.url, o.failures
           FROM peer_outbox o JOIN peer p ON p.id = o.peer
           WHERE o.delivered_at IS NULL AND p.state = 'active' AND p.retry_at <= $1 AND o.retry_at <= $1 AND NOT EXISTS (
             SELECT 1 FROM peer_outbox e WHERE e.peer = o.peer AND e.stream = o.stream AND e.number < o.number
               AND e.delivered_at IS NULL)
           ORDER BY o.retry_at, o.made_at, o.peer, o.stream LIMIT $2";
    REFUSED = "UPDATE peer_outbox SET failures = $4, failure = $5, retry_at = $6
               WHERE peer = $1 AND stream = $2 AND number = $3 AND delivered_at IS NULL";
    HELD = "SELECT failure, CAST(COUNT(DISTINCT stream) AS BIGINT), MIN(retry_at) FROM peer_outbox
            WHERE peer = $1 AND delivered_at IS NULL AND failure IS NOT NULL GROUP BY failure ORDER BY failure";
    DELIVER = "UPDATE peer_outbox SET delivered_at = $4, outcome = $5, reason = $6, receipt = $7, failures = 0, failure = NULL, retry_at = 0
               WHERE peer = $1 AND stream = $2 AND number = $3 AND delivered_at IS NULL";
    UNDELIVER = "UPDATE peer_outbox SET delivered_at = NULL, failures = 0, failure = NULL, retry_at = 0
                 WHERE peer = $1 AND stream = $2 AND number >= $3";
    TAKEN = "SELECT number FROM peer_outbox WHERE peer = $1 AND stream = $2 AND number = $3 AND delivered_at IS NOT NULL";
    SAID = "SELECT message FROM peer_outbox WHERE peer = $1 AND stream = $2 AND kind IN ('order', 'amend') AND delivered_at IS NOT NULL
              AND outcome = 'applied' ORDER BY number LIMIT 10000";
    UNSENT = "SELECT number, message FROM peer_outbox WHERE peer = $1 AND stream = $2 AND delivered_at IS NULL ORDER BY number LIMIT 10000";
    RENUMBER = "UPDATE peer_outbox SET number = $4, message = $5, failures = 0, failure = NULL, retry_at = 0
                WHERE peer = $1 AND stream = $2 AND number = $3";
    WAITING = "SELECT CAST(COUNT(*) AS BIGINT) FROM peer_outbox WHERE peer = $1 AND delivered_at IS NULL";
    RECEIPTS = "SELECT o.peer, o.stream, o.number, o.kind, o.made_at, o.message, o.delivered_at, o.outcome, o.reason, o.receipt, p.url, o.failures
                FROM peer_outbox o JOIN peer p ON p.id = o.peer WHERE o.peer = $1 AND o.stream = $2 ORDER BY o.number LIMIT 500";
    LAST_IN = "SELECT COALESCE(MAX(number), 0) FROM peer_inbox WHERE peer = $1 AND stream = $2";
    INSERT_IN = "INSERT INTO peer_inbox (peer, stream, number, kind, received_at, digest, message, signature_input, signature, receipt)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    HEARD = "SELECT message FROM peer_inbox WHERE peer = $1 AND stream = $2 AND kind = $3 ORDER BY number LIMIT 500";
    RECEIVED = "SELECT digest, receipt FROM peer_inbox WHERE peer = $1 AND stream = $2 AND number = $3";
}

/// Something that is said to another node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutRow {
    /// To whom.
    pub peer: Id<Peer>,
    /// The address of that node.
    pub url: String,
    /// In which stream.
    pub stream: String,
    /// Its number there.
    pub number: u64,
    /// Key of its kind.
    pub kind: String,
    /// When it was written.
    pub made_at: Time,
    /// The message as it is signed.
    pub message: Vec<u8>,
    /// When it was received, by the clock of this node; none while it waits.
    pub delivered_at: Option<Time>,
    /// Key of what became of it there.
    pub outcome: Option<String>,
    /// Key of why it was refused.
    pub reason: Option<String>,
    /// The signed receipt.
    pub receipt: Option<Vec<u8>>,
    /// How often it was refused, in a row.
    pub failures: u32,
}

/// Streams whose next message a node refuses for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldStreams {
    /// The reason.
    pub failure: String,
    /// How many streams.
    pub streams: u64,
    /// When the next of them is tried again.
    pub retry_at: Time,
}

/// Something that another node said, to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InRow<'a> {
    /// Who said it.
    pub peer: Id<Peer>,
    /// In which stream.
    pub stream: &'a str,
    /// Its number there.
    pub number: u64,
    /// Key of its kind.
    pub kind: &'a str,
    /// SHA-256 of its bytes.
    pub digest: &'a [u8; 32],
    /// Its bytes.
    pub message: &'a [u8],
    /// `Signature-Input`, as it came.
    pub signature_input: &'a str,
    /// `Signature`, as it came.
    pub signature: &'a str,
    /// The receipt that it was given.
    pub receipt: &'a [u8],
}

/// What was received before, and the receipt that it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// SHA-256 of its bytes.
    pub digest: Vec<u8>,
    /// The receipt.
    pub receipt: Vec<u8>,
}

/// The number of what was said last in a stream; 0 where nothing was.
///
/// # Errors
/// When the database is away.
pub fn last_out(tx: &mut dyn Queries, peer: Id<Peer>, stream: &str) -> Result<u64, Error> {
    let row = tx.row(&LAST_OUT, &[Value::Int(peer.number()), Value::Text(stream)])?;
    Ok(row.map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
}

/// Keeps something that is to be said.
///
/// # Errors
/// When something has this number, or the database is away or full.
pub fn insert_out(
    writer: &mut Writer<'_, '_>,
    peer: Id<Peer>,
    stream: &str,
    number: u64,
    kind: &str,
    message: &[u8],
) -> Result<(), Error> {
    let values = [
        Value::Int(peer.number()),
        Value::Text(stream),
        place(number),
        Value::Text(kind),
        Value::Int(writer.now().as_micros()),
        Value::Bytes(message),
    ];
    writer.execute(&INSERT_OUT, &values)?;
    Ok(())
}

/// At most `limit` messages that are to be sent now: of each stream the first that was not delivered.
///
/// # Errors
/// When the database is away.
pub fn due(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<OutRow>, Error> {
    let values = [Value::Int(now.as_micros()), Value::Int(i64::from(limit))];
    tx.rows(&DUE, &values)?.iter().map(read_out).collect()
}

/// Notes that the other node refused a message for its own sake, for which time in a row, why, and when it is tried again.
/// What is said in other streams need not wait for it.
///
/// # Errors
/// When the database is away or full.
pub fn refused(
    writer: &mut Writer<'_, '_>,
    sent: &OutRow,
    failures: u32,
    why: &str,
    retry_at: Time,
) -> Result<(), Error> {
    let values = [
        Value::Int(sent.peer.number()),
        Value::Text(&sent.stream),
        place(sent.number),
        Value::Int(i64::from(failures)),
        Value::Text(why),
        Value::Int(retry_at.as_micros()),
    ];
    writer.send(&REFUSED, &values)
}

/// The streams whose next message a node refuses, by the reason.
///
/// # Errors
/// When the database is away.
pub fn held(tx: &mut dyn Queries, peer: Id<Peer>) -> Result<Vec<HeldStreams>, Error> {
    let rows = tx.rows(&HELD, &[Value::Int(peer.number())])?;
    let read = |row: &Row| {
        Ok(HeldStreams {
            failure: row.owned(0)?,
            streams: row.int(1)?.unsigned_abs(),
            retry_at: row.time(2)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Keeps what became of a message, with its receipt; says whether it waited still.
///
/// # Errors
/// When the database is away or full.
pub fn deliver(
    writer: &mut Writer<'_, '_>,
    sent: &OutRow,
    outcome: &str,
    reason: Option<&str>,
    receipt: &[u8],
) -> Result<bool, Error> {
    let values = [
        Value::Int(sent.peer.number()),
        Value::Text(&sent.stream),
        place(sent.number),
        Value::Int(writer.now().as_micros()),
        Value::Text(outcome),
        Value::from(reason),
        Value::Bytes(receipt),
    ];
    Ok(writer.execute(&DELIVER, &values)? > 0)
}

/// Everything of a stream from a number on is to be sent again: the other side lost it.
///
/// # Errors
/// When the database is away or full.
pub fn undeliver(writer: &mut Writer<'_, '_>, peer: Id<Peer>, stream: &str, from: u64) -> Result<(), Error> {
    let values = [Value::Int(peer.number()), Value::Text(stream), place(from)];
    writer.execute(&UNDELIVER, &values)?;
    Ok(())
}

/// Whether something with this number was delivered in a stream.
///
/// # Errors
/// When the database is away.
pub fn was_delivered(tx: &mut dyn Queries, peer: Id<Peer>, stream: &str, number: u64) -> Result<bool, Error> {
    let values = [Value::Int(peer.number()), Value::Text(stream), place(number)];
    Ok(tx.row(&TAKEN, &values)?.is_some())
}

/// What a stream says that an order is, as far as the other side took it: the order and its amendments, first to last; at most
/// 10,000.
///
/// # Errors
/// When the database is away.
pub fn said_of_order(tx: &mut dyn Queries, peer: Id<Peer>, stream: &str) -> Result<Vec<Vec<u8>>, Error> {
    let rows = tx.rows(&SAID, &[Value::Int(peer.number()), Value::Text(stream)])?;
    rows.iter().map(|row| Ok(row.bytes(0)?.to_vec())).collect()
}

/// What waits in a stream, first to last: each with its number; at most 10,000.
///
/// # Errors
/// When the database is away.
pub fn unsent(tx: &mut dyn Queries, peer: Id<Peer>, stream: &str) -> Result<Vec<(u64, Vec<u8>)>, Error> {
    let rows = tx.rows(&UNSENT, &[Value::Int(peer.number()), Value::Text(stream)])?;
    let read = |row: &Row| Ok((row.int(0)?.unsigned_abs(), row.bytes(1)?.to_vec()));
    rows.iter().map(read).collect()
}

/// Gives something that waits another number, and the bytes that say so.
///
/// # Errors
/// When something has that number, or the database is away or full.
pub fn renumber(
    writer: &mut Writer<'_, '_>,
    peer: Id<Peer>,
    stream: &str,
    (from, to): (u64, u64),
    message: &[u8],
) -> Result<(), Error> {
    let values = [
        Value::Int(peer.number()),
        Value::Text(stream),
        place(from),
        place(to),
        Value::Bytes(message),
    ];
    writer.execute(&RENUMBER, &values)?;
    Ok(())
}

/// How many messages wait for a node.
///
/// # Errors
/// When the database is away.
pub fn waiting(tx: &mut dyn Queries, peer: Id<Peer>) -> Result<u64, Error> {
    let row = tx.row(&WAITING, &[Value::Int(peer.number())])?;
    Ok(row.map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
}

/// What was said in a stream, first to last; at most 500.
///
/// # Errors
/// When the database is away.
pub fn receipts(tx: &mut dyn Queries, peer: Id<Peer>, stream: &str) -> Result<Vec<OutRow>, Error> {
    let rows = tx.rows(&RECEIPTS, &[Value::Int(peer.number()), Value::Text(stream)])?;
    rows.iter().map(read_out).collect()
}

/// The number of what was heard last in a stream; 0 where nothing was.
///
/// # Errors
/// When the database is away.
pub fn last_in(tx: &mut dyn Queries, peer: Id<Peer>, stream: &str) -> Result<u64, Error> {
    let row = tx.row(&LAST_IN, &[Value::Int(peer.number()), Value::Text(stream)])?;
    Ok(row.map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
}

/// Keeps something that was heard.
///
/// # Errors
/// When something has this number, or the database is away or full.
pub fn insert_in(writer: &mut Writer<'_, '_>, heard: &InRow<'_>) -> Result<(), Error> {
    let values = [
        Value::Int(heard.peer.number()),
        Value::Text(heard.stream),
        place(heard.number),
        Value::Text(heard.kind),
        Value::Int(writer.now().as_micros()),
        Value::Bytes(heard.digest),
        Value::Bytes(heard.message),
        Value::Text(heard.signature_input),
        Value::Text(heard.signature),
        Value::Bytes(heard.receipt),
    ];
    writer.execute(&INSERT_IN, &values)?;
    Ok(())
}

/// What was heard at a place of a stream.
///
/// # Errors
/// When the database is away.
pub fn received(tx: &mut dyn Queries, peer: Id<Peer>, stream: &str, number: u64) -> Result<Option<Received>, Error> {
    let row = tx.row(
        &RECEIVED,
        &[Value::Int(peer.number()), Value::Text(stream), place(number)],
    )?;
    row.map(|row| {
        Ok(Received {
            digest: row.bytes(0)?.to_vec(),
            receipt: row.bytes(1)?.to_vec(),
        })
    })
    .transpose()
}

/// What was heard of a kind in a stream, first to last; at most 500.
///
/// # Errors
/// When the database is away.
pub fn heard_of(tx: &mut dyn Queries, peer: Id<Peer>, stream: &str, kind: &str) -> Result<Vec<Vec<u8>>, Error> {
    let values = [Value::Int(peer.number()), Value::Text(stream), Value::Text(kind)];
    let rows = tx.rows(&HEARD, &values)?;
    rows.iter().map(|row| Ok(row.bytes(0)?.to_vec())).collect()
}

fn place(number: u64) -> Value<'static> {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn read_out(row: &Row) -> Result<OutRow, Error> {
    Ok(OutRow {
        peer: row.id(0, "peer_outbox.peer")?,
        stream: row.owned(1)?,
        number: row.int(2)?.unsigned_abs(),
        kind: row.owned(3)?,
        made_at: row.time(4)?,
        message: row.bytes(5)?.to_vec(),
        delivered_at: row.optional_time(6)?,
        outcome: row.optional_owned(7)?,
        reason: row.optional_owned(8)?,
        receipt: row.optional_bytes(9)?.map(<[u8]>::to_vec),
        url: row.owned(10)?,
        failures: u32::try_from(row.int(11)?).unwrap_or(u32::MAX),
    })
}
