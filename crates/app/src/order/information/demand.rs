//! What an order says that it asks for about users: read by the same rules where it is drafted, where it is signed, and where
//! it comes in.

use anlanh_model::{InformationDemand, InformationError, InformationPeriod, InformationPurpose, OrderKind, Time};
use anlanh_screen::Date;

use super::{AllowedField, allowed, allowed_by};
use crate::engine::Engine;
use crate::order::scope;
use crate::{App, Error};

/// What an order asks for about users, as somebody enters it: texts and keys, not checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemandEntry {
    /// For what.
    pub purpose: String,
    /// Keys of the fields.
    pub fields: Vec<String>,
    /// From when.
    pub from: Time,
    /// Until when.
    pub to: Time,
}

/// What an order that is issued now may ask for.
#[must_use]
pub fn may_be_asked(app: &App) -> Vec<AllowedField> {
    let engine = app.engine();
    allowed(&engine, scope::day(&engine, app.clock.now()))
}

/// Reads what an order asks for that is issued on a day, of a period that is over by a moment.
pub(crate) fn read_demand(
    engine: &Engine,
    kind: OrderKind,
    entry: &DemandEntry,
    (day, by): (Date, Time),
) -> Result<InformationDemand, Error> {
    if kind != OrderKind::ProvideInformation {
        return Err(InformationError::NotAsked.into());
    }
    let purpose = InformationPurpose::parse(&entry.purpose).map_err(|error| Error::Text("purpose", error))?;
    let period = InformationPeriod::new(entry.from, entry.to, by)?.whole_seconds()?;
    let demand = InformationDemand::new(purpose, entry.fields.clone(), period)?;
    allowed_by(engine, day, &demand)?;
    Ok(demand)
}

/// Whether an order of this office says what it asks for about how many targets, as the law of a day allows it.
pub(crate) fn check_issued(
    engine: &Engine,
    kind: OrderKind,
    (demand, subjects): (Option<&InformationDemand>, usize),
    day: Date,
) -> Result<(), InformationError> {
    if kind != OrderKind::ProvideInformation {
        return Ok(());
    }
    let demand = demand.ok_or(InformationError::NoDemand)?;
    InformationDemand::check_subjects(subjects)?;
    allowed_by(engine, day, demand).map(drop)
}
