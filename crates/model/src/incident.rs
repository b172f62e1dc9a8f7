//! Incidents: alerts that belong together, worked by people from the first look to the close.
//!
//! An incident is looked at, worked by one person at a time, contained, and closed with a finding; what was closed is opened again
//! where it was not over. What was merged into another lives on there alone. A wrong step is an error that says what stands in its
//! way.

use crate::keys::keys;
use crate::{Id, Person, Time};

/// An alert: what one host did with one indicator, however often. A marker for ids.
#[derive(Debug)]
pub struct Alert;

/// A host of the network that alerts are about, known by a keyed hash of its address. A marker for ids.
#[derive(Debug)]
pub struct IncidentHost;

/// A file of evidence: a marker for ids.
#[derive(Debug)]
pub struct IncidentFile;

/// Something that is to be done with an incident: a marker for ids.
#[derive(Debug)]
pub struct IncidentTask;

/// A report on an incident: a marker for ids.
#[derive(Debug)]
pub struct IncidentReport;

/// Something that happened with an incident: a marker for ids.
#[derive(Debug)]
pub struct IncidentEvent;

/// A message about an incident that leaves: a marker for ids.
#[derive(Debug)]
pub struct IncidentShare;

/// What one shift leaves to the next: a marker for ids.
#[derive(Debug)]
pub struct ShiftNote;

/// What kind of event an alert comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertEvent {
    /// A name was asked for.
    Dns,
    /// Two addresses spoke.
    Flow,
    /// A TLS session was set up.
    Tls,
    /// Something was asked of a web server.
    Http,
    /// A file was passed.
    File,
    /// Mail was passed.
    Mail,
    /// Somebody else saw it and reported it.
    Report,
    /// None of these.
    Other,
}

keys!(AlertEvent {
    Dns = "dns",
    Flow = "flow",
    Tls = "tls",
    Http = "http",
    File = "file",
    Mail = "mail",
    Report = "report",
    Other = "other",
});

/// When an alert was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertOrigin {
    /// When the event came in.
    Live,
    /// Later, in kept events, by an indicator that came after them.
    Hunt,
}

keys!(AlertOrigin {
    Live = "live",
    Hunt = "hunt",
});

/// Why an alert names no host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoHost {
    /// Its event names nobody in the networks of the subscribers.
    Unnamed,
    /// Its event was kept with a token from before tokens could be turned back.
    OldToken,
    /// The token of its event cannot be turned back: the key is another one, or the subscriber is in none of the networks named now.
    LostToken,
}

keys!(NoHost {
    Unnamed = "unnamed",
    OldToken = "old_token",
    LostToken = "lost_token",
});

impl NoHost {
    /// Whether the event named somebody, who is known no more.
    #[must_use]
    pub const fn is_loss(self) -> bool {
        match self {
            Self::Unnamed => false,
            Self::OldToken | Self::LostToken => true,
        }
    }
}

/// Why an alert is in its incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grouping {
    /// It opened it.
    First,
    /// Its indicator belongs to the same campaign.
    Campaign,
    /// It is of the same indicator.
    Indicator,
    /// It is about the same host.
    Host,
    /// Somebody put it there.
    Hand,
    /// It is in none: somebody found that its indicator is wrong.
    Muted,
}

keys!(Grouping {
    First = "first",
    Campaign = "campaign",
    Indicator = "indicator",
    Host = "host",
    Hand = "hand",
    Muted = "muted",
});

/// How grave an incident is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It can wait.
    Low,
    /// It is worked in its turn.
    Medium,
    /// It is serious: clocks of the law run.
    High,
    /// It endangers others: it is told at once.
    Critical,
}

keys!(Severity {
    Low = "low",
    Medium = "medium",
    High = "high",
    Critical = "critical",
});

/// Whether something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskState {
    /// It is to be done.
    Open,
    /// It was done.
    Done,
    /// It is not needed here.
    Skipped,
}

keys!(TaskState {
    Open = "open",
    Done = "done",
    Skipped = "skipped",
});

/// What an incident turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IncidentOutcome {
    /// It was one.
    TruePositive,
    /// It was none: an indicator was wrong, or what it saw was meant.
    FalsePositive,
}

keys!(IncidentOutcome {
    TruePositive = "true_positive",
    FalsePositive = "false_positive",
});

/// Where an incident stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncidentState {
    /// Nobody has looked at it.
    New,
    /// Somebody said how grave it is.
    Triaged,
    /// Somebody works at it.
    Working {
        /// Who.
        by: Id<Person>,
    },
    /// It does no more harm.
    Contained {
        /// Who works at it.
        by: Id<Person>,
    },
    /// It is over.
    Closed {
        /// Who closed it.
        by: Id<Person>,
        /// What it was.
        outcome: IncidentOutcome,
    },
    /// It lives on in another.
    Merged {
        /// Which.
        into: Id<Incident>,
    },
}

/// Why a step of an incident is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IncidentStepError {
    /// Nobody has said how grave it is.
    #[error("nobody has said how grave the incident is")]
    NotTriaged,
    /// Nobody works at it.
    #[error("nobody works at the incident")]
    NotTaken,
    /// Somebody else works at it.
    #[error("somebody else works at the incident")]
    Held,
    /// It still does harm.
    #[error("the incident is not contained")]
    NotContained,
    /// It was contained before.
    #[error("the incident is contained")]
    Contained,
    /// It is over.
    #[error("the incident is closed")]
    Closed,
    /// It is not over.
    #[error("the incident is not closed")]
    NotClosed,
    /// It lives on in another.
    #[error("the incident was merged into another")]
    Merged,
    /// It cannot be merged into itself.
    #[error("an incident is not merged into itself")]
    Itself,
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Its id.
    pub id: Id<Incident>,
    /// Where it stands.
    pub state: IncidentState,
    /// Since when.
    pub state_at: Time,
    /// How grave it is.
    pub severity: Severity,
    /// How often it was opened again.
    pub reopened: u32,
}

impl IncidentState {
    /// The key in storage and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Triaged => "triaged",
            Self::Working { .. } => "working",
            Self::Contained { .. } => "contained",
            Self::Closed { .. } => "closed",
            Self::Merged { .. } => "merged",
        }
    }

    /// Whether somebody has yet to do something with it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::New | Self::Triaged | Self::Working { .. } | Self::Contained { .. } => true,
            Self::Closed { .. } | Self::Merged { .. } => false,
        }
    }

    /// Who works at it, or closed it.
    #[must_use]
    pub const fn holder(self) -> Option<Id<Person>> {
        match self {
            Self::Working { by } | Self::Contained { by } | Self::Closed { by, .. } => Some(by),
            Self::New | Self::Triaged | Self::Merged { .. } => None,
        }
    }
}

impl Incident {
    /// Longest words on an incident, in bytes.
    pub const MAX_WORDS_BYTES: usize = 4_000;

    /// A new one.
    #[must_use]
    pub const fn open(id: Id<Self>, severity: Severity, now: Time) -> Self {
        Self {
            id,
            state: IncidentState::New,
            state_at: now,
            severity,
            reopened: 0,
        }
    }

    /// Somebody says how grave it is, for the first time or anew.
    ///
    /// # Errors
    /// When it is over.
    pub fn triage(self, severity: Severity, now: Time) -> Result<Self, IncidentStepError> {
        self.must_be_open()?;
        Ok(match self.state {
            IncidentState::New => Self {
                severity,
                ..self.into_state(IncidentState::Triaged, now)
            },
            IncidentState::Triaged
            | IncidentState::Working { .. }
            | IncidentState::Contained { .. }
            | IncidentState::Closed { .. }
            | IncidentState::Merged { .. } => Self { severity, ..self },
        })
    }

    /// Somebody works at it from now on.
    ///
    /// # Errors
    /// When nobody looked at it, somebody works at it, or it is over.
    pub fn take(self, by: Person, now: Time) -> Result<Self, IncidentStepError> {
        self.must_be_open()?;
        match self.state {
            IncidentState::Triaged => Ok(self.into_state(IncidentState::Working { by: by.id }, now)),
            IncidentState::Working { .. } | IncidentState::Contained { .. } => Err(IncidentStepError::Held),
            IncidentState::New | IncidentState::Closed { .. } | IncidentState::Merged { .. } => {
                Err(IncidentStepError::NotTriaged)
            }
        }
    }

    /// Who comes takes over from whoever works at it.
    ///
    /// # Errors
    /// When nobody works at it, or it is over.
    pub fn hand_over(self, to: Person, now: Time) -> Result<Self, IncidentStepError> {
        self.must_be_open()?;
        match self.state {
            IncidentState::Working { .. } => Ok(self.into_state(IncidentState::Working { by: to.id }, now)),
            IncidentState::Contained { .. } => Ok(self.into_state(IncidentState::Contained { by: to.id }, now)),
            IncidentState::New
            | IncidentState::Triaged
            | IncidentState::Closed { .. }
            | IncidentState::Merged { .. } => Err(IncidentStepError::NotTaken),
        }
    }

    /// It does no more harm.
    ///
    /// # Errors
    /// When the one who says so does not work at it, or it is past that.
    pub fn contain(self, by: Person, now: Time) -> Result<Self, IncidentStepError> {
        self.must_be_open()?;
        match self.state {
            IncidentState::Working { by: holder } if holder == by.id => {
                Ok(self.into_state(IncidentState::Contained { by: holder }, now))
            }
            IncidentState::Working { .. } => Err(IncidentStepError::Held),
            IncidentState::Contained { .. } => Err(IncidentStepError::Contained),
            IncidentState::New
            | IncidentState::Triaged
            | IncidentState::Closed { .. }
            | IncidentState::Merged { .. } => Err(IncidentStepError::NotTaken),
        }
    }

    /// It is over: what was one, when it does no more harm; what was none, at any time after it was looked at.
    ///
    /// # Errors
    /// When that is too early, somebody else works at it, or it is over.
    pub fn close(self, outcome: IncidentOutcome, by: Person, now: Time) -> Result<Self, IncidentStepError> {
        self.must_be_open()?;
        if self.state.holder().is_some_and(|holder| holder != by.id) {
            return Err(IncidentStepError::Held);
        }
        let is_contained = matches!(self.state, IncidentState::Contained { .. });
        match (self.state, outcome) {
            (IncidentState::New, _) => Err(IncidentStepError::NotTriaged),
            (_, IncidentOutcome::TruePositive) if !is_contained => Err(IncidentStepError::NotContained),
            (_, IncidentOutcome::TruePositive | IncidentOutcome::FalsePositive) => {
                Ok(self.into_state(IncidentState::Closed { by: by.id, outcome }, now))
            }
        }
    }

    /// It was not over: whoever finds so works at it.
    ///
    /// # Errors
    /// When it is not closed.
    pub fn reopen(self, by: Person, now: Time) -> Result<Self, IncidentStepError> {
        match self.state {
            IncidentState::Closed { .. } => Ok(Self {
                reopened: self.reopened.saturating_add(1),
                ..self.into_state(IncidentState::Working { by: by.id }, now)
            }),
            IncidentState::Merged { .. } => Err(IncidentStepError::Merged),
            IncidentState::New
            | IncidentState::Triaged
            | IncidentState::Working { .. }
            | IncidentState::Contained { .. } => Err(IncidentStepError::NotClosed),
        }
    }

    /// It lives on in another.
    ///
    /// # Errors
    /// When either is over, or they are one.
    pub fn merge_into(self, other: &Self, now: Time) -> Result<Self, IncidentStepError> {
        self.must_be_open()?;
        other.must_be_open()?;
        if self.id == other.id {
            return Err(IncidentStepError::Itself);
        }
        Ok(self.into_state(IncidentState::Merged { into: other.id }, now))
    }

    /// Whether something may still be added to it.
    ///
    /// # Errors
    /// When it is over.
    pub const fn must_be_open(&self) -> Result<(), IncidentStepError> {
        match self.state {
            IncidentState::New
            | IncidentState::Triaged
            | IncidentState::Working { .. }
            | IncidentState::Contained { .. } => Ok(()),
            IncidentState::Closed { .. } => Err(IncidentStepError::Closed),
            IncidentState::Merged { .. } => Err(IncidentStepError::Merged),
        }
    }

    fn into_state(self, state: IncidentState, now: Time) -> Self {
        Self {
            state,
            state_at: now,
            ..self
        }
    }
}

#[cfg(test)]
mod tests;
