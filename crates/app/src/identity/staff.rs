//! Accounts of people are made and listed.

use anlanh_model::{Actor, AuditAction, Id, Permission, Person, Role};
use anlanh_store::staff::{self, StaffRow};
use anlanh_store::{Change, DatabaseError, Store};

use super::{Name, Password};
use crate::{Clock, Error, permit};

/// Makes an account. Blocks while the password is hashed and the account is written.
///
/// # Errors
/// When the one who asks may not, the name is taken, or the database is away or full.
pub fn create_staff(
    store: &Store,
    clock: &Clock,
    actor: &Actor,
    name: &Name,
    role: Role,
    password: &Password,
) -> Result<Id<Person>, Error> {
    permit(actor, Permission::ManageStaff)?;
    let kept = password.hash().map_err(Error::Randomness)?;
    let change = Change {
        actor: actor.clone(),
        action: AuditAction::CreateStaff,
        now: clock.now(),
    };
    let name = name.as_str().to_owned();
    let made = store.write_blocking(change, move |writer| {
        let id = staff::insert(writer, &name, role, &kept)?;
        writer.about("staff", id.number(), role.key());
        Ok::<_, Error>(id)
    });
    made.map_err(|error| taken(error, "staff_name_key"))
}

/// Every account, by name.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub fn list_staff(store: &Store, actor: &Actor) -> Result<Vec<StaffRow>, Error> {
    permit(actor, Permission::ManageStaff)?;
    store.read_blocking("staff.all", |tx| Ok(staff::all(tx)?))
}

/// Tells that a name is taken from other errors of the store.
pub(super) fn taken(error: Error, constraint: &str) -> Error {
    if let Error::Store(anlanh_store::Error::Database(DatabaseError::Conflict(name))) = &error
        && name == constraint
    {
        return Error::NameTaken;
    }
    error
}
