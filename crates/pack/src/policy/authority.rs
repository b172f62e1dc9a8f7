//! Authorities, what they are competent for, and since when.

use anlanh_screen::Validity;

use crate::Key;
use crate::fields::Fields;
use crate::read::Reader;
use crate::text::{Evidence, Text};

/// An authority.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Authority {
    /// Key, as in `a05`.
    pub key: Key<Authority>,
    /// Name.
    pub title: Text,
    /// What it is competent for.
    pub duties: Text,
    /// When it is.
    pub validity: Validity,
    /// How sure this is.
    pub evidence: Evidence,
    /// A remark.
    pub note: Option<Text>,
}

/// Reads an `[[authority]]`.
pub(crate) fn read(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let key = fields.key("key");
    let key = reader.known.authorities.define(fields.log, key, ());
    reader.policy.authorities.push(Authority {
        key: Key::new(key),
        title: fields.text("title"),
        duties: fields.text("duties"),
        validity: fields.validity(),
        evidence: fields.evidence(),
        note: fields.optional("note", Fields::text),
    });
}
