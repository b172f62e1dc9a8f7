//! Labels that content may carry.

use crate::Key;
use crate::fields::Fields;
use crate::policy::law::{Article, read_optional_bases};
use crate::read::Reader;
use crate::text::{Evidence, Text};

/// A label.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// Key, as in `tin-gia`.
    pub key: Key<Label>,
    /// What readers see.
    pub title: Text,
    /// What it means.
    pub meaning: Text,
    /// Its legal bases, if it has any.
    pub bases: Vec<Key<Article>>,
    /// How sure this is.
    pub evidence: Evidence,
    /// A remark.
    pub note: Option<Text>,
}

/// Reads a `[[label]]`.
pub(crate) fn read(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let key = fields.key("key");
    let key = reader.known.labels.define(fields.log, key, ());
    reader.policy.pack.labels.push(key.clone());
    reader.policy.labels.push(Label {
        key: Key::new(key),
        title: fields.text("title"),
        meaning: fields.text("meaning"),
        bases: read_optional_bases(fields, reader),
        evidence: fields.evidence(),
        note: fields.optional("note", Fields::text),
    });
}
