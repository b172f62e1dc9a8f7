//! Rules between properties.

use super::{Checker, FindingKind};
use crate::json::{Members, Value};
use crate::object::Object;
use crate::schema::{Property, Rule};
use crate::timestamp::Timestamp;

impl Checker {
    /// `own` are the properties that are not common to a family.
    pub(super) fn rules(&mut self, rules: &[Rule], own: &[Property], members: &Members, object: &Object) {
        for rule in rules {
            self.rule(rule, own, members, object);
        }
    }

    fn rule(&mut self, rule: &Rule, own: &[Property], members: &Members, object: &Object) {
        let has = |name: &str| members.has(name);
        let is = |name: &str, value: bool| members.get(name).and_then(Value::as_bool) == Some(value);
        match rule {
            Rule::AnyOf(names) => self.require(names.iter().any(|name| has(name)), FindingKind::MissingAny),
            Rule::AnyOwn { but, or } => {
                let is_there = |property: &Property| property.name != *but && has(property.name);
                self.require(has(or) || own.iter().any(is_there), FindingKind::MissingAny);
            }
            Rule::NotBoth(one, other) if has(one) && has(other) => self.add_at(other, FindingKind::Conflict),
            Rule::Needs(one, other) if has(one) && !has(other) => self.add_at(other, FindingKind::Missing),
            Rule::NeedsWhen(one, value, other) if is(one, *value) && !has(other) => {
                self.add_at(other, FindingKind::Missing);
            }
            Rule::NeverWhen(one, value, other) if is(one, *value) && has(other) => {
                self.add_at(other, FindingKind::Conflict);
            }
            Rule::Before(one, other) => self.order(members, one, other, |one, other| one < other),
            Rule::NotAfter(one, other) => self.order(members, one, other, |one, other| one <= other),
            Rule::Should(name) if !has(name) => self.add_at(name, FindingKind::Recommended),
            Rule::Special(special) => self.special(*special, members, object),
            Rule::NotBoth(..) | Rule::Needs(..) | Rule::NeedsWhen(..) | Rule::NeverWhen(..) | Rule::Should(_) => {}
        }
    }

    fn order(&mut self, members: &Members, one: &str, other: &str, holds: fn(Timestamp, Timestamp) -> bool) {
        let time = |name: &str| members.get(name)?.as_str()?.parse().ok();
        if let (Some(first), Some(second)) = (time(one), time(other))
            && !holds(first, second)
        {
            self.add_at(other, FindingKind::Order);
        }
    }
}
