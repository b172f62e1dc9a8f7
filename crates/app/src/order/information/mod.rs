//! Information about users goes to an authority: exactly what was asked and twice approved, encrypted to its key.
//!
//! What is entered is sealed at once and read by nobody here again: it leaves in the file, or is erased. Each step asks the
//! order and the law of the day anew.

mod demand;
mod enter;
mod file;
mod handling;
mod run;
mod step;
mod tell;

use anlanh_age::Recipient;
use anlanh_model::{
    Actor, Id, Information, InformationAsk, InformationDemand, InformationError, InformationMandate, Order, OrderScope,
    Permission, Time,
};
use anlanh_pack::{FieldForm, Text};
use anlanh_screen::Date;
use anlanh_store::information::{self, InformationRow};
use anlanh_store::order::{self, OrderRow};
use anlanh_store::{Queries, Writer};

use super::scope;
use crate::engine::Engine;
use crate::{App, Error, permit};

pub use anlanh_store::information::{Entered, FileFacts, InformationNames, InformationRow as InformationRequest};
pub use demand::{DemandEntry, may_be_asked};
pub(crate) use demand::{check_issued, read_demand};
pub use enter::SubjectEntries;
pub use file::{InformationFile, fetch};
pub(crate) use run::run;
pub use step::{InformationStep, Proposal, step};

/// A field that an order may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedField {
    /// Its key.
    pub key: String,
    /// What it is called.
    pub title: Text,
    /// What its entries look like.
    pub form: FieldForm,
    /// The longest period that it may be asked for, in days.
    pub most_days: Option<u32>,
}

/// The requests of an order, with everything that a step needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InformationView {
    /// The order.
    pub order: OrderRow,
    /// Whether it is within the law.
    pub scope: OrderScope,
    /// What it may ask for, by the law of the day of issue.
    pub fields: Vec<AllowedField>,
    /// The requests, newest first.
    pub requests: Vec<InformationRow>,
    /// When it was looked at.
    pub seen_at: Time,
}

impl InformationView {
    /// The request that is open, if one is.
    #[must_use]
    pub fn open(&self) -> Option<&InformationRow> {
        self.requests.iter().find(|row| !row.request.state.is_over())
    }
}

/// The requests of an order. What was entered is in none of them.
///
/// # Errors
/// When the one who asks may not, there is no such order, it asks for no information, or the database is away.
pub async fn show(app: &App, actor: &Actor, id: Id<Order>) -> Result<InformationView, Error> {
    permit(actor, Permission::ReadOrders)?;
    let (engine, now) = (app.engine(), app.clock.now());
    app.store
        .read("order.information", move |tx| {
            let row = order::load(tx, id)?.ok_or(Error::NotFound("order"))?;
            if row.order.kind != anlanh_model::OrderKind::ProvideInformation {
                return Err(anlanh_model::OrderError::NotInformation.into());
            }
            Ok(InformationView {
                scope: scope::of(tx, &engine, &row)?.scope,
                fields: allowed(&engine, day_of(&engine, &row)),
                requests: information::of_order(tx, id)?,
                order: row,
                seen_at: now,
            })
        })
        .await
}

/// Most orders that are named to whoever is to approve.
const MOST_WAITING: u32 = 50;

/// Orders whose request waits for the approval of the one who asks, with their numbers; the one that is due first before the
/// others. None for whoever approves nothing.
///
/// # Errors
/// When the database is away.
pub async fn waiting(app: &App, actor: &Actor) -> Result<Vec<(Id<Order>, String)>, Error> {
    let Some(person) = actor.person().filter(|_| actor.may(Permission::ApproveInformation)) else {
        return Ok(Vec::new());
    };
    app.store
        .read("information.waiting", move |tx| {
            Ok(information::waiting(tx, person.id, MOST_WAITING)?)
        })
        .await
}

/// What is read out when an office reads the fingerprint of its key; none where the key is none.
#[must_use]
pub fn fingerprint(recipient: &str) -> Option<String> {
    let recipient = Recipient::parse(recipient).ok()?;
    Some(recipient.fingerprint())
}

/// Ends the open request of an order that stands no more as it was approved: it left the hands that held it, or names other
/// targets. What was entered is erased by the next round of jobs.
pub(super) fn follow(writer: &mut Writer<'_, '_>, before: &Order, after: &Order) -> Result<(), Error> {
    use anlanh_model::{OrderKind, OrderState};
    let stands = matches!(after.state, OrderState::Assigned { .. }) && before.targets == after.targets;
    if after.kind != OrderKind::ProvideInformation || stands {
        return Ok(());
    }
    if let Some(row) = information::open_of(writer, after.id)? {
        let now = writer.now();
        information::erase_at(writer, row.request.id, now)?;
        information::update(writer, &row.request.withdraw(now)?)?;
        order::note(writer, after.id, "information_withdrawn", None, "", None)?;
    }
    Ok(())
}

/// The day of issue of an order.
fn day_of(engine: &Engine, row: &OrderRow) -> Date {
    scope::day(engine, row.letter.issued_at)
}

/// What an order may ask for that is issued on a day: what an article in force on that day knows.
fn allowed(engine: &Engine, day: Date) -> Vec<AllowedField> {
    let fields = engine.policy.information_fields().iter();
    fields
        .filter(|field| {
            let is_known = |key: &str| scope::in_force(engine, key, day).is_some();
            field.validity.holds_on(day) && field.bases.iter().any(|key| is_known(key.as_str()))
        })
        .map(|field| AllowedField {
            key: field.key.as_str().to_owned(),
            title: field.title.clone(),
            form: field.form,
            most_days: field.most_days,
        })
        .collect()
}

/// The fields of a request, in its order.
fn asked(engine: &Engine, row: &OrderRow, ask: &InformationAsk) -> Result<Vec<AllowedField>, InformationError> {
    allowed_by(engine, day_of(engine, row), ask.demand())
}

/// The fields that are asked for, where the law of a day lets them be asked for of so long a period.
fn allowed_by(engine: &Engine, day: Date, demand: &InformationDemand) -> Result<Vec<AllowedField>, InformationError> {
    let allowed = allowed(engine, day);
    let period = demand.period();
    let fields = demand.fields().iter().map(|key| {
        let field = allowed.iter().find(|field| field.key == *key);
        let field = field.ok_or(InformationError::BadFields)?;
        let longest = field.most_days.map(|days| i64::from(days) * 24 * 60);
        if longest.is_some_and(|longest| period.from().plus_minutes(longest) < period.to()) {
            return Err(InformationError::BadPeriod);
        }
        Ok(field.clone())
    });
    fields.collect()
}

/// The right to a step with the request of an order, by the law of the day.
fn mandate<'o>(
    tx: &mut dyn Queries,
    engine: &Engine,
    row: &'o OrderRow,
    now: Time,
) -> Result<InformationMandate<'o>, Error> {
    let scope = scope::of(tx, engine, row)?.scope;
    let mandate = row.order.information(scope, now);
    Ok(mandate.map_err(InformationError::from)?)
}

/// The request of an order that is open.
fn open(tx: &mut dyn Queries, id: Id<Order>) -> Result<InformationRow, Error> {
    Ok(information::open_of(tx, id)?.ok_or(InformationError::None)?)
}

/// When what was entered is erased that is entered or handed over now.
const fn end_of_keeping(now: Time) -> Time {
    now.plus_minutes(Information::KEEP_DAYS * 24 * 60)
}
