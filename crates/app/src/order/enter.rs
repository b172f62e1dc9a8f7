//! An order is entered by hand, with its document.

use std::sync::Arc;

use anlanh_model::{
    Actor, AuditAction, Id, Order, OrderChannel, OrderError, OrderHaste, OrderKind, OrderName, OrderState, OrderWords,
    Permission, Pointed, Statement, StatutoryClock, Time,
};
use anlanh_pack::Day;
use anlanh_store::Writer;
use anlanh_store::order::{self, Letter, NewOrder};

use super::{document, scope};
use crate::case::{Means, permit_person};
use crate::engine::Engine;
use crate::once::once;
use crate::{App, Claim, Error, Made, public_log};

/// An order as somebody enters it: texts and keys, not checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What is ordered.
    pub kind: OrderKind,
    /// Key of the issuing office.
    pub office: String,
    /// Who signed it.
    pub signer: String,
    /// Its number there.
    pub number: String,
    /// The day of issue.
    pub issued_on: Day,
    /// How it came.
    pub channel: OrderChannel,
    /// When it came.
    pub received_at: Time,
    /// Keys of the articles that it cites.
    pub basis: Vec<String>,
    /// Key of the category, where it says that a rule is broken.
    pub category: Option<String>,
    /// Why, in its words.
    pub reason: String,
    /// Whether it is urgent.
    pub haste: OrderHaste,
    /// The deadline that it sets itself.
    pub stated_due_at: Option<Time>,
    /// Until when nobody whom it concerns is told.
    pub secret_until: Option<Time>,
    /// Until when it holds.
    pub expires_at: Option<Time>,
    /// For how many days to lock.
    pub lock_days: Option<u32>,
    /// What it is aimed at: the key of a kind of target and the reference, each.
    pub targets: Vec<(String, String)>,
    /// Its document, if it is at hand: what came on paper or by e-mail is not authenticated without.
    pub document: Option<Vec<u8>>,
}

/// Enters an order, and starts its clock: from when it came, not from when it was entered.
///
/// # Errors
/// When the one who asks may not, something in the order is none, the policy has no such office, article or category, no
/// deadline covers it, the document is none, or the database is away or full.
pub async fn enter(app: &App, actor: &Actor, entry: Entry) -> Result<Id<Order>, Error> {
    Ok(enter_once(app, actor, entry, None).await?.id)
}

/// The same, once for each claim.
///
/// # Errors
/// As [`enter`], and when the claim's key was used for another request.
pub async fn enter_once(app: &App, actor: &Actor, entry: Entry, claim: Option<Claim>) -> Result<Made<Order>, Error> {
    permit_person(actor, Permission::HandleOrders)?;
    if entry.channel == OrderChannel::Node {
        // What comes from a node is signed, and entered by nobody.
        return Err(Error::UnknownKey("channel"));
    }
    let means = Means::of(app);
    let engine = Arc::clone(&means.engine);
    let pointed = read_targets(&entry.targets)?;
    let letter = letter(&engine, &entry, app.clock.now())?;
    if let Some(content) = &entry.document {
        document::format(content).map(drop)?;
    }
    app.store
        .write(app.change(actor, AuditAction::EnterOrder), move |writer| {
            once(writer, claim.as_ref(), "order", |writer| {
                insert(writer, &means, &entry, &letter, pointed.clone())
            })
        })
        .await
}

fn insert(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    entry: &Entry,
    letter: &Letter,
    pointed: Vec<Pointed>,
) -> Result<Id<Order>, Error> {
    let id: Id<Order> = writer.new_id();
    let of_clock: Id<StatutoryClock> = Id::from_number(id.number()).map_err(|_| Error::BadReference)?;
    let order = Order {
        id,
        kind: entry.kind,
        clock: scope::clock(&means.engine, entry.kind, letter, of_clock)?,
        expires_at: entry.expires_at,
        state: OrderState::Received,
        targets: Order::number(pointed, &[])?,
    };
    let letter = letter.clone();
    order::insert(writer, &NewOrder { order, letter })?;
    if let Some(content) = &entry.document {
        document::insert(writer, id, content)?;
    }
    order::note(writer, id, "entered", None, entry.channel.key(), None)?;
    public_log::note_order(writer, means, id)?;
    writer.about("order", id.number(), entry.kind.key());
    Ok(id)
}

/// Reads what stands on an order, and what it is aimed at.
pub(crate) fn read(engine: &Engine, entry: &Entry, now: Time) -> Result<(Letter, Vec<Pointed>), Error> {
    Ok((letter(engine, entry, now)?, read_targets(&entry.targets)?))
}

pub(super) fn read_targets(targets: &[(String, String)]) -> Result<Vec<Pointed>, OrderError> {
    targets
        .iter()
        .map(|(key, reference)| Pointed::parse(key, reference))
        .collect()
}

pub(super) fn letter(engine: &Engine, entry: &Entry, now: Time) -> Result<Letter, Error> {
    let name = |field: &'static str, text: &str| OrderName::parse(text).map_err(|error| Error::Text(field, error));
    let policy = &engine.policy;
    policy.authority(&entry.office).ok_or(Error::UnknownKey("office"))?;
    if entry.basis.is_empty() || entry.basis.len() > Statement::MAX_BASES {
        return Err(Error::UnknownKey("basis"));
    }
    if !entry.basis.iter().all(|key| policy.basis(key).is_some()) {
        return Err(Error::UnknownKey("basis"));
    }
    match &entry.category {
        Some(key) => drop(policy.category(key).ok_or(Error::UnknownKey("category"))?),
        None if entry.kind.is_about_violation() => return Err(Error::UnknownKey("category")),
        None => {}
    }
    let day = anlanh_screen::Date::from(entry.issued_on);
    let issued_at = scope::midnight(engine, day);
    let is_future = |at: Option<Time>, from: Time| at.is_none_or(|at| at > from);
    // Clocks of two nodes differ, and the day may just have begun.
    let skew_s = match entry.channel {
        OrderChannel::Node => i64::from(anlanh_wire::MAX_SKEW_S),
        OrderChannel::Phone | OrderChannel::Paper | OrderChannel::Email => 0,
    };
    let are_in_order = issued_at <= entry.received_at.plus_seconds(skew_s)
        && entry.received_at <= now
        && is_future(entry.stated_due_at, entry.received_at)
        && is_future(entry.secret_until, now)
        && is_future(entry.expires_at, now);
    if !are_in_order {
        return Err(OrderError::BadMoment.into());
    }
    if entry
        .lock_days
        .is_some_and(|days| !(1..=Order::MAX_LOCK_DAYS).contains(&days))
    {
        return Err(anlanh_model::MeasureError::BadEnd.into());
    }
    let reason = OrderWords::parse(&entry.reason).map_err(|error| Error::Text("reason", error))?;
    Ok(Letter {
        office: entry.office.clone(),
        signer: name("signer", &entry.signer)?.as_str().to_owned(),
        number: name("number", &entry.number)?.as_str().to_owned(),
        issued_at,
        channel: entry.channel,
        received_at: entry.received_at,
        basis: entry.basis.clone(),
        category: entry.category.clone(),
        reason: reason.as_str().to_owned(),
        haste: entry.haste,
        stated_due_at: entry.stated_due_at,
        secret_until: entry.secret_until,
        lock_days: entry.lock_days,
    })
}
