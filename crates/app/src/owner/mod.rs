//! Owners of accounts, pages, groups and channels are asked to remove content themselves: by a target of an order, or by a
//! decision on what somebody reported. They are told as of any action, and answer by a private link.
//!
//! The owner's deadline is the policy's, and runs beside that of the platform, which may act at any time. What an owner says
//! is looked at by a person; what they let run out comes back to people: to whoever has the order, or to the queue.

mod answer;
mod ask;
mod run;

use std::sync::Arc;

use anlanh_model::{Actor, Id, Order, OwnerError, OwnerRequest, Party, Permission, Target, TargetKind, Time};
use anlanh_store::item;
use anlanh_store::owner::{self, OwnerRow, OwnerSource};
use anlanh_store::{Queries, Writer};
use anlanh_vault::{Place, Vault};

use crate::appeal::{LinkSecret, Shown};
use crate::item::REPORTED;
use crate::sealing::key_of;
use crate::{App, Decision, Error, permit};

pub use anlanh_store::action::AskedOfOwner;
pub use anlanh_store::owner::{OwnerRow as Row, OwnerSource as Source};
pub(crate) use answer::contested_by_appeal;
pub use answer::{Answer, answer, answer_by_link};
pub(crate) use ask::{by_decision, by_order, end_of_decision, end_of_item, follow_order};
pub(crate) use run::run;

/// Most orders that are named to whoever handles them.
const MOST_RETURNED: u32 = 50;

/// A request with what the owner said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerView {
    /// The request.
    pub row: OwnerRow,
    /// What the owner said against it; none where they said nothing, or it was erased.
    pub words: Option<String>,
}

/// What an owner sees of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The request.
    pub view: OwnerView,
    /// What the item says.
    pub text: Shown,
    /// Where they see the decision, and appeal against it; none where an authority ordered it.
    pub decision: Option<LinkSecret>,
    /// When this was looked at.
    pub seen_at: Time,
}

/// What an owner is asked by the private link; none where it leads nowhere.
///
/// # Errors
/// When the database is away.
pub async fn show(app: &App, secret: &str) -> Result<Option<Asked>, Error> {
    let Some(hash) = LinkSecret::shown(secret).map(|secret| secret.hash()) else {
        return Ok(None);
    };
    let (vault, now) = (Arc::clone(&app.vault), app.clock.now());
    app.store
        .read("owner.show", move |tx| {
            let Some(row) = owner::of_link(tx, &hash)? else {
                return Ok(None);
            };
            let item = item::load(tx, row.item)?.ok_or(Error::NotFound("item"))?;
            // What somebody pasted who reported it may show who that is.
            let text = match item::content(tx, item.id)? {
                _ if item.kind == REPORTED => Shown::No,
                Some(content) => Shown::Text(content.text),
                None => Shown::Erased,
            };
            let decision = match row.source {
                OwnerSource::Decision(id) => Some(LinkSecret::of(&vault, id, party_of(&row.owner))),
                OwnerSource::Order(..) => None,
            };
            Ok(Some(Asked {
                view: view(tx, &vault, row)?,
                text,
                decision,
                seen_at: now,
            }))
        })
        .await
}

/// Orders with a target that came back from its owner, with their numbers; the one that is due first before the others. None
/// for whoever handles none.
///
/// # Errors
/// When the database is away.
pub async fn returned(app: &App, actor: &Actor) -> Result<Vec<(Id<Order>, String)>, Error> {
    if !actor.may(Permission::HandleOrders) {
        return Ok(Vec::new());
    }
    app.store
        .read("owner.returned", |tx| Ok(owner::returned(tx, MOST_RETURNED)?))
        .await
}

/// One request.
///
/// # Errors
/// When the one who asks may not, there is no such request, or the database is away.
pub async fn load(app: &App, actor: &Actor, id: Id<OwnerRequest>) -> Result<OwnerView, Error> {
    permit(actor, Permission::ConfirmActions)?;
    let vault = Arc::clone(&app.vault);
    app.store
        .read("owner.load", move |tx| {
            let row = owner::load(tx, id)?.ok_or(Error::NotFound("owner request"))?;
            view(tx, &vault, row)
        })
        .await
}

/// The requests by an order.
pub(crate) fn of_order(tx: &mut dyn Queries, vault: &Vault, id: Id<Order>) -> Result<Vec<OwnerView>, Error> {
    let rows = owner::of_order(tx, id)?.into_iter();
    rows.map(|row| view(tx, vault, row)).collect()
}

/// The requests by a decision.
pub(crate) fn of_decision(tx: &mut dyn Queries, vault: &Vault, id: Id<Decision>) -> Result<Vec<OwnerView>, Error> {
    let rows = owner::of_decision(tx, id)?.into_iter();
    rows.map(|row| view(tx, vault, row)).collect()
}

fn view(tx: &mut dyn Queries, vault: &Vault, row: OwnerRow) -> Result<OwnerView, Error> {
    let words = match (&row.words, key_of(vault, tx, owner::subject_of(row.request.id))?) {
        (Some(sealed), Some(key)) => {
            let opened = key.open(&place(row.request.id), sealed).map_err(Error::Sealed)?;
            Some(String::from_utf8(opened).map_err(|_| Error::Uncompiled)?)
        }
        (_, _) => None,
    };
    Ok(OwnerView { row, words })
}

/// Where an owner's words are sealed.
const fn place(id: Id<OwnerRequest>) -> Place {
    Place {
        table: "owner_request",
        row: id.number(),
        purpose: "words",
    }
}

/// As what a decision on content concerns an owner.
const fn party_of(owner: &Target) -> Party {
    match owner.kind() {
        TargetKind::Item | TargetKind::Account | TargetKind::Report => Party::Author,
        TargetKind::Page | TargetKind::Group | TargetKind::Channel => Party::Owner,
    }
}

/// The request of a target whose owner said that they removed it; otherwise the last one.
pub(crate) fn removed(tx: &mut dyn Queries, id: Id<Order>, number: u32) -> Result<OwnerRow, Error> {
    let rows = owner::of_order(tx, id)?.into_iter();
    let of_target = rows.filter(|row| row.source == OwnerSource::Order(id, number));
    let last = of_target.max_by_key(|row| (row.request.must_be_removed().is_ok(), row.request.id));
    last.ok_or_else(|| OwnerError::NotRemoved.into())
}

/// What is said of a target that its owner carried out: in Vietnamese, as the office reads it.
pub(crate) fn done(owner: &Target) -> String {
    let kind = match owner.kind() {
        TargetKind::Item | TargetKind::Report | TargetKind::Account => "tài khoản",
        TargetKind::Page => "trang",
        TargetKind::Group => "nhóm",
        TargetKind::Channel => "kênh",
    };
    format!("Chủ {kind} {} đã gỡ; nền tảng đã kiểm tra.", owner.reference())
}

fn load_for(writer: &mut Writer<'_, '_>, id: Id<OwnerRequest>) -> Result<OwnerRow, Error> {
    owner::load(writer, id)?.ok_or(Error::NotFound("owner request"))
}
