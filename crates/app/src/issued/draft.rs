//! An order of this office is drafted.

use anlanh_model::{
    Actor, AuditAction, Id, Issued, Order, OrderChannel, OrderHaste, OrderKind, Peer, Permission, Time,
};
use anlanh_pack::Day;
use anlanh_store::issued::{self as store, Draft, Note};
use anlanh_store::{Writer, peer};

use crate::case::permit_person;
use crate::once::once;
use crate::order::information::{DemandEntry, check_issued, read_demand};
use crate::peer::PeerError;
use crate::{App, Claim, Error, Made, order};

/// A draft as somebody writes it: texts and keys, not checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// To which node.
    pub peer: Id<Peer>,
    /// What is ordered.
    pub kind: OrderKind,
    /// Who is to sign it: name and office held.
    pub signer: String,
    /// Its number at this office.
    pub number: String,
    /// Keys of the articles that it cites.
    pub basis: Vec<String>,
    /// Key of the category, where it says that a rule is broken.
    pub category: Option<String>,
    /// Why.
    pub reason: String,
    /// Whether it is urgent.
    pub haste: OrderHaste,
    /// The deadline that it sets itself.
    pub stated_due_at: Option<Time>,
    /// Until when nobody whom it concerns is told.
    pub secret_until: Option<Time>,
    /// Until when it holds.
    pub expires_at: Option<Time>,
    /// For how many days to lock.
    pub lock_days: Option<u32>,
    /// What it asks for about users, where it asks for that.
    pub demand: Option<DemandEntry>,
    /// What it is aimed at: the key of a kind of target and the reference, each.
    pub targets: Vec<(String, String)>,
}

/// Drafts an order of this office.
///
/// # Errors
/// When the one who asks may not, this node is no office's, something in the draft is none, the addressee is no active peer,
/// or the database is away or full.
pub async fn draft(app: &App, actor: &Actor, entry: Entry) -> Result<Id<Issued>, Error> {
    Ok(draft_once(app, actor, entry, None).await?.id)
}

/// The same, once for each claim.
///
/// # Errors
/// As [`draft`], and when the claim's key was used for another request.
pub async fn draft_once(app: &App, actor: &Actor, entry: Entry, claim: Option<Claim>) -> Result<Made<Issued>, Error> {
    let by = permit_person(actor, Permission::DraftIssued)?;
    let draft = read(app, &entry)?;
    app.store
        .write(app.change(actor, AuditAction::DraftIssued), move |writer| {
            once(writer, claim.as_ref(), "issued", |writer| {
                check_addressee(writer, draft.peer)?;
                let id = store::insert(writer, &draft, by.id)?;
                let drafted = Note {
                    kind: "drafted",
                    detail: draft.kind.key(),
                    ..Note::default()
                };
                store::note(writer, id, &drafted)?;
                writer.about("issued", id.number(), draft.kind.key());
                Ok(id)
            })
        })
        .await
}

/// Writes a draft anew.
///
/// # Errors
/// As [`draft`], and when it is no draft any more.
pub async fn rewrite(app: &App, actor: &Actor, id: Id<Issued>, entry: Entry) -> Result<(), Error> {
    permit_person(actor, Permission::DraftIssued)?;
    let draft = read(app, &entry)?;
    app.store
        .write(app.change(actor, AuditAction::DraftIssued), move |writer| {
            check_addressee(writer, draft.peer)?;
            let row = store::load(writer, id)?.ok_or(Error::NotFound("order"))?;
            row.issued.edit()?;
            store::rewrite(writer, id, &draft)?;
            let rewritten = Note {
                kind: "rewritten",
                detail: draft.kind.key(),
                ..Note::default()
            };
            store::note(writer, id, &rewritten)?;
            writer.about("issued", id.number(), draft.kind.key());
            Ok(())
        })
        .await
}

/// Throws a draft away.
///
/// # Errors
/// When the one who asks may not, there is none, it is no draft any more, or the database is away or full.
pub async fn discard(app: &App, actor: &Actor, id: Id<Issued>) -> Result<(), Error> {
    permit_person(actor, Permission::DraftIssued)?;
    app.store
        .write(app.change(actor, AuditAction::DraftIssued), move |writer| {
            let row = store::load(writer, id)?.ok_or(Error::NotFound("order"))?;
            store::update(writer, &row.issued.discard()?)?;
            let discarded = Note {
                kind: "discarded",
                ..Note::default()
            };
            store::note(writer, id, &discarded)?;
            writer.about("issued", id.number(), "discarded");
            Ok(())
        })
        .await
}

fn check_addressee(writer: &mut Writer<'_, '_>, id: Id<Peer>) -> Result<(), Error> {
    let peer = peer::load(writer, id)?.filter(|peer| peer.state.is_active());
    peer.map(drop).ok_or_else(|| PeerError::NotReachable.into())
}

/// Reads a draft by the rules that the platform will read the order by.
fn read(app: &App, entry: &Entry) -> Result<Draft, Error> {
    let office = app.site.office().ok_or(Error::NotFound("office"))?;
    let (engine, now) = (app.engine(), app.clock.now());
    let today = order::day(&engine, now);
    let as_received = order::Entry {
        kind: entry.kind,
        office: office.to_owned(),
        signer: entry.signer.clone(),
        number: entry.number.clone(),
        issued_on: Day::from(today),
        channel: OrderChannel::Node,
        received_at: now,
        basis: entry.basis.clone(),
        category: entry.category.clone(),
        reason: entry.reason.clone(),
        haste: entry.haste,
        stated_due_at: entry.stated_due_at,
        secret_until: entry.secret_until,
        expires_at: entry.expires_at,
        lock_days: entry.lock_days,
        targets: entry.targets.clone(),
        document: None,
    };
    let (letter, pointed) = order::read(&engine, &as_received, now)?;
    let targets = Order::number(pointed, &[])?;
    let demand = entry.demand.as_ref();
    let demand = demand.map(|demand| read_demand(&engine, entry.kind, demand, (today, now)));
    let demand = demand.transpose()?;
    check_issued(&engine, entry.kind, (demand.as_ref(), targets.len()), today)?;
    Ok(Draft {
        peer: entry.peer,
        kind: entry.kind,
        letter,
        expires_at: entry.expires_at,
        demand,
        targets: targets.into_iter().map(|target| target.pointed).collect(),
    })
}
