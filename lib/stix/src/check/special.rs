//! Rules that take more than the names of properties.

use super::{Checker, FindingKind};
use crate::id::Id;
use crate::json::{Members, Value};
use crate::object::Object;
use crate::pattern::Pattern;
use crate::schema::{self, Special};
use crate::view::Tlp;

impl Checker {
    pub(super) fn special(&mut self, special: Special, members: &Members, object: &Object) {
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        match special {
            Special::Pattern => {
                let pattern = text("pattern").filter(|_| text("pattern_type") == Some("stix"));
                if let Some(Err(error)) = pattern.map(str::parse::<Pattern>) {
                    self.add_at("pattern", FindingKind::BadPattern(error));
                }
            }
            Special::RelationshipType => {
                let end = |name: &str| text(name)?.parse::<Id>().ok();
                if let (Some(source), Some(named), Some(target)) =
                    (end("source_ref"), text("relationship_type"), end("target_ref"))
                    && !schema::suggests(source.type_name(), named, target.type_name())
                {
                    self.add_at("relationship_type", FindingKind::UnnamedRelationship);
                }
            }
            Special::ExternalId => {
                let is_good = match text("source_name") {
                    Some("cve") => text("external_id").is_some_and(is_cve),
                    Some("capec") => text("external_id").is_some_and(is_capec),
                    _ => true,
                };
                if !is_good {
                    self.add_at("external_id", FindingKind::BadForm);
                }
                if members.has("url") && !members.has("hashes") {
                    self.add_at("hashes", FindingKind::Recommended);
                }
            }
            Special::Marking => self.marking(members, object),
            Special::ExtensionDefinition => {
                let types = members
                    .get("extension_types")
                    .and_then(Value::as_list)
                    .unwrap_or_default();
                let adds = types
                    .iter()
                    .any(|of| of.as_str() == Some("toplevel-property-extension"));
                match (adds, members.has("extension_properties")) {
                    (true, false) => self.add_at("extension_properties", FindingKind::Recommended),
                    (false, true) => self.add_at("extension_properties", FindingKind::Conflict),
                    (true, true) | (false, false) => {}
                }
            }
        }
    }

    /// Section 7.2.1: a statement is a text; a colour of TLP is one of those that everybody has, under its identifier.
    fn marking(&mut self, members: &Members, object: &Object) {
        let definition = members.get("definition");
        let part = |name: &str| definition?.as_members()?.get(name)?.as_str();
        let of_type = members.get("definition_type").and_then(Value::as_str);
        let is_good = match of_type {
            Some("statement") => part("statement").is_some(),
            Some("tlp") => {
                let by_id = object.id().and_then(|id| Tlp::of(&id));
                let named = by_id.map(|tlp| format!("TLP:{}", tlp.colour().to_uppercase()));
                if members.get("name").and_then(Value::as_str) != named.as_deref() {
                    self.add_at("name", FindingKind::Mismatch);
                }
                by_id.is_some_and(|tlp| tlp.version() == 1 && part("tlp") == Some(tlp.colour()))
            }
            Some(_) => {
                self.add_at("definition_type", FindingKind::NotSuggested);
                definition.is_some_and(|definition| definition.as_members().is_some())
            }
            None => true,
        };
        if !is_good {
            self.add_at("definition", FindingKind::Mismatch);
        }
        let extension = members
            .get("extensions")
            .and_then(|value| value.as_members()?.get(Tlp::EXTENSION)?.as_members());
        if let Some(extension) = extension {
            let colour = extension.get("tlp_2_0").and_then(Value::as_str);
            let by_id = object.id().and_then(|id| Tlp::of(&id));
            let is_good = by_id.is_some_and(|tlp| tlp.version() == 2 && colour == Some(tlp.colour()));
            if !is_good {
                self.add_at("extensions", FindingKind::Mismatch);
            }
        }
    }
}

/// `CVE-`, a year, and four digits or more.
fn is_cve(text: &str) -> bool {
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let parts = text.strip_prefix("CVE-").and_then(|rest| rest.split_once('-'));
    parts.is_some_and(|(year, number)| {
        let is_year = year.len() == 4 && all_digits(year);
        is_year && number.len() >= 4 && all_digits(number) && (number.len() == 4 || !number.starts_with('0'))
    })
}

fn is_capec(text: &str) -> bool {
    let number = text.strip_prefix("CAPEC-");
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}
