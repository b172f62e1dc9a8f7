//! What somebody said in a report, and who they are, is erased: on their wish, or because nobody confirmed the address.

use std::sync::atomic::Ordering;

use anlanh_model::{Actor, AppealState, AuditAction, CONFIRM_HOURS, Id, Permission, Report, Reporter, Time};
use anlanh_store::report::{self, Known};
use anlanh_store::{Store, Writer, appeal, mail, vault};
use anlanh_vault::Vault;

use super::{hash, lookup};
use crate::sealing::check_key;
use crate::{App, Clock, Error, permit};

/// What was erased and what was not, for whoever asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// When.
    pub at: Time,
    /// The reports.
    pub reports: Vec<Id<Report>>,
    /// What was erased.
    pub erased: Vec<Erased>,
    /// What is kept, each with its reason.
    pub held: Vec<Held>,
    /// Whether what was erased is gone from the files of the database already.
    pub is_off_the_disk: bool,
}

/// What was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Erased {
    /// The data keys, without which nothing of the rest can be read.
    Keys,
    /// Name and address.
    Contact,
    /// What was said, and why.
    Content,
    /// The private link.
    Link,
    /// Mail, sent or waiting; how many.
    Mail(u64),
    /// How often the reports of this address were right.
    Track,
    /// What was written in appeals that are over.
    Appeals,
}

/// What is kept, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// That there was a report, when, as what and how it was answered, without a name: the duty to answer complaints in
    /// time is shown by it.
    Figures,
    /// The reported thing itself, as evidence of the case.
    Evidence,
    /// What was written in an appeal that waits for its answer.
    OpenAppeal,
    /// How often the reports of this address were right: others came from it.
    Track,
    /// The entries of the audit log: numbers alone.
    AuditLog,
    /// The track of a token, which is a machine's.
    TokenTrack,
}

/// Erases one report, by the secret of its private link. The link leads nowhere afterwards.
///
/// # Errors
/// When there is no such report, or the database is away or full.
pub async fn erase(app: &App, secret: &str) -> Result<Certificate, Error> {
    let hash = hash(secret).ok_or(Error::NotFound("report"))?;
    let certificate = app
        .store
        .write(app.change(&Actor::Outsider, AuditAction::EraseReport), move |writer| {
            let row = report::by_receipt(writer, &hash)?.ok_or(Error::NotFound("report"))?;
            erase_all(writer, &[row.id], row.reporter)
        })
        .await?;
    app.purge_due.store(true, Ordering::Release);
    // Where the disk is kept busy, the recurring work does it.
    let is_off_the_disk = purge(app).await.is_ok();
    Ok(Certificate {
        is_off_the_disk,
        ..certificate
    })
}

/// Erases every report that came from a confirmed address, for the command line.
///
/// # Errors
/// When the one who asks may not, the key is another than that of the database, no report came from there, or the database is away or full.
pub fn erase_of_address(
    store: &Store,
    clock: &Clock,
    vault: &Vault,
    actor: &Actor,
    email: &str,
) -> Result<Certificate, Error> {
    permit(actor, Permission::ManageStaff)?;
    check_key(store, clock, vault)?;
    let lookup = lookup(vault, email.trim());
    let change = anlanh_store::Change {
        actor: actor.clone(),
        action: AuditAction::EraseReport,
        now: clock.now(),
    };
    let certificate = store.write_blocking(change, move |writer| {
        let reporter = report::reporter(writer, Known::Lookup(&lookup))?.ok_or(Error::NotFound("report"))?;
        let reports = report::of_reporter(writer, reporter)?;
        erase_all(writer, &reports, Some(reporter))
    })?;
    let is_off_the_disk = store.purge_blocking().is_ok();
    Ok(Certificate {
        is_off_the_disk,
        ..certificate
    })
}

/// Most reports that lapse in one transaction.
const MOST_AT_ONCE: u32 = 500;

/// Erases reports whose address nobody confirmed in time; of those that moved on without, who made them.
///
/// # Errors
/// When the database is away or full.
pub async fn lapse(app: &App) -> Result<(), Error> {
    let before = app.clock.now().plus_minutes(-CONFIRM_HOURS * 60);
    let is_due = app.store.read("report.stale", move |tx| {
        let is_stale = !report::stale(tx, before, 1)?.is_empty();
        Ok::<_, Error>(is_stale || !report::unconfirmed(tx, before, 1)?.is_empty())
    });
    if !is_due.await? {
        return Ok(());
    }
    app.store
        .write(app.change(&Actor::Node, AuditAction::EraseReport), move |writer| {
            let unconfirmed = report::unconfirmed(writer, before, MOST_AT_ONCE)?;
            for id in &unconfirmed {
                report::forget_contact(writer, *id)?;
                mail::delete_of(writer, report::subject_of(*id))?;
            }
            let stale = report::stale(writer, before, MOST_AT_ONCE)?;
            erase_all(writer, &stale, None)?;
            let yesterday = writer.now().plus_minutes(-24 * 60);
            mail::delete_old(writer, yesterday)?;
            let lapsed = stale.len() + unconfirmed.len();
            writer.about("reports", i64::try_from(lapsed).unwrap_or(i64::MAX), "lapsed");
            Ok::<_, Error>(())
        })
        .await?;
    app.purge_due.store(true, Ordering::Release);
    Ok(())
}

/// Erases reports that were kept long enough, each with the track of whoever made no other, and says how many. One that is
/// appealed is kept as long as the appeal: its link is the way to that.
pub(crate) fn erase_each(writer: &mut Writer<'_, '_>, reports: &[Id<Report>]) -> Result<usize, Error> {
    let mut erased = 0;
    for id in reports {
        let mut is_appealed = false;
        for appeal in appeal::of_report(writer, *id)? {
            is_appealed |= vault::key(writer, appeal::subject_of(appeal.appeal.id))?.is_some();
        }
        if is_appealed {
            continue;
        }
        erased += 1;
        let row = report::load(writer, *id)?.ok_or(Error::NotFound("report"))?;
        erase_all(writer, &[*id], row.reporter)?;
    }
    writer.about("reports", i64::try_from(erased).unwrap_or(i64::MAX), "time");
    Ok(erased)
}

/// Takes from the disk what was erased since the last time, or before the node started.
///
/// # Errors
/// When the database is away, or others keep it in use; then it is to be done again.
pub async fn purge(app: &App) -> Result<(), Error> {
    if !app.purge_due.swap(false, Ordering::AcqRel) {
        return Ok(());
    }
    let purged = app.store.purge().await;
    if purged.is_err() {
        app.purge_due.store(true, Ordering::Release);
    }
    Ok(purged?)
}

fn erase_all(
    writer: &mut Writer<'_, '_>,
    reports: &[Id<Report>],
    reporter: Option<Id<Reporter>>,
) -> Result<Certificate, Error> {
    let mut mails = 0;
    let (mut has_appeals, mut has_open_appeal) = (false, false);
    for id in reports {
        for row in appeal::of_report(writer, *id)? {
            if row.appeal.state == AppealState::Open {
                has_open_appeal = true;
            } else {
                has_appeals |= vault::delete_key(writer, appeal::subject_of(row.appeal.id))?;
            }
        }
        let subject = report::subject_of(*id);
        vault::delete_key(writer, subject)?;
        mails += mail::delete_of(writer, subject)?;
        report::erase(writer, *id)?;
    }
    let mut erased = vec![
        Erased::Keys,
        Erased::Contact,
        Erased::Content,
        Erased::Link,
        Erased::Mail(mails),
    ];
    let mut held = vec![Held::Figures, Held::Evidence, Held::AuditLog];
    if let Some(reporter) = reporter {
        if report::delete_reporter(writer, reporter)? {
            erased.push(Erased::Track);
        } else if report::is_token(writer, reporter)? {
            held.push(Held::TokenTrack);
        } else {
            held.push(Held::Track);
        }
    }
    if has_appeals {
        erased.push(Erased::Appeals);
    }
    if has_open_appeal {
        held.push(Held::OpenAppeal);
    }
    let first = reports.first().map_or(0, |id| id.number());
    writer.about("report", first, format!("reports={} mails={mails}", reports.len()));
    Ok(Certificate {
        at: writer.now(),
        reports: reports.to_vec(),
        erased,
        held,
        is_off_the_disk: false,
    })
}
