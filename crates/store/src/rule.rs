//! What became of a rule's hits, and the kept items as a rule would be tried on them.

use anlanh_db::Value;
use anlanh_model::{Id, Outcome, Time};

use crate::engine::Engine;
use crate::item::{Content, HitMode, Item};
use crate::row::Columns;
use crate::statement::statements;
use crate::version::Version;
use crate::{Error, Queries, Viewer};

statements! { "rule":
    OF_ITEM = "SELECT DISTINCT rule FROM rule_hit WHERE item = $1 AND mode <> 'shadow' ORDER BY rule";
    BY_VERSION = "SELECT e.version, h.mode, h.outcome, COUNT(*) FROM rule_hit h JOIN engine e ON e.id = h.engine
                  WHERE h.rule = $1 GROUP BY e.version, h.mode, h.outcome";
    // What is hidden from whoever looks, see the module on viewers, has no outcome yet.
    RECENT = "SELECT h.item, h.at, h.mode, CASE WHEN EXISTS (SELECT 1 FROM moderation_case c WHERE c.item = h.item
                AND (CAST($3 AS BIGINT) > 0 AND c.purpose = 'live' AND COALESCE(c.decided_by, $3) <> $3
                AND EXISTS (SELECT 1 FROM moderation_case q WHERE q.item = c.item AND q.purpose <> 'live'
                  AND ((q.purpose = 'second-review' AND q.state = 'open')
                    OR (q.purpose = 'golden' AND CAST($4 AS BIGINT) = 0 AND (q.state = 'open' OR q.decided_by = $3))))))
                THEN NULL ELSE h.outcome END, n.text FROM rule_hit h
              LEFT JOIN item_content n ON n.item = h.item WHERE h.rule = $1 ORDER BY h.at DESC LIMIT $2";
    KEPT = "SELECT i.id, i.external, i.kind, i.posted_at, i.facts, n.text, n.links, n.labels,
            (SELECT m.outcome FROM moderation_case m WHERE m.item = i.id AND m.purpose = 'live'
             AND m.outcome IS NOT NULL LIMIT 1), i.author
            FROM item i LEFT JOIN item_content n ON n.item = i.id WHERE i.id < $1 ORDER BY i.id DESC LIMIT $2";
    ONE_KEPT = "SELECT i.id, i.external, i.kind, i.posted_at, i.facts, n.text, n.links, n.labels, NULL, i.author,
            i.engine, i.verdict
            FROM item i LEFT JOIN item_content n ON n.item = i.id WHERE i.id = $1";
}

/// Hits of a rule under one version, in one mode, with one outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HitCount {
    /// The version that judged.
    pub version: Id<Version>,
    /// Whether the hits counted.
    pub mode: HitMode,
    /// What people made of the items; none where nobody has decided.
    pub outcome: Option<Outcome>,
    /// How many.
    pub n: u64,
}

/// A hit of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HitRow {
    /// The item.
    pub item: Id<Item>,
    /// When.
    pub at: Time,
    /// Whether it counted.
    pub mode: HitMode,
    /// What a person made of the item.
    pub outcome: Option<Outcome>,
    /// The text; none if it was erased.
    pub text: Option<String>,
}

/// A kept item with everything that judging it again needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptItem {
    /// Its id.
    pub id: Id<Item>,
    /// The platform's own id.
    pub external: Option<String>,
    /// Key of its kind.
    pub kind: String,
    /// The platform's reference of the author.
    pub author: Option<String>,
    /// When it was posted.
    pub posted_at: Option<Time>,
    /// What was known when it was judged, as JSON.
    pub facts: String,
    /// What it says; none if it was erased.
    pub content: Option<Content>,
    /// What a person made of it.
    pub outcome: Option<Outcome>,
}

/// The verdict that an item got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastVerdict {
    /// What judged.
    pub engine: Id<Engine>,
    /// The verdict as it was answered, as JSON.
    pub verdict: String,
}

/// The rules in force that spoke of an item.
///
/// # Errors
/// When the database is away.
pub fn of_item(tx: &mut dyn Queries, item: Id<Item>) -> Result<Vec<String>, Error> {
    let rows = tx.rows(&OF_ITEM, &[Value::Int(item.number())])?;
    rows.iter().map(|row| row.owned(0)).collect()
}

/// The hits of a rule, by version, mode and outcome.
///
/// # Errors
/// When the database is away.
pub fn hits(tx: &mut dyn Queries, rule: &str) -> Result<Vec<HitCount>, Error> {
    let rows = tx.rows(&BY_VERSION, &[Value::Text(rule)])?;
    rows.iter()
        .map(|row| {
            Ok(HitCount {
                version: row.id(0, "engine.version")?,
                mode: row.key(1, "rule_hit.mode", HitMode::from_key)?,
                outcome: row.optional_key(2, "rule_hit.outcome", Outcome::from_key)?,
                n: row.int(3)?.unsigned_abs(),
            })
        })
        .collect()
}

/// The last hits of a rule, newest first, as this viewer may see them.
///
/// # Errors
/// When the database is away.
pub fn recent(tx: &mut dyn Queries, rule: &str, viewer: Viewer, limit: u32) -> Result<Vec<HitRow>, Error> {
    let limit = Value::Int(i64::from(limit));
    let rows = tx.rows(&RECENT, &[Value::Text(rule), limit, viewer.person(), viewer.sight()])?;
    rows.iter()
        .map(|row| {
            Ok(HitRow {
                item: row.id(0, "rule_hit.item")?,
                at: row.time(1)?,
                mode: row.key(2, "rule_hit.mode", HitMode::from_key)?,
                outcome: row.optional_key(3, "rule_hit.outcome", Outcome::from_key)?,
                text: row.kept_text(4)?,
            })
        })
        .collect()
}

/// At most `limit` kept items older than `before`, newest first.
///
/// # Errors
/// When the database is away.
pub fn kept(tx: &mut dyn Queries, before: Option<Id<Item>>, limit: u32) -> Result<Vec<KeptItem>, Error> {
    let before = Value::Int(before.map_or(i64::MAX, Id::number));
    let rows = tx.rows(&KEPT, &[before, Value::Int(i64::from(limit))])?;
    rows.iter().map(read).collect()
}

/// One kept item and the verdict it got.
///
/// # Errors
/// When the database is away.
pub fn one_kept(tx: &mut dyn Queries, id: Id<Item>) -> Result<Option<(KeptItem, PastVerdict)>, Error> {
    let row = tx.row(&ONE_KEPT, &[Value::Int(id.number())])?;
    row.map(|row| {
        let past = PastVerdict {
            engine: row.id(10, "item.engine")?,
            verdict: row.owned(11)?,
        };
        Ok((read(&row)?, past))
    })
    .transpose()
}

fn read(row: &anlanh_db::Row) -> Result<KeptItem, Error> {
    let text = row.kept_text(5)?;
    let (links, labels) = (row.optional_owned(6)?, row.optional_owned(7)?);
    let content = text.zip(links).zip(labels);
    Ok(KeptItem {
        id: row.id(0, "item.id")?,
        external: row.optional_owned(1)?,
        kind: row.owned(2)?,
        posted_at: row.optional_time(3)?,
        facts: row.owned(4)?,
        content: content.map(|((text, links), labels)| Content { text, links, labels }),
        outcome: row.optional_key(8, "moderation_case.outcome", Outcome::from_key)?,
        author: row.optional_owned(9)?,
    })
}
