//! Rows that wait to be sent to PostgreSQL: those of one statement go together, as one array for each parameter.
//!
//! A statement costs the server about as much as several rows, and a group of transactions gives the same few again and
//! again. Even those few leave as one, unless it must be known which of them failed. Statements leave by their ranks,
//! which say what refers to what: one transaction may give in any order what another one does, and some may have left
//! before.

use crate::column::Column;
use crate::statement::{joined, key};
use crate::{Error, Statement, Value};

/// Most rows that wait; then they leave.
const MAX_ROWS: usize = 4096;
/// How long their values may be, all together.
const MAX_BYTES: usize = 1 << 20;

#[derive(Default)]
pub(crate) struct Rows {
    batches: Vec<Batch>,
    rows: usize,
    bytes: usize,
}

/// The rows of one statement.
pub(crate) struct Batch {
    pub(crate) name: &'static str,
    pub(crate) prepared: tokio_postgres::Statement,
    /// The values of each parameter.
    pub(crate) columns: Vec<Column>,
    pub(crate) bytes: usize,
    text: &'static str,
    rank: Option<u8>,
}

impl Batch {
    pub(crate) fn new(statement: &Statement, prepared: tokio_postgres::Statement) -> Self {
        Self {
            name: statement.name,
            columns: prepared.params().iter().map(Column::new).collect(),
            prepared,
            bytes: 0,
            text: statement.for_postgres(),
            rank: statement.rank(),
        }
    }

    /// Names its text.
    pub(crate) fn key(&self) -> (usize, usize) {
        key(self.text)
    }

    /// The text that does what these do.
    pub(crate) fn joined_text(batches: &[Self]) -> String {
        let texts: Vec<_> = batches.iter().map(|batch| (batch.text, batch.columns.len())).collect();
        joined(&texts)
    }

    /// These as one, which this statement of [`Self::joined_text`] does.
    pub(crate) fn join(batches: Vec<Self>, prepared: tokio_postgres::Statement) -> Self {
        Self {
            name: "rows.joined",
            prepared,
            bytes: batches.iter().map(|batch| batch.bytes).sum(),
            columns: batches.into_iter().flat_map(|batch| batch.columns).collect(),
            text: "",
            rank: None,
        }
    }

    /// Adds a row whose values fit the statement.
    pub(crate) fn add(&mut self, values: &[Value<'_>]) -> Result<(), Error> {
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(*value).map_err(|what| Error::Shape {
                statement: self.name,
                what,
            })?;
            self.bytes += value.bytes();
        }
        Ok(())
    }
}

impl Rows {
    /// Adds a row whose values fit the statement. Whether there is room for another one.
    pub(crate) fn add(
        &mut self,
        statement: &Statement,
        prepared: tokio_postgres::Statement,
        values: &[Value<'_>],
    ) -> Result<bool, Error> {
        let key = key(statement.for_postgres());
        let found = self.batches.iter().position(|batch| batch.key() == key);
        let at = found.unwrap_or_else(|| {
            // Of one rank in one order, whichever came first: so the same ones leave as the same statement.
            let place = (statement.rank(), key);
            let after = self.batches.partition_point(|batch| (batch.rank, batch.key()) <= place);
            self.batches.insert(after, Batch::new(statement, prepared));
            after
        });
        if let Some(batch) = self.batches.get_mut(at) {
            batch.add(values)?;
        }
        self.rows += 1;
        self.bytes += values.iter().map(Value::bytes).sum::<usize>();
        Ok(self.rows < MAX_ROWS && self.bytes < MAX_BYTES)
    }

    /// Everything that waits, which then waits no more.
    pub(crate) fn take(&mut self) -> Vec<Batch> {
        std::mem::take(self).batches
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}
