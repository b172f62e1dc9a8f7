//! The start: what was in force is in force again, and what the operator loaded is kept.
//!
//! What people put in force stays in force over a restart. The operator's pack comes into force where nothing was yet,
//! where another pack of the operator's was, or where the operator says so.

use std::sync::{Arc, Mutex, RwLock};

use anlanh_model::{Actor, AuditAction, Id, PolicyStep, TrialKind, TrialState, VersionState};
use anlanh_pack::Policy;
use anlanh_store::engine as store_engine;
use anlanh_store::trial::{self, Trial};
use anlanh_store::version::{self, File, Version};
use anlanh_store::{Change, Store, Writer};
use anlanh_vault::Vault;

use super::trial::Trials;
use super::version::{descends, load, read};
use crate::engine::{Compiled, Engine, Engines, Lists, Shadow};
use crate::shelf::Shelf;
use crate::{Clock, Error, PolicyError, Site, public_log};

/// What a node starts with.
#[derive(Debug)]
pub struct Start {
    /// The pack that the operator loaded, or that is built in.
    pub policy: Policy,
    /// The lists of names.
    pub lists: Lists,
    /// Where lists of former times stay.
    pub shelf: Shelf,
    /// Which policy comes into force.
    pub choice: Choice,
    /// The platform that is served.
    pub site: Site,
    /// What seals personal data.
    pub vault: Arc<Vault>,
}

/// Which policy comes into force at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choice {
    /// What people put in force, if they ever did.
    #[default]
    Kept,
    /// What the operator loaded, whatever was in force.
    Loaded,
}

/// What judges, and what it takes to change that.
#[derive(Debug)]
pub(crate) struct Judging {
    pub(crate) engines: RwLock<Arc<Engines>>,
    /// Held while a step is taken: what is in memory follows the store, one step after the other.
    pub(crate) steps: Mutex<()>,
    pub(crate) lists: Lists,
    pub(crate) shelf: Shelf,
    /// The version that the operator loaded.
    pub(crate) loaded: Id<Version>,
    /// What became of it at the start.
    pub(crate) standing: LoadedPack,
    pub(crate) trials: Trials,
}

/// What became of the pack that the operator loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadedPack {
    /// It is in force, or what is in force was made from it.
    InForce,
    /// People put something else in force before; it waits for them in the console.
    Offered,
}

/// What the store says at the start.
struct Found {
    loaded: Id<Version>,
    standing: LoadedPack,
    live: Kept,
    shadow: Option<(Kept, Id<Trial>)>,
}

/// A version as the store has it.
struct Kept {
    version: Id<Version>,
    engine: Id<store_engine::Engine>,
    /// None for what the operator loaded just now.
    files: Option<Vec<File>>,
}

/// Brings back what was in force and in shadow.
pub(crate) fn start(store: &Store, clock: &Clock, start: Start) -> Result<Judging, Error> {
    let Start {
        policy,
        lists,
        shelf,
        choice,
        site: _,
        vault: _,
    } = start;
    let (digest, files, key) = (policy.digest().to_owned(), Arc::from(policy.files()), lists.key());
    let change = || Change {
        actor: Actor::Node,
        action: AuditAction::Start,
        now: clock.now(),
    };
    let found = store.write_blocking(change(), move |writer| find(writer, &digest, &files, &key, choice))?;
    let compile = |kept: Kept, loaded: &Policy| {
        let policy = match kept.files {
            None => loaded.clone(),
            Some(files) => read(&files).map_err(PolicyError::Mistakes)?,
        };
        let compiled = Compiled::new(policy, &lists)?;
        Ok::<Engine, Error>(compiled.named(kept.version, kept.engine))
    };
    let shadow = match found.shadow {
        None => None,
        Some((kept, trial)) => {
            let version = kept.version;
            match compile(kept, &policy) {
                Ok(engine) => Some(Shadow {
                    engine: Arc::new(engine),
                    trial,
                }),
                // What nobody sees must not keep the node from starting.
                Err(_) => {
                    store.write_blocking(change(), move |writer| {
                        version::take_step(writer, version, PolicyStep::EndShadow, "")?;
                        trial::end(writer, trial, TrialState::Failed)?;
                        Ok::<_, Error>(())
                    })?;
                    None
                }
            }
        }
    };
    let live = compile(found.live, &policy)?;
    let engines = Engines {
        live: Arc::new(live),
        shadow,
    };
    Ok(Judging {
        engines: RwLock::new(Arc::new(engines)),
        steps: Mutex::new(()),
        lists,
        shelf,
        loaded: found.loaded,
        standing: found.standing,
        trials: Trials::default(),
    })
}

/// Keeps what was loaded, decides what is in force, and notes it where it changes.
fn find(
    writer: &mut Writer<'_, '_>,
    digest: &str,
    files: &[anlanh_pack::PackFile],
    lists: &str,
    choice: Choice,
) -> Result<Found, Error> {
    let files = files.iter().map(|file| (file.path.as_str(), file.text.as_bytes()));
    let loaded = version::keep_loaded(writer, digest, files)?;
    let before = version::in_force(writer)?;
    let keep = match (before, choice) {
        (Some(before), Choice::Kept) => load(writer, before)?.state != VersionState::Loaded,
        (Some(_), Choice::Loaded) | (None, Choice::Kept | Choice::Loaded) => false,
    };
    let live = before.filter(|_| keep).unwrap_or(loaded);
    if before != Some(live) {
        end_running_shadow(writer)?;
        version::take_step(writer, live, PolicyStep::Load, "")?;
        public_log::note_policy(writer, PolicyStep::Load.key(), digest)?;
    }
    writer.about("policy_version", live.number(), digest);
    let shadow = match version::in_shadow(writer)? {
        None => None,
        Some(version) => {
            let trials = trial::running(writer, TrialKind::Shadow)?;
            let trial = trials.into_iter().find(|trial| trial.version == version);
            trial.map(|trial| Ok::<_, Error>((kept(writer, version, loaded, lists)?, trial.id)))
        }
    };
    let row = load(writer, live)?;
    let standing = if descends(writer, &row, loaded)? {
        LoadedPack::InForce
    } else {
        LoadedPack::Offered
    };
    Ok(Found {
        loaded,
        standing,
        live: kept(writer, live, loaded, lists)?,
        shadow: shadow.transpose()?,
    })
}

fn kept(writer: &mut Writer<'_, '_>, version: Id<Version>, loaded: Id<Version>, lists: &str) -> Result<Kept, Error> {
    Ok(Kept {
        version,
        engine: store_engine::ensure(writer, version, lists)?,
        files: if version == loaded {
            None
        } else {
            Some(version::files(writer, version)?)
        },
    })
}

/// Ends what runs in shadow, in the store: it was held against a version that is in force no longer.
pub(super) fn end_running_shadow(writer: &mut Writer<'_, '_>) -> Result<(), Error> {
    let Some(version) = version::in_shadow(writer)? else {
        return Ok(());
    };
    version::take_step(writer, version, PolicyStep::EndShadow, "")?;
    for trial in trial::running(writer, TrialKind::Shadow)? {
        trial::end(writer, trial.id, TrialState::Stopped)?;
    }
    Ok(())
}
