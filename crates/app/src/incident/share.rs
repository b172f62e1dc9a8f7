//! An incident told to the national centre in edXML (letter 2290/BTTTT-CATTT): looked at before it leaves, signed once, delivered until it
//! is taken, every attempt noted.
//!
//! No machine is named: the form wants an address and a name of each, and gets `0.0.0.0` and its place in the message. What is marked
//! more strictly than TLP:AMBER is left out, and so is whatever was found by the address of a host of the incident itself.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use anlanh_edxml::{Certificate, Connection, Issuer, Machine, Malware, Report, Text};
use anlanh_model::{
    Actor, AlertEvent, AuditAction, Id, Incident, IncidentHost, IncidentShare, IncidentState, IncidentStepError,
    Permission, Time, Tlp,
};
use anlanh_soc::{Kind, Value};
use anlanh_store::incident::alert::{self, AlertRow};
use anlanh_store::incident::share::{self as store, Sender};
pub use anlanh_store::incident::share::{AttemptRow, DueShare, RuleNames, ShareRow};
use anlanh_store::incident::sharing;
use anlanh_store::incident::work::{self, By, Note};
use anlanh_store::indicator;
use anlanh_store::{Queries, Writer};
use anlanh_vault::Vault;
use sha2::{Digest, Sha256};

use super::IncidentError;
use super::plan::drop_plan;
use super::spare::Hosts;
use super::step::load;
use super::work::hex;
use crate::case::permit_person;
use crate::indicator::Clearance;
use crate::{App, Error, permit};

/// Most alerts that one message tells of.
pub(super) const MOST_ALERTS: u32 = 1_000;
/// How far what leaves may be marked.
pub(super) const MOST_TLP: Tlp = Tlp::Amber;
/// Longest part of an answer that is kept, in bytes.
const MAX_ANSWER_BYTES: usize = 500;

/// Signs with RSASSA-PKCS1-v1_5 and SHA-256; none where it cannot.
pub type Sign = Arc<dyn Fn(&[u8]) -> Option<Vec<u8>> + Send + Sync>;

/// As whom the node speaks to the national centre.
#[derive(Clone)]
pub struct Edxml {
    /// Who it is.
    pub issuer: Issuer,
    /// The certificate of its key.
    pub certificate: Certificate,
    /// What signs with that key.
    pub sign: Sign,
}

impl fmt::Debug for Edxml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edxml")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// What it takes to sign a message: the node's name and key, and what opens the addresses that must not be in it.
#[derive(Clone)]
pub(super) struct Signing {
    edxml: Arc<Edxml>,
    vault: Arc<Vault>,
}

impl Signing {
    /// That of a node that has somebody to tell.
    pub(super) fn of(app: &App) -> Option<Self> {
        Some(Self {
            edxml: app.edxml.clone()?,
            vault: Arc::clone(&app.vault),
        })
    }
}

/// How much of an incident a message tells.
#[derive(Debug, Clone, Copy)]
pub(super) enum Extent<'e> {
    /// Everything.
    All,
    /// What was not told before, of these kinds of events; of every one where there is none.
    New(&'e [AlertEvent]),
}

impl<'e> Extent<'e> {
    const fn events(self) -> &'e [AlertEvent] {
        match self {
            Self::All => &[],
            Self::New(events) => events,
        }
    }

    fn alerts(self, tx: &mut dyn Queries, id: Id<Incident>) -> Result<Vec<AlertRow>, Error> {
        Ok(match self {
            Self::All => alert::of_incident(tx, id, (None, MOST_ALERTS))?,
            Self::New(events) => sharing::fresh(tx, id, (events, MOST_TLP), MOST_ALERTS)?,
        })
    }
}

/// What would leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// What is told, one thing each: what it is, and of which machine by its place.
    pub lines: Vec<(String, usize)>,
    /// Alerts that are left out: marked too strictly, found by a host's own address, or nothing that the form has a place for.
    pub left_out: usize,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivered {
    /// It was taken.
    Taken(u16, String),
    /// It was not, and is tried again at this time.
    Again(Option<u16>, String, Time),
    /// It was not, and is given up.
    GivenUp(Option<u16>, String),
}

/// What would leave if an incident were told now; none where the node has nobody to tell.
///
/// # Errors
/// When the one who asks may not, there is no such incident, or the database is away.
pub async fn preview(app: &App, actor: &Actor, id: Id<Incident>) -> Result<Option<Preview>, Error> {
    permit(actor, Permission::ReadIncidents)?;
    if app.edxml.is_none() {
        return Ok(None);
    }
    let (now, vault) = (app.clock.now(), Arc::clone(&app.vault));
    app.store
        .read("incident.preview", move |tx| {
            Ok(Some(look(tx, &vault, (id, Extent::All), now)?))
        })
        .await
}

/// A page of the ledger, the newest first: of one incident, or of all. What the other side answered is there for whoever is cleared for all
/// that may leave.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn ledger_page(
    app: &App,
    actor: &Actor,
    of: Option<Id<Incident>>,
    page: (Option<Id<IncidentShare>>, u32),
) -> Result<Vec<(Id<Incident>, ShareRow)>, Error> {
    permit(actor, Permission::ReadIncidents)?;
    let clearance = Clearance::of(app, actor).await?;
    let read = app
        .store
        .read("sharing.ledger", move |tx| Ok::<_, Error>(store::page(tx, of, page)?));
    let mut rows = read.await?;
    if !clearance.covers(MOST_TLP) {
        for attempt in rows.iter_mut().flat_map(|(_, row)| &mut row.attempts) {
            attempt.answer.clear();
        }
    }
    Ok(rows)
}

/// The ledger of an incident.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn ledger(app: &App, actor: &Actor, id: Id<Incident>) -> Result<Vec<ShareRow>, Error> {
    permit(actor, Permission::ReadIncidents)?;
    app.store
        .read("incident.ledger", move |tx| Ok(store::of_incident(tx, id)?))
        .await
}

/// Signs what is told of an incident, and keeps it to be delivered.
///
/// # Errors
/// When the one who asks may not, the node has nobody to tell, there is no such incident, nobody has looked at it, nothing of it may
/// leave, the key does not sign, or the database is away or full.
pub async fn send(app: &App, actor: &Actor, id: Id<Incident>) -> Result<Id<IncidentShare>, Error> {
    let by = permit_person(actor, Permission::WorkIncidents)?;
    let signing = Signing::of(app).ok_or(IncidentError::NobodyToTell)?;
    let write = move |writer: &mut Writer<'_, '_>| {
        let row = load(writer, id)?;
        match row.incident.state {
            IncidentState::New => return Err(IncidentStepError::NotTriaged.into()),
            IncidentState::Merged { .. } => return Err(IncidentStepError::Merged.into()),
            IncidentState::Triaged
            | IncidentState::Working { .. }
            | IncidentState::Contained { .. }
            | IncidentState::Closed { .. } => {}
        }
        let (share, digest) = make(writer, &signing, (id, Extent::All), Sender::Person(by.id))?;
        let note = Note {
            kind: "shared",
            detail: &digest,
            by: By::Person(by.id),
            ..Note::default()
        };
        work::note(writer, id, &note)?;
        // What a rule planned has been told with it.
        if let Some(planned) = sharing::plan_of(writer, id)? {
            drop_plan(writer, &planned, "by_hand")?;
        }
        writer.about("incident", id.number(), format!("edxml {digest}"));
        Ok::<_, Error>(share)
    };
    app.store
        .write(app.change(actor, AuditAction::ShareIncident), write)
        .await
}

/// What would leave of an incident.
pub(super) fn look(
    tx: &mut dyn Queries,
    vault: &Vault,
    (id, extent): (Id<Incident>, Extent<'_>),
    now: Time,
) -> Result<Preview, Error> {
    let alerts = extent.alerts(tx, id)?;
    let hosts = Hosts::of(tx, vault, id)?;
    Ok(told(&alerts, &marked(tx, &alerts)?, &hosts, now)?.1)
}

/// Signs a message and keeps it to be delivered, by hand and by rule alike: the message, and the digest of its bytes. What it was looked
/// through for counts as told.
pub(super) fn make(
    writer: &mut Writer<'_, '_>,
    signing: &Signing,
    (id, extent): (Id<Incident>, Extent<'_>),
    by: Sender,
) -> Result<(Id<IncidentShare>, String), Error> {
    let edxml = &signing.edxml;
    let alerts = extent.alerts(writer, id)?;
    let hosts = Hosts::of(writer, &signing.vault, id)?;
    let marked = marked(writer, &alerts)?;
    let (report, preview) = told(&alerts, &marked, &hosts, writer.now())?;
    if preview.lines.is_empty() {
        return Err(IncidentError::NothingToTell.into());
    }
    let subject = text(&format!("Báo cáo sự cố {id}"))?;
    let envelope = report.envelope(&edxml.issuer, &subject, &edxml.certificate);
    let signature = (edxml.sign)(envelope.to_be_signed()).ok_or(Error::Uncompiled)?;
    let body = envelope.signed(&signature).into_bytes();
    let sha256: [u8; 32] = Sha256::digest(&body).into();
    let share: Id<IncidentShare> = writer.new_id();
    store::insert(writer, (share, id), (&sha256, &body), by)?;
    note_told(writer, (id, extent), &alerts, share.number())?;
    Ok((share, hex(&sha256)))
}

/// Notes that there was nothing to tell: what is there is not looked at again.
pub(super) fn pass_over(
    writer: &mut Writer<'_, '_>,
    (id, extent): (Id<Incident>, Extent<'_>),
    number: i64,
) -> Result<(), Error> {
    let alerts = extent.alerts(writer, id)?;
    note_told(writer, (id, extent), &alerts, number)
}

fn note_told(
    writer: &mut Writer<'_, '_>,
    (id, extent): (Id<Incident>, Extent<'_>),
    alerts: &[AlertRow],
    number: i64,
) -> Result<(), Error> {
    match alerts.last() {
        Some(last) => Ok(sharing::note_told(writer, (id, last.id), extent.events(), number)?),
        None => Ok(()),
    }
}

/// At most `limit` messages that are to be delivered now.
///
/// # Errors
/// When the database is away.
pub async fn due(app: &App, limit: u32) -> Result<Vec<DueShare>, Error> {
    let now = app.clock.now();
    app.store
        .read("incident.share_due", move |tx| Ok(store::due(tx, now, limit)?))
        .await
}

/// Notes what became of an attempt.
///
/// # Errors
/// When there is no such message, or the database is away or full.
pub async fn delivered(app: &App, id: Id<IncidentShare>, what: Delivered) -> Result<(), Error> {
    let write = move |writer: &mut Writer<'_, '_>| {
        let incident = store::incident_of(writer, id)?.ok_or(Error::NotFound("message"))?;
        let now = writer.now();
        let (status, answer, next, kind) = match &what {
            Delivered::Taken(status, answer) => (Some(*status), answer, (None, Some(now)), "share_taken"),
            Delivered::Again(status, answer, at) => (*status, answer, (Some(*at), None), "share_failed"),
            Delivered::GivenUp(status, answer) => (*status, answer, (None, None), "share_given_up"),
        };
        store::attempted(writer, id, (status, &kept(answer)), next)?;
        let detail = status.map_or_else(String::new, |status| status.to_string());
        let note = Note {
            kind,
            detail: &detail,
            ..Note::default()
        };
        work::note(writer, incident, &note)?;
        writer.about("incident", incident.number(), format!("{kind} {detail}"));
        Ok::<_, Error>(())
    };
    app.store
        .write(app.change(&Actor::Node, AuditAction::ShareIncident), write)
        .await
}

/// The beginning of an answer, without what no column takes.
fn kept(answer: &str) -> String {
    let mut kept: String = answer.chars().filter(|c| !c.is_control()).collect();
    let mut end = kept.len().min(MAX_ANSWER_BYTES);
    while !kept.is_char_boundary(end) {
        end -= 1;
    }
    kept.truncate(end);
    kept
}

/// How far each listed value may go now: by the strictest marking that any alert of it has, or whoever lists it.
type Marked<'a> = BTreeMap<(&'a str, &'a str), Tlp>;

fn marked<'a>(tx: &mut dyn Queries, alerts: &'a [AlertRow]) -> Result<Marked<'a>, Error> {
    let mut marked = Marked::new();
    for alert in alerts {
        let tlp = marked.entry((&alert.listed_kind, &alert.listed)).or_insert(alert.tlp);
        *tlp = alert.tlp.max(*tlp);
    }
    for ((kind, value), tlp) in &mut marked {
        let rows = indicator::of_value(tx, kind, value)?;
        let listed = rows.iter().filter(|row| row.revoked_at.is_none()).map(|row| row.tlp);
        *tlp = listed.fold(*tlp, Tlp::max);
    }
    Ok(marked)
}

/// What is told of these alerts: the report, and what stands in it.
fn told(alerts: &[AlertRow], marked: &Marked<'_>, spared: &Hosts, now: Time) -> Result<(Report, Preview), Error> {
    let at = u64::try_from(now.as_seconds()).unwrap_or(0);
    let mut report = Report::new(text("An Lành")?, at);
    let mut preview = Preview {
        lines: Vec::new(),
        left_out: 0,
    };
    let mut places: BTreeMap<Id<IncidentHost>, usize> = BTreeMap::new();
    for alert in alerts {
        let Some(host) = alert.host.as_ref().map(|(id, _)| *id) else {
            preview.left_out += 1;
            continue;
        };
        let tlp = marked.get(&(alert.listed_kind.as_str(), alert.listed.as_str()));
        if tlp.is_none_or(|tlp| *tlp > MOST_TLP) || names_host(alert, spared) {
            preview.left_out += 1;
            continue;
        }
        let next = places.len() + 1;
        let place = *places.entry(host).or_insert(next);
        if add(&mut report, alert, place)? {
            preview
                .lines
                .push((format!("{} {}", alert.listed_kind, alert.listed), place));
        } else {
            preview.left_out += 1;
        }
    }
    Ok((report, preview))
}

/// Whether what an alert would tell names a host of its incident.
pub(super) fn names_host(alert: &AlertRow, hosts: &Hosts) -> bool {
    hosts.may_be_named_in(&alert.listed)
        || alert
            .campaign
            .as_deref()
            .is_some_and(|name| hosts.may_be_named_in(name))
}

/// Adds one alert to a report; false where it has no place in the form.
fn add(report: &mut Report, alert: &AlertRow, place: usize) -> Result<bool, Error> {
    // The form wants an address and a name; neither may lead to a subscriber.
    let machine = Machine {
        ip: [0, 0, 0, 0].into(),
        name: text(&format!("Máy {place}"))?,
    };
    let kind = Kind::from_key(&alert.listed_kind);
    let value = kind.and_then(|kind| Value::read(kind, &alert.listed).ok());
    let (Some(kind), Some(_)) = (kind, value) else {
        return Ok(false);
    };
    let (Ok(listed), Ok(name)) = (
        Text::new(alert.listed.as_str()),
        Text::new(alert.campaign.as_deref().unwrap_or(&alert.listed)),
    ) else {
        return Ok(false);
    };
    let address = alert.listed.parse();
    let is_full = if let (Kind::Address, Ok(target)) = (kind, address) {
        let connection = Connection {
            program: Text::default(),
            md5: Text::default(),
            sha256: Text::default(),
            target,
        };
        report.add_connection(machine, connection)
    } else {
        let malware = Malware {
            name,
            kind: text(event(alert.event))?,
            behavior: listed,
            device: Text::default(),
            files: u32::from(kind == Kind::Hash),
        };
        report.add_malware(machine, malware)
    };
    Ok(is_full.is_ok())
}

const fn event(event: AlertEvent) -> &'static str {
    match event {
        AlertEvent::Dns => "Truy vấn tên miền độc hại",
        AlertEvent::Flow => "Kết nối độc hại",
        AlertEvent::Tls => "Phiên TLS độc hại",
        AlertEvent::Http => "Truy cập web độc hại",
        AlertEvent::File => "Tệp mã độc",
        AlertEvent::Mail => "Thư độc hại",
        AlertEvent::Report | AlertEvent::Other => "Dấu hiệu mã độc",
    }
}

fn text(text: &str) -> Result<Text, Error> {
    Text::new(text).map_err(|_| Error::Uncompiled)
}
