//! The blocklist of a network: what is to be blocked comes in changes that people approve, runs in shadow, goes to one enforcer
//! and then to all, and ends by itself; whoever is hit may object.
//!
//! Nothing is blocked that a guard refuses; what it objects to takes two more people. What orders ask for is here, too, and ends
//! with them alone. Whoever feeds enforcers asks for the list ([`in_force`]) or for what changed ([`difference`]), and says what
//! probes found ([`prove`]).

mod bouncer;
mod list;
mod objection;
mod order;
mod proof;
mod propose;
mod run;
mod step;
mod trouble;
mod weigh;

use std::sync::Arc;

use anlanh_model::{Actor, BlockChange, BlockEntry, BlockSource, BlockStage, BlockStepError, Id, Permission, Time};
use anlanh_soc::blocking::BlockError;
use anlanh_store::block::version::{self, VersionRow};
use anlanh_store::block::{self, objection as objections, proof as proofs};

use anlanh_store::audit::{self, AuditEntry, AuditFilter};

use crate::{App, Error, permit};

pub use anlanh_store::block::objection::ObjectionRow;
pub use anlanh_store::block::proof::{NewProof, ProofRow};
pub use anlanh_store::block::version::VersionRow as Version;
pub use anlanh_store::block::{ChangeRow, EntryFilter, EntryRow, Terms};
pub use bouncer::{Pull, follow};
pub use list::{
    Alterations, Altered, Current, Difference, Portion, altered_of, current, current_of, difference, in_force, serial,
    serial_of,
};
pub use objection::{
    Blocked, MAX_OPEN_OBJECTIONS, Objected, ObjectionView, Who, answer, blocked, object, objection_by_link,
    open_objections,
};
pub(crate) use order::{by_order, lift_order};
pub use proof::{MAX_PROOFS, prove, prove_of};
pub use propose::{MAX_DIFFERENCE, NewChange, NewValue, Proposed, propose, propose_from_feed};
pub(crate) use run::{erase_words, run};
pub use step::{Step, lift, review, roll_back, step};
pub(crate) use trouble::Troubles;
pub use trouble::{Concern, TroubledZone, ZoneTrouble, clear_zone, note_zone};
pub use weigh::{Facts, Weighed, weigh, weigh_each};

/// Most entries or changes of one page.
pub const MAX_PAGE: u32 = 200;
/// Most proofs and objections that are shown of an entry.
const MOST_BESIDE: u32 = 100;

/// What stands in the way of a change of the blocklist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlockRefusal {
    /// Its life stands in the way.
    #[error(transparent)]
    Step(#[from] BlockStepError),
    /// The policy in force does not say how a blocklist is kept.
    #[error("the policy in force says nothing of blocklists")]
    NoPolicy,
    /// A value is none: its place in the list, from 1.
    #[error("value {0} is none that can be blocked")]
    BadValue(usize, #[source] BlockError),
    /// A guard refuses a value: its place in the list, from 1, what it found and what that is about.
    #[error("value {0} must not be blocked: {1}")]
    Refused(usize, &'static str, String),
    /// The value is on the list: its place, from 1.
    #[error("value {0} is on the list")]
    Listed(usize),
    /// No value, or too many.
    #[error("a change has 1 to {} values", BlockChange::MAX_VALUES)]
    Values,
    /// It holds for no day, or for longer than the policy allows: for how many at most.
    #[error("an entry holds for 1 to {0} days")]
    Days(u32),
    /// Too many objections against the same entry wait.
    #[error("too many objections against it wait")]
    TooManyObjections,
    /// Too many proofs at once.
    #[error("at most {MAX_PROOFS} proofs at once")]
    TooManyProofs,
    /// There is no such version yet, or the first is not before the second.
    #[error("there are no such versions")]
    Versions,
    /// More changed between the versions than is told in one piece.
    #[error("more than {MAX_DIFFERENCE} values changed between them")]
    TooFar,
}

impl From<BlockStepError> for Error {
    fn from(error: BlockStepError) -> Self {
        Self::Block(error.into())
    }
}

/// An entry with what a person asks about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryView {
    /// The entry.
    pub row: EntryRow,
    /// The change it came with.
    pub change: ChangeRow,
    /// What probes found, newest first.
    pub proofs: Vec<ProofRow>,
    /// What was said against it, newest first.
    pub objections: Vec<ObjectionView>,
    /// The names of those who may answer that: nobody who let it in.
    pub answerers: Vec<String>,
    /// When it was looked at.
    pub seen_at: Time,
}

/// A change with its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeView {
    /// The change.
    pub row: ChangeRow,
    /// Its entries, oldest first, as many as a page has.
    pub entries: Vec<EntryRow>,
    /// What the policy says of steps: hours in shadow, minutes with the canary.
    pub waits: Option<(u32, u32)>,
    /// What people did with it, the first thing first, as many as a page has.
    pub history: Vec<AuditEntry>,
    /// Whether the step that would be taken back now is one of this change.
    pub is_last_step: bool,
    /// Whether a probe of the version in force found it wrong.
    pub is_wrong: bool,
    /// When it was looked at.
    pub seen_at: Time,
}

impl ChangeView {
    /// Whether something is blocked by it now, which people can take back.
    #[must_use]
    pub const fn is_blocking(&self) -> bool {
        match (self.row.change.stage, &self.row.change.source) {
            (BlockStage::Canary { .. } | BlockStage::InForce { .. }, BlockSource::Hand(_) | BlockSource::Feed(_)) => {
                true
            }
            (
                BlockStage::Proposed
                | BlockStage::Shadow { .. }
                | BlockStage::Canary { .. }
                | BlockStage::InForce { .. }
                | BlockStage::Refused { .. }
                | BlockStage::RolledBack { .. },
                _,
            ) => false,
        }
    }
}

/// How the blocklist stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// How many entries stand where, by the keys of states.
    pub counts: Vec<(String, u64)>,
    /// Changes that somebody has yet to do something with.
    pub pending: Vec<ChangeRow>,
    /// The last versions, newest first.
    pub versions: Vec<VersionRow>,
    /// What would be taken back.
    pub last_step: Option<VersionRow>,
    /// Objections that nobody has answered, the one that is due first before the others.
    pub objections: Vec<ObjectionView>,
    /// The newest proof of each enforcer.
    pub enforcers: Vec<ProofRow>,
    /// Entries in force that somebody is to look at again, the one that waits longest first.
    pub to_review: Vec<EntryRow>,
    /// Zones that this node serves and with which something is wrong.
    pub troubles: Vec<TroubledZone>,
    /// When it was looked at.
    pub seen_at: Time,
}

/// How the blocklist stands.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn overview(app: &App, actor: &Actor) -> Result<Overview, Error> {
    permit(actor, Permission::ReadBlocklist)?;
    let (vault, now) = (Arc::clone(&app.vault), app.clock.now());
    let troubles = app.troubles.all();
    app.store
        .read("block.overview", move |tx| {
            let open = objections::open(tx, MOST_BESIDE)?.into_iter();
            let mut seen = Vec::new();
            for row in open {
                seen.push(objection::view(tx, &vault, row)?);
            }
            Ok(Overview {
                counts: block::counts(tx)?,
                pending: block::pending(tx, None, MAX_PAGE)?,
                versions: version::list(tx, None, 10)?,
                last_step: version::last_step(tx)?,
                objections: seen,
                enforcers: proofs::latest(tx)?,
                to_review: block::to_review(tx, now, MOST_BESIDE)?,
                troubles: troubles.clone(),
                seen_at: now,
            })
        })
        .await
}

/// A page of entries, newest first. What is looked for in values is compared in small letters.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn entries(
    app: &App,
    actor: &Actor,
    value: Option<String>,
    state: Option<String>,
    before: Option<Id<BlockEntry>>,
    limit: u32,
) -> Result<Vec<EntryRow>, Error> {
    permit(actor, Permission::ReadBlocklist)?;
    let value = value
        .map(|value| value.trim().to_lowercase())
        .filter(|value| !value.is_empty());
    app.store
        .read("block.entries", move |tx| {
            let filter = EntryFilter {
                value: value.as_deref(),
                state: state.as_deref(),
                before,
            };
            Ok(block::list(tx, filter, limit.min(MAX_PAGE))?)
        })
        .await
}

/// Changes that are pending, oldest first.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn pending(app: &App, actor: &Actor, after: Option<Id<BlockChange>>) -> Result<Vec<ChangeRow>, Error> {
    permit(actor, Permission::ReadBlocklist)?;
    app.store
        .read("block.pending", move |tx| Ok(block::pending(tx, after, MAX_PAGE)?))
        .await
}

/// One entry.
///
/// # Errors
/// When the one who asks may not, there is no such entry, or the database is away.
pub async fn entry(app: &App, actor: &Actor, id: Id<BlockEntry>) -> Result<EntryView, Error> {
    permit(actor, Permission::ReadBlocklist)?;
    let (vault, now) = (Arc::clone(&app.vault), app.clock.now());
    app.store
        .read("block.entry", move |tx| {
            let row = block::load(tx, id)?.ok_or(Error::NotFound("block"))?;
            let change = block::load_change(tx, row.entry.change)?.ok_or(Error::NotFound("block change"))?;
            let mut seen = Vec::new();
            for row in objections::of_entry(tx, id, MOST_BESIDE)? {
                seen.push(objection::view(tx, &vault, row)?);
            }
            Ok(EntryView {
                proofs: proofs::of_entry(tx, id, MOST_BESIDE)?,
                objections: seen,
                answerers: objection::answerers(tx, &change.change)?,
                row,
                change,
                seen_at: now,
            })
        })
        .await
}

/// One change with its values.
///
/// # Errors
/// When the one who asks may not, there is no such change, or the database is away.
pub async fn change(app: &App, actor: &Actor, id: Id<BlockChange>) -> Result<ChangeView, Error> {
    permit(actor, Permission::ReadBlocklist)?;
    let (engine, now) = (app.engine(), app.clock.now());
    let rules = engine.policy.blocking();
    let waits = rules.map(|rules| (rules.shadow_hours, rules.canary_minutes));
    app.store
        .read("block.change", move |tx| {
            let about = AuditFilter::about("block_change", id.number());
            let mut history = audit::page(tx, &about, None, MOST_BESIDE)?;
            history.reverse();
            let last_step = version::last_step(tx)?;
            let last_step = last_step
                .filter(|last| last.what != "lift")
                .and_then(|last| last.change);
            let serial = version::last(tx)?.map_or(0, |version| version.serial);
            Ok(ChangeView {
                history,
                is_last_step: last_step == Some(id),
                is_wrong: proofs::is_wrong(tx, serial)?,
                row: block::load_change(tx, id)?.ok_or(Error::NotFound("block change"))?,
                entries: block::of_change(tx, id, MAX_PAGE)?,
                waits,
                seen_at: now,
            })
        })
        .await
}
