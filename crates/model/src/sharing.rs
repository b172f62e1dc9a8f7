//! Rules by which incidents are told to the national centre, and what they plan.
//!
//! A rule is made by one person and put in force by another; whoever may can pause and end it. What a rule plans waits, and can be held
//! back. A wrong step is an error that says what stands in its way.

use crate::keys::keys;
use crate::{Id, Person};

/// A rule by which incidents are told: a marker for ids.
#[derive(Debug)]
pub struct SharingRule;

/// What a rule is to tell of one incident: a marker for ids.
#[derive(Debug)]
pub struct SharePlan;

/// How a rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SharingState {
    /// One person made it; nobody put it in force.
    Proposed,
    /// It plans, and what it planned leaves.
    Active,
    /// It plans nothing, and what it planned waits.
    Paused,
    /// It is over.
    Ended,
}

/// A step of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SharingStep {
    /// A second person puts it in force.
    Enforce,
    /// It plans nothing for now.
    Pause,
    /// It goes on.
    Resume,
    /// It is over, and what it planned does not leave.
    End,
}

/// How something planned stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlanState {
    /// It leaves when its time comes.
    Waiting,
    /// Somebody held it back.
    Held,
    /// It left.
    Shared,
    /// There was nothing that may leave.
    Nothing,
    /// It does not leave: the incident or the rule is no more what it was.
    Dropped,
}

keys!(SharingState {
    Proposed = "proposed",
    Active = "active",
    Paused = "paused",
    Ended = "ended",
});
keys!(SharingStep {
    Enforce = "enforce",
    Pause = "pause",
    Resume = "resume",
    End = "end",
});
keys!(PlanState {
    Waiting = "waiting",
    Held = "held",
    Shared = "shared",
    Nothing = "nothing",
    Dropped = "dropped",
});

/// Why a step is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SharingStepError {
    /// Whoever made a rule does not put it in force.
    #[error("whoever made a rule does not put it in force")]
    OwnRule,
    /// It was put in force before.
    #[error("the rule was put in force before")]
    InForce,
    /// Nobody put it in force.
    #[error("nobody put the rule in force")]
    NotInForce,
    /// It is paused.
    #[error("the rule is paused")]
    Paused,
    /// It is not paused.
    #[error("the rule is not paused")]
    NotPaused,
    /// It is over.
    #[error("the rule is over")]
    Ended,
    /// What was planned neither waits nor is held back.
    #[error("what was planned neither waits nor is held back")]
    PlanOver,
    /// What was planned is held back.
    #[error("what was planned is held back")]
    PlanHeld,
}

impl SharingState {
    /// How a rule that somebody made stands after somebody's step.
    ///
    /// # Errors
    /// When the step is none of how it stands.
    pub fn after(self, step: SharingStep, made_by: Id<Person>, by: Id<Person>) -> Result<Self, SharingStepError> {
        match (self, step) {
            (Self::Ended, SharingStep::Enforce | SharingStep::Pause | SharingStep::Resume | SharingStep::End) => {
                Err(SharingStepError::Ended)
            }
            (Self::Proposed, SharingStep::Enforce) if made_by == by => Err(SharingStepError::OwnRule),
            (Self::Proposed, SharingStep::Enforce) | (Self::Paused, SharingStep::Resume) => Ok(Self::Active),
            (Self::Active | Self::Paused, SharingStep::Enforce) => Err(SharingStepError::InForce),
            (Self::Active, SharingStep::Pause) => Ok(Self::Paused),
            (Self::Proposed, SharingStep::Pause | SharingStep::Resume) => Err(SharingStepError::NotInForce),
            (Self::Paused, SharingStep::Pause) => Err(SharingStepError::Paused),
            (Self::Active, SharingStep::Resume) => Err(SharingStepError::NotPaused),
            (Self::Proposed | Self::Active | Self::Paused, SharingStep::End) => Ok(Self::Ended),
        }
    }
}

impl PlanState {
    /// How a plan stands after somebody held it back.
    ///
    /// # Errors
    /// When it is held back already, or over.
    pub const fn hold(self) -> Result<Self, SharingStepError> {
        match self {
            Self::Waiting => Ok(Self::Held),
            Self::Held => Err(SharingStepError::PlanHeld),
            Self::Shared | Self::Nothing | Self::Dropped => Err(SharingStepError::PlanOver),
        }
    }

    /// Whether it may yet leave.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Waiting | Self::Held => true,
            Self::Shared | Self::Nothing | Self::Dropped => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(steps: &[(SharingStep, i64)], expected: Result<SharingState, SharingStepError>) {
        let person = |number| Id::from_number(number).unwrap();
        let done = steps.iter().try_fold(SharingState::Proposed, |state, (step, by)| {
            state.after(*step, person(1), person(*by))
        });
        assert_eq!(done, expected, "{steps:?}");
    }

    #[test]
    fn a_rule_takes_two_people_and_is_ended_by_any() {
        use SharingStep::{End, Enforce, Pause, Resume};
        check(&[(Enforce, 1)], Err(SharingStepError::OwnRule));
        check(&[(Enforce, 2)], Ok(SharingState::Active));
        check(&[(Enforce, 2), (Enforce, 3)], Err(SharingStepError::InForce));
        check(&[(Pause, 2)], Err(SharingStepError::NotInForce));
        check(&[(Resume, 2)], Err(SharingStepError::NotInForce));
        check(&[(Enforce, 2), (Pause, 1)], Ok(SharingState::Paused));
        check(&[(Enforce, 2), (Pause, 1), (Pause, 1)], Err(SharingStepError::Paused));
        check(&[(Enforce, 2), (Pause, 1), (Resume, 1)], Ok(SharingState::Active));
        check(&[(Enforce, 2), (Resume, 1)], Err(SharingStepError::NotPaused));
        check(&[(End, 1)], Ok(SharingState::Ended));
        for late in SharingStep::ALL {
            check(&[(Enforce, 2), (End, 1), (*late, 2)], Err(SharingStepError::Ended));
        }
    }

    #[test]
    fn what_was_planned_is_held_back_once_and_keys_are_read_as_written() {
        let held = PlanState::Waiting.hold().unwrap();
        assert_eq!(held.hold(), Err(SharingStepError::PlanHeld));
        assert_eq!(PlanState::Shared.hold(), Err(SharingStepError::PlanOver));
        for state in PlanState::ALL {
            assert_eq!(PlanState::from_key(state.key()), Some(*state));
            assert_eq!(state.is_open(), matches!(state, PlanState::Waiting | PlanState::Held));
        }
        for state in SharingState::ALL {
            assert_eq!(SharingState::from_key(state.key()), Some(*state));
        }
    }
}
