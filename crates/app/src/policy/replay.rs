//! A past verdict is reached again: the same item, with what was known of it then, by the very policy and lists that
//! judged it.

use std::borrow::Cow;
use std::sync::Arc;

use anlanh_api::{AuthorIn, ItemIn, VerdictOut};
use anlanh_model::{Actor, AuditAction, Id, Permission};
use anlanh_screen::{Counter, Counters, ItemKind, Scratch};
use anlanh_store::engine as store_engine;
use anlanh_store::item::Item;
use anlanh_store::rule::{self, KeptItem, PastVerdict};
use anlanh_store::version::{self, File, VersionRow};
use serde_json::Value;

use super::version::{load, read};
use crate::engine::{Compiled, Engine, Lists, LoadedList};
use crate::item::answer;
use crate::{App, Error, PolicyError, permit};

/// What a replay gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// The version of the policy that judged.
    pub version: VersionRow,
    /// The lists that were loaded, as pairs of id and digest.
    pub lists: Vec<(String, String)>,
    /// The verdict as it was answered, as JSON.
    pub then: String,
    /// The verdict as the replay gives it, as JSON.
    pub now: String,
}

impl Replayed {
    /// Whether both are the same, byte for byte.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.then == self.now
    }
}

/// What the store knows of a past verdict.
struct Past {
    item: KeptItem,
    verdict: PastVerdict,
    version: VersionRow,
    files: Vec<File>,
    lists: String,
}

/// Judges an item again by what judged it then. It blocks and costs processor time: callers run it where that does not
/// hold others up.
///
/// # Errors
/// When the one who asks may not, there is no such item, its content was erased, a list of that time cannot be had, the
/// policy of that time cannot be read any more, or the database is away.
pub fn replay(app: &App, actor: &Actor, id: Id<Item>) -> Result<Replayed, Error> {
    permit(actor, Permission::Replay)?;
    let change = app.change(actor, AuditAction::Replay);
    let past = app.store.write_blocking(change, move |writer| {
        writer.about("item", id.number(), "");
        let (item, verdict) = rule::one_kept(writer, id)?.ok_or(Error::NotFound("item"))?;
        let engine = store_engine::load(writer, verdict.engine)?.ok_or(Error::NotFound("engine"))?;
        Ok::<_, Error>(Past {
            item,
            verdict,
            version: load(writer, engine.version)?,
            files: version::files(writer, engine.version)?,
            lists: engine.lists,
        })
    })?;
    let engine = engine(app, &past)?;
    let item = recall(&past.item).ok_or(PolicyError::Erased)?;
    let verdict = engine.screener.screen_with(&mut Scratch::default(), &item.as_item());
    let written = serde_json::value::to_raw_value(&VerdictOut::new(&item, &verdict, &engine.stamp));
    let written = written.map_err(|_| Error::Uncompiled)?;
    let braked = anlanh_api::braked(&past.verdict.verdict);
    let now = answer(&written, &crate::item::acts(&engine, &verdict), &braked)?;
    Ok(Replayed {
        lists: pairs(&past.lists),
        version: past.version,
        then: past.verdict.verdict,
        now: now.get().to_owned(),
    })
}

/// What judged then: one of those that judge now, or one that is made again.
fn engine(app: &App, past: &Past) -> Result<Arc<Engine>, Error> {
    let engines = app.engines();
    let shadow = engines.shadow.as_ref().map(|shadow| &shadow.engine);
    let known = std::iter::once(&engines.live).chain(shadow);
    if let Some(engine) = known.into_iter().find(|engine| engine.id == past.verdict.engine) {
        return Ok(Arc::clone(engine));
    }
    if past.files.is_empty() {
        return Err(Error::NotFound("policy of that time"));
    }
    let policy = read(&past.files).map_err(PolicyError::Mistakes)?;
    let loaded = app.judging.lists.as_slice();
    let mut lists = Vec::new();
    for (id, digest) in pairs(&past.lists) {
        let same = loaded.iter().find(|list| list.digest == digest);
        let names = match same {
            Some(list) => Arc::clone(&list.names),
            None => Arc::new(app.judging.shelf.load(&digest)?),
        };
        lists.push(LoadedList { id, digest, names });
    }
    let compiled = Compiled::new(policy, &Lists::new(lists))?;
    Ok(Arc::new(compiled.named(past.version.id, past.verdict.engine)))
}

fn pairs(lists: &str) -> Vec<(String, String)> {
    let pairs = lists.lines().filter_map(|line| line.split_once('='));
    pairs.map(|(id, digest)| (id.to_owned(), digest.to_owned())).collect()
}

/// A kept item as it came in, with what was known when it was judged; none if its content was erased.
pub(crate) fn recall(kept: &KeptItem) -> Option<ItemIn<'_>> {
    let content = kept.content.as_ref()?;
    let facts: Value = serde_json::from_str(&kept.facts).unwrap_or_default();
    let number = |name: &str| facts.get(name).and_then(Value::as_u64);
    let count = |name: &str| number(name).map(|n| u32::try_from(n).unwrap_or(u32::MAX));
    let counters = Counter::ALL.into_iter().fold(Counters::default(), |counters, counter| {
        count(counter.name()).map_or(counters, |n| counters.with(counter, n))
    });
    Some(ItemIn {
        id: kept.external.as_deref().map(Cow::from),
        kind: ItemKind::from_key(&kept.kind).unwrap_or_default(),
        text: Cow::from(&content.text),
        links: strings(&content.links),
        labels: strings(&content.labels),
        author: AuthorIn {
            reference: kept.author.as_deref().map(Cow::from),
            age_days: count("author.age_days"),
            violations_30d: count("author.violations_30d"),
            violations_90d: count("author.violations_90d"),
            locks: count("author.locks"),
            verified: facts.get("author.verified").and_then(Value::as_bool),
        },
        // No rule asks where an item stands, nor how many have seen it.
        page: None,
        group: None,
        channel: None,
        views: None,
        counters,
        time: kept.posted_at.map(|at| anlanh_screen::Time(at.as_seconds())),
    })
}

fn strings(json: &str) -> Vec<Cow<'_, str>> {
    let strings: Vec<String> = serde_json::from_str(json).unwrap_or_default();
    strings.into_iter().map(Cow::from).collect()
}
