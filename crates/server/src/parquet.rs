//! `anlanh events export`: what is kept of events as a Parquet file, for whoever has an engine that reads it.
//!
//! Every column is optional. Values are JSON arrays in strings, as in the export of decisions; subscribers are tokens here, too.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write as _};
use std::sync::Arc;

use anlanh_app::sensor;
use anlanh_archive::{Keep, Record, View};
use anyhow::Context;
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use serde_json::Value;

use crate::cli::{DataOptions, EventsExportOptions};
use crate::events::micros;
use crate::{Outcome, data, stream};

/// Rows of a row group.
const GROUP_ROWS: usize = 50_000;
/// Columns of values, by the names that kept events have for them.
const VALUES: [&str; 8] = ["subscriber", "named", "address", "domain", "url", "hash", "ja3", "ja4"];

/// Writes the events of a period.
///
/// # Errors
/// When the archive cannot be read, or the file not be written.
pub fn export(options: &EventsExportOptions) -> anyhow::Result<Outcome> {
    let (folder, names) = match (&options.archive, &options.data) {
        (Some(archive), _) => (archive.clone(), HashMap::new()),
        (None, Some(folder)) => {
            let place = DataOptions {
                data: folder.clone(),
                database: options.database.clone(),
                key_file: None,
            };
            let names = sensor::names_by_operator(&data::open_kept(&place)?)?;
            (folder.join(stream::FOLDER), names.into_iter().collect())
        }
        (None, None) => anyhow::bail!("--data hoặc --archive · --data or --archive"),
    };
    let view = View::open(&folder)?;
    let moment = |moment: Option<crate::cli::Moment>, other| moment.map_or(other, |moment| micros(moment.0));
    let period = moment(options.from, i64::MIN)..moment(options.to, i64::MAX);
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let about = || format!("không ghi được · cannot write {}", options.parquet.display());
    let file = File::create(&options.parquet).with_context(about)?;
    let mut writing = Writing {
        file: SerializedFileWriter::new(file, schema()?, Arc::new(properties))?,
        names,
        rows: Rows::default(),
    };
    let (mut count, mut written) = (0_u64, Ok(()));
    view.each(&period, |record| {
        if written.is_ok() {
            count += 1;
            written = writing.take(&record);
        }
    })?;
    written.with_context(about)?;
    writing.group().with_context(about)?;
    writing.file.finish().with_context(about)?;
    writing.file.inner_mut().sync_all().with_context(about)?;
    writeln!(io::stderr(), "đã xuất {count} sự kiện · exported {count} events")?;
    Ok(Outcome::Good)
}

/// The rows of the next group, column by column.
#[derive(Default)]
struct Rows {
    at: Vec<i64>,
    sensors: Vec<ByteArray>,
    matched: Vec<bool>,
    values: [Vec<Option<ByteArray>>; VALUES.len()],
}

struct Writing {
    file: SerializedFileWriter<File>,
    names: HashMap<u32, String>,
    rows: Rows,
}

impl Writing {
    fn take(&mut self, record: &Record<'_>) -> anyhow::Result<()> {
        let event: serde_json::Map<String, Value> = serde_json::from_slice(record.payload)?;
        let name = self.names.get(&record.source).cloned();
        let name = name.unwrap_or_else(|| record.source.to_string());
        self.rows.at.push(record.at);
        self.rows.sensors.push(ByteArray::from(name.into_bytes()));
        self.rows.matched.push(record.keep == Keep::Lasting);
        for (name, column) in VALUES.iter().zip(&mut self.rows.values) {
            column.push(
                event
                    .get(*name)
                    .map(|values| ByteArray::from(values.to_string().into_bytes())),
            );
        }
        if self.rows.at.len() >= GROUP_ROWS {
            self.group()?;
        }
        Ok(())
    }

    fn group(&mut self) -> anyhow::Result<()> {
        let rows = std::mem::take(&mut self.rows);
        if rows.at.is_empty() {
            return Ok(());
        }
        let all = vec![1; rows.at.len()];
        let missing = || anyhow::anyhow!("the schema has too few columns");
        let mut group = self.file.next_row_group()?;
        let mut column = group.next_column()?.ok_or_else(missing)?;
        column.typed::<Int64Type>().write_batch(&rows.at, Some(&all), None)?;
        column.close()?;
        let mut column = group.next_column()?.ok_or_else(missing)?;
        column
            .typed::<ByteArrayType>()
            .write_batch(&rows.sensors, Some(&all), None)?;
        column.close()?;
        let mut column = group.next_column()?.ok_or_else(missing)?;
        column
            .typed::<BoolType>()
            .write_batch(&rows.matched, Some(&all), None)?;
        column.close()?;
        for values in rows.values {
            let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
            let values: Vec<ByteArray> = values.into_iter().flatten().collect();
            let mut column = group.next_column()?.ok_or_else(missing)?;
            column
                .typed::<ByteArrayType>()
                .write_batch(&values, Some(&levels), None)?;
            column.close()?;
        }
        group.close()?;
        Ok(())
    }
}

fn schema() -> anyhow::Result<Arc<Type>> {
    let field = |name: &str, physical, logical| {
        let field = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
        field.with_logical_type(logical).build().map(Arc::new)
    };
    let moment = Some(LogicalType::timestamp(true, TimeUnit::MICROS));
    let mut fields = vec![
        field("at", Physical::INT64, moment)?,
        field("sensor", Physical::BYTE_ARRAY, Some(LogicalType::String))?,
        field("matched", Physical::BOOLEAN, None)?,
    ];
    for name in VALUES {
        fields.push(field(name, Physical::BYTE_ARRAY, Some(LogicalType::String))?);
    }
    Ok(Arc::new(Type::group_type_builder("event").with_fields(fields).build()?))
}
