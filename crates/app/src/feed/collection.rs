//! Feeds that are collections of this node: what clients of TAXII write into one is taken over as that of any feed, in the name of
//! whoever wrote it. What is revoked or deleted there counts no more with the same transaction, also while additions are held.

use anlanh_model::{Actor, AuditAction, Feed, FeedKind, Id, RoundOutcome, Time, Tlp};
use anlanh_stix::poll::Step;
use anlanh_store::feed::{self as store, FeedRow, FeedSettings};
use anlanh_store::intel::{self, Collection, CollectionRow};
use anlanh_store::{Queries, Writer, indicator, threat};

use super::round::{failed, read_written};
use super::setting::{FormSpec, MAX_NAME_BYTES, source_of};
use super::walk::{Walked, take_part};
use super::{Ask, FeedError, MAX_FEEDS};
use crate::{App, Error};

/// Pages that are looked through before the other jobs of the node get their turn; the next look goes on.
const PAGES_AT_ONCE: usize = 20;
/// Under this part of a feed stands the place behind what waits for a person.
const HELD: &str = "held";
/// Under this part of a feed stands since when it is held against what it was then.
const SINCE: &str = "since";
/// Under parts of a feed that begin so stand objects of which an older version is the last one again.
const AGAIN: &str = "again:";
/// Most of them; where there are more, the collection is looked through from its beginning.
const MOST_AGAIN: usize = 1_000;
/// Indicators of one object that are taken back at once.
pub(super) const MOST_OF_OBJECT: u32 = 10_000;
/// How sure one is of what says nothing of that, where nobody set it.
const CONFIDENCE: u8 = 50;
/// For so many minutes a collection is held against what it was at their beginning, where nobody set it.
const MINUTES: u32 = 60;

/// Takes over what was written into collections since they were looked through last.
///
/// # Errors
/// When the database is away or full.
pub async fn follow_collections(app: &App) -> Result<(), Error> {
    for _ in 0..MAX_FEEDS {
        let now = app.clock.now();
        let due = app.store.read("feed.due_collections", move |tx| {
            Ok::<_, Error>(store::due_collections(tx, now, 1)?)
        });
        let Some(row) = due.await?.pop() else { break };
        let authorization = None;
        let is_done = look_through(app, Ask { row, authorization }).await?;
        if !is_done {
            break;
        }
    }
    Ok(())
}

/// Takes over what was written into a collection. Whether that was all of it.
async fn look_through(app: &App, mut ask: Ask) -> Result<bool, Error> {
    let Some(source) = source_of(&ask.row) else {
        failed(app, &ask, "there is no such collection", &[]).await?;
        return Ok(true);
    };
    // Where the look before was cut short, the feed lists more than it was noted with.
    let id = ask.row.id;
    let live = app
        .store
        .read("feed.live", move |tx| Ok::<_, Error>(indicator::count(tx, id)?));
    ask.row.live = live.await?;
    let mut after = position_of(&ask.row);
    let mut walked = Walked::default();
    if read_again(app, &ask, source, &mut walked).await? == RoundOutcome::Held {
        return Ok(true);
    }
    for _ in 0..PAGES_AT_ONCE {
        let (of_app, of_row, regexes) = (app.clone(), ask.row.clone(), walked.regexes);
        // What was written is read where nobody waits for anything else.
        let read = app.store.read("feed.written", move |tx| {
            let collection = intel::collection(tx, source)?.ok_or(Error::NotFound("collection"))?;
            let page = intel::written(tx, source, after)?;
            let round = read_written(&of_app, &of_row, &page.rows, regexes);
            Ok::<_, Error>((collection.title, page.until, page.more, round))
        });
        let (title, until, more, round) = read.await?;
        after = until.unwrap_or(after);
        let step = if more { Step::More } else { Step::Done };
        walked.bytes += round.bytes();
        let position = after.as_micros().to_string();
        let part = (round, position.clone(), step);
        let outcome = take_part(app, &ask, part, (&title, &position, &mut walked)).await?;
        if outcome == RoundOutcome::Held || !more {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Takes over what older versions say that are the last ones again.
async fn read_again(app: &App, ask: &Ask, source: Id<Collection>, walked: &mut Walked) -> Result<RoundOutcome, Error> {
    let (of_app, of_row, regexes) = (app.clone(), ask.row.clone(), walked.regexes);
    let read = app.store.read("feed.again", move |tx| {
        let again = again(tx, &of_row)?;
        let objects: Vec<String> = again.iter().filter_map(|(part, _)| object_of(part)).collect();
        let title = intel::collection(tx, source)?.map(|collection| collection.title);
        let round = read_written(&of_app, &of_row, &intel::last_written(tx, source, &objects)?, regexes);
        Ok::<_, Error>((again, title.unwrap_or_default(), round))
    });
    let (noted, title, round) = read.await?;
    if noted.is_empty() {
        return Ok(RoundOutcome::Unchanged);
    }
    let position = ask.row.position.clone().unwrap_or_default();
    // The place is the same each time: what was refused here once says nothing of what is read again another time.
    let known_by: String = noted.iter().map(|(part, at)| format!("{part} {at}\n")).collect();
    let outcome = take_part(app, ask, (round, position, Step::More), (&title, &known_by, walked)).await?;
    if outcome == RoundOutcome::Held {
        return Ok(outcome);
    }
    let row = ask.row.clone();
    let change = app.change(&Actor::Node, AuditAction::NoteFeed);
    let done = move |writer: &mut Writer<'_, '_>| {
        // What was taken out meanwhile is noted at another time, and read once more.
        for part in again(writer, &row)?.iter().filter(|part| noted.contains(part)) {
            store::drop_part(writer, row.id, &part.0)?;
        }
        writer.about("feed", row.id.number(), "older versions");
        Ok::<_, Error>(())
    };
    app.store.write(change, done).await?;
    Ok(outcome)
}

/// The parts of a feed that say which objects are read again, and since when.
fn again(tx: &mut dyn Queries, row: &FeedRow) -> Result<Vec<(String, String)>, Error> {
    let parts = store::parts(tx, row.id)?.into_iter();
    Ok(parts.filter(|(part, _)| part.starts_with(AGAIN)).collect())
}

fn object_of(part: &str) -> Option<String> {
    part.strip_prefix(AGAIN).map(str::to_owned)
}

/// The last version of an object was taken out of a collection, and an older one is the last one again: where the collection is a
/// feed, that one is read again.
pub(crate) fn note_older(writer: &mut Writer<'_, '_>, collection: Id<Collection>, object: &str) -> Result<(), Error> {
    let Some(row) = store::of_collection(writer, collection.number())? else {
        return Ok(());
    };
    if again(writer, &row)?.len() >= MOST_AGAIN {
        return Ok(store::set_position(writer, row.id, "")?);
    }
    let now = writer.now().as_micros().to_string();
    Ok(store::set_part(writer, row.id, &format!("{AGAIN}{object}"), &now)?)
}

/// Up to which moment a collection was looked through.
fn position_of(row: &FeedRow) -> Time {
    let micros = row.position.as_deref().and_then(|position| position.parse().ok());
    Time::from_micros(micros.unwrap_or(i64::MIN))
}

/// Whether more was written than what the feed was looked through for.
pub(super) fn has_more(tx: &mut dyn Queries, row: &FeedRow) -> Result<bool, Error> {
    let Some(source) = source_of(row) else {
        return Ok(false);
    };
    let row = store::load(tx, row.id)?;
    let after = row.as_ref().map(position_of);
    Ok(after.map_or(Ok(false), |after| intel::is_written_after(tx, source, after))?)
}

/// Notes the place behind what waits for a person.
pub(super) fn note_held(writer: &mut Writer<'_, '_>, row: &FeedRow, position: &str) -> Result<(), Error> {
    Ok(store::set_part(writer, row.id, HELD, position)?)
}

/// Goes on behind what a person refused: it stays out.
pub(super) fn pass_over_held(writer: &mut Writer<'_, '_>, row: &FeedRow) -> Result<(), Error> {
    if source_of(row).is_none() {
        return Ok(());
    }
    // What was noted while it waited was in nothing that anybody refused.
    let is_older = |at: &str| at.parse().is_ok_and(|at: i64| at <= row.state_at.as_micros());
    for (part, _) in again(writer, row)?.iter().filter(|(_, at)| is_older(at)) {
        store::drop_part(writer, row.id, part)?;
    }
    let parts = store::parts(writer, row.id)?;
    if let Some((_, position)) = parts.iter().find(|(part, _)| part == HELD) {
        store::set_position(writer, row.id, position)?;
    }
    Ok(())
}

/// Whether a collection is still held against what it was a while ago: what is written in small pieces is no less.
pub(super) fn is_within_since(writer: &mut Writer<'_, '_>, row: &FeedRow) -> Result<bool, Error> {
    let now = writer.now();
    let parts = store::parts(writer, row.id)?;
    let since = parts.iter().find(|(part, _)| part == SINCE);
    let since = since.and_then(|(_, since)| since.parse().ok()).map(Time::from_micros);
    let minutes = i64::from(row.settings.every_minutes);
    if row.known.is_some() && since.is_some_and(|since| since.plus_minutes(minutes) > now) {
        return Ok(true);
    }
    store::set_part(writer, row.id, SINCE, &now.as_micros().to_string())?;
    Ok(false)
}

/// Something was written into a collection: where it is a feed, it is looked through at once, and what these objects said counts no
/// more.
pub(crate) fn note_written<'o>(
    writer: &mut Writer<'_, '_>,
    collection: Id<Collection>,
    taken_back: impl Iterator<Item = &'o str>,
) -> Result<(), Error> {
    let Some(row) = store::of_collection(writer, collection.number())? else {
        return Ok(());
    };
    for object in taken_back {
        threat::forget(writer, row.id, object)?;
        for listed in indicator::of_object(writer, row.id, object, MOST_OF_OBJECT)? {
            indicator::revoke(writer, listed.id)?;
        }
    }
    Ok(store::wake(writer, row.id)?)
}

/// Makes a collection a feed, as the one who makes it wants it.
pub(crate) fn make_feed(writer: &mut Writer<'_, '_>, collection: &CollectionRow) -> Result<Id<Feed>, Error> {
    let known = store::list(writer)?;
    if known.len() >= MAX_FEEDS {
        return Err(FeedError::TooMany.into());
    }
    let mut name = cut(&collection.title, MAX_NAME_BYTES);
    if known.iter().any(|row| row.settings.name == name) {
        name = format!("{} {}", cut(&name, MAX_NAME_BYTES - 37), collection.uuid);
    }
    let settings = FeedSettings {
        name,
        kind: FeedKind::Collection,
        url: None,
        form: serde_json::to_string(&FormSpec::default()).map_err(|_| FeedError::Form)?,
        every_minutes: MINUTES,
        confidence: CONFIDENCE,
        valid_days: None,
        // What is not marked goes as far as the collection itself.
        tlp: if collection.right.can_read {
            Tlp::Clear
        } else {
            Tlp::Amber
        },
        collection: Some(collection.id.number()),
    };
    Ok(store::insert(writer, &settings)?)
}

/// The beginning of a text, as far as it has room.
fn cut(text: &str, most_bytes: usize) -> String {
    let mut end = text.len().min(most_bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().trim().to_owned()
}
