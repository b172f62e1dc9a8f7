//! What events are matched against follows the indicators of the node; what is new among them is hunted for in what is kept.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use anlanh_app::{App, Error, indicator, sensor};
use anlanh_archive::View;
use anlanh_model::AlertOrigin;
use anlanh_soc::{Builder, Ends, FieldMap, Found, Hit, Index, Keeper, Layout, Matcher, Scratch, Wanted};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::Shared;
use super::alert::{About, Alerts};
use super::keep::HuntedUpTo;

/// How often it is looked whether an indicator has changed.
const LOOK: Duration = Duration::from_millis(500);
/// Indicators begin and cease to count by time alone: after so long they are read again.
const AT_LEAST: Duration = Duration::from_secs(10 * 60);
/// Changes that are hunted for at once: an indicator may have up to 256 keys, and few have more than one.
const MOST_CHANGES: u32 = 20_000;
/// Records that are matched at once.
const MATCHED: usize = 4_096;

/// Follows the indicators, until nobody takes what is found. `hunted` is the change up to which they were hunted for; at the
/// first start nothing is: what is listed then was listed before there were events.
pub async fn run(shared: Shared, hunted: Option<i64>, tell: mpsc::Sender<HuntedUpTo>) {
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
                Ok(Ok(index)) => {
                    let matcher = Arc::new(Matcher::new(Arc::new(index)));
                    *shared.matcher.write().unwrap_or_else(PoisonError::into_inner) = matcher;
                    (known, since) = (Some(change), Instant::now());
                }
                Ok(Err(error)) => tracing::warn!(%error, "indicators could not be read for matching"),
                Err(_) => return,
            }
        }
        let from = *hunted.get_or_insert(change);
        if from < change {
            let shared_here = shared.clone();
            let found = tokio::task::spawn_blocking(move || hunt(&shared_here, from)).await;
            match found {
                Ok(Ok(found)) => {
                    hunted = Some(found.change);
                    if tell.send(found).await.is_err() {
                        return;
                    }
                }
                Ok(Err(error)) => {
                    tracing::warn!(error = format!("{error:#}"), "kept events could not be looked through")
                }
                Err(_) => return,
            }
        }
    }
}

fn build(app: &App) -> Result<Index, Error> {
    let mut builder = Builder::new();
    indicator::index_by_operator(app.store(), app.clock(), &app.engine().policy, &mut builder)?;
    Ok(builder.build())
}

/// Looks through everything that is kept for the indicators that changed after a change and count.
fn hunt(shared: &Shared, after: i64) -> anyhow::Result<HuntedUpTo> {
    let mut builder = Builder::new();
    let (change, indexed) = indicator::index_changes(&shared.app, after, MOST_CHANGES, &mut builder)?;
    let mut hunting = Hunting::new(shared, builder.build())?;
    if indexed.listed > 0 {
        // What cannot be hunted for, as an e-mail address, is matched when it comes.
        let wanted = Wanted::of(hunting.matcher.index())?;
        let view = View::open(&shared.folder)?;
        let hunted = view.hunt(&(i64::MIN..i64::MAX), &wanted.keys, |record| {
            hunting
                .records
                .push((record.at, record.source, record.payload.to_vec()));
            if hunting.records.len() >= MATCHED {
                hunting.settle();
            }
        })?;
        hunting.settle();
        tracing::info!(
            indicators = indexed.listed,
            blocks = hunted.blocks,
            read = hunted.read,
            "kept events were looked through for new indicators"
        );
    }
    Ok(HuntedUpTo {
        change,
        alerts: hunting.alerts.into_vec(),
    })
}

/// What a hunt has found and not matched yet.
struct Hunting {
    matcher: Matcher,
    layout: Layout,
    keeper: Keeper,
    names: HashMap<u32, Arc<str>>,
    records: Vec<(i64, u32, Vec<u8>)>,
    alerts: Alerts,
}

impl Hunting {
    fn new(shared: &Shared, index: Index) -> Result<Self, Error> {
        let names = sensor::names_by_operator(shared.app.store())?;
        Ok(Self {
            matcher: Matcher::new(Arc::new(index)),
            layout: Layout::json(FieldMap::kept()),
            // Nobody's address is in what is kept.
            keeper: Keeper::new(Vec::new(), &[0; 32], 0),
            names: names.into_iter().map(|(number, name)| (number, name.into())).collect(),
            records: Vec::with_capacity(MATCHED),
            alerts: Alerts::default(),
        })
    }

    fn settle(&mut self) {
        let Self {
            matcher,
            layout,
            keeper,
            names,
            records,
            alerts,
        } = self;
        let lines = (0..).zip(records.iter().map(|(_, _, payload)| payload.as_slice()));
        let on_hit = |hit: Hit<'_>| {
            // What is kept of an event is not enough for a pattern.
            if hit.found == Found::Pattern {
                return;
            }
            let Some((at, source, _)) = records.get(hit.line as usize) else {
                return;
            };
            let about = About {
                at: *at,
                sensor: names.get(source).map_or_else(|| Arc::from("events"), Arc::clone),
                ends: Ends::default(),
                origin: AlertOrigin::Hunt,
            };
            alerts.take(keeper, &about, &hit);
        };
        matcher.scan(&mut Scratch::default(), layout, lines, on_hit, |_| {});
        records.clear();
    }
}
