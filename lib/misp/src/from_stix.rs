//! Objects of STIX as attributes: an indicator whose pattern asks for values gives one for each, with who saw it.

use std::collections::HashMap;

use anlanh_stix::view::{Indicator, Markings, PatternKind, Sighting as StixSighting};
use anlanh_stix::{Id, Object as StixObject, Pattern, Timestamp};
use thiserror::Error;

use crate::event::{Attribute, Sighting, SightingKind, Tag};
use crate::kind::{self, NoAttributes};
use crate::tag;
use crate::to_stix::{LABEL_CATEGORY, LABEL_TYPE};
use crate::uuid::Uuid;

/// An indicator that gives no attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsaid {
    /// Which one; empty where it has no identifier.
    pub id: String,
    /// Why.
    pub why: NoAttribute,
}

/// Why an indicator gives no attribute.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoAttribute {
    /// It lacks what an indicator must have.
    #[error("the indicator lacks its pattern, the language of it, or from when it holds")]
    Incomplete,
    /// MISP has no type for rules of this language.
    #[error("MISP has no type for patterns of this language")]
    Language,
    /// Its pattern cannot be read.
    #[error("the pattern cannot be read")]
    Unreadable,
    /// Its pattern asks for what attributes do not say.
    #[error(transparent)]
    Pattern(#[from] NoAttributes),
}

/// The attributes that the indicators among some objects give, with the sightings and opinions among them; and the
/// indicators that give none.
#[must_use]
pub fn from_stix(objects: &[StixObject]) -> (Vec<Attribute>, Vec<Unsaid>) {
    let mut sightings: HashMap<&str, Vec<Sighting>> = HashMap::new();
    let mut last_seen: HashMap<String, Timestamp> = HashMap::new();
    for object in objects {
        match object.type_name() {
            "sighting" => {
                let Some(seen) = StixSighting::of(object) else { continue };
                let (Some(of), Some(last)) = (
                    object.text("sighting_of_ref"),
                    seen.last_seen.or(object.time("created")),
                ) else {
                    continue;
                };
                // What only says when an attribute was last seen is said by the attribute.
                last_seen.insert(seen.id.uuid().to_owned(), last);
                sightings
                    .entry(of)
                    .or_default()
                    .push(sighting(object, SightingKind::Seen, last));
            }
            "opinion" if matches!(object.text("opinion"), Some("disagree" | "strongly-disagree")) => {
                let Some(at) = object.time("modified").or(object.time("created")) else {
                    continue;
                };
                for of in object.texts("object_refs") {
                    let said = sighting(object, SightingKind::FalsePositive, at);
                    sightings.entry(of).or_default().push(said);
                }
            }
            _ => {}
        }
    }
    let (mut attributes, mut unsaid) = (Vec::new(), Vec::new());
    for object in objects.iter().filter(|object| object.type_name() == "indicator") {
        let id = object.text("id").unwrap_or_default();
        match of_indicator(object) {
            Ok(found) => attributes.extend(found.into_iter().map(|mut attribute| {
                let own = Uuid::derived(&["last-seen", attribute.uuid.as_str()]);
                let all = sightings.get(id).into_iter().flatten();
                let others = all.filter(|sighting| sighting.uuid.as_ref() != Some(&own));
                attribute.sightings = others.cloned().collect();
                attribute.last_seen = attribute.last_seen.or(last_seen.get(own.as_str()).copied());
                attribute
            })),
            Err(why) => unsaid.push(Unsaid { id: id.to_owned(), why }),
        }
    }
    (attributes, unsaid)
}

fn sighting(object: &StixObject, kind: SightingKind, at: Timestamp) -> Sighting {
    let source = object.text("description").or(object.text("explanation"));
    Sighting {
        uuid: object.id().and_then(|id| id.uuid().parse().ok()),
        kind,
        at: Timestamp { nanos: 0, ..at },
        source: source.unwrap_or_default().to_owned(),
        organisation: None,
    }
}

fn of_indicator(object: &StixObject) -> Result<Vec<Attribute>, NoAttribute> {
    let indicator = Indicator::of(object).ok_or(NoAttribute::Incomplete)?;
    let values = values_of(object, &indicator)?;
    let modified = object.time("modified").unwrap_or(indicator.valid_from);
    let tags = tags_of(object, &indicator);
    let category = labelled(object, LABEL_CATEGORY);
    let is_only = values.len() == 1;
    let attribute = |(kind, value): (String, String)| {
        let uuid = uuid_of(&indicator.id, is_only, &kind, &value);
        let category = category.unwrap_or_else(|| kind::category_of(&kind)).to_owned();
        let named = object.text("name").filter(|name| *name != value);
        Attribute {
            category,
            comment: object.text("description").or(named).unwrap_or_default().to_owned(),
            is_for_detection: true,
            is_deleted: object
                .members()
                .get("revoked")
                .and_then(anlanh_stix::json::Value::as_bool)
                == Some(true),
            timestamp: Some(Timestamp { nanos: 0, ..modified }),
            first_seen: Some(indicator.valid_from).filter(|from| *from != modified),
            last_seen: indicator.valid_until,
            tags: tags.clone(),
            ..Attribute::new(uuid, &kind, &value)
        }
    };
    Ok(values.into_iter().map(attribute).collect())
}

/// An attribute has the UUID of its indicator; one of several has one derived from it.
fn uuid_of(id: &Id, is_only: bool, kind: &str, value: &str) -> Uuid {
    let derived = || Uuid::derived(&["attribute", id.as_str(), kind, value]);
    match id.uuid().parse() {
        Ok(uuid) if is_only => uuid,
        _ => derived(),
    }
}

/// What it looks for. Where it says what it was made of, and that gives the same pattern, it is that.
fn values_of(object: &StixObject, indicator: &Indicator<'_>) -> Result<Vec<(String, String)>, NoAttribute> {
    let language = match indicator.kind {
        PatternKind::Stix => "stix",
        PatternKind::Other(language @ ("sigma" | "snort" | "suricata" | "yara")) => {
            // Some put brackets around it, as patterns of STIX have them. No such rule begins with one.
            let rule = indicator.pattern.trim();
            let inner = rule.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            return Ok(vec![(language.to_owned(), inner.unwrap_or(rule).to_owned())]);
        }
        PatternKind::Other(_) => return Err(NoAttribute::Language),
    };
    let gives = |kind: &str, value: &str| {
        kind::pattern_of(kind, value).is_ok_and(|(of, pattern)| of == language && pattern == indicator.pattern)
    };
    let kind = labelled(object, LABEL_TYPE);
    if let (Some(kind), Some(name)) = (kind, object.text("name"))
        && gives(kind, name)
    {
        return Ok(vec![(kind.to_owned(), name.to_owned())]);
    }
    let pattern: Pattern = indicator.pattern.parse().map_err(|_| NoAttribute::Unreadable)?;
    let found = kind::attributes_of(&pattern)?;
    if let (Some(kind), [(guessed, value)]) = (kind, found.as_slice())
        && kind::pattern_of(kind, value) == kind::pattern_of(guessed, value)
    {
        return Ok(vec![(kind.to_owned(), value.clone())]);
    }
    Ok(found)
}

/// What a label of MISP says.
fn labelled<'a>(object: &'a StixObject, label: &str) -> Option<&'a str> {
    let mut labels = object.texts("labels");
    labels.find_map(|text| text.strip_prefix(label)?.strip_suffix('"'))
}

fn tags_of(object: &StixObject, indicator: &Indicator<'_>) -> Vec<Tag> {
    let mut tags: Vec<Tag> = Markings::of(object)
        .strictest_tlp()
        .map(tag::tag_of)
        .into_iter()
        .collect();
    let is_own = |label: &&str| !label.starts_with(LABEL_TYPE) && !label.starts_with(LABEL_CATEGORY);
    tags.extend(
        object
            .texts("labels")
            .filter(is_own)
            .filter(|label| !tag::is_tlp(label))
            .map(Tag::named),
    );
    if let Some(confidence) = indicator.confidence()
        && tag::confidence_of(&tags).is_none()
    {
        tags.push(tag::confidence_tag(confidence));
    }
    tags
}
