//! Pushing indicators to collections of other servers.

use crate::keys::keys;

/// A collection of another server that indicators are pushed to: a marker for ids.
#[derive(Debug)]
pub struct Push;

/// How a push stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PushState {
    /// What changes is pushed.
    Active,
    /// Nothing is pushed; what was stays there.
    Paused,
    /// It is gone; what was pushed stays there.
    Removed,
}

/// How an object stands on the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PushedState {
    /// It is there.
    Live,
    /// It is there, revoked.
    Revoked,
    /// The other side did not take it.
    Refused,
}

keys!(PushState {
    Active = "active",
    Paused = "paused",
    Removed = "removed",
});
keys!(PushedState {
    Live = "live",
    Revoked = "revoked",
    Refused = "refused",
});
