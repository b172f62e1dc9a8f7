//! What detectors other than the lexicon are set to: blocklists, protected names, short forms, personal data.

use anlanh_screen::{Identifier, ListDeclaration, PersonalKind, ProtectedName, Said, Teencode};

use crate::Key;
use crate::fields::Fields;
use crate::key::flaw;
use crate::policy::category::read_detectable;
use crate::policy::law::{Article, read_optional_bases};
use crate::read::Reader;
use crate::text::{Evidence, Text};

/// What people are told of a blocklist.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListNotes {
    /// Title.
    pub title: Text,
    /// A remark.
    pub note: Option<Text>,
}

/// What people are told of the detector of one kind of personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdentifierNotes {
    /// Title.
    pub title: Text,
    /// By what it is known.
    pub rule: Text,
    /// Its legal bases, if it has any.
    pub bases: Vec<Key<Article>>,
    /// How sure this is.
    pub evidence: Evidence,
    /// A remark.
    pub note: Option<Text>,
}

/// Reads a `[[list]]`.
pub(crate) fn read_list(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let id = fields.key("id");
    let id = reader.known.lists.define(fields.log, id, ());
    let category = read_detectable(fields, reader);
    reader.places.lists.push(fields.place());
    reader.policy.pack.lists.push(ListDeclaration { id, category });
    reader.policy.lists.push(ListNotes {
        title: fields.text("title"),
        note: fields.optional("note", Fields::text),
    });
}

/// Reads an `[[identifier]]`.
pub(crate) fn read_identifier(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let kind = fields.choice("kind", &PersonalKind::ALL, PersonalKind::key);
    let min_confidence = fields.number("min_confidence", 0..=100);
    let notes = IdentifierNotes {
        title: fields.text("title"),
        rule: fields.text("rule"),
        bases: read_optional_bases(fields, reader),
        evidence: fields.evidence(),
        note: fields.optional("note", Fields::text),
    };
    let Some(kind) = kind else { return };
    let key = kind.map(PersonalKind::key);
    reader.known.identifiers.define(fields.log, Some(key), ());
    reader.places.identifiers.push(fields.place());
    reader.policy.pack.identifiers.push(Identifier {
        kind: kind.value,
        min_confidence: min_confidence.map_or(0, |percent| percent.value),
    });
    reader.policy.identifiers.push(notes);
}

/// Reads a `[[name]]`.
pub(crate) fn read_name(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let name = fields.string("name");
    let kind = fields.key("kind");
    let domains = fields.strings("domains");
    let evidence = fields.evidence();
    let Some(name) = name else { return };
    reader.known.names.define(fields.log, Some(name), ());
    reader.places.names.push(fields.place());
    reader.policy.pack.names.push(ProtectedName {
        name: name.value.to_owned(),
        kind: kind.map_or("", |kind| kind.value).to_owned(),
        domains: domains.into_iter().map(|domain| domain.value.to_owned()).collect(),
    });
    reader.policy.names.push(evidence);
}

/// Reads `affixes`.
pub(crate) fn read_affixes<'a>(fields: &mut Fields<'a>, key: &'a str, reader: &mut Reader<'_>) {
    for affix in fields.strings_or_none(key) {
        reader.places.affixes.push(affix.place);
        reader.policy.pack.affixes.push(affix.value.to_owned());
    }
}

/// Reads a `[[teencode]]`.
pub(crate) fn read_teencode(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let short = fields.string("short");
    let meanings = fields.strings("meanings");
    let evidence = fields.evidence();
    let (Some(short), false) = (short, meanings.is_empty()) else {
        return;
    };
    reader.known.teencode.define(fields.log, Some(short), ());
    reader.places.teencode.push(fields.place());
    reader.policy.pack.teencode.push(Teencode {
        short: short.value.to_owned(),
        meanings: meanings.into_iter().map(|meaning| meaning.value.to_owned()).collect(),
    });
    reader.policy.teencode.push(evidence);
}

/// Reads keys in brackets, perhaps none.
pub(crate) fn read_keys<'a>(fields: &mut Fields<'a>, key: &'a str) -> Vec<String> {
    let mut keys = Vec::new();
    for text in fields.strings_or_none(key) {
        match flaw(text.value) {
            None => keys.push(text.value.to_owned()),
            Some(flaw) => {
                let message = Said::new(
                    format!("`{key}`: {:?} {}", text.value, flaw.vi),
                    format!("`{key}`: {:?} {}", text.value, flaw.en),
                );
                fields.log.note(text.place, message);
            }
        }
    }
    keys
}
