//! A change of the blocklist is proposed: by somebody, or by a rule over a feed.

use std::collections::BTreeSet;
use std::sync::Arc;

use anlanh_model::{
    Actor, AuditAction, BlockChange, BlockEntry, BlockSource, BlockStage, BlockState, BlockWords, Id, Permission,
};
use anlanh_soc::blocking::Act;
use anlanh_store::block::{self, Terms};
use anlanh_store::{Change, Writer};

use super::BlockRefusal;
use super::weigh::{Scales, Weighed, rules};
use crate::case::permit_person;
use crate::engine::Engine;
use crate::{App, Error};

/// Most values that are told to have changed between two versions.
pub const MAX_DIFFERENCE: usize = 100_000;
/// Most bases of a change.
const MAX_BASES: usize = 20;
/// Longest name of a rule over a feed, in bytes.
const MAX_FEED_BYTES: usize = 200;

/// A value to be blocked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewValue {
    /// As it was written.
    pub value: String,
    /// What is to be done.
    pub act: Act,
}

/// A change to be proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    /// What is to be blocked.
    pub values: Vec<NewValue>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// On which basis: keys of articles of the policy, or the operator's own rule in words.
    pub basis: Vec<String>,
    /// Of addresses: why no name serves.
    pub why_no_name: Option<String>,
    /// For how many days; none for as long as the policy says.
    pub days: Option<u32>,
}

/// What became of a proposal of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// The change; none where nothing was left.
    pub change: Option<Id<BlockChange>>,
    /// What a guard found against values, which are not in it: for a person to look at.
    pub left_out: Vec<Weighed>,
    /// How many values were none, or are on the list.
    pub skipped: usize,
}

/// What all entries of a change say.
struct Common {
    reason: String,
    owner: String,
    basis: Vec<String>,
    why_no_name: Option<String>,
    days: u32,
}

/// Proposes a change. What a guard refuses is refused, and nothing is kept; what it objects to takes two more people.
///
/// # Errors
/// When the one who asks may not, the policy says nothing of blocklists, a text, value or number of days is none, a value is on
/// the list or must not be blocked, or the database is away or full.
pub async fn propose(app: &App, actor: &Actor, new: NewChange) -> Result<Id<BlockChange>, Error> {
    let by = permit_person(actor, Permission::EditBlocklist)?;
    let engine = app.engine();
    let common = common(&engine, &new)?;
    if new.values.is_empty() || new.values.len() > BlockChange::MAX_VALUES {
        return Err(BlockRefusal::Values.into());
    }
    let scales = Scales::new(&engine, &app.facts, &app.site)?;
    let (mut weighed, mut seen) = (Vec::new(), BTreeSet::new());
    for (place, value) in (1..).zip(&new.values) {
        let found = scales.weigh(place, &value.value, &value.act, common.why_no_name.as_deref())?;
        if let Some(refusal) = found.refusal() {
            return Err(BlockRefusal::Refused(place, refusal.key(), refusal.about()).into());
        }
        if !seen.insert(found.value.clone()) {
            return Err(BlockRefusal::Listed(place).into());
        }
        weighed.push((found, value.act.clone()));
    }
    let max_change = rules(&engine)?.max_change;
    let is_objected = weighed.iter().any(|(found, _)| !found.findings.is_empty());
    let needed = if is_objected {
        BlockChange::FOR_OBJECTION
    } else if weighed.len() > usize::try_from(max_change).unwrap_or(usize::MAX) {
        BlockChange::FOR_SIZE
    } else {
        0
    };
    app.store
        .write(app.change(actor, AuditAction::ProposeBlocks), move |writer| {
            for (place, (found, act)) in (1..).zip(&weighed) {
                if *act != Act::Pass && block::is_open(writer, &found.value)? {
                    return Err(BlockRefusal::Listed(place).into());
                }
            }
            let source = BlockSource::Hand(by.id);
            keep(
                writer,
                &engine,
                (source, needed, BlockStage::Proposed),
                &common,
                &weighed,
            )
        })
        .await
}

/// Proposes what a rule over a feed of indicators names, and lets it run in shadow. Whatever a guard finds is left out, however
/// little it weighs: a feed approves nothing. Values that are none or on the list are skipped.
///
/// # Errors
/// When the policy says nothing of blocklists, a text is none, there are too many values, or the database is away or full.
pub async fn propose_from_feed(app: &App, feed: &str, new: NewChange) -> Result<Proposed, Error> {
    let engine = app.engine();
    let common = common(&engine, &new)?;
    if new.values.len() > BlockChange::MAX_VALUES || feed.is_empty() || feed.len() > MAX_FEED_BYTES {
        return Err(BlockRefusal::Values.into());
    }
    let scales = Scales::new(&engine, &app.facts, &app.site)?;
    let (mut weighed, mut left_out, mut skipped, mut seen) = (Vec::new(), Vec::new(), 0, BTreeSet::new());
    for (place, value) in (1..).zip(&new.values) {
        match scales.weigh(place, &value.value, &value.act, common.why_no_name.as_deref()) {
            // An exception is for people to make.
            Ok(_) if value.act == Act::Pass => skipped += 1,
            Ok(found) if !found.findings.is_empty() => left_out.push(found),
            Ok(found) if seen.insert(found.value.clone()) => weighed.push((found, value.act.clone())),
            Ok(_) | Err(_) => skipped += 1,
        }
    }
    let max_change = usize::try_from(rules(&engine)?.max_change).unwrap_or(usize::MAX);
    let change = Change {
        actor: Actor::Node,
        action: AuditAction::ProposeBlocks,
        now: app.clock.now(),
    };
    let feed = feed.to_owned();
    let (kept, listed) = app
        .store
        .write(change, move |writer| {
            let mut fresh = Vec::new();
            for (found, act) in &weighed {
                if !block::is_open(writer, &found.value)? {
                    fresh.push((found.clone(), act.clone()));
                }
            }
            let listed = weighed.len() - fresh.len();
            if fresh.is_empty() {
                writer.about("block_change", 0, "nothing");
                return Ok::<_, Error>((None, listed));
            }
            // A machine proposed it: a person says yes, whatever its size.
            let needed = if fresh.len() > max_change { 2 } else { 1 };
            let now = writer.now();
            let source = (
                BlockSource::Feed(feed.clone()),
                needed,
                BlockStage::Shadow { since: now },
            );
            Ok((Some(keep(writer, &engine, source, &common, &fresh)?), listed))
        })
        .await?;
    Ok(Proposed {
        change: kept,
        left_out,
        skipped: skipped + listed,
    })
}

/// What a change says of all its values.
fn common(engine: &Engine, new: &NewChange) -> Result<Common, Error> {
    let rules = rules(engine)?;
    let words = |field: &'static str, text: &str| {
        let words = BlockWords::parse(text).map_err(|error| Error::Text(field, error))?;
        Ok::<_, Error>(words.as_str().to_owned())
    };
    let days = new.days.unwrap_or(rules.days);
    if days == 0 || days > rules.max_days {
        return Err(BlockRefusal::Days(rules.max_days).into());
    }
    let line = |text: &String| Ok::<_, Error>(words("basis", text)?.replace(['\n', '\r'], " "));
    let basis: Vec<String> = new.basis.iter().take(MAX_BASES).map(line).collect::<Result<_, _>>()?;
    if basis.is_empty() {
        return Err(Error::Text("basis", anlanh_model::TextError::Empty));
    }
    let why = new.why_no_name.as_deref().filter(|why| !why.trim().is_empty());
    Ok(Common {
        reason: words("reason", &new.reason)?,
        owner: words("owner", &new.owner)?,
        basis,
        why_no_name: why.map(|why| words("why_no_name", why)).transpose()?,
        days,
    })
}

/// Keeps a change with its entries.
fn keep(
    writer: &mut Writer<'_, '_>,
    engine: &Arc<Engine>,
    (source, needed, stage): (BlockSource, u32, BlockStage),
    common: &Common,
    weighed: &[(Weighed, Act)],
) -> Result<Id<BlockChange>, Error> {
    let now = writer.now();
    let id = writer.new_id();
    let change = BlockChange {
        id,
        source,
        needed,
        approvals: Vec::new(),
        stage,
    };
    block::insert_change(writer, &change, &common.reason)?;
    let review = i64::from(rules(engine)?.review_days.min(common.days));
    for (found, act) in weighed {
        let entry = BlockEntry {
            id: writer.new_id(),
            change: id,
            expires_at: Some(now.plus_minutes(i64::from(common.days) * 1_440)),
            state: BlockState::With(stage),
        };
        let terms = Terms {
            reason: common.reason.clone(),
            owner: common.owner.clone(),
            basis: common.basis.clone(),
            why_no_name: common.why_no_name.clone(),
            starts_at: now,
            review_at: now.plus_minutes(review * 1_440),
            ..terms_of(found, act)
        };
        block::insert_entry(writer, &entry, &terms)?;
    }
    writer.about(
        "block_change",
        id.number(),
        format!("values={} needed={needed}", weighed.len()),
    );
    Ok(id)
}

/// What an entry says of its value alone.
pub(super) fn terms_of(found: &Weighed, act: &Act) -> Terms {
    let findings = found.findings.iter();
    Terms {
        kind: found.kind,
        value: found.value.clone(),
        act: match act {
            Act::Redirect(to) => format!("redirect={to}"),
            Act::NxDomain | Act::NoData | Act::Drop | Act::Pass => act.key().to_owned(),
        },
        reason: String::new(),
        owner: String::new(),
        basis: Vec::new(),
        why_no_name: None,
        starts_at: anlanh_model::Time::from_seconds(0),
        review_at: anlanh_model::Time::from_seconds(0),
        findings: findings
            .map(|finding| (finding.key().to_owned(), finding.about()))
            .collect(),
        names_hit: found.names_hit,
        best_rank: found.best_rank,
        examples: found.examples.clone(),
    }
}
