//! What is sealed in incidents goes when the policy's time is over: addresses of hosts, and files of evidence.
//!
//! Time runs from the close of the last incident that has the host or the file; one that was opened again keeps what is there. What is
//! erased is noted in the timeline, and nothing of the incident leaves from then on: nobody can tell any more that it names no host.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use anlanh_model::{Actor, Alert, AuditAction, Id, Incident, Time};
use anlanh_store::incident::alert;
use anlanh_store::incident::erase::{self as store, AlertValue};
use anlanh_store::incident::trace as traces;
use anlanh_store::incident::work::{self, Note};
use anlanh_store::{Queries, Reader, Writer, vault};
use anlanh_vault::Vault;

use super::address::addresses_in;
use super::raise::host_name;
use super::trace;
use super::work::hex;
use crate::sealing::random;
use crate::{App, Error};

/// How many alerts, hosts or files are erased in one transaction.
const AT_ONCE: u32 = 500;
/// How many incidents are looked for at once.
const INCIDENTS_AT_ONCE: u32 = 100;

/// Erases what alerts saw of hosts in incidents that were closed by a moment, and every address that nothing is known of any more.
///
/// What is due is looked for beside the writer, which erases a page of it at a time. Values that name a host go before what was seen
/// of it: killed between the two, the next round finds the incident again, and the hosts are still known by their hashes.
///
/// # Errors
/// When the database is away or full; what was erased until then is.
pub(crate) async fn erase_hosts(app: &App, before: Time) -> Result<(), Error> {
    let mut after = None;
    loop {
        let find =
            move |tx: &mut Reader<'_, '_>| Ok::<_, Error>(store::incidents(tx, before, (after, INCIDENTS_AT_ONCE))?);
        let found = app.store.read("incident.hosts_over", find).await?;
        let Some(last) = found.last().copied() else { break };
        for id in found {
            forget_values(app, id, before).await?;
            forget_details(app, id, before).await?;
        }
        after = Some(last);
    }
    forget_muted(app, before).await?;
    trace::forget(app).await?;
    erase_addresses(app).await
}

/// Forgets what was listed where it names a host: a list of infected machines holds addresses of subscribers.
async fn forget_values(app: &App, id: Id<Incident>, before: Time) -> Result<(), Error> {
    let mut after = None;
    loop {
        let keys = Arc::clone(&app.vault);
        let find = move |tx: &mut Reader<'_, '_>| {
            let page = store::values(tx, id, (after, AT_ONCE))?;
            let last = page.last().map(|it| it.alert);
            Ok::<_, Error>((last, naming(tx, &keys, id, &page)?))
        };
        let (last, naming) = app.store.read("incident.values_over", find).await?;
        let Some(last) = last else { return Ok(()) };
        if !naming.is_empty() {
            let forget = move |writer: &mut Writer<'_, '_>| {
                // It may have been opened again since it was looked for.
                let is_over = store::is_over(writer, id, before)?;
                for alert in naming.iter().filter(|_| is_over) {
                    store::value(writer, *alert)?;
                }
                let count = if is_over { naming.len() } else { 0 };
                writer.about("incident", id.number(), format!("values of {count} alerts, time"));
                Ok::<_, Error>(())
            };
            app.store
                .write(app.change(&Actor::Node, AuditAction::EraseIncidents), forget)
                .await?;
        }
        after = Some(last);
    }
}

/// Forgets what alerts of an incident saw of hosts; with the last of them goes what else names one, and the timeline says it.
async fn forget_details(app: &App, id: Id<Incident>, before: Time) -> Result<(), Error> {
    let (mut after, mut total) = (None, 0);
    let find = move |tx: &mut Reader<'_, '_>| Ok::<_, Error>(traces::merged_into(tx, id)?);
    let merged = Arc::new(app.store.read("incident.merged_over", find).await?);
    loop {
        // One more says whether these are the last.
        let find =
            move |tx: &mut Reader<'_, '_>| Ok::<_, Error>(store::known(tx, id, (after, AT_ONCE.saturating_add(1)))?);
        let mut page = app.store.read("incident.details_over", find).await?;
        let is_last = u32::try_from(page.len()).is_ok_and(|found| found <= AT_ONCE);
        if !is_last {
            page.pop();
        }
        let Some(last) = page.last().copied() else {
            return Ok(());
        };
        total += page.len();
        let (keys, merged) = (Arc::clone(&app.vault), Arc::clone(&merged));
        let forget = move |writer: &mut Writer<'_, '_>| {
            if !store::is_over(writer, id, before)? {
                writer.about("incident", id.number(), "hosts of 0 alerts, time");
                return Ok(false);
            }
            for alert in &page {
                store::details(writer, id, *alert)?;
            }
            if is_last {
                finish(writer, &keys, (id, &merged), total)?;
            }
            writer.about("incident", id.number(), format!("hosts of {} alerts, time", page.len()));
            Ok::<_, Error>(!is_last)
        };
        let goes_on = app
            .store
            .write(app.change(&Actor::Node, AuditAction::EraseIncidents), forget)
            .await?;
        if !goes_on {
            return Ok(());
        }
        after = Some(last);
    }
}

/// What is done with the last alert of an incident that knew something of a host.
fn finish(
    writer: &mut Writer<'_, '_>,
    keys: &Vault,
    (id, merged): (Id<Incident>, &[Id<Incident>]),
    total: usize,
) -> Result<(), Error> {
    trace::forget_of(writer, keys, (id, merged))?;
    let detail = total.to_string();
    let note = Note {
        kind: "hosts_erased",
        detail: &detail,
        ..Note::default()
    };
    Ok(work::note(writer, id, &note)?)
}

/// Forgets what alerts that are in no incident saw of hosts, and what was listed where an address stands in it: of some of them no host
/// is known, and of others the host may have been erased before, so that nobody can tell any more whose address that is.
async fn forget_muted(app: &App, before: Time) -> Result<(), Error> {
    let mut after = None;
    loop {
        let find = move |tx: &mut Reader<'_, '_>| Ok::<_, Error>(store::muted(tx, before, (after, AT_ONCE))?);
        let page = app.store.read("incident.muted_over", find).await?;
        let Some(last) = page.last().map(|it| it.alert) else {
            return Ok(());
        };
        let forget = move |writer: &mut Writer<'_, '_>| {
            let mut count = 0;
            for one in &page {
                // It may have come again since it was looked for.
                if store::muted_details(writer, one.alert, before)? {
                    count += 1;
                    if holds_address(one) {
                        store::value(writer, one.alert)?;
                    }
                }
            }
            writer.about("alerts", count, "time");
            Ok::<_, Error>(())
        };
        app.store
            .write(app.change(&Actor::Node, AuditAction::EraseIncidents), forget)
            .await?;
        after = Some(last);
    }
}

fn holds_address(one: &AlertValue) -> bool {
    let campaign = one.campaign.as_deref().unwrap_or_default();
    [one.listed.as_str(), campaign]
        .iter()
        .any(|text| !addresses_in(text).is_empty())
}

/// Those of a page of alerts that were found by what names a host of their incident.
fn naming(
    tx: &mut dyn Queries,
    keys: &Vault,
    incident: Id<Incident>,
    page: &[AlertValue],
) -> Result<BTreeSet<Id<Alert>>, Error> {
    let mut naming = BTreeSet::new();
    for one in page {
        let campaign = one.campaign.as_deref().unwrap_or_default();
        if names_host(tx, keys, incident, &one.listed)? || names_host(tx, keys, incident, campaign)? {
            naming.insert(one.alert);
        }
    }
    Ok(naming)
}

/// Whether the whole address of a host stands in a text. Hosts are known by the hash of their address: none is opened for it, however
/// many there are, and those that were erased are known by nothing.
fn names_host(tx: &mut dyn Queries, keys: &Vault, incident: Id<Incident>, text: &str) -> Result<bool, Error> {
    for address in addresses_in(text) {
        let host = alert::host(tx, &host_name(keys, address))?;
        if let Some(host) = host
            && store::has_host(tx, incident, host)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn erase_addresses(app: &App) -> Result<(), Error> {
    let mut after = None;
    loop {
        let find = move |tx: &mut Reader<'_, '_>| Ok::<_, Error>(store::hosts(tx, (after, AT_ONCE))?);
        let hosts = app.store.read("incident.addresses_over", find).await?;
        let Some(last) = hosts.last().copied() else {
            return Ok(());
        };
        let erase = move |writer: &mut Writer<'_, '_>| {
            let mut count = 0;
            for host in &hosts {
                // It may have been met again since it was looked for.
                if store::host(writer, *host, &random()?)? {
                    vault::delete_key(writer, alert::subject_of(*host))?;
                    count += 1;
                }
            }
            writer.about("incident hosts", count, "time");
            Ok::<_, Error>(())
        };
        app.store
            .write(app.change(&Actor::Node, AuditAction::EraseIncidents), erase)
            .await?;
        app.purge_due.store(true, Ordering::Release);
        after = Some(last);
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
