//! What is written in appeals is sealed, each appeal under a data key of its own: to erase it is to delete that key.

use anlanh_model::{Appeal, AppealError, Id, Person, Words};
use anlanh_store::appeal::{self, AppealRow, MessageRow};
use anlanh_store::{Queries, Writer};
use anlanh_vault::{DataKey, Place, Vault};

use super::Message;
use crate::Error;
use crate::sealing::{key_of, make_key, seal};

const fn place(table: &'static str, row: i64) -> Place {
    Place {
        table,
        row,
        purpose: "words",
    }
}

fn open(key: &DataKey, place: &Place, sealed: &[u8]) -> Result<String, Error> {
    let opened = key.open(place, sealed).map_err(Error::Sealed)?;
    String::from_utf8(opened).map_err(|_| Error::Uncompiled)
}

/// The words that an appeal begins with, sealed under a new key.
pub(super) fn first(
    writer: &mut Writer<'_, '_>,
    vault: &Vault,
    id: Id<Appeal>,
    words: &Words,
) -> Result<Vec<u8>, Error> {
    let key = make_key(vault, writer, appeal::subject_of(id))?;
    seal(&key, &place("appeal", id.number()), words.as_str().as_bytes())
}

/// The words of an appeal; none if they were erased.
pub(super) fn words(tx: &mut dyn Queries, vault: &Vault, row: &AppealRow) -> Result<Option<String>, Error> {
    let id = row.appeal.id;
    let key = key_of(vault, tx, appeal::subject_of(id))?;
    key.map(|key| open(&key, &place("appeal", id.number()), &row.words))
        .transpose()
}

/// Keeps a message of the talk.
pub(super) fn say(
    writer: &mut Writer<'_, '_>,
    vault: &Vault,
    id: Id<Appeal>,
    staff: Option<Id<Person>>,
    words: &Words,
) -> Result<(), Error> {
    // What is erased is over.
    let key = key_of(vault, writer, appeal::subject_of(id))?.ok_or(AppealError::Over)?;
    let message: Id<MessageRow> = writer.new_id();
    let sealed = seal(
        &key,
        &place("appeal_message", message.number()),
        words.as_str().as_bytes(),
    )?;
    Ok(appeal::say(writer, message, id, staff, &sealed)?)
}

/// The talk about an appeal, oldest first.
pub(super) fn messages(tx: &mut dyn Queries, vault: &Vault, id: Id<Appeal>) -> Result<Vec<Message>, Error> {
    let key = key_of(vault, tx, appeal::subject_of(id))?;
    let read = |row: MessageRow| {
        let place = place("appeal_message", row.id.number());
        let words = key.as_ref().map(|key| open(key, &place, &row.words)).transpose()?;
        Ok(Message {
            at: row.at,
            staff: row.staff.map(|_| row.name.unwrap_or_default()),
            words,
        })
    };
    appeal::messages(tx, id)?.into_iter().map(read).collect()
}
