//! Tokens of machines are made, listed and revoked.

use std::collections::BTreeMap;

use anlanh_model::{Actor, AuditAction, Id, Permission, Scope, Tlp, Token};
use anlanh_store::intel;
use anlanh_store::token::{self, TokenRow};
use anlanh_store::{Change, Store, staff};

use super::staff::taken;
use super::{Name, Secret};
use crate::{Clock, Error, permit};

/// What a token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// The person it stands for.
    pub person: Option<Name>,
    /// How strictly marked objects it may read.
    pub clearance: Tlp,
}

/// Makes a token, for a machine itself or for the person of that name. The secret is shown this once.
///
/// # Errors
/// When the one who asks may not, the name is taken, there is no such person, or the database is away or full.
pub fn create_token(store: &Store, clock: &Clock, actor: &Actor, name: &Name, new: &NewToken) -> Result<Secret, Error> {
    permit(actor, Permission::ManageTokens)?;
    let secret = Secret::generate().map_err(Error::Randomness)?;
    let change = Change {
        actor: actor.clone(),
        action: AuditAction::CreateToken,
        now: clock.now(),
    };
    let (name, person, hash) = (name.as_str().to_owned(), new.person.clone(), secret.hash());
    let (mut scopes, clearance) = (new.scopes.clone(), new.clearance);
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
        if clearance == Tlp::Clear {
            writer.about("token", id.number(), "");
        } else {
            intel::set_clearance(writer, id, clearance)?;
            writer.about("token", id.number(), format!("tlp {clearance}"));
        }
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

/// Sets how strictly marked objects a token may read, from the next request on.
///
/// # Errors
/// When the one who asks may not, there is no such token or it was revoked, or the database is away or full.
pub fn clear_token(store: &Store, clock: &Clock, actor: &Actor, id: Id<Token>, clearance: Tlp) -> Result<(), Error> {
    permit(actor, Permission::ManageTokens)?;
    let change = Change {
        actor: actor.clone(),
        action: AuditAction::ClearToken,
        now: clock.now(),
    };
    store.write_blocking(change, move |writer| {
        let mut known = token::all(writer)?.into_iter();
        let is_there = known.any(|row| row.id == id && row.revoked_at.is_none());
        if !is_there {
            return Err(Error::NotFound("token"));
        }
        intel::set_clearance(writer, id, clearance)?;
        writer.about("token", id.number(), format!("tlp {clearance}"));
        Ok(())
    })
}

/// How strictly marked objects tokens may read, by their numbers; TLP:CLEAR where one is not there.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub fn clearances(store: &Store, actor: &Actor) -> Result<BTreeMap<i64, Tlp>, Error> {
    permit(actor, Permission::ManageTokens)?;
    store.read_blocking("token.clearances", |tx| Ok(intel::clearances(tx)?))
}

/// How strictly marked objects a token may read.
///
/// # Errors
/// When the database is away.
pub fn clearance(store: &Store, id: Id<Token>) -> Result<Tlp, Error> {
    store.read_blocking("token.clearance", move |tx| Ok(intel::clearance(tx, id)?))
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
