//! What orders have to do with items and cases: which cases an order's decision closed.

use anlanh_db::Value;
use anlanh_model::{Case, Id, Order, OrderKind, Time};

use super::number;
use crate::decision::Decision;
use crate::item::Item;
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "order_mention":
    // An item that the platform sent again is another row of the same id.
    OPEN_CASES = "SELECT c.id FROM moderation_case c WHERE c.state = 'open' AND c.purpose = 'live'
                AND c.item IN (SELECT i.id FROM item i WHERE i.id = $1 UNION SELECT j.id FROM item j WHERE j.external = $2)
              ORDER BY c.id LIMIT 100";
    MENTIONS = "SELECT o.id, o.office, o.number, o.kind, o.issued_at, t.number, t.state FROM order_target t
                JOIN authority_order o ON o.id = t.id
                WHERE t.reference IN ($1, $2) AND t.kind IN ('item', 'url') ORDER BY o.id DESC LIMIT 20";
    CLOSE = "INSERT INTO case_ordered (case_id, decision) VALUES ($1, $2)";
    REOPEN = "DELETE FROM case_ordered WHERE case_id = $1";
    CLOSED_BY = "SELECT decision FROM case_ordered WHERE case_id = $1";
    CLOSED_CASES = "SELECT case_id FROM case_ordered WHERE decision = $1 ORDER BY case_id";
}

/// An order that names an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The order.
    pub order: Id<Order>,
    /// Key of its office.
    pub office: String,
    /// Its number there.
    pub number: String,
    /// What is ordered.
    pub kind: OrderKind,
    /// When it was issued.
    pub issued_at: Time,
    /// The number of the target.
    pub target: u32,
    /// The key of what became of it.
    pub state: String,
}

/// At most 20 orders that name an item, newest first.
///
/// # Errors
/// When the database is away.
pub fn mentions(tx: &mut dyn Queries, item: Id<Item>, external: Option<&str>) -> Result<Vec<Mention>, Error> {
    let by_number = item.to_string();
    let values = [Value::Text(external.unwrap_or(&by_number)), Value::Text(&by_number)];
    let rows = tx.rows(&MENTIONS, &values)?;
    rows.iter()
        .map(|row| {
            Ok(Mention {
                order: row.id(0, "authority_order.id")?,
                office: row.owned(1)?,
                number: row.owned(2)?,
                kind: row.key(3, "authority_order.kind", OrderKind::from_key)?,
                issued_at: row.time(4)?,
                target: number(row.int(5)?)?,
                state: row.owned(6)?,
            })
        })
        .collect()
}

/// The open cases whose decision takes effect on an item, or on what the platform sent of it before.
///
/// # Errors
/// When the database is away.
pub fn open_cases(tx: &mut dyn Queries, item: Id<Item>, external: Option<&str>) -> Result<Vec<Id<Case>>, Error> {
    let rows = tx.rows(&OPEN_CASES, &[Value::Int(item.number()), Value::from(external)])?;
    rows.iter().map(|row| row.id(0, "moderation_case.id")).collect()
}

/// Notes that the decision of an order closed a case.
///
/// # Errors
/// When the database is away or full.
pub fn close_case(writer: &mut Writer<'_, '_>, case: Id<Case>, decision: Id<Decision>) -> Result<(), Error> {
    writer.send(&CLOSE, &[Value::Int(case.number()), Value::Int(decision.number())])
}

/// Notes that a case which the decision of an order closed is open again.
///
/// # Errors
/// When the database is away or full.
pub fn reopen_case(writer: &mut Writer<'_, '_>, case: Id<Case>) -> Result<(), Error> {
    writer.send(&REOPEN, &[Value::Int(case.number())])
}

/// The decision of an order that closed a case.
///
/// # Errors
/// When the database is away.
pub fn closed_by(tx: &mut dyn Queries, case: Id<Case>) -> Result<Option<Id<Decision>>, Error> {
    let row = tx.row(&CLOSED_BY, &[Value::Int(case.number())])?;
    row.map(|row| row.id(0, "case_ordered.decision")).transpose()
}

/// The cases that the decision of an order closed.
///
/// # Errors
/// When the database is away.
pub fn closed_cases(tx: &mut dyn Queries, decision: Id<Decision>) -> Result<Vec<Id<Case>>, Error> {
    let rows = tx.rows(&CLOSED_CASES, &[Value::Int(decision.number())])?;
    rows.iter().map(|row| row.id(0, "case_ordered.case_id")).collect()
}
