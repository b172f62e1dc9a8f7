//! What goes by itself, because the time is over for which the policy keeps it; and how erased items leave the disk.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use anlanh_model::{Actor, AuditAction, Id, Periods, Time};
use anlanh_pack::Record;
use anlanh_store::item::Item;
use anlanh_store::keeping::{self, WhyErased};
use anlanh_store::key::{self, Affected, Place};
use anlanh_store::{Error as StoreError, Reader, Writer, appeal, owner, vault};

use super::periods;
use crate::{App, Error, block, incident, report};

/// How many records are looked at in one transaction.
const AT_ONCE: u32 = 500;
/// How many pieces of what is counted are looked through at once, and written anew in one transaction.
const PIECES_AT_ONCE: u32 = 500;
/// In how many steps a round goes on before other work has its turn.
const STEPS: usize = 20;
/// How many hours after the beginning of a round the next one begins.
const ROUND_HOURS: i64 = 24;
/// How many hours pass at least before erased items are taken from the disk again: of PostgreSQL, whole tables are written.
const PURGE_HOURS: i64 = 6;
/// How many minutes pass at least after that failed.
const AGAIN_MINUTES: i64 = 10;

/// Erases what was kept long enough: a round through the oldest items, then reports and appeals.
///
/// # Errors
/// When the database is away or full; what was erased until then is.
pub(crate) async fn run(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let waits = |round: &super::Round| round.after.is_none() && round.next.is_some_and(|next| now < next);
    if waits(&app.rounds.lock()) {
        return Ok(());
    }
    for _ in 0..STEPS {
        let after = app.rounds.lock().after;
        let next = items(app, after, now).await?;
        app.rounds.lock().after = next;
        if next.is_none() {
            reports(app, now).await?;
            appeals(app, now).await?;
            owners(app, now).await?;
            if let Some(before) = kept_since(app, Record::Appeal, now) {
                block::erase_words(app, before).await?;
            }
            if let Some(before) = kept_since(app, Record::IncidentHost, now) {
                incident::erase_hosts(app, before).await?;
            }
            if let Some(before) = kept_since(app, Record::IncidentEvidence, now) {
                incident::erase_files(app, before).await?;
            }
            app.rounds.lock().next = Some(now.plus_minutes(ROUND_HOURS * 60));
            return Ok(());
        }
    }
    Ok(())
}

/// Erases those of the next items whose time is over; the last one that was looked at, where there may be more.
async fn items(app: &App, after: Option<Id<Item>>, now: Time) -> Result<Option<Id<Item>>, Error> {
    let periods = periods(&app.engine());
    let Some(shortest) = periods.item.into_iter().chain(periods.case).min() else {
        return Ok(None);
    };
    let found = app
        .store
        .read("keeping.oldest", move |tx| keeping::oldest(tx, after, now, AT_ONCE));
    let found = found.await.map_err(Error::from)?;
    let over = found
        .iter()
        .filter(|(_, item)| item.against_time(&periods, now).is_none());
    let over: Vec<Id<Item>> = over.map(|(id, _)| *id).collect();
    if !over.is_empty() {
        let erase = move |writer: &mut Writer<'_, '_>| erase(writer, &periods, &over);
        app.store
            .write(app.change(&Actor::Node, AuditAction::EraseItems), erase)
            .await?;
    }
    let is_full = u32::try_from(found.len()).is_ok_and(|found| found == AT_ONCE);
    let last = found.last().filter(|_| is_full);
    // Whatever comes after an item that is younger than any time is younger still.
    let next = last.filter(|(_, item)| days_before(now, shortest) >= item.received_at);
    Ok(next.map(|(id, _)| *id))
}

fn erase(writer: &mut Writer<'_, '_>, periods: &Periods, over: &[Id<Item>]) -> Result<(), Error> {
    let now = writer.now();
    let mut erased = 0;
    for item in over {
        // A case may have been opened since it was looked at.
        let keeping = keeping::of_item(writer, *item, now)?;
        if keeping.is_some_and(|keeping| keeping.against_time(periods, now).is_none()) {
            keeping::erase(writer, *item, WhyErased::Time)?;
            erased += 1;
        }
    }
    writer.about("items", erased, "time");
    Ok(())
}

async fn reports(app: &App, now: Time) -> Result<(), Error> {
    let Some(before) = kept_since(app, Record::Report, now) else {
        return Ok(());
    };
    for _ in 0..STEPS {
        let found = app.store.read("keeping.reports", move |tx| {
            keeping::answered_reports(tx, before, now, 1)
        });
        if found.await.map_err(Error::from)?.is_empty() {
            break;
        }
        let erase = move |writer: &mut Writer<'_, '_>| {
            let reports = keeping::answered_reports(writer, before, now, AT_ONCE)?;
            report::erase_each(writer, &reports)
        };
        let change = app.change(&Actor::Node, AuditAction::EraseReport);
        // Those that are left are appealed: they are looked at in the next round.
        if app.store.write(change, erase).await? == 0 {
            break;
        }
        app.purge_due.store(true, Ordering::Release);
    }
    Ok(())
}

async fn appeals(app: &App, now: Time) -> Result<(), Error> {
    let Some(before) = kept_since(app, Record::Appeal, now) else {
        return Ok(());
    };
    let found = move |tx: &mut Reader<'_, '_>| keeping::ended_appeals(tx, before, now, 1);
    while !app
        .store
        .read("keeping.appeals", found)
        .await
        .map_err(Error::from)?
        .is_empty()
    {
        let erase = move |writer: &mut Writer<'_, '_>| {
            let appeals = keeping::ended_appeals(writer, before, now, AT_ONCE)?;
            for appeal in &appeals {
                vault::delete_key(writer, appeal::subject_of(*appeal))?;
            }
            writer.about("appeals", i64::try_from(appeals.len()).unwrap_or(i64::MAX), "time");
            Ok::<_, Error>(())
        };
        app.store
            .write(app.change(&Actor::Node, AuditAction::EraseAppeal), erase)
            .await?;
        app.purge_due.store(true, Ordering::Release);
    }
    Ok(())
}

/// What owners said against requests goes when what is said in appeals does.
async fn owners(app: &App, now: Time) -> Result<(), Error> {
    let Some(before) = kept_since(app, Record::Appeal, now) else {
        return Ok(());
    };
    loop {
        let found = app
            .store
            .read("keeping.owners", move |tx| owner::ended_words(tx, before, now, 1));
        if found.await.map_err(Error::from)?.is_empty() {
            return Ok(());
        }
        let erase = move |writer: &mut Writer<'_, '_>| {
            let requests = owner::ended_words(writer, before, now, AT_ONCE)?;
            for request in &requests {
                vault::delete_key(writer, owner::subject_of(*request))?;
            }
            writer.about(
                "owner_requests",
                i64::try_from(requests.len()).unwrap_or(i64::MAX),
                "time",
            );
            Ok::<_, Error>(())
        };
        app.store
            .write(app.change(&Actor::Node, AuditAction::EraseAppeal), erase)
            .await?;
        app.purge_due.store(true, Ordering::Release);
    }
}

/// Takes erased items from the files of the database, and notes it for those who wanted it.
///
/// # Errors
/// When the database is away, or others keep it in use; then it is to be done again.
pub(crate) async fn purge(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    if app.rounds.lock().purge.is_some_and(|at| now < at) {
        return Ok(());
    }
    let is_on_disk = app
        .store
        .read("keeping.on_disk", move |tx| keeping::is_on_disk(tx, now));
    if !is_on_disk.await.map_err(Error::from)? {
        return Ok(());
    }
    // Where it fails, it is not begun anew at once: whole tables are written.
    app.rounds.lock().purge = Some(now.plus_minutes(AGAIN_MINUTES));
    uncount(app, now).await?;
    app.store.purge_items().await?;
    // Where somebody was told by mail goes with their items.
    app.store.purge().await?;
    app.store
        .write(app.change(&Actor::Node, AuditAction::EraseItems), move |writer| {
            keeping::note_purged(writer, now)?;
            writer.about("items", 0, "purged");
            Ok::<_, Error>(())
        })
        .await?;
    app.rounds.lock().purge = Some(now.plus_minutes(PURGE_HOURS * 60));
    Ok(())
}

/// Deletes the hashes under which erased items were counted: they tell whoever knows an account which items were its.
async fn uncount(app: &App, until: Time) -> Result<(), Error> {
    let erased = app.store.read("keeping.erased", move |tx| key::erased(tx, until));
    let erased: Arc<[i64]> = erased.await.map_err(Error::from)?.into();
    if erased.is_empty() {
        return Ok(());
    }
    let items = Arc::clone(&erased);
    let is_logged = app
        .store
        .read("keeping.is_logged", move |tx| key::is_logged(tx, &items));
    if is_logged.await.map_err(Error::from)? {
        let items = Arc::clone(&erased);
        uncount_by(app, move |writer| key::uncount_log(writer, &items)).await?;
    }
    let mut after = Place::FIRST;
    loop {
        let items = Arc::clone(&erased);
        let find = move |tx: &mut Reader<'_, '_>| key::of_erased(tx, &after, &items, PIECES_AT_ONCE);
        let Affected { places, last } = app.store.read("keeping.uncount", find).await.map_err(Error::from)?;
        if !places.is_empty() {
            let items = Arc::clone(&erased);
            uncount_by(app, move |writer| key::uncount(writer, &places, &items)).await?;
        }
        let Some(last) = last else { return Ok(()) };
        after = last;
    }
}

async fn uncount_by(
    app: &App,
    delete: impl Fn(&mut Writer<'_, '_>) -> Result<Vec<i64>, StoreError> + Send + 'static,
) -> Result<(), Error> {
    let delete = move |writer: &mut Writer<'_, '_>| {
        let keys = delete(writer)?;
        writer.about("items", 0, "uncounted");
        Ok::<_, Error>(keys)
    };
    let change = app.change(&Actor::Node, AuditAction::EraseItems);
    let keys = app.store.write(change, delete).await?;
    app.counting.forget(&keys);
    Ok(())
}

/// Since when such records may have ended and are kept still; none where the policy sets no time.
fn kept_since(app: &App, record: Record, now: Time) -> Option<Time> {
    let engine = app.engine();
    let retention = engine.policy.retention_of(record)?;
    Some(days_before(now, retention.days))
}

const fn days_before(now: Time, days: u32) -> Time {
    now.plus_minutes(-(days as i64) * 24 * 60)
}
