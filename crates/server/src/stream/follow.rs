//! Patterns over several events: which events have parts of them is known from reading each; here, one after another and over all
//! sensors, it is remembered until they complete a pattern. All of it is in memory, bounded, and gone with the process.

use std::sync::Arc;
use std::time::Duration;

use anlanh_archive::Keep;
use anlanh_soc::{Arrival, Forgotten, Found, Hit, Indicator, Remembered, Sequences};
use tokio::time::Instant;

use super::Shared;
use super::alert::Alerts;
use super::work::{OfPart, Prepared};

/// How often it is said that something was forgotten, at the most.
const SAID_EVERY: Duration = Duration::from_secs(60 * 60);

/// Follows what all sensors send.
#[derive(Default)]
pub struct Following {
    /// What the numbers in memory are of.
    sequences: Arc<Sequences>,
    memory: Remembered,
    said: Option<(Instant, Forgotten)>,
}

impl Following {
    /// Takes deliveries in their order, and adds alerts of what their events complete.
    pub fn take(&mut self, shared: &Shared, sequences: &Arc<Sequences>, group: &mut [Prepared]) {
        if !Arc::ptr_eq(&self.sequences, sequences) {
            self.memory.carry(&self.sequences, sequences);
            self.sequences = Arc::clone(sequences);
        }
        for prepared in group.iter_mut().filter(|prepared| !prepared.parts.is_empty()) {
            self.take_one(shared, prepared);
        }
        self.say();
    }

    fn take_one(&mut self, shared: &Shared, prepared: &mut Prepared) {
        let keeper = shared.keeper(Arrival {
            at: prepared.arrival,
            utc_offset_seconds: 0,
        });
        let mut alerts = Alerts::default();
        for OfPart { seen, about, piece, by } in std::mem::take(&mut prepared.parts) {
            let Some(done) = self.memory.take(&self.sequences, &seen) else {
                continue;
            };
            prepared.portion.hits += 1;
            if let Some(piece) = piece.and_then(|piece| prepared.pieces.get_mut(piece)) {
                piece.keep = Keep::Lasting;
            }
            let hit = Hit {
                line: seen.line,
                field: &by.field,
                value: &by.value,
                listed: &by.listed,
                found: Found::Pattern,
                indicator: Indicator {
                    name: Some(done.id),
                    source: done.source,
                },
            };
            alerts.take(&keeper, &about, &hit);
        }
        prepared.alerts.extend(alerts.take_all());
    }

    /// Says what could not be remembered, now and then.
    fn say(&mut self) {
        let now = self.memory.forgotten();
        let before = self.said.map_or_else(Forgotten::default, |(_, said)| said);
        let is_due = self.said.is_none_or(|(at, _)| at.elapsed() >= SAID_EVERY);
        if now == before || !is_due {
            return;
        }
        tracing::warn!(
            events = now.events - before.events,
            unfinished = now.unfinished - before.unfinished,
            "events were forgotten that patterns over several may have had parts of"
        );
        self.said = Some((Instant::now(), now));
    }
}
