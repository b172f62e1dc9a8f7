//! Rounds of feeds that give all that they list: what came is read, held against what was there, and taken over in steps that may
//! be cut off anywhere. The next round finds what is missing, since a feed's digest is noted last.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use anlanh_model::{Actor, AuditAction, FeedAlarm, FeedKind, FeedState, Id, Indicator, RoundOutcome, RoundSize, Time};
use anlanh_soc::limits::MAX_KEPT_REGEXES;
use anlanh_soc::read_table;
use anlanh_stix::{BundleReader, Object};
use anlanh_store::feed::{self as store, FeedRow, RoundRow, TakenOver, Validators};
use anlanh_store::indicator::{self, NewIndicator};
use anlanh_store::intel::{NewObject, Written};
use anlanh_store::push;
use anlanh_store::{Queries, Writer};
use sha2::{Digest as _, Sha256};

use super::collection::note_held;
use super::entry::{Maker, ToldSighting, key, sighting_of};
use super::heard::Known;
use super::setting::{FormSpec, collection_of};
use super::{Ask, BATCH, MAX_VALUES, MAX_WAIT_MINUTES, ROUNDS_KEPT, guard, lapses_at, next_at, object, threat};
use crate::indicator::keep_sightings;
use crate::{App, Error};

/// Most refused lines or objects of a round of which the reason is kept.
const MOST_REASONS: usize = 20;
/// Values that are read in one transaction.
const READ_AT_ONCE: u32 = 10_000;

/// What of a round cannot be used: where, and why; never what stood there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusals {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub first: Vec<String>,
}

impl Refusals {
    pub(super) fn add(&mut self, place: impl std::fmt::Display, why: &dyn std::fmt::Display) {
        self.count = self.count.saturating_add(1);
        if self.first.len() < MOST_REASONS {
            self.first.push(format!("{place}: {why}"));
        }
    }

    pub(super) fn why(&self) -> Option<String> {
        (!self.first.is_empty()).then(|| self.first.join("\n"))
    }
}

/// What a round has.
#[derive(Debug)]
pub struct ReadRound {
    /// Of what it is made.
    pub size: RoundSize,
    /// What of it cannot be used.
    pub refusals: Refusals,
    digest: [u8; 32],
    bytes: u64,
    entries: Vec<NewIndicator>,
    objects: Vec<NewObject>,
    sightings: Vec<ToldSighting>,
    /// What it says beyond values.
    pub(super) threats: threat::Told,
    /// How many regular expressions the patterns of the round have up to here.
    pub(super) regexes: usize,
    /// Why it is no round at all.
    fault: Option<String>,
    is_flood: bool,
}

/// Makes sense of what came. It may take long and asks nothing.
#[must_use]
pub fn read(app: &App, ask: &Ask, body: &[u8]) -> ReadRound {
    read_part(app, ask, body, 0)
}

/// The same of a part of a round, of which the parts before have so many regular expressions.
pub(super) fn read_part(app: &App, ask: &Ask, body: &[u8], regexes: usize) -> ReadRound {
    let warnings = crate::indicator::warnings(app);
    let maker = Maker {
        row: &ask.row,
        known: Known::of(app, ask.row.id),
        warnings: &warnings.lists,
        now: app.clock.now(),
        regexes_left: Cell::new(MAX_KEPT_REGEXES.saturating_sub(regexes)),
    };
    let mut round = ReadRound::new(Sha256::digest(body).into(), body.len());
    let mut known = HashSet::new();
    match ask.kind() {
        FeedKind::Stix | FeedKind::Misp | FeedKind::Taxii | FeedKind::Collection => {
            round.read_bundle(&maker, body, &mut known);
        }
        FeedKind::List | FeedKind::Table | FeedKind::Zone | FeedKind::Hand => {
            round.read_lines(&maker, body, &mut known)
        }
    }
    round.settle(&maker);
    round
}

/// Makes sense of a part of what was written into a collection: each object in the name of whoever wrote it.
pub(super) fn read_written(app: &App, row: &FeedRow, written: &[Written], regexes: usize) -> ReadRound {
    let warnings = crate::indicator::warnings(app);
    let maker = Maker {
        row,
        known: Known::nothing(),
        warnings: &warnings.lists,
        now: app.clock.now(),
        regexes_left: Cell::new(MAX_KEPT_REGEXES.saturating_sub(regexes)),
    };
    let mut round = ReadRound::new([0; 32], written.iter().map(|written| written.body.len()).sum());
    let mut known = HashSet::new();
    for (place, written) in (1_u64..).zip(written) {
        match Object::read(&written.body) {
            Ok(object) => round.read_object(&maker, &object, (place, &written.by, &written.by), &mut known),
            Err(error) => round.refusals.add(format_args!("object {place}"), &error),
        }
    }
    round.settle(&maker);
    round
}

impl ReadRound {
    fn new(digest: [u8; 32], bytes: usize) -> Self {
        Self {
            size: RoundSize::default(),
            refusals: Refusals::default(),
            digest,
            bytes: bytes as u64,
            entries: Vec::new(),
            objects: Vec::new(),
            sightings: Vec::new(),
            threats: threat::Told::default(),
            regexes: 0,
            fault: None,
            is_flood: false,
        }
    }

    pub(super) fn read_lines(&mut self, maker: &Maker<'_>, body: &[u8], known: &mut HashSet<[u8; 16]>) {
        let Ok(form) = FormSpec::of(maker.row).read() else {
            self.fault = Some("the form of the feed cannot be read".to_owned());
            return;
        };
        read_table(&form, body, |line, entry| match entry {
            Ok(entry) => self.add(maker.of_entry(&entry), known),
            Err(error) => self.refusals.add(format_args!("line {line}"), &error),
        });
    }

    pub(super) fn read_bundle(&mut self, maker: &Maker<'_>, body: &[u8], known: &mut HashSet<[u8; 16]>) {
        let mut reader = BundleReader::new(body);
        let is_shared = collection_of(maker.row).is_some();
        let source = format!("feed:{}", maker.row.id.number());
        let mut place = 0_u64;
        loop {
            place = place.saturating_add(1);
            let object = match reader.next_object() {
                Ok(Some(object)) => object,
                Ok(None) => return,
                Err(error) if place == 1 => {
                    self.fault = Some(format!("not a bundle of STIX objects: {error}"));
                    return;
                }
                Err(error) => {
                    self.refusals.add(format_args!("object {place}"), &error);
                    continue;
                }
            };
            self.read_object(maker, &object, (place, "", &source), known);
            if is_shared {
                self.objects.extend(object::as_it_came(maker.row, &object));
            }
        }
    }

    /// An object at a place, in a part of the feed, and who says what it says.
    fn read_object(
        &mut self,
        maker: &Maker<'_>,
        object: &Object,
        (place, part, source): (u64, &str, &str),
        known: &mut HashSet<[u8; 16]>,
    ) {
        if object.type_name() == "indicator" {
            let (made, refused) = maker.of_object(object, part);
            made.into_iter().for_each(|new| self.add(new, known));
            if let Some(error) = refused {
                self.refusals.add(format_args!("object {place}"), &error);
            }
        }
        self.threats.read((maker.row, &maker.known), object);
        self.sightings.extend(sighting_of(object, source));
    }

    fn add(&mut self, new: NewIndicator, known: &mut HashSet<[u8; 16]>) {
        if self.entries.len() >= MAX_VALUES {
            self.is_flood = true;
            self.fault = Some(format!("more than {MAX_VALUES} values"));
            return;
        }
        if !known.insert(key(new.kind, &new.value, &new.object)) {
            return;
        }
        if !new.is_revoked {
            self.size.values += 1;
            self.size.warned += u64::from(new.warning.is_some());
        }
        self.entries.push(new);
    }

    /// Counts what was refused, and regular expressions.
    const fn settle(&mut self, maker: &Maker<'_>) {
        self.regexes = MAX_KEPT_REGEXES.saturating_sub(maker.regexes_left.get());
        self.size.refused = self.refusals.count;
    }

    pub(super) fn into_parts(self) -> (Vec<NewIndicator>, Vec<NewObject>, Vec<ToldSighting>) {
        (self.entries, self.objects, self.sightings)
    }

    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn is_fault(&self) -> bool {
        self.fault.is_some()
    }
}

/// What a round changes.
struct Changes {
    added: Vec<NewIndicator>,
    removed: Vec<Removed>,
}

#[derive(Debug, Clone)]
struct Removed {
    id: Id<Indicator>,
    kind: String,
    value: String,
    object: String,
}

/// Takes a round over: at once where it is as it should be, never where a person must look first.
///
/// # Errors
/// When the database is away or full. The next round goes on from what was kept.
pub async fn take(app: &App, ask: &Ask, round: ReadRound, validators: Validators) -> Result<RoundOutcome, Error> {
    if let Some(why) = &round.fault {
        let alarms: &[FeedAlarm] = if round.is_flood { &[FeedAlarm::Flooded] } else { &[] };
        return failed(app, ask, why, alarms).await;
    }
    if ask.row.digest.as_deref() == Some(&round.digest) {
        return unchanged(app, ask, validators).await;
    }
    if ask.row.held_digest.as_deref() == Some(&round.digest) {
        // A person knows of it already, whether they have looked or not.
        note_looked(app, ask, Validators::default(), ask.row.alarms.clone()).await?;
        return Ok(RoundOutcome::Held);
    }
    let alarms = guard(app).alarms(ask.row.known.as_ref(), &round.size);
    if !alarms.is_empty() {
        return hold(app, ask, &round, alarms).await;
    }
    let (size, digest) = (round.size.clone(), round.digest);
    let (bytes, refused, why) = (round.bytes, round.refusals.count, round.refusals.why());
    let changes = compare(app, ask, round.entries).await?;
    let (added, removed) = (changes.added.len() as u64, changes.removed.len() as u64);
    keep_objects(app, ask, round.objects).await?;
    let passed = threat::replace(app, ask, round.threats).await?;
    let why = threat::with_passed(why, passed);
    keep_changes(app, ask, changes).await?;
    keep_told(app, ask, round.sightings).await?;
    let now = app.clock.now();
    let row = ask.row.clone();
    let (changed, live, warned) = (added > 0 || removed > 0, size.values, size.warned);
    let change = app.change(&Actor::Node, AuditAction::TakeFeed);
    let finish = move |writer: &mut Writer<'_, '_>| {
        let Some(number) = still_wanted(writer, &row)? else {
            return Ok(RoundOutcome::Failed);
        };
        if row.state == FeedState::Held {
            store::set_state(writer, row.id, FeedState::Active)?;
        }
        let taken = TakenOver {
            digest: &digest,
            size: &size,
            live,
            changed,
        };
        store::taken(writer, row.id, &taken)?;
        store::looked(
            writer,
            row.id,
            (next_at(&row, now), lapses_at(&row, now)),
            &validators,
            &[],
        )?;
        tell_again(writer, &row, now)?;
        let round = RoundRow {
            number,
            at: now,
            outcome: RoundOutcome::Applied,
            bytes,
            listed: live,
            added,
            removed,
            refused,
            warned,
            alarms: Vec::new(),
            why: why.clone(),
        };
        store::insert_round(writer, row.id, &round, ROUNDS_KEPT)?;
        writer.about("feed", row.id.number(), format!("{added} added, {removed} removed"));
        Ok(RoundOutcome::Applied)
    };
    app.store.write(change, finish).await
}

/// What is new or changed in a round, and what it has no more.
async fn compare(app: &App, ask: &Ask, entries: Vec<NewIndicator>) -> Result<Changes, Error> {
    let (mut known, mut rows) = (HashMap::new(), Vec::new());
    let (id, mut after) = (ask.id(), 0);
    loop {
        let page = app.store.read("feed.listed", move |tx| {
            Ok::<_, Error>(indicator::listed(tx, id, after, READ_AT_ONCE)?)
        });
        let page = page.await?;
        let Some(last) = page.last() else { break };
        after = last.id.number();
        for row in page {
            known.insert(key(&row.kind, &row.value, &row.object), (row.stamp, rows.len()));
            rows.push(Some(Removed {
                id: row.id,
                kind: row.kind,
                value: row.value,
                object: row.object,
            }));
        }
    }
    let mut added = Vec::new();
    for new in entries {
        match known.get(&key(new.kind, &new.value, &new.object)) {
            // What was taken back and is not listed is not listed.
            None if new.is_revoked => {}
            None => added.push(new),
            Some((stamp, at)) => {
                if !new.is_revoked
                    && let Some(place) = rows.get_mut(*at)
                {
                    *place = None;
                    if *stamp != new.stamp {
                        added.push(new);
                    }
                }
            }
        }
    }
    let removed = rows.into_iter().flatten().collect();
    Ok(Changes { added, removed })
}

/// Keeps what a round changes, what is gone first: whoever blocks by it lets go before they take more.
async fn keep_changes(app: &App, ask: &Ask, changes: Changes) -> Result<(), Error> {
    let now = app.clock.now();
    for batch in changes.removed.chunks(BATCH) {
        let (batch, row) = (batch.to_vec(), ask.row.clone());
        let change = app.change(&Actor::Node, AuditAction::TakeFeed);
        let keep = move |writer: &mut Writer<'_, '_>| {
            if still_wanted(writer, &row)?.is_some() {
                remove_batch(writer, &row, &batch, now)?;
            }
            writer.about("feed", row.id.number(), format!("{} removed", batch.len()));
            Ok::<_, Error>(())
        };
        app.store.write(change, keep).await?;
    }
    for batch in changes.added.chunks(BATCH) {
        let (batch, row) = (batch.to_vec(), ask.row.clone());
        let change = app.change(&Actor::Node, AuditAction::TakeFeed);
        let keep = move |writer: &mut Writer<'_, '_>| {
            if still_wanted(writer, &row)?.is_some() {
                add_batch(writer, &row, &batch, now)?;
            }
            writer.about("feed", row.id.number(), format!("{} added", batch.len()));
            Ok::<_, Error>(())
        };
        app.store.write(change, keep).await?;
    }
    Ok(())
}

fn remove_batch(writer: &mut Writer<'_, '_>, row: &FeedRow, batch: &[Removed], now: Time) -> Result<(), Error> {
    let mut objects = Vec::new();
    for removed in batch {
        indicator::revoke(writer, removed.id)?;
        let Some(collection) = collection_of(row) else { continue };
        if removed.object.is_empty() {
            objects.extend(object::made_revoked(row, &removed.kind, &removed.value, now));
        } else {
            // It is somebody else's: what they do not share any more is not revoked in their name.
            object::drop_one(writer, collection, &removed.object)?;
        }
    }
    object::add(writer, row, &objects)
}

pub(super) fn add_batch(
    writer: &mut Writer<'_, '_>,
    row: &FeedRow,
    batch: &[NewIndicator],
    now: Time,
) -> Result<(), Error> {
    for new in batch {
        indicator::keep(writer, row.id, new)?;
    }
    let made = batch.iter().filter(|new| new.object.is_empty());
    let objects: Vec<NewObject> = made.filter_map(|new| object::made(row, new, now)).collect();
    object::add(writer, row, &objects)
}

async fn keep_objects(app: &App, ask: &Ask, objects: Vec<NewObject>) -> Result<(), Error> {
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
    Ok(())
}

pub(super) async fn keep_told(app: &App, ask: &Ask, sightings: Vec<ToldSighting>) -> Result<(), Error> {
    for batch in sightings.chunks(BATCH) {
        let (batch, id) = (batch.to_vec(), ask.id());
        let change = app.change(&Actor::Node, AuditAction::CountSightings);
        let keep = move |writer: &mut Writer<'_, '_>| {
            let counted = keep_sightings(writer, &batch)?;
            writer.about("feed", id.number(), format!("{counted} sightings"));
            Ok::<_, Error>(())
        };
        app.store.write(change, keep).await?;
    }
    Ok(())
}

/// The number of the round that ends, while the feed is as it was when it was asked; none where a person changed, paused or
/// removed it meanwhile.
pub(super) fn still_wanted(tx: &mut dyn Queries, asked: &FeedRow) -> Result<Option<i64>, Error> {
    let row = store::load(tx, asked.id)?;
    let row = row.filter(|row| row.settings == asked.settings && row.state == asked.state);
    Ok(row.map(|row| row.round.saturating_add(1)))
}

async fn hold(app: &App, ask: &Ask, round: &ReadRound, alarms: Vec<FeedAlarm>) -> Result<RoundOutcome, Error> {
    let row = ask.row.clone();
    let (size, digest) = (round.size.clone(), round.digest);
    let (bytes, refused, why) = (round.bytes, round.refusals.count, round.refusals.why());
    hold_round(app, row, (size, digest, None), alarms, (bytes, refused, why)).await
}

/// Has a round wait for a person, with the place behind it where it is a part of more.
pub(super) async fn hold_round(
    app: &App,
    row: FeedRow,
    (size, digest, behind): (RoundSize, [u8; 32], Option<String>),
    alarms: Vec<FeedAlarm>,
    (bytes, refused, why): (u64, u64, Option<String>),
) -> Result<RoundOutcome, Error> {
    let now = app.clock.now();
    let change = app.change(&Actor::Node, AuditAction::NoteFeed);
    let keep = move |writer: &mut Writer<'_, '_>| {
        let Some(number) = still_wanted(writer, &row)? else {
            return Ok(RoundOutcome::Failed);
        };
        store::hold(writer, row.id, (&size, &digest), &alarms, next_at(&row, now))?;
        if let Some(behind) = &behind {
            note_held(writer, &row, behind)?;
        }
        let round = RoundRow {
            number,
            at: now,
            outcome: RoundOutcome::Held,
            bytes,
            listed: size.values,
            added: 0,
            removed: 0,
            refused,
            warned: size.warned,
            alarms: alarms.clone(),
            why: why.clone(),
        };
        store::insert_round(writer, row.id, &round, ROUNDS_KEPT)?;
        let keys: Vec<&str> = alarms.iter().map(|alarm| alarm.key()).collect();
        writer.about("feed", row.id.number(), format!("held: {}", keys.join(" ")));
        Ok(RoundOutcome::Held)
    };
    app.store.write(change, keep).await
}

/// Notes that a feed is as it was.
///
/// # Errors
/// When the database is away or full.
pub async fn unchanged(app: &App, ask: &Ask, validators: Validators) -> Result<RoundOutcome, Error> {
    let alarms = ask.row.alarms.iter().copied();
    let alarms = alarms.filter(|alarm| *alarm == FeedAlarm::Stale).collect();
    note_looked(app, ask, validators, alarms).await?;
    Ok(RoundOutcome::Unchanged)
}

/// Has what a feed lists that had lapsed told to others again, since nothing of it need have changed.
fn tell_again(writer: &mut Writer<'_, '_>, row: &FeedRow, now: Time) -> Result<(), Error> {
    if row.lapses_at.is_some_and(|at| at <= now) {
        push::look_again(writer)?;
    }
    Ok(())
}

pub(super) async fn note_looked(
    app: &App,
    ask: &Ask,
    validators: Validators,
    alarms: Vec<FeedAlarm>,
) -> Result<(), Error> {
    let (row, now) = (ask.row.clone(), app.clock.now());
    let change = app.change(&Actor::Node, AuditAction::NoteFeed);
    let keep = move |writer: &mut Writer<'_, '_>| {
        if still_wanted(writer, &row)?.is_some() {
            let when = (next_at(&row, now), lapses_at(&row, now));
            store::looked(writer, row.id, when, &validators, &alarms)?;
            tell_again(writer, &row, now)?;
        }
        writer.about("feed", row.id.number(), "unchanged");
        Ok::<_, Error>(())
    };
    app.store.write(change, keep).await
}

/// Notes that a feed was not got, or is none, and what that says of it. It is asked again, ever later.
///
/// # Errors
/// When the database is away or full.
pub async fn failed(app: &App, ask: &Ask, why: &str, alarms: &[FeedAlarm]) -> Result<RoundOutcome, Error> {
    let (row, now, why) = (ask.row.clone(), app.clock.now(), why.to_owned());
    let mut all = row.alarms.clone();
    all.extend(alarms.iter().filter(|alarm| !row.alarms.contains(alarm)));
    let minutes = 1_i64.checked_shl(row.failures.min(20)).unwrap_or(MAX_WAIT_MINUTES);
    let minutes = minutes
        .min(MAX_WAIT_MINUTES)
        .min(i64::from(row.settings.every_minutes).max(1));
    let change = app.change(&Actor::Node, AuditAction::NoteFeed);
    let keep = move |writer: &mut Writer<'_, '_>| {
        let Some(number) = still_wanted(writer, &row)? else {
            return Ok(RoundOutcome::Failed);
        };
        store::failed(writer, &row, &why, now.plus_minutes(minutes), &all)?;
        // What goes on failing for one reason is told of once.
        if row.failure.as_deref() != Some(why.as_str()) {
            let round = RoundRow {
                number,
                at: now,
                outcome: RoundOutcome::Failed,
                bytes: 0,
                listed: row.live,
                added: 0,
                removed: 0,
                refused: 0,
                warned: 0,
                alarms: all.clone(),
                why: Some(why.clone()),
            };
            store::insert_round(writer, row.id, &round, ROUNDS_KEPT)?;
        }
        writer.about("feed", row.id.number(), "failed");
        Ok(RoundOutcome::Failed)
    };
    app.store.write(change, keep).await
}
