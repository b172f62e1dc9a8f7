//! Where the address of a host is left beside alerts: an incident is called after it, found by it, or marked for it. It stays there when
//! the alert that brought it is split off or moved, when its incident is merged, and where a person wrote it into the name.

use std::sync::Arc;

use anlanh_model::{Actor, AuditAction, Id, Incident, IncidentHost};
use anlanh_store::incident::alert;
use anlanh_store::incident::erase;
use anlanh_store::incident::trace::{self as store, Trace};
use anlanh_store::incident::work::{self, Note};
use anlanh_store::{Queries, Reader, Writer};
use anlanh_vault::Vault;

use super::address::addresses_in;
use super::raise::host_name;
use crate::{App, Error};

/// How many incidents are looked through at once.
const AT_ONCE: u32 = 200;

/// Forgets what is left of an incident that is over and of those that were merged into it: all that finds them, and what else names a
/// host, whichever incident has it.
pub(super) fn forget_of(
    writer: &mut Writer<'_, '_>,
    keys: &Vault,
    (id, merged): (Id<Incident>, &[Id<Incident>]),
) -> Result<(), Error> {
    for one in std::iter::once(&id).chain(merged) {
        erase::causes(writer, *one)?;
        for trace in store::of_incident(writer, *one)? {
            // Alerts of what was merged are in the one that it lives on in.
            if !hosts_in(writer, keys, trace.text())?.is_empty() && !store::is_found_by(writer, id, trace.text())? {
                forget_one(writer, &trace)?;
            }
        }
    }
    Ok(())
}

/// Forgets, in every incident, what names a host of which nothing is known any more. Before the host itself goes: afterwards nobody can
/// tell. By what an alert of the incident was found it goes on being called and found.
///
/// # Errors
/// When the database is away or full; what was forgotten until then is.
pub(super) async fn forget(app: &App) -> Result<(), Error> {
    let find = |tx: &mut Reader<'_, '_>| Ok::<_, Error>(erase::hosts(tx, (None, 1))?);
    if app.store.read("incident.host_over", find).await?.is_empty() {
        return Ok(());
    }
    let mut after = None;
    loop {
        let keys = Arc::clone(&app.vault);
        let find = move |tx: &mut Reader<'_, '_>| {
            let Some(last) = store::last_after(tx, after, AT_ONCE)? else {
                return Ok((None, Vec::new()));
            };
            let mut left = store::of_incidents(tx, (after, last))?;
            retain(tx, &keys, &mut left)?;
            Ok::<_, Error>((Some(last), left))
        };
        let (last, mut left) = app.store.read("incident.traces_over", find).await?;
        let Some(last) = last else { return Ok(()) };
        if !left.is_empty() {
            let keys = Arc::clone(&app.vault);
            let forget = move |writer: &mut Writer<'_, '_>| {
                // A host may have been met again since it was looked for.
                retain(writer, &keys, &mut left)?;
                for one in &left {
                    forget_one(writer, one)?;
                }
                writer.about("incidents", 0, format!("{} names, time", left.len()));
                Ok::<_, Error>(())
            };
            app.store
                .write(app.change(&Actor::Node, AuditAction::EraseIncidents), forget)
                .await?;
        }
        after = Some(last);
    }
}

/// Forgets one; of a name the timeline says it.
fn forget_one(writer: &mut Writer<'_, '_>, trace: &Trace) -> Result<(), Error> {
    store::forget(writer, trace)?;
    match trace {
        Trace::Title(id, _) => {
            let note = Note {
                kind: "title_erased",
                ..Note::default()
            };
            Ok(work::note(writer, *id, &note)?)
        }
        Trace::Cause(..) | Trace::Mark(..) => Ok(()),
    }
}

/// Leaves those that name a host of which nothing is known any more.
fn retain(tx: &mut dyn Queries, keys: &Vault, traces: &mut Vec<Trace>) -> Result<(), Error> {
    let mut left = Vec::new();
    for trace in traces.drain(..) {
        let mut is_over = false;
        for host in hosts_in(tx, keys, trace.text())? {
            is_over |= store::is_over(tx, host)?;
        }
        if is_over && !store::is_found_by(tx, trace.incident(), trace.text())? {
            left.push(trace);
        }
    }
    *traces = left;
    Ok(())
}

/// The hosts whose whole address stands in a text. They are known by the hash of that, until they are erased.
fn hosts_in(tx: &mut dyn Queries, keys: &Vault, text: &str) -> Result<Vec<Id<IncidentHost>>, Error> {
    let mut hosts = Vec::new();
    for address in addresses_in(text) {
        hosts.extend(alert::host(tx, &host_name(keys, address))?);
    }
    Ok(hosts)
}
