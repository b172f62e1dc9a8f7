//! The list as enforcers get it: as it is now, and what changed between two versions.

use anlanh_model::{Actor, BlockAudience, BlockEntry, Id, Permission};
use anlanh_soc::blocking::{Act, Blocklist};
use anlanh_store::block::version::{self, Listed};
use anlanh_store::{Queries, Store};

use super::BlockRefusal;
use super::propose::MAX_DIFFERENCE;
use crate::{App, Error, permit};

/// Entries that one statement gives.
const AT_ONCE: u32 = 10_000;

/// Which part of the list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Portion {
    /// What an audience blocks.
    For(BlockAudience),
    /// What runs in shadow: to be counted, not to be blocked.
    Shadow,
}

/// The list as it is.
#[derive(Debug, Clone)]
pub struct Current {
    /// The serial of its version; 0 where nothing was ever blocked.
    pub serial: u32,
    /// What is blocked.
    pub list: Blocklist,
    /// Every value with its entry.
    pub entries: Vec<(String, Id<BlockEntry>)>,
    /// Values that no network can block, as digests of files: for whoever reads more than names and addresses.
    pub beside: Vec<String>,
}

/// What changed between two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The older version.
    pub from: u32,
    /// The newer.
    pub to: u32,
    /// What is blocked no more, or otherwise: as the older version had it.
    pub removed: Vec<(String, Act)>,
    /// What is blocked, or otherwise: as the newer version has it.
    pub added: Vec<(String, Act)>,
}

/// The serial of the newest version; 0 where nothing was ever blocked.
///
/// # Errors
/// When the database is away.
pub async fn serial(app: &App) -> Result<u32, Error> {
    app.store
        .read("block.serial", |tx| {
            Ok(version::last(tx)?.map_or(0, |version| version.serial))
        })
        .await
}

/// [`serial`], for the command line.
///
/// # Errors
/// When the database is away.
pub fn serial_of(store: &Store) -> Result<u32, Error> {
    store.read_blocking("block.serial", |tx| {
        Ok(version::last(tx)?.map_or(0, |version| version.serial))
    })
}

/// The list as it is, for whoever may read it.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn current(app: &App, actor: &Actor, portion: Portion) -> Result<Current, Error> {
    permit(actor, Permission::ReadBlocklist)?;
    in_force(app, portion).await
}

/// The list as it is, for the node itself, which feeds enforcers.
///
/// # Errors
/// When the database is away.
pub async fn in_force(app: &App, portion: Portion) -> Result<Current, Error> {
    app.store.read("block.in_force", move |tx| read(tx, portion)).await
}

/// The list as it is, for the command line.
///
/// # Errors
/// When the database is away.
pub fn current_of(store: &Store, portion: Portion) -> Result<Current, Error> {
    store.read_blocking("block.in_force", move |tx| read(tx, portion))
}

fn read(tx: &mut dyn Queries, portion: Portion) -> Result<Current, Error> {
    let serial = version::last(tx)?.map_or(0, |version| version.serial);
    read_version(tx, portion, serial)
}

/// The list as a version has it.
pub(super) fn read_version(tx: &mut dyn Queries, portion: Portion, serial: u32) -> Result<Current, Error> {
    let mut listed: Vec<Listed> = Vec::new();
    loop {
        let after: Option<Id<BlockEntry>> = listed.last().map(|last| last.entry);
        let more = match portion {
            Portion::For(audience) => version::at(tx, audience, serial, after, AT_ONCE)?,
            Portion::Shadow => version::in_shadow(tx, after, AT_ONCE)?,
        };
        let is_last = more.len() < usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
        listed.extend(more);
        if is_last {
            break;
        }
    }
    // What an order asks for goes before what others ask for the same value; otherwise the first one holds.
    listed.sort_by_key(|one| (!one.by_order, one.entry));
    let (mut list, mut beside) = (Blocklist::new(), Vec::new());
    let mut entries = Vec::with_capacity(listed.len());
    for one in listed {
        entries.push((one.value.clone(), one.entry));
        let act = Act::parse(&one.act).map_err(|_| Error::Uncompiled)?;
        match list.add(&one.value, &act) {
            Ok(()) | Err(anlanh_soc::blocking::BlockError::Contradiction(_)) => {}
            Err(_) => beside.push(one.value),
        }
    }
    Ok(Current {
        serial,
        list,
        entries,
        beside,
    })
}

/// A value whose treatment may have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Altered {
    /// The value.
    pub value: String,
    /// What is done with it now.
    pub act: Option<Act>,
    /// The entry that says so.
    pub entry: Option<Id<BlockEntry>>,
}

/// What was altered since a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alterations {
    /// The version that it leads to.
    pub serial: u32,
    /// The values, each once.
    pub values: Vec<Altered>,
}

/// What was altered for an audience since a version, for the command line and the node itself; `None` when that is more than
/// is told in one piece, or there is no such version: then the list is read whole.
///
/// # Errors
/// When the database is away.
pub fn altered_of(store: &Store, audience: BlockAudience, from: u32) -> Result<Option<Alterations>, Error> {
    store.read_blocking("block.altered", move |tx| {
        let serial = version::last(tx)?.map_or(0, |version| version.serial);
        if from > serial {
            return Ok(None);
        }
        let most = u32::try_from(MAX_DIFFERENCE).unwrap_or(u32::MAX);
        let changed = version::changed(tx, audience, (from, serial), most.saturating_add(1))?;
        if changed.len() > MAX_DIFFERENCE {
            return Ok(None);
        }
        let mut values = Vec::new();
        for value in changed {
            let listed = version::value_at(tx, &value, audience, serial)?;
            let entry = first(&listed).map(|one| one.entry);
            let act = holds(&listed)?;
            values.push(Altered { value, act, entry });
        }
        Ok(Some(Alterations { serial, values }))
    })
}

/// What changed for an audience between two versions.
///
/// # Errors
/// When there are no such versions, more changed than is told in one piece, or the database is away.
pub async fn difference(app: &App, audience: BlockAudience, from: u32, to: u32) -> Result<Difference, Error> {
    app.store
        .read("block.difference", move |tx| {
            let last = version::last(tx)?.map_or(0, |version| version.serial);
            if from > to || to > last {
                return Err(BlockRefusal::Versions.into());
            }
            let difference = read_difference(tx, audience, from, to)?;
            difference.ok_or_else(|| BlockRefusal::TooFar.into())
        })
        .await
}

/// What changed between two versions that there are; `None` when that is more than is told in one piece.
pub(super) fn read_difference(
    tx: &mut dyn Queries,
    audience: BlockAudience,
    from: u32,
    to: u32,
) -> Result<Option<Difference>, Error> {
    let most = u32::try_from(MAX_DIFFERENCE).unwrap_or(u32::MAX);
    let values = version::changed(tx, audience, (from, to), most.saturating_add(1))?;
    if values.len() > MAX_DIFFERENCE {
        return Ok(None);
    }
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    for value in values {
        let before = holds(&version::value_at(tx, &value, audience, from)?)?;
        let after = holds(&version::value_at(tx, &value, audience, to)?)?;
        if before != after {
            removed.extend(before.map(|act| (value.clone(), act)));
            added.extend(after.map(|act| (value, act)));
        }
    }
    Ok(Some(Difference {
        from,
        to,
        removed,
        added,
    }))
}

/// The entry that holds of all that are about one value.
fn first(listed: &[Listed]) -> Option<&Listed> {
    listed.iter().min_by_key(|one| (!one.by_order, one.entry))
}

/// What holds of all that entries say of one value.
fn holds(listed: &[Listed]) -> Result<Option<Act>, Error> {
    let act = first(listed).map(|one| Act::parse(&one.act).map_err(|_| Error::Uncompiled));
    act.transpose()
}
