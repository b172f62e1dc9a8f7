//! What the platform was told for the targets of orders, and what it said of that.

use anlanh_db::Value;
use anlanh_model::{Id, Order, Time};

use super::number;
use crate::action::{Action, ActionKind};
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "order_carried":
    TIE = "INSERT INTO order_action (action, id, number) VALUES ($1, $2, $3)";
    OF_ACTION = "SELECT id, number FROM order_action WHERE action = $1";
    TOLD = "SELECT o.number, a.id, a.kind, a.delivered_at, a.done_at, a.problem FROM order_action o JOIN action a ON a.id = o.action
            WHERE o.id = $1 ORDER BY o.number, a.id";
}

/// What the platform was told for a target, and what it said of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldAction {
    /// The number of the target.
    pub number: u32,
    /// The action.
    pub action: Id<Action>,
    /// What is done.
    pub kind: ActionKind,
    /// When the platform took it.
    pub delivered_at: Option<Time>,
    /// When the platform said that it was done.
    pub done_at: Option<Time>,
    /// What the platform said was in the way.
    pub problem: Option<String>,
}

/// Notes that an action carries a target of an order out.
///
/// # Errors
/// When the database is away or full.
pub fn tie_action(writer: &mut Writer<'_, '_>, id: Id<Order>, target: u32, action: Id<Action>) -> Result<(), Error> {
    let values = [
        Value::Int(action.number()),
        Value::Int(id.number()),
        Value::Int(i64::from(target)),
    ];
    writer.send(&TIE, &values)
}

/// The order and the number of the target that an action carries out.
///
/// # Errors
/// When the database is away.
pub fn of_action(tx: &mut dyn Queries, action: Id<Action>) -> Result<Option<(Id<Order>, u32)>, Error> {
    let row = tx.row(&OF_ACTION, &[Value::Int(action.number())])?;
    row.map(|row| Ok((row.id(0, "order_action.id")?, number(row.int(1)?)?)))
        .transpose()
}

/// What the platform was told for the targets of an order, in their order: of each target and kind the newest, which
/// stands for those before it.
///
/// # Errors
/// When the database is away.
pub fn told_actions(tx: &mut dyn Queries, id: Id<Order>) -> Result<Vec<ToldAction>, Error> {
    let mut told: Vec<ToldAction> = Vec::new();
    for row in tx.rows(&TOLD, &[Value::Int(id.number())])? {
        let next = ToldAction {
            number: number(row.int(0)?)?,
            action: row.id(1, "order_action.action")?,
            kind: row.key(2, "action.kind", ActionKind::from_key)?,
            delivered_at: row.optional_time(3)?,
            done_at: row.optional_time(4)?,
            problem: row.optional_owned(5)?,
        };
        told.retain(|one| (one.number, one.kind) != (next.number, next.kind));
        told.push(next);
    }
    Ok(told)
}
