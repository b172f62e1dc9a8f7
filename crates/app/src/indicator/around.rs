//! What an indicator is connected to, two steps far: who lists it, what it shows, who is behind that, what else shows the same, what is
//! listed around its value, and what it led to here. Hosts are counted and never named.

use std::collections::BTreeMap;

use anlanh_model::{Actor, Feed, Id, Indicator, Permission, RelationKind, ThreatKind};
use anlanh_soc::{Kind, Value};
use anlanh_store::block::{self, EntryRow};
use anlanh_store::incident::{self, IncidentRow, alert};
use anlanh_store::indicator::{self as store, IndicatorRow};
use anlanh_store::threat;
use anlanh_store::{Queries, Reader};

use super::find::shows;
use super::{Clearance, Found};
use crate::feed::MAX_RELATIONS_OF_SOURCE;
use crate::{App, Error, permit};

/// Most entries of feeds that are told of one value.
pub const MAX_LISTED_BY: usize = 5;
/// Most names above and networks around a value.
pub const MAX_COVERS: usize = 4;
/// Most threats that are told of one value.
pub const MAX_SHOWN: usize = 6;
/// Most others behind what it shows.
pub const MAX_BEHIND: usize = 6;
/// Most other indicators of what it shows.
pub const MAX_SIBLINGS: usize = 9;
/// Most incidents.
pub const MAX_INCIDENTS: usize = 5;
/// Most entries of the blocklist.
pub const MAX_ENTRIES: usize = 3;
/// Indicators of one threat that are looked through and listed.
pub const MAX_OF_THREAT: usize = 200;

/// Some of what there is, and how many more there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portion<T> {
    /// The first of them.
    pub shown: Vec<T>,
    /// How many are not among them, at least.
    pub more: usize,
}

/// What an indicator shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreatAround {
    /// What it is.
    pub kind: ThreatKind,
    /// What it is called.
    pub name: String,
}

/// What a threat leads on to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// The place of the threat among those that are shown.
    pub of: usize,
    /// How.
    pub by: RelationKind,
    /// To what.
    pub to: ThreatAround,
}

/// What an indicator is connected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Around {
    /// Entries of feeds that have its value, its own first.
    pub listed_by: Portion<IndicatorRow>,
    /// What is listed that covers its value: names above it, networks around it, the host of a URL.
    pub covers: Portion<IndicatorRow>,
    /// What it shows, as any of these feeds says.
    pub shows: Portion<ThreatAround>,
    /// What that leads on to.
    pub behind: Portion<Behind>,
    /// Other indicators of what it shows, each with the place of that.
    pub siblings: Portion<(usize, IndicatorRow)>,
    /// The incidents that it brought alerts to; none where whoever asks may not read them.
    pub incidents: Option<Portion<IncidentRow>>,
    /// How many hosts met it; none where whoever asks may not read incidents.
    pub hosts: Option<u64>,
    /// Entries of the blocklist with its value; none where whoever asks may not read it.
    pub entries: Option<Portion<EntryRow>>,
}

/// What an indicator is connected to, as far as whoever asks may see it.
///
/// # Errors
/// When the one who asks may not, there is none of this id, or the database is away.
pub async fn around(app: &App, actor: &Actor, id: Id<Indicator>) -> Result<Around, Error> {
    permit(actor, Permission::ReadIndicators)?;
    let clearance = Clearance::of(app, actor).await?;
    let (may_incidents, may_blocks) = (
        actor.may(Permission::ReadIncidents),
        actor.may(Permission::ReadBlocklist),
    );
    let read = app.store.read("indicator.around", move |tx| {
        let row = store::load(tx, id)?.filter(|row| clearance.covers(row.tlp));
        let row = row.ok_or(Error::NotFound("indicator"))?;
        let mut listed_by = store::of_value(tx, &row.kind, &row.value)?;
        listed_by.retain(|other| clearance.covers(other.tlp));
        listed_by.sort_by_key(|other| (other.id != id, other.id.number()));
        let covers = covers(tx, &row, clearance)?;
        let (shows, feeds) = threats(tx, &listed_by, clearance)?;
        let behind = behind(tx, &feeds, &shows, clearance)?;
        let siblings = siblings(tx, &row, &shows, clearance)?;
        let (incidents, hosts) = if may_incidents {
            let most = u32::try_from(MAX_OF_THREAT).unwrap_or(u32::MAX);
            let rows = incident::of_value(tx, &row.kind, &row.value, most)?;
            let hosts = alert::count_hosts(tx, &row.kind, &row.value)?;
            (Some(first(rows, MAX_INCIDENTS)), Some(hosts))
        } else {
            (None, None)
        };
        let entries = if may_blocks {
            Some(first(block::of_value(tx, &row.value)?, MAX_ENTRIES))
        } else {
            None
        };
        Ok::<_, Error>(Around {
            listed_by: first(listed_by, MAX_LISTED_BY),
            covers,
            shows,
            behind,
            siblings,
            incidents,
            hosts,
            entries,
        })
    });
    read.await
}

/// The indicators that show what is called so, as far as whoever asks may see them; the newest first, at most [`MAX_OF_THREAT`].
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn of_threat(app: &App, actor: &Actor, (kind, name): (ThreatKind, &str)) -> Result<Vec<Found>, Error> {
    permit(actor, Permission::ReadIndicators)?;
    let clearance = Clearance::of(app, actor).await?;
    let (now, engine, name) = (app.clock.now(), app.engine(), name.to_owned());
    let read = app.store.read("indicator.of_threat", move |tx| {
        let mut found = Vec::new();
        for id in threat::shown_by(tx, (kind, &name), clearance.tlp(), limit(MAX_OF_THREAT))? {
            found.extend(store::load(tx, id)?.map(|row| Found::of(&engine.policy, now, row)));
        }
        Ok::<_, Error>(found)
    });
    read.await
}

fn limit(most: usize) -> u32 {
    u32::try_from(most).unwrap_or(u32::MAX)
}

fn first<T>(mut rows: Vec<T>, most: usize) -> Portion<T> {
    let more = rows.len().saturating_sub(most);
    rows.truncate(most);
    Portion { shown: rows, more }
}

/// What is listed and covers a value, the value itself left out.
fn covers(tx: &mut Reader<'_, '_>, row: &IndicatorRow, clearance: Clearance) -> Result<Portion<IndicatorRow>, Error> {
    let value = Kind::from_key(&row.kind).and_then(|kind| Value::read(kind, &row.value).ok());
    let mut found: BTreeMap<(String, String), IndicatorRow> = BTreeMap::new();
    for (kind, text) in value.iter().flat_map(Value::covers) {
        if (kind.key(), text.as_str()) == (row.kind.as_str(), row.value.as_str()) {
            continue;
        }
        let rows = store::of_value(tx, kind.key(), &text)?;
        // The same value of several feeds is one here.
        let one = rows
            .into_iter()
            .find(|row| clearance.covers(row.tlp) && row.revoked_at.is_none());
        found.extend(one.map(|row| ((row.kind.clone(), row.value.clone()), row)));
    }
    Ok(first(found.into_values().collect(), MAX_COVERS))
}

/// The objects of feeds that a threat is by, by the place of the threat.
type Objects = Vec<(usize, Id<Feed>, String)>;

/// The objects of feeds that one threat is by.
type ByFeeds = Vec<(Id<Feed>, String)>;

/// What entries of feeds show, those of one kind and name as one.
fn threats(
    tx: &mut dyn Queries,
    listed_by: &[IndicatorRow],
    clearance: Clearance,
) -> Result<(Portion<ThreatAround>, Objects), Error> {
    let mut known: BTreeMap<(u8, ThreatKind, String), ByFeeds> = BTreeMap::new();
    for row in listed_by.iter().take(crate::incident::MOST_ASKED) {
        for led in shows(tx, row, clearance)? {
            let rank = led.threat.kind.grouping_rank().unwrap_or(u8::MAX);
            let objects = known.entry((rank, led.threat.kind, led.threat.name)).or_default();
            objects.push((led.feed, led.threat.object));
        }
    }
    let (mut threats, mut objects) = (Vec::new(), Vec::new());
    for (at, ((_, kind, name), by)) in known.into_iter().enumerate() {
        threats.push(ThreatAround { kind, name });
        if at < MAX_SHOWN {
            objects.extend(by.into_iter().map(|(feed, object)| (at, feed, object)));
        }
    }
    Ok((first(threats, MAX_SHOWN), objects))
}

/// What threats lead on to.
fn behind(
    tx: &mut dyn Queries,
    objects: &Objects,
    shows: &Portion<ThreatAround>,
    clearance: Clearance,
) -> Result<Portion<Behind>, Error> {
    let mut known: BTreeMap<(usize, RelationKind, ThreatKind, String), Behind> = BTreeMap::new();
    for (of, feed, object) in objects {
        for led in threat::of_source(tx, *feed, object, limit(MAX_RELATIONS_OF_SOURCE))? {
            let to = ThreatAround {
                kind: led.threat.kind,
                name: led.threat.name,
            };
            if !clearance.covers(led.threat.tlp) || shows.shown.contains(&to) {
                continue;
            }
            let key = (*of, led.by, to.kind, to.name.clone());
            known.entry(key).or_insert(Behind {
                of: *of,
                by: led.by,
                to,
            });
        }
    }
    Ok(first(known.into_values().collect(), MAX_BEHIND))
}

/// Other values that show the same, a few of each threat in turn.
fn siblings(
    tx: &mut dyn Queries,
    row: &IndicatorRow,
    shows: &Portion<ThreatAround>,
    clearance: Clearance,
) -> Result<Portion<(usize, IndicatorRow)>, Error> {
    let mut known = std::collections::BTreeSet::from([(row.kind.clone(), row.value.clone())]);
    let (mut all, mut seen) = (Vec::new(), 0_usize);
    for (of, threat) in shows.shown.iter().enumerate() {
        let ids = threat::shown_by(tx, (threat.kind, &threat.name), clearance.tlp(), limit(MAX_OF_THREAT))?;
        let mut taken = 0;
        for id in ids {
            seen += 1;
            // Enough of each is read to fill the picture by itself.
            if taken > MAX_SIBLINGS {
                continue;
            }
            let Some(other) = store::load(tx, id)? else { continue };
            if known.insert((other.kind.clone(), other.value.clone())) {
                taken += 1;
                all.push((taken, of, other));
            } else {
                seen -= 1;
            }
        }
    }
    all.sort_by_key(|(turn, of, _)| (*turn, *of));
    all.truncate(MAX_SIBLINGS);
    all.sort_by_key(|(turn, of, _)| (*of, *turn));
    let shown: Vec<(usize, IndicatorRow)> = all.into_iter().map(|(_, of, row)| (of, row)).collect();
    let more = seen.saturating_sub(shown.len());
    Ok(Portion { shown, more })
}
