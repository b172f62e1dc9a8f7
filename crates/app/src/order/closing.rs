//! A case whose item an order removes is closed by that decision: whoever reported hears of it, its clocks end, and nobody
//! decides again what is decided. When the order's act is lifted, the case waits again.

use anlanh_model::{Case, Id, OrderAct, Outcome, Text};
use anlanh_store::decision::Decision;
use anlanh_store::item::ItemRow;
use anlanh_store::order::{self, OrderRow};
use anlanh_store::{Writer, case, clock, event, proposal};

use super::act::facts;
use crate::case::Means;
use crate::{Error, report, statutory};

/// Closes the open cases about an item that an order removed.
pub(super) fn close(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    row: &OrderRow,
    act: &OrderAct<'_>,
    item: &ItemRow,
    decision: Id<Decision>,
) -> Result<(), Error> {
    let now = writer.now();
    for id in order::open_cases(writer, item.id, item.external.as_deref())? {
        let waiting = case::load(writer, id)?.ok_or(Error::NotFound("case"))?;
        if !waiting.is_first_about_item() {
            continue;
        }
        let note = note(&facts(&means.engine, row))?;
        let Some((next, happened)) = waiting.case.ordered(act, note, now) else {
            continue;
        };
        case::update(writer, &next)?;
        event::insert(writer, id, &happened)?;
        proposal::forget(writer, id)?;
        order::close_case(writer, id, decision)?;
        statutory::meet(writer, id)?;
        report::answer_all(writer, &means.vault, &means.site, id, Outcome::Remove)?;
    }
    Ok(())
}

/// Opens the cases again that a decision of an order had closed, since it was taken back.
pub(super) fn reopen(writer: &mut Writer<'_, '_>, decision: Id<Decision>, why: &str) -> Result<(), Error> {
    for id in order::closed_cases(writer, decision)? {
        order::reopen_case(writer, id)?;
        let closed = case::load(writer, id)?.ok_or(Error::NotFound("case"))?;
        let Some((mut next, happened)) = closed.case.resume(note(why)?) else {
            continue;
        };
        next.due = next.due.no_later_than(clock::earliest(writer, id)?);
        case::update(writer, &next)?;
        event::insert(writer, id, &happened)?;
    }
    Ok(())
}

/// As much of it as a note holds.
fn note(text: &str) -> Result<Text<{ Case::MAX_NOTE_BYTES }>, Error> {
    let short: String = text.chars().take(Case::MAX_NOTE_BYTES / 4).collect();
    Text::parse(&short).map_err(|error| Error::Text("note", error))
}
