//! Which tables may stand in which file.

use toml::Spanned;
use toml::de::DeValue;

use super::{Findings, Tables, many, one};
use crate::mistake::At;

/// Takes one top-level key of a file.
///
/// # Errors
/// What would have been expected, when the key does not belong there.
pub(super) fn take(
    tables: &mut Tables,
    findings: &mut Findings<'_>,
    path: &str,
    key: &str,
    at: At,
    value: Spanned<DeValue<'_>>,
) -> Result<(), String> {
    let file = at.file;
    let kind = match path.split_once('/') {
        Some((folder @ ("lexicon" | "rules"), rest)) if !rest.contains('/') => folder,
        Some(_) => return Err(unknown_file()),
        None => path,
    };
    match (kind, key) {
        ("pack.toml", "pack") => tables.pack.extend(one(findings, file, value)),
        ("laws.toml", "law") => tables.laws.extend(many(findings, file, value)),
        ("categories.toml", "category") => tables.categories.extend(many(findings, file, value)),
        ("clocks.toml", "clock") => tables.clocks.extend(many(findings, file, value)),
        ("ladders.toml", "ladder") => tables.ladders.extend(many(findings, file, value)),
        ("labels.toml", "label") => tables.labels.extend(many(findings, file, value)),
        ("authorities.toml", "authority") => tables.authorities.extend(many(findings, file, value)),
        ("lists.toml", "list") => tables.lists.extend(many(findings, file, value)),
        ("identifiers.toml", "identifier") => tables.identifiers.extend(many(findings, file, value)),
        ("names.toml", "affixes") => tables.affixes.extend(many(findings, file, value)),
        ("names.toml", "name") => tables.names.extend(many(findings, file, value)),
        ("teencode.toml", "teencode") => tables.teencode.extend(many(findings, file, value)),
        ("lexicon", "entry") => tables.entries.extend(many(findings, file, value)),
        ("rules", "rule") => tables.rules.extend(many(findings, file, value)),
        _ => return Err(expected(kind)),
    }
    Ok(())
}

fn expected(kind: &str) -> String {
    let key = match kind {
        "pack.toml" => "[pack]",
        "laws.toml" => "[[law]]",
        "categories.toml" => "[[category]]",
        "clocks.toml" => "[[clock]]",
        "ladders.toml" => "[[ladder]]",
        "labels.toml" => "[[label]]",
        "authorities.toml" => "[[authority]]",
        "lists.toml" => "[[list]]",
        "identifiers.toml" => "[[identifier]]",
        "names.toml" => "affixes and [[name]]",
        "teencode.toml" => "[[teencode]]",
        "lexicon" => "[[entry]]",
        "rules" => "[[rule]]",
        _ => return unknown_file(),
    };
    format!("this file holds {key}")
}

fn unknown_file() -> String {
    "no file of this name belongs to a pack".to_owned()
}
