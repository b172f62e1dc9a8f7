//! What everybody reads of the log, and what those entitled get to show that something stands in it.

use anlanh_model::{Id, Party, Time};
use anlanh_store::decision::{self, Decision};
use anlanh_store::public_log::{self as store, LogEntry};
use anlanh_store::{Queries, witness};
use anlanh_tlog::{Note, OfflineProof, Tile, TileReader};
use serde::Serialize;

use super::publish::{fetch, signer};
use super::watch::cosigner;
use super::{about_decision, hex, private_part, salt};
use crate::appeal::{LinkSecret, side_of};
use crate::{App, Error};

/// The form of receipts.
pub(super) const FORM: &str = "anlanh.receipt/1";

/// What is known of the log as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its name.
    pub origin: String,
    /// Its public key, as C2SP signed-note writes it.
    pub key: String,
    /// How many entries are signed.
    pub size: u64,
    /// When they were.
    pub at: Time,
    /// The signed note.
    pub note: String,
    /// The public key by which this node witnesses other logs.
    pub witness_key: String,
    /// Who was named to witness this one.
    pub witnesses: Vec<KnownWitness>,
}

/// Who was named to witness the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownWitness {
    /// Their public key.
    pub key: String,
    /// How many entries they cosigned last; 0 where they cosigned none.
    pub size: u64,
    /// When they did.
    pub cosigned_at: Option<Time>,
}

/// An entry, and whether it is in what was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The entry.
    pub row: LogEntry,
    /// Whether it is signed already.
    pub is_signed: bool,
}

/// What shows that an entry stands in the log: a file of its own, for whoever keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// Which form this is: `anlanh.receipt/1`.
    pub receipt: &'static str,
    /// The public key of the log, as C2SP signed-note writes it. Hold it against the one that you know.
    pub key: String,
    /// The bytes of the entry, which are a text.
    pub entry: String,
    /// The proof that it stands there, and the signed checkpoint (C2SP tlog-proof).
    pub proof: String,
    /// What the commitment in the entry stands for; for nobody but whom it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<Private>,
}

/// What a commitment stands for: it is SHA-256 of the salt and the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Private {
    /// The salt, in hexadecimal.
    pub salt: String,
    /// The text.
    pub text: String,
}

/// What was signed last; none where nothing was yet.
///
/// # Errors
/// When the database is away.
pub async fn known(app: &App) -> Result<Option<Known>, Error> {
    let vault = std::sync::Arc::clone(&app.vault);
    app.store
        .read("public_log.known", move |tx| {
            let Some(signed) = store::checkpoint(tx)? else {
                return Ok(None);
            };
            let witnesses = witness::witnesses(tx)?.into_iter().filter(|row| row.is_named);
            let witnesses = witnesses.map(|row| KnownWitness {
                key: row.key,
                size: row.size,
                cosigned_at: row.cosigned_at,
            });
            Ok(Some(Known {
                witness_key: cosigner(&vault, &signed.origin)?.verifier().to_string(),
                witnesses: witnesses.collect(),
                key: signer(&vault, &signed.origin)?.verifier().to_string(),
                origin: signed.origin,
                size: signed.size,
                at: signed.at,
                note: String::from_utf8(signed.note).map_err(|_| Error::Uncompiled)?,
            }))
        })
        .await
}

/// The signed checkpoint, as `GET /log/checkpoint` gives it; none where nothing was signed yet.
///
/// # Errors
/// When the database is away.
pub async fn checkpoint(app: &App) -> Result<Option<Vec<u8>>, Error> {
    app.store
        .read("public_log.checkpoint", |tx| {
            Ok(store::checkpoint(tx)?.map(|signed| signed.note))
        })
        .await
}

/// The bytes of the tile or bundle at a path (C2SP tlog-tiles), exactly as wide as it was asked for; none where it is no
/// path of one, or the signed tree has not got it.
///
/// # Errors
/// When the database is away.
pub async fn tile(app: &App, path: &str) -> Result<Option<Vec<u8>>, Error> {
    let Ok(tile) = path.parse::<Tile>() else {
        return Ok(None);
    };
    app.store
        .read("public_log.tile", move |tx| {
            let bytes = match fetch(tx, tile) {
                Ok(bytes) => bytes,
                Err(Error::NotFound(_)) => return Ok(None),
                Err(error) => return Err(error),
            };
            Ok(Some(cut(tile, bytes)?))
        })
        .await
}

/// As much of a wider tile as one of this width has.
fn cut(tile: Tile, mut bytes: Vec<u8>) -> Result<Vec<u8>, Error> {
    match tile.level() {
        anlanh_tlog::Level::Hashes(_) => bytes.truncate(usize::from(tile.width()) * anlanh_tlog::HASH_BYTES),
        anlanh_tlog::Level::Entries => {
            let mut length = 0;
            for _ in 0..tile.width() {
                let head = bytes.get(length..).and_then(<[u8]>::first_chunk::<2>);
                let entry = usize::from(u16::from_be_bytes(*head.ok_or(Error::Uncompiled)?));
                length += 2 + entry;
            }
            bytes.truncate(length);
        }
    }
    Ok(bytes)
}

/// A page of entries, newest first.
///
/// # Errors
/// When the database is away.
pub async fn entries(app: &App, before: Option<u64>, limit: u32) -> Result<Vec<Published>, Error> {
    app.store
        .read("public_log.entries", move |tx| {
            let signed = store::checkpoint(tx)?.map_or(0, |signed| signed.size);
            let rows = store::page(tx, before.unwrap_or(u64::MAX), limit)?;
            let rows = rows.into_iter().map(|row| Published {
                is_signed: row.position < signed,
                row,
            });
            Ok(rows.collect())
        })
        .await
}

/// One entry.
///
/// # Errors
/// When there is none at that place, or the database is away.
pub async fn entry(app: &App, position: u64) -> Result<Published, Error> {
    app.store
        .read("public_log.entry", move |tx| {
            let signed = store::checkpoint(tx)?.map_or(0, |signed| signed.size);
            let row = store::load(tx, position)?.ok_or(Error::NotFound("entry"))?;
            Ok(Published {
                is_signed: position < signed,
                row,
            })
        })
        .await
}

/// What shows that an entry stands in the log, without what concerns somebody.
///
/// # Errors
/// When there is no signed entry at that place, or the database is away.
pub async fn receipt(app: &App, position: u64) -> Result<Receipt, Error> {
    let of = app.clone();
    app.store
        .read("public_log.receipt", move |tx| {
            let row = store::load(tx, position)?.ok_or(Error::NotFound("entry"))?;
            prove(tx, &of, row, None)
        })
        .await
}

/// The receipt of the decision that a private link is about; for whoever answers for the item with what concerns them.
///
/// # Errors
/// When the link leads nowhere, the decision is not signed yet or from before there was a log, or the database is away.
pub async fn own_receipt(app: &App, secret: &str) -> Result<Receipt, Error> {
    let of = app.clone();
    let hash = LinkSecret::shown(secret).ok_or(Error::NotFound("decision"))?.hash();
    app.store
        .read("public_log.own_receipt", move |tx| {
            let (id, side) = side_of(tx, &hash)?.ok_or(Error::NotFound("decision"))?;
            let row = store::about(tx, &about_decision(id))?.ok_or(Error::NotFound("entry"))?;
            let private = match side.party {
                Party::Author | Party::Owner => Some(private(tx, &of, id)?),
                // By what the platform knows the item is nothing that whoever reported it is told.
                Party::Reporter => None,
            };
            prove(tx, &of, row, private)
        })
        .await
}

/// Whether a decision stands in what was signed.
pub(crate) fn is_signed(tx: &mut dyn Queries, id: Id<Decision>) -> Result<bool, Error> {
    let (entry, signed) = (store::about(tx, &about_decision(id))?, store::checkpoint(tx)?);
    Ok(entry
        .zip(signed)
        .is_some_and(|(entry, signed)| entry.position < signed.size))
}

fn private(tx: &mut dyn Queries, app: &App, id: Id<Decision>) -> Result<Private, Error> {
    let row = decision::load(tx, id)?.ok_or(Error::NotFound("decision"))?;
    Ok(Private {
        salt: hex(&salt(&app.vault, id)),
        text: private_part(tx, &row)?,
    })
}

pub(super) fn prove(
    tx: &mut dyn Queries,
    app: &App,
    row: LogEntry,
    private: Option<Private>,
) -> Result<Receipt, Error> {
    let signed = store::checkpoint(tx)?.filter(|signed| row.position < signed.size);
    let signed = signed.ok_or(Error::NotFound("entry"))?;
    let proof = TileReader::new(signed.size, |tile| fetch(tx, tile)).inclusion_proof(row.position);
    let proof = proof.map_err(|_| Error::Uncompiled)?;
    let note = Note::parse(&signed.note).map_err(|_| Error::Uncompiled)?;
    let proof = OfflineProof::new(row.position, proof, note).map_err(|_| Error::Uncompiled)?;
    Ok(Receipt {
        receipt: FORM,
        key: signer(&app.vault, &signed.origin)?.verifier().to_string(),
        entry: String::from_utf8(row.entry).map_err(|_| Error::Uncompiled)?,
        proof: proof.to_string(),
        private,
    })
}
