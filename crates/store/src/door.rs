//! The one door through which things change.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use anlanh_db::{Backend, Database, Options, Purge, Read, Role, Row, Statement, Target, Value, Write};
use anlanh_model::{Actor, AuditAction, Id, IdSource, Subject, Time};

use crate::audit::Standing;
use crate::{Error, audit, migrations, tally};

/// Under which it is noted that the ids of this connection come after all that are stored.
const IDS: &str = "ids";
/// Where personal data of those who report or appeal is erased.
const PEOPLE: Purge = Purge {
    rewritten: &[
        "subject_key",
        "outgoing_mail",
        "reporter",
        "subject_contact",
        "incident_host",
        "incident_file",
    ],
    merged: &[],
};
/// Where items are erased.
const ITEMS: Purge = Purge {
    rewritten: &[
        "item",
        "key_log",
        "key_piece",
        "item_content",
        "item_image",
        "case_event",
        "account_signal",
        "erasure",
    ],
    merged: &["item_words"],
};

/// The kept things of one node. Clones share one database.
#[derive(Clone)]
pub struct Store {
    db: Database,
    ids: Arc<Mutex<IdSource>>,
}

/// A kind of question, see [`Store::gathered`].
pub type Gathered<Q, A> = anlanh_db::Gathered<Q, A, Error>;

/// Who changes something, what they do, and when: without these nothing is written.
#[derive(Debug, Clone)]
pub struct Change {
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: AuditAction,
    /// When, by the node's clock.
    pub now: Time,
}

/// What can be asked in any transaction: every read of this crate takes one of these, so that it can stand alone or
/// beside the writes that rest on it.
pub trait Queries {
    /// Every row that the statement gives.
    ///
    /// # Errors
    /// When the database is away or the statement does not fit the values.
    fn rows(&mut self, statement: &Statement, values: &[Value<'_>]) -> Result<Vec<Row>, Error>;

    /// The only row, if there is one.
    ///
    /// # Errors
    /// As [`Queries::rows`].
    fn row(&mut self, statement: &Statement, values: &[Value<'_>]) -> Result<Option<Row>, Error> {
        Ok(self.rows(statement, values)?.into_iter().next())
    }
}

impl Queries for Reader<'_, '_> {
    fn rows(&mut self, statement: &Statement, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
        Ok(self.tx.query(statement, values)?)
    }
}

impl Queries for Writer<'_, '_> {
    fn rows(&mut self, statement: &Statement, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
        Ok(self.tx.query(statement, values)?)
    }
}

/// A transaction that only reads.
pub struct Reader<'r, 'c> {
    pub(crate) tx: &'r mut Read<'c>,
}

/// A transaction that writes, for one change.
pub struct Writer<'w, 'c> {
    pub(crate) tx: &'w mut Write<'c>,
    ids: &'w Mutex<IdSource>,
    change: &'w Change,
    subject: Option<Subject>,
    detail: String,
    /// How many items are kept, and by whom.
    items: Option<(i64, Standing)>,
    /// What is to be counted when the change is recorded, each figure once.
    counts: BTreeMap<(&'static str, String), u64>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("backend", &self.db.backend())
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the database, brings its schema up to date and finds where its ids have come to.
    ///
    /// # Errors
    /// When it cannot be reached, belongs to another node or a newer version, or a step of the schema fails.
    pub fn open(target: &Target, options: &Options) -> Result<Self, Error> {
        let db = Database::open(target, migrations::ALL, options)?;
        let last = db.read_blocking("store.last_id", audit::last_id)?;
        let ids = match options.role {
            Role::Node => IdSource::of_node(last),
            Role::Tool => IdSource::of_tool(last, std::process::id()),
        };
        Ok(Self {
            db,
            ids: Arc::new(Mutex::new(ids)),
        })
    }

    /// The database, for its health and its figures.
    #[must_use]
    pub const fn database(&self) -> &Database {
        &self.db
    }

    /// Takes from the disk what was erased: keys, mail, and by what reporters were known. What a key sealed is unreadable
    /// without it, wherever it is left.
    ///
    /// # Errors
    /// When the database is away, or others keep it in use.
    pub async fn purge(&self) -> Result<(), Error> {
        Ok(self.db.purge(&PEOPLE).await?)
    }

    /// [`Store::purge`] for callers without a runtime: the command line.
    ///
    /// # Errors
    /// As [`Store::purge`].
    pub fn purge_blocking(&self) -> Result<(), Error> {
        Ok(self.db.purge_blocking(&PEOPLE)?)
    }

    /// Takes erased items from the disk. PostgreSQL lets nobody read or write items meanwhile.
    ///
    /// # Errors
    /// As [`Store::purge`].
    pub async fn purge_items(&self) -> Result<(), Error> {
        Ok(self.db.purge(&ITEMS).await?)
    }

    /// Reads in one transaction.
    ///
    /// # Errors
    /// What the job says, or that the database is away.
    pub fn read<T, E>(
        &self,
        name: &'static str,
        mut job: impl FnMut(&mut Reader<'_, '_>) -> Result<T, E> + Send + 'static,
    ) -> impl Future<Output = Result<T, E>> + Send
    where
        T: Send + 'static,
        E: From<Error> + From<anlanh_db::Error> + Send + 'static,
    {
        self.db.read(name, move |tx| job(&mut Reader { tx }))
    }

    /// A kind of question that many ask at the same time: those that wait for their turn are asked in one read. `ask`
    /// gives an answer for each, in their order.
    pub fn gathered<Q, A>(
        &self,
        name: &'static str,
        ask: fn(&mut Reader<'_, '_>, &[Q]) -> Result<Vec<A>, Error>,
    ) -> Gathered<Q, A>
    where
        Q: Send + 'static,
        A: Send + 'static,
    {
        anlanh_db::Gathered::new(&self.db, name, move |tx, questions| ask(&mut Reader { tx }, questions))
    }

    /// Changes something, in one transaction with its audit entry. When this returns, the change survives a power cut.
    /// The job may run more than once and must do nothing but write here.
    ///
    /// # Errors
    /// What the job says, then nothing has changed; or that the database is away or full.
    pub fn write<T, E>(
        &self,
        change: Change,
        mut job: impl FnMut(&mut Writer<'_, '_>) -> Result<T, E> + Send + 'static,
    ) -> impl Future<Output = Result<T, E>> + Send
    where
        T: Send + 'static,
        E: From<Error> + From<anlanh_db::Error> + Send + 'static,
    {
        let ids = Arc::clone(&self.ids);
        self.db
            .write(change.action.key(), move |tx| run(tx, &ids, &change, &mut job))
    }

    /// [`Store::write`] for callers without a runtime: the command line.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_blocking<T, E>(
        &self,
        change: Change,
        mut job: impl FnMut(&mut Writer<'_, '_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + From<anlanh_db::Error> + Send + 'static,
    {
        let ids = Arc::clone(&self.ids);
        self.db
            .write_blocking(change.action.key(), move |tx| run(tx, &ids, &change, &mut job))
    }

    /// [`Store::read`] for callers without a runtime.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_blocking<T, E>(
        &self,
        name: &'static str,
        mut job: impl FnMut(&mut Reader<'_, '_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + From<anlanh_db::Error> + Send + 'static,
    {
        self.db.read_blocking(name, move |tx| job(&mut Reader { tx }))
    }
}

fn run<T, E: From<Error>>(
    tx: &mut Write<'_>,
    ids: &Mutex<IdSource>,
    change: &Change,
    job: &mut impl FnMut(&mut Writer<'_, '_>) -> Result<T, E>,
) -> Result<T, E> {
    // Over another connection than before, or for the first time: another node may have made ids meanwhile.
    if tx.noted(IDS).is_none() {
        let last = audit::last_id(tx)?;
        ids.lock().unwrap_or_else(PoisonError::into_inner).raise(last);
        tx.note(IDS, &[]);
    }
    let mut writer = Writer {
        tx,
        ids,
        change,
        subject: None,
        detail: String::new(),
        items: None,
        counts: BTreeMap::new(),
    };
    let done = job(&mut writer)?;
    writer.record()?;
    Ok(done)
}

impl Writer<'_, '_> {
    /// When the change happens.
    #[must_use]
    pub const fn now(&self) -> Time {
        self.change.now
    }

    /// Who makes it.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.change.actor
    }

    pub(crate) const fn change(&self) -> &Change {
        self.change
    }

    /// A new id.
    pub fn new_id<T>(&mut self) -> Id<T> {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        ids.next(self.change.now)
    }

    /// What the audit entry is about. `detail` is keys and numbers, never content or personal data; of a hunt, and of haste in
    /// blocking, it has the reason, too, which whoever gives it is told to name nobody in.
    pub fn about(&mut self, kind: &'static str, number: i64, detail: impl Into<String>) {
        self.subject = Some(Subject { kind, number });
        self.detail = detail.into();
    }

    /// That the audit entry is about so many items. Where they come with others of the same actor in one commit, the
    /// entry may be one for all of them.
    ///
    /// A token that is remembered is looked up by the statement: where it was revoked, nothing is written, and
    /// [`Error::Revoked`] is told.
    pub fn about_items(&mut self, items: usize, standing: Standing) {
        self.items = Some((i64::try_from(items).unwrap_or(i64::MAX), standing));
    }

    pub(crate) fn backend(&self) -> Backend {
        self.tx.backend()
    }

    pub(crate) fn execute(&mut self, statement: &Statement, values: &[Value<'_>]) -> Result<u64, Error> {
        Ok(self.tx.execute(statement, values)?)
    }

    /// Writes where nobody asks how many rows it changes, nor catches a failure.
    pub(crate) fn send(&mut self, statement: &Statement, values: &[Value<'_>]) -> Result<(), Error> {
        Ok(self.tx.send(statement, values)?)
    }

    /// Counts so many more of something; see [`tally`].
    pub(crate) fn count(&mut self, what: &'static str, key: &str, n: u64) {
        let count = self.counts.entry((what, key.to_owned())).or_default();
        *count = count.saturating_add(n);
    }

    fn record(&mut self) -> Result<(), Error> {
        for ((what, key), n) in std::mem::take(&mut self.counts) {
            tally::keep(self, what, &key, n)?;
        }
        let id = self.new_id();
        if let Some((items, standing)) = self.items {
            return audit::insert_items(self, id, items, standing);
        }
        let subject = self.subject;
        let detail = std::mem::take(&mut self.detail);
        audit::insert(self, id, subject, &detail)
    }
}
