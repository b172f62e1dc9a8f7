//! Legal holds: somebody has a claim to an item, and it stays as it is.

use anlanh_model::{Actor, AuditAction, Hold, HoldReason, Id, Permission};
use anlanh_store::item::{self, Item};
use anlanh_store::{hold as holds, keeping};

use super::KeepingError;
use crate::case::permit_person;
use crate::{App, Error};

/// Most days that a hold lasts by itself.
pub const MAX_DAYS: u32 = 36_600;

/// Puts a hold on an item, for a reason and so many days of 24 hours, or until somebody ends it.
///
/// # Errors
/// When the one who asks may not, there is no such item or it was erased, the reason is no text, the days are none, or
/// the database is away or full.
pub async fn hold(app: &App, actor: &Actor, id: Id<Item>, reason: &str, days: Option<u32>) -> Result<Id<Hold>, Error> {
    let person = permit_person(actor, Permission::HoldItems)?;
    let reason = HoldReason::parse(reason).map_err(|error| Error::Text("reason", error))?;
    if days.is_some_and(|days| !(1..=MAX_DAYS).contains(&days)) {
        return Err(KeepingError::Days.into());
    }
    app.store
        .write(app.change(actor, AuditAction::HoldItem), move |writer| {
            item::load(writer, id)?.ok_or(Error::NotFound("item"))?;
            let now = writer.now();
            let until = days.map(|days| now.plus_minutes(i64::from(days) * 24 * 60));
            keeping::of_item(writer, id, now)?.ok_or(KeepingError::Erased)?;
            let hold = holds::insert(writer, id, reason.as_str(), person.id, until)?;
            writer.about("item", id.number(), format!("hold={hold}"));
            Ok(hold)
        })
        .await
}

/// Ends a hold.
///
/// # Errors
/// When the one who asks may not, there is no such hold, it has ended, or the database is away or full.
pub async fn release(app: &App, actor: &Actor, id: Id<Hold>) -> Result<Id<Item>, Error> {
    let person = permit_person(actor, Permission::HoldItems)?;
    app.store
        .write(app.change(actor, AuditAction::ReleaseHold), move |writer| {
            let hold = holds::load(writer, id)?.ok_or(Error::NotFound("hold"))?;
            if !hold.lasts(writer.now()) || !holds::end(writer, id, Some(person.id))? {
                return Err(KeepingError::Ended.into());
            }
            writer.about("item", hold.item.number(), format!("hold={id}"));
            Ok(hold.item)
        })
        .await
}
