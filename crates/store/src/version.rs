//! Versions of the policy, each kept whole with every file, and the steps that were taken with them.

use anlanh_db::{Row, Value};
use anlanh_model::{Id, PolicyStep, Time, VersionState};
use sha2::{Digest as _, Sha256};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

/// Marks the ids of policy versions.
#[derive(Debug)]
pub struct Version;

statements! { "version":
    BY_DIGEST = "SELECT id FROM policy_version WHERE digest = $1 AND state = 'loaded' ORDER BY id LIMIT 1";
    INSERT = "INSERT INTO policy_version (id, parent, digest, state, note, staff, created_at, changed_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";
    LOAD = "SELECT v.id, v.parent, v.digest, v.state, v.note, s.name, v.created_at, v.changed_at
            FROM policy_version v LEFT JOIN staff s ON s.id = v.staff WHERE v.id = $1";
    PAGE = "SELECT v.id, v.parent, v.digest, v.state, v.note, s.name, v.created_at, v.changed_at
            FROM policy_version v LEFT JOIN staff s ON s.id = v.staff WHERE v.id < $1 ORDER BY v.id DESC LIMIT $2";
    DRAFTS = "SELECT v.id, v.parent, v.digest, v.state, v.note, s.name, v.created_at, v.changed_at
              FROM policy_version v LEFT JOIN staff s ON s.id = v.staff WHERE v.state = 'draft' ORDER BY v.id DESC";
    SET_STATE = "UPDATE policy_version SET state = $2, changed_at = $3 WHERE id = $1";
    SET_DIGEST = "UPDATE policy_version SET digest = $2, changed_at = $3 WHERE id = $1";
    INSERT_FILE = "INSERT INTO policy_file (digest, content) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    COPY_PATHS = "INSERT INTO policy_version_file (version, path, digest)
                  SELECT $1, path, digest FROM policy_version_file WHERE version = $2";
    SET_PATH = "INSERT INTO policy_version_file (version, path, digest) VALUES ($1, $2, $3)
                ON CONFLICT (version, path) DO UPDATE SET digest = $3";
    DELETE_PATH = "DELETE FROM policy_version_file WHERE version = $1 AND path = $2";
    FILES = "SELECT p.path, f.content FROM policy_version_file p JOIN policy_file f ON f.digest = p.digest
             WHERE p.version = $1";
    FILE = "SELECT f.content FROM policy_version_file p JOIN policy_file f ON f.digest = p.digest
            WHERE p.version = $1 AND p.path = $2";
    INSERT_STEP = "INSERT INTO policy_change (id, version, kind, staff, note, at) VALUES ($1, $2, $3, $4, $5, $6)";
    STEPS = "SELECT c.id, c.version, c.kind, s.name, c.note, c.at, v.digest FROM policy_change c
             JOIN policy_version v ON v.id = c.version LEFT JOIN staff s ON s.id = c.staff
             WHERE c.id < $1 ORDER BY c.id DESC LIMIT $2";
    IN_FORCE = "SELECT version FROM policy_change WHERE kind IN ('load', 'enforce', 'roll-back')
                ORDER BY id DESC LIMIT $1";
    LAST_SHADOW = "SELECT version, kind FROM policy_change WHERE kind IN ('shadow', 'end-shadow')
                   ORDER BY id DESC LIMIT 1";
}

/// A file of a version: its path inside the pack and what it says.
pub type File = (String, Vec<u8>);

/// A version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRow {
    /// Its id.
    pub id: Id<Version>,
    /// The version it was made from.
    pub parent: Option<Id<Version>>,
    /// The digest of its files.
    pub digest: String,
    /// How far it has come.
    pub state: VersionState,
    /// What it is for, in the words of who made it.
    pub note: String,
    /// Name of who made it; none for what the operator loaded.
    pub by: Option<String>,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub changed_at: Time,
}

/// A step that was taken with a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRow {
    /// Its id.
    pub id: Id<StepRow>,
    /// The version.
    pub version: Id<Version>,
    /// Its digest.
    pub digest: String,
    /// What was done.
    pub step: PolicyStep,
    /// Name of who did it; none for the node.
    pub by: Option<String>,
    /// Why.
    pub note: String,
    /// When.
    pub at: Time,
}

/// A version to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewVersion<'v> {
    /// The version it is made from.
    pub parent: Option<Id<Version>>,
    /// The digest of its files.
    pub digest: &'v str,
    /// How far it has come.
    pub state: VersionState,
    /// What it is for.
    pub note: &'v str,
}

/// Keeps a version that the operator loaded, unless it is kept already.
///
/// # Errors
/// When the database is away or full.
pub fn keep_loaded<'f>(
    writer: &mut Writer<'_, '_>,
    digest: &str,
    files: impl IntoIterator<Item = (&'f str, &'f [u8])>,
) -> Result<Id<Version>, Error> {
    let id = match writer.row(&BY_DIGEST, &[Value::Text(digest)])? {
        Some(row) => row.id(0, "policy_version.id")?,
        None => insert(
            writer,
            NewVersion {
                parent: None,
                digest,
                state: VersionState::Loaded,
                note: "",
            },
        )?,
    };
    for (path, content) in files {
        set_file(writer, id, path, content)?;
    }
    Ok(id)
}

/// Keeps a version, with the files of its parent.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, new: NewVersion<'_>) -> Result<Id<Version>, Error> {
    let id: Id<Version> = writer.new_id();
    let now = writer.now().as_micros();
    let staff = writer.actor().person().map(|person| person.id.number());
    let values = [
        Value::Int(id.number()),
        Value::from(new.parent.map(Id::number)),
        Value::Text(new.digest),
        Value::Text(new.state.key()),
        Value::Text(new.note),
        Value::from(staff),
        Value::Int(now),
    ];
    writer.execute(&INSERT, &values)?;
    if let Some(parent) = new.parent {
        writer.execute(&COPY_PATHS, &[Value::Int(id.number()), Value::Int(parent.number())])?;
    }
    Ok(id)
}

/// Puts a file into a version, in place of the one of that path. The digest of the version is for the caller to set.
///
/// # Errors
/// When the database is away or full.
pub fn set_file(writer: &mut Writer<'_, '_>, version: Id<Version>, path: &str, content: &[u8]) -> Result<(), Error> {
    let digest = sha256(content);
    writer.execute(&INSERT_FILE, &[Value::Text(&digest), Value::Bytes(content)])?;
    let values = [Value::Int(version.number()), Value::Text(path), Value::Text(&digest)];
    writer.execute(&SET_PATH, &values)?;
    Ok(())
}

/// Takes a file out of a version.
///
/// # Errors
/// When the database is away or full.
pub fn remove_file(writer: &mut Writer<'_, '_>, version: Id<Version>, path: &str) -> Result<(), Error> {
    writer.execute(&DELETE_PATH, &[Value::Int(version.number()), Value::Text(path)])?;
    Ok(())
}

/// Notes the digest of a version's files.
///
/// # Errors
/// When the database is away or full.
pub fn set_digest(writer: &mut Writer<'_, '_>, version: Id<Version>, digest: &str) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [Value::Int(version.number()), Value::Text(digest), Value::Int(now)];
    writer.execute(&SET_DIGEST, &values)?;
    Ok(())
}

/// Notes how far a version has come.
///
/// # Errors
/// When the database is away or full.
pub fn set_state(writer: &mut Writer<'_, '_>, version: Id<Version>, state: VersionState) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [Value::Int(version.number()), Value::Text(state.key()), Value::Int(now)];
    writer.execute(&SET_STATE, &values)?;
    Ok(())
}

/// The files of a version, in the byte order of their paths.
///
/// # Errors
/// When the database is away.
pub fn files(tx: &mut dyn Queries, version: Id<Version>) -> Result<Vec<File>, Error> {
    let rows = tx.rows(&FILES, &[Value::Int(version.number())])?;
    let files = rows.iter().map(|row| Ok((row.owned(0)?, row.bytes(1)?.to_vec())));
    let mut files = files.collect::<Result<Vec<File>, Error>>()?;
    // What a database holds for the order of texts is not always that of bytes.
    files.sort_unstable();
    Ok(files)
}

/// What the file of this path says in a version, if it has one.
///
/// # Errors
/// When the database is away.
pub fn file(tx: &mut dyn Queries, version: Id<Version>, path: &str) -> Result<Option<Vec<u8>>, Error> {
    let row = tx.row(&FILE, &[Value::Int(version.number()), Value::Text(path)])?;
    row.map(|row| Ok(row.bytes(0)?.to_vec())).transpose()
}

/// One version.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Version>) -> Result<Option<VersionRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.map(|row| read(&row)).transpose()
}

/// At most `limit` versions older than `before`, newest first.
///
/// # Errors
/// When the database is away.
pub fn page(tx: &mut dyn Queries, before: Option<Id<Version>>, limit: u32) -> Result<Vec<VersionRow>, Error> {
    let before = Value::Int(before.map_or(i64::MAX, Id::number));
    let rows = tx.rows(&PAGE, &[before, Value::Int(i64::from(limit))])?;
    rows.iter().map(read).collect()
}

/// The versions that are being written, newest first.
///
/// # Errors
/// When the database is away.
pub fn drafts(tx: &mut dyn Queries) -> Result<Vec<VersionRow>, Error> {
    tx.rows(&DRAFTS, &[])?.iter().map(read).collect()
}

/// Notes a step that was taken with a version.
///
/// # Errors
/// When the database is away or full.
pub fn take_step(writer: &mut Writer<'_, '_>, version: Id<Version>, step: PolicyStep, note: &str) -> Result<(), Error> {
    let id: Id<StepRow> = writer.new_id();
    let now = writer.now().as_micros();
    let staff = writer.actor().person().map(|person| person.id.number());
    let values = [
        Value::Int(id.number()),
        Value::Int(version.number()),
        Value::Text(step.key()),
        Value::from(staff),
        Value::Text(note),
        Value::Int(now),
    ];
    writer.execute(&INSERT_STEP, &values)?;
    Ok(())
}

/// At most `limit` steps older than `before`, newest first.
///
/// # Errors
/// When the database is away.
pub fn steps(tx: &mut dyn Queries, before: Option<Id<StepRow>>, limit: u32) -> Result<Vec<StepRow>, Error> {
    let before = Value::Int(before.map_or(i64::MAX, Id::number));
    let rows = tx.rows(&STEPS, &[before, Value::Int(i64::from(limit))])?;
    rows.iter()
        .map(|row| {
            Ok(StepRow {
                id: row.id(0, "policy_change.id")?,
                version: row.id(1, "policy_change.version")?,
                step: row.key(2, "policy_change.kind", PolicyStep::from_key)?,
                by: row.optional_owned(3)?,
                note: row.owned(4)?,
                at: row.time(5)?,
                digest: row.owned(6)?,
            })
        })
        .collect()
}

/// The version in force; none where nothing ever was.
///
/// # Errors
/// When the database is away.
pub fn in_force(tx: &mut dyn Queries) -> Result<Option<Id<Version>>, Error> {
    let row = tx.row(&IN_FORCE, &[Value::Int(1)])?;
    row.map(|row| row.id(0, "policy_change.version")).transpose()
}

/// The version that was in force before the one that is, where the last step is taken back.
///
/// # Errors
/// When the database is away.
pub fn before_in_force(tx: &mut dyn Queries) -> Result<Option<Id<Version>>, Error> {
    let rows = tx.rows(&IN_FORCE, &[Value::Int(2)])?;
    let row = rows.get(1);
    row.map(|row| row.id(0, "policy_change.version")).transpose()
}

/// The version that runs in shadow, if one does.
///
/// # Errors
/// When the database is away.
pub fn in_shadow(tx: &mut dyn Queries) -> Result<Option<Id<Version>>, Error> {
    let Some(row) = tx.row(&LAST_SHADOW, &[])? else {
        return Ok(None);
    };
    let step = row.key(1, "policy_change.kind", PolicyStep::from_key)?;
    let version = row.id(0, "policy_change.version")?;
    Ok((step == PolicyStep::Shadow).then_some(version))
}

fn sha256(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read(row: &Row) -> Result<VersionRow, Error> {
    Ok(VersionRow {
        id: row.id(0, "policy_version.id")?,
        parent: row.optional_id(1, "policy_version.parent")?,
        digest: row.owned(2)?,
        state: row.key(3, "policy_version.state", VersionState::from_key)?,
        note: row.owned(4)?,
        by: row.optional_owned(5)?,
        created_at: row.time(6)?,
        changed_at: row.time(7)?,
    })
}
