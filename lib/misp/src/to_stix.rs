//! Events as objects of STIX: a value that is meant to be looked for is an indicator, who saw it is a sighting, and who says
//! that it is harmless gives an opinion.
//!
//! The same event gives the same objects: identifiers are the UUIDs that MISP gives, or derived from them, and times are
//! those of the event. What was taken back is an indicator that is revoked.

use std::collections::BTreeSet;

use anlanh_stix::json::{Members, Value};
use anlanh_stix::view::Tlp;
use anlanh_stix::{Object as StixObject, Timestamp};
use thiserror::Error;

use crate::event::{Attribute, Distribution, Event, Head, Object, Organisation, Sighting, SightingKind};
use crate::kind::{self, NoPattern};
use crate::limits::MAX_REPORT_OBJECTS;
use crate::reader::Item;
use crate::tag;
use crate::uuid::Uuid;

/// An attribute that is made no indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The attribute.
    pub uuid: Uuid,
    /// The identifier that its indicator would have. What had one and has none any more is to be revoked.
    pub id: String,
    /// Why.
    pub why: NoIndicator,
}

/// Why an attribute is made no indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoIndicator {
    /// It is not meant to be looked for.
    #[error("it is not meant to be looked for")]
    NotForDetection,
    /// Nothing says when it was made.
    #[error("nothing says when it was made")]
    NoTime,
    /// It has no place in patterns.
    #[error(transparent)]
    Pattern(#[from] NoPattern),
}

/// Makes objects of the items of one event.
#[derive(Debug)]
pub struct ToStix<'a> {
    head: &'a Head,
    creator: Option<StixObject>,
    created: Option<Timestamp>,
}

/// The objects of an event with those that they name, each once; and the attributes that are made none. A report, or a
/// grouping where the event is not published, holds them together.
#[must_use]
pub fn to_stix(event: &Event) -> (Vec<StixObject>, Vec<Left>) {
    let making = ToStix::new(&event.head);
    let (mut objects, mut left, mut known) = (Vec::new(), Vec::new(), BTreeSet::new());
    let mut push = |object: StixObject| {
        if known.insert(object.text("id").unwrap_or_default().to_owned()) {
            objects.push(object);
        }
    };
    making.creator.iter().cloned().for_each(&mut push);
    for attribute in &event.attributes {
        left.extend(making.attribute(attribute, &mut push));
    }
    for object in &event.objects {
        left.extend(making.object(object, &mut push));
    }
    if let Some(report) = making.report(&objects) {
        objects.push(report);
    }
    let marks = |tlp: &Tlp| {
        objects
            .iter()
            .any(|object| object.texts(MARKINGS).any(|id| id == tlp.id()))
    };
    let used: Vec<Tlp> = Tlp::ALL.into_iter().filter(marks).collect();
    objects.extend(used.iter().filter_map(|tlp| StixObject::new(tlp.marking())));
    (objects, left)
}

const MARKINGS: &str = "object_marking_refs";

impl<'a> ToStix<'a> {
    /// For the items of the event of which this is said.
    #[must_use]
    pub fn new(head: &'a Head) -> Self {
        Self {
            head,
            creator: head.creator.as_ref().and_then(identity),
            created: format!("{}T00:00:00Z", head.date).parse().ok(),
        }
    }

    /// Who made the event, as an object that the others name.
    #[must_use]
    pub fn creator(&self) -> Option<&StixObject> {
        self.creator.as_ref()
    }

    /// Gives the objects of an item, each before those that name it, and tells of attributes that are made none. Markings
    /// are named alone: they are the same everywhere.
    pub fn item(&self, item: &Item, push: &mut impl FnMut(StixObject)) -> Vec<Left> {
        match item {
            Item::Attribute(attribute) => self.attribute(attribute, push).into_iter().collect(),
            Item::Object(object) => self.object(object, push),
        }
    }

    fn object(&self, object: &Object, push: &mut impl FnMut(StixObject)) -> Vec<Left> {
        let mut left = Vec::new();
        for attribute in &object.attributes {
            let mut attribute = attribute.clone();
            attribute.is_deleted |= object.is_deleted;
            attribute.timestamp = attribute.timestamp.max(object.timestamp.filter(|_| object.is_deleted));
            attribute.timestamp = attribute.timestamp.or(object.timestamp);
            attribute.first_seen = attribute.first_seen.or(object.first_seen);
            attribute.last_seen = attribute.last_seen.or(object.last_seen);
            if attribute.comment.is_empty() {
                attribute.comment.clone_from(&object.comment);
            }
            if matches!(attribute.distribution, None | Some(Distribution::Inherit)) {
                attribute.distribution = object.distribution;
            }
            left.extend(self.attribute(&attribute, push));
        }
        left
    }

    /// The indicator of an attribute, and what was said of it.
    fn attribute(&self, attribute: &Attribute, push: &mut impl FnMut(StixObject)) -> Option<Left> {
        let id = attribute.uuid.to_id("indicator");
        match self.indicator(attribute, &id) {
            Ok(indicator) => push(indicator),
            Err(why) => {
                let uuid = attribute.uuid.clone();
                return Some(Left { uuid, id, why });
            }
        }
        let tlp = self.tlp(attribute);
        if let Some(last) = attribute.last_seen {
            let first = attribute.first_seen.unwrap_or(last).min(last);
            let uuid = Uuid::derived(&["last-seen", attribute.uuid.as_str()]);
            let seen = common("sighting", &uuid.to_id("sighting"), last, last)
                .with("first_seen", first.to_string())
                .with("last_seen", last.to_string())
                .with("sighting_of_ref", id.as_str());
            StixObject::new(self.signed(marked(seen, tlp)))
                .into_iter()
                .for_each(&mut *push);
        }
        for sighting in &attribute.sightings {
            self.sighting(sighting, &id, tlp, push);
        }
        None
    }

    fn indicator(&self, attribute: &Attribute, id: &str) -> Result<StixObject, NoIndicator> {
        if !attribute.is_for_detection {
            return Err(NoIndicator::NotForDetection);
        }
        let (language, pattern) = kind::pattern_of(&attribute.kind, &attribute.value)?;
        let changed = attribute.timestamp.or(self.head.timestamp).or(self.created);
        let changed = changed.ok_or(NoIndicator::NoTime)?;
        let is_over = |sighting: &&Sighting| sighting.kind == SightingKind::Expiration;
        let ends = attribute
            .sightings
            .iter()
            .filter(is_over)
            .map(|sighting| sighting.at)
            .min();
        let modified = ends.map_or(changed, |ends| ends.max(changed));
        let begins = attribute.first_seen.unwrap_or(changed);
        let created = self.created.filter(|created| *created <= modified).unwrap_or(modified);
        let mut indicator = self.signed(common("indicator", id, created, modified));
        if attribute.is_deleted || ends.is_some_and(|ends| ends <= begins) {
            indicator = indicator.with("revoked", true);
        }
        if language == "stix" {
            indicator = indicator.with("name", attribute.value.trim());
        }
        if !attribute.comment.is_empty() {
            indicator = indicator.with("description", attribute.comment.as_str());
        }
        indicator = indicator
            .with("pattern", pattern)
            .with("pattern_type", language)
            .with("valid_from", begins.to_string());
        if let Some(ends) = ends.filter(|ends| *ends > begins) {
            indicator = indicator.with("valid_until", ends.to_string());
        }
        let tags = || attribute.tags.iter().chain(&self.head.tags);
        let confidence = tag::confidence_of(&attribute.tags).or_else(|| tag::confidence_of(&self.head.tags));
        if let Some(confidence) = confidence {
            indicator = indicator.with("confidence", i64::from(confidence));
        }
        let mut labels = vec![format!("{LABEL_TYPE}{}\"", attribute.kind)];
        if !attribute.category.is_empty() {
            labels.push(format!("{LABEL_CATEGORY}{}\"", attribute.category));
        }
        for tag in tags() {
            if !tag::is_tlp(&tag.name) && !tag.name.is_empty() && !labels.contains(&tag.name) {
                labels.push(tag.name.clone());
            }
        }
        let labels: Vec<Value> = labels.into_iter().map(Value::from).collect();
        let indicator = indicator
            .with("labels", labels)
            .with("external_references", self.source());
        StixObject::new(marked(indicator, self.tlp(attribute))).ok_or(NoIndicator::NoTime)
    }

    /// Where it comes from: the event.
    fn source(&self) -> Vec<Value> {
        let source = Members::default().with("source_name", "MISP");
        let source = if self.head.info.is_empty() {
            source
        } else {
            source.with("description", self.head.info.as_str())
        };
        vec![source.with("external_id", self.head.uuid.as_str()).into()]
    }

    fn sighting(&self, sighting: &Sighting, of: &str, tlp: Option<Tlp>, push: &mut impl FnMut(StixObject)) {
        let (type_name, reference) = match sighting.kind {
            SightingKind::Seen => ("sighting", "sighting_of_ref"),
            SightingKind::FalsePositive => ("opinion", "object_refs"),
            // The indicator has its end.
            SightingKind::Expiration => return,
        };
        let uuid = sighting.uuid.clone().unwrap_or_else(|| {
            let by = sighting.organisation.as_ref().map_or("", |by| by.name.as_str());
            Uuid::derived(&[type_name, of, &sighting.at.to_string(), &sighting.source, by])
        });
        let who = sighting.organisation.as_ref().and_then(identity);
        let mut made = common(type_name, &uuid.to_id(type_name), sighting.at, sighting.at);
        if type_name == "sighting" {
            made = made
                .with("first_seen", sighting.at.to_string())
                .with("last_seen", sighting.at.to_string())
                .with("count", 1)
                .with(reference, of);
        } else {
            made = made
                .with("opinion", "strongly-disagree")
                .with(reference, vec![Value::from(of)]);
        }
        if !sighting.source.is_empty() {
            let name = if type_name == "sighting" {
                "description"
            } else {
                "explanation"
            };
            made = made.with(name, sighting.source.as_str());
        }
        if let Some(who) = &who {
            let id = who.text("id").unwrap_or_default();
            made = made.with("created_by_ref", id);
            if type_name == "sighting" {
                made = made.with("where_sighted_refs", vec![Value::from(id)]);
            }
        }
        who.into_iter().for_each(&mut *push);
        StixObject::new(marked(made, tlp)).into_iter().for_each(&mut *push);
    }

    fn report(&self, objects: &[StixObject]) -> Option<StixObject> {
        let refs: Vec<Value> = objects
            .iter()
            .filter_map(|object| object.text("id"))
            .map(Value::from)
            .collect();
        if refs.len() > MAX_REPORT_OBJECTS || !objects.iter().any(|object| object.type_name() == "indicator") {
            return None;
        }
        let modified = self.head.timestamp.or(self.created)?;
        let created = self.created.filter(|created| *created <= modified).unwrap_or(modified);
        let of_type = |type_name: &str| common(type_name, &self.head.uuid.to_id(type_name), created, modified);
        let report = if self.head.is_published {
            let published = self.head.publish_timestamp.unwrap_or(modified);
            of_type("report").with("published", published.to_string())
        } else {
            of_type("grouping").with("context", "suspicious-activity")
        };
        let labels = self
            .head
            .tags
            .iter()
            .filter(|tag| !tag::is_tlp(&tag.name) && !tag.name.is_empty());
        let labels: Vec<Value> = labels.map(|tag| Value::from(tag.name.as_str())).collect();
        let mut report = report.with("name", self.head.info.as_str()).with("object_refs", refs);
        if !labels.is_empty() {
            report = report.with("labels", labels);
        }
        let tlp = tag::tlp_of(&self.head.tags).or_else(|| self.head.distribution.and_then(tag::tlp_of_distribution));
        StixObject::new(self.signed(marked(report, tlp)))
    }

    /// The strictest colour of the attribute and its event; where neither has one, that of how far they may go.
    fn tlp(&self, attribute: &Attribute) -> Option<Tlp> {
        let of_tags = tag::tlp_of(&attribute.tags).max(tag::tlp_of(&self.head.tags));
        let distribution = attribute.distribution.filter(|of| *of != Distribution::Inherit);
        let of_distribution = distribution
            .or(self.head.distribution)
            .and_then(tag::tlp_of_distribution);
        of_tags.or(of_distribution)
    }

    fn signed(&self, members: Members) -> Members {
        match self.creator.as_ref().and_then(|creator| creator.text("id")) {
            Some(id) => members.with("created_by_ref", id),
            None => members,
        }
    }
}

/// The labels that say what an attribute was.
pub const LABEL_TYPE: &str = "misp:type=\"";
/// And under what it was kept.
pub const LABEL_CATEGORY: &str = "misp:category=\"";

fn common(type_name: &str, id: &str, created: Timestamp, modified: Timestamp) -> Members {
    Members::default()
        .with("type", type_name)
        .with("spec_version", "2.1")
        .with("id", id)
        .with("created", millis(created))
        .with("modified", millis(modified))
}

/// With exactly three digits after the second (sections 3.2 and 3.6 of STIX).
fn millis(moment: Timestamp) -> String {
    let whole = Timestamp { nanos: 0, ..moment }.to_string();
    format!("{}.{:03}Z", whole.trim_end_matches('Z'), moment.nanos / 1_000_000)
}

fn marked(members: Members, tlp: Option<Tlp>) -> Members {
    match tlp {
        Some(tlp) => members.with(MARKINGS, vec![Value::from(tlp.id())]),
        None => members,
    }
}

/// Somebody, as of the beginning of time: what they say of themselves elsewhere is later.
fn identity(organisation: &Organisation) -> Option<StixObject> {
    if organisation.name.is_empty() {
        return None;
    }
    let derived = || Uuid::derived(&["organisation", &organisation.name]);
    let uuid = organisation.uuid.clone().unwrap_or_else(derived);
    let begins = Timestamp { seconds: 0, nanos: 0 };
    let identity = common("identity", &uuid.to_id("identity"), begins, begins)
        .with("name", organisation.name.as_str())
        .with("identity_class", "organization");
    StixObject::new(identity)
}
