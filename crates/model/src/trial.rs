//! Trials of a version of the policy: where they run and how far they have come.

use crate::keys::keys;

/// Where a version is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrialKind {
    /// On everything that comes in, beside the version in force. Nobody but the policy manager sees it.
    Shadow,
    /// On everything that was kept.
    Backtest,
}

/// How far a trial has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrialState {
    /// It goes on.
    Running,
    /// It came to its end.
    Done,
    /// A person stopped it, or the version in force changed under it.
    Stopped,
    /// It could not go on.
    Failed,
}

keys!(TrialKind {
    Shadow = "shadow",
    Backtest = "backtest",
});
keys!(TrialState {
    Running = "running",
    Done = "done",
    Stopped = "stopped",
    Failed = "failed",
});
