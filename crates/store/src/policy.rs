//! Versions of the policy, each kept whole, and the engines that judged with them.

use anlanh_db::Value;
use anlanh_model::{Id, Time};

use crate::decision::Version;
use crate::item::Engine;
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "policy":
    BY_DIGEST = "SELECT id FROM policy_version WHERE digest = $1 ORDER BY id LIMIT 1";
    INSERT = "INSERT INTO policy_version (id, parent, digest, state, note, staff, created_at, changed_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";
    INSERT_FILE = "INSERT INTO policy_file (digest, content) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    INSERT_PATH = "INSERT INTO policy_version_file (version, path, digest) VALUES ($1, $2, $3)";
    FILES = "SELECT p.path, f.content FROM policy_version_file p JOIN policy_file f ON f.digest = p.digest
             WHERE p.version = $1 ORDER BY p.path";
    ENGINE = "SELECT id FROM engine WHERE version = $1 AND lists = $2";
    INSERT_ENGINE = "INSERT INTO engine (id, version, lists, started_at) VALUES ($1, $2, $3, $4)";
    LOAD_ENGINE = "SELECT version, lists, started_at FROM engine WHERE id = $1";
}

/// A file of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFile {
    /// Its path inside the pack.
    pub path: String,
    /// SHA-256 of its content, in lower-case hexadecimal.
    pub digest: String,
    /// Its content.
    pub content: Vec<u8>,
}

/// What judged an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineRow {
    /// The version of the policy.
    pub version: Id<Version>,
    /// The lists that were loaded: `id=digest`, one a line, sorted.
    pub lists: String,
    /// When it first judged.
    pub started_at: Time,
}

/// Keeps a version that the operator loaded, unless it is kept already.
///
/// # Errors
/// When the database is away or full.
pub fn keep_loaded(writer: &mut Writer<'_, '_>, digest: &str, files: &[PolicyFile]) -> Result<Id<Version>, Error> {
    if let Some(row) = writer.row(&BY_DIGEST, &[Value::Text(digest)])? {
        return row.id(0, "policy_version.id");
    }
    let id: Id<Version> = writer.new_id();
    let now = writer.now().as_micros();
    writer.execute(
        &INSERT,
        &[
            Value::Int(id.number()),
            Value::Null,
            Value::Text(digest),
            Value::Text("loaded"),
            Value::Text(""),
            Value::Null,
            Value::Int(now),
        ],
    )?;
    for file in files {
        writer.execute(&INSERT_FILE, &[Value::Text(&file.digest), Value::Bytes(&file.content)])?;
        let values = [
            Value::Int(id.number()),
            Value::Text(&file.path),
            Value::Text(&file.digest),
        ];
        writer.execute(&INSERT_PATH, &values)?;
    }
    Ok(id)
}

/// The files of a version, as pairs of path and content, by path.
///
/// # Errors
/// When the database is away.
pub fn files(tx: &mut impl Queries, version: Id<Version>) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let rows = tx.rows(&FILES, &[Value::Int(version.number())])?;
    rows.iter()
        .map(|row| Ok((row.owned(0)?, row.bytes(1)?.to_vec())))
        .collect()
}

/// The engine of a version with these lists; a new one, if it never judged before.
///
/// # Errors
/// When the database is away or full.
pub fn engine(writer: &mut Writer<'_, '_>, version: Id<Version>, lists: &str) -> Result<Id<Engine>, Error> {
    if let Some(row) = writer.row(&ENGINE, &[Value::Int(version.number()), Value::Text(lists)])? {
        return row.id(0, "engine.id");
    }
    let id: Id<Engine> = writer.new_id();
    let now = writer.now().as_micros();
    let values = [
        Value::Int(id.number()),
        Value::Int(version.number()),
        Value::Text(lists),
        Value::Int(now),
    ];
    writer.execute(&INSERT_ENGINE, &values)?;
    Ok(id)
}

/// What judged.
///
/// # Errors
/// When the database is away.
pub fn load_engine(tx: &mut impl Queries, id: Id<Engine>) -> Result<Option<EngineRow>, Error> {
    let row = tx.row(&LOAD_ENGINE, &[Value::Int(id.number())])?;
    row.map(|row| {
        Ok(EngineRow {
            version: row.id(0, "engine.version")?,
            lists: row.owned(1)?,
            started_at: row.time(2)?,
        })
    })
    .transpose()
}
