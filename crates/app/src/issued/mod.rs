//! Orders that this node's own office issues: drafted by one person, signed by one who may, sent to the platform's node,
//! and followed until they are answered.
//!
//! Whether an order is within the law is worked out here before it is signed, by the same policy and the same questions as
//! at the platform that receives it. What is out of scope cannot be signed.

mod draft;
mod follow;
mod signing;
mod speak;

use anlanh_model::{
    Actor, Id, InformationError, Issued, IssuedError, IssuedFate, OrderScope, Permission, Signing, Time,
};
use anlanh_store::Queries;
use anlanh_store::issued::{self as store, IssuedRow, IssuedStep, PeerFigures};
use anlanh_store::peer::{self, OutRow};
use anlanh_wire::{Content, Logged, Message};

use crate::public_log::{self, Checked, Trust};
use crate::{App, Error, order, permit};

pub use anlanh_store::issued::{IssuedRow as Row, IssuedStep as Step, PeerFigures as Figures, Said, Which};
pub use anlanh_wire::LogReceipt;
pub use draft::{Entry, discard, draft, draft_once, rewrite};
pub(crate) use follow::{delivered, logged, progress, run};
pub use signing::Numbered;
pub use speak::{Change, change, sign};

/// The stream in which both sides speak of an order of this office.
fn stream(id: Id<Issued>) -> String {
    format!("order:{id}")
}

/// An order of this office with everything that a step needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedView {
    /// The order.
    pub row: IssuedRow,
    /// Whether it is within the law, by the policy in force now and the law of the day of issue: of a draft, today.
    pub scope: OrderScope,
    /// On what that rests.
    pub grounds: order::Grounds,
    /// Whether it says what it asks for about users, where it asks for that, as the law of that day allows.
    pub asked: Result<(), InformationError>,
    /// Whether whoever looks may sign it, and how; none where a program looks.
    pub signing: Option<Result<Signing, IssuedError>>,
    /// The order that was signed under the same number this year, if there is one.
    pub twin: Option<Id<Issued>>,
    /// What happened.
    pub steps: Vec<IssuedStep>,
    /// What was said to the platform's node, with its receipts.
    pub said: Vec<OutRow>,
    /// What shows what the platform's public log holds of it, in the order of the log.
    pub logged: Vec<OrderLogged>,
    /// When it was looked at.
    pub seen_at: Time,
}

/// What shows that an entry about an order stands in the platform's public log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLogged {
    /// The receipt, for whoever checks it.
    pub receipt: LogReceipt,
    /// What it shows.
    pub checked: Checked,
}

/// A page of orders of this office, newest first, without their targets.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn list(
    app: &App,
    actor: &Actor,
    which: Which,
    before: Option<Id<Issued>>,
    limit: u32,
) -> Result<Vec<IssuedRow>, Error> {
    permit(actor, Permission::ReadIssued)?;
    app.store
        .read("issued.list", move |tx| Ok(store::list(tx, which, before, limit)?))
        .await
}

/// One order of this office.
///
/// # Errors
/// When the one who asks may not, there is none, or the database is away.
pub async fn show(app: &App, actor: &Actor, id: Id<Issued>) -> Result<IssuedView, Error> {
    permit(actor, Permission::ReadIssued)?;
    let (engine, seen_at) = (app.engine(), app.clock.now());
    let person = actor.person();
    app.store
        .read("issued.show", move |tx| {
            let row = store::load(tx, id)?.ok_or(Error::NotFound("order"))?;
            let named = row.issued.targets.iter();
            let named = named.filter(|target| target.fate != IssuedFate::Lifted);
            let pointed = named.map(|target| &target.pointed);
            let mut letter = row.letter.clone();
            if row.issued.edit().is_ok() {
                // It is issued on the day on which somebody signs it.
                letter.issued_at = order::midnight(&engine, order::day(&engine, seen_at));
            }
            let judged = order::judge(&engine, row.issued.kind, &letter, pointed);
            let wanted = (row.demand.as_ref(), row.issued.targets.len());
            let day = order::day(&engine, letter.issued_at);
            let asked = order::information::check_issued(&engine, row.issued.kind, wanted, day);
            let signing = match person.map(|by| signing::signing(tx, &row.issued, by.id)) {
                Some(Ok((_, how))) => Some(Ok(how)),
                Some(Err(Error::Issued(why))) => Some(Err(why)),
                Some(Err(error)) => return Err(error),
                None => None,
            };
            Ok(IssuedView {
                asked,
                signing,
                twin: signing::twin(tx, &engine, &row, seen_at)?,
                scope: judged.scope,
                grounds: judged.grounds,
                steps: store::steps(tx, id)?,
                said: peer::receipts(tx, row.peer, &stream(id))?,
                logged: shown(tx, &row, id)?,
                row,
                seen_at,
            })
        })
        .await
}

/// The receipts of the platform's public log that came for an order.
fn shown(tx: &mut dyn Queries, row: &IssuedRow, id: Id<Issued>) -> Result<Vec<OrderLogged>, Error> {
    let mut shown = Vec::new();
    for message in peer::heard_of(tx, row.peer, &stream(id), "logged")? {
        let message = Message::parse(&message).map_err(|_| Error::Uncompiled)?;
        let Content::Logged(Logged { receipt }) = message.content else {
            continue;
        };
        // It held when it came, or the message would have been refused.
        let text = serde_json::to_vec(&receipt).map_err(|_| Error::Uncompiled)?;
        if let Ok(checked) = public_log::check(&text, &Trust::log(None)) {
            shown.push(OrderLogged { receipt, checked });
        }
    }
    shown.sort_by_key(|shown| shown.checked.position);
    Ok(shown)
}

/// How the orders to each node went.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn figures(app: &App, actor: &Actor) -> Result<Vec<PeerFigures>, Error> {
    permit(actor, Permission::ReadIssued)?;
    app.store.read("issued.figures", |tx| Ok(store::figures(tx)?)).await
}

/// The nodes that orders may be sent to: those that are active.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn addressees(app: &App, actor: &Actor) -> Result<Vec<peer::PeerRow>, Error> {
    permit(actor, Permission::ReadIssued)?;
    app.store
        .read("issued.addressees", |tx| {
            let all = peer::list(tx)?;
            Ok(all.into_iter().filter(|peer| peer.state.is_active()).collect())
        })
        .await
}
