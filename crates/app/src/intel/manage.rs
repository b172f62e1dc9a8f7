//! Making collections, and saying who may use them.

use anlanh_model::{Actor, AuditAction, Id, Permission, Token};
use anlanh_store::intel::{self, CollectionRow, Right};
use anlanh_store::{Change, DatabaseError, Error as StoreError, Store, token};

use super::IntelError;
use crate::{Clock, Error, feed, permit};

/// Longest title, in characters.
const MAX_TITLE: usize = 200;
/// Longest description, in characters.
const MAX_DESCRIPTION: usize = 2_000;
/// Longest alias, in bytes.
pub const MAX_ALIAS_BYTES: usize = 64;
/// Most collections of a node.
pub const MAX_COLLECTIONS: usize = 1_000;

/// A collection to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCollection {
    /// What it is called.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// A name that may stand in place of its UUID.
    pub alias: Option<String>,
    /// What everybody may do with it who may do anything with collections.
    pub right: Right,
    /// Whether what is written into it is taken over as indicators.
    pub use_as: CollectionUse,
}

/// What becomes of what is written into a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CollectionUse {
    /// It is shared with those who may read it, and nothing else.
    #[default]
    Shared,
    /// It is taken over as indicators, too.
    Indicators,
}

/// Makes a collection and gives its UUID.
///
/// # Errors
/// When the one who asks may not, a text is none, the alias is taken, or the database is away or full.
pub fn create_collection(store: &Store, clock: &Clock, actor: &Actor, new: &NewCollection) -> Result<String, Error> {
    permit(actor, Permission::ManageCollections)?;
    check(new)?;
    let use_as = new.use_as;
    let new = intel::NewCollection {
        uuid: new_uuid()?,
        alias: new.alias.clone(),
        title: new.title.clone(),
        description: new.description.clone(),
        right: new.right,
    };
    let change = Change {
        actor: actor.clone(),
        action: AuditAction::CreateCollection,
        now: clock.now(),
    };
    let uuid = new.uuid.clone();
    let made = store.write_blocking(change, move |writer| {
        if intel::collections(writer)?.len() >= MAX_COLLECTIONS {
            return Err(IntelError::TooMany.into());
        }
        let id = intel::create_collection(writer, &new)?;
        match use_as {
            CollectionUse::Shared => {}
            CollectionUse::Indicators => {
                let row = intel::collection(writer, id)?.ok_or(Error::NotFound("collection"))?;
                feed::make_feed(writer, &row)?;
            }
        }
        writer.about("collection", id.number(), "");
        Ok::<_, Error>(())
    });
    made.map_err(alias_taken)?;
    Ok(uuid)
}

/// Every collection, in the order in which they were made.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub fn list_collections(store: &Store, actor: &Actor) -> Result<Vec<CollectionRow>, Error> {
    permit(actor, Permission::ReadCollections)?;
    store.read_blocking("intel.collections", |tx| Ok(intel::collections(tx)?))
}

/// Sets what the token of this name may do with a collection beyond what everybody may.
///
/// # Errors
/// When the one who asks may not, there is no such token or collection, or the database is away or full.
pub fn grant(
    store: &Store,
    clock: &Clock,
    actor: &Actor,
    (collection, token_name): (&str, &str),
    right: Right,
) -> Result<(), Error> {
    let named = token_name.to_owned();
    let found = store.read_blocking("intel.grant", move |tx| {
        Ok::<_, Error>(token::all(tx)?.into_iter().find(|token| token.name == named))
    })?;
    let token = found.ok_or(Error::NotFound("token"))?.id;
    grant_token(store, clock, actor, (collection, token), right)
}

/// The same of a token by its id.
///
/// # Errors
/// As [`grant`].
pub fn grant_token(
    store: &Store,
    clock: &Clock,
    actor: &Actor,
    (collection, token): (&str, Id<Token>),
    right: Right,
) -> Result<(), Error> {
    permit(actor, Permission::ManageCollections)?;
    let change = Change {
        actor: actor.clone(),
        action: AuditAction::GrantCollection,
        now: clock.now(),
    };
    let collection = collection.to_owned();
    store.write_blocking(change, move |writer| {
        let row = intel::find_collection(writer, &collection)?.ok_or(Error::NotFound("collection"))?;
        if !token::all(writer)?.iter().any(|known| known.id == token) {
            return Err(Error::NotFound("token"));
        }
        intel::grant(writer, row.id, token, right)?;
        let (can_read, can_write) = (right.can_read, right.can_write);
        let detail = format!("token {token} read {can_read} write {can_write}");
        writer.about("collection", row.id.number(), detail);
        Ok(())
    })
}

fn check(new: &NewCollection) -> Result<(), IntelError> {
    let is_text = |text: &str, most: usize| text.chars().count() <= most && !text.chars().any(char::is_control);
    let description = new.description.as_deref().unwrap_or_default();
    if new.title.trim().is_empty() || !is_text(&new.title, MAX_TITLE) || !is_text(description, MAX_DESCRIPTION) {
        return Err(IntelError::BadText);
    }
    let Some(alias) = &new.alias else {
        return Ok(());
    };
    let may_stand = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let is_uuid = alias.len() == 36 && alias.bytes().filter(|byte| *byte == b'-').count() == 4;
    if alias.is_empty() || alias.len() > MAX_ALIAS_BYTES || !alias.bytes().all(may_stand) || is_uuid {
        return Err(IntelError::BadAlias);
    }
    Ok(())
}

fn alias_taken(error: Error) -> Error {
    if let Error::Store(StoreError::Database(DatabaseError::Conflict(_))) = error {
        return IntelError::AliasTaken.into();
    }
    error
}

/// A UUID of the system's randomness (RFC 9562, version 4).
pub(super) fn new_uuid() -> Result<String, Error> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| Error::Randomness(std::io::Error::other(error)))?;
    let number = u128::from_be_bytes(bytes) & !(0xf << 76) & !(0b11 << 62) | 4 << 76 | 0b10 << 62;
    let part = |shift: u32, digits: u32| number >> shift & ((1 << (digits * 4)) - 1);
    Ok(format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        part(96, 8),
        part(80, 4),
        part(64, 4),
        part(48, 4),
        part(0, 12)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collections_have_a_title_and_maybe_an_alias() {
        let held = |title: &str, alias: Option<&str>, expected: Result<(), IntelError>| {
            let new = NewCollection {
                title: title.to_owned(),
                description: None,
                alias: alias.map(str::to_owned),
                right: Right::default(),
                use_as: CollectionUse::Shared,
            };
            assert_eq!(check(&new), expected, "{title} {alias:?}");
        };
        held("Tên miền lừa đảo", Some("lua-dao_1"), Ok(()));
        held(&"a".repeat(MAX_TITLE), None, Ok(()));
        held(&"a".repeat(MAX_TITLE + 1), None, Err(IntelError::BadText));
        held(" ", None, Err(IntelError::BadText));
        held("a\n", None, Err(IntelError::BadText));
        held("a", Some(&"a".repeat(MAX_ALIAS_BYTES)), Ok(()));
        for alias in [
            "",
            "a/b",
            "đ",
            &"a".repeat(MAX_ALIAS_BYTES + 1),
            "91a7b528-80eb-42ed-a74d-c6fbd5a26116",
        ] {
            held("a", Some(alias), Err(IntelError::BadAlias));
        }
    }

    #[test]
    fn uuids_are_of_version_4_and_differ() {
        let (one, other) = (new_uuid().unwrap(), new_uuid().unwrap());
        assert_ne!(one, other);
        assert_eq!((one.len(), &one[14..15]), (36, "4"));
        assert!(["8", "9", "a", "b"].contains(&&one[19..20]));
    }
}
