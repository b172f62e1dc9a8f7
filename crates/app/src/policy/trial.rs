//! Trials: what a version would change is counted before it may change anything.
//!
//! A back-test judges every kept item twice, by the version in force and by the one that is tried, on a thread of its
//! own. Its start is written first and its result at the end, in one transaction; one that a crash cut off is run again
//! from the beginning when the node is back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anlanh_model::{Actor, AuditAction, Id, Permission, TrialKind, TrialState};
use anlanh_screen::{Scratch, Screener, Verdict};
use anlanh_store::item::Item;
use anlanh_store::rule::{self, KeptItem};
use anlanh_store::trial::{self, Difference, DifferenceRow, MAX_LISTED, Totals, Trial, TrialRow};
use anlanh_store::version::{self, File, Version};

use super::version::{load, read};
use crate::case::permit_person;
use crate::engine::{Compiled, Engine};
use crate::policy::recall;
use crate::quality::viewer;
use crate::{App, Error, PolicyError, permit};

/// Items that a back-test reads at a time.
const PAGE: u32 = 500;

/// The back-tests that run now.
#[derive(Debug, Default)]
pub(crate) struct Trials(Mutex<BTreeMap<Id<Trial>, Arc<Progress>>>);

/// How far a back-test has come.
#[derive(Debug, Default)]
struct Progress {
    items: AtomicU64,
    stop: AtomicBool,
}

/// A trial with what it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialView {
    /// The trial.
    pub trial: TrialRow,
    /// What it found; so far, where it runs in shadow.
    pub totals: Totals,
    /// Items that a running back-test has judged.
    pub progress: Option<u64>,
    /// Items that are kept, roughly: so far a back-test has to go.
    pub kept: u64,
}

/// What a back-test found.
#[derive(Debug, Default)]
struct Found {
    totals: Totals,
    differences: Vec<(Id<Item>, Difference)>,
}

/// Begins to try a version on everything that was kept.
///
/// # Errors
/// When the one who asks may not, there is no such version, it has mistakes or was thrown away, another back-test runs,
/// or the database is away or full.
pub fn backtest(app: &App, actor: &Actor, id: Id<Version>) -> Result<Id<Trial>, Error> {
    permit_person(actor, Permission::EditPolicy)?;
    let files = app.store.read_blocking("policy.files", move |tx| {
        load(tx, id)?.state.seal()?;
        Ok::<Vec<File>, Error>(version::files(tx, id)?)
    })?;
    let policy = read(&files).map_err(PolicyError::Mistakes)?;
    let digest = policy.digest().to_owned();
    let compiled = Compiled::new(policy, &app.judging.lists)?;
    let live = Arc::clone(&app.engines().live);
    let against = live.version;
    // One at a time: it takes a whole core, and people wait for it.
    let mut running = app.judging.trials.0.lock().unwrap_or_else(PoisonError::into_inner);
    if !running.is_empty() {
        return Err(PolicyError::TrialRuns.into());
    }
    let trial = app
        .store
        .write_blocking(app.change(actor, AuditAction::BacktestPolicy), move |writer| {
            writer.about("policy_version", id.number(), digest.clone());
            Ok::<_, Error>(trial::begin(writer, id, &digest, against, TrialKind::Backtest)?)
        })?;
    let progress = Arc::new(Progress::default());
    running.insert(trial, Arc::clone(&progress));
    drop(running);
    begin(app, trial, live, compiled, progress)?;
    Ok(trial)
}

/// Stops a back-test.
///
/// # Errors
/// When the one who asks may not, or it does not run.
pub fn stop(app: &App, actor: &Actor, id: Id<Trial>) -> Result<(), Error> {
    permit_person(actor, Permission::EditPolicy)?;
    let running = app.judging.trials.0.lock().unwrap_or_else(PoisonError::into_inner);
    let progress = running.get(&id).ok_or(Error::NotFound("trial that runs"))?;
    progress.stop.store(true, Ordering::Relaxed);
    Ok(())
}

/// One trial.
///
/// # Errors
/// When the one who asks may not, there is no such trial, or the database is away.
pub async fn trial(app: &App, actor: &Actor, id: Id<Trial>) -> Result<TrialView, Error> {
    permit(actor, Permission::ReadPolicy)?;
    let progress = {
        let running = app.judging.trials.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.get(&id).map(|progress| progress.items.load(Ordering::Relaxed))
    };
    app.store
        .read("policy.trial", move |tx| {
            let trial = trial::load(tx, id)?.ok_or(Error::NotFound("trial"))?;
            Ok(TrialView {
                totals: trial::totals(tx, &trial)?,
                progress,
                kept: anlanh_store::item::count(tx)?,
                trial,
            })
        })
        .await
}

/// A page of the items on which a trial's versions differ, newest first.
///
/// # Errors
/// When the one who asks may not read both policy and items, there is no such trial, or the database is away.
pub async fn differences(
    app: &App,
    actor: &Actor,
    id: Id<Trial>,
    before: Option<Id<Item>>,
    limit: u32,
) -> Result<Vec<DifferenceRow>, Error> {
    permit(actor, Permission::ReadPolicy)?;
    permit(actor, Permission::ReadItems)?;
    let viewer = viewer(actor);
    app.store
        .read("policy.differences", move |tx| {
            trial::load(tx, id)?.ok_or(Error::NotFound("trial"))?;
            Ok(trial::differences(tx, id, viewer, before, limit)?)
        })
        .await
}

/// Runs the back-tests again that were cut off, where the version in force is still the one they were held against.
pub(crate) fn resume(app: &App) -> Result<(), Error> {
    let cut_off = app.store.read_blocking("policy.cut_off", |tx| {
        let trials = trial::running(tx, TrialKind::Backtest)?;
        let with_files = trials.into_iter().map(|row| {
            let files = version::files(tx, row.version)?;
            Ok::<_, Error>((row, files))
        });
        with_files.collect::<Result<Vec<(TrialRow, Vec<File>)>, Error>>()
    })?;
    let live = Arc::clone(&app.engines().live);
    for (row, files) in cut_off {
        let same = read(&files).ok().filter(|policy| policy.digest() == row.digest);
        match same.filter(|_| row.against == live.version) {
            Some(policy) => {
                let compiled = Compiled::new(policy, &app.judging.lists)?;
                let progress = Arc::new(Progress::default());
                let mut running = app.judging.trials.0.lock().unwrap_or_else(PoisonError::into_inner);
                running.insert(row.id, Arc::clone(&progress));
                drop(running);
                begin(app, row.id, Arc::clone(&live), compiled, progress)?;
            }
            None => finish(app, row.id, TrialState::Stopped, Found::default())?,
        }
    }
    Ok(())
}

fn begin(
    app: &App,
    trial: Id<Trial>,
    live: Arc<Engine>,
    tried: Compiled,
    progress: Arc<Progress>,
) -> Result<(), Error> {
    let app = app.clone();
    let thread = thread::Builder::new().name("back-test".to_owned());
    let started = thread.spawn(move || {
        let found = walk(&app, &live.screener, tried.screener(), &progress);
        let stopped = progress.stop.load(Ordering::Relaxed);
        let ended = match found {
            Ok(found) if stopped => finish(&app, trial, TrialState::Stopped, found),
            Ok(found) => finish(&app, trial, TrialState::Done, found),
            Err(_) => finish(&app, trial, TrialState::Failed, Found::default()),
        };
        // Where even that cannot be written, the trial runs again after the next start.
        drop(ended);
        let mut running = app.judging.trials.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.remove(&trial);
    });
    started.map(drop).map_err(Error::Thread)
}

/// Judges everything twice, newest first.
fn walk(app: &App, live: &Screener, tried: &Screener, progress: &Progress) -> Result<Found, Error> {
    let mut found = Found::default();
    let mut scratch = Scratch::default();
    let mut before = None;
    while !progress.stop.load(Ordering::Relaxed) {
        let page = app
            .store
            .read_blocking("policy.kept", move |tx| Ok::<_, Error>(rule::kept(tx, before, PAGE)?))?;
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        for kept in &page {
            judge(&mut found, &mut scratch, live, tried, kept);
        }
        progress.items.fetch_add(page.len() as u64, Ordering::Relaxed);
    }
    Ok(found)
}

fn judge(found: &mut Found, scratch: &mut Scratch, live: &Screener, tried: &Screener, kept: &KeptItem) {
    let Some(item) = recall(kept) else {
        found.totals.erased += 1;
        return;
    };
    let item = item.as_item();
    let old = live.screen_with(scratch, &item);
    let new = tried.screen_with(scratch, &item);
    let difference = difference(&old, &new);
    found.totals.count(&difference, kept.outcome);
    if difference.is_one() && (found.differences.len() as u64) < MAX_LISTED {
        found.differences.push((kept.id, difference));
    }
}

/// How two verdicts on one item differ.
pub(crate) fn difference(old: &Verdict<'_>, new: &Verdict<'_>) -> Difference {
    let rules = |verdict: &Verdict<'_>| -> BTreeSet<String> {
        verdict.reasons.iter().map(|reason| reason.rule.to_owned()).collect()
    };
    let (old_rules, new_rules) = (rules(old), rules(new));
    Difference {
        old_action: old.action.key().to_owned(),
        new_action: new.action.key().to_owned(),
        gained: new_rules.difference(&old_rules).cloned().collect(),
        lost: old_rules.difference(&new_rules).cloned().collect(),
    }
}

fn finish(app: &App, id: Id<Trial>, state: TrialState, found: Found) -> Result<(), Error> {
    let change = app.change(&Actor::Node, AuditAction::BacktestPolicy);
    app.store.write_blocking(change, move |writer| {
        trial::add(writer, id, &found.totals)?;
        trial::list(writer, id, &found.differences)?;
        trial::end(writer, id, state)?;
        writer.about("trial", id.number(), state.key());
        Ok::<_, Error>(())
    })
}
