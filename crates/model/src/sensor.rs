//! Sensors: what sends events to the node.

use crate::keys::keys;

/// Marks the ids of sensors.
#[derive(Debug)]
pub struct Sensor;

/// How a sensor's events come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SensorKind {
    /// A file that somebody writes is followed.
    Tail,
    /// The node listens for connections.
    Tcp,
    /// The node listens for connections in TLS.
    Tls,
    /// The node listens for datagrams.
    Udp,
    /// The node listens at a socket in the file system.
    Unix,
    /// Programs send over the node's own HTTP.
    Http,
    /// A stream of NATS JetStream is read.
    Nats,
}

keys!(SensorKind {
    Tail = "tail",
    Tcp = "tcp",
    Tls = "tls",
    Udp = "udp",
    Unix = "unix",
    Http = "http",
    Nats = "nats",
});

/// What a sensor's events look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SensorForm {
    /// Suricata's EVE JSON.
    Eve,
    /// Zeek's logs, as JSON or with tabs.
    Zeek,
    /// BIND's query log.
    Bind,
    /// Unbound's query log.
    Unbound,
    /// JSON, read by a map.
    Json,
    /// NetFlow 5 and 9, and IPFIX.
    Flow,
    /// What resolvers tell of their queries.
    Dnstap,
    /// Reports of Shadowserver.
    Shadowserver,
    /// Abuse reports in XARF 4.
    Xarf,
}

keys!(SensorForm {
    Eve = "eve",
    Zeek = "zeek",
    Bind = "bind",
    Unbound = "unbound",
    Json = "json",
    Flow = "flow",
    Dnstap = "dnstap",
    Shadowserver = "shadowserver",
    Xarf = "xarf",
});
