//! What keeps the zones that this node serves from following the blocklist. It is kept nowhere: whoever serves says it again.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use anlanh_model::Time;

use crate::App;

/// What is wrong with a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZoneTrouble {
    /// Its serial number, or what stands beside it, cannot be written: no version is put in force.
    Serial,
    /// The list cannot be read.
    List,
    /// The file for Knot Resolver cannot be written.
    KnotFile,
}

/// A zone with which something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TroubledZone {
    /// Its name.
    pub zone: String,
    /// What is wrong.
    pub trouble: ZoneTrouble,
    /// Since when.
    pub since: Time,
}

/// The zones with which something is wrong, by name.
#[derive(Debug, Default)]
pub(crate) struct Troubles(Mutex<BTreeMap<String, TroubledZone>>);

impl Troubles {
    /// All of them.
    pub(crate) fn all(&self) -> Vec<TroubledZone> {
        let troubles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        troubles.values().cloned().collect()
    }
}

/// Notes what is wrong with a zone that this node serves, or that nothing is.
pub fn note_zone(app: &App, zone: &str, trouble: Option<ZoneTrouble>) {
    let mut troubles = app.troubles.0.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(trouble) = trouble else {
        troubles.remove(zone);
        return;
    };
    let since = match troubles.get(zone) {
        Some(known) if known.trouble == trouble => known.since,
        Some(_) | None => app.clock.now(),
    };
    let zone = zone.to_owned();
    troubles.insert(zone.clone(), TroubledZone { zone, trouble, since });
}
