//! Orders in the public log: that one came or was issued, and what was answered. Of a confidential order the log says that
//! there is one, and nothing else.
//!
//! What concerns somebody is committed to, under a salt that is derived from the place of the entry and kept nowhere.

use anlanh_api::Instant;
use anlanh_model::{Id, InformationDemand, Order, TargetState};
use anlanh_store::issued::IssuedRow;
use anlanh_store::order::{self, OrderRow};
use anlanh_store::{Queries, Writer, peer, public_log};
use anlanh_vault::Vault;
use anlanh_wire::SignedReceipt;
use serde::Serialize;

use super::read::prove;
use super::{Private, Receipt, SALT_BYTES, append, commitment, day, hex};
use crate::case::Means;
use crate::{App, Error};

/// What everybody reads of an order.
#[derive(Serialize)]
struct OrderEntry<'a> {
    kind: &'static str,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    office: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'a [String]>,
    commitment: String,
}

/// What everybody reads of what came after.
#[derive(Serialize)]
struct LaterEntry {
    kind: &'static str,
    at: String,
    /// Where the order stands.
    of: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    executed: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contested: Option<usize>,
    commitment: String,
}

/// What of an order concerns somebody.
#[derive(Serialize)]
struct PrivateOrder<'a> {
    order: String,
    number: &'a str,
    signer: &'a str,
    reason: &'a str,
    targets: Vec<[&'a str; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    information: Option<PrivateDemand<'a>>,
}

/// What it asks for about users.
#[derive(Serialize)]
struct PrivateDemand<'a> {
    purpose: &'a str,
    fields: &'a [String],
    from: Instant,
    to: Instant,
}

/// What of an answer does.
#[derive(Serialize)]
struct PrivateAnswer<'a> {
    order: String,
    answer: Option<&'a str>,
    targets: Vec<(u32, &'static str, Option<&'a str>)>,
}

/// Which receipt it was.
#[derive(Serialize)]
struct PrivateReceipt<'a> {
    order: String,
    /// The number of the message in the stream of the order.
    number: u64,
    /// `Content-Digest` and `Signature` of the receipt, as it came.
    receipt: &'a str,
    signature: &'a str,
}

/// Commits that an order came.
pub(crate) fn note_order(writer: &mut Writer<'_, '_>, means: &Means, id: Id<Order>) -> Result<(), Error> {
    let row = order::load(writer, id)?.ok_or(Error::NotFound("order"))?;
    let targets = row.order.targets.iter();
    let private = PrivateOrder {
        order: id.to_string(),
        number: &row.letter.number,
        signer: &row.letter.signer,
        reason: &row.letter.reason,
        targets: targets
            .map(|target| [target.pointed.key(), target.pointed.reference()])
            .collect(),
        information: row.demand.as_ref().map(private_demand),
    };
    let commitment = commit_for(writer, &means.vault, id, &private)?;
    let is_public = row.letter.secret_until.is_none();
    let entry = OrderEntry {
        kind: "order",
        at: day(writer.now()),
        order: is_public.then_some(row.order.kind.key()),
        office: is_public.then_some(row.letter.office.as_str()),
        basis: is_public.then_some(row.letter.basis.as_slice()),
        commitment,
    };
    append(writer, "order", &about(id), &entry)
}

fn private_demand(demand: &InformationDemand) -> PrivateDemand<'_> {
    PrivateDemand {
        purpose: demand.purpose(),
        fields: demand.fields(),
        from: Instant(demand.period().from().as_micros()),
        to: Instant(demand.period().to().as_micros()),
    }
}

/// Commits that an order was changed. One from before the log spoke of orders is not in it.
pub(crate) fn note_amendment(writer: &mut Writer<'_, '_>, means: &Means, id: Id<Order>) -> Result<(), Error> {
    let row = order::load(writer, id)?.ok_or(Error::NotFound("order"))?;
    let of = format!("amendment:{id}:{}", public_log::size(writer)?);
    note_later(writer, means, &row, "amendment", &of)
}

/// Commits what an order was answered. One from before the log spoke of orders is not in it.
pub(crate) fn note_answer(writer: &mut Writer<'_, '_>, means: &Means, id: Id<Order>) -> Result<(), Error> {
    let row = order::load(writer, id)?.ok_or(Error::NotFound("order"))?;
    // What was answered and not done after all is answered again.
    let again = public_log::about(writer, &format!("answer:{id}"))?.is_some();
    let known_as = if again {
        format!("answer:{id}:{}", public_log::size(writer)?)
    } else {
        format!("answer:{id}")
    };
    note_later(writer, means, &row, "answer", &known_as)
}

fn note_later(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    row: &OrderRow,
    kind: &'static str,
    known_as: &str,
) -> Result<(), Error> {
    let id = row.order.id;
    let Some(before) = public_log::about(writer, &about(id))? else {
        return Ok(());
    };
    let targets = row.order.targets.iter().zip(&row.fates);
    let private = PrivateAnswer {
        order: id.to_string(),
        answer: row.answer.as_deref(),
        targets: targets
            .map(|(target, fate)| (target.number, target.state.key(), fate.words.as_deref()))
            .collect(),
    };
    let count = |is: fn(&TargetState) -> bool| row.order.targets.iter().filter(|target| is(&target.state)).count();
    let is_told = kind == "answer" && row.letter.secret_until.is_none();
    let entry = LaterEntry {
        kind,
        at: day(writer.now()),
        of: before.position,
        executed: is_told.then(|| count(|state| matches!(state, TargetState::Executed { .. }))),
        contested: is_told.then(|| count(|state| matches!(state, TargetState::Contested { .. }))),
        commitment: commit_for(writer, &means.vault, id, &private)?,
    };
    append(writer, kind, known_as, &entry)
}

/// Commits that this node's office issued an order.
pub(crate) fn note_issued(writer: &mut Writer<'_, '_>, means: &Means, row: &IssuedRow) -> Result<(), Error> {
    let targets = row.issued.targets.iter();
    let private = PrivateOrder {
        order: row.issued.id.to_string(),
        number: &row.letter.number,
        signer: &row.letter.signer,
        reason: &row.letter.reason,
        targets: targets
            .map(|target| [target.pointed.key(), target.pointed.reference()])
            .collect(),
        information: row.demand.as_ref().map(private_demand),
    };
    let commitment = commit(writer, &means.vault, &private)?;
    let is_public = row.letter.secret_until.is_none();
    let entry = OrderEntry {
        kind: "issued",
        at: day(writer.now()),
        order: is_public.then_some(row.issued.kind.key()),
        office: is_public.then_some(row.letter.office.as_str()),
        basis: is_public.then_some(row.letter.basis.as_slice()),
        commitment,
    };
    append(writer, "issued", &format!("issued:{}", row.issued.id), &entry)
}

/// Commits that the other side signed a receipt for what this node's office sent it of an order.
pub(crate) fn note_receipt(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    issued: &IssuedRow,
    number: u64,
    signed: &SignedReceipt,
) -> Result<(), Error> {
    let id = issued.issued.id;
    let Some(before) = public_log::about(writer, &format!("issued:{id}"))? else {
        return Ok(());
    };
    let private = PrivateReceipt {
        order: id.to_string(),
        number,
        receipt: &signed.content_digest,
        signature: &signed.signature,
    };
    let entry = LaterEntry {
        kind: "receipt",
        at: day(writer.now()),
        of: before.position,
        executed: None,
        contested: None,
        commitment: commit(writer, &means.vault, &private)?,
    };
    // The other side may have lost what it gave one for, and gives another.
    let known_as = format!("receipt:{id}:{}", public_log::size(writer)?);
    append(writer, "receipt", &known_as, &entry)
}

fn about(id: Id<Order>) -> String {
    format!("order:{id}")
}

/// Commits to something under the salt of the place at which the entry will stand.
fn commit(writer: &mut Writer<'_, '_>, vault: &Vault, private: &impl Serialize) -> Result<String, Error> {
    let text = serde_json::to_string(private).map_err(|_| Error::Uncompiled)?;
    Ok(commitment(&salt(vault, public_log::size(writer)?)?, &text))
}

/// The same of an order that came here. A node that sent it is told what is committed to, once it is signed.
fn commit_for(
    writer: &mut Writer<'_, '_>,
    vault: &Vault,
    id: Id<Order>,
    private: &impl Serialize,
) -> Result<String, Error> {
    if peer::of_order(writer, id)?.is_some() {
        let entry = order::OrderEntry {
            position: public_log::size(writer)?,
            order: id,
            private: serde_json::to_string(private).map_err(|_| Error::Uncompiled)?,
        };
        order::keep_entry(writer, &entry)?;
    }
    commit(writer, vault, private)
}

/// The salt of the entry at a place.
fn salt(vault: &Vault, position: u64) -> Result<[u8; SALT_BYTES], Error> {
    let position = i64::try_from(position).map_err(|_| Error::Uncompiled)?;
    Ok(vault.secret_of("public-log.order-salt", position))
}

/// The receipt of an entry about an order that is signed, with what it commits to, for the office that sent the order.
pub(crate) fn receipt_for_office(tx: &mut dyn Queries, app: &App, entry: &order::OrderEntry) -> Result<Receipt, Error> {
    let row = public_log::load(tx, entry.position)?.ok_or(Error::NotFound("entry"))?;
    let private = Private {
        salt: hex(&salt(&app.vault, entry.position)?),
        text: entry.private.clone(),
    };
    prove(tx, app, row, Some(private))
}
