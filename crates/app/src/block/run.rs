//! What happens to the blocklist because time passes: entries end, clocks of objections warn and run out.

use std::sync::atomic::Ordering;

use anlanh_model::{Actor, AuditAction, ClockEvent, Time};
use anlanh_store::block::{self, objection, version};
use anlanh_store::{Reader, Writer, tally, vault};

use super::step::begin_version;
use crate::due::work_off;
use crate::{App, Error};

/// Most entries or objections that one transaction is about.
const MOST_AT_ONCE: u32 = 500;

/// Notes whatever is due.
pub(crate) async fn run(app: &App) -> Result<(), Error> {
    let is_due = |tx: &mut Reader<'_, '_>, now| {
        Ok(!block::expired(tx, now, 1)?.is_empty() || !objection::struck(tx, now, 1)?.is_empty())
    };
    work_off(app, ("block.due", AuditAction::RunBlocks), is_due, note_due).await
}

fn note_due(writer: &mut Writer<'_, '_>) -> Result<(), Error> {
    let now = writer.now();
    let mut ended = Vec::new();
    let expired = block::expired(writer, now, MOST_AT_ONCE)?;
    for id in &expired {
        let row = block::load(writer, *id)?.ok_or(Error::NotFound("block"))?;
        let was_live = row.entry.state.is_live();
        let after = row.entry.expire(now)?;
        block::update_entry(writer, after.id, after.state)?;
        if was_live {
            ended.push(after.id);
        }
    }
    if !ended.is_empty() {
        let removed = u64::try_from(ended.len()).unwrap_or(u64::MAX);
        let serial = begin_version(writer, "expire", None, None, (0, removed))?;
        for id in ended {
            version::close_spans(writer, id, serial)?;
        }
    }
    let (mut warned, mut breached) = (0_u32, 0_u32);
    for id in objection::struck(writer, now, MOST_AT_ONCE)? {
        let row = objection::load(writer, id)?.ok_or(Error::NotFound("objection"))?;
        let mut after = row.objection;
        let Some((clock, happened)) = after.clock.take().map(|clock| clock.tick(now)) else {
            continue;
        };
        match happened {
            Some(ClockEvent::Warned) => warned += 1,
            Some(ClockEvent::Breached) => {
                tally::add(writer, "clock_breached", &clock.key, 1);
                breached += 1;
            }
            None => {}
        }
        after.clock = Some(clock);
        objection::set_clock(writer, &after)?;
    }
    writer.about(
        "blocks",
        0,
        format!("expired={} warned={warned} breached={breached}", expired.len()),
    );
    Ok(())
}

/// Erases what was said in objections that were answered before this moment.
pub(crate) async fn erase_words(app: &App, before: Time) -> Result<(), Error> {
    loop {
        let found = app
            .store
            .read("block.ended_words", move |tx| objection::ended_words(tx, before, 1));
        if found.await.map_err(Error::from)?.is_empty() {
            return Ok(());
        }
        let erase = move |writer: &mut Writer<'_, '_>| {
            let ended = objection::ended_words(writer, before, MOST_AT_ONCE)?;
            for id in &ended {
                vault::delete_key(writer, objection::subject_of(*id))?;
                objection::clear_words(writer, *id)?;
            }
            writer.about(
                "block_objections",
                i64::try_from(ended.len()).unwrap_or(i64::MAX),
                "time",
            );
            Ok::<_, Error>(())
        };
        let change = app.change(&Actor::Node, AuditAction::EraseObjection);
        app.store.write(change, erase).await?;
        app.purge_due.store(true, Ordering::Release);
    }
}
