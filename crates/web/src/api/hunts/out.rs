//! Hunts as they are answered. A host is the short token of a day, and nothing turns it back here.

use anlanh_app::hunt::{FoundKept, HuntRow, HuntView, Known, Progress, short_token};
use anlanh_model::Time;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::instant::Instant;

/// A page of hunts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Hunts)]
#[serde(deny_unknown_fields)]
pub struct HuntsOut {
    /// The hunts, newest first.
    pub hunts: Vec<HuntOut>,
    /// Where the next page begins, for `before`; `null` where there is none.
    #[schema(required = true)]
    pub next: Option<String>,
}

/// A hunt, in numbers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Hunt)]
#[serde(deny_unknown_fields)]
pub struct HuntOut {
    /// Its id.
    hunt: String,
    /// `queued`, `running`, `done`, `failed` or `cancelled`.
    state: &'static str,
    /// The name of the person who asked, or in whose name a program did.
    who: String,
    /// The first moment that is looked at; `null` where all are.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    from: Option<Instant>,
    /// The first moment after the last that is; `null` where all are.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    until: Option<Instant>,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    asked_at: Instant,
    /// When the node began with it.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    begun_at: Option<Instant>,
    /// When it came to its end.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    ended_at: Option<Instant>,
    /// Blocks of events that were looked at, so far.
    blocks: u64,
    /// Of these, those that had to be read; `null` where whoever asks is not cleared for all that is looked for.
    #[schema(required = true)]
    blocks_read: Option<u64>,
    /// How often something was found that whoever asks is cleared for; 0 until it is done. `null` in the list for whoever is not cleared for
    /// `red`: the hunt by itself tells it.
    #[schema(required = true)]
    hits: Option<u64>,
    /// Of these, those that are in no row, for want of room; `null` where whoever asks is not cleared for all that is looked for.
    #[schema(required = true)]
    hits_left_out: Option<u64>,
    /// Rows of what was found, as far as `hits`.
    #[schema(required = true)]
    rows: Option<u64>,
}

/// A hunt, and what it found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HuntView)]
#[serde(deny_unknown_fields)]
pub struct HuntViewOut {
    /// The hunt.
    hunt: HuntOut,
    /// Why somebody asked; `null` where it looks for something that whoever asks is not cleared for.
    #[schema(required = true)]
    reason: Option<String>,
    /// The name of the sensor whose events are looked at; `null` where all are.
    #[schema(required = true)]
    sensor: Option<String>,
    /// What is looked for, as far as whoever asks is cleared for it.
    values: Vec<String>,
    /// How many values are not told here, nor what was found of them.
    values_hidden: u64,
    /// Of the values, those of which nothing was found, once it is done.
    missed: Vec<String>,
    /// Rows of events that name no subscriber, as far as whoever asks is cleared for them.
    rows_unnamed: u64,
    /// Rows whose host is known no more: their token cannot be turned back, and the alerts that they become have no host. `null` where the
    /// node keeps no events now and cannot tell, where values are hidden, and in every part but the first.
    #[schema(required = true)]
    rows_lost: Option<u64>,
    /// A part of what was found, in its order.
    found: Vec<HuntFoundOut>,
    /// Where the next part begins, for `after`; `null` where this is the last.
    #[schema(required = true)]
    next: Option<u32>,
    /// Ids of incidents in which is what it found; where values are hidden, of those that whoever asks is cleared for.
    incidents: Vec<String>,
}

/// What was found of one value, at one host of a day, by one sensor.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HuntFound)]
#[serde(deny_unknown_fields)]
pub struct HuntFoundOut {
    /// Its number in the hunt, from 1; what is hidden has numbers, too.
    row: u32,
    /// What kind of value was looked for.
    kind: String,
    /// What was looked for: the value that was seen, a name above it, or a network around it.
    listed: String,
    /// The token of the host, of that day alone; `null` where the event names none.
    #[schema(required = true)]
    host: Option<String>,
    /// The sensor.
    sensor: String,
    /// How often.
    count: u64,
    /// When first.
    #[schema(value_type = String, format = DateTime)]
    first_at: Instant,
    /// When last.
    #[schema(value_type = String, format = DateTime)]
    last_at: Instant,
    /// When it was put into an incident.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    raised_at: Option<Instant>,
}

/// A hunt that was asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HuntMade)]
#[serde(deny_unknown_fields)]
pub struct HuntMadeOut {
    /// Its id.
    pub hunt: String,
}

impl HuntOut {
    /// A hunt, and how far it is while the node looks.
    pub fn of(row: &HuntRow, known: Known, progress: Option<Progress>) -> Self {
        let whole = |number: u64| match known {
            Known::All => Some(number),
            Known::Part | Known::Nothing => None,
        };
        let told = |number: u64| match known {
            Known::All | Known::Part => Some(number),
            Known::Nothing => None,
        };
        let bound = |at: Time, none: i64| Some(at).filter(|at| at.as_micros() != none).map(Instant);
        let progress = progress.map(|progress| (progress.blocks, progress.read));
        let (blocks, blocks_read) = progress.unwrap_or((row.result.blocks, row.result.read));
        Self {
            hunt: row.id.to_string(),
            state: row.state.key(),
            who: row.person_name.clone(),
            from: bound(row.asked.from, i64::MIN),
            until: bound(row.asked.to, i64::MAX),
            asked_at: Instant(row.asked_at),
            begun_at: row.begun_at.map(Instant),
            ended_at: row.ended_at.map(Instant),
            blocks,
            blocks_read: whole(blocks_read),
            hits: told(row.result.hits),
            hits_left_out: whole(row.result.left_out),
            rows: told(row.rows),
        }
    }
}

impl HuntViewOut {
    /// A hunt, and what it found.
    pub fn of(view: &HuntView) -> Self {
        let row = &view.row;
        Self {
            hunt: HuntOut::of(row, view.known, view.progress),
            reason: Some(row.asked.reason.clone()).filter(|reason| !reason.is_empty()),
            sensor: row.asked.sensor.map(|number| view.sensor_name(number)),
            values: row.asked.wanted.lines().map(str::to_owned).collect(),
            values_hidden: view.hidden,
            missed: view.missed.clone(),
            rows_unnamed: view.hostless.unnamed,
            rows_lost: view.hostless.lost,
            found: view.rows.iter().map(|row| found(view, row)).collect(),
            next: view.next,
            incidents: view.incidents.iter().map(|(id, _)| id.to_string()).collect(),
        }
    }
}

fn found(view: &HuntView, row: &FoundKept) -> HuntFoundOut {
    let found = &row.found;
    HuntFoundOut {
        row: row.number,
        kind: found.kind.clone(),
        listed: found.listed.clone(),
        host: found.token.as_deref().map(short_token),
        sensor: view.sensor_name(found.sensor),
        count: found.count,
        first_at: Instant(found.first_at),
        last_at: Instant(found.last_at),
        raised_at: row.raised_at.map(Instant),
    }
}
