//! What happens to requests for information because time passes: those concerned are told, and what was entered is erased.

use std::sync::atomic::Ordering;

use anlanh_model::{Actor, AuditAction};
use anlanh_store::{Change, Writer, information, order};

use super::{file, tell};
use crate::case::Means;
use crate::{App, Error};

/// Most requests that one transaction is about.
const MOST_AT_ONCE: u32 = 100;

/// Does whatever is due for requests.
pub(crate) async fn run(app: &App) -> Result<(), Error> {
    let mut erased = false;
    loop {
        let now = app.clock.now();
        let due = app.store.read("information.due", move |tx| {
            let to_erase = !information::to_erase(tx, now, 1)?.is_empty();
            Ok::<_, Error>((to_erase, !information::to_tell(tx, now, 1)?.is_empty()))
        });
        let (to_erase, to_tell) = due.await?;
        let change = |action| Change {
            actor: Actor::Node,
            action,
            now,
        };
        if to_tell {
            let means = Means::of(app);
            let tell = move |writer: &mut Writer<'_, '_>| tell_due(writer, &means);
            app.store.write(change(AuditAction::TellInformation), tell).await?;
        }
        if to_erase {
            app.store
                .write(change(AuditAction::EraseInformation), erase_due)
                .await?;
            erased = true;
        }
        if !to_erase && !to_tell {
            break;
        }
    }
    if erased {
        app.purge_due.store(true, Ordering::Release);
    }
    Ok(())
}

fn tell_due(writer: &mut Writer<'_, '_>, means: &Means) -> Result<(), Error> {
    let now = writer.now();
    let due = information::to_tell(writer, now, MOST_AT_ONCE)?;
    for id in &due {
        let kept = information::load(writer, *id)?.ok_or(Error::NotFound("request"))?;
        let row = order::load(writer, kept.request.order)?.ok_or(Error::NotFound("order"))?;
        tell::tell(writer, &means.engine, &row, &kept)?;
    }
    writer.about("requests", i64::try_from(due.len()).unwrap_or(i64::MAX), "told");
    Ok(())
}

fn erase_due(writer: &mut Writer<'_, '_>) -> Result<(), Error> {
    let now = writer.now();
    let due = information::to_erase(writer, now, MOST_AT_ONCE)?;
    for id in &due {
        let kept = information::load(writer, *id)?.ok_or(Error::NotFound("request"))?;
        file::erase(writer, &kept)?;
    }
    writer.about("requests", i64::try_from(due.len()).unwrap_or(i64::MAX), "erased");
    Ok(())
}
