//! Rules with what stands beside them.

use anlanh_screen::limits::MAX_CONDITION_BYTES;
use anlanh_screen::{Action, Rule};

use crate::fields::Fields;
use crate::policy::category::read_detectable;
use crate::policy::example::read_items;
use crate::read::Reader;
use crate::text::Described;

/// Reads a `[[rule]]`. What cannot be read is replaced by something harmless, so that the condition can still be
/// checked.
pub(crate) fn read(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let id = fields.key("id");
    let id = reader.known.rules.define(fields.log, id, ());
    let category = read_detectable(fields, reader);
    let when = fields.string_up_to("when", MAX_CONDITION_BYTES);
    let action = fields.choice("action", &Action::ALL, Action::key);
    let mut action = action.map_or(Action::Review, |action| action.value);
    let label = fields.optional("label", Fields::string);
    let known_label = label
        .flatten()
        .filter(|label| reader.known.labels.resolve(fields.log, *label).is_some());
    if label.is_some() && known_label.is_none() && action == Action::Label {
        action = Action::Review;
    }
    let acts = matches!(action, Action::Label | Action::Limit | Action::Block);
    let automatic = fields.boolean("automatic").unwrap_or(acts);
    let described = Described {
        title: Some(fields.text("title")),
        note: fields.optional("note", Fields::text),
        evidence: fields.evidence(),
    };
    let examples = read_items(fields, reader);
    let Some(when) = when else { return };
    reader.places.rules.push((fields.place(), when.place));
    reader.policy.pack.rules.push(Rule {
        id,
        category,
        when: when.value.to_owned(),
        action,
        label: known_label.map(|label| label.value.to_owned()),
        automatic,
    });
    reader.policy.rules.push((described, examples));
}
