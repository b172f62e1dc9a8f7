//! An object of STIX, with everything that was in it.

use std::fmt;

use thiserror::Error;

use crate::check::{self, Finding};
use crate::id::Id;
use crate::json::{self, JsonError, Members, Value};
use crate::limits::MAX_OBJECT_BYTES;
use crate::schema::{self, Family};
use crate::timestamp::Timestamp;

/// One object, or a whole bundle. It is JSON with a type; whether it is what STIX asks of that type,
/// [`check`](Self::check) says. Printed it is equal to what was read: unknown members, spelling of numbers and order
/// stay.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    members: Members,
}

/// Why bytes are no object.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReadError {
    /// Longer than [`MAX_OBJECT_BYTES`].
    #[error("the object is longer than {MAX_OBJECT_BYTES} bytes")]
    TooLong,
    /// Not JSON.
    #[error("the object cannot be read")]
    Json(#[from] JsonError),
    /// JSON, and not an object with a text as its `type`.
    #[error("the value is not an object with a type")]
    NoType,
}

impl Object {
    /// Reads one object.
    ///
    /// # Errors
    /// Where it is too long, not JSON, or has no type.
    pub fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        if bytes.len() > MAX_OBJECT_BYTES {
            return Err(ReadError::TooLong);
        }
        let Value::Object(members) = json::read(bytes)? else {
            return Err(ReadError::NoType);
        };
        Self::new(members).ok_or(ReadError::NoType)
    }

    /// An object of these members. `None` where they have no text as their `type`.
    #[must_use]
    pub fn new(members: Members) -> Option<Self> {
        members.get("type")?.as_str()?;
        Some(Self { members })
    }

    /// The observable with the identifier that its content gives it; other objects as they are.
    #[must_use]
    pub fn with_derived_id(self) -> Self {
        let Some(id) = self.derived_id() else { return self };
        Self {
            members: self.members.with("id", id.as_str()),
        }
    }

    /// Its type, of STIX or not.
    #[must_use]
    pub fn type_name(&self) -> &str {
        self.text("type").unwrap_or_default()
    }

    /// What kind of object its type is, where it is one of STIX.
    #[must_use]
    pub fn family(&self) -> Option<Family> {
        schema::family(self.type_name())
    }

    /// Its identifier, where it has one.
    #[must_use]
    pub fn id(&self) -> Option<Id> {
        self.reference("id")
    }

    /// All that it has.
    #[must_use]
    pub fn members(&self) -> &Members {
        &self.members
    }

    /// A text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.members.get(name)?.as_str()
    }

    /// A moment.
    #[must_use]
    pub fn time(&self, name: &str) -> Option<Timestamp> {
        self.text(name)?.parse().ok()
    }

    /// An identifier.
    #[must_use]
    pub fn reference(&self, name: &str) -> Option<Id> {
        self.text(name)?.parse().ok()
    }

    /// The texts of a list; what is no text is left out.
    pub fn texts<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let list = self.members.get(name).and_then(Value::as_list);
        list.unwrap_or_default().iter().filter_map(Value::as_str)
    }

    /// What is wrong with it, in its order.
    #[must_use]
    pub fn check(&self) -> Vec<Finding> {
        check::check(self)
    }

    /// The identifier that an observable's content gives it (section 2.9). `None` for what is no observable, and for
    /// one that has nothing to make it from.
    #[must_use]
    pub fn derived_id(&self) -> Option<Id> {
        let schema = schema::schema(self.type_name())?;
        let of_hashes = self
            .members
            .get("hashes")
            .and_then(Value::as_members)
            .and_then(best_hash);
        let contributing: Vec<(&str, &Value)> = schema
            .identity
            .iter()
            .filter_map(|name| match *name {
                "hashes" => Some(("hashes", of_hashes.as_ref()?)),
                name => Some((name, self.members.get(name)?)),
            })
            .collect();
        if contributing.is_empty() {
            return None;
        }
        Some(Id::of_content(schema.name, &json::canonical(contributing)?))
    }
}

/// The one hash that contributes to an identifier: the first of four, or the first by name (section 2.9).
fn best_hash(hashes: &Members) -> Option<Value> {
    let preferred = ["MD5", "SHA-1", "SHA-256", "SHA-512"];
    let found = preferred.iter().find_map(|name| Some((*name, hashes.get(name)?)));
    let (name, hash) = found.or_else(|| hashes.iter_sorted().next())?;
    Some(Value::Object(Members::new(vec![(name.to_owned(), hash.clone())])?))
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.members)
    }
}
