//! Orders that this node's own office issues: drafted, signed, sent to the platform's node, followed until they are answered.
//!
//! Only a draft is changed, and only a signed order acts. What the platform says of it moves it on; what its clock says is
//! worked out here, from when the platform's receipt says that it came.

use crate::keys::keys;
use crate::{ContestGround, Id, OrderKind, Person, Pointed, StatutoryClock, Time};

/// An order of this office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Its id.
    pub id: Id<Issued>,
    /// What is ordered.
    pub kind: OrderKind,
    /// How far it has come.
    pub state: IssuedState,
    /// Its deadline, once it was received.
    pub clock: Option<StatutoryClock>,
    /// What it is aimed at, by number from 1.
    pub targets: Vec<IssuedTarget>,
}

/// How far an order of this office has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssuedState {
    /// It is being written.
    Draft,
    /// It was signed, and is on its way.
    Signed,
    /// The platform's node gave a receipt for it.
    Received,
    /// The platform's node did not take it.
    Refused,
    /// Somebody at the platform has it in hand.
    UnderWay,
    /// The platform contests it as a whole.
    Contested {
        /// Why.
        ground: ContestGround,
    },
    /// The platform answered it.
    Answered,
    /// This office withdrew it.
    Withdrawn,
    /// Its time was over.
    Expired,
    /// The draft was thrown away.
    Discarded,
}

/// Whether anybody else than who signs may sign at this office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherSigners {
    /// Somebody may.
    Some,
    /// Nobody may: an office of one.
    None,
}

/// How an order was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// By somebody who did not write it.
    Second,
    /// By whoever wrote it, since nobody else may.
    Alone,
}

/// One line of an order of this office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedTarget {
    /// Its number in the order, from 1.
    pub number: u32,
    /// What it is aimed at.
    pub pointed: Pointed,
    /// What the platform says became of it.
    pub fate: IssuedFate,
}

/// What a platform says became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IssuedFate {
    /// Nothing yet.
    Open,
    /// Somebody there carried it out, and a second person is to confirm it.
    Proposed,
    /// It was decided there, and nobody said yet that it was done.
    UnderWay,
    /// Their systems could not do it: somebody there has it again.
    Failed,
    /// It was carried out.
    Executed,
    /// It is contested.
    Contested,
    /// What was done was undone again.
    Lifted,
}

/// What stands in the way of a step with an order of this office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IssuedError {
    /// It was signed: what was signed is not changed.
    #[error("the order is signed")]
    Signed,
    /// It was not signed yet, or not received.
    #[error("the order is not that far")]
    NotYet,
    /// It is over.
    #[error("the order is over")]
    Over,
    /// Every line was carried out: more is a new order.
    #[error("every target of the order is carried out")]
    Done,
    /// Whoever signs wrote it last, and somebody else may sign.
    #[error("whoever wrote the draft does not sign it")]
    OwnDraft,
    /// An order of this year has its number.
    #[error("another order of the year has this number")]
    NumberUsed,
    /// It is not within the law as this office's own policy has it.
    #[error("the order is out of scope")]
    OutOfScope,
}

keys!(IssuedFate {
    Open = "open",
    Proposed = "proposed",
    UnderWay = "under_way",
    Failed = "failed",
    Executed = "executed",
    Contested = "contested",
    Lifted = "lifted",
});

impl IssuedState {
    /// The key in storage and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Signed => "signed",
            Self::Received => "received",
            Self::Refused => "refused",
            Self::UnderWay => "under_way",
            Self::Contested { .. } => "contested",
            Self::Answered => "answered",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Discarded => "discarded",
        }
    }

    /// The state with this key, and the ground where it has one.
    #[must_use]
    pub fn from_key(key: &str, ground: Option<ContestGround>) -> Option<Self> {
        if key == "contested" {
            return ground.map(|ground| Self::Contested { ground });
        }
        const PLAIN: [IssuedState; 9] = [
            IssuedState::Draft,
            IssuedState::Signed,
            IssuedState::Received,
            IssuedState::Refused,
            IssuedState::UnderWay,
            IssuedState::Answered,
            IssuedState::Withdrawn,
            IssuedState::Expired,
            IssuedState::Discarded,
        ];
        PLAIN.into_iter().find(|state| state.key() == key)
    }

    /// Whether something is still to come of it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Draft | Self::Signed | Self::Received | Self::UnderWay | Self::Contested { .. } => true,
            Self::Refused | Self::Answered | Self::Withdrawn | Self::Expired | Self::Discarded => false,
        }
    }

    /// Whether the platform's node ever gave a receipt for it, as far as is known here.
    #[must_use]
    pub const fn is_received(self) -> bool {
        match self {
            Self::Received
            | Self::UnderWay
            | Self::Contested { .. }
            | Self::Answered
            | Self::Withdrawn
            | Self::Expired => true,
            Self::Draft | Self::Signed | Self::Refused | Self::Discarded => false,
        }
    }

    /// Whether the platform has it.
    #[must_use]
    pub const fn is_with_platform(self) -> bool {
        match self {
            Self::Received | Self::UnderWay | Self::Contested { .. } | Self::Answered => true,
            Self::Draft | Self::Signed | Self::Refused | Self::Withdrawn | Self::Expired | Self::Discarded => false,
        }
    }
}

impl Issued {
    /// Lets a draft be changed.
    ///
    /// # Errors
    /// When it is none any more.
    pub const fn edit(&self) -> Result<(), IssuedError> {
        match self.state {
            IssuedState::Draft => Ok(()),
            IssuedState::Discarded => Err(IssuedError::Over),
            IssuedState::Signed
            | IssuedState::Received
            | IssuedState::Refused
            | IssuedState::UnderWay
            | IssuedState::Contested { .. }
            | IssuedState::Answered
            | IssuedState::Withdrawn
            | IssuedState::Expired => Err(IssuedError::Signed),
        }
    }

    /// A draft is thrown away.
    ///
    /// # Errors
    /// When it is none any more.
    pub fn discard(self) -> Result<Self, IssuedError> {
        self.edit()?;
        Ok(self.into_state(IssuedState::Discarded))
    }

    /// It is signed, and goes out: by somebody else than who wrote it last, where there is anybody else who may.
    ///
    /// # Errors
    /// When it is no draft, or it is for somebody else to sign.
    pub fn sign(self, by: Id<Person>, wrote: Id<Person>, others: OtherSigners) -> Result<(Self, Signing), IssuedError> {
        self.edit()?;
        let signing = match (by == wrote, others) {
            (false, _) => Signing::Second,
            (true, OtherSigners::None) => Signing::Alone,
            (true, OtherSigners::Some) => return Err(IssuedError::OwnDraft),
        };
        Ok((self.into_state(IssuedState::Signed), signing))
    }

    /// Lets lines be added to it: what was carried out in time is done.
    ///
    /// # Errors
    /// When the platform does not have it, it is over, or every line was carried out.
    pub fn add(&self) -> Result<(), IssuedError> {
        self.speak()?;
        match &self.clock {
            Some(clock) if !clock.is_running() && !clock.is_breached() => Err(IssuedError::Done),
            Some(_) | None => Ok(()),
        }
    }

    /// The platform's node gave a receipt: its clock starts, where one covers it still.
    ///
    /// # Errors
    /// When it was not on its way.
    pub fn receive(self, clock: Option<StatutoryClock>) -> Result<Self, IssuedError> {
        match self.state {
            IssuedState::Signed => Ok(Self {
                clock,
                ..self.into_state(IssuedState::Received)
            }),
            // It was withdrawn before it arrived, and arrives all the same: then the withdrawal does.
            IssuedState::Withdrawn => Ok(self),
            IssuedState::Draft | IssuedState::Discarded => Err(IssuedError::NotYet),
            IssuedState::Received
            | IssuedState::Refused
            | IssuedState::UnderWay
            | IssuedState::Contested { .. }
            | IssuedState::Answered
            | IssuedState::Expired => Err(IssuedError::Over),
        }
    }

    /// The platform's node did not take it.
    ///
    /// # Errors
    /// When it was not on its way.
    pub fn refuse(self) -> Result<Self, IssuedError> {
        match self.state {
            IssuedState::Signed | IssuedState::Withdrawn => Ok(self.into_state(IssuedState::Refused)),
            IssuedState::Draft | IssuedState::Discarded => Err(IssuedError::NotYet),
            IssuedState::Received
            | IssuedState::Refused
            | IssuedState::UnderWay
            | IssuedState::Contested { .. }
            | IssuedState::Answered
            | IssuedState::Expired => Err(IssuedError::Over),
        }
    }

    /// The platform says how far the whole has come, and when. What it answers meets the clock; what came too late is late.
    /// Of an order that this office withdrew nothing moves any more.
    ///
    /// # Errors
    /// When the platform does not have it.
    pub fn follow(self, state: IssuedState, at: Time) -> Result<Self, IssuedError> {
        match self.state {
            IssuedState::Withdrawn => return Ok(self),
            // What was answered, or is over, is not under way again.
            IssuedState::Answered | IssuedState::Expired if state == IssuedState::UnderWay => return Ok(self),
            IssuedState::Received
            | IssuedState::UnderWay
            | IssuedState::Contested { .. }
            | IssuedState::Answered
            | IssuedState::Expired => {}
            IssuedState::Draft | IssuedState::Signed | IssuedState::Refused | IssuedState::Discarded => {
                return Err(IssuedError::NotYet);
            }
        }
        let ends = match state {
            IssuedState::Answered | IssuedState::Expired | IssuedState::Withdrawn => true,
            IssuedState::Draft
            | IssuedState::Signed
            | IssuedState::Received
            | IssuedState::Refused
            | IssuedState::UnderWay
            | IssuedState::Contested { .. }
            | IssuedState::Discarded => false,
        };
        let next = if ends { self.meet(at) } else { self };
        Ok(next.into_state(state))
    }

    /// The platform says what became of a line. Where all are carried out, the clock is met. Where one was not carried out
    /// after all, what was answered is under way again, and the clock runs on.
    ///
    /// # Errors
    /// When the platform does not have it.
    pub fn settle(mut self, number: u32, fate: IssuedFate, at: Time) -> Result<Self, IssuedError> {
        if !self.state.is_with_platform() && self.state != IssuedState::Withdrawn && self.state != IssuedState::Expired
        {
            return Err(IssuedError::NotYet);
        }
        for target in self.targets.iter_mut().filter(|target| target.number == number) {
            target.fate = fate;
        }
        if fate == IssuedFate::Failed && self.state.is_with_platform() {
            self.clock = self.clock.map(StatutoryClock::resume);
            if self.state == IssuedState::Answered {
                self.state = IssuedState::UnderWay;
            }
            return Ok(self);
        }
        let is_done = |target: &IssuedTarget| matches!(target.fate, IssuedFate::Executed | IssuedFate::Lifted);
        if self.targets.iter().all(is_done) {
            return Ok(self.meet(at));
        }
        Ok(self)
    }

    /// This office withdraws it, also after it was answered.
    ///
    /// # Errors
    /// When it was not signed, not taken, or is over.
    pub fn withdraw(self, now: Time) -> Result<Self, IssuedError> {
        match self.state {
            IssuedState::Draft => Err(IssuedError::NotYet),
            IssuedState::Refused | IssuedState::Withdrawn | IssuedState::Expired | IssuedState::Discarded => {
                Err(IssuedError::Over)
            }
            IssuedState::Signed
            | IssuedState::Received
            | IssuedState::UnderWay
            | IssuedState::Contested { .. }
            | IssuedState::Answered => Ok(self.meet(now).into_state(IssuedState::Withdrawn)),
        }
    }

    /// Lets this office change it, or remind of it, while the platform has it.
    ///
    /// # Errors
    /// When the platform does not have it, or it is over.
    pub const fn speak(&self) -> Result<(), IssuedError> {
        match self.state {
            IssuedState::Received | IssuedState::UnderWay | IssuedState::Contested { .. } => Ok(()),
            IssuedState::Draft | IssuedState::Signed => Err(IssuedError::NotYet),
            IssuedState::Refused
            | IssuedState::Answered
            | IssuedState::Withdrawn
            | IssuedState::Expired
            | IssuedState::Discarded => Err(IssuedError::Over),
        }
    }

    fn meet(self, at: Time) -> Self {
        Self {
            clock: self.clock.map(|clock| clock.meet_as_told(at)),
            ..self
        }
    }

    fn into_state(self, state: IssuedState) -> Self {
        Self { state, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(state: IssuedState) -> Issued {
        let target = |number| IssuedTarget {
            number,
            pointed: Pointed::parse("item", &format!("bai-{number}")).unwrap(),
            fate: IssuedFate::Open,
        };
        let clock = StatutoryClock::start(
            Id::from_number(9).unwrap(),
            "takedown".to_owned(),
            Vec::new(),
            Time::from_seconds(0),
            24,
        );
        Issued {
            id: Id::from_number(7).unwrap(),
            kind: OrderKind::Remove,
            state,
            clock: Some(clock),
            targets: vec![target(1), target(2)],
        }
    }

    #[test]
    fn states_are_read_as_they_are_written() {
        let ground = ContestGround::Unlawful;
        for state in [
            IssuedState::Draft,
            IssuedState::UnderWay,
            IssuedState::Answered,
            IssuedState::Contested { ground },
        ] {
            assert_eq!(IssuedState::from_key(state.key(), Some(ground)), Some(state));
        }
        assert_eq!(IssuedState::from_key("contested", None), None);
        assert_eq!(IssuedState::from_key("", None), None);
    }

    #[test]
    fn a_draft_is_signed_by_a_second_person_where_there_is_one() {
        let id = |number| Id::<Person>::from_number(number).unwrap();
        let sign = |by, wrote, others| {
            let signed = order(IssuedState::Draft).sign(id(by), id(wrote), others);
            signed.map(|(order, signing)| (order.state, signing))
        };
        let signed = IssuedState::Signed;
        assert_eq!(sign(1, 2, OtherSigners::Some), Ok((signed, Signing::Second)));
        assert_eq!(sign(1, 2, OtherSigners::None), Ok((signed, Signing::Second)));
        assert_eq!(sign(1, 1, OtherSigners::Some), Err(IssuedError::OwnDraft));
        assert_eq!(sign(1, 1, OtherSigners::None), Ok((signed, Signing::Alone)));
        let twice = order(signed).sign(id(1), id(2), OtherSigners::Some);
        assert_eq!(twice.err(), Some(IssuedError::Signed));
    }

    #[test]
    fn nothing_is_added_to_what_was_carried_out() {
        let at = Time::from_seconds(60);
        let done = |number, order: Issued| order.settle(number, IssuedFate::Executed, at).unwrap();
        let one = done(1, order(IssuedState::UnderWay));
        assert_eq!(one.add(), Ok(()));
        assert_eq!(done(2, one).add(), Err(IssuedError::Done));
        assert_eq!(order(IssuedState::Answered).add(), Err(IssuedError::Over));
    }

    #[test]
    fn what_was_signed_is_not_changed_and_only_what_was_received_moves() {
        let at = Time::from_seconds(60);
        assert_eq!(order(IssuedState::Draft).edit(), Ok(()));
        assert_eq!(order(IssuedState::Signed).edit(), Err(IssuedError::Signed));
        assert_eq!(order(IssuedState::Discarded).edit(), Err(IssuedError::Over));
        assert_eq!(
            order(IssuedState::Draft).follow(IssuedState::UnderWay, at),
            Err(IssuedError::NotYet)
        );
        assert_eq!(
            order(IssuedState::Signed).settle(1, IssuedFate::Executed, at),
            Err(IssuedError::NotYet)
        );
        assert_eq!(order(IssuedState::Draft).withdraw(at), Err(IssuedError::NotYet));
        assert_eq!(order(IssuedState::Answered).speak(), Err(IssuedError::Over));
        let withdrawn = order(IssuedState::Signed).withdraw(at).unwrap();
        let still = withdrawn.clone().follow(IssuedState::Answered, at).unwrap();
        assert_eq!(still.state, IssuedState::Withdrawn);
    }

    #[test]
    fn what_was_not_carried_out_after_all_is_under_way_again() {
        let (early, later) = (Time::from_seconds(3_600), Time::from_seconds(7_200));
        let done = |number, order: Issued| order.settle(number, IssuedFate::Executed, early).unwrap();
        let answered = done(2, done(1, order(IssuedState::UnderWay)));
        let answered = answered.follow(IssuedState::Answered, early).unwrap();
        let failed = answered.settle(1, IssuedFate::Failed, later).unwrap();
        assert_eq!(failed.state, IssuedState::UnderWay);
        assert!(failed.clock.as_ref().unwrap().is_running());
        let withdrawn = order(IssuedState::UnderWay).withdraw(early).unwrap();
        let still = withdrawn.settle(1, IssuedFate::Failed, later).unwrap();
        assert_eq!(still.state, IssuedState::Withdrawn);
        assert!(!still.clock.unwrap().is_running());
    }

    #[test]
    fn the_clock_is_met_when_all_is_done_or_it_is_answered() {
        let (early, late) = (Time::from_seconds(3_600), Time::from_seconds(25 * 3_600));
        let one = order(IssuedState::UnderWay)
            .settle(1, IssuedFate::Executed, early)
            .unwrap();
        assert!(one.clock.as_ref().unwrap().is_running());
        let all = one.clone().settle(2, IssuedFate::Executed, early).unwrap();
        assert!(!all.clock.as_ref().unwrap().is_running());
        assert!(!all.clock.unwrap().is_breached());
        let answered = one.clone().follow(IssuedState::Answered, late).unwrap();
        assert!(answered.clock.unwrap().is_breached());
        // This office noted a breach before it heard of an answer that was in time.
        let noted = Issued {
            clock: one.clock.clone().map(|clock| clock.tick(late).0),
            ..one
        };
        let heard = noted.follow(IssuedState::Answered, early).unwrap();
        assert!(!heard.clock.unwrap().is_breached());
    }
}
