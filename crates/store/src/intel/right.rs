//! What a token may do: with which collection, and with how strictly marked objects.

use std::collections::BTreeMap;

use anlanh_db::Value;
use anlanh_model::{Id, Tlp, Token};

use super::collection::Collection;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "intel_grant":
    SET = "INSERT INTO intel_grant (collection, token, can_read, can_write) VALUES ($1, $2, $3, $4)
           ON CONFLICT (collection, token) DO UPDATE SET can_read = excluded.can_read, can_write = excluded.can_write";
    OF_TOKEN = "SELECT collection, can_read, can_write FROM intel_grant WHERE token = $1 ORDER BY collection";
    OF_COLLECTION = "SELECT token, can_read, can_write FROM intel_grant WHERE collection = $1";
    CLEARANCES = "SELECT id, tlp FROM token WHERE tlp IS NOT NULL";
    CLEARANCE = "SELECT tlp FROM token WHERE id = $1";
    SET_CLEARANCE = "UPDATE token SET tlp = $2 WHERE id = $1";
}

/// What may be done with a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Right {
    /// Whether its objects may be read.
    pub can_read: bool,
    /// Whether objects may be added.
    pub can_write: bool,
}

impl Right {
    /// This and that.
    #[must_use]
    pub const fn and(self, more: Self) -> Self {
        Self {
            can_read: self.can_read || more.can_read,
            can_write: self.can_write || more.can_write,
        }
    }
}

/// Sets what a token may do with a collection beyond what everybody may.
///
/// # Errors
/// When there is no such token or collection, or the database is away or full.
pub fn grant(
    writer: &mut Writer<'_, '_>,
    collection: Id<Collection>,
    token: Id<Token>,
    right: Right,
) -> Result<(), Error> {
    let values = [
        Value::Int(collection.number()),
        Value::Int(token.number()),
        Value::Int(i64::from(right.can_read)),
        Value::Int(i64::from(right.can_write)),
    ];
    writer.execute(&SET, &values)?;
    Ok(())
}

/// What a token may do beyond what everybody may, by the number of the collection.
///
/// # Errors
/// When the database is away.
pub fn rights(tx: &mut dyn Queries, token: Id<Token>) -> Result<BTreeMap<i64, Right>, Error> {
    let rows = tx.rows(&OF_TOKEN, &[Value::Int(token.number())])?;
    rows.iter().map(read).collect()
}

/// What may be done, by the number before it.
fn read(row: &anlanh_db::Row) -> Result<(i64, Right), Error> {
    let right = Right {
        can_read: row.int(1)? != 0,
        can_write: row.int(2)? != 0,
    };
    Ok((row.int(0)?, right))
}

/// What tokens may do with a collection beyond what everybody may, by the number of the token.
///
/// # Errors
/// When the database is away.
pub fn grants(tx: &mut dyn Queries, collection: Id<Collection>) -> Result<BTreeMap<i64, Right>, Error> {
    let rows = tx.rows(&OF_COLLECTION, &[Value::Int(collection.number())])?;
    rows.iter().map(read).collect()
}

/// The strictest colour that tokens may read, by their numbers; TLP:CLEAR where one is not there.
///
/// # Errors
/// When the database is away.
pub fn clearances(tx: &mut dyn Queries) -> Result<BTreeMap<i64, Tlp>, Error> {
    let read = |row: &anlanh_db::Row| {
        let tlp = Tlp::from_rank(row.int(1)?).ok_or(Error::unreadable("token.tlp"))?;
        Ok((row.int(0)?, tlp))
    };
    tx.rows(&CLEARANCES, &[])?.iter().map(read).collect()
}

/// The strictest colour that a token may read.
///
/// # Errors
/// When the database is away.
pub fn clearance(tx: &mut dyn Queries, token: Id<Token>) -> Result<Tlp, Error> {
    let row = tx.row(&CLEARANCE, &[Value::Int(token.number())])?;
    let rank = row.map(|row| row.optional_int(0)).transpose()?.flatten();
    rank.map_or(Ok(Tlp::Clear), |rank| {
        Tlp::from_rank(rank).ok_or(Error::unreadable("token.tlp"))
    })
}

/// Sets the strictest colour that a token may read.
///
/// # Errors
/// When the database is away or full.
pub fn set_clearance(writer: &mut Writer<'_, '_>, token: Id<Token>, tlp: Tlp) -> Result<(), Error> {
    writer.execute(&SET_CLEARANCE, &[Value::Int(token.number()), Value::Int(tlp.rank())])?;
    Ok(())
}
