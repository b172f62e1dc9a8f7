//! What a zone is at one moment: its rules, its serial number, and what led to it.

use std::sync::Arc;

use domain::base::Serial;

use crate::limits::{MAX_DELTAS, MAX_MESSAGE_BYTES};
use crate::rules::{Delta, Rules};

/// A version of a zone. Whoever holds one goes on with it whatever is published meanwhile.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its serial number.
    pub serial: Serial,
    /// Its rules.
    pub rules: Arc<Rules>,
    /// What led to it, the oldest first: the serial number before each, and what changed.
    deltas: Vec<(Serial, Arc<Delta>)>,
}

impl Version {
    /// The first one that a process has.
    pub const fn first(serial: Serial, rules: Arc<Rules>) -> Self {
        Self {
            serial,
            rules,
            deltas: Vec::new(),
        }
    }

    /// The one after this. Old changes are let go where they are too many, or would take longer to send than all rules by more
    /// than a message: whoever has an older version is sent everything. Changes are sent as long as that is not so, because
    /// BIND puts in effect what it has of a whole zone when its transfer is cut, and nothing of cut changes.
    pub fn next(&self, serial: Serial, rules: Arc<Rules>, delta: Arc<Delta>) -> Self {
        let mut deltas = self.deltas.clone();
        deltas.push((self.serial, delta));
        let room = rules.bytes().saturating_add(MAX_MESSAGE_BYTES);
        let mut bytes: usize = 0;
        let kept = deltas.iter().rev().take(MAX_DELTAS).take_while(|(_, delta)| {
            bytes = bytes.saturating_add(delta.bytes());
            bytes <= room
        });
        let gone = deltas.len() - kept.count();
        deltas.drain(..gone);
        Self { serial, rules, deltas }
    }

    /// What leads here from a version, as one change; `None` when that is not known any more.
    pub fn since(&self, serial: Serial) -> Option<Arc<Delta>> {
        let from = self.deltas.iter().position(|(before, _)| *before == serial)?;
        let mut deltas = self.deltas.get(from..)?.iter().map(|(_, delta)| delta);
        let first = Arc::clone(deltas.next()?);
        Some(deltas.fold(first, |all, next| Arc::new(all.then(next))))
    }
}
