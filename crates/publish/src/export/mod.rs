//! Decisions in bulk: as the DSA database takes them, as CSV, and as Parquet.
//!
//! A [`Writer`] takes records in any number of pieces and gives bytes piece by piece, so that an export of any length
//! needs little memory. Every form has the same fields: those of the DSA database under their own names, and beside them
//! what Vietnamese law asks for, under names that begin with `vn_`. The DSA form has the former alone, and only of
//! decisions that restricted something; the others have every decision.

mod columns;
mod csv;
mod dsa;
mod parquet;

use anlanh_dsa::Statement;

use crate::Moment;

pub use columns::COLUMNS;
pub(crate) use csv::field as csv_field;

/// One decision, as far as it may be known outside. Nothing in it names the author or a reporter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The statement of reasons; none where nothing was restricted.
    pub statement: Option<Statement>,
    /// The facts relied on, with personal data masked.
    pub facts: String,
    /// What stands beside the statement.
    pub local: Local,
}

/// What Vietnamese law asks to be known of a decision, beyond the DSA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Local {
    /// Id of the decision.
    pub decision: String,
    /// Id of the case.
    pub case: String,
    /// When the case was opened.
    pub opened_at: Moment,
    /// When it was decided.
    pub decided_at: Moment,
    /// What was decided, by its key.
    pub outcome: String,
    /// What is done, to what kind of target, and until when where it ends: `temporary_lock account 2026-10-21T…`.
    pub measures: Vec<String>,
    /// When it was taken back, if it was.
    pub reversed_at: Option<Moment>,
    /// Key of the category; none where no rule was broken.
    pub category: Option<String>,
    /// What that category is called.
    pub category_title: Option<String>,
    /// Keys of the articles it rests on.
    pub basis: Vec<String>,
    /// Those articles as they are cited.
    pub citations: Vec<String>,
    /// Keys of the labels that are shown.
    pub labels: Vec<String>,
    /// Why the case was opened, by its key.
    pub cause: String,
    /// The country whose law it is (ISO 3166-1).
    pub territory: Option<String>,
    /// The policy it was decided under: id and version.
    pub policy: String,
    /// Digest of that policy.
    pub policy_digest: String,
}

/// In which form decisions are exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Lines that the database of the European Commission takes as they are, one call a line.
    Dsa,
    /// CSV (RFC 4180).
    Csv,
    /// Apache Parquet.
    Parquet,
}

/// Why an export could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A statement could not be written as JSON.
    #[error("a statement was not written as JSON")]
    Json(#[from] serde_json::Error),
    /// The columns could not be written.
    #[error("columns were not written")]
    Parquet(#[from] ::parquet::errors::ParquetError),
}

/// Writes records in one form.
pub struct Writer(Form);

/// The state of each form.
enum Form {
    Dsa(dsa::Writer),
    Csv(csv::Writer),
    Parquet(Box<parquet::Writer>),
}

impl Format {
    /// Every form.
    pub const ALL: [Self; 3] = [Self::Dsa, Self::Csv, Self::Parquet];

    /// Its key, as in an address.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Dsa => "dsa",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }

    /// The form with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.key() == key)
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Dsa => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// How the name of a file of it ends.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Dsa => "ndjson",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Writer {
    /// Begins an export.
    ///
    /// # Errors
    /// When its head cannot be written.
    pub fn new(format: Format) -> Result<Self, WriteError> {
        Ok(Self(match format {
            Format::Dsa => Form::Dsa(dsa::Writer::default()),
            Format::Csv => Form::Csv(csv::Writer::new()),
            Format::Parquet => Form::Parquet(Box::new(parquet::Writer::new()?)),
        }))
    }

    /// Takes records in their order and gives the bytes that are ready, perhaps none.
    ///
    /// # Errors
    /// When one of them cannot be written; then the export is void.
    pub fn write(&mut self, records: Vec<Record>) -> Result<Vec<u8>, WriteError> {
        match &mut self.0 {
            Form::Dsa(writer) => writer.write(records),
            Form::Csv(writer) => writer.write(&records),
            Form::Parquet(writer) => writer.write(&records),
        }
    }

    /// Ends the export and gives the last bytes.
    ///
    /// # Errors
    /// As [`Writer::write`].
    pub fn finish(self) -> Result<Vec<u8>, WriteError> {
        match self.0 {
            Form::Dsa(writer) => writer.finish(),
            Form::Csv(writer) => Ok(writer.finish()),
            Form::Parquet(writer) => writer.finish(),
        }
    }
}
