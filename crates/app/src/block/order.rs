//! What orders ask for: exactly their targets, in force at once, and off the list with them.

use anlanh_model::{
    BlockChange, BlockEntry, BlockSource, BlockStage, BlockState, Id, Order, OrderAct, OrderError, Person, Pointed,
};
use anlanh_soc::blocking::Act;
use anlanh_store::Writer;
use anlanh_store::block::version;
use anlanh_store::block::{self, Terms};
use anlanh_store::order::OrderRow;

use super::propose::terms_of;
use super::step::{begin_version, follow};
use super::weigh::{Scales, rules};
use super::{BlockRefusal, Facts};
use crate::Error;
use crate::case::Means;

/// Puts a target of an order on the list; `None` where a guard objects and one person is not enough.
///
/// # Errors
/// When the target is none that a network can block, a guard refuses it, the policy says nothing of blocklists, or the database is
/// away or full.
pub(crate) fn by_order(
    writer: &mut Writer<'_, '_>,
    (means, facts): (&Means, &Facts),
    row: &OrderRow,
    by: Person,
    act: &OrderAct<'_>,
    reason: &str,
) -> Result<Option<()>, Error> {
    let text = match &act.target.pointed {
        Pointed::Domain(name) => name,
        Pointed::Address(url) => url,
        Pointed::Reference(_) => return Err(OrderError::Unsuited.into()),
    };
    let act_on = match (&facts.page, &act.target.pointed) {
        (Some(page), Pointed::Domain(_)) => Act::Redirect(page.clone()),
        (_, _) => Act::NxDomain,
    };
    let scales = Scales::new(&means.engine, facts, &means.site)?;
    let found = scales.weigh(1, text, &act_on, None)?;
    if let Some(refusal) = found.refusal() {
        return Err(BlockRefusal::Refused(1, refusal.key(), refusal.about()).into());
    }
    if !found.findings.is_empty() && act.second.is_none() {
        return Ok(None);
    }
    let now = writer.now();
    let id: Id<BlockChange> = writer.new_id();
    let change = BlockChange {
        id,
        source: BlockSource::Order(row.order.id, act.target.number),
        needed: u32::from(act.second.is_some()),
        approvals: act.second.into_iter().collect(),
        stage: BlockStage::Proposed,
    };
    block::insert_change(writer, &change, reason)?;
    let office = means.engine.policy.authority(&row.letter.office);
    let owner = office.map_or(row.letter.office.as_str(), |office| office.title.vi.as_str());
    let review = i64::from(rules(&means.engine)?.review_days);
    let entry = BlockEntry {
        id: writer.new_id(),
        change: id,
        expires_at: None,
        state: BlockState::With(BlockStage::Proposed),
    };
    let terms = Terms {
        reason: reason.to_owned(),
        owner: owner.to_owned(),
        basis: row.letter.basis.clone(),
        starts_at: now,
        review_at: now.plus_minutes(review * 1_440),
        ..terms_of(&found, &act_on)
    };
    block::insert_entry(writer, &entry, &terms)?;
    follow(writer, &change.enforce_order(now)?, Some(by))?;
    Ok(Some(()))
}

/// Takes what a target of an order asked for off the list.
///
/// # Errors
/// When the database is away or full.
pub(crate) fn lift_order(
    writer: &mut Writer<'_, '_>,
    order: Id<Order>,
    target: u32,
    by: Option<Person>,
    why: &str,
) -> Result<(), Error> {
    let entries = block::of_order(writer, order, target)?;
    let mut lifted = Vec::new();
    for id in entries {
        let row = block::load(writer, id)?.ok_or(Error::NotFound("block"))?;
        if let Ok(after) = row.entry.lift(writer.now()) {
            block::update_entry(writer, id, after.state)?;
            block::end_entry(writer, id, by.map(|by| by.id), why)?;
            lifted.push(after);
        }
    }
    let Some(first) = lifted.first() else {
        return Ok(());
    };
    let removed = u64::try_from(lifted.len()).unwrap_or(u64::MAX);
    let serial = begin_version(writer, "order", Some(first.change), by, (0, removed))?;
    for entry in &lifted {
        version::close_spans(writer, entry.id, serial)?;
    }
    Ok(())
}
