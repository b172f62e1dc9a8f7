//! The token of a host turned back into an address: by whoever works at the incident, for a purpose, noted in the log.

use std::net::IpAddr;
use std::sync::Arc;

use anlanh_model::{Actor, Alert, AuditAction, Id, Incident, Permission, Time};
use anlanh_store::Writer;
use anlanh_store::incident::alert;
use anlanh_store::incident::work::{self, By, Note};

use super::IncidentError;
use super::raise::{Details, alert_place, host_place};
use super::step::{load_held, read_words};
use crate::case::permit_person;
use crate::sealing::key_of;
use crate::{App, Error};

/// What one alert saw of a host. It is not in `Debug`: it is personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Revealed {
    /// The token by which pages name the host.
    pub token: String,
    /// Its address.
    pub address: String,
    /// Its port when it was first seen, by which a subscriber behind a shared address is told from others.
    pub port: Option<u16>,
    /// The other end.
    pub far: Option<(IpAddr, Option<u16>)>,
    /// What was seen.
    pub seen: String,
    /// When it was first seen: port and address are those of this moment.
    pub at: Time,
}

/// The token by which pages name a host: enough of the keyed hash to tell hosts apart, and nothing of the address.
#[must_use]
pub fn token(name: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let letter = |byte: &u8| {
        LETTERS
            .get(usize::from(byte % 32))
            .map_or('0', |letter| char::from(*letter))
    };
    let letters: String = name.iter().take(8).map(letter).collect();
    format!("may-{letters}")
}

/// Shows what an alert saw of its host, to whoever works at its incident. That it was shown, to whom and what for, is in the timeline
/// and in the audit log before it is shown.
///
/// # Errors
/// When the one who asks may not, does not work at the incident, there is no such alert in it, it names no host, it was erased, the
/// purpose is none, or the database is away or full.
pub async fn reveal(
    app: &App,
    actor: &Actor,
    (id, one): (Id<Incident>, Id<Alert>),
    purpose: &str,
) -> Result<Revealed, Error> {
    let by = permit_person(actor, Permission::RevealHosts)?;
    let purpose = read_words(purpose)?;
    let vault = Arc::clone(&app.vault);
    let show = move |writer: &mut Writer<'_, '_>| {
        load_held(writer, id, by)?;
        let row = alert::load(writer, one)?.filter(|row| row.incident == Some(id));
        let row = row.ok_or(Error::NotFound("alert"))?;
        let (host, name) = row.host.ok_or(IncidentError::NoHost)?;
        let erased = || Error::from(IncidentError::HostsErased);
        let key = key_of(&vault, writer, alert::subject_of(host))?.ok_or_else(erased)?;
        let address = alert::address(writer, host)?.ok_or_else(erased)?;
        let address = key.open(&host_place(host), &address).map_err(Error::Sealed)?;
        let details = row.details.ok_or_else(erased)?;
        let details = key.open(&alert_place(one), &details).map_err(Error::Sealed)?;
        let details: Details = serde_json::from_slice(&details).map_err(|_| Error::Uncompiled)?;
        let token = token(&name);
        let note = Note {
            kind: "revealed",
            detail: &token,
            words: Some(&purpose),
            by: By::Person(by.id),
        };
        work::note(writer, id, &note)?;
        writer.about("incident", id.number(), format!("alert {one} {token}"));
        Ok::<_, Error>(Revealed {
            token,
            address: String::from_utf8(address).map_err(|_| Error::Uncompiled)?,
            port: details.port,
            far: details.far.map(|far| (far, details.far_port)),
            seen: details.seen,
            at: row.first_at,
        })
    };
    app.store.write(app.change(actor, AuditAction::RevealHost), show).await
}
