//! The steps of a change, and what takes entries off the list again.

use anlanh_model::{
    Actor, AuditAction, BlockAudience, BlockChange, BlockEntry, BlockHaste, BlockSource, BlockStage, BlockStepError,
    BlockWords, Id, Permission, Person,
};
use anlanh_store::Writer;
use anlanh_store::block::version::{self, VersionRow};
use anlanh_store::block::{self, EntryRow, proof};

use super::weigh::rules;
use crate::audit::REASON;
use crate::case::permit_person;
use crate::{App, Error};

/// What may be done with a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Somebody else approves it.
    Approve,
    /// It runs in shadow.
    Shadow,
    /// It goes to the canary.
    Canary(BlockHaste),
    /// It goes to all enforcers.
    Enforce,
    /// It is refused.
    Refuse,
}

impl Step {
    /// Reads its key: `approve`, `shadow`, `canary`, `canary_urgent`, `enforce`, `refuse`.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Some(match key {
            "approve" => Self::Approve,
            "shadow" => Self::Shadow,
            "canary" => Self::Canary(BlockHaste::Usual),
            "canary_urgent" => Self::Canary(BlockHaste::Urgent),
            "enforce" => Self::Enforce,
            "refuse" => Self::Refuse,
            _ => return None,
        })
    }

    /// Its key.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Shadow => "shadow",
            Self::Canary(BlockHaste::Usual) => "canary",
            Self::Canary(BlockHaste::Urgent) => "canary_urgent",
            Self::Enforce => "enforce",
            Self::Refuse => "refuse",
        }
    }
}

/// Takes a step with a change. Whoever skips its shadow says why; what somebody says of a step is in the audit log.
///
/// # Errors
/// When the one who asks may not, there is no such change, its life stands in the way, the reason is none where one is needed, or the
/// database is away or full.
pub async fn step(app: &App, actor: &Actor, id: Id<BlockChange>, step: Step, reason: &str) -> Result<(), Error> {
    let by = permit_person(actor, Permission::EditBlocklist)?;
    let is_hurried = step == Step::Canary(BlockHaste::Urgent);
    let reason = (is_hurried || !reason.trim().is_empty()).then(|| BlockWords::parse(reason));
    let reason = reason.transpose().map_err(|error| Error::Text("reason", error))?;
    let engine = app.engine();
    app.store
        .write(app.change(actor, AuditAction::StepBlocks), move |writer| {
            let change = load(writer, id)?;
            let (rules, now) = (rules(&engine)?, writer.now());
            let after = match &step {
                Step::Approve => {
                    let after = change.clone().approve(by)?;
                    block::approve(writer, id, by.id)?;
                    after
                }
                Step::Shadow => change.clone().begin_shadow(now)?,
                Step::Canary(haste) => change.clone().begin_canary(*haste, rules.shadow_hours, now)?,
                Step::Enforce => {
                    let last = version::last(writer)?.map_or(0, |version| version.serial);
                    let after = change.clone().enforce(rules.canary_minutes, now)?;
                    if proof::is_wrong(writer, last)? {
                        return Err(BlockStepError::ProbeFailed.into());
                    }
                    after
                }
                Step::Refuse => change.clone().refuse(now)?,
            };
            if after.stage != change.stage {
                follow(writer, &after, Some(by))?;
            }
            let said = reason.as_ref().map(|reason| format!("{REASON}{}", reason.as_str()));
            let detail = format!("{}{}", step.key(), said.unwrap_or_default());
            writer.about("block_change", id.number(), detail);
            Ok(())
        })
        .await
}

/// Stores where a change stands, takes its entries along, and makes a version where an enforcer gets another list by it.
pub(super) fn follow(writer: &mut Writer<'_, '_>, change: &BlockChange, by: Option<Person>) -> Result<(), Error> {
    block::update_change(writer, change.id, change.stage)?;
    let most = u32::try_from(BlockChange::MAX_VALUES).unwrap_or(u32::MAX);
    let (mut moved, mut live) = (Vec::new(), 0);
    for row in block::of_change(writer, change.id, most)? {
        let after = row.entry.clone().follow(change.stage);
        if after.state != row.entry.state {
            block::update_entry(writer, after.id, after.state)?;
            live += u64::from(after.state.is_live());
            moved.push(after.id);
        }
    }
    let is_order = matches!(change.source, BlockSource::Order(..));
    let (what, audiences): (_, &[BlockAudience]) = match change.stage {
        BlockStage::Canary { .. } => ("canary", &[BlockAudience::Canary]),
        BlockStage::InForce { .. } if is_order => ("order", BlockAudience::ALL),
        BlockStage::InForce { .. } => ("in_force", &[BlockAudience::All]),
        BlockStage::Proposed
        | BlockStage::Shadow { .. }
        | BlockStage::Refused { .. }
        | BlockStage::RolledBack { .. } => return Ok(()),
    };
    let serial = begin_version(writer, what, Some(change.id), by, (live, 0))?;
    for entry in moved {
        for audience in audiences {
            version::open_span(writer, entry, *audience, serial)?;
        }
    }
    Ok(())
}

/// Lifts an entry: it is not blocked any more. One person is enough, and nothing waits.
///
/// # Errors
/// When the one who asks may not, there is no such entry, it blocks nothing, an order asks for it, the words are none, or the
/// database is away or full.
pub async fn lift(app: &App, actor: &Actor, id: Id<BlockEntry>, words: &str) -> Result<(), Error> {
    let by = permit_person(actor, Permission::EditBlocklist)?;
    let words = BlockWords::parse(words).map_err(|error| Error::Text("words", error))?;
    app.store
        .write(app.change(actor, AuditAction::LiftBlock), move |writer| {
            let row = block::load(writer, id)?.ok_or(Error::NotFound("block"))?;
            lift_by(writer, &row, by, words.as_str())?;
            writer.about("block", id.number(), "lifted");
            Ok(())
        })
        .await
}

/// Notes that somebody looked at an entry again and it stays: the next look is as far off as the policy says. When it ends stays.
///
/// # Errors
/// When the one who asks may not, there is no such entry, it blocks nothing, or the database is away or full.
pub async fn review(app: &App, actor: &Actor, id: Id<BlockEntry>) -> Result<(), Error> {
    permit_person(actor, Permission::EditBlocklist)?;
    let engine = app.engine();
    app.store
        .write(app.change(actor, AuditAction::ReviewBlock), move |writer| {
            let row = block::load(writer, id)?.ok_or(Error::NotFound("block"))?;
            if !row.entry.state.is_live() {
                return Err(BlockStepError::Over.into());
            }
            let days = i64::from(rules(&engine)?.review_days);
            block::set_review(writer, id, writer.now().plus_minutes(days * 1_440))?;
            writer.about("block", id.number(), "reviewed");
            Ok(())
        })
        .await
}

/// Lifts an entry that no order asks for.
pub(super) fn lift_by(writer: &mut Writer<'_, '_>, row: &EntryRow, by: Person, words: &str) -> Result<(), Error> {
    if matches!(row.source, BlockSource::Order(..)) {
        return Err(BlockStepError::ByOrder.into());
    }
    let after = row.entry.clone().lift(writer.now())?;
    block::update_entry(writer, after.id, after.state)?;
    block::end_entry(writer, after.id, Some(by.id), words)?;
    let serial = begin_version(writer, "lift", Some(after.change), Some(by), (0, 1))?;
    Ok(version::close_spans(writer, after.id, serial)?)
}

/// Takes back the last step that somebody took, as a whole: a change leaves the list, or what was lifted is blocked again. What
/// orders ask for and what came to its end stays as it is. Whoever names a change means its last step and no other. Gives the serial of
/// the version that this makes.
///
/// # Errors
/// When the one who asks may not, there is nothing to take back, the last step was taken with another change than the one named, or the
/// database is away or full.
pub async fn roll_back(app: &App, actor: &Actor, of: Option<Id<BlockChange>>) -> Result<u32, Error> {
    let by = permit_person(actor, Permission::EditBlocklist)?;
    app.store
        .write(app.change(actor, AuditAction::RollBackBlocks), move |writer| {
            let last = version::last_step(writer)?.ok_or(BlockStepError::NothingToRollBack)?;
            if of.is_some() && (of != last.change || last.what == "lift") {
                return Err(BlockStepError::NotLast.into());
            }
            let serial = if last.what == "lift" {
                block_again(writer, &last, by)?
            } else {
                take_back(writer, &last, by)?
            };
            version::undo(writer, &last, serial)?;
            writer.about("block_version", i64::from(last.serial), format!("serial={serial}"));
            Ok(serial)
        })
        .await
}

fn take_back(writer: &mut Writer<'_, '_>, last: &VersionRow, by: Person) -> Result<u32, Error> {
    let id = last.change.ok_or(BlockStepError::NothingToRollBack)?;
    let after = load(writer, id)?.roll_back(writer.now())?;
    block::update_change(writer, id, after.stage)?;
    let most = u32::try_from(BlockChange::MAX_VALUES).unwrap_or(u32::MAX);
    let mut out = Vec::new();
    for row in block::of_change(writer, id, most)? {
        let entry = row.entry.clone().follow(after.stage);
        if entry.state != row.entry.state {
            block::update_entry(writer, entry.id, entry.state)?;
            out.push(entry.id);
        }
    }
    let removed = u64::try_from(out.len()).unwrap_or(u64::MAX);
    let serial = begin_version(writer, "rollback", Some(id), Some(by), (0, removed))?;
    for entry in out {
        version::close_spans(writer, entry, serial)?;
    }
    Ok(serial)
}

fn block_again(writer: &mut Writer<'_, '_>, last: &VersionRow, by: Person) -> Result<u32, Error> {
    let now = writer.now();
    let mut back = Vec::new();
    for entry in version::lifted_at(writer, last.serial)? {
        let row = block::load(writer, entry)?.ok_or(Error::NotFound("block"))?;
        let change = load(writer, row.entry.change)?;
        // What was lifted and whose change was taken back since, or whose time is over, stays lifted.
        if matches!(change.stage, BlockStage::InForce { .. })
            && let Ok(after) = row.entry.resume(now)
        {
            block::update_entry(writer, after.id, after.state)?;
            back.push(after.id);
        }
    }
    if back.is_empty() {
        return Err(BlockStepError::NothingToRollBack.into());
    }
    let added = u64::try_from(back.len()).unwrap_or(u64::MAX);
    let serial = begin_version(writer, "rollback", last.change, Some(by), (added, 0))?;
    for entry in back {
        for audience in BlockAudience::ALL {
            version::open_span(writer, entry, *audience, serial)?;
        }
    }
    Ok(serial)
}

/// Makes a version of now, and gives its serial.
pub(super) fn begin_version(
    writer: &mut Writer<'_, '_>,
    what: &str,
    change: Option<Id<BlockChange>>,
    by: Option<Person>,
    (added, removed): (u64, u64),
) -> Result<u32, Error> {
    let now = writer.now();
    let serial = version::next(writer, now)?;
    let row = VersionRow {
        serial,
        what: what.to_owned(),
        change,
        person: by.map(|by| by.id),
        at: now,
        added,
        removed,
        undone_by: None,
    };
    version::insert(writer, &row)?;
    Ok(serial)
}

pub(super) fn load(writer: &mut Writer<'_, '_>, id: Id<BlockChange>) -> Result<BlockChange, Error> {
    let row = block::load_change(writer, id)?.ok_or(Error::NotFound("block change"))?;
    Ok(row.change)
}
