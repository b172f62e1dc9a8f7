//! Indicators: values that feeds list, with how long and how surely each holds. What a value means is not known here.

use anlanh_db::{Row, Statement, Value};
use anlanh_model::{Feed, Id, Indicator, Push, Time, Tlp};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "indicator":
    KEEP = "INSERT INTO indicator (id, feed, kind, value, object, part, stamp, valid_from, valid_until, confidence, tlp, label,
              warning, first_at, told_at, revoked_at, change, pattern)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15, $1, $16)
            ON CONFLICT (feed, kind, value, object) DO UPDATE SET part = excluded.part, stamp = excluded.stamp,
              valid_from = excluded.valid_from, valid_until = excluded.valid_until, confidence = excluded.confidence,
              tlp = excluded.tlp, label = excluded.label, warning = excluded.warning, told_at = excluded.told_at,
              revoked_at = excluded.revoked_at, change = excluded.change, pattern = excluded.pattern";
    REVOKE = "UPDATE indicator SET revoked_at = $2, change = $3 WHERE id = $1 AND revoked_at IS NULL";
    LISTED = "SELECT id, kind, value, object, stamp FROM indicator
              WHERE feed = $1 AND id > $2 AND revoked_at IS NULL ORDER BY id LIMIT $3";
    OF_OBJECT = "SELECT id, kind, value, object, stamp FROM indicator
                 WHERE feed = $1 AND object = $2 AND revoked_at IS NULL ORDER BY id LIMIT $3";
    OF_PART = "SELECT id, kind, value, object, stamp FROM indicator
               WHERE feed = $1 AND part = $2 AND id > $3 AND revoked_at IS NULL ORDER BY id LIMIT $4";
    COUNT = "SELECT COUNT(*) FROM indicator WHERE feed = $1 AND revoked_at IS NULL";
    SET_WARNING = "UPDATE indicator SET warning = $2, change = $3 WHERE id = $1";
    TO_MARK = "SELECT id, kind, value, warning, pattern FROM indicator WHERE id > $1 AND revoked_at IS NULL ORDER BY id LIMIT $2";
    MARKED = "SELECT digest, after_indicator FROM warning_state";
    SET_MARKED = "INSERT INTO warning_state (one, digest, after_indicator) VALUES (1, $1, $2)
                  ON CONFLICT (one) DO UPDATE SET digest = excluded.digest, after_indicator = excluded.after_indicator";
    TLP_OF_VALUE = "SELECT MAX(tlp) FROM indicator WHERE kind = $1 AND value = $2";
    LAST_CHANGE_OF = "SELECT COALESCE(MAX(change), 0) FROM indicator WHERE feed = $1";
    LAST_CHANGE = "SELECT COALESCE(MAX(change), 0) FROM indicator";
}

/// A list of indicators with all of their columns, and the name of the feed of each.
macro_rules! select {
    ($name:literal, $rest:literal) => {
        Statement::new(
            concat!("indicator.", $name),
            concat!(
                "SELECT i.id, i.feed, f.name, i.kind, i.value, i.object, i.valid_from, i.valid_until, i.confidence, i.tlp, i.label,
                   i.warning, i.first_at, i.told_at, i.revoked_at, i.change, f.lapses_at, f.state,
                   (SELECT CAST(COALESCE(SUM(s.count), 0) AS BIGINT) FROM sighting s WHERE s.kind = i.kind AND s.value = i.value),
                   (SELECT MIN(s.first_at) FROM sighting s WHERE s.kind = i.kind AND s.value = i.value),
                   (SELECT MAX(s.last_at) FROM sighting s WHERE s.kind = i.kind AND s.value = i.value), i.part, i.pattern
                 FROM indicator i JOIN feed f ON f.id = i.feed ",
                $rest
            ),
        )
    };
}

const LOAD: Statement = select!("LOAD", "WHERE i.id = $1");
const OF_VALUE: Statement = select!("OF_VALUE", "WHERE i.kind = $1 AND i.value = $2 ORDER BY i.id LIMIT 200");
const OF_OBJECT_ID: Statement = select!(
    "OF_OBJECT_ID",
    "WHERE i.object = $1 AND i.object <> '' ORDER BY i.id LIMIT 200"
);
const OF_PATTERN: Statement = select!(
    "OF_PATTERN",
    "WHERE i.pattern = $1 AND LENGTH(i.pattern) = LENGTH(CAST($1 AS TEXT)) ORDER BY i.id LIMIT 200"
);
const CHANGES: Statement = select!("CHANGES", "WHERE i.change > $1 ORDER BY i.change LIMIT $2");
const PUSHED: Statement = select!(
    "PUSHED",
    "JOIN push_object p ON p.indicator = i.id WHERE p.push = $1 AND p.indicator > $2 AND p.state <> 'refused'
       ORDER BY p.indicator LIMIT $3"
);
const LIVE: Statement = select!(
    "LIVE",
    "WHERE i.id > $1 AND i.revoked_at IS NULL AND (i.valid_until IS NULL OR i.valid_until > $2) AND f.state <> 'removed'
       AND (f.lapses_at IS NULL OR f.lapses_at > $2) AND i.tlp <= $3 ORDER BY i.id LIMIT $4"
);
// An empty text and a zero stand for everything.
const PAGE: Statement = select!(
    "PAGE",
    "WHERE i.id < $1 AND i.tlp <= $7 AND ($2 = '' OR i.kind = $2) AND (CAST($3 AS BIGINT) = 0 OR i.feed = $3)
       AND ($4 = '' OR ($4 = 'gone' AND (i.revoked_at IS NOT NULL OR i.valid_until <= $5 OR f.state = 'removed' OR f.lapses_at <= $5))
         OR ($4 = 'warned' AND i.warning IS NOT NULL AND i.revoked_at IS NULL AND f.state <> 'removed')
         OR ($4 = 'live' AND i.revoked_at IS NULL AND (i.valid_until IS NULL OR i.valid_until > $5) AND f.state <> 'removed'
             AND (f.lapses_at IS NULL OR f.lapses_at > $5)))
     ORDER BY i.id DESC LIMIT $6"
);
pub(crate) const LISTS: &[&Statement] = &[
    &LOAD,
    &OF_VALUE,
    &OF_OBJECT_ID,
    &OF_PATTERN,
    &CHANGES,
    &PUSHED,
    &LIVE,
    &PAGE,
];

/// The key of the kind of indicators that ask for more than single values. Their value is the id of their object.
pub const PATTERN: &str = "pattern";

/// An indicator to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIndicator {
    /// Key of its kind.
    pub kind: &'static str,
    /// Its canonical value.
    pub value: String,
    /// Its pattern, where it is of the kind [`PATTERN`].
    pub pattern: Option<String>,
    /// The id of the object that says so; empty where none does.
    pub object: String,
    /// The part of the feed that it stands in; empty where it has no parts.
    pub part: String,
    /// What changes when anything of it does.
    pub stamp: i64,
    /// From when it holds.
    pub valid_from: Time,
    /// Until when.
    pub valid_until: Option<Time>,
    /// How sure one is, 0 to 100.
    pub confidence: u8,
    /// How far it goes.
    pub tlp: Tlp,
    /// What it is called.
    pub label: Option<String>,
    /// Key of the warning list that it hits.
    pub warning: Option<String>,
    /// Whether whoever told it took it back.
    pub is_revoked: bool,
}

/// What is compared when a feed comes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRow {
    /// Its id.
    pub id: Id<Indicator>,
    /// Key of its kind.
    pub kind: String,
    /// Its canonical value.
    pub value: String,
    /// The id of the object that says so.
    pub object: String,
    /// What changes when anything of it does.
    pub stamp: i64,
}

/// An indicator, with how often its value was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorRow {
    /// Its id.
    pub id: Id<Indicator>,
    /// Who lists it.
    pub feed: Id<Feed>,
    /// What people call that.
    pub feed_name: String,
    /// Key of its kind.
    pub kind: String,
    /// Its canonical value.
    pub value: String,
    /// Its pattern, where it is of the kind [`PATTERN`].
    pub pattern: Option<String>,
    /// The id of the object that says so; empty where none does.
    pub object: String,
    /// The part of the feed that it stands in; empty where it has no parts.
    pub part: String,
    /// From when it holds.
    pub valid_from: Time,
    /// Until when.
    pub valid_until: Option<Time>,
    /// How sure one was when it was told, 0 to 100.
    pub confidence: u8,
    /// How far it goes.
    pub tlp: Tlp,
    /// What it is called.
    pub label: Option<String>,
    /// Key of the warning list that it hits.
    pub warning: Option<String>,
    /// When it was first told.
    pub first_at: Time,
    /// When it was last told anew or changed.
    pub told_at: Time,
    /// When it was taken back, or was gone from its feed.
    pub revoked_at: Option<Time>,
    /// Where it stands among all changes.
    pub change: i64,
    /// When all of its feed holds no more.
    pub lapses_at: Option<Time>,
    /// Whether its feed was removed.
    pub is_orphan: bool,
    /// How often its value was seen.
    pub sightings: u64,
    /// When it was seen first.
    pub seen_first: Option<Time>,
    /// When it was seen last.
    pub seen_last: Option<Time>,
}

impl IndicatorRow {
    /// Whether it holds at a moment.
    #[must_use]
    pub fn holds_at(&self, now: Time) -> bool {
        let ended = |end: Option<Time>| end.is_some_and(|end| end <= now);
        !self.is_orphan && self.revoked_at.is_none() && !ended(self.valid_until) && !ended(self.lapses_at)
    }
}

/// Which indicators are looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum IndicatorState {
    /// All.
    #[default]
    All,
    /// Those that hold.
    Live,
    /// Those that do not any more.
    Gone,
    /// Those that are known to be good.
    Warned,
}

impl IndicatorState {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::All, Self::Live, Self::Gone, Self::Warned];

    /// The key in questions.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Live => "live",
            Self::Gone => "gone",
            Self::Warned => "warned",
        }
    }

    /// The one with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// Which indicators are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IndicatorFilter {
    /// Key of a kind; empty for all.
    pub kind: String,
    /// Of which feed.
    pub feed: Option<Id<Feed>>,
    /// How they stand.
    pub state: IndicatorState,
}

/// Keeps an indicator, or what changed of it.
///
/// # Errors
/// When the database is away or full.
pub fn keep(writer: &mut Writer<'_, '_>, feed: Id<Feed>, new: &NewIndicator) -> Result<(), Error> {
    let id: Id<Indicator> = writer.new_id();
    let now = writer.now().as_micros();
    let values = [
        Value::Int(id.number()),
        Value::Int(feed.number()),
        Value::Text(new.kind),
        Value::Text(&new.value),
        Value::Text(&new.object),
        Value::Text(&new.part),
        Value::Int(new.stamp),
        Value::Int(new.valid_from.as_micros()),
        Value::from(new.valid_until.map(Time::as_micros)),
        Value::Int(i64::from(new.confidence)),
        Value::Int(new.tlp.rank()),
        Value::from(new.label.as_deref()),
        Value::from(new.warning.as_deref()),
        Value::Int(now),
        Value::from(new.is_revoked.then_some(now)),
        Value::from(new.pattern.as_deref()),
    ];
    writer.send(&KEEP, &values)
}

/// Takes an indicator back: its feed has it no more.
///
/// # Errors
/// When the database is away or full.
pub fn revoke(writer: &mut Writer<'_, '_>, id: Id<Indicator>) -> Result<(), Error> {
    let change: Id<Indicator> = writer.new_id();
    let now = writer.now().as_micros();
    let values = [Value::Int(id.number()), Value::Int(now), Value::Int(change.number())];
    writer.send(&REVOKE, &values)
}

fn listed_of(row: &Row) -> Result<ListedRow, Error> {
    Ok(ListedRow {
        id: row.id(0, "indicator.id")?,
        kind: row.owned(1)?,
        value: row.owned(2)?,
        object: row.owned(3)?,
        stamp: row.int(4)?,
    })
}

/// At most `limit` of what a feed lists, after one; in the order of their ids.
///
/// # Errors
/// When the database is away.
pub fn listed(tx: &mut dyn Queries, feed: Id<Feed>, after: i64, limit: u32) -> Result<Vec<ListedRow>, Error> {
    let values = [
        Value::Int(feed.number()),
        Value::Int(after),
        Value::Int(i64::from(limit)),
    ];
    tx.rows(&LISTED, &values)?.iter().map(listed_of).collect()
}

/// What a feed lists by one object.
///
/// # Errors
/// When the database is away.
pub fn of_object(tx: &mut dyn Queries, feed: Id<Feed>, object: &str, limit: u32) -> Result<Vec<ListedRow>, Error> {
    let values = [
        Value::Int(feed.number()),
        Value::Text(object),
        Value::Int(i64::from(limit)),
    ];
    tx.rows(&OF_OBJECT, &values)?.iter().map(listed_of).collect()
}

/// At most `limit` of what a feed lists in one part of it, after one.
///
/// # Errors
/// When the database is away.
pub fn of_part(
    tx: &mut dyn Queries,
    feed: Id<Feed>,
    part: &str,
    (after, limit): (i64, u32),
) -> Result<Vec<ListedRow>, Error> {
    let values = [
        Value::Int(feed.number()),
        Value::Text(part),
        Value::Int(after),
        Value::Int(i64::from(limit)),
    ];
    tx.rows(&OF_PART, &values)?.iter().map(listed_of).collect()
}

/// How many values a feed lists.
///
/// # Errors
/// When the database is away.
pub fn count(tx: &mut dyn Queries, feed: Id<Feed>) -> Result<u64, Error> {
    let row = tx.row(&COUNT, &[Value::Int(feed.number())])?;
    Ok(row.map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
}

/// One indicator.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Indicator>) -> Result<Option<IndicatorRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.as_ref().map(read).transpose()
}

/// Who lists exactly this value, up to 200.
///
/// # Errors
/// When the database is away.
pub fn of_value(tx: &mut dyn Queries, kind: &str, value: &str) -> Result<Vec<IndicatorRow>, Error> {
    let values = [Value::Text(kind), Value::Text(value)];
    tx.rows(&OF_VALUE, &values)?.iter().map(read).collect()
}

/// The strictest marking that anybody lists exactly this value by, also of those who took it back.
///
/// # Errors
/// When the database is away.
pub fn tlp_of_value(tx: &mut dyn Queries, kind: &str, value: &str) -> Result<Option<Tlp>, Error> {
    let row = tx.row(&TLP_OF_VALUE, &[Value::Text(kind), Value::Text(value)])?;
    let rank = row.map(|row| row.optional_int(0)).transpose()?.flatten();
    let tlp = |rank| Tlp::from_rank(rank).ok_or_else(|| Error::unreadable("indicator.tlp"));
    rank.map(tlp).transpose()
}

/// What an object of this id lists in any feed, up to 200.
///
/// # Errors
/// When the database is away.
pub fn of_object_id(tx: &mut dyn Queries, object: &str) -> Result<Vec<IndicatorRow>, Error> {
    tx.rows(&OF_OBJECT_ID, &[Value::Text(object)])?
        .iter()
        .map(read)
        .collect()
}

/// Who lists exactly this pattern, up to 200.
///
/// # Errors
/// When the database is away.
pub fn of_pattern(tx: &mut dyn Queries, pattern: &str) -> Result<Vec<IndicatorRow>, Error> {
    tx.rows(&OF_PATTERN, &[Value::Text(pattern)])?
        .iter()
        .map(read)
        .collect()
}

/// At most `limit` indicators that changed after a change, in the order of their changes: also those that were taken back.
///
/// # Errors
/// When the database is away.
pub fn changes(tx: &mut dyn Queries, after: i64, limit: u32) -> Result<Vec<IndicatorRow>, Error> {
    let values = [Value::Int(after), Value::Int(i64::from(limit))];
    tx.rows(&CHANGES, &values)?.iter().map(read).collect()
}

/// Indicators that were pushed somewhere and taken there, behind one of them, whether they hold there or not.
///
/// # Errors
/// When the database is away.
pub fn pushed(tx: &mut dyn Queries, push: Id<Push>, after: i64, limit: u32) -> Result<Vec<IndicatorRow>, Error> {
    let values = [
        Value::Int(push.number()),
        Value::Int(after),
        Value::Int(i64::from(limit)),
    ];
    tx.rows(&PUSHED, &values)?.iter().map(read).collect()
}

/// The last change of all.
///
/// # Errors
/// When the database is away.
pub fn last_change(tx: &mut dyn Queries) -> Result<i64, Error> {
    tx.row(&LAST_CHANGE, &[])?.map_or(Ok(0), |row| Ok(row.int(0)?))
}

/// The last change of what a feed lists, or listed.
///
/// # Errors
/// When the database is away.
pub fn last_change_of(tx: &mut dyn Queries, feed: Id<Feed>) -> Result<i64, Error> {
    let row = tx.row(&LAST_CHANGE_OF, &[Value::Int(feed.number())])?;
    row.map_or(Ok(0), |row| Ok(row.int(0)?))
}

/// At most `limit` indicators that hold at a moment and may go this far, after one; in the order of their ids.
///
/// # Errors
/// When the database is away.
pub fn live(
    tx: &mut dyn Queries,
    (now, most): (Time, Tlp),
    after: i64,
    limit: u32,
) -> Result<Vec<IndicatorRow>, Error> {
    let values = [
        Value::Int(after),
        Value::Int(now.as_micros()),
        Value::Int(most.rank()),
        Value::Int(i64::from(limit)),
    ];
    tx.rows(&LIVE, &values)?.iter().map(read).collect()
}

/// A page of indicators that may go this far, newest first.
///
/// # Errors
/// When the database is away.
pub fn page(
    tx: &mut dyn Queries,
    filter: &IndicatorFilter,
    (now, most): (Time, Tlp),
    (before, limit): (Option<Id<Indicator>>, u32),
) -> Result<Vec<IndicatorRow>, Error> {
    let values = [
        Value::Int(before.map_or(i64::MAX, Id::number)),
        Value::Text(&filter.kind),
        Value::Int(filter.feed.map_or(0, Id::number)),
        Value::Text(filter.state.key()),
        Value::Int(now.as_micros()),
        Value::Int(i64::from(limit)),
        Value::Int(most.rank()),
    ];
    tx.rows(&PAGE, &values)?.iter().map(read).collect()
}

/// What an indicator was marked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkRow {
    /// Its id.
    pub id: Id<Indicator>,
    /// Key of its kind.
    pub kind: String,
    /// Its canonical value.
    pub value: String,
    /// Key of the warning list that it hits.
    pub warning: Option<String>,
    /// Its pattern, where it is of the kind [`PATTERN`].
    pub pattern: Option<String>,
}

/// At most `limit` indicators that were not taken back, after one.
///
/// # Errors
/// When the database is away.
pub fn to_mark(tx: &mut dyn Queries, after: i64, limit: u32) -> Result<Vec<MarkRow>, Error> {
    let read = |row: &Row| {
        Ok(MarkRow {
            id: row.id(0, "indicator.id")?,
            kind: row.owned(1)?,
            value: row.owned(2)?,
            warning: row.optional_owned(3)?,
            pattern: row.optional_owned(4)?,
        })
    };
    let values = [Value::Int(after), Value::Int(i64::from(limit))];
    tx.rows(&TO_MARK, &values)?.iter().map(read).collect()
}

/// Sets the warning list that an indicator hits.
///
/// # Errors
/// When the database is away or full.
pub fn set_warning(writer: &mut Writer<'_, '_>, id: Id<Indicator>, warning: Option<&str>) -> Result<(), Error> {
    let change: Id<Indicator> = writer.new_id();
    let values = [
        Value::Int(id.number()),
        Value::from(warning),
        Value::Int(change.number()),
    ];
    writer.send(&SET_WARNING, &values)
}

/// Against which warning lists indicators are held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// What tells them from others.
    pub digest: Vec<u8>,
    /// After which indicator that goes on; none where it is done.
    pub after: Option<i64>,
}

/// Against which warning lists indicators were last held, and after which indicator that goes on; none where it is done.
///
/// # Errors
/// When the database is away.
pub fn marked(tx: &mut dyn Queries) -> Result<Option<Marked>, Error> {
    let row = tx.row(&MARKED, &[])?;
    let read = |row: Row| {
        Ok(Marked {
            digest: row.bytes(0)?.to_vec(),
            after: row.optional_int(1)?,
        })
    };
    row.map(read).transpose()
}

/// Notes against which warning lists indicators are held, and after which indicator that goes on.
///
/// # Errors
/// When the database is away or full.
pub fn set_marked(writer: &mut Writer<'_, '_>, digest: &[u8], after: Option<i64>) -> Result<(), Error> {
    writer.execute(&SET_MARKED, &[Value::Bytes(digest), Value::from(after)])?;
    Ok(())
}

fn read(row: &Row) -> Result<IndicatorRow, Error> {
    Ok(IndicatorRow {
        id: row.id(0, "indicator.id")?,
        feed: row.id(1, "indicator.feed")?,
        feed_name: row.owned(2)?,
        kind: row.owned(3)?,
        value: row.owned(4)?,
        object: row.owned(5)?,
        valid_from: row.time(6)?,
        valid_until: row.optional_time(7)?,
        confidence: u8::try_from(row.int(8)?).map_err(|_| Error::unreadable("indicator.confidence"))?,
        tlp: Tlp::from_rank(row.int(9)?).ok_or(Error::unreadable("indicator.tlp"))?,
        label: row.optional_owned(10)?,
        warning: row.optional_owned(11)?,
        first_at: row.time(12)?,
        told_at: row.time(13)?,
        revoked_at: row.optional_time(14)?,
        change: row.int(15)?,
        lapses_at: row.optional_time(16)?,
        is_orphan: row.text(17)? == "removed",
        sightings: row.int(18)?.unsigned_abs(),
        seen_first: row.optional_time(19)?,
        seen_last: row.optional_time(20)?,
        part: row.owned(21)?,
        pattern: row.optional_owned(22)?,
    })
}
