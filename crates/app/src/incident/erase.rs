//! What is sealed in incidents goes when the policy's time is over: addresses of hosts, and files of evidence.
//!
//! Time runs from the close of the last incident that has the host or the file; one that was opened again keeps what is there. What is
//! erased is noted in the timeline, and nothing of the incident leaves from then on: nobody can tell any more that it names no host.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use anlanh_model::{Actor, Alert, AuditAction, Id, Incident, Time};
use anlanh_store::incident::alert;
use anlanh_store::incident::erase as store;
use anlanh_store::incident::work::{self, Note};
use anlanh_store::{Reader, Writer, vault};
use anlanh_vault::Vault;

use super::IncidentError;
use super::share::names_host;
use super::spare::Hosts;
use super::step::load;
use super::work::hex;
use crate::sealing::random;
use crate::{App, Error};

/// How many hosts or files are erased in one transaction.
const AT_ONCE: u32 = 500;
/// How many alerts are read at once.
const ALERTS_AT_ONCE: u32 = 1_000;

/// Erases what alerts saw of hosts in incidents that were closed by a moment, and every address that nothing is known of any more.
///
/// # Errors
/// When the database is away or full; what was erased until then is.
pub(crate) async fn erase_hosts(app: &App, before: Time) -> Result<(), Error> {
    loop {
        let find = move |tx: &mut Reader<'_, '_>| Ok::<_, Error>(store::incidents(tx, before, 1)?);
        let Some(id) = app.store.read("incident.hosts_over", find).await?.first().copied() else {
            break;
        };
        let keys = Arc::clone(&app.vault);
        let erase = move |writer: &mut Writer<'_, '_>| {
            // It may have been opened again since it was looked for.
            if store::incidents(writer, before, 1)?.first() == Some(&id) {
                forget_hosts(writer, &keys, id)?;
            }
            Ok::<_, Error>(())
        };
        app.store
            .write(app.change(&Actor::Node, AuditAction::EraseIncidents), erase)
            .await?;
    }
    let has_muted = move |tx: &mut Reader<'_, '_>| Ok::<_, Error>(store::has_muted(tx, before)?);
    if app.store.read("incident.muted_over", has_muted).await? {
        let erase = move |writer: &mut Writer<'_, '_>| {
            let count = store::muted(writer, before)?;
            writer.about("alerts", i64::try_from(count).unwrap_or(i64::MAX), "time");
            Ok::<_, Error>(())
        };
        app.store
            .write(app.change(&Actor::Node, AuditAction::EraseIncidents), erase)
            .await?;
    }
    erase_addresses(app).await
}

/// Forgets the hosts of one incident: what alerts saw of them, and the values that are their addresses.
fn forget_hosts(writer: &mut Writer<'_, '_>, keys: &Vault, id: Id<Incident>) -> Result<(), Error> {
    forget_values(writer, keys, id)?;
    let count = store::details(writer, id)?;
    let detail = count.to_string();
    let note = Note {
        kind: "hosts_erased",
        detail: &detail,
        ..Note::default()
    };
    work::note(writer, id, &note)?;
    writer.about("incident", id.number(), format!("hosts of {count} alerts, time"));
    Ok(())
}

/// Forgets what was listed where it names a host: a list of infected machines holds addresses of subscribers.
fn forget_values(writer: &mut Writer<'_, '_>, keys: &Vault, id: Id<Incident>) -> Result<(), Error> {
    let hosts = match Hosts::of(writer, keys, id) {
        Ok(hosts) => hosts,
        // What cannot be looked for any more is as it was left.
        Err(Error::Incident(IncidentError::TooMany | IncidentError::HostsErased)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut after: Option<Id<Alert>> = None;
    loop {
        let alerts = alert::of_incident(writer, id, (after, ALERTS_AT_ONCE))?;
        let Some(last) = alerts.last().map(|it| it.id) else {
            break;
        };
        for one in alerts.iter().filter(|one| names_host(one, &hosts)) {
            store::value(writer, one.id)?;
        }
        after = Some(last);
    }
    if hosts.are_named_in(&load(writer, id)?.title) {
        store::retitle(writer, id, &id.to_string())?;
    }
    Ok(())
}

async fn erase_addresses(app: &App) -> Result<(), Error> {
    loop {
        let find = |tx: &mut Reader<'_, '_>| Ok::<_, Error>(store::hosts(tx, 1)?);
        if app.store.read("incident.addresses_over", find).await?.is_empty() {
            return Ok(());
        }
        let erase = |writer: &mut Writer<'_, '_>| {
            let hosts = store::hosts(writer, AT_ONCE)?;
            for host in &hosts {
                vault::delete_key(writer, alert::subject_of(*host))?;
                store::host(writer, *host, &random()?)?;
            }
            writer.about("incident hosts", i64::try_from(hosts.len()).unwrap_or(i64::MAX), "time");
            Ok::<_, Error>(())
        };
        app.store
            .write(app.change(&Actor::Node, AuditAction::EraseIncidents), erase)
            .await?;
        app.purge_due.store(true, Ordering::Release);
    }
}

/// Erases files of incidents that were closed by a moment, or were merged into one that was.
///
/// # Errors
/// When the database is away or full; what was erased until then is.
pub(crate) async fn erase_files(app: &App, before: Time) -> Result<(), Error> {
    loop {
        let find = move |tx: &mut Reader<'_, '_>| Ok::<_, Error>(store::files(tx, before, 1)?);
        if app.store.read("incident.files_over", find).await?.is_empty() {
            return Ok(());
        }
        let erase = move |writer: &mut Writer<'_, '_>| {
            let files = store::files(writer, before, AT_ONCE)?;
            for file in &files {
                vault::delete_key(writer, work::subject_of(file.id))?;
                store::file(writer, file.id)?;
                let digest = hex(&file.sha256);
                let note = Note {
                    kind: "evidence_erased",
                    detail: &digest,
                    ..Note::default()
                };
                work::note(writer, file.incident, &note)?;
            }
            writer.about("incident files", i64::try_from(files.len()).unwrap_or(i64::MAX), "time");
            Ok::<_, Error>(())
        };
        app.store
            .write(app.change(&Actor::Node, AuditAction::EraseIncidents), erase)
            .await?;
        app.purge_due.store(true, Ordering::Release);
    }
}
