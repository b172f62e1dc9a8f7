//! Rows that wait to be sent to PostgreSQL: those of one statement go together, as one array for each parameter.
//!
//! A statement costs the server about as much as several rows, and a group of transactions gives the same few again and
//! again. Statements leave by their ranks, which say what refers to what: one transaction may give in any order what
//! another one does, and some may have left before.

use crate::postgres::Owned;
use crate::statement::key;
use crate::{Statement, Value};

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
    pub(crate) columns: Vec<Vec<Owned>>,
    pub(crate) bytes: usize,
    key: (usize, usize),
    rank: Option<u8>,
}

impl Batch {
    pub(crate) fn new(statement: &Statement, prepared: tokio_postgres::Statement) -> Self {
        Self {
            name: statement.name,
            columns: prepared.params().iter().map(|_| Vec::new()).collect(),
            prepared,
            bytes: 0,
            key: key(statement.for_postgres()),
            rank: statement.rank(),
        }
    }

    pub(crate) fn add(&mut self, values: &[Value<'_>]) {
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(Owned(value.owned()));
            self.bytes += value.bytes();
        }
    }
}

impl Rows {
    /// Adds a row whose values fit the statement. Whether there is room for another one.
    #[must_use]
    pub(crate) fn add(
        &mut self,
        statement: &Statement,
        prepared: tokio_postgres::Statement,
        values: &[Value<'_>],
    ) -> bool {
        let key = key(statement.for_postgres());
        let found = self.batches.iter().position(|batch| batch.key == key);
        let at = found.unwrap_or_else(|| {
            let after = self.batches.partition_point(|batch| batch.rank <= statement.rank());
            self.batches.insert(after, Batch::new(statement, prepared));
            after
        });
        if let Some(batch) = self.batches.get_mut(at) {
            batch.add(values);
        }
        self.rows += 1;
        self.bytes += values.iter().map(Value::bytes).sum::<usize>();
        self.rows < MAX_ROWS && self.bytes < MAX_BYTES
    }

    /// Everything that waits, which then waits no more.
    pub(crate) fn take(&mut self) -> Vec<Batch> {
        std::mem::take(self).batches
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}
