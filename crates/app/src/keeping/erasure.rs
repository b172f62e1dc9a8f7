//! Wishes for erasure: of one item, or of all that came from an account.

use std::collections::BTreeSet;

use anlanh_model::{Actor, AuditAction, Erasure, Id, Periods, Permission, Target, TargetKind};
use anlanh_store::erasure::{self, ErasureRow, ItemFate};
use anlanh_store::item::{self, Item};
use anlanh_store::keeping::{self, WhyErased};
use anlanh_store::key::{self, Log};
use anlanh_store::{Queries, Writer, measure};

use super::{KeepingError, periods};
use crate::counting::author_key;
use crate::{App, Error, contact, permit};

/// What somebody wants erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// One item.
    Item(Id<Item>),
    /// Every item that came from an account, by the platform's reference.
    Account(String),
}

/// What was erased, what is kept, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The wish.
    pub row: ErasureRow,
    /// How many of its items were erased.
    pub erased: u64,
    /// How many items it has, as far as is known.
    pub items: u64,
    /// What became of each of them: a page, oldest first.
    pub fates: Vec<ItemFate>,
}

/// What stays of an item that was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remains {
    /// That there was an item, when, which rules spoke of it, and the platform's id of it.
    Record,
    /// Decisions with their reasons, and when clocks were met: the log of handling that the law asks for.
    Decisions,
    /// Violations that count, measures that last, and the signs of an account that is locked.
    Enforcement,
    /// What others said in reports and appeals; it is theirs, and goes in its own time.
    Reports,
    /// The audit log: numbers alone.
    AuditLog,
}

impl Remains {
    /// Everything that stays.
    pub const ALL: [Self; 5] = [
        Self::Record,
        Self::Decisions,
        Self::Enforcement,
        Self::Reports,
        Self::AuditLog,
    ];

    /// The key on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Decisions => "decisions",
            Self::Enforcement => "enforcement",
            Self::Reports => "reports",
            Self::AuditLog => "audit_log",
        }
    }
}

/// How many items are looked at in one transaction.
const AT_ONCE: u32 = 200;
/// How many items a certificate lists at once.
pub const MAX_PAGE: u32 = 200;
/// In how many steps wishes go on before other work has its turn.
const STEPS: usize = 20;
/// After how many minutes it is looked again whether something still keeps an item.
const LOOK_AGAIN_MINUTES: i64 = 60;

/// Erases what may go, and keeps the wish until everything is gone.
///
/// Where nothing is known of the item or the account there is no wish and no certificate, for a reference with a mistake
/// would look as if it had been erased; that it was asked stands in the audit log.
///
/// # Errors
/// When the one who asks may not, nothing is kept of it, the reference is none, or the database is away or full.
pub async fn erase(app: &App, actor: &Actor, wish: Wish) -> Result<Certificate, Error> {
    permit(actor, Permission::EraseItems)?;
    let target = match &wish {
        Wish::Item(id) => Target::new(TargetKind::Item, &id.to_string()),
        Wish::Account(reference) => Target::new(TargetKind::Account, reference),
    };
    let target = target.map_err(|_| Error::BadReference)?;
    let periods = periods(&app.engine());
    let certificate = app
        .store
        .write(app.change(actor, AuditAction::EraseItems), move |writer| {
            if !knows(writer, &wish)? {
                writer.about("erasure", 0, "nothing kept");
                return Ok::<_, Error>(None);
            }
            let id = erasure::insert(writer, &target)?;
            let row = erasure::load(writer, id)?.ok_or(Error::NotFound("erasure"))?;
            look_through(writer, &periods, &row)?;
            read(writer, id, None, MAX_PAGE).map(Some)
        })
        .await?;
    certificate.ok_or(Error::Keeping(KeepingError::Nothing))
}

/// Whether anything is kept of what is to be erased.
fn knows(tx: &mut dyn Queries, wish: &Wish) -> Result<bool, Error> {
    Ok(match wish {
        Wish::Item(id) => item::load(tx, *id)?.is_some(),
        Wish::Account(reference) => erasure::knows_account(tx, author_key(reference), reference)?,
    })
}

/// What has become of a wish, with a page of at most `limit` of its items, those that come after one.
///
/// # Errors
/// When the one who asks may not, there is no such wish, or the database is away.
pub async fn certificate(
    app: &App,
    actor: &Actor,
    id: Id<Erasure>,
    after: Option<Id<Item>>,
    limit: u32,
) -> Result<Certificate, Error> {
    permit(actor, Permission::ReadErasures)?;
    app.store
        .read("erasure.show", move |tx| read(tx, id, after, limit))
        .await
}

/// At most `limit` wishes older than `before`, newest first, without their items.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn list(
    app: &App,
    actor: &Actor,
    before: Option<Id<Erasure>>,
    limit: u32,
) -> Result<Vec<Certificate>, Error> {
    permit(actor, Permission::ReadErasures)?;
    app.store
        .read("erasure.list", move |tx| {
            let rows = erasure::page(tx, before, limit)?;
            rows.iter().map(|row| read(tx, row.id, None, 0)).collect()
        })
        .await
}

/// Goes on with wishes: looks through accounts, and again at what was kept.
///
/// # Errors
/// When the database is away or full; what was erased until then is.
pub(crate) async fn run(app: &App) -> Result<(), Error> {
    let periods = periods(&app.engine());
    for _ in 0..STEPS {
        let unlisted = app.store.read("erasure.unlisted", |tx| erasure::unlisted(tx));
        let Some(row) = unlisted.await.map_err(Error::from)? else {
            break;
        };
        let go_on = move |writer: &mut Writer<'_, '_>| look_through(writer, &periods, &row);
        let change = app.change(&Actor::Node, AuditAction::EraseItems);
        app.store.write(change, go_on).await?;
    }
    let now = app.clock.now();
    for _ in 0..STEPS {
        let due = app.store.read("erasure.due", move |tx| erasure::due(tx, now, 1));
        if due.await.map_err(Error::from)?.is_empty() {
            break;
        }
        let again = move |writer: &mut Writer<'_, '_>| look_again(writer, &periods);
        let change = app.change(&Actor::Node, AuditAction::EraseItems);
        app.store.write(change, again).await?;
    }
    Ok(())
}

/// Looks at the next items of a wish of which not every item is known.
fn look_through(writer: &mut Writer<'_, '_>, periods: &Periods, row: &ErasureRow) -> Result<(), Error> {
    let reference = row.reference.as_deref().ok_or(Error::NotFound("erasure"))?;
    let mut seen = Vec::new();
    match row.kind {
        TargetKind::Account => {
            let log = Log::read(writer)?;
            seen = key::since(writer, &log, author_key(reference), row.seen, AT_ONCE)?;
        }
        // Nothing but items and accounts is wished away.
        TargetKind::Item | TargetKind::Page | TargetKind::Group | TargetKind::Channel | TargetKind::Report => {
            let only = reference.parse().map_err(|_| Error::NotFound("item"))?;
            settle(writer, periods, row.id, only)?;
        }
    }
    for sighting in &seen {
        let item = Id::from_number(sighting.item).map_err(|_| Error::NotFound("item"))?;
        let author = item::load(writer, item)?.and_then(|item| item.author);
        if author.as_deref() == Some(reference) {
            settle(writer, periods, row.id, item)?;
        }
    }
    let is_full = u32::try_from(seen.len()).is_ok_and(|seen| seen == AT_ONCE);
    let last = seen.last().copied().filter(|_| is_full);
    erasure::note_seen(writer, row.id, last)?;
    writer.about("erasure", row.id.number(), "");
    finish(writer, row.id)
}

/// Looks again at items that something kept.
fn look_again(writer: &mut Writer<'_, '_>, periods: &Periods) -> Result<(), Error> {
    let now = writer.now();
    let due = erasure::due(writer, now, AT_ONCE)?;
    for waiting in &due {
        settle(writer, periods, waiting.erasure, waiting.item)?;
    }
    let wishes: BTreeSet<Id<Erasure>> = due.iter().map(|waiting| waiting.erasure).collect();
    for wish in wishes {
        finish(writer, wish)?;
    }
    writer.about("items", i64::try_from(due.len()).unwrap_or(i64::MAX), "again");
    Ok(())
}

/// Erases an item, or notes what keeps it.
fn settle(writer: &mut Writer<'_, '_>, periods: &Periods, id: Id<Erasure>, item: Id<Item>) -> Result<(), Error> {
    let now = writer.now();
    if let Some(keeping) = keeping::of_item(writer, item, now)? {
        if let Some(kept) = keeping.against_wish(periods, now) {
            // Something else may come to keep it meanwhile, or the policy may change.
            let soon = now.plus_minutes(LOOK_AGAIN_MINUTES);
            let look_at = kept.until.map_or(soon, |until| until.min(soon));
            return Ok(erasure::note_kept(writer, id, item, kept, look_at)?);
        }
        keeping::erase(writer, item, WhyErased::Wish)?;
    }
    Ok(erasure::note_erased(writer, id, item)?)
}

/// Notes that a wish is done, if it is. Then nothing says any more whom it was about.
fn finish(writer: &mut Writer<'_, '_>, id: Id<Erasure>) -> Result<(), Error> {
    let Some(row) = erasure::load(writer, id)? else {
        return Ok(());
    };
    if !erasure::finish(writer, id)? || row.kind != TargetKind::Account {
        return Ok(());
    }
    let Some(account) = row.reference else {
        return Ok(());
    };
    let target = Target::new(TargetKind::Account, &account).map_err(|_| Error::NotFound("erasure"))?;
    // While an account is locked, its signs tell who evades the lock.
    if !measure::of_target(writer, &target)?
        .iter()
        .any(measure::MeasureRow::is_live)
    {
        erasure::forget_signals(writer, &account)?;
    }
    contact::erase_of(writer, &target)?;
    Ok(())
}

fn read(tx: &mut dyn Queries, id: Id<Erasure>, after: Option<Id<Item>>, limit: u32) -> Result<Certificate, Error> {
    let row = erasure::load(tx, id)?.ok_or(Error::NotFound("erasure"))?;
    let (erased, items) = erasure::counts(tx, id)?;
    let fates = erasure::items(tx, id, after, limit)?;
    Ok(Certificate {
        row,
        erased,
        items,
        fates,
    })
}
