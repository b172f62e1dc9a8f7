//! The forms of values.

use super::text::{
    is_binary, is_charset, is_cpe, is_domain_name, is_email_address, is_hash, is_hex, is_ipv4, is_ipv6, is_key,
    is_language, is_mac, is_media_type, is_registry_key, is_relationship_type, is_time, is_uri,
};
use super::{Checker, FindingKind};
use crate::id::{Id, is_type_name};
use crate::json::{Members, Value};
use crate::object::Object;
use crate::schema::{self, Family, Form, Targets};

impl Checker {
    pub(super) fn form(&mut self, form: &Form, value: &Value, object: &Object) {
        match form {
            Form::Any => self.custom_value("", value),
            Form::Boolean => self.require(value.as_bool().is_some(), FindingKind::WrongType),
            Form::Integer { min, max } => self.integer(*min, *max, value),
            Form::Float { min, max } => match value.as_number() {
                Some(number) => self.require((*min..=*max).contains(&number.as_f64()), FindingKind::OutOfRange),
                None => self.add(FindingKind::WrongType),
            },
            Form::List(of) => self.list(value, |checker, element| checker.form(of, element, object)),
            Form::Objects => self.list(value, Self::nested_object),
            Form::Record(record) => self.members(value, |checker, members| checker.record(record, members, object)),
            Form::Hashes => self.members(value, Self::hashes),
            Form::Dictionary(of) => self.members(value, |checker, members| {
                checker.dictionary(members, |checker, _, value| checker.form(of, value, object));
            }),
            Form::Translations => self.members(value, Self::translations),
            Form::Extensions => self.members(value, |checker, members| checker.extensions(members, object)),
            Form::ObservableMap => self.members(value, Self::observable_map),
            Form::Closed(values) => self.word(values, value, FindingKind::NotAllowed),
            Form::Open(values) => self.word(values, value, FindingKind::NotSuggested),
            Form::Reference(targets) => self.reference(targets, value),
            Form::Text | Form::Selector => self.text(value, |_| true),
            Form::Time => self.text(value, is_time),
            Form::TimeInMillis => self.text(value, |text| is_time(text) && text.len() == 24),
            Form::TimeInSeconds => self.text(value, |text| is_time(text) && text.len() == 20),
            Form::Hex => self.text(value, is_hex),
            Form::Binary => self.text(value, is_binary),
            Form::Language => self.text(value, is_language),
            Form::Uri => self.text(value, is_uri),
            Form::Ipv4 => self.text(value, is_ipv4),
            Form::Ipv6 => self.text(value, is_ipv6),
            Form::Mac => self.text(value, is_mac),
            Form::DomainName => self.text(value, is_domain_name),
            Form::EmailAddress => self.text(value, is_email_address),
            Form::Cpe => self.text(value, is_cpe),
            Form::Charset => self.text(value, is_charset),
            Form::MediaType => match value.as_str() {
                Some(text) => self.require(is_media_type(text), FindingKind::NotSuggested),
                None => self.add(FindingKind::WrongType),
            },
            Form::TypeName => self.text(value, is_type_name),
            Form::RelationshipType => self.text(value, is_relationship_type),
            Form::RegistryKey => self.text(value, is_registry_key),
            Form::Fixed(word) => self.text(value, |text| text == *word),
        }
    }

    fn text(&mut self, value: &Value, is_good: impl FnOnce(&str) -> bool) {
        match value.as_str() {
            Some(text) => self.require(is_good(text), FindingKind::BadForm),
            None => self.add(FindingKind::WrongType),
        }
    }

    fn integer(&mut self, min: i64, max: i64, value: &Value) {
        match value.as_number().map(integer_value) {
            Some(Some(number)) => {
                let is_within = (i128::from(min)..=i128::from(max)).contains(&number);
                self.require(is_within, FindingKind::OutOfRange);
            }
            _ => self.add(FindingKind::WrongType),
        }
    }

    fn list(&mut self, value: &Value, mut check: impl FnMut(&mut Self, &Value)) {
        let Value::List(values) = value else {
            return self.add(FindingKind::WrongType);
        };
        self.require(!values.is_empty(), FindingKind::Empty);
        for (index, element) in values.iter().enumerate() {
            self.at(&index.to_string(), |checker| check(checker, element));
        }
    }

    fn nested_object(&mut self, value: &Value) {
        match value.as_members().cloned().and_then(Object::new) {
            Some(object) if object.type_name() != "bundle" => self.object(&object),
            _ => self.add(FindingKind::WrongType),
        }
    }

    fn members(&mut self, value: &Value, check: impl FnOnce(&mut Self, &Members)) {
        let Value::Object(members) = value else {
            return self.add(FindingKind::WrongType);
        };
        self.require(!members.is_empty(), FindingKind::Empty);
        check(self, members);
    }

    /// Section 2.7: keys of letters, digits, hyphens and underscores.
    fn dictionary(&mut self, members: &Members, mut check: impl FnMut(&mut Self, &str, &Value)) {
        for (name, value) in members.iter() {
            self.at(name, |checker| {
                checker.require(is_key(name), FindingKind::BadName);
                check(checker, name, value);
            });
        }
    }

    /// Section 2.8.
    fn hashes(&mut self, members: &Members) {
        self.dictionary(members, |checker, name, value| {
            checker.require(name.len() >= 3, FindingKind::BadName);
            let Some(hash) = value.as_str() else {
                return checker.add(FindingKind::WrongType);
            };
            match is_hash(name, hash) {
                Some(is_hash) => checker.require(is_hash, FindingKind::BadForm),
                None => checker.add(FindingKind::NotSuggested),
            }
        });
    }

    /// Section 7.1: languages, each with the translations of properties.
    fn translations(&mut self, members: &Members) {
        for (language, value) in members.iter() {
            self.at(language, |checker| {
                checker.require(is_language(language), FindingKind::BadName);
                let Value::Object(translations) = value else {
                    return checker.add(FindingKind::WrongType);
                };
                checker.require(!translations.is_empty(), FindingKind::Empty);
                for (name, value) in translations.iter() {
                    checker.at(name, |checker| {
                        checker.require(super::is_property_name(name), FindingKind::BadName);
                        checker.custom_value("", value);
                    });
                }
            });
        }
    }

    /// The deprecated `objects` of observed data (section 4.14).
    fn observable_map(&mut self, members: &Members) {
        self.add(FindingKind::Deprecated);
        for (key, value) in members.iter() {
            let has_type = value.as_members().and_then(|members| members.get("type")?.as_str());
            if has_type.is_none() {
                self.add_at(key, FindingKind::WrongType);
            }
        }
    }

    fn word(&mut self, values: &[&str], value: &Value, kind: FindingKind) {
        match value.as_str() {
            Some(word) => self.require(values.contains(&word), kind),
            None => self.add(FindingKind::WrongType),
        }
    }

    fn reference(&mut self, targets: &Targets, value: &Value) {
        let Some(text) = value.as_str() else {
            return self.add(FindingKind::WrongType);
        };
        let Ok(id) = text.parse::<Id>() else {
            return self.add(FindingKind::BadForm);
        };
        let family = schema::family(id.type_name());
        let may_be = match targets {
            Targets::Any => true,
            Targets::Only(types) => types.contains(&id.type_name()),
            Targets::Not(types) => !types.contains(&id.type_name()),
            Targets::Observables => family.is_none_or(|of| of == Family::Observable),
            Targets::ObservablesAndRelationships => {
                family.is_none_or(|of| of == Family::Observable || of == Family::Relationship)
            }
        };
        self.require(may_be, FindingKind::WrongTarget);
    }

    /// A value of whatever form: nothing in it is empty, and names that say so are of hexadecimal or base64.
    pub(super) fn custom_value(&mut self, name: &str, value: &Value) {
        if name.ends_with("_hex") {
            return self.text(value, is_hex);
        }
        if name.ends_with("_bin") {
            return self.text(value, is_binary);
        }
        match value {
            Value::Null => self.add(FindingKind::Empty),
            Value::List(_) => self.list(value, |checker, element| checker.custom_value("", element)),
            Value::Object(members) => {
                for (name, value) in members.iter() {
                    self.at(name, |checker| checker.custom_value("", value));
                }
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

/// A whole number, also where it is spelled with a fraction of zeros.
fn integer_value(number: &crate::json::Number) -> Option<i128> {
    let spelled = number.as_str();
    let whole = spelled.split_once('.').map_or(spelled, |(whole, fraction)| {
        if fraction.bytes().all(|digit| digit == b'0') {
            whole
        } else {
            ""
        }
    });
    whole.parse().ok()
}
