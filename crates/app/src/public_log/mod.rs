//! The public log: every decision that takes effect, every reversal, every step of the policy and the report of each month
//! are committed to a Merkle tree that nobody can rewrite unseen (C2SP tlog-tiles, over the hashes of RFC 6962).
//!
//! An entry is written in the transaction of what it tells, at the next place, and holds public fields alone. What
//! concerns somebody stands in it as a *commitment*: SHA-256 of a salt and a text. Whoever is entitled gets both in their
//! [receipt](Receipt); without the salt, which is derived and kept nowhere, the commitment says nothing, and what it
//! commits to can be erased without breaking the log. [`publish`] takes what is new into the tree and signs it, all in one
//! transaction: a node that is killed at any moment goes on where it was, and signs no second history.
//!
//! Whatever one party of a decision is not told is in no entry: what is done to an account is nothing that whoever reported
//! it reads. Entries have days, no times: those would tell which entry is about what somebody saw happen.
//!
//! Nodes watch each other: [`cosign`] answers the logs that this node witnesses, and [`next_request`] and [`take_answer`]
//! have its own log witnessed by others.

mod check;
mod orders;
mod publish;
mod read;
mod watch;
mod witnesses;

use anlanh_api::Instant;
use anlanh_model::{Id, Target, Time};
use anlanh_store::decision::{Decision, DecisionRow};
use anlanh_store::{Queries, Writer, item, public_log};
use anlanh_tlog::MAX_ENTRY_BYTES;
use anlanh_vault::Vault;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::Error;
use crate::case::Means;

pub use anlanh_tlog::SIZE_CONTENT_TYPE;
pub use check::{Checked, MAX_RECEIPT_BYTES, ReceiptError, Trust, check};
pub(crate) use orders::{note_amendment, note_answer, note_issued, note_order, note_receipt, receipt_for_office};
pub(crate) use publish::log_key;
pub use publish::{MAX_AT_ONCE, publish};
pub(crate) use publish::{Sequencer, keep_reports};
pub(crate) use read::is_signed;
pub use read::{
    Known, KnownWitness, Private, Published, Receipt, checkpoint, entries, entry, known, own_receipt, receipt, tile,
};
pub use watch::{
    CosignAnswer, MAX_COSIGN_BYTES, MAX_WATCHED_LOGS, WatchError, WatchedLog, cosign, unwatch, watch, watched,
    witness_key,
};
pub use witnesses::{
    CosignRequest, MAX_WITNESSES, NamedError, NamedWitnesses, Next, Taken, WitnessKey, WitnessKeyError, WitnessTrouble,
    name_witnesses, next_request, take_answer,
};

/// Characters of a day, `2026-11-27`.
const DAY_CHARS: usize = 10;
/// Bytes of a salt.
const SALT_BYTES: usize = 32;

/// What everybody reads of a decision.
#[derive(Serialize)]
struct DecisionEntry<'a> {
    kind: &'static str,
    at: String,
    outcome: &'static str,
    category: Option<&'a str>,
    basis: &'a [String],
    detection: &'static str,
    /// Where the decision stands that it answers an appeal against.
    answers: Option<u64>,
    /// Digest of the policy that it rests on.
    policy: &'a str,
    /// SHA-256 of the salt and of what concerns somebody.
    commitment: String,
}

/// What concerns somebody.
#[derive(Serialize)]
struct PrivatePart<'a> {
    decision: String,
    target: PrivateTarget<'a>,
    facts: &'a str,
}

#[derive(Serialize)]
struct PrivateTarget<'a> {
    kind: &'static str,
    reference: &'a str,
}

#[derive(Serialize)]
struct ReversalEntry {
    kind: &'static str,
    at: String,
    /// Where the decision stands that was taken back.
    of: u64,
}

#[derive(Serialize)]
struct PolicyEntry<'a> {
    kind: &'static str,
    at: String,
    step: &'static str,
    /// Digest of the policy that is in force from then on.
    policy: &'a str,
}

/// Commits a decision that takes effect, as the answer to an appeal where it is one.
pub(crate) fn note_decision(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    row: &DecisionRow,
    answers: Option<Id<Decision>>,
) -> Result<(), Error> {
    let answers = match answers {
        Some(before) => public_log::about(writer, &about_decision(before))?.map(|entry| entry.position),
        None => None,
    };
    let private = private_part(writer, row)?;
    let entry = DecisionEntry {
        kind: "decision",
        at: day(row.at),
        outcome: row.outcome.key(),
        category: row.category.as_deref(),
        basis: &row.basis,
        detection: row.detection.key(),
        answers,
        policy: means.engine.policy.digest(),
        commitment: commitment(&salt(&means.vault, row.id), &private),
    };
    append(writer, "decision", &about_decision(row.id), &entry)
}

/// Commits that a decision was taken back. One from before there was a log is not in it.
pub(crate) fn note_reversal(writer: &mut Writer<'_, '_>, of: Id<Decision>) -> Result<(), Error> {
    let Some(before) = public_log::about(writer, &about_decision(of))? else {
        return Ok(());
    };
    let entry = ReversalEntry {
        kind: "reversal",
        at: day(writer.now()),
        of: before.position,
    };
    append(writer, "reversal", &format!("reversal:{of}"), &entry)
}

/// Commits that a policy came into force.
pub(crate) fn note_policy(writer: &mut Writer<'_, '_>, step: &'static str, digest: &str) -> Result<(), Error> {
    let entry = PolicyEntry {
        kind: "policy",
        at: day(writer.now()),
        step,
        policy: digest,
    };
    // The same policy may come into force again, at another place.
    let about = format!("policy:{}", public_log::size(writer)?);
    append(writer, "policy", &about, &entry)
}

fn append(writer: &mut Writer<'_, '_>, kind: &str, about: &str, entry: &impl Serialize) -> Result<(), Error> {
    let entry = serde_json::to_vec(entry).map_err(|_| Error::Uncompiled)?;
    // What no bundle holds could never be signed, nor anything behind it.
    if entry.len() > MAX_ENTRY_BYTES {
        return Err(Error::Uncompiled);
    }
    Ok(public_log::append(writer, kind, about, &entry)?)
}

/// The day (UTC) of a moment: a time to the second would tell whoever knows when something happened which entry it is.
fn day(at: Time) -> String {
    Instant(at.as_micros()).to_string().chars().take(DAY_CHARS).collect()
}

/// By what the entry of a decision is known here.
fn about_decision(id: Id<Decision>) -> String {
    format!("decision:{id}")
}

/// What of a decision concerns somebody, as it is committed to: always the same bytes.
fn private_part(tx: &mut dyn Queries, row: &DecisionRow) -> Result<String, Error> {
    let item = item::load(tx, row.item)?.ok_or(Error::NotFound("item"))?;
    let target: Target = item.target()?;
    let part = PrivatePart {
        decision: row.id.to_string(),
        target: PrivateTarget {
            kind: target.kind().key(),
            reference: target.reference(),
        },
        facts: &row.facts,
    };
    serde_json::to_string(&part).map_err(|_| Error::Uncompiled)
}

/// The salt of a decision's commitment, known to whoever has the node's key.
fn salt(vault: &Vault, decision: Id<Decision>) -> [u8; SALT_BYTES] {
    vault.secret_of("public-log.salt", decision.number())
}

fn commitment(salt: &[u8; SALT_BYTES], private: &str) -> String {
    hex(&Sha256::new().chain_update(salt).chain_update(private).finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
