//! Which sensors there are.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anlanh_model::{Actor, AuditAction, Permission, SensorForm, SensorKind};
use anlanh_store::sensor::{self as store, SensorRow};
use anlanh_store::{Change, Store, Writer, vault};
use anlanh_vault::Vault;
use serde::{Deserialize, Serialize};

use super::SensorError;
use super::board::{Health, health_of};
use super::place::NatsPlace;
use super::secret::{self, SensorSecret};
use crate::{App, Clock, Error, permit};

/// Most sensors of a node.
pub const MAX_SENSORS: usize = 256;
/// Longest path, in bytes.
const MAX_PLACE_BYTES: usize = 4_096;
/// Longest field map, in bytes.
const MAX_MAP_BYTES: usize = 64 << 10;

/// Longest name of a stream, in bytes.
const MAX_STREAM_BYTES: usize = 128;
/// Longest subject, in bytes.
const MAX_SUBJECT_BYTES: usize = 255;

/// What lines come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wrapping {
    /// They are the events.
    #[default]
    Plain,
    /// Messages of syslog, RFC 5424 or 3164, hold the events; over TCP and TLS framed as RFC 6587 says.
    Syslog,
}

/// Files with which a sensor's connections speak TLS, all PEM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsFiles {
    /// The chain of certificates.
    pub certificates: PathBuf,
    /// The private key.
    pub key: PathBuf,
    /// Who signs certificates of clients; without it everybody may connect.
    pub client_ca: Option<PathBuf>,
}

/// How what comes from a sensor is read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// What lines come in.
    pub wrapping: Wrapping,
    /// Which field is what, for events in JSON of any form.
    pub map: Option<String>,
    /// How many seconds the sensor's clock is before UTC, for times that name no zone.
    pub utc_offset_seconds: i32,
    /// For connections in TLS.
    pub tls: Option<TlsFiles>,
    /// The schema of Shadowserver's reports.
    pub schema: Option<PathBuf>,
    /// For streams of NATS.
    pub nats: Option<NatsSettings>,
}

/// Which stream of a NATS server is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NatsSettings {
    /// The name of the stream.
    pub stream: String,
    /// Of which subject messages are read; none for all.
    pub subject: Option<String>,
    /// Who signs the certificate of the server, as PEM; without it, whom the system trusts.
    pub ca: Option<PathBuf>,
}

/// A sensor to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSensor {
    /// What people call it.
    pub name: String,
    /// How its events come in.
    pub kind: SensorKind,
    /// What they look like.
    pub form: SensorForm,
    /// A path or an address, as its kind asks; empty over HTTP.
    pub place: String,
    /// How they are read.
    pub settings: Settings,
    /// What it says of itself to the server that it reads from.
    pub secret: Option<SensorSecret>,
}

/// Adds a sensor, from the machine that the node runs on.
///
/// # Errors
/// When something of it is none, or the database is away or full.
pub fn add_by_operator(node: &Store, clock: &Clock, keys: &Arc<Vault>, new: NewSensor) -> Result<(), Error> {
    check(&new)?;
    let keys = Arc::clone(keys);
    let change = by_operator(clock, AuditAction::AddSensor);
    node.write_blocking(change, move |writer| insert(writer, &keys, &new))
}

/// Adds a sensor.
///
/// # Errors
/// When the one who asks may not, something of it is none, or the database is away or full.
pub async fn add(app: &App, actor: &Actor, new: NewSensor) -> Result<(), Error> {
    permit(actor, Permission::ManageSensors)?;
    check(&new)?;
    let keys = Arc::clone(&app.vault);
    let change = app.change(actor, AuditAction::AddSensor);
    app.store
        .write(change, move |writer: &mut Writer<'_, '_>| insert(writer, &keys, &new))
        .await
}

fn insert(writer: &mut Writer<'_, '_>, keys: &Vault, new: &NewSensor) -> Result<(), Error> {
    let known = store::all(writer)?;
    if known.len() >= MAX_SENSORS {
        return Err(SensorError::TooMany.into());
    }
    if known.iter().any(|row| row.sensor.name == new.name) {
        return Err(SensorError::NameTaken.into());
    }
    let row = store::NewSensor {
        name: new.name.clone(),
        kind: new.kind,
        form: new.form,
        place: new.place.clone(),
        settings: serde_json::to_string(&new.settings).unwrap_or_default(),
    };
    let id = store::add(writer, &row)?;
    if let Some(secret) = &new.secret {
        secret::keep(keys, writer, id, secret)?;
    }
    writer.about("sensor", id.number(), format!("{} {}", new.kind.key(), new.form.key()));
    Ok(())
}

/// What is done with a sensor that there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SensorStep {
    /// It is not run until it is resumed.
    Stop,
    /// It goes on where it stopped, as far as how its events come in lets it.
    Resume,
    /// It is forgotten; what it sent stays as long as it would have.
    Remove,
}

impl SensorStep {
    const fn action(self) -> AuditAction {
        match self {
            Self::Stop => AuditAction::StopSensor,
            Self::Resume => AuditAction::ResumeSensor,
            Self::Remove => AuditAction::RemoveSensor,
        }
    }
}

/// Takes a step with the sensor of this name, from the machine that the node runs on.
///
/// # Errors
/// When there is none, it was taken before, or the database is away or full.
pub fn step_by_operator(node: &Store, clock: &Clock, name: &str, step: SensorStep) -> Result<(), Error> {
    let name = name.to_owned();
    let change = by_operator(clock, step.action());
    node.write_blocking(change, move |writer| take(writer, &name, step))
}

/// Takes a step with the sensor of this name.
///
/// # Errors
/// When the one who asks may not, there is none, it was taken before, or the database is away or full.
pub async fn step(app: &App, actor: &Actor, name: &str, step: SensorStep) -> Result<(), Error> {
    permit(actor, Permission::ManageSensors)?;
    let name = name.to_owned();
    let change = app.change(actor, step.action());
    app.store
        .write(change, move |writer: &mut Writer<'_, '_>| take(writer, &name, step))
        .await
}

fn take(writer: &mut Writer<'_, '_>, name: &str, step: SensorStep) -> Result<(), Error> {
    let rows = store::all(writer)?;
    let row = rows.iter().find(|row| row.sensor.name == name);
    let row = row.ok_or(Error::NotFound("sensor"))?;
    let is_taken = match step {
        SensorStep::Stop => store::stop(writer, row.id)?,
        SensorStep::Resume => store::resume(writer, row.id)?,
        SensorStep::Remove => {
            if let Some((subject, _)) = &row.secret {
                vault::delete_key(writer, *subject)?;
            }
            store::remove(writer, row.id)?
        }
    };
    if !is_taken {
        return Err(SensorError::Step.into());
    }
    writer.about("sensor", row.id.number(), "");
    Ok(())
}

fn by_operator(clock: &Clock, action: AuditAction) -> Change {
    Change {
        actor: Actor::Operator,
        action,
        now: clock.now(),
    }
}

/// Every sensor.
///
/// # Errors
/// When the database is away.
pub fn list_by_operator(node: &Store) -> Result<Vec<SensorRow>, Error> {
    node.read_blocking("sensor.list", |tx| Ok(store::all(tx)?))
}

/// The number and name of every sensor there ever was: what an archive of events speaks of.
///
/// # Errors
/// When the database is away.
pub fn names_by_operator(node: &Store) -> Result<Vec<(u32, String)>, Error> {
    node.read_blocking("sensor.names", |tx| Ok(store::names(tx)?))
}

/// Every sensor, for whoever runs them in the node.
///
/// # Errors
/// When the database is away.
pub async fn of_node(app: &App) -> Result<Vec<SensorRow>, Error> {
    app.store.read("sensor.list", |tx| Ok(store::all(tx)?)).await
}

/// How every sensor fares.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn health(app: &App, actor: &Actor) -> Result<Vec<Health>, Error> {
    permit(actor, Permission::ReadFigures)?;
    let rows = of_node(app).await?;
    Ok(rows.into_iter().map(|row| health_of(app, row)).collect())
}

/// How every sensor fares, for the node's own figures.
///
/// # Errors
/// When the database is away.
pub async fn health_of_node(app: &App) -> Result<Vec<Health>, Error> {
    let rows = of_node(app).await?;
    Ok(rows.into_iter().map(|row| health_of(app, row)).collect())
}

/// The settings of a sensor that was added.
#[must_use]
pub fn settings_of(row: &SensorRow) -> Settings {
    serde_json::from_str(&row.sensor.settings).unwrap_or_default()
}

fn check(new: &NewSensor) -> Result<(), SensorError> {
    let is_known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    if !(1..=64).contains(&new.name.len()) || !new.name.bytes().all(is_known) {
        return Err(SensorError::Name);
    }
    let is_path = || Path::new(&new.place).is_absolute() && new.place.len() <= MAX_PLACE_BYTES;
    let is_place = match new.kind {
        SensorKind::Tail | SensorKind::Unix => is_path(),
        SensorKind::Tcp | SensorKind::Tls | SensorKind::Udp => new.place.parse::<SocketAddr>().is_ok(),
        SensorKind::Http => new.place.is_empty(),
        SensorKind::Nats => NatsPlace::parse(&new.place).is_some(),
    };
    if !is_place {
        return Err(SensorError::Place);
    }
    let settings = &new.settings;
    let is_read = match new.form {
        SensorForm::Eve | SensorForm::Zeek | SensorForm::Bind | SensorForm::Unbound | SensorForm::Xarf => true,
        SensorForm::Json => settings.map.as_ref().is_some_and(|map| map.len() <= MAX_MAP_BYTES),
        SensorForm::Flow => new.kind == SensorKind::Udp,
        SensorForm::Dnstap => matches!(new.kind, SensorKind::Unix | SensorKind::Tcp | SensorKind::Tls),
        SensorForm::Shadowserver => {
            settings.schema.is_some() && matches!(new.kind, SensorKind::Tail | SensorKind::Http)
        }
    };
    let is_map = settings
        .map
        .as_ref()
        .is_none_or(|map| anlanh_soc::FieldMap::parse(map).is_ok());
    let is_nats = match (&settings.nats, new.kind) {
        (Some(nats), SensorKind::Nats) => check_nats(nats),
        (None, SensorKind::Nats) => false,
        (nats, _) => nats.is_none() && new.secret.is_none(),
    };
    if !is_nats {
        return Err(SensorError::Stream);
    }
    if let Some(secret) = &new.secret {
        secret.check()?;
    }
    let is_tls = (new.kind == SensorKind::Tls) == settings.tls.is_some();
    if !is_read || !is_map || !is_tls {
        return Err(SensorError::Form);
    }
    Ok(())
}

/// Whether a stream and a subject can be named so.
fn check_nats(nats: &NatsSettings) -> bool {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_name = (1..=MAX_STREAM_BYTES).contains(&nats.stream.len()) && nats.stream.bytes().all(is_known);
    let is_token = |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    let is_subject = |subject: &String| subject.len() <= MAX_SUBJECT_BYTES && subject.split('.').all(is_token);
    is_name && nats.subject.as_ref().is_none_or(is_subject)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sensor_is_checked() {
        let check_one = |kind, form, place: &str, expected| {
            let new = NewSensor {
                name: "cong-1".to_owned(),
                kind,
                form,
                place: place.to_owned(),
                settings: Settings::default(),
                secret: None,
            };
            assert_eq!(check(&new).err(), expected, "{kind:?} {form:?} {place:?}");
        };
        use {SensorForm as F, SensorKind as K};
        check_one(K::Tail, F::Eve, "/var/log/eve.json", None);
        check_one(K::Tail, F::Eve, "eve.json", Some(SensorError::Place));
        check_one(K::Udp, F::Flow, "0.0.0.0:2055", None);
        check_one(K::Tcp, F::Flow, "0.0.0.0:2055", Some(SensorError::Form));
        check_one(K::Tcp, F::Eve, "localhost", Some(SensorError::Place));
        check_one(K::Tls, F::Eve, "[::]:6514", Some(SensorError::Form));
        check_one(K::Http, F::Json, "", Some(SensorError::Form));
        check_one(K::Http, F::Eve, "/x", Some(SensorError::Place));
        check_one(K::Nats, F::Eve, "nats://localhost", Some(SensorError::Stream));
        check_one(K::Nats, F::Eve, "localhost", Some(SensorError::Place));
        let streamed = |stream: &str, subject: Option<&str>, form| {
            let nats = NatsSettings {
                stream: stream.to_owned(),
                subject: subject.map(str::to_owned),
                ca: None,
            };
            let new = NewSensor {
                name: "bus".to_owned(),
                kind: K::Nats,
                form,
                place: "nats://localhost".to_owned(),
                settings: Settings {
                    nats: Some(nats),
                    ..Settings::default()
                },
                secret: None,
            };
            check(&new).err()
        };
        assert_eq!(streamed("EVE", None, F::Eve), None);
        assert_eq!(streamed("EVE", Some("ids.*.eve.>"), F::Xarf), None);
        assert_eq!(streamed("EVE", None, F::Flow), Some(SensorError::Form));
        assert_eq!(streamed(&"a".repeat(MAX_STREAM_BYTES), None, F::Eve), None);
        assert_eq!(
            streamed(&"a".repeat(MAX_STREAM_BYTES + 1), None, F::Eve),
            Some(SensorError::Stream)
        );
        assert_eq!(streamed("EVE", Some(&"a".repeat(MAX_SUBJECT_BYTES)), F::Eve), None);
        assert_eq!(
            streamed("EVE", Some(&"a".repeat(MAX_SUBJECT_BYTES + 1)), F::Eve),
            Some(SensorError::Stream)
        );
        for (stream, subject) in [("", None), ("a.b", None), ("EVE", Some("a..b")), ("EVE", Some("a b"))] {
            assert_eq!(
                streamed(stream, subject, F::Eve),
                Some(SensorError::Stream),
                "{stream} {subject:?}"
            );
        }
        let named = |name: &str| NewSensor {
            name: name.to_owned(),
            kind: K::Http,
            form: F::Eve,
            place: String::new(),
            settings: Settings::default(),
            secret: None,
        };
        assert_eq!(check(&named(&"a".repeat(64))), Ok(()));
        for name in ["", &"a".repeat(65), "A", "a b", "à"] {
            assert_eq!(check(&named(name)), Err(SensorError::Name), "{name}");
        }
    }
}
