//! What somebody may do with a collection.

use std::collections::BTreeMap;

use anlanh_model::{Actor, Id, Permission, Tlp, Token};
use anlanh_store::Queries;
use anlanh_store::intel::{self, CollectionRow, Right};

use super::IntelError;
use crate::Error;

/// A collection, to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionView {
    /// The collection.
    pub row: CollectionRow,
    /// What they may do with it.
    pub right: Right,
}

/// What somebody may read of which collections.
#[derive(Debug)]
pub(super) struct Access {
    granted: BTreeMap<i64, Right>,
    /// The strictest marking of what they may read.
    pub clearance: Tlp,
    most: Right,
}

impl Access {
    /// Of somebody.
    pub fn of(tx: &mut dyn Queries, actor: &Actor) -> Result<Self, Error> {
        let most = Right {
            can_read: actor.may(Permission::ReadIndicators),
            can_write: actor.may(Permission::AddIndicators),
        };
        let (granted, clearance) = match token(actor) {
            Some(id) => (intel::rights(tx, id)?, intel::clearance(tx, id)?),
            // Whoever works here is among the recipients.
            None if actor.person().is_some() => (BTreeMap::new(), Tlp::Red),
            None => (BTreeMap::new(), Tlp::Clear),
        };
        Ok(Self {
            granted,
            clearance,
            most,
        })
    }

    /// A collection as they see it.
    pub fn view(&self, row: CollectionRow) -> CollectionView {
        let granted = self.granted.get(&row.id.number()).copied().unwrap_or_default();
        let right = row.right.and(granted);
        let right = Right {
            can_read: right.can_read && self.most.can_read,
            can_write: right.can_write && self.most.can_write,
        };
        CollectionView { row, right }
    }
}

/// What is to be done with a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// To read objects.
    Read,
    /// To add some.
    Add,
    /// To take some out, which whoever may not read would do blindly.
    Delete,
}

/// The collection of this name, for somebody who may do that. Whoever may do nothing with it finds none.
pub(super) fn find(tx: &mut dyn Queries, access: &Access, name: &str, wish: Wish) -> Result<CollectionRow, Error> {
    let row = intel::find_collection(tx, name)?.ok_or(Error::NotFound("collection"))?;
    let CollectionView { row, right } = access.view(row);
    if right == Right::default() {
        return Err(Error::NotFound("collection"));
    }
    if matches!(wish, Wish::Add | Wish::Delete) && !right.can_write {
        return Err(IntelError::NoWrite.into());
    }
    if matches!(wish, Wish::Read | Wish::Delete) && !right.can_read {
        return Err(IntelError::NoRead.into());
    }
    Ok(row)
}

/// The token that asks, if it is one.
pub(super) const fn token(actor: &Actor) -> Option<Id<Token>> {
    match actor {
        Actor::Token { id, .. } => Some(*id),
        Actor::Person(_) | Actor::Operator | Actor::Concerned | Actor::Node | Actor::Outsider | Actor::Peer(_) => None,
    }
}
