//! What is sent next, and what became of what was sent.

use std::collections::HashMap;

use anlanh_model::{Actor, AuditAction, Id, Indicator, PushState, PushedState, Time};
use anlanh_pack::Policy;
use anlanh_stix::json::Members;
use anlanh_stix::taxii::Status;
use anlanh_store::indicator::{self, IndicatorRow};
use anlanh_store::push::{self as store, PushRow, PushedRow};
use anlanh_store::{Queries, Writer, feed};
use sha2::{Digest as _, Sha256};

use super::Pushing;
use crate::feed::{marking_of, to_millis};
use crate::indicator::{Clearance, Found, object_as, object_name, uuid_named};
use crate::{App, Error};

/// Most objects of one envelope.
pub const MAX_PARCEL_OBJECTS: usize = 500;
/// Longest envelope, in bytes, where the other side takes that much.
pub const MAX_PARCEL_BYTES: usize = 1 << 20;
/// Changes that are looked at in one transaction.
const LOOKED_AT: u32 = 500;
/// Changes that are looked at for one envelope, at most.
const MOST_LOOKED_AT: u32 = 20_000;
/// The wait after a first failure, in seconds; it doubles with each.
const FIRST_WAIT_SECONDS: i64 = 5;
/// The longest wait after failures, in seconds.
const MAX_WAIT_SECONDS: i64 = 3_600;
/// For how many minutes a status of the other side is asked for that is not complete.
const MAX_STATUS_MINUTES: i64 = 60;
/// Longest id of a status of the other side that is kept, in bytes: a UUID, and more.
const MAX_STATUS_ID_BYTES: usize = 100;
/// Longest reason of the other side that is kept, in characters.
const MAX_WHY: usize = 300;

/// What is sent at once.
#[derive(Debug, Clone, Default)]
pub struct Parcel {
    /// The envelope; empty where nothing is to be sent.
    pub body: Vec<u8>,
    /// Up to which change all was looked at.
    position: i64,
    /// What is in it.
    sent: Vec<(Id<Indicator>, PushedRow)>,
}

impl Parcel {
    /// How many objects it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sent.len()
    }

    /// Whether there is nothing to send: only that something was looked at.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sent.is_empty()
    }
}

/// What is to be sent next: at most so many bytes. Empty where nothing that changed is to be there, none where nothing changed.
///
/// # Errors
/// When the database is away.
pub async fn next(app: &App, pushing: &Pushing, most_bytes: usize) -> Result<Option<Parcel>, Error> {
    let (row, now, engine) = (pushing.row.clone(), app.clock.now(), app.engine());
    let most_bytes = most_bytes.min(MAX_PARCEL_BYTES);
    app.store
        .read("push.next", move |tx| {
            let mut packing = Packing::new(row.position, most_bytes);
            let sources = sources(tx)?;
            let mut looked_at = 0;
            while looked_at < MOST_LOOKED_AT {
                let changes = indicator::changes(tx, packing.parcel.position, LOOKED_AT)?;
                if changes.is_empty() {
                    break;
                }
                for change in changes {
                    looked_at += 1;
                    let position = change.change;
                    let is_own = sources.get(&change.feed.number()).is_some_and(|url| is_same(url, &row));
                    if !is_own && !packing.look_at(tx, &row, (&engine.policy, now), change)? {
                        return Ok(Some(packing.end()));
                    }
                    packing.parcel.position = position;
                }
            }
            Ok((looked_at > 0).then(|| packing.end()))
        })
        .await
}

/// What holds on the other side and counts no more although nobody changed it: it has faded, or its feed has lapsed; and what counts
/// again because it was seen. What ends by itself said so when it was sent. Where to go on is behind it; none where all was looked at.
///
/// # Errors
/// When the database is away.
pub async fn faded(
    app: &App,
    pushing: &Pushing,
    after: i64,
    most_bytes: usize,
) -> Result<(Parcel, Option<i64>), Error> {
    let (row, now, engine) = (pushing.row.clone(), app.clock.now(), app.engine());
    let most_bytes = most_bytes.min(MAX_PARCEL_BYTES);
    app.store
        .read("push.faded", move |tx| {
            let mut packing = Packing::new(row.position, most_bytes);
            let sources = sources(tx)?;
            let (mut after, mut looked_at) = (after, 0);
            while looked_at < MOST_LOOKED_AT {
                let pushed = indicator::pushed(tx, row.id, after, LOOKED_AT)?;
                if pushed.is_empty() {
                    return Ok((packing.end(), None));
                }
                for indicator in pushed {
                    looked_at += 1;
                    let number = indicator.id.number();
                    let has_ended = indicator.valid_until.is_some_and(|until| until <= now);
                    let is_own = sources
                        .get(&indicator.feed.number())
                        .is_some_and(|url| is_same(url, &row));
                    if !has_ended && !is_own && !packing.look_at(tx, &row, (&engine.policy, now), indicator)? {
                        return Ok((packing.end(), Some(after)));
                    }
                    after = number;
                }
            }
            Ok((packing.end(), Some(after)))
        })
        .await
}

/// The addresses of feeds: what came from there is not sent back.
fn sources(tx: &mut dyn Queries) -> Result<HashMap<i64, String>, Error> {
    let feeds = feed::list(tx)?.into_iter();
    Ok(feeds
        .filter_map(|feed| Some((feed.id.number(), feed.settings.url?)))
        .collect())
}

/// Whether a feed is of the collection that is pushed to.
fn is_same(url: &str, row: &PushRow) -> bool {
    url.trim_end_matches('/') == row.settings.url.trim_end_matches('/')
}

/// An envelope as it is packed.
struct Packing {
    parcel: Parcel,
    most_bytes: usize,
}

impl Packing {
    fn new(position: i64, most_bytes: usize) -> Self {
        Self {
            parcel: Parcel {
                body: b"{\"objects\":[".to_vec(),
                position,
                sent: Vec::new(),
            },
            most_bytes,
        }
    }

    /// Packs what is to be sent of an indicator. False where there is no more room.
    fn look_at(
        &mut self,
        tx: &mut dyn Queries,
        push: &PushRow,
        (policy, now): (&Policy, Time),
        row: IndicatorRow,
    ) -> Result<bool, Error> {
        let known = store::object(tx, push.id, row.id)?;
        let id = row.id;
        let Some((pushed, object)) = wanted(push, known, &Found::of(policy, now, row), now) else {
            return Ok(true);
        };
        let text = object.to_string();
        let is_full = self.parcel.sent.len() >= MAX_PARCEL_OBJECTS
            || !self.parcel.sent.is_empty() && self.parcel.body.len() + text.len() + 3 > self.most_bytes;
        if is_full {
            return Ok(false);
        }
        if !self.parcel.sent.is_empty() {
            self.parcel.body.push(b',');
        }
        self.parcel.body.extend_from_slice(text.as_bytes());
        self.parcel.sent.push((id, pushed));
        Ok(true)
    }

    fn end(mut self) -> Parcel {
        if self.parcel.sent.is_empty() {
            self.parcel.body.clear();
        } else {
            self.parcel.body.extend_from_slice(b"]}");
        }
        self.parcel
    }
}

/// What is to be sent of an indicator, if anything: it, or that it counts no more.
fn wanted(push: &PushRow, known: Option<PushedRow>, found: &Found, now: Time) -> Option<(PushedRow, Members)> {
    let row = &found.row;
    let settings = &push.settings;
    // What holds from tomorrow is told today.
    let counts = found.counts || row.holds_at(now) && row.warning.is_none() && row.valid_from > now;
    let is_asked = settings.kinds.is_empty() || settings.kinds.contains(&row.kind);
    let may_go = Clearance::up_to(settings.tlp).covers(row.tlp);
    let is_wanted = counts && is_asked && may_go && found.score >= settings.confidence;
    let stamp = stamp_of(row);
    let later = |after: Option<Time>| {
        let at = Id::<Indicator>::from_number(row.change).map_or(row.told_at, Id::made_at);
        let at = to_millis(at.max(push.settings_at));
        // Each version is later than the one before.
        after.map_or(at, |after| at.max(Time::from_micros(after.as_micros() + 1_000)))
    };
    match known {
        Some(known) if known.state == PushedState::Live && is_wanted => {
            if known.stamp == stamp {
                return None;
            }
            let modified = later(Some(known.modified));
            let object = object_as(found, &known.object, modified)?;
            Some((
                PushedRow {
                    modified,
                    stamp,
                    ..known
                },
                object,
            ))
        }
        Some(known) if known.state == PushedState::Live => {
            let modified = later(Some(known.modified));
            let object = revoked(push, row, &known.object, modified)?;
            let state = PushedState::Revoked;
            Some((
                PushedRow {
                    modified,
                    state,
                    ..known
                },
                object,
            ))
        }
        Some(known) if known.state == PushedState::Refused && known.stamp == stamp => None,
        known => {
            if !is_wanted {
                return None;
            }
            // What was revoked does not come back (STIX 2.1, section 3.6): it is another object.
            let generation = known.as_ref().map_or(0, |known| known.generation + 1);
            let name = object_name(row);
            let name = if generation == 0 {
                name
            } else {
                format!("{name} {generation}")
            };
            let object_id = format!("indicator--{}", uuid_named(&name));
            let modified = later(None);
            let object = object_as(found, &object_id, modified)?;
            let pushed = PushedRow {
                object: object_id,
                generation,
                modified,
                stamp,
                state: PushedState::Live,
            };
            Some((pushed, object))
        }
    }
}

/// That something counts no more. It says nothing that was not said before, and goes no further.
fn revoked(push: &PushRow, row: &IndicatorRow, id: &str, modified: Time) -> Option<Members> {
    let plain = IndicatorRow {
        label: None,
        tlp: push.settings.tlp,
        valid_until: None,
        ..row.clone()
    };
    let found = Found {
        row: plain,
        score: 0,
        counts: false,
    };
    Some(object_as(&found, id, modified)?.with("revoked", true))
}

/// What changes when anything that is said of an indicator does.
fn stamp_of(row: &IndicatorRow) -> i64 {
    let mut hash = Sha256::new();
    for number in [
        row.valid_from.as_micros(),
        row.valid_until.map_or(0, Time::as_micros),
        i64::from(row.confidence),
        row.tlp.rank(),
    ] {
        hash.update(number.to_be_bytes());
    }
    hash.update(marking_of(row.tlp).id().as_str());
    hash.update(row.label.as_deref().unwrap_or_default());
    if let Some(pattern) = &row.pattern {
        // A label has no such byte.
        hash.update([0]);
        hash.update(pattern);
    }
    let digest = hash.finalize();
    digest
        .iter()
        .take(8)
        .fold(0_i64, |stamp, byte| stamp << 8 | i64::from(*byte))
}

/// Keeps that a parcel was taken, and what the other side says of it. Where it sent nothing, that all was looked at.
///
/// # Errors
/// When the database is away or full; then the parcel is sent again, and is what it was.
pub async fn taken(app: &App, pushing: &Pushing, parcel: Parcel, status: Option<&Status>) -> Result<(), Error> {
    let (row, now, status) = (pushing.row.clone(), app.clock.now(), status.cloned());
    let change = app.change(&Actor::Node, AuditAction::PushIndicators);
    let keep = move |writer: &mut Writer<'_, '_>| {
        if !still_wanted(writer, &row)? {
            return Ok(());
        }
        for (indicator, pushed) in &parcel.sent {
            store::keep_object(writer, (row.id, *indicator), pushed)?;
        }
        let open = status.as_ref().filter(|status| !status.is_complete);
        let told_at = (!parcel.is_empty()).then_some(now);
        let open = open
            .map(|status| status.id.as_str())
            .filter(|id| id.len() <= MAX_STATUS_ID_BYTES);
        store::gone_on(writer, row.id, parcel.position, (told_at, open))?;
        if let Some(status) = &status {
            note_refused(writer, &row, status)?;
        }
        writer.about("push", row.id.number(), format!("{} pushed", parcel.len()));
        Ok::<_, Error>(())
    };
    app.store.write(change, keep).await
}

/// Keeps what a status says that was not complete before. None where the other side knows it no more.
///
/// # Errors
/// When the database is away or full.
pub async fn told(app: &App, pushing: &Pushing, status: Option<&Status>) -> Result<(), Error> {
    let (row, now, status) = (pushing.row.clone(), app.clock.now(), status.cloned());
    let is_late = |since: Time| since.plus_minutes(MAX_STATUS_MINUTES) <= now;
    let is_over = row.status.as_ref().is_none_or(|(_, since)| is_late(*since));
    if status.as_ref().is_some_and(|status| !status.is_complete) && !is_over {
        return failed_in(
            app,
            pushing,
            "the other side has not looked at all objects yet",
            FIRST_WAIT_SECONDS,
        )
        .await;
    }
    let change = app.change(&Actor::Node, AuditAction::PushIndicators);
    let keep = move |writer: &mut Writer<'_, '_>| {
        if still_wanted(writer, &row)? {
            if let Some(status) = &status {
                note_refused(writer, &row, status)?;
            }
            store::complete(writer, row.id)?;
        }
        writer.about("push", row.id.number(), "status");
        Ok::<_, Error>(())
    };
    app.store.write(change, keep).await
}

fn note_refused(writer: &mut Writer<'_, '_>, row: &PushRow, status: &Status) -> Result<(), Error> {
    if !status.is_complete || status.failure_count <= 0 {
        return Ok(());
    }
    let objects: Vec<String> = status.failures.iter().map(|failure| failure.id.clone()).collect();
    let why = status.failures.iter().find_map(|failure| failure.message.as_deref());
    let why: Option<String> = why.map(|why| why.chars().filter(|c| !c.is_control()).take(MAX_WHY).collect());
    let count = u64::try_from(status.failure_count).unwrap_or(0);
    Ok(store::note_refused(writer, row.id, &objects, (count, why.as_deref()))?)
}

/// Notes that nothing was taken, and why. It is tried again, ever later.
///
/// # Errors
/// When the database is away or full.
pub async fn failed(app: &App, pushing: &Pushing, why: &str) -> Result<(), Error> {
    let doubled = FIRST_WAIT_SECONDS.checked_shl(pushing.row.failures.min(20));
    failed_in(
        app,
        pushing,
        why,
        doubled.unwrap_or(MAX_WAIT_SECONDS).min(MAX_WAIT_SECONDS),
    )
    .await
}

async fn failed_in(app: &App, pushing: &Pushing, why: &str, seconds: i64) -> Result<(), Error> {
    let (row, now, why) = (pushing.row.clone(), app.clock.now(), why.to_owned());
    let next_at = Time::from_micros(now.as_micros().saturating_add(seconds * 1_000_000));
    let change = app.change(&Actor::Node, AuditAction::PushIndicators);
    let keep = move |writer: &mut Writer<'_, '_>| {
        if still_wanted(writer, &row)? {
            store::failed(writer, row.id, &why, next_at)?;
        }
        writer.about("push", row.id.number(), "failed");
        Ok::<_, Error>(())
    };
    app.store.write(change, keep).await
}

/// Whether a push is as it was when it was asked what to send.
fn still_wanted(tx: &mut dyn Queries, asked: &PushRow) -> Result<bool, Error> {
    let row = store::load(tx, asked.id)?;
    Ok(row.is_some_and(|row| {
        row.settings == asked.settings && row.state == PushState::Active && row.position == asked.position
    }))
}
