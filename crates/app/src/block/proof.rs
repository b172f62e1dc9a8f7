//! What probes of enforcers found is kept: by whoever feeds and asks them.

use anlanh_model::{Actor, AuditAction, Permission, Text};
use anlanh_store::block::proof::{self, NewProof};
use anlanh_store::{Change, Store, Writer};

use super::BlockRefusal;
use crate::{App, Clock, Error, permit};

/// Most proofs at once.
pub const MAX_PROOFS: usize = 1_000;
/// Longest name of an enforcer or text of a probe, in bytes.
const MAX_NAME_BYTES: usize = 300;

/// Keeps what probes found.
///
/// # Errors
/// When the one who says so may not, a text is none, there are too many, an entry is none, or the database is away or full.
pub async fn prove(app: &App, actor: &Actor, proofs: Vec<NewProof>) -> Result<(), Error> {
    if *actor != Actor::Node {
        permit(actor, Permission::ProveBlocks)?;
    }
    check(&proofs)?;
    let change = app.change(actor, AuditAction::ProveBlocks);
    app.store.write(change, move |writer| keep(writer, &proofs)).await
}

/// [`prove`], for the command line, whoever runs which beside a node has its data, and for the node that feeds enforcers itself.
///
/// # Errors
/// When a text is none, there are too many, an entry is none, or the database is away or full.
pub fn prove_of(store: &Store, clock: &Clock, actor: Actor, proofs: Vec<NewProof>) -> Result<(), Error> {
    check(&proofs)?;
    let change = Change {
        actor,
        action: AuditAction::ProveBlocks,
        now: clock.now(),
    };
    store.write_blocking(change, move |writer| keep(writer, &proofs))
}

fn check(proofs: &[NewProof]) -> Result<(), Error> {
    if proofs.is_empty() || proofs.len() > MAX_PROOFS {
        return Err(BlockRefusal::TooManyProofs.into());
    }
    for proof in proofs {
        for (field, text) in [("enforcer", &proof.enforcer), ("probe", &proof.probe)] {
            Text::<MAX_NAME_BYTES>::parse(text).map_err(|error| Error::Text(field, error))?;
        }
    }
    Ok(())
}

fn keep(writer: &mut Writer<'_, '_>, proofs: &[NewProof]) -> Result<(), Error> {
    for proof in proofs {
        if let Some(entry) = proof.entry
            && anlanh_store::block::load(writer, entry)?.is_none()
        {
            return Err(Error::NotFound("block"));
        }
        proof::insert(writer, proof)?;
    }
    writer.about("block_proof", 0, format!("proofs={}", proofs.len()));
    Ok(())
}
