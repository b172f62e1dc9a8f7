//! Other nodes: who they are, their keys and ours, and what is said between us.

mod evidence;
mod letters;

use anlanh_db::{Row, Value};
use anlanh_model::{Id, Peer, PeerState, Time};

use crate::row::{Columns, join, split};
use crate::statement::statements;
use crate::{Error, Queries, Writer};

pub(crate) use evidence::STATEMENTS as EVIDENCE;
pub use evidence::{EvidenceRow, SignedRow, count_evidence, evidence, keep_evidence, open_streams};
pub(crate) use letters::STATEMENTS as LETTERS;
pub use letters::{
    HeldStreams, InRow, OutRow, Received, deliver, due, heard_of, held, insert_in, insert_out, last_in, last_out,
    receipts, received, refused, renumber, said_of_order, undeliver, unsent, waiting, was_delivered,
};

statements! { "peer":
    NODE_KEYS = "SELECT generation, from_at, until_at FROM node_key ORDER BY generation";
    INSERT_NODE_KEY = "INSERT INTO node_key (generation, from_at) VALUES ($1, $2)";
    END_NODE_KEY = "UPDATE node_key SET until_at = $2 WHERE generation = $1 AND until_at IS NULL";
    INSERT = "INSERT INTO peer (id, url, fingerprint, office, name, roles, state, state_at, faults, failures, retry_at, our_generation)
              VALUES ($1, $2, $3, $4, '', '', $5, $6, 0, 0, $6, 0)";
    COMPARE = "UPDATE peer SET fingerprint = $2, office = $3, state = $4, state_at = $5, why = NULL, faults = 0, failures = 0,
                 failure = NULL, retry_at = $5 WHERE id = $1";
    SET_STATE = "UPDATE peer SET state = $2, state_at = $3, why = $4, faults = 0 WHERE id = $1";
    INTRODUCE = "UPDATE peer SET name = $2, roles = $3, state = $4, state_at = $5, why = NULL, failures = 0, failure = NULL,
                   our_generation = $6 WHERE id = $1";
    // The same thing again is not another: anybody on the way may send it again.
    COUNT_FAULT = "UPDATE peer SET faults = faults + 1, why = $2 WHERE id = $1 AND (why IS NULL OR why <> $2) RETURNING faults";
    HEARD = "UPDATE peer SET heard_at = $2, faults = 0, failures = 0, failure = NULL, retry_at = $2 WHERE id = $1";
    REACHED = "UPDATE peer SET failures = 0, failure = NULL WHERE id = $1 AND retry_at <= $2";
    FAILED = "UPDATE peer SET failures = $4, failure = $2, retry_at = $3 WHERE id = $1";
    INSERT_KEY = "INSERT INTO peer_key (fingerprint, peer, ed25519, from_at, until_at) VALUES ($1, $2, $3, $4, $5)
                  ON CONFLICT (fingerprint, peer) DO UPDATE SET until_at = excluded.until_at";
    END_KEYS = "UPDATE peer_key SET until_at = $2 WHERE peer = $1 AND fingerprint <> $3 AND (until_at IS NULL OR until_at > $2)";
    KEY = "SELECT fingerprint, peer, ed25519, from_at, until_at FROM peer_key WHERE fingerprint = $1 ORDER BY peer";
    TIE_ORDER = "INSERT INTO order_peer (id, peer, stream) VALUES ($1, $2, $3)";
    OUR_NEXT_KEY = "UPDATE peer SET our_generation = our_generation + 1 WHERE id = $1
                      AND our_generation < (SELECT COALESCE(MAX(generation), 0) FROM node_key)";
    TOLD = "SELECT event FROM peer_told WHERE id = 1";
    SET_TOLD = "UPDATE peer_told SET event = $1 WHERE id = 1";
    TO_TELL = "SELECT e.event, e.id, e.at, e.kind, e.target, e.detail, e.note, p.peer, p.stream
               FROM order_event e JOIN order_peer p ON p.id = e.id WHERE e.event > $1 ORDER BY e.event LIMIT $2";
    OF_ORDER = "SELECT peer, stream FROM order_peer WHERE id = $1";
    ORDER_OF = "SELECT id FROM order_peer WHERE peer = $1 AND stream = $2";
    LOAD = "SELECT id, url, fingerprint, office, name, roles, state, state_at, why, faults, failures, failure, retry_at, heard_at, our_generation
            FROM peer WHERE id = $1";
    OF_URL = "SELECT id, url, fingerprint, office, name, roles, state, state_at, why, faults, failures, failure, retry_at, heard_at, our_generation
              FROM peer WHERE url = $1";
    LIST = "SELECT id, url, fingerprint, office, name, roles, state, state_at, why, faults, failures, failure, retry_at, heard_at, our_generation
            FROM peer ORDER BY url";
    PENDING = "SELECT id, url, fingerprint, office, name, roles, state, state_at, why, faults, failures, failure, retry_at, heard_at, our_generation
               FROM peer WHERE state = 'pending' AND retry_at <= $1 ORDER BY id LIMIT $2";
}

/// A key of this node, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeKeyRow {
    /// Its number, from 0: the key is derived from it.
    pub generation: i64,
    /// Since when it signs.
    pub from: Time,
    /// Until when it is taken; none for the one that signs.
    pub until: Option<Time>,
}

/// Another node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerRow {
    /// Its id.
    pub id: Id<Peer>,
    /// Its address.
    pub url: String,
    /// The fingerprint that people compared.
    pub fingerprint: [u8; 32],
    /// Key of the office that it speaks for, if it does for one.
    pub office: Option<String>,
    /// Its name, as its card says; empty until that was read.
    pub name: String,
    /// Keys of what it is, as its card says.
    pub roles: Vec<String>,
    /// How this node stands to it.
    pub state: PeerState,
    /// Since when.
    pub state_at: Time,
    /// Key of why it is refused or cut off, or of what it did last that was wrong.
    pub why: Option<String>,
    /// How often it did something wrong in a row.
    pub faults: u32,
    /// How often in a row it was not reached.
    pub failures: u32,
    /// Why it was not reached last.
    pub failure: Option<String>,
    /// When it is tried again.
    pub retry_at: Time,
    /// When it was last heard of: a message, or an answer.
    pub heard_at: Option<Time>,
    /// The newest key of this node that it knows.
    pub our_generation: i64,
}

/// A key of another node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerKeyRow {
    /// What it is known by.
    pub fingerprint: [u8; 32],
    /// Whose it is.
    pub peer: Id<Peer>,
    /// The key.
    pub ed25519: [u8; 32],
    /// Since when it signs.
    pub from: Time,
    /// Until when it is taken.
    pub until: Option<Time>,
}

/// The keys of this node, oldest first.
///
/// # Errors
/// When the database is away.
pub fn node_keys(tx: &mut dyn Queries) -> Result<Vec<NodeKeyRow>, Error> {
    let rows = tx.rows(&NODE_KEYS, &[])?;
    let read = |row: &Row| {
        Ok(NodeKeyRow {
            generation: row.int(0)?,
            from: row.time(1)?,
            until: row.optional_time(2)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Begins a key of this node; the one before it is taken until a moment.
///
/// # Errors
/// When the database is away or full.
pub fn begin_node_key(writer: &mut Writer<'_, '_>, generation: i64, previous_until: Option<Time>) -> Result<(), Error> {
    if let Some(until) = previous_until {
        writer.execute(
            &END_NODE_KEY,
            &[Value::Int(generation - 1), Value::Int(until.as_micros())],
        )?;
    }
    let now = writer.now().as_micros();
    writer.execute(&INSERT_NODE_KEY, &[Value::Int(generation), Value::Int(now)])?;
    Ok(())
}

/// Adds another node.
///
/// # Errors
/// When one has this address, or the database is away or full.
pub fn insert(
    writer: &mut Writer<'_, '_>,
    url: &str,
    fingerprint: &[u8; 32],
    office: Option<&str>,
) -> Result<Id<Peer>, Error> {
    let id: Id<Peer> = writer.new_id();
    let values = [
        Value::Int(id.number()),
        Value::Text(url),
        Value::Bytes(fingerprint),
        Value::from(office),
        Value::Text(PeerState::Pending.key()),
        Value::Int(writer.now().as_micros()),
    ];
    writer.execute(&INSERT, &values)?;
    Ok(id)
}

/// A node is added once more: people compared its fingerprint again, and its card is to be read again.
///
/// # Errors
/// When the database is away or full.
pub fn compare_again(
    writer: &mut Writer<'_, '_>,
    id: Id<Peer>,
    fingerprint: &[u8; 32],
    office: Option<&str>,
) -> Result<(), Error> {
    // They are kept, so that what they signed can be verified, and taken no more.
    end_keys(writer, id, writer.now(), &[0; 32])?;
    let values = [
        Value::Int(id.number()),
        Value::Bytes(fingerprint),
        Value::from(office),
        Value::Text(PeerState::Pending.key()),
        Value::Int(writer.now().as_micros()),
    ];
    writer.execute(&COMPARE, &values)?;
    Ok(())
}

/// Stores how this node stands to another, and why.
///
/// # Errors
/// When the database is away or full.
pub fn set_state(writer: &mut Writer<'_, '_>, id: Id<Peer>, state: PeerState, why: Option<&str>) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Text(state.key()),
        Value::Int(writer.now().as_micros()),
        Value::from(why),
    ];
    writer.execute(&SET_STATE, &values)?;
    Ok(())
}

/// Stores what the card of a node says of it, which has the key that people compared; it reads our card now too, and so
/// knows our newest key.
///
/// # Errors
/// When the database is away or full.
pub fn introduce(
    writer: &mut Writer<'_, '_>,
    id: Id<Peer>,
    name: &str,
    roles: &[String],
    our_generation: i64,
) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Text(name),
        Value::Text(&join(roles)),
        Value::Text(PeerState::Active.key()),
        Value::Int(writer.now().as_micros()),
        Value::Int(our_generation),
    ];
    writer.execute(&INTRODUCE, &values)?;
    Ok(())
}

/// Counts something that a node did wrong, unless it is the same as last time, and tells how often it did in a row.
///
/// # Errors
/// When the database is away or full.
pub fn count_fault(writer: &mut Writer<'_, '_>, id: Id<Peer>, why: &str) -> Result<u32, Error> {
    let row = writer.row(&COUNT_FAULT, &[Value::Int(id.number()), Value::Text(why)])?;
    let faults = row.map_or(Ok(0), |row| row.int(0))?;
    Ok(u32::try_from(faults).unwrap_or(u32::MAX))
}

/// Notes that a node was heard of, as it should be.
///
/// # Errors
/// When the database is away or full.
pub fn heard(writer: &mut Writer<'_, '_>, id: Id<Peer>) -> Result<(), Error> {
    let now = writer.now().as_micros();
    writer.send(&HEARD, &[Value::Int(id.number()), Value::Int(now)])
}

/// Notes that something answered at a node's address, though nothing that shows that it is the node. Where another attempt
/// failed meanwhile, that stands.
///
/// # Errors
/// When the database is away or full.
pub fn reached(writer: &mut Writer<'_, '_>, id: Id<Peer>) -> Result<(), Error> {
    let now = writer.now().as_micros();
    writer.send(&REACHED, &[Value::Int(id.number()), Value::Int(now)])
}

/// Notes that a node was not reached, for which time in a row, why, and when it is tried again.
///
/// # Errors
/// When the database is away or full.
pub fn failed(
    writer: &mut Writer<'_, '_>,
    id: Id<Peer>,
    failures: u32,
    why: &str,
    retry_at: Time,
) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Text(why),
        Value::Int(retry_at.as_micros()),
        Value::Int(i64::from(failures)),
    ];
    writer.send(&FAILED, &values)
}

/// Keeps a key of another node, and until when it is taken.
///
/// # Errors
/// When the database is away or full.
pub fn insert_key(writer: &mut Writer<'_, '_>, key: &PeerKeyRow) -> Result<(), Error> {
    let values = [
        Value::Bytes(&key.fingerprint),
        Value::Int(key.peer.number()),
        Value::Bytes(&key.ed25519),
        Value::Int(key.from.as_micros()),
        Value::from(key.until.map(Time::as_micros)),
    ];
    writer.execute(&INSERT_KEY, &values)?;
    Ok(())
}

/// Ends the keys of a node but one, where they do not end before.
///
/// # Errors
/// When the database is away or full.
pub fn end_keys(writer: &mut Writer<'_, '_>, id: Id<Peer>, until: Time, but: &[u8; 32]) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Int(until.as_micros()),
        Value::Bytes(but),
    ];
    writer.execute(&END_KEYS, &values)?;
    Ok(())
}

/// The key with this fingerprint, once for each node that says it is theirs.
///
/// # Errors
/// When the database is away.
pub fn key(tx: &mut dyn Queries, fingerprint: &[u8; 32]) -> Result<Vec<PeerKeyRow>, Error> {
    tx.rows(&KEY, &[Value::Bytes(fingerprint)])?
        .iter()
        .map(read_key)
        .collect()
}

/// One node.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Peer>) -> Result<Option<PeerRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.as_ref().map(read).transpose()
}

/// The node with this address.
///
/// # Errors
/// When the database is away.
pub fn of_url(tx: &mut dyn Queries, url: &str) -> Result<Option<PeerRow>, Error> {
    let row = tx.row(&OF_URL, &[Value::Text(url)])?;
    row.as_ref().map(read).transpose()
}

/// Every node, by address.
///
/// # Errors
/// When the database is away.
pub fn list(tx: &mut dyn Queries) -> Result<Vec<PeerRow>, Error> {
    tx.rows(&LIST, &[])?.iter().map(read).collect()
}

/// At most `limit` nodes whose card is to be read now.
///
/// # Errors
/// When the database is away.
pub fn pending(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<PeerRow>, Error> {
    let values = [Value::Int(now.as_micros()), Value::Int(i64::from(limit))];
    tx.rows(&PENDING, &values)?.iter().map(read).collect()
}

/// Ties an order that came from a node to the stream in which it is spoken of it.
///
/// # Errors
/// When one is tied to it, or the database is away or full.
pub fn tie_order(
    writer: &mut Writer<'_, '_>,
    order: Id<anlanh_model::Order>,
    peer: Id<Peer>,
    stream: &str,
) -> Result<(), Error> {
    let values = [
        Value::Int(order.number()),
        Value::Int(peer.number()),
        Value::Text(stream),
    ];
    writer.execute(&TIE_ORDER, &values)?;
    Ok(())
}

/// From which node an order came, and in which stream.
///
/// # Errors
/// When the database is away.
pub fn of_order(tx: &mut dyn Queries, order: Id<anlanh_model::Order>) -> Result<Option<(Id<Peer>, String)>, Error> {
    let row = tx.row(&OF_ORDER, &[Value::Int(order.number())])?;
    row.map(|row| Ok((row.id(0, "order_peer.peer")?, row.owned(1)?)))
        .transpose()
}

/// The order of which a node speaks in a stream.
///
/// # Errors
/// When the database is away.
pub fn order_of(tx: &mut dyn Queries, peer: Id<Peer>, stream: &str) -> Result<Option<Id<anlanh_model::Order>>, Error> {
    let row = tx.row(&ORDER_OF, &[Value::Int(peer.number()), Value::Text(stream)])?;
    row.map(|row| row.id(0, "order_peer.id")).transpose()
}

/// A step of an order that came from a node, to be told to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToTell {
    /// Its place among all steps.
    pub event: i64,
    /// The order.
    pub order: Id<anlanh_model::Order>,
    /// When it was taken.
    pub at: Time,
    /// Key of what it is.
    pub kind: String,
    /// The number of the target, where it is about one.
    pub target: Option<u32>,
    /// Keys that say more.
    pub detail: String,
    /// What was said with it.
    pub note: Option<String>,
    /// To whom.
    pub peer: Id<Peer>,
    /// In which stream.
    pub stream: String,
}

/// At most `limit` steps of orders that came from nodes, after the last that was told; first to last.
///
/// # Errors
/// When the database is away.
pub fn to_tell(tx: &mut dyn Queries, limit: u32) -> Result<Vec<ToTell>, Error> {
    let told = tx.row(&TOLD, &[])?.map_or(Ok(0), |row| row.int(0))?;
    let rows = tx.rows(&TO_TELL, &[Value::Int(told), Value::Int(i64::from(limit))])?;
    let read = |row: &Row| {
        Ok(ToTell {
            event: row.int(0)?,
            order: row.id(1, "order_event.id")?,
            at: row.time(2)?,
            kind: row.owned(3)?,
            target: row.optional_int(4)?.and_then(|number| u32::try_from(number).ok()),
            detail: row.owned(5)?,
            note: row.optional_owned(6)?,
            peer: row.id(7, "order_peer.peer")?,
            stream: row.owned(8)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Notes up to which step nodes were told.
///
/// # Errors
/// When the database is away or full.
pub fn set_told(writer: &mut Writer<'_, '_>, event: i64) -> Result<(), Error> {
    writer.execute(&SET_TOLD, &[Value::Int(event)])?;
    Ok(())
}

/// A node received that we follow our key by the next; one that it lost and received again is none more.
///
/// # Errors
/// When the database is away or full.
pub fn knows_next_key(writer: &mut Writer<'_, '_>, id: Id<Peer>) -> Result<(), Error> {
    writer.send(&OUR_NEXT_KEY, &[Value::Int(id.number())])
}

fn bytes(row: &Row, at: usize, what: &'static str) -> Result<[u8; 32], Error> {
    row.bytes(at)?.try_into().map_err(|_| Error::unreadable(what))
}

fn read_key(row: &Row) -> Result<PeerKeyRow, Error> {
    Ok(PeerKeyRow {
        fingerprint: bytes(row, 0, "peer_key.fingerprint")?,
        peer: row.id(1, "peer_key.peer")?,
        ed25519: bytes(row, 2, "peer_key.ed25519")?,
        from: row.time(3)?,
        until: row.optional_time(4)?,
    })
}

fn read(row: &Row) -> Result<PeerRow, Error> {
    let count = |at: usize| Ok::<_, Error>(u32::try_from(row.int(at)?).unwrap_or(u32::MAX));
    Ok(PeerRow {
        id: row.id(0, "peer.id")?,
        url: row.owned(1)?,
        fingerprint: bytes(row, 2, "peer.fingerprint")?,
        office: row.optional_owned(3)?,
        name: row.owned(4)?,
        roles: split(row.text(5)?),
        state: row.key(6, "peer.state", PeerState::from_key)?,
        state_at: row.time(7)?,
        why: row.optional_owned(8)?,
        faults: count(9)?,
        failures: count(10)?,
        failure: row.optional_owned(11)?,
        retry_at: row.time(12)?,
        heard_at: row.optional_time(13)?,
        our_generation: row.int(14)?,
    })
}
