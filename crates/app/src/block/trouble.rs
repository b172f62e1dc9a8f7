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
    /// Resolvers do not say that they have what was moved to the parts of the zone: names stay in front of them.
    Parts,
}

impl ZoneTrouble {
    /// What it is about.
    #[must_use]
    pub const fn concern(self) -> Concern {
        match self {
            Self::Serial | Self::List | Self::KnotFile => Concern::Publishing,
            Self::Parts => Concern::Parts,
        }
    }
}

/// What may be wrong with a zone at one time, each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concern {
    /// How its list becomes versions.
    Publishing,
    /// How names come to its parts.
    Parts,
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

/// The zones with which something is wrong, by name and by what that is about.
#[derive(Debug, Default)]
pub(crate) struct Troubles(Mutex<BTreeMap<(String, Concern), TroubledZone>>);

impl Troubles {
    /// All of them.
    pub(crate) fn all(&self) -> Vec<TroubledZone> {
        let troubles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        troubles.values().cloned().collect()
    }
}

/// Notes what is wrong with a zone that this node serves.
pub fn note_zone(app: &App, zone: &str, trouble: ZoneTrouble) {
    let mut troubles = app.troubles.0.lock().unwrap_or_else(PoisonError::into_inner);
    let about = (zone.to_owned(), trouble.concern());
    let since = match troubles.get(&about) {
        Some(known) if known.trouble == trouble => known.since,
        Some(_) | None => app.clock.now(),
    };
    let zone = zone.to_owned();
    troubles.insert(about, TroubledZone { zone, trouble, since });
}

/// Notes that nothing is wrong with a zone in one thing.
pub fn clear_zone(app: &App, zone: &str, concern: Concern) {
    let mut troubles = app.troubles.0.lock().unwrap_or_else(PoisonError::into_inner);
    troubles.remove(&(zone.to_owned(), concern));
}
