//! Proofs: what probes of enforcers found, of which version, and when.

use anlanh_db::{Row, Value};
use anlanh_model::{BlockAudience, BlockEffect, BlockEntry, Id, Time};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "block_proof":
    INSERT = "INSERT INTO block_proof (id, entry, enforcer, audience, serial, probe, effect, at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    OF_ENTRY = "SELECT id, entry, enforcer, audience, serial, probe, effect, at FROM block_proof
              WHERE entry = $1 ORDER BY id DESC LIMIT $2";
    LATEST = "SELECT id, entry, enforcer, audience, serial, probe, effect, at FROM block_proof
              WHERE id IN (SELECT MAX(id) FROM block_proof GROUP BY enforcer) ORDER BY enforcer";
    // From one name to the next through the index: there are few names and many proofs.
    ENFORCERS = "WITH RECURSIVE found (name) AS (
              SELECT MIN(enforcer) FROM block_proof
              UNION ALL SELECT (SELECT MIN(p.enforcer) FROM block_proof p WHERE p.enforcer > found.name) FROM found
                WHERE found.name IS NOT NULL)
              SELECT name FROM found WHERE name IS NOT NULL LIMIT $1";
    LAST_OF = "SELECT id, entry, enforcer, audience, serial, probe, effect, at FROM block_proof
              WHERE enforcer = $1 ORDER BY id DESC LIMIT 1";
    MISSING = "SELECT COUNT(*) FROM block_proof p WHERE p.serial = $1 AND p.enforcer = $2 AND p.effect IN ('wrong', 'unreachable')
              AND NOT EXISTS (SELECT 1 FROM block_proof l WHERE l.serial = p.serial AND l.enforcer = p.enforcer
                AND l.probe = p.probe AND l.id > p.id)";
    // What an enforcer did of a version last, probe by probe.
    WRONG = "SELECT COUNT(*) FROM block_proof p WHERE p.serial = $1 AND p.effect = 'wrong'
              AND NOT EXISTS (SELECT 1 FROM block_proof l WHERE l.serial = p.serial AND l.enforcer = p.enforcer
                AND l.probe = p.probe AND l.id > p.id)";
}

/// One probe: a marker for ids.
#[derive(Debug)]
pub struct BlockProof;

/// A proof that is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProof {
    /// The entry it is about; none where it is about something else, as a name that must be answered.
    pub entry: Option<Id<BlockEntry>>,
    /// Who was asked, by the operator's name for it.
    pub enforcer: String,
    /// Which list it has.
    pub audience: BlockAudience,
    /// The version that it said it has.
    pub serial: u32,
    /// What was asked, as in `A evil.vn`.
    pub probe: String,
    /// What it did.
    pub effect: BlockEffect,
    /// When it was asked.
    pub at: Time,
}

/// A proof as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofRow {
    /// Its id.
    pub id: Id<BlockProof>,
    /// What it says.
    pub proof: NewProof,
}

/// Keeps a proof.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, proof: &NewProof) -> Result<Id<BlockProof>, Error> {
    let id: Id<BlockProof> = writer.new_id();
    let values = [
        Value::Int(id.number()),
        Value::from(proof.entry.map(Id::number)),
        Value::Text(&proof.enforcer),
        Value::Text(proof.audience.key()),
        Value::Int(i64::from(proof.serial)),
        Value::Text(&proof.probe),
        Value::Text(proof.effect.key()),
        Value::Int(proof.at.as_micros()),
    ];
    writer.execute(&INSERT, &values)?;
    Ok(id)
}

/// At most `limit` proofs of an entry, newest first.
///
/// # Errors
/// When the database is away.
pub fn of_entry(tx: &mut dyn Queries, entry: Id<BlockEntry>, limit: u32) -> Result<Vec<ProofRow>, Error> {
    let rows = tx.rows(&OF_ENTRY, &[Value::Int(entry.number()), Value::Int(i64::from(limit))])?;
    rows.iter().map(read).collect()
}

/// The newest proof of each enforcer.
///
/// # Errors
/// When the database is away.
pub fn latest(tx: &mut dyn Queries) -> Result<Vec<ProofRow>, Error> {
    tx.rows(&LATEST, &[])?.iter().map(read).collect()
}

/// An enforcer, as its proofs show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnforcerRow {
    /// Its newest proof.
    pub last: ProofRow,
    /// How many probes of the version of that proof it last answered wrongly or not at all.
    pub missing: u64,
}

/// At most `limit` enforcers, by their names.
///
/// # Errors
/// When the database is away.
pub fn by_enforcer(tx: &mut dyn Queries, limit: u32) -> Result<Vec<EnforcerRow>, Error> {
    let mut enforcers = Vec::new();
    for row in tx.rows(&ENFORCERS, &[Value::Int(i64::from(limit))])? {
        let name = row.text(0)?;
        let Some(last) = tx
            .row(&LAST_OF, &[Value::Text(name)])?
            .map(|row| read(&row))
            .transpose()?
        else {
            continue;
        };
        let values = [Value::Int(i64::from(last.proof.serial)), Value::Text(name)];
        let missing = tx.row(&MISSING, &values)?.map_or(Ok(0), |row| row.int(0))?;
        enforcers.push(EnforcerRow {
            last,
            missing: u64::try_from(missing).unwrap_or(0),
        });
    }
    Ok(enforcers)
}

/// Whether an enforcer last did wrong by a version.
///
/// # Errors
/// When the database is away.
pub fn is_wrong(tx: &mut dyn Queries, serial: u32) -> Result<bool, Error> {
    let row = tx.row(&WRONG, &[Value::Int(i64::from(serial))])?;
    Ok(row.map_or(Ok(0), |row| row.int(0))? > 0)
}

fn read(row: &Row) -> Result<ProofRow, Error> {
    Ok(ProofRow {
        id: row.id(0, "block_proof.id")?,
        proof: NewProof {
            entry: row.optional_id(1, "block_proof.entry")?,
            enforcer: row.owned(2)?,
            audience: row.key(3, "block_proof.audience", BlockAudience::from_key)?,
            serial: u32::try_from(row.int(4)?).map_err(|_| Error::unreadable("block_proof.serial"))?,
            probe: row.owned(5)?,
            effect: row.key(6, "block_proof.effect", BlockEffect::from_key)?,
            at: row.time(7)?,
        },
    })
}
