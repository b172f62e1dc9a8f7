//! An object held against what the specification says of its type. Knows nothing of other objects: that a reference
//! leads somewhere is for whoever has them.

mod finding;
mod form;
mod rule;
mod selector;
mod special;
#[cfg(test)]
mod tests;
mod text;

pub use finding::{Finding, FindingKind, Severity};

pub(crate) use selector::select;

use crate::id::Id;
use crate::json::{Members, Value};
use crate::limits::MAX_FINDINGS;
use crate::object::Object;
use crate::schema::{
    self, DOMAIN_COMMON, EXTENSIONS, Family, OBSERVABLE_COMMON, Property, RESERVED, Record, Rule, Schema,
};

pub(crate) fn check(object: &Object) -> Vec<Finding> {
    let mut checker = Checker {
        findings: Vec::new(),
        pointer: String::new(),
    };
    checker.object(object);
    checker.findings
}

/// Findings, and the place in the object at which the check is.
struct Checker {
    findings: Vec<Finding>,
    pointer: String,
}

/// Section 3.2: no version is before the first.
const VERSIONS: &[Rule] = &[Rule::NotAfter("created", "modified")];

/// Whose properties unknown names are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Custom {
    /// Somebody's, and said so by an extension.
    Extended,
    /// Somebody's.
    Plain,
}

impl Checker {
    fn add(&mut self, kind: FindingKind) {
        let room = MAX_FINDINGS - self.findings.len().min(MAX_FINDINGS);
        let kind = match room {
            0 => return,
            1 => FindingKind::TooMany,
            _ => kind,
        };
        self.findings.push(Finding {
            pointer: self.pointer.clone(),
            kind,
        });
    }

    /// Adds a finding where `holds` is not.
    fn require(&mut self, holds: bool, kind: FindingKind) {
        if !holds {
            self.add(kind);
        }
    }

    fn add_at(&mut self, name: &str, kind: FindingKind) {
        self.at(name, |checker| checker.add(kind));
    }

    /// Runs a check at a member or element of the place it is at.
    fn at(&mut self, name: &str, check: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
        check(self);
        self.pointer.truncate(length);
    }

    fn object(&mut self, object: &Object) {
        let members = object.members();
        let extends = extension_types(members);
        let custom = if extends.contains(&"toplevel-property-extension") {
            Custom::Extended
        } else {
            Custom::Plain
        };
        match schema::schema(object.type_name()) {
            Some(schema) => {
                let known = [schema.common, schema.properties];
                self.properties(members, known, custom, object);
                self.rules(VERSIONS, &[], members, object);
                self.rules(schema.rules, schema.properties, members, object);
                self.identifier(object, schema);
            }
            None => self.custom_object(members, &extends, object),
        }
        selector::check_markings(self, object);
    }

    /// An object of a type that is not of STIX (sections 7.3 and 11.2).
    fn custom_object(&mut self, members: &Members, extends: &[&str], object: &Object) {
        let is_extended = extends.iter().any(|of| of.starts_with("new-"));
        if !is_extended {
            self.add_at("type", FindingKind::CustomType);
        }
        let is_observable = extends.contains(&"new-sco")
            || !is_extended
                && !["created", "modified", "created_by_ref"]
                    .iter()
                    .any(|name| members.has(name));
        let common = if is_observable {
            OBSERVABLE_COMMON
        } else {
            DOMAIN_COMMON
        };
        self.properties(members, [common, &[]], Custom::Extended, object);
    }

    fn properties(&mut self, members: &Members, known: [&[Property]; 2], custom: Custom, object: &Object) {
        let [common, own] = known;
        for property in common.iter().chain(own) {
            if property.is_required && !members.has(property.name) {
                self.add_at(property.name, FindingKind::Missing);
            }
        }
        for (name, value) in members.iter() {
            let property = own.iter().chain(common).find(|property| property.name == name);
            self.at(name, |checker| match property {
                Some(property) => checker.form(&property.form, value, object),
                None => checker.custom_property(name, value, custom),
            });
        }
    }

    fn custom_property(&mut self, name: &str, value: &Value, custom: Custom) {
        if RESERVED.contains(&name) {
            return self.add(FindingKind::Reserved);
        }
        if !is_property_name(name) {
            return self.add(FindingKind::BadName);
        }
        if custom == Custom::Plain {
            self.add(FindingKind::CustomProperty);
        }
        self.custom_value(name, value);
    }

    fn record(&mut self, record: &Record, members: &Members, object: &Object) {
        self.properties(members, [&[], record.properties], Custom::Plain, object);
        self.rules(record.rules, record.properties, members, object);
    }

    /// Extensions by their names (section 7.3).
    fn extensions(&mut self, extensions: &Members, object: &Object) {
        for (name, value) in extensions.iter() {
            let predefined = EXTENSIONS.iter().find(|(_, extension, _)| *extension == name);
            self.at(name, |checker| {
                let Value::Object(members) = value else {
                    return checker.add(FindingKind::WrongType);
                };
                match predefined {
                    Some((of, _, record)) if *of == object.type_name() => checker.record(record, members, object),
                    Some(_) => checker.add(FindingKind::NotAllowed),
                    None => checker.defined_extension(name, members),
                }
            });
        }
    }

    fn defined_extension(&mut self, name: &str, members: &Members) {
        let id = name
            .parse::<Id>()
            .ok()
            .filter(|id| id.type_name() == "extension-definition");
        if id.is_none() {
            // The form of STIX 2.0, which is deprecated (section 11.3).
            let kind = if name.ends_with("-ext") {
                FindingKind::Deprecated
            } else {
                FindingKind::BadName
            };
            return self.add(kind);
        }
        match members.get("extension_type").map(Value::as_str) {
            None => self.add_at("extension_type", FindingKind::Missing),
            Some(None) => self.add_at("extension_type", FindingKind::WrongType),
            Some(Some(of)) if !schema::EXTENSION_TYPES.contains(&of) => {
                self.add_at("extension_type", FindingKind::NotAllowed);
            }
            Some(Some(_)) => {}
        }
        for (name, value) in members.iter() {
            self.at(name, |checker| checker.custom_value(name, value));
        }
    }

    /// Section 2.9: the identifier is of the object's own type, and its UUID of the version of the family.
    fn identifier(&mut self, object: &Object, schema: &Schema) {
        let Some(id) = object.id() else { return };
        let derived = object.derived_id();
        let version = id.uuid_version();
        // Where what contributes must be there and is not, that is said already.
        let is_missing = |property: &Property| property.is_required && !object.members().has(property.name);
        let lacks = schema.properties.iter().any(is_missing);
        let is_observable = schema.family == Family::Observable && !schema.identity.is_empty();
        self.at("id", |checker| {
            checker.require(id.type_name() == schema.name, FindingKind::WrongTarget);
            match derived {
                Some(derived) if version == 5 => {
                    let is_same = derived.uuid().eq_ignore_ascii_case(id.uuid());
                    checker.require(is_same, FindingKind::NotDerived);
                }
                Some(_) => checker.add(FindingKind::UuidVersion),
                None if is_observable && lacks => {}
                None if is_observable => checker.require(version == 4, FindingKind::UuidNotRandom),
                None => checker.require(version == 4, FindingKind::UuidVersion),
            }
        });
    }
}

/// What an object's extensions say that they are.
fn extension_types(members: &Members) -> Vec<&str> {
    let extensions = members.get("extensions").and_then(Value::as_members);
    let values = extensions.into_iter().flat_map(Members::iter).map(|(_, value)| value);
    values
        .filter_map(|value| value.as_members()?.get("extension_type")?.as_str())
        .collect()
}

/// Section 3.1: lower-case letters, digits and underscores, 3 to 250 of them.
fn is_property_name(name: &str) -> bool {
    let may_stand = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (3..=250).contains(&name.len()) && name.bytes().all(may_stand)
}
