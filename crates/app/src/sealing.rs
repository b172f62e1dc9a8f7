//! Personal data is sealed and opened: the vault's keys, and what the store keeps of them.

use anlanh_model::{Actor, AuditAction, DataSubject, Id};
use anlanh_store::{Change, Queries, Store, Writer, vault};
use anlanh_vault::{DataKey, Place, Vault};

use crate::{Clock, Error};

/// Holds the node's key against the one with which the database was sealed; the first one is noted.
pub(crate) fn check_key(store: &Store, clock: &Clock, keys: &Vault) -> Result<(), Error> {
    let known = store.read_blocking("vault.fingerprint", |tx| Ok::<_, Error>(vault::fingerprint(tx)?))?;
    let ours = *keys.fingerprint();
    match known {
        Some(known) if known == ours => Ok(()),
        Some(_) => Err(Error::WrongKey),
        None => {
            let change = Change {
                actor: Actor::Node,
                action: AuditAction::Start,
                now: clock.now(),
            };
            store.write_blocking(change, move |writer| Ok(vault::keep_fingerprint(writer, &ours)?))
        }
    }
}

/// Bytes of the system's randomness.
pub(crate) fn random<const BYTES: usize>() -> Result<[u8; BYTES], Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Error::Randomness(std::io::Error::other(error)))?;
    Ok(bytes)
}

/// Makes and keeps the data key of a new subject.
pub(crate) fn make_key(keys: &Vault, writer: &mut Writer<'_, '_>, subject: Id<DataSubject>) -> Result<DataKey, Error> {
    let made = keys.make_key(subject.number(), random()?, random()?);
    let (key, sealed) = made.map_err(Error::Sealed)?;
    vault::insert_key(writer, subject, &sealed)?;
    Ok(key)
}

/// The data key of a subject; none if they were erased.
pub(crate) fn key_of(keys: &Vault, tx: &mut dyn Queries, subject: Id<DataSubject>) -> Result<Option<DataKey>, Error> {
    let sealed = vault::key(tx, subject)?;
    let key = sealed.map(|sealed| keys.open_key(subject.number(), &sealed));
    key.transpose().map_err(Error::Sealed)
}

/// Seals a value for its place.
pub(crate) fn seal(key: &DataKey, place: &Place, value: &[u8]) -> Result<Vec<u8>, Error> {
    key.seal(place, value, random()?).map_err(Error::Sealed)
}
