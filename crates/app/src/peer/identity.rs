//! Who this node is to others: its keys, and its card.

use anlanh_httpsig::SecretKey;
use anlanh_model::{Actor, AuditAction, Permission, Time};
use anlanh_store::peer::{self as store, NodeKeyRow};
use anlanh_store::{Queries, Store, Writer, public_log};
use anlanh_vault::Vault;
use anlanh_wire::{Card, CardKey, CardLog, Content, Fingerprint, Key, MAX_CARD_KEYS, PROTOCOL, Stamp};

use super::send;
use crate::{App, Clock, Error, Site, permit};

/// For how many days a key is taken after another followed it.
pub const KEY_OVERLAP_DAYS: i64 = 30;
/// The stream in which a node speaks of itself.
pub(super) const NODE_STREAM: &str = "node";

/// A key of this node, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeKey {
    /// What it is known by.
    pub fingerprint: Fingerprint,
    /// Since when it signs.
    pub from: Time,
    /// Until when it is taken; none for the one that signs.
    pub until: Option<Time>,
}

/// The secret key of a generation: derived from the node's own, and known to no database.
pub(super) fn secret(vault: &Vault, generation: i64) -> SecretKey {
    SecretKey::from_seed(&vault.secret_of("node.identity", generation))
}

/// The keys of this node, oldest first. Before any was followed there is the first, of no row.
pub(super) fn generations(tx: &mut dyn Queries) -> Result<Vec<NodeKeyRow>, Error> {
    let rows = store::node_keys(tx)?;
    if rows.is_empty() {
        let first = NodeKeyRow {
            generation: 0,
            from: Time::from_micros(0),
            until: None,
        };
        return Ok(vec![first]);
    }
    Ok(rows)
}

/// The number of the key that signs.
pub(super) fn newest(tx: &mut dyn Queries) -> Result<i64, Error> {
    Ok(generations(tx)?.last().map_or(0, |row| row.generation))
}

/// The keys of this node that are taken, the one that signs first.
///
/// # Errors
/// When the database is away.
pub fn node_keys(store: &Store, vault: &Vault, now: Time) -> Result<Vec<NodeKey>, Error> {
    let rows = store.read_blocking("peer.node_keys", |tx| generations(tx))?;
    Ok(taken(&rows, now).map(|row| shown(vault, row)).collect())
}

fn taken(rows: &[NodeKeyRow], now: Time) -> impl Iterator<Item = &NodeKeyRow> {
    rows.iter()
        .rev()
        .filter(move |row| row.until.is_none_or(|until| until > now))
}

fn shown(vault: &Vault, row: &NodeKeyRow) -> NodeKey {
    NodeKey {
        fingerprint: Fingerprint::of(secret(vault, row.generation).public().as_bytes()),
        from: row.from,
        until: row.until,
    }
}

/// The card of this node.
///
/// # Errors
/// When the database is away.
pub async fn card(app: &App) -> Result<Card, Error> {
    let read = app.store.read("peer.card", |tx| {
        let signed = public_log::checkpoint(tx)?;
        Ok::<_, Error>((generations(tx)?, signed.map(|signed| signed.origin)))
    });
    let (rows, origin) = read.await?;
    let log = match origin {
        Some(origin) => Some(CardLog {
            url: app.site.url("/log"),
            key: crate::public_log::log_key(&app.vault, &origin)?,
        }),
        None => None,
    };
    let keys = taken(&rows, app.clock.now()).take(MAX_CARD_KEYS).map(|row| {
        let stamp = |at: Time| Stamp(at.as_micros());
        CardKey::new(
            &secret(&app.vault, row.generation).public(),
            stamp(row.from),
            row.until.map(stamp),
        )
    });
    Ok(Card {
        protocol: PROTOCOL.to_owned(),
        name: app.site.name().to_owned(),
        url: app.site.url(""),
        roles: app.site.roles().map(str::to_owned).collect(),
        office: app.site.office().map(str::to_owned),
        keys: keys.collect(),
        log,
        contact: app.site.contact().map(str::to_owned),
    })
}

/// Follows this node's key by another, and says so to every active peer under the key that each knows. What the key before
/// signed is taken for [`KEY_OVERLAP_DAYS`] more.
///
/// # Errors
/// When the one who asks may not, or the database is away or full.
pub async fn rotate(app: &App, actor: &Actor) -> Result<(), Error> {
    permit(actor, Permission::ManagePeers)?;
    let (vault, site) = (std::sync::Arc::clone(&app.vault), std::sync::Arc::clone(&app.site));
    app.store
        .write(app.change(actor, AuditAction::RotateKey), move |writer| {
            follow(writer, &vault, &site)
        })
        .await
}

fn follow(writer: &mut Writer<'_, '_>, vault: &Vault, site: &Site) -> Result<(), Error> {
    let now = writer.now();
    let until = now.plus_minutes(KEY_OVERLAP_DAYS * 1_440);
    if store::node_keys(writer)?.is_empty() {
        store::begin_node_key(writer, 0, None)?;
    }
    let next = newest(writer)? + 1;
    store::begin_node_key(writer, next, Some(until))?;
    let stamp = |at: Time| Stamp(at.as_micros());
    let content = Content::Key(Key::new(&secret(vault, next).public(), stamp(now), stamp(until)));
    for peer in store::list(writer)? {
        if peer.state.is_active() {
            send::say(writer, site, &peer, NODE_STREAM, content.clone())?;
        }
    }
    writer.about("node_key", next, "followed");
    Ok(())
}

/// What the command line changes, and when.
pub(super) fn by_operator(clock: &Clock, action: AuditAction) -> anlanh_store::Change {
    anlanh_store::Change {
        actor: Actor::Operator,
        action,
        now: clock.now(),
    }
}
