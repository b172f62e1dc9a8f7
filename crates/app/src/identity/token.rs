//! Tokens of machines are made, listed and revoked.

use anlanh_model::{Actor, AuditAction, Id, Permission, Scope, Token};
use anlanh_store::token::{self, TokenRow};
use anlanh_store::{Change, Store, staff};

use super::staff::taken;
use super::{Name, Secret};
use crate::{Clock, Error, permit};

/// Makes a token of these scopes, for a machine itself or for the person of that name. The secret is shown this once.
///
/// # Errors
/// When the one who asks may not, the name is taken, there is no such person, or the database is away or full.
pub fn create_token(
    store: &Store,
    clock: &Clock,
    actor: &Actor,
    name: &Name,
    scopes: &[Scope],
    person: Option<&Name>,
) -> Result<Secret, Error> {
    permit(actor, Permission::ManageTokens)?;
    let secret = Secret::generate().map_err(Error::Randomness)?;
    let change = Change {
        actor: actor.clone(),
        action: AuditAction::CreateToken,
        now: clock.now(),
    };
    let (name, person, hash) = (name.as_str().to_owned(), person.cloned(), secret.hash());
    let mut scopes = scopes.to_vec();
    scopes.sort_unstable();
    scopes.dedup();
    let made = store.write_blocking(change, move |writer| {
        let person = match &person {
            Some(person) => {
                let row = staff::by_name(writer, person.as_str())?.filter(|row| row.closed_at.is_none());
                Some(row.ok_or(Error::NotFound("account"))?.person.id)
            }
            None => None,
        };
        let id = token::insert(writer, &name, &hash, &scopes, person)?;
        writer.about("token", id.number(), "");
        Ok::<_, Error>(())
    });
    made.map_err(|error| taken(error, "token_name_key"))?;
    Ok(secret)
}

/// Every token, newest first, without its secret.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub fn list_tokens(store: &Store, actor: &Actor) -> Result<Vec<TokenRow>, Error> {
    permit(actor, Permission::ManageTokens)?;
    store.read_blocking("token.all", |tx| Ok(token::all(tx)?))
}

/// Revokes a token. From the next request on it is nobody's.
///
/// # Errors
/// When the one who asks may not, there is no such token or it was revoked before, or the database is away or full.
pub fn revoke_token(store: &Store, clock: &Clock, actor: &Actor, id: Id<Token>) -> Result<(), Error> {
    permit(actor, Permission::ManageTokens)?;
    let change = Change {
        actor: actor.clone(),
        action: AuditAction::RevokeToken,
        now: clock.now(),
    };
    store.write_blocking(change, move |writer| {
        writer.about("token", id.number(), "");
        if token::revoke(writer, id)? {
            Ok(())
        } else {
            Err(Error::NotFound("token"))
        }
    })
}
