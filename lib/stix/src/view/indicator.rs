//! Indicators (section 4.7).

use crate::id::Id;
use crate::object::Object;
use crate::timestamp::Timestamp;

/// What to look for, and from when to when.
#[derive(Debug, Clone)]
pub struct Indicator<'a> {
    object: &'a Object,
    /// Its identifier.
    pub id: Id,
    /// The pattern as it was written.
    pub pattern: &'a str,
    /// The language of the pattern.
    pub kind: PatternKind<'a>,
    /// From when on it holds.
    pub valid_from: Timestamp,
    /// Until when, this moment not included; without, it holds on.
    pub valid_until: Option<Timestamp>,
}

/// The language of a pattern (section 10.18).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatternKind<'a> {
    /// The language of STIX itself.
    Stix,
    /// Another one.
    Other(&'a str),
}

impl<'a> Indicator<'a> {
    /// The indicator that an object is.
    #[must_use]
    pub fn of(object: &'a Object) -> Option<Self> {
        if object.type_name() != "indicator" {
            return None;
        }
        Some(Self {
            object,
            id: object.id()?,
            pattern: object.text("pattern")?,
            kind: match object.text("pattern_type")? {
                "stix" => PatternKind::Stix,
                other => PatternKind::Other(other),
            },
            valid_from: object.time("valid_from")?,
            valid_until: match object.members().get("valid_until") {
                Some(until) => Some(until.as_str()?.parse().ok()?),
                None => None,
            },
        })
    }

    /// Whether it holds at a moment: it was not taken back, and the moment is within its validity.
    #[must_use]
    pub fn holds_at(&self, moment: Timestamp) -> bool {
        let is_revoked = self
            .object
            .members()
            .get("revoked")
            .and_then(crate::json::Value::as_bool);
        is_revoked != Some(true) && self.valid_from <= moment && self.valid_until.is_none_or(|until| moment < until)
    }

    /// How sure its maker is, in percent.
    #[must_use]
    pub fn confidence(&self) -> Option<u8> {
        let confidence = self.object.members().get("confidence")?.as_number()?.as_integer()?;
        u8::try_from(confidence).ok().filter(|percent| *percent <= 100)
    }

    /// What it indicates, by the open vocabulary.
    pub fn types(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.object.texts("indicator_types")
    }
}
