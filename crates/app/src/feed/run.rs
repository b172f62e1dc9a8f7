//! What happens to feeds because time passes: those in which nothing changes are told of, and what a removed one listed goes.

use anlanh_model::{Actor, AuditAction, FeedAlarm, FeedState};
use anlanh_store::feed as store;
use anlanh_store::{Writer, indicator};

use super::collection::follow_collections;
use super::setting::collection_of;
use super::{BATCH, object};
use crate::{App, Error};

/// Does what is due.
///
/// # Errors
/// When the database is away or full.
pub async fn run(app: &App) -> Result<(), Error> {
    follow_collections(app).await?;
    note_stale(app).await?;
    purge(app).await?;
    crate::indicator::mark(app).await
}

/// Sets the alarm of feeds in which nothing changed for long.
async fn note_stale(app: &App) -> Result<(), Error> {
    let hours = i64::from(app.engine().policy.feeds().guard.stale_hours);
    let rows = app
        .store
        .read("feed.stale", |tx| Ok::<_, Error>(store::list(tx)?))
        .await?;
    let since = app.clock.now().plus_minutes(-hours * 60);
    for row in rows {
        let is_asked = row.settings.kind.has_address() && matches!(row.state, FeedState::Active | FeedState::Held);
        let is_still = row.changed_at.unwrap_or(row.created_at) < since;
        if !is_asked || !is_still || row.alarms.contains(&FeedAlarm::Stale) {
            continue;
        }
        let change = app.change(&Actor::Node, AuditAction::NoteFeed);
        let mut alarms = row.alarms.clone();
        alarms.push(FeedAlarm::Stale);
        let keep = move |writer: &mut Writer<'_, '_>| {
            store::set_alarms(writer, row.id, &alarms)?;
            writer.about("feed", row.id.number(), FeedAlarm::Stale.key());
            Ok::<_, Error>(())
        };
        app.store.write(change, keep).await?;
    }
    Ok(())
}

/// Takes back what removed feeds listed. It counts no more since they were removed; whoever follows changes learns of each.
async fn purge(app: &App) -> Result<(), Error> {
    let rows = app
        .store
        .read("feed.removed", |tx| Ok::<_, Error>(store::removed(tx)?))
        .await?;
    for row in rows {
        let now = app.clock.now();
        let change = app.change(&Actor::Node, AuditAction::TakeFeed);
        let keep = move |writer: &mut Writer<'_, '_>| {
            let limit = u32::try_from(BATCH).unwrap_or(u32::MAX);
            let listed = indicator::listed(writer, row.id, 0, limit)?;
            let mut objects = Vec::new();
            for one in &listed {
                indicator::revoke(writer, one.id)?;
                let Some(collection) = collection_of(&row) else {
                    continue;
                };
                if one.object.is_empty() {
                    objects.extend(object::made_revoked(&row, &one.kind, &one.value, now));
                } else {
                    object::drop_one(writer, collection, &one.object)?;
                }
            }
            object::add(writer, &row, &objects)?;
            if listed.len() < BATCH {
                let nothing = anlanh_model::RoundSize::default();
                let taken = store::TakenOver {
                    digest: &[],
                    size: &nothing,
                    live: 0,
                    changed: true,
                };
                store::taken(writer, row.id, &taken)?;
            }
            writer.about("feed", row.id.number(), format!("{} removed", listed.len()));
            Ok::<_, Error>(())
        };
        app.store.write(change, keep).await?;
    }
    Ok(())
}
