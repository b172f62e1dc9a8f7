//! Who witnesses our log (C2SP tlog-witness): what each is asked next, and what becomes of its answer. A cosignature is
//! verified before it is kept, and kept with the checkpoint that it is on and with no other. Who sends and waits is not
//! known here.

use std::str::FromStr;

use anlanh_model::{Actor, AuditAction};
use anlanh_store::witness as store;
use anlanh_store::{Queries, Writer, public_log};
use anlanh_tlog::{
    AddCheckpoint, KeyError, KeyKind, Made, Note, NoteSignature, TileReader, VerifierKey, parse_signatures, parse_size,
};

use super::publish::fetch;
use crate::{App, Error};

/// Most witnesses of a log.
pub const MAX_WITNESSES: usize = 8;

/// The public key of a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessKey(VerifierKey);

/// Why a text is no key of a witness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WitnessKeyError {
    /// It is no key.
    #[error("read the public key of a witness")]
    Key(#[from] KeyError),
    /// It is one that signs notes.
    #[error("the key is one of a log, not of a witness")]
    Kind,
}

impl FromStr for WitnessKey {
    type Err = WitnessKeyError;

    fn from_str(text: &str) -> Result<Self, WitnessKeyError> {
        let key: VerifierKey = text.parse()?;
        match key.kind() {
            KeyKind::Cosignature => Ok(Self(key)),
            KeyKind::Note => Err(WitnessKeyError::Kind),
        }
    }
}

impl WitnessKey {
    /// The name of the witness.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.name().as_str()
    }

    /// The cosignature by this key among those on a text; none where there is none, or one that is wrong.
    fn find<'s>(&self, text: &Note, signatures: &'s [NoteSignature]) -> Option<&'s NoteSignature> {
        let is_own = |it: &&NoteSignature| it.name() == self.0.name() && it.key_id() == self.0.id();
        let own = signatures.iter().find(is_own)?;
        let note = text.clone().with_signatures([own.clone()]).ok()?;
        let verified = note.verify(std::slice::from_ref(&self.0)).ok()?;
        let is_cosigned = verified.iter().any(|by| matches!(by.made, Made::Cosigned { .. }));
        is_cosigned.then_some(own)
    }
}

/// The witnesses that the operator named: at most [`MAX_WITNESSES`], and no name twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedWitnesses(Vec<WitnessKey>);

/// Why so many witnesses are not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NamedError {
    /// More than [`MAX_WITNESSES`].
    #[error("a log has at most {MAX_WITNESSES} witnesses")]
    TooMany,
    /// Two have one name, and count as one.
    #[error("a witness is named twice")]
    Twice,
}

impl NamedWitnesses {
    /// These.
    ///
    /// # Errors
    /// When they are too many, or two have one name.
    pub fn new(keys: Vec<WitnessKey>) -> Result<Self, NamedError> {
        if keys.len() > MAX_WITNESSES {
            return Err(NamedError::TooMany);
        }
        let is_new = |(at, key): (usize, &WitnessKey)| keys.iter().take(at).all(|other| other.name() != key.name());
        if keys.iter().enumerate().all(is_new) {
            Ok(Self(keys))
        } else {
            Err(NamedError::Twice)
        }
    }
}

/// What a witness is to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Nothing: nothing was signed yet, or it cosigned what was signed last.
    Nothing,
    /// To cosign what was signed last.
    Cosign(CosignRequest),
    /// It cosigned a longer log than this one.
    Trouble(WitnessTrouble),
}

/// A request to cosign what was signed last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CosignRequest(AddCheckpoint);

impl CosignRequest {
    /// Its body.
    #[must_use]
    pub fn body(&self) -> String {
        self.0.to_string()
    }
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It was cosigned, and that is kept.
    Kept,
    /// The witness cosigned another size last, from which to ask again.
    Again {
        /// That size.
        from: u64,
    },
    /// It was not cosigned.
    Trouble(WitnessTrouble),
}

/// Why a witness does not cosign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WitnessTrouble {
    /// Its operator has not named this log.
    #[error("the witness does not watch this log: tell its operator the key of the log")]
    NotWatched,
    /// It knows the log by another key.
    #[error("the witness knows this log by another key")]
    OtherKey,
    /// It cosigned what this log does not continue.
    #[error("the witness cosigned another history of this log")]
    Fork,
    /// It cosigned a longer tree of this log.
    #[error("the witness cosigned a longer log than this one, up to {size}: was an older database brought back?")]
    Ahead {
        /// How long.
        size: u64,
    },
    /// What it answered is no cosignature by the key that was named.
    #[error("the witness did not answer with a cosignature by its key")]
    Wrong,
    /// It answered something else.
    #[error("the witness answered with status {0}")]
    Status(u16),
}

/// Keeps who is named to witness our log. Nobody else is shown as a witness any more.
///
/// # Errors
/// When the database is away or full.
pub async fn name_witnesses(app: &App, named: &NamedWitnesses) -> Result<(), Error> {
    let mut keys: Vec<String> = named.0.iter().map(|key| key.0.to_string()).collect();
    keys.sort();
    let before = app.store.read("witness.named", |tx| {
        let rows = store::witnesses(tx)?.into_iter().filter(|row| row.is_named);
        Ok::<_, Error>(rows.map(|row| row.key).collect::<Vec<String>>())
    });
    let mut before = before.await?;
    before.sort();
    if before == keys {
        return Ok(());
    }
    let change = app.change(&Actor::Node, AuditAction::NameWitnesses);
    let keep = move |writer: &mut Writer<'_, '_>| {
        store::name_witnesses(writer, &keys)?;
        writer.about("public_log", i64::try_from(keys.len()).unwrap_or(i64::MAX), "named");
        Ok(())
    };
    app.store.write(change, keep).await
}

/// What a witness is to be asked next; from the size that it said it cosigned last, or that it is known to have.
///
/// # Errors
/// When the database is away, or what is kept there is no tree.
pub async fn next_request(app: &App, witness: &WitnessKey, from: Option<u64>) -> Result<Next, Error> {
    let key = witness.clone();
    app.store.read("witness.next", move |tx| next(tx, &key, from)).await
}

fn next(tx: &mut dyn Queries, witness: &WitnessKey, from: Option<u64>) -> Result<Next, Error> {
    let Some(signed) = public_log::checkpoint(tx)?.filter(|signed| signed.size > 0) else {
        return Ok(Next::Nothing);
    };
    let note = Note::parse(&signed.note).map_err(|_| Error::Uncompiled)?;
    if witness.find(&note, note.signatures()).is_some() {
        return Ok(Next::Nothing);
    }
    let known = match from {
        Some(from) => from,
        None => {
            let key = witness.0.to_string();
            let rows = store::witnesses(tx)?;
            rows.iter().find(|row| row.key == key).map_or(0, |row| row.size)
        }
    };
    if known > signed.size {
        return Ok(Next::Trouble(WitnessTrouble::Ahead { size: known }));
    }
    let proof = TileReader::new(signed.size, |tile| fetch(tx, tile)).consistency_proof(known);
    let proof = proof.map_err(|_| Error::Uncompiled)?;
    let request = AddCheckpoint::new(known, proof, note).map_err(|_| Error::Uncompiled)?;
    Ok(Next::Cosign(CosignRequest(request)))
}

/// Takes what a witness answered to a request: its status, and its body.
///
/// # Errors
/// When the database is away or full.
pub async fn take_answer(
    app: &App,
    witness: &WitnessKey,
    request: &CosignRequest,
    status: u16,
    body: &[u8],
) -> Result<Taken, Error> {
    let trouble = match status {
        200 => {
            let lines = std::str::from_utf8(body)
                .ok()
                .and_then(|text| parse_signatures(text).ok());
            let lines = lines.unwrap_or_default();
            match witness.find(request.0.note(), &lines) {
                Some(cosignature) => return keep(app, witness, request, cosignature.clone()).await,
                None => WitnessTrouble::Wrong,
            }
        }
        403 => WitnessTrouble::OtherKey,
        404 => WitnessTrouble::NotWatched,
        409 => match parse_size(body) {
            Some(from) if from > request.0.checkpoint().head().size => WitnessTrouble::Ahead { size: from },
            Some(from) if from != request.0.old_size() => return Ok(Taken::Again { from }),
            Some(_) => WitnessTrouble::Wrong,
            None => WitnessTrouble::Fork,
        },
        422 => WitnessTrouble::Fork,
        other => WitnessTrouble::Status(other),
    };
    Ok(Taken::Trouble(trouble))
}

async fn keep(
    app: &App,
    witness: &WitnessKey,
    request: &CosignRequest,
    cosignature: NoteSignature,
) -> Result<Taken, Error> {
    let (witness, request) = (witness.clone(), request.0.clone());
    let size = request.checkpoint().head().size;
    let change = app.change(&Actor::Node, AuditAction::KeepCosignature);
    let keep = move |writer: &mut Writer<'_, '_>| {
        let now = writer.now();
        if let Some(signed) = public_log::checkpoint(writer)? {
            let note = Note::parse(&signed.note).map_err(|_| Error::Uncompiled)?;
            // Something newer may have been signed meanwhile, which this is not on.
            if note.text() == request.note().text() && witness.find(&note, note.signatures()).is_none() {
                let note = note.with_signatures([cosignature.clone()]);
                let note = note.map_err(|_| Error::Uncompiled)?.to_string();
                public_log::set_note(writer, signed.size, note.as_bytes())?;
            }
        }
        store::cosigned(writer, &witness.0.to_string(), size, now)?;
        writer.about("public_log", i64::try_from(size).unwrap_or(i64::MAX), "witnessed");
        Ok(Taken::Kept)
    };
    app.store.write(change, keep).await
}
