//! Orders of authorities: received, checked, carried out target by target, and answered.
//!
//! Nothing of an order acts before a call-back showed that it is genuine, its scope was found to hold, and somebody took
//! it: whatever carries a target out needs a [`Mandate`], and an [`Order`] gives one only then. An order that ended gives
//! none, for good.

mod mandate;
mod scope;

use crate::keys::keys;
use crate::{Id, OwnerError, Person, StatutoryClock, Target, TargetKind, Text, Time};

pub use mandate::{Mandate, OrderAct};

pub use scope::{OrderScope, ScopeFinding};

/// An order of an authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: Id<Order>,
    /// What is ordered.
    pub kind: OrderKind,
    /// Its deadline.
    pub clock: StatutoryClock,
    /// Until when it holds, where it says so.
    pub expires_at: Option<Time>,
    /// How far it has come.
    pub state: OrderState,
    /// What it is aimed at, by number from 1.
    pub targets: Vec<OrderTarget>,
}

/// What an authority orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrderKind {
    /// To remove content.
    Remove,
    /// To stop content from being shared.
    StopSharing,
    /// To block access to an address or a domain.
    BlockAccess,
    /// To lock an account, page, group or channel.
    Lock,
    /// To restore what was removed, limited or locked.
    Restore,
    /// To publish a correction.
    Correction,
    /// To keep evidence.
    KeepEvidence,
    /// To provide information about a user.
    ProvideInformation,
    /// To warn users.
    WarnUsers,
}

/// How an order reached the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderChannel {
    /// By telephone: a document may follow.
    Phone,
    /// On paper.
    Paper,
    /// By e-mail.
    Email,
    /// From the node of the authority, signed.
    Node,
}

/// How soon an order is to be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderHaste {
    /// In the ordinary time.
    Ordinary,
    /// In the shorter time that the law sets for urgent cases.
    Urgent,
}

/// Who carries an order of a kind out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderMeans {
    /// The node, through the platform.
    Node,
    /// The blocklist of the network, or people, who say what they did.
    Network,
    /// People, who say what they did.
    Hand,
    /// Neither: it takes a way of its own, with two approvals ([`crate::Information`]).
    NotHere,
}

/// What one line of an order is aimed at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pointed {
    /// Something by the platform's own reference.
    Reference(Target),
    /// The address of a page.
    Address(String),
    /// A domain with everything below it.
    Domain(String),
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderTarget {
    /// Its number in the order, from 1.
    pub number: u32,
    /// What it is aimed at.
    pub pointed: Pointed,
    /// What became of it.
    pub state: TargetState,
}

/// What became of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetState {
    /// Nothing yet.
    Open,
    /// Somebody carried it out, and a second person must confirm it before anything happens.
    Proposed {
        /// Who.
        by: Id<Person>,
    },
    /// It was decided, and the platform's systems were told: whether they did it nobody has said yet.
    UnderWay {
        /// Since when.
        at: Time,
    },
    /// The platform's systems said that they could not do it: it is with people again.
    Failed {
        /// When.
        at: Time,
    },
    /// It was carried out.
    Executed {
        /// When.
        at: Time,
    },
    /// It was contested.
    Contested {
        /// When.
        at: Time,
        /// Why.
        ground: ContestGround,
    },
    /// What was done was undone, since the order was withdrawn, ran out or no longer names it.
    Lifted {
        /// When.
        at: Time,
    },
}

/// Why an order, or a line of it, is not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContestGround {
    /// What it names is not there.
    NotFound,
    /// What is to be done, or to what, is not said exactly.
    Unclear,
    /// The office has no power over this, or the basis does not cover it.
    OutOfScope,
    /// It is against the law on its face.
    Unlawful,
    /// What is to be restored is restored.
    AlreadyRestored,
    /// The office that was called back knows nothing of it.
    NotGenuine,
}

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderState {
    /// It was entered.
    Received,
    /// The office was called back, and the order is genuine.
    Authenticated,
    /// Its scope was checked and holds.
    InScope,
    /// Somebody took it.
    Assigned {
        /// Who.
        to: Id<Person>,
    },
    /// It is contested as a whole, and waits to be answered.
    Contested {
        /// Why.
        ground: ContestGround,
    },
    /// It was answered.
    Answered {
        /// When.
        at: Time,
    },
    /// The office withdrew it.
    Withdrawn {
        /// When.
        at: Time,
    },
    /// Its time was over.
    Expired {
        /// When.
        at: Time,
    },
}

/// What stands in the way of a step with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// It was not called back about.
    #[error("the order is not authenticated")]
    NotAuthenticated,
    /// Its scope was not checked.
    #[error("the scope of the order is not checked")]
    NotChecked,
    /// The scope does not hold.
    #[error("the order is out of scope")]
    OutOfScope,
    /// Nobody has taken it, or somebody else.
    #[error("the order is not held by the one who acts")]
    NotHeld,
    /// It is over: answered, withdrawn or expired.
    #[error("the order is over")]
    Over,
    /// It went past this step.
    #[error("the order is past this step")]
    Past,
    /// All of it was done in time: more is a new order, with a clock of its own.
    #[error("every target of the order is carried out")]
    Done,
    /// There is no such line.
    #[error("the order has no such target")]
    NoTarget,
    /// The line was dealt with.
    #[error("the target is dealt with")]
    Settled,
    /// Lines are open still.
    #[error("targets of the order are open")]
    Open,
    /// Of a line it was decided, and nobody said yet that it was done.
    #[error("the platform has not said that a target was carried out")]
    UnderWay,
    /// Something was carried out: the rest is contested line by line.
    #[error("a part of the order was carried out")]
    PartDone,
    /// Such an order is carried out by hand.
    #[error("orders of this kind are carried out by hand")]
    ByHand,
    /// Such an order is carried out by the node.
    #[error("orders of this kind are carried out through the platform")]
    NotByHand,
    /// It takes two approvals and a way of its own.
    #[error("requests for user information take a way of their own")]
    NotHere,
    /// It asks for no information about users.
    #[error("the order asks for no information about users")]
    NotInformation,
    /// A second person must confirm it.
    #[error("a second person must carry this out")]
    NeedsSecond,
    /// What is ordered cannot be done to such a target.
    #[error("what is ordered does not suit the target")]
    Unsuited,
    /// The lines are none, too many, or one stands twice.
    #[error("an order has 1 to {} targets, each once", Order::MAX_TARGETS)]
    BadTargets,
    /// A target is none.
    #[error("the target is none")]
    BadTarget,
    /// Something stands in the way of a request to an owner.
    #[error(transparent)]
    Owner(#[from] OwnerError),
    /// Something lies in the future that cannot, or in the past.
    #[error("the moment cannot be")]
    BadMoment,
}

keys!(OrderKind {
    Remove = "remove",
    StopSharing = "stop_sharing",
    BlockAccess = "block_access",
    Lock = "lock",
    Restore = "restore",
    Correction = "correction",
    KeepEvidence = "keep_evidence",
    ProvideInformation = "provide_information",
    WarnUsers = "warn_users",
});
keys!(OrderChannel {
    Phone = "phone",
    Paper = "paper",
    Email = "email",
    Node = "node",
});
keys!(OrderHaste {
    Ordinary = "ordinary",
    Urgent = "urgent",
});
keys!(ContestGround {
    NotFound = "not_found",
    Unclear = "unclear",
    OutOfScope = "out_of_scope",
    Unlawful = "unlawful",
    AlreadyRestored = "already_restored",
    NotGenuine = "not_genuine",
});
impl OrderChannel {
    /// Those by which an order comes that somebody enters.
    pub const BY_HAND: [Self; 3] = [Self::Phone, Self::Paper, Self::Email];
}

impl OrderKind {
    /// Who carries such an order out.
    #[must_use]
    pub const fn means(self) -> OrderMeans {
        match self {
            Self::Remove | Self::StopSharing | Self::Lock | Self::Restore | Self::KeepEvidence => OrderMeans::Node,
            Self::BlockAccess => OrderMeans::Network,
            Self::Correction | Self::WarnUsers => OrderMeans::Hand,
            Self::ProvideInformation => OrderMeans::NotHere,
        }
    }

    /// Whether it says that somebody broke a rule, so that it needs a category.
    #[must_use]
    pub const fn is_about_violation(self) -> bool {
        match self {
            Self::Remove | Self::StopSharing | Self::Lock => true,
            Self::BlockAccess
            | Self::Restore
            | Self::Correction
            | Self::KeepEvidence
            | Self::ProvideInformation
            | Self::WarnUsers => false,
        }
    }

    /// Whether it can be done to such a target.
    #[must_use]
    pub const fn suits(self, pointed: &Pointed) -> bool {
        let is_item = matches!(pointed, Pointed::Address(_)) || matches!(pointed.kind(), Some(TargetKind::Item));
        let is_subject = match pointed.kind() {
            Some(kind) => kind.is_subject(),
            None => false,
        };
        match self {
            Self::Remove | Self::StopSharing | Self::KeepEvidence => is_item,
            Self::Lock => is_subject,
            Self::Restore => is_item || is_subject,
            Self::BlockAccess => matches!(pointed, Pointed::Address(_) | Pointed::Domain(_)),
            Self::ProvideInformation => is_item || is_subject,
            Self::Correction | Self::WarnUsers => true,
        }
    }
}

impl Pointed {
    /// The key of a kind of target, on the wire: of platform references, that of what they are.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Reference(target) => target.kind().key(),
            Self::Address(_) => "url",
            Self::Domain(_) => "domain",
        }
    }

    /// What kind of thing the platform's reference is of.
    #[must_use]
    pub const fn kind(&self) -> Option<TargetKind> {
        match self {
            Self::Reference(target) => Some(target.kind()),
            Self::Address(_) | Self::Domain(_) => None,
        }
    }

    /// The reference, address or domain.
    #[must_use]
    pub fn reference(&self) -> &str {
        match self {
            Self::Reference(target) => target.reference(),
            Self::Address(text) | Self::Domain(text) => text,
        }
    }

    /// A target of the kind with this key.
    ///
    /// # Errors
    /// When there is no such kind, the reference is none, an address is no web address that leads to more than a site, or a
    /// domain is no name.
    pub fn parse(key: &str, reference: &str) -> Result<Self, OrderError> {
        let reference = reference.trim();
        let is_bounded = reference.len() <= Order::MAX_ADDRESS_BYTES;
        let is_plain = !reference.chars().any(|c| c.is_whitespace() || c.is_control());
        match key {
            "url" => {
                let host = reference
                    .strip_prefix("https://")
                    .or_else(|| reference.strip_prefix("http://"));
                let is_page = host
                    .and_then(|rest| rest.split_once('/'))
                    .is_some_and(|(host, path)| host.starts_with(char::is_alphanumeric) && !path.is_empty());
                if is_bounded && is_plain && is_page {
                    Ok(Self::Address(reference.to_owned()))
                } else {
                    Err(OrderError::BadTarget)
                }
            }
            "domain" => {
                let labels = || reference.split('.');
                let is_label = |label: &str| {
                    !label.is_empty() && label.len() <= 63 && label.chars().all(|c| c.is_alphanumeric() || c == '-')
                };
                if reference.len() <= 253 && labels().count() > 1 && labels().all(is_label) {
                    Ok(Self::Domain(reference.to_lowercase()))
                } else {
                    Err(OrderError::BadTarget)
                }
            }
            key => match TargetKind::from_key(key) {
                Some(TargetKind::Report) | None => Err(OrderError::BadTarget),
                Some(kind) => Target::new(kind, reference)
                    .map(Self::Reference)
                    .map_err(|_| OrderError::BadTarget),
            },
        }
    }
}

impl TargetState {
    /// The key in storage and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Proposed { .. } => "proposed",
            Self::UnderWay { .. } => "under_way",
            Self::Failed { .. } => "failed",
            Self::Executed { .. } => "executed",
            Self::Contested { .. } => "contested",
            Self::Lifted { .. } => "lifted",
        }
    }

    /// Whether something is still to be done.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Open | Self::Proposed { .. } | Self::UnderWay { .. } | Self::Failed { .. } => true,
            Self::Executed { .. } | Self::Contested { .. } | Self::Lifted { .. } => false,
        }
    }

    /// Whether something was decided of it that stands until it is lifted.
    #[must_use]
    pub const fn acts(self) -> bool {
        match self {
            Self::UnderWay { .. } | Self::Failed { .. } | Self::Executed { .. } => true,
            Self::Open | Self::Proposed { .. } | Self::Contested { .. } | Self::Lifted { .. } => false,
        }
    }
}

impl OrderState {
    /// The key in storage and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Authenticated => "authenticated",
            Self::InScope => "in_scope",
            Self::Assigned { .. } => "assigned",
            Self::Contested { .. } => "contested",
            Self::Answered { .. } => "answered",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Expired { .. } => "expired",
        }
    }

    /// Whether something is still to be done with it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Received | Self::Authenticated | Self::InScope | Self::Assigned { .. } | Self::Contested { .. } => {
                true
            }
            Self::Answered { .. } | Self::Withdrawn { .. } | Self::Expired { .. } => false,
        }
    }
}

impl Order {
    /// Most lines of an order.
    pub const MAX_TARGETS: usize = 100;
    /// Longest address, in bytes.
    pub const MAX_ADDRESS_BYTES: usize = 2_048;
    /// Most documents of an order.
    pub const MAX_DOCUMENTS: usize = 8;
    /// Longest words about an order, in bytes.
    pub const MAX_WORDS_BYTES: usize = 4_000;
    /// Longest name of a person or number of a document, in bytes.
    pub const MAX_NAME_BYTES: usize = 200;
    /// Longest lock that an order sets, in days.
    pub const MAX_LOCK_DAYS: u32 = 3_650;

    /// Checks the lines of an order and numbers them from `first`.
    ///
    /// # Errors
    /// When they are none or too many, or one stands twice.
    pub fn number(pointed: Vec<Pointed>, known: &[OrderTarget]) -> Result<Vec<OrderTarget>, OrderError> {
        let mut all: Vec<&Pointed> = known.iter().map(|target| &target.pointed).chain(&pointed).collect();
        all.sort_unstable();
        if all.is_empty() || all.len() > Self::MAX_TARGETS || all.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(OrderError::BadTargets);
        }
        let first = known.iter().map(|target| target.number).max().unwrap_or(0);
        let numbered = pointed.into_iter().zip(first.saturating_add(1)..);
        Ok(numbered
            .map(|(pointed, number)| OrderTarget {
                number,
                pointed,
                state: TargetState::Open,
            })
            .collect())
    }

    /// The office was called back and the order is genuine.
    ///
    /// # Errors
    /// When that was so before, it is contested, or it is over.
    pub fn authenticate(self) -> Result<Self, OrderError> {
        match self.state {
            OrderState::Received => Ok(self.into_state(OrderState::Authenticated)),
            OrderState::Authenticated
            | OrderState::InScope
            | OrderState::Assigned { .. }
            | OrderState::Contested { .. } => Err(OrderError::Past),
            OrderState::Answered { .. } | OrderState::Withdrawn { .. } | OrderState::Expired { .. } => {
                Err(OrderError::Over)
            }
        }
    }

    /// Its scope was checked.
    ///
    /// # Errors
    /// When it is not authenticated, was checked, does not hold, or is over.
    pub fn check_scope(self, scope: OrderScope) -> Result<Self, OrderError> {
        match self.state {
            OrderState::Received => Err(OrderError::NotAuthenticated),
            OrderState::Authenticated if scope.holds() => Ok(self.into_state(OrderState::InScope)),
            OrderState::Authenticated => Err(OrderError::OutOfScope),
            OrderState::InScope | OrderState::Assigned { .. } | OrderState::Contested { .. } => Err(OrderError::Past),
            OrderState::Answered { .. } | OrderState::Withdrawn { .. } | OrderState::Expired { .. } => {
                Err(OrderError::Over)
            }
        }
    }

    /// Somebody takes it, also from somebody else.
    ///
    /// # Errors
    /// When it is not authenticated or in scope, contested, or over.
    pub fn take(self, by: Person) -> Result<Self, OrderError> {
        match self.state {
            OrderState::Received => Err(OrderError::NotAuthenticated),
            OrderState::Authenticated => Err(OrderError::NotChecked),
            OrderState::InScope | OrderState::Assigned { .. } => {
                Ok(self.into_state(OrderState::Assigned { to: by.id }))
            }
            OrderState::Contested { .. } => Err(OrderError::Past),
            OrderState::Answered { .. } | OrderState::Withdrawn { .. } | OrderState::Expired { .. } => {
                Err(OrderError::Over)
            }
        }
    }

    /// The right to carry it out, for whoever holds it.
    ///
    /// # Errors
    /// When it is not authenticated, not in scope, not held by this person, contested, over, or past its time.
    pub fn mandate(&self, by: Person, now: Time) -> Result<Mandate<'_>, OrderError> {
        if self.expires_at.is_some_and(|end| end <= now) {
            return Err(OrderError::Over);
        }
        match self.state {
            OrderState::Received => Err(OrderError::NotAuthenticated),
            OrderState::Authenticated => Err(OrderError::NotChecked),
            OrderState::InScope => Err(OrderError::NotHeld),
            OrderState::Assigned { to } if to == by.id => Ok(Mandate { order: self, by }),
            OrderState::Assigned { .. } => Err(OrderError::NotHeld),
            OrderState::Contested { .. } => Err(OrderError::Past),
            OrderState::Answered { .. } | OrderState::Withdrawn { .. } | OrderState::Expired { .. } => {
                Err(OrderError::Over)
            }
        }
    }

    /// Contests it as a whole: nothing of it is carried out.
    ///
    /// # Errors
    /// When a part was carried out, it is contested already, or over.
    pub fn contest(self, ground: ContestGround, now: Time) -> Result<Self, OrderError> {
        match self.state {
            OrderState::Received | OrderState::Authenticated | OrderState::InScope | OrderState::Assigned { .. } => {}
            OrderState::Contested { .. } => return Err(OrderError::Past),
            OrderState::Answered { .. } | OrderState::Withdrawn { .. } | OrderState::Expired { .. } => {
                return Err(OrderError::Over);
            }
        }
        if self.targets.iter().any(|target| target.state.acts()) {
            return Err(OrderError::PartDone);
        }
        let mut next = self.into_state(OrderState::Contested { ground });
        for target in &mut next.targets {
            if target.state.is_open() {
                target.state = TargetState::Contested { at: now, ground };
            }
        }
        Ok(next)
    }

    /// Answers it as a whole: whatever was to be done is done or contested, and the clock is met.
    ///
    /// # Errors
    /// When lines are open, nobody took it, or it is over.
    pub fn answer(self, now: Time) -> Result<Self, OrderError> {
        match self.state {
            OrderState::Received => return Err(OrderError::NotAuthenticated),
            OrderState::Authenticated => return Err(OrderError::NotChecked),
            OrderState::InScope => return Err(OrderError::NotHeld),
            OrderState::Assigned { .. } | OrderState::Contested { .. } => {}
            OrderState::Answered { .. } | OrderState::Withdrawn { .. } | OrderState::Expired { .. } => {
                return Err(OrderError::Over);
            }
        }
        for target in &self.targets {
            match target.state {
                TargetState::Open | TargetState::Proposed { .. } | TargetState::Failed { .. } => {
                    return Err(OrderError::Open);
                }
                TargetState::UnderWay { .. } => return Err(OrderError::UnderWay),
                TargetState::Executed { .. } | TargetState::Contested { .. } | TargetState::Lifted { .. } => {}
            }
        }
        let clock = self.clock.clone().meet(now);
        Ok(Self { clock, ..self }.into_state(OrderState::Answered { at: now }))
    }

    /// The office changed what it names or how long it holds: its scope is to be checked anew before anything acts.
    ///
    /// # Errors
    /// When it is not authenticated, contested, or over.
    pub fn amend(self) -> Result<Self, OrderError> {
        match self.state {
            OrderState::Received => Err(OrderError::NotAuthenticated),
            OrderState::Authenticated | OrderState::InScope | OrderState::Assigned { .. } => {
                Ok(self.into_state(OrderState::Authenticated))
            }
            OrderState::Contested { .. } => Err(OrderError::Past),
            OrderState::Answered { .. } | OrderState::Withdrawn { .. } | OrderState::Expired { .. } => {
                Err(OrderError::Over)
            }
        }
    }

    /// The office withdrew it, also after it was answered. What it did is to be lifted.
    ///
    /// # Errors
    /// When it was withdrawn or ran out.
    pub fn withdraw(self, now: Time) -> Result<Self, OrderError> {
        self.end(OrderState::Withdrawn { at: now }, now)
    }

    /// Its time is over, also after it was answered. What it did is to be lifted.
    ///
    /// # Errors
    /// When its time is not over, or it was withdrawn or ran out before.
    pub fn expire(self, now: Time) -> Result<Self, OrderError> {
        if self.expires_at.is_none_or(|end| now < end) {
            return Err(OrderError::BadMoment);
        }
        self.end(OrderState::Expired { at: now }, now)
    }

    fn end(self, state: OrderState, now: Time) -> Result<Self, OrderError> {
        if matches!(self.state, OrderState::Withdrawn { .. } | OrderState::Expired { .. }) {
            return Err(OrderError::Over);
        }
        // Nothing is asked for any more. What was not done in time stays breached.
        let clock = self.clock.clone().meet(now);
        Ok(Self { clock, ..self }.into_state(state))
    }

    /// Notes what became of a line; where nothing is open and all of it is done, the clock is met. Where it was not done
    /// after all, an order that was answered is open again, and its clock runs on.
    ///
    /// # Errors
    /// When there is no such line.
    pub fn settle(mut self, number: u32, state: TargetState, now: Time) -> Result<Self, OrderError> {
        let target = self.targets.iter_mut().find(|target| target.number == number);
        target.ok_or(OrderError::NoTarget)?.state = state;
        if matches!(state, TargetState::Failed { .. }) {
            self.clock = self.clock.resume();
            if matches!(self.state, OrderState::Answered { .. }) {
                self.state = OrderState::InScope;
            }
        }
        let is_done =
            |target: &OrderTarget| matches!(target.state, TargetState::Executed { .. } | TargetState::Lifted { .. });
        if self.targets.iter().all(is_done) {
            self.clock = self.clock.meet(now);
        }
        Ok(self)
    }

    /// A line by its number.
    ///
    /// # Errors
    /// When there is none.
    pub fn target(&self, number: u32) -> Result<&OrderTarget, OrderError> {
        let target = self.targets.iter().find(|target| target.number == number);
        target.ok_or(OrderError::NoTarget)
    }

    fn into_state(self, state: OrderState) -> Self {
        Self { state, ..self }
    }
}

/// Words about an order.
pub type OrderWords = Text<{ Order::MAX_WORDS_BYTES }>;
/// A name, or the number of a document.
pub type OrderName = Text<{ Order::MAX_NAME_BYTES }>;

#[cfg(test)]
mod tests;
