//! Versions are looked at: what they say, what is wrong with them, whether their examples hold.

use anlanh_model::{Actor, Id, Permission};
use anlanh_pack::{Failure, Mistake, Policy};
use anlanh_store::Queries;
use anlanh_store::trial::{self, TrialRow};
use anlanh_store::version::{self, File, StepRow, Version, VersionRow};

use crate::{App, Error, permit};

/// What is in force, what is tried, and what is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The version in force.
    pub live: VersionRow,
    /// The version that runs in shadow, and its trial.
    pub shadow: Option<(VersionRow, TrialRow)>,
    /// The versions that are being written, newest first.
    pub drafts: Vec<VersionRow>,
    /// The version that the operator loaded, where it is not the one in force nor one that it was made from.
    pub offered: Option<VersionRow>,
    /// The version that a roll-back would put in force.
    pub before: Option<VersionRow>,
}

/// A version with its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionView {
    /// The version.
    pub version: VersionRow,
    /// Its files, in the byte order of their paths.
    pub files: Vec<File>,
    /// The version it was made from, with its files; for one without a parent, itself.
    pub parent: Option<(VersionRow, Vec<File>)>,
    /// Its last trials, newest first.
    pub trials: Vec<TrialRow>,
    /// Whether it is in force.
    pub is_live: bool,
    /// Whether it runs in shadow.
    pub is_shadow: bool,
}

/// What a look at every part of a version found.
#[derive(Debug, Clone)]
pub enum Checked {
    /// It cannot be read.
    Mistaken(Vec<Mistake>),
    /// It can be read.
    Read {
        /// The policy.
        policy: Box<Policy>,
        /// How many examples were run.
        examples: usize,
        /// Those that did not give what they should.
        failures: Vec<Failure>,
    },
}

impl Checked {
    /// Whether it may judge.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        match self {
            Self::Mistaken(_) => false,
            Self::Read { failures, .. } => failures.is_empty(),
        }
    }
}

/// What is in force, what is tried, and what is being written.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn overview(app: &App, actor: &Actor) -> Result<Overview, Error> {
    permit(actor, Permission::ReadPolicy)?;
    let engines = app.engines();
    let loaded = app.judging.loaded;
    app.store
        .read("policy.overview", move |tx| {
            let live = load(tx, engines.live.version)?;
            let shadow = match &engines.shadow {
                Some(shadow) => {
                    let trial = trial::load(tx, shadow.trial)?.ok_or(Error::NotFound("trial"))?;
                    Some((load(tx, shadow.engine.version)?, trial))
                }
                None => None,
            };
            let offered = if descends(tx, &live, loaded)? {
                None
            } else {
                Some(load(tx, loaded)?)
            };
            let before = version::before_in_force(tx)?;
            Ok(Overview {
                before: before.map(|id| load(tx, id)).transpose()?,
                live,
                shadow,
                drafts: version::drafts(tx)?,
                offered,
            })
        })
        .await
}

/// Most steps back that are followed from a version to those it was made from.
const MAX_ANCESTORS: usize = 1_000;

/// Whether a version is another or was made from it.
pub(super) fn descends(tx: &mut dyn Queries, of: &VersionRow, ancestor: Id<Version>) -> Result<bool, Error> {
    let mut at = Some(of.clone());
    for _ in 0..MAX_ANCESTORS {
        let Some(version) = at else { return Ok(false) };
        if version.id == ancestor {
            return Ok(true);
        }
        at = version.parent.map(|parent| load(tx, parent)).transpose()?;
    }
    Ok(false)
}

/// One version with its files.
///
/// # Errors
/// When the one who asks may not, there is no such version, or the database is away.
pub async fn show(app: &App, actor: &Actor, id: Id<Version>) -> Result<VersionView, Error> {
    permit(actor, Permission::ReadPolicy)?;
    let engines = app.engines();
    app.store
        .read("policy.show", move |tx| {
            let version = load(tx, id)?;
            let parent = match version.parent {
                Some(parent) => Some((load(tx, parent)?, version::files(tx, parent)?)),
                None => None,
            };
            Ok(VersionView {
                files: version::files(tx, id)?,
                parent,
                trials: trial::of_version(tx, id)?,
                is_live: engines.live.version == id,
                is_shadow: engines
                    .shadow
                    .as_ref()
                    .is_some_and(|shadow| shadow.engine.version == id),
                version,
            })
        })
        .await
}

/// A version and what the file of this path says in it.
///
/// # Errors
/// When the one who asks may not, there is no such version or file, or the database is away.
pub async fn file(app: &App, actor: &Actor, id: Id<Version>, path: &str) -> Result<(VersionRow, Vec<u8>), Error> {
    permit(actor, Permission::ReadPolicy)?;
    let path = path.to_owned();
    app.store
        .read("policy.file", move |tx| {
            let version = load(tx, id)?;
            let content = version::file(tx, id, &path)?.ok_or(Error::NotFound("file"))?;
            Ok((version, content))
        })
        .await
}

/// A page of versions, newest first.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn versions(
    app: &App,
    actor: &Actor,
    before: Option<Id<Version>>,
    limit: u32,
) -> Result<Vec<VersionRow>, Error> {
    permit(actor, Permission::ReadPolicy)?;
    app.store
        .read("policy.versions", move |tx| Ok(version::page(tx, before, limit)?))
        .await
}

/// A page of the steps that were taken, newest first.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn steps(app: &App, actor: &Actor, before: Option<Id<StepRow>>, limit: u32) -> Result<Vec<StepRow>, Error> {
    permit(actor, Permission::ReadPolicy)?;
    app.store
        .read("policy.steps", move |tx| Ok(version::steps(tx, before, limit)?))
        .await
}

/// Looks at every part of a version and runs its examples. It costs processor time and no I/O: callers run it where
/// that does not hold others up.
#[must_use]
pub fn check(files: &[File]) -> Checked {
    match read(files) {
        Err(mistakes) => Checked::Mistaken(mistakes),
        Ok(policy) => {
            // What was read compiles.
            let report = anlanh_pack::test_examples(&policy).unwrap_or_default();
            Checked::Read {
                policy: Box::new(policy),
                examples: report.run,
                failures: report.failures,
            }
        }
    }
}

/// Reads the files of a version.
pub(crate) fn read(files: &[File]) -> Result<Policy, Vec<Mistake>> {
    Policy::from_files(files.iter().map(|(path, content)| (path.as_str(), content.as_slice())))
}

/// A version that must be there.
pub(crate) fn load(tx: &mut dyn Queries, id: Id<Version>) -> Result<VersionRow, Error> {
    version::load(tx, id)?.ok_or(Error::NotFound("version"))
}
