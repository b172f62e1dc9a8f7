//! Feeds of indicators: how they are read, how they stand, and what became of their rounds. What they say is not known here.

use anlanh_db::{Row, Statement, Value};
use anlanh_model::{DataSubject, Feed, FeedAlarm, FeedKind, FeedState, Id, RoundOutcome, RoundSize, Time, Tlp};

use crate::row::{Columns, sealed_columns};
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "feed":
    INSERT = "INSERT INTO feed (id, name, kind, url, form, every_minutes, confidence, valid_days, tlp, collection, state, state_at,
                created_at, next_at, failures, round, live, alarms, known_refused, known_warned, held_values, held_refused,
                held_warned)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'active', $11, $11, $11, 0, 0, 0, '', 0, 0, 0, 0, 0)";
    SET_SECRET = "UPDATE feed SET secret_subject = $2, secret = $3 WHERE id = $1";
    SETTINGS = "UPDATE feed SET name = $2, url = $3, form = $4, every_minutes = $5, confidence = $6, valid_days = $7, tlp = $8,
                collection = $9, etag = NULL, modified = NULL, digest = NULL, next_at = $10 WHERE id = $1";
    SET_STATE = "UPDATE feed SET state = $2, state_at = $3, next_at = $3 WHERE id = $1";
    ALL_AGAIN = "UPDATE feed SET etag = NULL, modified = NULL, digest = NULL, position = NULL WHERE id = $1";
    FAILED = "UPDATE feed SET failures = $2, failure = $3, next_at = $4, alarms = $5 WHERE id = $1";
    LOOKED = "UPDATE feed SET failures = 0, failure = NULL, checked_at = $2, next_at = $3, lapses_at = $4, etag = $5, modified = $6,
              alarms = $7 WHERE id = $1";
    TAKEN = "UPDATE feed SET digest = $2, known_title = $3, known_values = $4, known_refused = $5, known_warned = $6, live = $7,
             changed_at = COALESCE($8, changed_at), held_digest = NULL WHERE id = $1";
    HOLD = "UPDATE feed SET state = 'held', state_at = $2, checked_at = $2, failures = 0, failure = NULL, held_title = $3,
            held_values = $4, held_refused = $5, held_warned = $6, held_digest = $7, alarms = $8, next_at = $9 WHERE id = $1";
    AGREE = "UPDATE feed SET state = 'active', state_at = $2, next_at = $2, known_title = held_title, known_values = held_values,
             known_refused = held_refused, known_warned = held_warned, held_digest = NULL, alarms = '', etag = NULL,
             modified = NULL WHERE id = $1 AND state = 'held'";
    REFUSE = "UPDATE feed SET state = 'active', state_at = $2, next_at = $3, alarms = '' WHERE id = $1 AND state = 'held'";
    WAKE = "UPDATE feed SET next_at = $2 WHERE id = $1 AND next_at > $2";
    SET_POSITION = "UPDATE feed SET position = $2 WHERE id = $1";
    SET_ROUND = "UPDATE feed SET round = $2 WHERE id = $1";
    SET_ALARMS = "UPDATE feed SET alarms = $2 WHERE id = $1";
    INSERT_ROUND = "INSERT INTO feed_round (feed, number, at, outcome, bytes, listed, added, removed, refused, warned, alarms, why)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    FORGET_ROUNDS = "DELETE FROM feed_round WHERE feed = $1 AND number <= $2";
    ROUNDS = "SELECT number, at, outcome, bytes, listed, added, removed, refused, warned, alarms, why FROM feed_round
              WHERE feed = $1 ORDER BY number DESC LIMIT $2";
    PARTS = "SELECT part, stamp FROM feed_part WHERE feed = $1 ORDER BY part";
    SET_PART = "INSERT INTO feed_part (feed, part, stamp) VALUES ($1, $2, $3)
                ON CONFLICT (feed, part) DO UPDATE SET stamp = excluded.stamp";
    DROP_PART = "DELETE FROM feed_part WHERE feed = $1 AND part = $2";
}

/// A list of feeds with all of their columns.
macro_rules! select {
    ($name:literal, $rest:literal) => {
        Statement::new(
            concat!("feed.", $name),
            concat!(
                "SELECT id, name, kind, url, form, every_minutes, confidence, valid_days, tlp, collection, secret_subject, secret,
                   state, state_at, created_at, next_at, etag, modified, digest, position, failures, failure, checked_at,
                   changed_at, lapses_at, round, live, alarms, known_title, known_values, known_refused, known_warned, held_title,
                   held_values, held_refused, held_warned, held_digest
                 FROM feed ",
                $rest
            ),
        )
    };
}

const LOAD: Statement = select!("LOAD", "WHERE id = $1");
const LIST: Statement = select!("LIST", "WHERE state <> 'removed' ORDER BY name, id");
const REMOVED: Statement = select!("REMOVED", "WHERE state = 'removed' AND live > 0 ORDER BY id LIMIT 16");
// What is held is asked again, too: its next round may be as it should.
const DUE: Statement = select!(
    "DUE",
    "WHERE state IN ('active', 'held') AND url IS NOT NULL AND kind <> 'zone' AND next_at <= $1
     ORDER BY next_at LIMIT $2"
);
const DUE_ZONES: Statement = select!(
    "DUE_ZONES",
    "WHERE state IN ('active', 'held') AND kind = 'zone' AND next_at <= $1 ORDER BY next_at LIMIT $2"
);
const DUE_COLLECTIONS: Statement = select!(
    "DUE_COLLECTIONS",
    "WHERE state IN ('active', 'held') AND kind = 'collection' AND next_at <= $1 ORDER BY next_at LIMIT $2"
);
const OF_COLLECTION: Statement = select!(
    "OF_COLLECTION",
    "WHERE kind = 'collection' AND collection = $1 AND state <> 'removed' ORDER BY id LIMIT 1"
);
pub(crate) const LISTS: &[&Statement] = &[
    &LOAD,
    &LIST,
    &REMOVED,
    &DUE,
    &DUE_ZONES,
    &DUE_COLLECTIONS,
    &OF_COLLECTION,
];

/// What somebody set of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedSettings {
    /// What people call it.
    pub name: String,
    /// In which form it is.
    pub kind: FeedKind,
    /// Where it is; none where it is handed in.
    pub url: Option<String>,
    /// How its lines are read, as the use case writes it.
    pub form: String,
    /// How often it is asked for.
    pub every_minutes: u32,
    /// How sure one is of what says nothing of that, 0 to 100.
    pub confidence: u8,
    /// For how many days holds what says nothing of that.
    pub valid_days: Option<u32>,
    /// How far goes what says nothing of that.
    pub tlp: Tlp,
    /// The collection that it fills, by its number; of one that is a collection, that one.
    pub collection: Option<i64>,
}

/// A feed, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedRow {
    /// Its id.
    pub id: Id<Feed>,
    /// What was set.
    pub settings: FeedSettings,
    /// Whose data key seals its credentials, and these, where it has some.
    pub secret: Option<(Id<DataSubject>, Vec<u8>)>,
    /// How it stands.
    pub state: FeedState,
    /// Since when.
    pub state_at: Time,
    /// When it was added.
    pub created_at: Time,
    /// When it is asked next.
    pub next_at: Time,
    /// What its server calls what it gave last.
    pub etag: Option<String>,
    /// When that was changed, as its server says it.
    pub modified: Option<String>,
    /// SHA-256 of what was taken over last.
    pub digest: Option<Vec<u8>>,
    /// Where it goes on, as the use case writes it.
    pub position: Option<String>,
    /// How often it was not got in a row.
    pub failures: u32,
    /// Why it was not got last.
    pub failure: Option<String>,
    /// When it was got last.
    pub checked_at: Option<Time>,
    /// When anything in it changed.
    pub changed_at: Option<Time>,
    /// When all that it lists holds no more, unless it is got before.
    pub lapses_at: Option<Time>,
    /// The number of its last round.
    pub round: i64,
    /// How many values it lists.
    pub live: u64,
    /// What is wrong with it.
    pub alarms: Vec<FeedAlarm>,
    /// What the next round is held against; none before the first.
    pub known: Option<RoundSize>,
    /// What waits for a person.
    pub held: RoundSize,
    /// SHA-256 of that, also when a person refused it.
    pub held_digest: Option<Vec<u8>>,
}

/// What became of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundRow {
    /// Its number.
    pub number: i64,
    /// When.
    pub at: Time,
    /// What became of it.
    pub outcome: RoundOutcome,
    /// Bytes that came.
    pub bytes: u64,
    /// Values that it has.
    pub listed: u64,
    /// Values that are new or changed.
    pub added: u64,
    /// Values that are gone.
    pub removed: u64,
    /// Lines, objects and values that cannot be used.
    pub refused: u64,
    /// Values that are known to be good.
    pub warned: u64,
    /// What was wrong with it.
    pub alarms: Vec<FeedAlarm>,
    /// Why it failed, or was not taken over.
    pub why: Option<String>,
}

fn int(number: u64) -> Value<'static> {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn join(alarms: &[FeedAlarm]) -> String {
    let keys: Vec<&str> = alarms.iter().map(|alarm| alarm.key()).collect();
    keys.join(" ")
}

fn alarms(column: &str) -> Vec<FeedAlarm> {
    column
        .split_ascii_whitespace()
        .filter_map(FeedAlarm::from_key)
        .collect()
}

/// Keeps a new feed, which is due at once.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, settings: &FeedSettings) -> Result<Id<Feed>, Error> {
    let id: Id<Feed> = writer.new_id();
    let values = [
        Value::Int(id.number()),
        Value::Text(&settings.name),
        Value::Text(settings.kind.key()),
        Value::from(settings.url.as_deref()),
        Value::Text(&settings.form),
        Value::Int(i64::from(settings.every_minutes)),
        Value::Int(i64::from(settings.confidence)),
        Value::from(settings.valid_days.map(i64::from)),
        Value::Int(settings.tlp.rank()),
        Value::from(settings.collection),
        Value::Int(writer.now().as_micros()),
    ];
    writer.execute(&INSERT, &values)?;
    Ok(id)
}

/// Sets a feed otherwise. It is asked for as if it never had been.
///
/// # Errors
/// When the database is away or full.
pub fn change(writer: &mut Writer<'_, '_>, id: Id<Feed>, settings: &FeedSettings) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Text(&settings.name),
        Value::from(settings.url.as_deref()),
        Value::Text(&settings.form),
        Value::Int(i64::from(settings.every_minutes)),
        Value::Int(i64::from(settings.confidence)),
        Value::from(settings.valid_days.map(i64::from)),
        Value::Int(settings.tlp.rank()),
        Value::from(settings.collection),
        Value::Int(writer.now().as_micros()),
    ];
    writer.execute(&SETTINGS, &values)?;
    Ok(())
}

/// Keeps the sealed credentials of a feed, or none.
///
/// # Errors
/// When the database is away or full.
pub fn set_secret(
    writer: &mut Writer<'_, '_>,
    id: Id<Feed>,
    secret: Option<(Id<DataSubject>, &[u8])>,
) -> Result<(), Error> {
    writer.execute(&SET_SECRET, &sealed_columns(id.number(), secret))?;
    Ok(())
}

/// Sets how a feed stands.
///
/// # Errors
/// When the database is away or full.
pub fn set_state(writer: &mut Writer<'_, '_>, id: Id<Feed>, state: FeedState) -> Result<(), Error> {
    let now = Value::Int(writer.now().as_micros());
    writer.execute(&SET_STATE, &[Value::Int(id.number()), Value::Text(state.key()), now])?;
    Ok(())
}

/// Has a feed asked for as if it never had been: what it lists stays.
///
/// # Errors
/// When the database is away or full.
pub fn forget_position(writer: &mut Writer<'_, '_>, id: Id<Feed>) -> Result<(), Error> {
    writer.execute(&ALL_AGAIN, &[Value::Int(id.number())])?;
    Ok(())
}

/// One feed, also one that was removed.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Feed>) -> Result<Option<FeedRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.as_ref().map(read).transpose()
}

/// Every feed that was not removed, by name.
///
/// # Errors
/// When the database is away.
pub fn list(tx: &mut dyn Queries) -> Result<Vec<FeedRow>, Error> {
    tx.rows(&LIST, &[])?.iter().map(read).collect()
}

/// Feeds that were removed and still list something.
///
/// # Errors
/// When the database is away.
pub fn removed(tx: &mut dyn Queries) -> Result<Vec<FeedRow>, Error> {
    tx.rows(&REMOVED, &[])?.iter().map(read).collect()
}

/// At most `limit` feeds by transfer that are to be asked for now.
///
/// # Errors
/// When the database is away.
pub fn due_zones(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<FeedRow>, Error> {
    let values = [Value::Int(now.as_micros()), Value::Int(i64::from(limit))];
    tx.rows(&DUE_ZONES, &values)?.iter().map(read).collect()
}

/// At most `limit` feeds over HTTP that are to be asked for now.
///
/// # Errors
/// When the database is away.
pub fn due(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<FeedRow>, Error> {
    let values = [Value::Int(now.as_micros()), Value::Int(i64::from(limit))];
    tx.rows(&DUE, &values)?.iter().map(read).collect()
}

/// At most `limit` feeds that are collections of this node and are to be looked through now.
///
/// # Errors
/// When the database is away.
pub fn due_collections(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<FeedRow>, Error> {
    let values = [Value::Int(now.as_micros()), Value::Int(i64::from(limit))];
    tx.rows(&DUE_COLLECTIONS, &values)?.iter().map(read).collect()
}

/// The feed that a collection of this number is, where it is one.
///
/// # Errors
/// When the database is away.
pub fn of_collection(tx: &mut dyn Queries, collection: i64) -> Result<Option<FeedRow>, Error> {
    let row = tx.row(&OF_COLLECTION, &[Value::Int(collection)])?;
    row.as_ref().map(read).transpose()
}

/// Has a feed asked for at once.
///
/// # Errors
/// When the database is away or full.
pub fn wake(writer: &mut Writer<'_, '_>, id: Id<Feed>) -> Result<(), Error> {
    let now = Value::Int(writer.now().as_micros());
    writer.execute(&WAKE, &[Value::Int(id.number()), now])?;
    Ok(())
}

/// Notes that a feed was not got, and when it is asked again.
///
/// # Errors
/// When the database is away or full.
pub fn failed(
    writer: &mut Writer<'_, '_>,
    row: &FeedRow,
    why: &str,
    next_at: Time,
    alarms: &[FeedAlarm],
) -> Result<(), Error> {
    let alarms = join(alarms);
    let values = [
        Value::Int(row.id.number()),
        Value::Int(i64::from(row.failures.saturating_add(1))),
        Value::Text(why),
        Value::Int(next_at.as_micros()),
        Value::Text(&alarms),
    ];
    writer.execute(&FAILED, &values)?;
    Ok(())
}

/// What a server says of what it gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validators {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub modified: Option<String>,
}

/// Notes that a feed was got, when it is asked again, and when all that it lists holds no more.
///
/// # Errors
/// When the database is away or full.
pub fn looked(
    writer: &mut Writer<'_, '_>,
    id: Id<Feed>,
    (next_at, lapses_at): (Time, Option<Time>),
    validators: &Validators,
    alarms: &[FeedAlarm],
) -> Result<(), Error> {
    let alarms = join(alarms);
    let values = [
        Value::Int(id.number()),
        Value::Int(writer.now().as_micros()),
        Value::Int(next_at.as_micros()),
        Value::from(lapses_at.map(Time::as_micros)),
        Value::from(validators.etag.as_deref()),
        Value::from(validators.modified.as_deref()),
        Value::Text(&alarms),
    ];
    writer.execute(&LOOKED, &values)?;
    Ok(())
}

/// What was taken over of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenOver<'t> {
    /// SHA-256 of what came.
    pub digest: &'t [u8],
    /// Of what it is made.
    pub size: &'t RoundSize,
    /// How many values the feed lists now.
    pub live: u64,
    /// Whether anything changed.
    pub changed: bool,
}

/// Notes what was taken over: the next round is held against it.
///
/// # Errors
/// When the database is away or full.
pub fn taken(writer: &mut Writer<'_, '_>, id: Id<Feed>, taken: &TakenOver<'_>) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [
        Value::Int(id.number()),
        Value::Bytes(taken.digest),
        Value::from(taken.size.title.as_deref()),
        int(taken.size.values),
        int(taken.size.refused),
        int(taken.size.warned),
        int(taken.live),
        Value::from(taken.changed.then_some(now)),
    ];
    writer.execute(&TAKEN, &values)?;
    Ok(())
}

/// Has a round wait for a person.
///
/// # Errors
/// When the database is away or full.
pub fn hold(
    writer: &mut Writer<'_, '_>,
    id: Id<Feed>,
    (size, digest): (&RoundSize, &[u8]),
    alarms: &[FeedAlarm],
    next_at: Time,
) -> Result<(), Error> {
    let alarms = join(alarms);
    let values = [
        Value::Int(id.number()),
        Value::Int(writer.now().as_micros()),
        Value::from(size.title.as_deref()),
        int(size.values),
        int(size.refused),
        int(size.warned),
        Value::Bytes(digest),
        Value::Text(&alarms),
        Value::Int(next_at.as_micros()),
    ];
    writer.execute(&HOLD, &values)?;
    Ok(())
}

/// A person lets a round pass: the feed is asked at once, and held against what waited. False where none waits.
///
/// # Errors
/// When the database is away or full.
pub fn agree(writer: &mut Writer<'_, '_>, id: Id<Feed>) -> Result<bool, Error> {
    let now = writer.now().as_micros();
    Ok(writer.execute(&AGREE, &[Value::Int(id.number()), Value::Int(now)])? > 0)
}

/// A person does not let a round pass: it stays out while it looks the same. False where none waits.
///
/// # Errors
/// When the database is away or full.
pub fn refuse(writer: &mut Writer<'_, '_>, id: Id<Feed>, next_at: Time) -> Result<bool, Error> {
    let now = writer.now().as_micros();
    let values = [
        Value::Int(id.number()),
        Value::Int(now),
        Value::Int(next_at.as_micros()),
    ];
    Ok(writer.execute(&REFUSE, &values)? > 0)
}

/// Notes where a feed goes on.
///
/// # Errors
/// When the database is away or full.
pub fn set_position(writer: &mut Writer<'_, '_>, id: Id<Feed>, position: &str) -> Result<(), Error> {
    writer.execute(&SET_POSITION, &[Value::Int(id.number()), Value::Text(position)])?;
    Ok(())
}

/// Sets what is wrong with a feed.
///
/// # Errors
/// When the database is away or full.
pub fn set_alarms(writer: &mut Writer<'_, '_>, id: Id<Feed>, alarms: &[FeedAlarm]) -> Result<(), Error> {
    let alarms = join(alarms);
    writer.execute(&SET_ALARMS, &[Value::Int(id.number()), Value::Text(&alarms)])?;
    Ok(())
}

/// Keeps what became of a round, and forgets rounds that are `keep` before it.
///
/// # Errors
/// When the database is away or full.
pub fn insert_round(writer: &mut Writer<'_, '_>, id: Id<Feed>, round: &RoundRow, keep: i64) -> Result<(), Error> {
    let alarms = join(&round.alarms);
    let values = [
        Value::Int(id.number()),
        Value::Int(round.number),
        Value::Int(round.at.as_micros()),
        Value::Text(round.outcome.key()),
        int(round.bytes),
        int(round.listed),
        int(round.added),
        int(round.removed),
        int(round.refused),
        int(round.warned),
        Value::Text(&alarms),
        Value::from(round.why.as_deref()),
    ];
    writer.execute(&INSERT_ROUND, &values)?;
    writer.execute(&SET_ROUND, &[Value::Int(id.number()), Value::Int(round.number)])?;
    let last = Value::Int(round.number.saturating_sub(keep));
    writer.execute(&FORGET_ROUNDS, &[Value::Int(id.number()), last])?;
    Ok(())
}

/// The last rounds of a feed, newest first.
///
/// # Errors
/// When the database is away.
pub fn rounds(tx: &mut dyn Queries, id: Id<Feed>, limit: u32) -> Result<Vec<RoundRow>, Error> {
    let count = |row: &Row, at: usize| Ok::<_, Error>(row.int(at)?.unsigned_abs());
    let read = |row: &Row| {
        Ok(RoundRow {
            number: row.int(0)?,
            at: row.time(1)?,
            outcome: row.key(2, "feed_round.outcome", RoundOutcome::from_key)?,
            bytes: count(row, 3)?,
            listed: count(row, 4)?,
            added: count(row, 5)?,
            removed: count(row, 6)?,
            refused: count(row, 7)?,
            warned: count(row, 8)?,
            alarms: alarms(row.text(9)?),
            why: row.optional_owned(10)?,
        })
    };
    let values = [Value::Int(id.number()), Value::Int(i64::from(limit))];
    tx.rows(&ROUNDS, &values)?.iter().map(read).collect()
}

/// The parts of a feed, each with what it looked like last.
///
/// # Errors
/// When the database is away.
pub fn parts(tx: &mut dyn Queries, id: Id<Feed>) -> Result<Vec<(String, String)>, Error> {
    let rows = tx.rows(&PARTS, &[Value::Int(id.number())])?;
    rows.iter().map(|row| Ok((row.owned(0)?, row.owned(1)?))).collect()
}

/// Notes what a part of a feed looks like.
///
/// # Errors
/// When the database is away or full.
pub fn set_part(writer: &mut Writer<'_, '_>, id: Id<Feed>, part: &str, stamp: &str) -> Result<(), Error> {
    let values = [Value::Int(id.number()), Value::Text(part), Value::Text(stamp)];
    writer.execute(&SET_PART, &values)?;
    Ok(())
}

/// Forgets a part of a feed.
///
/// # Errors
/// When the database is away or full.
pub fn drop_part(writer: &mut Writer<'_, '_>, id: Id<Feed>, part: &str) -> Result<(), Error> {
    writer.execute(&DROP_PART, &[Value::Int(id.number()), Value::Text(part)])?;
    Ok(())
}

fn read(row: &Row) -> Result<FeedRow, Error> {
    let small = |at: usize, what: &'static str| {
        let number = row.optional_int(at)?;
        number
            .map(|number| u32::try_from(number).map_err(|_| Error::unreadable(what)))
            .transpose()
    };
    let count = |at: usize| Ok::<_, Error>(row.int(at)?.unsigned_abs());
    let subject = row.optional_id(10, "feed.secret_subject")?;
    let secret = row.optional_bytes(11)?.map(<[u8]>::to_vec);
    let known_values = row.optional_int(29)?.map(i64::unsigned_abs);
    Ok(FeedRow {
        id: row.id(0, "feed.id")?,
        settings: FeedSettings {
            name: row.owned(1)?,
            kind: row.key(2, "feed.kind", FeedKind::from_key)?,
            url: row.optional_owned(3)?,
            form: row.owned(4)?,
            every_minutes: small(5, "feed.every_minutes")?.unwrap_or_default(),
            confidence: u8::try_from(row.int(6)?).map_err(|_| Error::unreadable("feed.confidence"))?,
            valid_days: small(7, "feed.valid_days")?,
            tlp: Tlp::from_rank(row.int(8)?).ok_or(Error::unreadable("feed.tlp"))?,
            collection: row.optional_int(9)?,
        },
        secret: subject.zip(secret),
        state: row.key(12, "feed.state", FeedState::from_key)?,
        state_at: row.time(13)?,
        created_at: row.time(14)?,
        next_at: row.time(15)?,
        etag: row.optional_owned(16)?,
        modified: row.optional_owned(17)?,
        digest: row.optional_bytes(18)?.map(<[u8]>::to_vec),
        position: row.optional_owned(19)?,
        failures: small(20, "feed.failures")?.unwrap_or_default(),
        failure: row.optional_owned(21)?,
        checked_at: row.optional_time(22)?,
        changed_at: row.optional_time(23)?,
        lapses_at: row.optional_time(24)?,
        round: row.int(25)?,
        live: count(26)?,
        alarms: alarms(row.text(27)?),
        known: match known_values {
            Some(values) => Some(RoundSize {
                title: row.optional_owned(28)?,
                values,
                refused: count(30)?,
                warned: count(31)?,
            }),
            None => None,
        },
        held: RoundSize {
            title: row.optional_owned(32)?,
            values: count(33)?,
            refused: count(34)?,
            warned: count(35)?,
        },
        held_digest: row.optional_bytes(36)?.map(<[u8]>::to_vec),
    })
}
