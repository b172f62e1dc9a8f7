//! Parquet: one file of row groups, each small enough to be held in memory, compressed with Snappy.
//!
//! Every column is optional. Texts are strings and lists are JSON arrays in strings, as in the database's own dumps;
//! instants are timestamps in UTC.

use std::io;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::columns::{COLUMNS, Cell, cells};
use super::{Record, WriteError};

/// Most rows of a row group.
const GROUP_ROWS: usize = 10_000;
/// Most bytes of texts in a row group, before compression; the last record may go over it.
const GROUP_BYTES: usize = 8 * 1024 * 1024;

pub(super) struct Writer {
    file: SerializedFileWriter<Vec<u8>>,
    /// The rows of the next group, column by column.
    columns: Vec<Vec<Cell>>,
    rows: usize,
    bytes: usize,
}

impl Writer {
    pub(super) fn new() -> Result<Self, ParquetError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("anlanh-publish ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        Ok(Self {
            file: SerializedFileWriter::new(Vec::new(), schema()?, Arc::new(properties))?,
            columns: vec![Vec::new(); COLUMNS.len()],
            rows: 0,
            bytes: 0,
        })
    }

    pub(super) fn write(&mut self, records: &[Record]) -> Result<Vec<u8>, WriteError> {
        for record in records {
            for (column, cell) in self.columns.iter_mut().zip(cells(record)?) {
                self.bytes += size(&cell);
                column.push(cell);
            }
            self.rows += 1;
            if self.rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES {
                self.group()?;
            }
        }
        Ok(self.take()?)
    }

    pub(super) fn finish(mut self) -> Result<Vec<u8>, WriteError> {
        if self.rows > 0 {
            self.group()?;
        }
        self.file.finish()?;
        Ok(self.take()?)
    }

    /// What was written and not taken yet. The file counts what went through it, not what is still there.
    fn take(&mut self) -> io::Result<Vec<u8>> {
        self.file.flush()?;
        Ok(std::mem::take(self.file.inner_mut()))
    }

    fn group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        for (name, cells) in COLUMNS.iter().zip(&mut self.columns) {
            let Some(mut column) = group.next_column()? else {
                return Err(ParquetError::General("the schema has too few columns".to_owned()));
            };
            let levels: Vec<i16> = cells.iter().map(|cell| i16::from(*cell != Cell::Empty)).collect();
            let (mut texts, mut moments) = (Vec::new(), Vec::new());
            for cell in cells.drain(..) {
                match cell {
                    Cell::Empty => {}
                    Cell::Text(text) => texts.push(ByteArray::from(text.into_bytes())),
                    Cell::Moment(moment) => moments.push(moment.0),
                }
            }
            if Cell::is_moment(name) {
                column.typed::<Int64Type>().write_batch(&moments, Some(&levels), None)?;
            } else {
                column
                    .typed::<ByteArrayType>()
                    .write_batch(&texts, Some(&levels), None)?;
            }
            column.close()?;
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        Self::Parquet(ParquetError::External(Box::new(error)))
    }
}

fn size(cell: &Cell) -> usize {
    match cell {
        Cell::Empty => 0,
        Cell::Text(text) => text.len(),
        Cell::Moment(_) => 8,
    }
}

fn schema() -> Result<Arc<Type>, ParquetError> {
    let field = |name: &&str| {
        let kind = if Cell::is_moment(name) {
            Type::primitive_type_builder(name, Physical::INT64)
                .with_repetition(Repetition::OPTIONAL)
                .with_logical_type(Some(LogicalType::timestamp(true, TimeUnit::MICROS)))
                .build()
        } else {
            Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
                .with_repetition(Repetition::OPTIONAL)
                .with_logical_type(Some(LogicalType::String))
                .build()
        };
        kind.map(Arc::new)
    };
    let fields = COLUMNS.iter().map(field).collect::<Result<_, _>>()?;
    let schema = Type::group_type_builder("decision").with_fields(fields).build()?;
    Ok(Arc::new(schema))
}
