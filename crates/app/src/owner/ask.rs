//! An owner is asked, and is told when nothing is asked of them any more.

use anlanh_model::{
    CaseEvent, Id, Order, OrderState, OrderTarget, OwnerError, OwnerRequest, OwnerState, StatutoryClock, Target,
    TargetKind, TargetState,
};
use anlanh_pack::Asker;
use anlanh_store::action::{self, ActionKind, Effect, NewAction};
use anlanh_store::decision::DecisionRow;
use anlanh_store::item::{Item, ItemRow};
use anlanh_store::order::{self, OrderRow};
use anlanh_store::owner::{self, OwnerRow, OwnerSource};
use anlanh_store::{Writer, decision, event};
use anlanh_vault::Vault;

use crate::appeal::LinkSecret;
use crate::engine::Engine;
use crate::statutory::Running;
use crate::{Decision, Error};

/// What an owner is asked, before it has an id and a clock.
struct New {
    source: OwnerSource,
    item: Id<Item>,
    owner: Target,
    content: String,
    reason: String,
    category: Option<String>,
    basis: Vec<String>,
}

/// Asks the owner of this kind to carry out a target of an order. That the target is open, and the order in hands that may
/// act, is for the caller to have asked.
pub(crate) fn by_order(
    writer: &mut Writer<'_, '_>,
    (engine, vault): (&Engine, &Vault),
    row: &OrderRow,
    target: &OrderTarget,
    (item, kind, reason): (&ItemRow, TargetKind, String),
) -> Result<(), Error> {
    if row.is_confidential() {
        return Err(OwnerError::Confidential.into());
    }
    let owner = item.subject(kind).ok_or(OwnerError::NoOwner)?;
    let asked = owner::of_order(writer, row.order.id)?;
    if asked
        .iter()
        .any(|asked| asked.owner == owner && asked.source == OwnerSource::Order(row.order.id, target.number))
    {
        return Err(OwnerError::Asked.into());
    }
    let new = New {
        source: OwnerSource::Order(row.order.id, target.number),
        item: item.id,
        owner,
        content: target.pointed.reference().to_owned(),
        reason,
        category: row.letter.category.clone(),
        basis: row.letter.basis.clone(),
    };
    ask(writer, (engine, vault), Asker::Authority, new)?;
    Ok(order::note(
        writer,
        row.order.id,
        "owner_asked",
        Some(target.number),
        kind.key(),
        None,
    )?)
}

/// Asks an owner to remove what a decision on a complaint leaves to them.
pub(crate) fn by_decision(
    writer: &mut Writer<'_, '_>,
    (engine, vault): (&Engine, &Vault),
    decision: &DecisionRow,
    item: &ItemRow,
    owner: &Target,
) -> Result<(), Error> {
    let new = New {
        source: OwnerSource::Decision(decision.id),
        item: item.id,
        owner: owner.clone(),
        content: item.target()?.reference().to_owned(),
        reason: decision.facts.clone(),
        category: decision.category.clone(),
        basis: decision.basis.clone(),
    };
    ask(writer, (engine, vault), Asker::User, new)?;
    let happened = CaseEvent::OwnerAsked(owner.kind());
    Ok(event::insert(writer, decision.case, &happened)?)
}

fn ask(writer: &mut Writer<'_, '_>, (engine, vault): (&Engine, &Vault), asker: Asker, new: New) -> Result<(), Error> {
    let id: Id<OwnerRequest> = writer.new_id();
    let of_clock: Id<StatutoryClock> = id.cast();
    let clock = Running::of_owner(engine, asker, writer.now()).ok_or(OwnerError::NoDeadline)?;
    let clock = clock.begin(of_clock, writer.now());
    let mut basis = new.basis;
    for key in &clock.basis {
        if !basis.contains(key) {
            basis.push(key.clone());
        }
    }
    let row = OwnerRow {
        request: OwnerRequest::ask(id, clock),
        source: new.source,
        item: new.item,
        owner: new.owner,
        content: new.content,
        reason: new.reason,
        category: new.category,
        basis,
        words: None,
    };
    owner::insert(writer, &row, &LinkSecret::of_request(vault, id).hash())?;
    tell(writer, &row, Effect::Apply)
}

/// Tells an owner what is asked of them, or that it is no more.
fn tell(writer: &mut Writer<'_, '_>, row: &OwnerRow, effect: Effect) -> Result<(), Error> {
    let decision = match row.source {
        OwnerSource::Decision(decision) => Some(decision),
        OwnerSource::Order(..) => None,
    };
    let new = NewAction {
        target: row.owner.clone(),
        kind: ActionKind::Notice,
        effect,
        until: None,
        labels: Vec::new(),
        verified: None,
        decision,
        reason: None,
        owner_request: Some(row.request.id),
    };
    action::insert(writer, &new)?;
    Ok(())
}

/// Ends what owners are asked by an order as far as it asks no more: the target was dealt with, or the order is over. Who
/// removed something by an order that was taken back is told so, too.
pub(crate) fn follow_order(writer: &mut Writer<'_, '_>, before: &Order, after: &Order) -> Result<(), Error> {
    for row in owner::of_order(writer, after.id)? {
        let OwnerSource::Order(_, number) = row.source else {
            continue;
        };
        if !after.state.is_open() || !after.target(number)?.state.is_open() {
            end(writer, &row)?;
        }
        let is_taken_back = !takes_back(before, number)? && takes_back(after, number)?;
        if is_taken_back && matches!(row.request.state, OwnerState::Removed { .. }) {
            tell(writer, &row, Effect::Lift)?;
        }
    }
    Ok(())
}

/// Whether an order asks for nothing to be done to a target any more, nor for what was done.
fn takes_back(order: &Order, number: u32) -> Result<bool, Error> {
    let is_lifted = matches!(order.target(number)?.state, TargetState::Lifted { .. });
    Ok(is_lifted || matches!(order.state, OrderState::Withdrawn { .. } | OrderState::Expired { .. }))
}

/// Ends what owners are asked by a decision that was taken back.
pub(crate) fn end_of_decision(writer: &mut Writer<'_, '_>, id: Id<Decision>) -> Result<(), Error> {
    for row in owner::of_decision(writer, id)? {
        end(writer, &row)?;
        if matches!(row.request.state, OwnerState::Removed { .. }) {
            tell(writer, &row, Effect::Lift)?;
        }
    }
    Ok(())
}

/// Ends what owners are asked about an item that the platform removes.
pub(crate) fn end_of_item(writer: &mut Writer<'_, '_>, item: Id<Item>) -> Result<(), Error> {
    for row in owner::asked_about(writer, item)? {
        end(writer, &row)?;
    }
    Ok(())
}

/// Ends a request that is open, and tells its owner.
fn end(writer: &mut Writer<'_, '_>, row: &OwnerRow) -> Result<(), Error> {
    let after = row.request.clone().end(writer.now());
    if after == row.request {
        return Ok(());
    }
    owner::update(writer, &after)?;
    tell(writer, row, Effect::Lift)
}

/// A decision that is there.
pub(super) fn decision_of(writer: &mut Writer<'_, '_>, id: Id<Decision>) -> Result<DecisionRow, Error> {
    decision::load(writer, id)?.ok_or(Error::NotFound("decision"))
}
