//! Orders that come from the nodes of authorities. The signature stands for the call-back: it is of the office that people
//! added the node for, and of no other. Everything after that is as for any order.

use anlanh_model::{
    Id, InformationDemand, Order, OrderChannel, OrderError, OrderHaste, OrderKind, OrderName, OrderState, OrderWords,
    StatutoryClock, Time,
};
use anlanh_pack::Day;
use anlanh_store::order::{self, NewOrder, OrderRow};
use anlanh_store::peer::{self, PeerRow};
use anlanh_store::{Writer, information as store};
use anlanh_wire::{Amend, Information, MAX_SKEW_S, Message, Order as Content, Remind, Stamp, Target, Withdraw};

use super::enter::{Entry, letter, read_targets};
use super::information::{DemandEntry, read_demand};
use super::step::{Changed, change_order, finish};
use super::{OrderRefusal, lift, scope};
use crate::Error;
use crate::case::Means;
use crate::public_log;

/// Enters an order of a peer.
pub(crate) fn enter(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    peer: &PeerRow,
    message: &Message,
    content: &Content,
) -> Result<(), Error> {
    if peer.office.as_deref() != Some(content.office.as_str()) {
        return Err(OrderRefusal::NotTheirs.into());
    }
    let is_of_order = message.stream.starts_with("order:");
    if !is_of_order || peer::order_of(writer, peer.id, &message.stream)?.is_some() {
        return Err(OrderError::Past.into());
    }
    let now = writer.now();
    let entry = entry(content, now)?;
    let pointed = read_targets(&entry.targets)?;
    let letter = letter(&means.engine, &entry, now)?;
    let id: Id<Order> = writer.new_id();
    let of_clock: Id<StatutoryClock> = Id::from_number(id.number()).map_err(|_| Error::BadReference)?;
    let order = Order {
        id,
        kind: entry.kind,
        clock: scope::clock(&means.engine, entry.kind, &letter, of_clock)?,
        expires_at: entry.expires_at,
        state: OrderState::Received,
        targets: Order::number(pointed, &[])?,
    };
    let order = order.authenticate()?;
    let demand = match &content.information {
        Some(asked) => {
            InformationDemand::check_subjects(order.targets.len())?;
            let day = scope::day(&means.engine, letter.issued_at);
            // Clocks of two nodes differ.
            let by = now.plus_seconds(i64::from(MAX_SKEW_S));
            Some(read_demand(
                &means.engine,
                order.kind,
                &demand_entry(asked)?,
                (day, by),
            )?)
        }
        None => None,
    };
    order::insert(writer, &NewOrder { order, letter })?;
    if let Some(demand) = &demand {
        store::keep_asked(writer, id, demand)?;
    }
    peer::tie_order(writer, id, peer.id, &message.stream)?;
    order::note(writer, id, "entered", None, OrderChannel::Node.key(), None)?;
    order::note(writer, id, "authenticated", None, "signature", None)?;
    public_log::note_order(writer, means, id)
}

/// The office changes an order that it sent.
pub(crate) fn amend(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    id: Id<Order>,
    message: &Message,
    content: &Amend,
) -> Result<(), Error> {
    let row = load(writer, id)?;
    signed_by(&content.signer)?;
    let asked = Changed {
        on: Day::from(scope::day(&means.engine, moment(message.at))),
        drop: content.drop.clone(),
        add: pairs(&content.add),
        expires_at: content.expires_at.map(moment),
        secret_until: content.secret_until.map(moment),
        words: content.reason.clone(),
    };
    change_order(writer, means, &row, None, &asked)?;
    Ok(())
}

/// The office withdraws an order that it sent.
pub(crate) fn withdraw(writer: &mut Writer<'_, '_>, id: Id<Order>, content: &Withdraw) -> Result<(), Error> {
    let row = load(writer, id)?;
    signed_by(&content.signer)?;
    let words = OrderWords::parse(&content.reason).map_err(|error| Error::Text("reason", error))?;
    let after = row.order.clone().withdraw(writer.now())?;
    lift::all(writer, &row, None, words.as_str())?;
    finish(writer, &row, &after, "withdrawn", "", Some(words.as_str()))?;
    Ok(())
}

/// The office reminds of an order that it sent.
pub(crate) fn remind(writer: &mut Writer<'_, '_>, id: Id<Order>, content: &Remind) -> Result<(), Error> {
    let words = OrderWords::parse(&content.words).map_err(|error| Error::Text("words", error))?;
    order::note(writer, id, "reminded", None, "", Some(words.as_str()))?;
    Ok(())
}

/// Who signed a change: a name like any other. It stands in the message, which is kept.
fn signed_by(text: &str) -> Result<(), Error> {
    let name = OrderName::parse(text);
    name.map(drop).map_err(|error| Error::Text("signer", error))
}

fn load(writer: &mut Writer<'_, '_>, id: Id<Order>) -> Result<OrderRow, Error> {
    order::load(writer, id)?.ok_or(Error::NotFound("order"))
}

/// What stands in a message, as somebody would enter it.
fn entry(content: &Content, now: Time) -> Result<Entry, Error> {
    Ok(Entry {
        kind: OrderKind::from_key(&content.order).ok_or(Error::UnknownKey("order"))?,
        office: content.office.clone(),
        signer: content.signer.clone(),
        number: content.number.clone(),
        issued_on: content
            .issued_on
            .parse::<Day>()
            .map_err(|_| Error::UnknownKey("issued_on"))?,
        channel: OrderChannel::Node,
        received_at: now,
        basis: content.basis.clone(),
        category: content.category.clone(),
        reason: content.reason.clone(),
        haste: OrderHaste::from_key(&content.haste).ok_or(Error::UnknownKey("haste"))?,
        stated_due_at: content.due_at.map(moment),
        secret_until: content.secret_until.map(moment),
        expires_at: content.expires_at.map(moment),
        lock_days: content.lock_days,
        targets: pairs(&content.targets),
        document: None,
    })
}

/// What stands in a message about what is asked, as somebody would enter it.
fn demand_entry(asked: &Information) -> Result<DemandEntry, Error> {
    if asked.version != Information::VERSION {
        return Err(Error::UnknownKey("version"));
    }
    Ok(DemandEntry {
        purpose: asked.purpose.clone(),
        fields: asked.fields.clone(),
        from: moment(asked.from),
        to: moment(asked.to),
    })
}

fn pairs(targets: &[Target]) -> Vec<(String, String)> {
    let pair = |target: &Target| (target.kind.clone(), target.reference.clone());
    targets.iter().map(pair).collect()
}

const fn moment(stamp: Stamp) -> Time {
    Time::from_micros(stamp.0)
}
