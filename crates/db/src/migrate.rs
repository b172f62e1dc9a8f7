//! Migrations: append-only, numbered from 1, all that are missing in one transaction.
//!
//! The database remembers what ran by number and checksum, so that neither an edited migration nor a schema of a newer
//! program is taken for the one that is known.

use sha2::{Digest as _, Sha256};

use crate::postgres::Leaving;
use crate::session::Session;
use crate::{Backend, Error, Read, Statement, Value, Write};

/// One step of the schema. Once released it never changes.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// 1, 2, 3 …, without a gap.
    pub number: u32,
    /// What it does, in a word or two.
    pub name: &'static str,
    /// The text for SQLite; its tables are `STRICT`.
    pub sqlite: &'static str,
    /// The text for PostgreSQL.
    pub postgres: &'static str,
}

const CREATE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL, \
                      checksum TEXT NOT NULL)";
const DONE: Statement = Statement::new(
    "migrate.done",
    "SELECT number, checksum FROM schema_migration ORDER BY number",
);
const NOTE: Statement = Statement::new(
    "migrate.note",
    "INSERT INTO schema_migration (number, name, checksum) VALUES ($1, $2, $3)",
);

fn checksum(sql: &str) -> String {
    let digest = Sha256::digest(sql.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Brings the schema to the last migration. `lock` is called before anything is changed, and refuses where another node
/// may be running on the schema as it is.
pub(crate) fn migrate<L>(
    session: &mut Session,
    backend: Backend,
    migrations: &[Migration],
    lock: impl FnOnce(&mut Session) -> Result<L, Error>,
) -> Result<(), Error> {
    for (migration, number) in migrations.iter().zip(1..) {
        if migration.number != number {
            return Err(Error::MigrationOrder(migration.number));
        }
    }
    session.begin_write(Leaving::Apart)?;
    let held = run(session, backend, migrations, lock);
    match held {
        // The lock is held until what was done under it is there for all.
        Ok(_lock) => session.commit(),
        Err(error) => {
            session.rollback();
            Err(error)
        }
    }
}

fn run<L>(
    session: &mut Session,
    backend: Backend,
    migrations: &[Migration],
    lock: impl FnOnce(&mut Session) -> Result<L, Error>,
) -> Result<Option<L>, Error> {
    session.script("migrate.create", CREATE)?;
    let done = Read::new(session).query(&DONE, &[])?;
    let text = |migration: &Migration| match backend {
        Backend::Sqlite => migration.sqlite,
        Backend::Postgres => migration.postgres,
    };
    let mut known = migrations.iter();
    for row in &done {
        let found = u32::try_from(row.int(0)?).unwrap_or(u32::MAX);
        let Some(migration) = known.next() else {
            let found = done.last().map_or(Ok(0), |last| last.int(0))?;
            return Err(Error::NewerSchema {
                found: u32::try_from(found).unwrap_or(u32::MAX),
                known: migrations.last().map_or(0, |last| last.number),
            });
        };
        if migration.number != found || row.text(1)? != checksum(text(migration)) {
            return Err(Error::EditedMigration(migration.number));
        }
    }
    if known.len() == 0 {
        return Ok(None);
    }
    let held = lock(session)?;
    for migration in known {
        session.script(migration.name, text(migration))?;
        let checksum = checksum(text(migration));
        let values = [migration.number.into(), migration.name.into(), Value::Text(&checksum)];
        Write::new(session).execute(&NOTE, &values)?;
    }
    Ok(Some(held))
}
