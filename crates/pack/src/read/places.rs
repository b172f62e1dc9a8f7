//! Where the parts of the engine's pack stand, to place what its compiler finds.

use anlanh_screen::{Pack, PackError, Part};

use crate::mistake::{Log, Place};
use crate::source::Sources;

/// The places of the parts, in their order.
#[derive(Debug, Default)]
pub(crate) struct Places {
    pub(crate) pack: Place,
    pub(crate) categories: Vec<Place>,
    pub(crate) lists: Vec<Place>,
    pub(crate) identifiers: Vec<Place>,
    pub(crate) names: Vec<Place>,
    pub(crate) affixes: Vec<Place>,
    pub(crate) teencode: Vec<Place>,
    pub(crate) entries: Vec<Place>,
    /// Each rule and its condition.
    pub(crate) rules: Vec<(Place, Place)>,
}

impl Places {
    /// Notes a mistake that the engine's compiler found.
    pub(crate) fn note(&self, error: &PackError, pack: &Pack, sources: &Sources, log: &mut Log) {
        let place = match error.part {
            Part::Category(at) => self.categories.get(at).copied(),
            Part::Entry(at) => self.entries.get(at).copied(),
            Part::Teencode(at) => self.teencode.get(at).copied(),
            Part::Name(at) => self.names.get(at).copied(),
            Part::Affix(at) => self.affixes.get(at).copied(),
            Part::List(at) => self.lists.get(at).copied(),
            Part::Identifier(at) => self.identifiers.get(at).copied(),
            Part::Rule(at) => {
                let condition = pack.rules.get(at).map_or("", |rule| &rule.when);
                let rule = self.rules.get(at).copied();
                rule.map(|(rule, when)| {
                    error
                        .offset
                        .map_or(rule, |offset| inside(sources, when, condition, offset))
                })
            }
            Part::Pack => None,
        };
        log.note(place.unwrap_or(self.pack), error.message.clone());
    }
}

/// How a TOML string may begin. A line break right after three quotation marks does not belong to it.
const OPENINGS: [&str; 8] = ["'''\r\n", "'''\n", "'''", "\"\"\"\r\n", "\"\"\"\n", "\"\"\"", "'", "\""];

/// The place of a byte of a string, when it stands in the file letter for letter; else that of the string.
fn inside(sources: &Sources, string: Place, value: &str, offset: usize) -> Place {
    let written = sources.text(string.file).get(string.offset..).unwrap_or_default();
    let opening = OPENINGS.into_iter().find(|opening| {
        let content = written.strip_prefix(opening);
        content.is_some_and(|content| content.starts_with(value))
    });
    match opening {
        Some(opening) => Place {
            offset: string.offset + opening.len() + offset,
            ..string
        },
        None => string,
    }
}
