//! What was read becomes durable: alerts first, then records with the marks of how far their sensors were read, and only then
//! does anybody hear of it. Whatever moment the process dies at, nothing that was told is missing; at the worst an alert is
//! counted again whose event is read again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anlanh_app::incident::{self, Alert, MAX_ALERTS};
use anlanh_app::sensor::{Standing, Trouble};
use anlanh_app::{App, Error};
use anlanh_archive::{Archive, Fault, Keep, Record, seal};
use anlanh_pack::Record as Kind;
use anlanh_sensor::Portion;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::Shared;
use super::work::Prepared;

/// Groups that are made durable together, at the most.
const MOST_GROUPS: usize = 8;
/// How often what failed is tried again, and housekeeping is looked to.
const AGAIN: Duration = Duration::from_secs(1);
/// A log is sealed after so long, however short it is: until then none of it can be forgotten.
const LONGEST_LOG: Duration = Duration::from_secs(60 * 60);
/// The mark of how far the indicators were hunted for; sensors have their numbers, from 1.
const HUNTED: u64 = 0;
const DAY_MICROS: i64 = 86_400_000_000;

/// What a hunt for new indicators says.
pub enum Hunted {
    /// What it found, or some of it.
    Found(Vec<Alert>),
    /// That all was told up to this change of the indicators.
    UpTo(i64),
}

/// How far each sensor was read, as far as that is durable.
#[derive(Debug, Default)]
pub struct Marks(Mutex<BTreeMap<u32, Vec<u8>>>);

impl Marks {
    pub fn of(archive: &Archive) -> Arc<Self> {
        let marks = archive
            .marks()
            .filter_map(|(key, mark)| Some((u32::try_from(key).ok()?, mark.to_vec())));
        Arc::new(Self(Mutex::new(marks.collect())))
    }

    pub fn find(&self, number: u32) -> Option<Vec<u8>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&number)
            .cloned()
    }

    fn set(&self, number: u32, mark: Vec<u8>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(number, mark);
    }
}

/// Up to which change of the indicators was hunted for, if that ever was.
pub fn hunted(archive: &Archive) -> Option<i64> {
    let mark = archive.marked(HUNTED)?;
    Some(i64::from_le_bytes(*mark.first_chunk()?))
}

struct Keeping {
    shared: Shared,
    archive: Archive,
    marks: Arc<Marks>,
    sealing: Option<(u64, JoinHandle<Result<(), Fault>>)>,
    log_since: Instant,
    is_told: bool,
}

/// Makes groups durable, one after another.
pub async fn run(
    shared: Shared,
    archive: Archive,
    mut groups: mpsc::Receiver<Vec<Prepared>>,
    mut hunts: mpsc::Receiver<Hunted>,
    marks: Arc<Marks>,
) {
    let mut keeping = Keeping {
        shared,
        archive,
        marks,
        sealing: None,
        log_since: Instant::now(),
        is_told: false,
    };
    let mut housekeeping = interval(AGAIN);
    housekeeping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    keeping.forget();
    loop {
        tokio::select! {
            group = groups.recv() => {
                let Some(mut group) = group else { return };
                for _ in 1..MOST_GROUPS {
                    match groups.try_recv() {
                        Ok(more) => group.extend(more),
                        Err(_) => break,
                    }
                }
                keeping.keep(group).await;
            }
            Some(hunt) = hunts.recv() => keeping.keep_hunt(hunt).await,
            _ = housekeeping.tick() => {}
        }
        keeping.tidy().await;
    }
}

impl Keeping {
    /// Keeps a group, however long that takes.
    async fn keep(&mut self, mut group: Vec<Prepared>) {
        let alerts: Vec<Alert> = group
            .iter_mut()
            .flat_map(|prepared| std::mem::take(&mut prepared.alerts))
            .collect();
        self.raise(&alerts, &group).await;
        let mut again = interval(AGAIN);
        loop {
            again.tick().await;
            let kept = tokio::task::block_in_place(|| write(&mut self.archive, &mut group));
            let Err(fault) = kept else { break };
            self.trouble(&group, &fault);
        }
        self.is_told = false;
        for prepared in group {
            if let Some(mark) = prepared.mark {
                self.marks.set(prepared.number, mark);
            }
            let board = self.shared.app.board();
            board.set(prepared.number, Standing::Running);
            let meter = board.meter(prepared.number);
            meter.add(&prepared.portion, prepared.arrival, prepared.happened);
            if let Some(done) = prepared.done {
                let Portion { events, bad, .. } = prepared.portion;
                // Whoever waited may have gone.
                let _gone = done.send(anlanh_intake::Kept { events, bad });
            }
        }
    }

    /// Keeps what a hunt found, and how far it came.
    async fn keep_hunt(&mut self, hunt: Hunted) {
        let change = match hunt {
            Hunted::Found(alerts) => return self.raise(&alerts, &[]).await,
            Hunted::UpTo(change) => change,
        };
        let mut again = interval(AGAIN);
        loop {
            again.tick().await;
            let kept = tokio::task::block_in_place(|| {
                // It is short, and among the first marks there are.
                let _taken = self.archive.mark(HUNTED, &change.to_le_bytes());
                self.archive.sync()
            });
            let Err(fault) = kept else { break };
            self.trouble(&[], &fault);
        }
    }

    /// Raises alerts, however long that takes. Those that are none by a defect of ours are told of and given up.
    async fn raise(&mut self, alerts: &[Alert], group: &[Prepared]) {
        let mut again = interval(AGAIN);
        for some in alerts.chunks(MAX_ALERTS) {
            loop {
                again.tick().await;
                match incident::raise(&self.shared.app, some).await {
                    Ok(_) => break,
                    Err(Error::Alert(error)) => {
                        tracing::error!(%error, count = some.len(), "alerts could not be raised");
                        break;
                    }
                    Err(error) => self.trouble(group, &error),
                }
            }
            again.reset_immediately();
        }
    }

    /// Something is in the way of keeping: those who wait go on waiting, and it is said once.
    fn trouble(&mut self, group: &[Prepared], error: &dyn std::fmt::Display) {
        for prepared in group {
            let board = self.shared.app.board();
            board.set(prepared.number, Standing::Failed(Trouble::Keeping));
            board.meter(prepared.number).failed();
        }
        if !self.is_told {
            tracing::error!(%error, "events cannot be kept; sensors wait");
        }
        self.is_told = true;
    }

    /// Seals what is full or old, and forgets what is older than the policy says.
    async fn tidy(&mut self) {
        if let Some((number, sealing)) = self.sealing.take_if(|(_, sealing)| sealing.is_finished()) {
            let sealed = match sealing.await {
                Ok(Ok(())) => self.archive.sealed(number),
                Ok(Err(fault)) => Err(fault),
                Err(_) => return,
            };
            match sealed {
                Ok(()) => self.forget(),
                Err(fault) => tracing::warn!(error = %fault, "a log of events could not be sealed"),
            }
        }
        if self.log_since.elapsed() >= LONGEST_LOG {
            self.log_since = Instant::now();
            if let Err(fault) = self.archive.roll() {
                tracing::warn!(error = %fault, "a log of events could not be closed");
            }
            self.forget();
        }
        if self.sealing.is_none()
            && let Some(number) = self.archive.waiting().first().copied()
        {
            let folder = Arc::clone(&self.shared.folder);
            let task = tokio::task::spawn_blocking(move || seal(&folder, number));
            self.sealing = Some((number, task));
        }
    }

    fn forget(&mut self) {
        let now = self.shared.app.clock().now().as_micros();
        for (keep, kind) in [(Keep::Passing, Kind::Event), (Keep::Lasting, Kind::Match)] {
            // What the policy sets no time for is not forgotten by the node.
            let Some(days) = days_of(&self.shared.app, kind) else {
                continue;
            };
            if let Err(fault) = self.archive.expire(keep, now.saturating_sub(days * DAY_MICROS)) {
                tracing::warn!(error = %fault, "old events could not be forgotten");
            }
        }
    }
}

fn days_of(app: &App, kind: Kind) -> Option<i64> {
    Some(app.engine().policy.retention_of(kind)?.days.into())
}

/// Makes records and marks durable, all or none. An event that is larger than a record may be is counted as one that cannot be
/// read; what was found in it was told.
fn write(archive: &mut Archive, group: &mut [Prepared]) -> Result<(), Fault> {
    let mut refused = vec![0; group.len()];
    for (prepared, refused) in group.iter().zip(&mut refused) {
        for piece in &prepared.pieces {
            let record = Record {
                at: piece.at,
                source: prepared.number,
                keep: piece.keep,
                payload: &piece.payload,
            };
            *refused += u64::from(archive.append(&record, &piece.keys).is_err());
        }
        if let Some(mark) = &prepared.mark {
            // There are fewer sensors than marks, and a mark of theirs is short.
            let _taken = archive.mark(prepared.number.into(), mark);
        }
    }
    archive.sync()?;
    for (prepared, refused) in group.iter_mut().zip(refused) {
        prepared.portion.kept -= refused.min(prepared.portion.kept);
        prepared.portion.bad += refused;
    }
    Ok(())
}
