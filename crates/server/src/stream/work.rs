//! Deliveries are read: each line once, for what is kept of it and for what is listed in it.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::thread;

use anlanh_app::incident::Alert;
use anlanh_app::sensor;
use anlanh_archive::Keep;
use anlanh_intake::{Delivery, Kept};
use anlanh_model::{AlertOrigin, SensorForm, Time};
use anlanh_sensor::Portion;
use anlanh_soc::{
    Arrival, Clocked, Common, Ends, Hit, Keeper, Layout, Part, RuleScratch, Rules, Scratch, Seen, Sequences,
};
use tokio::sync::{mpsc, oneshot};

use super::alert::{About, Alerts, OfRule, sides};
use super::follow::Following;
use super::rules::{Held, RuleHits};
use super::{Listed, Shared};
use crate::events::micros;
use crate::matching;
use crate::pipeline;

/// Deliveries that are read together, at the most.
const MOST_TOGETHER: usize = 16;

/// What is made of a delivery.
pub struct Prepared {
    pub number: u32,
    pub pieces: Vec<Piece>,
    pub alerts: Vec<Alert>,
    /// What of its events patterns over several have parts of, until it is known what they complete.
    pub parts: Vec<OfPart>,
    /// How often rules were met in it.
    pub rule_hits: RuleHits,
    pub portion: Portion,
    /// When it came, and when the last of its events happened, in microseconds since 1970.
    pub arrival: i64,
    pub happened: Option<i64>,
    pub mark: Option<Vec<u8>>,
    pub done: Option<oneshot::Sender<Kept>>,
}

/// What is kept of an event.
pub struct Piece {
    pub at: i64,
    pub keep: Keep,
    pub payload: Vec<u8>,
    pub keys: Vec<u64>,
}

/// An event that has parts of a pattern over several.
pub struct OfPart {
    pub seen: Seen,
    pub about: About,
    /// What is kept of it.
    pub piece: Option<usize>,
    /// What one of the parts was looked up by.
    pub by: Owned,
}

/// What a sensor is, for who reads what it sends.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub name: Arc<str>,
    pub utc_offset_seconds: i32,
    pub is_reports: bool,
}

/// What events are held against.
struct Against {
    listed: Arc<Listed>,
    rules: Arc<Held>,
}

/// Reads what is delivered, some together, on all cores.
pub async fn run(shared: Shared, mut deliveries: mpsc::Receiver<Delivery>, pass: mpsc::Sender<Vec<Prepared>>) {
    let mut sensors = BTreeMap::new();
    let mut following = Following::default();
    while let Some(first) = deliveries.recv().await {
        let mut together = vec![first];
        while together.len() < MOST_TOGETHER
            && let Ok(next) = deliveries.try_recv()
        {
            together.push(next);
        }
        if together.iter().any(|delivery| !sensors.contains_key(&delivery.number)) {
            sensors = known(&shared).await;
        }
        let against = Against {
            listed: Arc::clone(&shared.listed.read().unwrap_or_else(PoisonError::into_inner)),
            rules: Arc::clone(&shared.rules.read().unwrap_or_else(PoisonError::into_inner)),
        };
        let group = tokio::task::block_in_place(|| {
            let mut group = read_all(&shared, &against, &sensors, together);
            following.take(&shared, &against.listed.sequences, &mut group);
            for prepared in &mut group {
                let (hits, at) = (std::mem::take(&mut prepared.rule_hits), prepared.arrival);
                against.rules.count(&shared.app, hits, Time::from_micros(at));
            }
            group
        });
        if pass.send(group).await.is_err() {
            return;
        }
    }
}

/// What is known of every sensor. Where the database is away, what it sent is read as from one without a name.
async fn known(shared: &Shared) -> BTreeMap<u32, Known> {
    let rows = sensor::of_node(&shared.app).await.unwrap_or_default();
    let known = |row: &sensor::SensorRow| Known {
        name: row.sensor.name.as_str().into(),
        utc_offset_seconds: sensor::settings_of(row).utc_offset_seconds,
        is_reports: matches!(row.sensor.form, SensorForm::Shadowserver | SensorForm::Xarf),
    };
    rows.iter().map(|row| (row.number, known(row))).collect()
}

fn read_all(
    shared: &Shared,
    against: &Against,
    sensors: &BTreeMap<u32, Known>,
    deliveries: Vec<Delivery>,
) -> Vec<Prepared> {
    let each = deliveries.len().div_ceil(pipeline::jobs(None)).max(1);
    if deliveries.len() == 1 {
        return deliveries
            .into_iter()
            .map(|delivery| read(shared, against, sensors, delivery))
            .collect();
    }
    let mut parts = Vec::new();
    let mut rest = deliveries.into_iter();
    loop {
        let part: Vec<Delivery> = rest.by_ref().take(each).collect();
        if part.is_empty() {
            break;
        }
        parts.push(part);
    }
    thread::scope(|scope| {
        let work = |part: Vec<Delivery>| {
            let done = part
                .into_iter()
                .map(|delivery| read(shared, against, sensors, delivery));
            done.collect::<Vec<_>>()
        };
        let running: Vec<_> = parts.into_iter().map(|part| scope.spawn(move || work(part))).collect();
        let joined = running
            .into_iter()
            .flat_map(|running| running.join().unwrap_or_default());
        joined.collect()
    })
}

fn read(shared: &Shared, against: &Against, sensors: &BTreeMap<u32, Known>, delivery: Delivery) -> Prepared {
    let now = matching::now();
    let fallback = Known::default();
    let known = sensors.get(&delivery.number).unwrap_or(&fallback);
    let arrival = Arrival {
        at: micros(now),
        utc_offset_seconds: known.utc_offset_seconds,
    };
    let mut reading = Reading {
        keeper: shared.keeper(arrival),
        known,
        scratch: Scratch::default(),
        rule_scratch: RuleScratch::default(),
        alerts: Alerts::default(),
        prepared: Prepared {
            number: delivery.number,
            pieces: Vec::new(),
            alerts: Vec::new(),
            parts: Vec::new(),
            rule_hits: RuleHits::new(),
            portion: Portion {
                bad: delivery.bad,
                ..Portion::default()
            },
            arrival: micros(now),
            happened: None,
            mark: delivery.mark,
            done: delivery.done,
        },
    };
    for (bytes, layout) in &delivery.stretches {
        reading.stretch(against, bytes, layout);
    }
    reading.prepared.alerts = reading.alerts.take_all();
    reading.prepared
}

/// A delivery that is read.
struct Reading<'r> {
    keeper: Keeper,
    known: &'r Known,
    scratch: Scratch,
    rule_scratch: RuleScratch,
    alerts: Alerts,
    prepared: Prepared,
}

impl Reading<'_> {
    /// Reads lines that are read alike.
    fn stretch(&mut self, against: &Against, bytes: &[u8], layout: &Layout) {
        let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).collect();
        let numbered = (0..).zip(lines.iter().copied()).filter(|(_, line)| !line.is_empty());
        let Prepared {
            pieces,
            portion,
            happened,
            arrival,
            ..
        } = &mut self.prepared;
        let (arrival, offset, first) = (*arrival, self.known.utc_offset_seconds, pieces.len());
        // Of each piece, the line that it is of.
        let (mut of, mut found, mut bad) = (Vec::new(), Vec::new(), 0);
        let take = |kept: anlanh_soc::Kept<'_>| {
            portion.misdated += u64::from(matches!(kept.clocked, Clocked::Ahead | Clocked::Behind));
            // What a wrong clock says is told all the same: that is how one sees that it is wrong.
            *happened = kept.told.map(|told| told.resolve(offset, arrival)).or(*happened);
            of.push(kept.line);
            pieces.push(Piece {
                at: kept.at,
                keep: Keep::Passing,
                payload: kept.payload.to_vec(),
                keys: kept.keys.to_vec(),
            });
        };
        let (mut parts, mut by) = (Vec::new(), Vec::new());
        let Listed { matcher, sequences } = &*against.listed;
        let on_hit = |hit: Hit<'_>| match sequences.part(&hit) {
            Some(part) => {
                parts.push(part);
                by.push(Owned::of(&hit));
            }
            None => found.push(Owned::of(&hit)),
        };
        let scratch = &mut self.scratch;
        let tally = matcher.scan_and_keep(&self.keeper, scratch, layout, numbered, on_hit, take, |_| bad += 1);
        portion.events += tally.events;
        portion.hits += found.len() as u64;
        portion.bad += bad;
        portion.kept += of.len() as u64;
        let reports = (0..).zip(&lines).filter(|_| self.known.is_reports);
        let reported: Vec<u64> = reports.map(|(number, _)| number).collect();
        for hit in &found {
            self.last((&of, first), hit.line);
            let line = lines.get(hit.line as usize).copied().unwrap_or_default();
            let about = self.about((&of, first), hit.line, layout.ends(line));
            self.alerts.take(&self.keeper, &about, &hit.borrow());
        }
        if !parts.is_empty() {
            self.see(sequences, layout, &lines, (&of, first), (parts, by));
        }
        if !self.known.is_reports {
            self.hold(&against.rules.rules, layout, &lines, (&of, first));
        }
        for number in reported {
            let line = lines.get(number as usize).copied().unwrap_or_default();
            let about = self.about((&of, first), number, layout.ends(line));
            self.alerts.take_report(&about, line);
        }
    }

    /// Notes which events have parts of patterns over several.
    fn see(
        &mut self,
        sequences: &Sequences,
        layout: &Layout,
        lines: &[&[u8]],
        pieces: (&[u64], usize),
        (parts, by): (Vec<Part>, Vec<Owned>),
    ) {
        let numbered = (0..).zip(lines.iter().copied());
        // Events count together whose source is one, whichever sensor tells of them and however it writes it.
        let common = |line, bytes: &[u8]| {
            let (source, _) = layout.ends(bytes).source?;
            Some(Common {
                at: Some(self.about(pieces, line, Ends::default()).at),
                group: source.to_canonical().to_string().into(),
            })
        };
        for seen in sequences.see(numbered, &parts, common) {
            let Some(by) = by.get(seen.found) else { continue };
            let line = lines.get(seen.line as usize).copied().unwrap_or_default();
            self.prepared.parts.push(OfPart {
                about: self.about(pieces, seen.line, layout.ends(line)),
                piece: pieces.0.binary_search(&seen.line).ok().map(|nth| pieces.1 + nth),
                by: by.clone(),
                seen,
            });
        }
    }

    /// Holds lines against rules. What others report is no log that a rule is for.
    fn hold(&mut self, rules: &Rules, layout: &Layout, lines: &[&[u8]], pieces: (&[u64], usize)) {
        if rules.is_empty() {
            return;
        }
        let mut found = Vec::new();
        for (number, line) in (0..).zip(lines).filter(|(_, line)| !line.is_empty()) {
            let rule_hits = &mut self.prepared.rule_hits;
            // What was too long to be held against rules was passed over, and the rest of its event was not.
            let _judged = rules.scan(&mut self.rule_scratch, layout, line, |hit| {
                *rule_hits.entry(hit.number).or_default() += 1;
                found.push(OfRule::of(&hit));
            });
            if found.is_empty() {
                continue;
            }
            self.prepared.portion.hits += found.len() as u64;
            self.last(pieces, number);
            let about = self.about(pieces, number, layout.ends(line));
            for one in found.drain(..) {
                self.alerts.take_rule(&about, one);
            }
        }
    }

    /// What is kept of the event of a line stays as long as what is listed does.
    fn last(&mut self, (of, first): (&[u64], usize), line: u64) {
        let piece = of.binary_search(&line).ok();
        if let Some(piece) = piece.and_then(|nth| self.prepared.pieces.get_mut(first + nth)) {
            piece.keep = Keep::Lasting;
        }
    }

    /// What is known of the event of a line; what nothing is kept of happened when it came.
    fn about(&self, (of, first): (&[u64], usize), line: u64, ends: Ends) -> About {
        let piece = of.binary_search(&line).ok();
        let piece = piece.and_then(|nth| self.prepared.pieces.get(first + nth));
        let (host, far) = sides(&self.keeper, &ends);
        About {
            at: piece.map_or(self.prepared.arrival, |piece| piece.at),
            sensor: Arc::clone(&self.known.name),
            host,
            far,
            origin: AlertOrigin::Live,
        }
    }
}

/// A hit that outlives the reading.
#[derive(Clone)]
pub struct Owned {
    pub line: u64,
    pub field: String,
    pub value: String,
    pub listed: String,
    found: anlanh_soc::Found,
    name: Option<String>,
    source: String,
}

impl Owned {
    pub fn of(hit: &Hit<'_>) -> Self {
        Self {
            line: hit.line,
            field: hit.field.to_owned(),
            value: hit.value.to_owned(),
            listed: hit.listed.to_owned(),
            found: hit.found,
            name: hit.indicator.name.map(str::to_owned),
            source: hit.indicator.source.to_owned(),
        }
    }

    pub fn borrow(&self) -> Hit<'_> {
        Hit {
            line: self.line,
            field: &self.field,
            value: &self.value,
            listed: &self.listed,
            found: self.found,
            indicator: anlanh_soc::Indicator {
                name: self.name.as_deref(),
                source: &self.source,
            },
        }
    }
}
