//! Indicators looked up by a value, and looked through.

use anlanh_model::{Actor, Id, Indicator, Permission, RelationKind, Time};
use anlanh_pack::Policy;
use anlanh_soc::{Decay, Kind, Value};
use anlanh_stix::{Id as ObjectId, Pattern};
use anlanh_store::indicator::{self as store, IndicatorFilter, IndicatorRow};
use anlanh_store::sighting::{self, SightingRow};
use anlanh_store::threat::{self, LedTo};
use anlanh_store::{Queries, token};

use super::{Clearance, is_kind};
use crate::feed::MAX_RELATIONS_OF_SOURCE;
use crate::{App, Error, permit};

/// Most indicators that one value is found by.
const MOST_FOUND: usize = 1_000;

/// An indicator, and what is left of the confidence in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The indicator.
    pub row: IndicatorRow,
    /// What is left of its confidence, 0 to 100.
    pub score: u8,
    /// Whether it counts: it holds, is not known to be good, and enough is left of its confidence.
    pub counts: bool,
}

/// An indicator with who saw its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorView {
    /// The indicator.
    pub found: Found,
    /// Who saw its value, the last first.
    pub sightings: Vec<SightingRow>,
    /// Who wrote it, where its feed is a collection of this node and a token wrote it there.
    pub written_by: Option<String>,
    /// The same value in other feeds.
    pub others: Vec<Found>,
    /// What it shows, as its feed says.
    pub shows: Vec<LedTo>,
}

impl Found {
    /// What is left of an indicator at a moment, by a policy.
    pub(crate) fn of(policy: &Policy, now: Time, row: IndicatorRow) -> Self {
        let fading = policy.feeds().fading.iter().find(|fading| fading.kind == row.kind);
        let decay = fading.map(|fading| Decay {
            lifetime_days: fading.lifetime_days,
            speed_tenths: fading.speed_tenths,
            least: u8::try_from(fading.least).unwrap_or(100),
        });
        let last = row.seen_last.map_or(row.told_at, |seen| seen.max(row.told_at));
        let seconds = now.as_seconds().saturating_sub(last.as_seconds());
        let score = decay.map_or(row.confidence, |decay| decay.score(row.confidence, seconds));
        let is_enough = decay.is_none_or(|decay| decay.counts(score) || row.confidence == score);
        let counts = row.holds_at(now) && row.valid_from <= now && row.warning.is_none() && is_enough;
        Self { row, score, counts }
    }
}

/// What a text asks for.
enum Sought {
    /// What a value would be matched by: itself, names above it, networks around it.
    Value(Vec<(Kind, String)>),
    /// What the object of this id says.
    Object(String),
    /// Patterns of exactly this text.
    Pattern(String),
}

impl Sought {
    fn of(text: &str) -> Option<Self> {
        if let Ok(id) = text.parse::<ObjectId>() {
            return Some(Self::Object(id.to_string()));
        }
        // No database keeps one with U+0000.
        if text.parse::<Pattern>().is_ok() && !text.contains('\0') {
            return Some(Self::Pattern(text.to_owned()));
        }
        let value = Value::guess(text).ok()?;
        let mut covers = value.covers();
        covers.extend(value.other_reading().iter().flat_map(Value::covers));
        Some(Self::Value(covers))
    }

    fn find(&self, tx: &mut dyn Queries) -> Result<Vec<IndicatorRow>, anlanh_store::Error> {
        let covers = match self {
            Self::Object(id) => return store::of_object_id(tx, id),
            Self::Pattern(text) => return store::of_pattern(tx, text),
            Self::Value(covers) => covers,
        };
        let mut rows = Vec::new();
        for (kind, text) in covers {
            rows.extend(store::of_value(tx, kind.key(), text)?);
            if rows.len() >= MOST_FOUND {
                break;
            }
        }
        Ok(rows)
    }
}

/// Every indicator that a text finds: those that a value would be matched by, itself, names above it, networks around it; those of the
/// object of this id; or patterns of exactly this text. Also those that hold no more. None where the text is none of these.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn look_up(app: &App, actor: &Actor, text: &str) -> Result<Option<Vec<Found>>, Error> {
    permit(actor, Permission::ReadIndicators)?;
    let Some(sought) = Sought::of(text) else {
        return Ok(None);
    };
    let clearance = Clearance::of(app, actor).await?;
    let (now, engine) = (app.clock.now(), app.engine());
    let read = app.store.read("indicator.look_up", move |tx| {
        let rows = sought.find(tx)?.into_iter().filter(|row| clearance.covers(row.tlp));
        Ok::<_, Error>(rows.map(|row| Found::of(&engine.policy, now, row)).collect())
    });
    read.await.map(Some)
}

/// A page of indicators, newest first.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn list(
    app: &App,
    actor: &Actor,
    filter: IndicatorFilter,
    (before, limit): (Option<Id<Indicator>>, u32),
) -> Result<Vec<Found>, Error> {
    permit(actor, Permission::ReadIndicators)?;
    if !filter.kind.is_empty() && !is_kind(&filter.kind) {
        return Err(Error::UnknownKey("kind"));
    }
    let clearance = Clearance::of(app, actor).await?;
    let (now, engine) = (app.clock.now(), app.engine());
    let read = app.store.read("indicator.list", move |tx| {
        let rows = store::page(tx, &filter, (now, clearance.tlp()), (before, limit))?;
        let found = rows.into_iter().map(|row| Found::of(&engine.policy, now, row));
        Ok::<_, Error>(found.collect())
    });
    read.await
}

/// One indicator, who saw its value, and who else lists it.
///
/// # Errors
/// When the one who asks may not, there is none of this id, or the database is away.
pub async fn show(app: &App, actor: &Actor, id: Id<Indicator>) -> Result<IndicatorView, Error> {
    permit(actor, Permission::ReadIndicators)?;
    let clearance = Clearance::of(app, actor).await?;
    let (now, engine) = (app.clock.now(), app.engine());
    let read = app.store.read("indicator.show", move |tx| {
        let row = store::load(tx, id)?.filter(|row| clearance.covers(row.tlp));
        let row = row.ok_or(Error::NotFound("indicator"))?;
        let sightings = sighting::of_value(tx, &row.kind, &row.value)?;
        let written_by = token_name(tx, &row.part)?;
        let others = store::of_value(tx, &row.kind, &row.value)?;
        let others = others
            .into_iter()
            .filter(|other| other.id != id && clearance.covers(other.tlp));
        let shows = shows(tx, &row, clearance)?;
        Ok::<_, Error>(IndicatorView {
            shows,
            others: others.map(|row| Found::of(&engine.policy, now, row)).collect(),
            found: Found::of(&engine.policy, now, row),
            sightings,
            written_by,
        })
    });
    read.await
}

/// What an entry of a feed shows that may be seen with a clearance.
pub(super) fn shows(tx: &mut dyn Queries, row: &IndicatorRow, clearance: Clearance) -> Result<Vec<LedTo>, Error> {
    if row.object.is_empty() {
        return Ok(Vec::new());
    }
    let limit = u32::try_from(MAX_RELATIONS_OF_SOURCE).unwrap_or(u32::MAX);
    let mut shows = threat::of_source(tx, row.feed, &row.object, limit)?;
    shows.retain(|led| led.by == RelationKind::Indicates && clearance.covers(led.threat.tlp));
    Ok(shows)
}

/// The name of the token that a part of a feed stands for, as in `token:7`.
fn token_name(tx: &mut dyn Queries, part: &str) -> Result<Option<String>, Error> {
    let Some(number) = part
        .strip_prefix("token:")
        .and_then(|number| number.parse::<i64>().ok())
    else {
        return Ok(None);
    };
    let named = token::all(tx)?.into_iter().find(|token| token.id.number() == number);
    Ok(named.map(|token| token.name))
}
