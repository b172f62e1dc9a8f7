//! What an event is made of. Of what MISP knows, this is what is of use to who looks for its values or passes them on;
//! galaxies are there as the tags that MISP gives them.

use anlanh_stix::Timestamp;
use anlanh_stix::json::Members;
use thiserror::Error;

use crate::field;
use crate::uuid::Uuid;

/// An event, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What stands beside its attributes and objects.
    pub head: Head,
    /// Attributes of the event itself.
    pub attributes: Vec<Attribute>,
    /// Objects, each with its attributes.
    pub objects: Vec<Object>,
}

/// What is said of an event as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// Its name.
    pub uuid: Uuid,
    /// What it is about.
    pub info: String,
    /// Its day, `2026-11-28`.
    pub date: String,
    /// When it was last changed.
    pub timestamp: Option<Timestamp>,
    /// When it was last published.
    pub publish_timestamp: Option<Timestamp>,
    /// Whether it is.
    pub is_published: bool,
    /// 0 initial, 1 ongoing, 2 completed.
    pub analysis: u8,
    /// 1 high, 2 medium, 3 low, 4 undefined.
    pub threat_level: u8,
    /// How far it may go, if it says so.
    pub distribution: Option<Distribution>,
    /// The event that it goes on with.
    pub extends: Option<Uuid>,
    /// Who made it.
    pub creator: Option<Organisation>,
    /// What it was tagged with.
    pub tags: Vec<Tag>,
}

/// How far something may go, as MISP has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distribution {
    /// 0: who has it, alone.
    Organisation,
    /// 1: this community.
    Community,
    /// 2: communities that are connected to it.
    Connected,
    /// 3: everybody.
    All,
    /// 4: a group that is not told here.
    SharingGroup,
    /// 5: as the event.
    Inherit,
}

/// Who made or saw something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its name for machines.
    pub uuid: Option<Uuid>,
    /// Its name for people.
    pub name: String,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The tag, as in `tlp:amber`.
    pub name: String,
    /// Its colour, as in `#ffc000`; empty where none is told.
    pub colour: String,
    /// Whether it is meant for one instance alone.
    pub is_local: bool,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Its name.
    pub uuid: Uuid,
    /// What it is, as in `ip-dst`.
    pub kind: String,
    /// Under what it is kept, as in `Network activity`.
    pub category: String,
    /// The value. Where its type has two parts, `|` stands between them.
    pub value: String,
    /// What its maker says of it.
    pub comment: String,
    /// Whether it is meant to be looked for.
    pub is_for_detection: bool,
    /// Whether it was taken back.
    pub is_deleted: bool,
    /// Whether nothing is correlated by it.
    pub is_uncorrelated: bool,
    /// When it was last changed.
    pub timestamp: Option<Timestamp>,
    /// How far it may go, if it says so.
    pub distribution: Option<Distribution>,
    /// When it was first seen.
    pub first_seen: Option<Timestamp>,
    /// When it was last seen.
    pub last_seen: Option<Timestamp>,
    /// What it is in its object.
    pub relation: String,
    /// What it was tagged with.
    pub tags: Vec<Tag>,
    /// Who saw it.
    pub sightings: Vec<Sighting>,
}

/// Attributes that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// Its name.
    pub uuid: Uuid,
    /// The name of its template, as in `file`.
    pub name: String,
    /// What its template is kept under.
    pub meta_category: String,
    /// What its template is for.
    pub description: String,
    /// The name of its template for machines.
    pub template: Option<Uuid>,
    /// Which version of it.
    pub template_version: String,
    /// What its maker says of it.
    pub comment: String,
    /// Whether it was taken back, with all its attributes.
    pub is_deleted: bool,
    /// When it was last changed.
    pub timestamp: Option<Timestamp>,
    /// How far it may go, if it says so.
    pub distribution: Option<Distribution>,
    /// When it was first seen.
    pub first_seen: Option<Timestamp>,
    /// When it was last seen.
    pub last_seen: Option<Timestamp>,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
}

/// That somebody saw a value, or says that it is harmless, or over.
#[derive(Debug, Clone, PartialEq)]
pub struct Sighting {
    /// Its name, where it has one.
    pub uuid: Option<Uuid>,
    /// What it says.
    pub kind: SightingKind,
    /// When.
    pub at: Timestamp,
    /// By what.
    pub source: String,
    /// Who says so.
    pub organisation: Option<Organisation>,
}

/// What a sighting says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SightingKind {
    /// 0: it was seen.
    Seen,
    /// 1: it is harmless.
    FalsePositive,
    /// 2: from then on it means nothing.
    Expiration,
}

/// Why something is no attribute, object or event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Incomplete {
    /// Not an object of JSON.
    #[error("not an object")]
    NotAnObject,
    /// It has no UUID.
    #[error("it has no UUID")]
    Uuid,
    /// It has no type.
    #[error("it has no type")]
    Type,
    /// It has no value.
    #[error("it has no value")]
    Value,
    /// It has no name.
    #[error("it has no name")]
    Name,
}

impl Distribution {
    const ALL: [Self; 6] = [
        Self::Organisation,
        Self::Community,
        Self::Connected,
        Self::All,
        Self::SharingGroup,
        Self::Inherit,
    ];

    fn of(members: &Members) -> Option<Self> {
        let number = field::small(members, "distribution")?;
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The number that MISP has for it.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Organisation => 0,
            Self::Community => 1,
            Self::Connected => 2,
            Self::All => 3,
            Self::SharingGroup => 4,
            Self::Inherit => 5,
        }
    }
}

impl Tag {
    /// A tag of this name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            colour: String::new(),
            is_local: false,
        }
    }

    pub(crate) fn all_of(members: &Members) -> Vec<Self> {
        let of = |tag: &Members| {
            Some(Self {
                name: field::text(tag, "name")?.to_owned(),
                colour: field::owned(tag, "colour"),
                is_local: field::flag(tag, "local"),
            })
        };
        field::objects(members, "Tag").filter_map(of).collect()
    }
}

impl Organisation {
    pub(crate) fn of(members: &Members, name: &str) -> Option<Self> {
        let members = members.get(name)?.as_members()?;
        Some(Self {
            uuid: uuid(members, "uuid"),
            name: field::text(members, "name")?.to_owned(),
        })
    }
}

impl Head {
    /// An event of this name, day (`2026-11-28`) and matter, and nothing else said.
    #[must_use]
    pub fn new(uuid: Uuid, date: &str, info: &str) -> Self {
        Self {
            uuid,
            info: info.to_owned(),
            date: date.to_owned(),
            timestamp: None,
            publish_timestamp: None,
            is_published: false,
            analysis: 0,
            threat_level: 4,
            distribution: None,
            extends: None,
            creator: None,
            tags: Vec::new(),
        }
    }

    pub(crate) fn of(members: &Members) -> Result<Self, Incomplete> {
        let uuid_of_event = uuid(members, "uuid").ok_or(Incomplete::Uuid)?;
        let (date, info) = (field::owned(members, "date"), field::owned(members, "info"));
        Ok(Self {
            timestamp: field::seconds(members, "timestamp"),
            publish_timestamp: field::seconds(members, "publish_timestamp"),
            is_published: field::flag(members, "published"),
            analysis: field::small(members, "analysis").unwrap_or(0),
            threat_level: field::small(members, "threat_level_id").unwrap_or(4),
            distribution: Distribution::of(members),
            extends: uuid(members, "extends_uuid"),
            creator: Organisation::of(members, "Orgc"),
            tags: Tag::all_of(members),
            ..Self::new(uuid_of_event, &date, &info)
        })
    }
}

impl Attribute {
    /// An attribute of this type and value, and nothing else said.
    #[must_use]
    pub fn new(uuid: Uuid, kind: &str, value: &str) -> Self {
        Self {
            uuid,
            kind: kind.to_owned(),
            category: crate::kind::category_of(kind).to_owned(),
            value: value.to_owned(),
            comment: String::new(),
            is_for_detection: false,
            is_deleted: false,
            is_uncorrelated: false,
            timestamp: None,
            distribution: None,
            first_seen: None,
            last_seen: None,
            relation: String::new(),
            tags: Vec::new(),
            sightings: Vec::new(),
        }
    }

    pub(crate) fn of(members: &Members) -> Result<Self, Incomplete> {
        let uuid = uuid(members, "uuid").ok_or(Incomplete::Uuid)?;
        let kind = field::text(members, "type").ok_or(Incomplete::Type)?;
        let value = field::text(members, "value").ok_or(Incomplete::Value)?;
        Ok(Self {
            category: field::owned(members, "category"),
            comment: field::owned(members, "comment"),
            is_for_detection: field::flag(members, "to_ids"),
            is_deleted: field::flag(members, "deleted"),
            is_uncorrelated: field::flag(members, "disable_correlation"),
            timestamp: field::seconds(members, "timestamp"),
            distribution: Distribution::of(members),
            first_seen: field::moment(members, "first_seen"),
            last_seen: field::moment(members, "last_seen"),
            relation: field::owned(members, "object_relation"),
            tags: Tag::all_of(members),
            sightings: field::objects(members, "Sighting").filter_map(Sighting::of).collect(),
            ..Self::new(uuid, kind, value)
        })
    }
}

impl Object {
    /// The object, and its attributes that cannot be read: which, from 0, and why.
    pub(crate) fn of(members: &Members) -> Result<(Self, Vec<(usize, Incomplete)>), Incomplete> {
        let (mut attributes, mut bad) = (Vec::new(), Vec::new());
        for (at, attribute) in field::objects(members, "Attribute").enumerate() {
            match Attribute::of(attribute) {
                Ok(attribute) => attributes.push(attribute),
                Err(incomplete) => bad.push((at, incomplete)),
            }
        }
        let object = Self {
            uuid: uuid(members, "uuid").ok_or(Incomplete::Uuid)?,
            name: field::text(members, "name").ok_or(Incomplete::Name)?.to_owned(),
            meta_category: field::owned(members, "meta-category"),
            description: field::owned(members, "description"),
            template: uuid(members, "template_uuid"),
            template_version: field::owned(members, "template_version"),
            comment: field::owned(members, "comment"),
            is_deleted: field::flag(members, "deleted"),
            timestamp: field::seconds(members, "timestamp"),
            distribution: Distribution::of(members),
            first_seen: field::moment(members, "first_seen"),
            last_seen: field::moment(members, "last_seen"),
            attributes,
        };
        Ok((object, bad))
    }
}

impl Sighting {
    /// One without a moment says nothing.
    fn of(members: &Members) -> Option<Self> {
        Some(Self {
            uuid: uuid(members, "uuid"),
            kind: match field::small(members, "type").unwrap_or(0) {
                0 => SightingKind::Seen,
                1 => SightingKind::FalsePositive,
                2 => SightingKind::Expiration,
                _ => return None,
            },
            at: field::seconds(members, "date_sighting")?,
            source: field::owned(members, "source"),
            organisation: Organisation::of(members, "Organisation"),
        })
    }
}

impl SightingKind {
    /// The number that MISP has for it.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Seen => 0,
            Self::FalsePositive => 1,
            Self::Expiration => 2,
        }
    }
}

fn uuid(members: &Members, name: &str) -> Option<Uuid> {
    field::text(members, name)?.parse().ok()
}
