//! What became of an order is told to the node that it came from: step by step, as it was noted.

use anlanh_model::{Actor, AuditAction, ContestGround};
use anlanh_store::peer::{self as store, ToTell};
use anlanh_store::{Reader, Writer, order, public_log};
use anlanh_wire::{Content, LogPrivate, LogReceipt, Logged, Progress, Stamp};

use super::{PeerError, send};
use crate::due::work_off;
use crate::public_log::{Receipt, receipt_for_office};
use crate::{App, Error, Site};

/// Most steps that are told in one transaction.
const MAX_AT_ONCE: u32 = 200;

/// Tells what is new. Steps are noted in the order in which they were taken; one that was told is not told again.
///
/// # Errors
/// When the database is away or full.
pub(crate) async fn run(app: &App) -> Result<(), Error> {
    loop {
        let read = app
            .store
            .read("peer.to_tell", |tx| Ok::<_, Error>(store::to_tell(tx, MAX_AT_ONCE)?));
        let steps = read.await?;
        let is_last = steps.len() < MAX_AT_ONCE as usize;
        if steps.is_empty() {
            return Ok(());
        }
        let site = std::sync::Arc::clone(&app.site);
        let change = app.change(&Actor::Node, AuditAction::TellPeers);
        app.store.write(change, move |writer| tell(writer, &site)).await?;
        if is_last {
            return Ok(());
        }
    }
}

/// Tells what the public log holds of orders, once it is signed: each entry with what it commits to.
///
/// # Errors
/// When the database is away or full.
pub(crate) async fn run_entries(app: &App) -> Result<(), Error> {
    let of = app.clone();
    let tell = move |writer: &mut Writer<'_, '_>| tell_entries(writer, &of);
    let is_due = |tx: &mut Reader<'_, '_>, _| {
        let size = public_log::checkpoint(tx)?.map_or(0, |signed| signed.size);
        Ok(!order::entries_within(tx, size, 1)?.is_empty())
    };
    work_off(app, ("peer.entries", AuditAction::TellPeers), is_due, tell).await
}

fn tell_entries(writer: &mut Writer<'_, '_>, app: &App) -> Result<(), Error> {
    let size = public_log::checkpoint(writer)?.map_or(0, |signed| signed.size);
    let entries = order::entries_within(writer, size, MAX_AT_ONCE)?;
    for entry in &entries {
        if let Some((peer, stream)) = store::of_order(writer, entry.order)?
            && let Some(peer) = store::load(writer, peer)?
        {
            let receipt = receipt_for_office(writer, app, entry)?;
            let shown = |private| {
                Content::Logged(Logged {
                    receipt: LogReceipt {
                        private,
                        ..as_told(&receipt)
                    },
                })
            };
            let private = receipt.private.as_ref().map(|private| LogPrivate {
                salt: private.salt.clone(),
                text: private.text.clone(),
            });
            match send::say(writer, &app.site, &peer, &stream, shown(private)) {
                // What is longer than a message may be is shown without what it commits to.
                Err(Error::Peer(PeerError::TooLong)) => send::say(writer, &app.site, &peer, &stream, shown(None))?,
                said => said?,
            };
        }
        order::forget_entry(writer, entry.position)?;
    }
    writer.about("peers", i64::try_from(entries.len()).unwrap_or(i64::MAX), "entries");
    Ok(())
}

fn as_told(receipt: &Receipt) -> LogReceipt {
    LogReceipt {
        receipt: receipt.receipt.to_owned(),
        key: receipt.key.clone(),
        entry: receipt.entry.clone(),
        proof: receipt.proof.clone(),
        private: None,
    }
}

fn tell(writer: &mut Writer<'_, '_>, site: &Site) -> Result<(), Error> {
    let steps = store::to_tell(writer, MAX_AT_ONCE)?;
    for step in &steps {
        let (Some(peer), Some(row)) = (store::load(writer, step.peer)?, order::load(writer, step.order)?) else {
            continue;
        };
        if let Some(progress) = progress(step, row.order.state.key()) {
            send::say(writer, site, &peer, &step.stream, Content::Progress(progress))?;
        }
    }
    if let Some(last) = steps.last() {
        store::set_told(writer, last.event)?;
    }
    writer.about("peers", i64::try_from(steps.len()).unwrap_or(i64::MAX), "told");
    Ok(())
}

/// What is told of a step; none where it is the node's own affair: who entered what, who was told.
fn progress(step: &ToTell, state: &str) -> Option<Progress> {
    let target_state = match (step.kind.as_str(), step.target) {
        ("executed", Some(_)) if step.detail == "proposed" => Some("proposed"),
        ("executed", Some(_)) => Some("executed"),
        ("decided", Some(_)) => Some("under_way"),
        ("failed", Some(_)) => Some("failed"),
        ("contested", Some(_)) => Some("contested"),
        ("lifted", Some(_)) => Some("lifted"),
        (
            "authenticated" | "checked" | "taken" | "contested" | "answered" | "withdrawn" | "expired" | "amended",
            None,
        )
        | ("clock_breached", _) => None,
        _ => return None,
    };
    let ground = ContestGround::from_key(&step.detail).filter(|_| step.kind == "contested");
    Some(Progress {
        step: step.kind.clone(),
        at: Stamp(step.at.as_micros()),
        state: state.to_owned(),
        target: step.target,
        target_state: target_state.map(str::to_owned),
        ground: ground.map(|ground| ground.key().to_owned()),
        words: step.note.clone(),
    })
}
