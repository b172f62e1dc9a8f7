//! The life of a case: opened by a verdict, held by one person at a time, decided once.
//!
//! A transition takes the case and gives back the next one with the event that tells of it, or says what stands in its
//! way. A decided case has no transition at all; an appeal is a case of its own, for somebody who decided nothing below it.

use crate::keys::keys;
use crate::{ClockEvent, Detection, Due, Id, OrderAct, OrderKind, Outcome, Person, TargetKind, Text, Time, Urgency};

pub use deciders::Deciders;

mod deciders;

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its id.
    pub id: Id<Case>,
    /// When it was opened.
    pub opened_at: Time,
    /// What it is for.
    pub purpose: Purpose,
    /// By when it should be looked at.
    pub due: Due,
    /// At which level it is decided.
    pub level: Level,
    /// How far it has come.
    pub state: State,
    /// Who decided it, where the decision takes effect only when a second person confirms it.
    pub awaiting: Option<Id<Person>>,
}

/// Why a case was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// A rule asked for a person.
    Review,
    /// A rule acted on its own; a person looks afterwards.
    Acted,
    /// A rule would have acted, and its brake held it back.
    Braked,
    /// The item could not be judged in full.
    Undecided,
    /// A person wanted it looked at.
    Request,
    /// Somebody outside reported it.
    Report,
    /// A subject broke rules so often that a ladder of the law allows a lock.
    Ladder,
    /// A new account shows signs of one that is locked.
    Evasion,
    /// Somebody appeals against a decision.
    Appeal,
    /// An authority ordered it.
    Order,
    /// An owner who was asked to remove something let the deadline run out.
    Owner,
}

/// What a case is for. Whoever decides it cannot see which: a case that measures has the cause of the one it repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The decision takes effect.
    Live,
    /// A second, blind opinion on a case that `first` decided.
    SecondReview {
        /// The case that was decided.
        of: Id<Case>,
        /// Who decided it, and must not take this one.
        first: Id<Person>,
    },
    /// The right answer is known; it measures the reviewer.
    Golden,
    /// An appeal against the decision of a case. Its decision takes effect.
    Appeal {
        /// The case whose decision is appealed.
        of: Id<Case>,
        /// Who decided that case or one below it: none of them may take, hold or decide this one.
        first: Deciders,
    },
}

impl Purpose {
    /// Whether the decision takes effect, so that nothing about the case needs to be hidden.
    #[must_use]
    pub const fn takes_effect(self) -> bool {
        match self {
            Self::Live | Self::Appeal { .. } => true,
            Self::SecondReview { .. } | Self::Golden => false,
        }
    }

    /// Whether this person decided what the case is about.
    #[must_use]
    pub fn bars(self, person: Id<Person>) -> bool {
        match self {
            Self::Live | Self::Golden => false,
            Self::SecondReview { first, .. } => first == person,
            Self::Appeal { first, .. } => first.has(person),
        }
    }
}

/// At which level a case is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// By any reviewer.
    First,
    /// By someone who answers for the rules.
    Escalated,
}

/// How far a case has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody holds it.
    Waiting,
    /// One person holds it until a moment; after that, anybody may take it.
    Held {
        /// Who.
        by: Id<Person>,
        /// Until when.
        until: Time,
    },
    /// It has been decided.
    Decided {
        /// By whom.
        by: Id<Person>,
        /// When.
        at: Time,
        /// What.
        outcome: Outcome,
    },
    /// An authority's order was carried out on its item: there is nothing left to decide while that stands.
    Ordered {
        /// When.
        at: Time,
    },
    /// It was an appeal, and whoever appealed took it back before anybody decided.
    Withdrawn {
        /// When.
        at: Time,
    },
}

/// What happened to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseEvent {
    /// It was opened.
    Opened(Cause),
    /// Someone took it, until a moment.
    Taken(Time),
    /// Who held it gave it back.
    Released,
    /// It went to the next level, with a note on why.
    Escalated(Text<{ Case::MAX_NOTE_BYTES }>),
    /// It was moved in the queue, with a note on why.
    Moved(Urgency, Text<{ Case::MAX_NOTE_BYTES }>),
    /// Somebody wrote a note for colleagues.
    Noted(Text<{ Case::MAX_NOTE_BYTES }>),
    /// It was decided, and waits for a second person.
    Proposed(Outcome),
    /// The second person did not confirm it, or the first took it back, with a note on why.
    Declined(Text<{ Case::MAX_NOTE_BYTES }>),
    /// A second person confirmed what was decided.
    Confirmed(Outcome),
    /// It was decided.
    Decided(Outcome),
    /// It was reported once more; how often that makes.
    Reported(u32),
    /// A statutory clock of it, by its key, warned or ran out.
    Clock(ClockEvent, String),
    /// Whoever appealed took the appeal back.
    Withdrawn,
    /// An order was carried out on its item, and which.
    Ordered(Text<{ Case::MAX_NOTE_BYTES }>),
    /// What the order did was lifted, and why: the case waits again.
    Resumed(Text<{ Case::MAX_NOTE_BYTES }>),
    /// By its decision the owner of something behind the item is asked to remove it.
    OwnerAsked(TargetKind),
    /// They say that they did.
    OwnerRemoved(TargetKind),
    /// They say why they do not.
    OwnerContested(TargetKind),
}

/// What stands in the way of a transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CaseError {
    /// Somebody else holds it until then.
    #[error("somebody else holds the case")]
    HeldByAnother {
        /// Until when.
        until: Time,
    },
    /// It can be given back only by who holds it.
    #[error("the case is not held by the one who acts")]
    NotHeld,
    /// It is decided; only an appeal reopens it.
    #[error("the case is decided, and only an appeal reopens it")]
    Decided,
    /// It is at the highest level already.
    #[error("the case is escalated already")]
    Escalated,
    /// An escalated case is decided by someone who answers for the rules.
    #[error("an escalated case needs a policy manager")]
    NeedsPolicyManager,
    /// A second opinion is not asked of who gave the first, nor an appeal decided by who decided what is appealed.
    #[error("whoever gave the first decision cannot give the second")]
    FirstDecider,
    /// It was decided, and waits for a second person to confirm or decline.
    #[error("the decision waits for a second person")]
    AwaitingSecond,
    /// Nothing is there that a second person could confirm.
    #[error("no decision waits for a second person")]
    NotAwaiting,
    /// An order was carried out on its item.
    #[error("an order was carried out on the item of the case")]
    Ordered,
    /// The appeal was taken back.
    #[error("the appeal was withdrawn")]
    Withdrawn,
    /// Only what was decided and took effect is appealed.
    #[error("only a decision that took effect is appealed")]
    NotAppealable,
}

impl Case {
    /// Most bytes of a note.
    pub const MAX_NOTE_BYTES: usize = 2_000;
    /// How long one person may hold a case, in minutes, before anybody may take it. Taking it again starts anew.
    pub const HOLD_MINUTES: i64 = 20;

    /// Opens a case.
    #[must_use]
    pub const fn open(id: Id<Self>, cause: Cause, purpose: Purpose, urgency: Urgency, now: Time) -> (Self, CaseEvent) {
        let case = Self {
            id,
            opened_at: now,
            purpose,
            due: Due::of(urgency, now),
            level: Level::First,
            state: State::Waiting,
            awaiting: None,
        };
        (case, CaseEvent::Opened(cause))
    }

    /// Opens an appeal against the decision of a case, to be answered by `due`. Whoever decided that case, or one that it
    /// is itself an appeal against, is barred.
    ///
    /// # Errors
    /// When the case is not decided, its decision took no effect, or there are more decisions below it than parties.
    pub fn appeal(
        id: Id<Self>,
        of: &Self,
        second: Option<Id<Person>>,
        due: Due,
        now: Time,
    ) -> Result<(Self, CaseEvent), CaseError> {
        let State::Decided { by, .. } = of.state else {
            return Err(CaseError::NotAppealable);
        };
        let first = match of.purpose {
            Purpose::Live => Deciders::one(by),
            Purpose::Appeal { first, .. } => first.and(by).ok_or(CaseError::NotAppealable)?,
            Purpose::SecondReview { .. } | Purpose::Golden => return Err(CaseError::NotAppealable),
        };
        let first = match second {
            Some(second) => first.and(second).ok_or(CaseError::NotAppealable)?,
            None => first,
        };
        let purpose = Purpose::Appeal { of: of.id, first };
        let (case, event) = Self::open(id, Cause::Appeal, purpose, due.urgency, now);
        Ok((Self { due, ..case }, event))
    }

    /// Ends an appeal that was taken back.
    ///
    /// # Errors
    /// When it is no appeal, or over.
    pub fn withdraw(self, now: Time) -> Result<(Self, CaseEvent), CaseError> {
        match (self.purpose, self.state) {
            (Purpose::Live | Purpose::SecondReview { .. } | Purpose::Golden, _) => Err(CaseError::NotAppealable),
            (Purpose::Appeal { .. }, State::Decided { .. }) => Err(CaseError::Decided),
            (Purpose::Appeal { .. }, State::Withdrawn { .. }) => Err(CaseError::Withdrawn),
            (Purpose::Appeal { .. }, State::Ordered { .. }) => Err(CaseError::Ordered),
            (Purpose::Appeal { .. }, State::Waiting | State::Held { .. }) => {
                let withdrawn = Self {
                    state: State::Withdrawn { at: now },
                    awaiting: None,
                    ..self
                };
                Ok((withdrawn, CaseEvent::Withdrawn))
            }
        }
    }

    /// Gives it to one person for [`Case::HOLD_MINUTES`].
    ///
    /// # Errors
    /// When another holds it, it is decided, or this person must not decide it.
    pub fn take(self, by: Person, now: Time) -> Result<(Self, CaseEvent), CaseError> {
        self.must_be_free_for(by, now)?;
        let until = now.plus_minutes(Self::HOLD_MINUTES);
        let state = State::Held { by: by.id, until };
        Ok((Self { state, ..self }, CaseEvent::Taken(until)))
    }

    /// Puts it back into the queue.
    ///
    /// # Errors
    /// When this person does not hold it.
    pub fn release(self, by: Person) -> Result<(Self, CaseEvent), CaseError> {
        match self.state {
            State::Held { by: holder, .. } if holder == by.id => {
                let state = State::Waiting;
                Ok((Self { state, ..self }, CaseEvent::Released))
            }
            State::Held { .. } | State::Waiting => Err(CaseError::NotHeld),
            State::Decided { .. } => Err(CaseError::Decided),
            State::Withdrawn { .. } => Err(CaseError::Withdrawn),
            State::Ordered { .. } => Err(CaseError::Ordered),
        }
    }

    /// Sends it to the next level and back into the queue, one step more urgent.
    ///
    /// # Errors
    /// When another holds it, it is decided, or it is there already.
    pub fn escalate(
        self,
        by: Person,
        note: Text<{ Self::MAX_NOTE_BYTES }>,
        now: Time,
    ) -> Result<(Self, CaseEvent), CaseError> {
        if self.level == Level::Escalated {
            return Err(CaseError::Escalated);
        }
        self.must_be_free_for(by, now)?;
        let next = Self {
            level: Level::Escalated,
            state: State::Waiting,
            due: self.due_with(self.due.urgency.raised()),
            ..self
        };
        Ok((next, CaseEvent::Escalated(note)))
    }

    /// Moves it in the queue.
    ///
    /// # Errors
    /// When it is decided.
    pub fn reorder(
        self,
        urgency: Urgency,
        note: Text<{ Self::MAX_NOTE_BYTES }>,
    ) -> Result<(Self, CaseEvent), CaseError> {
        match self.state {
            State::Decided { .. } => return Err(CaseError::Decided),
            State::Withdrawn { .. } => return Err(CaseError::Withdrawn),
            State::Ordered { .. } => return Err(CaseError::Ordered),
            State::Waiting | State::Held { .. } => {}
        }
        let due = self.due_with(urgency);
        Ok((Self { due, ..self }, CaseEvent::Moved(urgency, note)))
    }

    /// Ends it. A case that nobody holds is taken and decided in one step.
    ///
    /// # Errors
    /// When another holds it, it is decided, or this person must not decide it.
    pub fn decide(self, by: Person, outcome: Outcome, now: Time) -> Result<(Self, CaseEvent), CaseError> {
        self.must_be_undecided_by(by, now)?;
        let state = State::Decided {
            by: by.id,
            at: now,
            outcome,
        };
        Ok((Self { state, ..self }, CaseEvent::Decided(outcome)))
    }

    /// Closes it, whoever holds it and whatever waits for a second person: an order removes its item. None where the order
    /// does something else, or the case takes no effect on the item by itself, or is over.
    #[must_use]
    pub fn ordered(
        self,
        act: &OrderAct<'_>,
        note: Text<{ Self::MAX_NOTE_BYTES }>,
        now: Time,
    ) -> Option<(Self, CaseEvent)> {
        if act.kind != OrderKind::Remove || self.purpose != Purpose::Live {
            return None;
        }
        match self.state {
            State::Waiting | State::Held { .. } => {
                let next = Self {
                    state: State::Ordered { at: now },
                    awaiting: None,
                    ..self
                };
                Some((next, CaseEvent::Ordered(note)))
            }
            State::Decided { .. } | State::Ordered { .. } | State::Withdrawn { .. } => None,
        }
    }

    /// Puts it back into the queue, since what the order did was lifted. None where no order closed it.
    #[must_use]
    pub fn resume(self, note: Text<{ Self::MAX_NOTE_BYTES }>) -> Option<(Self, CaseEvent)> {
        match self.state {
            State::Ordered { .. } => {
                let state = State::Waiting;
                Some((Self { state, ..self }, CaseEvent::Resumed(note)))
            }
            State::Waiting | State::Held { .. } | State::Decided { .. } | State::Withdrawn { .. } => None,
        }
    }

    /// Decides it on condition that a second person confirms, and puts it back into the queue until then.
    ///
    /// # Errors
    /// As [`Case::decide`].
    pub fn propose(self, by: Person, outcome: Outcome, now: Time) -> Result<(Self, CaseEvent), CaseError> {
        self.must_be_undecided_by(by, now)?;
        let next = Self {
            state: State::Waiting,
            awaiting: Some(by.id),
            ..self
        };
        Ok((next, CaseEvent::Proposed(outcome)))
    }

    /// Confirms as the second person what the first decided.
    ///
    /// # Errors
    /// When nothing waits for it, this person decided first, another holds the case, or it is for another level.
    pub fn confirm(self, by: Person, outcome: Outcome, now: Time) -> Result<(Self, CaseEvent), CaseError> {
        self.must_be_free_for(by, now)?;
        let first = self.awaiting.ok_or(CaseError::NotAwaiting)?;
        let state = State::Decided {
            by: first,
            at: now,
            outcome,
        };
        let next = Self {
            state,
            awaiting: None,
            ..self
        };
        Ok((next, CaseEvent::Confirmed(outcome)))
    }

    /// Sends a decision that waits for a second person back to be decided anew. The first may take it back so.
    ///
    /// # Errors
    /// When nothing waits for it, or, for anybody but the first, as [`Case::confirm`].
    pub fn decline(
        self,
        by: Person,
        note: Text<{ Self::MAX_NOTE_BYTES }>,
        now: Time,
    ) -> Result<(Self, CaseEvent), CaseError> {
        match (self.awaiting, self.state) {
            (_, State::Decided { .. }) => return Err(CaseError::Decided),
            (_, State::Ordered { .. }) => return Err(CaseError::Ordered),
            (None, _) => return Err(CaseError::NotAwaiting),
            (Some(first), _) if first == by.id => {}
            (Some(_), _) => self.must_be_free_for(by, now)?,
        }
        let next = Self {
            state: State::Waiting,
            awaiting: None,
            ..self
        };
        Ok((next, CaseEvent::Declined(note)))
    }

    fn must_be_undecided_by(&self, by: Person, now: Time) -> Result<(), CaseError> {
        self.must_be_free_for(by, now)?;
        if self.awaiting.is_some() {
            return Err(CaseError::AwaitingSecond);
        }
        Ok(())
    }

    /// Its due with another urgency. The clock of an appeal runs on: it may be answered sooner, not later.
    fn due_with(&self, urgency: Urgency) -> Due {
        let due = Due::of(urgency, self.opened_at);
        match self.purpose {
            Purpose::Live | Purpose::SecondReview { .. } | Purpose::Golden => due,
            Purpose::Appeal { .. } => Due {
                at: due.at.min(self.due.at),
                ..due
            },
        }
    }

    /// Whether this person could decide it now, first or second.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn must_be_free_for(&self, person: Person, now: Time) -> Result<(), CaseError> {
        match self.state {
            State::Decided { .. } => return Err(CaseError::Decided),
            State::Withdrawn { .. } => return Err(CaseError::Withdrawn),
            State::Ordered { .. } => return Err(CaseError::Ordered),
            State::Held { by, until } if by != person.id && now < until => {
                return Err(CaseError::HeldByAnother { until });
            }
            State::Held { .. } | State::Waiting => {}
        }
        if self.purpose.bars(person.id) {
            return Err(CaseError::FirstDecider);
        }
        if self.awaiting == Some(person.id) {
            return Err(CaseError::FirstDecider);
        }
        if self.level == Level::Escalated && person.role != crate::Role::PolicyManager {
            return Err(CaseError::NeedsPolicyManager);
        }
        Ok(())
    }
}

keys!(Cause {
    Review = "review",
    Acted = "acted",
    Braked = "braked",
    Undecided = "undecided",
    Request = "request",
    Report = "report",
    Ladder = "ladder",
    Evasion = "evasion",
    Appeal = "appeal",
    Order = "order",
    Owner = "owner",
});
keys!(Level {
    First = "first",
    Escalated = "escalated",
});

impl Cause {
    /// Whether such a case is about an account, page, group or channel, or about what an authority orders, and does not judge
    /// its item.
    #[must_use]
    pub const fn is_about_subject(self) -> bool {
        match self {
            Self::Ladder | Self::Evasion | Self::Order => true,
            Self::Review
            | Self::Acted
            | Self::Braked
            | Self::Undecided
            | Self::Request
            | Self::Report
            | Self::Appeal
            | Self::Owner => false,
        }
    }

    /// How what such a case is about was found.
    #[must_use]
    pub const fn detection(self) -> Detection {
        match self {
            Self::Review | Self::Acted | Self::Braked | Self::Undecided | Self::Ladder | Self::Evasion => {
                Detection::Automatic
            }
            Self::Request | Self::Report | Self::Appeal | Self::Order | Self::Owner => Detection::Person,
        }
    }
}

impl CaseEvent {
    /// The key in storage and on the wire.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::Taken(_) => "taken",
            Self::Released => "released",
            Self::Escalated(_) => "escalated",
            Self::Moved(..) => "moved",
            Self::Noted(_) => "noted",
            Self::Proposed(_) => "proposed",
            Self::Declined(_) => "declined",
            Self::Confirmed(_) => "confirmed",
            Self::Decided(_) => "decided",
            Self::Reported(_) => "reported",
            Self::Clock(ClockEvent::Warned, _) => "clock_warned",
            Self::Clock(ClockEvent::Breached, _) => "clock_breached",
            Self::Withdrawn => "withdrawn",
            Self::Ordered(_) => "ordered",
            Self::Resumed(_) => "resumed",
            Self::OwnerAsked(_) => "owner_asked",
            Self::OwnerRemoved(_) => "owner_removed",
            Self::OwnerContested(_) => "owner_contested",
        }
    }
}

#[cfg(test)]
mod tests;
