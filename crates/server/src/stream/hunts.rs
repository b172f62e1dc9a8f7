//! Hunts that people ask for are made here, one at a time: what is kept is looked through, and what is found is handed over by value,
//! host, sensor, kind and day.

use std::collections::HashMap;
use std::time::Duration;

use anlanh_app::hunt::{self, Ended, FoundRow, HuntResult, Job, MAX_ROWS, Progress, TurnBack};
use anlanh_model::Time;
use anlanh_soc::{Arrival, Hit};
use tokio::time::{MissedTickBehavior, interval};

use super::Shared;
use super::look::{Seen, look_while};

/// How often it is looked whether somebody asks for one.
const LOOK: Duration = Duration::from_millis(500);
const DAY_MICROS: i64 = 86_400_000_000;

/// Makes hunts, for as long as the node runs.
pub async fn run(shared: Shared) {
    let keeper = shared.keeper(Arrival::default());
    let turn_back = TurnBack::new(move |token, at| keeper.turn_back(token, at));
    shared.app.hunting().turn_back_by(turn_back);
    let mut looking = interval(LOOK);
    looking.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looking.tick().await;
        match hunt::next_of_node(&shared.app).await {
            Ok(Some(job)) => {
                if make(&shared, job).await {
                    looking.reset_immediately();
                }
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "hunts could not be looked for"),
        }
    }
}

/// Makes a hunt; whether that is known. Where the database is away at its end, it is made again, after a while.
async fn make(shared: &Shared, job: Job) -> bool {
    let (id, shared_here) = (job.id, shared.clone());
    let found = tokio::task::spawn_blocking(move || search(&shared_here, job)).await;
    let ended = match found {
        Ok(Ok(ended)) => ended,
        Ok(Err(error)) => {
            tracing::warn!(error = format!("{error:#}"), "kept events could not be looked through");
            Ended::Failed
        }
        // It would do so again, and no other would have its turn.
        Err(error) if error.is_panic() => Ended::Failed,
        // The node is being stopped.
        Err(_) => return false,
    };
    let kept = hunt::end_of_node(&shared.app, id, ended).await;
    if let Err(error) = &kept {
        tracing::warn!(%error, "what a hunt found could not be kept; it is made again");
    }
    kept.is_ok()
}

fn search(shared: &Shared, job: Job) -> anyhow::Result<Ended> {
    let mut found = Findings::default();
    let watch = |looked: &anlanh_archive::Hunted| {
        let progress = Progress {
            blocks: looked.blocks,
            read: looked.read,
        };
        shared.app.hunting().tell(progress)
    };
    let is_asked = |seen: &Seen<'_>| job.sensor.is_none_or(|sensor| sensor == seen.source);
    let looked = look_while(&shared.folder, job.index, &job.period, watch, |seen, hit| {
        if is_asked(&seen) {
            found.take(&seen, hit);
        }
    })?;
    let result = HuntResult {
        blocks: looked.blocks,
        read: looked.read,
        hits: found.hits,
        left_out: found.left_out,
    };
    Ok(Ended::Done(result, found.into_rows()))
}

/// What makes hits one row.
#[derive(PartialEq, Eq, Hash)]
struct Same {
    kind: &'static str,
    listed: String,
    sensor: u32,
    token: Option<String>,
    day: i64,
}

/// What was found so far.
#[derive(Default)]
struct Findings {
    rows: HashMap<Same, (u64, i64, i64)>,
    hits: u64,
    left_out: u64,
}

impl Findings {
    fn take(&mut self, seen: &Seen<'_>, hit: &Hit<'_>) {
        self.hits += 1;
        let same = Same {
            kind: hit.found.key(),
            listed: hit.listed.to_owned(),
            sensor: seen.source,
            token: seen.token(),
            day: seen.at.div_euclid(DAY_MICROS),
        };
        let is_full = self.rows.len() >= MAX_ROWS;
        match self.rows.get_mut(&same) {
            Some((count, first, last)) => {
                *count += 1;
                (*first, *last) = ((*first).min(seen.at), (*last).max(seen.at));
            }
            None if is_full => self.left_out += 1,
            None => drop(self.rows.insert(same, (1, seen.at, seen.at))),
        }
    }

    /// In an order that people can read: by value, then by time.
    fn into_rows(self) -> Vec<FoundRow> {
        let row = |(same, (count, first, last)): (Same, (u64, i64, i64))| FoundRow {
            kind: same.kind.to_owned(),
            listed: same.listed,
            sensor: same.sensor,
            token: same.token,
            count,
            first_at: Time::from_micros(first),
            last_at: Time::from_micros(last),
        };
        let mut rows: Vec<FoundRow> = self.rows.into_iter().map(row).collect();
        rows.sort_by(|one, other| {
            let key = |row: &FoundRow| (row.listed.clone(), row.kind.clone(), row.first_at, row.token.clone());
            key(one).cmp(&key(other)).then(one.sensor.cmp(&other.sensor))
        });
        rows
    }
}
