//! Alerts come in, and each finds its incident.
//!
//! An alert is one row for a day, however often it comes: it is one by its host or why it has none, what is listed, the kind of event and whether it was
//! hunted for. The first of a day looks for an open incident by rules that people can read: of the same campaign, of the same
//! indicator, about the same host, each with events not further away than a window. Where none is found, it opens one. What was
//! put in by its host brings no more of its campaign with it, so that incidents do not grow into each other.
//!
//! The address of a host, its port, the far end and what exactly was seen are sealed under a data key of the host.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use anlanh_model::{
    Actor, AlertEvent, AlertOrigin, AuditAction, Grouping, Id, Incident, IncidentHost, Indicator, NoHost, Severity,
    Text, Time, Tlp,
};
use anlanh_soc::Found;
use anlanh_soc::limits::{MAX_EVENT_VALUE_BYTES, MAX_VALUE_BYTES};
use anlanh_store::incident::alert::{self as store, NewAlert};
use anlanh_store::incident::work::{self, Note};
use anlanh_store::incident::{self, Cause};
use anlanh_store::sighting::{self, NewSighting};
use anlanh_store::{Writer, indicator};
use anlanh_vault::{DataKey, Place, Vault};
use serde::{Deserialize, Serialize};

use super::address::addresses_in;
use super::campaign;
use crate::sealing::{key_of, make_key, seal};
use crate::{App, Error};

/// Most alerts that are raised at once.
pub const MAX_ALERTS: usize = 10_000;
/// Longest name of a sensor, of a field or of whoever lists something, in bytes.
const MAX_NAME_BYTES: usize = 256;
/// How long what is the same counts as one alert, in seconds: days of the clock, so that it is the same whichever comes first.
const SAME_SECONDS: i64 = 24 * 60 * 60;
/// Most times that one sighting says something was seen.
const MOST_SEEN: u32 = 999_999_999;
/// How far events of one incident may be apart, in minutes.
const WINDOW_MINUTES: i64 = 72 * 60;

/// What a sensor found: an event that holds what an indicator names.
#[derive(Clone, PartialEq, Eq)]
pub struct Alert {
    /// When the event happened, by its own time. What a sensor's clock says of tomorrow counts as now.
    pub at: Time,
    /// The name of the sensor.
    pub sensor: String,
    /// What kind of event it is.
    pub event: AlertEvent,
    /// What was seen.
    pub seen: Seen,
    /// What it was found by.
    pub listed: Listed,
    /// The host of the operator's network that it concerns, or why that is not known.
    pub host: Result<Host, NoHost>,
    /// The other end of it, where the event tells.
    pub far: Option<Far>,
    /// How many such events there were, at least one.
    pub count: u32,
    /// Whether it was found when it came in, or by a hunt.
    pub origin: AlertOrigin,
}

/// A value of an event.
#[derive(Clone, PartialEq, Eq)]
pub struct Seen {
    /// The field in which it stood.
    pub field: String,
    /// The value in its canonical form.
    pub value: String,
}

/// What an event was found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What it is.
    pub found: Found,
    /// What is listed: the value, a name above it, or a network around it.
    pub value: String,
    /// Who lists it: the name of a feed of this node.
    pub source: String,
    /// The indicator of this node, where the one who raises it knows it; otherwise it is looked up.
    pub indicator: Option<Id<Indicator>>,
    /// How far it may go, where that is known. What nobody knows goes no further than this organisation.
    pub tlp: Option<Tlp>,
}

/// One end of what two addresses said. It is not in `Debug`: it may be a subscriber's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Host {
    /// Its address.
    pub address: IpAddr,
    /// Its port, by which a subscriber behind a shared address is told from others.
    pub port: Option<u16>,
}

/// The other end. It is not in `Debug` either: it may be a subscriber's, too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Far {
    /// Its address.
    pub address: IpAddr,
    /// Its port.
    pub port: Option<u16>,
}

/// Why alerts are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AlertError {
    /// There are too many.
    #[error("at most {MAX_ALERTS} alerts are raised at once")]
    TooMany,
    /// The sensor, field or source of one, by its place from 0, has no name or too long a one.
    #[error("sensor, field or source of alert {0} has no name that is one")]
    Name(usize),
    /// A value of one is none.
    #[error("a value of alert {0} is empty or too long")]
    Value(usize),
    /// One stands for no event.
    #[error("alert {0} stands for no event")]
    Count(usize),
}

/// What became of alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Raised {
    /// Alerts that are new.
    pub new: u64,
    /// Alerts that came again.
    pub again: u64,
    /// Incidents that were opened.
    pub opened: u64,
}

/// What was seen of a host, as it is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Details {
    pub(super) port: Option<u16>,
    pub(super) far: Option<IpAddr>,
    pub(super) far_port: Option<u16>,
    pub(super) seen: String,
}

/// Takes alerts in, all of them in one transaction: when this returns they are durable. Raising the same again counts it again.
///
/// # Errors
/// When one of them is none: then none is kept; or the database is away or full.
pub async fn raise(app: &App, alerts: &[Alert]) -> Result<Raised, Error> {
    check(alerts)?;
    if alerts.is_empty() {
        return Ok(Raised::default());
    }
    let (vault, now) = (std::sync::Arc::clone(&app.vault), app.clock.now());
    let merged = merge(
        &vault,
        alerts.iter().map(|alert| (alert, alert.count.into(), alert.at)),
        now,
    );
    let change = app.change(&Actor::Node, AuditAction::RaiseAlerts);
    let keep = move |writer: &mut Writer<'_, '_>| {
        let (raised, _) = keep_spans(writer, &vault, &merged)?;
        let detail = format!("new={} again={} opened={}", raised.new, raised.again, raised.opened);
        writer.about("alerts", 0, detail);
        Ok::<_, Error>(raised)
    };
    app.store.write(change, keep).await
}

/// An alert that stands for so many events, from its own time to that of the last.
pub(crate) struct Span {
    pub(crate) alert: Alert,
    pub(crate) count: u64,
    pub(crate) last_at: Time,
}

/// Alerts that are ready to be kept, each by its name.
pub(crate) type MergedAlerts = Vec<([u8; 32], Merged)>;

/// The same as [`raise`] does with alerts, for whoever raises them in a transaction of their own; they are the node's, and not checked.
pub(crate) fn merge_spans(vault: &Vault, spans: &[Span], now: Time) -> MergedAlerts {
    let spans = spans.iter().map(|span| (&span.alert, span.count, span.last_at));
    merge(vault, spans, now)
}

/// Keeps alerts that were merged; gives what became of them, and the incidents that they are in.
pub(crate) fn keep_spans(
    writer: &mut Writer<'_, '_>,
    vault: &Vault,
    merged: &MergedAlerts,
) -> Result<(Raised, Vec<Id<Incident>>), Error> {
    let mut raised = Raised::default();
    let mut touched = BTreeMap::new();
    let (mut incidents, mut lost) = (BTreeSet::new(), BTreeSet::new());
    for (name, one) in merged {
        let incident = keep(writer, vault, (name, one), (&mut touched, &mut raised))?;
        incidents.extend(incident);
        lost.extend(incident.filter(|_| one.alert.host.is_err_and(NoHost::is_loss)));
    }
    for incident in lost {
        let note = Note {
            kind: "hunt_lost_hosts",
            ..Note::default()
        };
        work::note(writer, incident, &note)?;
    }
    for (id, (hits, first_at, last_at)) in touched {
        incident::touch(writer, id, hits, (first_at, last_at))?;
    }
    Ok((raised, incidents.into_iter().collect()))
}

fn check(alerts: &[Alert]) -> Result<(), AlertError> {
    if alerts.len() > MAX_ALERTS {
        return Err(AlertError::TooMany);
    }
    for (at, alert) in alerts.iter().enumerate() {
        let is_name = |text: &str| Text::<MAX_NAME_BYTES>::parse(text).is_ok();
        let listed = &alert.listed;
        // A pattern may have been looked up by nothing, and a rule hold by what an event lacks.
        let needs_field = matches!(listed.found, Found::Value(_));
        let has_field = is_name(&alert.seen.field) || (alert.seen.field.is_empty() && !needs_field);
        if !is_name(&alert.sensor) || !is_name(&listed.source) || !has_field {
            return Err(AlertError::Name(at));
        }
        let is_value = |text: &str, most: usize| text.len() <= most && !text.contains('\0');
        let is_listed = !listed.value.is_empty() && is_value(&listed.value, MAX_VALUE_BYTES);
        if !is_listed || !is_value(&alert.seen.value, MAX_EVENT_VALUE_BYTES) {
            return Err(AlertError::Value(at));
        }
        if alert.count == 0 {
            return Err(AlertError::Count(at));
        }
    }
    Ok(())
}

/// Alerts that are one.
#[derive(Clone)]
pub(crate) struct Merged {
    alert: Alert,
    count: u64,
    first_at: Time,
    last_at: Time,
}

/// What makes an alert one: day, host, kind of event, origin, and what is listed. A name is worked out once for those that are one.
type Same<'a> = (
    i64,
    Result<IpAddr, NoHost>,
    AlertEvent,
    AlertOrigin,
    &'static str,
    &'a str,
);

/// Makes one of those that are one, by their name.
fn merge<'a>(vault: &Vault, alerts: impl Iterator<Item = (&'a Alert, u64, Time)>, now: Time) -> MergedAlerts {
    let mut merged: BTreeMap<Same<'_>, Merged> = BTreeMap::new();
    for (alert, count, last_at) in alerts {
        let (at, last_at) = (alert.at.min(now), last_at.min(now));
        let day = at.as_seconds().div_euclid(SAME_SECONDS);
        let host = alert.host.map(|host| host.address.to_canonical());
        let (found, listed) = (alert.listed.found.key(), alert.listed.value.as_str());
        merged
            .entry((day, host, alert.event, alert.origin, found, listed))
            .and_modify(|one| {
                one.count = one.count.saturating_add(count);
                one.first_at = one.first_at.min(at);
                one.last_at = one.last_at.max(last_at);
            })
            .or_insert_with(|| Merged {
                alert: alert.clone(),
                count,
                first_at: at,
                last_at,
            });
    }
    merged
        .into_iter()
        .map(|(same, one)| (name_of(vault, same), one))
        .collect()
}

fn name_of(vault: &Vault, (day, host, event, origin, found, listed): Same<'_>) -> [u8; 32] {
    let (event, origin) = (event.key(), origin.key());
    let mut value = host.map_or([0; 32], |host| host_name(vault, host)).to_vec();
    value.extend(format!("{day} {event} {origin} {found} {listed}").into_bytes());
    // What names nobody has the name that it always had.
    if let Some(why) = host.err().filter(|why| why.is_loss()) {
        value.extend(format!("\0{}", why.key()).into_bytes());
    }
    vault.name_of("alert", &value)
}

/// By what a host is known without its address. An IPv4 address is the same in whichever form it comes.
pub(super) fn host_name(vault: &Vault, address: IpAddr) -> [u8; 32] {
    vault.name_of("incident-host", address.to_canonical().to_string().as_bytes())
}

type Touched = BTreeMap<Id<Incident>, (u64, Time, Time)>;

/// Keeps one; gives the incident that it is in.
fn keep(
    writer: &mut Writer<'_, '_>,
    vault: &Vault,
    (name, one): (&[u8; 32], &Merged),
    (touched, raised): (&mut Touched, &mut Raised),
) -> Result<Option<Id<Incident>>, Error> {
    let span = (one.first_at, one.last_at);
    count_sighting(writer, one)?;
    if let Some(known) = store::by_name(writer, name)? {
        store::repeat(writer, known.id, one.count, span)?;
        raised.again += 1;
        if let Some(incident) = known.incident {
            touch(touched, incident, one);
        }
        return Ok(known.incident);
    }
    raised.new += 1;
    let host = match one.alert.host {
        Ok(host) => Ok(keep_host(writer, vault, host)?),
        Err(why) => Err(why),
    };
    let mut known = known(writer, &one.alert.listed)?;
    let is_host = |host: Host| {
        let mut named = known.patterns.iter().chain([&one.alert.listed.value]);
        named.any(|listed| is_named_in(host.address, listed))
    };
    if one.alert.host.is_ok_and(is_host) {
        // A list of infected machines: what it lists is who is behind the token.
        known.tlp = Tlp::Red;
    }
    let host_id = host.as_ref().map(|(id, _)| *id).map_err(|why| *why);
    let (grouping, incident) = place(writer, (one, &known), host_id.ok(), (touched, raised))?;
    let id = writer.new_id();
    let details = host.ok().map(|(_, key)| sealed(&key, id, &one.alert)).transpose()?;
    let alert = &one.alert;
    let new = NewAlert {
        name: *name,
        incident,
        grouping,
        host: host_id,
        sensor: alert.sensor.clone(),
        event: alert.event,
        field: alert.seen.field.clone(),
        listed_kind: alert.listed.found.key().to_owned(),
        listed: alert.listed.value.clone(),
        source: alert.listed.source.clone(),
        indicator: known.indicator,
        tlp: known.tlp,
        campaign: known.campaign,
        details,
        origin: alert.origin,
        count: one.count,
        first_at: one.first_at,
        last_at: one.last_at,
    };
    store::insert(writer, id, &new)?;
    Ok(incident)
}

/// The incident that an alert goes to, which may be opened for it, and why; none where its indicator was found to be wrong.
fn place(
    writer: &mut Writer<'_, '_>,
    (one, known): (&Merged, &Known),
    host: Option<Id<IncidentHost>>,
    (touched, raised): (&mut Touched, &mut Raised),
) -> Result<(Grouping, Option<Id<Incident>>), Error> {
    let (listed, now) = (&one.alert.listed, writer.now());
    if incident::marked(writer, listed.found.key(), &listed.value, now)?.is_some() {
        return Ok((Grouping::Muted, None));
    }
    let span = (one.first_at, one.last_at);
    if let Some((grouping, incident)) = find(writer, listed, known.campaign.as_deref(), (host, span))? {
        touch(touched, incident, one);
        return Ok((grouping, Some(incident)));
    }
    raised.opened += 1;
    let opened = open(writer, one, known.campaign.as_deref())?;
    Ok((Grouping::First, Some(opened)))
}

/// Counts that the node saw what an indicator names: what is seen fades later.
fn count_sighting(writer: &mut Writer<'_, '_>, one: &Merged) -> Result<(), Error> {
    let Found::Value(kind) = one.alert.listed.found else {
        return Ok(());
    };
    let new = NewSighting {
        kind: kind.key(),
        value: one.alert.listed.value.clone(),
        source: format!("sensor:{}", one.alert.sensor),
        count: u32::try_from(one.count).unwrap_or(MOST_SEEN).min(MOST_SEEN),
        first_at: one.first_at,
        last_at: one.last_at,
    };
    Ok(sighting::count(writer, &new)?)
}

fn touch(touched: &mut Touched, incident: Id<Incident>, one: &Merged) {
    let sum = touched.entry(incident).or_insert((0, one.first_at, one.last_at));
    sum.0 = sum.0.saturating_add(one.count);
    sum.1 = sum.1.min(one.first_at);
    sum.2 = sum.2.max(one.last_at);
}

/// Whether a host may stand in what is listed; one too many goes nowhere.
fn is_named_in(address: IpAddr, listed: &str) -> bool {
    let address = address.to_canonical();
    listed.to_lowercase().contains(&address.to_string()) || addresses_in(listed).contains(&address)
}

/// What the node knows of what is listed.
struct Known {
    indicator: Option<Id<Indicator>>,
    tlp: Tlp,
    campaign: Option<String>,
    /// The patterns that it stands for.
    patterns: Vec<String>,
}

/// Looks up what is listed. Where several feeds list it, the strictest marking holds; of the campaign see [`campaign::shown`], and
/// the label is that of whoever is named.
fn known(writer: &mut Writer<'_, '_>, listed: &Listed) -> Result<Known, Error> {
    let rows = match listed.found {
        Found::Value(kind) => indicator::of_value(writer, kind.key(), &listed.value)?,
        Found::Pattern => indicator::of_value(writer, indicator::PATTERN, &listed.value)?,
        Found::Rule => Vec::new(),
    };
    let named = |row: &&indicator::IndicatorRow| match listed.indicator {
        Some(id) => row.id == id,
        None => row.feed_name == listed.source,
    };
    let own = rows.iter().find(named);
    let told = rows.iter().map(|row| row.tlp).chain(listed.tlp).max();
    let tlp = told.unwrap_or(Tlp::AmberStrict);
    let shown = campaign::shown(writer, (own, &rows), tlp)?;
    let label = own.and_then(|row| row.label.as_deref());
    // An indicator that is called after its own value belongs to no campaign by that.
    let label = label.filter(|label| !label.contains(listed.value.as_str()));
    Ok(Known {
        indicator: own.map(|row| row.id),
        tlp,
        campaign: shown.or_else(|| label.map(str::to_owned)),
        patterns: rows.iter().filter_map(|row| row.pattern.clone()).collect(),
    })
}

/// The incident that an alert belongs to, and why.
fn find(
    writer: &mut Writer<'_, '_>,
    listed: &Listed,
    campaign: Option<&str>,
    (host, (first_at, last_at)): (Option<Id<IncidentHost>>, (Time, Time)),
) -> Result<Option<(Grouping, Id<Incident>)>, Error> {
    let near = (
        first_at.plus_minutes(-WINDOW_MINUTES),
        last_at.plus_minutes(WINDOW_MINUTES),
    );
    if let Some(campaign) = campaign
        && let Some(id) = incident::by_cause(writer, Cause::Campaign(campaign), near)?
    {
        return Ok(Some((Grouping::Campaign, id)));
    }
    let cause = Cause::Indicator(listed.found.key(), &listed.value);
    if let Some(id) = incident::by_cause(writer, cause, near)? {
        return Ok(Some((Grouping::Indicator, id)));
    }
    let Some(host) = host else { return Ok(None) };
    Ok(incident::by_host(writer, host, near)?.map(|id| (Grouping::Host, id)))
}

/// Opens an incident for an alert that belongs to none.
fn open(writer: &mut Writer<'_, '_>, one: &Merged, campaign: Option<&str>) -> Result<Id<Incident>, Error> {
    let (id, listed) = (writer.new_id(), &one.alert.listed);
    let new = Incident::open(id, Severity::Medium, writer.now());
    let title = campaign.unwrap_or(&listed.value);
    incident::insert(writer, &new, title, (one.first_at, one.last_at), one.count)?;
    if let Some(campaign) = campaign {
        incident::add_cause(writer, id, Cause::Campaign(campaign))?;
    }
    incident::add_cause(writer, id, Cause::Indicator(listed.found.key(), &listed.value))?;
    let note = Note {
        kind: "opened",
        detail: one.alert.origin.key(),
        ..Note::default()
    };
    work::note(writer, id, &note)?;
    Ok(id)
}

/// The host with its data key: kept, where it was not seen before.
fn keep_host(writer: &mut Writer<'_, '_>, vault: &Vault, host: Host) -> Result<(Id<IncidentHost>, DataKey), Error> {
    let name = host_name(vault, host.address);
    if let Some(id) = store::host(writer, &name)? {
        let subject = store::subject_of(id);
        let key = match key_of(vault, writer, subject)? {
            Some(key) => key,
            // What it sealed before was erased; what comes now is sealed anew.
            None => make_key(vault, writer, subject)?,
        };
        return Ok((id, key));
    }
    let id: Id<IncidentHost> = writer.new_id();
    let key = make_key(vault, writer, store::subject_of(id))?;
    let address = host.address.to_canonical().to_string();
    let sealed = seal(&key, &host_place(id), address.as_bytes())?;
    store::insert_host(writer, id, &name, &sealed)?;
    Ok((id, key))
}

fn sealed(key: &DataKey, id: Id<anlanh_model::Alert>, alert: &Alert) -> Result<Vec<u8>, Error> {
    let details = Details {
        port: alert.host.ok().and_then(|host| host.port),
        far: alert.far.map(|far| far.address),
        far_port: alert.far.and_then(|far| far.port),
        seen: alert.seen.value.clone(),
    };
    // Writing to memory does not fail.
    let text = serde_json::to_vec(&details).unwrap_or_default();
    seal(key, &alert_place(id), &text)
}

/// Where the address of a host is sealed.
pub(super) const fn host_place(id: Id<IncidentHost>) -> Place {
    Place {
        table: "incident_host",
        row: id.number(),
        purpose: "address",
    }
}

/// Where what an alert saw of a host is sealed.
pub(super) const fn alert_place(id: Id<anlanh_model::Alert>) -> Place {
    Place {
        table: "alert",
        row: id.number(),
        purpose: "details",
    }
}
