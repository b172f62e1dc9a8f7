//! What nodes say to each other (docs/PROTOCOL.md, part 2).
//!
//! A node tells who it is in a [`Card`]. Everything else is a [`Message`]: JSON of one sender to one receiver, the next of
//! its *stream*, in a request with an HTTP message signature (RFC 9421). Each is answered with a [`Receipt`], in a response
//! whose signature also covers the request, so that whoever holds it can show what was received, by whom, and when.
//!
//! Forms are strict: an unknown field is a mistake, not something to pass over, since both sides must mean the same by what
//! was signed. Keys of kinds and offices are texts here; what they mean is for the caller.

mod card;
mod content;
mod fingerprint;
mod message;
mod signed;
mod stamp;

pub use card::{Card, CardError, CardKey, CardLog, MAX_CARD_BYTES, MAX_CARD_KEYS};
pub use content::{
    Amend, Content, Incident, IncidentField, Information, Key, LogPrivate, LogReceipt, Logged, Order, Progress, Remind,
    Target, Withdraw,
};
pub use fingerprint::{Fingerprint, NoFingerprint};
pub use message::{MAX_MESSAGE_BYTES, MAX_STREAM_BYTES, Message, MessageError, Outcome, Receipt};
pub use signed::{
    Arrived, MAX_AGE_S, MAX_RECEIPT_BYTES, MAX_SKEW_S, SignedFields, SignedReceipt, WireError, sender, sign_message,
    sign_receipt, verify_message,
};
pub use stamp::{NoStamp, Stamp};

/// The name of the protocol and its version, as it stands in cards and messages.
pub const PROTOCOL: &str = "anlanh/1";
/// Where a node has its card, below its address (RFC 8615).
pub const CARD_PATH: &str = "/.well-known/anlanh";
/// Where a node takes messages, below its address.
pub const MESSAGES_PATH: &str = "/v1/peer/messages";
