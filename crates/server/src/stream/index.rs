//! What events are matched against follows the indicators of the node; what is new among them is hunted for in what is kept. What
//! is found is told with its host: tokens are turned back here, in memory, and what becomes of the address is the business of alerts.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use anlanh_app::incident::MAX_ALERTS;
use anlanh_app::{App, Error, indicator, sensor};
use anlanh_model::AlertOrigin;
use anlanh_soc::{Arrival, Builder, SequencesBuilder};
use anlanh_stix::Pattern;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::alert::{About, Alerts};
use super::keep::Hunted;
use super::look::look;
use super::{Listed, Shared};

/// How often it is looked whether an indicator has changed.
const LOOK: Duration = Duration::from_millis(500);
/// Indicators begin and cease to count by time alone: after so long they are read again.
const AT_LEAST: Duration = Duration::from_secs(10 * 60);
/// Changes that are hunted for at once: an indicator may have up to 256 keys, and few have more than one.
const MOST_CHANGES: u32 = 20_000;

/// Follows the indicators, until nobody takes what is found. `hunted` is the change up to which they were hunted for; at the
/// first start nothing is: what is listed then was listed before there were events.
pub async fn run(shared: Shared, hunted: Option<i64>, tell: mpsc::Sender<Hunted>) {
    let mut looking = interval(LOOK);
    looking.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut known, mut hunted, mut since) = (None, hunted, Instant::now());
    loop {
        looking.tick().await;
        let Ok(change) = indicator::last_change(&shared.app).await else {
            continue;
        };
        if known != Some(change) || since.elapsed() >= AT_LEAST {
            let app = shared.app.clone();
            let built = tokio::task::spawn_blocking(move || build(&app)).await;
            match built {
                Ok(Ok(listed)) => {
                    *shared.listed.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(listed);
                    (known, since) = (Some(change), Instant::now());
                }
                Ok(Err(error)) => tracing::warn!(%error, "indicators could not be read for matching"),
                Err(_) => return,
            }
        }
        let from = *hunted.get_or_insert(change);
        if from < change {
            let (shared_here, tell_here) = (shared.clone(), tell.clone());
            let found = tokio::task::spawn_blocking(move || hunt(&shared_here, from, &tell_here)).await;
            match found {
                Ok(Ok(change)) => hunted = Some(change),
                Ok(Err(error)) => {
                    tracing::warn!(error = format!("{error:#}"), "kept events could not be looked through")
                }
                Err(_) => return,
            }
        }
    }
}

fn build(app: &App) -> Result<Listed, Error> {
    let (mut builder, mut sequences) = (Builder::new(), SequencesBuilder::default());
    let take_several = |builder: &mut Builder, pattern: &Pattern, of: (&str, &str)| sequences.add(builder, pattern, of);
    let policy = &app.engine().policy;
    let indexed = indicator::index_by_operator(app.store(), app.clock(), policy, &mut builder, take_several)?;
    indicator::tell_patterns(app, indexed.patterns);
    Ok(Listed::new(builder, sequences))
}

/// Looks through everything that is kept for the indicators that changed after a change and count; says up to which change.
fn hunt(shared: &Shared, after: i64, tell: &mpsc::Sender<Hunted>) -> anyhow::Result<i64> {
    let mut builder = Builder::new();
    let (change, indexed) = indicator::index_changes(&shared.app, after, MOST_CHANGES, &mut builder)?;
    let mut alerts = Alerts::default();
    if indexed.listed > 0 {
        let names: HashMap<u32, Arc<str>> = names(shared)?;
        let keeper = shared.keeper(Arrival::default());
        let looked = look(&shared.folder, builder.build(), &(i64::MIN..i64::MAX), |seen, hit| {
            let about = About {
                at: seen.at,
                sensor: names.get(&seen.source).map_or_else(|| Arc::from("events"), Arc::clone),
                host: seen.host(&keeper),
                far: None,
                origin: AlertOrigin::Hunt,
            };
            alerts.take(&keeper, &about, hit);
            if alerts.len() >= MAX_ALERTS {
                // Where nobody takes it, the node is being stopped: the hunt begins anew with the next start.
                let _gone = tell.blocking_send(Hunted::Found(alerts.take_all()));
            }
        })?;
        tracing::info!(
            indicators = indexed.listed,
            blocks = looked.blocks,
            read = looked.read,
            "kept events were looked through for new indicators"
        );
    }
    let _gone = tell.blocking_send(Hunted::Found(alerts.take_all()));
    let _gone = tell.blocking_send(Hunted::UpTo(change));
    Ok(change)
}

fn names(shared: &Shared) -> Result<HashMap<u32, Arc<str>>, Error> {
    let names = sensor::names_by_operator(shared.app.store())?;
    Ok(names.into_iter().map(|(number, name)| (number, name.into())).collect())
}
