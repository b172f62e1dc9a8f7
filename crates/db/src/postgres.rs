//! One connection to a PostgreSQL server.
//!
//! Writers of all processes take turns by an advisory lock within each transaction, as SQLite's writers do by the lock
//! of the file; a node holds another one while it is connected. Knows nothing of threads or queues.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::pin::pin;
use std::time::Duration;

use bytes::BytesMut;
use futures_util::TryStreamExt as _;
use tokio::runtime::Builder;
use tokio_postgres::Config;
use tokio_postgres::error::{Severity, SqlState};
use tokio_postgres::types::{IsNull, Kind, ToSql, Type, to_sql_checked};

use crate::lexemes;
use crate::line::Line;
use crate::rows::{Batch, Rows};
use crate::session::Access;
use crate::statement::key;
use crate::value::Cell;
use crate::{Error, Options, Role, Row, Statement, Value};

/// How long a connection may take to be made, and how long one may hang in the network before it counts as broken.
const REACH: Duration = Duration::from_secs(5);
/// How long a connection may be silent before the network is asked whether it is still there.
const SILENCE: Duration = Duration::from_secs(30);
/// How long the server may take to notice that a node has ended, which then need not hinder the next one.
const FAREWELL: Duration = Duration::from_secs(5);
/// The lock that a node holds: "anlanh" in ASCII, and a number.
const NODE_LOCK: i64 = 0x0061_6e6c_616e_6801;
/// The lock that a transaction holds while it writes.
const WRITE_LOCK: i64 = 0x0061_6e6c_616e_6802;

/// Most statements that are sent before their answers are waited for.
const MAX_UNANSWERED: usize = 256;
/// Most statements that are made of others.
const MAX_JOINED: usize = 64;
/// How long the values of such statements may be, all together, before that.
const MAX_UNANSWERED_BYTES: usize = 1 << 20;

/// How rows of several statements leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// As one statement: it costs the server less, and nobody knows which of them failed.
    Together,
    /// Statement by statement.
    Apart,
}

pub(crate) struct Postgres {
    line: Line,
    prepared: HashMap<(usize, usize), tokio_postgres::Statement>,
    /// Several statements for rows as one, by the texts of which it is made.
    joined: HashMap<Vec<(usize, usize)>, tokio_postgres::Statement>,
    leaving: Leaving,
    /// Whether some did leave together in this transaction.
    has_joined: bool,
    /// What was given and has not been sent yet.
    rows: Rows,
    /// Bytes of values that were sent since all was last answered.
    unanswered_bytes: usize,
    /// The first failure in this transaction of what nobody waited for. It is told at every statement until the
    /// transaction, or the part of it that failed, is taken back: the server refuses all that follows, too.
    failure: Option<Error>,
    /// Set by the first failure after which nothing more can be had from the connection.
    is_broken: bool,
    /// Set when it broke without a word from the server.
    is_silent: bool,
}

impl Postgres {
    pub(crate) fn open(address: &str, access: Access, options: &Options) -> Result<Self, Error> {
        let mut config: Config = address.parse().map_err(|_: tokio_postgres::Error| {
            Error::Open("read its address: not as postgres://user@host/name".into())
        })?;
        config
            .application_name("anlanh")
            .connect_timeout(REACH)
            .tcp_user_timeout(REACH)
            .keepalives_idle(SILENCE);
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Error::Open(format!("wait for a network: {}", error.kind())))?;
        let line = Line::open(runtime, &config).map_err(|error| refusal("connect", &error))?;
        let mut session = Self {
            line,
            prepared: HashMap::new(),
            joined: HashMap::new(),
            leaving: Leaving::Apart,
            has_joined: false,
            rows: Rows::default(),
            unanswered_bytes: 0,
            failure: None,
            is_broken: false,
            is_silent: false,
        };
        let patience = options.patience.as_millis().max(1);
        let settings = match access {
            Access::Read => {
                "SET default_transaction_isolation = 'repeatable read'; SET default_transaction_read_only = on"
                    .to_owned()
            }
            // What is written looks for rows by their keys, whatever the values are: a plan is made once, and not anew for
            // each of the first runs, which for statements that are made of many costs as much as a group.
            Access::Write => format!(
                "SET default_transaction_isolation = 'read committed'; SET synchronous_commit = on; \
                 SET plan_cache_mode = force_generic_plan; SET lock_timeout = {patience}"
            ),
        };
        match (access, options.role) {
            (Access::Write, Role::Node) => session.lock_node()?,
            (Access::Write, Role::Tool) | (Access::Read, Role::Node | Role::Tool) => {}
        }
        session.script("connect", &settings)?;
        Ok(session)
    }

    /// Says that a node serves from this database, until the connection ends.
    pub(crate) fn lock_node(&mut self) -> Result<(), Error> {
        let wait = FAREWELL.as_millis();
        let sql = format!("SET lock_timeout = {wait}; SELECT pg_advisory_lock({NODE_LOCK})");
        match self.script("lock", &sql) {
            Err(Error::Busy) => Err(Error::AnotherNode),
            locked => locked,
        }
    }

    /// Runs statements that are ours and have no parameters.
    pub(crate) fn script(&mut self, name: &'static str, sql: &str) -> Result<(), Error> {
        let client = self.line.client();
        self.wait(name, client.batch_execute(sql))
    }

    /// Writes tables anew: a freed row would stay in its page.
    pub(crate) fn purge(&mut self, tables: &[&str]) -> Result<(), Error> {
        // Each for itself: a server does not do this within a transaction.
        let mut tables = tables.iter();
        tables.try_for_each(|table| self.script("purge", &format!("VACUUM FULL {table}")))
    }

    /// Begins with the first statement, in the same journey.
    pub(crate) fn begin_read(&mut self) {
        self.failure = None;
        self.send_script("begin", "BEGIN");
    }

    /// Ends a transaction that has written nothing; what the server says to it is heard with the next one.
    pub(crate) fn end_read(&mut self) {
        self.send_script("rollback", "ROLLBACK");
        self.line.flush();
    }

    /// Begins with the first statement, in the same journey: whoever waits next is told when the lock was not to be had.
    ///
    /// # Errors
    /// When the connection has ended meanwhile: then nothing has been asked of the server yet.
    pub(crate) fn begin_write(&mut self, leaving: Leaving) -> Result<(), Error> {
        (self.leaving, self.has_joined) = (leaving, false);
        if self.line.has_ended() {
            return Err(Error::Unavailable("the connection broke".into()));
        }
        self.send_script("begin", format!("BEGIN; SELECT pg_advisory_xact_lock({WRITE_LOCK})"));
        Ok(())
    }

    /// Runs what undoes, and forgets what failed before it.
    pub(crate) fn take_back(&mut self, name: &'static str, sql: &'static str) -> Result<(), Error> {
        self.rows.clear();
        let client = self.line.client();
        let undone = self.line.wait(client.batch_execute(sql));
        let _undone = self.line.take_failure();
        self.failure = None;
        undone.map_err(|error| self.refused(name, &error))
    }

    /// Sends what waits and `COMMIT` in one journey. Where something failed before it, the server answers a commit by
    /// rolling back; that failure is told.
    pub(crate) fn commit(&mut self) -> Result<(), Error> {
        self.told()?;
        self.send_rows();
        if self.line.has_ended() {
            // Nobody has asked for a commit yet.
            self.told()?;
            return Err(Error::Unavailable("the connection broke".into()));
        }
        let client = self.line.client();
        let committed = self.line.wait(client.batch_execute("COMMIT"));
        let before = self.told();
        if before.is_err() && !self.is_silent {
            return before;
        }
        let ended = committed.map_err(|error| self.refused("commit", &error));
        match ended {
            Ok(()) if before.is_ok() => Ok(()),
            // An error is an answer: it is rolled back. When the connection ends there is none.
            Err(refused) if !self.is_broken => Err(refused),
            Ok(()) | Err(_) => Err(Error::CommitUnknown),
        }
    }

    /// Whether a failure in this transaction may bear another name than that of the statement that failed.
    pub(crate) fn has_joined(&self) -> bool {
        self.has_joined
    }

    pub(crate) fn is_alive(&self) -> bool {
        !self.is_broken && !self.line.is_closed()
    }

    /// Whether the text is understood.
    pub(crate) fn prepare(&mut self, statement: &Statement) -> Result<(), Error> {
        let client = self.line.client();
        let prepared = self.line.wait(client.prepare(statement.for_postgres()));
        prepared.map(drop).map_err(
            |error| match (self.refused(statement.name, &error), error.as_db_error()) {
                (Error::Refused { statement, code }, Some(told)) => Error::Refused {
                    statement,
                    code: format!("{code}: {}", told.message()),
                },
                (refused, _) => refused,
            },
        )
    }

    /// Runs a statement and returns how many rows it changed.
    pub(crate) fn execute(&mut self, statement: &Statement, values: &[Value<'_>]) -> Result<u64, Error> {
        let prepared = self.prepared_for_none(statement, values)?;
        self.send_rows();
        let client = self.line.client();
        if statement.has_rows() {
            let mut one = Batch::new(statement, prepared);
            one.add(values)?;
            return self.wait(statement.name, client.execute_raw(&one.prepared, one.columns));
        }
        let values = values.iter().map(|value| Bound(*value));
        self.wait(statement.name, client.execute_raw(&prepared, values))
    }

    /// Runs a statement whose answer nobody waits for: at once, or together with other rows of it before anything else
    /// runs. A failure is told by whatever waits next.
    pub(crate) fn send(&mut self, statement: &Statement, values: &[Value<'_>]) -> Result<(), Error> {
        let prepared = self.prepared_for_none(statement, values)?;
        if statement.has_rows() {
            if self.rows.add(statement, prepared, values)? {
                return Ok(());
            }
            self.send_rows();
            return self.settle_if_full();
        }
        self.send_rows();
        let client = self.line.client();
        let owned: Vec<Owned> = values.iter().map(|value| Owned(value.owned())).collect();
        self.line.send(statement.name, async move {
            client.execute_raw(&prepared, owned).await.map(drop)
        });
        self.unanswered_bytes += values.iter().map(Value::bytes).sum::<usize>();
        self.settle_if_full()
    }

    /// Sends the rows that wait.
    fn send_rows(&mut self) {
        let batches = self.rows.take();
        for batch in self.join(batches) {
            let client = self.line.client();
            self.unanswered_bytes += batch.bytes;
            self.line.send(batch.name, async move {
                client.execute_raw(&batch.prepared, batch.columns).await.map(drop)
            });
        }
    }

    fn join(&mut self, batches: Vec<Batch>) -> Vec<Batch> {
        if self.leaving == Leaving::Apart || batches.len() < 2 {
            return batches;
        }
        let key: Vec<_> = batches.iter().map(Batch::key).collect();
        let known = self.joined.get(&key).cloned();
        let Some(prepared) = known.or_else(|| self.prepare_joined(key, &batches)) else {
            return batches;
        };
        self.has_joined = true;
        vec![Batch::join(batches, prepared)]
    }

    fn prepare_joined(&mut self, key: Vec<(usize, usize)>, batches: &[Batch]) -> Option<tokio_postgres::Statement> {
        if self.joined.len() >= MAX_JOINED {
            return None;
        }
        let client = self.line.client();
        let text = Batch::joined_text(batches);
        let prepared = self.line.wait(client.prepare(&text)).ok()?;
        self.joined.insert(key, prepared.clone());
        Some(prepared)
    }

    fn settle_if_full(&mut self) -> Result<(), Error> {
        if self.line.unanswered() >= MAX_UNANSWERED || self.unanswered_bytes >= MAX_UNANSWERED_BYTES {
            return self.settle();
        }
        Ok(())
    }

    /// Waits for all that was sent, and tells what of it failed first.
    pub(crate) fn settle(&mut self) -> Result<(), Error> {
        self.send_rows();
        self.line.settle();
        self.told()
    }

    fn send_script(&mut self, name: &'static str, sql: impl AsRef<str> + Send + 'static) {
        let client = self.line.client();
        self.line
            .send(name, async move { client.batch_execute(sql.as_ref()).await });
    }

    /// Waits for an answer. What was sent before and has failed comes first.
    fn wait<T>(
        &mut self,
        name: &'static str,
        question: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Error> {
        let answered = self.line.wait(question);
        self.told()?;
        answered.map_err(|error| self.refused(name, &error))
    }

    /// What has failed of all that was answered.
    fn told(&mut self) -> Result<(), Error> {
        if self.line.unanswered() == 0 {
            self.unanswered_bytes = 0;
        }
        if let Some(failure) = self.line.take_failure() {
            let error = self.refused(failure.name, &failure.error);
            self.failure.get_or_insert(error);
        }
        self.failure.clone().map_or(Ok(()), Err)
    }

    /// Runs a statement and hands over its rows one by one.
    pub(crate) fn each<E: From<Error>>(
        &mut self,
        statement: &Statement,
        values: &[Value<'_>],
        take: &mut dyn FnMut(&Row) -> Result<(), E>,
    ) -> Result<(), E> {
        if statement.has_rows() {
            let what = "it takes rows, and was asked for some";
            return Err(E::from(Error::Shape {
                statement: statement.name,
                what,
            }));
        }
        let prepared = self.prepared(statement, values)?;
        self.send_rows();
        let client = self.line.client();
        let values = values.iter().map(|value| Bound(*value));
        let mut rows = pin!(self.wait(statement.name, client.query_raw(&prepared, values))?);
        let mut row = Row {
            statement: statement.name,
            cells: Vec::new(),
        };
        while let Some(found) = self.wait(statement.name, rows.try_next())? {
            let taken = fill(&mut row, &found).map_err(E::from).and_then(|()| take(&row));
            if taken.is_err() {
                // What the server still has to say would keep the transaction open until somebody listens.
                let _rest = self.line.wait(rows.try_for_each(|_| std::future::ready(Ok(()))));
                return taken;
            }
        }
        Ok(())
    }

    fn prepared_for_none(
        &mut self,
        statement: &Statement,
        values: &[Value<'_>],
    ) -> Result<tokio_postgres::Statement, Error> {
        let prepared = self.prepared(statement, values)?;
        if prepared.columns().is_empty() {
            return Ok(prepared);
        }
        Err(Error::Shape {
            statement: statement.name,
            what: "it returns rows, and was run for none",
        })
    }

    fn prepared(&mut self, statement: &Statement, values: &[Value<'_>]) -> Result<tokio_postgres::Statement, Error> {
        let sql = statement.for_postgres();
        let prepared = match self.prepared.get(&key(sql)) {
            Some(prepared) => prepared.clone(),
            None => {
                let client = self.line.client();
                let prepared = self.wait(statement.name, client.prepare(sql))?;
                self.prepared.insert(key(sql), prepared.clone());
                prepared
            }
        };
        let shape = |what| Error::Shape {
            statement: statement.name,
            what,
        };
        if prepared.params().len() != values.len() {
            return Err(shape("the number of parameters differs"));
        }
        for (value, ty) in values.iter().zip(prepared.params()) {
            value.check(statement.name)?;
            let ty = match (statement.has_rows(), ty.kind()) {
                (false, _) => ty,
                (true, Kind::Array(of_row)) => of_row,
                (true, _) => return Err(shape("a parameter of a statement for rows is not an array")),
            };
            if !fits(*value, ty) {
                return Err(shape("a parameter is of another type than the statement's"));
            }
        }
        Ok(prepared)
    }

    /// What a failure means, to the caller and for the connection.
    fn refused(&mut self, statement: &'static str, error: &tokio_postgres::Error) -> Error {
        let is_fatal = error.as_db_error().is_none_or(|told| {
            matches!(told.parsed_severity(), Some(Severity::Fatal | Severity::Panic))
                || told.code() == &SqlState::ADMIN_SHUTDOWN
        });
        self.is_silent |= error.as_db_error().is_none();
        self.is_broken |= is_fatal || self.line.is_closed();
        refusal(statement, error)
    }
}

/// What a failure means to the caller. The server's messages may hold values: only codes and names are taken.
fn refusal(statement: &'static str, error: &tokio_postgres::Error) -> Error {
    let Some(told) = error.as_db_error() else {
        return Error::Unavailable("PostgreSQL does not answer".into());
    };
    let code = told.code();
    let constraint = || told.constraint().unwrap_or_default().to_owned();
    match code.code() {
        "23505" => Error::Conflict(constraint()),
        "23503" => Error::Foreign,
        "25006" => Error::ReadOnly(statement),
        "53100" => Error::Full,
        "55P03" | "40001" | "40P01" | "53300" => Error::Busy,
        other => match other.get(..2) {
            Some("22" | "23") => Error::Constraint(statement),
            Some("08" | "53" | "57" | "58") => Error::Unavailable(format!("PostgreSQL error {other}")),
            Some("28" | "3D") => Error::Open(format!("PostgreSQL error {other}")),
            Some(_) | None => Error::Refused {
                statement,
                code: format!("PostgreSQL error {other}"),
            },
        },
    }
}

/// Whether a value can be sent as a type.
fn fits(value: Value<'_>, ty: &Type) -> bool {
    match value {
        Value::Null => true,
        Value::Int(value) => match *ty {
            Type::INT8 => true,
            Type::INT4 => i32::try_from(value).is_ok(),
            Type::INT2 => i16::try_from(value).is_ok(),
            _ => false,
        },
        Value::Real(_) => *ty == Type::FLOAT8,
        Value::Text(_) => matches!(*ty, Type::TEXT | Type::TS_VECTOR),
        Value::Bytes(_) => *ty == Type::BYTEA,
    }
}

#[derive(Debug)]
pub(crate) struct Bound<'v>(pub(crate) Value<'v>);

impl ToSql for Bound<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self.0 {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(value) => match *ty {
                Type::INT4 => i32::try_from(value)?.to_sql(ty, out),
                Type::INT2 => i16::try_from(value)?.to_sql(ty, out),
                _ => value.to_sql(ty, out),
            },
            Value::Real(value) => value.to_sql(ty, out),
            Value::Text(words) if *ty == Type::TS_VECTOR => {
                lexemes::write(words, out);
                Ok(IsNull::No)
            }
            Value::Text(text) => text.to_sql(ty, out),
            Value::Bytes(bytes) => bytes.to_sql(ty, out),
        }
    }

    /// The types of all parameters have been compared before.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A value that waits to be sent.
#[derive(Debug)]
struct Owned(Cell);

impl ToSql for Owned {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        Bound(self.0.value()).to_sql(ty, out)
    }

    /// As [`Bound`]'s.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn fill(row: &mut Row, found: &tokio_postgres::Row) -> Result<(), Error> {
    row.cells.clear();
    for (column, of) in found.columns().iter().enumerate() {
        row.cells.push(cell(found, column, of.type_(), row.statement)?);
    }
    Ok(())
}

fn cell(row: &tokio_postgres::Row, column: usize, ty: &Type, statement: &'static str) -> Result<Cell, Error> {
    let read = match *ty {
        Type::INT8 => row.try_get(column).map(|found: Option<i64>| found.map(Cell::Int)),
        Type::INT4 => row
            .try_get(column)
            .map(|found: Option<i32>| found.map(|value| Cell::Int(value.into()))),
        Type::INT2 => row
            .try_get(column)
            .map(|found: Option<i16>| found.map(|value| Cell::Int(value.into()))),
        // SQLite's truth is 0 or 1.
        Type::BOOL => row
            .try_get(column)
            .map(|found: Option<bool>| found.map(|value| Cell::Int(value.into()))),
        Type::FLOAT8 => row.try_get(column).map(|found: Option<f64>| found.map(Cell::Real)),
        Type::TEXT => row.try_get(column).map(|found: Option<String>| found.map(Cell::Text)),
        Type::BYTEA => row.try_get(column).map(|found: Option<Vec<u8>>| found.map(Cell::Bytes)),
        _ => {
            let what = "a column is not BIGINT, DOUBLE PRECISION, TEXT or BYTEA";
            return Err(Error::Shape { statement, what });
        }
    };
    let what = "a column cannot be read";
    read.map(|found| found.unwrap_or(Cell::Null))
        .map_err(|_| Error::Shape { statement, what })
}
