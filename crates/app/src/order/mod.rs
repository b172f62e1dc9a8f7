//! Orders of authorities that reach a platform: by telephone, on paper or by e-mail, entered by hand and called back about,
//! or from the node of the authority, signed. They are checked against the policy, carried out target by target, and answered.
//!
//! An order acts through the same enforcement as a decision, and on nothing before it is genuine and in scope: whatever
//! acts is given a [`Mandate`](anlanh_model::Mandate). What it did is lifted again when it is withdrawn or its time is over.

mod act;
mod carried;
mod closing;
mod document;
mod enter;
pub mod information;
mod lift;
mod lock;
mod run;
mod scope;
mod step;
pub(crate) mod wire;

use std::sync::Arc;

use anlanh_model::{
    Actor, Case, Id, InformationError, Order, OrderError, OrderKind, OrderScope, Permission, TargetKind, TargetState,
    Time,
};
use anlanh_store::Queries;
use anlanh_store::decision;
use anlanh_store::item::Item;
use anlanh_store::order::{self, CallRow, DocumentRow, OrderCounts, OrderPlace, OrderRow, StepRow};

use crate::owner::{self, OwnerView, Source};
use crate::{App, Error, enforcement, permit};

pub use anlanh_store::order::{
    Call, CallRow as OrderCall, DocumentRow as OrderDocument, Letter, Mention, OrderPlace as Place, OrderRow as Row,
    Purpose, StepRow as OrderStep, TargetFate, ToldAction,
};
pub(crate) use carried::reported;
pub use document::{DocumentError, DocumentFormat, MAX_DOCUMENT_BYTES, document, keep_document, may_keep};
pub(crate) use enter::read;
pub use enter::{Entry, enter, enter_once};
pub use lock::{LadderFinding, LockFit};
pub(crate) use run::run;
pub use scope::{CitedArticle, Grounds, Standing};
pub(crate) use scope::{clock as clock_of, day, judge, midnight};
pub use step::{Amendment, Step, step};

/// Why an order was not entered or changed, beside what its life says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OrderRefusal {
    /// Its life stands in the way.
    #[error(transparent)]
    Life(#[from] OrderError),
    /// No deadline of the policy covers it, and it sets none.
    #[error("no deadline covers the order, and it sets none")]
    NoDeadline,
    /// It has no document, and did not come by telephone.
    #[error("an order on paper or by e-mail has its document")]
    NoDocument,
    /// A document is none.
    #[error("the document was refused")]
    Document(#[from] DocumentError),
    /// Nothing is kept by which the target is known here.
    #[error("the node knows nothing of the target")]
    NotKnown,
    /// It came from a node: that changes or withdraws it, and nobody here.
    #[error("the node that sent the order changes and withdraws it")]
    ByItsNode,
    /// Its office is not the one that the node which sent it speaks for.
    #[error("the node speaks for another office")]
    NotTheirs,
    /// Something stands in the way of a request for information.
    #[error("the request for information was refused")]
    Information(#[source] InformationError),
    /// Nothing holds that could be restored.
    #[error("nothing holds for the target")]
    NothingToRestore,
}

impl From<InformationError> for OrderRefusal {
    fn from(error: InformationError) -> Self {
        if let InformationError::Order(life) = error {
            Self::Life(life)
        } else {
            Self::Information(error)
        }
    }
}

/// An order with everything that a step needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderView {
    /// The order.
    pub row: OrderRow,
    /// Whether it is within the law, by the policy in force now and the law of the day of issue.
    pub scope: OrderScope,
    /// On what that rests.
    pub grounds: Grounds,
    /// Its documents.
    pub documents: Vec<DocumentRow>,
    /// Who was called back.
    pub calls: Vec<CallRow>,
    /// What happened.
    pub steps: Vec<StepRow>,
    /// What the platform was told for its targets, and what it said of that.
    pub told: Vec<ToldAction>,
    /// What its targets have to do with items and cases, in their order.
    pub about: Vec<TargetAbout>,
    /// What owners were asked by it.
    pub owners: Vec<OwnerView>,
    /// The owners who may be asked to carry targets out, by the number of the target.
    pub askable: Vec<(u32, TargetKind)>,
    /// When it was looked at.
    pub seen_at: Time,
}

/// What a target of an order has to do with items and cases of this node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TargetAbout {
    /// The item that it is, or by which it is known.
    pub item: Option<Id<Item>>,
    /// The case that was made and decided to carry it out.
    pub decided: Option<Id<Case>>,
    /// The cases that the decision closed, or that wait to be decided.
    pub cases: Vec<Id<Case>>,
}

impl OrderView {
    /// What the platform's systems said was in the way of a target, where they could not do it.
    #[must_use]
    pub fn problem(&self, number: u32) -> Option<&str> {
        let target = self.row.order.target(number).ok()?;
        if !matches!(target.state, TargetState::Failed { .. }) {
            return None;
        }
        let of_target = self.told.iter().filter(|told| told.number == number);
        of_target.filter_map(|told| told.problem.as_deref()).next_back()
    }

    /// When the platform's systems took what was decided of a target, where they said so.
    #[must_use]
    pub fn delivered_at(&self, number: u32) -> Option<Time> {
        let of_target = self.told.iter().filter(|told| told.number == number);
        of_target.filter_map(|told| told.delivered_at).max()
    }
}

/// Which orders are looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that are open, the one that is due first before the others, after a place.
    Open(Option<OrderPlace>),
    /// Those that are over, newest first, before one.
    Over(Option<Id<Order>>),
}

/// A page of orders, without their targets.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn list(app: &App, actor: &Actor, which: Which, limit: u32) -> Result<Vec<OrderRow>, Error> {
    permit(actor, Permission::ReadOrders)?;
    app.store
        .read("order.list", move |tx| {
            Ok(match which {
                Which::Open(after) => order::open(tx, after, limit)?,
                Which::Over(before) => order::over(tx, before, limit)?,
            })
        })
        .await
}

/// How orders stand, for whoever watches the node.
///
/// # Errors
/// When the database is away.
pub async fn counts(app: &App) -> Result<OrderCounts, Error> {
    app.store.read("order.counts", |tx| Ok(order::counts(tx)?)).await
}

/// One order.
///
/// # Errors
/// When the one who asks may not, there is no such order, or the database is away.
pub async fn show(app: &App, actor: &Actor, id: Id<Order>) -> Result<OrderView, Error> {
    permit(actor, Permission::ReadOrders)?;
    let (engine, vault, now) = (app.engine(), Arc::clone(&app.vault), app.clock.now());
    app.store
        .read("order.show", move |tx| {
            let row = order::load(tx, id)?.ok_or(Error::NotFound("order"))?;
            let owners = owner::of_order(tx, &vault, id)?;
            let steps = order::steps(tx, id)?;
            let judged = scope::of_steps(&engine, &row, &steps);
            Ok(OrderView {
                scope: judged.scope,
                grounds: judged.grounds,
                documents: order::documents(tx, id)?,
                calls: order::calls(tx, id)?,
                steps,
                told: order::told_actions(tx, id)?,
                about: about(tx, &row)?,
                askable: askable(tx, &row, &owners)?,
                owners,
                row,
                seen_at: now,
            })
        })
        .await
}

/// What the targets of an order have to do with items and cases.
fn about(tx: &mut dyn Queries, row: &OrderRow) -> Result<Vec<TargetAbout>, Error> {
    let mut about = Vec::with_capacity(row.fates.len());
    for (target, fate) in row.order.targets.iter().zip(&row.fates) {
        let mut found = TargetAbout::default();
        if let Some(item) = act::known(tx, &target.pointed)? {
            found.item = Some(item.id);
            found.cases = order::open_cases(tx, item.id, item.external.as_deref())?;
        }
        if let Some(decision) = fate.decision {
            found.decided = decision::load(tx, decision)?.map(|row| row.case);
            found.cases.extend(order::closed_cases(tx, decision)?);
        }
        about.push(found);
    }
    Ok(about)
}

/// The owners who are known behind open targets of an order to remove, and were not asked.
fn askable(tx: &mut dyn Queries, row: &OrderRow, asked: &[OwnerView]) -> Result<Vec<(u32, TargetKind)>, Error> {
    let mut askable = Vec::new();
    if row.order.kind != OrderKind::Remove || !row.order.state.is_open() {
        return Ok(askable);
    }
    let is_open = |target: &&anlanh_model::OrderTarget| target.state == TargetState::Open;
    for target in row.order.targets.iter().filter(is_open) {
        let Some(item) = act::known(tx, &target.pointed)? else {
            continue;
        };
        let source = Source::Order(row.order.id, target.number);
        for owner in enforcement::subjects(&item) {
            let was_asked = |view: &OwnerView| view.row.source == source && view.row.owner == owner;
            if !asked.iter().any(was_asked) {
                askable.push((target.number, owner.kind()));
            }
        }
    }
    Ok(askable)
}
