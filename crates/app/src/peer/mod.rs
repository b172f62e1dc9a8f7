//! Other nodes: who they are, and what is said between them and this one (docs/PROTOCOL.md, part 2).
//!
//! A peer is added by hand, with the fingerprint that people read to each other; then its card is read, and only a card that
//! has the key with that fingerprint makes it active. What is said is kept first and sent later, in order in each stream,
//! until a signed receipt is there. What is heard is applied once, in the transaction that keeps it and its receipt. Whoever
//! sends and waits is not known here.

mod identity;
mod receive;
mod roster;
mod send;
mod tell;

use anlanh_model::{PeerFault, Time};

pub use anlanh_store::peer::{EvidenceRow, HeldStreams, PeerRow, SignedRow};
pub use anlanh_wire::{
    CARD_PATH, Fingerprint, MAX_CARD_BYTES, MAX_MESSAGE_BYTES, MAX_RECEIPT_BYTES, MESSAGES_PATH, Message, Receipt,
    SignedReceipt,
};
pub use identity::{KEY_OVERLAP_DAYS, NodeKey, card, node_keys, rotate};
pub use receive::{Answered, MAX_EVIDENCE, MAX_OPEN_STREAMS, ReceiveError, evidence, receive};
pub use roster::{
    MAX_PEERS, NewPeer, Pending, add, add_by_operator, cut_off, cut_off_by_operator, list, list_by_operator,
    not_reached, pending, take_card,
};
pub(crate) use send::say;
pub use send::{Outgoing, Replied, answered, due, said};
pub(crate) use tell::{run, run_entries};

/// Why a peer is not added or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeerError {
    /// Its address is none.
    #[error("the address of a node is http:// or https://, a host and maybe a path")]
    BadAddress,
    /// It is this node's own.
    #[error("the address is this node's own")]
    Itself,
    /// The fingerprint is none.
    #[error("a fingerprint has 64 hexadecimal digits")]
    BadFingerprint,
    /// There are [`MAX_PEERS`].
    #[error("a node has at most {MAX_PEERS} peers")]
    TooMany,
    /// No active peer is known that this can be sent to.
    #[error("no active peer is known that this can be sent to")]
    NotReachable,
    /// It is longer than a message may be.
    #[error("a message has at most {MAX_MESSAGE_BYTES} bytes")]
    TooLong,
}

/// A peer as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerView {
    /// What is kept of it.
    pub row: PeerRow,
    /// How many messages wait for it.
    pub waiting: u64,
    /// The streams whose next message it refuses.
    pub held: Vec<HeldStreams>,
    /// How many pairs of messages it signed under one number.
    pub evidence: u64,
}

/// Key of why a card was refused: it has no key with the fingerprint that people compared.
const OTHER_KEY: &str = "other_key";
/// The same: the office is none of the policy in force.
const UNKNOWN_OFFICE: &str = "unknown_office";
/// The same: it is no card of this protocol.
const NO_CARD: &str = "no_card";
/// Key of why a peer is cut off that people cut off.
const BY_HAND: &str = "by_hand";

/// When a peer is tried again that was not reached so many times in a row: after 1, 2, 4 … and at most 256 seconds.
fn retry_at(now: Time, failures: u32) -> Time {
    now.plus_seconds(1 << failures.min(8))
}

/// When a message is tried again that was refused for its own sake so many times in a row: after 1, 2, 4 … and at most 1,024
/// seconds, since people have to do something about it.
fn retry_refused_at(now: Time, failures: u32) -> Time {
    now.plus_seconds(1 << failures.min(10))
}

const fn fault_key(fault: PeerFault) -> &'static str {
    fault.key()
}
