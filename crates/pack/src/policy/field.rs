//! Which information about users authorities may be given: a closed list, field by field, with the articles that know each.

use anlanh_screen::Validity;

use crate::Key;
use crate::fields::Fields;
use crate::limits::MAX_DAYS;
use crate::policy::law::{Article, read_bases};
use crate::read::Reader;
use crate::text::{Evidence, Text};

/// One thing that may be told about an account, page, group, channel or item. What is in no field is not told.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InformationField {
    /// Its key.
    pub key: Key<Self>,
    /// What it is called.
    pub title: Text,
    /// What its entries look like, and who has them.
    pub form: FieldForm,
    /// The articles by which platforms have it, or tell it.
    pub bases: Vec<Key<Article>>,
    /// The longest period that it may be asked for, in days, where that is shorter than any may be.
    pub most_days: Option<u32>,
    /// When it may be asked for.
    pub validity: Validity,
    /// How sure this is.
    pub evidence: Evidence,
    /// A remark.
    pub note: Option<Text>,
}

/// What the entries of a field look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldForm {
    /// One entry, as it is now: a name, a number.
    Once,
    /// Entries that each begin with their moment, which lies in the period.
    Dated,
    /// What the node itself did and keeps; nobody enters it.
    Node,
}

impl FieldForm {
    /// Every form.
    pub const ALL: [Self; 3] = [Self::Once, Self::Dated, Self::Node];

    /// The key used in packs.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Dated => "dated",
            Self::Node => "node",
        }
    }
}

/// Reads a `[[field]]`.
pub(crate) fn read(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let key = fields.key("key");
    let key = reader.known.fields.define(fields.log, key, ());
    let form = fields.choice("form", &FieldForm::ALL, FieldForm::key);
    let most_days = fields.optional("most_days", |fields, key| fields.number(key, 1..=MAX_DAYS));
    let bases = read_bases(fields, reader);
    let field = InformationField {
        key: Key::new(key),
        title: fields.text("title"),
        form: form.map_or(FieldForm::Once, |form| form.value),
        bases,
        most_days: most_days.flatten().map(|days| days.value),
        validity: fields.validity(),
        evidence: fields.evidence(),
        note: fields.optional("note", Fields::text),
    };
    reader.policy.fields.push(field);
}
