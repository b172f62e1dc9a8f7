//! Relationships and sightings (section 5).

use crate::id::Id;
use crate::object::Object;
use crate::timestamp::Timestamp;

/// How one thing stands to another.
#[derive(Debug, Clone)]
pub struct Relationship<'a> {
    /// Its identifier.
    pub id: Id,
    /// What stands so.
    pub source: Id,
    /// How.
    pub kind: &'a str,
    /// To what.
    pub target: Id,
}

impl<'a> Relationship<'a> {
    /// The relationship that an object is.
    #[must_use]
    pub fn of(object: &'a Object) -> Option<Self> {
        if object.type_name() != "relationship" {
            return None;
        }
        Some(Self {
            id: object.id()?,
            source: object.reference("source_ref")?,
            kind: object.text("relationship_type")?,
            target: object.reference("target_ref")?,
        })
    }
}

/// Somebody saw something.
#[derive(Debug, Clone)]
pub struct Sighting<'a> {
    object: &'a Object,
    /// Its identifier.
    pub id: Id,
    /// What was seen.
    pub of: Id,
    /// When first.
    pub first_seen: Option<Timestamp>,
    /// When last.
    pub last_seen: Option<Timestamp>,
    /// How often.
    pub count: Option<u32>,
}

impl<'a> Sighting<'a> {
    /// The sighting that an object is.
    #[must_use]
    pub fn of(object: &'a Object) -> Option<Self> {
        if object.type_name() != "sighting" {
            return None;
        }
        let count = || object.members().get("count")?.as_number()?.as_integer();
        Some(Self {
            object,
            id: object.id()?,
            of: object.reference("sighting_of_ref")?,
            first_seen: object.time("first_seen"),
            last_seen: object.time("last_seen"),
            count: count().and_then(|count| u32::try_from(count).ok()),
        })
    }

    /// By whom or where.
    pub fn sighted_by(&self) -> impl Iterator<Item = Id> + use<'a> {
        self.object.texts("where_sighted_refs").filter_map(|id| id.parse().ok())
    }

    /// The observations that it rests on.
    pub fn observed(&self) -> impl Iterator<Item = Id> + use<'a> {
        self.object.texts("observed_data_refs").filter_map(|id| id.parse().ok())
    }
}
