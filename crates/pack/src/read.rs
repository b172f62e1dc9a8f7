//! Reads files into a [`Policy`]: every table on its own, so that one mistake hides no other.

mod build;
mod tables;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::mistake::{At, line_and_column};
use crate::raw;
use crate::source::Sources;
use crate::{Mistake, Policy};

/// A table of the pack and where it stands.
#[derive(Debug)]
pub(super) struct Placed<T> {
    pub(super) at: At,
    pub(super) table: T,
}

/// Every table of the pack, by kind.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) pack: Vec<Placed<raw::PackTable>>,
    pub(super) laws: Vec<Placed<raw::LawTable>>,
    pub(super) categories: Vec<Placed<raw::CategoryTable>>,
    pub(super) clocks: Vec<Placed<raw::ClockTable>>,
    pub(super) ladders: Vec<Placed<raw::LadderTable>>,
    pub(super) labels: Vec<Placed<raw::LabelTable>>,
    pub(super) authorities: Vec<Placed<raw::AuthorityTable>>,
    pub(super) lists: Vec<Placed<raw::ListTable>>,
    pub(super) identifiers: Vec<Placed<raw::IdentifierTable>>,
    pub(super) affixes: Vec<Placed<String>>,
    pub(super) names: Vec<Placed<raw::NameTable>>,
    pub(super) teencode: Vec<Placed<raw::TeencodeTable>>,
    pub(super) entries: Vec<Placed<raw::EntryTable>>,
    pub(super) rules: Vec<Placed<raw::RuleTable>>,
}

/// What reading has found wrong so far.
#[derive(Debug)]
pub(super) struct Findings<'s> {
    sources: &'s Sources,
    mistakes: Vec<Mistake>,
}

impl Findings<'_> {
    pub(super) fn add(&mut self, at: At, message: impl Into<String>) {
        let Some(file) = self.sources.files.get(at.file) else {
            return;
        };
        let (line, column) = line_and_column(&file.text, at.offset);
        self.mistakes.push(Mistake {
            file: file.path.clone(),
            line,
            column,
            message: message.into(),
        });
    }

    pub(super) fn add_whole(&mut self, file: &str, message: impl Into<String>) {
        self.mistakes.push(Mistake {
            file: file.to_owned(),
            line: 0,
            column: 0,
            message: message.into(),
        });
    }

    /// The line of a place and the name of its file, as `laws.toml:3`.
    pub(super) fn describe(&self, at: At) -> String {
        let Some(file) = self.sources.files.get(at.file) else {
            return String::new();
        };
        format!("{}:{}", file.path, line_and_column(&file.text, at.offset).0)
    }

    /// The line of a place, from 1.
    pub(super) fn line(&self, at: At) -> usize {
        line_and_column(self.text(at.file), at.offset).0
    }

    /// The text of a file.
    pub(super) fn text(&self, file: usize) -> &str {
        self.sources.files.get(file).map_or("", |file| &file.text)
    }
}

/// Reads a pack. `mistakes` are those that finding the files has made already.
pub(crate) fn read(sources: Sources, mistakes: Vec<Mistake>) -> Result<Policy, Vec<Mistake>> {
    let mut findings = Findings {
        sources: &sources,
        mistakes,
    };
    let mut tables = Tables::default();
    for (file, source) in sources.files.iter().enumerate() {
        read_file(file, &source.path, &source.text, &mut tables, &mut findings);
    }
    let policy = build::build(tables, &sources, &mut findings);
    let mut mistakes = findings.mistakes;
    mistakes.sort();
    mistakes.dedup();
    match policy {
        Some(policy) if mistakes.is_empty() => Ok(policy),
        _ => Err(mistakes),
    }
}

fn read_file(file: usize, path: &str, text: &str, tables: &mut Tables, findings: &mut Findings<'_>) {
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let offset = error.span().map_or(0, |span| span.start);
        findings.add(At { file, offset }, format!("not TOML: {}", one_line(error.message())));
    }
    if !errors.is_empty() {
        return;
    }
    for (key, value) in root.into_inner() {
        let at = At {
            file,
            offset: key.span().start,
        };
        if let Err(expected) = tables::take(tables, findings, path, key.get_ref(), at, value) {
            findings.add(at, format!("unknown key {:?}; {expected}", key.get_ref()));
        }
    }
}

/// Reads one table, or notes why it cannot be read.
pub(super) fn one<T: DeserializeOwned>(
    findings: &mut Findings<'_>,
    file: usize,
    value: Spanned<DeValue<'_>>,
) -> Option<Placed<T>> {
    let start = value.span().start;
    match T::deserialize(ValueDeserializer::from(value)) {
        Ok(table) => Some(Placed {
            at: At { file, offset: start },
            table,
        }),
        Err(error) => {
            let offset = error.span().map_or(start, |span| span.start);
            findings.add(At { file, offset }, one_line(error.message()));
            None
        }
    }
}

/// Reads an array of tables one by one.
pub(super) fn many<T: DeserializeOwned>(
    findings: &mut Findings<'_>,
    file: usize,
    value: Spanned<DeValue<'_>>,
) -> Vec<Placed<T>> {
    let offset = value.span().start;
    let kind = value.get_ref().type_str();
    let DeValue::Array(items) = value.into_inner() else {
        findings.add(At { file, offset }, format!("must be an array, not a {kind}"));
        return Vec::new();
    };
    items.into_iter().filter_map(|item| one(findings, file, item)).collect()
}

fn one_line(message: &str) -> String {
    message.lines().map(str::trim).collect::<Vec<_>>().join("; ")
}
