//! Who the peers are: added and cut off by people, introduced by their cards.

use anlanh_model::{Actor, AuditAction, Id, Peer, PeerState, Permission, Time};
use anlanh_store::peer::{self as store, PeerKeyRow, PeerRow};
use anlanh_store::{Queries, Store, Writer};
use anlanh_wire::{Card, CardKey, Fingerprint};

use super::identity::{by_operator, newest};
use super::{BY_HAND, NO_CARD, OTHER_KEY, PeerError, PeerView, UNKNOWN_OFFICE, retry_at};
use crate::{App, Clock, Error, Site, permit};

/// Most peers of a node.
pub const MAX_PEERS: usize = 1_024;
/// Most cards that are read in one round.
const MAX_CARDS_AT_ONCE: u32 = 16;

/// A node that somebody adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPeer {
    /// Its address.
    pub url: String,
    /// The fingerprint that people compared, however they group its digits.
    pub fingerprint: String,
    /// Key of the office that it speaks for; none where it is no authority's.
    pub office: Option<String>,
}

/// A node whose card is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Its id.
    pub id: Id<Peer>,
    /// Its address.
    pub url: String,
    failures: u32,
}

/// Adds a peer, or one that is there again: with another fingerprint, another office, or after it was cut off.
///
/// # Errors
/// When the one who asks may not, address or fingerprint are none, the policy has no such office, there are too many, or the
/// database is away or full.
pub async fn add(app: &App, actor: &Actor, new: NewPeer) -> Result<Id<Peer>, Error> {
    permit(actor, Permission::ManagePeers)?;
    if let Some(office) = &new.office {
        app.engine()
            .policy
            .authority(office)
            .ok_or(Error::UnknownKey("office"))?;
    }
    let new = read(&new)?;
    if new.url == app.site.url("") {
        return Err(PeerError::Itself.into());
    }
    let change = app.change(actor, AuditAction::AddPeer);
    app.store.write(change, move |writer| insert(writer, &new)).await
}

/// [`add`] for the command line, beside a running node too. Whether the policy has the office is found when the card is read.
///
/// # Errors
/// As [`add`].
pub fn add_by_operator(store: &Store, clock: &Clock, new: &NewPeer) -> Result<Id<Peer>, Error> {
    let new = read(new)?;
    store.write_blocking(by_operator(clock, AuditAction::AddPeer), move |writer| {
        insert(writer, &new)
    })
}

/// A peer with an address and a fingerprint that are one.
#[derive(Clone)]
struct ReadPeer {
    url: String,
    fingerprint: Fingerprint,
    office: Option<String>,
}

fn read(new: &NewPeer) -> Result<ReadPeer, Error> {
    let site = Site::new("peer", new.url.trim(), "").map_err(|_| PeerError::BadAddress)?;
    let fingerprint = new.fingerprint.parse().map_err(|_| PeerError::BadFingerprint)?;
    Ok(ReadPeer {
        url: site.url(""),
        fingerprint,
        office: new.office.clone().filter(|office| !office.is_empty()),
    })
}

fn insert(writer: &mut Writer<'_, '_>, new: &ReadPeer) -> Result<Id<Peer>, Error> {
    let (fingerprint, office) = (new.fingerprint.as_bytes(), new.office.as_deref());
    let id = match store::of_url(writer, &new.url)? {
        Some(known) => {
            store::compare_again(writer, known.id, fingerprint, office)?;
            known.id
        }
        None if store::list(writer)?.len() >= MAX_PEERS => return Err(PeerError::TooMany.into()),
        None => store::insert(writer, &new.url, fingerprint, office)?,
    };
    writer.about("peer", id.number(), new.office.clone().unwrap_or_default());
    Ok(id)
}

/// Cuts a peer off: nothing of it is taken and nothing is sent to it until it is added again.
///
/// # Errors
/// When the one who asks may not, there is no such peer, or the database is away or full.
pub async fn cut_off(app: &App, actor: &Actor, id: Id<Peer>) -> Result<(), Error> {
    permit(actor, Permission::ManagePeers)?;
    let change = app.change(actor, AuditAction::ChangePeer);
    app.store
        .write(change, move |writer| {
            store::load(writer, id)?.ok_or(Error::NotFound("peer"))?;
            end(writer, id, BY_HAND)
        })
        .await
}

/// [`cut_off`] for the command line, by address.
///
/// # Errors
/// As [`cut_off`].
pub fn cut_off_by_operator(store: &Store, clock: &Clock, url: &str) -> Result<(), Error> {
    let url = url.trim().trim_end_matches('/').to_owned();
    store.write_blocking(by_operator(clock, AuditAction::ChangePeer), move |writer| {
        let peer = store::of_url(writer, &url)?.ok_or(Error::NotFound("peer"))?;
        end(writer, peer.id, BY_HAND)
    })
}

pub(super) fn end(writer: &mut Writer<'_, '_>, id: Id<Peer>, why: &str) -> Result<(), Error> {
    store::set_state(writer, id, PeerState::CutOff, Some(why))?;
    writer.about("peer", id.number(), why);
    Ok(())
}

/// Every peer, by address.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<PeerView>, Error> {
    permit(actor, Permission::ManagePeers)?;
    app.store.read("peer.list", |tx| view_all(tx)).await
}

/// [`list`] for the command line.
///
/// # Errors
/// When the database is away.
pub fn list_by_operator(store: &Store) -> Result<Vec<PeerView>, Error> {
    store.read_blocking("peer.list", |tx| view_all(tx))
}

fn view_all(tx: &mut dyn Queries) -> Result<Vec<PeerView>, Error> {
    let rows = store::list(tx)?;
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let waiting = store::waiting(tx, row.id)?;
        let held = store::held(tx, row.id)?;
        let evidence = store::count_evidence(tx, row.id)?;
        views.push(PeerView {
            row,
            waiting,
            held,
            evidence,
        });
    }
    Ok(views)
}

/// The peers whose cards are to be read now.
///
/// # Errors
/// When the database is away.
pub async fn pending(app: &App) -> Result<Vec<Pending>, Error> {
    let now = app.clock.now();
    let read = app.store.read("peer.pending", move |tx| {
        Ok::<_, Error>(store::pending(tx, now, MAX_CARDS_AT_ONCE)?)
    });
    let rows = read.await?.into_iter().map(|row: PeerRow| Pending {
        id: row.id,
        url: row.url,
        failures: row.failures,
    });
    Ok(rows.collect())
}

/// Notes that the card of a peer was not read, and why.
///
/// # Errors
/// When the database is away or full.
pub async fn not_reached(app: &App, peer: &Pending, why: String) -> Result<(), Error> {
    let (id, retry_at) = (peer.id, retry_at(app.clock.now(), peer.failures));
    let failures = peer.failures.saturating_add(1);
    let change = app.change(&Actor::Node, AuditAction::IntroducePeer);
    app.store
        .write(change, move |writer| {
            store::failed(writer, id, failures, &why, retry_at)?;
            writer.about("peer", id.number(), "not_reached");
            Ok(())
        })
        .await
}

/// Takes the card that a peer has at its address. With the key that people compared it makes the peer active.
///
/// # Errors
/// When the database is away or full.
pub async fn take_card(app: &App, peer: &Pending, text: &[u8]) -> Result<(), Error> {
    let Ok(card) = Card::parse(text) else {
        // A page of whatever stands before it, perhaps.
        return not_reached(app, peer, NO_CARD.to_owned()).await;
    };
    let (id, engine) = (peer.id, app.engine());
    let change = app.change(&Actor::Node, AuditAction::IntroducePeer);
    app.store
        .write(change, move |writer| {
            let Some(row) = store::load(writer, id)?.filter(|row| row.state == PeerState::Pending) else {
                return Ok(());
            };
            let trusted = trusted(&row, &card);
            let office = row.office.as_deref();
            let refused = match &trusted {
                Err(why) => Some(*why),
                Ok(_) if office.is_some_and(|key| engine.policy.authority(key).is_none()) => Some(UNKNOWN_OFFICE),
                Ok(_) => None,
            };
            if let Some(why) = refused {
                store::set_state(writer, id, PeerState::Refused, Some(why))?;
                writer.about("peer", id.number(), why);
                return Ok(());
            }
            if let Ok(keys) = trusted {
                for key in &keys {
                    store::insert_key(writer, key)?;
                }
                let name: String = card
                    .name
                    .chars()
                    .filter(|c| !c.is_control())
                    .take(Site::MAX_NAME_BYTES)
                    .collect();
                let known = |role: &&String| Site::ROLES.contains(&role.as_str());
                let roles: Vec<String> = card
                    .roles
                    .iter()
                    .filter(known)
                    .take(Site::ROLES.len())
                    .cloned()
                    .collect();
                let ours = newest(writer)?;
                store::introduce(writer, id, &name, &roles, ours)?;
            }
            writer.about("peer", id.number(), "introduced");
            Ok(())
        })
        .await
}

/// The keys of a card that are trusted: the one that people compared, and those that its owner puts beside it.
fn trusted(row: &PeerRow, card: &Card) -> Result<Vec<PeerKeyRow>, &'static str> {
    if card.url.trim_end_matches('/') != row.url {
        return Err(NO_CARD);
    }
    card.key(&Fingerprint::from_bytes(row.fingerprint)).ok_or(OTHER_KEY)?;
    let key = |key: &CardKey| {
        let public = key.public().map_err(|_| NO_CARD)?;
        Ok(PeerKeyRow {
            fingerprint: *key.fingerprint.as_bytes(),
            peer: row.id,
            ed25519: *public.as_bytes(),
            from: Time::from_micros(key.from.0),
            until: key.until.map(|until| Time::from_micros(until.0)),
        })
    };
    card.keys.iter().map(key).collect()
}
