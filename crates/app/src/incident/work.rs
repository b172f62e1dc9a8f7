//! What people add to an incident: words, systems, tasks of a playbook, evidence.

use std::sync::Arc;

use anlanh_model::{Actor, AuditAction, Id, Incident, IncidentFile, IncidentTask, Permission, TaskState, Text};
use anlanh_store::Writer;
use anlanh_store::incident::work::{self as store, By, Note, SystemRow};
use anlanh_vault::Place;
use sha2::{Digest, Sha256};

use super::IncidentError;
use super::step::{load_open, read_words};
use crate::case::permit_person;
use crate::once::once;
use crate::sealing::{key_of, make_key, seal};
use crate::{App, Claim, Error, Made, permit};

/// Largest file of evidence, in bytes.
pub const MAX_EVIDENCE_BYTES: usize = 8 << 20;
/// Most files of evidence of one incident.
pub const MAX_FILES: usize = 100;
/// Most systems of one incident.
pub const MAX_SYSTEMS: usize = 100;
/// Most tasks of one incident.
pub const MAX_TASKS: usize = 300;
/// Longest name of a system, of its owner or of a file, in bytes.
const MAX_NAME_BYTES: usize = 300;

/// A system that an incident affects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSystem {
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub owner: String,
    /// Its level by law, as the policy has it.
    pub level: u32,
}

/// Who writes to an incident: a person, a program for one, or a program for itself.
///
/// # Errors
/// When the one who asks may not.
pub(super) fn permit_enriching(actor: &Actor) -> Result<By, Error> {
    permit(actor, Permission::EnrichIncidents)?;
    Ok(match actor {
        Actor::Person(person) => By::Person(person.id),
        Actor::Token { id, person, .. } => person.map_or(By::Program(*id), |person| By::Person(person.id)),
        Actor::Operator | Actor::Concerned | Actor::Node | Actor::Outsider | Actor::Peer(_) => By::Node,
    })
}

/// Writes something down, once for each claim.
///
/// # Errors
/// When the one who asks may not, there is no such incident, it is over, the words are none, or the database is away or full.
pub async fn note(
    app: &App,
    actor: &Actor,
    id: Id<Incident>,
    words: &str,
    claim: Option<Claim>,
) -> Result<Made<Incident>, Error> {
    let by = permit_enriching(actor)?;
    let words = read_words(words)?;
    let write = move |writer: &mut Writer<'_, '_>| {
        once(writer, claim.as_ref(), "incident", |writer| {
            load_open(writer, id)?;
            let note = Note {
                kind: "note",
                words: Some(&words),
                by,
                ..Note::default()
            };
            store::note(writer, id, &note)?;
            writer.about("incident", id.number(), "note");
            Ok(id)
        })
    };
    app.store
        .write(app.change(actor, AuditAction::NoteIncident), write)
        .await
}

/// Notes a system that an incident affects.
///
/// # Errors
/// When the one who asks may not, there is no such incident, it is over, a name is none, the policy has no such level, there are
/// too many, or the database is away or full.
pub async fn add_system(app: &App, actor: &Actor, id: Id<Incident>, new: NewSystem) -> Result<(), Error> {
    let by = permit_enriching(actor)?;
    let engine = app.engine();
    let levels = &engine.policy.incidents().levels;
    if !levels.iter().any(|level| level.level == new.level) {
        return Err(Error::UnknownKey("level"));
    }
    let name = |field: &'static str, text: &str| {
        let name: Result<Text<MAX_NAME_BYTES>, _> = Text::parse(text);
        name.map(|name| name.as_str().to_owned())
            .map_err(|error| Error::Text(field, error))
    };
    let system = SystemRow {
        name: name("name", &new.name)?,
        owner: name("owner", &new.owner)?,
        level: new.level,
    };
    let write = move |writer: &mut Writer<'_, '_>| {
        load_open(writer, id)?;
        if store::systems(writer, id)?.len() >= MAX_SYSTEMS {
            return Err(IncidentError::TooMany.into());
        }
        store::add_system(writer, id, &system)?;
        let level = system.level.to_string();
        let note = Note {
            kind: "system",
            detail: &level,
            words: Some(&system.name),
            by,
        };
        store::note(writer, id, &note)?;
        writer.about("incident", id.number(), "system");
        Ok::<_, Error>(())
    };
    app.store
        .write(app.change(actor, AuditAction::NoteIncident), write)
        .await
}

/// Begins a playbook of the policy: its steps are tasks of the incident.
///
/// # Errors
/// When the one who asks may not, there is no such incident, it is over, the policy has no such playbook, it was begun before,
/// there are too many tasks, or the database is away or full.
pub async fn begin_playbook(app: &App, actor: &Actor, id: Id<Incident>, key: &str) -> Result<(), Error> {
    let by = permit_enriching(actor)?;
    let engine = app.engine();
    let today = anlanh_screen::Time(app.clock.now().as_seconds()).date_at(engine.screener.pack().utc_offset_minutes);
    let mut books = engine.policy.incidents().playbooks.iter();
    let book = books.find(|book| book.key == key && book.validity.holds_on(today));
    let book = book.ok_or(Error::UnknownKey("playbook"))?.clone();
    let write = move |writer: &mut Writer<'_, '_>| {
        load_open(writer, id)?;
        let tasks = store::tasks(writer, id)?;
        if tasks.iter().any(|task| task.playbook == book.key) {
            return Err(IncidentError::Begun.into());
        }
        if tasks.len().saturating_add(book.steps.len()) > MAX_TASKS {
            return Err(IncidentError::TooMany.into());
        }
        for step in &book.steps {
            store::add_task(writer, id, &book.key, &step.vi)?;
        }
        let note = Note {
            kind: "playbook",
            detail: &book.key,
            by,
            ..Note::default()
        };
        store::note(writer, id, &note)?;
        writer.about("incident", id.number(), format!("playbook {}", book.key));
        Ok::<_, Error>(())
    };
    app.store
        .write(app.change(actor, AuditAction::NoteIncident), write)
        .await
}

/// Adds something that is to be done, once for each claim.
///
/// # Errors
/// When the one who asks may not, there is no such incident, it is over, the title is none, there are too many tasks, or the database is
/// away or full.
pub async fn add_task(
    app: &App,
    actor: &Actor,
    id: Id<Incident>,
    title: &str,
    claim: Option<Claim>,
) -> Result<Made<IncidentTask>, Error> {
    let by = permit_enriching(actor)?;
    let title: Text<MAX_NAME_BYTES> = Text::parse(title).map_err(|error| Error::Text("title", error))?;
    let write = move |writer: &mut Writer<'_, '_>| {
        once(writer, claim.as_ref(), "incident task", |writer| {
            load_open(writer, id)?;
            if store::tasks(writer, id)?.len() >= MAX_TASKS {
                return Err(IncidentError::TooMany.into());
            }
            let task = store::add_task(writer, id, "", title.as_str())?;
            let note = Note {
                kind: "task_added",
                words: Some(title.as_str()),
                by,
                ..Note::default()
            };
            store::note(writer, id, &note)?;
            writer.about("incident", id.number(), "task added");
            Ok(task)
        })
    };
    app.store
        .write(app.change(actor, AuditAction::NoteIncident), write)
        .await
}

/// Says whether a task was done.
///
/// # Errors
/// When the one who asks may not, there is no such task, its incident is over, or the database is away or full.
pub async fn set_task(
    app: &App,
    actor: &Actor,
    (id, task): (Id<Incident>, Id<IncidentTask>),
    state: TaskState,
) -> Result<(), Error> {
    let by = permit_enriching(actor)?;
    let write = move |writer: &mut Writer<'_, '_>| {
        load_open(writer, id)?;
        let tasks = store::tasks(writer, id)?;
        let title = tasks.into_iter().find(|known| known.id == task).map(|task| task.title);
        let title = title.ok_or(Error::NotFound("task"))?;
        store::set_task(writer, (id, task), state, by)?;
        let note = Note {
            kind: "task",
            detail: state.key(),
            words: Some(&title),
            by,
        };
        store::note(writer, id, &note)?;
        writer.about("incident", id.number(), format!("task {state}", state = state.key()));
        Ok::<_, Error>(())
    };
    app.store
        .write(app.change(actor, AuditAction::NoteIncident), write)
        .await
}

/// Keeps a file of evidence, sealed; the same bytes are kept once. Its digest stands in the timeline.
///
/// # Errors
/// When the one who asks may not, there is no such incident, it is over, the file has no name, no bytes or too many, there are too
/// many files, or the database is away or full.
pub async fn keep_file(
    app: &App,
    actor: &Actor,
    id: Id<Incident>,
    (name, content): (&str, Vec<u8>),
) -> Result<Id<IncidentFile>, Error> {
    let by = permit_person(actor, Permission::WorkIncidents)?;
    let name: Text<MAX_NAME_BYTES> = Text::parse(name).map_err(|error| Error::Text("name", error))?;
    if content.is_empty() || content.len() > MAX_EVIDENCE_BYTES {
        return Err(IncidentError::FileSize.into());
    }
    let sha256: [u8; 32] = Sha256::digest(&content).into();
    let vault = Arc::clone(&app.vault);
    let write = move |writer: &mut Writer<'_, '_>| {
        load_open(writer, id)?;
        let files = store::files(writer, id)?;
        if let Some(same) = files.iter().find(|file| file.sha256 == sha256) {
            writer.about("incident", id.number(), "the same");
            return Ok(same.id);
        }
        if files.len() >= MAX_FILES {
            return Err(IncidentError::TooMany.into());
        }
        let file: Id<IncidentFile> = writer.new_id();
        let key = make_key(&vault, writer, store::subject_of(file))?;
        let sealed = (
            seal(&key, &place(file, "name"), name.as_str().as_bytes())?,
            seal(&key, &place(file, "content"), &content)?,
        );
        let size = (&sha256[..], content.len() as u64);
        store::add_file(writer, (id, file, by.id), size, (&sealed.0, &sealed.1))?;
        let digest = hex(&sha256);
        let note = Note {
            kind: "file",
            detail: &digest,
            by: By::Person(by.id),
            ..Note::default()
        };
        store::note(writer, id, &note)?;
        writer.about("incident", id.number(), digest);
        Ok::<_, Error>(file)
    };
    app.store
        .write(app.change(actor, AuditAction::KeepEvidence), write)
        .await
}

/// The name and the bytes of a file of evidence. That somebody took it out is in the audit log.
///
/// # Errors
/// When the one who asks may not, there is no such file, it was erased, or the database is away or full.
pub async fn file(
    app: &App,
    actor: &Actor,
    (id, file): (Id<Incident>, Id<IncidentFile>),
) -> Result<(String, Vec<u8>), Error> {
    permit_person(actor, Permission::WorkIncidents)?;
    let vault = Arc::clone(&app.vault);
    let read = move |writer: &mut Writer<'_, '_>| {
        let gone = || Error::NotFound("file");
        let sealed = store::file(writer, id, file)?.ok_or_else(gone)?;
        let key = key_of(&vault, writer, store::subject_of(file))?.ok_or_else(gone)?;
        let name = key.open(&place(file, "name"), &sealed.name).map_err(Error::Sealed)?;
        let content = key
            .open(&place(file, "content"), &sealed.content)
            .map_err(Error::Sealed)?;
        writer.about("incident", id.number(), format!("taken out {file}"));
        Ok::<_, Error>((String::from_utf8_lossy(&name).into_owned(), content))
    };
    app.store
        .write(app.change(actor, AuditAction::KeepEvidence), read)
        .await
}

const fn place(file: Id<IncidentFile>, purpose: &'static str) -> Place {
    Place {
        table: "incident_file",
        row: file.number(),
        purpose,
    }
}

/// Bytes in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
