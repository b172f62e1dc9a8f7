//! Items come in: judged, kept, and a case opened where a person must look.

mod look;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use anlanh_api::{Braked, Fault, ItemIn, Tally, VerdictOut, hold_back};
use anlanh_model::{Actor, AuditAction, Case, Cause, Id, Permission, Pressed, Purpose, Time, Urgency};
use anlanh_screen::{Action, Counter, Counters, Scratch, Severity, Verdict};
use anlanh_store::audit::Standing;
use anlanh_store::idempotency::{self, Answer, Claim, Known};
use anlanh_store::item::{self, Content, Hit, HitMode, ItemRow, NewItem};
use anlanh_store::key;
use anlanh_store::trial::{self, Difference, Totals, Trial};
use anlanh_store::{Writer, brake, case, event, tally};
use serde_json::value::{RawValue, to_raw_value};

use crate::counting::{Common, Counted};
use crate::engine::{Engine, Engines};
use crate::identity::Caller;
use crate::policy::difference;
use crate::statutory::{self, Running};
use crate::{App, Error, permit};

pub use look::{ItemFilter, ItemView, list, look, show};
pub use words::{MAX_SEARCH_BYTES, MAX_WORD_LETTERS};
use words::{folded_words, words};

/// How many kept items are worth to bring the search up to date: of few, the database does so by itself in time.
const MANY_UNINDEXED: usize = 1_000;

/// An item that was judged and waits to be kept.
#[derive(Debug, Clone)]
pub struct Judged {
    counted: Arc<Counted>,
    item: NewItem,
    external: Option<Box<RawValue>>,
    verdict: Box<RawValue>,
    action: Action,
    /// Why a person looks, where no brake is asked.
    cause: Option<Cause>,
    /// How soon a person should look at what is still shown.
    urgency: Urgency,
    acts: Vec<Act>,
    category: String,
    rule: String,
    categories: Vec<String>,
    /// The statutory clock that its case starts, where it gets one.
    clock: Option<Running>,
    shadow: Option<(Id<Trial>, Difference)>,
}

/// What one rule would do without a person: label, limit or block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Act {
    rule: String,
    action: Action,
    label: Option<String>,
}

/// What is answered for an item that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Status and body, as they were answered the first time.
    pub answer: Answer,
    /// Whether this very request had been done before.
    pub repeated: bool,
}

/// Items that were looked at, and wait to be judged.
#[derive(Debug)]
pub struct Looked<'a> {
    items: Vec<ItemIn<'a>>,
    common: Vec<Common>,
    engines: Arc<Engines>,
}

/// Looks what items have in common with others. It costs processor time: callers run it where that does not hold others
/// up.
#[must_use]
pub fn look_at<'a>(app: &App, scratch: &mut Scratch, items: Vec<ItemIn<'a>>) -> Looked<'a> {
    let engines = app.engines();
    let common = items
        .iter()
        .map(|item| Common::of(&engines.live.screener, scratch, item));
    Looked {
        common: common.collect(),
        items,
        engines,
    }
}

/// Learns what items that were kept before the node started have in common, so that it need not be looked for of items that
/// have nothing in common with them.
pub(crate) async fn learn(app: &App) -> Result<(), Error> {
    app.counting.learn().await
}

/// Waits until it is known what was counted of items before.
///
/// # Errors
/// When the database is away.
pub async fn prepare(app: &App, looked: &Looked<'_>) -> Result<(), Error> {
    app.counting.prepare(&looked.common).await
}

/// [`prepare`] where no futures run: blocks.
///
/// # Errors
/// When the database is away.
pub fn prepare_blocking(app: &App, looked: &Looked<'_>) -> Result<(), Error> {
    app.counting.prepare_blocking(&looked.common)
}

/// Judges prepared items in the order in which they came, each knowing what was counted before it. It costs processor
/// time, as [`look_at`] does.
///
/// # Errors
/// For one item, when screening fails through a defect of ours, or it holds what cannot be kept; then it was not
/// counted.
pub fn judge(app: &App, scratch: &mut Scratch, looked: Looked<'_>, tally: &mut Tally) -> Vec<Result<Judged, Error>> {
    let Looked { items, common, engines } = looked;
    let now = anlanh_screen::Time(app.clock.now().as_seconds());
    let clock = statutory::of_detection(&engines.live, app.clock.now());
    let judged = items.into_iter().zip(&common).map(|(mut item, common)| {
        refuse(&item)?;
        // What is said to come from later counts as coming now, or nothing real would be in its windows.
        let at = item.time.map_or(now, |time| time.min(now));
        let (counters, counted) = app.counting.count(common, at);
        item.counters = sent_or_counted(item.counters, counters);
        judge_one(&engines, scratch, &item, Arc::new(counted), clock.clone(), tally)
    });
    judged.collect()
}

/// Looks at items, prepares and judges them. Blocks.
///
/// # Errors
/// As [`prepare`]; for one item as [`judge`].
pub fn judge_blocking(
    app: &App,
    scratch: &mut Scratch,
    items: Vec<ItemIn<'_>>,
    tally: &mut Tally,
) -> Result<Vec<Result<Judged, Error>>, Error> {
    let looked = look_at(app, scratch, items);
    prepare_blocking(app, &looked)?;
    Ok(judge(app, scratch, looked, tally))
}

/// Refuses what no database can keep.
fn refuse(item: &ItemIn<'_>) -> Result<(), Error> {
    for (field, value) in [
        ("id", item.id.as_deref()),
        ("author.ref", item.author.reference.as_deref()),
        ("page", item.page.as_deref()),
        ("group", item.group.as_deref()),
        ("channel", item.channel.as_deref()),
    ] {
        if value.is_some_and(|value| value.contains('\0')) {
            return Err(Error::Item(Fault::WrongType(field).into()));
        }
    }
    Ok(())
}

/// The counters that came with an item, which are there to try rules with, and those that were counted.
fn sent_or_counted(sent: Counters, counted: Counters) -> Counters {
    Counter::ALL.into_iter().fold(sent, |known, counter| {
        match (known.count(counter), counted.count(counter)) {
            (None, Some(count)) => known.with(counter, count),
            (Some(_), _) | (None, None) => known,
        }
    })
}

fn judge_one(
    engines: &Engines,
    scratch: &mut Scratch,
    item: &ItemIn<'_>,
    counted: Arc<Counted>,
    clock: Option<Running>,
    tally: &mut Tally,
) -> Result<Judged, Error> {
    let engine = &*engines.live;
    let verdict = engine.screener.screen_with(scratch, &item.as_item());
    tally.count(&verdict, item.text.len());
    let answer = VerdictOut::new(item, &verdict, &engine.stamp);
    let internal = |_| Error::Item(Fault::Internal.into());
    let written = to_raw_value(&answer).map_err(internal)?;
    let external = item.id.as_deref().map(to_raw_value).transpose().map_err(internal)?;
    let words = words(scratch);
    let mut hits = hits(engine, &verdict, HitMode::Live);
    let shadow = engines.shadow.as_ref().map(|shadow| {
        let other = shadow.engine.screener.screen_with(scratch, &item.as_item());
        hits.extend(self::hits(&shadow.engine, &other, HitMode::Shadow));
        (shadow.trial, difference(&verdict, &other))
    });
    let mut categories: Vec<String> = verdict
        .reasons
        .iter()
        .map(|reason| reason.category.to_owned())
        .collect();
    categories.sort_unstable();
    categories.dedup();
    let new = NewItem {
        external: item.id.as_deref().map(str::to_owned),
        kind: item.kind.key().to_owned(),
        author: item.author.reference.as_deref().map(str::to_owned),
        page: item.page.as_deref().map(str::to_owned),
        group: item.group.as_deref().map(str::to_owned),
        channel: item.channel.as_deref().map(str::to_owned),
        posted_at: item.time.map(|time| Time::from_seconds(time.0)),
        engine: engine.id,
        facts: facts(item),
        action: verdict.action.key().to_owned(),
        verdict: written.get().to_owned(),
        content: Content {
            text: item.text.clone().into_owned(),
            links: serde_json::to_string(&item.links).map_err(internal)?,
            labels: serde_json::to_string(&item.labels).map_err(internal)?,
        },
        words,
        seen_at: Time::from_seconds(counted.at().0),
        keys: counted.keys(),
        hits,
    };
    let first = verdict.reasons.first();
    Ok(Judged {
        counted,
        item: new,
        external,
        verdict: written,
        action: verdict.action,
        cause: cause(&verdict),
        urgency: urgency(engine, &verdict).seen_by(item.views.unwrap_or_default()),
        acts: acts(engine, &verdict),
        category: first.map_or_else(String::new, |reason| reason.category.to_owned()),
        rule: first.map_or_else(String::new, |reason| reason.rule.to_owned()),
        categories,
        clock,
        shadow,
    })
}

/// A reported item that was judged and waits to be kept.
#[derive(Debug, Clone)]
pub(crate) struct Reported {
    item: NewItem,
    pub(crate) category: String,
    pub(crate) urgency: Urgency,
}

/// The kind under which reported items are kept: what they are on the platform is not known.
pub const REPORTED: &str = "reported";

/// Judges what somebody says they saw. It is screened for whoever decides and counts for nothing: what an outsider pastes
/// moves neither counters nor the figures of a rule.
pub(crate) fn judge_reported(engine: &Engine, scratch: &mut Scratch, item: &ItemIn<'_>) -> Result<Reported, Error> {
    refuse(item)?;
    let verdict = engine.screener.screen_with(scratch, &item.as_item());
    let internal = |_| Error::Item(Fault::Internal.into());
    let written = to_raw_value(&VerdictOut::new(item, &verdict, &engine.stamp)).map_err(internal)?;
    let first = verdict.reasons.first();
    Ok(Reported {
        category: first.map_or_else(String::new, |reason| reason.category.to_owned()),
        urgency: urgency(engine, &verdict),
        item: NewItem {
            external: item.id.as_deref().map(str::to_owned),
            kind: REPORTED.to_owned(),
            author: None,
            page: None,
            group: None,
            channel: None,
            posted_at: None,
            engine: engine.id,
            facts: facts(item),
            action: verdict.action.key().to_owned(),
            verdict: written.get().to_owned(),
            content: Content {
                text: item.text.clone().into_owned(),
                links: serde_json::to_string(&item.links).map_err(internal)?,
                labels: "[]".to_owned(),
            },
            words: words(scratch),
            seen_at: Time::from_micros(0),
            keys: Vec::new(),
            hits: Vec::new(),
        },
    })
}

/// Keeps a reported item.
pub(crate) fn keep_reported(writer: &mut Writer<'_, '_>, reported: &Reported) -> Result<Id<item::Item>, Error> {
    Ok(item::insert(writer, &reported.item)?)
}

/// Keeps judged items in one transaction, each with the case it needs, and gives for each the line that is answered.
/// When this returns, all of them survive a power cut.
///
/// # Errors
/// When the one who asks may not, or the database is away or full; then none of them is kept.
pub async fn keep(app: &App, actor: &Actor, judged: Vec<Judged>) -> Result<Vec<Vec<u8>>, Error> {
    permit(actor, Permission::SubmitItems)?;
    let change = app.change(actor, AuditAction::KeepItems);
    let counted: Vec<Arc<Counted>> = judged.iter().map(|judged| Arc::clone(&judged.counted)).collect();
    let kept = app
        .store
        .write(change, move |writer| {
            writer.about_items(judged.len(), Standing::Known);
            keep_all(writer, &judged)
        })
        .await?;
    counted.iter().for_each(|counted| counted.kept());
    app.unindexed.fetch_add(kept.len(), Ordering::Relaxed);
    Ok(kept)
}

/// Keeps one judged item, once for each claim: a request that was done before gets the answer of that time.
///
/// # Errors
/// As [`keep`]; when the claim's key was used for another request, or a token that is remembered was revoked.
pub async fn keep_once(app: &App, caller: &Caller, judged: Judged, claim: Option<Claim>) -> Result<Kept, Error> {
    permit(&caller.actor, Permission::SubmitItems)?;
    let change = app.change(&caller.actor, AuditAction::KeepItems);
    let standing = caller.standing;
    let counted = Arc::clone(&judged.counted);
    let kept: Kept = app
        .store
        .write(change, move |writer| {
            if let Some(claim) = &claim {
                let now = writer.now();
                match idempotency::look_up(writer, claim, now)? {
                    Known::New => {}
                    Known::Done(answer) => {
                        writer.about_items(0, standing);
                        return Ok(Kept { answer, repeated: true });
                    }
                    Known::Reused => return Err(Error::KeyReused),
                }
            }
            writer.about_items(1, standing);
            let answer = Answer {
                status: 201,
                body: keep_all(writer, std::slice::from_ref(&judged))?.concat(),
            };
            if let Some(claim) = &claim {
                idempotency::keep(writer, claim, &answer)?;
            }
            Ok(Kept {
                answer,
                repeated: false,
            })
        })
        .await?;
    if !kept.repeated {
        counted.kept();
        app.unindexed.fetch_add(1, Ordering::Relaxed);
    }
    Ok(kept)
}

/// Brings the search up to date where many items came in, beside those that come in: whoever keeps one need not stop for
/// it.
///
/// # Errors
/// When the database is away.
pub(crate) async fn index(app: &App) -> Result<(), Error> {
    let unindexed = app.unindexed.load(Ordering::Relaxed);
    if unindexed < MANY_UNINDEXED {
        return Ok(());
    }
    app.store.read("item.index", |tx| item::index_words(tx)).await?;
    app.unindexed.fetch_sub(unindexed, Ordering::Relaxed);
    Ok(())
}

/// Puts in order what items have in common, where much of it came in.
///
/// # Errors
/// When the database is away or full.
pub(crate) async fn sort_counted(app: &App) -> Result<(), Error> {
    let change = app.change(&Actor::Node, AuditAction::SortCounted);
    app.counting.sort(&change, key::LONG).await
}

/// What keeping one item gave: its id and the line that is answered.
struct KeptOne {
    id: Id<item::Item>,
    line: Vec<u8>,
}

/// What a version in shadow would have made of some items.
#[derive(Debug, Default)]
struct ShadowCount {
    totals: Totals,
    differences: Vec<(Id<item::Item>, Difference)>,
}

/// Keeps some items, and counts what a version in shadow would have made of them.
fn keep_all(writer: &mut Writer<'_, '_>, judged: &[Judged]) -> Result<Vec<Vec<u8>>, Error> {
    let mut lines = Vec::with_capacity(judged.len());
    let mut shadows: BTreeMap<Id<Trial>, ShadowCount> = BTreeMap::new();
    for judged in judged {
        let kept = keep_one(writer, judged)?;
        lines.push(kept.line);
        if let Some((trial, difference)) = &judged.shadow {
            let count = shadows.entry(*trial).or_default();
            count.totals.count(difference, None);
            if difference.is_one() {
                count.differences.push((kept.id, difference.clone()));
            }
        }
    }
    for (trial, count) in shadows {
        trial::add(writer, trial, &count.totals)?;
        trial::list(writer, trial, &count.differences)?;
    }
    Ok(lines)
}

fn keep_one(writer: &mut Writer<'_, '_>, judged: &Judged) -> Result<KeptOne, Error> {
    let braked = ask_brakes(writer, &judged.acts)?;
    let verdict = answer(&judged.verdict, &judged.acts, &braked)?;
    let action = if braked.is_empty() {
        judged.action
    } else {
        action_of(&judged.acts, &braked)
    };
    let id = if braked.is_empty() {
        item::insert(writer, &judged.item)?
    } else {
        let mut held = judged.item.clone();
        held.action = action.key().to_owned();
        held.verdict = verdict.get().to_owned();
        for hit in &mut held.hits {
            if hit.mode == HitMode::Live && braked.contains(&hit.rule) {
                hit.mode = HitMode::Braked;
            }
        }
        item::insert(writer, &held)?
    };
    tally::add(writer, "action", action.key(), 1);
    for category in &judged.categories {
        tally::add(writer, "category", category, 1);
    }
    let cause = if braked.is_empty() {
        judged.cause
    } else {
        Some(Cause::Braked)
    };
    let case = match cause {
        Some(cause) => Some(open_case(writer, id, judged, cause, action)?),
        None => None,
    };
    let answer = KeptOut {
        item: id.to_string(),
        case: case.map(|id| id.to_string()),
        external: judged.external.as_deref(),
        verdict: &verdict,
    };
    let line = serde_json::to_vec(&answer).map_err(|_| Error::Item(Fault::Internal.into()))?;
    Ok(KeptOne { id, line })
}

/// The rules among these whose brakes hold them, each asked once.
fn ask_brakes(writer: &mut Writer<'_, '_>, acts: &[Act]) -> Result<Vec<String>, Error> {
    let mut braked = Vec::new();
    for act in acts {
        if brake::ask(writer, &act.rule)? == Pressed::Yes {
            braked.push(act.rule.clone());
        }
    }
    Ok(braked)
}

/// The action that counts where brakes hold some of the rules: that of the others, and at least that a person looks.
fn action_of(acts: &[Act], braked: &[String]) -> Action {
    let free = acts.iter().filter(|act| !braked.contains(&act.rule));
    free.map(|act| act.action).max().unwrap_or_default().max(Action::Review)
}

/// A written verdict as it counts, where brakes hold some of its rules.
pub(crate) fn answer(written: &RawValue, acts: &[Act], braked: &[String]) -> Result<Box<RawValue>, Error> {
    if braked.is_empty() {
        return Ok(written.to_owned());
    }
    let free = acts.iter().filter(|act| !braked.contains(&act.rule));
    let mut labels: Vec<&str> = free.filter_map(|act| act.label.as_deref()).collect();
    labels.sort_unstable();
    labels.dedup();
    let held = Braked {
        action: action_of(acts, braked).key(),
        labels: &labels,
        rules: braked,
    };
    hold_back(written, held).map_err(|_| Error::Item(Fault::Internal.into()))
}

/// What the rules of a verdict would do without a person, in the order of the reasons.
pub(crate) fn acts(engine: &Engine, verdict: &Verdict<'_>) -> Vec<Act> {
    let mut acts: Vec<Act> = Vec::new();
    for reason in &verdict.reasons {
        if acts.iter().any(|act| act.rule == reason.rule) {
            continue;
        }
        let rules = &engine.screener.pack().rules;
        let label = rules.iter().find(|rule| rule.id == reason.rule);
        let label = label.and_then(|rule| rule.label.clone());
        let is_act = match reason.action {
            Action::Label | Action::Limit | Action::Block => true,
            Action::Allow | Action::Review => label.is_some(),
        };
        if is_act {
            acts.push(Act {
                rule: reason.rule.to_owned(),
                action: reason.action,
                label,
            });
        }
    }
    acts
}

/// The rules that fired, as hits of their engine.
fn hits(engine: &Engine, verdict: &Verdict<'_>, mode: HitMode) -> Vec<Hit> {
    let mut rules: Vec<&str> = verdict.reasons.iter().map(|reason| reason.rule).collect();
    rules.dedup();
    let hits = rules.into_iter().map(|rule| Hit {
        rule: rule.to_owned(),
        engine: engine.id,
        mode,
    });
    hits.collect()
}

fn open_case(
    writer: &mut Writer<'_, '_>,
    item: Id<item::Item>,
    judged: &Judged,
    cause: Cause,
    action: Action,
) -> Result<Id<Case>, Error> {
    let id = writer.new_id();
    let urgency = match action {
        // It is out of sight already; what remains is the author's right to a person's eye.
        Action::Block => Urgency::Normal,
        Action::Allow | Action::Label | Action::Review | Action::Limit => judged.urgency,
    };
    let now = writer.now();
    let (mut opened, happened) = Case::open(id, cause, Purpose::Live, urgency, now);
    opened.due = opened
        .due
        .no_later_than(judged.clock.as_ref().map(|clock| clock.due_after(now)));
    let new = case::NewCase {
        item,
        cause,
        category: judged.category.clone(),
        rule: judged.rule.clone(),
        kind: judged.item.kind.clone(),
    };
    case::insert(writer, &opened, &new)?;
    event::insert(writer, id, &happened)?;
    if let Some(clock) = &judged.clock {
        clock.start(writer, id, now)?;
    }
    Ok(id)
}

/// A person looks at what a rule asked for, at what a rule did without one, and at what could not be judged.
const fn cause(verdict: &Verdict<'_>) -> Option<Cause> {
    match verdict.action {
        Action::Allow | Action::Label => None,
        Action::Review if verdict.reasons.is_empty() => Some(Cause::Undecided),
        Action::Review => Some(Cause::Review),
        Action::Limit | Action::Block => Some(Cause::Acted),
    }
}

/// How soon a person should look, by the gravest phrase that was found.
fn urgency(engine: &Engine, verdict: &Verdict<'_>) -> Urgency {
    let found = verdict.reasons.iter().flat_map(|reason| &reason.found);
    let lexicon = &engine.screener.pack().lexicon;
    let gravest = found
        .filter_map(|found| lexicon.iter().find(|entry| entry.id == **found))
        .map(|entry| entry.severity)
        .max();
    match gravest {
        Some(Severity::Critical) => Urgency::High,
        Some(Severity::High | Severity::Medium) | None => Urgency::Normal,
        Some(Severity::Low) => Urgency::Low,
    }
}

/// Under which it is kept how many people had seen an item.
const VIEWS: &str = "item.views";

/// How many people had seen an item when it came in, as far as the platform knew.
pub(crate) fn views(item: &ItemRow) -> u32 {
    let facts: serde_json::Value = serde_json::from_str(&item.facts).unwrap_or_default();
    let views = facts.get(VIEWS).and_then(serde_json::Value::as_u64).unwrap_or_default();
    u32::try_from(views).unwrap_or(u32::MAX)
}

/// What was known of author and counters, so that a replay knows the same.
fn facts(item: &ItemIn<'_>) -> String {
    let mut facts = serde_json::Map::new();
    let author = &item.author;
    let numbers = [
        ("author.age_days", author.age_days),
        ("author.violations_30d", author.violations_30d),
        ("author.violations_90d", author.violations_90d),
        ("author.locks", author.locks),
    ];
    for (name, number) in numbers {
        if let Some(number) = number {
            facts.insert(name.to_owned(), number.into());
        }
    }
    if let Some(views) = item.views {
        facts.insert(VIEWS.to_owned(), views.into());
    }
    if let Some(verified) = author.verified {
        facts.insert("author.verified".to_owned(), verified.into());
    }
    for counter in Counter::ALL {
        if let Some(count) = item.counters.count(counter) {
            facts.insert(counter.name().to_owned(), count.into());
        }
    }
    serde_json::Value::Object(facts).to_string()
}

#[derive(serde::Serialize)]
struct KeptOut<'a> {
    item: String,
    case: Option<String>,
    #[serde(rename = "id")]
    external: Option<&'a RawValue>,
    verdict: &'a RawValue,
}
