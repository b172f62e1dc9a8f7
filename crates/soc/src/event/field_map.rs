//! Which fields of an event are looked up, and as what.
//!
//! A map is written as an event whose values are the names of kinds: `{"client": {"ip": "address"}, "q": "domain"}`. A list
//! in an event is read as each of its elements, so that a map needs no lists.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Field, Reading};
use crate::limits::{MAX_DEPTH, MAX_MAP_FIELDS};
use crate::value::Kind;

/// Suricata's EVE JSON, versions 6 to 8.
const EVE: &str = r#"{
    "timestamp": "time",
    "src_ip": "address", "dest_ip": "address",
    "dns": {
        "rrname": "domain",
        "queries": {"rrname": "domain"},
        "query": {"rrname": "domain"},
        "answers": {"rrname": "domain", "rdata": "host"},
        "answer": {"rrname": "domain"},
        "grouped": {"A": "address", "AAAA": "address", "CNAME": "domain", "NS": "domain", "MX": "domain"}
    },
    "http": {
        "hostname": "http-host", "url": "http-path", "http_refer": "url", "redirect": "url",
        "xff": "address"
    },
    "http2": {"request": {"authority": "host"}},
    "tls": {"sni": "domain", "ja3": {"hash": "ja3"}, "ja3s": {"hash": "ja3"}, "ja4": "ja4", "ja4s": "ja4"},
    "quic": {"sni": "domain", "ja3": {"hash": "ja3"}, "ja3s": {"hash": "ja3"}, "ja4": "ja4"},
    "fileinfo": {"md5": "hash", "sha1": "hash", "sha256": "hash"},
    "files": {"md5": "hash", "sha1": "hash", "sha256": "hash"},
    "smtp": {"helo": "host", "mail_from": "email", "rcpt_to": "email"},
    "email": {"from": "email", "to": "email", "cc": "email", "url": "url"}
}"#;

/// Zeek's logs; in its JSON, keys have dots in them.
const ZEEK: &str = r#"{
    "ts": "time", "id.orig_h": "address", "id.resp_h": "address", "src": "address", "dst": "address",
    "tx_hosts": "address", "rx_hosts": "address",
    "query": "domain", "answers": "host", "server_name": "domain",
    "host": "http-host", "uri": "http-path", "referrer": "url", "proxied": "address",
    "ja3": "ja3", "ja3s": "ja3", "ja4": "ja4", "ja4s": "ja4", "ja4h": "ja4",
    "md5": "hash", "sha1": "hash", "sha256": "hash",
    "helo": "host", "mailfrom": "email", "rcptto": "email", "from": "email", "to": "email", "cc": "email",
    "reply_to": "email", "x_originating_ip": "address",
    "client_addr": "address", "assigned_addr": "address", "certificate.subject_alt_names": "domain",
    "san.dns": "domain", "san.email": "email", "san.ip": "address", "san.uri": "url"
}"#;

/// The queries of a resolver's log, as [`super::dns_log`] reads them.
const DNS_LOG: &str = r#"{"client": "address", "query": "domain", "time": "time"}"#;

/// What is kept of events, as [`crate::Keeper`] writes it.
const KEPT: &str = r#"{
    "domain": "domain", "address": "address", "url": "url", "hash": "hash", "ja3": "ja3", "ja4": "ja4"
}"#;

/// Why something is no field map.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    /// Not JSON.
    #[error("not JSON at line {line}, column {column}")]
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// Not an object, or a list or object without a field in it.
    #[error("{path:?} is neither the name of a kind nor an object")]
    NotAKind {
        /// Where it stands; empty for the whole map.
        path: String,
    },
    /// A kind that is not known.
    #[error("{path:?} has the unknown kind {kind:?}")]
    UnknownKind {
        /// Where it stands.
        path: String,
        /// What stands there.
        kind: String,
    },
    /// More than [`MAX_MAP_FIELDS`] fields, or nested more deeply than [`MAX_DEPTH`].
    #[error("map has too many fields or is nested too deeply")]
    TooLarge,
    /// No field at all.
    #[error("map has no field")]
    Empty,
}

/// Where a key leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    /// What an object there is read by.
    pub(super) node: Option<u16>,
    /// What a text there is.
    pub(super) field: Option<(Field, Reading)>,
}

/// How many groups the keys of an object are in.
const GROUPS: usize = 64;

/// The keys of an object. Most keys of an event are in no map, so they are told apart by their first bytes, as one number.
#[derive(Debug, Clone)]
struct Node {
    keys: Vec<Key>,
    /// The keys of each group, as a range.
    groups: [(u16, u16); GROUPS],
    /// Where every other key leads.
    other: Option<Step>,
}

#[derive(Debug, Clone)]
struct Key {
    head: u64,
    text: Box<str>,
    step: Step,
}

impl Node {
    const EMPTY: Self = Self {
        keys: Vec::new(),
        groups: [(0, 0); GROUPS],
        other: None,
    };

    fn new(mut keys: Vec<Key>) -> Self {
        keys.sort_by_key(|key| group_of(key.head, key.text.len()));
        let mut groups = [(0, 0); GROUPS];
        for (at, key) in (0..).zip(&keys) {
            if let Some((from, to)) = groups.get_mut(group_of(key.head, key.text.len())) {
                if *to == 0 {
                    *from = at;
                }
                *to = at + 1;
            }
        }
        Self {
            keys,
            groups,
            other: None,
        }
    }

    #[inline(always)]
    fn step(&self, head: u64, key: &str) -> Option<Step> {
        let (from, to) = *self.groups.get(group_of(head, key.len()))?;
        for known in self.keys.get(usize::from(from)..usize::from(to))? {
            let is_it = known.head == head && known.text.len() == key.len();
            if is_it && (key.len() <= HEAD_BYTES || *known.text == *key) {
                return Some(known.step);
            }
        }
        self.other
    }
}

/// Bytes of a key that are compared as one number.
const HEAD_BYTES: usize = 8;

/// The first bytes of a key.
#[inline(always)]
pub(super) fn head_of(key: &[u8]) -> u64 {
    match key.first_chunk::<HEAD_BYTES>() {
        Some(head) => u64::from_le_bytes(*head),
        None => key.iter().rev().fold(0, |head, byte| head << 8 | u64::from(*byte)),
    }
}

/// The group of a key.
#[inline(always)]
const fn group_of(head: u64, len: usize) -> usize {
    const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
    ((head ^ len as u64).wrapping_mul(MIX) >> (u64::BITS - GROUPS.ilog2())) as usize
}

/// Keys that are being collected for a map.
#[derive(Debug, Default)]
struct Branch<'k> {
    field: Option<Field>,
    below: BTreeMap<&'k str, Self>,
}

/// Which fields of an event are looked up, and as what.
#[derive(Debug, Clone)]
pub struct FieldMap {
    /// The objects that have keys; the first is the event's own.
    nodes: Vec<Node>,
    paths: Vec<String>,
}

impl FieldMap {
    /// The outermost object.
    pub(super) const ROOT: u16 = 0;

    /// Reads a map: an event whose values are the names of kinds, `{"client": {"ip": "address"}, "q": "domain"}`.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, MapError> {
        let json: Json = serde_json::from_str(text).map_err(|error| MapError::NotJson {
            line: error.line(),
            column: error.column(),
        })?;
        let mut map = Self {
            nodes: Vec::new(),
            paths: Vec::new(),
        };
        if !json.is_object() {
            return Err(MapError::NotAKind { path: String::new() });
        }
        map.add(&json, "", 0)?;
        if map.paths.is_empty() {
            return Err(MapError::Empty);
        }
        Ok(map)
    }

    /// That of Suricata's EVE JSON.
    #[must_use]
    pub fn eve() -> Self {
        Self::built_in(EVE)
    }

    /// That of Zeek's logs.
    #[must_use]
    pub fn zeek() -> Self {
        Self::built_in(ZEEK)
    }

    /// That of what is kept of events.
    #[must_use]
    pub fn kept() -> Self {
        Self::built_in(KEPT)
    }

    /// That of a resolver's log.
    #[must_use]
    pub(super) fn dns_log() -> Self {
        Self::built_in(DNS_LOG)
    }

    /// A test reads them all.
    fn built_in(text: &str) -> Self {
        Self::parse(text).unwrap_or(Self {
            nodes: vec![Node::EMPTY],
            paths: Vec::new(),
        })
    }

    /// A map of texts at these paths, each a list of keys; the number of each is its place. A path may lead through another.
    pub(crate) fn of_paths(paths: &[Vec<String>]) -> Self {
        let mut root = Branch::default();
        for (number, path) in (0..).zip(paths) {
            let end = path
                .iter()
                .fold(&mut root, |branch, key| branch.below.entry(key).or_default());
            end.field = Some(Field(number));
        }
        let mut map = Self {
            nodes: Vec::new(),
            paths: paths.iter().map(|path| path.join(".")).collect(),
        };
        map.grow(&root);
        map
    }

    /// A map of every value, wherever it stands, all as one field.
    pub(crate) fn of_every_value() -> Self {
        let itself = Step {
            node: Some(Self::ROOT),
            field: Some((Field(0), Reading::Is(Kind::Domain))),
        };
        let node = Node {
            other: Some(itself),
            ..Node::EMPTY
        };
        Self {
            nodes: vec![node],
            paths: vec![String::new()],
        }
    }

    fn grow(&mut self, branch: &Branch<'_>) -> Step {
        let field = branch.field.map(|field| (field, Reading::Is(Kind::Domain)));
        if branch.below.is_empty() && !self.nodes.is_empty() {
            return Step { node: None, field };
        }
        let node = self.nodes.len();
        self.nodes.push(Node::EMPTY);
        let mut keys = Vec::with_capacity(branch.below.len());
        for (key, below) in &branch.below {
            keys.push(Key {
                head: head_of(key.as_bytes()),
                text: (*key).into(),
                step: self.grow(below),
            });
        }
        if let Some(place) = self.nodes.get_mut(node) {
            *place = Node::new(keys);
        }
        Step {
            node: u16::try_from(node).ok(),
            field,
        }
    }

    /// The path of a field, with dots between keys.
    pub(crate) fn path(&self, field: Field) -> &str {
        self.paths.get(usize::from(field.0)).map_or("", String::as_str)
    }

    /// Where a key of an object leads.
    #[inline(always)]
    pub(super) fn step(&self, node: u16, key: &str) -> Option<Step> {
        self.step_with(node, head_of(key.as_bytes()), key)
    }

    /// The same for who has the first bytes of the key at hand.
    #[inline(always)]
    pub(super) fn step_with(&self, node: u16, head: u64, key: &str) -> Option<Step> {
        self.nodes.get(usize::from(node))?.step(head, key)
    }

    fn add(&mut self, json: &Json, path: &str, depth: usize) -> Result<Step, MapError> {
        match json {
            Json::Object(fields) if depth < MAX_DEPTH => {
                let node = u16::try_from(self.nodes.len()).map_err(|_| MapError::TooLarge)?;
                self.nodes.push(Node::EMPTY);
                let mut keys = Vec::with_capacity(fields.len());
                for (key, json) in fields {
                    let path = if path.is_empty() {
                        key.clone()
                    } else {
                        format!("{path}.{key}")
                    };
                    let step = self.add(json, &path, depth + 1)?;
                    keys.push(Key {
                        head: head_of(key.as_bytes()),
                        text: key.as_str().into(),
                        step,
                    });
                }
                if let Some(place) = self.nodes.get_mut(usize::from(node)) {
                    *place = Node::new(keys);
                }
                Ok(Step {
                    node: Some(node),
                    field: None,
                })
            }
            Json::Object(_) => Err(MapError::TooLarge),
            Json::String(kind) => {
                let reading = Reading::parse(kind).ok_or_else(|| MapError::UnknownKind {
                    path: path.to_owned(),
                    kind: kind.clone(),
                })?;
                if self.paths.len() >= MAX_MAP_FIELDS {
                    return Err(MapError::TooLarge);
                }
                self.paths.push(path.to_owned());
                Ok(Step {
                    node: None,
                    field: Some((Field(self.paths.len() as u16 - 1), reading)),
                })
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) => {
                Err(MapError::NotAKind { path: path.to_owned() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_in_can_be_read() {
        for text in [EVE, ZEEK, DNS_LOG] {
            assert!(!FieldMap::parse(text).unwrap().paths.is_empty());
        }
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let check = |text: &str, expected: MapError| assert_eq!(FieldMap::parse(text).unwrap_err(), expected, "{text}");
        check("{\n  \"a\": }", MapError::NotJson { line: 2, column: 8 });
        check("[]", MapError::NotAKind { path: String::new() });
        check("{}", MapError::Empty);
        check(r#"{"a": {"b": 1}}"#, MapError::NotAKind { path: "a.b".into() });
        check(
            r#"{"a": {"b": "ip"}}"#,
            MapError::UnknownKind {
                path: "a.b".into(),
                kind: "ip".into(),
            },
        );
    }

    #[test]
    fn fields_and_depth_have_limits() {
        let wide = |fields: usize| {
            let fields: Vec<String> = (0..fields).map(|at| format!("\"f{at}\": \"domain\"")).collect();
            FieldMap::parse(&format!("{{{}}}", fields.join(",")))
        };
        assert_eq!(wide(MAX_MAP_FIELDS).unwrap().paths.len(), MAX_MAP_FIELDS);
        assert_eq!(wide(MAX_MAP_FIELDS + 1).unwrap_err(), MapError::TooLarge);
        let deep = |depth: usize| FieldMap::parse(&format!("{}\"url\"{}", "{\"a\":".repeat(depth), "}".repeat(depth)));
        assert_eq!(deep(MAX_DEPTH).unwrap().paths.len(), 1);
        assert_eq!(deep(MAX_DEPTH + 1).unwrap_err(), MapError::TooLarge);
    }
}
