//! Hunts are forgotten with the events they were about: those that found nothing as events in which nothing was listed are, those that
//! found something as those in which something was.

use anlanh_model::{Actor, AuditAction};
use anlanh_pack::Record;
use anlanh_store::Writer;
use anlanh_store::hunt::{self as store, Luck};

use crate::{App, Error};

/// Most hunts that one transaction forgets: each has up to 10,000 rows.
const AT_ONCE: u32 = 20;

/// Forgets whatever was kept long enough. What the policy sets no time for stays.
pub(crate) async fn run(app: &App) -> Result<(), Error> {
    let (engine, now) = (app.engine(), app.clock.now());
    for (luck, record) in [(Luck::Nothing, Record::Event), (Luck::Found, Record::Match)] {
        let Some(retention) = engine.policy.retention_of(record) else {
            continue;
        };
        let before = now.plus_minutes(-i64::from(retention.days) * 24 * 60);
        loop {
            let old = app.store.read("hunt.old", move |tx| {
                Ok::<_, Error>(store::old(tx, before, luck, AT_ONCE)?)
            });
            let old = old.await?;
            if old.is_empty() {
                break;
            }
            let forget = move |writer: &mut Writer<'_, '_>| {
                for id in &old {
                    store::delete(writer, *id)?;
                }
                writer.about("hunts", 0, format!("forgotten={}", old.len()));
                Ok::<_, Error>(())
            };
            let change = app.change(&Actor::Node, AuditAction::ForgetHunts);
            app.store.write(change, forget).await?;
        }
    }
    Ok(())
}
