//! Every limit on what comes in.

use std::time::Duration;

/// Most connections of one sensor.
pub const MAX_CONNECTIONS: usize = 256;
/// Bytes that are read of a connection or a file before they are handed over.
pub const READ_BYTES: usize = 256 << 10;
/// Longest line of a file that is followed, in bytes.
pub const MAX_LINE_BYTES: usize = anlanh_sensor::limits::MAX_MESSAGE_BYTES;
/// Datagrams that are handed over at once, at the most.
pub const MOST_DATAGRAMS: usize = 1_024;
/// Bytes that the system is asked to keep of datagrams until they are read.
pub const DATAGRAM_BUFFER_BYTES: usize = 8 << 20;
/// How long a connection may take to shake hands in TLS.
pub const HANDSHAKE: Duration = Duration::from_secs(10);
/// How often it is looked whether a file has grown.
pub const LOOK: Duration = Duration::from_millis(250);
/// Messages of a NATS stream that are asked for at once, and are on their way at the most.
pub const MOST_PULLED: usize = 512;
/// Bytes of messages of a NATS stream that are asked for at once, or one message where the server lets them be longer.
pub const PULLED_BYTES: usize = 4 << 20;
/// Bytes of messages of a NATS stream that are held before they are handed over: a server may give more than it was asked for, and gives
/// again what another session was given.
pub const MAX_HELD_BYTES: usize = 32 << 20;
/// How long a NATS server keeps a request for messages open.
pub const PULL: Duration = Duration::from_secs(5);
/// How long a NATS server may take to answer.
pub const ANSWER: Duration = Duration::from_secs(10);
/// How long more messages are waited for once there are some.
pub const LINGER: Duration = Duration::from_millis(20);
/// After so long a NATS server gives out again what was not acknowledged.
pub const ACKNOWLEDGED: Duration = Duration::from_secs(30);
