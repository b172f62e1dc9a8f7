//! Accounts of people are made and listed.

use anlanh_model::{Actor, AuditAction, Id, Permission, Person, Role};
use anlanh_store::staff::{self, StaffRow};
use anlanh_store::{Change, DatabaseError, Store};

use super::{Name, Password, Secret, session};
use crate::{App, Clock, Error, permit};

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

/// Makes an invitation: a secret with which somebody makes one account of this role. Blocks.
///
/// # Errors
/// When the one who asks may not, or the database is away or full.
pub fn invite_staff(store: &Store, clock: &Clock, actor: &Actor, role: Role) -> Result<Secret, Error> {
    permit(actor, Permission::ManageStaff)?;
    let secret = Secret::generate().map_err(Error::Randomness)?;
    let hash = secret.hash();
    let change = Change {
        actor: actor.clone(),
        action: AuditAction::InviteStaff,
        now: clock.now(),
    };
    store.write_blocking(change, move |writer| session::invite(writer, &hash, role))?;
    Ok(secret)
}

/// What may be done to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffStep {
    /// It works as something else from now on.
    SetRole(Role),
    /// It is closed: nobody signs in with it, its sessions and tokens end at once. What it did stays under its name.
    Close,
}

/// Changes an account.
///
/// # Errors
/// When the one who asks may not, there is no such open account, nobody would be left to make accounts, or the database
/// is away or full.
pub async fn step_staff(app: &App, actor: &Actor, id: Id<Person>, step: StaffStep) -> Result<(), Error> {
    permit(actor, Permission::ManageStaff)?;
    let change = app.change(actor, AuditAction::ChangeStaff);
    app.store
        .write(change, move |writer| {
            let all = staff::all(writer)?;
            let mut open = all.iter().filter(|row| row.closed_at.is_none());
            if !open.clone().any(|row| row.person.id == id) {
                return Err(Error::NotFound("account"));
            }
            let stays = step == StaffStep::SetRole(Role::Administrator);
            if !stays && !open.any(|row| row.person.id != id && row.person.role == Role::Administrator) {
                return Err(Error::LastAdministrator);
            }
            match step {
                StaffStep::SetRole(role) => {
                    staff::set_role(writer, id, role)?;
                    writer.about("staff", id.number(), role.key());
                }
                StaffStep::Close => {
                    staff::close(writer, id)?;
                    anlanh_store::session::delete_of(writer, id)?;
                    writer.about("staff", id.number(), "closed");
                }
            }
            Ok(())
        })
        .await
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
