//! The database as the product sees it: transactions, and nothing else.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::{Builder, JoinHandle};

use tokio::sync::oneshot;

use crate::job::{Answer, Code, Job, Slot, Told};
use crate::migrate::migrate;
use crate::postgres::Postgres;
use crate::queue::Queue;
use crate::session::{Access, Connection, Session};
use crate::sqlite::{Sqlite, lock_node};
use crate::stats::{Count, Counts};
use crate::target::{MAX_GROUP, MAX_READERS};
use crate::worker::Worker;
use crate::{Backend, Error, Migration, Options, Purge, Read, Role, Statement, Stats, Target, Timing, Write};

const PING: Statement = Statement::new("db.ping", "SELECT 1");
// Each backend knows by its own name how large it is.
const SIZE: Statement = Statement::new(
    "db.size",
    "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
)
.on_postgres("SELECT pg_database_size(current_database())");

/// A handle to an open database; a clone is another handle to the same one. When the last is dropped, what was accepted
/// is finished, and then it is closed.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    backend: Backend,
    reads: Arc<Queue<Job>>,
    writes: Arc<Queue<Job>>,
    counts: Arc<Counts>,
    threads: Vec<JoinHandle<()>>,
    target: Target,
    options: Options,
    /// Held while the database is open; unlocked after the threads have ended.
    _lock: Option<std::fs::File>,
}

fn connect(target: &Target, access: Access, options: &Options) -> Result<Session, Error> {
    Ok(Session::new(match target {
        Target::Sqlite(path) => Connection::Sqlite(Sqlite::open(path, access, options)?),
        Target::Postgres(address) => Connection::Postgres(Postgres::open(address, access, options)?),
    }))
}

impl Database {
    /// Opens a database and brings its schema up to date. Blocks.
    ///
    /// # Errors
    /// [`Error::AnotherNode`], [`Error::NewerSchema`], [`Error::EditedMigration`], or why it cannot be reached.
    pub fn open(target: &Target, migrations: &[Migration], options: &Options) -> Result<Self, Error> {
        // A PostgreSQL connection may not be made where futures run, and this may be called there.
        std::thread::scope(|scope| {
            let opened = scope.spawn(|| Self::open_here(target, migrations, options));
            opened.join().unwrap_or_else(|_| Err(Error::Panicked("open")))
        })
    }

    fn open_here(target: &Target, migrations: &[Migration], options: &Options) -> Result<Self, Error> {
        let lock = match (target, options.role) {
            (Target::Sqlite(path), Role::Node) => Some(lock_node(path)?),
            (Target::Sqlite(_), Role::Tool) | (Target::Postgres(_), Role::Node | Role::Tool) => None,
        };
        let mut writer = connect(target, Access::Write, options)?;
        migrate(&mut writer, target.backend(), migrations, |session| {
            match options.role {
                Role::Node => Ok(None),
                Role::Tool => session.lock_node(target),
            }
        })?;
        if options.role == Role::Tool {
            // The lock that a migration took on a connection goes with the connection.
            writer = connect(target, Access::Write, options)?;
        }
        let mut inner = Inner {
            backend: target.backend(),
            reads: Arc::new(Queue::new(options.queue)),
            writes: Arc::new(Queue::new(options.queue)),
            counts: Arc::default(),
            threads: Vec::new(),
            target: target.clone(),
            options: Options {
                role: Role::Tool,
                ..options.clone()
            },
            _lock: lock,
        };
        let most = options.group.clamp(1, MAX_GROUP);
        let worker = inner.worker(target, Access::Write, options, 0);
        inner.spawn("db-write", move || worker.write(writer, most))?;
        for number in (1..).take(options.readers.clamp(1, MAX_READERS)) {
            let session = connect(target, Access::Read, options)?;
            let worker = inner.worker(target, Access::Read, options, number);
            inner.spawn("db-read", move || worker.read(session))?;
        }
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Runs code in a transaction that reads, from now on, whether or not the answer is waited for. It may run twice.
    ///
    /// # Errors
    /// The code's own, or [`Error::Busy`], [`Error::Unavailable`], [`Error::Panicked`], [`Error::Closed`].
    pub fn read<T, E>(
        &self,
        name: &'static str,
        mut job: impl FnMut(&mut Read<'_>) -> Result<T, E> + Send + 'static,
    ) -> impl Future<Output = Result<T, E>> + Send
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let slot = Slot::default();
        let code = slot.code(move |session| job(&mut Read::new(session)));
        let told = self.inner.ask(Access::Read, name, code);
        async move { slot.settle(heard(told.await)) }
    }

    /// [`Self::read`] that hands over what the code gave, or why it has not run, on a thread of the database or here.
    pub(crate) fn read_then<T, E>(
        &self,
        name: &'static str,
        mut job: impl FnMut(&mut Read<'_>) -> Result<T, E> + Send + 'static,
        answer: impl FnOnce(Result<T, E>) + Send + 'static,
    ) where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let slot = Slot::default();
        let code = slot.code(move |session| job(&mut Read::new(session)));
        let answer = Box::new(move |told| answer(slot.settle(told)));
        self.inner.push(Access::Read, Job::new(name, code, answer));
    }

    /// Runs code in a transaction that writes, and returns when it is on the disk. It may run twice, and does nothing
    /// but use the transaction. It is asked for at once; dropping the future does not undo it.
    ///
    /// # Errors
    /// The code's own, or [`Error::Busy`], [`Error::Full`], [`Error::Unavailable`], [`Error::CommitUnknown`],
    /// [`Error::Panicked`], [`Error::Closed`]. Only after [`Error::CommitUnknown`] may it be there all the same.
    pub fn write<T, E>(
        &self,
        name: &'static str,
        mut job: impl FnMut(&mut Write<'_>) -> Result<T, E> + Send + 'static,
    ) -> impl Future<Output = Result<T, E>> + Send
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let slot = Slot::default();
        let code = slot.code(move |session| job(&mut Write::new(session)));
        let told = self.inner.ask(Access::Write, name, code);
        async move { slot.settle(heard(told.await)) }
    }

    /// [`Self::read`] for the command line and tests: blocks.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_blocking<T, E>(
        &self,
        name: &'static str,
        mut job: impl FnMut(&mut Read<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let slot = Slot::default();
        let code = slot.code(move |session| job(&mut Read::new(session)));
        slot.settle(self.inner.ask_blocking(Access::Read, name, code))
    }

    /// [`Self::write`] for the command line and tests: blocks.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn write_blocking<T, E>(
        &self,
        name: &'static str,
        mut job: impl FnMut(&mut Write<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let slot = Slot::default();
        let code = slot.code(move |session| job(&mut Write::new(session)));
        slot.settle(self.inner.ask_blocking(Access::Write, name, code))
    }

    /// Whether a read and a write get their turn and an answer.
    ///
    /// # Errors
    /// Why one of them does not.
    pub async fn ping(&self) -> Result<(), Error> {
        self.read("ping", |tx| tx.query_one(&PING, &[]).map(drop)).await?;
        self.write("ping", |tx| tx.query_one(&PING, &[]).map(drop)).await
    }

    /// How large it is on the disk, in bytes, without a log that is still to be moved into it.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn size_bytes(&self) -> Result<u64, Error> {
        self.read("size", |tx| {
            let row = tx.query_one(&SIZE, &[])?;
            row.map_or(Ok(0), |row| Ok(row.int(0)?.unsigned_abs()))
        })
        .await
    }

    /// Takes what was deleted from the disk: SQLite's log is moved into the file, where deleted bytes are overwritten, and
    /// cut off; of PostgreSQL, tables are written anew. Copies of its log, and backups, follow in their own time.
    ///
    /// # Errors
    /// [`Error::Busy`] where others keep what is to go in use, or as [`Self::read`].
    pub async fn purge(&self, what: &'static Purge) -> Result<(), Error> {
        let (answer, answered) = oneshot::channel();
        let database = self.clone();
        let run = move || drop(answer.send(database.purge_blocking(what)));
        let refused = |error: std::io::Error| Error::Unavailable(format!("start a thread: {}", error.kind()));
        Builder::new().name("db-purge".to_owned()).spawn(run).map_err(refused)?;
        answered.await.unwrap_or(Err(Error::Closed))
    }

    /// [`Self::purge`] for the command line and tests: blocks.
    ///
    /// # Errors
    /// As [`Self::purge`].
    pub fn purge_blocking(&self, what: &'static Purge) -> Result<(), Error> {
        // A PostgreSQL connection may not be made where futures run, and this may be called there.
        std::thread::scope(|scope| {
            let purged = scope.spawn(|| connect(&self.inner.target, Access::Write, &self.inner.options)?.purge(what));
            purged.join().unwrap_or(Err(Error::Panicked("purge")))
        })
    }

    /// What kind of database it is.
    pub fn backend(&self) -> Backend {
        self.inner.backend
    }

    /// What has happened since it was opened.
    pub fn stats(&self) -> Stats {
        let counts = &self.inner.counts;
        let waiting = |queue: &Queue<Job>| u64::try_from(queue.len()).unwrap_or(u64::MAX);
        Stats {
            reads: counts.reads.value(),
            writes: counts.writes.value(),
            groups: counts.groups.value(),
            groups_by_size: counts.groups_by_size.each_ref().map(Count::value),
            grouped: counts.grouped.value(),
            largest_group: counts.largest_group.value(),
            groups_again: counts.groups_again.value(),
            refused: counts.refused.value(),
            lost: counts.lost.value(),
            read_wait_us: counts.read_wait_us.value(),
            write_wait_us: counts.write_wait_us.value(),
            reads_waiting: waiting(&self.inner.reads),
            writes_waiting: waiting(&self.inner.writes),
        }
    }

    /// How often a connection was lost since it was opened, or one to write with made again: between the two, another node may
    /// have served from this database, so that what was read then is no more certain than what was read before.
    pub fn interruptions(&self) -> u64 {
        self.inner.counts.lost.value() + self.inner.counts.writers_back.value()
    }

    /// How long transactions took since it was opened, by their names.
    pub fn timings(&self) -> Vec<Timing> {
        self.inner.counts.timings()
    }

    /// Whether the backend understands a statement. Blocks; for the test that goes through all of them.
    ///
    /// # Errors
    /// [`Error::Refused`], with what the database said.
    pub fn prepare(&self, statement: &Statement) -> Result<(), Error> {
        let statement = *statement;
        self.read_blocking("prepare", move |tx| tx.prepare(&statement))
    }
}

impl Inner {
    fn worker(&self, target: &Target, access: Access, options: &Options, number: u32) -> Worker {
        let (target, options) = (target.clone(), options.clone());
        let queue = match access {
            Access::Read => &self.reads,
            Access::Write => &self.writes,
        };
        Worker {
            queue: Arc::clone(queue),
            counts: Arc::clone(&self.counts),
            connect: Box::new(move || connect(&target, access, &options)),
            number,
            access,
            seen_back: 0,
            returning: None,
        }
    }

    fn spawn(&mut self, name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), Error> {
        let spawned = Builder::new().name(name.to_owned()).spawn(run);
        let refused = |error: std::io::Error| Error::Open(format!("start a thread: {}", error.kind()));
        self.threads.push(spawned.map_err(refused)?);
        Ok(())
    }

    /// Lets code have its turn; how its transaction ended is told.
    fn ask(&self, access: Access, name: &'static str, code: Code) -> oneshot::Receiver<Told> {
        let (answer, answered) = oneshot::channel();
        let answer: Answer = Box::new(move |told| drop(answer.send(told)));
        self.push(access, Job::new(name, code, answer));
        answered
    }

    /// [`Self::ask`] that blocks.
    fn ask_blocking(&self, access: Access, name: &'static str, code: Code) -> Told {
        let (answer, answered) = sync_channel(1);
        let answer: Answer = Box::new(move |told| drop(answer.send(told)));
        self.push(access, Job::new(name, code, answer));
        heard(answered.recv())
    }

    fn push(&self, access: Access, job: Job) {
        let queue = match access {
            Access::Read => &self.reads,
            Access::Write => &self.writes,
        };
        if let Err((job, why)) = queue.push(job) {
            self.counts.refused.add(1);
            job.answer(Err(why));
        }
    }
}

/// What was told, or that nobody is there any more who could.
fn heard<E>(told: Result<Told, E>) -> Told {
    told.unwrap_or(Told::Instead(Error::Closed))
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.reads.close();
        self.writes.close();
        let here = std::thread::current().id();
        for thread in self.threads.drain(..) {
            // The last handle may have been held by a job, and a thread cannot wait for itself.
            if thread.thread().id() != here {
                let _panicked = thread.join();
            }
        }
    }
}
