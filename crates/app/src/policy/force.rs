//! Steps: a version is put in force, taken back, or runs in shadow, without a restart.
//!
//! A step compiles, writes and then changes what judges. It must come to its end once it is begun, or memory would no
//! longer follow the store: these functions block, and callers run them where nobody can cancel them.

use std::sync::{Arc, PoisonError};

use anlanh_model::{Actor, AuditAction, Id, Permission, PolicyStep, TrialKind};
use anlanh_store::Writer;
use anlanh_store::engine as store_engine;
use anlanh_store::trial;
use anlanh_store::version::{self, File, Version};

use super::draft::text;
use super::start::end_running_shadow;
use super::version::{Checked, check, load};
use crate::case::permit_person;
use crate::engine::{Compiled, Engines, Shadow};
use crate::{App, Error, PolicyError, public_log};

/// Puts a version in force. Everything that is judged from then on is judged by it; what runs in shadow ends, since it
/// was held against another version.
///
/// # Errors
/// When the one who asks may not, there is no such version, it is in force or was thrown away, it has mistakes or an
/// example fails, the note is no text, or the database is away or full.
pub fn enforce(app: &App, actor: &Actor, id: Id<Version>, note: &str) -> Result<(), Error> {
    permit_person(actor, Permission::EditPolicy)?;
    let note = text("note", note)?;
    let _turn = app.judging.steps.lock().unwrap_or_else(PoisonError::into_inner);
    put_in_force(app, actor, id, &note, AuditAction::EnforcePolicy)
}

/// Puts the version in force again that was before the one that is.
///
/// # Errors
/// As [`enforce`]; and when there was none before.
pub fn roll_back(app: &App, actor: &Actor, note: &str) -> Result<Id<Version>, Error> {
    permit_person(actor, Permission::EditPolicy)?;
    let note = text("note", note)?;
    let _turn = app.judging.steps.lock().unwrap_or_else(PoisonError::into_inner);
    let before = app
        .store
        .read_blocking("policy.before", |tx| Ok::<_, Error>(version::before_in_force(tx)?))?;
    let before = before.ok_or(Error::NotFound("version before"))?;
    put_in_force(app, actor, before, &note, AuditAction::RollBackPolicy)?;
    Ok(before)
}

/// Lets a version run in shadow: it judges everything that comes in, nobody is told, and what it would change is
/// counted. What ran in shadow before ends.
///
/// # Errors
/// As [`enforce`].
pub fn shadow(app: &App, actor: &Actor, id: Id<Version>) -> Result<(), Error> {
    permit_person(actor, Permission::EditPolicy)?;
    let _turn = app.judging.steps.lock().unwrap_or_else(PoisonError::into_inner);
    let engines = app.engines();
    if engines.live.version == id {
        return Err(PolicyError::InForce.into());
    }
    let (compiled, digest) = prepare(app, id)?;
    let lists = app.judging.lists.key();
    let against = engines.live.version;
    let wanted = digest.clone();
    let (engine, trial) = app
        .store
        .write_blocking(app.change(actor, AuditAction::ShadowPolicy), move |writer| {
            seal(writer, id, &wanted)?;
            end_running_shadow(writer)?;
            version::take_step(writer, id, PolicyStep::Shadow, "")?;
            let trial = trial::begin(writer, id, &wanted, against, TrialKind::Shadow)?;
            writer.about("policy_version", id.number(), wanted.clone());
            Ok::<_, Error>((store_engine::ensure(writer, id, &lists)?, trial))
        })?;
    set(
        app,
        Engines {
            live: Arc::clone(&engines.live),
            shadow: Some(Shadow {
                engine: Arc::new(compiled.named(id, engine)),
                trial,
            }),
        },
    );
    Ok(())
}

/// Ends what runs in shadow.
///
/// # Errors
/// When the one who asks may not, nothing does, or the database is away or full.
pub fn end_shadow(app: &App, actor: &Actor) -> Result<(), Error> {
    permit_person(actor, Permission::EditPolicy)?;
    let _turn = app.judging.steps.lock().unwrap_or_else(PoisonError::into_inner);
    let engines = app.engines();
    let Some(shadow) = &engines.shadow else {
        return Err(Error::NotFound("version in shadow"));
    };
    let version = shadow.engine.version;
    app.store
        .write_blocking(app.change(actor, AuditAction::EndShadow), move |writer| {
            end_running_shadow(writer)?;
            writer.about("policy_version", version.number(), "");
            Ok::<_, Error>(())
        })?;
    let live = Arc::clone(&engines.live);
    set(app, Engines { live, shadow: None });
    Ok(())
}

fn put_in_force(app: &App, actor: &Actor, id: Id<Version>, note: &str, action: AuditAction) -> Result<(), Error> {
    if app.engines().live.version == id {
        return Err(PolicyError::InForce.into());
    }
    let (compiled, digest) = prepare(app, id)?;
    let (note, lists) = (note.to_owned(), app.judging.lists.key());
    let engine = app.store.write_blocking(app.change(actor, action), move |writer| {
        seal(writer, id, &digest)?;
        end_running_shadow(writer)?;
        let step = if action == AuditAction::RollBackPolicy {
            PolicyStep::RollBack
        } else {
            PolicyStep::Enforce
        };
        version::take_step(writer, id, step, &note)?;
        public_log::note_policy(writer, step.key(), &digest)?;
        writer.about("policy_version", id.number(), digest.clone());
        Ok::<_, Error>(store_engine::ensure(writer, id, &lists)?)
    })?;
    let live = Arc::new(compiled.named(id, engine));
    set(app, Engines { live, shadow: None });
    Ok(())
}

/// Compiles a version that has no mistakes and whose examples hold, with the digest of what was compiled.
fn prepare(app: &App, id: Id<Version>) -> Result<(Compiled, String), Error> {
    let files = app.store.read_blocking("policy.files", move |tx| {
        load(tx, id)?.state.seal()?;
        Ok::<Vec<File>, Error>(version::files(tx, id)?)
    })?;
    let policy = match check(&files) {
        Checked::Mistaken(mistakes) => return Err(PolicyError::Mistakes(mistakes).into()),
        Checked::Read { failures, .. } if !failures.is_empty() => return Err(PolicyError::Examples(failures).into()),
        Checked::Read { policy, .. } => *policy,
    };
    let digest = policy.digest().to_owned();
    Ok((Compiled::new(policy, &app.judging.lists)?, digest))
}

/// Lets a version judge, if it still is what was compiled.
fn seal(writer: &mut Writer<'_, '_>, id: Id<Version>, digest: &str) -> Result<(), Error> {
    let version = load(writer, id)?;
    if version.digest != digest {
        return Err(PolicyError::DraftChanged.into());
    }
    let sealed = version.state.seal()?;
    if sealed != version.state {
        version::set_state(writer, id, sealed)?;
    }
    Ok(())
}

fn set(app: &App, engines: Engines) {
    let mut current = app.judging.engines.write().unwrap_or_else(PoisonError::into_inner);
    *current = Arc::new(engines);
}
