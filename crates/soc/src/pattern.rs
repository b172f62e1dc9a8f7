//! Patterns that ask for more than single values, each matched with one event: what was seen in it is one observation.
//!
//! Where something must hold that an index can be asked for (a value, a network around an address, a name above names), a
//! pattern is matched with the events that have it and with no other, so that many patterns cost as little as many values.
//! Others are matched with every event, if somebody has the time: each event is observed for them, which takes many times as
//! long as looking its values up. There may be few of them.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

use anlanh_stix::{
    Comparison, Compiled, Expression, Literal, Object, Observation, Operator, Pattern, Qualifier, Step, Test, Timestamp,
};

use crate::limits::{
    MAX_PATTERN_PARTS, MAX_PATTERNS, MAX_PATTERNS_OF_VALUE, MAX_REMEMBERED_EVENTS, MAX_SCANNED_PATTERNS,
};
use crate::observe::PROPERTIES;
use crate::value::{Kind, Network, Value, bits_of};

/// Patterns by their number.
#[derive(Debug, Default)]
pub struct Patterns {
    all: Vec<Ready>,
    /// Those that are matched with every event.
    scanned: Vec<u32>,
    /// How many are looked up by a value.
    by_value: HashMap<Value, usize>,
    /// Whether patterns are taken that have nothing to look up.
    has_time: bool,
}

#[derive(Debug)]
struct Ready {
    compiled: Compiled,
    id: Box<str>,
    source: Box<str>,
}

/// Why a pattern is not matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternRefusal {
    /// It asks for several events.
    #[error("pattern asks for several events, and each is matched alone")]
    SeveralEvents,
    /// It asks when something was seen.
    #[error("pattern asks for a time, which events are not matched by")]
    Time,
    /// It asks for a property that no event tells.
    #[error("pattern names a property that events are not matched by")]
    Property,
    /// It asks that one object be of two types.
    #[error("pattern asks that one object be of two types, which none is")]
    Never,
    /// A regular expression takes more than linear time, or is too large.
    #[error("pattern has a regular expression that is none, or takes more than linear time")]
    Regex,
    /// It has nothing to look up, and nobody asked that events be matched with such patterns.
    #[error("pattern has nothing to look up, and would be matched with every event")]
    NothingToLookUp,
    /// More than [`MAX_SCANNED_PATTERNS`] have nothing to look up.
    #[error("pattern has nothing to look up, and more than {MAX_SCANNED_PATTERNS} others have neither")]
    TooManyScanned,
    /// More than [`MAX_PATTERNS_OF_VALUE`] are looked up by one value.
    #[error("more than {MAX_PATTERNS_OF_VALUE} patterns ask for one value")]
    TooManyOfValue,
    /// More than [`MAX_PATTERNS`].
    #[error("more than {MAX_PATTERNS} patterns")]
    TooMany,
    /// More than [`MAX_PATTERN_PARTS`] of a pattern over several events.
    #[error("pattern has more than {MAX_PATTERN_PARTS} observation expressions")]
    TooManyParts,
    /// It binds more than [`MAX_REMEMBERED_EVENTS`].
    #[error("pattern asks for more than {MAX_REMEMBERED_EVENTS} events")]
    TooManyEvents,
}

/// A pattern that an event matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PatternHit<'p> {
    /// The identifier of the indicator.
    pub id: &'p str,
    /// Where it comes from.
    pub source: &'p str,
}

impl Patterns {
    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The identifiers of the indicators that they are of.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|ready| &*ready.id)
    }

    /// Takes patterns that have nothing to look up from now on.
    pub(crate) const fn take_time(&mut self) {
        self.has_time = true;
    }

    /// Takes a pattern; its number, and the values without one of which it does not match: none where it is matched with
    /// every event.
    pub(crate) fn add(
        &mut self,
        pattern: &Pattern,
        id: &str,
        source: &str,
    ) -> Result<(u32, Vec<Value>), PatternRefusal> {
        check(pattern.expression())?;
        let compiled = pattern.compile().map_err(|_| PatternRefusal::Regex)?;
        let number = u32::try_from(self.all.len()).map_err(|_| PatternRefusal::TooMany)?;
        if self.all.len() >= MAX_PATTERNS {
            return Err(PatternRefusal::TooMany);
        }
        let keys = keys_of(pattern.expression()).unwrap_or_default();
        if keys.is_empty() && !self.has_time {
            return Err(PatternRefusal::NothingToLookUp);
        }
        if keys.is_empty() {
            if self.scanned.len() >= MAX_SCANNED_PATTERNS {
                return Err(PatternRefusal::TooManyScanned);
            }
            self.scanned.push(number);
        }
        let of_value = |key: &Value| self.by_value.get(key).copied().unwrap_or(0);
        if keys.iter().any(|key| of_value(key) >= MAX_PATTERNS_OF_VALUE) {
            return Err(PatternRefusal::TooManyOfValue);
        }
        for key in &keys {
            *self.by_value.entry(key.clone()).or_default() += 1;
        }
        self.all.push(Ready {
            compiled,
            id: id.into(),
            source: source.into(),
        });
        Ok((number, keys))
    }

    /// Those that are matched with every event.
    pub(crate) fn scanned(&self) -> &[u32] {
        &self.scanned
    }

    /// Whether a pattern is matched by what was seen. One that takes too long to match is taken as matched: a person looks.
    pub(crate) fn matched(&self, number: u32, seen: &[Object]) -> Option<PatternHit<'_>> {
        let ready = self.all.get(number as usize)?;
        let moment = Timestamp { seconds: 0, nanos: 0 };
        let observation = Observation::at(moment, seen);
        let is_matched = ready.compiled.matches(&[observation]).unwrap_or(true);
        is_matched.then_some(PatternHit {
            id: &ready.id,
            source: &ready.source,
        })
    }
}

/// How many regular expressions a pattern has: each takes up to a megabyte, and time to compile.
#[must_use]
pub fn count_regexes(pattern: &Pattern) -> usize {
    fn of(expression: &Expression) -> usize {
        match expression {
            Expression::Observed(comparison) => of_comparison(comparison),
            Expression::And(operands) | Expression::Or(operands) | Expression::FollowedBy(operands) => {
                operands.iter().map(of).sum()
            }
            Expression::Qualified(inner, _) => of(inner),
        }
    }
    fn of_comparison(comparison: &Comparison) -> usize {
        match comparison {
            Comparison::And(operands) | Comparison::Or(operands) => operands.iter().map(of_comparison).sum(),
            Comparison::Test(test) => match &test.operator {
                Operator::Matches(_) => 1,
                // Where one letter may be any, it is compiled to one.
                Operator::Like(text) => usize::from(text.contains('_')),
                Operator::Equal(_)
                | Operator::NotEqual(_)
                | Operator::Greater(_)
                | Operator::GreaterOrEqual(_)
                | Operator::Less(_)
                | Operator::LessOrEqual(_)
                | Operator::In(_)
                | Operator::IsSubset(_)
                | Operator::IsSuperset(_)
                | Operator::Exists => 0,
            },
        }
    }
    of(pattern.expression())
}

/// What is looked up for a pattern, of all its parts together: it is matched with the events that have one of these.
#[must_use]
pub fn looked_up(pattern: &Pattern) -> Vec<Value> {
    fn of(expression: &Expression, all: &mut Vec<Value>) {
        match expression {
            Expression::Observed(comparison) => all.extend(keys_of_comparison(comparison).unwrap_or_default()),
            Expression::And(operands) | Expression::Or(operands) | Expression::FollowedBy(operands) => {
                operands.iter().for_each(|operand| of(operand, all));
            }
            Expression::Qualified(inner, _) => of(inner, all),
        }
    }
    let mut all = Vec::new();
    of(pattern.expression(), &mut all);
    all
}

/// Whether one event can match all of it.
pub(crate) fn check(expression: &Expression) -> Result<(), PatternRefusal> {
    match expression {
        Expression::Observed(comparison) => {
            check_comparison(comparison)?;
            let can_hold = !types_of(comparison).is_empty();
            can_hold.then_some(()).ok_or(PatternRefusal::Never)
        }
        Expression::Or(operands) => operands.iter().try_for_each(check),
        Expression::And(_) | Expression::FollowedBy(_) => Err(PatternRefusal::SeveralEvents),
        Expression::Qualified(inner, qualifier) => match qualifier {
            Qualifier::Repeats { times } if *times > 1 => Err(PatternRefusal::SeveralEvents),
            Qualifier::StartStop { .. } => Err(PatternRefusal::Time),
            // Of one event it always holds.
            Qualifier::Repeats { .. } | Qualifier::Within { .. } => check(inner),
        },
    }
}

fn check_comparison(comparison: &Comparison) -> Result<(), PatternRefusal> {
    match comparison {
        Comparison::And(operands) | Comparison::Or(operands) => operands.iter().try_for_each(check_comparison),
        Comparison::Test(test) => {
            let first = match test.path.steps.first() {
                Some(Step::Property(name)) => name.as_str(),
                Some(Step::Index(_) | Step::Every) | None => "",
            };
            let property = format!("{}:{first}", test.path.object_type);
            let is_known = PROPERTIES.contains(&property.as_str());
            is_known.then_some(()).ok_or(PatternRefusal::Property)
        }
    }
}

/// The types of objects of which it can hold: all of it is asked of one object.
fn types_of(comparison: &Comparison) -> BTreeSet<&str> {
    match comparison {
        Comparison::Test(test) => BTreeSet::from([test.path.object_type.as_str()]),
        Comparison::Or(operands) => operands.iter().flat_map(types_of).collect(),
        Comparison::And(operands) => {
            let all = operands.iter().map(types_of);
            let both = |one: BTreeSet<_>, other: BTreeSet<_>| one.intersection(&other).copied().collect();
            all.reduce(both).unwrap_or_default()
        }
    }
}

/// Values without one of which an expression does not match; nothing where there are none.
fn keys_of(expression: &Expression) -> Option<Vec<Value>> {
    match expression {
        Expression::Observed(comparison) => keys_of_comparison(comparison),
        Expression::Or(operands) => any(operands.iter().map(keys_of)),
        Expression::And(operands) | Expression::FollowedBy(operands) => fewest(operands.iter().map(keys_of)),
        Expression::Qualified(inner, _) => keys_of(inner),
    }
}

fn keys_of_comparison(comparison: &Comparison) -> Option<Vec<Value>> {
    match comparison {
        Comparison::Test(test) => keys_of_test(test),
        Comparison::Or(operands) => any(operands.iter().map(keys_of_comparison)),
        Comparison::And(operands) => fewest(operands.iter().map(keys_of_comparison)),
    }
}

/// One of several: the values of all.
fn any(found: impl Iterator<Item = Option<Vec<Value>>>) -> Option<Vec<Value>> {
    found
        .collect::<Option<Vec<_>>>()
        .map(|all| all.into_iter().flatten().collect())
}

/// All of several: the values of the one that has the fewest, networks only where all have some.
fn fewest(found: impl Iterator<Item = Option<Vec<Value>>>) -> Option<Vec<Value>> {
    let has_network = |values: &[Value]| values.iter().any(|value| matches!(value, Value::Network(_)));
    found.flatten().min_by_key(|values| (has_network(values), values.len()))
}

fn keys_of_test(test: &Test) -> Option<Vec<Value>> {
    if test.is_negated {
        return None;
    }
    let kind = kind_of(test)?;
    let texts = |literals: &[Literal]| {
        let value = |literal: &Literal| key(kind, literal.as_text()?);
        literals.iter().map(value).collect::<Option<Vec<_>>>()
    };
    match &test.operator {
        Operator::Equal(literal) => texts(std::slice::from_ref(literal)),
        Operator::In(literals) => texts(literals),
        // All that ends with `.evil.vn` is below `evil.vn`.
        Operator::Like(text) if kind == Kind::Domain || kind == Kind::Address => {
            let name = text.strip_prefix('%').unwrap_or(text).strip_prefix('.').unwrap_or(text);
            let is_plain = !name.contains(['%', '_', '\\']) && text.starts_with("%.");
            Some(vec![Value::read(Kind::Domain, name).ok().filter(|_| is_plain)?])
        }
        Operator::IsSubset(network) => Some(vec![network_of(network)?]),
        Operator::Like(_)
        | Operator::NotEqual(_)
        | Operator::Greater(_)
        | Operator::GreaterOrEqual(_)
        | Operator::Less(_)
        | Operator::LessOrEqual(_)
        | Operator::Matches(_)
        | Operator::IsSuperset(_)
        | Operator::Exists => None,
    }
}

/// As what a property is looked up. What may be a name or an address is an address here, and [`key`] tells them apart.
fn kind_of(test: &Test) -> Option<Kind> {
    let property = |at: usize| match test.path.steps.get(at) {
        Some(Step::Property(name)) => Some(name.as_str()),
        Some(Step::Index(_) | Step::Every) | None => None,
    };
    let last = test.path.steps.len().checked_sub(1)?;
    match (test.path.object_type.as_str(), property(0)?, property(last)?) {
        ("domain-name", "value", _) => Some(Kind::Domain),
        ("url", "value", _) => Some(Kind::Url),
        ("ipv4-addr" | "ipv6-addr", "value", _)
        | ("domain-name", "resolves_to_refs", "value")
        | ("network-traffic", "src_ref" | "dst_ref", "value") => Some(Kind::Address),
        ("email-addr", "value", _) | ("email-message", "from_ref" | "to_refs", "value") => Some(Kind::Email),
        ("file", "hashes", _) => Some(Kind::Hash),
        ("network-traffic", "x_ja3" | "x_ja3s", _) => Some(Kind::Ja3),
        ("network-traffic", "x_ja4", _) => Some(Kind::Ja4),
        _ => None,
    }
}

/// A value that is looked up. Where it is none of its kind, the pattern is matched with every event.
fn key(kind: Kind, text: &str) -> Option<Value> {
    if kind == Kind::Address {
        let address: Option<IpAddr> = text.parse().ok();
        return match address {
            Some(address) => Some(Value::Address(address.to_canonical())),
            None => Value::read(Kind::Domain, text).ok(),
        };
    }
    Value::read(kind, text).ok()
}

/// The addresses of a network, of which bits behind the prefix do not count.
fn network_of(text: &str) -> Option<Value> {
    let (first, prefix) = match text.split_once('/') {
        Some((first, prefix)) => (first, Some(prefix.parse::<u8>().ok()?)),
        None => (text, None),
    };
    let first: IpAddr = first.parse().ok()?;
    let (bits, width) = bits_of(first);
    let Some(prefix) = prefix.filter(|prefix| *prefix < width) else {
        return Some(Value::Address(first.to_canonical()));
    };
    let behind = width - prefix;
    let kept = bits
        .checked_shr(u32::from(behind))
        .unwrap_or(0)
        .checked_shl(u32::from(behind))
        .unwrap_or(0);
    let first = match first {
        IpAddr::V4(_) => IpAddr::from(u32::try_from(kept).ok()?.to_be_bytes()),
        IpAddr::V6(_) => IpAddr::from(kept.to_be_bytes()),
    };
    Network::new(first, prefix).ok().map(Value::Network)
}

#[cfg(test)]
mod tests;
