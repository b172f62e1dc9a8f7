//! The right to carry an order out, and what may be done by it line by line.

use super::{Order, OrderError, OrderKind, OrderMeans, OrderTarget, TargetState};
use crate::{Id, OwnerRequest, Person};

/// The right to carry an order out, line by line: it is genuine, in scope, and in the hands of this person.
#[derive(Debug)]
pub struct Mandate<'o> {
    pub(super) order: &'o Order,
    pub(super) by: Person,
}

/// What is to happen with a line that somebody carries out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderAct<'o> {
    /// The line.
    pub target: &'o OrderTarget,
    /// What is ordered.
    pub kind: OrderKind,
    /// Who carried it out first.
    pub first: Id<Person>,
    /// Who confirms it now, where somebody else carried it out before.
    pub second: Option<Id<Person>>,
}

impl<'o> Mandate<'o> {
    /// What is to happen now that a line is carried out through the platform. Where it was proposed, it takes somebody else.
    ///
    /// # Errors
    /// When there is no such line, it is dealt with, the kind is none that the node carries out, or the second person is the
    /// first.
    pub fn act(&self, number: u32) -> Result<OrderAct<'o>, OrderError> {
        match self.order.kind.means() {
            OrderMeans::Node | OrderMeans::Network => {}
            OrderMeans::Hand => return Err(OrderError::ByHand),
            OrderMeans::NotHere => return Err(OrderError::NotHere),
        }
        let target = self.order.target(number)?;
        if !self.order.kind.suits(&target.pointed) {
            return Err(OrderError::Unsuited);
        }
        let (first, second) = match target.state {
            TargetState::Open => (self.by.id, None),
            TargetState::Proposed { by } if by == self.by.id => return Err(OrderError::NeedsSecond),
            TargetState::Proposed { by } => (by, Some(self.by.id)),
            TargetState::UnderWay { .. } => return Err(OrderError::UnderWay),
            TargetState::Failed { .. }
            | TargetState::Executed { .. }
            | TargetState::Contested { .. }
            | TargetState::Lifted { .. } => return Err(OrderError::Settled),
        };
        Ok(OrderAct {
            target,
            kind: self.order.kind,
            first,
            second,
        })
    }

    /// Lets the platform's systems be told again of a line that they said they could not do.
    ///
    /// # Errors
    /// When there is no such line, or they did not say so.
    pub fn again(&self, number: u32) -> Result<&'o OrderTarget, OrderError> {
        let target = self.order.target(number)?;
        match target.state {
            TargetState::Failed { .. } => Ok(target),
            TargetState::UnderWay { .. } => Err(OrderError::UnderWay),
            TargetState::Open
            | TargetState::Proposed { .. }
            | TargetState::Executed { .. }
            | TargetState::Contested { .. }
            | TargetState::Lifted { .. } => Err(OrderError::Settled),
        }
    }

    /// Lets a line be noted that people carried out by hand; of what the node carries out, also that somebody saw what was
    /// decided done, where the platform's systems say nothing of it or could not do it.
    ///
    /// # Errors
    /// When there is no such line, it is dealt with, or the kind is carried out otherwise.
    pub fn by_hand(&self, number: u32) -> Result<&'o OrderTarget, OrderError> {
        match self.order.kind.means() {
            OrderMeans::Hand | OrderMeans::Network => self.open(number),
            OrderMeans::Node => {
                let target = self.open(number)?;
                if target.state.acts() {
                    Ok(target)
                } else {
                    Err(OrderError::NotByHand)
                }
            }
            OrderMeans::NotHere => Err(OrderError::NotHere),
        }
    }

    /// Lets the owner of the place where a line stands be asked to remove it.
    ///
    /// # Errors
    /// When there is no such line, something else than to remove is ordered, or it was dealt with, or is about to be.
    pub fn ask_owner(&self, number: u32) -> Result<&'o OrderTarget, OrderError> {
        let target = self.order.target(number)?;
        match (self.order.kind, target.state) {
            (OrderKind::Remove, TargetState::Open) if self.order.kind.suits(&target.pointed) => Ok(target),
            (OrderKind::Remove, TargetState::Open) => Err(OrderError::Unsuited),
            (OrderKind::Remove, TargetState::Proposed { .. }) => Err(OrderError::NeedsSecond),
            (OrderKind::Remove, TargetState::UnderWay { .. }) => Err(OrderError::UnderWay),
            (
                OrderKind::Remove,
                TargetState::Failed { .. }
                | TargetState::Executed { .. }
                | TargetState::Contested { .. }
                | TargetState::Lifted { .. },
            ) => Err(OrderError::Settled),
            (
                OrderKind::StopSharing
                | OrderKind::BlockAccess
                | OrderKind::Lock
                | OrderKind::Restore
                | OrderKind::Correction
                | OrderKind::KeepEvidence
                | OrderKind::ProvideInformation
                | OrderKind::WarnUsers,
                _,
            ) => Err(OrderError::Unsuited),
        }
    }

    /// Lets a line be noted that its owner carried out, which somebody looked at.
    ///
    /// # Errors
    /// When there is no such line, it is dealt with, or the owner did not say that they removed it.
    pub fn by_owner(&self, number: u32, request: &OwnerRequest) -> Result<&'o OrderTarget, OrderError> {
        let target = self.ask_owner(number)?;
        request.must_be_removed().map_err(OrderError::Owner)?;
        Ok(target)
    }

    /// Lets a line be contested: what was decided of it is lifted then.
    ///
    /// # Errors
    /// When there is no such line, or it is dealt with.
    pub fn contest(&self, number: u32) -> Result<&'o OrderTarget, OrderError> {
        self.open(number)
    }

    fn open(&self, number: u32) -> Result<&'o OrderTarget, OrderError> {
        let target = self.order.target(number)?;
        if target.state.is_open() {
            Ok(target)
        } else {
            Err(OrderError::Settled)
        }
    }
}
