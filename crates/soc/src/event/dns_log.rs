//! Query logs of resolvers. What else they log is passed over.

use std::net::IpAddr;

use super::{EventTime, Field, Reading, Sink};
use crate::value::Kind;

/// Fields of the map of these logs, in the order of its keys.
const CLIENT: Field = Field(0);
const QUERY: Field = Field(1);
const TIME: Field = Field(2);
/// Bytes of `28-Nov-2026 10:33:53.123`, and of `Nov 28 10:33:53`.
const BIND_TIME_BYTES: usize = 24;
const ASCII_TIME_BYTES: usize = 15;

/// A line of BIND: `… client @0x7f 192.0.2.1#53 (example.com): query: example.com IN A +E(0) (192.0.2.53)`.
///
/// Source: the BIND 9 administrator reference manual, category `queries`.
pub(super) fn read_bind(line: &str, sink: &mut impl Sink) {
    let Some((head, query)) = line.split_once(" query: ") else {
        return;
    };
    let Some(name) = query.split(' ').next() else { return };
    let client = head.rsplit_once("client ").map_or(head, |(_, client)| client);
    let mut words = client.split(' ');
    let client = words.find(|word| !word.starts_with("@0x"));
    let address = client.and_then(|client| client.split('#').next());
    give(address, name, sink);
    // By the settings of the channel it is local time, or RFC 3339 up to the first blank.
    let time = line
        .get(..BIND_TIME_BYTES)
        .filter(|time| EventTime::read(time).is_some());
    if let Some(time) = time.or_else(|| line.split(' ').next()) {
        sink.take(TIME, Reading::Time, time);
    }
}

/// A line of Unbound with `log-queries` or `log-replies`: `… info: 192.0.2.1 example.com. A IN`.
///
/// Source: unbound.conf(5).
pub(super) fn read_unbound(line: &str, sink: &mut impl Sink) {
    let Some((_, query)) = line.split_once(" info: ") else {
        return;
    };
    let mut words = query.split(' ');
    let (Some(client), Some(name), Some(_type), Some("IN" | "CH" | "HS")) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return;
    };
    give(Some(client), name, sink);
    // `[1795862033] unbound[1:0] info: …`, or with `log-time-ascii` as syslog has it.
    let time = match line.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => line.get(..ASCII_TIME_BYTES),
    };
    if let Some(time) = time {
        sink.take(TIME, Reading::Time, time);
    }
}

/// What a query says: who asks, for which name, and of which type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Query<'q> {
    pub(crate) client: &'q str,
    pub(crate) name: &'q str,
    pub(crate) record_type: &'q str,
}

impl<'q> Query<'q> {
    /// Of a line of BIND.
    pub(crate) fn of_bind(line: &'q str) -> Option<Self> {
        let (head, query) = line.split_once(" query: ")?;
        let mut words = query.split(' ');
        let (name, _class, record_type) = (words.next()?, words.next()?, words.next()?);
        let (_, client) = head.rsplit_once("client ")?;
        let client = client.split(' ').find(|word| !word.starts_with("@0x"))?;
        Some(Self {
            client: client.split('#').next()?,
            name,
            record_type,
        })
    }

    /// Of a line of Unbound.
    pub(crate) fn of_unbound(line: &'q str) -> Option<Self> {
        let (_, query) = line.split_once(" info: ")?;
        let mut words = query.split(' ');
        let (client, name, record_type) = (words.next()?, words.next()?, words.next()?);
        let is_query = matches!(words.next(), Some("IN" | "CH" | "HS")) && client.parse::<IpAddr>().is_ok();
        is_query.then_some(Self {
            client,
            name: name.strip_suffix('.').unwrap_or(name),
            record_type,
        })
    }
}

fn give(client: Option<&str>, name: &str, sink: &mut impl Sink) {
    let Some(client) = client.filter(|client| client.parse::<IpAddr>().is_ok()) else {
        return;
    };
    sink.take(CLIENT, Reading::Is(Kind::Address), client);
    sink.take(QUERY, Reading::Is(Kind::Domain), name);
}
