//! Warning lists: those of the policy in force, its protected names, and files that the operator loads in the form of MISP. When any
//! of them changes, all indicators are held against them anew, some at a time.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anlanh_model::{Actor, AuditAction};
use anlanh_pack::Policy;
use anlanh_soc::{Kind, Value, WarningError, WarningKind, WarningList, WarningLists, looked_up};
use anlanh_stix::Pattern;
use anlanh_store::{Writer, indicator as store};
use sha2::{Digest as _, Sha256};

use crate::{App, Error};

/// The name of the list of protected names.
pub const PROTECTED_NAMES: &str = "protected-names";
/// Most files of warning lists that the operator loads.
pub const MAX_WARNING_FILES: usize = 512;
/// Longest file of a warning list, in bytes.
const MAX_FILE_BYTES: u64 = 64 << 20;
/// Indicators that are marked in one transaction.
const MARKED_AT_ONCE: u32 = 5_000;

/// How indicators are held against lists. What was marked in another way is marked anew.
const MARKING: &[u8] = b"values and patterns";

/// Warning lists of the operator, and all of them made ready for the policy in force.
#[derive(Debug, Default)]
pub(crate) struct Warnings {
    loaded: Mutex<(Vec<WarningList>, [u8; 32])>,
    ready: Mutex<Option<Arc<Ready>>>,
}

/// Lists made ready.
#[derive(Debug)]
pub(crate) struct Ready {
    /// What tells them from others.
    digest: [u8; 32],
    pub(crate) lists: WarningLists,
}

/// Why files of warning lists were not loaded.
#[derive(Debug, thiserror::Error)]
pub enum WarningFileError {
    /// A file cannot be read.
    #[error("cannot read the warning list {0}")]
    Read(String, #[source] std::io::Error),
    /// A file is no warning list.
    #[error("{0} is no warning list that can be used")]
    List(String, #[source] WarningError),
    /// There are too many, or one is too long.
    #[error("at most {MAX_WARNING_FILES} warning lists of {MAX_FILE_BYTES} bytes each")]
    TooMany,
}

/// Loads the `.json` files of a folder as warning lists beside those of the policy, in place of those loaded before. A folder that
/// is not there has none.
///
/// # Errors
/// Which file cannot be used, and why; nothing changes then.
pub fn load_files(app: &App, folder: &Path) -> Result<usize, WarningFileError> {
    let mut paths = Vec::new();
    if folder.is_dir() {
        let read = |error| WarningFileError::Read(folder.display().to_string(), error);
        for entry in std::fs::read_dir(folder).map_err(read)? {
            let path = entry.map_err(read)?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    if paths.len() > MAX_WARNING_FILES {
        return Err(WarningFileError::TooMany);
    }
    let (mut lists, mut hash) = (Vec::new(), Sha256::new());
    for path in paths {
        let name = path.display().to_string();
        let read = |error| WarningFileError::Read(name.clone(), error);
        if std::fs::metadata(&path).map_err(read)?.len() > MAX_FILE_BYTES {
            return Err(WarningFileError::TooMany);
        }
        let text = std::fs::read(&path).map_err(read)?;
        hash.update(Sha256::digest(&text));
        let list = WarningList::read(&text).map_err(|error| WarningFileError::List(name.clone(), error))?;
        WarningLists::new(std::slice::from_ref(&list)).map_err(|(_, error)| WarningFileError::List(name, error))?;
        lists.push(list);
    }
    WarningLists::new(&lists).map_err(|(name, error)| WarningFileError::List(name, error))?;
    let count = lists.len();
    *app.warnings.loaded.lock().unwrap_or_else(PoisonError::into_inner) = (lists, hash.finalize().into());
    Ok(count)
}

/// The warning lists of now.
pub(crate) fn warnings(app: &App) -> Arc<Ready> {
    let engine = app.engine();
    let loaded = app.warnings.loaded.lock().unwrap_or_else(PoisonError::into_inner);
    let digest: [u8; 32] = Sha256::new()
        .chain_update(engine.policy.digest())
        .chain_update(loaded.1)
        .chain_update(MARKING)
        .finalize()
        .into();
    let mut ready = app.warnings.ready.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(ready) = ready.as_ref().filter(|ready| ready.digest == digest) {
        return Arc::clone(ready);
    }
    let mut lists = of_policy(&engine.policy);
    lists.extend(loaded.0.iter().cloned());
    let made = Arc::new(Ready {
        digest,
        lists: usable(lists),
    });
    *ready = Some(Arc::clone(&made));
    made
}

/// The list that one of the values hits by which a pattern is looked up, if there is one.
pub(crate) fn warning_of_pattern<'l>(lists: &'l WarningLists, pattern: &str) -> Option<&'l str> {
    let pattern: Pattern = pattern.parse().ok()?;
    looked_up(&pattern).iter().find_map(|value| lists.find(value))
}

/// As many of the lists as can be used: one that cannot keeps no other from warning.
fn usable(mut lists: Vec<WarningList>) -> WarningLists {
    loop {
        match WarningLists::new(&lists) {
            Ok(ready) => return ready,
            Err((name, _)) if lists.iter().any(|list| list.name == name) => lists.retain(|list| list.name != name),
            Err(_) => return WarningLists::default(),
        }
    }
}

/// The warning lists of a policy, and its protected names.
fn of_policy(policy: &Policy) -> Vec<WarningList> {
    let lists = policy.feeds().warnings.iter().map(|notes| WarningList {
        name: notes.key.clone(),
        kind: WarningKind::from_key(notes.form).unwrap_or(WarningKind::Exact),
        against: notes.against.iter().filter_map(|key| Kind::from_key(key)).collect(),
        values: notes.values.clone(),
    });
    let mut domains: Vec<String> = policy
        .names()
        .flat_map(|(name, _)| name.domains.iter().cloned())
        .collect();
    domains.sort();
    domains.dedup();
    let protected = WarningList {
        name: PROTECTED_NAMES.to_owned(),
        kind: WarningKind::Host,
        against: Vec::new(),
        values: domains,
    };
    lists.chain(std::iter::once(protected)).collect()
}

/// Holds indicators against the warning lists anew where these are others than those before, some at a time.
///
/// # Errors
/// When the database is away or full.
pub(crate) async fn mark(app: &App) -> Result<(), Error> {
    let ready = warnings(app);
    let state = app
        .store
        .read("indicator.marked", |tx| Ok::<_, Error>(store::marked(tx)?))
        .await?;
    let after = match state {
        Some(state) if state.digest == ready.digest => match state.after {
            Some(after) => after,
            None => return Ok(()),
        },
        Some(_) | None => 0,
    };
    let change = app.change(&Actor::Node, AuditAction::MarkIndicators);
    let keep = move |writer: &mut Writer<'_, '_>| {
        let rows = store::to_mark(writer, after, MARKED_AT_ONCE)?;
        let mut marked = 0_u64;
        for row in &rows {
            let value = Kind::from_key(&row.kind).and_then(|kind| Value::read(kind, &row.value).ok());
            let hit = match &row.pattern {
                Some(pattern) => warning_of_pattern(&ready.lists, pattern),
                None => value.as_ref().and_then(|value| ready.lists.find(value)),
            };
            if hit != row.warning.as_deref() {
                store::set_warning(writer, row.id, hit)?;
                marked += 1;
            }
        }
        let is_last = rows.len() < usize::try_from(MARKED_AT_ONCE).unwrap_or(usize::MAX);
        let next = rows.last().map(|row| row.id.number()).filter(|_| !is_last);
        store::set_marked(writer, &ready.digest, next)?;
        writer.about("indicator", 0, format!("{marked} marked"));
        Ok::<_, Error>(())
    };
    app.store.write(change, keep).await
}
