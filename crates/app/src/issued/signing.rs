//! Who may sign an order of this office, and whether its number is used: two people look at what goes out, where there are two.

use anlanh_model::{Id, Issued, IssuedError, OtherSigners, Permission, Person, Signing, Time};
use anlanh_pack::Day;
use anlanh_screen::Date;
use anlanh_store::issued::{self as store, IssuedRow};
use anlanh_store::{Queries, staff};

use crate::engine::Engine;
use crate::{Error, order};

/// Whether a number may be that of an order which was signed before in the same year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbered {
    /// It is used once.
    Once,
    /// Whoever signs has seen the other order.
    Again,
}

/// Whether a person may sign a draft, and how.
///
/// # Errors
/// When it is no draft, it is for somebody else to sign, or the database is away.
pub(super) fn signing(tx: &mut dyn Queries, issued: &Issued, by: Id<Person>) -> Result<(Issued, Signing), Error> {
    let wrote = store::wrote(tx, issued.id)?.unwrap_or(by);
    Ok(issued.clone().sign(by, wrote, others(tx, by)?)?)
}

/// Whether anybody but this person may sign here.
fn others(tx: &mut dyn Queries, by: Id<Person>) -> Result<OtherSigners, Error> {
    let all = staff::all(tx)?;
    let may_sign = all
        .iter()
        .any(|row| row.closed_at.is_none() && row.person.id != by && row.person.role.may(Permission::SignIssued));
    Ok(if may_sign {
        OtherSigners::Some
    } else {
        OtherSigners::None
    })
}

/// The order that this office signed under the same number this year, if there is one.
pub(super) fn twin(
    tx: &mut dyn Queries,
    engine: &Engine,
    row: &IssuedRow,
    now: Time,
) -> Result<Option<Id<Issued>>, Error> {
    let year = Day::from(order::day(engine, now)).year;
    let begins = |year| {
        let first = Day { year, month: 1, day: 1 };
        order::midnight(engine, Date::from(first))
    };
    Ok(store::of_number(
        tx,
        (row.issued.id, &row.letter),
        (begins(year), begins(year + 1)),
    )?)
}

/// Refuses a number that is used, unless whoever signs has seen that.
pub(super) fn check_number(
    tx: &mut dyn Queries,
    engine: &Engine,
    row: &IssuedRow,
    now: Time,
    numbered: Numbered,
) -> Result<Option<Id<Issued>>, Error> {
    match (twin(tx, engine, row, now)?, numbered) {
        (Some(_), Numbered::Once) => Err(IssuedError::NumberUsed.into()),
        (found, Numbered::Once | Numbered::Again) => Ok(found),
    }
}
