//! Collections as those see them who look after them: how much is in each, who may do what, and what became of what was handed in.

use std::collections::BTreeMap;

use anlanh_model::{Actor, Feed, Id, Permission, Scope, Time, Tlp, Token};
use anlanh_stix::taxii::Status;
use anlanh_store::intel::{self, CollectionRow, Right};
use anlanh_store::{Queries, feed, token};

use crate::{App, Error, permit};

/// Up to so many objects of a collection are counted.
pub const MOST_COUNTED: u32 = 10_000;
/// Envelopes that are told of.
const MOST_RECENT: u32 = 10;

/// A collection, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionState {
    /// The collection.
    pub row: CollectionRow,
    /// How many objects it has: at most [`MOST_COUNTED`].
    pub objects: u64,
    /// When the last of them was added.
    pub changed_at: Option<Time>,
    /// The feed that it is, where what is written into it is taken over as indicators.
    pub feed: Option<Id<Feed>>,
}

/// What a token may do with a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The token.
    pub id: Id<Token>,
    /// What it was named.
    pub name: String,
    /// Whether its scopes let it read at all, and add.
    pub most: Right,
    /// What it was granted beyond what everybody may.
    pub granted: Right,
    /// The strictest marking of what it may read.
    pub clearance: Tlp,
}

/// What became of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The name of the token that handed it in, if one did and is still there.
    pub by: Option<String>,
    /// When.
    pub at: Time,
    /// Objects that are there.
    pub successes: u64,
    /// Objects that were refused.
    pub failures: u64,
    /// Objects that are not looked at yet.
    pub pendings: u64,
    /// Why the first one was refused.
    pub why: Option<String>,
}

/// Every collection, in the order in which they were made, and what was handed in last, newest first.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn look_over(app: &App, actor: &Actor) -> Result<(Vec<CollectionState>, Vec<Envelope>), Error> {
    permit(actor, Permission::ReadCollections)?;
    let now = app.clock().now();
    app.store
        .read("intel.look_over", move |tx| {
            let mut states = Vec::new();
            for row in intel::collections(tx)? {
                states.push(state(tx, row)?);
            }
            let names = names(tx)?;
            let statuses = intel::recent_statuses(tx, now, MOST_RECENT)?;
            let envelopes = statuses.iter().filter_map(|row| envelope(row, &names));
            Ok((states, envelopes.collect()))
        })
        .await
}

/// One collection, by UUID or alias, and what tokens may do with it that have to do with collections at all.
///
/// # Errors
/// When the one who asks may not, there is none, or the database is away.
pub async fn look_at(app: &App, actor: &Actor, name: &str) -> Result<(CollectionState, Vec<Client>), Error> {
    permit(actor, Permission::ReadCollections)?;
    let name = name.to_owned();
    app.store
        .read("intel.look_at", move |tx| {
            let row = intel::find_collection(tx, &name)?.ok_or(Error::NotFound("collection"))?;
            let granted = intel::grants(tx, row.id)?;
            let clearances = intel::clearances(tx)?;
            let mut clients = Vec::new();
            for token in token::all(tx)?.into_iter().filter(|token| token.revoked_at.is_none()) {
                let most = Right {
                    can_read: token.scopes.contains(&Scope::TaxiiRead),
                    can_write: token.scopes.contains(&Scope::TaxiiWrite),
                };
                if most == Right::default() {
                    continue;
                }
                clients.push(Client {
                    granted: granted.get(&token.id.number()).copied().unwrap_or_default(),
                    clearance: clearances.get(&token.id.number()).copied().unwrap_or(Tlp::Clear),
                    most,
                    id: token.id,
                    name: token.name,
                });
            }
            Ok((state(tx, row)?, clients))
        })
        .await
}

fn state(tx: &mut dyn Queries, row: CollectionRow) -> Result<CollectionState, Error> {
    let (objects, changed_at) = intel::size(tx, row.id, MOST_COUNTED)?;
    let feed = feed::of_collection(tx, row.id.number())?.map(|feed| feed.id);
    Ok(CollectionState {
        row,
        objects,
        changed_at,
        feed,
    })
}

fn names(tx: &mut dyn Queries) -> Result<BTreeMap<i64, String>, Error> {
    let tokens = token::all(tx)?.into_iter();
    Ok(tokens.map(|token| (token.id.number(), token.name)).collect())
}

fn envelope(row: &intel::StatusRow, names: &BTreeMap<i64, String>) -> Option<Envelope> {
    let read = anlanh_stix::json::read(&row.answer).ok()?;
    let status = Status::of(read.as_members()?)?;
    let count = |count: i64| u64::try_from(count).unwrap_or(0);
    Some(Envelope {
        by: row.token.and_then(|token| names.get(&token.number()).cloned()),
        at: row.at,
        successes: count(status.success_count),
        failures: count(status.failure_count),
        pendings: count(status.pending_count),
        why: status.failures.into_iter().find_map(|failure| failure.message),
    })
}
