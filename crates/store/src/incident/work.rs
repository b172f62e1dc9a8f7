//! What people do with incidents: the timeline, systems, tasks, evidence, and what one shift leaves to the next.

use anlanh_db::{Row, Value};
use anlanh_model::{DataSubject, Id, Incident, IncidentFile, IncidentTask, Person, ShiftNote, TaskState, Time, Token};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "incident_work":
    NOTE = "INSERT INTO incident_event (id, incident, kind, detail, words, person, token) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    EVENTS = "SELECT e.id, e.kind, e.detail, e.words, COALESCE(s.name, t.name) FROM incident_event e
              LEFT JOIN staff s ON s.id = e.person LEFT JOIN token t ON t.id = e.token
              WHERE e.incident = $1 ORDER BY e.id DESC LIMIT $2";
    ADD_SYSTEM = "INSERT INTO incident_system (id, incident, name, owner, level) VALUES ($1, $2, $3, $4, $5)";
    SYSTEMS = "SELECT name, owner, level FROM incident_system WHERE incident = $1 ORDER BY id LIMIT 200";
    ADD_TASK = "INSERT INTO incident_task (id, incident, playbook, title, state) VALUES ($1, $2, $3, $4, 'open')";
    TASKS = "SELECT t.id, t.playbook, t.title, t.state, COALESCE(s.name, k.name), t.at FROM incident_task t
             LEFT JOIN staff s ON s.id = t.person LEFT JOIN token k ON k.id = t.token
             WHERE t.incident = $1 ORDER BY t.id LIMIT 500";
    SET_TASK = "UPDATE incident_task SET state = $3, person = $4, token = $5, at = $6 WHERE id = $1 AND incident = $2";
    ADD_FILE = "INSERT INTO incident_file (id, incident, sha256, bytes, name, content, person) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    FILES = "SELECT f.id, f.sha256, f.bytes, f.name, s.name FROM incident_file f JOIN staff s ON s.id = f.person
             WHERE f.incident = $1 ORDER BY f.id LIMIT 200";
    FILE = "SELECT content, name FROM incident_file WHERE id = $1 AND incident = $2";
    LEAVE = "INSERT INTO shift_note (id, person, words) VALUES ($1, $2, $3)";
    TAKE = "UPDATE shift_note SET taken_by = $2, taken_at = $3 WHERE id = $1 AND taken_by IS NULL";
    NOTES = "SELECT n.id, n.person, s.name, n.words, t.name, n.taken_at FROM shift_note n JOIN staff s ON s.id = n.person
             LEFT JOIN staff t ON t.id = n.taken_by ORDER BY n.id DESC LIMIT $1";
    ONE_NOTE = "SELECT n.id, n.person, s.name, n.words, t.name, n.taken_at FROM shift_note n JOIN staff s ON s.id = n.person
             LEFT JOIN staff t ON t.id = n.taken_by WHERE n.id = $1";
}

/// Who did something with an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    /// The node did.
    #[default]
    Node,
    /// A person did, or a program for them.
    Person(Id<Person>),
    /// A program did, for itself.
    Program(Id<Token>),
}

impl By {
    /// The person and the token as columns.
    fn columns(self) -> [Value<'static>; 2] {
        match self {
            Self::Node => [Value::from(None::<i64>), Value::from(None::<i64>)],
            Self::Person(person) => [Value::Int(person.number()), Value::from(None::<i64>)],
            Self::Program(token) => [Value::from(None::<i64>), Value::Int(token.number())],
        }
    }
}

/// Something that happened with an incident. When, its id says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Note<'n> {
    /// Key of what it was.
    pub kind: &'n str,
    /// Keys and numbers.
    pub detail: &'n str,
    /// What somebody wrote.
    pub words: Option<&'n str>,
    /// Who did it.
    pub by: By,
}

/// Something that happened, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineRow {
    /// When.
    pub at: Time,
    /// Key of what it was.
    pub kind: String,
    /// Keys and numbers.
    pub detail: String,
    /// What somebody wrote.
    pub words: Option<String>,
    /// Who did it, by the name of the person or the program.
    pub by: Option<String>,
}

/// A system that an incident affects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemRow {
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub owner: String,
    /// Its level by law.
    pub level: u32,
}

/// Something that is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    /// Its id.
    pub id: Id<IncidentTask>,
    /// Key of the playbook that it comes from.
    pub playbook: String,
    /// What is to be done.
    pub title: String,
    /// Whether it was.
    pub state: TaskState,
    /// By whom, by the name of the person or the program, and when.
    pub done: Option<(String, Time)>,
}

/// A file of evidence, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Its id.
    pub id: Id<IncidentFile>,
    /// Its SHA-256.
    pub sha256: Vec<u8>,
    /// How long it is, in bytes.
    pub bytes: u64,
    /// Its name, sealed.
    pub name: Vec<u8>,
    /// Who put it there.
    pub by: String,
}

/// The bytes and the name of a file, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedFile {
    /// Its bytes.
    pub content: Vec<u8>,
    /// Its name.
    pub name: Vec<u8>,
}

/// What one shift left to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftRow {
    /// Its id.
    pub id: Id<ShiftNote>,
    /// Who left it.
    pub from: Id<Person>,
    /// Their name.
    pub from_name: String,
    /// What they say.
    pub words: String,
    /// Who took over, and when.
    pub taken: Option<(String, Time)>,
}

/// Notes what happened with an incident.
///
/// # Errors
/// When the database is away or full.
pub fn note(writer: &mut Writer<'_, '_>, incident: Id<Incident>, note: &Note<'_>) -> Result<(), Error> {
    let id: Id<Incident> = writer.new_id();
    let [person, token] = note.by.columns();
    let values = [
        Value::Int(id.number()),
        Value::Int(incident.number()),
        Value::Text(note.kind),
        Value::Text(note.detail),
        Value::from(note.words),
        person,
        token,
    ];
    writer.send(&NOTE, &values)
}

/// What happened with an incident, the last first.
///
/// # Errors
/// When the database is away.
pub fn timeline(tx: &mut dyn Queries, incident: Id<Incident>, limit: u32) -> Result<Vec<TimelineRow>, Error> {
    let read = |row: &Row| {
        let id: Id<Incident> = row.id(0, "incident_event.id")?;
        Ok(TimelineRow {
            at: id.made_at(),
            kind: row.owned(1)?,
            detail: row.owned(2)?,
            words: row.optional_owned(3)?,
            by: row.optional_owned(4)?,
        })
    };
    let values = [Value::Int(incident.number()), Value::Int(i64::from(limit))];
    tx.rows(&EVENTS, &values)?.iter().map(read).collect()
}

/// Notes a system that an incident affects.
///
/// # Errors
/// When the database is away or full.
pub fn add_system(writer: &mut Writer<'_, '_>, incident: Id<Incident>, system: &SystemRow) -> Result<(), Error> {
    let id: Id<Incident> = writer.new_id();
    let values = [
        Value::Int(id.number()),
        Value::Int(incident.number()),
        Value::Text(&system.name),
        Value::Text(&system.owner),
        Value::Int(i64::from(system.level)),
    ];
    writer.send(&ADD_SYSTEM, &values)
}

/// The systems that an incident affects, up to 200.
///
/// # Errors
/// When the database is away.
pub fn systems(tx: &mut dyn Queries, incident: Id<Incident>) -> Result<Vec<SystemRow>, Error> {
    let read = |row: &Row| {
        Ok(SystemRow {
            name: row.owned(0)?,
            owner: row.owned(1)?,
            level: u32::try_from(row.int(2)?).map_err(|_| Error::unreadable("incident_system.level"))?,
        })
    };
    tx.rows(&SYSTEMS, &[Value::Int(incident.number())])?
        .iter()
        .map(read)
        .collect()
}

/// Adds something to be done.
///
/// # Errors
/// When the database is away or full.
pub fn add_task(
    writer: &mut Writer<'_, '_>,
    incident: Id<Incident>,
    playbook: &str,
    title: &str,
) -> Result<Id<IncidentTask>, Error> {
    let id: Id<IncidentTask> = writer.new_id();
    let values = [
        Value::Int(id.number()),
        Value::Int(incident.number()),
        Value::Text(playbook),
        Value::Text(title),
    ];
    writer.send(&ADD_TASK, &values)?;
    Ok(id)
}

/// What is to be done with an incident, up to 500.
///
/// # Errors
/// When the database is away.
pub fn tasks(tx: &mut dyn Queries, incident: Id<Incident>) -> Result<Vec<TaskRow>, Error> {
    let read = |row: &Row| {
        Ok(TaskRow {
            id: row.id(0, "incident_task.id")?,
            playbook: row.owned(1)?,
            title: row.owned(2)?,
            state: row.key(3, "incident_task.state", TaskState::from_key)?,
            done: row.optional_owned(4)?.zip(row.optional_time(5)?),
        })
    };
    tx.rows(&TASKS, &[Value::Int(incident.number())])?
        .iter()
        .map(read)
        .collect()
}

/// Stores whether something was done; false where there is no such task.
///
/// # Errors
/// When the database is away or full.
pub fn set_task(
    writer: &mut Writer<'_, '_>,
    (incident, task): (Id<Incident>, Id<IncidentTask>),
    state: TaskState,
    by: By,
) -> Result<bool, Error> {
    let now = writer.now().as_micros();
    let is_open = state == TaskState::Open;
    let [person, token] = if is_open { By::Node } else { by }.columns();
    let values = [
        Value::Int(task.number()),
        Value::Int(incident.number()),
        Value::Text(state.key()),
        person,
        token,
        Value::from((!is_open).then_some(now)),
    ];
    Ok(writer.execute(&SET_TASK, &values)? > 0)
}

/// The number under which the data key of a file is kept: that of the file.
#[must_use]
pub fn subject_of(file: Id<IncidentFile>) -> Id<DataSubject> {
    file.cast()
}

/// Keeps a file of evidence, sealed.
///
/// # Errors
/// When the database is away or full.
pub fn add_file(
    writer: &mut Writer<'_, '_>,
    (incident, id, by): (Id<Incident>, Id<IncidentFile>, Id<Person>),
    (sha256, bytes): (&[u8], u64),
    (name, content): (&[u8], &[u8]),
) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Int(incident.number()),
        Value::Bytes(sha256),
        Value::Int(i64::try_from(bytes).unwrap_or(i64::MAX)),
        Value::Bytes(name),
        Value::Bytes(content),
        Value::Int(by.number()),
    ];
    writer.execute(&ADD_FILE, &values)?;
    Ok(())
}

/// The files of an incident, up to 200.
///
/// # Errors
/// When the database is away.
pub fn files(tx: &mut dyn Queries, incident: Id<Incident>) -> Result<Vec<FileRow>, Error> {
    let read = |row: &Row| {
        Ok(FileRow {
            id: row.id(0, "incident_file.id")?,
            sha256: row.bytes(1)?.to_vec(),
            bytes: row.int(2)?.unsigned_abs(),
            name: row.bytes(3)?.to_vec(),
            by: row.owned(4)?,
        })
    };
    tx.rows(&FILES, &[Value::Int(incident.number())])?
        .iter()
        .map(read)
        .collect()
}

/// The bytes and the name of a file, sealed.
///
/// # Errors
/// When the database is away.
pub fn file(tx: &mut dyn Queries, incident: Id<Incident>, id: Id<IncidentFile>) -> Result<Option<SealedFile>, Error> {
    let values = [Value::Int(id.number()), Value::Int(incident.number())];
    let row = tx.row(&FILE, &values)?;
    let read = |row: Row| {
        Ok(SealedFile {
            content: row.bytes(0)?.to_vec(),
            name: row.bytes(1)?.to_vec(),
        })
    };
    row.map(read).transpose()
}

/// Keeps what somebody leaves to the next shift.
///
/// # Errors
/// When the database is away or full.
pub fn leave_shift(writer: &mut Writer<'_, '_>, by: Id<Person>, words: &str) -> Result<Id<ShiftNote>, Error> {
    let id: Id<ShiftNote> = writer.new_id();
    let values = [Value::Int(id.number()), Value::Int(by.number()), Value::Text(words)];
    writer.send(&LEAVE, &values)?;
    Ok(id)
}

/// Somebody takes over; false where somebody did before.
///
/// # Errors
/// When the database is away or full.
pub fn take_shift(writer: &mut Writer<'_, '_>, id: Id<ShiftNote>, by: Id<Person>) -> Result<bool, Error> {
    let now = writer.now().as_micros();
    let values = [Value::Int(id.number()), Value::Int(by.number()), Value::Int(now)];
    Ok(writer.execute(&TAKE, &values)? > 0)
}

fn shift_of(row: &Row) -> Result<ShiftRow, Error> {
    Ok(ShiftRow {
        id: row.id(0, "shift_note.id")?,
        from: row.id(1, "shift_note.person")?,
        from_name: row.owned(2)?,
        words: row.owned(3)?,
        taken: row.optional_owned(4)?.zip(row.optional_time(5)?),
    })
}

/// What shifts left, the last first.
///
/// # Errors
/// When the database is away.
pub fn shifts(tx: &mut dyn Queries, limit: u32) -> Result<Vec<ShiftRow>, Error> {
    let rows = tx.rows(&NOTES, &[Value::Int(i64::from(limit))])?;
    rows.iter().map(shift_of).collect()
}

/// What one shift left.
///
/// # Errors
/// When the database is away.
pub fn shift(tx: &mut dyn Queries, id: Id<ShiftNote>) -> Result<Option<ShiftRow>, Error> {
    let row = tx.row(&ONE_NOTE, &[Value::Int(id.number())])?;
    row.as_ref().map(shift_of).transpose()
}
