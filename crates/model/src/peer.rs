//! Other nodes: who they are to this one, and when their word is taken.

use crate::keys::keys;

/// Another node: a marker for ids.
#[derive(Debug)]
pub struct Peer;

/// How this node stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeerState {
    /// It was added, and its card was not read yet.
    Pending,
    /// Its card has a key with the fingerprint that people compared: messages go both ways.
    Active,
    /// Its card has no such key.
    Refused,
    /// It was cut off: nothing of it is taken, nothing is sent to it.
    CutOff,
}

/// What another node did that none does that works as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeerFault {
    /// It signed another message under a number that was taken: it tells two stories, or lost its newest days.
    Equivocation,
    /// It signed what is no message to this node.
    Malformed,
    /// It did not answer with a receipt that it signed.
    NoReceipt,
}

keys!(PeerState {
    Pending = "pending",
    Active = "active",
    Refused = "refused",
    CutOff = "cut_off",
});
keys!(PeerFault {
    Equivocation = "equivocation",
    Malformed = "malformed",
    NoReceipt = "no_receipt",
});

impl PeerState {
    /// Whether its messages are taken, and messages sent to it.
    #[must_use]
    pub const fn is_active(self) -> bool {
        match self {
            Self::Active => true,
            Self::Pending | Self::Refused | Self::CutOff => false,
        }
    }
}

impl PeerFault {
    /// How many things a peer may sign in a row that none signs that works as it should, before it is cut off.
    pub const MAX_IN_A_ROW: u32 = 16;

    /// Whether a peer is cut off that has done this so many times in a row. Only what it signed counts: nobody else can have
    /// it cut off. A receipt that is missing may be lost by whatever stands before it.
    #[must_use]
    pub const fn cuts_off(self, times: u32) -> bool {
        match self {
            Self::Equivocation | Self::Malformed => times >= Self::MAX_IN_A_ROW,
            Self::NoReceipt => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_is_cut_off_for_what_it_signed_alone() {
        for fault in [PeerFault::Equivocation, PeerFault::Malformed] {
            assert!(!fault.cuts_off(PeerFault::MAX_IN_A_ROW - 1));
            assert!(fault.cuts_off(PeerFault::MAX_IN_A_ROW));
        }
        assert!(!PeerFault::NoReceipt.cuts_off(u32::MAX));
        for state in PeerState::ALL {
            assert_eq!(PeerState::from_key(state.key()), Some(*state));
        }
    }
}
