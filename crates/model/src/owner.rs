//! Requests to owners: whoever answers for an account, page, group or channel is asked to remove content themselves, by an
//! order of an authority or after a complaint that was found to hold.
//!
//! The law gives the owner a deadline of their own. What they say ends the request; whether it is so is for the platform to
//! see, and so is whatever they did not do. A request that ran out stays breached, and can be answered late.

use crate::keys::keys;
use crate::{ClockEvent, Id, Outcome, StatutoryClock, Text, Time};

/// A request to an owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerRequest {
    /// Its id.
    pub id: Id<OwnerRequest>,
    /// The owner's own deadline.
    pub clock: StatutoryClock,
    /// What came of it.
    pub state: OwnerState,
}

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerState {
    /// The owner has not answered.
    Asked,
    /// They say that they removed it.
    Removed {
        /// When they said so.
        at: Time,
        /// By whom it was said.
        voice: OwnerVoice,
    },
    /// They say why they do not.
    Contested {
        /// When.
        at: Time,
        /// By whom it was said.
        voice: OwnerVoice,
    },
    /// Nothing is asked of them any more: the platform acted, or what they were asked by was taken back.
    Ended {
        /// When.
        at: Time,
    },
}

/// By whom it is said what an owner did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OwnerVoice {
    /// By whoever has the private link.
    Link,
    /// By the platform, which speaks for them.
    Platform,
}

/// What stands in the way of a request to an owner, or of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OwnerError {
    /// The same owner was asked before.
    #[error("the owner was asked already")]
    Asked,
    /// It was answered, or nothing is asked any more.
    #[error("the request is over")]
    Over,
    /// The owner does not say that it is removed.
    #[error("the owner did not say that it is removed")]
    NotRemoved,
    /// Nobody may be told of the order yet.
    #[error("the order is confidential")]
    Confidential,
    /// The platform named no such owner with the item.
    #[error("no such owner is known")]
    NoOwner,
    /// No deadline of the policy covers it.
    #[error("no deadline of the policy is for owners")]
    NoDeadline,
}

keys!(OwnerVoice {
    Link = "link",
    Platform = "platform",
});

impl OwnerState {
    /// The key in storage and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Removed { .. } => "removed",
            Self::Contested { .. } => "contested",
            Self::Ended { .. } => "ended",
        }
    }
}

impl OwnerRequest {
    /// Longest words of an owner, in bytes.
    pub const MAX_WORDS_BYTES: usize = 4_000;

    /// Asks an owner, whose deadline starts now.
    #[must_use]
    pub const fn ask(id: Id<Self>, clock: StatutoryClock) -> Self {
        let state = OwnerState::Asked;
        Self { id, clock, state }
    }

    /// The owner says that they removed it.
    ///
    /// # Errors
    /// When it was answered, or nothing is asked any more.
    pub fn removed(self, voice: OwnerVoice, now: Time) -> Result<Self, OwnerError> {
        self.answer(OwnerState::Removed { at: now, voice }, now)
    }

    /// The owner says why they do not remove it.
    ///
    /// # Errors
    /// When it was answered, or nothing is asked any more.
    pub fn contest(self, voice: OwnerVoice, now: Time) -> Result<Self, OwnerError> {
        self.answer(OwnerState::Contested { at: now, voice }, now)
    }

    fn answer(self, state: OwnerState, now: Time) -> Result<Self, OwnerError> {
        match self.state {
            OwnerState::Asked => Ok(self.into_state(state, now)),
            OwnerState::Removed { .. } | OwnerState::Contested { .. } | OwnerState::Ended { .. } => {
                Err(OwnerError::Over)
            }
        }
    }

    /// Nothing is asked of the owner any more. What they answered stays.
    #[must_use]
    pub fn end(self, now: Time) -> Self {
        match self.state {
            OwnerState::Asked => self.into_state(OwnerState::Ended { at: now }, now),
            OwnerState::Removed { .. } | OwnerState::Contested { .. } | OwnerState::Ended { .. } => self,
        }
    }

    /// Lets time pass.
    #[must_use]
    pub fn tick(self, now: Time) -> (Self, Option<ClockEvent>) {
        let (clock, happened) = self.clock.tick(now);
        (Self { clock, ..self }, happened)
    }

    /// That the owner removed it, for whoever looked whether it is so.
    ///
    /// # Errors
    /// When they did not say so.
    pub const fn must_be_removed(&self) -> Result<(), OwnerError> {
        match self.state {
            OwnerState::Removed { .. } => Ok(()),
            OwnerState::Asked | OwnerState::Contested { .. } | OwnerState::Ended { .. } => Err(OwnerError::NotRemoved),
        }
    }

    /// Whether the platform is to act or to look now: the owner answered, or let the deadline run out.
    #[must_use]
    pub const fn is_returned(&self) -> bool {
        match self.state {
            OwnerState::Asked => self.clock.is_breached(),
            OwnerState::Removed { .. } | OwnerState::Contested { .. } => true,
            OwnerState::Ended { .. } => false,
        }
    }

    fn into_state(self, state: OwnerState, now: Time) -> Self {
        let clock = self.clock.meet(now);
        Self { clock, state, ..self }
    }
}

impl Outcome {
    /// Whether it leaves something to remove for an owner: it is a violation, and the platform does not remove it.
    #[must_use]
    pub const fn leaves_to_owner(self) -> bool {
        match self {
            Self::Label | Self::Limit | Self::Hide => true,
            Self::NoViolation | Self::SubjectOnly | Self::Remove => false,
        }
    }
}

/// What an owner says against a request.
pub type OwnerWords = Text<{ OwnerRequest::MAX_WORDS_BYTES }>;

#[cfg(test)]
mod tests {
    use super::*;

    const START: Time = Time::from_seconds(1_790_000_000);

    fn asked() -> OwnerRequest {
        let clock = StatutoryClock::start(Id::from_number(1).unwrap(), "page-owner".into(), Vec::new(), START, 24);
        OwnerRequest::ask(Id::from_number(1).unwrap(), clock)
    }

    fn hour(hours: i64) -> Time {
        START.plus_minutes(hours * 60)
    }

    #[test]
    fn it_is_answered_once() {
        let answered = [
            asked().removed(OwnerVoice::Link, hour(1)).unwrap(),
            asked().contest(OwnerVoice::Platform, hour(1)).unwrap(),
            asked().end(hour(1)),
        ];
        for request in answered {
            assert!(!request.clock.is_running() && !request.clock.is_breached());
            assert_eq!(
                request.clone().removed(OwnerVoice::Link, hour(2)),
                Err(OwnerError::Over)
            );
            assert_eq!(
                request.clone().contest(OwnerVoice::Link, hour(2)),
                Err(OwnerError::Over)
            );
            assert_eq!(request.clone().end(hour(2)), request);
        }
    }

    #[test]
    fn a_breach_returns_it_and_stays_when_the_answer_comes_late() {
        let (request, happened) = asked().tick(hour(24));
        assert_eq!((happened, request.is_returned()), (Some(ClockEvent::Warned), false));
        let (request, happened) = request.tick(hour(24).plus_minutes(1));
        assert_eq!((happened, request.is_returned()), (Some(ClockEvent::Breached), true));
        let late = request.clone().removed(OwnerVoice::Link, hour(30)).unwrap();
        assert!(late.clock.is_breached() && late.is_returned());
        assert!(!request.end(hour(30)).is_returned());
    }

    #[test]
    fn only_what_is_said_to_be_removed_is_looked_at() {
        assert_eq!(asked().must_be_removed(), Err(OwnerError::NotRemoved));
        let contested = asked().contest(OwnerVoice::Link, hour(1)).unwrap();
        assert_eq!(contested.must_be_removed(), Err(OwnerError::NotRemoved));
        let removed = asked().removed(OwnerVoice::Link, hour(1)).unwrap();
        assert_eq!(removed.must_be_removed(), Ok(()));
    }
}
