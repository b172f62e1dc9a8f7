//! An incident as STIX 2.1: the indicators that it was found by, how often each was seen, and nothing of who was behind it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use anlanh_model::{Actor, AuditAction, Id, Incident, Permission, Time, Tlp};
use anlanh_stix::json::{Members, Value as Json};
use anlanh_store::Writer;
use anlanh_store::incident::alert;
use anlanh_store::incident::work::{self, By, Note};

use super::IncidentError;
use super::share::{MOST_ALERTS, MOST_TLP, names_host};
use super::spare::Hosts;
use super::step::load;
use crate::case::permit_person;
use crate::feed::{marking_of, pattern, stamp_of, uuid_of, version_stamp};
use crate::{App, Error};

/// Most times that a sighting says something was seen (STIX 2.1, section 5.2).
const MOST_SEEN: i64 = 999_999_999;

/// What was seen of one indicator.
struct Sum {
    tlp: Tlp,
    campaign: Option<String>,
    count: u64,
    first_at: Time,
    last_at: Time,
}

/// An incident as a bundle for others: indicators that may go as far as TLP:AMBER, have a pattern and name no host of the incident, each with
/// a sighting, and a grouping of them. That it was given out stands in the timeline and the audit log.
///
/// # Errors
/// When the one who asks may not, there is no such incident, nothing of it may leave, or the database is away or full.
pub async fn bundle(app: &App, actor: &Actor, id: Id<Incident>) -> Result<String, Error> {
    let by = permit_person(actor, Permission::WorkIncidents)?;
    let (organisation, vault) = (app.site.name().to_owned(), Arc::clone(&app.vault));
    let write = move |writer: &mut Writer<'_, '_>| {
        let row = load(writer, id)?;
        let mut sums: BTreeMap<(String, String), Sum> = BTreeMap::new();
        let hosts = Hosts::of(writer, &vault, id)?;
        for alert in alert::of_incident(writer, id, (None, MOST_ALERTS))? {
            if names_host(&alert, &hosts) {
                continue;
            }
            sums.entry((alert.listed_kind, alert.listed))
                .and_modify(|sum| {
                    sum.tlp = sum.tlp.max(alert.tlp);
                    sum.count = sum.count.saturating_add(alert.count);
                    sum.first_at = sum.first_at.min(alert.first_at);
                    sum.last_at = sum.last_at.max(alert.last_at);
                })
                .or_insert(Sum {
                    tlp: alert.tlp,
                    campaign: alert.campaign,
                    count: alert.count,
                    first_at: alert.first_at,
                    last_at: alert.last_at,
                });
        }
        sums.retain(|_, sum| sum.tlp <= MOST_TLP);
        let text = write_bundle(&organisation, (id, row.opened_at, writer.now()), &sums);
        let text = text.ok_or(IncidentError::NothingToTell)?;
        let note = Note {
            kind: "stix",
            by: By::Person(by.id),
            ..Note::default()
        };
        work::note(writer, id, &note)?;
        writer.about("incident", id.number(), "stix");
        Ok::<_, Error>(text)
    };
    app.store
        .write(app.change(actor, AuditAction::ShareIncident), write)
        .await
}

/// The bundle; none where it would hold nothing.
fn write_bundle(
    organisation: &str,
    (id, opened_at, now): (Id<Incident>, Time, Time),
    sums: &BTreeMap<(String, String), Sum>,
) -> Option<String> {
    let named = |what: &str, name: &str| format!("{what}--{}", uuid_of(name.as_bytes()));
    let identity = named("identity", organisation);
    let begun = |kind: &str, id: String, at: Time| {
        Members::default()
            .with("type", kind)
            .with("spec_version", "2.1")
            .with("id", id)
            .with("created", version_stamp(at))
            .with("modified", version_stamp(now))
    };
    let (mut objects, mut refs, mut strictest) = (Vec::new(), Vec::new(), Tlp::Clear);
    for ((kind, value), sum) in sums {
        let Some(pattern) = pattern(kind, value) else { continue };
        strictest = strictest.max(sum.tlp);
        let marked = vec![Json::from(marking_of(sum.tlp).id())];
        let indicator = named("indicator", &format!("{organisation} {kind} {value}"));
        let sighting = named("sighting", &format!("{id} {kind} {value}"));
        let object = begun("indicator", indicator.clone(), opened_at)
            .with("created_by_ref", identity.as_str())
            .with("name", sum.campaign.as_deref().unwrap_or(value))
            .with("pattern", pattern)
            .with("pattern_type", "stix")
            .with("valid_from", stamp_of(sum.first_at).to_string())
            .with("object_marking_refs", marked.clone());
        let count = i64::try_from(sum.count).unwrap_or(MOST_SEEN).min(MOST_SEEN);
        let seen = begun("sighting", sighting.clone(), opened_at)
            .with("created_by_ref", identity.as_str())
            .with("sighting_of_ref", indicator.as_str())
            .with("where_sighted_refs", vec![Json::from(identity.as_str())])
            .with("first_seen", stamp_of(sum.first_at).to_string())
            .with("last_seen", stamp_of(sum.last_at).to_string())
            .with("count", count)
            .with("object_marking_refs", marked);
        refs.extend([Json::from(indicator), Json::from(sighting)]);
        objects.extend([object, seen]);
    }
    if objects.is_empty() {
        return None;
    }
    let marked = vec![Json::from(marking_of(strictest).id())];
    let who = begun("identity", identity.clone(), opened_at)
        .with("name", organisation)
        .with("identity_class", "organization");
    let grouping = begun("grouping", named("grouping", &id.to_string()), opened_at)
        .with("created_by_ref", identity.as_str())
        .with("name", format!("Sự cố {id}"))
        .with("context", "suspicious-activity")
        .with("object_refs", refs)
        .with("object_marking_refs", marked);
    let bundle = named("bundle", &format!("{id} {}", now.as_micros()));
    let mut text = format!("{{\"type\":\"bundle\",\"id\":\"{bundle}\",\"objects\":[");
    for (at, tlp) in Tlp::ALL.into_iter().filter(|tlp| *tlp <= strictest).enumerate() {
        let comma = if at > 0 { "," } else { "" };
        let _ = write!(text, "{comma}{}", marking_of(tlp).marking());
    }
    for object in [who, grouping].iter().chain(&objects) {
        let _ = write!(text, ",{object}");
    }
    text.push_str("]}");
    Some(text)
}
