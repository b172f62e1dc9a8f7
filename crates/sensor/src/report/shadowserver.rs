//! Reports of Shadowserver, read by the schema that it publishes for IntelMQ: which column of which report is what. A file of
//! the operator's; nothing of it is in the code but the names of what is needed.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use serde_json::Value as Json;

use super::{Told, csv, digest_name};
use crate::limits::{MAX_REPORT_COLUMNS, MAX_REPORT_TYPES, MAX_SCHEMA_BYTES};

/// Why a schema cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// It is no JSON, too long, or has too many types of reports.
    #[error("schema is no JSON object of at most {MAX_SCHEMA_BYTES} bytes and {MAX_REPORT_TYPES} types of reports")]
    Unreadable,
    /// It has no type of report with columns.
    #[error("schema has no report with columns")]
    Empty,
}

/// What a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Time,
    Source,
    SourcePort,
    Host,
    Destination,
    DestinationPort,
    Name,
    Url,
    Protocol,
    Digest,
}

impl Role {
    /// By IntelMQ's name of a field.
    fn of(field: &str) -> Option<Self> {
        Some(match field {
            "time.source" => Self::Time,
            "source.ip" => Self::Source,
            "source.port" => Self::SourcePort,
            "source.fqdn" | "source.reverse_dns" => Self::Host,
            "destination.ip" => Self::Destination,
            "destination.port" => Self::DestinationPort,
            "destination.fqdn" => Self::Name,
            "source.url" | "destination.url" => Self::Url,
            "protocol.transport" => Self::Protocol,
            _ if field.starts_with("malware.hash") => Self::Digest,
            _ => return None,
        })
    }
}

/// The columns of a type of report that are needed, by their names.
type Columns = BTreeMap<String, Role>;

#[derive(Debug)]
struct Kind {
    name: String,
    columns: Columns,
    /// How many columns it names at all.
    named: Vec<String>,
}

/// Reads reports by a schema: each begins with a line of the names of its columns.
#[derive(Debug, Clone)]
pub struct Reports {
    kinds: Arc<Vec<Kind>>,
    head: Option<Arc<Head>>,
}

#[derive(Debug)]
struct Head {
    kind: String,
    roles: Vec<Option<Role>>,
}

impl Reports {
    /// Reads a schema.
    ///
    /// # Errors
    /// When it is none.
    pub fn new(schema: &str) -> Result<Self, SchemaError> {
        if schema.len() > MAX_SCHEMA_BYTES {
            return Err(SchemaError::Unreadable);
        }
        let schema: BTreeMap<String, Json> = serde_json::from_str(schema).map_err(|_| SchemaError::Unreadable)?;
        if schema.len() > MAX_REPORT_TYPES {
            return Err(SchemaError::Unreadable);
        }
        let mut kinds = Vec::new();
        for (name, report) in schema {
            let mut kind = Kind {
                name,
                columns: Columns::new(),
                named: Vec::new(),
            };
            for list in ["required_fields", "optional_fields"] {
                let fields = report.get(list).and_then(Json::as_array).into_iter().flatten();
                for field in fields.take(MAX_REPORT_COLUMNS) {
                    let text = |at: usize| field.get(at).and_then(Json::as_str);
                    if let (Some(field), Some(column)) = (text(0), text(1)) {
                        kind.named.push(column.to_owned());
                        if let Some(role) = Role::of(field) {
                            kind.columns.entry(column.to_owned()).or_insert(role);
                        }
                    }
                }
            }
            if !kind.columns.is_empty() {
                kinds.push(kind);
            }
        }
        if kinds.is_empty() {
            return Err(SchemaError::Empty);
        }
        Ok(Self {
            kinds: Arc::new(kinds),
            head: None,
        })
    }

    /// Reads a line: the head of a report, or a record of the one before. Whether it was one.
    pub fn read(&mut self, line: &str, out: &mut Vec<u8>) -> bool {
        let fields = csv::fields(line.trim_start_matches('\u{feff}'));
        if fields.len() > MAX_REPORT_COLUMNS {
            return false;
        }
        if fields.iter().any(|field| field == "timestamp") {
            self.head = self.head_of(&fields).map(Arc::new);
            return self.head.is_some();
        }
        let Some(head) = &self.head else { return false };
        if fields.len() != head.roles.len() {
            return false;
        }
        let mut told = Told::default();
        for (role, text) in head.roles.iter().zip(&fields) {
            if let Some(role) = role.filter(|_| !text.is_empty()) {
                take(&mut told, role, text);
            }
        }
        told.write(&head.kind, out)
    }

    /// The type whose columns these are: of those that know most of them, the one that has fewest others.
    fn head_of(&self, fields: &[String]) -> Option<Head> {
        let fit = |kind: &&Kind| {
            let known = kind.named.iter().filter(|column| fields.contains(column)).count();
            (known, usize::MAX - (kind.named.len() - known))
        };
        let kind = self.kinds.iter().max_by_key(fit)?;
        let roles = fields.iter().map(|field| kind.columns.get(field).copied());
        let roles: Vec<Option<Role>> = roles.collect();
        roles.iter().any(Option::is_some).then(|| Head {
            kind: kind.name.clone(),
            roles,
        })
    }
}

fn take(told: &mut Told, role: Role, text: &str) {
    let address = || text.parse::<IpAddr>().ok();
    match role {
        // Times of reports are UTC and do not say so.
        Role::Time if text.ends_with(['Z', 'z']) || text.contains('+') => text.clone_into(&mut told.at),
        Role::Time => told.at = format!("{text}Z"),
        Role::Source => told.source = address().or(told.source),
        Role::Destination => told.destination = address().or(told.destination),
        Role::SourcePort => told.source_port = text.parse().unwrap_or(0),
        Role::DestinationPort => told.destination_port = text.parse().unwrap_or(0),
        Role::Host => text.clone_into(&mut told.host),
        Role::Name => told.names.push(text.to_owned()),
        Role::Url if text.contains("://") => told.urls.push(text.to_owned()),
        // A path without a host is nothing that can be looked up.
        Role::Url => {}
        Role::Protocol => text.clone_into(&mut told.protocol),
        Role::Digest => told
            .digests
            .extend(digest_name(text).map(|name| (name, text.to_owned()))),
    }
}
