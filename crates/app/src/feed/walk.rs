//! Feeds that are collections of a TAXII server: page after page, each kept with the place behind it, so that a node that is
//! killed goes on where it was.

use std::collections::HashSet;

use anlanh_model::{Actor, AuditAction, FeedAlarm, FeedKind, FeedState, RoundOutcome, RoundSize, Time};
use anlanh_stix::poll::{Poll, Step};
use anlanh_store::Writer;
use anlanh_store::feed::{self as store, FeedRow, RoundRow, TakenOver, Validators};
use anlanh_store::indicator::{self, NewIndicator};
use sha2::{Digest as _, Sha256};

use super::collection::{has_more, is_within_since};
use super::round::{ReadRound, add_batch, hold_round, keep_told, note_looked, read_part, still_wanted};
use super::{Ask, BATCH, ROUNDS_KEPT, guard, next_at, object, threat};
use crate::{App, Error};

/// What a page has, and where it leads.
#[derive(Debug)]
pub struct PageRead {
    round: ReadRound,
    poll: Poll,
    /// What follows.
    pub step: Step,
}

impl PageRead {
    /// Where the walk goes on once the page is kept.
    #[must_use]
    pub const fn position(&self) -> &Poll {
        &self.poll
    }
}

/// Makes sense of a page of a walk that has done so much: its body, and where the server says that it ends. None where it is no page.
///
/// # Errors
/// Why it is no page.
pub fn read_page(
    app: &App,
    ask: &Ask,
    (mut poll, walked): (Poll, &Walked),
    (body, date_added_last): (&[u8], Option<&str>),
) -> Result<PageRead, String> {
    let round = read_part(app, ask, body, walked.regexes);
    // An empty page may be an empty object.
    if round.is_fault() {
        return Err("the answer is no page of objects".to_owned());
    }
    let mut reader = anlanh_stix::BundleReader::new(body);
    while !matches!(reader.next_object(), Ok(None)) {}
    let head = reader
        .head()
        .map_err(|_| "the answer is no page of objects".to_owned())?;
    let step = poll.answered(&anlanh_stix::taxii::Envelope::of(&head), date_added_last);
    Ok(PageRead { round, poll, step })
}

/// What a walk has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Walked {
    /// Bytes that came.
    pub bytes: u64,
    /// Values that are new or changed.
    pub added: u64,
    /// Values that were taken back.
    pub removed: u64,
    /// What cannot be used.
    pub refused: u64,
    /// Values that are known to be good.
    pub warned: u64,
    /// Regular expressions in its patterns.
    pub(super) regexes: usize,
    /// What there is beside values, once it was counted.
    room: Option<threat::Room>,
}

/// The collection has this title and id now. Where it had others, its walk waits for a person.
///
/// # Errors
/// When the database is away or full.
pub async fn renamed(app: &App, ask: &Ask, title: &str) -> Result<Option<RoundOutcome>, Error> {
    let known = ask.row.known.as_ref().and_then(|known| known.title.as_deref());
    if known.is_none_or(|known| known == title) {
        return Ok(None);
    }
    let digest: [u8; 32] = Sha256::digest(title).into();
    if ask.row.held_digest.as_deref() == Some(&digest) {
        note_looked(app, ask, Validators::default(), ask.row.alarms.clone()).await?;
        return Ok(Some(RoundOutcome::Held));
    }
    let size = RoundSize {
        title: Some(title.to_owned()),
        ..ask.row.known.clone().unwrap_or_default()
    };
    let held = hold_round(
        app,
        ask.row.clone(),
        (size, digest, None),
        vec![FeedAlarm::Renamed],
        (0, 0, None),
    );
    held.await.map(Some)
}

/// Keeps a page, and the place behind it. What came before in the same round is told, and with it what came now; where that is
/// more than the feed may grow by, the page waits for a person.
///
/// # Errors
/// When the database is away or full.
pub async fn take_page(
    app: &App,
    ask: &Ask,
    page: PageRead,
    (title, walked): (&str, &mut Walked),
) -> Result<RoundOutcome, Error> {
    let PageRead { round, poll, step } = page;
    let position = poll.to_line();
    let known_by = position.clone();
    take_part(app, ask, (round, position, step), (title, &known_by, walked)).await
}

/// Keeps a part of what somebody has, and the place behind it, as [`take_page`] says. By `known_by` a part that waits for a person is
/// known again.
pub(super) async fn take_part(
    app: &App,
    ask: &Ask,
    (mut round, position, step): (ReadRound, String, Step),
    (title, known_by, walked): (&str, &str, &mut Walked),
) -> Result<RoundOutcome, Error> {
    let (size, refusals) = (round.size.clone(), round.refusals.clone());
    let sum = RoundSize {
        title: Some(title.to_owned()),
        values: ask.row.live + walked.added + size.values,
        refused: walked.refused + refusals.count,
        warned: walked.warned + size.warned,
    };
    // Of the first walk all is new, and held against nothing but what a feed may be.
    let alarms = guard(app).alarms(ask.row.known.as_ref(), &sum);
    if !alarms.is_empty() {
        let digest: [u8; 32] = Sha256::digest(known_by).into();
        if ask.row.held_digest.as_deref() == Some(&digest) {
            // A person knows of it already, whether they have looked or not.
            note_looked(app, ask, Validators::default(), ask.row.alarms.clone()).await?;
            return Ok(RoundOutcome::Held);
        }
        let told = (walked.bytes, refusals.count, refusals.why());
        return hold_round(app, ask.row.clone(), (sum, digest, Some(position)), alarms, told).await;
    }
    threat::keep_part(app, ask, std::mem::take(&mut round.threats), &mut walked.room).await?;
    let regexes = round.regexes;
    let (entries, objects, sightings) = round.into_parts();
    keep_page(app, ask, (entries, objects), position, walked).await?;
    keep_told(app, ask, sightings).await?;
    walked.regexes = regexes;
    walked.refused += refusals.count;
    walked.warned += size.warned;
    match step {
        Step::More => Ok(RoundOutcome::Unchanged),
        Step::Done | Step::Stuck => finish(app, ask, sum, (*walked, refusals.why())).await,
    }
}

/// Keeps what a page has: the place behind it in the last transaction.
async fn keep_page(
    app: &App,
    ask: &Ask,
    (entries, objects): (Vec<NewIndicator>, Vec<anlanh_store::intel::NewObject>),
    position: String,
    walked: &mut Walked,
) -> Result<(), Error> {
    let now = app.clock.now();
    for batch in objects.chunks(BATCH) {
        let (batch, row) = (batch.to_vec(), ask.row.clone());
        let change = app.change(&Actor::Node, AuditAction::TakeFeed);
        let keep = move |writer: &mut Writer<'_, '_>| {
            object::add(writer, &row, &batch)?;
            writer.about("feed", row.id.number(), format!("{} objects", batch.len()));
            Ok::<_, Error>(())
        };
        app.store.write(change, keep).await?;
    }
    let batches = batches(entries);
    let last = batches.len() - 1;
    for (at, batch) in batches.into_iter().enumerate() {
        let row = ask.row.clone();
        let position = (at == last).then(|| position.clone());
        let change = app.change(&Actor::Node, AuditAction::TakeFeed);
        let keep = move |writer: &mut Writer<'_, '_>| {
            let mut done = (0_u64, 0_u64);
            if still_wanted(writer, &row)?.is_some() {
                done = merge(writer, &row, &batch, now)?;
                if let Some(position) = &position {
                    store::set_position(writer, row.id, position)?;
                }
            }
            writer.about("feed", row.id.number(), format!("{} added, {} removed", done.0, done.1));
            Ok::<_, Error>(done)
        };
        let (added, removed) = app.store.write(change, keep).await?;
        walked.added += added;
        walked.removed += removed;
    }
    Ok(())
}

/// So many values at once, and all of an object together: what it lists in one batch is held to be all that it lists. One at the least,
/// which may be empty.
fn batches(mut entries: Vec<NewIndicator>) -> Vec<Vec<NewIndicator>> {
    entries.sort_by(|one, other| one.object.cmp(&other.object));
    let (mut batches, mut batch) = (Vec::new(), Vec::new());
    for of_object in entries.chunk_by(|one, other| one.object == other.object) {
        if !batch.is_empty() && batch.len() + of_object.len() > BATCH {
            batches.push(std::mem::take(&mut batch));
        }
        batch.extend_from_slice(of_object);
    }
    batches.push(batch);
    batches
}

/// Lists the values of objects as they stand now: what an object said before and does not say any more goes. How many came, and
/// how many went.
fn merge(writer: &mut Writer<'_, '_>, row: &FeedRow, batch: &[NewIndicator], now: Time) -> Result<(u64, u64), Error> {
    let said: HashSet<(&str, &str, &str)> = batch
        .iter()
        .filter(|new| !new.is_revoked)
        .map(|new| (new.object.as_str(), new.kind, new.value.as_str()))
        .collect();
    let objects: HashSet<&str> = batch.iter().map(|new| new.object.as_str()).collect();
    let (mut known, mut removed) = (HashSet::new(), 0);
    for object in objects {
        for listed in indicator::of_object(writer, row.id, object, 10_000)? {
            if said.contains(&(object, listed.kind.as_str(), listed.value.as_str())) {
                known.insert((listed.object, listed.kind, listed.value, listed.stamp));
            } else {
                indicator::revoke(writer, listed.id)?;
                removed += 1;
            }
        }
    }
    let fresh = batch.iter().filter(|new| {
        let place = (new.object.clone(), new.kind.to_owned(), new.value.clone(), new.stamp);
        !new.is_revoked && !known.contains(&place)
    });
    let fresh: Vec<NewIndicator> = fresh.cloned().collect();
    add_batch(writer, row, &fresh, now)?;
    Ok((fresh.len() as u64, removed))
}

/// Ends a walk: what it found is what the next one is held against.
async fn finish(
    app: &App,
    ask: &Ask,
    sum: RoundSize,
    (walked, why): (Walked, Option<String>),
) -> Result<RoundOutcome, Error> {
    let (row, now) = (ask.row.clone(), app.clock.now());
    let passed = walked.room.map_or(0, |room| room.passed);
    let why = threat::with_passed(why, passed);
    let change = app.change(&Actor::Node, AuditAction::TakeFeed);
    let keep = move |writer: &mut Writer<'_, '_>| {
        let Some(number) = still_wanted(writer, &row)? else {
            return Ok(RoundOutcome::Failed);
        };
        if row.state == FeedState::Held {
            store::set_state(writer, row.id, FeedState::Active)?;
        }
        let is_changed = walked.added > 0 || walked.removed > 0;
        let live = if is_changed {
            indicator::count(writer, row.id)?
        } else {
            row.live
        };
        let (size, next_at) = held_against_next(writer, &row, (sum.title.clone(), live), now)?;
        let taken = TakenOver {
            digest: &[],
            size: &size,
            live,
            changed: is_changed,
        };
        store::taken(writer, row.id, &taken)?;
        let alarms = row.alarms.iter().copied();
        let alarms: Vec<FeedAlarm> = alarms
            .filter(|alarm| !is_changed && *alarm == FeedAlarm::Stale)
            .collect();
        store::looked(writer, row.id, (next_at, None), &Validators::default(), &alarms)?;
        let outcome = if is_changed {
            RoundOutcome::Applied
        } else {
            RoundOutcome::Unchanged
        };
        if is_changed || passed > 0 {
            let round = RoundRow {
                number,
                at: now,
                outcome,
                bytes: walked.bytes,
                listed: live,
                added: walked.added,
                removed: walked.removed,
                refused: walked.refused,
                warned: walked.warned,
                alarms,
                why: why.clone(),
            };
            store::insert_round(writer, row.id, &round, ROUNDS_KEPT)?;
        }
        writer.about("feed", row.id.number(), format!("{} added", walked.added));
        Ok(outcome)
    };
    app.store.write(change, keep).await
}

/// What the next walk is held against, and when that is.
fn held_against_next(
    writer: &mut Writer<'_, '_>,
    row: &FeedRow,
    (title, live): (Option<String>, u64),
    now: Time,
) -> Result<(RoundSize, Time), Error> {
    let size = RoundSize {
        title,
        values: live,
        refused: 0,
        warned: 0,
    };
    if row.settings.kind != FeedKind::Collection {
        return Ok((size, next_at(row, now)));
    }
    let known = row.known.clone();
    let is_same_window = is_within_since(writer, row)?;
    let size = known.filter(|_| is_same_window).unwrap_or(size);
    // What was written while this was looked through woke nobody.
    let next_at = if has_more(writer, row)? { now } else { next_at(row, now) };
    Ok((size, next_at))
}
