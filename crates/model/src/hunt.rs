//! Hunts through kept events that people ask for.

use crate::keys::keys;

/// Marks the ids of hunts.
#[derive(Debug)]
pub struct Hunt;

impl Hunt {
    /// Longest reason for a hunt, in bytes.
    pub const MAX_REASON_BYTES: usize = 500;
}

/// How a hunt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HuntState {
    /// It waits for its turn.
    Queued,
    /// The node looks; after a restart from the beginning.
    Running,
    /// Everything was looked through.
    Done,
    /// What is kept could not be looked through.
    Failed,
    /// Somebody called it off.
    Cancelled,
}

keys!(HuntState {
    Queued = "queued",
    Running = "running",
    Done = "done",
    Failed = "failed",
    Cancelled = "cancelled",
});

impl HuntState {
    /// Whether it goes no further.
    #[must_use]
    pub const fn is_over(self) -> bool {
        match self {
            Self::Queued | Self::Running => false,
            Self::Done | Self::Failed | Self::Cancelled => true,
        }
    }
}
