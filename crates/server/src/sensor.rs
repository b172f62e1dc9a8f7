//! `anlanh sensor`: sensors, from the machine that the node runs on.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anlanh_app::sensor::{self, NatsSettings, NewSensor, SensorSecret, SensorStep, Settings, TlsFiles, Wrapping};
use anlanh_model::SensorKind;
use anlanh_store::Role;
use anyhow::Context;

use crate::cli::{AddSensorOptions, DataOptions, NatsOptions, SensorNameOptions};
use crate::{Outcome, data, key};

/// Adds a sensor, beside a running node too.
///
/// # Errors
/// When something of it is none, its name is taken, or the database cannot be opened.
pub fn add(options: &AddSensorOptions) -> anyhow::Result<Outcome> {
    let map = options.map.as_deref().map(text).transpose()?;
    let tls = match (&options.tls_cert, &options.tls_key) {
        (Some(certificates), Some(key)) => Some(TlsFiles {
            certificates: absolute(certificates)?,
            key: absolute(key)?,
            client_ca: options.tls_client_ca.as_deref().map(absolute).transpose()?,
        }),
        _ => None,
    };
    let nats = match &options.nats.stream {
        Some(stream) => Some(NatsSettings {
            stream: stream.clone(),
            subject: options.nats.subject.clone(),
            ca: options.nats.nats_ca.as_deref().map(absolute).transpose()?,
        }),
        None => None,
    };
    let new = NewSensor {
        name: options.name.clone(),
        kind: options.kind,
        form: options.form,
        place: options.place.clone(),
        settings: Settings {
            wrapping: if options.syslog {
                Wrapping::Syslog
            } else {
                Wrapping::Plain
            },
            map,
            utc_offset_seconds: options.utc_offset.0,
            tls,
            schema: options.schema.as_deref().map(absolute).transpose()?,
            nats,
        },
        secret: secret_of(&options.nats)?,
    };
    let store = data::open(&options.data, Role::Tool)?;
    let keys = Arc::new(key::open(&options.data, &store)?);
    let added = sensor::add_by_operator(&store, &data::clock(), &keys, new);
    added.context("không thêm được cảm biến · cannot add the sensor")?;
    Ok(Outcome::Good)
}

/// Prints every sensor: name, kind, form, place, and that it is stopped where it is.
///
/// # Errors
/// When the database cannot be opened.
pub fn list(options: &DataOptions) -> anyhow::Result<Outcome> {
    let store = data::open_kept(options)?;
    let mut out = std::io::stdout().lock();
    for row in sensor::list_by_operator(&store)? {
        let (kind, form) = (row.sensor.kind.key(), row.sensor.form.key());
        let place = if row.sensor.place.is_empty() {
            "-"
        } else {
            &row.sensor.place
        };
        let stopped = row.stopped_at.map_or("", |_| "\tđã dừng · stopped");
        let waits = match row.sensor.kind {
            SensorKind::Tail if row.stopped_at.is_none() => waits_for(Path::new(place)),
            SensorKind::Tail
            | SensorKind::Tcp
            | SensorKind::Tls
            | SensorKind::Unix
            | SensorKind::Udp
            | SensorKind::Nats
            | SensorKind::Http => "",
        };
        writeln!(out, "{}\t{kind}\t{form}\t{place}{stopped}{waits}", row.sensor.name)?;
    }
    Ok(Outcome::Good)
}

/// What a sensor waits for now that follows this file; the node says since when, on its page and in its metrics.
fn waits_for(file: &Path) -> &'static str {
    match std::fs::File::open(file) {
        Ok(_) => "",
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            "\tđang chờ tệp: chưa có · waits: there is no such file"
        }
        Err(_) => "\tkhông đọc được tệp · its file cannot be read",
    }
}

/// Stops a sensor, lets it go on, or removes it.
///
/// # Errors
/// When there is none of this name, it is so already, or the database cannot be opened.
pub fn step(options: &SensorNameOptions, step: SensorStep) -> anyhow::Result<Outcome> {
    let store = data::open_kept(&options.data)?;
    let taken = sensor::step_by_operator(&store, &data::clock(), &options.name, step);
    taken.context("không làm được với cảm biến này · cannot do so with the sensor")?;
    Ok(Outcome::Good)
}

/// What the options say of the server that is read from.
fn secret_of(options: &NatsOptions) -> anyhow::Result<Option<SensorSecret>> {
    let Some(path) = &options.secret_file else {
        return Ok(None);
    };
    let text = text(path)?;
    let line = text.lines().next().unwrap_or_default().to_owned();
    Ok(Some(match &options.user {
        Some(user) => SensorSecret::Password(user.clone(), line),
        None if line.starts_with("SU") => SensorSecret::Nkey(line),
        None => SensorSecret::Token(line),
    }))
}

fn text(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("không đọc được · cannot read {}", path.display()))
}

/// The node may run elsewhere.
fn absolute(path: &Path) -> anyhow::Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("không dùng được · cannot use {}", path.display()))
}
