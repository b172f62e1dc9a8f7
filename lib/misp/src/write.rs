//! Events as MISP writes them: numbers as texts, truth values as such, times in the form that each has there.

use std::io::{self, Write};

use anlanh_stix::Timestamp;
use anlanh_stix::json::{Members, Value};

use crate::event::{Attribute, Distribution, Event, Head, Object, Organisation, Sighting, Tag};

impl Event {
    /// Writes the event as a feed and an import have it, item by item.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let head = self.head.to_json().to_string();
        // Without the brace that closes it.
        write!(out, "{{\"Event\":{}", head.strip_suffix('}').unwrap_or(&head))?;
        write_list(out, "Attribute", self.attributes.iter().map(Attribute::to_json))?;
        write_list(out, "Object", self.objects.iter().map(Object::to_json))?;
        out.write_all(b"}}")
    }
}

fn write_list(out: &mut impl Write, name: &str, items: impl Iterator<Item = Members>) -> io::Result<()> {
    write!(out, ",\"{name}\":[")?;
    for (at, item) in items.enumerate() {
        out.write_all(if at == 0 { b"" } else { b"," })?;
        write!(out, "{item}")?;
    }
    out.write_all(b"]")
}

impl Head {
    fn to_json(&self) -> Members {
        let mut members = Members::default()
            .with("uuid", self.uuid.as_str())
            .with("info", self.info.as_str())
            .with("date", self.date.as_str())
            .with("published", self.is_published)
            .with("analysis", self.analysis.to_string())
            .with("threat_level_id", self.threat_level.to_string());
        members = with_seconds(members, "timestamp", self.timestamp);
        members = with_seconds(members, "publish_timestamp", self.publish_timestamp);
        members = with_distribution(members, self.distribution);
        if let Some(extends) = &self.extends {
            members = members.with("extends_uuid", extends.as_str());
        }
        if let Some(creator) = &self.creator {
            members = members.with("Orgc", creator.to_json());
        }
        with_tags(members, &self.tags)
    }

    /// What a manifest says of the event.
    pub(crate) fn to_manifest(&self) -> Members {
        let mut members = Members::default()
            .with("info", self.info.as_str())
            .with("date", self.date.as_str())
            .with("analysis", i64::from(self.analysis))
            .with("threat_level_id", i64::from(self.threat_level));
        if let Some(timestamp) = self.timestamp {
            members = members.with("timestamp", timestamp.seconds);
        }
        if let Some(creator) = &self.creator {
            members = members.with("Orgc", creator.to_json());
        }
        members.with("Tag", tags_to_json(&self.tags))
    }
}

impl Organisation {
    fn to_json(&self) -> Members {
        let members = Members::default().with("name", self.name.as_str());
        match &self.uuid {
            Some(uuid) => members.with("uuid", uuid.as_str()),
            None => members,
        }
    }
}

impl Attribute {
    fn to_json(&self) -> Members {
        let mut members = Members::default()
            .with("uuid", self.uuid.as_str())
            .with("type", self.kind.as_str())
            .with("category", self.category.as_str())
            .with("value", self.value.as_str())
            .with("to_ids", self.is_for_detection)
            .with("comment", self.comment.as_str())
            .with("deleted", self.is_deleted)
            .with("disable_correlation", self.is_uncorrelated);
        if !self.relation.is_empty() {
            members = members.with("object_relation", self.relation.as_str());
        }
        members = with_seconds(members, "timestamp", self.timestamp);
        members = with_distribution(members, self.distribution);
        members = with_seen(members, self.first_seen, self.last_seen);
        members = with_tags(members, &self.tags);
        if !self.sightings.is_empty() {
            let sightings = self.sightings.iter().map(|sighting| sighting.to_json().into());
            members = members.with("Sighting", sightings.collect::<Vec<Value>>());
        }
        members
    }
}

impl Object {
    fn to_json(&self) -> Members {
        let mut members = Members::default()
            .with("uuid", self.uuid.as_str())
            .with("name", self.name.as_str())
            .with("meta-category", self.meta_category.as_str())
            .with("description", self.description.as_str())
            .with("template_version", self.template_version.as_str())
            .with("comment", self.comment.as_str())
            .with("deleted", self.is_deleted);
        if let Some(template) = &self.template {
            members = members.with("template_uuid", template.as_str());
        }
        members = with_seconds(members, "timestamp", self.timestamp);
        members = with_distribution(members, self.distribution);
        members = with_seen(members, self.first_seen, self.last_seen);
        let attributes = self.attributes.iter().map(|attribute| attribute.to_json().into());
        members.with("Attribute", attributes.collect::<Vec<Value>>())
    }
}

impl Sighting {
    fn to_json(&self) -> Members {
        let mut members = Members::default()
            .with("type", self.kind.number().to_string())
            .with("date_sighting", self.at.seconds.to_string())
            .with("source", self.source.as_str());
        if let Some(uuid) = &self.uuid {
            members = members.with("uuid", uuid.as_str());
        }
        if let Some(organisation) = &self.organisation {
            members = members.with("Organisation", organisation.to_json());
        }
        members
    }
}

fn with_seconds(members: Members, name: &str, moment: Option<Timestamp>) -> Members {
    match moment {
        Some(moment) => members.with(name, moment.seconds.to_string()),
        None => members,
    }
}

/// First and last, in microseconds.
fn with_seen(mut members: Members, first: Option<Timestamp>, last: Option<Timestamp>) -> Members {
    for (name, moment) in [("first_seen", first), ("last_seen", last)] {
        if let Some(moment) = moment {
            let whole = Timestamp { nanos: 0, ..moment }.to_string();
            let whole = whole.trim_end_matches('Z');
            members = members.with(name, format!("{whole}.{:06}+00:00", moment.nanos / 1_000));
        }
    }
    members
}

fn with_distribution(members: Members, distribution: Option<Distribution>) -> Members {
    match distribution {
        Some(distribution) => members.with("distribution", distribution.number().to_string()),
        None => members,
    }
}

fn with_tags(members: Members, tags: &[Tag]) -> Members {
    if tags.is_empty() {
        return members;
    }
    members.with("Tag", tags_to_json(tags))
}

fn tags_to_json(tags: &[Tag]) -> Vec<Value> {
    let tag = |tag: &Tag| {
        let mut members = Members::default().with("name", tag.name.as_str());
        if !tag.colour.is_empty() {
            members = members.with("colour", tag.colour.as_str());
        }
        if tag.is_local {
            members = members.with("local", true);
        }
        members.into()
    };
    tags.iter().map(tag).collect()
}
