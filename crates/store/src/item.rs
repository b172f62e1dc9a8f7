//! Kept items: what was handed in, what the engine said, and what items have in common.

use anlanh_db::{Backend, Value};
use anlanh_model::{Id, Outcome, Target, TargetKind, Time};

use crate::engine::Engine;
use crate::key::{self, Keys};
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer, rule, tally};

/// Marks the ids of items.
#[derive(Debug)]
pub struct Item;

statements! { "item":
    INSERT = "INSERT INTO item (id, external, kind, author, posted_at, received_at, engine, facts, action, verdict,
                page_ref, group_ref, channel_ref)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        rows 0 "INSERT INTO item (id, external, kind, author, posted_at, received_at, engine, facts, action, verdict,
                page_ref, group_ref, channel_ref)
              SELECT unnest($1::BIGINT[]), unnest($2::TEXT[]), unnest($3::TEXT[]), unnest($4::TEXT[]), unnest($5::BIGINT[]),
                unnest($6::BIGINT[]), unnest($7::BIGINT[]), unnest($8::TEXT[]), unnest($9::TEXT[]), unnest($10::TEXT[]),
                unnest($11::TEXT[]), unnest($12::TEXT[]), unnest($13::TEXT[])";
    INSERT_CONTENT = "INSERT INTO item_content (item, text, links, labels) VALUES ($1, $2, $3, $4)";
    // Neither database has the other's full-text search. SQLite's is a table of its own; PostgreSQL has words beside the
    // content, and gets them as it keeps them: it need not take them apart. Neither is asked for what the other one does.
    INSERT_WORDS = "INSERT INTO item_words (rowid, words) VALUES ($1, $2)"
        | "UPDATE item_content SET words = array_to_tsvector(string_to_array($2, ' ')) WHERE item = $1";
    INSERT_SEARCHED = "INSERT INTO item_content (item, text, links, labels) VALUES ($1, $2, $3, $4)"
        rows 1 "INSERT INTO item_content (item, text, links, labels, words)
              SELECT unnest($1::BIGINT[]), unnest($2::BYTEA[]), unnest($3::TEXT[]), unnest($4::TEXT[]), unnest($5::TSVECTOR[])";
    // The item is new, and its hits are of different rules or engines: no row is looked for before it is written.
    INSERT_HIT = "INSERT INTO rule_hit (rule, item, engine, mode, at) VALUES ($1, $2, $3, $4, $5)"
        rows 1 "INSERT INTO rule_hit (rule, item, engine, mode, at)
              SELECT unnest($1::TEXT[]), unnest($2::BIGINT[]), unnest($3::BIGINT[]), unnest($4::TEXT[]),
                unnest($5::BIGINT[])";
    SET_HIT_OUTCOME = "UPDATE rule_hit SET outcome = $2 WHERE item = $1";
    LOAD = "SELECT id, external, kind, author, posted_at, received_at, engine, facts, action, verdict, page_ref, group_ref, channel_ref FROM item WHERE id = $1";
    PAGE = "SELECT id, external, kind, author, posted_at, received_at, engine, facts, action, verdict, page_ref, group_ref, channel_ref
            FROM item WHERE id < $1 ORDER BY id DESC LIMIT $2";
    PAGE_OF_EXTERNAL = "SELECT id, external, kind, author, posted_at, received_at, engine, facts, action, verdict, page_ref, group_ref, channel_ref
            FROM item WHERE external = $3 AND id < $1 ORDER BY id DESC LIMIT $2";
    NEWEST_OF_AUTHOR = "SELECT id FROM item WHERE author = $1 ORDER BY id DESC LIMIT 1";
    NEWEST_OF_PAGE = "SELECT id FROM item WHERE page_ref = $1 ORDER BY id DESC LIMIT 1";
    NEWEST_OF_GROUP = "SELECT id FROM item WHERE group_ref = $1 ORDER BY id DESC LIMIT 1";
    NEWEST_OF_CHANNEL = "SELECT id FROM item WHERE channel_ref = $1 ORDER BY id DESC LIMIT 1";
    NEWEST_OF_EXTERNAL = "SELECT id FROM item WHERE external = $1 ORDER BY id DESC LIMIT 1";
    PAGE_UP = "SELECT id, external, kind, author, posted_at, received_at, engine, facts, action, verdict, page_ref, group_ref, channel_ref
            FROM item WHERE id > $1 ORDER BY id LIMIT $2";
    // Ids rise with time and a tally has every item, so nothing is counted.
    COUNT = "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM tally WHERE what = 'action'";
    LOAD_CONTENT = "SELECT text, links, labels FROM item_content WHERE item = $1";
    // PostgreSQL lists what is new beside the index, and whoever makes the list too long stops to bring it in. SQLite does
    // that by itself, a little at each.
    INDEX_WORDS = "SELECT 0" | "SELECT gin_clean_pending_list('item_content_words')";
    // As above.
    SEARCH = "SELECT rowid FROM item_words WHERE item_words MATCH $1 AND rowid < $2 ORDER BY rowid DESC LIMIT $3"
        // A word that is common is soon found among the newest; for one that is not, the index is asked, and not for all
        // ids besides. PostgreSQL does not know which it is when it makes its plan.
        | "WITH recent AS MATERIALIZED (
               SELECT item FROM (SELECT item, words FROM item_content WHERE item < $2 ORDER BY item DESC LIMIT 10000) newest
               WHERE words @@ replace($1, ' ', ' & ')::tsquery LIMIT $3),
             rest AS MATERIALIZED (
               SELECT item FROM item_content WHERE words @@ replace($1, ' ', ' & ')::tsquery AND item + 0 < $2
               AND (SELECT COUNT(*) FROM recent) < $3)
           SELECT item FROM (SELECT item FROM recent UNION SELECT item FROM rest) found ORDER BY item DESC LIMIT $3";
}

/// An item to be kept, with what the engine said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    /// The platform's own id, if it gave one; opaque.
    pub external: Option<String>,
    /// Key of its kind.
    pub kind: String,
    /// The platform's reference of the author, if it gave one; opaque.
    pub author: Option<String>,
    /// The platform's reference of the page it stands on, if it gave one; opaque.
    pub page: Option<String>,
    /// The same of the group it stands in.
    pub group: Option<String>,
    /// The same of the channel it stands in.
    pub channel: Option<String>,
    /// When it was posted, if the platform says so.
    pub posted_at: Option<Time>,
    /// What judged it.
    pub engine: Id<Engine>,
    /// What was known of author and counters when it was judged, as JSON: a replay needs the same.
    pub facts: String,
    /// Key of the verdict's action after brakes.
    pub action: String,
    /// The verdict as it was answered, as JSON.
    pub verdict: String,
    /// Its text, links and labels.
    pub content: Content,
    /// The words of the text without marks, for the search: letters and digits, one space between words, none of them empty.
    /// Each stands once, in the order of their bytes.
    pub words: String,
    /// When it counts as having been seen.
    pub seen_at: Time,
    /// What it has in common with others.
    pub keys: Vec<Keys>,
    /// The rules that spoke of it.
    pub hits: Vec<Hit>,
}

/// What an item says. Kept apart, so that it can be erased.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Content {
    /// The text as it was typed.
    pub text: String,
    /// Links beside it, as a JSON array.
    pub links: String,
    /// Labels it came with, as a JSON array.
    pub labels: String,
}

/// A rule that spoke of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The rule.
    pub rule: String,
    /// What judged.
    pub engine: Id<Engine>,
    /// Whether it counted.
    pub mode: HitMode,
}

/// Whether a hit counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HitMode {
    /// The rule is in force and had its way.
    Live,
    /// The rule is in force and its brake held it.
    Braked,
    /// The rule runs in shadow: nobody saw it.
    Shadow,
}

impl HitMode {
    /// The key in storage.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Braked => "braked",
            Self::Shadow => "shadow",
        }
    }

    /// The mode with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Live, Self::Braked, Self::Shadow]
            .into_iter()
            .find(|mode| mode.key() == key)
    }
}

/// A kept item without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRow {
    /// Its id.
    pub id: Id<Item>,
    /// The platform's own id.
    pub external: Option<String>,
    /// Key of its kind.
    pub kind: String,
    /// The platform's reference of the author.
    pub author: Option<String>,
    /// The platform's reference of the page it stands on, if it gave one; opaque.
    pub page: Option<String>,
    /// The same of the group it stands in.
    pub group: Option<String>,
    /// The same of the channel it stands in.
    pub channel: Option<String>,
    /// When it was posted.
    pub posted_at: Option<Time>,
    /// When it came in.
    pub received_at: Time,
    /// What judged it.
    pub engine: Id<Engine>,
    /// What was known when it was judged, as JSON.
    pub facts: String,
    /// Key of the action.
    pub action: String,
    /// The verdict, as JSON.
    pub verdict: String,
}

impl ItemRow {
    /// The item itself, as the platform knows it, or by the node's id where it came without one of the platform's.
    ///
    /// # Errors
    /// When what is stored is no reference.
    pub fn target(&self) -> Result<Target, Error> {
        let own = self.external.clone().filter(|external| !external.is_empty());
        let reference = own.unwrap_or_else(|| self.id.to_string());
        Target::new(TargetKind::Item, &reference).map_err(|_| Error::unreadable("item.external"))
    }

    /// Who or what of this kind is behind it, if the platform said so.
    #[must_use]
    pub fn subject(&self, kind: TargetKind) -> Option<Target> {
        let reference = match kind {
            TargetKind::Item | TargetKind::Report => None,
            TargetKind::Account => self.author.as_deref(),
            TargetKind::Page => self.page.as_deref(),
            TargetKind::Group => self.group.as_deref(),
            TargetKind::Channel => self.channel.as_deref(),
        };
        Target::new(kind, reference?).ok()
    }
}

/// Found items and where to go on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchPage {
    /// The ids, newest first.
    pub items: Vec<Id<Item>>,
}

/// Keeps an item.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, item: &NewItem) -> Result<Id<Item>, Error> {
    let id: Id<Item> = writer.new_id();
    let now = writer.now().as_micros();
    let number = Value::Int(id.number());
    writer.send(
        &INSERT,
        &[
            number,
            Value::from(item.external.as_deref()),
            Value::Text(&item.kind),
            Value::from(item.author.as_deref()),
            Value::from(item.posted_at.map(Time::as_micros)),
            Value::Int(now),
            Value::Int(item.engine.number()),
            Value::Text(&item.facts),
            Value::Text(&item.action),
            Value::Text(&item.verdict),
            Value::from(item.page.as_deref()),
            Value::from(item.group.as_deref()),
            Value::from(item.channel.as_deref()),
        ],
    )?;
    insert_content(writer, id, item)?;
    key::insert(writer, id, item.seen_at, &item.keys)?;
    for (at, hit) in item.hits.iter().enumerate() {
        let mut before = item.hits.iter().take(at);
        if before.any(|other| (&other.rule, other.engine) == (&hit.rule, hit.engine)) {
            continue;
        }
        let values = [
            Value::Text(&hit.rule),
            number,
            Value::Int(hit.engine.number()),
            Value::Text(hit.mode.key()),
            Value::Int(now),
        ];
        writer.send(&INSERT_HIT, &values)?;
        match hit.mode {
            HitMode::Live => tally::add(writer, "hit", &hit.rule, 1),
            HitMode::Braked => tally::add(writer, "braked", &hit.rule, 1),
            HitMode::Shadow => {}
        }
    }
    Ok(id)
}

fn insert_content(writer: &mut Writer<'_, '_>, id: Id<Item>, item: &NewItem) -> Result<(), Error> {
    let (number, content, words) = (Value::Int(id.number()), &item.content, Value::Text(&item.words));
    let text = Value::Bytes(content.text.as_bytes());
    let (links, labels) = (Value::Text(&content.links), Value::Text(&content.labels));
    match writer.backend() {
        Backend::Sqlite => {
            writer.send(&INSERT_CONTENT, &[number, text, links, labels])?;
            writer.send(&INSERT_WORDS, &[number, words])
        }
        Backend::Postgres => writer.send(&INSERT_SEARCHED, &[number, text, links, labels, words]),
    }
}

/// Notes what a person made of an item, at the hits of every rule that spoke of it, and counts it for those in force.
///
/// # Errors
/// When the database is away or full.
pub fn judge_hits(writer: &mut Writer<'_, '_>, item: Id<Item>, outcome: Outcome) -> Result<(), Error> {
    writer.send(
        &SET_HIT_OUTCOME,
        &[Value::Int(item.number()), Value::Text(outcome.key())],
    )?;
    let what = if outcome.is_violation() {
        "confirmed"
    } else {
        "rejected"
    };
    for rule in rule::of_item(writer, item)? {
        tally::add(writer, what, &rule, 1);
    }
    Ok(())
}

/// Brings what was kept lately into the index of the search, where that is done apart; it changes nothing that is found.
///
/// # Errors
/// When the database is away.
pub fn index_words(tx: &mut dyn Queries) -> Result<(), Error> {
    tx.row(&INDEX_WORDS, &[]).map(drop)
}

/// Corrects what [`judge_hits`] noted, after an appeal.
///
/// # Errors
/// When the database is away or full.
pub fn judge_hits_anew(
    writer: &mut Writer<'_, '_>,
    item: Id<Item>,
    before: Outcome,
    after: Outcome,
) -> Result<(), Error> {
    writer.send(&SET_HIT_OUTCOME, &[Value::Int(item.number()), Value::Text(after.key())])?;
    let (taken_back, now) = match (before.is_violation(), after.is_violation()) {
        (true, false) => ("unconfirmed", "rejected"),
        (false, true) => ("unrejected", "confirmed"),
        (true, true) | (false, false) => return Ok(()),
    };
    for rule in rule::of_item(writer, item)? {
        tally::add(writer, taken_back, &rule, 1);
        tally::add(writer, now, &rule, 1);
    }
    Ok(())
}

/// One item.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Item>) -> Result<Option<ItemRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.map(|row| read(&row)).transpose()
}

/// How many items were ever kept.
///
/// # Errors
/// When the database is away.
pub fn count(tx: &mut dyn Queries) -> Result<u64, Error> {
    let row = tx.row(&COUNT, &[])?;
    row.map_or(Ok(0), |row| Ok(row.int(0)?.unsigned_abs()))
}

/// The newest item by which a target is known: the item itself, or one of the account, or in the page, group or channel.
///
/// # Errors
/// When the database is away.
pub fn newest_of(tx: &mut dyn Queries, target: &Target) -> Result<Option<Id<Item>>, Error> {
    let statement = match target.kind() {
        TargetKind::Item => &NEWEST_OF_EXTERNAL,
        TargetKind::Account => &NEWEST_OF_AUTHOR,
        TargetKind::Page => &NEWEST_OF_PAGE,
        TargetKind::Group => &NEWEST_OF_GROUP,
        TargetKind::Channel => &NEWEST_OF_CHANNEL,
        TargetKind::Report => return Ok(None),
    };
    let row = tx.row(statement, &[Value::Text(target.reference())])?;
    row.map(|row| row.id(0, "item.id")).transpose()
}

/// What an item says; none if it was erased.
///
/// # Errors
/// When the database is away.
pub fn content(tx: &mut dyn Queries, id: Id<Item>) -> Result<Option<Content>, Error> {
    let row = tx.row(&LOAD_CONTENT, &[Value::Int(id.number())])?;
    row.map(|row| {
        Ok(Content {
            text: row.kept_text(0)?.unwrap_or_default(),
            links: row.owned(1)?,
            labels: row.owned(2)?,
        })
    })
    .transpose()
}

/// At most `limit` items older than `before`, newest first; of one external id, if it is given.
///
/// # Errors
/// When the database is away.
pub fn page(
    tx: &mut dyn Queries,
    external: Option<&str>,
    before: Option<Id<Item>>,
    limit: u32,
) -> Result<Vec<ItemRow>, Error> {
    let before = Value::Int(before.map_or(i64::MAX, Id::number));
    let limit = Value::Int(i64::from(limit));
    let rows = match external {
        Some(external) => tx.rows(&PAGE_OF_EXTERNAL, &[before, limit, Value::Text(external)])?,
        None => tx.rows(&PAGE, &[before, limit])?,
    };
    rows.iter().map(read).collect()
}

/// At most `limit` items younger than `after`, oldest first: the way through all of them.
///
/// # Errors
/// When the database is away.
pub fn page_up(tx: &mut dyn Queries, after: Option<Id<Item>>, limit: u32) -> Result<Vec<ItemRow>, Error> {
    let after = Value::Int(after.map_or(-1, Id::number));
    let rows = tx.rows(&PAGE_UP, &[after, Value::Int(i64::from(limit))])?;
    rows.iter().map(read).collect()
}

/// Items whose text has all of these words, newest first. The words are as [`NewItem::words`].
///
/// # Errors
/// When the database is away.
pub fn search(tx: &mut dyn Queries, words: &str, before: Option<Id<Item>>, limit: u32) -> Result<SearchPage, Error> {
    let before = Value::Int(before.map_or(i64::MAX, Id::number));
    let rows = tx.rows(&SEARCH, &[Value::Text(words), before, Value::Int(i64::from(limit))])?;
    let items = rows.iter().map(|row| row.id(0, "item.id")).collect::<Result<_, _>>()?;
    Ok(SearchPage { items })
}

fn read(row: &anlanh_db::Row) -> Result<ItemRow, Error> {
    Ok(ItemRow {
        id: row.id(0, "item.id")?,
        external: row.optional_owned(1)?,
        kind: row.owned(2)?,
        author: row.optional_owned(3)?,
        posted_at: row.optional_time(4)?,
        received_at: row.time(5)?,
        engine: row.id(6, "item.engine")?,
        facts: row.owned(7)?,
        action: row.owned(8)?,
        verdict: row.owned(9)?,
        page: row.optional_owned(10)?,
        group: row.optional_owned(11)?,
        channel: row.optional_owned(12)?,
    })
}
