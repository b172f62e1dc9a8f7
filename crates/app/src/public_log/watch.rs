//! This node as a witness (C2SP tlog-witness): it cosigns what other logs signed, those that the operator named and no
//! others, and never two histories of one. What it cosigned of a log stays when the log is no longer watched, so that not
//! even the operator makes it cosign another history by naming the log again.

use std::sync::Arc;

use anlanh_model::{Actor, AuditAction, Time};
use anlanh_store::witness::{self as store, HeadRow, WatchedRow};
use anlanh_store::{Change, Queries, Store, Writer, public_log};
use anlanh_tlog::{
    AddCheckpoint, Cosigner, Hash, Head, KeyError, KeyKind, KeyName, KnownLog, MAX_REQUEST_BYTES, Refusal, VerifierKey,
};
use anlanh_vault::Vault;

use super::publish::origin_of;
use crate::{App, Clock, Error};

/// Most logs that are watched at one time.
pub const MAX_WATCHED_LOGS: usize = 64;
/// Most bytes of a request to cosign.
pub const MAX_COSIGN_BYTES: usize = MAX_REQUEST_BYTES;

/// A log that this node witnesses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedLog {
    /// Its public key, which begins with its name.
    pub key: String,
    /// How many entries the tree has that was cosigned last; 0 where none was.
    pub size: u64,
    /// When it was.
    pub cosigned_at: Option<Time>,
}

/// Why a log is not watched, or was not before.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// It is no key.
    #[error("read the public key of a log")]
    Key(#[from] KeyError),
    /// It is the key of a witness.
    #[error("the key is one of a witness, not of a log")]
    Kind,
    /// There are [`MAX_WATCHED_LOGS`].
    #[error("at most {MAX_WATCHED_LOGS} logs are watched")]
    TooMany,
    /// The log is watched by another key.
    #[error("the log is watched with another key; remove it first")]
    OtherKey,
    /// No such log is watched.
    #[error("no such log is watched")]
    NotWatched,
    /// The node did not do it.
    #[error("the node did not do it")]
    Node(#[from] Error),
}

/// What is answered to a request to cosign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CosignAnswer {
    /// The cosignature, as a line of a note.
    Cosigned(String),
    /// It is no request.
    Malformed,
    /// Why it is not cosigned, and how that is answered.
    Refused(Refusal),
}

/// Why a transaction did not end in a cosignature.
enum Stop {
    Refused(Refusal),
    Failed(Error),
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Watches the log with this public key from now on, for the operator.
///
/// # Errors
/// When it is no key of a log, the log is watched with another key, there are too many, or the database is away or full.
pub fn watch(store: &Store, clock: &Clock, key: &str) -> Result<(), WatchError> {
    let key: VerifierKey = key.trim().parse()?;
    match key.kind() {
        KeyKind::Note => {}
        KeyKind::Cosignature => return Err(WatchError::Kind),
    }
    let (origin, key) = (key.name().as_str().to_owned(), key.to_string());
    store.write_blocking(by_operator(clock), move |writer| {
        let watched = store::watched(writer)?;
        match watched.iter().find(|log| log.origin == origin) {
            Some(log) if log.key.as_deref() == Some(&key) => {}
            Some(_) => return Err(WatchError::OtherKey),
            None if watched.len() >= MAX_WATCHED_LOGS => return Err(WatchError::TooMany),
            None => store::watch(writer, &origin, &key, &Hash::of_nothing().0)?,
        }
        writer.about("public_log", 0, "watched");
        Ok(())
    })
}

/// Watches a log no longer, which is named by its key or its name, for the operator.
///
/// # Errors
/// When no such log is watched, or the database is away or full.
pub fn unwatch(store: &Store, clock: &Clock, named: &str) -> Result<(), WatchError> {
    let named = named.trim();
    let key = named.parse::<VerifierKey>();
    let origin = key.map_or_else(|_| named.to_owned(), |key| key.name().as_str().to_owned());
    store.write_blocking(by_operator(clock), move |writer| {
        if !store::unwatch(writer, &origin)? {
            return Err(WatchError::NotWatched);
        }
        writer.about("public_log", 0, "unwatched");
        Ok(())
    })
}

/// The logs that are watched, by name.
///
/// # Errors
/// When the database is away.
pub fn watched(store: &Store) -> Result<Vec<WatchedLog>, Error> {
    let rows = store.read_blocking("witness.watched", |tx| Ok::<_, Error>(store::watched(tx)?))?;
    let logs = rows.into_iter().filter_map(|row| {
        Some(WatchedLog {
            key: row.key?,
            size: row.size,
            cosigned_at: row.cosigned_at,
        })
    });
    Ok(logs.collect())
}

/// The public key by which this node cosigns; none before it first signed its own log, from which it has its name.
///
/// # Errors
/// When the database is away.
pub fn witness_key(store: &Store, vault: &Vault) -> Result<Option<String>, Error> {
    let signed = store.read_blocking("witness.key", |tx| Ok::<_, Error>(public_log::checkpoint(tx)?))?;
    let cosigner = signed.map(|signed| cosigner(vault, &signed.origin)).transpose()?;
    Ok(cosigner.map(|cosigner| cosigner.verifier().to_string()))
}

/// Cosigns the checkpoint in a request (C2SP tlog-witness, `add-checkpoint`) if it continues what was cosigned of its log.
/// What is cosigned is kept before this returns, in the transaction in which it was found to continue.
///
/// # Errors
/// When the database is away or full.
pub async fn cosign(app: &App, body: &[u8]) -> Result<CosignAnswer, Error> {
    let Ok(request) = AddCheckpoint::parse(body) else {
        return Ok(CosignAnswer::Malformed);
    };
    let request = Arc::new(request);
    // Told before it is read what was cosigned: at this time that was the largest tree.
    let now = app.clock.now();
    let asked = Arc::clone(&request);
    let site = Arc::clone(&app.site);
    let read = app.store.read("witness.decide", move |tx| {
        let signed = public_log::checkpoint(tx)?;
        let origin = signed.map_or_else(|| origin_of(&site), |signed| signed.origin);
        // Whatever anybody sends, only what is to be cosigned costs a write.
        Ok::<_, Error>((origin, decide(tx, &asked)?))
    });
    let (origin, decided) = read.await?;
    let at = match decided {
        Err(refusal) => return Ok(CosignAnswer::Refused(refusal)),
        // It was cosigned before, and nothing changes.
        Ok((row, head)) if row.size == head.size => now,
        Ok(_) => match advance(app, &request).await {
            Ok(at) => at,
            Err(Stop::Refused(refusal)) => return Ok(CosignAnswer::Refused(refusal)),
            Err(Stop::Failed(error)) => return Err(error),
        },
    };
    let seconds = u64::try_from(at.as_seconds()).unwrap_or_default();
    let signature = cosigner(&app.vault, &origin)?.sign(request.note().text(), seconds);
    Ok(CosignAnswer::Cosigned(signature.to_string()))
}

/// Keeps what is to be cosigned as the largest tree of its log, and tells when.
async fn advance(app: &App, request: &Arc<AddCheckpoint>) -> Result<Time, Stop> {
    let asked = Arc::clone(request);
    let change = app.change(&Actor::Node, AuditAction::CosignLog);
    let keep = move |writer: &mut Writer<'_, '_>| {
        let (row, head) = decide(writer, &asked)?.map_err(Stop::Refused)?;
        let to = HeadRow {
            size: head.size,
            root: &head.root.0,
        };
        if !store::advance(writer, &row, to)? {
            // Somebody outside this process was faster.
            let latest = store::log(writer, &row.origin)?.map_or(row.size, |row| row.size);
            return Err(Stop::Refused(Refusal::Stale { latest }));
        }
        writer.about("public_log", i64::try_from(head.size).unwrap_or(i64::MAX), "cosigned");
        Ok(writer.now())
    };
    app.store.write(change, keep).await
}

fn decide(tx: &mut dyn Queries, request: &AddCheckpoint) -> Result<Result<(WatchedRow, Head), Refusal>, Error> {
    let row = store::log(tx, request.checkpoint().origin())?;
    let Some((row, key)) = row.and_then(|row| row.key.clone().map(|key| (row, key))) else {
        return Ok(Err(Refusal::UnknownLog));
    };
    let unreadable = |what| anlanh_store::Error::Unreadable { what };
    let root = row.root.as_slice().try_into();
    let latest = Head {
        size: row.size,
        root: Hash(root.map_err(|_| unreadable("watched_log.root"))?),
    };
    let known = KnownLog {
        keys: vec![key.parse().map_err(|_| unreadable("watched_log.key"))?],
        latest: Some(latest),
    };
    Ok(request.decide(Some(&known)).map(|head| (row, head)))
}

/// The key by which this node cosigns: derived from that of the node, and named beside its log.
pub(super) fn cosigner(vault: &Vault, origin: &str) -> Result<Cosigner, Error> {
    let host = origin.strip_suffix("/log").unwrap_or(origin);
    let name = KeyName::parse(&format!("{host}/witness")).ok_or(Error::Uncompiled)?;
    Cosigner::from_seed(name, &vault.secret_of("public-log.witness", 0)).map_err(|_| Error::Uncompiled)
}

fn by_operator(clock: &Clock) -> Change {
    Change {
        actor: Actor::Operator,
        action: AuditAction::WatchLog,
        now: clock.now(),
    }
}

impl From<anlanh_store::Error> for WatchError {
    fn from(error: anlanh_store::Error) -> Self {
        Self::Node(error.into())
    }
}

impl From<anlanh_store::DatabaseError> for WatchError {
    fn from(error: anlanh_store::DatabaseError) -> Self {
        Self::Node(error.into())
    }
}
