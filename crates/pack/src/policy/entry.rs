//! Lexicon entries with what stands beside them.

use anlanh_screen::limits::MAX_NEAR_SYLLABLES;
use anlanh_screen::{MatchMode, Near, Severity};

use crate::fields::Fields;
use crate::policy::category::read_detectable;
use crate::policy::detector::read_keys;
use crate::policy::example::read_texts;
use crate::read::Reader;
use crate::text::Described;

/// Reads an `[[entry]]`. What cannot be read is replaced by something harmless, so that the rest, and the rules that
/// speak of the entry, can still be checked.
pub(crate) fn read(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let id = fields.key("id");
    let id = reader.known.entries.define(fields.log, id, ());
    let category = read_detectable(fields, reader);
    let tags = fields.optional("tags", read_keys).unwrap_or_default();
    let severity = fields.choice("severity", &Severity::ALL, Severity::key);
    let mode = fields.choice("mode", &MatchMode::ALL, MatchMode::key);
    let mut phrases = owned(fields, "phrases");
    if phrases.is_empty() {
        phrases.push("thay thế".to_owned());
    }
    let near = fields.optional("near", |fields, key| fields.table(key, read_near));
    let not_near = fields.optional("not_near", |fields, key| fields.table(key, read_near));
    reader.places.entries.push(fields.place());
    reader.policy.pack.lexicon.push(anlanh_screen::Entry {
        id,
        category,
        tags,
        severity: severity.map_or(Severity::Low, |severity| severity.value),
        mode: mode.map_or(MatchMode::Obfuscated, |mode| mode.value),
        phrases,
        near: near.flatten().flatten(),
        not_near: not_near.flatten().flatten(),
    });
    let described = Described {
        title: None,
        note: fields.optional("note", Fields::text),
        evidence: fields.evidence(),
    };
    let examples = read_texts(fields, reader);
    reader.policy.entries.push((described, examples));
}

fn owned<'a>(fields: &mut Fields<'a>, key: &'a str) -> Vec<String> {
    let strings = fields.strings(key).into_iter();
    strings.map(|string| string.value.to_owned()).collect()
}

fn read_near(fields: &mut Fields<'_>) -> Option<Near> {
    let phrases = owned(fields, "phrases");
    let within = fields.number::<i64>("within", 1..=MAX_NEAR_SYLLABLES as i64);
    if phrases.is_empty() {
        return None;
    }
    let within = usize::try_from(within?.value).ok()?;
    Some(Near { phrases, within })
}
