//! What sensors send, decoded.
//!
//! Bytes go in, lines come out: what is not made of lines, as flows and DNS taps, is told in the form of Suricata's EVE, so that
//! whoever reads events reads them all alike. The crate has no sockets, no clock and no storage, and does not know what an event
//! is held against.

mod dnstap;
mod eve;
mod flow;
mod frame;
pub mod limits;
mod meter;
mod nats;
mod report;
mod syslog;

pub use dnstap::{FrameStream, read_dnstap};
pub use flow::{FlowTally, Flows};
pub use frame::{Framer, Framing};
pub use meter::{FileState, Meter, Portion, Reading};
pub use nats::{NatsBroken, NatsFrame, NatsMessage, NatsReader, NkeySeed};
pub use report::{Reports, SchemaError, read_xarf};
pub use syslog::unwrap as unwrap_syslog;
