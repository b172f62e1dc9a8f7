//! Requests for information about users: an order that asks for it is answered in a way of its own.
//!
//! A request says exactly what is asked: for what purpose, which fields, of which period, about the order's own targets. It is
//! proposed by one person and approved by two others, and nothing is prepared or handed over before. Each step needs an
//! [`InformationMandate`], which an [`Order`] gives only while it is authenticated, in scope, open and in somebody's hands. Two
//! [`Approvals`] of the same person, or of whoever proposed, cannot be expressed.

mod demand;

use crate::keys::keys;
use crate::{ContestGround, Id, Order, OrderError, OrderKind, OrderScope, OrderState, Person, Text, Time};

pub use demand::InformationDemand;

/// A request for information about the targets of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Information {
    /// Its id.
    pub id: Id<Information>,
    /// The order that it belongs to.
    pub order: Id<Order>,
    /// What is asked for.
    pub ask: InformationAsk,
    /// Who proposed it.
    pub proposed: Signed,
    /// How far it has come.
    pub state: InformationState,
}

/// What is asked for, exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InformationAsk {
    demand: InformationDemand,
    subjects: Vec<u32>,
}

/// From when until when something is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InformationPeriod {
    from: Time,
    to: Time,
}

/// For what it is asked.
pub type InformationPurpose = Text<{ Information::MAX_PURPOSE_BYTES }>;

/// Who did something, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed {
    /// Who.
    pub by: Id<Person>,
    /// When.
    pub at: Time,
}

/// Two approvals by two people, neither of whom proposed what they approve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approvals {
    first: Signed,
    second: Signed,
}

/// How far a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InformationState {
    /// Somebody proposed it.
    Proposed,
    /// One person approved it.
    ApprovedOnce {
        /// Who.
        first: Signed,
    },
    /// Two people did.
    Approved {
        /// Who.
        approvals: Approvals,
    },
    /// The file is encrypted to the key of whoever asked.
    Prepared {
        /// Who approved it.
        approvals: Approvals,
        /// Who prepared it.
        prepared: Signed,
        /// Whether all of it is there.
        extent: Extent,
        /// Who took the file out, if somebody did: it is given once.
        fetched: Option<Signed>,
    },
    /// It was handed over.
    HandedOver {
        /// Who approved it.
        approvals: Approvals,
        /// Who handed it over.
        by: Signed,
        /// Whether all of it was there.
        extent: Extent,
    },
    /// It was refused.
    Refused {
        /// By whom.
        by: Signed,
        /// Why.
        ground: ContestGround,
    },
    /// It was taken back, or ended with its order.
    Withdrawn {
        /// When.
        at: Time,
    },
}

/// Whether everything that was approved is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extent {
    /// All of it.
    Whole,
    /// Some of it: the platform does not have the rest, a target was contested, or less was approved than the office asked for.
    Part,
}

/// The right to take a step with a request: its order asks for information, is authenticated, in scope by the policy in force,
/// open, and in somebody's hands.
#[derive(Debug)]
pub struct InformationMandate<'o> {
    order: &'o Order,
    holder: Id<Person>,
    now: Time,
}

/// The right to see what was approved put together: two people approved it, and the order still stands.
#[derive(Debug)]
pub struct Release<'r> {
    request: &'r Information,
    approvals: Approvals,
}

/// What stands in the way of a request for information.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InformationError {
    /// The order stands in the way.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// Another request of the order is open.
    #[error("the order has an open request")]
    Exists,
    /// Nothing was proposed, or it is over.
    #[error("the order has no open request")]
    None,
    /// Whoever proposed it approves it.
    #[error("whoever proposed a request does not approve it")]
    OwnProposal,
    /// Somebody approves it a second time.
    #[error("somebody approved the request before")]
    SamePerson,
    /// Two people have not approved it.
    #[error("two people have not approved the request")]
    NotApproved,
    /// Two people have approved it.
    #[error("the request is approved")]
    Approved,
    /// What was approved is not entered.
    #[error("what was approved is not entered")]
    NotEntered,
    /// The file is not prepared.
    #[error("the file is not prepared")]
    NotPrepared,
    /// Nobody has taken the file out.
    #[error("the file was not taken out")]
    NotFetched,
    /// The file was taken out: it is given once.
    #[error("the file was taken out")]
    Fetched,
    /// It is over.
    #[error("the request is over")]
    Over,
    /// Fields are none, too many, unknown by the law of the day, or one stands twice.
    #[error("a request has 1 to {} fields of the law, each once", Information::MAX_FIELDS)]
    BadFields,
    /// The period has no length, is too long, or ends in the future.
    #[error("a period is at most {} days, and over", Information::MAX_PERIOD_DAYS)]
    BadPeriod,
    /// No target is open, or too many are.
    #[error("a request is about 1 to {} targets", Information::MAX_SUBJECTS)]
    BadSubjects,
    /// The order asks for information and does not say what.
    #[error("the order does not say what it asks for")]
    NoDemand,
    /// The order says what it asks for about users, and orders something else.
    #[error("an order for something else asks for no information")]
    NotAsked,
    /// A field that the office did not ask for.
    #[error("the office asked for fewer fields")]
    MoreFields,
    /// A period that is not within the one that the office asked for.
    #[error("the office asked for a shorter period")]
    LongerPeriod,
    /// Another purpose than that which the office signed.
    #[error("the office signed another purpose")]
    OtherPurpose,
    /// The key is none, or not the one whose fingerprint was read out.
    #[error("the key of the one who asks was refused")]
    BadKey,
    /// What was entered is not exactly what was approved.
    #[error("what was entered is not what was approved")]
    BadValues,
    /// An entry that is to have a moment has none in the period that was approved.
    #[error("an entry has no moment in the period that was approved")]
    OutsidePeriod,
    /// More was entered than may be.
    #[error("more was entered than may be")]
    TooManyValues,
}

keys!(Extent {
    Whole = "whole",
    Part = "part",
});

impl Information {
    /// Longest purpose, in bytes.
    pub const MAX_PURPOSE_BYTES: usize = 2_000;
    /// Most fields of a request.
    pub const MAX_FIELDS: usize = 16;
    /// Most targets that a request is about: what names more is none of exact subjects.
    pub const MAX_SUBJECTS: usize = 10;
    /// Longest period, in days: a leap year.
    pub const MAX_PERIOD_DAYS: i64 = 366;
    /// Most entries of one field of one subject.
    pub const MAX_ENTRIES: usize = 500;
    /// Longest entry, in bytes.
    pub const MAX_ENTRY_BYTES: usize = 500;
    /// Most bytes of all entries of a request.
    pub const MAX_VALUES_BYTES: usize = 256 * 1024;
    /// For how many days values and the file are kept after they were entered, and after they were handed over.
    pub const KEEP_DAYS: i64 = 30;

    /// Proposes a request.
    ///
    /// # Errors
    /// When somebody else holds the order.
    pub fn propose(
        id: Id<Self>,
        mandate: &InformationMandate<'_>,
        by: Person,
        ask: InformationAsk,
    ) -> Result<Self, InformationError> {
        mandate.must_be_held_by(by)?;
        Ok(Self {
            id,
            order: mandate.order.id,
            ask,
            proposed: mandate.sign(by),
            state: InformationState::Proposed,
        })
    }

    /// Approves it.
    ///
    /// # Errors
    /// When this person proposed it or approved it before, two people have approved it, or it is over.
    pub fn approve(self, mandate: &InformationMandate<'_>, by: Person) -> Result<Self, InformationError> {
        let mine = mandate.sign(by);
        let state = match self.state {
            InformationState::Proposed if by.id == self.proposed.by => return Err(InformationError::OwnProposal),
            InformationState::Proposed => InformationState::ApprovedOnce { first: mine },
            InformationState::ApprovedOnce { first } => InformationState::Approved {
                approvals: Approvals::of(self.proposed, first, mine)?,
            },
            InformationState::Approved { .. } | InformationState::Prepared { .. } => {
                return Err(InformationError::Approved);
            }
            InformationState::HandedOver { .. }
            | InformationState::Refused { .. }
            | InformationState::Withdrawn { .. } => return Err(InformationError::Over),
        };
        Ok(Self { state, ..self })
    }

    /// The right to put together what was approved, for whoever holds the order.
    ///
    /// # Errors
    /// When two people have not approved it, somebody else holds the order, or it is over.
    pub fn release(&self, mandate: &InformationMandate<'_>, by: Person) -> Result<Release<'_>, InformationError> {
        let approvals = match self.state {
            InformationState::Proposed | InformationState::ApprovedOnce { .. } => {
                return Err(InformationError::NotApproved);
            }
            InformationState::Approved { approvals } | InformationState::Prepared { approvals, .. } => approvals,
            InformationState::HandedOver { .. }
            | InformationState::Refused { .. }
            | InformationState::Withdrawn { .. } => return Err(InformationError::Over),
        };
        mandate.must_be_held_by(by)?;
        Ok(Release {
            request: self,
            approvals,
        })
    }

    /// The state of a request whose file was just made under this release.
    #[must_use]
    pub const fn prepared(release: &Release<'_>, prepared: Signed, extent: Extent) -> InformationState {
        InformationState::Prepared {
            approvals: release.approvals,
            prepared,
            extent,
            fetched: None,
        }
    }

    /// The file is taken out, once. Whoever needs it again prepares it again.
    ///
    /// # Errors
    /// When it is not prepared, was taken out, somebody else holds the order, or it is over.
    pub fn fetch(self, mandate: &InformationMandate<'_>, by: Person) -> Result<Self, InformationError> {
        self.release(mandate, by)?;
        match self.state {
            InformationState::Prepared {
                approvals,
                prepared,
                extent,
                fetched: None,
            } => {
                let fetched = Some(mandate.sign(by));
                Ok(self.into_state(InformationState::Prepared {
                    approvals,
                    prepared,
                    extent,
                    fetched,
                }))
            }
            InformationState::Prepared { fetched: Some(_), .. } => Err(InformationError::Fetched),
            InformationState::Proposed
            | InformationState::ApprovedOnce { .. }
            | InformationState::Approved { .. }
            | InformationState::HandedOver { .. }
            | InformationState::Refused { .. }
            | InformationState::Withdrawn { .. } => Err(InformationError::NotPrepared),
        }
    }

    /// The file was given to whoever asked.
    ///
    /// # Errors
    /// When nobody took the file out, somebody else holds the order, or it is over.
    pub fn hand_over(self, mandate: &InformationMandate<'_>, by: Person) -> Result<Self, InformationError> {
        self.release(mandate, by)?;
        match self.state {
            InformationState::Prepared {
                approvals,
                extent,
                fetched: Some(_),
                ..
            } => {
                let by = mandate.sign(by);
                Ok(self.into_state(InformationState::HandedOver { approvals, by, extent }))
            }
            InformationState::Prepared { fetched: None, .. } => Err(InformationError::NotFetched),
            InformationState::Proposed
            | InformationState::ApprovedOnce { .. }
            | InformationState::Approved { .. }
            | InformationState::HandedOver { .. }
            | InformationState::Refused { .. }
            | InformationState::Withdrawn { .. } => Err(InformationError::NotPrepared),
        }
    }

    /// It is refused.
    ///
    /// # Errors
    /// When it is over.
    pub fn refuse(self, by: Person, ground: ContestGround, now: Time) -> Result<Self, InformationError> {
        let by = Signed { by: by.id, at: now };
        self.end(InformationState::Refused { by, ground })
    }

    /// It is taken back, or ends with its order.
    ///
    /// # Errors
    /// When it is over.
    pub fn withdraw(self, now: Time) -> Result<Self, InformationError> {
        self.end(InformationState::Withdrawn { at: now })
    }

    /// What was entered for it was erased: what is prepared is no more.
    #[must_use]
    pub fn forget(self) -> Self {
        match self.state {
            InformationState::Prepared { approvals, .. } => self.into_state(InformationState::Approved { approvals }),
            InformationState::Proposed
            | InformationState::ApprovedOnce { .. }
            | InformationState::Approved { .. }
            | InformationState::HandedOver { .. }
            | InformationState::Refused { .. }
            | InformationState::Withdrawn { .. } => self,
        }
    }

    fn end(self, state: InformationState) -> Result<Self, InformationError> {
        if self.state.is_over() {
            return Err(InformationError::Over);
        }
        Ok(self.into_state(state))
    }

    fn into_state(self, state: InformationState) -> Self {
        Self { state, ..self }
    }
}

impl InformationAsk {
    /// What is asked for about the targets of an order that are open.
    ///
    /// # Errors
    /// When no target is open, or too many are.
    pub fn new(mandate: &InformationMandate<'_>, demand: InformationDemand) -> Result<Self, InformationError> {
        let open = mandate.order.targets.iter().filter(|target| target.state.is_open());
        Self::of(demand, open.map(|target| target.number).collect())
    }

    /// What was asked for, as it was kept.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of(demand: InformationDemand, subjects: Vec<u32>) -> Result<Self, InformationError> {
        InformationDemand::check_subjects(subjects.len())?;
        Ok(Self { demand, subjects })
    }

    /// For what, which fields, of which period.
    #[must_use]
    pub const fn demand(&self) -> &InformationDemand {
        &self.demand
    }

    /// For what.
    #[must_use]
    pub fn purpose(&self) -> &str {
        self.demand.purpose()
    }

    /// Keys of the fields.
    #[must_use]
    pub fn fields(&self) -> &[String] {
        self.demand.fields()
    }

    /// Of which period.
    #[must_use]
    pub const fn period(&self) -> InformationPeriod {
        self.demand.period()
    }

    /// Numbers of the order's targets that it is about.
    #[must_use]
    pub fn subjects(&self) -> &[u32] {
        &self.subjects
    }
}

impl InformationPeriod {
    /// A period that ends no later than now.
    ///
    /// # Errors
    /// When it has no length, is longer than [`Information::MAX_PERIOD_DAYS`], or ends in the future.
    pub fn new(from: Time, to: Time, now: Time) -> Result<Self, InformationError> {
        let longest = from.plus_minutes(Information::MAX_PERIOD_DAYS * 24 * 60);
        if from < to && to <= longest && to <= now {
            Ok(Self { from, to })
        } else {
            Err(InformationError::BadPeriod)
        }
    }

    /// From when.
    #[must_use]
    pub const fn from(self) -> Time {
        self.from
    }

    /// Until when.
    #[must_use]
    pub const fn to(self) -> Time {
        self.to
    }

    /// Whether a moment lies in it.
    #[must_use]
    pub fn holds(self, at: Time) -> bool {
        self.from <= at && at <= self.to
    }
}

impl Approvals {
    /// The approvals of these two.
    ///
    /// # Errors
    /// When they are one, or one of them proposed what they approve.
    pub fn of(proposed: Signed, first: Signed, second: Signed) -> Result<Self, InformationError> {
        if first.by == proposed.by || second.by == proposed.by {
            return Err(InformationError::OwnProposal);
        }
        if first.by == second.by {
            return Err(InformationError::SamePerson);
        }
        Ok(Self { first, second })
    }

    /// Who approved first.
    #[must_use]
    pub const fn first(self) -> Signed {
        self.first
    }

    /// Who approved after them.
    #[must_use]
    pub const fn second(self) -> Signed {
        self.second
    }
}

impl InformationState {
    /// The key in storage and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::ApprovedOnce { .. } => "approved_once",
            Self::Approved { .. } => "approved",
            Self::Prepared { .. } => "prepared",
            Self::HandedOver { .. } => "handed_over",
            Self::Refused { .. } => "refused",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }

    /// Whether nothing is to be done any more.
    #[must_use]
    pub const fn is_over(self) -> bool {
        match self {
            Self::Proposed | Self::ApprovedOnce { .. } | Self::Approved { .. } | Self::Prepared { .. } => false,
            Self::HandedOver { .. } | Self::Refused { .. } | Self::Withdrawn { .. } => true,
        }
    }
}

impl Order {
    /// The right to take a step with a request for information that belongs to this order. The scope is asked anew for each
    /// step.
    ///
    /// # Errors
    /// When it asks for no information, is not authenticated, not in scope, in nobody's hands, contested, over, or past its
    /// time.
    pub fn information(&self, scope: OrderScope, now: Time) -> Result<InformationMandate<'_>, OrderError> {
        if self.kind != OrderKind::ProvideInformation {
            return Err(OrderError::NotInformation);
        }
        if self.expires_at.is_some_and(|end| end <= now) {
            return Err(OrderError::Over);
        }
        let holder = match self.state {
            OrderState::Received => return Err(OrderError::NotAuthenticated),
            OrderState::Authenticated => return Err(OrderError::NotChecked),
            OrderState::InScope => return Err(OrderError::NotHeld),
            OrderState::Assigned { to } => to,
            OrderState::Contested { .. } => return Err(OrderError::Past),
            OrderState::Answered { .. } | OrderState::Withdrawn { .. } | OrderState::Expired { .. } => {
                return Err(OrderError::Over);
            }
        };
        if !scope.holds() {
            return Err(OrderError::OutOfScope);
        }
        Ok(InformationMandate {
            order: self,
            holder,
            now,
        })
    }
}

impl InformationMandate<'_> {
    /// The name of this person under something that they do now.
    #[must_use]
    pub const fn sign(&self, by: Person) -> Signed {
        Signed {
            by: by.id,
            at: self.now,
        }
    }

    fn must_be_held_by(&self, by: Person) -> Result<(), OrderError> {
        if self.holder == by.id {
            Ok(())
        } else {
            Err(OrderError::NotHeld)
        }
    }
}

impl<'r> Release<'r> {
    /// What was approved.
    #[must_use]
    pub const fn ask(&self) -> &'r InformationAsk {
        &self.request.ask
    }
}

#[cfg(test)]
mod tests;
