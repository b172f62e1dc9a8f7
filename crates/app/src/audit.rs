//! The audit log is read.

use anlanh_model::{Actor, Id, Permission, Person, Time};
use anlanh_pack::Day;
use anlanh_screen::Date;
use anlanh_store::audit::{self, AuditEntry, AuditFilter, Entry};
use anlanh_store::staff;

use crate::{App, Error, order, permit};

/// What parts the keys of an entry's detail from a reason that somebody wrote.
pub const REASON: &str = " reason=";

/// The account of this name, for whoever reads what it did.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn account(app: &App, actor: &Actor, name: String) -> Result<Option<Id<Person>>, Error> {
    permit(actor, Permission::ReadAudit)?;
    app.store
        .read("audit.account", move |tx| {
            Ok(staff::by_name(tx, &name)?.map(|row| row.person.id))
        })
        .await
}

/// When a day begins, by the time of the policy's country.
#[must_use]
pub fn midnight(app: &App, day: Day) -> Time {
    order::midnight(&app.engine(), Date::from(day))
}

/// A page of the log, newest first.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn page(
    app: &App,
    actor: &Actor,
    filter: AuditFilter,
    before: Option<Id<Entry>>,
    limit: u32,
) -> Result<Vec<AuditEntry>, Error> {
    permit(actor, Permission::ReadAudit)?;
    app.store
        .read("audit.page", move |tx| Ok(audit::page(tx, &filter, before, limit)?))
        .await
}
