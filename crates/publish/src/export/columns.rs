//! The columns that CSV and Parquet have in common.

use anlanh_dsa::FIELDS;
use serde_json::Value;

use super::{Record, WriteError};
use crate::Moment;

/// What stands beside the fields of the DSA database.
const LOCAL: [&str; 16] = [
    "vn_decision",
    "vn_case",
    "vn_opened_at",
    "vn_decided_at",
    "vn_outcome",
    "vn_measures",
    "vn_reversed_at",
    "vn_category",
    "vn_category_title",
    "vn_basis",
    "vn_citations",
    "vn_labels",
    "vn_cause",
    "vn_territorial_scope",
    "vn_policy",
    "vn_policy_digest",
];

/// Every column, in order: the fields of the DSA database, then ours.
pub const COLUMNS: [&str; FIELDS.len() + LOCAL.len()] = {
    let mut columns = [""; FIELDS.len() + LOCAL.len()];
    let (ours, theirs) = columns.split_at_mut(FIELDS.len());
    ours.copy_from_slice(&FIELDS);
    theirs.copy_from_slice(&LOCAL);
    columns
};

/// What a record has in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// Nothing.
    Empty,
    /// A text; lists are JSON arrays.
    Text(String),
    /// An instant.
    Moment(Moment),
}

impl Cell {
    /// Whether a column holds instants.
    pub(super) fn is_moment(column: &str) -> bool {
        matches!(column, "vn_opened_at" | "vn_decided_at" | "vn_reversed_at")
    }

    fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.to_owned()))
    }

    fn list(list: &[String]) -> Self {
        if list.is_empty() {
            return Self::Empty;
        }
        Self::Text(Value::from(list).to_string())
    }
}

/// The cells of a record, in the order of [`COLUMNS`].
pub(super) fn cells(record: &Record) -> Result<Vec<Cell>, WriteError> {
    let statement = match &record.statement {
        Some(statement) => serde_json::to_value(statement)?,
        None => Value::Null,
    };
    let field = |field: &str| match statement.get(field) {
        // What was relied on is there where nothing was restricted too.
        None if field == "decision_facts" => Cell::text(Some(&record.facts)),
        None | Some(Value::Null) => Cell::Empty,
        Some(Value::String(text)) => Cell::text(Some(text)),
        Some(value @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_))) => {
            Cell::Text(value.to_string())
        }
    };
    let local = &record.local;
    let ours = [
        Cell::text(Some(&local.decision)),
        Cell::text(Some(&local.case)),
        Cell::Moment(local.opened_at),
        Cell::Moment(local.decided_at),
        Cell::text(Some(&local.outcome)),
        Cell::list(&local.measures),
        local.reversed_at.map_or(Cell::Empty, Cell::Moment),
        Cell::text(local.category.as_deref()),
        Cell::text(local.category_title.as_deref()),
        Cell::list(&local.basis),
        Cell::list(&local.citations),
        Cell::list(&local.labels),
        Cell::text(Some(&local.cause)),
        Cell::text(local.territory.as_deref()),
        Cell::text(Some(&local.policy)),
        Cell::text(Some(&local.policy_digest)),
    ];
    Ok(FIELDS.iter().map(|name| field(name)).chain(ours).collect())
}
