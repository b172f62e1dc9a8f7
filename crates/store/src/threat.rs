//! What feeds give a name to beside values, and how their objects stand to one another. Each is of one feed, which alone changes it;
//! what a feed that was removed said is gone.

use anlanh_db::{Row, Value};
use anlanh_model::{Feed, Id, Indicator, RelationKind, ThreatKind, Tlp};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "threat":
    KEEP_THREAT = "INSERT INTO feed_threat (feed, object, kind, name, tlp) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (feed, object) DO UPDATE SET kind = excluded.kind, name = excluded.name, tlp = excluded.tlp";
    KEEP_RELATION = "INSERT INTO feed_relation (feed, object, source, kind, target, tlp) VALUES ($1, $2, $3, $4, $5, $6)
                     ON CONFLICT (feed, object) DO UPDATE SET source = excluded.source, kind = excluded.kind,
                       target = excluded.target, tlp = excluded.tlp";
    DROP_THREAT = "DELETE FROM feed_threat WHERE feed = $1 AND object = $2";
    DROP_RELATION = "DELETE FROM feed_relation WHERE feed = $1 AND object = $2";
    DROP_THREATS = "DELETE FROM feed_threat WHERE feed = $1";
    DROP_RELATIONS = "DELETE FROM feed_relation WHERE feed = $1";
    DROP_LABELLED = "DELETE FROM feed_relation WHERE feed = $1 AND source = $2 AND object LIKE 'label--%'";
    THREATS = "SELECT object, kind, name, tlp FROM feed_threat WHERE feed = $1 AND object > $2 ORDER BY object LIMIT $3";
    RELATIONS = "SELECT object, source, kind, target, tlp FROM feed_relation WHERE feed = $1 AND object > $2
                 ORDER BY object LIMIT $3";
    COUNT = "SELECT (SELECT COUNT(*) FROM feed_threat WHERE feed = $1), (SELECT COUNT(*) FROM feed_relation WHERE feed = $1)";
    HAS_THREAT = "SELECT 1 FROM feed_threat WHERE feed = $1 AND object = $2";
    SOURCE_OF = "SELECT source FROM feed_relation WHERE feed = $1 AND object = $2";
    COUNT_OF_SOURCE = "SELECT COUNT(*) FROM feed_relation WHERE feed = $1 AND source = $2 AND object <> $3";
    OF_SOURCE = "SELECT t.feed, t.object, t.kind, t.name, r.kind, CASE WHEN t.tlp > r.tlp THEN t.tlp ELSE r.tlp END
                 FROM feed_relation r JOIN feed_threat t ON t.feed = r.feed AND t.object = r.target
                 WHERE r.feed = $1 AND r.source = $2 ORDER BY t.kind, t.name, t.object, r.kind LIMIT $3";
    SAME = "SELECT i.id FROM feed_threat t JOIN feed_relation r ON r.feed = t.feed AND r.target = t.object AND r.kind = 'indicates'
              JOIN indicator i ON +i.feed = r.feed AND i.object = r.source AND i.object <> ''
            WHERE t.name = $1 AND t.kind = $2 AND t.tlp <= $3 AND r.tlp <= $3 AND i.tlp <= $3 AND i.revoked_at IS NULL
            GROUP BY i.id ORDER BY i.id DESC LIMIT $4";
}

/// What a feed gives a name to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threat {
    /// The id of the object that says so.
    pub object: String,
    /// What it is.
    pub kind: ThreatKind,
    /// What it is called.
    pub name: String,
    /// How far it may go.
    pub tlp: Tlp,
}

/// How two objects of a feed stand to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// The id of the object that says so.
    pub object: String,
    /// The id of what stands so.
    pub source: String,
    /// How.
    pub kind: RelationKind,
    /// The id of to what.
    pub target: String,
    /// How far it may go.
    pub tlp: Tlp,
}

/// What something leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedTo {
    /// The feed that says so.
    pub feed: Id<Feed>,
    /// What it leads to, as far as it and the way to it may go together.
    pub threat: Threat,
    /// How.
    pub by: RelationKind,
}

/// Keeps what a feed gives a name to, or what changed of it.
///
/// # Errors
/// When the database is away or full.
pub fn keep_threat(writer: &mut Writer<'_, '_>, feed: Id<Feed>, threat: &Threat) -> Result<(), Error> {
    let values = [
        Value::Int(feed.number()),
        Value::Text(&threat.object),
        Value::Text(threat.kind.key()),
        Value::Text(&threat.name),
        Value::Int(threat.tlp.rank()),
    ];
    writer.send(&KEEP_THREAT, &values)
}

/// Keeps how two objects of a feed stand to each other, or what changed of it.
///
/// # Errors
/// When the database is away or full.
pub fn keep_relation(writer: &mut Writer<'_, '_>, feed: Id<Feed>, relation: &Relation) -> Result<(), Error> {
    let values = [
        Value::Int(feed.number()),
        Value::Text(&relation.object),
        Value::Text(&relation.source),
        Value::Text(relation.kind.key()),
        Value::Text(&relation.target),
        Value::Int(relation.tlp.rank()),
    ];
    writer.send(&KEEP_RELATION, &values)
}

/// Forgets what an object of a feed said, whether it named something or said how two stand to each other; how many of either there
/// were.
///
/// # Errors
/// When the database is away or full.
pub fn forget(writer: &mut Writer<'_, '_>, feed: Id<Feed>, object: &str) -> Result<(u64, u64), Error> {
    let values = [Value::Int(feed.number()), Value::Text(object)];
    Ok((
        writer.execute(&DROP_THREAT, &values)?,
        writer.execute(&DROP_RELATION, &values)?,
    ))
}

/// Forgets what the labels of an object of a feed said; how much that was.
///
/// # Errors
/// When the database is away or full.
pub fn forget_labelled(writer: &mut Writer<'_, '_>, feed: Id<Feed>, source: &str) -> Result<u64, Error> {
    writer.execute(&DROP_LABELLED, &[Value::Int(feed.number()), Value::Text(source)])
}

/// Whether an object of a feed gives something a name.
///
/// # Errors
/// When the database is away.
pub fn has_threat(tx: &mut dyn Queries, feed: Id<Feed>, object: &str) -> Result<bool, Error> {
    let values = [Value::Int(feed.number()), Value::Text(object)];
    Ok(tx.row(&HAS_THREAT, &values)?.is_some())
}

/// Where the relation begins that an object of a feed says, if it says one.
///
/// # Errors
/// When the database is away.
pub fn source_of(tx: &mut dyn Queries, feed: Id<Feed>, object: &str) -> Result<Option<String>, Error> {
    let values = [Value::Int(feed.number()), Value::Text(object)];
    tx.row(&SOURCE_OF, &values)?.map(|row| row.owned(0)).transpose()
}

/// Forgets all of a feed.
///
/// # Errors
/// When the database is away or full.
pub fn forget_all(writer: &mut Writer<'_, '_>, feed: Id<Feed>) -> Result<(), Error> {
    let values = [Value::Int(feed.number())];
    writer.send(&DROP_THREATS, &values)?;
    writer.send(&DROP_RELATIONS, &values)
}

/// At most `limit` of what a feed gives a name to, after an object.
///
/// # Errors
/// When the database is away.
pub fn threats(tx: &mut dyn Queries, feed: Id<Feed>, after: &str, limit: u32) -> Result<Vec<Threat>, Error> {
    let read = |row: &Row| threat(row, 0);
    tx.rows(&THREATS, &page(feed, after, limit))?.iter().map(read).collect()
}

/// At most `limit` of how objects of a feed stand to each other, after an object.
///
/// # Errors
/// When the database is away.
pub fn relations(tx: &mut dyn Queries, feed: Id<Feed>, after: &str, limit: u32) -> Result<Vec<Relation>, Error> {
    let read = |row: &Row| {
        Ok(Relation {
            object: row.owned(0)?,
            source: row.owned(1)?,
            kind: row.key(2, "feed_relation.kind", RelationKind::from_key)?,
            target: row.owned(3)?,
            tlp: tlp(row, 4)?,
        })
    };
    tx.rows(&RELATIONS, &page(feed, after, limit))?
        .iter()
        .map(read)
        .collect()
}

/// How many things a feed gives a name to, and of how many pairs it says how they stand to each other.
///
/// # Errors
/// When the database is away.
pub fn count(tx: &mut dyn Queries, feed: Id<Feed>) -> Result<(u64, u64), Error> {
    let row = tx.row(&COUNT, &[Value::Int(feed.number())])?;
    let row = row.ok_or(Error::unreadable("feed_threat"))?;
    Ok((row.int(0)?.unsigned_abs(), row.int(1)?.unsigned_abs()))
}

/// How many relations of a feed begin at an object, besides one of them.
///
/// # Errors
/// When the database is away.
pub fn count_of_source(tx: &mut dyn Queries, feed: Id<Feed>, source: &str, besides: &str) -> Result<u64, Error> {
    let values = [Value::Int(feed.number()), Value::Text(source), Value::Text(besides)];
    let row = tx.row(&COUNT_OF_SOURCE, &values)?;
    Ok(row.map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
}

/// At most `limit` of what an object of a feed leads to, in the order of kinds and names.
///
/// # Errors
/// When the database is away.
pub fn of_source(tx: &mut dyn Queries, feed: Id<Feed>, source: &str, limit: u32) -> Result<Vec<LedTo>, Error> {
    let read = |row: &Row| {
        Ok(LedTo {
            feed: row.id(0, "feed_threat.feed")?,
            threat: Threat {
                object: row.owned(1)?,
                kind: row.key(2, "feed_threat.kind", ThreatKind::from_key)?,
                name: row.owned(3)?,
                tlp: tlp(row, 5)?,
            },
            by: row.key(4, "feed_relation.kind", RelationKind::from_key)?,
        })
    };
    tx.rows(&OF_SOURCE, &page(feed, source, limit))?
        .iter()
        .map(read)
        .collect()
}

/// At most `limit` indicators that show what is called so in any feed, and may be seen with a clearance; the newest first.
///
/// # Errors
/// When the database is away.
pub fn shown_by(
    tx: &mut dyn Queries,
    (kind, name): (ThreatKind, &str),
    clearance: Tlp,
    limit: u32,
) -> Result<Vec<Id<Indicator>>, Error> {
    let values = [
        Value::Text(name),
        Value::Text(kind.key()),
        Value::Int(clearance.rank()),
        Value::Int(i64::from(limit)),
    ];
    let read = |row: &Row| row.id(0, "indicator.id");
    tx.rows(&SAME, &values)?.iter().map(read).collect()
}

fn page(feed: Id<Feed>, text: &str, limit: u32) -> [Value<'_>; 3] {
    [
        Value::Int(feed.number()),
        Value::Text(text),
        Value::Int(i64::from(limit)),
    ]
}

fn threat(row: &Row, at: usize) -> Result<Threat, Error> {
    Ok(Threat {
        object: row.owned(at)?,
        kind: row.key(at + 1, "feed_threat.kind", ThreatKind::from_key)?,
        name: row.owned(at + 2)?,
        tlp: tlp(row, at + 3)?,
    })
}

fn tlp(row: &Row, at: usize) -> Result<Tlp, Error> {
    Tlp::from_rank(row.int(at)?).ok_or(Error::unreadable("feed_threat.tlp"))
}
